//! The form: made from the questionnaire, filled in from the register, checked, and judged as it stands.

use jiff::civil::date;
use std::collections::BTreeMap;
use vuon_policy::Library;
use vuon_policy::model::Language;
use vuon_policy::program::Program;
use vuon_registry::RegistryError;
use vuon_registry::forms::{Answers, FieldKind, Form, MemberAnswers, Under, assess, form, known_variables};

fn texts(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
    pairs.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect()
}

fn member(person: &str, pairs: &[(&str, &str)]) -> MemberAnswers {
    MemberAnswers { person: person.to_owned(), answers: texts(pairs) }
}

fn under(program: &Program) -> Under<'_> {
    Under { program, method: 0, review_date: date(2025, 9, 8) }
}

fn known() -> Answers {
    Answers {
        household: texts(&[("household_id", "H1"), ("area_type", "rural")]),
        members: vec![
            member("p1", &[("relation", "head"), ("birth_date", "1980-03-01")]),
            member("p2", &[("relation", "child"), ("birth_date", "2023-09-05")]),
        ],
    }
}

fn shown(program: &Program, answers: &Answers) -> Form {
    form(under(program), &known(), answers, None, Language::Vi)
}

#[test]
fn questions_come_in_the_order_of_the_questionnaire_first_of_the_household_then_of_each_member() {
    let program = Library::embedded().load("vn-2022-2026").unwrap();
    let form = shown(&program, &Answers::default());
    let places: Vec<Option<usize>> = form.fields.iter().map(|field| field.member).collect();
    assert!(places.is_sorted());
    let household: Vec<&str> = form.fields.iter().filter(|f| f.member.is_none()).map(|f| f.variable.as_str()).collect();
    let all: Vec<&str> = program.pack.questionnaire.household.iter().map(|v| v.id.value.as_str()).collect();
    let places: Vec<usize> = household.iter().map(|id| all.iter().position(|v| v == id).unwrap()).collect();
    assert!(places.is_sorted());
    assert!(!household.contains(&"household_id") && !household.contains(&"commune_code"), "nobody is asked for codes");
    let area = form.fields.iter().find(|field| field.variable == "area_type").unwrap();
    assert!(area.known && area.answer.as_deref() == Some("rural"));
    let income = form.fields.iter().find(|field| field.variable == "income").unwrap();
    assert_eq!(
        income.field,
        FieldKind::Number { unit: "đồng/tháng".into(), decimals: 0, min: "0".into(), max: "100000000000".into() }
    );
}

#[test]
fn what_is_wrong_with_a_number_is_said_with_bounds_that_can_be_read() {
    let program = Library::embedded().load("vn-2022-2026").unwrap();
    for (written, wrong) in [
        ("1,200,000", "không đọc được số này"),
        ("1.000", "số này có phần lẻ"),
        ("200000000000", "số này ngoài khoảng cho phép"),
    ] {
        let answers = Answers { household: texts(&[("income", written)]), members: Vec::new() };
        let form = shown(&program, &answers);
        assert_eq!(form.problems[0].message, format!("{wrong}: hãy ghi số nguyên, từ 0 đến 100.000.000.000"));
    }
}

#[test]
fn what_the_register_knows_is_found_by_name_and_a_pack_without_such_variables_has_none() {
    let known = known_variables(&Library::embedded().load("vn-2022-2026").unwrap());
    for id in ["household_id", "commune_code", "area_type", "previous_status", "ever_listed", "relation", "birth_date"]
    {
        assert!(known.iter().any(|known| known == id), "{id}");
    }
    let other = known_variables(&Library::embedded().load("vlss-1998").unwrap());
    assert!(!other.iter().any(|known| known == "previous_status" || known == "birth_date"), "{other:?}");
}

#[test]
fn a_question_is_skipped_when_the_answers_say_so_and_undecided_while_they_are_missing() {
    let program = Library::embedded().load("vn-2022-2026").unwrap();
    let asked = |answers: &Answers, member: usize, variable: &str| {
        let form = shown(&program, answers);
        form.fields.iter().find(|f| f.member == Some(member) && f.variable == variable).unwrap().asked
    };
    let nothing = Answers::default();
    assert_eq!(asked(&nothing, 0, "employment"), Some(true));
    assert_eq!(asked(&nothing, 1, "employment"), Some(false), "a child of two does not work");
    assert_eq!(asked(&nothing, 0, "school_level"), None, "not known before it is known whether she studies");
    let studies = |yes: &str| Answers { members: vec![member("p1", &[("studying", yes)])], ..Answers::default() };
    assert_eq!(asked(&studies("true"), 0, "school_level"), Some(true));
    assert_eq!(asked(&studies("false"), 0, "school_level"), Some(false));
}

#[test]
fn an_answer_that_cannot_be_right_is_told_with_its_place_and_kept_as_typed() {
    let program = Library::embedded().load("vn-2022-2026").unwrap();
    let wrong = [
        (None, "income", "-1"),
        (None, "income", "nhiều"),
        (None, "living_area", "12.55"),
        (None, "water_source", "rừng"),
        (None, "has_tv", "có"),
        (None, "removed_from_list_on", "2025-09-09"),
        (None, "no_such_question", "1"),
        (None, "area_type", "urban"),
        (Some(0), "insured", "maybe"),
    ];
    for (place, variable, value) in wrong {
        let answers = match place {
            None => Answers { household: texts(&[(variable, value)]), ..Answers::default() },
            Some(_) => Answers { members: vec![member("p1", &[(variable, value)])], ..Answers::default() },
        };
        let form = shown(&program, &answers);
        assert_eq!(form.problems.len(), 1, "{variable} = {value}");
        assert_eq!((form.problems[0].member, form.problems[0].variable.as_str()), (place, variable));
        assert!(matches!(
            assess(under(&program), &known(), &answers, Language::En),
            Err(RegistryError::Invalid { .. })
        ));
    }
    let strangers = Answers { members: vec![member("p9", &[])], ..Answers::default() };
    assert_eq!(shown(&program, &strangers).problems.len(), 1);
    let blank = Answers { household: texts(&[("income", "  ")]), ..Answers::default() };
    assert!(shown(&program, &blank).problems.is_empty(), "a blank is no answer");
}

#[test]
fn an_answer_that_is_unusual_is_doubted_and_taken() {
    let program = Library::embedded().load("vn-2022-2026").unwrap();
    let income = |written: &str| {
        let answers = Answers { household: texts(&[("income", written)]), ..Answers::default() };
        let form = shown(&program, &answers);
        assert!(form.problems.is_empty(), "{written} is an answer");
        assert!(assess(under(&program), &known(), &answers, Language::En).is_ok());
        form.fields.into_iter().find(|field| field.variable == "income").unwrap().doubt
    };
    let doubt = income("3500").unwrap();
    assert!(doubt.contains("từ 100.000 đến 200.000.000"), "{doubt}");
    assert!(income("900000000").is_some());
    assert_eq!((income("3500000"), income("100000")), (None, None));
}

#[test]
fn the_form_judges_as_it_stands_and_marks_what_the_status_still_hangs_on() {
    let program = Library::embedded().load("vn-2022-2026").unwrap();
    let form = shown(&program, &Answers::default());
    assert_eq!(form.explanation.status, "undetermined");
    let open = |form: &Form, variable: &str| form.fields.iter().any(|f| f.variable == variable && f.open);
    assert!(open(&form, "income"));
    let well = Answers { household: texts(&[("income", "90000000")]), ..Answers::default() };
    let form = shown(&program, &well);
    assert_eq!(
        (form.explanation.status.as_str(), form.status_label.as_str()),
        ("above_average", "Hộ có mức sống trên trung bình")
    );
    assert!(!form.fields.iter().any(|field| field.open));
    assert_eq!(form.scores[0].0, "Điểm Phiếu B2");
    assert!(form.scores[0].1.contains('–'), "while answers are missing a score lies between two: {}", form.scores[0].1);
}

#[test]
fn the_answers_of_the_review_before_stand_beside() {
    let program = Library::embedded().load("vn-2022-2026").unwrap();
    let before =
        Answers { household: texts(&[("toilet", "none")]), members: vec![member("p2", &[("insured", "true")])] };
    let form = form(under(&program), &known(), &Answers::default(), Some(&before), Language::Vi);
    let field = |member, id: &str| form.fields.iter().find(|f| f.member == member && f.variable == id).unwrap();
    assert_eq!(field(None, "toilet").before.as_deref(), Some("none"));
    assert_eq!(field(Some(1), "insured").before.as_deref(), Some("true"));
    assert_eq!(field(Some(0), "insured").before, None);
}
