//! What steering committees ask: who receives nothing though entitled, who receives twice, which schemes nobody uses; how
//! the targets stand; who is late.

use crate::agreements::{Agreement, AgreementState, Recipient};
use crate::debt::Debt;
use crate::groups::Loan;
use crate::office::Office;
use crate::records::{Filter, Kept, Thing, select};
use jiff::civil::Date;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use vuon_policy::exact::Exact;
use vuon_policy::model::Language;
use vuon_policy::support::{Beneficiary, Goal, Measured, Target};
use vuon_registry::room::{AnyConnection, Query, sql, text};
use vuon_registry::scope::{Action, Reach};
use vuon_registry::{RegistryError, Result};

/// Households of a commune that receive nothing, or twice; schemes that nobody uses.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct GapsAndOverlaps {
    /// Households that are entitled to something and receive nothing now, neither under an agreement nor as a loan of a group's
    /// fund: id, code, head's name, schemes.
    pub nothing: Vec<(String, String, String, Vec<String>)>,
    /// Households that receive now under two agreements of one project of the programme, or of schemes that exclude each other.
    pub twice: Vec<(String, [String; 2])>,
    /// Schemes to which somebody is entitled and under which nobody here receives now: id, how many are entitled.
    pub unused: Vec<(String, i64)>,
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
    /// The register has no figure of it.
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
    /// Who of a commune receives nothing though entitled, who receives twice, which schemes nobody uses.
    pub async fn gaps_and_overlaps(&self, commune: &str) -> Result<GapsAndOverlaps> {
        let rows = self.entitled_in(commune).await?;
        let mut connection = self.desk.store().read().await?;
        let now = self.received_now(&mut connection, commune).await?;
        let mut by_household: BTreeMap<&str, Vec<&Agreement>> = BTreeMap::new();
        for kept in now.iter().filter(|kept| !matches!(kept.thing.recipient, Recipient::Group(_))) {
            by_household.entry(kept.thing.recipient.subject()).or_default().push(&kept.thing);
        }
        let nothing = rows.iter().filter(|row| !row.entitled.is_empty() && row.receives.is_empty());
        let nothing = nothing
            .map(|row| (row.household.clone(), row.code.clone(), row.name.clone(), row.entitled.clone()))
            .collect();
        let mut twice = Vec::new();
        for (household, agreements) in by_household {
            for (place, a) in agreements.iter().enumerate() {
                let others =
                    agreements[place + 1..].iter().filter(|b| self.schemes_give_the_same(&a.scheme, &b.scheme));
                twice.extend(others.map(|b| (household.to_owned(), [a.scheme.clone(), b.scheme.clone()])));
            }
        }
        let mut entitled: BTreeMap<&str, i64> = BTreeMap::new();
        for scheme in rows.iter().flat_map(|row| &row.entitled) {
            *entitled.entry(scheme).or_default() += 1;
        }
        let used: BTreeSet<&str> = now.iter().map(|kept| kept.thing.scheme.as_str()).collect();
        let unused = entitled.into_iter().filter(|(scheme, _)| !used.contains(scheme));
        Ok(GapsAndOverlaps { nothing, twice, unused: unused.map(|(scheme, n)| (scheme.to_owned(), n)).collect() })
    }

    /// Whether two agreements of a household give the same: of one project, or of schemes that exclude each other. Two of one
    /// scheme of members are of two members.
    pub(crate) fn schemes_give_the_same(&self, a: &str, b: &str) -> bool {
        let (Ok(first), Ok(second)) = (self.scheme(a), self.scheme(b)) else { return false };
        if a == b && first.beneficiary == Beneficiary::Member {
            return false;
        }
        let excludes = first.excludes.iter().any(|id| id.value == b) || second.excludes.iter().any(|id| id.value == a);
        let project = |scheme: &vuon_policy::support::Scheme| scheme.project.as_ref().map(|id| id.value.clone());
        excludes || project(first).is_some_and(|own| project(second) == Some(own))
    }

    /// The agreements under which somebody of a commune receives now.
    async fn received_now(&self, connection: &mut AnyConnection, commune: &str) -> Result<Vec<Kept<Agreement>>> {
        let query = select(Agreement::KIND).push(" AND r.commune = ").bind(commune);
        let query = received_in(self.actor().reach.within(query, "r"), self.desk.today().year());
        self.read_things(connection, query.push(" ORDER BY r.id")).await
    }

    /// The schemes under which each household of a commune receives now, a loan of its group's fund among them.
    pub(crate) async fn receivers(
        &self,
        connection: &mut AnyConnection,
        commune: &str,
    ) -> Result<HashMap<String, Vec<String>>> {
        let year = self.desk.today().year();
        let query = Query::new("SELECT r.subject, r.scheme FROM record r WHERE r.kind = 'agreement' AND r.commune = ");
        let query = received_in(query.bind(commune).push(" AND r.subject IS NOT NULL"), year);
        let query = self.actor().reach.within(query, "r").push(" ORDER BY r.subject, r.scheme");
        let mut found: HashMap<String, Vec<String>> = HashMap::new();
        for (subject, scheme) in query.all(connection, |row| Ok((text(row, 0)?, text(row, 1)?))).await? {
            found.entry(subject).or_default().push(scheme);
        }
        let of_commune = Filter { commune: Some(commune.to_owned()), ..Filter::default() };
        let is_now = |loan: &Loan| !loan.over || loan.lent_on().year() == year;
        for Kept { thing: loan, .. } in self.find::<Loan>(connection, &of_commune).await? {
            if !is_now(&loan) {
                continue;
            }
            let own = found.entry(loan.member.household).or_default();
            if !own.contains(&loan.scheme) {
                own.push(loan.scheme);
            }
        }
        Ok(found)
    }

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

    /// The targets of the programme with their yearly path, beside what the register shows of a unit (a list's name stands
    /// for the nation). A target that somebody else has to report has no figures here, nor has a rate for a year of which the
    /// unit's households, all of them, were not entered. Only a unit of the level for which a target is set is judged by it.
    ///
    /// # Errors
    /// [`RegistryError::Invalid`] when the register has more poor households than were entered in all;
    /// [`RegistryError::NotFound`] for a unit out of reach.
    pub async fn targets(&self, area: &str, households: &Households, language: Language) -> Result<Vec<TargetRow>> {
        self.actor().may(Action::ReadFigures)?;
        let level = self.level_of(area).await?;
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
        if !area.contains(':') {
            return Ok(NATION.to_owned());
        }
        let level = sql("SELECT level FROM area WHERE id = $1", [area.into()]);
        level.one(&mut *self.desk.store().read().await?, |row| text(row, 0)).await
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

    /// How it stands with everything that a commune is owed: what is due next, and what is late.
    pub async fn debts_of(&self, commune: &str) -> Result<Vec<(Kept<Agreement>, crate::repayment::Standing)>> {
        self.actor().may(Action::ReadPeople)?;
        let mut connection = self.desk.store().read().await?;
        let mut owing: Vec<Kept<Agreement>> = Vec::new();
        for state in [AgreementState::Owing, AgreementState::Reclaimed] {
            let (commune, state) = (Some(commune.to_owned()), Some(state.id().to_owned()));
            owing.extend(self.find(&mut connection, &Filter { commune, state, ..Filter::default() }).await?);
        }
        let today = self.desk.today();
        let stands = owing.into_iter().filter_map(|kept| {
            let standing = kept.thing.debt.as_ref().map(|debt: &Debt| debt.standing(today))?;
            Some(standing.map(|standing| (kept, standing)))
        });
        let mut rows = stands.collect::<Result<Vec<_>>>()?;
        rows.sort_by_key(|(kept, standing)| {
            (std::cmp::Reverse(standing.days_late), kept.thing.next_due(), kept.id.clone())
        });
        Ok(rows)
    }
}

/// All households of a unit at the end of each year, as they were entered.
pub type Households = BTreeMap<i64, i64>;

const NATION: &str = "nation";

/// Narrows a query of agreements (`r`) to those under which something is received now: what is on its way or owed, and what was
/// fulfilled of a year's capital. A draft gives nothing yet, and what was over before gives nothing any more.
pub(crate) fn received_in(query: Query, year: i16) -> Query {
    let query = query.push(" AND (r.state IN ('running', 'owing') OR (r.state = 'fulfilled' AND r.year = ");
    query.bind(i64::from(year)).push("))")
}

/// A year, what it was to reach, and what it reached.
type Year = (i64, Option<Exact>, Option<Exact>);

fn path(goal: Goal, measured: &BTreeMap<i64, Exact>, first: i64, last: i64) -> Vec<Year> {
    let start = measured.get(&(first - 1)).copied();
    let wanted = |year: i64| match goal {
        Goal::FallEachYear(by) => start?.minus(by.times(Exact::new(year - first + 1, 1)?)?),
        Goal::AtLeast(value) => Some(value).filter(|_| year == last),
        Goal::Times(times) => start?.times(times).filter(|_| year == last),
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

/// Two digits after the point are enough for a rate; the exact value stands in the REST answer of the flows.
fn told(value: Exact, language: Language) -> String {
    let hundredths = (value.numerator() * 200 + value.denominator()).div_euclid(2 * value.denominator());
    vuon_policy::words::number(hundredths, 100, language)
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
        assert_eq!(
            judged("nation", &[(2021, 9), (2022, 5)]),
            Err(NotJudged::NoYearlyValue),
            "where it starts is not known"
        );
        assert_eq!(judged("nation", &[(2020, 9)]), Err(NotJudged::NoYearlyValue), "the start is no year of the path");
        assert_eq!(judged("province", &[]), Err(NotJudged::NotMeasured));
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
