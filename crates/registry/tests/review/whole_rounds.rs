//! A round from its list to its certificates, under the procedures of different times.

use crate::common::{OTHER_COMMUNE, for_each_engine, members};
use crate::steps::*;
use jiff::civil::date;
use vuon_policy::model::Language;
use vuon_registry::cases::{AnswersReason, CaseReason, CaseState};
use vuon_registry::page::PageRequest;
use vuon_registry::rounds::NewDecision;
use vuon_registry::spells::AsOf;
use vuon_registry::{Desk, RegistryError};

#[tokio::test]
async fn in_2025_a_round_goes_from_the_list_to_certificates_without_a_district() {
    for_each_engine(async |world| {
        let village = world.village().await;
        let officer = &village.officer;
        let poor = village.household(0, &["Lò Văn Một", "Cà Thị Một"]).await;
        let near = village.household(1, &["Quàng Văn Hai", "Tòng Thị Hai"]).await;
        let escaped = village.household(0, &["Vì Văn Ba", "Lường Thị Ba"]).await;
        let never = village.household(0, &["Điêu Văn Bốn", "Hà Thị Bốn"]).await;
        imported(world, &poor, "poor", date(2025, 1, 1)).await;
        imported(world, &near, "near_poor", date(2025, 1, 1)).await;
        imported(world, &escaped, "poor", date(2022, 1, 1)).await;
        imported(world, &escaped, "average", date(2024, 1, 1)).await;

        let round = open(officer, &village.commune, "annual", 2025).await;
        let listed = in_state(officer, &round, CaseState::Survey).await;
        assert_eq!(listed.len(), 3, "the listed and the newly escaped, nobody else");
        let of = |household: &str| listed.iter().find(|case| case.household == household).unwrap().clone();
        assert_eq!(of(&poor).reason, CaseReason::Listed);
        assert_eq!(of(&escaped).reason, CaseReason::NewlyEscaped);
        assert!(!listed.iter().any(|case| case.household == never));

        sign(&village.hamlet_enumerator, &of(&poor).id, Picture::NearPoor, AnswersReason::Survey).await;
        sign(&village.enumerator, &of(&near).id, Picture::Well, AnswersReason::Survey).await;
        let saved = sign(officer, &of(&escaped).id, Picture::Poor, AnswersReason::Survey).await;
        assert_eq!(saved.status, "poor");

        meet(&village, &round, 0, 25).await;
        meet(&village, &round, 1, 40).await;
        let posting = officer.post_list(&round, None, "Trụ sở UBND xã").await.unwrap();
        let posting = officer.posting(&posting).await.unwrap();
        assert_eq!(posting.row.ends_on, Some(date(2025, 9, 11)));
        assert_eq!(posting.lines.len(), 3);
        assert_eq!(in_state(officer, &round, CaseState::Posted).await.len(), 3);
        let poor_case = of(&poor).id;
        let early = new_decision(officer, &poor_case).await;
        assert!(matches!(village.chair.decide(&round, &early).await, Err(RegistryError::Illegal { .. })));
        world.clock.stand(date(2025, 9, 11));
        assert!(village.chair.decide(&round, &early).await.is_err(), "it still hangs on its last day");
        world.clock.stand(date(2025, 9, 12));
        assert_eq!(in_state(officer, &round, CaseState::Decision).await.len(), 3, "no district stands in between");

        let decision = decide(&village.chair, &round, "12/QĐ-UBND", Some(date(2026, 1, 1))).await;
        assert_eq!((decision.cases, decision.effective), (3, date(2026, 1, 1)));
        assert_eq!(village.chair.issue_certificates(&round).await.unwrap(), 2);
        let view = officer.case(&of(&escaped).id, Language::En).await.unwrap();
        assert_eq!(view.row.state, CaseState::Done);
        assert!(view.certificate.is_some());
        assert!(view.explanation.unwrap().sentence.starts_with("Poor household"));
        officer.close_round(&round).await.unwrap();

        let view = officer.household(&poor).await.unwrap();
        assert_eq!(view.row.status.as_deref(), Some("poor"), "until the decision holds");
        world.clock.stand(date(2026, 1, 1));
        let view = officer.household(&poor).await.unwrap();
        assert_eq!(view.row.status.as_deref(), Some("near_poor"));
        assert_eq!(view.spells[0].movement.as_deref(), Some("became_near_poor"));
        assert_eq!(view.spells[0].decision.as_deref(), Some("12/QĐ-UBND"));
        assert_eq!(officer.household(&near).await.unwrap().spells[0].movement.as_deref(), Some("escaped_near_poor"));
        assert_eq!(officer.household(&escaped).await.unwrap().spells[0].movement.as_deref(), Some("relapse"));

        let of = AsOf {
            commune: village.commune.clone(),
            on: date(2026, 1, 1),
            known_at: None,
            standard: None,
            statuses: vec!["poor".into(), "near_poor".into()],
        };
        let list = officer.list_as_of(&of, &PageRequest::first()).await.unwrap().rows;
        assert_eq!(list.len(), 2);
        assert_eq!(list[0].persons, 2);
        let of = AsOf { on: date(2025, 12, 31), ..of };
        let list = officer.list_as_of(&of, &PageRequest::first()).await.unwrap().rows;
        let was: Vec<&str> = list.iter().map(|listed| listed.household.as_str()).collect();
        assert!(was.contains(&poor.as_str()) && was.contains(&near.as_str()) && was.len() == 2);
    })
    .await;
}

async fn new_decision(desk: &Desk, case: &String) -> NewDecision {
    NewDecision { number: "1".into(), effective: None, cases: seen(desk, &[case]).await }
}

#[tokio::test]
async fn in_2024_the_district_gives_its_opinion_before_the_decision() {
    for_each_engine(async |world| {
        world.clock.stand(date(2024, 9, 9));
        let operator = world.operator();
        operator.load_areas("vn-2023-04-10").await.unwrap();
        operator.set("area_list", "vn-2023-04-10").await.unwrap();
        let village = world.village_in("vn-2023-04-10:03160").await;
        let round = open(&village.officer, &village.commune, "annual", 2024).await;
        let mut cases = Vec::new();
        for name in ["Lò Văn Một", "Lò Văn Hai"] {
            let household = village.household(0, &[name, "Cà Thị Mẫu"]).await;
            let case = ask(&village, &round, &household).await;
            sign(&village.enumerator, &case, Picture::Poor, AnswersReason::Survey).await;
            cases.push(case);
        }
        meet(&village, &round, 0, 30).await;
        village.officer.post_list(&round, Some(&village.hamlets[0]), "Nhà văn hóa").await.unwrap();
        let shown = seen(&village.upper, &[&cases[0], &cases[1]]).await;
        assert!(village.upper.appraise(&round, &shown, &[], "").await.is_err(), "the list still hangs");
        world.clock.stand(date(2024, 9, 13));
        let early = new_decision(&village.chair, &cases[0]).await;
        assert!(village.chair.decide(&round, &early).await.is_err(), "the district comes first");
        let work = village.upper.work(50).await.unwrap();
        assert_eq!((work.mine.rows[0].step.as_str(), work.mine.rows[0].cases), ("appraisal", 2));
        assert_eq!(work.mine.rows[0].due, date(2024, 9, 19), "five working days after the posting");
        assert!(
            village.upper.appraise(&round, &shown, &cases[..1], " ").await.is_err(),
            "a case goes back for a reason"
        );
        assert_eq!(village.upper.appraise(&round, &shown, &cases[..1], "Thiếu chữ ký").await.unwrap(), 1);
        assert_eq!(row(&village.officer, &cases[0]).await.state, CaseState::Survey);
        let decision = decide(&village.chair, &round, "05/QĐ-UBND", None).await;
        assert_eq!(decision.cases, 1);
        assert!(village.officer.close_round(&round).await.is_err(), "one case is not decided");
    })
    .await;
}

#[tokio::test]
async fn under_circular_14_of_2018_a_request_is_decided_within_seven_working_days_and_posted_afterwards() {
    for_each_engine(async |world| {
        world.clock.stand(date(2019, 1, 28));
        let operator = world.operator();
        operator.load_areas("vn-2021-11").await.unwrap();
        operator.set("area_list", "vn-2021-11").await.unwrap();
        let village = world.village_in("vn-2021-11:03160").await;
        let officer = &village.officer;
        let new = vuon_registry::households::NewHousehold {
            commune: village.commune.clone(),
            hamlet: Some(village.hamlets[0].clone()),
            code: None,
            from: date(2018, 1, 1),
            members: members(&["Lò Văn Mẫu", "Cà Thị Mẫu"]),
        };
        let household = officer.add_household(&new).await.unwrap();
        let round = open_under(officer, &village.commune, "in_year", 2019, "vn-2016-2020").await;
        let without_day = officer.list_case(&round, &household, CaseReason::Requested, None).await;
        assert!(matches!(without_day, Err(RegistryError::Invalid { .. })));
        let case = ask(&village, &round, &household).await;
        // From Monday 28 January; Tết is off from 4 to 8 February.
        assert_eq!(row(officer, &case).await.due, Some(date(2019, 2, 13)));
        let saved = sign(&village.enumerator, &case, Picture::Poor, AnswersReason::Survey).await;
        assert_eq!(saved.status, "poor");
        assert_eq!(row(officer, &case).await.state, CaseState::Decision, "this procedure has no meeting");
        decide(&village.chair, &round, "02/QĐ-UBND", None).await;
        assert_eq!(row(officer, &case).await.state, CaseState::Posting);
        let posting = officer.post_list(&round, None, "Trụ sở UBND xã").await.unwrap();
        assert_eq!(officer.posting(&posting).await.unwrap().row.ends_on, None, "for how long is not known");
        assert_eq!(row(officer, &case).await.state, CaseState::Done);
        officer.close_round(&round).await.unwrap();
    })
    .await;
}

/// Row "openspp-modules #626": edits of the registry changed what a running cycle was about.
#[tokio::test]
async fn a_round_works_on_a_frozen_picture_and_later_changes_of_the_household_show_as_later() {
    for_each_engine(async |world| {
        let village = world.village().await;
        let household = village.household(0, &["Lò Văn Mẫu", "Cà Thị Mẫu"]).await;
        let round = open(&village.officer, &village.commune, "annual", 2025).await;
        let case = ask(&village, &round, &household).await;
        assert!(!village.officer.case(&case, Language::Vi).await.unwrap().changed_since);
        let version = village.officer.household(&household).await.unwrap().row.version;
        let born = vuon_registry::households::MemberChange::Born {
            member: vuon_registry::households::NewMember {
                name: "Lò Thị Bé".into(),
                relation: "child".into(),
                sex: Some("female".into()),
                born: Some("2025-09-08".into()),
                ethnic: None,
                identity: None,
            },
        };
        village.officer.change_members(&household, version, &born, date(2025, 9, 8)).await.unwrap();
        let view = village.officer.case(&case, Language::Vi).await.unwrap();
        assert!(view.changed_since);
        let spouse =
            vuon_registry::households::NextHead { person: view.members[1].person.clone(), ..Default::default() };
        let child = village.officer.household(&household).await.unwrap().members[2].person.clone();
        let relations = [(child, "child".to_owned())].into();
        let died = vuon_registry::households::MemberChange::Died {
            person: view.members[0].person.clone(),
            new_head: Some(vuon_registry::households::NextHead { relations, ..spouse }),
        };
        village.officer.change_members(&household, version + 1, &died, date(2025, 9, 8)).await.unwrap();
        let elsewhere = village.place_of(1);
        village.officer.move_household(&household, version + 2, &elsewhere, date(2025, 9, 8)).await.unwrap();
        let changes = village.chair.changes_since_listed(&round, None).await.unwrap();
        assert_eq!(
            changes[&case],
            ["born", "died", "new_head", "household_moved_within"],
            "the chair sees what changed"
        );
        assert_eq!((view.members.len(), view.row.persons), (2, 2));
        let form = village.enumerator.form(&case, Language::Vi).await.unwrap().form;
        assert_eq!(form.fields.iter().filter_map(|field| field.member).max(), Some(1));
    })
    .await;
}

#[tokio::test]
async fn a_round_opens_only_in_its_period_and_one_at_a_time() {
    for_each_engine(async |world| {
        let village = world.village().await;
        let officer = &village.officer;
        let new = |kind: &str, year| vuon_registry::rounds::NewRound {
            commune: village.commune.clone(),
            kind: kind.into(),
            year,
            pack: crate::common::PACK.into(),
            method: None,
        };
        let illegal = |result: vuon_registry::Result<String>| {
            matches!(result, Err(RegistryError::Illegal { .. } | RegistryError::NotOpen { .. }))
        };
        world.clock.stand(date(2025, 8, 31));
        assert!(illegal(officer.open_round(&new("annual", 2025)).await));
        world.clock.stand(date(2025, 12, 15));
        assert!(illegal(officer.open_round(&new("annual", 2025)).await));
        world.clock.stand(date(2025, 12, 14));
        assert!(illegal(officer.open_round(&new("annual", 2024)).await));
        let round = officer.open_round(&new("annual", 2025)).await.unwrap();
        assert!(illegal(officer.open_round(&new("annual", 2025)).await), "one at a time");
        assert_eq!(officer.round(&round).await.unwrap().row.due, date(2025, 12, 14));

        world.clock.stand(date(2025, 11, 14));
        assert!(illegal(officer.open_round(&new("in_year", 2025)).await));
        world.clock.stand(date(2025, 11, 15));
        let monthly = officer.open_round(&new("in_year", 2025)).await.unwrap();
        // Fifteen calendar days end on Sunday the 30th, and so on Monday.
        assert_eq!(officer.round(&monthly).await.unwrap().row.due, date(2025, 12, 1));
        assert!(in_state(officer, &monthly, CaseState::Survey).await.is_empty(), "households ask for it");

        let elsewhere = vuon_registry::rounds::NewRound { commune: OTHER_COMMUNE.into(), ..new("annual", 2025) };
        assert!(matches!(officer.open_round(&elsewhere).await, Err(RegistryError::NotFound)));
        assert!(matches!(village.chair.open_round(&new("annual", 2025)).await, Err(RegistryError::Forbidden { .. })));
    })
    .await;
}
