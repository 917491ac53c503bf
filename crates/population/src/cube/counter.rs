//! Counting the profiles of the rows of a batch.
//!
//! A profile without unknowns is a place in a table, as long as there are few indicators. Three ways of counting give the
//! same cells. *Long* runs with whole weights: the number of rows and the sum of weights stand in one number, and
//! neighbouring rows go to two tables in turn, so that many equal profiles one after the other do not wait for each other.
//! *Short* runs, and weights that must be added in the order of the rows: one table, and a bit for each place in use, so
//! that only these are visited afterwards. *Rare* profiles, with unknowns or of many indicators: sorted.

use super::profiles::Profiles;
use super::runs::Runs;
use super::tally::{TalliedCell, WeightedRows, Weights, gap_terms};
use std::ops::Range;
use vuon_measure::cube::Profile;

/// Up to so many indicators have tables.
const DENSE_INDICATORS: usize = 12;
const DENSE: usize = 1 << DENSE_INDICATORS;

/// The count of rows in a number, above the sum of their weights.
const ROW: u64 = 1 << 40;
const WEIGHTS: u64 = ROW - 1;
/// So many rows with weights below 2¹⁶ fit into one number.
const MOST_ROWS: usize = 1 << 24;

/// Counts the rows of one batch.
pub(super) struct Counter<'a> {
    data: &'a WeightedRows,
    indicators: usize,
    /// Whether the weights are whole and the batch short enough for the tables of long runs.
    whole: bool,
    long: Vec<[u64; DENSE]>,
    short: Vec<Place>,
    short_gaps: Vec<[f64; 2]>,
    used: [u64; DENSE / 64],
    /// Profile and row in one number, in this order.
    rare: Vec<u128>,
    /// Where the cells of each kind of run begin.
    pub starts: Vec<u32>,
    /// The cells of each kind, by place and then by profile.
    pub cells: Vec<TalliedCell>,
    /// The sums of gaps of the cells.
    pub gaps: Vec<[f64; 2]>,
}

#[derive(Clone, Copy, Default)]
struct Place {
    weight: f64,
    rows: u32,
}

impl<'a> Counter<'a> {
    /// A counter for the rows of a batch.
    pub fn new(data: &'a WeightedRows, indicators: usize) -> Self {
        let dense = indicators <= DENSE_INDICATORS;
        let whole = dense
            && data.gaps.is_empty()
            && data.profiles.unknown.is_empty()
            && data.profiles.deprived.len() <= MOST_ROWS
            && !matches!(data.weights, Weights::Real(_));
        Self {
            data,
            indicators,
            whole,
            long: vec![[0; DENSE]; 2],
            short: vec![Place::default(); if dense { 1 << indicators } else { 0 }],
            short_gaps: vec![[0.0; 2]; if dense { data.gaps.len() << indicators } else { 0 }],
            used: [0; DENSE / 64],
            rare: Vec::new(),
            starts: vec![0],
            cells: Vec::new(),
            gaps: Vec::new(),
        }
    }

    /// One cell for each row, in the order of the rows.
    pub fn each_row_of(&mut self, runs: &Runs) {
        let mut gaps = Vec::new();
        for kind in 0..runs.kinds() {
            for row in runs.of(kind).flatten() {
                self.cells.push(self.data.cell(row, &mut gaps));
                self.gaps.append(&mut gaps);
            }
            self.starts.push(self.cells.len() as u32);
        }
    }

    /// One cell for each profile that occurs in a kind of run.
    pub fn profiles_of(&mut self, runs: &Runs) {
        for kind in 0..runs.kinds() {
            let rows: usize = runs.of(kind).map(|run| run.len()).sum();
            if self.whole && rows >= self.short.len() / 4 {
                runs.of(kind).for_each(|run| self.add_long(run));
                self.take_long();
            } else {
                runs.of(kind).for_each(|run| self.add_short(run));
                self.take_short();
                self.take_rare();
            }
            self.starts.push(self.cells.len() as u32);
        }
    }

    fn add_long(&mut self, rows: Range<usize>) {
        let profiles = &self.data.profiles.deprived[rows.clone()];
        let [even, odd] = &mut self.long[..] else { return };
        match &self.data.weights {
            Weights::One => add_in_turn(even, odd, profiles, |_| ROW + 1),
            Weights::Whole(weights) | Weights::Real(weights) => {
                let weights = &weights.values()[rows];
                add_in_turn(even, odd, profiles, |row| ROW + weights[row] as u64);
            }
        }
    }

    fn take_long(&mut self) {
        let [even, odd] = &mut self.long[..] else { return };
        for (profile, (even, odd)) in even.iter_mut().zip(odd).enumerate().take(1 << self.indicators) {
            let sum = std::mem::take(even) + std::mem::take(odd);
            if sum != 0 {
                let profile = Profile { deprived: profile as u32, unknown: 0 };
                let (rows, weight) = ((sum / ROW) as u32, (sum & WEIGHTS) as f64);
                self.cells.push(TalliedCell { profile, rows, weight });
            }
        }
    }

    fn add_short(&mut self, rows: Range<usize>) {
        match &self.data.weights {
            Weights::One => self.add_weighted(rows, |_| 1.0),
            Weights::Whole(weights) | Weights::Real(weights) => {
                let weights = weights.values();
                self.add_weighted(rows, |row| weights[row]);
            }
        }
    }

    fn add_weighted(&mut self, rows: Range<usize>, weight: impl Fn(usize) -> f64) {
        let Profiles { deprived, unknown } = &self.data.profiles;
        for row in rows {
            let profile = deprived[row];
            let place = profile as usize;
            if place >= self.short.len() || unknown.get(row).is_some_and(|unknown| *unknown != 0) {
                let profile = u128::from(profile) << 32 | u128::from(unknown.get(row).copied().unwrap_or(0));
                self.rare.push(profile << 64 | row as u128);
                continue;
            }
            self.used[place / 64 % (DENSE / 64)] |= 1 << (place % 64);
            let cell = &mut self.short[place];
            cell.rows += 1;
            cell.weight += weight(row);
            for (g, (indicator, values)) in self.data.gaps.iter().enumerate() {
                let sums = &mut self.short_gaps[place * self.data.gaps.len() + g];
                add(sums, gap_terms(self.data.profiles.get(row), *indicator, weight(row), values.value(row)));
            }
        }
    }

    fn take_short(&mut self) {
        let gaps = self.data.gaps.len();
        for (word, used) in self.used[..self.short.len().div_ceil(64)].iter_mut().enumerate() {
            let mut left = std::mem::take(used);
            while left != 0 {
                let place = word * 64 + left.trailing_zeros() as usize;
                left &= left - 1;
                let Place { weight, rows } = std::mem::take(&mut self.short[place]);
                let profile = Profile { deprived: place as u32, unknown: 0 };
                self.cells.push(TalliedCell { profile, rows, weight });
                let sums = &mut self.short_gaps[place * gaps..(place + 1) * gaps];
                self.gaps.extend(sums.iter_mut().map(std::mem::take));
            }
        }
    }

    fn take_rare(&mut self) {
        self.rare.sort_unstable();
        let mut terms = Vec::new();
        let mut last = None;
        for rare in self.rare.drain(..) {
            let profile = (rare >> 64) as u64;
            let cell = self.data.cell(rare as u64 as usize, &mut terms);
            match self.cells.last_mut().filter(|_| last == Some(profile)) {
                Some(sum) => {
                    sum.rows += 1;
                    sum.weight += cell.weight;
                    let first = self.gaps.len() - terms.len();
                    self.gaps[first..].iter_mut().zip(&terms).for_each(|(sums, terms)| add(sums, *terms));
                }
                None => {
                    self.cells.push(cell);
                    self.gaps.append(&mut terms);
                }
            }
            last = Some(profile);
        }
    }
}

fn add(sums: &mut [f64; 2], terms: [f64; 2]) {
    sums[0] += terms[0];
    sums[1] += terms[1];
}

fn add_in_turn(even: &mut [u64; DENSE], odd: &mut [u64; DENSE], profiles: &[u32], term: impl Fn(usize) -> u64) {
    let pairs = profiles.chunks_exact(2);
    if let [last] = pairs.remainder() {
        even[*last as usize % DENSE] += term(profiles.len() - 1);
    }
    for (pair, profiles) in pairs.enumerate() {
        even[profiles[0] as usize % DENSE] += term(2 * pair);
        odd[profiles[1] as usize % DENSE] += term(2 * pair + 1);
    }
}
