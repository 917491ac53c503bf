//! Courses: planned for one's own unit, seen by who organises there and who is invited, attended on days that have come.

use crate::common::{OTHER_COMMUNE, PACK, for_each_engine};
use jiff::civil::date;
use std::collections::BTreeSet;
use vuon_registry::RegistryError;
use vuon_registry::courses::{NewCourse, NewSession};
use vuon_registry::page::PageRequest;
use vuon_registry::scope::Role;

fn of(accounts: &[&str]) -> BTreeSet<String> {
    accounts.iter().map(|id| (*id).to_owned()).collect()
}

#[tokio::test]
async fn a_course_reaches_no_further_than_who_organises_it() {
    for_each_engine(async |world| {
        let village = world.village().await;
        let (officer, trainee) = (&village.officer, &village.enumerator);
        let other = world.account("other", Role::CommuneOfficer, Some(OTHER_COMMUNE), None).await;
        let session = |day| NewSession { held_on: day, place: "Nhà văn hóa".into() };
        let planned = NewCourse {
            title: "Lớp mẫu".into(),
            pack: PACK.into(),
            materials: "Sổ tay".into(),
            sessions: vec![session(date(2025, 9, 8)), session(date(2025, 9, 20))],
            capacity: None,
        };
        for desk in [trainee, &village.chair, &village.auditor] {
            let refused = desk.add_course(&planned).await;
            assert!(matches!(refused, Err(RegistryError::Forbidden { .. })), "{refused:?}");
        }
        let course = officer.add_course(&planned).await.unwrap();
        let many = NewCourse { sessions: vec![session(date(2025, 9, 8)); 21], ..planned.clone() };
        assert!(matches!(officer.add_course(&many).await, Err(RegistryError::Invalid { .. })));
        let unknown = NewCourse { pack: "nothing".into(), ..planned };
        assert!(matches!(officer.add_course(&unknown).await, Err(RegistryError::Pack { .. })));

        // Another commune's officer neither sees it nor can be drawn into it; the operator sees all.
        for desk in [&other, trainee, &village.auditor] {
            assert!(matches!(desk.course(&course).await, Err(RegistryError::NotFound)));
            assert_eq!(desk.courses(&PageRequest::first()).await.unwrap().rows, []);
        }
        assert_eq!(world.operator().courses(&PageRequest::first()).await.unwrap().rows.len(), 1);
        let (trainee_id, other_id) = (trainee.actor().id.as_str(), other.actor().id.as_str());
        let refused = officer.invite(&course, &of(&[trainee_id, other_id])).await;
        assert!(matches!(refused, Err(RegistryError::NotFound)), "{refused:?}");
        assert_eq!(officer.course(&course).await.unwrap().seats, [], "all or none");
        let refused = other.invite(&course, &of(&[other_id])).await;
        assert!(matches!(refused, Err(RegistryError::NotFound)), "{refused:?}");
        let chair_id = village.chair.actor().id.as_str();
        for _ in 0..2 {
            officer.invite(&course, &of(&[trainee_id, chair_id])).await.unwrap();
        }

        officer.record_attendance(&course, 1, &of(&[trainee_id, chair_id])).await.unwrap();
        officer.record_attendance(&course, 1, &of(&[trainee_id])).await.unwrap();
        let early = officer.record_attendance(&course, 2, &of(&[trainee_id])).await;
        assert!(matches!(early, Err(RegistryError::Invalid { .. })), "{early:?}");
        let uninvited = officer.record_attendance(&course, 1, &of(&[other_id])).await;
        assert!(matches!(uninvited, Err(RegistryError::NotFound)), "{uninvited:?}");
        trainee.complete_module(PACK, "children").await.unwrap();
        let seen = officer.course(&course).await.unwrap();
        let seat = |id: &str| seen.seats.iter().find(|seat| seat.account == id).unwrap();
        assert_eq!((seen.seats.len(), seen.row.invited, seen.organises), (2, 2, true));
        assert_eq!((seat(trainee_id).present.len(), seat(trainee_id).completed.len()), (1, 1));
        assert_eq!((seat(chair_id).present.len(), seat(chair_id).completed.len()), (0, 0));
        let completed = |modules| seen.results(modules).iter().map(|area| area.completed).sum::<i64>();
        assert_eq!((completed(0), completed(1), completed(2)), (0, 1, 0), "of no modules nobody completed all");
        world.tamper("UPDATE course SET pack = 'gone'").await;
        let gone = officer.course(&course).await;
        assert!(matches!(gone, Err(RegistryError::Pack { .. })), "and not that nobody completed anything: {gone:?}");
        world.tamper(&format!("UPDATE course SET pack = '{PACK}'")).await;
        let own = trainee.course(&course).await.unwrap();
        assert_eq!((own.seats.len(), own.organises), (1, false), "who is invited sees their own seat");

        let pages = of(&["indicator.water", "questions.housing"]);
        for _ in 0..2 {
            trainee.count_missed(PACK, "children", &pages).await.unwrap();
        }
        let missed = officer.missed_most(PACK).await.unwrap();
        assert_eq!(
            missed.iter().map(|own| (own.page.as_str(), own.times)).collect::<Vec<_>>(),
            [("indicator.water", 2), ("questions.housing", 2)]
        );
        assert!(matches!(trainee.missed_most(PACK).await, Err(RegistryError::Forbidden { .. })));
        assert_eq!(world.number("SELECT COUNT(*) FROM entry WHERE kind LIKE 'course%'").await, 5);
        assert_eq!(village.auditor.verify(None).await.unwrap().differences, []);
    })
    .await;
}

#[tokio::test]
async fn until_it_is_held_a_course_is_changed_and_called_off_and_invitations_are_taken_back() {
    for_each_engine(async |world| {
        let village = world.village().await;
        let officer = &village.officer;
        let other = world.account("other", Role::CommuneOfficer, Some(OTHER_COMMUNE), None).await;
        let session = |day, place: &str| NewSession { held_on: day, place: place.into() };
        let planned = NewCourse {
            title: "Lớp mẫu".into(),
            pack: PACK.into(),
            materials: String::new(),
            sessions: vec![session(date(2025, 9, 8), "Nhà văn hóa"), session(date(2025, 9, 20), "Nhà văn hóa")],
            capacity: Some(2),
        };
        let course = officer.add_course(&planned).await.unwrap();
        let [trainee, chair, other_trainee] =
            [&village.enumerator, &village.chair, &village.hamlet_enumerator].map(|desk| desk.actor().id.as_str());

        // Room for two: the third is refused, until another invitation is taken back.
        officer.invite(&course, &of(&[trainee, chair])).await.unwrap();
        let full = officer.invite(&course, &of(&[other_trainee])).await;
        assert!(matches!(full, Err(RegistryError::Invalid { .. })), "{full:?}");
        for desk in [&other, &village.enumerator] {
            assert!(desk.take_back_invitation(&course, chair).await.is_err());
        }
        officer.take_back_invitation(&course, chair).await.unwrap();
        let again = officer.take_back_invitation(&course, chair).await;
        assert!(matches!(again, Err(RegistryError::NotFound)), "{again:?}");
        assert!(
            matches!(village.chair.course(&course).await, Err(RegistryError::NotFound)),
            "it is nothing to them now"
        );
        officer.invite(&course, &of(&[other_trainee])).await.unwrap();

        // The first session is held; the second can still move, and a third be added.
        officer.record_attendance(&course, 1, &of(&[trainee])).await.unwrap();
        let present = officer.take_back_invitation(&course, trainee).await;
        assert!(matches!(present, Err(RegistryError::Illegal { .. })), "{present:?}");
        let later =
            |first: NewSession, second: NewSession| NewCourse { sessions: vec![first, second], ..planned.clone() };
        let held = planned.sessions[0].clone();
        for refused in [
            later(session(date(2025, 9, 9), "Nhà văn hóa"), planned.sessions[1].clone()),
            later(held.clone(), session(date(2025, 9, 1), "Trụ sở")),
            NewCourse { capacity: Some(1), ..planned.clone() },
            NewCourse { pack: "vn-2016-2020".into(), ..planned.clone() },
            NewCourse { sessions: Vec::new(), ..planned.clone() },
        ] {
            let told = officer.change_course(&course, &refused).await;
            assert!(matches!(told, Err(RegistryError::Invalid { .. })), "{refused:?}: {told:?}");
        }
        let changed = NewCourse {
            title: " Lớp đổi ngày ".into(),
            capacity: Some(30),
            sessions: vec![held, session(date(2025, 9, 25), "Trụ sở"), session(date(2025, 9, 26), "Trụ sở")],
            ..planned
        };
        let refused = other.change_course(&course, &changed).await;
        assert!(matches!(refused, Err(RegistryError::NotFound)), "{refused:?}");
        officer.change_course(&course, &changed).await.unwrap();
        let seen = village.enumerator.course(&course).await.unwrap();
        assert_eq!(
            (seen.row.title.as_str(), seen.row.capacity, seen.row.begins),
            ("Lớp đổi ngày", Some(30), date(2025, 9, 8))
        );
        let sessions: Vec<_> =
            seen.sessions.iter().map(|own| (own.held_on, own.place.as_str(), own.recorded)).collect();
        assert_eq!(
            sessions,
            [
                (date(2025, 9, 8), "Nhà văn hóa", true),
                (date(2025, 9, 25), "Trụ sở", false),
                (date(2025, 9, 26), "Trụ sở", false)
            ]
        );

        // What is left of it does not take place; that stands, and nothing more becomes of it.
        let silent = officer.call_off_course(&course, " ").await;
        assert!(matches!(silent, Err(RegistryError::Invalid { .. })), "{silent:?}");
        assert!(matches!(other.call_off_course(&course, "bão").await, Err(RegistryError::NotFound)));
        officer.call_off_course(&course, " Bão lũ, đường tắc ").await.unwrap();
        let told = village.enumerator.course(&course).await.unwrap().row.called_off.unwrap();
        assert_eq!((told.on, told.reason.as_str()), (officer.today(), "Bão lũ, đường tắc"));
        for refused in [
            officer.call_off_course(&course, "lần nữa").await,
            officer.change_course(&course, &changed).await,
            officer.invite(&course, &of(&[chair])).await,
            officer.take_back_invitation(&course, other_trainee).await,
            officer.record_attendance(&course, 1, &of(&[trainee])).await,
        ] {
            assert!(matches!(refused, Err(RegistryError::Illegal { .. })), "{refused:?}");
        }
        assert_eq!(village.auditor.verify(None).await.unwrap().differences, []);
        for (change, back, what) in [
            (
                "UPDATE course SET called_off_why = 'x' || called_off_why",
                "UPDATE course SET called_off_why = SUBSTR(called_off_why, 2)",
                "that the course was called off is not as it was said",
            ),
            (
                "UPDATE course SET capacity = 31",
                "UPDATE course SET capacity = 30",
                "the course is not as it was planned",
            ),
        ] {
            assert_eq!(world.tamper(change).await, 1);
            let found = world.operator().verify(Some("register")).await.unwrap().differences;
            assert_eq!(found.iter().map(|own| own.what.as_str()).collect::<Vec<_>>(), [what]);
            assert_eq!(world.tamper(back).await, 1);
        }

        // A course whose every session was recorded is what it was.
        let short = NewCourse { sessions: vec![session(date(2025, 9, 8), "Nhà văn hóa")], ..changed };
        let done = officer.add_course(&short).await.unwrap();
        officer.record_attendance(&done, 1, &BTreeSet::new()).await.unwrap();
        for refused in [officer.call_off_course(&done, "x").await, officer.change_course(&done, &short).await] {
            assert!(matches!(refused, Err(RegistryError::Illegal { .. })), "{refused:?}");
        }
    })
    .await;
}

#[tokio::test]
async fn courses_and_who_was_there_cannot_be_changed_unseen() {
    for_each_engine(async |world| {
        let village = world.village().await;
        let officer = &village.officer;
        let session = |day| NewSession { held_on: day, place: " Nhà văn hóa ".into() };
        let planned = NewCourse {
            title: " Lớp mẫu ".into(),
            pack: PACK.into(),
            materials: " Sổ tay ".into(),
            sessions: vec![session(date(2025, 9, 8)), session(date(2025, 9, 20))],
            capacity: None,
        };
        let course = officer.add_course(&planned).await.unwrap();
        let [trainee, chair] = [&village.enumerator, &village.chair].map(|desk| desk.actor().id.clone());
        officer.invite(&course, &of(&[&trainee])).await.unwrap();
        officer.invite(&course, &of(&[&chair])).await.unwrap();
        officer.record_attendance(&course, 1, &of(&[&trainee, &chair])).await.unwrap();
        officer.record_attendance(&course, 1, &of(&[&trainee])).await.unwrap();
        let verified = async || world.operator().verify(Some("register")).await.unwrap().differences;
        assert_eq!(verified().await, []);
        let entry = async |kind: &str| {
            let query = format!("SELECT MAX(seq) FROM entry WHERE kind = '{kind}' AND subject = '{course}'");
            world.number(&query).await
        };
        let changes: Vec<(String, String, &str, &str)> = [
            ("UPDATE course SET title = 'x' || title".to_owned(), "UPDATE course SET title = SUBSTR(title, 2)".to_owned(), "course", "the course is not as it was planned"),
            (format!("UPDATE course SET commune = '{OTHER_COMMUNE}'"), format!("UPDATE course SET commune = '{}'", village.commune), "course", "the course is not as it was planned"),
            ("UPDATE course SET begins = '2025-09-01'".into(), "UPDATE course SET begins = '2025-09-08'".into(), "course", "the course is not as it was planned"),
            ("UPDATE course_session SET held_on = '2025-09-07' WHERE number = 1".into(), "UPDATE course_session SET held_on = '2025-09-08' WHERE number = 1".into(), "course", "the course is not as it was planned"),
            ("UPDATE course_session SET recorded = 0 WHERE number = 1".into(), "UPDATE course_session SET recorded = 1 WHERE number = 1".into(), "course_attended", "who was at session 1 is not as it was recorded"),
            ("UPDATE course_session SET recorded = 1 WHERE number = 2".into(), "UPDATE course_session SET recorded = 0 WHERE number = 2".into(), "", "who was at session 2 has no entry"),
            (format!("INSERT INTO course_present (course, number, account) VALUES ('{course}', 1, '{chair}')"), format!("DELETE FROM course_present WHERE account = '{chair}'"), "course_attended", "who was at session 1 is not as it was recorded"),
            (format!("DELETE FROM course_present WHERE account = '{trainee}'"), format!("INSERT INTO course_present (course, number, account) VALUES ('{course}', 1, '{trainee}')"), "course_attended", "who was at session 1 is not as it was recorded"),
            (format!("DELETE FROM course_seat WHERE account = '{chair}'"), format!("INSERT INTO course_seat (course, account) VALUES ('{course}', '{chair}')"), "course_invited", "an invitation to the course is missing"),
            (format!("INSERT INTO course_seat (course, account) VALUES ('{course}', '{}')", officer.actor().id), format!("DELETE FROM course_seat WHERE account = '{}'", officer.actor().id), "", "an invitation to the course has no entry"),
            ("UPDATE course SET called_off_on = '2025-09-08', called_off_why = 'x'".into(), "UPDATE course SET called_off_on = NULL, called_off_why = NULL".into(), "", "that the course was called off has no entry"),
            ("INSERT INTO course (id, pack, title, materials, begins) VALUES ('forged', 'p', 't', 'm', '2025-09-08')".into(), "DELETE FROM course WHERE id = 'forged'".into(), "", "the course has no entry"),
        ]
        .into();
        for (change, back, kind, what) in changes {
            assert!(world.tamper(&change).await > 0, "{change}");
            let found = verified().await;
            let seq = if kind.is_empty() { 0 } else { entry(kind).await };
            assert_eq!(
                found.iter().map(|d| (d.seq, d.what.as_str())).collect::<Vec<_>>(),
                [(seq, what)],
                "{change}: {found:?}"
            );
            assert!(world.tamper(&back).await > 0, "{back}");
            assert_eq!(verified().await, [], "{back}");
        }
        for table in ["course_present", "course_seat", "course_session", "course"] {
            world.tamper(&format!("DELETE FROM {table}")).await;
        }
        assert_eq!(verified().await.remove(0).what, "the course is missing");
    })
    .await;
}
