//! Targeting: figures of other software, and laws that hold on every input.
//!
//! The facts were computed once with scikit-learn 1.9.1 (AUC with `sample_weight`) and numpy 2.4.6 (the concentration
//! coefficient as 2 cov(benefit, mid-rank) / mean, the curve as `interp` over cumulated sums) on the table below, which was
//! drawn at random and describes nobody. Standard errors are those of R 4.2.2, `survey` 4.1.1.

use proptest::prelude::*;
use vuon_measure::cube::Label;
use vuon_measure::design::{Design, LonelyPsu, Stratum};
use vuon_measure::target::{
    Cell, ConcentrationCurve, Ranking, Roc, Rule, TargetingMatrix, auc, by_area, cgh_ratio, concentration_coefficient,
    incidence, leakage_of_benefits, standard_errors,
};
use vuon_policy::exact::Exact;

const WELFARE: [f64; 16] =
    [44.3, 4.5, 20.0, 21.5, 19.3, 26.9, 35.0, 22.8, 31.5, 26.9, 24.2, 24.2, 26.8, 20.1, 13.5, 14.1];
const SCORE: [f64; 16] = [5.0, 0.0, 2.0, 4.0, 4.0, 4.0, 8.0, 2.0, 7.0, 3.0, 3.0, 0.0, 4.0, 2.0, 3.0, 1.0];
const HOUSEHOLDS: [f64; 16] =
    [0.62, 1.05, 2.8, 2.54, 2.19, 2.55, 1.48, 2.38, 1.93, 1.43, 0.93, 1.09, 0.86, 2.03, 0.87, 2.0];
const SIZE: [f64; 16] = [3.0, 6.0, 3.0, 4.0, 2.0, 1.0, 6.0, 4.0, 3.0, 5.0, 2.0, 4.0, 5.0, 1.0, 5.0, 3.0];
const BENEFIT: [f64; 16] = [0.0, 1.5, 2.4, 0.0, 0.0, 0.0, 0.0, 3.5, 0.0, 1.8, 4.9, 1.7, 0.0, 1.4, 2.7, 2.6];

fn persons() -> Vec<f64> {
    HOUSEHOLDS.iter().zip(SIZE).map(|(h, s)| h * s).collect()
}

fn poor() -> Vec<bool> {
    WELFARE.iter().map(|w| *w < 18.0).collect()
}

#[track_caller]
fn near(found: Option<f64>, expected: f64) {
    let found = found.expect("a figure");
    assert!((found - expected).abs() <= 1e-13 * expected.abs().max(1.0), "{found} is not {expected}");
}

#[test]
fn the_area_below_the_roc_curve_is_that_of_scikit_learn() {
    let persons = persons();
    let (households, persons) = (Ranking::new(&SCORE, &HOUSEHOLDS).unwrap(), Ranking::new(&SCORE, &persons).unwrap());
    near(auc(&households, &poor()).unwrap(), 0.8770878587966067);
    near(auc(&persons, &poor()).unwrap(), 0.8606923178091062);
}

#[test]
fn concentration_and_incidence_are_those_of_numpy() {
    let persons = persons();
    let ranking = Ranking::new(&WELFARE, &persons).unwrap();
    near(concentration_coefficient(&ranking, &BENEFIT).unwrap(), -0.2133284878147477);
    near(concentration_coefficient(&ranking, &WELFARE).unwrap(), 0.1965243462194903);
    let households = Ranking::new(&WELFARE, &HOUSEHOLDS).unwrap();
    near(concentration_coefficient(&households, &BENEFIT).unwrap(), -0.20691586708203538);
    near(cgh_ratio(&ranking, &BENEFIT, Exact::new(1, 5).unwrap()).unwrap(), 1.501677373013476);
    near(cgh_ratio(&ranking, &BENEFIT, Exact::new(2, 5).unwrap()).unwrap(), 1.2202174463118198);

    let deciles = [
        0.13198844204288523,
        0.16834703255980998,
        0.10455053749398013,
        0.08320096642805258,
        0.06642152261392664,
        0.24011835163736006,
        0.10032307090555381,
        0.09370033611413098,
        0.011349740204300574,
        0.0,
    ];
    for (group, expected) in incidence(&ranking, &BENEFIT, 10).unwrap().iter().zip(deciles) {
        near(group.share_of_benefits, expected);
    }
    let quintiles =
        [0.9472067356923428, 0.593355330526795, 0.6322676072363177, 0.6259816335555357, 0.043946685934736975];
    for (group, expected) in incidence(&ranking, &BENEFIT, 5).unwrap().iter().zip(quintiles) {
        near(group.coverage, expected);
    }
}

#[test]
fn errors_are_those_of_numpy() {
    let (persons, selected) = (persons(), BENEFIT.map(|b| b > 0.0));
    let matrix = TargetingMatrix::count(&poor(), &selected, &persons).unwrap();
    assert_eq!(matrix.exclusion_error(), Some(0.0));
    near(matrix.leakage(), 0.6668000800480287);
    near(leakage_of_benefits(&poor(), &BENEFIT, &persons).unwrap(), 0.6996645253973046);
}

/// `svymean` over subsets of `svydesign(~psu, ~stratum, nest = TRUE)`; the differential is `svycontrast` of `svyby` with
/// `covmat = TRUE`.
#[test]
fn standard_errors_are_those_of_r_survey() {
    let stratum = |label| Stratum { label: Label::Whole(label), psus: 4, population: None };
    let design = Design::new(vec![stratum(1), stratum(2)], LonelyPsu::Fail);
    let psu = [0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 6, 7];
    let poor: Vec<bool> = WELFARE.iter().map(|w| *w < 21.0).collect();
    let selected: Vec<bool> = SCORE.iter().map(|s| *s <= 2.0).collect();
    let matrix = TargetingMatrix::count(&poor, &selected, &persons()).unwrap();
    let errors = standard_errors(&poor, &selected, &persons(), &psu, &design).unwrap();
    near(matrix.poverty_rate(), 0.3579474342928661);
    near(errors.poverty_rate, 0.1372779210416172);
    near(matrix.coverage(), 0.4165434065308909);
    near(errors.coverage, 0.1081028819967142);
    near(matrix.exclusion_error(), 0.2774952320406866);
    near(errors.exclusion_error, 0.1925191044529897);
    near(matrix.leakage(), 0.3791313848675225);
    near(errors.leakage, 0.2519720297827871);
    near(matrix.inclusion_error(), 0.2459684564947723);
    near(errors.inclusion_error, 0.1447693369112129);
    near(matrix.differential(), 0.4765363114645412);
    near(errors.differential, 0.2487212839629281);
    let nobody = standard_errors(&[false; 16], &selected, &persons(), &psu, &design).unwrap();
    assert_eq!((nobody.exclusion_error, nobody.differential), (None, None));
    assert!(standard_errors(&poor, &selected, &persons(), &[9; 16], &design).is_err());
}

/// Up to 40 units with many ties: welfare, score, weight, benefit.
fn units() -> impl Strategy<Value = Vec<(f64, f64, f64, f64)>> {
    let unit = (0_i32..8, -3_i32..9, 0_i32..6, 0_i32..4)
        .prop_map(|(w, s, weight, b)| (f64::from(w), f64::from(s), f64::from(weight) * 0.7, f64::from(b) * 1.5));
    prop::collection::vec(unit, 1..40)
}

type Columns = (Vec<f64>, Vec<f64>, Vec<f64>, Vec<f64>, Vec<bool>);

fn columns(units: &[(f64, f64, f64, f64)]) -> Columns {
    let pick = |f: fn(&(f64, f64, f64, f64)) -> f64| units.iter().map(f).collect::<Vec<f64>>();
    let welfare = pick(|u| u.0);
    let poor = welfare.iter().map(|w| *w < 3.0).collect();
    (welfare, pick(|u| u.1), pick(|u| u.2), pick(|u| u.3), poor)
}

fn close(a: Option<f64>, b: Option<f64>) -> bool {
    match (a, b) {
        (Some(a), Some(b)) => (a - b).abs() < 1e-12,
        (a, b) => a == b,
    }
}

proptest! {
    #[test]
    fn exclusion_and_coverage_of_the_poor_are_one(units in units(), cut in -3_i32..9) {
        let (_, score, weight, _, poor) = columns(&units);
        let ranking = Ranking::new(&score, &weight).unwrap();
        let selected = Rule::UpTo(f64::from(cut)).select(&ranking).unwrap().selected;
        let m = TargetingMatrix::count(&poor, &selected, &weight).unwrap();
        prop_assert!(close(m.exclusion_error().map(|e| 1.0 - e), m.coverage_of_poor()));
        prop_assert_eq!(m.all().units as usize, units.len());
        // Coverage is the mean of both coverages, weighted by who is poor.
        if let (Some(of_poor), Some(of_others), Some(p)) = (m.coverage_of_poor(), m.inclusion_error(), m.poverty_rate()) {
            prop_assert!(close(m.coverage(), Some(p * of_poor + (1.0 - p) * of_others)));
        }
        // Leakage of a benefit that all selected receive alike is leakage in persons.
        let benefit: Vec<f64> = selected.iter().map(|e| f64::from(u8::from(*e))).collect();
        prop_assert!(close(leakage_of_benefits(&poor, &benefit, &weight).unwrap(), m.leakage()));
    }

    #[test]
    fn selecting_all_leaks_the_share_of_the_non_poor(units in units()) {
        let (_, _, weight, _, poor) = columns(&units);
        let m = TargetingMatrix::count(&poor, &vec![true; poor.len()], &weight).unwrap();
        prop_assert!(close(m.leakage(), m.poverty_rate().map(|p| 1.0 - p)));
        prop_assert!(m.exclusion_error().is_none_or(|e| e == 0.0));
        prop_assert!(m.differential().is_none_or(|d| d == 0.0));
    }

    #[test]
    fn the_area_is_that_of_all_pairs(units in units()) {
        let (_, score, weight, _, poor) = columns(&units);
        let (mut pairs, mut all) = (0.0, 0.0);
        for (i, _) in units.iter().enumerate().filter(|(i, _)| poor[*i]) {
            for (j, _) in units.iter().enumerate().filter(|(j, _)| !poor[*j]) {
                let w = weight[i] * weight[j];
                all += w;
                pairs += w * if score[i] < score[j] { 1.0 } else if score[i] == score[j] { 0.5 } else { 0.0 };
            }
        }
        let found = auc(&Ranking::new(&score, &weight).unwrap(), &poor).unwrap();
        prop_assert!(close(found, (all > 0.0).then(|| pairs / all)), "{found:?} {pairs} {all}");
    }

    #[test]
    fn the_area_of_the_reversed_score_or_of_the_others_is_the_rest_of_one(units in units()) {
        let (_, score, weight, _, poor) = columns(&units);
        let area = |score: &[f64], poor: &[bool]| auc(&Ranking::new(score, &weight).unwrap(), poor).unwrap();
        let reversed: Vec<f64> = score.iter().map(|s| -s).collect();
        let others: Vec<bool> = poor.iter().map(|p| !p).collect();
        let rest = area(&score, &poor).map(|a| 1.0 - a);
        prop_assert!(close(area(&reversed, &poor), rest));
        prop_assert!(close(area(&score, &others), rest));
        prop_assert!(close(area(&reversed, &others), area(&score, &poor)));
    }

    #[test]
    fn the_area_is_that_below_the_curve(units in units()) {
        let (_, score, weight, _, poor) = columns(&units);
        if let Some(roc) = Roc::new(&Ranking::new(&score, &weight).unwrap(), &poor).unwrap() {
            let below: f64 = roc.points.windows(2).map(|w| (w[1].of_others - w[0].of_others) * (w[1].of_poor + w[0].of_poor) / 2.0).sum();
            prop_assert!(close(Some(below), Some(roc.auc)));
        }
    }

    #[test]
    fn a_quota_is_met_and_the_next_lower_cut_would_miss_it(units in units(), twentieths in 0_i64..=20) {
        let (_, score, weight, _, _) = columns(&units);
        let ranking = Ranking::new(&score, &weight).unwrap();
        let quota = Exact::new(twentieths, 20).unwrap();
        let selection = Rule::Quota(quota).select(&ranking).unwrap();
        let share = |selected: &[bool]| selected.iter().zip(&weight).filter(|(s, _)| **s).map(|(_, w)| w).sum::<f64>();
        let wanted = ranking.total() * twentieths as f64 / 20.0;
        prop_assert!(share(&selection.selected) >= wanted - 1e-9);
        if let Some(cut) = selection.cut {
            let lower = Rule::Below(cut).select(&ranking).unwrap().selected;
            prop_assert!(share(&lower) < wanted + 1e-9);
            prop_assert_eq!(Rule::UpTo(cut).select(&ranking).unwrap().selected, selection.selected);
        }
    }

    #[test]
    fn the_coefficient_is_within_one_and_its_order_of_rows_does_not_matter(units in units()) {
        let (welfare, _, weight, benefit, _) = columns(&units);
        let ranking = Ranking::new(&welfare, &weight).unwrap();
        let found = concentration_coefficient(&ranking, &benefit).unwrap();
        prop_assert!(found.is_none_or(|c| (-1.0..=1.0).contains(&c)));
        let mut turned = units.clone();
        turned.reverse();
        let (welfare, _, weight, benefit, _) = columns(&turned);
        let other = concentration_coefficient(&Ranking::new(&welfare, &weight).unwrap(), &benefit).unwrap();
        prop_assert!(close(found, other));
        // Ranked from the richest, the curve is turned about.
        let richest: Vec<f64> = welfare.iter().map(|w| -w).collect();
        let mirrored = concentration_coefficient(&Ranking::new(&richest, &weight).unwrap(), &benefit).unwrap();
        prop_assert!(close(mirrored, found.map(|c| -c)));
    }

    #[test]
    fn a_uniform_benefit_is_not_concentrated(units in units(), tenths in 1_i64..=10) {
        let (welfare, _, weight, _, _) = columns(&units);
        let ranking = Ranking::new(&welfare, &weight).unwrap();
        let uniform = vec![3.0; welfare.len()];
        let c = concentration_coefficient(&ranking, &uniform).unwrap();
        prop_assert!(c.is_none_or(|c| c.abs() < 1e-12));
        let ratio = cgh_ratio(&ranking, &uniform, Exact::new(tenths, 10).unwrap()).unwrap();
        prop_assert!(ratio.is_none_or(|r| (r - 1.0).abs() < 1e-12));
    }

    #[test]
    fn shares_of_groups_add_up_and_follow_the_curve(units in units(), groups in 1_usize..=12) {
        let (welfare, _, weight, benefit, _) = columns(&units);
        let ranking = Ranking::new(&welfare, &weight).unwrap();
        let parts = incidence(&ranking, &benefit, groups).unwrap();
        prop_assert_eq!(parts.len(), groups);
        if let Some(curve) = ConcentrationCurve::new(&ranking, &benefit).unwrap() {
            let sum: f64 = parts.iter().map(|p| p.share_of_benefits.unwrap()).sum();
            prop_assert!((sum - 1.0).abs() < 1e-12);
            for (g, part) in parts.iter().enumerate() {
                let (from, to) = (g as f64 / groups as f64, (g + 1) as f64 / groups as f64);
                let expected = curve.at(to) - curve.at(from);
                prop_assert!((part.share_of_benefits.unwrap() - expected).abs() < 1e-9);
                prop_assert!((part.population - ranking.total() / groups as f64).abs() < 1e-9);
            }
        }
    }

    #[test]
    fn no_withheld_cell_follows_from_the_shown_ones(sizes in prop::collection::vec((0_usize..90, 0_usize..90), 1..8)) {
        let mut rows: (Vec<usize>, Vec<bool>, Vec<bool>) = Default::default();
        for (area, (size, selected)) in sizes.iter().enumerate() {
            for unit in 0..*size {
                rows.0.push(area);
                rows.1.push(unit % 3 == 0);
                rows.2.push(unit < *selected);
            }
        }
        let table = by_area(&rows.0, sizes.len(), &rows.1, &rows.2, &vec![1.0; rows.0.len()], 30).unwrap();
        let hidden = |c: Cell| matches!(c, Cell::TooFew | Cell::Complementary);
        let alone: Vec<u64> = table.iter().filter(|r| hidden(r.coverage)).map(|r| r.units).collect();
        let all: u64 = table.iter().map(|r| r.units).sum();
        let others = table.iter().filter(|r| r.units > 0).count();
        // What the total less the shown areas leaves is nobody, enough, or everybody.
        let left: u64 = alone.iter().sum();
        prop_assert!(left == 0 || left == all || (left >= 30 && alone.len() >= 2) || others < 2, "{table:?}");
        for row in &table {
            let errors = [row.exclusion_error, row.leakage, row.inclusion_error, row.differential];
            prop_assert!(errors.iter().all(|c| hidden(*c)) || !errors.iter().any(|c| hidden(*c)));
            prop_assert!(!hidden(row.coverage) || errors.iter().all(|c| hidden(*c)));
            if row.units < 30 {
                prop_assert!(row.coverage.shown().is_none());
            }
        }
    }
}
