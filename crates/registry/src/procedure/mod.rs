//! Which step follows which, by the procedure of the pack, and when a limit ends.
//!
//! A case's state is the step it waits for; [`Procedure::next`] is the only way from one state to another, so a step that
//! the pack does not have, or not now, cannot happen. Pure: in, a kind of round of a pack and a day; out, what follows.

pub mod limits;

use crate::cases::CaseState;
use crate::scope::Role;
use crate::{RegistryError, Result};
use jiff::civil::Date;
use vuon_policy::calendar::Day;
use vuon_policy::process::{Quorum, RoundKind, Step, StepKind};
use vuon_policy::program::Program;

/// What happens to a case.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Event {
    /// The answers of the survey were signed.
    Surveyed,
    /// A mistake in the answers was corrected; whether that changed the status.
    Corrected {
        /// Whether it did.
        changed: bool,
    },
    /// The village agreed.
    Agreed,
    /// Too few agreed.
    NotAgreed,
    /// It was posted.
    Posted,
    /// The level above agreed.
    Appraised,
    /// The level above sent it back.
    SentBack,
    /// It was decided; whether its status brings a certificate.
    Decided {
        /// Whether it does.
        certified: bool,
    },
    /// Its certificate was given.
    Certified,
    /// A re-check after a complaint was answered; whether it changed the status.
    Rechecked {
        /// Whether it did.
        changed: bool,
        /// Whether the case had been decided.
        decided: bool,
    },
    /// It was taken off the list.
    Withdrawn,
    /// It was put on the list again.
    Relisted,
}

impl Event {
    /// What a person calls it, for an error.
    fn step(self) -> &'static str {
        match self {
            Event::Surveyed => "the survey",
            Event::Corrected { .. } => "a correction",
            Event::Agreed | Event::NotAgreed => "the village meeting",
            Event::Posted => "posting",
            Event::Appraised | Event::SentBack => "the opinion of the level above",
            Event::Decided { .. } => "the decision",
            Event::Certified => "the certificate",
            Event::Rechecked { .. } => "the re-check",
            Event::Withdrawn => "taking it off the list",
            Event::Relisted => "listing it again",
        }
    }
}

/// The procedure of a kind of round on a day.
#[derive(Clone, Copy, Debug)]
pub struct Procedure<'p> {
    /// The kind of round.
    pub kind: &'p RoundKind,
    day: Day,
    /// Whether the result of a re-check is posted before it is decided.
    posts_results: bool,
}

impl<'p> Procedure<'p> {
    /// The procedure of a pack for a kind of round, as it is on a day.
    ///
    /// # Errors
    /// [`RegistryError::NoProcedure`].
    pub fn of(program: &'p Program, kind: &str, day: Date) -> Result<Self> {
        let process = program.pack.process.as_ref();
        let missing = || RegistryError::NoProcedure { what: format!("a round of the kind {kind}") };
        let kind = process.and_then(|process| process.round(kind)).ok_or_else(missing)?;
        let complaint = process.and_then(|process| process.complaint.as_ref());
        let posts_results = complaint.is_some_and(|complaint| complaint.result_posted_for.is_some());
        Ok(Procedure { kind, day: Day::from_date(day), posts_results })
    }

    /// The step of a kind in force.
    pub fn step(&self, kind: StepKind) -> Option<&'p Step> {
        self.kind.step_on(kind, self.day)
    }

    /// The steps in force, in order.
    pub fn steps(&self) -> impl Iterator<Item = &'p Step> + use<'p> {
        self.kind.steps_on(self.day)
    }

    /// The states a case goes through, in order. Certificates are given to some only; all end in `Done`.
    pub fn order(&self) -> Vec<CaseState> {
        let mut order = Vec::new();
        for step in self.steps() {
            match step.kind {
                StepKind::List => {}
                StepKind::Survey => order.push(CaseState::Survey),
                StepKind::Meeting => order.push(CaseState::Meeting),
                StepKind::Posting => {
                    order.push(CaseState::Posting);
                    // For how long it hangs is not known to every pack: nothing waits for the end of such a posting.
                    if step.stands_for.is_some() {
                        order.push(CaseState::Posted);
                    }
                }
                StepKind::Appraisal => order.push(CaseState::Appraisal),
                StepKind::Decision => order.push(CaseState::Decision),
                StepKind::Certificate => order.push(CaseState::Certificate),
            }
        }
        order.push(CaseState::Done);
        order
    }

    /// The first state of a case.
    pub fn first(&self) -> CaseState {
        self.order().first().copied().unwrap_or(CaseState::Done)
    }

    fn after(&self, state: CaseState) -> CaseState {
        let order = self.order();
        match order.iter().position(|s| *s == state) {
            Some(place) => order.get(place + 1).copied().unwrap_or(CaseState::Done),
            // A step that is not in force any more: what comes after it by its nature.
            None => order.into_iter().find(|s| *s > state).unwrap_or(CaseState::Done),
        }
    }

    /// What a case waits for now: a posting whose days are over, or a step that is no longer in force, is behind it.
    pub fn standing(&self, state: CaseState, posting_over: bool) -> CaseState {
        match state {
            CaseState::Withdrawn => state,
            CaseState::Posted if posting_over => self.after(state),
            _ if self.order().contains(&state) => state,
            // While it hangs it hangs.
            CaseState::Posted => state,
            _ => self.after(state),
        }
    }

    /// Whether a decision is behind a state.
    fn is_decided(&self, state: CaseState) -> bool {
        let order = self.order();
        let place = |wanted| order.iter().position(|s| *s == wanted);
        match (place(state), place(CaseState::Decision)) {
            (Some(here), Some(decision)) => here > decision,
            _ => false,
        }
    }

    /// What follows when something happens to a case that stands in a state (see [`standing`](Self::standing)).
    ///
    /// # Errors
    /// [`RegistryError::Illegal`] when it cannot happen then.
    pub fn next(&self, state: CaseState, event: Event) -> Result<CaseState> {
        use CaseState::*;
        let has = |wanted| self.order().contains(&wanted);
        let decided = self.is_decided(state);
        let here = state == Withdrawn || has(state);
        let next = match (state, event) {
            _ if !here => None,
            (Survey, Event::Surveyed) | (Meeting, Event::Agreed) | (Appraisal, Event::Appraised) => {
                Some(self.after(state))
            }
            (Meeting, Event::NotAgreed) => {
                let step = self.step(StepKind::Meeting).and_then(|step| step.quorum.as_ref());
                Some(match step.and_then(|quorum| quorum.repeat_from) {
                    Some(StepKind::List | StepKind::Survey) => Survey,
                    _ => Meeting,
                })
            }
            (Posting, Event::Posted) => Some(self.after(Posting)),
            (Appraisal, Event::SentBack) => Some(Survey),
            (Decision, Event::Decided { certified }) => Some(match self.after(Decision) {
                Certificate if !certified => self.after(Certificate),
                next => next,
            }),
            (Certificate, Event::Certified) => Some(self.after(Certificate)),
            (Meeting | Posting | Posted | Appraisal | Decision, Event::Corrected { changed }) if !decided => {
                // What the village agreed to, and what was posted, is what is decided: a changed status goes there again.
                Some(if changed { self.after(Survey) } else { state })
            }
            (Meeting | Posting | Posted | Appraisal | Decision, Event::Rechecked { changed, decided: false })
                if !decided =>
            {
                let posted = matches!(state, Posted | Appraisal | Decision) && has(Posting);
                let before =
                    self.order().iter().position(|s| *s == Posting) < self.order().iter().position(|s| *s == Decision);
                Some(if changed && posted && before { Posting } else { state })
            }
            (
                Posting | Posted | Appraisal | Decision | Certificate | Done,
                Event::Rechecked { changed, decided: true },
            ) => Some(match changed {
                true if self.posts_results && has(Posting) => Posting,
                true => Decision,
                false => state,
            }),
            (Survey | Meeting | Posting | Posted | Appraisal | Decision, Event::Withdrawn) if !decided => {
                Some(Withdrawn)
            }
            (Withdrawn, Event::Relisted) => Some(self.first()),
            _ => None,
        };
        next.ok_or_else(|| RegistryError::Illegal {
            step: event.step(),
            why: match state {
                Done => "the case is decided and done".into(),
                Withdrawn => "the case was taken off the list".into(),
                _ => format!("the case waits for {}", waits_for(state)),
            },
        })
    }

    /// Whether somebody of a role may act in a step, by the pack.
    pub fn acts(&self, kind: StepKind, role: Role) -> bool {
        self.step(kind).is_some_and(|step| step.actors.iter().any(|actor| actor.id() == role.id()))
    }

    /// The quorum of the village meeting.
    ///
    /// # Errors
    /// [`RegistryError::NoProcedure`] when the pack has no meeting, or does not say how many must agree.
    pub fn quorum(&self) -> Result<&'p Quorum> {
        let missing = || RegistryError::NoProcedure { what: "how many must agree at the village meeting".into() };
        self.step(StepKind::Meeting).and_then(|step| step.quorum.as_ref()).ok_or_else(missing)
    }
}

/// The step of the pack that a state waits for; none for the end.
pub fn step_of(state: CaseState) -> Option<StepKind> {
    match state {
        CaseState::Survey => Some(StepKind::Survey),
        CaseState::Meeting => Some(StepKind::Meeting),
        CaseState::Posting | CaseState::Posted => Some(StepKind::Posting),
        CaseState::Appraisal => Some(StepKind::Appraisal),
        CaseState::Decision => Some(StepKind::Decision),
        CaseState::Certificate => Some(StepKind::Certificate),
        CaseState::Done | CaseState::Withdrawn => None,
    }
}

fn waits_for(state: CaseState) -> &'static str {
    match state {
        CaseState::Survey => "its survey",
        CaseState::Meeting => "the village meeting",
        CaseState::Posting => "its posting",
        CaseState::Posted => "the end of its posting",
        CaseState::Appraisal => "the opinion of the level above",
        CaseState::Decision => "the decision",
        CaseState::Certificate => "its certificate",
        CaseState::Done | CaseState::Withdrawn => "nothing",
    }
}
