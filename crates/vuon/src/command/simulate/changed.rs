//! `--changed`: the households whose status changes, one row each, with the rules that gave the two statuses.

use super::findings::Side;
use super::tally::SideColumns;
use anyhow::{Context, Result};
use arrow::array::{ArrayRef, AsArray, BooleanArray, RecordBatch};
use arrow::compute::filter_record_batch;
use arrow::datatypes::{DataType, Field, Int8Type, Schema, SchemaRef};
use std::path::Path;
use std::sync::Arc;
use vuon_population::compare::{Compared, Comparison};
use vuon_population::write::{OutputWriter, ROWS_PER_GROUP};

/// Writes the households whose status changes. The file appears when all have been written.
pub struct Changed {
    writer: OutputWriter,
    schema: SchemaRef,
    /// The columns of either assessment that are written, with the household's id and places first.
    columns: Vec<(usize, usize)>,
    status: [&'static str; 2],
    /// Whether an outcome before (outer) and one after (inner) are of different names.
    differs: Vec<Vec<bool>>,
    batches: Vec<RecordBatch>,
    rows: usize,
}

impl Changed {
    /// Begins the file.
    pub fn create(path: &Path, comparison: &Comparison, columns: &[SideColumns; 2], sides: &[Side; 2]) -> Result<Self> {
        let schemas = comparison.assessed_schemas();
        let place =
            |side: usize, name: &str| schemas[side].index_of(name).context("an assessment has a status and a rule");
        let mut wanted: Vec<(usize, usize)> = Vec::new();
        let mut fields: Vec<Field> = Vec::new();
        // The household's id and its places stand before all that the policy says.
        for (place, field) in
            schemas[0].fields().iter().enumerate().take_while(|(_, field)| *field.data_type() == DataType::Utf8)
        {
            fields.push(field.as_ref().clone());
            wanted.push((0, place));
        }
        for name in ["status", "rule"] {
            for (side, suffix) in ["before", "after"].into_iter().enumerate() {
                let place = place(side, if name == "status" { columns[side].status } else { name })?;
                fields.push(schemas[side].field(place).clone().with_name(format!("{name}_{suffix}")));
                wanted.push((side, place));
            }
        }
        let schema = Arc::new(Schema::new(fields));
        let mut metadata = vec![("vuon.version".to_owned(), env!("CARGO_PKG_VERSION").to_owned())];
        for (side, name) in sides.iter().zip(["before", "after"]) {
            metadata.push((format!("vuon.pack_{name}"), side.id.clone()));
            metadata.push((format!("vuon.pack_hash_{name}"), side.hash.clone().unwrap_or_default()));
            metadata.push((format!("vuon.what_if_{name}"), side.what_if.to_string()));
        }
        let differs =
            |before: &super::findings::Status| sides[1].statuses.iter().map(|after| after.id != before.id).collect();
        Ok(Self {
            writer: OutputWriter::create(path, schema.clone(), &metadata)?,
            schema,
            columns: wanted,
            status: [columns[0].status, columns[1].status],
            differs: sides[0].statuses.iter().map(differs).collect(),
            batches: Vec::new(),
            rows: 0,
        })
    }

    /// Adds the households of a batch whose status changes.
    pub fn add(&mut self, compared: &Compared) -> Result<()> {
        let outcomes = [0, 1].map(|side: usize| -> Option<&[i8]> {
            let column = compared.assessed[side].column_by_name(self.status[side])?;
            Some(column.as_dictionary_opt::<Int8Type>()?.keys().values())
        });
        let [Some(before), Some(after)] = outcomes else { return Ok(()) };
        let changes = before.iter().zip(after.iter());
        let changes: BooleanArray =
            changes.map(|(before, after)| Some(self.differs[*before as usize][*after as usize])).collect();
        if changes.true_count() == 0 {
            return Ok(());
        }
        let columns: Vec<ArrayRef> =
            self.columns.iter().map(|(side, place)| compared.assessed[*side].column(*place).clone()).collect();
        let batch = filter_record_batch(&RecordBatch::try_new(self.schema.clone(), columns)?, &changes)?;
        self.rows += batch.num_rows();
        self.batches.push(batch);
        if self.rows >= ROWS_PER_GROUP { self.write() } else { Ok(()) }
    }

    fn write(&mut self) -> Result<()> {
        let group = self.writer.encoder().encode(&self.batches)?;
        self.batches.clear();
        self.rows = 0;
        Ok(self.writer.append(group)?)
    }

    /// Puts the file in its place; gives the number of households.
    pub fn finish(mut self) -> Result<u64> {
        if !self.batches.is_empty() {
            self.write()?;
        }
        Ok(self.writer.finish()?)
    }
}
