//! Cases, answers, spells and complaints compared with what their entries say; their papers in [`super::papers`].

use super::chain::{Spot, Walk};
use super::expected::{Case, Expected, Said};
use super::papers::{compare_certificates, compare_documents};
use super::rows::{
    AnswersRow, ComplaintRow, Row, SpellRow, answers, cases, certificates, complaints, documents, spells,
};
use crate::cases::records::DecidedRecord;
use crate::{Desk, Result};
use sqlx::AnyConnection;

/// How many cases are compared at once.
const BATCH: usize = 1_000;

/// Each thing that was said with its row, and the rows that nothing was said of.
pub(super) fn paired<'s, S, R>(
    said: impl IntoIterator<Item = &'s S>,
    mut rows: Vec<R>,
    is: impl Fn(&S, &R) -> bool,
) -> (Vec<(&'s S, Option<R>)>, Vec<R>) {
    let pairs = said.into_iter().map(|said| {
        let place = rows.iter().position(|row| is(said, row));
        (said, place.map(|place| rows.swap_remove(place)))
    });
    let pairs = pairs.collect();
    (pairs, rows)
}

impl Desk {
    /// Compares the rows about cases that this chain's commune has now, and names those it tells of that are gone.
    pub(super) async fn compare_cases(
        &self,
        connection: &mut AnyConnection,
        expected: &Expected,
        walk: &mut Walk<'_>,
    ) -> Result<()> {
        let mut told: Vec<String> = expected.cases.keys().cloned().collect();
        told.sort_unstable();
        for told in told.chunks(BATCH) {
            let rows = cases(connection, told).await?;
            for id in told.iter().filter(|id| !rows.contains_key(*id)) {
                let case = &expected.cases[id];
                if case.own {
                    walk.differs(&case.last, id, "the case is missing");
                }
            }
            let ids: Vec<String> = told
                .iter()
                .filter(|id| rows.get(*id).is_some_and(|row| *row.commune == *walk.chain))
                .cloned()
                .collect();
            if ids.is_empty() {
                continue;
            }
            let mut answers = answers(connection, &ids).await?;
            let mut spells = spells(connection, &ids).await?;
            let mut complaints = complaints(connection, &ids).await?;
            let mut certificates = certificates(connection, &ids).await?;
            let mut documents = documents(connection, &ids).await?;
            for id in &ids {
                let case = &expected.cases[id];
                compare_case(&rows[id], case, walk);
                compare_answers(id, case, answers.remove(id).unwrap_or_default(), walk);
                compare_spells(id, case, spells.remove(id).unwrap_or_default(), walk);
                compare_complaints(id, case, complaints.remove(id).unwrap_or_default(), walk);
                let certificates = certificates.remove(id).unwrap_or_default();
                compare_certificates(connection, &rows[id], case, certificates, walk).await?;
                compare_documents(connection, id, case, documents.remove(id).unwrap_or_default(), walk).await?;
            }
        }
        Ok(())
    }
}

fn compare_case(row: &Row, case: &Case, walk: &mut Walk<'_>) {
    // That its list entry cannot be read was told where it stands.
    if let Some(listed) = &case.listed {
        let picture = &listed.what;
        let as_listed = row.round == picture.round
            && row.household == picture.household
            && row.reason == picture.reason
            && row.before == picture.history.status
            && row.snapshot == listed.content
            && row.persons == picture.persons
            && row.opened == picture.opened
            && row.due == picture.due;
        if !as_listed {
            walk.differs(&listed.spot, &row.id, "the case is not as it was listed");
        }
    }
    let latest = case.versions.last();
    let counts = latest.map_or(0, |latest| latest.what.counts);
    let counted = case.versions.iter().find(|version| version.what.version == counts);
    let said = (
        counted.map(|version| version.what.status.as_str()),
        counted.and_then(|version| version.what.movement.as_deref()),
        latest.map_or(0, |latest| latest.what.version),
        counts,
    );
    if (row.status.as_deref(), row.movement.as_deref(), row.answers, row.counts) != said {
        let spot = latest.map_or(&case.last, |version| &version.spot);
        walk.differs(spot, &row.id, "the status of the case is not that of its latest answers");
    }
    let decided = case.decided.last();
    let said = (decided.map(|d| d.what.decision.as_str()), decided.map(|d| d.what.status.as_str()));
    if (row.decision.as_deref(), row.decided.as_deref()) != said {
        let spot = decided.map_or(&case.last, |decided| &decided.spot);
        walk.differs(spot, &row.id, "the case is not as it was decided");
    }
    if let Some(decided) = decided {
        let answered = case.versions.iter().find(|version| version.what.version == decided.what.answers);
        if answered.map(|version| version.what.status.as_str()) != Some(decided.what.status.as_str()) {
            walk.differs(&decided.spot, &row.id, "the decision is not what the answers give");
        }
    }
    let posted = case.posted.1.as_ref().map(|(posting, until)| (Some(posting.as_str()), *until));
    if (row.posting.as_deref(), row.posted_until) != posted.unwrap_or_default() {
        walk.differs(&case.last, &row.id, "the case is not posted as its entries say");
    }
    if row.repeats != case.repeats {
        walk.differs(&case.last, &row.id, "the case was not repeated as often as its village did not agree");
    }
    let left = case.moved.as_ref().and_then(|(_, state)| state.as_deref());
    if left.is_some_and(|left| left != row.state) {
        walk.differs(&case.last, &row.id, "the case does not stand where its entries left it");
    }
}

fn compare_answers(id: &str, case: &Case, rows: Vec<AnswersRow>, walk: &mut Walk<'_>) {
    let (pairs, rest) = paired(&case.versions, rows, |said, row| row.version == said.what.version);
    for (said, row) in pairs {
        let record = &said.what;
        let Some(row) = row else {
            walk.differs(&said.spot, id, format!("version {} of the answers is missing", record.version));
            continue;
        };
        let movement = record.movement.as_deref().unwrap_or_default();
        let parts: [&str; 6] =
            [&record.reason, &record.answered, &record.assessed, &record.status, &record.submission, movement];
        if row.author != said.author || row.at != said.at || row.parts != parts {
            walk.differs(&said.spot, id, format!("version {} of the answers is not as it was signed", record.version));
        }
    }
    for row in rest {
        walk.differs(&case.last, id, format!("version {} of the answers has no entry", row.version));
    }
}

fn compare_spells(id: &str, case: &Case, rows: Vec<SpellRow>, walk: &mut Walk<'_>) {
    let ended_at = |spell: &str| {
        let by = case.decided.iter().find(|said| said.what.ends.iter().any(|ended| ended == spell));
        by.map(|said| said.at)
    };
    let begun = case.decided.iter().filter(|said| said.what.spell.is_some());
    let (pairs, rest) = paired(begun, rows, |said, row| said.what.spell.as_ref() == Some(&row.id));
    for (said, row) in pairs {
        match row {
            None => walk.differs(&said.spot, id, "the spell that the decision began is missing"),
            Some(row) if !is_spell(&row, said) || row.known_to != ended_at(&row.id) => {
                walk.differs(&said.spot, id, "the spell is not what was decided");
            }
            Some(_) => {}
        }
    }
    for row in rest {
        walk.differs(&case.last, id, format!("the spell {} was not decided", row.id));
    }
}

fn is_spell(row: &SpellRow, said: &Said<DecidedRecord>) -> bool {
    let record = &said.what;
    row.household == record.household
        && row.standard == record.standard
        && row.status == record.status
        && row.movement == record.movement
        && row.decision.as_deref() == Some(record.decision.as_str())
        && row.valid_from == record.valid_from
        && row.known_from == said.at
}

fn compare_complaints(id: &str, case: &Case, rows: Vec<ComplaintRow>, walk: &mut Walk<'_>) {
    let told: Vec<_> = case.complaints.iter().collect();
    let (pairs, rest) = paired(&told, rows, |(complaint, _), row| row.id == **complaint);
    for ((_, complaint), row) in pairs {
        let spot = complaint.said.as_ref().map_or(&case.last, |said| &said.spot);
        let Some(row) = row else {
            walk.differs(spot, id, "a complaint is missing");
            continue;
        };
        let received = complaint.said.as_ref().is_some_and(|said| {
            row.kind == said.what.kind
                && row.received_on == said.what.received_on
                && row.due_on == said.what.due_on
                && row.at == said.at
                && row.text == said.what.text
        });
        if !received {
            walk.differs(spot, id, "a complaint is not as it was received");
        }
        let told = (row.outcome.as_deref(), row.answer.as_deref(), row.answers, row.answered_on);
        let recorded = complaint.answer.as_ref().map(|said| {
            let answer = &said.what;
            (Some(answer.outcome.as_str()), Some(answer.answer.as_str()), answer.answers, Some(answer.answered_on))
        });
        if told != recorded.unwrap_or_default() || row.open != complaint.answer.is_none() {
            let spot = complaint.answer.as_ref().map_or(spot, |answer| &answer.spot);
            walk.differs(spot, id, "a complaint is not answered as it was recorded");
        }
    }
    for _ in rest {
        walk.differs(&case.last, id, "a complaint has no entry");
    }
}

impl Case {
    /// Where to look for what became of a household by this case.
    pub(super) fn decided_about(&self, household: &str) -> Option<&Spot> {
        self.decided.iter().rfind(|decided| decided.what.household == household).map(|decided| &decided.spot)
    }
}
