//! What is wrong with a whole file or table, found before its rows are read or while it is written.

use crate::words::{Told, told};
use std::fmt;
use std::path::Path;
use vuon_policy::model::Language;

/// Something wrong with a whole file or table.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct TableProblem {
    /// The file, where it is about one.
    pub file: Option<String>,
    /// What is wrong.
    pub message: Told,
    /// What to do.
    pub advice: Told,
}

/// What could not be done with a file.
#[derive(Clone, Copy)]
pub(crate) enum Failed {
    Read,
    Write,
    Make,
    MakeFolder,
    HoldTemporary,
    Encode,
}

impl TableProblem {
    pub(crate) fn new(file: &str, message: Told, advice: Told) -> Self {
        Self { file: Some(file.to_owned()), message, advice }
    }

    /// What the system says is kept in its own words.
    pub(crate) fn io(path: &Path, what: Failed, error: &dyn fmt::Display) -> Self {
        let (vi, en) = match what {
            Failed::Read => ("không đọc được tệp", "the file cannot be read"),
            Failed::Write => ("không ghi được tệp", "the file cannot be written"),
            Failed::Make => ("không tạo được tệp", "the file cannot be made"),
            Failed::MakeFolder => ("không tạo được thư mục", "the folder cannot be made"),
            Failed::HoldTemporary => ("không ghi được tệp tạm vào thư mục", "the folder cannot hold temporary files"),
            Failed::Encode => ("không mã hóa được tệp", "the file cannot be encoded"),
        };
        let advice = told(
            "hãy kiểm tra đường dẫn, quyền truy cập và dung lượng còn trống",
            "check the path, the rights and the free space",
        );
        let message = told(format!("{vi}: {error}"), format!("{en}: {error}"));
        Self::new(&path.display().to_string(), message, advice)
    }

    /// Rows of a Parquet file that cannot be decoded. A compression for which the reader was not built is no damage.
    pub(crate) fn undecoded(file: &str, first: u64, error: &dyn fmt::Display) -> Self {
        let error = error.to_string();
        if error.contains("Disabled feature") {
            return Self::new(
                file,
                told(
                    "tệp được nén theo cách chương trình này không đọc được",
                    "the file is compressed in a way that this program does not read",
                ),
                told("hãy ghi lại tệp với kiểu nén snappy hoặc zstd", "write it again with snappy or zstd compression"),
            );
        }
        let message = told(
            format!("không giải mã được các dòng từ dòng {first}: {error}"),
            format!("the rows from {first} on cannot be decoded: {error}"),
        );
        let advice = told(
            "tệp bị hỏng hoặc có chữ không theo UTF-8; hãy xuất lại tệp",
            "the file is damaged or holds text that is not UTF-8; write it again",
        );
        Self::new(file, message, advice)
    }

    /// The file, what is wrong and, on a line of its own, what to do.
    pub fn tell(&self, language: Language) -> String {
        let file = self.file.as_ref().map_or(String::new(), |file| format!("{file}: "));
        format!("{file}{}\n  {}", self.message.get(language), self.advice.get(language))
    }
}

/// English, for logs and tests.
impl fmt::Display for TableProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.tell(Language::En))
    }
}

impl std::error::Error for TableProblem {}

/// Everything wrong with the files of a table, found before its rows are read.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct TableProblems {
    /// The problems, in the order of files and columns.
    pub list: Vec<TableProblem>,
}

impl TableProblems {
    /// All of them, one after the other.
    pub fn tell(&self, language: Language) -> String {
        self.list.iter().map(|problem| problem.tell(language)).collect::<Vec<_>>().join("\n")
    }
}

/// English, for logs and tests.
impl fmt::Display for TableProblems {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.tell(Language::En))
    }
}

impl std::error::Error for TableProblems {}

impl From<TableProblem> for TableProblems {
    fn from(problem: TableProblem) -> Self {
        Self { list: vec![problem] }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_compression_that_is_not_read_is_no_damage() {
        let found = TableProblem::undecoded("a.parquet", 1, &"Parquet error: Disabled feature at compile time: flate2");
        assert!(found.to_string().contains("write it again with snappy or zstd"), "{found}");
        let found = TableProblem::undecoded("a.parquet", 7, &"eof");
        assert!(found.to_string().starts_with("a.parquet: the rows from 7 on cannot be decoded: eof"), "{found}");
    }
}
