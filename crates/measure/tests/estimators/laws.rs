//! What holds of the estimates of every sample: they are those of the rows counted one by one, and they add up.

use crate::common::{line, of_indicator, value};
use crate::naive::{Domain, Naive};
use crate::sample::{SMALL, Sample, groupings, with_real_weights, with_whole_weights};
use proptest::prelude::*;
use std::collections::BTreeSet;
use vuon_measure::alkire_foster::{Component, Errors, Measure, Table, estimate};
use vuon_measure::cube::Cube;
use vuon_measure::rows::Row;
use vuon_measure::weighting::{Cutoff, Weighting};
use vuon_policy::exact::Exact;

/// The values of the keys of a domain.
pub fn domain(cube: &Cube, table: &Table, domain: usize) -> Domain {
    let labels = cube.domain_labels(&table.grouping, domain).into_iter().cloned();
    table.grouping.keys.iter().copied().zip(labels).collect()
}

/// The cube of a sample and its tables for every grouping, without precision.
fn tables(sample: &Sample) -> (Cube, Vec<Table>) {
    let cube = sample.cube();
    let tables = estimate(&cube, &sample.specification(), &groupings(), Errors::None).unwrap().tables;
    (cube, tables)
}

/// Equal but for rounding.
#[track_caller]
pub fn same(left: f64, right: f64) {
    assert!((left - right).abs() <= 1e-12 * left.abs().max(right.abs()).max(1.0), "{left} and {right}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Bit for bit: whole weights have exact sums, and each figure is rounded once.
    #[test]
    fn estimates_are_those_of_the_rows(sample in with_whole_weights(SMALL)) {
        let (cube, tables) = tables(&sample);
        let naive = Naive::new(&sample);
        let weights = naive.weights();
        for table in &tables {
            for d in 0..table.counts.len() {
                let domain = domain(&cube, table, d);
                for (place, line) in table.lines.iter().enumerate() {
                    let expected = naive.value(line, &domain, &weights);
                    prop_assert_eq!(table.value(d, place), expected, "{:?} of {:?}", line, domain);
                }
            }
        }
    }

    #[test]
    fn who_enters_and_who_is_left_out_is_counted(sample in with_whole_weights(SMALL)) {
        let (cube, tables) = tables(&sample);
        prop_assert_eq!(cube.rows(), sample.rows.len() as u64);
        for table in &tables {
            for d in 0..table.counts.len() {
                let (domain, counts) = (domain(&cube, table, d), table.counts[d]);
                let inside = |row: &&Row| domain.iter().all(|(key, label)| row.keys[*key] == *label);
                let (enter, left_out): (Vec<_>, Vec<_>) =
                    sample.rows.iter().filter(inside).partition(|row| Naive::is_complete(row));
                let weight = |rows: &[&Row]| rows.iter().map(|row| row.weight).sum::<f64>() + 0.0;
                prop_assert_eq!((counts.rows, counts.weight), (enter.len() as u64, weight(&enter)));
                prop_assert_eq!(counts.excluded_rows, left_out.len() as u64);
                prop_assert_eq!(counts.excluded_weight, weight(&left_out));
                let all = counts.weight + counts.excluded_weight;
                prop_assert_eq!(counts.excluded_share(), if all > 0.0 { weight(&left_out) / all } else { 0.0 });
            }
        }
    }

    /// M₀ = H·A; the mean squared score is H·(V + A²); gaps are parts of what they are gaps of; A is at least k.
    #[test]
    fn measures_are_made_of_one_another(sample in with_real_weights(SMALL)) {
        let (_, tables) = tables(&sample);
        for table in &tables {
            for (d, k) in places(table, &sample) {
                let of = |measure| value(table, d, measure, k);
                let Some(h) = of(Measure::Headcount) else {
                    prop_assert_eq!(table.counts[d].rows, 0);
                    continue;
                };
                let m0 = of(Measure::AdjustedHeadcount).unwrap();
                let (m1, m2) = (of(Measure::AdjustedGap).unwrap(), of(Measure::AdjustedSquaredGap).unwrap());
                prop_assert!((0.0..=1.0).contains(&h) && m0 <= h + 1e-12 && m1 <= m0 + 1e-12 && m2 <= m1 + 1e-12);
                let (Some(a), Some(v)) = (of(Measure::Intensity), of(Measure::Inequality)) else {
                    // The intensity and the inequality of nobody are not 0 but nothing.
                    prop_assert_eq!((h, of(Measure::Intensity), of(Measure::Inequality)), (0.0, None, None));
                    continue;
                };
                same(m0, h * a);
                same(of(Measure::SquaredScore).unwrap(), h * (v + a * a));
                let (least, most) = sample.cutoffs[k];
                prop_assert!(a * most as f64 >= least as f64 - 1e-12 && v >= -1e-12);
            }
        }
    }

    #[test]
    fn contributions_add_up(sample in with_real_weights(SMALL)) {
        let (_, tables) = tables(&sample);
        let indicators: Vec<Component> = (0..sample.indicators).map(Component::Indicator).collect();
        let dimensions = [0, 1].map(Component::Dimension);
        for table in &tables {
            for (d, k) in places(table, &sample) {
                let Some(m0) = value(table, d, Measure::AdjustedHeadcount, k) else { continue };
                for parts in [indicators.as_slice(), &dimensions] {
                    let of = |measure, part: &Component| table.value(d, line(table, measure, Some(*part), k));
                    same(parts.iter().map(|part| of(Measure::Contribution, part).unwrap()).sum(), m0);
                    let shares: Option<f64> = parts.iter().map(|part| of(Measure::ContributionShare, part)).sum();
                    match shares {
                        Some(shares) => same(shares, 1.0),
                        None => prop_assert_eq!(m0, 0.0),
                    }
                }
            }
        }
    }

    #[test]
    fn subgroups_add_up(sample in with_real_weights(SMALL)) {
        let (_, tables) = tables(&sample);
        let nation = &tables[0];
        for table in &tables {
            let domains = 0..table.counts.len();
            let shares: Option<f64> = domains.clone().map(|d| value(table, d, Measure::PopulationShare, 0)).sum();
            let Some(shares) = shares else {
                prop_assert_eq!(nation.counts[0].rows, 0);
                continue;
            };
            same(shares, 1.0);
            for (_, k) in places(nation, &sample) {
                let m0 = value(nation, 0, Measure::AdjustedHeadcount, k).unwrap();
                let of = |d| value(table, d, Measure::AdjustedHeadcount, k).unwrap_or(0.0);
                same(domains.clone().map(|d| table.population_share[d] * of(d)).sum(), m0);
                let contributions: Option<f64> =
                    domains.clone().map(|d| value(table, d, Measure::SubgroupContribution, k)).sum();
                match contributions {
                    Some(contributions) => same(contributions, 1.0),
                    None => prop_assert_eq!(m0, 0.0),
                }
            }
        }
    }

    /// Whoever is poor at a cut-off is so at every lower one; between two are the people of the band.
    #[test]
    fn the_poor_become_fewer_as_the_cutoff_rises(sample in with_whole_weights(SMALL)) {
        let (_, tables) = tables(&sample);
        for table in &tables {
            for (d, k) in places(table, &sample).filter(|(_, k)| *k > 0) {
                let of = |measure, k| value(table, d, measure, k);
                for measure in [Measure::Headcount, Measure::AdjustedHeadcount, Measure::AdjustedGap] {
                    prop_assert!(of(measure, k) <= of(measure, k - 1), "{measure:?}");
                }
                prop_assert!(of(Measure::Intensity, k).is_none_or(|a| Some(a) >= of(Measure::Intensity, k - 1)));
                let Some(band) = of(Measure::Band, k - 1) else { continue };
                same(band, of(Measure::Headcount, k - 1).unwrap() - of(Measure::Headcount, k).unwrap());
            }
        }
    }

    #[test]
    fn fewer_are_deprived_and_poor_than_deprived(sample in with_whole_weights(SMALL)) {
        let (_, tables) = tables(&sample);
        for table in &tables {
            for (d, k) in places(table, &sample) {
                for j in 0..sample.indicators {
                    let censored = of_indicator(table, d, Measure::Censored, j, k);
                    prop_assert!(censored <= of_indicator(table, d, Measure::Uncensored, j, k));
                    prop_assert!(censored <= value(table, d, Measure::Headcount, k));
                }
            }
        }
    }

    /// At the lowest cut-off there is, the union of all deprivations counts; at 1, their intersection.
    #[test]
    fn union_and_intersection(mut sample in with_whole_weights(SMALL)) {
        sample.cutoffs = vec![(1, 1000), (1, 1)];
        sample.units[0].fill(1);
        let all = (1 << sample.indicators) - 1;
        let (_, tables) = tables(&sample);
        let weight_of = |profiles: &dyn Fn(u32) -> bool| -> f64 {
            let complete = sample.rows.iter().filter(|row| Naive::is_complete(row));
            complete.filter(|row| profiles(row.profile.deprived)).map(|row| row.weight).sum::<f64>()
        };
        let Some(h) = value(&tables[0], 0, Measure::Headcount, 0) else { return Ok(()) };
        prop_assert_eq!(h, weight_of(&|deprived| deprived != 0) / tables[0].counts[0].weight);
        let h = value(&tables[0], 0, Measure::Headcount, 1).unwrap();
        prop_assert_eq!(h, weight_of(&|deprived| deprived == all) / tables[0].counts[0].weight);
    }

    /// In whole numbers: s·b ≥ a·D, whatever the weights and the cut-off.
    #[test]
    fn who_is_poor_never_depends_on_rounding(
        units in prop::collection::vec(0_i64..1000, 1..=12), a in 1_i64..500, more in 0_i64..500
    ) {
        let b = a + more;
        let total: i64 = units.iter().sum();
        prop_assume!(total > 0);
        let weights: Vec<Exact> = units.iter().map(|unit| Exact::new(*unit, total).unwrap()).collect();
        let weighting = Weighting::new("random", &weights).unwrap();
        let k = Cutoff::new(Exact::new(a, b).unwrap()).unwrap();
        let mut attainable = BTreeSet::new();
        for deprived in 0..1_u32 << units.len() {
            let score: i64 = (0..units.len()).filter(|j| deprived >> j & 1 == 1).map(|j| units[j]).sum();
            prop_assert_eq!(weighting.score(deprived) >= weighting.threshold(k), score * b >= a * total);
            attainable.insert(Exact::new(score, total));
        }
        attainable.remove(&Some(Exact::whole(0)));
        let found: Vec<Option<Exact>> = weighting.attainable().into_iter().map(|k| Some(k.exact())).collect();
        prop_assert_eq!(found, attainable.into_iter().collect::<Vec<_>>());
    }
}

/// Every domain with every cut-off.
fn places(table: &Table, sample: &Sample) -> impl Iterator<Item = (usize, usize)> {
    let cutoffs = sample.cutoffs.len();
    (0..table.counts.len()).flat_map(move |domain| (0..cutoffs).map(move |k| (domain, k)))
}
