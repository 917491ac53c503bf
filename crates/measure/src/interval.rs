//! Confidence limits.

use statrs::distribution::{Beta, ContinuousCDF, Normal, StudentsT};

/// How limits are drawn around an estimate.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Interval {
    /// On the logit scale, for what lies between 0 and 1: L = log(b/(1 − b)) ± t · se/(b(1 − b)), as `svyciprop` of R's
    /// `survey` with `method = "logit"`, and Stata for proportions. Such limits stay between 0 and 1.
    #[default]
    Logit,
    /// b ± t · se.
    Plain,
}

/// Limits of a level of confidence for a design.
#[derive(Clone, Debug)]
pub struct Limits {
    interval: Interval,
    level: f64,
    t: f64,
}

impl Limits {
    /// Limits at a level such as 0.95, with Student's t for the degrees of freedom of the design; none without any.
    pub fn new(interval: Interval, level: f64, degrees_of_freedom: usize) -> Option<Self> {
        let degrees_of_freedom = degrees_of_freedom as f64;
        let t = quantile_of_t(degrees_of_freedom, 0.5 + level / 2.0)?;
        Some(Self { interval, level, t })
    }

    /// The limits of a value that need not lie between 0 and 1, such as a change.
    pub fn plain(&self, value: f64, standard_error: f64) -> (f64, f64) {
        (value - self.t * standard_error, value + self.t * standard_error)
    }

    /// The limits of a share: none on the logit scale at 0 and 1.
    pub fn share(&self, value: f64, standard_error: f64) -> Option<(f64, f64)> {
        match self.interval {
            Interval::Plain => Some(self.plain(value, standard_error)),
            Interval::Logit if value > 0.0 && value < 1.0 => {
                let logit = (value / (1.0 - value)).ln();
                let (lower, upper) = self.plain(logit, standard_error / (value * (1.0 - value)));
                let back = |logit: f64| 1.0 / (1.0 + (-logit).exp());
                Some((back(lower), back(upper)))
            }
            Interval::Logit => None,
        }
    }

    /// The limits of a share of people that nobody, or everybody, has: Clopper & Pearson (1934) with the number of rows
    /// reduced for the few degrees of freedom (Korn & Graubard 1998, *Confidence intervals for proportions with small
    /// expected number of positive counts*, where the design effect, which cannot be estimated here, is 1).
    pub fn none_or_all(&self, value: f64, rows: u64) -> Option<(f64, f64)> {
        if rows < 2 {
            return None;
        }
        let rows = rows as f64;
        // A domain of fewer rows than the design has degrees of freedom must not count more rows than it has.
        let reduced = (quantile_of_t(rows - 1.0, 0.5 + self.level / 2.0)? / self.t).powi(2).min(1.0);
        let n = rows * reduced;
        let tail = (1.0 - self.level) / 2.0;
        if value <= 0.0 {
            Some((0.0, Beta::new(1.0, n).ok()?.inverse_cdf(1.0 - tail)))
        } else {
            Some((Beta::new(n, 1.0).ok()?.inverse_cdf(tail), 1.0))
        }
    }
}

/// Two-sided p value of a statistic that follows Student's t.
///
/// None for a statistic that is not finite, and without degrees of freedom.
pub fn p_value(t: f64, degrees_of_freedom: usize) -> Option<f64> {
    if !t.is_finite() {
        return None;
    }
    let distribution = StudentsT::new(0.0, 1.0, degrees_of_freedom as f64).ok()?;
    Some(2.0 * distribution.sf(t.abs()))
}

/// With this many degrees of freedom t follows from the quantile of the normal distribution; `statrs`, exact to 12 digits
/// with fewer, has 4 right with a million.
const MANY: f64 = 1000.0;

fn quantile_of_t(degrees_of_freedom: f64, p: f64) -> Option<f64> {
    if degrees_of_freedom < MANY {
        return StudentsT::new(0.0, 1.0, degrees_of_freedom).ok().map(|t| t.inverse_cdf(p));
    }
    // Abramowitz & Stegun (1964), 26.7.5.
    let x = Normal::standard().inverse_cdf(p);
    let square = x * x;
    let terms = [
        (square + 1.0) / 4.0,
        ((5.0 * square + 16.0) * square + 3.0) / 96.0,
        (((3.0 * square + 19.0) * square + 17.0) * square - 15.0) / 384.0,
        ((((79.0 * square + 776.0) * square + 1482.0) * square - 1920.0) * square - 945.0) / 92160.0,
    ];
    Some(x + x * terms.iter().rev().fold(0.0, |sum, term| (sum + term) / degrees_of_freedom))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Quantiles of R: `qt(0.975, df)`.
    #[test]
    fn quantiles_of_t() {
        for (df, t) in [
            (1.0, 12.706204736174694),
            (2.0, 4.302652729749462),
            (7.0, 2.364624251592784),
            (30.0, 2.042272456301236),
            (597.0, 1.963945569485222),
            (1000.0, 1.9623390808264074),
            (1e6, 1.9599663568141066),
        ] {
            let ours = quantile_of_t(df, 0.975).unwrap();
            assert!((ours / t - 1.0).abs() < 1e-9, "{df}: {ours}");
        }
    }
}
