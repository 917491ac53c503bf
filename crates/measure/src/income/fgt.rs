//! Poverty under lines that are given: rates, gaps, severity, and the measure of Watts.

use super::domain::Domain;
use super::error::IncomeError;
use super::linearised::Linearised;
use super::names::{Measure, Parameter};

/// Who is poor at exactly the line. Only the headcount knows the difference.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Poor {
    /// Poor below the line, y < z: as most statistical offices count.
    #[default]
    Below,
    /// Poor at the line and below, y ≤ z: "having income no greater than z" in Foster, Greer & Thorbecke (1984), and
    /// "từ … đồng trở xuống" in Vietnamese law.
    NotAbove,
}

impl Poor {
    pub(super) fn holds(self, income: f64, line: f64) -> bool {
        match self {
            Poor::Below => income < line,
            Poor::NotAbove => income <= line,
        }
    }
}

/// The measure of Foster, Greer & Thorbecke (1984), *A class of decomposable poverty measures*, Econometrica 52:
///
/// P_α = (1/N) Σ_{i poor} wᵢ ((zᵢ − yᵢ)/zᵢ)^α,
///
/// with u = (g − P_α)/N. α = 0 is the headcount ratio, 1 the poverty gap, 2 the squared gap; any α ≥ 0 is allowed.
/// `lines` has the poverty line of each row of the table, so that areas and years can have their own. The measure of a
/// whole is the sum of those of its subgroups times their shares of the population (there on decomposability).
///
/// # Errors
/// A line in the domain that is not above zero, an α below zero, and [`IncomeError::OutOfRange`].
pub fn fgt(domain: &Domain, lines: &[f64], alpha: f64, poor: Poor) -> Result<Linearised, IncomeError> {
    fgt_under(domain, &domain.lines(lines)?, alpha, poor)
}

/// The income gap ratio: how far the poor are below the line on average, as a share of it, I = P1/P0 (Sen 1976, *Poverty:
/// an ordinal approach to measurement*, Econometrica 44, there with one line), u as for a ratio of means.
///
/// # Errors
/// Nobody is poor: [`IncomeError::ZeroDenominator`]. Else as [`fgt`].
pub fn income_gap_ratio(domain: &Domain, lines: &[f64], poor: Poor) -> Result<Linearised, IncomeError> {
    let (gap, rate) = (fgt(domain, lines, 1.0, poor)?, fgt(domain, lines, 0.0, poor)?);
    gap.over(&rate)?.ok_or(IncomeError::ZeroDenominator(Measure::IncomeGapRatio))
}

/// How much of the poverty of a whole is that of a part: ν_g P_α,g / P_α, where ν_g is the part's share of the population
/// (Foster, Greer & Thorbecke 1984). It is a ratio of totals S, with u = (1_g g − S g)/Σ w g.
///
/// # Errors
/// Nobody is poor in the whole: [`IncomeError::ZeroDenominator`]. Else as [`fgt`].
pub fn fgt_contribution(
    part: &Domain,
    whole: &Domain,
    lines: &[f64],
    alpha: f64,
    poor: Poor,
) -> Result<Linearised, IncomeError> {
    let total = |domain: &Domain| {
        let gaps = powered_gaps(domain, &domain.lines(lines)?, alpha, poor)?;
        domain.linearised(Measure::Contribution, domain.sum(|place| gaps[place]), |place| gaps[place])
    };
    total(part)?.over(&total(whole)?)?.ok_or(IncomeError::ZeroDenominator(Measure::Contribution))
}

/// The measure of Watts (1968), *An economic definition of poverty*, Institute for Research on Poverty discussion paper 5;
/// in the form of Zheng (1993), *An axiomatic characterization of the Watts poverty index*, Economics Letters 42:
///
/// W = (1/N) Σ_{y<z} w ln(z/y), with u = (g − W)/N.
///
/// # Errors
/// Incomes of zero and below, for which the logarithm has no value: [`IncomeError::TooLow`] counts them. Else as [`fgt`].
pub fn watts(domain: &Domain, lines: &[f64]) -> Result<Linearised, IncomeError> {
    let lines = domain.lines(lines)?;
    domain.not_too_low(Measure::Watts, false)?;
    let gap = |(y, z): (&f64, &f64)| if y < z { (z / y).ln() } else { 0.0 };
    let gaps: Vec<f64> = domain.incomes().iter().zip(&lines).map(gap).collect();
    domain.mean_of(Measure::Watts, &gaps)
}

/// [`fgt`] with lines in the order of the ranking.
pub(super) fn fgt_under(domain: &Domain, lines: &[f64], alpha: f64, poor: Poor) -> Result<Linearised, IncomeError> {
    let measure = match alpha {
        0.0 => Measure::Headcount,
        1.0 => Measure::Gap,
        2.0 => Measure::SquaredGap,
        _ => Measure::Fgt,
    };
    domain.mean_of(measure, &powered_gaps(domain, lines, alpha, poor)?)
}

/// ((z − y)/z)^α of the poor, 0 of others, in the order of the ranking.
fn powered_gaps(domain: &Domain, lines: &[f64], alpha: f64, poor: Poor) -> Result<Vec<f64>, IncomeError> {
    if !(alpha >= 0.0 && alpha.is_finite()) {
        return Err(IncomeError::Parameter { parameter: Parameter::Alpha, value: alpha });
    }
    let pairs = domain.incomes().iter().zip(lines);
    Ok(pairs.map(|(y, z)| if poor.holds(*y, *z) { power((z - y) / z, alpha) } else { 0.0 }).collect())
}

/// gap^α, exact for the usual ones; 0⁰ = 1.
pub(super) fn power(gap: f64, alpha: f64) -> f64 {
    match alpha {
        0.0 => 1.0,
        1.0 => gap,
        2.0 => gap * gap,
        _ => gap.powf(alpha),
    }
}
