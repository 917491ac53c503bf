//! What happens when a part is not reached: more time, an early end, or what was paid is asked back, as the scheme says.

use super::approve::said;
use super::parts::{illegal, part_at};
use super::{Agreement, AgreementState, PartState};
use crate::debt::Debt;
use crate::money::{Account, Event, Transfer};
use crate::office::Office;
use crate::records::{Kept, Tx};
use jiff::civil::Date;
use vuon_policy::support::IfMissed;
use vuon_registry::RegistryError;
use vuon_registry::Result;
use vuon_registry::scope::Action;

impl Office {
    /// Gives a part more time, where the scheme says so.
    ///
    /// # Errors
    /// [`RegistryError::Illegal`] when the scheme wants an end instead; [`RegistryError::Invalid`] for a day that is not
    /// later, or after the year in which the capital can be paid.
    pub async fn extend_part(&self, id: &str, version: i64, part: &str, due: Date, why: &str) -> Result<()> {
        self.actor().may(Action::DecideSupport)?;
        let why = said(why)?;
        let (mut tx, kept) = self.change_thing::<Agreement>(id, version).await?;
        let mut agreement = running(&kept)?;
        let place = part_at(&agreement, part)?;
        let own = &mut agreement.parts[place];
        if own.state != PartState::Waiting || own.consequence() != Some(IfMissed::Extend) {
            return Err(illegal("the scheme gives this part no more time"));
        }
        if due <= own.due || due.year() > agreement.budget.year + 1 {
            let message = "a later day, by the end of the year after the capital's";
            return Err(RegistryError::invalid("due", message));
        }
        own.extended.push((own.due, why));
        own.due = due;
        self.write_one(&mut tx, kept.next("extended", agreement.covering()?)).await?;
        tx.commit().await?;
        Ok(())
    }

    /// Ends an agreement before its end, for a part that was not reached: what is not paid goes back to the budget, and
    /// where the scheme says so what was paid is owed, to be given back by a day that the chair names.
    ///
    /// # Errors
    /// [`RegistryError::Illegal`] while the part's day has not passed, or a payment is on its way; [`RegistryError::Invalid`]
    /// without a day to come where something is asked back.
    pub async fn stop_agreement(
        &self,
        id: &str,
        version: i64,
        part: &str,
        back_by: Option<Date>,
        why: &str,
    ) -> Result<()> {
        self.actor().may(Action::DecideSupport)?;
        let why = said(why)?;
        let (mut tx, kept) = self.change_thing::<Agreement>(id, version).await?;
        let mut agreement = running(&kept)?;
        let place = part_at(&agreement, part)?;
        let today = self.desk.today();
        if agreement.parts[place].state != PartState::Waiting || agreement.parts[place].due >= today {
            return Err(illegal("the day of this part has not passed"));
        }
        if agreement.parts[place].consequence() == Some(IfMissed::Reclaim) {
            // What was given back before is not asked for again.
            let held = self.balances(&mut tx, &[Account::Paid(kept.id.clone())]).await?[0];
            if held > 0 {
                let message = "say by which day to come what was paid is given back";
                let by = back_by.filter(|by| *by > today).ok_or_else(|| RegistryError::invalid("back_by", message))?;
                agreement.debt = Some(Debt::asked_back(held, today, by)?);
                agreement.reclaimed = held;
            }
        }
        self.stopped(tx, &kept, agreement, why).await
    }
}

impl Office {
    /// The chair ends an agreement for another reason: the household moved away or gave it up. What is not paid goes back to
    /// the budget; what was paid stays, and what is owed is owed.
    ///
    /// # Errors
    /// [`RegistryError::Illegal`] when it does not run, or a payment is on its way.
    pub async fn end_agreement(&self, id: &str, version: i64, why: &str) -> Result<()> {
        self.actor().may(Action::DecideSupport)?;
        let why = said(why)?;
        let (tx, kept) = self.change_thing::<Agreement>(id, version).await?;
        let agreement = running(&kept)?;
        self.stopped(tx, &kept, agreement, why).await
    }

    /// Ends an agreement that runs: what is not paid goes back to the budget.
    async fn stopped(&self, mut tx: Tx, kept: &Kept<Agreement>, mut agreement: Agreement, why: String) -> Result<()> {
        if agreement.parts.iter().any(|part| part.state == PartState::Ordered) {
            return Err(illegal("a payment is on its way: wait for the answer of the treasury or bank"));
        }
        for part in agreement.parts.iter_mut().filter(|part| part.state != PartState::Paid) {
            part.state = PartState::Missed;
        }
        agreement.state = if agreement.reclaimed > 0 { AgreementState::Reclaimed } else { AgreementState::Stopped };
        agreement.ended = Some(why);
        let left = agreement.amount - agreement.paid();
        let release = (left > 0).then(|| Transfer {
            event: Event::Release,
            from: Account::Commitment(kept.id.clone()),
            to: agreement.budget.account(),
            amount: left,
            key: format!("release/{}", kept.id),
        });
        let reclaim = (agreement.reclaimed > 0).then(|| Transfer {
            event: Event::Reclaim,
            from: Account::Lent(agreement.scheme.clone()),
            to: Account::Obligation(kept.id.clone()),
            amount: agreement.reclaimed,
            key: format!("reclaim/{}", kept.id),
        });
        let (chain, agreement) = (agreement.at.chain().to_owned(), agreement.covering()?);
        self.write_one(&mut tx, kept.next("stopped", agreement)).await?;
        let money = vec![(kept.id.clone(), release.into_iter().chain(reclaim).collect())];
        self.transfer(&mut tx, &chain, self.desk.today(), money).await?;
        tx.commit().await?;
        Ok(())
    }
}

fn running(kept: &Kept<Agreement>) -> Result<Agreement> {
    if kept.thing.state == AgreementState::Running { Ok(kept.thing.clone()) } else { Err(illegal("it does not run")) }
}
