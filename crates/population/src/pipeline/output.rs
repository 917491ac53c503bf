//! What is made of complete households: their assessments, counted and written in order.

use super::{BATCHES_AHEAD, Job, Prepared, RunError};
use crate::ahead::Ahead;
use crate::kernel::{Kernel, KernelError};
use crate::merge::MergeWork;
use crate::summary::{Summary, persons};
use crate::table_problem::TableProblem;
use crate::write::{EncodedRowGroup, OutputWriter, ROWS_PER_GROUP};
use arrow::array::{ArrayRef, BooleanArray, DictionaryArray, Int8Array, RecordBatch, StringArray};
use arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use std::sync::Arc;
use vuon_policy::program::Program;

/// Assesses batches ahead, gathers row groups, encodes them ahead and writes them in order.
pub(super) struct Output {
    kernel: Arc<Kernel>,
    schema: SchemaRef,
    pack: String,
    unverified: bool,
    size_column: Option<String>,
    by: Vec<String>,
    summary: Summary,
    assessing: Ahead<Result<(RecordBatch, Summary), KernelError>>,
    group: Vec<RecordBatch>,
    rows: usize,
    encoding: Ahead<Result<EncodedRowGroup, TableProblem>>,
    writer: Option<OutputWriter>,
}

/// Row groups that may be encoded ahead.
const GROUPS_AHEAD: usize = 2;

impl Output {
    /// Begins the file, where one is to be written.
    pub fn new(prepared: &Prepared, job: &Job, program: &Program) -> Result<Self, RunError> {
        let kernel = prepared.kernel.clone();
        let mut fields: Vec<Arc<Field>> = kernel.output_schema().fields().to_vec();
        fields.push(Arc::new(Field::new("pack", pack_type(), false)));
        fields.push(Arc::new(Field::new("rests_on_unverified", DataType::Boolean, false)));
        let schema: SchemaRef = Arc::new(Schema::new(fields));
        let writer = match &job.output {
            Some(path) => Some(OutputWriter::create(path, schema.clone(), &job.metadata)?),
            None => None,
        };
        Ok(Self {
            summary: Summary::new(&kernel, &job.by),
            kernel,
            schema,
            pack: pack_column(program),
            unverified: !program.unverified_for(job.method).is_empty(),
            size_column: prepared.size_column.clone(),
            by: job.by.clone(),
            assessing: Ahead::new(BATCHES_AHEAD),
            group: Vec::new(),
            rows: 0,
            encoding: Ahead::new(GROUPS_AHEAD),
            writer,
        })
    }

    /// Assesses complete households ahead.
    pub fn assess(&mut self, work: MergeWork) -> Result<(), RunError> {
        if !self.assessing.has_room() {
            self.take_assessed()?;
        }
        let (kernel, size_column, by) = (self.kernel.clone(), self.size_column.clone(), self.by.clone());
        self.assessing.start(move || {
            let input = work.assemble();
            let output = kernel.assess(&input)?;
            let mut summary = Summary::new(&kernel, &by);
            summary.add(&output, persons(&input, size_column.as_deref()).as_deref());
            Ok((output, summary))
        });
        Ok(())
    }

    /// Takes the oldest assessed batch into the row group; false when there is none.
    fn take_assessed(&mut self) -> Result<bool, RunError> {
        let Some(result) = self.assessing.take() else { return Ok(false) };
        let (output, summary) = result?;
        self.summary.merge(&summary);
        if self.writer.is_some() {
            self.rows += output.num_rows();
            self.group.push(self.with_pack(&output));
            if self.rows >= ROWS_PER_GROUP {
                self.encode()?;
            }
        }
        Ok(true)
    }

    /// The output with the pack's id and content beside each row, and whether anything that the status rests on was not
    /// read in an official text: a table goes its own way, without the screen that said so.
    fn with_pack(&self, output: &RecordBatch) -> RecordBatch {
        let keys = Int8Array::from(vec![0_i8; output.num_rows()]);
        let values = StringArray::from(vec![self.pack.as_str()]);
        let pack: ArrayRef = Arc::new(DictionaryArray::new(keys, Arc::new(values)));
        let unverified: ArrayRef = Arc::new(BooleanArray::from(vec![self.unverified; output.num_rows()]));
        let columns = output.columns().iter().cloned().chain([pack, unverified]).collect();
        RecordBatch::try_new(self.schema.clone(), columns).expect("the kernel's columns and two more")
    }

    fn encode(&mut self) -> Result<(), RunError> {
        let Some(writer) = &self.writer else { return Ok(()) };
        let (encoder, group) = (writer.encoder(), std::mem::take(&mut self.group));
        self.rows = 0;
        if !self.encoding.has_room() {
            self.take_encoded()?;
        }
        self.encoding.start(move || encoder.encode(&group));
        Ok(())
    }

    fn take_encoded(&mut self) -> Result<bool, RunError> {
        let Some(encoded) = self.encoding.take() else { return Ok(false) };
        if let Some(writer) = &mut self.writer {
            writer.append(encoded?)?;
        }
        Ok(true)
    }

    /// Finishes what is under way. The file is put in its place only when it is to be written.
    pub fn finish(mut self, write: bool) -> Result<(Summary, Option<u64>), RunError> {
        while self.take_assessed()? {}
        if !self.group.is_empty() {
            self.encode()?;
        }
        while self.take_encoded()? {}
        let written = match self.writer {
            Some(writer) if write => Some(writer.finish()?),
            _ => None,
        };
        Ok((self.summary, written))
    }
}

/// What each row says of the law it was assessed by: the pack, the beginning of its hash, and whether it is not law.
fn pack_column(program: &Program) -> String {
    let pack = &program.pack;
    let mut text = format!("{}@{}", pack.id.value, &program.hash[..16]);
    if pack.example {
        text += " (example, not law)";
    }
    if pack.incomplete.is_some() {
        text += " (incomplete)";
    }
    text
}

fn pack_type() -> DataType {
    DataType::Dictionary(Box::new(DataType::Int8), Box::new(DataType::Utf8))
}
