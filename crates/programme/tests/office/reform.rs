//! A reform of areas: support follows its households, free capital the unit that a commune became.

use crate::common::{World, for_each_engine};
use crate::support::*;
use jiff::civil::date;
use vuon_programme::Office;
use vuon_programme::agreements::{Agreement, NewAgreement};
use vuon_programme::reform::{Followed, follow_placing, follow_reform};
use vuon_registry::RegistryError;

const OLD: &str = "vn-2025-03-01";
const NEW: &str = "vn-2025-07-01";
const COMMUNE: &str = "vn-2025-03-01:03160";
const MERGED: &str = "vn-2025-07-01:03160";

async fn of(world: &World, login: &str) -> Office {
    Office::of(world.sign_in(login).await).await.unwrap()
}

#[tokio::test]
async fn agreements_and_capital_follow_their_commune() {
    for_each_engine(async |world| {
        world.clock.stand(date(2025, 6, 2));
        let operator = world.operator();
        operator.load_areas(OLD).await.unwrap();
        let village = world.village_in(COMMUNE).await;
        operator.set("support_pack", "example-province").await.unwrap();
        world.account("province", vuon_registry::scope::Role::Province, Some("vn-2025-03-01:11"), None).await;
        let province = of(world, "province").await;
        province.receive_capital(COMMUNE, PRODUCTION, YEAR, 30_000_000, "QĐ mẫu").await.unwrap();
        let household = village.household(0, &["Lò Văn Một", "Cà Thị Mẫu"]).await;
        has_status(world, &household, "poor", date(2024, 12, 31)).await;
        let officer = Office::of(village.officer.clone()).await.unwrap();
        let chair = Office::of(village.chair.clone()).await.unwrap();
        let new = NewAgreement { from: date(2025, 6, 2), ..production(&household, 10_000_000) };
        let id = officer.draw_up(&new).await.unwrap();
        chair.approve(COMMUNE, &[(id.clone(), 1)]).await.unwrap();

        operator.load_areas(NEW).await.unwrap();
        world.clock.stand(date(2025, 7, 2));
        operator.reform(OLD, NEW, false).await.unwrap();
        let forbidden = follow_reform(&village.officer).await;
        assert!(matches!(forbidden, Err(RegistryError::Forbidden { .. })));
        let followed = follow_reform(&operator).await.unwrap();
        assert_eq!(followed, Followed { things: 1, waiting: 0, budgets: 1, amount: 20_000_000 });
        assert_eq!(follow_reform(&operator).await.unwrap(), Followed::default(), "once is enough");

        let login = format!("commune_officer.{}", COMMUNE.replace(':', "-"));
        let officer = of(world, &login).await;
        let kept = officer.one::<Agreement>(&id).await.unwrap();
        assert_eq!(kept.thing.at.commune.as_deref(), Some(MERGED));
        let rows = officer.budgets(MERGED).await.unwrap();
        assert_eq!((rows[0].allocated, rows[0].free), (20_000_000, 20_000_000));
        // The agreement goes on there, from the capital that was bound before.
        officer.reach_part(&id, kept.version, "signed", &evidence()).await.unwrap();
        let chair = of(world, &login.replace("officer", "chair")).await;
        chair.order_payments(MERGED, &[(id.clone(), kept.version + 1)]).await.unwrap();
        let audit = Office::of(village.auditor.clone()).await.unwrap().verify().await.unwrap();
        assert_eq!(audit.differences, []);
    })
    .await;
}

#[tokio::test]
async fn support_follows_a_hamlet_that_somebody_placed() {
    const DIVIDED: &str = "vn-2025-03-01:00019";
    const PART: &str = "vn-2025-07-01:00070";
    for_each_engine(async |world| {
        world.clock.stand(date(2025, 6, 2));
        let operator = world.operator();
        operator.load_areas(OLD).await.unwrap();
        let village = world.village_in(DIVIDED).await;
        operator.set("support_pack", "example-province").await.unwrap();
        let household = village.household(0, &["Nguyễn Văn Mẫu", "Trần Thị Mẫu"]).await;
        has_status(world, &household, "poor", date(2024, 12, 31)).await;
        let officer = Office::of(village.officer.clone()).await.unwrap();
        let new = NewAgreement { from: date(2025, 6, 2), ..production(&household, 10_000_000) };
        let id = officer.draw_up(&new).await.unwrap();
        operator.load_areas(NEW).await.unwrap();
        world.clock.stand(date(2025, 7, 2));
        operator.reform(OLD, NEW, false).await.unwrap();
        assert_eq!(follow_reform(&operator).await.unwrap().waiting, 1);
        village.officer.place_hamlet(DIVIDED, Some(&village.hamlets[0]), PART).await.unwrap();
        let chair = follow_placing(&village.chair).await;
        assert!(matches!(chair, Err(RegistryError::Forbidden { .. })));
        assert_eq!(follow_placing(&village.officer).await.unwrap().things, 1);
        let kept = Office::of(operator).await.unwrap().one::<Agreement>(&id).await.unwrap();
        assert_eq!(kept.thing.at.commune.as_deref(), Some(PART));
        let audit = Office::of(village.auditor.clone()).await.unwrap().verify().await.unwrap();
        assert_eq!(audit.differences, []);
    })
    .await;
}

fn evidence() -> vuon_programme::agreements::EvidenceGiven {
    vuon_programme::agreements::EvidenceGiven { on: date(2025, 7, 2), ..shown("signature") }
}
