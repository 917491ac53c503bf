//! What is wrong with cells, collected while a unit is decoded and told in the order of rows and columns.

use super::{FilePlan, SurveyBatches};
use crate::cell::{CellProblem, shown};
use crate::row_problem::RowProblem;

/// How many problems of a unit are told one by one; a column of a million wrong cells is one mistake.
const LISTED: usize = 1000;

/// The problems of a unit.
pub(super) struct Findings {
    list: Vec<Finding>,
    /// How many are listed for each wanted column, and last for whole rows.
    listed: Vec<usize>,
    count: u64,
    /// The rows, as they came.
    rows: Vec<u64>,
}

struct Finding {
    row: u64,
    column: Option<usize>,
    value: Option<String>,
    problem: CellProblem,
}

impl Findings {
    /// A collector for so many wanted columns.
    pub fn new(columns: usize) -> Self {
        Self { list: Vec::new(), listed: vec![0; columns + 1], count: 0, rows: Vec::new() }
    }

    /// A bad cell: its row as the file counts it, the wanted column, what it holds.
    pub fn cell(
        &mut self,
        row: u64,
        column: usize,
        value: impl FnOnce() -> String,
        problem: impl FnOnce() -> CellProblem,
    ) {
        self.add(row, Some(column), || Some(value()), problem);
    }

    /// A bad row.
    pub fn row(&mut self, row: u64, problem: impl FnOnce() -> CellProblem) {
        self.add(row, None, || None, problem);
    }

    fn add(
        &mut self,
        row: u64,
        column: Option<usize>,
        value: impl FnOnce() -> Option<String>,
        problem: impl FnOnce() -> CellProblem,
    ) {
        self.count += 1;
        if self.rows.last() != Some(&row) {
            self.rows.push(row);
        }
        let last = self.listed.len() - 1;
        let listed = &mut self.listed[column.unwrap_or(last)];
        if *listed < LISTED {
            *listed += 1;
            self.list.push(Finding { row, column, value: value(), problem: problem() });
        }
    }

    /// Puts the problems into the unit.
    pub fn close(mut self, plan: &FilePlan, unit: &mut SurveyBatches) {
        // The first of all are among the first of each column.
        self.list.sort_by_key(|finding| (finding.row, finding.column));
        self.list.truncate(LISTED);
        unit.unlisted = self.count - self.list.len() as u64;
        unit.file = plan.name.clone();
        self.rows.sort_unstable();
        self.rows.dedup();
        unit.bad = self.rows.iter().map(|row| unit.place(*row)).collect();
        unit.problems.extend(self.list.into_iter().map(|finding| RowProblem {
            file: plan.name.clone(),
            row: finding.row,
            household: None,
            column: finding.column.map(|column| plan.columns[column].name.as_str().into()),
            value: finding.value.map(|value| shown(&value).into()),
            message: finding.problem.message,
            advice: finding.problem.advice,
        }));
    }
}
