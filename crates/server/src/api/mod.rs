//! The interface for machines, under `/api/v1`.
//!
//! # Brief overview
//!
//! * One file for each resource: a handler takes a [`Person`](crate::signed_in::Person) and what was [`Sent`], [`Asked`]
//!   or stands in the path ([`At`]), asks the person's desk, and gives JSON or a [`Problem`].
//! * The description ([`document`]) is made from the handlers; `openapi` adds what all of them share.
//! * [`problem`] writes problems out as RFC 9457 says; [`once`] carries a request with an idempotency key out once;
//!   [`guard`] turns away what a page elsewhere may have sent.
//!
//! # What must always be true
//!
//! Whatever is sent, the answer is a status that the description names, with a body that it describes. Nothing is decided
//! here about who may see what.
//!
//! [`Sent`]: extract::Sent
//! [`Asked`]: extract::Asked
//! [`At`]: extract::At

mod accept;
mod accounts;
mod answer;
mod areas;
mod cases;
mod complaints;
mod courses;
mod documents;
mod duplicates;
mod export;
mod extract;
mod figures;
mod grievances;
mod guard;
mod households;
mod identity;
mod imports;
mod ledger;
mod lists;
mod once;
mod openapi;
mod own_account;
mod papers;
mod problem;
mod reform;
mod reports;
mod requests;
mod rounds;
mod sessions;
mod steps;
mod support;
mod training;

use crate::error::Problem;
use crate::state::App;
use crate::{logs, operations, signed_in};
use axum::Router;
use axum::http::StatusCode;
use axum::middleware::{from_fn, from_fn_with_state};
use axum::routing::get;
use serde_json::Value;
use std::time::Duration;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::timeout::TimeoutLayer;
use utoipa_axum::router::OpenApiRouter;

/// Everything under `/api/v1`.
pub fn routes(app: &App) -> Router<App> {
    let (router, document) = described(app);
    let document = document.to_string();
    let json = [("content-type", "application/json"), ("cache-control", "public, max-age=300")];
    let timeout = Duration::from_secs(app.config().timeout);
    // The layer written last is the outermost.
    router
        .route("/openapi.json", get(async move || (json, document)))
        .route_layer(from_fn(logs::name))
        .fallback(|| async { Problem::NotFound })
        .layer(CatchPanicLayer::custom(operations::panicked))
        .layer(from_fn_with_state(app.clone(), once::once))
        .layer(from_fn(guard::guard))
        .layer(from_fn_with_state(app.clone(), signed_in::look))
        .layer(TimeoutLayer::with_status_code(StatusCode::GATEWAY_TIMEOUT, timeout))
        .layer(from_fn_with_state(app.clone(), problem::explain))
}

/// The description of the interface (OpenAPI 3.1).
pub fn document(app: &App) -> Value {
    described(app).1
}

fn described(app: &App) -> (Router<App>, Value) {
    let (router, document) = OpenApiRouter::with_openapi(openapi::frame())
        .merge(sessions::routes())
        .merge(areas::routes(app))
        .merge(reform::routes())
        .merge(households::routes())
        .merge(identity::routes())
        .merge(duplicates::routes())
        .merge(rounds::routes())
        .merge(steps::routes())
        .merge(cases::routes())
        .merge(documents::routes(app))
        .merge(complaints::routes())
        .merge(grievances::routes())
        .merge(requests::routes())
        .merge(figures::routes())
        .merge(reports::routes(app))
        .merge(papers::routes())
        .merge(lists::routes())
        .merge(export::routes())
        .merge(imports::routes(app))
        .merge(own_account::routes())
        .merge(accounts::routes())
        .merge(ledger::routes())
        .merge(support::routes(app))
        .merge(training::routes())
        .merge(courses::routes())
        .split_for_parts();
    (router, openapi::complete(document, signed_in::cookie_name(app)))
}
