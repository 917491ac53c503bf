//! One row of a household batch as the answers of one household, for the single evaluator.

use super::error::KernelError;
use super::input::Input;
use arrow::array::{Array, ArrayRef, AsArray, RecordBatch};
use arrow::datatypes::{Date32Type, Int16Type, Int64Type};
use vuon_policy::evaluate::{Answer, Household};
use vuon_policy::ir::Level;
use vuon_policy::model::{Kind, Questionnaire};

/// The answers of a batch, by household.
pub(crate) struct Households<'a> {
    input: Input<'a>,
    household: Vec<Answers>,
    member: Vec<Answers>,
}

/// The answers to one question; none where it is not asked in this table, and for identity and place.
struct Answers(Option<(ArrayRef, Kind)>);

impl<'a> Households<'a> {
    pub fn new(questionnaire: &'a Questionnaire, batch: &'a RecordBatch) -> Result<Self, KernelError> {
        let input = Input::new(questionnaire, batch, false)?;
        let of_level = |level, count| (0..count).map(|i| Answers::new(&input, level, i)).collect::<Result<_, _>>();
        let household = of_level(Level::Household, questionnaire.household.len())?;
        let member = of_level(Level::Member, questionnaire.member.len())?;
        Ok(Self { input, household, member })
    }

    /// The household of a row.
    pub fn at(&self, row: usize) -> Household {
        let members = self.input.roster().map_or(0..0, |roster| roster.range(row));
        let answers = |of: &[Answers], row| of.iter().map(|answers| answers.at(row)).collect();
        Household {
            household: answers(&self.household, row),
            members: members.map(|member| answers(&self.member, member)).collect(),
        }
    }
}

impl Answers {
    fn new(input: &Input, level: Level, variable: usize) -> Result<Self, KernelError> {
        let (variable, column) = input.answers(level, variable)?;
        let has_answers = !matches!(variable.kind, Kind::Id | Kind::Code { .. });
        Ok(Self(column.filter(|_| has_answers).map(|column| (column.clone(), variable.kind.clone()))))
    }

    fn at(&self, row: usize) -> Answer {
        let Some((column, kind)) = self.0.as_ref().filter(|(column, _)| column.is_valid(row)) else {
            return Answer::Unknown;
        };
        match kind {
            Kind::Bool => Answer::Bool(column.as_boolean().value(row)),
            Kind::Choice(_) => Answer::Int(column.as_primitive::<Int16Type>().value(row).into()),
            Kind::Date => Answer::Int(column.as_primitive::<Date32Type>().value(row).into()),
            Kind::Number { .. } => Answer::Int(column.as_primitive::<Int64Type>().value(row)),
            Kind::Id | Kind::Code { .. } => Answer::Unknown,
        }
    }
}
