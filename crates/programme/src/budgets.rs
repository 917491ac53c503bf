//! Capital: from the programme to provinces, from a unit to the units below it by a published formula, and what a unit has
//! for a scheme and a year.
//!
//! In: the figures of the register on a day, whose own identities must hold, and those that the register does not know.
//! Out: an allocation as it is published, and, once it is decided, money in the budgets of the units. What becomes of it when
//! the year is over is in [`crate::unspent`].

use crate::agreements::Budget;
use crate::allocation;
use crate::money::{Account, Event, Transfer, entered};
use crate::office::Office;
use crate::published::{Published, Subject, publish, verify};
use crate::records::{At, Columns, Filter, Kept, Thing, Written};
use crate::unspent::Unspent;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use vuon_policy::exact::Exact;
use vuon_policy::model::Language;
use vuon_registry::room::{AnyConnection, Query, hold, int, maybe, sql, text};
use vuon_registry::scope::{Action, Reach};
use vuon_registry::{RegistryError, Result};

/// The ethnic group of the majority, in the codes of Vietnam's list: everybody else is of a minority.
const MAJORITY: &str = "kinh";

/// The figure of what a unit kept of the year before: the book of money gives it.
const CARRIED: &str = "carried";

/// An allocation of capital among units.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Allocation {
    /// The unit whose capital it is; the nation when absent.
    pub unit: Option<String>,
    /// The scheme it is for.
    pub scheme: String,
    /// The year of the capital.
    pub year: i16,
    /// Which of the unit's allocations for the scheme and year, from 1.
    pub number: usize,
    /// Where it is kept.
    pub at: At,
    /// The computation, as it is published.
    #[schema(value_type = Object)]
    pub published: Published,
    /// When it was decided, and by whom; a draft when absent.
    #[schema(value_type = Option<(String, String)>)]
    pub decided: Option<(Date, String)>,
}

impl Thing for Allocation {
    const KIND: &'static str = "allocation";

    fn columns(&self) -> Columns {
        let unit = self.unit.as_deref().unwrap_or("nation");
        Columns {
            key: Some(format!("{unit}/{}/{}/{}", self.scheme, self.year, self.number)),
            at: self.at.clone(),
            subject: self.unit.clone(),
            scheme: Some(self.scheme.clone()),
            year: Some(self.year.into()),
            state: if self.decided.is_some() { "decided" } else { "draft" }.to_owned(),
            ..Columns::default()
        }
    }
}

/// What is asked of a new allocation.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewAllocation {
    /// The unit whose capital it is; the nation when absent.
    pub unit: Option<String>,
    /// The scheme it is for.
    pub scheme: String,
    /// The year of the capital.
    pub year: i16,
    /// The formula of the pack.
    pub formula: String,
    /// How much, in đồng.
    pub amount: i64,
    /// The day whose register the figures are of.
    #[schema(value_type = String, format = Date)]
    pub figures_of: Date,
    /// Among which of the units below; among all when empty.
    #[serde(default)]
    pub units: Vec<String>,
    /// Figures that the register does not know, also those of a unit that keeps no list here yet: by unit, by criterion, as `12.5`.
    #[serde(default)]
    pub figures: BTreeMap<String, BTreeMap<String, String>>,
    /// For a what-if: other coefficients, by criterion. A decision takes none.
    #[serde(default)]
    pub coefficients: BTreeMap<String, String>,
}

/// What a unit has for a scheme and a year.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, utoipa::ToSchema)]
pub struct BudgetRow {
    /// The budget.
    pub budget: Budget,
    /// What it was given, in đồng.
    pub allocated: i64,
    /// What it gave on to the units below, in đồng.
    pub passed_on: i64,
    /// What is bound to agreements, paid or not, in đồng.
    pub committed: i64,
    /// What reached beneficiaries, in đồng.
    pub paid: i64,
    /// What it did not use and that stayed for the next year, or went back, in đồng.
    pub unspent: i64,
    /// What is left, in đồng.
    pub free: i64,
    /// What came back from beneficiaries and is not capital of a year again, in đồng.
    pub came_back: i64,
    /// What becomes of what is left, once the year is over; nothing where no decided allocation says so.
    pub next: Option<Unspent>,
}

/// Capital from outside of the register, such as the year's central budget.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Grant {
    /// The unit that receives it.
    pub unit: String,
    /// The scheme it is for.
    pub scheme: String,
    /// The year.
    pub year: i16,
    /// Where it is recorded.
    pub at: At,
    /// How much, in đồng.
    pub amount: i64,
    /// The decision that gives it.
    pub document: String,
}

impl Thing for Grant {
    const KIND: &'static str = "grant";

    fn columns(&self) -> Columns {
        Columns {
            key: Some(format!("{}/{}/{}/{}", self.unit, self.scheme, self.year, self.document)),
            at: self.at.clone(),
            subject: Some(self.unit.clone()),
            scheme: Some(self.scheme.clone()),
            year: Some(self.year.into()),
            state: "given".to_owned(),
            ..Columns::default()
        }
    }
}

fn illegal(why: impl Into<String>) -> RegistryError {
    RegistryError::Illegal { step: "an allocation", why: why.into() }
}

struct Named {
    id: String,
    name: String,
}

impl Office {
    /// Records capital that a unit was given by a decision from outside; its id.
    ///
    /// # Errors
    /// [`RegistryError::Exists`] when the same was recorded before.
    pub async fn receive_capital(
        &self,
        unit: &str,
        scheme: &str,
        year: i16,
        amount: i64,
        document: &str,
    ) -> Result<String> {
        self.actor().may(Action::Allocate)?;
        self.begins_of(year)?;
        self.scheme(scheme)?;
        entered("amount", amount)?;
        let document = crate::groups::named("document", document)?;
        let mut tx = self.desk.store().write().await?;
        let at = self.unit_at(&mut tx, unit).await?;
        hold(&mut tx, at.chain()).await?;
        let (unit, scheme) = (unit.to_owned(), scheme.to_owned());
        let budget = Budget { unit: unit.clone(), scheme: scheme.clone(), year };
        let grant = Grant { unit, scheme, year, at: at.clone(), amount, document };
        let id = self.write_one(&mut tx, Written::new("given", grant)).await?;
        let transfer = Transfer {
            event: Event::Allocate,
            from: Account::Source(format!("{}/{year}", self.program.pack.id.value)),
            to: budget.account(),
            amount,
            key: format!("grant/{id}"),
        };
        self.transfer(&mut tx, at.chain(), self.desk.today(), vec![(id.clone(), vec![transfer])]).await?;
        tx.commit().await?;
        Ok(id)
    }

    /// Computes an allocation and keeps nothing: what a formula, or other coefficients, would give.
    ///
    /// # Errors
    /// [`RegistryError::Illegal`] for figures or coefficients that are missing, all of them named;
    /// [`RegistryError::Inconsistent`] when the register's own tables do not add up.
    pub async fn what_if(&self, new: &NewAllocation) -> Result<Published> {
        self.actor().may(Action::Allocate)?;
        let mut connection = self.desk.store().read().await?;
        self.computed(&mut connection, new).await
    }

    /// Keeps an allocation as a draft, in place of an earlier draft of the same unit, scheme and year; its id. What was decided
    /// stays: another one gives on what came later, or was kept.
    ///
    /// # Errors
    /// As [`what_if`](Self::what_if).
    pub async fn draft_allocation(&self, new: &NewAllocation) -> Result<String> {
        self.actor().may(Action::Allocate)?;
        self.begins_of(new.year)?;
        if !new.coefficients.is_empty() {
            return Err(illegal("other coefficients than the pack's are for a what-if: a decision follows the pack"));
        }
        let mut tx = self.desk.store().write().await?;
        let at = self.allocator_at(&mut tx, new.unit.as_deref()).await?;
        hold(&mut tx, at.chain()).await?;
        let published = self.computed(&mut tx, new).await?;
        let filter = Filter { subject: new.unit.clone(), scheme: Some(new.scheme.clone()), ..Filter::default() };
        let same: Vec<Kept<Allocation>> = self.find(&mut tx, &filter).await?;
        let same: Vec<Kept<Allocation>> =
            same.into_iter().filter(|kept| kept.thing.year == new.year && kept.thing.unit == new.unit).collect();
        let draft = same.iter().find(|kept| kept.thing.decided.is_none());
        let number = draft.map_or(same.len() + 1, |kept| kept.thing.number);
        let (unit, scheme, year) = (new.unit.clone(), new.scheme.clone(), new.year);
        let allocation = Allocation { unit, scheme, year, number, at, published, decided: None };
        let written = match draft {
            None => Written::new("drafted", allocation),
            Some(kept) => kept.next("drafted", allocation),
        };
        let id = self.write_one(&mut tx, written).await?;
        tx.commit().await?;
        Ok(id)
    }

    /// Decides an allocation: its file is computed again, and the money goes to the units' budgets.
    ///
    /// # Errors
    /// [`RegistryError::Illegal`] when it was decided, its file does not compute to what it says, or the capital is not there.
    pub async fn decide_allocation(&self, id: &str, version: i64) -> Result<()> {
        self.actor().may(Action::Allocate)?;
        let (mut tx, kept) = self.change_thing::<Allocation>(id, version).await?;
        let allocation = &kept.thing;
        self.allocator_at(&mut tx, allocation.unit.as_deref()).await?;
        if allocation.decided.is_some() {
            return Err(illegal("it was decided"));
        }
        self.begins_of(allocation.year)?;
        if allocation.published.pack_hash != self.program.hash {
            return Err(illegal("it was drafted under rules that have changed since: draft it again"));
        }
        let differences = verify(&allocation.published).map_err(|problem| illegal(problem.to_string()))?;
        if let Some(first) = differences.first() {
            return Err(illegal(format!("computed again it differs: {first}")));
        }
        let budget =
            |unit: &str| Budget { unit: unit.to_owned(), scheme: allocation.scheme.clone(), year: allocation.year };
        let (event, from) = match &allocation.unit {
            None => (Event::Allocate, Account::Source(format!("{}/{}", self.program.pack.id.value, allocation.year))),
            Some(unit) => (Event::PassOn, budget(unit).account()),
        };
        let lines = allocation.published.result.lines.iter().filter(|line| line.amount > 0);
        let transfers = lines.map(|line| Transfer {
            event,
            from: from.clone(),
            to: budget(&line.unit).account(),
            amount: line.amount,
            key: format!("allocate/{id}/{}", line.unit),
        });
        let transfers = transfers.collect();
        let (chain, today) = (allocation.at.chain().to_owned(), self.desk.today());
        let decided = Allocation { decided: Some((today, self.actor().id.clone())), ..allocation.clone() };
        self.write_one(&mut tx, kept.next("decided", decided)).await?;
        self.transfer(&mut tx, &chain, today, vec![(id.to_owned(), transfers)]).await?;
        tx.commit().await?;
        Ok(())
    }

    /// The allocations of a year, published and no secret: of every unit, decided ones alone for whoever may not allocate.
    pub async fn allocations(&self, year: Option<i16>) -> Result<Vec<Kept<Allocation>>> {
        self.actor().may(Action::ReadFigures)?;
        let mut connection = self.desk.store().read().await?;
        let mut query = Query::new("SELECT r.id FROM record r WHERE r.kind = 'allocation'");
        if self.actor().may(Action::Allocate).is_err() {
            query = query.push(" AND r.state = 'decided'");
        }
        if let Some(year) = year {
            query = query.push(" AND r.year = ").bind(i64::from(year));
        }
        let ids = query.push(" ORDER BY r.id").all(&mut connection, |row| text(row, 0)).await?;
        self.load_anywhere(&mut connection, &ids).await
    }

    /// One of them.
    pub async fn allocation(&self, id: &str) -> Result<Kept<Allocation>> {
        let found = self.allocations(None).await?;
        found.into_iter().find(|kept| kept.id == id).ok_or(RegistryError::NotFound)
    }

    /// What a unit, and each unit directly below it, has by scheme and year. It is no secret.
    pub async fn budgets(&self, unit: &str) -> Result<Vec<BudgetRow>> {
        self.actor().may(Action::ReadFigures)?;
        let mut connection = self.desk.store().read().await?;
        let below = self.below(&mut connection, Some(unit)).await?;
        let mut rows = Vec::new();
        for id in std::iter::once(unit).chain(below.iter().map(|unit| unit.id.as_str())) {
            rows.extend(self.budgets_of(&mut connection, id).await?);
        }
        Ok(rows)
    }

    async fn budgets_of(&self, connection: &mut AnyConnection, unit: &str) -> Result<Vec<BudgetRow>> {
        let prefix = format!("{unit}/");
        let accounts = sql(
            "SELECT owner, balance FROM money_account WHERE kind = 'budget' AND owner >= $1 AND owner < $2 ORDER BY owner",
            [prefix.as_str().into(), format!("{unit}0").into()],
        );
        let accounts = accounts.all(connection, |row| Ok((text(row, 0)?, int(row, 1)?))).await?;
        let mut rows = Vec::with_capacity(accounts.len());
        for (owner, free) in accounts {
            let damaged = || RegistryError::Damaged { what: "the name of a budget".into() };
            let budget = Budget::of_owner(&owner).ok_or_else(damaged)?;
            let account = Account::Budget(owner).to_string();
            let flows = sql(
                "SELECT event, CAST(CASE WHEN from_account = $1 THEN 1 ELSE 0 END AS BIGINT) AS gone, CAST(SUM(amount) AS BIGINT) \
                 FROM money_transfer WHERE from_account = $2 OR to_account = $3 GROUP BY 1, 2",
                [account.as_str().into(), account.as_str().into(), account.as_str().into()],
            );
            let read = |row: &vuon_registry::room::AnyRow| {
                Ok((text(row, 0)?, vuon_registry::room::yes(row, 1)?, int(row, 2)?))
            };
            let flows = flows.all(connection, read).await?;
            let sum = |event: Event, out: bool| -> i64 {
                flows.iter().filter(|(id, o, _)| id == event.id() && *o == out).map(|(.., amount)| amount).sum()
            };
            let received = [Event::Allocate, Event::PassOn, Event::CarryOver, Event::Reuse];
            let unspent = [Event::CarryOver, Event::HandBack, Event::GiveBack];
            let returned = self.balances(connection, &[Account::Returned(budget.owner())]).await?[0];
            let is_over = free > 0 && budget.year < self.desk.today().year();
            let next = if is_over { self.unspent_rule(connection, &budget).await? } else { None };
            rows.push(BudgetRow {
                allocated: received.into_iter().map(|event| sum(event, false)).sum(),
                passed_on: sum(Event::PassOn, true) - sum(Event::HandBack, false),
                unspent: unspent.into_iter().map(|event| sum(event, true)).sum(),
                came_back: returned,
                next,
                committed: sum(Event::Commit, true) - sum(Event::Release, false) - sum(Event::Refund, false),
                paid: self.paid_of(connection, &account).await?,
                free,
                budget,
            });
        }
        Ok(rows)
    }

    /// What was paid out of the commitments of a budget, less what was given back.
    async fn paid_of(&self, connection: &mut AnyConnection, budget: &str) -> Result<i64> {
        let paid = sql(
            "SELECT CAST(COALESCE(SUM(p.balance), 0) AS BIGINT) FROM money_transfer t \
             JOIN money_account c ON c.id = t.to_account JOIN money_account p ON p.owner = c.owner AND p.kind = 'paid' \
             WHERE t.event = 'commit' AND t.from_account = $1",
            [budget.into()],
        );
        paid.count(connection).await
    }

    async fn computed(&self, connection: &mut AnyConnection, new: &NewAllocation) -> Result<Published> {
        let label = self.scheme(&new.scheme)?.label.get(Language::Vi).to_owned();
        let formulas = &self.program.pack.formulas;
        let mut formula = formulas.iter().find(|known| known.id.value == new.formula).cloned().ok_or_else(|| {
            let known: Vec<&str> = formulas.iter().map(|formula| formula.id.value.as_str()).collect();
            RegistryError::invalid("formula", format!("the pack has {}", known.join(", ")))
        })?;
        for (id, coefficient) in &new.coefficients {
            let wrong =
                || RegistryError::invalid("coefficients", format!("{id}: a number of a criterion of the formula"));
            let criterion = formula.criteria.iter_mut().find(|known| known.id.value == *id).ok_or_else(wrong)?;
            criterion.coefficient = Some(Exact::parse(coefficient).ok_or_else(wrong)?);
        }
        let units = self.figures(connection, new).await?;
        entered("amount", new.amount)?;
        let figures_of = new.figures_of.to_string();
        let subject = Subject { title: &label, year: new.year.into(), figures_of: &figures_of, amount: new.amount };
        publish(&self.program, &formula, &subject, units).map_err(|problem| illegal(problem.to_string()))
    }

    /// The units below, with the register's figures and those that were entered: the register knows the households of its lists,
    /// and so no rate among all.
    async fn figures(&self, connection: &mut AnyConnection, new: &NewAllocation) -> Result<Vec<allocation::Unit>> {
        let unit = new.unit.as_deref();
        self.allocator_at(connection, unit).await?;
        let mut below = self.below(connection, unit).await?;
        if let Some(other) = new.units.iter().find(|id| !below.iter().any(|unit| unit.id == **id)) {
            return Err(RegistryError::invalid("units", format!("{other} does not lie directly below")));
        }
        below.retain(|unit| new.units.is_empty() || new.units.contains(&unit.id));
        let list = match unit {
            Some(unit) => unit.to_owned(),
            None => self.desk.area_list().await?,
        };
        self.desk.check_identities(&list).await?;
        let flows = self.desk.flows(&list, new.figures_of, new.figures_of).await?;
        let mut units = Vec::with_capacity(below.len());
        for Named { id, name } in below {
            let mut told = self.counted(connection, &id, new.figures_of).await?;
            if told.remove("listed").unwrap_or(0) > 0 {
                let flow = flows.iter().find(|flow| flow.area == id);
                let poor = flow.map_or(0, |flow| flow.poor.households.closing);
                told.insert("poor_households".into(), poor);
                told.insert("near_poor_households".into(), flow.map_or(0, |flow| flow.near_poor.households.closing));
            } else {
                told.retain(|figure, _| figure == "communes");
            }
            let mut told: BTreeMap<String, String> = told.into_iter().map(|(k, v)| (k, v.to_string())).collect();
            let mut transfers = None;
            let carried = self.carried(connection, &id, &new.scheme, new.year).await?;
            for (figure, value) in new.figures.get(&id).into_iter().flatten() {
                match figure.as_str() {
                    "transfers" => transfers = Some(value.clone()),
                    known if known == CARRIED || told.contains_key(known) => {
                        return Err(RegistryError::invalid(known, "the register gives this figure; leave it out"));
                    }
                    _ => {
                        told.insert(figure.clone(), value.clone());
                    }
                }
            }
            units.push(allocation::Unit { id, name, figures: told, transfers, carried });
        }
        Ok(units)
    }

    /// On a day: the households of a unit that were ever on a list, poor ones whose head is of an ethnic minority (the
    /// head of today; left out where of one the ethnic group is not known); its communes.
    async fn counted(&self, connection: &mut AnyConnection, unit: &str, on: Date) -> Result<BTreeMap<String, i64>> {
        let level = sql("SELECT level FROM area WHERE id = $1", [unit.into()]).one(connection, |r| text(r, 0)).await?;
        let there = |select: &'static str| {
            let query = Query::new(select).push(" WHERE h.").push(&level).push(" = ").bind(unit);
            let query = query.push(" AND h.opened <= ").bind(on).push(" AND (h.closed IS NULL OR h.closed > ").bind(on);
            query.push(")")
        };
        let listed = there("SELECT COUNT(*) FROM household h")
            .push(" AND EXISTS (SELECT 1 FROM spell s WHERE s.household = h.id AND s.known_to IS NULL AND s.list IS NOT NULL")
            .push(" AND s.valid_from <= ")
            .bind(on)
            .push(")");
        let poor = |query: Query| {
            let query = query.push(" AND (SELECT s.list FROM spell s WHERE s.household = h.id AND s.known_to IS NULL");
            let query = query.push(" AND s.valid_from <= ").bind(on);
            query.push(" ORDER BY s.valid_from DESC, s.known_from DESC, s.id DESC LIMIT 1) = 'poor'")
        };
        let head = || there("SELECT COUNT(*) FROM household h LEFT JOIN person p ON p.id = h.head");
        let minority = poor(head()).push(" AND p.ethnic <> ").bind(MAJORITY);
        let not_known = poor(head()).push(" AND p.ethnic IS NULL");
        let communes = Query::new("SELECT COUNT(*) FROM area a WHERE a.level = 'commune' AND (a.id = ").bind(unit);
        let communes = communes.push(" OR a.district = ").bind(unit).push(" OR a.province = ").bind(unit).push(")");
        let mut counted = BTreeMap::from([
            ("listed".to_owned(), listed.count(connection).await?),
            ("communes".to_owned(), communes.count(connection).await?),
        ]);
        if not_known.count(connection).await? == 0 {
            counted.insert("minority_poor_households".to_owned(), minority.count(connection).await?);
        }
        Ok(counted)
    }

    /// The units directly below a unit; the provinces of the list in force below the nation.
    async fn below(&self, connection: &mut AnyConnection, unit: Option<&str>) -> Result<Vec<Named>> {
        let read = |row: &vuon_registry::room::AnyRow| Ok(Named { id: text(row, 0)?, name: text(row, 1)? });
        let query = Query::new("SELECT id, kind || ' ' || name FROM area WHERE ");
        let query = match unit {
            Some(unit) => query.push("parent = ").bind(unit),
            None => query.push("parent IS NULL AND list = ").bind(self.desk.area_list().await?),
        };
        query.push(" ORDER BY code").all(connection, read).await
    }

    /// Where an allocation of a unit's capital is recorded, for whoever may allocate it: the ministry the nation's, a
    /// province its own.
    pub(crate) async fn allocator_at(&self, connection: &mut AnyConnection, unit: Option<&str>) -> Result<At> {
        match (unit, &self.actor().reach) {
            (None, Reach::Everything) => Ok(At::default()),
            (None, _) => Err(RegistryError::NotFound),
            (Some(unit), _) => self.unit_at(connection, unit).await,
        }
    }

    pub(crate) async fn unit_at(&self, connection: &mut AnyConnection, unit: &str) -> Result<At> {
        let found = sql("SELECT level, province, district FROM area WHERE id = $1", [unit.into()]);
        let read = |row: &vuon_registry::room::AnyRow| Ok((text(row, 0)?, text(row, 1)?, maybe(row, 2)?));
        let (level, province, district) = found.one(connection, read).await?;
        let covered = match &self.actor().reach {
            Reach::Everything => true,
            Reach::Province(own) => *own == province,
            _ => false,
        };
        if !covered {
            return Err(RegistryError::NotFound);
        }
        let commune = (level == "commune").then(|| unit.to_owned());
        Ok(At { province: Some(province), district, commune, hamlet: None })
    }
}
