//! Poverty under a line that is itself estimated, such as 60 % of the median income.

use super::density::{Bandwidth, density};
use super::domain::Domain;
use super::error::IncomeError;
use super::fgt::{Poor, fgt_under, power};
use super::linearised::Linearised;
use super::names::Parameter;
use super::quantile::quantile;
use vuon_policy::exact::Exact;

/// A line that moves with the incomes of a population.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum RelativeLine {
    /// A share of a quantile: 60 % of the median is `{ share: 3/5, of: 1/2 }`.
    OfQuantile {
        /// Which share of it.
        share: Exact,
        /// Which quantile.
        of: Exact,
    },
    /// A share of the mean.
    OfMean {
        /// Which share of it.
        share: Exact,
    },
}

impl RelativeLine {
    /// The line that the incomes of the reference population give, usually everybody's. Of a quantile, it is linearised
    /// with the density there (Osier 2009); the mean needs none, and then `bandwidth` does not matter.
    ///
    /// # Errors
    /// As [`quantile`], and a line that is not above zero: [`IncomeError::Parameter`].
    pub fn estimate(self, reference: &Domain, bandwidth: Bandwidth) -> Result<Linearised, IncomeError> {
        let (share, base) = match self {
            RelativeLine::OfQuantile { share, of } => (share, quantile(reference, of, bandwidth)?),
            RelativeLine::OfMean { share } => (share, reference.mean()?),
        };
        // Multiplied first: 3/5 of 2250 is 1350, and who has that is at the line.
        let (numerator, denominator) = (share.numerator() as f64, share.denominator() as f64);
        let line = Linearised::function(numerator * base.value / denominator, &[(numerator / denominator, &base)])?;
        above_zero(line.value)?;
        Ok(line)
    }
}

/// The measure of Foster, Greer & Thorbecke of a domain under an estimated line z, the same for all (see [`fgt`](super::fgt())). The line
/// adds its own error: u = (g − P_α)/N on the domain, plus ∂P_α/∂z times the linearised variable of the line on its
/// reference population, where
///
/// ∂P_0/∂z = f(z), the density of the domain's incomes at the line (Osier 2009; Berger & Skinner 2003,
/// *Variance estimation for a low income proportion*, Applied Statistics 52), and
/// ∂P_α/∂z = (1/N) Σ_{i poor} wᵢ α ((z − yᵢ)/z)^(α−1) yᵢ/z² for α ≥ 1.
///
/// `bandwidth` is that of the density and used for α = 0 only. R's `convey` takes the width of the whole sample also for
/// subgroups: give `Bandwidth::Fixed` of the reference population's to do so.
///
/// # Errors
/// An α between 0 and 1, whose derivative has no usable estimate; and as [`fgt`](super::fgt()) and [`Bandwidth::width`].
pub fn fgt_with_estimated_line(
    domain: &Domain,
    line: &Linearised,
    alpha: f64,
    poor: Poor,
    bandwidth: Bandwidth,
) -> Result<Linearised, IncomeError> {
    let z = line.value;
    above_zero(z)?;
    if alpha > 0.0 && alpha < 1.0 {
        return Err(IncomeError::Parameter { parameter: Parameter::AlphaUnderEstimatedLine, value: alpha });
    }
    let measure = fgt_under(domain, &vec![z; domain.rows()], alpha, poor)?;
    let incomes = domain.incomes();
    let slope = |y: f64| if y < z { alpha * power((z - y) / z, alpha - 1.0) * y / (z * z) } else { 0.0 };
    let derivative = match alpha {
        0.0 => density(domain, z, bandwidth)?,
        _ => domain.sum(|place| slope(incomes[place])) / domain.size(),
    };
    Linearised::function(measure.value, &[(1.0, &measure), (derivative, line)])
}

fn above_zero(line: f64) -> Result<(), IncomeError> {
    let parameter = Parameter::RelativeLine;
    if line > 0.0 { Ok(()) } else { Err(IncomeError::Parameter { parameter, value: line }) }
}
