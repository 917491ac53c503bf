//! Certificates of the poor and near-poor households that were decided.

use super::view::Where;
use crate::cases::CaseState;
use crate::cases::records::CertificateRecord;
use crate::cases::standing::{MANY, among};
use crate::ledger::Change;
use crate::procedure::{Event, Procedure};
use crate::scope::Action;
use crate::store::{Query, Value, day, insert_all, int, sql, text};
use crate::{Desk, Result, ledger};
use std::collections::HashMap;
use vuon_policy::process::StepKind;

impl Desk {
    /// Gives every poor and near-poor household decided in the round its certificate; how many.
    pub async fn issue_certificates(&self, round: &str) -> Result<i64> {
        let (mut tx, round, program) = self.change_round(round, Action::Decide).await?;
        let today = self.today();
        let procedure = Procedure::of(&program, &round.kind, today)?;
        self.acts_in(&procedure, StepKind::Certificate)?;
        let waiting = self.ready(&mut tx, &round, CaseState::Certificate, Where::Everywhere).await?;
        if waiting.is_empty() {
            return Ok(0);
        }
        let state = procedure.next(CaseState::Certificate, Event::Certified)?;
        let ids: Vec<String> = waiting.iter().map(|case| case.id.clone()).collect();
        // One that was decided again and still is on the list keeps its certificate.
        let mut kept = HashMap::new();
        for ids in ids.chunks(MANY) {
            let query = Query::new(
                "SELECT review_case, year, number, issued_on FROM certificate WHERE void_on IS NULL AND review_case IN ",
            );
            let found = among(query, ids)
                .all(&mut tx, |row| Ok((text(row, 0)?, (int(row, 1)?, int(row, 2)?, day(row, 3)?))))
                .await?;
            kept.extend(found);
        }
        let year = i64::from(today.year());
        let commune = round.place.commune.as_str();
        let last = "SELECT COALESCE(MAX(number), 0) FROM certificate WHERE commune = $1 AND year = $2";
        let last = sql(last, [commune.into(), year.into()]).count(&mut tx).await?;
        let mut next = last;
        let (mut new, mut records) = (Vec::<[Value; 5]>::new(), Vec::with_capacity(waiting.len()));
        for case in &waiting {
            let (year, number, issued_on) = kept.get(&case.id).copied().unwrap_or_else(|| {
                next += 1;
                new.push([case.id.as_str().into(), commune.into(), year.into(), next.into(), today.into()]);
                (year, next, today)
            });
            let status = case.status.clone().unwrap_or_default();
            records.push(CertificateRecord { year, number, issued_on, status, state: state.id().into() });
        }
        let given = i64::try_from(new.len()).unwrap_or(i64::MAX);
        insert_all(&mut tx, "certificate (review_case, commune, year, number, issued_on)", new).await?;
        for ids in ids.chunks(MANY) {
            let query = Query::new("UPDATE review_case SET state = ").bind(state.id());
            among(query.push(", version = version + 1 WHERE id IN "), ids).run(&mut tx).await?;
        }
        let contents = ledger::store_all(&mut tx, &records).await?;
        let author = self.actor.id.as_str();
        let changes: Vec<Change<'_>> = waiting
            .iter()
            .zip(&contents)
            .map(|(case, content)| Change { author, kind: "certificate", subject: &case.id, content })
            .collect();
        ledger::append(&mut tx, commune, self.now(), &changes).await?;
        tx.commit().await?;
        Ok(given)
    }
}
