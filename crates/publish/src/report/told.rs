//! The words around a report's figures, the same in workbook and paper: title, period, foot, headings of the rows, a figure
//! as it is printed.

use super::check::figure;
use super::formula::Formula;
use super::layout::Column;
use super::{Part, Report, Row};
use vuon_policy::model::Language;
use vuon_policy::words::{grouped, pick};

/// What stands where the register does not know.
pub(super) const UNKNOWN: &str = "…";
/// What stands where there is nothing to divide by: none of nobody is no rate.
pub(super) const NO_RATE: &str = "–";

/// The title, and the form's number.
pub(super) fn title(report: &Report, language: Language) -> String {
    let title = report.form.title.get(language);
    match language {
        Language::Vi => title.to_uppercase(),
        Language::En => title.to_owned(),
    }
}

/// Area and period.
pub(super) fn subtitle(report: &Report, language: Language) -> String {
    format!("{}, {}", report.area, report.basis.period(language))
}

/// What the report rests on.
pub(super) fn foot(report: &Report, language: Language) -> Vec<String> {
    let form = format!("{} {}", pick(language, "Biểu số", "Form"), report.form.form);
    std::iter::once(form).chain(report.basis.lines(language)).collect()
}

/// The headings of the columns that name the rows.
pub(super) fn stub(report: &Report, language: Language) -> Vec<&'static str> {
    let mut stub = vec![pick(language, "TT", "No."), pick(language, "Đơn vị", "Unit")];
    if report.form.by_part {
        stub.push(pick(language, "Phân tổ", "Of"));
    }
    stub
}

/// The name of a row.
pub(super) fn unit(row: &Row, language: Language) -> &str {
    if row.unit.is_empty() { pick(language, "Không thuộc thôn, bản nào", "In no hamlet") } else { &row.unit }
}

/// Households or persons.
pub(super) fn part(part: Part, language: Language) -> &'static str {
    match part {
        Part::Households => pick(language, "Hộ", "Households"),
        Part::Persons => pick(language, "Nhân khẩu", "Persons"),
    }
}

/// A cell.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Cell {
    /// A count.
    Count(i64),
    /// A rate: part and whole.
    Rate(i64, i64),
    /// The register does not know.
    Unknown,
    /// Nothing to divide by.
    NoRate,
}

/// The cell of a column in a row.
pub(super) fn cell(report: &Report, row: &Row, place: usize, column: &Column) -> Cell {
    let rate = |part: Option<i64>, whole: &str| match (part, figure(report, row, whole)) {
        (Some(0), Some(0)) => Cell::NoRate,
        (Some(part), Some(whole)) => Cell::Rate(part, whole),
        _ => Cell::Unknown,
    };
    match &column.formula {
        Some(Formula::Rate { part, whole }) => rate(figure(report, row, part), whole),
        Some(Formula::Share { whole }) => rate(row.values[place], whole),
        _ => row.values[place].map_or(Cell::Unknown, Cell::Count),
    }
}

impl Cell {
    /// As it is printed. A rate has two digits after the point, the half rounded up.
    pub fn text(self, language: Language) -> String {
        match self {
            Cell::Count(count) => grouped(count, language),
            Cell::Rate(part, whole) => {
                let hundredths = (part * 20_000 + whole) / (2 * whole);
                let point = pick(language, ",", ".");
                format!("{}{point}{:02}", grouped(hundredths / 100, language), hundredths % 100)
            }
            Cell::Unknown => UNKNOWN.to_owned(),
            Cell::NoRate => NO_RATE.to_owned(),
        }
    }
}
