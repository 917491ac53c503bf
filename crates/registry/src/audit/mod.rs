//! Everything computed again: the chains, the contents, every assessment, every decision.

mod accounts;
mod ask;
mod cases;
mod chain;
mod courses;
mod expected;
mod grievances;
mod households;
mod lists;
mod lives;
mod names;
mod papers;
mod requests;
mod rounds;
mod rows;
mod training;
mod verify;

pub(crate) use households::{not_of_people, not_of_spells};

use crate::ledger::Root;
use jiff::civil::Date;
use serde::Serialize;

/// What was computed again, and what differs.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, utoipa::ToSchema)]
pub struct AuditReport {
    /// Chains.
    pub chains: i64,
    /// Entries.
    pub entries: i64,
    /// Contents whose hash was computed.
    pub contents: i64,
    /// Contents erased on lawful request: their hash stands, they cannot be computed again.
    pub erased: i64,
    /// Assessments computed again from recorded answers and pack.
    pub assessments: i64,
    /// Decisions compared with the answers and spells.
    pub decisions: i64,
    /// What differs, in the order of the chains; the first of a chain is where to look.
    pub differences: Vec<Difference>,
}

/// Something that is not as it was recorded.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, utoipa::ToSchema)]
pub struct Difference {
    /// The chain.
    pub chain: String,
    /// The place of the entry.
    pub seq: i64,
    /// What the entry is about.
    pub subject: String,
    /// What differs.
    pub what: String,
}

/// A signed root of a chain.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, utoipa::ToSchema)]
pub struct SignedRoot {
    /// The end of the chain.
    pub root: Root,
    /// The day.
    pub day: Date,
    /// What is signed.
    pub statement: String,
    /// The signature.
    pub signature: String,
    /// The key that checks it.
    pub public_key: String,
}
