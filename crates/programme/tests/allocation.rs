//! Sums to the đồng, lines that can be computed by hand, and files that anyone can compute again.

use proptest::prelude::*;
use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};
use vuon_policy::Library;
use vuon_policy::model::Language;
use vuon_policy::program::Program;
use vuon_policy::support::Formula;
use vuon_programme::allocation::{AllocationError, Bound, Unit, allocate};
use vuon_programme::published::{self, Subject};

fn example() -> (Arc<Program>, Formula) {
    static PACK: OnceLock<Arc<Program>> = OnceLock::new();
    let program =
        PACK.get_or_init(|| Library::embedded().load("example-province").expect("the pack is in the program")).clone();
    let formula = program
        .pack
        .formulas
        .iter()
        .find(|f| f.id.value == "to_communes")
        .expect("the example has this formula")
        .clone();
    (program, formula)
}

fn unit(id: &str, [rate, poor, near_poor, border]: [&str; 4]) -> Unit {
    let figures = [
        ("poor_rate", rate),
        ("poor_households", poor),
        ("near_poor_households", near_poor),
        ("border_commune", border),
    ];
    Unit {
        id: id.into(),
        name: format!("Xã {id}"),
        figures: figures.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect(),
        transfers: Some("4/5".into()),
        carried: 0,
    }
}

/// Provinces have the national formula, whose national coefficients were not found, beside their own.
fn only_own(formula: &Formula, floor: Option<&str>, ceiling: Option<&str>) -> Formula {
    let exact = |text: &str| vuon_policy::exact::Exact::parse(text).expect("a number");
    Formula { floor: floor.map(exact), ceiling: ceiling.map(exact), ..formula.clone() }
}

#[test]
fn a_line_is_what_a_person_computes_by_hand() {
    let (_, formula) = example();
    let formula = only_own(&formula, None, None);
    // A: 30 + 12 + 5 + 5 = 52 points; B: 10 + 3 + 0 + 0 = 13 points. 900 of 1,000 are shared: 720 and 180.
    let units = [unit("B", ["5", "30", "0", "0"]), unit("A", ["25", "120", "100", "1"])];
    let result = allocate(&formula, 1_000, &units).unwrap();
    assert_eq!((result.kept, result.pool), (100, 900));
    let told: Vec<_> =
        result.lines.iter().map(|l| (l.unit.as_str(), l.score.as_str(), l.amount, l.counterpart)).collect();
    assert_eq!(told, [("A", "52", 720, Some(36)), ("B", "13", 180, Some(9))]);
    let line = published::told(&result, &result.lines[0], Language::Vi);
    assert_eq!(line, "Xã A: 52 điểm × khoảng 14 đồng/điểm = 720 đồng");
}

#[test]
fn a_coefficient_that_was_not_found_is_asked_for_by_name() {
    let program = Library::embedded().load("vn-2016-2020").unwrap();
    let formula = program.pack.formulas.first().unwrap();
    let refused = allocate(formula, 1_000, &[unit("A", ["1", "1", "1", "0"])]).unwrap_err();
    let AllocationError::MissingCoefficients { criteria, .. } = &refused else { panic!("{refused}") };
    assert!(criteria.contains(&"poor_rate".to_owned()) && criteria.contains(&"natural_area".to_owned()), "{refused}");
}

#[test]
fn a_figure_that_is_missing_is_asked_for_and_never_taken_as_zero() {
    let (_, formula) = example();
    let mut incomplete = unit("A", ["1", "1", "1", "0"]);
    incomplete.figures.remove("poor_households");
    let mut wrong = unit("B", ["1", "1", "1", "0"]);
    wrong.figures.insert("poor_rate".into(), "n/a".into());
    let refused = allocate(&formula, 1_000, &[incomplete, wrong]).unwrap_err();
    let AllocationError::MissingFigures { rows } = refused else { panic!("{refused}") };
    assert_eq!(rows, ["Xã A (A): poor_households", "Xã B (B): poor_rate"]);
}

#[test]
fn a_bound_is_named_in_the_line_it_sets() {
    let (_, formula) = example();
    let units =
        [unit("A", ["50", "900", "900", "1"]), unit("B", ["1", "0", "0", "0"]), unit("C", ["1", "0", "0", "0"])];
    let result = allocate(&formula, 1_000_000, &units).unwrap();
    let told: Vec<_> = result.lines.iter().map(|l| (l.amount, l.bound)).collect();
    assert_eq!(told, [(450_000, Bound::Ceiling), (225_000, Bound::None), (225_000, Bound::None)]);
    let least = allocate(&only_own(&formula, Some("1/2"), None), 1_000_000, &units).unwrap();
    assert_eq!(least.lines[1].bound, Bound::Floor);
    assert_eq!(least.lines[1].amount, 150_000);
}

#[test]
fn a_published_file_is_computed_again_and_a_changed_line_is_named() {
    let (program, formula) = example();
    let units = vec![unit("A", ["25", "120", "100", "1"]), unit("B", ["5", "30", "0", "0"])];
    let subject = Subject { title: "Vốn ví dụ 2026", year: 2026, figures_of: "2025-12-31", amount: 7_777_777_777 };
    let file = published::publish(&program, &formula, &subject, units).unwrap();
    let text = serde_json::to_string(&file).unwrap();
    let mut read = published::read(&text).unwrap();
    assert_eq!(published::verify(&read).unwrap(), Vec::<String>::new());
    assert!(!published::differs_from_pack(&read, &program));

    read.result.lines[0].amount += 1_000;
    let differences = published::verify(&read).unwrap();
    assert_eq!(differences.len(), 1);
    assert!(differences[0].starts_with("Xã A (A)"), "{differences:?}");
    let mut other = published::read(&text).unwrap();
    other.formula.criteria[0].coefficient = Some("2".into());
    assert!(published::differs_from_pack(&other, &program));
    assert!(!published::verify(&other).unwrap().is_empty());
}

fn units() -> impl Strategy<Value = Vec<Unit>> {
    let figures = (0..100_u32, 0..5_000_u32, 0..5_000_u32, 0..2_u32);
    prop::collection::vec(figures, 1..40).prop_map(|all| {
        all.into_iter()
            .enumerate()
            .map(|(i, (rate, poor, near_poor, border))| {
                let text = [rate, poor, near_poor, border].map(|n| n.to_string());
                unit(&format!("{i:03}"), [&text[0], &text[1], &text[2], &text[3]])
            })
            .collect()
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn every_dong_is_given_once_and_every_bound_is_kept(
        units in units(),
        amount in 1_000_i64..9_000_000_000_000,
        bounds in prop::sample::select(vec![(None, None), (Some("1/2"), None), (None, Some("1/2")), (Some("1/2"), Some("1/2"))]),
    ) {
        let (_, formula) = example();
        let formula = only_own(&formula, bounds.0, bounds.1);
        let result = match allocate(&formula, amount, &units) {
            Ok(result) => result,
            // One unit cannot take more than half.
            Err(AllocationError::CeilingTooLow) => { prop_assert!(units.len() == 1 && bounds.1.is_some()); return Ok(()) }
            Err(other) => return Err(TestCaseError::fail(other.to_string())),
        };
        prop_assert_eq!(result.lines.iter().map(|line| line.amount).sum::<i64>() + result.kept, amount);
        let count = i64::try_from(units.len()).unwrap();
        for line in &result.lines {
            prop_assert!(bounds.0.is_none() || line.amount >= result.pool / count / 2);
            prop_assert!(bounds.1.is_none() || line.amount <= result.pool / 2 + 1, "{} of {}", line.amount, result.pool);
        }
    }

    #[test]
    fn more_points_never_give_less(units in units(), amount in 1_000_i64..9_000_000_000_000) {
        let (_, formula) = example();
        let result = allocate(&only_own(&formula, Some("1/3"), None), amount, &units).unwrap();
        let score = |line: &vuon_programme::allocation::Line| vuon_policy::exact::Exact::parse(&line.score).unwrap();
        let mut lines: Vec<_> = result.lines.iter().collect();
        lines.sort_by_key(|line| (score(line), line.amount));
        for pair in lines.windows(2) {
            prop_assert!(pair[0].amount <= pair[1].amount || score(pair[0]) == score(pair[1]));
        }
    }

    #[test]
    fn the_order_of_the_figures_does_not_matter(units in units(), amount in 1_000_i64..9_000_000_000) {
        let (_, formula) = example();
        let formula = only_own(&formula, Some("1/2"), None);
        let mut turned = units.clone();
        turned.reverse();
        prop_assert_eq!(allocate(&formula, amount, &units).unwrap(), allocate(&formula, amount, &turned).unwrap());
    }
}

#[test]
fn figures_of_one_kind_share_alike() {
    let (_, formula) = example();
    let units: Vec<Unit> = (0..3).map(|i| unit(&i.to_string(), ["5", "10", "0", "0"])).collect();
    let amounts: BTreeMap<String, i64> = allocate(&only_own(&formula, None, None), 112, &units)
        .unwrap()
        .lines
        .into_iter()
        .map(|l| (l.unit, l.amount))
        .collect();
    // 101 among three alike: the two đồng that are left over go to the smaller ids.
    assert_eq!(amounts.into_values().collect::<Vec<_>>(), [34, 34, 33]);
}
