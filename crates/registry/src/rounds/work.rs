//! What somebody has to do today: cases by round and step, with the day by which, and complaints.

use super::one::{ROUND_COLUMNS, round_row};
use super::view::label;
use super::{RoundRow, Task, Work};
use crate::cases::CaseState;
use crate::cases::standing::{standing, stored};
use crate::procedure::limits::{calendar, days_left, ends};
use crate::procedure::{Procedure, step_of};
use crate::scope::{Action, Actor};
use crate::store::{Query, int, maybe_day, text};
use crate::{Desk, Result};
use jiff::civil::Date;
use std::collections::BTreeMap;
use vuon_policy::process::StepKind;
use vuon_policy::program::Program;

/// What an actor's role must include to act in a step.
fn action(step: StepKind) -> Action {
    match step {
        StepKind::Survey => Action::Answer,
        StepKind::List => Action::ListCases,
        StepKind::Posting => Action::RunReview,
        StepKind::Meeting => Action::HoldMeeting,
        StepKind::Appraisal => Action::Appraise,
        StepKind::Decision | StepKind::Certificate => Action::Decide,
    }
}

fn acts(actor: &Actor, procedure: &Procedure<'_>, step: StepKind) -> bool {
    actor.role.may(action(step)) && procedure.acts(step, actor.role)
}

/// Cases of a round that stand in a state.
#[derive(Default)]
struct Waiting {
    cases: i64,
    due: Option<Date>,
    posted_until: Option<Date>,
}

impl Waiting {
    fn add(&mut self, cases: i64, due: Option<Date>, posted_until: Option<Date>) {
        let earliest = |a: Option<Date>, b: Option<Date>| a.into_iter().chain(b).min();
        self.cases += cases;
        self.due = earliest(self.due, due);
        self.posted_until = earliest(self.posted_until, posted_until);
    }

    /// By when: what the case or the round must keep, or sooner what the step itself must.
    fn due(&self, program: &Program, procedure: &Procedure<'_>, state: CaseState, round: &RoundRow) -> Date {
        let all = self.due.unwrap_or(round.due);
        let own = match state {
            CaseState::Posted => self.posted_until,
            _ => {
                let limit = step_of(state).and_then(|step| procedure.step(step)).and_then(|step| step.limit);
                let after = self.posted_until.filter(|_| matches!(state, CaseState::Appraisal));
                limit.zip(after).and_then(|(limit, after)| ends(program, after, limit).ok())
            }
        };
        own.map_or(all, |own| own.min(all))
    }
}

impl Desk {
    /// What waits for the asker, and what the asker waits for.
    pub async fn work(&self) -> Result<Work> {
        self.actor.may(Action::ReadPeople)?;
        let mut tx = self.store().snapshot().await?;
        let query =
            Query::new("SELECT c.round, c.state, c.posted_until, MIN(c.due), COUNT(*) FROM review_case c WHERE ");
        let query = query.push("c.state <> 'done' AND c.state <> 'withdrawn'");
        let query = self.actor.reach.within(query, "c").push(" GROUP BY c.round, c.state, c.posted_until");
        let found = query
            .all(&mut tx, |row| {
                Ok((text(row, 0)?, stored(&text(row, 1)?)?, maybe_day(row, 2)?, maybe_day(row, 3)?, int(row, 4)?))
            })
            .await?;
        let query = Query::new("SELECT ").push(ROUND_COLUMNS).push(
            " FROM round r LEFT JOIN area a ON a.id = r.commune WHERE EXISTS (SELECT 1 FROM review_case c WHERE c.round = r.id \
             AND c.state <> 'done' AND c.state <> 'withdrawn')",
        );
        let query = self.actor.reach.within_commune(query, "r");
        let rounds = query.all(&mut tx, |row| round_row(row, 0)).await?;
        let rounds: BTreeMap<&str, &RoundRow> = rounds.iter().map(|round| (round.id.as_str(), round)).collect();
        let today = self.today();
        let mut waiting: BTreeMap<(Date, &str, CaseState), Waiting> = BTreeMap::new();
        for (round, state, posted_until, due, cases) in &found {
            let Some(round) = rounds.get(round.as_str()) else { continue };
            let program = self.program_of(&mut tx, round).await?;
            let state = standing(&program, &round.kind, today, *state, *posted_until)?;
            waiting.entry((round.due, &round.id, state)).or_default().add(*cases, *due, *posted_until);
        }

        let mut work = Work { tasks: Vec::new(), others: Vec::new(), complaints: Vec::new() };
        for ((_, round, state), waiting) in waiting {
            let (Some(round), Some(kind)) = (rounds.get(round), step_of(state)) else { continue };
            let program = self.program_of(&mut tx, round).await?;
            let procedure = Procedure::of(&program, &round.kind, today)?;
            let Some(step) = procedure.step(kind) else { continue };
            let due = waiting.due(&program, &procedure, state, round);
            let left = calendar(&program).ok().and_then(|calendar| days_left(&calendar, today, due).ok());
            let hangs = state == CaseState::Posted;
            let task = Task {
                round: (*round).clone(),
                step: state.id().to_owned(),
                label: label(step),
                // Nobody can hurry a posting.
                actors: if hangs { Vec::new() } else { step.actors.iter().map(|a| a.id().to_owned()).collect() },
                cases: waiting.cases,
                due,
                days_left: left,
            };
            let mine = !hangs && acts(&self.actor, &procedure, kind);
            if mine { work.tasks.push(task) } else { work.others.push(task) }
        }
        work.tasks.sort_by_key(|task| task.due);
        work.others.sort_by_key(|task| task.due);
        if self.actor.role.may(Action::Complain) || self.actor.role.may(Action::Answer) {
            let query = Query::new("SELECT k.review_case, k.due_on FROM complaint k WHERE k.state = 'open'");
            let query = self.actor.reach.within(query, "k");
            let mut open = query.all(&mut tx, |row| Ok((text(row, 0)?, maybe_day(row, 1)?))).await?;
            open.sort_by_key(|(case, due)| (due.is_none(), *due, case.clone()));
            work.complaints = open;
        }
        Ok(work)
    }
}
