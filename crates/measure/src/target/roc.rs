//! How well a score tells the poor from others, at every cut at once.

use super::error::{Column, TargetError, same_length};
use super::ranking::Ranking;
use super::ratio;

/// One cut of a score: all with at most this value are selected.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct RocPoint {
    /// The greatest selected value; `None` before the first, where nobody is selected.
    pub cut: Option<f64>,
    /// Share of the poor who are selected: 1 − exclusion error.
    pub of_poor: f64,
    /// Share of the non-poor who are selected: inclusion error.
    pub of_others: f64,
    /// Share of all who are selected.
    pub of_all: f64,
}

/// The receiver operating characteristic of a score: one point for each distinct value, from nobody to everybody
/// (Wodon 1997).
#[derive(Clone, PartialEq, Debug)]
pub struct Roc {
    /// From (0, 0) to (1, 1).
    pub points: Vec<RocPoint>,
    /// The area under the curve; see [`auc`].
    pub auc: f64,
}

impl Roc {
    /// The curve of the ranking's values as a score by which the lowest are selected. `None` where there are no poor or
    /// no others: then there is nothing to tell apart.
    ///
    /// # Errors
    /// `poor` has another length than the ranking.
    pub fn new(ranking: &Ranking, poor: &[bool]) -> Result<Option<Roc>, TargetError> {
        same_length(Column::Poor, poor.len(), ranking.units())?;
        let steps = steps(ranking, poor);
        let (all_poor, all_others) = totals(&steps);
        let Some(auc) = area(&steps, all_poor, all_others) else { return Ok(None) };
        let mut points = vec![RocPoint { cut: None, of_poor: 0.0, of_others: 0.0, of_all: 0.0 }];
        let (mut p, mut o) = (0.0, 0.0);
        for step in &steps {
            p += step.poor;
            o += step.others;
            points.push(RocPoint {
                cut: Some(step.value),
                of_poor: p / all_poor,
                of_others: o / all_others,
                of_all: (p + o) / (all_poor + all_others),
            });
        }
        Ok(Some(Roc { points, auc }))
    }
}

/// The area under the ROC curve: the chance that a poor unit drawn by weight has a lower value than another drawn by
/// weight, ties counting one half: Σ w_i w_j (1{s_i < s_j} + ½ 1{s_i = s_j}) / (Σ w_i Σ w_j) over poor i and others j
/// (Hanley & McNeil 1982). `None` where there are no poor or no others.
///
/// # Errors
/// `poor` has another length than the ranking.
pub fn auc(ranking: &Ranking, poor: &[bool]) -> Result<Option<f64>, TargetError> {
    same_length(Column::Poor, poor.len(), ranking.units())?;
    let steps = steps(ranking, poor);
    let (all_poor, all_others) = totals(&steps);
    Ok(area(&steps, all_poor, all_others))
}

/// The weights that one value of the score holds.
struct Step {
    value: f64,
    poor: f64,
    others: f64,
}

fn steps(ranking: &Ranking, poor: &[bool]) -> Vec<Step> {
    let weight = ranking.weights();
    let step = |(value, units): (f64, &[usize])| {
        let sum = |wanted: bool| units.iter().filter(|u| poor[**u] == wanted).map(|u| weight[*u]).sum();
        Step { value, poor: sum(true), others: sum(false) }
    };
    ranking.ties().map(step).collect()
}

fn totals(steps: &[Step]) -> (f64, f64) {
    (steps.iter().map(|s| s.poor).sum(), steps.iter().map(|s| s.others).sum())
}

fn area(steps: &[Step], all_poor: f64, all_others: f64) -> Option<f64> {
    let (mut others_so_far, mut pairs) = (0.0, 0.0);
    for step in steps {
        // The poor of this value lie below the others that are still to come, and tie with those of this value.
        pairs += step.poor * ((all_others - others_so_far - step.others) + 0.5 * step.others);
        others_so_far += step.others;
    }
    ratio(pairs, all_poor * all_others)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_area_counts_pairs_and_half_of_ties() {
        // Poor at 1 (weight 2) and 3 (weight 1); others at 2 (weight 1) and 3 (weight 3).
        // Pairs: 1<2: 2, 1<3: 6, 3>2: 0, 3=3: ½·3. Together 9.5 of 3·4.
        let (score, weight) = ([1.0, 2.0, 3.0, 3.0], [2.0, 1.0, 1.0, 3.0]);
        let poor = [true, false, true, false];
        let ranking = Ranking::new(&score, &weight).unwrap();
        assert_eq!(auc(&ranking, &poor).unwrap(), Some(9.5 / 12.0));
        let roc = Roc::new(&ranking, &poor).unwrap().unwrap();
        let points: Vec<_> = roc.points.iter().map(|p| (p.cut, p.of_others, p.of_poor)).collect();
        assert_eq!(
            points,
            [(None, 0.0, 0.0), (Some(1.0), 0.0, 2.0 / 3.0), (Some(2.0), 0.25, 2.0 / 3.0), (Some(3.0), 1.0, 1.0)]
        );
    }

    #[test]
    fn without_poor_or_without_others_there_is_no_area() {
        let ranking = Ranking::new(&[1.0, 2.0], &[1.0, 1.0]).unwrap();
        assert_eq!(auc(&ranking, &[true, true]).unwrap(), None);
        assert_eq!(Roc::new(&ranking, &[false, false]).unwrap(), None);
        assert!(auc(&ranking, &[true]).is_err());
    }
}
