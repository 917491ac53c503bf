//! The interface for machines, asked as programs ask it: by requests and answers, nothing else.

#![allow(clippy::unwrap_used, missing_docs)]

mod description;
mod guards;
mod once;
mod problems;
mod reports;
mod round;
mod site;
mod support;
mod training;
#[path = "../../../registry/tests/common/mod.rs"]
mod world;
