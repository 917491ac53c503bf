//! What must hold of the estimators: the results of R's `survey` (see `../reference/README.md`), the published example
//! and small ones worked by hand, and laws on random samples, which are counted again row by row in the plainest way.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod agreement;
mod alkire_foster;
mod changes;
mod common;
mod cubes;
mod laws;
mod naive;
mod panels;
mod precision;
mod replicates;
mod robustness;
mod sample;
mod survey;
