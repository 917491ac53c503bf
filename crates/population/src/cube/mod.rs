//! From tables to the profile cube of [`vuon_measure::cube`]: one pass counts who is deprived in what.

mod build;
mod builder;
mod counter;
mod fault;
mod gathered;
mod ids;
mod profiles;
mod round;
mod runs;
mod saved;
mod series;
mod spec;
mod tally;

pub use build::{Built, Progress, build};
pub use builder::CubeBuilder;
pub use fault::RowFault;
pub use saved::{Saved, load, save};
pub use series::{Round, Series, SeriesError};
pub use spec::CubeSpec;
pub use tally::{Tallier, Tally};
