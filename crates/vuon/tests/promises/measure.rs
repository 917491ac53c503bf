//! Estimates are those of R's `survey`, whatever they are made from and written to, and what they rest on is said.

use crate::room::{Room, says};
use std::collections::BTreeMap;
use unicode_width::UnicodeWidthStr;

const SURVEY: &str = "crates/measure/tests/reference/survey.csv";
const INDICATORS: &str = "--indicators d_nutr:1/6,d_cm:1/6,d_satt:1/6,d_educ:1/6,d_elct:1/18,d_sani:1/18,d_wtr:1/18,\
                          d_hsg:1/18,d_ckfl:1/18,d_asst:1/18";
const UNEVEN: &str =
    "--weighting uneven=d_nutr:2,d_cm:2,d_satt:2,d_educ:3,d_elct:3,d_sani:2,d_wtr:2,d_hsg:2,d_ckfl:3,d_asst:3";
const DESIGN: &str = "--weight weight --strata stratum --psu psu --round t --year year";

/// A room with the synthetic survey whose figures R has computed.
fn survey() -> Room {
    let room = Room::new();
    room.bring(SURVEY);
    std::fs::rename(room.path(SURVEY), room.path("survey.csv")).expect("moved");
    room
}

type Row = BTreeMap<String, String>;

fn rows(room: &Room, name: &str) -> Vec<Row> {
    let mut reader = csv::Reader::from_path(room.path(name)).expect("a table");
    let header = reader.headers().expect("a header").clone();
    let row = |record: csv::StringRecord| header.iter().zip(&record).map(|(k, v)| (k.into(), v.into())).collect();
    reader.records().map(|record| row(record.expect("a row"))).collect()
}

/// The rows by what they are: weighting, cut-off, rounds, change, subgroup, measure, indicator.
fn by_key(rows: Vec<Row>) -> BTreeMap<[String; 9], Row> {
    let columns = ["weighting", "k", "round", "to_round", "change", "by", "subgroup", "measure", "indicator"];
    rows.into_iter().map(|row| (columns.map(|column| row[column].clone()), row)).collect()
}

/// A reference table of `crates/measure/tests/reference`.
fn reference(room: &Room, name: &str) -> Vec<Row> {
    let path = format!("crates/measure/tests/reference/{name}");
    room.bring(&path);
    rows(room, &path)
}

/// The grouping and the subgroup of a row of reference, as our table names them.
fn subgroup(row: &Row) -> [String; 2] {
    if row["level"] == "nation" { ["nat".into(), "nat".into()] } else { [row["level"].clone(), row["group"].clone()] }
}

#[track_caller]
fn close(ours: &str, theirs: &str, tolerance: f64, what: &dyn std::fmt::Debug) {
    match (ours.parse::<f64>(), theirs.parse::<f64>().ok().filter(|theirs| theirs.is_finite())) {
        (Ok(ours), Some(theirs)) => {
            let apart = (ours - theirs).abs();
            assert!(apart <= tolerance * theirs.abs() || apart < 1e-13, "{ours} and {theirs}: {what:?}");
        }
        // The intensity where nobody is poor.
        (Err(_), None) => assert_eq!(ours, "", "{what:?}"),
        _ => panic!("“{ours}” and “{theirs}”: {what:?}"),
    }
}

#[test]
fn levels_are_those_of_r() {
    let room = survey();
    room.succeeds(&format!(
        "measure --data survey.csv {DESIGN} {INDICATORS} {UNEVEN} --k 1/5,1/3,1/2,1 --by area,region --measures all --out o.csv"
    ));
    let ours = by_key(rows(&room, "o.csv"));
    let mut compared = 0;
    for row in reference(&room, "levels.csv") {
        let weighting = if row["weighting"] == "equal" { "given".to_owned() } else { row["weighting"].clone() };
        let measure = match row["measure"].as_str() {
            "contribution" => "contrib",
            "share" => "popshare",
            other => other,
        };
        let [by, group] = subgroup(&row);
        let (round, none) = (row["t"].clone(), String::new());
        let indicator = row["indicator"].clone();
        let key = [weighting, row["k"].clone(), round, none.clone(), none, by, group, measure.into(), indicator];
        let found = &ours[&key];
        close(&found["estimate"], &row["b"], 1e-12, &key);
        close(&found["se"], &row["se"], 1e-9, &key);
        // At 0 and 1 there are limits of another kind here, and none there.
        if row["measure"] != "V" && row["ll_logit"] != "NaN" {
            close(&found["lower"], &row["ll_logit"], 1e-6, &key);
            close(&found["upper"], &row["ul_logit"], 1e-6, &key);
        }
        compared += 1;
    }
    assert!(compared > 1000);
}

#[test]
fn changes_are_those_of_r_for_new_samples_and_for_the_same_clusters() {
    let room = survey();
    for link in ["independent", "linked"] {
        room.succeeds(&format!(
            "measure --data survey.csv {DESIGN} {INDICATORS} {UNEVEN} --k 1/3,1/2 --by area,region --measures H,M0,A,hdk \
             --change {link} --out {link}.csv"
        ));
    }
    let ours = ["independent", "linked"].map(|link| (link, by_key(rows(&room, &format!("{link}.csv")))));
    let ours = BTreeMap::from(ours);
    for row in reference(&room, "changes.csv") {
        let weighting = if row["weighting"] == "equal" { "given".to_owned() } else { row["weighting"].clone() };
        let [by, group] = subgroup(&row);
        let (k, change, measure) = (row["k"].clone(), row["change"].clone(), row["measure"].clone());
        let key = [weighting, k, "1".into(), "2".into(), change, by, group, measure, row["indicator"].clone()];
        let found = &ours[row["link"].as_str()][&key];
        close(&found["estimate"], &row["b"], 1e-11, &key);
        close(&found["se"], &row["se"], 1e-9, &key);
    }
}

#[test]
fn income_measures_are_those_of_r() {
    let room = survey();
    for (base, size) in [("household", ""), ("person", "--size size")] {
        room.succeeds(&format!(
            "measure --data survey.csv {DESIGN} {size} --income income --line line --by area,region --out o.csv"
        ));
        let ours = by_key(rows(&room, "o.csv"));
        for row in reference(&room, "income.csv").into_iter().filter(|row| row["base"] == base) {
            let (measure, k) = match row["measure"].as_str() {
                "FGT0" => ("P0", ""),
                "FGT1" => ("P1", ""),
                "FGT2" => ("P2", ""),
                "Watts" => ("watts", ""),
                "GE0" => ("mld", ""),
                "GE1" => ("theil", ""),
                "Gini" => ("gini", ""),
                "S20" => ("lorenz", "1/5"),
                "S40" => ("lorenz", "2/5"),
                "q20" => ("quantile", "1/5"),
                "q50" => ("quantile", "1/2"),
                "mean" => ("mean", ""),
                _ => continue,
            };
            let [by, group] = subgroup(&row);
            let none = String::new;
            let key = [none(), k.into(), row["t"].clone(), none(), none(), by, group, measure.into(), "income".into()];
            let found = &ours[&key];
            close(&found["estimate"], &row["b"], 1e-12, &key);
            close(&found["se"], &row["se"], 1e-9, &key);
            if measure != "P0" {
                close(&found["lower"], &row["ll"], 1e-6, &key);
                close(&found["upper"], &row["ul"], 1e-6, &key);
            }
        }
    }
}

#[test]
fn a_saved_cube_answers_as_the_data_do_and_cubes_of_provinces_add_up() {
    let room = survey();
    let question = format!("{INDICATORS} --k 1/5,1/3 --by area,region+area --change linked");
    room.succeeds(&format!("measure --data survey.csv {DESIGN} {question} --out a.csv --save-cube whole.parquet"));
    room.succeeds(&format!("measure --cube whole.parquet {question} --out b.csv"));
    assert!(room.bytes("a.csv") == room.bytes("b.csv"));
    // Another weighting, which nobody thought of when the cube was saved.
    says(&room.succeeds("measure --cube whole.parquet --weighting equal --k 40%"), "k = 40%");
    // Each stratum in a file of its own.
    let text = room.read("survey.csv");
    let (head, lines) = text.split_once('\n').expect("a header");
    for stratum in 1..=8 {
        let own = |line: &&str| line.split(',').nth(2) == Some(&stratum.to_string());
        let part = lines.lines().filter(own).collect::<Vec<_>>().join("\n");
        room.write(&format!("part{stratum}.csv"), format!("{head}\n{part}\n"));
        room.succeeds(&format!(
            "measure --data part{stratum}.csv {DESIGN} {question} --save-cube part{stratum}.parquet"
        ));
    }
    says(&room.succeeds("cube merge part*.parquet --out sum.parquet"), "8 cubes added up, 2,560 rows");
    says(&room.succeeds("cube show sum.parquet"), "A sample of 108 primary sampling units");
    room.succeeds(&format!("measure --cube sum.parquet {question} --out c.csv"));
    for (whole, sum) in rows(&room, "a.csv").iter().zip(rows(&room, "c.csv")) {
        for column in ["estimate", "se", "lower", "upper", "n", "excluded_share"] {
            close(&sum[column], &whole[column], 1e-9, whole);
        }
    }
    says(
        &room.is_refused("measure --cube whole.parquet --weighting equal --k 1/3 --by province"),
        "it has: area, region",
    );
}

#[test]
fn a_cube_remembers_the_law_and_the_weights_it_was_counted_by() {
    let room = Room::new();
    room.succeeds("synth --areas 095 --households 300 --on 2024-11-30 --out d --format csv");
    let law = "--policy vn-2022-2026 --on 2024-11-30";
    room.succeeds(&format!("measure {law} --data d --register --k 1/4 --out a.csv --save-cube a.parquet"));
    let said = room.succeeds("measure --cube a.parquet --k 1/4 --out b.csv");
    says(&said, "rests on 22 items not verified in the official text");
    for (by_law, by_cube) in rows(&room, "a.csv").iter().zip(rows(&room, "b.csv")) {
        for column in ["measure", "indicator", "estimate", "n", "pack", "rests_on_unverified"] {
            assert_eq!(by_law[column], by_cube[column]);
        }
    }
    let named = room.succeeds("measure --cube a.parquet --policy vn-2022-2026 --on 2024-11-30 --k 1/4");
    assert!(!named.contains("TAKE CARE"), "{named}");
    // The same indicators judged by nobody's law.
    let columns =
        rows(&room, "a.csv").into_iter().filter(|row| row["measure"] == "hd").map(|row| row["indicator"].clone());
    let columns: Vec<String> = columns.collect();
    room.write("plain.csv", format!("{}\n{}\n", columns.join(","), vec!["1"; columns.len()].join(",")));
    let indicators = columns.join(",");
    room.succeeds(&format!(
        "measure --data plain.csv --register --indicators {indicators} --k 1/4 --save-cube plain.parquet"
    ));
    says(&room.is_refused("cube merge a.parquet plain.parquet --out sum.parquet"), "was counted by another pack");
}

#[test]
fn a_table_is_the_same_in_every_form_and_with_any_number_of_threads() {
    let room = survey();
    let question = format!("measure --data survey.csv {DESIGN} {INDICATORS} --k 1/3 --by region --change independent");
    for (threads, name) in [(1, "a.csv"), (2, "b.csv"), (1, "a.parquet"), (2, "b.parquet"), (2, "a.json")] {
        room.succeeds(&format!("{question} --threads {threads} --out {name}"));
    }
    assert!(room.bytes("a.csv") == room.bytes("b.csv"));
    assert!(room.bytes("a.parquet") == room.bytes("b.parquet") && room.bytes("a.parquet").starts_with(b"PAR1"));
    let json: serde_json::Value = serde_json::from_slice(&room.bytes("a.json")).expect("JSON");
    let header = &json["header"];
    assert_eq!(header["design of round 1"], "108 primary sampling units, 8 strata, 100 degrees of freedom");
    assert_eq!(header["rounds_are"], "independent");
    let estimates = json["estimates"].as_array().expect("rows");
    let table = rows(&room, "a.csv");
    assert_eq!(estimates.len(), table.len());
    for (object, row) in estimates.iter().zip(&table) {
        for (column, cell) in row {
            match &object[column.as_str()] {
                serde_json::Value::Null => assert_eq!(cell, "", "{column}"),
                serde_json::Value::String(text) => assert_eq!(cell, text),
                // This reader of JSON is not exact in the last digit.
                number => close(cell, &number.to_string(), 1e-15, column),
            }
        }
    }
}

#[test]
fn a_register_has_no_sampling_error_and_says_so() {
    let room = survey();
    let said =
        room.succeeds(&format!("measure --data survey.csv --register {INDICATORS} --k 1/3 --by area --out o.csv"));
    says(&said, "Everybody is in the table (a register): there is no sampling error");
    says(&said, "rows enter, 125 left out as an indicator is unknown");
    says(&said, "Scores and cut-offs are compared as fractions, without rounding");
    assert!(rows(&room, "o.csv").iter().all(|row| row["se"].is_empty() && row["lower"].is_empty()));
}

#[test]
fn who_gives_no_weight_is_told_that_rows_were_counted() {
    let room = survey();
    let plain = room.succeeds(&format!("measure --data survey.csv {INDICATORS} --k 1/3"));
    says(&plain, "neither --weight nor --register was given: rows are not weighted");
    let design = room.succeeds(&format!("measure --data survey.csv {INDICATORS} --k 1/3 --strata stratum --psu psu"));
    says(&design, "there is a sample design but no --weight");
}

/// 33.34 % is no third.
#[test]
fn a_cutoff_just_beside_a_score_is_pointed_out() {
    let room = survey();
    let ask = |k: &str| room.succeeds(&format!("measure --data survey.csv {DESIGN} {INDICATORS} --k {k}"));
    says(&ask("33.34%"), "k = 33.34% lies just above the score 1/3");
    says(&ask("33.34%"), "write --k 1/3 if they should");
    assert!(!ask("1/3").contains("TAKE CARE"));
    // Just below a third the same people are poor.
    assert!(!ask("33.33%").contains("TAKE CARE"));
}

#[test]
fn households_of_a_panel_are_followed() {
    let room = survey();
    let said = room.succeeds(&format!(
        "measure --data survey.csv {DESIGN} {INDICATORS} --k 1/3 --change linked --decompose --panel hh --out o.csv"
    ));
    says(&said, "473 households are followed from 1 to 2");
    let table = rows(&room, "o.csv");
    let nation = |measure: &str, change: &str| -> f64 {
        let of = |row: &&Row| row["measure"] == measure && row["change"] == change && row["to_round"] == "2";
        table.iter().find(of).unwrap_or_else(|| panic!("{measure}"))["estimate"].parse().expect("a number")
    };
    let flows: f64 = ["stayer", "entrant", "leaver", "never"].iter().map(|flow| nation(flow, "")).sum();
    assert!((flows - 1.0).abs() < 1e-12);
    let parts = nation("M0_incidence", "abs") + nation("M0_intensity", "abs");
    assert!((parts - nation("M0", "abs")).abs() < 1e-12);
}

#[test]
fn a_pack_judges_the_deprivations_as_an_assessment_does() {
    let room = Room::new();
    room.succeeds("synth --areas 095 --households 400 --on 2024-11-30 --unknown 0.01 --out d --format csv");
    let law = "--policy vn-2022-2026 --on 2024-11-30";
    let said = room.succeeds(&format!("measure {law} --data d --register --k 1/4 --by commune_code --out o.csv"));
    says(&said, "The result rests on 22 items not verified in the official text");
    room.succeeds(&format!("assess {law} d --out r.csv"));
    let assessed = rows(&room, "r.csv");
    let known = |row: &&Row| row.iter().all(|(column, cell)| !column.starts_with("deprived_") || cell != "unknown");
    let complete: Vec<&Row> = assessed.iter().filter(known).collect();
    for row in rows(&room, "o.csv").iter().filter(|row| row["measure"] == "hd") {
        let own = |other: &&&Row| row["by"] == "nat" || other["commune_code"] == row["subgroup"];
        let people: Vec<&&Row> = complete.iter().filter(own).collect();
        let deprived = people.iter().filter(|p| p[&format!("deprived_{}", row["indicator"])] == "yes").count();
        assert_eq!(row["n"], people.len().to_string());
        close(&row["estimate"], &(deprived as f64 / people.len() as f64).to_string(), 1e-15, row);
        assert_eq!((&*row["rests_on_unverified"], row["pack"].starts_with("vn-2022-2026@")), ("yes", true));
    }
}

#[test]
fn bad_rows_are_told_and_left_out_only_when_asked() {
    let room = survey();
    let spoiled = room.read("survey.csv").replacen(",21.3,", ",twenty,", 1);
    room.write("survey.csv", spoiled);
    let ask = format!("measure --data survey.csv {DESIGN} {INDICATORS} --k 1/3 --out o.csv");
    let said = room.is_refused(&ask);
    says(&said, "survey.csv, row 2, column weight: this is not a number (“twenty”)");
    says(&said, "bad rows: 1; correct them");
    assert!(!room.path("o.csv").exists());
    says(
        &room.succeeds(&format!("{ask} --keep-going")),
        "rows left out as they cannot be read or lack a weight (--keep-going): 1",
    );
}

#[test]
fn what_cannot_be_meant_is_refused() {
    let room = survey();
    let refused = |arguments: &str, why: &str| says(&room.is_refused(&format!("measure {arguments}")), why);
    let data = format!("--data survey.csv {DESIGN}");
    refused(&format!("{data} --k 1/3"), "there is nothing to measure");
    refused(&format!("{data} {INDICATORS}"), "there is no poverty cut-off: add --k");
    refused(&format!("{data} {INDICATORS} --k 33"), "the cut-off 33 is not above 0 and at most 1");
    refused(&format!("{data} --indicators d_nutri --k 1/3"), "perhaps it is `d_nutr`?");
    refused(&format!("{data} {INDICATORS} --k 1/3 --by regoin"), "perhaps it is `region`?");
    refused(&format!("{data} {INDICATORS} --k 1/3 --out o.xlsx"), "end its name in .csv, .parquet or .json");
    refused(&format!("{data} {INDICATORS} --k 1/3 --out survey.csv"), "is one of the files that are read");
    refused(&format!("--data survey.csv {INDICATORS} --k 1/3 --change linked"), "--change needs at least two rounds");
    refused(&format!("{data} --income income --measures P0"), "P0 needs a poverty line: add --line");
    refused(&format!("{data} {INDICATORS} --k 1/3 --measures P0"), "P0 is a measure of income: add --income");
    refused(
        &format!("{data} {INDICATORS} --k 1/3 --lonely-psu none"),
        "write `fail`, `adjust`, `average` or `certainty`",
    );
    room.bring("crates/measure/tests/reference/lonely.csv");
    let lonely = "--data crates/measure/tests/reference/lonely.csv";
    refused(&format!("{lonely} {DESIGN} {INDICATORS} --k 1/3"), "(--lonely-psu)");
    says(
        &room.succeeds(&format!("measure {lonely} survey.csv {DESIGN} {INDICATORS} --k 1/3 --lonely-psu adjust")),
        "Strata with one primary sampling unit, treated by `adjust`: 1",
    );
}

#[test]
fn the_summary_fits_a_narrow_screen_in_both_languages() {
    let room = survey();
    room.succeeds("synth --areas 095,100 --households 600 --on 2024-11-30 --out d");
    let everything = format!(
        "measure --data survey.csv {DESIGN} {INDICATORS} {UNEVEN} --dimension health=d_nutr+d_cm --k 1/5,33.34%,1/2 \
         --by area,region,region+area --measures all --change linked --decompose --robust --check jackknife --income income \
         --line 60%-of-median --panel hh"
    );
    let by_pack = "measure --policy vn-2022-2026 --on 2024-11-30 --data d --register --persons --k 1/4 --by area_type,commune_code";
    for arguments in [everything.as_str(), by_pack] {
        for language in ["vi", "en"] {
            let said = room.succeeds(&format!("{arguments} --lang {language}"));
            if let Some(line) = said.lines().find(|line| line.width() > 80) {
                panic!("{arguments} --lang {language}: {} columns\n{line}", line.width());
            }
        }
    }
}
