//! Releases one after another: the ledger refuses what together would tell a hidden cell.

use crate::attacker::{Known, withstands};
use crate::generated::{households, tree};
use std::collections::BTreeMap;
use vuon_publish::disclosure::{Cell, Dimension, Ledger, Population, Refused, Rule, Table};

const STATUSES: [&str; 2] = ["poor", "other"];

fn results(population: &Population, counts: &[[i64; 2]]) -> Table {
    let (areas, leaves) = tree(&[counts.len()]);
    let rows = leaves.iter().zip(counts).flat_map(|(leaf, counts)| {
        STATUSES.iter().zip(counts).map(move |(status, count)| (vec![leaf.clone(), (*status).to_owned()], *count))
    });
    Table::new("results", population, &[], &[areas, Dimension::categories("status", STATUSES)], rows).expect("a table")
}

fn cell(population: &Population, area: &str, status: &str) -> Cell {
    let at = [("area", area), ("status", status)];
    Cell::new(population, &at.map(|(name, code)| (name.to_owned(), code.to_owned())).into())
}

const COUNTS: [[i64; 2]; 4] = [[3, 40], [20, 60], [30, 70], [200, 900]];

#[test]
fn the_same_again_is_given_and_not_entered_again() {
    let mut ledger = Ledger::default();
    let table = [results(&households(), &COUNTS)];
    let first = ledger.publish("2026-01-15", &table, &[], &Rule::default()).expect("a release");
    let again = ledger.publish("2026-02-15", &table, &[], &Rule::default()).expect("a release");
    assert_eq!(first.cells, again.cells);
    assert_eq!(ledger.entries().len(), 1);
}

#[test]
fn a_count_that_changed_needs_a_new_edition() {
    let mut ledger = Ledger::default();
    ledger.publish("2026-01-15", &[results(&households(), &COUNTS)], &[], &Rule::default()).expect("a release");
    let mut counts = COUNTS;
    counts[3][1] = 950;
    let refused = ledger.publish("2026-02-15", &[results(&households(), &counts)], &[], &Rule::default());
    assert!(matches!(refused, Err(Refused::Changed { .. })), "{refused:?}");
}

#[test]
fn an_edition_hides_where_it_differs_by_a_few() {
    let mut ledger = Ledger::default();
    let rule = Rule::default();
    let first = ledger.publish("2026-01-15", &[results(&households(), &COUNTS)], &[], &rule).expect("a release");
    let second = Population { edition: 2, ..households() };
    // Two households of the last commune turn out not to be poor.
    let mut counts = COUNTS;
    counts[3] = [198, 902];
    let refused = ledger.publish("2026-02-15", &[results(&second, &counts)], &[], &rule);
    // The province's own totals differ by two as well, and hiding them needs no less than hiding the others does.
    match refused {
        Ok(release) => {
            assert_eq!(release.count(&cell(&second, "d0c3", "poor")), None);
            for (cell, count) in &release.cells {
                let same = Cell::new(&households(), &BTreeMap::new()).to_string();
                let before = cell.to_string().replace(&Cell::new(&second, &BTreeMap::new()).to_string(), &same);
                let before =
                    first.cells.iter().find(|(cell, _)| cell.to_string() == before).and_then(|(_, count)| *count);
                if let (Some(before), Some(now)) = (before, count) {
                    assert!(!(1..5).contains(&(before - now).abs()), "{cell}");
                }
            }
            withstands(&[&release], &rule);
        }
        Err(refused) => assert!(matches!(refused, Refused::Unprotected { .. } | Refused::Differencing { .. })),
    }
    // Households that moved in by the dozen are told.
    counts[3] = [220, 920];
    ledger
        .publish("2026-03-15", &[results(&Population { edition: 3, ..households() }, &counts)], &[], &rule)
        .expect("a release");
}

#[test]
fn a_careless_second_table_would_tell_the_cell_and_is_refused_or_hidden() {
    // First the communes by status with one small count; then the same population by another list of units, in which the
    // two communes are one: the merged count less the published one would be the hidden cell.
    let mut ledger = Ledger::default();
    let rule = Rule::default();
    let population = households();
    let first = ledger.publish("2026-01-15", &[results(&population, &COUNTS)], &[], &rule).expect("a release");
    let merged = |status: &str| {
        (cell(&population, "new", status), vec![cell(&population, "d0c0", status), cell(&population, "d0c3", status)])
    };
    let areas = Dimension::areas([("new".to_owned(), None, vuon_publish::disclosure::Level::Commune)]).expect("a tree");
    let rows = [(vec!["new".to_owned(), "poor".to_owned()], 203), (vec!["new".to_owned(), "other".to_owned()], 940)];
    let table = Table::new("new", &population, &[], &[areas, Dimension::categories("status", STATUSES)], rows)
        .expect("a table");
    assert_eq!(first.count(&cell(&population, "d0c0", "poor")), None);
    let told = first.count(&cell(&population, "d0c3", "poor")).is_some();
    let second = ledger.publish("2026-02-15", &[table], &[merged("poor"), merged("other")], &rule);
    match second {
        Err(refused) => assert!(matches!(refused, Refused::Joined { .. } | Refused::Unprotected { .. })),
        Ok(second) => {
            assert!(!told, "203 - 200 is the hidden 3");
            withstands(&[&first, &second], &rule);
        }
    }
}

#[test]
fn without_the_ledger_the_two_tables_would_have_told_it() {
    let rule = Rule::default();
    let population = households();
    // Another choice of what is hidden, made without looking back.
    let first =
        Ledger::default().publish("2026-01-15", &[results(&population, &COUNTS)], &[], &rule).expect("a release");
    let mut second = first.clone();
    let hidden: Vec<Cell> =
        first.cells.iter().filter(|(_, count)| count.is_none()).map(|(cell, _)| cell.clone()).collect();
    let complement = hidden.iter().find(|hidden| **hidden != cell(&population, "d0c0", "poor")).expect("a complement");
    let truth: BTreeMap<Cell, i64> = results(&population, &COUNTS).cells().iter().cloned().collect();
    second.cells.insert(complement.clone(), Some(truth[complement]));
    let known = Known::from(&[&first, &second]);
    assert!(known.hidden().iter().any(|cell| {
        let (least, most) = known.exactly(*cell);
        most - least < rule.width
    }));
}

#[test]
fn a_ledger_that_was_changed_is_not_read() {
    let mut ledger = Ledger::default();
    ledger.publish("2026-01-15", &[results(&households(), &COUNTS)], &[], &Rule::default()).expect("a release");
    let text = ledger.text();
    assert_eq!(Ledger::read(&text).expect("a ledger").text(), text);
    let changed = text.replacen("200", "201", 1);
    assert_ne!(changed, text);
    assert!(Ledger::read(&changed).is_err());
}
