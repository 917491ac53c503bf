//! Why M₀ changed: what more or fewer poor did, and what deeper or lesser poverty did; what each subgroup did, and what
//! moving between subgroups did. Parts add up to the whole change exactly (Shapley values).

/// The parts of a change of M₀ = H·A.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct IncidenceAndIntensity {
    /// ΔH · (A₀ + A₁)/2.
    pub incidence: f64,
    /// ΔA · (H₀ + H₁)/2.
    pub intensity: f64,
}

/// The headcount ratio and the intensity of a round; the intensity of no poor is none.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Poverty {
    /// H.
    pub headcount: f64,
    /// A.
    pub intensity: Option<f64>,
}

/// The Shapley decomposition into incidence and intensity (Apablaza & Yalonetzky 2013; Alkire et al. 2015, chapter 9).
/// Where a round has no poor, the whole change is one of incidence, at the intensity of the other round.
pub fn incidence_and_intensity(from: Poverty, to: Poverty) -> IncidenceAndIntensity {
    let (a0, a1) = match (from.intensity, to.intensity) {
        (Some(from), Some(to)) => (from, to),
        (Some(only), None) | (None, Some(only)) => (only, only),
        (None, None) => (0.0, 0.0),
    };
    IncidenceAndIntensity {
        incidence: (to.headcount - from.headcount) * (a0 + a1) / 2.0,
        intensity: (a1 - a0) * (from.headcount + to.headcount) / 2.0,
    }
}

/// A subgroup in a round: its share of the population and its M₀; a subgroup without people has no M₀.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Subgroup {
    /// ν.
    pub share: f64,
    /// M₀ of the subgroup.
    pub adjusted_headcount: Option<f64>,
}

/// What a subgroup adds to the change of the whole.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SubgroupEffect {
    /// Poverty in the subgroup changed: ΔM₀ · (ν₀ + ν₁)/2.
    pub within: f64,
    /// More or fewer live in it: Δν · (M₀ of both rounds)/2.
    pub demographic: f64,
}

/// The effect of each subgroup (Shorrocks 2013; Alkire et al. 2015, chapter 9). Over all subgroups the effects add up
/// to the change of M₀. A subgroup that has people in one round only has a demographic effect alone.
pub fn subgroup_effect(from: Subgroup, to: Subgroup) -> SubgroupEffect {
    let (m0, m1) = match (from.adjusted_headcount, to.adjusted_headcount) {
        (Some(from), Some(to)) => (from, to),
        (Some(only), None) | (None, Some(only)) => (only, only),
        (None, None) => (0.0, 0.0),
    };
    SubgroupEffect {
        within: (m1 - m0) * (from.share + to.share) / 2.0,
        demographic: (to.share - from.share) * (m0 + m1) / 2.0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn by_hand() {
        // M₀ from 0.4·0.5 = 0.20 to 0.2·0.4 = 0.08.
        let from = Poverty { headcount: 0.4, intensity: Some(0.5) };
        let to = Poverty { headcount: 0.2, intensity: Some(0.4) };
        let parts = incidence_and_intensity(from, to);
        assert!((parts.incidence + 0.09).abs() < 1e-15 && (parts.intensity + 0.03).abs() < 1e-15);
        let nobody = Poverty { headcount: 0.0, intensity: None };
        let parts = incidence_and_intensity(from, nobody);
        assert!((parts.incidence + 0.2).abs() < 1e-15 && parts.intensity == 0.0);
    }

    #[test]
    fn subgroups_add_up() {
        let group = |share, m0| Subgroup { share, adjusted_headcount: Some(m0) };
        let from = [group(0.7, 0.3), group(0.3, 0.1)];
        let to = [group(0.5, 0.2), group(0.4, 0.1), group(0.1, 0.05)];
        let none = Subgroup { share: 0.0, adjusted_headcount: None };
        let effects = (0..3).map(|g| subgroup_effect(*from.get(g).unwrap_or(&none), to[g]));
        let sum: f64 = effects.map(|effect| effect.within + effect.demographic).sum();
        let whole =
            |groups: &[Subgroup]| -> f64 { groups.iter().map(|g| g.share * g.adjusted_headcount.unwrap()).sum() };
        assert!((sum - (whole(&to) - whole(&from))).abs() < 1e-15);
    }
}
