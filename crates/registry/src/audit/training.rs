//! Completed modules compared with the entries that recorded them.

use super::chain::Walk;
use super::expected::Expected;
use crate::store::{Query, day, text};
use crate::training::Completed;
use crate::{Desk, Result};
use sqlx::AnyConnection;
use std::collections::HashSet;

impl Desk {
    /// Compares who completed what with the entries about it, both ways: a row may open the way to deciding.
    pub(super) async fn compare_training(
        &self,
        connection: &mut AnyConnection,
        expected: &Expected,
        walk: &mut Walk<'_>,
    ) -> Result<()> {
        let end = walk.spot(0);
        let query = Query::new("SELECT account, module, pack, pack_hash, done_on FROM training ORDER BY account, at");
        let rows = query.all(connection, |row| {
            let done = Completed {
                module: text(row, 1)?,
                pack: text(row, 2)?,
                pack_hash: text(row, 3)?,
                done_on: day(row, 4)?,
            };
            Ok((text(row, 0)?, done))
        });
        let rows = rows.await?;
        let here: HashSet<(&str, &Completed)> = rows.iter().map(|(account, done)| (account.as_str(), done)).collect();
        let told: HashSet<_> = expected.training.iter().map(|(account, said)| (account.as_str(), &said.what)).collect();
        for (account, done) in &rows {
            if !told.contains(&(account.as_str(), done)) {
                walk.differs(&end, account, "a completed module has no entry");
            }
        }
        for (account, said) in &expected.training {
            if !here.contains(&(account.as_str(), &said.what)) {
                walk.differs(&said.spot, account, "a completed module is missing");
            }
        }
        Ok(())
    }
}
