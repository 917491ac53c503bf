//! An entry of the ledger in words: what it is about, and what was written.

use crate::error::Problem;
use crate::labels;
use crate::signed_in::Person;
use jiff::civil::Date;
use maud::{Markup, html};
use serde_json::Value;
use vuon_registry::ledger::Entry;

/// The page of a thing of the register, where it has one of its own.
fn page(what: &str, id: &str) -> Option<String> {
    let path = match what {
        "household"
        | "household_split"
        | "household_moved"
        | "household_moved_within"
        | "household_came"
        | "household_closed"
        | "household_merged"
        | "merge_undone"
        | "members"
        | "household_imported" => "households",
        "case" | "listed" | "withdrawn" | "answers" | "document" | "complaint" | "complaint_answer" | "decided"
        | "certificate" => "cases",
        "round" | "appraisal" => "rounds",
        "meeting" => "meetings",
        "posting" => "postings",
        "agreement" => "support/agreements",
        "ranking" => "support/rankings",
        "group" => "support/groups",
        "loan" => "support/loans",
        "proposal" => "support/projects",
        "payment_file" => "support/payments/files",
        "allocation" => "support/capital",
        "area" | "area_class" | "commune" | "duplicates" | "export" | "reform_waiting" => "areas",
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

/// What tells codes of people in words: the lists of the questionnaire.
pub struct Codes {
    relations: Vec<(String, String)>,
    sexes: Vec<(String, String)>,
    groups: Vec<(String, String)>,
}

impl Codes {
    /// As the standard of today has them.
    ///
    /// # Errors
    /// [`Problem`], as the register says.
    pub async fn of(person: &Person) -> Result<Self, Problem> {
        let program = person.desk.register().standard(person.desk.today()).await?;
        let [relations, sexes, groups] =
            ["relation", "sex", "ethnicity"].map(|list| labels::options(person, program.as_deref(), list));
        Ok(Codes { relations, sexes, groups })
    }
}

/// What was written: names of fields and their values.
pub fn content(person: &Person, codes: &Codes, content: &Value) -> Markup {
    match content {
        Value::Object(fields) => html! {
            dl.facts.told {
                @for (key, value) in fields {
                    div { dt { (person.of("content", key)) } dd { (written(person, codes, key, value)) } }
                }
            }
        },
        other => written(person, codes, "", other),
    }
}

fn written(person: &Person, codes: &Codes, key: &str, value: &Value) -> Markup {
    match value {
        Value::Null => html! { span.muted { "–" } },
        Value::Bool(yes) => html! { @if *yes { (person.t("yes")) } @else { (person.t("no")) } },
        Value::Number(number) => html! { (number) },
        Value::String(text) => words(person, codes, key, text),
        Value::Array(values) if values.is_empty() => html! { span.muted { "–" } },
        Value::Array(values) => {
            html! { ul.plainlist { @for value in values { li { (written(person, codes, key, value)) } } } }
        }
        Value::Object(_) => content(person, codes, value),
    }
}

fn words(person: &Person, codes: &Codes, key: &str, text: &str) -> Markup {
    if let Ok(day) = text.parse::<Date>() {
        return html! { (person.day(day)) };
    }
    let words = match key {
        "household" | "case" | "round" | "meeting" | "posting" | "commune" | "area" => return id(key, text),
        "status" | "before" => person.of("status", text),
        "role" => person.of("role", text),
        "movement" => person.of("movement", text),
        "cause" => person.of("cause", text),
        "relation" => labels::name(&codes.relations, text),
        "sex" => labels::name(&codes.sexes, text),
        "ethnic" => labels::name(&codes.groups, text),
        _ => text.to_owned(),
    };
    html! { (words) }
}
