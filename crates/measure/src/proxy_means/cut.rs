//! The cut-off of a scorecard: up to how many points a household is selected.

use super::error::FitError;
use crate::target::{Ranking, Rule};
use vuon_policy::exact::Exact;

/// What the cut-off is for.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum Target {
    /// At least this share of all is selected, and no more than the ties at the cut make it.
    Coverage(Exact),
    /// At most this share of the poor is missed: the lowest cut that keeps the exclusion error within it.
    Exclusion(Exact),
    /// At most this share of the selected is not poor: the highest cut that keeps leakage within it. Where no cut does,
    /// nobody is selected.
    Leakage(Exact),
    /// Predicted welfare of at most the poverty line. A prediction lies nearer to the mean than the truth, so this selects
    /// fewer than are poor where few are poor.
    Line,
}

/// Over which households the target is met.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Within {
    /// Over all together: one threshold of predicted welfare, turned into points of each region. Poor regions get more.
    #[default]
    Country,
    /// In each region by itself.
    Region,
}

impl Target {
    /// Makes sure that shares are shares.
    pub(super) fn check(self) -> Result<(), FitError> {
        match self {
            Target::Coverage(share) | Target::Exclusion(share) | Target::Leakage(share) => {
                let within = (Exact::whole(0)..=Exact::whole(1)).contains(&share);
                if within { Ok(()) } else { Err(FitError::NotAShare(share)) }
            }
            Target::Line => Ok(()),
        }
    }

    /// The greatest predicted ln(welfare / line) that is selected; `None` for nobody.
    pub(super) fn threshold(self, predicted: &[f64], poor: &[bool], weight: &[f64]) -> Result<Option<f64>, FitError> {
        match self {
            Target::Coverage(quota) => Ok(Rule::Quota(quota).select(&Ranking::new(predicted, weight)?)?.cut),
            Target::Exclusion(most) => {
                let of_poor: Vec<f64> = poor.iter().zip(weight).map(|(p, w)| if *p { *w } else { 0.0 }).collect();
                let rest = Exact::new(most.denominator() - most.numerator(), most.denominator());
                let quota = rest.ok_or(FitError::NotAShare(most))?;
                Ok(Rule::Quota(quota).select(&Ranking::new(predicted, &of_poor)?)?.cut)
            }
            Target::Leakage(most) => Ok(leaking_at_most(most, &Ranking::new(predicted, weight)?, poor)),
            Target::Line => Ok(Some(0.0)),
        }
    }
}

fn leaking_at_most(most: Exact, ranking: &Ranking, poor: &[bool]) -> Option<f64> {
    let (a, b) = (most.numerator() as f64, most.denominator() as f64);
    let (mut selected, mut others, mut cut) = (0.0, 0.0, None);
    for (value, units) in ranking.ties() {
        for unit in units {
            let weight = ranking.weights()[*unit];
            selected += weight;
            others += if poor[*unit] { 0.0 } else { weight };
        }
        if others * b <= a * selected + 1e-12 * ranking.total() {
            cut = Some(value);
        }
    }
    cut
}

#[cfg(test)]
mod tests {
    use super::*;

    const PREDICTED: [f64; 6] = [-0.5, -0.2, -0.2, 0.1, 0.3, 0.9];
    const POOR: [bool; 6] = [true, true, false, false, true, false];

    fn threshold(target: Target) -> Option<f64> {
        target.threshold(&PREDICTED, &POOR, &[1.0; 6]).unwrap()
    }

    fn share(a: i64, b: i64) -> Exact {
        Exact::new(a, b).unwrap()
    }

    #[test]
    fn a_coverage_is_reached() {
        assert_eq!(threshold(Target::Coverage(share(1, 3))), Some(-0.2));
        assert_eq!(threshold(Target::Coverage(share(1, 6))), Some(-0.5));
    }

    #[test]
    fn the_lowest_cut_that_misses_few_enough() {
        // Cuts of −0.5, −0.2, 0.3 miss 2/3, 1/3 and none of the poor.
        assert_eq!(threshold(Target::Exclusion(share(2, 3))), Some(-0.5));
        assert_eq!(threshold(Target::Exclusion(share(1, 3))), Some(-0.2));
        assert_eq!(threshold(Target::Exclusion(share(1, 4))), Some(0.3));
        assert_eq!(threshold(Target::Exclusion(share(0, 1))), Some(0.3));
        assert_eq!(threshold(Target::Exclusion(share(1, 1))), None);
    }

    #[test]
    fn the_highest_cut_that_leaks_little_enough() {
        // Leakage: 0, 1/3, 1/2, 2/5, 1/2.
        assert_eq!(threshold(Target::Leakage(share(2, 5))), Some(0.3));
        assert_eq!(threshold(Target::Leakage(share(1, 3))), Some(-0.2));
        assert_eq!(threshold(Target::Leakage(share(0, 1))), Some(-0.5));
        let richest_first = [0.9, 0.5, 0.4, 0.3, 0.8, -1.0];
        assert_eq!(Target::Leakage(share(0, 1)).threshold(&richest_first, &POOR, &[1.0; 6]).unwrap(), None);
    }

    #[test]
    fn a_share_is_from_0_to_1() {
        assert!(Target::Coverage(share(3, 2)).check().is_err());
        assert!(Target::Exclusion(share(-1, 2)).check().is_err());
        assert!(Target::Line.check().is_ok());
    }
}
