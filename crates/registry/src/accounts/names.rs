//! What people are called whose ids stand in the ledger.

use crate::scope::Action;
use crate::store::{Query, sql, text};
use crate::{Desk, Result};
use sqlx::AnyConnection;
use std::collections::BTreeMap;

impl Desk {
    /// The names of authors of entries, by account. Needs a role that reads the ledger; an id that is no account's is
    /// left out.
    pub async fn author_names(&self, ids: &[&str]) -> Result<BTreeMap<String, String>> {
        self.actor.may(Action::ReadLedger)?;
        let ids: std::collections::BTreeSet<&str> = ids.iter().copied().collect();
        if ids.is_empty() {
            return Ok(BTreeMap::new());
        }
        let mut query = Query::new("SELECT id, name FROM account WHERE id IN (");
        for (place, id) in ids.iter().enumerate() {
            query = if place == 0 { query } else { query.push(", ") }.bind(*id);
        }
        let mut connection = self.store().read().await?;
        let names = query.push(")").all(&mut connection, |row| Ok((text(row, 0)?, text(row, 1)?))).await?;
        Ok(names.into_iter().collect())
    }

    /// What the asker is called; the id itself for whoever has no account but the machine.
    pub(crate) async fn own_name(&self, connection: &mut AnyConnection) -> Result<String> {
        let name = sql("SELECT name FROM account WHERE id = $1", [self.actor.id.as_str().into()]);
        let name = name.first(connection, |row| text(row, 0)).await?;
        Ok(name.unwrap_or_else(|| self.actor.id.clone()))
    }
}
