//! Movement tables: both printed identities hold for any history, commune, period and list of areas.

use crate::common::for_each_engine;
use crate::steps::*;
use jiff::civil::date;
use proptest::prelude::*;
use vuon_registry::RegistryError;
use vuon_registry::flows::count::{Household, List, Seen, holds, movement};

fn seen() -> impl Strategy<Value = Seen<u8>> {
    let list = prop_oneof![Just(None), Just(Some(List::Poor)), Just(Some(List::NearPoor))];
    (list, prop::option::weighted(0.9, 0u8..4), 0i64..9).prop_map(|(list, place, persons)| Seen {
        list,
        place,
        persons,
    })
}

fn household() -> impl Strategy<Value = Household<u8>> {
    (seen(), seen(), any::<bool>(), any::<bool>()).prop_map(|(from, to, before, split)| Household {
        from,
        to,
        before,
        split,
    })
}

proptest! {
    #[test]
    fn both_identities_hold_for_any_households_and_any_part_of_the_places(
        households in prop::collection::vec(household(), 0..60),
        within in prop::collection::vec(any::<bool>(), 4),
    ) {
        let inside = |place: &u8| within[usize::from(*place)];
        let poor = movement(&households, List::Poor, inside);
        let near = movement(&households, List::NearPoor, inside);
        prop_assert!(holds(&poor, &near));
        // Opening and closing are plain counts of the two days, and no column is below zero.
        let count = |list, which: fn(&Household<u8>) -> &Seen<u8>| households.iter().map(which)
            .filter(|seen| seen.list == Some(list) && seen.place.as_ref().is_some_and(inside)).count() as i64;
        prop_assert_eq!(poor.households.opening, count(List::Poor, |h| &h.from));
        prop_assert_eq!(near.households.closing, count(List::NearPoor, |h| &h.to));
        for flow in [poor.households, poor.persons, near.households, near.persons] {
            let columns = [flow.opening, flow.became_other, flow.escaped, flow.other_decrease, flow.from_other,
                flow.relapse, flow.newly_arising, flow.other_increase, flow.closing];
            prop_assert!(columns.iter().all(|column| *column >= 0));
        }
    }

    #[test]
    fn the_parts_of_an_area_add_up_to_its_opening_and_closing(
        households in prop::collection::vec(household(), 0..60),
    ) {
        for list in [List::Poor, List::NearPoor] {
            let whole = movement(&households, list, |_| true);
            let parts: Vec<_> = (0..4).map(|part| movement(&households, list, |place| *place == part)).collect();
            prop_assert_eq!(whole.households.opening, parts.iter().map(|p| p.households.opening).sum::<i64>());
            prop_assert_eq!(whole.persons.closing, parts.iter().map(|p| p.persons.closing).sum::<i64>());
        }
    }
}

#[tokio::test]
async fn a_years_movement_is_told_household_by_household() {
    for_each_engine(async |world| {
        let village = world.village().await;
        let histories: [(&str, &[(&str, i16)]); 7] = [
            ("Lò Văn Một", &[("poor", 2024), ("near_poor", 2025)]),
            ("Lò Văn Hai", &[("poor", 2024), ("average", 2025)]),
            ("Lò Văn Ba", &[("poor", 2024)]),
            ("Lò Văn Bốn", &[("near_poor", 2024), ("poor", 2025)]),
            ("Lò Văn Năm", &[("poor", 2021), ("average", 2023), ("poor", 2025)]),
            ("Lò Văn Sáu", &[("poor", 2025)]),
            ("Lò Văn Bảy", &[("average", 2024)]),
        ];
        for (i, (name, spells)) in histories.iter().enumerate() {
            let household = village.household(i % 2, &[name, "Cà Thị Mẫu"]).await;
            for (status, year) in *spells {
                imported(world, &household, status, date(*year, 1, 1)).await;
            }
        }
        let flows = village.officer.flows(&village.commune, date(2024, 12, 31), date(2025, 12, 31)).await.unwrap();
        assert_eq!(flows.len(), 3, "the commune and its two hamlets");
        let poor = flows[0].poor.households;
        assert_eq!((poor.opening, poor.became_other, poor.escaped, poor.other_decrease), (3, 1, 1, 0));
        assert_eq!((poor.from_other, poor.relapse, poor.newly_arising, poor.other_increase), (1, 1, 1, 0));
        assert_eq!(poor.closing, 4);
        assert_eq!(flows[0].poor.persons.closing, 8);
        let near = flows[0].near_poor.households;
        assert_eq!((near.opening, near.became_other, near.from_other, near.closing), (1, 1, 1, 1));
        assert_eq!(flows[1].poor.households.closing + flows[2].poor.households.closing, 4);

        let province =
            village.upper.flows(&village.place.province, date(2024, 12, 31), date(2025, 12, 31)).await.unwrap();
        assert_eq!(province[0].poor, flows[0].poor);
        assert!(province.iter().any(|unit| unit.area == village.commune && unit.poor == flows[0].poor));
        let nation = village.ministry.flows(crate::common::LIST, date(2024, 12, 31), date(2025, 12, 31)).await.unwrap();
        assert_eq!((nation.len(), nation[0].poor), (35, flows[0].poor));
        let above = village.officer.flows(&village.place.province, date(2024, 12, 31), date(2025, 12, 31)).await;
        assert!(matches!(above, Err(RegistryError::NotFound)));
        let forbidden = village.enumerator.flows(&village.commune, date(2024, 12, 31), date(2025, 12, 31)).await;
        assert!(matches!(forbidden, Err(RegistryError::Forbidden { .. })));
    })
    .await;
}

#[tokio::test]
async fn smaller_and_larger_households_are_counted_where_persons_are() {
    for_each_engine(async |world| {
        let village = world.village().await;
        let household = village.household(0, &["Lò Văn Mẫu", "Cà Thị Mẫu"]).await;
        imported(world, &household, "poor", date(2024, 1, 1)).await;
        let version = village.officer.household(&household).await.unwrap().row.version;
        let member = crate::common::members(&["x", "y", "Lò Thị Bé"]).pop().unwrap();
        let born = vuon_registry::households::MemberChange::MovedIn { member };
        village.officer.change_members(&household, version, &born, date(2025, 5, 1)).await.unwrap();
        let flows = village.officer.flows(&village.commune, date(2024, 12, 31), date(2025, 9, 8)).await.unwrap();
        let (households, persons) = (flows[0].poor.households, flows[0].poor.persons);
        assert_eq!((households.opening, households.closing, households.other_increase), (1, 1, 0));
        assert_eq!((persons.opening, persons.other_increase, persons.closing), (2, 1, 3));
    })
    .await;
}

#[tokio::test]
async fn the_same_households_are_told_by_the_units_before_and_after_a_reform() {
    for_each_engine(async |world| {
        let operator = world.operator();
        operator.load_areas("vn-2025-03-01").await.unwrap();
        operator.load_areas("vn-2025-07-01").await.unwrap();
        operator.set("area_list", "vn-2025-03-01").await.unwrap();
        // Two old communes of one new one.
        let mut villages = Vec::new();
        for code in ["03157", "03160"] {
            villages.push(world.village_in(&format!("vn-2025-03-01:{code}")).await);
        }
        for (village, status) in villages.iter().zip(["poor", "near_poor"]) {
            let household = village.household(0, &["Lò Văn Mẫu", "Cà Thị Mẫu"]).await;
            imported(world, &household, "poor", date(2024, 1, 1)).await;
            imported(world, &household, status, date(2025, 8, 1)).await;
        }
        let (from, to) = (date(2024, 12, 31), date(2025, 9, 1));
        let before = operator.flows("vn-2025-07-01:03160", from, to).await.unwrap();
        operator.reform("vn-2025-03-01", "vn-2025-07-01", false).await.unwrap();
        let after = operator.flows("vn-2025-07-01:03160", from, to).await.unwrap();
        assert_eq!(before[0].poor, after[0].poor, "counted by the new units, before they were there and since");
        assert_eq!((after[0].poor.households.opening, after[0].poor.households.became_other), (2, 1));
        let old = operator.flows("vn-2025-03-01:03160", from, to).await.unwrap();
        assert_eq!((old[0].poor.households.opening, old[0].poor.households.closing), (1, 0));
        assert_eq!(old[0].near_poor.households.from_other, 1);
        let province = operator.flows("vn-2025-03-01:11", from, to).await.unwrap();
        assert_eq!(province[0].poor, after[0].poor);
        assert_eq!(province.iter().skip(1).map(|unit| unit.poor.households.opening).sum::<i64>(), 2, "by districts");
    })
    .await;
}
