//! What a household carries with it when it is divided or merged, and what it has in a group.

use crate::common::for_each_engine;
use crate::support::*;
use jiff::civil::date;
use std::collections::BTreeMap;
use vuon_programme::agreements::Recipient;
use vuon_registry::RegistryError;
use vuon_registry::households::{DuplicateVerdict, NextHead};
use vuon_registry::page::PageRequest;

fn refused<T: std::fmt::Debug>(result: vuon_registry::Result<T>, why: &str) {
    match result {
        Err(RegistryError::Illegal { why: told, .. }) => assert!(told.contains(why), "{told}"),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn whoever_leaves_a_household_carries_what_it_had_until_then() {
    for_each_engine(async |world| {
        let support = Support::new(world).await;
        let household = support.poor(world, "Lò Văn Một").await;
        support.capital(PRODUCTION, 60_000_000).await;
        let kept = support.approved(&household, 10_000_000).await;
        support.paid(&kept, "signed", "signature").await;
        let view = support.village.officer.household(&household).await.unwrap();
        let head = NextHead { person: view.members[1].person.clone(), relations: BTreeMap::new(), confirmed: false };
        let today = support.today();
        let left = support.village.officer.split_household(&household, view.row.version, &head, today).await.unwrap();
        has_status(world, &left, "poor", date(2025, 9, 1)).await;
        refused(support.officer.draw_up(&production(&left, 9_000_000)).await, "again from");
        // What the other has afterwards is not theirs: a household that never had it may still have it.
        let other = support.poor(world, "Lò Văn Hai").await;
        let view = support.village.officer.household(&other).await.unwrap();
        let head = NextHead { person: view.members[1].person.clone(), relations: BTreeMap::new(), confirmed: false };
        let free =
            support.village.officer.split_household(&other, view.row.version, &head, date(2025, 9, 1)).await.unwrap();
        has_status(world, &free, "poor", date(2025, 9, 1)).await;
        support.approved(&other, 9_000_000).await;
        support.approved(&free, 9_000_000).await;
    })
    .await;
}

#[tokio::test]
async fn what_a_merged_household_had_counts_until_the_merge_is_undone() {
    for_each_engine(async |world| {
        let support = Support::new(world).await;
        let officer = &support.village.officer;
        let first = support.poor(world, "Lò Văn Một").await;
        let second = support.poor(world, "Lò Văn Một").await;
        support.capital(PRODUCTION, 60_000_000).await;
        let kept = support.approved(&second, 10_000_000).await;
        support.paid(&kept, "signed", "signature").await;
        let commune = support.village.commune.clone();
        officer.find_duplicates(&commune).await.unwrap();
        let queue = officer.duplicates(&commune, &PageRequest::first()).await.unwrap().rows;
        let pair = queue.first().unwrap();
        let verdict = if pair.first.id == first { DuplicateVerdict::Merge } else { DuplicateVerdict::MergeIntoSecond };
        officer.judge_duplicate(&pair.id, verdict, None).await.unwrap();
        refused(support.officer.draw_up(&production(&first, 9_000_000)).await, "again from");
        officer.undo_merge(&pair.id).await.unwrap();
        support.officer.draw_up(&production(&first, 9_000_000)).await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn a_member_who_left_with_a_division_has_nothing_twice() {
    for_each_engine(async |world| {
        let support = Support::new(world).await;
        let household = support.poor(world, "Lò Văn Một").await;
        let view = support.village.officer.household(&household).await.unwrap();
        let head = NextHead { person: view.members[1].person.clone(), relations: BTreeMap::new(), confirmed: false };
        let today = support.today();
        let open = support.drawn_up(&household, 9_000_000).await;
        assert!(matches!(open.thing.recipient, Recipient::Household(_)));
        let left = support.village.officer.split_household(&household, view.row.version, &head, today).await.unwrap();
        has_status(world, &left, "poor", date(2025, 9, 1)).await;
        refused(support.officer.draw_up(&production(&left, 9_000_000)).await, "already");
        support.chair.refuse_agreement(&open.id, open.version, "hộ không nhận (ví dụ)").await.unwrap();
        support.officer.draw_up(&production(&left, 9_000_000)).await.unwrap();
    })
    .await;
}
