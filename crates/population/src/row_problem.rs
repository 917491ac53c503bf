//! What is wrong with single rows of a table: where it stands, what it is, and what to do.
//!
//! A bad cell never stops a run and is never guessed at: its row is reported and its household is not assessed.
//! [`RowProblems`] takes problems in the order in which the tables are consumed, which does not depend on threads; it
//! keeps the first few for the screen, counts all, and writes all to a CSV file when one is wanted. What was mended
//! without doubt (leading zeros of a code) is counted in [`Repairs`], never passed over in silence.

use crate::table_problem::{Failed, TableProblem};
use crate::words::Told;
use std::collections::BTreeMap;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tempfile::NamedTempFile;
use vuon_policy::model::Language;

/// Something wrong with a row.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct RowProblem {
    /// The file, as it was named.
    pub file: Arc<str>,
    /// The row as a spreadsheet numbers it: the header of a CSV file is row 1. In a Parquet file the first row is 1.
    pub row: u64,
    /// The household it concerns, where the row tells.
    pub household: Option<Arc<str>>,
    /// The column.
    pub column: Option<Arc<str>>,
    /// What the cell holds, shortened.
    pub value: Option<Arc<str>>,
    /// What is wrong.
    pub message: Told,
    /// What to do.
    pub advice: Told,
}

impl RowProblem {
    /// The place, what is wrong and what to do, on one line.
    pub fn tell(&self, language: Language) -> String {
        let (row, column) = match language {
            Language::Vi => ("dòng", "cột"),
            Language::En => ("row", "column"),
        };
        let column = self.column.as_ref().map_or(String::new(), |name| format!(", {column} {name}"));
        // What is wrong about a household as a whole names it, so that it can be found.
        let value = self.value.as_ref().or(self.household.as_ref().filter(|_| self.value.is_none()));
        let value = value.map_or(String::new(), |value| format!(" (“{value}”)"));
        let (message, advice) = (self.message.get(language), self.advice.get(language));
        format!("{}, {row} {}{column}: {message}{value}; {advice}", self.file, self.row)
    }
}

/// English, for logs and tests.
impl std::fmt::Display for RowProblem {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.tell(Language::En))
    }
}

/// A collector of row problems.
#[derive(Debug, Default)]
pub struct RowProblems {
    keep: usize,
    first: Vec<RowProblem>,
    count: u64,
    by_column: BTreeMap<Arc<str>, u64>,
    /// Where all problems go, in which language, and the file aside that holds them, made with the first one.
    path: Option<PathBuf>,
    language: Language,
    file: Option<ProblemFile>,
}

#[derive(Debug)]
struct ProblemFile {
    writer: csv::Writer<BufWriter<NamedTempFile>>,
    failed: Option<String>,
}

impl ProblemFile {
    fn create(path: &Path, language: Language) -> Result<Self, TableProblem> {
        let failed = |e| TableProblem::io(path, Failed::Write, &e);
        let mut file = BufWriter::new(crate::write::beside(path).map_err(failed)?);
        if language == Language::Vi {
            // By this mark Excel on Windows knows UTF-8.
            file.write_all("\u{feff}".as_bytes()).map_err(failed)?;
        }
        let mut writer = csv::Writer::from_writer(file);
        let header = ["file", "row", "household", "column", "value", "message", "advice"];
        let failed = writer.write_record(header).err().map(|e| e.to_string());
        Ok(Self { writer, failed })
    }
}

impl RowProblems {
    /// A collector that keeps the first `keep` problems and counts the others.
    pub fn new(keep: usize) -> Self {
        Self { keep, ..Self::default() }
    }

    /// A collector that also writes every problem to a CSV file, which appears when [`RowProblems::finish`] is called.
    /// Messages and advice are in the language, names of columns always in English. Without problems nothing is written.
    pub fn with_file(keep: usize, path: &Path, language: Language) -> Self {
        Self { keep, path: Some(path.to_owned()), language, ..Self::default() }
    }

    /// Forgets all problems: the tables are read once more.
    pub fn clear(&mut self) {
        *self = Self { keep: self.keep, path: self.path.take(), language: self.language, ..Self::default() };
    }

    /// Takes one problem.
    pub fn push(&mut self, problem: RowProblem) {
        self.count += 1;
        if let Some(column) = &problem.column {
            match self.by_column.get_mut(column) {
                Some(count) => *count += 1,
                None => drop(self.by_column.insert(column.clone(), 1)),
            }
        }
        self.write(&problem);
        if self.first.len() < self.keep {
            self.first.push(problem);
        }
    }

    /// Writes a problem aside. What goes wrong is told by [`RowProblems::finish`].
    fn write(&mut self, problem: &RowProblem) {
        let Some(path) = &self.path else { return };
        let file = match &mut self.file {
            Some(file) => file,
            None => match ProblemFile::create(path, self.language) {
                Ok(file) => self.file.insert(file),
                // `finish` tries again and says why.
                Err(_) => return,
            },
        };
        if file.failed.is_some() {
            return;
        }
        let text = |part: &Option<Arc<str>>| part.as_deref().unwrap_or_default().to_owned();
        let record = [
            problem.file.to_string(),
            problem.row.to_string(),
            text(&problem.household),
            text(&problem.column),
            text(&problem.value),
            problem.message.get(self.language).to_owned(),
            problem.advice.get(self.language).to_owned(),
        ];
        file.failed = file.writer.write_record(&record).err().map(|e| e.to_string());
    }

    /// The first problems, in the order in which they came.
    pub fn first(&self) -> &[RowProblem] {
        &self.first
    }

    /// How many problems there are.
    pub fn count(&self) -> u64 {
        self.count
    }

    /// How many problems each column has.
    pub fn by_column(&self) -> &BTreeMap<Arc<str>, u64> {
        &self.by_column
    }

    /// Puts the file of problems in its place; gives its path when there is one.
    pub fn finish(&mut self) -> Result<Option<PathBuf>, TableProblem> {
        let Some(path) = self.path.take().filter(|_| self.count > 0) else { return Ok(None) };
        let mut file = match self.file.take() {
            Some(file) => file,
            None => ProblemFile::create(&path, self.language)?,
        };
        let failed = |e: &dyn std::fmt::Display| TableProblem::io(&path, Failed::Write, e);
        if let Some(error) = &file.failed {
            return Err(failed(error));
        }
        file.writer.flush().map_err(|e| failed(&e))?;
        let buffer = file.writer.into_inner().map_err(|e| failed(&e))?;
        let temporary = buffer.into_inner().map_err(|e| failed(&e))?;
        temporary.persist(&path).map_err(|e| failed(&e))?;
        Ok(Some(path))
    }
}

impl Extend<RowProblem> for RowProblems {
    fn extend<T: IntoIterator<Item = RowProblem>>(&mut self, problems: T) {
        for problem in problems {
            self.push(problem);
        }
    }
}

/// How many cells of each column were mended without doubt.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Repairs(BTreeMap<Arc<str>, u64>);

impl Repairs {
    /// Counts mended cells.
    pub fn add(&mut self, column: &Arc<str>, cells: u64) {
        if cells > 0 {
            *self.0.entry(column.clone()).or_default() += cells;
        }
    }

    /// Adds the counts of another part of the table.
    pub fn merge(&mut self, other: &Repairs) {
        for (column, cells) in &other.0 {
            self.add(column, *cells);
        }
    }

    /// The columns with mended cells, and how many.
    pub fn iter(&self) -> impl Iterator<Item = (&str, u64)> {
        self.0.iter().map(|(column, cells)| (&**column, *cells))
    }

    /// Whether nothing was mended.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::words::told;

    fn problem(row: u64) -> RowProblem {
        RowProblem {
            file: "a.csv".into(),
            row,
            household: Some("H1".into()),
            column: Some("income".into()),
            value: Some("x".into()),
            message: told("không phải là số", "not a number"),
            advice: told("hãy viết chữ số", "write digits"),
        }
    }

    #[test]
    fn all_problems_are_counted_and_written_and_the_first_are_kept() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("problems.csv");
        let mut problems = RowProblems::with_file(2, &path, Language::En);
        problems.extend((2..7).map(problem));
        assert_eq!((problems.first().len(), problems.count()), (2, 5));
        assert_eq!(problems.by_column()["income"], 5);
        assert_eq!(problems.finish().unwrap(), Some(path.clone()));
        let text = std::fs::read_to_string(&path).unwrap();
        assert_eq!(text.lines().count(), 6);
        assert!(text.contains("a.csv,2,H1,income,x,not a number,write digits"));
    }

    #[test]
    fn the_file_is_in_the_language_asked_for_and_marked_for_excel() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("problems.csv");
        let mut problems = RowProblems::with_file(2, &path, Language::Vi);
        problems.push(problem(2));
        problems.clear();
        problems.push(problem(3));
        problems.finish().unwrap();
        let text = std::fs::read_to_string(&path).unwrap();
        assert!(text.starts_with("\u{feff}file,row,household,column,value,message,advice\n"), "{text}");
        assert!(text.contains("a.csv,3,H1,income,x,không phải là số,hãy viết chữ số"), "{text}");
        let told = "a.csv, dòng 3, cột income: không phải là số (“x”); hãy viết chữ số";
        assert_eq!(problems.first()[0].tell(Language::Vi), told);
    }

    #[test]
    fn without_problems_nothing_is_written_and_nothing_of_others_removed() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("problems.csv");
        assert_eq!(RowProblems::with_file(2, &path, Language::En).finish().unwrap(), None);
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
        std::fs::write(&path, "somebody's").unwrap();
        assert_eq!(RowProblems::with_file(2, &path, Language::En).finish().unwrap(), None);
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "somebody's");
    }

    #[test]
    fn a_second_reading_starts_over() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("problems.csv");
        let mut problems = RowProblems::with_file(2, &path, Language::En);
        problems.extend((2..7).map(problem));
        problems.clear();
        problems.push(problem(9));
        assert_eq!((problems.count(), problems.first().len()), (1, 1));
        problems.finish().unwrap();
        assert_eq!(std::fs::read_to_string(&path).unwrap().lines().count(), 2);
    }
}
