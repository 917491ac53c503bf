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

/// Ten rows of weights 1 to 4, two regions; `dx` and `dy` are the harsher forms of `x` and `y`.
const TEN: &str = "w,stratum,region,x,y,dx,dy\n\
    2,a,north,1,1,1,1\n1,a,north,1,1,1,0\n1,a,north,1,0,0,0\n2,a,north,0,1,0,0\n4,a,north,0,0,0,0\n\
    1,b,south,1,1,1,1\n3,b,south,1,0,1,0\n1,b,south,0,0,0,0\n4,b,south,0,0,0,0\n1,b,south,0,1,0,0\n";

/// The figure of a measure for a subgroup at a cut-off.
#[track_caller]
fn figure<'t>(table: &'t [Row], subgroup: &str, measure: &str, k: &str) -> &'t Row {
    let of = |row: &&Row| row["measure"] == measure && row["subgroup"] == subgroup && row["k"] == k;
    let found: Vec<&Row> = table.iter().filter(of).collect();
    assert_eq!(found.len(), 1, "{measure} {subgroup} {k}: {found:?}");
    found[0]
}

#[test]
fn the_destitute_are_the_poor_who_are_poor_by_harsher_columns_too() {
    let room = Room::new();
    room.write("ten.csv", TEN);
    let ask = "measure --data ten.csv --weight w --strata stratum --indicators x:1/2,y:1/2 --k 1/2,1 --by region";
    let said = room.succeeds(&format!("{ask} --destitution x=dx,y=dy --out o.csv"));
    says(&said, "Destitution, k = 1/2 destitute 35.0 %");
    let table = rows(&room, "o.csv");
    // By hand: of 20, the poor at 1/2 weigh 6 in the north and 5 in the south, of whom 3 and 4 are destitute; at 1 they
    // weigh 3 and 1, of whom 2 and 1 are.
    for (subgroup, k, people, destitute, poor) in [
        ("nat", "1/2", 20.0, 7.0, 11.0),
        ("north", "1/2", 10.0, 3.0, 6.0),
        ("south", "1/2", 10.0, 4.0, 5.0),
        ("nat", "1", 20.0, 3.0, 4.0),
        ("north", "1", 10.0, 2.0, 3.0),
        ("south", "1", 10.0, 1.0, 1.0),
    ] {
        let is = |measure: &str, expected: f64| {
            let row = figure(&table, subgroup, measure, k);
            close(&row["estimate"], &expected.to_string(), 1e-15, row);
        };
        is("H", poor / people);
        is("destitute", destitute / people);
        is("poor_not_destitute", (poor - destitute) / people);
        is("destitute_of_poor", destitute / poor);
        is("not_destitute_of_poor", 1.0 - destitute / poor);
    }
    // The standard error of a ratio over two strata of five rows: u = w (d − 7/20)/20, Σ_h 5/4 Σ (u − ū_h)².
    let strata = [
        [(2.0, 1.0), (1.0, 1.0), (1.0, 0.0), (2.0, 0.0), (4.0, 0.0)],
        [(1.0, 1.0), (3.0, 1.0), (1.0, 0.0), (4.0, 0.0), (1.0, 0.0)],
    ];
    let variance = |rows: [(f64, f64); 5]| {
        let u = rows.map(|(w, d)| w * (d - 0.35) / 20.0);
        let mean = u.iter().sum::<f64>() / 5.0;
        1.25 * u.iter().map(|u| (u - mean).powi(2)).sum::<f64>()
    };
    let error = strata.map(variance).iter().sum::<f64>().sqrt();
    let nation = figure(&table, "nat", "destitute", "1/2");
    close(&nation["se"], &error.to_string(), 1e-12, nation);
    assert_eq!((&*nation["weighting"], &*nation["n"], &*nation["excluded_share"]), ("given", "10", "0"));
    // Nothing else changes: an indicator without a harsher column is its own.
    room.succeeds(&format!("{ask} --destitution y=dy --out y.csv"));
    close(&figure(&rows(&room, "y.csv"), "nat", "destitute", "1")["estimate"], "0.15", 1e-15, &"y");
    room.succeeds(&format!("{ask} --out without.csv"));
    let others = |row: &Row| !row["measure"].contains("destitute");
    let with: Vec<Row> = table.into_iter().filter(others).collect();
    assert_eq!(with, rows(&room, "without.csv"));
}

#[test]
fn harsher_columns_are_looked_at() {
    let room = Room::new();
    // In row 2 the harsher column is not known, in row 3 it is no harsher.
    room.write("four.csv", "x,y,dx\n1,1,1\n1,0,\n0,1,1\n0,0,0\n");
    let ask = "measure --data four.csv --register --indicators x:1/2,y:1/2 --k 1/2 --out o.csv --destitution";
    let said = room.succeeds(&format!("{ask} x=dx"));
    says(&said, "rows left out as a harsher column is unknown, from the figures of destitution only: 1.");
    says(&said, "TAKE CARE: rows deprived by the harsher `dx` but not by `x`: 1");
    let table = rows(&room, "o.csv");
    let destitute = figure(&table, "nat", "destitute", "1/2");
    assert_eq!((&*destitute["n"], &*destitute["excluded_share"], &*destitute["se"]), ("3", "0.25", ""));
    assert_eq!(figure(&table, "nat", "H", "1/2")["estimate"], "0.75");
    let refused = |harsher: &str, why: &str| says(&room.is_refused(&format!("{ask} {harsher}")), why);
    refused("x", "--destitution x: write the indicator and its harsher column");
    refused("z=dx", "there is no indicator `z`; there are: x, y");
    refused("x=dx,x=y", "the indicator `x` has two harsher columns");
    refused("x=dz", "perhaps it is `dx`?");
}

#[test]
fn destitution_changes_from_round_to_round() {
    let room = Room::new();
    let text: Vec<String> = TEN.lines().skip(1).map(|line| format!("1,{line}\n2,{line}\n")).collect();
    // In the second round the first household is destitute no more.
    let text = text.concat().replacen("2,2,a,north,1,1,1,1", "2,2,a,north,1,1,0,0", 1);
    room.write("rounds.csv", format!("t,{}\n{text}", TEN.lines().next().expect("a header")));
    room.succeeds(
        "measure --data rounds.csv --weight w --strata stratum --round t --change independent --indicators x:1/2,y:1/2 \
         --k 1/2 --destitution x=dx,y=dy --check jackknife --out o.csv",
    );
    let of = |round: &str, change: &str| {
        let table = rows(&room, "o.csv");
        let is = |row: &&Row| row["measure"] == "destitute" && row["round"] == round && row["change"] == change;
        table.iter().find(is).expect("a row").clone()
    };
    close(&of("1", "")["estimate"], "0.35", 1e-15, &"before");
    close(&of("2", "")["estimate"], "0.25", 1e-15, &"after");
    let change = of("1", "abs");
    close(&change["estimate"], "-0.1", 1e-14, &change);
    assert!(!change["se"].is_empty() && !change["p_value"].is_empty() && !of("1", "")["check_se"].is_empty());
}

/// By hand: at 1/2 the poor are 6, 5, 3, 3 and 4 of ten in a, b, c, d and e, at 1 they are 3, 1, 1, 2 and 2. The sums of
/// their scores are 4.5, 3, 2, 2.5 and 3, and at 1 as many as the poor.
#[test]
fn subgroups_are_compared_over_all_cutoffs() {
    let room = Room::new();
    let place = |name: &str, both: i32, one: i32| {
        let row = |w: i32, x: i32, y: i32| format!("{w},{name},{x},{y}\n");
        [row(both, 1, 1), row(one, 1, 0), row(10 - both - one, 0, 0)].concat()
    };
    let text = [place("a", 3, 3), place("b", 1, 4), place("c", 1, 2), place("d", 2, 1), place("e", 2, 2)].concat();
    room.write("places.csv", format!("w,place,x,y\n{text}"));
    let ask = "measure --data places.csv --size w --indicators x:1/2,y:1/2 --by place --robust --out o.csv";
    let said = room.succeeds(&format!("{ask} --register --k 1/2,1"));
    says(&said, "Pairs of place with one the poorer at every cut-off: M0 90.0 %, H 80.0 %.");
    says(&said, "The order of place by M0 across weightings and cut-offs");
    let pairs = |measure: &str| -> Vec<(String, String, String)> {
        let of = |row: &&Row| row["measure"] == "dominance" && row["indicator"] == measure;
        let table = rows(&room, "o.csv");
        let pair = |row: &Row| (row["subgroup"].clone(), row["versus"].clone(), row["estimate"].clone());
        table.iter().filter(of).map(pair).collect()
    };
    let told = |list: &[(&str, &str, &str)]| -> Vec<(String, String, String)> {
        list.iter().map(|(poorer, other, holds)| ((*poorer).into(), (*other).into(), (*holds).into())).collect()
    };
    // By H, b crosses d and e; by M0, it crosses d only.
    assert_eq!(
        pairs("H"),
        told(&[
            ("a", "b", "1"),
            ("a", "c", "1"),
            ("a", "d", "1"),
            ("a", "e", "1"),
            ("b", "c", "1"),
            ("b", "d", "0"),
            ("b", "e", "0"),
            ("d", "c", "1"),
            ("e", "c", "1"),
            ("e", "d", "1"),
        ])
    );
    assert!(pairs("M0").contains(&("e".into(), "b".into(), "1".into())));
    says(
        &room.succeeds(&format!("{ask} --register --k 1/2")),
        "with one weighting and one cut-off there are no orders",
    );
    let table = rows(&room, "o.csv");
    assert!(table.iter().all(|row| !matches!(row["measure"].as_str(), "robust_pairs" | "kendall" | "spearman")));
    assert_eq!((pairs("H").len(), pairs("M0").len()), (10, 10));
}

/// Of a sample, the p value is the largest over the cut-offs.
#[test]
fn dominance_in_a_sample_has_its_least_sure_p_value() {
    let room = survey();
    room.succeeds(&format!(
        "measure --data survey.csv {DESIGN} {INDICATORS} --k 1/5,1/3 --by region --robust --out o.csv"
    ));
    let table = rows(&room, "o.csv");
    let of = |row: &&Row| row["measure"] == "dominance";
    assert!(table.iter().any(|row| row["measure"] == "dominance" && row["estimate"] == "1"));
    for row in table.iter().filter(of) {
        assert_eq!(row["p_value"].is_empty(), row["estimate"] == "0", "{row:?}");
        assert_ne!(row["subgroup"], row["versus"]);
    }
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
         --line 60%-of-median --panel hh --destitution d_nutr=d_cm"
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

/// The global index from one file of households, as a survey has it, with its members beside.
mod global_mpi {
    use super::{close, rows};
    use crate::room::{Room, says};
    use arrow::array::{ArrayRef, BooleanArray, Float64Array, Int64Array, RecordBatch, StringArray};
    use parquet::arrow::ArrowWriter;
    use std::sync::Arc;

    const ASK: &str = "measure --policy global-mpi --weight w --strata s --psu p --by region,area --k 1/5,1/3,1/2";

    /// Eight made-up households: id, weight, stratum, unit, region, area and what they are: `fine`; `near`, 2/9 short;
    /// `poor`, exactly 1/3; `severe`, exactly 1/2.
    const EIGHT: [(&str, f64, i64, i64, &str, &str, &str); 8] = [
        ("h1", 1.0, 1, 11, "north", "urban", "fine"),
        ("h2", 3.0, 1, 11, "north", "rural", "poor"),
        ("h3", 2.0, 1, 12, "north", "urban", "near"),
        ("h4", 2.0, 1, 12, "north", "rural", "severe"),
        ("h5", 1.0, 2, 21, "south", "urban", "fine"),
        ("h6", 1.0, 2, 21, "south", "rural", "fine"),
        ("h7", 2.0, 2, 22, "south", "urban", "poor"),
        ("h8", 4.0, 2, 22, "south", "rural", "severe"),
    ];

    /// The household table and the member table, as CSV. An adult and a child in each household, two adults in the last.
    fn tables() -> [String; 2] {
        let mut households = "household_id,w,s,p,region,area,interviewer,child_mortality_eligible,child_death,\
             has_electricity,cooking_fuel,water,water_minutes,toilet,toilet_shared,floor,roof,walls,has_radio,has_tv,\
             has_telephone,has_computer,has_animal_cart,has_bicycle,has_motorbike,has_refrigerator,has_car_truck\n"
            .to_owned();
        let mut members =
            "household_id,age,nutrition_eligible,undernourished,years_schooling,attends_school\n".to_owned();
        for (id, w, s, p, region, area, kind) in EIGHT {
            let yes = |of: &[&str]| if of.contains(&kind) { "yes" } else { "no" };
            let no = |of: &[&str]| if of.contains(&kind) { "no" } else { "yes" };
            households += &format!(
                "{id},{w:.1},{s},{p},{region},{area},7,yes,{},{},gas,piped,0,flush_septic,no,finished,finished,finished,\
                 no,yes,yes,no,no,no,yes,no,no\n",
                yes(&["poor"]),
                no(&["near"]),
            );
            // The adults of the severe have three years of schooling, and their children are not at school.
            let years = if kind == "severe" { 3 } else { 9 };
            members += &format!("{id},30,yes,{},{years},\n", yes(&["near", "poor", "severe"]));
            members += &format!("{id},8,yes,no,1,{}\n", no(&["severe"]));
            if id == "h8" {
                members += &format!("{id},50,yes,no,{years},\n");
            }
        }
        [households, members]
    }

    /// A table of text as Parquet: numbers where a column has them, and yes and no as booleans.
    fn write_parquet(room: &Room, name: &str, table: &str) {
        let mut lines = table.lines().map(|line| line.split(',').collect::<Vec<_>>());
        let header = lines.next().expect("a header");
        let lines: Vec<Vec<&str>> = lines.collect();
        let column = |place: usize| -> ArrayRef {
            let cells = || lines.iter().map(|line| Some(line[place]).filter(|cell| !cell.is_empty()));
            let all = |good: fn(&str) -> bool| cells().flatten().all(good);
            if all(|cell| cell.parse::<i64>().is_ok()) {
                return Arc::new(cells().map(|cell| cell?.parse().ok()).collect::<Int64Array>());
            }
            if all(|cell| cell.parse::<f64>().is_ok()) {
                return Arc::new(cells().map(|cell| cell?.parse().ok()).collect::<Float64Array>());
            }
            if all(|cell| ["yes", "no"].contains(&cell)) {
                return Arc::new(cells().map(|cell| cell.map(|cell| cell == "yes")).collect::<BooleanArray>());
            }
            Arc::new(cells().collect::<StringArray>())
        };
        let columns = header.iter().enumerate().map(|(place, name)| (*name, column(place), true));
        let batch = RecordBatch::try_from_iter_with_nullable(columns).expect("columns of one length");
        let file = std::fs::File::create(room.path(name)).expect("made");
        let mut writer = ArrowWriter::try_new(file, batch.schema(), None).expect("a writer");
        writer.write(&batch).expect("written");
        writer.close().expect("closed");
    }

    /// A room with the tables under these names.
    fn survey(households: &str, members: &str) -> Room {
        let room = Room::new();
        for (name, table) in [households, members].into_iter().zip(tables()) {
            match name.ends_with(".parquet") {
                true => write_parquet(&room, name, &table),
                false => room.write(name, table),
            }
        }
        room
    }

    /// A figure of a result, by measure, indicator, cut-off and subgroup.
    #[track_caller]
    fn figure(room: &Room, name: &str, [measure, indicator, k, subgroup]: [&str; 4], column: &str) -> f64 {
        let table = rows(room, name);
        let is = |row: &&super::Row| {
            row["measure"] == measure && row["indicator"] == indicator && row["k"] == k && row["subgroup"] == subgroup
        };
        let row = table.iter().find(is).unwrap_or_else(|| panic!("no {measure} {indicator} {k} {subgroup}"));
        row[column].parse().unwrap_or_else(|_| panic!("{measure} {indicator} {k} {subgroup}: {row:?}"))
    }

    /// All by hand. The weights are 16; those of the poor at 1/3 are 3 + 2 + 2 + 4, of the severe 2 + 4, of the near 2.
    #[test]
    fn figures_are_those_worked_by_hand() {
        let room = survey("survey.parquet", "survey_members.parquet");
        let said = room.succeeds(&format!("{ASK} --data survey.parquet --out results.csv"));
        says(&said, "The members are read from beside the households: survey_members.parquet.");
        says(&said, "4 primary sampling units, strata: 2, 2 degrees of freedom");
        let near = |what: [&str; 4], expected: f64| {
            let found = figure(&room, "results.csv", what, "estimate");
            assert!((found - expected).abs() < 1e-12, "{what:?}: {found}, not {expected}");
        };
        near(["H", "", "1/5", "nat"], 13.0 / 16.0);
        near(["H", "", "1/3", "nat"], 11.0 / 16.0);
        near(["H", "", "1/2", "nat"], 6.0 / 16.0);
        near(["M0", "", "1/5", "nat"], (5.0 / 3.0 + 6.0 / 2.0 + 2.0 * 2.0 / 9.0) / 16.0);
        near(["M0", "", "1/3", "nat"], (5.0 / 3.0 + 6.0 / 2.0) / 16.0);
        near(["A", "", "1/3", "nat"], (5.0 / 3.0 + 6.0 / 2.0) / 11.0);
        near(["H", "", "1/3", "north"], 5.0 / 8.0);
        near(["H", "", "1/3", "south"], 6.0 / 8.0);
        near(["H", "", "1/3", "urban"], 2.0 / 6.0);
        near(["H", "", "1/3", "rural"], 9.0 / 10.0);
        near(["hd", "nutrition", "", "nat"], 13.0 / 16.0);
        near(["hdk", "child_mortality", "1/3", "nat"], 5.0 / 16.0);
        near(["hdk", "school_attendance", "1/3", "nat"], 6.0 / 16.0);
        // Σ w (p − H) of the units: 4/16 and −12/16 in the one stratum, −22/16 and 30/16 in the other.
        let variance = 2.0 * 2.0 * (8.0_f64 / 16.0).powi(2) + 2.0 * 2.0 * (26.0_f64 / 16.0).powi(2);
        let error = figure(&room, "results.csv", ["H", "", "1/3", "nat"], "se");
        assert!((error - variance.sqrt() / 16.0).abs() < 1e-12, "{error}");
        // Of people: twice the weights, and three times that of the last.
        room.succeeds(&format!("{ASK} --data survey.parquet --persons --out persons.csv"));
        let people = figure(&room, "persons.csv", ["H", "", "1/3", "nat"], "estimate");
        assert!((people - 26.0 / 36.0).abs() < 1e-12, "{people}");
    }

    #[test]
    fn csv_says_what_parquet_says_and_the_members_may_be_called_otherwise() {
        let room = survey("survey.parquet", "survey_members.parquet");
        room.succeeds(&format!("{ASK} --data survey.parquet --out results.csv"));
        let whole = rows(&room, "results.csv");
        for names in [
            ["survey.csv", "survey_members.csv"],
            ["survey.csv", "survey-members.parquet"],
            ["survey.parquet", "members.csv"],
            ["households-2022.csv", "members-2022.csv"],
        ] {
            let room = survey(names[0], names[1]);
            says(&room.succeeds(&format!("{ASK} --data {} --out results.csv", names[0])), names[1]);
            let other = rows(&room, "results.csv");
            assert_eq!(whole.len(), other.len());
            for (one, other) in whole.iter().zip(&other) {
                close(&other["estimate"], &one["estimate"], 1e-12, one);
                close(&other["se"], &one["se"], 1e-9, one);
            }
        }
    }

    #[test]
    fn members_that_are_not_there_or_not_told_apart_are_asked_for() {
        let room = survey("survey.csv", "people.csv");
        let ask = format!("{ASK} --data survey.csv --out results.csv");
        says(&room.is_refused(&ask), "with --members, or put it beside survey.csv as survey_members.csv");
        says(&room.is_refused(&format!("{ask} --lang vi")), "bằng --members");
        room.succeeds(&format!("{ask} --members people.csv"));
        room.write("survey_members.csv", room.read("people.csv"));
        room.write("survey-members.csv", room.read("people.csv"));
        says(&room.is_refused(&ask), "survey_members.csv, survey-members.csv; name one with --members");
        room.write("survey.dta", "");
        let stata = format!("{ASK} --data survey.dta --members people.csv");
        says(&room.is_refused(&stata), "survey.dta: with --policy, tables are CSV or Parquet");
    }

    #[test]
    fn a_result_never_takes_the_place_of_members_that_were_found() {
        let room = survey("survey.csv", "survey_members.csv");
        let before = room.bytes("survey_members.csv");
        says(
            &room.is_refused(&format!("{ASK} --data survey.csv --out survey_members.csv")),
            "survey_members.csv is one of the files that are read",
        );
        assert!(room.bytes("survey_members.csv") == before);
    }

    #[test]
    fn a_household_without_a_weight_is_told_with_its_row() {
        let room = survey("survey.csv", "survey_members.csv");
        room.write("survey.csv", room.read("survey.csv").replace("h4,2.0,1,12", "h4,,1,").replace("h7,2.0", "h7,-2"));
        let ask = format!("{ASK} --data survey.csv --out results.csv");
        let said = room.is_refused(&ask);
        says(&said, "survey.csv, row 5, column w: the weight is missing (“h4”)");
        says(&said, "survey.csv, row 5, column p: the sampling unit is missing (“h4”)");
        says(&said, "survey.csv, row 8, column w: the weight is not possible (“-2”)");
        assert!(!room.path("results.csv").exists());
        let kept = room.succeeds(&format!("{ask} --keep-going --lonely-psu adjust"));
        says(&kept, "households left out for bad rows or want of a weight (--keep-going): 2");
        // Without h4 and h7 the weights are 12, those of the poor 3 + 4.
        let found = figure(&room, "results.csv", ["H", "", "1/3", "nat"], "estimate");
        assert!((found - 7.0 / 12.0).abs() < 1e-12, "{found}");
    }
}

/// Incomes are read as carefully as indicators, and what is not of incomes is not passed over.
mod incomes {
    use super::{DESIGN, INDICATORS, survey};
    use crate::room::{Room, says};

    /// Eight made-up rows: two strata of two units in each of two rounds.
    const EIGHT: &str = "t,year,s,p,w,fpc,income,poor\n\
                         1,2018,a,1,1,10,5,1\n\
                         1,2018,a,2,1,10,7,0\n\
                         1,2018,b,1,2,20,4,1\n\
                         1,2018,b,2,2,20,9,0\n\
                         2,2020,a,1,1,10,6,1\n\
                         2,2020,a,2,1,10,8,0\n\
                         2,2020,b,1,2,20,5,1\n\
                         2,2020,b,2,2,20,9,0\n";
    const DESIGNED: &str = "--data eight.csv --round t --year year --strata s --psu p --weight w --fpc fpc";

    /// What incomes, and what indicators of the same rows, are refused for; `changed` is the table.
    fn refused(changed: String, further: &str) -> [String; 2] {
        let room = Room::new();
        room.write("eight.csv", changed);
        [format!("--income income {further}"), format!("--indicators poor --k 1 {further}")]
            .map(|what| room.is_refused(&format!("measure {DESIGNED} {what}")))
    }

    #[test]
    fn rows_are_checked_as_those_of_indicators_are() {
        let room = Room::new();
        room.write("eight.csv", EIGHT);
        room.succeeds(&format!("measure {DESIGNED} --income income --line 6 --change linked"));
        for (from, to, why) in [
            ("1,2018,a,2,1,", "1,2018,,2,1,", "eight.csv, row 3, column s: the stratum is missing"),
            ("1,2018,a,2,1,", "1,2018,a,,1,", "eight.csv, row 3, column p: the sampling unit is missing"),
            ("1,2018,a,2,1,", "1,2018,a,2,,", "eight.csv, row 3, column w: the weight is missing"),
            ("1,2018,a,2,1,", "1,2018,a,2,-1,", "eight.csv, row 3, column w: the weight is not possible (“-1”)"),
            ("1,2018,a,2,1,", ",2018,a,2,1,", "eight.csv, row 3, column t: the round is missing"),
            ("a,2,1,10,7", "a,2,1,,7", "eight.csv, row 3, column fpc: the finite population correction is missing"),
            ("a,2,1,10,7", "a,2,1,0,7", "the finite population correction is not possible (“0”)"),
            ("a,2,1,10,7", "a,2,1,11,7", "stratum a has two finite population corrections: 10"),
            ("1,2018,a,2", "1,2019,a,2", "round 1 has two years: 2018"),
        ] {
            let [incomes, indicators] = refused(EIGHT.replacen(from, to, 1), "");
            says(&incomes, why);
            says(&indicators, why);
        }
        let mixed = EIGHT.replace(",20,", ",0.5,");
        for said in refused(mixed, "") {
            says(&said, "stratum b has a share as population correction, others have numbers of units");
        }
    }

    #[test]
    fn what_differs_within_a_stratum_or_a_round_is_told_with_its_row() {
        let [said, _] = refused(EIGHT.replacen("a,2,1,10,7", "a,2,1,11,7", 1), "");
        says(&said, "eight.csv: row 3, column fpc: stratum a has two finite population corrections: 10");
        says(&said, "(eight.csv, row 2) and 11");
        let [said, _] = refused(EIGHT.replacen("1,2018,b,1", "1,2019,b,1", 1), "");
        says(&said, "eight.csv: row 4, column year: round 1 has two years: 2018 (eight.csv, row 2) and 2019");
    }

    #[test]
    fn rounds_that_cannot_be_compared_are_refused() {
        for said in refused(EIGHT.replace("2020", "2018"), "--change independent") {
            says(&said, "the second round (2018) is not later than the first (2018)");
        }
        let other = EIGHT.replace("2,2020,a,1,1,10", "2,2020,a,1,1,12").replace("2,2020,a,2,1,10", "2,2020,a,2,1,12");
        let [incomes, indicators] = refused(other, "--change linked");
        says(&incomes, "stratum a has another number of primary sampling units in the population in the other round");
        assert_eq!(incomes, indicators);
        let room = Room::new();
        room.write("eight.csv", EIGHT);
        for what in ["--income income", "--indicators poor --k 1"] {
            says(
                &room.is_refused(&format!("measure --data eight.csv --weight w {what} --change linked")),
                "--change needs at least two rounds",
            );
            says(
                &room.is_refused(&format!("measure --data eight.csv --weight w --round t {what} --change linked")),
                "linked rounds need the column of primary sampling units",
            );
        }
    }

    #[test]
    fn rows_that_cannot_be_read_are_left_out_when_asked() {
        let room = Room::new();
        room.write("eight.csv", EIGHT.replacen("1,10,5,1", "1,10,five,1", 1).replacen("b,1,2,20,4", "b,1,,20,4", 1));
        let ask = format!("measure {DESIGNED} --income income --measures mean --lonely-psu adjust --out o.csv");
        let said = room.is_refused(&ask);
        says(&said, "eight.csv, row 2, column income: this is not a number (“five”)");
        says(&said, "eight.csv, row 4, column w: the weight is missing");
        says(&said, "bad rows: 2");
        let said = room.succeeds(&format!("{ask} --keep-going"));
        says(&said, "rows left out as they cannot be read or lack a weight, stratum or unit (--keep-going): 2");
        let first = &super::rows(&room, "o.csv")[0];
        // 7 with the weight 1, 9 with the weight 2.
        assert_eq!((&*first["round"], &*first["measure"]), ("1", "mean"));
        super::close(&first["estimate"], &(25.0_f64 / 3.0).to_string(), 1e-12, first);
    }

    #[test]
    fn options_that_say_nothing_of_incomes_are_refused_or_told_of() {
        let room = survey();
        let income = format!("measure --data survey.csv {DESIGN} --income income --line line");
        for (options, named) in [
            ("--check jackknife", "--check"),
            ("--change independent --decompose", "--decompose"),
            ("--by region --robust", "--robust"),
            ("--k 1/3", "--k"),
            ("--change linked --panel hh", "--panel"),
            ("--save-cube c.parquet", "--save-cube"),
        ] {
            says(&room.is_refused(&format!("{income} {options}")), &format!("{named}: not for incomes alone"));
            says(&room.is_refused(&format!("{income} {options} --lang vi")), &format!("{named}: không dùng được"));
        }
        let both = room.succeeds(&format!("{income} {INDICATORS} --k 1/3 --by area --robust --check jackknife"));
        says(&both, "--check, --robust: of the indicators only, not of incomes");
    }
}
