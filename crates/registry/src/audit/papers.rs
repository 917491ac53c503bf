//! The papers of cases, certificates and documents, compared with what their entries say.

use super::cases::paired;
use super::chain::Walk;
use super::expected::{Case, Said};
use super::rows::{CertificateRow, DocumentRow, Row};
use crate::Result;
use crate::cases::documents::{document_bytes, document_hash};
use crate::cases::records::{CertificateKey, CertificateRecord};
use crate::store::{maybe, sql};
use jiff::civil::Date;
use sqlx::AnyConnection;

/// Compares certificates: what they were given for, and that they are void just when an entry says so.
pub(super) async fn compare_certificates(
    connection: &mut AnyConnection,
    case_row: &Row,
    case: &Case,
    rows: Vec<CertificateRow>,
    walk: &mut Walk<'_>,
) -> Result<()> {
    let id = &case_row.id;
    let key = |said: &Said<CertificateRecord>| said.what.key.clone();
    // One that was confirmed after another decision has two entries.
    let first = case
        .certificates
        .iter()
        .enumerate()
        .filter(|(place, said)| !case.certificates[..*place].iter().any(|before| key(before) == key(said)));
    let first: Vec<_> = first.map(|(_, said)| said).collect();
    let (pairs, rest) = paired(first.iter().copied(), rows, |said, row| row.key == said.what.key);
    for (said, row) in pairs {
        let Some(row) = row else {
            walk.differs(&said.spot, id, "a certificate is missing");
            continue;
        };
        let as_given = row.issued_on == said.what.issued_on
            && row.status == said.what.status
            && row.household == case_row.household
            && was_listed(connection, id, &row.status).await?;
        if !as_given || row.void_on != voided_on(connection, &row).await? {
            walk.differs(&said.spot, id, "a certificate is not as it was recorded");
        }
    }
    for _ in rest {
        walk.differs(&case.last, id, "a certificate has no entry");
    }
    Ok(())
}

/// Whether a case ever began a status that communes keep a list of.
async fn was_listed(connection: &mut AnyConnection, case: &str, status: &str) -> Result<bool> {
    let spells = "SELECT COUNT(*) FROM spell WHERE review_case = $1 AND status = $2 AND list IS NOT NULL";
    Ok(sql(spells, [case.into(), status.into()]).count(connection).await? > 0)
}

/// When a certificate was made void, by the entries about its household's cases: they may be in any commune's chain.
async fn voided_on(connection: &mut AnyConnection, row: &CertificateRow) -> Result<Option<Date>> {
    #[derive(serde::Deserialize)]
    struct Voiding {
        voids: Vec<CertificateKey>,
        #[serde(alias = "issued_on")]
        decided_on: Date,
    }
    let entries = sql(
        "SELECT t.body FROM review_case c JOIN entry e ON e.subject = c.id AND e.kind IN ('decided', 'certificate') \
         JOIN content t ON t.hash = e.content WHERE c.household = $1",
        [row.household.as_str().into()],
    );
    let entries = entries.all(connection, |row| maybe(row, 0)).await?;
    let voiding = entries.into_iter().flatten().filter_map(|body| serde_json::from_str::<Voiding>(&body).ok());
    Ok(voiding.filter(|voiding| voiding.voids.contains(&row.key)).map(|voiding| voiding.decided_on).min())
}

/// Compares documents with their bytes.
pub(super) async fn compare_documents(
    connection: &mut AnyConnection,
    id: &str,
    case: &Case,
    rows: Vec<DocumentRow>,
    walk: &mut Walk<'_>,
) -> Result<()> {
    let (pairs, rest) = paired(&case.documents, rows, |said, row| row.hash == said.what.hash);
    for (said, row) in pairs {
        let record = &said.what;
        let Some(row) = row else {
            walk.differs(&said.spot, id, "a document is missing");
            continue;
        };
        let body = sql("SELECT body FROM document_body WHERE hash = $1", [record.hash.as_str().into()]);
        let body = body.one(connection, |row| maybe(row, 0)).await?;
        let bytes = body.and_then(|body| document_bytes(&body).ok());
        let same = bytes.is_some_and(|bytes| {
            document_hash(&bytes) == record.hash && i64::try_from(bytes.len()) == Ok(record.bytes)
        });
        if !same || row.name != record.name || row.mime != record.mime || row.bytes != record.bytes {
            walk.differs(&said.spot, id, "a document is not as it was attached");
        }
    }
    for _ in rest {
        walk.differs(&case.last, id, "a document has no entry");
    }
    Ok(())
}
