//! Rows of a table in canonical form, with where they stand and which of them are bad.

use super::{DecodedUnit, FilePlan};
use crate::cell::CellProblem;
use crate::row_problem::RowProblem;
use arrow::array::{Array, ArrayRef, AsArray, BooleanArray, RecordBatch, UInt32Array, UInt64Array};
use arrow::compute::{filter_record_batch, take_record_batch};
use std::sync::Arc;

/// Where a row stands: its file and its row, in one number.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Place(u64);

const ROW_BITS: u32 = 48;
const BAD: u64 = 1 << 63;

impl Place {
    /// How many files a table may have.
    pub(crate) const MOST_FILES: u32 = (1 << 15) - 1;

    /// The place of a row (as spreadsheets number it) in a file.
    pub fn new(file: u32, row: u64) -> Self {
        Self((u64::from(file) << ROW_BITS) | row)
    }

    /// The index of the file.
    pub fn file(self) -> usize {
        (self.0 >> ROW_BITS) as usize
    }

    /// The row.
    pub fn row(self) -> u64 {
        self.0 & ((1 << ROW_BITS) - 1)
    }

    /// The place some rows further in the same file.
    fn plus(self, rows: usize) -> Self {
        Self(self.0 + rows as u64)
    }

    /// The place with a mark for bad rows, to go through a sort.
    pub(crate) fn pack(self, bad: bool) -> u64 {
        if bad { self.0 | BAD } else { self.0 }
    }

    /// The reverse of [`Place::pack`].
    pub(crate) fn unpack(packed: u64) -> (Self, bool) {
        (Self(packed & !BAD), packed & BAD != 0)
    }
}

/// Where the rows of a batch stand.
#[derive(Clone, PartialEq, Debug)]
pub enum Places {
    /// One after the other, from this place on.
    From(Place),
    /// Anywhere.
    Each(UInt64Array),
}

impl Places {
    /// The place of a row of the batch.
    pub fn get(&self, row: usize) -> Place {
        match self {
            Places::From(first) => first.plus(row),
            Places::Each(places) => Place(places.value(row)),
        }
    }
}

/// Rows of a table in the form of [`crate::layout::Layout::table_schema`].
#[derive(Clone, PartialEq, Debug)]
pub struct TableBatch {
    /// The rows.
    pub rows: RecordBatch,
    /// Where they stand.
    pub places: Places,
    /// Which rows are bad, in order: a cell of theirs could not be read, so their household must not be assessed.
    pub bad: Vec<u32>,
}

impl TableBatch {
    /// The rows of one household, if there are any.
    pub(crate) fn only(&self, id: &str) -> Option<Self> {
        let ids = self.rows.column(0).as_string::<i32>();
        let chosen: Vec<u32> = (0..ids.len()).filter(|row| ids.value(*row) == id).map(|row| row as u32).collect();
        if chosen.is_empty() {
            return None;
        }
        let bad = (0..).zip(&chosen).filter(|(_, row)| self.bad.binary_search(row).is_ok()).map(|(new, _)| new);
        let bad = bad.collect();
        let places = chosen.iter().map(|row| self.places.get(*row as usize).pack(false)).collect();
        let order = UInt32Array::from(chosen);
        let rows = take_record_batch(&self.rows, &order).expect("rows of this batch");
        Some(Self { rows, places: Places::Each(places), bad })
    }
}

/// What was found wrong while the rows of a batch were read.
#[derive(Default)]
pub(super) struct Findings {
    cells: Vec<Finding>,
}

struct Finding {
    row: u32,
    column: Option<usize>,
    value: Option<Arc<str>>,
    problem: CellProblem,
}

impl Findings {
    /// A bad cell: `column` is its place in the layout.
    pub fn cell(&mut self, row: usize, column: usize, value: Option<Arc<str>>, problem: CellProblem) {
        self.cells.push(Finding { row: row as u32, column: Some(column), value, problem });
    }

    /// A bad row.
    pub fn row(&mut self, row: usize, problem: CellProblem) {
        self.cells.push(Finding { row: row as u32, column: None, value: None, problem });
    }

    /// Adds the batch and its problems to the unit. Rows without an id are dropped.
    pub fn close(mut self, plan: &FilePlan, columns: Vec<ArrayRef>, places: Places, unit: &mut DecodedUnit) {
        let schema = plan.layout.table_schema(plan.kind).clone();
        let ids = columns[0].as_string::<i32>().clone();
        unit.rows += ids.len() as u64;
        self.cells.sort_by_key(|finding| (finding.row, finding.column));
        let names = plan.layout.columns(plan.kind);
        let mut bad: Vec<u32> = Vec::new();
        for finding in self.cells {
            let row = finding.row as usize;
            if bad.last() != Some(&finding.row) {
                bad.push(finding.row);
            }
            unit.problems.push(RowProblem {
                file: plan.name.clone(),
                row: places.get(row).row(),
                household: ids.is_valid(row).then(|| ids.value(row).into()),
                column: finding.column.map(|column| names[column].name.clone()),
                value: finding.value,
                message: finding.problem.message,
                advice: finding.problem.advice,
            });
        }
        if ids.null_count() == 0 {
            // The columns were built in the types of the schema, all of one length.
            let rows = RecordBatch::try_new(schema, columns).expect("canonical columns");
            return unit.batches.push(TableBatch { rows, places, bad });
        }
        unit.dropped += ids.null_count() as u64;
        let keep: Vec<usize> = (0..ids.len()).filter(|row| ids.is_valid(*row)).collect();
        let nullable = arrow::datatypes::Schema::new(
            schema.fields().iter().map(|f| f.as_ref().clone().with_nullable(true)).collect::<Vec<_>>(),
        );
        let rows = RecordBatch::try_new(Arc::new(nullable), columns).expect("canonical columns");
        let mask = BooleanArray::from_iter((0..ids.len()).map(|row| Some(ids.is_valid(row))));
        let rows = filter_record_batch(&rows, &mask).expect("a mask as long as the batch");
        let rows = RecordBatch::try_new(schema, rows.columns().to_vec()).expect("no id is null any more");
        let bad = bad.into_iter().filter_map(|row| keep.binary_search(&(row as usize)).ok());
        unit.batches.push(TableBatch {
            rows,
            places: Places::Each(keep.iter().map(|row| places.get(*row).0).collect()),
            bad: bad.map(|row| row as u32).collect(),
        });
    }
}
