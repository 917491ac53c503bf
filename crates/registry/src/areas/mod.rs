//! Areas in time, as the register knows them: units of lists in force, what became of them, hamlets.
//!
//! A unit is `list:code`, since a code means nothing without its list. Hamlets have no official codes; they get an id.
//! Names of units are no secret, but nobody is shown more of the tree than the own part, what is above it, and what it
//! came from — save whoever says where a household moves to: any commune of the list in force.

mod ask;
mod destinations;
mod hamlets;
mod load;
mod print;

pub use destinations::Destination;
pub(crate) use print::{lineage_print, units_print};

use crate::scope::{Place, Reach};
use crate::store::{Query, maybe, sql, text};
use crate::{RegistryError, Result};
use jiff::civil::Date;
use serde::de::Error;
use serde::{Deserialize, Deserializer, Serialize};
use sqlx::AnyConnection;
use sqlx::any::AnyRow;
use vuon_areas::Level;

/// A unit of a list.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, utoipa::ToSchema)]
pub struct AreaRow {
    /// `list:code`.
    pub id: String,
    /// The list in force.
    pub list: String,
    /// The code in that list.
    pub code: String,
    /// `province`, `district` or `commune`.
    pub level: String,
    /// What it is called, such as `Xã`.
    pub kind: String,
    /// Its name without the kind.
    pub name: String,
    /// The unit above.
    pub parent: Option<String>,
}

/// A hamlet (thôn, bản, tổ dân phố).
#[derive(Clone, PartialEq, Eq, Debug, Serialize, utoipa::ToSchema)]
pub struct Hamlet {
    /// Its id.
    pub id: String,
    /// Its commune.
    pub commune: String,
    /// Its name.
    pub name: String,
    /// From when it is known.
    pub since: Date,
    /// The last day it existed.
    pub until: Option<Date>,
}

/// What became of a unit.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, utoipa::ToSchema)]
pub struct LineageRow {
    /// The unit before.
    pub from: String,
    /// The unit after.
    pub to: String,
    /// Whether the unit before was divided among several.
    pub split: bool,
    /// The day.
    pub on_day: Date,
}

/// A row of a country's own list of areas: `code,level,kind,name,parent_code` in a file.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewArea {
    /// Its code.
    pub code: String,
    /// Its level.
    #[serde(deserialize_with = "level")]
    #[schema(value_type = String, pattern = "^(province|district|commune)$")]
    pub level: Level,
    /// What it is called.
    pub kind: String,
    /// Its name.
    pub name: String,
    /// The code of the unit above.
    #[serde(rename = "parent_code")]
    pub parent: Option<String>,
}

/// A level by its word.
fn level<'de, D: Deserializer<'de>>(given: D) -> std::result::Result<Level, D::Error> {
    let word = String::deserialize(given)?;
    let levels = [Level::Province, Level::District, Level::Commune];
    let found = levels.into_iter().find(|level| level.id() == word);
    found.ok_or_else(|| D::Error::unknown_variant(&word, &["province", "district", "commune"]))
}

/// A unit and those it lies in.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Unit {
    pub id: String,
    pub list: String,
    pub code: String,
    pub level: String,
    pub name: String,
    pub name_key: String,
    pub province: String,
    pub district: Option<String>,
}

const UNIT: &str = "u.id, u.list, u.code, u.level, u.name, u.name_key, u.province, u.district";

fn read_unit(row: &AnyRow) -> Result<Unit> {
    Ok(Unit {
        id: text(row, 0)?,
        list: text(row, 1)?,
        code: text(row, 2)?,
        level: text(row, 3)?,
        name: text(row, 4)?,
        name_key: text(row, 5)?,
        province: text(row, 6)?,
        district: maybe(row, 7)?,
    })
}

/// A unit of any list, whoever asks.
pub(crate) async fn unit(connection: &mut AnyConnection, id: &str) -> Result<Unit> {
    Query::new("SELECT ").push(UNIT).push(" FROM area u WHERE u.id = ").bind(id).one(connection, read_unit).await
}

/// Where a commune, and perhaps a hamlet of it, lies; whoever asks.
///
/// # Errors
/// [`RegistryError::NotFound`] when there is no such commune, or the hamlet is not in it.
pub(crate) async fn place_of(connection: &mut AnyConnection, commune: &str, hamlet: Option<&str>) -> Result<Place> {
    let unit = unit(connection, commune).await?;
    if unit.level != Level::Commune.id() {
        return Err(RegistryError::NotFound);
    }
    if let Some(hamlet) = hamlet {
        sql("SELECT id FROM hamlet WHERE id = $1 AND commune = $2", [hamlet.into(), commune.into()])
            .one(connection, |row| text(row, 0))
            .await?;
    }
    Ok(Place { province: unit.province, district: unit.district, commune: unit.id, hamlet: hamlet.map(str::to_owned) })
}

impl crate::Desk {
    /// Holds the chain of a commune within reach; the place as it is while the chain is held. Only a commune that is there,
    /// and within reach, gets a chain.
    pub(crate) async fn hold_place(
        &self,
        connection: &mut AnyConnection,
        commune: &str,
        hamlet: Option<&str>,
    ) -> Result<Place> {
        let within = |place: Place| {
            if self.actor.reach.covers(&place) { Ok(place) } else { Err(RegistryError::NotFound) }
        };
        within(place_of(connection, commune, hamlet).await?)?;
        crate::ledger::hold(connection, commune).await?;
        within(place_of(connection, commune, hamlet).await?)
    }
}

/// Adds to a query of `area u` the condition that the asker may be shown the unit: it is in the asker's part, or above
/// it, or what it came from.
fn seen(reach: &Reach, query: Query) -> Query {
    let (column, own) = match reach {
        Reach::Everything => return query,
        Reach::Nothing => return query.push(" AND 1 = 0"),
        Reach::Province(own) => ("province", own),
        Reach::District(own) => ("district", own),
        Reach::Commune(own) | Reach::Hamlet { commune: own, .. } => ("id", own),
    };
    query
        .push(" AND (u.")
        .push(column)
        .push(" = ")
        .bind(own)
        .push(" OR u.id IN (SELECT province FROM area WHERE id = ")
        .bind(own)
        .push(") OR u.id IN (SELECT district FROM area WHERE id = ")
        .bind(own)
        .push(") OR u.id IN (SELECT l.from_area FROM lineage l JOIN area n ON n.id = l.to_area WHERE n.")
        .push(column)
        .push(" = ")
        .bind(own)
        .push("))")
}
