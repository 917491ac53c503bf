//! The parts of an agreement: what shows that one was reached.

use super::{Agreement, AgreementState, EvidenceGiven, PartState, evidence_of};
use crate::office::Office;
use crate::records::Kept;
use vuon_registry::scope::Action;
use vuon_registry::{RegistryError, Result};

pub(crate) fn part_at(agreement: &Agreement, part: &str) -> Result<usize> {
    agreement.parts.iter().position(|own| own.id == part).ok_or(RegistryError::NotFound)
}

pub(crate) fn illegal(why: &str) -> RegistryError {
    RegistryError::Illegal { step: "this step of the agreement", why: why.to_owned() }
}

impl Office {
    /// Records evidence that a part was reached. Parts are reached in their order.
    ///
    /// # Errors
    /// [`RegistryError::Illegal`] when the agreement does not run, an earlier part waits, or the part was reached already;
    /// [`RegistryError::Invalid`] for evidence that the scheme does not take, or of a day that cannot be.
    pub async fn reach_part(&self, id: &str, version: i64, part: &str, evidence: &EvidenceGiven) -> Result<()> {
        self.actor().may(Action::PrepareSupport)?;
        let (mut tx, kept) = self.change_thing::<Agreement>(id, version).await?;
        let next = self.reached(&kept, part, evidence)?;
        self.write_one(&mut tx, kept.next("part_reached", next)).await?;
        tx.commit().await?;
        Ok(())
    }

    fn reached(&self, kept: &Kept<Agreement>, part: &str, evidence: &EvidenceGiven) -> Result<Agreement> {
        let mut agreement = kept.thing.clone();
        if agreement.state != AgreementState::Running {
            return Err(illegal("the agreement does not run: it must be approved, and not ended"));
        }
        let place = part_at(&agreement, part)?;
        if agreement.parts[..place].iter().any(|before| before.state == PartState::Waiting) {
            return Err(illegal("an earlier part has not been reached yet"));
        }
        let own = &mut agreement.parts[place];
        if own.state != PartState::Waiting {
            return Err(illegal("this part does not wait for evidence"));
        }
        if evidence_of(&evidence.kind).is_none() || !own.wants(&evidence.kind) {
            let message = format!("the scheme takes {} for this part", own.wants.join(", "));
            return Err(RegistryError::invalid("evidence", message));
        }
        let reference = evidence.reference.trim();
        if reference.is_empty() || reference.chars().count() > 200 {
            return Err(RegistryError::invalid(
                "reference",
                "say where the paper or photo is kept, in at most 200 letters",
            ));
        }
        if evidence.on < agreement.from || evidence.on > self.desk.today() {
            return Err(RegistryError::invalid("on", "a day from the agreement's first day to today"));
        }
        if evidence.on > own.due {
            return Err(illegal("the part was not reached in time: give it more time, or end the agreement"));
        }
        own.evidence.push(EvidenceGiven { reference: reference.to_owned(), ..evidence.clone() });
        own.state = PartState::Reached;
        Ok(agreement)
    }
}
