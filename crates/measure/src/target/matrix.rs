//! The two errors of targeting, from the table of poor and selected.

use super::error::{Column, TargetError, not_negative, same_length};
use super::ratio;

/// Units of one cell of the table.
#[derive(Clone, Copy, PartialEq, Debug, Default)]
pub struct Part {
    /// How many units were observed.
    pub units: u64,
    /// The sum of their weights.
    pub weight: f64,
}

impl std::ops::Add for Part {
    type Output = Part;

    fn add(self, other: Part) -> Part {
        Part { units: self.units + other.units, weight: self.weight + other.weight }
    }
}

/// Poor or not, selected or not.
///
/// The literature has no single use of "inclusion error". Here [`leakage`](Self::leakage) has the selected below the line
/// of its fraction (Coady, Grosh & Hoddinott 2004; Grosh & Baker 1995), and
/// [`inclusion_error`](Self::inclusion_error) the non-poor (the mistake of excessive coverage of Cornia & Stewart 1993).
#[derive(Clone, Copy, PartialEq, Debug, Default)]
pub struct TargetingMatrix {
    /// Poor and selected.
    pub poor_selected: Part,
    /// Poor and not selected.
    pub poor_missed: Part,
    /// Not poor and selected.
    pub other_selected: Part,
    /// Not poor and not selected.
    pub other_left_out: Part,
}

impl TargetingMatrix {
    /// Counts units, one entry each in `poor`, `selected` and `weight`.
    ///
    /// # Errors
    /// Columns of different length; a weight that is not finite or below zero.
    pub fn count(poor: &[bool], selected: &[bool], weight: &[f64]) -> Result<Self, TargetError> {
        same_length(Column::Poor, poor.len(), weight.len())?;
        same_length(Column::Selected, selected.len(), weight.len())?;
        not_negative(Column::Weight, weight)?;
        let mut matrix = Self::default();
        for ((poor, selected), weight) in poor.iter().zip(selected).zip(weight) {
            matrix.add(*poor, *selected, *weight);
        }
        Ok(matrix)
    }

    /// Adds one unit; its weight was checked.
    pub(crate) fn add(&mut self, poor: bool, selected: bool, weight: f64) {
        let part = match (poor, selected) {
            (true, true) => &mut self.poor_selected,
            (true, false) => &mut self.poor_missed,
            (false, true) => &mut self.other_selected,
            (false, false) => &mut self.other_left_out,
        };
        *part = *part + Part { units: 1, weight };
    }

    /// All units.
    pub fn all(&self) -> Part {
        self.poor() + self.other()
    }

    /// The poor.
    pub fn poor(&self) -> Part {
        self.poor_selected + self.poor_missed
    }

    /// Those who are not poor.
    pub fn other(&self) -> Part {
        self.other_selected + self.other_left_out
    }

    /// The selected.
    pub fn selected(&self) -> Part {
        self.poor_selected + self.other_selected
    }

    /// Share of the poor: Σ w p / Σ w.
    pub fn poverty_rate(&self) -> Option<f64> {
        ratio(self.poor().weight, self.all().weight)
    }

    /// Share of the selected: Σ w e / Σ w.
    pub fn coverage(&self) -> Option<f64> {
        ratio(self.selected().weight, self.all().weight)
    }

    /// Share of the poor who are selected: Σ w p e / Σ w p.
    pub fn coverage_of_poor(&self) -> Option<f64> {
        ratio(self.poor_selected.weight, self.poor().weight)
    }

    /// Exclusion error or undercoverage: share of the poor who are not selected, Σ w p (1 − e) / Σ w p.
    pub fn exclusion_error(&self) -> Option<f64> {
        ratio(self.poor_missed.weight, self.poor().weight)
    }

    /// Leakage: share of the selected who are not poor, Σ w (1 − p) e / Σ w e.
    pub fn leakage(&self) -> Option<f64> {
        ratio(self.other_selected.weight, self.selected().weight)
    }

    /// Inclusion error: share of the non-poor who are selected, Σ w (1 − p) e / Σ w (1 − p).
    pub fn inclusion_error(&self) -> Option<f64> {
        ratio(self.other_selected.weight, self.other().weight)
    }

    /// Targeting differential: coverage of the poor less coverage of the non-poor, from −1 (only the non-poor) over 0
    /// (no targeting) to 1 (perfect) (Ravallion 2009).
    pub fn differential(&self) -> Option<f64> {
        Some(self.coverage_of_poor()? - self.inclusion_error()?)
    }

    /// Share of all who are in the wrong place: poor and missed, or not poor and selected.
    pub fn misclassified(&self) -> Option<f64> {
        ratio(self.poor_missed.weight + self.other_selected.weight, self.all().weight)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Ten units of weight 1: four poor of whom three are selected, six others of whom one is.
    fn example() -> TargetingMatrix {
        let poor: Vec<bool> = (0..10).map(|i| i < 4).collect();
        let selected: Vec<bool> = (0..10).map(|i| i < 3 || i == 9).collect();
        TargetingMatrix::count(&poor, &selected, &[1.0; 10]).unwrap()
    }

    #[test]
    fn the_worked_example() {
        let m = example();
        assert_eq!(m.poverty_rate(), Some(0.4));
        assert_eq!(m.coverage(), Some(0.4));
        assert_eq!(m.coverage_of_poor(), Some(0.75));
        assert_eq!(m.exclusion_error(), Some(0.25));
        assert_eq!(m.leakage(), Some(0.25));
        assert_eq!(m.inclusion_error(), Some(1.0 / 6.0));
        assert_eq!(m.differential(), Some(0.75 - 1.0 / 6.0));
        assert_eq!(m.misclassified(), Some(0.2));
        assert_eq!(m.poor_missed, Part { units: 1, weight: 1.0 });
    }

    #[test]
    fn a_ratio_over_nothing_is_not_a_number_but_none() {
        let nobody_poor = TargetingMatrix::count(&[false], &[false], &[1.0]).unwrap();
        assert_eq!(nobody_poor.exclusion_error(), None);
        assert_eq!(nobody_poor.leakage(), None);
        assert_eq!(nobody_poor.differential(), None);
        assert_eq!(nobody_poor.inclusion_error(), Some(0.0));
        assert_eq!(TargetingMatrix::default().coverage(), None);
        // A unit without weight is observed but weighs nothing.
        let weightless = TargetingMatrix::count(&[true], &[true], &[0.0]).unwrap();
        assert_eq!((weightless.poor().units, weightless.exclusion_error()), (1, None));
    }
}
