//! Reading tables: CSV and Parquet files become canonical Arrow batches, and rows that cannot be read are named.
//!
//! [`Table::open`] finds the files of a table and checks their columns. [`Table::units`] then cuts the table, in file
//! order, into [`Unit`]s of work that can be decoded on any thread; consuming the decoded units in order gives the same
//! rows and problems whatever the threads do.
//!
//! What must hold: a value that comes out was read without guessing. A cell that could not be read is null *and* its
//! row stands in [`TableBatch::bad`], so that its household is never assessed.

mod batch;
mod cells;
mod csv;
mod header;
mod native;
mod parquet;
mod passengers;

pub use batch::{Place, Places, TableBatch};

use crate::layout::{Layout, TableKind};
use crate::row_problem::{Repairs, RowProblem};
use crate::table_problem::{Failed, TableProblem, TableProblems};
use crate::words::{Told, same, told};
use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use vuon_policy::model::Language;

/// How a table is read.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct ReadOptions {
    /// Columns that are not in the questionnaire and are to be passed over.
    pub ignore: Vec<String>,
    /// Whether every column that is not wanted may be passed over, as in the files of a survey, unless it looks like a
    /// wanted one that is missing.
    pub ignore_others: bool,
    /// Whether a needed column may be absent; its answers are then unknown.
    pub allow_missing: bool,
}

/// The files that patterns name, each once, in the order of the patterns and then of the alphabet.
pub fn expand(patterns: &[String]) -> Result<Vec<PathBuf>, TableProblems> {
    let mut files: Vec<PathBuf> = Vec::new();
    for pattern in patterns {
        let mut found: Vec<PathBuf> = if Path::new(pattern).exists() {
            vec![pattern.into()]
        } else {
            let wrong = |e: &dyn fmt::Display| TableProblem::new(pattern, same(e.to_string()), check_the_path());
            let paths = glob::glob(pattern).map_err(|e| wrong(&e))?;
            paths.collect::<Result<_, _>>().map_err(|e| wrong(&e))?
        };
        if found.is_empty() {
            return Err(TableProblem::new(
                pattern,
                told("không có tệp này", "there is no such file"),
                check_the_path(),
            )
            .into());
        }
        found.sort();
        found.retain(|path| !files.contains(path));
        files.append(&mut found);
    }
    Ok(files)
}

fn check_the_path() -> Told {
    told("hãy kiểm tra đường dẫn", "check the path")
}

/// A table whose files have been found and whose columns have been checked.
#[derive(Clone, Debug)]
pub struct Table {
    kind: TableKind,
    layout: Arc<Layout>,
    files: Vec<File>,
    names: Arc<[Arc<str>]>,
    absent: Vec<Arc<str>>,
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
}

/// How the columns of a file become the columns of the table.
#[derive(Debug)]
struct FilePlan {
    path: PathBuf,
    name: Arc<str>,
    index: u32,
    kind: TableKind,
    layout: Arc<Layout>,
    /// For each column of the layout, its place in the file.
    columns: Vec<Option<usize>>,
}

impl Table {
    /// Finds the files and checks their columns. Every file must pass.
    pub fn open(
        layout: &Arc<Layout>,
        kind: TableKind,
        files: &[PathBuf],
        options: &ReadOptions,
    ) -> Result<Self, TableProblems> {
        let mut problems = TableProblems::default();
        let mut opened = Vec::new();
        for (path, index) in files.iter().zip(0_u32..) {
            if index > Place::MOST_FILES {
                problems.list.push(TableProblem::new(
                    &path.display().to_string(),
                    told("có quá nhiều tệp", "too many files"),
                    told("hãy ghép bớt các tệp lại", "join some of them"),
                ));
                break;
            }
            match File::open(layout, kind, path, index, options) {
                Ok(file) => opened.push(file),
                Err(found) => problems.list.extend(found.list),
            }
        }
        if files.is_empty() {
            let message = told(
                format!("chưa nêu tệp nào của bảng {}", kind.name(Language::Vi)),
                format!("no file of {}s is named", kind.name(Language::En)),
            );
            let advice = told("hãy nêu ít nhất một tệp", "name at least one file");
            problems.list.push(TableProblem { file: None, message, advice });
        }
        if !problems.list.is_empty() {
            return Err(problems);
        }
        let absent = |(place, column): (usize, &crate::layout::Column)| {
            opened.iter().any(|file: &File| file.plan.columns[place].is_none()).then(|| column.name.clone())
        };
        Ok(Self {
            kind,
            layout: layout.clone(),
            names: opened.iter().map(|file| file.plan.name.clone()).collect(),
            absent: layout.columns(kind).iter().enumerate().filter_map(absent).collect(),
            files: opened,
        })
    }

    /// Which table it is.
    pub fn kind(&self) -> TableKind {
        self.kind
    }

    /// The layout it was opened for.
    pub fn layout(&self) -> &Arc<Layout> {
        &self.layout
    }

    /// The names of the files, by the index in [`Place`].
    pub fn names(&self) -> &Arc<[Arc<str>]> {
        &self.names
    }

    /// Columns of the layout that some file lacks; their answers are unknown there.
    pub fn absent(&self) -> &[Arc<str>] {
        &self.absent
    }

    /// How many bytes the files have, for telling progress.
    pub fn bytes(&self) -> u64 {
        self.files.iter().map(|file| file.bytes).sum()
    }

    /// How many rows there are, where the files say so (Parquet).
    pub fn rows(&self) -> Option<u64> {
        self.files
            .iter()
            .map(|file| match &file.form {
                Form::Csv(_) => None,
                Form::Parquet(file) => Some(file.rows()),
            })
            .sum()
    }

    /// The table as units of work, in file order. CSV files are read while the iterator advances; Parquet files while
    /// a unit is decoded.
    pub fn units(&self) -> Units {
        Units { files: self.files.clone().into_iter(), current: Vec::new().into_iter(), csv: None }
    }
}

impl File {
    fn open(
        layout: &Arc<Layout>,
        kind: TableKind,
        path: &Path,
        index: u32,
        options: &ReadOptions,
    ) -> Result<Self, TableProblems> {
        let name = path.display().to_string();
        let facts = std::fs::metadata(path).map_err(|e| TableProblem::io(path, Failed::Read, &e))?;
        if facts.is_dir() {
            let advice = told(
                "hãy nêu tên các tệp hoặc một mẫu tên, ví dụ thu-muc/*.parquet",
                "name files or a pattern, as in folder/*.parquet",
            );
            return Err(TableProblem::new(&name, told("đây là thư mục", "this is a folder"), advice).into());
        }
        let plan = |columns| FilePlan {
            path: path.to_owned(),
            name: name.as_str().into(),
            index,
            kind,
            layout: layout.clone(),
            columns,
        };
        let (columns, form) = if parquet::is_parquet(path)? {
            let file = parquet::ParquetFile::open(path)?;
            let columns = header::check(&name, file.columns(), layout, kind, options)?;
            let file = file.project(&name, layout.columns(kind), &columns)?;
            (columns, Form::Parquet(file))
        } else {
            let (file, header) = csv::CsvFile::open(path)?;
            let columns = header::check(&name, header, layout, kind, options)?;
            (columns, Form::Csv(file))
        };
        Ok(Self { plan: Arc::new(plan(columns)), form, bytes: facts.len() })
    }
}

/// The units of a table, in file order.
pub struct Units {
    files: std::vec::IntoIter<File>,
    current: std::vec::IntoIter<Unit>,
    csv: Option<csv::Blocks>,
}

impl Iterator for Units {
    type Item = Result<Unit, TableProblem>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            if let Some(unit) = self.current.next() {
                return Some(Ok(unit));
            }
            if let Some(blocks) = &mut self.csv {
                match blocks.next() {
                    Some(Ok(block)) => return Some(Ok(Unit(Work::Csv(block)))),
                    Some(Err(problem)) => {
                        // Nothing after a failure can be trusted.
                        self.csv = None;
                        self.files = Vec::new().into_iter();
                        return Some(Err(problem));
                    }
                    None => self.csv = None,
                }
            }
            let file = self.files.next()?;
            match file.form {
                Form::Csv(csv) => match csv.blocks(file.plan) {
                    Ok(blocks) => self.csv = Some(blocks),
                    Err(problem) => return Some(Err(problem)),
                },
                Form::Parquet(parquet) => {
                    let units: Vec<Unit> = parquet.parts(&file.plan).map(|part| Unit(Work::Parquet(part))).collect();
                    self.current = units.into_iter();
                }
            }
        }
    }
}

/// A part of a table that can be decoded by itself, on any thread.
#[derive(Debug)]
pub struct Unit(Work);

#[derive(Debug)]
enum Work {
    Csv(csv::Block),
    Parquet(parquet::Part),
}

impl Unit {
    /// Reads the rows.
    pub fn decode(self) -> Result<DecodedUnit, TableProblem> {
        match self.0 {
            Work::Csv(block) => block.decode(),
            Work::Parquet(part) => part.decode(),
        }
    }
}

/// The rows of a unit.
#[derive(Clone, Debug, Default)]
pub struct DecodedUnit {
    /// The rows, in file order.
    pub batches: Vec<TableBatch>,
    /// What is wrong with some of them, in the order of rows and columns.
    pub problems: Vec<RowProblem>,
    /// What was mended.
    pub repairs: Repairs,
    /// How many rows were read, the dropped ones included.
    pub rows: u64,
    /// How many rows are not in the batches because they name no household. Whose they are cannot be known: when there
    /// are any among the members, some household that will be assessed may lack a member.
    pub dropped: u64,
    /// How many bytes of the file this unit stands for, about.
    pub bytes: u64,
}
