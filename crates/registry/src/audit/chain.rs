//! Walking one chain: links, hashes, contents. What the entries say is handed on; what they rest on is computed again.

use super::expected::Expected;
use super::{AuditReport, Difference};
use crate::cases::records::{Answered, AnswersRecord, ComplaintAnswerRecord, ComplaintRecord};
use crate::forms::{Under, assess};
use crate::grievances::records::{GrievanceAnswerRecord, GrievanceRecord};
use crate::households::ERASED_WITH_A_PERSON;
use crate::ledger::{COLUMNS, Entry, ORIGIN, Root, content_hash, entry};
use crate::store::{Query, among, int, maybe, maybe_int, sql, text};
use crate::{Desk, RegistryError, Result};
use sqlx::AnyConnection;
use std::collections::HashMap;
use std::sync::Arc;
use vuon_policy::explain::Explanation;
use vuon_policy::model::Language;
use vuon_policy::program::Program;

/// How many entries are read at once.
const PAGE: i64 = 500;

/// A content as it is stored.
#[derive(Clone, Debug)]
pub(super) struct Stored {
    pub salt: Option<String>,
    pub body: Option<String>,
    pub erased: bool,
}

impl Stored {
    /// Whether it is there and what its hash says.
    pub fn is(&self, hash: &str) -> bool {
        matches!((&self.salt, &self.body), (Some(salt), Some(body)) if content_hash(salt, body) == hash)
    }

    /// What it says.
    pub fn read<T: serde::de::DeserializeOwned>(&self) -> Option<T> {
        serde_json::from_str(self.body.as_deref()?).ok()
    }
}

/// Contents by their hashes.
pub(super) async fn contents(connection: &mut AnyConnection, hashes: &[String]) -> Result<HashMap<String, Stored>> {
    let mut found = HashMap::with_capacity(hashes.len());
    for hashes in hashes.chunks(1_000) {
        let query = among(Query::new("SELECT hash, salt, body, erased_at FROM content WHERE hash IN "), hashes);
        let rows = query.all(connection, |row| {
            let stored = Stored { salt: maybe(row, 1)?, body: maybe(row, 2)?, erased: maybe_int(row, 3)?.is_some() };
            Ok((text(row, 0)?, stored))
        });
        found.extend(rows.await?);
    }
    Ok(found)
}

/// The people who were erased on lawful request, and when last.
pub(super) async fn erased_people(connection: &mut AnyConnection) -> Result<HashMap<String, i64>> {
    let rows = sql("SELECT subject, MAX(at) FROM entry WHERE kind = 'person_erased' GROUP BY subject", []);
    let rows = rows.all(connection, |row| Ok((text(row, 0)?, int(row, 1)?))).await?;
    Ok(rows.into_iter().collect())
}

/// Where an entry is.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(super) struct Spot {
    pub chain: Arc<str>,
    pub seq: i64,
}

/// What is found out about a chain.
pub(super) struct Walk<'a> {
    pub chain: Arc<str>,
    pub report: &'a mut AuditReport,
    pub found: Vec<Difference>,
    /// Whether this chain is asked about, or only read because it tells of rows that another commune has now.
    pub asked: bool,
    pub erased_people: &'a HashMap<String, i64>,
}

impl Walk<'_> {
    /// Something differs.
    pub fn differs(&mut self, spot: &Spot, subject: &str, what: impl Into<String>) {
        self.found.push(Difference {
            chain: spot.chain.to_string(),
            seq: spot.seq,
            subject: subject.to_owned(),
            what: what.into(),
        });
    }

    /// The place of an entry of this chain.
    pub fn spot(&self, seq: i64) -> Spot {
        Spot { chain: self.chain.clone(), seq }
    }

    /// Whether an entry's content may be gone: only what is known of a person can be, by a later entry that says so.
    fn may_be_gone(&self, entry: &Entry) -> bool {
        let erased_at = self.erased_people.get(&entry.subject);
        ERASED_WITH_A_PERSON.contains(&entry.kind.as_str()) && erased_at.is_some_and(|erased| entry.at <= *erased)
    }

    /// Computes a content's hash again; what it says, if it is there and right.
    fn checked<'s>(
        &mut self,
        entry: &Entry,
        hash: &str,
        stored: &'s HashMap<String, Stored>,
        what: &str,
    ) -> Option<&'s Stored> {
        let Some(content) = stored.get(hash) else {
            self.differs(&self.spot(entry.seq), &entry.subject, format!("{what} is missing"));
            return None;
        };
        if content.is(hash) {
            self.report.contents += 1;
            return Some(content);
        }
        if content.erased && content.body.is_none() && self.may_be_gone(entry) {
            self.report.erased += 1;
            return None;
        }
        let how =
            if content.body.is_none() { "was erased without a lawful request" } else { "is not what was recorded" };
        self.differs(&self.spot(entry.seq), &entry.subject, format!("{what} {how}"));
        None
    }
}

/// The contents that an entry's content names.
fn named(entry: &Entry, content: &Stored) -> Vec<(String, &'static str)> {
    match entry.kind.as_str() {
        "answers" => content.read::<AnswersRecord>().map_or_else(Vec::new, |record| {
            vec![(record.answered, "the score sheet"), (record.assessed, "the assessment")]
        }),
        "complaint" => content.read::<ComplaintRecord>().map_or_else(Vec::new, |r| vec![(r.text, "the complaint")]),
        "complaint_answer" => content
            .read::<ComplaintAnswerRecord>()
            .map_or_else(Vec::new, |r| vec![(r.answer, "the complaint's answer")]),
        "grievance" => content.read::<GrievanceRecord>().map_or_else(Vec::new, |r| vec![(r.said, "the grievance")]),
        "grievance_answered" => content
            .read::<GrievanceAnswerRecord>()
            .map_or_else(Vec::new, |r| vec![(r.answer, "the grievance's answer")]),
        _ => Vec::new(),
    }
}

impl Desk {
    /// Walks a chain from its first entry to its end.
    pub(super) async fn walk(
        &self,
        connection: &mut AnyConnection,
        end: &Root,
        walk: &mut Walk<'_>,
        expected: &mut Expected,
    ) -> Result<()> {
        let (mut seq, mut before) = (0, ORIGIN.to_owned());
        loop {
            let query = Query::new("SELECT ").push(COLUMNS).push(" FROM entry WHERE chain = ").bind(&end.chain);
            let query = query.push(" AND seq > ").bind(seq).push(" ORDER BY seq LIMIT ").bind(PAGE);
            let entries = query.all(connection, entry).await?;
            let Some(last) = entries.last() else { break };
            let next = last.seq;
            let hashes: Vec<String> = entries.iter().map(|entry| entry.content.clone()).collect();
            let mut stored = contents(connection, &hashes).await?;
            let inner: Vec<String> = entries
                .iter()
                .filter_map(|entry| Some((entry, stored.get(&entry.content)?)))
                .flat_map(|(entry, content)| named(entry, content).into_iter().map(|(hash, _)| hash))
                .collect();
            stored.extend(contents(connection, &inner).await?);
            for entry in entries {
                walk.report.entries += 1;
                let here = walk.spot(entry.seq);
                if entry.seq != seq + 1 {
                    let what = format!("entries from {} on are missing before it", seq + 1);
                    walk.differs(&here, &entry.subject, what);
                }
                if entry.before != before {
                    walk.differs(&here, &entry.subject, "it does not follow the entry before it");
                }
                if entry.hash != entry.computed_hash() {
                    walk.differs(&here, &entry.subject, "the entry is not what its hash says");
                }
                (seq, before) = (entry.seq, entry.hash.clone());
                let Some(content) = walk.checked(&entry, &entry.content, &stored, "its content") else {
                    expected.gap(&entry);
                    continue;
                };
                let mut sound = true;
                for (hash, what) in named(&entry, content) {
                    sound &= walk.checked(&entry, &hash, &stored, what).is_some();
                }
                // From what is damaged, and was told so, nothing can be computed.
                if sound && walk.asked && entry.kind == "answers" {
                    self.assess_again(connection, &entry, content, &stored, walk).await?;
                }
                if !expected.take(&entry, content) {
                    walk.differs(&here, &entry.subject, "its content cannot be read");
                }
            }
            seq = seq.max(next);
        }
        if seq != end.seq || before != end.hash {
            walk.differs(&walk.spot(end.seq), &end.chain, "the chain does not end where it should");
        }
        Ok(())
    }

    /// A pack as it was; nothing if it is gone or damaged.
    pub(super) async fn program_then(
        &self,
        connection: &mut AnyConnection,
        pack: &str,
        hash: &str,
    ) -> Result<Option<Arc<Program>>> {
        match self.register.program_as(connection, pack, hash).await {
            Ok(program) => Ok(Some(program)),
            Err(RegistryError::Pack { .. }) => Ok(None),
            Err(other) => Err(other),
        }
    }

    /// Computes an assessment again from the recorded answers and the pack as it was then.
    async fn assess_again(
        &self,
        connection: &mut AnyConnection,
        entry: &Entry,
        content: &Stored,
        stored: &HashMap<String, Stored>,
        walk: &mut Walk<'_>,
    ) -> Result<()> {
        let here = walk.spot(entry.seq);
        let record = content.read::<AnswersRecord>();
        let read = record.and_then(|record| {
            let answered: Answered = stored.get(&record.answered)?.read()?;
            let assessed: Explanation = stored.get(&record.assessed)?.read()?;
            Some((record, answered, assessed))
        });
        let Some((record, answered, assessed)) = read else {
            walk.differs(&here, &entry.subject, "the score sheet or the assessment cannot be read");
            return Ok(());
        };
        let program = self.program_then(connection, &record.pack, &record.pack_hash).await?;
        let method = program.as_ref().and_then(|program| program.method(Some(&record.method)));
        let (Some(program), Some(method)) = (program, method) else {
            let what = format!("version {} cannot be computed again: its pack {} is gone", record.version, record.pack);
            walk.differs(&here, &entry.subject, what);
            return Ok(());
        };
        walk.report.assessments += 1;
        let under = Under { program: &program, method, review_date: record.reviewed_on };
        let again = assess(under, &answered.known, &answered.answers, Language::Vi);
        let same = again.is_ok_and(|again| again == assessed) && assessed.status == record.status;
        if !same {
            let what = format!("the assessment of version {} is not what its answers give", record.version);
            walk.differs(&here, &entry.subject, what);
        }
        Ok(())
    }
}
