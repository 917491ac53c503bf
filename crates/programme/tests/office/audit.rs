//! The audit of support: clean after a whole story, and it finds whatever was changed behind the register's back.

use crate::common::{World, for_each_engine};
use crate::support::*;
use vuon_programme::Office;
use vuon_programme::ranking::Quota;
use vuon_registry::RegistryError;

async fn story(world: &World) -> Office {
    let support = Support::new(world).await;
    let household = support.poor(world, "Lò Văn Một").await;
    support.capital(PRODUCTION, 12_000_000).await;
    support.officer.rank_area(&support.village.commune, PRODUCTION, YEAR, Quota::Places(1)).await.unwrap();
    let kept = support.approved(&household, 10_000_000).await;
    support.paid(&kept, "signed", "signature").await;
    let chair = support.chair.verify().await;
    assert!(matches!(chair, Err(RegistryError::NotFound)), "a chair sees the commune's part of the ledger only");
    Office::of(support.village.auditor.clone()).await.unwrap()
}

#[tokio::test]
async fn a_whole_story_verifies() {
    for_each_engine(async |world| {
        let audit = story(world).await.verify().await.unwrap();
        assert_eq!(audit.differences, []);
        assert_eq!((audit.records, audit.transfers, audit.accounts), (5, 4, 5), "{audit:?}");
        world.chains_verify().await;
    })
    .await;
}

#[tokio::test]
async fn whatever_is_changed_behind_it_is_found() {
    for tampered in [
        "UPDATE money_account SET balance = balance + 1 WHERE kind = 'paid'",
        "UPDATE money_transfer SET amount = amount - 1 WHERE event = 'confirm'",
        "UPDATE money_transfer SET on_day = '2025-01-01' WHERE event = 'order'",
        "DELETE FROM money_transfer WHERE event = 'commit'",
        "INSERT INTO money_transfer SELECT 'made up', chain, event, from_account, to_account, amount, on_day, record, at \
         FROM money_transfer WHERE event = 'confirm'",
        "UPDATE record SET state = 'fulfilled' WHERE kind = 'agreement'",
        "UPDATE record SET key = NULL WHERE kind = 'payment'",
        "UPDATE record SET version = 9 WHERE kind = 'ranking'",
        "UPDATE record SET content = (SELECT content FROM record WHERE kind = 'grant') WHERE kind = 'agreement'",
        "DELETE FROM record WHERE kind = 'payment_file'",
        "UPDATE record SET province = 'vn-2025-07-01:01' WHERE kind = 'agreement'",
        "UPDATE money_account SET kind = 'source' WHERE kind = 'budget'",
    ] {
        for_each_engine(async |world| {
            let auditor = story(world).await;
            world.tamper(tampered).await;
            let audit = auditor.verify().await.unwrap();
            assert!(!audit.differences.is_empty(), "{tampered}");
        })
        .await;
    }
}

#[tokio::test]
async fn the_database_itself_refuses_what_must_not_be() {
    for_each_engine(async |world| {
        story(world).await;
        for (refused, column) in [
            ("UPDATE money_account SET balance = -1 WHERE kind = 'budget'", "balance"),
            ("UPDATE money_transfer SET amount = 0 WHERE event = 'commit'", "amount"),
        ] {
            let mut connection = <sqlx::AnyConnection as sqlx::Connection>::connect(&world.url).await.unwrap();
            let told = sqlx::query(refused).execute(&mut connection).await;
            assert!(told.is_err(), "{column}");
        }
    })
    .await;
}
