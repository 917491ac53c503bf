//! Whoever has every file of the site, and of the sites before, still does not know a small number.

use crate::read::rows;
use crate::scene::{PROVINCE, facts, published, year};
use std::collections::BTreeMap;
use vuon_programme::allocation::{Unit, allocate};
use vuon_programme::published::{FORMAT, Published, WrittenCriterion, WrittenFormula, verify};
use vuon_publish::disclosure::Ledger;
use vuon_publish::site::{UnitFacts, files};
use vuon_registry::cases::ComplaintCounts;
use vuon_registry::flows::{Flows, Movement};

#[test]
fn no_file_tells_a_small_number() {
    let window = published(&facts(vec![year(2025, &[3, 20, 30])]), &mut Ledger::default());
    let small = |cell: &str| cell.parse::<i64>().is_ok_and(|count| (1..5).contains(&count));
    for (path, bytes) in files(&window).unwrap() {
        if path.ends_with(".parquet") {
            assert!(!rows(&bytes).iter().flatten().any(|cell| small(cell)), "{path}");
            continue;
        }
        let text = String::from_utf8(bytes).unwrap();
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
    let hidden: Vec<&str> = schemes.iter().filter(|own| own.paid.is_none()).map(|own| own.id.as_str()).collect();
    assert_eq!(hidden, ["credit"], "no total over schemes binds the others to it");
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
fn results_that_are_withheld_take_their_movements_along_and_nothing_else() {
    // A commune published by itself: beside it and the province's total, the other one's 3 could be computed.
    let mut commune = facts(vec![year(2025, &[20, 3])]);
    commune.area = "demo:011".into();
    let of = &mut commune.years[0];
    of.units = vec![UnitFacts { parent: None, ..of.units[1].clone() }];
    of.places = vec![of.places[1].clone()];
    of.paid = Some(Vec::new());
    let mut ledger = Ledger::default();
    published(&commune, &mut ledger);

    let mut province = facts(vec![year(2024, &[30, 40]), year(2025, &[20, 3]), year(2026, &[25, 35])]);
    for year in &mut province.years[1..] {
        let nobody = Movement::default();
        year.movements =
            Some(vec![Flows { area: PROVINCE.into(), name: String::new(), poor: nobody, near_poor: nobody }]);
    }
    let window = published(&province, &mut ledger);
    let told: Vec<&str> = window.withheld.iter().map(|words| words.en.as_str()).collect();
    assert!(told.iter().any(|words| words.starts_with("The results of 2025 are not published")), "{told:?}");
    for year in ["2025", "2026"] {
        assert!(told.iter().any(|words| words.starts_with(&format!("The movements of {year} are not"))), "{told:?}");
    }
    let of = &window.years[1];
    assert!(of.year == 2025 && of.units.is_empty() && of.deprivations.is_empty());
    assert!(of.schemes.is_some() && of.projects.is_some() && of.complaints.is_some(), "the rest is told as ever");
    let files = files(&window).unwrap();
    let page = |name: &str| String::from_utf8(files[&format!("en/{name}.html")].clone()).unwrap();
    assert!(
        page("index").contains("The results of 2025 are not published") && !page("index").contains("colgroup\">2025")
    );
    assert!(!page("movements").contains("No unit has lists"), "that would be another reason, and false");
    assert!(page("complaints").contains("2025"));
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
                [
                    ("poor_households", poor),
                    ("minority_poor_households", poor),
                    ("disabled_poor_households", 2),
                    ("near_poor_rate", 3),
                    ("natural_area", poor),
                ]
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
        ("disabled_poor_households", [12, 20, 30], false),
        ("near_poor_rate", [12, 20, 30], false),
        ("natural_area", [3, 20, 30], true),
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
                assert_eq!(figures, [criterion], "no figure that the formula does not need");
                let page = String::from_utf8(files["vi/allocation.html"].clone()).unwrap();
                assert!(page.contains("allocate verify allocation-1.json") && page.contains("30/09/2025"), "{page}");
            }
            None => {
                assert!(!whole);
                let page = String::from_utf8(files["en/allocation.html"].clone()).unwrap();
                assert!(page.contains("Units are not told") && !page.contains("Xã 1"));
                assert!(!page.contains("allocate verify"), "there is no file to compute it again from");
                assert!(!ledger.text().contains("2025-09-30"), "what was not published is not in the ledger");
            }
        }
    }
}
