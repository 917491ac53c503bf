//! This crate provides policy packs: the law of a poverty-reduction programme, written once, as data.
//!
//! # Brief overview
//!
//! * A pack is a folder of YAML files (`docs/pack-format.md`). [`Library::load`] finds it by id or path, merges it over
//!   what it extends, reads and checks it, and gives a [`program::Program`] — or every [`problem::Problem`] at once.
//! * A program's expressions are one graph, [`ir::Dag`]. What an unknown answer means is defined in [`lattice`].
//! * [`assess::assess`] evaluates one household; [`explain::explain`] tells why, [`assess::questions`] what must still
//!   be asked, [`counterfactual::changes`] what would change the result.
//! * [`process`] is the procedure of a review: rounds, steps, who acts, limits; [`working_days`] tells when a limit ends.
//! * [`support`] is what the law offers: schemes, programmes with their targets, formulas of allocation;
//!   [`entitlement`] tells which schemes a household and its members are entitled to, and why.
//! * [`cases`] runs a pack's worked households, [`diff`] tells two packs apart, [`overrides`] asks what if a value were
//!   another.
//!
//! The crate is pure: no clock, no network, no files beyond a pack's folder.
//!
//! # Example
//!
//! ```
//! use vuon_policy::evaluate::{Answer, Household};
//! use vuon_policy::{Library, explain, model::Language};
//!
//! let program = Library::embedded().load("vlss-1998")?;
//! let mut household = Household::unanswered(&program, 0);
//! let variables = &program.pack.questionnaire.household;
//! let place = |id: &str| variables.iter().position(|v| v.id.value == id).unwrap();
//! household.household[place("household_size")] = Answer::Int(4);
//! household.household[place("expenditure")] = Answer::Int(6_000_000);
//!
//! let reason = explain::explain(&program, &program.plan(0), &household, None, Language::En);
//! assert_eq!(reason.status, "poor");
//! assert!(reason.sentence.contains("average expenditure 1,500,000 VND per person per year"));
//! # Ok::<(), vuon_policy::LoadError>(())
//! ```

pub mod assess;
pub mod calendar;
pub mod cases;
mod check;
pub mod counterfactual;
pub mod diff;
pub mod entitlement;
pub mod evaluate;
pub mod exact;
pub mod explain;
pub mod ir;
pub mod lattice;
mod library;
pub mod model;
pub mod overrides;
pub mod problem;
pub mod process;
pub mod program;
mod read;
pub mod support;
pub mod unit;
pub mod words;
pub mod working_days;
pub mod write;
mod yaml;

pub use library::{Library, LoadError, Origin};
pub use yaml::{Text, plain as plain_yaml};
