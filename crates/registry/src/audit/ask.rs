//! Looking into the ledger: chains, entries, contents, signed ends; each within reach.

use super::{Difference, SignedRoot};
use crate::ledger::{self, COLUMNS, Entry, ORIGIN, REGISTER, Root, entry};
use crate::page::{Page, PageRequest};
use crate::scope::{Action, Reach};
use crate::store::{Query, int, maybe, sql, text};
use crate::{Desk, RegistryError, Result};
use sqlx::AnyConnection;
use sqlx::any::AnyRow;

impl Reach {
    /// Adds the condition on a chain's id. A chain is its commune's; that of the register itself is for those who reach
    /// everything.
    pub(super) fn chains_within(&self, query: Query, id: &'static str) -> Query {
        let of = |query: Query, column: &str, area: &str| {
            let query =
                query.push(" AND ").push(id).push(" IN (SELECT a.id FROM area a WHERE a.level = 'commune' AND a.");
            query.push(column).push(" = ").bind(area).push(")")
        };
        match self {
            Reach::Everything => query,
            Reach::Province(area) => of(query, "province", area),
            Reach::District(area) => of(query, "district", area),
            Reach::Commune(area) => of(query, "id", area),
            Reach::Hamlet { .. } | Reach::Nothing => query.push(" AND 1 = 0"),
        }
    }
}

fn root(row: &AnyRow) -> Result<Root> {
    Ok(Root { chain: text(row, 0)?, seq: int(row, 1)?, hash: text(row, 2)? })
}

impl Desk {
    /// The chains within reach and their ends.
    pub async fn chains(&self, page: &PageRequest) -> Result<Page<Root>> {
        self.actor.may(Action::ReadLedger)?;
        let mut connection = self.store().read().await?;
        let mut query = self.ends();
        if let Some([chain]) = page.key::<1>()? {
            query = query.push(" AND e.id > ").bind(chain);
        }
        let query = query.push(" ORDER BY e.id LIMIT ").bind(page.reads());
        Ok(Page::of(query.all(&mut connection, root).await?, page, |root| [root.chain.clone()]))
    }

    pub(super) async fn chains_within(&self, connection: &mut AnyConnection) -> Result<Vec<Root>> {
        self.ends().push(" ORDER BY e.id").all(connection, root).await
    }

    fn ends(&self) -> Query {
        let query = Query::new("SELECT e.id, e.seq, e.hash FROM chain e WHERE 1 = 1");
        self.actor.reach.chains_within(query, "e.id")
    }

    /// Makes sure that a chain is within reach. One that nobody has written to yet is its commune's all the same.
    pub(crate) async fn reach_chain(&self, connection: &mut AnyConnection, chain: &str) -> Result<()> {
        if self.actor.reach == Reach::Everything && chain == REGISTER {
            return Ok(());
        }
        // Capital and rankings of a province stand in its own chain.
        let query = Query::new("SELECT COUNT(*) FROM area a WHERE a.id = ").bind(chain);
        let query = match &self.actor.reach {
            Reach::Everything => query,
            Reach::Province(area) => query.push(" AND a.province = ").bind(area),
            Reach::District(area) => query.push(" AND a.level = 'commune' AND a.district = ").bind(area),
            Reach::Commune(area) => query.push(" AND a.id = ").bind(area),
            Reach::Hamlet { .. } | Reach::Nothing => query.push(" AND 1 = 0"),
        };
        if query.count(connection).await? > 0 { Ok(()) } else { Err(RegistryError::NotFound) }
    }

    /// The entries of a chain within reach, latest first.
    pub async fn entries(&self, chain: &str, page: &PageRequest) -> Result<Page<Entry>> {
        self.entries_of(chain, None, page).await
    }

    /// The entries of a chain within reach, latest first; of one kind, where it is given.
    pub async fn entries_of(&self, chain: &str, kind: Option<&str>, page: &PageRequest) -> Result<Page<Entry>> {
        self.actor.may(Action::ReadLedger)?;
        let mut connection = self.store().read().await?;
        self.reach_chain(&mut connection, chain).await?;
        let query = Query::new("SELECT ").push(COLUMNS).push(" FROM entry WHERE chain = ").bind(chain);
        let query = match kind {
            Some(kind) => query.push(" AND kind = ").bind(kind),
            None => query,
        };
        let query = match page.key::<1>()? {
            None => query,
            Some([seq]) => {
                let seq: i64 =
                    seq.parse().map_err(|_| RegistryError::invalid("after", "take it from the page before"))?;
                query.push(" AND seq < ").bind(seq)
            }
        };
        let query = query.push(" ORDER BY seq DESC LIMIT ").bind(page.reads());
        let rows = query.all(&mut connection, entry).await?;
        Ok(Page::of(rows, page, |entry| [entry.seq.to_string()]))
    }

    /// An entry of a chain within reach.
    pub async fn entry(&self, chain: &str, seq: i64) -> Result<Entry> {
        self.actor.may(Action::ReadLedger)?;
        let mut connection = self.store().read().await?;
        self.reach_chain(&mut connection, chain).await?;
        let query = Query::new("SELECT ").push(COLUMNS).push(" FROM entry WHERE chain = ").bind(chain);
        query.push(" AND seq = ").bind(seq).one(&mut connection, entry).await
    }

    /// The content of an entry, for who may read what it is about; nothing if it was erased.
    pub async fn entry_content(&self, chain: &str, seq: i64) -> Result<Option<serde_json::Value>> {
        self.actor.may(Action::ReadLedger)?;
        self.actor.may(Action::ReadPeople)?;
        let mut connection = self.store().read().await?;
        self.reach_chain(&mut connection, chain).await?;
        let query = Query::new("SELECT t.body FROM entry e LEFT JOIN content t ON t.hash = e.content WHERE e.chain = ");
        let query = query.bind(chain).push(" AND e.seq = ").bind(seq);
        let body = query.one(&mut connection, |row| maybe(row, 0)).await?;
        let damaged = || RegistryError::Damaged { what: format!("the content of entry {seq} cannot be read") };
        body.map(|body| serde_json::from_str(&body).map_err(|_| damaged())).transpose()
    }

    /// Whether a chain still has the entry that a printed root names; if not, what differs. A chain that was cut off, or
    /// written anew from some entry on, is sound in itself and shows only so.
    ///
    /// # Errors
    /// [`RegistryError::Invalid`] for what is no statement.
    pub async fn verify_root(&self, statement: &str) -> Result<Option<Difference>> {
        self.actor.may(Action::ReadLedger)?;
        let unreadable =
            || RegistryError::invalid("root", "the statement is not of the form: vuon/root/1 CHAIN DAY NUMBER HASH");
        let (root, day) = Root::of_statement(statement).ok_or_else(unreadable)?;
        let mut connection = self.store().read().await?;
        self.reach_chain(&mut connection, &root.chain).await?;
        let entry =
            sql("SELECT hash FROM entry WHERE chain = $1 AND seq = $2", [(&root.chain).into(), root.seq.into()]);
        let what = match entry.first(&mut connection, |row| text(row, 0)).await? {
            Some(hash) if hash == root.hash => return Ok(None),
            None if (root.seq, root.hash.as_str()) == (0, ORIGIN) => return Ok(None),
            Some(_) => format!("the entry is another than the one of the root printed on {day}"),
            None => format!("the entry of the root printed on {day} is missing: the chain was cut off"),
        };
        Ok(Some(Difference { subject: root.chain.clone(), chain: root.chain, seq: root.seq, what }))
    }

    /// The signed end of a commune's chain today.
    pub async fn signed_root(&self, chain: &str) -> Result<SignedRoot> {
        self.actor.may(Action::ReadLedger)?;
        let mut connection = self.store().read().await?;
        self.reach_chain(&mut connection, chain).await?;
        let root = ledger::root(&mut connection, chain).await?;
        let day = self.today();
        let statement = root.statement(day);
        let signature = self.keys().sign(&statement);
        Ok(SignedRoot { root, day, statement, signature, public_key: self.register.public_key() })
    }
}
