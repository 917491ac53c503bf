//! population
pub mod kernel;
