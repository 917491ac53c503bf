//! The cube: the same rows give the same cube in any order and by any way of adding parts, and the same bytes on any
//! number of threads.

use crate::common::{header, row};
use crate::sample::{SMALL, Sample, groupings, with_real_weights, with_whole_weights};
use proptest::prelude::*;
use vuon_measure::alkire_foster::{Errors, Estimates, Measure, estimate};
use vuon_measure::change::{Link, Round, changes};
use vuon_measure::cube::{Cube, Label, MergeError, Sampling};
use vuon_measure::design::LonelyPsu;
use vuon_measure::replicate::{Method, replicate};
use vuon_measure::robustness::dominance;
use vuon_measure::rows::{Header, Row};

const ERRORS: Errors = Errors::Linearised(LonelyPsu::Adjust);

/// A sample and its rows in another order.
fn in_another_order(whole: impl Strategy<Value = Sample>) -> impl Strategy<Value = (Sample, Vec<Row>)> {
    whole.prop_flat_map(|sample| {
        let shuffled = Just(sample.rows.clone()).prop_shuffle();
        (Just(sample), shuffled)
    })
}

/// A sample and one of its subsets of rows, told by a mark for each row.
fn split(whole: impl Strategy<Value = Sample>) -> impl Strategy<Value = (Sample, Vec<bool>)> {
    whole.prop_flat_map(|sample| {
        let marks = prop::collection::vec(any::<bool>(), sample.rows.len());
        (Just(sample), marks)
    })
}

fn parts(sample: &Sample, marks: &[bool]) -> [Cube; 2] {
    [true, false].map(|wanted| {
        let rows = sample.rows.iter().zip(marks).filter(|(_, mark)| **mark == wanted);
        sample.cube_of(&rows.map(|(row, _)| row.clone()).collect::<Vec<_>>())
    })
}

fn estimates(cube: &Cube, sample: &Sample) -> Estimates {
    estimate(cube, &sample.specification(), &groupings(), ERRORS).unwrap()
}

/// Equal but for rounding, the standard errors to nine digits.
fn same(left: &Estimates, right: &Estimates) -> bool {
    let near = |left: Option<f64>, right: Option<f64>, digits: f64| match (left, right) {
        (Some(left), Some(right)) => (left - right).abs() <= digits * right.abs() + 1e-12,
        (left, right) => left == right,
    };
    left.tables.iter().zip(&right.tables).all(|(left, right)| {
        let lines = || (0..left.counts.len()).flat_map(|d| (0..left.lines.len()).map(move |line| (d, line)));
        left.counts.len() == right.counts.len()
            && lines().all(|(d, line)| {
                near(left.value(d, line), right.value(d, line), 1e-12)
                    && near(left.standard_error(d, line), right.standard_error(d, line), 1e-9)
            })
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn the_order_of_rows_does_not_matter((sample, other) in in_another_order(with_whole_weights(SMALL))) {
        let (cube, other) = (sample.cube(), sample.cube_of(&other));
        prop_assert_eq!(&cube, &other);
    }

    #[test]
    fn the_order_of_rows_matters_to_rounding_alone((sample, other) in in_another_order(with_real_weights(SMALL))) {
        prop_assert!(same(&estimates(&sample.cube(), &sample), &estimates(&sample.cube_of(&other), &sample)));
    }

    /// Parts that share sampling units, groups and profiles, or one of them without any row.
    #[test]
    fn merged_parts_are_the_whole((sample, marks) in split(with_whole_weights(SMALL))) {
        let [first, second] = parts(&sample, &marks);
        let whole = sample.cube();
        prop_assert_eq!(&first.merge(&second).unwrap(), &whole);
        prop_assert_eq!(&second.merge(&first).unwrap(), &whole);
    }

    #[test]
    fn merged_provinces_are_the_nation(sample in with_real_weights(SMALL)) {
        let of = |unit: &Label| sample.rows.iter().filter(|row| row.psu == *unit).cloned().collect::<Vec<Row>>();
        let units = (0..SMALL.psus).map(Label::Whole);
        let merged = units.map(|unit| sample.cube_of(&of(&unit))).reduce(|sum, unit| sum.merge(&unit).unwrap());
        // A sampling unit is in one part: its sums are taken in the same order.
        prop_assert_eq!(&merged.unwrap(), &sample.cube());
    }

    #[test]
    fn merging_matters_to_rounding_alone((sample, marks) in split(with_real_weights(SMALL))) {
        let [first, second] = parts(&sample, &marks);
        let (one, other) = (first.merge(&second).unwrap(), second.merge(&first).unwrap());
        let whole = estimates(&sample.cube(), &sample);
        prop_assert!(same(&estimates(&one, &sample), &whole) && same(&estimates(&other, &sample), &whole));
    }

    /// Each row of an element sample is a unit of its own, in whichever part it is.
    #[test]
    fn merged_elements_stay_apart((mut sample, marks) in split(with_whole_weights(SMALL))) {
        sample.rows.iter_mut().for_each(|row| row.population = None);
        let elements = |wanted: Option<bool>| {
            let rows = sample.rows.iter().zip(&marks).filter(|(_, mark)| wanted.is_none_or(|wanted| **mark == wanted));
            let mut rows: Vec<Row> = rows.map(|(row, _)| row.clone()).collect();
            rows.iter_mut().zip(0..).for_each(|(row, place)| row.psu = Label::Whole(place));
            Cube::of_rows(sample.header(Sampling::Elements), &rows)
        };
        let merged = elements(Some(true)).merge(&elements(Some(false))).unwrap();
        prop_assert_eq!(merged.psus.len(), sample.rows.len());
        prop_assert!(same(&estimates(&merged, &sample), &estimates(&elements(None), &sample)));
    }

    #[test]
    fn merged_registers_are_the_whole((sample, marks) in split(with_whole_weights(SMALL))) {
        let of = |wanted| {
            let rows = sample.rows.iter().zip(&marks).filter(|(_, mark)| **mark == wanted);
            Sample { rows: rows.map(|(row, _)| row.clone()).collect(), ..sample.clone() }.register()
        };
        prop_assert_eq!(&of(true).merge(&of(false)).unwrap(), &sample.register());
    }

    /// What a cube promises of itself: sorted, each combination once, nothing of a row lost.
    #[test]
    fn cells_are_sorted_and_each_is_there_once(sample in with_whole_weights(SMALL)) {
        let cube = sample.cube();
        let cell = |i: usize| (cube.cells.psu[i], cube.cells.group[i], cube.cells.profile[i]);
        prop_assert!((1..cube.cells.len()).all(|i| cell(i - 1) < cell(i)));
        prop_assert!(cube.psus.is_sorted_by(|a, b| (a.stratum, &a.label) < (b.stratum, &b.label)));
        prop_assert!(cube.strata.is_sorted_by(|a, b| a.label < b.label));
        prop_assert!(cube.profiles.is_sorted_by(|a, b| a < b));
        prop_assert!((1..cube.group_count()).all(|group| cube.group(group - 1) < cube.group(group)));
        let weight: f64 = sample.rows.iter().map(|row| row.weight).sum();
        prop_assert_eq!(cube.cells.weight.iter().sum::<f64>(), weight);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(16))]

    #[test]
    fn the_same_bytes_on_any_number_of_threads(sample in with_real_weights(SMALL)) {
        let (cube, specification) = (sample.cube(), sample.specification());
        let round = |rows: Vec<Row>| Round { label: Label::Missing, year: None, cube: sample.cube_of(&rows) };
        let rounds = sample.rounds().map(round);
        let everything = || {
            let method = Method::Bootstrap { replicates: 20, seed: 7 };
            let [from, to] = &rounds;
            let of_pairs = dominance(&cube, &sample.weighting(0), Measure::AdjustedHeadcount, &[0, 1], ERRORS).unwrap();
            // Written out, a number has all the digits that tell it from its neighbours.
            format!(
                "{:?} {:?} {:?} {of_pairs:?}",
                estimates(&cube, &sample),
                changes([from, to], &specification, &groupings(), ERRORS, Link::Linked).map(|changes| changes.tables),
                replicate(&cube, &specification, &[0], method).unwrap(),
            )
        };
        let on = |threads| rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap().install(everything);
        let one = on(1);
        prop_assert!(on(2) == one && on(7) == one && on(7) == one);
    }
}

#[test]
fn cubes_of_different_things_are_not_added() {
    let of = |header: Header| Cube::of_rows(header, &[]);
    let like = || header(2, Sampling::Clusters, &["area"]);
    let refused = |other: Header| match of(like()).merge(&of(other)) {
        Err(MergeError::Differ { what, .. }) => what,
        other => panic!("{other:?}"),
    };
    assert_eq!(refused(header(3, Sampling::Clusters, &["area"])), "indicators");
    assert_eq!(refused(header(2, Sampling::Register, &["area"])), "sampling");
    assert_eq!(refused(header(2, Sampling::Clusters, &["region"])), "keys");
    assert_eq!(refused(Header { weight: "persons".into(), ..like() }), "weight");
    assert_eq!(refused(Header { gaps: vec![1], ..like() }), "indicators with gaps");
    assert_eq!(of(like()).merge(&of(like())), Ok(of(like())));
}

#[test]
fn a_stratum_has_one_population() {
    let of = |population| {
        let row = Row { stratum: Label::Whole(4), population, psu: Label::Whole(1), ..row("01", 1.0) };
        Cube::of_rows(header(2, Sampling::Clusters, &[]), &[row])
    };
    assert_eq!(of(Some(9.0)).merge(&of(Some(8.0))), Err(MergeError::Population(Label::Whole(4))));
    assert_eq!(of(Some(9.0)).merge(&of(None)), Err(MergeError::Population(Label::Whole(4))));
    assert!(of(Some(9.0)).merge(&of(Some(9.0))).is_ok());
}
