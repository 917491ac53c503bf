//! Certificates of the poor and near-poor households that were decided.

use super::view::Where;
use crate::cases::CaseState;
use crate::cases::records::{CertificateKey, CertificateRecord};
use crate::ledger::Change;
use crate::procedure::{Event, Procedure};
use crate::scope::Action;
use crate::store::{MANY, Query, Value, among, day, insert_all, int, sql, text};
use crate::{Desk, Result, ledger};
use jiff::civil::Date;
use sqlx::AnyConnection;
use std::collections::HashMap;
use vuon_policy::process::StepKind;

/// A certificate that is not void.
pub(super) struct Valid {
    pub key: CertificateKey,
    pub case: String,
    pub household: String,
    pub status: String,
    issued_on: Date,
}

/// The certificates of households that are not void.
pub(super) async fn valid_certificates(tx: &mut AnyConnection, households: &[String]) -> Result<Vec<Valid>> {
    let mut valid = Vec::new();
    for households in households.chunks(MANY) {
        let query = Query::new(
            "SELECT commune, year, number, review_case, household, status, issued_on FROM certificate \
             WHERE void_on IS NULL AND household IN ",
        );
        let found = among(query, households).all(tx, |row| {
            Ok(Valid {
                key: CertificateKey { commune: text(row, 0)?, year: int(row, 1)?, number: int(row, 2)? },
                case: text(row, 3)?,
                household: text(row, 4)?,
                status: text(row, 5)?,
                issued_on: day(row, 6)?,
            })
        });
        valid.extend(found.await?);
    }
    Ok(valid)
}

/// Makes certificates void from a day on.
pub(super) async fn void(
    tx: &mut AnyConnection,
    certificates: impl IntoIterator<Item = &CertificateKey> + Send,
    on: Date,
) -> Result<()> {
    let keys: Vec<CertificateKey> = certificates.into_iter().cloned().collect();
    for CertificateKey { commune, year, number } in keys {
        sql(
            "UPDATE certificate SET void_on = $4 WHERE commune = $1 AND year = $2 AND number = $3",
            [commune.into(), year.into(), number.into(), on.into()],
        )
        .run(tx)
        .await?;
    }
    Ok(())
}

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
        let households: Vec<String> = waiting.iter().map(|case| case.household.clone()).collect();
        let mut valid: HashMap<String, Vec<Valid>> = HashMap::new();
        for certificate in valid_certificates(&mut tx, &households).await? {
            valid.entry(certificate.household.clone()).or_default().push(certificate);
        }
        let year = i64::from(today.year());
        let commune = round.place.commune.as_str();
        let last = "SELECT COALESCE(MAX(number), 0) FROM certificate WHERE commune = $1 AND year = $2";
        let mut last = sql(last, [commune.into(), year.into()]).count(&mut tx).await?;
        let (mut new, mut records) = (Vec::<[Value; 7]>::new(), Vec::with_capacity(waiting.len()));
        for case in &waiting {
            let status = case.status.clone().unwrap_or_default();
            // One that was decided again and has the same status keeps its certificate; others of the household end.
            let (kept, old): (Vec<Valid>, Vec<Valid>) = valid
                .remove(&case.household)
                .unwrap_or_default()
                .into_iter()
                .partition(|certificate| certificate.case == case.id && certificate.status == status);
            let (key, issued_on) = match kept.into_iter().next() {
                Some(kept) => (kept.key, kept.issued_on),
                None => {
                    last += 1;
                    new.push([
                        case.id.as_str().into(),
                        case.household.as_str().into(),
                        status.as_str().into(),
                        commune.into(),
                        year.into(),
                        last.into(),
                        today.into(),
                    ]);
                    (CertificateKey { commune: commune.to_owned(), year, number: last }, today)
                }
            };
            let voids = old.into_iter().map(|certificate| certificate.key).collect();
            records.push(CertificateRecord { key, issued_on, status, voids, state: state.id().into() });
        }
        let given = i64::try_from(new.len()).unwrap_or(i64::MAX);
        let columns = "certificate (review_case, household, status, commune, year, number, issued_on)";
        insert_all(&mut tx, columns, new).await?;
        void(&mut tx, records.iter().flat_map(|record| &record.voids), today).await?;
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
