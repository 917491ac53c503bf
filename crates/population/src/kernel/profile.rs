//! The indicators of a pack, and its status and flags where they are wanted, without the rest of an assessment: what a
//! deprivation profile is made of. Only what these need is evaluated, and only the questions they ask are read.
//!
//! Each value is what [`super::Kernel::assess`] gives in its column of the same meaning.

use super::error::KernelError;
use super::input::Input;
use super::output::{bools, dictionary, outcome_names, statuses};
use super::run::Schedule;
use super::{Assessor, decisive};
use arrow::array::{ArrayRef, BooleanArray, RecordBatch, StringArray};
use arrow::compute::cast;
use arrow::datatypes::DataType;
use std::sync::Arc;
use vuon_policy::calendar::Day;
use vuon_policy::ir::{Level, NodeId, Op};
use vuon_policy::program::Program;

/// What is wanted beside the indicators.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct ProfileParts {
    /// Whether the status is.
    pub status: bool,
    /// Which subgroups and events are, by their places in [`Program::flags`].
    pub flags: Vec<usize>,
}

/// One method of a pack made ready for the profiles of batches of households.
pub struct ProfileKernel {
    own: Assessor,
    after: Schedule,
    wanted: ProfileParts,
    /// The names of the outcomes, where the status is wanted.
    outcomes: Option<Arc<StringArray>>,
    household: Vec<usize>,
    member: Vec<usize>,
}

/// The profiles of a batch: a row for each household, in the same order.
#[derive(Clone, PartialEq, Debug)]
pub struct ProfileColumns {
    /// Whether each is deprived, an array for each indicator of the pack; null is unknown.
    pub indicators: Vec<BooleanArray>,
    /// The status as a dictionary of the pack's statuses, `undetermined` and `refused`; never null.
    pub status: Option<ArrayRef>,
    /// Whether each is in the subgroup or has the event, an array for each wanted; null is unknown.
    pub flags: Vec<BooleanArray>,
}

impl ProfileKernel {
    /// Makes ready the method at a place of the pack.
    ///
    /// # Panics
    /// Where the pack has no such flag.
    pub fn new(
        program: &Arc<Program>,
        method: usize,
        review_date: Option<Day>,
        wanted: ProfileParts,
    ) -> Result<Self, KernelError> {
        if method >= program.methods.len() {
            return Err(KernelError::NoMethod { pack: program.pack.id.value.clone(), method });
        }
        let dag = &program.dag;
        let classifies = wanted.status || !wanted.flags.is_empty();
        let mut first = program.indicators.clone();
        if classifies {
            first.extend(decisive(program, method));
        }
        let flags: Vec<NodeId> = wanted.flags.iter().map(|flag| program.flag_nodes[*flag]).collect();
        let before = dag.needed_by(first.iter().copied());
        let after = dag.needed_by(flags.iter().copied());
        let after: Vec<NodeId> = after.into_iter().filter(|id| before.binary_search(id).is_err()).collect();
        let read = |level: Level| {
            let variable = |id: &NodeId| match (dag.node(*id).level, &dag.node(*id).op) {
                (of, Op::BoolVar(variable) | Op::IntVar(variable)) if of == level => Some(*variable),
                _ => None,
            };
            let mut read: Vec<usize> = before.iter().chain(&after).filter_map(variable).collect();
            read.sort_unstable();
            read.dedup();
            read
        };
        let (household, member) = (read(Level::Household), read(Level::Member));

        // As in a whole assessment: what the second walk finds there from the first must stay until then.
        let mut kept = first;
        kept.extend(&flags);
        let after = Schedule::new(dag, &after, &kept);
        kept.extend(after.nodes().flat_map(|id| dag.node(id).op.inputs()));
        let own = Assessor::new(program.clone(), method, &before, &kept, &after, review_date)?;
        let outcomes = if wanted.status { Some(outcome_names(program)?) } else { None };
        Ok(Self { own, after, wanted, outcomes, household, member })
    }

    /// The pack.
    pub fn program(&self) -> &Arc<Program> {
        &self.own.program
    }

    /// The household variables that are read, by their places in the questionnaire.
    pub fn household_variables(&self) -> &[usize] {
        &self.household
    }

    /// The member variables that are read.
    pub fn member_variables(&self) -> &[usize] {
        &self.member
    }

    /// The profiles of a household batch, as [`super::Kernel::assess`] takes it.
    pub fn profiles(&self, batch: &RecordBatch) -> Result<ProfileColumns, KernelError> {
        let program = &self.own.program;
        let input = Input::new(&program.pack.questionnaire, batch, false)?;
        let mut columns = self.own.columns(&input);
        let mut status = None;
        if self.wanted.status || !self.wanted.flags.is_empty() {
            let own = self.own.classify(&mut columns)?;
            if let Some(names) = &self.outcomes {
                status = Some(cast(&statuses(&own, names)?, &dictionary(DataType::Int32))?);
            }
            columns.status = Some(own.possible);
            columns.compute(&self.after)?;
        } else {
            columns.compute(&self.own.before)?;
        }
        let yes_no = |node: &NodeId| bools(columns.tris(*node), batch.num_rows());
        Ok(ProfileColumns {
            indicators: program.indicators.iter().map(yes_no).collect(),
            status,
            flags: self.wanted.flags.iter().map(|flag| yes_no(&program.flag_nodes[*flag])).collect(),
        })
    }
}
