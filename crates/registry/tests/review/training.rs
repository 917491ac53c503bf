//! Training: a completed module is kept with its entry, a pack that changes makes it out of date, and a setting makes it a
//! condition of deciding.

use crate::common::{PACK, for_each_engine};
use crate::packs::write_pack;
use crate::steps::*;
use jiff::civil::date;
use std::collections::BTreeSet;
use vuon_policy::Library;
use vuon_registry::RegistryError;
use vuon_registry::cases::AnswersReason;
use vuon_registry::rounds::NewDecision;
use vuon_registry::training::Standing;

const MODULE: &str = "house_and_water";

fn modules() -> BTreeSet<String> {
    BTreeSet::from([format!("{PACK}/{MODULE}")])
}

#[tokio::test]
async fn who_decides_has_completed_what_the_setting_names() {
    for_each_engine(async |world| {
        let village = world.village().await;
        let household = village.household(0, &["Lò Văn Mẫu", "Cà Thị Mẫu"]).await;
        let round = open(&village.officer, &village.commune, "annual", 2025).await;
        let case = ask(&village, &round, &household).await;
        sign(&village.enumerator, &case, Picture::Poor, AnswersReason::Survey).await;
        meet(&village, &round, 0, 30).await;
        village.officer.post_list(&round, None, "Nhà văn hóa bản").await.unwrap();
        world.clock.stand(date(2025, 9, 12));
        for desk in [&village.officer, &village.chair, &village.auditor, &village.upper] {
            let refused = desk.require_modules(&modules()).await;
            assert!(matches!(refused, Err(RegistryError::Forbidden { .. })), "{refused:?}");
        }
        // What another pack asks, nobody can learn for this round.
        let mut all = modules();
        all.insert("vn-2016-2020/of_another_pack".into());
        world.operator().require_modules(&all).await.unwrap();
        assert_eq!(village.chair.required_modules().await.unwrap(), all);

        let cases = village.chair.ready_to_decide(&round).await.unwrap();
        let decision = NewDecision { number: "1".into(), effective: None, cases };
        // What others completed does not count for the chair.
        village.officer.complete_module(PACK, MODULE).await.unwrap();
        match village.chair.decide(&round, &decision).await {
            Err(RegistryError::Illegal { why, .. }) => {
                assert!(why.contains(MODULE) && !why.contains("of_another_pack"), "{why}");
            }
            other => panic!("{other:?}"),
        }
        assert_eq!(world.number("SELECT COUNT(*) FROM decision").await, 0);
        village.chair.complete_module(PACK, MODULE).await.unwrap();
        village.chair.decide(&round, &decision).await.unwrap();
        assert_eq!(village.auditor.verify(None).await.unwrap().differences, []);
    })
    .await;
}

#[tokio::test]
async fn a_module_counts_once_and_a_changed_pack_makes_it_out_of_date() {
    for_each_engine(async |world| {
        let village = world.village().await;
        let round = open(&village.officer, &village.commune, "annual", 2025).await;
        let round = village.chair.round(&round).await.unwrap().row;
        let standing = async |desk: &vuon_registry::Desk, round| {
            let standings = desk.standing_in(round, &[MODULE.to_owned()]).await.unwrap();
            standings[0]
        };
        assert_eq!(standing(&village.chair, &round).await, Standing::Missing);
        let first = village.chair.complete_module(PACK, MODULE).await.unwrap();
        world.clock.stand(date(2025, 9, 9));
        assert_eq!(village.chair.complete_module(PACK, MODULE).await.unwrap(), first);
        assert_eq!(world.number("SELECT COUNT(*) FROM training").await, 1);
        assert_eq!(world.number("SELECT COUNT(*) FROM entry WHERE kind = 'training'").await, 1);
        assert_eq!(standing(&village.chair, &round).await, Standing::Current);
        assert_eq!(standing(&village.officer, &round).await, Standing::Missing);
        assert_eq!(village.officer.own_training().await.unwrap(), []);

        // The pack changes. For the round that was opened before, what was learnt then still holds; not for a later one.
        let folder = tempfile::tempdir().unwrap();
        write_pack(folder.path(), PACK, "\n# a comment\n");
        let later = world.reopened_with(Library::with_folders(vec![folder.path().to_owned()])).await;
        let (chair, officer) = (later.desk(village.chair.actor().clone()), later.desk(village.officer.actor().clone()));
        assert_eq!(standing(&chair, &round).await, Standing::Current);
        world.clock.stand(date(2025, 9, 15));
        let next = open(&officer, &village.commune, "in_year", 2025).await;
        let next = officer.round(&next).await.unwrap().row;
        assert_ne!(next.pack_hash, round.pack_hash);
        assert_eq!(standing(&chair, &next).await, Standing::OutOfDate);
        chair.complete_module(PACK, MODULE).await.unwrap();
        assert_eq!(standing(&chair, &next).await, Standing::Current);
        assert_eq!(chair.own_training().await.unwrap().len(), 2);
        // Who learnt the pack as it is now may decide what was opened under the one before.
        officer.complete_module(PACK, MODULE).await.unwrap();
        assert_eq!(standing(&officer, &round).await, Standing::Current);
    })
    .await;
}

#[tokio::test]
async fn a_completed_module_that_no_entry_tells_of_is_named() {
    for_each_engine(async |world| {
        let village = world.village().await;
        village.chair.complete_module(PACK, MODULE).await.unwrap();
        let other = world.operator().complete_module(PACK, MODULE).await;
        assert!(matches!(other, Err(RegistryError::NotFound)), "who has no account completes nothing: {other:?}");
        for (change, back, what) in [
            (
                "UPDATE training SET pack_hash = 'x' || pack_hash",
                "UPDATE training SET pack_hash = SUBSTR(pack_hash, 2)",
                "a completed module has no entry",
            ),
            (
                "UPDATE training SET module = 'x' || module",
                "UPDATE training SET module = SUBSTR(module, 2)",
                "a completed module is missing",
            ),
        ] {
            assert_eq!(world.tamper(change).await, 1);
            let report = village.auditor.verify(None).await.unwrap();
            assert!(report.differences.iter().any(|d| d.what == what), "{change}: {:?}", report.differences);
            assert_eq!(world.tamper(back).await, 1);
            assert_eq!(village.auditor.verify(None).await.unwrap().differences, []);
        }
    })
    .await;
}
