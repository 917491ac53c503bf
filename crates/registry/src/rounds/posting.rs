//! Posted lists: what hangs in public, from which day to which, under the signed root of the commune's chain.

use super::view::Where;
use super::{PostedLine, PostingRow, PostingView, RoundRow};
use crate::cases::CaseState;
use crate::cases::records::{PostedRecord, PostingRecord};
use crate::ledger::{Change, Root};
use crate::procedure::{Event, Procedure, limits};
use crate::scope::{Action, Reach};
use crate::store::{MANY, Query, among, day, insert_all, int, maybe, maybe_day, sql, text};
use crate::text::{name, new_id};
use crate::{Desk, RegistryError, Result, ledger};
use sqlx::AnyConnection;
use sqlx::any::AnyRow;
use std::collections::HashMap;
use vuon_policy::process::{Limit, StepKind};
use vuon_policy::program::Program;

impl Reach {
    fn postings(&self) -> Query {
        let query = Query::new("SELECT p.id, p.hamlet, m.name, p.posted_on, p.ends_on, p.place, ");
        let query = self.cases_of(query, "p.cases", "c.posting = p.id");
        query.push(" FROM posting p LEFT JOIN hamlet m ON m.id = p.hamlet")
    }
}

fn posting_of(row: &AnyRow) -> Result<PostingRow> {
    Ok(PostingRow {
        id: text(row, 0)?,
        hamlet: maybe(row, 1)?,
        hamlet_name: maybe(row, 2)?,
        posted_on: day(row, 3)?,
        ends_on: maybe_day(row, 4)?,
        place: text(row, 5)?,
        cases: int(row, 6)?,
    })
}

impl Desk {
    /// A posting in short.
    pub(crate) async fn posting_row(&self, connection: &mut AnyConnection, id: &str) -> Result<Option<PostingRow>> {
        self.actor.reach.postings().push(" WHERE p.id = ").bind(id).first(connection, posting_of).await
    }

    /// The postings of a round, those that show one hamlet where given, latest first.
    pub(super) async fn postings_of(
        &self,
        connection: &mut AnyConnection,
        round: &str,
        hamlet: Option<&str>,
    ) -> Result<Vec<PostingRow>> {
        let query = self.actor.reach.postings().push(" WHERE p.round = ").bind(round);
        let query = match hamlet {
            Some(hamlet) => query.push(" AND (p.hamlet IS NULL OR p.hamlet = ").bind(hamlet).push(")"),
            None => query,
        };
        query.push(" ORDER BY p.posted_on DESC, p.at DESC").all(connection, posting_of).await
    }

    /// For how long a list hangs: what the step says; if the result of a re-check is on it, not shorter than that must.
    async fn hangs(
        &self,
        tx: &mut AnyConnection,
        program: &Program,
        procedure: &Procedure<'_>,
        cases: &[String],
    ) -> Result<Option<Limit>> {
        let step = procedure.step(StepKind::Posting).and_then(|step| step.stands_for);
        let rule = program.pack.process.as_ref().and_then(|process| process.complaint.as_ref());
        let Some(again) = rule.and_then(|rule| rule.result_posted_for) else { return Ok(step) };
        let mut rechecked = 0;
        for cases in cases.chunks(MANY) {
            let query = Query::new(
                "SELECT COUNT(*) FROM complaint WHERE outcome = 'changed' AND decision IS NULL AND review_case IN ",
            );
            rechecked += among(query, cases).count(tx).await?;
        }
        Ok(match step {
            Some(step) if rechecked > 0 && step.counting == again.counting && step.days < again.days => Some(again),
            None if rechecked > 0 => Some(again),
            step => step,
        })
    }

    /// Posts the list of the cases that are ready for it (of one hamlet, or of the commune), from today on.
    pub async fn post_list(&self, round: &str, hamlet: Option<&str>, place: &str) -> Result<String> {
        let (mut tx, round, program) = self.change_round(round, Action::RunReview).await?;
        let today = self.today();
        let procedure = Procedure::of(&program, &round.kind, today)?;
        self.acts_in(&procedure, StepKind::Posting)?;
        let place = name("place", place)?;
        let whose = hamlet.map_or(Where::Everywhere, Where::Hamlet);
        let ready = self.ready(&mut tx, &round, CaseState::Posting, whose).await?;
        if ready.is_empty() {
            let why = "no case is ready to be posted".into();
            return Err(RegistryError::Illegal { step: "posting", why });
        }
        let cases: Vec<String> = ready.iter().map(|case| case.id.clone()).collect();
        let limit = self.hangs(&mut tx, &program, &procedure, &cases).await?;
        let ends_on = limits::posting_ends(&program, limit, today)?;
        let state = procedure.next(CaseState::Posting, Event::Posted)?;
        let lines = ready.into_iter().map(|case| PostedRecord {
            case: case.id,
            persons: case.persons,
            status: case.status.unwrap_or_default(),
        });
        let record = PostingRecord {
            round: round.id.clone(),
            hamlet: hamlet.map(str::to_owned),
            posted_on: today,
            ends_on,
            place: place.clone(),
            lines: lines.collect(),
            state: state.id().into(),
        };
        let (id, at) = (new_id(), self.now());
        let content = ledger::store(&mut tx, &record).await?;
        let change = Change { author: &self.actor.id, kind: "posting", subject: &id, content: &content };
        ledger::append(&mut tx, &round.place.commune, at, &[change]).await?;
        // The root covers the list itself: its entry is the last one.
        let root = ledger::root(&mut tx, &round.place.commune).await?;
        let signature = self.keys().sign(&root.statement(today));
        let count = i64::try_from(record.lines.len()).unwrap_or(i64::MAX);
        let row = [
            id.as_str().into(),
            round.id.as_str().into(),
            hamlet.into(),
            today.into(),
            ends_on.into(),
            place.into(),
            count.into(),
            root.seq.into(),
            root.hash.into(),
            signature.into(),
            at.into(),
        ];
        let columns = "posting (id, round, hamlet, posted_on, ends_on, place, cases, chain_seq, root, signature, at)";
        insert_all(&mut tx, columns, [row]).await?;
        for cases in cases.chunks(MANY) {
            let query = Query::new("UPDATE review_case SET state = ").bind(state.id());
            let query = query.push(", posting = ").bind(&id).push(", posted_until = ").bind(ends_on);
            among(query.push(", version = version + 1 WHERE id IN "), cases).run(&mut tx).await?;
        }
        tx.commit().await?;
        Ok(id)
    }

    /// A posted list.
    pub async fn posting(&self, id: &str) -> Result<PostingView> {
        self.actor.may(Action::ReadPeople)?;
        let mut tx = self.store().snapshot().await?;
        let query = Query::new(
            "SELECT p.round, p.chain_seq, p.root, p.signature, e.content, e.chain FROM posting p \
             JOIN round r ON r.id = p.round JOIN entry e ON e.subject = p.id AND e.kind = 'posting' WHERE p.id = ",
        );
        let mut query = self.actor.reach.within_commune(query.bind(id), "r");
        if let Reach::Hamlet { hamlet, .. } = &self.actor.reach {
            query = query.push(" AND (p.hamlet IS NULL OR p.hamlet = ").bind(hamlet).push(")");
        }
        let (round, seq, hash, signature, content, chain) = query
            .one(&mut tx, |row| {
                Ok((text(row, 0)?, int(row, 1)?, text(row, 2)?, text(row, 3)?, text(row, 4)?, text(row, 5)?))
            })
            .await?;
        let round = self.load_round(&mut tx, &round).await?;
        let row = self.posting_row(&mut tx, id).await?.ok_or(RegistryError::NotFound)?;
        let record: Option<PostingRecord> = ledger::content(&mut tx, &content).await?;
        let record = record.ok_or(RegistryError::NotFound)?;
        let lines = self.lines(&mut tx, &round, record).await?;
        let root = Root { chain, seq, hash };
        Ok(PostingView { row, round, lines, root, signature, public_key: self.register.public_key() })
    }

    /// The lines of a posted list, within reach, in the order they hang in.
    async fn lines(&self, tx: &mut AnyConnection, round: &RoundRow, record: PostingRecord) -> Result<Vec<PostedLine>> {
        let query =
            sql("SELECT c.id, c.name, m.name FROM review_case c LEFT JOIN hamlet m ON m.id = c.hamlet WHERE 1 = 1", []);
        let query = self.actor.reach.within(query.push(" AND c.round = ").bind(&round.id), "c");
        let names = query.all(tx, |row| Ok((text(row, 0)?, (text(row, 1)?, maybe(row, 2)?)))).await?;
        let mut names: HashMap<String, (String, Option<String>)> = names.into_iter().collect();
        let lines = record.lines.into_iter().filter_map(|line| {
            let (name, hamlet) = names.remove(&line.case)?;
            Some(PostedLine { name, hamlet, persons: line.persons, status: line.status })
        });
        Ok(lines.collect())
    }
}
