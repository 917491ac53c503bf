//! A figure together with how it depends on who was drawn.

use super::error::IncomeError;
use super::names::Measure;
use crate::design::Design;
use std::sync::Arc;

/// The rows that a linearised variable is not zero for, with their weights.
#[derive(Debug, PartialEq)]
pub(super) struct Support {
    pub rows: Vec<u32>,
    pub weights: Vec<f64>,
}

/// The primary sampling unit of each row of a table, by its place in a design.
#[derive(Clone, Copy, Debug)]
pub struct Clusters<'a> {
    psu: &'a [u32],
    design: &'a Design,
}

impl<'a> Clusters<'a> {
    /// One place for each row of the table, also of those outside every domain.
    ///
    /// # Errors
    /// [`IncomeError::UnknownPsu`].
    pub fn new(psu: &'a [u32], design: &'a Design) -> Result<Self, IncomeError> {
        let psus = design.psus();
        match psu.iter().position(|place| *place as usize >= psus) {
            Some(row) => Err(IncomeError::UnknownPsu { row: row + 1, found: psu[row], psus }),
            None => Ok(Self { psu, design }),
        }
    }

    /// The design.
    pub fn design(&self) -> &Design {
        self.design
    }
}

/// An estimate with its linearised variable u: the derivative with respect to the weight of each row (Deville 1999).
/// The variance of the estimate is that of the total Σ w u. Rows outside the domain have u = 0 and take no memory.
#[derive(Clone, Debug, PartialEq)]
pub struct Linearised {
    /// The estimate.
    pub value: f64,
    parts: Vec<Part>,
}

/// u on the rows of one domain. Where domains overlap, parts add up.
#[derive(Clone, Debug, PartialEq)]
struct Part {
    support: Arc<Support>,
    influence: Vec<f64>,
}

impl Linearised {
    pub(super) fn new(
        measure: Measure,
        value: f64,
        support: Arc<Support>,
        influence: Vec<f64>,
    ) -> Result<Self, IncomeError> {
        if !value.is_finite() || influence.iter().any(|u| !u.is_finite()) {
            return Err(IncomeError::OutOfRange(measure));
        }
        Ok(Self { value, parts: vec![Part { support, influence }] })
    }

    /// A smooth function of estimates, by the delta method: its value, and its derivative by each of them at their values
    /// (Wolter 2007, *Introduction to Variance Estimation*, chapter 6). The estimates may be of different domains of one table, such as two areas or two
    /// rounds.
    ///
    /// # Errors
    /// [`IncomeError::OutOfRange`] where the value or a derivative is not a number.
    pub fn function(value: f64, derivatives: &[(f64, &Linearised)]) -> Result<Self, IncomeError> {
        let mut parts: Vec<Part> = Vec::new();
        for (derivative, estimate) in derivatives {
            for part in &estimate.parts {
                let added = part.influence.iter().map(|u| derivative * u);
                match parts.iter_mut().find(|p| Arc::ptr_eq(&p.support, &part.support)) {
                    Some(same) => same.influence.iter_mut().zip(added).for_each(|(sum, u)| *sum += u),
                    None => parts.push(Part { support: Arc::clone(&part.support), influence: added.collect() }),
                }
            }
        }
        let finite = parts.iter().flat_map(|part| &part.influence).all(|u| u.is_finite());
        if value.is_finite() && finite {
            Ok(Self { value, parts })
        } else {
            Err(IncomeError::OutOfRange(Measure::Function))
        }
    }

    /// This estimate less another.
    ///
    /// # Errors
    /// [`IncomeError::OutOfRange`].
    pub fn minus(&self, other: &Self) -> Result<Self, IncomeError> {
        Self::function(self.value - other.value, &[(1.0, self), (-1.0, other)])
    }

    /// This estimate divided by another, R = T/B with u = (u_T − R u_B)/B; `None` where the other is zero.
    ///
    /// # Errors
    /// [`IncomeError::OutOfRange`].
    pub fn over(&self, other: &Self) -> Result<Option<Self>, IncomeError> {
        if other.value == 0.0 {
            return Ok(None);
        }
        let ratio = self.value / other.value;
        Self::function(ratio, &[(1.0 / other.value, self), (-ratio / other.value, other)]).map(Some)
    }

    /// u for each row of a table of so many rows: zero outside the domain.
    ///
    /// # Panics
    /// Where the table of the estimate has more.
    pub fn influence(&self, table_rows: usize) -> Vec<f64> {
        let mut influence = vec![0.0; table_rows];
        for part in &self.parts {
            part.support.rows.iter().zip(&part.influence).for_each(|(row, u)| influence[*row as usize] += u);
        }
        influence
    }

    /// z_q = Σ_{i∈q} wᵢuᵢ for each primary sampling unit of the design, zero for those without anybody in the domain.
    ///
    /// # Panics
    /// With clusters of a table of fewer rows.
    pub fn psu_totals(&self, clusters: &Clusters) -> Vec<f64> {
        let mut totals = vec![0.0; clusters.design.psus()];
        for Part { support, influence } in &self.parts {
            for ((row, w), u) in support.rows.iter().zip(&support.weights).zip(influence) {
                totals[clusters.psu[*row as usize] as usize] += w * u;
            }
        }
        totals
    }

    /// The variance under the design, whose [`Design::check`] comes first. None where lonely strata count as the average of
    /// the other strata with somebody in the domain, and there are no others.
    ///
    /// # Panics
    /// As [`Self::psu_totals`].
    pub fn variance(&self, clusters: &Clusters) -> Option<f64> {
        self.covariance(self, clusters)
    }

    /// The square root of the variance.
    ///
    /// # Panics
    /// As [`Self::psu_totals`].
    pub fn standard_error(&self, clusters: &Clusters) -> Option<f64> {
        self.variance(clusters).map(f64::sqrt)
    }

    /// The covariance with another estimate under the same design; none as for the variance, with the strata of both.
    ///
    /// # Panics
    /// As [`Self::psu_totals`].
    pub fn covariance(&self, other: &Self, clusters: &Clusters) -> Option<f64> {
        let design = clusters.design;
        let present = strata_of([self, other], clusters);
        // The design takes lonely strata for the average of all others; here, of those of the domain.
        let factor = design.average_factor(present.into_iter())? / design.average_factor(0..design.strata().len())?;
        Some(factor * design.covariance(&self.psu_totals(clusters), &other.psu_totals(clusters)))
    }
}

/// The places of the strata in which the estimates have rows.
fn strata_of(estimates: [&Linearised; 2], clusters: &Clusters) -> Vec<usize> {
    let mut occupied = vec![false; clusters.design.psus()];
    for row in estimates.iter().flat_map(|estimate| &estimate.parts).flat_map(|part| &part.support.rows) {
        occupied[clusters.psu[*row as usize] as usize] = true;
    }
    let mut units = occupied.as_slice();
    let mut somebody = |psus: usize| {
        let (these, rest) = units.split_at(psus);
        units = rest;
        these.contains(&true)
    };
    let strata = clusters.design.strata().iter().enumerate();
    strata.filter_map(|(place, stratum)| somebody(stratum.psus).then_some(place)).collect()
}
