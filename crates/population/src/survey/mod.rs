//! Reading any table of a survey or a register, not bound to a questionnaire: the wanted columns of CSV, Parquet and
//! Stata files become canonical Arrow batches, and cells that cannot be read are named.
//!
//! [`SurveyTable::open`] finds the files and checks their columns. [`SurveyTable::units`] cuts them, in file order, into
//! [`SurveyUnit`]s that can be decoded on any thread; taken in order, the [`SurveyBatches`] are the same whatever the
//! threads do. [`read_all`] does it all for tables that fit in memory.
//!
//! A column is wanted as one of three kinds, and comes out, wherever it was read from, as
//!
//! | [`ColumnKind`] | Arrow type | read from |
//! |---|---|---|
//! | `Flag` | `Boolean` | booleans; numbers and cells that are 0 or 1; cells `true`, `false` |
//! | `Number` | `Float64` | numbers; booleans as 0 and 1; cells with a number |
//! | `Label` | `Int64` or `Dictionary(Int32, Utf8)` | whole numbers and booleans; texts |
//!
//! Null is missing, and so are NaN, a blank text, and in CSV the cells `NA`, `NaN`, `.` and `.a` to `.z`.
//!
//! What must hold: a value that comes out was read without guessing. A cell that could not be read is null *and* stands
//! in [`SurveyBatches::problems`], or is counted in [`SurveyBatches::unlisted`] when there are very many.

mod bits;
mod cell;
mod column;
mod csv;
mod data;
mod finding;
mod header;
mod native;
mod parquet;
mod source;
mod stata;
mod texts;

pub use column::{ColumnKind, SurveyColumn};
pub use data::{Labels, ReadError, SurveyData, label_of, read_all};

use crate::row_problem::RowProblem;
use crate::table_problem::{Failed, TableProblem, TableProblems};
use crate::words::told;
use arrow::array::RecordBatch;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// How many rows a batch has at most.
pub const BATCH: usize = 1 << 16;

/// A table whose files have been found and whose columns have been checked.
#[derive(Clone, Debug)]
pub struct SurveyTable {
    columns: Arc<[SurveyColumn]>,
    files: Vec<File>,
}

#[derive(Clone, Debug)]
struct File {
    plan: Arc<FilePlan>,
    form: Form,
    bytes: u64,
}

#[derive(Clone, Debug)]
enum Form {
    Csv(csv::CsvFile),
    Parquet(parquet::ParquetFile),
    Stata(stata::StataFile),
}

/// Where the wanted columns stand in a file.
#[derive(Debug)]
struct FilePlan {
    path: PathBuf,
    name: Arc<str>,
    columns: Arc<[SurveyColumn]>,
    /// The place in the file of each wanted column.
    places: Vec<usize>,
}

/// The names of the columns that all the files have, in the order of the first.
pub fn column_names(files: &[PathBuf]) -> Result<Vec<String>, TableProblems> {
    let mut names: Option<Vec<String>> = None;
    let mut problems = TableProblems::default();
    for path in files {
        match Form::open(path) {
            Ok((_, header)) => {
                let header = header::clean(&header);
                names = Some(match names {
                    None => header.into_iter().filter(|name| !name.is_empty()).collect(),
                    Some(names) => names.into_iter().filter(|name| header.contains(name)).collect(),
                });
            }
            Err(found) => problems.list.push(found),
        }
    }
    match names {
        Some(names) if problems.list.is_empty() => Ok(names),
        None if problems.list.is_empty() => Err(no_file().into()),
        _ => Err(problems),
    }
}

fn no_file() -> TableProblem {
    let message = told("chưa nêu tệp dữ liệu nào", "no data file is named");
    let advice = told("hãy nêu ít nhất một tệp", "name at least one file");
    TableProblem { file: None, message, advice }
}

impl SurveyTable {
    /// Finds the files and checks their columns. Every file must have all of them, each in a type that can hold its kind.
    /// A column may be wanted more than once, as different kinds.
    pub fn open(files: &[PathBuf], columns: &[SurveyColumn]) -> Result<Self, TableProblems> {
        let columns: Arc<[SurveyColumn]> = columns.into();
        let mut problems = TableProblems::default();
        let mut opened = Vec::new();
        for path in files {
            match File::open(path, &columns) {
                Ok(file) => opened.push(file),
                Err(found) => problems.list.extend(found.list),
            }
        }
        if files.is_empty() {
            problems.list.push(no_file());
        }
        if problems.list.is_empty() { Ok(Self { columns, files: opened }) } else { Err(problems) }
    }

    /// The wanted columns, in the order of the columns of every batch.
    pub fn columns(&self) -> &[SurveyColumn] {
        &self.columns
    }

    /// How many bytes the files have, for telling progress.
    pub fn bytes(&self) -> u64 {
        self.files.iter().map(|file| file.bytes).sum()
    }

    /// How many rows there are, where the files say so (Parquet, Stata).
    pub fn rows(&self) -> Option<u64> {
        let rows = |file: &File| match &file.form {
            Form::Csv(_) => None,
            Form::Parquet(file) => Some(file.rows()),
            Form::Stata(file) => Some(file.rows()),
        };
        self.files.iter().map(rows).sum()
    }

    /// The table as units of work, in file order. CSV files are read while the iterator advances, the others while a unit
    /// is decoded.
    pub fn units(&self) -> SurveyUnits {
        SurveyUnits { files: self.files.clone().into_iter(), current: Box::new(std::iter::empty()), csv: None }
    }
}

impl Form {
    /// The file and the names of its columns.
    fn open(path: &Path) -> Result<(Self, Vec<String>), TableProblem> {
        Ok(match source::format(path)? {
            source::Format::Parquet => {
                let file = parquet::ParquetFile::open(path)?;
                let names = file.column_names();
                (Form::Parquet(file), names)
            }
            source::Format::Stata => {
                let file = stata::StataFile::open(path)?;
                let names = file.column_names();
                (Form::Stata(file), names)
            }
            source::Format::Csv => {
                let (file, names) = csv::CsvFile::open(path)?;
                (Form::Csv(file), names)
            }
        })
    }
}

impl File {
    fn open(path: &Path, columns: &Arc<[SurveyColumn]>) -> Result<Self, TableProblems> {
        let name: Arc<str> = path.display().to_string().into();
        let (form, names) = Form::open(path)?;
        let places = header::places(&name, &header::clean(&names), columns)?;
        let form = match form {
            Form::Csv(file) => Form::Csv(file),
            Form::Parquet(file) => Form::Parquet(file.project(&name, columns, &places)?),
            Form::Stata(file) => {
                file.check(&name, columns, &places)?;
                Form::Stata(file)
            }
        };
        let facts = std::fs::metadata(path).map_err(|e| TableProblem::io(path, Failed::Read, &e))?;
        let plan = FilePlan { path: path.to_owned(), name, columns: columns.clone(), places };
        Ok(Self { plan: Arc::new(plan), form, bytes: facts.len() })
    }
}

/// The units of a table, in file order.
pub struct SurveyUnits {
    files: std::vec::IntoIter<File>,
    current: Box<dyn Iterator<Item = SurveyUnit> + Send>,
    csv: Option<csv::Blocks>,
}

impl Iterator for SurveyUnits {
    type Item = Result<SurveyUnit, TableProblem>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            if let Some(unit) = self.current.next() {
                return Some(Ok(unit));
            }
            match self.csv.as_mut().and_then(Iterator::next) {
                Some(Ok(block)) => return Some(Ok(SurveyUnit(Work::Csv(block)))),
                Some(Err(problem)) => {
                    // Nothing after a failure can be trusted.
                    self.csv = None;
                    self.files = Vec::new().into_iter();
                    return Some(Err(problem));
                }
                None => self.csv = None,
            }
            let file = self.files.next()?;
            self.current = match file.form {
                Form::Csv(csv) => match csv.blocks(file.plan) {
                    Ok(blocks) => {
                        self.csv = Some(blocks);
                        continue;
                    }
                    Err(problem) => {
                        self.files = Vec::new().into_iter();
                        return Some(Err(problem));
                    }
                },
                Form::Parquet(parquet) => {
                    Box::new(parquet.parts(file.plan).map(|part| SurveyUnit(Work::Parquet(part))))
                }
                Form::Stata(stata) => Box::new(stata.parts(file.plan).map(|part| SurveyUnit(Work::Stata(part)))),
            };
        }
    }
}

/// A part of a table that can be decoded by itself, on any thread.
#[derive(Debug)]
pub struct SurveyUnit(Work);

#[derive(Debug)]
enum Work {
    Csv(csv::Block),
    Parquet(parquet::Part),
    Stata(stata::Part),
}

impl SurveyUnit {
    /// Reads the rows.
    pub fn decode(self) -> Result<SurveyBatches, TableProblem> {
        match self.0 {
            Work::Csv(block) => block.decode(),
            Work::Parquet(part) => part.decode(),
            Work::Stata(part) => part.decode(),
        }
    }
}

/// The rows of a unit.
#[derive(Clone, Debug, Default)]
pub struct SurveyBatches {
    /// The rows in file order, at most [`BATCH`] in each, with the wanted columns in their order. All batches of a file
    /// have one schema; a label may be a number in one file and a text in another. Bitmaps begin at a multiple of 64 bits.
    pub batches: Vec<RecordBatch>,
    /// The file.
    pub file: Arc<str>,
    /// Where the rows stand: from which row of the unit on (the first is 0) they are numbered from which number on,
    /// without gaps up to the next.
    pub numbers: Vec<(u64, u64)>,
    /// The rows of the unit in which something is wrong, rising.
    pub bad: Vec<u64>,
    /// What is wrong with some cells, in the order of rows and columns. The cells are null in the batches.
    pub problems: Vec<RowProblem>,
    /// How many more problems there are than listed: of very many in one unit only the first are told one by one.
    pub unlisted: u64,
    /// How many rows were read.
    pub rows: u64,
    /// How many bytes of the file this unit stands for, about.
    pub bytes: u64,
}

impl SurveyBatches {
    /// The number that a row of the unit has in the file, as in [`RowProblem::row`].
    pub fn number(&self, row: u64) -> u64 {
        let after = self.numbers.partition_point(|(first, _)| *first <= row);
        self.numbers[..after].last().map_or(row, |(first, number)| number + (row - first))
    }

    /// The row of the unit that has a number in the file.
    fn place(&self, number: u64) -> u64 {
        let after = self.numbers.partition_point(|(_, first)| *first <= number);
        self.numbers[..after].last().map_or(number, |(row, first)| row + (number - first))
    }
}
