//! A file becomes rows of text, whatever it was: a workbook (xlsx, xls, ods) or CSV.
//!
//! In: the bytes. Out: sheets of numbered rows whose cells are trimmed text; a number is written without a fraction it
//! does not have, a day as `YYYY-MM-DD`. Nothing is understood here.

use super::ImportProblem;
use calamine::{Data, Reader, open_workbook_auto_from_rs};
use std::io::Cursor;

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

fn workbook(bytes: &[u8]) -> Result<Vec<Sheet>, ImportProblem> {
    let cannot = || {
        unreadable(
            "Tệp này không phải bảng tính đọc được: hãy lưu lại dạng .xlsx hoặc .csv (UTF-8).",
            "This file is not a workbook that can be read: save it as .xlsx, or as .csv in UTF-8.",
        )
    };
    let mut book = open_workbook_auto_from_rs(Cursor::new(bytes)).map_err(|_| cannot())?;
    let mut sheets = Vec::new();
    for name in book.sheet_names() {
        let range = book.worksheet_range(&name).map_err(|_| cannot())?;
        let Some((first_row, first_column)) = range.start() else { continue };
        let rows = range.rows().enumerate().map(|(place, cells)| {
            // The range begins where the first filled cell is; columns are counted from A all the same.
            let blanks = std::iter::repeat_n(Cell::default(), first_column as usize);
            Row { number: first_row + place as u32 + 1, cells: blanks.chain(cells.iter().map(cell)).collect() }
        });
        let rows = rows.filter(|row| row.filled().next().is_some()).collect();
        sheets.push(Sheet { name, rows });
    }
    Ok(sheets)
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
    loop {
        match reader.read_record(&mut record) {
            Ok(false) => break,
            Ok(true) => {
                let number = record.position().map_or(0, |place| place.line() as u32);
                let cells = record.iter().map(|text| Cell { text: trimmed(text), number: false }).collect();
                let row = Row { number, cells };
                if row.filled().next().is_some() {
                    rows.push(row);
                }
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
