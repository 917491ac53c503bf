//! Damaged packs: each kind of damage is reported with its place and what to do, all of them at once.

#![allow(clippy::unwrap_used, reason = "a test that cannot write its files fails here")]

use std::path::{Path, PathBuf};
use vuon_policy::problem::Problems;
use vuon_policy::{Library, LoadError};

/// A copy of a pack of the program, with changes: (file, text to find, text to put there).
struct Damaged(PathBuf);

impl Damaged {
    fn copy(id: &str, name: &str, changes: &[(&str, &str, &str)]) -> Self {
        let folder = std::env::temp_dir().join(format!("vuon-diagnostics-{}-{name}", std::process::id())).join(id);
        copy(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../../policies").join(id), &folder);
        for (file, find, put) in changes {
            let path = folder.join(file);
            let text = std::fs::read_to_string(&path).unwrap_or_default();
            assert!(find.is_empty() || text.contains(find), "{file} has no {find}");
            let text = if find.is_empty() { format!("{text}{put}") } else { text.replacen(find, put, 1) };
            std::fs::write(&path, text).unwrap();
        }
        Self(folder)
    }

    fn problems(&self) -> Problems {
        match Library::embedded().load(self.0.to_str().unwrap()) {
            Err(LoadError::Problems(problems)) => problems,
            Err(other) => panic!("{other}"),
            Ok(_) => panic!("the damage was not seen"),
        }
    }
}

impl Drop for Damaged {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(self.0.parent().unwrap());
    }
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &target)
        } else {
            std::fs::copy(entry.path(), target).unwrap();
        }
    }
}

#[test]
fn a_usual_range_lies_within_that_of_the_answers() {
    let usual = "usual: {from: 100000, to: 200000000}";
    for put in ["usual: {from: -1, to: 200000000}", "usual: {from: 5, to: 1}", "usual: {from: 0, to: 100000000001}"] {
        let damaged = Damaged::copy("vn-questions", "usual", &[("questionnaire.yaml", usual, put)]);
        let told = damaged.problems().to_string();
        assert!(told.contains("`usual` is not a range within `min` and `max`"), "{put}: {told}");
    }
}

/// (name, file, find, put, what the message must say, what the help must say, the underlined text)
type Damage = (&'static str, &'static str, &'static str, &'static str, &'static str, &'static str, &'static str);

const DAMAGES: &[Damage] = &[
    (
        "unknown_variable",
        "classification.yaml",
        "of: income\n",
        "of: incom\n",
        "called `incom`",
        "did you mean `income`?",
        "incom",
    ),
    (
        "unknown_member_answer",
        "indicators.yaml",
        "m.education in",
        "m.educaton in",
        "members have no answer called `educaton`",
        "did you mean `education`?",
        "m.educaton",
    ),
    (
        "type_mismatch",
        "indicators.yaml",
        "&& !m.studying)\n    source",
        "&& m.education)\n    source",
        "but yes/no is needed",
        "",
        "m.education",
    ),
    (
        "units",
        "classification.yaml",
        "{id: low, up_to: poor_line}",
        "{id: low, up_to: scores.b1}",
        "the number is in VND/month",
        "unit of the number",
        "scores.b1",
    ),
    (
        "money_against_points",
        "classification.yaml",
        "'10 * deprivations'",
        "'income > scores.b1 ? 1 : 0'",
        "VND/month cannot be set against point",
        "one unit",
        "income > scores.b1",
    ),
    (
        "no_such_choice",
        "classification.yaml",
        "area_type == \"urban\" ? lines.urban.poor",
        "area_type == \"urbann\" ? lines.urban.poor",
        "\"urbann\" is not an option",
        "did you mean \"urban\"?",
        "\"urbann\"",
    ),
    (
        "unreachable_rule",
        "classification.yaml",
        "when: 'income_level == \"low\"'",
        "when: 'income_level == \"low\" && income_level == \"above\"'",
        "can never hold",
        "contradicts",
        "",
    ),
    (
        "overlap",
        "classification.yaml",
        "when: 'income_level == \"average\"'",
        "when: 'income_level in [\"average\", \"low\"]'",
        "two statuses where `income_level` is \"low\"",
        "narrow",
        "",
    ),
    (
        "gap",
        "classification.yaml",
        "when: 'income_level == \"average\"'",
        "when: 'income_level == \"average\" && deprivations < 9'",
        "no rule gives a status where",
        "add a rule",
        "",
    ),
    (
        "falling_cuts",
        "classification.yaml",
        "up_to: average_line",
        "up_to: poor_line",
        "this cut can lie below the one before it",
        "cuts rise",
        "poor_line",
    ),
    (
        "weights",
        "indicators.yaml",
        "weight: 1/10",
        "weight: 1/9",
        "the weights sum to 91/90, not to 1",
        "fractions",
        "1/9",
    ),
    (
        "citation",
        "parameters.yaml",
        "document: qd-59-2015",
        "document: qd-59-20155",
        "`qd-59-20155` is cited but not listed",
        "did you mean `qd-59-2015`?",
        "qd-59-20155",
    ),
    ("dates", "pack.yaml", "from: 2021-01-01", "from: 2021-01-02", "the dates do not join", "the day after", ""),
    (
        "unknown_key",
        "parameters.yaml",
        "value: 700000",
        "valeu: 700000",
        "unknown key `valeu`",
        "did you mean `value`?",
        "valeu",
    ),
    ("missing_key", "parameters.yaml", "value: 700000", "", "has no `value`", "add `value: …`", ""),
    ("not_a_number", "parameters.yaml", "value: 700000", "value: 700k", "`700k` is not a number", "700000", "700k"),
    (
        "division",
        "classification.yaml",
        "'10 * deprivations'",
        "'10 * deprivations / 2'",
        "rules do not divide",
        "compare without dividing",
        "10 * deprivations / 2",
    ),
    (
        "syntax",
        "classification.yaml",
        "'10 * deprivations'",
        "'10 * * deprivations'",
        "not a well-formed expression",
        "policy-language.md",
        "",
    ),
    ("yaml", "parameters.yaml", "parameters:", "parameters: [", "not well-formed YAML", "indentation", ""),
    (
        "no_such_status",
        "classification.yaml",
        "status: near_poor",
        "status: nearly_poor",
        "there is no status `nearly_poor`",
        "",
        "nearly_poor",
    ),
    (
        "no_such_function",
        "indicators.yaml",
        "age(m.birth_date) >= 15",
        "ages(m.birth_date) >= 15",
        "there is no function `ages`",
        "did you mean `age`?",
        "",
    ),
    (
        "twice",
        "parameters.yaml",
        "- id: lines.urban.poor",
        "- id: lines.rural.poor",
        "two parameters called `lines.rural.poor`",
        "own name",
        "lines.rural.poor",
    ),
    (
        "label",
        "indicators.yaml",
        "label: {vi: \"Giáo dục\", en: \"Education\"}",
        "label: {vi: \"Giáo dục\"}",
        "no text in `en`",
        "add `en",
        "",
    ),
    (
        "identity",
        "classification.yaml",
        "'10 * deprivations'",
        "'commune_code == 1 ? 1 : 2'",
        "identity or place",
        "choice variable",
        "commune_code",
    ),
    ("foreign_file", "notes.txt", "", "x", "`notes.txt` is not a file of a pack", "pack, questionnaire", ""),
];

#[test]
fn each_damage_is_reported_with_its_place_and_what_to_do() {
    for (name, file, find, put, message, help, underlined) in DAMAGES {
        let problems = Damaged::copy("vn-2016-2020", name, &[(file, find, put)]).problems();
        let fits = |p: &&vuon_policy::problem::Problem| p.message.contains(message);
        let Some(problem) = problems.list.iter().find(fits) else { panic!("{name}: {problems}") };
        assert!(problem.help.as_deref().unwrap_or_default().contains(help), "{name}: {problem:?}");
        let text = &problems.files.iter().find(|f| f.name == *file && f.pack == "vn-2016-2020").unwrap().text;
        if !underlined.is_empty() {
            assert_eq!(&text[problem.place.start..problem.place.end], *underlined, "{name}");
        }
        let (line, column) = problems.line_and_column(problem);
        assert!(line >= 1 && column >= 1, "{name}");
        let drawn = problems.render(80, false);
        assert!(drawn.contains(file), "{name}: {drawn}");
        // A damage must not drown in its consequences.
        assert!(problems.list.len() <= 3, "{name}: {problems}");
    }
}

#[test]
fn all_damages_are_reported_at_once() {
    let chosen = ["unknown_variable", "no_such_choice", "weights", "citation", "dates", "division"];
    let changes: Vec<(&str, &str, &str)> =
        DAMAGES.iter().filter(|d| chosen.contains(&d.0)).map(|d| (d.1, d.2, d.3)).collect();
    let problems = Damaged::copy("vn-2016-2020", "all", &changes).problems();
    for (name, .., message, _, _) in DAMAGES.iter().filter(|d| chosen.contains(&d.0)) {
        assert!(problems.list.iter().any(|p| p.message.contains(message)), "{name}: {problems}");
    }
}

#[test]
fn an_indicator_that_no_rule_uses_is_reported() {
    let folder = std::env::temp_dir().join(format!("vuon-unused-{}", std::process::id())).join("tiny");
    std::fs::create_dir_all(&folder).unwrap();
    let label = "{vi: x, en: x}";
    let source = "{document: d, verified: true}";
    let files = [
        (
            "pack.yaml",
            format!(
                "id: tiny\nlabel: {label}\njurisdiction: VN\nlevel: national\nlanguages: [vi, en]\nin_force: [{{from: 2020-01-01, by: d}}]\ndocuments: [{{id: d, label: {label}}}]\n"
            ),
        ),
        (
            "questionnaire.yaml",
            format!(
                "household:\n  - {{id: household_id, type: id, label: {label}}}\n  - {{id: wet, type: bool, label: {label}}}\n"
            ),
        ),
        (
            "indicators.yaml",
            format!(
                "dimensions: [{{id: water, label: {label}}}]\nindicators:\n  - {{id: water, dimension: water, label: {label}, weight: 1, deprived_when: '!wet', source: {source}}}\n"
            ),
        ),
        (
            "classification.yaml",
            format!(
                "statuses: [{{id: poor, label: {label}}}]\nmethods: [{{id: m, label: {label}, rules: [{{id: r, status: poor, when: 'true', source: {source}}}]}}]\n"
            ),
        ),
    ];
    for (name, text) in files {
        std::fs::write(folder.join(name), text).unwrap();
    }
    let Err(LoadError::Problems(problems)) = Library::embedded().load(folder.to_str().unwrap()) else { panic!() };
    std::fs::remove_dir_all(folder.parent().unwrap()).unwrap();
    assert!(problems.to_string().contains("the indicator `water` is never used"), "{problems}");
    assert_eq!(problems.list.len(), 1, "{problems}");
}

#[test]
fn packs_that_extend_each_other_in_a_circle_are_refused() {
    let base = std::env::temp_dir().join(format!("vuon-circle-{}", std::process::id()));
    for (id, other) in [("one", "two"), ("two", "one")] {
        std::fs::create_dir_all(base.join(id)).unwrap();
        std::fs::write(base.join(id).join("pack.yaml"), format!("id: {id}\nextends: {other}\n")).unwrap();
    }
    let error = Library::embedded().load(base.join("one").to_str().unwrap()).unwrap_err().to_string();
    std::fs::remove_dir_all(&base).unwrap();
    assert!(error.contains("circle"), "{error}");
}
