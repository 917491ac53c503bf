//! Meetings and decisions: enough votes, all at once, by whom it may be, and never too early.

use crate::common::for_each_engine;
use crate::steps::*;
use jiff::civil::date;
use std::time::Instant;
use vuon_policy::model::Language;
use vuon_registry::RegistryError;
use vuon_registry::cases::{AnswersReason, CaseReason, CaseState};
use vuon_registry::households::{MemberChange, NextHead};
use vuon_registry::page::PageRequest;
use vuon_registry::rounds::{CertificateSeal, CertificateState, NewDecision, NewMeeting, Vote, Whose};
use vuon_registry::scope::Place;

#[tokio::test]
async fn exactly_half_of_those_present_is_enough_and_one_less_repeats_the_survey() {
    for_each_engine(async |world| {
        let village = world.village().await;
        let officer = &village.officer;
        let round = open(officer, &village.commune, "annual", 2025).await;
        let mut cases = Vec::new();
        for name in ["Lò Văn Một", "Lò Văn Hai"] {
            let household = village.household(0, &[name, "Cà Thị Mẫu"]).await;
            let case = ask(&village, &round, &household).await;
            sign(&village.enumerator, &case, Picture::Poor, AnswersReason::Survey).await;
            cases.push(case);
        }
        let meeting = |votes: &[(usize, i64)]| NewMeeting {
            hamlet: village.hamlets[0].clone(),
            held_on: date(2025, 9, 8),
            invited: 60,
            present: 40,
            chair: "Trưởng bản".into(),
            secretary: "Thư ký".into(),
            notes: String::new(),
            votes: votes.iter().map(|(i, agree)| Vote { case: cases[*i].clone(), agree: *agree }).collect(),
        };
        for wrong in [&[(0, 20)][..], &[(0, 20), (0, 20)], &[(0, 20), (1, 41)]] {
            let refused = officer.hold_meeting(&round, &meeting(wrong)).await;
            assert!(matches!(refused, Err(RegistryError::Invalid { .. })), "{wrong:?}");
        }
        let late = NewMeeting { held_on: date(2025, 9, 9), ..meeting(&[(0, 20), (1, 19)]) };
        assert!(officer.hold_meeting(&round, &late).await.is_err(), "a meeting that is still to come");
        let id = officer.hold_meeting(&round, &meeting(&[(0, 20), (1, 19)])).await.unwrap();
        let view = officer.meeting(&id).await.unwrap();
        assert_eq!((view.row.carried, view.row.repeated), (1, 1));
        assert_eq!(row(officer, &cases[0]).await.state, CaseState::Posting);
        assert_eq!(row(officer, &cases[1]).await.state, CaseState::Survey);
        let again = officer.case(&cases[1], Language::Vi).await.unwrap();
        assert_eq!((again.votes.len(), again.votes[0].carried), (1, false));
    })
    .await;
}

#[tokio::test]
async fn a_decisions_paper_tells_the_head_and_hamlet_of_the_day_of_deciding_and_stays_so() {
    for_each_engine(async |world| {
        let village = world.village().await;
        let officer = &village.officer;
        let round = open(officer, &village.commune, "annual", 2025).await;
        let mut households = Vec::new();
        for name in ["Lò Văn Một", "Lò Văn Hai"] {
            let household = village.household(0, &[name, "Cà Thị Mẫu"]).await;
            let case = ask(&village, &round, &household).await;
            sign(officer, &case, Picture::Poor, AnswersReason::Survey).await;
            households.push(household);
        }
        meet(&village, &round, 0, 30).await;
        officer.post_list(&round, None, "Nhà văn hóa").await.unwrap();
        world.clock.stand(date(2025, 9, 12));
        let today = date(2025, 9, 12);
        // One household gets another head and goes to another hamlet while its list is posted.
        let view = officer.household(&households[0]).await.unwrap();
        let next = |from: usize, to: usize| NextHead {
            person: view.members[to].person.clone(),
            relations: [(view.members[from].person.clone(), "spouse".to_owned())].into(),
            confirmed: false,
        };
        let change = MemberChange::NewHead { new_head: next(0, 1) };
        officer.change_members(&households[0], 1, &change, today).await.unwrap();
        let to = |hamlet: usize| Place { hamlet: Some(village.hamlets[hamlet].clone()), ..village.place.clone() };
        officer.move_household(&households[0], 2, &to(1), today).await.unwrap();
        let decision = decide(&village.chair, &round, "1/QĐ", None).await;

        let paper = officer.decided(&decision.id).await.unwrap();
        let told: Vec<_> = paper
            .iter()
            .map(|row| (row.name.as_str(), row.name_then.as_deref(), row.hamlet_name_then.as_deref()))
            .collect();
        let expected = [("Lò Văn Hai", None, None), ("Lò Văn Một", Some("Cà Thị Mẫu"), Some("Bản Mẫu Hai"))];
        assert_eq!(told, expected);

        let back = MemberChange::NewHead { new_head: next(1, 0) };
        officer.change_members(&households[0], 3, &back, today).await.unwrap();
        officer.move_household(&households[0], 4, &to(0), today).await.unwrap();
        let mut right = crate::common::members(&["Lò Văn Một", "Cà Thị Mãi"]).remove(1);
        right.relation = "spouse".into();
        let right = MemberChange::Corrected { person: view.members[1].person.clone(), member: right };
        officer.change_members(&households[0], 5, &right, today).await.unwrap();
        assert_eq!(officer.decided(&decision.id).await.unwrap(), paper, "whatever became of the household since");
        assert_eq!(village.auditor.verify(None).await.unwrap().differences, []);
    })
    .await;
}

#[tokio::test]
async fn a_meeting_is_recorded_by_whom_the_pack_names_within_their_hamlet() {
    for_each_engine(async |world| {
        let village = world.village().await;
        let round = open(&village.officer, &village.commune, "annual", 2025).await;
        let mut meetings = Vec::new();
        for (hamlet, name) in [(0, "Lò Văn Một"), (1, "Lò Văn Hai")] {
            let household = village.household(hamlet, &[name, "Cà Thị Mẫu"]).await;
            let case = ask(&village, &round, &household).await;
            sign(&village.enumerator, &case, Picture::Poor, AnswersReason::Survey).await;
            meetings.push(NewMeeting {
                hamlet: village.hamlets[hamlet].clone(),
                held_on: date(2025, 9, 8),
                invited: 60,
                present: 40,
                chair: "Trưởng bản".into(),
                secretary: "Thư ký".into(),
                notes: String::new(),
                votes: vec![Vote { case, agree: 30 }],
            });
        }
        let of_hamlet = &village.hamlet_enumerator;
        assert!(
            of_hamlet.work(50).await.unwrap().mine.rows.iter().any(|task| task.step == "meeting"),
            "it waits for them"
        );
        let other = of_hamlet.hold_meeting(&round, &meetings[1]).await;
        assert!(matches!(other, Err(RegistryError::NotFound)), "of another hamlet: {other:?}");
        let none = of_hamlet.hold_meeting(&round, &NewMeeting { hamlet: String::new(), ..meetings[0].clone() }).await;
        assert!(matches!(none, Err(RegistryError::NotFound)), "of no hamlet: {none:?}");
        of_hamlet.hold_meeting(&round, &meetings[0]).await.unwrap();
        village.enumerator.hold_meeting(&round, &meetings[1]).await.unwrap();
        for desk in [&village.chair, &village.upper, &village.auditor] {
            let refused = desk.hold_meeting(&round, &meetings[1]).await;
            assert!(matches!(refused, Err(RegistryError::Forbidden { .. })), "{refused:?}");
        }
    })
    .await;
}

/// Row "openspp-modules #538": entitlements could be approved before their cycle.
#[tokio::test]
async fn a_meeting_and_a_posting_cannot_be_skipped() {
    for_each_engine(async |world| {
        let village = world.village().await;
        let household = village.household(0, &["Lò Văn Mẫu", "Cà Thị Mẫu"]).await;
        let round = open(&village.officer, &village.commune, "annual", 2025).await;
        let case = ask(&village, &round, &household).await;
        for step in 0..3 {
            let named =
                NewDecision { number: "1".into(), effective: None, cases: seen(&village.officer, &[&case]).await };
            match village.chair.decide(&round, &named).await {
                Err(RegistryError::Illegal { why, .. }) => assert!(why.contains(&case), "the case is named"),
                other => panic!("after step {step}: {other:?}"),
            }
            assert_eq!(world.number("SELECT COUNT(*) FROM spell").await, 0);
            match step {
                0 => drop(sign(&village.enumerator, &case, Picture::Poor, AnswersReason::Survey).await),
                1 => drop(meet(&village, &round, 0, 40).await),
                _ => {}
            }
        }
        assert!(village.chair.issue_certificates(&round).await.unwrap() == 0);
    })
    .await;
}

#[tokio::test]
async fn what_is_signed_is_what_was_seen() {
    for_each_engine(async |world| {
        let village = world.village().await;
        let officer = &village.officer;
        let round = open(officer, &village.commune, "annual", 2025).await;
        let mut cases = Vec::new();
        for name in ["Lò Văn Một", "Lò Văn Hai", "Lò Văn Ba"] {
            let household = village.household(0, &[name, "Cà Thị Mẫu"]).await;
            let case = ask(&village, &round, &household).await;
            sign(&village.enumerator, &case, Picture::Poor, AnswersReason::Survey).await;
            cases.push(case);
        }
        meet(&village, &round, 0, 30).await;
        officer.post_list(&round, None, "Nhà văn hóa").await.unwrap();
        world.clock.stand(date(2025, 9, 12));
        let shown = seen(&village.chair, &[&cases[0], &cases[1]]).await;
        // A mistake is corrected between the page and the signature; the status stays what it was.
        sign(officer, &cases[1], Picture::Poor, AnswersReason::Correction).await;
        let of = |number: &str, cases| NewDecision { number: number.into(), effective: None, cases };
        let changed = village.chair.decide(&round, &of("1", shown.clone())).await.unwrap_err();
        assert!(matches!(changed, RegistryError::ChangedSince), "{changed}");
        assert_eq!(world.number("SELECT COUNT(*) FROM decision").await, 0);
        for cases in [Vec::new(), vec![shown[0].clone(), shown[0].clone()]] {
            let unnamed = village.chair.decide(&round, &of("1", cases)).await.unwrap_err();
            assert!(matches!(unnamed, RegistryError::Invalid { .. }), "{unnamed}");
        }
        let decision = village.chair.decide(&round, &of("1", shown[..1].to_vec())).await.unwrap();
        assert_eq!(decision.cases, 1, "what was not seen waits");
        assert_eq!(village.chair.ready_to_decide(&round).await.unwrap().len(), 2);
    })
    .await;
}

#[tokio::test]
async fn only_the_chair_decides_and_only_with_the_second_factor() {
    for_each_engine(async |world| {
        let village = world.village().await;
        let (round, case, _) = decided(world, &village, Picture::Poor).await;
        let cases = seen(&village.officer, &[&case]).await;
        let decision = NewDecision { number: "2".into(), effective: None, cases };
        for desk in [&village.officer, &village.enumerator, &village.upper, &village.auditor] {
            assert!(matches!(desk.decide(&round, &decision).await, Err(RegistryError::Forbidden { .. })));
        }
        let mut actor = village.chair.actor().clone();
        actor.strong = false;
        let weak = world.register.desk(actor);
        assert!(matches!(weak.decide(&round, &decision).await, Err(RegistryError::NeedsSecondFactor)));
        let same_number = NewDecision { number: "01/QĐ-UBND".into(), ..decision };
        assert!(matches!(village.chair.decide(&round, &same_number).await, Err(RegistryError::Exists { .. })));
    })
    .await;
}

/// Row "openspp-modules #695": approving 2,039 entitlements stuck in a queue.
#[tokio::test]
async fn a_bulk_decision_of_five_thousand_cases_is_one_transaction_of_set_operations() {
    for_each_engine(async |world| {
        let village = world.village().await;
        let round = open(&village.officer, &village.commune, "annual", 2025).await;
        let place = &village.place;
        let numbers = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 5000)";
        let households = format!(
            "INSERT INTO household (id, code, province, commune, name, name_key, persons, opened, version) {numbers} \
             SELECT 'h' || i, 'c' || i, '{}', '{}', 'Hộ mẫu', 'ho mau', 4, '2020-01-01', 1 FROM n",
            place.province, place.commune
        );
        assert_eq!(world.tamper(&households).await, 5000);
        let cases = format!(
            "INSERT INTO review_case (id, round, household, province, commune, name, name_key, persons, state, reason, \
             status, movement, answers, counts, repeats, snapshot, opened, version) {numbers} \
             SELECT 'k' || i, '{round}', 'h' || i, '{}', '{}', 'Hộ mẫu', 'ho mau', 4, 'decision', 'requested', \
             CASE WHEN i % 2 = 0 THEN 'poor' ELSE 'average' END, 'newly_arising', 1, 1, 0, 'none', '2025-09-08', 3 FROM n",
            place.province, place.commune
        );
        assert_eq!(world.tamper(&cases).await, 5000);
        let begun = Instant::now();
        let decision = decide(&village.chair, &round, "1/QĐ", None).await;
        let took = begun.elapsed();
        println!("{:?}: 5,000 cases decided in {took:?}", world.engine());
        assert_eq!(decision.cases, 5000);
        assert_eq!(world.number("SELECT COUNT(*) FROM spell").await, 5000);
        assert_eq!(world.number("SELECT COUNT(*) FROM entry WHERE kind = 'decided'").await, 5000);
        assert_eq!(world.number("SELECT COUNT(*) FROM household WHERE status = 'poor'").await, 2500);
        assert_eq!(world.number("SELECT COUNT(*) FROM review_case WHERE state = 'certificate'").await, 2500);
        let view = village.officer.round(&round).await.unwrap();
        let certificates = view.steps.iter().find(|step| step.step == "certificate").unwrap();
        assert_eq!((certificates.waiting, certificates.done), (2500, 0), "who is on no list needs none");
    })
    .await;
}

/// Row "a household's complaint to a broadcaster": not enough evidence is its own outcome, never "not poor".
#[tokio::test]
async fn not_enough_evidence_is_its_own_outcome_and_changes_no_status() {
    for_each_engine(async |world| {
        let village = world.village().await;
        let household = village.household(0, &["Lò Văn Mẫu", "Cà Thị Mẫu"]).await;
        imported(world, &household, "poor", date(2025, 1, 1)).await;
        let round = open(&village.officer, &village.commune, "annual", 2025).await;
        let case = in_state(&village.officer, &round, CaseState::Survey).await.pop().unwrap();
        assert_eq!(case.reason, CaseReason::Listed);
        through(world, &village, &round, &case.id, Picture::NoEvidence).await;
        let view = village.officer.case(&case.id, Language::Vi).await.unwrap();
        assert_eq!((view.row.state, view.row.status.as_deref()), (CaseState::Done, Some("undetermined")));
        assert!(view.decision.is_some() && view.certificate.is_none());
        let household = village.officer.household(&household).await.unwrap();
        assert_eq!(household.row.status.as_deref(), Some("poor"), "never \"not poor\"");
        assert_eq!(household.spells.len(), 1);
    })
    .await;
}

#[tokio::test]
async fn a_case_taken_off_the_list_says_why_and_can_be_listed_again() {
    for_each_engine(async |world| {
        let village = world.village().await;
        let household = village.household(0, &["Lò Văn Mẫu", "Cà Thị Mẫu"]).await;
        let round = open(&village.officer, &village.commune, "annual", 2025).await;
        let case = ask(&village, &round, &household).await;
        let twice = village.officer.list_case(&round, &household, CaseReason::Proposed, None).await;
        assert!(matches!(twice, Err(RegistryError::Exists { .. })));
        assert!(matches!(village.officer.withdraw_case(&case, 7, "x").await, Err(RegistryError::Stale { current: 1 })));
        assert!(village.officer.withdraw_case(&case, 1, " ").await.is_err());
        village.officer.withdraw_case(&case, 1, "Hộ rút giấy đề nghị").await.unwrap();
        assert_eq!(row(&village.officer, &case).await.state, CaseState::Withdrawn);
        let again = village.officer.list_case(&round, &household, CaseReason::Proposed, None).await.unwrap();
        assert_eq!(again, case);
        assert_eq!(row(&village.officer, &case).await.state, CaseState::Survey);
        let report = village.auditor.verify(None).await.unwrap();
        assert_eq!(report.differences, []);
    })
    .await;
}

/// Row "openspp-program #58": counts reconcile with the rows.
#[tokio::test]
async fn progress_and_work_reconcile_with_the_cases() {
    for_each_engine(async |world| {
        let village = world.village().await;
        let officer = &village.officer;
        let round = open(officer, &village.commune, "annual", 2025).await;
        let mut cases = Vec::new();
        for (hamlet, name) in [(0, "Lò Văn Một"), (0, "Lò Văn Hai"), (1, "Lò Văn Ba")] {
            let household = village.household(hamlet, &[name, "Cà Thị Mẫu"]).await;
            cases.push(ask(&village, &round, &household).await);
        }
        sign(&village.enumerator, &cases[0], Picture::Poor, AnswersReason::Survey).await;
        let view = officer.round(&round).await.unwrap();
        let step = |kind: &str| view.steps.iter().find(|step| step.step == kind).unwrap();
        assert_eq!((step("list").done, step("survey").waiting, step("survey").done), (3, 2, 1));
        assert_eq!((step("meeting").waiting, step("meeting").done), (1, 0));
        assert_eq!(view.hamlets.iter().map(|hamlet| hamlet.cases).sum::<i64>(), 3);
        let work = village.enumerator.work(50).await.unwrap();
        assert_eq!((work.mine.rows[0].step.as_str(), work.mine.rows[0].cases), ("survey", 2));
        assert!(
            work.mine.rows.iter().any(|task| task.step == "meeting" && task.cases == 1),
            "the pack names enumerators"
        );
        // Page by page it is the same, the most urgent first, and nothing twice.
        let (mut paged, mut after) = (Vec::new(), None);
        loop {
            let page = PageRequest { after, limit: 1 };
            let found = village.enumerator.work_of(Whose::Mine, &page).await.unwrap();
            assert_eq!(found.rows.len(), 1);
            paged.extend(found.rows);
            after = found.next;
            if after.is_none() {
                break;
            }
        }
        assert_eq!(paged, work.mine.rows);
        assert!(paged.is_sorted_by_key(|task| task.due));
        let hamlet = village.hamlet_enumerator.work(50).await.unwrap();
        assert_eq!(hamlet.mine.rows[0].cases, 1, "only of the own hamlet");
        let chair = village.chair.work(50).await.unwrap();
        assert!(chair.mine.rows.is_empty());
        let progress = village.upper.progress(&village.place.province, 2025).await.unwrap();
        let own = progress.units.iter().find(|row| row.area == village.commune).unwrap();
        assert_eq!((own.rounds, own.cases, own.surveyed, own.decided), (1, 3, 1, 0));
        assert!(progress.units.iter().filter(|row| row.area != village.commune).all(|row| row.cases == 0));
        assert!(matches!(officer.progress(&village.place.province, 2025).await, Err(RegistryError::NotFound)));
        let own = officer.progress(&village.commune, 2025).await.unwrap();
        assert_eq!((own.total.rounds, own.total.cases), (1, 3));
        assert_eq!(own.units.iter().map(|row| row.cases).sum::<i64>(), 3, "by hamlet");
        assert_eq!(village.ministry.progress(crate::common::LIST, 2025).await.unwrap().units.len(), 34);
    })
    .await;
}

#[tokio::test]
async fn a_meeting_is_not_held_before_the_answers_it_votes_on() {
    for_each_engine(async |world| {
        let village = world.village().await;
        let officer = &village.officer;
        let household = village.household(0, &["Lò Văn Mẫu", "Cà Thị Mẫu"]).await;
        let round = open(officer, &village.commune, "annual", 2025).await;
        let case = ask(&village, &round, &household).await;
        world.clock.stand(date(2025, 9, 10));
        sign(&village.enumerator, &case, Picture::Poor, AnswersReason::Survey).await;
        world.clock.stand(date(2025, 9, 11));
        let on = |held_on| NewMeeting {
            hamlet: village.hamlets[0].clone(),
            held_on,
            invited: 60,
            present: 40,
            chair: "Trưởng bản mẫu".into(),
            secretary: "Thư ký mẫu".into(),
            notes: String::new(),
            votes: vec![Vote { case: case.clone(), agree: 30 }],
        };
        let before = officer.hold_meeting(&round, &on(date(2025, 9, 9))).await.unwrap_err();
        assert!(matches!(before, RegistryError::Invalid { ref field, .. } if field == "held_on"), "{before}");
        officer.hold_meeting(&round, &on(date(2025, 9, 10))).await.unwrap();
    })
    .await;
}

/// Row "openspp-program #58": counts reconcile with the rows.
#[tokio::test]
async fn households_in_no_hamlet_and_rounds_without_cases_are_counted() {
    for_each_engine(async |world| {
        let village = world.village().await;
        let officer = &village.officer;
        let household = village.household(0, &["Lò Văn Một", "Cà Thị Mẫu"]).await;
        let new = vuon_registry::households::NewHousehold {
            commune: village.commune.clone(),
            hamlet: None,
            code: None,
            from: date(2020, 1, 1),
            members: crate::common::members(&["Lò Văn Hai", "Cà Thị Mẫu"]),
        };
        let nowhere = officer.add_household(&new).await.unwrap();
        let round = open(officer, &village.commune, "annual", 2025).await;
        let empty = officer.progress(&village.commune, 2025).await.unwrap();
        assert_eq!((empty.total.rounds, empty.total.cases), (1, 0), "a round without cases is a round");
        for household in [&household, &nowhere] {
            let case = ask(&village, &round, household).await;
            sign(officer, &case, Picture::Poor, AnswersReason::Survey).await;
        }
        let progress = officer.progress(&village.commune, 2025).await.unwrap();
        assert_eq!((progress.total.rounds, progress.total.cases, progress.total.surveyed), (1, 2, 2));
        assert_eq!(progress.units.iter().map(|unit| unit.cases).sum::<i64>(), 2);
        let last = progress.units.last().unwrap();
        assert_eq!((last.area.as_str(), last.cases), ("", 1), "in no hamlet");
    })
    .await;
}

#[tokio::test]
async fn who_reaches_one_hamlet_is_told_no_count_of_another() {
    for_each_engine(async |world| {
        let village = world.village().await;
        let officer = &village.officer;
        let round = open(officer, &village.commune, "annual", 2025).await;
        for (hamlet, name) in [(0, "Lò Văn Một"), (1, "Lò Văn Hai"), (1, "Lò Văn Ba")] {
            let household = village.household(hamlet, &[name, "Cà Thị Mẫu"]).await;
            let case = ask(&village, &round, &household).await;
            sign(officer, &case, Picture::Poor, AnswersReason::Survey).await;
        }
        meet(&village, &round, 0, 30).await;
        meet(&village, &round, 1, 30).await;
        officer.post_list(&round, None, "Nhà văn hóa").await.unwrap();
        world.clock.stand(date(2025, 9, 12));
        decide(&village.chair, &round, "1", None).await;
        for (desk, cases) in [(officer, 3), (&village.hamlet_enumerator, 1)] {
            let view = desk.round(&round).await.unwrap();
            assert_eq!((view.postings[0].cases, view.decisions[0].cases), (cases, cases));
            let posting = desk.posting(&view.postings[0].id).await.unwrap();
            assert_eq!((posting.row.cases, posting.lines.len() as i64), (cases, cases));
        }
    })
    .await;
}

#[tokio::test]
async fn the_code_of_a_certificate_is_checked_with_the_public_key_and_the_register_tells_whether_it_holds() {
    for_each_engine(async |world| {
        let village = world.village().await;
        let household = village.household(0, &["Lò Văn Mẫu", "Cà Thị Mẫu"]).await;
        let round = open(&village.officer, &village.commune, "annual", 2025).await;
        let case = ask(&village, &round, &household).await;
        sign(&village.enumerator, &case, Picture::Poor, AnswersReason::Survey).await;
        meet(&village, &round, 0, 40).await;
        village.officer.post_list(&round, None, "Trụ sở UBND xã").await.unwrap();
        world.clock.stand(date(2025, 9, 12));
        decide(&village.chair, &round, "12/QĐ-UBND", None).await;
        village.chair.issue_certificates(&round).await.unwrap();

        let paper = village.officer.certificate(&case).await.unwrap();
        let code = village.officer.certificate_code(&paper).unwrap();
        assert!(matches!(village.ministry.certificate_code(&paper), Err(RegistryError::Forbidden { .. })));
        let key = world.register.public_key();
        let seal = CertificateSeal::of_code(&code, &key).expect("it is signed");
        assert_eq!((seal.head.as_str(), seal.status.as_str(), seal.persons), ("Lò Văn Mẫu", "poor", 2));
        for other in [code.replace("poor", "near_poor"), code.replace("Mẫu", "Khác"), code.replacen('|', "", 1)] {
            assert!(CertificateSeal::of_code(&other, &key).is_none(), "{other}");
        }
        let strange = vuon_registry::keys::Keys::random().public();
        assert!(CertificateSeal::of_code(&code, &strange).is_none(), "another register's key");

        let state = async |seal: &CertificateSeal| world.register.certificate_state(seal).await.unwrap();
        assert_eq!(state(&seal).await, CertificateState::Holds);
        let unknown = CertificateSeal { number: "9999/2025".into(), ..seal.clone() };
        assert_eq!(state(&unknown).await, CertificateState::Missing);
        world.tamper("UPDATE certificate SET void_on = '2025-10-01'").await;
        assert_eq!(state(&seal).await, CertificateState::Void(date(2025, 10, 1)));
    })
    .await;
}
