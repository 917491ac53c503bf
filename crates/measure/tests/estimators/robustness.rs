//! Rankings: correlations between −1 and 1, and dominance as the whole numbers have it.

use crate::common::{header, row, weighting};
use crate::naive::{Naive, variance};
use crate::sample::{SMALL, Sample, with_real_weights, with_whole_weights};
use proptest::collection::vec;
use proptest::prelude::*;
use std::cmp::Ordering;
use vuon_measure::alkire_foster::{Errors, Measure};
use vuon_measure::cube::{Cube, Label, Sampling};
use vuon_measure::design::LonelyPsu;
use vuon_measure::interval::p_value;
use vuon_measure::robustness::{Dominance, dominance, kendall, robust_comparisons, spearman};
use vuon_measure::rows::Row;
use vuon_measure::weighting::Cutoff;

/// Two figures for each of some areas, with ties.
fn figures() -> impl Strategy<Value = (Vec<f64>, Vec<f64>)> {
    let figure = || (0_u8..6).prop_map(|n| f64::from(n) / 5.0);
    vec((figure(), figure()), 0..12).prop_map(|pairs| pairs.into_iter().unzip())
}

proptest! {
    #[test]
    fn correlations_are_symmetric_and_bounded((x, y) in figures()) {
        for correlation in [kendall, spearman] {
            let found = correlation(&x, &y);
            prop_assert!(found.is_none_or(|r| (-1.0 - 1e-12..=1.0 + 1e-12).contains(&r)));
            prop_assert_eq!(found, correlation(&y, &x));
            // None where one of the two is all ties.
            let tied = |of: &[f64]| of.iter().all(|value| *value == of[0]);
            prop_assert_eq!(found.is_none(), tied(&x) || tied(&y));
            let opposite: Vec<f64> = y.iter().map(|value| 1.0 - value).collect();
            prop_assert!(found.zip(correlation(&x, &opposite)).is_none_or(|(r, of)| (r + of).abs() < 1e-12));
            prop_assert!(correlation(&x, &x).is_none_or(|r| (r - 1.0).abs() < 1e-12));
        }
    }

    /// Only the order counts.
    #[test]
    fn correlations_are_of_ranks((x, y) in figures()) {
        let other: Vec<f64> = x.iter().map(|value| (3.0 * value).exp()).collect();
        prop_assert_eq!((kendall(&x, &y), spearman(&x, &y)), (kendall(&other, &y), spearman(&other, &y)));
    }

    /// Without ties: τ = 1 − 2·discordant/pairs, ρ = 1 − 6 Σd²/(n(n² − 1)).
    #[test]
    fn correlations_of_orders(order in (2_usize..9).prop_flat_map(|n| Just(Vec::from_iter(0..n)).prop_shuffle())) {
        let n = order.len();
        let x: Vec<f64> = (0..n).map(|i| i as f64).collect();
        let y: Vec<f64> = order.iter().map(|i| *i as f64).collect();
        let pairs = (0..n).flat_map(|i| (0..i).map(move |j| (i, j)));
        let discordant = pairs.filter(|(i, j)| order[*i] < order[*j]).count() as f64;
        let tau = 1.0 - 4.0 * discordant / (n * (n - 1)) as f64;
        let squares: f64 = x.iter().zip(&y).map(|(x, y)| (x - y).powi(2)).sum();
        let rho = 1.0 - 6.0 * squares / (n * (n * n - 1)) as f64;
        prop_assert!((kendall(&x, &y).unwrap() - tau).abs() < 1e-12 && (spearman(&x, &y).unwrap() - rho).abs() < 1e-12);
    }

    /// More specifications leave fewer comparisons that hold under all.
    #[test]
    fn robust_comparisons_become_fewer((x, y) in figures()) {
        let (one, both) = (robust_comparisons(std::slice::from_ref(&x)), robust_comparisons(&[x.clone(), y.clone()]));
        prop_assert_eq!(one.is_none(), x.len() < 2);
        prop_assert!(both <= one && one.is_none_or(|share| (0.0..=1.0).contains(&share)));
        prop_assert_eq!(both, robust_comparisons(&[y, x.clone()]));
        prop_assert_eq!(robust_comparisons(&[x.clone(), x]), one);
    }
}

/// The curve of a province as fractions, (numerator, denominator) at each attainable score; none for nobody.
type Curve = Option<Vec<(i64, i64)>>;

fn curve(sample: &Sample, province: i64, measure: Measure) -> Curve {
    let weighting = sample.weighting(0);
    let score = |row: &Row| i64::from(weighting.score(row.profile.deprived));
    let here = |row: &&Row| Naive::is_complete(row) && row.keys[0] == Label::Whole(province);
    let people: i64 = sample.rows.iter().filter(here).map(|row| row.weight as i64).sum();
    let at = |least: i64| {
        let poor = sample.rows.iter().filter(here).filter(|row| score(row) >= least);
        let each = |row: &Row| if measure == Measure::Headcount { 1 } else { score(row) };
        (poor.map(|row| row.weight as i64 * each(row)).sum(), people)
    };
    // Between two attainable scores the curve is level, so all whole scores tell the same.
    (people > 0).then(|| (1..=i64::from(weighting.denominator())).map(at).collect())
}

/// −1, 0, 1 at each cut-off: which of two curves is higher.
fn orders(left: &Curve, right: &Curve) -> Vec<Ordering> {
    let (Some(left), Some(right)) = (left, right) else { return Vec::new() };
    left.iter().zip(right).map(|((a, m), (b, n))| (a * n).cmp(&(b * m))).collect()
}

fn of_provinces(sample: &Sample, measure: Measure, errors: Errors) -> Vec<(Dominance, [i64; 2])> {
    let cube = sample.cube();
    let number = |place: usize| match cube.keys[0].values[place] {
        Label::Whole(number) => number,
        _ => unreachable!("provinces are numbers"),
    };
    let found = dominance(&cube, &sample.weighting(0), measure, &[0], errors).unwrap();
    found.into_iter().map(|found| (found, found.areas.map(number))).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn dominance_is_that_of_whole_numbers(sample in with_whole_weights(SMALL)) {
        for measure in [Measure::Headcount, Measure::AdjustedHeadcount] {
            for (found, provinces) in of_provinces(&sample, measure, Errors::None) {
                let [first, second] = provinces.map(|province| curve(&sample, province, measure));
                let orders = orders(&first, &second);
                let (higher, lower) = (orders.contains(&Ordering::Greater), orders.contains(&Ordering::Less));
                let poorer = match (higher, lower) {
                    (true, false) => Some(found.areas[0]),
                    (false, true) => Some(found.areas[1]),
                    _ => None,
                };
                prop_assert_eq!(found.poorer, poorer, "{:?} of {:?}: {:?}", measure, provinces, orders);
                prop_assert_eq!(found.largest_p, None);
            }
        }
    }

    /// Every pair is compared once; whoever is poorer than someone poorer than a third is poorer than the third.
    #[test]
    fn dominance_is_an_order(sample in with_whole_weights(SMALL)) {
        let found = of_provinces(&sample, Measure::AdjustedHeadcount, Errors::None);
        let provinces = sample.cube().keys[0].values.len();
        prop_assert_eq!(found.len(), provinces * (provinces - 1) / 2);
        let poorer = |a: usize, b: usize| {
            found.iter().any(|(f, _)| f.poorer == Some(a) && f.areas.contains(&b) && a != b)
        };
        for (a, b) in (0..provinces).flat_map(|a| (0..provinces).map(move |b| (a, b))).filter(|(a, b)| poorer(*a, *b)) {
            prop_assert!((0..provinces).filter(|c| poorer(b, *c)).all(|c| poorer(a, c)));
        }
    }

    /// The test of a difference of two domains of one sample, at the cut-off where it says least.
    #[test]
    fn the_largest_p_is_that_of_the_rows(sample in with_real_weights(SMALL)) {
        let lonely = LonelyPsu::Certainty;
        let design = sample.cube().design(lonely).unwrap();
        let weighting = sample.weighting(0);
        for (found, provinces) in of_provinces(&sample, Measure::Headcount, Errors::Linearised(lonely)) {
            if found.poorer.is_none() {
                prop_assert_eq!(found.largest_p, None);
                continue;
            }
            let province = |place: usize| Label::Whole(provinces[place]);
            let here = |row: &Row, place| Naive::is_complete(row) && row.keys[0] == province(place);
            let weight = |place, of: &dyn Fn(&Row) -> bool| -> f64 {
                sample.rows.iter().filter(|row| here(row, place) && of(row)).map(|row| row.weight).sum()
            };
            let at = |k: Cutoff| {
                let poor = |row: &Row| weighting.score(row.profile.deprived) >= weighting.threshold(k);
                let all = [0, 1].map(|place| weight(place, &|_| true));
                let h = [0, 1].map(|place: usize| weight(place, &poor) / all[place]);
                let influence = |row: &Row, place: usize| {
                    if here(row, place) { (f64::from(u8::from(poor(row))) - h[place]) / all[place] } else { 0.0 }
                };
                let u: Vec<f64> = sample.rows.iter().map(|row| influence(row, 0) - influence(row, 1)).collect();
                let error = variance(&sample.rows, &u, lonely, |_| true).unwrap().sqrt();
                // Without a sampling error there is nothing to test.
                (error >= 1e-12).then(|| p_value((h[0] - h[1]) / error, design.degrees_of_freedom()))
            };
            let expected = weighting.attainable().into_iter().filter_map(at).flatten().reduce(f64::max);
            prop_assert_eq!(found.largest_p.is_some(), expected.is_some());
            prop_assert!(found.largest_p.is_none_or(|p| (0.0..=1.0).contains(&p)));
            let near = |(found, expected): (f64, f64)| (found - expected).abs() < 1e-9;
            prop_assert!(found.largest_p.zip(expected).is_none_or(near), "{:?} is not {expected:?}", found.largest_p);
        }
    }
}

/// The same poverty in a small place and in one three times as large: neither is poorer, at any cut-off.
#[test]
fn places_with_the_same_poverty_are_equal() {
    let weights = weighting(&[["1/6"; 4].as_slice(), &["1/18"; 6]].concat());
    let of = |place: i64, weight: f64| {
        let rows = ["1000000000", "1111110000", "0000000000"];
        rows.map(|answers| Row { keys: vec![Label::Whole(place)], ..row(answers, weight) })
    };
    let rows = [of(1, 1.0), of(2, 3.0), of(3, 49.0)].concat();
    let cube = Cube::of_rows(header(10, Sampling::Register, &["place"]), &rows);
    for measure in [Measure::Headcount, Measure::AdjustedHeadcount] {
        let found = dominance(&cube, &weights, measure, &[0], Errors::None).unwrap();
        assert!(found.iter().all(|found| found.poorer.is_none()), "{measure:?} {found:?}");
    }
}

/// Each place lies within one sampling unit, so the difference of the two has no sampling error: whether rounding of the
/// weights leaves a trace of one must not decide between "no p value" and p = 0.
#[test]
fn a_difference_without_a_sampling_error_is_not_tested() {
    for weights in [[0.01, 37.571475660127014, 0.01], [1.0, 1.0, 1.0], [0.1, 0.2, 0.7]] {
        let of = |psu, place, answers, weight| {
            let keys = vec![Label::Whole(place)];
            Row { stratum: Label::Whole(3), psu: Label::Whole(psu), keys, ..row(answers, weight) }
        };
        let [first, second, third] = weights;
        let rows = [of(0, 1, "0", first), of(3, 2, "0", second), of(3, 2, "1", third)];
        let cube = Cube::of_rows(header(1, Sampling::Clusters, &["place"]), &rows);
        let errors = Errors::Linearised(LonelyPsu::Certainty);
        let found = dominance(&cube, &weighting(&["1"]), Measure::Headcount, &[0], errors).unwrap();
        assert_eq!((found[0].poorer, found[0].largest_p), (Some(1), None), "{weights:?}");
    }
}

/// Nothing is known of the second place: it is not less poor for that.
#[test]
fn an_unknown_place_is_not_compared() {
    let of = |place: i64, answers| Row { keys: vec![Label::Whole(place)], ..row(answers, 1.0) };
    let cube = Cube::of_rows(header(2, Sampling::Register, &["place"]), &[of(1, "11"), of(2, "1?")]);
    let found = dominance(&cube, &weighting(&["1/2"; 2]), Measure::Headcount, &[0], Errors::None).unwrap();
    assert_eq!((found[0].areas, found[0].poorer), ([0, 1], None));
}
