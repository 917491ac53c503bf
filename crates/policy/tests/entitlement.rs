//! Who is entitled to what, why, and what is still missing.

use std::sync::Arc;
use vuon_policy::Library;
use vuon_policy::calendar::Day;
use vuon_policy::cases::answer;
use vuon_policy::entitlement::{Entitlement, Entitlements, Facts, Places};
use vuon_policy::evaluate::{Answer, Household};
use vuon_policy::lattice::Tri;
use vuon_policy::model::Language;
use vuon_policy::program::Program;

fn pack(id: &str) -> Arc<Program> {
    Library::embedded().load(id).expect("the pack is in the program")
}

fn set(program: &Program, household: &mut Household, member: Option<usize>, id: &str, value: &str) {
    let q = &program.pack.questionnaire;
    let variables = if member.is_some() { &q.member } else { &q.household };
    let place = variables.iter().position(|v| v.id.value == id).expect("a question of the pack");
    let answer: Answer = answer(program, &variables[place], value).expect("an answer of the question");
    match member {
        Some(member) => household.members[member][place] = answer,
        None => household.household[place] = answer,
    }
}

/// A head, by ethnic group.
fn household(program: &Program, ethnicity: Option<&str>) -> Household {
    let mut household = Household::unanswered(program, 1);
    set(program, &mut household, Some(0), "relation", "head");
    set(program, &mut household, Some(0), "birth_date", "1980-05-01");
    set(program, &mut household, Some(0), "sex", "male");
    if let Some(ethnicity) = ethnicity {
        set(program, &mut household, Some(0), "ethnicity", ethnicity);
    }
    household
}

fn status(program: &Program, id: &str) -> Option<usize> {
    program.pack.statuses.iter().position(|status| status.id.value == id)
}

fn on(text: &str) -> Day {
    Day::parse(text).expect("a day")
}

fn of<'e>(program: &Program, all: &'e [Entitlement], scheme: &str) -> &'e Entitlement {
    let place = program.pack.schemes.iter().position(|s| s.id.value == scheme).expect("a scheme of the pack");
    &all[place]
}

#[test]
fn a_decided_status_counts_as_it_was_decided_and_the_reason_says_so() {
    let program = pack("vn-2022-2026");
    let household = household(&program, Some("thai"));
    let facts = Facts { household: &household, on: on("2026-03-01"), status: status(&program, "poor"), places: None };
    let entitlements = Entitlements::new(&program);
    let all = entitlements.of(&facts);
    let credit = of(&program, &all, "preferential_credit_poor");
    assert_eq!(credit.entitled, Tri::True);
    assert_eq!(of(&program, &all, "preferential_credit_near_poor").entitled, Tri::False);
    let reason = entitlements.reason(&facts, credit, Language::Vi);
    assert_eq!(reason.because, ["Hộ nghèo"]);
    assert!(reason.missing.is_empty());
    assert!(reason.source.contains("[chưa kiểm chứng]") && !reason.verified, "{}", reason.source);
}

#[test]
fn the_window_of_36_months_ends_on_its_day() {
    let program = pack("vn-2022-2026");
    let mut household = household(&program, Some("kinh"));
    set(&program, &mut household, None, "previous_status", "newly_escaped");
    set(&program, &mut household, None, "ever_listed", "true");
    set(&program, &mut household, None, "removed_from_list_on", "2023-12-01");
    let entitled = |day: &str| {
        let facts = Facts { household: &household, on: on(day), status: status(&program, "average"), places: None };
        of(&program, &Entitlements::new(&program).of(&facts), "production_support").entitled
    };
    assert_eq!(entitled("2026-12-01"), Tri::True);
    assert_eq!(entitled("2026-12-02"), Tri::False);
}

#[test]
fn what_is_not_known_is_asked_for_and_is_no_refusal() {
    let program = pack("vn-2022-2026");
    let household = household(&program, None);
    let facts =
        Facts { household: &household, on: on("2026-03-01"), status: status(&program, "average"), places: None };
    let entitlements = Entitlements::new(&program);
    let all = entitlements.of(&facts);
    let production = of(&program, &all, "production_support");
    assert_eq!(production.entitled, Tri::Unknown);
    let reason = entitlements.reason(&facts, production, Language::En);
    assert!(reason.missing.iter().any(|q| q.contains("on the list of the review before")), "{:?}", reason.missing);
}

#[test]
fn a_scheme_of_places_asks_for_the_class_of_the_area() {
    let program = pack("vn-2016-2020");
    let household = household(&program, Some("mong"));
    let places = |classes: &[&str], recorded: &[&str]| Places {
        classes: classes.iter().map(|class| (*class).to_owned()).collect(),
        recorded: recorded.iter().map(|level| (*level).to_owned()).collect(),
    };
    let entitlements = Entitlements::new(&program);
    let of = |scheme: &str, places: Option<&Places>| {
        let facts = Facts { household: &household, on: on("2019-03-01"), status: status(&program, "poor"), places };
        let own = of(&program, &entitlements.of(&facts), scheme).clone();
        (own.entitled, entitlements.reason(&facts, &own, Language::En).missing)
    };
    let entitled = |scheme: &str, places: &Places| of(scheme, Some(places)).0;
    let all = ["district", "commune", "village"];
    let poor_district = places(&["poor_district"], &all);
    assert_eq!(entitled("production_support_30a", &poor_district), Tri::True);
    assert_eq!(entitled("production_support_135", &poor_district), Tri::False);
    assert_eq!(entitled("production_support", &poor_district), Tri::False, "outside 30a and 135 only");
    assert_eq!(entitled("production_support", &places(&[], &all)), Tri::True);
    let (nobody_said, missing) = of("production_support_30a", None);
    assert_eq!(nobody_said, Tri::Unknown);
    assert!(
        missing.iter().any(|told| told.contains("district") && told.contains("nobody has recorded")),
        "{missing:?}"
    );
    // What is recorded of the commune says nothing of its district or hamlets, and decides where it alone is asked.
    let commune = places(&["programme_135_commune"], &["commune"]);
    assert_eq!(entitled("production_support_135", &commune), Tri::True);
    assert_eq!(entitled("production_support_30a", &commune), Tri::Unknown);
    assert_eq!(entitled("production_support", &commune), Tri::False);
    assert_eq!(entitled("production_support", &places(&[], &["commune"])), Tri::Unknown);
}

#[test]
fn members_are_told_apart() {
    let program = pack("vn-2022-2026");
    let mut household = household(&program, Some("thai"));
    household.members.push(vec![Answer::Unknown; program.pack.questionnaire.member.len()]);
    set(&program, &mut household, Some(1), "relation", "child");
    set(&program, &mut household, Some(1), "birth_date", "2015-01-01");
    set(&program, &mut household, Some(1), "studying", "true");
    set(&program, &mut household, Some(0), "studying", "false");
    let facts = Facts { household: &household, on: on("2026-03-01"), status: status(&program, "poor"), places: None };
    let all = Entitlements::new(&program).of(&facts);
    let tuition = of(&program, &all, "tuition_poor");
    assert_eq!(tuition.members, [Tri::False, Tri::True]);
    assert_eq!(tuition.entitled, Tri::True);
}

#[test]
fn priority_comes_from_the_pack_and_a_sealed_key_has_no_value_here() {
    let program = pack("vn-2022-2026");
    let order = |ethnicity: Option<&str>| {
        let household = household(&program, ethnicity);
        let facts =
            Facts { household: &household, on: on("2026-03-01"), status: status(&program, "poor"), places: None };
        of(&program, &Entitlements::new(&program).of(&facts), "production_support").order.clone()
    };
    assert_eq!(order(Some("thai"))[0], Some(0));
    assert_eq!(order(Some("kinh"))[0], Some(2));
    assert_eq!(order(None)[0], Some(1), "not known stands between");
    assert_eq!(order(None)[3], None, "the sealed key");
}

/// Lessons: a national openIMIS deployment, "fee fields stayed at zero in production".
#[test]
fn an_amount_that_was_not_found_is_empty_and_never_zero() {
    for id in ["vn-2016-2020", "vn-2022-2026"] {
        let program = pack(id);
        for scheme in &program.pack.schemes {
            let zero = |q: &vuon_policy::support::Quantity| q.value == Some(vuon_policy::exact::Exact::whole(0));
            assert!(!scheme.amount.iter().chain(&scheme.ceiling).any(zero), "{id}: {}", scheme.id.value);
        }
        let production = program.pack.schemes.iter().find(|s| s.id.value == "production_support").unwrap();
        assert!(production.most().is_none(), "the amounts of the circulars were not found");
    }
    let example = pack("example-province");
    let production = example.pack.schemes.iter().find(|s| s.id.value == "production_support").unwrap();
    assert_eq!(production.most().map(|(most, _)| most), Some(vuon_policy::exact::Exact::whole(15_000_000)));
}
