//! No list, count, search or error tells anybody of a row out of the own reach: random people ask random questions, and a
//! naive model of a few lines says what they may be told.
//!
//! What lies out of reach must be answered to the letter like what is not there at all.

#![allow(clippy::unwrap_used)]

mod common;
#[path = "scope/complete.rs"]
mod complete;

use common::{World, for_each_engine};
use jiff::civil::date;
use rand::rngs::StdRng;
use rand::seq::IndexedRandom;
use rand::{RngExt, SeedableRng};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Debug;
use vuon_registry::accounts::NewAccount;
use vuon_registry::households::{DuplicateVerdict, HouseholdFilter, MemberChange, NewHousehold, NewMember};
use vuon_registry::import::ImportFile;
use vuon_registry::page::PageRequest;
use vuon_registry::scope::{Place, Reach, Role};
use vuon_registry::spells::AsOf;
use vuon_registry::{Desk, Result};

const LIST: &str = "vn-2025-03-01";
/// Two of one district, one of another district of the same province, one of another province.
const COMMUNES: [&str; 4] =
    ["vn-2025-03-01:03160", "vn-2025-03-01:03162", "vn-2025-03-01:03166", "vn-2025-03-01:00019"];
const NOBODY: &str = "0190a000-0000-7000-8000-000000000000";
const NOWHERE: &str = "vn-2025-03-01:99999";

struct Known {
    place: Place,
    names: Vec<String>,
    people: Vec<String>,
    number: String,
}

struct Model {
    households: BTreeMap<String, Known>,
    hamlets: BTreeMap<String, Place>,
    accounts: BTreeMap<String, (Role, Option<Place>, Reach)>,
    pairs: Vec<(String, [String; 2])>,
    desks: Vec<Desk>,
}

fn sees_people(role: Role) -> bool {
    use Role::*;
    matches!(role, Enumerator | CommuneOfficer | CommuneChair | District | Province | Auditor)
}

async fn build(world: &World, random: &mut StdRng) -> Model {
    world.operator().load_areas(LIST).await.unwrap();
    let mut model = Model {
        households: BTreeMap::new(),
        hamlets: BTreeMap::new(),
        accounts: BTreeMap::new(),
        pairs: Vec::new(),
        desks: Vec::new(),
    };
    let mut serial = 0;
    for commune in COMMUNES {
        let village = world.village_in(commune).await;
        let mut homes = Vec::new();
        for hamlet in [None, Some(0), Some(1), Some(0), Some(1)] {
            let place = hamlet.map_or(village.place.clone(), |hamlet| village.place_of(hamlet));
            for _ in 0..random.random_range(1..3) {
                serial += 1;
                // Everybody's name is the only one of its kind, so that it would be seen where it must not be.
                let names = vec![format!("Lò Văn Tên{serial}"), format!("Quàng Thị Vợ{serial}")];
                let number = format!("0112030{serial:05}");
                let member = |name: &String, relation: &str, identity: Option<String>| NewMember {
                    name: name.clone(),
                    relation: relation.into(),
                    sex: None,
                    born: Some(format!("{}", 1940 + serial)),
                    ethnic: None,
                    identity,
                };
                let new = NewHousehold {
                    commune: commune.into(),
                    hamlet: place.hamlet.clone(),
                    code: None,
                    from: date(2020, 1, 1),
                    members: vec![member(&names[0], "head", Some(number.clone())), member(&names[1], "spouse", None)],
                };
                let id = village.officer.add_household(&new).await.unwrap();
                let view = village.officer.household(&id).await.unwrap();
                let people = view.members.into_iter().map(|member| member.person).collect();
                homes.push((id.clone(), new));
                model.households.insert(id, Known { place: place.clone(), names, people, number });
            }
        }
        // The first household again, in the other hamlet: a pair to be judged.
        let (_, first) = homes.iter().find(|(_, new)| new.hamlet.as_ref() == Some(&village.hamlets[0])).unwrap();
        let mut twin = first.clone();
        twin.hamlet = Some(village.hamlets[1].clone());
        twin.members.truncate(1);
        twin.members[0].identity = None;
        twin.members[0].born = first.members[0].born.clone();
        let name = twin.members[0].name.clone();
        let twin = village.officer.add_household(&twin).await.unwrap();
        let view = village.officer.household(&twin).await.unwrap();
        model.households.insert(
            twin,
            Known {
                place: village.place_of(1),
                names: vec![name],
                people: vec![view.members[0].person.clone()],
                number: String::new(),
            },
        );
        village.officer.find_duplicates(commune).await.unwrap();
        for pair in village.officer.duplicates(commune, &PageRequest { after: None, limit: 200 }).await.unwrap().rows {
            model.pairs.push((pair.id, [pair.first.id, pair.second.id]));
        }
        for hamlet in 0..2 {
            model.hamlets.insert(village.hamlets[hamlet].clone(), village.place_of(hamlet));
        }
        let login = format!("province.{serial}");
        let upper = world.account(&login, Role::Province, Some(&village.place.province), None).await;
        let local =
            world.account(&format!("auditor.{serial}"), Role::Auditor, village.place.district.as_deref(), None).await;
        let keeper = world.account(&format!("administrator.{serial}"), Role::Administrator, Some(commune), None).await;
        let place = Some(village.place.clone());
        for (desk, place) in [
            (village.officer.clone(), place.clone()),
            (village.chair.clone(), place.clone()),
            (village.enumerator.clone(), place.clone()),
            (village.hamlet_enumerator.clone(), Some(village.place_of(0))),
            (village.upper.clone(), place.clone()),
            (upper, place.clone()),
            (local, place.clone()),
            (keeper, place.clone()),
            (village.auditor.clone(), None),
            (village.ministry.clone(), None),
            (village.administrator.clone(), None),
        ] {
            let actor = desk.actor();
            model.accounts.insert(actor.id.clone(), (actor.role, place, actor.reach.clone()));
            model.desks.push(desk);
        }
    }
    model
}

/// Whether an account lies in somebody's part: its whole reach does.
fn covers(reach: &Reach, other: &Reach, place: Option<&Place>) -> bool {
    match (reach, place) {
        (Reach::Everything, _) => true,
        (_, None) => false,
        (Reach::Province(own), Some(place)) => place.province == *own,
        (Reach::District(own), Some(place)) => {
            place.district.as_ref() == Some(own) && !matches!(other, Reach::Province(_))
        }
        (Reach::Commune(own), Some(place)) => {
            place.commune == *own && matches!(other, Reach::Commune(_) | Reach::Hamlet { .. })
        }
        _ => false,
    }
}

fn told<T: Debug>(answer: Result<T>) -> String {
    match answer {
        Ok(answer) => format!("{answer:?}"),
        Err(error) => format!("{error} | {error:?} | {}", error.text(vuon_policy::model::Language::Vi)),
    }
}

impl Model {
    fn reaches(&self, desk: &Desk, household: &str) -> bool {
        sees_people(desk.actor().role) && desk.actor().reach.covers(&self.households[household].place)
    }

    /// No name of anybody out of reach is in an answer.
    fn check(&self, desk: &Desk, question: &str, answer: &str) {
        for (household, known) in &self.households {
            if !self.reaches(desk, household) {
                assert!(!answer.contains(household.as_str()), "{question} told {:?} of a household", desk.actor());
                for name in &known.names {
                    let told = answer.split(|c: char| !c.is_alphanumeric()).any(|word| {
                        name.ends_with(&format!(" {word}")) && word.ends_with(|c: char| c.is_ascii_digit())
                    });
                    let twin = self.households.iter().any(|(id, k)| self.reaches(desk, id) && k.names.contains(name));
                    assert!(!told || twin, "{question} told {:?} a name: {answer}", desk.actor());
                }
                assert!(known.number.is_empty() || !answer.contains(&known.number), "{question} told a number");
            }
        }
    }
}

async fn list(desk: &Desk, filter: &HouseholdFilter, limit: u32) -> Result<BTreeSet<String>> {
    let mut found = BTreeSet::new();
    let mut page = PageRequest { after: None, limit };
    loop {
        let rows = desk.households(filter, &page).await?;
        for row in rows.rows {
            assert!(found.insert(row.id), "each household once");
        }
        match rows.next {
            Some(next) => page.after = Some(next),
            None => return Ok(found),
        }
    }
}

/// Row "openspp-modules #531, #548, #703": users of an area saw all areas, or none.
#[tokio::test]
async fn households_that_ended_are_listed_to_whoever_reaches_where_they_were() {
    for_each_engine(async |world| {
        let mut random = StdRng::seed_from_u64(20251231);
        let model = build(world, &mut random).await;
        let mut ended = BTreeSet::new();
        for id in model.households.keys().step_by(2) {
            let officer = |desk: &&Desk| desk.actor().role == Role::CommuneOfficer && model.reaches(desk, id);
            let Some(officer) = model.desks.iter().find(officer) else { continue };
            let version = officer.household(id).await.unwrap().row.version;
            officer.close_household(id, version, "moved_away", officer.today()).await.unwrap();
            ended.insert(id.clone());
        }
        assert!(ended.len() > 1);
        for desk in model.desks.iter().filter(|desk| sees_people(desk.actor().role)) {
            for commune in COMMUNES {
                for text in [None, Some("lo van".to_owned())] {
                    let filter = HouseholdFilter {
                        commune: Some(commune.to_owned()),
                        ended: true,
                        text,
                        ..HouseholdFilter::default()
                    };
                    let expected = ended.iter().filter(|id| model.reaches(desk, id));
                    let expected = expected.filter(|id| model.households[*id].place.commune == commune).cloned();
                    let found = list(desk, &filter, 2).await.unwrap();
                    assert_eq!(found, expected.collect(), "{:?} {filter:?}", desk.actor());
                }
            }
        }
    })
    .await;
}

#[tokio::test]
async fn lists_and_searches_give_exactly_what_the_asker_reaches() {
    for_each_engine(async |world| {
        let mut random = StdRng::seed_from_u64(20250908);
        let model = build(world, &mut random).await;
        let hamlets: Vec<&String> = model.hamlets.keys().collect();
        for round in 0..300 {
            let desk = model.desks.choose(&mut random).unwrap();
            let serial = random.random_range(1..30).to_string();
            let filter = HouseholdFilter {
                commune: random.random_bool(0.5).then(|| (*COMMUNES.choose(&mut random).unwrap()).to_owned()),
                province: random.random_bool(0.3).then(|| {
                    let known = model.households.values().nth(random.random_range(0..model.households.len()));
                    known.unwrap().place.province.clone()
                }),
                hamlet: random.random_bool(0.3).then(|| (*hamlets.choose(&mut random).unwrap()).clone()),
                status: None,
                ended: false,
                text: match random.random_range(0..5) {
                    0 => Some("lo van".into()),
                    1 => Some("QUÀNG".into()),
                    2 => Some("tên".into()),
                    3 => Some(format!("V-0000{serial:0>2}")),
                    _ => None,
                },
            };
            let answer = list(desk, &filter, random.random_range(1..9)).await;
            let Ok(found) = answer else {
                let refused = !sees_people(desk.actor().role)
                    || (desk.actor().reach == Reach::Everything
                        && [&filter.province, &filter.commune, &filter.hamlet].into_iter().all(Option::is_none));
                assert!(refused, "{:?} {filter:?} {answer:?}", desk.actor());
                model.check(desk, "households", &told(answer));
                continue;
            };
            let searched = filter.text.clone().unwrap_or_default();
            let expected: BTreeSet<String> = model
                .households
                .iter()
                .filter(|(id, known)| {
                    model.reaches(desk, id)
                        && filter.province.as_ref().is_none_or(|province| *province == known.place.province)
                        && filter.commune.as_ref().is_none_or(|commune| *commune == known.place.commune)
                        && filter.hamlet.as_ref().is_none_or(|hamlet| Some(hamlet) == known.place.hamlet.as_ref())
                        && match searched.as_str() {
                            "QUÀNG" => known.names.len() == 2,
                            _ => true,
                        }
                })
                .map(|(id, _)| id.clone())
                .collect();
            if searched.starts_with("V-") {
                assert!(found.is_subset(&expected), "round {round}: {:?} {filter:?}", desk.actor());
            } else {
                assert_eq!(found, expected, "round {round}: {:?} {filter:?}", desk.actor());
            }
        }
    })
    .await;
}

#[tokio::test]
async fn what_is_out_of_reach_is_answered_like_what_is_not_there() {
    for_each_engine(async |world| {
        let mut random = StdRng::seed_from_u64(1975);
        let model = build(world, &mut random).await;
        let ids: Vec<&String> = model.households.keys().collect();
        let entries = world.number("SELECT COUNT(*) FROM entry").await;
        let program = world.register.program(common::PACK).unwrap();
        for _ in 0..150 {
            let desk = model.desks.choose(&mut random).unwrap();
            let id = *ids.choose(&mut random).unwrap();
            if model.reaches(desk, id) {
                continue;
            }
            let known = &model.households[id];
            let person = &known.people[0];
            let day = world.clock.today();
            let member = NewMember {
                name: "Ai Đó".into(),
                relation: "child".into(),
                sex: None,
                born: None,
                ethnic: None,
                identity: None,
            };
            let born = MemberChange::Born { member: member.clone() };
            let alone = vuon_registry::households::NextHead { person: person.clone(), ..Default::default() };
            let away = Place { hamlet: None, ..known.place.clone() };
            macro_rules! same {
                ($question:literal, $there:expr, $nowhere:expr) => {
                    let (there, nowhere) = (told($there.await), told($nowhere.await));
                    assert_eq!(there, nowhere, "{} by {:?}", $question, desk.actor());
                    model.check(desk, $question, &there);
                };
            }
            same!("household", desk.household(id), desk.household(NOBODY));
            same!("members_as_of", desk.members_as_of(id, day, None), desk.members_as_of(NOBODY, day, None));
            same!("change_members", desk.change_members(id, 1, &born, day), desk.change_members(NOBODY, 1, &born, day));
            same!(
                "split_household",
                desk.split_household(id, 1, &alone, day),
                desk.split_household(NOBODY, 1, &alone, day)
            );
            same!("move_household", desk.move_household(id, 1, &away, day), desk.move_household(NOBODY, 1, &away, day));
            same!(
                "close_household",
                desk.close_household(id, 1, "other", day),
                desk.close_household(NOBODY, 1, "other", day)
            );
            same!(
                "set_identity",
                desk.set_identity(person, "999999999", None),
                desk.set_identity(NOBODY, "999999999", None)
            );
            let ids = |id: &str| [id.to_owned()];
            same!("names_of", desk.names_of(&ids(person)), desk.names_of(&ids(NOBODY)));
            same!("names_of", desk.names_of(&ids(id)), desk.names_of(&ids(NOBODY)));
            same!("reveal_identity", desk.reveal_identity(person), desk.reveal_identity(NOBODY));
            same!("erase_person", desk.erase_person(person, "request"), desk.erase_person(NOBODY, "request"));
            if !known.number.is_empty() {
                same!("find_identity", desk.find_identity(&known.number), desk.find_identity("999999999999"));
            }
            let known_household = async |id: &str| desk.known_household(id, &program, day).await.map(|known| known.id);
            same!("known_household", known_household(id), known_household(NOBODY));
            let commune = known.place.commune.as_str();
            let in_commune = matches!(&desk.actor().reach, Reach::Hamlet { commune: own, .. } if own == commune);
            if !desk.actor().reach.covers(&away) && !in_commune {
                same!("hamlets", desk.hamlets(commune), desk.hamlets(NOWHERE));
                same!("place", desk.place(commune, None), desk.place(NOWHERE, None));
                same!("areas_below", desk.areas_below(Some(commune)), desk.areas_below(Some(NOWHERE)));
                same!("area", desk.area(commune), desk.area(NOWHERE));
                same!("lineage", desk.lineage(commune), desk.lineage(NOWHERE));
                same!("add_hamlet", desk.add_hamlet(commune, "Thôn", day), desk.add_hamlet(NOWHERE, "Thôn", day));
                same!("find_duplicates", desk.find_duplicates(commune), desk.find_duplicates(NOWHERE));
                let page = PageRequest::first();
                same!("duplicates", desk.duplicates(commune, &page), desk.duplicates(NOWHERE, &page));
                same!("merged_pairs", desk.merged_pairs(commune, &page), desk.merged_pairs(NOWHERE, &page));
                same!("full_names", desk.full_names(&[commune]), desk.full_names(&[NOWHERE]));
                let known_households = async |commune: &str| {
                    let known = desk.known_households(commune, &program, day).await?;
                    Result::Ok(known.into_iter().map(|known| known.id).collect::<Vec<_>>())
                };
                same!("known_households", known_households(commune), known_households(NOWHERE));
                let known_after = async |commune: &str| {
                    let mut connection = desk.store().read().await?;
                    let known = desk.known_after(&mut connection, commune, None, 10, &program, day).await?;
                    Result::Ok(known.into_iter().map(|known| known.id).collect::<Vec<_>>())
                };
                same!("known_after", known_after(commune), known_after(NOWHERE));
                let known_some = async |commune: &str| {
                    let mut connection = desk.store().read().await?;
                    let all = std::slice::from_ref(id);
                    let known = desk.known_some(&mut connection, commune, all, &program, day).await?;
                    Result::Ok(known.into_iter().map(|known| known.id).collect::<Vec<_>>())
                };
                same!("known_some", known_some(commune), known_some(NOWHERE));
                // A commune is no secret; its households are.
                let read_commune = async || {
                    let mut connection = desk.store().read().await?;
                    let read = desk.read_commune(&mut connection, commune, day).await?;
                    Result::Ok(read.households()?.len())
                };
                match read_commune().await {
                    Ok(households) => assert_eq!(households, 0, "read_commune"),
                    Err(refused) => {
                        assert!(
                            matches!(refused, vuon_registry::RegistryError::Forbidden { .. }),
                            "read_commune: {refused}"
                        );
                    }
                }
                if let Some(hamlet) = &known.place.hamlet {
                    let (there, nowhere) = ([hamlet.clone()], [NOBODY.to_owned()]);
                    same!("hamlet_names", desk.hamlet_names(&there), desk.hamlet_names(&nowhere));
                    same!(
                        "place_of_destination",
                        desk.place_of_destination(commune, Some(hamlet)),
                        desk.place_of_destination(NOWHERE, Some(hamlet))
                    );
                }
                same!(
                    "place_hamlet",
                    desk.place_hamlet(commune, known.place.hamlet.as_deref(), commune),
                    desk.place_hamlet(NOWHERE, known.place.hamlet.as_deref(), commune)
                );
                let new = |commune: &str| NewHousehold {
                    commune: commune.into(),
                    hamlet: None,
                    code: None,
                    from: day,
                    members: vec![NewMember { relation: "head".into(), ..member.clone() }],
                };
                let (there, nowhere) = (new(commune), new(NOWHERE));
                same!("add_household", desk.add_household(&there), desk.add_household(&nowhere));
                let list = |commune: &str| AsOf {
                    commune: commune.into(),
                    on: day,
                    known_at: None,
                    standard: None,
                    statuses: Vec::new(),
                };
                let (there, nowhere) = (list(commune), list(NOWHERE));
                let all = PageRequest::first();
                same!("list_as_of", desk.list_as_of(&there, &all), desk.list_as_of(&nowhere, &all));
                let exported = async |of: &AsOf| desk.export_list(of).await.map(|_| ());
                same!("export_list", exported(&there), exported(&nowhere));
                let bytes = format!("Họ và tên,Quan hệ với chủ hộ\n{},Chủ hộ\n", known.names[0]);
                let import = |commune| ImportFile {
                    name: "list.csv",
                    bytes: bytes.as_bytes(),
                    commune,
                    standard: common::PACK,
                    status: "poor",
                    valid_from: day,
                    complete: true,
                };
                let (there, nowhere) = (import(commune), import(NOWHERE));
                same!("plan_import", desk.plan_import(&there), desk.plan_import(&nowhere));
                same!("run_import", desk.run_import(&there, "x"), desk.run_import(&nowhere, "x"));
                same!("import_at_once", desk.import_at_once(&there), desk.import_at_once(&nowhere));
                same!("author_names", desk.author_names(commune, &[1, 2]), desk.author_names(NOWHERE, &[1, 2]));
                let account = |area: &str| NewAccount {
                    login: "new.account".into(),
                    name: "Ai Đó".into(),
                    role: Role::Enumerator,
                    area: Some(area.into()),
                    hamlet: None,
                    password: common::PASSWORD.into(),
                };
                let (there, nowhere) = (account(commune), account(NOWHERE));
                same!("add_account", desk.add_account(&there), desk.add_account(&nowhere));
            }
        }
        assert_eq!(world.number("SELECT COUNT(*) FROM entry").await, entries, "nothing was written");
    })
    .await;
}

#[tokio::test]
async fn pairs_and_accounts_are_shown_to_who_reaches_the_whole_of_them() {
    for_each_engine(async |world| {
        let mut random = StdRng::seed_from_u64(54);
        let model = build(world, &mut random).await;
        assert!(model.pairs.len() >= COMMUNES.len());
        let all = PageRequest { after: None, limit: 200 };
        for desk in &model.desks {
            let role = desk.actor().role;
            for commune in COMMUNES {
                let answer = desk.duplicates(commune, &all).await;
                model.check(desk, "duplicates", &format!("{answer:?}"));
                let found: BTreeSet<String> = match answer {
                    Ok(page) => page.rows.into_iter().map(|row| row.id).collect(),
                    Err(_) => {
                        assert!(!sees_people(role));
                        continue;
                    }
                };
                let expected: BTreeSet<String> = model
                    .pairs
                    .iter()
                    .filter(|(_, homes)| homes.iter().all(|home| model.reaches(desk, home)))
                    .filter(|(_, homes)| model.households[&homes[0]].place.commune == commune)
                    .map(|(id, _)| id.clone())
                    .collect();
                assert_eq!(found, expected, "{:?}", desk.actor());
            }
            for (pair, homes) in &model.pairs {
                if !homes.iter().all(|home| model.reaches(desk, home)) {
                    let there = told(desk.judge_duplicate(pair, DuplicateVerdict::Different, None).await);
                    assert_eq!(there, told(desk.judge_duplicate(NOBODY, DuplicateVerdict::Different, None).await));
                    let there = told(desk.undo_merge(pair).await);
                    assert_eq!(there, told(desk.undo_merge(NOBODY).await));
                }
            }

            let may = matches!(role, Role::Administrator | Role::CommuneOfficer | Role::Province);
            let answer = desk.accounts(&all).await;
            assert_eq!(answer.is_ok(), may, "{role:?}");
            if let Ok(page) = answer {
                let found: BTreeSet<String> = page.rows.into_iter().map(|account| account.id).collect();
                let expected: BTreeSet<String> = model
                    .accounts
                    .iter()
                    .filter(|(_, (_, place, reach))| covers(&desk.actor().reach, reach, place.as_ref()))
                    .map(|(id, _)| id.clone())
                    .collect();
                assert_eq!(found, expected, "{:?}", desk.actor());
            }
            for (id, (_, place, reach)) in &model.accounts {
                if *id == desk.actor().id || covers(&desk.actor().reach, reach, place.as_ref()) {
                    continue;
                }
                assert_eq!(told(desk.account(id).await), told(desk.account(NOBODY).await));
                assert_eq!(
                    told(desk.set_active(id, false, None).await),
                    told(desk.set_active(NOBODY, false, None).await)
                );
                let password = common::PASSWORD;
                let there = told(desk.reset_password(id, password).await);
                assert_eq!(there, told(desk.reset_password(NOBODY, password).await));
                assert_eq!(told(desk.untie_openid(id).await), told(desk.untie_openid(NOBODY).await));
                let there = told(desk.reset_second_factor(id).await);
                assert_eq!(there, told(desk.reset_second_factor(NOBODY).await));
                let there = told(desk.move_account(id, None, None, None).await);
                assert_eq!(there, told(desk.move_account(NOBODY, None, None, None).await));
            }
        }
    })
    .await;
}
