//! Support in kind: what is paid is money's worth, what comes back are the things themselves.

use crate::common::for_each_engine;
use crate::groups::{certified, group, project, steps, until_approved, version};
use crate::support::*;
use jiff::civil::date;
use vuon_policy::model::Language;
use vuon_programme::agreements::{Agreement, AgreementState, NewAgreement, Recipient};
use vuon_programme::groups::{Loan, NewLoan};
use vuon_programme::records::Kept;
use vuon_programme::repayment::{Part, Plan, Repaid, Things};
use vuon_registry::RegistryError;

fn calves(count: i64) -> Things {
    Things { what: "bê cái".into(), unit: "con".into(), count, value_each: 12_000_000 }
}

/// Three calves that come back one each year.
fn lent(household: &str) -> NewAgreement {
    NewAgreement {
        scheme: CREDIT.into(),
        things: Some(calves(3)),
        own_share: 0,
        due: vec![date(2025, 9, 20)],
        plan: Some(Plan::Regular { grace_months: 0, instalments: 3, every_months: 12 }),
        ..production(household, 36_000_000)
    }
}

async fn owing(support: &Support, new: &NewAgreement) -> Kept<Agreement> {
    let id = support.officer.draw_up(new).await.unwrap();
    let kept: Kept<Agreement> = support.officer.one(&id).await.unwrap();
    support.chair.approve(&support.village.commune, &[(id, kept.version)]).await.unwrap();
    support.paid(&kept, "whole", "signature").await
}

#[tokio::test]
async fn a_calf_that_is_lent_comes_back_as_a_calf_and_the_book_holds_its_value() {
    for_each_engine(async |world| {
        let support = Support::new(world).await;
        let household = support.poor(world, "Lò Văn Một").await;
        support.capital(CREDIT, 50_000_000).await;
        let kept = owing(&support, &lent(&household)).await;
        assert_eq!(kept.thing.state, AgreementState::Owing);
        let account = format!("SELECT balance FROM money_account WHERE id = 'obligation:{}'", kept.id);
        assert_eq!(world.number(&account).await, 36_000_000);
        let told = support.officer.statement(&kept.thing, Language::Vi).unwrap();
        assert_eq!(told[0], "Gia đình được hỗ trợ 3 con bê cái, trị giá 36.000.000 đồng; gia đình góp 0 đồng.");
        assert_eq!(told[2], "Trả lại trước hết ngày 08/09/2026: 1 con bê cái.");

        // Two parts late: told in calves and in what they are worth. No interest, however late.
        world.clock.stand(date(2027, 9, 18));
        let standing = kept.thing.debt.as_ref().unwrap().standing(support.today()).unwrap();
        assert_eq!(
            (standing.principal, standing.late, standing.late_worth, standing.owed),
            (3, 2, 24_000_000, 36_000_000)
        );
        assert_eq!((standing.interest, standing.late_interest, standing.days_late), (0, 0, 375));
        let figures = support.officer.support_figures(&support.village.commune, YEAR).await.unwrap();
        assert_eq!((figures.late, figures.late_things[0].late), ([0, 0, 0, 24_000_000], [0, 0, 0, 2]));
        let told = support.officer.statement(&kept.thing, Language::En).unwrap();
        assert_eq!(
            told.last().unwrap(),
            "Today 3 con bê cái are still to come back; 2 con bê cái are late (375 days)."
        );

        let four = Repaid { on: support.today(), amount: 4 };
        let four = support.officer.repay(&kept.id, kept.version, four, "BN 1").await;
        assert!(
            matches!(four, Err(RegistryError::Invalid { ref message, .. }) if message.contains("no more than 3")),
            "{four:?}"
        );
        let one = Repaid { on: support.today(), amount: 1 };
        support.officer.repay(&kept.id, kept.version, one, "BN 1").await.unwrap();
        let back = format!("SELECT balance FROM money_account WHERE id = 'things:{}'", kept.thing.budget.owner());
        assert_eq!((world.number(&account).await, world.number(&back).await), (24_000_000, 12_000_000));
        let figures = support.officer.support_figures(&support.village.commune, YEAR).await.unwrap();
        assert_eq!((figures.came_back, figures.due), (12_000_000, 24_000_000));

        // The rest is agreed anew, a calf on a day of the season; of them one is written off.
        let kept = support.again(&kept).await;
        let season = |due, amount| Part { due, amount };
        let short = Plan::Seasonal(vec![season(date(2028, 5, 1), 1)]);
        let short = support.chair.reschedule(&kept.id, kept.version, short, "dịch bệnh (ví dụ)").await;
        assert!(matches!(short, Err(RegistryError::Invalid { .. })), "both calves come back: {short:?}");
        let plan = Plan::Seasonal(vec![season(date(2028, 5, 1), 1), season(date(2029, 5, 1), 1)]);
        support.chair.reschedule(&kept.id, kept.version, plan, "dịch bệnh (ví dụ)").await.unwrap();
        let kept = support.again(&kept).await;
        support.officer.repay(&kept.id, kept.version, one, "BN 2").await.unwrap();
        let kept = support.again(&kept).await;
        support.chair.write_off(&kept.id, kept.version, "bê chết vì rét (ví dụ)").await.unwrap();
        assert_eq!(support.again(&kept).await.thing.state, AgreementState::Fulfilled);
        assert_eq!((world.number(&account).await, world.number(&back).await), (0, 24_000_000));
        let figures = support.officer.support_figures(&support.village.commune, YEAR).await.unwrap();
        assert_eq!((figures.came_back, figures.written_off, figures.late), (24_000_000, 12_000_000, [0; 4]));
        // What came back in kind is no money: no budget has it.
        let reused = support.province.reuse(&kept.thing.budget).await;
        assert!(matches!(reused, Err(RegistryError::Illegal { .. })), "{reused:?}");
    })
    .await;
}

#[tokio::test]
async fn things_are_worth_what_is_agreed_and_only_where_they_come_back() {
    for_each_engine(async |world| {
        let support = Support::new(world).await;
        let household = support.poor(world, "Lò Văn Một").await;
        let field_of = async |new: &NewAgreement| match support.officer.draw_up(new).await {
            Err(RegistryError::Invalid { field, .. }) => field,
            other => panic!("{other:?}"),
        };
        let given = NewAgreement { things: Some(calves(1)), ..production(&household, 12_000_000) };
        assert_eq!(field_of(&given).await, "things", "conditional support is money");
        let worth = NewAgreement { amount: 36_000_001, ..lent(&household) };
        assert_eq!(field_of(&worth).await, "amount");
        let great = Things { value_each: i64::MAX, ..calves(2) };
        assert_eq!(field_of(&NewAgreement { things: Some(great), ..lent(&household) }).await, "amount");
        let none = NewAgreement { things: Some(calves(0)), amount: 36_000_000, ..lent(&household) };
        assert_eq!(field_of(&none).await, "things");
        let unnamed = Things { what: " ".into(), ..calves(3) };
        assert_eq!(field_of(&NewAgreement { things: Some(unnamed), ..lent(&household) }).await, "what");
        let parts = Plan::Regular { grace_months: 0, instalments: 4, every_months: 6 };
        let parts = NewAgreement { plan: Some(parts), ..lent(&household) };
        assert_eq!(field_of(&parts).await, "plan", "a calf does not come back in halves");
    })
    .await;
}

#[tokio::test]
async fn a_groups_calves_go_to_the_next_of_its_list() {
    for_each_engine(async |world| {
        let support = Support::new(world).await;
        let (id, members) = group(world, &support, 5, 0).await;
        certified(&support, &id).await.unwrap();
        let project = project(&support, Some(id.clone())).await;
        steps(&support, &project, until_approved(5)).await;
        support.capital(GROUP, 100_000_000).await;
        let new = NewAgreement {
            scheme: GROUP.into(),
            recipient: Recipient::Group(id.clone()),
            things: Some(calves(2)),
            own_share: 0,
            due: vec![date(2025, 9, 20)],
            ..production("", 24_000_000)
        };
        let kept = owing(&support, &new).await;
        assert_eq!(kept.thing.state, AgreementState::Fulfilled);
        let fund = async || support.officer.group_fund(&id).await.unwrap();
        assert_eq!((fund().await.money, fund().await.things.unwrap().count), (0, 2));
        let heifers = Things { what: "bò cái".into(), ..calves(2) };
        let other = support.officer.draw_up(&NewAgreement { things: Some(heifers), ..new.clone() }).await;
        assert!(matches!(other, Err(RegistryError::Illegal { ref why, .. }) if why.contains("one kind")), "{other:?}");

        let plan = Plan::Regular { grace_months: 0, instalments: 1, every_months: 12 };
        let loan = |place: usize, amount, in_things| NewLoan {
            household: members[place].household.clone(),
            amount,
            in_things,
            plan: plan.clone(),
        };
        let at = version(&support, &id).await;
        let money = support.chair.lend_from_group(&id, at, &loan(0, 1, false)).await;
        assert!(matches!(money, Err(RegistryError::Illegal { .. })), "the fund has no money: {money:?}");
        let three = support.chair.lend_from_group(&id, at, &loan(0, 3, true)).await;
        assert!(matches!(three, Err(RegistryError::Illegal { ref why, .. }) if why.contains("things:")), "{three:?}");
        let first = support.chair.lend_from_group(&id, at, &loan(0, 2, true)).await.unwrap();
        assert_eq!(fund().await.things.unwrap().count, 0);

        // A loan counts in the figures of the year of its capital: late, and then as what came back.
        world.clock.stand(date(2026, 9, 18));
        let figures = support.officer.support_figures(&support.village.commune, YEAR).await.unwrap();
        assert_eq!((figures.late, figures.late_things[0].late), ([24_000_000, 0, 0, 0], [2, 0, 0, 0]));
        let back = Repaid { on: date(2026, 9, 18), amount: 2 };
        support.officer.repay_loan(&first, 1, back, "BN 1").await.unwrap();
        let figures = support.officer.support_figures(&support.village.commune, YEAR).await.unwrap();
        assert_eq!((figures.came_back, figures.due, figures.late), (24_000_000, 24_000_000, [0; 4]));
        let second = support.chair.lend_from_group(&id, at, &loan(1, 1, true)).await.unwrap();
        let second: Kept<Loan> = support.officer.one(&second).await.unwrap();
        assert_eq!((second.thing.debt.lent.units(), second.thing.year), (1, YEAR));

        // When the group ends, what is left goes back to where its things came from.
        support.officer.repay_loan(&second.id, 1, Repaid { on: support.today(), amount: 1 }, "BN 2").await.unwrap();
        support.chair.dissolve_group(&id, at, "hết việc (ví dụ)").await.unwrap();
        let left = format!("SELECT balance FROM money_account WHERE id = 'things:{}'", kept.thing.budget.owner());
        assert_eq!((world.number(&left).await, fund().await.things.unwrap().count), (24_000_000, 0));
    })
    .await;
}
