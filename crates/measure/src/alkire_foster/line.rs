//! What is estimated: one line of a table of results for each measure, component, weighting and cut-off.

use crate::weighting::{Cutoff, Weighting};

/// A measure of multidimensional poverty, with its equation: w the sampling weight of a person, g whether deprived, wⱼ the
/// weight of an indicator (they add up to 1), c = Σⱼ wⱼ gⱼ the score, p whether c ≥ k. Alkire & Foster (2011), *Counting and
/// multidimensional poverty measurement*, Journal of Public Economics 95; Alkire et al. (2015), *Multidimensional Poverty
/// Measurement and Analysis*, chapter 5.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Measure {
    /// M₀ = H·A, the adjusted headcount ratio: Σ w p c / Σ w.
    AdjustedHeadcount,
    /// H, the headcount ratio: Σ w p / Σ w.
    Headcount,
    /// A, the intensity: the mean score of the poor, Σ w p c / Σ w p.
    Intensity,
    /// M₁, the adjusted gap: Σ w p Σⱼ wⱼ gⱼ γⱼ / Σ w, with γ the normalised gap (Alkire & Foster 2011).
    AdjustedGap,
    /// M₂, the adjusted squared gap: Σ w p Σⱼ wⱼ gⱼ γⱼ² / Σ w. In both, an indicator without a measured gap counts with
    /// γ = 1.
    AdjustedSquaredGap,
    /// The variance of the scores of the poor, Σ w p c² / Σ w p − A² (Seth & Alkire 2014, with the scale of the Human
    /// Development Reports).
    Inequality,
    /// The mean squared censored score, Σ w p c² / Σ w.
    SquaredScore,
    /// The share of people between two cut-offs, such as the vulnerable.
    Band,
    /// hⱼ, the uncensored headcount ratio of an indicator: deprived, poor or not, Σ w gⱼ / Σ w.
    Uncensored,
    /// hⱼ(k), the censored headcount ratio: deprived and poor, Σ w p gⱼ / Σ w.
    Censored,
    /// wⱼ hⱼ(k): what an indicator (or a dimension) adds to M₀.
    Contribution,
    /// wⱼ hⱼ(k) / M₀: the share of M₀ that an indicator (or a dimension) makes up.
    ContributionShare,
    /// The share of the population that lives in the subgroup.
    PopulationShare,
    /// ν M₀ of the subgroup / M₀ of the whole: the share of poverty that the subgroup makes up.
    SubgroupContribution,
}

impl Measure {
    /// All, in the order of tables.
    pub const ALL: [Measure; 14] = [
        Measure::AdjustedHeadcount,
        Measure::Headcount,
        Measure::Intensity,
        Measure::AdjustedGap,
        Measure::AdjustedSquaredGap,
        Measure::Inequality,
        Measure::SquaredScore,
        Measure::Band,
        Measure::Uncensored,
        Measure::Censored,
        Measure::Contribution,
        Measure::ContributionShare,
        Measure::PopulationShare,
        Measure::SubgroupContribution,
    ];

    /// Its name in tables; where `mpitb` has one, that.
    pub fn name(self) -> &'static str {
        match self {
            Measure::AdjustedHeadcount => "M0",
            Measure::Headcount => "H",
            Measure::Intensity => "A",
            Measure::AdjustedGap => "M1",
            Measure::AdjustedSquaredGap => "M2",
            Measure::Inequality => "V",
            Measure::SquaredScore => "c2mean",
            Measure::Band => "band",
            Measure::Uncensored => "hd",
            Measure::Censored => "hdk",
            Measure::Contribution => "actb",
            Measure::ContributionShare => "pctb",
            Measure::PopulationShare => "popshare",
            Measure::SubgroupContribution => "contrib",
        }
    }

    /// The measure of a name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|measure| measure.name() == name)
    }

    /// Whether it is the share of people who have something, so that none or all of them may have it.
    pub fn counts_people(self) -> bool {
        matches!(self, Measure::Headcount | Measure::Band | Measure::Uncensored | Measure::Censored)
    }
}

/// A part of the measure that a line is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Component {
    /// An indicator, by its place.
    Indicator(usize),
    /// A dimension, by its place.
    Dimension(usize),
}

/// One estimate for every domain.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Line {
    /// What.
    pub measure: Measure,
    /// Of which indicator or dimension, where the measure has parts.
    pub component: Option<Component>,
    /// By which weighting, by its place; none where it does not matter.
    pub weighting: Option<usize>,
    /// At which cut-off, by its place; for a band, the one from which.
    pub cutoff: Option<usize>,
    /// For a band, the cut-off below which.
    pub until: Option<usize>,
}

/// Indicators that belong together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dimension {
    /// Its name.
    pub name: String,
    /// The places of its indicators.
    pub indicators: Vec<usize>,
}

/// What to estimate.
#[derive(Clone, Debug)]
pub struct Specification {
    /// The weightings, each of all indicators of the cube.
    pub weightings: Vec<Weighting>,
    /// The cut-offs, rising.
    pub cutoffs: Vec<Cutoff>,
    /// The dimensions; none if contributions are told by indicator alone.
    pub dimensions: Vec<Dimension>,
    /// The measures.
    pub measures: Vec<Measure>,
}

impl Specification {
    /// The lines of every table of this specification, in order: by weighting, cut-off, measure, component.
    pub fn lines(&self, indicators: usize) -> Vec<Line> {
        let wanted = |measure: &Measure| self.measures.contains(measure);
        let mut lines = Vec::new();
        let whole = |measure| Line { measure, component: None, weighting: None, cutoff: None, until: None };
        if wanted(&Measure::PopulationShare) {
            lines.push(whole(Measure::PopulationShare));
        }
        if wanted(&Measure::Uncensored) {
            let of = |j| Line { component: Some(Component::Indicator(j)), ..whole(Measure::Uncensored) };
            lines.extend((0..indicators).map(of));
        }
        let parts = || {
            let indicators = (0..indicators).map(Component::Indicator);
            indicators.chain((0..self.dimensions.len()).map(Component::Dimension))
        };
        for weighting in 0..self.weightings.len() {
            for cutoff in 0..self.cutoffs.len() {
                for measure in Measure::ALL.into_iter().filter(wanted) {
                    let line = Line { weighting: Some(weighting), cutoff: Some(cutoff), ..whole(measure) };
                    match measure {
                        Measure::PopulationShare | Measure::Uncensored => {}
                        Measure::Band if cutoff + 1 == self.cutoffs.len() => {}
                        Measure::Band => lines.push(Line { until: Some(cutoff + 1), ..line }),
                        Measure::Censored => {
                            let of = |j| Line { component: Some(Component::Indicator(j)), ..line };
                            lines.extend((0..indicators).map(of));
                        }
                        Measure::Contribution | Measure::ContributionShare => {
                            lines.extend(parts().map(|part| Line { component: Some(part), ..line }));
                        }
                        _ => lines.push(line),
                    }
                }
            }
        }
        lines
    }
}
