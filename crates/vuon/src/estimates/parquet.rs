//! The table as Parquet. Texts are dictionary columns: a text stands once in the file, and its place in a few bits for
//! each row. What the table rests on stands in the metadata of the file.

use super::column::{Cell, Cells, Column, Kind};
use super::tidy::{Block, Tidy};
use arrow::array::{
    ArrayRef, BooleanArray, BooleanBufferBuilder, DictionaryArray, Float64Array, Int32Array, Int64Array,
    PrimitiveArray, RecordBatch, StringArray,
};
use arrow::buffer::NullBuffer;
use arrow::datatypes::{ArrowPrimitiveType, DataType, Field, Float64Type, Int32Type, Int64Type, Schema};
use parquet::arrow::ArrowWriter;
use parquet::basic::{Compression, ZstdLevel};
use parquet::errors::Result;
use parquet::file::metadata::KeyValue;
use parquet::file::properties::{EnabledStatistics, WriterProperties};
use std::collections::HashMap;
use std::io::Write;
use std::ops::Range;
use std::sync::Arc;

/// About how many rows are handed to the encoder at a time.
const ROWS: usize = 1 << 16;

/// Writes the table.
pub(super) fn write(tidy: &Tidy, file: impl Write + Send) -> Result<()> {
    let columns = tidy.columns();
    let field = |column: &Column| Field::new(column.name(), data_type(column.kind()), true);
    let schema = Arc::new(Schema::new(columns.iter().map(field).collect::<Vec<_>>()));
    let pairs = tidy.header.iter().map(|(key, text)| KeyValue::new(format!("vuon.{key}"), text.clone()));
    let mut properties = WriterProperties::builder()
        .set_compression(Compression::ZSTD(ZstdLevel::try_new(1)?))
        .set_statistics_enabled(EnabledStatistics::None)
        .set_key_value_metadata(Some(pairs.collect()));
    for column in columns.iter().filter(|column| column.kind() != Kind::Text) {
        properties = properties.set_column_dictionary_enabled(column.name().into(), false);
    }
    let mut writer = ArrowWriter::try_new(file, schema.clone(), Some(properties.build()))?;
    for block in tidy.blocks.iter().filter(|block| block.rows() > 0) {
        let lines = block.what.len();
        let at_once = (ROWS / lines).clamp(1, block.whom.len());
        let parts: Vec<Part> =
            columns.iter().map(|c| Part::new(tidy.cells(*c, block), c.kind(), block, at_once)).collect();
        for first in (0..block.whom.len()).step_by(at_once) {
            let whom = first..(first + at_once).min(block.whom.len());
            let arrays = parts.iter().map(|part| part.array(whom.clone(), lines)).collect();
            writer.write(&RecordBatch::try_new(schema.clone(), arrays)?)?;
        }
    }
    writer.close().map(drop)
}

fn data_type(kind: Kind) -> DataType {
    match kind {
        Kind::Text => DataType::Dictionary(DataType::Int32.into(), DataType::Utf8.into()),
        Kind::Number => DataType::Float64,
        Kind::Count => DataType::Int64,
        Kind::Flag => DataType::Boolean,
    }
}

/// A column of a block, ready to be cut into batches of whole subgroups.
enum Part<'t> {
    /// The same rows for every subgroup: a batch is a slice.
    Repeated(ArrayRef),
    /// The different texts, and the place of each subgroup's.
    TextByWhom(ArrayRef, Vec<Option<i32>>),
    NumberByWhom(Vec<Option<f64>>),
    CountByWhom(Vec<Option<i64>>),
    Each(&'t Float64Array),
}

impl<'t> Part<'t> {
    fn new(cells: Cells<'t>, kind: Kind, block: &Block, at_once: usize) -> Self {
        let lines = block.what.len();
        match cells {
            Cells::Each(numbers) => Part::Each(numbers),
            Cells::Same(cell) => Part::Repeated(array(&vec![cell; lines * at_once], kind)),
            Cells::ByLine(cells) => Part::Repeated(array(&cells.repeat(at_once), kind)),
            Cells::ByWhom(cells) => match kind {
                Kind::Text | Kind::Flag => {
                    let (texts, places) = dictionary(&cells);
                    Part::TextByWhom(texts, places)
                }
                Kind::Number => Part::NumberByWhom(cells.iter().map(number).collect()),
                Kind::Count => Part::CountByWhom(cells.iter().map(count).collect()),
            },
        }
    }

    /// The rows of some subgroups.
    fn array(&self, whom: Range<usize>, lines: usize) -> ArrayRef {
        match self {
            Part::Repeated(rows) => rows.slice(0, whom.len() * lines),
            Part::Each(numbers) => Arc::new(numbers.slice(whom.start * lines, whom.len() * lines)),
            Part::TextByWhom(texts, places) => {
                let keys = repeated::<Int32Type>(&places[whom], lines);
                Arc::new(DictionaryArray::<Int32Type>::new(keys, texts.clone()))
            }
            Part::NumberByWhom(numbers) => Arc::new(repeated::<Float64Type>(&numbers[whom], lines)),
            Part::CountByWhom(counts) => Arc::new(repeated::<Int64Type>(&counts[whom], lines)),
        }
    }
}

/// Each value so many times.
fn repeated<T: ArrowPrimitiveType>(values: &[Option<T::Native>], times: usize) -> PrimitiveArray<T> {
    let mut all = Vec::with_capacity(values.len() * times);
    values.iter().for_each(|value| all.resize(all.len() + times, value.unwrap_or_default()));
    let missing = values.iter().any(Option::is_none).then(|| {
        let mut valid = BooleanBufferBuilder::new(all.len());
        values.iter().for_each(|value| valid.append_n(times, value.is_some()));
        NullBuffer::new(valid.finish())
    });
    PrimitiveArray::new(all.into(), missing)
}

fn number(cell: &Cell) -> Option<f64> {
    if let Cell::Number(number) = cell { Some(*number) } else { None }
}

fn count(cell: &Cell) -> Option<i64> {
    if let Cell::Count(count) = cell { i64::try_from(*count).ok() } else { None }
}

fn array(cells: &[Cell], kind: Kind) -> ArrayRef {
    match kind {
        Kind::Text => {
            let (texts, places) = dictionary(cells);
            Arc::new(DictionaryArray::<Int32Type>::new(Int32Array::from(places), texts))
        }
        Kind::Number => Arc::new(cells.iter().map(number).collect::<Float64Array>()),
        Kind::Count => Arc::new(cells.iter().map(count).collect::<Int64Array>()),
        Kind::Flag => {
            let flag = |cell: &Cell| if let Cell::Flag(flag) = cell { Some(*flag) } else { None };
            Arc::new(cells.iter().map(flag).collect::<BooleanArray>())
        }
    }
}

/// The different texts, and the place of each cell's among them.
fn dictionary(cells: &[Cell]) -> (ArrayRef, Vec<Option<i32>>) {
    let mut texts: Vec<&str> = Vec::new();
    let mut places: HashMap<&str, i32> = HashMap::new();
    let mut of_cell = Vec::with_capacity(cells.len());
    for cell in cells {
        of_cell.push(match cell {
            Cell::Text(text) => Some(*places.entry(text).or_insert_with(|| {
                texts.push(text);
                texts.len() as i32 - 1
            })),
            _ => None,
        });
    }
    (Arc::new(StringArray::from(texts)), of_cell)
}
