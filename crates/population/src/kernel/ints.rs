//! One whole number for each row.
//!
//! The ranges of [`vuon_policy::ir`] prove that no sum or product leaves 64 bits, so arithmetic wraps without a check.

use super::bits::{Bits, Words};
use arrow::buffer::ScalarBuffer;

/// A number for each row, or one for all of them.
#[derive(Clone, Debug)]
pub(super) enum Ints {
    All(i64),
    Each(ScalarBuffer<i64>),
}

impl FromIterator<i64> for Ints {
    fn from_iter<I: IntoIterator<Item = i64>>(values: I) -> Self {
        Ints::Each(values.into_iter().collect::<Vec<i64>>().into())
    }
}

impl Ints {
    pub fn at(&self, row: usize) -> i64 {
        match self {
            Ints::All(value) => *value,
            Ints::Each(values) => values[row],
        }
    }

    pub fn map(&self, op: impl Fn(i64) -> i64) -> Self {
        match self {
            Ints::All(value) => Ints::All(op(*value)),
            Ints::Each(values) => values.iter().map(|v| op(*v)).collect(),
        }
    }

    pub fn zip(&self, other: &Self, op: impl Fn(i64, i64) -> i64) -> Self {
        match (self, other) {
            (a, Ints::All(b)) => a.map(|a| op(a, *b)),
            (Ints::All(a), b) => b.map(|b| op(*a, b)),
            (Ints::Each(a), Ints::Each(b)) => a.iter().zip(b.iter()).map(|(a, b)| op(*a, *b)).collect(),
        }
    }

    /// Which rows pass.
    pub fn test(&self, test: impl Fn(i64) -> bool) -> Bits {
        match self {
            Ints::All(value) => Bits::All(test(*value)),
            Ints::Each(values) => Bits::Each(Words::of_values(values, test)),
        }
    }

    /// Which rows pass, seeing both numbers.
    pub fn test_with(&self, other: &Self, test: impl Fn(i64, i64) -> bool) -> Bits {
        match (self, other) {
            (a, Ints::All(b)) => a.test(|a| test(a, *b)),
            (Ints::All(a), b) => b.test(|b| test(*a, b)),
            (Ints::Each(a), Ints::Each(b)) => Bits::Each(Words::of_pairs(a, b, test)),
        }
    }

    /// This number where `mask` says yes, and the other elsewhere.
    pub fn or_where_not(&self, mask: &Bits, other: &Self) -> Self {
        match mask {
            Bits::All(true) => self.clone(),
            Bits::All(false) => other.clone(),
            // Copy the side that is taken more often, then put in the other.
            Bits::Each(words) if words.count() * 2 >= words.len() => {
                self.put(&mask.not(), words.len(), |row| other.at(row))
            }
            Bits::Each(words) => other.put(mask, words.len(), |row| self.at(row)),
        }
    }

    /// This number, with another in the rows of `mask`, of `len` rows in all.
    pub fn put(&self, mask: &Bits, len: usize, value: impl Fn(usize) -> i64) -> Self {
        if *mask == Bits::All(false) {
            return self.clone();
        }
        let mut values = match self {
            Ints::All(value) => vec![*value; len],
            Ints::Each(values) => values.to_vec(),
        };
        mask.for_each_row(len, |row| values[row] = value(row));
        Ints::Each(values.into())
    }
}
