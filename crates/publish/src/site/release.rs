//! From facts to what may be told: every count goes through the ledger of releases, and comes out as it was counted or
//! hidden. What cannot be protected is withheld whole, and that is said.

use super::facts::{Facts, UnitFacts, YearFacts, leaves};
use super::{Allocation, Complaints, Deprivation, NoDeprivations, SiteError, Unit, Window, Year};
use crate::disclosure::{Cell, Dimension, Ledger, Level, Population, Refused, Release, Rule, System, Table};
use crate::report::Words;
use std::collections::BTreeMap;
use vuon_programme::published::Published;
use vuon_registry::figures::ListFigures;

/// How often a population may be counted again.
const EDITIONS: u32 = 99;
/// The lists, as coordinates.
const LISTS: [&str; 2] = ["poor", "near_poor"];
/// Figures of an allocation that are of places and not of people: everybody may know them.
const OF_PLACES: [&str; 5] = ["natural_area", "communes", "border_commune", "border_communes", "transfers"];
/// The same of provinces alone.
const OF_PROVINCES: &str = "ethnic_minority_population";

/// Takes the facts through the ledger.
///
/// # Errors
/// [`SiteError`] when facts contradict themselves.
pub fn release(facts: &Facts, ledger: &mut Ledger, rule: &Rule) -> Result<Window, SiteError> {
    let mut releasing =
        Releasing { facts, ledger, rule, withheld: Vec::new(), results: BTreeMap::new(), modified: String::new() };
    let mut years = Vec::new();
    for year in &facts.years {
        years.push(releasing.year(year)?);
    }
    let mut allocations = Vec::new();
    for published in &facts.allocations {
        allocations.push(releasing.allocation(published)?);
    }
    let Releasing { withheld, modified, .. } = releasing;
    Ok(Window {
        area: facts.area.clone(),
        name: facts.name.clone(),
        today: facts.today,
        demo: facts.demo,
        packs: facts.packs.iter().cloned().collect(),
        rule: *rule,
        targets: facts.targets.clone(),
        years,
        allocations,
        withheld,
        modified: if modified.is_empty() { facts.today.to_string() } else { modified },
        publisher: facts.name.clone(),
        license: None,
        shapes: None,
    })
}

/// A release and the population it is of.
pub(super) struct Made {
    release: Release,
    population: Population,
}

impl Made {
    pub(super) fn count(&self, at: &[(&str, &str)]) -> Option<i64> {
        let at: BTreeMap<String, String> = at.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect();
        self.release.count(&Cell::new(&self.population, &at))
    }

    /// The amount at the coordinates of a count, of the amounts of this name.
    pub(super) fn amount(&self, name: &str, at: &[(&str, &str)]) -> Option<i64> {
        let at: BTreeMap<String, String> = at.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect();
        self.release.count(&Cell::new(&Population { edition: self.population.edition, ..Population::new(name) }, &at))
    }
}

pub(super) struct Releasing<'a> {
    pub(super) facts: &'a Facts,
    ledger: &'a mut Ledger,
    rule: &'a Rule,
    withheld: Vec<Words>,
    /// The population that the results of a year are of.
    pub(super) results: BTreeMap<i16, Population>,
    /// The last day of a release so far.
    modified: String,
}

/// Tables, and sums beside theirs.
pub(super) type Tables = (Vec<Table>, Vec<(Cell, Vec<Cell>)>);

impl Releasing<'_> {
    fn year(&mut self, year: &YearFacts) -> Result<Year, SiteError> {
        let name = format!("households {}-12-31", year.year);
        let with = self.publish(&name, &|population| {
            let mut tables = results(&year.units, population)?;
            tables.extend(deprivations(year, population)?);
            Ok((tables, Vec::new()))
        })?;
        let (made, deprived) = match with {
            Some(made) => (Some(made), true),
            None => (self.publish(&name, &|population| Ok((results(&year.units, population)?, Vec::new())))?, false),
        };
        let year_of = year.year;
        let (mut units, mut deprivations) = (Vec::new(), Vec::new());
        match &made {
            Some(made) => {
                self.results.insert(year_of, made.population.clone());
                units.extend(year.units.iter().map(|unit| told(unit, year, made)));
                if deprived {
                    deprivations = deprivations_told(year, made);
                } else {
                    self.withhold(&format!("Thiếu hụt năm {year_of}"), &format!("The deprivations of {year_of}"));
                }
            }
            None => self.withhold(&format!("Kết quả năm {year_of}"), &format!("The results of {year_of}")),
        }
        Ok(Year {
            year: year_of,
            with_a_list: leaves(&year.units).count(),
            all: year.all,
            below: year.places.iter().skip(1).cloned().collect(),
            units,
            deprivations,
            no_deprivations: no_deprivations(year, deprived),
            movements: self.movements(year)?,
            schemes: self.schemes(year)?,
            projects: self.projects(year)?,
            complaints: self.complaints(year)?,
        })
    }

    /// Says that movements need results that are not published.
    pub(super) fn withhold_movements(&mut self, year: i16) {
        self.withheld.push(Words::new(
            format!("Biến động năm {year} không công bố: kết quả của năm đó hoặc năm trước không công bố."),
            format!(
                "The movements of {year} are not published: the results of that year or of the one before are not."
            ),
        ));
    }

    /// Says that movements and lists do not agree.
    pub(super) fn withhold_contradiction(&mut self, year: i16) {
        self.withheld.push(Words::new(
            format!("Biến động năm {year} không công bố: số liệu biến động và danh sách hai năm không khớp nhau."),
            format!("The movements of {year} are not published: they and the lists of both years do not agree."),
        ));
    }

    pub(super) fn withhold(&mut self, vi: &str, en: &str) {
        self.withheld.push(Words::new(
            format!("{vi} không công bố: từ đó và những gì đã công khai có thể tính ra một số quá nhỏ."),
            format!(
                "{en} are not published: with what is public already, a number that is too small could be computed."
            ),
        ));
    }

    /// Publishes tables of a population, as the first edition that agrees with what was published; nothing where a hidden
    /// cell would be told.
    pub(super) fn publish(
        &mut self,
        name: &str,
        tables: &dyn Fn(&Population) -> Result<Tables, SiteError>,
    ) -> Result<Option<Made>, SiteError> {
        let mut counted_again = false;
        for edition in 1..=EDITIONS {
            let population = Population { edition, ..Population::new(name) };
            let day = self.facts.today.to_string();
            let (tables, ties) = tables(&population)?;
            System::of(&tables).map_err(Refused::from)?;
            match self.ledger.publish(&day, &tables, &ties, self.rule) {
                Ok(release) => {
                    // As days are written, the later one is the greater.
                    self.modified = self.modified.clone().max(release.day.clone());
                    return Ok(Some(Made { release, population }));
                }
                // Counts, or the units that make up a whole, are others than in this edition.
                Err(Refused::Changed { .. }) => counted_again = true,
                Err(Refused::Contradiction(_)) => counted_again = false,
                Err(_) => return Ok(None),
            }
        }
        if counted_again { Err(SiteError::Editions(name.to_owned())) } else { Ok(None) }
    }

    fn complaints(&mut self, year: &YearFacts) -> Result<Option<Complaints>, SiteError> {
        let counts = year.complaints;
        let of = [
            ("in_time", counts.in_time),
            ("late", counts.late),
            ("overdue", counts.overdue),
            ("waiting", counts.waiting),
        ];
        let within = [("area", self.facts.area.as_str())];
        let name = format!("complaints {}", year.year);
        let made = self.publish(&name, &|population| {
            let answers = Dimension::categories("answer", of.map(|(code, _)| code));
            let counts = of.map(|(code, count)| (vec![code.to_owned()], count));
            Ok((vec![Table::new(&name, population, &within, &[answers], counts)?], Vec::new()))
        })?;
        let Some(made) = made else {
            let year = year.year;
            self.withhold(&format!("Khiếu nại năm {year}"), &format!("The complaints of {year}"));
            return Ok(None);
        };
        let count = |code| made.count(&[within[0], ("answer", code)]);
        Ok(Some(Complaints {
            received: made.count(&within),
            in_time: count("in_time"),
            late: count("late"),
            overdue: count("overdue"),
            waiting: count("waiting"),
        }))
    }

    /// An allocation with what its computation needs and no more. Whoever knows the formula and the amounts has the
    /// figures, so both are published only where each figure may be: one of places, or a count that the ledger takes.
    /// Otherwise the formula stands alone.
    fn allocation(&mut self, published: &Published) -> Result<Allocation, SiteError> {
        let needed: Vec<String> = published.formula.criteria.iter().map(|criterion| criterion.id.clone()).collect();
        let provinces = self.facts.allocates_to_provinces(published);
        let before = (self.ledger.clone(), self.modified.clone());
        let mut whole = true;
        for id in &needed {
            let may_be_told = match id.as_str() {
                "poor_households" | "poor_rate" => self.figures_may_be_told(published, "poor")?,
                "near_poor_households" => self.figures_may_be_told(published, "near_poor")?,
                id => OF_PLACES.contains(&id) || (provinces && id == OF_PROVINCES),
            };
            whole = whole && may_be_told;
        }
        let mut published = published.clone();
        if whole {
            published.units.iter_mut().for_each(|unit| unit.figures.retain(|figure, _| needed.contains(figure)));
        } else {
            (*self.ledger, self.modified) = before;
            let (title, year) = (&published.title, published.year);
            self.withheld.push(Words::new(
                format!("Phân bổ “{title}” năm {year}: không công bố từng đơn vị, vì từ đó tính ra số liệu nhạy cảm hoặc quá nhỏ của đơn vị."),
                format!("The allocation “{title}” {year} is not told by unit: a figure that is sensitive or too small could be computed from it."),
            ));
            published.units.clear();
            published.result.lines.clear();
        }
        Ok(Allocation { published, whole })
    }

    /// Whether the ledger takes an allocation's households of a list, each as it was counted.
    fn figures_may_be_told(&mut self, published: &Published, list: &str) -> Result<bool, SiteError> {
        let key = format!("{list}_households");
        let count = |unit: &vuon_programme::allocation::Unit| {
            Some((vec![unit.id.clone()], unit.figures.get(&key)?.parse().ok()?))
        };
        let Some(counts) = published.units.iter().map(count).collect::<Option<Vec<(Vec<String>, i64)>>>() else {
            return Ok(false);
        };
        // Not every unit need take part, so that their sum is not the area's.
        let top = format!("{}/{}/{}", self.facts.area, published.formula.id, published.year);
        let below = published.units.iter().map(|unit| (unit.id.clone(), Some(top.clone()), Level::Commune));
        let areas = Dimension::areas([(top.clone(), None, Level::Province)].into_iter().chain(below))?;
        let made = self.publish(&format!("households {}", published.figures_of), &|population| {
            let dimensions = [areas.clone()];
            Ok((vec![Table::new(&key, population, &[("status", list)], &dimensions, counts.clone())?], Vec::new()))
        })?;
        Ok(made.is_some_and(|made| made.release.cells.values().all(Option::is_some)))
    }
}

impl Facts {
    /// Whether the units of an allocation are provinces: everybody else's are smaller.
    fn allocates_to_provinces(&self, published: &Published) -> bool {
        let level = |id: &String| self.years.iter().flat_map(|y| &y.units).find(|u| u.id == *id).map(|unit| unit.level);
        published.units.iter().all(|unit| level(&unit.id).is_some_and(|level| level <= Level::Province))
    }
}

fn areas<'a>(units: impl IntoIterator<Item = &'a UnitFacts>) -> Result<Dimension, SiteError> {
    Ok(Dimension::areas(units.into_iter().map(|unit| (unit.id.clone(), unit.parent.clone(), unit.level)))?)
}

fn list<'a>(unit: &'a UnitFacts, list: &str) -> &'a ListFigures {
    if list == "poor" { &unit.poor } else { &unit.near_poor }
}

/// The households of each list by unit. The lists are not added up: their sum would bind the one to the other, and more
/// would have to be hidden.
fn results(units: &[UnitFacts], population: &Population) -> Result<Vec<Table>, SiteError> {
    let table = |status: &'static str| {
        let counts = leaves(units).map(|unit| (vec![unit.id.clone()], list(unit, status).total.households));
        Ok(Table::new("results", population, &[("status", status)], &[areas(units)?], counts)?)
    };
    LISTS.into_iter().map(table).collect()
}

/// The units that deprivations are told of: where everybody on a list of a commune has one, telling it tells of each.
fn large(units: &[UnitFacts]) -> Vec<UnitFacts> {
    units.iter().filter(|unit| unit.level <= Level::Province).cloned().collect()
}

/// Of a list, those deprived in an indicator, those not, those of whom it is not known.
fn deprived(figures: &ListFigures, indicator: &str) -> [(&'static str, i64); 3] {
    let holds = figures.deprived.get(indicator).copied().unwrap_or_default();
    let surveyed = figures.total.households - figures.unsurveyed;
    [("yes", holds.yes), ("no", surveyed - holds.yes - holds.unknown), ("unknown", holds.unknown + figures.unsurveyed)]
}

/// Whether any household of a list has signed answers.
fn surveyed(year: &YearFacts, status: &str) -> bool {
    year.units.first().is_some_and(|top| list(top, status).total.households > list(top, status).unsurveyed)
}

/// Each indicator of each list by unit, down to provinces.
fn deprivations(year: &YearFacts, population: &Population) -> Result<Vec<Table>, SiteError> {
    let units = large(&year.units);
    let mut tables = Vec::new();
    for status in LISTS.into_iter().filter(|status| !units.is_empty() && surveyed(year, status)) {
        for (indicator, _) in &year.indicators {
            let name = format!("deprived.{indicator}");
            let dimensions = [areas(&units)?, Dimension::categories(&name, ["yes", "no", "unknown"])];
            let counts = leaves(&units).flat_map(|unit| {
                deprived(list(unit, status), indicator)
                    .map(|(code, count)| (vec![unit.id.clone(), code.to_owned()], count))
            });
            tables.push(Table::new(&name, population, &[("status", status)], &dimensions, counts)?);
        }
    }
    Ok(tables)
}

fn no_deprivations(year: &YearFacts, released: bool) -> Option<NoDeprivations> {
    if large(&year.units).is_empty() {
        Some(NoDeprivations::SmallArea)
    } else if !LISTS.into_iter().any(|status| surveyed(year, status)) {
        Some(NoDeprivations::NoForms)
    } else if year.indicators.is_empty() {
        Some(NoDeprivations::SeveralStandards)
    } else {
        (!released).then_some(NoDeprivations::Withheld)
    }
}

fn deprivations_told(year: &YearFacts, made: &Made) -> Vec<Deprivation> {
    let units = large(&year.units);
    let mut told = Vec::new();
    for unit in &units {
        for status in LISTS.into_iter().filter(|status| surveyed(year, status)) {
            for (indicator, label) in &year.indicators {
                let name = format!("deprived.{indicator}");
                let count = |code| made.count(&[("area", &unit.id), ("status", status), (&name, code)]);
                told.push(Deprivation {
                    unit: unit.id.clone(),
                    list: status,
                    indicator: indicator.clone(),
                    label: label.clone(),
                    yes: count("yes"),
                    no: count("no"),
                    unknown: count("unknown"),
                });
            }
        }
    }
    told
}

fn told(unit: &UnitFacts, year: &YearFacts, made: &Made) -> Unit {
    let above = |unit: &&UnitFacts| unit.parent.as_ref().and_then(|id| year.units.iter().find(|u| u.id == *id));
    let count = |status| made.count(&[("area", &unit.id), ("status", status)]);
    Unit {
        id: unit.id.clone(),
        name: unit.name.clone(),
        level: unit.level,
        depth: std::iter::successors(Some(unit), above).count() - 1,
        poor: count("poor"),
        near_poor: count("near_poor"),
    }
}
