//! Stata files (`.dta`), read with the `dta` crate: rows of a fixed width, so that any part can be decoded by itself.
//!
//! A labelled number is read as its number; `.` and `.a` to `.z` are missing. Texts of files before Stata 14 are read as
//! Windows-1252, which is what Stata wrote.

use super::column::{self, ColumnKind, SurveyColumn};
use super::finding::Findings;
use super::native::Converter;
use super::texts::Texts;
use super::{BATCH, FilePlan, SurveyBatches};
use crate::table_problem::{Failed, TableProblem, TableProblems};
use crate::words::told;
use arrow::array::{ArrayRef, Float64Builder, Int32Builder, RecordBatch, RecordBatchOptions};
use dta::stata::dta::dta_error::DtaError;
use dta::stata::dta::dta_reader::DtaReader;
use dta::stata::dta::record_reader::RecordReader;
use dta::stata::dta::value::Value;
use dta::stata::dta::variable_type::VariableType;
use std::fmt::Display;
use std::fs::File;
use std::io::BufReader;
use std::path::Path;
use std::sync::Arc;

/// How many rows a part has at most.
const PART: u64 = 4 * BATCH as u64;

/// A Stata file whose header has been read.
#[derive(Clone, Debug)]
pub(super) struct StataFile {
    rows: u64,
    bytes: u64,
    variables: Arc<[(String, VariableType)]>,
}

fn damaged(path: &Path, error: &dyn Display) -> TableProblem {
    let message =
        told(format!("không đọc được tệp Stata này: {error}"), format!("this Stata file cannot be read: {error}"));
    let advice = told(
        "trong Stata, hãy lưu lại bằng saveold tep.dta, version(13), hoặc xuất CSV: \
         export delimited using tep.csv, nolabel",
        "save it again in Stata: saveold file.dta, version(13), or as CSV: export delimited using file.csv, nolabel",
    );
    TableProblem::new(&path.display().to_string(), message, advice)
}

/// The reader of the rows, at the first.
fn records(path: &Path) -> Result<RecordReader<BufReader<File>>, TableProblem> {
    let broken = |e: DtaError| damaged(path, &e);
    let header = DtaReader::new().from_path(path).and_then(|reader| reader.read_header()).map_err(broken)?;
    // The reader makes room for as many columns as the header says, and each takes more than a byte of the file.
    let bytes = std::fs::metadata(path).map_err(|e| TableProblem::io(path, Failed::Read, &e))?.len();
    if u64::from(header.header().variable_count()) > bytes {
        return Err(damaged(path, &"more columns than bytes"));
    }
    header.read_schema().and_then(|schema| schema.seek_records()).map_err(broken)
}

impl StataFile {
    /// Reads the header.
    pub fn open(path: &Path) -> Result<Self, TableProblem> {
        let reader = records(path)?;
        let variables = reader.schema().variables().iter();
        Ok(Self {
            rows: reader.header().observation_count(),
            bytes: std::fs::metadata(path).map(|facts| facts.len()).unwrap_or_default(),
            variables: variables.map(|variable| (variable.name().to_owned(), variable.variable_type())).collect(),
        })
    }

    /// The names of its columns.
    pub fn column_names(&self) -> Vec<String> {
        self.variables.iter().map(|(name, _)| name.clone()).collect()
    }

    /// How many rows it has.
    pub fn rows(&self) -> u64 {
        self.rows
    }

    /// Checks the types of the wanted columns.
    pub fn check(&self, name: &str, columns: &[SurveyColumn], places: &[usize]) -> Result<(), TableProblems> {
        let long =
            columns.iter().zip(places).filter(|(_, place)| self.variables[**place].1 == VariableType::LongString);
        let problem = |(column, _): (&SurveyColumn, &usize)| {
            let id = &column.name;
            TableProblem::new(
                name,
                told(format!("cột `{id}` chứa chữ dài (strL)"), format!("the column `{id}` holds long text (strL)")),
                told(
                    format!("trong Stata, hãy rút ngắn cột này: recast str2045 {id}"),
                    format!("shorten it in Stata: recast str2045 {id}"),
                ),
            )
        };
        let list: Vec<TableProblem> = long.map(problem).collect();
        if list.is_empty() { Ok(()) } else { Err(TableProblems { list }) }
    }

    /// The parts of the file, in order.
    pub fn parts(self, plan: Arc<FilePlan>) -> impl Iterator<Item = Part> {
        (0..self.rows.div_ceil(PART)).map(move |part| {
            let first = part * PART;
            Part { plan: plan.clone(), file: self.clone(), first, take: PART.min(self.rows - first) }
        })
    }
}

/// Some rows of a file.
#[derive(Clone, Debug)]
pub(super) struct Part {
    plan: Arc<FilePlan>,
    file: StataFile,
    first: u64,
    take: u64,
}

/// A column that grows cell by cell.
enum Cells {
    Whole(Int32Builder),
    Real(Float64Builder),
    Texts(Texts),
}

impl Cells {
    fn new(wanted: usize, kind: ColumnKind, found: VariableType) -> Self {
        match found {
            VariableType::Byte | VariableType::Int | VariableType::Long => Cells::Whole(Int32Builder::new()),
            VariableType::Float | VariableType::Double => Cells::Real(Float64Builder::new()),
            VariableType::FixedString(_) | VariableType::LongString => Cells::Texts(Texts::new(wanted, kind, false)),
        }
    }

    fn push(&mut self, value: &Value<'_>, row: u64, findings: &mut Findings) {
        match (self, value) {
            (Cells::Whole(cells), Value::Byte(value)) => cells.append_option(value.present().map(i32::from)),
            (Cells::Whole(cells), Value::Int(value)) => cells.append_option(value.present().map(i32::from)),
            (Cells::Whole(cells), Value::Long(value)) => cells.append_option(value.present()),
            (Cells::Real(cells), Value::Float(value)) => cells.append_option(value.present().map(f64::from)),
            (Cells::Real(cells), Value::Double(value)) => cells.append_option(value.present()),
            (Cells::Texts(cells), Value::String(value)) => cells.push(value.as_bytes(), row, findings),
            // A column has one type, and long texts are refused before.
            (Cells::Whole(cells), _) => cells.append_null(),
            (Cells::Real(cells), _) => cells.append_null(),
            (Cells::Texts(cells), _) => cells.push_missing(),
        }
    }

    /// The column in its canonical type; `row` is that of its first cell.
    fn finish(self, wanted: usize, kind: ColumnKind, row: u64, findings: &mut Findings) -> ArrayRef {
        let array: ArrayRef = match self {
            Cells::Whole(mut cells) => Arc::new(cells.finish()),
            Cells::Real(mut cells) => Arc::new(cells.finish()),
            Cells::Texts(cells) => return cells.finish(),
        };
        Converter::new(wanted, kind).convert(&array, row, findings)
    }
}

impl Part {
    /// Decodes the rows and brings the columns into their canonical types.
    pub fn decode(self) -> Result<SurveyBatches, TableProblem> {
        let plan = &*self.plan;
        let broken = |e: DtaError| damaged(&plan.path, &e);
        let mut reader = records(&plan.path)?;
        reader.seek_to_record(self.first).map_err(broken)?;
        let kinds: Vec<(ColumnKind, VariableType)> =
            plan.columns.iter().zip(&plan.places).map(|(c, place)| (c.kind, self.file.variables[*place].1)).collect();
        let text = |wanted: usize| matches!(kinds[wanted].1, VariableType::FixedString(_) | VariableType::LongString);
        let schema = column::schema(&plan.columns, |wanted| !text(wanted));
        let mut findings = Findings::new(kinds.len());
        let share = u128::from(self.file.bytes) * u128::from(self.take) / u128::from(self.file.rows.max(1));
        // The first row is 1.
        let numbers = vec![(0, self.first + 1)];
        let mut unit = SurveyBatches { bytes: share as u64, rows: self.take, numbers, ..SurveyBatches::default() };
        let mut left = self.take;
        while left > 0 {
            let length = left.min(BATCH as u64);
            // The first row is 1.
            let row = self.first + self.take - left + 1;
            let new = |(wanted, (kind, found)): (usize, &(ColumnKind, VariableType))| Cells::new(wanted, *kind, *found);
            let mut cells: Vec<Cells> = kinds.iter().enumerate().map(new).collect();
            for at in 0..length {
                let Some(record) = reader.read_lazy_record().map_err(broken)? else {
                    return Err(damaged(&plan.path, &"fewer rows than its header says"));
                };
                for (cells, place) in cells.iter_mut().zip(&plan.places) {
                    cells.push(&record.value(*place).map_err(broken)?, row + at, &mut findings);
                }
            }
            let columns: Vec<ArrayRef> = cells
                .into_iter()
                .enumerate()
                .map(|(wanted, cells)| cells.finish(wanted, kinds[wanted].0, row, &mut findings))
                .collect();
            let options = RecordBatchOptions::new().with_row_count(Some(length as usize));
            let batch = RecordBatch::try_new_with_options(schema.clone(), columns, &options);
            unit.batches.push(batch.expect("canonical columns"));
            left -= length;
        }
        if self.first + self.take == self.file.rows {
            // The mark of the end of the rows is where it should be, or an error.
            reader.read_lazy_record().map_err(broken)?;
        }
        findings.close(plan, &mut unit);
        Ok(unit)
    }
}
