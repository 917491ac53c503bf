//! From files to a file: tables are read, merged, assessed and written, as fast as the cores allow.
//!
//! Three things go on at once, each ahead of the next and taken back in order: *decoding* units of the two tables,
//! *assessing* batches of whole households, *encoding* row groups of the output. Between them, on the calling thread,
//! stands the merger, which only compares ids. Nothing depends on which thread is faster, so the same input gives the
//! same bytes with any number of threads.
//!
//! [`crate::profiles`] and [`crate::compare`] read the same tables in the same way and give batches instead of a file.

mod find;
mod output;
mod source;
mod tables;
mod variables;

pub use find::find_household;

pub(crate) use tables::Tables;
pub(crate) use variables::{read_variables, size_variable};

use crate::kernel::{Kernel, KernelError};
use crate::layout::Layout;
use crate::merge::MergeCounts;
use crate::read::ReadOptions;
use crate::row_problem::{Repairs, RowProblems};
use crate::summary::Summary;
use crate::table_problem::{TableProblem, TableProblems};
use crate::words::Told;
use output::Output;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use variables::{carried, is_code};
use vuon_policy::calendar::Day;
use vuon_policy::model::Language;
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
    /// Whether to tell who is entitled to which scheme of support as well.
    pub schemes: bool,
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

/// What reading the tables came to.
#[derive(Clone, Debug, Default)]
pub struct Reading {
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
}

/// What came of passing over the households of the tables.
#[derive(Clone, Debug)]
pub struct Folded<S> {
    /// What was made of the households; none when there were problems and the run was not to keep going.
    pub state: Option<S>,
    /// How the tables were read.
    pub reading: Reading,
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

/// How a run is followed and stopped from outside.
pub struct Watch<'w> {
    /// Where problems of rows go.
    pub problems: &'w mut RowProblems,
    /// Who is told how far it is.
    pub observer: &'w mut dyn Observer,
    /// Raised to stop it.
    pub stop: &'w AtomicBool,
}

/// Batches that may be assessed ahead.
const BATCHES_AHEAD: usize = 4;

/// Assesses tables. Problems of rows go to `problems`; the run is stopped from outside by `stop`.
pub fn run(
    program: &Arc<Program>,
    job: &Job,
    problems: &mut RowProblems,
    observer: &mut dyn Observer,
    stop: &AtomicBool,
) -> Result<Report, RunError> {
    let prepared = Prepared::new(program, job)?;
    let mut watch = Watch { problems, observer, stop };
    let (output, reading) = prepared.tables.fold(
        &mut watch,
        || Output::new(&prepared, job, program),
        |output, work, _| output.assess(work),
    )?;
    let (summary, written) = output.finish(prepared.tables.go_on(&watch))?;
    let Reading { merged, rows, dropped, repairs, sorted, absent } = reading;
    Ok(Report { summary, merged, rows, dropped, repairs, sorted, absent, written })
}

/// The files opened and the kernel made ready.
struct Prepared {
    kernel: Arc<Kernel>,
    tables: Tables,
    size_column: Option<String>,
}

impl Prepared {
    fn new(program: &Arc<Program>, job: &Job) -> Result<Self, RunError> {
        let q = &program.pack.questionnaire;
        let carry = carried(q, &job.by)?;
        let codes: Vec<String> = job.by.iter().filter(|id| !is_code(q, id)).cloned().collect();
        let make = if job.schemes { Kernel::with_schemes } else { Kernel::new };
        let kernel = Arc::new(make(program.clone(), job.method, job.review_date, codes)?);
        let (mut household, mut member) = read_variables(program, job.method);
        if job.schemes {
            let nodes = program.schemes.iter().map(|scheme| scheme.entitled);
            let (of_household, of_member) = program.variables_behind(nodes);
            household.extend(of_household);
            member.extend(of_member);
        }
        let size = size_variable(q);
        household.extend(size);
        let tables = Tables::open(Layout::new(q, &household, &member, &carry), job)?;
        Ok(Self { kernel, tables, size_column: size.map(|i| q.household[i].id.value.clone()) })
    }
}
