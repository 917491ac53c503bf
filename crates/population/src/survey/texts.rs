//! Columns of text, cell by cell, into their canonical type. The same cell as before is not read again: files hold runs
//! of one commune, and few different values.

use super::cell::{self, no_utf8};
use super::column::ColumnKind;
use super::finding::Findings;
use crate::cell::CellProblem;
use arrow::array::{ArrayRef, BooleanBuilder, DictionaryArray, Float64Builder, Int32Builder, StringArray};
use arrow::datatypes::Int32Type;
use std::collections::HashMap;
use std::sync::Arc;

/// A column that grows cell by cell.
pub(super) struct Texts {
    column: usize,
    values: Values,
    /// Whether words for a missing value (`NA`) are read as such.
    words: bool,
}

enum Values {
    Flags(BooleanBuilder),
    Numbers(Float64Builder),
    Labels(Labels),
}

/// Labels by their number in a dictionary, which begins anew in each unit.
#[derive(Default)]
struct Labels {
    keys: Int32Builder,
    names: Vec<String>,
    places: HashMap<String, i32>,
    last: Vec<u8>,
    last_key: Option<i32>,
}

impl Texts {
    /// An empty column; `words`: whether words for a missing value (`NA`) are read as such.
    pub fn new(column: usize, kind: ColumnKind, words: bool) -> Self {
        let values = match kind {
            ColumnKind::Flag => Values::Flags(BooleanBuilder::new()),
            ColumnKind::Number => Values::Numbers(Float64Builder::new()),
            ColumnKind::Label => Values::Labels(Labels::default()),
        };
        Self { column, values, words }
    }

    /// Adds a cell; `row` is where it stands.
    pub fn push(&mut self, cell: &[u8], row: u64, findings: &mut Findings) {
        let read = match &mut self.values {
            Values::Flags(flags) => match cell {
                b"0" => return flags.append_value(false),
                b"1" => return flags.append_value(true),
                _ => utf8(cell).and_then(cell::flag).map(|value| flags.append_option(value)),
            },
            Values::Numbers(numbers) => utf8(cell).and_then(cell::number).map(|value| numbers.append_option(value)),
            Values::Labels(labels) => labels.push(cell, self.words),
        };
        if let Err(problem) = read {
            self.push_missing();
            findings.cell(row, self.column, || String::from_utf8_lossy(cell).trim().to_owned(), || problem);
        }
    }

    /// Adds a missing value.
    pub fn push_missing(&mut self) {
        match &mut self.values {
            Values::Flags(flags) => flags.append_null(),
            Values::Numbers(numbers) => numbers.append_null(),
            Values::Labels(labels) => labels.keys.append_null(),
        }
    }

    /// The column.
    pub fn finish(self) -> ArrayRef {
        match self.values {
            Values::Flags(mut flags) => Arc::new(flags.finish()),
            Values::Numbers(mut numbers) => Arc::new(numbers.finish()),
            Values::Labels(mut labels) => {
                let names = StringArray::from_iter_values(&labels.names);
                let labels = DictionaryArray::<Int32Type>::try_new(labels.keys.finish(), Arc::new(names));
                Arc::new(labels.expect("keys are places of the names"))
            }
        }
    }
}

fn utf8(cell: &[u8]) -> Result<&str, CellProblem> {
    std::str::from_utf8(cell).map_err(|_| no_utf8())
}

impl Labels {
    fn push(&mut self, cell: &[u8], words: bool) -> Result<(), CellProblem> {
        // At first the last cell is a blank one, which is missing.
        if self.last == cell {
            self.keys.append_option(self.last_key);
            return Ok(());
        }
        let key = match cell::label(utf8(cell)?, words) {
            None => None,
            Some(name) => Some(match self.places.get(&*name) {
                Some(key) => *key,
                None => {
                    let key = self.names.len() as i32;
                    self.places.insert(name.clone().into_owned(), key);
                    self.names.push(name.into_owned());
                    key
                }
            }),
        };
        self.keys.append_option(key);
        self.last.clear();
        self.last.extend_from_slice(cell);
        self.last_key = key;
        Ok(())
    }
}
