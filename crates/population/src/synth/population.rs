//! A population that can be drawn, block by block, on any thread.

use super::birthday::Birthdays;
use super::block::{self, BLOCK, Block};
use super::chance::Share;
use super::choice::Ethnicity;
use super::columns;
use super::deprivation::Frequencies;
use super::error::SynthError;
use super::household::HouseholdRow;
use super::place::{self, Place};
use super::standard::Standard;
use super::status::Odds;
use super::unknown::UnknownRate;
use super::write::Format;
use super::{MOST_HOUSEHOLDS, SynthOptions};
use std::fmt::Write;
use vuon_policy::Library;
use vuon_policy::calendar::Day;
use vuon_policy::model::Kind;

const QUESTIONS: &str = "vn-questions";

/// A population that can be drawn, block by block.
pub struct Population {
    pub(super) households: u64,
    pub(super) seed: u64,
    pub(super) review_date: Day,
    pub(super) unknown_rate: UnknownRate,
    pub(super) dirty_rate: Share,
    pub(super) format: Format,
    pub(super) standard: Standard,
    pub(super) frequencies: Frequencies,
    pub(super) birthdays: Birthdays,
    pub(super) odds: Odds,
    pub(super) places: Vec<Place>,
    pub(super) ethnic_ranks: Vec<[Share; Ethnicity::COUNT]>,
    /// The first household of each place, and after the last one their number.
    pub(super) starts: Vec<u64>,
    /// The Vietnamese labels of the sources of water, in order.
    pub(super) water_labels: Vec<String>,
}

impl Population {
    /// Prepares a population.
    ///
    /// # Errors
    /// What is wrong with the options; or a questionnaire or standard that the generator does not know.
    pub fn new(options: &SynthOptions) -> Result<Population, SynthError> {
        if !(1..=MOST_HOUSEHOLDS).contains(&options.households) {
            return Err(SynthError::Households(options.households));
        }
        for (name, rate) in [("unknown", options.unknown_rate), ("dirty", options.dirty_rate)] {
            if !(0.0..=1.0).contains(&rate) {
                return Err(SynthError::Rate { name, rate });
            }
        }
        let questions = Library::embedded()
            .load(QUESTIONS)
            .map_err(|error| SynthError::Pack { id: QUESTIONS, error: Box::new(error) })?;
        let questionnaire = &questions.pack.questionnaire;
        columns::check(questionnaire)?;
        let water = questionnaire.household.iter().find(|v| v.id.value == "water_source");
        let water_labels = match water.map(|v| &v.kind) {
            Some(Kind::Choice(list)) => {
                let options = questionnaire.choices[*list].options.iter();
                options.map(|option| option.label.get(vuon_policy::model::Language::Vi).to_owned()).collect()
            }
            _ => Vec::new(),
        };
        let standard = Standard::load()?;
        let country = place::country(options.review_date, options.seed)?;
        let odds = Odds::new(&country);
        let places = place::within(country, options.review_date, &options.areas)?;
        Ok(Population {
            households: options.households,
            seed: options.seed,
            review_date: options.review_date,
            unknown_rate: UnknownRate::of(options.unknown_rate),
            dirty_rate: Share::of(options.dirty_rate),
            format: options.format,
            frequencies: Frequencies::new(standard.min_deprivations),
            birthdays: Birthdays::until(options.review_date),
            odds,
            ethnic_ranks: places.iter().map(block::ranks).collect(),
            starts: starts(&places, options.households),
            standard,
            places,
            water_labels,
        })
    }

    /// How many households there are.
    pub fn households(&self) -> u64 {
        self.households
    }

    /// How many blocks there are.
    pub fn blocks(&self) -> u64 {
        self.households.div_ceil(BLOCK)
    }

    /// Draws a block, numbered from 0. The same block always comes out the same.
    pub fn block(&self, number: u64) -> Block<'_> {
        block::draw(self, number)
    }

    /// The place of a household, numbered from 0.
    pub(super) fn place_of(&self, household: u64) -> usize {
        self.starts.partition_point(|start| *start <= household) - 1
    }

    /// Writes the id of a household: `SYN-` so that every row says that it is synthetic, the commune, and a number.
    pub(super) fn write_id(&self, row: &HouseholdRow, id: &mut String) {
        let commune = self.places[row.place as usize].commune;
        // Writing to a string cannot fail.
        let _ = write!(id, "SYN-{commune}-{:08}", row.number);
    }
}

/// Shares the households out in proportion to the weights, without a remainder.
fn starts(places: &[Place], households: u64) -> Vec<u64> {
    let total: u128 = places.iter().map(|place| u128::from(place.weight)).sum();
    let mut sum = 0;
    let mut starts = vec![0];
    for place in places {
        sum += u128::from(place.weight);
        starts.push((u128::from(households) * sum / total) as u64);
    }
    starts
}
