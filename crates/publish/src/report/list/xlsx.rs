//! The detailed list as a workbook, with another sheet where one is full, and a last sheet with what it rests on.

use super::{COLUMNS, Cells, Heading, Rows, Support, columns};
use rust_xlsxwriter::{
    DocProperties, ExcelDateTime, Format, FormatAlign, FormatBorder, Workbook, Worksheet, XlsxError,
};
use std::path::Path;
use vuon_policy::model::Language;
use vuon_policy::program::Program;
use vuon_policy::words::pick;
use vuon_registry::export::ExportedHousehold;

/// The most rows of a sheet.
const MOST_ROWS: u32 = 1_048_576;
/// The row of the headings.
const HEAD: u32 = 4;
/// The last column.
const LAST: u16 = COLUMNS as u16 - 1;

/// The list as it is written.
pub struct DetailedList<'a> {
    workbook: Workbook,
    rows: Rows<'a>,
    heading: Heading,
    formats: Formats,
    /// The sheet that is written, from 0, and its next row.
    sheet: usize,
    at: u32,
}

struct Formats {
    title: Format,
    subtitle: Format,
    note: Format,
    head: Format,
    letter: Format,
    member: Format,
    household: Format,
}

impl Formats {
    fn new() -> Self {
        let font = || Format::new().set_font_name("Times New Roman").set_font_size(10);
        let member = font().set_border(FormatBorder::Thin);
        let centred =
            member.clone().set_align(FormatAlign::Center).set_align(FormatAlign::VerticalCenter).set_text_wrap();
        Formats {
            title: font().set_bold().set_font_size(13).set_align(FormatAlign::Center),
            subtitle: font().set_italic().set_align(FormatAlign::Center),
            note: font().set_text_wrap().set_align(FormatAlign::Top),
            head: centred.clone().set_bold(),
            letter: centred.set_italic(),
            household: member.clone().set_bold(),
            member,
        }
    }
}

impl<'a> DetailedList<'a> {
    /// Begins a list. `program` gives the words of relations and ethnic groups.
    ///
    /// # Errors
    /// [`XlsxError`].
    pub fn begin(heading: Heading, program: &'a Program, language: Language) -> Result<Self, XlsxError> {
        let mut workbook = Workbook::new();
        let made = ExcelDateTime::parse_from_str(&heading.basis.asked_on.to_string())?;
        workbook.set_properties(&DocProperties::new().set_title(&heading.title).set_creation_datetime(&made));
        let (rows, formats) = (Rows::new(program, language), Formats::new());
        let mut list = DetailedList { workbook, rows, heading, formats, sheet: 0, at: 0 };
        list.begin_sheet()?;
        Ok(list)
    }

    /// Begins a sheet. Its rows are written from the top and none is come back to: that is what keeps memory small.
    fn begin_sheet(&mut self) -> Result<(), XlsxError> {
        let (language, formats) = (self.rows.language, &self.formats);
        let sheet = self.workbook.add_worksheet_with_constant_memory()?;
        let name = pick(language, "Danh sách", "List");
        sheet.set_name(if self.sheet == 0 { name.to_owned() } else { format!("{name} {}", self.sheet + 1) })?;
        for (place, width) in [6.0, 6.0, 34.0, 8.0, 8.0, 12.0, 14.0].into_iter().enumerate() {
            sheet.set_column_width(place as u16, width)?;
        }
        sheet.merge_range(0, 0, 0, LAST, &self.heading.title, &formats.title)?;
        sheet.merge_range(1, 0, 1, LAST, &self.heading.subtitle(language), &formats.subtitle)?;
        headings(sheet, language, &formats.head, &formats.letter)?;
        sheet.set_landscape();
        sheet.set_paper_size(9);
        sheet.set_print_fit_to_pages(1, 0);
        sheet.set_repeat_rows(HEAD, HEAD + 2)?;
        sheet.set_freeze_panes(HEAD + 3, 3)?;
        sheet.set_footer("&C&P/&N");
        self.at = HEAD + 3;
        Ok(())
    }

    fn end_sheet(&mut self) -> Result<(), XlsxError> {
        let last = self.at.saturating_sub(1);
        self.workbook.worksheet_from_index(self.sheet)?.set_print_area(0, 0, last, LAST)?;
        Ok(())
    }

    /// Writes a household, one row a member; `support` is what is known of its support.
    ///
    /// # Errors
    /// [`XlsxError`].
    pub fn household(&mut self, household: &ExportedHousehold, support: &Support) -> Result<(), XlsxError> {
        let rows = self.rows.household(household, support);
        if self.at + rows.len() as u32 > MOST_ROWS {
            self.end_sheet()?;
            self.sheet += 1;
            self.begin_sheet()?;
        }
        for (place, cells) in rows.iter().enumerate() {
            self.row(place, cells)?;
        }
        Ok(())
    }

    fn row(&mut self, place: usize, cells: &Cells) -> Result<(), XlsxError> {
        let (at, head) = (self.at, place == 0);
        let format = if head { &self.formats.household } else { &self.formats.member };
        let sheet = self.workbook.worksheet_from_index(self.sheet)?;
        if head {
            sheet.write_number_with_format(at, 0, self.rows.households, format)?;
        } else {
            sheet.write_blank(at, 0, format)?;
        }
        sheet.write_number_with_format(at, 1, place as u32 + 1, format)?;
        for (column, cell) in (2..).zip(cells) {
            match cell.parse::<u32>() {
                Ok(year) if matches!(column, 3 | 4) => sheet.write_number_with_format(at, column, year, format)?,
                _ => sheet.write_string_with_format(at, column, cell, format)?,
            };
        }
        self.at += 1;
        Ok(())
    }

    /// What the list rests on, and what is not known in it.
    fn basis(&mut self) -> Result<(), XlsxError> {
        let language = self.rows.language;
        let sheet = self.workbook.add_worksheet();
        sheet.set_name(pick(language, "Căn cứ", "Basis"))?;
        sheet.set_column_width(0, 110)?;
        sheet.write_string_with_format(0, 0, &self.heading.title, &self.formats.household)?;
        let lines = std::iter::once(self.heading.subtitle(language)).chain(self.rows.notes());
        for (at, line) in (1..).zip(lines.chain(self.heading.basis.lines(language))) {
            sheet.write_string_with_format(at, 0, line, &self.formats.note)?;
        }
        Ok(())
    }

    /// Writes the file; how many households are in it.
    ///
    /// # Errors
    /// [`XlsxError`].
    pub fn save(mut self, path: &Path) -> Result<u32, XlsxError> {
        self.finish()?;
        self.workbook.save(path)?;
        Ok(self.rows.households)
    }

    /// The file in memory.
    ///
    /// # Errors
    /// [`XlsxError`].
    pub fn bytes(mut self) -> Result<Vec<u8>, XlsxError> {
        self.finish()?;
        self.workbook.save_to_buffer()
    }

    fn finish(&mut self) -> Result<(), XlsxError> {
        self.end_sheet()?;
        self.basis()
    }
}

/// The headings, row by row: a column without a group has its name in the lower row.
fn headings(sheet: &mut Worksheet, language: Language, head: &Format, letter: &Format) -> Result<(), XlsxError> {
    let columns = columns();
    let group = |place: usize| match columns[place].heading.as_slice() {
        [group, _] => Some(group.get(language)),
        _ => None,
    };
    let mut place = 0;
    while place < columns.len() {
        let (column, of) = (place as u16, group(place));
        let same = (place..columns.len()).take_while(|other| of.is_some() && group(*other) == of).count();
        match of {
            None => sheet.write_blank(HEAD, column, head)?,
            Some(of) => sheet.merge_range(HEAD, column, HEAD, column + same as u16 - 1, of, head)?,
        };
        place += same.max(1);
    }
    for (place, column) in (0..).zip(&columns) {
        let own = column.heading.last().map_or("", |own| own.get(language));
        sheet.write_string_with_format(HEAD + 1, place, own, head)?;
    }
    for (place, column) in (0..).zip(&columns) {
        sheet.write_string_with_format(HEAD + 2, place, &column.no, letter)?;
    }
    Ok(())
}
