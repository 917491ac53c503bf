//! When the time of a pack is over, or a scheme is in it no more: what was agreed is finished, nothing new begins.

use crate::common::{World, for_each_engine};
use crate::groups::{certified, group, project, steps, until_approved, version};
use crate::support::*;
use jiff::civil::{Date, date};
use vuon_policy::model::Language;
use vuon_programme::Office;
use vuon_programme::agreements::{Agreement, AgreementState, EvidenceGiven, NewAgreement, PartState, Recipient};
use vuon_programme::audit::verify as verify_all;
use vuon_programme::groups::{GroupMember, Loan, NewGroup, NewLoan};
use vuon_programme::ranking::Quota;
use vuon_programme::records::{Filter, Kept};
use vuon_programme::repayment::{Plan, Repaid};
use vuon_programme::support_pack::{SupportPack, choose, chosen};
use vuon_registry::RegistryError;

const LAST: i16 = 2026;

fn over<T: std::fmt::Debug>(result: vuon_registry::Result<T>) {
    match result {
        Err(RegistryError::Illegal { step: "new support", why }) => {
            assert!(why.contains("ended on 2026-12-31"), "{why}")
        }
        other => panic!("{other:?}"),
    }
}

/// Production support and a loan of the last year, approved on 2 November.
async fn of_the_last_year(support: &Support, household: &str) -> [Kept<Agreement>; 2] {
    let commune = &support.village.commune;
    let of_year = |new: NewAgreement, due: Vec<Date>| NewAgreement { year: LAST, from: date(2026, 11, 2), due, ..new };
    let plan = Plan::Regular { grace_months: 0, instalments: 1, every_months: 6 };
    let loan =
        NewAgreement { scheme: CREDIT.into(), own_share: 0, plan: Some(plan), ..production(household, 36_500_000) };
    let news = [
        of_year(production(household, 10_000_000), vec![date(2026, 11, 20), date(2026, 12, 20), date(2027, 6, 30)]),
        of_year(loan, vec![date(2026, 11, 20)]),
    ];
    let mut drawn = Vec::new();
    for new in news {
        support.province.receive_capital(commune, &new.scheme, LAST, new.amount, "QĐ mẫu").await.unwrap();
        let id = support.officer.draw_up(&new).await.unwrap();
        support.chair.approve(commune, &[(id.clone(), 1)]).await.unwrap();
        drawn.push(support.officer.one(&id).await.unwrap());
    }
    drawn.try_into().unwrap()
}

/// Evidence of today, an order and a file; its payment and its id.
async fn sent(support: &Support, kept: &Kept<Agreement>, part: &str, kind: &str) -> (String, String) {
    let commune = &support.village.commune;
    let shown = EvidenceGiven { on: support.today(), ..shown(kind) };
    let kept = support.again(kept).await;
    support.officer.reach_part(&kept.id, kept.version, part, &shown).await.unwrap();
    let mut payments = support.chair.order_payments(commune, &[(kept.id.clone(), kept.version + 1)]).await.unwrap();
    (payments.remove(0), support.officer.make_payment_file(commune).await.unwrap())
}

/// Row "2 January 2027": a household brings money back, the bank answers to a file of December, figures are asked for.
#[tokio::test]
async fn in_a_year_without_a_pack_of_schemes_everything_that_was_agreed_goes_on_and_nothing_begins() {
    for_each_engine(async |world| {
        let support = Support::new(world).await;
        let commune = support.village.commune.clone();
        let household = support.poor(world, "Lò Văn Một").await;
        let other = support.poor(world, "Lò Văn Hai").await;
        world.clock.stand(date(2026, 11, 2));
        let [production_of, loan] = of_the_last_year(&support, &household).await;
        let draft = NewAgreement {
            year: LAST,
            from: date(2026, 12, 30),
            due: vec![date(2026, 12, 30); 3],
            ..production(&other, 1_000_000)
        };
        let draft = support.officer.draw_up(&draft).await.unwrap();
        let (payment, file) = sent(&support, &loan, "whole", "signature").await;
        let paid = answer(&payment, true, 36_500_000, support.today());
        support.officer.take_answer(&file, &[paid]).await.unwrap();
        let (payment, file) = sent(&support, &production_of, "signed", "signature").await;

        world.clock.stand(date(2027, 1, 2));
        let support = support.today_at(world).await;
        assert_eq!(support.officer.over(), Some(date(2026, 12, 31)));
        let paid = answer(&payment, true, 5_000_000, date(2026, 12, 28));
        assert_eq!(support.officer.take_answer(&file, &[paid]).await.unwrap().paid, 1);
        assert_eq!(support.again(&production_of).await.thing.parts[0].state, PartState::Paid);
        let loan = support.again(&loan).await;
        let back = Repaid { on: support.today(), amount: 1_000_000 };
        support.officer.repay(&loan.id, loan.version, back, "BL 1").await.unwrap();
        assert!(!support.officer.statement(&support.again(&loan).await.thing, Language::Vi).unwrap().is_empty());
        let figures = support.officer.support_figures(&commune, LAST).await.unwrap();
        assert_eq!((figures.paid, figures.enabling), (41_500_000, 46_500_000));
        support.officer.household_standing(&household, Language::Vi).await.unwrap();
        support.province.receive_capital(&commune, PRODUCTION, LAST, 1, "QĐ đến muộn").await.unwrap();

        over(support.officer.draw_up(&NewAgreement { from: support.today(), ..production(&other, 1_000_000) }).await);
        over(support.chair.approve(&commune, &[(draft.clone(), 1)]).await);
        over(support.officer.rank_area(&commune, PRODUCTION, 2027, Quota::Places(1)).await);
        over(support.province.receive_capital(&commune, PRODUCTION, 2027, 1, "QĐ").await);
        let group = NewGroup {
            commune: commune.clone(),
            hamlet: None,
            scheme: GROUP.into(),
            name: "Tổ mẫu".into(),
            led_by: "organisation".into(),
            leader: "Hội mẫu".into(),
        };
        over(support.officer.new_group(&group).await);
        support.chair.refuse_agreement(&draft, 1, "hết hiệu lực").await.unwrap();
        assert_eq!(verify_all(&support.village.auditor).await.unwrap().differences, []);
    })
    .await;
}

#[tokio::test]
async fn the_pack_of_support_is_the_chosen_one_else_the_national_one_of_the_day_else_the_last() {
    for_each_engine(async |world| {
        let village = world.village().await;
        let now = async || chosen(&world.register, world.clock.today()).await.unwrap();
        let national = |over| SupportPack { chosen: None, pack: Some("vn-2022-2026".into()), over };
        assert_eq!(now().await, national(None));
        world.clock.stand(date(2027, 1, 2));
        assert_eq!(now().await, national(Some(date(2026, 12, 31))), "the pack of 2027 has no schemes");
        assert!(Office::of(village.officer.clone()).await.is_ok());
        world.clock.stand(date(2025, 9, 8));
        for (pack, what) in [("vn-2027-2030", "no schemes"), ("nowhere", "no pack"), ("../etc", "not by a path")] {
            let refused = choose(&world.operator(), Some(pack)).await;
            assert!(
                matches!(refused, Err(RegistryError::Pack { ref why, .. }) if why.contains(what)),
                "{pack}: {refused:?}"
            );
        }
        for desk in [&village.officer, &village.chair, &village.upper, &village.ministry, &village.auditor] {
            let refused = choose(desk, Some(EXAMPLE)).await;
            assert!(matches!(refused, Err(RegistryError::Forbidden { .. })), "{refused:?}");
        }
        let entries = "SELECT COUNT(*) FROM entry WHERE kind = 'setting' AND subject = 'support_pack'";
        let before = world.number(entries).await;
        choose(&village.administrator, Some(EXAMPLE)).await.unwrap();
        let example = SupportPack { chosen: Some(EXAMPLE.into()), pack: Some(EXAMPLE.into()), over: None };
        assert_eq!(now().await, example);
        choose(&village.administrator, None).await.unwrap();
        assert_eq!(now().await, national(None));
        assert_eq!(world.number(entries).await, before + 2, "the ledger has each choice");
    })
    .await;
}

/// Row "the next year's pack drops a scheme": what was agreed under it is paid out, lent, brought back and ended.
#[tokio::test]
async fn an_agreement_of_a_scheme_that_the_pack_has_no_more_is_finished() {
    for_each_engine(async |world| {
        let support = Support::new(world).await;
        let (id, members) = given_to_a_group(world, &support).await;
        let household = support.poor(world, "Lò Văn Bốn").await;
        support.capital(PRODUCTION, 10_000_000).await;
        let own = support.approved(&household, 10_000_000).await;
        let (part, file) = sent(&support, &own, "signed", "signature").await;
        let agreement: Kept<Agreement> = {
            let of_group = Filter { subject: Some(id.clone()), ..Filter::default() };
            support.officer.all(&of_group).await.unwrap().remove(0)
        };
        let (whole, second) = sent(&support, &agreement, "whole", "signature").await;

        let support = support.without_production(world).await;
        assert!(matches!(support.officer.scheme(GROUP), Err(RegistryError::NotFound)));
        let answers = [answer(&part, true, 5_000_000, support.today())];
        assert_eq!(support.officer.take_answer(&file, &answers).await.unwrap().paid, 1);
        let answers = [answer(&whole, true, 100_000_000, support.today())];
        assert_eq!(support.officer.take_answer(&second, &answers).await.unwrap().paid, 1);
        assert_eq!(support.again(&agreement).await.thing.state, AgreementState::Fulfilled);
        assert_eq!(support.officer.group_fund(&id).await.unwrap().money, 100_000_000);
        assert_eq!(support.officer.entitled_in_group(&id).await.unwrap(), (0, 5));

        let plan = Plan::Regular { grace_months: 0, instalments: 1, every_months: 12 };
        let household = members[0].household.clone();
        let new = NewLoan { household, amount: 60_000_000, in_things: false, plan };
        let long = NewLoan { plan: Plan::Regular { grace_months: 0, instalments: 1, every_months: 36 }, ..new.clone() };
        let at = version(&support, &id).await;
        let refused = support.chair.lend_from_group(&id, at, &long).await;
        assert!(matches!(refused, Err(RegistryError::Invalid { .. })), "the terms of then: 24 months: {refused:?}");
        let loan = support.chair.lend_from_group(&id, at, &new).await.unwrap();
        let back = Repaid { on: support.today(), amount: 60_000_000 };
        support.officer.repay_loan(&loan, 1, back, "BL 1").await.unwrap();
        assert!(support.officer.one::<Loan>(&loan).await.unwrap().thing.over);
        let joins = support.officer.join_group(&id, at, &another(world, &support).await).await;
        assert!(matches!(joins, Err(RegistryError::Illegal { .. })), "{joins:?}");
        support.officer.leave_group(&id, at, &members[4].household).await.unwrap();
        support.chair.dissolve_group(&id, at + 1, "hết việc").await.unwrap();
        let figures = support.officer.support_figures(&support.village.commune, YEAR).await.unwrap();
        assert_eq!((figures.paid, figures.enabling), (105_000_000, 110_000_000));
        assert_eq!(verify_all(&support.village.auditor).await.unwrap().differences, []);
    })
    .await;
}

/// A certified group with its project, and its fund agreed and approved, not paid yet.
async fn given_to_a_group(world: &World, support: &Support) -> (String, Vec<GroupMember>) {
    let (id, members) = group(world, support, 5, 0).await;
    certified(support, &id).await.unwrap();
    let project = project(support, Some(id.clone())).await;
    steps(support, &project, until_approved(5)).await;
    support.capital(GROUP, 100_000_000).await;
    let new = NewAgreement {
        scheme: GROUP.into(),
        recipient: Recipient::Group(id.clone()),
        own_share: 0,
        due: vec![date(2025, 9, 20)],
        ..production("", 100_000_000)
    };
    let agreement = support.officer.draw_up(&new).await.unwrap();
    support.chair.approve(&support.village.commune, &[(agreement, 1)]).await.unwrap();
    (id, members)
}

async fn another(world: &World, support: &Support) -> GroupMember {
    let household = support.poor(world, "Lò Văn Năm").await;
    let person = support.village.officer.household(&household).await.unwrap().members[0].person.clone();
    GroupMember { household, person }
}
