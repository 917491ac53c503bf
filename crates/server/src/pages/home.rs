//! The first page.

use crate::error::Page;
use crate::layout;
use crate::signed_in::Person;
use crate::state::App;
use axum::Router;
use axum::routing::get;
use maud::html;

/// `/`.
pub fn routes() -> Router<App> {
    Router::new().route("/", get(home))
}

async fn home(person: Person) -> Page {
    Ok(layout::page(&person, &person.t("nav-home"), html! { p { (person.account.name) } }))
}
