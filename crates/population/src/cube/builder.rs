//! Tallies added up, one after the other: names become numbers, and cells of the same unit, group and profile one cell.

use super::fault::RowFault;
use super::ids::{Ids, Labels};
use super::round::RoundBuilder;
use super::runs::Runs;
use super::saved::SavedCells;
use super::series::Series;
use super::spec::{CubeSpec, Plan};
use super::tally::{Tallier, Tally};
use crate::table_problem::TableProblems;
use crate::words::Told;
use arrow::array::{Array, AsArray, RecordBatch};
use arrow::datatypes::Float64Type;
use std::ops::Range;
use std::sync::Arc;
use vuon_measure::cube::Sampling;

/// Room for more cells than this is not made on a guess.
const MOST_RESERVED: usize = 1 << 24;

/// Builds the cubes of a table, one for each round, from its batches in order.
///
/// The same rows give the same cubes, however they are cut into batches: a weight is added to its cell in the order of
/// the rows.
#[derive(Debug)]
pub struct CubeBuilder {
    plan: Arc<Plan>,
    head: Head,
    /// The labels of each column that has them.
    labels: Vec<Labels>,
    round_of: Ids,
    rounds: Vec<RoundBuilder>,
    /// Whether all weights so far were whole, so that sums do not depend on their order.
    exact: bool,
    counted: u64,
    excluded: u64,
    /// How many rows will come, until the first have come; then, how many cells will come.
    expected: Option<u64>,
    reserve: usize,
}

/// The names of the kinds of runs of a batch, by their numbers.
pub(super) struct Names {
    pub rounds: Vec<u32>,
    pub strata: Vec<u32>,
    pub psus: Vec<u32>,
    pub keys: Vec<Vec<u32>>,
    pub corrections: Vec<Option<f64>>,
    pub years: Vec<Option<f64>>,
}

impl Names {
    fn new(plan: &Plan, batch: &RecordBatch, runs: &Runs, labels: &mut [Labels]) -> Self {
        let rows = runs.first_rows();
        let mut labels = |place: Option<usize>| match place {
            Some(place) => labels[place].ids(batch.column(place), &rows),
            None => vec![0; rows.len()],
        };
        let numbers = |place: Option<usize>| match place {
            Some(place) => {
                let column = batch.column(place).as_primitive::<Float64Type>();
                let number = |row: &u32| column.is_valid(*row as usize).then(|| column.value(*row as usize));
                rows.iter().map(number).collect()
            }
            None => vec![None; rows.len()],
        };
        Self {
            rounds: labels(plan.round),
            strata: labels(plan.strata),
            psus: labels(plan.psu),
            keys: plan.keys.iter().map(|key| labels(Some(*key))).collect(),
            corrections: numbers(plan.fpc),
            years: numbers(plan.year),
        }
    }
}

/// What the cubes of all rounds have in common.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Head {
    pub indicators: Vec<String>,
    pub weight: String,
    pub sampling: Sampling,
    pub keys: Vec<String>,
    /// The indicators with gaps.
    pub gaps: Vec<usize>,
}

impl CubeBuilder {
    /// A builder of nothing yet.
    ///
    /// # Errors
    /// Names that do not go together.
    pub fn new(spec: &CubeSpec) -> Result<Self, Told> {
        let plan = Plan::new(spec)?;
        let head = Head {
            indicators: spec.indicators.clone(),
            weight: spec.weight_name(),
            sampling: plan.sampling.clone(),
            keys: spec.keys.clone(),
            gaps: plan.gaps.iter().map(|(indicator, _)| *indicator).collect(),
        };
        Ok(Self::of(head, plan))
    }

    fn of(head: Head, plan: Plan) -> Self {
        Self {
            labels: plan.columns.iter().map(|_| Labels::default()).collect(),
            plan: Arc::new(plan),
            head,
            round_of: Ids::default(),
            rounds: Vec::new(),
            exact: true,
            counted: 0,
            excluded: 0,
            expected: None,
            reserve: 0,
        }
    }

    /// A builder that puts saved cells together again.
    pub(super) fn of_saved(head: Head, plan: Plan) -> Self {
        Self::of(head, plan)
    }

    /// Tells how many rows will come, so that room is made at once.
    pub fn expect(&mut self, rows: u64) {
        self.expected = Some(rows);
    }

    /// What counts batches for this builder, on other threads.
    pub fn tallier(&self) -> Tallier {
        Tallier(self.plan.clone())
    }

    /// Counts a batch that has the columns of [`CubeSpec::columns`], in their order and canonical types. Gives the rows
    /// that could not be counted.
    pub fn push(&mut self, batch: &RecordBatch) -> Vec<RowFault> {
        let mut tally = self.tallier().tally(batch, &[]);
        self.add(&tally);
        tally.take_faults()
    }

    /// Adds a counted batch. Batches must come in the order of the table.
    pub fn add(&mut self, tally: &Tally) {
        self.exact &= tally.exact;
        self.counted += tally.counted();
        self.excluded += tally.excluded();
        if let Some(rows) = self.expected.take() {
            // As many for each row as in the first batch.
            let cells = tally.cells.len() as f64 * (rows as f64 / tally.counted() as f64);
            self.reserve = (cells as usize).min(MOST_RESERVED);
        }
        let exact = self.exact;
        self.add_kinds(&tally.batch, &tally.runs, |round, kinds, names| round.add(kinds, names, tally, exact));
    }

    /// Makes room for so many cells of the first round.
    pub(super) fn reserve(&mut self, cells: u64) {
        self.reserve = usize::try_from(cells).unwrap_or(0).min(MOST_RESERVED);
    }

    /// Adds saved cells.
    pub(super) fn add_saved(&mut self, cells: &SavedCells) {
        self.add_kinds(&cells.batch, &cells.runs, |round, kinds, names| round.add_saved(kinds, names, cells));
    }

    fn add_kinds(
        &mut self,
        batch: &RecordBatch,
        runs: &Runs,
        mut add: impl FnMut(&mut RoundBuilder, Range<usize>, &Names),
    ) {
        let names = Names::new(&self.plan, batch, runs, &mut self.labels);
        // Rounds stand one after the other: what is of one is added together.
        let mut first = 0;
        for same in names.rounds.chunk_by(|a, b| a == b) {
            let kinds = first..first + same.len();
            first = kinds.end;
            let (round, new) = self.round_of.id(same[0].into());
            if new {
                let mut round = RoundBuilder::new(self.plan.round.map(|_| same[0]), &self.head);
                round.reserve(std::mem::take(&mut self.reserve));
                self.rounds.push(round);
            }
            add(&mut self.rounds[round as usize], kinds, &names);
        }
    }

    /// Rows counted so far.
    pub fn counted(&self) -> u64 {
        self.counted
    }

    /// Rows left out so far because of a fault.
    pub fn excluded(&self) -> u64 {
        self.excluded
    }

    /// The cubes, rounds rising by label. Without rows there is one empty cube.
    ///
    /// # Errors
    /// Finite population corrections or years that contradict each other.
    pub fn finish(mut self) -> Result<Series, TableProblems> {
        if self.rounds.is_empty() {
            self.rounds.push(RoundBuilder::new(None, &self.head));
        }
        let mut problems = TableProblems::default();
        let mut rounds = Vec::with_capacity(self.rounds.len());
        for round in self.rounds {
            match round.finish(&self.head, &self.plan, &self.labels) {
                Ok(round) => rounds.push(round),
                Err(found) => problems.list.extend(found.list),
            }
        }
        rounds.sort_by(|a, b| a.label.cmp(&b.label));
        if problems.list.is_empty() { Ok(Series { rounds }) } else { Err(problems) }
    }
}
