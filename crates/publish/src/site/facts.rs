//! What the register and the programme know of an area, by year. Nothing here may be published as it is.

use super::SiteError;
use crate::briefing::office;
use crate::disclosure::Level;
use crate::report::{ReportError, Words};
use jiff::civil::{Date, date};
use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};
use vuon_policy::exact::Exact;
use vuon_policy::explain::cite;
use vuon_policy::model::Language;
use vuon_policy::program::Program;
use vuon_policy::support::Goal;
use vuon_policy::words;
use vuon_programme::paid::SchemePaid;
use vuon_programme::projects::ProjectsHere;
use vuon_programme::published::Published;
use vuon_registry::cases::ComplaintCounts;
use vuon_registry::figures::{Figures, ListFigures, UnitFigures};
use vuon_registry::flows::Flows;
use vuon_registry::{Desk, RegistryError};

/// How many years are looked at.
const YEARS: i16 = 6;

/// The facts of an area.
#[derive(Clone, Debug)]
pub struct Facts {
    /// The area: `list:code`, or a list's name.
    pub area: String,
    /// Its name, with its kind.
    pub name: String,
    /// The day on which the register was asked.
    pub today: Date,
    /// Whether the data are made up.
    pub demo: bool,
    /// The packs that statuses rest on.
    pub packs: BTreeSet<String>,
    /// The years that are over and of which a list is known, the first first.
    pub years: Vec<YearFacts>,
    /// The targets.
    pub targets: Vec<Target>,
    /// The allocations that were decided, of the area's own capital.
    pub allocations: Vec<Published>,
    /// What schemes are called.
    pub schemes: BTreeMap<String, Words>,
}

/// A year that is over.
#[derive(Clone, Debug)]
pub struct YearFacts {
    /// The year.
    pub year: i16,
    /// The area and the units below it down to communes, parents first; those alone that ever had a list.
    pub units: Vec<UnitFacts>,
    /// How many units without units below them there are, whether or not they had a list.
    pub all: usize,
    /// The area and the units directly below it, whether or not they had a list.
    pub places: Vec<Place>,
    /// What indicators are called; empty where households were judged by different standards.
    pub indicators: Vec<(String, Words)>,
    /// Who left and came since the end of the year before: of the area and the units directly below it, those alone whose
    /// lists are of the same units on both days. Nothing where movements and lists do not agree.
    pub movements: Option<Vec<Flows>>,
    /// What schemes paid in each place, or in the whole area; nothing where the pack has none.
    pub paid: Option<Vec<SchemePaid>>,
    /// The projects of each place, or of the whole area; nothing where the pack has no schemes.
    pub projects: Option<Vec<ProjectsHere>>,
    /// How complaints were answered.
    pub complaints: ComplaintCounts,
}

/// The area, or a unit directly below it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Place {
    /// `list:code`.
    pub id: String,
    /// Its name, with its kind.
    pub name: String,
    /// How large it is.
    pub level: Level,
}

/// A unit at the end of a year.
#[derive(Clone, Debug)]
pub struct UnitFacts {
    /// `list:code`.
    pub id: String,
    /// Its name, with its kind.
    pub name: String,
    /// How large it is.
    pub level: Level,
    /// The unit above.
    pub parent: Option<String>,
    /// The poor.
    pub poor: ListFigures,
    /// The near-poor.
    pub near_poor: ListFigures,
}

/// A target.
#[derive(Clone, Debug)]
pub struct Target {
    /// What is to be reached.
    pub label: Words,
    /// How much, and when.
    pub goal: Words,
    /// Who measures it.
    pub measured: Words,
    /// The document and article.
    pub source: Words,
}

/// Asks for everything. Whoever asks gets what their desk shows.
///
/// # Errors
/// [`ReportError::NotKnown`] when no year that is over has a list.
pub async fn collect(desk: &Desk, area: &str) -> Result<Facts, SiteError> {
    let today = desk.today();
    let office = office(desk).await?;
    let (mut years, mut packs, mut name): (Vec<YearFacts>, _, _) = (Vec::new(), BTreeSet::new(), area.to_owned());
    let mut listed_once = BTreeSet::new();
    // A year that is not over changes from day to day: two days side by side would show single households.
    for year in today.year() - YEARS..today.year() {
        let figures = desk.figures(area, date(year, 12, 31)).await?;
        name = named(&figures.unit);
        let listed = figures.unit.poor.total.households + figures.unit.near_poor.total.households;
        if years.is_empty() && listed == 0 {
            continue;
        }
        packs.extend(figures.packs.iter().map(|(id, _)| id.clone()));
        let units = units(&figures, level(desk, area).await?);
        let (mut paid, mut projects) = (None, None);
        if let Some(office) = &office {
            let rows = office.paid_by_scheme(area, year).await?;
            paid = Some(placed(
                &units,
                rows,
                |row| &mut row.commune,
                |sum, row| {
                    sum.recipients += row.recipients;
                    sum.paid += row.paid;
                },
            ));
            let rows = office.projects_of(area, year).await?;
            projects = Some(placed(
                &units,
                rows,
                |row| &mut row.commune,
                |sum, row| {
                    sum.approved += row.approved;
                    sum.budget += row.budget;
                    sum.closed += row.closed;
                    sum.spent += row.spent;
                },
            ));
        }
        let all = leaves(&units).count();
        let places = places(&units);
        let units = with_a_list(units, &mut listed_once);
        let movements = match years.last() {
            Some(before) => movements(desk, area, (before, year), &units).await?,
            None => Some(Vec::new()),
        };
        years.push(YearFacts {
            year,
            all,
            places,
            units,
            indicators: indicators(desk, &figures).await?,
            movements,
            paid,
            projects,
            complaints: desk.complaint_counts(area, year).await?,
        });
    }
    if years.is_empty() {
        return Err(SiteError::Report(ReportError::NotKnown(Words::new(
            "sổ chưa có danh sách nào của một năm đã hết: trang công khai chỉ nêu các năm đã hết",
            "the register has no list of a year that is over, and only such years are published",
        ))));
    }
    let (mut targets, mut allocations, mut schemes) = (Vec::new(), Vec::new(), BTreeMap::new());
    if let Some(office) = &office {
        targets = self::targets(office.program());
        let known = office.allocations(None).await?.into_iter().map(|kept| kept.thing);
        let own = area.contains(':').then_some(area);
        let decided = known.filter(|allocation| allocation.decided.is_some() && allocation.unit.as_deref() == own);
        allocations = decided.map(|allocation| allocation.published).collect();
        let all = office.program().pack.schemes.iter();
        schemes = all.map(|scheme| (scheme.id.value.clone(), Words::of(&scheme.label))).collect();
    }
    let demo = desk.register().setting("demo").await?.is_some();
    Ok(Facts { area: area.to_owned(), name, today, demo, packs, years, targets, allocations, schemes })
}

async fn level(desk: &Desk, area: &str) -> Result<Level, SiteError> {
    if !area.contains(':') {
        return Ok(Level::Nation);
    }
    Ok(match desk.area(area).await?.level.as_str() {
        "province" => Level::Province,
        "district" => Level::District,
        _ => Level::Commune,
    })
}

fn named(unit: &UnitFigures) -> String {
    format!("{} {}", unit.kind, unit.name).trim().to_owned()
}

/// The units down to communes: hamlets are too small.
fn units(figures: &Figures, level: Level) -> Vec<UnitFacts> {
    fn walk(unit: &UnitFigures, level: Level, parent: Option<&str>, units: &mut Vec<UnitFacts>) {
        units.push(UnitFacts {
            id: unit.area.clone(),
            name: named(unit),
            level,
            parent: parent.map(str::to_owned),
            poor: unit.poor.clone(),
            near_poor: unit.near_poor.clone(),
        });
        for below in &unit.below {
            let level = match level {
                Level::Nation => Level::Province,
                Level::Province if !below.below.is_empty() => Level::District,
                Level::Province | Level::District => Level::Commune,
                Level::Commune | Level::Hamlet => return,
            };
            walk(below, level, Some(&unit.area), units);
        }
    }
    let mut found = Vec::new();
    walk(&figures.unit, level, None, &mut found);
    found
}

/// The units that have no units below them.
pub(super) fn leaves(units: &[UnitFacts]) -> impl Iterator<Item = &UnitFacts> {
    units.iter().filter(|unit| !units.iter().any(|other| other.parent.as_ref() == Some(&unit.id)))
}

/// Leaves out the units of which no list was known by then: that nobody is counted there does not mean that nobody is poor.
fn with_a_list(mut units: Vec<UnitFacts>, listed_once: &mut BTreeSet<String>) -> Vec<UnitFacts> {
    let listed = |unit: &&UnitFacts| unit.poor.total.households + unit.near_poor.total.households > 0;
    listed_once.extend(units.iter().filter(listed).map(|unit| unit.id.clone()));
    units.retain(|unit| unit.parent.is_none() || listed_once.contains(&unit.id));
    units
}

/// The area and the units directly below it.
fn places(units: &[UnitFacts]) -> Vec<Place> {
    let Some(top) = units.first() else { return Vec::new() };
    let known = units.iter().filter(|unit| unit.parent.is_none() || unit.parent.as_ref() == Some(&top.id));
    known.map(|unit| Place { id: unit.id.clone(), name: unit.name.clone(), level: unit.level }).collect()
}

/// Rows of communes as rows of the places they lie in, in which a scheme stands once. Where a commune is none of the area's
/// units, as after a reform, all are rows of the whole area.
fn placed<R: Scheme>(
    units: &[UnitFacts],
    mut rows: Vec<R>,
    commune: fn(&mut R) -> &mut String,
    add: fn(&mut R, &R),
) -> Vec<R> {
    let Some(top) = units.first() else { return rows };
    let place = |id: &str| {
        let mut unit = units.iter().find(|unit| unit.id == id)?;
        while let Some(parent) = unit.parent.as_ref().filter(|parent| **parent != top.id) {
            unit = units.iter().find(|unit| unit.id == *parent)?;
        }
        Some(unit.id.clone())
    };
    let found: Option<Vec<String>> = rows.iter_mut().map(|row| place(commune(row))).collect();
    let places = found.unwrap_or_else(|| vec![top.id.clone(); rows.len()]);
    let mut summed: BTreeMap<(String, String), R> = BTreeMap::new();
    for (mut row, place) in rows.into_iter().zip(places) {
        commune(&mut row).clone_from(&place);
        match summed.entry((place, row.scheme().to_owned())) {
            Entry::Occupied(mut sum) => add(sum.get_mut(), &row),
            Entry::Vacant(free) => {
                free.insert(row);
            }
        }
    }
    summed.into_values().collect()
}

/// A row about a scheme.
trait Scheme {
    fn scheme(&self) -> &str;
}

impl Scheme for SchemePaid {
    fn scheme(&self) -> &str {
        &self.scheme
    }
}

impl Scheme for ProjectsHere {
    fn scheme(&self) -> &str {
        &self.scheme
    }
}

/// The movements of a year: of a unit whose lists began in between, everybody would be new.
async fn movements(
    desk: &Desk,
    area: &str,
    (before, year): (&YearFacts, i16),
    units: &[UnitFacts],
) -> Result<Option<Vec<Flows>>, SiteError> {
    let mut flows = match desk.flows(area, date(before.year, 12, 31), date(year, 12, 31)).await {
        Ok(flows) => flows,
        Err(RegistryError::Inconsistent { .. }) => return Ok(None),
        Err(error) => return Err(error.into()),
    };
    flows.retain(|flow| {
        let lists = lists_of(units, &flow.area);
        !lists.is_empty() && lists == lists_of(&before.units, &flow.area)
    });
    let agrees = |flow: &Flows| {
        let of = |units: &[UnitFacts]| {
            let unit = units.iter().find(|unit| unit.id == flow.area);
            unit.map(|unit| (unit.poor.total.households, unit.near_poor.total.households))
        };
        let (poor, near_poor) = (&flow.poor.households, &flow.near_poor.households);
        of(&before.units) == Some((poor.opening, near_poor.opening))
            && of(units) == Some((poor.closing, near_poor.closing))
    };
    Ok(flows.iter().all(agrees).then_some(flows))
}

/// The lowest units below a unit, or the unit itself, that have a list.
fn lists_of<'a>(units: &'a [UnitFacts], id: &str) -> BTreeSet<&'a str> {
    let above = |unit: &&'a UnitFacts| units.iter().find(|other| Some(&other.id) == unit.parent.as_ref());
    let lies_within = |unit: &&'a UnitFacts| std::iter::successors(Some(*unit), above).any(|unit| unit.id == id);
    leaves(units).filter(lies_within).map(|unit| unit.id.as_str()).collect()
}

/// The indicators of the one pack that statuses rest on.
async fn indicators(desk: &Desk, figures: &Figures) -> Result<Vec<(String, Words)>, SiteError> {
    let ids: BTreeSet<&String> = figures.packs.iter().map(|(id, _)| id).collect();
    let (Some(id), 1) = (ids.first(), ids.len()) else { return Ok(Vec::new()) };
    let program = desk.standard(id).await?;
    let indicators = program.pack.indicators.iter();
    Ok(indicators.map(|indicator| (indicator.id.value.clone(), Words::of(&indicator.label))).collect())
}

/// The pack's targets. What was reached is not told: they are rates of all residents, and the register knows listed
/// households.
fn targets(program: &Program) -> Vec<Target> {
    let told = |target: &vuon_policy::support::Target| {
        let years = program.pack.projects.iter().find(|known| known.id.value == target.programme.value);
        let last = years.and_then(|project| project.years).map_or_else(String::new, |(_, last)| format!(" ({last})"));
        let amount = |value: Exact, language| {
            format!("{} {}", decimal(value, language), words::units(value == Exact::whole(1), &target.unit, language))
        };
        let both = |value: Exact| (amount(value, Language::Vi), amount(value, Language::En));
        Target {
            label: Words::of(&target.label),
            goal: match target.goal {
                Goal::FallEachYear(by) => {
                    let (vi, en) = both(by);
                    Words::new(format!("mỗi năm giảm ít nhất {vi}"), format!("falls by at least {en} each year"))
                }
                Goal::AtLeast(value) => {
                    let (vi, en) = both(value);
                    Words::new(format!("ít nhất {vi}{last}"), format!("at least {en}{last}"))
                }
                Goal::Times(times) => Words::new(
                    format!("gấp {} lần đầu kỳ{last}", decimal(times, Language::Vi)),
                    format!("{} times what it was at the beginning{last}", decimal(times, Language::En)),
                ),
            },
            measured: match target.measured_by {
                Some(_) => Words::new(
                    "sổ biết số hộ nghèo (trang Kết quả); tỷ lệ cần tổng số hộ dân cư của cơ quan thống kê",
                    "the register knows the poor households (see Results); a rate needs the residents of the statistics office",
                ),
                None => Words::new("cơ quan khác báo cáo", "somebody else reports it"),
            },
            source: Words::new(
                cite(program, &target.source, Language::Vi),
                cite(program, &target.source, Language::En),
            ),
        }
    };
    program.pack.targets.iter().map(told).collect()
}

/// An exact number as people write it, where two digits after the point are enough.
fn decimal(value: Exact, language: Language) -> String {
    let scale = [1, 10, 100].into_iter().find(|scale| scale % value.denominator() == 0);
    let counted = scale.and_then(|scale| Some((value.in_units_of(scale)?, scale)));
    counted.map_or_else(|| value.to_string(), |(count, scale)| words::number(count, scale, language))
}
