//! How much reaches those who come first, and what may be told of what is sealed.

use crate::common::for_each_engine;
use crate::support::*;
use jiff::civil::date;
use vuon_policy::support::SealedFact;
use vuon_programme::priority::{SEALED_STEP, SealedTotal, Share};

#[tokio::test]
async fn support_counts_for_each_key_that_held_when_it_was_agreed() {
    for_each_engine(async |world| {
        let support = Support::new(world).await;
        support.capital(PRODUCTION, 10_000_000).await;
        let woman = support.poor(world, "Lò Văn Một").await;
        let kept = support.approved(&woman, 4_000_000).await;
        assert_eq!(kept.thing.reached.households, 1);
        let figures = support.officer.support_figures(&support.village.commune, YEAR).await.unwrap();
        let reach = figures.priority;
        assert_eq!(reach.all, Share { households: 1, agreed: 4_000_000, unknown: 0 });
        assert_eq!((reach.any, reach.by_key["minority_poor"]), (reach.all, reach.all));
        let unknown = Share { unknown: 1, ..Share::default() };
        assert_eq!(reach.by_key["disabled_able_to_work"], unknown, "nobody asked: that is not none");
        assert!(!reach.by_key.contains_key("returning"), "and none that is sealed");
        assert_eq!(reach.sealed, None);
    })
    .await;
}

#[tokio::test]
async fn of_sealed_facts_a_province_gets_a_total_in_steps_of_a_year_that_is_over() {
    for_each_engine(async |world| {
        let support = Support::new(world).await;
        support.capital(PRODUCTION, 100_000_000).await;
        let mut households = Vec::new();
        for _ in 0..2 * SEALED_STEP + 1 {
            let household = support.poor(world, "Lò Văn Một").await;
            support.approved(&household, 1_000_000).await;
            households.push(household);
        }
        let sealed = async |household: &str, fact| {
            let person = support.village.officer.household(household).await.unwrap().members[0].person.clone();
            support.officer.seal_fact(&person, fact, true).await.unwrap();
        };
        let total = async |office: &vuon_programme::Office, unit: &str| {
            office.support_figures(unit, YEAR).await.unwrap().priority.sealed
        };
        let province = crate::common::PROVINCE;
        for household in &households[..9] {
            sealed(household, SealedFact::Hiv).await;
        }
        world.clock.stand(date(2026, 1, 5));
        assert_eq!(total(&support.province, province).await, None, "fewer than the threshold");
        sealed(&households[9], SealedFact::Trafficking).await;
        let told = Some(SealedTotal { households: SEALED_STEP, of: 2 * SEALED_STEP, percent: 50 });
        assert_eq!(total(&support.province, province).await, told);
        sealed(&households[10], SealedFact::AfterTreatment).await;
        assert_eq!(total(&support.province, province).await, told, "no step is passed");
        assert_eq!(total(&support.province, &support.village.commune).await, None, "never below the province");
        assert_eq!(total(&support.officer, &support.village.commune).await, None);
        world.clock.stand(date(2025, 12, 30));
        assert_eq!(total(&support.province, province).await, None, "the year is not over");
    })
    .await;
}

/// Somebody knows everything about all households but one, and sees the total without that one and with it. What is told does
/// not say whether it has a sealed fact, unless that fact is what passes a step or the threshold.
#[test]
fn two_totals_do_not_tell_of_one_household_what_it_has() {
    let mut passed = 0;
    for all in 0..200 {
        for found in 0..=all {
            let (with, without) = (SealedTotal::told(found + 1, all + 1), SealedTotal::told(found, all + 1));
            if with == without {
                continue;
            }
            passed += 1;
            let step = (found + 1 + SEALED_STEP / 2) % SEALED_STEP == 0;
            let threshold = found + 1 == SEALED_STEP || all + 1 - found == SEALED_STEP;
            assert!(step || threshold, "{found} of {all}: {without:?}, {with:?}");
        }
    }
    assert!(passed > 0, "a step is passed now and then: that is all that is promised");
    // Nor does the share: it is of the rounded numbers, and tells no more than they do.
    let told = SealedTotal::told(12, 43).unwrap();
    assert_eq!((told.households, told.of, told.percent), (10, 40, 25));
    assert_eq!(SealedTotal::told(30, 35), None, "nearly all have it: whoever is among them would be known");
}
