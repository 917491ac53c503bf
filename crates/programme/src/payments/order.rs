//! Ordering payments, and what a beneficiary gives back.

use super::{Payment, PaymentState};
use crate::agreements::{Agreement, AgreementState, PartState, Recipient};
use crate::money::{Account, Event, Transfer};
use crate::office::Office;
use crate::records::{Kept, Written};
use jiff::civil::Date;
use std::collections::HashMap;
use vuon_registry::room::hold;
use vuon_registry::scope::Action;
use vuon_registry::{RegistryError, Result};

fn illegal(why: &str) -> RegistryError {
    RegistryError::Illegal { step: "a payment", why: why.to_owned() }
}

impl Office {
    /// Orders the payment of every part that was reached, of agreements of a commune, all or none; the payments' ids. Each
    /// agreement comes with the version that was seen.
    ///
    /// # Errors
    /// [`RegistryError::ChangedSince`]; [`RegistryError::Illegal`] for an agreement of which nothing can be paid, or of
    /// capital whose time is over.
    pub async fn order_payments(&self, commune: &str, seen: &[(String, i64)]) -> Result<Vec<String>> {
        self.actor().may(Action::DecideSupport)?;
        let mut tx = self.desk.store().write().await?;
        hold(&mut tx, commune).await?;
        let versions: HashMap<&str, i64> = seen.iter().map(|(id, version)| (id.as_str(), *version)).collect();
        let ids: Vec<String> = versions.keys().map(|id| (*id).to_owned()).collect();
        let agreements: Vec<Kept<Agreement>> = self.load_all(&mut tx, &ids).await?;
        if agreements.len() != versions.len()
            || agreements.iter().any(|kept| kept.thing.at.commune.as_deref() != Some(commune))
        {
            return Err(RegistryError::NotFound);
        }
        let today = self.desk.today();
        let (mut changed, mut payments, mut money) = (Vec::new(), Vec::new(), Vec::new());
        for kept in &agreements {
            if versions.get(kept.id.as_str()) != Some(&kept.version) {
                return Err(RegistryError::ChangedSince);
            }
            let (agreement, ordered) = self.ordered(kept, today)?;
            for payment in &ordered {
                money.push((payment.id.clone(), vec![order(kept, payment)]));
            }
            changed.push(kept.next("payment_ordered", agreement));
            payments.extend(ordered);
        }
        self.write(&mut tx, commune, changed).await?;
        let ids = self.write(&mut tx, commune, payments).await?;
        self.transfer(&mut tx, commune, today, money).await?;
        tx.commit().await?;
        Ok(ids)
    }

    fn ordered(&self, kept: &Kept<Agreement>, today: Date) -> Result<(Agreement, Vec<Written<Payment>>)> {
        let mut agreement = kept.thing.clone();
        if agreement.state != AgreementState::Running {
            return Err(illegal("the agreement does not run"));
        }
        if today.year() > agreement.budget.year + 1 {
            return Err(illegal("the capital of this year is paid by the end of the year after"));
        }
        let first_back = agreement.debt.as_ref().and_then(|debt| Some(debt.schedule().ok()?.first()?.due));
        if first_back.is_some_and(|due| due <= today) {
            return Err(illegal(
                "the first part was to come back before it could be paid: draw the agreement up again",
            ));
        }
        let mut payments = Vec::new();
        for part in agreement.parts.iter_mut().filter(|part| part.state == PartState::Reached) {
            part.state = PartState::Ordered;
            payments.push(Written::new(
                "ordered",
                Payment {
                    agreement: kept.id.clone(),
                    part: part.id.clone(),
                    scheme: kept.thing.scheme.clone(),
                    recipient: kept.thing.recipient.clone(),
                    at: kept.thing.at.clone(),
                    amount: part.amount,
                    year: kept.thing.budget.year,
                    ordered_by: self.actor().id.clone(),
                    ordered_on: today,
                    file: None,
                    answered: None,
                    state: PaymentState::Ordered,
                },
            ));
        }
        if payments.is_empty() {
            return Err(illegal("no part of the agreement has been reached that is not paid"));
        }
        Ok((agreement, payments))
    }

    /// Records what a beneficiary gave back of what was paid, unasked; it goes back to the budget.
    ///
    /// # Errors
    /// [`RegistryError::Illegal`] for more than was paid, or where something is owed: that comes back as repayment.
    pub async fn refund(&self, agreement: &str, version: i64, amount: i64, receipt: &str) -> Result<()> {
        self.actor().may(Action::PrepareSupport)?;
        let receipt = receipt.trim();
        if receipt.is_empty() || receipt.chars().count() > 60 {
            return Err(RegistryError::invalid("receipt", "the number of the receipt, in at most 60 letters"));
        }
        let (mut tx, kept) = self.change_thing::<Agreement>(agreement, version).await?;
        if kept.thing.debt.is_some() || matches!(kept.thing.recipient, Recipient::Group(_)) {
            return Err(illegal("what is owed comes back as repayment, a group's fund when the group is dissolved"));
        }
        let next = kept.thing.clone();
        let transfer = Transfer {
            event: Event::Refund,
            from: Account::Paid(kept.id.clone()),
            to: next.budget.account(),
            amount,
            key: format!("refund/{}/{receipt}", kept.id),
        };
        let (chain, today) = (next.at.chain().to_owned(), self.desk.today());
        self.write_one(&mut tx, kept.next("refunded", next)).await?;
        self.transfer(&mut tx, &chain, today, vec![(kept.id.clone(), vec![transfer])]).await?;
        tx.commit().await?;
        Ok(())
    }
}

fn order(kept: &Kept<Agreement>, payment: &Written<Payment>) -> Transfer {
    Transfer {
        event: Event::Order,
        from: Account::Commitment(kept.id.clone()),
        to: Account::InPayment(payment.id.clone()),
        amount: payment.thing.amount,
        key: format!("order/{}", payment.id),
    }
}
