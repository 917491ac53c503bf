//! Accounts compared with the last that was recorded of them.

use super::chain::Walk;
use super::expected::Expected;
use crate::store::{Query, int, maybe, sql, text, yes};
use crate::{Desk, Result};
use sqlx::AnyConnection;
use std::collections::HashSet;

impl Desk {
    /// Compares who may do what, and where, with the entries about accounts. Passwords and second factors are secrets that
    /// no entry holds.
    pub(super) async fn compare_accounts(
        &self,
        connection: &mut AnyConnection,
        expected: &Expected,
        walk: &mut Walk<'_>,
    ) -> Result<()> {
        let end = walk.spot(0);
        let rows = Query::new("SELECT id, login, name, role, area, hamlet, active FROM account ORDER BY id");
        let rows = rows.all(connection, |row| {
            let fixed = (text(row, 1)?, text(row, 2)?, text(row, 3)?, yes(row, 6)?);
            Ok((text(row, 0)?, fixed, (maybe(row, 4)?, maybe(row, 5)?)))
        });
        let rows = rows.await?;
        let here: HashSet<&str> = rows.iter().map(|(id, ..)| id.as_str()).collect();
        for (id, said) in &expected.accounts {
            if !here.contains(id.as_str()) {
                walk.differs(&said.spot, id, "the account is missing");
            }
        }
        for (id, fixed, (area, hamlet)) in &rows {
            let Some(said) = expected.accounts.get(id) else {
                walk.differs(&end, id, "the account has no entry");
                continue;
            };
            let record = &said.what;
            let recorded = (record.login.clone(), record.name.clone(), record.role.id().to_owned(), record.active);
            let moved = expected.moved_accounts.get(id).is_some_and(|at| *at > said.at)
                || (*area != record.area && moved_from(connection, record.area.as_deref(), said.at).await?);
            if *fixed != recorded || (!moved && (area, hamlet) != (&record.area, &record.hamlet)) {
                walk.differs(&said.spot, id, "the account is not as it was recorded last");
            }
        }
        Ok(())
    }
}

/// Whether a reform moved what was in a commune after a time: its chain tells that, not the register's.
async fn moved_from(connection: &mut AnyConnection, area: Option<&str>, after: i64) -> Result<bool> {
    let moved = "SELECT COUNT(*) FROM entry WHERE chain = $1 AND kind = 'reform_out' AND at > $2";
    let count = sql(moved, [area.into(), after.into()]).one(connection, |row| int(row, 0)).await?;
    Ok(count > 0)
}
