//! Synthetic households of real communes: the answers are those of `vuon synth`, the names are put together by chance.

use super::names::Names;
use anyhow::{Context, Result};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use std::collections::BTreeMap;
use vuon_policy::calendar::Day;
use vuon_policy::evaluate::Answer;
use vuon_policy::model::{Kind, Questionnaire, Variable};
use vuon_policy::program::Program;
use vuon_population::synth::{Population, Status, SynthOptions};

/// The answers to a questionnaire by variable, as packs write them.
pub type Written = BTreeMap<String, String>;

/// A made-up household.
pub struct Household {
    /// Its code in the commune.
    pub code: String,
    /// The place of its hamlet in the commune.
    pub hamlet: usize,
    /// Its status on last year's list and on that before; none: it was on neither.
    pub before: [Option<&'static str>; 2],
    /// What it answers.
    pub answers: Written,
    pub members: Vec<Member>,
}

/// A made-up person.
pub struct Member {
    pub name: String,
    pub answers: Written,
}

impl Member {
    /// An answer.
    pub fn says(&self, variable: &str) -> &str {
        self.answers.get(variable).map_or("", String::as_str)
    }
}

/// Households that are or were on the lists of a commune, about as many as asked for.
pub fn of_commune(program: &Program, code: &str, count: usize, hamlets: usize, on: Day) -> Result<Vec<Household>> {
    // About a quarter of the households of these communes are poor or near-poor; what is drawn too much is left out.
    let options = SynthOptions { areas: vec![code.to_owned()], ..SynthOptions::new(count as u64 * 5, 2026, on) };
    let population = Population::new(&options).context("the synthetic population")?;
    let seed = code.bytes().fold(7_u64, |seed, byte| seed * 31 + u64::from(byte));
    let mut chance = ChaCha8Rng::seed_from_u64(seed);
    let (names, questions) = (Names::embedded(), &program.pack.questionnaire);
    let mut households = Vec::new();
    for number in 0..population.blocks() {
        for drawn in population.block(number).households() {
            if households.len() == count {
                return Ok(households);
            }
            let before = before(drawn.status(), &mut chance);
            // Not one of those on the lists, nor of the few who left them.
            if before == [None, None] {
                continue;
            }
            let answers = drawn.answers();
            let roster = answers.members.iter().map(|member| written(questions, &questions.member, member));
            // Who was born this year is on no list yet, and would have to be recorded first.
            let listed = |member: &Written| member.get("birth_date").is_none_or(|day| day.as_str() < "2026");
            let roster: Vec<Written> = roster.filter(listed).collect();
            households.push(Household {
                code: format!("{code}{:04}", households.len() + 1),
                hamlet: chance.random_range(0..hamlets),
                before,
                answers: written(questions, &questions.household, &answers.household),
                members: named(&names, roster, &mut chance),
            });
        }
    }
    Ok(households)
}

/// The statuses on last year's list and on that before, which mostly are this year's: some come, some leave.
fn before(status: Status, chance: &mut ChaCha8Rng) -> [Option<&'static str>; 2] {
    let drawn = chance.random_range(0..100);
    match (status, drawn) {
        (Status::Poor, 0..=11) => [Some("near_poor"), Some("poor")],
        (Status::Poor, 12..=19) => [Some("poor"), None],
        (Status::Poor, _) => [Some("poor"), Some("poor")],
        (Status::NearPoor, 0..=24) => [Some("poor"), Some("poor")],
        (Status::NearPoor, 25..=34) => [Some("near_poor"), None],
        (Status::NearPoor, _) => [Some("near_poor"), Some("near_poor")],
        (_, 0..=1) => [Some("near_poor"), Some("poor")],
        (_, 2) => [Some("above_near_poor"), Some("near_poor")],
        _ => [None, None],
    }
}

/// The answers as packs write them; what is not answered is left out.
fn written(questions: &Questionnaire, variables: &[Variable], answers: &[Answer]) -> Written {
    let pairs = variables.iter().zip(answers);
    pairs
        .filter_map(|(variable, answer)| Some((variable.id.value.clone(), text(questions, variable, answer)?)))
        .collect()
}

fn text(questions: &Questionnaire, variable: &Variable, answer: &Answer) -> Option<String> {
    Some(match (&variable.kind, answer) {
        (_, Answer::Bool(yes)) => yes.to_string(),
        (Kind::Choice(list), Answer::Int(place)) => {
            questions.choices[*list].options.get(usize::try_from(*place).ok()?)?.id.value.clone()
        }
        (Kind::Date, Answer::Int(day)) => Day(i32::try_from(*day).ok()?).to_string(),
        (Kind::Number { decimals, .. }, Answer::Int(number)) if *decimals > 0 => {
            let whole = 10_i64.checked_pow(*decimals)?;
            format!("{}.{:0width$}", number / whole, number % whole, width = *decimals as usize)
        }
        (_, Answer::Int(number)) => number.to_string(),
        _ => return None,
    })
}

/// Names for the members of a household: children bear the head's surname, or the spouse's where the head is a woman.
fn named(names: &Names, roster: Vec<Written>, chance: &mut ChaCha8Rng) -> Vec<Member> {
    let says = |member: &Written, variable: &str| member.get(variable).cloned().unwrap_or_default();
    let group = roster.first().map(|head| says(head, "ethnicity")).unwrap_or_default();
    let family = names.surname(&group, chance);
    let head_is_woman = roster.first().is_some_and(|head| says(head, "sex") == "female");
    let mut others: Option<&'static str> = None;
    let mut taken = std::collections::HashSet::new();
    roster
        .into_iter()
        .map(|member| {
            let (own, sex, relation) = (says(&member, "ethnicity"), says(&member, "sex"), says(&member, "relation"));
            let surname = match relation.as_str() {
                "head" | "parent" => family,
                "spouse" => *others.insert(names.surname(&own, chance)),
                "child" if head_is_woman => others.unwrap_or(family),
                _ => family,
            };
            // Two of one name in one house would only confuse; after some tries they may.
            let mut name = names.full(surname, &own, &sex, chance);
            for _ in 0..20 {
                if taken.insert(name.clone()) {
                    break;
                }
                name = names.full(surname, &own, &sex, chance);
            }
            Member { name, answers: member }
        })
        .collect()
}
