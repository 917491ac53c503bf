//! The row kernel: a batch of households in, a batch of assessments out.
//!
//! A [`Kernel`] is one method of one checked pack made ready for one review date. It evaluates the pack's graph a column
//! at a time: columns of the household by household, columns of the members on the flat list of all members of the
//! batch, folded by where each household's members begin. It means exactly what [`vuon_policy::evaluate`] means, row by
//! row; `tests/agreement.rs` compares the two. It knows neither files nor threads, and may be shared by many.
//!
//! *In*: a household batch ([`Kernel::assess`]). *Out*: one row for each household, in the same order, of
//! [`Kernel::output_schema`].

mod bits;
mod classify;
mod column;
mod error;
mod fold;
pub(crate) mod household;
mod input;
mod ints;
mod output;
mod profile;
mod run;
mod steps;

pub use error::KernelError;
pub use profile::{ProfileColumns, ProfileKernel, ProfileParts};

use arrow::array::{ArrayRef, RecordBatch};
use arrow::datatypes::SchemaRef;
use classify::Classified;
use household::Households;
use input::Input;
use output::{Assessed, OutputColumn};
use run::{Columns, Review, Schedule};
use std::sync::Arc;
use vuon_policy::assess;
use vuon_policy::calendar::Day;
use vuon_policy::evaluate::Household;
use vuon_policy::ir::{NodeId, Op};
use vuon_policy::program::{Plan, Program};

/// One method of a pack, ready to assess batches of households.
pub struct Kernel {
    own: Assessor,
    plan: Plan,
    /// What must stay until the output is written: before the status is known, and after.
    after: Schedule,
    national: Option<Assessor>,
    review_date: Option<Day>,
    output: Vec<OutputColumn>,
    schema: SchemaRef,
    /// Whether choices may lie beyond the list, as in a table that another pack's options were read into.
    foreign_options: bool,
}

/// What gives a household its status by one program.
struct Assessor {
    program: Arc<Program>,
    method: usize,
    before: Schedule,
    review: Option<Review>,
}

impl Kernel {
    /// Makes ready the method at a place of the pack. `carry` names choices and codes of the household that the output
    /// repeats. A local standard is assessed with the national one beside it, by the method of the same id.
    pub fn new(
        program: Arc<Program>,
        method: usize,
        review_date: Option<Day>,
        carry: Vec<String>,
    ) -> Result<Self, KernelError> {
        Self::with(program, method, review_date, carry, false)
    }

    /// As [`new`](Self::new), with a column `entitled_…` for each scheme of support, by the status that the answers give.
    /// Where a scheme is for some classes of area only, yes is null: the kernel does not know the classes of areas.
    pub fn with_schemes(
        program: Arc<Program>,
        method: usize,
        review_date: Option<Day>,
        carry: Vec<String>,
    ) -> Result<Self, KernelError> {
        Self::with(program, method, review_date, carry, true)
    }

    fn with(
        program: Arc<Program>,
        method: usize,
        review_date: Option<Day>,
        carry: Vec<String>,
        schemes: bool,
    ) -> Result<Self, KernelError> {
        if method >= program.methods.len() {
            return Err(KernelError::NoMethod { pack: program.pack.id.value.clone(), method });
        }
        let plan = program.plan(method);
        let dag = &program.dag;
        let reported = program.pack.measures.iter().zip(&program.measures).filter(|(pack, _)| pack.report);
        let mut first = decisive(&program, method);
        first.extend(program.indicators.iter().chain(&program.deprivations));
        first.extend(reported.map(|(_, measure)| measure.node));
        let before = dag.needed_by(first.iter().copied());
        let mut last = program.flag_nodes.clone();
        last.extend(program.schemes.iter().filter(|_| schemes).map(|scheme| scheme.entitled));
        let after = dag.needed_by(last.iter().copied());
        let after: Vec<NodeId> = after.into_iter().filter(|id| before.binary_search(id).is_err()).collect();

        // What the second walk finds there from the first must stay until then.
        let mut kept = first;
        kept.extend(&last);
        let after = Schedule::new(dag, &after, &kept);
        kept.extend(after.nodes().flat_map(|id| dag.node(id).op.inputs()));
        let own = Assessor::new(program.clone(), method, &before, &kept, &after, review_date)?;

        let national = match &program.national {
            None => None,
            Some(national) => Some(Assessor::national(national, &program, method, review_date)?),
        };
        let output = output::columns_of(&program, method, program.deprivations, &carry, schemes)?;
        let schema = output::schema_of(&output);
        Ok(Self { own, plan, after, national, review_date, output, schema, foreign_options: false })
    }

    /// The same kernel beside another one over the same batches. An option of a list that goes on after this pack's own is
    /// unknown to it. It does not look for the questions to ask: there is no such column.
    #[must_use]
    pub fn beside_another(mut self) -> Self {
        self.output.retain(|column| !column.asks());
        self.schema = output::schema_of(&self.output);
        self.foreign_options = true;
        self
    }

    /// The pack.
    pub fn program(&self) -> &Arc<Program> {
        &self.own.program
    }

    /// The names and types of the columns that [`Kernel::assess`] gives, whatever it is given.
    pub fn output_schema(&self) -> SchemaRef {
        self.schema.clone()
    }

    /// Assesses a household batch: one row for each household, and columns found by the ids of the questionnaire's
    /// variables: `id` and `code` as `Utf8`, `choice` as `Int16` (the place of the option), `number` as `Int64` (scaled
    /// by its decimals), `bool` as `Boolean`, `date` as `Date32`; null is unknown. Where the questionnaire has a roster,
    /// `members` is a `List` without nulls of a `Struct` of the member's variables. A variable without a column is
    /// unknown everywhere, but the id and the roster must be there.
    pub fn assess(&self, batch: &RecordBatch) -> Result<RecordBatch, KernelError> {
        let national = self.national.as_ref().map(|national| national.status(batch)).transpose()?;

        let program = &self.own.program;
        let input = Input::new(&program.pack.questionnaire, batch, self.foreign_options)?;
        let mut columns = self.own.columns(&input);
        let own = self.own.classify(&mut columns)?;
        columns.status = Some(own.possible.clone());
        columns.compute(&self.after)?;

        let households = Households::new(&program.pack.questionnaire, batch)?;
        let questions = |row: usize| Ok(self.questions(&households.at(row)));
        let assessed =
            Assessed { input: batch, columns: &columns, national: national.as_ref(), own: &own, questions: &questions };
        let filled: Result<Vec<ArrayRef>, KernelError> = self.output.iter().map(|c| c.fill(&assessed)).collect();
        Ok(RecordBatch::try_new(self.schema.clone(), filled?)?)
    }

    /// The answers of the household in a row of a batch, for the evaluator that gives reasons.
    ///
    /// # Panics
    /// Where the batch has no such row.
    pub fn household_at(&self, batch: &RecordBatch, row: usize) -> Result<Household, KernelError> {
        Ok(Households::new(&self.own.program.pack.questionnaire, batch)?.at(row))
    }

    /// What to ask of a household that is undetermined.
    fn questions(&self, household: &Household) -> String {
        let questions = assess::questions(&self.own.program, &self.plan, household, self.review_date);
        questions.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ")
    }
}

impl Assessor {
    /// `before` are the nodes to compute in order; the columns of `kept` stay. `after` is what will follow.
    fn new(
        program: Arc<Program>,
        method: usize,
        before: &[NodeId],
        kept: &[NodeId],
        after: &Schedule,
        review_date: Option<Day>,
    ) -> Result<Self, KernelError> {
        let dates = |id: NodeId| matches!(program.dag.node(id).op, Op::ReviewDate | Op::Age(_) | Op::MonthsSince(_));
        let needs_date = before.iter().copied().chain(after.nodes()).any(dates);
        let review = match review_date {
            Some(day) if !(Day::FIRST..=Day::LAST).contains(&day) => return Err(KernelError::ReviewDate),
            None if needs_date => return Err(KernelError::NoReviewDate(program.pack.id.value.clone())),
            day => day.filter(|_| needs_date).map(Review::on),
        };
        let before = Schedule::new(&program.dag, before, kept);
        Ok(Self { program, method, before, review })
    }

    /// The national standard beside a local one.
    fn national(
        national: &Arc<Program>,
        local: &Program,
        method: usize,
        review_date: Option<Day>,
    ) -> Result<Self, KernelError> {
        let id = &local.pack.methods[method].id.value;
        let method = national.method(Some(id)).ok_or_else(|| KernelError::NoNationalMethod {
            national: national.pack.id.value.clone(),
            method: id.clone(),
        })?;
        input::same_questions(&national.pack, &local.pack)?;
        let decisive = decisive(national, method);
        let before = national.dag.needed_by(decisive.iter().copied());
        Self::new(national.clone(), method, &before, &decisive, &Schedule::default(), review_date)
    }

    fn status(&self, batch: &RecordBatch) -> Result<Classified, KernelError> {
        let input = Input::new(&self.program.pack.questionnaire, batch, true)?;
        self.classify(&mut self.columns(&input))
    }

    fn columns<'a>(&'a self, input: &'a Input) -> Columns<'a> {
        Columns::new(&self.program.dag, input, self.review.as_ref())
    }

    fn classify(&self, columns: &mut Columns) -> Result<Classified, KernelError> {
        columns.compute(&self.before)?;
        Ok(classify::classify(&self.program, &self.program.methods[self.method], columns))
    }
}

/// The nodes that decide the status.
fn decisive(program: &Program, method: usize) -> Vec<NodeId> {
    let method = &program.methods[method];
    let mut nodes: Vec<NodeId> = method.rules.iter().map(|rule| rule.when).collect();
    nodes.extend(method.scorecards.iter().map(|card| program.scorecards[*card].column));
    if method.complete_cases {
        nodes.extend(&program.indicators);
    }
    nodes
}
