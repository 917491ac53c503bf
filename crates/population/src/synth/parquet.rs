//! The tables as Parquet files: a row group of each holds the same households, and groups are encoded on any thread.

use super::arrow;
use super::error::SynthError;
use super::population::Population;
use super::rows::Rows;
use super::write::Tables;
use crate::write::beside;
use ::arrow::array::ArrayRef;
use ::arrow::datatypes::SchemaRef;
use ::arrow::error::ArrowError;
use ::parquet::arrow::arrow_writer::{ArrowColumnChunk, ArrowRowGroupWriterFactory, ArrowWriter, compute_leaves};
use ::parquet::basic::{Compression, ZstdLevel};
use ::parquet::errors::ParquetError;
use ::parquet::file::metadata::{KeyValue, SortingColumn};
use ::parquet::file::properties::WriterProperties;
use ::parquet::file::writer::SerializedFileWriter;
use ::parquet::schema::types::ColumnPath;
use std::io::BufWriter;
use std::path::{Path, PathBuf};
use tempfile::NamedTempFile;

/// Columns of which nearly every value is another, where a dictionary is lost effort.
const WITHOUT_DICTIONARY: [&str; 3] = ["income", "living_area", "birth_date"];

/// Two Parquet files in the making.
pub(super) struct ParquetTables {
    files: [File; 2],
}

struct File {
    path: PathBuf,
    schema: SchemaRef,
    groups: ArrowRowGroupWriterFactory,
    writer: SerializedFileWriter<BufWriter<NamedTempFile>>,
}

impl ParquetTables {
    /// Opens both files, under names that are not theirs yet.
    pub fn create(folder: &Path, told: &[(&'static str, String)]) -> Result<Self, SynthError> {
        let [households, members] = arrow::schemas();
        let households = File::create(folder.join("households.parquet"), households, told)?;
        let members = File::create(folder.join("members.parquet"), members, told)?;
        Ok(ParquetTables { files: [households, members] })
    }
}

impl Tables for ParquetTables {
    type Encoded = [Vec<ArrowColumnChunk>; 2];

    fn encode(&self, population: &Population, rows: &Rows<'_>, group: usize) -> Result<Self::Encoded, SynthError> {
        let [households, members] = &self.files;
        Ok([
            households.encode(group, arrow::households(population, rows))?,
            members.encode(group, arrow::members(population, rows))?,
        ])
    }

    fn append(&mut self, encoded: Self::Encoded) -> Result<(), SynthError> {
        for (file, columns) in self.files.iter_mut().zip(encoded) {
            file.append(columns).map_err(|error| SynthError::write(&file.path, error))?;
        }
        Ok(())
    }

    fn finish(self) -> Result<Vec<(PathBuf, NamedTempFile)>, SynthError> {
        self.files.into_iter().map(File::finish).collect()
    }
}

impl File {
    fn create(path: PathBuf, schema: SchemaRef, told: &[(&'static str, String)]) -> Result<File, SynthError> {
        let told = told.iter().map(|(key, value)| KeyValue::new((*key).to_owned(), value.clone()));
        let by_id = SortingColumn { column_idx: 0, descending: false, nulls_first: false };
        let mut properties = WriterProperties::builder()
            .set_compression(Compression::ZSTD(ZstdLevel::default()))
            .set_created_by(format!("vuon synth {}", env!("CARGO_PKG_VERSION")))
            .set_sorting_columns(Some(vec![by_id]))
            .set_key_value_metadata(Some(told.collect()));
        for column in WITHOUT_DICTIONARY {
            properties = properties.set_column_dictionary_enabled(ColumnPath::from(column), false);
        }
        // The ids of members repeat, those of households do not.
        let ids_differ = schema.index_of("relation").is_err();
        if ids_differ {
            properties = properties.set_column_dictionary_enabled(ColumnPath::from("household_id"), false);
        }
        let file = beside(&path).map_err(|error| SynthError::write(&path, error))?;
        let writer = ArrowWriter::try_new(BufWriter::new(file), schema.clone(), Some(properties.build()));
        let (writer, groups) =
            writer.and_then(ArrowWriter::into_serialized_writer).map_err(|error| SynthError::write(&path, error))?;
        Ok(File { path, schema, groups, writer })
    }

    fn encode(
        &self,
        group: usize,
        arrays: impl Iterator<Item = Result<ArrayRef, ArrowError>>,
    ) -> Result<Vec<ArrowColumnChunk>, SynthError> {
        self.chunks(group, arrays).map_err(|error| SynthError::write(&self.path, error))
    }

    fn chunks(
        &self,
        group: usize,
        arrays: impl Iterator<Item = Result<ArrayRef, ArrowError>>,
    ) -> Result<Vec<ArrowColumnChunk>, ParquetError> {
        let writers = self.groups.create_column_writers(group)?;
        let columns = writers.into_iter().zip(self.schema.fields()).zip(arrays);
        columns
            .map(|((mut writer, field), array)| {
                for leaf in compute_leaves(field, &array?)? {
                    writer.write(&leaf)?;
                }
                writer.close()
            })
            .collect()
    }

    fn append(&mut self, columns: Vec<ArrowColumnChunk>) -> Result<(), ParquetError> {
        let mut group = self.writer.next_row_group()?;
        for column in columns {
            column.append_to_row_group(&mut group)?;
        }
        group.close().map(drop)
    }

    fn finish(self) -> Result<(PathBuf, NamedTempFile), SynthError> {
        let failed = |error| SynthError::write(&self.path, error);
        let buffer = self.writer.into_inner().map_err(failed)?;
        let file = buffer.into_inner().map_err(|error| SynthError::write(&self.path, error.into_error()))?;
        Ok((self.path, file))
    }
}
