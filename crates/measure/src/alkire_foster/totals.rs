//! From cells to totals: which profiles are poor at which cut-off, and the sums over a domain or a sampling unit.

use super::formula::Layout;
use super::line::Specification;
use crate::cube::{Cube, Grouping};

/// What a profile adds to the totals of one weighting.
#[derive(Clone, Copy, Debug, Default)]
struct Score {
    /// Its score in units.
    units: f64,
    /// At how many of the rising cut-offs it is poor.
    poor_at: u32,
}

/// The profiles of a cube as one specification sees them.
pub(super) struct Profiles {
    pub layout: Layout,
    /// For each profile, a score for each weighting.
    scores: Vec<Score>,
    deprived: Vec<u32>,
    /// Whether everything is known: the rule of complete cases.
    complete: Vec<bool>,
    /// Weights in units and the place among the gaps, for each weighting and indicator.
    units: Vec<f64>,
    gap_of: Vec<Option<usize>>,
}

/// The cells of a cube in the order of the domains of a grouping, and within a domain in that of the cube.
pub(super) struct Sorted {
    /// Where each domain's cells begin in `order`, and the end.
    starts: Vec<usize>,
    /// Places of cells.
    order: Vec<u32>,
}

impl Sorted {
    pub fn new(cube: &Cube, grouping: &Grouping) -> Self {
        let mut starts = vec![0_usize; grouping.domains.len() + 1];
        for group in &cube.cells.group {
            starts[grouping.of_group[*group as usize] as usize + 1] += 1;
        }
        for domain in 1..starts.len() {
            starts[domain] += starts[domain - 1];
        }
        let mut next = starts.clone();
        let mut order = vec![0_u32; cube.cells.len()];
        for (cell, group) in cube.cells.group.iter().enumerate() {
            let next = &mut next[grouping.of_group[*group as usize] as usize];
            order[*next] = cell as u32;
            *next += 1;
        }
        Self { starts, order }
    }

    pub fn of(&self, domain: usize) -> &[u32] {
        &self.order[self.starts[domain]..self.starts[domain + 1]]
    }
}

/// Who is in a domain, and who is left out because an answer is missing.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Counts {
    /// Rows that enter.
    pub rows: u64,
    /// The sum of their weights.
    pub weight: f64,
    /// Rows left out: an indicator is not known.
    pub excluded_rows: u64,
    /// The sum of their weights.
    pub excluded_weight: f64,
}

impl Counts {
    /// The share of the weight that is left out; 0 for nobody.
    pub fn excluded_share(&self) -> f64 {
        let all = self.weight + self.excluded_weight;
        if all > 0.0 { self.excluded_weight / all } else { 0.0 }
    }
}

impl Profiles {
    pub fn new(cube: &Cube, specification: &Specification) -> Self {
        let layout = Layout {
            indicators: cube.indicators.len(),
            cutoffs: specification.cutoffs.len(),
            weightings: specification.weightings.len(),
            gaps: !cube.gaps.is_empty(),
        };
        let thresholds: Vec<Vec<u32>> = specification
            .weightings
            .iter()
            .map(|weighting| specification.cutoffs.iter().map(|k| weighting.threshold(*k)).collect())
            .collect();
        let mut scores = Vec::with_capacity(cube.profiles.len() * layout.weightings);
        for profile in &cube.profiles {
            for (weighting, thresholds) in specification.weightings.iter().zip(&thresholds) {
                let units = weighting.score(profile.deprived);
                let poor_at = thresholds.iter().take_while(|threshold| units >= **threshold).count() as u32;
                scores.push(Score { units: f64::from(units), poor_at });
            }
        }
        let units = |w: usize, j: usize| f64::from(specification.weightings[w].units(j));
        Self {
            layout,
            scores,
            deprived: cube.profiles.iter().map(|profile| profile.deprived).collect(),
            complete: cube.profiles.iter().map(|profile| profile.unknown == 0).collect(),
            units: (0..layout.weightings).flat_map(|w| (0..layout.indicators).map(move |j| units(w, j))).collect(),
            gap_of: (0..layout.indicators).map(|j| cube.gaps.iter().position(|gap| gap.indicator == j)).collect(),
        }
    }

    pub fn is_complete(&self, profile: u32) -> bool {
        self.complete[profile as usize]
    }

    /// Adds people of a profile to totals that say, at each cut-off, who is poor at that one and at no higher one;
    /// [`Profiles::accumulate`] makes them what they should be. `gaps` holds Σ w γ and Σ w γ² of each indicator with gaps.
    pub fn add(&self, totals: &mut [f64], profile: u32, weight: f64, gaps: &[[f64; 2]]) {
        let profile = profile as usize;
        let deprived = self.deprived[profile];
        totals[Layout::WEIGHT] += weight;
        each_bit(deprived, |j| totals[self.layout.deprived(j)] += weight);
        let scores = &self.scores[profile * self.layout.weightings..(profile + 1) * self.layout.weightings];
        for (weighting, score) in scores.iter().enumerate().filter(|(_, score)| score.poor_at > 0) {
            let first = self.layout.poor(weighting, score.poor_at as usize - 1);
            let poor = &mut totals[first..first + self.layout.stride()];
            poor[Layout::POOR] += weight;
            poor[Layout::SCORE] += weight * score.units;
            poor[Layout::SCORE_SQUARED] += weight * (score.units * score.units);
            let censored = &mut poor[3..];
            each_bit(deprived, |j| censored[j] += weight);
            if self.layout.gaps {
                self.add_gaps(poor, weighting, deprived, weight, gaps);
            }
        }
    }

    /// An indicator without a measured gap counts as wholly short: its gap is 1.
    fn add_gaps(&self, poor: &mut [f64], weighting: usize, deprived: u32, weight: f64, gaps: &[[f64; 2]]) {
        let places = [self.layout.gap(0, false), self.layout.gap(0, true)];
        each_bit(deprived, |j| {
            let sums = self.gap_of[j].map_or([weight; 2], |gap| gaps[gap]);
            let units = self.units[weighting * self.layout.indicators + j];
            for (place, sum) in places.iter().zip(sums) {
                poor[*place] += units * sum;
            }
        });
    }

    /// Who is poor at a cut-off is poor at all lower ones.
    pub fn accumulate(&self, totals: &mut [f64]) {
        let stride = self.layout.stride();
        for weighting in 0..self.layout.weightings {
            for cutoff in (1..self.layout.cutoffs).rev() {
                let (lower, upper) = totals.split_at_mut(self.layout.poor(weighting, cutoff));
                let lower = &mut lower[self.layout.poor(weighting, cutoff - 1)..];
                lower.iter_mut().zip(&upper[..stride]).for_each(|(lower, upper)| *lower += upper);
            }
        }
    }

    /// The totals of some cells, given by their places: first gathered by profile, so that each profile is looked at
    /// once. `scratch` is made ready by [`Profiles::scratch`] and left so.
    pub fn totals(&self, cube: &Cube, cells: &[u32], scratch: &mut Scratch, totals: &mut [f64]) -> Counts {
        let mut counts = Counts::default();
        for cell in cells {
            let cell = *cell as usize;
            let profile = cube.cells.profile[cell];
            let (rows, weight) = (u64::from(cube.cells.rows[cell]), cube.cells.weight[cell]);
            if !self.is_complete(profile) {
                counts.excluded_rows += rows;
                counts.excluded_weight += weight;
                continue;
            }
            counts.rows += rows;
            counts.weight += weight;
            scratch.weight[profile as usize] += weight;
            if !scratch.seen[profile as usize] {
                scratch.seen[profile as usize] = true;
                scratch.profiles.push(profile);
            }
            let gaps = cube.gaps.len();
            for (gap, sums) in cube.gaps.iter().enumerate() {
                let sum = &mut scratch.gaps[profile as usize * gaps + gap];
                sum[0] += sums.gap[cell];
                sum[1] += sums.gap_squared[cell];
            }
        }
        totals.fill(0.0);
        // In a fixed order, so that the sums do not depend on which cell came first.
        scratch.profiles.sort_unstable();
        let gaps = cube.gaps.len();
        for profile in scratch.profiles.drain(..) {
            let place = profile as usize;
            let gaps = &mut scratch.gaps[place * gaps..(place + 1) * gaps];
            self.add(totals, profile, std::mem::take(&mut scratch.weight[place]), gaps);
            gaps.fill([0.0; 2]);
            scratch.seen[place] = false;
        }
        self.accumulate(totals);
        counts
    }

    pub fn scratch(&self, cube: &Cube) -> Scratch {
        let profiles = cube.profiles.len();
        Scratch {
            weight: vec![0.0; profiles],
            seen: vec![false; profiles],
            gaps: vec![[0.0; 2]; profiles * cube.gaps.len()],
            profiles: Vec::new(),
        }
    }
}

/// Room to gather cells by profile.
pub(super) struct Scratch {
    weight: Vec<f64>,
    seen: Vec<bool>,
    gaps: Vec<[f64; 2]>,
    profiles: Vec<u32>,
}

#[inline]
fn each_bit(mut bits: u32, mut with: impl FnMut(usize)) {
    while bits != 0 {
        with(bits.trailing_zeros() as usize);
        bits &= bits - 1;
    }
}
