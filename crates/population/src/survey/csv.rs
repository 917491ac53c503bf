//! CSV files, packed as gzip or not: cut into blocks of whole lines in one pass, parsed block by block on any thread.
//!
//! The separator (comma, semicolon or tab) is the one that the header uses most. A row is a line and has its number;
//! blank lines count.
//!
//! What must hold: no cell has a line break. Where one stands between quotation marks, nobody can tell an answer of two
//! lines from two unpaired marks with whole rows between them, so the file is refused. Hence a block may end wherever a
//! line does.

use super::finding::Findings;
use super::source::Source;
use super::texts::Texts;
use super::{BATCH, FilePlan, SurveyBatches, column};
use crate::cell::CellProblem;
use crate::table_problem::{Failed, TableProblem};
use crate::words::{Told, told};
use arrow::array::RecordBatch;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// About how many bytes a block has.
const BLOCK: usize = 4 << 20;
/// A line longer than this is no row of a table.
const LONGEST_LINE: usize = 64 << 20;

/// A CSV file whose header has been read.
#[derive(Clone, Debug)]
pub(super) struct CsvFile {
    path: PathBuf,
    separator: u8,
    width: usize,
}

impl CsvFile {
    /// The file and its header.
    pub fn open(path: &Path) -> Result<(Self, Vec<String>), TableProblem> {
        let name = path.display().to_string();
        let header = Lines::open(path)?.header()?;
        if header.starts_with(&[0xff, 0xfe]) || header.starts_with(&[0xfe, 0xff]) || header.contains(&0) {
            let message = told("đây không phải là tệp CSV theo UTF-8", "this is not a CSV file in UTF-8");
            return Err(TableProblem::new(&name, message, save_as_utf8()));
        }
        let separator = separator(&header);
        let mut record = csv::ByteRecord::new();
        let read = records(&header, separator).read_byte_record(&mut record);
        if !read.map_err(|e| TableProblem::io(path, Failed::Read, &e))? {
            let advice = told("dòng đầu của tệp phải là dòng tên cột", "it must begin with a row of column names");
            return Err(TableProblem::new(&name, told("tệp trống", "the file is empty"), advice));
        }
        if has_break(record.as_slice()) {
            return Err(refused(path, 1));
        }
        let names: Result<Vec<String>, _> = record.iter().map(|cell| String::from_utf8(cell.to_vec())).collect();
        let names = names.map_err(|_| {
            let message = told("dòng tên cột không theo UTF-8", "the header is not in UTF-8");
            TableProblem::new(&name, message, save_as_utf8())
        })?;
        Ok((Self { path: path.to_owned(), separator, width: names.len() }, names))
    }

    /// The lines after the header, in blocks.
    pub fn blocks(&self, plan: Arc<FilePlan>) -> Result<Blocks, TableProblem> {
        let mut lines = Lines::open(&self.path)?;
        lines.header()?;
        Ok(Blocks { lines, plan, separator: self.separator, width: self.width })
    }
}

fn save_as_utf8() -> Told {
    told(
        "hãy lưu tệp dưới dạng “CSV UTF-8” trong phần mềm bảng tính",
        "save it as “CSV UTF-8” in the spreadsheet program",
    )
}

fn records(bytes: &[u8], separator: u8) -> csv::Reader<&[u8]> {
    csv::ReaderBuilder::new().delimiter(separator).has_headers(false).flexible(true).from_reader(bytes)
}

/// The separator that the header uses most.
fn separator(header: &[u8]) -> u8 {
    let mut quoted = false;
    let mut counts = [(b',', 0), (b';', 0), (b'\t', 0)];
    for byte in header {
        quoted ^= *byte == b'"';
        if let Some((_, count)) = counts.iter_mut().find(|(b, _)| b == byte && !quoted) {
            *count += 1;
        }
    }
    // The first of equals: the comma.
    counts.into_iter().rev().max_by_key(|(_, count)| *count).map_or(b',', |(byte, _)| byte)
}

fn has_break(cells: &[u8]) -> bool {
    cells.contains(&b'\n') || cells.contains(&b'\r')
}

fn refused(path: &Path, row: u64) -> TableProblem {
    let message = told(
        format!("ô trong dấu ngoặc kép mở ở dòng {row} kéo dài quá dòng đó"),
        format!("a cell in quotation marks that opens in line {row} goes on beyond it"),
    );
    let advice = told(
        "có thể mất dòng giữa các dấu ngoặc kép lẻ cặp, nên tệp này không được đọc: hãy tìm dấu lẻ cặp từ dòng nêu trên; \
         ô nào có dấu ngoặc kép thì đặt cả ô trong dấu ngoặc kép và viết đôi dấu đó (\"ống 5\"\"\"); bỏ các chỗ xuống \
         dòng trong ô, hoặc bỏ các cột ghi lời",
        "rows may be lost between unpaired quotation marks, so the file is not read: look for one from this line on; put \
         a cell that has a quotation mark within quotation marks and double it (\"5\"\" pipe\"); take line breaks out of \
         cells, or leave out the columns with free text",
    );
    TableProblem::new(&path.display().to_string(), message, advice)
}

/// Whole lines of a file, in blocks.
struct Lines {
    path: PathBuf,
    source: Source,
    /// Bytes read and not yet given out, and the number of their first line.
    pending: Vec<u8>,
    line: u64,
    finished: bool,
    /// How many bytes of the file have been accounted for.
    told: u64,
}

impl Lines {
    fn open(path: &Path) -> Result<Self, TableProblem> {
        let source = Source::open(path).map_err(|e| TableProblem::io(path, Failed::Read, &e))?;
        let mut lines = Self { path: path.to_owned(), source, pending: Vec::new(), line: 1, finished: false, told: 0 };
        lines.fill(64 << 10)?;
        if lines.pending.starts_with("\u{feff}".as_bytes()) {
            lines.pending.drain(..3);
        }
        Ok(lines)
    }

    fn fill(&mut self, bytes: usize) -> Result<(), TableProblem> {
        let before = self.pending.len();
        let read = (&mut self.source).take(bytes as u64).read_to_end(&mut self.pending);
        read.map_err(|e| match &self.source {
            Source::Plain(_) => TableProblem::io(&self.path, Failed::Read, &e),
            Source::Gzip(_) => TableProblem::new(
                &self.path.display().to_string(),
                told(format!("không giải nén được tệp: {e}"), format!("the file cannot be unpacked: {e}")),
                told(
                    "tệp bị hỏng hoặc bị cắt; hãy nén hoặc tải lại",
                    "it is damaged or cut short; pack or fetch it again",
                ),
            ),
        })?;
        self.finished = self.pending.len() < before + bytes;
        if self.finished && !self.pending.is_empty() && !self.pending.ends_with(b"\n") {
            // Every line has an end, so that a quotation mark still open on the last one is seen.
            self.pending.push(b'\n');
        }
        Ok(())
    }

    /// The first line that is not blank, without its end.
    fn header(&mut self) -> Result<Vec<u8>, TableProblem> {
        loop {
            let blank = self.pending.iter().take_while(|b| matches!(b, b'\n' | b'\r')).count();
            let end = self.pending[blank..].iter().position(|b| matches!(b, b'\n' | b'\r')).map(|at| blank + at);
            match end {
                // A carriage return at the very end may still be followed by its line feed.
                Some(end) if self.finished || end + 1 < self.pending.len() => {
                    let past = end + if self.pending[end..].starts_with(b"\r\n") { 2 } else { 1 };
                    let mut header = self.take(past);
                    header.truncate(end);
                    return Ok(header.split_off(blank));
                }
                _ if self.finished => return Ok(Vec::new()),
                _ => {
                    self.check_length()?;
                    self.fill(64 << 10)?;
                }
            }
        }
    }

    /// The next whole lines and the number of the first; none at the end.
    fn block(&mut self) -> Result<Option<(Vec<u8>, u64)>, TableProblem> {
        loop {
            if !self.finished && self.pending.len() < BLOCK {
                self.fill(BLOCK - self.pending.len())?;
            }
            let end = match self.pending.iter().rposition(|b| *b == b'\n') {
                Some(at) => Some(at + 1),
                // Old files end their lines with carriage returns. One at the very end may be half of an end.
                None => {
                    let but_one = &self.pending[..self.pending.len().saturating_sub(1)];
                    but_one.iter().rposition(|b| *b == b'\r').map(|at| at + 1)
                }
            };
            let line = self.line;
            match end {
                Some(end) => return Ok(Some((self.take(end), line))),
                // What is left of a finished file ends with a line feed.
                None if self.finished => return Ok(None),
                None => {
                    self.check_length()?;
                    self.fill(BLOCK)?;
                }
            }
        }
    }

    /// Takes so many bytes, which end with a line.
    fn take(&mut self, end: usize) -> Vec<u8> {
        let rest = self.pending.split_off(end);
        let taken = std::mem::replace(&mut self.pending, rest);
        self.line += ends(&taken);
        taken
    }

    fn check_length(&self) -> Result<(), TableProblem> {
        if self.pending.len() <= LONGEST_LINE {
            return Ok(());
        }
        let message = told(format!("dòng {} không kết thúc", self.line), format!("line {} does not end", self.line));
        let advice = told(
            "hãy kiểm tra xem đây có phải tệp CSV, mỗi hàng nằm trên một dòng riêng",
            "check that this is a CSV file, with each row on a line of its own",
        );
        Err(TableProblem::new(&self.path.display().to_string(), message, advice))
    }

    /// How many bytes of the file have been taken since the last time.
    fn taken(&mut self) -> u64 {
        let now = self.source.taken();
        now - std::mem::replace(&mut self.told, now)
    }
}

/// How many lines end in these bytes, which do not end between a carriage return and its line feed.
fn ends(bytes: &[u8]) -> u64 {
    let feeds = bytes.iter().filter(|b| **b == b'\n').count();
    let returns = bytes.contains(&b'\r').then(|| {
        let lone = |pair: &[u8]| pair[0] == b'\r' && pair[1] != b'\n';
        bytes.windows(2).filter(|pair| lone(pair)).count() + usize::from(bytes.ends_with(b"\r"))
    });
    (feeds + returns.unwrap_or_default()) as u64
}

/// The blocks of a file.
pub(super) struct Blocks {
    lines: Lines,
    plan: Arc<FilePlan>,
    separator: u8,
    width: usize,
}

impl Iterator for Blocks {
    type Item = Result<Block, TableProblem>;

    fn next(&mut self) -> Option<Self::Item> {
        let block = self.lines.block().transpose()?;
        let (plan, separator, width, taken) = (self.plan.clone(), self.separator, self.width, self.lines.taken());
        Some(block.map(|(bytes, line)| Block { plan, separator, width, bytes, line, taken }))
    }
}

/// Whole lines of a file.
pub(super) struct Block {
    plan: Arc<FilePlan>,
    separator: u8,
    width: usize,
    bytes: Vec<u8>,
    line: u64,
    taken: u64,
}

impl std::fmt::Debug for Block {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Block({}, row {}, {} bytes)", self.plan.name, self.line, self.bytes.len())
    }
}

impl Block {
    /// Parses the lines and reads their cells.
    pub fn decode(self) -> Result<SurveyBatches, TableProblem> {
        let plan = &*self.plan;
        let mut columns: Vec<Texts> =
            plan.columns.iter().enumerate().map(|(wanted, column)| Texts::new(wanted, column.kind, true)).collect();
        let mut findings = Findings::new(columns.len());
        let mut unit = SurveyBatches { bytes: self.taken, ..SurveyBatches::default() };
        let mut reader = records(&self.bytes, self.separator);
        let mut record = csv::ByteRecord::new();
        let mut row = self.line + self.blank_lines(0);
        while reader.read_byte_record(&mut record).map_err(|e| TableProblem::io(&plan.path, Failed::Read, &e))? {
            if has_break(record.as_slice()) {
                return Err(refused(&plan.path, row));
            }
            if record.iter().any(|cell| !is_blank(cell)) {
                if unit.rows == 0 || row != unit.number(unit.rows) {
                    unit.numbers.push((unit.rows, row));
                }
                unit.rows += 1;
                self.read_record(&record, row, &mut columns, &mut findings);
            }
            row += 1 + self.blank_lines(reader.position().byte() as usize);
        }
        let schema = column::schema(&plan.columns, |_| false);
        let arrays = columns.into_iter().map(Texts::finish).collect();
        let options = arrow::array::RecordBatchOptions::new().with_row_count(Some(unit.rows as usize));
        let all = RecordBatch::try_new_with_options(schema, arrays, &options).expect("columns of one length");
        for first in (0..all.num_rows()).step_by(BATCH) {
            unit.batches.push(all.slice(first, BATCH.min(all.num_rows() - first)));
        }
        findings.close(plan, &mut unit);
        Ok(unit)
    }

    fn read_record(&self, record: &csv::ByteRecord, row: u64, columns: &mut [Texts], findings: &mut Findings) {
        let odd = record.len() < self.width || record.iter().skip(self.width).any(|cell| !is_blank(cell));
        if odd {
            // Its cells may be shifted.
            columns.iter_mut().for_each(Texts::push_missing);
            return findings.row(row, || CellProblem {
                message: told(
                    format!("dòng này có {} ô, dòng tên cột có {} ô", record.len(), self.width),
                    format!("the row has {} cells, the header {}", record.len(), self.width),
                ),
                advice: told(
                    "hãy đặt ô có chứa dấu ngăn cột trong dấu ngoặc kép",
                    "put cells that hold the separator within quotation marks",
                ),
            });
        }
        for (column, place) in columns.iter_mut().zip(&self.plan.places) {
            column.push(record.get(*place).unwrap_or_default(), row, findings);
        }
    }

    /// How many blank lines stand at a byte where a record has ended.
    fn blank_lines(&self, at: usize) -> u64 {
        let mut rest = &self.bytes[at.min(self.bytes.len())..];
        if at > 0 && self.bytes[at - 1] == b'\r' {
            rest = rest.strip_prefix(b"\n").unwrap_or(rest);
        }
        ends(&rest[..rest.iter().take_while(|b| matches!(b, b'\n' | b'\r')).count()])
    }
}

fn is_blank(cell: &[u8]) -> bool {
    cell.iter().all(|b| matches!(b, b' ' | b'\t' | b'\r' | b'\n'))
        || std::str::from_utf8(cell).is_ok_and(|text| text.trim().is_empty())
}
