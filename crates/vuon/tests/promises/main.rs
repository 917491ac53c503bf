//! What the command promises its users, checked on the built binary.
//!
//! Each file holds the tests of one promise. A test works in a [`room::Room`]: a temporary folder of its own, in which
//! the commands run as they stand in the README.

mod broken_pipe;
mod complete_scorecards;
mod dirty_tables;
mod handbook;
mod help;
mod incomplete_packs;
mod measure;
mod narrow_screens;
mod publish;
mod readable_tables;
mod readme_commands;
mod readme_journey;
mod register;
mod report;
mod room;
mod same_bytes;
mod sheet;
mod simulate;
mod stopped_runs;
mod target;
mod village;
