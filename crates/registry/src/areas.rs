//! Areas in time, as the register knows them: units of lists in force, what became of them, hamlets.
//!
//! A unit is `list:code`, since a code means nothing without its list. Hamlets have no official codes; they get an id.

use crate::scope::Place;
use crate::{Desk, Result};
use jiff::civil::Date;
use serde::Serialize;
use vuon_areas::Level;

/// A unit of a list.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
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
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
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
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
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

/// A row of a country's own file of areas: `code,level,kind,name,parent_code`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct NewArea {
    /// Its code.
    pub code: String,
    /// Its level.
    pub level: Level,
    /// What it is called.
    pub kind: String,
    /// Its name.
    pub name: String,
    /// The code of the unit above.
    pub parent: Option<String>,
}

impl Desk {
    /// Loads a list of units that the program carries, and its lineage to lists already there. Loading it again changes
    /// nothing. How many units there are now in the list.
    pub async fn load_areas(&self, list: &str) -> Result<u64> {
        todo!()
    }

    /// Loads a country's own list. All rows or none: a repeated code, an unknown parent, or a level out of order is an
    /// error that names the row.
    pub async fn load_own_areas(&self, list: &str, rows: &[NewArea]) -> Result<u64> {
        todo!()
    }

    /// The lists there are, oldest first.
    pub async fn area_lists(&self) -> Result<Vec<String>> {
        todo!()
    }

    /// The list in force: the setting `area_list`.
    pub async fn area_list(&self) -> Result<String> {
        todo!()
    }

    /// A unit within reach (units above one's own are within reach: their names are no secret).
    pub async fn area(&self, id: &str) -> Result<AreaRow> {
        todo!()
    }

    /// The units below one, within reach; without a parent, the topmost of the list in force.
    pub async fn areas_below(&self, parent: Option<&str>) -> Result<Vec<AreaRow>> {
        todo!()
    }

    /// The communes within reach of the list in force whose name begins so, without tone marks; at most 50.
    pub async fn find_communes(&self, name: &str) -> Result<Vec<AreaRow>> {
        todo!()
    }

    /// What became of a unit, and what it came from.
    pub async fn lineage(&self, id: &str) -> Result<Vec<LineageRow>> {
        todo!()
    }

    /// The hamlets of a commune, within reach.
    pub async fn hamlets(&self, commune: &str) -> Result<Vec<Hamlet>> {
        todo!()
    }

    /// Adds a hamlet to a commune.
    pub async fn add_hamlet(&self, commune: &str, name: &str, since: Date) -> Result<Hamlet> {
        todo!()
    }

    /// Where a commune, and perhaps a hamlet of it, lies.
    pub async fn place(&self, commune: &str, hamlet: Option<&str>) -> Result<Place> {
        todo!()
    }
}
