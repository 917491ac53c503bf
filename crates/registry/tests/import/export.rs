//! A list that is taken out is whole, and can be brought in again.

use crate::common::{COMMUNE, World, for_each_engine};
use crate::{bring, file, last_year, today};
use futures::TryStreamExt;
use vuon_registry::households::HouseholdFilter;
use vuon_registry::import::ImportAction;
use vuon_registry::page::PageRequest;
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

/// Erases a member of the household whose head has the first name.
async fn erase(desk: &Desk, head: &str, name: &str) {
    let filter = HouseholdFilter { text: Some(head.into()), ..Default::default() };
    let household = desk.households(&filter, &PageRequest::first()).await.unwrap().rows.remove(0);
    let members = desk.household(&household.id).await.unwrap().members;
    let person = members.iter().find(|member| member.name == name).unwrap();
    desk.erase_person(&person.person, "request 7/2025").await.unwrap();
}

#[tokio::test]
async fn somebody_erased_is_passed_over_when_a_list_comes_back() {
    for_each_engine(async |world| {
        let officer = world.village().await.officer;
        bring(&officer, &file("list.xlsx", &last_year().bytes())).await;
        erase(&officer, "Nguyễn Văn Dụ", "Nguyễn Văn Dụ").await;
        erase(&officer, "Lò Văn Mẫu", "Lò Văn Thử").await;
        let csv = exported(&officer, &today(world)).await;
        assert!(csv.contains(",Bản Mẫu Một,(đã xoá theo yêu cầu),Con,,,,Hộ nghèo,"), "{csv}");
        assert!(csv.contains(",Bản Mẫu Ba,(đã xoá theo yêu cầu),Chủ hộ,,,,Hộ nghèo,"), "{csv}");
        let persons = world.number("SELECT count(*) FROM person").await;
        let (plan, done) = bring(&officer, &file("out.csv", csv.as_bytes())).await;
        assert!(plan.households.iter().all(|h| h.action == ImportAction::Same), "{plan:#?}");
        let told = format!("{plan:?}");
        assert_eq!(told.matches("a person erased on request, passed over").count(), 2, "{plan:#?}");
        assert_eq!(done.persons, 0);
        assert_eq!(world.number("SELECT count(*) FROM person").await, persons);
        world.chains_verify().await;
    })
    .await;
}

/// A list from before the request still says who it was, and the register no longer knows that it is the same person.
#[tokio::test]
async fn an_older_list_does_not_bring_back_whom_it_names() {
    for_each_engine(async |world| {
        let officer = world.village().await.officer;
        let list = "Họ và tên,Quan hệ với chủ hộ,Mã hộ\nLò Văn Mẫu,Chủ hộ,S1\nLò Văn Quên,Con,S1\n";
        bring(&officer, &file("list.csv", list.as_bytes())).await;
        erase(&officer, "Lò Văn Mẫu", "Lò Văn Quên").await;
        let persons = world.number("SELECT count(*) FROM person").await;
        let copy = format!("{list}\n");
        let plan = officer.plan_import(&file("copy.csv", copy.as_bytes())).await.unwrap();
        let told = format!("{:?}", plan.problems);
        assert!(told.contains("was changed in the register after"), "{plan:#?}");
        assert!(matches!(officer.import_at_once(&file("copy.csv", copy.as_bytes())).await, Ok((_, None))));
        let marked = list.replace("Lò Văn Quên", "(đã xoá theo yêu cầu)");
        let plan = officer.plan_import(&file("marked.csv", marked.as_bytes())).await.unwrap();
        assert_eq!(plan.problems, []);
        assert_eq!(world.number("SELECT count(*) FROM person").await, persons);
    })
    .await;
}

#[tokio::test]
async fn a_row_of_somebody_erased_whom_the_register_does_not_know_so_is_a_problem() {
    let world = World::sqlite().await;
    let officer = world.village().await.officer;
    bring(&officer, &file("list.xlsx", &last_year().bytes())).await;
    let csv = exported(&officer, &today(&world)).await;
    let problems = async |csv: String| -> Vec<String> {
        let plan = officer.plan_import(&file("out.csv", csv.as_bytes())).await.unwrap();
        plan.problems.into_iter().map(|problem| problem.message[1].clone()).collect()
    };
    // Nobody of this household was erased; a head of no household; a row that still tells when somebody was born.
    let nobody = problems(csv.replace("Lò Văn Thử,Con,Nam,2012,Thái", "(đã xóa theo yêu cầu),Con,,,")).await;
    assert!(nobody.len() == 1 && nobody[0].contains("no such person in this household"), "{nobody:?}");
    let head = "Họ và tên,Quan hệ với chủ hộ,Thôn\n(đã xoá theo yêu cầu),Chủ hộ,Bản 1\n";
    let head = problems(head.into()).await;
    assert!(head.iter().any(|told| told.contains("write the household's code")), "{head:?}");
    let told = problems(csv.replace("Lò Văn Thử,Con", "(đã xoá theo yêu cầu),Con")).await;
    assert!(told.len() == 1 && told[0].contains("empty this cell"), "{told:?}");

    // Where the head was erased, nobody becomes the head by a list.
    erase(&officer, "Nguyễn Văn Dụ", "Nguyễn Văn Dụ").await;
    let csv = exported(&officer, &today(&world)).await;
    let other = csv.replace("(đã xoá theo yêu cầu),Chủ hộ", "Nguyễn Thị Như,Chủ hộ");
    let other = problems(other.replace("Nguyễn Thị Như,Con", "(đã xoá theo yêu cầu),Con")).await;
    assert!(other.iter().any(|told| told.contains("the head is (erased on request)")), "{other:?}");
}

/// Row "kobotoolbox kpi #2370": an export was cut at 30,000 rows and did not say so.
#[tokio::test]
async fn a_list_of_many_pages_is_not_cut_short() {
    for_each_engine(async |world| {
        let village = world.village().await;
        let mut list = String::from("Mã hộ,Họ và tên,Quan hệ với chủ hộ,Thôn\n");
        let many = 15_500;
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
