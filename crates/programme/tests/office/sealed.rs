//! Sealed facts: recorded by whoever gets the paper, opened by the chair alone, in no list and no explanation.

use crate::common::for_each_engine;
use crate::support::*;
use vuon_policy::support::SealedFact;
use vuon_programme::ranking::{Quota, draw};
use vuon_programme::ranks::{AreaRanking, RankedRow};
use vuon_registry::RegistryError;

#[tokio::test]
async fn a_sealed_fact_orders_and_is_named_nowhere() {
    for_each_engine(async |world| {
        let support = Support::new(world).await;
        let commune = support.village.commune.clone();
        let mut households = Vec::new();
        for name in ["Một", "Hai", "Ba", "Bốn", "Năm", "Sáu", "Bảy", "Tám"] {
            households.push(support.poor(world, &format!("Lò Văn {name}")).await);
        }
        let ranked = async || -> (AreaRanking, Vec<RankedRow>) {
            let id = support.officer.rank_area(&commune, PRODUCTION, YEAR, Quota::Places(1)).await.unwrap();
            (support.officer.ranking(&id).await.unwrap().thing, support.rows(&id).await)
        };
        let (first, before) = ranked().await;
        let last = before.last().unwrap().recipient.id().to_owned();
        assert!(households.contains(&last));
        let member = support.village.officer.household(&last).await.unwrap().members[1].person.clone();
        support.officer.seal_fact(&member, SealedFact::Hiv, true).await.unwrap();
        let (after, rows) = ranked().await;
        assert_eq!(rows[0].recipient.id(), last, "whoever has a sealed fact comes first");
        assert_eq!(after.line.as_ref().unwrap().decided_by, "order", "and nobody is told why");
        let sealed = after.keys.iter().position(|key| key == "returning").unwrap();
        assert!(rows.iter().all(|row| row.keys[sealed].is_none()));
        // With the fact and without, what readers see differs in places alone: no number, no word at the line tells which.
        let shown =
            |rows: &[RankedRow]| rows.iter().map(|row| (row.keys.clone(), row.draw.clone())).collect::<Vec<_>>();
        assert_eq!(shown(&before), shown(&rows));
        assert!(rows.iter().all(|row| row.draw.is_none()));
        assert_eq!(first.line.as_ref().unwrap().decided_by, "order");
        // Whoever repeats the draw with what is published does not find the order.
        let mut repeated: Vec<&str> = households.iter().map(String::as_str).collect();
        repeated.sort_by_key(|id| draw(&first.seed, id));
        assert_ne!(repeated, before.iter().map(|row| row.recipient.id()).collect::<Vec<_>>());

        // Nothing that is stored in the open names it: not a row, not a content of the ledger.
        for (table, column) in [("content", "body"), ("record", "content"), ("sealed_fact", "sealed")] {
            let named = format!("SELECT COUNT(*) FROM {table} WHERE {column} LIKE '%hiv%'");
            assert_eq!(world.number(&named).await, 0, "{table}");
        }
        for office in [&support.officer, &support.province] {
            let opened = office.open_facts(&member, "xem thử").await;
            assert!(matches!(opened, Err(RegistryError::Forbidden { .. })), "{opened:?}");
        }
        assert!(support.chair.open_facts(&member, " ").await.is_err(), "a reason is needed");
        let opened = support.chair.open_facts(&member, "xét thứ tự ưu tiên").await.unwrap();
        assert_eq!(opened.into_iter().collect::<Vec<_>>(), [SealedFact::Hiv]);
        let opened = "SELECT COUNT(*) FROM entry WHERE kind = 'sealed_opened'";
        assert_eq!(world.number(opened).await, 1, "the ledger says who opened it");
        let named = format!("SELECT COUNT(*) FROM entry WHERE kind LIKE 'sealed%' AND subject = '{member}'");
        assert_eq!(world.number(&named).await, 0, "and not about whom");
        let tried = support.officer.seal_fact(&member, SealedFact::Hiv, false).await;
        assert!(
            matches!(tried, Err(RegistryError::Forbidden { .. })),
            "taking one away would tell whether it was there"
        );
        support.chair.seal_fact(&member, SealedFact::Hiv, false).await.unwrap();
        assert_eq!(ranked().await.1, before);
    })
    .await;
}

#[tokio::test]
async fn what_is_sealed_has_the_same_length_whatever_it_is() {
    for_each_engine(async |world| {
        let support = Support::new(world).await;
        let household = support.poor(world, "Lò Văn Một").await;
        let member = support.village.officer.household(&household).await.unwrap().members[0].person.clone();
        let mut lengths = Vec::new();
        for fact in SealedFact::ALL {
            support.officer.seal_fact(&member, fact, true).await.unwrap();
            lengths.push(world.number("SELECT LENGTH(sealed) FROM sealed_fact").await);
        }
        lengths.dedup();
        assert_eq!(lengths.len(), 1);
    })
    .await;
}
