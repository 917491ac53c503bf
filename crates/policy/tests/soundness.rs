//! What *unknown* promises, tested by completing households.
//!
//! A complete household is drawn near whatever the law of a pack compares with, and some of its answers are taken
//! away. What the assessment then says is compared with what it says once the answers are back, or others in their
//! place. Only complete households say what is true, so the definitions of unknown in `vuon_policy::lattice`, which
//! both evaluators share, are not used to test themselves.
//!
//! * No value that is said to be known, and no bound of one that is not, is wrong whatever the missing answers are.
//! * An undetermined household has questions; their answers give it the status of the complete household.
//! * What is not asked does not matter: with the questions answered, the other missing answers change no status.
//!
//! A law that speaks of missing answers itself, by `known`, may say of some answers what more answers refute. What
//! depends on a `known` of an answer that was taken away promises nothing, and only that is left out: see
//! [`Subject::unpromised`].
//!
//! `PROPTEST_CASES` and `PROPTEST_RNG_SEED` draw more households and others.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use proptest::prelude::*;
use proptest::sample::{Index, select};
use proptest::test_runner::{Config, RngSeed, TestCaseError, TestError, TestRunner};
use std::cell::Cell;
use std::collections::{BTreeSet, HashMap};
use std::fmt::Write;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use vuon_policy::Library;
use vuon_policy::assess::{Assessment, assess};
use vuon_policy::calendar::Day;
use vuon_policy::evaluate::{Answer, Household, Value};
use vuon_policy::ir::{Dag, Level, NodeId, Op, Sort};
use vuon_policy::lattice::{Interval, Tri};
use vuon_policy::model::{Kind, Variable};
use vuon_policy::program::{CheckedScorecard, Outcome, Plan, Program};

/// Missing answers that can be completed in this many ways are completed in all of them.
const EXHAUSTED: usize = 64;
/// How many ways are tried where there are more.
const TRIED: usize = 16;

#[test]
fn what_is_known_is_right_whatever_the_missing_answers_are() {
    let library = Library::embedded();
    let programs = Library::embedded_ids().into_iter().map(|id| library.load(id).unwrap_or_else(|e| panic!("{e}")));
    let subjects: Vec<Subject> = programs.flat_map(|program| subjects(&program)).collect();
    assert!(subjects.len() > 20, "only {} subjects", subjects.len());

    let (next, threads) = (AtomicUsize::new(0), std::thread::available_parallelism().map_or(1, usize::from));
    let work = || {
        let mut failures = String::new();
        while let Some(subject) = subjects.get(next.fetch_add(1, Ordering::Relaxed)) {
            failures += &subject.test().err().unwrap_or_default();
        }
        failures
    };
    let failures: String = std::thread::scope(|scope| {
        let workers: Vec<_> = (0..threads).map(|_| scope.spawn(work)).collect();
        workers.into_iter().map(|worker| worker.join().unwrap()).collect()
    });
    assert!(failures.is_empty(), "{failures}");
}

/// A question put to one household.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
struct Place {
    member: Option<usize>,
    variable: usize,
}

/// A complete household, which of its answers are taken away, and where the answers in their place come from.
#[derive(Clone, Debug)]
struct Drawn {
    household: Household,
    /// Each among the answers that decide the status alone, or among all.
    blanks: Vec<(bool, Index)>,
    seed: u64,
}

/// What a household shows once answers are taken away.
enum Seen {
    /// A status all the same, or that it is refused.
    Decided,
    /// No status, and every missing answer is asked for.
    Undetermined,
    /// No status, and not every missing answer is asked for.
    PartlyAsked,
}

/// A method of a pack on a day.
struct Subject {
    name: String,
    program: Arc<Program>,
    plan: Plan,
    review_date: Day,
    /// What is evaluated besides the plan: schemes, all measures and scores, and when questions are asked.
    rest: Vec<NodeId>,
    /// Answers at which something may change, sorted, for each variable.
    household: Vec<Vec<Answer>>,
    member: Vec<Vec<Answer>>,
}

fn subjects(program: &Arc<Program>) -> Vec<Subject> {
    let in_force = &program.pack.in_force;
    let leap = Day::parse("2024-02-29").unwrap();
    let days: BTreeSet<Day> =
        in_force.first().map(|p| p.from).into_iter().chain([leap]).chain(in_force.last().and_then(|p| p.to)).collect();
    let mut subjects = Vec::new();
    for method in 0..program.methods.len() {
        let id = &program.pack.methods[method].id.value;
        for (number, day) in days.iter().enumerate() {
            let name = format!("{}, {id}, {day}", program.pack.id.value);
            if program.methods[method].scorecards.is_empty() {
                subjects.push(Subject::new(name, program.clone(), method, *day));
                continue;
            }
            // Its tables have holes, so that it is refused. That once; else as if they had none.
            if number == 0 {
                subjects.push(Subject::new(name.clone(), program.clone(), method, *day));
            }
            let mut filled = Program::clone(program);
            filled.scorecards.iter_mut().for_each(|card| card.complete.fill(true));
            subjects.push(Subject::new(format!("{name}, tables filled"), Arc::new(filled), method, *day));
        }
    }
    subjects
}

impl Subject {
    fn new(name: String, program: Arc<Program>, method: usize, review_date: Day) -> Self {
        let plan = program.plan(method);
        let cards = program.scorecards.iter().flat_map(|card| card.items.iter().chain([&card.total]));
        let asked = program.asked_household.iter().chain(&program.asked_member).flatten();
        let roots = program
            .schemes
            .iter()
            .map(|s| &s.eligible)
            .chain(program.measures.iter().map(|m| &m.node))
            .chain(cards)
            .chain(asked);
        let planned: BTreeSet<NodeId> = plan.before.iter().chain(&plan.after).copied().collect();
        let rest = program.dag.needed_by(roots.copied()).into_iter().filter(|id| !planned.contains(id)).collect();
        let mut subject = Self { name, program, plan, review_date, rest, household: Vec::new(), member: Vec::new() };
        subject.household = subject.turning_points(Level::Household);
        subject.member = subject.turning_points(Level::Member);
        subject
    }

    fn variables(&self, level: Level) -> &[Variable] {
        let q = &self.program.pack.questionnaire;
        if level == Level::Household { &q.household } else { &q.member }
    }

    /// The scorecards of the method.
    fn cards(&self) -> impl Iterator<Item = &CheckedScorecard> {
        let method = &self.program.methods[self.plan.method];
        method.scorecards.iter().map(|card| &self.program.scorecards[*card])
    }

    fn dag(&self) -> &Dag {
        &self.program.dag
    }

    /// Every node, each after those it uses but for the status.
    fn nodes(&self) -> impl Iterator<Item = NodeId> {
        self.plan.before.iter().chain(&self.plan.after).chain(&self.rest).copied()
    }

    // ---------------------------------------------------------------- drawing

    /// For each variable, the least and the greatest answer and those beside whatever it is compared with.
    fn turning_points(&self, level: Level) -> Vec<Vec<Answer>> {
        let mut compared: Vec<BTreeSet<i64>> = vec![BTreeSet::new(); self.variables(level).len()];
        for id in self.nodes() {
            let node = self.dag().node(id);
            if !matches!(node.op, Op::Less(..) | Op::AtMost(..) | Op::Equal(..) | Op::OneOf(..)) {
                continue;
            }
            let (mut variables, mut numbers) = (BTreeSet::new(), BTreeSet::new());
            let mut open = vec![id];
            while let Some(id) = open.pop() {
                let node = self.dag().node(id);
                match &node.op {
                    Op::IntVar(i) if node.level == level => drop(variables.insert(*i)),
                    Op::Int(n) => drop(numbers.insert(*n)),
                    Op::Lookup(_, list) | Op::OneOf(_, list) => numbers.extend(list),
                    _ => {}
                }
                // Through numbers only: what decides a yes or no inside is compared there.
                let inputs = node.op.inputs().into_iter();
                open.extend(inputs.filter(|id| self.dag().node(*id).sort == Sort::Int));
            }
            variables.into_iter().for_each(|i| compared[i].extend(&numbers));
        }
        let points = |(variable, numbers): (&Variable, &BTreeSet<i64>)| -> Vec<Answer> {
            let beside = |n: i64| [n.saturating_sub(1), n, n.saturating_add(1)];
            let (least, greatest, near): (i64, i64, Vec<i64>) = match &variable.kind {
                Kind::Id | Kind::Code { .. } => return vec![Answer::Unknown],
                Kind::Bool => return vec![Answer::Bool(false), Answer::Bool(true)],
                Kind::Choice(list) => {
                    let last = self.program.pack.questionnaire.choices[*list].options.len() as i64 - 1;
                    (0, last, (0..=last).collect())
                }
                // A line for each person of the household.
                Kind::Number { min, max, .. } => {
                    let times = |n: i64| (1..=4).flat_map(move |persons| beside(n.saturating_mul(persons)));
                    (*min, *max, numbers.iter().copied().flat_map(times).chain([0, 1]).collect())
                }
                Kind::Date => {
                    let day = |n: i64| {
                        let before = |months: i64| months_before(self.review_date, months).map(|day| i64::from(day.0));
                        let years = before(n.saturating_mul(12));
                        [Some(n), before(n), years].into_iter().flatten().flat_map(beside)
                    };
                    (
                        Day::FIRST.0.into(),
                        Day::LAST.0.into(),
                        numbers.iter().copied().chain([0]).flat_map(day).collect(),
                    )
                }
            };
            let all = near.into_iter().filter(|n| (least..=greatest).contains(n)).chain([least, greatest]);
            all.collect::<BTreeSet<i64>>().into_iter().map(Answer::Int).collect()
        };
        self.variables(level).iter().zip(&compared).map(points).collect()
    }

    /// Answers to a question, from its whole range and from its turning points.
    fn answers(&self, level: Level) -> Vec<BoxedStrategy<Answer>> {
        let points = if level == Level::Household { &self.household } else { &self.member };
        let one = |(variable, points): (&Variable, &Vec<Answer>)| {
            let near = select(points.clone());
            let (least, greatest) = match &variable.kind {
                Kind::Number { min, max, .. } => (*min, *max),
                Kind::Date => (i64::from(Day::FIRST.0), i64::from(self.review_date.0)),
                _ => return near.boxed(),
            };
            let low = greatest.min(least.saturating_add(20));
            let any = |to: i64| (least..=to).prop_map(Answer::Int);
            prop_oneof![6 => near, 1 => any(greatest), 1 => any(low)].boxed()
        };
        self.variables(level).iter().zip(points).map(one).collect()
    }

    fn drawn(&self) -> impl Strategy<Value = Drawn> + use<> {
        let roster = self.program.pack.questionnaire.has_roster();
        let members = prop::collection::vec(self.answers(Level::Member), if roster { 1..=4 } else { 0..=0 });
        let blanks = prop::collection::vec((any::<bool>(), any::<Index>()), 1..=5);
        (self.answers(Level::Household), members, blanks, any::<u64>()).prop_map(
            |(household, members, blanks, seed)| Drawn { household: Household { household, members }, blanks, seed },
        )
    }

    /// The questions whose answers are taken away: of those that are read.
    fn blanks(&self, drawn: &Drawn) -> Vec<Place> {
        let of_household = self.plan.household.iter().map(|variable| Place { member: None, variable: *variable });
        let of_member =
            |member| self.plan.member.iter().map(move |variable| Place { member: Some(member), variable: *variable });
        let all: Vec<Place> = of_household.chain((0..drawn.household.members.len()).flat_map(of_member)).collect();
        let decides = |place: &&Place| {
            let mut household = drawn.household.clone();
            set(&mut household, **place, Answer::Unknown);
            self.outcome(&household) == Outcome::Undetermined
        };
        let decisive: Vec<Place> = all.iter().filter(decides).copied().collect();
        let chosen = |(decisively, index): &(bool, Index)| {
            let list = if *decisively && !decisive.is_empty() { &decisive } else { &all };
            list[index.index(list.len())]
        };
        let blanks: BTreeSet<Place> = drawn.blanks.iter().map(chosen).collect();
        blanks.into_iter().collect()
    }

    /// Answers to the blanks: the original ones first; then all there are, if they are few, or the least, the greatest
    /// and some at random.
    fn completions(&self, drawn: &Drawn, blanks: &[Place]) -> Vec<Vec<Answer>> {
        let original: Vec<Answer> = blanks.iter().map(|place| answer(&drawn.household, *place)).collect();
        let points: Vec<&Vec<Answer>> = blanks
            .iter()
            .map(|place| if place.member.is_none() { &self.household } else { &self.member })
            .zip(blanks)
            .map(|(points, place)| &points[place.variable])
            .collect();
        let level = |place: &Place| if place.member.is_none() { Level::Household } else { Level::Member };
        let short = |p: &Place| matches!(self.variables(level(p))[p.variable].kind, Kind::Bool | Kind::Choice(_));
        let ways = points.iter().map(|points| points.len()).try_fold(1usize, usize::checked_mul);
        let pick = |mut choose: Box<dyn FnMut(usize) -> usize>| -> Vec<Answer> {
            points.iter().map(|points| points[choose(points.len())]).collect()
        };
        let mut all = vec![original];
        match ways {
            Some(ways) if ways <= EXHAUSTED && blanks.iter().all(short) => {
                for way in 0..ways {
                    let mut left = way;
                    all.push(pick(Box::new(move |count| {
                        let choice = left % count;
                        left /= count;
                        choice
                    })));
                }
            }
            _ => {
                all.push(pick(Box::new(|_| 0)));
                all.push(pick(Box::new(|count| count - 1)));
                let mut random = SplitMix(drawn.seed);
                for _ in 0..TRIED {
                    let mut own = SplitMix(random.next());
                    let drawn = pick(Box::new(move |count| own.below(count)));
                    // Some of the original answers stay.
                    let answers = all[0].iter().zip(drawn);
                    all.push(answers.map(|(was, new)| if random.below(3) == 0 { *was } else { new }).collect());
                }
            }
        }
        all
    }

    // ---------------------------------------------------------------- testing

    fn test(&self) -> Result<(), String> {
        let mut config = Config { failure_persistence: None, ..Config::default() };
        if config.rng_seed == RngSeed::Random {
            let name = self.name.bytes().fold(0u64, |seed, byte| seed.wrapping_mul(31).wrapping_add(byte.into()));
            config.rng_seed = RngSeed::Fixed(name);
        }
        let (decided, undetermined, unasked) = (Cell::new(0), Cell::new(0), Cell::new(0));
        let outcome = TestRunner::new(config).run(&self.drawn(), |drawn| {
            let seen = self.check(&drawn).map_err(TestCaseError::fail)?;
            let count = match seen {
                Seen::Decided => &decided,
                Seen::Undetermined => &undetermined,
                Seen::PartlyAsked => &unasked,
            };
            count.set(count.get() + 1);
            Ok(())
        });
        let refused = self.cards().any(|card| card.complete.iter().all(|complete| !complete));
        match outcome {
            Ok(()) => {
                let (decided, open) = (decided.get(), undetermined.get() + unasked.get());
                println!("{}: {decided} decided, {open} not, {} partly asked", self.name, unasked.get());
                let vacuous = decided == 0 || !refused && open == 0;
                if vacuous { Err(format!("{}: the households put nothing to the test\n", self.name)) } else { Ok(()) }
            }
            Err(TestError::Abort(reason)) => Err(format!("{}: {reason}\n", self.name)),
            Err(TestError::Fail(reason, drawn)) => Err(format!("{}: {reason}\n{}\n", self.name, self.told(&drawn))),
        }
    }

    fn assess(&self, household: &Household) -> Assessment<'_> {
        let mut assessment = assess(&self.program, &self.plan, household, Some(self.review_date), HashMap::new());
        let status = Some(assessment.classification.possible);
        assessment.evaluation.compute(&self.rest, household, status);
        assessment
    }

    fn outcome(&self, household: &Household) -> Outcome {
        let day = Some(self.review_date);
        assess(&self.program, &self.plan, household, day, HashMap::new()).classification.outcome
    }

    /// Checks all that is promised of one household; gives what was seen of it with its blanks.
    fn check(&self, drawn: &Drawn) -> Result<Seen, String> {
        let blanks = self.blanks(drawn);
        let completions = self.completions(drawn, &blanks);
        let mut household = drawn.household.clone();
        fill(&mut household, &blanks, |_| Answer::Unknown);
        let partial = self.assess(&household);
        let outcome = partial.classification.outcome;
        let (unpromised, status_unpromised) = self.unpromised(&blanks);

        let mut full = household.clone();
        let mut statuses = Vec::new();
        for completion in &completions {
            fill(&mut full, &blanks, |place| completion[place]);
            let complete = self.assess(&full);
            let wrong = |what: String| {
                let answers: Vec<String> =
                    blanks.iter().zip(completion).map(|(place, answer)| self.answered(*place, *answer)).collect();
                format!("{what} with {}", answers.join(", "))
            };
            let found = complete.classification.outcome;
            statuses.push(found);
            if found == Outcome::Undetermined {
                return Err(wrong("a complete household is undetermined".into()));
            }
            if !status_unpromised {
                if outcome != Outcome::Undetermined && found != outcome {
                    return Err(wrong(format!("the status {} is {}", self.status(outcome), self.status(found))));
                }
                let Interval { lo, hi } = partial.classification.possible;
                if let Outcome::Status(status) = found
                    && !(lo..=hi).contains(&(status as i64))
                {
                    return Err(wrong(format!("the impossible status {} came about", self.status(found))));
                }
            }
            for id in self.nodes().filter(|id| !unpromised[id.index()]) {
                let holds = |before: Value, after: Value| match (before, after) {
                    (Value::Bool(Tri::Unknown), Value::Bool(_)) => true,
                    (Value::Int(before), Value::Int(after)) => before.lo <= after.lo && after.hi <= before.hi,
                    (before, after) => before == after,
                };
                let members = match self.dag().node(id).level {
                    Level::Household => vec![None],
                    Level::Member => (0..household.members.len()).map(Some).collect(),
                };
                for member in members {
                    let value = |assessment: &Assessment<'_>| match member {
                        None => assessment.evaluation.value(id),
                        Some(member) => assessment.evaluation.member(id, member),
                    };
                    if !holds(value(&partial), value(&complete)) {
                        let what = self.named(id);
                        let (before, after) = (value(&partial), value(&complete));
                        return Err(wrong(format!("{what}, member {member:?}: {before:?} is {after:?}")));
                    }
                }
            }
        }

        // The questions: there are some, and their answers are enough.
        let questions = |household: &Household| -> Vec<Place> {
            let asked = vuon_policy::assess::questions(&self.program, &self.plan, household, Some(self.review_date));
            asked.into_iter().map(|q| Place { member: q.member, variable: q.variable }).collect()
        };
        let named = questions(&household);
        if let Some(place) = named.iter().find(|place| !blanks.contains(place)) {
            return Err(format!("asks {}, which is answered", self.question(*place)));
        }
        let mut answered = household.clone();
        loop {
            let asked = questions(&answered);
            let now = self.outcome(&answered);
            if (now == Outcome::Undetermined) == asked.is_empty() {
                return Err(format!("{} questions while {}", asked.len(), self.status(now)));
            }
            if asked.is_empty() {
                if !status_unpromised && now != statuses[0] {
                    let (now, truth) = (self.status(now), self.status(statuses[0]));
                    return Err(format!("all questions answered, the status is {now} and not {truth}"));
                }
                break;
            }
            for place in asked {
                set(&mut answered, place, answer(&drawn.household, place));
            }
        }

        // What is not asked does not matter: with the questions answered as in one completion and the rest as in the
        // next, the status is that of the first.
        if !status_unpromised && named.len() < blanks.len() {
            for (first, (a, b)) in completions.iter().zip(completions.iter().cycle().skip(1)).enumerate() {
                let mixed = |place: usize| if named.contains(&blanks[place]) { a[place] } else { b[place] };
                fill(&mut full, &blanks, mixed);
                let (now, before) = (self.outcome(&full), statuses[first]);
                if now != before {
                    let names = |asked: bool| -> Vec<String> {
                        let places = (0..blanks.len()).filter(|place| named.contains(&blanks[*place]) == asked);
                        places
                            .map(|i| {
                                format!("{} ({})", self.answered(blanks[i], a[i]), self.told_answer(blanks[i], b[i]))
                            })
                            .collect()
                    };
                    return Err(format!(
                        "with the questions answered ({}), what is not asked makes {} of {}: {}",
                        names(true).join(", "),
                        self.status(now),
                        self.status(before),
                        names(false).join(", ")
                    ));
                }
            }
        }
        Ok(match outcome {
            Outcome::Undetermined if named.len() < blanks.len() => Seen::PartlyAsked,
            Outcome::Undetermined => Seen::Undetermined,
            _ => Seen::Decided,
        })
    }

    /// What may be said of these blanks and taken back: all that depends on a `known` that depends on one of them.
    /// Gives that for each node, and for the status.
    fn unpromised(&self, blanks: &[Place]) -> (Vec<bool>, bool) {
        let dag = self.dag();
        let method = &self.program.methods[self.plan.method];
        let mut status = false;
        // Once without the status and, where that depends on it, again with it.
        loop {
            let mut touched = vec![false; dag.nodes().len()];
            let mut unpromised = vec![false; dag.nodes().len()];
            for (place, node) in dag.nodes().iter().enumerate() {
                let inputs = node.op.inputs();
                let of = |list: &[bool]| inputs.iter().any(|id| list[id.index()]);
                let missing = match node.op {
                    Op::BoolVar(i) | Op::IntVar(i) => {
                        blanks.iter().any(|b| b.variable == i && b.member.is_some() == (node.level == Level::Member))
                    }
                    _ => false,
                };
                touched[place] = missing || of(&touched);
                unpromised[place] = of(&unpromised)
                    || matches!(node.op, Op::Known(_)) && touched[place]
                    || matches!(node.op, Op::Status) && status;
            }
            let rules = method.rules.iter().map(|rule| rule.when);
            let columns = self.cards().map(|card| card.column);
            let complete = self.program.indicators.iter().copied().filter(|_| method.complete_cases);
            if status || !rules.chain(columns).chain(complete).any(|id| unpromised[id.index()]) {
                return (unpromised, status);
            }
            status = true;
        }
    }

    // ---------------------------------------------------------------- telling

    fn status(&self, outcome: Outcome) -> &str {
        self.program.outcome_id(outcome)
    }

    /// What a node is, for a person who looks for it in the pack.
    fn named(&self, id: NodeId) -> String {
        let pack = &self.program.pack;
        let indicators = self.program.indicators.iter().copied().zip(pack.indicators.iter().map(|i| &i.id));
        let measures = self.program.measures.iter().map(|m| m.node).zip(pack.measures.iter().map(|m| &m.id));
        let flags = self.program.flag_nodes.iter().copied().zip(self.program.flags().map(|f| &f.id));
        let schemes = self.program.schemes.iter().map(|s| s.eligible).zip(pack.schemes.iter().map(|s| &s.id));
        let name = indicators.chain(measures).chain(flags).chain(schemes).find(|(node, _)| *node == id);
        name.map_or_else(|| format!("{:?}", self.dag().node(id).op), |(_, name)| name.value.clone())
    }

    fn question(&self, place: Place) -> String {
        let variable = |level: Level| &self.variables(level)[place.variable].id.value;
        match place.member {
            None => variable(Level::Household).clone(),
            Some(member) => format!("{}[{}]", variable(Level::Member), member + 1),
        }
    }

    fn answered(&self, place: Place, answer: Answer) -> String {
        format!("{} = {}", self.question(place), self.told_answer(place, answer))
    }

    fn told_answer(&self, place: Place, answer: Answer) -> String {
        let level = if place.member.is_none() { Level::Household } else { Level::Member };
        match (answer, &self.variables(level)[place.variable].kind) {
            (Answer::Unknown, _) => "?".into(),
            (Answer::Bool(b), _) => b.to_string(),
            (Answer::Int(n), Kind::Choice(list)) => {
                self.program.pack.questionnaire.choices[*list].options[n as usize].id.value.clone()
            }
            (Answer::Int(n), Kind::Date) => Day(n as i32).to_string(),
            (Answer::Int(n), Kind::Number { decimals, .. }) if *decimals > 0 => format!("{n}e-{decimals}"),
            (Answer::Int(n), _) => n.to_string(),
        }
    }

    fn told(&self, drawn: &Drawn) -> String {
        let blanks = self.blanks(drawn);
        let mut text = String::new();
        let rows = std::iter::once(None).chain((0..drawn.household.members.len()).map(Some));
        for member in rows {
            let read = if member.is_none() { &self.plan.household } else { &self.plan.member };
            for variable in read {
                let place = Place { member, variable: *variable };
                let taken = if blanks.contains(&place) { "   (taken away)" } else { "" };
                let _ = writeln!(text, "    {}{taken}", self.answered(place, answer(&drawn.household, place)));
            }
        }
        text
    }
}

/// The same day of the month some months earlier (the last day before it where there is none).
fn months_before(day: Day, months: i64) -> Option<Day> {
    let date = day.date();
    let month = i64::from(date.year()) * 12 + i64::from(date.month()) - 1 - months;
    let (year, month) = (i16::try_from(month.div_euclid(12)).ok()?, month.rem_euclid(12) as i8 + 1);
    (0..4).find_map(|less| Day::from_parts(year, month, date.day() - less))
}

fn answer(household: &Household, place: Place) -> Answer {
    match place.member {
        None => household.household[place.variable],
        Some(member) => household.members[member][place.variable],
    }
}

fn set(household: &mut Household, place: Place, answer: Answer) {
    match place.member {
        None => household.household[place.variable] = answer,
        Some(member) => household.members[member][place.variable] = answer,
    }
}

fn fill(household: &mut Household, places: &[Place], with: impl Fn(usize) -> Answer) {
    for (number, place) in places.iter().enumerate() {
        set(household, *place, with(number));
    }
}

/// A small generator, for completions: they are many, and none of them need shrink.
struct SplitMix(u64);

impl SplitMix {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    fn below(&mut self, count: usize) -> usize {
        (self.next() % count as u64) as usize
    }
}
