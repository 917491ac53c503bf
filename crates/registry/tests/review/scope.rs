//! Everybody asks everything of everything: no answer, count or error tells of what lies outside of their part.

use crate::common::{LIST, OTHER_COMMUNE, PACK, Village, World, for_each_engine};
use crate::steps::*;
use futures::TryStreamExt;
use jiff::civil::date;
use rand::rngs::StdRng;
use rand::seq::IndexedRandom;
use rand::{RngExt, SeedableRng};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use vuon_areas::Level;
use vuon_policy::model::Language;
use vuon_registry::areas::NewArea;
use vuon_registry::cases::{
    AnswersReason, CaseFilter, CaseReason, CaseState, ComplaintAnswer, ComplaintKind, ComplaintOutcome, NewComplaint,
};
use vuon_registry::courses::{NewCourse, NewSession};
use vuon_registry::forms::Answers;
use vuon_registry::grievances::NewGrievance;
use vuon_registry::import::ImportFile;
use vuon_registry::page::PageRequest;
use vuon_registry::rounds::{NewDecision, NewMeeting, NewRound, Seen, Whose};
use vuon_registry::scope::{Actor, Place, Reach, Role};
use vuon_registry::spells::AsOf;
use vuon_registry::{Desk, RegistryError, Result};

/// What is to be found in a commune, and the word that all its names hold.
struct Things {
    commune: String,
    place: Place,
    /// The commune's name.
    name: String,
    author: String,
    round: String,
    case: String,
    household: String,
    request: String,
    meeting: String,
    posting: String,
    complaint: String,
    document: String,
    course: String,
    grievance: String,
    word: &'static str,
    word_of_hamlet: &'static str,
}

fn planned() -> NewCourse {
    NewCourse {
        title: "Lớp mẫu".into(),
        pack: PACK.into(),
        materials: String::new(),
        sessions: vec![NewSession { held_on: date(2025, 9, 8), place: "Nhà văn hóa".into() }],
        capacity: None,
    }
}

async fn things(village: &Village, word: &'static str, word_of_hamlet: &'static str) -> Things {
    let officer = &village.officer;
    let round = open(officer, &village.commune, "annual", 2025).await;
    let mut found = Vec::new();
    for (hamlet, word) in [(0, word), (1, word_of_hamlet)] {
        let household = village.household(hamlet, &[&format!("Lò {word} Mẫu"), "Cà Thị Mẫu"]).await;
        let case = ask(village, &round, &household).await;
        sign(officer, &case, Picture::Poor, AnswersReason::Survey).await;
        found.push((household, case));
    }
    let course = officer.add_course(&planned()).await.unwrap();
    let document = officer.attach(&found[1].1, "a.pdf", b"%PDF-1.7 x").await.unwrap().hash;
    let meeting = meet(village, &round, 1, 30).await;
    meet(village, &round, 0, 30).await;
    let posting = officer.post_list(&round, None, "Nhà văn hóa").await.unwrap();
    let complaint =
        NewComplaint {
            kind: ComplaintKind::WronglyIn, text: format!("{word_of_hamlet} khá giả"), received_on: None
        };
    let complaint = officer.complain(&found[1].1, &complaint).await.unwrap();
    let filed = NewGrievance {
        commune: village.commune.clone(),
        kind: ComplaintKind::WronglyIn,
        text: format!("{word} khá giả"),
        household: word_of_hamlet.into(),
        contact: String::new(),
    };
    officer.register().desk(Actor::public()).file_grievance(&filed, &submission()).await.unwrap();
    let grievance = officer.grievances(true, &PageRequest::first()).await.unwrap().rows.remove(0).id;
    let (household, case) = found.pop().unwrap();
    let asks = village.household(1, &[&format!("Lò {word_of_hamlet} Xin")]).await;
    let request = officer.request_review(&asks, date(2025, 9, 8)).await.unwrap();
    Things {
        commune: village.commune.clone(),
        place: village.place.clone(),
        name: officer.area(&village.commune).await.unwrap().name,
        author: officer.actor().id.clone(),
        round,
        case,
        household,
        request,
        meeting,
        posting,
        complaint,
        document,
        course,
        grievance,
        word,
        word_of_hamlet,
    }
}

fn shown<T: serde::Serialize>(result: Result<T>) -> std::result::Result<Value, RegistryError> {
    result.map(|value| serde_json::to_value(value).unwrap())
}

/// All that can be asked, of the things of a commune.
async fn ask_everything(desk: &Desk, of: &Things) -> Vec<(&'static str, std::result::Result<Value, RegistryError>)> {
    let page = || PageRequest { after: None, limit: 200 };
    let filter = |round: Option<&str>| CaseFilter { round: round.map(str::to_owned), ..CaseFilter::default() };
    let list = AsOf {
        commune: of.commune.clone(),
        on: date(2025, 9, 8),
        known_at: None,
        standard: None,
        statuses: Vec::new(),
    };
    let state = CaseFilter { state: Some(CaseState::Posted), ..CaseFilter::default() };
    vec![
        ("cases", shown(desk.cases(&filter(None), &page()).await)),
        ("cases of the round", shown(desk.cases(&filter(Some(&of.round)), &page()).await)),
        ("posted cases", shown(desk.cases(&state, &page()).await)),
        ("case", shown(desk.case(&of.case, Language::Vi).await)),
        ("explanation", shown(desk.explanation(&of.case, 1, Language::Vi).await)),
        ("form", shown(desk.form(&of.case, Language::Vi).await)),
        ("rounds", shown(desk.rounds(None, None, &page()).await)),
        ("rounds of the commune", shown(desk.rounds(Some(&of.commune), None, &page()).await)),
        ("round", shown(desk.round(&of.round).await)),
        ("meeting", shown(desk.meeting(&of.meeting).await)),
        ("posting", shown(desk.posting(&of.posting).await)),
        ("complaints", shown(desk.complaints(None, false, &page()).await)),
        ("complaints of the round", shown(desk.complaints(Some(&of.round), true, &page()).await)),
        ("grievances", shown(desk.grievances(false, &page()).await)),
        ("grievances that wait", shown(desk.grievances_waiting().await)),
        ("grievance", shown(desk.grievance(&of.grievance).await)),
        ("a code nobody was given", desk.follow_grievance("AAAA").await.map(|own| json!(format!("{own:?}")))),
        ("hanging lists", shown(desk.hanging_lists(&of.commune).await)),
        ("work", shown(desk.work(50).await)),
        ("requests", shown(desk.review_requests(None, &page()).await)),
        ("requests of the commune", shown(desk.review_requests(Some(&of.commune), &page()).await)),
        ("work of others", shown(desk.work_of(Whose::Others, &page()).await)),
        ("history", shown(desk.household_history(&of.household).await)),
        ("list", shown(desk.list_as_of(&list, &page()).await)),
        ("check_identities", shown(desk.check_identities(&of.commune).await)),
        ("flows", shown(desk.flows(&of.commune, date(2024, 1, 1), date(2025, 9, 8)).await)),
        ("packs", shown(desk.packs_of(&of.commune, date(2024, 1, 1), date(2025, 9, 8)).await)),
        ("figures", desk.figures(&of.commune, date(2025, 9, 8)).await.map(|own| json!(format!("{own:?}")))),
        ("listed", desk.listed_figures(&of.commune, date(2025, 9, 8)).await.map(|own| json!(format!("{own:?}")))),
        ("complaint counts", desk.complaint_counts(&of.commune, 2025).await.map(|own| json!(format!("{own:?}")))),
        ("ready to decide", shown(desk.ready_to_decide(&of.round).await)),
        ("worklist", shown(desk.reform_worklist(LIST).await)),
        ("communes", shown(desk.find_communes(&of.name).await)),
        ("authors", shown(desk.author_names(&of.commune, &(1..200).collect::<Vec<_>>()).await)),
        ("progress", shown(desk.progress(&of.commune, 2025).await)),
        ("entries", shown(desk.entries(&of.commune, &page()).await)),
        ("entries of a kind", shown(desk.entries_of(&of.commune, Some("household"), &page()).await)),
        ("printed root", shown(desk.verify_root(&format!("vuon/root/1 {} 2025-09-08 1 0", of.commune)).await)),
        ("entry", shown(desk.entry(&of.commune, 1).await)),
        ("content", shown(desk.entry_content(&of.commune, 1).await)),
        ("chains", shown(desk.chains(&page()).await)),
        ("signed root", shown(desk.signed_root(&of.commune).await)),
        ("verify", shown(desk.verify(Some(&of.commune)).await)),
        ("verify all", shown(desk.verify(None).await)),
        ("certificates", shown(desk.certificates(&of.round, None, &page()).await)),
        ("certificate", shown(desk.certificate(&of.case).await)),
        ("decided", shown(desk.decided("nothing").await)),
        ("members", shown(desk.members_of(std::slice::from_ref(&of.household)).await)),
        ("document", shown(desk.document(&of.case, &of.document).await)),
        ("changes since", shown(desk.changes_since_listed(&of.round, None).await)),
        ("changes of the case", shown(desk.changes_since_listed(&of.round, Some(&of.case)).await)),
        ("repeats", shown(desk.repeats(&of.case, &Answers::default(), "x").await)),
        ("courses", shown(desk.courses(&page()).await)),
        ("course", shown(desk.course(&of.course).await)),
        ("provinces", shown(desk.areas_of(LIST).await)),
        ("count", desk.count_cases(&filter(Some(&of.round))).await.map(|count| json!({ "count": count }))),
    ]
}

/// All that can be tried to be changed.
async fn try_everything(desk: &Desk, of: &Things) -> Vec<(&'static str, std::result::Result<Value, RegistryError>)> {
    let done = |result: Result<()>| result.map(|()| Value::Null);
    let new = NewRound {
        commune: of.commune.clone(),
        kind: "in_year".into(),
        year: 2025,
        pack: crate::common::PACK.into(),
        method: None,
    };
    let meeting = NewMeeting {
        hamlet: String::new(),
        held_on: date(2025, 9, 8),
        invited: 1,
        present: 1,
        chair: "a".into(),
        secretary: "b".into(),
        notes: String::new(),
        votes: Vec::new(),
    };
    let complaint = NewComplaint { kind: ComplaintKind::WrongData, text: "x".into(), received_on: None };
    let answer = ComplaintAnswer { outcome: ComplaintOutcome::NotEnoughEvidence, text: "x".into() };
    let decision =
        NewDecision { number: "x".into(), effective: None, cases: vec![Seen { case: of.case.clone(), version: 1 }] };
    let nothing = Answers::default();
    let list = AsOf {
        commune: of.commune.clone(),
        on: date(2025, 9, 8),
        known_at: None,
        standard: None,
        statuses: Vec::new(),
    };
    let export = async || -> Result<Vec<Vec<u8>>> { desk.export_list(&list).await?.try_collect().await };
    let households =
        async || -> Result<usize> { Ok(desk.export_households(&list).await?.try_collect::<Vec<_>>().await?.len()) };
    let bytes = format!("Họ và tên,Quan hệ với chủ hộ\nLò {} Mẫu,Chủ hộ\n", of.word);
    let import = ImportFile {
        name: "list.csv",
        bytes: bytes.as_bytes(),
        commune: &of.commune,
        standard: PACK,
        status: "poor",
        valid_from: date(2024, 12, 31),
        complete: true,
    };
    let area =
        NewArea { code: "1".into(), level: Level::Province, kind: "Tỉnh".into(), name: "Mẫu".into(), parent: None };
    let course = planned();
    vec![
        ("set", done(desk.set("area_list", LIST).await)),
        ("load own areas", shown(desk.load_own_areas("own-2025", &[area]).await)),
        ("reform", shown(desk.reform(LIST, "vn-2025-03-01", true).await)),
        ("export", shown(export().await)),
        ("export households", shown(households().await)),
        ("plan import", shown(desk.plan_import(&import).await)),
        ("import", shown(desk.run_import(&import, "x").await)),
        ("open round", shown(desk.open_round(&new).await)),
        ("close round", done(desk.close_round(&of.round).await)),
        ("list case", shown(desk.list_case(&of.round, &of.household, CaseReason::Proposed, None).await)),
        ("withdraw", done(desk.withdraw_case(&of.case, 1, "x").await)),
        ("request", shown(desk.request_review(&of.household, date(2025, 9, 8)).await)),
        ("withdraw a request", done(desk.withdraw_review_request(&of.request, "x").await)),
        ("draft", shown(desk.save_draft(&of.case, 1, &nothing, Language::Vi).await)),
        ("drop draft", done(desk.drop_draft(&of.case).await)),
        ("sign", shown(desk.sign_answers(&of.case, 1, &nothing, AnswersReason::Survey, "x").await)),
        ("meeting", shown(desk.hold_meeting(&of.round, &meeting).await)),
        ("post", shown(desk.post_list(&of.round, None, "x").await)),
        ("appraise", shown(desk.appraise(&of.round, &decision.cases, &[], "x").await)),
        ("decide", shown(desk.decide(&of.round, &decision).await)),
        ("certificates", shown(desk.issue_certificates(&of.round).await)),
        ("complain", shown(desk.complain(&of.case, &complaint).await)),
        ("answer", done(desk.answer_complaint(&of.complaint, &answer, None).await.map(drop))),
        ("take up", shown(desk.take_up_grievance(&of.grievance, &of.case).await)),
        ("answer a grievance", done(desk.answer_grievance(&of.grievance, "x").await)),
        ("require modules", done(desk.require_modules(&BTreeSet::new()).await)),
        ("invite", done(desk.invite(&of.course, &BTreeSet::from([desk.actor().id.clone()])).await)),
        ("change a course", done(desk.change_course(&of.course, &course).await)),
        ("call off a course", done(desk.call_off_course(&of.course, "x").await)),
        ("take an invitation back", done(desk.take_back_invitation(&of.course, &desk.actor().id).await)),
        ("attendance", done(desk.record_attendance(&of.course, 1, &BTreeSet::new()).await)),
        ("attach", shown(desk.attach(&of.case, "x", b"%PDF-1.7 x").await)),
    ]
}

fn hidden(text: &str, words: &[&str]) {
    for word in words {
        assert!(!text.contains(word), "{word} is told: {text}");
    }
}

async fn users(world: &World, here: &Village) -> Vec<Desk> {
    let mut users = Vec::new();
    for desk in [
        &here.officer,
        &here.chair,
        &here.enumerator,
        &here.hamlet_enumerator,
        &here.upper,
        &here.auditor,
        &here.ministry,
        &here.administrator,
    ] {
        users.push(desk.clone());
    }
    users.push(world.register.desk(vuon_registry::scope::Actor::public()));
    users
}

/// Somebody of any role, anywhere.
async fn anybody(world: &World, villages: &[&Village], random: &mut StdRng, number: usize) -> Desk {
    let village = villages.choose(random).unwrap();
    let place = &village.place;
    let hamlet = village.hamlets[random.random_range(0..2)].as_str();
    let commune = Some(village.commune.as_str());
    let (role, area, hamlet) = *[
        (Role::Enumerator, commune, None),
        (Role::Enumerator, commune, Some(hamlet)),
        (Role::CommuneOfficer, commune, None),
        (Role::CommuneChair, commune, None),
        (Role::Province, Some(place.province.as_str()), None),
        (Role::Auditor, Some(place.province.as_str()), None),
        (Role::Auditor, commune, None),
        (Role::Administrator, commune, None),
    ]
    .choose(random)
    .unwrap();
    world.account(&format!("anybody.{number}"), role, area, hamlet).await
}

/// Row "openspp-modules #531, #548, #703 and two later security fixes": counts and drop-downs leaked, and a direct call did what
/// the page did not offer.
#[tokio::test]
async fn nobody_is_told_of_and_nobody_changes_what_is_out_of_their_part() {
    for_each_engine(async |world| {
        let here = world.village().await;
        let there = world.village_in(OTHER_COMMUNE).await;
        let own = things(&here, "Khămhere", "Xiênghere").await;
        let other = things(&there, "Khămthere", "Xiêngthere").await;
        let distant = world.village_in("vn-2025-07-01:00004").await;
        let far = things(&distant, "Khămfar", "Xiêngfar").await;
        let mut desks = users(world, &here).await;
        let mut random = StdRng::seed_from_u64(2025);
        for number in 0..16 {
            desks.push(anybody(world, &[&here, &there, &distant], &mut random, number).await);
        }
        let entries = world.number("SELECT COUNT(*) FROM entry").await;
        for desk in desks {
            let who = format!("{:?} {:?}", desk.actor().role, desk.actor().reach);
            let reaches = |of: &&Things| match &desk.actor().reach {
                Reach::Hamlet { commune, .. } => *commune == of.commune,
                reach => reach.covers(&of.place),
            };
            for other in [&own, &other, &far].into_iter().filter(|of| !reaches(of)) {
                for (what, result) in ask_everything(&desk, other).await {
                    match result {
                        Ok(value) => {
                            let ids = [
                                &other.case,
                                &other.round,
                                &other.household,
                                &other.commune,
                                &other.author,
                                &other.course,
                                &other.grievance,
                            ];
                            hidden(&value.to_string(), &[other.word, other.word_of_hamlet]);
                            hidden(&value.to_string(), &ids.map(String::as_str));
                            if what == "count" {
                                assert_eq!(value, json!({ "count": 0 }), "{who}");
                            }
                        }
                        Err(RegistryError::NotFound | RegistryError::Forbidden { .. }) => {}
                        Err(other) => panic!("{who} asks for {what}: {other:?}"),
                    }
                }
                for (what, result) in try_everything(&desk, other).await {
                    match result {
                        Err(
                            RegistryError::NotFound
                            | RegistryError::Forbidden { .. }
                            | RegistryError::NeedsSecondFactor,
                        ) => {}
                        result => panic!("{who} tries to {what}: {result:?}"),
                    }
                }
            }
            // An enumerator of the one hamlet sees nothing of the other.
            let first = Reach::Hamlet { hamlet: here.hamlets[0].clone(), commune: own.commune.clone() };
            if desk.actor().reach == first {
                for (what, result) in ask_everything(&desk, &own).await {
                    if let Ok(value) = result {
                        hidden(&value.to_string(), &[own.word_of_hamlet, own.case.as_str()]);
                        if what == "cases" {
                            assert!(value.to_string().contains(own.word), "and all of the own");
                        }
                    }
                }
                for (what, result) in try_everything(&desk, &own).await {
                    assert!(result.is_err(), "{who} tries to {what}: {result:?}");
                }
            }
            if !desk.actor().role.may(vuon_registry::scope::Action::ReadPeople) {
                for (_, result) in ask_everything(&desk, &own).await {
                    if let Ok(value) = result {
                        hidden(&value.to_string(), &[own.word, own.word_of_hamlet]);
                    }
                }
            }
        }
        assert_eq!(world.number("SELECT COUNT(*) FROM entry").await, entries, "nothing was written");
        let all = here.upper.cases(&CaseFilter::default(), &PageRequest::first()).await.unwrap();
        assert_eq!(all.rows.len(), 4, "the province sees both of its communes, not the third");
    })
    .await;
}

#[tokio::test]
async fn who_has_an_account_files_no_grievance_and_the_public_names_any_commune() {
    let world = World::sqlite().await;
    let here = world.village().await;
    let new = NewGrievance {
        commune: here.commune.clone(),
        kind: ComplaintKind::WrongData,
        text: "x".into(),
        household: "x".into(),
        contact: String::new(),
    };
    for desk in users(&world, &here).await {
        let role = desk.actor().role;
        let filed = desk.file_grievance(&new, &submission()).await;
        if role == Role::Public {
            let receipt = filed.unwrap();
            assert!(desk.follow_grievance(&receipt.code).await.is_ok());
            let anybody = desk;
            assert!(anybody.destination(OTHER_COMMUNE).await.is_ok());
            assert!(!anybody.find_destinations("muong").await.unwrap().is_empty());
        } else {
            assert!(matches!(filed, Err(RegistryError::Forbidden { .. })), "{role:?}: {filed:?}");
        }
    }
    assert_eq!(world.number("SELECT COUNT(*) FROM grievance").await, 1);
}

#[tokio::test]
async fn enumerators_put_households_of_their_own_hamlet_on_the_list_where_the_pack_names_them() {
    for_each_engine(async |world| {
        let village = world.village().await;
        let there = world.village_in(OTHER_COMMUNE).await;
        let own = village.household(0, &["Lò Văn Mẫu"]).await;
        let next_door = village.household(1, &["Cà Văn Mẫu"]).await;
        let elsewhere = there.household(0, &["Vàng Văn Mẫu"]).await;
        let annual = open(&village.officer, &village.commune, "annual", 2025).await;
        let (one, all) = (&village.hamlet_enumerator, &village.enumerator);
        let list = async |desk: &Desk, round: &str, household: &str| {
            desk.list_case(round, household, CaseReason::Proposed, None).await
        };
        for household in [&next_door, &elsewhere] {
            let refused = list(one, &annual, household).await.unwrap_err();
            assert!(matches!(refused, RegistryError::NotFound), "{refused:?}");
        }
        let case = list(one, &annual, &own).await.unwrap();
        list(all, &annual, &next_door).await.unwrap();
        for desk in [one, all] {
            assert!(matches!(list(desk, &annual, &elsewhere).await.unwrap_err(), RegistryError::NotFound));
        }
        // What the officer took off, the officer puts on again.
        let withdrawn = one.withdraw_case(&case, 1, "x").await.unwrap_err();
        assert!(matches!(withdrawn, RegistryError::Forbidden { .. }));
        village.officer.withdraw_case(&case, 1, "moved away").await.unwrap();
        let again = list(one, &annual, &own).await.unwrap_err();
        assert!(matches!(again, RegistryError::Forbidden { .. }), "{again:?}");
        assert_eq!(list(&village.officer, &annual, &own).await.unwrap(), case);

        // In a round within the year the pack names the officer alone.
        world.clock.stand(date(2025, 9, 15));
        let in_year = open(&village.officer, &village.commune, "in_year", 2025).await;
        for desk in [one, all] {
            let refused = list(desk, &in_year, &own).await.unwrap_err();
            assert!(matches!(refused, RegistryError::Forbidden { .. }), "{refused:?}");
        }
        assert_eq!(village.auditor.verify(None).await.unwrap().differences, []);
    })
    .await;
}
