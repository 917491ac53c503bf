//! Support in a register: who is entitled, agreements and their money, groups, capital, what is sealed, and the audit.

#![allow(clippy::unwrap_used)]

mod agreements;
mod audit;
mod capital;
#[path = "../../../registry/tests/common/mod.rs"]
mod common;
mod coverage;
mod entitled;
mod exclusions;
mod groups;
mod histories;
mod priority;
mod rankings;
mod reform;
mod scope;
mod sealed;
mod support;
mod things;
mod years;
