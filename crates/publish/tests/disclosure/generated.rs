//! Tables made by chance: none of them tells a hidden cell.

use crate::attacker::{Known, is_true, withstands};
use proptest::prelude::*;
use std::collections::BTreeMap;
use vuon_publish::disclosure::{Cell, Dimension, Ledger, Level, Population, Rule, Table, Zeros};

pub fn households() -> Population {
    Population::new("households 2025-12-31")
}

/// A province, of as many districts as given numbers, of as many communes each; its leaves.
pub fn tree(communes: &[usize]) -> (Dimension, Vec<String>) {
    let mut units = vec![("p".to_owned(), None, Level::Province)];
    let mut leaves = Vec::new();
    for (district, count) in communes.iter().enumerate() {
        let name = format!("d{district}");
        units.push((name.clone(), Some("p".to_owned()), Level::District));
        for commune in 0..*count {
            let leaf = format!("d{district}c{commune}");
            units.push((leaf.clone(), Some(name.clone()), Level::Commune));
            leaves.push(leaf);
        }
        if *count == 0 {
            leaves.push(name);
        }
    }
    (Dimension::areas(units).expect("a tree"), leaves)
}

pub fn truth(tables: &[Table]) -> BTreeMap<Cell, i64> {
    tables.iter().flat_map(|table| table.cells().iter().cloned()).collect()
}

/// Counts as they are in communes: many small, some not, some zero.
fn count() -> impl Strategy<Value = i64> {
    prop_oneof![2 => Just(0_i64), 4 => 1_i64..5, 4 => 5_i64..40, 1 => 40_i64..120]
}

fn rule() -> impl Strategy<Value = Rule> {
    (3_i64..7, 3_i64..7, any::<bool>()).prop_map(|(threshold, width, hidden)| Rule {
        threshold,
        width,
        zeros: if hidden { Zeros::Hidden } else { Zeros::Published },
    })
}

fn rows(leaves: &[String], codes: &[&str], counts: &[i64]) -> Vec<(Vec<String>, i64)> {
    let at = leaves.iter().flat_map(|leaf| codes.iter().map(move |code| vec![leaf.clone(), (*code).to_owned()]));
    at.zip(counts.iter().cycle().copied()).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, ..ProptestConfig::default() })]

    #[test]
    fn a_table_of_areas_and_statuses_tells_no_hidden_cell(
        communes in prop::collection::vec(1_usize..4, 1..4),
        counts in prop::collection::vec(count(), 27),
        rule in rule(),
    ) {
        let (areas, leaves) = tree(&communes);
        let statuses = ["poor", "near_poor", "other"];
        let dimensions = [areas, Dimension::categories("status", statuses)];
        let table = Table::new("results", &households(), &[], &dimensions, rows(&leaves, &statuses, &counts));
        let tables = [table.expect("a table")];
        // A table so small that nothing can be hidden in it is refused; what is published withstands.
        if let Ok(release) = Ledger::default().publish("2026-01-15", &tables, &[], &rule) {
            withstands(&[&release], &rule);
            is_true(&release, &truth(&tables), &rule);
        }
    }

    #[test]
    fn linked_tables_tell_no_hidden_cell_together(
        poor in prop::collection::vec(count(), 4),
        other in prop::collection::vec(10_i64..90, 4),
        lacking in prop::collection::vec(0_i64..100, 4),
        alone in prop::collection::vec(0_i64..100, 4),
        rule in rule(),
    ) {
        let (areas, leaves) = tree(&[2, 2]);
        let table = |name: &str, within: &[(&str, &str)], codes: [&str; 2], counts: Vec<(i64, i64)>| {
            let dimensions = [areas.clone(), Dimension::categories(name, codes)];
            let counts: Vec<i64> = counts.into_iter().flat_map(|(a, b)| [a, b]).collect();
            Table::new(name, &households(), within, &dimensions, rows(&leaves, &codes, &counts)).expect("a table")
        };
        let part = |shares: &[i64]| {
            poor.iter().zip(shares).map(|(n, share)| (n * share / 100, n - n * share / 100)).collect::<Vec<_>>()
        };
        let within = [("status", "poor")];
        let tables = [
            table("status", &[], ["poor", "other"], poor.iter().copied().zip(other.iter().copied()).collect()),
            table("water", &within, ["lacks", "has"], part(&lacking)),
            table("lives", &within, ["alone", "together"], part(&alone)),
        ];
        if let Ok(release) = Ledger::default().publish("2026-01-15", &tables, &[], &rule) {
            withstands(&[&release], &rule);
            is_true(&release, &truth(&tables), &rule);
        }
    }

    #[test]
    fn a_finer_table_published_later_tells_no_cell_that_was_hidden(
        counts in prop::collection::vec(count(), 12),
        rule in rule(),
    ) {
        let (areas, leaves) = tree(&[2, 1]);
        let statuses = ["poor", "other"];
        let sexes = ["woman", "man"];
        let kinds = statuses.map(|status| sexes.map(|sex| [status, sex])).concat();
        let all: Vec<(Vec<String>, i64)> = leaves
            .iter()
            .flat_map(|leaf| kinds.iter().map(move |[status, sex]| [leaf, *status, *sex].map(str::to_owned).to_vec()))
            .zip(counts)
            .collect();
        let status = Dimension::categories("status", statuses);
        let head = Dimension::categories("head", sexes);
        let coarse = all.iter().map(|(at, count)| (at[..2].to_vec(), *count));
        let first = Table::new("results", &households(), &[], &[areas.clone(), status.clone()], coarse);
        let second = Table::new("heads", &households(), &[], &[areas, status, head], all.clone());
        let (first, second) = (first.expect("a table"), second.expect("a table"));
        let mut ledger = Ledger::default();
        let Ok(coarse) = ledger.publish("2026-01-15", &[first], &[], &rule) else { return Ok(()) };
        let entered = ledger.entries().len();
        let tables = [second];
        match ledger.publish("2026-02-15", &tables, &[], &rule) {
            Ok(fine) => {
                withstands(&[&coarse, &fine], &rule);
                is_true(&fine, &truth(&tables), &rule);
            }
            Err(_) => prop_assert_eq!(ledger.entries().len(), entered),
        }
    }
}

/// 150 communes in 10 districts: the quick attacker tries each hidden cell.
#[test]
fn a_province_withstands_a_linear_programme() {
    let (areas, leaves) = tree(&[15; 10]);
    let statuses = ["poor", "near_poor", "other"];
    let mut state = 7_u64;
    let mut next = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) as i64
    };
    let counts: Vec<i64> = leaves.iter().flat_map(|_| [next() % 30, next() % 40, 200 + next() % 3_000]).collect();
    let dimensions = [areas, Dimension::categories("status", statuses)];
    let table = Table::new("results", &households(), &[], &dimensions, rows(&leaves, &statuses, &counts));
    let tables = [table.expect("a table")];
    let rule = Rule::default();
    let release = Ledger::default().publish("2026-01-15", &tables, &[], &rule).expect("a release");
    is_true(&release, &truth(&tables), &rule);
    let known = Known::from(&[&release]);
    let hidden = known.hidden();
    assert!(!hidden.is_empty());
    for cell in hidden.iter().step_by(5) {
        let (least, most) = known.about(*cell);
        assert!(most - least > rule.width as f64 - 1e-6, "{}: {least}..{most}", known.cell(*cell));
    }
    // Hiding costs little: what is hidden beside the small counts is about as many again.
    let small = truth(&tables).values().filter(|count| rule.hides(**count)).count();
    assert!(hidden.len() <= 3 * small, "{} hidden for {small}", hidden.len());
}
