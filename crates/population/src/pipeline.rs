//! From files to a file: tables are read, merged, assessed and written, as fast as the cores allow.
//!
//! Three things go on at once, each ahead of the next and taken back in order: *decoding* units of the two tables,
//! *assessing* batches of whole households, *encoding* row groups of the output. Between them, on the calling thread,
//! stands the merger, which only compares ids. Nothing depends on which thread is faster, so the same input gives the
//! same bytes with any number of threads.

use crate::ahead::Ahead;
use crate::kernel::{Kernel, KernelError};
use crate::layout::{Layout, TableKind};
use crate::merge::{MergeCounts, MergeWork, Merger, Step, Unsorted};
use crate::read::{DecodedUnit, ReadOptions, Table, TableBatch, Units};
use crate::row_problem::{Repairs, RowProblem, RowProblems};
use crate::sort::{Sorted, Sorter};
use crate::summary::{Summary, persons};
use crate::table_problem::{TableProblem, TableProblems};
use crate::words::{Told, told};
use crate::write::{EncodedRowGroup, OutputWriter, ROWS_PER_GROUP};
use arrow::array::{ArrayRef, BooleanArray, DictionaryArray, Int8Array, RecordBatch, StringArray};
use arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use std::collections::VecDeque;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use vuon_policy::calendar::Day;
use vuon_policy::model::{Kind, Language, Questionnaire, Variable};
use vuon_policy::program::Program;

/// What to assess, and how.
#[derive(Clone, Debug, Default)]
pub struct Job {
    /// Files of the household table.
    pub households: Vec<PathBuf>,
    /// Files of the member table; none for a policy without a roster.
    pub members: Vec<PathBuf>,
    /// When the households are reviewed.
    pub review_date: Option<Day>,
    /// The place of the method.
    pub method: usize,
    /// Household variables (choices and codes) to carry into the output and to count by.
    pub by: Vec<String>,
    /// How the tables are read.
    pub read: ReadOptions,
    /// Whether to assess the good rows when some are bad.
    pub keep_going: bool,
    /// Where to spill tables that are not sorted; the system's temporary folder without it.
    pub temporary: Option<PathBuf>,
    /// Where to write the result; nothing is written without it.
    pub output: Option<PathBuf>,
    /// Further facts for the metadata of a Parquet output.
    pub metadata: Vec<(String, String)>,
}

/// Why a run gave no result.
#[derive(Debug, thiserror::Error)]
pub enum RunError {
    /// A file or its columns.
    #[error(transparent)]
    Tables(#[from] TableProblems),
    /// A file while it was read or written.
    #[error(transparent)]
    Table(#[from] TableProblem),
    /// The pack or the batch.
    #[error(transparent)]
    Kernel(#[from] KernelError),
    /// A name that the pack does not have.
    #[error("{0}")]
    Name(Told),
    /// The user stopped it.
    #[error("stopped; nothing was written")]
    Stopped,
}

impl RunError {
    /// Why there is no result, in a language.
    pub fn tell(&self, language: Language) -> String {
        match self {
            RunError::Tables(problems) => problems.tell(language),
            RunError::Table(problem) => problem.tell(language),
            RunError::Kernel(error) => error.tell(language),
            RunError::Name(told) => told.get(language).to_owned(),
            RunError::Stopped => match language {
                Language::Vi => "đã dừng; không ghi kết quả nào".to_owned(),
                Language::En => self.to_string(),
            },
        }
    }
}

/// What a run came to.
#[derive(Debug)]
pub struct Report {
    /// The counts. Households in bad rows are not in them.
    pub summary: Summary,
    /// How rows became households.
    pub merged: MergeCounts,
    /// Rows read from the household and the member table.
    pub rows: [u64; 2],
    /// Rows of each table that name no household. Whose members they are cannot be known: some household that was
    /// assessed may lack one.
    pub dropped: [u64; 2],
    /// Cells that were mended without doubt.
    pub repairs: Repairs,
    /// Whether the tables had to be sorted.
    pub sorted: bool,
    /// Columns that files lack; their answers are unknown.
    pub absent: Vec<Arc<str>>,
    /// Rows written; none when there were problems and the run was not to keep going.
    pub written: Option<u64>,
}

/// What a run tells while it goes on.
pub trait Observer {
    /// So many bytes of the input are through, of all.
    fn progress(&mut self, bytes: u64, of: u64, households: u64);
    /// The tables are not sorted; they are sorted now and read a second time.
    fn sorting(&mut self);
}

/// Assesses tables. Problems of rows go to `problems`; the run is stopped from outside by `stop`.
pub fn run(
    program: &Arc<Program>,
    job: &Job,
    problems: &mut RowProblems,
    observer: &mut dyn Observer,
    stop: &AtomicBool,
) -> Result<Report, RunError> {
    let prepared = Prepared::new(program, job)?;
    match prepared.stream(false, problems, observer, stop)? {
        Ok(report) => Ok(report),
        Err(Unsorted { .. }) => {
            observer.sorting();
            problems.clear();
            match prepared.stream(true, problems, observer, stop)? {
                Ok(report) => Ok(report),
                Err(Unsorted { .. }) => unreachable!("sorted tables are sorted"),
            }
        }
    }
}

/// The files opened and the kernel made ready.
struct Prepared<'j> {
    job: &'j Job,
    kernel: Arc<Kernel>,
    layout: Arc<Layout>,
    tables: [Option<Table>; 2],
    size_column: Option<String>,
    pack: String,
    unverified: bool,
}

impl<'j> Prepared<'j> {
    fn new(program: &Arc<Program>, job: &'j Job) -> Result<Self, RunError> {
        let q = &program.pack.questionnaire;
        let carry = carried(q, &job.by)?;
        let codes: Vec<String> = job.by.iter().filter(|id| !is_code(q, id)).cloned().collect();
        let kernel = Arc::new(Kernel::new(program.clone(), job.method, job.review_date, codes)?);
        let (mut household, member) = read_variables(program, job.method);
        let size = size_variable(q);
        household.extend(size);
        let layout = Layout::new(q, &household, &member, &carry);
        let layout = Arc::new(job.review_date.map_or(layout.clone(), |review| layout.until(review)));
        let mut problems = TableProblems::default();
        let mut open = |kind, files: &[PathBuf]| match Table::open(&layout, kind, files, &job.read) {
            Ok(table) => Some(table),
            Err(found) => {
                problems.list.extend(found.list);
                None
            }
        };
        let households = open(TableKind::Households, &job.households);
        let members = if layout.has_roster() { open(TableKind::Members, &job.members) } else { None };
        if !problems.list.is_empty() {
            return Err(problems.into());
        }
        Ok(Self {
            job,
            kernel,
            layout,
            tables: [households, members],
            size_column: size.map(|i| q.household[i].id.value.clone()),
            pack: pack_column(program),
            unverified: !program.unverified_for(job.method).is_empty(),
        })
    }

    /// A table's batches, as they come or sorted first.
    fn source(&self, kind: TableKind, sort: bool, stop: &AtomicBool) -> Result<Source, RunError> {
        let Some(table) = &self.tables[kind as usize] else { return Ok(Source::none()) };
        let source = Source::streamed(table.units());
        if !sort {
            return Ok(source);
        }
        let mut sorter = Sorter::new(&self.layout, kind, self.job.temporary.as_deref())?;
        let mut source = source;
        while let Some(batch) = source.next()? {
            if stop.load(Ordering::Relaxed) {
                return Err(RunError::Stopped);
            }
            sorter.push(batch)?;
        }
        let sorted = sorter.finish()?;
        Ok(Source { rows: Rows::Sorted(Box::new(sorted)), ..source })
    }

    /// One pass over the tables: sorted first, or as they come.
    fn stream(
        &self,
        sort: bool,
        problems: &mut RowProblems,
        observer: &mut dyn Observer,
        stop: &AtomicBool,
    ) -> Result<Result<Report, Unsorted>, RunError> {
        let no_names: Arc<[Arc<str>]> = Arc::new([]);
        let names =
            |kind: TableKind| self.tables[kind as usize].as_ref().map_or(no_names.clone(), |t| t.names().clone());
        let mut merger = Merger::new(self.layout.clone(), names(TableKind::Households), names(TableKind::Members));
        let mut sources =
            [self.source(TableKind::Households, sort, stop)?, self.source(TableKind::Members, sort, stop)?];
        let of: u64 = self.tables.iter().flatten().map(Table::bytes).sum();
        let mut sink = Sink::new(self)?;
        loop {
            if stop.load(Ordering::Relaxed) {
                return Err(RunError::Stopped);
            }
            let kind = match merger.step() {
                Err(unsorted) => return Ok(Err(unsorted)),
                Ok(Step::Done) => break,
                Ok(Step::Work(work)) => {
                    problems.extend(merger.take_problems());
                    if problems.count() == 0 || self.job.keep_going {
                        sink.assess(work)?;
                    }
                    let bytes = sources.iter().map(|s| s.bytes).sum();
                    observer.progress(bytes, of, merger.counts().households);
                    continue;
                }
                Ok(Step::NeedHouseholds) => TableKind::Households,
                Ok(Step::NeedMembers) => TableKind::Members,
            };
            let source = &mut sources[kind as usize];
            match source.next()? {
                Some(batch) => merger.push(kind, batch),
                None => merger.finish(kind),
            }
            problems.extend(source.problems.drain(..));
        }
        problems.extend(merger.take_problems());
        let write = problems.count() == 0 || self.job.keep_going;
        let (summary, written) = sink.finish(write)?;
        let mut repairs = Repairs::default();
        sources.iter().for_each(|s| repairs.merge(&s.repairs));
        let absent = self.tables.iter().flatten().flat_map(|t| t.absent().iter().cloned()).collect();
        let rows = [sources[0].read, sources[1].read];
        let dropped = [sources[0].dropped, sources[1].dropped];
        Ok(Ok(Report { summary, merged: *merger.counts(), rows, dropped, repairs, sorted: sort, absent, written }))
    }
}

/// The batches of a table, decoded ahead.
struct Source {
    rows: Rows,
    ready: VecDeque<TableBatch>,
    problems: Vec<RowProblem>,
    repairs: Repairs,
    read: u64,
    dropped: u64,
    bytes: u64,
}

enum Rows {
    None,
    Streamed { units: Box<Units>, ahead: Ahead<Result<DecodedUnit, TableProblem>> },
    Sorted(Box<Sorted>),
}

/// Units of each table that may be decoded ahead.
const UNITS_AHEAD: usize = 3;

impl Source {
    fn none() -> Self {
        let (ready, problems, repairs) = (VecDeque::new(), Vec::new(), Repairs::default());
        Self { rows: Rows::None, ready, problems, repairs, read: 0, dropped: 0, bytes: 0 }
    }

    fn streamed(units: Units) -> Self {
        Self { rows: Rows::Streamed { units: Box::new(units), ahead: Ahead::new(UNITS_AHEAD) }, ..Self::none() }
    }

    fn next(&mut self) -> Result<Option<TableBatch>, TableProblem> {
        loop {
            if let Some(batch) = self.ready.pop_front() {
                return Ok(Some(batch));
            }
            let unit = match &mut self.rows {
                Rows::None => return Ok(None),
                Rows::Sorted(sorted) => return sorted.next().transpose(),
                Rows::Streamed { units, ahead } => {
                    while ahead.has_room() {
                        let Some(unit) = units.next() else { break };
                        let unit = unit?;
                        ahead.start(move || unit.decode());
                    }
                    match ahead.take() {
                        None => return Ok(None),
                        Some(unit) => unit?,
                    }
                }
            };
            self.ready.extend(unit.batches);
            self.problems.extend(unit.problems);
            self.repairs.merge(&unit.repairs);
            self.read += unit.rows;
            self.dropped += unit.dropped;
            self.bytes += unit.bytes;
        }
    }
}

/// Assesses batches ahead, gathers row groups, encodes them ahead and writes them in order.
struct Sink {
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

/// Batches that may be assessed ahead, and row groups that may be encoded ahead.
const BATCHES_AHEAD: usize = 4;
const GROUPS_AHEAD: usize = 2;

impl Sink {
    fn new(prepared: &Prepared) -> Result<Self, RunError> {
        let kernel = prepared.kernel.clone();
        let mut fields: Vec<Arc<Field>> = kernel.output_schema().fields().to_vec();
        fields.push(Arc::new(Field::new("pack", pack_type(), false)));
        fields.push(Arc::new(Field::new("rests_on_unverified", DataType::Boolean, false)));
        let schema: SchemaRef = Arc::new(Schema::new(fields));
        let writer = match &prepared.job.output {
            Some(path) => Some(OutputWriter::create(path, schema.clone(), &prepared.job.metadata)?),
            None => None,
        };
        Ok(Self {
            summary: Summary::new(&kernel, &prepared.job.by),
            kernel,
            schema,
            pack: prepared.pack.clone(),
            unverified: prepared.unverified,
            size_column: prepared.size_column.clone(),
            by: prepared.job.by.clone(),
            assessing: Ahead::new(BATCHES_AHEAD),
            group: Vec::new(),
            rows: 0,
            encoding: Ahead::new(GROUPS_AHEAD),
            writer,
        })
    }

    fn assess(&mut self, work: MergeWork) -> Result<(), RunError> {
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
    fn finish(mut self, write: bool) -> Result<(Summary, Option<u64>), RunError> {
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

fn is_code(q: &Questionnaire, id: &str) -> bool {
    q.household.iter().any(|v| v.id.value == id && matches!(v.kind, Kind::Code { .. }))
}

/// The variables that an assessment reads: those of the pack's own method and, for a local standard, those of the
/// national one beside it.
fn read_variables(program: &Program, method: usize) -> (Vec<usize>, Vec<usize>) {
    let own = program.plan(method);
    let (mut household, mut member) = (own.household, own.member);
    if let Some(national) = &program.national
        && let Some(method) = national.method(Some(&program.pack.methods[method].id.value))
    {
        let plan = national.plan(method);
        let (theirs, ours) = (&national.pack.questionnaire, &program.pack.questionnaire);
        let place = |theirs: &[Variable], ours: &[Variable], i: usize| {
            ours.iter().position(|v| v.id.value == theirs[i].id.value)
        };
        household.extend(plan.household.iter().filter_map(|i| place(&theirs.household, &ours.household, *i)));
        member.extend(plan.member.iter().filter_map(|i| place(&theirs.member, &ours.member, *i)));
    }
    (household, member)
}

/// The places of the variables to count by.
fn carried(q: &Questionnaire, by: &[String]) -> Result<Vec<usize>, RunError> {
    let fit = |v: &Variable| matches!(v.kind, Kind::Choice(_) | Kind::Code { .. });
    by.iter()
        .map(|id| {
            q.household.iter().position(|v| v.id.value == *id && fit(v)).ok_or_else(|| {
                let known: Vec<&str> = q.household.iter().filter(|v| fit(v)).map(|v| v.id.value.as_str()).collect();
                let known = known.join(", ");
                RunError::Name(told(
                    format!("không đếm hộ theo `{id}` được; có thể đếm theo: {known}"),
                    format!("households cannot be counted by `{id}`; there are: {known}"),
                ))
            })
        })
        .collect()
}

/// The household variable that counts persons, where members are not listed: the one in the unit `person`.
fn size_variable(q: &Questionnaire) -> Option<usize> {
    let person = vuon_policy::unit::Unit::base("person");
    let counts = |kind: &Kind| matches!(kind, Kind::Number { unit, decimals: 0, .. } if *unit == person);
    if q.has_roster() { None } else { q.household.iter().position(|v| counts(&v.kind)) }
}

/// Finds one household in tables and gives its batch of one row.
pub fn find_household(
    program: &Arc<Program>,
    job: &Job,
    id: &str,
) -> Result<Option<(Arc<Kernel>, RecordBatch)>, RunError> {
    let id = &*crate::cell::composed(id.trim());
    let prepared = Prepared::new(program, job)?;
    let never = AtomicBool::new(false);
    let mut merger_sources =
        [prepared.source(TableKind::Households, false, &never)?, prepared.source(TableKind::Members, false, &never)?];
    let mut kept: [Vec<TableBatch>; 2] = [Vec::new(), Vec::new()];
    for (source, kept) in merger_sources.iter_mut().zip(&mut kept) {
        while let Some(batch) = source.next()? {
            kept.extend(batch.only(id));
        }
    }
    let none: Arc<[Arc<str>]> = Arc::new([]);
    let names = |kind: TableKind| prepared.tables[kind as usize].as_ref().map_or(none.clone(), |t| t.names().clone());
    let mut merger = Merger::new(prepared.layout.clone(), names(TableKind::Households), names(TableKind::Members));
    let [households, members] = kept;
    let mut problems: Vec<RowProblem> = Vec::new();
    for (kind, batches) in [(TableKind::Households, households), (TableKind::Members, members)] {
        batches.into_iter().for_each(|batch| merger.push(kind, batch));
        merger.finish(kind);
    }
    for source in &merger_sources {
        problems.extend(source.problems.iter().filter(|p| p.household.as_deref() == Some(id)).cloned());
    }
    if let Ok(Step::Work(work)) = merger.step() {
        return Ok(Some((prepared.kernel.clone(), work.assemble())));
    }
    problems.extend(merger.take_problems());
    match problems.first() {
        None => Ok(None),
        Some(_) => {
            let list = |language| problems.iter().map(|p| p.tell(language)).collect::<Vec<_>>().join("\n");
            Err(RunError::Name(told(
                format!("không đánh giá được hộ này:\n{}", list(Language::Vi)),
                format!("this household cannot be assessed:\n{}", list(Language::En)),
            )))
        }
    }
}
