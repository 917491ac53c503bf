//! Parquet files: each row group, or a part of a long one, is decoded by itself. Booleans are read as bitmaps
//! ([`super::bits`]), all other columns by the crate's own reader, texts as dictionaries.

use super::bits;
use super::column::{self, ColumnKind, SurveyColumn, text_labels};
use super::finding::Findings;
use super::native::{Converter, accepts, is_text, wanted, whole_labels};
use super::{BATCH, FilePlan, SurveyBatches};
use crate::table_problem::{Failed, TableProblem, TableProblems};
use crate::words::told;
use arrow::array::{ArrayRef, BooleanArray, RecordBatch, RecordBatchOptions};
use arrow::datatypes::{DataType, Field, Schema};
use parquet::arrow::ProjectionMask;
use parquet::arrow::arrow_reader::{
    ArrowReaderMetadata, ArrowReaderOptions, ParquetRecordBatchReader, ParquetRecordBatchReaderBuilder, RowSelection,
    RowSelector,
};
use parquet::basic::Type;
use parquet::errors::ParquetError;
use parquet::file::metadata::{ColumnChunkMetaData, RowGroupMetaData};
use std::fs::File;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

/// About how many rows a part of a row group has: long groups are cut, so that parts can be decoded side by side.
const PART: u64 = 1 << 20;

/// A Parquet file whose footer has been read.
#[derive(Clone, Debug)]
pub(super) struct ParquetFile {
    metadata: ArrowReaderMetadata,
}

impl ParquetFile {
    /// Reads the footer.
    pub fn open(path: &Path) -> Result<Self, TableProblem> {
        let file = File::open(path).map_err(|e| TableProblem::io(path, Failed::Read, &e))?;
        let damaged = |e: ParquetError| {
            let message = told(
                format!("đây không phải là tệp Parquet nguyên vẹn: {e}"),
                format!("this is not a whole Parquet file: {e}"),
            );
            let advice = told(
                "hãy xuất lại tệp; nếu là CSV thì đặt tên đuôi .csv",
                "write it again; if it is CSV, name it .csv",
            );
            TableProblem::new(&path.display().to_string(), message, advice)
        };
        let metadata = ArrowReaderMetadata::load(&file, ArrowReaderOptions::new()).map_err(damaged)?;
        if !metadata.metadata().row_groups().iter().flat_map(RowGroupMetaData::columns).all(has_a_place) {
            return Err(damaged(ParquetError::General("the footer is damaged".to_owned())));
        }
        Ok(Self { metadata })
    }

    /// The names of its columns.
    pub fn column_names(&self) -> Vec<String> {
        self.metadata.schema().fields().iter().map(|field| field.name().clone()).collect()
    }

    /// How many rows it has.
    pub fn rows(&self) -> u64 {
        self.metadata.metadata().file_metadata().num_rows().unsigned_abs()
    }

    /// Checks the types of the wanted columns and settles how they are decoded: texts as dictionaries, so that each
    /// distinct one is read once.
    pub fn project(self, name: &str, columns: &[SurveyColumn], places: &[usize]) -> Result<Self, TableProblems> {
        let schema = self.metadata.schema();
        let mut fields: Vec<Arc<Field>> = schema.fields().to_vec();
        let mut problems = TableProblems::default();
        for (column, place) in columns.iter().zip(places) {
            let text = match fields[*place].data_type() {
                DataType::Binary | DataType::LargeBinary | DataType::BinaryView => true,
                DataType::Dictionary(_, values) => is_text(values),
                other => is_text(other),
            };
            if text {
                fields[*place] = Arc::new(fields[*place].as_ref().clone().with_data_type(text_labels()));
            }
            let found = fields[*place].data_type();
            if !accepts(column.kind, found) {
                let (id, wanted) = (&column.name, wanted(column.kind));
                problems.list.push(TableProblem::new(
                    name,
                    told(
                        format!("cột `{id}` chứa giá trị kiểu {found}"),
                        format!("the column `{id}` holds {found} values"),
                    ),
                    told(format!("hãy lưu cột này thành {}", wanted.vi), format!("write it as {}", wanted.en)),
                ));
            }
        }
        if !problems.list.is_empty() {
            return Err(problems);
        }
        let hint = ArrowReaderOptions::new().with_schema(Arc::new(Schema::new(fields)));
        let metadata = ArrowReaderMetadata::try_new(self.metadata.metadata().clone(), hint).map_err(|e| {
            let message =
                told(format!("không giải mã được các cột của tệp: {e}"), format!("its columns cannot be decoded: {e}"));
            TableProblem::new(name, message, told("hãy xuất lại tệp", "write it again"))
        })?;
        Ok(Self { metadata })
    }

    /// The parts of the file, in order.
    pub fn parts(self, plan: Arc<FilePlan>) -> impl Iterator<Item = Part> {
        let metadata = self.metadata;
        let mut first_row = 1;
        (0..metadata.metadata().num_row_groups()).flat_map(move |group| {
            let facts = metadata.metadata().row_group(group);
            let (rows, bytes) = (facts.num_rows().unsigned_abs(), facts.compressed_size().unsigned_abs());
            let bitmaps: Bitmaps = plan.columns.iter().map(|_| Mutex::default()).collect();
            let (plan, metadata, first) = (plan.clone(), metadata.clone(), first_row);
            first_row += rows;
            // The last part may be half as long again.
            let parts = rows.min(1).max(rows.saturating_sub(PART / 2).div_ceil(PART));
            (0..parts).map(move |index| {
                let skip = index * PART;
                let take = if index + 1 == parts { rows - skip } else { PART };
                Part {
                    plan: plan.clone(),
                    metadata: metadata.clone(),
                    bitmaps: bitmaps.clone(),
                    group,
                    index: index as usize,
                    skip,
                    take,
                    of: rows,
                    first_row: first + skip,
                    bytes: (u128::from(bytes) * u128::from(take) / u128::from(rows)) as u64,
                }
            })
        })
    }
}

/// Whether a column chunk can be somewhere in the file; the crate takes it for granted.
fn has_a_place(chunk: &ColumnChunkMetaData) -> bool {
    chunk.data_page_offset() >= 0 && chunk.dictionary_page_offset().unwrap_or(0) >= 0 && chunk.compressed_size() >= 0
}

/// The bitmaps of a row group, by wanted column: its parts share them, as one page may hold the rows of many parts. None
/// before it is read, and none within when that is left to the crate's reader.
type Bitmaps = Arc<[Mutex<Option<Option<BooleanArray>>>]>;

/// A row group, or a part of a long one.
#[derive(Clone, Debug)]
pub(super) struct Part {
    plan: Arc<FilePlan>,
    metadata: ArrowReaderMetadata,
    bitmaps: Bitmaps,
    group: usize,
    index: usize,
    skip: u64,
    take: u64,
    of: u64,
    first_row: u64,
    bytes: u64,
}

/// How a wanted column is read.
enum Source {
    /// From the bitmap of the whole row group.
    Bits(BooleanArray),
    /// By the crate's reader: its place among the columns that this reads.
    Reader(usize, Converter),
}

impl Part {
    /// Decodes the rows and brings the columns into their canonical types.
    pub fn decode(self) -> Result<SurveyBatches, TableProblem> {
        let plan = &*self.plan;
        let broken = |e: ParquetError| TableProblem::undecoded(&plan.name, self.first_row, &e);
        let file = File::open(&plan.path).map_err(|e| TableProblem::io(&plan.path, Failed::Read, &e))?;
        let file = Arc::new(file);
        let flags = self.flags(&file).map_err(broken)?;
        let mut roots: Vec<usize> =
            plan.places.iter().zip(&flags).filter(|(_, flags)| flags.is_none()).map(|(place, _)| *place).collect();
        roots.sort_unstable();
        roots.dedup();
        let mut sources: Vec<Source> = Vec::new();
        for (wanted, flags) in flags.into_iter().enumerate() {
            sources.push(match flags {
                Some(flags) => Source::Bits(flags),
                // Projection keeps the order of the file: the place of a column in a batch is its rank.
                None => {
                    let rank = roots.partition_point(|root| *root < plan.places[wanted]);
                    Source::Reader(rank, Converter::new(wanted, plan.columns[wanted].kind))
                }
            });
        }
        let whole = |wanted: usize| whole_labels(self.metadata.schema().field(plan.places[wanted]).data_type());
        let schema = column::schema(&plan.columns, whole);
        let mut reader = if roots.is_empty() { None } else { Some(self.reader(file, &roots).map_err(broken)?) };
        let mut findings = Findings::new(plan.columns.len());
        let numbers = vec![(0, self.first_row)];
        let mut unit = SurveyBatches { bytes: self.bytes, numbers, ..SurveyBatches::default() };
        let rows = self.take as usize;
        for first in (0..rows).step_by(BATCH) {
            let length = BATCH.min(rows - first);
            let read = match &mut reader {
                Some(reader) => Some(next(reader, length).map_err(broken)?),
                None => None,
            };
            let row = self.first_row + first as u64;
            let columns = sources.iter_mut().map(|source| -> ArrayRef {
                match (source, &read) {
                    (Source::Reader(rank, converter), Some(read)) => {
                        converter.convert(read.column(*rank), row, &mut findings)
                    }
                    (Source::Bits(flags), _) => Arc::new(flags.slice(self.skip as usize + first, length)),
                    (Source::Reader(..), None) => unreachable!("there is a reader when there is a column to read"),
                }
            });
            let columns = columns.collect();
            let options = RecordBatchOptions::new().with_row_count(Some(length));
            let batch = RecordBatch::try_new_with_options(schema.clone(), columns, &options);
            unit.batches.push(batch.expect("canonical columns"));
            unit.rows += length as u64;
        }
        findings.close(plan, &mut unit);
        Ok(unit)
    }

    /// The flags of the whole row group, for each wanted column; none where they are left to the crate's reader.
    fn flags(&self, file: &Arc<File>) -> Result<Vec<Option<BooleanArray>>, ParquetError> {
        let wanted = self.plan.columns.len();
        let mut flags = vec![None; wanted];
        // Each part begins with another column, so that parts side by side do not wait for each other.
        for column in (0..wanted).map(|at| (at + self.index) % wanted) {
            let Some(leaf) = self.bitmap_leaf(column) else { continue };
            let mut bitmap = self.bitmaps[column].lock().unwrap_or_else(PoisonError::into_inner);
            if bitmap.is_none() {
                let chunk = self.metadata.metadata().row_group(self.group).column(leaf);
                *bitmap = Some(bits::read(file, chunk, self.of as usize)?);
            }
            flags[column] = bitmap.clone().flatten();
        }
        Ok(flags)
    }

    /// The leaf of a wanted column that can be read as a bitmap.
    fn bitmap_leaf(&self, column: usize) -> Option<usize> {
        let schema = self.metadata.metadata().file_metadata().schema_descr();
        let (kind, place) = (self.plan.columns[column].kind, self.plan.places[column]);
        let leaf = (0..schema.num_columns()).find(|leaf| schema.get_column_root_idx(*leaf) == place)?;
        let column = schema.column(leaf);
        let flat = column.path().parts().len() == 1 && column.max_rep_level() == 0;
        (kind == ColumnKind::Flag && flat && column.physical_type() == Type::BOOLEAN).then_some(leaf)
    }

    /// The crate's reader for the other columns.
    fn reader(&self, file: Arc<File>, roots: &[usize]) -> Result<ParquetRecordBatchReader, ParquetError> {
        let file = Arc::into_inner(file).map_or_else(|| File::open(&self.plan.path), Ok)?;
        let builder = ParquetRecordBatchReaderBuilder::new_with_metadata(file, self.metadata.clone());
        let mask = ProjectionMask::roots(builder.parquet_schema(), roots.iter().copied());
        let mut builder = builder.with_projection(mask).with_row_groups(vec![self.group]).with_batch_size(BATCH);
        if self.take < self.of {
            let (skip, take) = (RowSelector::skip(self.skip as usize), RowSelector::select(self.take as usize));
            builder = builder.with_row_selection(RowSelection::from(vec![skip, take]));
        }
        builder.build()
    }
}

/// The next rows, which must be as many as the footer says.
fn next(reader: &mut ParquetRecordBatchReader, length: usize) -> Result<RecordBatch, ParquetError> {
    match reader.next() {
        Some(Ok(batch)) if batch.num_rows() == length => Ok(batch),
        Some(Err(e)) => Err(ParquetError::ArrowError(e.to_string())),
        Some(Ok(_)) | None => Err(ParquetError::EOF("a column is shorter than its row group".to_owned())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use parquet::schema::types::{ColumnDescriptor, ColumnPath, Type as SchemaType};

    #[test]
    fn a_column_chunk_before_the_start_of_the_file_is_no_chunk() {
        let flag = SchemaType::primitive_type_builder("flag", Type::BOOLEAN).build().unwrap();
        let descriptor = Arc::new(ColumnDescriptor::new(Arc::new(flag), 0, 0, ColumnPath::from("flag")));
        let chunk = || ColumnChunkMetaData::builder(descriptor.clone());
        assert!(has_a_place(&chunk().set_data_page_offset(4).set_total_compressed_size(9).build().unwrap()));
        assert!(!has_a_place(&chunk().set_data_page_offset(-4).build().unwrap()));
        assert!(!has_a_place(&chunk().set_total_compressed_size(-1).build().unwrap()));
        assert!(!has_a_place(&chunk().set_dictionary_page_offset(Some(-1)).build().unwrap()));
    }
}
