//! Areas: the national lists, a country's own, and what each person is shown of the tree.

#![allow(clippy::unwrap_used)]

mod common;

use common::{COMMUNE, LIST, OTHER_COMMUNE, PROVINCE, for_each_engine};
use jiff::civil::date;
use std::time::Instant;
use vuon_areas::Level;
use vuon_registry::RegistryError;
use vuon_registry::areas::NewArea;

fn unit(code: &str, level: Level, name: &str, parent: Option<&str>) -> NewArea {
    NewArea { code: code.into(), level, kind: "Unit".into(), name: name.into(), parent: parent.map(str::to_owned) }
}

#[tokio::test]
async fn the_whole_national_tree_loads_in_no_time_and_once() {
    for_each_engine(async |world| {
        let operator = world.operator();
        let began = Instant::now();
        assert_eq!(operator.load_areas("vn-2025-03-01").await.unwrap(), 10_794);
        let took = began.elapsed();
        println!("{:?}: 10,794 units in {took:?}", world.engine());
        assert_eq!(operator.load_areas(LIST).await.unwrap(), 3_355);
        let entries = world.number("SELECT COUNT(*) FROM entry").await;
        let lineage = world.number("SELECT COUNT(*) FROM lineage").await;
        assert_eq!(operator.load_areas(LIST).await.unwrap(), 3_355);
        assert_eq!(world.number("SELECT COUNT(*) FROM entry").await, entries);
        assert_eq!(world.number("SELECT COUNT(*) FROM lineage").await, lineage);
        assert_eq!(operator.area_lists().await.unwrap(), ["vn-2025-03-01", LIST]);
        assert_eq!(operator.area_list().await.unwrap(), "vn-2025-03-01");
        let unknown = operator.load_areas("vn-1975").await.unwrap_err();
        assert!(matches!(unknown, RegistryError::Area(_)));
    })
    .await;
}

#[tokio::test]
async fn lineage_comes_with_the_second_of_two_lists_whichever_it_is() {
    for_each_engine(async |world| {
        let operator = world.operator();
        operator.load_areas(LIST).await.unwrap();
        assert_eq!(world.number("SELECT COUNT(*) FROM lineage").await, 0);
        operator.load_areas("vn-2025-03-01").await.unwrap();
        let became = operator.lineage("vn-2025-03-01:00006").await.unwrap();
        assert_eq!(became.len(), 1);
        assert_eq!((became[0].to.as_str(), became[0].split), ("vn-2025-07-01:00008", false));
        assert_eq!(became[0].on_day, date(2025, 7, 1));
        let came_from = operator.lineage("vn-2025-07-01:00008").await.unwrap();
        assert!(came_from.len() > 1 && came_from.contains(&became[0]));
        assert!(came_from.iter().any(|row| row.split));
        // A province follows its communes; a district has no successor.
        assert_eq!(operator.lineage("vn-2025-03-01:15").await.unwrap()[0].to, "vn-2025-07-01:15");
        assert_eq!(operator.lineage("vn-2025-03-01:094").await.unwrap(), []);
        let split = world.number("SELECT COUNT(DISTINCT from_area) FROM lineage WHERE split = 1").await;
        assert!(split > 400, "{split}");
    })
    .await;
}

#[tokio::test]
async fn a_countrys_own_list_loads_whole_or_not_at_all_and_names_the_rows() {
    for_each_engine(async |world| {
        let operator = world.operator();
        let rows = vec![
            unit("c1", Level::Commune, "First", Some("d1")),
            unit("p1", Level::Province, "North", None),
            unit("d1", Level::District, "Upper", Some("p1")),
            unit("c2", Level::Commune, "Second", Some("p1")),
        ];
        assert_eq!(operator.load_own_areas("own-2025", &rows).await.unwrap(), 4);
        assert_eq!(operator.load_own_areas("own-2025", &rows).await.unwrap(), 4);
        let place = operator.place("own-2025:c1", None).await.unwrap();
        assert_eq!((place.province.as_str(), place.district.as_deref()), ("own-2025:p1", Some("own-2025:d1")));
        assert_eq!(operator.place("own-2025:c2", None).await.unwrap().district, None);
        let other = operator.load_own_areas("own-2025", &rows[1..2]).await.unwrap_err();
        assert!(matches!(other, RegistryError::Exists { .. }));

        let wrong = [
            unit("p1", Level::Province, "North", None),
            unit("p1", Level::Province, "North again", None),
            unit("c1", Level::Commune, "First", Some("d9")),
            unit("d1", Level::District, "Upper", Some("c1")),
            unit("d2", Level::District, "", None),
            unit("a:b", Level::District, "Colon", Some("p1")),
            unit("p2", Level::Province, "South", Some("p1")),
        ];
        let message = operator.load_own_areas("own-2026", &wrong).await.unwrap_err().to_string();
        for expected in [
            "row 2: the code p1 is that of row 1 too",
            "row 3: the unit above, d9, is in no row",
            "row 4: a district cannot lie in c1, a commune",
            "row 5: the name is missing",
            "row 5: a district needs the code of the unit above it",
            "row 6: a code has no blanks and no colons",
            "row 7: a province has no unit above it",
        ] {
            assert!(message.contains(expected), "{expected}\nis not in\n{message}");
        }
        assert_eq!(operator.area_lists().await.unwrap(), ["own-2025"]);
        for name in ["", "Own", "own:1", LIST] {
            let error = operator.load_own_areas(name, &rows).await.unwrap_err();
            assert!(matches!(error, RegistryError::Invalid { .. }), "{name}");
        }
    })
    .await;
}

/// Row "openspp-modules #652": an area file with 43,796 rows did not import.
#[tokio::test]
async fn fifty_thousand_areas_load_at_once() {
    for_each_engine(async |world| {
        let mut rows: Vec<NewArea> =
            (0..50).map(|p| unit(&format!("{p:02}"), Level::Province, &format!("P {p}"), None)).collect();
        rows.extend((0..50_000).map(|c| {
            unit(&format!("{c:05}"), Level::Commune, &format!("Commune {c}"), Some(&format!("{:02}", c % 50)))
        }));
        let began = Instant::now();
        assert_eq!(world.operator().load_own_areas("large", &rows).await.unwrap(), 50_050);
        let took = began.elapsed();
        println!("{:?}: 50,050 units in {took:?}", world.engine());
    })
    .await;
}

#[tokio::test]
async fn everybody_is_shown_the_own_part_of_the_tree_and_what_is_above() {
    for_each_engine(async |world| {
        let village = world.village().await;
        let officer = &village.officer;
        let names = |rows: Vec<vuon_registry::areas::AreaRow>| rows.into_iter().map(|row| row.id).collect::<Vec<_>>();
        assert_eq!(names(officer.areas_below(None).await.unwrap()), [PROVINCE]);
        assert_eq!(names(officer.areas_below(Some(PROVINCE)).await.unwrap()), [COMMUNE]);
        assert_eq!(names(village.upper.areas_below(None).await.unwrap()), [PROVINCE]);
        assert_eq!(village.upper.areas_below(Some(PROVINCE)).await.unwrap().len(), 45);
        assert_eq!(village.auditor.areas_below(None).await.unwrap().len(), 34);
        officer.area(PROVINCE).await.unwrap();
        let outside = officer.area("vn-2025-07-01:01").await.unwrap_err();
        assert!(matches!(outside, RegistryError::NotFound));
        assert!(matches!(officer.lineage("vn-2025-07-01:01").await.unwrap_err(), RegistryError::NotFound));
        for typed in ["mường nhé", "MUONG NHE", "Xã Mường N", "muong"] {
            assert_eq!(names(officer.find_communes(typed).await.unwrap()), [COMMUNE], "{typed}");
        }
        assert_eq!(officer.find_communes("Na Sang").await.unwrap(), []);
        assert!(village.upper.find_communes("m").await.unwrap().len() > 5);
        assert_eq!(village.auditor.find_communes("").await.unwrap().len(), 50);
    })
    .await;
}

#[tokio::test]
async fn whoever_moves_a_household_finds_every_commune_and_no_hamlet_of_another() {
    for_each_engine(async |world| {
        let village = world.village().await;
        let there = world.village_in(OTHER_COMMUNE).await;
        let officer = &village.officer;
        let found = officer.find_destinations("xa na sang").await.unwrap();
        assert_eq!(found.len(), 1, "{found:?}");
        assert!(found[0].name.starts_with("Xã Na Sang, Tỉnh "), "{}", found[0].name);
        assert_eq!(officer.destination(&found[0].id).await.unwrap(), found[0]);
        assert_eq!(officer.find_destinations("").await.unwrap().len(), 50);
        assert!(matches!(officer.destination(PROVINCE).await.unwrap_err(), RegistryError::NotFound));
        let place = officer.place_of_destination(OTHER_COMMUNE, None).await.unwrap();
        assert_eq!((place.commune.as_str(), place.hamlet), (OTHER_COMMUNE, None));
        let hamlet = Some(there.hamlets[0].as_str());
        let hidden = officer.place_of_destination(OTHER_COMMUNE, hamlet).await.unwrap_err();
        assert!(matches!(hidden, RegistryError::NotFound), "{hidden}");
        let own = officer.place_of_destination(COMMUNE, Some(&village.hamlets[0])).await.unwrap();
        assert_eq!(own, village.place_of(0));
        assert!(village.enumerator.find_destinations("a").await.is_err(), "who moves nobody looks for nothing");
    })
    .await;
}

#[tokio::test]
async fn hamlets_are_the_communes_and_counted_as_people_count() {
    for_each_engine(async |world| {
        let village = world.village().await;
        let since = date(2021, 1, 1);
        for name in ["Thôn 10", "Thôn 2"] {
            village.officer.add_hamlet(COMMUNE, name, since).await.unwrap();
        }
        let taken = village.officer.add_hamlet(COMMUNE, "THON 02", since).await.unwrap_err();
        assert!(matches!(taken, RegistryError::Exists { .. }));
        let names: Vec<String> =
            village.auditor.hamlets(COMMUNE).await.unwrap().into_iter().map(|hamlet| hamlet.name).collect();
        assert_eq!(names, ["Bản Mẫu Hai", "Bản Mẫu Một", "Thôn 2", "Thôn 10"]);
        let own = village.hamlet_enumerator.hamlets(COMMUNE).await.unwrap();
        assert_eq!(own.len(), 1);
        assert_eq!(own[0].id, village.hamlets[0]);
        assert_eq!(village.officer.hamlets(common::OTHER_COMMUNE).await.unwrap(), []);
        let outside = village.officer.add_hamlet(common::OTHER_COMMUNE, "Thôn", since).await.unwrap_err();
        assert!(matches!(outside, RegistryError::NotFound));
        let role = village.enumerator.add_hamlet(COMMUNE, "Thôn", since).await.unwrap_err();
        assert!(matches!(role, RegistryError::Forbidden { .. }));
        let place = village.hamlet_enumerator.place(COMMUNE, Some(&village.hamlets[0])).await.unwrap();
        assert_eq!(place, village.place_of(0));
        let other = village.hamlet_enumerator.place(COMMUNE, Some(&village.hamlets[1])).await.unwrap_err();
        assert!(matches!(other, RegistryError::NotFound));
    })
    .await;
}
