//! Names for the ids that entries hold: an entry names nobody, and whoever reads it may know who is meant.

use crate::scope::Action;
use crate::store::{MANY, Query, among, text};
use crate::{Desk, Result};
use std::collections::HashMap;

impl Desk {
    /// The names, as they are now, of the households, people, cases and hamlets among some ids that are within reach; of
    /// who was erased, and of anything else, none.
    pub async fn names_of(&self, ids: &[String]) -> Result<HashMap<String, String>> {
        let mut names = HashMap::new();
        if self.actor.may(Action::ReadPeople).is_err() {
            return Ok(names);
        }
        let mut connection = self.store().read().await?;
        let of = [
            ("h", "SELECT h.id, h.name FROM household h WHERE h.name <> '' AND h.id IN "),
            ("c", "SELECT c.id, c.name FROM review_case c WHERE c.name <> '' AND c.id IN "),
            (
                "h",
                "SELECT p.id, p.name FROM person p JOIN household h ON h.id = p.household WHERE p.name <> '' AND p.id IN ",
            ),
        ];
        for ids in ids.chunks(MANY) {
            for (table, query) in of {
                let query = self.actor.reach.within(among(Query::new(query), ids), table);
                names.extend(query.all(&mut connection, |row| Ok((text(row, 0)?, text(row, 1)?))).await?);
            }
        }
        drop(connection);
        names.extend(self.hamlet_names(ids).await?);
        Ok(names)
    }
}
