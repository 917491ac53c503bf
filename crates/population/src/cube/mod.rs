//! From tables to the profile cube of [`vuon_measure::cube`]: one pass counts who is deprived in what.
//!
//! [`build`] reads files; [`CubeBuilder`] takes batches from anywhere, and has its batches counted on other threads by a
//! [`Tallier`]. Both give a [`Series`]: the cubes of a table, one for each survey round. [`save`] and [`load`] keep it in
//! a Parquet file, [`Series::merge`] adds up provinces.
//!
//! ```text
//! files ─ survey: decode ahead ─▶ tally ahead ─────────────▶ add in order ─────────▶ finish
//!                                 faults    rows left out    names to numbers       order, ranks
//!                                 profiles  64 rows a time   cells of a place
//!                                 runs      of equal names
//!                                 counter   cells of a run
//! ```
//!
//! Three facts make it fast. In columns of bits, the profiles of 64 rows are a transposition away (`profiles`). Tables
//! come commune by commune and cluster by cluster, so names are looked up once for each run (`runs`), and what a run
//! counts stays in the nearest cache (`counter`). And new cells are only appended; nothing is looked up until the end,
//! unless places keep coming back (`gathered`). Any other order of rows gives the same cube, more slowly.
//!
//! What always holds:
//! * The same rows give the same cube, bit by bit, on any number of threads and however they are cut into files and
//!   batches: a sum of weights is taken in the order of the rows, from the first to the last. Only sums of whole weights,
//!   which no order changes, are taken in parts.
//! * Primary sampling units are nested in strata, as with `nest = TRUE` in R's `svydesign`: the same label in two strata
//!   names two units.
//! * A row that cannot be counted (its weight, stratum, unit or round is missing, its weight is negative, a cell cannot be
//!   read) is named with its file, row, column and what to do, and left out; the rows counted and those left out are the
//!   rows read. A row of weight 0 counts as a row. A missing answer is an unknown indicator, a missing key a group.

mod build;
mod builder;
mod counter;
mod fault;
mod gathered;
mod ids;
mod profiles;
mod round;
mod rows;
mod runs;
mod saved;
mod series;
mod spec;
mod tally;

pub use build::{Built, Progress, build};
pub use builder::CubeBuilder;
pub use fault::RowFault;
pub use rows::{GoodRows, read_rows};
pub use saved::{Saved, load, save};
pub use series::{Round, Series, SeriesError};
pub use spec::CubeSpec;
pub use tally::{Tallier, Tally};
