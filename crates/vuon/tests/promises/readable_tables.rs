//! What officials' spreadsheets do to a table without making it ambiguous is read as it is meant.
//!
//! Each test writes the same village in another way; the statuses must not change.

use crate::room::says;
use crate::village::Village;

/// The result of the clean village, and of the same village written differently.
fn same(change: impl Fn(&mut Village), rewrite: impl Fn(&str) -> Vec<u8>) -> String {
    let mut village = Village::new();
    let clean = village.assess("");
    assert!(clean.ok, "{}", clean.err);
    let expected = village.result().column("status_national");
    change(&mut village);
    village.write();
    for table in ["households.csv", "members.csv"] {
        village.room.write(table, rewrite(&village.room.read(table)));
    }
    let said = village.assess_as_written("");
    assert!(said.ok, "{}", said.err);
    assert_eq!(village.result().column("status_national"), expected);
    said.out
}

fn as_it_is(text: &str) -> Vec<u8> {
    text.as_bytes().to_vec()
}

fn unchanged(_: &mut Village) {}

#[test]
fn a_byte_order_mark() {
    same(unchanged, |text| format!("\u{feff}{text}").into_bytes());
}

#[test]
fn semicolons_and_windows_line_ends() {
    same(unchanged, |text| text.replace(',', ";").replace('\n', "\r\n").into_bytes());
}

#[test]
fn dates_as_day_month_year() {
    same(
        |village| {
            village.members.rewrite("birth_date", |date| match date.split('-').collect::<Vec<_>>()[..] {
                [year, month, day] => format!("{day}/{month}/{year}"),
                _ => date.to_owned(),
            });
        },
        as_it_is,
    );
}

#[test]
fn numbers_grouped_by_thousands() {
    same(
        |village| {
            village.households.rewrite("income", |digits| {
                let mut grouped = String::new();
                for (place, digit) in digits.chars().enumerate() {
                    if place > 0 && (digits.len() - place) % 3 == 0 {
                        grouped.push('.');
                    }
                    grouped.push(digit);
                }
                grouped
            });
        },
        as_it_is,
    );
}

#[test]
fn decimals_after_a_comma() {
    same(|village| village.households.rewrite("living_area", |area| area.replace('.', ",")), as_it_is);
}

#[test]
fn labels_in_vietnamese_with_composed_or_decomposed_marks() {
    // The label of `tap`: first as most programs write it, then with the marks as characters of their own.
    for label in ["Nước máy", "Nu\u{31b}o\u{31b}\u{301}c ma\u{301}y"] {
        same(
            |village| {
                village.households.rewrite("water_source", |option| match option {
                    "tap" => label.to_owned(),
                    other => other.to_owned(),
                });
            },
            as_it_is,
        );
    }
}

#[test]
fn yes_and_no_in_vietnamese() {
    same(
        |village| {
            village.members.rewrite("insured", |answer| match answer {
                "true" => "Có".to_owned(),
                "false" => "không".to_owned(),
                other => other.to_owned(),
            });
        },
        as_it_is,
    );
}

#[test]
fn codes_without_their_leading_zeros_which_are_put_back_and_said() {
    let lose = |village: &mut Village| {
        village.households.rewrite("commune_code", |code| code.trim_start_matches('0').to_owned());
    };
    let mut village = Village::new();
    let code = village.households.cell(2, "commune_code");
    assert!(code.starts_with('0'), "{code}: the village should have codes with leading zeros");
    lose(&mut village);
    let said = village.assess("--by commune_code");
    assert!(said.ok, "{}", said.err);
    says(&said.out, "Leading zeros were restored in 40 cells of commune_code");
    says(&said.out, &code);
}

#[test]
fn rows_in_any_order() {
    let said = same(
        |village| {
            village.households.shuffle();
            village.members.shuffle();
        },
        as_it_is,
    );
    says(&said, "The tables were not sorted by household");
}

#[test]
fn a_table_in_several_files() {
    let village = Village::new();
    assert!(village.assess("").ok);
    let expected = village.room.bytes("result.csv");
    let text = village.room.read("households.csv");
    let (head, rows) = text.split_once('\n').expect("a header");
    let half = rows.lines().count() / 2;
    let part = |lines: Vec<&str>| format!("{head}\n{}\n", lines.join("\n"));
    village.room.write("households-1.csv", part(rows.lines().take(half).collect()));
    village.room.write("households-2.csv", part(rows.lines().skip(half).collect()));
    village.room.succeeds("assess --policy vn-2016-2020 households-*.csv members.csv --on 2021-11-30 --out result.csv");
    assert!(village.room.bytes("result.csv") == expected);
}
