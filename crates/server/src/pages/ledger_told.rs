//! An entry of the ledger in words: what it is about, and what was written.

use crate::signed_in::Person;
use jiff::civil::Date;
use maud::{Markup, html};
use serde_json::Value;
use vuon_registry::ledger::Entry;

/// The page of a thing of the register, where it has one of its own.
fn page(what: &str, id: &str) -> Option<String> {
    let path = match what {
        "household" | "household_split" | "household_moved" | "household_came" | "household_closed"
        | "household_merged" | "merge_undone" | "members" | "household_imported" => "households",
        "case" | "listed" | "withdrawn" | "answers" | "document" | "complaint" | "complaint_answer" | "decided"
        | "certificate" => "cases",
        "round" | "appraisal" => "rounds",
        "meeting" => "meetings",
        "posting" => "postings",
        "area" | "commune" | "duplicates" | "export" | "reform_waiting" => "areas",
        _ => return None,
    };
    Some(format!("/{path}/{id}"))
}

fn id(what: &str, id: &str) -> Markup {
    html! {
        @match page(what, id) {
            Some(address) => { a.code href=(address) { (id) } },
            None => { span.code { (id) } },
        }
    }
}

/// What an entry is about, as a link where it has a page.
pub fn subject(entry: &Entry) -> Markup {
    id(&entry.kind, &entry.subject)
}

/// What was written: names of fields and their values.
pub fn content(person: &Person, content: &Value) -> Markup {
    match content {
        Value::Object(fields) => html! {
            dl.facts {
                @for (key, value) in fields {
                    div { dt { (person.of("content", key)) } dd { (written(person, key, value)) } }
                }
            }
        },
        other => written(person, "", other),
    }
}

fn written(person: &Person, key: &str, value: &Value) -> Markup {
    match value {
        Value::Null => html! { span.muted { "–" } },
        Value::Bool(yes) => html! { @if *yes { (person.t("yes")) } @else { (person.t("no")) } },
        Value::Number(number) => html! { (number) },
        Value::String(text) => words(person, key, text),
        Value::Array(values) if values.is_empty() => html! { span.muted { "–" } },
        Value::Array(values) => {
            html! { ul.plainlist { @for value in values { li { (written(person, key, value)) } } } }
        }
        Value::Object(_) => content(person, value),
    }
}

fn words(person: &Person, key: &str, text: &str) -> Markup {
    if let Ok(day) = text.parse::<Date>() {
        return html! { (person.day(day)) };
    }
    match key {
        "household" | "case" | "round" | "meeting" | "posting" | "commune" | "area" => id(key, text),
        "status" | "before" | "role" | "movement" | "cause" => {
            let kind = match key {
                "role" => "role",
                "movement" => "movement",
                "cause" => "cause",
                _ => "status",
            };
            html! { (person.of(kind, text)) }
        }
        _ => html! { (text) },
    }
}
