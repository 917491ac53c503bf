//! CSV files: cut into blocks of whole records in one pass, parsed block by block on any thread.
//!
//! The separator (comma, semicolon or tab) is the one that the header uses most. A row is a line and has its number;
//! blank lines count.
//!
//! What must hold: no cell has a line break. Where one stands between quotation marks, nobody can tell an answer of two
//! lines from two unpaired marks with whole rows between them, so the file is refused.

use super::batch::{Findings, Places};
use super::cells::Cells;
use super::{DecodedUnit, FilePlan, Place};
use crate::cell::{CellProblem, shown};
use crate::layout::Column;
use crate::table_problem::{Failed, TableProblem};
use crate::words::{Told, told};
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
        let mut splitter = Splitter::open(path, b',')?;
        let start = splitter.pending.as_slice();
        if start.starts_with(&[0xff, 0xfe]) || start.starts_with(&[0xfe, 0xff]) || start.contains(&0) {
            let message = told("đây không phải là tệp CSV theo UTF-8", "this is not a CSV file in UTF-8");
            return Err(TableProblem::new(&name, message, save_as_utf8()));
        }
        if start.starts_with(b"PK\x03\x04") || start.starts_with(&[0xd0, 0xcf, 0x11, 0xe0]) {
            let advice = told(
                "hãy mở tệp bằng phần mềm bảng tính và lưu từng trang tính dưới dạng “CSV UTF-8”",
                "open it in the spreadsheet program and save each sheet as “CSV UTF-8”",
            );
            let message = told("đây là tệp bảng tính, không phải tệp CSV", "this is a workbook, not a CSV file");
            return Err(TableProblem::new(&name, message, advice));
        }
        splitter.separator = separator(start);
        let header = splitter.header()?.bytes;
        let separator = splitter.separator;
        let mut record = csv::ByteRecord::new();
        let read = records(&header, separator).read_byte_record(&mut record);
        if !read.map_err(|e| TableProblem::io(path, Failed::Read, &e))? {
            let advice = told("dòng đầu của tệp phải là dòng tên cột", "it must begin with a row of column names");
            return Err(TableProblem::new(&name, told("tệp trống", "the file is empty"), advice));
        }
        let names: Result<Vec<String>, _> = record.iter().map(|cell| String::from_utf8(cell.to_vec())).collect();
        let names = names.map_err(|_| {
            TableProblem::new(
                &name,
                told("dòng tên cột không theo UTF-8", "the header is not in UTF-8"),
                save_as_utf8(),
            )
        })?;
        Ok((Self { path: path.to_owned(), separator, width: names.len() }, names))
    }

    /// The records after the header, in blocks.
    pub fn blocks(&self, plan: Arc<FilePlan>) -> Result<Blocks, TableProblem> {
        let mut splitter = Splitter::open(&self.path, self.separator)?;
        splitter.header()?;
        Ok(Blocks { splitter, plan, width: self.width })
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

/// The separator that the first line uses most.
fn separator(start: &[u8]) -> u8 {
    let line = start.split(|b| matches!(b, b'\n' | b'\r')).find(|line| !line.is_empty()).unwrap_or_default();
    let mut quoted = false;
    let mut counts = [(b',', 0), (b';', 0), (b'\t', 0)];
    for byte in line {
        quoted ^= *byte == b'"';
        if let Some((_, count)) = counts.iter_mut().find(|(b, _)| b == byte && !quoted) {
            *count += 1;
        }
    }
    // The first of equals: the comma.
    counts.into_iter().rev().max_by_key(|(_, count)| *count).map_or(b',', |(byte, _)| byte)
}

/// Finds the ends of records, by the same rules as the `csv` crate, without parsing them.
struct Splitter {
    path: PathBuf,
    file: std::fs::File,
    separator: u8,
    /// Bytes read and not yet given out, and the number of their first line.
    pending: Vec<u8>,
    line: u64,
    /// How many of them have been scanned.
    scanned: usize,
    /// The end of the last whole record among them, and how many lines end up to there.
    end: usize,
    lines: u64,
    state: State,
    finished: bool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    StartOfRecord,
    StartOfCell,
    Cell,
    Quoted,
    QuoteInQuoted,
    CarriageReturn,
    /// A line has ended within a quoted cell.
    Broken,
}

/// Whole records.
struct Records {
    bytes: Vec<u8>,
    /// The number of their first line, and of the first one after them.
    line: u64,
    next: u64,
}

impl State {
    /// The state after a byte of a record. A quotation mark opens a quoted cell only as its first byte.
    fn after(self, byte: u8, separator: u8) -> Self {
        match (self, byte) {
            (State::Quoted, b'"') => State::QuoteInQuoted,
            (State::Quoted, b'\n' | b'\r') => State::Broken,
            (State::Quoted, _) => State::Quoted,
            (State::QuoteInQuoted | State::StartOfRecord | State::StartOfCell, b'"') => State::Quoted,
            (_, b'\n') => State::StartOfRecord,
            (_, b'\r') => State::CarriageReturn,
            (_, byte) if byte == separator => State::StartOfCell,
            _ => State::Cell,
        }
    }
}

impl Splitter {
    fn open(path: &Path, separator: u8) -> Result<Self, TableProblem> {
        let file = std::fs::File::open(path).map_err(|e| TableProblem::io(path, Failed::Read, &e))?;
        let state = State::StartOfRecord;
        let mut splitter = Self {
            path: path.to_owned(),
            file,
            separator,
            pending: Vec::new(),
            line: 1,
            scanned: 0,
            end: 0,
            lines: 0,
            state,
            finished: false,
        };
        splitter.fill(64 << 10)?;
        if splitter.pending.starts_with("\u{feff}".as_bytes()) {
            splitter.pending.drain(..3);
        }
        Ok(splitter)
    }

    fn fill(&mut self, bytes: usize) -> Result<(), TableProblem> {
        let before = self.pending.len();
        let read = (&self.file).take(bytes as u64).read_to_end(&mut self.pending);
        read.map_err(|e| TableProblem::io(&self.path, Failed::Read, &e))?;
        self.finished = self.pending.len() < before + bytes;
        Ok(())
    }

    /// Scans on until a record has ended (the header), or to the end of what is there.
    fn scan(&mut self, one_record: bool) -> Result<(), TableProblem> {
        let mut state = self.state;
        while self.scanned < self.pending.len() {
            let byte = self.pending[self.scanned];
            if state == State::CarriageReturn {
                let past = self.scanned + usize::from(byte == b'\n');
                (self.end, self.lines, state) = (past, self.lines + 1, State::StartOfRecord);
                self.scanned = past;
                if one_record && self.pending[..past].iter().any(|b| !matches!(b, b'\r' | b'\n')) {
                    break;
                }
                continue;
            }
            self.scanned += 1;
            let blank = state == State::StartOfRecord;
            state = state.after(byte, self.separator);
            match state {
                State::StartOfRecord => {
                    (self.end, self.lines) = (self.scanned, self.lines + 1);
                    if one_record && !blank {
                        break;
                    }
                }
                State::Broken => return Err(self.unpaired()),
                _ => {}
            }
        }
        self.state = state;
        let at_the_end = self.finished && self.scanned == self.pending.len();
        if at_the_end && state == State::Quoted { Err(self.unpaired()) } else { Ok(()) }
    }

    /// What is wrong with the record in which a quoted cell does not end on its line. Reads on to the end of it, to say
    /// how much it swallows.
    fn unpaired(&mut self) -> TableProblem {
        let first = self.line + self.lines;
        let (mut last, mut state, mut before) = (first, State::StartOfRecord, 0);
        self.scanned = self.end;
        'record: loop {
            for byte in &self.pending[self.scanned..] {
                if before == b'\n' || (before == b'\r' && *byte != b'\n') {
                    last += 1;
                }
                state = match state.after(*byte, self.separator) {
                    State::StartOfRecord | State::CarriageReturn => break 'record,
                    State::Broken => State::Quoted,
                    other => other,
                };
                before = *byte;
            }
            if self.finished {
                break;
            }
            self.pending.clear();
            self.scanned = 0;
            if let Err(problem) = self.fill(BLOCK) {
                return problem;
            }
        }
        unpaired(&self.path, first, last, state == State::Quoted)
    }

    /// The first record.
    fn header(&mut self) -> Result<Records, TableProblem> {
        loop {
            self.scan(true)?;
            // A lone carriage return at the end may still be followed by its line feed.
            let blank = self.pending[..self.end].iter().all(|b| matches!(b, b'\r' | b'\n'));
            if (self.end > 0 && !blank) || self.finished {
                return Ok(self.give());
            }
            self.check_length()?;
            self.fill(64 << 10)?;
        }
    }

    /// The next whole records; none at the end.
    fn block(&mut self) -> Result<Option<Records>, TableProblem> {
        loop {
            if !self.finished && self.pending.len() < BLOCK {
                self.fill(BLOCK - self.pending.len())?;
            }
            self.scan(false)?;
            if self.end > 0 || self.finished {
                let given = self.give();
                return Ok((!given.bytes.is_empty()).then_some(given));
            }
            self.check_length()?;
            self.fill(BLOCK)?;
        }
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

    fn give(&mut self) -> Records {
        let last = self.finished && self.scanned == self.pending.len();
        if last && self.end < self.pending.len() {
            // The last line has no line feed.
            (self.end, self.lines) = (self.pending.len(), self.lines + 1);
        }
        let rest = self.pending.split_off(self.end);
        self.scanned -= std::mem::take(&mut self.end);
        let line = self.line;
        self.line += std::mem::take(&mut self.lines);
        Records { bytes: std::mem::replace(&mut self.pending, rest), line, next: self.line }
    }
}

/// A record that goes over several lines or, when it stays open, to the end of the file.
fn unpaired(path: &Path, first: u64, last: u64, open: bool) -> TableProblem {
    let (vi, en) = match last - first {
        0 => (String::new(), String::new()),
        1 => (format!(" và nuốt mất dòng sau đó, {last}"), format!(" and swallows the line after it, {last}")),
        lines => (
            format!(" và nuốt mất {lines} dòng sau đó, đến dòng {last}"),
            format!(" and swallows the {lines} lines after it, to line {last}"),
        ),
    };
    refused(
        path,
        match open {
            true => told(
                format!("dấu ngoặc kép mở ở dòng {first} không được đóng lại{vi}"),
                format!("a quotation mark that opens in line {first} is never closed{en}"),
            ),
            false => told(
                format!("ô trong dấu ngoặc kép mở ở dòng {first} kéo dài quá dòng đó{vi}"),
                format!("a cell in quotation marks that opens in line {first} goes on beyond it{en}"),
            ),
        },
    )
}

fn refused(path: &Path, message: Told) -> TableProblem {
    let advice = told(
        "có thể mất dòng giữa các dấu ngoặc kép lẻ cặp, nên tệp này không được đọc: hãy tìm dấu lẻ cặp ở các dòng \
         nêu trên; ô nào có dấu ngoặc kép thì đặt cả ô trong dấu ngoặc kép và viết đôi dấu đó (\"ống 5\"\"\"); \
         bỏ các chỗ xuống dòng trong ô",
        "rows may be lost between unpaired quotation marks, so the file is not read: look for one in these \
         lines; put a cell that has a quotation mark within quotation marks and double it (\"5\"\" pipe\"); \
         take line breaks out of cells",
    );
    TableProblem::new(&path.display().to_string(), message, advice)
}

/// The blocks of a file.
pub(super) struct Blocks {
    splitter: Splitter,
    plan: Arc<FilePlan>,
    width: usize,
}

impl Iterator for Blocks {
    type Item = Result<Block, TableProblem>;

    fn next(&mut self) -> Option<Self::Item> {
        let records = self.splitter.block().transpose()?;
        let (plan, separator, width) = (self.plan.clone(), self.splitter.separator, self.width);
        Some(records.map(|records| Block { plan, separator, width, records }))
    }
}

/// Whole records of a file.
pub(super) struct Block {
    plan: Arc<FilePlan>,
    separator: u8,
    width: usize,
    records: Records,
}

impl std::fmt::Debug for Block {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Block({}, row {}, {} bytes)", self.plan.name, self.records.line, self.records.bytes.len())
    }
}

impl Block {
    /// Parses the records and reads their cells.
    pub fn decode(self) -> Result<DecodedUnit, TableProblem> {
        let plan = &*self.plan;
        let columns = plan.layout.columns(plan.kind);
        let mut cells: Vec<Cells> = columns.iter().map(Cells::new).collect();
        let mut findings = Findings::default();
        let mut places: Vec<u64> = Vec::new();
        let mut unit = DecodedUnit { bytes: self.records.bytes.len() as u64, ..DecodedUnit::default() };
        let mut reader = records(&self.records.bytes, self.separator);
        let mut record = csv::ByteRecord::new();
        let mut row = self.records.line + self.blank_lines(0);
        loop {
            let read = reader.read_byte_record(&mut record);
            if !read.map_err(|e| TableProblem::io(&plan.path, Failed::Read, &e))? {
                break;
            }
            if record.iter().any(|cell| !is_blank(cell)) {
                let place = Place::new(plan.index, row);
                self.read_record(&record, places.len(), columns, &mut cells, &mut findings);
                places.push(place.pack(false));
            }
            row += 1 + self.blank_lines(reader.position().byte() as usize);
        }
        if row != self.records.next {
            // The two parsers do not agree on where the rows end.
            let (first, last) = (self.records.line, self.records.next - 1);
            let message = told(
                format!("không phân biệt được các hàng từ dòng {first} đến dòng {last}"),
                format!("the rows in lines {first} to {last} cannot be told apart"),
            );
            return Err(refused(&plan.path, message));
        }
        for (cells, column) in cells.iter().zip(columns) {
            unit.repairs.add(&column.name, cells.repaired());
        }
        let columns = cells.into_iter().map(Cells::finish).collect();
        findings.close(plan, columns, Places::Each(places.into()), &mut unit);
        Ok(unit)
    }

    fn read_record(
        &self,
        record: &csv::ByteRecord,
        row: usize,
        columns: &[Column],
        cells: &mut [Cells],
        findings: &mut Findings,
    ) {
        let odd = record.len() < self.width || record.iter().skip(self.width).any(|cell| !is_blank(cell));
        if odd {
            let problem = CellProblem {
                message: told(
                    format!("dòng này có {} ô, dòng tên cột có {} ô", record.len(), self.width),
                    format!("the row has {} cells, the header {}", record.len(), self.width),
                ),
                advice: told(
                    "hãy đặt ô có chứa dấu ngăn cột trong dấu ngoặc kép",
                    "put cells that hold the separator within quotation marks",
                ),
            };
            findings.row(row, problem);
        }
        for (place, (column, cells)) in columns.iter().zip(cells).enumerate() {
            let cell = self.plan.columns[place].and_then(|at| record.get(at));
            // The cells of an odd row may be shifted; only its id is tried, to name it.
            let cell = cell.filter(|_| !odd || place == 0).unwrap_or_default();
            let read = match std::str::from_utf8(cell) {
                Ok(text) => column.reader.read(text).map(|value| cells.push(value)),
                Err(_) => Err(CellProblem {
                    message: told("chữ trong ô không theo UTF-8", "the text is not in UTF-8"),
                    advice: told(
                        "hãy lưu bảng dưới dạng “CSV UTF-8” trong phần mềm bảng tính",
                        "save the table as “CSV UTF-8” in the spreadsheet program",
                    ),
                }),
            };
            if let Err(problem) = read {
                cells.push_unknown();
                let value = (!is_blank(cell)).then(|| shown(&String::from_utf8_lossy(cell)).into());
                findings.cell(row, place, value, problem);
            }
        }
    }

    /// How many blank lines stand at a byte where a record has ended.
    fn blank_lines(&self, at: usize) -> u64 {
        let bytes = &self.records.bytes;
        let mut rest = &bytes[at.min(bytes.len())..];
        if at > 0 && bytes[at - 1] == b'\r' {
            rest = rest.strip_prefix(b"\n").unwrap_or(rest);
        }
        let mut lines = 0;
        loop {
            rest = match rest {
                [b'\r', b'\n', rest @ ..] | [b'\r' | b'\n', rest @ ..] => rest,
                _ => return lines,
            };
            lines += 1;
        }
    }
}

fn is_blank(cell: &[u8]) -> bool {
    cell.iter().all(|b| matches!(b, b' ' | b'\t' | b'\r' | b'\n'))
        || std::str::from_utf8(cell).is_ok_and(|text| text.trim().is_empty())
}
