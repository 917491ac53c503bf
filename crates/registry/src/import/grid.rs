//! A file becomes rows of text, whether it was a workbook (xlsx) or CSV. Older and other workbooks are not read: their
//! formats let a small file say that it is endless.
//!
//! In: the bytes. Out: sheets of numbered rows whose cells are trimmed text; a number is written without a fraction it
//! does not have, a day as `YYYY-MM-DD`. Nothing is understood here.

use super::ImportProblem;
use calamine::{Data, Reader, Xlsx, XlsxError};
use std::collections::BTreeMap;
use std::io::{self, Cursor, Read};

/// The most columns of a list, and of all sheets of a file the most rows that are not blank.
const MOST_COLUMNS: usize = 200;
const MOST_ROWS: usize = 200_000;

/// The most bytes of a workbook once it is unpacked.
const MOST_UNZIPPED: u64 = 64 * 1024 * 1024;

/// A cell: its text, and whether a spreadsheet held it as a number and so may have taken its leading zeros.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(super) struct Cell {
    pub text: String,
    pub number: bool,
}

/// A row and its number in the file, from 1.
#[derive(Clone, Debug)]
pub(super) struct Row {
    pub number: u32,
    pub cells: Vec<Cell>,
}

impl Row {
    /// The text of a cell; nothing where it is blank.
    pub fn text(&self, column: usize) -> Option<&str> {
        self.cells.get(column).map(|cell| cell.text.as_str()).filter(|text| !text.is_empty())
    }

    /// The cells that are not blank, with their columns.
    pub fn filled(&self) -> impl Iterator<Item = (usize, &str)> {
        self.cells.iter().enumerate().map(|(column, cell)| (column, cell.text.as_str())).filter(|(_, t)| !t.is_empty())
    }
}

/// A sheet.
#[derive(Clone, Debug)]
pub(super) struct Sheet {
    pub name: String,
    pub rows: Vec<Row>,
}

/// The sheets of a file.
///
/// # Errors
/// What is wrong with the file, and what to do.
pub(super) fn sheets(name: &str, bytes: &[u8]) -> Result<Vec<Sheet>, ImportProblem> {
    let csv = [".csv", ".txt", ".tsv"].iter().any(|ending| name.to_lowercase().ends_with(ending));
    if csv { csv_sheet(bytes).map(|sheet| vec![sheet]) } else { workbook(bytes) }
}

fn unreadable(vi: &str, en: &str) -> ImportProblem {
    ImportProblem { row: 1, column: "A".into(), message: [vi.into(), en.into()] }
}

fn not_a_workbook() -> ImportProblem {
    unreadable(
        "Tệp này không phải bảng tính đọc được: hãy lưu lại dạng .xlsx hoặc .csv (UTF-8).",
        "This file is not a workbook that can be read: save it as .xlsx, or as .csv in UTF-8.",
    )
}

/// Only the cells there are take memory, wherever they stand: one stray cell in the last corner makes no million rows.
fn workbook(bytes: &[u8]) -> Result<Vec<Sheet>, ImportProblem> {
    fits_unzipped(bytes)?;
    let mut book: Xlsx<_> = calamine::open_workbook_from_rs(Cursor::new(bytes)).map_err(|_| not_a_workbook())?;
    let mut sheets = Vec::new();
    let mut room = Room::default();
    for name in book.sheet_names() {
        let mut reader = match book.worksheet_cells_reader(&name) {
            Ok(reader) => reader,
            // A drawing or a macro.
            Err(XlsxError::NotAWorksheet(_)) => continue,
            Err(_) => return Err(not_a_workbook()),
        };
        let mut rows: BTreeMap<u32, Vec<Cell>> = BTreeMap::new();
        while let Some(found) = reader.next_cell().map_err(|_| not_a_workbook())? {
            let (row, column) = found.get_position();
            let cell = cell(&Data::from(found.get_value().clone()));
            if cell.text.is_empty() {
                continue;
            }
            room.take(row, column as usize, !rows.contains_key(&row))?;
            let cells = rows.entry(row).or_default();
            cells.resize(cells.len().max(column as usize + 1), Cell::default());
            cells[column as usize] = cell;
        }
        let rows = rows.into_iter().map(|(row, cells)| Row { number: row + 1, cells }).collect();
        sheets.push(Sheet { name, rows });
    }
    Ok(sheets)
}

/// Unpacks a workbook to nowhere, as far as it may go: what its own directory says of sizes need not be true.
fn fits_unzipped(bytes: &[u8]) -> Result<(), ImportProblem> {
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).map_err(|_| not_a_workbook())?;
    let mut left = MOST_UNZIPPED;
    for place in 0..archive.len() {
        let entry = archive.by_index(place).map_err(|_| not_a_workbook())?;
        let size = io::copy(&mut entry.take(left + 1), &mut io::sink()).map_err(|_| not_a_workbook())?;
        left = left.checked_sub(size).ok_or_else(|| {
            unreadable(
                "Tệp này quá lớn sau khi giải nén: hãy chia thành nhiều tệp, hoặc bỏ hình ảnh.",
                "This file is too large once it is unpacked: divide it, or take pictures out.",
            )
        })?;
    }
    Ok(())
}

/// How much of a file was read.
#[derive(Default)]
struct Room {
    rows: usize,
}

impl Room {
    /// Takes the place of a filled cell, in a row that is new or not.
    fn take(&mut self, row: u32, column: usize, new: bool) -> Result<(), ImportProblem> {
        self.rows += usize::from(new);
        let problem = |message: [&str; 2]| ImportProblem {
            row: row.saturating_add(1),
            column: letters(column),
            message: message.map(str::to_owned),
        };
        if column >= MOST_COLUMNS {
            return Err(problem([
                "Một danh sách có nhiều nhất 200 cột: hãy xoá ô này và các ô khác nằm ngoài danh sách.",
                "A list has at most 200 columns: delete this cell, and others that stand outside of the list.",
            ]));
        }
        if self.rows > MOST_ROWS {
            return Err(problem([
                "Một tệp có nhiều nhất 200.000 dòng: hãy chia thành nhiều tệp.",
                "A file has at most 200,000 rows: divide it.",
            ]));
        }
        Ok(())
    }
}

fn cell(data: &Data) -> Cell {
    let text = |text: &str| Cell { text: trimmed(text), number: false };
    match data {
        Data::Empty => Cell::default(),
        Data::String(string) => text(string),
        Data::Int(number) => Cell { text: number.to_string(), number: true },
        Data::Float(number) if number.fract() == 0.0 && number.abs() < 9e15 => {
            Cell { text: format!("{number:.0}"), number: true }
        }
        Data::Float(number) => Cell { text: number.to_string(), number: true },
        Data::DateTime(moment) => {
            let (year, month, day, ..) = moment.to_ymd_hms_milli();
            text(&format!("{year:04}-{month:02}-{day:02}"))
        }
        Data::DateTimeIso(moment) => text(moment.get(..10).unwrap_or(moment)),
        Data::Bool(true) => text("x"),
        Data::Bool(false) => Cell::default(),
        Data::DurationIso(span) => text(span),
        Data::Error(error) => text(&error.to_string()),
    }
}

/// Blanks at the ends gone, and each run of blanks and line breaks inside one blank.
fn trimmed(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn csv_sheet(bytes: &[u8]) -> Result<Sheet, ImportProblem> {
    let text = std::str::from_utf8(bytes).map_err(|_| {
        unreadable(
            "Tệp CSV không phải UTF-8: hãy lưu lại dạng “CSV UTF-8”.",
            "The CSV file is not in UTF-8: save it as “CSV UTF-8”.",
        )
    })?;
    let text = text.trim_start_matches('\u{feff}');
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(delimiter(text))
        .from_reader(text.as_bytes());
    let mut rows = Vec::new();
    let mut record = csv::StringRecord::new();
    let mut room = Room::default();
    loop {
        match reader.read_record(&mut record) {
            Ok(false) => break,
            Ok(true) => {
                let number = record.position().map_or(0, |place| place.line() as u32);
                let filled = record.iter().enumerate().filter(|(_, text)| !text.trim().is_empty());
                let Some((last, _)) = filled.last() else { continue };
                room.take(number.saturating_sub(1), last, true)?;
                let cells = record.iter().take(last + 1).map(|text| Cell { text: trimmed(text), number: false });
                rows.push(Row { number, cells: cells.collect() });
            }
            Err(_) => {
                return Err(unreadable(
                    "Tệp CSV không đọc được: hãy kiểm tra các dấu ngoặc kép.",
                    "The CSV file cannot be read: check its quotation marks.",
                ));
            }
        }
    }
    Ok(Sheet { name: String::new(), rows })
}

/// What stands between the cells: the sign that is most frequent in the first lines.
fn delimiter(text: &str) -> u8 {
    let head: Vec<&str> = text.lines().take(20).collect();
    let count = |sign: char| head.iter().map(|line| line.matches(sign).count()).sum::<usize>();
    let signs = [(',', b','), (';', b';'), ('\t', b'\t')];
    signs.into_iter().max_by_key(|(sign, byte)| (count(*sign), *byte == b',')).map_or(b',', |(_, byte)| byte)
}

/// A column's letters, as a spreadsheet shows them.
pub(super) fn letters(column: usize) -> String {
    let mut letters = Vec::new();
    let mut rest = column + 1;
    while rest > 0 {
        letters.push(char::from(b'A' + ((rest - 1) % 26) as u8));
        rest = (rest - 1) / 26;
    }
    letters.iter().rev().collect()
}
