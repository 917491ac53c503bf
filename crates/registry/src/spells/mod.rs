//! Statuses in time: a spell is a status from a day on, begun by a decision or by an imported list.
//!
//! A spell says from which day it holds and from when that was known. A correction ends the knowledge of a spell
//! (`known_to`), never the record of it: what the register said at any past time can be asked again.

pub mod history;
pub(crate) mod list;
pub(crate) mod status;

use jiff::civil::Date;
use serde::Serialize;

/// A status from a day on, until the next spell.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, utoipa::ToSchema)]
pub struct Spell {
    /// The status, of the standard.
    pub status: String,
    /// The pack.
    pub standard: String,
    /// The movement it was, such as `relapse`; see [`flows`](crate::flows).
    pub movement: Option<String>,
    /// The decision (its number), if it comes from one and not from an imported list.
    pub decision: Option<String>,
    /// From this day on.
    pub valid_from: Date,
    /// Known since, in microseconds.
    pub known_from: i64,
}

/// A household on a list as of a day.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, utoipa::ToSchema)]
pub struct ListedHousehold {
    /// The household.
    pub household: String,
    /// Its code.
    pub code: String,
    /// The head's name.
    pub name: String,
    /// How many members on that day.
    pub persons: i64,
    /// Its hamlet's name.
    pub hamlet: Option<String>,
    /// Its status.
    pub status: String,
    /// Its standard.
    pub standard: String,
    /// Since when.
    pub since: Date,
}

/// Which list: who had which status on a day, by what was known at a time.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct AsOf {
    /// The commune.
    pub commune: String,
    /// True on this day.
    pub on: Date,
    /// As known at this time, in microseconds; now when absent.
    pub known_at: Option<i64>,
    /// Of one standard only.
    pub standard: Option<String>,
    /// Of these statuses only; all when empty.
    pub statuses: Vec<String>,
}
