//! Whoever has every file of the site, and of the sites before, still does not know a small number.

use crate::scene::{facts, published, year};
use std::collections::BTreeMap;
use vuon_programme::allocation::{Unit, allocate};
use vuon_programme::published::{FORMAT, Published, WrittenCriterion, WrittenFormula, verify};
use vuon_publish::disclosure::Ledger;
use vuon_publish::site::files;
use vuon_registry::cases::ComplaintCounts;

#[test]
fn no_file_tells_a_small_number() {
    let window = published(&facts(vec![year(2025, &[3, 20, 30])]), &mut Ledger::default());
    for (path, bytes) in files(&window).unwrap().into_iter().filter(|(path, _)| !path.ends_with(".parquet")) {
        let text = String::from_utf8(bytes).unwrap();
        let small = |cell: &str| cell.parse::<i64>().is_ok_and(|count| (1..5).contains(&count));
        if path.ends_with(".csv") {
            assert!(!text.lines().flat_map(|line| line.split(',')).any(small), "{path}\n{text}");
        }
        if path.ends_with(".html") {
            assert!(!(1..5).any(|count| text.contains(&format!("<td>{count}</td>"))), "{path}");
        }
    }
    let units = &window.years[0].units;
    assert_eq!((units[0].poor, units[1].poor), (Some(53), None));
    let hidden = units.iter().filter(|unit| unit.poor.is_none()).count();
    assert!(hidden >= 2, "one hidden cell alone is the total less the others");
    let schemes = window.years[0].schemes.as_ref().unwrap();
    assert!(schemes.iter().all(|scheme| scheme.recipients.is_some() == scheme.paid.is_some()));
    assert!(schemes.iter().filter(|scheme| scheme.paid.is_none()).count() >= 2);
}

#[test]
fn a_correction_after_publication_shows_no_single_household() {
    let mut ledger = Ledger::default();
    let before = published(&facts(vec![year(2025, &[12, 20, 30])]), &mut ledger);
    let entries = ledger.entries().len();
    published(&facts(vec![year(2025, &[12, 20, 30])]), &mut ledger);
    assert_eq!(ledger.entries().len(), entries, "the same again says nothing new");
    let after = published(&facts(vec![year(2025, &[13, 20, 30])]), &mut ledger);
    let (before, after) = (&before.years[0].units, &after.years.first().map_or(Vec::new(), |year| year.units.clone()));
    for (before, after) in before.iter().zip(after) {
        if let (Some(before), Some(after)) = (before.poor, after.poor) {
            assert!(before == after || (before - after).abs() >= 5, "{before} was published, then {after}");
        }
    }
    assert_eq!(Ledger::read(&ledger.text()).unwrap().entries().len(), ledger.entries().len());
}

#[test]
fn what_cannot_be_protected_is_withheld_and_said() {
    let mut of = year(2025, &[12, 20, 30]);
    of.complaints = ComplaintCounts { in_time: 4, late: 1, ..ComplaintCounts::default() };
    let window = published(&facts(vec![of]), &mut Ledger::default());
    assert!(window.years[0].complaints.is_none());
    assert!(window.withheld[0].en.contains("complaints of 2025"), "{:?}", window.withheld);
    assert_eq!(window.years[0].units[0].poor, Some(62), "the results do not suffer from it");
}

#[test]
fn deprivations_are_told_of_the_province_alone() {
    let window = published(&facts(vec![year(2025, &[12, 20, 30])]), &mut Ledger::default());
    let told = &window.years[0].deprivations;
    assert!(told.iter().all(|row| row.unit == crate::scene::PROVINCE));
    assert_eq!((told[0].yes, told[0].no), (Some(31), Some(31)));
}

fn allocation(criterion: &str, poor: [i64; 3]) -> Published {
    let formula = WrittenFormula {
        id: "example".into(),
        label: BTreeMap::new(),
        example: true,
        source: "ví dụ".into(),
        kept: None,
        criteria: vec![WrittenCriterion {
            id: criterion.into(),
            label: BTreeMap::new(),
            unit: String::new(),
            steps: Vec::new(),
            per: Some(("1".into(), "1".into(), None)),
            coefficient: Some("1".into()),
            source: "ví dụ".into(),
        }],
        floor: None,
        ceiling: None,
        counterpart: Vec::new(),
        unspent: "kept".into(),
    };
    let units: Vec<Unit> = (1..)
        .zip(poor)
        .map(|(number, poor)| Unit {
            id: format!("demo:01{number}"),
            name: format!("Xã {number}"),
            figures: BTreeMap::from(
                [("poor_households", poor), ("minority_poor_households", poor), ("other", 7)]
                    .map(|(figure, count)| (figure.to_owned(), count.to_string())),
            ),
            transfers: None,
            carried: 0,
        })
        .collect();
    Published {
        format: FORMAT.into(),
        pack: "example".into(),
        pack_hash: String::new(),
        title: "Vốn mẫu".into(),
        year: 2026,
        figures_of: "2025-09-30".into(),
        result: allocate(&formula.formula().unwrap(), 1_000_000_000, &units).unwrap(),
        formula,
        units,
    }
}

#[test]
fn an_allocation_is_computed_again_from_its_file_or_told_without_units() {
    for (criterion, poor, whole) in [
        ("poor_households", [12, 20, 30], true),
        ("poor_households", [3, 20, 30], false),
        ("minority_poor_households", [12, 20, 30], false),
    ] {
        let mut facts = facts(vec![year(2025, &[12, 20, 30])]);
        facts.allocations = vec![allocation(criterion, poor)];
        let mut ledger = Ledger::default();
        let window = published(&facts, &mut ledger);
        assert_eq!(window.allocations[0].whole, whole, "{criterion} {poor:?}");
        let files = files(&window).unwrap();
        match files.get("data/allocation-1.json") {
            Some(file) => {
                let read = vuon_programme::published::read(std::str::from_utf8(file).unwrap()).unwrap();
                assert!(verify(&read).unwrap().is_empty());
                let figures: Vec<&String> = read.units[0].figures.keys().collect();
                assert_eq!(figures, ["poor_households"], "no figure that the formula does not need");
            }
            None => {
                assert!(!whole);
                let page = String::from_utf8(files["en/allocation.html"].clone()).unwrap();
                assert!(page.contains("Units are not told") && !page.contains("Xã 1"));
                assert!(!ledger.text().contains("2025-09-30"), "what was not published is not in the ledger");
            }
        }
    }
}
