//! What the single evaluator says, in the words of the output table.

use arrow::array::{Array, ArrayRef, AsArray, RecordBatch, StringArray};
use arrow::datatypes::DataType;
use std::collections::HashMap;
use vuon_policy::assess::{assess, questions};
use vuon_policy::calendar::Day;
use vuon_policy::evaluate::{Answer, Household, Value};
use vuon_policy::exact::Exact;
use vuon_policy::model::{Kind, MeasureValue, Variable};
use vuon_policy::program::{Program, ValueKind};

/// A row of the output: name and text of each column, none where null.
pub type Row = Vec<(String, Option<String>)>;

/// The cells of an output, as text.
pub struct Cells {
    names: Vec<String>,
    columns: Vec<StringArray>,
}

impl Cells {
    pub fn of(output: &RecordBatch) -> Self {
        let names = output.schema().fields().iter().map(|f| f.name().clone()).collect();
        let text =
            |column: &ArrayRef| arrow::compute::cast(column, &DataType::Utf8).unwrap().as_string::<i32>().clone();
        Self { names, columns: output.columns().iter().map(text).collect() }
    }

    pub fn compare(&self, row: usize, expected: &Row, of: impl Fn() -> String) {
        assert_eq!(self.names.len(), expected.len(), "{:?}", self.names);
        for ((name, column), (expected_name, expected)) in self.names.iter().zip(&self.columns).zip(expected) {
            assert_eq!(name, expected_name);
            let found = column.is_valid(row).then(|| column.value(row));
            assert!(found == expected.as_deref(), "{name}: found {found:?}, expected {expected:?}; {}", of());
        }
    }
}

/// The choices of the household, to be carried along.
pub fn choices(program: &Program) -> Vec<String> {
    let choice = |v: &&Variable| matches!(v.kind, Kind::Choice(_));
    program.pack.questionnaire.household.iter().filter(choice).map(|v| v.id.value.clone()).collect()
}

/// The row of a household. Codes are made by `households::batch` from the number of the household.
pub fn assessed(program: &Program, method: usize, household: &Household, on: Option<Day>, id: &str) -> Row {
    let pack = &program.pack;
    let q = &pack.questionnaire;
    let number: usize = id[1..].parse().unwrap();
    let mut row: Row = vec![(q.household_id().unwrap().id.value.clone(), Some(id.to_owned()))];
    for variable in &q.household {
        if let Kind::Code { width, .. } = variable.kind {
            let code = (!number.is_multiple_of(5)).then(|| format!("{:0width$}", number % 7));
            row.push((variable.id.value.clone(), code));
        }
    }
    for (variable, answer) in q.household.iter().zip(&household.household) {
        if let Kind::Choice(list) = variable.kind {
            let option = match answer {
                Answer::Int(place) => Some(q.choices[list].options[*place as usize].id.value.clone()),
                _ => None,
            };
            row.push((variable.id.value.clone(), option));
        }
    }

    let plan = program.plan(method);
    let own = assess(program, &plan, household, on, HashMap::new());
    let status = program.outcome_id(own.classification.outcome).to_owned();
    match &program.national {
        None => row.push(("status_national".into(), Some(status))),
        Some(national) => {
            let plan = national.plan(national.method(Some(&pack.methods[method].id.value)).unwrap());
            let below = seen_by(national, program, household);
            let outcome = assess(national, &plan, &below, on, HashMap::new()).classification.outcome;
            row.push(("status_national".into(), Some(national.outcome_id(outcome).to_owned())));
            row.push(("status_local".into(), Some(status)));
        }
    }
    let rule = own.classification.rule.map(|rule| pack.methods[method].rules[rule].id.value.clone());
    row.push(("rule".into(), rule));

    for (measure, checked) in pack.measures.iter().zip(&program.measures).filter(|(measure, _)| measure.report) {
        row.push((measure.id.value.clone(), told(program, &checked.kind, own.evaluation.value(checked.node))));
    }
    if program.deprivations.is_some() {
        let all: Vec<_> = program.indicators.iter().map(|i| own.evaluation.value(*i).tri().known()).collect();
        let known: Option<Vec<bool>> = all.into_iter().collect();
        let count = known.map(|all| all.iter().filter(|deprived| **deprived).count().to_string());
        row.push(("deprivations".into(), count));
    }
    let yes_no = |node| own.evaluation.value(node).tri().known().map(|b| b.to_string());
    for (indicator, node) in pack.indicators.iter().zip(&program.indicators) {
        row.push((format!("deprived_{}", indicator.id.value), yes_no(*node)));
    }
    for (flag, node) in program.flags().zip(&program.flag_nodes) {
        row.push((format!("is_{}", flag.id.value), yes_no(*node)));
    }
    let undetermined = own.classification.outcome == vuon_policy::program::Outcome::Undetermined;
    let asked = undetermined.then(|| {
        let all: Vec<String> = questions(program, &plan, household, on).iter().map(|q| q.to_string()).collect();
        all.join("; ")
    });
    row.push(("questions".into(), asked));
    row
}

fn told(program: &Program, kind: &ValueKind, value: Value) -> Option<String> {
    let pack = &program.pack;
    let place = |value: Value| value.interval().known().map(|place| place as usize);
    match kind {
        ValueKind::Bool => value.tri().known().map(|b| b.to_string()),
        ValueKind::Number { denominator, .. } => {
            value.interval().known().map(|n| Exact::new(n, *denominator).unwrap().to_string())
        }
        ValueKind::Choice(list) => place(value).map(|p| pack.questionnaire.choices[*list].options[p].id.value.clone()),
        ValueKind::Band(measure) => {
            let MeasureValue::Band(band) = &pack.measures[*measure].value else { panic!("a band of a measure") };
            place(value).map(|p| band.bands[p].id.value.clone())
        }
        ValueKind::Status => place(value).map(|p| pack.statuses[p].id.value.clone()),
        ValueKind::Date => value.interval().known().map(|day| Day(day as i32).to_string()),
    }
}

/// The household by the questionnaire of the national standard; options it does not know are unknown to it.
fn seen_by(national: &Program, local: &Program, household: &Household) -> Household {
    let answers = |theirs: &[Variable], ours: &[Variable], answers: &[Answer]| {
        theirs
            .iter()
            .map(|variable| {
                let place = ours.iter().position(|v| v.id.value == variable.id.value);
                match (place.map(|place| answers[place]), &variable.kind) {
                    (Some(Answer::Int(option)), Kind::Choice(list))
                        if option as usize >= national.pack.questionnaire.choices[*list].options.len() =>
                    {
                        Answer::Unknown
                    }
                    (answer, _) => answer.unwrap_or(Answer::Unknown),
                }
            })
            .collect()
    };
    let (theirs, ours) = (&national.pack.questionnaire, &local.pack.questionnaire);
    Household {
        household: answers(&theirs.household, &ours.household, &household.household),
        members: household.members.iter().map(|m| answers(&theirs.member, &ours.member, m)).collect(),
    }
}
