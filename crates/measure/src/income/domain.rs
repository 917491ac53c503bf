//! The rows that a figure is about.

use super::error::IncomeError;
use super::linearised::{Linearised, Support};
use super::names::{Column, Measure};
use super::sum::Sum;
use std::ops::Range;
use std::sync::Arc;

/// Some rows of a table, ranked by (income, row), with incomes and weights that are numbers. Rows of weight zero count
/// nowhere. At least one row is in it.
#[derive(Clone, Debug)]
pub struct Domain {
    pub(super) support: Arc<Support>,
    income: Vec<f64>,
    table_rows: usize,
    size: f64,
    total: f64,
}

impl Domain {
    /// The domain of some rows, by their places in the columns, each once, in any order. Rows outside may hold anything.
    ///
    /// # Errors
    /// Columns of different lengths, a row that does not exist or comes twice, an income that is not a number, a weight
    /// that is below zero or not a number, and a domain without any weight.
    pub fn new(income: &[f64], weight: &[f64], rows: impl IntoIterator<Item = u32>) -> Result<Self, IncomeError> {
        let table_rows = income.len();
        same_length(Column::Weight, weight.len(), table_rows)?;
        let mut ranked: Vec<(f64, u32)> = Vec::new();
        for row in rows {
            let place = row as usize;
            if place >= table_rows {
                return Err(IncomeError::UnknownRow { row: place + 1, rows: table_rows });
            }
            finite(Column::Weight, weight[place], place)?;
            if weight[place] < 0.0 {
                return Err(IncomeError::NegativeWeight { row: place + 1, value: weight[place] });
            } else if weight[place] > 0.0 {
                finite(Column::Income, income[place], place)?;
                // Makes −0 a 0, which sorts elsewhere.
                ranked.push((income[place] + 0.0, row));
            }
        }
        ranked.sort_unstable_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
        if let Some(twice) = ranked.windows(2).find(|two| two[0].1 == two[1].1) {
            return Err(IncomeError::RowTwice(twice[0].1 as usize + 1));
        }
        let weights: Vec<f64> = ranked.iter().map(|(_, row)| weight[*row as usize]).collect();
        let (income, rows): (Vec<f64>, Vec<u32>) = ranked.into_iter().unzip();
        let size = weights.iter().copied().collect::<Sum>().value();
        let total = weights.iter().zip(&income).map(|(w, y)| w * y).collect::<Sum>().value();
        if size == 0.0 {
            return Err(IncomeError::Nobody);
        } else if !(size.is_finite() && total.is_finite()) {
            return Err(IncomeError::OutOfRange(Measure::Total));
        }
        Ok(Self { support: Arc::new(Support { rows, weights }), income, table_rows, size, total })
    }

    /// All rows.
    ///
    /// # Errors
    /// As [`Domain::new`].
    pub fn everybody(income: &[f64], weight: &[f64]) -> Result<Self, IncomeError> {
        Self::new(income, weight, (0..).take(income.len()))
    }

    /// How many rows have a weight.
    pub fn rows(&self) -> usize {
        self.income.len()
    }

    /// N = Σ w.
    pub fn size(&self) -> f64 {
        self.size
    }

    /// Mean income Σ w y / N, with u = (y − ȳ)/N (Deville 1999).
    ///
    /// # Errors
    /// [`IncomeError::OutOfRange`].
    pub fn mean(&self) -> Result<Linearised, IncomeError> {
        self.mean_of(Measure::Mean, &self.income)
    }

    /// Σ w y.
    pub(super) fn total(&self) -> f64 {
        self.total
    }

    /// Incomes in the order of the ranking, as everything below.
    pub(super) fn incomes(&self) -> &[f64] {
        &self.income
    }

    pub(super) fn weights(&self) -> &[f64] {
        &self.support.weights
    }

    /// The places of equal incomes, rising.
    pub(super) fn ties(&self) -> impl Iterator<Item = Range<usize>> {
        let mut next = 0;
        self.income.chunk_by(|a, b| a == b).map(move |tie| {
            let first = next;
            next += tie.len();
            first..next
        })
    }

    /// Σ w f over the places.
    pub(super) fn sum(&self, f: impl Fn(usize) -> f64) -> f64 {
        self.weights().iter().enumerate().map(|(place, w)| w * f(place)).collect::<Sum>().value()
    }

    /// The column of a table of the same rows, in the order of the ranking; numbers all.
    pub(super) fn column(&self, column: Column, values: &[f64]) -> Result<Vec<f64>, IncomeError> {
        same_length(column, values.len(), self.table_rows)?;
        let value = |row: &u32| {
            let place = *row as usize;
            finite(column, values[place], place).map(|()| values[place])
        };
        self.support.rows.iter().map(value).collect()
    }

    /// The column of poverty lines; all above zero.
    pub(super) fn lines(&self, lines: &[f64]) -> Result<Vec<f64>, IncomeError> {
        let lines = self.column(Column::Line, lines)?;
        match lines.iter().position(|line| *line <= 0.0) {
            Some(place) => Err(IncomeError::Line { row: self.support.rows[place] as usize + 1, value: lines[place] }),
            None => Ok(lines),
        }
    }

    /// Refuses incomes below zero, and zero where it does not fit.
    pub(super) fn not_too_low(&self, measure: Measure, zero_fits: bool) -> Result<(), IncomeError> {
        let count = self.income.iter().take_while(|y| **y < 0.0 || (**y == 0.0 && !zero_fits)).count();
        match self.support.rows[..count].iter().min() {
            Some(first) => Err(IncomeError::TooLow { measure, zero_fits, count, first: *first as usize + 1 }),
            None => Ok(()),
        }
    }

    /// Refuses a mean that is not above zero.
    pub(super) fn something_to_share(&self, measure: Measure) -> Result<(), IncomeError> {
        let (of, total) = (Column::Income, self.total);
        if total > 0.0 { Ok(()) } else { Err(IncomeError::NothingToShare { measure, of, total }) }
    }

    /// A figure and its linearised variable, which is a function of the place in the ranking.
    pub(super) fn linearised(
        &self,
        measure: Measure,
        value: f64,
        u: impl Fn(usize) -> f64,
    ) -> Result<Linearised, IncomeError> {
        let influence: Vec<f64> = (0..self.rows()).map(u).collect();
        Linearised::new(measure, value, Arc::clone(&self.support), influence)
    }

    /// The weighted mean of one number for each place, with u = (g − ḡ)/N.
    pub(super) fn mean_of(&self, measure: Measure, values: &[f64]) -> Result<Linearised, IncomeError> {
        let mean = self.sum(|place| values[place]) / self.size;
        self.linearised(measure, mean, |place| (values[place] - mean) / self.size)
    }
}

/// The column has one entry for each row.
fn same_length(column: Column, found: usize, expected: usize) -> Result<(), IncomeError> {
    if found == expected { Ok(()) } else { Err(IncomeError::Length { column, found, expected }) }
}

/// The value in a row is a number.
fn finite(column: Column, value: f64, place: usize) -> Result<(), IncomeError> {
    if value.is_finite() { Ok(()) } else { Err(IncomeError::NotFinite { column, row: place + 1, value }) }
}
