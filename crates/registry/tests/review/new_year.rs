//! Over the turn of a year whose days of rest were not known when the round opened: facts come later, rules stay.

use crate::common::{COMMUNE, Village, for_each_engine};
use crate::steps::*;
use jiff::civil::date;
use std::path::Path;
use vuon_policy::Library;
use vuon_policy::model::Language;
use vuon_registry::cases::{AnswersReason, CaseState, ComplaintKind, NewComplaint};
use vuon_registry::grievances::NewGrievance;
use vuon_registry::page::PageRequest;
use vuon_registry::scope::Actor;
use vuon_registry::{Register, RegistryError};

/// The packs as they were before the days of rest of 2026 were announced.
fn before_2026(folder: &Path) -> Library {
    for (name, text) in &Library::embedded().keep("vn-questions").unwrap()["vn-questions"] {
        let path = folder.join("vn-questions").join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        let known = if name == "holidays.yaml" { text.split("\n  2026:").next().unwrap() } else { text };
        std::fs::write(path, known).unwrap();
    }
    Library::with_folder(folder)
}

/// The same people at another register.
fn at(register: &Register, village: Village) -> Village {
    let desk = |old: &vuon_registry::Desk| register.desk(old.actor().clone());
    let [officer, chair, enumerator] = [&village.officer, &village.chair, &village.enumerator].map(desk);
    Village { officer, chair, enumerator, ..village }
}

fn complaint() -> NewComplaint {
    NewComplaint { kind: ComplaintKind::WronglyOut, text: "Nhà tôi khó khăn.".into(), received_on: None }
}

#[tokio::test]
async fn a_complaint_and_a_request_of_december_are_recorded_and_their_last_days_told_when_the_year_is_known() {
    for_each_engine(async |world| {
        let folder = tempfile::tempdir().unwrap();
        let december = world.reopened_with(before_2026(folder.path())).await;
        world.clock.stand(date(2025, 12, 8));
        let village = at(&december, world.village().await);
        let round = open(&village.officer, COMMUNE, "annual", 2025).await;
        let household = village.household(0, &["Lò Văn Mẫu", "Cà Thị Mẫu"]).await;
        let case = ask(&village, &round, &household).await;
        sign(&village.enumerator, &case, Picture::NoEvidence, AnswersReason::Survey).await;
        meet(&village, &round, 0, 30).await;
        village.officer.post_list(&round, None, "Nhà văn hóa").await.unwrap();
        world.clock.stand(date(2025, 12, 12));
        decide(&village.chair, &round, "01/QĐ-UBND", None).await;
        let late = village.household(1, &["Quàng Văn Thử"]).await;
        let waiting = ask(&village, &round, &late).await;
        sign(&village.enumerator, &waiting, Picture::Poor, AnswersReason::Survey).await;
        meet(&village, &round, 1, 30).await;
        let asks = village.household(0, &["Cà Văn Thử"]).await;

        world.clock.stand(date(2025, 12, 30));
        village.officer.complain(&case, &complaint()).await.unwrap();
        village.officer.request_review(&asks, date(2025, 12, 30)).await.unwrap();
        let code = filed_and_taken_up(&december, &village, &waiting).await;
        let posted = village.officer.post_list(&round, None, "Nhà văn hóa").await;
        assert!(matches!(posted, Err(RegistryError::Calendar(year)) if year.year == 2026), "{posted:?}");
        assert_eq!(last_days(&december, &village, &case, &code).await, [None; 5]);

        let known = world.reopened().await;
        let village = at(&known, village);
        let (checked, decided) = (Some(date(2026, 1, 6)), Some(date(2026, 1, 14)));
        assert_eq!(last_days(&known, &village, &case, &code).await, [checked, checked, checked, checked, decided]);
        world.clock.stand(date(2026, 1, 5));
        village.officer.post_list(&round, None, "Nhà văn hóa").await.unwrap();
        assert_eq!(row(&village.officer, &waiting).await.state, CaseState::Posted);
        let hangs = village.officer.hanging_lists(COMMUNE).await.unwrap().now.remove(0);
        assert_eq!((hangs.ends_on, hangs.days_left), (Some(date(2026, 1, 8)), Some(3)));
        village.officer.complain(&case, &complaint()).await.unwrap();
        assert_eq!(village.auditor.verify(None).await.unwrap().differences, []);
    })
    .await;
}

/// Files a grievance and makes a complaint about a case of it; its code.
async fn filed_and_taken_up(register: &Register, village: &Village, case: &str) -> String {
    let new = NewGrievance {
        commune: COMMUNE.into(),
        kind: ComplaintKind::WronglyOut,
        text: "Nhà tôi khó khăn.".into(),
        household: "Bản Mẫu Hai".into(),
        contact: String::new(),
    };
    let receipt = register.desk(Actor::public()).file_grievance(&new, &submission()).await.unwrap();
    let filed = village.officer.grievances(true, &PageRequest::first()).await.unwrap().rows.remove(0);
    village.officer.take_up_grievance(&filed.id, case).await.unwrap();
    receipt.code
}

/// The last days that are told: of the complaints in their list, in the case, to the officer who took one up and to whoever
/// follows it, and of the request.
async fn last_days(register: &Register, village: &Village, case: &str, code: &str) -> [Option<jiff::civil::Date>; 5] {
    let listed = village.officer.complaints(None, true, &PageRequest::first()).await.unwrap().rows;
    assert_eq!(listed.len(), 2);
    assert_eq!(listed[0].due_on, listed[1].due_on);
    let view = village.officer.case(case, Language::Vi).await.unwrap();
    let grievance = village.officer.grievances(false, &PageRequest::first()).await.unwrap().rows.remove(0);
    let followed = register.desk(Actor::public()).follow_grievance(code).await.unwrap();
    let request = village.officer.review_requests(None, &PageRequest::first()).await.unwrap().rows.remove(0);
    [listed[0].due_on, view.complaints[0].due_on, grievance.due_on, followed.due_on, request.due]
}

#[tokio::test]
async fn a_complaint_not_answered_by_a_day_that_was_told_later_counts_as_overdue() {
    for_each_engine(async |world| {
        let folder = tempfile::tempdir().unwrap();
        let december = world.reopened_with(before_2026(folder.path())).await;
        let village = at(&december, world.village().await);
        let (_, case, _) = decided(world, &village, Picture::NoEvidence).await;
        world.clock.stand(date(2026, 1, 5));
        village.officer.complain(&case, &complaint()).await.unwrap();
        let counted = async |village: &Village| {
            let counts = village.officer.complaint_counts(COMMUNE, 2026).await.unwrap();
            (counts.overdue, counts.waiting)
        };
        assert_eq!(counted(&village).await, (0, 1));
        let village = at(&world.reopened().await, village);
        assert_eq!(counted(&village).await, (1, 0));
    })
    .await;
}

/// A year that a pack knows stays as it says.
#[test]
fn years_are_added_and_none_is_changed() {
    let folder = tempfile::tempdir().unwrap();
    let program = |library: Library| library.load("vn-2022-2026").unwrap().pack.holidays.clone().unwrap();
    let (mut older, newer) = (program(before_2026(folder.path())), program(Library::embedded()));
    assert_ne!(older, newer);
    older.years[0].rest.clear();
    let first = older.years[0].clone();
    older.complete(&newer);
    assert_eq!(older.years[0], first);
    assert_eq!(older.years[1..], newer.years[1..]);
}
