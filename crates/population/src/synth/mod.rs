//! Made-up households, of any number, for trying programmes, machines and people out before real data arrive.
//!
//! In come a number, a seed, places and a day ([`SynthOptions`]); out come the two tables of the questionnaire
//! `vn-questions`, sorted by household ([`generate`]), or the same households in memory ([`Population`]).
//!
//! No row describes a person. The shapes are those of Viet Nam: real communes of the list in force on the day,
//! population by province, and the published rates of poor and near-poor households by region of 2022, which an assessment
//! under `vn-2022-2026` by income finds again. What statistics do not tell is assumed, and each module says so.
//!
//! # How a household is made
//!
//! Commune → ethnic group of the head → class ([`Status`]) → members → the deprivations that a household of this
//! class and with these members has → the answers that give exactly these deprivations and this class. Only then are
//! answers blanked and rows soiled, so that a population with holes is the same population.
//!
//! # What must always be true
//!
//! The same options give the same bytes, on any machine and with any number of threads; the class of a household
//! without holes and dirt is the one that `vn-2022-2026` finds; the columns are exactly those of the questionnaire,
//! or nothing is written; every row is labelled as synthetic, by its id and by the files.

mod arrow;
mod birthday;
mod block;
mod cell_text;
mod chance;
mod choice;
mod columns;
mod csv;
mod deprivation;
mod dirt;
mod error;
mod household;
mod member;
mod parquet;
mod person;
mod place;
mod population;
mod report;
mod roster;
mod rows;
mod standard;
mod status;
mod tables;
mod unknown;
mod write;

pub use block::{Block, SynthHousehold};
pub use choice::Region;
pub use dirt::DirtKind;
pub use error::SynthError;
pub use population::Population;
pub use report::SynthReport;
pub use status::Status;
pub use write::{Format, generate};

use vuon_policy::calendar::Day;

/// The most households that can be made at once: their numbers have eight digits.
pub const MOST_HOUSEHOLDS: u64 = 99_999_999;

/// What is said of every file.
pub const LABEL: &str = "true: made by vuon synth, no real persons";

/// Raised whenever the same options give other rows than before.
pub const GENERATOR: u32 = 1;

/// What to make.
#[derive(Clone, PartialEq, Debug)]
pub struct SynthOptions {
    /// How many households, at most [`MOST_HOUSEHOLDS`].
    pub households: u64,
    /// Another seed gives another population.
    pub seed: u64,
    /// Codes of provinces, districts and communes of the list in force on the review date; none for the whole country.
    pub areas: Vec<String>,
    /// The day by which ages count and the list of areas is chosen.
    pub review_date: Day,
    /// In which format the tables are written.
    pub format: Format,
    /// The share of answers that nobody gave.
    pub unknown_rate: f64,
    /// The share of households with something wrong in their rows.
    pub dirty_rate: f64,
}

impl SynthOptions {
    /// Clean Parquet tables of the whole country.
    pub fn new(households: u64, seed: u64, review_date: Day) -> SynthOptions {
        SynthOptions {
            households,
            seed,
            areas: Vec::new(),
            review_date,
            format: Format::Parquet,
            unknown_rate: 0.0,
            dirty_rate: 0.0,
        }
    }

    /// What is told of the making, by name, in files of every format.
    pub(super) fn told(&self) -> Vec<(&'static str, String)> {
        let areas = match self.areas.as_slice() {
            [] => "all".to_owned(),
            areas => areas.join(" "),
        };
        vec![
            ("vuon.synthetic", LABEL.to_owned()),
            ("vuon.synth.version", format!("{} ({GENERATOR})", env!("CARGO_PKG_VERSION"))),
            ("vuon.synth.households", self.households.to_string()),
            ("vuon.synth.seed", self.seed.to_string()),
            ("vuon.synth.areas", areas),
            ("vuon.synth.review_date", self.review_date.to_string()),
            ("vuon.synth.unknown_rate", self.unknown_rate.to_string()),
            ("vuon.synth.dirty_rate", self.dirty_rate.to_string()),
        ]
    }
}
