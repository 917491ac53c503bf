//! That a procedure can be followed: on every day in force its steps stand in an order that leads to one decision.

use crate::calendar::Day;
use crate::model::Pack;
use crate::problem::{Place, Problem};
use crate::process::{RoundKind, Step, StepKind};
use std::collections::BTreeSet;

pub(super) fn check(pack: &Pack, problems: &mut Vec<Problem>) {
    let Some(process) = &pack.process else { return };
    let first = pack.in_force.first().map_or(Day::FIRST, |period| period.from);
    let last = pack.in_force.last().and_then(|period| period.to).unwrap_or(Day::LAST);
    for round in &process.rounds {
        let mut told = BTreeSet::new();
        let mut report = |place: Place, message: String, help: &str| {
            // What is wrong on one day is mostly wrong on others: once is enough.
            if told.insert((place.file, place.start)) {
                problems.push(Problem::new(place, message).help(help));
            }
        };
        for day in turns(round, first, last) {
            steps(round, day, &mut report);
        }
    }
}

/// The days on which the steps in force change, within the time of the pack.
fn turns(round: &RoundKind, first: Day, last: Day) -> BTreeSet<Day> {
    let begin = round.steps.iter().filter_map(|step| step.since);
    let end = round.steps.iter().filter_map(|step| step.until.map(Day::next));
    std::iter::once(first).chain(begin).chain(end).filter(|day| (first..=last).contains(day)).collect()
}

fn steps(round: &RoundKind, day: Day, report: &mut impl FnMut(Place, String, &str)) {
    let steps: Vec<&Step> = round.steps_on(day).collect();
    for (place, later) in steps.iter().enumerate() {
        for earlier in &steps[..place] {
            let (before, after) = (earlier.kind, later.kind);
            if before == after {
                let message =
                    format!("two steps are a {} on {day}: `{}` and `{}`", after.id(), earlier.id.value, later.id.value);
                report(later.id.place, message, "let one end (`until`) before the other begins (`since`)");
            } else if before.must_follow().contains(&after) {
                let message = format!("the {} stands before the {}", before.id(), after.id());
                report(earlier.id.place, message, "put the steps in the order in which they are taken");
            }
        }
        let repeated = later.quorum.and_then(|quorum| quorum.repeat_from);
        if let Some(kind) = repeated.filter(|kind| !steps[..=place].iter().any(|step| step.kind == *kind)) {
            let message = format!("there is no {} before this step to repeat from", kind.id());
            report(later.id.place, message, "name a step that comes before the meeting in `repeat_from`");
        }
    }
    if !steps.iter().any(|step| step.kind == StepKind::Decision) {
        let message = format!("the round `{}` has no decision on {day}", round.id.value);
        report(round.id.place, message, "add a step of kind `decision`: without it no household has a status");
    }
}
