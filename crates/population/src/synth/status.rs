//! Who is poor: the published rates of each region, spread over town and country and ethnic groups.
//!
//! The published rates are of whole regions. That rural and ethnic-minority households are poorer is well
//! known; *how much* poorer is our assumption ([`POOR`], [`NEAR_POOR`]). The rates of the four groups are scaled
//! so that the region as a whole comes out at its published rate, whichever part of it is asked for.

use super::chance::{Chance, Share};
use super::choice::{AreaType, Ethnicity, Region};
use super::place::Place;
use super::tables;

/// The class of a household, as drawn.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Status {
    /// Income up to the line, three deprivations or more.
    Poor,
    /// Income up to the line, fewer deprivations.
    NearPoor,
    /// Income above the line and up to the limit of the average living standard.
    Average,
    /// Income above that.
    AboveAverage,
}

impl Status {
    /// Its id in the pack of 2022-2026.
    pub fn id(self) -> &'static str {
        match self {
            Status::Poor => "poor",
            Status::NearPoor => "near_poor",
            Status::Average => "average",
            Status::AboveAverage => "above_average",
        }
    }

    /// Whether its income is up to the line.
    pub(super) fn has_low_income(self) -> bool {
        matches!(self, Status::Poor | Status::NearPoor)
    }
}

/// How many times as often a household is poor as one of the same region that is urban and Kinh:
/// urban, rural; in each Kinh, then all other groups.
const POOR: [[f64; 2]; 2] = [[1.0, 4.0], [2.0, 8.0]];
/// The same for near-poor households.
const NEAR_POOR: [[f64; 2]; 2] = [[1.0, 2.0], [1.6, 3.0]];
/// Of a hundred households above the line, how many have an average living standard: urban, rural.
const AVERAGE: [u32; 2] = [12, 22];

/// The odds of every group of every region.
#[derive(Clone, Debug)]
pub(super) struct Odds {
    /// By region, area and minority: the share of poor, and of poor and near-poor households.
    shares: [[[(Share, Share); 2]; 2]; 6],
}

impl Odds {
    /// Scales the rates over the whole country.
    pub fn new(country: &[Place]) -> Odds {
        let rates = tables::rates();
        let shares = Region::ALL.map(|region| {
            let (poor, near_poor) = rates[&region];
            let poor = scaled(country, region, poor, &POOR);
            let near_poor = scaled(country, region, near_poor, &NEAR_POOR);
            [0, 1].map(|area| {
                [0, 1].map(|minority| {
                    let poor: f64 = poor[area][minority];
                    let near_poor: f64 = near_poor[area][minority];
                    (Share::of(poor), Share::of(poor + near_poor))
                })
            })
        });
        Odds { shares }
    }

    /// Draws the class of a household.
    pub fn draw(&self, place: &Place, ethnicity: Ethnicity, chance: &mut Chance) -> Status {
        let minority = usize::from(ethnicity != Ethnicity::Kinh);
        let (poor, low) = self.shares[place.region as usize][place.area_type as usize][minority];
        let rank = chance.share();
        if rank < poor {
            Status::Poor
        } else if rank < low {
            Status::NearPoor
        } else if chance.percent(AVERAGE[place.area_type as usize]) {
            Status::Average
        } else {
            Status::AboveAverage
        }
    }
}

/// The rates of the four groups, in the given proportions, whose mean over the region is `rate`.
fn scaled(country: &[Place], region: Region, rate: f64, times: &[[f64; 2]; 2]) -> [[f64; 2]; 2] {
    let (mut households, mut weighted) = (0.0, 0.0);
    for place in country.iter().filter(|place| place.region == region) {
        let weight = place.weight as f64;
        let [kinh, minority] = times[place.area_type as usize];
        let share = 1.0 - place.ethnic[Ethnicity::Kinh as usize];
        households += weight;
        weighted += weight * (kinh * (1.0 - share) + minority * share);
    }
    let base = if weighted > 0.0 { rate * households / weighted } else { 0.0 };
    times.map(|groups| groups.map(|times| base * times))
}

/// Urban households come first in every table of this module.
const _: () = assert!(AreaType::Urban as usize == 0);
