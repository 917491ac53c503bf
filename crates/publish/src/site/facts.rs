//! What the register and the programme know of an area, by year. Nothing here may be published as it is.

use super::SiteError;
use crate::briefing::office;
use crate::disclosure::Level;
use crate::report::{ReportError, Words};
use jiff::civil::{Date, date};
use std::collections::{BTreeMap, BTreeSet};
use vuon_policy::model::Language;
use vuon_programme::Office;
use vuon_programme::paid::SchemePaid;
use vuon_programme::published::Published;
use vuon_programme::reports::TargetRow;
use vuon_registry::Desk;
use vuon_registry::cases::ComplaintCounts;
use vuon_registry::figures::{Figures, ListFigures, UnitFigures};

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
    /// The area and the units below it down to communes, parents first.
    pub units: Vec<UnitFacts>,
    /// What indicators are called; empty where households were judged by different standards.
    pub indicators: Vec<(String, Words)>,
    /// What schemes paid; nothing where the pack has none.
    pub paid: Option<Vec<SchemePaid>>,
    /// How complaints were answered.
    pub complaints: ComplaintCounts,
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

/// A target and its path.
#[derive(Clone, Debug)]
pub struct Target {
    /// What is to be reached.
    pub label: Words,
    /// What it is counted in.
    pub unit: Words,
    /// The document and article.
    pub source: Words,
    /// Whether it was read there.
    pub verified: bool,
    /// The years: what was to be reached, what was.
    pub years: Vec<(i64, Option<Words>, Option<Words>)>,
}

/// Asks for everything. Whoever asks gets what their desk shows.
///
/// # Errors
/// [`ReportError::NotKnown`] when no year that is over has a list.
pub async fn collect(desk: &Desk, area: &str) -> Result<Facts, SiteError> {
    let today = desk.today();
    let office = office(desk).await?;
    let (mut years, mut packs, mut name) = (Vec::new(), BTreeSet::new(), area.to_owned());
    // A year that is not over changes from day to day: two days side by side would show single households.
    for year in today.year() - YEARS..today.year() {
        let figures = desk.figures(area, date(year, 12, 31)).await?;
        name = named(&figures.unit);
        let listed = figures.unit.poor.total.households + figures.unit.near_poor.total.households;
        if years.is_empty() && listed == 0 {
            continue;
        }
        packs.extend(figures.packs.iter().map(|(id, _)| id.clone()));
        years.push(YearFacts {
            year,
            units: units(&figures, level(desk, area).await?),
            indicators: indicators(desk, &figures).await?,
            paid: match &office {
                Some(office) => Some(office.paid_by_scheme(area, year).await?),
                None => None,
            },
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
        targets = both(office, area).await?;
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

/// The indicators of the one pack that statuses rest on.
async fn indicators(desk: &Desk, figures: &Figures) -> Result<Vec<(String, Words)>, SiteError> {
    let ids: BTreeSet<&String> = figures.packs.iter().map(|(id, _)| id).collect();
    let (Some(id), 1) = (ids.first(), ids.len()) else { return Ok(Vec::new()) };
    let program = desk.standard(id).await?;
    let indicators = program.pack.indicators.iter();
    Ok(indicators.map(|indicator| (indicator.id.value.clone(), Words::of(&indicator.label))).collect())
}

/// The targets in both languages.
async fn both(office: &Office, area: &str) -> Result<Vec<Target>, SiteError> {
    let vi = office.targets(area, Language::Vi).await?;
    let en = office.targets(area, Language::En).await?;
    let pair = |vi: &Option<String>, en: &Option<String>| Some(Words::new(vi.clone()?, en.clone()?));
    let told = |(vi, en): (TargetRow, TargetRow)| Target {
        verified: vi.verified,
        years: vi.years.iter().zip(&en.years).map(|(vi, en)| (vi.0, pair(&vi.1, &en.1), pair(&vi.2, &en.2))).collect(),
        label: Words::new(vi.label, en.label),
        unit: Words::new(vi.unit, en.unit),
        source: Words::new(vi.source, en.source),
    };
    Ok(vi.into_iter().zip(en).map(told).collect())
}
