//! Rounds, meetings, postings and decisions compared with what their entries say.

use super::chain::Walk;
use super::expected::{Expected, Said};
use crate::cases::records::{DecisionRecord, MeetingRecord, PostingRecord};
use crate::clock::day_of;
use crate::keys::is_signed;
use crate::ledger::Root;
use crate::procedure::Procedure;
use crate::store::{Query, day, int, maybe, maybe_day, sql, text, yes};
use crate::{Desk, Result};
use sqlx::AnyConnection;
use std::collections::BTreeSet;

/// A table whose rows each need an entry: the table, the kind of entry, and the rows of a chain's commune.
const NEED_AN_ENTRY: [(&str, &str, &str); 6] = [
    ("a round", "round", "SELECT x.id FROM round x WHERE x.commune = "),
    ("a case", "listed", "SELECT x.id FROM review_case x WHERE x.commune = "),
    ("a meeting", "meeting", "SELECT x.id FROM meeting x JOIN round r ON r.id = x.round WHERE r.commune = "),
    ("a posted list", "posting", "SELECT x.id FROM posting x JOIN round r ON r.id = x.round WHERE r.commune = "),
    ("a grievance", "grievance", "SELECT x.id FROM grievance x WHERE x.commune = "),
    ("a decision", "decision", "SELECT x.id FROM decision x JOIN round r ON r.id = x.round WHERE r.commune = "),
];

/// What a row is beside what was said of it.
enum Found {
    Same,
    /// It is not as it was said, or gone.
    Other,
    /// Another commune has it now, and it is compared there.
    Elsewhere,
}

impl Expected {
    /// What a row is, by the commune that has it and whether it is as was said; nothing: it is gone.
    fn found<T>(&self, row: Option<(String, bool)>, said: &Said<T>, walk: &Walk<'_>) -> Found {
        match row {
            Some((commune, _)) if *commune != *walk.chain => Found::Elsewhere,
            Some((_, true)) => Found::Same,
            None if !self.is_own(&said.spot) => Found::Elsewhere,
            Some(_) | None => Found::Other,
        }
    }

    /// Whether a row that is to be compared here is not as it was said, or gone.
    pub(super) fn differs<T>(&self, row: Option<(String, bool)>, said: &Said<T>, walk: &Walk<'_>) -> bool {
        matches!(self.found(row, said, walk), Found::Other)
    }
}

impl Desk {
    /// Compares the rows about rounds.
    pub(super) async fn compare_rounds(
        &self,
        connection: &mut AnyConnection,
        expected: &Expected,
        walk: &mut Walk<'_>,
    ) -> Result<()> {
        let end = walk.spot(expected.cases.values().map(|case| case.last.seq).max().unwrap_or_default());
        for (what, kind, rows) in NEED_AN_ENTRY {
            let query = Query::new(rows).bind(&*walk.chain);
            let query =
                query.push(" AND NOT EXISTS (SELECT 1 FROM entry e WHERE e.subject = x.id AND e.kind = ").bind(kind);
            for id in query.push(")").all(connection, |row| text(row, 0)).await? {
                walk.differs(&end, &id, format!("{what} has no entry"));
            }
        }
        for (id, said) in &expected.rounds {
            let record = &said.what;
            let found = sql(
                "SELECT commune, kind, year, pack, pack_hash, method, state, opened, due, reviewed_on FROM round WHERE id = $1",
                [id.as_str().into()],
            );
            let found = found.first(connection, |row| {
                let same = text(row, 1)? == record.kind
                    && int(row, 2)? == record.year
                    && text(row, 3)? == record.pack
                    && text(row, 4)? == record.pack_hash
                    && text(row, 5)? == record.method
                    && text(row, 6)? == record.state
                    && day(row, 7)? == record.opened
                    && day(row, 8)? == record.due
                    && day(row, 9)? == record.reviewed_on;
                Ok((text(row, 0)?, same))
            });
            if let Found::Other = expected.found(found.await?, said, walk) {
                walk.differs(&said.spot, id, "the round is not as it was recorded");
            }
        }
        for (id, said) in &expected.meetings {
            self.compare_meeting(connection, expected, id, said, walk).await?;
        }
        for (id, said) in &expected.postings {
            self.compare_posting(connection, expected, id, said, walk).await?;
        }
        for (id, said) in &expected.decisions {
            compare_decision(connection, expected, id, said, walk).await?;
        }
        Ok(())
    }

    async fn compare_meeting(
        &self,
        connection: &mut AnyConnection,
        expected: &Expected,
        id: &str,
        said: &Said<MeetingRecord>,
        walk: &mut Walk<'_>,
    ) -> Result<()> {
        let record = &said.what;
        let found = sql(
            "SELECT g.round, g.hamlet, g.held_on, g.invited, g.present, g.minutes, r.pack, r.pack_hash, r.kind, r.commune \
             FROM meeting g JOIN round r ON r.id = g.round WHERE g.id = $1",
            [id.into()],
        );
        let mut rules = None;
        let found = found.first(connection, |row| {
            let same = text(row, 0)? == record.round
                && text(row, 1)? == record.minutes.hamlet
                && day(row, 2)? == record.minutes.held_on
                && int(row, 3)? == record.minutes.invited
                && int(row, 4)? == record.minutes.present
                && text(row, 5)? == said.content;
            Ok((text(row, 9)?, same, (text(row, 6)?, text(row, 7)?, text(row, 8)?)))
        });
        let found = found.await?.map(|(commune, same, of)| {
            rules = Some(of);
            (commune, same)
        });
        match expected.found(found, said, walk) {
            Found::Same => {}
            Found::Other => {
                walk.differs(&said.spot, id, "the meeting is not as it was recorded");
                return Ok(());
            }
            Found::Elsewhere => return Ok(()),
        }
        let votes = sql("SELECT review_case, agree, carried FROM vote WHERE meeting = $1", [id.into()]);
        let votes = votes.all(connection, |row| Ok((text(row, 0)?, int(row, 1)?, yes(row, 2)?))).await?;
        let votes: BTreeSet<_> = votes.into_iter().collect();
        let recorded: BTreeSet<_> = record.results.iter().map(|r| (r.case.clone(), r.agree, r.carried)).collect();
        if votes != recorded {
            walk.differs(&said.spot, id, "the votes of the meeting are not as they were recorded");
        }
        let Some((pack, hash, kind)) = rules else { return Ok(()) };
        let Some(program) = self.program_then(connection, &pack, &hash).await? else {
            walk.differs(&said.spot, id, "whether enough agreed cannot be computed again: the pack is gone");
            return Ok(());
        };
        let procedure = Procedure::of(&program, &kind, day_of(said.at))?;
        let Ok(quorum) = procedure.quorum() else { return Ok(()) };
        let count = |number: i64| u32::try_from(number).unwrap_or(0);
        let (invited, present) = (count(record.minutes.invited), count(record.minutes.present));
        for result in &record.results {
            if quorum.met(Some(invited), present, count(result.agree)) != result.carried {
                walk.differs(&said.spot, &result.case, "the meeting's votes do not give what was recorded");
            }
        }
        Ok(())
    }

    async fn compare_posting(
        &self,
        connection: &mut AnyConnection,
        expected: &Expected,
        id: &str,
        said: &Said<PostingRecord>,
        walk: &mut Walk<'_>,
    ) -> Result<()> {
        let record = &said.what;
        let found = sql(
            "SELECT p.round, p.hamlet, p.posted_on, p.ends_on, p.place, p.cases, p.chain_seq, p.root, p.signature, r.commune \
             FROM posting p JOIN round r ON r.id = p.round WHERE p.id = $1",
            [id.into()],
        );
        let mut printed = None;
        let found = found.first(connection, |row| {
            let same = text(row, 0)? == record.round
                && maybe(row, 1)? == record.hamlet
                && day(row, 2)? == record.posted_on
                && maybe_day(row, 3)? == record.ends_on
                && text(row, 4)? == record.place
                && i64::try_from(record.lines.len()) == Ok(int(row, 5)?);
            Ok((text(row, 9)?, same, (int(row, 6)?, text(row, 7)?, text(row, 8)?)))
        });
        let found = found.await?.map(|(commune, same, root)| {
            printed = Some(root);
            (commune, same)
        });
        let same = expected.found(found, said, walk);
        if let Found::Other = same {
            walk.differs(&said.spot, id, "the posted list is not as it was recorded");
        }
        let (Found::Same, Some((seq, hash, signature))) = (same, printed) else { return Ok(()) };
        let chain = &*said.spot.chain;
        let at_root = sql("SELECT hash FROM entry WHERE chain = $1 AND seq = $2", [chain.into(), seq.into()]);
        let at_root = at_root.first(connection, |row| text(row, 0)).await?;
        if seq != said.spot.seq || at_root.as_ref() != Some(&hash) {
            walk.differs(&said.spot, id, "the root printed on the posted list is not the chain's");
        }
        let root = Root { chain: chain.to_owned(), seq, hash };
        if !is_signed(&self.register.public_key(), &root.statement(record.posted_on), &signature) {
            walk.differs(&said.spot, id, "the signature of the posted list's root is not the register's");
        }
        Ok(())
    }
}

async fn compare_decision(
    connection: &mut AnyConnection,
    expected: &Expected,
    id: &str,
    said: &Said<DecisionRecord>,
    walk: &mut Walk<'_>,
) -> Result<()> {
    let found = sql(
        "SELECT d.round, d.number, d.decided_on, d.effective, d.signed_by, d.cases, d.content, r.commune FROM decision d \
         JOIN round r ON r.id = d.round WHERE d.id = $1",
        [id.into()],
    );
    let found = found.first(connection, |row| {
        let same = text(row, 0)? == said.what.round
            && text(row, 1)? == said.what.number
            && day(row, 2)? == said.what.decided_on
            && day(row, 3)? == said.what.effective
            && text(row, 4)? == said.author
            && int(row, 5)? == said.what.cases
            && text(row, 6)? == said.content;
        Ok((text(row, 7)?, same))
    });
    let same = expected.found(found.await?, said, walk);
    if let Found::Elsewhere = same {
        return Ok(());
    }
    walk.report.decisions += 1;
    if let Found::Other = same {
        walk.differs(&said.spot, id, "the decision is not as it was recorded");
    }
    let decided = expected.cases.values().flat_map(|case| &case.decided);
    let decided = decided.filter(|decided| decided.what.decision == *id).count();
    if i64::try_from(decided) != Ok(said.what.cases) {
        walk.differs(&said.spot, id, "the decision has not as many entries as cases");
    }
    Ok(())
}
