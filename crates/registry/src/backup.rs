//! Copies of a register: taken while it is in use, and looked through before anybody relies on them.
//!
//! In: an open register and a path. Out: one file that is one state of the database. The keys are not in it. PostgreSQL
//! has programs of its own for this, which the command calls; looking through is the same for both engines.

use crate::ledger::{self, ORIGIN};
use crate::store::{Query, int, sql, text};
use crate::{Engine, Register, RegistryError, Result, Store};
use std::path::Path;

/// What a copy holds, all of it sound.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Checked {
    /// Chains of the ledger.
    pub chains: i64,
    /// Entries.
    pub entries: i64,
    /// Households.
    pub households: i64,
    /// Accounts.
    pub accounts: i64,
}

impl Register {
    /// Writes one state of a file database to a new file, while others read and write.
    ///
    /// # Errors
    /// [`RegistryError::Invalid`] for a database on a server, which its own programs copy.
    pub async fn copy_to(&self, path: &Path) -> Result<()> {
        if self.store().engine() != Engine::Sqlite {
            return Err(RegistryError::invalid("database", "a server's database is copied by pg_dump"));
        }
        let mut connection = self.store().read().await?;
        Query::new("VACUUM INTO ").bind(path.display().to_string()).run(&mut connection).await?;
        Ok(())
    }
}

/// Looks a database through: its pages, and that every chain is there and ends with the entry it says, with none missing
/// before.
///
/// # Errors
/// [`RegistryError::Damaged`], which says where.
pub async fn check(store: &Store) -> Result<Checked> {
    let damaged = |what: String| RegistryError::Damaged { what };
    let mut tx = store.snapshot().await?;
    if store.engine() == Engine::Sqlite {
        let said = sql("PRAGMA integrity_check", []).all(&mut tx, |row| text(row, 0)).await?;
        if said != ["ok"] {
            return Err(damaged(format!("the file itself: {}", said.first().map_or("", String::as_str))));
        }
    }
    let chains = sql("SELECT id, seq, hash FROM chain ORDER BY id", []);
    let chains = chains.all(&mut tx, |row| Ok((text(row, 0)?, int(row, 1)?, text(row, 2)?))).await?;
    let counts = sql("SELECT chain, count(*), min(seq), max(seq) FROM entry GROUP BY chain ORDER BY chain", []);
    let counts = counts.all(&mut tx, |row| Ok((text(row, 0)?, int(row, 1)?, int(row, 2)?, int(row, 3)?))).await?;
    let mut checked = Checked { chains: chains.len() as i64, ..Checked::default() };
    for (id, seq, hash) in &chains {
        let found = counts.iter().find(|(chain, ..)| chain == id);
        let (count, first, last) = found.map_or((0, 1, 0), |(_, count, first, last)| (*count, *first, *last));
        if (count, first, last) != (*seq, 1, *seq) {
            return Err(damaged(format!("the chain {id} has {count} entries and ends with {seq}")));
        }
        let end = Query::new("SELECT ").push(ledger::COLUMNS).push(" FROM entry WHERE chain = ").bind(id);
        let end = end.push(" AND seq = ").bind(*seq).first(&mut tx, ledger::entry).await?;
        let sound = end.as_ref().map_or(hash == ORIGIN, |end| end.hash == *hash && end.computed_hash() == *hash);
        if !sound {
            return Err(damaged(format!("the last entry of the chain {id} is not the one it was")));
        }
        checked.entries += count;
    }
    if counts.len() > chains.len() {
        return Err(damaged("entries without a chain".into()));
    }
    if let Some(missing) = ledger::without_chain().first(&mut tx, |row| text(row, 0)).await? {
        return Err(damaged(format!("the chain {missing} is missing, and there are rows of it")));
    }
    checked.households = sql("SELECT count(*) FROM household", []).count(&mut tx).await?;
    checked.accounts = sql("SELECT count(*) FROM account", []).count(&mut tx).await?;
    Ok(checked)
}

/// Whether a database has no tables yet. It is not changed.
pub async fn is_empty(url: &str) -> Result<bool> {
    use sqlx::{AnyConnection, Connection};
    sqlx::any::install_default_drivers();
    let mut connection = AnyConnection::connect(url).await?;
    let tables = if url.starts_with("sqlite:") {
        "SELECT count(*) FROM sqlite_master WHERE type = 'table'"
    } else {
        "SELECT count(*) FROM information_schema.tables WHERE table_schema NOT IN ('pg_catalog', 'information_schema')"
    };
    let count = sql(tables, []).count(&mut connection).await?;
    connection.close().await?;
    Ok(count == 0)
}
