//! What somebody has to do today: cases by round and step, with the day by which. Complaints are a list of their own.

use super::one::{ROUND_COLUMNS, round_row};
use super::view::label;
use super::{RoundRow, Task, Whose, Work};
use crate::cases::CaseState;
use crate::cases::standing::{standing, stored};
use crate::page::{Page, PageRequest};
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

/// The place of a task in its list: the most urgent first, those of a round in the order of the steps.
fn key(task: &Task) -> [String; 3] {
    let step = CaseState::parse(&task.step).map_or(0, |state| state as u8);
    [task.due.to_string(), task.round.id.clone(), step.to_string()]
}

/// A page of tasks that are in order.
fn paged(tasks: Vec<Task>, page: &PageRequest) -> Result<Page<Task>> {
    let after = page.key::<3>()?;
    let rest = tasks.into_iter().filter(|task| after.as_ref().is_none_or(|after| key(task) > *after));
    let read = usize::try_from(page.reads()).unwrap_or(usize::MAX);
    Ok(Page::of(rest.take(read).collect(), page, key))
}

impl Desk {
    /// The first of what waits for the asker, and of what the asker waits for, the most urgent first.
    pub async fn work(&self, most: u32) -> Result<Work> {
        let (mine, others) = self.tasks().await?;
        let page = PageRequest { after: None, limit: most };
        Ok(Work { mine: paged(mine, &page)?, others: paged(others, &page)? })
    }

    /// What waits for the asker or for others, the most urgent first.
    pub async fn work_of(&self, whose: Whose, page: &PageRequest) -> Result<Page<Task>> {
        let (mine, others) = self.tasks().await?;
        paged(if whose == Whose::Mine { mine } else { others }, page)
    }

    /// All that waits for the asker, and for others. By when depends on each pack, so the order is not the database's; what
    /// it reads grows with the open rounds, not with their cases.
    async fn tasks(&self) -> Result<(Vec<Task>, Vec<Task>)> {
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

        let (mut mine, mut others) = (Vec::new(), Vec::new());
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
            let own = !hangs && acts(&self.actor, &procedure, kind);
            if own { mine.push(task) } else { others.push(task) }
        }
        mine.sort_by_cached_key(key);
        others.sort_by_cached_key(key);
        Ok((mine, others))
    }
}
