//! A small table of plain values as Parquet, in memory: open data beside the same table as CSV.

use crate::table_problem::{Failed, TableProblem};
use arrow::array::{ArrayRef, Int64Array, RecordBatch, StringArray};
use parquet::arrow::ArrowWriter;
use parquet::basic::{Compression, ZstdLevel};
use parquet::file::properties::WriterProperties;
use std::path::Path;
use std::sync::Arc;

/// The values of a column.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Values {
    /// Texts.
    Text(Vec<String>),
    /// Whole numbers, or none.
    Whole(Vec<Option<i64>>),
}

/// The bytes of a Parquet file with these columns. The same table gives the same bytes.
///
/// # Errors
/// [`TableProblem`] for columns that are not of one length.
pub fn parquet(name: &str, columns: Vec<(String, Values)>) -> Result<Vec<u8>, TableProblem> {
    let failed = |e: &dyn std::fmt::Display| TableProblem::io(Path::new(name), Failed::Encode, e);
    let columns = columns.into_iter().map(|(name, values)| match values {
        Values::Text(texts) => (name, Arc::new(StringArray::from(texts)) as ArrayRef, false),
        Values::Whole(numbers) => (name, Arc::new(Int64Array::from(numbers)) as ArrayRef, true),
    });
    let batch = RecordBatch::try_from_iter_with_nullable(columns).map_err(|e| failed(&e))?;
    let zstd = ZstdLevel::try_new(1).map_err(|e| failed(&e))?;
    let properties = WriterProperties::builder().set_compression(Compression::ZSTD(zstd)).build();
    let mut writer = ArrowWriter::try_new(Vec::new(), batch.schema(), Some(properties)).map_err(|e| failed(&e))?;
    writer.write(&batch).map_err(|e| failed(&e))?;
    writer.into_inner().map_err(|e| failed(&e))
}
