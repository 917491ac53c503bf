//! Passengers of a Parquet file in their canonical type: numbers pass after a check of all of them, booleans as 1 and 0;
//! labels that are whole numbers become their digits, so that a file in which a cluster is `12` and one in which it is
//! `"12"` agree.

use super::batch::Findings;
use super::native::{is_text, to_type};
use crate::cell::{CellProblem, shown};
use crate::passenger::{PassengerKind, finite, whole_label};
use crate::words::{Told, told};
use arrow::array::{Array, ArrayRef, AsArray, Float64Array, StringArray};
use arrow::datatypes::{DataType, Decimal128Type, Float64Type};
use std::sync::Arc;

/// Whether a column of this type can be understood so. Texts come as dictionaries.
pub(super) fn accepts(kind: PassengerKind, found: &DataType) -> bool {
    match found {
        DataType::Dictionary(_, values) => is_text(values),
        DataType::Boolean => true,
        DataType::Decimal128(..) => kind == PassengerKind::Number,
        found => is_text(found) || found.is_integer() || found.is_floating(),
    }
}

/// What a column should hold, for messages.
pub(super) fn wanted(kind: PassengerKind) -> Told {
    match kind {
        PassengerKind::Number => told("số", "numbers"),
        PassengerKind::Label => told("chữ (text) hoặc số nguyên", "text or whole numbers"),
    }
}

/// The column in its canonical type: nulls and NaN are missing.
pub(super) fn convert(kind: PassengerKind, array: &ArrayRef, place: usize, findings: &mut Findings) -> ArrayRef {
    match (kind, array.data_type()) {
        (PassengerKind::Number, found) if found.is_floating() => {
            let numbers = to_type(array, &DataType::Float64);
            if numbers.as_primitive::<Float64Type>().values().iter().all(|value| value.is_finite()) {
                return numbers;
            }
            Arc::new(each(&numbers, place, findings, finite).into_iter().collect::<Float64Array>())
        }
        (PassengerKind::Number, DataType::Decimal128(..)) => {
            let decimals = array.as_primitive::<Decimal128Type>();
            // Through its digits: the binary fraction nearest to the decimal.
            let nearest = |row| decimals.value_as_string(row).parse::<f64>().ok();
            let known = |row| decimals.is_valid(row).then(|| nearest(row)).flatten();
            Arc::new((0..decimals.len()).map(known).collect::<Float64Array>())
        }
        (PassengerKind::Number, _) => to_type(array, &DataType::Float64),
        (PassengerKind::Label, found) if found.is_floating() => {
            let numbers = to_type(array, &DataType::Float64);
            Arc::new(each(&numbers, place, findings, whole_label).into_iter().collect::<StringArray>())
        }
        (PassengerKind::Label, _) => to_type(array, &DataType::Utf8),
    }
}

/// Row by row; a value that cannot be is missing and told.
fn each<T>(
    numbers: &ArrayRef,
    place: usize,
    findings: &mut Findings,
    read: impl Fn(f64) -> Result<T, CellProblem>,
) -> Vec<Option<T>> {
    let numbers = numbers.as_primitive::<Float64Type>();
    let value = |(row, value): (usize, Option<f64>)| match read(value.filter(|value| !value.is_nan())?) {
        Ok(value) => Some(value),
        Err(problem) => {
            findings.cell(row, place, Some(shown(&numbers.value(row).to_string()).into()), problem);
            None
        }
    };
    numbers.iter().enumerate().map(value).collect()
}
