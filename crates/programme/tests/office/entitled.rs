//! Who is entitled to what, when a window ends, in which order people are served.

use crate::common::for_each_engine;
use crate::support::*;
use jiff::civil::date;
use vuon_policy::model::Language;
use vuon_programme::classes::NewClasses;
use vuon_programme::entitled::Entitled;
use vuon_programme::ranking::{Quota, draw};
use vuon_programme::ranks::AreaRanking;
use vuon_programme::records::Filter;
use vuon_registry::RegistryError;

#[tokio::test]
async fn a_household_sees_every_scheme_with_the_reason_and_its_mark() {
    for_each_engine(async |world| {
        let support = Support::new(world).await;
        let poor = support.poor(world, "Lò Văn Một").await;
        let standing = support.officer.household_standing(&poor, Language::Vi).await.unwrap();
        assert_eq!(standing.status.as_deref(), Some("poor"));
        let of = |id: &str| standing.schemes.iter().find(|scheme| scheme.scheme == id).unwrap();
        let credit = of(CREDIT);
        assert_eq!((credit.entitled, credit.because.as_slice()), (Entitled::Yes, &["Hộ nghèo".to_owned()][..]));
        assert!(!credit.verified && credit.source.contains("chưa kiểm chứng"), "{}", credit.source);
        assert_eq!(of("preferential_credit_near_poor").entitled, Entitled::No);
        assert_eq!(of(PRODUCTION).most.as_deref(), Some("15.000.000 đồng"));
        // Whether a child goes to school was never asked: that is not known, and no refusal.
        let tuition = of("tuition_poor");
        assert_eq!(tuition.entitled, Entitled::Unknown);
        assert!(!tuition.missing.is_empty());
        assert!(tuition.cannot_be_paid.is_some(), "its amount was not found");
        assert!(!standing.schemes.iter().any(|scheme| scheme.scheme == GROUP), "a scheme of groups is no household's");
    })
    .await;
}

#[tokio::test]
async fn the_window_after_leaving_the_list_ends_on_its_day_and_is_warned_of() {
    for_each_engine(async |world| {
        let support = Support::new(world).await;
        let household = support.poor(world, "Lò Văn Một").await;
        has_status(world, &household, "average", date(2022, 12, 20)).await;
        world
            .tamper(&format!(
                "UPDATE spell SET valid_from = '2021-12-31' WHERE status = 'poor' AND household = '{household}'"
            ))
            .await;
        let standing = support.officer.household_standing(&household, Language::En).await.unwrap();
        assert_eq!(standing.window_ends, Some(date(2025, 12, 20)));
        let production = standing.schemes.iter().find(|scheme| scheme.scheme == PRODUCTION).unwrap();
        assert_eq!(production.entitled, Entitled::Yes);
        let lapsing = support.officer.lapsing_in(&support.village.commune, 6).await.unwrap();
        assert_eq!(lapsing.iter().map(|row| row.household.as_str()).collect::<Vec<_>>(), [household.as_str()]);
        assert!(support.officer.lapsing_in(&support.village.commune, 1).await.unwrap().is_empty());
        world.clock.stand(date(2025, 12, 21));
        let standing = support.officer.household_standing(&household, Language::En).await.unwrap();
        let production = standing.schemes.iter().find(|scheme| scheme.scheme == PRODUCTION).unwrap();
        assert_eq!(production.entitled, Entitled::No);
    })
    .await;
}

#[tokio::test]
async fn what_was_answered_in_the_review_counts_for_support() {
    for_each_engine(async |world| {
        let support = Support::new(world).await;
        let commune = &support.village.commune;
        let receives = support.officer.entitled_in(commune).await.unwrap();
        assert!(receives.is_empty(), "nobody has a status");
        let one = support.poor(world, "Lò Văn Một").await;
        let rows = support.officer.entitled_in(commune).await.unwrap();
        assert_eq!((rows.len(), rows[0].household == one), (1, true));
        let gaps = support.officer.gaps_and_overlaps(commune).await.unwrap();
        assert_eq!(gaps.nothing.len(), 1);
        assert!(gaps.unused.iter().any(|(scheme, entitled)| scheme == PRODUCTION && *entitled == 1));
        support.capital(PRODUCTION, 20_000_000).await;
        support.approved(&one, 9_000_000).await;
        let gaps = support.officer.gaps_and_overlaps(commune).await.unwrap();
        assert!(gaps.nothing.is_empty() && !gaps.unused.iter().any(|(scheme, _)| scheme == PRODUCTION));
    })
    .await;
}

#[tokio::test]
async fn classes_of_areas_begin_on_their_day_and_need_a_document() {
    for_each_engine(async |world| {
        let support = Support::new(world).await;
        let office = vuon_programme::Office::of(support.village.administrator.clone()).await.unwrap();
        let new = |since, classes: &[&str]| NewClasses {
            area: support.village.commune.clone(),
            classes: classes.iter().map(|class| (*class).to_owned()).collect(),
            since,
            document: "quyết định ví dụ".into(),
        };
        assert!(matches!(
            support.officer.set_classes(&new(date(2025, 1, 1), &[])).await,
            Err(RegistryError::Forbidden { .. })
        ));
        let unknown = office.set_classes(&new(date(2025, 1, 1), &["no_such_class"])).await;
        assert!(matches!(unknown, Err(RegistryError::Invalid { .. })));
        office.set_classes(&new(date(2025, 1, 1), &["coastal_commune"])).await.unwrap();
        office.set_classes(&new(date(2025, 6, 1), &[])).await.unwrap();
        assert!(office.set_classes(&new(date(2025, 6, 1), &[])).await.is_err(), "not twice for a day");
        let rows = support.officer.classes_of(&support.village.commune).await.unwrap();
        let told: Vec<_> = rows.iter().map(|row| (row.class.as_str(), row.since, row.until)).collect();
        assert_eq!(
            told,
            [("none", date(2025, 6, 1), None), ("coastal_commune", date(2025, 1, 1), Some(date(2025, 6, 1))),]
        );
    })
    .await;
}

#[tokio::test]
async fn a_ranking_is_the_same_every_time_and_says_what_decided_at_the_line() {
    for_each_engine(async |world| {
        let support = Support::new(world).await;
        let commune = support.village.commune.clone();
        let mut poor = Vec::new();
        for name in ["Lò Văn Một", "Lò Văn Hai", "Lò Văn Ba"] {
            poor.push(support.poor(world, name).await);
        }
        let near = support.household(world, &["Lò Văn Bốn", "Cà Thị Mẫu"], "near_poor", date(2024, 12, 31)).await;
        let id = support.officer.rank_area(&commune, PRODUCTION, YEAR, Quota::Places(2)).await.unwrap();
        let first: vuon_programme::records::Kept<AreaRanking> = support.officer.one(&id).await.unwrap();
        let rows = support.rows(&id).await;
        let order: Vec<&str> = rows.iter().map(|row| row.recipient.id()).collect();
        assert_eq!(order[3], near, "poor households of a minority come first");
        // The draw orders whom no key tells apart; the register can repeat it, since a key of the scheme is sealed.
        let secret = support.officer.desk().print("draw", &first.thing.seed);
        let mut drawn: Vec<&str> = poor.iter().map(String::as_str).collect();
        drawn.sort_by_key(|id| draw(&secret, id));
        assert_eq!(order[..3], drawn[..]);
        let line = first.thing.line.clone().unwrap();
        assert_eq!((line.decided_by.as_str(), line.last_in.id(), line.first_out.id()), ("order", drawn[1], drawn[2]));
        assert_eq!((rows.iter().filter(|row| row.within).count(), first.thing.within, first.thing.ranked), (2, 2, 4));
        // Computed again it is the same; with the money for three the line is elsewhere.
        let again = support.officer.rank_area(&commune, PRODUCTION, YEAR, Quota::Places(2)).await.unwrap();
        assert_eq!((&again, &support.rows(&again).await), (&id, &rows));
        support.officer.rank_area(&commune, PRODUCTION, YEAR, Quota::Money(45_000_000)).await.unwrap();
        let third: vuon_programme::records::Kept<AreaRanking> = support.officer.one(&id).await.unwrap();
        assert_eq!(third.thing.line.clone().unwrap().decided_by, "order");
        let stale = support.chair.approve_ranking(&id, first.version).await;
        assert!(matches!(stale, Err(RegistryError::Stale { .. })));
        support.chair.approve_ranking(&id, third.version).await.unwrap();
        let decided = support.officer.rank_area(&commune, PRODUCTION, YEAR, Quota::Places(1)).await;
        assert!(matches!(decided, Err(RegistryError::Exists { .. })));
    })
    .await;
}

#[tokio::test]
async fn nobody_from_elsewhere_sees_or_changes_anything() {
    for_each_engine(async |world| {
        let support = Support::new(world).await;
        let household = support.poor(world, "Lò Văn Một").await;
        support.capital(PRODUCTION, 20_000_000).await;
        let kept = support.approved(&household, 9_000_000).await;
        let commune = support.village.commune.clone();
        let other = world.village_in(crate::common::OTHER_COMMUNE).await;
        for desk in [&other.officer, &other.chair, &other.enumerator] {
            let office = vuon_programme::Office::of(desk.clone()).await.unwrap();
            let standing = office.household_standing(&household, Language::Vi).await;
            assert!(matches!(standing, Err(RegistryError::NotFound)), "{standing:?}");
            assert!(office.entitled_in(&commune).await.unwrap().is_empty());
            assert!(office.one::<vuon_programme::agreements::Agreement>(&kept.id).await.is_err());
            assert!(office.all::<vuon_programme::agreements::Agreement>(&Filter::default()).await.unwrap().is_empty());
            assert!(office.draw_up(&production(&household, 1_000_000)).await.is_err());
            assert!(office.approve(&commune, &[(kept.id.clone(), kept.version)]).await.is_err());
            assert!(office.order_payments(&commune, &[(kept.id.clone(), kept.version)]).await.is_err());
            assert!(office.rank_area(&commune, PRODUCTION, YEAR, Quota::Places(1)).await.is_err());
        }
        // An officer prepares and decides nothing; a chair decides and prepares nothing; the ministry sees no household.
        let own = support.officer.approve(&commune, &[(kept.id.clone(), kept.version)]).await;
        assert!(matches!(own, Err(RegistryError::Forbidden { .. })));
        let chairs = support.chair.draw_up(&production(&household, 1_000_000)).await;
        assert!(matches!(chairs, Err(RegistryError::Forbidden { .. })));
        let ministry = vuon_programme::Office::of(support.village.ministry.clone()).await.unwrap();
        assert!(matches!(ministry.entitled_in(&commune).await, Err(RegistryError::Forbidden { .. })));
    })
    .await;
}
