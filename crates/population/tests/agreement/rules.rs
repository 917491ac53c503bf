//! Packs of random rules.

use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use std::fmt::Write;
use std::sync::Arc;
use tempfile::TempDir;
use vuon_policy::Library;
use vuon_policy::program::Program;

/// A pack whose measures, indicators, scorecards and flags are random expressions. Its methods: plain; with complete
/// cases; with a scorecard that has a hole.
pub fn random_pack(seed: u64) -> Arc<Program> {
    let folder = tempfile::tempdir().unwrap();
    write_random(&folder, seed);
    load(&folder, "random")
}

/// A local standard on top of a random pack: other rules, and an option more at the end of a list.
pub fn random_local_pack(seed: u64) -> Arc<Program> {
    let folder = tempfile::tempdir().unwrap();
    write_random(&folder, seed);
    let mut rules = Rules { rng: ChaCha8Rng::seed_from_u64(seed + 1000) };
    let identity = PACK.replace("id: random", "id: local").replace("level: national", "level: local\nextends: random");
    let longer = format!("choices:\n  - {{id: small, options: [{{id: o5, {LABEL}}}]}}\n");
    let files =
        [("pack.yaml", identity), ("questionnaire.yaml", longer), ("classification.yaml", rules.classification())];
    write(&folder, "local", files);
    load(&folder, "local")
}

fn write_random(folder: &TempDir, seed: u64) {
    let mut rules = Rules { rng: ChaCha8Rng::seed_from_u64(seed) };
    let files = [
        ("pack.yaml", PACK.to_owned()),
        ("questionnaire.yaml", questionnaire()),
        ("indicators.yaml", rules.indicators()),
        ("scorecards.yaml", rules.scorecards()),
        ("classification.yaml", rules.classification()),
        ("lifecycle.yaml", rules.lifecycle()),
    ];
    write(folder, "random", files);
}

fn write<const N: usize>(folder: &TempDir, pack: &str, files: [(&str, String); N]) {
    let pack = folder.path().join(pack);
    std::fs::create_dir(&pack).unwrap();
    for (file, text) in files {
        std::fs::write(pack.join(file), text).unwrap();
    }
}

fn load(folder: &TempDir, id: &str) -> Arc<Program> {
    Library::with_folder(folder.path()).load(id).unwrap_or_else(|error| panic!("{error}"))
}

const PACK: &str = r#"
id: random
label: {en: "Random rules"}
jurisdiction: XX
level: national
languages: [en]
in_force:
  - {from: 2000-01-01, by: law}
documents:
  - {id: law, label: {en: "No law"}}
"#;

const SOURCE: &str = "source: {document: law, verified: true}";
const LABEL: &str = r#"label: {en: "x"}"#;

/// `small` fits one word of bits, `large` does not.
const SMALL: [&str; 5] = ["o0", "o1", "o2", "o3", "o4"];

fn questionnaire() -> String {
    let options = |count: usize| (0..count).map(|i| format!("{{id: o{i}, {LABEL}}}")).collect::<Vec<_>>().join(", ");
    let variable = |id: &str, kind: &str| format!("  - {{id: {id}, {kind}, {LABEL}, question: {{en: \"?\"}}}}\n");
    let mut text = format!(
        "choices:\n  - {{id: small, options: [{}]}}\n  - {{id: large, options: [{}]}}\nhousehold:\n",
        options(5),
        options(70)
    );
    writeln!(text, "  - {{id: household_id, type: id, {LABEL}}}").unwrap();
    writeln!(text, "  - {{id: village_code, type: code, width: 3, role: village, {LABEL}}}").unwrap();
    for (id, kind) in [
        ("flag_a", "type: bool"),
        ("flag_b", "type: bool"),
        ("number_a", "type: number, min: -20, max: 20"),
        ("number_b", "type: number, decimals: 1, min: 0, max: 1000"),
        ("number_c", "type: number, min: -100000, max: 100000"),
        ("choice_a", "type: choice, choices: small"),
        ("choice_b", "type: choice, choices: small"),
        ("choice_c", "type: choice, choices: large"),
        ("day_a", "type: date"),
        ("day_b", "type: date"),
    ] {
        text += &variable(id, kind);
    }
    text += "member:\n";
    for (id, kind) in [
        ("flag_a", "type: bool, asked_when: \"age(m.day_a) >= 5\""),
        ("flag_b", "type: bool"),
        ("number_a", "type: number, min: -5, max: 15"),
        ("number_b", "type: number, decimals: 1, min: 0, max: 100"),
        ("number_c", "type: number, min: -3000, max: -7"),
        ("choice_a", "type: choice, choices: small"),
        ("choice_b", "type: choice, choices: small"),
        ("choice_c", "type: choice, choices: large"),
        ("day_a", "type: date"),
        ("day_b", "type: date"),
    ] {
        text += &variable(id, kind);
    }
    text
}

struct Rules {
    rng: ChaCha8Rng,
}

impl Rules {
    fn pick<'a>(&mut self, options: &[&'a str]) -> &'a str {
        options[self.rng.random_range(0..options.len())]
    }

    /// An answer of the household, or inside a macro mostly one of the member.
    fn answer(&mut self, member: bool, kind: &str) -> String {
        let of = if member && self.rng.random_bool(0.8) { "m." } else { "" };
        let last = match kind {
            "flag" | "day" => self.pick(&["a", "b"]),
            _ => self.pick(&["a", "b", "c"]),
        };
        format!("{of}{kind}_{last}")
    }

    fn small_choice(&mut self, member: bool) -> String {
        let of = if member && self.rng.random_bool(0.8) { "m." } else { "" };
        format!("{of}choice_{}", self.pick(&["a", "b"]))
    }

    fn day(&mut self, member: bool) -> String {
        match self.rng.random_range(0..8) {
            0 => "review_date".into(),
            1 => self.pick(&["date(\"1986-01-01\")", "date(\"2004-02-29\")", "date(\"2023-12-31\")"]).into(),
            2 => {
                let (c, a, b) = (self.yes_no(member, 1), self.answer(member, "day"), self.answer(member, "day"));
                format!("({c} ? {a} : {b})")
            }
            _ => self.answer(member, "day"),
        }
    }

    /// A number without a unit.
    fn number(&mut self, member: bool, depth: usize) -> String {
        let kind = if depth == 0 { self.rng.random_range(0..4) } else { self.rng.random_range(0..13) };
        let d = depth.saturating_sub(1);
        match kind {
            0 => self.rng.random_range(-6..20).to_string(),
            1 => self.pick(&["0.5", "-2.5", "7.0"]).into(),
            2 | 3 => self.answer(member, "number"),
            4 => format!("({} + {})", self.number(member, d), self.number(member, d)),
            5 => format!("({} - {})", self.number(member, d), self.number(member, d)),
            6 => format!("({} * {})", self.number(member, 0), self.number(member, 0)),
            7 => format!("(-{})", self.answer(member, "number")),
            8 | 9 => format!("({} ? {} : {})", self.yes_no(member, d), self.number(member, d), self.number(member, d)),
            _ if member => self.answer(true, "number"),
            _ => {
                let (of, only) = (self.number(true, d), self.yes_no(true, d));
                let members = self.pick(&["members", "members.filter(m, ONLY)"]).replace("ONLY", &only);
                format!("{members}.map(m, {of}).{}()", self.pick(&["sum", "min", "max"]))
            }
        }
    }

    fn yes_no(&mut self, member: bool, depth: usize) -> String {
        let kind = if depth == 0 { self.rng.random_range(0..6) } else { self.rng.random_range(0..24) };
        let d = depth.saturating_sub(1);
        let order = self.pick(&["<", "<=", ">", ">="]);
        let same = self.pick(&["==", "!="]);
        match kind {
            0 | 1 => self.answer(member, "flag"),
            2 => format!("({} {same} \"{}\")", self.small_choice(member), self.pick(&SMALL)),
            3 => {
                let listed = self.pick(&[
                    "\"o0\", \"o1\"",
                    "\"o3\", \"o1\"",
                    "\"o4\"",
                    "\"o0\", \"o1\", \"o2\", \"o3\", \"o4\"",
                ]);
                format!("({} in [{listed}])", self.answer(member, "choice"))
            }
            4 => format!("({} {order} {})", self.answer(member, "number"), self.rng.random_range(-6..20)),
            5 => format!("(age({}) {order} {})", self.day(member), self.rng.random_range(-1..70)),
            6 | 7 => format!("(!{})", self.yes_no(member, d)),
            8 | 9 => format!("({} && {})", self.yes_no(member, d), self.yes_no(member, d)),
            10 | 11 => format!("({} || {})", self.yes_no(member, d), self.yes_no(member, d)),
            12 => format!("({} {same} {})", self.yes_no(member, d), self.yes_no(member, d)),
            13 => format!("({} ? {} : {})", self.yes_no(member, d), self.yes_no(member, d), self.yes_no(member, d)),
            14 => format!("({} {order} {})", self.number(member, d), self.number(member, d)),
            15 => format!("({} {same} {})", self.number(member, d), self.number(member, d)),
            16 => format!("({} {same} {})", self.small_choice(member), self.small_choice(member)),
            17 => format!("({} {} {})", self.day(member), self.pick(&["<", "<=", "==", "!=", ">"]), self.day(member)),
            18 => format!("(months_since({}) {order} {})", self.day(member), self.rng.random_range(-2..40)),
            19 => match self.rng.random_range(0..3) {
                0 => format!("known({})", self.yes_no(member, d)),
                1 => format!("known({})", self.number(member, d)),
                _ => format!("known({})", self.small_choice(member)),
            },
            20 => {
                let set = self.pick(&[
                    "1, 2, 3",
                    "-3, 0, 7",
                    "0",
                    "-5, -4, -3, -2, -1, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15",
                ]);
                format!("({} in [{set}])", self.answer(member, "number"))
            }
            _ if member => self.answer(true, "flag"),
            21 => format!("members.exists(m, {})", self.yes_no(true, d)),
            22 => format!("members.all(m, {})", self.yes_no(true, d)),
            _ => match self.rng.random_range(0..3) {
                0 => format!("(members.size() {order} {})", self.rng.random_range(0..7)),
                1 => format!(
                    "(members.filter(m, {}).size() {order} {})",
                    self.yes_no(true, d),
                    self.rng.random_range(0..5)
                ),
                _ => format!("(members.size() {order} 1.5 * members.filter(m, {}).size())", self.yes_no(true, d)),
            },
        }
    }

    fn indicators(&mut self) -> String {
        let mut text = format!("dimensions:\n  - {{id: only, {LABEL}}}\nindicators:\n");
        for (id, weight) in [("first", "1/18"), ("second", "1/3"), ("third", "1/6"), ("fourth", "4/9")] {
            let (when, applies) = (self.yes_no(false, 2), self.yes_no(false, 1));
            writeln!(text, "  - id: {id}\n    dimension: only\n    {LABEL}\n    weight: {weight}").unwrap();
            writeln!(text, "    deprived_when: '{when}'\n    applies_when: '{applies}'\n    {SOURCE}").unwrap();
        }
        text
    }

    fn scorecards(&mut self) -> String {
        let mut text = "scorecards:\n".to_owned();
        for (id, hole) in [("whole", "-3"), ("holed", "null")] {
            writeln!(text, "  - id: {id}\n    {LABEL}\n    columns: [left, right, far]").unwrap();
            writeln!(text, "    column_labels: [{{en: a}}, {{en: b}}, {{en: c}}]\n    annex: {{en: \"none\"}}")
                .unwrap();
            let (a, b) = (self.yes_no(false, 1), self.yes_no(false, 1));
            writeln!(text, "    column: '{a} ? \"left\" : {b} ? \"right\" : \"far\"'\n    items:").unwrap();
            for take in ["first", "all"] {
                let unless = self.yes_no(false, 1);
                writeln!(text, "      - id: item_{take}\n        {LABEL}\n        take: {take}").unwrap();
                writeln!(text, "        unless: '{unless}'\n        {SOURCE}\n        rows:").unwrap();
                for row in 0..3 {
                    let when = self.yes_no(false, 2);
                    let hole = if row == 1 { hole } else { "5" };
                    writeln!(
                        text,
                        "          - {{id: row_{row}, {LABEL}, when: '{when}', points: [{row}, -2, {hole}]}}"
                    )
                    .unwrap();
                }
            }
        }
        text
    }

    fn classification(&mut self) -> String {
        let mut text = "statuses:\n".to_owned();
        for status in ["worst", "middle", "best"] {
            writeln!(text, "  - {{id: {status}, {LABEL}}}").unwrap();
        }
        text += "measures:\n";
        for i in 0..14 {
            let value = if i % 2 == 0 { self.yes_no(false, 4) } else { self.number(false, 3) };
            writeln!(text, "  - {{id: measure_{i}, {LABEL}, report: true, value: '{value}'}}").unwrap();
        }
        let (c, a, b) = (self.yes_no(false, 1), self.small_choice(false), self.small_choice(false));
        writeln!(text, "  - {{id: chosen, {LABEL}, report: true, value: '{c} ? {a} : {b}'}}").unwrap();
        writeln!(text, "  - {{id: points_whole, {LABEL}, report: true, value: scores.whole}}").unwrap();
        writeln!(text, "  - {{id: points_holed, {LABEL}, report: true, value: scores.holed}}").unwrap();
        writeln!(text, "  - {{id: weight, {LABEL}, report: true, value: deprivation_score}}").unwrap();
        for (id, of) in [("level", "measure_1"), ("points", "scores.holed"), ("counts", "deprivations")] {
            writeln!(text, "  - id: {id}\n    {LABEL}\n    report: true\n    band:\n      of: {of}").unwrap();
            writeln!(text, "      unit_label: {{en: x}}\n      bands:").unwrap();
            text += "        - {id: low, up_to: 1}\n        - {id: between, below: 3}\n        - {id: high}\n";
        }
        // A rule cannot compare by itself, so a yes or no is told as a band.
        for id in ["side_a", "side_b"] {
            let when = self.yes_no(false, 2);
            writeln!(text, "  - id: {id}\n    {LABEL}\n    band:\n      of: '{when} ? 1 : 0'").unwrap();
            text += "      unit_label: {en: x}\n      bands:\n        - {id: no, up_to: 0}\n        - {id: yes}\n";
        }
        text += "methods:\n";
        for (id, complete, by) in [("plain", false, "level"), ("complete", true, "counts"), ("holed", false, "points")]
        {
            writeln!(text, "  - id: {id}\n    {LABEL}\n    complete_cases: {complete}\n    rules:").unwrap();
            for (place, (status, when)) in [
                ("worst", format!("{by} == \"low\"")),
                ("middle", format!("{by} == \"between\" && side_a == \"yes\"")),
                ("middle", format!("{by} == \"between\" && side_a == \"no\"")),
                ("best", format!("{by} == \"high\" && side_b == \"yes\"")),
                ("worst", format!("{by} == \"high\" && side_b == \"no\"")),
            ]
            .into_iter()
            .enumerate()
            {
                writeln!(text, "      - {{id: {id}_{place}, status: {status}, when: '{when}', {SOURCE}}}").unwrap();
            }
        }
        text += "subgroups:\n";
        for i in 0..3 {
            let (status, when) = (self.pick(&["worst", "middle", "best"]), self.yes_no(false, 2));
            let join = self.pick(&["&&", "||"]);
            writeln!(text, "  - {{id: group_{i}, {LABEL}, when: 'status == \"{status}\" {join} {when}', {SOURCE}}}")
                .unwrap();
        }
        text
    }

    fn lifecycle(&mut self) -> String {
        let when = self.yes_no(false, 1);
        format!("events:\n  - {{id: event, {LABEL}, when: 'status in [\"worst\", \"middle\"] && {when}', {SOURCE}}}\n")
    }
}
