//! What the movement tables of an area rest on: the packs that its statuses were decided under.

use super::ask::within;
use crate::scope::Action;
use crate::store::{MANY, Query, among, text};
use crate::{Desk, Result};
use jiff::civil::Date;
use std::collections::BTreeSet;

impl Desk {
    /// The packs (id, hash) of the statuses that households of an area had at some time between the ends of two days; the
    /// hash is empty for those of imported lists. Of households that were never on a list nothing is told.
    ///
    /// # Errors
    /// [`crate::RegistryError::NotFound`] when the area does not lie in the asker's part whole.
    pub async fn packs_of(&self, area: &str, from: Date, to: Date) -> Result<BTreeSet<(String, String)>> {
        self.actor.may(Action::ReadFigures)?;
        let mut tx = self.store().snapshot().await?;
        let communes = within(&mut tx, area, &self.actor.reach).await?.communes.all();
        let mut packs = BTreeSet::new();
        for communes in communes.chunks(MANY) {
            let query = Query::new(
                "SELECT DISTINCT COALESCE(o.pack, s.standard), COALESCE(o.pack_hash, '') FROM residence r \
                 JOIN spell s ON s.household = r.household LEFT JOIN review_case c ON c.id = s.review_case \
                 LEFT JOIN round o ON o.id = c.round WHERE r.known_to IS NULL AND s.known_to IS NULL \
                 AND (s.list IS NOT NULL OR s.movement IS NOT NULL) AND s.valid_from <= ",
            );
            // A status that another one had followed by the first day is none of the period's.
            let query = query.bind(to).push(
                " AND NOT EXISTS (SELECT 1 FROM spell n WHERE n.household = s.household AND n.known_to IS NULL AND \
                 (n.valid_from, n.known_from, n.id) > (s.valid_from, s.known_from, s.id) AND n.valid_from <= ",
            );
            let query = among(query.bind(from).push(") AND r.commune IN "), communes);
            packs.extend(query.all(&mut tx, |row| Ok((text(row, 0)?, text(row, 1)?))).await?);
        }
        Ok(packs)
    }
}
