//! The ledger: every change is an entry in an append-only chain of hashes, written in the same transaction.
//!
//! A chain belongs to one commune, so that communes do not wait for each other; what concerns the whole register (areas,
//! accounts) has the chain [`REGISTER`]. An entry holds who, when, what kind, about what, the hash of its content, and
//! the hash of the entry before it; its own hash covers all of these. Contents are kept apart under a salted hash: a
//! content can be erased on lawful request, and the chain still verifies.

use crate::store::{MANY, Query, Value, among, int, maybe, sql, text};
use crate::{RegistryError, Result};
use data_encoding::HEXLOWER;
use serde::Serialize;
use serde::de::DeserializeOwned;
use sha2::{Digest, Sha256};
use sqlx::AnyConnection;
use std::collections::HashMap;

/// The chain of what concerns the whole register.
pub const REGISTER: &str = "register";

/// The hash before the first entry.
pub const ORIGIN: &str = "0000000000000000000000000000000000000000000000000000000000000000";

/// One entry.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, utoipa::ToSchema)]
pub struct Entry {
    /// The chain it is in.
    pub chain: String,
    /// Its place in the chain, from 1.
    pub seq: i64,
    /// When, in microseconds since 1970 (UTC).
    pub at: i64,
    /// The account that did it, or `operator` for somebody with the key file and the command line.
    pub author: String,
    /// What kind of change, such as `answers`.
    pub kind: String,
    /// The id of what it is about.
    pub subject: String,
    /// The hash of its content.
    pub content: String,
    /// The hash of the entry before it.
    pub before: String,
    /// Its own hash.
    pub hash: String,
}

impl Entry {
    /// The hash that the other fields give: SHA-256 over each, preceded by its length in eight bytes.
    pub fn computed_hash(&self) -> String {
        let (seq, at) = (self.seq.to_string(), self.at.to_string());
        let fields = [
            "vuon/entry/1",
            &self.chain,
            &seq,
            &at,
            &self.author,
            &self.kind,
            &self.subject,
            &self.content,
            &self.before,
        ];
        digest(fields.iter().map(|field| field.as_bytes()))
    }
}

/// What an entry is to say.
pub struct Change<'a> {
    /// The account that does it.
    pub author: &'a str,
    /// What kind of change.
    pub kind: &'static str,
    /// The id of what it is about.
    pub subject: &'a str,
    /// The hash of its content.
    pub content: &'a str,
}

fn digest<'a>(parts: impl Iterator<Item = &'a [u8]>) -> String {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update((part.len() as u64).to_be_bytes());
        hash.update(part);
    }
    HEXLOWER.encode(&hash.finalize())
}

/// The hash of a content under its salt.
pub fn content_hash(salt: &str, body: &str) -> String {
    digest(["vuon/content/1".as_bytes(), salt.as_bytes(), body.as_bytes()].into_iter())
}

/// A salt nobody can guess, so that an erased content cannot be found by trying.
pub(crate) fn salt() -> String {
    HEXLOWER.encode(&crate::keys::random::<16>())
}

/// A content as it is stored, made before the database is needed.
#[derive(Debug)]
pub struct Stored {
    /// Its hash under its salt.
    pub hash: String,
    salt: String,
    body: String,
}

impl Stored {
    /// Writes a content out.
    pub fn of<T: Serialize>(content: &T) -> Result<Self> {
        let body = serde_json::to_string(content).map_err(|_| RegistryError::Damaged { what: "a content".into() })?;
        let salt = salt();
        Ok(Stored { hash: content_hash(&salt, &body), salt, body })
    }
}

/// Stores a content and gives its hash.
pub async fn store<T: Serialize>(connection: &mut AnyConnection, content: &T) -> Result<String> {
    let content = Stored::of(content)?;
    let hash = content.hash.clone();
    store_stored(connection, vec![content]).await?;
    Ok(hash)
}

/// Stores many contents in few statements; their hashes in the same order.
pub async fn store_all<T: Serialize>(connection: &mut AnyConnection, contents: &[T]) -> Result<Vec<String>> {
    let contents: Result<Vec<Stored>> = contents.iter().map(Stored::of).collect();
    store_stored(connection, contents?).await
}

/// Stores contents that were written out before; their hashes in the same order.
pub async fn store_stored(connection: &mut AnyConnection, contents: Vec<Stored>) -> Result<Vec<String>> {
    let hashes = contents.iter().map(|content| content.hash.clone()).collect();
    let rows = contents.into_iter().map(|content| [content.hash.into(), content.salt.into(), content.body.into()]);
    crate::store::insert_all(connection, "content (hash, salt, body)", rows).await?;
    Ok(hashes)
}

/// Reads a content; nothing if it was erased.
pub async fn content<T: DeserializeOwned>(connection: &mut AnyConnection, hash: &str) -> Result<Option<T>> {
    let body = sql("SELECT body FROM content WHERE hash = $1", [hash.into()]).one(connection, |r| maybe(r, 0)).await?;
    let damaged = || RegistryError::Damaged { what: format!("content {hash} cannot be read") };
    body.map(|body| serde_json::from_str(&body).map_err(|_| damaged())).transpose()
}

/// Reads many contents in few statements, by hash. Those that were erased are left out.
pub async fn contents<T: DeserializeOwned>(
    connection: &mut AnyConnection,
    hashes: &[String],
) -> Result<HashMap<String, T>> {
    let mut found = HashMap::with_capacity(hashes.len());
    for hashes in hashes.chunks(MANY) {
        let query = among(Query::new("SELECT hash, body FROM content WHERE body IS NOT NULL AND hash IN "), hashes);
        for (hash, body) in query.all(connection, |row| Ok((text(row, 0)?, text(row, 1)?))).await? {
            let damaged = |_| RegistryError::Damaged { what: format!("content {hash} cannot be read") };
            let read = serde_json::from_str(&body).map_err(damaged)?;
            found.insert(hash, read);
        }
    }
    Ok(found)
}

/// Takes the place at the end of a chain, making the chain if it is new. Until the transaction ends nobody else can
/// write to this chain, so entries of one chain have one order, and what was read after this stays true.
async fn last(connection: &mut AnyConnection, chain: &str) -> Result<(i64, String)> {
    sql(
        "INSERT INTO chain (id, seq, hash) VALUES ($1, 0, $2) ON CONFLICT (id) DO UPDATE SET seq = chain.seq \
         RETURNING seq, hash",
        [chain.into(), ORIGIN.into()],
    )
    .one(connection, |row| Ok((int(row, 0)?, text(row, 1)?)))
    .await
}

/// Waits for the chain and holds it to the end of the transaction. What a change depends on is read after this.
pub async fn hold(connection: &mut AnyConnection, chain: &str) -> Result<()> {
    last(connection, chain).await.map(|_| ())
}

/// Adds entries to the end of a chain; gives the last one's place.
pub async fn append(connection: &mut AnyConnection, chain: &str, at: i64, changes: &[Change<'_>]) -> Result<i64> {
    let (mut seq, mut before) = last(connection, chain).await?;
    let mut rows: Vec<[Value; 9]> = Vec::with_capacity(changes.len());
    for change in changes {
        seq += 1;
        let mut entry = Entry {
            chain: chain.into(),
            seq,
            at,
            author: change.author.into(),
            kind: change.kind.into(),
            subject: change.subject.into(),
            content: change.content.into(),
            before,
            hash: String::new(),
        };
        entry.hash = entry.computed_hash();
        before = entry.hash.clone();
        rows.push([
            entry.chain.into(),
            seq.into(),
            at.into(),
            entry.author.into(),
            entry.kind.into(),
            entry.subject.into(),
            entry.content.into(),
            entry.before.into(),
            entry.hash.into(),
        ]);
    }
    let columns = "entry (chain, seq, at, author, kind, subject, content, before, hash)";
    crate::store::insert_all(connection, columns, rows).await?;
    sql("UPDATE chain SET seq = $2, hash = $3 WHERE id = $1", [chain.into(), seq.into(), before.into()])
        .run(connection)
        .await?;
    Ok(seq)
}

pub(crate) const COLUMNS: &str = "chain, seq, at, author, kind, subject, content, before, hash";

/// Entries as [`COLUMNS`] orders them.
pub(crate) fn entry(row: &sqlx::any::AnyRow) -> Result<Entry> {
    Ok(Entry {
        chain: text(row, 0)?,
        seq: int(row, 1)?,
        at: int(row, 2)?,
        author: text(row, 3)?,
        kind: text(row, 4)?,
        subject: text(row, 5)?,
        content: text(row, 6)?,
        before: text(row, 7)?,
        hash: text(row, 8)?,
    })
}

/// How a statement begins.
const STATEMENT: &str = "vuon/root/1";

/// The end of a chain: its last place and hash. What is signed and printed on a posted list.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, utoipa::ToSchema)]
pub struct Root {
    /// The chain.
    pub chain: String,
    /// The place of its last entry.
    pub seq: i64,
    /// The hash of its last entry.
    pub hash: String,
}

impl Root {
    /// What is signed, for a day.
    pub fn statement(&self, day: jiff::civil::Date) -> String {
        format!("{STATEMENT} {} {day} {} {}", self.chain, self.seq, self.hash)
    }

    /// Reads a statement as it was printed, however it was broken into lines: the root, and its day.
    pub fn of_statement(statement: &str) -> Option<(Self, jiff::civil::Date)> {
        let parts: Vec<&str> = statement.split_whitespace().collect();
        let [STATEMENT, chain, day, seq, hash] = parts.as_slice() else { return None };
        let root = Root { chain: (*chain).to_owned(), seq: seq.parse().ok()?, hash: hash.to_lowercase() };
        Some((root, day.parse().ok()?))
    }
}

/// The end of a chain; of one without entries, the origin.
pub(crate) async fn root(connection: &mut AnyConnection, chain: &str) -> Result<Root> {
    let found = Query::new("SELECT seq, hash FROM chain WHERE id = ")
        .bind(chain)
        .first(connection, |row| Ok((int(row, 0)?, text(row, 1)?)))
        .await?;
    let (seq, hash) = found.unwrap_or((0, ORIGIN.into()));
    Ok(Root { chain: chain.into(), seq, hash })
}

/// Asks which chains must be there, by the rows that only come with entries, and are not: `o.id`, to be narrowed.
pub(crate) fn without_chain() -> Query {
    Query::new(
        "SELECT o.id FROM (SELECT commune AS id FROM household UNION SELECT commune FROM round \
         UNION SELECT commune FROM review_case UNION SELECT commune FROM import UNION SELECT commune FROM grievance \
         UNION SELECT 'register' FROM account) o WHERE NOT EXISTS (SELECT 1 FROM chain c WHERE c.id = o.id)",
    )
}
