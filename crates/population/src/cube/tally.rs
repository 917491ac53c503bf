//! One batch counted: for each kind of run, how many rows have each profile, and the sum of their weights.
//!
//! A batch is tallied on any thread, without knowing of the others. Sums of whole weights do not depend on the order in
//! which they are taken, so such a tally is added to the cube as it is. Other weights are added in the order of the rows:
//! a tally brings its rows along, in case that what they belong to has begun in an earlier batch.

use super::counter::Counter;
use super::fault::{Faults, RowFault};
use super::profiles::Profiles;
use super::runs::Runs;
use super::spec::Plan;
use arrow::array::{AsArray, BooleanArray, Float64Array, RecordBatch};
use arrow::compute::filter_record_batch;
use arrow::datatypes::Float64Type;
use std::sync::Arc;
use vuon_measure::cube::{Profile, Sampling};

/// Counts batches, on any thread.
#[derive(Clone, Debug)]
pub struct Tallier(pub(super) Arc<Plan>);

/// A batch, counted.
#[derive(Debug)]
pub struct Tally {
    /// The good rows.
    pub(super) batch: RecordBatch,
    pub(super) runs: Runs,
    /// Whether each row is a cell of its own, in the order of the rows.
    pub(super) each_row: bool,
    /// Where the cells of each kind of run begin and, last, where they end.
    pub(super) starts: Vec<u32>,
    pub(super) cells: Vec<TalliedCell>,
    /// Σ w·gap and Σ w·gap² of each indicator with gaps, for each cell.
    pub(super) gaps: Vec<[f64; 2]>,
    /// Whether the sums do not depend on the order of the rows.
    pub(super) exact: bool,
    /// The rows themselves.
    pub(super) rows: WeightedRows,
    faults: Vec<RowFault>,
    excluded: u64,
}

/// The rows of a batch that have a profile.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct TalliedCell {
    pub profile: Profile,
    pub rows: u32,
    pub weight: f64,
}

impl Tally {
    /// What is wrong with rows; they are not in the tally. They are given once.
    pub fn take_faults(&mut self) -> Vec<RowFault> {
        std::mem::take(&mut self.faults)
    }

    /// Rows left out because of a fault or because they were bad before.
    pub fn excluded(&self) -> u64 {
        self.excluded
    }

    /// Rows counted.
    pub fn counted(&self) -> u64 {
        self.batch.num_rows() as u64
    }

    /// The cells of a kind of run, with their sums of gaps.
    pub(super) fn cells_of(&self, kind: usize) -> impl Iterator<Item = (&TalliedCell, &[[f64; 2]])> {
        let gaps = self.gaps.len().checked_div(self.cells.len()).unwrap_or(0);
        let cells = self.starts[kind] as usize..self.starts[kind + 1] as usize;
        cells.map(move |cell| (&self.cells[cell], &self.gaps[cell * gaps..(cell + 1) * gaps]))
    }
}

/// What is needed to add rows one by one.
#[derive(Debug)]
pub(super) struct WeightedRows {
    pub profiles: Profiles,
    pub weights: Weights,
    /// The indicators with gaps, and the gaps of the rows.
    pub gaps: Vec<(usize, Float64Array)>,
}

impl WeightedRows {
    /// A row as a cell, with its gaps.
    pub fn cell(&self, row: usize, gaps: &mut Vec<[f64; 2]>) -> TalliedCell {
        let profile = self.profiles.get(row);
        let weight = self.weights.get(row);
        gaps.clear();
        gaps.extend(
            self.gaps.iter().map(|(indicator, values)| gap_terms(profile, *indicator, weight, values.value(row))),
        );
        TalliedCell { profile, rows: 1, weight }
    }
}

/// w·gap and w·gap² of a row.
pub(super) fn gap_terms(profile: Profile, indicator: usize, weight: f64, gap: f64) -> [f64; 2] {
    if profile.deprived >> indicator & 1 == 1 { [weight * gap, weight * gap * gap] } else { [0.0; 2] }
}

/// The weights of the rows of a batch, all finite and none negative.
#[derive(Debug)]
pub(super) enum Weights {
    /// Each row counts once.
    One,
    /// Whole numbers below [`WHOLE`].
    Whole(Float64Array),
    /// Any.
    Real(Float64Array),
}

/// Whole weights below this are added up beside the count of rows in one number.
const WHOLE: f64 = 65536.0;

impl Weights {
    fn new(plan: &Plan, batch: &RecordBatch) -> Self {
        let numbers = |place: usize| batch.column(place).as_primitive::<Float64Type>();
        let weights = match (plan.weight, plan.size) {
            (None, None) => return Weights::One,
            (Some(one), None) | (None, Some(one)) => numbers(one).clone(),
            (Some(weight), Some(size)) => {
                let products = numbers(weight).values().iter().zip(numbers(size).values()).map(|(w, n)| w * n);
                Float64Array::from_iter_values(products)
            }
        };
        // Adding and taking away 2⁵² leaves whole numbers, and no others, as they are.
        const UNIT: f64 = 4_503_599_627_370_496.0;
        let whole = |w: &f64| (*w < WHOLE) & ((*w + UNIT) - UNIT == *w);
        let all_whole = weights.values().chunks(64).all(|chunk| chunk.iter().fold(true, |all, w| all & whole(w)));
        if all_whole { Weights::Whole(weights) } else { Weights::Real(weights) }
    }

    fn get(&self, row: usize) -> f64 {
        match self {
            Weights::One => 1.0,
            Weights::Whole(weights) | Weights::Real(weights) => weights.value(row),
        }
    }
}

impl Profiles {
    /// The profile of a row.
    pub fn get(&self, row: usize) -> Profile {
        Profile { deprived: self.deprived[row], unknown: self.unknown.get(row).copied().unwrap_or(0) }
    }
}

impl Tallier {
    /// Counts a batch that has the columns of [`super::CubeSpec::columns`], in their order and canonical types. Rows that
    /// are known to be bad (rising) are left out, and others that cannot be counted named in [`Tally::take_faults`].
    ///
    /// # Panics
    /// When a column is not of its canonical type.
    pub fn tally(&self, batch: &RecordBatch, bad: &[u32]) -> Tally {
        let plan = &*self.0;
        let faults = Faults::find(plan, batch, bad);
        let batch = match faults.good_rows() {
            None => batch.clone(),
            Some(good) => filter_record_batch(batch, &good).expect("a mask as long as the batch"),
        };
        let rows = batch.num_rows();
        let flags: Vec<&BooleanArray> = plan.indicators.iter().map(|place| batch.column(*place).as_boolean()).collect();
        let profiles = Profiles::new(&flags, rows);
        // Each row is a unit of its own in a sample of rows: they keep their order.
        let each_row = plan.sampling == Sampling::Elements;
        let runs = Runs::new(plan.of_runs().into_iter().map(|place| batch.column(place)), rows, !each_row);
        let gap = |(indicator, place): &(usize, usize)| {
            (*indicator, batch.column(*place).as_primitive::<Float64Type>().clone())
        };
        let data =
            WeightedRows { profiles, weights: Weights::new(plan, &batch), gaps: plan.gaps.iter().map(gap).collect() };
        let mut counter = Counter::new(&data, plan.indicators.len());
        if each_row {
            counter.each_row_of(&runs);
        } else {
            counter.profiles_of(&runs);
        }
        let Counter { starts, cells, gaps, .. } = counter;
        let exact = data.gaps.is_empty() && !matches!(data.weights, Weights::Real(_));
        let (excluded, faults) = faults.into_list();
        Tally { batch, runs, each_row, starts, cells, gaps, exact, rows: data, faults, excluded }
    }
}
