//! Writing the output table: Parquet or CSV, by the file's extension.
//!
//! Encoding is apart from writing: [`Encoder::encode`] turns batches into bytes on any thread, [`OutputWriter::append`]
//! puts them into the file in order. The same batches, grouped in the same way, give the same bytes. The file appears
//! under its name only when [`OutputWriter::finish`] has been called; before, or after a failure, there is none.

use crate::table_problem::{Failed, TableProblem};
use crate::words::told;
use arrow::array::{Array, ArrayRef, AsArray, RecordBatch};
use arrow::compute::cast;
use arrow::datatypes::{DataType, SchemaRef};
use parquet::arrow::ArrowSchemaConverter;
use parquet::arrow::arrow_writer::{ArrowColumnChunk, ArrowRowGroupWriterFactory, compute_leaves};
use parquet::basic::{Compression, Encoding, ZstdLevel};
use parquet::file::metadata::KeyValue;
use parquet::file::properties::{EnabledStatistics, WriterProperties};
use parquet::file::writer::SerializedFileWriter;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tempfile::NamedTempFile;

/// About how many rows to give to one call of [`Encoder::encode`].
pub const ROWS_PER_GROUP: usize = 1 << 20;

/// The form of an output file.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Format {
    /// Parquet.
    Parquet,
    /// CSV in UTF-8, separated by commas.
    Csv,
}

impl Format {
    /// The form that a file's extension asks for.
    pub fn of(path: &Path) -> Result<Self, TableProblem> {
        match path.extension().and_then(|e| e.to_str()).unwrap_or_default().to_lowercase().as_str() {
            "parquet" | "pq" => Ok(Format::Parquet),
            "csv" => Ok(Format::Csv),
            _ => {
                let message = told("không ghi được bảng theo dạng này", "this is not a form of table that is written");
                let advice = told("hãy đặt tên tệp đuôi .parquet hoặc .csv", "end its name in .parquet or .csv");
                Err(TableProblem::new(&path.display().to_string(), message, advice))
            }
        }
    }
}

/// Writes a table to a file.
pub struct OutputWriter {
    path: PathBuf,
    rows: u64,
    sink: Sink,
    encoder: Encoder,
}

enum Sink {
    // `SerializedFileWriter` is large.
    Parquet(Box<SerializedFileWriter<BufWriter<NamedTempFile>>>),
    Csv(BufWriter<NamedTempFile>),
}

/// Encodes batches of the table, on any thread.
#[derive(Clone)]
pub struct Encoder {
    path: Arc<Path>,
    schema: SchemaRef,
    factory: Option<Arc<ArrowRowGroupWriterFactory>>,
}

/// Encoded rows that wait to be appended.
pub struct EncodedRowGroup {
    rows: u64,
    bytes: Encoded,
}

enum Encoded {
    Parquet(Vec<ArrowColumnChunk>),
    Csv(Vec<u8>),
}

impl OutputWriter {
    /// Begins a file. The key-value pairs are put into the metadata of a Parquet file; CSV has no place for them.
    pub fn create(path: &Path, schema: SchemaRef, metadata: &[(String, String)]) -> Result<Self, TableProblem> {
        let format = Format::of(path)?;
        let failed = |e: &dyn std::fmt::Display| TableProblem::io(path, Failed::Write, e);
        let mut file = BufWriter::with_capacity(1 << 20, beside(path).map_err(|e| failed(&e))?);
        let mut encoder = Encoder { path: path.into(), schema: schema.clone(), factory: None };
        let sink = match format {
            Format::Csv => {
                let mut header = csv::Writer::from_writer(Vec::new());
                let names = schema.fields().iter().map(|field| field.name());
                header.write_record(names).map_err(|e| failed(&e))?;
                let header = header.into_inner().map_err(|e| failed(&e))?;
                file.write_all(&header).map_err(|e| failed(&e))?;
                Sink::Csv(file)
            }
            Format::Parquet => {
                let pairs = metadata.iter().map(|(key, value)| KeyValue::new(key.clone(), value.clone()));
                let properties = WriterProperties::builder()
                    .set_compression(Compression::ZSTD(ZstdLevel::try_new(1).map_err(|e| failed(&e))?))
                    .set_statistics_enabled(EnabledStatistics::Chunk)
                    // Every household has its own id, and ids in order begin alike: what differs is all that is stored.
                    .set_column_dictionary_enabled(schema.field(0).name().as_str().into(), false)
                    .set_column_encoding(schema.field(0).name().as_str().into(), Encoding::DELTA_BYTE_ARRAY)
                    .set_key_value_metadata(Some(pairs.collect()))
                    .build();
                let parquet = ArrowSchemaConverter::new().convert(&schema).map_err(|e| failed(&e))?;
                let writer = SerializedFileWriter::new(file, parquet.root_schema_ptr(), Arc::new(properties));
                let writer = writer.map_err(|e| failed(&e))?;
                encoder.factory = Some(Arc::new(ArrowRowGroupWriterFactory::new(&writer, schema)));
                Sink::Parquet(Box::new(writer))
            }
        };
        Ok(Self { path: path.to_owned(), rows: 0, sink, encoder })
    }

    /// The encoder of this file's rows.
    pub fn encoder(&self) -> Encoder {
        self.encoder.clone()
    }

    /// Appends encoded rows.
    pub fn append(&mut self, group: EncodedRowGroup) -> Result<(), TableProblem> {
        let failed = |e: &dyn std::fmt::Display| TableProblem::io(&self.path, Failed::Write, e);
        self.rows += group.rows;
        match (&mut self.sink, group.bytes) {
            (Sink::Csv(file), Encoded::Csv(bytes)) => file.write_all(&bytes).map_err(|e| failed(&e)),
            (Sink::Parquet(writer), Encoded::Parquet(chunks)) => {
                let mut group = writer.next_row_group().map_err(|e| failed(&e))?;
                for chunk in chunks {
                    chunk.append_to_row_group(&mut group).map_err(|e| failed(&e))?;
                }
                group.close().map(drop).map_err(|e| failed(&e))
            }
            _ => Err(failed(&"the rows were encoded for another file")),
        }
    }

    /// Ends the file and puts it in its place. Gives the number of its rows.
    pub fn finish(self) -> Result<u64, TableProblem> {
        let failed = |e: &dyn std::fmt::Display| TableProblem::io(&self.path, Failed::Write, e);
        let buffer = match self.sink {
            Sink::Csv(file) => file,
            Sink::Parquet(writer) => writer.into_inner().map_err(|e| failed(&e))?,
        };
        let file = buffer.into_inner().map_err(|e| failed(&e))?;
        file.as_file().sync_all().map_err(|e| failed(&e))?;
        file.persist(&self.path).map_err(|e| failed(&e))?;
        Ok(self.rows)
    }
}

/// A temporary file in the folder of the file that it will become, with the rights of any new file of the user.
pub fn beside(path: &Path) -> std::io::Result<NamedTempFile> {
    let folder = path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let prefix = format!(".{}.", path.file_name().unwrap_or_default().to_string_lossy());
    let mut builder = tempfile::Builder::new();
    builder.prefix(&prefix).suffix(".part");
    #[cfg(unix)]
    let builder = {
        use std::os::unix::fs::PermissionsExt;
        // The system takes away what the user's mask forbids.
        builder.permissions(std::fs::Permissions::from_mode(0o666))
    };
    builder.tempfile_in(folder)
}

impl Encoder {
    /// Encodes batches: one row group of a Parquet file.
    pub fn encode(&self, batches: &[RecordBatch]) -> Result<EncodedRowGroup, TableProblem> {
        let failed = |e: &dyn std::fmt::Display| TableProblem::io(&self.path, Failed::Encode, e);
        let rows = batches.iter().map(|batch| batch.num_rows() as u64).sum();
        let bytes = match &self.factory {
            None => Encoded::Csv(to_csv(batches).map_err(|e| failed(&e))?),
            Some(factory) => {
                let mut writers = factory.create_column_writers(0).map_err(|e| failed(&e))?;
                for batch in batches {
                    let mut next = writers.iter_mut();
                    for (field, column) in self.schema.fields().iter().zip(batch.columns()) {
                        for leaf in compute_leaves(field, column).map_err(|e| failed(&e))? {
                            let writer = next.next().expect("one writer for each leaf of the schema");
                            writer.write(&leaf).map_err(|e| failed(&e))?;
                        }
                    }
                }
                let chunks: Result<_, _> = writers.into_iter().map(|writer| writer.close()).collect();
                Encoded::Parquet(chunks.map_err(|e| failed(&e))?)
            }
        };
        Ok(EncodedRowGroup { rows, bytes })
    }
}

fn to_csv(batches: &[RecordBatch]) -> Result<Vec<u8>, Box<dyn std::error::Error>> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    for batch in batches {
        let columns: Vec<ArrayRef> = batch.columns().iter().map(written).collect::<Result<_, _>>()?;
        let texts: Vec<_> = columns.iter().map(|column| column.as_string::<i32>()).collect();
        for row in 0..batch.num_rows() {
            for text in &texts {
                writer.write_field(if text.is_valid(row) { text.value(row) } else { "" })?;
            }
            writer.write_record(None::<&[u8]>)?;
        }
    }
    Ok(writer.into_inner()?)
}

/// A column as text: yes, no or unknown; numbers and texts as they are, blank where there is none.
fn written(column: &ArrayRef) -> Result<ArrayRef, arrow::error::ArrowError> {
    match column.data_type() {
        DataType::Boolean => {
            let yes_no_unknown = column.as_boolean().iter().map(|value| {
                Some(match value {
                    Some(true) => "yes",
                    Some(false) => "no",
                    None => "unknown",
                })
            });
            Ok(Arc::new(arrow::array::StringArray::from_iter(yes_no_unknown)))
        }
        _ => cast(column, &DataType::Utf8),
    }
}
