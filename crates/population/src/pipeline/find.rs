//! One household of the tables, for its reason to be told.

use super::{Job, Prepared, RunError};
use crate::kernel::Kernel;
use crate::layout::TableKind;
use crate::merge::Step;
use crate::read::TableBatch;
use crate::row_problem::RowProblem;
use crate::words::told;
use arrow::array::RecordBatch;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use vuon_policy::model::Language;
use vuon_policy::program::Program;

/// Finds one household in tables and gives its batch of one row.
pub fn find_household(
    program: &Arc<Program>,
    job: &Job,
    id: &str,
) -> Result<Option<(Arc<Kernel>, RecordBatch)>, RunError> {
    let id = &*crate::cell::composed(id.trim());
    let prepared = Prepared::new(program, job)?;
    let never = AtomicBool::new(false);
    let tables = &prepared.tables;
    let mut sources =
        [tables.source(TableKind::Households, false, &never)?, tables.source(TableKind::Members, false, &never)?];
    let mut kept: [Vec<TableBatch>; 2] = [Vec::new(), Vec::new()];
    for (source, kept) in sources.iter_mut().zip(&mut kept) {
        while let Some(batch) = source.next()? {
            kept.extend(batch.only(id));
        }
    }
    let mut merger = tables.merger();
    let [households, members] = kept;
    let mut problems: Vec<RowProblem> = Vec::new();
    for (kind, batches) in [(TableKind::Households, households), (TableKind::Members, members)] {
        batches.into_iter().for_each(|batch| merger.push(kind, batch));
        merger.finish(kind);
    }
    for source in &sources {
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
