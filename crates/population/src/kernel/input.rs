//! Reading the household batch: Arrow columns by the names of the questionnaire, their values checked against it.

use super::bits::Bits;
use super::column::{Column, Numbers, Tris};
use super::error::KernelError;
use super::fold::Roster;
use super::ints::Ints;
use crate::layout::MEMBERS;
use arrow::array::{Array, ArrayRef, AsArray, PrimitiveArray, RecordBatch, StructArray};
use arrow::buffer::NullBuffer;
use arrow::datatypes::{ArrowPrimitiveType, DataType, Date32Type, Int16Type, Int64Type};
use vuon_policy::ir::{Level, MOST_MEMBERS};
use vuon_policy::lattice::Interval;
use vuon_policy::model::{Kind, Pack, Questionnaire, Variable};

/// How the answers to a question are stored.
pub(super) fn stored_as(kind: &Kind) -> DataType {
    match kind {
        Kind::Id | Kind::Code { .. } => DataType::Utf8,
        Kind::Choice(_) => DataType::Int16,
        Kind::Number { .. } => DataType::Int64,
        Kind::Bool => DataType::Boolean,
        Kind::Date => DataType::Date32,
    }
}

/// A household batch, seen by the questionnaire of one program.
pub(super) struct Input<'a> {
    questionnaire: &'a Questionnaire,
    batch: &'a RecordBatch,
    members: Option<(Roster, StructArray)>,
    /// Whether choices may lie beyond the list: options that a local standard added are unknown to the national one.
    options_may_be_foreign: bool,
}

impl<'a> Input<'a> {
    pub fn new(
        questionnaire: &'a Questionnaire,
        batch: &'a RecordBatch,
        options_may_be_foreign: bool,
    ) -> Result<Self, KernelError> {
        let members = batch.column_by_name(MEMBERS).map(roster).transpose()?;
        Ok(Self { questionnaire, batch, members, options_may_be_foreign })
    }

    pub fn households(&self) -> usize {
        self.batch.num_rows()
    }

    pub fn rows(&self, level: Level) -> usize {
        match level {
            Level::Household => self.households(),
            Level::Member => self.members.as_ref().map_or(0, |(roster, _)| roster.members()),
        }
    }

    pub fn roster(&self) -> Result<&Roster, KernelError> {
        let (roster, _) = self.members.as_ref().ok_or_else(|| KernelError::NoColumn(MEMBERS.into()))?;
        Ok(roster)
    }

    /// The variable and its column, if the batch has it.
    pub fn answers(&self, level: Level, variable: usize) -> Result<(&'a Variable, Option<&ArrayRef>), KernelError> {
        let (variable, column) = match level {
            Level::Household => {
                let variable = &self.questionnaire.household[variable];
                (variable, self.batch.column_by_name(&variable.id.value))
            }
            Level::Member => {
                let variable = &self.questionnaire.member[variable];
                let members = self.members.as_ref().map(|(_, members)| members);
                (variable, members.and_then(|members| members.column_by_name(&variable.id.value)))
            }
        };
        if let Some(column) = column {
            let (expected, found) = (stored_as(&variable.kind), column.data_type());
            if expected != *found {
                let column = variable.id.value.clone();
                return Err(KernelError::Type { column, expected, found: found.clone() });
            }
        }
        Ok((variable, column))
    }

    /// The answers to a yes/no question.
    pub fn bools(&self, level: Level, variable: usize) -> Result<Column, KernelError> {
        let (_, column) = self.answers(level, variable)?;
        Ok(Column::Bool(match column {
            None => Tris::unknown(),
            Some(column) => {
                let (sure, possible) = Bits::of_array(column.as_boolean());
                Tris::new(sure, possible)
            }
        }))
    }

    /// The answers to a question with a number, a choice or a date; `range` is what the questionnaire allows.
    pub fn ints(&self, level: Level, variable: usize, range: Interval) -> Result<Column, KernelError> {
        let (variable, column) = self.answers(level, variable)?;
        let Some(column) = column else { return Ok(Column::Int(Numbers::within(range))) };
        let (values, nulls) = match variable.kind {
            Kind::Choice(_) => widened(column.as_primitive::<Int16Type>()),
            Kind::Date => widened(column.as_primitive::<Date32Type>()),
            _ => {
                let array = column.as_primitive::<Int64Type>();
                (Ints::Each(array.values().clone()), array.nulls().cloned())
            }
        };
        let mut valid = nulls.filter(|n| n.null_count() > 0).map(|nulls| Bits::of_buffer(nulls.inner()));
        if self.options_may_be_foreign && matches!(variable.kind, Kind::Choice(_)) {
            let own = values.test(|place| place <= range.hi);
            valid = Some(valid.map_or_else(|| own.clone(), |valid| valid.and(&own)));
        }
        let numbers = match valid {
            None => Numbers::known(values),
            Some(valid) => Numbers::new(
                values.or_where_not(&valid, &Ints::All(range.lo)),
                Some(values.or_where_not(&valid, &Ints::All(range.hi))),
            ),
        };
        if let Some(value) = numbers.outside(range) {
            let column = variable.id.value.clone();
            return Err(KernelError::OutOfRange { column, value, lo: range.lo, hi: range.hi });
        }
        Ok(Column::Int(numbers))
    }
}

fn widened<T: ArrowPrimitiveType<Native: Into<i64>>>(array: &PrimitiveArray<T>) -> (Ints, Option<NullBuffer>) {
    (array.values().iter().map(|v| (*v).into()).collect(), array.nulls().cloned())
}

fn roster(column: &ArrayRef) -> Result<(Roster, StructArray), KernelError> {
    let wrong = || KernelError::Type {
        column: MEMBERS.into(),
        expected: DataType::new_list(DataType::Struct(Default::default()), false),
        found: column.data_type().clone(),
    };
    let list = column.as_list_opt::<i32>().ok_or_else(wrong)?;
    let offsets = list.offsets();
    let (first, last) = (offsets.first() as usize, offsets.last() as usize);
    let members = list.values().as_struct_opt().ok_or_else(wrong)?.slice(first, last - first);
    if list.null_count() > 0 || members.null_count() > 0 {
        return Err(KernelError::NullMembers);
    }
    let roster = Roster::new(offsets);
    let most = MOST_MEMBERS as usize;
    let too_long = roster.ranges().position(|members| members.len() > most);
    match too_long {
        Some(row) => Err(KernelError::TooManyMembers { row, members: roster.range(row).len() }),
        None => Ok((roster, members)),
    }
}

/// Makes sure that a place or number of the local questionnaire means the same in the national one. A local list of
/// options may go on after the national one.
pub(super) fn same_questions(national: &Pack, local: &Pack) -> Result<(), KernelError> {
    let same = |a: &Variable, b: &Variable| match (&a.kind, &b.kind) {
        (Kind::Choice(a), Kind::Choice(b)) => {
            let ids = |questionnaire: &Questionnaire, list: usize| -> Vec<String> {
                questionnaire.choices[list].options.iter().map(|option| option.id.value.clone()).collect()
            };
            ids(&local.questionnaire, *b).starts_with(&ids(&national.questionnaire, *a))
        }
        (a, b) => a == b,
    };
    let differs = |national: &[Variable], local: &[Variable]| {
        let of_both = |a: &Variable| local.iter().find(|b| a.id.value == b.id.value).is_some_and(|b| !same(a, b));
        national.iter().find(|a| of_both(a)).map(|a| a.id.value.clone())
    };
    let (a, b) = (&national.questionnaire, &local.questionnaire);
    match differs(&a.household, &b.household).or_else(|| differs(&a.member, &b.member)) {
        Some(variable) => Err(KernelError::NationalQuestion { national: national.id.value.clone(), variable }),
        None => Ok(()),
    }
}
