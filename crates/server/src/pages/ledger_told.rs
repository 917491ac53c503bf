//! An entry of the ledger in words: what it is about, and what was written.

use crate::error::Problem;
use crate::labels;
use crate::signed_in::Person;
use jiff::civil::Date;
use maud::{Markup, html};
use serde_json::Value;
use std::collections::{BTreeSet, HashMap};
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
        "grievance" | "grievance_taken_up" | "grievance_answered" => "complaints/public",
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

/// Names by the ids that entries hold, of what the reader may see.
pub type Named = HashMap<String, String>;

/// The names for what entries are about, and for what the content of one of them says.
///
/// # Errors
/// [`Problem`], as the register says.
pub async fn named(person: &Person, entries: &[Entry], content: Option<&Value>) -> Result<Named, Problem> {
    let mut ids: BTreeSet<String> = entries.iter().map(|entry| entry.subject.clone()).collect();
    ids_in(content.unwrap_or(&Value::Null), &mut ids);
    ids.retain(|id| is_id(id));
    Ok(person.desk.names_of(&ids.into_iter().collect::<Vec<_>>()).await?)
}

fn is_id(text: &str) -> bool {
    text.len() == 36
        && text.bytes().enumerate().all(|(place, byte)| match place {
            8 | 13 | 18 | 23 => byte == b'-',
            _ => byte.is_ascii_hexdigit(),
        })
}

fn ids_in(value: &Value, ids: &mut BTreeSet<String>) {
    match value {
        Value::String(text) => drop(ids.insert(text.clone())),
        Value::Array(values) => values.iter().for_each(|value| ids_in(value, ids)),
        Value::Object(fields) => fields.iter().for_each(|(key, value)| {
            ids.insert(key.clone());
            ids_in(value, ids);
        }),
        _ => {}
    }
}

/// An id, as a link where it has a page, by its name where that is known.
fn id(what: &str, id: &str, names: &Named) -> Markup {
    let name = names.get(id);
    let told = name.map_or(id, String::as_str);
    html! {
        @match page(what, id) {
            Some(address) => { a.code[name.is_none()] href=(address) title=(id) { (told) } },
            None => { span.code[name.is_none()] title=(id) { (told) } },
        }
    }
}

/// What an entry is about, as a link where it has a page.
pub fn subject(entry: &Entry, names: &Named) -> Markup {
    id(&entry.kind, &entry.subject, names)
}

/// What tells codes of people in words: the lists of the questionnaire.
pub struct Codes {
    relations: Vec<(String, String)>,
    sexes: Vec<(String, String)>,
    groups: Vec<(String, String)>,
    names: Named,
}

impl Codes {
    /// As the standard of today has them.
    pub fn of(person: &Person, names: Named) -> Self {
        let program = person.desk.register().standard(person.desk.today());
        let [relations, sexes, groups] =
            ["relation", "sex", "ethnicity"].map(|list| labels::options(person, program.as_deref(), list));
        Codes { relations, sexes, groups, names }
    }
}

/// What was written: names of fields and their values.
pub fn content(person: &Person, codes: &Codes, content: &Value) -> Markup {
    match content {
        Value::Object(fields) => html! {
            dl.facts.told {
                @for (key, value) in fields {
                    div { dt { (field(person, codes, key)) } dd { (written(person, codes, key, value)) } }
                }
            }
        },
        other => written(person, codes, "", other),
    }
}

/// What a field is called: a map of people has their ids in place of names of fields.
fn field(person: &Person, codes: &Codes, key: &str) -> String {
    codes.names.get(key).cloned().unwrap_or_else(|| person.of("content", key))
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
        "first" | "second" | "households" | "pairs" if is_id(text) => return id("household", text, &codes.names),
        "household" | "case" | "round" | "meeting" | "posting" | "commune" | "area" => {
            return id(key, text, &codes.names);
        }
        "status" | "before" => person.of("status", text),
        "role" => person.of("role", text),
        "movement" => person.of("movement", text),
        "cause" | "change" => person.of("cause", text),
        "relation" => labels::name(&codes.relations, text),
        "sex" => labels::name(&codes.sexes, text),
        "ethnic" => labels::name(&codes.groups, text),
        _ if is_id(text) => return id("", text, &codes.names),
        _ => text.to_owned(),
    };
    html! { (words) }
}
