//! In which of the twelve indicators of 2022-2026 a household is deprived.
//!
//! First how many, by its class; then which, in proportion to what was published of poor households
//! (`data/synth/deprivations-2024.csv`), among those that its members allow: without a child nobody is out of
//! school. The answers are then made so that exactly these indicators come out deprived.

use super::chance::Chance;
use super::status::Status;
use super::tables;

/// How many indicators there are.
pub(super) const COUNT: usize = 12;

/// The ids of the indicators, in the order of the pack.
pub(super) const INDICATORS: [&str; COUNT] = [
    "employment",
    "dependants",
    "nutrition",
    "health_insurance",
    "adult_education",
    "child_schooling",
    "housing_quality",
    "housing_area",
    "water",
    "sanitation",
    "telecom",
    "information_means",
];

pub(super) const EMPLOYMENT: usize = 0;
pub(super) const DEPENDANTS: usize = 1;
pub(super) const NUTRITION: usize = 2;
pub(super) const HEALTH_INSURANCE: usize = 3;
pub(super) const ADULT_EDUCATION: usize = 4;
pub(super) const CHILD_SCHOOLING: usize = 5;
pub(super) const HOUSING_QUALITY: usize = 6;
pub(super) const HOUSING_AREA: usize = 7;
pub(super) const WATER: usize = 8;
pub(super) const SANITATION: usize = 9;
pub(super) const TELECOM: usize = 10;
pub(super) const INFORMATION_MEANS: usize = 11;

/// Yes or no for each indicator.
pub(super) type Vector = [bool; COUNT];

/// Of a hundred poor households, how many have 3, 4, … 7 deprivations. Their mean is 4.0, as published.
const POOR: [u32; 5] = [42, 30, 17, 8, 3];
/// Of a hundred near-poor households, how many have 0, 1, 2.
const NEAR_POOR: [u32; 3] = [15, 40, 45];
/// Of a hundred others, how many have 0, 1, 2, 3, 4.
const OTHERS: [u32; 5] = [60, 27, 9, 3, 1];

/// By how many per cent a frequency is weighed up or down, as members do not allow every deprivation to every household,
/// so that the published frequencies come out over all poor households. Found by trying; the tests hold the result
/// against what was published.
const ALLOWANCE: [u32; COUNT] = [50, 560, 133, 45, 570, 119, 45, 63, 40, 54, 47, 48];

/// Draws deprivations.
#[derive(Clone, Debug)]
pub(super) struct Frequencies {
    weights: [u32; COUNT],
    min_deprivations: usize,
}

impl Frequencies {
    /// The published frequencies, and how many deprivations make a household poor.
    pub fn new(min_deprivations: usize) -> Frequencies {
        let published = tables::deprivations();
        let weights = std::array::from_fn(|i| published[i] * ALLOWANCE[i]);
        Frequencies { weights, min_deprivations }
    }

    /// Draws a vector. `possible` says what the members allow, `forced` what they make unavoidable.
    pub fn draw(&self, status: Status, possible: &Vector, forced: &Vector, chance: &mut Chance) -> Vector {
        let wanted = match status {
            Status::Poor => self.min_deprivations + chance.pick(&POOR),
            Status::NearPoor => chance.pick(&NEAR_POOR).min(self.min_deprivations - 1),
            Status::Average | Status::AboveAverage => chance.pick(&OTHERS),
        };
        let mut deprived = *forced;
        let mut weights = self.weights;
        for (indicator, weight) in weights.iter_mut().enumerate() {
            if deprived[indicator] || !possible[indicator] {
                *weight = 0;
            }
        }
        let so_far = forced.iter().filter(|forced| **forced).count();
        for _ in so_far..wanted {
            let indicator = chance.pick(&weights);
            deprived[indicator] = true;
            weights[indicator] = 0;
        }
        deprived
    }
}
