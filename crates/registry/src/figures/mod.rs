//! What the yearly reports count: the households that were on a list at the end of a day, by unit, with what their signed
//! answers say of them.
//!
//! In: an area and a day. Out: counts for the area, each unit below it and (in districts) the units below those; no
//! household, no name. A status is the one that held on the day; deprivations, groups and children are those of the very
//! answers that the decision of that status rests on, evaluated by the pack as it was when its round opened. A household
//! whose status came with an imported list has no such answers: it is counted apart (`unsurveyed`), never as not deprived.

mod answered;
mod ask;
mod tally;

use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// Households and their persons.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize)]
pub struct Count {
    /// Households.
    pub households: i64,
    /// Persons.
    pub persons: i64,
}

impl Count {
    pub(crate) fn add(&mut self, persons: i64) {
        self.households += 1;
        self.persons += persons;
    }
}

/// How many something holds for, and of how many it is not known.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize)]
pub struct Holds {
    /// Those it holds for.
    pub yes: i64,
    /// Those it is not known of.
    pub unknown: i64,
}

/// Children (under 16 on the day of the review) of surveyed households.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize)]
pub struct Children {
    /// All of them.
    pub total: i64,
    /// Persons whose age is not known.
    pub unknown_age: i64,
    /// By indicator, those that the indicator's own words hold for ("some member …").
    pub deprived: BTreeMap<String, Holds>,
}

/// The households of one list.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize)]
pub struct ListFigures {
    /// All.
    pub total: Count,
    /// By the ethnic group of the head; without a key where it is not known.
    pub ethnic: BTreeMap<String, Count>,
    /// Headed by a woman.
    pub female_head: Count,
    /// Those of whose head the sex is not known.
    pub sex_unknown: Count,
    /// Those whose status does not rest on signed answers.
    pub unsurveyed: i64,
    /// By indicator, the surveyed households that are deprived.
    pub deprived: BTreeMap<String, Holds>,
    /// By subgroup of the pack (as if the household were poor, where it is not), surveyed households.
    pub groups: BTreeMap<String, Holds>,
    /// The children of surveyed households.
    pub children: Children,
}

/// A unit.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize)]
pub struct UnitFigures {
    /// `list:code`, or a hamlet's id; empty for the households of a commune that are in no hamlet.
    pub area: String,
    /// Its name; empty for those.
    pub name: String,
    /// What it is called, such as `Xã`; empty for hamlets.
    pub kind: String,
    /// The poor.
    pub poor: ListFigures,
    /// The near-poor.
    pub near_poor: ListFigures,
    /// The units below.
    pub below: Vec<UnitFigures>,
}

/// The figures of an area.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize)]
pub struct Figures {
    /// The area, and what is below.
    pub unit: UnitFigures,
    /// The list of units.
    pub units_list: String,
    /// The packs (id, hash) that statuses rest on; the hash is empty for those of imported lists.
    pub packs: BTreeSet<(String, String)>,
    /// The time of the last entry that was known, in microseconds.
    pub known_at: i64,
}
