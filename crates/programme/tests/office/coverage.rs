//! How far support reaches in the units below an area: counts, for those who see no household.

use crate::common::for_each_engine;
use crate::support::*;
use jiff::civil::date;
use vuon_programme::Office;
use vuon_registry::RegistryError;
use vuon_registry::scope::Role;

#[tokio::test]
async fn a_province_sees_where_households_of_the_list_have_nothing() {
    for_each_engine(async |world| {
        let support = Support::new(world).await;
        support.capital(PRODUCTION, 20_000_000).await;
        let household = support.poor(world, "Lò Văn Một").await;
        support.poor(world, "Lò Văn Hai").await;
        support.approved(&household, 9_000_000).await;
        let drafted = support.poor(world, "Lò Văn Ba").await;
        support.drawn_up(&drafted, 1_000_000).await;
        let rows = support.province.coverage(&support.village.place.province).await.unwrap();
        let there = rows.iter().find(|row| row.unit == support.village.commune).unwrap();
        assert_eq!((there.listed, there.supported, there.twice), (3, 1, 0), "a draft is no support");
        assert!(rows.iter().all(|row| row.unit == there.unit || row.listed == 0));
        assert_eq!(support.officer.coverage(&support.village.commune).await.unwrap(), [], "no unit is below a commune");
        let beyond = support.officer.coverage(&support.village.place.province).await;
        assert!(matches!(beyond, Err(RegistryError::NotFound)), "{beyond:?}");
        world.account("ministry", Role::Ministry, None, None).await;
        let ministry = Office::of(world.sign_in("ministry").await).await.unwrap();
        let (list, _) = support.village.commune.split_once(':').unwrap();
        let rows = ministry.coverage(list).await.unwrap();
        let there = rows.iter().find(|row| row.unit == support.village.place.province).unwrap();
        assert_eq!((there.listed, there.supported), (3, 1));
    })
    .await;
}

#[tokio::test]
async fn listed_households_without_an_agreement_are_counted_one_by_one() {
    for_each_engine(async |world| {
        let support = Support::new(world).await;
        support.capital(PRODUCTION, 90_000_000).await;
        let supported = support.poor(world, "Lò Văn Một").await;
        support.poor(world, "Lò Văn Hai").await;
        let back = support.poor(world, "Lò Văn Ba").await;
        let closed = support.poor(world, "Lò Văn Bốn").await;
        for household in [&supported, &back, &closed] {
            support.approved(household, 9_000_000).await;
        }
        // One was off the list when it was agreed, and is back; one is no more.
        has_status(world, &back, "average", date(2025, 9, 1)).await;
        has_status(world, &back, "poor", support.today()).await;
        world.tamper(&format!("UPDATE household SET closed = '2025-09-08' WHERE id = '{closed}'")).await;
        let commune = &support.village.commune;
        assert_eq!(support.officer.without_agreement(commune, YEAR).await.unwrap(), (1, 3));
        assert_eq!(
            support.officer.without_agreement(commune, YEAR - 1).await.unwrap(),
            (3, 3),
            "another year's capital"
        );
        let beyond = support.officer.without_agreement(&support.village.place.province, YEAR).await;
        assert!(matches!(beyond, Err(RegistryError::NotFound)), "{beyond:?}");
    })
    .await;
}
