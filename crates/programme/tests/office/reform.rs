//! A reform of areas: support follows its households, free capital the unit that a commune became.

use crate::common::{World, for_each_engine};
use crate::support::*;
use jiff::civil::date;
use vuon_programme::Office;
use vuon_programme::agreements::{Agreement, NewAgreement};
use vuon_programme::reform::{Followed, place_hamlet, reform};
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
        let forbidden = reform(&village.officer, OLD, NEW, false).await;
        assert!(matches!(forbidden, Err(RegistryError::Forbidden { .. })));
        let wanted = Followed { things: 1, waiting: 0, budgets: 1, amount: 20_000_000 };
        assert_eq!(reform(&operator, OLD, NEW, true).await.unwrap().1, wanted, "what would follow can be told before");
        assert_eq!(officer.one::<Agreement>(&id).await.unwrap().thing.at.commune.as_deref(), Some(COMMUNE));
        assert_eq!(reform(&operator, OLD, NEW, false).await.unwrap().1, wanted);
        assert_eq!(reform(&operator, OLD, NEW, false).await.unwrap().1, Followed::default(), "once is enough");

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
        world.account("province", vuon_registry::scope::Role::Province, Some("vn-2025-03-01:01"), None).await;
        let province = of(world, "province").await;
        province.receive_capital(DIVIDED, PRODUCTION, YEAR, 10_000_000, "QĐ mẫu").await.unwrap();
        Office::of(village.chair.clone()).await.unwrap().approve(DIVIDED, &[(id.clone(), 1)]).await.unwrap();
        operator.load_areas(NEW).await.unwrap();
        world.clock.stand(date(2025, 7, 2));
        assert_eq!(reform(&operator, OLD, NEW, false).await.unwrap().1.waiting, 1);
        // Until its hamlets are placed, what the divided commune has is told in a row of its own, and of no old list.
        world.account("ministry", vuon_registry::scope::Role::Ministry, None, None).await;
        let ministry = of(world, "ministry").await;
        let supported = async |area: &str, unit: &str| {
            let rows = ministry.coverage(area).await.unwrap();
            rows.into_iter().find(|row| row.unit == unit).map(|row| (row.supported, row.waits))
        };
        assert_eq!(supported(NEW, "vn-2025-03-01:01").await, Some((1, true)));
        let listed = ministry.coverage("vn-2025-07-01:01").await;
        assert!(matches!(listed, Err(RegistryError::Inconsistent { .. })), "in which unit it is listed is not known");
        has_status(world, &household, "average", date(2025, 7, 1)).await;
        assert_eq!(supported("vn-2025-07-01:01", DIVIDED).await, Some((1, true)));
        let old = ministry.coverage("vn-2025-03-01:01").await;
        assert!(matches!(old, Err(RegistryError::Invalid { .. })), "{old:?}");
        let hamlet = Some(village.hamlets[0].as_str());
        let chair = place_hamlet(&village.chair, DIVIDED, hamlet, PART).await;
        assert!(matches!(chair, Err(RegistryError::Forbidden { .. })));
        let (households, followed) = place_hamlet(&village.officer, DIVIDED, hamlet, PART).await.unwrap();
        assert_eq!((households, followed.things), (1, 1));
        assert_eq!(supported("vn-2025-07-01:01", PART).await, Some((1, false)));
        assert_eq!(supported("vn-2025-07-01:01", DIVIDED).await, None);
        let kept = Office::of(operator).await.unwrap().one::<Agreement>(&id).await.unwrap();
        assert_eq!(kept.thing.at.commune.as_deref(), Some(PART));
        let audit = Office::of(village.auditor.clone()).await.unwrap().verify().await.unwrap();
        assert_eq!(audit.differences, []);
    })
    .await;
}

/// Whatever stops support from following stops the move of the households as well: nothing is left half done.
#[tokio::test]
async fn a_reform_that_breaks_off_leaves_everything_where_it_was() {
    const DIVIDED: &str = "vn-2025-03-01:00019";
    const PART: &str = "vn-2025-07-01:00070";
    for_each_engine(async |world| {
        world.clock.stand(date(2025, 6, 2));
        let operator = world.operator();
        operator.load_areas(OLD).await.unwrap();
        let (whole, divided) = (world.village_in(COMMUNE).await, world.village_in(DIVIDED).await);
        operator.set("support_pack", "example-province").await.unwrap();
        let mut contents = Vec::new();
        for village in [&whole, &divided] {
            let household = village.household(0, &["Nguyễn Văn Mẫu", "Trần Thị Mẫu"]).await;
            has_status(world, &household, "poor", date(2024, 12, 31)).await;
            let office = Office::of(village.officer.clone()).await.unwrap();
            let new = NewAgreement { from: date(2025, 6, 2), ..production(&household, 10_000_000) };
            let id = office.draw_up(&new).await.unwrap();
            contents.push(text_of(world, &format!("SELECT content FROM record WHERE id = '{id}'")).await);
        }
        operator.load_areas(NEW).await.unwrap();
        world.clock.stand(date(2025, 7, 2));
        let body = async |content: &str, body: &str| {
            world.tamper(&format!("UPDATE content SET body = '{body}' WHERE hash = '{content}'")).await;
        };
        let here = async |commune: &str| {
            let households = format!("SELECT COUNT(*) FROM household WHERE commune = '{commune}'");
            let things = format!("SELECT COUNT(*) FROM record WHERE commune = '{commune}'");
            (world.number(&households).await, world.number(&things).await)
        };
        let kept = text_of(world, &format!("SELECT body FROM content WHERE hash = '{}'", contents[0])).await;
        body(&contents[0], "broken").await;
        assert!(reform(&operator, OLD, NEW, false).await.is_err());
        assert_eq!((here(COMMUNE).await, here(MERGED).await), ((1, 1), (0, 0)));
        body(&contents[0], &kept).await;
        reform(&operator, OLD, NEW, false).await.unwrap();
        assert_eq!((here(COMMUNE).await, here(MERGED).await), ((0, 0), (1, 1)));

        body(&contents[1], "broken").await;
        let hamlet = Some(divided.hamlets[0].as_str());
        assert!(place_hamlet(&divided.officer, DIVIDED, hamlet, PART).await.is_err());
        assert_eq!((here(DIVIDED).await, here(PART).await), ((1, 1), (0, 0)));
    })
    .await;
}

fn evidence() -> vuon_programme::agreements::EvidenceGiven {
    vuon_programme::agreements::EvidenceGiven { on: date(2025, 7, 2), ..shown("signature") }
}
