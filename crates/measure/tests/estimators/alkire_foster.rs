//! Examples worked by hand: the published one, small ones, the trap of comparing scores as doubles, shares of nothing.

use crate::common::{
    cutoff, header, near, of_indicator, register, row, specification, value, weighting, whole, without_gaps,
};
use vuon_measure::alkire_foster::{Component, Dimension, Errors, EstimateError, Measure, Specification, estimate};
use vuon_measure::cube::{Cube, Label, Sampling};
use vuon_measure::design::LonelyPsu;
use vuon_measure::interval::{Interval, Limits};
use vuon_measure::rows::{Header, Row};
use vuon_measure::weighting::Weighting;
use vuon_policy::exact::Exact;

fn number(fraction: &str) -> f64 {
    let exact = Exact::parse(fraction).unwrap();
    exact.numerator() as f64 / exact.denominator() as f64
}

/// What follows from the four persons below, as fractions.
struct Published {
    weights: [&'static str; 4],
    k: &'static str,
    headcount: &'static str,
    intensity: &'static str,
    adjusted_headcount: &'static str,
    adjusted_gap: &'static str,
    adjusted_squared_gap: &'static str,
    inequality: &'static str,
    censored: [&'static str; 4],
    contributions: [&'static str; 4],
}

const EQUAL: [&str; 4] = ["1/4"; 4];

const PUBLISHED: [Published; 5] = [
    Published {
        weights: EQUAL,
        k: "1/4",
        headcount: "3/4",
        intensity: "7/12",
        adjusted_headcount: "7/16",
        adjusted_gap: "263/1248",
        adjusted_squared_gap: "32297/194688",
        inequality: "7/72",
        censored: ["1/4", "3/4", "1/4", "1/2"],
        contributions: ["1/7", "3/7", "1/7", "2/7"],
    },
    Published {
        weights: EQUAL,
        k: "2/4",
        headcount: "1/2",
        intensity: "3/4",
        adjusted_headcount: "3/8",
        adjusted_gap: "171/832",
        adjusted_squared_gap: "21475/129792",
        inequality: "1/16",
        censored: ["1/4", "1/2", "1/4", "1/2"],
        contributions: ["1/6", "1/3", "1/6", "1/3"],
    },
    Published {
        weights: EQUAL,
        k: "3/4",
        headcount: "1/4",
        intensity: "1",
        adjusted_headcount: "1/4",
        adjusted_gap: "73/624",
        adjusted_squared_gap: "4483/48672",
        inequality: "0",
        censored: ["1/4"; 4],
        contributions: ["1/4"; 4],
    },
    Published {
        weights: EQUAL,
        k: "4/4",
        headcount: "1/4",
        intensity: "1",
        adjusted_headcount: "1/4",
        adjusted_gap: "73/624",
        adjusted_squared_gap: "4483/48672",
        inequality: "0",
        censored: ["1/4"; 4],
        contributions: ["1/4"; 4],
    },
    Published {
        weights: ["2/4", "1/4", "1/8", "1/8"],
        k: "1/2",
        headcount: "1/4",
        intensity: "1",
        adjusted_headcount: "1/4",
        adjusted_gap: "7/104",
        adjusted_squared_gap: "509/10816",
        inequality: "0",
        censored: ["1/4"; 4],
        contributions: ["1/2", "1/4", "1/8", "1/8"],
    },
];

/// Alkire & Foster (2011), *Counting and multidimensional poverty measurement*: four persons, four dimensions, deprived
/// below the cut-offs 13, 12, 3 and 1.
#[test]
fn the_published_example() {
    let achievements = [[13.1, 14.0, 4.0, 1.0], [15.2, 7.0, 5.0, 0.0], [12.5, 10.0, 1.0, 0.0], [20.0, 11.0, 3.0, 1.0]];
    let lines = [13.0, 12.0, 3.0, 1.0];
    let person = |achieved: &[f64; 4]| {
        let answers: String = achieved.iter().zip(lines).map(|(x, z)| if *x < z { '1' } else { '0' }).collect();
        Row { gaps: achieved.iter().zip(lines).map(|(x, z)| (z - x) / z).collect(), ..row(&answers, 1.0) }
    };
    let header = Header { gaps: vec![0, 1, 2, 3], ..header(4, Sampling::Register, &[]) };
    let cube = Cube::of_rows(header, &achievements.iter().map(person).collect::<Vec<_>>());
    for published in &PUBLISHED {
        let (weighting, k) = (weighting(&published.weights), cutoff(published.k));
        let table = whole(&cube, &specification(&[weighting], &[k], &Measure::ALL));
        let of = |measure| value(&table, 0, measure, 0);
        assert_eq!(of(Measure::Headcount), Some(number(published.headcount)));
        assert_eq!(of(Measure::Intensity), Some(number(published.intensity)));
        assert_eq!(of(Measure::AdjustedHeadcount), Some(number(published.adjusted_headcount)));
        near(of(Measure::AdjustedGap), number(published.adjusted_gap));
        near(of(Measure::AdjustedSquaredGap), number(published.adjusted_squared_gap));
        assert_eq!(of(Measure::Inequality), Some(number(published.inequality)));
        for j in 0..4 {
            let of = |measure| of_indicator(&table, 0, measure, j, 0);
            assert_eq!(of(Measure::Uncensored), Some([0.25, 0.75, 0.25, 0.5][j]));
            assert_eq!(of(Measure::Censored), Some(number(published.censored[j])));
            assert_eq!(of(Measure::ContributionShare), Some(number(published.contributions[j])));
        }
    }
}

/// Weights 1/4 and 3/4; scores 1/4, 1, 0, 3/4 with weights 2, 1, 3, 4; one household of weight 5 did not answer.
#[test]
fn two_indicators_by_hand() {
    let rows = [row("10", 2.0), row("11", 1.0), row("00", 3.0), row("01", 4.0), row("?1", 5.0)];
    let both = Dimension { name: "both".into(), indicators: vec![0, 1] };
    let specification = Specification {
        dimensions: vec![both],
        ..specification(&[weighting(&["1/4", "3/4"])], &[cutoff("1/4"), cutoff("1/2")], &without_gaps())
    };
    let table = whole(&register(2, &rows), &specification);
    assert_eq!((table.counts[0].rows, table.counts[0].excluded_rows), (4, 1));
    assert_eq!((table.counts[0].weight, table.counts[0].excluded_share()), (10.0, 5.0 / 15.0));

    let lower = |measure| value(&table, 0, measure, 0);
    assert_eq!(lower(Measure::Headcount), Some(0.7));
    assert_eq!(lower(Measure::AdjustedHeadcount), Some(0.45));
    assert_eq!(lower(Measure::Intensity), Some(9.0 / 14.0));
    // The vulnerable: from 1/4 to below 1/2.
    assert_eq!(lower(Measure::Band), Some(0.2));

    let of = |measure| value(&table, 0, measure, 1);
    assert_eq!(of(Measure::Headcount), Some(0.5));
    assert_eq!(of(Measure::AdjustedHeadcount), Some(0.4));
    assert_eq!(of(Measure::Intensity), Some(0.8));
    // Mean square (1·1 + 4·9/16)/5 = 13/20, less 16/25.
    near(of(Measure::Inequality), 0.01);
    assert_eq!(of(Measure::SquaredScore), Some(13.0 / 40.0));
    let of_parts = |measure| [0, 1].map(|j| of_indicator(&table, 0, measure, j, 1).unwrap());
    assert_eq!(of_parts(Measure::Uncensored), [0.3, 0.5]);
    assert_eq!(of_parts(Measure::Censored), [0.1, 0.5]);
    assert_eq!(of_parts(Measure::Contribution), [1.0 / 40.0, 15.0 / 40.0]);
    assert_eq!(of_parts(Measure::ContributionShare), [1.0 / 16.0, 15.0 / 16.0]);
    let dimension = |measure| table.value(0, crate::common::line(&table, measure, Some(Component::Dimension(0)), 1));
    assert_eq!((dimension(Measure::Contribution), dimension(Measure::ContributionShare)), (Some(0.4), Some(1.0)));
}

/// Two areas of weight 6 and 4 with M₀ 1/3 and 1/2: the nation has 2/5, half of it in each.
#[test]
fn two_areas_by_hand() {
    let of = |area: i64, answers, weight| Row { keys: vec![Label::Whole(area)], ..row(answers, weight) };
    let rows = [of(7, "11", 2.0), of(7, "00", 4.0), of(8, "10", 4.0)];
    let cube = Cube::of_rows(header(2, Sampling::Register, &["area"]), &rows);
    let specification = specification(&[weighting(&["1", "1"])], &[cutoff("1/2")], &without_gaps());
    let tables = estimate(&cube, &specification, &[vec![], vec![0]], Errors::None).unwrap().tables;
    let of = |table: usize, domain, measure| value(&tables[table], domain, measure, 0).unwrap();
    assert_eq!(of(0, 0, Measure::AdjustedHeadcount), 0.4);
    assert_eq!([0, 1].map(|area| of(1, area, Measure::AdjustedHeadcount)), [1.0 / 3.0, 0.5]);
    assert_eq!([0, 1].map(|area| of(1, area, Measure::PopulationShare)), [0.6, 0.4]);
    assert_eq!([0, 1].map(|area| of(1, area, Measure::SubgroupContribution)), [0.5, 0.5]);
    assert_eq!(tables[1].population_share, [0.6, 0.4]);
    assert_eq!(cube.domain_labels(&tables[1].grouping, 1), [&Label::Whole(8)]);
}

/// One household with each of the 1,024 profiles, weights 1/6 and 1/18. Scores added up and compared as doubles lose
/// poor at k = 1/3 told as 100/3 per cent, and at 7/18. As whole numbers they lose none.
#[test]
fn the_trap_of_comparing_doubles() {
    let is_deprived = |profile: u32, j: usize| profile >> j & 1 == 1;
    let answers = |profile: u32| (0..10).map(|j| if is_deprived(profile, j) { '1' } else { '0' }).collect::<String>();
    let cube = register(10, &(0..1024).map(|profile| row(&answers(profile), 1.0)).collect::<Vec<_>>());
    let exact = weighting(&[["1/6"; 4].as_slice(), &["1/18"; 6]].concat());
    for (k, of_18, double) in [("1/3", 6, 100.0 / 3.0 / 100.0), ("7/18", 7, 7.0 / 18.0)] {
        let score = |profile: u32, weight: &dyn Fn(usize) -> f64| -> f64 {
            (0..10).filter(|j| is_deprived(profile, *j)).map(weight).sum()
        };
        let in_doubles = |profile: &u32| score(*profile, &|j| if j < 4 { 1.0 / 6.0 } else { 1.0 / 18.0 }) >= double;
        let in_18ths = |profile: &u32| score(*profile, &|j| if j < 4 { 3.0 } else { 1.0 }) >= f64::from(of_18);
        let (doubles, poor) = ((0..1024).filter(in_doubles).count(), (0..1024).filter(in_18ths).count());
        assert!(doubles < poor, "k = {k}: {doubles} and {poor}");
        let table = whole(&cube, &specification(std::slice::from_ref(&exact), &[cutoff(k)], &[Measure::Headcount]));
        assert_eq!(table.value(0, 0), Some(poor as f64 / 1024.0));
    }
}

/// 33 %, 33.3333 % and 100/3 % are different cut-offs; households with a score of exactly 1/3 are poor at all three.
#[test]
fn a_third_is_a_third() {
    let rows = [row("111111000", 1.0), row("111000000", 1.0), row("110000000", 1.0)];
    let specification = specification(
        &[weighting(&["1/9"; 9])],
        &[cutoff("33/100"), cutoff("333333/1000000"), cutoff("1/3"), cutoff("333334/1000000")],
        &[Measure::Headcount],
    );
    let table = whole(&register(9, &rows), &specification);
    assert_eq!([0, 1, 2, 3].map(|line| table.value(0, line).unwrap()), [2.0 / 3.0, 2.0 / 3.0, 2.0 / 3.0, 1.0 / 3.0]);
}

fn half() -> Specification {
    specification(&[weighting(&["1/2", "1/2"])], &[cutoff("1/2"), cutoff("1")], &without_gaps())
}

#[test]
fn the_intensity_of_no_poor_is_nothing() {
    let table = whole(&register(2, &[row("00", 3.0), row("00", 1.0)]), &half());
    let of = |measure| value(&table, 0, measure, 0);
    assert_eq!((of(Measure::Headcount), of(Measure::AdjustedHeadcount)), (Some(0.0), Some(0.0)));
    assert_eq!((of(Measure::SquaredScore), of(Measure::Band)), (Some(0.0), Some(0.0)));
    assert_eq!((of(Measure::Intensity), of(Measure::Inequality)), (None, None));
    assert_eq!(of(Measure::SubgroupContribution), None);
    let of_first = |measure| of_indicator(&table, 0, measure, 0, 0);
    assert_eq!((of_first(Measure::Uncensored), of_first(Measure::Censored)), (Some(0.0), Some(0.0)));
    assert_eq!((of_first(Measure::Contribution), of_first(Measure::ContributionShare)), (Some(0.0), None));
}

#[test]
fn everyone_deprived_in_everything() {
    let table = whole(&register(2, &[row("11", 0.1), row("11", 0.2), row("11", 0.3)]), &half());
    for k in [0, 1] {
        let of = |measure| value(&table, 0, measure, k);
        for measure in [Measure::Headcount, Measure::AdjustedHeadcount, Measure::Intensity, Measure::SquaredScore] {
            assert_eq!(of(measure), Some(1.0), "{measure:?}");
        }
        near(of(Measure::Inequality), 0.0);
        assert_eq!(of_indicator(&table, 0, Measure::ContributionShare, 1, k), Some(0.5));
    }
    assert_eq!(value(&table, 0, Measure::Band, 0), Some(0.0));
}

#[test]
fn one_row_is_a_population() {
    let table = whole(&register(2, &[row("10", 0.3)]), &half());
    let of = |measure| value(&table, 0, measure, 0);
    assert_eq!((of(Measure::Headcount), of(Measure::AdjustedHeadcount)), (Some(1.0), Some(0.5)));
    assert_eq!((of(Measure::Intensity), of(Measure::Inequality)), (Some(0.5), Some(0.0)));
    assert_eq!(of(Measure::SubgroupContribution), Some(1.0));
}

/// One unit says nothing of the variance between units: no degrees of freedom, no limits.
#[test]
fn one_row_is_no_sample() {
    let cube = Cube::of_rows(header(2, Sampling::Clusters, &[]), &[row("10", 0.3)]);
    let of = |lonely| estimate(&cube, &half(), &[vec![]], Errors::Linearised(lonely));
    assert!(matches!(of(LonelyPsu::Fail), Err(EstimateError::Design(_))));
    let average = of(LonelyPsu::Average).unwrap();
    let headcount = crate::common::line(&average.tables[0], Measure::Headcount, None, 0);
    assert_eq!(average.tables[0].value(0, headcount), Some(1.0));
    assert_eq!(average.tables[0].standard_error(0, headcount), None);
    let design = average.design.unwrap();
    assert_eq!(design.degrees_of_freedom(), 0);
    assert!(Limits::new(Interval::Logit, 0.95, 0).is_none());
}

/// Nobody of the second area answered everything: nothing is said of it, and the sampling unit stays in the design.
#[test]
fn a_domain_of_unknowns_has_no_figures() {
    let of =
        |area: i64, psu, answers| Row { keys: vec![Label::Whole(area)], psu: Label::Whole(psu), ..row(answers, 1.0) };
    let rows = [of(1, 1, "11"), of(1, 2, "00"), of(2, 3, "?0"), of(2, 3, "1?")];
    let cube = Cube::of_rows(header(2, Sampling::Clusters, &["area"]), &rows);
    let estimates = estimate(&cube, &half(), &[vec![], vec![0]], Errors::Linearised(LonelyPsu::Fail)).unwrap();
    assert_eq!(estimates.design.as_ref().unwrap().psus(), 3);
    let table = &estimates.tables[1];
    assert_eq!((table.counts[1].rows, table.counts[1].excluded_rows), (0, 2));
    assert_eq!((table.counts[1].excluded_share(), table.population_share[1]), (1.0, 0.0));
    for (place, line) in table.lines.iter().enumerate() {
        // It has no part of the people who entered, nor of the poor among them.
        let of_all = matches!(line.measure, Measure::PopulationShare | Measure::SubgroupContribution);
        let expected = of_all.then_some(0.0);
        assert_eq!((table.value(1, place), table.standard_error(1, place)), (expected, expected), "{line:?}");
    }
    // z = 1/4, −1/4 and 0: mean 0, squares 1/8, × 3/2.
    let headcount = crate::common::line(&estimates.tables[0], Measure::Headcount, None, 0);
    near(estimates.tables[0].standard_error(0, headcount), (3.0 / 16.0_f64).sqrt());
}

#[test]
fn where_all_are_unknown_there_is_no_figure() {
    let table = whole(&register(2, &[row("?0", 2.0), row("1?", 1.0)]), &half());
    assert_eq!((table.counts[0].rows, table.counts[0].excluded_share()), (0, 1.0));
    assert!((0..table.lines.len()).all(|line| table.value(0, line).is_none()));
}

/// The nation is there even if nobody lives in it; its areas are not.
#[test]
fn without_rows_there_is_no_figure() {
    for keys in [[].as_slice(), &["area"]] {
        let cube = Cube::of_rows(header(2, Sampling::Clusters, keys), &[]);
        let by_area: Vec<usize> = (0..keys.len()).collect();
        let estimates = estimate(&cube, &half(), &[vec![], by_area], Errors::Linearised(LonelyPsu::Fail)).unwrap();
        let nation = &estimates.tables[0];
        assert_eq!((nation.counts.len(), nation.counts[0].excluded_share()), (1, 0.0));
        assert!((0..nation.lines.len()).all(|line| nation.value(0, line).is_none()));
        assert_eq!(estimates.tables[1].counts.len(), 1 - keys.len());
    }
}

#[test]
fn a_household_without_weight_counts_for_nothing() {
    let table = whole(&register(2, &[row("11", 0.0), row("00", 2.0)]), &half());
    assert_eq!((table.counts[0].rows, value(&table, 0, Measure::Headcount, 0)), (2, Some(0.0)));
    assert_eq!(value(&table, 0, Measure::Intensity, 0), None);
}

/// An indicator of weight 0 makes nobody poor, but is told of the poor.
#[test]
fn an_indicator_without_weight() {
    let rows = [row("10", 1.0), row("11", 1.0), row("01", 2.0)];
    let specification = specification(&[weighting(&["1", "0"])], &[cutoff("1")], &without_gaps());
    let table = whole(&register(2, &rows), &specification);
    assert_eq!(value(&table, 0, Measure::Headcount, 0), Some(0.5));
    let of_second = |measure| of_indicator(&table, 0, measure, 1, 0).unwrap();
    assert_eq!((of_second(Measure::Uncensored), of_second(Measure::Censored)), (0.75, 0.25));
    assert_eq!((of_second(Measure::Contribution), of_second(Measure::ContributionShare)), (0.0, 0.0));
}

#[test]
fn thirty_two_indicators() {
    let rows = [row(&"1".repeat(32), 1.0), row(&format!("{}{}", "0".repeat(31), "1"), 1.0), row(&"0".repeat(32), 2.0)];
    let weights: Vec<String> = (0..32).map(|_| "1/32".to_owned()).collect();
    let weights: Vec<&str> = weights.iter().map(String::as_str).collect();
    let specification =
        specification(&[weighting(&weights)], &[cutoff("1/32"), cutoff("1/31"), cutoff("1")], &[Measure::Headcount]);
    let table = whole(&register(32, &rows), &specification);
    assert_eq!([0, 1, 2].map(|line| table.value(0, line).unwrap()), [0.5, 0.25, 0.25]);
}

#[test]
fn what_cannot_be_answered_is_refused() {
    let cube = register(2, &[row("10", 1.0)]);
    let refused = |specification: &Specification| estimate(&cube, specification, &[vec![]], Errors::None).unwrap_err();
    let three = specification(&[weighting(&["1/3"; 3])], &[cutoff("1/3")], &[Measure::Headcount]);
    assert!(matches!(refused(&three), EstimateError::Indicators { weights: 3, indicators: 2, .. }));
    let falling = specification(&[weighting(&["1/2"; 2])], &[cutoff("1/2"), cutoff("1/3")], &[Measure::Headcount]);
    assert_eq!(refused(&falling), EstimateError::Cutoffs);
    let twice = specification(&[weighting(&["1/2"; 2])], &[cutoff("1/2"), cutoff("2/4")], &[Measure::Headcount]);
    assert_eq!(refused(&twice), EstimateError::Cutoffs);
    let gap = specification(&[weighting(&["1/2"; 2])], &[cutoff("1/2")], &[Measure::AdjustedSquaredGap]);
    assert_eq!(refused(&gap), EstimateError::NoGap("M2"));
    assert!(Weighting::new("too much", &[Exact::new(1, 2).unwrap(), Exact::whole(1)]).is_err());
}

#[test]
fn measures_have_names_of_their_own() {
    for measure in Measure::ALL {
        assert_eq!(Measure::named(measure.name()), Some(measure));
    }
    assert_eq!(Measure::named("MPI"), None);
}
