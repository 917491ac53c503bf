//! Changes between rounds: by the design of both together, row by row; and what made them.

use crate::common::{cutoff, header, near, register, row, specification, value, weighting};
use crate::laws::{domain, same};
use crate::naive::{Naive, variance};
use crate::sample::{KEYS, SMALL, Sample, groupings, with_real_weights};
use proptest::prelude::*;
use std::collections::BTreeMap;
use vuon_measure::alkire_foster::{Errors, Estimates, Measure, Specification, estimate};
use vuon_measure::change::{ChangeError, Changes, Kind, Link, Round, changes};
use vuon_measure::cube::{Cube, Label, Sampling};
use vuon_measure::decomposition::{Poverty, Subgroup, incidence_and_intensity, subgroup_effect};
use vuon_measure::design::LonelyPsu;
use vuon_measure::rows::Row;

const YEARS: f64 = 4.5;

fn round(cube: Cube, year: Option<f64>) -> Round {
    Round { label: Label::Missing, year, cube }
}

fn between(sample: &Sample, rows: &[Vec<Row>; 2], errors: Errors, link: Link) -> Changes {
    let [from, to] = [(&rows[0], 2018.0), (&rows[1], 2018.0 + YEARS)].map(|(r, t)| round(sample.cube_of(r), Some(t)));
    changes([&from, &to], &sample.specification(), &groupings(), errors, link).unwrap()
}

fn estimates(sample: &Sample, rows: &[Row], errors: Errors) -> Estimates {
    estimate(&sample.cube_of(rows), &sample.specification(), &groupings(), errors).unwrap()
}

/// Two rounds with rows each.
fn two_rounds() -> impl Strategy<Value = (Sample, [Vec<Row>; 2])> {
    with_real_weights(SMALL).prop_filter("two rounds", |sample| sample.rows.len() > 1).prop_map(|sample| {
        let rounds = sample.rounds();
        (sample, rounds)
    })
}

/// Close to nine digits, or to nothing.
#[track_caller]
fn agree(found: Option<f64>, expected: Option<f64>) {
    let close = |found: f64, expected: f64| (found - expected).abs() <= 1e-9 * expected.abs() + 1e-11;
    let both = found.zip(expected);
    assert!(found.is_some() == expected.is_some(), "{found:?} is not {expected:?}");
    assert!(both.is_none_or(|(found, expected)| close(found, expected)), "{found:?} is not {expected:?}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    /// The linearised variable of the rows of the one round and of the other, in one design; a unit in one of the
    /// rounds has 0 in the other.
    #[test]
    fn linked_changes_are_those_of_the_rows((sample, rows) in two_rounds(), adjust in any::<bool>()) {
        let lonely = if adjust { LonelyPsu::Adjust } else { LonelyPsu::Certainty };
        let found = between(&sample, &rows, Errors::Linearised(lonely), Link::Linked);
        let of_rounds = rows.clone().map(|rows| Sample { rows, ..sample.clone() });
        let naive = [Naive::new(&of_rounds[0]), Naive::new(&of_rounds[1])];
        let cube = of_rounds[0].cube();
        let both: Vec<Row> = rows.concat();
        let earlier = estimates(&sample, &rows[0], Errors::None);
        for (table, of_earlier) in found.tables.iter().zip(&earlier.tables) {
            for (place, [earlier, _]) in table.domains.iter().enumerate() {
                let domain = domain(&cube, of_earlier, *earlier);
                for (line_place, line) in table.lines.iter().enumerate() {
                    let values = [0, 1].map(|t: usize| naive[t].value(line, &domain, &naive[t].weights()));
                    let influences = [0, 1].map(|t: usize| naive[t].influence(line, &domain));
                    for kind in Kind::ALL {
                        let change = table.change(place, line_place, kind);
                        let ([Some(from), Some(to)], [Some(u), Some(v)]) = (values, &influences) else {
                            prop_assert!(change.is_none());
                            continue;
                        };
                        agree(change.map(|change| change.value), kind.of(from, to, Some(YEARS)));
                        let Some([by_from, by_to]) = kind.gradient(from, to, Some(YEARS)) else { continue };
                        let u = u.iter().map(|u| by_from * u).chain(v.iter().map(|v| by_to * v));
                        let expected = variance(&both, &u.collect::<Vec<_>>(), lonely, |_| true).map(f64::sqrt);
                        agree(change.and_then(|change| change.standard_error), expected);
                    }
                }
            }
        }
    }

    /// Var(x₁ − x₀) = Var x₀ + Var x₁; degrees of freedom add up.
    #[test]
    fn independent_rounds_add_their_variances((sample, rows) in two_rounds()) {
        let errors = Errors::Linearised(LonelyPsu::Adjust);
        let found = between(&sample, &rows, errors, Link::Independent);
        let [from, to] = rows.each_ref().map(|rows| estimates(&sample, rows, errors));
        let freedom = [&from, &to].map(|e| e.design.as_ref().unwrap().degrees_of_freedom());
        prop_assert_eq!(found.degrees_of_freedom, Some(freedom[0] + freedom[1]));
        for (table, (from, to)) in found.tables.iter().zip(from.tables.iter().zip(&to.tables)) {
            for (place, [d0, d1]) in table.domains.iter().enumerate() {
                for line in 0..table.lines.len() {
                    let change = table.change(place, line, Kind::Absolute);
                    let value = from.value(*d0, line).zip(to.value(*d1, line)).map(|(from, to)| to - from);
                    prop_assert_eq!(change.map(|change| change.value), value);
                    let errors = from.standard_error(*d0, line).zip(to.standard_error(*d1, line));
                    agree(change.and_then(|change| change.standard_error), errors.map(|(a, b)| a.hypot(b)));
                }
            }
        }
    }

    /// Linking rounds that have no stratum in common changes nothing.
    #[test]
    fn rounds_without_common_strata_are_independent((sample, mut rows) in two_rounds()) {
        for row in &mut rows[1] {
            row.stratum = Label::Text(format!("second {}", row.stratum).into());
        }
        let errors = Errors::Linearised(LonelyPsu::Certainty);
        let [linked, independent] = [Link::Linked, Link::Independent].map(|link| between(&sample, &rows, errors, link));
        prop_assert_eq!(linked.degrees_of_freedom, independent.degrees_of_freedom);
        for (linked, independent) in linked.tables.iter().zip(&independent.tables) {
            for domain in 0..linked.domains.len() {
                for (line, kind) in (0..linked.lines.len()).flat_map(|line| Kind::ALL.map(|kind| (line, kind))) {
                    let [a, b] = [linked, independent].map(|table| table.change(domain, line, kind));
                    prop_assert_eq!(a.map(|a| a.value), b.map(|b| b.value));
                    agree(a.and_then(|a| a.standard_error), b.and_then(|b| b.standard_error));
                }
            }
        }
    }

    /// The same people, linked: no change, and no doubt of it. As independent samples there would be some.
    #[test]
    fn a_round_does_not_differ_from_itself(sample in with_real_weights(SMALL)) {
        let rows = [sample.rows.clone(), sample.rows.clone()];
        let found = between(&sample, &rows, Errors::Linearised(LonelyPsu::Adjust), Link::Linked);
        for table in &found.tables {
            for domain in 0..table.domains.len() {
                for line in 0..table.lines.len() {
                    let Some(change) = table.change(domain, line, Kind::Absolute) else { continue };
                    prop_assert!(change.value == 0.0 && change.standard_error.unwrap() < 1e-12);
                }
            }
        }
    }

    /// Groups that one of the rounds does not have do not change.
    #[test]
    fn changes_are_of_what_both_rounds_have((sample, rows) in two_rounds()) {
        let found = between(&sample, &rows, Errors::None, Link::Independent);
        for (table, keys) in found.tables.iter().zip(groupings()) {
            let of = |rows: &[Row]| -> Vec<Vec<Label>> {
                let mut labels: Vec<Vec<Label>> =
                    rows.iter().map(|row| keys.iter().map(|key| row.keys[*key].clone()).collect()).collect();
                labels.sort_unstable();
                labels.dedup();
                labels
            };
            let [earlier, later] = rows.each_ref().map(|rows| of(rows));
            let both: Vec<[Vec<Label>; 2]> =
                earlier.iter().filter(|labels| later.contains(labels)).map(|l| [l.clone(), l.clone()]).collect();
            let named = |domains: &[usize; 2]| [earlier[domains[0]].clone(), later[domains[1]].clone()];
            prop_assert_eq!(table.domains.iter().map(named).collect::<Vec<_>>(), both);
        }
    }

    /// ΔM₀ is what more or fewer poor did and what deeper or lesser poverty did.
    #[test]
    fn incidence_and_intensity_make_the_change((sample, rows) in two_rounds()) {
        let [from, to] = rows.each_ref().map(|rows| estimates(&sample, rows, Errors::None));
        for k in 0..sample.cutoffs.len() {
            let of = |e: &Estimates, measure| value(&e.tables[0], 0, measure, k);
            let poverty = |e: &Estimates| {
                Some(Poverty { headcount: of(e, Measure::Headcount)?, intensity: of(e, Measure::Intensity) })
            };
            let Some((before, after)) = poverty(&from).zip(poverty(&to)) else { continue };
            let parts = incidence_and_intensity(before, after);
            let m0 = [&from, &to].map(|e| of(e, Measure::AdjustedHeadcount).unwrap());
            same(parts.incidence + parts.intensity, m0[1] - m0[0]);
            let back = incidence_and_intensity(after, before);
            same(parts.incidence, -back.incidence);
            same(parts.intensity, -back.intensity);
        }
    }

    /// ΔM₀ is what each subgroup did and what moving between them did, also of subgroups that come or go.
    #[test]
    fn subgroups_make_the_change((sample, rows) in two_rounds()) {
        let both = rows.each_ref().map(|rows| {
            let cube = sample.cube_of(rows);
            (estimates(&sample, rows, Errors::None), cube)
        });
        for (place, k) in (0..groupings().len()).flat_map(|place| (0..sample.cutoffs.len()).map(move |k| (place, k))) {
            let nation = both.each_ref().map(|(e, _)| value(&e.tables[0], 0, Measure::AdjustedHeadcount, k));
            let [Some(before), Some(after)] = nation else { continue };
            let none = Subgroup { share: 0.0, adjusted_headcount: None };
            let mut groups: BTreeMap<Vec<Label>, [Subgroup; 2]> = BTreeMap::new();
            for (t, (e, cube)) in both.iter().enumerate() {
                let table = &e.tables[place];
                for d in 0..table.counts.len() {
                    let labels = cube.domain_labels(&table.grouping, d).into_iter().cloned().collect();
                    let adjusted_headcount = value(table, d, Measure::AdjustedHeadcount, k);
                    groups.entry(labels).or_insert([none; 2])[t] =
                        Subgroup { share: table.population_share[d], adjusted_headcount };
                }
            }
            let effects = groups.values().map(|[from, to]| subgroup_effect(*from, *to));
            same(effects.map(|effect| effect.within + effect.demographic).sum(), after - before);
        }
    }
}

fn half() -> Specification {
    specification(&[weighting(&["1/2", "1/2"])], &[cutoff("1/2")], &[Measure::Headcount, Measure::Intensity])
}

/// H from 1/2 to 1/4 in two years.
#[test]
fn half_the_poor_of_a_register() {
    let cubes = [[row("11", 1.0), row("00", 1.0)], [row("11", 1.0), row("00", 3.0)]].map(|rows| register(2, &rows));
    let of = |years: [Option<f64>; 2]| {
        let [from, to] = [0, 1].map(|t: usize| round(cubes[t].clone(), years[t]));
        changes([&from, &to], &half(), &[vec![]], Errors::Linearised(LonelyPsu::Fail), Link::Linked)
    };
    let found = of([Some(2018.0), Some(2020.0)]).unwrap();
    assert_eq!(found.degrees_of_freedom, None);
    let change = |kind| found.tables[0].change(0, 0, kind).unwrap();
    assert_eq!((change(Kind::Absolute).value, change(Kind::Relative).value), (-0.25, -0.5));
    assert_eq!(change(Kind::AbsoluteAnnual).value, -0.125);
    near(Some(change(Kind::RelativeAnnual).value), 0.5_f64.sqrt() - 1.0);
    // No sampling error in a register.
    assert!(Kind::ALL.iter().all(|kind| change(*kind).standard_error.is_none()));

    let without_years = of([Some(2018.0), None]).unwrap();
    let change = |kind| without_years.tables[0].change(0, 0, kind);
    assert!(change(Kind::Absolute).is_some() && change(Kind::Relative).is_some());
    assert!(change(Kind::AbsoluteAnnual).is_none() && change(Kind::RelativeAnnual).is_none());

    assert_eq!(of([Some(2020.0), Some(2018.0)]).unwrap_err(), ChangeError::Years { from: 2020.0, to: 2018.0 });
    assert_eq!(of([Some(2020.0), Some(2020.0)]).unwrap_err(), ChangeError::Years { from: 2020.0, to: 2020.0 });
}

/// From no poor there is no relative change, and no change of an intensity that was nothing.
#[test]
fn from_nobody_poor() {
    let cubes = [row("00", 1.0), row("11", 1.0)].map(|row| register(2, &[row]));
    let [from, to] = cubes.map(|cube| round(cube, None));
    let found = changes([&from, &to], &half(), &[vec![]], Errors::None, Link::Independent).unwrap();
    let change = |line, kind| found.tables[0].change(0, line, kind).map(|change| change.value);
    assert_eq!((change(0, Kind::Absolute), change(0, Kind::Relative)), (Some(1.0), None));
    assert_eq!(change(1, Kind::Absolute), None);
}

#[test]
fn rounds_are_told_by_the_same_keys() {
    let of = |keys: &[&str]| {
        let row = Row { keys: vec![Label::Whole(1)], ..row("10", 1.0) };
        round(Cube::of_rows(header(2, Sampling::Register, keys), &[row]), None)
    };
    let found = changes([&of(&KEYS[..1]), &of(&KEYS[1..])], &half(), &[vec![]], Errors::None, Link::Independent);
    assert!(matches!(found, Err(ChangeError::Keys(_))));
}

/// A stratum cannot have two population sizes in one design.
#[test]
fn linked_rounds_agree_on_the_population() {
    let of = |population| {
        let row = Row { population: Some(population), ..row("10", 1.0) };
        round(Cube::of_rows(header(2, Sampling::Clusters, &[]), &[row]), None)
    };
    let errors = Errors::Linearised(LonelyPsu::Certainty);
    let found = |link| changes([&of(5.0), &of(6.0)], &half(), &[vec![]], errors, link);
    assert_eq!(found(Link::Linked).unwrap_err(), ChangeError::Population(Label::Missing));
    assert!(found(Link::Independent).is_ok());
}
