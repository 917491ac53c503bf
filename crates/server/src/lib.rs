//! This crate provides the web application of a register, and its interface for machines.
//!
//! # Brief overview
//!
//! * [`Config`] is how a server is set up; [`App`] is what every request has at hand.
//! * [`app`] makes the router, and [`serve`] runs it until it is told to stop.
//! * A page is a function in [`pages`]: it takes a [`Person`](signed_in::Person), asks the person's
//!   [`Desk`](vuon_registry::Desk), and gives markup inside of [`layout::page`], or a [`Problem`](error::Problem).
//! * A form is read as [`Checked`](csrf::Checked), which refuses what our own pages did not make.
//! * Words stand in `words/`, in Vietnamese and English; [`View`](view::View) finds them and writes numbers and days.
//! * [`api`] is the interface under `/api/v1`.
//!
//! # What must always be true
//!
//! Who may see what is not decided here: every question goes through a desk. A page works without scripts. Nothing
//! personal and no secret is written to a log.

pub mod api;
pub mod assets;
mod bank;
pub mod config;
pub mod csrf;
pub mod error;
mod first_run;
pub(crate) mod handbook;
mod headers;
mod kept;
pub mod labels;
pub mod language;
pub mod layout;
mod limit;
pub mod logs;
mod navigation;
pub mod office;
mod openid;
mod operations;
pub mod pages;
mod papers;
mod periods;
mod reports;
pub mod said;
mod searches;
mod serve;
pub mod signed_in;
mod state;
mod training;
pub mod view;

pub use config::{Config, ConfigError, ServeOptions};
pub use first_run::first_administrator;
pub use serve::{ServeError, serve};
pub use state::App;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::http::StatusCode;
use axum::middleware::{from_fn, from_fn_with_state};
use std::time::Duration;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use tower_http::request_id::{MakeRequestUuid, PropagateRequestIdLayer, SetRequestIdLayer};
use tower_http::timeout::TimeoutLayer;

/// The whole application.
pub fn app(state: App) -> Router {
    let limit = state.config().max_body;
    let timeout = Duration::from_secs(state.config().timeout);
    // The layer written last is the outermost. What panics or takes too long is told as every other problem is.
    let held = |routes: Router<App>| {
        let late = TimeoutLayer::with_status_code(StatusCode::GATEWAY_TIMEOUT, timeout);
        routes.layer(CatchPanicLayer::custom(operations::panicked)).layer(late)
    };
    let pages = pages::routes(&state)
        .layer(from_fn_with_state(state.clone(), language::remember))
        .layer(from_fn_with_state(state.clone(), signed_in::look));
    let pages = held(pages).layer(from_fn_with_state(state.clone(), error::explain));
    Router::new()
        .nest_service("/api/v1", api::routes(&state).with_state(state.clone()))
        .merge(assets::routes())
        .merge(operations::routes())
        .merge(pages)
        .with_state(state.clone())
        .layer(DefaultBodyLimit::max(limit))
        .layer(CatchPanicLayer::custom(operations::panicked))
        .layer(CompressionLayer::new())
        .layer(from_fn_with_state(state, headers::secure))
        .layer(from_fn(logs::write))
        .layer(PropagateRequestIdLayer::x_request_id())
        .layer(SetRequestIdLayer::x_request_id(MakeRequestUuid))
}
