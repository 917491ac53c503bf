//! Items of a form: questions with a few possible answers.

use super::error::{Column, FitError};
use crate::target::Ranking;

/// An item with its levels and the level that each household answered.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Item {
    /// Its name, as messages and notes tell it.
    pub name: String,
    /// The names of its levels, in their order where they have one.
    pub levels: Vec<String>,
    /// The level whose coefficient is 0, and with which a level counts that nobody gave: the most ordinary one.
    pub base: usize,
    /// Whether the levels stand in an order, as bands of a number do.
    pub ordered: bool,
    /// Whether the form has this item whatever selection says.
    pub always: bool,
    /// For each household the place of its level.
    pub answers: Vec<usize>,
}

impl Item {
    /// An item whose levels have no order; the first is the base.
    pub fn new(name: impl Into<String>, levels: Vec<String>, answers: Vec<usize>) -> Self {
        Self { name: name.into(), levels, base: 0, ordered: false, always: false, answers }
    }

    /// A number made into bands: below the first cut, from it to below the second, … from the last on.
    ///
    /// # Errors
    /// Cuts that are not finite or do not rise; a value that is not finite.
    pub fn banded(name: impl Into<String>, values: &[f64], cuts: &[f64]) -> Result<Self, FitError> {
        let name = name.into();
        if cuts.iter().any(|c| !c.is_finite()) || cuts.windows(2).any(|w| w[0] >= w[1]) {
            return Err(FitError::Cuts { item: name });
        }
        if let Some(place) = values.iter().position(|v| !v.is_finite()) {
            return Err(FitError::NotPositive { column: Column::Item, row: place + 1, value: values[place] });
        }
        let mut levels: Vec<String> = cuts.first().map(|c| format!("< {c}")).into_iter().collect();
        levels.extend(cuts.windows(2).map(|w| format!("{} – < {}", w[0], w[1])));
        levels.extend(cuts.last().map(|c| format!("≥ {c}")));
        let answers = values.iter().map(|v| band_of(*v, cuts)).collect();
        Ok(Self { name, levels, base: 0, ordered: true, always: false, answers })
    }
}

/// The place of the band of a value: how many cuts are at most the value.
pub fn band_of(value: f64, cuts: &[f64]) -> usize {
    cuts.partition_point(|cut| *cut <= value)
}

/// Cuts for at most `bands` bands of about equal weight, each a value that occurs: a band begins with its cut. Values that
/// are few give fewer bands.
///
/// # Errors
/// As [`Ranking::new`].
pub fn quantile_cuts(values: &[f64], weight: &[f64], bands: usize) -> Result<Vec<f64>, crate::target::TargetError> {
    let ranking = Ranking::new(values, weight)?;
    let mut cuts = Vec::new();
    let mut below = 0.0;
    for (value, units) in ranking.ties() {
        let full = (1..bands).filter(|k| below >= ranking.total() * (*k as f64 / bands as f64)).count();
        if below > 0.0 && full > cuts.len() {
            // One cut, however many borders a common value swallows.
            cuts.resize(cuts.len().max(full - 1), f64::NAN);
            cuts.push(value);
        }
        below += units.iter().map(|u| weight[*u]).sum::<f64>();
    }
    cuts.retain(|c| !c.is_nan());
    Ok(cuts)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cut_belongs_to_the_band_it_begins() {
        let item = Item::banded("area", &[7.9, 8.0, 19.0, 20.0], &[8.0, 20.0]).unwrap();
        assert_eq!(item.answers, [0, 1, 1, 2]);
        assert_eq!(item.levels, ["< 8", "8 – < 20", "≥ 20"]);
        assert!(item.ordered);
    }

    #[test]
    fn cuts_that_do_not_rise_are_refused() {
        assert_eq!(Item::banded("area", &[1.0], &[8.0, 8.0]), Err(FitError::Cuts { item: "area".into() }));
        assert!(Item::banded("area", &[f64::NAN], &[8.0]).is_err());
    }

    #[test]
    fn quantile_cuts_are_values_that_occur() {
        let values: Vec<f64> = (0..10).map(f64::from).collect();
        assert_eq!(quantile_cuts(&values, &[1.0; 10], 5).unwrap(), [2.0, 4.0, 6.0, 8.0]);
        // Eight of ten have the same value: it swallows all borders but leaves the rest a band.
        let common = [1.0, 5.0, 5.0, 5.0, 5.0, 5.0, 5.0, 5.0, 5.0, 9.0];
        assert_eq!(quantile_cuts(&common, &[1.0; 10], 5).unwrap(), [9.0]);
        assert_eq!(quantile_cuts(&[3.0, 3.0], &[1.0; 2], 4).unwrap(), [0.0; 0]);
    }
}
