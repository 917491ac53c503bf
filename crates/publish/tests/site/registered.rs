//! The window filled from a register.

use crate::common::{OTHER_COMMUNE, PROVINCE, for_each_engine};
use crate::support::{PRODUCTION, Support, has_status};
use jiff::civil::date;
use vuon_publish::disclosure::{Ledger, Rule};
use vuon_publish::site::{collect, release};

#[tokio::test]
async fn a_register_is_published_by_who_reaches_it_and_once_the_year_is_over() {
    for_each_engine(async |world| {
        let support = Support::new(world).await;
        let first = support.poor(world, "Lò Văn Một").await;
        for number in 0..5 {
            support.poor(world, &format!("Lò Văn Mẫu {number}")).await;
        }
        let near_poor = support.village.household(1, &["Vàng A Giả"]).await;
        has_status(world, &near_poor, "near_poor", date(2024, 12, 31)).await;
        support.capital(PRODUCTION, 50_000_000).await;
        let agreement = support.approved(&first, 10_000_000).await;
        support.paid(&agreement, "signed", "signature").await;

        let commune = &support.village.commune;
        let collected = async |area: &str| collect(&support.village.officer, area).await;
        let now = collected(commune).await.unwrap();
        assert_eq!(now.years.iter().map(|year| year.year).collect::<Vec<_>>(), [2024], "2025 is not over");
        for out_of_reach in [PROVINCE, OTHER_COMMUNE] {
            assert!(collected(out_of_reach).await.is_err());
        }
        world.clock.stand(date(2026, 1, 5));
        let facts = collected(commune).await.unwrap();
        let last = facts.years.last().unwrap();
        let paid = &last.paid.as_ref().unwrap()[0];
        assert_eq!((paid.scheme.as_str(), paid.recipients, paid.paid), (PRODUCTION, 1, 5_000_000));
        let all = collect(&world.operator(), "vn-2025-07-01").await.unwrap();
        assert_eq!(all.years.last().unwrap().paid.as_ref().unwrap().len(), 1);

        let window = release(&facts, &mut Ledger::default(), &Rule::default()).unwrap();
        let year = window.years.last().unwrap();
        assert_eq!((year.units.len(), year.units[0].poor), (1, Some(6)), "no hamlet is told");
        assert_eq!(year.units[0].near_poor, None);
        let schemes = year.schemes.as_ref().unwrap();
        assert_eq!((schemes[0].recipients, schemes[0].paid), (None, None), "what one household received");
    })
    .await;
}
