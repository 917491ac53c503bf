//! The columns of an assessment: what stands in each, and its name and type.

use super::classify::{Classified, NO_RULE, REFUSED as REFUSED_PLACE, UNDETERMINED as UNDETERMINED_PLACE};
use super::column::{Numbers, Tris};
use super::error::KernelError;
use super::ints::Ints;
use super::run::Columns;
use arrow::array::{
    Array, ArrayRef, AsArray, BooleanArray, DictionaryArray, Int8Array, Int16Array, Int32Array, PrimitiveArray,
    RecordBatch, StringArray, StringBuilder, new_null_array,
};
use arrow::buffer::NullBuffer;
use arrow::datatypes::{
    ArrowPrimitiveType, DataType, Date32Type, Field, Int8Type, Int16Type, Int32Type, Int64Type, Schema, SchemaRef,
};
use std::collections::HashMap;
use std::sync::Arc;
use vuon_policy::exact::Exact;
use vuon_policy::ir::NodeId;
use vuon_policy::model::{Kind, MeasureValue};
use vuon_policy::program::{Program, REFUSED, UNDETERMINED, ValueKind};

/// A column of the output.
pub(super) struct OutputColumn {
    field: Field,
    source: Source,
}

/// What stands in a column of the output.
enum Source {
    /// A column of the input as it is.
    Input,
    /// A choice of the input, by the ids of its options.
    Option(Names),
    /// The status by the national standard.
    NationalStatus(Names),
    /// The status by this pack.
    Status(Names),
    /// The rule that decided it.
    Rule(Names),
    /// A yes/no value.
    Bool(NodeId),
    /// A yes/no value of which only a no is certain.
    NotNo(NodeId),
    /// A whole number.
    Number(NodeId),
    /// A number of so many parts, as a fraction.
    Fraction(NodeId, i64),
    /// A choice or band by its ids.
    Choice(NodeId, Names),
    /// A day.
    Date(NodeId),
    /// The questions to ask where the status is undetermined.
    Questions,
}

/// The values of a dictionary.
type Names = Arc<StringArray>;

/// What the columns are filled from.
pub(super) struct Assessed<'a> {
    pub input: &'a RecordBatch,
    pub columns: &'a Columns<'a>,
    pub national: Option<&'a Classified>,
    pub own: &'a Classified,
    pub questions: &'a dyn Fn(usize) -> Result<String, KernelError>,
}

/// The columns of a program's assessments, in order.
pub(super) fn columns_of(
    program: &Program,
    method: usize,
    deprivations: Option<NodeId>,
    carry: &[String],
    schemes: bool,
) -> Result<Vec<OutputColumn>, KernelError> {
    let pack = &program.pack;
    let lists = &pack.questionnaire.choices;
    let options = |list: usize| names(lists[list].options.iter().map(|o| o.id.value.as_str()));
    let mut columns = Vec::new();
    let mut add = |name: &str, data_type: DataType, nullable: bool, source: Source| {
        columns.push(OutputColumn { field: Field::new(name, data_type, nullable), source });
    };

    let identity = pack.questionnaire.household_id();
    let identity = identity.ok_or_else(|| KernelError::NoIdentity(pack.id.value.clone()))?;
    add(&identity.id.value, DataType::Utf8, false, Source::Input);
    for variable in &pack.questionnaire.household {
        if matches!(variable.kind, Kind::Code { .. }) {
            add(&variable.id.value, DataType::Utf8, true, Source::Input);
        }
    }
    for name in carry {
        let variable = pack.questionnaire.household.iter().find(|v| v.id.value == *name);
        match variable.map(|v| &v.kind) {
            Some(Kind::Choice(list)) => {
                add(name, dictionary(DataType::Int32), true, Source::Option(options(*list)));
            }
            Some(Kind::Code { .. }) => {} // is there already
            _ => return Err(KernelError::Carry(name.clone())),
        }
    }

    let statuses = outcome_names(program)?;
    let status = dictionary(DataType::Int8);
    match &program.national {
        Some(national) => {
            let names = outcome_names(national)?;
            add("status_national", status.clone(), false, Source::NationalStatus(names));
            add("status_local", status, false, Source::Status(statuses));
        }
        None => add("status_national", status, false, Source::Status(statuses)),
    }
    let rules = &pack.methods[method].rules;
    at_most("the method", rules.len(), i16::MAX as usize)?;
    add("rule", dictionary(DataType::Int16), true, Source::Rule(names(rules.iter().map(|r| r.id.value.as_str()))));

    for (measure, checked) in pack.measures.iter().zip(&program.measures).filter(|(measure, _)| measure.report) {
        let id = &measure.id.value;
        let node = checked.node;
        let of_ids = |names: Names| {
            at_most(id, names.len(), i16::MAX as usize)?;
            Ok::<_, KernelError>((dictionary(DataType::Int16), Source::Choice(node, names)))
        };
        let (data_type, source) = match &checked.kind {
            ValueKind::Bool => (DataType::Boolean, Source::Bool(node)),
            ValueKind::Number { denominator: 1, .. } => (DataType::Int64, Source::Number(node)),
            ValueKind::Number { denominator, .. } => {
                (dictionary(DataType::Int32), Source::Fraction(node, *denominator))
            }
            ValueKind::Choice(list) => of_ids(options(*list))?,
            ValueKind::Band(of) => match pack.measures.get(*of).map(|measure| &measure.value) {
                Some(MeasureValue::Band(band)) => of_ids(names(band.bands.iter().map(|step| step.id.value.as_str())))?,
                _ => (DataType::Int64, Source::Number(node)),
            },
            ValueKind::Status => of_ids(names(pack.statuses.iter().map(|s| s.id.value.as_str())))?,
            ValueKind::Date => (DataType::Date32, Source::Date(node)),
        };
        add(id, data_type, true, source);
    }
    if let Some(node) = deprivations {
        add("deprivations", DataType::Int64, true, Source::Number(node));
    }
    for (indicator, node) in pack.indicators.iter().zip(&program.indicators) {
        add(&format!("deprived_{}", indicator.id.value), DataType::Boolean, true, Source::Bool(*node));
    }
    for (flag, node) in program.flags().zip(&program.flag_nodes) {
        add(&format!("is_{}", flag.id.value), DataType::Boolean, true, Source::Bool(*node));
    }
    for (scheme, checked) in pack.schemes.iter().zip(&program.schemes).filter(|_| schemes) {
        let anywhere = scheme.places.is_empty() && scheme.not_places.is_empty();
        let source = if anywhere { Source::Bool(checked.entitled) } else { Source::NotNo(checked.entitled) };
        add(&format!("entitled_{}", scheme.id.value), DataType::Boolean, true, source);
    }
    add("questions", DataType::Utf8, true, Source::Questions);
    Ok(columns)
}

/// The schema of the columns.
pub(super) fn schema_of(columns: &[OutputColumn]) -> SchemaRef {
    Arc::new(Schema::new(columns.iter().map(|column| column.field.clone()).collect::<Vec<_>>()))
}

impl OutputColumn {
    /// Whether it holds the questions to ask.
    pub fn asks(&self) -> bool {
        matches!(self.source, Source::Questions)
    }

    /// The column for one batch.
    pub fn fill(&self, from: &Assessed) -> Result<ArrayRef, KernelError> {
        let len = from.input.num_rows();
        Ok(match &self.source {
            Source::Input => self.input(from)?,
            Source::Option(names) => {
                let column = self.input(from)?;
                let places = column.as_primitive::<Int16Type>();
                let keys: Int32Array = places.iter().map(|place| place.map(i32::from)).collect();
                Arc::new(DictionaryArray::<Int32Type>::try_new(keys, names.clone())?)
            }
            Source::NationalStatus(names) => statuses(from.national.unwrap_or(from.own), names)?,
            Source::Status(names) => statuses(from.own, names)?,
            Source::Rule(names) => {
                let rules = from.own.rule.iter();
                let keys: Int16Array = rules.map(|rule| (*rule != NO_RULE).then_some(*rule)).collect();
                Arc::new(DictionaryArray::<Int16Type>::try_new(keys, names.clone())?)
            }
            Source::Bool(node) => Arc::new(bools(from.columns.tris(*node), len)),
            Source::NotNo(node) => {
                let no = bools(from.columns.tris(*node), len);
                Arc::new(no.iter().map(|value| value.filter(|yes| !yes)).collect::<BooleanArray>())
            }
            Source::Number(node) => Arc::new(known::<Int64Type>(from.columns.numbers(*node), len, |value| value)),
            Source::Fraction(node, denominator) => fractions(from.columns.numbers(*node), *denominator, len)?,
            Source::Choice(node, names) => {
                let keys = known(from.columns.numbers(*node), len, |place| place as i16);
                Arc::new(DictionaryArray::<Int16Type>::try_new(keys, names.clone())?)
            }
            Source::Date(node) => Arc::new(known::<Date32Type>(from.columns.numbers(*node), len, |day| day as i32)),
            Source::Questions => questions(from)?,
        })
    }

    /// The input's column of the same name; null where it has none.
    fn input(&self, from: &Assessed) -> Result<ArrayRef, KernelError> {
        let name = self.field.name();
        let expected = match self.source {
            Source::Option(_) => DataType::Int16,
            _ => DataType::Utf8,
        };
        match from.input.column_by_name(name) {
            Some(column) if *column.data_type() == expected => Ok(column.clone()),
            Some(column) => {
                Err(KernelError::Type { column: name.clone(), expected, found: column.data_type().clone() })
            }
            None if self.field.is_nullable() => Ok(new_null_array(&expected, from.input.num_rows())),
            None => Err(KernelError::NoColumn(name.clone())),
        }
    }
}

pub(super) fn dictionary(keys: DataType) -> DataType {
    DataType::Dictionary(Box::new(keys), Box::new(DataType::Utf8))
}

fn names<'a>(names: impl Iterator<Item = &'a str>) -> Names {
    Arc::new(StringArray::from_iter_values(names))
}

fn at_most(what: &str, count: usize, most: usize) -> Result<(), KernelError> {
    let too_many = || KernelError::TooMany { what: what.to_owned(), count, most };
    if count <= most { Ok(()) } else { Err(too_many()) }
}

/// The ids of the statuses, then *undetermined* and *refused*.
pub(super) fn outcome_names(program: &Program) -> Result<Names, KernelError> {
    let statuses = program.pack.statuses.iter().map(|status| status.id.value.as_str());
    let names = names(statuses.chain([UNDETERMINED, REFUSED]));
    at_most("the list of statuses", names.len(), i8::MAX as usize)?;
    Ok(names)
}

pub(super) fn statuses(classified: &Classified, names: &Names) -> Result<ArrayRef, KernelError> {
    let statuses = names.len() as i16 - 2;
    let key = |outcome: &i16| match *outcome {
        UNDETERMINED_PLACE => statuses as i8,
        REFUSED_PLACE => statuses as i8 + 1,
        status => status as i8,
    };
    let keys = Int8Array::from_iter_values(classified.outcome.iter().map(key));
    Ok(Arc::new(DictionaryArray::<Int8Type>::try_new(keys, names.clone())?))
}

/// Null where unknown.
pub(super) fn bools(tris: &Tris, len: usize) -> BooleanArray {
    let nulls = (!tris.is_known()).then(|| NullBuffer::new(tris.known_rows().into_arrow(len)));
    BooleanArray::new(tris.sure.clone().into_arrow(len), nulls)
}

/// Null where not exactly known.
fn known<T: ArrowPrimitiveType>(numbers: &Numbers, len: usize, stored: impl Fn(i64) -> T::Native) -> PrimitiveArray<T> {
    let nulls = (!numbers.is_known()).then(|| NullBuffer::new(numbers.known_rows().into_arrow(len)));
    let values: Vec<T::Native> = match &numbers.lo {
        Ints::All(value) => vec![stored(*value); len],
        Ints::Each(values) => values.iter().map(|value| stored(*value)).collect(),
    };
    PrimitiveArray::new(values.into(), nulls)
}

/// `7/18`, in lowest terms; null where not exactly known.
fn fractions(numbers: &Numbers, denominator: i64, len: usize) -> Result<ArrayRef, KernelError> {
    let mut keys_of: HashMap<i64, i32> = HashMap::new();
    let mut texts = StringBuilder::new();
    let key = |row: usize| {
        let value = numbers.at(row).known()?;
        let next = keys_of.len() as i32;
        Some(*keys_of.entry(value).or_insert_with(|| {
            texts.append_option(Exact::new(value, denominator).map(|fraction| fraction.to_string()));
            next
        }))
    };
    let keys: Int32Array = (0..len).map(key).collect();
    Ok(Arc::new(DictionaryArray::<Int32Type>::try_new(keys, Arc::new(texts.finish()))?))
}

/// Null where nothing need be asked.
fn questions(from: &Assessed) -> Result<ArrayRef, KernelError> {
    if !from.own.outcome.contains(&UNDETERMINED_PLACE) {
        return Ok(new_null_array(&DataType::Utf8, from.own.outcome.len()));
    }
    let mut texts = StringBuilder::with_capacity(from.own.outcome.len(), 0);
    for (row, outcome) in from.own.outcome.iter().enumerate() {
        if *outcome == UNDETERMINED_PLACE {
            texts.append_value((from.questions)(row)?);
        } else {
            texts.append_null();
        }
    }
    Ok(Arc::new(texts.finish()))
}
