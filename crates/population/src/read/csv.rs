//! CSV files: cut into blocks of whole records in one pass, parsed block by block on any thread.
//!
//! The separator (comma, semicolon or tab) is the one that the header uses most. A row is numbered as a spreadsheet
//! numbers it: blank lines count, a line break inside quotes does not.

use super::batch::{Findings, Places, Told};
use super::cells::Cells;
use super::{DecodedUnit, FilePlan, Place};
use crate::cell::{CellProblem, shown};
use crate::layout::Column;
use crate::table_problem::TableProblem;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// About how many bytes a block has.
const BLOCK: usize = 4 << 20;
/// A record longer than this has an open quote.
const LONGEST_RECORD: usize = 64 << 20;

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
            let advice = "save it as “CSV UTF-8” in the spreadsheet program";
            return Err(TableProblem::new(&name, "this is not a CSV file in UTF-8", advice));
        }
        if start.starts_with(b"PK\x03\x04") || start.starts_with(&[0xd0, 0xcf, 0x11, 0xe0]) {
            let advice = "open it in the spreadsheet program and save each sheet as “CSV UTF-8”";
            return Err(TableProblem::new(&name, "this is a workbook, not a CSV file", advice));
        }
        splitter.separator = separator(start);
        let (header, _) = splitter.header()?;
        let separator = splitter.separator;
        let mut record = csv::ByteRecord::new();
        let read = records(&header, separator).read_byte_record(&mut record);
        if !read.map_err(|e| TableProblem::io(path, "cannot be read", &e))? {
            return Err(TableProblem::new(&name, "the file is empty", "it must begin with a row of column names"));
        }
        let names: Result<Vec<String>, _> = record.iter().map(|cell| String::from_utf8(cell.to_vec())).collect();
        let names = names.map_err(|_| {
            let advice = "save it as “CSV UTF-8” in the spreadsheet program";
            TableProblem::new(&name, "the header is not in UTF-8", advice)
        })?;
        Ok((Self { path: path.to_owned(), separator, width: names.len() }, names))
    }

    /// The records after the header, in blocks.
    pub fn blocks(&self, plan: Arc<FilePlan>) -> Result<Blocks, TableProblem> {
        let mut splitter = Splitter::open(&self.path, self.separator)?;
        let (_, row) = splitter.header()?;
        Ok(Blocks { splitter, plan, separator: self.separator, width: self.width, row })
    }
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
    /// Bytes read and not yet given out.
    pending: Vec<u8>,
    /// How many of them have been scanned.
    scanned: usize,
    /// The end of the last whole record among them, and how many rows end up to there.
    end: usize,
    rows: u64,
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
}

impl Splitter {
    fn open(path: &Path, separator: u8) -> Result<Self, TableProblem> {
        let file = std::fs::File::open(path).map_err(|e| TableProblem::io(path, "cannot be read", &e))?;
        let state = State::StartOfRecord;
        let mut splitter = Self {
            path: path.to_owned(),
            file,
            separator,
            pending: Vec::new(),
            scanned: 0,
            end: 0,
            rows: 0,
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
        read.map_err(|e| TableProblem::io(&self.path, "cannot be read", &e))?;
        self.finished = self.pending.len() < before + bytes;
        Ok(())
    }

    /// Scans on until a record has ended (the header), or to the end of what is there.
    fn scan(&mut self, one_record: bool) {
        let mut state = self.state;
        while self.scanned < self.pending.len() {
            let byte = self.pending[self.scanned];
            if state == State::CarriageReturn {
                let past = self.scanned + usize::from(byte == b'\n');
                (self.end, self.rows, state) = (past, self.rows + 1, State::StartOfRecord);
                self.scanned = past;
                if one_record && self.pending[..past].iter().any(|b| !matches!(b, b'\r' | b'\n')) {
                    break;
                }
                continue;
            }
            self.scanned += 1;
            state = match (state, byte) {
                (State::Quoted, b'"') => State::QuoteInQuoted,
                (State::Quoted, _) => State::Quoted,
                (State::QuoteInQuoted, b'"') => State::Quoted,
                (State::StartOfRecord | State::StartOfCell, b'"') => State::Quoted,
                (_, b'\n') => {
                    (self.end, self.rows) = (self.scanned, self.rows + 1);
                    let blank = state == State::StartOfRecord;
                    state = State::StartOfRecord;
                    if one_record && !blank {
                        break;
                    }
                    state
                }
                (_, b'\r') => State::CarriageReturn,
                (_, byte) if byte == self.separator => State::StartOfCell,
                _ => State::Cell,
            };
        }
        self.state = state;
    }

    /// The first record, and the row number of the next.
    fn header(&mut self) -> Result<(Vec<u8>, u64), TableProblem> {
        loop {
            self.scan(true);
            // A lone carriage return at the end may still be followed by its line feed.
            let blank = self.pending[..self.end].iter().all(|b| matches!(b, b'\r' | b'\n'));
            if (self.end > 0 && !blank) || self.finished {
                let (header, rows) = self.give();
                return Ok((header, rows + 1));
            }
            self.check_length()?;
            self.fill(64 << 10)?;
        }
    }

    /// The next whole records and how many rows they are; none at the end.
    fn block(&mut self) -> Result<Option<(Vec<u8>, u64)>, TableProblem> {
        loop {
            if !self.finished && self.pending.len() < BLOCK {
                self.fill(BLOCK - self.pending.len())?;
            }
            self.scan(false);
            if self.end > 0 || self.finished {
                let given = self.give();
                return Ok((!given.0.is_empty()).then_some(given));
            }
            self.check_length()?;
            self.fill(BLOCK)?;
        }
    }

    fn check_length(&self) -> Result<(), TableProblem> {
        if self.pending.len() <= LONGEST_RECORD {
            return Ok(());
        }
        let advice = "look for a quotation mark that is opened at the beginning of a cell and never closed";
        Err(TableProblem::new(&self.path.display().to_string(), "a row does not end", advice))
    }

    fn give(&mut self) -> (Vec<u8>, u64) {
        let last = self.finished && self.scanned == self.pending.len();
        let end = if last { self.pending.len() } else { self.end };
        let rest = self.pending.split_off(end);
        self.scanned -= end;
        self.end = 0;
        (std::mem::replace(&mut self.pending, rest), std::mem::take(&mut self.rows))
    }
}

/// The blocks of a file.
pub(super) struct Blocks {
    splitter: Splitter,
    plan: Arc<FilePlan>,
    separator: u8,
    width: usize,
    row: u64,
}

impl Iterator for Blocks {
    type Item = Result<Block, TableProblem>;

    fn next(&mut self) -> Option<Self::Item> {
        let (bytes, rows) = match self.splitter.block().transpose()? {
            Ok(block) => block,
            Err(problem) => return Some(Err(problem)),
        };
        let (plan, separator, width) = (self.plan.clone(), self.separator, self.width);
        let block = Block { plan, separator, width, row: self.row, bytes };
        self.row += rows;
        Some(Ok(block))
    }
}

/// Whole records of a file.
pub(super) struct Block {
    plan: Arc<FilePlan>,
    separator: u8,
    width: usize,
    /// The number of its first row.
    row: u64,
    bytes: Vec<u8>,
}

impl std::fmt::Debug for Block {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Block({}, row {}, {} bytes)", self.plan.name, self.row, self.bytes.len())
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
        let mut unit = DecodedUnit { bytes: self.bytes.len() as u64, ..DecodedUnit::default() };
        let mut reader = records(&self.bytes, self.separator);
        let mut record = csv::ByteRecord::new();
        let mut row = self.row + self.blank_lines(0);
        loop {
            let read = reader.read_byte_record(&mut record);
            if !read.map_err(|e| TableProblem::io(&plan.path, "cannot be read", &e))? {
                break;
            }
            if record.iter().any(|cell| !is_blank(cell)) {
                let place = Place::new(plan.index, row);
                self.read_record(&record, places.len(), columns, &mut cells, &mut findings);
                places.push(place.pack(false));
            }
            row += 1 + self.blank_lines(reader.position().byte() as usize);
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
                message: format!("the row has {} cells, the header {}", record.len(), self.width),
                advice: "quote cells that hold the separator or a line break".into(),
            };
            findings.row(row, problem.into());
        }
        for (place, (column, cells)) in columns.iter().zip(cells).enumerate() {
            let cell = self.plan.columns[place].and_then(|at| record.get(at));
            // The cells of an odd row may be shifted; only its id is tried, to name it.
            let cell = cell.filter(|_| !odd || place == 0).unwrap_or_default();
            let read = match std::str::from_utf8(cell) {
                Ok(text) => column.reader.read(text).map(|value| cells.push(value)),
                Err(_) => Err(CellProblem {
                    message: "the text is not in UTF-8".into(),
                    advice: "save the table as “CSV UTF-8” in the spreadsheet program".into(),
                }),
            };
            if let Err(problem) = read {
                cells.push_unknown();
                let value = (!is_blank(cell)).then(|| shown(&String::from_utf8_lossy(cell)).into());
                findings.cell(row, place, value, Told::from(problem));
            }
        }
    }

    /// How many blank lines stand at a byte where a record has ended.
    fn blank_lines(&self, at: usize) -> u64 {
        let mut rest = &self.bytes[at.min(self.bytes.len())..];
        if at > 0 && self.bytes[at - 1] == b'\r' {
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
