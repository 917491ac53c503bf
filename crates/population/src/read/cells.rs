//! Building a column cell by cell, in its canonical type.

use super::batch::Findings;
use crate::cell::{CellValue, shown};
use crate::layout::Column;
use arrow::array::{
    ArrayRef, BooleanBuilder, Date32Builder, Float64Builder, Int16Builder, Int64Builder, StringBuilder,
};
use arrow::datatypes::DataType;
use std::sync::Arc;

/// The cells of one column.
pub(super) struct Cells {
    values: Values,
    repaired: u64,
}

enum Values {
    Text(StringBuilder),
    Choice(Int16Builder),
    Number(Int64Builder),
    Bool(BooleanBuilder),
    Date(Date32Builder),
    Float(Float64Builder),
}

impl Cells {
    /// No cell yet.
    pub fn new(column: &Column) -> Self {
        let values = match column.holds.data_type() {
            DataType::Int16 => Values::Choice(Int16Builder::new()),
            DataType::Int64 => Values::Number(Int64Builder::new()),
            DataType::Boolean => Values::Bool(BooleanBuilder::new()),
            DataType::Date32 => Values::Date(Date32Builder::new()),
            DataType::Float64 => Values::Float(Float64Builder::new()),
            _ => Values::Text(StringBuilder::new()),
        };
        Self { values, repaired: 0 }
    }

    /// Adds a value that the column's own [`CellReader`] gave.
    pub fn push(&mut self, value: CellValue<'_>) {
        match (&mut self.values, value) {
            (Values::Text(cells), CellValue::Text(text)) => cells.append_value(text),
            (Values::Text(cells), CellValue::Repaired(text)) => {
                cells.append_value(text);
                self.repaired += 1;
            }
            (Values::Choice(cells), CellValue::Int(place)) => cells.append_value(place as i16),
            (Values::Number(cells), CellValue::Int(number)) => cells.append_value(number),
            (Values::Date(cells), CellValue::Int(day)) => cells.append_value(day as i32),
            (Values::Bool(cells), CellValue::Bool(yes)) => cells.append_value(yes),
            (Values::Float(cells), CellValue::Float(number)) => cells.append_value(number),
            (_, _) => self.push_unknown(),
        }
    }

    /// Adds an unknown value.
    pub fn push_unknown(&mut self) {
        match &mut self.values {
            Values::Text(cells) => cells.append_null(),
            Values::Choice(cells) => cells.append_null(),
            Values::Number(cells) => cells.append_null(),
            Values::Bool(cells) => cells.append_null(),
            Values::Date(cells) => cells.append_null(),
            Values::Float(cells) => cells.append_null(),
        }
    }

    /// How many cells were mended.
    pub fn repaired(&self) -> u64 {
        self.repaired
    }

    /// The column.
    pub fn finish(self) -> ArrayRef {
        match self.values {
            Values::Text(mut cells) => Arc::new(cells.finish()),
            Values::Choice(mut cells) => Arc::new(cells.finish()),
            Values::Number(mut cells) => Arc::new(cells.finish()),
            Values::Bool(mut cells) => Arc::new(cells.finish()),
            Values::Date(mut cells) => Arc::new(cells.finish()),
            Values::Float(mut cells) => Arc::new(cells.finish()),
        }
    }
}

/// Reads a column of texts cell by cell.
pub(super) fn read_texts<'t>(
    texts: impl Iterator<Item = Option<&'t str>>,
    place: usize,
    column: &Column,
    findings: &mut Findings,
) -> (ArrayRef, u64) {
    let mut cells = Cells::new(column);
    for (row, text) in texts.enumerate() {
        let text = text.unwrap_or_default();
        if let Err(problem) = column.reader.read(text).map(|value| cells.push(value)) {
            cells.push_unknown();
            let value = (!text.trim().is_empty()).then(|| shown(text).into());
            findings.cell(row, place, value, problem);
        }
    }
    let repaired = cells.repaired();
    (cells.finish(), repaired)
}
