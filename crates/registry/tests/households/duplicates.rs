//! Pairs that may be one household: found, judged by a person, merged and taken apart again.

use crate::common::{COMMUNE, OTHER_COMMUNE, TODAY, for_each_engine};
use crate::*;

#[tokio::test]
async fn duplicates_are_found_merged_by_a_person_and_a_merge_is_undone() {
    for_each_engine(async |world| {
        let village = world.village().await;
        let officer = &village.officer;
        let first = village.household(0, &["Lò Văn Mẫu", "Quàng Thị Thử"]).await;
        let second = NewHousehold {
            members: vec![
                member("MẪU LÒ VĂN", "head"),
                NewMember { born: Some("1983".into()), ..with_number("Quàng Thị Thử", "spouse", NUMBER) },
                NewMember { born: Some("2012".into()), ..member("Lò Thị Thêm", "child") },
            ],
            ..new_household(&village, vec![])
        };
        let second = officer.add_household(&second).await.unwrap();
        village.household(1, &["Cà Văn Khác"]).await;
        assert_eq!(officer.find_duplicates(COMMUNE).await.unwrap(), 1);
        assert_eq!(officer.find_duplicates(COMMUNE).await.unwrap(), 0);
        let queue = officer.duplicates(COMMUNE, &PageRequest::first()).await.unwrap().rows;
        assert_eq!(queue.len(), 1);
        let pair = &queue[0];
        assert_eq!((&pair.first.id, &pair.second.id), (&first, &second));
        assert!(pair.score >= 90 && pair.why.contains("name"), "{pair:?}");
        let judge = village.enumerator.judge_duplicate(&pair.id, DuplicateVerdict::Merge, None).await.unwrap_err();
        assert!(matches!(judge, RegistryError::Forbidden { .. }));

        let before = [people(officer, &first).await, people(officer, &second).await];
        officer.judge_duplicate(&pair.id, DuplicateVerdict::Merge, None).await.unwrap();
        let again = officer.judge_duplicate(&pair.id, DuplicateVerdict::Merge, None).await.unwrap_err();
        assert!(matches!(again, RegistryError::Illegal { .. }));
        let merged = officer.household(&first).await.unwrap();
        let names: Vec<&str> = merged.members.iter().map(|member| member.name.as_str()).collect();
        // The wife is one and the same; the head's name is written in another order: nobody is sure, so both stay.
        assert_eq!(names, ["Lò Văn Mẫu", "Quàng Thị Thử", "MẪU LÒ VĂN", "Lò Thị Thêm"]);
        assert!(merged.members[1].identified, "her number went over");
        assert_eq!(merged.row.persons, 4);
        assert_eq!(officer.household(&second).await.unwrap().closed, Some(TODAY));
        assert_eq!(officer.find_identity(NUMBER).await.unwrap(), Some(first.clone()));
        assert_eq!(officer.duplicates(COMMUNE, &PageRequest::first()).await.unwrap().rows, []);

        officer.undo_merge(&pair.id).await.unwrap();
        assert_eq!([people(officer, &first).await, people(officer, &second).await], before);
        assert_eq!(officer.find_identity(NUMBER).await.unwrap(), Some(second.clone()));
        assert_eq!(officer.household(&second).await.unwrap().closed, None);
        assert!(matches!(officer.undo_merge(&pair.id).await.unwrap_err(), RegistryError::Illegal { .. }));
        officer.judge_duplicate(&pair.id, DuplicateVerdict::Different, None).await.unwrap();
        assert_eq!(officer.find_duplicates(COMMUNE).await.unwrap(), 0, "what was judged is not asked again");

        world.chains_verify().await;
    })
    .await;
}

#[tokio::test]
async fn whoever_judges_a_pair_says_which_record_stays() {
    for_each_engine(async |world| {
        let village = world.village().await;
        let officer = &village.officer;
        let older = village.household(0, &["Lò Văn Mẫu", "Quàng Thị Thử"]).await;
        let born = |year: &str, name, relation| NewMember { born: Some(year.into()), ..member(name, relation) };
        let newer = vec![born("1990", "Cà Văn Khác", "head"), member("Lò Văn Mẫu", "other")];
        let newer = officer.add_household(&new_household(&village, newer)).await.unwrap();
        officer.find_duplicates(COMMUNE).await.unwrap();
        let pair = officer.duplicates(COMMUNE, &PageRequest::first()).await.unwrap().rows.remove(0);
        // The head of one, and not the head of the other.
        assert_eq!((&pair.first.id, &pair.second.id), (&older, &newer));
        let compared = pair.compared.each_ref().map(|who| who.as_ref().unwrap());
        let compared = compared.map(|who| (who.name.as_str(), who.person.clone()));
        let head = person(officer, &older, "Lò Văn Mẫu").await;
        let other = person(officer, &newer, "Lò Văn Mẫu").await;
        assert_eq!(compared, [("Lò Văn Mẫu", head), ("Lò Văn Mẫu", other)]);

        let before = [people(officer, &older).await, people(officer, &newer).await];
        officer.judge_duplicate(&pair.id, DuplicateVerdict::MergeIntoSecond, None).await.unwrap();
        assert_eq!(people(officer, &newer).await.len(), 3, "who is in both is one");
        let ended = officer.household(&older).await.unwrap();
        assert_eq!((ended.closed, ended.became.map(|became| became.id)), (Some(TODAY), Some(newer.clone())));
        assert_eq!(officer.household(&newer).await.unwrap().became, None);
        let merged = officer.merged_pairs(COMMUNE, &PageRequest::first()).await.unwrap().rows.remove(0);
        assert_eq!((&merged.first.id, &merged.second.id), (&newer, &older), "the one that stays is the first");
        assert_eq!(merged.compared, [pair.compared[1].clone(), pair.compared[0].clone()]);
        assert_eq!(village.auditor.verify(None).await.unwrap().differences, []);

        officer.undo_merge(&pair.id).await.unwrap();
        assert_eq!([people(officer, &older).await, people(officer, &newer).await], before);
        let again = officer.duplicates(COMMUNE, &PageRequest::first()).await.unwrap().rows.remove(0);
        assert_eq!((&again.first.id, &again.second.id, again.compared), (&older, &newer, pair.compared));
        assert_eq!(officer.find_duplicates(COMMUNE).await.unwrap(), 0);
        world.chains_verify().await;
    })
    .await;
}

#[tokio::test]
async fn a_merge_keeps_apart_whose_year_of_birth_is_not_known() {
    for_each_engine(async |world| {
        let village = world.village().await;
        let officer = &village.officer;
        let unborn = |name: &str, relation: &str| NewMember { born: None, ..member(name, relation) };
        let first = vec![member("Lò Văn Mẫu", "head"), unborn("Lò Thị Con", "child"), member("Lò Thị Hai", "child")];
        let first = officer.add_household(&new_household(&village, first)).await.unwrap();
        let second = vec![member("Lò Văn Mẫu", "head"), member("Lò Thị Con", "child"), unborn("Lò Thị Hai", "child")];
        officer.add_household(&new_household(&village, second)).await.unwrap();
        officer.find_duplicates(COMMUNE).await.unwrap();
        let pair = officer.duplicates(COMMUNE, &PageRequest::first()).await.unwrap().rows.remove(0);
        officer.judge_duplicate(&pair.id, DuplicateVerdict::Merge, None).await.unwrap();
        let merged = officer.household(&first).await.unwrap();
        let mut names: Vec<&str> = merged.members.iter().map(|member| member.name.as_str()).collect();
        names.sort_unstable();
        assert_eq!(names, ["Lò Thị Con", "Lò Thị Con", "Lò Thị Hai", "Lò Thị Hai", "Lò Văn Mẫu"]);
    })
    .await;
}

#[tokio::test]
async fn a_pair_that_was_judged_and_moved_is_not_asked_again_and_stops_no_search() {
    for_each_engine(async |world| {
        let village = world.village().await;
        let elsewhere = world.village_in(OTHER_COMMUNE).await;
        let officer = &village.officer;
        let mut pair = Vec::new();
        for _ in 0..2 {
            pair.push(village.household(0, &["Lò Văn Mẫu", "Quàng Thị Thử"]).await);
        }
        assert_eq!(officer.find_duplicates(COMMUNE).await.unwrap(), 1);
        let found = officer.duplicates(COMMUNE, &PageRequest::first()).await.unwrap().rows.remove(0);
        officer.judge_duplicate(&found.id, DuplicateVerdict::Different, None).await.unwrap();
        for household in &pair {
            officer.move_household(household, 1, &elsewhere.place, TODAY).await.unwrap();
        }
        assert_eq!(elsewhere.officer.find_duplicates(OTHER_COMMUNE).await.unwrap(), 0);
        elsewhere.household(1, &["Lò Văn Mẫu", "Quàng Thị Thử"]).await;
        assert_eq!(elsewhere.officer.find_duplicates(OTHER_COMMUNE).await.unwrap(), 2, "the new one with each");
    })
    .await;
}

#[tokio::test]
async fn a_merge_after_which_somebody_changed_is_not_undone() {
    for_each_engine(async |world| {
        let village = world.village().await;
        let officer = &village.officer;
        let first = village.household(0, &["Lò Văn Mẫu"]).await;
        let second = NewMember { born: Some("2012".into()), ..member("Lò Thị Thêm", "child") };
        let second = new_household(&village, vec![member("Lò Văn Mẫu", "head"), second]);
        officer.add_household(&second).await.unwrap();
        officer.find_duplicates(COMMUNE).await.unwrap();
        let pair = officer.duplicates(COMMUNE, &PageRequest::first()).await.unwrap().rows.remove(0);
        officer.judge_duplicate(&pair.id, DuplicateVerdict::Merge, None).await.unwrap();
        let gone = person(officer, &first, "Lò Thị Thêm").await;
        let leaves = MemberChange::MovedOut { person: gone, new_head: None };
        let version = officer.household(&first).await.unwrap().row.version;
        officer.change_members(&first, version, &leaves, TODAY).await.unwrap();
        let error = officer.undo_merge(&pair.id).await.unwrap_err();
        assert!(matches!(error, RegistryError::Illegal { .. }));
        assert_eq!(officer.household(&first).await.unwrap().members.len(), 1, "nothing was half undone");
    })
    .await;
}

/// Row "identity numbers unique by the database": a number that somebody has is refused, and what it hints at is not lost.
#[tokio::test]
async fn a_number_that_somebody_else_has_is_refused_and_the_two_become_a_pair() {
    for_each_engine(async |world| {
        let village = world.village().await;
        let officer = &village.officer;
        let owner = vec![with_number("Cà Văn Chủ", "head", NUMBER)];
        let owner = officer.add_household(&new_household(&village, owner)).await.unwrap();
        let other = village.household(0, &["Lò Văn Mẫu"]).await;
        let who = person(officer, &other, "Lò Văn Mẫu").await;
        let refused = officer.set_identity(&who, NUMBER, None).await.unwrap_err();
        assert!(matches!(refused, RegistryError::Exists { .. }));
        let queue = officer.duplicates(COMMUNE, &PageRequest::first()).await.unwrap().rows;
        let [pair] = queue.as_slice() else { panic!("{queue:?}") };
        assert_eq!([&pair.first.id, &pair.second.id], [&owner, &other]);
        let compared = &pair.compared[1].as_ref().unwrap().person;
        assert_eq!((pair.score, pair.why.as_str(), compared), (100, "identity", &who));
        // Entered again, by the way of a correction: refused again, and no second pair.
        let version = officer.household(&other).await.unwrap().row.version;
        let change =
            MemberChange::Corrected { person: who.clone(), member: with_number("Lò Văn Mẫu", "head", NUMBER) };
        let refused = officer.change_members(&other, version, &change, TODAY).await.unwrap_err();
        assert!(matches!(refused, RegistryError::Exists { .. }));
        assert_eq!(officer.duplicates(COMMUNE, &PageRequest::first()).await.unwrap().rows.len(), 1);
        assert_eq!(
            officer.household(&other).await.unwrap().row.version,
            version,
            "nothing was written of the household"
        );
        officer.set_identity(&person(officer, &owner, "Cà Văn Chủ").await, NUMBER, None).await.unwrap();
        assert_eq!(village.auditor.verify(None).await.unwrap().differences, []);
        world.chains_verify().await;
    })
    .await;
}

/// Row "identity numbers unique by the database", of somebody who is being added: the household is the hint.
#[tokio::test]
async fn a_number_refused_of_who_comes_or_is_born_leaves_the_pair_of_households() {
    for_each_engine(async |world| {
        let village = world.village().await;
        let officer = &village.officer;
        let owner = vec![with_number("Cà Văn Chủ", "head", NUMBER)];
        let owner = officer.add_household(&new_household(&village, owner)).await.unwrap();
        let mut queued = 0;
        for cause in ["moved_in", "born"] {
            let other = village.household(0, &["Lò Văn Mẫu"]).await;
            let mut member = with_number("Lò Thị Mới", "child", NUMBER);
            member.born = Some("2025-08-01".into());
            let change = match cause {
                "born" => MemberChange::Born { member },
                _ => MemberChange::MovedIn { member },
            };
            for _ in 0..2 {
                let refused = officer.change_members(&other, 1, &change, TODAY).await.unwrap_err();
                assert!(matches!(refused, RegistryError::Exists { .. }), "{refused}");
            }
            queued += 1;
            let queue = officer.duplicates(COMMUNE, &PageRequest::first()).await.unwrap().rows;
            assert_eq!(queue.len(), queued, "{cause}");
            let pair = queue.iter().find(|pair| pair.second.id == other).unwrap();
            assert_eq!((&pair.first.id, pair.why.as_str()), (&owner, "identity"));
            let [one, none] = &pair.compared;
            assert_eq!((one.as_ref().unwrap().name.as_str(), none), ("Cà Văn Chủ", &None));
            assert_eq!(officer.household(&other).await.unwrap().members.len(), 1, "nobody was recorded");
        }
        // A household that is being added can be no pair; that it was tried is written down.
        let entries = async || world.number("SELECT COUNT(*) FROM entry WHERE kind = 'duplicates'").await;
        let before = entries().await;
        let new = new_household(&village, vec![with_number("Lò Văn Khác", "head", NUMBER)]);
        assert!(matches!(officer.add_household(&new).await, Err(RegistryError::Exists { .. })));
        assert_eq!(entries().await, before + 1);
        let pair = officer.duplicates(COMMUNE, &PageRequest::first()).await.unwrap().rows.remove(0);
        officer.judge_duplicate(&pair.id, DuplicateVerdict::Merge, None).await.unwrap();
        officer.undo_merge(&pair.id).await.unwrap();
        let people = world.number("SELECT COUNT(*) FROM person").await;
        assert_eq!(people, 3, "of nobody who was refused a record is left");
        assert_eq!(village.auditor.verify(None).await.unwrap().differences, []);
        world.chains_verify().await;
    })
    .await;
}

#[tokio::test]
async fn a_pair_over_two_communes_is_seen_by_whoever_reaches_both_and_merged_once_one_has_moved() {
    for_each_engine(async |world| {
        let village = world.village().await;
        let elsewhere = world.village_in(OTHER_COMMUNE).await;
        let owner = vec![with_number("Cà Văn Chủ", "head", NUMBER)];
        let owner = elsewhere.officer.add_household(&new_household(&elsewhere, owner)).await.unwrap();
        let other = village.household(0, &["Lò Văn Mẫu"]).await;
        let who = person(&village.officer, &other, "Lò Văn Mẫu").await;
        let entries = async || village.auditor.entries(COMMUNE, &PageRequest::first()).await.unwrap().rows.len();
        let before = entries().await;
        let refused = village.officer.set_identity(&who, NUMBER, None).await.unwrap_err();
        assert!(matches!(&refused, RegistryError::Exists { what } if what == "this identity number"));
        assert_eq!(entries().await, before + 1, "that a number was refused stands in the ledger");
        for (officer, commune) in [(&village.officer, COMMUNE), (&elsewhere.officer, OTHER_COMMUNE)] {
            assert_eq!(officer.duplicates(commune, &PageRequest::first()).await.unwrap().rows, [], "{commune}");
        }
        let upper = &village.upper;
        for area in [COMMUNE, OTHER_COMMUNE, crate::common::PROVINCE] {
            assert_eq!(upper.duplicates(area, &PageRequest::first()).await.unwrap().rows.len(), 1, "{area}");
        }
        let pair = upper.duplicates(COMMUNE, &PageRequest::first()).await.unwrap().rows.remove(0);
        let merge = upper.judge_duplicate(&pair.id, DuplicateVerdict::Merge, None).await.unwrap_err();
        assert!(matches!(merge, RegistryError::Forbidden { .. }), "a province compares and does not merge");
        let hidden = village.officer.judge_duplicate(&pair.id, DuplicateVerdict::Different, None).await.unwrap_err();
        assert!(matches!(hidden, RegistryError::NotFound));
        let operator = world.operator();
        let apart = operator.judge_duplicate(&pair.id, DuplicateVerdict::Merge, None).await.unwrap_err();
        assert!(matches!(apart, RegistryError::Illegal { .. }), "{apart:?}");
        let version = elsewhere.officer.household(&owner).await.unwrap().row.version;
        elsewhere.officer.move_household(&owner, version, &village.place, TODAY).await.unwrap();
        let here = village.officer.duplicates(COMMUNE, &PageRequest::first()).await.unwrap().rows;
        assert_eq!(here.iter().map(|pair| &pair.id).collect::<Vec<_>>(), [&pair.id]);
        village.officer.judge_duplicate(&pair.id, DuplicateVerdict::Merge, None).await.unwrap();
        assert_eq!(village.auditor.verify(None).await.unwrap().differences, []);
        world.chains_verify().await;
    })
    .await;
}

#[tokio::test]
async fn a_province_looks_for_one_head_in_two_communes() {
    for_each_engine(async |world| {
        let village = world.village().await;
        let elsewhere = world.village_in(OTHER_COMMUNE).await;
        let born = |day: &str, name, relation| NewMember { born: Some(day.into()), ..member(name, relation) };
        let add = async |village: &crate::common::Village, members| {
            village.officer.add_household(&new_household(village, members)).await.unwrap()
        };
        let here = add(&village, vec![born("1975-02-28", "Lò Văn Mẫu", "head")]).await;
        let there = add(&elsewhere, vec![born("1975-02-28", "LÒ VĂN MẪU", "head")]).await;
        add(&elsewhere, vec![born("1975", "Lò Văn Mẫu", "head")]).await;
        add(&elsewhere, vec![born("1975-02-27", "Lò Văn Mẫu", "head")]).await;
        let province = crate::common::PROVINCE;
        assert_eq!(village.upper.find_duplicates(province).await.unwrap(), 1);
        assert_eq!(village.upper.find_duplicates(province).await.unwrap(), 0);
        let pair = village.upper.duplicates(province, &PageRequest::first()).await.unwrap().rows.remove(0);
        assert_eq!([&pair.first.id, &pair.second.id], [&here, &there]);
        assert_eq!((pair.score, pair.why.as_str()), (90, "name,born"));
        let out = village.officer.find_duplicates(province).await.unwrap_err();
        assert!(matches!(out, RegistryError::NotFound));
        village.upper.judge_duplicate(&pair.id, DuplicateVerdict::Different, Some(pair.version)).await.unwrap();
        assert_eq!(village.upper.find_duplicates(province).await.unwrap(), 0, "what was judged is not asked again");
        assert_eq!(village.auditor.verify(None).await.unwrap().differences, []);
        world.chains_verify().await;
    })
    .await;
}
