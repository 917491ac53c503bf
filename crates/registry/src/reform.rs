//! From one list of areas to the next: households, accounts and open rounds move with their commune; where a commune was
//! split, they wait in a worklist for somebody to say where, hamlet by hamlet.

use crate::{Desk, Result};
use serde::Serialize;

/// What a reform moved, before and after.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, utoipa::ToSchema)]
pub struct ReformReport {
    /// Households before.
    pub households_before: i64,
    /// Households moved.
    pub moved: i64,
    /// Households that wait in the worklist.
    pub waiting: i64,
    /// Households whose unit has no successor in the lineage, by unit: nothing was done with them.
    pub without_successor: Vec<(String, i64)>,
    /// Accounts moved.
    pub accounts: i64,
    /// By old and new unit: households.
    pub moves: Vec<(String, String, i64)>,
}

/// A hamlet that waits.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, utoipa::ToSchema)]
pub struct ReformHamlet {
    /// The old commune.
    pub from: String,
    /// The hamlet; none: households without one.
    pub hamlet: Option<String>,
    /// Its name.
    pub name: String,
    /// Households.
    pub households: i64,
    /// The communes it may belong to now.
    pub choices: Vec<String>,
}

impl Desk {
    /// Moves everything that can be moved, in one transaction for each province; run again it goes on with the rest.
    /// `dry` tells what would be done.
    pub async fn reform(&self, from: &str, to: &str, dry: bool) -> Result<ReformReport> {
        todo!()
    }

    /// What waits.
    pub async fn reform_worklist(&self, list: &str) -> Result<Vec<ReformHamlet>> {
        todo!()
    }

    /// Says where a hamlet (or the households of a commune without one) belongs now.
    pub async fn place_hamlet(&self, from: &str, hamlet: Option<&str>, to: &str) -> Result<i64> {
        todo!()
    }
}
