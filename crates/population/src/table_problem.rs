//! What is wrong with a whole file or table, found before its rows are read or while it is written.

use std::fmt;
use std::path::Path;

/// Something wrong with a whole file or table.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct TableProblem {
    /// The file, where it is about one.
    pub file: Option<String>,
    /// What is wrong.
    pub message: String,
    /// What to do.
    pub advice: String,
}

impl TableProblem {
    pub(crate) fn new(file: &str, message: impl Into<String>, advice: impl Into<String>) -> Self {
        Self { file: Some(file.to_owned()), message: message.into(), advice: advice.into() }
    }

    pub(crate) fn io(path: &Path, what: &str, error: &dyn fmt::Display) -> Self {
        let advice = "check the path, the rights and the free space".to_owned();
        Self { file: Some(path.display().to_string()), message: format!("the file {what}: {error}"), advice }
    }
}

impl fmt::Display for TableProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(file) = &self.file {
            write!(f, "{file}: ")?;
        }
        write!(f, "{}\n  {}", self.message, self.advice)
    }
}

impl std::error::Error for TableProblem {}

/// Everything wrong with the files of a table, found before its rows are read.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct TableProblems {
    /// The problems, in the order of files and columns.
    pub list: Vec<TableProblem>,
}

impl fmt::Display for TableProblems {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.list.iter().enumerate().try_for_each(|(n, p)| write!(f, "{}{p}", if n > 0 { "\n" } else { "" }))
    }
}

impl std::error::Error for TableProblems {}

impl From<TableProblem> for TableProblems {
    fn from(problem: TableProblem) -> Self {
        Self { list: vec![problem] }
    }
}
