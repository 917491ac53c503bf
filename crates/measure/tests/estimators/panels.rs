//! Panels and destitution: who stays, enters and leaves; who of the poor is destitute.

use crate::common::{of_indicator, specification};
use crate::laws::same;
use crate::naive::{Naive, variance};
use crate::sample::{SMALL, Sample, groupings, with_real_weights, with_whole_weights};
use proptest::prelude::*;
use vuon_measure::alkire_foster::{Errors, Estimates, Measure, estimate};
use vuon_measure::change::{Kind, Link, Round, changes};
use vuon_measure::cube::{Cube, Label, Profile};
use vuon_measure::design::LonelyPsu;
use vuon_measure::recode::{DESTITUTION, FLOWS, destitution, flows};
use vuon_measure::rows::Row;
use vuon_measure::weighting::{Cutoff, Weighting};

const ERRORS: Errors = Errors::Linearised(LonelyPsu::Adjust);

/// A sample whose indicators are those of two rounds: the first half and the second.
fn panel(sample: impl Strategy<Value = Sample>) -> impl Strategy<Value = Sample> {
    sample.prop_filter("two rounds", |sample| {
        let some = |units: &Vec<u32>| units[..sample.indicators / 2].iter().any(|unit| *unit > 0);
        sample.indicators.is_multiple_of(2) && sample.units.iter().all(some)
    })
}

fn weighting(sample: &Sample) -> Weighting {
    crate::common::whole_numbers(&sample.units[0][..sample.indicators / 2])
}

/// A half of the answers; nothing is known of those who did not answer in both.
fn half(sample: &Sample, which: usize) -> impl Fn(Profile) -> Profile {
    let half = sample.indicators / 2;
    let mask = (1 << half) - 1;
    move |profile| match profile.unknown {
        0 => Profile { deprived: profile.deprived >> (which * half) & mask, unknown: 0 },
        _ => Profile { deprived: 0, unknown: 1 },
    }
}

/// Whether a row is poor by a half of its answers.
fn is_poor(sample: &Sample, row: &Row, which: usize, k: Cutoff) -> bool {
    let weighting = weighting(sample);
    weighting.score(half(sample, which)(row.profile).deprived) >= weighting.threshold(k)
}

/// The headcounts of the indicators of a recoded cube.
fn headcounts(cube: &Cube) -> Estimates {
    estimate(cube, &specification(&[], &[], &[Measure::Uncensored]), &groupings(), ERRORS).unwrap()
}

/// H by one half of the answers.
fn headcount(sample: &Sample, which: usize, k: Cutoff) -> Estimates {
    let cube = one_round(sample, which);
    estimate(&cube, &specification(&[weighting(sample)], &[k], &[Measure::Headcount]), &groupings(), ERRORS).unwrap()
}

fn one_round(sample: &Sample, which: usize) -> Cube {
    let names: Vec<String> = (0..sample.indicators / 2).map(|j| format!("d{j}")).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    sample.cube().recode(&names, half(sample, which))
}

/// The weight of the complete rows of a kind, of all complete rows.
fn share(rows: &[Row], of: impl Fn(&Row) -> bool) -> Option<f64> {
    let weight = |of: &dyn Fn(&Row) -> bool| -> f64 {
        rows.iter().filter(|row| Naive::is_complete(row) && of(row)).map(|row| row.weight).sum::<f64>() + 0.0
    };
    let all = weight(&|_| true);
    (all > 0.0).then(|| weight(&of) / all)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn flows_are_those_of_the_rows(sample in panel(with_whole_weights(SMALL))) {
        let k = sample.cutoff(0);
        let table = &headcounts(&flows(&sample.cube(), &weighting(&sample), k)).tables[0];
        let poor = |row: &Row| [0, 1].map(|which| is_poor(&sample, row, which, k));
        for (flow, of) in [[true, true], [false, true], [true, false], [false, false]].into_iter().enumerate() {
            let expected = share(&sample.rows, |row| poor(row) == of);
            prop_assert_eq!(of_indicator(table, 0, Measure::Uncensored, flow, 0), expected, "{}", FLOWS[flow]);
        }
    }

    /// Everybody stays, enters, leaves or never was poor; entrants less leavers are the change of H.
    #[test]
    fn flows_add_up(sample in panel(with_real_weights(SMALL))) {
        let k = sample.cutoff(0);
        let cube = flows(&sample.cube(), &weighting(&sample), k);
        prop_assert_eq!(cube.rows(), sample.rows.len() as u64);
        let found = headcounts(&cube);
        let rounds = [0, 1].map(|which| headcount(&sample, which, k));
        for (place, table) in found.tables.iter().enumerate() {
            for d in 0..table.counts.len() {
                prop_assert_eq!(table.counts[d].rows, rounds[0].tables[place].counts[d].rows);
                let flow = |flow| of_indicator(table, d, Measure::Uncensored, flow, 0);
                let of_round = |which: usize| rounds[which].tables[place].value(d, 0);
                let Some([stayers, entrants, leavers, never]) = flow(0).map(|_| [0, 1, 2, 3].map(|f| flow(f).unwrap()))
                else {
                    prop_assert_eq!(of_round(0), None);
                    continue;
                };
                let [before, after] = [0, 1].map(|which| of_round(which).unwrap());
                same(stayers + entrants + leavers + never, 1.0);
                same(entrants - leavers, after - before);
                same(stayers + leavers, before);
            }
        }
    }

    /// For a panel the standard error of a change is that of the mean of each person's own change.
    #[test]
    fn a_linked_change_is_the_mean_of_everyones_change(sample in panel(with_real_weights(SMALL))) {
        let k = sample.cutoff(0);
        let round = |which| Round { label: Label::Missing, year: None, cube: one_round(&sample, which) };
        let (from, to) = (round(0), round(1));
        let specification = specification(&[weighting(&sample)], &[k], &[Measure::Headcount]);
        let found = changes([&from, &to], &specification, &[vec![]], ERRORS, Link::Linked).unwrap();
        let Some(change) = found.tables[0].change(0, 0, Kind::Absolute) else {
            prop_assert!(share(&sample.rows, |_| true).is_none());
            return Ok(());
        };
        let total: f64 = sample.rows.iter().filter(|row| Naive::is_complete(row)).map(|row| row.weight).sum();
        let number = |yes| f64::from(u8::from(yes));
        let own = |row: &Row| number(is_poor(&sample, row, 1, k)) - number(is_poor(&sample, row, 0, k));
        let u = |row: &Row| number(Naive::is_complete(row)) * (own(row) - change.value) / total;
        let u: Vec<f64> = sample.rows.iter().map(u).collect();
        let expected = variance(&sample.rows, &u, LonelyPsu::Adjust, |_| true).unwrap().sqrt();
        prop_assert!((change.standard_error.unwrap() - expected).abs() <= 1e-9 * expected + 1e-12);
    }

    /// The destitute are those of the poor who are poor by the harsher indicators too; with the rest they are the poor.
    #[test]
    fn the_destitute_are_poor(sample in panel(with_whole_weights(SMALL)), second in any::<prop::sample::Index>()) {
        let (k, harsher) = (sample.cutoff(0), sample.cutoff(second.index(sample.cutoffs.len())));
        let found = headcounts(&destitution(&sample.cube(), &weighting(&sample), k, harsher));
        let table = &found.tables[0];
        let shares = [0, 1].map(|which| of_indicator(table, 0, Measure::Uncensored, which, 0));
        let poor = |row: &Row| is_poor(&sample, row, 0, k);
        let destitute = |row: &Row| poor(row) && is_poor(&sample, row, 1, harsher);
        prop_assert_eq!(shares[0], share(&sample.rows, destitute), "{}", DESTITUTION[0]);
        prop_assert_eq!(shares[1], share(&sample.rows, |row| poor(row) && !destitute(row)), "{}", DESTITUTION[1]);
        let headcount = headcount(&sample, 0, k).tables[0].value(0, 0);
        if let [Some(destitute), Some(rest)] = shares {
            same(destitute + rest, headcount.unwrap());
        }
    }

    /// Recoding every profile to itself leaves the cube as it is.
    #[test]
    fn the_same_question_has_the_same_answer(sample in with_real_weights(SMALL)) {
        let cube = sample.cube();
        let names: Vec<&str> = cube.indicators.iter().map(String::as_str).collect();
        let same = cube.recode(&names, |profile| profile);
        prop_assert_eq!(same, Cube { gaps: Vec::new(), ..cube.clone() });
    }
}
