//! What people are called whose ids stand in the ledger.

use crate::scope::Action;
use crate::store::{MANY, Query, sql, text};
use crate::{Desk, Result};
use sqlx::AnyConnection;
use std::collections::BTreeMap;

impl Desk {
    /// The names of the authors of some entries of a chain, by account; who is no account is left out.
    ///
    /// # Errors
    /// [`NotFound`](crate::RegistryError::NotFound) for a chain out of reach: nobody is named whose entries may not be seen.
    pub async fn author_names(&self, chain: &str, entries: &[i64]) -> Result<BTreeMap<String, String>> {
        self.actor.may(Action::ReadLedger)?;
        let mut connection = self.store().read().await?;
        self.reach_chain(&mut connection, chain).await?;
        let mut names = BTreeMap::new();
        for some in entries.chunks(MANY) {
            let query = Query::new(
                "SELECT a.id, a.name FROM account a WHERE a.id IN (SELECT e.author FROM entry e WHERE e.chain = ",
            );
            let query = some
                .iter()
                .fold(query.bind(chain).push(" AND e.seq IN (-1"), |query, seq| query.push(", ").bind(*seq))
                .push("))");
            names.extend(query.all(&mut connection, |row| Ok((text(row, 0)?, text(row, 1)?))).await?);
        }
        Ok(names)
    }

    /// What the asker is called; the id itself for whoever has no account but the machine.
    pub(crate) async fn own_name(&self, connection: &mut AnyConnection) -> Result<String> {
        let name = sql("SELECT name FROM account WHERE id = $1", [self.actor.id.as_str().into()]);
        let name = name.first(connection, |row| text(row, 0)).await?;
        Ok(name.unwrap_or_else(|| self.actor.id.clone()))
    }
}
