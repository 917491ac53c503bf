//! Agreements: what may be agreed, how parts are reached and paid, what comes back.

use crate::common::for_each_engine;
use crate::support::*;
use jiff::civil::date;
use vuon_policy::model::Language;
use vuon_programme::agreements::{Agreement, AgreementState, NewAgreement, Obstacle, PartState, Recipient};
use vuon_programme::audit::verify as verify_all;
use vuon_programme::payments::PaymentFile;
use vuon_programme::ranking::Quota;
use vuon_programme::records::{Filter, Kept};
use vuon_programme::repayment::{Plan, Repaid};
use vuon_registry::RegistryError;

fn refused<T: std::fmt::Debug>(answer: vuon_registry::Result<T>, says: &str) {
    match answer {
        Err(RegistryError::Illegal { why, .. }) => assert!(why.contains(says), "{why}"),
        other => panic!("{other:?} instead of a refusal that says {says}"),
    }
}

#[tokio::test]
async fn a_ceiling_is_a_ceiling_and_the_beneficiary_bears_its_share() {
    for_each_engine(async |world| {
        let support = Support::new(world).await;
        let household = support.poor(world, "Lò Văn Một").await;
        let over = support.officer.draw_up(&production(&household, 15_000_001)).await;
        assert!(matches!(over, Err(RegistryError::Invalid { ref field, .. }) if field == "amount"), "{over:?}");
        let small = NewAgreement { own_share: 999_999, ..production(&household, 9_000_000) };
        let small = support.officer.draw_up(&small).await;
        assert!(matches!(small, Err(RegistryError::Invalid { ref field, .. }) if field == "own_share"), "{small:?}");
        let kept = support.drawn_up(&household, 9_000_001).await;
        let parts: Vec<i64> = kept.thing.parts.iter().map(|part| part.amount).collect();
        assert_eq!((parts.iter().sum::<i64>(), parts), (9_000_001, vec![4_500_000, 2_700_000, 1_800_001]));
        let again = support.officer.draw_up(&production(&household, 1_000_000)).await;
        assert!(matches!(again, Err(RegistryError::Exists { .. })), "one of a scheme at a time: {again:?}");
    })
    .await;
}

#[tokio::test]
async fn nothing_is_agreed_with_who_is_not_entitled_nor_under_a_scheme_without_its_amount() {
    for_each_engine(async |world| {
        let support = Support::new(world).await;
        // Whether it was ever on a list, the register does not know: that has to be answered first.
        let average = ["Lò Văn Một", "Cà Thị Mẫu"];
        let average = support.household(world, &average, "average", date(2024, 12, 31)).await;
        refused(support.officer.draw_up(&production(&average, 1_000_000)).await, "still to be answered");
        let poor = support.poor(world, "Lò Văn Hai").await;
        let learning =
            NewAgreement { scheme: "tuition_poor".into(), due: vec![date(2025, 12, 1)], ..production(&poor, 100_000) };
        refused(support.officer.draw_up(&learning).await, "was not found");
    })
    .await;
}

#[tokio::test]
async fn parts_are_paid_in_order_once_each_and_allocated_committed_and_paid_follow() {
    for_each_engine(async |world| {
        let support = Support::new(world).await;
        let household = support.poor(world, "Lò Văn Một").await;
        let commune = support.village.commune.clone();
        let kept = support.drawn_up(&household, 10_000_000).await;
        let seen = [(kept.id.clone(), kept.version)];
        refused(support.chair.approve(&commune, &seen).await, "holds 0 đồng");
        support.capital(PRODUCTION, 12_000_000).await;
        support.chair.approve(&commune, &seen).await.unwrap();
        assert!(matches!(support.chair.approve(&commune, &seen).await, Err(RegistryError::ChangedSince)), "not twice");
        assert_eq!(support.budget(PRODUCTION).await, (12_000_000, 10_000_000, 0, 2_000_000));

        let kept = support.again(&kept).await;
        let early = support.officer.reach_part(&kept.id, kept.version, "stock_bought", &shown("receipt")).await;
        refused(early, "an earlier part");
        let wrong = support.officer.reach_part(&kept.id, kept.version, "signed", &shown("visit")).await;
        assert!(matches!(wrong, Err(RegistryError::Invalid { .. })));
        refused(support.chair.order_payments(&commune, &[(kept.id.clone(), kept.version)]).await, "no part");
        let kept = support.paid(&kept, "signed", "signature").await;
        assert_eq!(support.budget(PRODUCTION).await, (12_000_000, 10_000_000, 5_000_000, 2_000_000));
        refused(support.chair.order_payments(&commune, &[(kept.id.clone(), kept.version)]).await, "no part");
        let kept = support.paid(&kept, "stock_bought", "photo").await;
        let kept = support.paid(&kept, "kept_a_season", "visit").await;
        assert_eq!(kept.thing.state, AgreementState::Fulfilled);
        assert_eq!(support.budget(PRODUCTION).await, (12_000_000, 10_000_000, 10_000_000, 2_000_000));
        refused(support.officer.draw_up(&production(&household, 1_000_000)).await, "had this scheme already");
        let told = support.officer.statement(&kept.thing, Language::Vi).unwrap();
        assert_eq!(told[0], "Gia đình được hỗ trợ 10.000.000 đồng; gia đình góp 1.111.112 đồng.");
        assert_eq!(told[1], "Ký cam kết: 5.000.000 đồng, đã chi trả.");
    })
    .await;
}

#[tokio::test]
async fn the_banks_answer_is_held_against_the_file_and_what_differs_moves_no_money() {
    for_each_engine(async |world| {
        let support = Support::new(world).await;
        let commune = support.village.commune.clone();
        support.capital(PRODUCTION, 40_000_000).await;
        let mut seen = Vec::new();
        for name in ["Lò Văn Một", "Lò Văn Hai", "Lò Văn Ba"] {
            let household = support.poor(world, name).await;
            let kept = support.approved(&household, 10_000_000).await;
            support.officer.reach_part(&kept.id, kept.version, "signed", &shown("signature")).await.unwrap();
            seen.push((kept.id.clone(), support.again(&kept).await.version));
        }
        let payments = support.chair.order_payments(&commune, &seen).await.unwrap();
        let file = support.officer.make_payment_file(&commune).await.unwrap();
        let lines = support.officer.payment_lines(&file).await.unwrap();
        assert_eq!(lines.iter().map(|line| line.amount).collect::<Vec<_>>(), [5_000_000; 3]);
        assert!(lines.iter().all(|line| line.purpose.ends_with("(Ký cam kết)")), "{}", lines[0].purpose);
        assert!(
            lines.iter().all(|line| line.name.as_ref().is_some_and(|name| name.starts_with("Lò Văn"))),
            "the bank is told whom to pay"
        );
        let today = support.today();
        let rows = [
            answer(&payments[0], true, 5_000_000, today),
            answer(&payments[1], true, 4_999_999, today),
            answer(&payments[2], false, 5_000_000, today),
            answer("no-such-payment", true, 5_000_000, today),
        ];
        let report = support.officer.take_answer(&file, &rows).await.unwrap();
        assert_eq!((report.paid, report.failed, report.open, report.differences.len()), (1, 1, 1, 2), "{report:?}");
        assert_eq!(support.budget(PRODUCTION).await, (40_000_000, 30_000_000, 5_000_000, 10_000_000));
        // The same answer again: nothing is paid twice.
        let again = support.officer.take_answer(&file, &rows).await.unwrap();
        assert_eq!((again.paid, again.failed, again.known), (0, 0, 2));
        assert_eq!(support.budget(PRODUCTION).await, (40_000_000, 30_000_000, 5_000_000, 10_000_000));
        // Once the bank answers as it should, its first answer is no difference any more.
        let right = [answer(&payments[1], true, 5_000_000, today)];
        let report = support.officer.take_answer(&file, &right).await.unwrap();
        assert_eq!((report.paid, report.open, report.differences.len()), (1, 0, 0));
        let differs: Kept<PaymentFile> = support.officer.one(&file).await.unwrap();
        assert_eq!(differs.thing.differences, ["no-such-payment: not in this file, or answered twice in it"]);
        assert_eq!(differs.thing.settled, [format!("{}: a later answer agrees with the file", payments[1])]);
        // What failed can be ordered again, with a new key.
        let agreement: Kept<Agreement> = support.officer.one(&seen[2].0).await.unwrap();
        assert_eq!(agreement.thing.parts[0].state, PartState::Reached);
        let order = support.chair.order_payments(&commune, &[(agreement.id.clone(), agreement.version)]).await.unwrap();
        assert_ne!(order[0], payments[2]);
    })
    .await;
}

#[tokio::test]
async fn a_missed_part_gets_more_time_or_ends_the_agreement_as_the_scheme_says() {
    for_each_engine(async |world| {
        let support = Support::new(world).await;
        let household = support.poor(world, "Lò Văn Một").await;
        support.capital(PRODUCTION, 10_000_000).await;
        let kept = support.approved(&household, 10_000_000).await;
        let kept = support.paid(&kept, "signed", "signature").await;
        let stop = support.chair.stop_agreement(&kept.id, kept.version, "stock_bought", None, "bỏ dở").await;
        refused(stop, "has not passed");
        world.clock.stand(date(2025, 12, 1));
        let late = vuon_programme::agreements::EvidenceGiven { on: date(2025, 12, 1), ..shown("receipt") };
        let late = support.officer.reach_part(&kept.id, kept.version, "stock_bought", &late).await;
        refused(late, "not reached in time");
        let until = date(2026, 2, 28);
        support.chair.extend_part(&kept.id, kept.version, "stock_bought", until, "bão lũ (ví dụ)").await.unwrap();
        let kept = support.again(&kept).await;
        assert_eq!((kept.thing.parts[1].due, kept.thing.parts[1].extended.len()), (until, 1));
        let extended = support.chair.extend_part(&kept.id, kept.version, "kept_a_season", until, "lý do").await;
        refused(extended, "no more time");
        // What is given back unasked goes to the budget at once, each receipt once.
        support.officer.refund(&kept.id, kept.version, 2_000_000, "BL 7").await.unwrap();
        let kept = support.again(&kept).await;
        let same = support.officer.refund(&kept.id, kept.version, 2_000_000, "BL 7").await;
        assert!(matches!(same, Err(RegistryError::Exists { .. })), "the same receipt counts once: {same:?}");
        refused(support.officer.refund(&kept.id, kept.version, 4_000_000, "BL 8").await, "holds 3000000");
        assert_eq!(support.budget(PRODUCTION).await, (10_000_000, 8_000_000, 3_000_000, 2_000_000));
    })
    .await;
}

/// Row "production support, 8 of 10 million paid, the last part missed": what is asked back is owed like a loan.
#[tokio::test]
async fn what_is_asked_back_is_owed_by_a_day_and_told_wherever_debts_are() {
    for_each_engine(async |world| {
        let support = Support::new(world).await;
        let commune = support.village.commune.clone();
        let household = support.poor(world, "Lò Văn Một").await;
        support.capital(PRODUCTION, 10_000_000).await;
        let kept = support.approved(&household, 10_000_000).await;
        support.paid(&kept, "signed", "signature").await;
        let kept = support.paid(&kept, "stock_bought", "receipt").await;
        world.clock.stand(date(2026, 7, 1));
        let stop = async |by| {
            support.chair.stop_agreement(&kept.id, kept.version, "kept_a_season", by, "đã bán bò (ví dụ)").await
        };
        for day in [None, Some(date(2026, 7, 1))] {
            let refused = stop(day).await;
            assert!(
                matches!(refused, Err(RegistryError::Invalid { ref field, .. }) if field == "back_by"),
                "{refused:?}"
            );
        }
        stop(Some(date(2026, 9, 30))).await.unwrap();
        let kept = support.again(&kept).await;
        assert_eq!((kept.thing.state, kept.thing.reclaimed), (AgreementState::Reclaimed, 8_000_000));
        assert_eq!(support.budget(PRODUCTION).await, (10_000_000, 8_000_000, 8_000_000, 2_000_000), "it was paid");
        let obligation = format!("SELECT balance FROM money_account WHERE id = 'obligation:{}'", kept.id);
        assert_eq!(world.number(&obligation).await, 8_000_000);
        refused(support.officer.refund(&kept.id, kept.version, 1, "BL 1").await, "comes back as repayment");

        let steps = support.officer.next_steps(&commune, date(2026, 10, 31)).await.unwrap();
        let told: Vec<_> = steps.iter().map(|step| (step.what, step.due, step.late)).collect();
        assert_eq!(told, [("repayment", date(2026, 9, 30), false)]);
        let lines = support.officer.statement(&kept.thing, Language::Vi).unwrap().join(" ");
        assert!(lines.contains("số đã chi trả 8.000.000 đồng phải trả lại"), "{lines}");
        assert!(lines.contains("Trả lại trước hết ngày 30/09/2026: 8.000.000 đồng gốc"), "{lines}");

        world.clock.stand(date(2026, 10, 10));
        let debts = support.officer.debts_of(&commune).await.unwrap();
        assert_eq!((debts.len(), debts[0].1.late, debts[0].1.days_late), (1, 8_000_000, 10));
        let figures = async || support.officer.support_figures(&commune, YEAR).await.unwrap();
        assert_eq!((figures().await.late, figures().await.due), ([8_000_000, 0, 0, 0], 8_000_000));
        let back = |amount| Repaid { on: date(2026, 10, 10), amount };
        let standing = support.officer.repay(&kept.id, kept.version, back(3_000_000), "BL 2").await.unwrap();
        assert_eq!((standing.owed, standing.late_interest), (5_000_000, 0), "without interest, however late");
        support.officer.repay(&kept.id, kept.version + 1, back(5_000_000), "BL 3").await.unwrap();
        let kept = support.again(&kept).await;
        assert_eq!((kept.thing.state, kept.thing.next_due()), (AgreementState::Stopped, None));
        assert_eq!((figures().await.came_back, world.number(&obligation).await), (8_000_000, 0));
        assert_eq!(support.province.reuse(&kept.thing.budget).await.unwrap(), 8_000_000, "capital of this year again");
        assert_eq!(verify_all(&support.village.auditor).await.unwrap().differences, []);
    })
    .await;
}

#[tokio::test]
async fn a_loan_is_owed_from_the_day_it_is_paid_and_comes_back_to_the_dong() {
    for_each_engine(async |world| {
        let support = Support::new(world).await;
        let household = support.poor(world, "Lò Văn Một").await;
        support.capital(CREDIT, 50_000_000).await;
        let plan = Plan::Regular { grace_months: 0, instalments: 2, every_months: 6 };
        let new = NewAgreement {
            scheme: CREDIT.into(),
            recipient: Recipient::Household(household.clone()),
            own_share: 0,
            due: vec![date(2025, 9, 20)],
            plan: Some(plan),
            ..production(&household, 36_500_000)
        };
        let without = NewAgreement { plan: None, ..new.clone() };
        assert!(matches!(support.officer.draw_up(&without).await, Err(RegistryError::Invalid { .. })));
        let id = support.officer.draw_up(&new).await.unwrap();
        let kept: Kept<Agreement> = support.officer.one(&id).await.unwrap();
        let planned = kept.thing.debt.as_ref().unwrap().schedule().unwrap();
        assert_eq!(kept.thing.until, planned[1].due, "it lasts until all has come back");
        support.chair.approve(&support.village.commune, &[(id.clone(), kept.version)]).await.unwrap();
        let obstacle = async || {
            let standing = support.officer.household_standing(&household, Language::Vi).await.unwrap();
            standing.obstacles.into_iter().collect::<Vec<_>>()
        };
        assert_eq!(obstacle().await, [(CREDIT.to_owned(), Obstacle::Open)], "it has a loan, and is offered none");
        let kept = support.paid(&kept, "whole", "signature").await;
        assert_eq!(kept.thing.state, AgreementState::Owing);
        assert_eq!(obstacle().await, [(CREDIT.to_owned(), Obstacle::Open)]);
        let schedule = kept.thing.debt.as_ref().unwrap().schedule().unwrap();
        assert_eq!(kept.thing.until, schedule[1].due);
        assert_eq!(schedule.iter().map(|part| part.principal).sum::<i64>(), 36_500_000);
        assert_eq!(schedule[0].due, date(2026, 3, 8));
        // 6.6 percent of 36.5 million for 181 days of 365.
        assert_eq!(schedule[0].interest, 1_194_600);

        world.clock.stand(date(2026, 3, 20));
        let debts = support.officer.debts_of(&support.village.commune).await.unwrap();
        let due = debts[0].1.clone();
        assert_eq!((due.days_late, due.late), (12, 18_250_000 + due.interest + due.late_interest));
        let figures = async || support.officer.support_figures(&support.village.commune, YEAR).await.unwrap();
        assert_eq!(figures().await.due, due.late);
        let steps = support.officer.next_steps(&support.village.commune, date(2026, 4, 1)).await.unwrap();
        assert!(steps.iter().any(|step| step.what == "repayment" && step.late));
        let too_much = Repaid { on: date(2026, 3, 20), amount: 60_000_000 };
        assert!(matches!(
            support.officer.repay(&id, kept.version, too_much, "BL 1").await,
            Err(RegistryError::Invalid { .. })
        ));
        let part = Repaid { on: date(2026, 3, 20), amount: 10_000_000 };
        let standing = support.officer.repay(&id, kept.version, part, "BL 1").await.unwrap();
        assert_eq!(standing.late, due.late - 10_000_000);
        let kept = support.again(&kept).await;
        let split = kept.thing.debt.as_ref().unwrap().split(0).unwrap().unwrap();
        // Interest for being late stands first, then the usual interest, then the principal.
        assert_eq!((split.late_interest, split.interest), (due.late_interest, due.interest));
        assert_eq!(split.principal, 10_000_000 - due.interest - due.late_interest);
        let rest = Repaid { on: date(2026, 3, 20), amount: standing.late };
        let standing = support.officer.repay(&id, kept.version, rest, "BL 2").await.unwrap();
        assert_eq!((standing.late, standing.days_late), (0, 0), "the sum that is told as late clears it");
        assert_eq!((figures().await.due, figures().await.came_back), (due.late, due.late));
        let kept = support.again(&kept).await;
        let left =
            Repaid { on: date(2026, 3, 20), amount: standing.principal + standing.interest + standing.late_interest };
        let over = support.officer.repay(&id, kept.version, left, "BL 3").await.unwrap();
        assert_eq!(over.days_late, 0);
        assert_eq!(
            support.again(&kept).await.thing.state,
            AgreementState::Fulfilled,
            "all that is owed is all there is"
        );
    })
    .await;
}

#[tokio::test]
async fn many_are_drawn_up_and_approved_at_once_or_none() {
    for_each_engine(async |world| {
        let support = Support::new(world).await;
        let commune = support.village.commune.clone();
        let mut new = Vec::new();
        for number in 0..30 {
            let household = support.poor(world, &format!("Lò Văn {}", ["Một", "Hai", "Ba"][number % 3])).await;
            new.push(production(&household, 1_000_000));
        }
        let ids = support.officer.draw_up_all(&commune, &new).await.unwrap();
        support.capital(PRODUCTION, 29_000_000).await;
        let seen: Vec<(String, i64)> = ids.iter().map(|id| (id.clone(), 1)).collect();
        refused(support.chair.approve(&commune, &seen).await, "30000000 are needed");
        assert_eq!(support.budget(PRODUCTION).await, (29_000_000, 0, 0, 29_000_000), "not one of them");
        support.chair.approve(&commune, &seen[..29]).await.unwrap();
        assert_eq!(support.budget(PRODUCTION).await, (29_000_000, 29_000_000, 0, 0));
        let running = Filter { state: Some("running".into()), ..Filter::default() };
        assert_eq!(support.officer.all::<Agreement>(&running).await.unwrap().len(), 29);
    })
    .await;
}

/// More than one statement names: a thousand values of a condition, five hundred parts of a compound query.
#[tokio::test]
async fn more_than_a_statement_holds_are_approved_in_one_transaction() {
    const MORE: usize = vuon_registry::room::MANY + 5;
    for_each_engine(async |world| {
        let support = Support::new(world).await;
        let commune = support.village.commune.clone();
        let mut new = Vec::new();
        for _ in 0..MORE {
            let household = support.household(world, &["Lò Văn Mẫu"], "poor", date(2024, 12, 31)).await;
            new.push(production(&household, 1_000_000));
        }
        let ids = support.officer.draw_up_all(&commune, &new).await.unwrap();
        let all = 1_000_000 * MORE as i64;
        support.capital(PRODUCTION, all).await;
        let seen: Vec<(String, i64)> = ids.iter().map(|id| (id.clone(), 1)).collect();
        support.chair.approve(&commune, &seen).await.unwrap();
        assert_eq!(support.budget(PRODUCTION).await, (all, all, 0, 0));
    })
    .await;
}

#[tokio::test]
async fn an_approved_ranking_is_the_order_of_service_and_who_waits_moves_up() {
    for_each_engine(async |world| {
        let support = Support::new(world).await;
        let commune = support.village.commune.clone();
        for name in ["Lò Văn Một", "Lò Văn Hai"] {
            support.poor(world, name).await;
        }
        support.capital(PRODUCTION, 20_000_000).await;
        let id = support.officer.rank_area(&commune, PRODUCTION, YEAR, Quota::Places(1)).await.unwrap();
        support.chair.approve_ranking(&id, 1).await.unwrap();
        let rows = support.rows(&id).await;
        let [first, second] = [0, 1].map(|place| rows[place].recipient.id().to_owned());
        refused(support.officer.draw_up(&production(&second, 9_000_000)).await, "turn");
        let before = support.drawn_up(&first, 9_000_000).await;
        support.chair.refuse_agreement(&before.id, before.version, "hộ không nhận (ví dụ)").await.unwrap();
        let kept = support.drawn_up(&second, 9_000_000).await;
        support.chair.approve(&commune, &[(kept.id.clone(), kept.version)]).await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn a_refusal_of_many_names_the_one_it_is_about() {
    for_each_engine(async |world| {
        let support = Support::new(world).await;
        let commune = support.village.commune.clone();
        for name in ["Lò Văn Một", "Lò Văn Hai"] {
            support.poor(world, name).await;
        }
        support.capital(PRODUCTION, 20_000_000).await;
        let id = support.officer.rank_area(&commune, PRODUCTION, YEAR, Quota::Places(1)).await.unwrap();
        let rows = support.rows(&id).await;
        let mut seen = Vec::new();
        // While the ranking is a draft both may be drawn up.
        for row in &rows {
            seen.push((support.drawn_up(row.recipient.id(), 9_000_000).await.id, 1));
        }
        support.chair.approve_ranking(&id, 1).await.unwrap();
        let waits = support.village.officer.household(rows[1].recipient.id()).await.unwrap().row;
        let answer = support.chair.approve(&commune, &seen).await;
        let Err(RegistryError::Illegal { why, .. }) = &answer else { panic!("{answer:?}") };
        assert!(why.starts_with(&format!("{}: by the approved ranking", waits.code)), "{why}");
        assert!(!why.contains("Lò"), "{why}");
        support.chair.approve(&commune, &seen[..1]).await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn a_household_that_left_the_list_meanwhile_is_not_approved() {
    for_each_engine(async |world| {
        let support = Support::new(world).await;
        let household = support.poor(world, "Lò Văn Một").await;
        support.capital(PRODUCTION, 20_000_000).await;
        let kept = support.drawn_up(&household, 9_000_000).await;
        world.tamper(&format!("UPDATE spell SET known_to = 2 WHERE household = '{household}'")).await;
        let approved = support.chair.approve(&support.village.commune, &[(kept.id, kept.version)]).await;
        refused(approved, "not entitled any more");
    })
    .await;
}

#[tokio::test]
async fn the_chair_settles_what_the_banks_answer_left_open_and_ends_what_cannot_go_on() {
    for_each_engine(async |world| {
        let support = Support::new(world).await;
        let commune = support.village.commune.clone();
        support.capital(PRODUCTION, 10_000_000).await;
        let household = support.poor(world, "Lò Văn Một").await;
        let kept = support.approved(&household, 10_000_000).await;
        support.officer.reach_part(&kept.id, kept.version, "signed", &shown("signature")).await.unwrap();
        let kept = support.again(&kept).await;
        let payments = support.chair.order_payments(&commune, &[(kept.id.clone(), kept.version)]).await.unwrap();
        let file = support.officer.make_payment_file(&commune).await.unwrap();
        let other = answer(&payments[0], true, 4_000_000, support.today());
        support.officer.take_answer(&file, &[other]).await.unwrap();
        let kept = support.again(&kept).await;
        refused(support.chair.end_agreement(&kept.id, kept.version, "hộ chuyển đi (ví dụ)").await, "on its way");
        let differs: Kept<PaymentFile> = support.officer.one(&file).await.unwrap();
        assert_eq!((differs.thing.open, differs.thing.differences.len()), (1, 1));
        let row = answer(&payments[0], false, 5_000_000, support.today());
        let officer = support.officer.settle(&file, differs.version, &row, "ngân hàng hoàn trả (ví dụ)").await;
        assert!(matches!(officer, Err(RegistryError::Forbidden { .. })));
        support.chair.settle(&file, differs.version, &row, "ngân hàng hoàn trả (ví dụ)").await.unwrap();
        let settled: Kept<PaymentFile> = support.officer.one(&file).await.unwrap();
        assert_eq!((settled.thing.open, settled.thing.differences.len(), settled.thing.settled.len()), (0, 0, 1));
        let kept = support.again(&kept).await;
        support.chair.end_agreement(&kept.id, kept.version, "hộ chuyển đi (ví dụ)").await.unwrap();
        assert_eq!(support.budget(PRODUCTION).await, (10_000_000, 0, 0, 10_000_000));
    })
    .await;
}
