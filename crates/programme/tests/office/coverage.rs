//! How far support reaches in the units below an area: counts, for those who see no household.

use crate::common::for_each_engine;
use crate::rankings::rewritten;
use crate::support::*;
use jiff::civil::date;
use vuon_policy::model::Language;
use vuon_programme::Office;
use vuon_programme::entitled::EntitledTo;
use vuon_programme::reports::Twice;
use vuon_programme::targets::{Households, NewFigure, NotJudged, TargetRow};
use vuon_registry::RegistryError;
use vuon_registry::page::PageRequest;
use vuon_registry::scope::Role;

#[tokio::test]
async fn a_province_sees_where_households_of_the_list_have_nothing() {
    for_each_engine(async |world| {
        let support = Support::new(world).await;
        support.capital(PRODUCTION, 20_000_000).await;
        let household = support.poor(world, "Lò Văn Một").await;
        support.poor(world, "Lò Văn Hai").await;
        support.approved(&household, 9_000_000).await;
        let drafted = support.poor(world, "Lò Văn Ba").await;
        support.drawn_up(&drafted, 1_000_000).await;
        let rows = support.province.coverage(&support.village.place.province).await.unwrap();
        let there = rows.iter().find(|row| row.unit == support.village.commune).unwrap();
        assert_eq!((there.listed, there.supported, there.twice), (3, 1, 0), "a draft is no support");
        assert!(rows.iter().all(|row| row.unit == there.unit || row.listed == 0));
        assert_eq!(support.officer.coverage(&support.village.commune).await.unwrap(), [], "no unit is below a commune");
        let beyond = support.officer.coverage(&support.village.place.province).await;
        assert!(matches!(beyond, Err(RegistryError::NotFound)), "{beyond:?}");
        world.account("ministry", Role::Ministry, None, None).await;
        let ministry = Office::of(world.sign_in("ministry").await).await.unwrap();
        let (list, _) = support.village.commune.split_once(':').unwrap();
        let rows = ministry.coverage(list).await.unwrap();
        let there = rows.iter().find(|row| row.unit == support.village.place.province).unwrap();
        assert_eq!((there.listed, there.supported), (3, 1));
    })
    .await;
}

#[tokio::test]
async fn listed_households_without_an_agreement_are_counted_one_by_one() {
    for_each_engine(async |world| {
        let support = Support::new(world).await;
        support.capital(PRODUCTION, 90_000_000).await;
        let supported = support.poor(world, "Lò Văn Một").await;
        support.poor(world, "Lò Văn Hai").await;
        let back = support.poor(world, "Lò Văn Ba").await;
        let closed = support.poor(world, "Lò Văn Bốn").await;
        for household in [&supported, &back, &closed] {
            support.approved(household, 9_000_000).await;
        }
        // One was off the list when it was agreed, and is back; one is no more.
        has_status(world, &back, "average", date(2025, 9, 1)).await;
        has_status(world, &back, "poor", support.today()).await;
        world.tamper(&format!("UPDATE household SET closed = '2025-09-08' WHERE id = '{closed}'")).await;
        let commune = &support.village.commune;
        assert_eq!(support.officer.without_agreement(commune, YEAR).await.unwrap(), (1, 3));
        assert_eq!(
            support.officer.without_agreement(commune, YEAR - 1).await.unwrap(),
            (3, 3),
            "another year's capital"
        );
        let beyond = support.officer.without_agreement(&support.village.place.province, YEAR).await;
        assert!(matches!(beyond, Err(RegistryError::NotFound)), "{beyond:?}");
    })
    .await;
}

/// What is told of today: support that is over gives nothing any more, and the same scheme in two years is not given twice.
#[tokio::test]
async fn support_of_years_ago_is_none_of_today() {
    for_each_engine(async |world| {
        let support = Support::long(world).await;
        let commune = support.village.commune.clone();
        let household = support.poor(world, "Lò Văn Một").await;
        let gap = async || {
            let to = EntitledTo { scheme: None, without: true };
            let page = support.officer.entitled_page(&commune, &to, &PageRequest::first()).await.unwrap();
            let gaps = support.officer.gaps_and_overlaps(&commune).await.unwrap();
            assert_eq!(page.rows.len(), gaps.nothing.len());
            (gaps.nothing.len(), gaps.twice.len())
        };
        let there = async || {
            let rows = support.province.coverage(&support.village.place.province).await.unwrap();
            let row = rows.into_iter().find(|row| row.unit == commune).unwrap();
            (row.supported, row.twice)
        };
        support.fulfilled(&household).await;
        assert_eq!((gap().await, there().await), ((0, 0), (1, 0)), "it received this year");
        world.clock.stand(date(2028, 9, 10));
        assert_eq!((gap().await, there().await), ((1, 0), (0, 0)));
        let id = support.officer.draw_up(&again(&household)).await.unwrap();
        assert_eq!((gap().await, there().await), ((1, 0), (0, 0)), "a draft gives nothing yet");
        support.province.receive_capital(&commune, PRODUCTION, 2028, 9_000_000, "QĐ mẫu 2028").await.unwrap();
        support.chair.approve(&commune, &[(id, 1)]).await.unwrap();
        assert_eq!((gap().await, there().await), ((0, 0), (1, 0)), "the same scheme in two years is not twice");
    })
    .await;
}

/// The register lets nobody draw two of a project up for one household; they may have come there before the rules were such.
#[tokio::test]
async fn two_agreements_at_a_time_that_give_the_same_are_told_alike_to_commune_and_province() {
    for_each_engine(async |world| {
        let support = Support::new(world).await;
        let commune = support.village.commune.clone();
        support.capital(PRODUCTION, 20_000_000).await;
        let first = support.poor(world, "Lò Văn Một").await;
        let second = support.poor(world, "Lò Văn Hai").await;
        support.approved(&first, 9_000_000).await;
        let kept = support.drawn_up(&second, 9_000_000).await;
        let of_first = format!("UPDATE record SET subject = '{first}' WHERE id = '{}'", kept.id);
        rewritten(world, &kept.id, |body| body["thing"]["recipient"]["id"] = first.clone().into()).await;
        world.tamper(&of_first).await;
        let told = async || {
            let rows = support.province.coverage(&support.village.place.province).await.unwrap();
            let row = rows.into_iter().find(|row| row.unit == commune).unwrap();
            let gaps = support.officer.gaps_and_overlaps(&commune).await.unwrap();
            (row.twice, gaps.twice)
        };
        assert_eq!(told().await, (0, Vec::new()), "a draft gives nothing yet");
        rewritten(world, &kept.id, |body| body["thing"]["state"] = "running".into()).await;
        world.tamper(&format!("UPDATE record SET state = 'running' WHERE id = '{}'", kept.id)).await;
        let schemes = [PRODUCTION, PRODUCTION].map(str::to_owned);
        assert_eq!(told().await, (1, vec![Twice { household: first.clone(), schemes }]));
    })
    .await;
}

/// Who left the list with support, without any, with that of an earlier year; and who came back within the window.
#[tokio::test]
async fn leaving_the_list_is_told_of_the_supported_and_of_those_who_never_were() {
    for_each_engine(async |world| {
        let support = Support::new(world).await;
        let names = ["Một", "Hai", "Ba", "Bốn", "Năm"].map(|name| format!("Lò Văn {name}"));
        let mut ids = Vec::new();
        for name in &names {
            ids.push(support.poor(world, name).await);
        }
        support.capital(PRODUCTION, 50_000_000).await;
        for household in &ids[..2] {
            support.approved(household, 9_000_000).await;
        }
        // The third was supported in the year before.
        let before = support.approved(&ids[2], 9_000_000).await;
        world.tamper(&format!("UPDATE record SET year = 2024 WHERE id = '{}'", before.id)).await;
        for household in &ids {
            has_status(world, household, "average", date(2025, 10, 1)).await;
        }
        has_status(world, &ids[1], "poor", date(2025, 11, 1)).await;
        has_status(world, &ids[4], "poor", date(2025, 11, 1)).await;
        let figures = async || {
            let figures = support.officer.support_figures(&support.village.commune, YEAR).await.unwrap();
            let with = (figures.households, figures.lifted, figures.relapsed);
            (with, (figures.lifted_without, figures.relapsed_without), figures.cost_of_lifted)
        };
        assert_eq!(figures().await, ((2, 0, 0), (0, 0), None), "October has not come");
        world.clock.stand(date(2025, 12, 1));
        assert_eq!(figures().await, ((2, 2, 1), (2, 1), Some(0)));
    })
    .await;
}

/// What the register cannot compute is reported with its document, corrected by reporting it again, and judged by the path.
#[tokio::test]
async fn a_figure_is_reported_with_its_document_and_judged() {
    for_each_engine(async |world| {
        let support = Support::new(world).await;
        world.account("ministry", Role::Ministry, None, None).await;
        let ministry = Office::of(world.sign_in("ministry").await).await.unwrap();
        let (list, _) = support.village.commune.split_once(':').unwrap();
        let figure = |year: i64, value: &str| NewFigure {
            target: "poor_rate_minority".into(),
            unit: None,
            year,
            value: value.into(),
            document: "Báo cáo mẫu".into(),
        };
        for (year, value) in [(2020, "30"), (2023, "25"), (2023, "20.5"), (2024, "19")] {
            ministry.report_figure(&figure(year, value)).await.unwrap();
        }
        let told = async || {
            let rows = ministry.targets(list, &Households::new(), Language::En).await.unwrap();
            rows.into_iter().find(|row| row.target == "poor_rate_minority").unwrap()
        };
        let row = told().await;
        let reached: Vec<_> = row.reported.iter().map(|(year, value, _)| (*year, value.as_str())).collect();
        assert_eq!(reached, [(2020, "30"), (2023, "20.5"), (2024, "19")]);
        // Three points a year from 30: 18 in 2024.
        assert_eq!((row.off, row.measured, row.straight), (Some(true), false, false));
        ministry.report_figure(&figure(2024, "18")).await.unwrap();
        assert_eq!(told().await.off, Some(false));
        for (wrong, why) in [
            (NewFigure { target: "poor_rate".into(), ..figure(2024, "5") }, "computes"),
            (NewFigure { target: "no_target".into(), ..figure(2024, "5") }, "no such target"),
            (figure(2019, "5"), "2020"),
            (figure(2025, "5"), "over"),
            (figure(2024, "-1"), "number"),
            (figure(2024, "1/3"), "number"),
            (figure(2024, "99999999999999999"), "number"),
            (NewFigure { document: " ".into(), ..figure(2024, "5") }, "document"),
        ] {
            let said = ministry.report_figure(&wrong).await.unwrap_err().to_string();
            assert!(said.contains(why), "{said}");
        }
        let of_nation = support.province.report_figure(&figure(2024, "18")).await;
        assert!(matches!(of_nation, Err(RegistryError::NotFound)), "a province does not speak for the nation");
        let by_officer = support.officer.report_figure(&figure(2024, "18")).await;
        assert!(matches!(by_officer, Err(RegistryError::Forbidden { .. })), "{by_officer:?}");
        let audit = vuon_programme::audit::verify(&world.operator()).await.unwrap();
        assert!(audit.differences.is_empty(), "{:?}", audit.differences);
    })
    .await;
}

/// The register knows the households of its lists: a rate among all is told of those that somebody entered, and of no others.
#[tokio::test]
async fn a_poverty_rate_is_of_all_households_as_they_were_entered() {
    for_each_engine(async |world| {
        let support = Support::new(world).await;
        for name in ["Lò Văn Một", "Lò Văn Hai"] {
            support.poor(world, name).await;
        }
        world.account("ministry", Role::Ministry, None, None).await;
        let ministry = Office::of(world.sign_in("ministry").await).await.unwrap();
        let (list, _) = support.village.commune.split_once(':').unwrap();
        let target = async |households: &[(i64, i64)]| {
            let households: Households = households.iter().copied().collect();
            let rows = ministry.targets(list, &households, Language::En).await?;
            Ok::<_, RegistryError>(rows.into_iter().find(|row| row.target == "poor_rate").unwrap())
        };
        let reached = |row: &TargetRow| -> Vec<(i64, String)> {
            row.years.iter().filter_map(|(year, _, reached)| Some((*year, reached.clone()?))).collect()
        };
        let row = target(&[]).await.unwrap();
        assert_eq!((row.off, row.not_judged, reached(&row)), (None, Some(NotJudged::NoResidents), Vec::new()));
        // Two poor households of forty; the list began on the last day of 2024.
        let row = target(&[(2023, 40), (2024, 40), (2025, 50)]).await.unwrap();
        assert_eq!(reached(&row), [(2024, "5".to_owned()), (2025, "4".to_owned())]);
        assert_eq!(
            row.not_judged,
            Some(NotJudged::NoYearlyValue),
            "2025 is not over, and where 2020 stood is not known"
        );
        let row = target(&[(2025, 50)]).await.unwrap();
        assert_eq!(row.not_judged, Some(NotJudged::NotOver));
        let few = target(&[(2025, 1)]).await;
        assert!(matches!(few, Err(RegistryError::Invalid { .. })), "{few:?}");
        // All have left the list: none in a hundred is a figure, too.
        for household in support.officer.entitled_in(&support.village.commune).await.unwrap() {
            has_status(world, &household.household, "average", date(2025, 6, 1)).await;
        }
        let row = target(&[(2024, 40), (2025, 50)]).await.unwrap();
        assert_eq!(reached(&row), [(2024, "5".to_owned()), (2025, "0".to_owned())]);
        assert_eq!(ministry.years_of_rates(), (2020..=2025).collect::<Vec<i64>>());
    })
    .await;
}
