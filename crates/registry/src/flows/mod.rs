//! Movement tables, counted from spells: who was poor (near-poor) at the beginning of a period, who left and how, who
//! came and how, who is at its end.
//!
//! Each household is looked at on two days. If it is on the list on the first and not on the second it counts in exactly
//! one of columns 2–4; the other way round in exactly one of 5–8. So `9 = 1 − 2 − 3 − 4 + 5 + 6 + 7 + 8` holds by
//! construction, and a poor household that became near-poor is one and the same household in both tables. Persons of a
//! household that stays are counted on both days; more of them are column 8, fewer column 4.

mod ask;
pub mod count;
mod identities;
mod located;
mod lookup;
mod packs;

use serde::Serialize;

/// One row of a movement table (form 2 for the poor, form 3 for the near-poor), in the order of its columns.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, utoipa::ToSchema)]
pub struct Flow {
    /// 1: at the beginning.
    pub opening: i64,
    /// 2: became near-poor (of the near-poor table: became poor).
    pub became_other: i64,
    /// 3: escaped, above near-poor.
    pub escaped: i64,
    /// 4: other decrease: moved away, died out, merged; for persons also smaller households.
    pub other_decrease: i64,
    /// 5: from near-poor (of the near-poor table: from poor).
    pub from_other: i64,
    /// 6: relapse: had been on the list before.
    pub relapse: i64,
    /// 7: newly arising.
    pub newly_arising: i64,
    /// 8: other increase: moved in, split; for persons also larger households.
    pub other_increase: i64,
    /// 9: at the end.
    pub closing: i64,
}

impl Flow {
    /// Whether the printed identity holds.
    pub fn adds_up(&self) -> bool {
        self.closing
            == self.opening - self.became_other - self.escaped - self.other_decrease
                + self.from_other
                + self.relapse
                + self.newly_arising
                + self.other_increase
    }
}

/// The movement of one list: households and persons.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, utoipa::ToSchema)]
pub struct Movement {
    /// Households.
    pub households: Flow,
    /// Persons.
    pub persons: Flow,
}

impl Movement {
    /// Whether nobody was on the list at any time.
    pub fn is_empty(&self) -> bool {
        *self == Movement::default()
    }
}

/// The movement tables of a unit.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, utoipa::ToSchema)]
pub struct Flows {
    /// The unit (`list:code`, or a hamlet's id); empty for the households of a commune that were in no hamlet.
    pub area: String,
    /// Its name; empty for those.
    pub name: String,
    /// The poor.
    pub poor: Movement,
    /// The near-poor.
    pub near_poor: Movement,
}
