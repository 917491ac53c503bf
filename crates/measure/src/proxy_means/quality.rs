//! How well a prediction and a selection agree with the truth.

use super::error::FitError;
use super::survey::Data;
use crate::target::{Ranking, TargetingMatrix, auc};

/// How a prediction and the selection by it do on some households.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Quality {
    /// How many households were judged.
    pub households: usize,
    /// Share of the variance of ln(welfare / line) that is predicted, 1 − Σ w (y − ŷ)² / Σ w (y − ȳ)², with the weights of
    /// the regression. Below zero where the mean would do better; `None` where nothing varies.
    pub r2: Option<f64>,
    /// Area under the ROC curve, a pair counted by household weights.
    pub auc_households: Option<f64>,
    /// Area under the ROC curve, a pair counted by person weights.
    pub auc_persons: Option<f64>,
    /// Who is poor and who is selected, in households.
    pub in_households: TargetingMatrix,
    /// Who is poor and who is selected, in persons.
    pub in_persons: TargetingMatrix,
}

/// The quality of the regression and of the points that it was rounded to: their difference is the loss from rounding.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Stage {
    /// Of the regression's prediction, with a cut for the same target.
    pub before_rounding: Quality,
    /// Of the points.
    pub after_rounding: Quality,
}

impl Quality {
    /// Judges the households `rows`; `predicted` and `selected` have an entry for every household of the survey.
    pub(super) fn of(data: &Data, rows: &[usize], predicted: &[f64], selected: &[bool]) -> Result<Self, FitError> {
        let survey = data.survey;
        let pick = |column: &[f64]| rows.iter().map(|row| column[*row]).collect::<Vec<f64>>();
        let poor: Vec<bool> = rows.iter().map(|row| data.poor[*row]).collect();
        let selected: Vec<bool> = rows.iter().map(|row| selected[*row]).collect();
        let (score, households, persons) = (pick(predicted), pick(survey.weight), pick(&data.person_weight));
        Ok(Self {
            households: rows.len(),
            r2: r2(&pick(&data.outcome), &score, &pick(&data.counted)),
            auc_households: auc(&Ranking::new(&score, &households)?, &poor)?,
            auc_persons: auc(&Ranking::new(&score, &persons)?, &poor)?,
            in_households: TargetingMatrix::count(&poor, &selected, &households)?,
            in_persons: TargetingMatrix::count(&poor, &selected, &persons)?,
        })
    }
}

fn r2(outcome: &[f64], predicted: &[f64], weight: &[f64]) -> Option<f64> {
    let total: f64 = weight.iter().sum();
    let mean = outcome.iter().zip(weight).map(|(y, w)| w * y).sum::<f64>() / total;
    let about = |centre: &dyn Fn(usize) -> f64| -> f64 {
        (0..outcome.len()).map(|i| weight[i] * (outcome[i] - centre(i)).powi(2)).sum()
    };
    let variance = about(&|_| mean);
    (variance > 0.0).then(|| 1.0 - about(&|i| predicted[i]) / variance)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_mean_explains_nothing_and_the_truth_all() {
        let (y, w) = ([1.0, 2.0, 6.0], [1.0, 1.0, 2.0]);
        assert_eq!(r2(&y, &[3.75; 3], &w), Some(0.0));
        assert_eq!(r2(&y, &y, &w), Some(1.0));
        // Errors 1, 0, 0 of a variance of 7.5625 + 3.0625 + 2 · 5.0625 = 20.75.
        assert_eq!(r2(&y, &[2.0, 2.0, 6.0], &w), Some(1.0 - 1.0 / 20.75));
        assert_eq!(r2(&[2.0, 2.0], &[1.0, 3.0], &[1.0, 1.0]), None);
    }
}
