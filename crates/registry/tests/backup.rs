//! A copy taken while others write is one state of the register, and is looked through before it counts.

#![allow(clippy::unwrap_used)]

mod common;

use common::{World, members};
use jiff::civil::date;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use vuon_policy::Library;
use vuon_registry::backup::{check, is_empty};
use vuon_registry::clock::Clock;
use vuon_registry::households::NewHousehold;
use vuon_registry::keys::Keys;
use vuon_registry::scope::Actor;
use vuon_registry::{Register, RegistryError, Store};

#[tokio::test(flavor = "multi_thread")]
async fn a_copy_taken_while_households_are_added_is_whole() {
    let world = World::sqlite().await;
    let village = world.village().await;
    let stop = Arc::new(AtomicBool::new(false));
    let (stopped, officer, commune) = (stop.clone(), village.officer.clone(), village.commune.clone());
    // Packs are read once; the copies are of the time after.
    world.register.standard(world.register.clock().today());
    let writer = tokio::spawn(async move {
        let mut added = 0;
        while !stopped.load(Ordering::Relaxed) {
            let new = NewHousehold {
                commune: commune.clone(),
                hamlet: None,
                code: None,
                from: date(2024, 1, 1),
                members: members(&["Lò Văn Mẫu", "Cà Thị Mẫu"]),
            };
            officer.add_household(&new).await.unwrap();
            added += 1;
        }
        added
    });
    let folder = tempfile::tempdir().unwrap();
    let mut copies = Vec::new();
    for number in 0..3 {
        tokio::time::sleep(std::time::Duration::from_millis(60)).await;
        let copy = folder.path().join(format!("copy{number}.db"));
        world.register.copy_to(&copy).await.unwrap();
        copies.push(copy);
    }
    stop.store(true, Ordering::Relaxed);
    let added: i64 = writer.await.unwrap();
    let mut before = 0;
    for copy in &copies {
        let store = Store::open(&format!("sqlite://{}?mode=rw", copy.display()), 1).await.unwrap();
        let checked = check(&store).await.unwrap();
        assert!((before..=added).contains(&checked.households), "{checked:?} of {added}");
        before = checked.households;
        // The copy is a register: with its own key it opens, and everything in it computes again.
        let keys = Keys::from_secret(&world.secret);
        let register = Register::open(store, keys, Clock::system(), Library::embedded()).await.unwrap();
        let report = register.desk(Actor::operator()).verify(None).await.unwrap();
        assert_eq!(report.differences, []);
        register.store().close().await;
    }
    assert!(before > 0);
    let other = Store::open(&format!("sqlite://{}?mode=rw", copies[0].display()), 1).await.unwrap();
    let wrong = Register::open(other, Keys::random(), Clock::system(), Library::embedded()).await;
    assert!(matches!(wrong.err(), Some(RegistryError::WrongKey)));
}

#[tokio::test]
async fn an_entry_that_is_missing_is_found() {
    let world = World::sqlite().await;
    world.village().await.household(0, &["Lò Văn Mẫu"]).await;
    assert!(check(world.register.store()).await.is_ok());
    assert_eq!(world.tamper("DELETE FROM entry WHERE chain = 'register' AND seq = 2").await, 1);
    let damaged = check(world.register.store()).await;
    assert!(matches!(damaged, Err(RegistryError::Damaged { .. })), "{damaged:?}");
    assert!(!is_empty(&world.url).await.unwrap());
}
