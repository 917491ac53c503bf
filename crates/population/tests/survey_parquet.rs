//! Reading any survey file: Parquet in all the types and forms that other programs write.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use arrow::array::*;
use arrow::datatypes::{DataType, Field, Float64Type, Int32Type, Int64Type, Schema};
use parquet::arrow::ArrowWriter;
use parquet::basic::{Compression, Encoding};
use parquet::file::properties::{EnabledStatistics, WriterProperties, WriterPropertiesBuilder, WriterVersion};
use proptest::prelude::*;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tempfile::TempDir;
use unicode_normalization::UnicodeNormalization;
use vuon_population::survey::{BATCH, SurveyBatches, SurveyColumn, SurveyTable, read_all};

fn write(path: &Path, columns: Vec<(&str, ArrayRef)>, properties: WriterPropertiesBuilder) {
    let batch = RecordBatch::try_from_iter_with_nullable(columns.into_iter().map(|(name, array)| (name, array, true)));
    let batch = batch.unwrap();
    let file = std::fs::File::create(path).unwrap();
    let mut writer = ArrowWriter::try_new(file, batch.schema(), Some(properties.build())).unwrap();
    writer.write(&batch).unwrap();
    writer.close().unwrap();
}

/// A file of one column `x`.
fn one(folder: &TempDir, array: impl Array + 'static) -> PathBuf {
    let path = folder.path().join("one.parquet");
    write(&path, vec![("x", Arc::new(array))], WriterProperties::builder());
    path
}

fn decode(path: &Path, columns: &[SurveyColumn]) -> Result<SurveyBatches, String> {
    let table = SurveyTable::open(&[path.to_owned()], columns).map_err(|problems| problems.to_string())?;
    let mut units = table.units().map(|unit| unit.unwrap().decode());
    let first = units.next().unwrap_or_else(|| Ok(SurveyBatches::default()));
    assert!(units.next().is_none(), "one unit only");
    first.map_err(|problem| problem.to_string())
}

/// The column `x` of a file of few rows, and what is wrong with it.
fn column(path: &Path, wanted: SurveyColumn) -> (ArrayRef, Vec<Found>) {
    let unit = decode(path, &[wanted]).unwrap();
    assert_eq!(unit.batches.len(), 1);
    let told = |p: &vuon_population::row_problem::RowProblem| {
        assert_eq!(p.column.as_deref(), Some("x"));
        (p.row, p.value.as_deref().unwrap_or_default().to_owned(), p.message.en.to_string())
    };
    (unit.batches[0].column(0).clone(), unit.problems.iter().map(told).collect())
}

/// A problem: its row, column and words.
type Found = (u64, String, String);

fn flags(path: &Path) -> (Vec<Option<bool>>, Vec<Found>) {
    let (array, problems) = column(path, SurveyColumn::flag("x"));
    (array.as_boolean().iter().collect(), problems)
}

fn numbers(path: &Path) -> (Vec<Option<f64>>, Vec<Found>) {
    let (array, problems) = column(path, SurveyColumn::number("x"));
    (array.as_primitive::<Float64Type>().iter().collect(), problems)
}

/// Labels as they would be told.
fn labels(path: &Path) -> (Vec<Option<String>>, Vec<Found>) {
    let (array, problems) = column(path, SurveyColumn::label("x"));
    let labels = match array.data_type() {
        DataType::Int64 => array.as_primitive::<Int64Type>().iter().map(|n| n.map(|n| n.to_string())).collect(),
        _ => {
            let texts = array.as_dictionary::<Int32Type>();
            let names = texts.values().as_string::<i32>();
            texts.keys().iter().map(|key| key.map(|key| names.value(key as usize).to_owned())).collect()
        }
    };
    (labels, problems)
}

fn texts(labels: &[&str]) -> Vec<Option<String>> {
    labels.iter().map(|label| (!label.is_empty()).then(|| (*label).to_owned())).collect()
}

#[test]
fn flags_are_read_from_every_type_that_can_hold_0_and_1() {
    let folder = TempDir::new().unwrap();
    let expected = vec![Some(true), None, Some(false)];
    let arrays: [ArrayRef; 14] = [
        Arc::new(BooleanArray::from(vec![Some(true), None, Some(false)])),
        Arc::new(Int8Array::from(vec![Some(1), None, Some(0)])),
        Arc::new(Int16Array::from(vec![Some(1), None, Some(0)])),
        Arc::new(Int32Array::from(vec![Some(1), None, Some(0)])),
        Arc::new(Int64Array::from(vec![Some(1), None, Some(0)])),
        Arc::new(UInt8Array::from(vec![Some(1), None, Some(0)])),
        Arc::new(UInt16Array::from(vec![Some(1), None, Some(0)])),
        Arc::new(UInt32Array::from(vec![Some(1), None, Some(0)])),
        Arc::new(UInt64Array::from(vec![Some(1), None, Some(0)])),
        Arc::new(Float32Array::from(vec![1.0, f32::NAN, -0.0])),
        Arc::new(Float64Array::from(vec![Some(1.0), None, Some(0.0)])),
        Arc::new(StringArray::from(vec![Some("1"), None, Some("false")])),
        Arc::new(LargeStringArray::from(vec!["1.0", "NA", "0"])),
        Arc::new(vec![Some("TRUE"), Some(" "), Some("0")].into_iter().collect::<DictionaryArray<Int32Type>>()),
    ];
    for array in arrays {
        let found = array.data_type().clone();
        assert_eq!(flags(&one(&folder, array)), (expected.clone(), vec![]), "{found}");
    }
    assert_eq!(flags(&one(&folder, NullArray::new(3))), (vec![None; 3], vec![]));
}

#[test]
fn another_value_in_a_flag_is_a_problem_of_its_row() {
    let folder = TempDir::new().unwrap();
    let message = "this is neither 0 nor 1".to_owned();
    let read = flags(&one(&folder, Int8Array::from(vec![Some(1), Some(9), None, Some(-1)])));
    assert_eq!(read.0, [Some(true), None, None, None]);
    assert_eq!(read.1, [(2, "9".into(), message.clone()), (4, "-1".into(), message.clone())]);
    let read = flags(&one(&folder, Float64Array::from(vec![0.5, f64::NAN, f64::INFINITY])));
    assert_eq!(read.1, [(1, "0.5".into(), message.clone()), (3, "inf".into(), message.clone())]);
    let read = flags(&one(&folder, StringArray::from(vec!["1", "yes", "1", "yes"])));
    assert_eq!(read.1, [(2, "yes".into(), message.clone()), (4, "yes".into(), message)]);
}

#[test]
fn numbers_are_read_from_every_numeric_type() {
    let folder = TempDir::new().unwrap();
    let decimal = Decimal128Array::from(vec![Some(250), None, Some(-100)]).with_precision_and_scale(10, 2).unwrap();
    let arrays: [(ArrayRef, [Option<f64>; 3]); 6] = [
        (Arc::new(Float64Array::from(vec![2.5, f64::NAN, -1.0])), [Some(2.5), None, Some(-1.0)]),
        (Arc::new(Float32Array::from(vec![Some(2.5), None, Some(-1.0)])), [Some(2.5), None, Some(-1.0)]),
        (Arc::new(Int64Array::from(vec![Some(2), None, Some(-1)])), [Some(2.0), None, Some(-1.0)]),
        (Arc::new(BooleanArray::from(vec![Some(true), None, Some(false)])), [Some(1.0), None, Some(0.0)]),
        (Arc::new(decimal), [Some(2.5), None, Some(-1.0)]),
        (Arc::new(StringArray::from(vec!["2.5", "", "-1"])), [Some(2.5), None, Some(-1.0)]),
    ];
    for (array, expected) in arrays {
        let found = array.data_type().clone();
        assert_eq!(numbers(&one(&folder, array)), (expected.to_vec(), vec![]), "{found}");
    }
    let read = numbers(&one(&folder, Float64Array::from(vec![1.0, f64::NAN, f64::NEG_INFINITY])));
    assert_eq!(read.0, [Some(1.0), None, None]);
    assert_eq!(read.1, [(3, "-inf".into(), "this number is infinite or too large".into())]);
    let read = numbers(&one(&folder, StringArray::from(vec!["1,5"])));
    assert_eq!(read.1, [(1, "1,5".into(), "this is not a number".into())]);
}

#[test]
fn labels_are_whole_numbers_or_texts() {
    let folder = TempDir::new().unwrap();
    let loose: String = "Hà Nội".nfd().collect();
    let arrays: [(ArrayRef, Vec<Option<String>>); 8] = [
        (Arc::new(Int8Array::from(vec![Some(-1), None])), texts(&["-1", ""])),
        (Arc::new(UInt64Array::from(vec![Some(12), None])), texts(&["12", ""])),
        (Arc::new(Float64Array::from(vec![3.0, f64::NAN])), texts(&["3", ""])),
        (Arc::new(BooleanArray::from(vec![Some(true), None])), texts(&["1", ""])),
        (Arc::new(StringArray::from(vec![Some("007"), None, Some("NA")])), texts(&["007", "", "NA"])),
        (Arc::new(StringArray::from(vec![" a ", " ", "a", loose.as_str()])), texts(&["a", "", "a", "Hà Nội"])),
        (Arc::new(StringViewArray::from(vec!["a", "b"])), texts(&["a", "b"])),
        (Arc::new(BinaryArray::from(vec![&b"a"[..], b"b"])), texts(&["a", "b"])),
    ];
    for (array, expected) in arrays {
        let found = array.data_type().clone();
        assert_eq!(labels(&one(&folder, array)), (expected, vec![]), "{found}");
    }
    let message = "this label is not a whole number".to_owned();
    let read = labels(&one(&folder, Float64Array::from(vec![1.0, 2.5, 1e300])));
    assert_eq!(read.0, texts(&["1", "", ""]));
    assert_eq!(read.1[0], (2, "2.5".into(), message.clone()));
    let read = labels(&one(&folder, UInt64Array::from(vec![u64::MAX])));
    assert_eq!(read.1, [(1, u64::MAX.to_string(), message)]);
    let (nothing, _) = labels(&one(&folder, NullArray::new(2)));
    assert_eq!(nothing, [None, None]);
}

#[test]
fn a_column_may_be_wanted_as_different_kinds() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("a.parquet");
    let flag: ArrayRef = Arc::new(BooleanArray::from(vec![Some(true), None, Some(false)]));
    let code: ArrayRef = Arc::new(StringArray::from(vec!["1", "0", "02"]));
    write(&path, vec![("flag", flag), ("code", code)], WriterProperties::builder());
    let wanted = [
        SurveyColumn::label("code"),
        SurveyColumn::flag("flag"),
        SurveyColumn::number("code"),
        SurveyColumn::label("flag"),
        SurveyColumn::number("flag"),
    ];
    let unit = decode(&path, &wanted).unwrap();
    let batch = &unit.batches[0];
    assert!(unit.problems.is_empty());
    assert_eq!(batch.column(1).as_boolean(), &BooleanArray::from(vec![Some(true), None, Some(false)]));
    assert_eq!(batch.column(2).as_primitive::<Float64Type>(), &Float64Array::from(vec![1.0, 0.0, 2.0]));
    assert_eq!(batch.column(3).as_primitive::<Int64Type>(), &Int64Array::from(vec![Some(1), None, Some(0)]));
    assert_eq!(batch.column(4).as_primitive::<Float64Type>(), &Float64Array::from(vec![Some(1.0), None, Some(0.0)]));
    let names: Vec<&str> = batch.schema_ref().fields().iter().map(|field| field.name().as_str()).collect();
    assert_eq!(names, ["code", "flag", "code", "flag", "flag"]);
}

#[test]
fn a_type_that_cannot_hold_the_kind_is_refused_before_any_row_is_read() {
    let folder = TempDir::new().unwrap();
    let path = one(&folder, Date32Array::from(vec![1]));
    for wanted in [SurveyColumn::flag("x"), SurveyColumn::number("x"), SurveyColumn::label("x")] {
        let refused = decode(&path, &[wanted]).unwrap_err();
        assert!(refused.contains("the column `x` holds Date32 values"), "{refused}");
    }
    let nested = StructArray::from(vec![(
        Arc::new(Field::new("y", DataType::Boolean, true)),
        Arc::new(BooleanArray::from(vec![true])) as ArrayRef,
    )]);
    let refused = decode(&one(&folder, nested), &[SurveyColumn::flag("x")]).unwrap_err();
    assert!(refused.contains("write it as booleans or the numbers 0 and 1"), "{refused}");
}

#[test]
fn rows_are_numbered_through_the_groups_and_files_are_read_in_their_order() {
    let folder = TempDir::new().unwrap();
    let paths: Vec<PathBuf> = (0..2).map(|file| folder.path().join(format!("{file}.parquet"))).collect();
    for (file, path) in (0..).zip(&paths) {
        let x: ArrayRef = Arc::new(Int32Array::from_iter_values((0..10).map(|row| if row == 7 { 3 } else { file })));
        write(path, vec![("x", x)], WriterProperties::builder().set_max_row_group_row_count(Some(4)));
    }
    let table = SurveyTable::open(&paths, &[SurveyColumn::flag("x")]).unwrap();
    assert_eq!((table.rows(), table.units().count()), (Some(20), 6));
    let units: Vec<SurveyBatches> = table.units().map(|unit| unit.unwrap().decode().unwrap()).collect();
    let told: Vec<(bool, u64)> =
        units.iter().flat_map(|unit| &unit.problems).map(|p| (p.file.ends_with("1.parquet"), p.row)).collect();
    assert_eq!(told, [(false, 8), (true, 8)]);
    assert!(
        read_all(&paths, &[SurveyColumn::number("x")])
            .unwrap()
            .numbers("x")
            .unwrap()
            .iter()
            .eq((0..20).map(|row| if row % 10 == 7 { 3.0 } else { f64::from(row / 10) }).map(Some))
    );
}

#[test]
fn a_long_row_group_is_cut_into_parts_that_can_be_decoded_in_any_order() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("long.parquet");
    let rows = 2_700_000;
    let flag = |row: usize| (row % 11 != 3).then_some(row % 3 == 1);
    let other = |row: usize| (row / 1000).is_multiple_of(2);
    let commune = |row: usize| format!("{:05}", row / 5000);
    let flags: ArrayRef = Arc::new((0..rows).map(flag).collect::<BooleanArray>());
    let others: ArrayRef = Arc::new((0..rows).map(|row| Some(other(row))).collect::<BooleanArray>());
    let communes: ArrayRef = Arc::new(StringArray::from_iter_values((0..rows).map(commune)));
    let all = vec![("commune", communes), ("flag", flags), ("other", others)];
    write(&path, all, WriterProperties::builder().set_max_row_group_row_count(Some(rows)));
    let wanted = [SurveyColumn::flag("flag"), SurveyColumn::flag("other"), SurveyColumn::label("commune")];
    let table = SurveyTable::open(&[path], &wanted).unwrap();
    let units: Vec<_> = table.units().map(Result::unwrap).collect();
    assert_eq!(units.len(), 3);
    let mut decoded: Vec<SurveyBatches> = units.into_iter().rev().map(|unit| unit.decode().unwrap()).collect();
    decoded.reverse();
    assert!(decoded.iter().map(|unit| unit.bytes).sum::<u64>() <= table.bytes());
    let mut row = 0;
    for batch in decoded.iter().flat_map(|unit| &unit.batches) {
        assert!(
            batch.num_rows() == BATCH || (row + batch.num_rows()) % (1 << 20) == 0 || row + batch.num_rows() == rows
        );
        let (flags, others) = (batch.column(0).as_boolean(), batch.column(1).as_boolean());
        assert_eq!((flags.offset() % 64, others.offset() % 64), (0, 0));
        let communes = batch.column(2).as_dictionary::<Int32Type>().downcast_dict::<StringArray>().unwrap();
        for at in 0..batch.num_rows() {
            assert_eq!(flags.is_valid(at).then(|| flags.value(at)), flag(row));
            assert_eq!((others.value(at), communes.value(at)), (other(row), commune(row).as_str()));
            row += 1;
        }
    }
    assert_eq!(row, rows);
}

#[test]
fn a_damaged_file_is_told_as_such() {
    let folder = TempDir::new().unwrap();
    let path = one(&folder, BooleanArray::from(vec![true; 1000]));
    let whole = std::fs::read(&path).unwrap();
    std::fs::write(&path, &whole[..whole.len() - 1]).unwrap();
    assert!(decode(&path, &[SurveyColumn::flag("x")]).unwrap_err().contains("this is not a whole Parquet file"));
    let mut broken = whole;
    broken[4..40].fill(0xff);
    std::fs::write(&path, broken).unwrap();
    let refused = decode(&path, &[SurveyColumn::flag("x")]).unwrap_err();
    assert!(refused.contains("the rows from 1 on cannot be decoded"), "{refused}");
}

/// Three columns, and how they are written.
type Drawn = (Vec<Option<bool>>, Vec<Option<bool>>, Vec<Option<u8>>, WriterPropertiesBuilder);

/// A table as others may write it, and how.
fn tables() -> impl Strategy<Value = Drawn> {
    let rows = (1_usize..3000, 0.0..=1.0_f64, 0.0..=1.0_f64).prop_flat_map(|(rows, known, yes)| {
        let flag = move || prop::option::weighted(known, prop::bool::weighted(yes));
        let (first, second) = (prop::collection::vec(flag(), rows), prop::collection::vec(flag(), rows));
        (first, second, prop::collection::vec(prop::option::weighted(known, 0..50_u8), rows))
    });
    let version = prop_oneof![Just(WriterVersion::PARQUET_1_0), Just(WriterVersion::PARQUET_2_0)];
    let encoding = prop_oneof![Just(Encoding::PLAIN), Just(Encoding::RLE)];
    let compression = prop_oneof![Just(Compression::UNCOMPRESSED), Just(Compression::SNAPPY)];
    let form = (version, encoding, compression, 1..900_usize, 1..2000_usize, any::<bool>()).prop_map(
        |(version, encoding, compression, page, group, dictionary)| {
            WriterProperties::builder()
                .set_writer_version(version)
                .set_column_encoding("first".into(), encoding)
                .set_column_encoding("second".into(), encoding)
                .set_column_dictionary_enabled("code".into(), dictionary)
                .set_statistics_enabled(EnabledStatistics::None)
                .set_compression(compression)
                .set_data_page_row_count_limit(page)
                .set_write_batch_size(page)
                .set_max_row_group_row_count(Some(group))
        },
    );
    (rows, form).prop_map(|((first, second, code), form)| (first, second, code, form))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(100))]

    #[test]
    fn whatever_form_a_table_is_written_in_the_same_rows_come_out((first, second, code, form) in tables()) {
        let folder = TempDir::new().unwrap();
        let path = folder.path().join("a.parquet");
        let names: Vec<Option<String>> = code.iter().map(|code| code.map(|code| format!("c{code}"))).collect();
        write(
            &path,
            vec![
                ("first", Arc::new(BooleanArray::from(first.clone()))),
                ("code", Arc::new(StringArray::from(names.clone()))),
                ("second", Arc::new(BooleanArray::from(second.clone()))),
            ],
            form,
        );
        let wanted = [SurveyColumn::flag("second"), SurveyColumn::label("code"), SurveyColumn::flag("first")];
        let table = SurveyTable::open(&[path], &wanted).unwrap();
        let mut row = 0;
        for unit in table.units() {
            for batch in unit.unwrap().decode().unwrap().batches {
                let (end, seconds, firsts) = (row + batch.num_rows(), batch.column(0).as_boolean(), batch.column(2).as_boolean());
                let codes = batch.column(1).as_dictionary::<Int32Type>().downcast_dict::<StringArray>().unwrap();
                prop_assert_eq!(seconds, &BooleanArray::from(second[row..end].to_vec()));
                prop_assert_eq!(firsts, &BooleanArray::from(first[row..end].to_vec()));
                prop_assert!(codes.into_iter().eq(names[row..end].iter().map(Option::as_deref)));
                row = end;
            }
        }
        prop_assert_eq!(row, first.len());
    }
}

#[test]
fn a_schema_hint_of_the_writer_does_not_matter() {
    // Arrow's own schema in the footer may say dictionary or large text; the labels come out the same.
    let folder = TempDir::new().unwrap();
    let schema = Arc::new(Schema::new(vec![Field::new("x", DataType::LargeUtf8, false)]));
    let batch = RecordBatch::try_new(schema.clone(), vec![Arc::new(LargeStringArray::from(vec!["a", "b"]))]).unwrap();
    let path = folder.path().join("a.parquet");
    let mut writer = ArrowWriter::try_new(std::fs::File::create(&path).unwrap(), schema, None).unwrap();
    writer.write(&batch).unwrap();
    writer.close().unwrap();
    assert_eq!(labels(&path).0, texts(&["a", "b"]));
}
