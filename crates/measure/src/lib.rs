//! This crate provides the estimators: how many are poor, how deeply, in what, where, how it changes, and how sure we are.
//!
//! # Brief overview
//!
//! * [`cube::Cube`] counts households by profile, the set of indicators they are deprived in. [`rows`] makes one in memory;
//!   the room `population` makes it from files.
//! * [`alkire_foster::estimate`] turns a cube into multidimensional measures for every subgroup, [`weighting::Weighting`]
//!   and [`weighting::Cutoff`] at once, with standard errors by the survey [`design`] and limits by [`interval`];
//!   [`replicate`] checks them by jackknife and bootstrap.
//! * [`change`] compares two rounds, [`decomposition`] says what made the change, [`recode`] follows a panel,
//!   [`robustness`] asks whether an order of areas depends on what was chosen.
//! * [`income`] measures income poverty and inequality from rows; no cube can hold what it needs.
//! * [`target`] measures how well a rule finds the poor, [`proxy_means`] makes such a rule: a scorecard.
//!
//! ```
//! use vuon_measure::alkire_foster::{Errors, Measure, Specification, estimate};
//! use vuon_measure::cube::{Cube, Label, Profile, Sampling};
//! use vuon_measure::rows::{Header, Row};
//! use vuon_measure::weighting::{Cutoff, Weighting};
//! use vuon_policy::exact::Exact;
//!
//! // Four households, three indicators; the first is deprived in two, the second in all, the others in none.
//! let row = |deprived| Row {
//!     stratum: Label::Missing,
//!     population: None,
//!     psu: Label::Missing,
//!     keys: vec![],
//!     profile: Profile { deprived, unknown: 0 },
//!     weight: 1.0,
//!     gaps: vec![],
//! };
//! let header = Header {
//!     indicators: ["health", "school", "water"].map(String::from).to_vec(),
//!     weight: "households".into(),
//!     sampling: Sampling::Register,
//!     keys: vec![],
//!     gaps: vec![],
//! };
//! let cube = Cube::of_rows(header, &[row(0b011), row(0b111), row(0), row(0)]);
//! let third = Exact::new(1, 3).expect("not divided by 0");
//! let specification = Specification {
//!     weightings: vec![Weighting::new("equal", &[third; 3])?],
//!     cutoffs: vec![Cutoff::new(third)?],
//!     dimensions: vec![],
//!     measures: vec![Measure::AdjustedHeadcount, Measure::Headcount, Measure::Intensity],
//! };
//! let nation = &estimate(&cube, &specification, &[vec![]], Errors::None)?.tables[0];
//! assert_eq!([nation.value(0, 0), nation.value(0, 1)], [Some(5.0 / 12.0), Some(0.5)]);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! What always holds: scores and cut-offs are compared as whole numbers; sums are taken in a fixed order, so the same data
//! give the same bytes; a share of nothing is no number, never NaN; a subpopulation keeps the whole design.

pub mod alkire_foster;
pub mod change;
pub mod cube;
pub mod decomposition;
pub mod design;
pub mod income;
pub mod interval;
pub mod proxy_means;
pub mod recode;
pub mod replicate;
pub mod robustness;
pub mod rows;
pub mod target;
pub mod weighting;
