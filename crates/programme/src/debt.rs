//! What somebody has to bring back: the terms, what came back, how it stands.
//!
//! A debt belongs to an agreement or to a loan of a group's fund. It begins on the day it is handed over; until then it is a
//! plan.

use crate::repayment::{
    Age, Instalment, Lent, Part, Plan, PlanError, Repaid, Split, Standing, Terms, schedule, standing,
};
use jiff::ToSpan;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use vuon_registry::{RegistryError, Result};

/// A debt.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Debt {
    /// What is lent.
    pub lent: Lent,
    /// On what terms.
    pub terms: Terms,
    /// The longest term of the scheme, in months, from the day it was first handed over.
    pub longest_months: Option<i64>,
    /// Whether it was handed over.
    pub begun: bool,
    /// What came back.
    pub repaid: Vec<Repaid>,
    /// The terms before, each with why they were changed, and when.
    #[schema(value_type = Vec<(Terms, String, String)>)]
    pub before: Vec<(Terms, String, Date)>,
    /// Why and when what is left was written off.
    #[schema(value_type = Option<(String, String)>)]
    pub written_off: Option<(String, Date)>,
}

/// What a scheme says of what is lent under it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, utoipa::ToSchema)]
pub struct LendingRules {
    /// Interest for a year, as a share of the principal; exact.
    pub rate: String,
    /// How many times that on what is overdue.
    pub overdue_times: String,
    /// The longest term, in months.
    pub longest_months: Option<i64>,
}

fn wrong(problem: &PlanError) -> RegistryError {
    RegistryError::invalid("plan", problem.to_string())
}

impl Debt {
    /// A debt as it is planned. Things bear no interest.
    ///
    /// # Errors
    /// [`RegistryError::Invalid`] for a plan that is none, or longer than the scheme allows.
    pub(crate) fn planned(lent: Lent, from: Date, plan: Plan, rules: &LendingRules) -> Result<Self> {
        let (rate, overdue_times) = match lent {
            Lent::Money(_) => (rules.rate.clone(), rules.overdue_times.clone()),
            Lent::Things(_) => ("0".to_owned(), "1".to_owned()),
        };
        let longest_months = rules.longest_months;
        let terms = Terms { from, plan, rate, overdue_times, carried_interest: 0 };
        schedule(&lent, &terms, longest_months).map_err(|problem| wrong(&problem))?;
        let (begun, repaid, before, written_off) = (false, Vec::new(), Vec::new(), None);
        Ok(Debt { lent, terms, longest_months, begun, repaid, before, written_off })
    }

    /// What was paid and is asked back as a whole by a day: owed from the start, without interest.
    ///
    /// # Errors
    /// [`RegistryError::Invalid`] when the day is not after the first.
    pub(crate) fn asked_back(amount: i64, from: Date, by: Date) -> Result<Self> {
        let plan = Plan::Seasonal(vec![Part { due: by, amount }]);
        let rules = LendingRules { rate: "0".to_owned(), overdue_times: "1".to_owned(), longest_months: None };
        Ok(Debt { begun: true, ..Debt::planned(Lent::Money(amount), from, plan, &rules)? })
    }

    /// The parts in which it comes back.
    ///
    /// # Errors
    /// [`RegistryError::Damaged`] when the stored plan is none.
    pub fn schedule(&self) -> Result<Vec<Instalment>> {
        let damaged = |_| RegistryError::Damaged { what: "the plan of a debt".into() };
        schedule(&self.lent, &self.terms, None).map_err(damaged)
    }

    /// How it stands on a day. From the day on which it was written off nothing is owed.
    pub fn standing(&self, on: Date) -> Result<Standing> {
        let damaged = |_| RegistryError::Damaged { what: "the plan of a debt".into() };
        let standing = standing(&self.lent, &self.terms, &self.schedule()?, &self.repaid, on).map_err(damaged)?;
        match &self.written_off {
            Some((_, day)) if on >= *day => Ok(Standing { over: standing.over, ..Standing::default() }),
            _ => Ok(standing),
        }
    }

    /// What the repayment at a place of `repaid` was taken for; nothing where there is none. What came back before another plan
    /// was agreed is not in `repaid` any more.
    pub fn split(&self, place: usize) -> Result<Option<Split>> {
        let Some(repaid) = self.repaid.get(place) else { return Ok(None) };
        let after_the_first = |count: usize| {
            let repaid_then = self.repaid[..count].to_vec();
            Debt { repaid: repaid_then, written_off: None, ..self.clone() }.standing(repaid.on)
        };
        let (before, after) = (after_the_first(place)?, after_the_first(place + 1)?);
        Ok(Some(Split {
            late_interest: before.late_interest - after.late_interest,
            interest: before.interest - after.interest,
            principal: before.principal - after.principal,
        }))
    }

    /// How long it is late on a day.
    pub fn age(&self, on: Date) -> Result<Age> {
        Ok(Age::of(self.standing(on)?.days_late))
    }

    /// The day of the first part of which principal is still open, late or not.
    pub fn next_due(&self) -> Option<Date> {
        if !self.begun || self.written_off.is_some() {
            return None;
        }
        let known = self.repaid.iter().map(|repaid| repaid.on).max().unwrap_or(self.terms.from);
        let standing = self.standing(known).ok()?;
        let lent = self.lent.units();
        // Principal goes off the oldest part first.
        let mut back = lent - standing.principal;
        let open = self.schedule().ok()?.into_iter().find(|part| {
            back -= part.principal;
            back < 0
        });
        let last = || self.schedule().ok()?.last().map(|part| part.due);
        open.map(|part| part.due).or_else(|| last().filter(|_| standing.owed > 0))
    }

    /// The debt begins: it was handed over on a day. Regular parts count from then; where seasonal ones would not all come
    /// after it, the day that was agreed stays.
    pub(crate) fn begins(&mut self, on: Date) {
        self.begun = true;
        let agreed = std::mem::replace(&mut self.terms.from, on);
        if self.schedule().is_err() {
            self.terms.from = agreed;
        }
    }

    /// The same debt under another plan from a day on: the principal that is open comes back by it, the interest that has
    /// gathered stays owed and bears none. The longest term counts from when it was first handed over.
    ///
    /// # Errors
    /// [`RegistryError::Invalid`] for a plan that is none, or too long.
    pub(crate) fn planned_anew(&self, plan: Plan, why: String, on: Date) -> Result<Self> {
        let standing = self.standing(on)?;
        let mut next = self.clone();
        next.before.push((self.terms.clone(), why, on));
        next.lent = self.lent.with_units(standing.principal);
        next.terms = Terms {
            from: on,
            plan,
            carried_interest: standing.interest + standing.late_interest,
            ..self.terms.clone()
        };
        next.repaid = Vec::new();
        let parts = schedule(&next.lent, &next.terms, None).map_err(|problem| wrong(&problem))?;
        let first = next.before.first().map_or(on, |(terms, ..)| terms.from);
        let last = parts.last().map_or(on, |part| part.due);
        if let Some(most) = self.longest_months.filter(|most| last > first.saturating_add(most.months())) {
            let message = format!("the scheme allows {most} months from the day it was handed over");
            return Err(RegistryError::invalid("plan", message));
        }
        Ok(next)
    }

    /// The debt with what came back, and how it stands then.
    ///
    /// # Errors
    /// [`RegistryError::Invalid`] for more than is owed, or a day before the last that something came back.
    pub(crate) fn after(&self, repaid: Repaid) -> Result<(Self, Standing)> {
        if repaid.amount <= 0 {
            return Err(RegistryError::invalid("amount", "what came back is above 0"));
        }
        if repaid.on < self.terms.from || self.repaid.last().is_some_and(|last| last.on > repaid.on) {
            let message = "not before the day it was handed over, nor before what came back last";
            return Err(RegistryError::invalid("on", message));
        }
        let mut debt = self.clone();
        debt.repaid.push(repaid);
        let standing = debt.standing(repaid.on)?;
        if standing.over > 0 {
            let owed = repaid.amount - standing.over;
            let message = match self.lent {
                Lent::Money(_) => format!("no more than {owed} đồng are owed"),
                Lent::Things(_) => format!("no more than {owed} are still to come back"),
            };
            return Err(RegistryError::invalid("amount", message));
        }
        Ok((debt, standing))
    }
}
