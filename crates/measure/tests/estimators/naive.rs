//! The estimators once more, in the plainest way: a look at every row for every figure. Scores are whole numbers and
//! everything is summed in them, so that with whole weights the only rounding is that of one division at the end.

use crate::sample::Sample;
use std::collections::{BTreeMap, BTreeSet};
use vuon_measure::alkire_foster::{Component, Line, Measure, Specification};
use vuon_measure::cube::Label;
use vuon_measure::design::LonelyPsu;
use vuon_measure::rows::Row;

/// A domain: the values of some keys.
pub type Domain = BTreeMap<usize, Label>;

pub struct Naive<'a> {
    sample: &'a Sample,
    specification: Specification,
}

impl<'a> Naive<'a> {
    pub fn new(sample: &'a Sample) -> Self {
        Self { sample, specification: sample.specification() }
    }

    /// Weights of the rows, in their order.
    pub fn weights(&self) -> Vec<f64> {
        self.sample.rows.iter().map(|row| row.weight).collect()
    }

    pub fn is_complete(row: &Row) -> bool {
        row.profile.unknown == 0
    }

    /// Whether a row is in a domain and enters.
    pub fn enters(row: &Row, domain: &Domain) -> bool {
        Self::is_complete(row) && domain.iter().all(|(key, label)| row.keys[*key] == *label)
    }

    fn is_deprived(row: &Row, indicator: usize) -> bool {
        row.profile.deprived >> indicator & 1 == 1
    }

    /// s: the score in units.
    fn score(&self, row: &Row, weighting: usize) -> i64 {
        let units = self.sample.units[weighting].iter().enumerate();
        units.filter(|(j, _)| Self::is_deprived(row, *j)).map(|(_, unit)| i64::from(*unit)).sum()
    }

    /// D: the score of those deprived in everything.
    fn most(&self, weighting: usize) -> i64 {
        self.sample.units[weighting].iter().map(|unit| i64::from(*unit)).sum()
    }

    /// s/D ≥ a/b.
    fn is_poor(&self, row: &Row, weighting: usize, cutoff: usize) -> bool {
        let (a, b) = self.sample.cutoffs[cutoff];
        self.score(row, weighting) * b >= a * self.most(weighting)
    }

    /// Σ Wⱼ gⱼ γⱼ^α over the indicators of a component: with α = 0 what they add to the score. An indicator without a
    /// measured gap has a gap of 1.
    fn parts(&self, row: &Row, weighting: usize, component: Option<Component>, alpha: i32) -> f64 {
        let all: Vec<usize> = (0..self.sample.indicators).collect();
        let indicators = match component {
            None => all,
            Some(Component::Indicator(j)) => vec![j],
            Some(Component::Dimension(d)) => self.specification.dimensions[d].indicators.clone(),
        };
        let measured = [0, self.sample.indicators - 1];
        let part = |j: usize| {
            let gap = measured.iter().position(|m| *m == j).map_or(1.0, |place| row.gaps[place]);
            f64::from(self.sample.units[weighting][j]) * gap.powi(alpha)
        };
        indicators.into_iter().filter(|j| Self::is_deprived(row, *j)).map(part).sum()
    }

    /// What a line is made of: what a row adds to the numerator and to the denominator, both per unit of weight, and the
    /// whole number by which the denominator is multiplied. Of [`Measure::Inequality`] they are those of A.
    fn ratio(&self, line: &Line, row: &Row) -> (f64, f64, f64) {
        let weighting = line.weighting.unwrap_or(0);
        let poor = |cutoff: Option<usize>| self.is_poor(row, weighting, cutoff.unwrap_or(0));
        let yes = |is: bool| f64::from(u8::from(is));
        let p = yes(poor(line.cutoff));
        let s = self.score(row, weighting) as f64;
        let most = self.most(weighting) as f64;
        let parts = |alpha| self.parts(row, weighting, line.component, alpha);
        let indicator = || match line.component {
            Some(Component::Indicator(j)) => yes(Self::is_deprived(row, j)),
            other => panic!("{other:?} is not an indicator"),
        };
        match line.measure {
            Measure::AdjustedHeadcount => (p * s, 1.0, most),
            Measure::Headcount => (p, 1.0, 1.0),
            Measure::Intensity | Measure::Inequality => (p * s, p, most),
            Measure::AdjustedGap => (p * parts(1), 1.0, most),
            Measure::AdjustedSquaredGap => (p * parts(2), 1.0, most),
            Measure::SquaredScore => (p * s * s, 1.0, most * most),
            Measure::Band => (p - yes(poor(line.until)), 1.0, 1.0),
            Measure::Uncensored => (indicator(), 1.0, 1.0),
            Measure::Censored => (p * indicator(), 1.0, 1.0),
            Measure::Contribution => (p * parts(0), 1.0, most),
            Measure::ContributionShare => (p * parts(0), p * s, 1.0),
            Measure::PopulationShare => (1.0, 1.0, 1.0),
            Measure::SubgroupContribution => (p * s, p * s, 1.0),
        }
    }

    /// Whether a line is a share of the whole: then the denominator is summed over everybody.
    fn is_share(line: &Line) -> bool {
        matches!(line.measure, Measure::PopulationShare | Measure::SubgroupContribution)
    }

    /// The value of a line with some weights of the rows; none for a share of nothing.
    pub fn value(&self, line: &Line, domain: &Domain, weights: &[f64]) -> Option<f64> {
        let everybody = Domain::new();
        let (mut numerator, mut denominator, mut squares, mut by) = (0.0, 0.0, 0.0, 1.0);
        let mut scores = BTreeSet::new();
        for (row, weight) in self.sample.rows.iter().zip(weights) {
            let (n, d, b) = self.ratio(line, row);
            by = b;
            if Self::enters(row, domain) {
                numerator += weight * n;
                squares += weight * n * n;
                if weight * d > 0.0 {
                    scores.insert(n as u64);
                }
            }
            if Self::enters(row, if Self::is_share(line) { &everybody } else { domain }) {
                denominator += weight * d;
            }
        }
        if denominator == 0.0 {
            return None;
        }
        if line.measure == Measure::Inequality {
            let (p, s) = (denominator, numerator);
            if scores.len() == 1 {
                // Whatever rounding says.
                return Some(0.0);
            }
            return Some((squares * p - s * s) / (p * p * by * by));
        }
        Some(numerator / (by * denominator))
    }

    /// The linearised variable of a line for each row, without its weight: (n − value·d)/Σ w d for a ratio.
    pub fn influence(&self, line: &Line, domain: &Domain) -> Option<Vec<f64>> {
        let weights = self.weights();
        let value = self.value(line, domain, &weights)?;
        let everybody = Domain::new();
        let of_denominator = if Self::is_share(line) { &everybody } else { domain };
        let rows = || self.sample.rows.iter();
        let enters = |row: &Row, domain: &Domain| f64::from(u8::from(Self::enters(row, domain)));
        let total: f64 = rows().map(|row| row.weight * enters(row, of_denominator) * self.ratio(line, row).1).sum();
        let mean = |row: &Row| {
            let (n, d, by) = self.ratio(line, row);
            (n / by * enters(row, domain) - value * d * enters(row, of_denominator)) / total
        };
        if line.measure != Measure::Inequality {
            return Some(rows().map(mean).collect());
        }
        // V = Σ w p c²/P − A²: u = (p c² − 2 A p c + (2 A² − C₂) p)/P.
        let intensity = self.value(&Line { measure: Measure::Intensity, ..*line }, domain, &weights)?;
        let square = value + intensity * intensity;
        let spread = |row: &Row| {
            let (n, p, by) = self.ratio(line, row);
            let c = n / by;
            let u = c * c - 2.0 * intensity * c + (2.0 * intensity * intensity - square) * p;
            u * enters(row, domain) / total
        };
        Some(rows().map(spread).collect())
    }

    /// The standard error of a line.
    pub fn standard_error(&self, line: &Line, domain: &Domain, lonely: LonelyPsu) -> Option<f64> {
        let u = self.influence(line, domain)?;
        // A share of the whole is about everybody.
        let everybody = Domain::new();
        let about = if Self::is_share(line) { &everybody } else { domain };
        variance(&self.sample.rows, &u, lonely, |row| Self::enters(row, about)).map(f64::sqrt)
    }
}

/// Σ w u of each sampling unit of the design, in the order of strata and units.
pub fn unit_totals(rows: &[Row], u: &[f64]) -> BTreeMap<(Label, Label), f64> {
    let mut totals = BTreeMap::new();
    for (row, u) in rows.iter().zip(u) {
        *totals.entry((row.stratum.clone(), row.psu.clone())).or_insert(0.0) += row.weight * u;
    }
    totals
}

/// The variance of Σ w u for a design of strata and sampling units, all of which stay in. Where lonely strata count as
/// the average, those count that have a row of the domain; none where there are no others.
pub fn variance(rows: &[Row], u: &[f64], lonely: LonelyPsu, in_domain: impl Fn(&Row) -> bool) -> Option<f64> {
    let totals = unit_totals(rows, u);
    let strata: BTreeSet<&Label> = totals.keys().map(|(stratum, _)| stratum).collect();
    let (mut sum, mut present, mut alone) = (0.0, 0.0, 0.0);
    for stratum in strata {
        let z: Vec<f64> = totals.iter().filter(|((of, _), _)| of == stratum).map(|(_, z)| *z).collect();
        let n = z.len() as f64;
        let population = rows.iter().find(|row| row.stratum == *stratum).unwrap().population;
        let left = population.map_or(1.0, |population| 1.0 - n / population);
        let mean = z.iter().sum::<f64>() / n;
        if z.len() > 1 {
            sum += left * n / (n - 1.0) * z.iter().map(|z| (z - mean).powi(2)).sum::<f64>();
        } else if lonely == LonelyPsu::Adjust {
            sum += left * z[0] * z[0];
        }
        if rows.iter().any(|row| row.stratum == *stratum && in_domain(row)) {
            present += 1.0;
            alone += f64::from(u8::from(z.len() == 1 && population != Some(1.0)));
        }
    }
    match lonely {
        LonelyPsu::Average if present == alone => None,
        LonelyPsu::Average => Some(sum * present / (present - alone)),
        _ => Some(sum),
    }
}
