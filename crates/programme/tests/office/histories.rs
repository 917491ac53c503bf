//! Random histories: whatever people try in whatever order, allocated ≥ committed ≥ paid holds, no agreement is paid beyond
//! what it says, and the audit computes it all again.

use crate::common::World;
use crate::support::*;
use jiff::ToSpan;
use jiff::civil::date;
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};
use vuon_programme::Office;
use vuon_programme::agreements::{Agreement, EvidenceGiven};
use vuon_programme::payments::{Payment, PaymentFile};
use vuon_programme::records::{Filter, Kept};
use vuon_registry::RegistryError;

struct Chance(ChaCha8Rng);

impl Chance {
    fn below(&mut self, most: usize) -> usize {
        (self.0.next_u64() % most as u64) as usize
    }
}

/// One thing that somebody tries; whether it was done.
async fn step(world: &World, support: &Support, chance: &mut Chance) -> bool {
    let commune = &support.village.commune;
    let agreements: Vec<Kept<Agreement>> = support.officer.all(&Filter::default()).await.unwrap();
    let one = &agreements[chance.below(agreements.len())];
    let part = &one.thing.parts[chance.below(one.thing.parts.len())].id;
    let seen = [(one.id.clone(), one.version)];
    let done = match chance.below(9) {
        0 => support.chair.approve(commune, &seen).await,
        1 | 2 => {
            let kind = ["signature", "receipt", "visit"][chance.below(3)];
            let evidence = EvidenceGiven { on: support.today(), ..shown(kind) };
            support.officer.reach_part(&one.id, one.version, part, &evidence).await
        }
        3 => support.chair.order_payments(commune, &seen).await.map(|_| ()),
        4 => support.officer.make_payment_file(commune).await.map(|_| ()),
        5 | 6 => answered(support, chance).await,
        7 => match chance.below(3) {
            0 => {
                let by = support.today().saturating_add(60.days());
                support.chair.stop_agreement(&one.id, one.version, part, Some(by), "thử").await
            }
            1 => {
                let later = support.today().saturating_add(30.days());
                support.chair.extend_part(&one.id, one.version, part, later, "thử").await
            }
            _ => {
                let amount = 1 + chance.below(2_000_000) as i64;
                support.officer.refund(&one.id, one.version, amount, &format!("BL {amount}")).await
            }
        },
        _ => {
            let day = support.today().saturating_add((chance.below(20) as i64).days());
            world.clock.stand(day.min(date(2026, 12, 1)));
            return true;
        }
    };
    match done {
        Ok(()) => true,
        Err(RegistryError::Illegal { .. } | RegistryError::Invalid { .. } | RegistryError::Exists { .. }) => false,
        Err(other) => panic!("{other:?}"),
    }
}

/// A bank that pays, refuses, errs about sums, and repeats itself.
async fn answered(support: &Support, chance: &mut Chance) -> vuon_registry::Result<()> {
    let files: Vec<Kept<PaymentFile>> = support.officer.all(&Filter::default()).await?;
    if files.is_empty() {
        return Ok(());
    }
    let file = &files[chance.below(files.len())];
    let mut rows = Vec::new();
    for id in &file.thing.payments {
        let payment: Kept<Payment> = support.officer.one(id).await?;
        let amount = payment.thing.amount + i64::from(chance.below(6) == 0);
        for _ in 0..chance.below(3) {
            rows.push(answer(id, chance.below(3) > 0, amount, support.today()));
        }
    }
    support.officer.take_answer(&file.id, &rows).await.map(|_| ())
}

#[tokio::test]
async fn no_history_pays_more_than_was_committed_nor_commits_more_than_was_allocated() {
    let mut done = 0;
    for seed in 0..6 {
        let world = World::sqlite().await;
        let support = Support::new(&world).await;
        let mut chance = Chance(ChaCha8Rng::seed_from_u64(seed));
        support.capital(PRODUCTION, 22_000_000).await;
        for name in ["Lò Văn Một", "Lò Văn Hai", "Lò Văn Ba"] {
            let household = support.poor(&world, name).await;
            support.drawn_up(&household, 9_000_000).await;
        }
        for _ in 0..70 {
            done += usize::from(step(&world, &support, &mut chance).await);
            let (allocated, committed, paid, free) = support.budget(PRODUCTION).await;
            assert_eq!(allocated, committed + free, "seed {seed}");
            assert!(allocated >= committed && committed >= paid && paid >= 0 && free >= 0, "seed {seed}");
            for kept in support.officer.all::<Agreement>(&Filter::default()).await.unwrap() {
                assert!(kept.thing.paid() <= kept.thing.amount && kept.thing.amount <= kept.thing.most);
            }
        }
        let audit = Office::of(support.village.auditor.clone()).await.unwrap().verify().await.unwrap();
        assert_eq!(audit.differences, [], "seed {seed}");
        world.end().await;
    }
    assert!(done > 100, "{done} of the things tried were done: the histories are not empty");
}
