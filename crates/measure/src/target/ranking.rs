//! Units from the poorest to the richest, equal ones together.

use super::error::{Column, TargetError, finite, not_negative, same_length};
use std::ops::Range;

/// Units ranked by a value that rises with the living standard.
///
/// Units of equal value stand together and are never told apart; among themselves they keep the order of the input, so
/// that sums come out the same to the last bit.
#[derive(Clone, Debug)]
pub struct Ranking<'a> {
    value: &'a [f64],
    weight: &'a [f64],
    order: Vec<usize>,
    ties: Vec<Range<usize>>,
    total: f64,
}

impl<'a> Ranking<'a> {
    /// Ranks units by `value` (welfare, prediction or points: low is poor), each with its `weight`.
    ///
    /// # Errors
    /// Columns of different length; a value that is not finite; a weight that is not finite or below zero.
    pub fn new(value: &'a [f64], weight: &'a [f64]) -> Result<Self, TargetError> {
        same_length(Column::Weight, weight.len(), value.len())?;
        finite(Column::Value, value)?;
        not_negative(Column::Weight, weight)?;
        let mut order: Vec<usize> = (0..value.len()).collect();
        // `+ 0.0` makes one zero of both: they are equal and must stand together.
        order.sort_by(|a, b| (value[*a] + 0.0).total_cmp(&(value[*b] + 0.0)));
        let mut ties: Vec<Range<usize>> = Vec::new();
        for place in 0..order.len() {
            match ties.last_mut() {
                Some(tie) if value[order[tie.start]] == value[order[place]] => tie.end = place + 1,
                _ => ties.push(place..place + 1),
            }
        }
        let total = order.iter().map(|unit| weight[*unit]).sum();
        Ok(Self { value, weight, order, ties, total })
    }

    /// How many units there are.
    pub fn units(&self) -> usize {
        self.value.len()
    }

    /// The sum of weights, added from the poorest to the richest.
    pub fn total(&self) -> f64 {
        self.total
    }

    /// The weights, in the order of the input.
    pub fn weights(&self) -> &'a [f64] {
        self.weight
    }

    /// The values, in the order of the input.
    pub fn values(&self) -> &'a [f64] {
        self.value
    }

    /// Each value with the places of the units that have it, from the poorest.
    pub fn ties(&self) -> impl Iterator<Item = (f64, &[usize])> {
        self.ties.iter().map(|tie| {
            let units = &self.order[tie.clone()];
            (self.value[units[0]], units)
        })
    }

    /// The weight of some units.
    pub(super) fn weight_of(&self, units: &[usize]) -> f64 {
        units.iter().map(|unit| self.weight[*unit]).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_values_stand_together_in_the_order_of_the_input() {
        let (value, weight) = ([2.0, 0.0, 2.0, -0.0, 1.0], [1.0, 2.0, 4.0, 8.0, 16.0]);
        let ranking = Ranking::new(&value, &weight).unwrap();
        let ties: Vec<_> = ranking.ties().map(|(value, units)| (value, units.to_vec())).collect();
        assert_eq!(ties, [(0.0, vec![1, 3]), (1.0, vec![4]), (2.0, vec![0, 2])]);
        assert_eq!(ranking.total(), 31.0);
    }

    #[test]
    fn what_is_not_a_number_is_refused_by_its_row() {
        let refused = |value: &[f64], weight: &[f64]| Ranking::new(value, weight).unwrap_err().to_string();
        assert!(refused(&[1.0, f64::NAN], &[1.0, 1.0]).starts_with("row 2: NaN as welfare or score"));
        assert!(refused(&[1.0], &[-1.0]).starts_with("row 1: -1 as weight is below zero"));
        assert!(refused(&[1.0], &[]).contains("weight has 0 rows where 1 are needed"));
    }
}
