//! The tidy table of estimates: one row for each figure, and the files it is written to.
//!
//! A [`Tidy`] is a list of [`Block`]s. A block holds the figures of one grouping, such as all regions, as columns: what
//! is measured stands once for each line, whom it is about once for each subgroup, and the row of a subgroup and a line
//! is told by its place. So a table of a million rows is a few lists of numbers, and no row is ever an object.
//!
//! [`levels`], [`changes`], [`robust`], [`dominance`] and [`income`] make blocks; [`write`] puts a table into CSV, Parquet or JSON.
//!
//! What always holds: a figure that does not exist is missing, never NaN; a number is written so that it reads back as
//! the same double; the same table gives the same bytes.

pub mod changes;
mod column;
mod csv;
pub mod dominance;
pub mod income;
mod json;
pub mod levels;
mod parquet;
pub mod robust;
mod tidy;
pub mod write;

pub use tidy::{Block, Law, NATION, Tidy, What};
