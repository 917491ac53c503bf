//! What comes back: repayments, other terms, what is written off. The same for a household's agreement and for a loan of a
//! group's fund.

use crate::agreements::{Agreement, AgreementState};
use crate::debt::Debt;
use crate::groups::Loan;
use crate::money::{Account, Event, Transfer};
use crate::office::Office;
use crate::records::{Kept, Thing, Tx, Written};
use crate::repayment::{Lent, Plan, Repaid, Standing};
use jiff::civil::Date;
use vuon_registry::scope::Action;
use vuon_registry::{RegistryError, Result};

/// A thing with a debt.
pub(crate) trait Owes: Thing {
    /// The debt; nothing when nothing has to come back.
    fn debt(&self) -> Option<&Debt>;
    /// The same with another debt; it ends where nothing is owed any more.
    fn with(&self, debt: Debt, is_over: bool) -> Self;
    /// The same, lasting as long as its plan.
    fn covered(self) -> Result<Self> {
        Ok(self)
    }
    /// The scheme.
    fn scheme(&self) -> &str;
    /// What comes back goes there, by this event.
    fn returns_to(&self) -> (Event, Account);
}

impl Owes for Agreement {
    fn debt(&self) -> Option<&Debt> {
        self.debt.as_ref().filter(|_| self.state.is_owed())
    }

    fn with(&self, debt: Debt, is_over: bool) -> Self {
        let state = match (is_over, self.state) {
            (true, AgreementState::Reclaimed) => AgreementState::Stopped,
            (true, _) => AgreementState::Fulfilled,
            (false, state) => state,
        };
        Agreement { debt: Some(debt), state, ..self.clone() }
    }

    fn covered(self) -> Result<Self> {
        self.covering()
    }

    fn scheme(&self) -> &str {
        &self.scheme
    }

    fn returns_to(&self) -> (Event, Account) {
        match self.debt.as_ref().map(|debt| &debt.lent) {
            Some(Lent::Things(_)) => (Event::RepayThings, Account::Things(self.budget.owner())),
            _ => (Event::Repay, Account::Returned(self.budget.owner())),
        }
    }
}

impl Owes for Loan {
    fn debt(&self) -> Option<&Debt> {
        Some(&self.debt).filter(|_| !self.over)
    }

    fn with(&self, debt: Debt, is_over: bool) -> Self {
        Loan { debt, over: is_over, ..self.clone() }
    }

    fn scheme(&self) -> &str {
        &self.scheme
    }

    fn returns_to(&self) -> (Event, Account) {
        match self.debt.lent {
            Lent::Money(_) => (Event::RepayGroup, Account::GroupFund(self.group.clone())),
            Lent::Things(_) => (Event::RepayThings, Account::Things(self.group.clone())),
        }
    }
}

fn illegal(why: &str) -> RegistryError {
    RegistryError::Illegal { step: "what comes back", why: why.to_owned() }
}

impl Office {
    /// Records what a household brought back under its agreement.
    ///
    /// # Errors
    /// [`RegistryError::Invalid`] for more than is owed or a day that cannot be; [`RegistryError::Illegal`] when nothing is
    /// owed.
    pub async fn repay(&self, agreement: &str, version: i64, repaid: Repaid, receipt: &str) -> Result<Standing> {
        self.repaid::<Agreement>(agreement, version, repaid, receipt).await
    }

    /// Records what a member brought back to the group's fund.
    ///
    /// # Errors
    /// As [`repay`](Self::repay).
    pub async fn repay_loan(&self, loan: &str, version: i64, repaid: Repaid, receipt: &str) -> Result<Standing> {
        self.repaid::<Loan>(loan, version, repaid, receipt).await
    }

    /// Agrees on another plan for what is still owed, from today on.
    pub async fn reschedule(&self, agreement: &str, version: i64, plan: Plan, why: &str) -> Result<()> {
        self.rescheduled::<Agreement>(agreement, version, plan, why).await
    }

    /// As [`reschedule`](Self::reschedule), of a group's loan.
    pub async fn reschedule_loan(&self, loan: &str, version: i64, plan: Plan, why: &str) -> Result<()> {
        self.rescheduled::<Loan>(loan, version, plan, why).await
    }

    /// Writes off what will not come back.
    pub async fn write_off(&self, agreement: &str, version: i64, why: &str) -> Result<()> {
        self.written_off::<Agreement>(agreement, version, why).await
    }

    /// As [`write_off`](Self::write_off), of a group's loan.
    pub async fn write_off_loan(&self, loan: &str, version: i64, why: &str) -> Result<()> {
        self.written_off::<Loan>(loan, version, why).await
    }

    async fn repaid<T: Owes>(&self, id: &str, version: i64, repaid: Repaid, receipt: &str) -> Result<Standing> {
        self.actor().may(Action::PrepareSupport)?;
        let receipt = receipt.trim();
        if receipt.is_empty() || receipt.chars().count() > 60 {
            return Err(RegistryError::invalid("receipt", "the number of the receipt, in at most 60 letters"));
        }
        if repaid.on > self.desk.today() {
            return Err(RegistryError::invalid("on", "a day that has come"));
        }
        let (mut tx, kept) = self.change_thing::<T>(id, version).await?;
        let debt = owed_by(&kept)?;
        let (debt, standing) = debt.after(repaid)?;
        // No more came back than is owed, and that is within 64 bits.
        let damaged = || RegistryError::Damaged { what: format!("the debt of {}", kept.id) };
        let worth = debt.lent.worth(repaid.amount).ok_or_else(damaged)?;
        let (event, to) = kept.thing.returns_to();
        let mut transfers = self.accrued(&mut tx, &kept, standing.owed + worth).await?;
        transfers.push(Transfer {
            event,
            from: Account::Obligation(kept.id.clone()),
            to,
            amount: worth,
            key: format!("repay/{}/{receipt}", kept.id),
        });
        let next = kept.thing.with(debt, standing.owed == 0);
        self.close(tx, &kept, "repaid", next, repaid.on, transfers).await?;
        Ok(standing)
    }

    async fn rescheduled<T: Owes>(&self, id: &str, version: i64, plan: Plan, why: &str) -> Result<()> {
        self.actor().may(Action::DecideSupport)?;
        let why = crate::agreements::said(why)?;
        let (mut tx, kept) = self.change_thing::<T>(id, version).await?;
        let (debt, today) = (owed_by(&kept)?, self.desk.today());
        let owed = debt.standing(today)?.owed;
        let next = debt.planned_anew(plan, why, today)?;
        let transfers = self.accrued(&mut tx, &kept, owed).await?;
        let next = kept.thing.with(next, false).covered()?;
        self.close(tx, &kept, "rescheduled", next, today, transfers).await
    }

    async fn written_off<T: Owes>(&self, id: &str, version: i64, why: &str) -> Result<()> {
        self.actor().may(Action::DecideSupport)?;
        let why = crate::agreements::said(why)?;
        let (mut tx, kept) = self.change_thing::<T>(id, version).await?;
        let today = self.desk.today();
        let mut debt = owed_by(&kept)?.clone();
        let left = debt.standing(today)?.owed;
        // What is written off is all that is owed today, interest included.
        let mut transfers = self.accrued(&mut tx, &kept, left).await?;
        debt.written_off = Some((why, today));
        transfers.push(Transfer {
            event: Event::WriteOff,
            from: Account::Obligation(kept.id.clone()),
            to: Account::WrittenOff(kept.thing.scheme().to_owned()),
            amount: left,
            key: format!("write_off/{}", kept.id),
        });
        let next = kept.thing.with(debt, true);
        self.close(tx, &kept, "written_off", next, today, transfers).await
    }

    /// Charges the interest that has come due, so that the obligation holds what is owed.
    async fn accrued<T: Owes>(&self, tx: &mut Tx, kept: &Kept<T>, owed: i64) -> Result<Vec<Transfer>> {
        let account = Account::Obligation(kept.id.clone());
        let held = self.balances(tx, std::slice::from_ref(&account)).await?[0];
        if owed < held {
            return Err(RegistryError::Damaged { what: format!("the obligation of {}", kept.id) });
        }
        let from = Account::Interest(kept.thing.scheme().to_owned());
        let key = format!("accrue/{}/{}", kept.id, kept.version);
        let transfer = Transfer { event: Event::Accrue, from, to: account, amount: owed - held, key };
        Ok((owed > held).then_some(transfer).into_iter().collect())
    }

    async fn close<T: Owes>(
        &self,
        mut tx: Tx,
        kept: &Kept<T>,
        did: &'static str,
        next: T,
        on: Date,
        transfers: Vec<Transfer>,
    ) -> Result<()> {
        let chain = kept.thing.at().chain().to_owned();
        let written: Written<T> = kept.next(did, next);
        self.write_one(&mut tx, written).await?;
        self.transfer(&mut tx, &chain, on, vec![(kept.id.clone(), transfers)]).await?;
        tx.commit().await?;
        Ok(())
    }
}

fn owed_by<T: Owes>(kept: &Kept<T>) -> Result<&Debt> {
    kept.thing.debt().filter(|debt| debt.begun).ok_or_else(|| illegal("nothing is owed here"))
}
