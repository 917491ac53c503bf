//! From files to cubes and back: which rows count, which are named, and that nothing depends on threads.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

#[path = "cube/batch.rs"]
mod batch;

use arrow::array::{ArrayRef, BooleanArray, Float64Array, Int64Array, RecordBatch, StringArray};
use batch::batch;
use parquet::arrow::ArrowWriter;
use parquet::file::metadata::KeyValue;
use parquet::file::properties::WriterProperties;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use vuon_measure::cube::{Label, Profile, Psu, Sampling};
use vuon_policy::model::Language;
use vuon_population::cube::{Built, CubeSpec, build, load, save};
use vuon_population::pipeline::RunError;
use vuon_population::row_problem::RowProblems;

fn names(names: &[&str]) -> Vec<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}

fn spec() -> CubeSpec {
    CubeSpec {
        indicators: names(&["water", "school"]),
        weight: Some("w".to_owned()),
        psu: Some("cluster".to_owned()),
        keys: names(&["area"]),
        ..CubeSpec::default()
    }
}

fn built(spec: &CubeSpec, files: &[PathBuf]) -> (Built, Vec<String>) {
    let mut problems = RowProblems::new(100);
    let built =
        build(spec, files, &mut problems, &mut |_| {}, &AtomicBool::new(false)).unwrap_or_else(|e| panic!("{e}"));
    let place = |problem: &str| problem.rsplit('/').next().unwrap().to_owned();
    (built, problems.first().iter().map(|problem| place(&problem.to_string())).collect())
}

fn write_parquet(path: &Path, batch: &RecordBatch, rows_of_group: usize, metadata: &[(&str, &str)]) {
    let pairs = metadata.iter().map(|(key, value)| KeyValue::new((*key).to_owned(), (*value).to_owned())).collect();
    let properties = WriterProperties::builder()
        .set_max_row_group_row_count(Some(rows_of_group))
        .set_key_value_metadata(Some(pairs))
        .build();
    let mut writer = ArrowWriter::try_new(File::create(path).unwrap(), batch.schema(), Some(properties)).unwrap();
    writer.write(batch).unwrap();
    writer.close().unwrap();
}

#[test]
fn rows_that_cannot_be_counted_are_named_by_file_and_row() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("north.csv");
    let text = "area,cluster,water,school,w\n\
                urban,c1,1,0,2\n\
                \n\
                urban,c1,1,,1.5\n\
                rural,c2,maybe,0,1\n\
                rural,c2,0,0,\n\
                rural,,0,1,heavy\n\
                ,c2,0,1,-3\n\
                ,c2,1,1,4\n";
    std::fs::write(&path, text).unwrap();
    let (built, problems) = built(&spec(), &[path]);
    assert_eq!((built.rows, built.excluded, built.unlisted), (7, 4, 0));
    let expected = [
        "north.csv, row 5, column water: ",
        "north.csv, row 6, column w: the weight is missing; fill it in",
        // What else is missing in a row with an unreadable cell is not told.
        "north.csv, row 7, column w: ",
        "north.csv, row 8, column w: the weight is not possible (“-3”)",
    ];
    assert_eq!(problems.len(), expected.len(), "{problems:?}");
    for (problem, expected) in problems.iter().zip(expected) {
        assert!(problem.starts_with(expected), "{problem}");
    }
    let cube = &built.series.rounds[0].cube;
    assert_eq!((&cube.sampling, cube.weight.as_str()), (&Sampling::Clusters, "w"));
    let text = |text: &str| Label::Text(text.into());
    assert_eq!(cube.psus, [Psu { stratum: 0, label: text("c1") }, Psu { stratum: 0, label: text("c2") }]);
    assert_eq!(cube.keys[0].values, [text("urban"), Label::Missing]);
    let known = |deprived| Profile { deprived, unknown: 0 };
    assert_eq!(cube.profiles, [known(1), Profile { deprived: 1, unknown: 2 }, known(3)]);
    assert_eq!(cube.cells.weight, [2.0, 1.5, 4.0]);
}

/// Rows of a sample: real weights, units in runs that the ends of row groups cut, some rows out of order.
fn sample(rows: usize) -> RecordBatch {
    let mut rng = ChaCha8Rng::seed_from_u64(7);
    let unit: Vec<i64> = (0..rows as i64).map(|row| if row % 97 == 5 { row % 13 } else { row / 23 }).collect();
    let mut flag = |p: f64| -> ArrayRef {
        Arc::new((0..rows).map(|_| (!rng.random_bool(0.001)).then(|| rng.random_bool(p))).collect::<BooleanArray>())
    };
    let (water, school) = (flag(0.3), flag(0.1));
    let weights: ArrayRef = Arc::new((0..rows).map(|_| Some(rng.random_range(0.1..3.0))).collect::<Float64Array>());
    let area = |unit: &i64| Some(if unit % 3 == 0 { "urban" } else { "rural" });
    let areas: ArrayRef = Arc::new(unit.iter().map(area).collect::<StringArray>());
    let units: ArrayRef = Arc::new(Int64Array::from(unit));
    batch(vec![("w", weights), ("area", areas), ("water", water), ("cluster", units), ("school", school)], rows)
}

#[test]
fn a_table_in_pieces_and_in_other_forms_has_the_same_cube() {
    let folder = tempfile::tempdir().unwrap();
    let rows = sample(30_000);
    let whole = folder.path().join("whole.parquet");
    write_parquet(&whole, &rows, 100_000, &[]);
    let expected = built(&spec(), &[whole]).0;
    assert_eq!((expected.rows, expected.excluded), (30_000, 0));

    let pieces: Vec<PathBuf> = [(0, 1), (1, 9_999), (10_000, 20_000)]
        .into_iter()
        .map(|(first, count)| {
            let path = folder.path().join(format!("{first:05}.parquet"));
            write_parquet(&path, &rows.slice(first, count), 1_234, &[]);
            path
        })
        .collect();
    assert!(built(&spec(), &pieces).0.series == expected.series);

    let csv = folder.path().join("table.csv");
    let mut text = "cluster;w;school;water;area\n".to_owned();
    let column = |name: &str| {
        arrow::compute::cast(rows.column_by_name(name).unwrap(), &arrow::datatypes::DataType::Utf8).unwrap()
    };
    let cells: Vec<ArrayRef> = ["cluster", "w", "school", "water", "area"].map(column).to_vec();
    for row in 0..rows.num_rows() {
        let cell = |column: &ArrayRef| {
            let texts = column.as_any().downcast_ref::<StringArray>().unwrap();
            if arrow::array::Array::is_valid(texts, row) { texts.value(row).to_owned() } else { String::new() }
        };
        text += &cells.iter().map(cell).collect::<Vec<_>>().join(";");
        text.push('\n');
    }
    std::fs::write(&csv, text).unwrap();
    assert!(built(&spec(), &[csv]).0.series == expected.series);
}

const CHILD: &str = "VUON_TEST_CUBE_FOLDER";

#[test]
fn the_same_bytes_with_any_number_of_threads() {
    let folder = tempfile::tempdir().unwrap();
    write_parquet(&folder.path().join("table.parquet"), &sample(300_000), 20_000, &[]);
    let bytes = ["1", "2", "7"].map(|threads| {
        let child = Command::new(std::env::current_exe().unwrap())
            .args(["--ignored", "--exact", "in_another_process"])
            .env("RAYON_NUM_THREADS", threads)
            .env(CHILD, folder.path())
            .output()
            .unwrap();
        assert!(child.status.success(), "{}", String::from_utf8_lossy(&child.stdout));
        std::fs::read(folder.path().join("cube.parquet")).unwrap()
    });
    assert!(bytes[0] == bytes[1] && bytes[1] == bytes[2]);
}

#[test]
#[ignore = "the test above runs it"]
fn in_another_process() {
    let Some(folder) = std::env::var_os(CHILD).map(PathBuf::from) else { return };
    let (built, _) = built(&spec(), &[folder.join("table.parquet")]);
    save(&built.series, &[], &folder.join("cube.parquet")).unwrap();
}

#[test]
fn a_run_can_be_stopped() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("table.parquet");
    write_parquet(&path, &sample(1_000), 100, &[]);
    let stop = AtomicBool::new(true);
    let stopped = build(&spec(), &[path], &mut RowProblems::new(1), &mut |_| {}, &stop);
    assert!(matches!(stopped, Err(RunError::Stopped)));
}

#[test]
fn progress_ends_with_the_whole_table() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("table.parquet");
    write_parquet(&path, &sample(1_000), 100, &[]);
    let mut told = Vec::new();
    build(&spec(), &[path], &mut RowProblems::new(1), &mut |so_far| told.push(so_far), &AtomicBool::new(false))
        .unwrap();
    assert_eq!(told.last().unwrap().rows, 1_000);
    assert!(told.is_sorted_by_key(|so_far| so_far.rows));
}

#[test]
fn columns_that_are_not_there_are_named() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("table.parquet");
    write_parquet(&path, &sample(10), 10, &[]);
    let spec = CubeSpec { strata: Some("stratum".to_owned()), ..spec() };
    let refused = build(&spec, &[path], &mut RowProblems::new(1), &mut |_| {}, &AtomicBool::new(false)).unwrap_err();
    assert!(refused.tell(Language::En).contains("there is no column `stratum`"), "{}", refused.tell(Language::En));
    assert!(refused.tell(Language::Vi).contains("không có cột `stratum`"));
}

#[test]
fn only_cubes_are_loaded() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("cube.parquet");
    let refused = || load(&path).unwrap_err().to_string();
    assert!(refused().contains("the file cannot be read"));

    std::fs::write(&path, "area,weight\nurban,1\n").unwrap();
    assert!(refused().contains("not a file of saved cubes"), "{}", refused());
    let table = sample(10);
    write_parquet(&path, &table, 10, &[]);
    assert!(refused().contains("not a file of saved cubes"), "{}", refused());
    assert!(load(&path).unwrap_err().tell(Language::Vi).contains("không phải là tệp khối dữ liệu thiếu hụt đã lưu"));
    write_parquet(&path, &table, 10, &[("vuon.cube.version", "2")]);
    assert!(refused().contains("saved in form 2; this program reads form 1"), "{}", refused());
    write_parquet(&path, &table, 10, &[("vuon.cube.version", "1")]);
    assert!(refused().contains("metadata is not complete"), "{}", refused());

    let metadata = [
        ("vuon.cube.version", "1"),
        ("vuon.cube.indicators", "water\nschool\n"),
        ("vuon.cube.keys", ""),
        ("vuon.cube.gaps", ""),
        ("vuon.cube.weight", "w"),
        ("vuon.cube.sampling", "register"),
    ];
    write_parquet(&path, &table, 10, &metadata);
    assert!(refused().contains("it has no deprived"), "{}", refused());
    let whole = |numbers: &[u32]| -> ArrayRef { Arc::new(arrow::array::UInt32Array::from(numbers.to_vec())) };
    let number = |numbers: &[f64]| -> ArrayRef { Arc::new(Float64Array::from(numbers.to_vec())) };
    let cells = |deprived: &[u32], rows: &[u32], weight: ArrayRef| {
        let columns = vec![("deprived", whole(deprived)), ("rows", whole(rows)), ("weight", weight)];
        write_parquet(&path, &batch(columns, 2), 10, &metadata);
    };
    cells(&[0, 4], &[1, 1], number(&[1.0, 2.0]));
    assert!(refused().contains("a profile is not possible"), "{}", refused());
    cells(&[0, 3], &[1, 0], number(&[1.0, 2.0]));
    assert!(refused().contains("a count or a sum is not possible"), "{}", refused());
    cells(&[0, 3], &[1, 1], number(&[1.0, f64::NAN]));
    assert!(refused().contains("a count or a sum is not possible"), "{}", refused());
    cells(&[0, 3], &[1, 1], whole(&[1, 1]));
    assert!(refused().contains("weight holds UInt32"), "{}", refused());
    cells(&[3, 3], &[u32::MAX, 1], number(&[7.0, 2.0]));
    assert!(refused().contains("it counts too many rows"), "{}", refused());
    // Rows that another program has put into another order are as good, and so are those of one cell in two.
    cells(&[3, 3], &[5, 1], number(&[7.0, 2.0]));
    let cube = load(&path).unwrap().series.rounds.remove(0).cube;
    assert_eq!((cube.profiles.len(), cube.cells.rows, cube.cells.weight), (1, vec![6], vec![9.0]));
}

#[test]
fn names_of_any_kind_are_kept() {
    let folder = tempfile::tempdir().unwrap();
    let spec = CubeSpec {
        indicators: names(&["nước, sạch", "a\\nb", "c\nd", ""]),
        keys: names(&["weight", "by_weight", "\\"]),
        register: true,
        ..CubeSpec::default()
    };
    let mut builder = vuon_population::cube::CubeBuilder::new(&spec).unwrap();
    let flag: ArrayRef = Arc::new(BooleanArray::from(vec![true]));
    let key: ArrayRef = Arc::new(Int64Array::from(vec![1]));
    let columns = spec.columns().unwrap();
    let column = |at: usize| (columns[at].name.as_str(), if at < 4 { flag.clone() } else { key.clone() });
    builder.push(&batch((0..7).map(column).collect(), 1));
    let series = builder.finish().unwrap();
    let path = folder.path().join("cube.parquet");
    save(&series, &[], &path).unwrap();
    assert_eq!(load(&path).unwrap().series, series);
}
