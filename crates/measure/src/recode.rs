//! Another question to the same cube: what each profile says, said by other indicators.
//!
//! With the two rounds of a panel as one cube of twice the indicators, [`flows`] asks who stayed poor, became poor or
//! left poverty; with a second, harsher set of indicators, [`destitution`] asks who of the poor is destitute;
//! [`what_if`] asks who would be poor by other weights or another cut-off. The answer is again a cube, so that the
//! uncensored headcounts of it are the shares wanted, with their precision.

use crate::cube::{Cells, Cube, Profile};
use crate::weighting::{Cutoff, Weighting};

/// Poor in both rounds, in the second alone, in the first alone, in neither.
pub const FLOWS: [&str; 4] = ["stayer", "entrant", "leaver", "never"];

/// Poor by both standards, by the second alone, by the first alone, by neither.
pub const WHAT_IF: [&str; 4] = ["stays", "enters", "leaves", "never"];

/// Destitute, and poor without being destitute.
pub const DESTITUTION: [&str; 2] = ["destitute", "poor_not_destitute"];

impl Cube {
    /// The cube in which each profile is another, of indicators of other names. Sums of gaps are left behind.
    pub fn recode(&self, indicators: &[&str], of: impl Fn(Profile) -> Profile) -> Cube {
        let recoded: Vec<Profile> = self.profiles.iter().map(|profile| of(*profile)).collect();
        let mut profiles = recoded.clone();
        profiles.sort_unstable();
        profiles.dedup();
        let place = |profile: &Profile| profiles.binary_search(profile).expect("among the recoded") as u32;
        let places: Vec<u32> = recoded.iter().map(place).collect();
        let mut cells = Cells::default();
        let mut merged: Vec<(u32, u32, f64)> = Vec::new();
        let mut cell = 0;
        while cell < self.cells.len() {
            // The cells of one unit and group stand together.
            let (psu, group) = (self.cells.psu[cell], self.cells.group[cell]);
            merged.clear();
            while cell < self.cells.len() && (self.cells.psu[cell], self.cells.group[cell]) == (psu, group) {
                let profile = places[self.cells.profile[cell] as usize];
                let (rows, weight) = (self.cells.rows[cell], self.cells.weight[cell]);
                match merged.iter_mut().find(|known| known.0 == profile) {
                    Some(known) => *known = (profile, known.1 + rows, known.2 + weight),
                    None => merged.push((profile, rows, weight)),
                }
                cell += 1;
            }
            merged.sort_unstable_by_key(|known| known.0);
            for (profile, rows, weight) in &merged {
                cells.psu.push(psu);
                cells.group.push(group);
                cells.profile.push(*profile);
                cells.rows.push(*rows);
                cells.weight.push(*weight);
            }
        }
        let indicators = indicators.iter().map(|name| (*name).to_owned()).collect();
        Cube { indicators, profiles, cells, gaps: Vec::new(), ..self.clone() }
    }
}

/// The flows of a panel: `panel` has the indicators of the first round and then those of the second. The new
/// indicators are [`FLOWS`]; people with an unknown indicator in either round are unknown.
///
/// # Panics
/// Where the cube does not have twice the indicators of the weighting.
pub fn flows(panel: &Cube, weighting: &Weighting, k: Cutoff) -> Cube {
    assert_eq!(panel.indicators.len(), 2 * weighting.indicators(), "the indicators of two rounds");
    panel.recode(&FLOWS, |profile| one_of(poor_twice(profile, weighting, k, k).map(which_of_four)))
}

/// Who is poor by one standard and by another, each a weighting with its cut-off. The new indicators are [`WHAT_IF`];
/// people with an unknown indicator are unknown, whatever its weight: both standards speak of the same people.
///
/// # Panics
/// Where a weighting is not of the indicators of the cube.
pub fn what_if(cube: &Cube, first: (&Weighting, Cutoff), second: (&Weighting, Cutoff)) -> Cube {
    let fits = |weighting: &Weighting| weighting.indicators() == cube.indicators.len();
    assert!(fits(first.0) && fits(second.0), "weightings of the indicators of the cube");
    let poor = |profile: Profile, (weighting, k): (&Weighting, Cutoff)| {
        weighting.score(profile.deprived) >= weighting.threshold(k)
    };
    cube.recode(&WHAT_IF, |profile| {
        let known = profile.unknown == 0;
        one_of(known.then(|| which_of_four((poor(profile, first), poor(profile, second)))))
    })
}

/// The place in [`FLOWS`] and in [`WHAT_IF`].
fn which_of_four(poor: (bool, bool)) -> usize {
    match poor {
        (true, true) => 0,
        (false, true) => 1,
        (true, false) => 2,
        (false, false) => 3,
    }
}

/// The destitute: those of the poor who are poor as well by the second, harsher half of the indicators at the cut-off
/// `destitute_k` (Alkire, Conconi & Seth 2014, *Measuring Destitution in Developing Countries*, section 2). The new
/// indicators are [`DESTITUTION`].
///
/// # Panics
/// Where the cube does not have twice the indicators of the weighting.
pub fn destitution(both: &Cube, weighting: &Weighting, k: Cutoff, destitute_k: Cutoff) -> Cube {
    assert_eq!(both.indicators.len(), 2 * weighting.indicators(), "each indicator and its harsher form");
    both.recode(&DESTITUTION, |profile| match poor_twice(profile, weighting, k, destitute_k) {
        Some((false, _)) => Profile::default(),
        poor => one_of(poor.map(|(_, destitute)| usize::from(!destitute))),
    })
}

/// Whether one is poor by the first half of the indicators and by the second; none where any is unknown.
fn poor_twice(profile: Profile, weighting: &Weighting, first: Cutoff, second: Cutoff) -> Option<(bool, bool)> {
    if profile.unknown != 0 {
        return None;
    }
    let half = weighting.indicators();
    let mask = u32::MAX >> (32 - half);
    let poor = |deprived: u32, k: Cutoff| weighting.score(deprived) >= weighting.threshold(k);
    Some((poor(profile.deprived & mask, first), poor(profile.deprived >> half & mask, second)))
}

fn one_of(which: Option<usize>) -> Profile {
    match which {
        Some(which) => Profile { deprived: 1 << which, unknown: 0 },
        None => Profile { deprived: 0, unknown: 1 },
    }
}
