//! From files to cubes: units of the table are decoded and counted ahead on all cores, and added up in order.

use super::builder::CubeBuilder;
use super::series::Series;
use super::spec::CubeSpec;
use super::tally::{Tallier, Tally};
use crate::ahead::Ahead;
use crate::pipeline::RunError;
use crate::row_problem::{RowProblem, RowProblems};
use crate::survey::{SurveyTable, SurveyUnit};
use crate::table_problem::TableProblem;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};

/// The cubes of a table, and how its rows went into them.
#[derive(Clone, Debug)]
pub struct Built {
    /// The cubes.
    pub series: Series,
    /// Rows read; those counted and those left out add up to them.
    pub rows: u64,
    /// Rows left out, because something in them cannot be read or is missing.
    pub excluded: u64,
    /// Problems of cells that are not among those told one by one, because there are very many.
    pub unlisted: u64,
}

/// How far a table has been read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// Bytes of the files, about.
    pub bytes: u64,
    /// Of so many.
    pub of: u64,
    /// Rows.
    pub rows: u64,
}

/// Units that may be counted ahead, for each thread.
const UNITS_AHEAD: usize = 2;

/// Builds the cubes of a table. Rows with something wrong are left out, and told to `problems`; the run is stopped from
/// outside by `stop`.
///
/// # Errors
/// Names that do not go together, files that cannot be read, corrections or years that contradict each other, or the
/// stop.
pub fn build(
    spec: &CubeSpec,
    files: &[PathBuf],
    problems: &mut RowProblems,
    progress: &mut dyn FnMut(Progress),
    stop: &AtomicBool,
) -> Result<Built, RunError> {
    let mut builder = CubeBuilder::new(spec).map_err(RunError::Name)?;
    let table = SurveyTable::open(files, &spec.columns().map_err(RunError::Name)?)?;
    let mut so_far = Progress { bytes: 0, of: table.bytes(), rows: 0 };
    let mut unlisted = 0;
    if let Some(rows) = table.rows() {
        builder.expect(rows);
    }
    let mut units = table.units();
    let mut ahead: Ahead<Result<CountedUnit, TableProblem>> = Ahead::new(UNITS_AHEAD * rayon::current_num_threads());
    loop {
        while ahead.has_room() {
            let Some(unit) = units.next() else { break };
            let (unit, tallier) = (unit?, builder.tallier());
            ahead.start(move || CountedUnit::new(unit, &tallier));
        }
        let Some(unit) = ahead.take() else { break };
        if stop.load(Ordering::Relaxed) {
            return Err(RunError::Stopped);
        }
        let unit = unit?;
        unit.tallies.iter().for_each(|tally| builder.add(tally));
        problems.extend(unit.problems);
        unlisted += unit.unlisted;
        so_far.bytes += unit.bytes;
        so_far.rows += unit.rows;
        progress(so_far);
    }
    let excluded = builder.excluded();
    Ok(Built { series: builder.finish()?, rows: so_far.rows, excluded, unlisted })
}

/// A unit of the table, counted.
struct CountedUnit {
    tallies: Vec<Tally>,
    problems: Vec<RowProblem>,
    unlisted: u64,
    rows: u64,
    bytes: u64,
}

impl CountedUnit {
    fn new(unit: SurveyUnit, tallier: &Tallier) -> Result<Self, TableProblem> {
        let mut unit = unit.decode()?;
        let mut tallies = Vec::with_capacity(unit.batches.len());
        let mut problems = std::mem::take(&mut unit.problems);
        let mut bad = unit.bad.iter().peekable();
        let mut first = 0;
        for batch in std::mem::take(&mut unit.batches) {
            let next = first + batch.num_rows() as u64;
            let mut bad_here: Vec<u32> = Vec::new();
            while let Some(row) = bad.next_if(|row| **row < next) {
                bad_here.push((row - first) as u32);
            }
            let mut tally = tallier.tally(&batch, &bad_here);
            let place = |row: usize| unit.number(first + row as u64);
            problems.extend(tally.take_faults().into_iter().map(|fault| {
                let row = place(fault.row);
                fault.at(unit.file.clone(), row, None)
            }));
            tallies.push(tally);
            first = next;
        }
        // Those of one row by column, as they were found.
        problems.sort_by_key(|problem| problem.row);
        Ok(Self { tallies, problems, unlisted: unit.unlisted, rows: unit.rows, bytes: unit.bytes })
    }
}
