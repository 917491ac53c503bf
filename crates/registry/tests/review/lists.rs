//! Lists as of a day, by what was known at a time, a page at a time.

use crate::common::{PACK, for_each_engine};
use crate::steps::*;
use jiff::civil::date;
use vuon_registry::cases::CaseFilter;
use vuon_registry::page::PageRequest;
use vuon_registry::spells::AsOf;

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
            commune: village.commune.clone(),
            on,
            known_at: None,
            standard: standard.map(str::to_owned),
            statuses: statuses.iter().map(|s| (*s).to_owned()).collect(),
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
