//! Households in time: added, changed, divided, moved, merged, and each of it told as it was known.

#![allow(clippy::unwrap_used)]

#[path = "../common/mod.rs"]
mod common;

mod duplicates;
mod past;

use common::{COMMUNE, OTHER_COMMUNE, TODAY, Village, for_each_engine, members};
use jiff::civil::date;
use vuon_registry::households::{
    DuplicateVerdict, HistoryFact, HouseholdFilter, MemberChange, NewHousehold, NewMember, NextHead,
};
use vuon_registry::page::PageRequest;
use vuon_registry::scope::Place;
use vuon_registry::{Desk, RegistryError};

const NUMBER: &str = "011203004567";

fn member(name: &str, relation: &str) -> NewMember {
    NewMember { relation: relation.into(), ..members(&[name]).remove(0) }
}

/// A new head, and what others are to them.
fn next(person: &str, relations: &[(&str, &str)]) -> NextHead {
    let relations = relations.iter().map(|(person, relation)| ((*person).to_owned(), (*relation).to_owned()));
    NextHead { person: person.into(), relations: relations.collect(), confirmed: false }
}

fn newborn(name: &str, born: &str) -> MemberChange {
    MemberChange::Born { member: NewMember { born: Some(born.into()), ..member(name, "child") } }
}

fn with_number(name: &str, relation: &str, number: &str) -> NewMember {
    NewMember { identity: Some(number.into()), ..member(name, relation) }
}

fn new_household(village: &Village, members: Vec<NewMember>) -> NewHousehold {
    NewHousehold {
        commune: village.commune.clone(),
        hamlet: Some(village.hamlets[0].clone()),
        code: None,
        from: date(2020, 1, 1),
        members,
    }
}

async fn people(desk: &Desk, household: &str) -> Vec<(String, String)> {
    let view = desk.household(household).await.unwrap();
    view.members.into_iter().map(|member| (member.name, member.relation)).collect()
}

/// The id of a member by name.
async fn person(desk: &Desk, household: &str, name: &str) -> String {
    let view = desk.household(household).await.unwrap();
    view.members.into_iter().find(|member| member.name == name).unwrap().person
}

async fn search(desk: &Desk, filter: &HouseholdFilter, limit: u32) -> Vec<String> {
    let mut found = Vec::new();
    let mut page = PageRequest { after: None, limit };
    loop {
        let rows = desk.households(filter, &page).await.unwrap();
        found.extend(rows.rows.into_iter().map(|row| row.name));
        let Some(next) = rows.next else { return found };
        page.after = Some(next);
    }
}

fn text(text: &str) -> HouseholdFilter {
    HouseholdFilter { text: Some(text.into()), ..HouseholdFilter::default() }
}

#[tokio::test]
async fn a_household_has_its_head_its_code_and_an_entry_for_each_of_its_people() {
    for_each_engine(async |world| {
        let village = world.village().await;
        let id = village.household(0, &["Lò Văn Mẫu", "Quàng Thị Thử", "Lò Thị Con"]).await;
        let view = village.officer.household(&id).await.unwrap();
        assert_eq!((view.row.code.as_str(), view.row.name.as_str(), view.row.persons), ("V-000001", "Lò Văn Mẫu", 3));
        assert_eq!(view.place, village.place_of(0));
        assert_eq!(view.row.hamlet_name.as_deref(), Some("Bản Mẫu Một"));
        assert_eq!(view.members[0].relation, "head");
        assert!(view.members.iter().all(|member| member.since == date(2020, 1, 1) && !member.identified));
        assert_eq!(view.timeline.len(), 1);
        assert_eq!(view.timeline[0].author, "Người Mẫu commune_officer");
        assert_eq!(world.number("SELECT COUNT(*) FROM entry WHERE kind = 'person'").await, 3);
        let named = "SELECT COUNT(*) FROM entry e JOIN content c ON c.hash = e.content \
                     WHERE e.kind <> 'person' AND e.chain <> 'register' AND c.body LIKE '%Lò%'";
        assert_eq!(world.number(named).await, 0);
        village.household(1, &["Cà Văn Hai"]).await;
        assert_eq!(village.officer.households(&text("V-000002"), &PageRequest::first()).await.unwrap().rows.len(), 1);
        world.chains_verify().await;
    })
    .await;
}

/// Row "openspp-modules #515": a record is never invented.
#[tokio::test]
async fn nobody_is_ever_made_up() {
    for_each_engine(async |world| {
        let village = world.village().await;
        let refused = async |members: Vec<NewMember>, field: &str| {
            let error = village.officer.add_household(&new_household(&village, members)).await.unwrap_err();
            assert!(matches!(&error, RegistryError::Invalid { field: f, .. } if f == field), "{field}: {error}");
        };
        refused(vec![], "members").await;
        refused(vec![member("Lò Văn Mẫu", "spouse")], "members").await;
        refused(vec![member("Lò Văn Mẫu", "head"), member("Lò Văn Hai", "head")], "members").await;
        refused(vec![member("  ", "head")], "name").await;
        refused(vec![member("Lò Văn Mẫu", "Vợ")], "relation").await;
        refused(vec![NewMember { sex: Some("m".into()), ..member("Lò", "head") }], "sex").await;
        for born in ["80", "1980-02-30", "2030", "1700", "28/02/1980"] {
            refused(vec![NewMember { born: Some(born.into()), ..member("Lò", "head") }], "born").await;
        }
        for number in ["12345", "01120300456", "01120300456x"] {
            refused(vec![with_number("Lò", "head", number)], "identity").await;
        }
        let mut coded = new_household(&village, members(&["Lò Văn Mẫu"]));
        coded.code = Some("H 1".into());
        assert!(matches!(village.officer.add_household(&coded).await.unwrap_err(), RegistryError::Invalid { .. }));
        coded.code = Some("H1".into());
        village.officer.add_household(&coded).await.unwrap();
        let twice = village.officer.add_household(&coded).await.unwrap_err();
        assert!(matches!(twice, RegistryError::Exists { .. }));
        coded.from = date(2025, 9, 9);
        let future = village.officer.add_household(&coded).await.unwrap_err();
        assert!(matches!(future, RegistryError::Day { .. }));
        assert_eq!(world.number("SELECT COUNT(*) FROM household").await, 1);
        assert_eq!(world.number("SELECT COUNT(*) FROM person").await, 1);
    })
    .await;
}

#[tokio::test]
async fn who_belonged_to_it_is_told_for_any_day_by_what_was_known_at_any_time() {
    for_each_engine(async |world| {
        let village = world.village().await;
        let officer = &village.officer;
        let id = village.household(0, &["Lò Văn Mẫu", "Quàng Thị Thử", "Lò Thị Con"]).await;
        let head = person(officer, &id, "Lò Văn Mẫu").await;
        let spouse = person(officer, &id, "Quàng Thị Thử").await;
        let child = person(officer, &id, "Lò Thị Con").await;
        let before = world.clock.now();

        // On 20 September it becomes known that the head died on 1 March.
        world.clock.stand(date(2025, 9, 20));
        let died = MemberChange::Died { person: head.clone(), new_head: Some(next(&spouse, &[(&child, "child")])) };
        assert_eq!(officer.change_members(&id, 1, &died, date(2025, 3, 1)).await.unwrap(), 2);
        let between = world.clock.now();
        // On 1 October: a child was born on 10 September, and a name was wrong all along.
        world.clock.stand(date(2025, 10, 1));
        let born = newborn("Lò Văn Út", "2025-09-10");
        assert_eq!(officer.change_members(&id, 2, &born, date(2025, 9, 10)).await.unwrap(), 3);
        let right = MemberChange::Corrected { person: child.clone(), member: member("Lò Thị Còn", "other") };
        assert_eq!(officer.change_members(&id, 3, &right, date(2025, 10, 1)).await.unwrap(), 4);

        let told = async |on, known_at| {
            let members = officer.members_as_of(&id, on, known_at).await.unwrap();
            members.into_iter().map(|m| format!("{} {}", m.name, m.relation)).collect::<Vec<_>>()
        };
        let all = ["Lò Văn Mẫu head", "Quàng Thị Thử spouse", "Lò Thị Con child"];
        let widow = ["Quàng Thị Thử head", "Lò Thị Con child"];
        assert_eq!(
            told(date(2025, 2, 28), None).await,
            ["Lò Văn Mẫu head", "Quàng Thị Thử spouse", "Lò Thị Còn other"]
        );
        assert_eq!(told(date(2025, 2, 28), Some(before)).await, all);
        assert_eq!(told(date(2025, 9, 8), Some(before)).await, all);
        assert_eq!(told(date(2025, 9, 8), Some(between)).await, widow);
        assert_eq!(told(date(2025, 9, 20), Some(between)).await, widow);
        let now = ["Quàng Thị Thử head", "Lò Thị Còn other", "Lò Văn Út child"];
        assert_eq!(told(date(2025, 9, 20), None).await, now);
        assert_eq!(told(date(2019, 12, 31), None).await, [""; 0]);
        let view = officer.household(&id).await.unwrap();
        assert_eq!((view.row.name.as_str(), view.row.persons, view.row.version), ("Quàng Thị Thử", 3, 4));
        assert_eq!(view.members[0].since, date(2020, 1, 1));
        world.chains_verify().await;
    })
    .await;
}

#[tokio::test]
async fn changes_that_cannot_be_are_refused_and_change_nothing() {
    for_each_engine(async |world| {
        let village = world.village().await;
        let officer = &village.officer;
        let id = village.household(0, &["Lò Văn Mẫu", "Quàng Thị Thử"]).await;
        let other = village.household(1, &["Cà Văn Hai", "Cà Thị Ba"]).await;
        let head = person(officer, &id, "Lò Văn Mẫu").await;
        let spouse = person(officer, &id, "Quàng Thị Thử").await;
        let stranger = person(officer, &other, "Cà Thị Ba").await;
        let change = async |version, change: MemberChange, on| {
            officer.change_members(&id, version, &change, on).await.unwrap_err()
        };
        let died = |person: &str, new_head: Option<&str>| MemberChange::Died {
            person: person.into(),
            new_head: new_head.map(|head| next(head, &[])),
        };
        let stale = change(7, died(&spouse, None), TODAY).await;
        assert!(matches!(stale, RegistryError::Stale { current: 1 }));
        assert!(matches!(change(1, died(&head, None), TODAY).await, RegistryError::Invalid { .. }));
        assert!(matches!(change(1, died(&head, Some(&head)), TODAY).await, RegistryError::Invalid { .. }));
        assert!(matches!(change(1, died(&head, Some(&stranger)), TODAY).await, RegistryError::NotFound));
        assert!(matches!(change(1, died(&stranger, None), TODAY).await, RegistryError::NotFound));
        assert!(matches!(change(1, died(&spouse, Some(&head)), TODAY).await, RegistryError::Invalid { .. }));
        let tomorrow = change(1, died(&spouse, None), date(2025, 9, 9)).await;
        assert!(matches!(tomorrow, RegistryError::Day { .. }));
        let too_early = change(1, died(&spouse, None), date(2019, 9, 9)).await;
        assert!(matches!(too_early, RegistryError::Day { .. }));
        let second_head = change(1, MemberChange::Born { member: member("Lò", "head") }, TODAY).await;
        assert!(matches!(second_head, RegistryError::Invalid { .. }));
        let same = MemberChange::NewHead { new_head: next(&head, &[(&spouse, "spouse")]) };
        assert!(matches!(change(1, same, TODAY).await, RegistryError::Invalid { .. }));
        let crown = MemberChange::Corrected { person: spouse.clone(), member: member("Quàng Thị Thử", "head") };
        assert!(matches!(change(1, crown, TODAY).await, RegistryError::Invalid { .. }));
        assert_eq!(officer.household(&id).await.unwrap().row.version, 1);

        let untold = MemberChange::NewHead { new_head: next(&spouse, &[]) };
        assert!(
            matches!(change(1, untold, TODAY).await, RegistryError::Invalid { .. }),
            "what is the former head now?"
        );
        let new = MemberChange::NewHead { new_head: next(&spouse, &[(&head, "spouse")]) };
        officer.change_members(&id, 1, &new, TODAY).await.unwrap();
        let now = people(officer, &id).await;
        assert_eq!(now[0], ("Quàng Thị Thử".into(), "head".into()));
        assert_eq!(now[1], ("Lò Văn Mẫu".into(), "spouse".into()));
        officer.change_members(&id, 2, &died(&head, None), TODAY).await.unwrap();
        let last = officer.change_members(&id, 3, &died(&spouse, None), TODAY).await.unwrap_err();
        assert!(matches!(last, RegistryError::Invalid { .. }), "the last one is no death but an end");
    })
    .await;
}

#[tokio::test]
async fn an_identity_number_is_one_persons_sealed_and_its_opening_is_recorded() {
    for_each_engine(async |world| {
        let village = world.village().await;
        let officer = &village.officer;
        let head = with_number("Lò Văn Mẫu", "head", "0112 0300.4567");
        let id = officer.add_household(&new_household(&village, vec![head])).await.unwrap();
        let who = person(officer, &id, "Lò Văn Mẫu").await;
        assert!(officer.household(&id).await.unwrap().members[0].identified);
        assert_eq!(officer.find_identity(NUMBER).await.unwrap(), Some(id.clone()));
        assert_eq!(officer.reveal_identity(&who).await.unwrap().as_deref(), Some(NUMBER));
        let seen = format!("SELECT COUNT(*) FROM entry WHERE kind = 'identity_seen' AND subject = '{who}'");
        assert_eq!(world.number(&seen).await, 1);
        for table in ["identity WHERE sealed", "content WHERE body", "entry WHERE subject"] {
            let plain = format!("SELECT COUNT(*) FROM {table} LIKE '%{NUMBER}%'");
            assert_eq!(world.number(&plain).await, 0, "{table}");
        }

        let twice = new_household(&village, vec![with_number("Cà Văn Hai", "head", NUMBER)]);
        let error = officer.add_household(&twice).await.unwrap_err();
        assert!(matches!(error, RegistryError::Exists { .. }));
        assert!(!error.to_string().contains("Lò"));
        let other = village.household(1, &["Cà Văn Hai"]).await;
        let hai = person(officer, &other, "Cà Văn Hai").await;
        assert!(matches!(officer.set_identity(&hai, NUMBER, None).await.unwrap_err(), RegistryError::Exists { .. }));
        officer.set_identity(&hai, "123456789", None).await.unwrap();
        officer.set_identity(&hai, "011203004568", None).await.unwrap();
        officer.set_identity(&hai, "011203004569", None).await.unwrap();
        assert_eq!(officer.find_identity("011203004568").await.unwrap(), None);
        assert_eq!(officer.find_identity("123456789").await.unwrap(), Some(other));
        assert_eq!(officer.reveal_identity(&hai).await.unwrap().as_deref(), Some("011203004569"));

        for desk in [&village.chair, &village.enumerator, &village.auditor, &village.upper] {
            assert!(matches!(desk.reveal_identity(&who).await.unwrap_err(), RegistryError::Forbidden { .. }));
        }
        world.chains_verify().await;
    })
    .await;
}

/// Row "a national openIMIS deployment": a race minted duplicate social IDs.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_two_who_race_for_a_number_exactly_one_gets_it() {
    for_each_engine(async |world| {
        let village = world.village().await;
        let elsewhere = world.village_in(OTHER_COMMUNE).await;
        for round in 0..5 {
            let number = format!("01120300{round:04}");
            let add = |village: &Village, name: &str| {
                let new = new_household(village, vec![with_number(name, "head", &number)]);
                let desk = village.officer.clone();
                tokio::spawn(async move { desk.add_household(&new).await })
            };
            let racers = [
                add(&village, "Lò Văn Mẫu"),
                add(&elsewhere, "Lò Văn Mẫu"),
                add(&village, "Lò Văn Mẫu"),
                add(&elsewhere, "Lò Văn Mẫu"),
            ];
            let mut won = 0;
            for racer in racers {
                match racer.await.unwrap() {
                    Ok(_) => won += 1,
                    Err(error) => assert!(matches!(error, RegistryError::Exists { .. }), "{error}"),
                }
            }
            assert_eq!(won, 1);
        }
        assert_eq!(world.number("SELECT COUNT(*) FROM household").await, 5);
        assert_eq!(world.number("SELECT COUNT(*) FROM identity").await, 5);
        world.chains_verify().await;
    })
    .await;
}

#[tokio::test]
async fn two_officers_cannot_overwrite_each_other_unknowingly() {
    for_each_engine(async |world| {
        let village = world.village().await;
        let id = village.household(0, &["Lò Văn Mẫu", "Quàng Thị Thử"]).await;
        let born = |name: &str| newborn(name, "2025-09-01");
        let (first, second) = (born("Lò Văn Một"), born("Lò Văn Hai"));
        let (one, other) = futures::join!(
            village.officer.change_members(&id, 1, &first, TODAY),
            village.officer.change_members(&id, 1, &second, TODAY),
        );
        assert!(one.is_ok() != other.is_ok());
        let lost = one.and(other).unwrap_err();
        assert!(matches!(lost, RegistryError::Stale { current: 2 }), "{lost}");
        assert_eq!(village.officer.household(&id).await.unwrap().members.len(), 3);
    })
    .await;
}

#[tokio::test]
async fn somebody_who_marries_into_another_household_stays_the_same_person() {
    for_each_engine(async |world| {
        let village = world.village().await;
        let elsewhere = world.village_in(OTHER_COMMUNE).await;
        let lan = with_number("Lò Thị Lan", "child", NUMBER);
        let old = new_household(&village, vec![member("Lò Văn Mẫu", "head"), lan.clone()]);
        let old = village.officer.add_household(&old).await.unwrap();
        let who = person(&village.officer, &old, "Lò Thị Lan").await;
        let new = elsewhere.household(0, &["Cà Văn Hai"]).await;
        let comes = |name: &str| MemberChange::MovedIn { member: with_number(name, "spouse", NUMBER) };
        let early = elsewhere.officer.change_members(&new, 1, &comes("Lò Thị Lan"), TODAY).await.unwrap_err();
        assert!(matches!(early, RegistryError::Exists { .. }), "she is still there");
        let leaves = MemberChange::MovedOut { person: who.clone(), new_head: None };
        village.officer.change_members(&old, 1, &leaves, date(2025, 9, 1)).await.unwrap();
        let not_she = elsewhere.officer.change_members(&new, 1, &comes("Lò Thị Lài"), TODAY).await.unwrap_err();
        assert!(matches!(not_she, RegistryError::Exists { .. }), "number and name do not agree");
        elsewhere.officer.change_members(&new, 1, &comes("LÒ THỊ LAN"), TODAY).await.unwrap();
        let view = elsewhere.officer.household(&new).await.unwrap();
        assert_eq!(view.members[1].person, who);
        assert_eq!(view.members[1].since, TODAY);
        assert_eq!(village.officer.find_identity(NUMBER).await.unwrap(), None);
        assert_eq!(elsewhere.officer.find_identity(NUMBER).await.unwrap(), Some(new));
        world.chains_verify().await;
    })
    .await;
}

#[tokio::test]
async fn a_household_divides_and_the_head_stays() {
    for_each_engine(async |world| {
        let village = world.village().await;
        let officer = &village.officer;
        let id = village.household(0, &["Lò Văn Mẫu", "Quàng Thị Thử", "Lò Văn Con", "Lò Thị Dâu"]).await;
        let head = person(officer, &id, "Lò Văn Mẫu").await;
        let son = person(officer, &id, "Lò Văn Con").await;
        let wife = person(officer, &id, "Lò Thị Dâu").await;
        let on = date(2025, 9, 1);
        let split = async |new_head: &NextHead| officer.split_household(&id, 1, new_head, on).await;
        let pair = NextHead { confirmed: true, ..next(&son, &[(&wife, "spouse")]) };
        let with_head = NextHead { confirmed: true, ..next(&son, &[(&head, "parent")]) };
        let untold = NextHead { confirmed: true, ..next(&son, &[(&wife, "")]) };
        let led_by_head = next(&head, &[(&wife, "spouse")]);
        let too_young = NextHead { confirmed: false, ..pair.clone() };
        for wrong in [with_head, untold, led_by_head, too_young] {
            let refused = split(&wrong).await.unwrap_err();
            assert!(matches!(refused, RegistryError::Invalid { .. }), "{wrong:?}: {refused}");
        }
        let new = split(&pair).await.unwrap();
        assert_eq!(
            people(officer, &new).await,
            [("Lò Văn Con".to_owned(), "head".to_owned()), ("Lò Thị Dâu".to_owned(), "spouse".to_owned()),]
        );
        let view = officer.household(&new).await.unwrap();
        assert_eq!((view.row.persons, view.row.version, view.opened), (2, 1, on));
        assert_eq!(view.row.code, "V-000002");
        assert_eq!(officer.household(&id).await.unwrap().row.persons, 2);
        assert_eq!(officer.members_as_of(&id, date(2025, 8, 31), None).await.unwrap().len(), 4);
        assert!(matches!(split(&pair).await.unwrap_err(), RegistryError::Stale { current: 2 }));
        world.chains_verify().await;
    })
    .await;
}

#[tokio::test]
async fn a_household_moves_out_of_sight_and_not_while_it_is_under_review() {
    for_each_engine(async |world| {
        let village = world.village().await;
        let elsewhere = world.village_in(OTHER_COMMUNE).await;
        let officer = &village.officer;
        elsewhere.household(0, &["Cà Văn Hai"]).await;
        let id = village.household(0, &["Lò Văn Mẫu", "Quàng Thị Thử"]).await;
        let same = officer.move_household(&id, 1, &village.place_of(0), TODAY).await.unwrap_err();
        assert!(matches!(same, RegistryError::Invalid { .. }));
        assert_eq!(officer.move_household(&id, 1, &village.place_of(1), date(2025, 3, 1)).await.unwrap(), 2);
        let spouse = person(officer, &id, "Quàng Thị Thử").await;
        let wrong = Place { hamlet: Some(village.hamlets[0].clone()), ..elsewhere.place.clone() };
        let error = officer.move_household(&id, 2, &wrong, TODAY).await.unwrap_err();
        assert!(matches!(error, RegistryError::NotFound), "that hamlet is not in that commune");

        let annual = vuon_registry::rounds::NewRound {
            commune: village.commune.clone(),
            kind: "annual".into(),
            year: 2025,
            pack: common::PACK.into(),
            method: None,
        };
        let round = officer.open_round(&annual).await.unwrap();
        officer.list_case(&round, &id, vuon_registry::cases::CaseReason::Requested, Some(TODAY)).await.unwrap();
        let illegal = officer.move_household(&id, 2, &elsewhere.place_of(0), TODAY).await.unwrap_err();
        assert!(matches!(illegal, RegistryError::Illegal { .. }));
        let illegal = officer.close_household(&id, 2, "died_out", TODAY).await.unwrap_err();
        assert!(matches!(illegal, RegistryError::Illegal { .. }));
        let illegal = officer.split_household(&id, 2, &next(&spouse, &[]), TODAY).await.unwrap_err();
        assert!(matches!(illegal, RegistryError::Illegal { .. }));
        world.tamper("UPDATE review_case SET state = 'done'").await;

        assert_eq!(officer.move_household(&id, 2, &elsewhere.place_of(0), TODAY).await.unwrap(), 3);
        assert!(matches!(officer.household(&id).await.unwrap_err(), RegistryError::NotFound));
        let view = elsewhere.officer.household(&id).await.unwrap();
        assert_eq!(view.row.code, "V-000002", "its old code is another household's here");
        assert_eq!(view.cases.len(), 1);
        assert_eq!(search(&elsewhere.officer, &text("thử"), 50).await, ["Lò Văn Mẫu"]);
        assert_eq!(search(officer, &text("thử"), 50).await, [""; 0]);
        let spells = format!("SELECT COUNT(*) FROM residence WHERE household = '{id}'");
        assert_eq!(world.number(&spells).await, 3);
        world.chains_verify().await;
    })
    .await;
}

#[tokio::test]
async fn a_household_that_ends_is_in_no_list_and_can_be_told_for_the_days_before() {
    for_each_engine(async |world| {
        let village = world.village().await;
        let officer = &village.officer;
        let id = village.household(0, &["Lò Văn Mẫu", "Quàng Thị Thử"]).await;
        let cause = officer.close_household(&id, 1, "because", TODAY).await.unwrap_err();
        assert!(matches!(cause, RegistryError::Invalid { .. }));
        officer.close_household(&id, 1, "moved_away", date(2025, 9, 1)).await.unwrap();
        assert_eq!(search(officer, &HouseholdFilter::default(), 50).await, [""; 0]);
        assert_eq!(search(officer, &text("lò"), 50).await, [""; 0]);
        let view = officer.household(&id).await.unwrap();
        assert_eq!((view.closed, view.members.len()), (Some(date(2025, 9, 1)), 0));
        assert_eq!(officer.members_as_of(&id, date(2025, 8, 31), None).await.unwrap().len(), 2);
        assert_eq!(officer.members_as_of(&id, date(2025, 9, 1), None).await.unwrap().len(), 0);
        let born = MemberChange::Born { member: member("Lò Văn Út", "child") };
        let closed = officer.change_members(&id, 2, &born, TODAY).await.unwrap_err();
        assert!(matches!(closed, RegistryError::Illegal { .. }));
        world.chains_verify().await;
    })
    .await;
}

/// Row "getodk/central #1177, #1176, #1180, #1901": pages of long lists took 17 to 29 s; ours go by keys.
#[tokio::test]
async fn lists_and_searches_give_each_household_once_whatever_the_size_of_a_page() {
    for_each_engine(async |world| {
        let village = world.village().await;
        let officer = &village.officer;
        let family = ["Lò", "Quàng", "Cà", "An"];
        let given = ["An", "Bình", "An", "Ánh", "Lan"];
        for i in 0..20 {
            let head = format!("{} Văn {}", family[i % 4], given[i % 5]);
            let spouse = format!("{} Thị {}", family[(i + 1) % 4], given[(i + 2) % 5]);
            village.household(i % 2, &[&head, &spouse, &head]).await;
        }
        village.household(0, &["An"]).await;
        let everything = HouseholdFilter::default();
        for filter in [
            everything.clone(),
            HouseholdFilter { hamlet: Some(village.hamlets[1].clone()), ..everything.clone() },
            HouseholdFilter { commune: Some(COMMUNE.into()), ..everything.clone() },
            text("an"),
            text("ÁN"),
            text("lo v"),
            text("V-00000"),
            HouseholdFilter { hamlet: Some(village.hamlets[0].clone()), ..text("an") },
        ] {
            let all = search(officer, &filter, 200).await;
            assert!(!all.is_empty(), "{filter:?}");
            for limit in [1, 2, 7] {
                assert_eq!(search(officer, &filter, limit).await, all, "{filter:?} by {limit}");
            }
        }
        // Everybody with `An` in front or as the given name comes first, then the others; each household once.
        let matching = "SELECT COUNT(DISTINCT household) FROM person WHERE name_key LIKE '%an%'";
        assert_eq!(search(officer, &text("an"), 200).await.len() as i64, world.number(matching).await);
        assert_eq!(search(officer, &text("zzz"), 50).await, [""; 0]);
        let sorted = search(officer, &everything, 3).await;
        assert_eq!(sorted.len(), 21);
        let upper = HouseholdFilter { commune: Some(COMMUNE.into()), ..text("an") };
        assert_eq!(search(&village.upper, &upper, 5).await, search(officer, &text("an"), 200).await);
        // A province looks at the ends of names only.
        let at_an_end =
            "SELECT COUNT(DISTINCT household) FROM person WHERE name_key LIKE 'an%' OR given_key LIKE 'an%'";
        let of_province = search(&village.upper, &text("an"), 5).await;
        assert_eq!(of_province.len() as i64, world.number(at_an_end).await);
        assert_eq!(of_province, search(officer, &text("an"), 200).await[..of_province.len()]);
        let everywhere = village.auditor.households(&everything, &PageRequest::first()).await.unwrap_err();
        assert!(matches!(everywhere, RegistryError::Invalid { .. }));
        assert_eq!(search(&village.auditor, &upper, 5).await.len(), search(officer, &text("an"), 200).await.len());
        let forged = PageRequest { after: Some("forged".into()), limit: 5 };
        assert!(matches!(officer.households(&everything, &forged).await.unwrap_err(), RegistryError::Invalid { .. }));
    })
    .await;
}

#[tokio::test]
async fn a_search_gives_the_best_first_and_minds_marks_that_were_typed() {
    for_each_engine(async |world| {
        let village = world.village().await;
        let officer = &village.officer;
        for head in [
            "Hlong Thị Hai",
            "Cà Văn Lo",
            "Long Văn Bảy",
            "Lò Văn Mẫu",
            "LÔ THỊ TÁM",
            "Nguyễn Lò Thị Chín",
            "Quàng Thị Loan",
            "Vi Lộc Thị Út",
            "Hoà Văn Một",
            "Phạm Thị Hòa",
        ] {
            village.household(0, &[head]).await;
        }
        let found = async |typed: &str| search(officer, &text(typed), 2).await;
        // Whole words, then beginnings of words, at an end of the name; then those within it.
        assert_eq!(
            found("lo").await,
            [
                "Cà Văn Lo",
                "LÔ THỊ TÁM",
                "Lò Văn Mẫu",
                "Quàng Thị Loan",
                "Long Văn Bảy",
                "Nguyễn Lò Thị Chín",
                "Vi Lộc Thị Út",
                "Hlong Thị Hai",
            ]
        );
        assert_eq!(found("Lò").await, ["Lò Văn Mẫu", "Nguyễn Lò Thị Chín"]);
        assert_eq!(found("lô").await, ["LÔ THỊ TÁM"]);
        assert_eq!(found("lò van").await, ["Lò Văn Mẫu"]);
        assert_eq!(found("lộ").await, ["Vi Lộc Thị Út"]);
        for typed in ["hòa", "Hoà"] {
            assert_eq!(found(typed).await, ["Phạm Thị Hòa", "Hoà Văn Một"], "{typed}");
        }
        let elsewhere = PageRequest {
            after: officer
                .households(&HouseholdFilter::default(), &PageRequest { after: None, limit: 1 })
                .await
                .unwrap()
                .next,
            limit: 2,
        };
        let wrong = officer.households(&text("lo"), &elsewhere).await.unwrap_err();
        assert!(matches!(&wrong, RegistryError::Invalid { field, .. } if field == "after"), "{wrong}");
        // Of two members who match, the household stands where the better one does, and once.
        village.household(1, &["Bùi Thị Hoa", "Lò Thị Hoa", "Hoa Văn Lo"]).await;
        let all = found("lo").await;
        assert_eq!(all.iter().filter(|name| *name == "Bùi Thị Hoa").count(), 1);
        assert!(all.iter().position(|name| name == "Bùi Thị Hoa").unwrap() < 4, "{all:?}");
        let ended = HouseholdFilter { ended: true, ..text("lò") };
        assert_eq!(search(officer, &ended, 5).await, [""; 0]);
    })
    .await;
}

#[tokio::test]
async fn relations_and_ethnic_groups_are_those_of_the_questionnaire() {
    for_each_engine(async |world| {
        let village = world.village().await;
        let officer = &village.officer;
        let refused = async |wrong: NewMember, field: &str| {
            let members = vec![member("Lò Văn Mẫu", "head"), wrong.clone()];
            let error = officer.add_household(&new_household(&village, members)).await.unwrap_err();
            assert!(matches!(&error, RegistryError::Invalid { field: f, .. } if f == field), "{error}");
            let household = village.household(0, &["Lò Văn Mẫu"]).await;
            let change = MemberChange::MovedIn { member: wrong };
            let error = officer.change_members(&household, 1, &change, TODAY).await.unwrap_err();
            assert!(matches!(&error, RegistryError::Invalid { field: f, .. } if f == field), "{error}");
        };
        refused(member("Lò Thị Mẫu", "second_cousin"), "relation").await;
        let ethnic = Some("martian".to_owned());
        refused(NewMember { ethnic, ..member("Lò Thị Mẫu", "child") }, "ethnic").await;
    })
    .await;
}

#[tokio::test]
async fn an_erased_person_is_nowhere_and_the_chain_still_verifies() {
    for_each_engine(async |world| {
        let village = world.village().await;
        let officer = &village.officer;
        let head = with_number("Lò Văn Xóa", "head", NUMBER);
        let new = new_household(&village, vec![head, member("Quàng Thị Thử", "spouse")]);
        let id = officer.add_household(&new).await.unwrap();
        let who = person(officer, &id, "Lò Văn Xóa").await;
        let known = world.clock.now();
        let empty = officer.erase_person(&who, " ").await.unwrap_err();
        assert!(matches!(empty, RegistryError::Invalid { .. }));
        let role = village.chair.erase_person(&who, "request 12").await.unwrap_err();
        assert!(matches!(role, RegistryError::Forbidden { .. }));
        officer.erase_person(&who, "request 12/2025").await.unwrap();
        for (table, column) in [
            ("person", "name"),
            ("household", "name"),
            ("content", "body"),
            ("review_case", "name"),
            ("person", "name_key"),
        ] {
            let left = format!("SELECT COUNT(*) FROM {table} WHERE {column} LIKE '%Xóa%' OR {column} LIKE '%xoa%'");
            assert_eq!(world.number(&left).await, 0, "{table}.{column}");
        }
        assert_eq!(world.number("SELECT COUNT(*) FROM identity").await, 0);
        assert_eq!(world.number("SELECT COUNT(*) FROM content WHERE erased_at IS NOT NULL AND salt IS NULL").await, 2);
        assert_eq!(officer.find_identity(NUMBER).await.unwrap(), None);
        let members = officer.members_as_of(&id, TODAY, Some(known)).await.unwrap();
        assert_eq!((members[0].name.as_str(), members[0].born.as_deref()), ("", None));
        assert_eq!(members[1].name, "Quàng Thị Thử");
        let right = MemberChange::Corrected { person: who.clone(), member: member("Lò Văn Xóa", "head") };
        let back = officer.change_members(&id, 2, &right, TODAY).await.unwrap_err();
        assert!(matches!(back, RegistryError::Illegal { .. }));
        assert!(matches!(officer.erase_person(&who, "again").await.unwrap_err(), RegistryError::NotFound));
        world.chains_verify().await;
    })
    .await;
}

#[tokio::test]
async fn with_a_new_head_everybody_is_asked_what_they_are_to_them() {
    for_each_engine(async |world| {
        let village = world.village().await;
        let officer = &village.officer;
        let id = village.household(0, &["Lò Văn Mẫu", "Quàng Thị Thử", "Lò Văn Con", "Lò Thị Bé"]).await;
        let who = async |name| person(officer, &id, name).await;
        let (head, spouse) = (who("Lò Văn Mẫu").await, who("Quàng Thị Thử").await);
        let (son, daughter) = (who("Lò Văn Con").await, who("Lò Thị Bé").await);
        let relations = [(spouse.as_str(), "parent"), (daughter.as_str(), "other")];
        let died = |new_head: NextHead| MemberChange::Died { person: head.clone(), new_head: Some(new_head) };
        let part = died(next(&son, &relations[..1]));
        let refused = officer.change_members(&id, 1, &part, TODAY).await.unwrap_err();
        assert!(refused.to_string().contains("what each member is"), "{refused}");
        officer.change_members(&id, 1, &died(next(&son, &relations)), TODAY).await.unwrap();
        let now = people(officer, &id).await.into_iter().map(|(_, relation)| relation).collect::<Vec<_>>();
        assert_eq!(now, ["head", "parent", "other"], "a mother is no spouse of her son");
        let young = MemberChange::NewHead { new_head: next(&daughter, &[(&spouse, "parent"), (&son, "other")]) };
        let refused = officer.change_members(&id, 2, &young, TODAY).await.unwrap_err();
        assert!(refused.to_string().contains("under 15"), "{refused}");
        world.chains_verify().await;
    })
    .await;
}

#[tokio::test]
async fn a_newborn_was_born_within_the_year() {
    for_each_engine(async |world| {
        let village = world.village().await;
        let officer = &village.officer;
        let id = village.household(0, &["Lò Văn Mẫu", "Quàng Thị Thử"]).await;
        for (version, born, right) in
            [(1, "2024-09-07", false), (1, "2023", false), (1, "2024-09-08", true), (2, "2024", true)]
        {
            let done = officer.change_members(&id, version, &newborn("Lò Văn Út", born), TODAY).await;
            assert_eq!(done.is_ok(), right, "{born}: {done:?}");
        }
    })
    .await;
}
