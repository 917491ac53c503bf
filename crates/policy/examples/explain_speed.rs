//! How long one household takes, in µs: `cargo run --example explain_speed`.
//!
//! The households are the worked cases of a pack, each as written and then varied: some answers taken from another case,
//! some left out, members added. The same households come out every time. Parts are timed apart: `assess` (status,
//! indicators, subgroups and events), `explain` (which assesses as well) and `counterfactual::changes`.

use std::collections::HashMap;
use std::hint::black_box;
use std::time::{Duration, Instant};
use vuon_policy::Library;
use vuon_policy::assess::assess;
use vuon_policy::calendar::Day;
use vuon_policy::cases::answer;
use vuon_policy::counterfactual::changes;
use vuon_policy::evaluate::{Answer, Household};
use vuon_policy::explain::explain;
use vuon_policy::model::{Case, Language, Variable};
use vuon_policy::program::{Outcome, Plan, Program};

const PACKS: [&str; 2] = ["vn-2022-2026", "vn-2016-2020"];
const VARIANTS: usize = 8;
const ROUNDS: usize = 20;

struct Subject {
    household: Household,
    on: Option<Day>,
    method: usize,
}

fn main() {
    let library = Library::embedded();
    println!("{:<13} {:>6}  {:<22} {:>8} {:>8} {:>8}   µs", "pack", "houses", "part", "median", "p99", "mean");
    for id in PACKS {
        let Ok(program) = library.load(id) else { panic!("{id} does not load") };
        let subjects = subjects(&program);
        let plans: Vec<Plan> = (0..program.methods.len()).map(|method| program.plan(method)).collect();
        let decided = |s: &Subject| {
            let assessment = assess(&program, &plans[s.method], &s.household, s.on, HashMap::new());
            matches!(assessment.classification.outcome, Outcome::Status(_))
        };
        let (decided, open): (Vec<&Subject>, Vec<&Subject>) = subjects.iter().partition(|s| decided(s));
        let all: Vec<&Subject> = subjects.iter().collect();
        let report = |part: &str, of: &[&Subject], work: &dyn Fn(&Subject)| {
            let mut times: Vec<Duration> = of
                .iter()
                .map(|subject| {
                    // The least of some rounds: what else the machine does is not the household's doing.
                    let once = |_| {
                        let start = Instant::now();
                        work(subject);
                        start.elapsed()
                    };
                    (0..ROUNDS).map(once).min().unwrap_or_default()
                })
                .collect();
            times.sort_unstable();
            let micros = |time: Duration| time.as_secs_f64() * 1e6;
            let mean = times.iter().map(|time| micros(*time)).sum::<f64>() / times.len() as f64;
            let (median, p99) = (micros(times[times.len() / 2]), micros(times[times.len() * 99 / 100]));
            println!("{id:<13} {:>6}  {part:<22} {median:>8.1} {p99:>8.1} {mean:>8.1}", of.len());
        };
        let explained = |s: &Subject| {
            black_box(explain(&program, &plans[s.method], &s.household, s.on, Language::Vi));
        };
        report("assess", &all, &|s| {
            black_box(assess(&program, &plans[s.method], &s.household, s.on, HashMap::new()));
        });
        report("explain (assesses too)", &all, &explained);
        report("  of decided ones", &decided, &explained);
        report("  of undecided ones", &open, &explained);
        report("changes, apart", &all, &|s| {
            black_box(changes(&program, &plans[s.method], &s.household, s.on, Language::Vi));
        });
    }
}

/// The worked cases, as written and varied.
fn subjects(program: &Program) -> Vec<Subject> {
    let written: Vec<Subject> = program.pack.cases.iter().filter_map(|case| subject(program, case)).collect();
    let mut chance = Chance(1);
    let mut all = Vec::new();
    for subject in &written {
        for variant in 0..VARIANTS {
            let mut household = subject.household.clone();
            if variant > 0 {
                let other = &written[chance.below(written.len())].household;
                mix(&mut household.household, &other.household, &mut chance);
                for member in &mut household.members {
                    if let Some(other) = other.members.first() {
                        mix(member, other, &mut chance);
                    }
                }
                household.members.extend(other.members.iter().take(variant % 4).cloned());
            }
            all.push(Subject { household, on: subject.on.or(Day::parse("2024-11-30")), method: subject.method });
        }
    }
    all
}

/// One answer in four from another household, one in forty left out.
fn mix(answers: &mut [Answer], other: &[Answer], chance: &mut Chance) {
    for (answer, other) in answers.iter_mut().zip(other) {
        match chance.below(40) {
            0 => *answer = Answer::Unknown,
            1..=10 => *answer = *other,
            _ => {}
        }
    }
}

fn subject(program: &Program, case: &Case) -> Option<Subject> {
    let method = program.method(case.method.as_ref().map(|m| m.value.as_str()))?;
    let questions = &program.pack.questionnaire;
    let mut household = Household::unanswered(program, case.members.len());
    let put = |variables: &[Variable], name: &str, written: &str, answers: &mut [Answer]| {
        let place = variables.iter().position(|v| v.id.value == name)?;
        answers[place] = answer(program, &variables[place], written).ok()?;
        Some(())
    };
    for (name, value) in &case.household {
        put(&questions.household, &name.value, &value.value, &mut household.household)?;
    }
    for (answers, written) in household.members.iter_mut().zip(&case.members) {
        for (name, value) in written {
            put(&questions.member, &name.value, &value.value, answers)?;
        }
    }
    Some(Subject { household, on: case.review_date, method })
}

/// The same numbers every time.
struct Chance(u64);

impl Chance {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % limit
    }
}
