//! The two evaluators agree: what the kernel says of a batch is what the single evaluator says of each household.
//!
//! Households are drawn for every pack in the program, near whatever its law compares with, with answers missing at
//! several rates; then for packs of random rules, so that every operation stands in every place.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

#[path = "agreement/households.rs"]
mod households;
#[path = "agreement/reference.rs"]
mod reference;
#[path = "agreement/rules.rs"]
mod rules;

use arrow::array::{Array, AsArray};
use arrow::datatypes::Int8Type;
use households::Draw;
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use rayon::prelude::*;
use std::collections::BTreeSet;
use std::sync::Arc;
use vuon_policy::Library;
use vuon_policy::calendar::Day;
use vuon_policy::entitlement::{Entitlements, Facts};
use vuon_policy::ir::{Level, Op};
use vuon_policy::lattice::Tri;
use vuon_policy::program::Program;
use vuon_population::kernel::Kernel;

const BATCH: usize = 1500;

/// Puts `batches` batches of random households through both evaluators, by every method.
fn agree(program: &Arc<Program>, batches: usize, review_dates: &[&str]) {
    let methods = program.methods.len();
    (0..batches).into_par_iter().for_each(|number| {
        let method = number % methods;
        let review_date = Day::parse(review_dates[number / methods % review_dates.len()]);
        let mut rng = ChaCha8Rng::seed_from_u64(number as u64);
        let draw = Draw::new(program, review_date.unwrap());
        let mut households: Vec<_> = (0..BATCH).map(|_| draw.household(&mut rng)).collect();
        // Some questions are not asked of anyone: their columns are not there.
        let unasked = draw.unasked(&mut rng);
        households.iter_mut().for_each(|household| unasked.forget(household));

        let kernel = Kernel::new(program.clone(), method, review_date, reference::choices(program)).unwrap();
        // A batch cut out of a larger one: its lists do not begin at 0.
        let all = households::batch_without(program, &households, &unasked);
        let cut = (number * 37) % 200;
        let batch = all.slice(cut, BATCH - cut);
        let output = kernel.assess(&batch).unwrap();
        assert_eq!(output.schema(), kernel.output_schema());

        let found = reference::Cells::of(&output);
        for (row, household) in households[cut..].iter().enumerate() {
            if row % 100 == 0 {
                assert_eq!(kernel.household_at(&batch, row).unwrap(), *household);
            }
            let expected = reference::assessed(program, method, household, review_date, &format!("h{}", row + cut));
            found.compare(row, &expected, || format!("{}, method {method}, {household:?}", program.pack.id.value));
        }
    });
}

#[test]
fn on_every_pack_of_the_program() {
    let library = Library::embedded();
    for id in Library::embedded_ids() {
        let program = library.load(id).unwrap_or_else(|e| panic!("{e}"));
        if !program.methods.is_empty() {
            agree(&program, 100_000_usize.div_ceil(BATCH - 200), &["2024-11-30", "2016-02-29", "2020-03-01"]);
        }
    }
}

/// Who is entitled to what, wherever the status is determined, is what the evaluator of one household says with that status
/// decided and the classes of areas not known.
#[test]
fn on_the_schemes_of_every_pack() {
    let library = Library::embedded();
    let mut told = BTreeSet::new();
    for id in Library::embedded_ids() {
        let program = library.load(id).unwrap_or_else(|e| panic!("{e}"));
        if program.methods.is_empty() || program.pack.schemes.is_empty() {
            continue;
        }
        let day = Day::parse("2024-11-30").unwrap();
        let draw = Draw::new(&program, day);
        let mut rng = ChaCha8Rng::seed_from_u64(7);
        let drawn: Vec<_> = (0..3 * BATCH).map(|_| draw.household(&mut rng)).collect();
        let unasked = households::Unasked::default();
        let kernel = Kernel::with_schemes(program.clone(), 0, Some(day), Vec::new()).unwrap();
        let output = kernel.assess(&households::batch_without(&program, &drawn, &unasked)).unwrap();
        let statuses = output.column_by_name("status_local").or(output.column_by_name("status_national")).unwrap();
        let statuses = statuses.as_dictionary::<Int8Type>();
        let entitlements = Entitlements::new(&program);
        for (row, household) in drawn.iter().enumerate() {
            let status = usize::try_from(statuses.keys().value(row)).unwrap();
            if status >= program.pack.statuses.len() {
                continue;
            }
            let facts = Facts { household, on: day, status: Some(status), places: None };
            for (scheme, own) in program.pack.schemes.iter().zip(entitlements.of(&facts)) {
                let column = output.column_by_name(&format!("entitled_{}", scheme.id.value)).unwrap().as_boolean();
                let said = if column.is_null(row) { Tri::Unknown } else { Tri::from(column.value(row)) };
                assert_eq!(said, own.entitled, "{id}, {}, {household:?}", scheme.id.value);
                told.insert((id, scheme.id.value.clone(), format!("{said:?}")));
            }
        }
    }
    assert!(told.len() > 60, "most schemes were seen with more than one answer: {}", told.len());
}

#[test]
fn on_packs_of_random_rules() {
    let mut seen = BTreeSet::new();
    for seed in 0..30 {
        let program = rules::random_pack(seed);
        seen.extend(program.dag.nodes().iter().map(|node| (operation(&node.op), node.level == Level::Member)));
        agree(&program, 4, &["2024-02-29", "1999-12-31"]);
    }
    for at_both_levels in [
        "BoolVar",
        "IntVar",
        "Not",
        "And",
        "Or",
        "Same",
        "Less",
        "AtMost",
        "Equal",
        "OneOf",
        "Add",
        "Sub",
        "Mul",
        "If",
        "Age",
        "MonthsSince",
        "Known",
    ] {
        for member in [false, true] {
            assert!(seen.contains(&(at_both_levels.to_owned(), member)), "{at_both_levels} was not compared");
        }
    }
    for of_household in ["Status", "ReviewDate", "Size", "Any", "Count", "Sum", "Min", "Max", "Lookup", "Weighted"] {
        assert!(seen.contains(&(of_household.to_owned(), false)), "{of_household} was not compared");
    }
}

#[test]
fn on_local_standards_with_an_option_of_their_own() {
    for seed in 0..4 {
        agree(&rules::random_local_pack(seed), 6, &["2024-02-29"]);
    }
}

fn operation(op: &Op) -> String {
    let text = format!("{op:?}");
    text.split('(').next().unwrap_or_default().to_owned()
}
