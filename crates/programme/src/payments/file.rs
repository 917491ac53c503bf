//! The file for the treasury or bank: one row a payment, with its idempotency key.

use super::{Payment, PaymentState};
use crate::agreements::Recipient;
use crate::groups::Group;
use crate::office::Office;
use crate::records::{At, Columns, Filter, Kept, Thing, Written};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use vuon_policy::model::Language;
use vuon_registry::room::{AnyConnection, AnyRow, hold, maybe, sql, text};
use vuon_registry::scope::Action;
use vuon_registry::{RegistryError, Result};

/// A file of payments.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, utoipa::ToSchema)]
pub struct PaymentFile {
    /// Where its payments are.
    pub at: At,
    /// When it was made.
    #[schema(value_type = String, format = Date)]
    pub made_on: Date,
    /// Its payments.
    pub payments: Vec<String>,
    /// Their sum, in đồng.
    pub total: i64,
    /// The payments that the bank has not answered.
    pub open: usize,
    /// Rows of answers that do not agree with it, in words; for somebody to look into.
    pub differences: Vec<String>,
    /// Differences that are over: the payment, and why. The chair settled them, or a later answer agrees with the file.
    #[serde(default)]
    pub settled: Vec<String>,
}

impl Thing for PaymentFile {
    const KIND: &'static str = "payment_file";

    fn columns(&self) -> Columns {
        let state = match (self.open, self.differences.is_empty()) {
            (_, false) => "differs",
            (0, true) => "answered",
            _ => "sent",
        };
        Columns {
            at: self.at.clone(),
            state: state.to_owned(),
            year: Some(self.made_on.year().into()),
            ..Columns::default()
        }
    }
}

/// A row of the file.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, utoipa::ToSchema)]
pub struct PaymentLine {
    /// The payment; the bank pays it once, however often it is sent.
    pub payment: String,
    /// How much, in đồng.
    pub amount: i64,
    /// The code of the household or the group.
    pub code: String,
    /// Who receives it; nothing once the name was erased.
    pub name: Option<String>,
    /// The scheme and part.
    pub purpose: String,
}

impl Office {
    /// Puts every ordered payment of a commune into a file; its id.
    ///
    /// # Errors
    /// [`RegistryError::Illegal`] when none is ordered.
    pub async fn make_payment_file(&self, commune: &str) -> Result<String> {
        self.actor().may(Action::PrepareSupport)?;
        let mut tx = self.desk.store().write().await?;
        hold(&mut tx, commune).await?;
        let state = Some(PaymentState::Ordered.id().to_owned());
        let filter = Filter { commune: Some(commune.to_owned()), state, ..Filter::default() };
        let ordered: Vec<Kept<Payment>> = self.find(&mut tx, &filter).await?;
        let Some(first) = ordered.first() else {
            return Err(RegistryError::Illegal { step: "a payment file", why: "no payment is ordered".into() });
        };
        let file = PaymentFile {
            at: At { hamlet: None, ..first.thing.at.clone() },
            made_on: self.desk.today(),
            payments: ordered.iter().map(|kept| kept.id.clone()).collect(),
            total: ordered.iter().map(|kept| kept.thing.amount).sum(),
            open: ordered.len(),
            differences: Vec::new(),
            settled: Vec::new(),
        };
        let id = self.write_one(&mut tx, Written::new("made", file)).await?;
        let sent = ordered.iter().map(|kept| {
            let payment = Payment { file: Some(id.clone()), state: PaymentState::Sent, ..kept.thing.clone() };
            kept.next("sent", payment)
        });
        let sent = sent.collect();
        self.write(&mut tx, commune, sent).await?;
        tx.commit().await?;
        Ok(id)
    }

    /// The rows of a file, in the order of the payments' ids.
    pub async fn payment_lines(&self, file: &str) -> Result<Vec<PaymentLine>> {
        self.actor().may(Action::Export)?;
        let mut connection = self.desk.store().read().await?;
        let file: Kept<PaymentFile> = self.load(&mut connection, file).await?;
        let payments: Vec<Kept<Payment>> = self.load_all(&mut connection, &file.thing.payments).await?;
        let mut lines = Vec::with_capacity(payments.len());
        for payment in payments {
            let (code, name) = self.payee(&mut connection, &payment.thing.recipient).await?;
            let purpose = self.purpose(&payment.thing);
            lines.push(PaymentLine { payment: payment.id, amount: payment.thing.amount, code, name, purpose });
        }
        Ok(lines)
    }

    /// What a payment is for, as the bank shows it to who is paid: the scheme, and the part where there are several.
    fn purpose(&self, payment: &Payment) -> String {
        let Ok(scheme) = self.scheme(&payment.scheme) else { return payment.scheme.clone() };
        let label = scheme.label.get(Language::Vi);
        let part = scheme.milestones.iter().find(|milestone| milestone.id.value == payment.part);
        part.map_or_else(|| label.to_owned(), |part| format!("{label} ({})", part.label.get(Language::Vi)))
    }

    /// The code and name of who receives a payment; no name once it was erased.
    pub(crate) async fn payee(
        &self,
        connection: &mut AnyConnection,
        recipient: &Recipient,
    ) -> Result<(String, Option<String>)> {
        match recipient {
            Recipient::Group(group) => {
                let group: Kept<Group> = self.load(connection, group).await?;
                Ok((group.id, Some(group.thing.name)))
            }
            Recipient::Household(household) => {
                let named = sql("SELECT code, name FROM household WHERE id = $1", [household.as_str().into()]);
                let read = |row: &AnyRow| Ok((text(row, 0)?, Some(text(row, 1)?).filter(|name| !name.is_empty())));
                named.one(connection, read).await
            }
            Recipient::Member { household, person } => {
                let named = sql(
                    "SELECT h.code, p.name FROM household h, person p WHERE h.id = $1 AND p.id = $2",
                    [household.as_str().into(), person.as_str().into()],
                );
                named.one(connection, |row| Ok((text(row, 0)?, maybe(row, 1)?))).await
            }
        }
    }
}
