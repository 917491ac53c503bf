//! Every estimate is a smooth function of a few totals; here is which totals, and the function with its gradient.
//!
//! Totals are sums over the people of a domain who answered everything: their weight; the weight of the deprived, for
//! each indicator; and for each weighting and cut-off the weight of the poor, Σ w s, Σ w s², and the weight of the poor
//! who are deprived, for each indicator. Scores s are whole numbers of units, so with whole weights all totals are exact.

use super::line::{Component, Line, Measure, Specification};

/// Where each total stands in a vector of totals.
#[derive(Clone, Copy, Debug)]
pub(super) struct Layout {
    pub indicators: usize,
    pub cutoffs: usize,
    pub weightings: usize,
    pub gaps: bool,
}

impl Layout {
    pub const WEIGHT: usize = 0;
    pub const POOR: usize = 0;
    pub const SCORE: usize = 1;
    pub const SCORE_SQUARED: usize = 2;

    #[inline]
    pub fn deprived(self, indicator: usize) -> usize {
        1 + indicator
    }

    /// Where the totals of a weighting and a cut-off begin.
    #[inline]
    pub fn poor(self, weighting: usize, cutoff: usize) -> usize {
        1 + self.indicators + (weighting * self.cutoffs + cutoff) * self.stride()
    }

    /// How many totals there are for each weighting and cut-off.
    #[inline]
    pub fn stride(self) -> usize {
        3 + self.indicators + if self.gaps { 2 } else { 0 }
    }

    #[inline]
    pub fn censored(self, poor: usize, indicator: usize) -> usize {
        poor + 3 + indicator
    }

    /// Σ w p Σⱼ Wⱼ gⱼ γⱼ in units, and the same with γ².
    #[inline]
    pub fn gap(self, poor: usize, squared: bool) -> usize {
        poor + 3 + self.indicators + usize::from(squared)
    }

    #[inline]
    pub fn len(self) -> usize {
        self.poor(self.weightings, 0)
    }
}

/// A smooth function of the totals of one domain.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Formula {
    /// Σ units·total / (by·total). Units and what they are divided by are whole numbers, so that with whole weights the
    /// value is the exact one, rounded once: places with the same poverty have the same figure.
    Ratio { numerator: Vec<(usize, f64)>, denominator: usize, by: f64 },
    /// The variance of the scores of the poor: S₂/P − (S/P)², in units of 1/D².
    Variance { poor: usize, denominator: f64 },
    /// A share of the whole: total of the domain / total of all domains.
    Share { total: usize },
}

/// Sums of sampling weights taken in different orders differ by rounding. What is a share of 1 but for that is 1, and the
/// variance of equal scores is 0: so that nobody takes the rest for a figure.
const ROUNDING: f64 = 1e-14;

/// How a value changes with each total: the places of totals, and the derivatives.
pub(super) type Gradient = Vec<(usize, f64)>;

impl Formula {
    pub fn of(line: &Line, specification: &Specification, layout: Layout) -> Self {
        let spec = line.weighting.zip(line.cutoff);
        let poor = spec.map_or(0, |(weighting, cutoff)| layout.poor(weighting, cutoff));
        let weighting = line.weighting.map(|place| &specification.weightings[place]);
        let denominator = weighting.map_or(1.0, |w| f64::from(w.denominator()));
        let mean = |numerator: Vec<(usize, f64)>, by: f64| {
            let denominator = Layout::WEIGHT;
            Formula::Ratio { numerator, denominator, by }
        };
        // Σⱼ Wⱼ·censored(j) over the indicators of a component.
        let parts = || -> Vec<(usize, f64)> {
            let indicators: &[usize] = match &line.component {
                Some(Component::Indicator(j)) => std::slice::from_ref(j),
                Some(Component::Dimension(d)) => &specification.dimensions[*d].indicators,
                None => &[],
            };
            let units = |j: usize| weighting.map_or(0.0, |w| f64::from(w.units(j)));
            indicators.iter().map(|j| (layout.censored(poor, *j), units(*j))).collect()
        };
        let indicator = || match line.component {
            Some(Component::Indicator(j)) => j,
            _ => unreachable!("a headcount is of an indicator"),
        };
        match line.measure {
            Measure::AdjustedHeadcount => mean(vec![(poor + Layout::SCORE, 1.0)], denominator),
            Measure::Headcount => mean(vec![(poor + Layout::POOR, 1.0)], 1.0),
            Measure::Intensity => Formula::Ratio {
                numerator: vec![(poor + Layout::SCORE, 1.0)],
                denominator: poor + Layout::POOR,
                by: denominator,
            },
            Measure::AdjustedGap => mean(vec![(layout.gap(poor, false), 1.0)], denominator),
            Measure::AdjustedSquaredGap => mean(vec![(layout.gap(poor, true), 1.0)], denominator),
            Measure::Inequality => Formula::Variance { poor, denominator },
            Measure::SquaredScore => mean(vec![(poor + Layout::SCORE_SQUARED, 1.0)], denominator * denominator),
            Measure::Band => {
                let until = spec.zip(line.until).map_or(0, |((weighting, _), until)| layout.poor(weighting, until));
                mean(vec![(poor + Layout::POOR, 1.0), (until + Layout::POOR, -1.0)], 1.0)
            }
            Measure::Uncensored => mean(vec![(layout.deprived(indicator()), 1.0)], 1.0),
            Measure::Censored => mean(vec![(layout.censored(poor, indicator()), 1.0)], 1.0),
            Measure::Contribution => mean(parts(), denominator),
            Measure::ContributionShare => {
                Formula::Ratio { numerator: parts(), denominator: poor + Layout::SCORE, by: 1.0 }
            }
            Measure::PopulationShare => Formula::Share { total: Layout::WEIGHT },
            Measure::SubgroupContribution => Formula::Share { total: poor + Layout::SCORE },
        }
    }

    /// The same function up to a factor: many lines, such as hⱼ(k) and wⱼ hⱼ(k), are multiples of one another and need
    /// one standard error.
    pub fn up_to_factor(&self) -> (Formula, f64) {
        match self {
            Formula::Ratio { numerator, denominator, by } if numerator.len() == 1 => {
                let (total, units) = numerator[0];
                (Formula::Ratio { numerator: vec![(total, 1.0)], denominator: *denominator, by: 1.0 }, units / by)
            }
            other => (other.clone(), 1.0),
        }
    }

    /// The total of which it is the share of the whole.
    pub fn share_of(&self) -> Option<usize> {
        match self {
            Formula::Share { total } => Some(*total),
            Formula::Ratio { .. } | Formula::Variance { .. } => None,
        }
    }

    /// The value; none where it is a share of nothing.
    pub fn value(&self, totals: &[f64], whole: &[f64]) -> Option<f64> {
        let share = |part: f64, of: f64| (of != 0.0).then(|| part / of);
        match self {
            Formula::Ratio { numerator, denominator, by } => {
                let part = numerator.iter().map(|(place, units)| units * totals[*place]).sum();
                let whole = |share: f64| (share - 1.0).abs() < ROUNDING;
                share(part, by * totals[*denominator]).map(|share| if whole(share) { 1.0 } else { share })
            }
            Formula::Variance { poor, denominator } => {
                let (p, s, s2) = poor_totals(totals, *poor);
                let spread = s2 * p - s * s;
                let spread = if spread > ROUNDING * s2 * p { spread } else { 0.0 };
                share(spread, p * p * (denominator * denominator))
            }
            Formula::Share { total } => share(totals[*total], whole[*total]),
        }
    }

    /// The gradient; none for a share of nothing, and for shares of the whole, which need the totals of the whole too.
    pub fn gradient(&self, totals: &[f64]) -> Option<Gradient> {
        let value = self.value(totals, totals)?;
        Some(match self {
            Formula::Ratio { numerator, denominator, by } => {
                let of = totals[*denominator];
                let parts = numerator.iter().map(|(place, units)| (*place, units / (by * of)));
                parts.chain([(*denominator, -value / of)]).collect()
            }
            Formula::Variance { poor, denominator } => {
                let (p, s, s2) = poor_totals(totals, *poor);
                let (mean, square, scale) = (s / p, s2 / p, p * denominator * denominator);
                vec![
                    (poor + Layout::SCORE_SQUARED, 1.0 / scale),
                    (poor + Layout::SCORE, -2.0 * mean / scale),
                    (poor + Layout::POOR, (2.0 * mean * mean - square) / scale),
                ]
            }
            Formula::Share { .. } => return None,
        })
    }
}

fn poor_totals(totals: &[f64], poor: usize) -> (f64, f64, f64) {
    (totals[poor + Layout::POOR], totals[poor + Layout::SCORE], totals[poor + Layout::SCORE_SQUARED])
}
