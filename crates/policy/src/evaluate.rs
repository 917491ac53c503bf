//! The first evaluator: one household, every node's value kept, so that a reason can be told afterwards.

use crate::calendar::Day;
use crate::ir::{Dag, Level, NodeId, Op, Sort};
use crate::lattice::{self, Interval, Tri};
use std::collections::HashMap;

/// An answer to a question.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub enum Answer {
    /// Not answered.
    #[default]
    Unknown,
    /// Yes or no.
    Bool(bool),
    /// A number as stored, the place of an option, or a day.
    Int(i64),
}

/// The answers of one household: by the order of the questionnaire's variables.
/// Identity and place (`id`, `code`) have no answer here.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Household {
    /// Answers about the household.
    pub household: Vec<Answer>,
    /// Answers about each member.
    pub members: Vec<Vec<Answer>>,
}

/// The value of a node.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Value {
    /// Yes, no or unknown.
    Bool(Tri),
    /// A number, perhaps only between bounds.
    Int(Interval),
}

impl Value {
    /// The yes/no value. The checker has made sure that it is one.
    pub fn tri(self) -> Tri {
        match self {
            Value::Bool(tri) => tri,
            Value::Int(_) => unreachable!("a number where the checker proved a yes/no value"),
        }
    }

    /// The number. The checker has made sure that it is one.
    pub fn interval(self) -> Interval {
        match self {
            Value::Int(interval) => interval,
            Value::Bool(_) => unreachable!("a yes/no value where the checker proved a number"),
        }
    }

    /// Whether it is decided.
    pub fn is_known(self) -> bool {
        match self {
            Value::Bool(tri) => tri.is_known(),
            Value::Int(interval) => interval.known().is_some(),
        }
    }
}

/// The values of nodes for one household.
#[derive(Clone, Debug)]
pub struct Evaluation<'d> {
    dag: &'d Dag,
    review_date: Option<Day>,
    members: usize,
    household: Vec<Option<Value>>,
    /// For each node one value for each member, side by side.
    member: Vec<Value>,
    given: HashMap<NodeId, Value>,
}

impl<'d> Evaluation<'d> {
    /// An evaluation in which nothing has been computed yet. `given` fixes the values of household nodes.
    pub fn new(dag: &'d Dag, members: usize, review_date: Option<Day>, given: HashMap<NodeId, Value>) -> Self {
        let count = dag.nodes().len();
        let member = vec![Value::Bool(Tri::Unknown); count * members];
        Self { dag, review_date, members, household: vec![None; count], member, given }
    }

    /// Turns to another household. Its values take the place of those before, so the same nodes must be computed again before
    /// any is asked for.
    pub fn turn_to(&mut self, members: usize) {
        self.members = members;
        self.member.resize(self.dag.nodes().len() * members, Value::Bool(Tri::Unknown));
    }

    /// Computes `nodes`, which stand in evaluation order with all they need computed before or among them.
    /// `status` is the value of [`Op::Status`].
    pub fn compute(&mut self, nodes: &[NodeId], answers: &Household, status: Option<Interval>) {
        for &id in nodes {
            match self.dag.node(id).level {
                Level::Household => {
                    let given = if self.given.is_empty() { None } else { self.given.get(&id) };
                    let value = match given {
                        Some(value) => *value,
                        None => self.household_value(id, answers, status),
                    };
                    self.household[id.index()] = Some(value);
                }
                Level::Member => {
                    for member in 0..self.members {
                        self.member[id.index() * self.members + member] = self.member_value(id, member, answers);
                    }
                }
            }
        }
    }

    /// The value of a household node that has been computed.
    pub fn value(&self, id: NodeId) -> Value {
        self.household[id.index()].expect("a node is computed before its value is asked for")
    }

    /// The value of a member node that has been computed.
    pub fn member(&self, id: NodeId, member: usize) -> Value {
        self.member[id.index() * self.members + member]
    }

    fn household_value(&self, id: NodeId, answers: &Household, status: Option<Interval>) -> Value {
        let node = self.dag.node(id);
        match &node.op {
            Op::BoolVar(i) => bool_answer(answers.household[*i]),
            Op::IntVar(i) => int_answer(answers.household[*i], node.range),
            Op::Status => Value::Int(status.unwrap_or(node.range)),
            Op::Size => Value::Int(Interval::exactly(self.members as i64)),
            Op::Any(a) => Value::Bool((0..self.members).fold(Tri::False, |any, m| any.or(self.member(*a, m).tri()))),
            Op::Count(a) => Value::Int((0..self.members).fold(Interval::exactly(0), |count, m| {
                count.plus(weigh(self.member(*a, m).tri(), Interval::exactly(1)))
            })),
            Op::Sum(of, only) => Value::Int((0..self.members).fold(Interval::exactly(0), |sum, m| {
                sum.plus(weigh(self.counted(*only, m), self.member(*of, m).interval()))
            })),
            Op::Min(of, only) => Value::Int(self.extreme(*of, *only, node.range, i64::min)),
            Op::Max(of, only) => Value::Int(self.extreme(*of, *only, node.range, i64::max)),
            op => self.plain(op, |input| self.value(input)),
        }
    }

    fn member_value(&self, id: NodeId, member: usize, answers: &Household) -> Value {
        let node = self.dag.node(id);
        match &node.op {
            Op::BoolVar(i) => bool_answer(answers.members[member][*i]),
            Op::IntVar(i) => int_answer(answers.members[member][*i], node.range),
            Op::ToMember(a) => self.value(*a),
            op => self.plain(op, |input| self.member(input, member)),
        }
    }

    /// The operations that mean the same for a household and for a member.
    fn plain(&self, op: &Op, value: impl Fn(NodeId) -> Value) -> Value {
        let tri = |id: &NodeId| value(*id).tri();
        let int = |id: &NodeId| value(*id).interval();
        match op {
            Op::Bool(b) => Value::Bool(Tri::from(*b)),
            Op::Int(n) => Value::Int(Interval::exactly(*n)),
            Op::ReviewDate => Value::Int(Interval::exactly(self.review_day().0.into())),
            Op::Not(a) => Value::Bool(tri(a).not()),
            Op::And(a, b) => Value::Bool(tri(a).and(tri(b))),
            Op::Or(a, b) => Value::Bool(tri(a).or(tri(b))),
            Op::Same(a, b) => Value::Bool(tri(a).equal(tri(b))),
            Op::Less(a, b) => Value::Bool(int(a).less(int(b))),
            Op::AtMost(a, b) => Value::Bool(int(a).at_most(int(b))),
            Op::Equal(a, b) => Value::Bool(int(a).equal(int(b))),
            Op::OneOf(a, set) => Value::Bool(int(a).one_of(set)),
            Op::Add(a, b) => Value::Int(int(a).plus(int(b))),
            Op::Sub(a, b) => Value::Int(int(a).minus(int(b))),
            Op::Mul(a, b) => Value::Int(int(a).times(int(b))),
            Op::If(c, a, b) => match (tri(c), value(*a), value(*b)) {
                (Tri::True, then, _) => then,
                (Tri::False, _, otherwise) => otherwise,
                (Tri::Unknown, Value::Bool(a), Value::Bool(b)) => Value::Bool(a.hull(b)),
                (Tri::Unknown, a, b) => Value::Int(a.interval().hull(b.interval())),
            },
            Op::Age(a) => Value::Int(lattice::age(int(a), self.review_day())),
            Op::MonthsSince(a) => Value::Int(lattice::months_since(int(a), self.review_day())),
            Op::Known(a) => Value::Bool(Tri::from(value(*a).is_known())),
            Op::Lookup(a, table) => {
                let Interval { lo, hi } = int(a);
                let entries = &table[lo as usize..=hi as usize];
                let first = Interval::exactly(entries[0]);
                Value::Int(entries.iter().fold(first, |hull, entry| hull.hull(Interval::exactly(*entry))))
            }
            Op::Weighted(terms) => Value::Int(terms.iter().fold(Interval::exactly(0), |sum, (term, weight)| {
                sum.plus(weigh(tri(term), Interval::exactly(*weight)))
            })),
            Op::BoolVar(_) | Op::IntVar(_) | Op::Status | Op::Size | Op::ToMember(_) => {
                unreachable!("a leaf of one level stands at that level")
            }
            Op::Any(_) | Op::Count(_) | Op::Sum(..) | Op::Min(..) | Op::Max(..) => {
                unreachable!("members are folded into a household value")
            }
        }
    }

    fn counted(&self, only: Option<NodeId>, member: usize) -> Tri {
        only.map_or(Tri::True, |only| self.member(only, member).tri())
    }

    /// The least or greatest over the counted members. While none is surely counted the list may be empty, and the
    /// result is anything in `range`.
    fn extreme(&self, of: NodeId, only: Option<NodeId>, range: Interval, pick: fn(i64, i64) -> i64) -> Interval {
        let values = |surely: bool| {
            (0..self.members)
                .filter(move |m| match self.counted(only, *m) {
                    Tri::True => true,
                    Tri::Unknown => !surely,
                    Tri::False => false,
                })
                .map(move |m| self.member(of, m).interval())
        };
        let Some(sure) = values(true).reduce(|a, b| Interval { lo: pick(a.lo, b.lo), hi: pick(a.hi, b.hi) }) else {
            return range;
        };
        values(false)
            .fold(sure, |all, v| Interval { lo: all.lo.min(pick(all.lo, v.lo)), hi: all.hi.max(pick(all.hi, v.hi)) })
    }

    fn review_day(&self) -> Day {
        self.review_date.expect("a review date is asked for before a pack that needs one is evaluated")
    }

    /// What decides the sort of a node, for readers of values.
    pub fn sort(&self, id: NodeId) -> Sort {
        self.dag.node(id).sort
    }
}

/// A number that counts when `holds`: from 0 to it, or from it to 0, when that is unknown.
fn weigh(holds: Tri, value: Interval) -> Interval {
    match holds {
        Tri::True => value,
        Tri::False => Interval::exactly(0),
        Tri::Unknown => value.hull(Interval::exactly(0)),
    }
}

fn bool_answer(answer: Answer) -> Value {
    match answer {
        Answer::Bool(b) => Value::Bool(Tri::from(b)),
        _ => Value::Bool(Tri::Unknown),
    }
}

fn int_answer(answer: Answer, range: Interval) -> Value {
    match answer {
        Answer::Int(n) => Value::Int(Interval::exactly(n)),
        _ => Value::Int(range),
    }
}
