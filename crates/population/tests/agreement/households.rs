//! Random households, and the batch that holds them.

use arrow::array::{
    Array, ArrayRef, BooleanArray, Date32Array, Int16Array, Int64Array, ListArray, RecordBatch, RecordBatchOptions,
    StringArray, StructArray,
};
use arrow::buffer::OffsetBuffer;
use arrow::datatypes::{DataType, Field, Fields, Schema};
use rand::RngExt;
use rand_chacha::ChaCha8Rng;
use std::sync::Arc;
use vuon_policy::calendar::Day;
use vuon_policy::evaluate::{Answer, Household};
use vuon_policy::ir::Op;
use vuon_policy::model::{Kind, Variable};
use vuon_policy::program::Program;

/// Draws households near whatever a pack compares with.
pub struct Draw<'p> {
    program: &'p Program,
    review: Day,
    constants: Vec<i64>,
}

impl<'p> Draw<'p> {
    pub fn new(program: &'p Program, review: Day) -> Self {
        let mut constants: Vec<i64> = vec![0, 1, 12, 36];
        for node in program.dag.nodes() {
            match &node.op {
                Op::Int(value) => constants.push(*value),
                Op::OneOf(_, set) => constants.extend(set),
                _ => {}
            }
        }
        Self { program, review, constants }
    }

    pub fn household(&self, rng: &mut ChaCha8Rng) -> Household {
        let q = &self.program.pack.questionnaire;
        let size = match rng.random_range(0..100) {
            _ if !q.has_roster() => 0,
            0..3 => 0,
            3..90 => rng.random_range(1..7),
            90..99 => rng.random_range(7..40),
            _ => rng.random_range(60..200),
        };
        let unknown = [0.0, 0.0, 0.02, 0.02, 0.2, 0.6, 1.0][rng.random_range(0..7)];
        let answers = |rng: &mut ChaCha8Rng, variables: &[Variable]| {
            variables.iter().map(|v| self.answer(rng, v, unknown, size as i64)).collect()
        };
        Household {
            household: answers(rng, &q.household),
            members: (0..size).map(|_| answers(rng, &q.member)).collect(),
        }
    }

    /// In every third batch, some questions that nobody is asked. Identity and place stay.
    #[allow(dead_code, reason = "not every test that shares this file needs it")]
    pub fn unasked(&self, rng: &mut ChaCha8Rng) -> Unasked {
        let often = [0.0, 0.0, 0.15][rng.random_range(0..3)];
        let mut some = |variables: &[Variable]| {
            let place = |v: &Variable| matches!(v.kind, Kind::Id | Kind::Code { .. });
            (0..variables.len()).filter(|i| !place(&variables[*i]) && rng.random_bool(often)).collect()
        };
        let q = &self.program.pack.questionnaire;
        Unasked { household: some(&q.household), member: some(&q.member) }
    }

    fn answer(&self, rng: &mut ChaCha8Rng, variable: &Variable, unknown: f64, size: i64) -> Answer {
        if rng.random_bool(unknown) {
            return Answer::Unknown;
        }
        let beside = rng.random_range(-1..=1);
        let constant = self.constants[rng.random_range(0..self.constants.len())];
        match &variable.kind {
            Kind::Id | Kind::Code { .. } => Answer::Unknown,
            Kind::Bool => {
                let often = [0.1, 0.5, 0.9][rng.random_range(0..3)];
                Answer::Bool(rng.random_bool(often))
            }
            Kind::Choice(list) => {
                let options = self.program.pack.questionnaire.choices[*list].options.len();
                Answer::Int(rng.random_range(0..options) as i64)
            }
            Kind::Number { min, max, .. } => {
                let value = match rng.random_range(0..8) {
                    0 => *min,
                    1 => *max,
                    2 => rng.random_range(*min..=*max),
                    3 => rng.random_range(*min..=(*max).min(*min + 20)),
                    4 => constant + beside,
                    // A line for each person of the household.
                    _ => constant.saturating_mul(size.max(1)) + beside,
                };
                Answer::Int(value.clamp(*min, *max))
            }
            Kind::Date => {
                let day = match rng.random_range(0..6) {
                    // A whole number of years or months before the review.
                    0..3 => self.review.0 as i64 - (rng.random_range(0..100) as f64 * 365.2425) as i64 + beside,
                    3 => self.review.0 as i64 - (rng.random_range(0..60) as f64 * 30.436_875) as i64 + beside,
                    4 => constant + beside,
                    _ => rng.random_range(Day::FIRST.0 as i64..=Day::LAST.0 as i64),
                };
                Answer::Int(day.clamp(Day::FIRST.0.into(), Day::LAST.0.into()))
            }
        }
    }
}

/// Questions that are asked of nobody, by their places.
#[derive(Default)]
pub struct Unasked {
    household: Vec<usize>,
    member: Vec<usize>,
}

impl Unasked {
    #[allow(dead_code, reason = "not every test that shares this file needs it")]
    pub fn forget(&self, household: &mut Household) {
        for place in &self.household {
            household.household[*place] = Answer::Unknown;
        }
        for member in &mut household.members {
            for place in &self.member {
                member[*place] = Answer::Unknown;
            }
        }
    }
}

/// The household batch, as tables are read into it.
#[allow(dead_code, reason = "not every test that shares this file needs it")]
pub fn batch(program: &Program, households: &[Household]) -> RecordBatch {
    batch_without(program, households, &Unasked::default())
}

/// The household batch without the columns of questions that are not asked.
pub fn batch_without(program: &Program, households: &[Household], unasked: &Unasked) -> RecordBatch {
    let q = &program.pack.questionnaire;
    let mut fields = Vec::new();
    let mut columns: Vec<ArrayRef> = Vec::new();
    for (place, variable) in q.household.iter().enumerate().filter(|(place, _)| !unasked.household.contains(place)) {
        let answers: Vec<Answer> = households.iter().map(|h| h.household[place]).collect();
        let column = column(variable, &answers);
        fields.push(Field::new(&variable.id.value, column.data_type().clone(), true));
        columns.push(column);
    }
    if q.has_roster() {
        let members: Vec<&Vec<Answer>> = households.iter().flat_map(|h| &h.members).collect();
        let (mut inner, mut arrays) = (Vec::new(), Vec::new());
        for (place, variable) in q.member.iter().enumerate().filter(|(place, _)| !unasked.member.contains(place)) {
            let answers: Vec<Answer> = members.iter().map(|m| m[place]).collect();
            let array = column(variable, &answers);
            inner.push(Field::new(&variable.id.value, array.data_type().clone(), true));
            arrays.push(array);
        }
        let inner = Fields::from(inner);
        let item = Arc::new(Field::new("item", DataType::Struct(inner.clone()), false));
        let offsets = OffsetBuffer::from_lengths(households.iter().map(|h| h.members.len()));
        let members = StructArray::try_new_with_length(inner, arrays, None, members.len()).unwrap();
        let list = ListArray::new(item, offsets, Arc::new(members), None);
        fields.push(Field::new("members", list.data_type().clone(), false));
        columns.push(Arc::new(list));
    }
    let rows = RecordBatchOptions::new().with_row_count(Some(households.len()));
    RecordBatch::try_new_with_options(Arc::new(Schema::new(fields)), columns, &rows).unwrap()
}

fn column(variable: &Variable, answers: &[Answer]) -> ArrayRef {
    let int = |answer: &Answer| match answer {
        Answer::Int(value) => Some(*value),
        _ => None,
    };
    match &variable.kind {
        Kind::Id => Arc::new(StringArray::from_iter_values((0..answers.len()).map(|i| format!("h{i}")))),
        Kind::Code { width, .. } => Arc::new(
            (0..answers.len())
                .map(|i| (!i.is_multiple_of(5)).then(|| format!("{:0width$}", i % 7)))
                .collect::<StringArray>(),
        ),
        Kind::Bool => Arc::new(
            answers
                .iter()
                .map(|answer| match answer {
                    Answer::Bool(value) => Some(*value),
                    _ => None,
                })
                .collect::<BooleanArray>(),
        ),
        Kind::Choice(_) => Arc::new(answers.iter().map(|a| int(a).map(|v| v as i16)).collect::<Int16Array>()),
        Kind::Date => Arc::new(answers.iter().map(|a| int(a).map(|v| v as i32)).collect::<Date32Array>()),
        Kind::Number { .. } => Arc::new(answers.iter().map(int).collect::<Int64Array>()),
    }
}
