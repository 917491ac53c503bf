//! A scorecard with holes scores nobody; an officer who holds the annex fills it.
//!
//! The points and criteria that these tests fill in are invented. They stand in no pack.

use crate::room::{Room, says};
use crate::sheet::Sheet;
use calamine::{Data, Reader, open_workbook_auto};
use rust_xlsxwriter::Workbook;

const ANNEX: &str = "Annex 3b, Circular 17/2016/TT-BLĐTBXH";
const SCORE: &str = "--method score households.csv members.csv --on 2021-11-30";

/// A village and the exported table.
fn exported() -> Room {
    let room = Room::new();
    room.succeeds("synth --households 200 --areas 095 --on 2021-11-30 --format csv --out .");
    says(&room.succeeds("policy scorecard export --policy vn-2016-2020 table.xlsx"), ANNEX);
    room
}

/// Fills the empty cells of the table as a spreadsheet program would, and saves it under another name.
fn fill(room: &Room, to: &str, value: impl Fn(&str) -> Option<f64>) {
    let mut table = open_workbook_auto(room.path("table.xlsx")).expect("a workbook");
    let (name, rows) = table.worksheets().remove(0);
    let (mut book, mut holes) = (Workbook::new(), 0);
    let sheet = book.add_worksheet();
    sheet.set_name(&name).expect("a name");
    let head: Vec<String> = rows.rows().next().expect("a header").iter().map(ToString::to_string).collect();
    for (line, row) in rows.rows().enumerate() {
        for (place, column) in head.iter().enumerate() {
            let (line, at) = (line as u32, place as u16);
            match row.get(place).unwrap_or(&Data::Empty) {
                Data::Empty if column == "when" => drop(sheet.write_string(line, at, "has_tv").expect("written")),
                Data::Empty => {
                    holes += 1;
                    if let Some(points) = value(column) {
                        sheet.write_number(line, at, points).expect("written");
                    }
                }
                Data::Float(points) => drop(sheet.write_number(line, at, *points).expect("written")),
                text => drop(sheet.write_string(line, at, text.to_string()).expect("written")),
            }
        }
    }
    assert!(holes > 0, "the table should have holes");
    book.save(room.path(to)).expect("saved");
}

#[test]
fn a_table_with_holes_is_refused_by_the_name_of_its_annex() {
    let room = exported();
    let said = room.is_refused(&format!("assess --policy vn-2016-2020 {SCORE} --out result.csv"));
    says(&said, ANNEX);
    says(&said, "scorecard export");
    assert!(!room.path("result.csv").exists());
}

#[test]
fn filled_from_the_annex_it_scores_every_household() {
    let room = exported();
    fill(&room, "filled.xlsx", |_| Some(5.0));
    let said = room.succeeds("policy scorecard import filled.xlsx --policy vn-2016-2020 --out local");
    says(&said, "nt1: complete");
    assert!(!said.contains("holes left"), "{said}");
    room.succeeds("policy check local/vn-2016-2020");
    let assessed = room.succeeds(&format!("assess --policy local/vn-2016-2020 {SCORE} --out result.csv"));
    says(&assessed, "not verified in the official text");
    let result = Sheet::read(&room.path("result.csv"));
    assert!(result.column("status_national").iter().all(|status| status != "refused"));
    assert!(result.column("pack").iter().all(|pack| pack.starts_with("vn-2016-2020@")));
    // The pack in the program is as it was.
    room.is_refused(&format!("assess --policy vn-2016-2020 {SCORE}"));
}

#[test]
fn with_one_column_filled_only_its_households_are_scored() {
    let room = exported();
    // The village is in the northern mountains: column nt2, and tt for its town.
    fill(&room, "filled.xlsx", |column| (column == "nt2").then_some(5.0));
    let imported = room.succeeds("policy scorecard import filled.xlsx --policy vn-2016-2020 --out local");
    says(&imported, "nt2: complete");
    says(&imported, "tt: ");
    says(&imported, "holes left");
    let said = room.vuon(&format!("assess --policy local/vn-2016-2020 {SCORE} --out result.csv"));
    let (result, households) = (Sheet::read(&room.path("result.csv")), Sheet::read(&room.path("households.csv")));
    let (mut scored, mut refused) = (0, 0);
    for row in 2..result.len() + 2 {
        let household = households.row_of("household_id", &result.cell(row, "household_id"));
        let rural = households.cell(household, "area_type") == "rural";
        assert_eq!(rural, result.cell(row, "status_national") != "refused", "row {row}");
        if rural { scored += 1 } else { refused += 1 }
    }
    assert!(scored > 0 && refused > 0, "{scored} scored, {refused} refused");
    assert!(!said.ok, "refused households must be noticed");
}

#[test]
fn explain_refuses_a_score_by_the_name_of_the_annex() {
    let room = exported();
    let id = Sheet::read(&room.path("households.csv")).cell(2, "household_id");
    let said = room.vuon(&format!("explain --policy vn-2016-2020 --household {id} {SCORE}"));
    says(&(said.out + &said.err), ANNEX);
}

#[test]
fn a_workbook_with_a_slip_is_refused_as_a_whole() {
    let room = exported();
    fill(&room, "filled.xlsx", |_| Some(2.5));
    let said = room.is_refused("policy scorecard import filled.xlsx --policy vn-2016-2020 --out local");
    says(&said, "nothing was imported");
    says(&said, "is not a whole number of points");
    assert!(!room.path("local").exists());
}

#[test]
fn a_local_copy_is_not_overwritten() {
    let room = exported();
    fill(&room, "filled.xlsx", |_| Some(5.0));
    let import = "policy scorecard import filled.xlsx --policy vn-2016-2020 --out local";
    room.succeeds(import);
    says(&room.is_refused(import), "exists already");
}
