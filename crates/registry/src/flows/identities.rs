//! What must be so of a register before capital is given by its figures: tables of movement add up by the way they are
//! counted, these can break.

use super::ask::within;
use crate::audit::{not_of_people, not_of_spells};
use crate::scope::Action;
use crate::store::{Query, text};
use crate::{Desk, RegistryError, Result};
use sqlx::AnyConnection;
use std::collections::BTreeSet;

/// Households of which two present spells begin on one day and are known since the same moment: which of them holds, nothing
/// tells. Of two that became known one after the other, the later one holds.
const TWO_AT_ONCE: &str = "SELECT DISTINCT s.household FROM spell s JOIN spell o ON o.household = s.household \
     AND o.valid_from = s.valid_from AND o.known_from = s.known_from AND o.id <> s.id AND o.known_to IS NULL JOIN household h ON h.id = s.household \
     WHERE s.known_to IS NULL AND h.commune = ";

impl Desk {
    /// Holds the households of a unit, or of a whole list, against what they are made of: the status of each against its
    /// spells, of which no two begin at once; its head and size against its people.
    ///
    /// # Errors
    /// [`RegistryError::Inconsistent`] with the first commune in which something does not fit, and how many households.
    pub async fn check_identities(&self, area: &str) -> Result<()> {
        self.actor.may(Action::ReadFigures)?;
        let mut tx = self.store().snapshot().await?;
        // The communes that figures of the area count, those of older lists among them.
        let communes = within(&mut tx, area, &self.actor.reach).await?.communes;
        let communes: BTreeSet<&String> = communes.own.keys().chain(communes.others.keys()).collect();
        let kept = Query::new("SELECT DISTINCT h.commune FROM household h ORDER BY h.commune");
        let kept: Vec<String> = kept.all(&mut tx, |row| text(row, 0)).await?;
        for commune in kept.into_iter().filter(|commune| communes.contains(commune)) {
            let doubled = Query::new(TWO_AT_ONCE).bind(&commune).all(&mut tx, |row| text(row, 0)).await?;
            let spells = not_of_spells(&mut tx, &commune, self.today()).await?;
            let people = not_of_people(&mut tx, &commune).await?;
            let counts = [doubled, spells, people].map(|broken| broken.len());
            if counts != [0; 3] {
                let unit = format!("{} ({commune})", named(&mut tx, &commune).await?);
                return Err(RegistryError::Inconsistent { what: told(&unit, counts) });
            }
        }
        Ok(())
    }
}

/// The first that does not fit.
fn told(unit: &str, [doubled, spells, people]: [usize; 3]) -> String {
    if doubled > 0 {
        return format!("{unit}: {doubled} households have two statuses from one day");
    }
    if spells > 0 {
        return format!("{unit}: {spells} households have a status that is not that of their history");
    }
    format!("{unit}: {people} households have a head or size that is not that of their people")
}

async fn named(connection: &mut AnyConnection, commune: &str) -> Result<String> {
    let name = Query::new("SELECT kind || ' ' || name FROM area WHERE id = ").bind(commune);
    name.one(connection, |row| text(row, 0)).await
}
