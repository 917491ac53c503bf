//! Walking one chain: links, hashes, contents. What the entries say is handed on; what they rest on is computed again.

use super::expected::Expected;
use super::{AuditReport, Difference};
use crate::cases::records::{Answered, AnswersRecord, ComplaintAnswerRecord, ComplaintRecord};
use crate::cases::standing::among;
use crate::forms::{Under, assess};
use crate::ledger::{COLUMNS, Entry, ORIGIN, Root, content_hash, entry};
use crate::store::{Query, maybe, maybe_int, text};
use crate::{Desk, Result};
use sqlx::AnyConnection;
use std::collections::HashMap;
use vuon_policy::explain::Explanation;
use vuon_policy::model::Language;

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
    /// Whether it is what its hash says; erased contents cannot be told.
    fn is(&self, hash: &str) -> bool {
        match (&self.salt, &self.body) {
            (Some(salt), Some(body)) => content_hash(salt, body) == hash,
            (_, None) => self.erased,
            (None, Some(_)) => false,
        }
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

/// What is found out about a chain.
pub(super) struct Walk<'a> {
    pub chain: &'a str,
    pub report: &'a mut AuditReport,
    pub found: Vec<Difference>,
}

impl Walk<'_> {
    /// Something differs.
    pub fn differs(&mut self, seq: i64, subject: &str, what: impl Into<String>) {
        self.found.push(Difference {
            chain: self.chain.to_owned(),
            seq,
            subject: subject.to_owned(),
            what: what.into(),
        });
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
            self.differs(entry.seq, &entry.subject, format!("{what} is missing"));
            return None;
        };
        if !content.is(hash) {
            self.differs(entry.seq, &entry.subject, format!("{what} is not what was recorded"));
            return None;
        }
        if content.body.is_none() {
            self.report.erased += 1;
            return None;
        }
        self.report.contents += 1;
        Some(content)
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
                if entry.seq != seq + 1 {
                    walk.differs(
                        entry.seq,
                        &entry.subject,
                        format!("entries from {} on are missing before it", seq + 1),
                    );
                }
                if entry.before != before {
                    walk.differs(entry.seq, &entry.subject, "it does not follow the entry before it");
                }
                if entry.hash != entry.computed_hash() {
                    walk.differs(entry.seq, &entry.subject, "the entry is not what its hash says");
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
                // From what was erased, or is damaged and was told so, nothing can be computed.
                if sound && entry.kind == "answers" {
                    self.assess_again(&entry, content, &stored, walk);
                }
                if !expected.take(&entry, content) {
                    walk.differs(entry.seq, &entry.subject, "its content cannot be read");
                }
            }
            seq = seq.max(next);
        }
        if seq != end.seq || before != end.hash {
            walk.differs(end.seq, &end.chain, "the chain does not end where it should");
        }
        Ok(())
    }

    /// Computes an assessment again from the recorded answers and the pack.
    fn assess_again(&self, entry: &Entry, content: &Stored, stored: &HashMap<String, Stored>, walk: &mut Walk<'_>) {
        let Some(record) = content.read::<AnswersRecord>() else { return };
        let answered = stored.get(&record.answered).and_then(Stored::read::<Answered>);
        let assessed = stored.get(&record.assessed).and_then(Stored::read::<Explanation>);
        let (Some(answered), Some(assessed)) = (answered, assessed) else { return };
        let program = self.register.program(&record.pack).ok().filter(|program| program.hash == record.pack_hash);
        let method = program.as_ref().and_then(|program| program.method(Some(&record.method)));
        let (Some(program), Some(method)) = (program, method) else {
            walk.report.other_pack += 1;
            return;
        };
        walk.report.assessments += 1;
        let under = Under { program: &program, method, review_date: record.reviewed_on };
        let again = assess(under, &answered.known, &answered.answers, Language::Vi);
        let same = again.is_ok_and(|again| again == assessed) && assessed.status == record.status;
        if !same {
            let what = format!("the assessment of version {} is not what its answers give", record.version);
            walk.differs(entry.seq, &entry.subject, what);
        }
    }
}
