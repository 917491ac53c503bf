//! Benefit incidence: what each tenth of the population receives.

use super::error::{Column, TargetError, not_negative, same_length};
use super::ranking::Ranking;
use super::ratio;

/// An equal part of the population, such as a decile, from the poorest.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct IncidenceGroup {
    /// The weight of the group: the total divided by the number of groups.
    pub population: f64,
    /// Share of the group that receives a benefit above zero.
    pub coverage: Option<f64>,
    /// The group's share of all who receive.
    pub share_of_beneficiaries: Option<f64>,
    /// The group's share of all benefits.
    pub share_of_benefits: Option<f64>,
    /// Benefits over the whole group, for each unit of weight.
    pub mean_benefit: Option<f64>,
    /// Benefits for each unit of weight that receives one.
    pub mean_of_beneficiaries: Option<f64>,
    /// Benefits as a share of the group's welfare (relative incidence).
    pub benefit_to_welfare: Option<f64>,
}

/// Cuts the population, ranked by welfare, into `groups` parts of equal weight and tells what each receives (benefit
/// incidence analysis: Demery 2003). Units of equal welfare that lie across a border are
/// divided in proportion, so that the parts are equal and their shares add up.
///
/// `benefit` is per unit of weight, as for [`ConcentrationCurve`](super::ConcentrationCurve).
///
/// # Errors
/// `benefit` has another length than the ranking, is not finite or below zero; no groups.
pub fn incidence(ranking: &Ranking, benefit: &[f64], groups: usize) -> Result<Vec<IncidenceGroup>, TargetError> {
    same_length(Column::Benefit, benefit.len(), ranking.units())?;
    not_negative(Column::Benefit, benefit)?;
    if groups == 0 {
        return Err(TargetError::NoGroups(groups));
    }
    let parts = split(ranking, benefit, groups);
    let total = parts.iter().fold(Sums::default(), |total, part| total.plus(part, 1.0));
    Ok(parts.iter().map(|part| part.told(&total)).collect())
}

/// The share of benefits that goes to those who are not poor (leakage in money): Σ w (1 − p) b / Σ w b. `None` where
/// nothing is given.
///
/// # Errors
/// Columns of different length; a weight or benefit that is not finite or below zero.
pub fn leakage_of_benefits(poor: &[bool], benefit: &[f64], weight: &[f64]) -> Result<Option<f64>, TargetError> {
    same_length(Column::Poor, poor.len(), weight.len())?;
    same_length(Column::Benefit, benefit.len(), weight.len())?;
    not_negative(Column::Benefit, benefit)?;
    not_negative(Column::Weight, weight)?;
    let (mut to_others, mut all) = (0.0, 0.0);
    for ((poor, benefit), weight) in poor.iter().zip(benefit).zip(weight) {
        all += weight * benefit;
        if !poor {
            to_others += weight * benefit;
        }
    }
    Ok(ratio(to_others, all))
}

/// Sums over some units.
#[derive(Clone, Copy, Default)]
struct Sums {
    weight: f64,
    reached: f64,
    benefit: f64,
    welfare: f64,
}

impl Sums {
    fn plus(self, other: &Sums, share: f64) -> Sums {
        Sums {
            weight: self.weight + share * other.weight,
            reached: self.reached + share * other.reached,
            benefit: self.benefit + share * other.benefit,
            welfare: self.welfare + share * other.welfare,
        }
    }

    fn told(&self, total: &Sums) -> IncidenceGroup {
        IncidenceGroup {
            population: self.weight,
            coverage: ratio(self.reached, self.weight),
            share_of_beneficiaries: ratio(self.reached, total.reached),
            share_of_benefits: ratio(self.benefit, total.benefit),
            mean_benefit: ratio(self.benefit, self.weight),
            mean_of_beneficiaries: ratio(self.benefit, self.reached),
            benefit_to_welfare: ratio(self.benefit, self.welfare),
        }
    }
}

/// The sums of each part; a run of equal units is poured into the parts one after the other.
fn split(ranking: &Ranking, benefit: &[f64], groups: usize) -> Vec<Sums> {
    let mut parts = vec![Sums::default(); groups];
    let upper = |group: usize| ranking.total() * ((group + 1) as f64 / groups as f64);
    let (mut group, mut before) = (0, 0.0);
    for (welfare, units) in ranking.ties() {
        let mut tie = Sums::default();
        for unit in units {
            let weight = ranking.weights()[*unit];
            tie.weight += weight;
            tie.benefit += weight * benefit[*unit];
            tie.reached += if benefit[*unit] > 0.0 { weight } else { 0.0 };
            tie.welfare += weight * welfare;
        }
        if tie.weight == 0.0 {
            continue;
        }
        let after = before + tie.weight;
        let mut from = before;
        while group + 1 < groups && after > upper(group) {
            parts[group] = parts[group].plus(&tie, (upper(group) - from).max(0.0) / tie.weight);
            from = from.max(upper(group));
            group += 1;
        }
        parts[group] = parts[group].plus(&tie, (after - from) / tie.weight);
        before = after;
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn halves_of_a_worked_example() {
        // Welfare 1 (weight 1), 2 (weight 2), 3 (weight 1); benefits 4, 1, 0. The middle unit lies half in each half.
        let (welfare, weight, benefit) = ([1.0, 2.0, 3.0], [1.0, 2.0, 1.0], [4.0, 1.0, 0.0]);
        let ranking = Ranking::new(&welfare, &weight).unwrap();
        let halves = incidence(&ranking, &benefit, 2).unwrap();
        assert_eq!(halves.iter().map(|h| h.population).collect::<Vec<_>>(), [2.0, 2.0]);
        assert_eq!(halves[0].share_of_benefits, Some(5.0 / 6.0));
        assert_eq!(halves[1].share_of_benefits, Some(1.0 / 6.0));
        assert_eq!(halves.iter().map(|h| h.coverage).collect::<Vec<_>>(), [Some(1.0), Some(0.5)]);
        assert_eq!(halves[0].share_of_beneficiaries, Some(2.0 / 3.0));
        assert_eq!(halves[0].mean_benefit, Some(2.5));
        assert_eq!(halves[1].mean_of_beneficiaries, Some(1.0));
        assert_eq!(halves[0].benefit_to_welfare, Some(5.0 / 3.0));
    }

    #[test]
    fn one_unit_may_fill_several_groups() {
        let ranking = Ranking::new(&[1.0], &[1.0]).unwrap();
        let tenths = incidence(&ranking, &[2.0], 10).unwrap();
        for tenth in tenths {
            assert!((tenth.share_of_benefits.unwrap() - 0.1).abs() < 1e-15);
            assert!((tenth.mean_benefit.unwrap() - 2.0).abs() < 1e-12);
        }
    }

    #[test]
    fn nothing_given_has_no_shares() {
        let ranking = Ranking::new(&[1.0, 2.0], &[1.0, 1.0]).unwrap();
        let groups = incidence(&ranking, &[0.0, 0.0], 2).unwrap();
        assert_eq!((groups[0].share_of_benefits, groups[0].coverage), (None, Some(0.0)));
        assert_eq!(groups[0].mean_of_beneficiaries, None);
        assert!(incidence(&ranking, &[0.0, 0.0], 0).is_err());
    }

    #[test]
    fn leakage_in_money_is_that_of_the_non_poor() {
        let leaked = leakage_of_benefits(&[true, false, false], &[2.0, 1.0, 0.0], &[1.0, 2.0, 5.0]).unwrap();
        assert_eq!(leaked, Some(0.5));
        assert_eq!(leakage_of_benefits(&[true], &[0.0], &[1.0]).unwrap(), None);
    }
}
