//! This crate provides a policy over whole tables: household and member tables in, an assessment for each household out,
//! by the million.
//!
//! # Brief overview
//!
//! * [`kernel::Kernel`] is one method of one checked pack, ready for record batches. It knows neither files nor threads.
//! * [`read`], [`merge`] and [`sort`] turn two flat tables, CSV or Parquet, into batches that carry each household as one
//!   row with its members as a list. Bad cells become [`row_problem::RowProblem`]s with file, row, column and advice.
//! * [`answers::read`] holds the households of tables in memory, for what asks each of them by itself.
//! * [`survey`] reads any survey or register file, not bound to a questionnaire, into such columns.
//! * [`pipeline::run`] joins these with [`write`] and gives a [`pipeline::Report`] with the counts of [`summary`].
//! * [`profiles::Profiles`] gives the same households as deprivation profiles, [`compare::Comparison`] as two standards see
//!   them, with columns [`beside`] them that the policy does not know ([`passenger`]), to whoever counts on.
//! * [`cube`] counts deprivation profiles by sampling unit, group and round into the profile cube of
//!   [`vuon_measure`], from files or batches; it saves and loads cubes.
//! * [`plain::parquet`] writes a small table in memory.
//! * [`synth`] makes reproducible synthetic populations, [`template`] the empty tables of a questionnaire.
//!
//! What always holds: the same tables and pack give the same bytes with any number of threads; a household with a bad row
//! is reported and never assessed; an unknown answer is never taken for an answer.

mod ahead;
pub mod answers;
pub mod beside;
pub mod cell;
pub mod compare;
pub mod cube;
pub mod kernel;
pub mod layout;
pub mod merge;
pub mod panel;
pub mod passenger;
pub mod pipeline;
pub mod plain;
pub mod profiles;
pub mod read;
pub mod row_problem;
pub mod sort;
pub mod summary;
pub mod survey;
pub mod synth;
pub mod table_problem;
pub mod template;
pub mod words;
pub mod write;
