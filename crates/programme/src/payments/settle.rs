//! Settling a difference: what the bank's answer left open, the chair decides by the bank's paper.

use super::{AnswerRow, PaymentFile};
use crate::agreements::said;
use crate::office::Office;
use crate::records::Kept;
use vuon_registry::scope::Action;
use vuon_registry::{RegistryError, Result};

impl Office {
    /// Decides that a payment of a file was made as it was sent, or was not; the file's differences about it are settled. A
    /// payment that another answer has settled already keeps what that said.
    ///
    /// # Errors
    /// [`RegistryError::Illegal`] when the file has no difference about the payment.
    pub async fn settle(&self, file: &str, version: i64, row: &AnswerRow, why: &str) -> Result<()> {
        self.actor().may(Action::DecideSupport)?;
        let why = said(why)?;
        let kept: Kept<PaymentFile> = self.one(file).await?;
        kept.is_seen(version)?;
        if !kept.thing.differences.iter().any(|told| told.starts_with(&row.payment)) {
            let why = "the file has no difference about this payment".into();
            return Err(RegistryError::Illegal { step: "settling a difference", why });
        }
        if kept.thing.payments.contains(&row.payment) {
            self.take_rows(file, std::slice::from_ref(row)).await?;
        }
        let (mut tx, kept) = {
            let current: Kept<PaymentFile> = self.one(file).await?;
            self.change_thing::<PaymentFile>(file, current.version).await?
        };
        let mut next = kept.thing.clone();
        next.differences.retain(|told| !told.starts_with(&row.payment));
        next.settled.push(format!("{}: {why}", row.payment));
        self.write_one(&mut tx, kept.next("settled", next)).await?;
        tx.commit().await?;
        Ok(())
    }
}
