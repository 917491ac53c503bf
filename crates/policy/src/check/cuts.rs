//! Whether the cuts of a band rise: a near-poverty line below the poverty line would put a household into no band.
//!
//! Cuts depend on few answers, mostly a choice such as urban or rural: every combination of those answers is tried.

use crate::evaluate::{Answer, Evaluation, Household, Value};
use crate::ir::{Dag, Level, NodeId, Op};
use crate::lattice::Tri;
use std::collections::{BTreeMap, HashMap};

/// More combinations of answers than this are not tried.
const MOST_COMBINATIONS: i64 = 10_000;

/// Whether `lower <= upper`, given as that comparison's node, holds whatever the answers are. `None` when it depends on
/// too much to try.
pub(super) fn always(dag: &Dag, comparison: NodeId) -> Option<bool> {
    let order = dag.needed_by([comparison]);
    let mut answers: BTreeMap<usize, NodeId> = BTreeMap::new();
    let mut combinations = 1_i64;
    for id in &order {
        let node = dag.node(*id);
        match node.op {
            Op::BoolVar(variable) | Op::IntVar(variable) if node.level == Level::Household => {
                combinations = combinations.checked_mul(node.range.hi - node.range.lo + 1)?;
                answers.insert(variable, *id);
            }
            Op::ReviewDate | Op::Status | Op::BoolVar(_) | Op::IntVar(_) | Op::Size => return None,
            _ => {}
        }
    }
    if combinations > MOST_COMBINATIONS {
        return None;
    }
    let most = answers.keys().next_back().map_or(0, |last| last + 1);
    Some((0..combinations).all(|mut number| {
        let mut household = Household { household: vec![Answer::Unknown; most], members: Vec::new() };
        for (variable, id) in &answers {
            let node = dag.node(*id);
            let width = node.range.hi - node.range.lo + 1;
            let value = node.range.lo + number % width;
            number /= width;
            household.household[*variable] =
                if matches!(node.op, Op::BoolVar(_)) { Answer::Bool(value == 1) } else { Answer::Int(value) };
        }
        let mut evaluation = Evaluation::new(dag, 0, None, HashMap::new());
        evaluation.compute(&order, &household, None);
        evaluation.value(comparison) == Value::Bool(Tri::True)
    }))
}
