//! Does the order of areas depend on the cut-off and the weights? Rank correlations, the share of comparisons that hold
//! whatever is chosen, and dominance over all cut-offs. Alkire et al. (2015), *Multidimensional Poverty Measurement and
//! Analysis*, chapter 8.

use crate::alkire_foster::{Errors, EstimateError, Measure, Prepared, Specification};
use crate::cube::Cube;
use crate::interval::p_value;
use crate::weighting::{Cutoff, Weighting};
use std::cmp::Ordering;

/// Kendall's τ-b (Kendall 1945, with the correction for ties): concordant less discordant pairs, of all pairs
/// that are not tied. None with fewer than two values, or where one side is all ties.
///
/// # Panics
/// Where the lists differ in length.
pub fn kendall(x: &[f64], y: &[f64]) -> Option<f64> {
    assert_eq!(x.len(), y.len(), "two rankings of the same things");
    let (mut concordant, mut discordant, mut tied_x, mut tied_y) = (0_u64, 0_u64, 0_u64, 0_u64);
    for i in 0..x.len() {
        for j in 0..i {
            match (x[i].total_cmp(&x[j]), y[i].total_cmp(&y[j])) {
                (Ordering::Equal, Ordering::Equal) => {}
                (Ordering::Equal, _) => tied_x += 1,
                (_, Ordering::Equal) => tied_y += 1,
                (a, b) if a == b => concordant += 1,
                _ => discordant += 1,
            }
        }
    }
    let untied = (concordant + discordant) as f64;
    let pairs = ((untied + tied_x as f64) * (untied + tied_y as f64)).sqrt();
    (pairs > 0.0).then(|| (concordant as f64 - discordant as f64) / pairs)
}

/// Spearman's ρ: the correlation of the ranks, ties sharing their mean rank. None where it is not defined.
///
/// # Panics
/// Where the lists differ in length.
pub fn spearman(x: &[f64], y: &[f64]) -> Option<f64> {
    assert_eq!(x.len(), y.len(), "two rankings of the same things");
    let (x, y) = (ranks(x), ranks(y));
    let middle = (x.len() as f64 + 1.0) / 2.0;
    let product = |a: &[f64], b: &[f64]| -> f64 { a.iter().zip(b).map(|(a, b)| (a - middle) * (b - middle)).sum() };
    let squares = product(&x, &x) * product(&y, &y);
    (squares > 0.0).then(|| product(&x, &y) / squares.sqrt())
}

fn ranks(values: &[f64]) -> Vec<f64> {
    let mut order: Vec<usize> = (0..values.len()).collect();
    order.sort_by(|a, b| values[*a].total_cmp(&values[*b]));
    let mut ranks = vec![0.0; values.len()];
    let mut before = 0;
    for tied in order.chunk_by(|a, b| values[*a] == values[*b]) {
        let rank = before as f64 + (tied.len() as f64 + 1.0) / 2.0;
        tied.iter().for_each(|place| ranks[*place] = rank);
        before += tied.len();
    }
    ranks
}

/// The share of pairs of areas whose strict order is the same under all specifications. `figures` has a list for
/// each specification with one figure for each area. None with fewer than two areas.
pub fn robust_comparisons(figures: &[Vec<f64>]) -> Option<f64> {
    let areas = figures.first()?.len();
    let (mut pairs, mut robust) = (0_u64, 0_u64);
    for i in 0..areas {
        for j in 0..i {
            pairs += 1;
            let mut orders = figures.iter().map(|of| of[i].total_cmp(&of[j]));
            let first = orders.next();
            robust += u64::from(first != Some(Ordering::Equal) && orders.all(|order| Some(order) == first));
        }
    }
    (pairs > 0).then(|| robust as f64 / pairs as f64)
}

/// How two areas compare over all cut-offs.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Dominance {
    /// The poorer, by its domain, where one curve lies nowhere below the other; none where they cross or are the same, or
    /// where nothing is known of one of the areas.
    pub poorer: Option<usize>,
    /// The areas, by their domains.
    pub areas: [usize; 2],
    /// The largest p value of the differences at the cut-offs (two-sided); none for a register, where they cross, or where
    /// no difference has a sampling error. When it is below 0.05, the order holds at every cut-off in a test at that level.
    pub largest_p: Option<f64>,
}

/// What is nothing but rounding in shares of sampling weights.
const ROUNDING: f64 = 1e-12;

/// Cut-offs whose linearised values are held at a time: a number for each area and sampling unit, of which there may be
/// tens of thousands, while uneven weights have hundreds of cut-offs.
const CUTOFFS_AT_ONCE: usize = 8;

/// Compares all pairs of domains over every cut-off at which the poor change: the curve of H(k) or of M₀(k).
/// The difference of two domains of one sample has the variance of the difference of their linearised values.
///
/// # Errors
/// As [`EstimateError`] says.
pub fn dominance(
    cube: &Cube,
    weighting: &Weighting,
    measure: Measure,
    keys: &[usize],
    errors: Errors,
) -> Result<Vec<Dominance>, EstimateError> {
    let cutoffs = weighting.attainable();
    let at = |cutoffs: &[Cutoff]| Specification {
        weightings: vec![weighting.clone()],
        cutoffs: cutoffs.to_vec(),
        dimensions: Vec::new(),
        measures: vec![measure],
    };
    let table = Prepared::new(cube, &at(&cutoffs), Errors::None)?.table(keys, None);
    let mut found = Vec::new();
    for second in 0..table.grouping.domains.len() {
        for first in 0..second {
            let difference = |line: usize| Some(table.value(first, line)? - table.value(second, line)?);
            let differences: Option<Vec<f64>> = (0..cutoffs.len()).map(difference).collect();
            let differences = differences.unwrap_or_default();
            let above = differences.iter().any(|d| *d > ROUNDING);
            let below = differences.iter().any(|d| *d < -ROUNDING);
            let poorer = match (above, below) {
                (true, false) => Some(first),
                (false, true) => Some(second),
                _ => None,
            };
            found.push(Dominance { poorer, areas: [first, second], largest_p: None });
        }
    }
    for cutoffs in cutoffs.chunks(CUTOFFS_AT_ONCE) {
        let prepared = Prepared::new(cube, &at(cutoffs), errors)?;
        let (Some(design), Some(precision)) = (&prepared.design, prepared.precision()) else { break };
        let influences = prepared.influences(&table.grouping, &precision);
        for pair in found.iter_mut().filter(|pair| pair.poorer.is_some()) {
            let [first, second] = pair.areas.map(|area| &influences[area]);
            let p_at = |line: usize| {
                let (left, right) = (first[line].as_ref()?, second[line].as_ref()?);
                let difference = left.0 - right.0;
                let z: Vec<f64> = left.1.iter().zip(&right.1).map(|(left, right)| left - right).collect();
                let error = design.variance(&z).sqrt();
                // Without a sampling error there is nothing to test: two curves meet at nobody or at everybody, or every
                // sampling unit holds whole areas. Of sampling weights rounding is left, on which no figure may rest.
                (error >= ROUNDING).then(|| p_value(difference / error, design.degrees_of_freedom()))?
            };
            pair.largest_p = (0..cutoffs.len()).filter_map(p_at).chain(pair.largest_p).reduce(f64::max);
        }
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn correlations_by_hand() {
        let x = [1.0, 2.0, 3.0, 4.0];
        assert_eq!(kendall(&x, &x), Some(1.0));
        assert_eq!(spearman(&x, &[4.0, 3.0, 2.0, 1.0]), Some(-1.0));
        // One of six pairs is discordant; Σd² = 2, ρ = 1 − 6·2/(4·15).
        let y = [1.0, 3.0, 2.0, 4.0];
        assert!((kendall(&x, &y).unwrap() - 4.0 / 6.0).abs() < 1e-15);
        assert!((spearman(&x, &y).unwrap() - 0.8).abs() < 1e-15);
        // A tie in y: five of six pairs are untied there, τ-b = 5/√(6·5).
        let y = [1.0, 2.0, 2.0, 4.0];
        assert!((kendall(&x, &y).unwrap() - 5.0 / 30.0_f64.sqrt()).abs() < 1e-15);
        assert_eq!(kendall(&x, &[1.0; 4]), None);
        assert_eq!(spearman(&[1.0], &[1.0]), None);
    }

    #[test]
    fn a_comparison_holds_when_every_specification_agrees() {
        let figures = [vec![0.1, 0.2, 0.3], vec![0.1, 0.3, 0.2], vec![0.0, 0.4, 0.5]];
        assert_eq!(robust_comparisons(&figures), Some(2.0 / 3.0));
        assert_eq!(robust_comparisons(&[vec![0.1, 0.1]]), Some(0.0));
    }
}
