//! The first steps of the README, in its order.

use crate::room::{Room, says};
use crate::sheet::Sheet;

/// A district in the north-western mountains, reviewed under two standards.
fn district() -> Room {
    let room = Room::new();
    let said = room.succeeds("synth --households 2000 --areas 100 --on 2021-11-30 --out district --format csv");
    says(&said, "SYNTHETIC POPULATION: no real persons");
    says(&said, "2,000 households");
    room
}

#[test]
fn every_pack_in_the_program_checks() {
    let said = Room::new().succeeds("policy check");
    for pack in packs() {
        let line = said.lines().find(|line| line.starts_with(&pack)).unwrap_or_else(|| panic!("{pack}\n{said}"));
        assert!(line.split_whitespace().nth(1) == Some("ok"), "{line}");
    }
}

#[test]
fn every_worked_case_of_every_pack_holds() {
    let said = Room::new().succeeds("policy test");
    assert_eq!(said.lines().count(), packs().len(), "{said}");
    assert!(said.lines().all(|line| line.ends_with("cases hold, 0 broken")), "{said}");
    for pack in packs().iter().filter(|id| *id != "vn-questions") {
        assert!(!said.contains(&format!("{pack:18} 0 cases")), "{pack} has no worked case");
    }
}

fn packs() -> Vec<String> {
    let said = Room::new().succeeds("policy list");
    let packs: Vec<String> = said
        .lines()
        .filter(|l| !l.starts_with(' '))
        .filter_map(|l| Some(l.split_whitespace().next()?.into()))
        .collect();
    assert!(packs.len() >= 7, "{said}");
    packs
}

#[test]
fn the_living_standards_survey_of_1998_gives_the_published_rates() {
    let room = Room::new();
    room.bring("data/vlss-1998/households.csv");
    let said = room.succeeds("assess --policy vlss-1998 data/vlss-1998/households.csv");
    says(&said, "5,999 households · 28,509 persons");
    let line = |start: &str| said.lines().find(|l| l.contains(start)).unwrap_or_else(|| panic!("{start}\n{said}"));
    // Shares of persons: food poor, and below the general line, which counts the food poor too.
    let food_poor: Vec<&str> = line("1 ").split_whitespace().collect();
    assert!(food_poor.contains(&"12.1"), "{food_poor:?}");
    let below = said.lines().rfind(|l| l.contains("31.6")).unwrap_or_else(|| panic!("{said}"));
    says(below, "Below the general line");
    let vietnamese = room.succeeds("assess --lang vi --policy vlss-1998 data/vlss-1998/households.csv");
    says(&vietnamese, "5.999 hộ · 28.509 người");
    says(&vietnamese, "12,1");
    says(&vietnamese, "31,6");
}

#[test]
fn a_synthetic_district_is_assessed_under_two_standards() {
    let room = district();
    for (pack, day) in [("vn-2016-2020", "2021-11-30"), ("vn-2022-2026", "2022-11-30")] {
        let said = room.succeeds(&format!("assess --policy {pack} district --on {day} --out {pack}.csv"));
        says(&said, "2,000 households");
        says(&said, "Poor household");
        says(&said, "not verified in the official text");
        let result = Sheet::read(&room.path(&format!("{pack}.csv")));
        assert_eq!(result.len(), 2000);
        assert!(result.column("status_national").iter().any(|status| status == "poor"), "{pack}: nobody is poor");
        assert!(result.column("pack").iter().all(|p| p.starts_with(&format!("{pack}@"))));
    }
}

#[test]
fn the_result_is_the_same_whatever_the_language() {
    let room = district();
    for language in ["vi", "en"] {
        let arguments = "--policy vn-2016-2020 district --on 2021-11-30";
        room.succeeds(&format!("assess --lang {language} {arguments} --out {language}.csv"));
    }
    assert!(room.bytes("vi.csv") == room.bytes("en.csv"));
}

#[test]
fn a_household_is_explained_in_two_languages_and_as_json() {
    let room = district();
    room.succeeds("assess --policy vn-2016-2020 district --on 2021-11-30 --out result.csv");
    let result = Sheet::read(&room.path("result.csv"));
    let poor = result.cell(result.row_of("status_national", "poor"), "household_id");
    let explain = format!("explain --policy vn-2016-2020 --household {poor} district --on 2021-11-30");
    let english = room.succeeds(&explain);
    says(&english, &format!("Household: {poor}"));
    says(&english, "Poor household:");
    says(&english, "Under: Decision 59/2015/QĐ-TTg");
    let vietnamese = room.succeeds(&format!("{explain} --lang vi"));
    says(&vietnamese, "Hộ nghèo:");
    says(&vietnamese, "Căn cứ: Quyết định 59/2015/QĐ-TTg");
    let json: serde_json::Value = serde_json::from_str(&room.succeeds(&format!("{explain} --json"))).expect("JSON");
    assert_eq!(json[0]["household"], poor);
    assert_eq!(json[0]["explanation"]["status"], "poor");
    assert!(json[0]["explanation"]["rule"]["source"].as_str().is_some_and(|s| s.contains("59/2015")));
    assert!(json[0]["changes"].as_array().is_some_and(|changes| !changes.is_empty()), "{json}");
}

#[test]
fn explain_and_assess_agree_on_every_household_they_are_asked_about() {
    let room = district();
    room.succeeds("assess --policy vn-2016-2020 district --on 2021-11-30 --out result.csv");
    let result = Sheet::read(&room.path("result.csv"));
    for row in (2..result.len() + 2).step_by(199) {
        let (id, status) = (result.cell(row, "household_id"), result.cell(row, "status_national"));
        let said =
            room.succeeds(&format!("explain --policy vn-2016-2020 --household {id} district --on 2021-11-30 --json"));
        let json: serde_json::Value = serde_json::from_str(&said).expect("JSON");
        assert_eq!(json[0]["explanation"]["status"], *status, "{id}");
    }
}

#[test]
fn a_household_that_is_not_in_the_tables_is_said_so() {
    let said = district().is_refused("explain --policy vn-2016-2020 --household NOBODY district --on 2021-11-30");
    says(&said, "NOBODY");
}

#[test]
fn a_province_gets_the_national_and_the_local_status() {
    let room = district();
    let said = room.succeeds("assess --policy example-province district --on 2026-11-30 --out result.csv");
    says(&said, "AN EXAMPLE, NOT LAW");
    says(&said, "By the national standard");
    says(&said, "By the local standard");
    let result = Sheet::read(&room.path("result.csv"));
    assert_eq!(result.column("status_national").len(), result.column("status_local").len());
}

#[test]
fn ages_are_not_counted_without_a_review_date() {
    let said = district().is_refused("assess --policy vn-2016-2020 district");
    says(&said, "--on");
}

#[test]
fn the_origin_of_every_item_of_a_pack_is_told() {
    let said = Room::new().succeeds("policy show vn-2022-2026 --origin");
    says(&said, "vn-2022-2026/pack.yaml:2");
    says(&said, "vn-questions/questionnaire.yaml:");
}

#[test]
fn the_change_from_one_standard_to_the_next_is_told_in_words() {
    let room = Room::new();
    let english = room.succeeds("policy diff vn-2016-2020 vn-2022-2026");
    says(&english, "Rural income line: 700,000 VND/person/month → 1,500,000 VND/person/month");
    let vietnamese = room.succeeds("policy diff vn-2016-2020 vn-2022-2026 --lang vi");
    says(&vietnamese, "Chuẩn thu nhập khu vực nông thôn: 700.000 đồng/người/tháng → 1.500.000");
    says(&room.is_refused("policy diff vn-2016-2020 vn-2016-2020"), "the same pack");
}

#[test]
fn administrative_units_are_listed_shown_and_traced() {
    let room = Room::new();
    says(&room.succeeds("areas lists"), "vn-2025-07-01");
    says(&room.succeeds("areas show 00001 --on 2025-06-30"), "Phường Phúc Xá, Quận Ba Đình, Thành phố Hà Nội");
    says(&room.succeeds("areas trace 00001 --on 2025-06-30 --to 2025-07-01"), "→ 00097 Phường Hồng Hà");
    says(&room.is_refused("areas show 99999 --on 2025-06-30"), "99999");
}

#[test]
fn an_empty_table_of_a_pack_is_ready_to_be_filled() {
    let room = Room::new();
    room.succeeds("data template --policy vn-2022-2026 --out forms");
    for file in ["households.csv", "members.csv", "dictionary.csv", "dictionary.md", "tables.xlsx"] {
        assert!(!room.bytes(&format!("forms/{file}")).is_empty(), "{file}");
    }
    let header = Sheet::read(&room.path("forms/households.csv"));
    assert_eq!(header.column("household_id").len(), header.len());
}

#[test]
fn a_pack_or_a_file_that_is_not_there_is_refused_by_name() {
    let room = Room::new();
    says(&room.is_refused("assess --policy vn-2016-2021 nowhere --on 2021-11-30"), "vn-2016-2021");
    says(&room.is_refused("assess --policy vlss-1998 nowhere.csv"), "nowhere.csv");
}
