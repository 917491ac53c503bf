//! What the yearly reports count: of those decided on signed answers, and of those whose status came with a list.

use crate::common::for_each_engine;
use crate::steps::*;
use jiff::civil::date;
use std::collections::BTreeSet;
use vuon_registry::RegistryError;
use vuon_registry::cases::{AnswersReason, CaseState};
use vuon_registry::figures::{Count, Figures};

#[tokio::test]
async fn figures_rest_on_the_answers_that_were_decided_on_and_count_the_others_apart() {
    for_each_engine(async |world| {
        let village = world.village().await;
        let officer = &village.officer;
        let poor = village.household(0, &["Lò Văn Một", "Cà Thị Một", "Lò Văn Con"]).await;
        let near = village.household(1, &["Quàng Văn Hai", "Tòng Thị Hai"]).await;
        imported(world, &poor, "poor", date(2025, 1, 1)).await;
        imported(world, &near, "near_poor", date(2025, 1, 1)).await;

        let before = officer.figures(&village.commune, officer.today()).await.unwrap().unit;
        assert_eq!(before.poor.total, Count { households: 1, persons: 3 });
        assert_eq!((before.poor.unsurveyed, before.near_poor.unsurveyed), (1, 1), "an imported list is no survey");
        assert!(before.poor.deprived.is_empty(), "not known is not 0");

        let round = open(officer, &village.commune, "annual", 2025).await;
        for case in in_state(officer, &round, CaseState::Survey).await {
            let picture = if case.household == poor { Picture::Poor } else { Picture::NearPoor };
            sign(officer, &case.id, picture, AnswersReason::Survey).await;
        }
        meet(&village, &round, 0, 40).await;
        meet(&village, &round, 1, 40).await;
        officer.post_list(&round, None, "Trụ sở UBND xã").await.unwrap();
        world.clock.stand(date(2025, 9, 12));
        decide(&village.chair, &round, "12/QĐ-UBND", Some(date(2026, 1, 1))).await;

        let then = officer.figures(&village.commune, date(2025, 12, 31)).await.unwrap().unit;
        assert_eq!(then.poor.unsurveyed, 1, "the decision holds from the first of January");
        let figures = officer.figures(&village.commune, date(2026, 1, 1)).await.unwrap();
        assert_eq!(figures.packs.len(), 1);
        let unit = &figures.unit;
        assert_eq!((unit.poor.unsurveyed, unit.near_poor.unsurveyed), (0, 0));
        assert_eq!(unit.poor.deprived["water"].yes, 1);
        assert_eq!(unit.near_poor.deprived["water"].yes, 0);
        assert_eq!(unit.poor.deprived["health_insurance"].unknown, 1, "nobody answered for the members");
        assert_eq!(unit.poor.children.total, 1);
        assert_eq!(unit.poor.children.deprived["health_insurance"].unknown, 1);
        assert_eq!(unit.poor.ethnic["thai"], Count { households: 1, persons: 3 });
        assert_eq!(unit.poor.groups["poor_ethnic_minority"].yes, 1);
        assert_eq!(unit.near_poor.groups["poor_ethnic_minority"].yes, 1, "asked of the near-poor as if they were poor");
        let below: Vec<i64> = unit.below.iter().map(|hamlet| hamlet.poor.total.households).collect();
        assert_eq!(below, [0, 1], "hamlets by their names: the second stands first");

        for on in [date(2025, 12, 31), date(2026, 1, 1)] {
            let of = |figures: Figures| {
                let packs: BTreeSet<String> = figures.packs.into_iter().map(|(id, _)| id).collect();
                let lists = [figures.unit.poor, figures.unit.near_poor];
                (lists.map(|list| (list.total.households, list.unsurveyed)), packs)
            };
            let whole = of(officer.figures(&village.commune, on).await.unwrap());
            let listed = of(officer.listed_figures(&village.commune, on).await.unwrap());
            assert_eq!(listed, whole, "counted without the answers, on {on}");
        }

        let flows = officer.flows(&village.commune, date(2024, 12, 31), date(2026, 1, 1)).await.unwrap();
        assert_eq!(flows[0].poor.households.closing, unit.poor.total.households, "both count the same households");
        assert_eq!(flows[0].poor.persons.closing, unit.poor.total.persons);
    })
    .await;
}

#[tokio::test]
async fn figures_are_told_within_reach_alone() {
    for_each_engine(async |world| {
        let village = world.village().await;
        let (commune, on) = (village.commune.as_str(), village.officer.today());
        assert!(village.ministry.figures(commune, on).await.is_ok());
        assert!(matches!(village.hamlet_enumerator.figures(commune, on).await, Err(RegistryError::Forbidden { .. })));
        let province = village.place.province.as_str();
        assert!(matches!(village.officer.figures(province, on).await, Err(RegistryError::NotFound)));
        let unit = village.ministry.figures(province, on).await.unwrap().unit;
        assert!(unit.below.iter().any(|unit| unit.area == commune || unit.below.iter().any(|u| u.area == commune)));
    })
    .await;
}
