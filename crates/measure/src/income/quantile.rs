//! Quantiles of income.
//!
//! The quantile of p is the smallest income whose cumulative weight reaches p·N: rule `math` of R's `survey`, definition 1
//! of Hyndman & Fan (1996), *Sample quantiles in statistical packages*, The American Statistician 50. It is always an
//! income that somebody has. Cumulative weights reach p·N when they fall short of it by no more than 2⁻⁴⁸ of it, which is
//! what decimal weights can be off in double precision: half of ten weights of 0.1 is five of them.

use super::density::{Bandwidth, density};
use super::domain::Domain;
use super::error::IncomeError;
use super::linearised::{Clusters, Linearised};
use super::names::{Measure, Parameter};
use super::sum::Sum;
use vuon_policy::exact::Exact;

const ROUNDING: f64 = 1.0 / (1_u64 << 48) as f64;

/// The quantile of p alone, for a register or where its precision is not asked.
///
/// # Errors
/// A p that is not between 0 and 1.
pub fn quantile_value(domain: &Domain, p: Exact) -> Result<f64, IncomeError> {
    between_0_and_1(p).map(|p| quantile_at(domain, p))
}

/// The quantile of p, linearised with the density at it: u = −(1(y ≤ Q) − p)/(N f(Q)) (Deville 1999; Osier 2009).
/// [`woodruff`] needs no density and is to be preferred where only the interval counts.
///
/// # Errors
/// A p that is not between 0 and 1, and as [`Bandwidth::width`].
pub fn quantile(domain: &Domain, p: Exact, bandwidth: Bandwidth) -> Result<Linearised, IncomeError> {
    let p = between_0_and_1(p)?;
    let value = quantile_at(domain, p);
    let slope = domain.size() * density(domain, value, bandwidth)?;
    let incomes = domain.incomes();
    domain.linearised(Measure::Quantile, value, |place| (p - at_most(incomes[place], value)) / slope)
}

/// The share of people whose income is not above x: F(x) = Σ w 1(y ≤ x)/N, with u = (1(y ≤ x) − F)/N.
///
/// # Errors
/// [`IncomeError::OutOfRange`].
pub fn share_not_above(domain: &Domain, x: f64) -> Result<Linearised, IncomeError> {
    let not_above: Vec<f64> = domain.incomes().iter().map(|y| at_most(*y, x)).collect();
    domain.mean_of(Measure::ShareOfPeople, &not_above)
}

/// A quantile between limits. A limit is missing where the sample is too small to tell, and where the design gives no
/// variance.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct WoodruffInterval {
    /// The quantile.
    pub value: f64,
    /// The lower limit.
    pub lower: Option<f64>,
    /// The upper limit.
    pub upper: Option<f64>,
    /// Half of the width over t, where both limits are.
    pub standard_error: Option<f64>,
}

/// The quantile of p with the limits of Woodruff (1952), *Confidence intervals for medians and other position measures*,
/// Journal of the American Statistical Association 47: the quantiles of F ± t·se(F), where F is the estimated share of
/// people with no more than the quantile. `t` is the critical value, such as 1.96. As `svyquantile` of R's `survey` with
/// `interval.type = "mean"`; its standard error is there (U − L)/(2t).
///
/// # Errors
/// A p that is not between 0 and 1, and a `t` that is not above zero.
///
/// # Panics
/// As [`Linearised::psu_totals`].
pub fn woodruff(domain: &Domain, p: Exact, clusters: &Clusters, t: f64) -> Result<WoodruffInterval, IncomeError> {
    if !(t > 0.0 && t.is_finite()) {
        return Err(IncomeError::Parameter { parameter: Parameter::CriticalValue, value: t });
    }
    let value = quantile_value(domain, p)?;
    let below = share_not_above(domain, value)?;
    let reach = below.standard_error(clusters).map(|error| t * error);
    let limit = |share: f64| (0.0..=1.0).contains(&share).then(|| quantile_at(domain, share));
    let lower = reach.and_then(|reach| limit(below.value - reach));
    let upper = reach.and_then(|reach| limit(below.value + reach));
    let standard_error = lower.zip(upper).map(|(lower, upper)| (upper - lower) / (2.0 * t));
    Ok(WoodruffInterval { value, lower, upper, standard_error })
}

/// The smallest income whose cumulative weight reaches the share.
pub(super) fn quantile_at(domain: &Domain, share: f64) -> f64 {
    let wanted = share * domain.size();
    let enough = wanted - wanted.abs() * ROUNDING;
    let incomes = domain.incomes();
    let mut cumulated = Sum::default();
    let reaches = domain.weights().iter().position(|w| {
        cumulated.add(*w);
        cumulated.value() >= enough
    });
    incomes[reaches.unwrap_or(incomes.len() - 1)]
}

/// A share that is between 0 and 1 and neither.
pub(super) fn between_0_and_1(p: Exact) -> Result<f64, IncomeError> {
    let inside = Exact::whole(0) < p && p < Exact::whole(1);
    if inside { Ok(p.numerator() as f64 / p.denominator() as f64) } else { Err(IncomeError::Share(p)) }
}

fn at_most(income: f64, x: f64) -> f64 {
    f64::from(u8::from(income <= x))
}
