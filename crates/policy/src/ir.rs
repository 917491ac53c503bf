//! The checked form of a pack's expressions: one graph of small operations, shared by every evaluator.
//!
//! Checking turns each CEL expression into nodes of a [`Dag`]. Equal sub-expressions become one node. A node is either
//! yes/no or a whole number ([`Sort`]); numbers carry their denominator, choices their list and dates their day count
//! only while checking, so that here everything is whole numbers. A node belongs to the household or to each of its
//! members ([`Level`]). Nodes stand after the nodes they use: evaluating them in order is enough.
//!
//! What each operation means, unknowns included, is defined by [`crate::lattice`] and, for the operations over members,
//! by the comments here.

use crate::lattice::Interval;
use std::collections::HashMap;

/// The place of a node in its [`Dag`].
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct NodeId(u32);

impl NodeId {
    /// The index of the node in [`Dag::nodes`].
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

/// Whose value a node is.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Level {
    /// One value for the household.
    Household,
    /// One value for each member.
    Member,
}

/// What a node's value is.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Sort {
    /// Yes or no, a [`crate::lattice::Tri`].
    Bool,
    /// A whole number, an [`Interval`].
    Int,
}

/// One operation. `usize` in a variable is its index among the household's or the member's variables.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub enum Op {
    /// The answer to a yes/no question.
    BoolVar(usize),
    /// The answer to a question with a number, a choice (its place in the list) or a date (its day).
    IntVar(usize),
    /// A constant.
    Bool(bool),
    /// A constant.
    Int(i64),
    /// The day of the review.
    ReviewDate,
    /// The status (its place in the pack's list), known once the rules have been evaluated.
    Status,
    /// Not.
    Not(NodeId),
    /// And.
    And(NodeId, NodeId),
    /// Or.
    Or(NodeId, NodeId),
    /// Whether two yes/no values are the same.
    Same(NodeId, NodeId),
    /// Less than.
    Less(NodeId, NodeId),
    /// At most.
    AtMost(NodeId, NodeId),
    /// Equal.
    Equal(NodeId, NodeId),
    /// One of a sorted set.
    OneOf(NodeId, Box<[i64]>),
    /// Sum.
    Add(NodeId, NodeId),
    /// Difference.
    Sub(NodeId, NodeId),
    /// Product.
    Mul(NodeId, NodeId),
    /// `condition ? then : otherwise` of numbers or of yes/no values.
    If(NodeId, NodeId, NodeId),
    /// Completed years from a date to the review date.
    Age(NodeId),
    /// Months from a date to the review date, a begun month counting as a whole one.
    MonthsSince(NodeId),
    /// Whether a value is known.
    Known(NodeId),
    /// The entry of a table at a number from 0; unknown places give the least and greatest of the possible entries.
    Lookup(NodeId, Box<[i64]>),
    /// The sum of the whole numbers beside the yes/no values that hold.
    Weighted(Box<[(NodeId, i64)]>),
    /// A value of the household, seen by each member.
    ToMember(NodeId),
    /// The number of members.
    Size,
    /// Whether a yes/no value holds for some member.
    Any(NodeId),
    /// How many members a yes/no value holds for.
    Count(NodeId),
    /// The sum of a number over the members for whom `only` holds (all without it).
    /// A member possibly counted adds from 0 to its number, or from its number to 0.
    Sum(NodeId, Option<NodeId>),
    /// The least of a number over the members for whom `only` holds; over none, anything in the number's range.
    Min(NodeId, Option<NodeId>),
    /// The greatest, likewise.
    Max(NodeId, Option<NodeId>),
}

impl Op {
    /// The nodes this one uses.
    pub fn inputs(&self) -> Vec<NodeId> {
        match self {
            Op::BoolVar(_) | Op::IntVar(_) | Op::Bool(_) | Op::Int(_) | Op::ReviewDate | Op::Status | Op::Size => {
                vec![]
            }
            Op::Not(a) | Op::OneOf(a, _) | Op::Age(a) | Op::MonthsSince(a) | Op::Known(a) | Op::Lookup(a, _) => {
                vec![*a]
            }
            Op::ToMember(a) | Op::Any(a) | Op::Count(a) => vec![*a],
            Op::And(a, b) | Op::Or(a, b) | Op::Same(a, b) | Op::Less(a, b) | Op::AtMost(a, b) => vec![*a, *b],
            Op::Equal(a, b) | Op::Add(a, b) | Op::Sub(a, b) | Op::Mul(a, b) => vec![*a, *b],
            Op::If(c, a, b) => vec![*c, *a, *b],
            Op::Weighted(terms) => terms.iter().map(|(node, _)| *node).collect(),
            Op::Sum(of, only) | Op::Min(of, only) | Op::Max(of, only) => only.iter().chain([of]).copied().collect(),
        }
    }
}

/// A node with what the checker knows of it.
#[derive(Clone, Debug)]
pub struct Node {
    /// The operation.
    pub op: Op,
    /// Household or member.
    pub level: Level,
    /// Yes/no or number.
    pub sort: Sort,
    /// For a number: every value it can take, with any answers. `0..=1` for a yes/no value.
    pub range: Interval,
}

/// The graph of a pack's checked expressions.
#[derive(Clone, Debug, Default)]
pub struct Dag {
    nodes: Vec<Node>,
    known: HashMap<(Op, Level), NodeId>,
}

/// The result of an operation could leave the 64-bit whole numbers.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Overflow;

impl Dag {
    /// All nodes, each after those it uses.
    pub fn nodes(&self) -> &[Node] {
        &self.nodes
    }

    /// The places of all nodes, in order.
    pub fn ids(&self) -> impl Iterator<Item = NodeId> + use<> {
        (0..self.nodes.len() as u32).map(NodeId)
    }

    /// One node.
    pub fn node(&self, id: NodeId) -> &Node {
        &self.nodes[id.index()]
    }

    /// The answer to a question: `range` is what the questionnaire allows.
    pub(crate) fn variable(&mut self, op: Op, level: Level, range: Interval) -> NodeId {
        let sort = if matches!(op, Op::BoolVar(_)) { Sort::Bool } else { Sort::Int };
        self.insert(Node { op, level, sort, range })
    }

    /// A leaf whose range the caller knows ([`Op::Status`], [`Op::ReviewDate`], [`Op::Size`]).
    pub(crate) fn leaf(&mut self, op: Op, range: Interval) -> NodeId {
        self.insert(Node { op, level: Level::Household, sort: Sort::Int, range })
    }

    /// A constant number.
    pub(crate) fn int(&mut self, value: i64) -> NodeId {
        self.leaf(Op::Int(value), Interval::exactly(value))
    }

    /// A constant yes or no.
    pub(crate) fn bool(&mut self, value: bool) -> NodeId {
        self.insert(Node { op: Op::Bool(value), level: Level::Household, sort: Sort::Bool, range: BOOL })
    }

    /// An operation on nodes that are there. Where one input is of the member and another of the household, the latter
    /// is first seen by each member.
    pub(crate) fn push(&mut self, op: Op) -> Result<NodeId, Overflow> {
        let op = self.level_inputs(op);
        let level = match &op {
            Op::Any(_) | Op::Count(_) | Op::Sum(..) | Op::Min(..) | Op::Max(..) => Level::Household,
            Op::ToMember(_) => Level::Member,
            other => other.inputs().first().map_or(Level::Household, |a| self.node(*a).level),
        };
        if let Some(id) = self.known.get(&(op.clone(), level)) {
            return Ok(*id);
        }
        let (sort, range) = self.sort_and_range(&op)?;
        Ok(self.insert(Node { op, level, sort, range }))
    }

    fn level_inputs(&mut self, op: Op) -> Op {
        let takes_members = matches!(op, Op::Any(_) | Op::Count(_) | Op::Sum(..) | Op::Min(..) | Op::Max(..));
        let some_member = op.inputs().iter().any(|id| self.node(*id).level == Level::Member);
        if matches!(op, Op::ToMember(_)) || !(takes_members || some_member) {
            return op;
        }
        let mut lift = |id: NodeId| self.lifted(id);
        match op {
            Op::And(a, b) => Op::And(lift(a), lift(b)),
            Op::Or(a, b) => Op::Or(lift(a), lift(b)),
            Op::Same(a, b) => Op::Same(lift(a), lift(b)),
            Op::Less(a, b) => Op::Less(lift(a), lift(b)),
            Op::AtMost(a, b) => Op::AtMost(lift(a), lift(b)),
            Op::Equal(a, b) => Op::Equal(lift(a), lift(b)),
            Op::Add(a, b) => Op::Add(lift(a), lift(b)),
            Op::Sub(a, b) => Op::Sub(lift(a), lift(b)),
            Op::Mul(a, b) => Op::Mul(lift(a), lift(b)),
            Op::If(c, a, b) => Op::If(lift(c), lift(a), lift(b)),
            Op::Weighted(terms) => Op::Weighted(terms.iter().map(|(node, w)| (lift(*node), *w)).collect()),
            Op::Any(a) => Op::Any(lift(a)),
            Op::Count(a) => Op::Count(lift(a)),
            Op::Sum(of, only) => Op::Sum(lift(of), only.map(lift)),
            Op::Min(of, only) => Op::Min(lift(of), only.map(lift)),
            Op::Max(of, only) => Op::Max(lift(of), only.map(lift)),
            single_input => single_input,
        }
    }

    /// A node as each member sees it.
    fn lifted(&mut self, id: NodeId) -> NodeId {
        let node = self.node(id).clone();
        if node.level == Level::Member {
            return id;
        }
        self.insert(Node { op: Op::ToMember(id), level: Level::Member, ..node })
    }

    fn insert(&mut self, node: Node) -> NodeId {
        let key = (node.op.clone(), node.level);
        if let Some(id) = self.known.get(&key) {
            return *id;
        }
        let id = NodeId(u32::try_from(self.nodes.len()).expect("a pack has fewer than four milliard expressions"));
        self.known.insert(key, id);
        self.nodes.push(node);
        id
    }

    fn sort_and_range(&self, op: &Op) -> Result<(Sort, Interval), Overflow> {
        let range = |id: NodeId| self.node(id).range;
        let wide = |id: NodeId| (i128::from(range(id).lo), i128::from(range(id).hi));
        let int = |lo: i128, hi: i128| match (i64::try_from(lo), i64::try_from(hi)) {
            (Ok(lo), Ok(hi)) => Ok((Sort::Int, Interval { lo, hi })),
            _ => Err(Overflow),
        };
        match op {
            Op::Not(_) | Op::And(..) | Op::Or(..) | Op::Same(..) | Op::Known(_) | Op::Any(_) => Ok((Sort::Bool, BOOL)),
            Op::Less(..) | Op::AtMost(..) | Op::Equal(..) | Op::OneOf(..) => Ok((Sort::Bool, BOOL)),
            Op::Add(a, b) => int(wide(*a).0 + wide(*b).0, wide(*a).1 + wide(*b).1),
            Op::Sub(a, b) => int(wide(*a).0 - wide(*b).1, wide(*a).1 - wide(*b).0),
            Op::Mul(a, b) => {
                let (a, b) = (wide(*a), wide(*b));
                let corners = [a.0 * b.0, a.0 * b.1, a.1 * b.0, a.1 * b.1];
                int(corners.into_iter().min().unwrap_or(0), corners.into_iter().max().unwrap_or(0))
            }
            Op::If(_, a, b) => {
                let hull = range(*a).hull(range(*b));
                Ok((self.node(*a).sort, hull))
            }
            // Any two days between Day::FIRST and Day::LAST are less than 201 years apart.
            Op::Age(_) => int(-201, 201),
            Op::MonthsSince(_) => int(-201 * 12, 201 * 12),
            Op::Lookup(_, table) => {
                let (lo, hi) = (table.iter().min().copied(), table.iter().max().copied());
                int(lo.unwrap_or(0).into(), hi.unwrap_or(0).into())
            }
            Op::Weighted(terms) => {
                let weights = || terms.iter().map(|(_, w)| i128::from(*w));
                int(weights().map(|w| w.min(0)).sum(), weights().map(|w| w.max(0)).sum())
            }
            Op::Count(_) => int(0, MOST_MEMBERS.into()),
            Op::Sum(of, _) => {
                let most = i128::from(MOST_MEMBERS);
                int((wide(*of).0 * most).min(0), (wide(*of).1 * most).max(0))
            }
            Op::Min(of, _) | Op::Max(of, _) => Ok((Sort::Int, range(*of))),
            Op::BoolVar(_)
            | Op::IntVar(_)
            | Op::Bool(_)
            | Op::Int(_)
            | Op::ReviewDate
            | Op::Status
            | Op::Size
            | Op::ToMember(_) => unreachable!("leaves and liftings are inserted with their range"),
        }
    }

    /// The nodes that `roots` need, in evaluation order. `Op::Status` is a leaf.
    pub fn needed_by(&self, roots: impl IntoIterator<Item = NodeId>) -> Vec<NodeId> {
        let mut needed = vec![false; self.nodes.len()];
        let mut open: Vec<NodeId> = roots.into_iter().collect();
        while let Some(id) = open.pop() {
            if !std::mem::replace(&mut needed[id.index()], true) {
                open.extend(self.node(id).op.inputs());
            }
        }
        self.ids().filter(|id| needed[id.index()]).collect()
    }
}

/// The range of a yes/no value.
pub(crate) const BOOL: Interval = Interval { lo: 0, hi: 1 };

/// The most members a household may have. Larger ones are refused where tables are read.
pub const MOST_MEMBERS: i64 = 1000;
