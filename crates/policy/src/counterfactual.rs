//! What would have to be different for the status to be another: the smallest changes, found by trying them.

use crate::assess::assess;
use crate::calendar::Day;
use crate::evaluate::{Answer, Household, Value};
use crate::ir::{NodeId, Op};
use crate::lattice::Tri;
use crate::model::Language;
use crate::program::{CheckedBand, Outcome, Plan, Program};
use crate::words::{grouped, lower_first, number};
use serde::Serialize;
use std::collections::HashMap;

/// A change that gives another status.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Change {
    /// The id of the status it gives.
    pub status: String,
    /// In words.
    pub text: String,
}

/// At most this many indicators are turned together.
const MOST_TURNED: usize = 3;

/// The smallest changes of one number, and of the fewest indicators, that give another status. Empty when the status is
/// not decided: then the questions to ask say what is open.
pub fn changes(
    program: &Program,
    plan: &Plan,
    household: &Household,
    review_date: Option<Day>,
    language: Language,
) -> Vec<Change> {
    // Each trial needs the status only: no subgroup, event or reported measure is evaluated.
    let method = &program.methods[plan.method];
    let columns = method.scorecards.iter().map(|card| program.scorecards[*card].column);
    let roots = method.rules.iter().map(|r| r.when).chain(columns).chain(program.indicators.iter().copied());
    let plan = &Plan { before: program.dag.needed_by(roots), after: Vec::new(), ..plan.clone() };
    let search = Search { program, plan, household, review_date, language };
    let Outcome::Status(now) = search.outcome(household, HashMap::new()) else { return Vec::new() };
    let mut changes = search.numbers(now);
    changes.extend(search.indicators(now, Tri::True));
    changes.extend(search.indicators(now, Tri::False));
    changes
}

struct Search<'a> {
    program: &'a Program,
    plan: &'a Plan,
    household: &'a Household,
    review_date: Option<Day>,
    language: Language,
}

impl Search<'_> {
    fn outcome(&self, household: &Household, given: HashMap<NodeId, Value>) -> Outcome {
        assess(self.program, self.plan, household, self.review_date, given).classification.outcome
    }

    /// For each band of one answered number: the nearest value beyond a cut that gives each other status.
    fn numbers(&self, now: usize) -> Vec<Change> {
        let mut nearest: Vec<(usize, usize, i64, i64)> = Vec::new(); // status, variable, from, to
        let needed = &self.plan.before;
        for (measure, band) in self.program.measures.iter().filter_map(|m| Some((m, m.band.as_ref()?))) {
            let Op::IntVar(variable) = self.program.dag.node(band.of.0).op else { continue };
            let Answer::Int(from) = self.household.household[variable] else { continue };
            if needed.binary_search(&measure.node).is_err() {
                continue;
            }
            for to in self.around_cuts(band) {
                let range = self.program.dag.node(band.of.0).range;
                if to == from || !(range.lo..=range.hi).contains(&to) {
                    continue;
                }
                let mut other = self.household.clone();
                other.household[variable] = Answer::Int(to);
                let Outcome::Status(status) = self.outcome(&other, HashMap::new()) else { continue };
                if status == now {
                    continue;
                }
                match nearest.iter_mut().find(|(s, v, ..)| *s == status && *v == variable) {
                    Some(known) if (to - from).abs() < (known.3 - from).abs() => known.3 = to,
                    Some(_) => {}
                    None => nearest.push((status, variable, from, to)),
                }
            }
        }
        nearest.into_iter().map(|(status, variable, from, to)| self.told_number(status, variable, from, to)).collect()
    }

    /// The stored values just below, at and just above each cut.
    fn around_cuts(&self, band: &CheckedBand) -> Vec<i64> {
        let roots = band.cuts.iter().map(|c| c.0).chain(band.per.map(|p| p.0));
        let order = self.program.dag.needed_by(roots);
        let mut assessment = assess(self.program, self.plan, self.household, self.review_date, HashMap::new());
        assessment.evaluation.compute(&order, self.household, Some(assessment.classification.possible));
        let known = |node| assessment.evaluation.value(node).interval().known().map(i128::from);
        let (per, per_denominator) = match band.per {
            None => (1, 1),
            Some((node, denominator)) => match known(node) {
                Some(per) => (per, i128::from(denominator)),
                None => return Vec::new(),
            },
        };
        let mut values = Vec::new();
        for (cut, denominator) in &band.cuts {
            let Some(cut) = known(*cut) else { continue };
            let at = (cut * per * i128::from(band.of.1)).div_euclid(i128::from(*denominator) * per_denominator);
            values.extend([at - 1, at, at + 1].into_iter().filter_map(|v| i64::try_from(v).ok()));
        }
        values
    }

    fn told_number(&self, status: usize, variable: usize, from: i64, to: i64) -> Change {
        let pack = &self.program.pack;
        let v = &pack.questionnaire.household[variable];
        let denominator = match v.kind {
            crate::model::Kind::Number { decimals, .. } => 10_i64.pow(decimals),
            _ => 1,
        };
        let label = v.label.get(self.language);
        let (to_text, by) =
            (number(to, denominator, self.language), number((to - from).abs(), denominator, self.language));
        let status_label = lower_first(pack.statuses[status].label.get(self.language));
        let text = match (self.language, to > from) {
            (Language::Vi, true) => format!("{label} là {to_text} (tăng {by}): {status_label}"),
            (Language::Vi, false) => format!("{label} là {to_text} (giảm {by}): {status_label}"),
            (Language::En, true) => format!("{label} of {to_text} ({by} more): {status_label}"),
            (Language::En, false) => format!("{label} of {to_text} ({by} less): {status_label}"),
        };
        Change { status: pack.statuses[status].id.value.clone(), text }
    }

    /// The fewest indicators that, turned from `from`, give another status.
    fn indicators(&self, now: usize, from: Tri) -> Option<Change> {
        let assessment = assess(self.program, self.plan, self.household, self.review_date, HashMap::new());
        let turnable: Vec<usize> = (0..self.program.indicators.len())
            .filter(|i| assessment.evaluation.value(self.program.indicators[*i]).tri() == from)
            .collect();
        for size in 1..=MOST_TURNED.min(turnable.len()) {
            let sets = combinations(&turnable, size);
            let given = |set: &Vec<usize>| {
                set.iter().map(|i| (self.program.indicators[*i], Value::Bool(from.not()))).collect::<HashMap<_, _>>()
            };
            let working: Vec<(&Vec<usize>, usize)> = sets
                .iter()
                .filter_map(|set| match self.outcome(self.household, given(set)) {
                    Outcome::Status(status) if status != now => Some((set, status)),
                    _ => None,
                })
                .collect();
            if let Some((set, status)) = working.first() {
                let any = working.len() == sets.len() && working.iter().all(|(_, s)| s == status);
                return Some(self.told_indicators(*status, set, from, any.then_some(turnable.len())));
            }
        }
        None
    }

    fn told_indicators(&self, status: usize, set: &[usize], from: Tri, any_of: Option<usize>) -> Change {
        let pack = &self.program.pack;
        let names: Vec<String> =
            set.iter().map(|i| lower_first(pack.indicators[*i].label.get(self.language))).collect();
        let names = names.join(", ");
        let (n, fewer) = (grouped(set.len() as i64, self.language), from == Tri::True);
        let status_label = lower_first(pack.statuses[status].label.get(self.language));
        let text = match (self.language, fewer, any_of.filter(|all| *all > set.len())) {
            (Language::Vi, true, Some(all)) => format!("bớt {n} trong {all} thiếu hụt hiện có: {status_label}"),
            (Language::Vi, false, Some(_)) => format!("thêm {n} thiếu hụt bất kỳ: {status_label}"),
            (Language::En, true, Some(all)) => format!("{n} fewer of the {all} present deprivations: {status_label}"),
            (Language::En, false, Some(_)) => format!("any {n} more deprivations: {status_label}"),
            (Language::Vi, true, None) => format!("không còn thiếu hụt {names}: {status_label}"),
            (Language::Vi, false, None) => format!("thêm thiếu hụt {names}: {status_label}"),
            (Language::En, true, None) => format!("no longer deprived in {names}: {status_label}"),
            (Language::En, false, None) => format!("deprived in {names} as well: {status_label}"),
        };
        Change { status: pack.statuses[status].id.value.clone(), text }
    }
}

fn combinations(of: &[usize], size: usize) -> Vec<Vec<usize>> {
    if size == 0 {
        return vec![Vec::new()];
    }
    let mut all = Vec::new();
    for (i, first) in of.iter().enumerate() {
        for mut rest in combinations(&of[i + 1..], size - 1) {
            rest.insert(0, *first);
            all.push(rest);
        }
    }
    all
}
