//! Replicates: the jackknife is estimation again and again without one unit; the bootstrap comes near linearisation.

use crate::common::{cutoff, specification};
use crate::laws::domain;
use crate::naive::{Domain, Naive};
use crate::sample::{SMALL, Sample, groupings, with_real_weights, with_whole_weights};
use crate::survey::{self, equal};
use proptest::prelude::*;
use std::collections::BTreeSet;
use vuon_measure::alkire_foster::{Errors, Line, Measure, Specification, estimate};
use vuon_measure::cube::{Label, Sampling};
use vuon_measure::design::LonelyPsu;
use vuon_measure::replicate::{Method, ReplicateTable, replicate};

/// The jackknife of a line, row by row; none where some replicate has no value.
fn jackknife(sample: &Sample, line: &Line, domain: &Domain, around_mean: bool) -> Option<f64> {
    let naive = Naive::new(sample);
    let units: BTreeSet<(&Label, &Label)> = sample.rows.iter().map(|row| (&row.stratum, &row.psu)).collect();
    let mut replicates = Vec::new();
    for (stratum, unit) in &units {
        let n = units.iter().filter(|(of, _)| of == stratum).count() as f64;
        if n == 1.0 {
            continue;
        }
        let weights = sample.rows.iter().map(|row| match (row.stratum == **stratum, row.psu == **unit) {
            (true, true) => 0.0,
            (true, false) => row.weight * n / (n - 1.0),
            (false, _) => row.weight,
        });
        replicates.push((naive.value(line, domain, &weights.collect::<Vec<_>>())?, (n - 1.0) / n));
    }
    if replicates.is_empty() {
        return None;
    }
    let mean = replicates.iter().map(|(value, _)| value).sum::<f64>() / replicates.len() as f64;
    let centre = if around_mean { mean } else { naive.value(line, domain, &naive.weights())? };
    Some(replicates.iter().map(|(value, scale)| scale * (value - centre).powi(2)).sum::<f64>().sqrt())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]

    #[test]
    fn the_jackknife_leaves_out_every_unit_once(mut sample in with_real_weights(SMALL), around_mean in any::<bool>()) {
        sample.units.truncate(1);
        sample.cutoffs.truncate(2);
        let cube = sample.cube();
        let method = Method::Jackknife { around_mean };
        for keys in [vec![], vec![0]] {
            let table = replicate(&cube, &sample.specification(), &keys, method).unwrap().unwrap();
            let estimates = estimate(&cube, &sample.specification(), &[keys], Errors::None).unwrap();
            for d in 0..table.grouping.domains.len() {
                let domain = domain(&cube, &estimates.tables[0], d);
                for (place, line) in table.lines.iter().enumerate() {
                    let found = table.standard_error(d, place);
                    let expected = jackknife(&sample, line, &domain, around_mean);
                    let near = |(found, expected): (f64, f64)| (found - expected).abs() <= 1e-9 * expected + 1e-11;
                    prop_assert!(found.is_some() == expected.is_some(), "{line:?} {found:?} {expected:?}");
                    prop_assert!(found.zip(expected).is_none_or(near), "{line:?} {found:?} {expected:?}");
                }
            }
        }
    }

    /// A replicate without anybody of a domain, or without any poor, has no figure; it is never one of rounding.
    #[test]
    fn replicates_of_few_units_have_shares_or_nothing(sample in with_real_weights(SMALL), seed in any::<u64>()) {
        let method = Method::Bootstrap { replicates: 30, seed };
        for keys in groupings() {
            let table = replicate(&sample.cube(), &sample.specification(), &keys, method).unwrap().unwrap();
            for d in 0..table.grouping.domains.len() {
                for (place, line) in table.lines.iter().enumerate() {
                    // What lies between 0 and 1 has a standard deviation of at most 1/2; of 30 draws, a little more.
                    let error = table.standard_error(d, place);
                    prop_assert!(error.is_none_or(|error| error <= 0.51), "{line:?}: {error:?}");
                }
            }
        }
    }

    #[test]
    fn a_register_has_no_replicates(sample in with_whole_weights(SMALL)) {
        let method = Method::Jackknife { around_mean: true };
        let found = replicate(&sample.register(), &sample.specification(), &[], method);
        prop_assert!(found.unwrap().is_none());
    }
}

/// H, M₀ and A of our own survey.
fn three() -> Specification {
    let measures = [Measure::Headcount, Measure::AdjustedHeadcount, Measure::Intensity];
    specification(&[equal()], &[cutoff("1/3")], &measures)
}

/// By how much standard errors by replicates differ from linearised ones, at most.
fn farthest(round: u32, method: Method) -> f64 {
    let cube = survey::cube(&survey::round(round), Sampling::Clusters);
    let mut farthest = 0.0_f64;
    // Nation and area; a region has few clusters with poor people for either way to say much.
    for keys in [vec![], vec![0]] {
        let by_replicates = replicate(&cube, &three(), &keys, method).unwrap().unwrap();
        let linearised = estimate(&cube, &three(), &[keys], Errors::Linearised(LonelyPsu::Fail)).unwrap();
        let table = &linearised.tables[0];
        for (d, line) in (0..table.counts.len()).flat_map(|d| (0..table.lines.len()).map(move |line| (d, line))) {
            let ratio = by_replicates.standard_error(d, line).unwrap() / table.standard_error(d, line).unwrap();
            farthest = farthest.max((ratio - 1.0).abs());
        }
    }
    farthest
}

#[test]
fn the_jackknife_is_near_linearisation() {
    for (round, around_mean) in [(1, true), (1, false), (2, true), (2, false)] {
        let farthest = farthest(round, Method::Jackknife { around_mean });
        assert!(farthest < 0.15, "{farthest}");
    }
}

#[test]
fn the_bootstrap_is_near_linearisation() {
    for round in [1, 2] {
        let farthest = farthest(round, Method::Bootstrap { replicates: 800, seed: 11 });
        assert!(farthest < 0.15, "{farthest}");
    }
}

/// One draw has no spread.
#[test]
fn too_few_replicates_say_nothing() {
    let cube = survey::cube(&survey::round(1), Sampling::Clusters);
    for replicates in [0, 1] {
        let table = replicate(&cube, &three(), &[], Method::Bootstrap { replicates, seed: 1 }).unwrap().unwrap();
        assert_eq!(table.standard_error(0, 0), None);
    }
}

#[test]
fn the_same_seed_gives_the_same_replicates() {
    let cube = survey::cube(&survey::round(1), Sampling::Clusters);
    let of = |seed| replicate(&cube, &three(), &[], Method::Bootstrap { replicates: 50, seed }).unwrap().unwrap();
    let first = |table: &ReplicateTable| table.standard_error(0, 0).unwrap();
    assert_eq!(of(1).replicates, 50);
    assert_eq!(first(&of(1)), first(&of(1)));
    assert_ne!(first(&of(1)), first(&of(2)));
}
