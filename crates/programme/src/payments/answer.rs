//! The answer of the treasury or bank: row by row held against what was sent. What does not agree goes to a list for
//! somebody to look into, and moves no money.

use super::{Payment, PaymentFile, PaymentState};
use crate::agreements::{Agreement, AgreementState, PartState, Recipient};
use crate::money::{Account, Event, Transfer};
use crate::office::Office;
use crate::records::{Kept, Written};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, HashMap};
use vuon_policy::support::Modality;
use vuon_registry::Result;
use vuon_registry::room::{AnyConnection, hold};
use vuon_registry::scope::Action;

/// A row of an answer.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AnswerRow {
    /// The payment.
    pub payment: String,
    /// Whether it was paid.
    pub paid: bool,
    /// How much, in đồng.
    pub amount: i64,
    /// When.
    #[schema(value_type = String, format = Date)]
    pub on: Date,
    /// What the bank said about it.
    #[serde(default)]
    pub note: String,
}

/// What became of an answer.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, utoipa::ToSchema)]
pub struct AnswerReport {
    /// Rows that were paid.
    pub paid: usize,
    /// Rows that were not paid; they can be ordered again.
    pub failed: usize,
    /// Rows that had been answered in the same way before.
    pub known: usize,
    /// Payments of the file without an answer yet.
    pub open: usize,
    /// Rows that do not agree with the file, in words.
    pub differences: Vec<String>,
}

/// What an answer changes.
#[derive(Default)]
struct Changes {
    payments: Vec<Written<Payment>>,
    agreements: BTreeMap<String, (Kept<Agreement>, Agreement)>,
    money: Vec<(String, Vec<Transfer>)>,
}

impl Office {
    /// Takes in the answer to a file. Sent again it changes nothing.
    pub async fn take_answer(&self, file: &str, rows: &[AnswerRow]) -> Result<AnswerReport> {
        self.actor().may(Action::PrepareSupport)?;
        let mut tx = self.desk.store().write().await?;
        let kept: Kept<PaymentFile> = self.load(&mut tx, file).await?;
        hold(&mut tx, kept.thing.at.chain()).await?;
        let kept: Kept<PaymentFile> = self.load(&mut tx, file).await?;
        let (next, report) = self.take_rows(&mut tx, &kept, rows).await?;
        if next != kept.thing {
            self.write_one(&mut tx, kept.next("answered", next)).await?;
        }
        tx.commit().await?;
        Ok(report)
    }

    /// Takes in rows about a file whose chain is held: payments, agreements and money; the file is left to be written.
    pub(super) async fn take_rows(
        &self,
        tx: &mut AnyConnection,
        kept: &Kept<PaymentFile>,
        rows: &[AnswerRow],
    ) -> Result<(PaymentFile, AnswerReport)> {
        let chain = kept.thing.at.chain();
        // A payment belongs to its file wherever a reform has put its household meanwhile.
        let payments: Vec<Kept<Payment>> = self.load_anywhere(tx, &kept.thing.payments).await?;
        let mut ids: Vec<String> = payments.iter().map(|payment| payment.thing.agreement.clone()).collect();
        ids.sort_unstable();
        ids.dedup();
        let agreements: Vec<Kept<Agreement>> = self.load_anywhere(tx, &ids).await?;
        let mut changes = Changes::default();
        changes.agreements.extend(agreements.into_iter().map(|kept| (kept.id.clone(), (kept.clone(), kept.thing))));
        let mut report = AnswerReport::default();
        let mut by_id: HashMap<&str, &Kept<Payment>> = payments.iter().map(|p| (p.id.as_str(), p)).collect();
        let mut settled = Vec::new();
        for row in rows {
            let Some(payment) = by_id.get(row.payment.as_str()).copied() else {
                report.differences.push(format!("{}: not in this file, or answered twice in it", row.payment));
                continue;
            };
            if self.answered(payment, row, &mut changes, &mut report)? {
                by_id.remove(row.payment.as_str());
                settled.push(row.payment.clone());
            }
        }
        let waits = |payment: &&&Kept<Payment>| payment.thing.state == PaymentState::Sent;
        report.open = by_id.values().filter(waits).count();
        let today = self.desk.today();
        let Changes { payments, agreements, money } = changes;
        let changed = agreements.into_values().filter(|(kept, next)| kept.thing != *next);
        let changed = changed.map(|(kept, next)| Ok(kept.next("payment_answered", next.covering()?)));
        let changed = changed.collect::<Result<_>>()?;
        self.write(tx, chain, payments).await?;
        self.write(tx, chain, changed).await?;
        self.transfer(tx, chain, today, money).await?;
        let mut next = kept.thing.clone();
        next.open = report.open;
        // What the bank answered wrongly before is over once it answered as it should.
        for payment in settled {
            let before = next.differences.len();
            next.differences.retain(|told| !told.starts_with(&payment));
            if next.differences.len() < before {
                next.settled.push(format!("{payment}: a later answer agrees with the file"));
            }
        }
        let new =
            report.differences.iter().filter(|told| !next.differences.contains(told)).cloned().collect::<Vec<_>>();
        next.differences.extend(new);
        Ok((next, report))
    }

    /// Takes in one row; whether it agreed with what was sent.
    fn answered(
        &self,
        payment: &Kept<Payment>,
        row: &AnswerRow,
        changes: &mut Changes,
        report: &mut AnswerReport,
    ) -> Result<bool> {
        let state = if row.paid { PaymentState::Paid } else { PaymentState::Failed };
        let known =
            payment.thing.state == state && payment.thing.answered.as_ref().is_some_and(|(on, _)| *on == row.on);
        let problem = if row.paid && row.amount != payment.thing.amount {
            Some(format!("{} đồng were sent, {} were answered", payment.thing.amount, row.amount))
        } else if known {
            report.known += 1;
            return Ok(true);
        } else if payment.thing.state != PaymentState::Sent {
            Some("answered otherwise before".to_owned())
        } else if row.on < payment.thing.ordered_on || row.on > self.desk.today() {
            Some(format!("{} is not a day on which it can have been paid", row.on))
        } else {
            None
        };
        let Some((kept, agreement)) = changes.agreements.get_mut(&payment.thing.agreement) else { return Ok(false) };
        if let Some(problem) = problem {
            report.differences.push(format!("{}: {problem}", payment.id));
            return Ok(false);
        }
        let (event, to) = if row.paid {
            report.paid += 1;
            (Event::Confirm, Account::Paid(kept.id.clone()))
        } else {
            report.failed += 1;
            (Event::Fail, Account::Commitment(kept.id.clone()))
        };
        let mut transfers = vec![Transfer {
            event,
            from: Account::InPayment(payment.id.clone()),
            to,
            amount: payment.thing.amount,
            key: format!("{}/{}", event.id(), payment.id),
        }];
        if let Some(part) = agreement.parts.iter_mut().find(|part| part.id == payment.thing.part) {
            part.state = if row.paid { PartState::Paid } else { PartState::Reached };
        }
        if agreement.parts.iter().all(|part| part.state == PartState::Paid) {
            transfers.extend(handed_over(&kept.id, agreement, row.on));
        }
        changes.money.push((payment.id.clone(), transfers));
        let answered = Some((row.on, row.note.clone()));
        let next = Payment { state, answered, ..payment.thing.clone() };
        changes.payments.push(payment.next("answered", next));
        Ok(true)
    }
}

/// All of it was paid: what is repayable is owed from this day on, a group has its fund.
fn handed_over(id: &str, agreement: &mut Agreement, on: Date) -> Vec<Transfer> {
    let lent = Account::Lent(agreement.scheme.clone());
    let transfer = |event: Event, to: Account, amount: i64| Transfer {
        event,
        from: lent.clone(),
        to,
        amount,
        key: format!("{}/{id}", event.id()),
    };
    let paid = agreement.paid();
    let revolves = agreement.modality() == Some(Modality::Revolving);
    match (&mut agreement.debt, &agreement.recipient) {
        (Some(debt), _) => {
            debt.begins(on);
            agreement.state = AgreementState::Owing;
            vec![transfer(Event::Lend, Account::Obligation(id.to_owned()), paid)]
        }
        (None, Recipient::Group(group)) if revolves => {
            agreement.state = AgreementState::Fulfilled;
            vec![match agreement.things {
                None => transfer(Event::FundGroup, Account::GroupFund(group.clone()), paid),
                Some(_) => transfer(Event::FundGroupThings, Account::Things(group.clone()), paid),
            }]
        }
        (None, _) => {
            agreement.state = AgreementState::Fulfilled;
            Vec::new()
        }
    }
}
