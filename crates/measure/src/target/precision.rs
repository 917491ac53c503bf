//! How sure the errors of targeting are, when they come from a sample.

use super::error::{Column, TargetError, same_length};
use super::matrix::TargetingMatrix;
use crate::design::Design;

/// Standard errors of the figures of a [`TargetingMatrix`], by linearisation under the survey's design. `None` where the
/// figure itself is.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct StandardErrors {
    /// Of the poverty rate.
    pub poverty_rate: Option<f64>,
    /// Of coverage.
    pub coverage: Option<f64>,
    /// Of the exclusion error, and of the coverage of the poor.
    pub exclusion_error: Option<f64>,
    /// Of leakage.
    pub leakage: Option<f64>,
    /// Of the inclusion error.
    pub inclusion_error: Option<f64>,
    /// Of the targeting differential; the covariance of its two parts counts.
    pub differential: Option<f64>,
}

/// Standard errors of the errors of targeting. Each figure is a mean over a domain (the poor, the others, the selected,
/// all), with u_i = 1_G (y_i − ȳ) / Σ_G w as its linearised variable; every primary sampling unit of the design counts,
/// with or without anybody of the domain (Lumley 2010, chapter 2).
///
/// `psu` holds for each unit of observation the place of its primary sampling unit in `design`.
///
/// # Errors
/// Columns of different length; a place that the design does not have; a weight that is not finite or below zero.
pub fn standard_errors(
    poor: &[bool],
    selected: &[bool],
    weight: &[f64],
    psu: &[usize],
    design: &Design,
) -> Result<StandardErrors, TargetError> {
    let matrix = TargetingMatrix::count(poor, selected, weight)?;
    same_length(Column::Cluster, psu.len(), weight.len())?;
    if let Some(place) = psu.iter().position(|p| *p >= design.psus()) {
        return Err(TargetError::UnknownCluster { row: place + 1, found: psu[place], clusters: design.psus() });
    }
    // For each primary sampling unit the total of the linearised mean of `of` over those `within`.
    let totals = |mean: Option<f64>, within: &dyn Fn(usize) -> bool, of: &dyn Fn(usize) -> bool| {
        let all: f64 = (0..weight.len()).filter(|i| within(*i)).map(|i| weight[i]).sum();
        mean.map(|mean| {
            let mut z = vec![0.0; design.psus()];
            for i in (0..weight.len()).filter(|i| within(*i)) {
                z[psu[i]] += weight[i] * (f64::from(u8::from(of(i))) - mean) / all;
            }
            z
        })
    };
    let (is_poor, is_selected) = (|i: usize| poor[i], |i: usize| selected[i]);
    let of_poor = totals(matrix.coverage_of_poor(), &is_poor, &is_selected);
    let of_others = totals(matrix.inclusion_error(), &|i| !poor[i], &is_selected);
    let differential = of_poor
        .as_ref()
        .zip(of_others.as_ref())
        .map(|(poor, others)| poor.iter().zip(others).map(|(p, o)| p - o).collect::<Vec<f64>>());
    let error = |z: Option<Vec<f64>>| z.map(|z| design.variance(&z).sqrt()).filter(|se| se.is_finite());
    Ok(StandardErrors {
        poverty_rate: error(totals(matrix.poverty_rate(), &|_| true, &is_poor)),
        coverage: error(totals(matrix.coverage(), &|_| true, &is_selected)),
        exclusion_error: error(of_poor),
        leakage: error(totals(matrix.leakage(), &is_selected, &|i| !poor[i])),
        inclusion_error: error(of_others),
        differential: error(differential),
    })
}
