//! A list that is taken out is whole, and can be brought in again.

use crate::common::{COMMUNE, World, for_each_engine};
use crate::{bring, file, last_year, today};
use futures::TryStreamExt;
use vuon_registry::import::ImportAction;
use vuon_registry::spells::AsOf;
use vuon_registry::{Desk, RegistryError};

async fn exported(desk: &Desk, of: &AsOf) -> String {
    let stream = desk.export_list(of).await.unwrap();
    let pieces: Vec<Vec<u8>> = stream.try_collect().await.unwrap();
    String::from_utf8(pieces.concat()).unwrap()
}

/// Row "openspp-modules #200, #215": exports stream.
#[tokio::test]
async fn what_is_taken_out_is_what_was_brought_in() {
    for_each_engine(async |world| {
        let village = world.village().await;
        let bytes = last_year().bytes();
        bring(&village.officer, &file("list.xlsx", &bytes)).await;
        let csv = exported(&village.officer, &today(world)).await;
        assert!(csv.starts_with('\u{feff}'));
        assert_eq!(csv.lines().count(), 1 + 6, "{csv}");
        assert!(csv.contains(",Bản Mẫu Một,Giàng Thị Ví,Chủ hộ,Nữ,1950,Mông,Hộ nghèo,"), "{csv}");
        let plan = village.officer.plan_import(&file("out.csv", csv.as_bytes())).await.unwrap();
        assert_eq!(plan.problems, [], "{csv}");
        assert!(plan.households.iter().all(|h| h.action == ImportAction::Same), "{plan:#?}");
        assert_eq!(world.number("SELECT count(*) FROM entry WHERE kind = 'export'").await, 1);

        let before = AsOf { on: crate::LAST_YEAR.yesterday().unwrap(), ..today(world) };
        assert_eq!(exported(&village.officer, &before).await.lines().count(), 1);
        let near = AsOf { statuses: vec!["near_poor".into()], ..today(world) };
        assert_eq!(exported(&village.officer, &near).await.lines().count(), 1);
    })
    .await;
}

/// Row "kobotoolbox kpi #2370": an export was cut at 30,000 rows and did not say so.
#[tokio::test]
async fn a_list_of_many_pages_is_not_cut_short() {
    for_each_engine(async |world| {
        let village = world.village().await;
        let mut list = String::from("Mã hộ,Họ và tên,Quan hệ với chủ hộ,Thôn\n");
        let many = 1_501;
        for number in 0..many {
            list.push_str(&format!("M{number},Lò Văn Mẫu {number},Chủ hộ,Bản 1\n,Lò Thị Mẫu {number},Con,Bản 1\n"));
        }
        bring(&village.officer, &file("many.csv", list.as_bytes())).await;
        let csv = exported(&village.officer, &today(world)).await;
        assert_eq!(csv.lines().count(), 1 + 2 * many);
    })
    .await;
}

#[tokio::test]
async fn lists_are_taken_out_by_those_who_may_and_of_where_they_reach() {
    let world = World::sqlite().await;
    let village = world.village().await;
    for desk in [&village.enumerator, &village.ministry, &village.administrator] {
        let refused = desk.export_list(&today(&world)).await.err();
        assert!(matches!(refused, Some(RegistryError::Forbidden { .. })), "{refused:?}");
    }
    let elsewhere = AsOf { commune: crate::common::OTHER_COMMUNE.into(), ..today(&world) };
    assert!(matches!(village.officer.export_list(&elsewhere).await.err(), Some(RegistryError::NotFound)));
    assert_eq!(COMMUNE, today(&world).commune);
}
