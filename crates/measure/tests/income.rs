//! What must hold of poverty and inequality of income: worked examples, laws, the results of other programs (see
//! `reference/README.md`), and precision against numeric derivatives, the jackknife and repeated sampling.

#![allow(clippy::unwrap_used)]

use proptest::prelude::*;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use std::collections::{BTreeMap, HashMap};
use vuon_measure::cube::Label;
use vuon_measure::design::{Design, LonelyPsu, Stratum};
use vuon_measure::income::*;
use vuon_policy::exact::Exact;

fn share(text: &str) -> Exact {
    Exact::parse(text).unwrap()
}

fn everybody(income: &[f64], weight: &[f64]) -> Domain {
    Domain::everybody(income, weight).unwrap()
}

fn equal(income: &[f64]) -> Domain {
    everybody(income, &vec![1.0; income.len()])
}

fn design(sizes: &[usize]) -> Design {
    let stratum = |(i, n): (usize, &usize)| Stratum { label: Label::Whole(i as i64), psus: *n, population: None };
    Design::new(sizes.iter().enumerate().map(stratum).collect(), LonelyPsu::Fail)
}

#[track_caller]
fn close(found: f64, expected: f64, tolerance: f64) {
    let apart = (found - expected).abs();
    assert!(
        apart <= tolerance * expected.abs().max(1e-300),
        "{found} is not {expected}: {:e} apart",
        apart / expected.abs()
    );
}

mod worked {
    use super::*;

    #[test]
    fn rate_gap_and_severity() {
        // Gaps 3/4, 1/2, 0, 0 of a line of 4; the third is at the line.
        let (domain, line) = (equal(&[1.0, 2.0, 4.0, 9.0]), [4.0; 4]);
        let p = |alpha, poor| fgt(&domain, &line, alpha, poor).unwrap().value;
        assert_eq!((p(0.0, Poor::Below), p(0.0, Poor::NotAbove)), (0.5, 0.75));
        assert_eq!((p(1.0, Poor::Below), p(1.0, Poor::NotAbove)), (5.0 / 16.0, 5.0 / 16.0));
        assert_eq!(p(2.0, Poor::Below), 13.0 / 64.0);
        assert_eq!(p(3.0, Poor::Below), (27.0 + 8.0) / 256.0);
        assert_eq!(income_gap_ratio(&domain, &line, Poor::Below).unwrap().value, 5.0 / 8.0);
        close(watts(&domain, &line).unwrap().value, 3.0 * 2.0_f64.ln() / 4.0, 1e-15);
    }

    #[test]
    fn every_row_has_its_own_line_and_weight() {
        // Gaps 1/2 of the line 2 with weight 3, 1/4 of the line 4 with weight 1, none with weight 4.
        let domain = everybody(&[1.0, 3.0, 5.0], &[3.0, 1.0, 4.0]);
        let p = |alpha| fgt(&domain, &[2.0, 4.0, 4.0], alpha, Poor::Below).unwrap().value;
        assert_eq!((p(0.0), p(1.0), p(2.0)), (4.0 / 8.0, 7.0 / 32.0, 13.0 / 128.0));
    }

    #[test]
    fn a_negative_income_has_a_gap_above_one() {
        let domain = equal(&[-2.0, 2.0]);
        let p = |alpha| fgt(&domain, &[1.0; 2], alpha, Poor::Below).unwrap().value;
        assert_eq!((p(0.0), p(1.0), p(2.0)), (0.5, 1.5, 4.5));
    }

    #[test]
    fn contributions_are_shares_of_the_poverty_of_all() {
        let (income, weight, line) = ([1.0, 3.0, 2.0, 8.0], [1.0, 1.0, 2.0, 1.0], [4.0; 4]);
        let whole = everybody(&income, &weight);
        let part = Domain::new(&income, &weight, [0, 1]).unwrap();
        // Weighted gaps 3/4, 1/4, 2 · 1/2.
        let of = |alpha| fgt_contribution(&part, &whole, &line, alpha, Poor::Below).unwrap().value;
        assert_eq!((of(0.0), of(1.0)), (0.5, 0.5));
        close(of(2.0), (9.0 + 1.0) / (9.0 + 1.0 + 8.0), 1e-15);
    }

    #[test]
    fn gini_of_few() {
        // The differences of the six pairs are 1, 2, 5, 1, 4, 3: 2 · 16 over 2 · 4 · 12.
        close(gini(&equal(&[1.0, 2.0, 3.0, 6.0])).unwrap().value, 1.0 / 3.0, 1e-15);
        assert_eq!(gini(&equal(&[0.0, 0.0, 0.0, 7.0])).unwrap().value, 0.75);
        assert_eq!(gini(&equal(&[5.0; 6])).unwrap().value, 0.0);
        // Weights are persons: two of 1 and one of 4.
        assert_eq!(
            gini(&everybody(&[1.0, 4.0], &[2.0, 1.0])).unwrap().value,
            gini(&equal(&[1.0, 1.0, 4.0])).unwrap().value
        );
    }

    #[test]
    fn gini_passes_one_where_incomes_are_negative() {
        // (−1, 3): |difference| 4, mean 1: 2 · 4 / (2 · 2 · 2).
        assert_eq!(gini(&equal(&[-1.0, 3.0])).unwrap().value, 1.0);
        assert_eq!(gini(&equal(&[-2.0, 3.0])).unwrap().value, 2.5);
    }

    #[test]
    fn entropies_and_atkinson_of_two() {
        // Incomes 1 and 3: r = 1/2 and 3/2.
        let two = equal(&[1.0, 3.0]);
        let ge = |alpha| generalized_entropy(&two, alpha).unwrap().value;
        close(ge(0.0), -0.5 * (0.75_f64).ln(), 1e-15);
        close(ge(1.0), 0.5 * (0.5 * 0.5_f64.ln() + 1.5 * 1.5_f64.ln()), 1e-15);
        assert_eq!(ge(2.0), 0.125);
        assert_eq!(ge(3.0), ((1.0 + 27.0) / 16.0 - 1.0) / 6.0);
        close(ge(-1.0), ((2.0 + 2.0 / 3.0) / 2.0 - 1.0) / 2.0, 1e-15);
        let a = |epsilon| atkinson(&two, epsilon).unwrap().value;
        close(a(1.0), 1.0 - 0.75_f64.sqrt(), 1e-15);
        // The harmonic mean 3/2 over the mean 2.
        close(a(2.0), 0.25, 1e-15);
        // ((1 + √3)/2)² / 2.
        close(a(0.5), 1.0 - (1.0 + 3.0_f64.sqrt()).powi(2) / 8.0, 1e-14);
    }

    #[test]
    fn zero_counts_where_the_formula_has_a_limit() {
        let some = equal(&[0.0, 2.0]);
        close(generalized_entropy(&some, 1.0).unwrap().value, 2.0_f64.ln(), 1e-15);
        close(generalized_entropy(&some, 0.5).unwrap().value, (0.5 * 2.0_f64.sqrt() - 1.0) / -0.25, 1e-15);
        close(atkinson(&some, 0.5).unwrap().value, 0.5, 1e-15);
        let linearised = generalized_entropy(&some, 1.0).unwrap().influence(2);
        assert!(linearised.iter().all(|u| u.is_finite()));
        assert_eq!(generalized_entropy(&equal(&[-1.0, 3.0]), 2.0).unwrap().value, 2.0);
    }

    #[test]
    fn a_quantile_is_the_smallest_income_that_reaches_the_share() {
        let value = |domain: &Domain, p: &str| quantile_value(domain, share(p)).unwrap();
        let five = equal(&[50.0, 10.0, 30.0, 20.0, 40.0]);
        assert_eq!(
            ["1/5", "1/4", "2/5", "41/100", "999/1000"].map(|p| value(&five, p)),
            [10.0, 20.0, 20.0, 30.0, 50.0]
        );
        let weighted = everybody(&[1.0, 2.0, 3.0], &[1.0, 2.0, 1.0]);
        assert_eq!(["1/4", "1/2", "3/4", "4/5"].map(|p| value(&weighted, p)), [1.0, 2.0, 2.0, 3.0]);
        // Ten weights of 0.1: the third cumulates to 0.30000000000000004 of 0.9999999999999999.
        let income: Vec<f64> = (1..=10).map(f64::from).collect();
        let tenths = everybody(&income, &[0.1; 10]);
        for p in 1..10 {
            assert_eq!(value(&tenths, &format!("{p}/10")), p as f64);
        }
    }

    #[test]
    fn shares_split_the_person_on_the_border() {
        // Of 1, 2, 3, 6 the poorest 40 % have 1 and 0.6 of 2.
        let four = equal(&[1.0, 2.0, 3.0, 6.0]);
        close(share_of_poorest(&four, share("2/5")).unwrap().value, 2.2 / 12.0, 1e-15);
        close(share_of_richest(&four, share("1/10")).unwrap().value, 2.4 / 12.0, 1e-15);
        close(palma_ratio(&four).unwrap().value, 2.4 / 2.2, 1e-15);
        close(quintile_share_ratio(&four).unwrap().value, 4.8 / 0.8, 1e-15);
        assert_eq!(share_of_poorest(&four, share("1/4")).unwrap().value, 1.0 / 12.0);
    }

    #[test]
    fn the_lorenz_curve_of_four() {
        let curve = lorenz_curve(&equal(&[6.0, 1.0, 3.0, 2.0])).unwrap();
        let points: Vec<(f64, f64)> = curve.points.iter().map(|p| (p.people, p.amount)).collect();
        let twelfths = |n: f64| n / 12.0;
        assert_eq!(
            points,
            [(0.0, 0.0), (0.25, twelfths(1.0)), (0.5, twelfths(3.0)), (0.75, twelfths(6.0)), (1.0, 1.0)]
        );
        // 1 − ¼ (1 + 4 + 9 + 18)/12.
        close(curve.index(), 1.0 / 3.0, 1e-15);
        assert_eq!((curve.at(0.0), curve.at(1.0)), (0.0, 1.0));
        close(curve.at(0.375), twelfths(2.0), 1e-15);
        // A debt bends it below zero.
        assert_eq!(lorenz_curve(&equal(&[-1.0, 3.0])).unwrap().at(0.5), -0.5);
    }

    #[test]
    fn concentration_of_a_benefit() {
        // Four persons receive 3, 1, 0, 0, from the poorest: 1 − ¼ (¾ + 7/4 + 2 + 2).
        let four = equal(&[1.0, 2.0, 3.0, 4.0]);
        assert_eq!(concentration_index(&four, &[3.0, 1.0, 0.0, 0.0]).unwrap().value, -0.625);
        assert_eq!(concentration_curve(&four, &[3.0, 1.0, 0.0, 0.0]).unwrap().index(), -0.625);
        assert_eq!(concentration_index(&four, &[2.0; 4]).unwrap().value, 0.0);
        // Which of two with one income receives does not matter.
        let tied = equal(&[1.0, 1.0, 2.0]);
        let index = |amount: [f64; 3]| concentration_index(&tied, &amount).unwrap().value;
        assert_eq!(index([5.0, 0.0, 1.0]), index([0.0, 5.0, 1.0]));
    }

    #[test]
    fn the_variance_of_a_rate_by_hand() {
        // Two strata of two clusters of one row each; poor, not, poor, not. u = ±1/8.
        let domain = equal(&[1.0, 5.0, 1.0, 5.0]);
        let (design, psu) = (design(&[2, 2]), [0, 1, 2, 3]);
        let clusters = Clusters::new(&psu, &design).unwrap();
        let rate = fgt(&domain, &[2.0; 4], 0.0, Poor::Below).unwrap();
        assert_eq!(rate.influence(4), [0.125, -0.125, 0.125, -0.125]);
        // In each stratum 2/1 · 2 · (1/8)².
        assert_eq!(rate.variance(&clusters), Some(2.0 * 4.0 / 64.0));
    }

    #[test]
    fn a_domain_keeps_the_clusters_it_has_nobody_in() {
        // The domain is in three of four clusters: z = 1/4 (1 − 1/2) …; the empty one counts with 0.
        let (income, weight) = ([1.0, 5.0, 9.0, 9.0], [1.0, 1.0, 2.0, 1.0]);
        let domain = Domain::new(&income, &weight, [1, 0, 2]).unwrap();
        let (design, psu) = (design(&[4]), [0, 1, 2, 3]);
        let clusters = Clusters::new(&psu, &design).unwrap();
        let rate = fgt(&domain, &[2.0; 4], 0.0, Poor::Below).unwrap();
        assert_eq!(rate.psu_totals(&clusters), [0.75 / 4.0, -0.25 / 4.0, -2.0 * 0.25 / 4.0, 0.0]);
        close(rate.variance(&clusters).unwrap(), 4.0 / 3.0 * (9.0 + 1.0 + 4.0) / 256.0, 1e-15);
    }
}

/// As R's `survey` does it: the average is that of the strata with somebody in the domain.
#[test]
fn a_lonely_stratum_counts_as_the_average_of_those_of_the_domain() {
    let stratum = |(i, psus)| Stratum { label: Label::Whole(i), psus, population: None };
    let strata: Vec<Stratum> = [(0, 2), (1, 1), (2, 2)].into_iter().map(stratum).collect();
    let design = Design::new(strata, LonelyPsu::Average);
    let (income, weight, psu) = ([1.0, 3.0, 2.0, 5.0, 9.0], [1.0; 5], [0, 1, 2, 3, 4]);
    let clusters = Clusters::new(&psu, &design).unwrap();
    let mean = |rows: &[u32]| Domain::new(&income, &weight, rows.iter().copied()).unwrap().mean().unwrap();
    // u = ∓1/3 in stratum 0: 2/1 · 2/9, times 2 for two strata of which one is lonely.
    close(mean(&[0, 1, 2]).variance(&clusters).unwrap(), 2.0 * 4.0 / 9.0, 1e-15);
    // Without the lonely stratum nothing is averaged.
    close(mean(&[0, 1]).variance(&clusters).unwrap(), 2.0 * 2.0 / 4.0, 1e-15);
    assert_eq!(mean(&[2]).variance(&clusters), None);
    // Two estimates together are in all strata: 3/2, not 2.
    let (left, right) = (mean(&[0, 1, 2]), mean(&[3, 4]));
    assert_eq!(left.covariance(&right, &clusters), Some(0.0));
    let apart = left.minus(&right).unwrap().variance(&clusters).unwrap();
    close(apart, 1.5 * (4.0 / 9.0 + 2.0 * 2.0), 1e-14);
}

mod refused {
    use super::*;

    #[test]
    fn bad_columns_by_row() {
        let error = |income: &[f64], weight: &[f64], rows: &[u32]| {
            Domain::new(income, weight, rows.iter().copied()).unwrap_err().to_string()
        };
        assert!(error(&[1.0], &[1.0, 2.0], &[0]).contains("has 2 rows where 1"));
        assert!(error(&[1.0, f64::NAN], &[1.0; 2], &[0, 1]).starts_with("row 2: NaN as income"));
        assert!(error(&[1.0], &[-1.0], &[0]).starts_with("row 1: -1 as weight"));
        assert!(error(&[1.0], &[1.0], &[1]).starts_with("there is no row 2"));
        assert!(error(&[1.0; 3], &[1.0; 3], &[2, 0, 2]).starts_with("row 3 is twice"));
        assert!(error(&[1.0], &[0.0], &[0]).starts_with("nobody"));
        assert!(error(&[], &[], &[]).starts_with("nobody"));
        assert!(error(&[1e300, 1e300], &[1e300; 2], &[0, 1]).contains("powers of ten"));
        // What is outside, or counts nothing, may be anything.
        assert!(Domain::new(&[1.0, f64::NAN, f64::NAN], &[1.0, f64::NAN, 0.0], [0, 2]).is_ok());
    }

    #[test]
    fn lines_that_are_not_above_zero() {
        let domain = Domain::new(&[1.0, 2.0, 3.0], &[1.0; 3], [0, 2]).unwrap();
        let error = |lines: &[f64]| fgt(&domain, lines, 1.0, Poor::Below).unwrap_err();
        assert_eq!(error(&[1.0, 1.0, 0.0]), IncomeError::Line { row: 3, value: 0.0 });
        assert!(matches!(error(&[f64::NAN, 1.0, 1.0]), IncomeError::NotFinite { column: Column::Line, row: 1, .. }));
        assert!(matches!(error(&[1.0]), IncomeError::Length { .. }));
        assert!(fgt(&domain, &[1.0, -1.0, 1.0], 1.0, Poor::Below).is_ok());
        assert!(matches!(fgt(&domain, &[1.0; 3], -1.0, Poor::Below), Err(IncomeError::Parameter { .. })));
        assert!(matches!(fgt(&domain, &[1.0; 3], f64::NAN, Poor::Below), Err(IncomeError::Parameter { .. })));
    }

    #[test]
    fn logarithms_of_nothing_are_counted() {
        let domain = equal(&[0.0, -3.0, 0.0, 5.0]);
        let error = watts(&domain, &[2.0; 4]).unwrap_err();
        assert_eq!(error, IncomeError::TooLow { measure: Measure::Watts, zero_fits: false, count: 3, first: 1 });
        assert!(error.to_string().contains("incomes above zero only: 3 rows are not (the first is row 1)"));
        assert!(error.vietnamese().starts_with("chỉ số Watts chỉ xác định với thu nhập lớn hơn 0: 3 dòng"));
        for refused in [generalized_entropy(&domain, 0.0), generalized_entropy(&domain, -1.0), atkinson(&domain, 1.0)] {
            assert!(matches!(refused, Err(IncomeError::TooLow { zero_fits: false, count: 3, .. })));
        }
        for refused in [generalized_entropy(&domain, 1.0), generalized_entropy(&domain, 1.5), atkinson(&domain, 0.5)] {
            assert!(matches!(refused, Err(IncomeError::TooLow { zero_fits: true, count: 1, first: 2, .. })));
        }
    }

    #[test]
    fn ratios_to_nothing() {
        let rich = equal(&[5.0, 6.0]);
        let nobody_poor = income_gap_ratio(&rich, &[1.0; 2], Poor::Below);
        assert_eq!(nobody_poor, Err(IncomeError::ZeroDenominator(Measure::IncomeGapRatio)));
        assert!(fgt_contribution(&rich, &rich, &[1.0; 2], 1.0, Poor::Below).is_err());
        for nothing in [equal(&[0.0, 0.0]), equal(&[-3.0, 2.0])] {
            assert!(matches!(gini(&nothing), Err(IncomeError::NothingToShare { .. })));
            assert!(matches!(lorenz_curve(&nothing), Err(IncomeError::NothingToShare { .. })));
            assert!(matches!(share_of_poorest(&nothing, share("1/5")), Err(IncomeError::NothingToShare { .. })));
            assert!(matches!(generalized_entropy(&nothing, 2.0), Err(IncomeError::NothingToShare { .. })));
            assert!(matches!(atkinson(&nothing, 0.5), Err(IncomeError::NothingToShare { .. })));
        }
        assert!(matches!(concentration_index(&rich, &[0.0; 2]), Err(IncomeError::NothingToShare { .. })));
        // The poorest two fifths have nothing.
        assert!(matches!(palma_ratio(&equal(&[0.0, 0.0, 1.0])), Err(IncomeError::ZeroDenominator(_))));
        assert_eq!(share_of_poorest(&equal(&[0.0, 0.0, 1.0]), share("1/5")).unwrap().value, 0.0);
    }

    #[test]
    fn shares_and_widths_without_meaning() {
        let domain = equal(&[1.0, 2.0]);
        for p in ["0", "1", "-1/2", "3/2"] {
            assert_eq!(share_of_poorest(&domain, share(p)), Err(IncomeError::Share(share(p))));
            assert_eq!(share_of_richest(&domain, share(p)), Err(IncomeError::Share(share(p))));
            assert_eq!(quantile(&domain, share(p), Bandwidth::Osier), Err(IncomeError::Share(share(p))));
        }
        assert_eq!(quantile(&equal(&[2.0; 3]), share("1/2"), Bandwidth::Osier), Err(IncomeError::NoSpread));
        assert_eq!(density(&equal(&[2.0; 3]), 2.0, Bandwidth::Silverman), Err(IncomeError::NoSpread));
        assert!(matches!(density(&domain, 1.0, Bandwidth::Fixed(0.0)), Err(IncomeError::Parameter { .. })));
        let line = RelativeLine::OfMean { share: share("1/2") }.estimate(&domain, Bandwidth::Osier).unwrap();
        let half = fgt_with_estimated_line(&domain, &line, 0.5, Poor::Below, Bandwidth::Osier);
        assert!(matches!(half, Err(IncomeError::Parameter { .. })));
        let owing = RelativeLine::OfMean { share: share("1/2") }.estimate(&equal(&[-3.0, 1.0]), Bandwidth::Osier);
        assert!(matches!(owing, Err(IncomeError::Parameter { .. })));
    }

    #[test]
    fn numbers_too_far_apart_for_double_precision() {
        let tiny = everybody(&[1.0, 2.0], &[1e-320; 2]);
        assert!(matches!(gini(&tiny), Err(IncomeError::OutOfRange(_))));
        let line = fgt(&equal(&[-1e200, 1.0]), &[1e-200; 2], 2.0, Poor::Below);
        assert!(matches!(line, Err(IncomeError::OutOfRange(_))));
    }

    #[test]
    fn clusters_that_the_design_does_not_have() {
        let design = design(&[2]);
        let error = Clusters::new(&[0, 2], &design).unwrap_err();
        assert_eq!(error, IncomeError::UnknownPsu { row: 2, found: 2, psus: 2 });
    }

    #[test]
    fn an_interval_that_leaves_the_sample() {
        // Of four clusters, the lowest quarter: F − t·se is below 0.
        let (domain, design, psu) = (equal(&[1.0, 2.0, 3.0, 4.0]), design(&[4]), [0, 1, 2, 3]);
        let clusters = Clusters::new(&psu, &design).unwrap();
        let found = woodruff(&domain, share("1/4"), &clusters, 2.0).unwrap();
        assert_eq!((found.value, found.lower, found.upper, found.standard_error), (1.0, None, Some(3.0), None));
    }
}

/// A table of up to 40 rows: incomes with ties, weights in halves.
fn table() -> impl Strategy<Value = (Vec<f64>, Vec<f64>)> {
    let row = (1_u32..60, 1_u32..20).prop_map(|(y, w)| (f64::from(y) * 50.0, f64::from(w) / 2.0));
    proptest::collection::vec(row, 2..40).prop_map(|rows| rows.into_iter().unzip())
}

type Estimator = Box<dyn Fn(&Domain) -> Result<Linearised, IncomeError>>;

/// All estimators that need no density and no column besides the incomes, by name; whether they do not change with the
/// unit of income.
fn estimators(table_rows: usize) -> Vec<(&'static str, bool, Estimator)> {
    let line = vec![1225.0; table_rows];
    let fgt_of = |alpha: f64| {
        let line = line.clone();
        Box::new(move |domain: &Domain| fgt(domain, &line, alpha, Poor::Below)) as Estimator
    };
    let entropy = |alpha: f64| Box::new(move |domain: &Domain| generalized_entropy(domain, alpha)) as Estimator;
    let atkinson_of = |epsilon: f64| Box::new(move |domain: &Domain| atkinson(domain, epsilon)) as Estimator;
    let lowest = |p: &str| {
        let p = share(p);
        Box::new(move |domain: &Domain| share_of_poorest(domain, p)) as Estimator
    };
    let (gap_line, watts_line) = (line.clone(), line.clone());
    vec![
        ("mean", false, Box::new(Domain::mean) as Estimator),
        ("P0", false, fgt_of(0.0)),
        ("P1", false, fgt_of(1.0)),
        ("P2", false, fgt_of(2.0)),
        ("P2.5", false, fgt_of(2.5)),
        ("gap ratio", false, Box::new(move |domain: &Domain| income_gap_ratio(domain, &gap_line, Poor::Below))),
        ("Watts", false, Box::new(move |domain: &Domain| watts(domain, &watts_line))),
        ("Gini", true, Box::new(gini)),
        ("GE(-1)", true, entropy(-1.0)),
        ("GE(0)", true, entropy(0.0)),
        ("GE(1/2)", true, entropy(0.5)),
        ("GE(1)", true, entropy(1.0)),
        ("GE(2)", true, entropy(2.0)),
        ("GE(3)", true, entropy(3.0)),
        ("A(1/2)", true, atkinson_of(0.5)),
        ("A(1)", true, atkinson_of(1.0)),
        ("A(2)", true, atkinson_of(2.0)),
        ("S20", true, lowest("1/5")),
        ("S40", true, lowest("2/5")),
        ("Palma", true, Box::new(palma_ratio)),
        ("S80/S20", true, Box::new(quintile_share_ratio)),
    ]
}

/// Where the quantiles that shares are read at lie.
fn borders(domain: &Domain) -> Vec<f64> {
    let at = |p| quantile_value(domain, share(p)).unwrap();
    ["1/5", "2/5", "4/5", "9/10"].map(at).to_vec()
}

#[track_caller]
fn near(left: f64, right: f64, tolerance: f64, name: &str) -> Result<(), TestCaseError> {
    prop_assert!((left - right).abs() <= tolerance * (1.0 + right.abs()), "{name}: {left} is not {right}");
    Ok(())
}

proptest! {
    #[test]
    fn two_equal_populations_together_are_like_one((income, weight) in table()) {
        let twice = |values: &[f64]| [values, values].concat();
        let (one, two) = (everybody(&income, &weight), everybody(&twice(&income), &twice(&weight)));
        for (name, _, of) in estimators(income.len()) {
            let Ok(once) = of(&one) else { continue };
            let two = estimators(2 * income.len()).into_iter().find(|e| e.0 == name).unwrap().2(&two).unwrap();
            near(two.value, once.value, 1e-13, name)?;
        }
    }

    #[test]
    fn the_unit_of_weights_and_the_order_of_rows_do_not_matter((income, weight) in table(), unit in 1_u32..1000) {
        let one = everybody(&income, &weight);
        let backwards: Vec<f64> = income.iter().rev().copied().collect();
        let scaled: Vec<f64> = weight.iter().rev().map(|w| w * f64::from(unit) / 7.0).collect();
        let other = everybody(&backwards, &scaled);
        for (name, _, of) in estimators(income.len()) {
            if let Ok(once) = of(&one) {
                near(of(&other).unwrap().value, once.value, 1e-13, name)?;
            }
        }
        prop_assert_eq!(borders(&one), borders(&other));
    }

    #[test]
    fn inequality_does_not_know_the_unit_of_income((income, weight) in table(), unit in 1_u32..1000) {
        let one = everybody(&income, &weight);
        let scaled: Vec<f64> = income.iter().map(|y| y * f64::from(unit) / 7.0).collect();
        let other = everybody(&scaled, &weight);
        for (name, _, of) in estimators(income.len()).into_iter().filter(|e| e.1) {
            near(of(&other).unwrap().value, of(&one).unwrap().value, 1e-12, name)?;
        }
    }

    #[test]
    fn each_measure_keeps_its_bounds((income, weight) in table()) {
        let domain = everybody(&income, &weight);
        let value = |of: Result<Linearised, IncomeError>| of.unwrap().value;
        let lines = vec![1225.0; income.len()];
        let [p0, p1, p2] = [0.0, 1.0, 2.0].map(|alpha| value(fgt(&domain, &lines, alpha, Poor::Below)));
        prop_assert!(1.0 >= p0 && p0 >= p1 && p1 >= p2 && p2 >= 0.0);
        prop_assert!(value(watts(&domain, &lines)) >= p1, "ln(z/y) is at least (z − y)/z");
        let g = value(gini(&domain));
        prop_assert!((0.0..1.0).contains(&g));
        for (name, _, of) in estimators(income.len()) {
            if name.starts_with("GE") || name.starts_with("A(") {
                prop_assert!(value(of(&domain)) >= -1e-15, "{name}");
            }
        }
        let [s20, s40] = ["1/5", "2/5"].map(|p| value(share_of_poorest(&domain, share(p))));
        let rises = [0.0, 2.0 * s20, s40, 0.4];
        prop_assert!(rises.windows(2).all(|pair| pair[0] <= pair[1] + 1e-15), "{rises:?}");
        prop_assert!(value(palma_ratio(&domain)) >= 0.25 - 1e-14);
        prop_assert!(value(quintile_share_ratio(&domain)) >= 1.0 - 1e-14);
    }

    #[test]
    fn the_lorenz_curve_is_convex_and_says_the_same_as_gini_and_the_shares((income, weight) in table()) {
        let domain = everybody(&income, &weight);
        let curve = lorenz_curve(&domain).unwrap();
        let slopes: Vec<f64> =
            curve.points.windows(2).map(|w| (w[1].amount - w[0].amount) / (w[1].people - w[0].people)).collect();
        prop_assert!(slopes.windows(2).all(|s| s[0] <= s[1] + 1e-12));
        let ends = (curve.points[0], *curve.points.last().unwrap());
        prop_assert_eq!((ends.0.people, ends.0.amount, ends.1.people, ends.1.amount), (0.0, 0.0, 1.0, 1.0));
        near(curve.index(), gini(&domain).unwrap().value, 1e-14, "area")?;
        for p in ["1/10", "1/5", "2/5", "1/2", "9/10"] {
            let exact = share(p);
            let at = curve.at(exact.numerator() as f64 / exact.denominator() as f64);
            near(share_of_poorest(&domain, exact).unwrap().value, at, 1e-14, p)?;
            near(share_of_richest(&domain, exact).unwrap().value, 1.0 - curve.at(1.0 - exact.numerator() as f64 / exact.denominator() as f64), 1e-14, p)?;
        }
        let own = concentration_index(&domain, &income).unwrap();
        let gini = gini(&domain).unwrap();
        near(own.value, gini.value, 1e-14, "concentration of income itself")?;
        for (a, b) in own.influence(income.len()).iter().zip(gini.influence(income.len())) {
            near(*a, b, 1e-14, "influence")?;
        }
        let from_the_top: Vec<f64> = income.iter().map(|y| -y).collect();
        let amount: Vec<f64> = weight.iter().map(|w| w + 1.0).collect();
        let reversed = concentration_index(&everybody(&from_the_top, &weight), &amount).unwrap().value;
        near(reversed, -concentration_index(&domain, &amount).unwrap().value, 1e-14, "reversed ranks")?;
        near(concentration_curve(&domain, &amount).unwrap().index(), -reversed, 1e-14, "trapezoid")?;
    }

    #[test]
    fn the_poverty_of_groups_adds_up((income, weight) in table(), cut in 1_usize..39) {
        let rows = income.len() as u32;
        let cut = (cut as u32).min(rows - 1);
        let lines: Vec<f64> = (0..rows).map(|row| 900.0 + 40.0 * f64::from(row)).collect();
        let domain = |from, to| Domain::new(&income, &weight, from..to).unwrap();
        let (whole, groups) = (domain(0, rows), [domain(0, cut), domain(cut, rows)]);
        for alpha in [0.0, 1.0, 2.0, 1.5] {
            let p = |domain: &Domain| fgt(domain, &lines, alpha, Poor::Below).unwrap();
            let sum: f64 = groups.iter().map(|group| group.size() / whole.size() * p(group).value).sum();
            near(sum, p(&whole).value, 1e-15, "sum of groups")?;
            if p(&whole).value > 0.0 {
                let part = |group| fgt_contribution(group, &whole, &lines, alpha, Poor::Below).unwrap();
                let parts = groups.each_ref().map(part);
                near(parts[0].value + parts[1].value, 1.0, 1e-14, "contributions")?;
                let none = parts[0].influence(income.len()).into_iter().zip(parts[1].influence(income.len()));
                prop_assert!(none.into_iter().all(|(a, b)| (a + b).abs() < 1e-12), "what one part gains the other loses");
            }
        }
    }

    #[test]
    fn giving_from_the_richer_to_the_poorer_reduces_inequality((income, weight) in table(), low in 0_usize..40, high in 0_usize..40) {
        let (one, other) = (low % income.len(), high % income.len());
        let (low, high) = if income[one] < income[other] { (one, other) } else { (other, one) };
        let moved = (income[high] - income[low]) / 4.0;
        prop_assume!(moved > 0.0);
        let weight = vec![weight[0]; income.len()];
        let mut after = income.clone();
        after[low] += moved;
        after[high] -= moved;
        let (before, after) = (everybody(&income, &weight), everybody(&after, &weight));
        for (name, _, of) in estimators(income.len()) {
            if name == "Gini" || name.starts_with("GE") || name.starts_with("A(") {
                prop_assert!(of(&after).unwrap().value < of(&before).unwrap().value, "{name}");
            }
        }
    }

    /// u is what the figure changes by with the weight of a row.
    #[test]
    fn the_linearised_variable_is_the_derivative((income, weight) in table(), row in 0_usize..40) {
        let row = row % income.len();
        let step = 2e-4;
        let with = |change: f64| {
            let mut weight = weight.clone();
            weight[row] += change;
            everybody(&income, &weight)
        };
        let (less, base, more) = (with(-step), everybody(&income, &weight), with(step));
        let smooth = borders(&less) == borders(&base) && borders(&base) == borders(&more);
        let mut checked: Vec<(&str, [Result<Linearised, IncomeError>; 3])> = Vec::new();
        for (name, _, of) in estimators(income.len()) {
            if smooth || !(name.starts_with('S') || name == "Palma") {
                checked.push((name, [of(&less), of(&base), of(&more)]));
            }
        }
        let amount: Vec<f64> = (0..income.len()).map(|row| (row % 3) as f64 + 0.5).collect();
        checked.push(("concentration", [&less, &base, &more].map(|domain| concentration_index(domain, &amount))));
        let line = RelativeLine::OfMean { share: share("3/5") };
        let [low, at, high] = [&less, &base, &more].map(|d| line.estimate(d, Bandwidth::Osier).unwrap().value);
        let kink = income.iter().any(|y| low.min(at).min(high) <= *y && *y <= low.max(at).max(high));
        for alpha in [1.0, 2.0].into_iter().filter(|_| !kink) {
            let of = |domain: &Domain| {
                let line = line.estimate(domain, Bandwidth::Osier)?;
                fgt_with_estimated_line(domain, &line, alpha, Poor::Below, Bandwidth::Osier)
            };
            checked.push(("relative to the mean", [of(&less), of(&base), of(&more)]));
        }
        for (name, estimates) in checked {
            let [Ok(less), Ok(base), Ok(more)] = estimates else { continue };
            let u = base.influence(income.len())[row];
            let slope = (more.value - less.value) / (2.0 * step);
            let least = base.value.abs().max(1e-3) / weight.iter().sum::<f64>();
            let scale = base.influence(income.len()).iter().fold(least, |most, u| most.max(u.abs()));
            prop_assert!((u - slope).abs() <= 2e-5 * scale, "{name}: u = {u}, slope {slope}");
            // A homogeneous function of degree 0: Σ w u = 0.
            let sum: f64 = base.influence(income.len()).iter().zip(&weight).map(|(u, w)| u * w).sum();
            let all: f64 = weight.iter().sum::<f64>() * scale;
            prop_assert!(sum.abs() <= 1e-11 * all + 1e-13 * base.value.abs().max(1.0), "{name}: Σ w u = {sum}");
        }
    }

    #[test]
    fn precision_of_combined_estimates_carries_the_covariance((income, weight) in table()) {
        let psu: Vec<u32> = (0..income.len() as u32).map(|row| row % 4).collect();
        let design = design(&[2, 2]);
        let clusters = Clusters::new(&psu, &design).unwrap();
        let half = income.len() as u32 / 2;
        // Two domains that share rows, as a part and the whole.
        let (part, whole) = (Domain::new(&income, &weight, 0..half).unwrap(), everybody(&income, &weight));
        let (a, b) = (part.mean().unwrap(), whole.mean().unwrap());
        let variance = |estimate: &Linearised| estimate.variance(&clusters).unwrap();
        let both = a.covariance(&b, &clusters).unwrap();
        let most = variance(&a) + variance(&b);
        let expected = most - 2.0 * both;
        prop_assert!((variance(&a.minus(&b).unwrap()) - expected).abs() <= 1e-12 * most.max(1e-300));
        let ratio = a.over(&b).unwrap().unwrap();
        prop_assert_eq!(ratio.value, a.value / b.value);
        let r = ratio.value;
        let expected = variance(&a) + r * r * variance(&b) - 2.0 * r * both;
        let found = variance(&ratio) * b.value * b.value;
        prop_assert!((found - expected).abs() <= 1e-12 * (1.0 + r * r) * most.max(1e-300));
    }
}

/// One round of the synthetic survey.
struct Survey {
    income: Vec<f64>,
    line: Vec<f64>,
    weight: HashMap<&'static str, Vec<f64>>,
    amounts: HashMap<&'static str, Vec<f64>>,
    groups: HashMap<&'static str, Vec<String>>,
    psu: Vec<u32>,
    design: Design,
}

type Table = Vec<HashMap<String, String>>;

fn read(file: &str) -> Table {
    let path = format!("{}/tests/reference/{file}", env!("CARGO_MANIFEST_DIR"));
    csv::Reader::from_path(path).unwrap().deserialize().map(Result::unwrap).collect()
}

impl Survey {
    fn round(table: &Table, t: &str) -> Self {
        let rows: Vec<&HashMap<String, String>> = table.iter().filter(|row| row["t"] == t).collect();
        let numbers = |column: &str| rows.iter().map(|row| row[column].parse::<f64>().unwrap()).collect::<Vec<_>>();
        let texts = |column: &str| rows.iter().map(|row| row[column].clone()).collect::<Vec<_>>();
        let place = |row: &HashMap<String, String>| {
            (row["stratum"].parse::<i64>().unwrap(), row["psu"].parse::<i64>().unwrap())
        };
        let mut psus: Vec<(i64, i64)> = rows.iter().map(|row| place(row)).collect();
        psus.sort_unstable();
        psus.dedup();
        let mut strata: BTreeMap<i64, usize> = BTreeMap::new();
        psus.iter().for_each(|(stratum, _)| *strata.entry(*stratum).or_default() += 1);
        let psu = rows.iter().map(|row| psus.binary_search(&place(row)).unwrap() as u32).collect();
        let persons = numbers("weight").iter().zip(numbers("size")).map(|(w, size)| w * size).collect();
        Survey {
            income: numbers("income"),
            line: numbers("line"),
            weight: HashMap::from([("household", numbers("weight")), ("person", persons)]),
            amounts: HashMap::from([("C_sani", numbers("d_sani")), ("C_size", numbers("size"))]),
            groups: HashMap::from([("area", texts("area")), ("region", texts("region"))]),
            psu,
            design: design(&strata.into_values().collect::<Vec<_>>()),
        }
    }

    fn domain(&self, base: &str, level: &str, group: &str) -> Domain {
        let inside = |row: &u32| level == "nation" || self.groups[level][*row as usize] == group;
        Domain::new(&self.income, &self.weight[base], (0..self.income.len() as u32).filter(inside)).unwrap()
    }
}

#[derive(Default)]
struct Agreement {
    value: f64,
    error: f64,
    compared: usize,
}

impl Agreement {
    #[track_caller]
    fn see(&mut self, name: &str, found: (f64, Option<f64>), row: &HashMap<String, String>, tolerance: (f64, f64)) {
        let apart = |found: f64, expected: &str| {
            let expected: f64 = expected.parse().unwrap();
            (found - expected).abs() / expected.abs()
        };
        let value = apart(found.0, &row["b"]);
        assert!(value <= tolerance.0, "{name} {row:?}: {} is {value:e} apart", found.0);
        self.value = self.value.max(value);
        assert_eq!(found.1.is_some(), !row["se"].is_empty(), "{name} {row:?}");
        if let Some(error) = found.1 {
            let apart = apart(error, &row["se"]);
            assert!(apart <= tolerance.1, "{name} {row:?}: standard error {error} is {apart:e} apart");
            self.error = self.error.max(apart);
        }
        self.compared += 1;
    }
}

#[test]
fn agrees_with_r_survey() {
    let table = read("survey.csv");
    let rounds = ["1", "2"].map(|t| (t, Survey::round(&table, t)));
    let mut agreement = Agreement::default();
    for row in read("income.csv") {
        let survey = &rounds.iter().find(|(t, _)| *t == row["t"]).unwrap().1;
        let clusters = Clusters::new(&survey.psu, &survey.design).unwrap();
        assert_eq!(survey.design.degrees_of_freedom().to_string(), row["df"]);
        let domain = survey.domain(&row["base"], &row["level"], &row["group"]);
        let poverty = |alpha| fgt(&domain, &survey.line, alpha, Poor::Below);
        let number = |column: &str| row[column].parse::<f64>().unwrap();
        let estimate = match row["measure"].as_str() {
            "mean" => domain.mean(),
            "FGT0" => poverty(0.0),
            "FGT1" => poverty(1.0),
            "FGT2" => poverty(2.0),
            "Watts" => watts(&domain, &survey.line),
            "GE0" => generalized_entropy(&domain, 0.0),
            "GE1" => generalized_entropy(&domain, 1.0),
            "Gini" => gini(&domain),
            "S20" => share_of_poorest(&domain, share("1/5")),
            "S40" => share_of_poorest(&domain, share("2/5")),
            measure @ ("C_sani" | "C_size") => concentration_index(&domain, &survey.amounts[measure]),
            measure => {
                let p = share(&format!("{}/100", measure.strip_prefix('q').unwrap()));
                // The 97.5th percentile of t with 100 degrees of freedom, as quantiles.csv has it.
                let found = woodruff(&domain, p, &clusters, 1.983_971_518_523_552).unwrap();
                assert_eq!((found.lower, found.upper), (Some(number("ll")), Some(number("ul"))), "{row:?}");
                agreement.see(measure, (found.value, found.standard_error), &row, (0.0, 1e-12));
                continue;
            }
        }
        .unwrap();
        // Indices of concentration are differences that can be near 0.
        let tolerance = if row["measure"].starts_with("C_") { (1e-11, 1e-11) } else { (1e-12, 1e-11) };
        agreement.see(&row["measure"], (estimate.value, estimate.standard_error(&clusters)), &row, tolerance);
    }
    assert!(agreement.compared >= 500);
    println!(
        "{} figures: estimates within {:.0e}, standard errors within {:.0e}",
        agreement.compared, agreement.value, agreement.error
    );
}

#[test]
fn agrees_with_other_ways_to_the_same_figures() {
    let table = read("survey.csv");
    let rounds = ["1", "2"].map(|t| (t, Survey::round(&table, t)));
    let mut agreement = Agreement::default();
    for row in read("income_more.csv") {
        let survey = &rounds.iter().find(|(t, _)| *t == row["t"]).unwrap().1;
        let clusters = Clusters::new(&survey.psu, &survey.design).unwrap();
        let domain = survey.domain("person", &row["level"], &row["group"]);
        let whole = survey.domain("person", "nation", "");
        let relative = |line: RelativeLine, alpha| {
            // convey's width is that of the whole sample also in subgroups.
            let width = Bandwidth::Fixed(Bandwidth::Osier.width(&whole).unwrap());
            let line = line.estimate(&whole, Bandwidth::Osier).unwrap();
            fgt_with_estimated_line(&domain, &line, alpha, Poor::NotAbove, width)
        };
        let median = |alpha| relative(RelativeLine::OfQuantile { share: share("3/5"), of: share("1/2") }, alpha);
        let mean = |alpha| relative(RelativeLine::OfMean { share: share("1/2") }, alpha);
        let estimate = match row["measure"].as_str() {
            "GE2" => generalized_entropy(&domain, 2.0),
            "GE0.5" => generalized_entropy(&domain, 0.5),
            "GE-1" => generalized_entropy(&domain, -1.0),
            "A0.5" => atkinson(&domain, 0.5),
            "A1" => atkinson(&domain, 1.0),
            "A2" => atkinson(&domain, 2.0),
            "FGT1.5" => fgt(&domain, &survey.line, 1.5, Poor::Below),
            "gap_ratio" => income_gap_ratio(&domain, &survey.line, Poor::Below),
            "S10" => share_of_poorest(&domain, share("1/10")),
            "top10" => share_of_richest(&domain, share("1/10")),
            "Palma" => palma_ratio(&domain),
            "S80S20" => quintile_share_ratio(&domain),
            "median60_0" => median(0.0),
            "median60_1" => median(1.0),
            "median60_2" => median(2.0),
            "mean50_0" => mean(0.0),
            "mean50_1" => mean(1.0),
            "mean50_2" => mean(2.0),
            "lq20" => quantile(&domain, share("1/5"), Bandwidth::Osier),
            "lq50" => quantile(&domain, share("1/2"), Bandwidth::Osier),
            "contribution1" => fgt_contribution(&domain, &whole, &survey.line, 1.0, Poor::Below),
            "laeken_Gini" => gini(&domain),
            // laeken counts those below the line.
            "laeken_median60_0" => {
                let line = RelativeLine::OfQuantile { share: share("3/5"), of: share("1/2") };
                let line = line.estimate(&whole, Bandwidth::Osier).unwrap();
                fgt_with_estimated_line(&domain, &line, 0.0, Poor::Below, Bandwidth::Osier)
            }
            measure => panic!("{measure}"),
        }
        .unwrap();
        let error = (!row["se"].is_empty()).then(|| estimate.standard_error(&clusters).unwrap());
        agreement.see(&row["measure"], (estimate.value, error), &row, (1e-12, 1e-9));
    }
    assert!(agreement.compared >= 300);
    println!(
        "{} figures: estimates within {:.0e}, standard errors within {:.0e}",
        agreement.compared, agreement.value, agreement.error
    );
}

/// A stratified cluster sample of log-normal incomes in which clusters differ.
struct Sample {
    income: Vec<f64>,
    weight: Vec<f64>,
    psu: Vec<u32>,
    design: Design,
}

const STRATA: usize = 3;
const PSUS: usize = 30;

impl Sample {
    fn draw(random: &mut ChaCha8Rng) -> Self {
        let (mut income, mut weight, mut psu) = (Vec::new(), Vec::new(), Vec::new());
        for place in 0..STRATA * PSUS {
            let stratum = place / PSUS;
            let centre = 7.0 + 0.3 * stratum as f64 + 0.25 * normal(random);
            for _ in 0..12 {
                income.push((centre + 0.5 * normal(random)).exp());
                weight.push([40.0, 25.0, 10.0][stratum] * random.random_range(0.8..1.2));
                psu.push(place as u32);
            }
        }
        Sample { income, weight, psu, design: design(&[PSUS; STRATA]) }
    }

    fn domain(&self) -> Domain {
        everybody(&self.income, &self.weight)
    }
}

/// Box & Muller (1958).
fn normal(random: &mut ChaCha8Rng) -> f64 {
    let (radius, angle): (f64, f64) = (random.random_range(f64::MIN_POSITIVE..1.0), random.random_range(0.0..1.0));
    (-2.0 * radius.ln()).sqrt() * (std::f64::consts::TAU * angle).cos()
}

#[test]
fn the_jackknife_gives_nearly_the_same_standard_errors() {
    let sample = Sample::draw(&mut ChaCha8Rng::seed_from_u64(3));
    let clusters = Clusters::new(&sample.psu, &sample.design).unwrap();
    let whole = sample.domain();
    for (name, _, of) in estimators(sample.income.len()) {
        let estimate = of(&whole).unwrap();
        let mut squares = 0.0;
        for left_out in 0..STRATA * PSUS {
            let weight = sample.weight.iter().zip(&sample.psu).map(|(w, psu)| {
                let psu = *psu as usize;
                let same_stratum = psu / PSUS == left_out / PSUS;
                w * if psu == left_out {
                    0.0
                } else if same_stratum {
                    PSUS as f64 / (PSUS - 1) as f64
                } else {
                    1.0
                }
            });
            let replicate = of(&everybody(&sample.income, &weight.collect::<Vec<_>>())).unwrap();
            squares += (replicate.value - estimate.value).powi(2);
        }
        let jackknife = (squares * (PSUS - 1) as f64 / PSUS as f64).sqrt();
        let ratio = estimate.standard_error(&clusters).unwrap() / jackknife;
        println!("{name}: linearised over jackknife {ratio:.4}");
        assert!((ratio - 1.0).abs() < 0.03, "{name}: {ratio}");
    }
}

/// Standard errors say how far estimates of repeated samples lie apart, also those with a density, which no jackknife can
/// check.
#[test]
fn standard_errors_are_those_of_repeated_samples() {
    const SAMPLES: usize = 600;
    let mut random = ChaCha8Rng::seed_from_u64(11);
    let median = share("1/2");
    let relative = |alpha: f64, width: Bandwidth| {
        Box::new(move |domain: &Domain| {
            let line = RelativeLine::OfQuantile { share: share("3/5"), of: median }.estimate(domain, width)?;
            fgt_with_estimated_line(domain, &line, alpha, Poor::Below, width)
        }) as Estimator
    };
    let at = |width| Box::new(move |domain: &Domain| quantile(domain, median, width)) as Estimator;
    let estimators: Vec<(&str, Estimator)> = vec![
        ("median, Osier", at(Bandwidth::Osier)),
        ("median, Silverman", at(Bandwidth::Silverman)),
        ("P0 under 60 % of the median, Osier", relative(0.0, Bandwidth::Osier)),
        ("P0 under 60 % of the median, Silverman", relative(0.0, Bandwidth::Silverman)),
        ("P1 under 60 % of the median, Osier", relative(1.0, Bandwidth::Osier)),
        ("Gini", Box::new(gini)),
        ("Palma", Box::new(palma_ratio)),
    ];
    let mut found: Vec<Vec<(f64, f64)>> = vec![Vec::new(); estimators.len()];
    let mut intervals = Vec::new();
    for _ in 0..SAMPLES {
        let sample = Sample::draw(&mut random);
        let clusters = Clusters::new(&sample.psu, &sample.design).unwrap();
        let domain = sample.domain();
        for (found, (_, of)) in found.iter_mut().zip(&estimators) {
            let estimate = of(&domain).unwrap();
            found.push((estimate.value, estimate.variance(&clusters).unwrap()));
        }
        intervals.push(woodruff(&domain, median, &clusters, 1.988).unwrap());
    }
    let average = |values: &mut dyn Iterator<Item = f64>| values.sum::<f64>() / SAMPLES as f64;
    for ((name, _), found) in estimators.iter().zip(&found) {
        let centre = average(&mut found.iter().map(|f| f.0));
        let spread = average(&mut found.iter().map(|f| (f.0 - centre).powi(2))).sqrt();
        let ratio = average(&mut found.iter().map(|f| f.1)).sqrt() / spread;
        println!("{name}: standard error over spread {ratio:.3}");
        assert!((ratio - 1.0).abs() < 0.1, "{name}: {ratio}");
    }
    let truth = average(&mut intervals.iter().map(|interval| interval.value));
    let covers = |i: &&WoodruffInterval| i.lower.unwrap() <= truth && truth <= i.upper.unwrap();
    let coverage = intervals.iter().filter(covers).count() as f64 / SAMPLES as f64;
    println!("Woodruff's limits of the median cover {coverage:.3}");
    assert!((0.93..0.98).contains(&coverage), "{coverage}");
}
