//! Whatever happens in whatever order: allocated ≥ committed ≥ paid, nothing twice, and every đồng accounted for.

use proptest::prelude::*;
use vuon_programme::money::{Account, Book, Event, MoneyError, Transfer};

fn budget() -> Account {
    Account::Budget("commune/scheme/2026".into())
}

fn transfer(event: Event, from: Account, to: Account, amount: i64, key: &str) -> Transfer {
    Transfer { event, from, to, amount, key: key.into() }
}

fn source() -> Account {
    Account::Source("programme/2026".into())
}

/// Lessons: openspp-modules #728, "a maximum amount acted as a floor: 20 was paid as 50".
#[test]
fn what_is_paid_is_what_was_ordered_and_never_more_than_was_committed() {
    let mut book = Book::default();
    let (agreement, payment, paid) =
        (Account::Commitment("a".into()), Account::InPayment("p".into()), Account::Paid("a".into()));
    book.transfer(&[transfer(Event::Allocate, source(), budget(), 100, "1")]).unwrap();
    book.transfer(&[transfer(Event::Commit, budget(), agreement.clone(), 50, "2")]).unwrap();
    book.transfer(&[transfer(Event::Order, agreement.clone(), payment.clone(), 20, "3")]).unwrap();
    book.transfer(&[transfer(Event::Confirm, payment.clone(), paid.clone(), 20, "4")]).unwrap();
    assert_eq!(book.balance(&paid), 20);
    let refused = book.transfer(&[transfer(Event::Order, agreement.clone(), payment, 31, "5")]).unwrap_err();
    assert_eq!(refused, MoneyError::NotEnough { account: agreement, balance: 30, needed: 31 });
}

#[test]
fn the_same_key_pays_once_and_another_content_under_it_is_told() {
    let mut book = Book::default();
    let allocate = transfer(Event::Allocate, source(), budget(), 100, "same");
    book.transfer(std::slice::from_ref(&allocate)).unwrap();
    book.transfer(std::slice::from_ref(&allocate)).unwrap();
    assert_eq!(book.balance(&budget()), 100);
    let other = Transfer { amount: 200, ..allocate };
    assert_eq!(book.transfer(&[other]).unwrap_err(), MoneyError::OtherContent("same".into()));
}

#[test]
fn money_goes_only_the_ways_there_are() {
    let mut book = Book::default();
    let past_the_agreement = transfer(Event::Confirm, budget(), Account::Paid("a".into()), 1, "x");
    assert!(matches!(book.transfer(&[past_the_agreement]), Err(MoneyError::NoSuchWay { .. })));
    let nothing = transfer(Event::Allocate, source(), budget(), 0, "y");
    assert_eq!(book.transfer(&[nothing]), Err(MoneyError::NotAbove));
}

#[test]
fn all_of_several_transfers_happen_or_none() {
    let mut book = Book::default();
    let good = transfer(Event::Allocate, source(), budget(), 10, "1");
    let bad = transfer(Event::Commit, budget(), Account::Commitment("a".into()), 11, "2");
    assert!(book.transfer(&[good, bad]).is_err());
    assert_eq!(book.balance(&budget()), 0);
}

fn event() -> impl Strategy<Value = (Event, u8, u8, i64)> {
    let all = vec![
        Event::Allocate,
        Event::GiveBack,
        Event::Commit,
        Event::Release,
        Event::Order,
        Event::Confirm,
        Event::Fail,
        Event::Refund,
        Event::Lend,
        Event::Accrue,
        Event::Repay,
        Event::RepayGroup,
        Event::LendFromGroup,
        Event::FundGroup,
        Event::WriteOff,
    ];
    (prop::sample::select(all), 0_u8..3, 0_u8..3, 1_i64..1_000)
}

fn account(kind: &str, owner: u8) -> Account {
    let id = owner.to_string();
    match kind {
        "source" => Account::Source(id),
        "budget" => Account::Budget(id),
        "commitment" => Account::Commitment(id),
        "in_payment" => Account::InPayment(id),
        "paid" => Account::Paid(id),
        "lent" => Account::Lent(id),
        "interest" => Account::Interest(id),
        "obligation" => Account::Obligation(id),
        "returned" => Account::Returned(id),
        "group_fund" => Account::GroupFund(id),
        "written_off" => Account::WrittenOff(id),
        other => panic!("{other}"),
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn no_history_breaks_the_book(history in prop::collection::vec(event(), 1..200)) {
        let mut book = Book::default();
        for (place, (event, from, to, amount)) in history.into_iter().enumerate() {
            let (kind_from, kind_to) = event.between();
            let one = transfer(event, account(kind_from, from), account(kind_to, to), amount, &place.to_string());
            let before: Vec<_> = book.balances().map(|(a, b)| (a.clone(), b)).collect();
            if book.transfer(std::slice::from_ref(&one)).is_err() {
                prop_assert_eq!(before, book.balances().map(|(a, b)| (a.clone(), b)).collect::<Vec<_>>());
            }
            // Every đồng stands somewhere, and only origins stand below zero.
            prop_assert_eq!(book.balances().map(|(_, balance)| balance).sum::<i64>(), 0);
            prop_assert!(book.balances().all(|(account, balance)| account.is_origin() || balance >= 0));
            let sum = |kinds: &[&str]| book.balances().filter(|(a, _)| kinds.contains(&a.kind())).map(|(_, b)| b).sum::<i64>();
            let allocated = -sum(&["source"]);
            let committed = sum(&["commitment", "in_payment", "paid"]);
            prop_assert!(allocated >= committed && committed >= sum(&["paid"]));
        }
    }
}
