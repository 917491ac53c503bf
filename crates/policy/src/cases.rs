//! Worked cases: households with the result the law gives, run against the pack.

use crate::assess::{Assessment, assess};
use crate::calendar::Day;
use crate::evaluate::{Answer, Household, Value};
use crate::exact::Exact;
use crate::ir::NodeId;
use crate::lattice::{Interval, Tri};
use crate::model::{Case, Kind, Variable};
use crate::problem::{Place, Problem};
use crate::program::{Plan, Program, REFUSED, UNDETERMINED, ValueKind};
use crate::yaml::Text;
use std::collections::HashMap;

/// How a case came out.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct CaseResult {
    /// The id of the case.
    pub id: String,
    /// What differs, one line each; empty when the case holds.
    pub differences: Vec<Difference>,
}

/// A part of a case that came out otherwise than written.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Difference {
    /// What is compared: `status`, `deprived`, a measure …
    pub what: String,
    /// What the case says.
    pub expected: String,
    /// What the pack gives.
    pub found: String,
}

/// Runs all worked cases of a pack.
pub fn run(program: &Program) -> Vec<CaseResult> {
    program.pack.cases.iter().map(|case| run_one(program, case)).collect()
}

fn run_one(program: &Program, case: &Case) -> CaseResult {
    let differences = match prepare(program, case) {
        Err(mistake) => {
            vec![Difference { what: "the case itself".into(), expected: "can be read".into(), found: mistake }]
        }
        Ok(ready) => compare(program, case, &ready),
    };
    CaseResult { id: case.id.value.clone(), differences }
}

/// What is written in cases that the pack does not know: found when the pack is checked, each at its place.
pub(crate) fn mistakes(program: &Program) -> Vec<Problem> {
    let pack = &program.pack;
    let mut problems = Vec::new();
    let mut report = |place: Place, message: String| {
        problems
            .push(Problem::new(place, message).help("correct the case: its names and values are those of the pack"));
    };
    for case in &pack.cases {
        let q = &pack.questionnaire;
        let household = case.household.iter().map(|pair| (&q.household, pair));
        let members = case.members.iter().flatten().map(|pair| (&q.member, pair));
        for (variables, (name, value)) in household.chain(members) {
            match variables.iter().find(|v| v.id.value == name.value) {
                None => report(name.place, format!("there is no variable `{}`", name.value)),
                Some(variable) => {
                    if let Err(mistake) = answer(program, variable, &value.value) {
                        report(value.place, mistake);
                    }
                }
            }
        }
        for (name, value) in &case.given {
            if let Err(mistake) = given(program, name, value) {
                report(name.place, mistake);
            }
        }
        let expect = &case.expect;
        let known = |ids: Vec<&Text>, name: &Text| ids.iter().any(|id| id.value == name.value);
        let status = &expect.status;
        if ![UNDETERMINED, REFUSED].contains(&status.value.as_str())
            && !known(pack.statuses.iter().map(|s| &s.id).collect(), status)
        {
            report(status.place, format!("there is no status `{}`", status.value));
        }
        for name in expect.deprived.iter().chain(&expect.unknown).flatten() {
            if !known(pack.indicators.iter().map(|i| &i.id).collect(), name) {
                report(name.place, format!("there is no indicator `{}`", name.value));
            }
        }
        for name in expect.flags.iter().flatten() {
            if !known(program.flags().map(|f| &f.id).collect(), name) {
                report(name.place, format!("there is no subgroup or event `{}`", name.value));
            }
        }
        for (name, _) in &expect.measures {
            if !known(pack.measures.iter().map(|m| &m.id).collect(), name) {
                report(name.place, format!("there is no measure `{}`", name.value));
            }
        }
        // What is wrong with single answers has been told at its place.
        let told = |mistake: &str| mistake.starts_with("there is no variable") || mistake.starts_with('`');
        if let Some(mistake) = prepare(program, case).err().filter(|mistake| !told(mistake)) {
            report(case.id.place, mistake);
        }
    }
    problems
}

/// A case as the evaluator takes it.
#[derive(Clone, Debug)]
pub struct Ready {
    /// What to evaluate.
    pub plan: Plan,
    /// The answers.
    pub household: Household,
    /// Values that are fixed instead of computed.
    pub given: HashMap<NodeId, Value>,
}

/// Reads a case's answers.
///
/// # Errors
/// What is written that the pack does not know.
pub fn prepare(program: &Program, case: &Case) -> Result<Ready, String> {
    let method = program
        .method(case.method.as_ref().map(|m| m.value.as_str()))
        .ok_or_else(|| format!("there is no method `{}`", case.method.as_ref().map_or("", |m| m.value.as_str())))?;
    let plan = program.plan(method);
    if plan.needs_review_date && case.review_date.is_none() {
        return Err("ages or dates count: add `review_date`".into());
    }
    let mut household = Household::unanswered(program, case.members.len());
    let q = &program.pack.questionnaire;
    fill(program, &q.household, &case.household, &mut household.household)?;
    for (answers, written) in household.members.iter_mut().zip(&case.members) {
        fill(program, &q.member, written, answers)?;
    }
    let given = case.given.iter().map(|(name, value)| given(program, name, value)).collect::<Result<_, _>>()?;
    Ok(Ready { plan, household, given })
}

fn fill(
    program: &Program,
    variables: &[Variable],
    written: &[(Text, Text)],
    answers: &mut [Answer],
) -> Result<(), String> {
    for (name, value) in written {
        let Some(place) = variables.iter().position(|v| v.id.value == name.value) else {
            return Err(format!("there is no variable `{}`", name.value));
        };
        answers[place] = answer(program, &variables[place], &value.value)?;
    }
    Ok(())
}

/// Reads an answer as packs write it: exactly, in English ids.
pub fn answer(program: &Program, variable: &Variable, written: &str) -> Result<Answer, String> {
    let wrong = |wanted: &str| Err(format!("`{}` is {wanted}, not `{written}`", variable.id.value));
    match &variable.kind {
        Kind::Id | Kind::Code { .. } => Ok(Answer::Unknown),
        Kind::Bool => match written {
            "true" => Ok(Answer::Bool(true)),
            "false" => Ok(Answer::Bool(false)),
            _ => wrong("true or false"),
        },
        Kind::Choice(list) => match program.pack.questionnaire.choices[*list].position(written) {
            Some(place) => Ok(Answer::Int(place as i64)),
            None => wrong("one of its options"),
        },
        Kind::Number { decimals, min, max, .. } => {
            match Exact::parse(written).and_then(|n| n.in_units_of(10_i64.pow(*decimals))) {
                Some(stored) if (*min..=*max).contains(&stored) => Ok(Answer::Int(stored)),
                Some(_) => wrong("a number within its range"),
                None => wrong("a number"),
            }
        }
        Kind::Date => match Day::parse(written) {
            Some(day) => Ok(Answer::Int(day.0.into())),
            None => wrong("a date YYYY-MM-DD"),
        },
    }
}

fn given(program: &Program, name: &Text, value: &Text) -> Result<(NodeId, Value), String> {
    let number = Exact::parse(&value.value).filter(|n| n.denominator() == 1).map(Exact::numerator);
    let int =
        || number.map(|n| Value::Int(Interval::exactly(n))).ok_or(format!("`{}` is given a whole number", name.value));
    if name.value == "deprivations" {
        return Ok((program.deprivations.ok_or("the pack has no indicators")?, int()?));
    }
    if let Some(card) = name.value.strip_prefix("scores.") {
        let place = program.pack.scorecards.iter().position(|c| c.id.value == card);
        return Ok((program.scorecards[place.ok_or(format!("there is no scorecard `{card}`"))?].total, int()?));
    }
    if let Some(indicator) = name.value.strip_prefix("indicators.") {
        let place = program.pack.indicators.iter().position(|i| i.id.value == indicator);
        let node = program.indicators[place.ok_or(format!("there is no indicator `{indicator}`"))?];
        return Ok((node, Value::Bool(Tri::from(value.value == "true"))));
    }
    match program.pack.measures.iter().position(|m| m.id.value == name.value) {
        Some(place) => Ok((program.measures[place].node, int()?)),
        None => Err(format!("`{}` cannot be given: it is no measure, score or indicator", name.value)),
    }
}

fn compare(program: &Program, case: &Case, ready: &Ready) -> Vec<Difference> {
    let Ready { plan, household, given } = ready;
    let mut assessment = assess(program, plan, household, case.review_date, given.clone());
    let mut differences = Vec::new();
    let mut differs = |what: &str, expected: String, found: String| {
        if expected != found {
            differences.push(Difference { what: what.into(), expected, found });
        }
    };
    let outcome = assessment.classification.outcome;
    differs("status", case.expect.status.value.clone(), program.outcome_id(outcome).to_owned());

    let names = |list: &[Text]| sorted(list.iter().map(|t| t.value.clone()).collect());
    let indicators = |wanted: Tri| {
        let all = program.pack.indicators.iter().zip(&program.indicators);
        let found = all.filter(|(_, node)| assessment.evaluation.value(**node).tri() == wanted);
        sorted(found.map(|(i, _)| i.id.value.clone()).collect())
    };
    if let Some(expected) = &case.expect.deprived {
        differs("deprived", names(expected), indicators(Tri::True));
    }
    if let Some(expected) = &case.expect.unknown {
        differs("unknown", names(expected), indicators(Tri::Unknown));
    }
    if let Some(expected) = &case.expect.flags {
        let all = program.flags().zip(&program.flag_nodes);
        let found = all.filter(|(_, node)| assessment.evaluation.value(**node).tri() == Tri::True);
        differs("flags", names(expected), sorted(found.map(|(f, _)| f.id.value.clone()).collect()));
    }
    if let Some(expected) = &case.expect.questions {
        let found = assessment.questions(program, plan, household, case.review_date);
        differs("questions", names(expected), sorted(found.iter().map(ToString::to_string).collect()));
    }
    for (name, expected) in &case.expect.measures {
        let Some(place) = program.pack.measures.iter().position(|m| m.id.value == name.value) else {
            differs(&name.value, expected.value.clone(), "there is no such measure".into());
            continue;
        };
        let checked = &program.measures[place];
        let found = told(program, household, &mut assessment, checked.node, &checked.kind);
        differs(&name.value, expected.value.clone(), found);
    }
    differences
}

/// A measure's value as cases write it, whether or not the plan needed it.
fn told(
    program: &Program,
    household: &Household,
    assessment: &mut Assessment,
    node: NodeId,
    kind: &ValueKind,
) -> String {
    let order = program.dag.needed_by([node]);
    let status = Some(assessment.classification.possible);
    assessment.evaluation.compute(&order, household, status);
    write_value(program, kind, assessment.evaluation.value(node))
}

/// A value in the words of cases and tables: `low`, `120`, `7/18`, `true`, `2023-01-31`, `unknown`.
pub fn write_value(program: &Program, kind: &ValueKind, value: Value) -> String {
    let known = match value {
        Value::Bool(tri) => return tri.known().map_or("unknown".into(), |b| b.to_string()),
        Value::Int(interval) => match interval.known() {
            Some(known) => known,
            None => return "unknown".into(),
        },
    };
    match kind {
        ValueKind::Number { denominator, .. } => {
            Exact::new(known, *denominator).map_or_else(|| known.to_string(), |n| n.to_string())
        }
        ValueKind::Choice(list) => program.pack.questionnaire.choices[*list].options[known as usize].id.value.clone(),
        ValueKind::Band(measure) => band_id(program, *measure, known as usize).to_owned(),
        ValueKind::Status => program.pack.statuses[known as usize].id.value.clone(),
        ValueKind::Date => Day(known as i32).to_string(),
        ValueKind::Bool => (known == 1).to_string(),
    }
}

/// The id of a band of a measure.
pub fn band_id(program: &Program, measure: usize, band: usize) -> &str {
    match &program.pack.measures[measure].value {
        crate::model::MeasureValue::Band(b) => &b.bands[band].id.value,
        crate::model::MeasureValue::Expression(..) => "",
    }
}

fn sorted(mut names: Vec<String>) -> String {
    names.sort();
    if names.is_empty() { "(none)".into() } else { names.join(", ") }
}
