//! The rows of one table, decoded ahead on other threads and taken back in order, as they stand or sorted first.

use crate::ahead::Ahead;
use crate::read::{DecodedUnit, TableBatch, Units};
use crate::row_problem::{Repairs, RowProblem};
use crate::sort::Sorted;
use crate::table_problem::TableProblem;
use std::collections::VecDeque;

/// The batches of a table, decoded ahead.
pub(super) struct Source {
    pub rows: Rows,
    ready: VecDeque<TableBatch>,
    pub problems: Vec<RowProblem>,
    pub repairs: Repairs,
    pub read: u64,
    pub dropped: u64,
    pub bytes: u64,
}

pub(super) enum Rows {
    None,
    Streamed { units: Box<Units>, ahead: Ahead<Result<DecodedUnit, TableProblem>> },
    Sorted(Box<Sorted>),
}

/// Units of each table that may be decoded ahead.
const UNITS_AHEAD: usize = 3;

impl Source {
    pub fn none() -> Self {
        let (ready, problems, repairs) = (VecDeque::new(), Vec::new(), Repairs::default());
        Self { rows: Rows::None, ready, problems, repairs, read: 0, dropped: 0, bytes: 0 }
    }

    pub fn streamed(units: Units) -> Self {
        Self { rows: Rows::Streamed { units: Box::new(units), ahead: Ahead::new(UNITS_AHEAD) }, ..Self::none() }
    }

    pub fn next(&mut self) -> Result<Option<TableBatch>, TableProblem> {
        loop {
            if let Some(batch) = self.ready.pop_front() {
                return Ok(Some(batch));
            }
            let unit = match &mut self.rows {
                Rows::None => return Ok(None),
                Rows::Sorted(sorted) => return sorted.next().transpose(),
                Rows::Streamed { units, ahead } => {
                    while ahead.has_room() {
                        let Some(unit) = units.next() else { break };
                        let unit = unit?;
                        ahead.start(move || unit.decode());
                    }
                    match ahead.take() {
                        None => return Ok(None),
                        Some(unit) => unit?,
                    }
                }
            };
            self.ready.extend(unit.batches);
            self.problems.extend(unit.problems);
            self.repairs.merge(&unit.repairs);
            self.read += unit.rows;
            self.dropped += unit.dropped;
            self.bytes += unit.bytes;
        }
    }
}
