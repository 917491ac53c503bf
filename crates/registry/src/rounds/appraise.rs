//! The opinion of the level above, where the procedure has one.

use super::view::Where;
use super::{Seen, unchanged};
use crate::cases::CaseState;
use crate::cases::records::AppraisalRecord;
use crate::ledger::Change;
use crate::procedure::{Event, Procedure};
use crate::scope::Action;
use crate::store::{MANY, Query, among};
use crate::{Desk, RegistryError, Result, ledger};
use std::collections::{HashMap, HashSet};
use vuon_policy::process::StepKind;

impl Desk {
    /// The level above agrees to the cases it has seen, of those that were posted their time, or sends some of them back to
    /// the survey. How many it agrees to.
    ///
    /// # Errors
    /// [`RegistryError::Illegal`] when one of them does not wait for it; [`RegistryError::ChangedSince`] when one is not as
    /// it was seen; [`RegistryError::Invalid`] when one that is sent back is none of them.
    pub async fn appraise(&self, round: &str, seen: &[Seen], send_back: &[String], note: &str) -> Result<i64> {
        let (mut tx, round, program) = self.change_round(round, Action::Appraise).await?;
        let procedure = Procedure::of(&program, &round.kind, self.today())?;
        self.acts_in(&procedure, StepKind::Appraisal)?;
        let waiting = self.ready(&mut tx, &round, CaseState::Appraisal, Where::Everywhere).await?;
        let waiting: HashMap<&str, i64> = waiting.iter().map(|case| (case.id.as_str(), case.version)).collect();
        unchanged(seen, |case| waiting.get(case))?;
        if seen.iter().any(|seen| !waiting.contains_key(seen.case.as_str())) {
            let why = "not every one of these cases has been posted its time and waits for an opinion".into();
            return Err(RegistryError::Illegal { step: "the opinion of the level above", why });
        }
        let back: HashSet<&str> = send_back.iter().map(String::as_str).collect();
        let (sent_back, agreed): (Vec<String>, Vec<String>) =
            seen.iter().map(|seen| seen.case.clone()).partition(|case| back.contains(case.as_str()));
        if sent_back.len() != back.len() {
            return Err(RegistryError::invalid(
                "send_back",
                "not every one of these cases is among those that were seen",
            ));
        }
        if !sent_back.is_empty() && note.trim().is_empty() {
            return Err(RegistryError::invalid("note", "say why cases are sent back"));
        }
        let agreed_state = procedure.next(CaseState::Appraisal, Event::Appraised)?;
        let sent_back_state = procedure.next(CaseState::Appraisal, Event::SentBack)?;
        for (cases, state) in [(&agreed, agreed_state), (&sent_back, sent_back_state)] {
            for cases in cases.chunks(MANY) {
                let query = Query::new("UPDATE review_case SET state = ").bind(state.id());
                among(query.push(", version = version + 1 WHERE id IN "), cases).run(&mut tx).await?;
            }
        }
        let count = i64::try_from(agreed.len()).unwrap_or(i64::MAX);
        let record = AppraisalRecord {
            agreed,
            agreed_state: agreed_state.id().into(),
            sent_back,
            sent_back_state: sent_back_state.id().into(),
            note: note.trim().to_owned(),
        };
        let content = ledger::store(&mut tx, &record).await?;
        let change = Change { author: &self.actor.id, kind: "appraisal", subject: &round.id, content: &content };
        ledger::append(&mut tx, &round.place.commune, self.now(), &[change]).await?;
        tx.commit().await?;
        Ok(count)
    }
}
