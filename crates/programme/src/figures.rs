//! How support stands in an area: how much of it asks something of who receives it and reaches those who come first, what
//! comes back and what is late, who left the list.

use crate::agreements::{Agreement, Recipient};
use crate::debt::Debt;
use crate::groups::{Group, Loan};
use crate::office::Office;
use crate::priority::PriorityReach;
use crate::records::{Entered, Kept, Thing};
use crate::repayment::{Age, Lent};
use jiff::ToSpan;
use jiff::civil::Date;
use serde::Serialize;
use std::collections::HashMap;
use vuon_policy::support::Modality;
use vuon_registry::room::{AnyConnection, AnyRow, Query, contents, int, maybe, sql, text};
use vuon_registry::scope::{Action, Reach};
use vuon_registry::spells::history::newly_escaped_months;
use vuon_registry::{RegistryError, Result};

/// Figures of an area and year about its agreements.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, utoipa::ToSchema)]
pub struct SupportFigures {
    /// Agreements that were approved.
    pub agreements: i64,
    /// What was agreed, in đồng.
    pub agreed: i64,
    /// Of it, what is conditional or repayable.
    pub enabling: i64,
    /// What was paid, in đồng.
    pub paid: i64,
    /// What was to come back until today, in đồng, of agreements and of loans of groups' funds: what came back, what is
    /// late, what was written off. A fund goes round, so that more comes back than was paid once.
    pub due: i64,
    /// Of it, what came back.
    pub came_back: i64,
    /// Of it, what was written off.
    pub written_off: i64,
    /// What is late, in đồng (of things their value), by how long: 1–30, 31–90, 91–180 days, longer.
    pub late: [i64; 4],
    /// What is late today of debts of all years' capital, in đồng, by how long.
    pub late_of_all_years: [i64; 4],
    /// Of what is late of this year's capital, what is late in things: how many, by how long.
    pub late_things: Vec<LateThings>,
    /// How much reaches those who come first.
    pub priority: PriorityReach,
    /// Households with an agreement that were on a list when it was approved.
    pub households: i64,
    /// Of them, those that have left the list since.
    pub lifted: i64,
    /// What was paid for each household lifted, in đồng; nothing while there is none.
    pub cost_of_lifted: Option<i64>,
    /// Of those who left the list, those back on it within the window.
    pub relapsed: i64,
    /// Households that left the list in the year and were never supported until then, by no agreement, loan or group of
    /// any year.
    pub lifted_without: i64,
    /// Of them, those back on it within the window.
    pub relapsed_without: i64,
}

/// Things that are late.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, utoipa::ToSchema)]
pub struct LateThings {
    /// What they are.
    pub what: String,
    /// What they are counted in.
    pub unit: String,
    /// How many, by how long: 1–30, 31–90, 91–180 days, longer.
    pub late: [i64; 4],
}

impl Office {
    /// The figures of a unit's agreements of a year of capital.
    ///
    /// # Errors
    /// [`RegistryError::NotFound`] for a unit out of reach.
    pub async fn support_figures(&self, unit: &str, year: i16) -> Result<SupportFigures> {
        self.actor().may(Action::ReadFigures)?;
        let mut connection = self.desk.store().read().await?;
        let level = self.level_within_reach(&mut connection, unit).await?;
        let ids = ids_of(&mut connection, Agreement::KIND, (&level, unit), year).await?;
        let agreements: Vec<Kept<Agreement>> = self.load_anywhere(&mut connection, &ids).await?;
        let mut figures = SupportFigures::default();
        for Kept { thing, .. } in &agreements {
            figures.add(thing);
        }
        let loans = ids_of(&mut connection, Loan::KIND, (&level, unit), year).await?;
        let loans: Vec<Kept<Loan>> = self.load_anywhere(&mut connection, &loans).await?;
        let debts = agreements.iter().filter_map(|kept| kept.thing.debt.as_ref());
        for debt in debts.chain(loans.iter().map(|kept| &kept.thing.debt)) {
            add_late(&mut figures, debt, self.desk.today())?;
        }
        figures.late_of_all_years = self.late_now(&mut connection, (&level, unit)).await?;
        add_returned(&mut connection, &mut figures, (&level, unit), year).await?;
        figures.priority = PriorityReach::of(&self.program, agreements.iter().map(|kept| &kept.thing));
        if level == "province" && year < self.desk.today().year() {
            figures.priority.sealed = self.sealed_total(&mut connection, &agreements).await?;
        }
        self.add_moves(&mut connection, &mut figures, (&level, unit), &agreements, year).await?;
        figures.cost_of_lifted = (figures.lifted > 0).then(|| figures.paid / figures.lifted);
        Ok(figures)
    }

    /// What is late in a unit today, of debts of whatever year.
    async fn late_now(&self, connection: &mut AnyConnection, unit: (&str, &str)) -> Result<[i64; 4]> {
        let mut all = SupportFigures::default();
        let agreements =
            Query::new("SELECT r.id FROM record r WHERE r.kind = 'agreement' AND r.state IN ('owing', 'reclaimed')");
        let ids = there(agreements, "r", unit).push(" ORDER BY r.id").all(connection, |row| text(row, 0)).await?;
        for kept in self.load_anywhere::<Agreement>(connection, &ids).await? {
            kept.thing.debt.iter().try_for_each(|debt| add_late(&mut all, debt, self.desk.today()))?;
        }
        let loans = there(Query::new("SELECT r.id FROM record r WHERE r.kind = 'loan'"), "r", unit);
        let ids = loans.push(" ORDER BY r.id").all(connection, |row| text(row, 0)).await?;
        for kept in self.load_anywhere::<Loan>(connection, &ids).await?.iter().filter(|kept| !kept.thing.over) {
            add_late(&mut all, &kept.thing.debt, self.desk.today())?;
        }
        Ok(all.late)
    }

    /// The level of a unit; figures of one out of reach are nobody's.
    pub(crate) async fn level_within_reach(&self, connection: &mut AnyConnection, unit: &str) -> Result<String> {
        let level = sql("SELECT level, province, district FROM area WHERE id = $1", [unit.into()]);
        let read = |row: &AnyRow| Ok((text(row, 0)?, text(row, 1)?, maybe(row, 2)?));
        let (level, province, district) = level.one(connection, read).await?;
        let reaches = match &self.actor().reach {
            Reach::Everything => true,
            Reach::Province(own) => *own == province,
            Reach::District(own) if district.as_ref() == Some(own) => true,
            reach => reach.unit() == Some(unit),
        };
        if reaches { Ok(level) } else { Err(RegistryError::NotFound) }
    }
}

impl SupportFigures {
    fn add(&mut self, agreement: &Agreement) {
        self.agreements += 1;
        self.agreed += agreement.amount;
        self.paid += agreement.paid();
        if agreement.modality().is_some_and(Modality::is_enabling) {
            self.enabling += agreement.amount;
        }
    }
}

impl Office {
    /// Who left the list, and came back, among those with an agreement of the year and those who were never supported.
    async fn add_moves(
        &self,
        connection: &mut AnyConnection,
        figures: &mut SupportFigures,
        (level, unit): (&str, &str),
        agreements: &[Kept<Agreement>],
        year: i16,
    ) -> Result<()> {
        let window = newly_escaped_months(&self.program);
        // A group's members were supported with it.
        let mut since: HashMap<String, Date> = HashMap::new();
        for kept in agreements {
            let Some((_, on)) = kept.thing.approved else { continue };
            let households = match &kept.thing.recipient {
                Recipient::Group(group) => {
                    let groups: Vec<Kept<Group>> = self.load_anywhere(connection, std::slice::from_ref(group)).await?;
                    groups.into_iter().flat_map(|kept| kept.thing.members).map(|member| member.household).collect()
                }
                recipient => vec![recipient.subject().to_owned()],
            };
            for household in households {
                let first = since.entry(household).or_insert(on);
                *first = on.min(*first);
            }
        }
        let supported_in = supported_in(connection, (level, unit)).await?;
        // What begins on a day to come has not happened yet.
        let query = Query::new(
            "SELECT s.household, s.valid_from, s.list FROM spell s JOIN household h ON h.id = s.household \
             WHERE s.known_to IS NULL AND s.valid_from <= ",
        );
        let query = there(query.bind(self.desk.today()), "h", (level, unit));
        let query = query.push(" ORDER BY s.household, s.valid_from, s.known_from, s.id");
        let rows = query.all(connection, |row| {
            let listed = maybe(row, 2)?.is_some();
            Ok((text(row, 0)?, vuon_registry::room::day(row, 1)?, listed))
        });
        let rows = rows.await?;
        for spells in rows.chunk_by(|a, b| a.0 == b.0) {
            let supported = since.get(&spells[0].0).copied();
            let from = supported.unwrap_or_else(|| jiff::civil::date(year, 1, 1));
            let before = spells.iter().rfind(|(_, day, _)| *day <= from).is_some_and(|(.., listed)| *listed);
            figures.households += i64::from(supported.is_some() && before);
            let left = spells.iter().position(|(_, day, listed)| *day > from && !listed).filter(|_| before);
            let Some(left) = left else { continue };
            let left_in = spells[left].1.year();
            let otherwise = supported_in.get(&spells[0].0).is_some_and(|first| *first <= i64::from(left_in));
            if supported.is_none() && (left_in > year || otherwise) {
                continue;
            }
            let until = window.map(|months| spells[left].1.saturating_add(months.months()));
            let back = spells[left..].iter().any(|(_, day, listed)| *listed && until.is_none_or(|until| *day <= until));
            let (lifted, relapsed) = if supported.is_some() {
                (&mut figures.lifted, &mut figures.relapsed)
            } else {
                (&mut figures.lifted_without, &mut figures.relapsed_without)
            };
            *lifted += 1;
            *relapsed += i64::from(back);
        }
        Ok(())
    }
}

/// Narrows a query to what is in a unit.
pub(crate) fn there(query: Query, row: &str, (level, unit): (&str, &str)) -> Query {
    query.push(" AND ").push(row).push(".").push(level).push(" = ").bind(unit)
}

/// The first year in which a household was supported, by an agreement of its own, a loan of a group's fund, or as a member of a
/// group that was.
async fn supported_in(connection: &mut AnyConnection, unit: (&str, &str)) -> Result<HashMap<String, i64>> {
    let own = Query::new(
        "SELECT COALESCE(r.household, r.subject), MIN(r.year) FROM record r WHERE r.kind IN ('agreement', 'loan') \
         AND r.state NOT IN ('draft', 'refused')",
    );
    let own = there(own, "r", unit).push(" GROUP BY COALESCE(r.household, r.subject)");
    let mut first: HashMap<String, i64> = HashMap::new();
    let mut add = |household: String, year: i64| {
        first.entry(household).and_modify(|own| *own = year.min(*own)).or_insert(year);
    };
    for (household, year) in own.all(connection, |row| Ok((maybe(row, 0)?, int(row, 1)?))).await? {
        household.into_iter().for_each(|household| add(household, year));
    }
    // Whoever was ever in a group that was supported, also one that left it or that is dissolved: the entries tell.
    let groups = Query::new(
        "SELECT e.content, MIN(r.year) FROM record r JOIN entry e ON e.subject = r.subject AND e.kind = 'group' \
         WHERE r.kind = 'agreement' AND r.state NOT IN ('draft', 'refused')",
    );
    let groups = there(groups, "r", unit).push(" GROUP BY e.content");
    let groups: Vec<(String, i64)> = groups.all(connection, |row| Ok((text(row, 0)?, int(row, 1)?))).await?;
    let hashes: Vec<String> = groups.iter().map(|(hash, _)| hash.clone()).collect();
    let entered = contents::<Entered<Group>>(connection, &hashes).await?;
    for (hash, year) in groups {
        let gone = || RegistryError::Damaged { what: "a group has no content".into() };
        let group = &entered.get(&hash).ok_or_else(gone)?.thing;
        group.members.iter().for_each(|member| add(member.household.clone(), year));
    }
    Ok(first)
}

/// The agreements or loans of a unit of a year of capital, but for those that were never approved.
async fn ids_of(connection: &mut AnyConnection, kind: &str, unit: (&str, &str), year: i16) -> Result<Vec<String>> {
    let query = Query::new("SELECT r.id FROM record r WHERE r.kind = ").bind(kind).push(" AND r.year = ");
    let query = query.bind(i64::from(year)).push(" AND r.state NOT IN ('draft', 'refused')");
    there(query, "r", unit).push(" ORDER BY r.id").all(connection, |row| text(row, 0)).await
}

/// What is late of a debt, by how long.
fn add_late(figures: &mut SupportFigures, debt: &Debt, today: Date) -> Result<()> {
    if !debt.begun || debt.written_off.is_some() {
        return Ok(());
    }
    let standing = debt.standing(today)?;
    let place = match Age::of(standing.days_late) {
        Age::Current => return Ok(()),
        Age::Days30 => 0,
        Age::Days90 => 1,
        Age::Days180 => 2,
        Age::Older => 3,
    };
    figures.late[place] += standing.late_worth;
    let Lent::Things(things) = &debt.lent else { return Ok(()) };
    let same = figures.late_things.iter().position(|row| row.what == things.what && row.unit == things.unit);
    let row = same.unwrap_or_else(|| {
        let (what, unit) = (things.what.clone(), things.unit.clone());
        figures.late_things.push(LateThings { what, unit, late: [0; 4] });
        figures.late_things.len() - 1
    });
    figures.late_things[row].late[place] += standing.late;
    Ok(())
}

/// What came back and what was written off, of agreements and of loans of groups' funds.
async fn add_returned(
    connection: &mut AnyConnection,
    figures: &mut SupportFigures,
    unit: (&str, &str),
    year: i16,
) -> Result<()> {
    let query = Query::new(
        "SELECT t.event, CAST(SUM(t.amount) AS BIGINT) FROM money_transfer t JOIN record r ON r.id = t.record \
         WHERE r.kind IN ('agreement', 'loan') AND t.event IN ('repay', 'repay_group', 'repay_things', 'write_off') \
         AND r.year = ",
    );
    let query = there(query.bind(i64::from(year)), "r", unit);
    let sums = query.push(" GROUP BY t.event").all(connection, |row| Ok((text(row, 0)?, int(row, 1)?))).await?;
    for (event, amount) in sums {
        let sum = if event == "write_off" { &mut figures.written_off } else { &mut figures.came_back };
        *sum += amount;
    }
    figures.due = figures.came_back + figures.written_off + figures.late.iter().sum::<i64>();
    Ok(())
}
