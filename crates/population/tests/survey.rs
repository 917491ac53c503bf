//! Reading any survey file: CSV, the finding of columns, and whole tables in memory.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use arrow::array::{Array, AsArray, RecordBatch};
use arrow::datatypes::{Float64Type, Int32Type};
use flate2::Compression;
use flate2::write::GzEncoder;
use std::io::Write;
use std::path::PathBuf;
use tempfile::TempDir;
use vuon_measure::cube::Label;
use vuon_policy::model::Language;
use vuon_population::row_problem::RowProblem;
use vuon_population::survey::{
    BATCH, ReadError, SurveyBatches, SurveyColumn, SurveyTable, column_names, label_of, read_all,
};

struct Files(TempDir);

impl Files {
    fn new() -> Self {
        Self(TempDir::new().unwrap())
    }

    fn file(&self, name: &str, bytes: impl AsRef<[u8]>) -> PathBuf {
        let path = self.0.path().join(name);
        std::fs::write(&path, bytes).unwrap();
        path
    }

    fn gzip(&self, name: &str, bytes: impl AsRef<[u8]>) -> PathBuf {
        let mut packed = GzEncoder::new(Vec::new(), Compression::fast());
        packed.write_all(bytes.as_ref()).unwrap();
        self.file(name, packed.finish().unwrap())
    }
}

/// The columns of the small tables: a flag, a weight and a region.
fn columns() -> Vec<SurveyColumn> {
    vec![SurveyColumn::flag("poor"), SurveyColumn::number("weight"), SurveyColumn::label("region")]
}

/// All units of a table, decoded in order.
fn decode(files: &[PathBuf], columns: &[SurveyColumn]) -> Result<Vec<SurveyBatches>, String> {
    let table = SurveyTable::open(files, columns).map_err(|problems| problems.to_string())?;
    let units = table.units().map(|unit| unit.and_then(|unit| unit.decode()).map_err(|problem| problem.to_string()));
    units.collect()
}

fn problems(units: &[SurveyBatches]) -> Vec<&RowProblem> {
    units.iter().flat_map(|unit| &unit.problems).collect()
}

type Row = (Option<bool>, Option<f64>, Option<String>);

fn rows(units: &[SurveyBatches]) -> Vec<Row> {
    units.iter().flat_map(|unit| &unit.batches).flat_map(rows_of).collect()
}

fn rows_of(batch: &RecordBatch) -> Vec<Row> {
    let (flags, numbers) = (batch.column(0).as_boolean(), batch.column(1).as_primitive::<Float64Type>());
    let labels = batch.column(2).as_dictionary::<Int32Type>();
    let names = labels.values().as_string::<i32>();
    let label = |row: usize| labels.key(row).map(|key| names.value(key).to_owned());
    let row = |row: usize| {
        (flags.is_valid(row).then(|| flags.value(row)), numbers.is_valid(row).then(|| numbers.value(row)), label(row))
    };
    (0..batch.num_rows()).map(row).collect()
}

fn row(flag: impl Into<Option<bool>>, number: impl Into<Option<f64>>, label: &str) -> Row {
    (flag.into(), number.into(), (!label.is_empty()).then(|| label.to_owned()))
}

#[test]
fn the_wanted_columns_of_a_csv_file_come_out_in_the_wanted_order() {
    let files = Files::new();
    let path =
        files.file("a.csv", "hh,region,weight,poor,note\n1,north,1.5,1,x\n2,007,.,NA,\n3, south ,2e1,TRUE,y\n4,,,0,\n");
    let units = decode(&[path], &columns()).unwrap();
    let expected = [row(true, 1.5, "north"), row(None, None, "007"), row(true, 20.0, "south"), row(false, None, "")];
    assert_eq!(rows(&units), expected);
    assert_eq!((units.len(), units[0].rows, units[0].unlisted), (1, 4, 0));
    assert!(units[0].problems.is_empty());
}

#[test]
fn separators_marks_and_line_ends_of_all_systems_are_accepted() {
    let files = Files::new();
    let expected = [row(true, 1.5, "Hà Nội"), row(false, 2.0, "Huế")];
    let lines = ["poor;weight;region", "1;1.5;Hà Nội", "0;2.0;\"Huế\""];
    for (name, text) in [
        ("unix.csv", lines.join("\n")),
        ("ended.csv", lines.join("\n") + "\n"),
        ("windows.csv", "\u{feff}".to_owned() + &lines.join("\r\n") + "\r\n"),
        ("mac.csv", lines.join("\r")),
        ("mac-ended.csv", lines.join("\r") + "\r"),
        ("tabs.tsv", lines.join("\n").replace(';', "\t")),
        ("commas.txt", lines.join("\n").replace(';', ",")),
        ("blank.csv", "\n\n".to_owned() + &lines.join("\n\n") + "\n;;\n\n"),
    ] {
        assert_eq!(rows(&decode(&[files.file(name, &text)], &columns()).unwrap()), expected, "{name}");
        let packed = files.gzip(&format!("{name}.gz"), &text);
        assert_eq!(rows(&decode(&[packed], &columns()).unwrap()), expected, "{name}.gz");
    }
}

#[test]
fn a_bad_cell_is_null_and_told_with_its_place_in_both_languages() {
    let files = Files::new();
    let text = "poor,weight,region\n1,1,a\n\n2,\"1,5\",b\n0,inf,c\nyes,1e999,d\n";
    let path = files.file("a.csv", text);
    let units = decode(std::slice::from_ref(&path), &columns()).unwrap();
    assert_eq!(rows(&units), [row(true, 1.0, "a"), row(None, None, "b"), row(false, None, "c"), row(None, None, "d")]);
    let told: Vec<String> = problems(&units).iter().map(|problem| problem.tell(Language::En)).collect();
    let file = path.display();
    assert_eq!(
        told,
        [
            format!(
                "{file}, row 4, column poor: this is neither 0 nor 1 (“2”); write 1 for yes, 0 for no; leave it empty when it is not known (codes such as 9 or 99 are to be emptied too)"
            ),
            format!(
                "{file}, row 4, column weight: this is not a number (“1,5”); write digits with a point for the decimals and nothing between thousands; leave it empty when it is not known"
            ),
            format!(
                "{file}, row 5, column weight: this number is infinite or too large (“inf”); look for a division by 0; leave it empty when it is not known"
            ),
            format!(
                "{file}, row 6, column poor: this is neither 0 nor 1 (“yes”); write 1 for yes, 0 for no; leave it empty when it is not known (codes such as 9 or 99 are to be emptied too)"
            ),
            format!(
                "{file}, row 6, column weight: this number is infinite or too large (“1e999”); look for a division by 0; leave it empty when it is not known"
            ),
        ]
    );
    assert_eq!(
        problems(&units)[0].tell(Language::Vi),
        format!(
            "{file}, dòng 4, cột poor: không phải là 0 hoặc 1 (“2”); hãy ghi 1 nếu có, 0 nếu không; để trống khi chưa biết (các mã như 9 hoặc 99 cũng phải bỏ trống)"
        )
    );
}

#[test]
fn a_row_with_too_few_or_too_many_cells_is_told_and_none_of_its_cells_is_read() {
    let files = Files::new();
    let units = decode(&[files.file("a.csv", "poor,weight,region\n1,2\n1,2,a,b\n1,2,a,,\n")], &columns()).unwrap();
    assert_eq!(rows(&units), [row(None, None, ""), row(None, None, ""), row(true, 2.0, "a")]);
    let told: Vec<(u64, &str)> = problems(&units).iter().map(|problem| (problem.row, &*problem.message.en)).collect();
    assert_eq!(told, [(2, "the row has 2 cells, the header 3"), (3, "the row has 4 cells, the header 3")]);
}

#[test]
fn text_in_another_encoding_is_told_where_it_is_wanted() {
    let files = Files::new();
    let units = decode(&[files.file("a.csv", b"poor,weight,region,x\n1,1,\xe0,\xe0\n")], &columns()).unwrap();
    assert_eq!(problems(&units).len(), 1);
    assert_eq!(&*problems(&units)[0].message.en, "the text is not in UTF-8");
    let wide: Vec<u8> = "poor,weight,region\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
    let refused = decode(&[files.file("wide.csv", wide)], &columns()).unwrap_err();
    assert!(refused.contains("this is not a CSV file in UTF-8"), "{refused}");
}

#[test]
fn a_cell_with_a_line_break_refuses_the_file_wherever_it_stands() {
    let files = Files::new();
    for (text, line) in [
        ("poor,weight,region\n1,1,a\n1,1,\"b\nc\"\n1,1,d\n", 3),
        ("poor,weight,region\n1,1,\"a\n", 2),
        ("poor,weight,region\n1,1,a\r\n1,1,\"a", 3),
        ("\n\npoor,weight,region\r1,1,\"a\r1,1,b", 4),
    ] {
        let refused = decode(&[files.file("a.csv", text)], &columns()).unwrap_err();
        assert!(refused.contains(&format!("opens in line {line} goes on beyond it")), "{refused}");
    }
    // A mark within a cell opens nothing.
    let units = decode(&[files.file("a.csv", "poor,weight,region\n1,1,5\" pipe\n0,2,b\n")], &columns()).unwrap();
    assert_eq!(rows(&units), [row(true, 1.0, "5\" pipe"), row(false, 2.0, "b")]);
}

#[test]
fn a_long_file_comes_in_order_in_batches_with_its_row_numbers() {
    let files = Files::new();
    let rows = 600_000;
    let mut text = "poor,weight,region\n".to_owned();
    for row in 0..rows {
        let flag = if row % 100_000 == 99_999 { 7 } else { row % 2 };
        text.push_str(&format!("{flag},{row},r{}\n", row / 1000));
        if row % 50_000 == 0 {
            text.push('\n');
        }
    }
    for path in [files.file("a.csv", &text), files.gzip("a.csv.gz", &text)] {
        let table = SurveyTable::open(std::slice::from_ref(&path), &columns()).unwrap();
        let units: Vec<SurveyBatches> = table.units().map(|unit| unit.unwrap().decode().unwrap()).collect();
        assert!(units.len() > 1, "one unit only");
        assert_eq!(units.iter().map(|unit| unit.rows).sum::<u64>(), rows);
        assert_eq!(units.iter().map(|unit| unit.bytes).sum::<u64>(), table.bytes());
        assert!(units.iter().flat_map(|unit| &unit.batches).all(|batch| batch.num_rows() <= BATCH));
        let mut next = 0.0_f64;
        for batch in units.iter().flat_map(|unit| &unit.batches) {
            for (_, number, label) in rows_of(batch) {
                assert_eq!((number, label), (Some(next), Some(format!("r{}", (next / 1000.0).floor()))));
                next += 1.0;
            }
        }
        // The header is row 1; a blank line stands after each 50,000 rows, from the first on.
        let found: Vec<u64> = problems(&units).iter().map(|problem| problem.row).collect();
        let expected: Vec<u64> = (1..=6).map(|nth| nth * 100_000 - 1 + 2 + 2 * nth).collect();
        assert_eq!(found, expected);
    }
}

#[test]
fn of_very_many_problems_the_first_are_told_and_all_are_counted() {
    let files = Files::new();
    let text = "poor,weight,region\n".to_owned() + &"9,x,a\n".repeat(5000);
    let units = decode(&[files.file("a.csv", text)], &columns()).unwrap();
    let told = problems(&units);
    assert_eq!((told.len() as u64 + units[0].unlisted, units[0].rows), (10_000, 5000));
    assert_eq!((told.len(), told.last().unwrap().row), (1000, 501));
    assert!(told.is_sorted_by_key(|problem| (problem.row, problem.column.clone())));
}

#[test]
fn all_files_that_lack_a_column_are_told_at_once() {
    let files = Files::new();
    let paths = [
        files.file("a.csv", "poor,weight,region\n1,1,a\n"),
        files.file("b.csv", "poor,wieght,region\n"),
        files.file("c.csv", ""),
        files.0.path().join("none.csv"),
    ];
    let refused = decode(&paths, &columns()).unwrap_err();
    assert!(refused.contains("b.csv: there is no column `weight`\n  perhaps it is `wieght`?"), "{refused}");
    assert!(refused.contains("c.csv: the file is empty"), "{refused}");
    assert!(refused.contains("none.csv: the file cannot be read"), "{refused}");
    assert_eq!(decode(&[], &columns()).unwrap_err(), "no data file is named\n  name at least one file");
}

#[test]
fn files_of_other_programs_are_refused_with_the_way_to_convert_them() {
    let files = Files::new();
    for (name, bytes, advice) in [
        ("a.xlsx", &b"PK\x03\x04rest"[..], "CSV UTF-8"),
        ("a.csv", &b"PK\x03\x04rest"[..], "CSV UTF-8"),
        ("a.sav", &b"$FL2"[..], "haven::read_sav"),
        ("a.sas7bdat", &b"\0\0"[..], "haven::read_sas"),
        ("a.rds", &b"\x1f\x8b"[..], "readRDS"),
        ("a.feather", &b"ARROW1"[..], "read_feather"),
        ("a.parquet", &b"poor,weight\n"[..], "write it again"),
        ("a.dta", &b"poor,weight\n"[..], "saveold"),
    ] {
        let refused = decode(&[files.file(name, bytes)], &columns()).unwrap_err();
        assert!(refused.contains(advice), "{name}: {refused}");
    }
    let refused = decode(&[files.0.path().to_owned()], &columns()).unwrap_err();
    assert!(refused.contains("this is a folder"), "{refused}");
    let mut cut = std::fs::read(files.gzip("cut.csv.gz", "poor,weight,region\n1,1,a\n".repeat(1000))).unwrap();
    cut.truncate(cut.len() - 9);
    let refused = decode(&[files.file("cut.csv.gz", cut)], &columns()).unwrap_err();
    assert!(refused.contains("cannot be unpacked"), "{refused}");
}

#[test]
fn the_names_of_the_columns_are_those_that_all_files_have() {
    let files = Files::new();
    let paths = [files.file("a.csv", "b, a ,c,,\n"), files.file("b.csv", "a;b;d\n")];
    assert_eq!(column_names(&paths).unwrap(), ["b", "a"]);
    assert_eq!(column_names(&paths[..1]).unwrap(), ["b", "a", "c"]);
    assert!(column_names(&[]).is_err());
}

#[test]
fn a_table_in_memory_joins_the_files_and_ranks_the_labels() {
    let files = Files::new();
    let paths = [
        files.file("a.csv", "hh,poor,weight,region\n1,1,1,10\n2,0,2,9\n3,,,\n"),
        files.file("b.csv", "region,weight,poor\n010,3,1\nsouth,4,0\n9,5,1\n"),
    ];
    let mut wanted = columns();
    wanted.push(SurveyColumn::number("region"));
    assert!(matches!(read_all(&paths, &wanted), Err(ReadError::Cells { count: 1, .. })), "south is no number");
    let data = read_all(&paths, &columns()).unwrap();
    assert_eq!(data.rows(), 6);
    let flags: Vec<_> = data.flags("poor").unwrap().iter().collect();
    assert_eq!(flags, [Some(true), Some(false), None, Some(true), Some(false), Some(true)]);
    let weights: Vec<_> = data.numbers("weight").unwrap().iter().collect();
    assert_eq!(weights, [Some(1.0), Some(2.0), None, Some(3.0), Some(4.0), Some(5.0)]);
    let labels = data.labels("region").unwrap();
    let text = |text: &str| Label::Text(text.into());
    assert_eq!(labels.names, [Label::Whole(9), Label::Whole(10), text("010"), text("south"), Label::Missing]);
    assert_eq!(labels.rows, [1, 0, 4, 2, 3, 0]);
    assert!(data.numbers("poor").is_none() && data.flags("region").is_none());
}

#[test]
fn a_table_with_bad_cells_is_not_read_and_they_are_told() {
    let files = Files::new();
    let path = files.file("a.csv", "poor,weight,region\n".to_owned() + &"5,1,a\n".repeat(3000));
    let error = read_all(&[path], &columns()).unwrap_err();
    let ReadError::Cells { first, count } = &error else { panic!("{error}") };
    assert_eq!((first.len(), *count), (20, 3000));
    assert!(error.tell(Language::Vi).ends_with("và 2980 lỗi khác"));
    let error = read_all(&["nowhere.csv".into()], &columns()).unwrap_err();
    assert!(matches!(error, ReadError::Table(_)));
}

#[test]
fn a_table_without_rows_has_empty_columns() {
    let files = Files::new();
    let path = files.file("a.csv", "poor,weight,region\n");
    let data = read_all(&[path], &columns()).unwrap();
    assert_eq!((data.rows(), data.flags("poor").unwrap().len()), (0, 0));
    assert_eq!((data.numbers("weight").unwrap().len(), data.labels("region").unwrap().names.len()), (0, 0));
}

#[test]
fn a_label_is_a_whole_number_only_in_its_plain_form() {
    for (text, number) in [("12", 12), ("0", 0), ("-3", -3), ("9223372036854775807", i64::MAX)] {
        assert_eq!(label_of(text), Label::Whole(number));
    }
    for text in ["007", "-0", "+1", "1.0", "north", "", "-", "9223372036854775808", "1 000"] {
        assert_eq!(label_of(text), Label::Text(text.into()));
    }
}

#[test]
fn batches_without_wanted_columns_still_count_their_rows() {
    let files = Files::new();
    let units = decode(&[files.file("a.csv", "x\n1\n2\n")], &[]).unwrap();
    assert_eq!(units[0].rows, 2);
    assert_eq!(units[0].batches.iter().map(RecordBatch::num_rows).sum::<usize>(), 2);
}
