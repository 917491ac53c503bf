//! Payments: the chair orders them, a file goes to the treasury or bank, its answer is held against it.
//!
//! A part of an agreement has at most one payment that has not failed; the database sees to it. A payment's id is the
//! idempotency key of its row in the file: the bank pays a row once however often the file is sent.

mod answer;
mod file;
mod order;
mod settle;

pub use answer::{AnswerReport, AnswerRow};
pub use file::{PaymentFile, PaymentLine};

use crate::agreements::Recipient;
use crate::records::{At, Columns, Thing};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// Where a payment stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum PaymentState {
    /// Ordered by the chair.
    Ordered,
    /// In a file for the treasury or bank.
    Sent,
    /// Paid.
    Paid,
    /// Not paid.
    Failed,
}

impl PaymentState {
    /// Its name in tables.
    pub fn id(self) -> &'static str {
        match self {
            Self::Ordered => "ordered",
            Self::Sent => "sent",
            Self::Paid => "paid",
            Self::Failed => "failed",
        }
    }
}

/// A payment.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Payment {
    /// The agreement.
    pub agreement: String,
    /// The part of it.
    pub part: String,
    /// The scheme.
    pub scheme: String,
    /// Who receives it.
    pub recipient: Recipient,
    /// Where.
    pub at: At,
    /// How much, in đồng.
    pub amount: i64,
    /// The year of the capital.
    pub year: i16,
    /// Who ordered it.
    pub ordered_by: String,
    /// When.
    #[schema(value_type = String, format = Date)]
    pub ordered_on: Date,
    /// The file it went out with.
    pub file: Option<String>,
    /// When the treasury or bank answered, and what it said.
    #[schema(value_type = Option<(String, String)>)]
    pub answered: Option<(Date, String)>,
    /// Where it stands.
    pub state: PaymentState,
}

impl Thing for Payment {
    const KIND: &'static str = "payment";

    fn columns(&self) -> Columns {
        Columns {
            key: (self.state != PaymentState::Failed).then(|| format!("{}/{}", self.agreement, self.part)),
            at: self.at.clone(),
            subject: Some(self.agreement.clone()),
            scheme: Some(self.scheme.clone()),
            year: Some(self.year.into()),
            state: self.state.id().to_owned(),
            due: None,
            household: None,
        }
    }
}
