//! This crate provides policy packs: the law of a poverty-reduction programme, written once, as data.
pub mod assess;
pub mod calendar;
pub mod cases;
mod check;
pub mod evaluate;
pub mod exact;
pub mod ir;
pub mod lattice;
mod library;
pub mod model;
pub mod problem;
pub mod program;
mod read;
pub mod unit;
mod yaml;
pub use library::{Library, LoadError, Origin};
pub use yaml::Text;
