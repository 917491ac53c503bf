//! A report as a workbook: merged headings, the row of column numbers, sums and rates as formulas with their values beside
//! them, a print area and headings on every page.

use super::formula::Formula;
use super::layout::head;
use super::told::{Cell, NO_RATE, UNKNOWN, cell, foot, part, stub, subtitle, title, unit};
use super::{Report, ReportError, check};
use crate::document::committee;
use rust_xlsxwriter::{
    DocProperties, ExcelDateTime, Format, FormatAlign, FormatBorder, Formula as Written, Workbook, Worksheet, XlsxError,
};
use vuon_policy::model::Language;
use vuon_policy::words::pick;

/// The rows above the headings: organ and nation, motto, title, period, an empty one.
const ABOVE: u32 = 6;

struct Formats {
    organ: Format,
    title: Format,
    subtitle: Format,
    head: Format,
    letter: Format,
    note: Format,
}

impl Formats {
    fn new() -> Self {
        let plain = || Format::new().set_font_name("Times New Roman").set_font_size(11);
        let centred = || plain().set_align(FormatAlign::Center).set_align(FormatAlign::VerticalCenter);
        let boxed = || centred().set_border(FormatBorder::Thin).set_text_wrap();
        Formats {
            organ: centred().set_bold(),
            title: centred().set_bold().set_font_size(13).set_text_wrap(),
            subtitle: centred().set_italic(),
            head: boxed().set_bold(),
            letter: boxed().set_italic(),
            note: plain().set_font_size(9).set_text_wrap().set_align(FormatAlign::Top),
        }
    }

    /// The format of a body cell.
    fn body(strong: bool, number: Option<&str>) -> Format {
        let format = Format::new().set_font_name("Times New Roman").set_font_size(11).set_border(FormatBorder::Thin);
        let format = if strong { format.set_bold() } else { format };
        match number {
            Some(number) => format.set_num_format(number).set_align(FormatAlign::Right),
            None => format.set_text_wrap().set_align(FormatAlign::VerticalCenter),
        }
    }
}

/// Writes a report.
///
/// # Errors
/// [`ReportError::Broken`] when it breaks its identities, [`ReportError::Workbook`].
pub fn xlsx(report: &Report, language: Language) -> Result<Vec<u8>, ReportError> {
    check(report)?;
    let mut workbook = Workbook::new();
    let made = ExcelDateTime::parse_from_str(&report.basis.asked_on.to_string())?;
    let properties = DocProperties::new().set_title(title(report, language)).set_creation_datetime(&made);
    workbook.set_properties(&properties);
    let sheet = workbook.add_worksheet();
    sheet.set_name(format!("{} {}", pick(language, "Biểu", "Form"), report.form.form))?;
    Writing { report, language, formats: Formats::new(), stub: stub(report, language).len() as u16 }.write(sheet)?;
    Ok(workbook.save_to_buffer()?)
}

struct Writing<'a> {
    report: &'a Report,
    language: Language,
    formats: Formats,
    /// How many columns name the rows.
    stub: u16,
}

impl Writing<'_> {
    fn last(&self) -> u16 {
        self.stub + self.report.columns.len() as u16 - 1
    }

    fn write(&self, sheet: &mut Worksheet) -> Result<(), XlsxError> {
        self.above(sheet)?;
        let first = self.headings(sheet)?;
        self.body(sheet, first)?;
        let end = self.notes(sheet, first + self.report.rows.len() as u32)?;
        sheet.set_column_width(0, 6)?;
        sheet.set_column_width(1, 28)?;
        sheet.set_landscape();
        sheet.set_paper_size(9);
        sheet.set_print_fit_to_pages(1, 0);
        sheet.set_repeat_rows(ABOVE, first - 1)?;
        sheet.set_print_area(0, 0, end, self.last())?;
        sheet.set_freeze_panes(first, self.stub)?;
        sheet.set_footer("&C&P/&N");
        Ok(())
    }

    /// What stands above the table.
    fn above(&self, sheet: &mut Worksheet) -> Result<(), XlsxError> {
        let (language, formats, last) = (self.language, &self.formats, self.last());
        let half = (last / 2).max(1);
        let nation = pick(language, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "SOCIALIST REPUBLIC OF VIET NAM");
        let motto = pick(language, "Độc lập - Tự do - Hạnh phúc", "Independence - Freedom - Happiness");
        for (row, line) in (0..).zip(committee(&self.report.area, language)) {
            sheet.merge_range(row, 0, row, half - 1, &line, &formats.organ)?;
        }
        sheet.merge_range(0, half, 0, last, nation, &formats.organ)?;
        sheet.merge_range(1, half, 1, last, motto, &formats.organ)?;
        sheet.merge_range(3, 0, 3, last, &title(self.report, language), &formats.title)?;
        sheet.set_row_height(3, 34)?;
        let mark = self.report.basis.mark(language).map_or(String::new(), |mark| format!(" ({mark})"));
        sheet.merge_range(4, 0, 4, last, &format!("{}{mark}", subtitle(self.report, language)), &formats.subtitle)?;
        Ok(())
    }

    /// The headings and the row of numbers; the row after them.
    fn headings(&self, sheet: &mut Worksheet) -> Result<u32, XlsxError> {
        let (format, columns) = (&self.formats.head, &self.report.columns);
        let head = head(columns, self.language);
        let depth = head.len() as u32;
        for (place, name) in stub(self.report, self.language).iter().enumerate() {
            cells(sheet, (ABOVE, place as u16), (ABOVE + depth - 1, place as u16), name, format)?;
            let letter = ["A", "B", "C"][place];
            sheet.write_string_with_format(ABOVE + depth, place as u16, letter, &self.formats.letter)?;
        }
        for (level, row) in head.iter().enumerate() {
            for cell in row {
                let (top, left) = (ABOVE + level as u32, self.stub + cell.column as u16);
                let end = (top + cell.rowspan as u32 - 1, left + cell.colspan as u16 - 1);
                cells(sheet, (top, left), end, &cell.text, format)?;
            }
            // A heading at the leaf tells most and needs room.
            sheet.set_row_height(ABOVE + level as u32, if level + 1 == head.len() { 62 } else { 30 })?;
        }
        for (place, column) in columns.iter().enumerate() {
            let at = self.stub + place as u16;
            sheet.write_string_with_format(ABOVE + depth, at, column.letter(), &self.formats.letter)?;
        }
        sheet.set_row_height(ABOVE + depth, 30)?;
        Ok(ABOVE + depth + 1)
    }

    fn body(&self, sheet: &mut Worksheet, first: u32) -> Result<(), XlsxError> {
        let (report, language) = (self.report, self.language);
        let per_unit = if report.form.by_part { 2 } else { 1 };
        for (place, row) in report.rows.iter().enumerate() {
            let at = first + place as u32;
            let strong = row.depth == 0 || report.rows.get(place + per_unit).is_some_and(|next| next.depth > row.depth);
            let text = Formats::body(strong, None);
            if place % per_unit == 0 {
                let end = at + per_unit as u32 - 1;
                cells(sheet, (at, 0), (end, 0), &row.number, &text)?;
                cells(sheet, (at, 1), (end, 1), unit(row, language), &text)?;
            }
            if let Some(of) = row.part {
                sheet.write_string_with_format(at, 2, part(of, language), &text)?;
            }
            for (number, column) in report.columns.iter().enumerate() {
                let to = self.stub + number as u16;
                let format = Formats::body(strong, Some(if column.is_rate() { "#,##0.00" } else { "#,##0" }));
                let cell = cell(report, row, number, column);
                match (cell, self.formula(place, at, number)) {
                    (Cell::Unknown | Cell::NoRate, _) => {
                        let sign = if cell == Cell::Unknown { UNKNOWN } else { NO_RATE };
                        sheet.write_string_with_format(at, to, sign, &format)?;
                    }
                    (cell, Some(formula)) => {
                        let formula = Written::new(formula).set_result(value(cell).to_string());
                        sheet.write_formula_with_format(at, to, formula, &format)?;
                    }
                    (cell, None) => {
                        sheet.write_number_with_format(at, to, value(cell), &format)?;
                    }
                }
            }
        }
        Ok(())
    }

    /// The formula of a cell: the one under the heading; else, where a unit's figure is the sum of those below, that sum.
    fn formula(&self, place: usize, at: u32, number: usize) -> Option<String> {
        let report = self.report;
        let column = &report.columns[number];
        let name = |row: u32, column: u16| rust_xlsxwriter::utility::row_col_to_cell(row, column);
        let of = |no: &str| {
            let place = report.columns.iter().position(|column| column.no == no)?;
            Some(name(at, self.stub + place as u16))
        };
        match &column.formula {
            Some(Formula::Rate { part, whole }) => Some(format!("={}/{}*100", of(part)?, of(whole)?)),
            Some(Formula::Sum(terms)) => {
                let mut formula = "=".to_owned();
                for (adds, no) in terms {
                    formula.push(if *adds { '+' } else { '-' });
                    formula.push_str(&of(no)?);
                }
                Some(formula.replacen("=+", "=", 1))
            }
            Some(_) => None,
            None if column.sums => {
                let row = &report.rows[place];
                let below = report.rows.iter().enumerate().skip(place + 1);
                let below = below.take_while(|(_, other)| other.depth > row.depth || other.unit == row.unit);
                let below: Vec<String> = below
                    .filter(|(_, other)| other.depth == row.depth + 1 && other.part == row.part)
                    .map(|(other, _)| name(at + (other - place) as u32, self.stub + number as u16))
                    .collect();
                (!below.is_empty()).then(|| format!("={}", below.join("+")))
            }
            None => None,
        }
    }

    /// What the report rests on, under the table; the last row.
    fn notes(&self, sheet: &mut Worksheet, after: u32) -> Result<u32, XlsxError> {
        let words =
            self.report.unknown.iter().chain(&self.report.notes).map(|words| words.get(self.language).to_owned());
        let mut at = after;
        for note in words.chain(foot(self.report, self.language)) {
            at += 1;
            sheet.merge_range(at, 0, at, self.last(), &note, &self.formats.note)?;
        }
        Ok(at)
    }
}

fn value(cell: Cell) -> f64 {
    match cell {
        Cell::Count(count) => count as f64,
        Cell::Rate(part, whole) => part as f64 / whole as f64 * 100.0,
        Cell::Unknown | Cell::NoRate => 0.0,
    }
}

/// One text over one or several cells.
fn cells(
    sheet: &mut Worksheet,
    (top, left): (u32, u16),
    (bottom, right): (u32, u16),
    text: &str,
    format: &Format,
) -> Result<(), XlsxError> {
    if (top, left) == (bottom, right) {
        sheet.write_string_with_format(top, left, text, format)?;
    } else {
        sheet.merge_range(top, left, bottom, right, text, format)?;
    }
    Ok(())
}
