//! A wrong row is never guessed at and never passed over: the program says where it stands and what to do.

use crate::room::says;
use crate::village::{HOUSEHOLDS, Village};

/// The row of the household table that the tests spoil, as a spreadsheet numbers it.
const ROW: usize = 8;

/// Which table a problem stands in.
#[derive(Clone, Copy)]
enum In {
    Households,
    Members,
}

/// A cell that cannot be read: the table, its column, what it holds, and what is said of it.
const BAD_CELLS: [(In, &str, &[u8], &str); 11] = [
    (In::Households, "income", "ba triệu".as_bytes(), "this is not a number"),
    (In::Households, "income", b"-5", "the number is not between"),
    (In::Households, "living_area", b"99999.9", "the number is not between 0 and 10000"),
    (In::Households, "living_area", b"1.500", "this can be read as 1500 and as 1,5"),
    (In::Households, "water_source", b"telepathy", "telepathy"),
    (In::Households, "water_source", b"\xff\xfe", "UTF-8"),
    (In::Households, "has_tv", b"maybe", "maybe"),
    (In::Members, "birth_date", b"31/02/2010", "no such day"),
    (In::Members, "birth_date", b"2010", "this is a year only"),
    (In::Members, "education", b"a lot", "a lot"),
    (In::Members, "insured", b"N/A", "leave the cell blank"),
];

/// A village with one bad cell; gives the household, the file and the row it stands in.
fn with_bad_cell(table: In, column: &str, value: &[u8]) -> (Village, String, &'static str, usize) {
    let mut village = Village::new();
    let id = village.id(ROW);
    let (file, row) = match table {
        In::Households => {
            village.households.set(ROW, column, value);
            ("households.csv", ROW)
        }
        In::Members => {
            let row = village.members.row_of("household_id", &id);
            village.members.set(row, column, value);
            ("members.csv", row)
        }
    };
    (village, id, file, row)
}

#[test]
fn a_cell_that_cannot_be_read_is_named_with_file_row_column_and_advice() {
    for (table, column, value, reason) in BAD_CELLS {
        let (village, id, file, row) = with_bad_cell(table, column, value);
        let said = village.assess("");
        assert!(!said.ok, "{column}: {value:?} was taken");
        says(&said.err, &format!("{file}, row {row}, column {column}:"));
        says(&said.err, reason);
        let problems = village.problems();
        assert_eq!(problems.cell(2, "file"), file);
        assert_eq!(problems.cell(2, "row"), row.to_string());
        assert_eq!(problems.cell(2, "household"), id);
        assert_eq!(problems.cell(2, "column"), column);
        assert!(problems.cell(2, "advice").len() > 5, "{column}: {value:?} has no advice");
        // For a member, a second line names the household that is left out.
        let own = matches!(table, In::Households);
        assert_eq!(problems.len(), if own { 1 } else { 2 }, "{column}: {value:?}");
        assert!(problems.column("household").iter().all(|household| *household == id));
    }
}

#[test]
fn nothing_is_written_while_a_row_is_wrong() {
    for (table, column, value, _) in BAD_CELLS {
        let (village, ..) = with_bad_cell(table, column, value);
        let said = village.assess("");
        says(&said.err, "Nothing was written");
        says(&said.err, "--keep-going");
        assert!(!said.out.contains("rows written"), "{}", said.out);
        assert_eq!(village.room.names(), ["README.txt", "households.csv", "members.csv", "result.problems.csv"]);
    }
}

#[test]
fn the_result_of_an_earlier_run_is_left_alone_while_a_row_is_wrong() {
    let (village, ..) = with_bad_cell(In::Households, "income", b"x");
    village.room.write("result.csv", "earlier");
    assert!(!village.assess("").ok);
    assert_eq!(village.room.read("result.csv"), "earlier");
}

#[test]
fn told_to_keep_going_it_assesses_the_good_households_and_no_other() {
    for (table, column, value, _) in BAD_CELLS {
        let (village, id, ..) = with_bad_cell(table, column, value);
        let said = village.assess("--keep-going");
        assert!(!said.ok, "a run with bad rows must not look like one without");
        says(&said.err, "1 households and 0 members without one were not assessed");
        let assessed = village.result().column("household_id");
        assert_eq!(assessed.len(), HOUSEHOLDS - 1);
        assert!(!assessed.contains(&id), "{column}: {value:?}");
    }
}

#[test]
fn a_household_that_stands_twice_is_not_assessed_in_either_form() {
    let mut village = Village::new();
    let id = village.id(ROW);
    village.households.repeat(ROW);
    let said = village.assess("--keep-going");
    says(&said.err, &format!("households.csv, row {}", ROW + 1));
    says(&said.err, "2 households and 0 members without one were not assessed");
    assert!(!village.result().column("household_id").contains(&id));
}

#[test]
fn a_member_without_a_household_is_named() {
    let mut village = Village::new();
    village.members.set(2, "household_id", "SYN-00000-00000000");
    let said = village.assess("--keep-going");
    says(&said.err, "members.csv, row 2");
    says(&said.err, "no household has this id");
    assert_eq!(village.problems().column("household"), ["SYN-00000-00000000"]);
    says(&said.err, "0 households and 1 members without one were not assessed");
}

#[test]
fn a_household_without_members_is_named() {
    let mut village = Village::new();
    let id = village.id(ROW);
    village.members.remove("household_id", &id);
    let said = village.assess("--keep-going");
    says(&said.err, &format!("households.csv, row {ROW}"));
    says(&said.err, "member");
    assert!(!village.result().column("household_id").contains(&id));
}

#[test]
fn a_row_that_names_no_household_is_named() {
    let mut village = Village::new();
    village.households.set(ROW, "household_id", " ");
    let said = village.assess("");
    says(&said.err, &format!("households.csv, row {ROW}, column household_id"));
}

#[test]
fn a_row_with_too_few_or_too_many_cells_is_named() {
    for (cut, more) in [(3, ""), (0, ",surplus")] {
        let village = Village::new();
        village.write();
        let text = village.room.read("households.csv");
        let changed: Vec<String> = text
            .lines()
            .enumerate()
            .map(|(i, line)| match i + 1 == ROW {
                true => {
                    let cells: Vec<&str> = line.split(',').collect();
                    cells[..cells.len() - cut].join(",") + more
                }
                false => line.to_owned(),
            })
            .collect();
        village.room.write("households.csv", changed.join("\n") + "\n");
        let said = village.assess_as_written("");
        assert!(!said.ok);
        says(&said.err, &format!("households.csv, row {ROW}"));
    }
}

#[test]
fn with_every_kind_of_dirt_at_once_the_counts_still_add_up() {
    let mut village = Village::new();
    let id = |village: &Village, row| village.id(row);
    village.households.set(4, "income", "x");
    village.households.set(6, "living_area", "1.500");
    village.households.set(10, "water_source", b"\xff");
    let childless = id(&village, 12);
    village.members.remove("household_id", &childless);
    let of_bad_member = village.members.row_of("household_id", &id(&village, 14));
    village.members.set(of_bad_member, "birth_date", "30/02/2000");
    village.members.set(2, "household_id", "SYN-00000-00000000");
    village.households.repeat(20);
    let (households, members) = (village.households.len(), village.members.len());

    let said = village.assess("--keep-going --show-problems 2");
    assert!(!said.ok);
    // Bad households: 4, 6, 10, 12, 14, and 20 with its double.
    says(&said.err, "7 households and 1 members without one were not assessed");
    assert_eq!(village.result().len() + 7, households);
    assert_eq!(households, HOUSEHOLDS + 1);
    says(&said.out, &format!("{} households", HOUSEHOLDS - 6));
    let problems = village.problems();
    assert!(problems.len() >= 7, "all problems are in the file, not only those shown");
    says(&said.err, &format!("{} problems, all in result.problems.csv", problems.len()));
    says(&said.err, &format!("and {} more", problems.len() - 2));
    assert!(problems.column("advice").iter().all(|advice| !advice.is_empty()));
    assert!(members > 0);
}

#[test]
fn a_column_that_is_no_question_is_refused_before_any_row_is_read() {
    let mut village = Village::new();
    village.households.add_column("incom", "1");
    let said = village.assess("--keep-going");
    assert!(!said.ok);
    says(&said.err, "households.csv");
    says(&said.err, "`incom`");
    says(&said.err, "perhaps it is `income`");
    assert_eq!(said.err.matches("there is no question").count(), 1, "said twice:\n{}", said.err);
    assert!(!village.room.path("result.csv").exists());
}

#[test]
fn the_advice_on_an_unknown_column_names_an_option_that_exists() {
    let mut village = Village::new();
    village.households.add_column("favourite_colour", "blue");
    let said = village.assess("");
    says(&said.err, "--ignore-column favourite_colour");
    assert!(village.assess("--ignore-column favourite_colour").ok);
}

#[test]
fn a_column_that_is_missing_is_refused_unless_its_answers_may_be_unknown() {
    let village = Village::new();
    village.write();
    let table = village.room.read("households.csv").replacen("income", "ignored", 1);
    village.room.write("households.csv", table);
    let said = village.assess_as_written("--ignore-column ignored");
    assert!(!said.ok);
    says(&said.err, "income");
    let allowed = village.assess_as_written("--ignore-column ignored --allow-missing");
    says(&allowed.out, "their answers are unknown: income");
    assert!(village.result().column("status_national").iter().all(|status| status == "undetermined"));
}

#[test]
fn a_workbook_is_not_mistaken_for_a_table() {
    let village = Village::new();
    village.write();
    village.room.write("households.csv", b"PK\x03\x04 and so on");
    says(&village.assess_as_written("").err, "this is a workbook");
}

#[test]
fn explain_says_what_is_wrong_with_the_rows_of_the_household_it_is_asked_about() {
    let (village, id, ..) = with_bad_cell(In::Members, "birth_date", b"31/02/2010");
    village.write();
    let tables = "households.csv members.csv --on 2021-11-30";
    let said = village.room.is_refused(&format!("explain --policy vn-2016-2020 --household {id} {tables}"));
    says(&said, "column birth_date");
    // The others can be explained all the same.
    let other = village.id(ROW + 1);
    village.room.succeeds(&format!("explain --policy vn-2016-2020 --household {other} {tables}"));
}

#[test]
fn a_table_that_is_read_is_never_written_over() {
    let village = Village::new();
    village.write();
    let before = (village.room.bytes("households.csv"), village.room.bytes("members.csv"));
    let assess = "assess --policy vn-2016-2020 households.csv members.csv --on 2021-11-30";
    for further in ["--out households.csv", "--out ./members.csv", "--problems members.csv"] {
        says(&village.room.is_refused(&format!("{assess} {further}")), "one of the tables that are read");
        assert!(before == (village.room.bytes("households.csv"), village.room.bytes("members.csv")), "{further}");
    }
}
