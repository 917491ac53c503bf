//! What somebody has to bring back: the terms, what came back, how it stands.
//!
//! A debt belongs to an agreement or to a loan of a group's fund. It begins on the day it is handed over; until then it is a
//! plan.

use crate::repayment::{Age, Instalment, Lent, Plan, PlanError, Repaid, Standing, Terms, schedule, standing};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use vuon_policy::exact::Exact;
use vuon_registry::{RegistryError, Result};

/// A debt.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Debt {
    /// What is lent.
    pub lent: Lent,
    /// On what terms.
    pub terms: Terms,
    /// The longest term of the scheme, in months.
    pub longest_months: Option<i64>,
    /// Whether it was handed over.
    pub begun: bool,
    /// What came back.
    pub repaid: Vec<Repaid>,
    /// The terms before, each with why they were changed, and when.
    #[schema(value_type = Vec<Object>)]
    pub before: Vec<(Terms, String, Date)>,
    /// Why and when what is left was written off.
    #[schema(value_type = Option<Object>)]
    pub written_off: Option<(String, Date)>,
}

fn wrong(problem: &PlanError) -> RegistryError {
    RegistryError::invalid("plan", problem.to_string())
}

impl Debt {
    /// A debt of money as it is planned.
    ///
    /// # Errors
    /// [`RegistryError::Invalid`] for a plan that is none, or longer than the scheme allows.
    pub(crate) fn planned(
        amount: i64,
        from: Date,
        plan: Plan,
        rate: Exact,
        overdue_times: Exact,
        longest_months: Option<i64>,
    ) -> Result<Self> {
        let terms = Terms { from, plan, rate: rate.to_string(), overdue_times: overdue_times.to_string() };
        let lent = Lent::Money(amount);
        schedule(&lent, &terms, longest_months).map_err(|problem| wrong(&problem))?;
        let (begun, repaid, before, written_off) = (false, Vec::new(), Vec::new(), None);
        Ok(Debt { lent, terms, longest_months, begun, repaid, before, written_off })
    }

    /// The parts in which it comes back.
    ///
    /// # Errors
    /// [`RegistryError::Damaged`] when the stored plan is none.
    pub fn schedule(&self) -> Result<Vec<Instalment>> {
        let damaged = |_| RegistryError::Damaged { what: "the plan of a debt".into() };
        schedule(&self.lent, &self.terms, self.longest_months).map_err(damaged)
    }

    /// How it stands on a day.
    pub fn standing(&self, on: Date) -> Result<Standing> {
        let damaged = |_| RegistryError::Damaged { what: "the plan of a debt".into() };
        standing(&self.lent, &self.terms, &self.schedule()?, &self.repaid, on).map_err(damaged)
    }

    /// How long it is late on a day.
    pub fn age(&self, on: Date) -> Result<Age> {
        Ok(Age::of(self.standing(on)?.days_late))
    }

    /// The day of the first part that is still open, late or not.
    pub fn next_due(&self) -> Option<Date> {
        let came_back: i64 = self.repaid.iter().map(|repaid| repaid.amount).sum();
        let mut left = came_back;
        let open = self.schedule().ok()?.into_iter().find(|part| {
            left -= part.principal + part.interest;
            left < 0
        });
        open.map(|part| part.due).filter(|_| self.begun && self.written_off.is_none())
    }

    /// The debt with what came back, and how it stands then.
    ///
    /// # Errors
    /// [`RegistryError::Invalid`] for more than is owed, or a day before the last that something came back.
    pub(crate) fn after(&self, repaid: Repaid) -> Result<(Self, Standing)> {
        if repaid.amount <= 0 {
            return Err(RegistryError::invalid("amount", "what came back is above 0 đồng"));
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
            return Err(RegistryError::invalid("amount", format!("no more than {owed} đồng are owed")));
        }
        Ok((debt, standing))
    }

    /// What is owed in all when it stands so: principal, and interest that is due.
    pub(crate) fn owed(standing: &Standing) -> i64 {
        standing.principal + standing.interest + standing.late_interest
    }
}
