//! The official reports: layouts as data, figures as plain values, identities checked before anything is written.
//!
//! In: figures of the register ([`collect`]), and of the residents from outside of it. Out: a [`Report`], a plain value;
//! from it a workbook ([`xlsx`]) or a paper ([`pdf`]). What must always be true: [`check`] stands before both, so a report
//! that breaks what is printed under its own headings is never written; what the register does not know is told by name
//! and never printed as 0.

mod basis;
mod check;
mod collect;
pub mod formula;
mod key;
pub mod layout;
pub mod list;
mod paper;
mod residents;
mod told;
mod transitions;
mod unasked;
mod words;
mod xlsx;

pub use basis::Basis;
pub use check::{Broken, check};
pub(crate) use collect::named;
pub use collect::{Asked, causes, collect, collect_every, not_to_come, refused};
pub use paper::pdf;
pub use residents::{Residents, ResidentsError};
pub use transitions::Transitions;
pub use words::Words;
pub use xlsx::xlsx;

use jiff::civil::Date;
use layout::{Column, Form};
use serde::Serialize;
use vuon_policy::model::Language;
use vuon_registry::RegistryError;

/// A report, before it is set.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Report {
    /// Which form.
    pub form: Form,
    /// Its columns.
    pub columns: Vec<Column>,
    /// The area, with its kind.
    pub area: String,
    /// What it rests on.
    pub basis: Basis,
    /// The rows: the area first.
    pub rows: Vec<Row>,
    /// Of a movement, how the households of the area went from status to status.
    pub transitions: Option<Transitions>,
    /// What the register does not know: the columns without figures, and why.
    pub unknown: Vec<Words>,
    /// What a reader should know besides.
    pub notes: Vec<Words>,
}

/// Of what a row tells, where a unit has two.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Part {
    /// Households.
    Households,
    /// Persons.
    Persons,
}

/// A row.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Row {
    /// Its number, such as `1.2`; none for the area itself.
    pub number: String,
    /// The unit's name, with its kind; empty for households in no hamlet.
    pub unit: String,
    /// How deep it stands: 0 is the area.
    pub depth: usize,
    /// Households or persons.
    pub part: Option<Part>,
    /// By column; nothing where the register does not know. Of a rate, nothing: it is computed.
    pub values: Vec<Option<i64>>,
}

/// Why there is no report.
#[derive(Debug, thiserror::Error)]
pub enum ReportError {
    /// No report has this name.
    #[error("there is no report `{0}`")]
    NoReport(String),
    /// The register refused.
    #[error(transparent)]
    Registry(#[from] RegistryError),
    /// The register does not hold what the report tells.
    #[error("{}", .0.en)]
    NotKnown(Words),
    /// Numbers of residents are needed and not given.
    #[error("the number of residents is missing: {}", .0.join(", "))]
    NoResidents(Vec<String>),
    /// The movement needs its first day.
    #[error("a movement needs the day it begins with")]
    NoFrom,
    /// The map has no shapes of these units.
    #[error("the map has no shape of: {}", .0.join(", "))]
    NoShapes(Vec<String>),
    /// It is too long for a paper.
    #[error("{}", .0.en)]
    TooLong(Words),
    /// It breaks its own identities.
    #[error("the report does not add up: {}", .0.iter().map(|broken| broken.text(Language::En)).collect::<Vec<_>>().join("; "))]
    Broken(Vec<Broken>),
    /// The workbook cannot be written.
    #[error(transparent)]
    Workbook(#[from] rust_xlsxwriter::XlsxError),
    /// The paper cannot be set.
    #[error(transparent)]
    Document(#[from] crate::document::DocumentError),
}

impl ReportError {
    /// In a language; what the register refused is its own sentence, which the program says.
    pub fn text(&self, language: Language) -> String {
        match (self, language) {
            (ReportError::NotKnown(words) | ReportError::TooLong(words), language) => words.get(language).to_owned(),
            (ReportError::Broken(broken), Language::Vi) => {
                let rows: Vec<String> = broken.iter().map(|broken| broken.text(Language::Vi)).collect();
                format!("báo cáo không khớp, không xuất: {}", rows.join("; "))
            }
            (ReportError::NoReport(name), Language::Vi) => format!("không có báo cáo `{name}`"),
            (ReportError::NoResidents(units), Language::Vi) => {
                format!("thiếu tổng số hộ dân cư, nhân khẩu của: {}", units.join(", "))
            }
            (ReportError::NoShapes(units), Language::Vi) => {
                format!("bản đồ không có hình của: {}", units.join(", "))
            }
            (ReportError::NoFrom, Language::Vi) => "báo cáo diễn biến cần ngày đầu kỳ".to_owned(),
            (ReportError::Workbook(error), Language::Vi) => format!("không ghi được tệp XLSX: {error}"),
            (ReportError::Document(error), Language::Vi) => format!("không dàn được trang giấy: {error}"),
            (other, _) => other.to_string(),
        }
    }
}

/// The end of the year before, from which the yearly reports tell movements.
pub fn year_before(to: Date) -> Date {
    jiff::civil::date(to.year() - 1, 12, 31)
}
