//! Tables as officials make them, with their faults: each test is named after the rule it checks.
#![allow(clippy::unwrap_used)]

use arrow::array::{
    Array, ArrayRef, AsArray, BooleanArray, Date32Array, DictionaryArray, Float64Array, Int32Array, Int64Array,
    RecordBatch, StringArray,
};
use arrow::compute::concat_batches;
use arrow::datatypes::{DataType, Date32Type, Field, Int16Type, Int32Type, Int64Type, Schema};
use parquet::arrow::ArrowWriter;
use parquet::file::properties::WriterProperties;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tempfile::TempDir;
use unicode_normalization::UnicodeNormalization;
use vuon_policy::Text;
use vuon_policy::model::{ChoiceOption, Choices, Kind, Label, Language, Questionnaire, Variable};
use vuon_policy::unit::Unit;
use vuon_population::layout::{Layout, MEMBERS, TableKind};
use vuon_population::merge::{MergeCounts, Merger, Step, Unsorted};
use vuon_population::read::{Places, ReadOptions, Table, TableBatch, expand};
use vuon_population::row_problem::{Repairs, RowProblem};
use vuon_population::sort::Sorter;
use vuon_population::table_problem::{TableProblem, TableProblems};
use vuon_population::template::Template;
use vuon_population::write::OutputWriter;

fn text(value: &str) -> Text {
    Text { value: value.to_owned(), place: Default::default() }
}

fn label(vi: &str, en: &str) -> Label {
    Label([("vi".to_owned(), vi.to_owned()), ("en".to_owned(), en.to_owned())].into())
}

fn choices(id: &str, options: &[(&str, &str, &str, &[&str])]) -> Choices {
    let option = |(id, vi, en, also): &(&str, &str, &str, &[&str])| ChoiceOption {
        id: text(id),
        label: label(vi, en),
        also: also.iter().map(|s| (*s).to_owned()).collect(),
    };
    Choices { id: text(id), options: options.iter().map(option).collect() }
}

fn questionnaire() -> Questionnaire {
    let variable = |id: &str, vi: &str, kind: Kind| Variable {
        id: text(id),
        kind,
        label: label(vi, id),
        question: None,
        asked_when: None,
        usual: None,
    };
    let number = |decimals, max| Kind::Number { unit: Unit::none(), decimals, min: 0, max };
    Questionnaire {
        choices: vec![
            choices(
                "area_type",
                &[("urban", "Thành thị", "Urban", &["tt", "1"]), ("rural", "Nông thôn", "Rural", &["2"])],
            ),
            choices(
                "water",
                &[
                    ("tap", "Nước máy", "Tap water", &[]),
                    ("well", "Giếng đào", "Dug well", &[]),
                    ("peace", "Hoà Bình", "Hoa Binh lake", &[]),
                ],
            ),
        ],
        household: vec![
            variable("household_id", "Mã hộ", Kind::Id),
            variable("commune_code", "Mã xã", Kind::Code { width: 5, role: None }),
            variable("area_type", "Khu vực", Kind::Choice(0)),
            variable("water", "Nguồn nước", Kind::Choice(1)),
            variable("income", "Thu nhập", number(0, 100_000_000_000)),
            variable("living_area", "Diện tích", number(1, 100_000)),
            variable("has_tv", "Có ti vi", Kind::Bool),
            variable("surveyed_on", "Ngày rà soát", Kind::Date),
        ],
        member: vec![
            variable("birth_date", "Ngày sinh", Kind::Date),
            variable("studying", "Đang đi học", Kind::Bool),
            variable("note_not_read", "Không đọc", Kind::Bool),
        ],
    }
}

fn layout() -> Arc<Layout> {
    Arc::new(Layout::new(&questionnaire(), &[2, 3, 4, 5, 6, 7], &[0, 1], &[2]))
}

/// What came of two tables.
struct Outcome {
    households: RecordBatch,
    problems: Vec<RowProblem>,
    repairs: Repairs,
    counts: MergeCounts,
    dropped: u64,
    sorted: bool,
}

impl Outcome {
    fn ids(&self) -> Vec<String> {
        self.households.column(0).as_string::<i32>().iter().flatten().map(str::to_owned).collect()
    }

    /// The only problem.
    fn problem(&self) -> &RowProblem {
        assert_eq!(self.problems.len(), 1, "{:#?}", self.problems);
        let problem = &self.problems[0];
        for told in [&problem.message, &problem.advice] {
            assert!(!told.vi.is_empty() && told.vi != told.en, "not told in Vietnamese: {told}");
        }
        problem
    }
}

/// Small enough that several runs are merged.
const SORTED_AT_ONCE: usize = 1000;

/// Reads, sorts when needed, and merges, as the pipeline does but in one thread.
fn run(households: &Table, members: &Table) -> Outcome {
    match merge(households, members, false) {
        Ok(outcome) => outcome,
        Err(_) => merge(households, members, true).unwrap(),
    }
}

fn merge(households: &Table, members: &Table, sorted: bool) -> Result<Outcome, Unsorted> {
    let layout = households.layout().clone();
    let mut merger = Merger::new(layout.clone(), households.names().clone(), members.names().clone());
    let (mut problems, mut repairs, mut dropped) = (Vec::new(), Repairs::default(), 0);
    let mut batches = Vec::new();
    for table in [households, members] {
        let mut decoded = Vec::new();
        for unit in table.units() {
            let unit = unit.unwrap().decode().unwrap();
            problems.extend(unit.problems);
            repairs.merge(&unit.repairs);
            dropped += unit.dropped;
            decoded.extend(unit.batches);
        }
        if sorted {
            let mut sorter = Sorter::new(&layout, table.kind(), None).unwrap().with_run(SORTED_AT_ONCE);
            decoded.into_iter().flat_map(|batch| cut(&batch)).for_each(|batch| sorter.push(batch).unwrap());
            decoded = sorter.finish().unwrap().map(Result::unwrap).collect();
        }
        batches.push(decoded.into_iter());
    }
    let mut out = Vec::new();
    loop {
        let (table, queue) = match merger.step()? {
            Step::NeedHouseholds => (TableKind::Households, &mut batches[0]),
            Step::NeedMembers => (TableKind::Members, &mut batches[1]),
            Step::Work(work) => {
                out.push(work.assemble());
                continue;
            }
            Step::Done => break,
        };
        match queue.next() {
            Some(batch) => merger.push(table, batch),
            None => merger.finish(table),
        }
    }
    problems.extend(merger.take_problems());
    let households = concat_batches(layout.batch_schema(), &out).unwrap();
    Ok(Outcome { households, problems, repairs, counts: *merger.counts(), dropped, sorted })
}

/// A batch in pieces, as many small files would give it.
fn cut(batch: &TableBatch) -> Vec<TableBatch> {
    let rows = batch.rows.num_rows();
    let piece = |start: usize| {
        let len = 300.min(rows - start);
        let bad = batch.bad.iter().filter(|bad| (start..start + len).contains(&(**bad as usize)));
        TableBatch {
            rows: batch.rows.slice(start, len),
            places: match &batch.places {
                Places::Each(places) => Places::Each(places.slice(start, len)),
                Places::From(_) => Places::From(batch.places.get(start)),
            },
            bad: bad.map(|bad| bad - start as u32).collect(),
        }
    };
    (0..rows).step_by(300).map(piece).collect()
}

struct Folder(TempDir);

impl Folder {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn file(&self, name: &str, bytes: impl AsRef<[u8]>) -> PathBuf {
        std::fs::write(self.path(name), bytes).unwrap();
        self.path(name)
    }
}

const HOUSEHOLD_HEADER: &str = "household_id,commune_code,area_type,water,income,living_area,has_tv,surveyed_on";
const MEMBER_HEADER: &str = "household_id,birth_date,studying";

fn tables(households: &str, members: &str) -> Outcome {
    byte_tables(households.as_bytes(), members.as_bytes())
}

fn byte_tables(households: &[u8], members: &[u8]) -> Outcome {
    let folder = Folder::new();
    let households = folder.file("households.csv", [HOUSEHOLD_HEADER.as_bytes(), b"\n", households].concat());
    let members = folder.file("members.csv", [MEMBER_HEADER.as_bytes(), b"\n", members].concat());
    run(&open(TableKind::Households, &[households]).unwrap(), &open(TableKind::Members, &[members]).unwrap())
}

fn open(kind: TableKind, files: &[PathBuf]) -> Result<Table, TableProblems> {
    Table::open(&layout(), kind, files, &ReadOptions::default())
}

/// A household table with one cell changed, and what is said of it.
fn one_cell(column: &str, value: &str) -> Outcome {
    let mut cells = ["H1", "00123", "rural", "tap", "4250000", "45.5", "yes", "2020-11-05"];
    let at = HOUSEHOLD_HEADER.split(',').position(|name| name == column).unwrap();
    cells[at] = value;
    let quoted: Vec<String> = cells.iter().map(|cell| format!("\"{cell}\"")).collect();
    let good = "H2,00123,rural,tap,1,1,yes,2020-11-05";
    tables(&format!("{}\n{good}\n", quoted.join(",")), "H1,1980-05-01,no\nH2,1980-05-01,no\n")
}

/// The household with the bad cell is left out, the other is not, and the place is named.
fn refused(column: &str, value: &str, message: &str) {
    let outcome = one_cell(column, value);
    let problem = outcome.problem();
    assert!(problem.message.en.contains(message), "{problem}");
    assert_eq!((problem.row, problem.column.as_deref()), (2, Some(column)));
    assert_eq!((problem.household.as_deref(), problem.value.as_deref()), (Some("H1"), Some(value)));
    assert!(problem.file.ends_with("households.csv") && !problem.advice.en.is_empty());
    assert_eq!(outcome.ids(), ["H2"]);
    assert_eq!((outcome.counts.bad_household, outcome.counts.complete), (1, 1));
}

// --- good tables ---

#[test]
fn a_clean_table_comes_out_in_its_canonical_form() {
    let outcome = tables(
        "H1,00123,rural,tap,\"4.250.000\",\"45,5\",có,05/11/2020\nH2,00123,1,Giếng đào,,,,\n",
        "H1,1/5/1980,không\nH1,,x\nH2,1990-01-01,1\n",
    );
    assert!(outcome.problems.is_empty() && outcome.repairs.is_empty() && !outcome.sorted);
    let batch = &outcome.households;
    assert_eq!(batch.schema(), *layout().batch_schema());
    assert_eq!(batch.column(2).as_primitive::<Int16Type>().iter().collect::<Vec<_>>(), [Some(1), Some(0)]);
    assert_eq!(batch.column(3).as_primitive::<Int16Type>().iter().collect::<Vec<_>>(), [Some(0), Some(1)]);
    assert_eq!(batch.column(4).as_primitive::<Int64Type>().iter().collect::<Vec<_>>(), [Some(4_250_000), None]);
    assert_eq!(batch.column(5).as_primitive::<Int64Type>().iter().collect::<Vec<_>>(), [Some(455), None]);
    assert_eq!(batch.column(6).as_boolean().iter().collect::<Vec<_>>(), [Some(true), None]);
    assert_eq!(batch.column(7).as_primitive::<Date32Type>().iter().collect::<Vec<_>>(), [Some(18_571), None]);
    let members = batch.column_by_name(MEMBERS).unwrap().as_list::<i32>();
    assert_eq!(members.value_offsets(), [0, 2, 3]);
    let studying = members.values().as_struct().column_by_name("studying").unwrap().as_boolean().clone();
    assert_eq!(studying.iter().collect::<Vec<_>>(), [Some(false), Some(true), Some(true)]);
}

#[test]
fn a_byte_order_mark_semicolons_and_windows_line_ends_are_accepted() {
    let folder = Folder::new();
    let households =
        format!("\u{feff}{}\r\n", HOUSEHOLD_HEADER.replace(',', ";")) + "H1;00123;tt;tap;1,5;45,5;x;5/11/2020\r\n";
    let members = format!("\u{feff}{}\r\nH1\t1/5/1980\t\r\n", MEMBER_HEADER.replace(',', "\t"));
    let households = folder.file("a.csv", households.replace("1,5;", "1500;"));
    let members = folder.file("b.txt", members);
    let outcome =
        run(&open(TableKind::Households, &[households]).unwrap(), &open(TableKind::Members, &[members]).unwrap());
    assert!(outcome.problems.is_empty(), "{:#?}", outcome.problems);
    assert_eq!(outcome.ids(), ["H1"]);
}

#[test]
fn decomposed_text_and_either_placement_of_tone_marks_are_the_same_words() {
    for water in ["Hoà Bình", "Hòa Bình", "HÒA BÌNH", "hòa bình"] {
        let decomposed: String = water.nfd().collect();
        let outcome = one_cell("water", &decomposed);
        assert!(outcome.problems.is_empty(), "{water}: {:?}", outcome.problems);
        assert_eq!(outcome.households.column(3).as_primitive::<Int16Type>().value(0), 2);
    }
    let id: String = "Hộ 1".nfd().collect();
    let outcome = tables(&format!("{id},,,,,,,\n"), "Hộ 1,,\n");
    assert_eq!(outcome.ids(), ["Hộ 1"]);
}

#[test]
fn lost_leading_zeros_are_restored_and_counted() {
    let outcome = one_cell("commune_code", "123");
    assert!(outcome.problems.is_empty());
    assert_eq!(outcome.households.column(1).as_string::<i32>().value(0), "00123");
    assert_eq!(outcome.repairs.iter().collect::<Vec<_>>(), [("commune_code", 1)]);
}

#[test]
fn without_a_member_variable_the_list_still_counts_members() {
    let folder = Folder::new();
    let layout = Arc::new(Layout::new(&questionnaire(), &[4], &[], &[]));
    let households = folder.file("h.csv", "household_id,income\nH1,1\nH2,2\n");
    let members = folder.file("m.csv", "household_id\nH1\nH2\nH2\n");
    let open = |kind, file| Table::open(&layout, kind, &[file], &ReadOptions::default()).unwrap();
    let outcome = run(&open(TableKind::Households, households), &open(TableKind::Members, members));
    assert_eq!(outcome.households.column_by_name(MEMBERS).unwrap().as_list::<i32>().value_offsets(), [0, 1, 3]);
}

// --- columns ---

#[test]
fn an_unknown_column_is_refused_with_the_near_name_unless_it_is_ignored() {
    let folder = Folder::new();
    let file = folder.file("h.csv", format!("{HOUSEHOLD_HEADER},incom,Diện tích,studying\n"));
    let found = open(TableKind::Households, std::slice::from_ref(&file)).unwrap_err();
    assert_eq!(found.list.len(), 3);
    assert!(found.list[0].message.en.contains("`incom`") && found.list[0].advice.en.contains("perhaps it is `income`"));
    assert!(found.list[1].advice.en.contains("perhaps it is `living_area`"), "{found}");
    assert!(found.list[2].advice.en.contains("a question about the member"), "{found}");
    let ignore = ["incom", "Diện tích", "studying"].map(str::to_owned).to_vec();
    let options = ReadOptions { ignore, ..ReadOptions::default() };
    assert!(Table::open(&layout(), TableKind::Households, &[file], &options).is_ok());
}

#[test]
fn a_missing_column_is_refused_unless_it_may_be_unknown_everywhere() {
    let folder = Folder::new();
    let file = folder.file("h.csv", "household_id,income\nH1,5\n");
    let found = open(TableKind::Households, std::slice::from_ref(&file)).unwrap_err();
    assert!(found.list[0].message.en.contains("area_type, water, living_area, has_tv, surveyed_on"), "{found}");
    assert!(found.list[0].advice.en.contains("vuon data template"));
    let options = ReadOptions { allow_missing: true, ..ReadOptions::default() };
    let table = Table::open(&layout(), TableKind::Households, &[file], &options).unwrap();
    assert_eq!(table.absent().len(), 6);
    let rows = table.units().next().unwrap().unwrap().decode().unwrap().batches.remove(0).rows;
    assert_eq!((rows.column(2).null_count(), rows.column(4).null_count()), (1, 0));
}

#[test]
fn a_doubled_column_a_missing_id_and_a_workbook_are_refused() {
    let folder = Folder::new();
    let file = folder.file("h.csv", format!("{HOUSEHOLD_HEADER},income\n").replacen("household_id,", "", 1));
    let found = open(TableKind::Households, &[file]).unwrap_err();
    assert!(found.list.iter().any(|p| p.message.en.contains("stands twice")), "{found}");
    assert!(found.list.iter().any(|p| p.message.en.contains("`household_id`")), "{found}");
    let found = open(TableKind::Households, &[folder.file("h.xlsx", b"PK\x03\x04rest")]).unwrap_err();
    assert!(found.list[0].message.en.contains("workbook"));
    let found = open(TableKind::Households, &[folder.file("u.csv", [0xff, 0xfe, b'h', 0])]).unwrap_err();
    assert!(found.list[0].message.en.contains("UTF-8"));
    assert!(open(TableKind::Households, &[folder.path("none.csv")]).is_err());
    assert!(open(TableKind::Households, &[folder.file("empty.csv", "")]).is_err());
}

#[test]
fn a_pattern_names_files_in_the_order_of_the_alphabet() {
    let folder = Folder::new();
    for name in ["b.csv", "a.csv", "c.txt"] {
        folder.file(name, "");
    }
    let found = expand(&[folder.path("*.csv").display().to_string(), folder.path("a.csv").display().to_string()]);
    assert_eq!(found.unwrap(), [folder.path("a.csv"), folder.path("b.csv")]);
    assert!(expand(&[folder.path("*.parquet").display().to_string()]).is_err());
}

// --- cells ---

#[test]
fn a_value_of_the_wrong_type_is_refused() {
    refused("income", "nhiều", "not a number");
    refused("has_tv", "maybe", "neither yes nor no");
    refused("commune_code", "12a45", "digits only");
}

#[test]
fn an_unknown_code_is_refused_with_the_near_options() {
    refused("area_type", "urbn", "not an option");
    assert_eq!(&*one_cell("area_type", "urbn").problem().advice.en, "perhaps you mean urban (Thành thị)");
    assert!(one_cell("water", "river").problem().advice.en.starts_with("write one of: tap (Nước máy), well"));
}

#[test]
fn a_number_out_of_range_is_refused() {
    refused("living_area", "10000,5", "not between 0 and 10000");
    refused("income", "-1", "not between");
}

#[test]
fn an_ambiguous_number_is_refused() {
    refused("living_area", "1.500", "can be read as 1500 and as 1,5");
}

#[test]
fn an_impossible_date_is_refused() {
    refused("surveyed_on", "30/02/2020", "no such day");
    refused("surveyed_on", "44140", "spreadsheet");
    refused("surveyed_on", "05/11/20", "two digits");
}

#[test]
fn text_that_is_not_utf8_is_refused_in_its_row() {
    let outcome = byte_tables(b"H1,,,N\xb0\xc2c,,,,\nH2,,,,,,,\n", b"H1,,\nH2,,\n");
    assert!(outcome.problem().message.en.contains("UTF-8"));
    assert_eq!((outcome.problem().row, outcome.ids()), (2, vec!["H2".to_owned()]));
}

#[test]
fn a_word_for_a_missing_answer_is_refused_with_the_advice_to_leave_the_cell_blank() {
    assert!(one_cell("income", "NA").problem().advice.en.contains("leave the cell blank"));
}

#[test]
fn a_row_with_too_few_or_too_many_cells_is_refused() {
    let outcome = tables("H1,00123\nH2,,,,,,,,\nH3,,,,,,,,more\n", "H1,,\nH2,,\nH3,,\n");
    let rows: Vec<_> = outcome.problems.iter().map(|p| (p.row, p.household.as_deref())).collect();
    assert_eq!(rows, [(2, Some("H1")), (4, Some("H3"))]);
    assert_eq!(outcome.ids(), ["H2"]);
}

#[test]
fn rows_are_numbered_as_a_spreadsheet_numbers_them() {
    let rows = "H1,,,\"tap\",,,,\n\n,,,,,,,\r\n\r\nH2,,,bad,,,,\r\rH3,,,bad,,,,";
    let outcome = tables(rows, "H1,,\nH2,,\nH3,,\n");
    assert_eq!(outcome.problems.iter().map(|p| p.row).collect::<Vec<_>>(), [6, 8]);
    assert_eq!(outcome.ids(), ["H1"]);
}

#[test]
fn a_table_of_many_blocks_keeps_its_rows_and_their_numbers() {
    // Quoted cells, blank lines and a quotation mark inside a cell, over several blocks of a file.
    let id = |n: usize| format!("H{n:06}");
    let household = |n: usize| match n % 1000 {
        10 => format!("{},,,\"tap\",{n},,,\r\n\r\n", id(n)),
        20 => format!("{},,,5\" tap,{n},,,\r\n", id(n)),
        _ => format!("{},00123,\"Nông thôn\",tap,\"{n}\",45.5,yes,2020-11-05\r\n", id(n)),
    };
    let count = 200_000;
    let households: String = (0..count).map(household).collect();
    assert!(households.len() > 9 << 20);
    let members: String = (0..count).map(|n| format!("{},,\n", id(n))).collect();
    let outcome = tables(&households, &members);
    let bad: Vec<(u64, String)> =
        outcome.problems.iter().map(|p| (p.row, p.household.as_deref().unwrap().to_owned())).collect();
    // Before row n stand the header and one blank line for each thousand begun.
    let expected: Vec<_> = (0..count).skip(20).step_by(1000).map(|n| (n as u64 + 3 + n as u64 / 1000, id(n))).collect();
    assert_eq!(bad, expected);
    let incomes = outcome.households.column(4).as_primitive::<Int64Type>();
    let expected: Vec<i64> = (0..count as i64).filter(|n| n % 1000 != 20).collect();
    assert_eq!(incomes.values().to_vec(), expected);
}

#[test]
fn a_row_without_an_id_is_dropped_and_counted() {
    let outcome = tables("H1,,,,,,,\n", "H1,,\n,1980-01-01,\n");
    assert_eq!((outcome.problem().row, outcome.dropped), (3, 1));
    assert!(outcome.problem().message.en.contains("names no household"));
    assert_eq!(outcome.ids(), ["H1"]);
}

// --- quotation marks ---

/// What is said of a member table that is refused as a whole, and in which the households are sound.
fn refused_members(members: impl AsRef<[u8]>) -> TableProblem {
    let folder = Folder::new();
    let path = folder.file("members.csv", members);
    let ignore = vec!["note".to_owned()];
    let options = ReadOptions { ignore, ..ReadOptions::default() };
    let found = Table::open(&layout(), TableKind::Members, std::slice::from_ref(&path), &options)
        .map_err(|found| found.list[0].clone())
        .and_then(|table| table.units().try_for_each(|unit| unit?.decode().map(drop)))
        .unwrap_err();
    assert_eq!(found.file, Some(path.display().to_string()));
    assert!(found.advice.en.contains("double it") && found.advice.en.contains("unpaired"), "{found}");
    found
}

#[test]
fn a_pair_of_quotation_marks_across_rows_refuses_the_file_in_a_column_that_is_read_or_not() {
    for end in ["\n", "\r\n", "\r"] {
        // A cell of H1 opens, one of H2 closes; between them stand two members of H2.
        let unread = "household_id,birth_date,studying,note\nH1,,,\"tall\nH2,,,\n\nH2,,,\nH2,,,short\"\nH3,,,\n";
        let found = refused_members(unread.replace('\n', end));
        let told = "that opens in line 2 goes on beyond it and swallows the 4 lines after it, to line 6";
        assert!(found.message.en.ends_with(told), "{found}");
        let read = "household_id,birth_date,studying\nH0,,\nH1,\"1980-05-01,\nH2,1980-05-01\",\nH3,,\n";
        let found = refused_members(read.replace('\n', end));
        let told = "that opens in line 3 goes on beyond it and swallows the line after it, 4";
        assert!(found.message.en.ends_with(told), "{found}");
    }
}

#[test]
fn a_quotation_mark_that_is_never_closed_refuses_the_file() {
    let header = "household_id,birth_date,studying,note\n";
    let found = refused_members(format!("{header}H1,,,\"tall\nH2,,,\nH2,,,\n"));
    let told = "a quotation mark that opens in line 2 is never closed and swallows the 2 lines after it, to line 4";
    assert_eq!(&*found.message.en, told);
    for end in ["", "\n"] {
        let found = refused_members(format!("{header}H1,,,\nH2,,,\"tall{end}"));
        assert_eq!(&*found.message.en, "a quotation mark that opens in line 3 is never closed");
    }
    // Over several blocks, from the second one on.
    let rows = "H1,1980-05-01,no,\n".repeat(300_000);
    let found = refused_members(format!("{header}{rows}H1,,,\"tall\n{rows}"));
    let told = "line 300002 is never closed and swallows the 300000 lines after it, to line 600002";
    assert!(found.message.en.ends_with(told), "{found}");
}

#[test]
fn a_line_break_in_the_header_refuses_the_file() {
    let found = refused_members("household_id,birth_date,studying,\"no\nte\"\nH1,,,\n");
    assert!(
        found.message.en.contains("opens in line 1 goes on beyond it and swallows the line after it, 2"),
        "{found}"
    );
    let found = refused_members("household_id,birth_date,studying,\"note\nH1,,,\n");
    assert!(found.message.en.contains("opens in line 1 is never closed"), "{found}");
    assert!(refused_members("household_id,\"birth_date").message.en.ends_with("line 1 is never closed"));
}

#[test]
fn a_record_that_only_the_parser_takes_for_an_open_quote_is_refused_too() {
    // Byte order marks of files that were joined: the parser passes over the one that begins a block.
    let rows = "\u{feff}\"H1,,\n".repeat(500_000);
    let found = refused_members(format!("{MEMBER_HEADER}\n{rows}"));
    assert!(found.message.en.contains("cannot be told apart"), "{found}");
}

#[test]
fn quoted_cells_with_separators_and_doubled_marks_and_marks_within_plain_cells_are_read() {
    for end in ["\n", "\r\n", "\r"] {
        let rows = "\"H,1\",00123,,\"tap\",\"1,500\",\"45,5\",\"\",\n\"H\"\"2\"\"\",,,,,,,\nH 5\",,,,,,,\n\"\"\"H6\",,,,,,,\"\"";
        let members = "\"H,1\",,\n\"H\"\"2\"\"\",,\nH 5\",,\n\"\"\"H6\",,\n";
        let outcome = tables(&rows.replace('\n', end), &members.replace('\n', end));
        let told: Vec<_> = outcome.problems.iter().map(ToString::to_string).collect();
        let mut ids = outcome.ids();
        ids.sort();
        assert_eq!((ids, told), (["\"H6", "H 5\"", "H\"2\"", "H,1"].map(str::to_owned).to_vec(), vec![]));
    }
}

// --- households and members ---

#[test]
fn a_household_that_stands_twice_is_left_out_and_all_its_rows_are_named() {
    let outcome = tables("H1,,,,,,,\nH2,,,,,,,\nH2,,,,,,,\nH2,,,,,,,\nH3,,,,,,,\n", "H1,,\nH2,,\nH3,,\n");
    assert_eq!(outcome.ids(), ["H1", "H3"]);
    let told: Vec<_> = outcome.problems.iter().map(|p| (p.row, p.message.en.split(": ").nth(1).unwrap())).collect();
    assert_eq!(told.iter().map(|(row, _)| *row).collect::<Vec<_>>(), [3, 4, 5]);
    assert!(told[0].1.ends_with("row 4") && told[1].1.ends_with("row 3") && told[2].1.ends_with("row 4"));
    assert_eq!(outcome.counts.duplicates, 3);
}

#[test]
fn a_member_without_a_household_is_named() {
    let outcome = tables("H1,,,,,,,\nH3,,,,,,,\n", "H0,,\nH1,,\nH2,,\nH3,,\nH4,,\n");
    assert_eq!(outcome.ids(), ["H1", "H3"]);
    let rows: Vec<_> = outcome.problems.iter().map(|p| (p.row, p.household.as_deref().unwrap())).collect();
    assert_eq!(rows, [(2, "H0"), (4, "H2"), (6, "H4")]);
    assert_eq!((outcome.counts.orphans, outcome.counts.members), (3, 5));
}

#[test]
fn a_household_without_members_is_left_out() {
    let outcome = tables("H1,,,,,,,\nH2,,,,,,,\n", "H2,,\n");
    assert_eq!((outcome.problem().row, &*outcome.problem().message.en), (2, "the household has no members"));
    assert_eq!(outcome.ids(), ["H2"]);
}

#[test]
fn a_household_with_more_than_a_thousand_members_is_left_out() {
    let outcome = tables("H1,,,,,,,\nH2,,,,,,,\n", &("H1,,\n".repeat(1001) + &"H2,,\n".repeat(1000)));
    assert!(outcome.problem().message.en.contains("1001 members"));
    assert_eq!(outcome.ids(), ["H2"]);
}

#[test]
fn a_bad_row_of_a_member_leaves_the_household_out_and_is_named() {
    let outcome = tables("H1,,,,,,,\nH2,,,,,,,\n", "H1,,\nH1,31/02/1980,\nH2,,\n");
    assert_eq!(outcome.ids(), ["H2"]);
    assert_eq!(outcome.problems.len(), 2);
    assert!(outcome.problems[1].message.en.ends_with("members.csv, row 3"), "{}", outcome.problems[1]);
    assert_eq!(outcome.counts.bad_member, 1);
}

#[test]
fn unsorted_tables_give_what_sorted_ones_give() {
    let household = |n: usize| format!("H{n:05},,rural,tap,{n},,,\n");
    let member = |n: usize| format!("H{:05},{},\n", n / 3, if n % 100 == 99 { "bad" } else { "1980-01-01" });
    let ordered = |count: usize| (0..count).collect::<Vec<_>>();
    let shuffled = |count: usize| (0..count).map(|n| n * 7919 % count).collect::<Vec<_>>();
    let table = |order: Vec<usize>, row: &dyn Fn(usize) -> String| order.into_iter().map(row).collect::<String>();
    let sorted = tables(&table(ordered(2000), &household), &table(ordered(6000), &member));
    let unsorted = tables(&table(shuffled(2000), &household), &table(shuffled(6000), &member));
    assert!(!sorted.sorted && unsorted.sorted);
    assert_eq!(sorted.households, unsorted.households);
    assert_eq!(sorted.counts, unsorted.counts);
    assert_eq!((sorted.counts.bad_member, sorted.ids().len()), (60, 1940));
}

#[test]
fn tables_of_many_files_are_merged_across_them() {
    let folder = Folder::new();
    let mut files = [Vec::new(), Vec::new()];
    for n in 0..10 {
        let household = format!("household_id,income\nH{n},{n}\n");
        files[0].push(folder.file(&format!("h{n}.csv"), household));
        // The members of each household are spread over three files.
        for part in 0..3 {
            files[1].push(folder.file(&format!("m{n}{part}.csv"), format!("household_id\nH{n}\n")));
        }
    }
    let layout = Arc::new(Layout::new(&questionnaire(), &[4], &[], &[]));
    let open = |kind, files: &[PathBuf]| Table::open(&layout, kind, files, &ReadOptions::default()).unwrap();
    let outcome = run(&open(TableKind::Households, &files[0]), &open(TableKind::Members, &files[1]));
    assert!(outcome.problems.is_empty() && !outcome.sorted);
    let offsets: Vec<i32> = (0..=10).map(|n| n * 3).collect();
    assert_eq!(outcome.households.column_by_name(MEMBERS).unwrap().as_list::<i32>().value_offsets(), offsets);
}

// --- Parquet ---

fn parquet(path: &Path, columns: Vec<(&str, ArrayRef)>, group: usize) {
    let fields: Vec<Field> = columns.iter().map(|(name, a)| Field::new(*name, a.data_type().clone(), true)).collect();
    let columns = columns.into_iter().map(|(_, array)| array).collect();
    let batch = RecordBatch::try_new(Arc::new(Schema::new(fields)), columns).unwrap();
    let properties = WriterProperties::builder().set_max_row_group_row_count(Some(group)).build();
    let file = std::fs::File::create(path).unwrap();
    let mut writer = ArrowWriter::try_new(file, batch.schema(), Some(properties)).unwrap();
    writer.write(&batch).unwrap();
    writer.close().unwrap();
}

#[test]
fn csv_and_parquet_of_the_same_rows_give_the_same_batches() {
    let csv = tables(
        "H1,00123,rural,tap,4250000,\"45,5\",yes,2020-11-05\nH2,123,urban,,1,,,\nH3,00125,2,well,,2,no,2020-11-06\n",
        "H1,1980-05-01,no\nH2,1990-01-01,yes\nH2,,\nH3,2000-01-01,\n",
    );
    let folder = Folder::new();
    let texts = |texts: Vec<Option<&str>>| Arc::new(StringArray::from(texts)) as ArrayRef;
    let dictionary: DictionaryArray<Int32Type> = vec![Some("tap"), None, Some("well")].into_iter().collect();
    for (round, income) in [
        Arc::new(Int32Array::from(vec![Some(4_250_000), Some(1), None])) as ArrayRef,
        Arc::new(Float64Array::from(vec![Some(4_250_000.0), Some(1.0), None])),
        texts(vec![Some("4.250.000"), Some("1"), None]),
    ]
    .into_iter()
    .enumerate()
    {
        let (households, members) = (folder.path("h.parquet"), folder.path("m.parquet"));
        parquet(
            &households,
            vec![
                ("household_id", texts(vec![Some("H1"), Some(" H2 "), Some("H3")])),
                ("commune_code", Arc::new(Int64Array::from(vec![123, 123, 125]))),
                ("area_type", texts(vec![Some("rural"), Some("1"), Some("rural")])),
                ("water", Arc::new(dictionary.clone())),
                ("income", income),
                ("living_area", Arc::new(Float64Array::from(vec![Some(45.5), None, Some(2.0)]))),
                ("has_tv", Arc::new(BooleanArray::from(vec![Some(true), None, Some(false)]))),
                ("surveyed_on", Arc::new(Date32Array::from(vec![Some(18_571), None, Some(18_572)]))),
            ],
            2,
        );
        parquet(
            &members,
            vec![
                ("studying", Arc::new(BooleanArray::from(vec![Some(false), Some(true), None, None]))),
                ("note_not_read", Arc::new(BooleanArray::from(vec![true; 4]))),
                ("birth_date", Arc::new(Date32Array::from(vec![Some(3773), Some(7305), None, Some(10957)]))),
                ("household_id", texts(vec![Some("H1"), Some("H2"), Some("H2"), Some("H3")])),
            ],
            3,
        );
        let outcome =
            run(&open(TableKind::Households, &[households]).unwrap(), &open(TableKind::Members, &[members]).unwrap());
        assert!(outcome.problems.is_empty(), "{round}: {:#?}", outcome.problems);
        assert_eq!(outcome.households, csv.households, "{round}");
    }
    assert_eq!(csv.repairs.iter().collect::<Vec<_>>(), [("commune_code", 1)]);
}

#[test]
fn bad_cells_of_parquet_name_their_row() {
    let folder = Folder::new();
    let path = folder.path("h.parquet");
    let ids: Vec<String> = (1..=5).map(|n| format!("H{n}")).collect();
    parquet(
        &path,
        vec![
            ("household_id", Arc::new(StringArray::from(ids))),
            ("income", Arc::new(Int64Array::from(vec![1, -2, 3, 4, 5]))),
            ("water", Arc::new(StringArray::from(vec!["tap", "tap", "tap", "beer", "tap"]))),
            ("surveyed_on", Arc::new(Date32Array::from(vec![0, 0, 0, 0, 1_000_000]))),
        ],
        2,
    );
    let options = ReadOptions { allow_missing: true, ..ReadOptions::default() };
    let table = Table::open(&layout(), TableKind::Households, &[path], &options).unwrap();
    assert_eq!(table.rows(), Some(5));
    let units: Vec<_> = table.units().map(|unit| unit.unwrap().decode().unwrap()).collect();
    assert_eq!(units.len(), 3);
    let told: Vec<_> = units
        .iter()
        .flat_map(|unit| &unit.problems)
        .map(|p| (p.row, p.column.as_deref().unwrap(), p.value.as_deref().unwrap(), p.household.as_deref().unwrap()))
        .collect();
    assert_eq!(told, [(2, "income", "-2", "H2"), (4, "water", "beer", "H4"), (5, "surveyed_on", "1000000", "H5")]);
}

#[test]
fn a_float_that_is_not_a_number_is_refused_as_in_csv() {
    let folder = Folder::new();
    let path = folder.path("h.parquet");
    let incomes = Float64Array::from(vec![Some(1.0), Some(f64::NAN), None]);
    let ids = StringArray::from(vec!["H1", "H2", "H3"]);
    parquet(&path, vec![("household_id", Arc::new(ids)), ("income", Arc::new(incomes))], 3);
    let options = ReadOptions { allow_missing: true, ..ReadOptions::default() };
    let table = Table::open(&layout(), TableKind::Households, &[path], &options).unwrap();
    let unit = table.units().next().unwrap().unwrap().decode().unwrap();
    let [problem] = &unit.problems[..] else { panic!("{:#?}", unit.problems) };
    assert_eq!((problem.row, problem.value.as_deref()), (2, Some("NaN")));
    assert_eq!(&*problem.message.en, &*one_cell("income", "NaN").problem().message.en);
    assert_eq!(unit.batches[0].bad, [1]);
}

#[test]
fn a_long_row_group_is_cut_and_texts_that_are_no_dictionary_are_read_the_same() {
    let folder = Folder::new();
    let path = folder.path("h.parquet");
    let count = 1_700_000;
    let ids = StringArray::from_iter_values((0..count).map(|n| format!("{n:08}")));
    let texts = StringArray::from_iter((0..count).map(|n| (n % 7 != 0).then(|| n.to_string())));
    let areas =
        StringArray::from_iter((0..count).map(|n| (n % 5 != 0).then_some(if n % 2 == 0 { "tt" } else { "rural" })));
    parquet(
        &path,
        vec![("household_id", Arc::new(ids)), ("income", Arc::new(texts)), ("area_type", Arc::new(areas))],
        10_000_000,
    );
    let options = ReadOptions { allow_missing: true, ..ReadOptions::default() };
    let table = Table::open(&layout(), TableKind::Households, &[path], &options).unwrap();
    let units: Vec<_> = table.units().map(|unit| unit.unwrap().decode().unwrap()).collect();
    assert_eq!(units.iter().map(|unit| unit.rows).collect::<Vec<_>>(), [1 << 20, count - (1 << 20)]);
    let mut row = 0;
    for batch in units.iter().flat_map(|unit| &unit.batches) {
        assert_eq!(batch.places.get(0).row(), row + 1);
        let incomes = batch.rows.column(4).as_primitive::<Int64Type>();
        let areas = batch.rows.column(2).as_primitive::<Int16Type>();
        for (income, area) in incomes.iter().zip(areas) {
            assert_eq!(income, (row % 7 != 0).then_some(row as i64));
            assert_eq!(area, (row % 5 != 0).then_some((row % 2) as i16));
            row += 1;
        }
    }
    assert_eq!(row, count);
}

#[test]
fn a_parquet_column_of_the_wrong_type_is_refused_before_reading() {
    let folder = Folder::new();
    let path = folder.path("h.parquet");
    let ids = Arc::new(StringArray::from(vec!["H1"]));
    parquet(
        &path,
        vec![
            ("household_id", ids),
            ("income", Arc::new(BooleanArray::from(vec![true]))),
            ("surveyed_on", Arc::new(Int64Array::from(vec![44140]))),
        ],
        1,
    );
    let options = ReadOptions { allow_missing: true, ..ReadOptions::default() };
    let found = Table::open(&layout(), TableKind::Households, &[path], &options).unwrap_err();
    assert_eq!(found.list.len(), 2, "{found}");
    assert!(found.list[0].message.en.contains("`income` holds Boolean"));
    let broken = folder.file("b.parquet", "not at all");
    assert!(open(TableKind::Households, &[broken]).unwrap_err().list[0].message.en.contains("Parquet"));
}

// --- writing ---

fn output() -> RecordBatch {
    let schema = Schema::new(vec![
        Field::new("household_id", DataType::Utf8, false),
        Field::new("poor", DataType::Boolean, true),
        Field::new("score", DataType::Int64, true),
    ]);
    let columns: Vec<ArrayRef> = vec![
        Arc::new(StringArray::from(vec!["H1", "H,2", "H3"])),
        Arc::new(BooleanArray::from(vec![Some(true), None, Some(false)])),
        Arc::new(Int64Array::from(vec![Some(1), None, Some(3)])),
    ];
    RecordBatch::try_new(Arc::new(schema), columns).unwrap()
}

fn write(path: &Path) -> u64 {
    let mut writer = OutputWriter::create(path, output().schema(), &[("pack".into(), "x".into())]).unwrap();
    let encoder = writer.encoder();
    let encode = || encoder.encode(&[output()]).unwrap();
    let (one, two) = std::thread::scope(|s| {
        let one = s.spawn(encode);
        (one.join().unwrap(), encode())
    });
    writer.append(one).unwrap();
    writer.append(two).unwrap();
    writer.finish().unwrap()
}

#[test]
fn the_output_is_the_same_bytes_each_time_and_reads_back() {
    let folder = Folder::new();
    let (a, b) = (folder.path("a.parquet"), folder.path("b.parquet"));
    assert_eq!((write(&a), write(&b)), (6, 6));
    let bytes = std::fs::read(&a).unwrap();
    assert_eq!(bytes, std::fs::read(&b).unwrap());
    let file = std::fs::File::open(&a).unwrap();
    let reader = parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder::try_new(file).unwrap();
    let pairs = reader.metadata().file_metadata().key_value_metadata().unwrap().clone();
    assert!(pairs.iter().any(|pair| pair.key == "pack" && pair.value.as_deref() == Some("x")));
    assert_eq!(reader.metadata().num_row_groups(), 2);
    let rows: Vec<RecordBatch> = reader.build().unwrap().map(Result::unwrap).collect();
    assert_eq!(concat_batches(&output().schema(), [&output(), &output()]).unwrap(), rows[0]);
}

#[test]
fn csv_output_says_yes_no_and_unknown() {
    let folder = Folder::new();
    write(&folder.path("a.csv"));
    let text = std::fs::read_to_string(folder.path("a.csv")).unwrap();
    let rows = "H1,yes,1\n\"H,2\",unknown,\nH3,no,3\n";
    assert_eq!(text, format!("household_id,poor,score\n{rows}{rows}"));
}

#[test]
fn an_output_that_was_not_finished_leaves_nothing_behind() {
    let folder = Folder::new();
    let path = folder.path("a.parquet");
    let mut writer = OutputWriter::create(&path, output().schema(), &[]).unwrap();
    writer.append(writer.encoder().encode(&[output()]).unwrap()).unwrap();
    drop(writer);
    assert_eq!(std::fs::read_dir(folder.0.path()).unwrap().count(), 0);
    assert!(OutputWriter::create(&folder.path("a.doc"), output().schema(), &[]).is_err());
}

// --- the template ---

#[test]
fn the_template_reads_back_and_is_the_same_bytes_each_time() {
    let questionnaire = questionnaire();
    let title = label("Chuẩn nghèo", "Poverty standard");
    let template = |language| Template {
        questionnaire: &questionnaire,
        title: &title,
        household: &[2, 4],
        member: &[0],
        language,
    };
    let (a, b) = (Folder::new(), Folder::new());
    for folder in [&a, &b] {
        assert_eq!(template(Language::Vi).write(folder.0.path()).unwrap().len(), 5);
    }
    for name in ["households.csv", "members.csv", "dictionary.csv", "dictionary.md", "tables.xlsx"] {
        assert_eq!(std::fs::read(a.path(name)).unwrap(), std::fs::read(b.path(name)).unwrap(), "{name}");
    }
    assert!(template(Language::Vi).write(a.0.path()).unwrap_err().message.en.contains("already there"));
    let outcome = run(
        &open(TableKind::Households, &[a.path("households.csv")]).unwrap(),
        &open(TableKind::Members, &[a.path("members.csv")]).unwrap(),
    );
    assert!(outcome.problems.is_empty() && outcome.ids().is_empty());
    let dictionary = std::fs::read_to_string(a.path("dictionary.csv")).unwrap();
    assert!(dictionary.contains("households,area_type,Khu vực,area_type,,,choice,,,,,urban = Thành thị / Urban; "));
    assert!(dictionary.contains("households,living_area,Diện tích,living_area,,,number,,1,0,10000,,,no"));
    let c = Folder::new();
    template(Language::En).write(c.0.path()).unwrap();
}
