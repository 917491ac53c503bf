//! Whether the rules of a method are complete and disjoint: whatever the measures are, exactly one status follows.
//!
//! The rules of a method are yes/no combinations of *cells*: bands, choices, yes/no answers and indicators, and numbers
//! compared with constants. Between two neighbouring constants a number behaves the same, so a few values of each cell
//! stand for all: every combination of them is tried. What is tried is therefore exhaustive as long as cells are
//! independent of each other; cells that are not (an indicator and the count it is part of) can only cause a report of a
//! combination that cannot happen, never hide one that can.

use crate::evaluate::{Evaluation, Household, Value};
use crate::ir::{Dag, NodeId, Op, Sort};
use crate::lattice::{Interval, Tri};
use crate::model::{Method, Pack, Rule};
use crate::problem::Problem;
use crate::program::{CheckedMeasure, CheckedMethod, ValueKind};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// More combinations than this are not tried.
const MOST_COMBINATIONS: usize = 200_000;

/// Reports rules that leave a combination without a status or give it two. Gives a problem for each rule that can never
/// hold.
pub(crate) fn complete_and_disjoint(
    pack: &Pack,
    dag: &Dag,
    method: &Method,
    checked: &CheckedMethod,
    measures: &[CheckedMeasure],
    names: &BTreeMap<NodeId, String>,
    problems: &mut Vec<Problem>,
) -> Vec<Problem> {
    if checked.rules.is_empty() {
        problems.push(
            Problem::new(method.id.place, format!("the method `{}` has no rule", method.id.value))
                .help("add rules that give every household exactly one status"),
        );
        return Vec::new();
    }
    let mut cells = Cells { dag, constants: BTreeMap::new(), unfit: Vec::new() };
    for (rule, written) in checked.rules.iter().zip(&method.rules) {
        cells.find(rule.when);
        if cells.unfit.pop().is_some() {
            problems.push(
                Problem::new(
                    written.when.place,
                    "a rule compares bands, choices, yes/no answers, or a number with a constant".into(),
                )
                .help("make the comparison a measure (a `band` where a number meets a line) and use the measure here"),
            );
            return Vec::new();
        }
    }
    let cells: Vec<Cell> =
        cells.constants.into_iter().map(|(node, constants)| Cell::new(dag, node, &constants)).collect();
    let combinations = cells.iter().try_fold(1_usize, |n, cell| n.checked_mul(cell.values.len()));
    if combinations.is_none_or(|n| n > MOST_COMBINATIONS) {
        problems.push(
            Problem::new(
                method.id.place,
                format!("the rules of `{}` depend on too many things to be checked", method.id.value),
            )
            .help("make measures of parts of them, so that the rules combine fewer quantities"),
        );
        return Vec::new();
    }
    let order = above_cells(dag, checked, &cells);
    let mut ever = vec![false; checked.rules.len()];
    let (mut gap, mut overlaps) = (false, BTreeSet::new());
    for number in 0..combinations.unwrap_or(0) {
        let values = combination(&cells, number);
        let holding = holding(dag, &order, checked, &cells, &values);
        for rule in &holding {
            ever[*rule] = true;
        }
        let told = || {
            let same = |values: &[i64]| self::holding(dag, &order, checked, &cells, values) == holding;
            let mattering = mattering(&cells, &values, same);
            let told: Vec<String> =
                mattering.into_iter().map(|cell| tell(pack, measures, names, cells[cell].node, values[cell])).collect();
            if told.is_empty() { "anything holds".to_owned() } else { told.join(" and ") }
        };
        match holding.as_slice() {
            [] if !gap => {
                gap = true;
                let last = &method.rules[method.rules.len() - 1];
                problems.push(
                    Problem::new(last.when.place, format!("no rule gives a status where {}", told()))
                        .label("rules end here")
                        .help("add a rule for this combination, or widen one"),
                );
            }
            [first, rest @ ..] => {
                for second in rest.iter().filter(|r| checked.rules[**r].status != checked.rules[*first].status) {
                    if overlaps.insert((*first, *second)) {
                        let (a, b) = (&method.rules[*first], &method.rules[*second]);
                        let message = format!(
                            "the rules `{}` and `{}` give two statuses where {}",
                            a.id.value,
                            b.id.value,
                            told()
                        );
                        problems.push(
                            Problem::new(b.when.place, message).help("narrow one of the two, so that only one holds"),
                        );
                    }
                }
            }
            [] => {}
        }
    }
    let idle = |rule: &Rule| {
        Problem::new(rule.when.place, format!("the rule `{}` can never hold", rule.id.value))
            .help("its condition contradicts itself; correct it or remove the rule")
    };
    method.rules.iter().zip(ever).filter(|(_, ever)| !ever).map(|(rule, _)| idle(rule)).collect()
}

/// A quantity the rules depend on, and the values that stand for all its values.
struct Cell {
    node: NodeId,
    values: Vec<i64>,
}

impl Cell {
    fn new(dag: &Dag, node: NodeId, constants: &BTreeSet<i64>) -> Self {
        let range = dag.node(node).range;
        let mut values = BTreeSet::new();
        if range.hi - range.lo <= 64 {
            values.extend(range.lo..=range.hi);
        } else {
            values.extend([range.lo, range.hi]);
            values.extend(constants.iter().flat_map(|c| [c.saturating_sub(1), *c, c.saturating_add(1)]));
        }
        Self { node, values: values.into_iter().filter(|v| (range.lo..=range.hi).contains(v)).collect() }
    }
}

struct Cells<'d> {
    dag: &'d Dag,
    constants: BTreeMap<NodeId, BTreeSet<i64>>,
    unfit: Vec<NodeId>,
}

impl Cells<'_> {
    /// Takes a rule apart into the cells it is made of.
    fn find(&mut self, id: NodeId) {
        let dag = self.dag;
        match &dag.node(id).op {
            Op::Bool(_) => {}
            Op::Not(_) | Op::And(..) | Op::Or(..) | Op::Same(..) => {
                for input in dag.node(id).op.inputs() {
                    self.find(input);
                }
            }
            Op::If(..) if dag.node(id).sort == Sort::Bool => {
                for input in dag.node(id).op.inputs() {
                    self.find(input);
                }
            }
            Op::Less(a, b) | Op::AtMost(a, b) | Op::Equal(a, b) => match (&dag.node(*a).op, &dag.node(*b).op) {
                (Op::Int(_), Op::Int(_)) => {}
                (Op::Int(n), _) => self.compared(*b, &[*n]),
                (_, Op::Int(n)) => self.compared(*a, &[*n]),
                _ => self.unfit.push(id),
            },
            Op::OneOf(a, set) => self.compared(*a, set),
            // A yes/no answer, an indicator, a macro: true or false as a whole.
            _ => {
                self.constants.entry(id).or_default();
            }
        }
    }

    fn compared(&mut self, mut number: NodeId, constants: &[i64]) {
        let mut constants: BTreeSet<i64> = constants.iter().copied().collect();
        // 10 × deprivations >= 30 is about the deprivations.
        while let Op::Mul(a, b) = self.dag.node(number).op {
            let (inner, factor) = match (&self.dag.node(a).op, &self.dag.node(b).op) {
                (_, Op::Int(n)) if *n > 0 => (a, *n),
                (Op::Int(n), _) if *n > 0 => (b, *n),
                _ => break,
            };
            number = inner;
            constants = constants.iter().flat_map(|c| [c.div_euclid(factor), -(-c).div_euclid(factor)]).collect();
        }
        self.constants.entry(number).or_default().extend(constants);
    }
}

/// The values of the cells in one combination.
fn combination(cells: &[Cell], mut number: usize) -> Vec<i64> {
    cells
        .iter()
        .map(|cell| {
            let value = cell.values[number % cell.values.len()];
            number /= cell.values.len();
            value
        })
        .collect()
}

/// The rules that hold for the values of the cells.
fn holding(dag: &Dag, order: &[NodeId], checked: &CheckedMethod, cells: &[Cell], values: &[i64]) -> Vec<usize> {
    let given: HashMap<NodeId, Value> = cells
        .iter()
        .zip(values)
        .map(|(cell, value)| match dag.node(cell.node).sort {
            Sort::Bool => (cell.node, Value::Bool(Tri::from(*value == 1))),
            Sort::Int => (cell.node, Value::Int(Interval::exactly(*value))),
        })
        .collect();
    let mut evaluation = Evaluation::new(dag, 0, None, given);
    evaluation.compute(order, &Household::default(), None);
    let rules = checked.rules.iter().enumerate();
    rules.filter(|(_, rule)| evaluation.value(rule.when) == Value::Bool(Tri::True)).map(|(i, _)| i).collect()
}

/// The nodes the rules need, in order, stopping at cells: what lies below a cell has no value here.
fn above_cells(dag: &Dag, checked: &CheckedMethod, cells: &[Cell]) -> Vec<NodeId> {
    let mut needed = BTreeSet::new();
    let mut open: Vec<NodeId> = checked.rules.iter().map(|r| r.when).collect();
    while let Some(id) = open.pop() {
        if needed.insert(id) && !cells.iter().any(|cell| cell.node == id) {
            open.extend(dag.node(id).op.inputs());
        }
    }
    needed.into_iter().collect()
}

/// The cells without which the combination would not do what it does: a cell is left out when all its values do the same.
fn mattering(cells: &[Cell], values: &[i64], same: impl Fn(&[i64]) -> bool) -> Vec<usize> {
    let matters = |cell: &usize| {
        cells[*cell].values.iter().any(|other| {
            let mut changed = values.to_vec();
            changed[*cell] = *other;
            !same(&changed)
        })
    };
    (0..cells.len()).filter(matters).collect()
}

/// "`income_level` is \"low\"".
fn tell(
    pack: &Pack,
    measures: &[CheckedMeasure],
    names: &BTreeMap<NodeId, String>,
    node: NodeId,
    value: i64,
) -> String {
    let named = pack.measures.iter().zip(measures).find(|(_, checked)| checked.node == node);
    match named {
        Some((measure, CheckedMeasure { kind: ValueKind::Band(_), .. })) => {
            let crate::model::MeasureValue::Band(band) = &measure.value else {
                return format!("`{}` is {value}", measure.id.value);
            };
            format!("`{}` is \"{}\"", measure.id.value, band.bands[value as usize].id.value)
        }
        Some((measure, CheckedMeasure { kind: ValueKind::Choice(list), .. })) => {
            let option = &pack.questionnaire.choices[*list].options[value as usize].id.value;
            format!("`{}` is \"{option}\"", measure.id.value)
        }
        Some((measure, CheckedMeasure { kind: ValueKind::Bool, .. })) => {
            format!("`{}` is {}", measure.id.value, value == 1)
        }
        Some((measure, _)) => format!("`{}` is {value}", measure.id.value),
        None => match names.get(&node) {
            Some(name) => format!("`{name}` is {value}"),
            None => format!("a part of the rules is {value}"),
        },
    }
}
