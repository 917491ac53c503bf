//! Rounds, meetings, postings and decisions compared with what their entries say.

use super::chain::Walk;
use super::expected::{Expected, Said};
use crate::cases::records::{MeetingRecord, PostingRecord};
use crate::clock::day_of;
use crate::keys::is_signed;
use crate::ledger::Root;
use crate::procedure::Procedure;
use crate::store::{Query, day, int, maybe, maybe_day, sql, text, yes};
use crate::{Desk, Result};
use sqlx::AnyConnection;
use std::collections::BTreeSet;

/// A table whose rows each need an entry: the table, the kind of entry, and the rows of a chain's commune.
const NEED_AN_ENTRY: [(&str, &str, &str); 5] = [
    ("a round", "round", "SELECT x.id FROM round x WHERE x.commune = "),
    ("a case", "listed", "SELECT x.id FROM review_case x WHERE x.commune = "),
    ("a meeting", "meeting", "SELECT x.id FROM meeting x JOIN round r ON r.id = x.round WHERE r.commune = "),
    ("a posted list", "posting", "SELECT x.id FROM posting x JOIN round r ON r.id = x.round WHERE r.commune = "),
    ("a decision", "decision", "SELECT x.id FROM decision x JOIN round r ON r.id = x.round WHERE r.commune = "),
];

impl Desk {
    /// Compares the rows about rounds.
    pub(super) async fn compare_rounds(
        &self,
        connection: &mut AnyConnection,
        expected: &Expected,
        walk: &mut Walk<'_>,
    ) -> Result<()> {
        let end = expected.cases.values().map(|case| case.seq).max().unwrap_or_default();
        for (what, kind, rows) in NEED_AN_ENTRY {
            let query = Query::new(rows).bind(walk.chain);
            let query =
                query.push(" AND NOT EXISTS (SELECT 1 FROM entry e WHERE e.subject = x.id AND e.kind = ").bind(kind);
            for id in query.push(")").all(connection, |row| text(row, 0)).await? {
                walk.differs(end, &id, format!("{what} has no entry"));
            }
        }
        for (id, said) in &expected.rounds {
            let found = sql(
                "SELECT kind, year, pack, pack_hash, method, state, opened, due, reviewed_on FROM round WHERE id = $1",
                [id.as_str().into()],
            );
            let same = found.first(connection, |row| {
                let record = &said.what;
                Ok(text(row, 0)? == record.kind
                    && int(row, 1)? == record.year
                    && text(row, 2)? == record.pack
                    && text(row, 3)? == record.pack_hash
                    && text(row, 4)? == record.method
                    && text(row, 5)? == record.state
                    && day(row, 6)? == record.opened
                    && day(row, 7)? == record.due
                    && day(row, 8)? == record.reviewed_on)
            });
            if same.await? != Some(true) {
                walk.differs(said.seq, id, "the round is not as it was recorded");
            }
        }
        for (id, said) in &expected.meetings {
            self.compare_meeting(connection, id, said, walk).await?;
        }
        for (id, said) in &expected.postings {
            self.compare_posting(connection, id, said, walk).await?;
        }
        for (id, said) in &expected.decisions {
            walk.report.decisions += 1;
            let found = sql(
                "SELECT round, number, decided_on, effective, signed_by, cases, content FROM decision WHERE id = $1",
                [id.as_str().into()],
            );
            let same = found.first(connection, |row| {
                Ok(text(row, 0)? == said.what.round
                    && text(row, 1)? == said.what.number
                    && day(row, 2)? == said.what.decided_on
                    && day(row, 3)? == said.what.effective
                    && text(row, 4)? == said.author
                    && int(row, 5)? == said.what.cases
                    && text(row, 6)? == said.content)
            });
            if same.await? != Some(true) {
                walk.differs(said.seq, id, "the decision is not as it was recorded");
            }
            let decided = expected.cases.values().flat_map(|case| &case.decided);
            let decided = decided.filter(|decided| decided.what.decision == *id).count();
            if !expected.cases.values().any(|case| case.gap) && i64::try_from(decided) != Ok(said.what.cases) {
                walk.differs(said.seq, id, "the decision has not as many entries as cases");
            }
        }
        Ok(())
    }

    async fn compare_meeting(
        &self,
        connection: &mut AnyConnection,
        id: &str,
        said: &Said<MeetingRecord>,
        walk: &mut Walk<'_>,
    ) -> Result<()> {
        let record = &said.what;
        let found = sql(
            "SELECT g.round, g.hamlet, g.held_on, g.invited, g.present, g.minutes, r.pack, r.kind FROM meeting g \
             JOIN round r ON r.id = g.round WHERE g.id = $1",
            [id.into()],
        );
        let found = found.first(connection, |row| {
            let same = text(row, 0)? == record.round
                && text(row, 1)? == record.minutes.hamlet
                && day(row, 2)? == record.minutes.held_on
                && int(row, 3)? == record.minutes.invited
                && int(row, 4)? == record.minutes.present
                && text(row, 5)? == said.content;
            Ok((same, text(row, 6)?, text(row, 7)?))
        });
        let Some((true, pack, kind)) = found.await? else {
            walk.differs(said.seq, id, "the meeting is not as it was recorded");
            return Ok(());
        };
        let votes = sql("SELECT review_case, agree, carried FROM vote WHERE meeting = $1", [id.into()]);
        let votes = votes.all(connection, |row| Ok((text(row, 0)?, int(row, 1)?, yes(row, 2)?))).await?;
        let votes: BTreeSet<_> = votes.into_iter().collect();
        let recorded: BTreeSet<_> = record.results.iter().map(|r| (r.case.clone(), r.agree, r.carried)).collect();
        if votes != recorded {
            walk.differs(said.seq, id, "the votes of the meeting are not as they were recorded");
        }
        let program = self.register.program(&pack)?;
        let procedure = Procedure::of(&program, &kind, day_of(said.at))?;
        let Ok(quorum) = procedure.quorum() else { return Ok(()) };
        let count = |number: i64| u32::try_from(number).unwrap_or(0);
        let (invited, present) = (count(record.minutes.invited), count(record.minutes.present));
        for result in &record.results {
            if quorum.met(Some(invited), present, count(result.agree)) != result.carried {
                walk.differs(said.seq, &result.case, "the meeting's votes do not give what was recorded");
            }
        }
        Ok(())
    }

    async fn compare_posting(
        &self,
        connection: &mut AnyConnection,
        id: &str,
        said: &Said<PostingRecord>,
        walk: &mut Walk<'_>,
    ) -> Result<()> {
        let record = &said.what;
        let found = sql(
            "SELECT round, hamlet, posted_on, ends_on, place, cases, chain_seq, root, signature FROM posting WHERE id = $1",
            [id.into()],
        );
        let found = found.first(connection, |row| {
            let same = text(row, 0)? == record.round
                && maybe(row, 1)? == record.hamlet
                && day(row, 2)? == record.posted_on
                && maybe_day(row, 3)? == record.ends_on
                && text(row, 4)? == record.place
                && i64::try_from(record.lines.len()) == Ok(int(row, 5)?);
            Ok((same, int(row, 6)?, text(row, 7)?, text(row, 8)?))
        });
        let Some((true, seq, hash, signature)) = found.await? else {
            walk.differs(said.seq, id, "the posted list is not as it was recorded");
            return Ok(());
        };
        let at_root = sql("SELECT hash FROM entry WHERE chain = $1 AND seq = $2", [walk.chain.into(), seq.into()]);
        let at_root = at_root.first(connection, |row| text(row, 0)).await?;
        if seq != said.seq || at_root.as_ref() != Some(&hash) {
            walk.differs(said.seq, id, "the root printed on the posted list is not the chain's");
        }
        let root = Root { chain: walk.chain.to_owned(), seq, hash };
        if !is_signed(&self.register.public_key(), &root.statement(record.posted_on), &signature) {
            walk.differs(said.seq, id, "the signature of the posted list's root is not the register's");
        }
        Ok(())
    }
}
