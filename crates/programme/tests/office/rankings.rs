//! Rankings beyond one commune, of members and of groups; and that a ranking is computed again from its sheets.

use crate::common::{OTHER_COMMUNE, World, for_each_engine};
use crate::groups::{certified, group};
use crate::support::*;
use jiff::civil::date;
use vuon_policy::model::Language;
use vuon_programme::Office;
use vuon_programme::agreements::{Obstacle, Recipient};
use vuon_programme::groups::{Group, GroupMember, NewGroup};
use vuon_programme::ranking::{Quota, draw};
use vuon_programme::ranks::{OF_A_GROUP, Rows};
use vuon_programme::records::{Filter, Kept};
use vuon_registry::RegistryError;
use vuon_registry::page::PageRequest;
use vuon_registry::room::content_hash;

const INSURANCE: &str = "health_insurance_poor";

/// Two poor households of the village, two of another commune of its province; the other commune's offices.
async fn two_communes(world: &World, support: &Support) -> (Vec<String>, Office, Office) {
    let mut households = vec![support.poor(world, "Lò Văn Một").await, support.poor(world, "Lò Văn Hai").await];
    let other = world.village_in(OTHER_COMMUNE).await;
    for name in ["Vàng A Ba", "Vàng A Bốn"] {
        let household = other.household(0, &[name, "Sùng Thị Mẫu"]).await;
        has_status(world, &household, "poor", date(2024, 12, 31)).await;
        households.push(household);
    }
    let [officer, chair] = [Office::of(other.officer.clone()).await, Office::of(other.chair.clone()).await];
    (households, officer.unwrap(), chair.unwrap())
}

fn page() -> PageRequest {
    PageRequest { after: None, limit: PageRequest::MOST }
}

#[tokio::test]
async fn a_province_ranks_all_its_communes_by_one_draw_and_decides_itself() {
    for_each_engine(async |world| {
        let support = Support::new(world).await;
        let (mut households, officer, chair) = two_communes(world, &support).await;
        let province = support.village.place.province.clone();
        let by_officer = support.officer.rank_area(&province, PRODUCTION, YEAR, Quota::Places(2)).await;
        assert!(matches!(by_officer, Err(RegistryError::Forbidden { .. })), "{by_officer:?}");
        let id = support.province.rank_area(&province, PRODUCTION, YEAR, Quota::Places(2)).await.unwrap();
        let kept = support.province.ranking(&id).await.unwrap();
        assert_eq!((kept.thing.ranked, kept.thing.within), (4, 2));
        assert_eq!(kept.thing.seed, format!("{province}/{PRODUCTION}/{YEAR}"));
        let rows = support.province.ranked_rows(&id, Rows::All, &page()).await.unwrap().rows;
        // The scheme has a sealed key: the draw is made with a secret, which the register alone has.
        let secret = support.officer.desk().print("draw", &kept.thing.seed);
        households.sort_by_key(|id| draw(&secret, id));
        let order: Vec<&str> = rows.iter().map(|row| row.recipient.id()).collect();
        assert_eq!(order, households, "whoever has the same keys is told apart by one draw");

        // Each commune sees the ranking, and of its rows those of its own.
        for (office, commune) in [(&support.officer, support.village.commune.as_str()), (&officer, OTHER_COMMUNE)] {
            let of = Filter { commune: Some(commune.to_owned()), ..Filter::default() };
            assert_eq!(office.rankings(&of, &page()).await.unwrap().rows.len(), 1);
            let seen = office.ranked_rows(&id, Rows::All, &page()).await.unwrap().rows;
            assert_eq!(seen.len(), 2);
            assert!(seen.iter().all(|row| row.commune == commune));
        }
        let by_chair = chair.approve_ranking(&id, kept.version).await;
        assert!(by_chair.is_err(), "a chair does not decide for the province");
        let mut weak = support.village.upper.actor().clone();
        weak.strong = false;
        let weak = Office::of(world.register.desk(weak)).await.unwrap();
        let unsafe_one = weak.approve_ranking(&id, kept.version).await;
        assert!(matches!(unsafe_one, Err(RegistryError::NeedsSecondFactor)), "{unsafe_one:?}");
        support.province.approve_ranking(&id, kept.version).await.unwrap();

        // There is one order of service: no commune makes another, and agreements are approved in it.
        let own = support.officer.rank_area(&support.village.commune, PRODUCTION, YEAR, Quota::Places(9)).await;
        assert!(matches!(own, Err(RegistryError::Exists { .. })), "{own:?}");
        for commune in [support.village.commune.as_str(), OTHER_COMMUNE] {
            support.province.receive_capital(commune, PRODUCTION, YEAR, 40_000_000, "QĐ mẫu").await.unwrap();
        }
        let commune_of =
            |household: &str| rows.iter().find(|row| row.recipient.id() == household).unwrap().commune.clone();
        let office_of = |household: &str| match commune_of(household) == OTHER_COMMUNE {
            true => (&officer, &chair),
            false => (&support.officer, &support.chair),
        };
        let (third, first) = (order[2], order[0]);
        let (officer, chair) = office_of(third);
        let refused = officer.draw_up(&production(third, 9_000_000)).await;
        assert!(refused.unwrap_err().to_string().contains("turn"));
        // Somebody of whatever commune gives the place up: the next of the province moves up.
        let (other_officer, other_chair) = office_of(first);
        let given_up = other_officer.draw_up(&production(first, 9_000_000)).await.unwrap();
        other_chair.refuse_agreement(&given_up, 1, "hộ không nhận (ví dụ)").await.unwrap();
        let waiting = officer.draw_up(&production(third, 9_000_000)).await.unwrap();
        chair.approve(&commune_of(third), &[(waiting, 1)]).await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn of_many_the_one_whose_turn_it_is_not_is_named() {
    for_each_engine(async |world| {
        let support = Support::new(world).await;
        for name in ["Lò Văn Một", "Lò Văn Hai", "Lò Văn Ba"] {
            support.poor(world, name).await;
        }
        let commune = support.village.commune.clone();
        let id = support.officer.rank_area(&commune, PRODUCTION, YEAR, Quota::Places(2)).await.unwrap();
        support.chair.approve_ranking(&id, 1).await.unwrap();
        let order: Vec<String> = support.rows(&id).await.iter().map(|row| row.recipient.subject().to_owned()).collect();
        let all: Vec<_> = [0, 2, 1].map(|place: usize| production(&order[place], 9_000_000)).into();
        let refused = support.officer.draw_up_all(&commune, &all).await.unwrap_err().to_string();
        let code = support.village.officer.household(&order[2]).await.unwrap().row.code;
        assert!(refused.contains(&format!("{code}: by the approved ranking")), "{refused}");
        // What would be refused is not offered: why stands in its place.
        let obstacle = async |place: usize| {
            let standing = support.officer.household_standing(&order[place], Language::Vi).await.unwrap();
            standing.obstacles.get(PRODUCTION).cloned()
        };
        assert_eq!(obstacle(0).await, None);
        assert_eq!(obstacle(2).await, Some(Obstacle::NotInTurn { ranking: id.clone(), served: 2 }));
        support.officer.draw_up_all(&commune, &all[..1]).await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn whoever_had_a_scheme_is_ranked_again_when_its_months_are_over() {
    for_each_engine(async |world| {
        let support = Support::long(world).await;
        let commune = support.village.commune.clone();
        let household = support.poor(world, "Lò Văn Một").await;
        support.fulfilled(&household).await;
        let ranked = async |year: i16| {
            let id = support.officer.rank_area(&commune, PRODUCTION, year, Quota::Places(1)).await.unwrap();
            let kept = support.officer.ranking(&id).await.unwrap();
            (id, kept.version, kept.thing.ranked)
        };
        assert_eq!(ranked(YEAR).await.2, 0, "it was served this year");
        assert_eq!(ranked(YEAR + 2).await.2, 0, "36 months are not over before 2028-09-08");
        world.clock.stand(date(2028, 9, 10));
        let (id, version, many) = ranked(YEAR + 3).await;
        assert_eq!(many, 1);
        support.chair.approve_ranking(&id, version).await.unwrap();
        support.officer.draw_up(&again(&household)).await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn a_province_does_not_rank_over_the_order_of_a_commune() {
    for_each_engine(async |world| {
        let support = Support::new(world).await;
        support.poor(world, "Lò Văn Một").await;
        let commune = support.village.commune.clone();
        let own = support.officer.rank_area(&commune, PRODUCTION, YEAR, Quota::Places(1)).await.unwrap();
        let province = support.village.place.province.clone();
        let wide = support.province.rank_area(&province, PRODUCTION, YEAR, Quota::Places(1)).await.unwrap();
        support.chair.approve_ranking(&own, 1).await.unwrap();
        let again = support.province.rank_area(&province, PRODUCTION, YEAR, Quota::Places(1)).await;
        assert!(matches!(again, Err(RegistryError::Exists { .. })), "{again:?}");
        let approved = support.province.approve_ranking(&wide, 1).await;
        assert!(matches!(approved, Err(RegistryError::Exists { .. })), "{approved:?}");
        let other_year = support.province.rank_area(&province, PRODUCTION, YEAR + 1, Quota::Places(1)).await;
        other_year.unwrap();
    })
    .await;
}

#[tokio::test]
async fn a_scheme_of_members_ranks_members() {
    for_each_engine(async |world| {
        let support = Support::new(world).await;
        let household = support.poor(world, "Lò Văn Một").await;
        let commune = support.village.commune.clone();
        let money = support.officer.rank_area(&commune, INSURANCE, YEAR, Quota::Money(1)).await;
        assert!(matches!(money, Err(RegistryError::Invalid { .. })), "what one costs is not in the law's text");
        let id = support.officer.rank_area(&commune, INSURANCE, YEAR, Quota::Places(1)).await.unwrap();
        let rows = support.rows(&id).await;
        let mut members: Vec<String> = support
            .village
            .officer
            .household(&household)
            .await
            .unwrap()
            .members
            .iter()
            .map(|m| m.person.clone())
            .collect();
        let seed = support.officer.ranking(&id).await.unwrap().thing.seed;
        members.sort_by_key(|person| draw(&seed, person));
        let of = |person: &String| Recipient::Member { household: household.clone(), person: person.clone() };
        assert_eq!(
            rows.iter().map(|row| row.recipient.clone()).collect::<Vec<_>>(),
            members.iter().map(of).collect::<Vec<_>>()
        );
        let called = support.officer.called(&members).await.unwrap();
        assert_eq!(called.len(), 2, "the page names them");
    })
    .await;
}

#[tokio::test]
async fn a_scheme_of_groups_ranks_certified_groups() {
    for_each_engine(async |world| {
        let support = Support::new(world).await;
        let commune = support.village.commune.clone();
        let new = NewGroup {
            commune: commune.clone(),
            hamlet: None,
            scheme: GROUP.into(),
            name: "Tổ nuôi bò (ví dụ)".into(),
            led_by: "village".into(),
            leader: "Bản Mẫu Một".into(),
        };
        let [formed, certified] = [support.officer.new_group(&new).await, support.officer.new_group(&new).await];
        let (formed, certified) = (formed.unwrap(), certified.unwrap());
        for number in 0..5 {
            let household = support.poor(world, ["Lò Văn Một", "Lò Văn Hai", "Lò Văn Ba"][number % 3]).await;
            let view = support.village.officer.household(&household).await.unwrap();
            let member = GroupMember { household, person: view.members[0].person.clone() };
            let kept: Kept<Group> = support.officer.one(&certified).await.unwrap();
            support.officer.join_group(&certified, kept.version, &member).await.unwrap();
        }
        let kept: Kept<Group> = support.officer.one(&certified).await.unwrap();
        support.chair.certify_group(&certified, kept.version).await.unwrap();
        let id = support.officer.rank_area(&commune, GROUP, YEAR, Quota::Places(1)).await.unwrap();
        let rows = support.rows(&id).await;
        assert_eq!(rows.iter().map(|row| row.recipient.id()).collect::<Vec<_>>(), [certified.as_str()]);
        assert!(!rows.iter().any(|row| row.recipient.id() == formed), "what is not certified has no place");
        assert!(rows[0].keys.iter().flatten().all(|key| (0..=OF_A_GROUP).contains(key)));
        let audit = Office::of(support.village.auditor.clone()).await.unwrap().verify().await.unwrap();
        assert_eq!((audit.rankings, audit.differences.len()), (1, 0), "{:?}", audit.differences);
    })
    .await;
}

#[tokio::test]
async fn a_household_that_ended_counts_for_nothing_in_its_group_and_fails_no_ranking() {
    for_each_engine(async |world| {
        let support = Support::new(world).await;
        let (id, members) = group(world, &support, 6, 0).await;
        certified(&support, &id).await.unwrap();
        let ended = &members[5].household;
        let version = support.village.officer.household(ended).await.unwrap().row.version;
        support.village.officer.close_household(ended, version, "other", support.today()).await.unwrap();
        let province = support.village.place.province.clone();
        let ranked = async || {
            let ranking = support.province.rank_area(&province, GROUP, YEAR, Quota::Places(1)).await.unwrap();
            support.province.ranking(&ranking).await.unwrap().thing.ranked
        };
        assert_eq!(ranked().await, 1, "five are enough");
        assert_eq!(support.officer.entitled_in_group(&id).await.unwrap(), (5, 5));
        let another = &members[4].household;
        let version = support.village.officer.household(another).await.unwrap().row.version;
        support.village.officer.close_household(another, version, "other", support.today()).await.unwrap();
        assert_eq!(ranked().await, 0, "four are not what the rule wants, and that is no failure");
    })
    .await;
}

#[tokio::test]
async fn those_of_whom_it_is_not_known_are_listed_once_for_schemes_of_one_rule() {
    for_each_engine(async |world| {
        let support = Support::new(world).await;
        let household = support.village.household(0, &["Lò Văn Một", "Cà Thị Mẫu"]).await;
        let commune = support.village.commune.clone();
        let schemes = ["electricity", "preferential_credit_poor", INSURANCE];
        let wanted = schemes.map(|scheme| (scheme.to_owned(), Quota::Places(1)));
        let ids = support.officer.rank_schemes(&commune, YEAR, &wanted).await.unwrap();
        let mut lists = Vec::new();
        for id in &ids {
            let ranking = support.officer.ranking(id).await.unwrap().thing;
            lists.push((ranking.unknown(), ranking.not_known[0].list.clone()));
        }
        assert_eq!(lists[0], lists[1]);
        assert_eq!((lists[0].0, lists[2].0), (1, 2), "a scheme of members lists them");
        let there = support.officer.not_ranked(&ids[2], &page()).await.unwrap().rows;
        assert_eq!(there.len(), 2, "both members");
        assert!(there.iter().all(|(at, who)| *at == commune && who.subject() == household));
        let audit = Office::of(support.village.auditor.clone()).await.unwrap().verify().await.unwrap();
        assert_eq!((audit.rankings, audit.differences.len()), (3, 0), "{:?}", audit.differences);
    })
    .await;
}

/// Replaces a content by another, with the hashes that the whole register has of it: what is left to find is the computation.
pub async fn rewritten(world: &World, record: &str, change: impl Fn(&mut serde_json::Value)) {
    let of = format!("SELECT content FROM record WHERE id = '{record}'");
    let old = text_of(world, &of).await;
    let body = text_of(world, &format!("SELECT body FROM content WHERE hash = '{old}'")).await;
    let mut body: serde_json::Value = serde_json::from_str(&body).unwrap();
    change(&mut body);
    let body = body.to_string();
    let hash = content_hash("salt", &body);
    let body = body.replace('\'', "''");
    world.tamper(&format!("INSERT INTO content (hash, salt, body) VALUES ('{hash}', 'salt', '{body}')")).await;
    world.tamper(&format!("UPDATE record SET content = '{hash}' WHERE id = '{record}'")).await;
    world.tamper(&format!("UPDATE entry SET content = '{hash}' WHERE content = '{old}'")).await;
}

#[tokio::test]
async fn a_ranking_is_computed_again_and_the_first_that_differs_is_named() {
    for_each_engine(async |world| {
        let support = Support::new(world).await;
        for name in ["Lò Văn Một", "Lò Văn Hai", "Lò Văn Ba"] {
            support.poor(world, name).await;
        }
        let id = support.officer.rank_area(&support.village.commune, PRODUCTION, YEAR, Quota::Places(1)).await.unwrap();
        let auditor = Office::of(support.village.auditor.clone()).await.unwrap();
        let told = async || -> Vec<String> {
            let audit = auditor.verify().await.unwrap();
            audit.differences.into_iter().filter(|found| found.subject == id).map(|found| found.what).collect()
        };
        assert_eq!(told().await, Vec::<String>::new());
        rewritten(world, &id, |body| body["thing"]["within"] = 2.into()).await;
        assert!(told().await[0].contains("1 of 3 within"), "{:?}", told().await);
        rewritten(world, &id, |body| {
            body["thing"]["within"] = 1.into();
            body["thing"]["line"]["decided_by"] = "minority_poor".into();
        })
        .await;
        assert!(told().await[0].contains("at the line"), "{:?}", told().await);
        rewritten(world, &id, |body| body["thing"]["line"]["decided_by"] = "order".into()).await;
        assert_eq!(told().await, Vec::<String>::new());
        // Two rows change their places in a sheet, with a hash that fits.
        let sheet = text_of(world, "SELECT hash FROM content WHERE body LIKE '{\"rows\"%'").await;
        let body = text_of(world, &format!("SELECT body FROM content WHERE hash = '{sheet}'")).await;
        let mut body: serde_json::Value = serde_json::from_str(&body).unwrap();
        body["rows"].as_array_mut().unwrap().swap(0, 1);
        let hash = content_hash("salt", &body.to_string());
        world.tamper(&format!("INSERT INTO content (hash, salt, body) VALUES ('{hash}', 'salt', '{body}')")).await;
        rewritten(world, &id, |content| content["thing"]["sheets"][0] = hash.clone().into()).await;
        assert!(told().await[0].starts_with("place 1 is "), "{:?}", told().await);
        world.tamper(&format!("UPDATE content SET body = '{{}}' WHERE hash = '{hash}'")).await;
        assert!(told().await[0].contains("sheet"), "{:?}", told().await);
    })
    .await;
}
