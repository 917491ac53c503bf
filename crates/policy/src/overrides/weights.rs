//! Setting some of the weights of a pack, which sum to 1.
//!
//! What is set stands as it is set. What is not set keeps its proportions and shares what is left: the other indicators of
//! a dimension whose weight is set share the rest of that dimension; all others share the rest of the whole. So two
//! indicators set to what they had together leave the others untouched. All is exact: fractions, never rounded.

use super::error::{Mistake, OverrideError, OverrideErrors};
use super::{Setting, Target};
use crate::exact::{Exact, common_denominator};
use crate::model::Pack;

const ONE: Exact = Exact::whole(1);
const ZERO: Exact = Exact::whole(0);

/// The weight of each indicator.
pub(super) fn share(pack: &Pack, settings: &[Setting]) -> Result<Vec<Exact>, OverrideErrors> {
    let old: Vec<Exact> = pack.indicators.iter().map(|indicator| indicator.weight.0).collect();
    let set: Vec<&Setting> = settings
        .iter()
        .filter(|s| matches!(s.target, Target::IndicatorWeight(_) | Target::DimensionWeight(_)))
        .collect();
    if set.is_empty() {
        return Ok(old);
    }
    let low: Vec<OverrideError> = set
        .iter()
        .filter(|setting| setting.value <= ZERO)
        .map(|setting| OverrideError { path: setting.path.clone(), mistake: Mistake::NotPositive(setting.value) })
        .collect();
    if !low.is_empty() {
        return Err(OverrideErrors { list: low });
    }
    let fixed = |indicator: usize| set.iter().find(|s| s.target == Target::IndicatorWeight(indicator)).map(|s| s.value);
    let dimension = |indicator: usize| {
        let of = &pack.indicators[indicator].dimension.value;
        pack.dimensions.iter().position(|dimension| dimension.id.value == *of)
    };
    let mut weights = old.clone();
    let mut list = Vec::new();
    let mut left = Some(ONE);
    let mut open: Vec<usize> = (0..old.len()).collect();
    for setting in &set {
        let Target::DimensionWeight(place) = setting.target else { continue };
        let (inside, outside): (Vec<usize>, Vec<usize>) = open.iter().partition(|i| dimension(**i) == Some(place));
        open = outside;
        left = left.and_then(|left| left.minus(setting.value));
        if let Err(mistake) = fill(&mut weights, &old, &inside, fixed, Some(setting.value)) {
            list.push(OverrideError { path: setting.path.clone(), mistake });
        }
    }
    if list.is_empty() {
        let filled = fill(&mut weights, &old, &open, fixed, left);
        // A score is a whole count of one part that all the weights share.
        let shared = weights.iter().try_fold(1, |parts, weight| common_denominator(parts, weight.denominator()));
        if let Err(mistake) = filled.and(shared.map(drop).ok_or(Mistake::TooFine)) {
            let path = set.iter().map(|setting| setting.path.as_str()).collect::<Vec<_>>().join(", ");
            list.push(OverrideError { path, mistake });
        }
    }
    if list.is_empty() { Ok(weights) } else { Err(OverrideErrors { list }) }
}

/// Gives the indicators of a group weights that sum to `total`; none where numbers leave 64 bits.
fn fill(
    weights: &mut [Exact],
    old: &[Exact],
    group: &[usize],
    fixed: impl Fn(usize) -> Option<Exact>,
    total: Option<Exact>,
) -> Result<(), Mistake> {
    let sum = |mut terms: Box<dyn Iterator<Item = Exact> + '_>| terms.try_fold(ZERO, Exact::plus);
    let taken = sum(Box::new(group.iter().filter_map(|i| fixed(*i)))).ok_or(Mistake::TooFine)?;
    let free: Vec<usize> = group.iter().copied().filter(|i| fixed(*i).is_none()).collect();
    let total = total.ok_or(Mistake::TooFine)?;
    let rest = total.minus(taken).ok_or(Mistake::TooFine)?;
    if free.is_empty() && rest != ZERO {
        return Err(Mistake::Sum { total, found: taken });
    }
    if !free.is_empty() && rest <= ZERO {
        return Err(Mistake::NothingLeft { total, found: taken, others: free.len() });
    }
    let before = sum(Box::new(free.iter().map(|i| old[*i]))).ok_or(Mistake::TooFine)?;
    for i in group {
        weights[*i] = match fixed(*i) {
            Some(weight) => weight,
            None => rest.over(before).and_then(|by| old[*i].times(by)).ok_or(Mistake::TooFine)?,
        };
    }
    Ok(())
}
