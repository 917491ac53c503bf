//! The briefing of two pages for a steering committee: targets, trend, support, where the poor households are, and three
//! things to decide.
//!
//! In: a desk and, where the pack has schemes, its office for support. Out: a [`Briefing`], a plain value, which the template
//! `briefing.typ` sets. What must always be true: a year of which the register knows no list is left out and not drawn as 0,
//! and no line joins totals of one commune with totals of four; a thing to decide is told with the figure it rests on, and where fewer than three show, fewer are told; a map that lacks
//! a unit is refused.

mod collect;
mod decide;
mod drawn;

pub(crate) use collect::office;
pub use collect::{Asked, collect};

use crate::chart::{Drawn, Shapes};
use crate::document::{Paper, Templates, pdf as set};
use crate::report::ReportError;
use serde::Serialize;

/// A briefing.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Briefing {
    /// What stands around it.
    pub paper: Paper,
    /// The targets of the programme.
    pub targets: Vec<Target>,
    /// The ends of years, the first first.
    pub trend: Vec<Year>,
    /// Where the trend breaks: years that cannot be compared are no line.
    pub breaks: Vec<Break>,
    /// Support of the year: names and values.
    pub support: Vec<[String; 2]>,
    /// The units below, most poor households first.
    pub units: Vec<Unit>,
    /// The units that are not among them, together.
    pub other_units: Option<Unit>,
    /// Every unit below, as its list has them: what the map shows.
    pub places: Vec<Place>,
    /// What there is to decide, at most three.
    pub decisions: Vec<Decision>,
    /// What the register does not know.
    pub unknown: Vec<String>,
}

/// A target and how it stands.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Target {
    /// Its name.
    pub label: String,
    /// The last year of which it is known.
    pub year: Option<i64>,
    /// The poverty rate that was to be reached then; nothing of a target that is set for another level.
    pub wanted: Option<String>,
    /// The poverty rate of then, among the households in the register.
    pub rate: Option<String>,
    /// How it stands, in words.
    pub stands: String,
}

/// The end of a year.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Year {
    /// The day, as it is written.
    pub day: String,
    /// Poor households.
    pub poor: i64,
    /// Near-poor households.
    pub near_poor: i64,
}

/// A day of the trend whose totals are of other communes than those of the day before.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Break {
    /// Its place in the trend.
    pub place: usize,
    /// What breaks there, in words.
    pub told: String,
}

/// A unit.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Unit {
    /// `list:code`; a hamlet's id; empty for a sum of units.
    pub area: String,
    /// Its name.
    pub name: String,
    /// Poor households at the beginning of the year.
    pub before: i64,
    /// And now.
    pub poor: i64,
    /// Near-poor households now.
    pub near_poor: i64,
    /// Households that came to the poor within the year: newly arising, relapsed, from the near-poor.
    pub became: i64,
}

/// A unit on the map.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Place {
    /// `list:code`; a hamlet's id.
    pub area: String,
    /// Its name.
    pub name: String,
    /// Poor households now.
    pub poor: i64,
}

/// A thing to decide.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Decision {
    /// What the register shows.
    pub shows: String,
    /// What is to be decided.
    pub question: String,
}

/// Sets a briefing; with shapes the units are drawn as a map, and else as tiles.
///
/// # Errors
/// [`ReportError::NoShapes`] when the map lacks a unit, [`ReportError::Document`].
pub fn pdf(briefing: &Briefing, templates: &Templates, shapes: Option<&Shapes>) -> Result<Vec<u8>, ReportError> {
    #[derive(Serialize)]
    struct Data<'a> {
        #[serde(flatten)]
        briefing: &'a Briefing,
        trend_drawn: Drawn,
        map: Option<Drawn>,
    }
    let (trend_drawn, lines) = drawn::trend(briefing).drawn("trend.svg");
    let (map, drawing) = drawn::map(briefing, shapes)?.map(|picture| picture.drawn("map.svg")).unzip();
    let pictures: Vec<_> = [lines].into_iter().chain(drawing).collect();
    Ok(set(templates, "briefing.typ", &Data { briefing, trend_drawn, map }, &pictures)?)
}
