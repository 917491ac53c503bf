//! The movement tables of a unit and of the units below it.

use super::Flows;
use super::count::{Household, List, holds, movement};
use super::located::{Place, households};
use super::lookup::{Communes, communes, reach};
use crate::areas::{Unit, unit};
use crate::scope::{Action, Reach};
use crate::store::{Query, text};
use crate::{Desk, RegistryError, Result};
use jiff::civil::Date;
use sqlx::AnyConnection;
use std::collections::{BTreeSet, HashMap};

impl Desk {
    /// The movement between two days (the state at the end of each), for a unit and each unit directly below it, of any
    /// list of areas: where households were is told by the units of that list through lineage, and a household whose old
    /// unit was split is placed by where it was moved to. Hamlets stand below communes, and last, without a name, the
    /// households that were in none. The name of a list stands for all its provinces.
    ///
    /// # Errors
    /// [`RegistryError::Inconsistent`] instead of a table that does not add up, or that would leave out a household because
    /// it cannot be told which unit it lived in.
    pub async fn flows(&self, area: &str, from: Date, to: Date) -> Result<Vec<Flows>> {
        self.actor.may(Action::ReadFigures)?;
        if from > to {
            return Err(RegistryError::invalid("from", "the first day is not after the last"));
        }
        let mut tx = self.store().snapshot().await?;
        let Asked { unit, below, communes } = within(&mut tx, area, &self.actor.reach).await?;
        let of_commune = unit.as_ref().is_some_and(|unit| unit.level == "commune");
        let households = households(&mut tx, &communes, from, to).await?;

        let name = unit.as_ref().map_or(area, |unit| unit.name.as_str());
        let inside = |place: &Place| matches!(place, Place::Within { .. });
        let mut flows = vec![table(area, name, &households, inside)?];
        let children = if of_commune { hamlets(&mut tx, area, &households).await? } else { below };
        let mut children: Vec<(String, String)> = children.into_iter().collect();
        children.sort_unstable();
        for (id, name) in &children {
            let inside = |place: &Place| match place {
                Place::Within { hamlet, .. } if of_commune => hamlet.as_ref() == Some(id),
                Place::Within { child, .. } => child == id,
                Place::Outside => false,
            };
            flows.push(table(id, name, &households, inside)?);
        }
        if of_commune {
            let in_none = |place: &Place| matches!(place, Place::Within { hamlet: None, .. });
            let rest = table("", "", &households, in_none)?;
            if (rest.poor, rest.near_poor) != Default::default() {
                flows.push(rest);
            }
        }
        Ok(flows)
    }
}

/// An area that is asked for.
pub(super) struct Asked {
    /// The unit; nothing for a whole list.
    unit: Option<Unit>,
    /// The units directly below it, by id, with their names.
    below: HashMap<String, String>,
    pub communes: Communes,
}

/// An area, if it is within reach whole.
pub(super) async fn within(connection: &mut AnyConnection, area: &str, actor: &Reach) -> Result<Asked> {
    let (unit, list) = match area.split_once(':') {
        Some((list, _)) => (Some(unit(connection, area).await?), list),
        None => (None, area),
    };
    let below = match unit.as_ref().map(|unit| (unit.level.as_str(), unit.id.as_str())) {
        None => names(connection, "SELECT id, name FROM area WHERE parent IS NULL AND list = ", list).await?,
        Some(("commune", _)) => HashMap::new(),
        Some((_, id)) => names(connection, "SELECT id, name FROM area WHERE parent = ", id).await?,
    };
    if unit.is_none() && below.is_empty() {
        return Err(RegistryError::NotFound);
    }
    let communes = communes(connection, unit.as_ref(), list, &below.keys().cloned().collect()).await?;
    reach(connection, actor, unit.as_ref(), &communes).await?;
    Ok(Asked { unit, below, communes })
}

fn table(area: &str, name: &str, households: &[Household<Place>], within: impl Fn(&Place) -> bool) -> Result<Flows> {
    let poor = movement(households, List::Poor, &within);
    let near_poor = movement(households, List::NearPoor, &within);
    if !holds(&poor, &near_poor) {
        return Err(RegistryError::Inconsistent { what: format!("the movement of {area}") });
    }
    Ok(Flows { area: area.to_owned(), name: name.to_owned(), poor, near_poor })
}

async fn names(connection: &mut AnyConnection, query: &'static str, of: &str) -> Result<HashMap<String, String>> {
    let rows = Query::new(query).bind(of).all(connection, |row| Ok((text(row, 0)?, text(row, 1)?))).await?;
    Ok(rows.into_iter().collect())
}

/// The hamlets of a commune, and those that its households lived in.
async fn hamlets(
    connection: &mut AnyConnection,
    commune: &str,
    households: &[Household<Place>],
) -> Result<HashMap<String, String>> {
    let mut found = names(connection, "SELECT id, name FROM hamlet WHERE commune = ", commune).await?;
    let lived: BTreeSet<&String> = households
        .iter()
        .flat_map(|household| [&household.from.place, &household.to.place])
        .filter_map(|place| match place {
            Some(Place::Within { hamlet: Some(hamlet), .. }) => Some(hamlet),
            _ => None,
        })
        .collect();
    for hamlet in lived {
        if !found.contains_key(hamlet) {
            found.extend(names(connection, "SELECT id, name FROM hamlet WHERE id = ", hamlet).await?);
        }
    }
    Ok(found)
}
