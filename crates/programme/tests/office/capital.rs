//! Capital: given to a unit, allocated by the formula, and never twice.

use crate::common::{PROVINCE, for_each_engine};
use crate::support::*;
use jiff::civil::date;
use std::collections::BTreeMap;
use vuon_policy::model::Language;
use vuon_programme::agreements::Budget;
use vuon_programme::audit::verify as verify_all;
use vuon_programme::budgets::{Allocation, BudgetRow, NewAllocation};
use vuon_programme::published::verify;
use vuon_programme::records::Kept;
use vuon_programme::sources::NewSource;
use vuon_programme::unspent::Unspent;
use vuon_registry::RegistryError;

fn new(support: &Support, communes: &[String]) -> NewAllocation {
    let figures = communes.iter().map(|commune| {
        let own = BTreeMap::from([("border_commune".into(), "0".into()), ("transfers".into(), "0.9".into())]);
        (commune.clone(), own)
    });
    NewAllocation {
        unit: Some(PROVINCE.into()),
        scheme: PRODUCTION.into(),
        year: YEAR,
        formula: "to_communes".into(),
        units: communes.to_vec(),
        amount: 1_000_000_007,
        figures_of: support.today(),
        figures: figures.collect(),
        coefficients: BTreeMap::new(),
    }
}

/// A sum that no state has is refused where it comes in, so that no balance ever leaves 64 bits.
#[tokio::test]
async fn an_amount_that_is_no_money_of_this_world_is_refused() {
    for_each_engine(async |world| {
        let support = Support::new(world).await;
        let commune = &support.village.commune;
        for (number, amount) in [i64::MAX, 1 << 62, vuon_programme::money::MOST + 1, 0, -1].into_iter().enumerate() {
            let given =
                support.province.receive_capital(commune, PRODUCTION, YEAR, amount, &format!("QĐ {number}")).await;
            assert!(matches!(given, Err(RegistryError::Invalid { .. })), "{amount}: {given:?}");
        }
        support.capital(PRODUCTION, 9_000_000).await;
        assert_eq!(support.budget(PRODUCTION).await, (9_000_000, 0, 0, 9_000_000));
    })
    .await;
}

/// One commune's sources stand side by side: projects of the programme with their capital, and what another programme gives.
#[tokio::test]
async fn the_sources_of_a_unit_stand_side_by_side() {
    for_each_engine(async |world| {
        let support = Support::new(world).await;
        support.capital(PRODUCTION, 9_000_000).await;
        support.capital(CREDIT, 5_000_000).await;
        let commune = &support.village.commune;
        let new = NewSource {
            unit: commune.clone(),
            programme: "Chương trình mẫu".into(),
            year: YEAR,
            amount: 70_000_000,
            document: "QĐ mẫu 7".into(),
        };
        let typed_wrong = NewSource { amount: 700_000_000, ..new.clone() };
        support.province.record_source(&typed_wrong).await.unwrap();
        support.province.record_source(&new).await.unwrap();
        let taken_back = NewSource { document: "QĐ mẫu 8".into(), ..new.clone() };
        support.province.record_source(&taken_back).await.unwrap();
        support.province.record_source(&NewSource { amount: 0, ..taken_back }).await.unwrap();
        for wrong in [NewSource { amount: -1, ..new.clone() }, NewSource { year: -5, ..new.clone() }] {
            assert!(matches!(support.province.record_source(&wrong).await, Err(RegistryError::Invalid { .. })));
        }
        assert!(matches!(support.officer.record_source(&new).await, Err(RegistryError::Forbidden { .. })));
        let rows = support.officer.sources(commune, YEAR, Language::En).await.unwrap();
        let told: Vec<_> =
            rows.iter().map(|row| (row.name.last().cloned(), row.other, row.allocated, row.paid)).collect();
        assert_eq!(
            told,
            [
                (Some("Livelihoods and poverty-reduction models".to_owned()), false, 9_000_000, Some(0)),
                (None, false, 5_000_000, Some(0)),
                (Some("Chương trình mẫu".to_owned()), true, 70_000_000, None),
            ]
        );
        assert_eq!(rows[0].name.len(), 2, "the programme stands before its project");
        assert_eq!(support.officer.sources(commune, YEAR - 1, Language::En).await.unwrap(), []);
    })
    .await;
}

/// Capital is not given by figures of a register whose households are not what they are made of.
#[tokio::test]
async fn a_register_that_does_not_hold_together_allocates_nothing() {
    for_each_engine(async |world| {
        let support = Support::new(world).await;
        let [first, second, third] = ["Lò Văn Một", "Lò Văn Hai", "Lò Văn Ba"];
        let (first, second, third) =
            (support.poor(world, first).await, support.poor(world, second).await, support.poor(world, third).await);
        let others = [crate::common::OTHER_COMMUNE, "vn-2025-07-01:03151"];
        let communes = [support.village.commune.as_str(), others[0], others[1]].map(str::to_owned);
        let mut asked = new(&support, &communes);
        for other in others {
            let told = ["poor_rate", "poor_households", "near_poor_households"].map(|id| (id.into(), "45".into()));
            asked.figures.get_mut(other).unwrap().extend(told);
        }
        asked.figures.get_mut(&support.village.commune).unwrap().insert("poor_rate".into(), "90".into());
        support.province.what_if(&asked).await.unwrap();
        let copied = "INSERT INTO spell (id, household, standard, status, list, valid_from, known_from) \
                      SELECT 'copy', household, standard, 'near_poor', 'near_poor', valid_from, known_from FROM spell";
        for (broken, mended, why) in [
            (
                format!("UPDATE spell SET known_to = known_from WHERE household = '{first}'"),
                format!("UPDATE spell SET known_to = NULL WHERE household = '{first}'"),
                "1 households have a status that is not that of their history",
            ),
            (
                format!("{copied} WHERE household = '{second}'"),
                "DELETE FROM spell WHERE id = 'copy'".to_owned(),
                "1 households have two statuses from one day",
            ),
            (
                format!("UPDATE household SET persons = persons + 1 WHERE id = '{third}'"),
                format!("UPDATE household SET persons = persons - 1 WHERE id = '{third}'"),
                "1 households have a head or size that is not that of their people",
            ),
        ] {
            world.tamper(&broken).await;
            let refused = support.province.what_if(&asked).await;
            let what = match refused {
                Err(RegistryError::Inconsistent { what }) => what,
                other => panic!("{other:?}"),
            };
            assert!(what.contains(why) && what.contains(&support.village.commune), "{what}");
            world.tamper(&mended).await;
            support.province.what_if(&asked).await.unwrap();
        }
    })
    .await;
}

#[tokio::test]
async fn the_capital_of_a_province_goes_to_its_communes_to_the_dong_and_anybody_can_compute_it_again() {
    for_each_engine(async |world| {
        let support = Support::new(world).await;
        for name in ["Lò Văn Một", "Lò Văn Hai"] {
            support.poor(world, name).await;
        }
        // The others keep no list here: their figures are entered, the register's own are not. A rate among all is entered of each:
        // two poor households of two in the register are not a hundred in a hundred.
        let others = [crate::common::OTHER_COMMUNE, "vn-2025-07-01:03151"];
        let communes = [support.village.commune.as_str(), others[0], others[1]].map(|id| id.to_owned());
        let mut asked = new(&support, &communes);
        let rate = support.province.what_if(&asked).await;
        assert!(
            matches!(rate, Err(RegistryError::Illegal { ref why, .. }) if why.contains("poor_rate") && why.contains("03160): poor_rate") && !why.contains("03160): poor_households")),
            "{rate:?}"
        );
        for other in others {
            let told = ["poor_rate", "poor_households", "near_poor_households"].map(|id| (id.into(), "45".into()));
            asked.figures.get_mut(other).unwrap().extend(told);
        }
        asked.figures.get_mut(&support.village.commune).unwrap().insert("poor_rate".into(), "90".into());
        let mut own = asked.clone();
        own.figures.get_mut(&support.village.commune).unwrap().insert("poor_households".into(), "99".into());
        let own = support.province.what_if(&own).await;
        assert!(matches!(own, Err(RegistryError::Invalid { .. })), "the register gives this figure: {own:?}");
        let missing = NewAllocation { figures: BTreeMap::new(), ..asked.clone() };
        let missing = support.province.what_if(&missing).await;
        assert!(
            matches!(missing, Err(RegistryError::Illegal { ref why, .. }) if why.contains("border_commune")),
            "{missing:?}"
        );

        let published = support.province.what_if(&asked).await.unwrap();
        assert!(verify(&published).unwrap().is_empty());
        let own = published.result.lines.iter().find(|line| line.unit == support.village.commune).unwrap();
        let figure = |id: &str| own.points.iter().find(|points| points.criterion == id).unwrap().figure.clone();
        assert_eq!(
            (figure("poor_households"), figure("poor_rate"), figure("near_poor_households")),
            ("2".into(), "90".into(), "0".into())
        );
        let unit = published.units.iter().find(|unit| unit.id == support.village.commune).unwrap();
        assert_eq!(unit.figures["minority_poor_households"], "2", "counted, though this formula does not ask for it");
        let sum: i64 = published.result.lines.iter().map(|line| line.amount).sum();
        assert_eq!(sum + published.result.kept, 1_000_000_007);
        let other = NewAllocation { coefficients: BTreeMap::from([("poor_households".into(), "3".into())]), ..asked.clone() };
        let changed = support.province.what_if(&other).await.unwrap();
        let amount = |p: &vuon_programme::published::Published| {
            p.result.lines.iter().find(|l| l.unit == support.village.commune).unwrap().amount
        };
        assert!(amount(&changed) < amount(&published), "who has fewer poor households loses when these count more");
        assert!(matches!(support.province.draft_allocation(&other).await, Err(RegistryError::Illegal { .. })));

        let id = support.province.draft_allocation(&asked).await.unwrap();
        let draft: Kept<Allocation> = support.province.allocation(&id).await.unwrap();
        assert!(support.officer.allocations(None).await.unwrap().is_empty(), "a draft is the province's");
        let poor = support.province.decide_allocation(&id, draft.version).await;
        assert!(matches!(poor, Err(RegistryError::Illegal { ref why, .. }) if why.contains("holds 0")), "{poor:?}");
        support.province.receive_capital(PROVINCE, PRODUCTION, YEAR, 1_000_000_007, "QĐ mẫu").await.unwrap();
        let twice = support.province.receive_capital(PROVINCE, PRODUCTION, YEAR, 1_000_000_007, "QĐ mẫu").await;
        assert!(matches!(twice, Err(RegistryError::Exists { .. })));
        support.province.decide_allocation(&id, draft.version).await.unwrap();
        let again = support.province.decide_allocation(&id, draft.version + 1).await;
        assert!(matches!(again, Err(RegistryError::Illegal { .. })), "{again:?}");
        assert_eq!(support.budget(PRODUCTION).await.0, amount(&published));
        let rows = support.province.budgets(PROVINCE).await.unwrap();
        let own = rows.iter().find(|row| row.budget.unit == PROVINCE).unwrap();
        assert_eq!((own.allocated, own.passed_on, own.free), (1_000_000_007, sum, 1_000_000_007 - sum));
        let seen = support.officer.allocations(Some(YEAR)).await.unwrap();
        assert_eq!(seen.len(), 1, "what was decided is published to everybody");
    })
    .await;
}

#[tokio::test]
async fn capital_is_the_matter_of_who_allocates_it() {
    for_each_engine(async |world| {
        let support = Support::new(world).await;
        let commune = &support.village.commune;
        let own = support.chair.receive_capital(commune, PRODUCTION, YEAR, 1, "QĐ").await;
        assert!(matches!(own, Err(RegistryError::Forbidden { .. })));
        let elsewhere = support.province.receive_capital("vn-2025-07-01:01", PRODUCTION, YEAR, 1, "QĐ").await;
        assert!(matches!(elsewhere, Err(RegistryError::NotFound)));
        let nation = NewAllocation { unit: None, ..new(&support, &[]) };
        assert!(matches!(support.province.what_if(&nation).await, Err(RegistryError::NotFound)));
        assert_eq!(date(2025, 9, 8), support.today());
    })
    .await;
}

/// An allocation of the province's capital to three communes, two of which keep no list here.
pub fn asked(support: &Support, year: i16) -> NewAllocation {
    let others = [crate::common::OTHER_COMMUNE, "vn-2025-07-01:03151"];
    let communes = [support.village.commune.as_str(), others[0], others[1]].map(|id| id.to_owned());
    let mut asked = NewAllocation { year, ..new(support, &communes) };
    for other in others {
        let told = ["poor_rate", "poor_households", "near_poor_households"].map(|id| (id.into(), "45".into()));
        asked.figures.get_mut(other).unwrap().extend(told);
    }
    asked.figures.get_mut(&support.village.commune).unwrap().insert("poor_rate".into(), "90".into());
    asked
}

/// Gives the province capital, and its communes theirs by a decided allocation; what the commune got.
async fn allocated(support: &Support) -> i64 {
    let asked = asked(support, YEAR);
    support.province.receive_capital(PROVINCE, PRODUCTION, YEAR, asked.amount, "QĐ mẫu").await.unwrap();
    let id = support.province.draft_allocation(&asked).await.unwrap();
    support.province.decide_allocation(&id, 1).await.unwrap();
    support.budget(PRODUCTION).await.0
}

fn of_commune(support: &Support) -> Budget {
    Budget { unit: support.village.commune.clone(), scheme: PRODUCTION.into(), year: YEAR }
}

async fn row(support: &Support, unit: &str, year: i16) -> BudgetRow {
    let rows = support.province.budgets(PROVINCE).await.unwrap();
    let of = |row: &BudgetRow| row.budget.scheme == PRODUCTION && row.budget.unit == unit && row.budget.year == year;
    rows.into_iter().find(of).unwrap()
}

#[tokio::test]
async fn capital_that_was_not_bound_goes_by_the_rule_of_the_allocation_that_gave_it() {
    for_each_engine(async |world| {
        let support = Support::new(world).await;
        support.poor(world, "Lò Văn Một").await;
        let (budget, got) = (of_commune(&support), allocated(&support).await);
        let early = support.province.carry_over(&budget).await;
        assert!(matches!(early, Err(RegistryError::Illegal { ref why, .. }) if why.contains("not over")), "{early:?}");
        assert_eq!(row(&support, &budget.unit, YEAR).await.next, None, "the year is not over");
        world.clock.stand(date(2026, 1, 2));
        assert_eq!(row(&support, &budget.unit, YEAR).await.next, Some(Unspent::Kept));
        let chair = support.chair.carry_over(&budget).await;
        assert!(matches!(chair, Err(RegistryError::Forbidden { .. })), "{chair:?}");
        assert_eq!(support.province.carry_over(&budget).await.unwrap(), got, "it stays with the unit");
        let (before, after) = (row(&support, &budget.unit, YEAR).await, row(&support, &budget.unit, YEAR + 1).await);
        assert_eq!((before.allocated, before.unspent, before.passed_on, before.free), (got, got, 0, 0));
        assert_eq!((after.allocated, after.unspent, after.free, after.next), (got, 0, got, None));
        let again = support.province.carry_over(&budget).await;
        assert!(matches!(again, Err(RegistryError::Illegal { .. })), "{again:?}");
        let nothing = support.province.reuse(&budget).await;
        assert!(matches!(nothing, Err(RegistryError::Illegal { .. })), "nothing came back: {nothing:?}");

        // The allocation of the year after says what each unit carried over: the book gives it, nobody types it.
        let next = asked(&support, YEAR + 1);
        let published = support.province.what_if(&next).await.unwrap();
        let carried: Vec<i64> = published.units.iter().map(|unit| unit.carried).collect();
        assert_eq!(carried.iter().sum::<i64>(), got);
        let mut typed = next.clone();
        typed.figures.get_mut(&budget.unit).unwrap().insert("carried".into(), "1".into());
        let typed = support.province.what_if(&typed).await;
        assert!(matches!(typed, Err(RegistryError::Invalid { ref field, .. }) if field == "carried"), "{typed:?}");
        assert_eq!(verify_all(&support.village.auditor).await.unwrap().differences, []);
    })
    .await;
}

#[tokio::test]
async fn capital_that_goes_back_goes_to_the_unit_that_gave_it_and_without_an_allocation_there_is_no_rule() {
    for_each_engine(async |world| {
        let returned = |_: &str, text: &str| text.replace("unspent: kept", "unspent: returned");
        let support = Support::changed(world, returned).await;
        support.poor(world, "Lò Văn Một").await;
        let (budget, got) = (of_commune(&support), allocated(&support).await);
        support.capital(GROUP, 7_000_000).await;
        world.clock.stand(date(2026, 1, 2));
        let province = row(&support, PROVINCE, YEAR).await;
        assert_eq!(
            row(&support, &budget.unit, YEAR).await.next,
            Some(Unspent::Returned(Some(PROVINCE.into()))),
            "the province gave it"
        );
        assert_eq!(support.province.carry_over(&budget).await.unwrap(), got);
        let after = row(&support, PROVINCE, YEAR).await;
        assert_eq!((after.free, after.passed_on), (province.free + got, province.passed_on - got));
        let own = row(&support, &budget.unit, YEAR).await;
        assert_eq!((own.allocated, own.unspent, own.free), (got, got, 0));

        let granted = Budget { scheme: GROUP.into(), ..budget };
        let none = support.province.carry_over(&granted).await;
        assert!(matches!(none, Err(RegistryError::Illegal { ref why, .. }) if why.contains("no rule")), "{none:?}");
        assert_eq!(verify_all(&support.village.auditor).await.unwrap().differences, []);
    })
    .await;
}
