//! Walking the graph: each node once, its column dropped after its last use.

use super::column::{Column, Numbers, Tris, weighted};
use super::error::KernelError;
use super::input::Input;
use super::steps::Steps;
use vuon_policy::calendar::Day;
use vuon_policy::ir::{Dag, NodeId, Op};

/// The nodes to compute, in order, each with the nodes that are not needed after it.
#[derive(Clone, Debug, Default)]
pub(super) struct Schedule(Vec<(NodeId, Vec<NodeId>)>);

impl Schedule {
    /// `nodes` stand in evaluation order; the columns of `kept` stay.
    pub fn new(dag: &Dag, nodes: &[NodeId], kept: &[NodeId]) -> Self {
        let mut over = vec![false; dag.nodes().len()];
        for node in kept {
            over[node.index()] = true;
        }
        let mut steps: Vec<_> = nodes
            .iter()
            .rev()
            .map(|node| {
                let mut last_used = dag.node(*node).op.inputs();
                last_used.push(*node);
                last_used.retain(|used| !std::mem::replace(&mut over[used.index()], true));
                (*node, last_used)
            })
            .collect();
        steps.reverse();
        Self(steps)
    }

    pub fn nodes(&self) -> impl Iterator<Item = NodeId> {
        self.0.iter().map(|(node, _)| *node)
    }
}

/// The review date, with ages and months made ready.
#[derive(Clone, Debug)]
pub(super) struct Review {
    day: Day,
    years: Steps,
    months: Steps,
}

impl Review {
    pub fn on(day: Day) -> Self {
        Self { day, years: Steps::years(day), months: Steps::months(day) }
    }
}

/// The columns of the nodes computed so far, for one batch.
pub(super) struct Columns<'a> {
    dag: &'a Dag,
    input: &'a Input<'a>,
    review: Option<&'a Review>,
    /// The possible statuses, once the rules have been evaluated.
    pub status: Option<Numbers>,
    columns: Vec<Option<Column>>,
}

impl<'a> Columns<'a> {
    pub fn new(dag: &'a Dag, input: &'a Input<'a>, review: Option<&'a Review>) -> Self {
        Self { dag, input, review, status: None, columns: vec![None; dag.nodes().len()] }
    }

    pub fn households(&self) -> usize {
        self.input.households()
    }

    pub fn compute(&mut self, schedule: &Schedule) -> Result<(), KernelError> {
        for (node, over) in &schedule.0 {
            self.columns[node.index()] = Some(self.value(*node)?);
            for node in over {
                self.columns[node.index()] = None;
            }
        }
        Ok(())
    }

    pub fn tris(&self, node: NodeId) -> &Tris {
        self.column(node).tris()
    }

    pub fn numbers(&self, node: NodeId) -> &Numbers {
        self.column(node).numbers()
    }

    pub fn column(&self, node: NodeId) -> &Column {
        self.columns[node.index()].as_ref().expect("a node is computed before it is used and kept while it is")
    }

    fn review(&self) -> &Review {
        self.review.expect("a kernel for a pack that needs a review date has one")
    }

    fn value(&self, id: NodeId) -> Result<Column, KernelError> {
        let node = self.dag.node(id);
        let tris = |id: &NodeId| self.tris(*id);
        let numbers = |id: &NodeId| self.numbers(*id);
        let only = |id: &Option<NodeId>| id.map(|id| self.tris(id));
        Ok(match &node.op {
            Op::BoolVar(variable) => self.input.bools(node.level, *variable)?,
            Op::IntVar(variable) => self.input.ints(node.level, *variable, node.range)?,
            Op::Bool(value) => Column::Bool(Tris::all(*value)),
            Op::Int(value) => Column::Int(Numbers::all(*value)),
            Op::ReviewDate => Column::Int(Numbers::all(self.review().day.0.into())),
            Op::Status => Column::Int(self.status.clone().unwrap_or_else(|| Numbers::within(node.range))),
            Op::Not(a) => Column::Bool(tris(a).not()),
            Op::And(a, b) => Column::Bool(tris(a).and(tris(b))),
            Op::Or(a, b) => Column::Bool(tris(a).or(tris(b))),
            Op::Same(a, b) => Column::Bool(tris(a).same(tris(b))),
            Op::Less(a, b) => Column::Bool(numbers(a).less(numbers(b))),
            Op::AtMost(a, b) => Column::Bool(numbers(a).at_most(numbers(b))),
            Op::Equal(a, b) => Column::Bool(numbers(a).equal(numbers(b))),
            Op::OneOf(a, set) => Column::Bool(numbers(a).one_of(set, self.dag.node(*a).range)),
            Op::Add(a, b) => Column::Int(numbers(a).plus(numbers(b))),
            Op::Sub(a, b) => Column::Int(numbers(a).minus(numbers(b))),
            Op::Mul(a, b) => Column::Int(numbers(a).times(numbers(b))),
            Op::If(c, a, b) => match (self.column(*a), self.column(*b)) {
                (Column::Bool(a), Column::Bool(b)) => Column::Bool(tris(c).choose(a, b)),
                (a, b) => Column::Int(tris(c).choose_number(a.numbers(), b.numbers())),
            },
            Op::Age(a) => Column::Int(numbers(a).falling(|day| self.review().years.counted(day))),
            Op::MonthsSince(a) => Column::Int(numbers(a).falling(|day| self.review().months.counted(day))),
            Op::Known(a) => Column::Bool(Tris::known(match self.column(*a) {
                Column::Bool(tris) => tris.known_rows(),
                Column::Int(numbers) => numbers.known_rows(),
            })),
            Op::Lookup(a, table) => Column::Int(numbers(a).lookup(table)),
            Op::Weighted(terms) => {
                let terms: Vec<_> = terms.iter().map(|(holds, weight)| (tris(holds), *weight)).collect();
                Column::Int(weighted(&terms, self.input.rows(node.level)))
            }
            Op::ToMember(a) => self.input.roster()?.to_member(self.column(*a)),
            Op::Size => Column::Int(self.input.roster()?.sizes()),
            Op::Any(a) => Column::Bool(self.input.roster()?.any(tris(a))),
            Op::Count(a) => Column::Int(self.input.roster()?.count(tris(a))),
            Op::Sum(of, by) => Column::Int(self.input.roster()?.sum(numbers(of), only(by))),
            Op::Min(of, by) => Column::Int(self.input.roster()?.min(numbers(of), only(by), node.range)),
            Op::Max(of, by) => Column::Int(self.input.roster()?.max(numbers(of), only(by), node.range)),
        })
    }
}
