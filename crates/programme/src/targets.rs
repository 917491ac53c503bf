//! The targets of the programme with their yearly path. The register computes a rate of the poor; every other figure is reported
//! by whoever keeps it, with the document in which it stands.

use crate::office::Office;
use crate::records::{At, Columns, Filter, Kept, Thing, Written, select};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use vuon_policy::exact::Exact;
use vuon_policy::model::Language;
use vuon_policy::support::{Goal, Measured, Target};
use vuon_policy::unit::Unit;
use vuon_registry::room::{AnyConnection, Query, hold, sql, text};
use vuon_registry::scope::{Action, Reach};
use vuon_registry::{RegistryError, Result};

/// A figure that is reported of a target.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewFigure {
    /// The target.
    pub target: String,
    /// The unit, `list:code`; the nation when absent.
    pub unit: Option<String>,
    /// The year at whose end it is reached.
    pub year: i64,
    /// The figure, in the unit of the target: `85.5`.
    pub value: String,
    /// The document in which it stands.
    pub document: String,
}

/// A figure as it was reported. Reporting it again corrects it; the ledger has both.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, utoipa::ToSchema)]
pub struct ReportedFigure {
    /// Of what.
    #[serde(flatten)]
    pub figure: NewFigure,
    /// Where it is recorded.
    pub at: At,
}

impl Thing for ReportedFigure {
    const KIND: &'static str = "target_figure";

    fn columns(&self) -> Columns {
        let NewFigure { target, unit, year, .. } = &self.figure;
        Columns {
            key: Some(format!("{target}/{}/{year}", unit.as_deref().unwrap_or(NATION))),
            at: self.at.clone(),
            subject: unit.clone(),
            year: Some(*year),
            state: "reported".to_owned(),
            ..Columns::default()
        }
    }
}

/// A target with its path.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct TargetRow {
    /// The target.
    pub target: String,
    /// Its name.
    pub label: String,
    /// The unit of its figures.
    pub unit: String,
    /// The years: year, what was to be reached, what was.
    pub years: Vec<(i64, Option<String>, Option<String>)>,
    /// Whether the years between are a straight line from the first figure to the goal, which names its last year alone.
    pub straight: bool,
    /// Whether it is a rate that falls each year: its figures are the rate, and not the fall.
    pub falls: bool,
    /// Whether the register computes it; its figures are reported otherwise.
    pub measured: bool,
    /// What was reported: year, figure, document.
    pub reported: Vec<(i64, String, String)>,
    /// For which level it is set: `nation`, `province`, `commune`.
    pub level: &'static str,
    /// Whether the last year that is known is behind the path; nothing where that is not judged.
    pub off: Option<bool>,
    /// Why it is not judged, where it is not.
    pub not_judged: Option<NotJudged>,
    /// The document and article.
    pub source: String,
    /// Whether it was read there.
    pub verified: bool,
}

/// Why a target is not judged.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum NotJudged {
    /// There is no figure of it, neither of the register nor reported.
    NotMeasured,
    /// It is a rate among all households, and nobody entered how many those are.
    NoResidents,
    /// It is set for another level: the unit's figure stands beside it.
    AnotherLevel,
    /// What the year with the last figure was to reach is not known.
    NoYearlyValue,
    /// The year with the only figure is not over.
    NotOver,
}

impl NotJudged {
    /// Its name in answers and words.
    pub fn id(self) -> &'static str {
        match self {
            Self::NotMeasured => "not_measured",
            Self::NoResidents => "no_residents",
            Self::AnotherLevel => "another_level",
            Self::NoYearlyValue => "no_yearly_value",
            Self::NotOver => "not_over",
        }
    }
}

impl Office {
    /// The years for whose end it is asked how many households a unit has: a rate among all needs them, and the register knows
    /// those of its lists alone.
    pub fn years_of_rates(&self) -> Vec<i64> {
        let of_rates = self.program.pack.targets.iter().filter(|target| target.measured_by == Some(Measured::PoorRate));
        let years = of_rates.flat_map(|target| {
            let (first, last) = self.years_of(target);
            first - 1..=last.min(self.desk.today().year().into())
        });
        years.collect::<BTreeSet<i64>>().into_iter().collect()
    }

    fn years_of(&self, target: &Target) -> (i64, i64) {
        let today = self.desk.today().year().into();
        let programme = self.program.pack.projects.iter().find(|project| project.id.value == target.programme.value);
        programme.and_then(|project| project.years).unwrap_or((today, today))
    }

    /// Reports a figure of a target, in place of what was reported of the same unit and year; its id.
    ///
    /// # Errors
    /// [`RegistryError::Invalid`] for a target that the register computes, a year outside of the programme or not over, or a
    /// figure that is no number.
    pub async fn report_figure(&self, new: &NewFigure) -> Result<String> {
        self.actor().may(Action::Allocate)?;
        let target = self.program.pack.targets.iter().find(|target| target.id.value == new.target);
        let target = target.ok_or_else(|| RegistryError::invalid("target", "the pack has no such target"))?;
        if target.measured_by.is_some() {
            return Err(RegistryError::invalid("target", "the register computes this figure"));
        }
        let (first, last) = self.years_of(target);
        if !(first - 1..=last).contains(&new.year) || new.year >= i64::from(self.desk.today().year()) {
            let why = format!("a year from {} to {last} that is over", first - 1);
            return Err(RegistryError::invalid("year", why));
        }
        if !is_figure(&new.value) {
            return Err(RegistryError::invalid("value", "a number, as 85 or 85.5"));
        }
        let is_share = [Unit::base("percent"), Unit::base("percentage_point")].contains(&target.unit);
        if is_share && Exact::parse(&new.value).is_some_and(|value| value > Exact::whole(100)) {
            return Err(RegistryError::invalid("value", "a share is at most 100 percent"));
        }
        let document = crate::groups::named("document", &new.document)?;
        let mut tx = self.desk.store().write().await?;
        let at = self.allocator_at(&mut tx, new.unit.as_deref()).await?;
        hold(&mut tx, at.chain()).await?;
        let figure = ReportedFigure { figure: NewFigure { document, ..new.clone() }, at };
        let same = select(ReportedFigure::KIND).push(" AND r.key = ").bind(figure.columns().key);
        let same: Vec<Kept<ReportedFigure>> = self.read_things(&mut tx, same).await?;
        let written = match same.into_iter().next() {
            None => Written::new("reported", figure),
            Some(kept) => kept.next("corrected", figure),
        };
        let id = self.write_one(&mut tx, written).await?;
        tx.commit().await?;
        Ok(id)
    }

    /// What was reported of a unit (a list's name stands for the nation), by year. It is no secret.
    async fn reported(&self, area: &str, level: &str) -> Result<Vec<ReportedFigure>> {
        let subject = (level != NATION).then(|| area.to_owned());
        let of_unit = Filter { subject, ..Filter::default() };
        let mut connection = self.desk.store().read().await?;
        let found: Vec<Kept<ReportedFigure>> = self.find_anywhere(&mut connection, &of_unit).await?;
        let mut found: Vec<ReportedFigure> = found.into_iter().map(|kept| kept.thing).collect();
        found.retain(|reported| level != NATION || reported.figure.unit.is_none());
        found.sort_by_key(|reported| reported.figure.year);
        Ok(found)
    }

    /// The targets of the programme with their yearly path, beside what the register shows of a unit (a list's name stands
    /// for the nation) and what was reported of it. A rate has no figure for a year of which the unit's households, all of
    /// them, were not entered. Only a unit of the level for which a target is set is judged by it.
    ///
    /// # Errors
    /// [`RegistryError::Invalid`] when the register has more poor households than were entered in all;
    /// [`RegistryError::NotFound`] for a unit out of reach.
    pub async fn targets(&self, area: &str, households: &Households, language: Language) -> Result<Vec<TargetRow>> {
        self.actor().may(Action::ReadFigures)?;
        let level = self.level_of(area).await?;
        let reported = self.reported(area, &level).await?;
        // Of a unit out of reach nothing is measured.
        let reached = match level.as_str() {
            NATION => self.actor().reach == Reach::Everything,
            _ => self.level_within_reach(&mut *self.desk.store().read().await?, area).await.is_ok(),
        };
        let mut rows = Vec::new();
        for target in &self.program.pack.targets {
            let (first, last) = self.years_of(target);
            let mut measured: BTreeMap<i64, Exact> = BTreeMap::new();
            let is_rate = target.measured_by == Some(Measured::PoorRate);
            if is_rate && reached {
                let asked = first - 1..=last.min(self.desk.today().year().into());
                for (year, all) in households.iter().filter(|(year, _)| asked.contains(*year)) {
                    if let Some(rate) = self.poor_rate((&level, area), *year, *all).await? {
                        measured.insert(*year, rate);
                    }
                }
            }
            let mut documents = Vec::new();
            for ReportedFigure { figure, .. } in reported.iter().filter(|own| own.figure.target == target.id.value) {
                let value = Exact::parse(&figure.value);
                let value = value.ok_or_else(|| RegistryError::Damaged { what: "a reported figure".into() })?;
                measured.insert(figure.year, value);
                documents.push((figure.year, told(value, language), figure.document.clone()));
            }
            let years = path(target.goal, &measured, first, last);
            let judged = judged(target, &level, &years, self.desk.today().year().into());
            let judged = judged.map_err(|why| match why {
                NotJudged::NotMeasured if is_rate && households.is_empty() => NotJudged::NoResidents,
                why => why,
            });
            rows.push(TargetRow {
                target: target.id.value.clone(),
                label: target.label.get(language).to_owned(),
                unit: vuon_policy::words::unit(&target.unit, language),
                level: target.level.id(),
                off: judged.ok(),
                not_judged: judged.err(),
                straight: !matches!(target.goal, Goal::FallEachYear(_)),
                falls: matches!(target.goal, Goal::FallEachYear(_)),
                measured: target.measured_by.is_some(),
                reported: documents,
                years: years
                    .into_iter()
                    .map(|(year, wanted, reached)| {
                        (year, wanted.map(|w| told(w, language)), reached.map(|r| told(r, language)))
                    })
                    .collect(),
                source: vuon_policy::explain::cite(&self.program, &target.source, language),
                verified: target.source.verified,
            });
        }
        Ok(rows)
    }

    /// The level of a unit; a list's name stands for the nation.
    pub(crate) async fn level_of(&self, area: &str) -> Result<String> {
        let mut connection = self.desk.store().read().await?;
        if !area.contains(':') {
            let is_list = is_list(&mut connection, area).await?;
            return if is_list { Ok(NATION.to_owned()) } else { Err(RegistryError::NotFound) };
        }
        let level = sql("SELECT level FROM area WHERE id = $1", [area.into()]);
        level.one(&mut connection, |row| text(row, 0)).await
    }

    /// Poor households in a hundred of all that were entered, at the end of a year (today, of this year); nothing while no list
    /// is known of then.
    async fn poor_rate(&self, (level, area): (&str, &str), year: i64, all: i64) -> Result<Option<Exact>> {
        let end = i16::try_from(year).ok().and_then(|year| Date::new(year, 12, 31).ok());
        let Some(day) = end.map(|end| end.min(self.desk.today())) else { return Ok(None) };
        let flows = self.desk.flows(area, day, day).await?;
        let poor = flows.first().map_or(0, |flow| flow.poor.households.closing);
        if poor > all {
            let why =
                format!("the register has {poor} poor households at the end of {year}: there are no fewer in all");
            return Err(RegistryError::invalid("households", why));
        }
        let query = Query::new(
            "SELECT COUNT(*) FROM (SELECT s.id FROM spell s JOIN household h ON h.id = s.household \
             WHERE s.known_to IS NULL AND s.list IS NOT NULL AND s.valid_from <= ",
        );
        let query = match level {
            NATION => query.bind(day),
            _ => query.bind(day).push(" AND h.").push(level).push(" = ").bind(area),
        };
        let is_known = query.push(" LIMIT 1) found").count(&mut *self.desk.store().read().await?).await? > 0;
        Ok(Exact::new(100 * poor, all).filter(|_| poor > 0 || is_known))
    }
}

/// Whether areas of a list are loaded.
async fn is_list(connection: &mut AnyConnection, list: &str) -> Result<bool> {
    let areas = sql("SELECT COUNT(*) FROM (SELECT id FROM area WHERE list = $1 LIMIT 1) found", [list.into()]);
    Ok(areas.count(connection).await? > 0)
}

/// All households of a unit at the end of each year, as they were entered.
pub type Households = BTreeMap<i64, i64>;

const NATION: &str = "nation";

/// A year, what it was to reach, and what it reached.
type Year = (i64, Option<Exact>, Option<Exact>);

/// A fall is of each year, from the first figure on. A goal of the last year is reached on a straight line from the first figure; one that is there
/// already is to be kept.
fn path(goal: Goal, measured: &BTreeMap<i64, Exact>, first: i64, last: i64) -> Vec<Year> {
    let before = measured.get(&(first - 1)).copied();
    let from = measured.first_key_value().map(|(year, value)| (*year, *value));
    let on_the_line = |year: i64, goal: Exact| {
        let Some((start, value)) = from.filter(|(start, _)| *start < last) else {
            return Some(goal).filter(|_| year == last);
        };
        let rise = goal.minus(value).filter(|rise| rise.numerator() > 0);
        let part = Exact::new(year - start, last - start)?;
        if year <= start { None } else { rise.map_or(Some(goal), |rise| value.plus(rise.times(part)?)) }
    };
    let wanted = |year: i64| match goal {
        Goal::FallEachYear(by) => {
            let (start, value) = from.filter(|(start, _)| *start < year)?;
            value.minus(by.times(Exact::whole(year - start))?)
        }
        Goal::AtLeast(value) => on_the_line(year, value),
        Goal::Times(times) => on_the_line(year, before?.times(times)?),
    };
    (first - 1..=last).map(|year| (year, wanted(year), measured.get(&year).copied())).collect()
}

/// Whether the last year that is over and has a figure is behind what it was to reach: a running year has until its end. The year
/// before the programme is where it starts from.
fn judged(target: &Target, level: &str, years: &[Year], today: i64) -> std::result::Result<bool, NotJudged> {
    let measured = || years.iter().enumerate().filter(|(_, (.., reached))| reached.is_some());
    if measured().next().is_none() {
        return Err(NotJudged::NotMeasured);
    }
    if target.level.id() != level {
        return Err(NotJudged::AnotherLevel);
    }
    let over = measured().rfind(|(_, (year, ..))| *year < today);
    let Some((place, (_, wanted, Some(reached)))) = over else { return Err(NotJudged::NotOver) };
    let wanted = wanted.filter(|_| place > 0).ok_or(NotJudged::NoYearlyValue)?;
    Ok(match target.goal {
        Goal::FallEachYear(_) => *reached > wanted,
        Goal::AtLeast(_) | Goal::Times(_) => *reached < wanted,
    })
}

/// A number of at most twelve digits before the point and four after it.
fn is_figure(text: &str) -> bool {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, "0"));
    let digits = |text: &str, most| (1..=most).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
    digits(whole, 12) && digits(fraction, 4)
}

/// Two digits after the point are enough for a rate; the exact value stands in the REST answer of the flows.
fn told(value: Exact, language: Language) -> String {
    let (numerator, denominator) = (i128::from(value.numerator()), i128::from(value.denominator()));
    let hundredths = (numerator * 200 + denominator).div_euclid(2 * denominator);
    vuon_policy::words::number(i64::try_from(hundredths).unwrap_or(i64::MAX), 100, language)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The poverty rate of the pack's programme, which falls by a point a year, set for the nation.
    fn target() -> Target {
        let program = vuon_policy::Library::embedded().load("vn-2022-2026").unwrap();
        program.pack.targets.iter().find(|target| target.id.value == "poor_rate").unwrap().clone()
    }

    fn years(figures: &[(i64, i64)]) -> Vec<Year> {
        let measured = figures.iter().map(|(year, rate)| (*year, Exact::whole(*rate))).collect();
        path(target().goal, &measured, 2021, 2025)
    }

    #[test]
    fn a_target_is_judged_at_its_level_and_where_a_yearly_value_is_known() {
        let judged = |level: &str, figures: &[(i64, i64)]| judged(&target(), level, &years(figures), 2026);
        assert_eq!(judged("nation", &[(2020, 9), (2022, 7)]), Ok(false));
        assert_eq!(judged("nation", &[(2020, 9), (2022, 8)]), Ok(true));
        assert_eq!(judged("commune", &[(2020, 9), (2022, 7)]), Err(NotJudged::AnotherLevel));
        assert_eq!(judged("nation", &[(2021, 9), (2022, 8)]), Ok(false), "from the first figure on");
        assert_eq!(judged("nation", &[(2021, 9), (2022, 9)]), Ok(true));
        assert_eq!(judged("nation", &[(2020, 9)]), Err(NotJudged::NoYearlyValue), "the start is no year of the path");
        assert_eq!(judged("province", &[]), Err(NotJudged::NotMeasured));
    }

    /// A goal of the last year alone has a line from the first figure to it.
    #[test]
    fn a_goal_of_the_last_year_is_reached_on_a_straight_line() {
        let goal = Goal::AtLeast(Exact::whole(80));
        let wanted = |figures: &[(i64, i64)]| {
            let measured = figures.iter().map(|(year, value)| (*year, Exact::whole(*value))).collect();
            let years = path(goal, &measured, 2016, 2020);
            years.into_iter().map(|(_, wanted, _)| wanted.map(|w| told(w, Language::En))).collect::<Vec<_>>()
        };
        let line = |values: [&str; 6]| values.map(|v| (!v.is_empty()).then(|| v.to_owned())).to_vec();
        assert_eq!(wanted(&[(2015, 60), (2017, 61)]), line(["", "64", "68", "72", "76", "80"]));
        assert_eq!(wanted(&[(2017, 65)]), line(["", "", "", "70", "75", "80"]));
        assert_eq!(wanted(&[(2015, 90)]), line(["", "80", "80", "80", "80", "80"]), "what is reached is to be kept");
        assert_eq!(wanted(&[]), line(["", "", "", "", "", "80"]), "nothing is known but the goal");
        assert_eq!(wanted(&[(2020, 70)]), line(["", "", "", "", "", "80"]));
    }

    /// In January nothing was reviewed yet of the year that has begun: it is as it was at the end of the year before.
    #[test]
    fn a_year_is_judged_when_it_is_over() {
        let judged = |figures: &[(i64, i64)]| judged(&target(), "nation", &years(figures), 2022);
        assert_eq!(judged(&[(2020, 9), (2021, 8), (2022, 8)]), Ok(false), "2021 was on the path");
        assert_eq!(judged(&[(2020, 9), (2021, 9), (2022, 5)]), Ok(true), "2021 was not");
        assert_eq!(judged(&[(2022, 5)]), Err(NotJudged::NotOver));
    }
}
