//! What becomes of capital when its year is over, and of what beneficiaries brought back.
//!
//! The rule is that of the decided allocation by which the unit got the capital, as it was published then: what is left stays
//! with the unit for the next year, or goes back to who gave it. Capital that came by a decision from outside has no rule here.

use crate::agreements::Budget;
use crate::budgets::Allocation;
use crate::money::{Account, Event, Transfer};
use crate::office::Office;
use crate::records::{At, Columns, Filter, Kept, Thing, Written};
use crate::reform::{Handover, successor};
use serde::{Deserialize, Serialize};
use vuon_registry::room::{AnyConnection, Query, hold, text};
use vuon_registry::scope::Action;
use vuon_registry::{RegistryError, Result};

/// What becomes of what a unit did not use of a year's capital.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case", tag = "rule", content = "to")]
pub enum Unspent {
    /// It stays with the unit for the next year.
    Kept,
    /// It goes back to the unit that gave it; to where capital comes from, when absent.
    Returned(Option<String>),
}

/// What became of capital that was not bound, or came back.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Turnover {
    /// Whose it was.
    pub budget: Budget,
    /// Where.
    pub at: At,
    /// `kept` for the next year, `returned` to who gave it, `reused` after it came back.
    pub rule: String,
    /// How much, in đồng.
    pub amount: i64,
}

const KEPT: &str = "kept";
const RETURNED: &str = "returned";
const REUSED: &str = "reused";

impl Thing for Turnover {
    const KIND: &'static str = "turnover";

    fn columns(&self) -> Columns {
        Columns {
            at: self.at.clone(),
            subject: Some(self.budget.unit.clone()),
            scheme: Some(self.budget.scheme.clone()),
            year: Some(self.budget.year.into()),
            state: self.rule.clone(),
            ..Columns::default()
        }
    }
}

fn illegal(why: impl Into<String>) -> RegistryError {
    RegistryError::Illegal { step: "what becomes of capital", why: why.into() }
}

impl Office {
    /// What a unit has not bound of a year's capital stays with it for the next year, or goes back to who gave it, as the
    /// decided allocation says that gave it. Gives how much.
    ///
    /// # Errors
    /// [`RegistryError::Illegal`] before the year is over, when nothing is left, or when no allocation gave it.
    pub async fn carry_over(&self, budget: &Budget) -> Result<i64> {
        self.actor().may(Action::Allocate)?;
        if self.desk.today().year() <= budget.year {
            return Err(illegal("the year of this capital is not over"));
        }
        let mut tx = self.desk.store().write().await?;
        let at = self.unit_at(&mut tx, &budget.unit).await?;
        hold(&mut tx, at.chain()).await?;
        let none = || illegal("no decided allocation gave this capital, so that no rule says what becomes of it");
        let rule = self.unspent_rule(&mut tx, budget).await?.ok_or_else(none)?;
        let (event, to, rule) = match rule {
            Unspent::Kept => {
                let next = Budget { year: budget.year + 1, ..budget.clone() };
                (Event::CarryOver, next.account(), KEPT)
            }
            Unspent::Returned(Some(giver)) => {
                let own = Budget { unit: giver, ..budget.clone() };
                (Event::HandBack, own.account(), RETURNED)
            }
            Unspent::Returned(None) => (Event::GiveBack, self.source_of(&mut tx, budget).await?, RETURNED),
        };
        let turned = Turnover { budget: budget.clone(), at, rule: rule.to_owned(), amount: 0 };
        let amount = self.turn_over(&mut tx, turned, event, (budget.account(), to)).await?;
        tx.commit().await?;
        Ok(amount)
    }

    /// What came back for a year's capital is the unit's capital of this year again. Gives how much.
    ///
    /// # Errors
    /// [`RegistryError::Illegal`] when nothing came back.
    pub async fn reuse(&self, budget: &Budget) -> Result<i64> {
        self.actor().may(Action::Allocate)?;
        let mut tx = self.desk.store().write().await?;
        let at = self.unit_at(&mut tx, &budget.unit).await?;
        hold(&mut tx, at.chain()).await?;
        let this_year = Budget { year: self.desk.today().year(), ..budget.clone() };
        let turned = Turnover { budget: budget.clone(), at, rule: REUSED.to_owned(), amount: 0 };
        let ways = (Account::Returned(budget.owner()), this_year.account());
        let amount = self.turn_over(&mut tx, turned, Event::Reuse, ways).await?;
        tx.commit().await?;
        Ok(amount)
    }

    /// Moves all that an account of a unit holds, and records it.
    async fn turn_over(
        &self,
        tx: &mut AnyConnection,
        turned: Turnover,
        event: Event,
        (from, to): (Account, Account),
    ) -> Result<i64> {
        let amount = self.balances(tx, std::slice::from_ref(&from)).await?[0];
        if amount == 0 {
            return Err(illegal("nothing is left of it"));
        }
        let (chain, rule) = (turned.at.chain().to_owned(), turned.rule.clone());
        let id = self.write_one(tx, Written::new("turned_over", Turnover { amount, ..turned })).await?;
        let transfer = Transfer { event, from, to, amount, key: format!("{rule}/{id}") };
        self.transfer(tx, &chain, self.desk.today(), vec![(id, vec![transfer])]).await?;
        Ok(amount)
    }

    /// What becomes of what a unit did not use, by the last decided allocation that gave the capital: to the unit itself, or
    /// to a unit that it came from in a reform. Nothing where none did.
    pub(crate) async fn unspent_rule(
        &self,
        connection: &mut AnyConnection,
        budget: &Budget,
    ) -> Result<Option<Unspent>> {
        let Some(given) = self.given_by(connection, budget).await? else { return Ok(None) };
        if given.published.formula.unspent == KEPT {
            return Ok(Some(Unspent::Kept));
        }
        let Some(giver) = given.unit else { return Ok(Some(Unspent::Returned(None))) };
        // A giver that is no more has handed its capital over to the unit that came after.
        let list = self.desk.area_list().await?;
        let after = successor(connection, &giver, &list).await?.map(|at| at.chain().to_owned());
        Ok(Some(Unspent::Returned(Some(after.unwrap_or(giver)))))
    }

    /// The last decided allocation by which a unit, or one that it came from, got its capital.
    async fn given_by(&self, connection: &mut AnyConnection, budget: &Budget) -> Result<Option<Allocation>> {
        let of = Filter { scheme: Some(budget.scheme.clone()), ..Filter::default() };
        let handed: Vec<Kept<Handover>> = self.find_anywhere(connection, &of).await?;
        let before = handed.into_iter().filter(|kept| kept.thing.to == *budget).map(|kept| kept.thing.from.unit);
        let units: Vec<String> = before.chain([budget.unit.clone()]).collect();
        let decided = Filter { state: Some("decided".to_owned()), ..of };
        let allocations: Vec<Kept<Allocation>> = self.find_anywhere(connection, &decided).await?;
        let gave = |allocation: &Allocation| {
            let lines = &allocation.published.result.lines;
            allocation.year == budget.year && lines.iter().any(|line| line.amount > 0 && units.contains(&line.unit))
        };
        Ok(allocations.into_iter().map(|kept| kept.thing).rfind(gave))
    }

    /// The source from which the capital of a scheme's year was given: its name has the pack of that time.
    async fn source_of(&self, connection: &mut AnyConnection, budget: &Budget) -> Result<Account> {
        let query = Query::new("SELECT from_account FROM money_transfer WHERE event = 'allocate' AND to_account = ");
        let query = query.bind(budget.account().to_string()).push(" ORDER BY key LIMIT 1");
        let found = query.first(connection, |row| text(row, 0)).await?;
        let own = || Account::Source(format!("{}/{}", self.program.pack.id.value, budget.year));
        Ok(found.and_then(|name| Account::parse(&name)).unwrap_or_else(own))
    }

    /// What a unit kept of a scheme's capital of the year before, in đồng.
    pub(crate) async fn carried(
        &self,
        connection: &mut AnyConnection,
        unit: &str,
        scheme: &str,
        year: i16,
    ) -> Result<i64> {
        let of = Filter {
            subject: Some(unit.to_owned()),
            scheme: Some(scheme.to_owned()),
            state: Some(KEPT.to_owned()),
            ..Filter::default()
        };
        let turned: Vec<Kept<Turnover>> = self.find_anywhere(connection, &of).await?;
        let before = turned.iter().filter(|kept| i32::from(kept.thing.budget.year) + 1 == i32::from(year));
        Ok(before.map(|kept| kept.thing.amount).sum())
    }
}
