//! Columns of the households beside what is made of them: weights, strata, the keys of subgroups, the number of persons.
//!
//! A name means a question about the household where the questionnaire has it, and else a column of the table that travels
//! along ([`Passenger`]). Wherever it comes from, a number is `Float64` and a label `Dictionary(Int32, Utf8)`; null is
//! missing or unknown:
//!
//! | | as a number | as a label |
//! |---|---|---|
//! | passenger | its value | its text |
//! | number | its value | its digits |
//! | yes/no | 1 or 0 | `yes` or `no` |
//! | choice | | the id of the option |
//! | code, id | | its text |
//! | date | | `YYYY-MM-DD` |

use crate::cell::plain;
use crate::passenger::{Passenger, PassengerKind};
use crate::pipeline::{RunError, size_variable};
use crate::summary::persons;
use crate::words::told;
use arrow::array::{
    Array, ArrayRef, AsArray, DictionaryArray, Float64Array, Int32Array, RecordBatch, StringArray, StringBuilder,
};
use arrow::datatypes::{DataType, Date32Type, Field, Int16Type, Int32Type, Int64Type};
use std::collections::HashMap;
use std::hash::Hash;
use std::sync::Arc;
use vuon_policy::calendar::Day;
use vuon_policy::model::{Kind, Questionnaire, Variable};

/// The name of the column with the number of persons.
pub const PERSONS: &str = "persons";

/// Which columns are wanted.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Wanted {
    /// Questions about the household and columns that travel along. The same one may be wanted as a number and as a label.
    pub columns: Vec<Passenger>,
    /// Whether the number of persons is wanted, after all others: the members, or the answer in the unit `person`.
    pub persons: bool,
}

/// How the wanted columns are made from household batches.
#[derive(Clone, Debug)]
pub(crate) struct Beside {
    columns: Vec<Column>,
    persons: Option<Persons>,
    /// The questions asked for, by their places in the questionnaire.
    pub questions: Vec<usize>,
    /// The columns that must travel along, each once.
    pub passengers: Vec<Passenger>,
}

#[derive(Clone, Debug)]
struct Column {
    name: Arc<str>,
    /// The column of the household batch.
    field: String,
    form: Form,
}

/// How persons are counted.
#[derive(Clone, Debug)]
struct Persons {
    size_column: Option<String>,
}

#[derive(Clone, Debug)]
enum Form {
    /// A number as it is.
    Number,
    /// A number of so many decimals.
    Scaled(u32),
    /// Yes as 1, no as 0.
    OneOrNone,
    /// A text.
    Text,
    /// The digits of a number of so many decimals.
    Digits(u32),
    YesNo,
    Option(Arc<StringArray>),
    Day,
}

impl Form {
    fn of(questionnaire: &Questionnaire, variable: &Variable, kind: PassengerKind) -> Result<Self, RunError> {
        Ok(match (kind, &variable.kind) {
            (PassengerKind::Number, Kind::Number { decimals, .. }) => Form::Scaled(*decimals),
            (PassengerKind::Number, Kind::Bool) => Form::OneOrNone,
            (PassengerKind::Number, _) => {
                let id = &variable.id.value;
                return Err(RunError::Name(told(
                    format!("`{id}` trong phiếu hỏi không phải là số"),
                    format!("`{id}` of the questionnaire is not a number"),
                )));
            }
            (PassengerKind::Label, Kind::Id | Kind::Code { .. }) => Form::Text,
            (PassengerKind::Label, Kind::Number { decimals, .. }) => Form::Digits(*decimals),
            (PassengerKind::Label, Kind::Bool) => Form::YesNo,
            (PassengerKind::Label, Kind::Date) => Form::Day,
            (PassengerKind::Label, Kind::Choice(list)) => {
                let options = questionnaire.choices[*list].options.iter();
                Form::Option(Arc::new(StringArray::from_iter_values(options.map(|option| option.id.value.as_str()))))
            }
        })
    }

    fn data_type(&self) -> DataType {
        match self {
            Form::Number | Form::Scaled(_) | Form::OneOrNone => DataType::Float64,
            _ => label_type(),
        }
    }

    fn make(&self, column: &ArrayRef) -> ArrayRef {
        match self {
            Form::Number => column.clone(),
            Form::Scaled(decimals) => {
                let scale = 10_f64.powi(*decimals as i32);
                let values = column.as_primitive::<Int64Type>();
                Arc::new(values.unary::<_, arrow::datatypes::Float64Type>(|value| value as f64 / scale))
            }
            Form::OneOrNone => {
                let yes = column.as_boolean().iter().map(|yes| yes.map(|yes| f64::from(u8::from(yes))));
                Arc::new(yes.collect::<Float64Array>())
            }
            Form::Text => labels(column.as_string::<i32>().iter(), |text: &&str| text.to_string()),
            Form::Digits(decimals) => {
                labels(column.as_primitive::<Int64Type>().iter(), |number: &i64| plain(*number, *decimals))
            }
            Form::Day => labels(column.as_primitive::<Date32Type>().iter(), |day: &i32| Day(*day).to_string()),
            Form::YesNo => yes_no(column),
            Form::Option(names) => {
                let places = column.as_primitive::<Int16Type>();
                dictionary(places.iter().map(|place| place.map(i32::from)).collect(), names.clone())
            }
        }
    }
}

/// The type of labels.
pub(crate) fn label_type() -> DataType {
    DataType::Dictionary(DataType::Int32.into(), DataType::Utf8.into())
}

/// Yes or no as labels.
pub(crate) fn yes_no(column: &dyn Array) -> ArrayRef {
    let keys = column.as_boolean().iter().map(|yes| yes.map(i32::from)).collect();
    dictionary(keys, Arc::new(StringArray::from_iter_values(["no", "yes"])))
}

fn dictionary(keys: Int32Array, names: Arc<StringArray>) -> ArrayRef {
    Arc::new(DictionaryArray::<Int32Type>::try_new(keys, names).expect("keys are places of the names"))
}

/// Values by their names, each name once, in the order in which they come.
fn labels<T: Eq + Hash + Copy>(values: impl Iterator<Item = Option<T>>, name: impl Fn(&T) -> String) -> ArrayRef {
    let mut places: HashMap<T, i32> = HashMap::new();
    let mut names = StringBuilder::new();
    // Tables come area by area: most rows repeat the one before.
    let mut last: Option<(T, i32)> = None;
    let key = |value: Option<T>| {
        let value = value?;
        if let Some((_, key)) = last.filter(|(same, _)| *same == value) {
            return Some(key);
        }
        let next = places.len() as i32;
        let key = *places.entry(value).or_insert_with(|| {
            names.append_value(name(&value));
            next
        });
        last = Some((value, key));
        Some(key)
    };
    let keys: Int32Array = values.map(key).collect();
    dictionary(keys, Arc::new(names.finish()))
}

impl Beside {
    /// How what is wanted is made from the households of a questionnaire.
    pub fn new(questionnaire: &Questionnaire, wanted: &Wanted) -> Result<Self, RunError> {
        let (mut columns, mut questions, mut passengers) = (Vec::new(), Vec::new(), Vec::new());
        for column in &wanted.columns {
            let name = column.name.clone();
            let question = questionnaire.household.iter().position(|variable| *variable.id.value == *name);
            let (field, form) = match question {
                Some(place) => {
                    questions.push(place);
                    (name.to_string(), Form::of(questionnaire, &questionnaire.household[place], column.kind)?)
                }
                None => {
                    if !passengers.contains(column) {
                        passengers.push(column.clone());
                    }
                    let form = if column.kind == PassengerKind::Number { Form::Number } else { Form::Text };
                    (column.field(), form)
                }
            };
            columns.push(Column { name, field, form });
        }
        let persons = match wanted.persons {
            true => Some(Persons::of(questionnaire, &mut questions)?),
            false => None,
        };
        Ok(Self { columns, persons, questions, passengers })
    }

    /// The fields of the columns, in the order in which they are wanted.
    pub fn fields(&self) -> Vec<Field> {
        let own = self.columns.iter().map(|column| Field::new(&*column.name, column.form.data_type(), true));
        own.chain(self.persons.iter().map(|_| Field::new(PERSONS, DataType::Float64, true))).collect()
    }

    /// The columns of a household batch.
    ///
    /// # Panics
    /// Where the batch is not of a layout with [`Beside::questions`] and [`Beside::passengers`].
    pub fn make(&self, households: &RecordBatch) -> Vec<ArrayRef> {
        let column = |column: &Column| {
            let found = households.column_by_name(&column.field);
            column.form.make(found.expect("the layout has the questions and passengers"))
        };
        let persons = self.persons.iter().map(|of| {
            let persons = persons(households, of.size_column.as_deref()).unwrap_or_default();
            Arc::new(persons.iter().map(|n| (*n >= 0).then_some(*n as f64)).collect::<Float64Array>()) as ArrayRef
        });
        self.columns.iter().map(column).chain(persons).collect()
    }
}

impl Persons {
    fn of(questionnaire: &Questionnaire, questions: &mut Vec<usize>) -> Result<Self, RunError> {
        let size = size_variable(questionnaire);
        if !questionnaire.has_roster() && size.is_none() {
            return Err(RunError::Name(told(
                "phiếu hỏi không cho biết số người của hộ; hãy nêu một cột của bảng hộ",
                "the questionnaire does not tell how many persons a household has; name a column of the household table",
            )));
        }
        questions.extend(size);
        Ok(Self { size_column: size.map(|place| questionnaire.household[place].id.value.clone()) })
    }
}
