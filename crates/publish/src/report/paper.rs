//! A report as a paper: the template `report.typ` sets what stands here.

use super::layout::{HeadCell, head};
use super::told::{cell, foot, part, stub, title, unit};
use super::{Basis, Report, ReportError, Words, check};
use crate::chart::Drawn;
use crate::document::{Paper, Signer, Templates, committee, pdf as set};
use serde::Serialize;
use vuon_policy::model::Language;
use vuon_policy::words::pick;

/// What the template sets.
#[derive(Serialize)]
pub(super) struct Data {
    pub paper: Paper,
    pub table: Table,
    /// How households went from status to status.
    pub flows: Option<Drawn>,
    pub notes: Vec<String>,
}

#[derive(Serialize)]
pub(super) struct Table {
    /// The size of the letters, in points.
    pub size: f64,
    /// How many columns name the rows.
    pub stub: usize,
    /// Whether the others hold crosses, and not figures.
    pub centred: bool,
    /// How wide each column is, as a share.
    pub widths: Vec<f64>,
    pub head: Vec<Vec<HeadCell>>,
    pub letters: Vec<String>,
    pub rows: Vec<Line>,
}

#[derive(Serialize)]
pub(super) struct Line {
    pub strong: bool,
    pub cells: Vec<BodyCell>,
}

#[derive(Serialize)]
pub(super) struct BodyCell {
    pub text: String,
    pub rowspan: usize,
}

/// Sets a report.
///
/// # Errors
/// [`ReportError::Broken`] when it breaks its identities, [`ReportError::Document`].
pub fn pdf(report: &Report, templates: &Templates, language: Language) -> Result<Vec<u8>, ReportError> {
    check(report)?;
    let transitions = report.transitions.zip(report.basis.from);
    let picture = transitions.and_then(|(made, from)| made.picture((from, report.basis.to), language));
    let (flows, file) = picture.map(|picture| picture.drawn("flows.svg")).unzip();
    let pictures: Vec<_> = file.into_iter().collect();
    let (table, notes) = (table(report, language), notes(report, language));
    let data = Data { paper: face(report, language), table, flows, notes };
    Ok(set(templates, "report.typ", &data, &pictures)?)
}

fn face(report: &Report, language: Language) -> Paper {
    let paper = reported(&report.area, title(report, language), &report.basis, language);
    Paper { foot: foot(report, language), ..paper }
}

/// The face of what a people's committee reports.
pub(super) fn reported(area: &str, title: String, basis: &Basis, language: Language) -> Paper {
    let dots = pick(language, "…, ngày … tháng … năm …", "…, on …");
    Paper {
        language: pick(language, "vi", "en"),
        organ: committee(area, language),
        number: Some("…/BC-UBND".to_owned()),
        place_and_day: Some(dots.to_owned()),
        title,
        subtitle: Some(format!("{area}, {}", basis.period(language))),
        recipients: [("UBND cấp trên", "The committee above"), ("Lưu: VT", "File")]
            .map(|(vi, en)| pick(language, vi, en).to_owned())
            .to_vec(),
        signers: vec![Signer {
            role: vec![
                pick(language, "TM. ỦY BAN NHÂN DÂN", "ON BEHALF OF THE PEOPLE'S COMMITTEE").to_owned(),
                pick(language, "CHỦ TỊCH", "CHAIR").to_owned(),
            ],
            note: Some(pick(language, "(Ký, ghi rõ họ tên, đóng dấu)", "(signature, name, seal)").to_owned()),
            name: None,
        }],
        foot: basis.lines(language),
        landscape: true,
        mark: basis.mark(language),
    }
}

fn notes(report: &Report, language: Language) -> Vec<String> {
    let words = report.unknown.iter().chain(&report.notes).map(|words: &Words| words.get(language).to_owned());
    words.collect()
}

fn table(report: &Report, language: Language) -> Table {
    let stub = stub(report, language);
    let mut rows = head(&report.columns, language);
    let depth = rows.len();
    let named = |text: &&str| HeadCell { text: (*text).to_owned(), column: 0, colspan: 1, rowspan: depth };
    let first: Vec<HeadCell> = stub.iter().map(named).chain(rows.remove(0)).collect();
    let letters = ["A", "B", "C"].into_iter().take(stub.len()).map(str::to_owned);
    let columns = report.columns.len();
    let widths = [0.55, if columns > 16 { 2.4 } else { 3.0 }, 1.3];
    Table {
        size: if columns > 18 { 6.5 } else { 8.0 },
        stub: stub.len(),
        centred: false,
        widths: widths.into_iter().take(stub.len()).chain(vec![1.0; columns]).collect(),
        head: [first].into_iter().chain(rows).collect(),
        letters: letters.chain(report.columns.iter().map(super::layout::Column::letter)).collect(),
        rows: lines(report, language),
    }
}

fn lines(report: &Report, language: Language) -> Vec<Line> {
    let per_unit = if report.form.by_part { 2 } else { 1 };
    let line = |(place, row): (usize, &super::Row)| {
        let text = |text: String| BodyCell { text, rowspan: 1 };
        let mut cells = Vec::new();
        // The unit's name stands once, beside both of its rows.
        if place % per_unit == 0 {
            cells.push(BodyCell { text: row.number.clone(), rowspan: per_unit });
            cells.push(BodyCell { text: unit(row, language).to_owned(), rowspan: per_unit });
        }
        cells.extend(row.part.map(|of| text(part(of, language).to_owned())));
        let figures = report.columns.iter().enumerate();
        cells.extend(figures.map(|(at, column)| text(cell(report, row, at, column).text(language))));
        Line {
            strong: row.depth == 0 || report.rows.get(place + per_unit).is_some_and(|next| next.depth > row.depth),
            cells,
        }
    };
    report.rows.iter().enumerate().map(line).collect()
}
