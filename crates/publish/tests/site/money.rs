//! What schemes paid and what projects there are, by unit: amounts are hidden with the count of those who share them.

use crate::scene::{PROVINCE, facts, published, year};
use vuon_programme::paid::SchemePaid;
use vuon_programme::projects::ProjectsHere;
use vuon_publish::disclosure::Ledger;
use vuon_publish::site::{Facts, files};

fn supported() -> Facts {
    let mut of = year(2025, &[13, 20, 30]);
    let paid = |number: usize, scheme: &str, recipients, paid| SchemePaid {
        commune: format!("demo:01{number}"),
        scheme: scheme.into(),
        recipients,
        paid,
    };
    of.paid = Some(vec![
        paid(1, "credit", 1, 31_000_000),
        paid(1, "housing", 8, 320_000_000),
        paid(2, "credit", 20, 610_000_000),
        paid(2, "housing", 9, 360_000_000),
        paid(3, "credit", 30, 900_000_000),
        paid(3, "housing", 12, 480_000_000),
    ]);
    let project = |number: usize, approved, closed| ProjectsHere {
        commune: format!("demo:01{number}"),
        scheme: "models".into(),
        approved,
        budget: approved * 200_000_000,
        closed,
        spent: closed * 190_000_000,
    };
    of.projects = Some(vec![project(1, 2, 0), project(2, 7, 6), project(3, 9, 0)]);
    facts(vec![of])
}

#[test]
fn what_a_commune_was_paid_is_hidden_with_its_recipients() {
    let window = published(&supported(), &mut Ledger::default());
    assert!(window.withheld.is_empty(), "{:?}", window.withheld);
    let schemes = window.years[0].schemes.as_ref().unwrap();
    let of = |unit: &str, id: &str| schemes.iter().find(|own| own.unit == unit && own.id == id).unwrap();
    assert_eq!((of(PROVINCE, "credit").recipients, of(PROVINCE, "credit").paid), (Some(51), Some(1_541_000_000)));
    assert_eq!((of("demo:011", "credit").recipients, of("demo:011", "credit").paid), (None, None));
    assert!(schemes.iter().all(|own| own.recipients.is_some() == own.paid.is_some()));
    let hidden = schemes.iter().filter(|own| own.paid.is_none()).count();
    assert!(hidden >= 2, "one hidden amount alone is the total less the others");
    let files = files(&window).unwrap();
    for (path, bytes) in &files {
        assert!(!String::from_utf8_lossy(bytes).contains("31000000"), "{path}");
        assert!(!String::from_utf8_lossy(bytes).contains("31.000.000"), "{path}");
    }
    let csv = String::from_utf8(files["data/schemes.csv"].clone()).unwrap();
    assert!(csv.contains("2025,demo:011,Xã 1,credit,credit,credit,,\n"), "{csv}");
}

#[test]
fn no_total_over_schemes_solves_two_that_are_hidden() {
    // Loans of 50 million and houses of 40: 12 recipients of 510 million would be 3 and 9.
    let mut of = year(2025, &[13, 20, 30]);
    let paid = |number: usize, scheme: &str, recipients, each: i64| SchemePaid {
        commune: format!("demo:01{number}"),
        scheme: scheme.into(),
        recipients,
        paid: recipients * each,
    };
    of.paid = Some(
        [(1, 3, 9), (2, 20, 3), (3, 30, 12)]
            .into_iter()
            .flat_map(|(number, loans, houses)| {
                [paid(number, "credit", loans, 50_000_000), paid(number, "housing", houses, 40_000_000)]
            })
            .collect(),
    );
    let mut ledger = Ledger::default();
    published(&facts(vec![of]), &mut ledger);
    let releases = ledger.entries().iter().map(|entry| &entry.release);
    let cells: Vec<String> = releases.flat_map(|release| release.cells.keys().map(ToString::to_string)).collect();
    let of_support = cells.iter().filter(|cell| cell.starts_with("recipients") || cell.starts_with("paid"));
    let totals: Vec<&String> = of_support.clone().filter(|cell| !cell.contains("scheme=")).collect();
    assert!(of_support.count() > 0 && totals.is_empty(), "{totals:?}");
}

#[test]
fn projects_are_told_by_commune_without_names_and_small_numbers_are_hidden() {
    let window = published(&supported(), &mut Ledger::default());
    let projects = window.years[0].projects.as_ref().unwrap();
    let of = |unit: &str| projects.iter().find(|own| own.unit == unit).unwrap();
    let all = of(PROVINCE);
    assert_eq!((all.approved, all.budget, all.closed), (Some(18), Some(3_600_000_000), Some(6)));
    assert_eq!((of("demo:011").approved, of("demo:011").budget), (None, None));
    assert_eq!((of("demo:011").closed, of("demo:011").spent), (Some(0), Some(0)));
    assert!(projects.iter().all(|own| own.approved.is_some() == own.budget.is_some()));
    let files = files(&window).unwrap();
    let page = String::from_utf8(files["en/projects.html"].clone()).unwrap();
    assert!(page.contains("3,600,000,000") && page.contains(">hidden<"));
}

#[test]
fn years_without_payments_or_projects_say_so() {
    let mut facts = supported();
    facts.years[0].paid = Some(Vec::new());
    facts.years[0].projects = None;
    let window = published(&facts, &mut Ledger::default());
    assert!(window.years[0].schemes.as_ref().unwrap().is_empty());
    assert!(window.years[0].projects.is_none() && window.withheld.is_empty());
}
