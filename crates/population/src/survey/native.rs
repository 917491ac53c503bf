//! Columns of a Parquet file in their canonical type: numbers pass after a check of all of them, texts are read once for
//! each distinct one.

use super::cell;
use super::column::{ColumnKind, text_labels};
use super::finding::Findings;
use crate::cell::CellProblem;
use crate::words::{Told, told};
use arrow::array::{
    Array, ArrayData, ArrayRef, ArrowPrimitiveType, AsArray, BooleanArray, DictionaryArray, Float64Array, Int32Array,
    Int64Array, PrimitiveArray, StringArray, downcast_integer_array, new_null_array,
};
use arrow::buffer::{BooleanBuffer, NullBuffer};
use arrow::compute::{cast, take};
use arrow::datatypes::{ArrowNativeTypeOp, DataType, Float64Type, Int32Type, UInt64Type};
use std::collections::HashMap;
use std::sync::Arc;

/// Whether values of a type are text.
pub(super) fn is_text(found: &DataType) -> bool {
    matches!(found, DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View)
}

/// Whether a column of this type, as it is decoded, can be understood in this way.
pub(super) fn accepts(kind: ColumnKind, found: &DataType) -> bool {
    use DataType as T;
    match found {
        T::Null | T::Boolean => true,
        T::Dictionary(_, values) => is_text(values),
        T::Decimal32(..) | T::Decimal64(..) | T::Decimal128(..) | T::Decimal256(..) => kind == ColumnKind::Number,
        found => found.is_integer() || found.is_floating(),
    }
}

/// What a column should hold, for messages.
pub(super) fn wanted(kind: ColumnKind) -> Told {
    match kind {
        ColumnKind::Flag => told("đúng/sai (boolean) hoặc số 0 và 1", "booleans or the numbers 0 and 1"),
        ColumnKind::Number => told("số", "numbers"),
        ColumnKind::Label => told("chữ (text) hoặc số nguyên", "text or whole numbers"),
    }
}

/// Whether labels of a column of this type are whole numbers.
pub(super) fn whole_labels(found: &DataType) -> bool {
    !matches!(found, DataType::Dictionary(..) | DataType::Null)
}

/// Converts the batches of one wanted column of a file, remembering what was read from its dictionary.
pub(super) struct Converter {
    column: usize,
    kind: ColumnKind,
    remembered: Option<Remembered>,
}

/// The canonical values of a dictionary.
struct Remembered {
    dictionary: ArrayData,
    /// None where the values are labels already.
    values: Option<ArrayRef>,
    problems: HashMap<i32, CellProblem>,
}

impl Converter {
    /// A converter for a wanted column.
    pub fn new(column: usize, kind: ColumnKind) -> Self {
        Self { column, kind, remembered: None }
    }

    /// The column in its canonical type. The type has been accepted before; `row` is that of its first cell.
    pub fn convert(&mut self, array: &ArrayRef, row: u64, findings: &mut Findings) -> ArrayRef {
        match (self.kind, array.data_type()) {
            (ColumnKind::Flag, DataType::Null) => new_null_array(&DataType::Boolean, array.len()),
            (ColumnKind::Number, DataType::Null) => new_null_array(&DataType::Float64, array.len()),
            (ColumnKind::Label, DataType::Null) => new_null_array(&text_labels(), array.len()),
            (_, DataType::Dictionary(..)) => self.dictionary(&to_type(array, &text_labels()), row, findings),
            (ColumnKind::Flag, DataType::Boolean) => array.clone(),
            (ColumnKind::Flag, found) if found.is_integer() => downcast_integer_array!(
                array => self.flags(array, row, findings),
                _ => unreachable!("an integer type"),
            ),
            (ColumnKind::Flag, _) => {
                let floats = to_type(array, &DataType::Float64);
                self.flags(&without_nan(floats.as_primitive()), row, findings)
            }
            (ColumnKind::Number, DataType::Boolean) => to_type(&to_type(array, &DataType::Int8), &DataType::Float64),
            (ColumnKind::Number, _) => {
                let numbers = to_type(array, &DataType::Float64);
                self.numbers(numbers.as_primitive(), row, findings)
            }
            (ColumnKind::Label, DataType::UInt64) => {
                let numbers = array.as_primitive::<UInt64Type>();
                self.labels(numbers, |value| i64::try_from(value).ok(), row, findings)
            }
            (ColumnKind::Label, found) if found.is_floating() => {
                let floats = to_type(array, &DataType::Float64);
                self.labels(&without_nan(floats.as_primitive()), cell::whole, row, findings)
            }
            (ColumnKind::Label, _) => to_type(array, &DataType::Int64),
        }
    }

    /// Numbers of any type that are to be 0 or 1.
    fn flags<T: ArrowPrimitiveType>(&self, numbers: &PrimitiveArray<T>, row: u64, findings: &mut Findings) -> ArrayRef {
        let values = numbers.values();
        let ones = BooleanBuffer::collect_bool(values.len(), |at| values[at].is_eq(T::Native::ONE));
        let zeros = BooleanBuffer::collect_bool(values.len(), |at| values[at].is_zero());
        let good = &ones | &zeros;
        let bad = match numbers.nulls() {
            Some(nulls) => nulls.inner() & &!&good,
            None => !&good,
        };
        if bad.count_set_bits() == 0 {
            return Arc::new(BooleanArray::new(ones, numbers.nulls().cloned()));
        }
        for at in bad.set_indices() {
            findings.cell(row + at as u64, self.column, || format!("{:?}", values[at]), cell::no_flag);
        }
        let nulls = NullBuffer::union(numbers.nulls(), Some(&NullBuffer::new(good)));
        Arc::new(BooleanArray::new(ones, nulls))
    }

    /// Numbers that are to be finite; NaN is missing.
    fn numbers(&self, numbers: &Float64Array, row: u64, findings: &mut Findings) -> ArrayRef {
        if numbers.values().iter().all(|value| value.is_finite()) {
            return Arc::new(numbers.clone());
        }
        let numbers = without_nan(numbers);
        let values = numbers.iter().enumerate().map(|(at, value)| {
            let value = value?;
            if value.is_infinite() {
                findings.cell(row + at as u64, self.column, || value.to_string(), cell::infinite);
            }
            value.is_finite().then_some(value)
        });
        Arc::new(values.collect::<Float64Array>())
    }

    /// Numbers that are to be whole.
    fn labels<T: ArrowPrimitiveType>(
        &self,
        numbers: &PrimitiveArray<T>,
        whole: impl Fn(T::Native) -> Option<i64>,
        row: u64,
        findings: &mut Findings,
    ) -> ArrayRef {
        let values = numbers.iter().enumerate().map(|(at, value)| {
            let label = value.and_then(&whole);
            if let (Some(value), None) = (value, label) {
                findings.cell(row + at as u64, self.column, || format!("{value:?}"), cell::no_label);
            }
            label
        });
        Arc::new(values.collect::<Int64Array>())
    }

    fn dictionary(&mut self, array: &ArrayRef, row: u64, findings: &mut Findings) -> ArrayRef {
        let array = array.as_dictionary::<Int32Type>();
        let dictionary = array.values().to_data();
        if !self.remembered.as_ref().is_some_and(|r| r.dictionary.ptr_eq(&dictionary)) {
            self.remembered = Some(Remembered::read(self.kind, array.values().as_string(), dictionary));
        }
        let remembered = self.remembered.as_ref().expect("it has just been read");
        let keys: &Int32Array = array.keys();
        let Some(values) = &remembered.values else { return Arc::new(array.clone()) };
        if !remembered.problems.is_empty() {
            let texts = array.values().as_string::<i32>();
            for (at, key) in keys.iter().enumerate() {
                if let Some((key, problem)) = key.and_then(|key| Some((key, remembered.problems.get(&key)?))) {
                    let value = || texts.value(key as usize).to_owned();
                    findings.cell(row + at as u64, self.column, value, || problem.clone());
                }
            }
        }
        if self.kind != ColumnKind::Label {
            return take(values, keys, None).expect("keys are places of the dictionary");
        }
        let kept = keys.iter().map(|key| key.filter(|key| values.is_valid(*key as usize)));
        let labels = DictionaryArray::<Int32Type>::try_new(kept.collect(), values.clone());
        Arc::new(labels.expect("keys are places of the dictionary"))
    }
}

impl Remembered {
    fn read(kind: ColumnKind, texts: &StringArray, dictionary: ArrayData) -> Self {
        let mut problems = HashMap::new();
        let values: Option<ArrayRef> = match kind {
            ColumnKind::Flag => Some(Arc::new(BooleanArray::from(each(texts, cell::flag, &mut problems)))),
            ColumnKind::Number => Some(Arc::new(Float64Array::from(each(texts, cell::number, &mut problems)))),
            ColumnKind::Label => {
                let labels: Vec<_> = texts.iter().map(|text| cell::label(text.unwrap_or_default(), false)).collect();
                let same =
                    labels.iter().zip(texts.iter()).all(|(label, text)| label.as_deref() == text && text.is_some());
                if same { None } else { Some(Arc::new(StringArray::from_iter(labels))) }
            }
        };
        Self { dictionary, values, problems }
    }
}

/// Reads each text once; what is wrong is kept by its place.
fn each<V>(
    texts: &StringArray,
    read: impl Fn(&str) -> Result<Option<V>, CellProblem>,
    problems: &mut HashMap<i32, CellProblem>,
) -> Vec<Option<V>> {
    let mut values = Vec::with_capacity(texts.len());
    for (key, text) in (0..).zip(texts) {
        values.push(read(text.unwrap_or_default()).unwrap_or_else(|problem| {
            problems.insert(key, problem);
            None
        }));
    }
    values
}

/// A conversion between types that [`accepts`] has let pass.
fn to_type(array: &ArrayRef, wanted: &DataType) -> ArrayRef {
    if array.data_type() == wanted {
        return array.clone();
    }
    cast(array, wanted).expect("the type of the column was accepted when the file was opened")
}

fn without_nan(numbers: &Float64Array) -> Float64Array {
    if !numbers.values().iter().any(|value| value.is_nan()) {
        return numbers.clone();
    }
    let known = BooleanBuffer::collect_bool(numbers.len(), |at| !numbers.value(at).is_nan());
    let nulls = NullBuffer::union(numbers.nulls(), Some(&NullBuffer::new(known)));
    PrimitiveArray::<Float64Type>::new(numbers.values().clone(), nulls)
}
