//! A report as a paper: the template `report.typ` sets what stands here.

use super::layout::head;
use super::told::{cell, foot, mark, part, stub, subtitle, title, unit};
use super::{Report, ReportError, Words, check};
use crate::document::{Paper, Signer, Templates, pdf as set};
use serde::Serialize;
use vuon_policy::model::Language;
use vuon_policy::words::pick;

#[derive(Serialize)]
struct Data {
    paper: Paper,
    table: Table,
    notes: Vec<String>,
}

#[derive(Serialize)]
struct Table {
    /// The size of the letters, in points.
    size: f64,
    /// How many columns name the rows.
    stub: usize,
    /// How wide each column is, as a share.
    widths: Vec<f64>,
    head: Vec<Vec<HeadCell>>,
    letters: Vec<String>,
    rows: Vec<Line>,
}

#[derive(Serialize)]
struct HeadCell {
    text: String,
    colspan: usize,
    rowspan: usize,
}

#[derive(Serialize)]
struct Line {
    strong: bool,
    cells: Vec<BodyCell>,
}

#[derive(Serialize)]
struct BodyCell {
    text: String,
    rowspan: usize,
}

/// Sets a report.
///
/// # Errors
/// [`ReportError::Broken`] when it breaks its identities, [`ReportError::Document`].
pub fn pdf(report: &Report, templates: &Templates, language: Language) -> Result<Vec<u8>, ReportError> {
    check(report)?;
    let data = Data { paper: face(report, language), table: table(report, language), notes: notes(report, language) };
    Ok(set(templates, "report.typ", &data, &[])?)
}

fn face(report: &Report, language: Language) -> Paper {
    let dots = pick(language, "…, ngày … tháng … năm …", "…, on …");
    Paper {
        language: pick(language, "vi", "en"),
        organ: vec![pick(language, "ỦY BAN NHÂN DÂN", "PEOPLE'S COMMITTEE").to_owned(), report.area.to_uppercase()],
        number: Some("…/BC-UBND".to_owned()),
        place_and_day: Some(dots.to_owned()),
        title: title(report, language),
        subtitle: Some(subtitle(report, language)),
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
        foot: foot(report, language),
        landscape: true,
        mark: mark(report, language),
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
    let named = |text: &&str| HeadCell { text: (*text).to_owned(), colspan: 1, rowspan: depth };
    let own =
        |cell: super::layout::HeadCell| HeadCell { text: cell.text, colspan: cell.colspan, rowspan: cell.rowspan };
    let first: Vec<HeadCell> = stub.iter().map(named).chain(rows.remove(0).into_iter().map(own)).collect();
    let rest = rows.into_iter().map(|row| row.into_iter().map(own).collect());
    let letters = ["A", "B", "C"].into_iter().take(stub.len()).map(str::to_owned);
    let columns = report.columns.len();
    let widths = [0.55, if columns > 16 { 2.4 } else { 3.0 }, 1.3];
    Table {
        size: if columns > 18 { 6.5 } else { 8.0 },
        stub: stub.len(),
        widths: widths.into_iter().take(stub.len()).chain(vec![1.0; columns]).collect(),
        head: [first].into_iter().chain(rest).collect(),
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
