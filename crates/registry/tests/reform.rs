//! The reform of 1 July 2025: everything moves with its commune, what cannot be told waits, and the totals reconcile.

#![allow(clippy::unwrap_used)]

mod common;
#[allow(dead_code)]
#[path = "review/steps.rs"]
mod steps;

use common::{Village, World, for_each_engine};
use jiff::civil::date;
use vuon_areas::Level;
use vuon_registry::areas::NewArea;
use vuon_registry::cases::{ComplaintKind, NewComplaint};
use vuon_registry::grievances::NewGrievance;
use vuon_registry::households::HouseholdFilter;
use vuon_registry::page::PageRequest;
use vuon_registry::scope::{Actor, Reach, Role};
use vuon_registry::{Desk, RegistryError};

const OLD: &str = "vn-2025-03-01";
const NEW: &str = "vn-2025-07-01";
/// Two communes of Điện Biên that became one.
const NHE: &str = "vn-2025-03-01:03160";
const BESIDE: &str = "vn-2025-03-01:03161";
const MERGED: &str = "vn-2025-07-01:03160";
/// A ward of Hà Nội that was divided among four.
const SPLIT: &str = "vn-2025-03-01:00019";
const PART: &str = "vn-2025-07-01:00070";
const DEFAULT_PART: &str = "vn-2025-07-01:00004";

/// Three communes before the reform, with two households in each hamlet, then the day after it.
async fn before_and_after(world: &World) -> [Village; 3] {
    world.clock.stand(date(2025, 6, 2));
    let operator = world.operator();
    operator.load_areas(OLD).await.unwrap();
    let villages = [world.village_in(NHE).await, world.village_in(BESIDE).await, world.village_in(SPLIT).await];
    for (v, village) in villages.iter().enumerate() {
        for hamlet in 0..2 {
            for i in 0..2 {
                let head = format!("Lò Văn {}", ["Một", "Hai", "Ba", "Bốn"][hamlet * 2 + i]);
                village.household(hamlet, &[&head, &format!("Cà Thị {}", ["Nhé", "Bên", "Chia"][v])]).await;
            }
        }
    }
    operator.load_areas(NEW).await.unwrap();
    world.clock.stand(date(2025, 7, 2));
    villages
}

async fn reach(world: &World, login: &str) -> Reach {
    world.sign_in(login).await.actor().reach.clone()
}

async fn names(desk: &Desk, text: &str) -> usize {
    let filter = HouseholdFilter { text: Some(text.into()), ..HouseholdFilter::default() };
    desk.households(&filter, &PageRequest::first()).await.unwrap().rows.len()
}

#[tokio::test]
async fn a_reform_begins_from_the_list_in_force() {
    let world = World::sqlite().await;
    let [nhe, ..] = before_and_after(&world).await;
    world.operator().load_areas("vn-2026-04-30").await.unwrap();
    world.operator().set("area_list", "vn-2026-04-30").await.unwrap();
    for dry in [true, false] {
        let refused = nhe.administrator.reform(OLD, NEW, dry).await;
        assert!(matches!(&refused, Err(RegistryError::Invalid { field, .. }) if field == "from"), "{refused:?}");
    }
    assert_eq!(world.operator().area_list().await.unwrap(), "vn-2026-04-30");
}

#[tokio::test]
async fn communes_that_became_one_move_whole_and_a_dry_run_says_just_that() {
    for_each_engine(async |world| {
        let [nhe, ..] = before_and_after(world).await;
        let administrator = &nhe.administrator;
        let grievance = NewGrievance {
            commune: NHE.into(),
            kind: ComplaintKind::WrongData,
            text: "Ghi sai năm sinh.".into(),
            household: "Nhà tôi".into(),
            contact: String::new(),
        };
        world.register.desk(Actor::public()).file_grievance(&grievance, &steps::submission()).await.unwrap();
        let entries = world.number("SELECT COUNT(*) FROM entry").await;
        let planned = administrator.reform(OLD, NEW, true).await.unwrap();
        assert_eq!(world.number("SELECT COUNT(*) FROM entry").await, entries);
        assert_eq!(administrator.area_list().await.unwrap(), OLD);
        let began = std::time::Instant::now();
        let done = administrator.reform(OLD, NEW, false).await.unwrap();
        println!("{:?}: reformed in {:?}", world.engine(), began.elapsed());
        assert_eq!(planned, done);
        assert_eq!((done.households_before, done.moved, done.waiting), (12, 8, 4));
        assert_eq!(done.without_successor, []);
        assert_eq!(done.moves, [(NHE.into(), MERGED.into(), 4), (BESIDE.into(), MERGED.into(), 4)]);
        // Officer, chair, two enumerators of each commune; the districts' accounts have nowhere to go.
        assert_eq!(done.accounts, 8);
        assert_eq!(administrator.area_list().await.unwrap(), NEW);

        // The same, counted past the register.
        for table in ["household", "hamlet"] {
            let moved = format!("SELECT COUNT(*) FROM {table} WHERE commune = '{MERGED}' AND province = '{NEW}:11'");
            assert_eq!(world.number(&moved).await, if table == "household" { 8 } else { 4 });
        }
        assert_eq!(world.number(&format!("SELECT COUNT(*) FROM person WHERE commune = '{MERGED}'")).await, 16);
        assert_eq!(world.number("SELECT COUNT(*) FROM household WHERE district IS NOT NULL").await, 4);
        let spells = format!(
            "SELECT COUNT(*) FROM residence WHERE cause = 'reform' AND valid_from = '2025-07-01' AND commune = '{MERGED}'"
        );
        assert_eq!(world.number(&spells).await, 8);

        // Both officers are the new commune's; codes and names that met are told apart.
        for login in ["commune_officer.vn-2025-03-01-03160", "commune_officer.vn-2025-03-01-03161"] {
            assert_eq!(reach(world, login).await, Reach::Commune(MERGED.into()));
        }
        let officer = world.sign_in("commune_officer.vn-2025-03-01-03161").await;
        let filed = officer.grievances(true, &PageRequest::first()).await.unwrap().rows;
        assert_eq!((filed.len(), filed[0].commune.as_str()), (1, MERGED), "what was filed goes with its commune");
        assert_eq!((names(&officer, "nhé").await, names(&officer, "bên").await, names(&officer, "chia").await), (4, 4, 0));
        let rows = officer.households(&HouseholdFilter::default(), &PageRequest::first()).await.unwrap().rows;
        let mut codes: Vec<&str> = rows.iter().map(|row| row.code.as_str()).collect();
        codes.sort_unstable();
        assert_eq!(codes[..4], ["03161-V-000001", "03161-V-000002", "03161-V-000003", "03161-V-000004"]);
        assert_eq!(codes[4..], ["V-000001", "V-000002", "V-000003", "V-000004"]);
        let hamlets = officer.hamlets(MERGED).await.unwrap();
        let hamlets: Vec<&str> = hamlets.iter().map(|hamlet| hamlet.name.as_str()).collect();
        let beside = administrator.area(BESIDE).await.unwrap().name;
        let told = |name: &str| format!("{name} ({beside})");
        assert_eq!(hamlets, ["Bản Mẫu Hai", &told("Bản Mẫu Hai"), "Bản Mẫu Một", &told("Bản Mẫu Một")]);
        let hamlet = Reach::Hamlet { hamlet: nhe.hamlets[0].clone(), commune: MERGED.into() };
        assert_eq!(reach(world, "enumerator.vn-2025-03-01-03160.hamlet").await, hamlet);
        // The old unit's name can still be told.
        officer.area(BESIDE).await.unwrap();

        let household = officer.household(&rows[0].id).await.unwrap();
        assert_eq!(household.row.version, 2);
        assert_eq!(officer.members_as_of(&rows[0].id, date(2025, 6, 1), None).await.unwrap().len(), 2);
        world.chains_verify().await;
        let report = world.operator().verify(None).await.unwrap();
        assert!(report.differences.iter().all(|found| !found.what.contains("grievance")), "{:?}", report.differences);

        // Run again it finds what waits, and nothing to do.
        let again = administrator.reform(OLD, NEW, false).await.unwrap();
        assert_eq!((again.households_before, again.moved, again.waiting, again.accounts), (4, 0, 4, 0));
        assert_eq!(world.number("SELECT COUNT(*) FROM reform_case").await, 4);
        assert_eq!(world.number("SELECT COUNT(*) FROM entry WHERE kind = 'reform_waiting'").await, 1);
    })
    .await;
}

#[tokio::test]
async fn a_divided_commune_waits_for_somebody_to_say_where_each_hamlet_is() {
    for_each_engine(async |world| {
        let [nhe, _, split] = before_and_after(world).await;
        nhe.administrator.reform(OLD, NEW, false).await.unwrap();
        let officer = &split.officer;
        let waiting = officer.reform_worklist(NEW).await.unwrap();
        assert_eq!(waiting.len(), 2);
        assert_eq!(waiting.iter().map(|hamlet| hamlet.households).sum::<i64>(), 4);
        assert!(
            waiting[0].choices.len() > 1
                && waiting[0].choices.iter().any(|choice| choice.id == PART && !choice.name.is_empty())
        );
        assert_eq!(nhe.administrator.reform_worklist(NEW).await.unwrap(), waiting);
        assert_eq!(world.sign_in("commune_officer.vn-2025-03-01-03160").await.reform_worklist(NEW).await.unwrap(), []);

        let first = split.hamlets[0].as_str();
        let wrong = officer.place_hamlet(SPLIT, Some(first), MERGED).await.unwrap_err();
        assert!(matches!(wrong, RegistryError::Invalid { .. }));
        let others = world.sign_in("commune_officer.vn-2025-03-01-03160").await;
        let outside = others.place_hamlet(SPLIT, Some(first), PART).await.unwrap_err();
        assert!(matches!(outside, RegistryError::NotFound));
        let role = split.chair.place_hamlet(SPLIT, Some(first), PART).await.unwrap_err();
        assert!(matches!(role, RegistryError::Forbidden { .. }));
        assert_eq!(officer.place_hamlet(SPLIT, Some(first), PART).await.unwrap(), 2);
        assert_eq!(officer.reform_worklist(NEW).await.unwrap().len(), 1);
        assert_eq!(names(officer, "chia").await, 2, "the other hamlet is still the old commune's");
        let hamlet = Reach::Hamlet { hamlet: first.into(), commune: PART.into() };
        assert_eq!(reach(world, "enumerator.vn-2025-03-01-00019.hamlet").await, hamlet);
        assert_eq!(reach(world, "commune_officer.vn-2025-03-01-00019").await, Reach::Commune(SPLIT.into()));
        assert_eq!(nhe.administrator.place_hamlet(SPLIT, Some(&split.hamlets[1]), DEFAULT_PART).await.unwrap(), 2);
        assert_eq!(nhe.administrator.place_hamlet(SPLIT, None, DEFAULT_PART).await.unwrap(), 0);
        assert_eq!(officer.reform_worklist(NEW).await.unwrap(), []);

        // The people of the old commune are somebody's, and its officer is told where to work now.
        let id = split.officer.actor().id.clone();
        nhe.administrator.move_account(&id, Some(DEFAULT_PART), None, None).await.unwrap();
        let officer = world.sign_in("commune_officer.vn-2025-03-01-00019").await;
        assert_eq!(names(&officer, "chia").await, 2);
        assert_eq!(world.number(&format!("SELECT COUNT(*) FROM person WHERE commune = '{SPLIT}'")).await, 0);
        let last = nhe.administrator.reform(OLD, NEW, false).await.unwrap();
        assert_eq!((last.households_before, last.moved, last.waiting), (0, 0, 0));
        world.chains_verify().await;
    })
    .await;
}

/// A round of a commune with a case of each of its households, as nobody has begun it.
async fn round(world: &World, round: &str, commune: &str) {
    let hash = world.register.program("vn-2022-2026").unwrap().hash.clone();
    world
                .tamper(&format!(
                    "INSERT INTO round (id, province, district, commune, kind, year, number, pack, pack_hash, method, \
                     state, opened, due, reviewed_on, known_at) VALUES ('{round}', '{OLD}:11', '{OLD}:096', '{commune}', \
                     'annual', 2025, 1, 'vn-2022-2026', '{hash}', 'x', 'open', '2025-09-01', '2025-12-14', '2025-09-01', 0)"
                ))
                .await;
    world
                .tamper(&format!(
                    "INSERT INTO review_case (id, round, household, province, district, commune, hamlet, name, name_key, \
                     persons, state, reason, answers, counts, repeats, snapshot, opened, version) \
                     SELECT 'c' || h.id, '{round}', h.id, h.province, h.district, h.commune, h.hamlet, h.name, h.name_key, \
                     h.persons, 'survey', 'listed', 0, 0, 0, 'x', '2025-09-01', 1 FROM household h \
                     WHERE h.commune = '{commune}'"
                ))
                .await;
}

#[tokio::test]
async fn a_list_that_hangs_is_told_of_what_became_of_its_commune() {
    for_each_engine(async |world| {
        before_and_after(world).await;
        for (id, commune) in [("r1", NHE), ("r2", SPLIT)] {
            round(world, id, commune).await;
            let posting = format!(
                "INSERT INTO posting (id, round, posted_on, ends_on, place, cases, chain_seq, root, signature, at) \
                 VALUES ('p{id}', '{id}', '2025-06-28', '2025-07-03', 'Nhà văn hóa', 1, 1, 'x', 'x', 1)"
            );
            world.tamper(&posting).await;
        }
        let anybody = world.register.desk(Actor::public());
        for (commune, before) in [(NHE, false), (MERGED, true), (SPLIT, false), (PART, true), (DEFAULT_PART, true)] {
            let hanging = anybody.hanging_lists(commune).await.unwrap().now;
            assert_eq!((hanging.len(), hanging[0].before.is_some()), (1, before), "{commune}");
        }
        assert_eq!(anybody.hanging_lists(BESIDE).await.unwrap().now, []);
        world.clock.stand(date(2025, 7, 4));
        let ended = anybody.hanging_lists(MERGED).await.unwrap();
        assert_eq!((ended.now, ended.ended_on), (Vec::new(), Some(date(2025, 7, 3))));
    })
    .await;
}

#[tokio::test]
async fn a_hamlet_is_placed_when_its_old_commune_has_ended_every_case_and_no_complaint_is_lost_in_between() {
    for_each_engine(async |world| {
        let [nhe, _, split] = before_and_after(world).await;
        round(world, "r3", SPLIT).await;
        nhe.administrator.reform(OLD, NEW, false).await.unwrap();
        let (officer, hamlet) = (&split.officer, split.hamlets[0].as_str());
        let refused = officer.place_hamlet(SPLIT, Some(hamlet), PART).await.unwrap_err();
        assert!(matches!(&refused, RegistryError::Illegal { why, .. } if why.starts_with("2 of its cases")), "{refused}");
        world.tamper("UPDATE review_case SET state = 'done'").await;
        let complaint = |state: &str| {
            format!(
                "INSERT INTO complaint (id, review_case, province, commune, kind, received_on, state, at, text) SELECT \
                 '{state}', c.id, c.province, c.commune, 'wrongly_in', '2025-09-01', '{state}', 1, 'x' FROM review_case c \
                 WHERE c.hamlet = '{hamlet}' ORDER BY c.id LIMIT 1"
            )
        };
        world.tamper(&complaint("open")).await;
        let refused = officer.place_hamlet(SPLIT, Some(hamlet), PART).await.unwrap_err();
        assert!(matches!(&refused, RegistryError::Illegal { why, .. } if why.starts_with("1 of its cases")), "{refused}");
        world.tamper("UPDATE complaint SET state = 'answered'").await;
        assert_eq!(officer.place_hamlet(SPLIT, Some(hamlet), PART).await.unwrap(), 2);

        // The round stayed with the old commune, and with it whoever could decide again.
        let new = world.account("new.officer", Role::CommuneOfficer, Some(PART), None).await;
        let household = new.households(&HouseholdFilter::default(), &PageRequest::first()).await.unwrap().rows.remove(0);
        let complaint = NewComplaint { kind: ComplaintKind::WronglyIn, text: "Sai.".into(), received_on: None };
        let refused = new.complain(&format!("c{}", household.id), &complaint).await.unwrap_err();
        assert!(matches!(&refused, RegistryError::Illegal { why, .. } if why.contains("another commune")), "{refused}");
    })
    .await;
}

#[tokio::test]
async fn rounds_and_cases_go_with_their_commune_and_keep_apart() {
    for_each_engine(async |world| {
        let [nhe, _, split] = before_and_after(world).await;
        for (id, commune) in [("r1", NHE), ("r2", BESIDE), ("r3", SPLIT)] {
            round(world, id, commune).await;
        }
        world
            .tamper(&format!(
                "INSERT INTO complaint (id, review_case, province, commune, kind, received_on, due_on, state, at, text) \
                 SELECT 'x' || c.id, c.id, c.province, c.commune, 'wrongly_in', '2025-09-01', '2025-09-04', 'open', 1, 'x' \
                 FROM review_case c WHERE c.commune = '{NHE}'"
            ))
            .await;
        nhe.administrator.reform(OLD, NEW, false).await.unwrap();
        let numbers = format!("SELECT SUM(number * 1) FROM round WHERE commune = '{MERGED}' AND province = '{NEW}:11'");
        let numbers = numbers.replace("SUM(number * 1)", "MAX(number) * 10 + MIN(number)");
        assert_eq!(world.number(&numbers).await, 21);
        for (table, count) in [("review_case", 8), ("complaint", 4)] {
            let moved =
                format!("SELECT COUNT(*) FROM {table} WHERE commune = '{MERGED}' AND province = '{NEW}:11' AND district IS NULL");
            assert_eq!(world.number(&moved).await, count, "{table}");
        }
        // The divided commune ends its round before its hamlets are placed.
        let under_way = split.officer.place_hamlet(SPLIT, Some(&split.hamlets[0]), PART).await.unwrap_err();
        assert!(matches!(under_way, RegistryError::Illegal { .. }), "{under_way}");
        world.tamper("UPDATE review_case SET state = 'done'").await;
        split.officer.place_hamlet(SPLIT, Some(&split.hamlets[0]), PART).await.unwrap();
        let moved = format!("SELECT COUNT(*) FROM review_case WHERE commune = '{PART}'");
        assert_eq!(world.number(&moved).await, 2);
    })
    .await;
}

/// Rounds through the desk, one that the reform finds decided and one that goes on after it, and complaints that come later.
#[tokio::test]
async fn a_round_that_moved_with_its_commune_is_closed_there_and_verifies() {
    use steps::{Picture, answers, decide, in_state, open, row, seen, sign, submission};
    use vuon_registry::cases::{AnswersReason, CaseReason, CaseState};
    for_each_engine(async |world| {
        let [nhe, beside, split] = before_and_after(world).await;
        world.clock.stand(date(2025, 6, 16));
        let mut rounds = Vec::new();
        for village in [&nhe, &beside, &split] {
            let round = open(&village.officer, &village.commune, "in_year", 2025).await;
            let rows =
                village.officer.households(&HouseholdFilter::default(), &PageRequest::first()).await.unwrap().rows;
            let today = village.officer.today();
            let case =
                village.officer.list_case(&round, &rows[0].id, CaseReason::Requested, Some(today)).await.unwrap();
            sign(&village.enumerator, &case, Picture::Poor, AnswersReason::Survey).await;
            rounds.push((round, case));
        }
        // The divided commune ends its round before the reform.
        let (round, case) = rounds.pop().unwrap();
        let to_the_decision = async |desks: [&Desk; 3], round: &str, hamlets: [&str; 2]| {
            let [officer, upper, chair] = desks;
            for hamlet in hamlets {
                let filter = vuon_registry::cases::CaseFilter {
                    round: Some(round.into()),
                    state: Some(CaseState::Meeting),
                    hamlet: Some(hamlet.into()),
                    ..Default::default()
                };
                let waiting = officer.cases(&filter, &PageRequest::first()).await.unwrap().rows;
                if waiting.is_empty() {
                    continue;
                }
                let meeting = vuon_registry::rounds::NewMeeting {
                    hamlet: hamlet.into(),
                    held_on: officer.today(),
                    invited: 60,
                    present: 40,
                    chair: "Trưởng bản mẫu".into(),
                    secretary: "Thư ký mẫu".into(),
                    notes: String::new(),
                    votes: waiting
                        .into_iter()
                        .map(|case| vuon_registry::rounds::Vote { case: case.id, agree: 30 })
                        .collect(),
                };
                officer.hold_meeting(round, &meeting).await.unwrap();
            }
            officer.post_list(round, None, "Nhà văn hóa").await.unwrap();
            world.clock.stand(officer.today().checked_add(jiff::Span::new().days(7)).unwrap());
            let waiting = in_state(officer, round, CaseState::Appraisal).await;
            if !waiting.is_empty() {
                let waiting: Vec<&String> = waiting.iter().map(|case| &case.id).collect();
                upper.appraise(round, &seen(upper, &waiting).await, &[], "").await.unwrap();
            }
            decide(chair, round, &format!("QĐ {}", &round[30..]), None).await;
            chair.issue_certificates(round).await.unwrap();
        };
        let hamlets = [split.hamlets[0].as_str(), split.hamlets[1].as_str()];
        to_the_decision([&split.officer, &split.upper, &split.chair], &round, hamlets).await;
        split.officer.close_round(&round).await.unwrap();

        world.clock.stand(date(2025, 7, 2));
        nhe.administrator.reform(OLD, NEW, false).await.unwrap();
        split.officer.place_hamlet(SPLIT, Some(&split.hamlets[0]), PART).await.unwrap();
        split.officer.place_hamlet(SPLIT, Some(&split.hamlets[1]), DEFAULT_PART).await.unwrap();
        assert_eq!(nhe.auditor.verify(None).await.unwrap().differences, [], "after the reform");
        assert_eq!(row(&nhe.auditor, &case).await.state, CaseState::Done);

        let officer = world.sign_in("commune_officer.vn-2025-03-01-03160").await;
        let chair = world.sign_in("commune_chair.vn-2025-03-01-03160").await;
        let enumerator = world.sign_in("enumerator.vn-2025-03-01-03160").await;
        let (moved, case) = &rounds[0];
        let told = answers(&enumerator, case, Picture::NearPoor).await;
        let version = row(&officer, case).await.version;
        let reason = AnswersReason::Correction;
        enumerator.sign_answers(case, version, &told, reason, &submission()).await.unwrap();
        for ((round, _), village) in rounds.iter().zip([&nhe, &beside]) {
            let hamlets = [village.hamlets[0].as_str(), village.hamlets[1].as_str()];
            to_the_decision([&officer, &officer, &chair], round, hamlets).await;
            officer.close_round(round).await.unwrap();
        }
        assert_eq!(officer.round(moved).await.unwrap().row.state, "closed");
        for _ in 0..2 {
            let report = nhe.auditor.verify(None).await.unwrap();
            assert_eq!(report.differences, []);
            assert_eq!((report.assessments, report.decisions), (4, 3));
        }
        let own = officer.verify(Some(MERGED)).await.unwrap();
        assert_eq!(
            (own.chains, own.decisions, own.differences.len()),
            (1, 2, 0),
            "an officer verifies the own commune"
        );

        // What was told before the reform is still held against the rows.
        world.tamper(&format!("UPDATE review_case SET persons = 9 WHERE id = '{case}'")).await;
        let report = nhe.auditor.verify(None).await.unwrap();
        assert_eq!(report.differences.len(), 1, "named once: {:?}", report.differences);
        assert_eq!(
            (report.differences[0].chain.as_str(), report.differences[0].subject.as_str()),
            (NHE, case.as_str())
        );
        assert_eq!(officer.verify(None).await.unwrap().differences, report.differences);
    })
    .await;
}

#[tokio::test]
async fn a_unit_without_a_successor_is_named_and_left_alone() {
    for_each_engine(async |world| {
        let operator = world.operator();
        let unit = |code: &str, level, parent: Option<&str>| NewArea {
            code: code.into(),
            level,
            kind: "Unit".into(),
            name: format!("Unit {code}"),
            parent: parent.map(str::to_owned),
        };
        let rows = [unit("p", Level::Province, None), unit("c", Level::Commune, Some("p"))];
        operator.load_own_areas("own", &rows).await.unwrap();
        operator.load_areas(NEW).await.unwrap();
        let village = world.village_in("own:c").await;
        village.household(0, &["Lò Văn Mẫu"]).await;
        let report = village.administrator.reform("own", NEW, false).await.unwrap();
        assert_eq!(report.without_successor, [("own:c".to_owned(), 1)]);
        assert_eq!((report.households_before, report.moved, report.waiting, report.accounts), (1, 0, 0, 0));
        assert_eq!(names(&village.officer, "lò").await, 1);
    })
    .await;
}

#[tokio::test]
async fn only_who_keeps_the_areas_of_the_whole_register_reforms_it() {
    for_each_engine(async |world| {
        let [nhe, ..] = before_and_after(world).await;
        for desk in [&nhe.officer, &nhe.chair, &nhe.upper, &nhe.ministry, &nhe.auditor] {
            assert!(matches!(desk.reform(OLD, NEW, true).await.unwrap_err(), RegistryError::Forbidden { .. }));
        }
        let part = world.account("part", Role::Administrator, Some("vn-2025-03-01:11"), None).await;
        assert!(matches!(part.reform(OLD, NEW, true).await.unwrap_err(), RegistryError::Forbidden { .. }));
        let province = world.account("province", Role::Province, Some("vn-2025-03-01:11"), None).await;
        assert_eq!(names(&province, "nhé").await, 4);
        for (from, to) in [(OLD, OLD), (OLD, "vn-2021-11"), ("other", NEW)] {
            let error = nhe.administrator.reform(from, to, true).await.unwrap_err();
            assert!(matches!(error, RegistryError::Invalid { .. }));
        }
        nhe.administrator.reform(OLD, NEW, false).await.unwrap();
        assert_eq!(reach(world, "province").await, Reach::Province("vn-2025-07-01:11".into()));
    })
    .await;
}
