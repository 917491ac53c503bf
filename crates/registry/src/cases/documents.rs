//! Documents and photos of cases, found by the hash of their bytes.

use super::DocumentRow;
use super::records::DocumentRecord;
use crate::ledger::Change;
use crate::scope::Action;
use crate::store::{Query, insert_all, int, maybe, sql, text};
use crate::{Desk, RegistryError, Result, ledger};
use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use data_encoding::HEXLOWER;
use sha2::{Digest, Sha256};

/// The largest document, in bytes.
pub const LARGEST: usize = 5 * 1024 * 1024;

/// The type that the first bytes tell.
fn mime(bytes: &[u8]) -> Option<&'static str> {
    match bytes {
        [0xff, 0xd8, 0xff, ..] => Some("image/jpeg"),
        [0x89, b'P', b'N', b'G', 0x0d, 0x0a, 0x1a, 0x0a, ..] => Some("image/png"),
        [b'%', b'P', b'D', b'F', b'-', ..] => Some("application/pdf"),
        _ => None,
    }
}

/// The hash that a document is found by.
pub(crate) fn document_hash(bytes: &[u8]) -> String {
    HEXLOWER.encode(&Sha256::digest(bytes))
}

/// The bytes of a stored document.
pub(crate) fn document_bytes(body: &str) -> Result<Vec<u8>> {
    BASE64.decode(body).map_err(|_| RegistryError::Damaged { what: "a document cannot be read".into() })
}

impl Desk {
    /// Attaches a document or photo; its type is told by its first bytes, not by its name. At most 5 MiB. Attached again
    /// it is there once.
    pub async fn attach(&self, case: &str, name: &str, bytes: &[u8]) -> Result<DocumentRow> {
        let name = crate::text::name("name", name)?;
        if bytes.len() > LARGEST {
            return Err(RegistryError::invalid("file", "a document has at most 5 MiB"));
        }
        let mime = mime(bytes).ok_or_else(|| RegistryError::invalid("file", "only JPEG, PNG and PDF are taken"))?;
        let (mut tx, case) = self.change_case(case, Action::Answer).await?;
        let hash = document_hash(bytes);
        let id = case.row.id.as_str();
        let before = sql(
            "SELECT hash, name, mime, bytes FROM document WHERE review_case = $1 AND hash = $2",
            [id.into(), hash.as_str().into()],
        );
        let before = before.first(&mut tx, |row| {
            Ok(DocumentRow { hash: text(row, 0)?, name: text(row, 1)?, mime: text(row, 2)?, bytes: int(row, 3)? })
        });
        if let Some(before) = before.await? {
            return Ok(before);
        }
        let size = i64::try_from(bytes.len()).map_err(|_| RegistryError::invalid("file", "too large"))?;
        let at = self.now();
        let row = [
            hash.as_str().into(),
            id.into(),
            name.as_str().into(),
            mime.into(),
            size.into(),
            at.into(),
            self.actor.id.as_str().into(),
        ];
        sql(
            "INSERT INTO document_body (hash, body) VALUES ($1, $2) ON CONFLICT (hash) DO NOTHING",
            [hash.as_str().into(), BASE64.encode(bytes).into()],
        )
        .run(&mut tx)
        .await?;
        insert_all(&mut tx, "document (hash, review_case, name, mime, bytes, at, author)", [row]).await?;
        let record = DocumentRecord { hash: hash.clone(), name: name.clone(), mime: mime.into(), bytes: size };
        let content = ledger::store(&mut tx, &record).await?;
        let change = Change { author: &self.actor.id, kind: "document", subject: id, content: &content };
        ledger::append(&mut tx, &case.place.commune, at, &[change]).await?;
        tx.commit().await?;
        Ok(DocumentRow { hash, name, mime: mime.into(), bytes: size })
    }

    /// A document's type and bytes.
    pub async fn document(&self, case: &str, hash: &str) -> Result<(DocumentRow, Vec<u8>)> {
        self.actor.may(Action::ReadPeople)?;
        let mut connection = self.store().read().await?;
        let query = Query::new(
            "SELECT d.hash, d.name, d.mime, d.bytes, b.body FROM document d JOIN document_body b ON b.hash = d.hash \
             JOIN review_case c ON c.id = d.review_case WHERE d.review_case = ",
        );
        let query = query.bind(case).push(" AND d.hash = ").bind(hash);
        let (row, body) = self
            .actor
            .reach
            .within(query, "c")
            .one(&mut connection, |row| {
                let shown =
                    DocumentRow { hash: text(row, 0)?, name: text(row, 1)?, mime: text(row, 2)?, bytes: int(row, 3)? };
                Ok((shown, maybe(row, 4)?))
            })
            .await?;
        let bytes = document_bytes(&body.ok_or(RegistryError::NotFound)?)?;
        Ok((row, bytes))
    }
}
