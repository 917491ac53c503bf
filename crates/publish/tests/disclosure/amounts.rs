//! Amounts attacked: nobody computes what a few received, neither from the amounts nor from how many shared them.

use crate::attacker::{Known, withstands};
use crate::generated::tree;
use proptest::prelude::*;
use std::collections::BTreeMap;
use vuon_publish::disclosure::{AMOUNT_PERCENT, Cell, Dimension, Ledger, Population, Refused, Release, Rule, Table};

const SCHEMES: [&str; 3] = ["credit", "housing", "seeds"];

fn recipients(edition: u32) -> Population {
    Population { edition, ..Population::new("recipients 2025") }
}

fn paid(edition: u32) -> Population {
    Population { edition, ..Population::new("paid 2025") }
}

/// Communes with, for each scheme, how many received and how much.
fn tables(edition: u32, rows: &[[(i64, i64); 3]]) -> [Table; 2] {
    let (areas, leaves) = tree(&[rows.len()]);
    let dimensions = [areas, Dimension::categories("scheme", SCHEMES)];
    let at = |number: fn(&(i64, i64)) -> i64| {
        let rows = leaves.iter().zip(rows).flat_map(move |(leaf, row)| {
            let of_leaf = SCHEMES.iter().zip(row).map(move |(scheme, own)| (leaf, *scheme, number(own)));
            of_leaf.map(|(leaf, scheme, number)| (vec![leaf.clone(), scheme.to_owned()], number))
        });
        rows.collect::<Vec<_>>()
    };
    let counts = Table::new("recipients", &recipients(edition), &[], &dimensions, at(|own| own.0)).expect("a table");
    let amounts = Table::new("paid", &paid(edition), &[], &dimensions, at(|own| own.1)).expect("a table");
    [counts, amounts.amounts(&recipients(edition))]
}

fn cell(population: &Population, area: &str, scheme: &str) -> Cell {
    let at = [("area", area), ("scheme", scheme)];
    Cell::new(population, &at.map(|(name, code)| (name.to_owned(), code.to_owned())).into())
}

/// The release without its amounts.
fn counts_of(release: &Release) -> Release {
    let mut counts = release.clone();
    counts.cells.retain(|cell, _| !release.amounts.contains_key(cell));
    counts.sums.retain(|(whole, _)| !release.amounts.contains_key(whole));
    counts.amounts.clear();
    counts
}

/// The amounts that a linear programme leaves possible for each hidden one.
fn attacked(releases: &[&Release]) -> Vec<(Cell, f64, f64)> {
    let known = Known::from(releases);
    let amounts = releases.iter().flat_map(|release| release.amounts.keys()).collect::<Vec<_>>();
    let hidden = known.hidden().into_iter().filter(|place| amounts.contains(&known.cell(*place)));
    hidden.map(|place| (known.cell(place).clone(), known.about(place).0, known.about(place).1)).collect()
}

fn is_wide(least: f64, greatest: f64) -> bool {
    greatest - least >= greatest * (AMOUNT_PERCENT as f64) / 100.0 - 1.0
}

fn is_safe(release: &Release, rule: &Rule) {
    for (cell, least, greatest) in attacked(&[release]) {
        assert!(is_wide(least, greatest), "{cell} is between {least} and {greatest}");
    }
    withstands(&[&counts_of(release)], rule);
    // Whoever knows what one receives has the one from the other, so both are told or both hidden.
    for (amount, counted) in &release.amounts {
        match (release.cells[counted], release.cells[amount]) {
            (Some(_), Some(_)) | (None, None) => {}
            (count, told) => panic!("{amount}: {count:?} received {told:?}"),
        }
    }
}

const ROWS: [[(i64, i64); 3]; 3] = [
    [(1, 5_000_000), (30, 90_000_000), (0, 0)],
    [(25, 140_000_000), (12, 31_000_000), (40, 8_000_000)],
    [(60, 280_000_000), (50, 120_000_000), (55, 12_000_000)],
];

#[test]
fn what_one_household_received_is_in_no_sum() {
    let rule = Rule::default();
    let release = Ledger::default().publish("2026-01-15", &tables(1, &ROWS), &[], &rule).expect("a release");
    assert_eq!(release.count(&cell(&paid(1), "d0c0", "credit")), None);
    assert_eq!(release.count(&cell(&recipients(1), "d0c0", "credit")), None);
    assert_eq!(release.count(&cell(&paid(1), "p", "credit")), Some(425_000_000), "totals are true");
    assert_eq!(release.count(&cell(&paid(1), "d0c0", "seeds")), Some(0), "that nobody received is told");
    is_safe(&release, &rule);
}

#[test]
fn without_the_further_cells_the_attacker_would_have_it() {
    let rule = Rule::default();
    let release = Ledger::default().publish("2026-01-15", &tables(1, &ROWS), &[], &rule).expect("a release");
    let truth: BTreeMap<Cell, i64> = tables(1, &ROWS).iter().flat_map(|table| table.cells().iter().cloned()).collect();
    let small = cell(&paid(1), "d0c0", "credit");
    let mut careless = release.clone();
    for (told, number) in careless.cells.iter_mut().filter(|(told, _)| **told != small) {
        *number = Some(truth[told]);
    }
    let found = attacked(&[&careless]);
    assert!(found.iter().any(|(cell, least, greatest)| *cell == small && !is_wide(*least, *greatest)), "{found:?}");
}

#[test]
fn an_amount_without_room_to_hide_is_refused() {
    // One commune, one scheme: the total is the cell.
    let rows = [[(3, 9_000_000), (0, 0), (0, 0)]];
    let refused = Ledger::default().publish("2026-01-15", &tables(1, &rows), &[], &Rule::default());
    if let Ok(release) = refused {
        assert!(release.cells.values().flatten().all(|number| *number == 0), "{release:?}");
        is_safe(&release, &Rule::default());
    }
}

#[test]
fn a_recipient_more_in_the_next_edition_does_not_show_what_it_received() {
    let mut ledger = Ledger::default();
    let rule = Rule::default();
    let first = ledger.publish("2026-01-15", &tables(1, &ROWS), &[], &rule).expect("a release");
    let mut rows = ROWS;
    rows[2][0] = (61, 287_000_000);
    match ledger.publish("2026-02-15", &tables(2, &rows), &[], &rule) {
        Ok(second) => {
            for (amount, before) in first.cells.iter().filter(|(cell, _)| first.amounts.contains_key(*cell)) {
                let same = amount.to_string().replace("#1", "#2");
                let now = second.cells.iter().find(|(cell, _)| cell.to_string() == same).and_then(|(_, now)| *now);
                if let (Some(before), Some(now)) = (before, now) {
                    assert_ne!(now - before, 7_000_000, "{amount}");
                }
            }
            is_safe(&second, &rule);
        }
        Err(refused) => assert!(matches!(refused, Refused::Unprotected { .. } | Refused::Differencing { .. })),
    }
    // The same people and another amount: one of them received more.
    rows = ROWS;
    rows[2][0].1 += 1_000_000;
    if let Ok(third) = ledger.publish("2026-03-15", &tables(3, &rows), &[], &rule) {
        assert_eq!(third.count(&cell(&paid(3), "d0c2", "credit")), None);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, ..ProptestConfig::default() })]

    #[test]
    fn no_table_of_amounts_tells_what_a_few_received(
        counts in prop::collection::vec(prop_oneof![3 => Just(0_i64), 4 => 1_i64..5, 5 => 5_i64..60], 12),
        each in prop::collection::vec(10_000_i64..60_000_000, 12),
    ) {
        let own: Vec<(i64, i64)> = counts.iter().zip(each).map(|(count, each)| (*count, count * each)).collect();
        let rows: Vec<[(i64, i64); 3]> = own.chunks(3).map(|row| [row[0], row[1], row[2]]).collect();
        let rule = Rule::default();
        // A table so small that nothing can be hidden in it is refused; what is published withstands.
        if let Ok(release) = Ledger::default().publish("2026-01-15", &tables(1, &rows), &[], &rule) {
            is_safe(&release, &rule);
            let truth: BTreeMap<Cell, i64> =
                tables(1, &rows).iter().flat_map(|table| table.cells().iter().cloned()).collect();
            for (cell, number) in &release.cells {
                prop_assert!(number.is_none_or(|number| truth[cell] == number), "{}", cell);
            }
        }
    }
}
