//! A selection is judged by the truth of a survey, and a scorecard fitted to a survey is a pack like any other.

use crate::room::{Room, says};
use crate::sheet::Sheet;

/// Four made-up households. Per head 4, 10, 9 and 20; below 10 is poor.
const FOUR: &str = "id,consumption,size,points,w,got,where\n\
                    a,8,2,10,1,6,north\n\
                    b,30,3,25,1,3,north\n\
                    c,9,1,40,2,0,south\n\
                    d,80,4,60,1,0,south\n";

const FOUR_JUDGED: &str = "target assess four.csv --welfare consumption --size size --line 10 --weight w";

fn four() -> Room {
    let room = Room::new();
    room.write("four.csv", FOUR);
    room
}

/// The estimate of a measure of a group, as written.
fn estimate(table: &Sheet, measure: &str, group: &str, unit: &str) -> String {
    let row = (2..table.len() + 2).find(|row| {
        table.cell(*row, "measure") == measure && table.cell(*row, "group") == group && table.cell(*row, "unit") == unit
    });
    table.cell(row.unwrap_or_else(|| panic!("no {measure} of {group} in {unit}")), "estimate")
}

#[test]
fn figures_are_those_worked_by_hand() {
    let room = four();
    // Persons: a 2, b 3, c 2, d 4. The quota of 40 % is reached by b: 5 of 11.
    let said =
        room.succeeds(&format!("{FOUR_JUDGED} --score points --quota 40% --benefit got --out f.csv --roc roc.csv"));
    says(&said, "Selected: scores up to 25");
    let table = Sheet::read(&room.path("f.csv"));
    let near = |measure: &str, group: &str, unit: &str, expected: f64| {
        let found: f64 = estimate(&table, measure, group, unit).parse().expect("a number");
        assert!((found - expected).abs() < 1e-12, "{measure} of {group} in {unit}: {found}, not {expected}");
    };
    near("poverty_rate", "all", "persons", 4.0 / 11.0);
    near("poverty_rate", "all", "households", 3.0 / 5.0);
    near("exclusion_error", "all", "persons", 0.5);
    near("exclusion_error", "all", "households", 2.0 / 3.0);
    near("leakage", "all", "persons", 0.6);
    near("inclusion_error", "all", "persons", 3.0 / 7.0);
    // Poor persons below others: a before b and d, c before d: (6 + 8 + 8) of 4 · 7.
    near("auc", "all", "persons", 22.0 / 28.0);
    // The money: 6 to a, 3 to b who is not poor.
    near("leakage_of_benefits", "all", "persons", 1.0 / 3.0);
    // Poorest 20 % are 2.2 persons: all of a (6 of 9) and 0.2 of c (0).
    near("cgh_ratio", "poorest=1/5", "persons", (6.0 / 9.0) / 0.2);
    let roc = Sheet::read(&room.path("roc.csv"));
    assert_eq!(roc.column("cut"), ["", "10", "25", "40", "60"]);
    assert_eq!(roc.column("of_poor"), ["0", "0.5", "0.5", "1", "1"]);
}

#[test]
fn a_score_may_count_deprivations() {
    let room = four();
    // The same score turned about: the highest are the poorest.
    let turned = FOUR.replace(",10,", ",60,").replace("80,4,60", "80,4,10");
    room.write("four.csv", turned.replace(",25,", ",45,").replace(",40,", ",30,"));
    let said = room.succeeds(&format!("{FOUR_JUDGED} --score points --high-is-poor --quota 40% --out f.csv"));
    says(&said, "Selected: scores from 45");
    let table = Sheet::read(&room.path("f.csv"));
    assert_eq!(estimate(&table, "leakage", "all", "persons"), "0.6");
    assert_eq!(estimate(&table, "auc", "all", "persons"), (22.0 / 28.0).to_string());
}

#[test]
fn the_result_of_an_assessment_may_stand_in_a_file_of_its_own() {
    let room = four();
    room.write("result.csv", "id,chosen\nd,no\na,yes\nb,yes\n");
    let said = room.vuon(&format!("{FOUR_JUDGED} --with result.csv --id id --selected chosen --out f.csv"));
    assert!(said.ok, "{}", said.err);
    says(&said.err, "1 of 4 households are left out because answers are missing (chosen 1)");
    let table = Sheet::read(&room.path("f.csv"));
    assert_eq!(estimate(&table, "leakage", "all", "persons"), "0.6");
    assert_eq!(estimate(&table, "exclusion_error", "all", "persons"), "0");
}

#[test]
fn few_households_are_not_told_about() {
    let room = four();
    let said = room.succeeds(&format!("{FOUR_JUDGED} --score points --quota 40% --by where --out f.json"));
    says(&said, "*: rests on fewer than 30 households and is withheld.");
    let json = room.read("f.json");
    assert!(json.contains("suppressed_few") && !json.contains("NaN"), "{json}");
    let said = room.succeeds(&format!("{FOUR_JUDGED} --score points --quota 40% --by where --min-cell 1"));
    assert!(!said.contains('*'), "{said}");
    says(&said, "north 2 45.5 40.0 100.0 0.0 60.0");
}

#[test]
fn it_speaks_vietnamese_unless_asked_otherwise() {
    let room = four();
    let said = room.succeeds(&format!("{FOUR_JUDGED} --score points --quota 40% --lang vi"));
    says(&said, "Bỏ sót: nghèo mà không được chọn 66,7 50,0");
}

#[test]
fn what_cannot_be_assessed_is_refused_with_what_to_do() {
    let room = four();
    says(&room.is_refused("target assess four.csv --line 10 --selected w"), "add --welfare or --welfare-per-head");
    says(&room.is_refused(&format!("{FOUR_JUDGED} --selected points")), "the column points holds “10”");
    says(&room.is_refused(&format!("{FOUR_JUDGED} --score points --quota 40")), "write a share from 0 to 1");
    room.write("four.csv", FOUR.replace(",2,10,", ",0,10,"));
    says(
        &room.is_refused(&format!("{FOUR_JUDGED} --score points")),
        "column size, row 1 of the data: 0; it must be above zero",
    );
    says(&room.is_refused(&format!("{FOUR_JUDGED} --score points --out f.txt")), "--out must be a .csv or .json file");
}

const VLSS: &str = "--policy vlss-1998 data/vlss-1998/households.csv";
const FORM: &str = "--item household_size:2,3,4,5,6,7,8 --item head_sex --item head_age:30,45,60 --item farm --by area_type \
                    --welfare expenditure --line lines.general --cluster commune_no --coverage 30%";

fn survey() -> Room {
    let room = Room::new();
    room.bring("data/vlss-1998/households.csv");
    room
}

/// The figures of a line of the report.
fn told(report: &str, name: &str) -> Vec<String> {
    let line = report.lines().find(|line| line.starts_with(&format!("| {name}"))).unwrap_or_else(|| panic!("{report}"));
    line.split('|').skip(2).map(|cell| cell.trim().to_owned()).filter(|cell| !cell.is_empty()).collect()
}

#[test]
fn a_fitted_scorecard_is_a_pack_that_selects_whom_its_report_says() {
    let room = survey();
    let said = room.succeeds(&format!("target fit {VLSS} {FORM} --out pmt"));
    says(&said, "No weights: all households count alike");
    says(&room.succeeds("policy check ./pmt"), "ok");
    let report = room.read("pmt/report.md");
    // In sample before and after rounding, out of sample before and after.
    let (selected, missed) = (told(&report, "Selected (persons, %)"), told(&report, "Exclusion error (persons, %)"));
    let r2: Vec<f64> = told(&report, "R²").iter().map(|n| n.parse().expect("a number")).collect();
    assert!(r2[0] > 0.35 && r2[1] <= r2[0] && r2[0] - r2[1] < 0.002, "{r2:?}");
    assert!(r2[2] < r2[0] && r2[3] < r2[1] && r2[3] > 0.3, "{r2:?}");

    let assessed = room.succeeds("assess --policy ./pmt data/vlss-1998/households.csv --out result.csv");
    says(&assessed, "AN EXAMPLE, NOT LAW");
    let judged = room.succeeds(
        "target assess data/vlss-1998/households.csv --with result.csv --selected is_selected_by_pmt \
         --welfare expenditure --size household_size --line 1789871 --psu commune_no",
    );
    let figure = |name: &str| {
        let line = judged.lines().find(|line| line.starts_with(name)).unwrap_or_else(|| panic!("{judged}"));
        line[name.len()..].split_whitespace().nth(1).map(str::to_owned)
    };
    assert_eq!(figure("Selected (coverage)").as_ref(), selected.get(1));
    assert_eq!(figure("Exclusion error: poor, not selected").as_ref(), missed.get(1));
}

#[test]
fn the_same_survey_gives_the_same_files() {
    let room = survey();
    room.succeeds(&format!("target fit {VLSS} {FORM} --out one/pmt"));
    room.succeeds(&format!("target fit {VLSS} {FORM} --out two/pmt"));
    for file in ["pack.yaml", "scorecards.yaml", "classification.yaml", "report.md"] {
        assert_eq!(room.bytes(&format!("one/pmt/{file}")), room.bytes(&format!("two/pmt/{file}")), "{file}");
    }
}

#[test]
fn a_target_of_errors_is_met_on_the_survey() {
    let room = survey();
    let form = FORM.replace("--coverage 30%", "--exclusion 20% --greatest-total 300 --step 5");
    room.succeeds(&format!("target fit {VLSS} {form} --out pmt"));
    let report = room.read("pmt/report.md");
    let missed: f64 = told(&report, "Exclusion error (persons, %)")[1].parse().expect("a number");
    assert!((15.0..=20.0).contains(&missed), "{missed}");
    says(&report, "at most 20.0 % of the poor persons are missed");
}

#[test]
fn households_with_bad_rows_are_left_out_only_when_asked() {
    let room = survey();
    let form = format!("{FORM} --item head_schooling_years:1,5,9,12");
    // Two schooling years in the source are fractions.
    let said = room.is_refused(&format!("target fit {VLSS} {form} --out pmt"));
    says(&said, "2 problems in rows; nothing was done");
    assert!(!room.path("pmt").exists());
    room.succeeds(&format!("target fit {VLSS} {form} --out pmt --keep-going"));
    says(&room.read("pmt/report.md"), "2 problems in rows: these households are left out.");
}

#[test]
fn what_cannot_be_fitted_is_refused_with_what_to_do() {
    let room = survey();
    let refused = |arguments: &str| room.is_refused(&format!("target fit {VLSS} --welfare expenditure {arguments}"));
    says(&refused("--line lines.general --item roof"), "no household variable `roof`");
    says(&refused("--line lines.general --item farm:3"), "`farm` is not a number");
    says(&refused("--line lines.general --item farm --by farm"), "`farm` is not a choice of the household");
    says(&refused("--line lines.general --item farm --out PMT"), "use small letters");
    says(&refused("--line lines.general --item farm --keep roof"), "the form has no item `roof`");
    says(&refused("--line lines.general --item farm --least-gain 0.9"), "no item improves the prediction");
    says(&refused("--line lines.general --card b1"), "has no scorecard `b1`");
    assert_eq!(room.names(), ["data"]);
    // A monthly line is not held against a yearly expenditure.
    let said = room.is_refused(
        "target fit --policy vlss-1998 data/vlss-1998/households.csv --welfare-per-head expenditure --line lines.general --item farm",
    );
    says(&said, "welfare is in VND/year, but the line `lines.general` in VND/person/year");
    // A pack is found beside the one it builds on.
    room.bring_folder("policies/vlss-1998");
    let own = "target fit --policy policies/vlss-1998 data/vlss-1998/households.csv --welfare expenditure --line lines.general --item farm";
    says(&room.is_refused(&format!("{own} --out pmt")), "the new pack must stand beside the one it builds on");
    room.succeeds(&format!("{own} --out policies/pmt"));
    says(&room.succeeds("policy check policies/pmt"), "ok");
    std::fs::create_dir(room.path("pmt")).expect("made");
    says(&refused("--line lines.general --item farm"), "exists already");
}

/// A synthetic village, as large as a survey. Nobody lives there.
fn synthetic(households: usize, areas: &str, on: &str) -> Room {
    let room = Room::new();
    room.succeeds(&format!("synth --households {households} {areas} --on {on} --format csv --out ."));
    room
}

#[test]
fn a_form_may_ask_about_members() {
    let room = synthetic(1500, "", "2025-06-30");
    let mut command = room.command(
        "target fit --policy vn-2022-2026 households.csv members.csv --on 2025-06-30 --welfare income \
         --line lines.rural.poor --cluster commune_code --folds 3 --select all --least-level 10 --out pmt",
    );
    // These hold spaces.
    for item in [
        "size=members.size():3,5,7",
        "child=members.exists(m, age(m.birth_date) < 15)",
        "living_area/person:8,20",
        "has_tv",
    ] {
        command.args(["--item", item]);
    }
    let output = command.output().expect("the command runs");
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{said}");
    says(&room.succeeds("policy check ./pmt"), "ok");
    let card = room.read("pmt/scorecards.yaml");
    says(
        &card,
        "living_area >= pmt.living_area_8 * members.size() && living_area < pmt.living_area_20 * members.size()",
    );
    says(&card, "!(members.exists(m, age(m.birth_date) < 15))");
    says(&room.read("pmt/parameters.yaml"), "unit: m2/person");
    // Without a day ages are not known.
    let said = room.is_refused(
        "target fit --policy vn-2022-2026 households.csv members.csv --welfare income --line lines.rural.poor --out other \
         --item old=members.exists(m,age(m.birth_date)>60)",
    );
    says(&said, "say when the survey was, as in --on 2025-06-30");
}

#[test]
fn the_points_of_a_scorecard_of_the_pack_are_estimated_anew() {
    let room = synthetic(6000, "", "2021-11-30");
    let fit = "target fit --policy vn-2016-2020 households.csv members.csv --on 2021-11-30 --card b1 --welfare income \
               --line lines.rural.poor --select all --folds 3 --least-level 20 --step 5 --out b1_new";
    let said = room.is_refused(fit);
    says(&said, "leave the items out with --without water,toilet,assets,land,livestock,aquaculture");
    room.succeeds(&format!("{fit} --without water,toilet,assets,land,livestock,aquaculture"));
    says(&room.succeeds("policy check ./b1_new"), "ok");
    let card = room.read("b1_new/scorecards.yaml");
    says(&card, "columns: [nt1, nt2, nt3, nt4, nt5, nt6, tt]");
    says(&card, "id: not_scored");
    assert!(!card.contains("null"), "every cell has points\n{card}");
}

#[test]
fn a_result_never_takes_the_place_of_a_file_that_is_read() {
    let room = four();
    room.write("more.csv", "id,selected\na,1\nb,1\nc,0\nd,0\n");
    let before = ["four.csv", "more.csv"].map(|name| room.bytes(name));
    for (further, file) in [
        ("--score points --quota 40% --out four.csv", "four.csv"),
        ("--score points --quota 40% --roc ./four.csv", "four.csv"),
        ("--selected selected --with more.csv --id id --out more.csv", "more.csv"),
    ] {
        let said = room.is_refused(&format!("{FOUR_JUDGED} {further}"));
        says(&said, &format!("{file} is one of the files that are read"));
    }
    assert!(["four.csv", "more.csv"].map(|name| room.bytes(name)) == before);
}
