//! Schedules that add up, interest that can be computed by hand, and arrears.

use jiff::civil::{Date, date};
use proptest::prelude::*;
use vuon_programme::repayment::{
    Age, Instalment, Lent, Part, Plan, PlanError, Repaid, Terms, Things, schedule, standing,
};

fn terms(from: Date, grace_months: i64, instalments: i64, every_months: i64, rate: &str) -> Terms {
    let plan = Plan::Regular { grace_months, instalments, every_months };
    Terms { from, plan, rate: rate.into(), overdue_times: "13/10".into(), carried_interest: 0 }
}

/// 6.6 percent a year on 100 million: the first year's interest is 6.6 million.
#[test]
fn interest_is_what_a_person_computes_by_hand() {
    let lent = Lent::Money(100_000_000);
    let terms = terms(date(2025, 1, 1), 0, 2, 12, "33/500");
    let parts = schedule(&lent, &terms, Some(60)).unwrap();
    let expected = [
        Instalment { due: date(2026, 1, 1), principal: 50_000_000, interest: 6_600_000 },
        Instalment { due: date(2027, 1, 1), principal: 50_000_000, interest: 3_300_000 },
    ];
    assert_eq!(parts, expected);
}

#[test]
fn what_is_late_ages_and_costs_more() {
    let lent = Lent::Money(1_000_000);
    let terms = terms(date(2025, 1, 1), 0, 1, 12, "73/1000");
    let parts = schedule(&lent, &terms, None).unwrap();
    let on_the_day = standing(&lent, &terms, &parts, &[], date(2026, 1, 1)).unwrap();
    assert_eq!((on_the_day.late, on_the_day.days_late), (0, 0), "the last day is not late");
    assert_eq!(on_the_day.next, Some(parts[0]));
    // One million for 100 days at 7.3 × 1.3 percent: no interest on interest.
    let late = standing(&lent, &terms, &parts, &[], date(2026, 4, 11)).unwrap();
    assert_eq!((late.late, late.days_late, late.late_interest), (1_099_000, 100, 26_000));
    assert_eq!(Age::of(late.days_late), Age::Days180);
    // What comes back pays the late interest first, then the interest, then the principal.
    let repaid = [Repaid { on: date(2026, 4, 11), amount: 199_000 }];
    let after = standing(&lent, &terms, &parts, &repaid, date(2026, 4, 11)).unwrap();
    assert_eq!((after.late_interest, after.interest, after.principal), (0, 0, 900_000));
}

/// The second part is not due yet, and its principal bears interest too: that is taken before the principal that is late.
#[test]
fn bringing_what_is_late_leaves_nothing_late() {
    let lent = Lent::Money(20_000_000);
    let halves = [date(2026, 10, 15), date(2027, 5, 15)].map(|due| Part { due, amount: 10_000_000 });
    let terms = Terms {
        from: date(2026, 8, 24),
        plan: Plan::Seasonal(halves.to_vec()),
        rate: "33/500".into(),
        overdue_times: "13/10".into(),
        carried_interest: 0,
    };
    let parts = schedule(&lent, &terms, None).unwrap();
    let today = date(2026, 11, 29);
    let before = standing(&lent, &terms, &parts, &[], today).unwrap();
    assert_eq!((before.late, before.days_late), (10_000_000 + before.interest + before.late_interest, 45));
    let after = |amount: i64| standing(&lent, &terms, &parts, &[Repaid { on: today, amount }], today).unwrap();
    assert_eq!((after(before.late).late, after(before.late).days_late), (0, 0));
    assert_eq!((after(before.late - 1).late, after(before.late - 1).days_late), (1, 45), "and no less does");
}

#[test]
fn whoever_brings_it_early_pays_no_interest_for_time_that_does_not_pass() {
    let lent = Lent::Money(36_500_000);
    let terms = terms(date(2025, 1, 1), 0, 2, 6, "33/500");
    let parts = schedule(&lent, &terms, None).unwrap();
    let at_once = [Repaid { on: date(2025, 1, 1), amount: 36_500_000 }];
    let state = standing(&lent, &terms, &parts, &at_once, date(2025, 1, 1)).unwrap();
    assert_eq!((state.principal, state.interest, state.over, state.next), (0, 0, 0, None));
    // After 100 days: 36.5 million × 6.6 percent × 100 / 365.
    let after = standing(&lent, &terms, &parts, &[], date(2025, 4, 11)).unwrap();
    assert_eq!((after.principal, after.interest, after.late), (36_500_000, 660_000, 0));
    let all = [Repaid { on: date(2025, 4, 11), amount: 37_160_001 }];
    let state = standing(&lent, &terms, &parts, &all, date(2026, 1, 1)).unwrap();
    assert_eq!((state.principal, state.interest, state.late_interest, state.over), (0, 0, 0, 1));
}

#[test]
fn paid_in_time_it_costs_what_the_schedule_says() {
    let lent = Lent::Money(10_000_001);
    let terms = terms(date(2025, 1, 31), 3, 7, 5, "0.0792");
    let parts = schedule(&lent, &terms, None).unwrap();
    let repaid: Vec<Repaid> =
        parts.iter().map(|part| Repaid { on: part.due, amount: part.principal + part.interest }).collect();
    let last = parts.last().unwrap().due;
    let state = standing(&lent, &terms, &parts, &repaid, last).unwrap();
    assert_eq!((state.principal, state.interest, state.late_interest, state.over), (0, 0, 0, 0));
}

#[test]
fn interest_from_before_is_owed_and_bears_none() {
    let lent = Lent::Money(1_000_000);
    let terms = Terms { carried_interest: 50_000, ..terms(date(2025, 1, 1), 0, 1, 12, "73/1000") };
    let parts = schedule(&lent, &terms, None).unwrap();
    assert_eq!(parts[0].interest, 123_000);
    let state = standing(&lent, &terms, &parts, &[], date(2025, 1, 1)).unwrap();
    assert_eq!((state.principal, state.interest), (1_000_000, 50_000));
}

#[test]
fn a_calf_comes_back_as_a_calf() {
    let lent = Lent::Things(Things { what: "bê cái".into(), unit: "con".into(), count: 2, value_each: 12_000_000 });
    let terms = terms(date(2025, 3, 1), 12, 2, 12, "33/500");
    let parts = schedule(&lent, &terms, None).unwrap();
    assert_eq!(
        parts.iter().map(|p| (p.due, p.principal, p.interest)).collect::<Vec<_>>(),
        [(date(2027, 3, 1), 1, 0), (date(2028, 3, 1), 1, 0)]
    );
    let repaid = [Repaid { on: date(2027, 2, 1), amount: 1 }];
    let state = standing(&lent, &terms, &parts, &repaid, date(2027, 6, 1)).unwrap();
    assert_eq!((state.principal, state.late, state.late_interest), (1, 0, 0));
    assert_eq!((state.owed, state.late_worth), (12_000_000, 0));
    // What is late is told in things, and in what they are worth.
    let late = standing(&lent, &terms, &parts, &repaid, date(2028, 4, 1)).unwrap();
    assert_eq!((late.late, late.late_worth, late.days_late), (1, 12_000_000, 31));
}

#[test]
fn a_plan_longer_than_the_scheme_allows_is_refused() {
    let lent = Lent::Money(1_000);
    let refused = schedule(&lent, &terms(date(2025, 1, 31), 1, 60, 1, "0"), Some(60)).unwrap_err();
    assert_eq!(refused, PlanError::TooLong { months: 61, most: 60 });
    assert!(schedule(&lent, &terms(date(2025, 1, 31), 0, 60, 1, "0"), Some(60)).is_ok());
    let seasonal =
        Plan::Seasonal(vec![Part { due: date(2025, 6, 1), amount: 400 }, Part { due: date(2025, 10, 1), amount: 500 }]);
    let seasonal = Terms {
        from: date(2025, 1, 1),
        plan: seasonal,
        rate: "0".into(),
        overdue_times: "1".into(),
        carried_interest: 0,
    };
    assert_eq!(schedule(&lent, &seasonal, None), Err(PlanError::Wrong("the parts do not add up to what is lent")));
}

proptest! {
    #[test]
    fn the_parts_add_up_and_what_is_brought_back_is_never_lost(
        lent in 1_i64..10_000_000_000,
        (grace, instalments, every) in (0_i64..24, 1_i64..60, 1_i64..12),
        rate in prop::sample::select(vec!["0", "33/500", "0.0792"]),
        payments in prop::collection::vec((0_i64..4_000, 1_i64..1_000_000_000), 0..20),
        after in 0_i64..5_000,
    ) {
        let money = Lent::Money(lent);
        let terms = terms(date(2020, 1, 31), grace, instalments.min(lent), every, rate);
        let parts = schedule(&money, &terms, None).unwrap();
        prop_assert_eq!(parts.iter().map(|part| part.principal).sum::<i64>(), lent);
        prop_assert!(parts.windows(2).all(|pair| pair[0].due < pair[1].due));

        let day = |n: i64| terms.from.checked_add(jiff::Span::new().days(n)).unwrap();
        let repaid: Vec<Repaid> = payments.iter().map(|(on, amount)| Repaid { on: day(*on), amount: *amount }).collect();
        let on = day(after);
        let state = standing(&money, &terms, &parts, &repaid, on).unwrap();
        prop_assert!(state.principal >= 0 && state.interest >= 0 && state.late >= 0 && state.late_interest >= 0 && state.over >= 0);
        prop_assert!(state.principal <= lent);
        let mut cleared = repaid.clone();
        cleared.push(Repaid { on, amount: state.late });
        let then = standing(&money, &terms, &parts, &cleared, on).unwrap();
        prop_assert_eq!((then.late, then.days_late), (0, 0));
        // Nothing was owed yet that late interest could have taken: then all that came is principal, interest or too much.
        let brought: i64 = repaid.iter().filter(|event| event.on <= on).map(|event| event.amount).sum();
        if brought == 0 {
            prop_assert_eq!(state.principal, lent);
        }
        if state.over > 0 {
            prop_assert_eq!((state.principal, state.late), (0, 0));
        }
    }
}
