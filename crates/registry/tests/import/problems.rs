//! What is not understood is a problem with its row, its column and what to do; nothing is brought in then.

use crate::book::DetailedList;
use crate::common::{COMMUNE, PACK, World};
use crate::{LAST_YEAR, bring, file, last_year};
use rust_xlsxwriter::Workbook;
use std::io::{Cursor, Write};
use vuon_registry::RegistryError;
use vuon_registry::import::{ImportFile, ImportPlan};
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

async fn planned(bytes: &[u8], name: &str) -> (World, ImportPlan) {
    let world = World::sqlite().await;
    let village = world.village().await;
    let plan = village.officer.plan_import(&file(name, bytes)).await.unwrap();
    if !plan.problems.is_empty() {
        let refused = village.officer.run_import(&file(name, bytes), &plan.plan).await;
        assert!(matches!(refused, Err(RegistryError::Invalid { .. })), "{refused:?}");
        assert_eq!(world.number("SELECT count(*) FROM household").await, 0);
    }
    (world, plan)
}

#[track_caller]
fn has(plan: &ImportPlan, row: u32, part: &str) {
    let found = plan.problems.iter().any(|problem| problem.row == row && problem.message[1].contains(part));
    assert!(found, "no problem of row {row} says “{part}”: {:#?}", plan.problems);
    assert!(plan.problems.iter().all(|problem| !problem.message[0].is_empty() && !problem.column.is_empty()));
}

/// Row "openspp-modules #515": an import created an "unnamed" head of household.
#[tokio::test]
async fn nobody_is_recorded_without_a_name_and_no_member_without_a_household() {
    let list = DetailedList::new().heading("Thôn 1");
    let first = list.next_row();
    let bytes = list
        .household(1, &[["1", "", "1975", "", "Thái", "Chủ hộ", "", "", ""]])
        .heading("Thôn 2")
        .household(2, &[["2", "Lò Thị Mẫu", "", "1999", "Thái", "Con", "", "", ""]])
        .bytes();
    let (_world, plan) = planned(&bytes, "list.xlsx").await;
    has(&plan, first, "The name is missing");
    has(&plan, first + 2, "first row of a household must be its head");
}

#[tokio::test]
async fn a_column_that_is_missing_is_named() {
    let csv =
        "Mã hộ,Họ và tên,Năm sinh\nA1,Lò Văn Mẫu,1975\nA1,Lò Thị Mẫu,1999\nA2,Lò Văn Thử,1980\nA2,Lò Thị Thử,2001\n";
    let (_world, plan) = planned(csv.as_bytes(), "list.csv").await;
    has(&plan, 1, "the column “Quan hệ với chủ hộ” (relation to the head) is missing");
    let csv = "Mã hộ,Quan hệ với chủ hộ,Giới tính\nA1,Chủ hộ,Nam\nA1,Vợ,Nữ\n";
    let (_world, plan) = planned(csv.as_bytes(), "list.csv").await;
    has(&plan, 1, "there must be a column of names");
    assert_eq!(plan.problems.len(), 1, "{:#?}", plan.problems);
    let csv = "Mã hộ,Họ và tên,Quan hệ với chủ hộ,Năm sinh\nA1,Lò Văn Mẫu,Chủ hộ,31/02/1980\n";
    let (_world, plan) = planned(csv.as_bytes(), "list.csv").await;
    has(&plan, 2, "There is no day 31/02/1980");
}

/// Names are found without tone marks, and “Bản Mốt” may be another hamlet than “Bản Một”.
#[tokio::test]
async fn a_hamlet_that_is_spelled_otherwise_is_told() {
    let world = World::sqlite().await;
    let officer = world.village().await.officer;
    let headings = "Mã hộ,Họ và tên,Quan hệ với chủ hộ,Thôn\n";
    bring(&officer, &file("first.csv", format!("{headings}A1,Lò Văn Mẫu,Chủ hộ,Bản Một\n").as_bytes())).await;
    let second = format!("{headings}A2,Lò Văn Thử,Chủ hộ,Bản Mốt\n");
    let plan = officer.plan_import(&file("second.csv", second.as_bytes())).await.unwrap();
    let told: Vec<&str> = plan.households[0].differences.iter().map(|told| told[1].as_str()).collect();
    assert!(told[0].starts_with("the hamlet Bản Mốt is taken as Bản Một;"), "{told:?}");
}

#[tokio::test]
async fn cells_that_cannot_be_are_told_all_at_once() {
    let list = DetailedList::new().heading("Thôn 1");
    let first = list.next_row();
    let bytes = list
        .household(
            1,
            &[
                ["1", "Lò Văn Mẫu", "75", "", "Thái", "Chủ hộ", "", "", ""],
                ["2", "Lò Thị Mẫu", "1999", "1999", "Thái", "Con", "", "", ""],
                ["3", "Lò Văn Ba", "2030", "", "Thái", "Con", "", "", ""],
                ["4", "Lò Văn Tư", "2001", "", "Thái", "Ba", "", "", ""],
                ["5", "Lò Văn Năm", "2001", "", "12", "Con", "", "", ""],
                ["6", "Lò Văn Sáu", "2001", "", "Thái", "Chủ hộ", "", "", ""],
                ["7", "Lò Văn Bảy", "2001", "", "Thái", "Con", "?", "", ""],
            ],
        )
        .heading("Không phải thôn")
        .bytes();
    let (_world, plan) = planned(&bytes, "list.xlsx").await;
    has(&plan, first, "Not a year of birth");
    has(&plan, first + 1, "one of the columns Nam and Nữ");
    has(&plan, first + 2, "not between 1900 and 2024");
    has(&plan, first + 3, "The relation “Ba” is not understood");
    has(&plan, first + 4, "The ethnic group “12”");
    has(&plan, first + 5, "has a head in a row above already");
    has(&plan, first + 6, "Mark with x");
    has(&plan, first + 7, "neither a member nor the name of a hamlet");
}

/// Row "the review software's own exports": household codes stood there twice.
#[tokio::test]
async fn duplicate_codes_and_heads_are_refused_with_their_rows_named() {
    let grid = "Mã hộ,Họ và tên chủ hộ,Năm sinh,Thôn\n\
                A1,Lò Văn Mẫu,1980,Bản 1\nA2,Lò Văn Giả,1981,Bản 1\nA1,Lò Văn Thử,1982,Bản 1\n\
                ,Lò Văn Ví,1983,Bản 1\n,Lò Văn Ví,1983,Bản 1\n";
    let (_world, plan) = planned(grid.as_bytes(), "list.csv").await;
    for row in [2, 4] {
        has(&plan, row, "The same household code stands in rows 2, 4");
    }
    for row in [5, 6] {
        has(&plan, row, "in rows 5, 6");
    }
}

#[tokio::test]
async fn a_column_nobody_knows_and_a_file_without_headings_are_refused() {
    let (_world, plan) =
        planned("Họ và tên,Quan hệ với chủ hộ,Màu áo\nLò Văn Mẫu,Chủ hộ,xanh\n".as_bytes(), "a.csv").await;
    has(&plan, 1, "The heading of this column is not understood");
    let (_world, plan) = planned("một,hai\nba,bốn\n".as_bytes(), "a.csv").await;
    has(&plan, 1, "No row of headings was found");
    let (_world, plan) = planned(b"\x00\x01 not a workbook", "a.xlsx").await;
    has(&plan, 1, "not a workbook that can be read");
    let (_world, plan) = planned(b"H\xc4", "a.csv").await;
    has(&plan, 1, "not in UTF-8");
}

/// Row "openspp-modules #421, #573": an ambiguous match is refused with its rows named, not given to the first.
#[tokio::test]
async fn a_name_that_fits_several_households_is_ambiguous() {
    let world = World::sqlite().await;
    let officer = world.village().await.officer;
    let two = "Mã hộ,Họ và tên chủ hộ,Năm sinh,Thôn\nA1,Lò Văn Mẫu,1980,Bản 1\nA2,Lò Văn Mẫu,1980,Bản 1\n\
               A3,Lò Văn Giả,1970,Bản 1\n";
    bring(&officer, &file("two.csv", two.as_bytes())).await;
    let one = "Họ và tên chủ hộ,Năm sinh,Thôn\nLò Văn Mẫu,1980,Bản 1\nLò Văn Giả,,Bản 1\nLò Văn Giả,1991,Bản 1\n";
    let plan = officer.plan_import(&file("one.csv", one.as_bytes())).await.unwrap();
    has(&plan, 2, "It is not clear which household this is: the register has the same head's name (code A1, A2)");
    has(&plan, 3, "It is not clear which household this is: the register has the same head's name (code A3)");
    assert_eq!(plan.problems.len(), 2, "another birth year is another household: {plan:#?}");
    let wrong = "Mã hộ,Họ và tên chủ hộ,Năm sinh,Thôn\nA3,Vàng Thị Khác,1966,Bản 1\n";
    let plan = officer.plan_import(&file("wrong.csv", wrong.as_bytes())).await.unwrap();
    has(&plan, 2, "the code A3 is of the household of Lò Văn Giả");
}

#[tokio::test]
async fn an_unknown_status_a_standard_without_lists_and_a_day_to_come_are_refused() {
    let world = World::sqlite().await;
    let officer = world.village().await.officer;
    let bytes = last_year().bytes();
    let status = ImportFile { status: "rich", ..file("list.xlsx", &bytes) };
    assert!(matches!(officer.plan_import(&status).await, Err(RegistryError::Invalid { .. })));
    // Communes keep no list by the survey's poverty line of 1998.
    let standard = ImportFile { standard: "vlss-1998", ..file("list.xlsx", &bytes) };
    let refused = officer.plan_import(&standard).await;
    assert!(matches!(&refused, Err(RegistryError::Pack { why, .. }) if why.contains("marked")), "{refused:?}");
    let day = ImportFile {
        name: "list.xlsx",
        bytes: &bytes,
        commune: COMMUNE,
        standard: PACK,
        status: "poor",
        complete: false,
        valid_from: LAST_YEAR.saturating_add(jiff::Span::new().years(3)),
    };
    assert!(matches!(officer.plan_import(&day).await, Err(RegistryError::Day { .. })));
}

#[tokio::test]
async fn one_stray_cell_in_the_last_corner_is_a_problem_of_the_list_and_takes_no_memory() {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    sheet.write(0, 0, "Họ và tên chủ hộ").unwrap();
    sheet.write(1_048_575, 16_383, "x").unwrap();
    let (_, plan) = planned(&book.save_to_buffer().unwrap(), "list.xlsx").await;
    has(&plan, 1_048_576, "at most 200 columns");
    assert_eq!(plan.problems[0].column, "XFD");
}

#[tokio::test]
async fn blank_rows_between_are_no_rows_and_too_many_are_refused() {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    for (column, heading) in ["Mã hộ", "Họ và tên chủ hộ"].into_iter().enumerate() {
        sheet.write(0, column as u16, heading).unwrap();
    }
    sheet.write(1_048_575, 0, "A1").unwrap();
    sheet.write(1_048_575, 1, "Lò Văn Mẫu").unwrap();
    let (_, plan) = planned(&book.save_to_buffer().unwrap(), "list.xlsx").await;
    assert_eq!((plan.problems.as_slice(), plan.households.len()), (&[][..], 1), "{plan:#?}");
    let many = "x\n".repeat(200_001);
    let (_, plan) = planned(many.as_bytes(), "many.csv").await;
    has(&plan, 200_001, "at most 200,000 rows");
    let wide = format!("Họ và tên{}x\n", ",".repeat(200));
    let (_, plan) = planned(wide.as_bytes(), "wide.csv").await;
    has(&plan, 1, "at most 200 columns");
}

#[tokio::test]
async fn a_small_file_that_unpacks_to_a_large_one_is_refused() {
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    archive.start_file("xl/worksheets/sheet1.xml", SimpleFileOptions::default()).unwrap();
    for _ in 0..65 {
        archive.write_all(&vec![b' '; 1024 * 1024]).unwrap();
    }
    let bytes = archive.finish().unwrap().into_inner();
    assert!(bytes.len() < 1024 * 1024);
    let (_, plan) = planned(&bytes, "list.xlsx").await;
    has(&plan, 1, "too large once it is unpacked");
}
