//! Lists of areas and their lineage compared with the prints that were told when they were loaded.

use super::chain::{Spot, Walk};
use super::expected::Expected;
use crate::areas::{lineage_print, units_print};
use crate::store::{int, sql, text};
use crate::{Desk, Result};
use serde::Deserialize;
use sqlx::AnyConnection;
use std::collections::BTreeMap;

/// What an entry tells of a list that was loaded.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct ListRecord {
    /// Of its units.
    pub print: String,
    /// Of the lineage between it and each list that was there already.
    pub lineage: BTreeMap<String, String>,
}

impl Desk {
    /// Compares what units there are, and what became of them, with what was loaded.
    pub(super) async fn compare_lists(
        &self,
        connection: &mut AnyConnection,
        expected: &Expected,
        walk: &mut Walk<'_>,
    ) -> Result<()> {
        let end = walk.spot(0);
        let mut traced = 0;
        for (list, said) in &expected.lists {
            if units_print(connection, list).await? != said.what.print {
                walk.differs(&said.spot, list, "the list of areas is not as it was loaded");
            }
            for (other, print) in &said.what.lineage {
                let (now, rows) = lineage_print(connection, [list, other]).await?;
                traced += rows;
                if now != *print {
                    walk.differs(
                        &said.spot,
                        list,
                        format!("the lineage between it and {other} is not as it was loaded"),
                    );
                }
            }
        }
        let lists = sql("SELECT id FROM area_list UNION SELECT list FROM area", []);
        for list in lists.all(connection, |row| text(row, 0)).await? {
            if !expected.lists.contains_key(&list) {
                walk.differs(&end, &list, "the list of areas has no entry");
            }
        }
        if sql("SELECT COUNT(*) FROM lineage", []).one(connection, |row| int(row, 0)).await? != traced {
            let register = Spot { chain: walk.chain.clone(), seq: 0 };
            walk.differs(&register, "lineage", "there is lineage that no list was loaded with");
        }
        Ok(())
    }
}
