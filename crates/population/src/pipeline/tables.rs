//! The tables of a job, opened, and a fold over their households: as they come or, where that fails, sorted first.

use super::source::{Rows, Source};
use super::{BATCHES_AHEAD, Folded, Job, Reading, RunError, Watch};
use crate::ahead::Ahead;
use crate::kernel::KernelError;
use crate::layout::{Layout, TableKind};
use crate::merge::{MergeWork, Merger, Step, Unsorted};
use crate::read::Table;
use crate::row_problem::{Repairs, RowProblems};
use crate::sort::Sorter;
use crate::table_problem::TableProblems;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// The household table and, with a roster, the member table; their columns have been checked.
pub(crate) struct Tables {
    layout: Arc<Layout>,
    tables: [Option<Table>; 2],
    temporary: Option<PathBuf>,
    keep_going: bool,
    thorough: bool,
}

impl Tables {
    /// Opens the files of a job. Everything wrong with any of them is told at once.
    pub fn open(layout: Layout, job: &Job) -> Result<Self, RunError> {
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
        let (temporary, keep_going) = (job.temporary.clone(), job.keep_going);
        Ok(Self { layout, tables: [households, members], temporary, keep_going, thorough: false })
    }

    /// The same tables, whose households are gone through to the end although they no longer count, where there is
    /// something to find in them.
    #[must_use]
    pub fn thoroughly(mut self) -> Self {
        self.thorough = true;
        self
    }

    /// The names of the files of a table.
    pub fn names(&self, kind: TableKind) -> Arc<[Arc<str>]> {
        self.tables[kind as usize].as_ref().map_or_else(|| Arc::new([]) as _, |table| table.names().clone())
    }

    /// How many rows the household table has, where its files say so.
    pub fn household_rows(&self) -> Option<u64> {
        self.tables[TableKind::Households as usize].as_ref().and_then(Table::rows)
    }

    /// A merger of the tables.
    pub fn merger(&self) -> Merger {
        Merger::new(self.layout.clone(), self.names(TableKind::Households), self.names(TableKind::Members))
    }

    /// Whether households still count: no row is bad, or the good ones are wanted all the same.
    pub fn go_on(&self, watch: &Watch<'_>) -> bool {
        watch.problems.count() == 0 || self.keep_going
    }

    /// Gives complete households to `take`, in the order of their ids, until a row is bad and the job is not to keep
    /// going; what is wrong with further rows is then still found. What `take` itself finds wrong goes to the problems as
    /// well. Where the tables turn out not to be sorted, what was
    /// taken is thrown away: they are sorted and all begins anew with another `start`.
    pub fn fold<S, E: From<RunError>>(
        &self,
        watch: &mut Watch<'_>,
        mut start: impl FnMut() -> Result<S, E>,
        mut take: impl FnMut(&mut S, MergeWork, &mut RowProblems) -> Result<(), E>,
    ) -> Result<(S, Reading), E> {
        match self.pass(false, watch, &mut start, &mut take)? {
            Ok(done) => Ok(done),
            Err(Unsorted { .. }) => {
                watch.observer.sorting();
                watch.problems.clear();
                match self.pass(true, watch, &mut start, &mut take)? {
                    Ok(done) => Ok(done),
                    Err(Unsorted { .. }) => unreachable!("sorted tables are sorted"),
                }
            }
        }
    }

    /// As [`Tables::fold`], with `work` done ahead on other threads on each batch of households and its results given to
    /// `take` in their order.
    pub fn fold_ahead<T, S, E>(
        &self,
        watch: &mut Watch<'_>,
        mut start: impl FnMut() -> Result<S, E>,
        work: impl Fn(MergeWork) -> Result<T, KernelError> + Clone + Send + 'static,
        mut take: impl FnMut(&mut S, T, &mut RowProblems) -> Result<(), E>,
    ) -> Result<Folded<S>, E>
    where
        T: Send + 'static,
        E: From<RunError>,
    {
        type Going<T, S> = (Ahead<Result<T, KernelError>>, S);
        // The oldest result to the state beside it; false when there is none.
        let mut give = |(ahead, state): &mut Going<T, S>, problems: &mut RowProblems| match ahead.take() {
            Some(result) => take(state, result.map_err(RunError::from)?, problems).map(|()| true),
            None => Ok(false),
        };
        let begin = || -> Result<Going<T, S>, E> { Ok((Ahead::new(BATCHES_AHEAD), start()?)) };
        let (mut going, reading) = self.fold(watch, begin, |going, households, problems| -> Result<(), E> {
            if !going.0.has_room() {
                give(going, problems)?;
            }
            let work = work.clone();
            going.0.start(move || work(households));
            Ok(())
        })?;
        while (self.thorough || self.go_on(watch)) && give(&mut going, watch.problems)? {}
        Ok(Folded { state: self.go_on(watch).then_some(going.1), reading })
    }

    /// A table's batches, as they come or sorted first.
    pub(super) fn source(&self, kind: TableKind, sort: bool, stop: &AtomicBool) -> Result<Source, RunError> {
        let Some(table) = &self.tables[kind as usize] else { return Ok(Source::none()) };
        let mut source = Source::streamed(table.units());
        if !sort {
            return Ok(source);
        }
        let mut sorter = Sorter::new(&self.layout, kind, self.temporary.as_deref())?;
        while let Some(batch) = source.next()? {
            if stop.load(Ordering::Relaxed) {
                return Err(RunError::Stopped);
            }
            sorter.push(batch)?;
        }
        source.rows = Rows::Sorted(Box::new(sorter.finish()?));
        Ok(source)
    }

    /// One pass over the tables: sorted first, or as they come.
    fn pass<S, E: From<RunError>>(
        &self,
        sort: bool,
        watch: &mut Watch<'_>,
        start: &mut impl FnMut() -> Result<S, E>,
        take: &mut impl FnMut(&mut S, MergeWork, &mut RowProblems) -> Result<(), E>,
    ) -> Result<Result<(S, Reading), Unsorted>, E> {
        let mut merger = self.merger();
        let mut sources =
            [self.source(TableKind::Households, sort, watch.stop)?, self.source(TableKind::Members, sort, watch.stop)?];
        let of: u64 = self.tables.iter().flatten().map(Table::bytes).sum();
        let mut state = start()?;
        loop {
            if watch.stop.load(Ordering::Relaxed) {
                return Err(RunError::Stopped.into());
            }
            let kind = match merger.step() {
                Err(unsorted) => return Ok(Err(unsorted)),
                Ok(Step::Done) => break,
                Ok(Step::Work(work)) => {
                    watch.problems.extend(merger.take_problems());
                    if self.thorough || self.go_on(watch) {
                        take(&mut state, work, watch.problems)?;
                    }
                    let bytes = sources.iter().map(|s| s.bytes).sum();
                    watch.observer.progress(bytes, of, merger.counts().households);
                    continue;
                }
                Ok(Step::NeedHouseholds) => TableKind::Households,
                Ok(Step::NeedMembers) => TableKind::Members,
            };
            let source = &mut sources[kind as usize];
            match source.next().map_err(RunError::from)? {
                Some(batch) => merger.push(kind, batch),
                None => merger.finish(kind),
            }
            watch.problems.extend(source.problems.drain(..));
        }
        watch.problems.extend(merger.take_problems());
        let mut repairs = Repairs::default();
        sources.iter().for_each(|s| repairs.merge(&s.repairs));
        let reading = Reading {
            merged: *merger.counts(),
            rows: [sources[0].read, sources[1].read],
            dropped: [sources[0].dropped, sources[1].dropped],
            repairs,
            sorted: sort,
            absent: self.tables.iter().flatten().flat_map(|t| t.absent().iter().cloned()).collect(),
        };
        Ok(Ok((state, reading)))
    }
}
