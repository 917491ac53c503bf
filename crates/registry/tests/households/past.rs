//! What is over: households that ended, and what happened to one.

use crate::common::{TODAY, for_each_engine};
use crate::*;
use jiff::civil::date;

#[tokio::test]
async fn households_that_ended_are_found_and_nothing_of_them_is_changed() {
    for_each_engine(async |world| {
        let village = world.village().await;
        let officer = &village.officer;
        village.household(0, &["Lò Văn Mẫu"]).await;
        let gone = village.household(1, &["Quàng Văn Đi", "Lò Thị Thử"]).await;
        let members = officer.household(&gone).await.unwrap().members;
        officer.close_household(&gone, 1, "moved_away", TODAY).await.unwrap();
        let ended = |text: &str| HouseholdFilter {
            ended: true,
            text: Some(text.to_owned()).filter(|text| !text.is_empty()),
            ..HouseholdFilter::default()
        };
        let code = officer.household(&gone).await.unwrap().row.code;
        for text in ["", "quang van", "thu", "Lò Thị", &code] {
            assert_eq!(search(officer, &ended(text), 1).await, ["Quàng Văn Đi"], "{text}");
        }
        for text in ["mau", "khong co"] {
            assert!(search(officer, &ended(text), 1).await.is_empty(), "{text}");
        }
        assert_eq!(search(officer, &HouseholdFilter::default(), 10).await, ["Lò Văn Mẫu"]);
        let elsewhere = HouseholdFilter { hamlet: Some(village.hamlets[0].clone()), ..ended("") };
        assert!(search(officer, &elsewhere, 10).await.is_empty());
        assert!(search(&village.hamlet_enumerator, &ended(""), 10).await.is_empty(), "it was in another hamlet");

        let closed = |error: RegistryError| assert!(matches!(error, RegistryError::Illegal { .. }), "{error}");
        let came = MemberChange::MovedIn { member: member("Lò Thị Mới", "child") };
        closed(officer.change_members(&gone, 2, &came, TODAY).await.unwrap_err());
        let head = next(&members[1].person, &[(&members[0].person, "spouse")]);
        closed(
            officer
                .change_members(&gone, 2, &MemberChange::NewHead { new_head: head.clone() }, TODAY)
                .await
                .unwrap_err(),
        );
        closed(officer.split_household(&gone, 2, &head, TODAY).await.unwrap_err());
        let to = Place { hamlet: Some(village.hamlets[0].clone()), ..village.place.clone() };
        closed(officer.move_household(&gone, 2, &to, TODAY).await.unwrap_err());
        closed(officer.close_household(&gone, 2, "died_out", TODAY).await.unwrap_err());
        assert!(officer.set_identity(&members[0].person, NUMBER, None).await.is_err());
        assert_eq!(officer.household(&gone).await.unwrap().row.version, 2);
        world.chains_verify().await;
    })
    .await;
}

#[tokio::test]
async fn the_history_of_a_household_is_one_list_in_the_order_of_time() {
    for_each_engine(async |world| {
        let village = world.village().await;
        let officer = &village.officer;
        let id = village.household(0, &["Lò Văn Mẫu", "Quàng Thị Thử"]).await;
        let late = date(2025, 9, 1);
        let to = Place { hamlet: Some(village.hamlets[1].clone()), ..village.place.clone() };
        officer.move_household(&id, 1, &to, late).await.unwrap();
        // Recorded after the move, and earlier than it.
        let came = MemberChange::MovedIn { member: member("Lò Thị Mới", "child") };
        officer.change_members(&id, 2, &came, date(2025, 3, 1)).await.unwrap();
        let (head, spouse) = (person(officer, &id, "Lò Văn Mẫu").await, person(officer, &id, "Quàng Thị Thử").await);
        let child = person(officer, &id, "Lò Thị Mới").await;
        let new_head = next(&spouse, &[(&child, "child")]);
        let died = MemberChange::Died { person: head, new_head: Some(new_head) };
        officer.change_members(&id, 3, &died, TODAY).await.unwrap();
        let history = officer.household_history(&id).await.unwrap();
        let told: Vec<String> = history
            .iter()
            .map(|event| {
                let fact = match event.fact.as_ref().unwrap() {
                    HistoryFact::Came { name, cause, .. } => format!("{name} came, {cause}"),
                    HistoryFact::Left { name, cause } => format!("{name} left, {cause}"),
                    HistoryFact::Head { name } => format!("{name} is the head"),
                    HistoryFact::Lives { hamlet_name, .. } => format!("in {}", hamlet_name.as_ref().unwrap()),
                    other => panic!("{other:?}"),
                };
                let entry = event.entry.as_ref().unwrap();
                assert_eq!(entry.author, "Người Mẫu commune_officer");
                format!("{} {fact} ({})", event.on, entry.kind)
            })
            .collect();
        let (last, rest) = told.split_at(2);
        let mut last = last.to_vec();
        last.sort();
        assert_eq!(
            last,
            [
                format!("{TODAY} Lò Văn Mẫu left, died (members)"),
                format!("{TODAY} Quàng Thị Thử is the head (members)"),
            ]
        );
        assert_eq!(
            rest[..2],
            ["2025-09-01 in Bản Mẫu Hai (household_moved_within)", "2025-03-01 Lò Thị Mới came, moved_in (members)",]
        );
        let mut first = rest[2..].to_vec();
        first.sort();
        assert_eq!(first.len(), 3, "{first:?}");
        assert!(first[0].contains("Lò Văn Mẫu came, added (household)"), "{first:?}");
        // Who was erased has no name here either.
        officer.erase_person(&child, "request 3").await.unwrap();
        let told = format!("{:?}", officer.household_history(&id).await.unwrap());
        assert!(!told.contains("Lò Thị Mới"), "{told}");
    })
    .await;
}
