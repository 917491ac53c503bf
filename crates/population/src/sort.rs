//! Sorting a table by household id when it does not come sorted, in bounded memory.
//!
//! In: decoded batches in any order of ids. Out: the same rows in the byte order of their ids, rows of one id in the
//! order of their files; each row keeps its place and its mark when it is bad. Runs of at most [`RUN`] rows are sorted
//! in memory and spilled to a temporary folder as Arrow IPC; the runs are then merged.

use crate::layout::{Layout, TableKind};
use crate::read::{Place, Places, TableBatch};
use crate::table_problem::{Failed, TableProblem};
use arrow::array::{Array, ArrayRef, AsArray, RecordBatch, StringArray, UInt32Array, UInt64Array};
use arrow::compute::{concat_batches, interleave, take};
use arrow::datatypes::{DataType, Field, Schema, SchemaRef, UInt64Type};
use arrow::ipc::reader::FileReader;
use arrow::ipc::writer::FileWriter;
use rayon::prelude::*;
use std::cmp::Ordering;
use std::collections::BinaryHeap;
use std::fs::File;
use std::io::{BufReader, BufWriter};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tempfile::TempDir;

/// The most rows that are sorted in memory at once, if not said otherwise.
pub const RUN: usize = 1 << 20;
/// Rows of a spilled batch: of each run one is in memory while runs are merged.
const SPILLED: usize = 1 << 14;
/// Rows of a batch that comes out.
const BATCH: usize = 1 << 16;

/// Takes the rows of a table and gives them back sorted.
#[derive(Debug)]
pub struct Sorter {
    schema: SchemaRef,
    with_places: SchemaRef,
    folder: TempDir,
    run: usize,
    waiting: Vec<RecordBatch>,
    rows: usize,
    runs: Vec<PathBuf>,
}

impl Sorter {
    /// A sorter for a table, spilling into a new folder inside `folder` (the system's temporary one without it).
    pub fn new(layout: &Layout, table: TableKind, folder: Option<&Path>) -> Result<Self, TableProblem> {
        let parent = folder.map_or_else(std::env::temp_dir, Path::to_owned);
        let folder = tempfile::Builder::new().prefix("vuon-sort-").tempdir_in(&parent);
        let schema = layout.table_schema(table).clone();
        let mut fields: Vec<Arc<Field>> = schema.fields().to_vec();
        fields.push(Arc::new(Field::new("place", DataType::UInt64, false)));
        Ok(Self {
            schema,
            with_places: Arc::new(Schema::new(fields)),
            folder: folder.map_err(|e| TableProblem::io(&parent, Failed::HoldTemporary, &e))?,
            run: RUN,
            waiting: Vec::new(),
            rows: 0,
            runs: Vec::new(),
        })
    }

    /// The same with runs of another length: shorter ones need less memory.
    #[must_use]
    pub fn with_run(mut self, rows: usize) -> Self {
        self.run = rows;
        self
    }

    /// Takes rows. Batches must come in file order.
    pub fn push(&mut self, batch: TableBatch) -> Result<(), TableProblem> {
        let mut bad = batch.bad.iter().copied().peekable();
        let places: UInt64Array = (0..batch.rows.num_rows())
            .map(|row| batch.places.get(row).pack(bad.next_if(|bad| *bad as usize == row).is_some()))
            .collect();
        let mut columns = batch.rows.columns().to_vec();
        columns.push(Arc::new(places));
        let rows = RecordBatch::try_new(self.with_places.clone(), columns).expect("a canonical batch and its places");
        if self.rows + rows.num_rows() > self.run {
            self.spill()?;
        }
        self.rows += rows.num_rows();
        self.waiting.push(rows);
        Ok(())
    }

    /// Sorts what is waiting and writes it.
    fn spill(&mut self) -> Result<(), TableProblem> {
        if self.rows == 0 {
            return Ok(());
        }
        let rows = concat_batches(&self.with_places, &self.waiting).expect("batches of one schema");
        self.waiting.clear();
        self.rows = 0;
        let order = order(rows.column(0).as_string());
        let columns: Vec<ArrayRef> =
            rows.columns().par_iter().map(|column| take(column, &order, None).expect("an order of the rows")).collect();
        let sorted = RecordBatch::try_new(self.with_places.clone(), columns).expect("the same columns");
        let path = self.folder.path().join(format!("{}.arrow", self.runs.len()));
        let failed = |e: &dyn std::fmt::Display| TableProblem::io(&path, Failed::Write, e);
        let file = BufWriter::new(File::create(&path).map_err(|e| failed(&e))?);
        let mut writer = FileWriter::try_new(file, &self.with_places).map_err(|e| failed(&e))?;
        for start in (0..sorted.num_rows()).step_by(SPILLED) {
            let slice = sorted.slice(start, SPILLED.min(sorted.num_rows() - start));
            writer.write(&slice).map_err(|e| failed(&e))?;
        }
        writer.finish().map_err(|e| failed(&e))?;
        drop(writer);
        self.runs.push(path);
        Ok(())
    }

    /// The rows, sorted.
    pub fn finish(mut self) -> Result<Sorted, TableProblem> {
        self.spill()?;
        let mut runs = Vec::new();
        let mut heads = BinaryHeap::new();
        for path in &self.runs {
            let failed = |e: &dyn std::fmt::Display| TableProblem::io(path, Failed::Read, e);
            let file = BufReader::new(File::open(path).map_err(|e| failed(&e))?);
            let reader = FileReader::try_new(file, None).map_err(|e| failed(&e))?;
            let mut run = Run { path: path.clone(), reader, batch: None };
            if run.advance()? {
                heads.extend(run.head(runs.len(), 0));
            }
            runs.push(run);
        }
        Ok(Sorted { schema: self.schema, _folder: self.folder, runs, heads, failed: false })
    }
}

/// The rows in the byte order of their ids; rows of one id stay in their order.
fn order(ids: &StringArray) -> UInt32Array {
    let mut keys: Vec<(u64, u32)> = (0..ids.len() as u32).map(|row| (prefix(ids.value(row as usize)), row)).collect();
    keys.par_sort_unstable_by(|a, b| {
        let by_id = || ids.value(a.1 as usize).as_bytes().cmp(ids.value(b.1 as usize).as_bytes());
        a.0.cmp(&b.0).then_with(by_id).then(a.1.cmp(&b.1))
    });
    keys.into_iter().map(|(_, row)| row).collect()
}

/// The first eight bytes as a number that is ordered as they are.
fn prefix(id: &str) -> u64 {
    let mut bytes = [0; 8];
    let len = id.len().min(8);
    bytes[..len].copy_from_slice(&id.as_bytes()[..len]);
    u64::from_be_bytes(bytes)
}

#[derive(Debug)]
struct Run {
    path: PathBuf,
    reader: FileReader<BufReader<File>>,
    batch: Option<RecordBatch>,
}

impl Run {
    fn advance(&mut self) -> Result<bool, TableProblem> {
        let failed = |e| TableProblem::io(&self.path, Failed::Read, &e);
        self.batch = self.reader.next().transpose().map_err(failed)?;
        Ok(self.batch.is_some())
    }

    fn head(&self, run: usize, row: usize) -> Option<Head> {
        let batch = self.batch.as_ref()?;
        let ids: StringArray = batch.column(0).as_string::<i32>().clone();
        Some(Head { prefix: prefix(ids.value(row)), ids, row, run })
    }
}

/// The least row of a run that is not out yet. The greatest in Rust's order is the least by id, then by run.
#[derive(Debug)]
struct Head {
    prefix: u64,
    ids: StringArray,
    row: usize,
    run: usize,
}

impl Ord for Head {
    fn cmp(&self, other: &Self) -> Ordering {
        let by_id = || other.ids.value(other.row).as_bytes().cmp(self.ids.value(self.row).as_bytes());
        other.prefix.cmp(&self.prefix).then_with(by_id).then(other.run.cmp(&self.run))
    }
}

impl PartialOrd for Head {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Head {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Head {}

/// Sorted rows, batch by batch.
#[derive(Debug)]
pub struct Sorted {
    schema: SchemaRef,
    _folder: TempDir,
    runs: Vec<Run>,
    heads: BinaryHeap<Head>,
    failed: bool,
}

impl Sorted {
    fn batch(&mut self) -> Result<Option<TableBatch>, TableProblem> {
        // Batches that rows come from, and for each row its batch and its place there.
        let mut sources: Vec<RecordBatch> = Vec::new();
        let mut source_of: Vec<Option<usize>> = vec![None; self.runs.len()];
        let mut rows: Vec<(usize, usize)> = Vec::with_capacity(BATCH);
        while rows.len() < BATCH {
            let Some(mut head) = self.heads.peek_mut() else { break };
            let run = &mut self.runs[head.run];
            let source = match (source_of[head.run], &run.batch) {
                (Some(source), _) => source,
                (None, Some(batch)) => {
                    sources.push(batch.clone());
                    source_of[head.run] = Some(sources.len() - 1);
                    sources.len() - 1
                }
                (None, None) => unreachable!("a head stands in a batch"),
            };
            rows.push((source, head.row));
            if head.row + 1 < head.ids.len() {
                head.row += 1;
                head.prefix = prefix(head.ids.value(head.row));
            } else {
                source_of[head.run] = None;
                let more = run.advance()?;
                let next = run.head(head.run, 0);
                match next.filter(|_| more) {
                    Some(next) => *head = next,
                    None => drop(std::collections::binary_heap::PeekMut::pop(head)),
                }
            }
        }
        if rows.is_empty() {
            return Ok(None);
        }
        let columns: Vec<ArrayRef> = (0..=self.schema.fields().len())
            .into_par_iter()
            .map(|column| {
                let arrays: Vec<&dyn Array> = sources.iter().map(|batch| &**batch.column(column)).collect();
                interleave(&arrays, &rows).expect("rows of these batches")
            })
            .collect();
        let (places, columns) = columns.split_last().expect("the places are always there");
        let packed = places.as_primitive::<UInt64Type>().values();
        let unpacked = || packed.iter().map(|packed| Place::unpack(*packed));
        let bad = unpacked().zip(0..).filter(|((_, bad), _)| *bad).map(|(_, row)| row);
        Ok(Some(TableBatch {
            rows: RecordBatch::try_new(self.schema.clone(), columns.to_vec()).expect("the same columns"),
            bad: bad.collect(),
            places: Places::Each(unpacked().map(|(place, _)| place.pack(false)).collect()),
        }))
    }
}

impl Iterator for Sorted {
    type Item = Result<TableBatch, TableProblem>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.failed {
            return None;
        }
        let batch = self.batch();
        self.failed = batch.is_err();
        batch.transpose()
    }
}
