//! Rows as Arrow columns.
//!
//! Ids and codes are plain text, choices dictionaries of the ids of their options, numbers `Int64` or for those with
//! decimals `Decimal128`, days `Date32`.

use super::choice::Cell;
use super::columns::{Column, Form, HOUSEHOLD, MEMBER};
use super::dirt::DirtKind;
use super::household::HouseholdRow;
use super::population::Population;
use super::rows::Rows;
use arrow::array::{
    ArrayRef, BooleanBuilder, Date32Builder, Decimal128Builder, DictionaryArray, Int32Builder, Int64Builder,
    StringArray, StringBuilder,
};
use arrow::datatypes::{DataType, Field, Int32Type, Schema, SchemaRef};
use arrow::error::ArrowError;
use std::sync::Arc;
use unicode_normalization::UnicodeNormalization;

/// Digits of a number with decimals.
const PRECISION: u8 = 18;
/// Bytes of an id.
const ID_WIDTH: usize = 18;

/// The schemas of the household and the member table.
pub(super) fn schemas() -> [SchemaRef; 2] {
    let household = HOUSEHOLD.iter().map(field).collect::<Vec<_>>();
    let id = std::iter::once(field(&HOUSEHOLD[0]));
    let member = id.chain(MEMBER.iter().map(field)).collect::<Vec<_>>();
    [Arc::new(Schema::new(household)), Arc::new(Schema::new(member))]
}

fn field<R>(column: &Column<R>) -> Field {
    let data_type = match column.form {
        Form::Id | Form::Code(_) => DataType::Utf8,
        Form::Choice(_) => DataType::Dictionary(DataType::Int32.into(), DataType::Utf8.into()),
        Form::Number(0) => DataType::Int64,
        Form::Number(decimals) => DataType::Decimal128(PRECISION, decimals as i8),
        Form::Bool => DataType::Boolean,
        Form::Date => DataType::Date32,
    };
    Field::new(column.name, data_type, !matches!(column.form, Form::Id))
}

/// The columns of the household table, one after the other.
pub(super) fn households(
    population: &Population,
    rows: &Rows<'_>,
) -> impl Iterator<Item = Result<ArrayRef, ArrowError>> {
    HOUSEHOLD.iter().enumerate().map(move |(place, column)| match column.form {
        Form::Id => {
            let write = |row: &&HouseholdRow, id: &mut String| population.write_id(row, id);
            Ok(ids(&rows.households, write))
        }
        Form::Code(role) => {
            let mut codes = StringBuilder::with_capacity(rows.households.len(), rows.households.len() * 5);
            for row in &rows.households {
                codes.append_option(row.code(&population.places[row.place as usize], role));
            }
            Ok(Arc::new(codes.finish()) as ArrayRef)
        }
        Form::Choice(options) if column.name == "water_source" => {
            // The labels with decomposed marks stand behind the ids.
            let labels = population.water_labels.iter().map(|label| label.nfd().collect::<String>());
            let texts = options.ids.iter().map(|id| (*id).to_owned()).chain(labels).collect();
            let behind = options.ids.len() as i32;
            let keys = rows.households.iter().map(|row| {
                let key = choice(row.cell(place, column))?;
                Some(if row.dirt == Some(DirtKind::DecomposedText) { key + behind } else { key })
            });
            dictionary(texts, keys)
        }
        form => cells(form, rows.households.iter().map(|row| row.cell(place, column))),
    })
}

/// The columns of the member table, one after the other.
pub(super) fn members(population: &Population, rows: &Rows<'_>) -> impl Iterator<Item = Result<ArrayRef, ArrowError>> {
    let id = std::iter::once_with(|| Ok(ids(&rows.members, |row, id| row.write_id(population, id))));
    id.chain(
        MEMBER
            .iter()
            .enumerate()
            .map(move |(place, column)| cells(column.form, rows.members.iter().map(|row| row.cell(place, column)))),
    )
}

fn ids<R>(rows: &[R], write: impl Fn(&R, &mut String)) -> ArrayRef {
    let mut ids = StringBuilder::with_capacity(rows.len(), rows.len() * ID_WIDTH);
    let mut id = String::with_capacity(ID_WIDTH + 1);
    for row in rows {
        id.clear();
        write(row, &mut id);
        ids.append_value(&id);
    }
    Arc::new(ids.finish())
}

fn cells(form: Form, cells: impl ExactSizeIterator<Item = Cell>) -> Result<ArrayRef, ArrowError> {
    let count = cells.len();
    Ok(match form {
        Form::Choice(options) => {
            let texts = options.ids.iter().map(|id| (*id).to_owned()).collect();
            return dictionary(texts, cells.map(choice));
        }
        Form::Bool => {
            let mut values = BooleanBuilder::with_capacity(count);
            cells.for_each(|cell| match cell {
                Cell::Bool(answer) => values.append_value(answer),
                _ => values.append_null(),
            });
            Arc::new(values.finish())
        }
        Form::Date => {
            let mut values = Date32Builder::with_capacity(count);
            cells.for_each(|cell| match cell {
                Cell::Day(day) => values.append_value(day),
                _ => values.append_null(),
            });
            Arc::new(values.finish())
        }
        Form::Number(0) | Form::Id | Form::Code(_) => {
            let mut values = Int64Builder::with_capacity(count);
            cells.for_each(|cell| match cell {
                Cell::Number(number) => values.append_value(number),
                _ => values.append_null(),
            });
            Arc::new(values.finish())
        }
        Form::Number(decimals) => {
            let mut values = Decimal128Builder::with_capacity(count);
            cells.for_each(|cell| match cell {
                Cell::Number(number) => values.append_value(number.into()),
                _ => values.append_null(),
            });
            Arc::new(values.finish().with_precision_and_scale(PRECISION, decimals as i8)?)
        }
    })
}

fn choice(cell: Cell) -> Option<i32> {
    match cell {
        Cell::Choice(option) => Some(option.into()),
        _ => None,
    }
}

fn dictionary(texts: Vec<String>, keys: impl ExactSizeIterator<Item = Option<i32>>) -> Result<ArrayRef, ArrowError> {
    let mut places = Int32Builder::with_capacity(keys.len());
    keys.for_each(|key| places.append_option(key));
    let texts: ArrayRef = Arc::new(StringArray::from(texts));
    Ok(Arc::new(DictionaryArray::<Int32Type>::try_new(places.finish(), texts)?))
}
