//! The profile cube is what the plainest way of counting finds, however the table is cut, ordered and typed.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

#[path = "cube/batch.rs"]
mod batch;
#[path = "cube/reference.rs"]
mod reference;
#[path = "cube/table.rs"]
mod table;

use arrow::array::{ArrayRef, BooleanArray, DictionaryArray, Float64Array, Int64Array};
use arrow::datatypes::Int32Type;
use batch::batch;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use std::collections::HashSet;
use std::sync::Arc;
use table::{Row, Table};
use vuon_measure::cube::{Label, Sampling};
use vuon_population::cube::{CubeBuilder, CubeSpec, Series, SeriesError, load, save};

/// Builds the cubes of some rows, cut into batches at random.
fn built(table: &Table, rng: &mut ChaCha8Rng) -> Series {
    let mut builder = CubeBuilder::new(&table.spec).unwrap();
    builder.expect(table.rows.len() as u64);
    for cut in table.cuts(rng).windows(2) {
        let faults = builder.push(&table.batch(cut[0]..cut[1], rng.random_bool(0.5)));
        assert_eq!(faults, []);
    }
    assert_eq!((builder.counted(), builder.excluded()), (table.rows.len() as u64, 0));
    builder.finish().unwrap()
}

/// Cubes are too long to be printed whole.
fn same(found: &Series, expected: &Series, seed: u64, spec: &CubeSpec) {
    assert_eq!(found.rounds.len(), expected.rounds.len(), "seed {seed}, {spec:?}");
    for (found, expected) in found.rounds.iter().zip(&expected.rounds) {
        assert_eq!((&found.label, found.year), (&expected.label, expected.year), "seed {seed}, {spec:?}");
        let (found, expected) = (&found.cube, &expected.cube);
        assert_eq!(found.strata, expected.strata, "seed {seed}, {spec:?}");
        assert_eq!(found.keys, expected.keys, "seed {seed}, {spec:?}");
        assert!(found.psus == expected.psus, "units, seed {seed}, {spec:?}");
        assert!(found.groups == expected.groups, "groups, seed {seed}, {spec:?}");
        assert!(found.profiles == expected.profiles, "profiles, seed {seed}, {spec:?}");
        assert!(found.cells.rows == expected.cells.rows, "rows, seed {seed}, {spec:?}");
        assert!(found.cells.weight == expected.cells.weight, "weights, seed {seed}, {spec:?}");
        assert!(found.cells == expected.cells, "cells, seed {seed}, {spec:?}");
        assert!(found == expected, "seed {seed}, {spec:?}");
    }
}

#[test]
fn a_cube_is_what_looking_up_each_row_finds() {
    for seed in 0..600 {
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        let table = Table::random(&mut rng);
        let expected = reference::series(&table);
        same(&built(&table, &mut rng), &expected, seed, &table.spec);
        // Cut otherwise.
        same(&built(&table, &mut rng), &expected, seed, &table.spec);
    }
}

#[test]
fn what_is_loaded_is_what_was_saved() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("nation.parquet");
    let about = [("vuon.missing".to_owned(), "complete cases".to_owned()), ("nguồn".to_owned(), "tệp thử".to_owned())];
    for seed in 0..200 {
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        let table = Table::random(&mut rng);
        let series = built(&table, &mut rng);
        save(&series, &about, &path).unwrap();
        let saved = load(&path).unwrap();
        same(&saved.series, &series, seed, &table.spec);
        assert_eq!(saved.about, about);
    }
}

/// Rows of provinces, each counted by itself. Whole weights add up whatever is in both; other weights do so where no unit
/// and group is in both.
#[test]
fn the_cubes_of_provinces_are_the_nations() {
    for seed in 0..300 {
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        let mut table = Table::random(&mut rng);
        let whole = table.spec.gaps.is_empty() && table.rows.iter().all(|row| row.weight.fract() == 0.0);
        let half = table.rows.len() / 2;
        if !whole && table.spec.sampling() != Sampling::Elements {
            let spec = &table.spec;
            let place = |row: &Row| {
                let label = |named: &Option<String>, label: &Label| named.as_ref().map(|_| label.clone());
                let design = [(&spec.round, &row.round), (&spec.strata, &row.stratum), (&spec.psu, &row.psu)];
                (design.map(|(named, of_row)| label(named, of_row)), row.keys[..spec.keys.len()].to_vec())
            };
            let first: HashSet<_> = table.rows[..half].iter().map(place).collect();
            let rows = table.rows.iter().enumerate().filter(|(i, row)| *i < half || !first.contains(&place(row)));
            table.rows = rows.map(|(_, row)| row.clone()).collect();
        }
        let part = |rows: &[Row]| Table { spec: table.spec.clone(), rows: rows.to_vec() };
        let provinces = [part(&table.rows[..half]), part(&table.rows[half..])].map(|part| built(&part, &mut rng));
        let nation = built(&table, &mut rng);
        same(&provinces[0].merge(&provinces[1]).unwrap(), &nation, seed, &table.spec);
    }
}

#[test]
fn rounds_are_told_apart_by_year() {
    let spec = CubeSpec {
        indicators: vec!["d".to_owned()],
        round: Some("round".to_owned()),
        year: Some("year".to_owned()),
        ..CubeSpec::default()
    };
    let rows = |years: Vec<Option<f64>>| {
        let count = years.len();
        let mut builder = CubeBuilder::new(&spec).unwrap();
        let flags: ArrayRef = Arc::new(BooleanArray::from(vec![true; count]));
        let rounds: ArrayRef = Arc::new(Int64Array::from(vec![2; count]));
        let years: ArrayRef = Arc::new(Float64Array::from(years));
        assert_eq!(builder.push(&batch(vec![("d", flags), ("round", rounds), ("year", years)], count)), []);
        builder.finish()
    };
    let early = rows(vec![Some(2018.5), None, Some(2018.5)]).unwrap();
    assert_eq!((&early.rounds[0].label, early.rounds[0].year), (&Label::Whole(2), Some(2018.5)));
    let problems = rows(vec![Some(2018.0), None, Some(2019.0)]).unwrap_err();
    assert!(problems.to_string().contains("round 2 has two years: 2018 and 2019"), "{problems}");
    let late = rows(vec![Some(2020.0)]).unwrap();
    assert_eq!(early.merge(&late), Err(SeriesError::Years(Label::Whole(2), 2018.5, 2020.0)));
    assert_eq!(early.merge(&rows(vec![None]).unwrap()).unwrap().rounds[0].cube.rows(), 4);
}

fn flags(rows: usize) -> ArrayRef {
    Arc::new(BooleanArray::from(vec![true; rows]))
}

fn numbers(numbers: &[Option<f64>]) -> ArrayRef {
    Arc::new(Float64Array::from(numbers.to_vec()))
}

#[test]
fn a_row_that_cannot_be_counted_is_named_and_left_out() {
    let name = |name: &str| Some(name.to_owned());
    let spec = CubeSpec {
        indicators: vec!["d".to_owned()],
        gaps: vec![("d".to_owned(), "g".to_owned())],
        weight: name("w"),
        size: name("n"),
        strata: name("s"),
        psu: name("p"),
        ..CubeSpec::default()
    };
    let deprived =
        BooleanArray::from(vec![Some(true), Some(true), Some(true), Some(true), Some(false), None, Some(true)]);
    let psus: DictionaryArray<Int32Type> =
        [Some("a"), None, Some("a"), Some("a"), Some("a"), Some("a"), Some("a")].into_iter().collect();
    let columns: Vec<(&str, ArrayRef)> = vec![
        ("d", Arc::new(deprived)),
        ("g", numbers(&[Some(0.25), Some(0.5), None, Some(1.5), None, Some(7.0), Some(1.0)])),
        ("w", numbers(&[Some(2.0), None, Some(1.0), Some(-1.0), Some(0.0), Some(1.0), Some(f64::INFINITY)])),
        ("n", numbers(&[Some(3.0), Some(1.0), Some(1.0), Some(1.0), Some(1.0), Some(1.0), Some(f64::NAN)])),
        ("s", Arc::new(Int64Array::from(vec![Some(1), Some(1), None, Some(1), Some(1), Some(1), Some(1)]))),
        ("p", Arc::new(psus)),
    ];
    let mut builder = CubeBuilder::new(&spec).unwrap();
    let faults = builder.push(&batch(columns, 7));
    let found: Vec<(usize, &str, &str)> =
        faults.iter().map(|fault| (fault.row, &*fault.column, &*fault.message.en)).collect();
    let expected = [
        (1, "w", "the weight is missing"),
        (1, "p", "the sampling unit is missing"),
        (2, "g", "the household is deprived, but its gap is missing"),
        (2, "s", "the stratum is missing"),
        (3, "g", "the gap of a deprived household must be between 0 and 1"),
        (3, "w", "the weight is not possible"),
        (6, "w", "the weight is not possible"),
        (6, "n", "the number of persons is not possible"),
    ];
    assert_eq!(found, expected);
    assert_eq!(faults[0].message.vi.as_ref(), "thiếu quyền số");
    assert_eq!(faults[5].value.as_deref(), Some("-1"));
    let problem = faults[5].clone().at("hộ.csv".into(), 5, None);
    assert_eq!(
        problem.to_string(),
        "hộ.csv, row 5, column w: the weight is not possible (“-1”); use a number, 0 or more"
    );
    // Of weight 0, of unknown deprivation, without a gap because not deprived: all count as rows.
    assert_eq!((builder.counted(), builder.excluded()), (3, 4));
    let cube = builder.finish().unwrap().rounds.remove(0).cube;
    assert_eq!((cube.cells.rows, cube.cells.weight), (vec![1, 1, 1], vec![0.0, 1.0, 6.0]));
    assert_eq!((&cube.gaps[0].gap, &cube.gaps[0].gap_squared), (&vec![0.0, 0.0, 1.5], &vec![0.0, 0.0, 0.375]));
}

#[test]
fn a_correction_is_a_number_of_units_or_a_share() {
    let name = |name: &str| Some(name.to_owned());
    let spec = CubeSpec {
        indicators: vec!["d".to_owned()],
        strata: name("s"),
        psu: name("p"),
        fpc: name("f"),
        ..CubeSpec::default()
    };
    let populations = |corrections: [f64; 5]| {
        let mut builder = CubeBuilder::new(&spec).unwrap();
        let whole = |numbers: [i64; 5]| -> ArrayRef { Arc::new(Int64Array::from(numbers.to_vec())) };
        let columns = vec![
            ("d", flags(5)),
            ("s", whole([1, 1, 1, 2, 2])),
            // Unit 1 of stratum 2 is another than that of stratum 1.
            ("p", whole([1, 2, 1, 1, 1])),
            ("f", numbers(&corrections.map(Some))),
        ];
        assert_eq!(builder.push(&batch(columns, 5)), []);
        let cube = builder.finish().map_err(|e| e.to_string())?.rounds.remove(0).cube;
        assert_eq!(cube.psus.len(), 3);
        Ok::<_, String>(cube.strata.iter().map(|stratum| stratum.population.unwrap()).collect::<Vec<f64>>())
    };
    assert_eq!(populations([20.0, 20.0, 20.0, 1.0, 1.0]), Ok(vec![20.0, 1.0]));
    assert_eq!(populations([0.25, 0.25, 0.25, 1.0, 1.0]), Ok(vec![8.0, 1.0]));
    let two = populations([20.0, 20.0, 21.0, 9.0, 9.0]).unwrap_err();
    assert!(two.contains("stratum 1 has two finite population corrections: 20 and 21"), "{two}");
    let mixed = populations([20.0, 20.0, 20.0, 0.5, 0.5]).unwrap_err();
    assert!(mixed.contains("stratum 2 has a share"), "{mixed}");
}

#[test]
fn names_that_do_not_go_together_are_refused() {
    let name = |name: &str| Some(name.to_owned());
    let good = CubeSpec { indicators: vec!["a".to_owned(), "b".to_owned()], ..CubeSpec::default() };
    let many: Vec<String> = (0..33).map(|j| format!("d{j}")).collect();
    let gap = |indicator: &str| (indicator.to_owned(), "gap".to_owned());
    for (spec, expected) in [
        (CubeSpec::default(), "0 indicators"),
        (CubeSpec { indicators: many, ..CubeSpec::default() }, "33 indicators"),
        (CubeSpec { indicators: vec!["a".to_owned(); 2], ..good.clone() }, "`a` is named twice"),
        (CubeSpec { keys: vec!["k".to_owned(); 2], ..good.clone() }, "`k` is named twice"),
        (CubeSpec { gaps: vec![gap("c")], ..good.clone() }, "`c`, which is not an indicator"),
        (CubeSpec { gaps: vec![gap("b"), gap("b")], ..good.clone() }, "`b` has two columns"),
        (CubeSpec { register: true, psu: name("p"), ..good.clone() }, "has no strata"),
    ] {
        let refused = CubeBuilder::new(&spec).unwrap_err();
        assert!(refused.en.contains(expected), "{refused}");
        assert_eq!(spec.columns().unwrap_err(), refused);
    }
    // A column may have several parts: it is read once.
    let spec = CubeSpec { strata: name("k"), keys: vec!["k".to_owned()], year: name("k"), ..good };
    let columns = spec.columns().unwrap();
    assert_eq!(columns.iter().map(|column| column.name.as_str()).collect::<Vec<_>>(), ["a", "b", "k", "k"]);
}
