//! The households of tables in memory, each with its answers, for what asks every household by itself: a survey, not a
//! register.
//!
//! In come the same two tables as for an assessment, read as strictly; out come the households in the order of their ids.
//! A household with a bad row is reported and not among them.

use crate::kernel::household::Households;
use crate::layout::{Layout, TableKind};
use crate::merge::{MergeCounts, Merger, Step, Unsorted};
use crate::pipeline::RunError;
use crate::read::{ReadOptions, Table, TableBatch};
use crate::row_problem::RowProblems;
use crate::sort::Sorter;
use crate::table_problem::TableProblems;
use arrow::array::AsArray;
use std::path::PathBuf;
use std::sync::Arc;
use vuon_policy::calendar::Day;
use vuon_policy::evaluate::Household;
use vuon_policy::model::Questionnaire;

/// Which tables, and what of them.
#[derive(Clone, Debug, Default)]
pub struct Tables {
    /// Files of the household table.
    pub households: Vec<PathBuf>,
    /// Files of the member table; none for a questionnaire without a roster.
    pub members: Vec<PathBuf>,
    /// How they are read.
    pub read: ReadOptions,
    /// The household variables that are needed, by their places in the questionnaire.
    pub household: Vec<usize>,
    /// The member variables that are needed.
    pub member: Vec<usize>,
    /// No answer may be a day after this.
    pub review_date: Option<Day>,
}

/// A household and its answers. Variables that are not needed are unknown.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Answered {
    /// The household's id.
    pub id: String,
    /// Its answers.
    pub answers: Household,
}

/// Reads all households. Problems of rows go to `problems`; their households are left out.
pub fn read(
    questionnaire: &Questionnaire,
    tables: &Tables,
    problems: &mut RowProblems,
) -> Result<(Vec<Answered>, MergeCounts), RunError> {
    let layout = Layout::new(questionnaire, &tables.household, &tables.member, &[]);
    let layout = Arc::new(tables.review_date.map_or(layout.clone(), |review| layout.until(review)));
    let mut found = TableProblems::default();
    let mut open = |kind, files: &[PathBuf]| match Table::open(&layout, kind, files, &tables.read) {
        Ok(table) => Some(table),
        Err(problems) => {
            found.list.extend(problems.list);
            None
        }
    };
    let households = open(TableKind::Households, &tables.households);
    let members = if layout.has_roster() { open(TableKind::Members, &tables.members) } else { None };
    if !found.list.is_empty() {
        return Err(found.into());
    }
    let opened = [households, members];
    match pass(questionnaire, &layout, &opened, false, problems)? {
        Ok(read) => Ok(read),
        Err(Unsorted { .. }) => {
            problems.clear();
            match pass(questionnaire, &layout, &opened, true, problems)? {
                Ok(read) => Ok(read),
                Err(Unsorted { .. }) => unreachable!("sorted tables are sorted"),
            }
        }
    }
}

/// The batches of a table, sorted first or as they come.
type Batches<'t> = Box<dyn Iterator<Item = Result<TableBatch, RunError>> + 't>;

/// One pass over the tables.
fn pass(
    questionnaire: &Questionnaire,
    layout: &Arc<Layout>,
    tables: &[Option<Table>; 2],
    sort: bool,
    problems: &mut RowProblems,
) -> Result<Result<(Vec<Answered>, MergeCounts), Unsorted>, RunError> {
    let names = |kind: TableKind| tables[kind as usize].as_ref().map_or(Arc::new([]) as _, |t| t.names().clone());
    let mut merger = Merger::new(layout.clone(), names(TableKind::Households), names(TableKind::Members));
    let mut sources: Vec<Batches> = Vec::new();
    for table in tables {
        let streamed = stream(table.as_ref(), problems)?;
        sources.push(match table {
            Some(table) if sort => {
                let mut sorter = Sorter::new(layout, table.kind(), None)?;
                streamed.into_iter().try_for_each(|batch| sorter.push(batch))?;
                Box::new(sorter.finish()?.map(|batch| Ok(batch?)))
            }
            _ => Box::new(streamed.into_iter().map(Ok)),
        });
    }
    let mut all = Vec::new();
    loop {
        let kind = match merger.step() {
            Err(unsorted) => return Ok(Err(unsorted)),
            Ok(Step::Done) => break,
            Ok(Step::Work(work)) => {
                let batch = work.assemble();
                let households = Households::new(questionnaire, &batch)?;
                let ids = batch.column(0).as_string::<i32>();
                all.extend(
                    (0..batch.num_rows())
                        .map(|row| Answered { id: ids.value(row).to_owned(), answers: households.at(row) }),
                );
                continue;
            }
            Ok(Step::NeedHouseholds) => TableKind::Households,
            Ok(Step::NeedMembers) => TableKind::Members,
        };
        match sources[kind as usize].next().transpose()? {
            Some(batch) => merger.push(kind, batch),
            None => merger.finish(kind),
        }
    }
    problems.extend(merger.take_problems());
    Ok(Ok((all, *merger.counts())))
}

/// All rows of a table, in file order.
fn stream(table: Option<&Table>, problems: &mut RowProblems) -> Result<Vec<TableBatch>, RunError> {
    let mut batches = Vec::new();
    for unit in table.into_iter().flat_map(Table::units) {
        let unit = unit?.decode()?;
        batches.extend(unit.batches);
        problems.extend(unit.problems);
    }
    Ok(batches)
}

#[cfg(test)]
mod tests {
    use super::*;
    use vuon_policy::Library;
    use vuon_policy::evaluate::Answer;

    fn read_text(text: &str) -> (Vec<Answered>, RowProblems) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("households.csv");
        std::fs::write(&path, text).unwrap();
        let program = Library::embedded().load("vlss-1998").unwrap();
        let questionnaire = &program.pack.questionnaire;
        let place = |id: &str| questionnaire.household.iter().position(|v| v.id.value == id).unwrap();
        let tables = Tables {
            households: vec![path],
            household: vec![place("household_size"), place("farm")],
            read: ReadOptions { ignore: vec!["welfare".into()], ..ReadOptions::default() },
            ..Tables::default()
        };
        let mut problems = RowProblems::new(10);
        let (found, _) = read(questionnaire, &tables, &mut problems).unwrap();
        (found, problems)
    }

    #[test]
    fn households_come_in_the_order_of_their_ids_with_what_was_asked_for() {
        let (found, problems) =
            read_text("household_id,household_size,farm,area_type,welfare\nb,3,true,rural,x\na,,false,urban,y\n");
        assert_eq!(problems.count(), 0);
        assert_eq!(found.iter().map(|h| h.id.as_str()).collect::<Vec<_>>(), ["a", "b"]);
        let size = found[1].answers.household.iter().filter(|a| **a == Answer::Int(3)).count();
        assert_eq!(size, 1);
        // The size of `a` is not known, and nobody asked for the kind of area.
        assert_eq!(found[0].answers.household.iter().filter(|a| **a != Answer::Unknown).count(), 1);
    }

    #[test]
    fn a_household_with_a_bad_cell_is_told_and_left_out() {
        let (found, problems) = read_text("household_id,household_size,farm\na,three,true\nb,2,false\n");
        assert_eq!(found.len(), 1);
        assert_eq!(problems.first()[0].row, 2);
    }
}
