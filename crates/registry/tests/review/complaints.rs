//! Complaints: one thread from what was complained about, over the second assessment, to the new decision.

use crate::common::{PROVINCE, Village, World, for_each_engine};
use crate::steps::*;
use jiff::civil::{Date, date};
use vuon_policy::model::Language;
use vuon_registry::RegistryError;
use vuon_registry::cases::{
    AnswersReason, CaseState, ComplaintAnswer, ComplaintCounts, ComplaintKind, ComplaintOutcome, NewComplaint,
};
use vuon_registry::page::PageRequest;
use vuon_registry::rounds::{DecisionRow, NewDecision};
use vuon_registry::spells::AsOf;

fn wrongly_out() -> NewComplaint {
    NewComplaint {
        kind: ComplaintKind::WronglyOut, text: "Gia đình tôi rất khó khăn.".into(), received_on: None
    }
}

fn told(outcome: ComplaintOutcome) -> ComplaintAnswer {
    ComplaintAnswer { outcome, text: "Đã phúc tra.".into() }
}

/// Posts what a re-check gave, and decides it when it has hung its time.
async fn decided_again(world: &World, village: &Village, round: &str, on: Date) -> DecisionRow {
    village.officer.post_list(round, None, "Nhà văn hóa").await.unwrap();
    world.clock.stand(on);
    decide(&village.chair, round, "02/QĐ-UBND", None).await
}

/// Row "a household's complaint to a broadcaster": rejected because papers were missing, scored again later as poor.
#[tokio::test]
async fn a_household_refused_for_missing_papers_is_assessed_a_second_time_and_found_poor() {
    for_each_engine(async |world| {
        let village = world.village().await;
        let officer = &village.officer;
        let (round, case, household) = decided(world, &village, Picture::NoEvidence).await;
        assert_eq!(officer.household(&household).await.unwrap().row.status, None);
        let complaint = officer.complain(&case, &wrongly_out()).await.unwrap();
        // Received on Friday 12 September: three working days end on Wednesday.
        let open = officer.complaints(Some(&round), true, &PageRequest::first()).await.unwrap().rows;
        assert_eq!((open.len(), &open[0].case, open[0].due_on), (1, &case, Some(date(2025, 9, 17))));
        let unchecked = officer.answer_complaint(&complaint, &told(ComplaintOutcome::Changed), None).await;
        assert!(matches!(unchecked, Err(RegistryError::Illegal { .. })), "without a re-check nothing is changed");

        world.clock.stand(date(2025, 9, 15));
        sign(&village.enumerator, &case, Picture::Poor, AnswersReason::Recheck).await;
        let confirmed = officer.answer_complaint(&complaint, &told(ComplaintOutcome::Confirmed), None).await;
        assert!(matches!(confirmed, Err(RegistryError::Illegal { .. })), "the re-check says otherwise");
        officer.answer_complaint(&complaint, &told(ComplaintOutcome::Changed), None).await.unwrap();
        assert!(officer.answer_complaint(&complaint, &told(ComplaintOutcome::Changed), None).await.is_err(), "once");
        assert_eq!(row(officer, &case).await.state, CaseState::Posting, "this procedure posts the result");
        decided_again(world, &village, &round, date(2025, 9, 19)).await;

        let view = officer.case(&case, Language::Vi).await.unwrap();
        let thread = &view.complaints[0];
        assert_eq!(thread.answers, Some(2), "the second assessment");
        assert_eq!(thread.decision.as_deref(), Some("02/QĐ-UBND"), "and the decision that followed");
        assert_eq!(thread.text.as_deref(), Some("Gia đình tôi rất khó khăn."));
        let statuses: Vec<&str> = view.versions.iter().map(|version| version.status.as_str()).collect();
        assert_eq!(statuses, ["poor", "undetermined"]);
        assert!(view.versions[0].at > view.versions[1].at);
        assert_eq!(officer.household(&household).await.unwrap().row.status.as_deref(), Some("poor"));
        let in_time = ComplaintCounts { in_time: 1, ..ComplaintCounts::default() };
        assert_eq!(officer.complaint_counts(&village.commune, 2025).await.unwrap(), in_time);
        assert_eq!(officer.complaint_counts(&village.commune, 2024).await.unwrap(), ComplaintCounts::default());
        assert!(matches!(officer.complaint_counts(PROVINCE, 2025).await, Err(RegistryError::NotFound)));
        assert_eq!(village.auditor.verify(None).await.unwrap().differences, []);
    })
    .await;
}

/// Row "openspp-modules #357, #738": grievances had no link to the correction they led to.
#[tokio::test]
async fn a_new_decision_ends_what_was_known_and_rewrites_nothing() {
    for_each_engine(async |world| {
        let village = world.village().await;
        let officer = &village.officer;
        let (round, case, household) = decided(world, &village, Picture::Poor).await;
        assert_eq!(village.chair.issue_certificates(&round).await.unwrap(), 1);
        let papers = officer.certificates(&round, None, &PageRequest::first()).await.unwrap().rows;
        assert_eq!((papers.len(), papers[0].number.as_str()), (1, "0001/2025"));
        assert_eq!(papers[0].members.len(), 2, "with the members of the picture");
        assert_eq!(officer.certificate(&case).await.unwrap(), papers[0]);
        let first = officer.round(&round).await.unwrap().decisions[0].id.clone();
        let printed = officer.decided(&first).await.unwrap();
        let before = world.register.clock().now();
        let wrongly_in =
            NewComplaint { kind: ComplaintKind::WronglyIn, text: "Hộ này khá giả.".into(), received_on: None };
        let complaint = officer.complain(&case, &wrongly_in).await.unwrap();
        sign(officer, &case, Picture::Well, AnswersReason::Recheck).await;
        officer.answer_complaint(&complaint, &told(ComplaintOutcome::Changed), None).await.unwrap();
        let second = decided_again(world, &village, &round, date(2025, 9, 22)).await;

        assert_eq!(officer.decided(&first).await.unwrap(), printed, "a decision printed again is the same paper");
        assert_eq!((printed.len(), printed[0].status.as_str()), (1, "poor"));
        assert_eq!(officer.decided(&second.id).await.unwrap()[0].status, "above_average");
        assert!(officer.certificates(&round, None, &PageRequest::first()).await.unwrap().rows.is_empty());
        let view = officer.household(&household).await.unwrap();
        assert_eq!(view.row.status.as_deref(), Some("above_average"));
        assert_eq!(view.spells.len(), 1, "the other is no longer known to hold");
        assert_eq!(view.spells[0].valid_from, date(2025, 9, 12), "it corrects from the day the wrong one held");
        assert!(officer.case(&case, Language::Vi).await.unwrap().certificate.is_none(), "its certificate is void");
        let of = |known_at| AsOf {
            commune: village.commune.clone(),
            on: date(2025, 9, 30),
            known_at,
            standard: None,
            statuses: vec!["poor".into()],
        };
        let then = officer.list_as_of(&of(Some(before)), &PageRequest::first()).await.unwrap().rows;
        assert_eq!(then.len(), 1, "what was known then can be asked again");
        assert!(officer.list_as_of(&of(None), &PageRequest::first()).await.unwrap().rows.is_empty());
        assert_eq!(village.auditor.verify(None).await.unwrap().differences, []);
        assert_eq!(village.chair.issue_certificates(&round).await.unwrap(), 0);
    })
    .await;
}

/// Row "national practice (Listahanan)": the posted list, its complaints and their re-checks are a part of the procedure.
#[tokio::test]
async fn nothing_is_decided_while_a_complaint_is_open_and_a_changed_result_is_posted_again() {
    for_each_engine(async |world| {
        let village = world.village().await;
        let officer = &village.officer;
        let round = open(officer, &village.commune, "annual", 2025).await;
        let mut cases = Vec::new();
        for name in ["Lò Văn Một", "Lò Văn Hai"] {
            let household = village.household(0, &[name, "Cà Thị Mẫu"]).await;
            let case = ask(&village, &round, &household).await;
            sign(&village.enumerator, &case, Picture::Well, AnswersReason::Survey).await;
            cases.push(case);
        }
        let poor = answers(&village.enumerator, &cases[0], Picture::Poor).await;
        let early = village.enumerator.sign_answers(&cases[0], 2, &poor, AnswersReason::Recheck, "s");
        assert!(matches!(early.await, Err(RegistryError::Illegal { .. })), "nobody complained");
        meet(&village, &round, 0, 30).await;
        officer.post_list(&round, None, "Nhà văn hóa").await.unwrap();
        let complaint = officer.complain(&cases[0], &wrongly_out()).await.unwrap();
        world.clock.stand(date(2025, 9, 12));
        let both = seen(officer, &[&cases[0], &cases[1]]).await;
        let named = NewDecision { number: "1".into(), effective: None, cases: both };
        assert!(village.chair.decide(&round, &named).await.is_err());
        let decision = decide(&village.chair, &round, "1", None).await;
        assert_eq!(decision.cases, 1, "the other is decided");
        sign(&village.enumerator, &cases[0], Picture::Poor, AnswersReason::Recheck).await;
        officer.answer_complaint(&complaint, &told(ComplaintOutcome::Changed), None).await.unwrap();
        assert_eq!(row(officer, &cases[0]).await.state, CaseState::Posting);
        officer.post_list(&round, None, "Nhà văn hóa").await.unwrap();
        world.clock.stand(date(2025, 9, 18));
        decide(&village.chair, &round, "2", None).await;
        let thread = officer.complaints(None, false, &PageRequest::first()).await.unwrap().rows;
        assert_eq!(thread[0].decision.as_deref(), Some("2"));
        assert_eq!(village.auditor.verify(None).await.unwrap().differences, []);
    })
    .await;
}

#[tokio::test]
async fn a_re_check_that_still_lacks_evidence_neither_changes_nor_confirms() {
    for_each_engine(async |world| {
        let village = world.village().await;
        let officer = &village.officer;
        let (_, case, household) = decided(world, &village, Picture::NoEvidence).await;
        let complaint = officer.complain(&case, &wrongly_out()).await.unwrap();
        sign(officer, &case, Picture::NoEvidence, AnswersReason::Recheck).await;
        for outcome in [ComplaintOutcome::Changed, ComplaintOutcome::Confirmed] {
            assert!(officer.answer_complaint(&complaint, &told(outcome), None).await.is_err());
        }
        officer.answer_complaint(&complaint, &told(ComplaintOutcome::NotEnoughEvidence), None).await.unwrap();
        assert_eq!(row(officer, &case).await.state, CaseState::Done);
        assert_eq!(officer.household(&household).await.unwrap().row.status, None);
    })
    .await;
}

/// A complaint that was right about the data is not answered as if it were unfounded, though the status stays.
#[tokio::test]
async fn wrong_data_put_right_is_an_outcome_of_its_own_where_the_status_stays() {
    for_each_engine(async |world| {
        let village = world.village().await;
        let officer = &village.officer;
        let Posted { case, .. } = posted(&village).await;
        let complaint =
            NewComplaint { kind: ComplaintKind::WrongData, text: "Nguồn nước ghi sai.".into(), received_on: None };
        let complaint = officer.complain(&case, &complaint).await.unwrap();
        let answer = |outcome| ComplaintAnswer { outcome, text: "Đã xem lại.".into() };
        // The same answers again: nothing was put right.
        sign(&village.enumerator, &case, Picture::Poor, AnswersReason::Recheck).await;
        let same = officer.answer_complaint(&complaint, &answer(ComplaintOutcome::Corrected), None).await;
        assert!(matches!(same, Err(RegistryError::Illegal { .. })), "{same:?}");
        // Other answers, the same status.
        let mut written = answers(&village.enumerator, &case, Picture::Poor).await;
        written.household.insert("water_source".into(), "tap".into());
        let version = row(officer, &case).await.version;
        let id = submission();
        village.enumerator.sign_answers(&case, version, &written, AnswersReason::Recheck, &id).await.unwrap();
        assert_eq!(row(officer, &case).await.status.as_deref(), Some("poor"));
        let changed = officer.answer_complaint(&complaint, &answer(ComplaintOutcome::Changed), None).await;
        assert!(matches!(changed, Err(RegistryError::Illegal { .. })), "{changed:?}");
        officer.answer_complaint(&complaint, &answer(ComplaintOutcome::Corrected), None).await.unwrap();
        let view = officer.case(&case, Language::Vi).await.unwrap();
        assert_eq!(view.complaints[0].outcome, Some(ComplaintOutcome::Corrected));
        assert_eq!(village.auditor.verify(None).await.unwrap().differences, []);
    })
    .await;
}

#[tokio::test]
async fn a_re_check_without_evidence_leaves_what_was_posted_and_no_complaint_is_answered_without_one() {
    for_each_engine(async |world| {
        let village = world.village().await;
        let officer = &village.officer;
        let Posted { household, round, case } = posted(&village).await;
        let wrongly_in =
            NewComplaint { kind: ComplaintKind::WronglyIn, text: "Hộ này khá giả.".into(), received_on: None };
        let complaint = officer.complain(&case, &wrongly_in).await.unwrap();
        for outcome in [ComplaintOutcome::Changed, ComplaintOutcome::Confirmed, ComplaintOutcome::NotEnoughEvidence] {
            let unchecked = officer.answer_complaint(&complaint, &told(outcome), None).await;
            assert!(matches!(unchecked, Err(RegistryError::Illegal { .. })), "{outcome:?} without a re-check");
        }
        sign(&village.enumerator, &case, Picture::NoEvidence, AnswersReason::Recheck).await;
        let now = row(officer, &case).await;
        assert_eq!((now.status.as_deref(), now.answers), (Some("poor"), 2), "what was posted stands");
        officer.answer_complaint(&complaint, &told(ComplaintOutcome::NotEnoughEvidence), None).await.unwrap();
        world.clock.stand(date(2025, 9, 12));
        decide(&village.chair, &round, "1", None).await;
        let view = officer.case(&case, Language::Vi).await.unwrap();
        assert_eq!(view.row.decided.as_deref(), Some("poor"));
        assert_eq!(view.explanation.unwrap().status, "poor", "the reason is that of the status");
        assert_eq!(officer.household(&household).await.unwrap().row.status.as_deref(), Some("poor"));
        assert_eq!(village.auditor.verify(None).await.unwrap().differences, []);
    })
    .await;
}

#[tokio::test]
async fn a_certificate_is_for_one_status_and_ends_with_it() {
    for_each_engine(async |world| {
        let village = world.village().await;
        let officer = &village.officer;
        let (round, case, household) = decided(world, &village, Picture::Poor).await;
        village.chair.issue_certificates(&round).await.unwrap();
        let first = officer.case(&case, Language::Vi).await.unwrap().certificate.unwrap().0;
        let wrongly_in =
            NewComplaint {
                kind: ComplaintKind::WronglyIn, text: "Hộ này có nhà kiên cố.".into(), received_on: None
            };
        let complaint = officer.complain(&case, &wrongly_in).await.unwrap();
        sign(officer, &case, Picture::NearPoor, AnswersReason::Recheck).await;
        officer.answer_complaint(&complaint, &told(ComplaintOutcome::Changed), None).await.unwrap();
        let decision = decided_again(world, &village, &round, date(2025, 9, 22)).await;
        assert_eq!(decision.effective, date(2025, 9, 12), "its statuses hold from the day of the one it corrects");
        assert!(officer.case(&case, Language::Vi).await.unwrap().certificate.is_none(), "the poor's is void");
        assert_eq!(village.chair.issue_certificates(&round).await.unwrap(), 1);
        let second = officer.case(&case, Language::Vi).await.unwrap().certificate.unwrap().0;
        assert_ne!(first, second, "a near-poor household has a certificate of its own number");
        officer.close_round(&round).await.unwrap();

        // The next year it escapes: last year's certificate is not valid any more.
        world.clock.stand(date(2026, 9, 7));
        let round = open(officer, &village.commune, "annual", 2026).await;
        let case = in_state(officer, &round, CaseState::Survey).await[0].id.clone();
        sign(&village.enumerator, &case, Picture::Well, AnswersReason::Survey).await;
        meet(&village, &round, 0, 30).await;
        officer.post_list(&round, None, "Nhà văn hóa").await.unwrap();
        world.clock.stand(date(2026, 9, 14));
        decide(&village.chair, &round, "3", None).await;
        assert_eq!(officer.household(&household).await.unwrap().row.status.as_deref(), Some("above_average"));
        assert_eq!(world.number("SELECT COUNT(*) FROM certificate WHERE void_on IS NULL").await, 0);
        assert_eq!(village.auditor.verify(None).await.unwrap().differences, []);
    })
    .await;
}

#[tokio::test]
async fn a_document_is_told_by_its_first_bytes_and_is_attached_once() {
    for_each_engine(async |world| {
        let village = world.village().await;
        let household = village.household(0, &["Lò Văn Mẫu", "Cà Thị Mẫu"]).await;
        let round = open(&village.officer, &village.commune, "annual", 2025).await;
        let case = ask(&village, &round, &household).await;
        let png = b"\x89PNG\r\n\x1a\n and so on";
        let document = village.enumerator.attach(&case, "nhà.jpg", png).await.unwrap();
        assert_eq!(document.mime, "image/png", "not by its name");
        assert_eq!(village.enumerator.attach(&case, "nhà.jpg", png).await.unwrap(), document);
        assert!(village.enumerator.attach(&case, "a.pdf", b"<html>").await.is_err());
        assert!(
            village.enumerator.attach(&case, "a.png", &[png.as_slice(), &vec![0; 5 << 20]].concat()).await.is_err()
        );
        let (_, bytes) = village.auditor.document(&case, &document.hash).await.unwrap();
        assert_eq!(bytes, png);
        assert!(village.chair.attach(&case, "nhà.jpg", png).await.is_err());

        // The same photo of two households is kept once, and is each one's.
        let neighbour = village.household(0, &["Lò Văn Khác", "Cà Thị Mẫu"]).await;
        let neighbour = ask(&village, &round, &neighbour).await;
        assert_eq!(village.enumerator.attach(&neighbour, "ngõ.png", png).await.unwrap().hash, document.hash);
        assert_eq!(world.number("SELECT COUNT(*) FROM document").await, 2);
        assert_eq!(world.number("SELECT COUNT(*) FROM document_body").await, 1);
        assert_eq!(village.auditor.document(&neighbour, &document.hash).await.unwrap().0.name, "ngõ.png");
        assert_eq!(village.auditor.verify(None).await.unwrap().differences, []);
    })
    .await;
}
