//! Lists as of a day, by what was known at a time, a page at a time.

use crate::common::{OTHER_COMMUNE, PACK, Village, World, for_each_engine, members};
use crate::steps::*;
use futures::TryStreamExt;
use jiff::civil::{Date, date};
use vuon_registry::cases::{AnswersReason, CaseFilter};
use vuon_registry::households::{HouseholdFilter, MemberChange};
use vuon_registry::page::PageRequest;
use vuon_registry::rounds::NewDecision;
use vuon_registry::scope::Place;
use vuon_registry::spells::{AsOf, ListedHousehold};
use vuon_registry::{Desk, RegistryError};

fn of(village: &Village, on: Date) -> AsOf {
    AsOf { commune: village.commune.clone(), on, known_at: None, standard: None, statuses: Vec::new() }
}

/// The rows of a list's page, which are those of its export.
async fn listed(desk: &Desk, of: &AsOf) -> Vec<ListedHousehold> {
    let rows = desk.list_as_of(of, &PageRequest { after: None, limit: 200 }).await.unwrap().rows;
    let csv: Vec<Vec<u8>> = desk.export_list(of).await.unwrap().try_collect().await.unwrap();
    let csv = String::from_utf8(csv.concat()).unwrap();
    let mut reader = csv::Reader::from_reader(csv.trim_start_matches('\u{feff}').as_bytes());
    let exported: Vec<[String; 3]> = reader
        .records()
        .map(Result::unwrap)
        .filter(|row| &row[1] == "1")
        .map(|row| [row[2].to_owned(), row[4].to_owned(), row[11].to_owned()])
        .collect();
    let shown: Vec<[String; 3]> =
        rows.iter().map(|row| [row.code.clone(), row.name.clone(), row.since.to_string()]).collect();
    assert_eq!(exported, shown);
    rows
}

#[tokio::test]
async fn a_list_of_a_past_day_knows_nothing_of_what_was_recorded_later() {
    for_each_engine(async |world| {
        let village = world.village().await;
        let officer = &village.officer;
        let mut homes = Vec::new();
        for name in ["Lò Văn Một", "Lò Văn Hai", "Lò Văn Ba"] {
            let household = village.household(0, &[name, "Cà Thị Mẫu"]).await;
            imported(world, &household, "poor", date(2025, 1, 1)).await;
            homes.push(household);
        }
        let elsewhere = world.village_in(OTHER_COMMUNE).await;
        // A household of the other commune has the code that one of those here has.
        elsewhere.household(0, &["Lò Văn Đó"]).await;
        let known = world.clock.now();
        let [ended, moved, renamed] = homes.try_into().unwrap();

        officer.close_household(&ended, 1, "died_out", date(2025, 9, 1)).await.unwrap();
        let to = Place { hamlet: None, ..elsewhere.place.clone() };
        officer.move_household(&moved, 1, &to, date(2025, 9, 1)).await.unwrap();
        let head = officer.household(&renamed).await.unwrap().members.remove(0).person;
        let member = members(&["Lò Văn Bốn"]).remove(0);
        officer
            .change_members(&renamed, 1, &MemberChange::Corrected { person: head, member }, date(2025, 9, 2))
            .await
            .unwrap();

        let on = date(2025, 9, 3);
        let told = |rows: Vec<ListedHousehold>| -> Vec<(String, String, i64)> {
            rows.into_iter().map(|row| (row.name, row.code, row.persons)).collect()
        };
        let now = listed(officer, &of(&village, on)).await;
        assert_eq!(told(now), [("Lò Văn Bốn".into(), "V-000003".into(), 2)]);
        let then = listed(officer, &AsOf { known_at: Some(known), ..of(&village, on) }).await;
        let mut then = told(then);
        then.sort_unstable_by(|a, b| a.1.cmp(&b.1));
        let expected = [("Lò Văn Một", "V-000001"), ("Lò Văn Hai", "V-000002"), ("Lò Văn Ba", "V-000003")];
        assert_eq!(then, expected.map(|(name, code)| (name.to_owned(), code.to_owned(), 2)));
        // On a day before the move it is listed here, with the code it had here.
        let before = told(listed(officer, &of(&village, date(2025, 8, 1))).await);
        assert!(before.contains(&("Lò Văn Hai".into(), "V-000002".into(), 2)), "{before:?}");
        let there = told(listed(&elsewhere.officer, &of(&elsewhere, on)).await);
        assert_eq!(there, [("Lò Văn Hai".into(), "V-000002".into(), 2)]);
    })
    .await;
}

#[tokio::test]
async fn a_household_decided_since_under_another_standard_is_on_the_list_of_the_old_one() {
    for_each_engine(async |world| {
        let village = world.village().await;
        let household = village.household(0, &["Lò Văn Mẫu", "Cà Thị Mẫu"]).await;
        imported(world, &household, "poor", date(2024, 1, 1)).await;
        let known = world.clock.now();
        imported_under(world, &household, ["vn-2016-2020", "near_poor"], date(2024, 6, 1), known + 1).await;

        let on = date(2024, 12, 31);
        let under = |standard: Option<&str>, known_at| AsOf {
            standard: standard.map(str::to_owned),
            known_at,
            ..of(&village, on)
        };
        let statuses = async |of: &AsOf| -> Vec<String> {
            listed(&village.officer, of).await.into_iter().map(|row| row.status).collect()
        };
        assert_eq!(statuses(&under(None, None)).await, ["near_poor"]);
        assert_eq!(statuses(&under(Some(PACK), None)).await, ["poor"]);
        assert_eq!(statuses(&under(Some("vn-2016-2020"), None)).await, ["near_poor"]);
        assert_eq!(statuses(&under(None, Some(known))).await, ["poor"]);
        assert_eq!(statuses(&under(Some("vn-2016-2020"), Some(known))).await, [""; 0]);
        let poor = AsOf { statuses: vec!["poor".into()], ..under(Some(PACK), None) };
        assert_eq!(statuses(&poor).await, ["poor"]);
        let poor = AsOf { statuses: vec!["poor".into()], ..under(None, None) };
        assert_eq!(statuses(&poor).await, [""; 0]);
    })
    .await;
}

/// The statuses of a commune's households, and how many a filter finds of each.
async fn statuses(world: &World, village: &Village, wanted: &[&str]) -> Vec<usize> {
    let mut found = Vec::new();
    for status in wanted {
        let filter = HouseholdFilter { status: Some((*status).into()), ..HouseholdFilter::default() };
        let rows = village.officer.households(&filter, &PageRequest::first()).await.unwrap().rows;
        assert!(rows.iter().all(|row| row.status.as_deref() == Some(*status)), "{rows:?}");
        found.push(rows.len());
    }
    // What these tests put in past the register comes from no import; the statuses of households are as they must be.
    let differences = format!("{:?}", village.auditor.verify(None).await.unwrap().differences);
    assert!(!differences.contains("not that of its spells"), "{}: {differences}", world.clock.today());
    found
}

#[tokio::test]
async fn a_status_of_the_new_year_is_seen_on_its_first_day_and_not_before() {
    for_each_engine(async |world| {
        let village = world.village().await;
        let (officer, chair) = (&village.officer, &village.chair);
        let household = village.household(0, &["Lò Văn Mẫu", "Cà Thị Mẫu"]).await;
        imported(world, &household, "near_poor", date(2025, 1, 1)).await;
        let other = village.household(0, &["Lò Văn Khác", "Cà Thị Mẫu"]).await;
        imported(world, &other, "near_poor", date(2025, 1, 1)).await;
        let round = open(officer, &village.commune, "annual", 2025).await;
        for case in in_state(officer, &round, vuon_registry::cases::CaseState::Survey).await {
            sign(&village.enumerator, &case.id, Picture::Poor, AnswersReason::Survey).await;
        }
        meet(&village, &round, 0, 30).await;
        officer.post_list(&round, None, "Nhà văn hóa bản").await.unwrap();
        world.clock.stand(date(2025, 9, 12));
        let cases = chair.ready_to_decide(&round).await.unwrap();
        let decision = |effective| {
            let cases = cases.clone();
            NewDecision { number: "01/QĐ-UBND".into(), effective: Some(effective), cases }
        };
        let refused = chair.decide(&round, &decision(date(2027, 1, 1))).await;
        assert!(matches!(refused, Err(RegistryError::Invalid { .. })), "{refused:?}");
        chair.decide(&round, &decision(date(2026, 1, 1))).await.unwrap();

        let seen = ["near_poor", "poor"];
        assert_eq!(statuses(world, &village, &seen).await, [2, 0]);
        world.clock.stand(date(2025, 12, 31));
        assert_eq!(statuses(world, &village, &seen).await, [2, 0]);
        world.clock.stand(date(2026, 1, 1));
        assert_eq!(statuses(world, &village, &seen).await, [0, 2]);
        let view = officer.household(&household).await.unwrap();
        assert_eq!(view.row.status.as_deref(), Some("poor"));
        let page = PageRequest { after: None, limit: 1 };
        let filter = HouseholdFilter { status: Some("poor".into()), ..HouseholdFilter::default() };
        let first = officer.households(&filter, &page).await.unwrap();
        let page = PageRequest { after: first.next, limit: 1 };
        let second = officer.households(&filter, &page).await.unwrap();
        assert_eq!([&first.rows[0].name, &second.rows[0].name], ["Lò Văn Khác", "Lò Văn Mẫu"]);
        assert_eq!(second.next, None);
    })
    .await;
}

#[tokio::test]
async fn the_list_of_a_past_day_under_a_standard_is_one_question() {
    for_each_engine(async |world| {
        let village = world.village().await;
        let officer = &village.officer;
        for i in 0..5 {
            let household = village.household(i % 2, &[&format!("Lò Văn Mẫu {i}"), "Cà Thị Mẫu"]).await;
            imported(world, &household, "poor", date(2023, 1, 1)).await;
            imported(world, &household, if i < 3 { "near_poor" } else { "average" }, date(2025, 1, 1)).await;
        }
        let of = |on, standard: Option<&str>, statuses: &[&str]| AsOf {
            standard: standard.map(str::to_owned),
            statuses: statuses.iter().map(|s| (*s).to_owned()).collect(),
            ..of(&village, on)
        };
        let count = async |of: &AsOf| officer.list_as_of(of, &PageRequest::first()).await.unwrap().rows.len();
        assert_eq!(count(&of(date(2022, 12, 31), None, &[])).await, 0);
        assert_eq!(count(&of(date(2024, 12, 31), None, &["poor"])).await, 5);
        assert_eq!(count(&of(date(2025, 1, 1), None, &["poor", "near_poor"])).await, 3);
        assert_eq!(count(&of(date(2025, 1, 1), None, &[])).await, 5);
        assert_eq!(count(&of(date(2025, 1, 1), Some(PACK), &["near_poor"])).await, 3);
        assert_eq!(count(&of(date(2025, 1, 1), Some("vn-2016-2020"), &[])).await, 0);
        let then = of(date(2024, 12, 31), None, &[]);
        let hamlet = village.hamlet_enumerator.list_as_of(&then, &PageRequest::first()).await.unwrap();
        assert_eq!(hamlet.rows.len(), 3, "the own hamlet");

        let mut names = Vec::new();
        let mut page = PageRequest { after: None, limit: 2 };
        loop {
            let found = officer.list_as_of(&of(date(2024, 12, 31), None, &[]), &page).await.unwrap();
            names.extend(found.rows.into_iter().map(|row| row.name));
            let Some(next) = found.next else { break };
            page.after = Some(next);
        }
        assert_eq!(names, ["Lò Văn Mẫu 0", "Lò Văn Mẫu 1", "Lò Văn Mẫu 2", "Lò Văn Mẫu 3", "Lò Văn Mẫu 4"]);
    })
    .await;
}

#[tokio::test]
async fn cases_are_found_by_the_beginning_of_the_name_without_tone_marks() {
    for_each_engine(async |world| {
        let village = world.village().await;
        for name in ["Lò Văn Ấm", "Lò Văn Bình", "Quàng Thị Xuân"] {
            let household = village.household(0, &[name, "Cà Thị Mẫu"]).await;
            imported(world, &household, "poor", date(2025, 1, 1)).await;
        }
        let round = open(&village.officer, &village.commune, "annual", 2025).await;
        let found = async |text: &str| {
            let filter = CaseFilter { round: Some(round.clone()), text: Some(text.into()), ..CaseFilter::default() };
            let rows = village.officer.cases(&filter, &PageRequest::first()).await.unwrap().rows.len() as i64;
            assert_eq!(village.officer.count_cases(&filter).await.unwrap(), rows, "counts reconcile with rows");
            rows
        };
        assert_eq!(found("lo van").await, 2);
        assert_eq!(found("LÒ VĂN B").await, 1);
        assert_eq!(found("xuan").await, 0);
        assert_eq!(found("").await, 3);
    })
    .await;
}
