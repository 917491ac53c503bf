//! The rows about cases, as the audit compares them.

use crate::Result;
use crate::cases::records::CertificateKey;
use crate::store::{Query, among, day, grouped, int, maybe, maybe_day, maybe_int, text};
use jiff::civil::Date;
use sqlx::AnyConnection;
use std::collections::HashMap;

/// A case's row.
pub(super) struct Row {
    pub id: String,
    pub commune: String,
    pub round: String,
    pub household: String,
    pub state: String,
    pub reason: String,
    pub before: Option<String>,
    pub status: Option<String>,
    pub movement: Option<String>,
    pub answers: i64,
    /// The version whose status it has.
    pub counts: i64,
    pub repeats: i64,
    pub posting: Option<String>,
    pub posted_until: Option<Date>,
    pub decision: Option<String>,
    pub decided: Option<String>,
    pub snapshot: String,
    pub persons: i64,
    pub opened: Date,
    pub due: Option<Date>,
}

pub(super) struct AnswersRow {
    pub version: i64,
    pub author: String,
    pub at: i64,
    /// Reason, contents of answers and assessment, status, submission, movement.
    pub parts: [String; 6],
}

pub(super) struct SpellRow {
    pub id: String,
    pub household: String,
    pub standard: String,
    pub status: String,
    pub movement: Option<String>,
    pub decision: Option<String>,
    pub valid_from: Date,
    pub known_from: i64,
    pub known_to: Option<i64>,
}

pub(super) struct ComplaintRow {
    pub id: String,
    pub kind: String,
    pub received_on: Date,
    pub due_on: Option<Date>,
    pub at: i64,
    pub text: String,
    pub outcome: Option<String>,
    pub answer: Option<String>,
    pub answers: Option<i64>,
    pub answered_on: Option<Date>,
    pub open: bool,
}

pub(super) struct CertificateRow {
    pub key: CertificateKey,
    pub household: String,
    pub status: String,
    pub issued_on: Date,
    pub void_on: Option<Date>,
}

pub(super) struct DocumentRow {
    pub hash: String,
    pub name: String,
    pub mime: String,
    pub bytes: i64,
}

/// The rows of cases, by case.
pub(super) type Of<T> = HashMap<String, Vec<T>>;

pub(super) async fn cases(connection: &mut AnyConnection, ids: &[String]) -> Result<HashMap<String, Row>> {
    let query = Query::new(
        "SELECT id, commune, round, household, state, reason, before, status, movement, answers, decision, decided, \
         snapshot, persons, opened, due, counts, repeats, posting, posted_until FROM review_case WHERE id IN ",
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
            counts: int(row, 16)?,
            repeats: int(row, 17)?,
            posting: maybe(row, 18)?,
            posted_until: maybe_day(row, 19)?,
        };
        Ok((case.id.clone(), case))
    });
    Ok(rows.await?.into_iter().collect())
}

pub(super) async fn answers(connection: &mut AnyConnection, ids: &[String]) -> Result<Of<AnswersRow>> {
    let query = Query::new(
        "SELECT review_case, version, author, at, reason, answered, assessed, status, COALESCE(submission, ''), \
         COALESCE(movement, '') FROM answers WHERE review_case IN ",
    );
    let rows = among(query, ids).all(connection, |row| {
        let parts = [text(row, 4)?, text(row, 5)?, text(row, 6)?, text(row, 7)?, text(row, 8)?, text(row, 9)?];
        Ok((text(row, 0)?, AnswersRow { version: int(row, 1)?, author: text(row, 2)?, at: int(row, 3)?, parts }))
    });
    Ok(grouped(rows.await?))
}

pub(super) async fn spells(connection: &mut AnyConnection, ids: &[String]) -> Result<Of<SpellRow>> {
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

pub(super) async fn complaints(connection: &mut AnyConnection, ids: &[String]) -> Result<Of<ComplaintRow>> {
    let query = Query::new(
        "SELECT review_case, id, kind, received_on, due_on, at, text, outcome, answer, answers, answered_on, state \
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
            open: text(row, 11)? == "open",
        };
        Ok((text(row, 0)?, complaint))
    });
    Ok(grouped(rows.await?))
}

pub(super) async fn certificates(connection: &mut AnyConnection, ids: &[String]) -> Result<Of<CertificateRow>> {
    let query = Query::new(
        "SELECT review_case, commune, year, number, household, status, issued_on, void_on FROM certificate \
         WHERE review_case IN ",
    );
    let rows = among(query, ids).all(connection, |row| {
        let certificate = CertificateRow {
            key: CertificateKey { commune: text(row, 1)?, year: int(row, 2)?, number: int(row, 3)? },
            household: text(row, 4)?,
            status: text(row, 5)?,
            issued_on: day(row, 6)?,
            void_on: maybe_day(row, 7)?,
        };
        Ok((text(row, 0)?, certificate))
    });
    Ok(grouped(rows.await?))
}

pub(super) async fn documents(connection: &mut AnyConnection, ids: &[String]) -> Result<Of<DocumentRow>> {
    let query = Query::new("SELECT review_case, hash, name, mime, bytes FROM document WHERE review_case IN ");
    let rows = among(query, ids).all(connection, |row| {
        let document =
            DocumentRow { hash: text(row, 1)?, name: text(row, 2)?, mime: text(row, 3)?, bytes: int(row, 4)? };
        Ok((text(row, 0)?, document))
    });
    Ok(grouped(rows.await?))
}
