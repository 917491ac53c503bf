//! Who is selected: the poorest up to a quota, or all up to a line.

use super::error::{Column, TargetError, same_length, share};
use super::ranking::Ranking;
use vuon_policy::exact::Exact;

/// A rule of selection by a value that rises with the living standard.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum Rule {
    /// The poorest until they are this share of the total weight. The cut is the **smallest value whose cumulative weight
    /// reaches the quota**; all units of that value are selected, so a quota is met or passed, never missed. A quota of 0
    /// selects nobody.
    Quota(Exact),
    /// All with at most this value.
    UpTo(f64),
    /// All with less than this value.
    Below(f64),
}

/// Who is selected, and up to which value.
#[derive(Clone, PartialEq, Debug)]
pub struct Selection {
    /// For each unit, in the order of the input.
    pub selected: Vec<bool>,
    /// The greatest value that is selected by a quota, or the line; `None` where a quota selects nobody.
    pub cut: Option<f64>,
}

impl Rule {
    /// Applies the rule.
    ///
    /// # Errors
    /// A quota outside 0 to 1.
    pub fn select(self, ranking: &Ranking) -> Result<Selection, TargetError> {
        let (cut, at_cut) = match self {
            Rule::Quota(quota) => (quota_cut(ranking, quota)?, true),
            Rule::UpTo(line) => (Some(line), true),
            Rule::Below(line) => (Some(line), false),
        };
        let chosen = |value: f64| cut.is_some_and(|cut| value < cut || (at_cut && value == cut));
        Ok(Selection { selected: ranking.values().iter().map(|v| chosen(*v)).collect(), cut })
    }
}

/// A quota of its own for each area: in every area the poorest of that area are selected.
///
/// `area` holds a place in `quotas` for each unit. Gives who is selected and the cut of each area.
///
/// # Errors
/// A length that differs from that of the ranking, an area without a quota, a quota outside 0 to 1.
pub fn quota_within(
    ranking: &Ranking,
    area: &[usize],
    quotas: &[Exact],
) -> Result<(Vec<bool>, Vec<Option<f64>>), TargetError> {
    same_length(Column::Area, area.len(), ranking.units())?;
    if let Some(place) = area.iter().position(|a| *a >= quotas.len()) {
        return Err(TargetError::UnknownArea { row: place + 1, found: area[place], areas: quotas.len() });
    }
    let mut selected = vec![false; area.len()];
    let mut cuts = Vec::with_capacity(quotas.len());
    for (here, quota) in quotas.iter().enumerate() {
        let units: Vec<usize> = (0..area.len()).filter(|unit| area[*unit] == here).collect();
        let pick = |column: &[f64]| units.iter().map(|unit| column[*unit]).collect::<Vec<_>>();
        let (value, weight) = (pick(ranking.values()), pick(ranking.weights()));
        let selection = Rule::Quota(*quota).select(&Ranking::new(&value, &weight)?)?;
        for (unit, chosen) in units.into_iter().zip(selection.selected) {
            selected[unit] = chosen;
        }
        cuts.push(selection.cut);
    }
    Ok((selected, cuts))
}

/// The smallest value whose cumulative weight reaches the quota; `None` where nothing has to be reached.
fn quota_cut(ranking: &Ranking, quota: Exact) -> Result<Option<f64>, TargetError> {
    share(quota)?;
    let mut cumulated = 0.0;
    if quota.numerator() == 0 || ranking.total() == 0.0 {
        return Ok(None);
    }
    let mut last = None;
    for (value, units) in ranking.ties() {
        for unit in units {
            cumulated += ranking.weights()[*unit];
        }
        last = Some(value);
        if reaches(cumulated, ranking.total(), quota) {
            break;
        }
    }
    Ok(last)
}

/// Whether `part` is at least the share `quota` of `whole`.
///
/// Multiplied out, so whole-number weights are compared exactly. Weights with fractions carry the rounding of their sum;
/// a part that lacks no more than a millionth of a millionth of the whole has reached it.
pub(crate) fn reaches(part: f64, whole: f64, quota: Exact) -> bool {
    let (a, b) = (quota.numerator() as f64, quota.denominator() as f64);
    part * b >= a * whole - 1e-12 * whole
}

#[cfg(test)]
mod tests {
    use super::*;

    fn exact(a: i64, b: i64) -> Exact {
        Exact::new(a, b).unwrap()
    }

    #[test]
    fn a_quota_takes_all_units_of_the_cut_or_none() {
        // Cumulative weights 1, 4 (two of value 20), 10.
        let (points, weight) = ([20.0, 10.0, 30.0, 20.0], [1.0, 1.0, 6.0, 2.0]);
        let ranking = Ranking::new(&points, &weight).unwrap();
        let select = |a, b| Rule::Quota(exact(a, b)).select(&ranking).unwrap();
        assert_eq!(select(1, 10), Selection { selected: vec![false, true, false, false], cut: Some(10.0) });
        assert_eq!(select(11, 100).cut, Some(20.0));
        assert_eq!(select(4, 10), Selection { selected: vec![true, true, false, true], cut: Some(20.0) });
        assert_eq!(select(41, 100).cut, Some(30.0));
        assert_eq!(select(1, 1).selected, [true; 4]);
        assert_eq!(select(0, 1), Selection { selected: vec![false; 4], cut: None });
        assert!(Rule::Quota(exact(3, 2)).select(&ranking).is_err());
    }

    #[test]
    fn a_quota_that_is_reached_exactly_is_reached() {
        // n/18 of 18 equal units are n units, not n + 1, whatever the weight.
        let value: Vec<f64> = (0..18).map(f64::from).collect();
        for weight in [1.0, 0.1, 1.0 / 3.0] {
            let weight = vec![weight; 18];
            let ranking = Ranking::new(&value, &weight).unwrap();
            for sevens in 1..=18 {
                let selection = Rule::Quota(exact(sevens, 18)).select(&ranking).unwrap();
                assert_eq!(selection.cut, Some((sevens - 1) as f64), "{sevens}/18 of {weight:?}");
            }
        }
    }

    #[test]
    fn a_line_takes_the_line_with_it_or_not() {
        let (points, weight) = ([20.0, 10.0, 30.0], [1.0; 3]);
        let ranking = Ranking::new(&points, &weight).unwrap();
        assert_eq!(Rule::UpTo(20.0).select(&ranking).unwrap().selected, [true, true, false]);
        assert_eq!(Rule::Below(20.0).select(&ranking).unwrap().selected, [false, true, false]);
    }

    #[test]
    fn every_area_has_its_own_quota() {
        let (points, weight) = ([1.0, 2.0, 3.0, 4.0], [1.0; 4]);
        let ranking = Ranking::new(&points, &weight).unwrap();
        let (selected, cuts) = quota_within(&ranking, &[0, 0, 1, 1], &[exact(0, 1), exact(1, 2)]).unwrap();
        assert_eq!(selected, [false, false, true, false]);
        assert_eq!(cuts, [None, Some(3.0)]);
        assert!(quota_within(&ranking, &[0, 0, 1, 2], &[exact(0, 1), exact(1, 2)]).is_err());
    }
}
