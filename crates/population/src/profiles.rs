//! Households by a pack as deprivation profiles, batch by batch, in the order of the tables: what a cube is counted from.
//!
//! [`Profiles::open`] opens the tables and checks their columns; [`Profiles::schema`] is the form of every batch:
//!
//! | Column | Type | |
//! |---|---|---|
//! | `deprived_ID` for each indicator of the pack, in order | `Boolean` | null is unknown, by the pack's own rules |
//! | `status`, if wanted | `Dictionary(Int32, Utf8)` | the pack's statuses, `undetermined`, `refused`; never null |
//! | `is_ID` for each wanted subgroup or event, in order | `Dictionary(Int32, Utf8)` | `yes`, `no`; null is unknown |
//! | each wanted column, in order | `Float64` or `Dictionary(Int32, Utf8)` | see [`crate::beside`] |
//! | `persons`, if wanted | `Float64` | null is unknown |
//!
//! Only the questions that these need must be in the tables: where neither a status nor a flag is wanted, those that the
//! indicators ask, and no income. [`Profiles::fold`] passes over the households. Reading, merging and evaluating go on
//! ahead on other threads; the batches come one by one on the calling thread, the same whatever the threads do.
//!
//! Where the pack is a local standard, indicators, status and flags are its own.
//!
//! [`PackCubes`] counts the profiles into a cube in the same pass.

mod cubes;

pub use cubes::{Counted, PackCubes};

use crate::beside::{Beside, PERSONS, Wanted, label_type, yes_no};
use crate::kernel::{KernelError, ProfileKernel, ProfileParts};
use crate::layout::Layout;
use crate::pipeline::{Folded, Job, RunError, Tables, Watch};
use crate::words::told;
use arrow::array::{ArrayRef, RecordBatch};
use arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use std::sync::Arc;
use vuon_policy::program::Program;

/// The name of the column with the status.
pub const STATUS: &str = "status";

/// What is wanted of each household beside its indicators.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Spec {
    /// Weights, strata, keys, persons.
    pub beside: Wanted,
    /// Whether the status by the pack is.
    pub status: bool,
    /// Ids of subgroups and events of the pack.
    pub flags: Vec<String>,
}

/// Tables opened to be told as profiles.
pub struct Profiles {
    tables: Tables,
    maker: Maker,
}

/// Makes profiles of households, on any thread.
#[derive(Clone)]
struct Maker {
    kernel: Arc<ProfileKernel>,
    beside: Arc<Beside>,
    schema: SchemaRef,
}

impl Profiles {
    /// Opens the tables of a job, to be told by the method of the pack that the job names. Its groups and its output are of
    /// no concern.
    pub fn open(program: &Arc<Program>, job: &Job, spec: &Spec) -> Result<Self, RunError> {
        let q = &program.pack.questionnaire;
        let flags = spec.flags.iter().map(|id| flag(program, id)).collect::<Result<_, _>>()?;
        let parts = ProfileParts { status: spec.status, flags };
        let kernel = ProfileKernel::new(program, job.method, job.review_date, parts)?;
        let beside = Beside::new(q, &spec.beside)?;
        let schema = schema(program, spec, &beside)?;
        let (household, member) = (kernel.household_variables(), kernel.member_variables());
        let layout = Layout::new(q, household, member, &beside.questions).with_passengers(&beside.passengers);
        let tables = Tables::open(layout, job)?;
        Ok(Self { tables, maker: Maker { kernel: Arc::new(kernel), beside: Arc::new(beside), schema } })
    }

    /// The form of every batch.
    pub fn schema(&self) -> &SchemaRef {
        &self.maker.schema
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
        mut take: impl FnMut(&mut S, &RecordBatch) -> Result<(), E>,
    ) -> Result<Folded<S>, E> {
        let maker = self.maker.clone();
        self.tables.fold_ahead(
            watch,
            start,
            move |households| maker.make(&households.assemble()),
            |state, batch, _| take(state, &batch),
        )
    }
}

impl Maker {
    fn make(&self, households: &RecordBatch) -> Result<RecordBatch, KernelError> {
        let profiles = self.kernel.profiles(households)?;
        let mut columns: Vec<ArrayRef> = profiles.indicators.into_iter().map(|column| Arc::new(column) as _).collect();
        columns.extend(profiles.status);
        columns.extend(profiles.flags.iter().map(|flag| yes_no(flag)));
        columns.extend(self.beside.make(households));
        Ok(RecordBatch::try_new(self.schema.clone(), columns)?)
    }
}

/// The place of a subgroup or event.
fn flag(program: &Program, id: &str) -> Result<usize, RunError> {
    program.flags().position(|flag| flag.id.value == id).ok_or_else(|| {
        let known: Vec<&str> = program.flags().map(|flag| flag.id.value.as_str()).collect();
        let (pack, known) = (&program.pack.id.value, known.join(", "));
        RunError::Name(told(
            format!("gói chính sách {pack} không có nhóm hay biến động `{id}`; có: {known}"),
            format!("the pack {pack} has no subgroup or event `{id}`; there are: {known}"),
        ))
    })
}

/// The form of every batch. A wanted column may not be called like one that the pack gives.
fn schema(program: &Program, spec: &Spec, beside: &Beside) -> Result<SchemaRef, RunError> {
    let indicators = program.pack.indicators.iter();
    let mut fields: Vec<Field> = indicators
        .map(|indicator| Field::new(format!("deprived_{}", indicator.id.value), DataType::Boolean, true))
        .collect();
    if spec.status {
        fields.push(Field::new(STATUS, label_type(), false));
    }
    fields.extend(spec.flags.iter().map(|id| Field::new(format!("is_{id}"), label_type(), true)));
    let given = |name: &str| fields.iter().any(|f| f.name() == name) || (spec.beside.persons && name == PERSONS);
    if let Some(column) = spec.beside.columns.iter().find(|column| given(&column.name)) {
        let name = &column.name;
        return Err(RunError::Name(told(
            format!("cột `{name}` trùng tên với một cột lấy từ gói chính sách; hãy đổi tên cột trong bảng"),
            format!("the column `{name}` is called like one that the policy gives; rename it in the table"),
        )));
    }
    fields.extend(beside.fields());
    Ok(Arc::new(Schema::new(fields)))
}
