//! A pack that is marked incomplete is used only by one who says so, and says it itself.

use crate::room::says;
use crate::village::Village;

const ASSESS: &str = "--policy vn-2027-2030 households.csv members.csv --on 2027-11-30";
const REASON: &str = "the review procedure and the score tables from 2027 are not known";

#[test]
fn it_is_refused_with_its_reason_and_what_to_do() {
    let village = Village::new();
    let id = village.id(2);
    for command in [format!("assess {ASSESS} --out result.csv"), format!("explain {ASSESS} --household {id}")] {
        let said = village.room.is_refused(&command);
        says(&said, "not complete");
        says(&said, REASON);
        says(&said, "--accept-incomplete");
    }
    assert!(!village.room.path("result.csv").exists());
}

#[test]
fn accepted_it_works_and_still_says_that_it_is_incomplete() {
    let village = Village::new();
    let id = village.id(2);
    for command in [format!("assess {ASSESS}"), format!("explain {ASSESS} --household {id}")] {
        says(&village.room.succeeds(&format!("{command} --accept-incomplete")), REASON);
    }
}

#[test]
fn an_example_says_so_wherever_it_is_used() {
    let village = Village::new();
    let (id, tables) = (village.id(2), "--policy example-province households.csv members.csv --on 2026-11-30");
    let explain = format!("explain {tables} --household {id}");
    for command in ["policy show example-province", &format!("assess {tables}"), &explain, &format!("{explain} --json")]
    {
        says(&village.room.succeeds(command), "AN EXAMPLE, NOT LAW");
    }
}

#[test]
fn show_says_it_too() {
    says(&crate::room::Room::new().succeeds("policy show vn-2027-2030"), REASON);
}

#[test]
fn a_pack_without_rules_cannot_assess() {
    let said = Village::new().room.is_refused("assess --policy vn-questions households.csv members.csv");
    says(&said, "cannot classify");
}
