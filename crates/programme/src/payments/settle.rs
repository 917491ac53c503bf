//! Settling a difference: what the bank's answer left open, the chair decides by the bank's paper.

use super::{AnswerRow, PaymentFile};
use crate::agreements::said;
use crate::office::Office;
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
        let (mut tx, kept) = self.change_thing::<PaymentFile>(file, version).await?;
        if !kept.thing.differences.iter().any(|told| told.starts_with(&row.payment)) {
            let why = "the file has no difference about this payment".into();
            return Err(RegistryError::Illegal { step: "settling a difference", why });
        }
        let mut next = kept.thing.clone();
        if kept.thing.payments.contains(&row.payment) {
            (next, _) = self.take_rows(&mut tx, &kept, std::slice::from_ref(row)).await?;
            // The chair's reason is the one that is kept.
            next.settled.clone_from(&kept.thing.settled);
        }
        next.differences.retain(|told| !told.starts_with(&row.payment));
        next.settled.push(format!("{}: {why}", row.payment));
        self.write_one(&mut tx, kept.next("settled", next)).await?;
        tx.commit().await?;
        Ok(())
    }
}
