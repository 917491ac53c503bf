//! The agreements of a commune.

use super::super::finding;
use super::{back, told};
use crate::error::Page;
use crate::layout;
use crate::office::Officer;
use crate::state::App;
use axum::Router;
use axum::extract::Query;
use axum::routing::get;
use maud::html;
use serde::Deserialize;
use vuon_programme::agreements::{Agreement, AgreementState};
use vuon_programme::records::Filter;
use vuon_registry::page::PageRequest;
use vuon_registry::scope::Action;

/// `/support/agreements`.
pub fn routes() -> Router<App> {
    Router::new().route("/support/agreements", get(list))
}

const STATES: [AgreementState; 7] = [
    AgreementState::Draft,
    AgreementState::Running,
    AgreementState::Owing,
    AgreementState::Fulfilled,
    AgreementState::Stopped,
    AgreementState::Reclaimed,
    AgreementState::Refused,
];

#[derive(Deserialize, Default)]
#[serde(default)]
struct Asked {
    commune: String,
    name: Option<String>,
    scheme: String,
    state: String,
    after: Option<String>,
}

async fn list(officer: Officer, Query(asked): Query<Asked>) -> Page {
    officer.desk.actor().may(Action::ReadPeople)?;
    let title = officer.t("support-agreements");
    let of = super::Of { commune: asked.commune.clone(), name: asked.name.clone() };
    let commune = match super::commune(&officer, &of, "/support/agreements", &title).await? {
        Ok(commune) => commune,
        Err(chooser) => return Ok(chooser),
    };
    let some = super::super::fields::some;
    let filter = Filter {
        commune: Some(commune.id.clone()),
        scheme: some(&asked.scheme),
        state: some(&asked.state),
        ..Filter::default()
    };
    let request = PageRequest { after: asked.after.clone(), ..PageRequest::first() };
    let page = officer.office.list::<Agreement>(&filter, &request).await?;
    let subjects = page.rows.iter().map(|kept| kept.thing.recipient.subject().to_owned());
    let names = told::Names::of(&officer, subjects).await?;
    let today = officer.desk.today();
    let headings = [
        officer.t("support-recipient"),
        officer.t("support-scheme"),
        officer.t("support-amount"),
        officer.t("support-paid"),
        officer.t("support-state"),
        officer.t("support-due"),
    ];
    let rows = page.rows.iter().map(|kept| {
        let agreement = &kept.thing;
        vec![
            html! { a href=(format!("/support/agreements/{}", kept.id)) { (names.bare(&officer, agreement.recipient.subject())) } },
            layout::plain(told::scheme(&officer, &agreement.scheme)),
            told::money_cell(&officer, agreement.amount),
            told::money_cell(&officer, agreement.paid()),
            told::state(&officer, "support-agreement", agreement.state.id()),
            agreement.next_due().map(|day| told::due(&officer, day, today)).unwrap_or_default(),
        ]
    });
    let states: Vec<_> =
        STATES.iter().map(|state| (state.id().to_owned(), officer.of("support-agreement", state.id()))).collect();
    let query = finding::query(&[("commune", &commune.id), ("scheme", &asked.scheme), ("state", &asked.state)]);
    let body = html! {
        (back(&officer))
        (told::other_commune(&officer, "/support/agreements", &super::super::areas::name(&commune)))
        form.filters method="get" action="/support/agreements" {
            input type="hidden" name="commune" value=(commune.id);
            (layout::choice_field("scheme", &officer.t("support-scheme"), &told::scheme_options(&officer, |_| true), &asked.scheme, Some(&officer.t("all"))))
            (layout::choice_field("state", &officer.t("support-state"), &states, &asked.state, Some(&officer.t("all"))))
            (layout::send(&officer.t("show")))
        }
        @if page.rows.is_empty() { p.empty { (officer.t("support-agreements-none")) } } @else {
            (layout::list(&title, &headings, rows.collect()))
        }
        (layout::paging(&officer, "/support/agreements", &query, &page))
    };
    Ok(layout::page(&officer, &title, body))
}
