//! Parquet files: only the needed columns are decoded, row group by row group, on any thread.

use super::batch::{Findings, Places};
use super::native::{Converter, accepts, is_text, wanted};
use super::{DecodedUnit, FilePlan, Place};
use crate::layout::Column;
use crate::table_problem::{Failed, TableProblem, TableProblems};
use crate::words::told;
use arrow::array::{ArrayRef, new_null_array};
use arrow::datatypes::{DataType, Field, Schema};
use parquet::arrow::ProjectionMask;
use parquet::arrow::arrow_reader::{
    ArrowReaderMetadata, ArrowReaderOptions, ParquetRecordBatchReaderBuilder, RowSelection, RowSelector,
};
use std::collections::BTreeSet;
use std::fs::File;
use std::io::Read;
use std::path::Path;
use std::sync::Arc;

/// Rows of a batch.
const BATCH: usize = 1 << 16;
/// Row groups longer than this are cut, so that the parts can be decoded side by side.
const PART: u64 = 1 << 20;

/// A Parquet file whose footer has been read.
#[derive(Clone, Debug)]
pub(super) struct ParquetFile {
    metadata: ArrowReaderMetadata,
}

/// Whether the file is Parquet, by its name or else its first bytes.
pub(super) fn is_parquet(path: &Path) -> Result<bool, TableProblem> {
    let extension = path.extension().and_then(|e| e.to_str()).unwrap_or_default().to_lowercase();
    match extension.as_str() {
        "parquet" | "pq" => return Ok(true),
        "csv" | "tsv" | "txt" => return Ok(false),
        _ => {}
    }
    let mut start = Vec::new();
    let file = File::open(path).map_err(|e| TableProblem::io(path, Failed::Read, &e))?;
    file.take(4).read_to_end(&mut start).map_err(|e| TableProblem::io(path, Failed::Read, &e))?;
    Ok(start == b"PAR1")
}

impl ParquetFile {
    /// Reads the footer.
    pub fn open(path: &Path) -> Result<Self, TableProblem> {
        let file = File::open(path).map_err(|e| TableProblem::io(path, Failed::Read, &e))?;
        let metadata = ArrowReaderMetadata::load(&file, ArrowReaderOptions::new()).map_err(|e| {
            let message = told(
                format!("đây không phải là tệp Parquet nguyên vẹn: {e}"),
                format!("this is not a whole Parquet file: {e}"),
            );
            let advice = told(
                "hãy xuất lại tệp; nếu là CSV thì đặt tên đuôi .csv",
                "write it again; if it is CSV, name it .csv",
            );
            TableProblem::new(&path.display().to_string(), message, advice)
        })?;
        Ok(Self { metadata })
    }

    /// The names of its columns.
    pub fn columns(&self) -> Vec<String> {
        self.metadata.schema().fields().iter().map(|field| field.name().clone()).collect()
    }

    /// How many rows it has.
    pub fn rows(&self) -> u64 {
        self.metadata.metadata().file_metadata().num_rows().unsigned_abs()
    }

    /// Checks the types of the columns that are read and settles how they are decoded: texts as dictionaries, so that
    /// each distinct one is read once; ids as plain text.
    pub fn project(self, name: &str, columns: &[Column], places: &[Option<usize>]) -> Result<Self, TableProblems> {
        let schema = self.metadata.schema();
        let mut fields: Vec<Arc<Field>> = schema.fields().to_vec();
        let mut problems = TableProblems::default();
        for (column, place) in columns.iter().zip(places) {
            let Some(place) = *place else { continue };
            let text = match fields[place].data_type() {
                DataType::Binary | DataType::LargeBinary | DataType::BinaryView => true,
                DataType::Dictionary(_, values) => is_text(values),
                other => is_text(other),
            };
            if text {
                let decoded = match column.holds.is_id() {
                    true => DataType::Utf8,
                    false => DataType::Dictionary(DataType::Int32.into(), DataType::Utf8.into()),
                };
                fields[place] = Arc::new(fields[place].as_ref().clone().with_data_type(decoded));
            }
            if !accepts(&column.holds, fields[place].data_type()) {
                let (id, found, wanted) = (&column.name, fields[place].data_type(), wanted(&column.holds));
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
    pub fn parts(&self, plan: &Arc<FilePlan>) -> impl Iterator<Item = Part> {
        let mut first_row = 1;
        let mut parts = Vec::new();
        for (group, facts) in self.metadata.metadata().row_groups().iter().enumerate() {
            let rows = facts.num_rows().unsigned_abs();
            let bytes = facts.compressed_size().unsigned_abs();
            let mut skip = 0;
            while skip < rows {
                let take = if rows - skip <= PART + PART / 2 { rows - skip } else { PART };
                parts.push(Part {
                    plan: plan.clone(),
                    metadata: self.metadata.clone(),
                    group,
                    skip,
                    take,
                    of: rows,
                    first_row: first_row + skip,
                    bytes: (u128::from(bytes) * u128::from(take) / u128::from(rows)) as u64,
                });
                skip += take;
            }
            first_row += rows;
        }
        parts.into_iter()
    }
}

/// A row group, or a part of a long one.
#[derive(Clone, Debug)]
pub(super) struct Part {
    plan: Arc<FilePlan>,
    metadata: ArrowReaderMetadata,
    group: usize,
    skip: u64,
    take: u64,
    of: u64,
    first_row: u64,
    bytes: u64,
}

impl Part {
    /// Decodes the rows and brings the columns into their canonical types.
    pub fn decode(self) -> Result<DecodedUnit, TableProblem> {
        let plan = &*self.plan;
        let broken = |e: &dyn std::fmt::Display| TableProblem::undecoded(&plan.name, self.first_row, e);
        let file = File::open(&plan.path).map_err(|e| TableProblem::io(&plan.path, Failed::Read, &e))?;
        let builder = ParquetRecordBatchReaderBuilder::new_with_metadata(file, self.metadata.clone());
        let mask = ProjectionMask::roots(builder.parquet_schema(), plan.columns.iter().flatten().copied());
        let mut builder = builder.with_projection(mask).with_row_groups(vec![self.group]).with_batch_size(BATCH);
        if self.take < self.of {
            let (skip, take) = (RowSelector::skip(self.skip as usize), RowSelector::select(self.take as usize));
            builder = builder.with_row_selection(RowSelection::from(vec![skip, take]));
        }
        let reader = builder.build().map_err(|e| broken(&e))?;
        let columns = plan.layout.columns(plan.kind);
        let mut converters: Vec<Converter> =
            columns.iter().enumerate().map(|(place, column)| Converter::new(place, column)).collect();
        // Projection keeps the order of the file: the place of a column in a batch is its rank. One that is wanted both as
        // a number and as a label stands there once.
        let read: BTreeSet<usize> = plan.columns.iter().flatten().copied().collect();
        let rank = |at: usize| read.range(..at).count();
        let ranks: Vec<Option<usize>> = plan.columns.iter().map(|at| at.map(rank)).collect();
        let schema = plan.layout.table_schema(plan.kind);
        let mut unit = DecodedUnit { bytes: self.bytes, ..DecodedUnit::default() };
        let mut row = self.first_row;
        for batch in reader {
            let batch = batch.map_err(|e| broken(&e))?;
            let mut findings = Findings::default();
            let mut canonical: Vec<ArrayRef> = Vec::with_capacity(columns.len());
            for ((rank, converter), field) in ranks.iter().zip(&mut converters).zip(schema.fields()) {
                canonical.push(match rank {
                    Some(rank) => converter.convert(batch.column(*rank), &mut findings),
                    None => new_null_array(field.data_type(), batch.num_rows()),
                });
            }
            findings.close(plan, canonical, Places::From(Place::new(plan.index, row)), &mut unit);
            row += batch.num_rows() as u64;
        }
        for (converter, column) in converters.iter().zip(columns) {
            unit.repairs.add(&column.name, converter.repaired);
        }
        Ok(unit)
    }
}
