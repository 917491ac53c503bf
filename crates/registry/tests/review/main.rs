//! Rounds and cases, from the village list to the signed decision: each module holds one promise.

#![allow(clippy::unwrap_used)]

#[path = "../common/mod.rs"]
mod common;

mod answers;
mod audit;
mod complaints;
mod courses;
mod deadlines;
mod decisions;
mod erased;
mod figures;
mod flows;
mod forms;
mod grievances;
mod lists;
mod new_year;
mod packs;
mod procedure;
mod requests;
mod scope;
mod sendable;
mod steps;
mod training;
mod whole_rounds;
