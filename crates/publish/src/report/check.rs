//! The identities of a report, checked before it is written: the formulas under its headings, parts within their wholes,
//! and units as the sums of those below them.

use super::formula::Formula;
use super::layout::Column;
use super::{Report, ReportError, Row};
use serde::Serialize;
use vuon_policy::model::Language;

/// An identity that does not hold.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Broken {
    /// The row's number and unit.
    pub row: String,
    /// The identity, in column numbers.
    pub identity: String,
    /// What stands there.
    pub is: i64,
    /// What it should be, or at most be.
    pub should: i64,
}

impl Broken {
    /// In a language.
    pub fn text(&self, language: Language) -> String {
        let Broken { row, identity, is, should } = self;
        match language {
            Language::Vi => format!("dòng {row}: {identity}, có {is}, phải là {should}"),
            Language::En => format!("row {row}: {identity}, is {is}, should be {should}"),
        }
    }
}

/// Checks a report.
///
/// # Errors
/// [`ReportError::Broken`] with every row that does not hold.
pub fn check(report: &Report) -> Result<(), ReportError> {
    let mut broken = Vec::new();
    for row in &report.rows {
        for (place, column) in report.columns.iter().enumerate() {
            one(report, row, place, column, &mut broken);
        }
    }
    sums(report, &mut broken);
    if broken.is_empty() { Ok(()) } else { Err(ReportError::Broken(broken)) }
}

/// The figure of a column of a row by the column's number.
pub(super) fn figure(report: &Report, row: &Row, no: &str) -> Option<i64> {
    let place = report.columns.iter().position(|column| column.no == no)?;
    row.values.get(place).copied().flatten()
}

fn one(report: &Report, row: &Row, place: usize, column: &Column, broken: &mut Vec<Broken>) {
    let told = |identity: String, is, should| Broken { row: name(row), identity, is, should };
    // A rate has no figure of its own, save a share.
    let Some(is) = row.values[place] else { return };
    let whole = match &column.formula {
        Some(Formula::Sum(terms)) => {
            let sum = terms.iter().try_fold(0, |sum, (adds, no)| {
                let term = figure(report, row, no)?;
                Some(if *adds { sum + term } else { sum - term })
            });
            if let Some(should) = sum.filter(|sum| *sum != is) {
                broken.push(told(column.letter(), is, should));
            }
            column.within.as_ref()
        }
        Some(Formula::Share { whole }) => Some(whole),
        _ => column.within.as_ref(),
    };
    if let Some((no, whole)) = whole.and_then(|no| Some((no, figure(report, row, no)?)))
        && is > whole
    {
        broken.push(told(format!("{} ≤ {no}", column.no), is, whole));
    }
    if is < 0 {
        broken.push(told(format!("{} ≥ 0", column.no), is, 0));
    }
}

/// Each unit against those directly below it.
fn sums(report: &Report, broken: &mut Vec<Broken>) {
    for (place, row) in report.rows.iter().enumerate() {
        let below: Vec<&Row> = report.rows[place + 1..]
            .iter()
            .take_while(|other| other.depth > row.depth || (other.depth == row.depth && other.unit == row.unit))
            .filter(|other| other.depth == row.depth + 1 && other.part == row.part)
            .collect();
        if below.is_empty() {
            continue;
        }
        for (at, column) in report.columns.iter().enumerate().filter(|(_, column)| column.sums) {
            let sum = below.iter().try_fold(0, |sum, row| Some(sum + row.values[at]?));
            if let Some((is, should)) = row.values[at].zip(sum)
                && is != should
            {
                broken.push(Broken { row: name(row), identity: format!("Σ {}", column.no), is, should });
            }
        }
    }
}

fn name(row: &Row) -> String {
    format!("{} {}", row.number, row.unit).trim().to_owned()
}
