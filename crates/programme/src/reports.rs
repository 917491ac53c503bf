//! What steering committees ask: who receives nothing though entitled, who receives twice, which schemes nobody uses; how
//! the targets stand; who is late.

use crate::agreements::{Agreement, AgreementState};
use crate::debt::Debt;
use crate::groups::Loan;
use crate::office::Office;
use crate::records::{Filter, Kept};
use jiff::civil::Date;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use vuon_policy::exact::Exact;
use vuon_policy::model::Language;
use vuon_policy::support::{Goal, Measured, Target};
use vuon_registry::Result;
use vuon_registry::room::{AnyConnection, Query, sql, text};
use vuon_registry::scope::Action;

/// Households of a commune that receive nothing, or twice; schemes that nobody uses.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct GapsAndOverlaps {
    /// Households that are entitled to something and have neither an agreement nor a loan of a group's fund: id, code, head's name, schemes.
    pub nothing: Vec<(String, String, String, Vec<String>)>,
    /// Households with two open agreements of one project of the programme, or of schemes that exclude each other.
    pub twice: Vec<(String, [String; 2])>,
    /// Schemes to which somebody is entitled and that nobody here has: id, how many are entitled.
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
    /// It is set for another level: the unit's figure stands beside it.
    AnotherLevel,
    /// What the year with the last figure was to reach is not known.
    NoYearlyValue,
}

impl NotJudged {
    /// Its name in answers and words.
    pub fn id(self) -> &'static str {
        match self {
            Self::NotMeasured => "not_measured",
            Self::AnotherLevel => "another_level",
            Self::NoYearlyValue => "no_yearly_value",
        }
    }
}

impl Office {
    /// Who of a commune receives nothing though entitled, who receives twice, which schemes nobody uses.
    pub async fn gaps_and_overlaps(&self, commune: &str) -> Result<GapsAndOverlaps> {
        let rows = self.entitled_in(commune).await?;
        let mut connection = self.desk.store().read().await?;
        let open = self.open_agreements(&mut connection, commune).await?;
        let mut by_household: BTreeMap<&str, Vec<&Agreement>> = BTreeMap::new();
        for kept in &open {
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
        let used: BTreeSet<&str> = open.iter().map(|kept| kept.thing.scheme.as_str()).collect();
        let unused = entitled.into_iter().filter(|(scheme, _)| !used.contains(scheme));
        Ok(GapsAndOverlaps { nothing, twice, unused: unused.map(|(scheme, n)| (scheme.to_owned(), n)).collect() })
    }

    /// Whether agreements of two schemes give the same: of one project, or of schemes that exclude each other.
    pub(crate) fn schemes_give_the_same(&self, a: &str, b: &str) -> bool {
        let (Ok(first), Ok(second)) = (self.scheme(a), self.scheme(b)) else { return false };
        let excludes = first.excludes.iter().any(|id| id.value == b) || second.excludes.iter().any(|id| id.value == a);
        let project = |scheme: &vuon_policy::support::Scheme| scheme.project.as_ref().map(|id| id.value.clone());
        excludes || project(first).is_some_and(|own| project(second) == Some(own))
    }

    pub(crate) async fn open_agreements(
        &self,
        connection: &mut AnyConnection,
        commune: &str,
    ) -> Result<Vec<Kept<Agreement>>> {
        let all: Vec<Kept<Agreement>> =
            self.find(connection, &Filter { commune: Some(commune.to_owned()), ..Filter::default() }).await?;
        let counts = |state: AgreementState| !matches!(state, AgreementState::Refused | AgreementState::Stopped);
        Ok(all.into_iter().filter(|kept| counts(kept.thing.state)).collect())
    }

    /// The schemes that each household of a commune has an agreement of, or a loan of its group's fund.
    pub(crate) async fn receivers(
        &self,
        connection: &mut AnyConnection,
        commune: &str,
    ) -> Result<HashMap<String, Vec<String>>> {
        let query = Query::new("SELECT r.subject, r.scheme FROM record r WHERE r.kind = 'agreement' AND r.commune = ");
        let query = query.bind(commune).push(" AND r.subject IS NOT NULL AND r.state NOT IN ('refused', 'stopped')");
        let query = self.actor().reach.within(query, "r").push(" ORDER BY r.subject, r.scheme");
        let mut found: HashMap<String, Vec<String>> = HashMap::new();
        for (subject, scheme) in query.all(connection, |row| Ok((text(row, 0)?, text(row, 1)?))).await? {
            found.entry(subject).or_default().push(scheme);
        }
        let of_commune = Filter { commune: Some(commune.to_owned()), ..Filter::default() };
        for Kept { thing: loan, .. } in self.find::<Loan>(connection, &of_commune).await? {
            let own = found.entry(loan.member.household).or_default();
            if !own.contains(&loan.scheme) {
                own.push(loan.scheme);
            }
        }
        Ok(found)
    }

    /// The targets of the programme with their yearly path, beside what the register shows of a unit (a list's name stands
    /// for the nation). A target that somebody else has to report has no figures here. Only a unit of the level for which a
    /// target is set is judged by it.
    pub async fn targets(&self, area: &str, language: Language) -> Result<Vec<TargetRow>> {
        self.actor().may(Action::ReadFigures)?;
        let today = self.desk.today();
        let level = self.level_of(area).await?;
        let mut rows = Vec::new();
        for target in &self.program.pack.targets {
            let programme =
                self.program.pack.projects.iter().find(|project| project.id.value == target.programme.value);
            let (first, last) =
                programme.and_then(|project| project.years).unwrap_or((today.year().into(), today.year().into()));
            let mut measured: BTreeMap<i64, Exact> = BTreeMap::new();
            if target.measured_by == Some(Measured::PoorRate) {
                for year in first - 1..=last.min(today.year().into()) {
                    if let Some(rate) = self.poor_rate((&level, area), year).await? {
                        measured.insert(year, rate);
                    }
                }
            }
            let years = path(target.goal, &measured, first, last);
            let judged = judged(target, &level, &years);
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

    /// Poor households in a hundred at the end of a year (today, of this year); nothing while no list is known of then.
    async fn poor_rate(&self, (level, area): (&str, &str), year: i64) -> Result<Option<Exact>> {
        let end = i16::try_from(year).ok().and_then(|year| Date::new(year, 12, 31).ok());
        let Some(day) = end.map(|end| end.min(self.desk.today())) else { return Ok(None) };
        let flows = self.desk.flows(area, day, day).await?;
        let poor = flows.first().map_or(0, |flow| flow.poor.households.closing);
        let mut connection = self.desk.store().read().await?;
        let query = Query::new("SELECT COUNT(*) FROM household h WHERE h.opened <= ").bind(day);
        let query = query.push(" AND (h.closed IS NULL OR h.closed > ").bind(day).push(")");
        let query = match level {
            NATION => query,
            _ => query.push(" AND h.").push(level).push(" = ").bind(area),
        };
        let all = query.count(&mut connection).await?;
        Ok(Exact::new(100 * poor, all).filter(|_| poor > 0))
    }

    /// How it stands with everything that a commune is owed: what is due next, and what is late.
    pub async fn debts_of(&self, commune: &str) -> Result<Vec<(Kept<Agreement>, crate::repayment::Standing)>> {
        self.actor().may(Action::ReadPeople)?;
        let mut connection = self.desk.store().read().await?;
        let filter = Filter {
            commune: Some(commune.to_owned()),
            state: Some(AgreementState::Owing.id().to_owned()),
            ..Filter::default()
        };
        let owing: Vec<Kept<Agreement>> = self.find(&mut connection, &filter).await?;
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

const NATION: &str = "nation";

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

/// Whether the last year with a figure is behind what it was to reach. The year before the programme is where it starts from.
fn judged(target: &Target, level: &str, years: &[Year]) -> std::result::Result<bool, NotJudged> {
    let measured = years.iter().enumerate().rfind(|(_, (.., reached))| reached.is_some());
    let Some((place, (_, wanted, Some(reached)))) = measured else { return Err(NotJudged::NotMeasured) };
    if target.level.id() != level {
        return Err(NotJudged::AnotherLevel);
    }
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
        let judged = |level: &str, figures: &[(i64, i64)]| judged(&target(), level, &years(figures));
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
}
