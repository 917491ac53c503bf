//! Grievances: filed without an account, followed by a code, taken up or answered; and what anybody may know of lists.

use crate::common::{COMMUNE, OTHER_COMMUNE, Village, World, for_each_engine};
use crate::steps::*;
use jiff::civil::date;
use vuon_policy::model::Language;
use vuon_registry::cases::{
    AnswersReason, ComplaintAnswer, ComplaintCounts, ComplaintKind, ComplaintOutcome, NewComplaint,
};
use vuon_registry::grievances::{Followed, GrievanceState, NewGrievance};
use vuon_registry::page::PageRequest;
use vuon_registry::rounds::HangingLists;
use vuon_registry::scope::Actor;
use vuon_registry::{Desk, RegistryError};

const WORDS: &str = "Nhà tôi khó khăn mà không có tên.";

fn public(world: &World) -> Desk {
    world.register.desk(Actor::public())
}

fn new(commune: &str) -> NewGrievance {
    NewGrievance {
        commune: commune.into(),
        kind: ComplaintKind::WronglyOut,
        text: WORDS.into(),
        household: "Ông Lò Văn Khiếu, bản Mẫu Một".into(),
        contact: "0900 000 000".into(),
    }
}

/// A household that was refused, its case and round.
async fn refused(world: &World, village: &Village) -> String {
    let (_, case, _) = decided(world, village, Picture::NoEvidence).await;
    case
}

async fn rows(desk: &Desk, waiting: bool) -> Vec<(String, GrievanceState)> {
    let page = desk.grievances(waiting, &PageRequest::first()).await.unwrap();
    page.rows.into_iter().map(|row| (row.id, row.state)).collect()
}

#[tokio::test]
async fn a_grievance_becomes_a_complaint_whose_deadline_counts_from_the_day_it_was_filed() {
    for_each_engine(async |world| {
        let village = world.village().await;
        let officer = &village.officer;
        let case = refused(world, &village).await;
        let anybody = public(world);
        let receipt = anybody.file_grievance(&new(COMMUNE), &submission()).await.unwrap();
        // Filed on Friday 12 September: three working days end on Wednesday.
        assert_eq!((receipt.received_on, receipt.due_on), (date(2025, 9, 12), Some(date(2025, 9, 17))));
        let follow = async || anybody.follow_grievance(&receipt.code).await.unwrap();
        let waiting = Followed {
            kind: ComplaintKind::WronglyOut,
            received_on: date(2025, 9, 12),
            due_on: receipt.due_on,
            taken_up: false,
            answered_on: None,
            answer: None,
        };
        assert_eq!(follow().await, waiting);
        let copied = receipt.code.to_lowercase().replace('-', " ");
        assert_eq!(anybody.follow_grievance(&copied).await.unwrap(), waiting, "however it was copied");

        world.clock.stand(date(2025, 9, 15));
        assert_eq!(officer.grievances_waiting().await.unwrap(), 1);
        let (id, _) = rows(officer, true).await.remove(0);
        let view = officer.grievance(&id).await.unwrap();
        assert_eq!((view.text.as_str(), view.contact.as_deref()), (WORDS, Some("0900 000 000")));
        for desk in [&village.chair, &village.auditor, &village.upper] {
            let view = desk.grievance(&id).await.unwrap();
            assert_eq!((view.text.as_str(), view.contact), (WORDS, None), "the way to answer is for who answers");
            let taken = desk.take_up_grievance(&id, &case).await;
            assert!(matches!(taken, Err(RegistryError::Forbidden { .. })), "{taken:?}");
        }
        let complaint = officer.take_up_grievance(&id, &case).await.unwrap();
        let open = officer.complaints(None, true, &PageRequest::first()).await.unwrap().rows;
        assert_eq!((open[0].id.as_str(), open[0].text.as_deref()), (complaint.as_str(), Some(WORDS)));
        assert_eq!((open[0].received_on, open[0].due_on), (date(2025, 9, 12), Some(date(2025, 9, 17))));
        let again = officer.take_up_grievance(&id, &case).await;
        assert!(matches!(again, Err(RegistryError::Illegal { .. })), "once: {again:?}");
        let early = officer.answer_grievance(&id, "x").await;
        assert!(matches!(early, Err(RegistryError::Illegal { .. })), "first the complaint: {early:?}");
        assert_eq!(follow().await, Followed { taken_up: true, ..waiting.clone() });
        assert_eq!(officer.grievances_waiting().await.unwrap(), 0);

        sign(&village.enumerator, &case, Picture::Poor, AnswersReason::Recheck).await;
        let told =
            ComplaintAnswer { outcome: ComplaintOutcome::Changed, text: "Hộ ông Khiếu là hộ nghèo.".into() };
        officer.answer_complaint(&complaint, &told, None).await.unwrap();
        let answered = Followed { taken_up: true, answered_on: Some(date(2025, 9, 15)), ..waiting.clone() };
        assert_eq!(follow().await, answered, "the state, and not what became of the household");
        assert_eq!(officer.grievances_waiting().await.unwrap(), 1, "whoever follows waits for words");
        world.clock.stand(date(2025, 9, 16));
        officer.answer_grievance(&id, "Đã phúc tra, kết quả được niêm yết.").await.unwrap();
        let answer = Some("Đã phúc tra, kết quả được niêm yết.".to_owned());
        assert_eq!(follow().await, Followed { answer, answered_on: Some(date(2025, 9, 16)), ..answered });
        assert!(officer.answer_grievance(&id, "x").await.is_err(), "once");
        assert_eq!(rows(officer, true).await, []);
        assert_eq!(rows(officer, false).await, [(id, GrievanceState::Answered)]);
        assert_eq!(village.auditor.verify(None).await.unwrap().differences, []);
    })
    .await;
}

#[tokio::test]
async fn a_grievance_that_is_about_no_case_is_answered_why_not() {
    for_each_engine(async |world| {
        let village = world.village().await;
        let anybody = public(world);
        let receipt = anybody.file_grievance(&new(COMMUNE), &submission()).await.unwrap();
        let (id, _) = rows(&village.officer, true).await.remove(0);
        village.officer.answer_grievance(&id, "Xã chưa rà soát hộ nào như vậy.").await.unwrap();
        let followed = anybody.follow_grievance(&receipt.code).await.unwrap();
        assert_eq!((followed.taken_up, followed.answered_on), (false, Some(anybody.today())));
        assert_eq!(followed.answer.as_deref(), Some("Xã chưa rà soát hộ nào như vậy."));
        assert_eq!(village.auditor.verify(None).await.unwrap().differences, []);
    })
    .await;
}

/// Whoever is left off the list complains when no round is open; the officer opens one for that household.
#[tokio::test]
async fn what_was_filed_between_rounds_is_taken_up_in_the_next_and_due_from_its_filing() {
    for_each_engine(async |world| {
        let village = world.village().await;
        let officer = &village.officer;
        let (anybody, filed) = (public(world), officer.today());
        let receipt = anybody.file_grievance(&new(COMMUNE), &submission()).await.unwrap();
        let (id, _) = rows(officer, true).await.remove(0);
        world.clock.stand(date(2025, 9, 10));
        let household = village.household(0, &["Lò Văn Mẫu", "Cà Thị Mẫu"]).await;
        let round = open(officer, COMMUNE, "annual", 2025).await;
        let case = ask(&village, &round, &household).await;
        // Of a complaint that somebody types in, the day is not known so well.
        let typed = NewComplaint { kind: ComplaintKind::WronglyOut, text: WORDS.into(), received_on: Some(filed) };
        let refused = officer.complain(&case, &typed).await;
        assert!(matches!(refused, Err(RegistryError::Invalid { .. })), "{refused:?}");
        officer.take_up_grievance(&id, &case).await.unwrap();
        let open = officer.complaints(None, true, &PageRequest::first()).await.unwrap().rows;
        assert_eq!((open[0].received_on, open[0].due_on), (filed, receipt.due_on));
        assert_eq!(receipt.due_on, Some(date(2025, 9, 11)));
        assert_eq!(village.auditor.verify(None).await.unwrap().differences, []);
    })
    .await;
}

#[tokio::test]
async fn what_the_public_filed_counts_whether_or_not_it_is_taken_up() {
    for_each_engine(async |world| {
        let village = world.village().await;
        let officer = &village.officer;
        let case = refused(world, &village).await;
        let anybody = public(world);
        for _ in 0..3 {
            anybody.file_grievance(&new(COMMUNE), &submission()).await.unwrap();
        }
        anybody.file_grievance(&new(OTHER_COMMUNE), &submission()).await.unwrap();
        let ids: Vec<String> = rows(officer, true).await.into_iter().map(|(id, _)| id).collect();
        let counts = async |year| officer.complaint_counts(&village.commune, year).await.unwrap();
        officer.take_up_grievance(&ids[0], &case).await.unwrap();
        officer.answer_grievance(&ids[1], "Không có hồ sơ.").await.unwrap();
        world.clock.stand(date(2025, 12, 31));
        anybody.file_grievance(&new(COMMUNE), &submission()).await.unwrap();
        let of_2025 = ComplaintCounts { in_time: 1, late: 0, overdue: 2, waiting: 1 };
        assert_eq!(counts(2025).await, of_2025);
        // What is taken up or answered later changes nothing of a year that is over.
        world.clock.stand(date(2026, 2, 2));
        officer.take_up_grievance(&ids[2], &case).await.unwrap();
        assert_eq!(counts(2025).await, of_2025);
        assert_eq!(counts(2026).await, ComplaintCounts::default());
    })
    .await;
}

/// Filed when nobody knew the holidays of the next year; by now they are known.
#[tokio::test]
async fn a_due_day_that_was_not_known_at_filing_is_told_once_it_is() {
    for_each_engine(async |world| {
        let village = world.village().await;
        let officer = &village.officer;
        let case = refused(world, &village).await;
        let anybody = public(world);
        let sending = submission();
        let early = anybody.file_grievance(&new(COMMUNE), &sending).await.unwrap();
        world.tamper("UPDATE grievance SET due_on = NULL").await;
        world.clock.stand(date(2025, 9, 15));
        anybody.file_grievance(&new(COMMUNE), &submission()).await.unwrap();
        let follow = async || anybody.follow_grievance(&early.code).await.unwrap().due_on;
        assert_eq!(early.due_on, Some(date(2025, 9, 17)));
        assert_eq!(anybody.file_grievance(&new(COMMUNE), &sending).await.unwrap(), early);
        assert_eq!(follow().await, early.due_on);
        let page = officer.grievances(true, &PageRequest { limit: 1, ..PageRequest::first() }).await.unwrap();
        assert_eq!(
            (page.rows[0].received_on, page.rows[0].due_on),
            (early.received_on, early.due_on),
            "the first filed"
        );
        let id = &page.rows[0].id;
        assert_eq!(officer.grievance(id).await.unwrap().row.due_on, early.due_on);
        let next = officer.grievances(true, &PageRequest { limit: 1, after: page.next }).await.unwrap();
        assert_eq!((next.rows[0].received_on, next.next), (date(2025, 9, 15), None));
        // Once it is a complaint, that one's limit holds.
        let complaint = officer.take_up_grievance(id, &case).await.unwrap();
        world.tamper(&format!("UPDATE complaint SET due_on = '2025-09-18' WHERE id = '{complaint}'")).await;
        assert_eq!(follow().await, Some(date(2025, 9, 18)));
        assert_eq!(officer.grievance(id).await.unwrap().row.due_on, Some(date(2025, 9, 18)));
    })
    .await;
}

#[tokio::test]
async fn sent_twice_it_counts_once_and_what_cannot_be_is_refused() {
    for_each_engine(async |world| {
        let village = world.village().await;
        let anybody = public(world);
        let sending = submission();
        let first = anybody.file_grievance(&new(COMMUNE), &sending).await.unwrap();
        let entries = world.number("SELECT COUNT(*) FROM entry").await;
        assert_eq!(anybody.file_grievance(&new(COMMUNE), &sending).await.unwrap(), first, "the same receipt");
        assert_eq!(world.number("SELECT COUNT(*) FROM entry").await, entries);
        // Somebody goes back to the form and writes about another household, or to another commune.
        for more in [NewGrievance { household: "Bà Giả".into(), ..new(COMMUNE) }, new(OTHER_COMMUNE)] {
            assert_ne!(anybody.file_grievance(&more, &sending).await.unwrap().code, first.code);
        }
        assert_eq!(world.number("SELECT COUNT(*) FROM grievance").await, 3);
        let other = anybody.file_grievance(&new(COMMUNE), &submission()).await.unwrap();
        assert_ne!(first.code, other.code);
        assert_eq!(rows(&village.officer, true).await.len(), 3);

        for (change, field) in [
            (NewGrievance { text: "  ".into(), ..new(COMMUNE) }, "text"),
            (NewGrievance { text: "a".repeat(4_001), ..new(COMMUNE) }, "text"),
            (NewGrievance { household: String::new(), ..new(COMMUNE) }, "household"),
            (NewGrievance { contact: "a".repeat(301), ..new(COMMUNE) }, "contact"),
        ] {
            let refused = anybody.file_grievance(&change, &submission()).await;
            assert!(matches!(&refused, Err(RegistryError::Invalid { field: own, .. }) if own == field), "{refused:?}");
        }
        let nowhere = anybody.file_grievance(&new("vn-2025-07-01:99999"), &submission()).await;
        assert!(matches!(nowhere, Err(RegistryError::NotFound)), "{nowhere:?}");
        for code in ["", "AAAA-AAAA-AAAA-AAAA", &first.code[1..]] {
            assert!(matches!(anybody.follow_grievance(code).await, Err(RegistryError::NotFound)), "{code}");
        }
        assert_eq!(world.number("SELECT COUNT(*) FROM grievance").await, 4);
    })
    .await;
}

/// Who complains about an officer must not be found by whoever has the database.
#[tokio::test]
async fn the_database_alone_tells_neither_the_code_nor_what_was_written() {
    for_each_engine(async |world| {
        let village = world.village().await;
        let receipt = public(world).file_grievance(&new(COMMUNE), &submission()).await.unwrap();
        let bare = receipt.code.replace('-', "");
        for word in ["Khiếu", "khó khăn", "0900", &receipt.code, &bare] {
            for column in ["content WHERE body", "grievance WHERE print", "entry WHERE subject", "entry WHERE content"]
            {
                let found = format!("SELECT COUNT(*) FROM {column} LIKE '%{word}%'");
                assert_eq!(world.number(&found).await, 0, "{found}");
            }
        }
        let author = "SELECT COUNT(*) FROM entry WHERE kind = 'grievance' AND author = 'public'";
        assert_eq!(world.number(author).await, 1);

        // Taken up, it is told to whoever reads the case, and its words stay under their seal.
        let case = refused(world, &village).await;
        let (id, _) = rows(&village.officer, true).await.remove(0);
        village.officer.take_up_grievance(&id, &case).await.unwrap();
        let told = village.officer.case(&case, Language::Vi).await.unwrap().complaints;
        assert_eq!(told[0].text.as_deref(), Some(WORDS));
        let found = format!("SELECT COUNT(*) FROM content WHERE body LIKE '%{WORDS}%'");
        assert_eq!(world.number(&found).await, 0);
        assert_eq!(village.auditor.verify(None).await.unwrap().differences, []);
    })
    .await;
}

#[tokio::test]
async fn whatever_is_changed_of_a_grievance_is_found() {
    for_each_engine(async |world| {
        let village = world.village().await;
        let case = refused(world, &village).await;
        let anybody = public(world);
        for _ in 0..2 {
            anybody.file_grievance(&new(COMMUNE), &submission()).await.unwrap();
        }
        let ids: Vec<String> = rows(&village.officer, true).await.into_iter().map(|(id, _)| id).collect();
        village.officer.take_up_grievance(&ids[0], &case).await.unwrap();
        village.officer.answer_grievance(&ids[1], "Không có hồ sơ.").await.unwrap();
        let verified = async || village.auditor.verify(None).await.unwrap().differences;
        assert_eq!(verified().await, []);
        for (id, change, back) in [
            (&ids[0], "kind = 'wrongly_in'", "kind = 'wrongly_out'"),
            (&ids[0], "due_on = '2026-01-01'", "due_on = '2025-09-17'"),
            (&ids[0], "print = 'x' || print", "print = SUBSTR(print, 2)"),
            (&ids[0], "said = 'x' || said", "said = SUBSTR(said, 2)"),
            (&ids[0], "state = 'waiting'", "state = 'taken_up'"),
            (&ids[0], "province = 'x' || province", "province = SUBSTR(province, 2)"),
            (&ids[1], "district = 'x'", "district = NULL"),
            (&ids[1], "answer = 'x' || answer", "answer = SUBSTR(answer, 2)"),
            (&ids[1], "answered_on = '2025-09-13'", "answered_on = '2025-09-12'"),
        ] {
            world.tamper(&format!("UPDATE grievance SET {change} WHERE id = '{id}'")).await;
            let found = verified().await;
            assert_eq!(found.len(), 1, "{change}: {found:?}");
            assert_eq!((&found[0].subject, found[0].what.as_str()), (id, "the grievance is not as it was recorded"));
            world.tamper(&format!("UPDATE grievance SET {back} WHERE id = '{id}'")).await;
        }
        let said = format!("(SELECT said FROM grievance WHERE id = '{}')", ids[1]);
        world.tamper(&format!("UPDATE content SET body = body || ' ' WHERE hash = {said}")).await;
        assert_eq!(verified().await[0].what, "the grievance is not what was recorded");
        world.tamper(&format!("DELETE FROM grievance WHERE id = '{}'", ids[1])).await;
        assert!(verified().await.iter().any(|found| found.subject == ids[1]), "gone");
        world.tamper("INSERT INTO grievance (id, print, province, commune, kind, received_on, at, said, state) SELECT 'x', 'x', province, commune, kind, received_on, at, said, state FROM grievance").await;
        assert!(verified().await.iter().any(|found| found.what == "a grievance has no entry"));
    })
    .await;
}

#[tokio::test]
async fn anybody_knows_which_lists_hang_and_nothing_of_who_is_on_them() {
    for_each_engine(async |world| {
        let village = world.village().await;
        let anybody = public(world);
        let none = HangingLists { now: Vec::new(), ended_on: None };
        assert_eq!(anybody.hanging_lists(COMMUNE).await.unwrap(), none);
        let round = open(&village.officer, COMMUNE, "annual", 2025).await;
        let household = village.household(0, &["Lò Văn Mẫu", "Cà Thị Mẫu"]).await;
        let case = ask(&village, &round, &household).await;
        sign(&village.enumerator, &case, Picture::Poor, AnswersReason::Survey).await;
        meet(&village, &round, 0, 30).await;
        village.officer.post_list(&round, Some(&village.hamlets[0]), "Nhà văn hóa bản").await.unwrap();
        let hanging = anybody.hanging_lists(COMMUNE).await.unwrap();
        let list = &hanging.now[0];
        assert_eq!(list.before, None);
        assert_eq!((list.hamlet.as_deref(), list.place.as_str()), (Some("Bản Mẫu Một"), "Nhà văn hóa bản"));
        // Three working days from Monday.
        assert_eq!((list.ends_on, list.days_left), (Some(date(2025, 9, 11)), Some(3)));
        assert!(!format!("{hanging:?}").contains("Lò Văn"));
        assert_eq!(anybody.hanging_lists(OTHER_COMMUNE).await.unwrap(), none);
        world.clock.stand(date(2025, 9, 11));
        assert_eq!(anybody.hanging_lists(COMMUNE).await.unwrap().now[0].days_left, Some(0), "its last day");
        world.clock.stand(date(2025, 9, 12));
        let ended = HangingLists { now: Vec::new(), ended_on: Some(date(2025, 9, 11)) };
        assert_eq!(anybody.hanging_lists(COMMUNE).await.unwrap(), ended);
        let nowhere = anybody.hanging_lists("vn-2025-07-01:11").await;
        assert!(matches!(nowhere, Err(RegistryError::NotFound)), "a province is no commune");
    })
    .await;
}
