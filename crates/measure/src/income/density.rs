//! The density of incomes, by which what depends on a quantile is linearised.

use super::domain::Domain;
use super::error::IncomeError;
use super::names::Parameter;
use super::quantile::quantile_at;

/// How wide the Gaussian kernel of a density is.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub enum Bandwidth {
    /// h = σ N^(−1/5) with the weighted standard deviation σ of incomes and N = Σ w, as Osier (2009), *Variance estimation
    /// for complex indicators of poverty and inequality*, Survey Research Methods 3, and after him R's `convey` and
    /// `vardpoor`. N counts the population and not the sample, so the kernel is narrow, and depends on the unit of the
    /// weights.
    #[default]
    Osier,
    /// h = 0.9 min(σ, (Q₃ − Q₁)/1.34) n^(−1/5) with n rows: Silverman (1986), *Density Estimation*, equation 3.31. Wider;
    /// steadier where incomes are few or rounded.
    Silverman,
    /// As told, in the unit of income.
    Fixed(f64),
}

impl Bandwidth {
    /// h for the incomes of a domain.
    ///
    /// # Errors
    /// Incomes that are all equal, and a fixed width that is not above zero.
    pub fn width(self, domain: &Domain) -> Result<f64, IncomeError> {
        let width = match self {
            Bandwidth::Osier => standard_deviation(domain) * domain.size().powf(-0.2),
            Bandwidth::Silverman => {
                let between = quantile_at(domain, 0.75) - quantile_at(domain, 0.25);
                let deviation = standard_deviation(domain);
                // Half of the incomes can be one income without all being it.
                let spread = if between > 0.0 { deviation.min(between / 1.34) } else { deviation };
                0.9 * spread * (domain.rows() as f64).powf(-0.2)
            }
            Bandwidth::Fixed(width) if width > 0.0 && width.is_finite() => width,
            Bandwidth::Fixed(value) => {
                return Err(IncomeError::Parameter { parameter: Parameter::Bandwidth, value });
            }
        };
        if width > 0.0 { Ok(width) } else { Err(IncomeError::NoSpread) }
    }
}

/// The density of incomes at x, f(x) = Σ w φ((x − y)/h)/(N h) with the normal density φ (Osier 2009).
///
/// # Errors
/// As [`Bandwidth::width`].
pub fn density(domain: &Domain, x: f64, bandwidth: Bandwidth) -> Result<f64, IncomeError> {
    let h = bandwidth.width(domain)?;
    let incomes = domain.incomes();
    let kernel = |place: usize| {
        let distance = (x - incomes[place]) / h;
        (-0.5 * distance * distance).exp()
    };
    Ok(domain.sum(kernel) / ((2.0 * std::f64::consts::PI).sqrt() * domain.size() * h))
}

/// Of the population: Σ w (y − ȳ)²/N.
fn standard_deviation(domain: &Domain) -> f64 {
    let incomes = domain.incomes();
    if incomes.first() == incomes.last() {
        return 0.0;
    }
    let mean = domain.total() / domain.size();
    (domain.sum(|place| (incomes[place] - mean) * (incomes[place] - mean)) / domain.size()).sqrt()
}
