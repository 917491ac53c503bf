//! The rules one by one, on tables small enough to check by hand.

use crate::attacker::withstands;
use crate::generated::{households, tree};
use std::collections::BTreeMap;
use vuon_publish::disclosure::{Cell, Dimension, Ledger, Refused, Release, Rule, Table, TableError, Zeros};

const STATUSES: [&str; 2] = ["poor", "other"];

fn results(counts: &[[i64; 2]]) -> Table {
    let (areas, leaves) = tree(&[counts.len()]);
    let rows = leaves.iter().zip(counts).flat_map(|(leaf, counts)| {
        STATUSES.iter().zip(counts).map(move |(status, count)| (vec![leaf.clone(), (*status).to_owned()], *count))
    });
    Table::new("results", &households(), &[], &[areas, Dimension::categories("status", STATUSES)], rows)
        .expect("a table")
}

fn cell(area: &str, status: Option<&str>) -> Cell {
    let mut at = BTreeMap::from([("area".to_owned(), area.to_owned())]);
    at.extend(status.map(|status| ("status".to_owned(), status.to_owned())));
    Cell::new(&households(), &at)
}

fn publish(counts: &[[i64; 2]], rule: &Rule) -> Result<Release, Refused> {
    Ledger::default().publish("2026-01-15", &[results(counts)], &[], rule)
}

#[test]
fn a_small_count_is_hidden_and_three_others_with_it() {
    let rule = Rule::default();
    let release = publish(&[[3, 40], [20, 60], [30, 70], [200, 900]], &rule).expect("a release");
    let hidden: Vec<String> =
        release.cells.iter().filter(|(_, count)| count.is_none()).map(|(cell, _)| cell.to_string()).collect();
    assert_eq!(hidden.len(), 4, "{hidden:?}");
    assert_eq!(release.count(&cell("d0c0", Some("poor"))), None);
    assert_eq!(release.count(&cell("d0c0", Some("other"))), None);
    assert_eq!(release.count(&cell("p", None)), Some(1_323), "totals are true");
    assert_eq!(release.count(&cell("d0c0", None)), Some(43));
    withstands(&[&release], &rule);
}

#[test]
fn a_table_without_small_counts_is_published_whole() {
    let release = publish(&[[5, 40], [20, 60]], &Rule::default()).expect("a release");
    assert!(release.cells.values().all(Option::is_some));
}

#[test]
fn a_zero_is_published_unless_the_rule_says_otherwise() {
    let counts = [[0, 40], [20, 60], [30, 70]];
    let release = publish(&counts, &Rule::default()).expect("a release");
    assert_eq!(release.count(&cell("d0c0", Some("poor"))), Some(0));
    let rule = Rule { zeros: Zeros::Hidden, ..Rule::default() };
    let release = publish(&counts, &rule).expect("a release");
    assert_eq!(release.count(&cell("d0c0", Some("poor"))), None);
    withstands(&[&release], &rule);
}

#[test]
fn nobody_learns_that_all_but_a_few_are_poor() {
    let release = publish(&[[90, 2], [20, 60], [30, 70]], &Rule::default()).expect("a release");
    assert_eq!(release.count(&cell("d0c0", Some("poor"))), None);
}

#[test]
fn what_cannot_be_hidden_is_refused() {
    // One commune in one district: its cells are the province's, and these are public totals or follow from them.
    let refused = publish(&[[3, 2]], &Rule::default());
    assert!(matches!(refused, Err(Refused::Unprotected { .. })), "{refused:?}");
}

#[test]
fn a_sensitive_dimension_is_not_told_below_the_province() {
    let (areas, leaves) = tree(&[2]);
    let groups = Dimension::categories("ethnic", ["a", "b"]).sensitive();
    let rows = [(vec![leaves[0].clone(), "a".to_owned()], 900)];
    let refused = Table::new("groups", &households(), &[], &[areas, groups], rows);
    assert!(matches!(refused, Err(TableError::BelowProvince { .. })), "{refused:?}");
}

#[test]
fn a_count_for_a_margin_or_below_zero_is_no_table() {
    let (areas, leaves) = tree(&[2]);
    let made = |area: &str, count| {
        Table::new("t", &households(), &[], std::slice::from_ref(&areas), [(vec![area.to_owned()], count)])
    };
    assert!(matches!(made("d0", 5), Err(TableError::NoLeaf { .. })));
    assert!(matches!(made(&leaves[0], -1), Err(TableError::Negative { .. })));
}

#[test]
fn two_tables_that_do_not_agree_are_refused() {
    let refused = Ledger::default().publish(
        "2026-01-15",
        &[results(&[[9, 40], [20, 60]]), results(&[[9, 41], [20, 60]])],
        &[],
        &Rule::default(),
    );
    assert!(matches!(refused, Err(Refused::Contradiction(_))), "{refused:?}");
}

#[test]
fn the_same_tables_give_the_same_bytes() {
    let counts = [[3, 40], [20, 60], [1, 70], [2, 900], [8, 9]];
    let made = || publish(&counts, &Rule::default()).expect("a release").hash();
    assert_eq!(made(), made());
}
