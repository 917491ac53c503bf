//! Another question to the same cube: what each profile says, said by other indicators.
//!
//! With the two rounds of a panel as one cube of twice the indicators, [`flows`] asks who stayed poor, became poor or
//! left poverty; with a second, harsher set of indicators, [`destitution`] asks who of the poor is destitute;
//! [`what_if`] asks who would be poor by other weights or another cut-off. The answer is again a cube, so that the
//! uncensored headcounts of it are the shares wanted, with their precision.
//!
//! A register has no sampling error; for it [`what_if_totals`] takes all that a what-if needs in one pass over the cells.

use crate::cube::{Cells, Cube, Profile};
use crate::weighting::{Cutoff, Weighting};
use rayon::prelude::*;

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
        Cube {
            indicators: indicators.iter().map(|name| (*name).to_owned()).collect(),
            weight: self.weight.clone(),
            sampling: self.sampling.clone(),
            strata: self.strata.clone(),
            psus: self.psus.clone(),
            keys: self.keys.clone(),
            groups: self.groups.clone(),
            profiles,
            cells,
            gaps: Vec::new(),
        }
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
    let which = what_if_of(cube, first, second);
    cube.recode(&WHAT_IF, |profile| one_of(which(profile)))
}

/// The place of a profile in [`WHAT_IF`]; none where an indicator is unknown.
fn what_if_of<'a>(
    cube: &Cube,
    first: (&'a Weighting, Cutoff),
    second: (&'a Weighting, Cutoff),
) -> impl Fn(Profile) -> Option<usize> + use<'a> {
    let fits = |weighting: &Weighting| weighting.indicators() == cube.indicators.len();
    assert!(fits(first.0) && fits(second.0), "weightings of the indicators of the cube");
    let poor = |profile: Profile, (weighting, k): (&Weighting, Cutoff)| {
        weighting.score(profile.deprived) >= weighting.threshold(k)
    };
    move |profile| (profile.unknown == 0).then(|| which_of_four((poor(profile, first), poor(profile, second))))
}

/// What two standards make of some people: all that H, A, M₀ and its parts by either need.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct WhatIfTotals {
    /// Rows in each part of [`WHAT_IF`], then those not known.
    pub rows: [u64; 5],
    /// The sums of their weights.
    pub weight: [f64; 5],
    /// For those who are poor by either standard, the first three parts: the weight of the deprived in each indicator.
    pub deprived: [Vec<f64>; 3],
}

impl WhatIfTotals {
    fn of(indicators: usize) -> Self {
        Self { deprived: std::array::from_fn(|_| vec![0.0; indicators]), ..Self::default() }
    }

    /// Adds other people.
    pub fn add(&mut self, other: &Self) {
        self.rows.iter_mut().zip(other.rows).for_each(|(sum, rows)| *sum += rows);
        self.weight.iter_mut().zip(other.weight).for_each(|(sum, weight)| *sum += weight);
        for (sums, others) in self.deprived.iter_mut().zip(&other.deprived) {
            sums.resize(sums.len().max(others.len()), 0.0);
            sums.iter_mut().zip(others).for_each(|(sum, weight)| *sum += weight);
        }
    }

    /// The weight of those of whom everything is known.
    pub fn known(&self) -> f64 {
        self.weight[..4].iter().sum()
    }

    /// The weight of the poor by one of the standards, 0 or 1.
    pub fn poor(&self, standard: usize) -> f64 {
        self.weight[0] + self.weight[2 - standard]
    }

    /// The weight of the poor by one of the standards who are deprived in an indicator.
    pub fn censored(&self, standard: usize, indicator: usize) -> f64 {
        let deprived = |part: usize| self.deprived[part].get(indicator).copied().unwrap_or(0.0);
        deprived(0) + deprived(2 - standard)
    }
}

/// Cells that are added up as one piece of work. The boundaries are fixed, and pieces are added in order, so that the
/// sums are the same whatever the threads do.
const PIECE: usize = 1 << 16;

/// What two standards make of each group of a cube, in one pass.
///
/// # Panics
/// Where a weighting is not of the indicators of the cube.
pub fn what_if_totals(cube: &Cube, first: (&Weighting, Cutoff), second: (&Weighting, Cutoff)) -> Vec<WhatIfTotals> {
    let which = what_if_of(cube, first, second);
    let parts: Vec<u8> = cube.profiles.iter().map(|profile| which(*profile).map_or(4, |part| part as u8)).collect();
    let cells = &cube.cells;
    let indicators = cube.indicators.len();
    // Neighbouring cells are of one group: a piece has few of them.
    let piece = |first: usize| {
        let mut groups: Vec<(u32, WhatIfTotals)> = Vec::new();
        for cell in first..cells.len().min(first + PIECE) {
            let group = cells.group[cell];
            if groups.last().is_none_or(|(last, _)| *last != group) {
                groups.push((group, WhatIfTotals::of(indicators)));
            }
            let Some((_, totals)) = groups.last_mut() else { continue };
            let profile = cells.profile[cell] as usize;
            let part = usize::from(parts[profile]);
            let weight = cells.weight[cell];
            totals.rows[part] += u64::from(cells.rows[cell]);
            totals.weight[part] += weight;
            if let Some(deprived) = totals.deprived.get_mut(part) {
                let mut bits = cube.profiles[profile].deprived;
                while bits != 0 {
                    deprived[bits.trailing_zeros() as usize] += weight;
                    bits &= bits - 1;
                }
            }
        }
        groups
    };
    let firsts: Vec<usize> = (0..cells.len()).step_by(PIECE).collect();
    let pieces: Vec<Vec<(u32, WhatIfTotals)>> = firsts.into_par_iter().map(piece).collect();
    let mut totals = vec![WhatIfTotals::of(indicators); cube.group_count()];
    pieces.iter().flatten().for_each(|(group, part)| totals[*group as usize].add(part));
    totals
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cube::{Label, Sampling};
    use crate::rows::{Header, Row};
    use vuon_policy::exact::Exact;

    fn cube() -> Cube {
        let row = |place: i64, deprived, unknown, weight| Row {
            stratum: Label::Missing,
            population: None,
            psu: Label::Missing,
            keys: vec![Label::Whole(place)],
            profile: Profile { deprived, unknown },
            weight,
            gaps: vec![],
        };
        let header = Header {
            indicators: ["a", "b", "c"].map(String::from).to_vec(),
            weight: "persons".into(),
            sampling: Sampling::Register,
            keys: vec!["place".into()],
            gaps: vec![],
        };
        Cube::of_rows(
            header,
            &[
                row(1, 0b011, 0, 4.0),
                row(1, 0b100, 0, 2.0),
                row(1, 0, 0b1, 3.0),
                row(2, 0b001, 0, 5.0),
                row(2, 0, 0, 1.0),
            ],
        )
    }

    /// By hand: with equal weights and k = 2/3 only `ab` is poor; with a = 1/2, b = c = 1/4 and k = 1/2 so is `a`.
    #[test]
    fn totals_of_a_what_if_by_hand() {
        let fraction = |a, b| Exact::new(a, b).unwrap();
        let equal = Weighting::new("", &[fraction(1, 3); 3]).unwrap();
        let other = Weighting::new("", &[fraction(1, 2), fraction(1, 4), fraction(1, 4)]).unwrap();
        let (before, after) = (Cutoff::new(fraction(2, 3)).unwrap(), Cutoff::new(fraction(1, 2)).unwrap());
        let totals = what_if_totals(&cube(), (&equal, before), (&other, after));
        assert_eq!(totals[0].rows, [1, 0, 0, 1, 1]);
        assert_eq!(totals[0].weight, [4.0, 0.0, 0.0, 2.0, 3.0]);
        assert_eq!((totals[1].rows, totals[1].weight), ([0, 1, 0, 1, 0], [0.0, 5.0, 0.0, 1.0, 0.0]));
        let mut all = totals[0].clone();
        all.add(&totals[1]);
        assert_eq!((all.known(), all.poor(0), all.poor(1)), (12.0, 4.0, 9.0));
        assert_eq!([0, 1, 2].map(|j| all.censored(0, j)), [4.0, 4.0, 0.0]);
        assert_eq!([0, 1, 2].map(|j| all.censored(1, j)), [9.0, 4.0, 0.0]);
    }

    /// The recoded cube says the same of everybody.
    #[test]
    fn a_recoded_cube_has_the_same_totals() {
        let equal = Weighting::new("", &[Exact::new(1, 3).unwrap(); 3]).unwrap();
        let k = |a, b| Cutoff::new(Exact::new(a, b).unwrap()).unwrap();
        let standards = ((&equal, k(2, 3)), (&equal, k(1, 3)));
        let recoded = what_if(&cube(), standards.0, standards.1);
        let mut all = WhatIfTotals::default();
        what_if_totals(&cube(), standards.0, standards.1).iter().for_each(|totals| all.add(totals));
        for part in 0..4 {
            let of = |cell: &usize| recoded.profiles[recoded.cells.profile[*cell] as usize].deprived == 1 << part;
            let cells: Vec<usize> = (0..recoded.cells.len()).filter(of).collect();
            assert_eq!(cells.iter().map(|cell| recoded.cells.weight[*cell]).sum::<f64>(), all.weight[part]);
        }
    }
}
