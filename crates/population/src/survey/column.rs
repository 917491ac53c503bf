//! What is wanted from a table.

use arrow::datatypes::{DataType, Field, Schema};
use std::sync::Arc;

/// How a column is to be understood.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum ColumnKind {
    /// Yes or no.
    Flag,
    /// A quantity: a weight, an income.
    Number,
    /// The name or code of something: an area, a stratum, a cluster.
    Label,
}

/// A wanted column.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SurveyColumn {
    /// Its name in the files.
    pub name: String,
    /// How it is to be understood.
    pub kind: ColumnKind,
}

impl SurveyColumn {
    /// A column wanted as 0 and 1.
    pub fn flag(name: impl Into<String>) -> Self {
        Self { name: name.into(), kind: ColumnKind::Flag }
    }

    /// A column wanted as numbers.
    pub fn number(name: impl Into<String>) -> Self {
        Self { name: name.into(), kind: ColumnKind::Number }
    }

    /// A column wanted as labels.
    pub fn label(name: impl Into<String>) -> Self {
        Self { name: name.into(), kind: ColumnKind::Label }
    }
}

/// The type of text labels.
pub(super) fn text_labels() -> DataType {
    DataType::Dictionary(DataType::Int32.into(), DataType::Utf8.into())
}

/// The schema of the batches of a file. `whole` says of a wanted column whether its labels are whole numbers.
pub(super) fn schema(columns: &[SurveyColumn], whole: impl Fn(usize) -> bool) -> Arc<Schema> {
    let field = |(wanted, column): (usize, &SurveyColumn)| {
        let kind = match column.kind {
            ColumnKind::Flag => DataType::Boolean,
            ColumnKind::Number => DataType::Float64,
            ColumnKind::Label if whole(wanted) => DataType::Int64,
            ColumnKind::Label => text_labels(),
        };
        Field::new(&column.name, kind, true)
    };
    Arc::new(Schema::new(columns.iter().enumerate().map(field).collect::<Vec<_>>()))
}
