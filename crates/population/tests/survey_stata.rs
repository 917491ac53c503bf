//! Reading any survey file: Stata.
//!
//! `survey/pandas_*.dta` were written by pandas 3.1 (`DataFrame.to_stata`) from one made-up table of five rows, in the
//! formats of Stata 10, 13, 14 and 15; so the reader is checked against a writer of other people.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use arrow::array::{AsArray, BooleanArray, Float64Array, Int64Array};
use arrow::datatypes::{Float64Type, Int32Type, Int64Type};
use dta::stata::dta::byte_order::ByteOrder;
use dta::stata::dta::dta_writer::DtaWriter;
use dta::stata::dta::header::Header;
use dta::stata::dta::release::Release;
use dta::stata::dta::schema::Schema;
use dta::stata::dta::value::Value;
use dta::stata::dta::variable::Variable;
use dta::stata::dta::variable_type::VariableType;
use dta::stata::missing_value::MissingValue;
use dta::stata::stata_byte::StataByte;
use dta::stata::stata_double::StataDouble;
use std::path::{Path, PathBuf};
use tempfile::TempDir;
use vuon_population::survey::{SurveyBatches, SurveyColumn, SurveyTable, column_names};

fn pandas(version: u32) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/survey/pandas_{version}.dta"))
}

fn decode(path: &Path, columns: &[SurveyColumn]) -> Result<Vec<SurveyBatches>, String> {
    let table = SurveyTable::open(&[path.to_owned()], columns).map_err(|problems| problems.to_string())?;
    table.units().map(|unit| unit.unwrap().decode().map_err(|problem| problem.to_string())).collect()
}

#[test]
fn files_of_every_version_of_stata_give_codes_numbers_and_texts() {
    for version in [114, 117, 118, 119] {
        let path = pandas(version);
        let names = ["flag", "some", "region", "psu", "hh", "weight", "commune"];
        assert_eq!(column_names(std::slice::from_ref(&path)).unwrap(), names);
        let wanted = [
            SurveyColumn::flag("flag"),
            SurveyColumn::flag("some"),
            SurveyColumn::label("region"),
            SurveyColumn::label("psu"),
            SurveyColumn::number("hh"),
            SurveyColumn::number("weight"),
            SurveyColumn::label("commune"),
        ];
        let units = decode(&path, &wanted).unwrap();
        assert_eq!((units.len(), units[0].rows), (1, 5));
        assert!(units[0].problems.is_empty(), "{:?}", units[0].problems);
        let batch = &units[0].batches[0];
        let flag = [Some(false), Some(true), Some(true), Some(false), Some(true)];
        assert_eq!(batch.column(0).as_boolean(), &BooleanArray::from(flag.to_vec()));
        let some = [Some(false), Some(true), None, Some(true), Some(false)];
        assert_eq!(batch.column(1).as_boolean(), &BooleanArray::from(some.to_vec()));
        // The codes behind the labels north, centre and south.
        assert_eq!(batch.column(2).as_primitive::<Int64Type>(), &Int64Array::from(vec![0, 2, 0, 1, 2]));
        assert_eq!(batch.column(3).as_primitive::<Int64Type>(), &Int64Array::from(vec![101, 102, 201, 202, 32000]));
        assert_eq!(batch.column(4).as_primitive::<Float64Type>(), &Float64Array::from(vec![1.0, 2.0, 3.0, 4.0, 2e9]));
        let weights = Float64Array::from(vec![Some(0.5), Some(1.25), Some(2.0), None, Some(1e10)]);
        assert_eq!(batch.column(5).as_primitive::<Float64Type>(), &weights);
        let communes = batch.column(6).as_dictionary::<Int32Type>();
        let names = communes.values().as_string::<i32>();
        let communes: Vec<Option<&str>> = communes.keys().iter().map(|k| k.map(|k| names.value(k as usize))).collect();
        let vietnamese = if version < 118 { "H Ni" } else { "Hà Nội" };
        assert_eq!(communes, [Some("00001"), Some("00007"), None, Some(vietnamese), Some("x")]);
    }
}

/// A file of flags and weights, written in a version of the format.
fn written(path: &Path, release: Release, order: ByteOrder, rows: &[(StataByte, StataDouble)]) {
    let schema = Schema::builder()
        .add_variable(Variable::builder(VariableType::Byte, "flag").format("%8.0g"))
        .add_variable(Variable::builder(VariableType::Double, "weight").format("%10.0g"))
        .build()
        .unwrap();
    let header = Header::builder(release, order).build();
    let writer = DtaWriter::new().from_path(path).unwrap().write_header(header).unwrap().write_schema(schema).unwrap();
    let mut records = writer.into_record_writer().unwrap();
    for (flag, weight) in rows {
        records.write_record(&[Value::Byte(*flag), Value::Double(*weight)]).unwrap();
    }
    records.into_long_string_writer().unwrap().into_value_label_writer().unwrap().finish().unwrap();
}

#[test]
fn all_kinds_of_missing_are_missing_and_other_codes_are_told() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("a.dta");
    let rows = [
        (StataByte::Present(1), StataDouble::Present(0.1)),
        (StataByte::Missing(MissingValue::System), StataDouble::Missing(MissingValue::System)),
        (StataByte::Missing(MissingValue::A), StataDouble::Missing(MissingValue::Z)),
        (StataByte::Present(9), StataDouble::Present(-2.0)),
    ];
    let wanted = [SurveyColumn::number("weight"), SurveyColumn::flag("flag")];
    for order in [ByteOrder::LittleEndian, ByteOrder::BigEndian] {
        for release in [Release::V113, Release::V115, Release::V117, Release::V118, Release::V119] {
            written(&path, release, order, &rows);
            let units = decode(&path, &wanted).unwrap();
            let batch = &units[0].batches[0];
            let weights = Float64Array::from(vec![Some(0.1), None, None, Some(-2.0)]);
            assert_eq!(batch.column(0).as_primitive::<Float64Type>(), &weights);
            assert_eq!(batch.column(1).as_boolean(), &BooleanArray::from(vec![Some(true), None, None, None]));
            let told: Vec<_> =
                units[0].problems.iter().map(|p| (p.row, p.column.as_deref(), p.value.as_deref())).collect();
            assert_eq!(told, [(4, Some("flag"), Some("9"))]);
        }
    }
}

#[test]
fn a_long_file_comes_in_parts_and_in_order() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("a.dta");
    let value = |row: i32| (StataByte::Present((row % 2) as i8), StataDouble::Present(f64::from(row)));
    let rows: Vec<_> = (0..600_000).map(value).collect();
    written(&path, Release::V118, ByteOrder::LittleEndian, &rows);
    let table = SurveyTable::open(&[path], &[SurveyColumn::number("weight"), SurveyColumn::flag("flag")]).unwrap();
    assert_eq!(table.rows(), Some(600_000));
    let units: Vec<SurveyBatches> = table.units().map(|unit| unit.unwrap().decode().unwrap()).collect();
    assert_eq!(units.len(), 3);
    let mut next = 0;
    for batch in units.iter().flat_map(|unit| &unit.batches) {
        let (weights, flags) = (batch.column(0).as_primitive::<Float64Type>(), batch.column(1).as_boolean());
        for row in 0..batch.num_rows() {
            assert_eq!((weights.value(row), flags.value(row)), (f64::from(next), next % 2 == 1));
            next += 1;
        }
    }
    assert_eq!(next, 600_000);
}

#[test]
fn a_text_wanted_as_a_flag_or_number_is_read_like_a_cell() {
    let units = decode(&pandas(118), &[SurveyColumn::number("commune"), SurveyColumn::flag("region")]).unwrap();
    let batch = &units[0].batches[0];
    let numbers: Vec<Option<f64>> = batch.column(0).as_primitive::<Float64Type>().iter().collect();
    assert_eq!(numbers, [Some(1.0), Some(7.0), None, None, None]);
    let told: Vec<_> = units[0].problems.iter().map(|p| (p.row, p.column.as_deref(), p.value.as_deref())).collect();
    let region = Some("region");
    assert_eq!(
        told,
        [
            (2, region, Some("2")),
            (4, Some("commune"), Some("Hà Nội")),
            (5, Some("commune"), Some("x")),
            (5, region, Some("2"))
        ]
    );
}

#[test]
fn a_file_that_is_damaged_anywhere_is_told_or_read_but_never_crashes() {
    let folder = TempDir::new().unwrap();
    let wanted = [SurveyColumn::label("commune"), SurveyColumn::number("weight"), SurveyColumn::flag("flag")];
    let read = |name: String, bytes: &[u8]| {
        let path = folder.path().join(name);
        std::fs::write(&path, bytes).unwrap();
        drop(decode(&path, &wanted));
        std::fs::remove_file(path).unwrap();
    };
    for version in [114, 117, 118, 119] {
        let whole = std::fs::read(pandas(version)).unwrap();
        for at in (0..whole.len()).step_by(7) {
            read(format!("cut-{version}-{at}.dta"), &whole[..at]);
            let mut changed = whole.clone();
            changed[at] ^= 0x15;
            read(format!("changed-{version}-{at}.dta"), &changed);
        }
    }
    let path = folder.path().join("a.dta");
    std::fs::write(&path, "poor,weight\n1,2\n").unwrap();
    let refused = decode(&path, &wanted).unwrap_err();
    assert!(refused.contains("this Stata file cannot be read") && refused.contains("export delimited"), "{refused}");
}
