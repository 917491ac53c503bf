//! Lists that are searched by name: the form is sent, and answered by the address of the list as it was asked for, in
//! which the name is a number ([`crate::searches`]). So a page can be opened again, and one can go back to it.

use crate::signed_in::Person;
use crate::state::App;
use crate::view::encode;
use axum::response::{IntoResponse, Redirect, Response};

/// A query of the parts that are not empty.
pub fn query(parts: &[(&str, &str)]) -> String {
    let parts = parts.iter().filter(|(_, value)| !value.is_empty());
    parts.map(|(name, value)| format!("{name}={}", encode(value))).collect::<Vec<_>>().join("&")
}

/// Sends the browser to a list, asked for by some parts and by what was typed.
pub fn answer(app: &App, person: &Person, path: &str, parts: &[(&str, &str)], text: &str) -> Response {
    let find = app.searches().keep(&person.account.id, text).unwrap_or_default();
    let parts: Vec<_> = parts.iter().copied().chain([("find", find.as_str())]).collect();
    let query = query(&parts);
    let sign = if query.is_empty() { "" } else { "?" };
    Redirect::to(&format!("{path}{sign}{query}")).into_response()
}

/// What was typed, by the number in the address.
pub fn text(app: &App, person: &Person, find: &str) -> String {
    app.searches().find(&person.account.id, find).unwrap_or_default()
}
