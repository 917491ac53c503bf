//! One household, assessed: its status, what it rests on, and what must still be asked.

use crate::calendar::Day;
use crate::evaluate::{Answer, Evaluation, Household, Value};
use crate::ir::{Level, NodeId, Op};
use crate::lattice::{Interval, Tri};
use crate::program::{CheckedScorecard, Classification, Outcome, Plan, Program};
use std::collections::{BTreeSet, HashMap};
use std::fmt;

/// A question whose answer can still matter.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Question {
    /// The place of the member, from 0; none for a question about the household.
    pub member: Option<usize>,
    /// The place of the variable.
    pub variable: usize,
    /// The id of the variable.
    pub id: String,
}

impl fmt::Display for Question {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.member {
            None => write!(f, "{}", self.id),
            Some(member) => write!(f, "{}[{}]", self.id, member + 1),
        }
    }
}

/// A household assessed by one method of one program.
#[derive(Clone, Debug)]
pub struct Assessment<'p> {
    /// The values of all nodes of the plan.
    pub evaluation: Evaluation<'p>,
    /// How the rules came out.
    pub classification: Classification,
}

/// Assesses a household. `given` fixes the values of nodes instead of computing them (for worked cases).
pub fn assess<'p>(
    program: &'p Program,
    plan: &Plan,
    household: &Household,
    review_date: Option<Day>,
    given: HashMap<NodeId, Value>,
) -> Assessment<'p> {
    let method = &program.methods[plan.method];
    let mut evaluation = Evaluation::new(&program.dag, household.members.len(), review_date, given.clone());
    evaluation.compute(&plan.before, household, None);
    // A total that is given, not computed, needs no table.
    let needed = method.scorecards.iter().filter(|card| !given.contains_key(&program.scorecards[**card].total));
    let tables: Vec<(usize, Tri)> =
        needed.map(|card| (*card, has_column(&program.scorecards[*card], &evaluation))).collect();
    let refused = tables.iter().find(|(_, has)| *has == Tri::False).map(|(card, _)| *card);
    let rules: Vec<Tri> = method.rules.iter().map(|rule| evaluation.value(rule.when).tri()).collect();
    let unknown = |node: &NodeId| !evaluation.value(*node).is_known();
    let incomplete = method.complete_cases && program.indicators.iter().any(unknown);
    let undecidable = incomplete || tables.iter().any(|(_, has)| *has == Tri::Unknown);
    let classification = method.classify(&rules, undecidable, refused);
    evaluation.compute(&plan.after, household, Some(classification.possible));
    Assessment { evaluation, classification }
}

/// Whether the column of a scorecard that the household uses is without holes.
fn has_column(card: &CheckedScorecard, evaluation: &Evaluation) -> Tri {
    let Interval { lo, hi } = evaluation.value(card.column).interval();
    let possible = &card.complete[lo as usize..=hi as usize];
    possible.iter().skip(1).fold(Tri::from(possible[0]), |all, complete| all.hull(Tri::from(*complete)))
}

/// The questions whose answers can still decide an undetermined status; none when it is decided.
pub fn questions(program: &Program, plan: &Plan, household: &Household, review_date: Option<Day>) -> Vec<Question> {
    let assessment = assess(program, plan, household, review_date, HashMap::new());
    assessment.questions(program, plan, household, review_date)
}

impl Assessment<'_> {
    /// See [`questions`].
    pub fn questions(
        &self,
        program: &Program,
        plan: &Plan,
        household: &Household,
        review_date: Option<Day>,
    ) -> Vec<Question> {
        if self.classification.outcome != Outcome::Undetermined {
            return Vec::new();
        }
        let method = &program.methods[plan.method];
        let mut search = Search::new(program, &self.evaluation, household, review_date);
        for rule in &method.rules {
            search.household(rule.when);
        }
        for card in method.scorecards.iter().map(|card| &program.scorecards[*card]) {
            if has_column(card, &self.evaluation) == Tri::Unknown {
                search.household(card.column);
            }
        }
        if method.complete_cases {
            for indicator in &program.indicators {
                search.household(*indicator);
            }
        }
        search.found.into_iter().collect()
    }
}

/// Walks down from what is unknown to the answers that are missing. A part that is known is not entered, so what a
/// known part has already decided is not asked about.
struct Search<'a> {
    program: &'a Program,
    evaluation: &'a Evaluation<'a>,
    household: &'a Household,
    review_date: Option<Day>,
    /// When each question is asked; evaluated once, when the first question is found.
    asked: Option<Asked<'a>>,
    seen: BTreeSet<(NodeId, Option<usize>)>,
    found: BTreeSet<Question>,
}

/// The questions whose answers can still decide a yes/no value of the household, or of some member.
pub(crate) fn questions_behind(
    program: &Program,
    evaluation: &Evaluation<'_>,
    household: &Household,
    review_date: Option<Day>,
    node: NodeId,
) -> BTreeSet<Question> {
    let mut search = Search::new(program, evaluation, household, review_date);
    match program.dag.node(node).level {
        Level::Household => search.household(node),
        Level::Member => search.members(node, None),
    }
    search.found
}

impl<'a> Search<'a> {
    fn new(
        program: &'a Program,
        evaluation: &'a Evaluation<'a>,
        household: &'a Household,
        review_date: Option<Day>,
    ) -> Self {
        let (seen, found) = (BTreeSet::new(), BTreeSet::new());
        Search { program, evaluation, household, review_date, asked: None, seen, found }
    }

    fn household(&mut self, id: NodeId) {
        if self.evaluation.value(id).is_known() || !self.seen.insert((id, None)) {
            return;
        }
        match &self.program.dag.node(id).op {
            Op::BoolVar(i) | Op::IntVar(i) => self.ask(None, *i),
            // All members, or those who count: their unknown answers.
            Op::Any(inner) | Op::Count(inner) => self.members(*inner, None),
            Op::Sum(of, only) | Op::Min(of, only) | Op::Max(of, only) => {
                if let Some(only) = only {
                    self.members(*only, None);
                }
                self.members(*of, *only);
            }
            op => self.inputs(op, None),
        }
    }

    fn members(&mut self, id: NodeId, counted: Option<NodeId>) {
        for member in 0..self.household.members.len() {
            let surely_not =
                counted.is_some_and(|only| self.evaluation.member(only, member) == Value::Bool(Tri::False));
            if !surely_not {
                self.member(id, member);
            }
        }
    }

    fn member(&mut self, id: NodeId, member: usize) {
        if self.evaluation.member(id, member).is_known() || !self.seen.insert((id, Some(member))) {
            return;
        }
        match &self.program.dag.node(id).op {
            Op::BoolVar(i) | Op::IntVar(i) => self.ask(Some(member), *i),
            Op::ToMember(inner) => self.household(*inner),
            op => self.inputs(op, Some(member)),
        }
    }

    /// The inputs that can change an unknown result.
    fn inputs(&mut self, op: &Op, member: Option<usize>) {
        let inputs = match op {
            // With the condition known, only the chosen branch counts.
            Op::If(condition, then, otherwise) => match self.value(*condition, member).tri() {
                Tri::True => vec![*then],
                Tri::False => vec![*otherwise],
                Tri::Unknown => vec![*condition, *then, *otherwise],
            },
            op => op.inputs(),
        };
        for input in inputs {
            match member {
                Some(member) => self.member(input, member),
                None => self.household(input),
            }
        }
    }

    fn value(&self, id: NodeId, member: Option<usize>) -> Value {
        match member {
            Some(member) => self.evaluation.member(id, member),
            None => self.evaluation.value(id),
        }
    }

    fn ask(&mut self, member: Option<usize>, variable: usize) {
        let (program, household, review_date) = (self.program, self.household, self.review_date);
        let asked = self.asked.get_or_insert_with(|| Asked::new(program, household, review_date));
        if asked.of(member, variable) == Tri::False {
            return;
        }
        let q = &program.pack.questionnaire;
        let variables = if member.is_some() { &q.member } else { &q.household };
        self.found.insert(Question { member, variable, id: variables[variable].id.value.clone() });
    }
}

/// Which questions are put to a household, as its answers stand: a form skips those that are not.
#[derive(Clone, Debug)]
pub struct Asked<'p> {
    program: &'p Program,
    /// The conditions, evaluated apart, as no plan needs them; none without the review date that some depend on.
    evaluation: Option<Evaluation<'p>>,
}

impl<'p> Asked<'p> {
    /// The questions of a household with these answers.
    pub fn new(program: &'p Program, household: &Household, review_date: Option<Day>) -> Self {
        let dag = &program.dag;
        let all = program.asked_household.iter().chain(&program.asked_member).flatten();
        let order = dag.needed_by(all.copied());
        let dated = |id: &NodeId| matches!(dag.node(*id).op, Op::ReviewDate | Op::Age(_) | Op::MonthsSince(_));
        let possible = review_date.is_some() || !order.iter().any(dated);
        let evaluation = possible.then(|| {
            let mut evaluation = Evaluation::new(dag, household.members.len(), review_date, HashMap::new());
            evaluation.compute(&order, household, None);
            evaluation
        });
        Self { program, evaluation }
    }

    /// Whether a question is put: by the place of its variable, and of the member for a question about one. Unknown
    /// while the answers it depends on are missing.
    pub fn of(&self, member: Option<usize>, variable: usize) -> Tri {
        let conditions = if member.is_some() { &self.program.asked_member } else { &self.program.asked_household };
        let Some(condition) = conditions[variable] else { return Tri::True };
        let Some(evaluation) = &self.evaluation else { return Tri::Unknown };
        match (self.program.dag.node(condition).level, member) {
            (Level::Member, Some(member)) => evaluation.member(condition, member).tri(),
            _ => evaluation.value(condition).tri(),
        }
    }
}

impl Household {
    /// A household of `members` members with nothing answered.
    pub fn unanswered(program: &Program, members: usize) -> Self {
        let q = &program.pack.questionnaire;
        Self {
            household: vec![Answer::Unknown; q.household.len()],
            members: vec![vec![Answer::Unknown; q.member.len()]; members],
        }
    }
}
