//! Lists that are searched by name: the form is sent, and answered by the address of the list as it was asked for, in
//! which the name is a number ([`crate::searches`]). So a page can be opened again, and one can go back to it.

use crate::signed_in::Person;
use crate::state::App;
use crate::view::encode;
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;
use std::collections::BTreeMap;

/// A query of the parts that are not empty.
pub fn query(parts: &[(&str, &str)]) -> String {
    let parts = parts.iter().filter(|(_, value)| !value.is_empty());
    parts.map(|(name, value)| format!("{name}={}", encode(value))).collect::<Vec<_>>().join("&")
}

/// A search as it is sent: what was typed, and what else the form asks.
#[derive(Deserialize)]
pub struct Search {
    #[serde(default)]
    text: String,
    #[serde(flatten)]
    others: BTreeMap<String, String>,
}

/// Sends the browser to a list, asked for by some parts of the form and by what was typed.
pub fn answer(app: &App, person: &Person, path: &str, parts: &[&str], search: &Search) -> Response {
    let find = app.searches().keep(&person.account.id, &search.text).unwrap_or_default();
    let value = |part: &str| search.others.get(part).map_or("", String::as_str);
    let parts: Vec<_> = parts.iter().map(|part| (*part, value(part))).chain([("find", find.as_str())]).collect();
    let query = query(&parts);
    let sign = if query.is_empty() { "" } else { "?" };
    Redirect::to(&format!("{path}{sign}{query}")).into_response()
}

/// What was typed, by the number in the address.
pub fn text(app: &App, person: &Person, find: &str) -> String {
    app.searches().find(&person.account.id, find).unwrap_or_default()
}
