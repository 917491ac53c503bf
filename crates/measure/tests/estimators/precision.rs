//! Standard errors: those of the linearised variable of every row in the full design, with zeros outside the domain.

use crate::laws::domain;
use crate::naive::{Domain, Naive, unit_totals, variance};
use crate::sample::{SMALL, Sample, WIDE, groupings, with_real_weights, with_whole_weights};
use proptest::prelude::*;
use std::collections::BTreeSet;
use vuon_measure::alkire_foster::{Errors, EstimateError, Measure, estimate};
use vuon_measure::cube::{Cube, Label, Psu};
use vuon_measure::design::{DesignError, LonelyPsu};
use vuon_measure::interval::{Interval, Limits};

const RULES: [LonelyPsu; 3] = [LonelyPsu::Certainty, LonelyPsu::Adjust, LonelyPsu::Average];

/// Close to nine digits, or to nothing where the linearised variable is nothing but rounding.
fn agree(found: Option<f64>, expected: Option<f64>) -> bool {
    match (found, expected) {
        (Some(found), Some(expected)) => (found - expected).abs() <= 1e-9 * expected + 1e-12,
        (found, expected) => found == expected,
    }
}

fn errors_are_those_of_the_rows(sample: &Sample, groupings: &[Vec<usize>], lonely: LonelyPsu) {
    let cube = sample.cube();
    let naive = Naive::new(sample);
    let estimates = estimate(&cube, &sample.specification(), groupings, Errors::Linearised(lonely)).unwrap();
    for table in &estimates.tables {
        for d in 0..table.counts.len() {
            let domain = domain(&cube, table, d);
            for (place, line) in table.lines.iter().enumerate() {
                let (found, expected) = (table.standard_error(d, place), naive.standard_error(line, &domain, lonely));
                assert!(agree(found, expected), "{lonely:?} {line:?} of {domain:?}: {found:?} is not {expected:?}");
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn subpopulations_keep_the_whole_design(sample in with_real_weights(SMALL), rule in 0_usize..3) {
        errors_are_those_of_the_rows(&sample, &groupings(), RULES[rule]);
    }

    /// A linearised variable of whole weights is often exactly 0: everybody poor, nobody poor.
    #[test]
    fn with_whole_weights_too(sample in with_whole_weights(SMALL), rule in 0_usize..3) {
        errors_are_those_of_the_rows(&sample, &groupings(), RULES[rule]);
    }

    #[test]
    fn a_design_says_the_same_of_totals(sample in with_real_weights(SMALL), rule in 0_usize..3) {
        let naive = Naive::new(&sample);
        let design = sample.cube().design(RULES[rule]).unwrap();
        let lines = sample.specification().lines(sample.indicators);
        let nation = Domain::new();
        for line in &lines {
            let Some(u) = naive.influence(line, &nation) else { continue };
            let z: Vec<f64> = unit_totals(&sample.rows, &u).into_values().collect();
            let expected = variance(&sample.rows, &u, RULES[rule], |_| true).map(f64::sqrt);
            let found = Some(design.variance(&z).sqrt()).filter(|error| error.is_finite());
            prop_assert!(agree(found, expected), "{line:?}: {found:?} is not {expected:?}");
            // Cov(z, −z) = −Var z.
            let opposite: Vec<f64> = z.iter().map(|z| -z).collect();
            let (same, opposite) = (design.variance(&z), design.covariance(&z, &opposite));
            prop_assert!(same.is_nan() && opposite.is_nan() || opposite == -same);
        }
    }

    /// Limits on the logit scale hold the value between them and stay inside 0 and 1.
    #[test]
    fn logit_limits_stay_inside(value in 0.0001_f64..0.9999, error in 0.0001_f64..0.5, df in 1_usize..2000) {
        let limits = |level| Limits::new(Interval::Logit, level, df).unwrap().share(value, error).unwrap();
        let (lower, upper) = limits(0.95);
        prop_assert!(0.0 <= lower && lower < value && value < upper && upper <= 1.0);
        let (lower_99, upper_99) = limits(0.99);
        prop_assert!(lower_99 <= lower && upper <= upper_99);
    }

    #[test]
    fn nobody_and_everybody_mirror_one_another(rows in 2_u64..5000, df in 1_usize..3000) {
        let limits = Limits::new(Interval::Logit, 0.95, df).unwrap();
        let (nobody, everybody) = (limits.none_or_all(0.0, rows).unwrap(), limits.none_or_all(1.0, rows).unwrap());
        prop_assert_eq!((nobody.0, everybody.1), (0.0, 1.0));
        prop_assert!((nobody.1 + everybody.0 - 1.0).abs() < 1e-9 && nobody.1 > 0.0 && nobody.1 < 1.0);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(3))]

    #[test]
    fn strata_of_many_units(mut sample in with_real_weights(WIDE), rule in 0_usize..3) {
        sample.units.truncate(1);
        errors_are_those_of_the_rows(&sample, &[vec![], vec![0]], RULES[rule]);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    /// A register has no sampling error; what it says is what a sample of the same rows says.
    #[test]
    fn a_register_has_no_sampling_error(sample in with_whole_weights(SMALL)) {
        let of = |cube: &Cube, errors| estimate(cube, &sample.specification(), &groupings(), errors).unwrap();
        let register = of(&sample.register(), Errors::Linearised(LonelyPsu::Fail));
        let drawn = of(&sample.cube(), Errors::Linearised(LonelyPsu::Certainty));
        prop_assert!(register.design.is_none());
        for (register, drawn) in register.tables.iter().zip(&drawn.tables) {
            prop_assert_eq!(&register.counts, &drawn.counts);
            for d in 0..register.counts.len() {
                for line in 0..register.lines.len() {
                    prop_assert_eq!(register.value(d, line), drawn.value(d, line));
                    prop_assert_eq!(register.standard_error(d, line), None);
                }
            }
        }
    }

    /// Unless told what to do with them, strata of one unit are refused by name. Units and strata without any weight give
    /// no degree of freedom.
    #[test]
    fn lonely_units_are_refused_by_name(sample in with_whole_weights(SMALL)) {
        let cube = sample.cube();
        let alone = |place: usize| cube.psus.iter().filter(|psu| psu.stratum as usize == place).count() == 1;
        let lonely: Vec<Label> = (0..cube.strata.len())
            .filter(|place| alone(*place) && cube.strata[*place].population != Some(1.0))
            .map(|place| cube.strata[place].label.clone())
            .collect();
        let found = estimate(&cube, &sample.specification(), &[vec![]], Errors::Linearised(LonelyPsu::Fail));
        match found {
            Ok(estimates) => {
                prop_assert!(lonely.is_empty());
                let cells = cube.cells.psu.iter().zip(&cube.cells.weight);
                let weighing: BTreeSet<u32> = cells.filter(|(_, weight)| **weight > 0.0).map(|(psu, _)| *psu).collect();
                let strata: BTreeSet<u32> = weighing.iter().map(|psu| cube.psus[*psu as usize].stratum).collect();
                let expected = weighing.len() - strata.len();
                prop_assert_eq!(estimates.design.unwrap().degrees_of_freedom(), expected);
            }
            Err(EstimateError::Design(DesignError::Lonely(named))) => prop_assert_eq!(named, lonely),
            Err(other) => prop_assert!(false, "{other}"),
        }
    }

    #[test]
    fn more_units_than_the_population_has_are_refused(mut sample in with_whole_weights(SMALL)) {
        sample.rows.iter_mut().for_each(|row| row.population = Some(0.5));
        let found = estimate(&sample.cube(), &sample.specification(), &[vec![]], Errors::Linearised(LonelyPsu::Adjust));
        let refused = matches!(found, Err(EstimateError::Design(DesignError::Population { .. })));
        prop_assert!(refused);
    }

    /// A stratum that was taken whole adds nothing.
    #[test]
    fn a_census_has_no_error(mut sample in with_real_weights(SMALL)) {
        let cube = sample.cube();
        let drawn = |stratum: &Label| {
            let of = |psu: &&Psu| cube.strata[psu.stratum as usize].label == *stratum;
            cube.psus.iter().filter(of).count() as f64
        };
        sample.rows.iter_mut().for_each(|row| row.population = Some(drawn(&row.stratum)));
        let estimates =
            estimate(&sample.cube(), &sample.specification(), &[vec![]], Errors::Linearised(LonelyPsu::Fail)).unwrap();
        let headcount = estimates.tables[0].lines.iter().position(|line| line.measure == Measure::Headcount).unwrap();
        prop_assert!(estimates.tables[0].standard_error(0, headcount).is_none_or(|error| error == 0.0));
    }
}
