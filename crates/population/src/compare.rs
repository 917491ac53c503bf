//! The same households by two standards, batch by batch, in the order of the tables: who enters, who leaves, who stays.
//!
//! The standards are two packs, or one pack and itself with other values. Both read the same tables: the questions of the
//! two are united, and one that both know must mean the same in both. Each household is read and merged once and assessed
//! twice; reading, merging and assessing go on ahead on other threads, and the batches come one by one on the calling
//! thread, the same whatever the threads do.
//!
//! An option that only the longer of two lists has is unknown to the standard of the shorter one, as it is to the national
//! standard beside a local one.

mod united;

use crate::beside::{Beside, Wanted};
use crate::kernel::{Kernel, KernelError};
use crate::layout::Layout;
use crate::pipeline::{Folded, Job, RunError, Tables, Watch};
use arrow::array::RecordBatch;
use arrow::datatypes::{Schema, SchemaRef};
use std::sync::Arc;
use united::United;
use vuon_policy::program::Program;

/// A pack and one of its methods.
#[derive(Clone, Copy, Debug)]
pub struct Standard<'p> {
    /// The pack.
    pub program: &'p Arc<Program>,
    /// The place of its method.
    pub method: usize,
}

/// Households as two standards see them. Every batch has one row for each household, in the same order.
#[derive(Clone, Debug)]
pub struct Compared {
    /// What [`Kernel::assess`] gives by each standard, but for the questions to ask.
    pub assessed: [RecordBatch; 2],
    /// The wanted columns, in the form of [`Comparison::beside_schema`].
    pub beside: RecordBatch,
    /// The households as they were read.
    pub households: RecordBatch,
}

/// Tables opened to be assessed by two standards.
pub struct Comparison {
    tables: Tables,
    maker: Maker,
}

/// Assesses by both standards, on any thread.
#[derive(Clone)]
struct Maker {
    kernels: [Arc<Kernel>; 2],
    beside: Arc<Beside>,
    beside_schema: SchemaRef,
}

impl Comparison {
    /// Opens the tables of a job. Both standards review on the job's day; the job's own method, its groups and its output
    /// are of no concern.
    pub fn open(standards: [Standard<'_>; 2], job: &Job, wanted: &Wanted) -> Result<Self, RunError> {
        let united = United::of(standards, wanted)?;
        let kernel = |standard: Standard<'_>| -> Result<Arc<Kernel>, KernelError> {
            let kernel = Kernel::new(standard.program.clone(), standard.method, job.review_date, Vec::new())?;
            Ok(Arc::new(kernel.beside_another()))
        };
        let kernels = [kernel(standards[0])?, kernel(standards[1])?];
        let beside = Beside::new(&united.questionnaire, wanted)?;
        let beside_schema = Arc::new(Schema::new(beside.fields()));
        let layout = Layout::new(&united.questionnaire, &united.household, &united.member, &beside.questions);
        let tables = Tables::open(layout.with_passengers(&beside.passengers), job)?;
        Ok(Self { tables, maker: Maker { kernels, beside: Arc::new(beside), beside_schema } })
    }

    /// The form of [`Compared::assessed`].
    pub fn assessed_schemas(&self) -> [SchemaRef; 2] {
        [self.maker.kernels[0].output_schema(), self.maker.kernels[1].output_schema()]
    }

    /// The form of [`Compared::beside`].
    pub fn beside_schema(&self) -> &SchemaRef {
        &self.maker.beside_schema
    }

    /// Passes over the households and gives each batch to `take`, with a state that `start` begins. Where the tables turn
    /// out not to be sorted by household, they are sorted and read once more: what was taken is thrown away and another
    /// state begun. There is no state at the end when rows were bad and the job was not to keep going.
    ///
    /// It waits for the threads of the pool, and so is not called on one of them.
    pub fn fold<S, E: From<RunError>>(
        &self,
        watch: &mut Watch<'_>,
        start: impl FnMut() -> Result<S, E>,
        mut take: impl FnMut(&mut S, &Compared) -> Result<(), E>,
    ) -> Result<Folded<S>, E> {
        let maker = self.maker.clone();
        self.tables.fold_ahead(
            watch,
            start,
            move |households| maker.make(households.assemble()),
            |state, compared, _| take(state, &compared),
        )
    }
}

impl Maker {
    fn make(&self, households: RecordBatch) -> Result<Compared, KernelError> {
        let [before, after] = &self.kernels;
        let assessed = [before.assess(&households)?, after.assess(&households)?];
        let options = arrow::array::RecordBatchOptions::new().with_row_count(Some(households.num_rows()));
        let columns = self.beside.make(&households);
        let beside = RecordBatch::try_new_with_options(self.beside_schema.clone(), columns, &options)?;
        Ok(Compared { assessed, beside, households })
    }
}
