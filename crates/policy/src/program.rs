//! A checked pack: its expressions as one graph, and which nodes answer which question.

use crate::calendar::Day;
use crate::ir::{Dag, Level, NodeId, Op};
use crate::lattice::{Interval, Tri};
use crate::model::{Flag, Label, Language, List, Pack};
use crate::unit::Unit;
use std::collections::BTreeSet;
use std::sync::Arc;

/// A pack that has been read, merged with what it extends, and checked.
#[derive(Clone, Debug)]
pub struct Program {
    /// The pack, merged.
    pub pack: Pack,
    /// SHA-256 of all files of the pack and of those it extends.
    pub hash: String,
    /// The graph of its expressions.
    pub dag: Dag,
    /// One yes/no node for each indicator of the pack, in order: yes when deprived.
    pub indicators: Vec<NodeId>,
    /// One node for each measure of the pack, in order.
    pub measures: Vec<CheckedMeasure>,
    /// One for each scorecard of the pack, in order.
    pub scorecards: Vec<CheckedScorecard>,
    /// One for each method of the pack, in order.
    pub methods: Vec<CheckedMethod>,
    /// One yes/no node for each subgroup and then each event of the pack ([`Program::flags`]).
    pub flag_nodes: Vec<NodeId>,
    /// One for each scheme of the pack, in order.
    pub schemes: Vec<CheckedScheme>,
    /// For each household variable, when it is asked.
    pub asked_household: Vec<Option<NodeId>>,
    /// For each member variable, when it is asked.
    pub asked_member: Vec<Option<NodeId>>,
    /// How many deprivations: the count of [`Program::indicators`]; absent without indicators.
    pub deprivations: Option<NodeId>,
    /// The sum of their weights, a count of `1 / denominator`.
    pub deprivation_score: Option<(NodeId, i64)>,
    /// For a local standard, the national one it extends.
    pub national: Option<Arc<Program>>,
}

/// A measure, checked.
#[derive(Clone, Debug)]
pub struct CheckedMeasure {
    /// Its value. For a band: the place of the band, from 0.
    pub node: NodeId,
    /// What the value is.
    pub kind: ValueKind,
    /// For a band: the number, what it is divided by, and the cuts, to tell them in a reason.
    pub band: Option<CheckedBand>,
}

/// The parts of a band, to tell them in a reason.
#[derive(Clone, Debug)]
pub struct CheckedBand {
    /// The number, and its denominator.
    pub of: (NodeId, i64),
    /// What it is divided by, and its denominator.
    pub per: Option<(NodeId, i64)>,
    /// The cuts before they are multiplied, and their denominators.
    pub cuts: Vec<(NodeId, i64)>,
    /// The choice to name, and its list.
    pub context: Option<(NodeId, usize)>,
}

/// What a checked expression gives.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum ValueKind {
    /// Yes or no.
    Bool,
    /// A whole count of `1 / denominator` in a unit.
    Number {
        /// The unit.
        unit: Unit,
        /// The denominator.
        denominator: i64,
    },
    /// The place of an option in a list of the questionnaire.
    Choice(usize),
    /// The place of a band of a measure.
    Band(usize),
    /// The place of a status.
    Status,
    /// A day.
    Date,
}

/// A scheme, checked.
#[derive(Clone, Debug)]
pub struct CheckedScheme {
    /// Yes/no: whether the household is entitled, as far as the status and the answers tell.
    pub eligible: NodeId,
    /// Yes/no: whether the household, or for a scheme of members somebody in it, is entitled, wherever it lives.
    pub entitled: NodeId,
    /// Yes/no of each member: whether it is for this member; for all when absent.
    pub member: Option<NodeId>,
    /// The value of each key of priority, in order: yes/no, or a number counted in `1 / denominator`; none for a key that
    /// looks at sealed facts.
    pub priority: Vec<Option<(NodeId, i64)>>,
}

impl CheckedScheme {
    /// Every node of the scheme.
    pub fn nodes(&self) -> impl Iterator<Item = NodeId> {
        let keys = self.priority.iter().flatten().map(|(node, _)| *node);
        std::iter::once(self.eligible).chain(self.member).chain(keys)
    }
}

/// A scorecard, checked.
#[derive(Clone, Debug)]
pub struct CheckedScorecard {
    /// The total in points; meaningless for a column with holes.
    pub total: NodeId,
    /// The place of the column a household uses.
    pub column: NodeId,
    /// Which columns have no hole.
    pub complete: Vec<bool>,
    /// The points of each item.
    pub items: Vec<NodeId>,
}

/// A method, checked.
#[derive(Clone, Debug)]
pub struct CheckedMethod {
    /// Its rules, in order.
    pub rules: Vec<CheckedRule>,
    /// Whether any unknown indicator leaves the household undetermined.
    pub complete_cases: bool,
    /// The scorecards its rules use.
    pub scorecards: Vec<usize>,
}

/// A rule, checked.
#[derive(Clone, Copy, Debug)]
pub struct CheckedRule {
    /// When it holds.
    pub when: NodeId,
    /// The place of the status it gives.
    pub status: usize,
}

/// What classification gives.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Outcome {
    /// The place of a status.
    Status(usize),
    /// Answers are missing that could decide.
    Undetermined,
    /// The pack lacks a table that the household needs: the place of the scorecard.
    Refused(usize),
}

/// The name of [`Outcome::Undetermined`] in every output.
pub const UNDETERMINED: &str = "undetermined";
/// The name of [`Outcome::Refused`] in every output.
pub const REFUSED: &str = "refused";

/// How the rules of a method came out.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Classification {
    /// The result.
    pub outcome: Outcome,
    /// The rule that holds, if exactly one can.
    pub rule: Option<usize>,
    /// The statuses still possible, as an interval of places, for [`crate::ir::Op::Status`].
    pub possible: Interval,
}

impl CheckedMethod {
    /// Classifies from the values of the rules, in order.
    ///
    /// The checker proves the rules complete and disjoint, so the status is decided as soon as all rules that may still
    /// hold give the same one. `undecidable` says that answers are missing without which the method decides nothing (an
    /// indicator where all must be known; whether the household's column of a scorecard has a hole). `refused` names a
    /// scorecard that surely lacks the household's column.
    pub fn classify(&self, rules: &[Tri], undecidable: bool, refused: Option<usize>) -> Classification {
        let everything = Interval { lo: 0, hi: self.rules.iter().map(|r| r.status as i64).max().unwrap_or(0) };
        if let Some(card) = refused {
            return Classification { outcome: Outcome::Refused(card), rule: None, possible: everything };
        }
        if undecidable {
            return Classification { outcome: Outcome::Undetermined, rule: None, possible: everything };
        }
        let mut open = self.rules.iter().zip(rules).enumerate().filter(|(_, (_, holds))| **holds != Tri::False);
        let Some((first, (rule, _))) = open.next() else {
            return Classification { outcome: Outcome::Undetermined, rule: None, possible: everything };
        };
        let status = Interval::exactly(rule.status as i64);
        let (mut possible, mut only) = (status, Some(first));
        for (_, (rule, _)) in open {
            possible = possible.hull(Interval::exactly(rule.status as i64));
            only = None;
        }
        let only = only.or_else(|| rules.iter().position(|holds| *holds == Tri::True));
        match possible.known() {
            Some(status) => Classification { outcome: Outcome::Status(status as usize), rule: only, possible },
            None => Classification { outcome: Outcome::Undetermined, rule: None, possible },
        }
    }
}

/// Which nodes to evaluate, in which order, to assess by one method.
#[derive(Clone, Debug)]
pub struct Plan {
    /// The place of the method.
    pub method: usize,
    /// The nodes to evaluate before the status is known.
    pub before: Vec<NodeId>,
    /// The further nodes to evaluate once it is.
    pub after: Vec<NodeId>,
    /// The household variables that are read.
    pub household: Vec<usize>,
    /// The member variables that are read.
    pub member: Vec<usize>,
    /// Whether ages or dates count, so that a review date is needed.
    pub needs_review_date: bool,
}

impl Program {
    /// The list that communes keep of the households of a status, if the pack marks it so.
    pub fn list_of(&self, status: &str) -> Option<List> {
        self.pack.statuses.iter().find(|known| known.id.value == status)?.list
    }

    /// The statuses of a list.
    pub fn statuses_of(&self, list: List) -> Vec<&str> {
        let marked = self.pack.statuses.iter().filter(|status| status.list == Some(list));
        marked.map(|status| status.id.value.as_str()).collect()
    }

    /// The subgroups and then the events.
    pub fn flags(&self) -> impl Iterator<Item = &Flag> {
        self.pack.subgroups.iter().chain(&self.pack.events)
    }

    /// The place of a method by its id; the first without one.
    pub fn method(&self, id: Option<&str>) -> Option<usize> {
        match id {
            None => (!self.methods.is_empty()).then_some(0),
            Some(id) => self.pack.methods.iter().position(|m| m.id.value == id),
        }
    }

    /// The id of an outcome, as outputs write it.
    pub fn outcome_id(&self, outcome: Outcome) -> &str {
        match outcome {
            Outcome::Status(status) => &self.pack.statuses[status].id.value,
            Outcome::Undetermined => UNDETERMINED,
            Outcome::Refused(_) => REFUSED,
        }
    }

    /// The name of an outcome for people.
    pub fn outcome_label(&self, outcome: Outcome, language: Language) -> String {
        match (outcome, language) {
            (Outcome::Status(status), _) => self.pack.statuses[status].label.get(language).to_owned(),
            (Outcome::Undetermined, Language::Vi) => "Chưa xác định".into(),
            (Outcome::Undetermined, Language::En) => "Undetermined".into(),
            (Outcome::Refused(_), Language::Vi) => "Không tính được: thiếu bảng điểm".into(),
            (Outcome::Refused(_), Language::En) => "Refused: a table is missing".into(),
        }
    }

    /// The household and the member variables that nodes are answers to, each sorted.
    fn variables(&self, nodes: impl Iterator<Item = NodeId>) -> (Vec<usize>, Vec<usize>) {
        let (mut household, mut member) = (BTreeSet::new(), BTreeSet::new());
        for node in nodes.map(|id| self.dag.node(id)) {
            if let Op::BoolVar(i) | Op::IntVar(i) = node.op {
                if node.level == Level::Household {
                    household.insert(i)
                } else {
                    member.insert(i)
                };
            }
        }
        (household.into_iter().collect(), member.into_iter().collect())
    }

    /// The household and the member variables that some nodes hang on, each sorted.
    pub fn variables_behind(&self, nodes: impl IntoIterator<Item = NodeId>) -> (Vec<usize>, Vec<usize>) {
        self.variables(self.dag.needed_by(nodes).into_iter())
    }

    /// What to evaluate for a method.
    pub fn plan(&self, method: usize) -> Plan {
        let checked = &self.methods[method];
        let cards = checked.scorecards.iter().map(|card| &self.scorecards[*card]);
        let reported = self.pack.measures.iter().zip(&self.measures).filter(|(m, _)| m.report).map(|(_, c)| c.node);
        let first = checked.rules.iter().map(|r| r.when).chain(self.indicators.iter().copied());
        let before = self.dag.needed_by(first.chain(reported).chain(cards.map(|c| c.column)));
        let after: Vec<NodeId> = self
            .dag
            .needed_by(self.flag_nodes.iter().copied())
            .into_iter()
            .filter(|id| before.binary_search(id).is_err())
            .collect();
        // What is read: the answers the nodes use, and those that say whether a question is asked.
        let own = self.variables(before.iter().chain(&after).copied());
        let asked = |list: &[Option<NodeId>], read: &[usize]| -> Vec<NodeId> {
            self.dag.needed_by(read.iter().filter_map(|i| list[*i]))
        };
        let when = asked(&self.asked_household, &own.0).into_iter().chain(asked(&self.asked_member, &own.1));
        let (household, member) = self.variables(before.iter().chain(&after).copied().chain(when));
        let dated = |id: &NodeId| matches!(self.dag.node(*id).op, Op::ReviewDate | Op::Age(_) | Op::MonthsSince(_));
        Plan { method, household, member, needs_review_date: before.iter().chain(&after).any(dated), before, after }
    }

    /// The household and the member variables that a form for a method holds, in order: those that the plan reads, and
    /// those that tell which households are entitled to a scheme.
    pub fn form_variables(&self, method: usize) -> (Vec<usize>, Vec<usize>) {
        let plan = self.plan(method);
        let (household, member) =
            self.variables(self.dag.needed_by(self.schemes.iter().map(|scheme| scheme.eligible)).into_iter());
        let all = |read: Vec<usize>, more: Vec<usize>| -> BTreeSet<usize> { read.into_iter().chain(more).collect() };
        let (household, member) = (all(plan.household, household), all(plan.member, member));
        let conditions = household.iter().filter_map(|i| self.asked_household[*i]);
        let conditions = conditions.chain(member.iter().filter_map(|i| self.asked_member[*i]));
        let asked = self.variables(self.dag.needed_by(conditions).into_iter());
        let sorted = |own: BTreeSet<usize>, more: Vec<usize>| own.into_iter().chain(more).collect::<BTreeSet<_>>();
        let (household, member) = (sorted(household, asked.0), sorted(member, asked.1));
        (household.into_iter().collect(), member.into_iter().collect())
    }

    /// The label of a value of a choice-like kind.
    pub fn option_label(&self, kind: &ValueKind, place: usize) -> Option<&Label> {
        match kind {
            ValueKind::Choice(list) => Some(&self.pack.questionnaire.choices.get(*list)?.options.get(place)?.label),
            ValueKind::Status => Some(&self.pack.statuses.get(place)?.label),
            _ => None,
        }
    }

    /// Whether the pack is in force on a day.
    pub fn in_force_on(&self, day: Day) -> bool {
        self.pack.in_force.iter().any(|p| p.from <= day && p.to.is_none_or(|to| day <= to))
    }
}
