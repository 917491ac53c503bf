//! Requests to be reviewed: on any day, with their days counted by the pack, into the next round within the year.

use crate::common::{OTHER_COMMUNE, for_each_engine};
use crate::steps::*;
use jiff::civil::date;
use vuon_policy::model::Language;
use vuon_registry::RegistryError;
use vuon_registry::cases::{CaseFilter, CaseReason};
use vuon_registry::page::PageRequest;
use vuon_registry::rounds::NewRound;

/// Row "review within the year, monthly from the 15th": a request of any day joins the next round.
#[tokio::test]
async fn a_request_of_any_day_waits_with_its_days_and_becomes_a_case_of_the_next_round() {
    for_each_engine(async |world| {
        let village = world.village().await;
        let officer = &village.officer;
        let waiting = async || officer.review_requests(None, &PageRequest::first()).await.unwrap().rows;
        world.clock.stand(date(2025, 10, 3));
        let early = village.household(0, &["Lò Văn Mẫu", "Cà Thị Mẫu"]).await;
        let late = village.household(1, &["Quàng Văn Thử"]).await;
        let request = officer.request_review(&early, date(2025, 10, 2)).await.unwrap();
        for refused in [officer.request_review(&early, date(2025, 10, 3)).await, officer.request_review(&late, date(2025, 10, 4)).await] {
            assert!(matches!(refused, Err(RegistryError::Exists { .. } | RegistryError::Invalid { .. })), "{refused:?}");
        }
        let refused = village.enumerator.request_review(&late, date(2025, 10, 3)).await;
        assert!(matches!(refused, Err(RegistryError::Forbidden { .. })), "the pack names the officer: {refused:?}");
        let new = NewRound {
            commune: village.commune.clone(),
            kind: "in_year".into(),
            year: 2025,
            pack: crate::common::PACK.into(),
            method: None,
        };
        assert!(matches!(officer.open_round(&new).await, Err(RegistryError::NotOpen { .. })), "not before the 15th");
        world.clock.stand(date(2025, 10, 20));
        let other = officer.request_review(&late, date(2025, 10, 20)).await.unwrap();
        let rows = waiting().await;
        let told: Vec<_> = rows.iter().map(|row| (row.id.as_str(), row.received_on, row.begins, row.due)).collect();
        assert_eq!(told, [
            (request.as_str(), date(2025, 10, 2), date(2025, 10, 15), Some(date(2025, 10, 30))),
            (other.as_str(), date(2025, 10, 20), date(2025, 10, 20), Some(date(2025, 11, 4))),
        ]);
        officer.withdraw_review_request(&other, "hộ rút đơn").await.unwrap();
        assert!(matches!(officer.withdraw_review_request(&other, "x").await, Err(RegistryError::NotFound)));

        let round = officer.open_round(&new).await.unwrap();
        assert_eq!(waiting().await, []);
        let cases = officer.cases(&CaseFilter::default(), &PageRequest::first()).await.unwrap().rows;
        assert_eq!(cases.iter().map(|case| &case.household).collect::<Vec<_>>(), [&early]);
        let view = officer.case(&cases[0].id, Language::Vi).await.unwrap();
        assert_eq!((view.round.id, view.row.reason), (round.clone(), CaseReason::Requested));
        let again = officer.request_review(&early, date(2025, 10, 20)).await;
        assert!(matches!(again, Err(RegistryError::Illegal { .. })), "it is in a review: {again:?}");
        // Listed by hand in a round that is open, a request that waits is answered too.
        officer.request_review(&late, date(2025, 10, 20)).await.unwrap();
        officer.list_case(&round, &late, CaseReason::Requested, Some(date(2025, 10, 20))).await.unwrap();
        assert_eq!(waiting().await, []);
        assert_eq!(village.auditor.verify(None).await.unwrap().differences, []);

        for (change, back, what) in [
            ("received_on = '2025-09-01'", "received_on = '2025-10-02'", "the request is not as it was recorded"),
            ("state = 'waiting'", "state = 'listed'", "the request did not end as it was recorded"),
        ] {
            let of = format!("WHERE id = '{request}'");
            world.tamper(&format!("UPDATE review_request SET {change} {of}")).await;
            let found = village.auditor.verify(Some(&village.commune)).await.unwrap().differences;
            assert!(found.len() == 1 && found[0].what == what, "{found:?}");
            world.tamper(&format!("UPDATE review_request SET {back} {of}")).await;
        }
        world.tamper(&format!("INSERT INTO review_request (id, household, kind, received_on, begins, due, state) VALUES ('forged', '{late}', 'in_year', '2025-10-01', '2025-10-15', '2025-10-30', 'waiting')")).await;
        let found = village.auditor.verify(Some(&village.commune)).await.unwrap().differences;
        assert_eq!(found.iter().map(|d| d.subject.as_str()).collect::<Vec<_>>(), ["forged"]);
    })
    .await;
}

/// Circular 14/2018: seven working days from the request, whatever day that is.
#[tokio::test]
async fn under_the_older_pack_the_days_count_from_the_request() {
    for_each_engine(async |world| {
        let village = world.village().await;
        world.clock.stand(date(2019, 3, 8));
        let new = vuon_registry::households::NewHousehold {
            commune: village.commune.clone(),
            hamlet: Some(village.hamlets[0].clone()),
            code: None,
            from: date(2018, 1, 1),
            members: crate::common::members(&["Lò Văn Mẫu"]),
        };
        let household = village.officer.add_household(&new).await.unwrap();
        village.officer.request_review(&household, date(2019, 3, 7)).await.unwrap();
        let row = village.officer.review_requests(None, &PageRequest::first()).await.unwrap().rows.remove(0);
        assert_eq!(
            (row.begins, row.due),
            (date(2019, 3, 7), Some(date(2019, 3, 18))),
            "two Sundays and Saturdays lie between"
        );
    })
    .await;
}

#[tokio::test]
async fn a_request_goes_with_its_household_to_another_commune() {
    for_each_engine(async |world| {
        let village = world.village().await;
        let there = world.village_in(OTHER_COMMUNE).await;
        world.clock.stand(date(2025, 10, 16));
        let household = village.household(0, &["Lò Văn Mẫu"]).await;
        village.officer.request_review(&household, date(2025, 10, 16)).await.unwrap();
        village.officer.move_household(&household, 1, &there.place, date(2025, 10, 16)).await.unwrap();
        assert_eq!(village.officer.review_requests(None, &PageRequest::first()).await.unwrap().rows, []);
        assert_eq!(
            there.officer.review_requests(Some(OTHER_COMMUNE), &PageRequest::first()).await.unwrap().rows.len(),
            1
        );
        open(&there.officer, OTHER_COMMUNE, "in_year", 2025).await;
        assert_eq!(there.officer.review_requests(None, &PageRequest::first()).await.unwrap().rows, []);
        assert_eq!(village.auditor.verify(None).await.unwrap().differences, []);
    })
    .await;
}

/// A household is not reviewed twice for one request, and none that waits vanishes.
#[tokio::test]
async fn the_annual_round_answers_a_request_and_a_household_that_waits_is_not_ended() {
    for_each_engine(async |world| {
        let village = world.village().await;
        let officer = &village.officer;
        world.clock.stand(date(2025, 8, 20));
        let listed = village.household(0, &["Lò Văn Mẫu"]).await;
        imported(world, &listed, "near_poor", date(2025, 1, 1)).await;
        let other = village.household(0, &["Cà Văn Thử"]).await;
        for household in [&listed, &other] {
            officer.request_review(household, date(2025, 8, 20)).await.unwrap();
        }
        let closed = officer.close_household(&other, 1, "moved_away", date(2025, 8, 20)).await;
        assert!(
            matches!(closed, Err(RegistryError::Illegal { ref why, .. }) if why.contains("asked to be reviewed")),
            "{closed:?}"
        );
        world.clock.stand(date(2025, 9, 3));
        open(officer, &village.commune, "annual", 2025).await;
        let waiting = officer.review_requests(None, &PageRequest::first()).await.unwrap().rows;
        assert_eq!(
            waiting.iter().map(|row| &row.household).collect::<Vec<_>>(),
            [&other],
            "the round has the listed one"
        );
        world.clock.stand(date(2025, 9, 16));
        open(officer, &village.commune, "in_year", 2025).await;
        let cases = officer.cases(&CaseFilter::default(), &PageRequest::first()).await.unwrap().rows;
        assert_eq!(cases.iter().filter(|case| case.household == listed).count(), 1);
        assert_eq!(cases.len(), 2);
        // The list of before was written past the register; all else is as it was recorded.
        let found = village.auditor.verify(None).await.unwrap().differences;
        assert!(found.len() == 1 && found[0].what.ends_with("comes from no decision and no import"), "{found:?}");
    })
    .await;
}
