//! Cases, answers, spells, complaints, certificates and documents compared with what their entries say.

use super::chain::Walk;
use super::expected::{Case, Expected, Said};
use crate::cases::documents::{document_bytes, document_hash};
use crate::cases::records::DecidedRecord;
use crate::cases::standing::among;
use crate::spells::history::is_listed;
use crate::store::{Query, day, int, maybe, maybe_day, maybe_int, sql, text};
use crate::{Desk, Result};
use jiff::civil::Date;
use sqlx::AnyConnection;
use std::collections::{HashMap, HashSet};

/// How many cases are compared at once.
const BATCH: usize = 1_000;

/// A case's row.
struct Row {
    id: String,
    commune: String,
    round: String,
    household: String,
    state: String,
    reason: String,
    before: Option<String>,
    status: Option<String>,
    movement: Option<String>,
    answers: i64,
    decision: Option<String>,
    decided: Option<String>,
    snapshot: String,
    persons: i64,
    opened: Date,
    due: Option<Date>,
}

struct AnswersRow {
    version: i64,
    author: String,
    at: i64,
    parts: [String; 5],
}

struct SpellRow {
    id: String,
    household: String,
    standard: String,
    status: String,
    movement: Option<String>,
    decision: Option<String>,
    valid_from: Date,
    known_from: i64,
    known_to: Option<i64>,
}

struct ComplaintRow {
    id: String,
    kind: String,
    received_on: Date,
    due_on: Option<Date>,
    at: i64,
    text: String,
    outcome: Option<String>,
    answer: Option<String>,
    answers: Option<i64>,
    answered_on: Option<Date>,
}

struct CertificateRow {
    year: i64,
    number: i64,
    issued_on: Date,
    void: bool,
}

struct DocumentRow {
    hash: String,
    name: String,
    mime: String,
    bytes: i64,
}

type Of<T> = HashMap<String, Vec<T>>;

fn grouped<T>(rows: Vec<(String, T)>) -> Of<T> {
    let mut groups: Of<T> = HashMap::new();
    for (case, row) in rows {
        groups.entry(case).or_default().push(row);
    }
    groups
}

impl Desk {
    /// Compares the rows about cases, those that are of this chain's commune.
    pub(super) async fn compare_cases(
        &self,
        connection: &mut AnyConnection,
        expected: &Expected,
        walk: &mut Walk<'_>,
    ) -> Result<()> {
        let mut ids: Vec<String> = expected.cases.keys().cloned().collect();
        ids.sort_unstable();
        for ids in ids.chunks(BATCH) {
            let rows = cases(connection, ids).await?;
            let mut answers = answers(connection, ids).await?;
            let mut spells = spells(connection, ids).await?;
            let mut complaints = complaints(connection, ids).await?;
            let mut certificates = certificates(connection, ids).await?;
            let mut documents = documents(connection, ids).await?;
            let elsewhere = elsewhere(connection, walk.chain, ids).await?;
            for id in ids {
                let case = &expected.cases[id];
                let Some(row) = rows.get(id) else {
                    walk.differs(case.seq, id, "the case is missing");
                    continue;
                };
                // A case that is told in another chain too, since its commune became another, is told in part in each.
                let whole = case.listed.is_some() && !case.gap && !elsewhere.contains(id);
                if whole {
                    compare_case(row, case, walk);
                }
                compare_answers(id, case, answers.remove(id).unwrap_or_default(), whole, walk);
                compare_spells(id, case, spells.remove(id).unwrap_or_default(), whole, walk);
                compare_complaints(id, case, complaints.remove(id).unwrap_or_default(), whole, walk);
                compare_certificates(id, case, certificates.remove(id).unwrap_or_default(), whole, walk);
                let documents = documents.remove(id).unwrap_or_default();
                compare_documents(connection, id, case, documents, whole, walk).await?;
            }
        }
        Ok(())
    }

    /// Compares what households have as their status with their spells, and spells with what began them.
    pub(super) async fn compare_households(
        &self,
        connection: &mut AnyConnection,
        expected: &Expected,
        end: i64,
        walk: &mut Walk<'_>,
    ) -> Result<()> {
        let wrong = Query::new(
            "SELECT h.id FROM household h JOIN spell s ON s.household = h.id AND s.known_to IS NULL AND NOT EXISTS (SELECT 1 \
             FROM spell t WHERE t.household = s.household AND t.known_to IS NULL AND (t.valid_from > s.valid_from OR \
             (t.valid_from = s.valid_from AND (t.known_from > s.known_from OR (t.known_from = s.known_from AND t.id > s.id))))) \
             WHERE (COALESCE(h.status, '') <> s.status OR COALESCE(h.standard, '') <> s.standard) AND h.commune = ",
        );
        let mut wrong = wrong.bind(walk.chain).all(connection, |row| text(row, 0)).await?;
        let without = Query::new(
            "SELECT h.id FROM household h WHERE h.status IS NOT NULL AND NOT EXISTS (SELECT 1 FROM spell s \
             WHERE s.household = h.id AND s.known_to IS NULL) AND h.commune = ",
        );
        wrong.extend(without.bind(walk.chain).all(connection, |row| text(row, 0)).await?);
        for household in wrong {
            // Where to look: the last decision about it.
            let decided = expected.cases.values().flat_map(|case| &case.decided);
            let seq = decided.filter(|decided| decided.what.household == household).map(|decided| decided.seq).max();
            walk.differs(seq.unwrap_or(end), &household, "the household's status is not that of its latest spell");
        }
        let undecided = Query::new(
            "SELECT s.id, s.household, s.known_from FROM spell s JOIN household h ON h.id = s.household \
             WHERE s.review_case IS NULL AND h.commune = ",
        );
        let undecided =
            undecided.bind(walk.chain).all(connection, |row| Ok((text(row, 0)?, text(row, 1)?, int(row, 2)?))).await?;
        let mut imports: Option<HashSet<i64>> = None;
        for (spell, household, known_from) in undecided {
            if expected.imports.contains(&known_from) {
                continue;
            }
            // It may have come with a household from another commune's chain.
            if imports.is_none() {
                let all = sql("SELECT DISTINCT at FROM entry WHERE kind = 'import'", []);
                imports = Some(all.all(connection, |row| int(row, 0)).await?.into_iter().collect());
            }
            if !imports.as_ref().is_some_and(|imports| imports.contains(&known_from)) {
                walk.differs(end, &household, format!("the spell {spell} comes from no decision and no import"));
            }
        }
        let unlisted = Query::new(
            "SELECT s.id, s.review_case FROM spell s JOIN household h ON h.id = s.household \
             WHERE s.review_case IS NOT NULL AND NOT EXISTS (SELECT 1 FROM entry e WHERE e.subject = s.review_case \
             AND e.kind = 'decided' AND e.at = s.known_from) AND h.commune = ",
        );
        let unlisted = unlisted.bind(walk.chain).all(connection, |row| Ok((text(row, 0)?, text(row, 1)?)));
        for (spell, case) in unlisted.await? {
            let seq = expected.cases.get(&case).map_or(end, |case| case.seq);
            walk.differs(seq, &case, format!("the spell {spell} comes from no decision"));
        }
        Ok(())
    }
}

// ---- comparing ------------------------------------------------------------------------------------------------------

fn compare_case(row: &Row, case: &Case, walk: &mut Walk<'_>) {
    let Some(listed) = &case.listed else { return };
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
        walk.differs(listed.seq, &row.id, "the case is not as it was listed");
    }
    let latest = case.versions.last();
    let status = latest.map(|version| version.what.status.as_str());
    let movement = latest.and_then(|version| version.what.movement.as_deref());
    let versions = latest.map_or(0, |version| version.what.version);
    if row.status.as_deref() != status || row.movement.as_deref() != movement || row.answers != versions {
        let seq = latest.map_or(listed.seq, |version| version.seq);
        walk.differs(seq, &row.id, "the status of the case is not that of its latest answers");
    }
    let decided = case.decided.last();
    let said = (decided.map(|d| d.what.decision.as_str()), decided.map(|d| d.what.status.as_str()));
    if (row.decision.as_deref(), row.decided.as_deref()) != said {
        let seq = decided.map_or(case.seq, |decided| decided.seq);
        walk.differs(seq, &row.id, "the case is not as it was decided");
    }
    if let Some(decided) = decided {
        let answered = case.versions.iter().find(|version| version.what.version == decided.what.answers);
        if answered.map(|version| version.what.status.as_str()) != Some(decided.what.status.as_str()) {
            walk.differs(decided.seq, &row.id, "the decision is not what the answers give");
        }
    }
    // What moves a whole round is told in the chain it is in now.
    if row.commune == walk.chain && case.state.as_deref().is_some_and(|state| state != row.state) {
        walk.differs(case.seq, &row.id, "the case does not stand where its entries left it");
    }
}

fn compare_answers(id: &str, case: &Case, mut rows: Vec<AnswersRow>, whole: bool, walk: &mut Walk<'_>) {
    for said in &case.versions {
        let record = &said.what;
        let place = rows.iter().position(|row| row.version == record.version);
        let Some(row) = place.map(|place| rows.swap_remove(place)) else {
            walk.differs(said.seq, id, format!("version {} of the answers is missing", record.version));
            continue;
        };
        let parts = [&record.reason, &record.answered, &record.assessed, &record.status, &record.submission];
        if row.author != said.author || row.at != said.at || row.parts.iter().ne(parts) {
            walk.differs(said.seq, id, format!("version {} of the answers is not as it was signed", record.version));
        }
    }
    for row in rows.iter().filter(|_| whole) {
        walk.differs(case.seq, id, format!("version {} of the answers has no entry", row.version));
    }
}

fn compare_spells(id: &str, case: &Case, mut rows: Vec<SpellRow>, whole: bool, walk: &mut Walk<'_>) {
    let ended_at = |spell: &str| {
        let by = case.decided.iter().find(|said| said.what.ends.iter().any(|ended| ended == spell));
        by.map(|said| said.at)
    };
    for said in &case.decided {
        let Some(spell) = &said.what.spell else { continue };
        let place = rows.iter().position(|row| row.id == *spell);
        let Some(row) = place.map(|place| rows.swap_remove(place)) else {
            walk.differs(said.seq, id, "the spell that the decision began is missing");
            continue;
        };
        if !is_spell(&row, said) || (whole && row.known_to != ended_at(spell)) {
            walk.differs(said.seq, id, "the spell is not what was decided");
        }
    }
    for row in rows.iter().filter(|_| whole) {
        walk.differs(case.seq, id, format!("the spell {} was not decided", row.id));
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

fn compare_complaints(id: &str, case: &Case, mut rows: Vec<ComplaintRow>, whole: bool, walk: &mut Walk<'_>) {
    for (complaint, said) in &case.complaints {
        let record = &said.said.what;
        let place = rows.iter().position(|row| row.id == *complaint);
        let Some(row) = place.map(|place| rows.swap_remove(place)) else {
            walk.differs(said.said.seq, id, "a complaint is missing");
            continue;
        };
        let received = row.kind == record.kind
            && row.received_on == record.received_on
            && row.due_on == record.due_on
            && row.at == said.said.at
            && row.text == record.text;
        if !received {
            walk.differs(said.said.seq, id, "a complaint is not as it was received");
        }
        let told = (row.outcome.as_deref(), row.answer.as_deref(), row.answers, row.answered_on);
        let answer = said.answer.as_ref();
        let recorded = answer.map(|a| {
            (Some(a.what.outcome.as_str()), Some(a.what.answer.as_str()), a.what.answers, Some(a.what.answered_on))
        });
        if whole && told != recorded.unwrap_or((None, None, None, None)) {
            let seq = answer.map_or(said.said.seq, |answer| answer.seq);
            walk.differs(seq, id, "a complaint is not answered as it was recorded");
        }
    }
    for _ in rows.iter().filter(|_| whole) {
        walk.differs(case.seq, id, "a complaint has no entry");
    }
}

fn compare_certificates(id: &str, case: &Case, mut rows: Vec<CertificateRow>, whole: bool, walk: &mut Walk<'_>) {
    let mut seen = HashSet::new();
    for said in &case.certificates {
        let key = (said.what.year, said.what.number);
        // One that was confirmed after another decision has two entries.
        if !seen.insert(key) {
            continue;
        }
        let place = rows.iter().position(|row| (row.year, row.number) == key);
        let Some(row) = place.map(|place| rows.swap_remove(place)) else {
            walk.differs(said.seq, id, "a certificate is missing");
            continue;
        };
        let later = case.decided.iter().any(|decided| decided.at > said.at && !is_listed(&decided.what.status));
        if row.issued_on != said.what.issued_on || !is_listed(&said.what.status) || (whole && row.void != later) {
            walk.differs(said.seq, id, "a certificate is not as it was recorded");
        }
    }
    for _ in rows.iter().filter(|_| whole) {
        walk.differs(case.seq, id, "a certificate has no entry");
    }
}

async fn compare_documents(
    connection: &mut AnyConnection,
    id: &str,
    case: &Case,
    mut rows: Vec<DocumentRow>,
    whole: bool,
    walk: &mut Walk<'_>,
) -> Result<()> {
    for said in &case.documents {
        let record = &said.what;
        let place = rows.iter().position(|row| row.hash == record.hash);
        let Some(row) = place.map(|place| rows.swap_remove(place)) else {
            walk.differs(said.seq, id, "a document is missing");
            continue;
        };
        let body = sql(
            "SELECT body FROM document WHERE review_case = $1 AND hash = $2",
            [id.into(), record.hash.as_str().into()],
        );
        let body = body.first(connection, |row| maybe(row, 0)).await?.flatten();
        let same = body.as_deref().is_none_or(|body| {
            document_bytes(body).is_ok_and(|bytes| {
                document_hash(&bytes) == record.hash && i64::try_from(bytes.len()) == Ok(record.bytes)
            })
        });
        if body.is_none() {
            walk.report.erased += 1;
        }
        if !same || row.name != record.name || row.mime != record.mime || row.bytes != record.bytes {
            walk.differs(said.seq, id, "a document is not as it was attached");
        }
    }
    for _ in rows.iter().filter(|_| whole) {
        walk.differs(case.seq, id, "a document has no entry");
    }
    Ok(())
}

// ---- reading --------------------------------------------------------------------------------------------------------

/// The cases that entries of other chains are about.
async fn elsewhere(connection: &mut AnyConnection, chain: &str, ids: &[String]) -> Result<HashSet<String>> {
    let query = Query::new("SELECT DISTINCT subject FROM entry WHERE chain <> ").bind(chain);
    let rows = among(query.push(" AND subject IN "), ids).all(connection, |row| text(row, 0)).await?;
    Ok(rows.into_iter().collect())
}

async fn cases(connection: &mut AnyConnection, ids: &[String]) -> Result<HashMap<String, Row>> {
    let query = Query::new(
        "SELECT id, commune, round, household, state, reason, before, status, movement, answers, decision, decided, \
         snapshot, persons, opened, due FROM review_case WHERE id IN ",
    );
    let rows = among(query, ids).all(connection, |row| {
        let case = Row {
            id: text(row, 0)?,
            commune: text(row, 1)?,
            round: text(row, 2)?,
            household: text(row, 3)?,
            state: text(row, 4)?,
            reason: text(row, 5)?,
            before: maybe(row, 6)?,
            status: maybe(row, 7)?,
            movement: maybe(row, 8)?,
            answers: int(row, 9)?,
            decision: maybe(row, 10)?,
            decided: maybe(row, 11)?,
            snapshot: text(row, 12)?,
            persons: int(row, 13)?,
            opened: day(row, 14)?,
            due: maybe_day(row, 15)?,
        };
        Ok((case.id.clone(), case))
    });
    Ok(rows.await?.into_iter().collect())
}

async fn answers(connection: &mut AnyConnection, ids: &[String]) -> Result<Of<AnswersRow>> {
    let query = Query::new(
        "SELECT review_case, version, author, at, reason, answered, assessed, status, COALESCE(submission, '') \
         FROM answers WHERE review_case IN ",
    );
    let rows = among(query, ids).all(connection, |row| {
        let parts = [text(row, 4)?, text(row, 5)?, text(row, 6)?, text(row, 7)?, text(row, 8)?];
        Ok((text(row, 0)?, AnswersRow { version: int(row, 1)?, author: text(row, 2)?, at: int(row, 3)?, parts }))
    });
    Ok(grouped(rows.await?))
}

async fn spells(connection: &mut AnyConnection, ids: &[String]) -> Result<Of<SpellRow>> {
    let query = Query::new(
        "SELECT review_case, id, household, standard, status, movement, decision, valid_from, known_from, known_to \
         FROM spell WHERE review_case IN ",
    );
    let rows = among(query, ids).all(connection, |row| {
        let spell = SpellRow {
            id: text(row, 1)?,
            household: text(row, 2)?,
            standard: text(row, 3)?,
            status: text(row, 4)?,
            movement: maybe(row, 5)?,
            decision: maybe(row, 6)?,
            valid_from: day(row, 7)?,
            known_from: int(row, 8)?,
            known_to: maybe_int(row, 9)?,
        };
        Ok((text(row, 0)?, spell))
    });
    Ok(grouped(rows.await?))
}

async fn complaints(connection: &mut AnyConnection, ids: &[String]) -> Result<Of<ComplaintRow>> {
    let query = Query::new(
        "SELECT review_case, id, kind, received_on, due_on, at, text, outcome, answer, answers, answered_on \
         FROM complaint WHERE review_case IN ",
    );
    let rows = among(query, ids).all(connection, |row| {
        let complaint = ComplaintRow {
            id: text(row, 1)?,
            kind: text(row, 2)?,
            received_on: day(row, 3)?,
            due_on: maybe_day(row, 4)?,
            at: int(row, 5)?,
            text: text(row, 6)?,
            outcome: maybe(row, 7)?,
            answer: maybe(row, 8)?,
            answers: maybe_int(row, 9)?,
            answered_on: maybe_day(row, 10)?,
        };
        Ok((text(row, 0)?, complaint))
    });
    Ok(grouped(rows.await?))
}

async fn certificates(connection: &mut AnyConnection, ids: &[String]) -> Result<Of<CertificateRow>> {
    let query =
        Query::new("SELECT review_case, year, number, issued_on, void_on FROM certificate WHERE review_case IN ");
    let rows = among(query, ids).all(connection, |row| {
        let certificate = CertificateRow {
            year: int(row, 1)?,
            number: int(row, 2)?,
            issued_on: day(row, 3)?,
            void: maybe_day(row, 4)?.is_some(),
        };
        Ok((text(row, 0)?, certificate))
    });
    Ok(grouped(rows.await?))
}

async fn documents(connection: &mut AnyConnection, ids: &[String]) -> Result<Of<DocumentRow>> {
    let query = Query::new("SELECT review_case, hash, name, mime, bytes FROM document WHERE review_case IN ");
    let rows = among(query, ids).all(connection, |row| {
        let document =
            DocumentRow { hash: text(row, 1)?, name: text(row, 2)?, mime: text(row, 3)?, bytes: int(row, 4)? };
        Ok((text(row, 0)?, document))
    });
    Ok(grouped(rows.await?))
}
