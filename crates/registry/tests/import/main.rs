//! Lists as communes have them: looked through first, brought in once, never guessed at.

#![allow(clippy::unwrap_used)]

#[path = "../common/mod.rs"]
mod common;

mod between;
mod book;
mod export;
mod problems;

use book::DetailedList;
use common::{COMMUNE, PACK, Village, World, for_each_engine};
use jiff::civil::{Date, date};
use vuon_registry::import::{ImportAction, ImportFile, ImportPlan, Imported};
use vuon_registry::page::PageRequest;
use vuon_registry::spells::AsOf;
use vuon_registry::{Desk, RegistryError};

const LAST_YEAR: Date = date(2024, 12, 31);

fn file<'a>(name: &'a str, bytes: &'a [u8]) -> ImportFile<'a> {
    ImportFile { name, bytes, commune: COMMUNE, standard: PACK, status: "poor", valid_from: LAST_YEAR, complete: false }
}

/// Two hamlets, three households.
fn last_year() -> DetailedList {
    DetailedList::new()
        .heading("Bản Mẫu Một")
        .household(
            1,
            &[
                ["1", "Lò Văn Mẫu", "1975", "", "Thái", "Chủ hộ", "", "", "x"],
                ["2", "Quàng Thị Giả", "", "1978", "Thái", "Vợ", "", "", ""],
                ["3", "Lò Văn Thử", "2012", "", "Thái", "Con", "", "", ""],
            ],
        )
        .household(2, &[["1", "Giàng Thị Ví", "", "1950", "H'Mông", "Chủ hộ", "", "x", ""]])
        .heading("II. Bản Mẫu Ba")
        .household(
            3,
            &[
                ["1", "Nguyễn Văn Dụ", "12/05/1990", "", "Kinh", "Chủ hộ", "x", "", ""],
                ["2", "Nguyễn Thị Như", "", "2015", "Xá Lá Vàng", "Con", "", "", ""],
            ],
        )
        .heading("Tổng cộng: 3 hộ, 6 khẩu")
        .heading("Mường Mẫu, ngày 15 tháng 12 năm 2024")
        .heading("NGƯỜI LẬP BIỂU")
}

async fn bring(desk: &Desk, file: &ImportFile<'_>) -> (ImportPlan, Imported) {
    let plan = desk.plan_import(file).await.unwrap();
    assert_eq!(plan.problems, [], "{plan:#?}");
    let done = desk.run_import(file, &plan.plan).await.unwrap();
    (plan, done)
}

async fn rows(world: &World) -> Vec<i64> {
    let mut counts = Vec::new();
    for table in ["household", "person", "membership", "residence", "spell", "entry", "content", "hamlet", "import"] {
        counts.push(world.number(&format!("SELECT count(*) FROM {table}")).await);
    }
    counts
}

fn told(plan: &ImportPlan, household: usize) -> String {
    plan.households[household].differences.iter().map(|told| told[1].as_str()).collect::<Vec<_>>().join("; ")
}

/// Row "openspp-modules #421, #573": a dry run with a difference report comes first.
#[tokio::test]
async fn a_list_with_merged_headings_and_hamlets_between_is_read_and_a_dry_run_changes_nothing() {
    for_each_engine(async |world| {
        let Village { officer, .. } = world.village().await;
        let bytes = last_year().bytes();
        let file = file("danh sach 2024.xlsx", &bytes);
        let before = rows(world).await;
        let plan = officer.plan_import(&file).await.unwrap();
        assert_eq!(plan.problems, []);
        assert_eq!(rows(world).await, before, "a dry run changes nothing");
        let heads: Vec<(&str, usize)> = plan.households.iter().map(|h| (h.name.as_str(), h.persons)).collect();
        assert_eq!(heads, [("Lò Văn Mẫu", 3), ("Giàng Thị Ví", 1), ("Nguyễn Văn Dụ", 2)]);
        assert!(plan.households.iter().all(|h| h.action == ImportAction::Add));
        assert!(told(&plan, 2).contains("a new hamlet: Bản Mẫu Ba"), "{plan:#?}");
        assert!(told(&plan, 2).contains("“Xá Lá Vàng” is recorded as “Other ethnic group”"), "{plan:#?}");

        let done = officer.run_import(&file, &plan.plan).await.unwrap();
        assert_eq!(done, Imported { added: 3, persons: 6, ..Imported::default() });
        assert_eq!(world.number("SELECT count(*) FROM person WHERE ethnic = 'mong' AND sex = 'female'").await, 1);
        assert_eq!(world.number("SELECT count(*) FROM person WHERE born = '1990-05-12'").await, 1);
        assert_eq!(world.number("SELECT count(*) FROM spell WHERE decision IS NULL AND status = 'poor'").await, 3);
        assert_eq!(world.number("SELECT count(*) FROM spell WHERE movement = 'relapse'").await, 1);
        assert_eq!(world.number("SELECT count(*) FROM hamlet").await, 3);
        assert_eq!(world.number("SELECT count(*) FROM entry WHERE kind = 'household_imported'").await, 3);
        assert_eq!(world.number("SELECT count(*) FROM entry WHERE kind = 'import'").await, 1);
    })
    .await;
}

#[tokio::test]
async fn the_same_file_again_does_nothing_and_a_changed_register_needs_a_new_plan() {
    for_each_engine(async |world| {
        let Village { officer, .. } = world.village().await;
        let bytes = last_year().bytes();
        let file = file("list.xlsx", &bytes);
        let (first, _) = bring(&officer, &file).await;
        let before = rows(world).await;
        assert!(matches!(officer.run_import(&file, &first.plan).await, Err(RegistryError::Conflict)));
        let again = officer.plan_import(&file).await.unwrap();
        assert!(again.already && again.households.iter().all(|h| h.action == ImportAction::Same), "{again:#?}");
        let done = officer.run_import(&file, &again.plan).await.unwrap();
        assert_eq!(done, Imported { same: 3, ..Imported::default() });
        assert_eq!(rows(world).await, before);
    })
    .await;
}

#[tokio::test]
async fn brought_in_at_once_a_list_does_what_its_plan_says_and_nothing_with_a_problem() {
    for_each_engine(async |world| {
        let Village { officer, .. } = world.village().await;
        let before = rows(world).await;
        let wrong = "Họ và tên,Năm sinh\nLò Văn Mẫu,2080\n";
        let (plan, done) = officer.import_at_once(&file("list.csv", wrong.as_bytes())).await.unwrap();
        assert_eq!((plan.problems.len(), done), (1, None));
        assert_eq!(rows(world).await, before);
        let bytes = last_year().bytes();
        let list = file("list.xlsx", &bytes);
        let looked_at = officer.plan_import(&list).await.unwrap();
        let (plan, done) = officer.import_at_once(&list).await.unwrap();
        assert_eq!(plan, looked_at);
        assert_eq!(done, Some(Imported { added: 3, persons: 6, ..Imported::default() }));
        let after = rows(world).await;
        let (again, done) = officer.import_at_once(&list).await.unwrap();
        assert_eq!((again.already, done), (true, Some(Imported { same: 3, ..Imported::default() })));
        assert_eq!(rows(world).await, after);
    })
    .await;
}

#[tokio::test]
async fn differences_are_told_and_then_written() {
    for_each_engine(async |world| {
        let Village { officer, .. } = world.village().await;
        let bytes = last_year().bytes();
        bring(&officer, &file("list.xlsx", &bytes)).await;
        let corrected = DetailedList::new()
            .heading("Bản Mẫu Một")
            .household(
                1,
                &[
                    ["1", "LÒ VĂN MẪU", "1975", "", "Thái", "Chủ hộ", "", "", "x"],
                    ["2", "Quàng Thị Giả", "", "1979", "Thái", "Vợ", "", "", ""],
                    ["3", "Lò Thị Mới", "", "2024", "Thái", "Con", "", "", ""],
                ],
            )
            .bytes();
        let (plan, done) = bring(&officer, &file("corrected.xlsx", &corrected)).await;
        assert_eq!(plan.households[0].action, ImportAction::Change);
        let told = told(&plan, 0);
        for part in
            ["born: 1978 → 1979", "another member: Lò Thị Mới", "Lò Văn Thử is in the register and not on the list"]
        {
            assert!(told.contains(part), "“{part}” is not in {told}");
        }
        assert_eq!(done, Imported { changed: 1, persons: 1, ..Imported::default() });
        assert_eq!(world.number("SELECT persons FROM household WHERE name = 'Lò Văn Mẫu'").await, 4);
        assert_eq!(world.number("SELECT version FROM household WHERE name = 'Lò Văn Mẫu'").await, 2);
        assert_eq!(world.number("SELECT count(*) FROM person WHERE born = '1979'").await, 1);
    })
    .await;
}

#[tokio::test]
async fn an_older_list_adds_its_statuses_and_touches_no_people() {
    for_each_engine(async |world| {
        let Village { officer, .. } = world.village().await;
        let bytes = last_year().bytes();
        bring(&officer, &file("list.xlsx", &bytes)).await;
        let older = DetailedList::new()
            .heading("Bản Mẫu Một")
            .household(1, &[["1", "Lò Văn Mẫu", "1975", "", "Kinh", "Chủ hộ", "x", "", ""]])
            .bytes();
        let older = ImportFile { status: "near_poor", valid_from: date(2023, 12, 31), ..file("2023.xlsx", &older) };
        let (_, done) = bring(&officer, &older).await;
        assert_eq!(done, Imported { changed: 1, ..Imported::default() });
        assert_eq!(world.number("SELECT count(*) FROM person WHERE ethnic = 'kinh'").await, 1);
        assert_eq!(world.number("SELECT count(*) FROM spell WHERE status = 'near_poor'").await, 1);
        assert_eq!(world.number("SELECT count(*) FROM household WHERE status = 'poor'").await, 3);
    })
    .await;
}

#[tokio::test]
async fn a_grid_with_one_row_a_household_is_read_from_csv() {
    for_each_engine(async |world| {
        let Village { officer, .. } = world.village().await;
        let grid = "\u{feff}Thời gian rà soát;Chủ hộ;Mã hộ;Có dân tộc tại chỗ;Giới tính chủ hộ;Số nhân khẩu;\
                    Kết quả phiếu rà soát nhanh;Điểm B1;Điểm B2;Kết quả rà soát;Người rà soát\n\
                    12/2024;Lò Văn Mẫu;03160001;Có;Nam;4;;100;30;Hộ nghèo;Cán bộ Mẫu\n\
                    12/2024;Vàng Thị Giả;03160002;Không;Nữ;2;;120;10;Hộ cận nghèo;Cán bộ Mẫu\n";
        let (plan, done) = bring(&officer, &file("luoi.csv", grid.as_bytes())).await;
        assert_eq!(done, Imported { added: 2, persons: 2, ..Imported::default() });
        assert!(told(&plan, 0).contains("the list says 4 members and names 1"), "{plan:#?}");
        assert_eq!(world.number("SELECT count(*) FROM spell WHERE status = 'near_poor'").await, 1);
        // A spreadsheet took the codes for numbers.
        let again = grid.replace("100;30", "101;30");
        let (plan, _) = bring(&officer, &file("luoi2.csv", again.as_bytes())).await;
        assert!(plan.households.iter().all(|h| h.action == ImportAction::Same), "{plan:#?}");
    })
    .await;
}

#[tokio::test]
async fn only_the_communes_officer_brings_lists_in() {
    let world = World::sqlite().await;
    let village = world.village().await;
    let bytes = last_year().bytes();
    for desk in [&village.chair, &village.enumerator, &village.auditor, &village.administrator] {
        let refused = desk.plan_import(&file("list.xlsx", &bytes)).await;
        assert!(matches!(refused, Err(RegistryError::Forbidden { .. })), "{refused:?}");
    }
    let elsewhere = ImportFile { commune: common::OTHER_COMMUNE, ..file("list.xlsx", &bytes) };
    assert!(matches!(village.officer.plan_import(&elsewhere).await, Err(RegistryError::NotFound)));
}

/// Rows "openspp-modules #421, #573" and "a national openIMIS deployment": an import overwrote what was edited here.
#[tokio::test]
async fn what_was_changed_here_after_the_list_is_not_overwritten() {
    for_each_engine(async |world| {
        let Village { officer, .. } = world.village().await;
        let bytes = last_year().bytes();
        bring(&officer, &file("list.xlsx", &bytes)).await;
        let filter = vuon_registry::households::HouseholdFilter { text: Some("mau".into()), ..Default::default() };
        let household = officer.households(&filter, &PageRequest::first()).await.unwrap().rows.remove(0);
        let person = officer.household(&household.id).await.unwrap().members.remove(1);
        let mut member = common::members(&["Lò Văn Mẫu", "Quàng Thị Giả"]).remove(1);
        member.born = Some("1977".into());
        let change = vuon_registry::households::MemberChange::Corrected { person: person.person, member };
        officer
            .change_members(&household.id, household.version, &change, world.register.clock().today())
            .await
            .unwrap();

        // Another cell of the list is corrected, so that it is another file.
        let bytes = last_year().heading("Ghi chú: đã kiểm tra").bytes();
        let plan = officer.plan_import(&file("again.xlsx", &bytes)).await.unwrap();
        assert_eq!(plan.problems.len(), 1, "{plan:#?}");
        assert!(plan.problems[0].message[1].contains("born: 1977 → 1978"), "{plan:#?}");
        let refused = officer.run_import(&file("again.xlsx", &bytes), &plan.plan).await;
        assert!(matches!(refused, Err(RegistryError::Invalid { .. })), "{refused:?}");
        assert_eq!(world.number("SELECT count(*) FROM person WHERE born = '1977'").await, 1);
    })
    .await;
}

/// The list of the commune today.
fn today(world: &World) -> AsOf {
    AsOf {
        commune: COMMUNE.into(),
        on: world.register.clock().today(),
        known_at: None,
        standard: None,
        statuses: Vec::new(),
    }
}

#[tokio::test]
async fn a_status_that_is_not_as_it_was_imported_is_named() {
    for_each_engine(async |world| {
        let village = world.village().await;
        let bytes = last_year().bytes();
        bring(&village.officer, &file("danh sach 2024.xlsx", &bytes)).await;
        assert_eq!(village.auditor.verify(None).await.unwrap().differences, []);
        for (change, back, what) in [
            ("status = 'near_poor'", "status = 'poor'", "the status is not as it was imported"),
            ("valid_from = '2020-01-01'", "valid_from = '2024-12-31'", "the status is not as it was imported"),
            ("known_from = known_from + 1", "known_from = known_from - 1", "comes from no decision and no import"),
            ("known_to = known_from + 9", "known_to = NULL", "was ended by no decision and no import"),
        ] {
            world.tamper(&format!("UPDATE spell SET {change}")).await;
            let report = village.auditor.verify(Some(COMMUNE)).await.unwrap();
            assert!(report.differences.iter().any(|d| d.what.ends_with(what)), "{change}: {:?}", report.differences);
            world.tamper(&format!("UPDATE spell SET {back}")).await;
            assert_eq!(village.auditor.verify(Some(COMMUNE)).await.unwrap().differences, [], "{back}");
        }
    })
    .await;
}
