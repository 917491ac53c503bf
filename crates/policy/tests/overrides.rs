//! What if a value of a pack were another: each test is named after the rule it checks.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::HashMap;
use std::sync::Arc;
use vuon_policy::assess::assess;
use vuon_policy::diff::diff;
use vuon_policy::evaluate::{Household, Value};
use vuon_policy::exact::Exact;
use vuon_policy::explain::cite;
use vuon_policy::model::{Case, Language, Pack};
use vuon_policy::overrides::{Mistake, OverrideError, WHAT_IF, paths};
use vuon_policy::program::{Classification, Program};
use vuon_policy::{Library, LoadError, cases};

fn law(id: &str) -> Arc<Program> {
    Library::embedded().load(id).unwrap_or_else(|e| panic!("{e}"))
}

fn try_set(id: &str, overrides: &[(&str, &str)]) -> Result<Arc<Program>, LoadError> {
    let overrides: Vec<(String, String)> = overrides.iter().map(|(p, v)| (p.to_string(), v.to_string())).collect();
    Library::embedded().load_with_overrides(id, &overrides)
}

fn set(id: &str, overrides: &[(&str, &str)]) -> Arc<Program> {
    try_set(id, overrides).unwrap_or_else(|e| panic!("{e}"))
}

fn mistakes(id: &str, overrides: &[(&str, &str)]) -> Vec<OverrideError> {
    match try_set(id, overrides) {
        Err(LoadError::Overrides(errors)) => errors.list,
        Err(other) => panic!("{other}"),
        Ok(program) => panic!("{} was made", program.pack.label.get(Language::En)),
    }
}

/// The only mistake, as told in English; in Vietnamese it is told otherwise.
fn mistake(id: &str, overrides: &[(&str, &str)]) -> String {
    let found = mistakes(id, overrides);
    assert_eq!(found.len(), 1, "{found:?}");
    let (vi, en) = (found[0].tell(Language::Vi), found[0].tell(Language::En));
    assert!(vi != en && vi.contains(&found[0].path), "{vi}");
    en
}

/// How a household of a worked case of the law comes out by a program: the status, each indicator, each flag.
fn outcome(program: &Program, case: &Case) -> (Classification, Vec<Value>, Vec<Value>) {
    let method = program.method(case.method.as_ref().map(|m| m.value.as_str())).unwrap();
    let mut household = Household::unanswered(program, case.members.len());
    let q = &program.pack.questionnaire;
    let fill = |variables: &[vuon_policy::model::Variable],
                written: &[(vuon_policy::Text, vuon_policy::Text)],
                answers: &mut [_]| {
        for (name, value) in written {
            let place = variables.iter().position(|v| v.id.value == name.value).unwrap();
            answers[place] = cases::answer(program, &variables[place], &value.value).unwrap();
        }
    };
    fill(&q.household, &case.household, &mut household.household);
    for (written, answers) in case.members.iter().zip(&mut household.members) {
        fill(&q.member, written, answers);
    }
    let assessed = assess(program, &program.plan(method), &household, case.review_date, HashMap::new());
    let values = |nodes: &[vuon_policy::ir::NodeId]| nodes.iter().map(|n| assessed.evaluation.value(*n)).collect();
    (assessed.classification, values(&program.indicators), values(&program.flag_nodes))
}

fn case<'p>(program: &'p Program, id: &str) -> &'p Case {
    program.pack.cases.iter().find(|case| case.id.value == id).unwrap()
}

fn status(program: &Program, case: &Case) -> String {
    program.outcome_id(outcome(program, case).0.outcome).to_owned()
}

fn weights(pack: &Pack) -> Vec<(&str, String)> {
    pack.indicators.iter().map(|i| (i.id.value.as_str(), i.weight.0.to_string())).collect()
}

// --- what changes ---

#[test]
fn a_value_set_to_what_it_is_changes_no_assessment() {
    for (id, overrides) in [
        ("vn-2022-2026", &[("lines.rural.poor", "1500000"), ("limits.area_per_person", "8.0 m2/person")][..]),
        ("vn-2016-2020", &[("lines.urban.poor", "900000 VND/person/month")]),
        ("global-mpi", &[("indicators.nutrition.weight", "3/18"), ("cutoffs.poor", "1/3")]),
        ("global-mpi", &[("dimensions.health.weight", "1/3"), ("indicators.drinking_water.weight", "1/18")]),
    ] {
        let (law, same) = (law(id), set(id, overrides));
        assert_eq!(weights(&law.pack), weights(&same.pack));
        for case in &law.pack.cases {
            assert_eq!(outcome(&law, case), outcome(&same, case), "{id} {}", case.id.value);
        }
        let sources = |program: &Program| program.unverified_for(0).len();
        assert_eq!(sources(&law), sources(&same), "what is the same keeps its source");
    }
}

#[test]
fn a_line_set_higher_makes_those_below_it_poor() {
    let law = law("example-province");
    let between = case(&law, "between_national_and_local");
    let national = law.national.as_ref().unwrap();
    let raised = set("vn-2022-2026", &[("lines.rural.poor", "1800000")]);
    let number = |program: &Program| {
        let parameter = program.pack.parameters.iter().find(|p| p.id.value == "lines.rural.poor").unwrap();
        parameter.value
    };
    assert_eq!((number(national), number(&raised)), (Exact::whole(1_500_000), Exact::whole(1_800_000)));
    assert_eq!(status(national, between), "average");
    // Its deprivations are not known: poor or near-poor.
    assert_eq!(status(&raised, between), "undetermined");
    let lowered = set("vn-2022-2026", &[("lines.rural.poor", "1800000"), ("limits.min_deprivations", "0")]);
    assert_eq!(status(&lowered, between), "poor");
}

#[test]
fn a_cut_off_set_lower_makes_the_vulnerable_poor() {
    let law = law("global-mpi");
    let vulnerable = case(&law, "score_4_18");
    assert_eq!(status(&law, vulnerable), "vulnerable");
    assert_eq!(status(&set("global-mpi", &[("cutoffs.poor", "2/9")]), vulnerable), "poor");
}

#[test]
fn one_weight_set_leaves_the_others_their_proportions() {
    let changed = set("global-mpi", &[("indicators.nutrition.weight", "1/5")]);
    let weights = weights(&changed.pack);
    assert_eq!(
        weights[..4],
        [("nutrition", "1/5"), ("child_mortality", "4/25"), ("years_schooling", "4/25"), ("school_attendance", "4/25")]
            .map(|(i, w)| (i, w.to_owned()))
    );
    assert!(weights[4..].iter().all(|(_, weight)| weight == "4/75"));
    let law = law("global-mpi");
    let (four, five) = (case(&law, "score_4_18"), case(&law, "score_5_18"));
    assert_eq!((status(&law, four), status(&law, five)), ("vulnerable".into(), "vulnerable".into()));
    // 4/25 + 4/75 = 16/75 is still above 1/5; without child mortality's share it is not.
    let light = set("global-mpi", &[("indicators.child_mortality.weight", "1/10")]);
    assert_eq!(status(&light, four), "not_poor");
}

#[test]
fn weights_that_keep_their_sum_leave_the_others_untouched() {
    let law = law("global-mpi");
    let shifted =
        set("global-mpi", &[("indicators.nutrition.weight", "1/5"), ("indicators.child_mortality.weight", "2/15")]);
    assert_eq!(weights(&shifted.pack)[2..], weights(&law.pack)[2..]);
    let own = |program: &Program| program.pack.indicators.iter().map(|i| i.source.verified).collect::<Vec<_>>();
    assert_eq!(own(&shifted)[2..], own(&law)[2..]);
}

#[test]
fn a_dimension_set_shares_its_weight_among_its_indicators() {
    let half = set("global-mpi", &[("dimensions.health.weight", "1/2")]);
    let of = |id: &str| weights(&half.pack).into_iter().find(|(i, _)| *i == id).unwrap().1;
    assert_eq!((of("nutrition"), of("child_mortality")), ("1/4".into(), "1/4".into()));
    assert_eq!((of("years_schooling"), of("drinking_water")), ("1/8".into(), "1/24".into()));
    let uneven = set("global-mpi", &[("dimensions.health.weight", "1/2"), ("indicators.nutrition.weight", "1/10")]);
    let of = |id: &str| weights(&uneven.pack).into_iter().find(|(i, _)| *i == id).unwrap().1;
    assert_eq!(
        (of("nutrition"), of("child_mortality"), of("drinking_water")),
        ("1/10".into(), "2/5".into(), "1/24".into())
    );
}

#[test]
fn every_path_of_every_pack_can_be_set() {
    for id in Library::embedded_ids() {
        let law = law(id);
        for path in paths(&law.pack) {
            let parameter = law.pack.parameters.iter().find(|p| p.id.value == path);
            let indicator = law.pack.indicators.iter().find(|i| path == format!("indicators.{}.weight", i.id.value));
            let value = match (parameter, indicator) {
                (Some(parameter), _) => parameter.value.to_string(),
                (_, Some(indicator)) => indicator.weight.0.to_string(),
                _ if path.starts_with("schemes.") => "500000".into(),
                _ => "1/7".into(),
            };
            let program = set(id, &[(&path, &value)]);
            assert_eq!(program.pack.id.value, format!("{id}{WHAT_IF}"), "{path}");
        }
    }
}

#[test]
fn a_rule_may_be_left_without_any_household() {
    let law = law("global-mpi");
    let none_vulnerable = set("global-mpi", &[("cutoffs.poor", "1/5")]);
    let all: Vec<String> = law.pack.cases.iter().map(|case| status(&none_vulnerable, case)).collect();
    assert!(all.iter().any(|s| s == "poor") && all.iter().all(|s| s != "vulnerable"));
}

// --- what it says of itself ---

#[test]
fn it_says_that_it_is_no_law() {
    let (law, changed) = (law("vn-2022-2026"), set("vn-2022-2026", &[("lines.rural.poor", "1800000")]));
    let pack = &changed.pack;
    assert_eq!(pack.id.value, "vn-2022-2026+what-if");
    assert!(pack.example && pack.cases.is_empty());
    assert!(pack.label.get(Language::En).ends_with("what-if: lines.rural.poor = 1800000 VND/person/month"));
    assert!(pack.label.get(Language::Vi).contains("giả định: lines.rural.poor"));
    assert_ne!(law.hash, changed.hash);
    let line = pack.parameters.iter().find(|p| p.id.value == "lines.rural.poor").unwrap();
    assert!(!line.source.verified);
    assert_eq!(cite(&changed, &line.source, Language::En), "What-if, not law [unverified]");
    let note = line.source.note.as_deref().unwrap();
    assert_eq!(note, "set for a what-if; the pack has 1500000 VND/person/month (nd-07-2021, Điều 3)");
    assert!(changed.unverified_for(0).iter().any(|(label, _)| **label == line.label));
    assert!(law.unverified_for(0).iter().all(|(label, _)| **label != line.label));
}

#[test]
fn it_differs_from_the_law_in_what_was_set_and_in_nothing_else() {
    let told = |id: &str, overrides: &[(&str, &str)]| -> Vec<String> {
        diff(&law(id), &set(id, overrides), Language::En).into_iter().map(|change| change.text).collect()
    };
    let line = "Rural income line: 1,500,000 VND/person/month → 1,800,000 VND/person/month";
    assert_eq!(told("vn-2022-2026", &[("lines.rural.poor", "1800000")]), [line]);
    let weights =
        told("global-mpi", &[("indicators.nutrition.weight", "1/5"), ("indicators.child_mortality.weight", "2/15")]);
    assert_eq!(weights, ["Nutrition, weight: 1/6 → 1/5", "Child mortality, weight: 1/6 → 2/15"]);
}

#[test]
fn the_national_standard_beside_a_local_one_stays_the_law() {
    let changed = set("example-province", &[("lines.rural.poor", "2000000")]);
    let national = changed.national.as_ref().unwrap();
    assert_eq!(national.hash, law("vn-2022-2026").hash);
    assert_eq!(national.pack.id.value, "vn-2022-2026");
}

#[test]
fn the_order_and_spelling_of_values_do_not_matter() {
    let one = set("global-mpi", &[("cutoffs.poor", "1/4"), ("cutoffs.severe", "0.50")]);
    let other = set("global-mpi", &[("cutoffs.severe", "1/2"), (" cutoffs.poor ", "2/8")]);
    assert_eq!(one.hash, other.hash);
    assert_eq!(one.pack.label, other.pack.label);
    assert_ne!(one.hash, set("global-mpi", &[("cutoffs.poor", "1/4")]).hash);
}

#[test]
fn without_values_it_is_the_law_itself() {
    let program = set("vn-2022-2026", &[]);
    assert_eq!((program.hash.clone(), program.pack.example), (law("vn-2022-2026").hash.clone(), false));
}

// --- what is refused ---

#[test]
fn an_unknown_path_is_refused_with_near_names() {
    let told = mistake("vn-2022-2026", &[("lines.rual.poor", "1800000")]);
    assert!(told.contains("no `lines.rual.poor`; did you mean `lines.rural.poor`"), "{told}");
    let told = mistake("vn-2022-2026", &[("rural.poor", "1800000")]);
    assert!(told.contains("`lines.rural.poor`"), "{told}");
    let told = mistake("global-mpi", &[("nutrition", "1/5")]);
    assert!(told.contains("did you mean `indicators.nutrition.weight`"), "{told}");
    let told = mistake("global-mpi", &[("zzz", "1/5")]);
    assert!(told.contains("there are: cutoffs.poor, cutoffs.severe"), "{told}");
}

#[test]
fn a_value_in_another_unit_is_refused() {
    let told = mistake("vn-2022-2026", &[("lines.rural.poor", "1800000 VND/month")]);
    assert_eq!(
        told,
        "`lines.rural.poor` is in VND/person/month, not in `VND/month`; leave the unit out or write this one"
    );
    let told = mistake("vn-2022-2026", &[("limits.min_deprivations", "3 person")]);
    assert!(told.contains("is a pure number, not one in `person`"), "{told}");
    let told = mistake("global-mpi", &[("indicators.nutrition.weight", "1/5 point")]);
    assert!(told.contains("pure number"), "{told}");
}

#[test]
fn what_is_not_a_number_is_refused() {
    for value in ["", "much", "1.800.000", "1,8", "1e6", "20%"] {
        let told = mistake("vn-2022-2026", &[("lines.rural.poor", value)]);
        assert!(told.contains(&format!("`{value}` is not a number")), "{told}");
    }
}

#[test]
fn weights_that_cannot_be_are_refused() {
    let told = mistake("global-mpi", &[("indicators.nutrition.weight", "0")]);
    assert!(told.contains("the weight 0 is not above 0"), "{told}");
    let told = mistake("global-mpi", &[("indicators.nutrition.weight", "1")]);
    assert!(told.contains("1 of 1 is set, which leaves nothing for 9 other indicators"), "{told}");
    let two = [("dimensions.health.weight", "1/2"), ("indicators.nutrition.weight", "1/2")];
    let told = mistake("global-mpi", &two);
    assert!(told.contains("leaves nothing for 1 other"), "{told}");
    let all = [
        ("dimensions.health.weight", "1/2"),
        ("dimensions.education.weight", "1/4"),
        ("dimensions.living_standards.weight", "1/8"),
    ];
    let found = mistakes("global-mpi", &all);
    assert_eq!(found[0].mistake, Mistake::Sum { total: Exact::new(1, 8).unwrap(), found: Exact::whole(0) });
    let fine = ["1/9223372036854775783", "1/9223372036854775643"];
    let told = mistake(
        "global-mpi",
        &[("indicators.nutrition.weight", fine[0]), ("indicators.drinking_water.weight", fine[1])],
    );
    assert!(told.contains("too fine"), "{told}");
}

#[test]
fn all_mistakes_are_told_at_once() {
    let found = mistakes(
        "global-mpi",
        &[("cutoffs.por", "1/4"), ("cutoffs.poor", "x"), ("cutoffs.severe", "1/2"), ("cutoffs.severe", "1/2")],
    );
    let kinds: Vec<bool> = found
        .iter()
        .map(|e| matches!(e.mistake, Mistake::Unknown { .. } | Mistake::NotANumber(_) | Mistake::Twice))
        .collect();
    assert_eq!(kinds, [true; 3]);
}

#[test]
fn what_the_checker_finds_wrong_with_the_whole_is_told_at_its_place() {
    let Err(LoadError::Problems(problems)) = try_set("vn-2022-2026", &[("lines.rural.poor", "3000000")]) else {
        panic!("the line lies above the next one")
    };
    assert!(problems.list[0].message.contains("this cut can lie below the one before it"), "{problems}");
    assert!(problems.to_string().contains("classification.yaml"), "{problems}");
}
