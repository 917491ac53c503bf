//! The public's window: a site of plain files about an area, in Vietnamese and English, that is read without a script.
//!
//! In: a desk ([`collect`]) and the [`Ledger`] of what was published before. Out: a [`Window`], a plain value that holds
//! nothing but what is public, and from it the [`files`] of the site: pages, tables as CSV and Parquet with a data
//! dictionary, a DCAT catalogue, and allocations that anyone can compute again.
//!
//! What must always be true: every count stands in the ledger of releases, as it was counted or hidden; a year is told only
//! once it is over; nothing is told of hamlets, and of what is sensitive nothing at all.

mod facts;
mod movements;
mod open_data;
mod pages;
mod release;
mod support;

pub use facts::{Facts, Place, Target, UnitFacts, YearFacts, collect};
pub use release::release;

use crate::chart::Shapes;
use crate::disclosure::{Level, Refused, Rule, TableError};
use crate::report::{ReportError, Words};
use jiff::civil::Date;
use std::collections::BTreeMap;
use vuon_policy::model::Language;
use vuon_programme::published::Published;
use vuon_registry::RegistryError;

/// A file that every site has, by which a folder is known for one.
pub const MARK: &str = "data/catalog.jsonld";

const CSV: (&str, &str) = ("csv", "text/csv");
const PARQUET: (&str, &str) = ("parquet", "application/vnd.apache.parquet");

/// The media types of a site's files, by the ending of their names. A server hands out files with these endings alone.
pub const MEDIA: [(&str, &str); 7] = [
    ("html", "text/html"),
    ("css", "text/css"),
    ("svg", "image/svg+xml"),
    CSV,
    PARQUET,
    ("json", "application/json"),
    ("jsonld", "application/ld+json"),
];

/// What is public about an area.
#[derive(Clone, Debug)]
pub struct Window {
    /// The area: `list:code`, or a list's name.
    pub area: String,
    /// Its name, with its kind.
    pub name: String,
    /// The day of publication.
    pub today: Date,
    /// Whether the data are made up.
    pub demo: bool,
    /// The packs that statuses rest on.
    pub packs: Vec<String>,
    /// The rule of disclosure control.
    pub rule: Rule,
    /// The years, the first first.
    pub years: Vec<Year>,
    /// The targets.
    pub targets: Vec<Target>,
    /// The allocations.
    pub allocations: Vec<Allocation>,
    /// What is not published, and why.
    pub withheld: Vec<Words>,
    /// The last day on which something new was published.
    pub modified: String,
    /// Who publishes.
    pub publisher: String,
    /// The address of the licence that the data are under, where whoever publishes names one.
    pub license: Option<String>,
    /// The shapes of the units directly below the area, where whoever publishes gives a map; else each is a tile.
    pub shapes: Option<Shapes>,
}

/// A year. `None` is a count that is hidden.
#[derive(Clone, Debug)]
pub struct Year {
    /// The year.
    pub year: i16,
    /// The area and the units below it that ever had a list, parents first; none where the results are withheld.
    pub units: Vec<Unit>,
    /// How many of the lowest units these are.
    pub with_a_list: usize,
    /// How many of the lowest units there are.
    pub all: usize,
    /// The units directly below the area, whether or not they had a list.
    pub below: Vec<Place>,
    /// Deprivations of the area and of provinces below it.
    pub deprivations: Vec<Deprivation>,
    /// Why there are none.
    pub no_deprivations: Option<NoDeprivations>,
    /// Who left and came since the year before; nothing where it is not known or withheld.
    pub movements: Option<Vec<Movement>>,
    /// What schemes paid; nothing where it is not known or withheld.
    pub schemes: Option<Vec<Scheme>>,
    /// Projects; nothing where they are not known or withheld.
    pub projects: Option<Vec<Project>>,
    /// Complaints; nothing where they are withheld.
    pub complaints: Option<Complaints>,
}

/// A unit.
#[derive(Clone, Debug)]
pub struct Unit {
    /// `list:code`.
    pub id: String,
    /// Its name, with its kind.
    pub name: String,
    /// How large it is.
    pub level: Level,
    /// How many units stand above it.
    pub depth: usize,
    /// Poor households.
    pub poor: Option<i64>,
    /// Near-poor households.
    pub near_poor: Option<i64>,
}

/// An indicator of the households of a list.
#[derive(Clone, Debug)]
pub struct Deprivation {
    /// The unit.
    pub unit: String,
    /// `poor` or `near_poor`.
    pub list: &'static str,
    /// The indicator.
    pub indicator: String,
    /// What it is called.
    pub label: Words,
    /// Households that are deprived.
    pub yes: Option<i64>,
    /// Households that are not.
    pub no: Option<i64>,
    /// Households of which it is not known.
    pub unknown: Option<i64>,
}

/// Why no deprivations are told of a year.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum NoDeprivations {
    /// The area is smaller than a province.
    SmallArea,
    /// No household on a list has signed answers.
    NoForms,
    /// Households were judged by standards with different indicators.
    SeveralStandards,
    /// They could not be told without telling of a few.
    Withheld,
}

/// Households of a unit that left a list or came to it within a year. Who moved in or away is not told.
#[derive(Clone, Debug)]
pub struct Movement {
    /// The unit.
    pub unit: String,
    /// Its name, with its kind.
    pub name: String,
    /// By the name of the movement, in the order of [`MOVES`].
    pub households: [Option<i64>; 8],
}

/// The movements that are told, by their names in tables.
pub const MOVES: [&str; 8] = [
    "poor_to_near_poor",
    "poor_escaped",
    "near_poor_escaped",
    "near_poor_to_poor",
    "poor_relapsed",
    "poor_new",
    "near_poor_relapsed",
    "near_poor_new",
];

/// A scheme in a year and place.
#[derive(Clone, Debug)]
pub struct Scheme {
    /// The area, or a unit directly below it.
    pub unit: String,
    /// Its name, with its kind.
    pub name: String,
    /// Its id.
    pub id: String,
    /// What it is called.
    pub label: Words,
    /// Households, persons or groups that something was paid to.
    pub recipients: Option<i64>,
    /// What was paid, in đồng.
    pub paid: Option<i64>,
}

/// Projects of a scheme in a year and place.
#[derive(Clone, Debug)]
pub struct Project {
    /// The area, or a unit directly below it.
    pub unit: String,
    /// Its name, with its kind.
    pub name: String,
    /// The scheme's id.
    pub id: String,
    /// What the scheme is called.
    pub label: Words,
    /// Approved in the year.
    pub approved: Option<i64>,
    /// What the programme gives to these, in đồng.
    pub budget: Option<i64>,
    /// Closed in the year.
    pub closed: Option<i64>,
    /// What was spent on these, in đồng.
    pub spent: Option<i64>,
}

/// Complaints received in a year, as they stood at its end.
#[derive(Clone, Copy, Debug)]
pub struct Complaints {
    /// All.
    pub received: Option<i64>,
    /// Answered in time.
    pub in_time: Option<i64>,
    /// Answered late.
    pub late: Option<i64>,
    /// Not answered though due.
    pub overdue: Option<i64>,
    /// Not due yet.
    pub waiting: Option<i64>,
}

/// An allocation.
#[derive(Clone, Debug)]
pub struct Allocation {
    /// The formula and, where it is whole, the figures and what came out.
    pub published: Published,
    /// Whether its units are told, so that anyone can compute it again.
    pub whole: bool,
}

/// Why there is no site.
#[derive(Debug, thiserror::Error)]
pub enum SiteError {
    /// The register does not hold it.
    #[error(transparent)]
    Report(#[from] ReportError),
    /// Facts contradict each other, or the ledger.
    #[error(transparent)]
    Refused(#[from] Refused),
    /// A table is none that may be published.
    #[error(transparent)]
    Table(#[from] TableError),
    /// A file cannot be written.
    #[error(transparent)]
    Csv(#[from] csv::Error),
    /// A table cannot be written.
    #[error(transparent)]
    Parquet(#[from] vuon_population::table_problem::TableProblem),
    /// The catalogue or an allocation cannot be written.
    #[error(transparent)]
    Json(#[from] serde_json::Error),
    /// A text stands among numbers.
    #[error("a text stands in a column of numbers of the table {0}")]
    NoNumber(&'static str),
    /// A population was counted again too often.
    #[error("{0} was counted again more often than editions are kept")]
    Editions(String),
}

impl From<RegistryError> for SiteError {
    fn from(error: RegistryError) -> Self {
        SiteError::Report(error.into())
    }
}

impl SiteError {
    /// In a language.
    pub fn text(&self, language: Language) -> String {
        match (self, language) {
            (SiteError::Report(error), language) => error.text(language),
            (SiteError::Refused(Refused::Contradiction(error)), Language::Vi) => {
                format!("số liệu công bố mâu thuẫn nhau: hai bảng nói khác nhau về {}", error.cell)
            }
            (SiteError::Table(error), Language::Vi) => format!("bảng này không được công bố: {}", error.vietnamese()),
            (SiteError::Csv(error), Language::Vi) => format!("không ghi được tệp CSV: {error}"),
            (SiteError::Parquet(error), language) => error.tell(language),
            (SiteError::Json(error), Language::Vi) => format!("không ghi được tệp JSON: {error}"),
            (SiteError::NoNumber(table), Language::Vi) => format!("bảng {table} có chữ trong cột số"),
            (SiteError::Editions(what), Language::Vi) => format!("{what} đã được tính lại quá nhiều lần"),
            (error, _) => error.to_string(),
        }
    }
}

/// The files of the site by their path.
///
/// # Errors
/// [`ReportError::NoShapes`] when the map lacks a unit, [`SiteError::Csv`], [`SiteError::Parquet`].
pub fn files(window: &Window) -> Result<BTreeMap<String, Vec<u8>>, SiteError> {
    let missing = pages::missing(window);
    if !missing.is_empty() {
        return Err(SiteError::Report(ReportError::NoShapes(missing)));
    }
    let mut files = pages::pages(window);
    files.extend(open_data::files(window)?);
    files.insert("style.css".into(), include_bytes!("../../site/site.css").to_vec());
    files.insert("icon.svg".into(), include_bytes!("../../site/icon.svg").to_vec());
    Ok(files)
}
