//! population
pub mod kernel;
pub mod cell;
pub mod layout;
pub mod read;
pub mod row_problem;
pub mod merge;
pub mod sort;
pub mod write;
pub mod template;
