//! Which format a file has, told by its first bytes, and the bytes of a CSV file, packed or not.

use crate::table_problem::{Failed, TableProblem};
use crate::words::told;
use flate2::read::MultiGzDecoder;
use std::fs::File;
use std::io::{Read, Seek};
use std::path::Path;

/// The formats that are read.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Format {
    Csv,
    Parquet,
    Stata,
}

/// The format of a file. A name that ends in `.parquet` or `.dta` is taken at its word, so that a damaged file is told as
/// such.
pub(super) fn format(path: &Path) -> Result<Format, TableProblem> {
    let failed = |e: std::io::Error| TableProblem::io(path, Failed::Read, &e);
    if std::fs::metadata(path).map_err(failed)?.is_dir() {
        let advice = told(
            "hãy nêu tên các tệp hoặc một mẫu tên, ví dụ thu-muc/*.parquet",
            "name files or a pattern, as in folder/*.parquet",
        );
        return Err(TableProblem::new(&path.display().to_string(), told("đây là thư mục", "this is a folder"), advice));
    }
    let mut start = Vec::new();
    File::open(path).and_then(|file| file.take(16).read_to_end(&mut start)).map_err(failed)?;
    let extension = path.extension().and_then(|e| e.to_str()).unwrap_or_default().to_lowercase();
    let foreign = match (extension.as_str(), start.as_slice()) {
        (_, [b'P', b'K', 3, 4, ..] | [0xd0, 0xcf, 0x11, 0xe0, ..]) | ("xlsx" | "xls" | "ods", _) => Some(told(
            "hãy mở tệp bằng phần mềm bảng tính và lưu trang tính dưới dạng “CSV UTF-8”",
            "open it in the spreadsheet program and save the sheet as “CSV UTF-8”",
        )),
        (_, [b'$', b'F', b'L', b'2' | b'3', ..]) | ("sav" | "zsav", _) => Some(told(
            "hãy lưu thành Parquet hoặc CSV, ví dụ trong R: arrow::write_parquet(haven::zap_labels(haven::read_sav(\"a.sav\")), \"a.parquet\")",
            "save it as Parquet or CSV, in R for instance: arrow::write_parquet(haven::zap_labels(haven::read_sav(\"a.sav\")), \"a.parquet\")",
        )),
        ("sas7bdat" | "xpt", _) => Some(told(
            "hãy lưu thành Parquet hoặc CSV, ví dụ trong R: arrow::write_parquet(haven::read_sas(\"a.sas7bdat\"), \"a.parquet\")",
            "save it as Parquet or CSV, in R for instance: arrow::write_parquet(haven::read_sas(\"a.sas7bdat\"), \"a.parquet\")",
        )),
        ("rds" | "rda" | "rdata", _) => Some(told(
            "hãy lưu bảng từ R thành Parquet hoặc CSV, ví dụ arrow::write_parquet(readRDS(\"a.rds\"), \"a.parquet\")",
            "save the table from R as Parquet or CSV, for instance arrow::write_parquet(readRDS(\"a.rds\"), \"a.parquet\")",
        )),
        ("feather" | "arrow" | "ipc", _) | (_, [b'A', b'R', b'R', b'O', b'W', b'1', ..]) => Some(told(
            "hãy lưu thành Parquet, ví dụ trong R: arrow::write_parquet(arrow::read_feather(\"a.feather\"), \"a.parquet\")",
            "save it as Parquet, in R for instance: arrow::write_parquet(arrow::read_feather(\"a.feather\"), \"a.parquet\")",
        )),
        _ => None,
    };
    if let Some(advice) = foreign {
        let message =
            told("đây không phải là tệp CSV, Parquet hoặc Stata", "this is not a file in CSV, in Parquet or of Stata");
        return Err(TableProblem::new(&path.display().to_string(), message, advice));
    }
    Ok(match (extension.as_str(), start.as_slice()) {
        ("parquet" | "pq", _) | (_, [b'P', b'A', b'R', b'1', ..]) => Format::Parquet,
        ("dta", _) => Format::Stata,
        (_, start) if start.starts_with(b"<stata_dta>") => Format::Stata,
        _ => Format::Csv,
    })
}

/// The bytes of a file, unpacked when it is gzip.
pub(super) enum Source {
    Plain(File),
    Gzip(Box<MultiGzDecoder<File>>),
}

impl Source {
    /// Opens a file.
    pub fn open(path: &Path) -> std::io::Result<Self> {
        let mut file = File::open(path)?;
        let mut start = Vec::new();
        (&file).take(2).read_to_end(&mut start)?;
        file.rewind()?;
        Ok(if start == [0x1f, 0x8b] { Self::Gzip(Box::new(MultiGzDecoder::new(file))) } else { Self::Plain(file) })
    }

    /// How many bytes of the file have been taken, about.
    pub fn taken(&self) -> u64 {
        let mut file = match self {
            Source::Plain(file) => file,
            Source::Gzip(packed) => packed.get_ref(),
        };
        file.stream_position().unwrap_or_default()
    }
}

impl Read for Source {
    fn read(&mut self, bytes: &mut [u8]) -> std::io::Result<usize> {
        match self {
            Source::Plain(file) => file.read(bytes),
            Source::Gzip(packed) => packed.read(bytes),
        }
    }
}
