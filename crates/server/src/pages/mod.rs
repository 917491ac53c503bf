//! The pages: one file for each area of them. A new file adds its `routes()` below and its line in `navigation`.

mod account;
mod account_area;
pub mod areas;
pub mod communes;
mod duplicates;
mod fields;
mod finding;
mod flows;
mod home;
mod household_changes;
mod household_history;
mod households;
mod import;
mod ledger;
mod ledger_told;
mod lists;
mod member_form;
mod members;
mod openid;
mod papers;
mod public;
mod reform;
mod reports;
pub mod review;
mod sign_in;
mod support;
pub mod training;
mod user;
mod users;
mod verify;

pub use import::Import;
pub use public::SiteTags;

use crate::error::{Answer, Page, Problem};
use crate::logs;
use crate::state::App;
use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware::from_fn;
use axum::response::IntoResponse;
use axum::routing::MethodRouter;
use vuon_registry::RegistryError;

/// All pages.
pub fn routes(app: &App) -> Router<App> {
    Router::new()
        .merge(home::routes())
        .merge(sign_in::routes())
        .merge(openid::routes())
        .merge(account::routes())
        .merge(users::routes())
        .merge(user::routes())
        .merge(areas::routes())
        .merge(reform::routes())
        .merge(households::routes())
        .merge(household_changes::routes())
        .merge(members::routes())
        .merge(duplicates::routes())
        .merge(import::routes(app))
        .merge(lists::routes())
        .merge(flows::routes())
        .merge(reports::routes(app))
        .merge(papers::routes())
        .merge(verify::routes())
        .merge(public::routes())
        .merge(ledger::routes())
        .merge(support::routes(app))
        .merge(training::routes())
        .merge(review::routes(app))
        .route_layer(from_fn(logs::name))
        .fallback(|| async { Problem::NotFound })
        .method_not_allowed_fallback(|| async { Problem::Method })
}

/// A route that takes uploads: the larger limit holds for it alone.
pub fn uploads(app: &App, route: MethodRouter<App>) -> MethodRouter<App> {
    route.layer(DefaultBodyLimit::max(app.config().max_upload))
}

/// The answer to a form that was not done: the page again, with what is in the way; what broke inside stays a problem.
///
/// # Errors
/// [`Problem`], of the error itself or of the page.
pub async fn again(error: RegistryError, page: impl AsyncFnOnce(&Problem) -> Page) -> Answer {
    let problem = Problem::from(error);
    let status = problem.status();
    if status.is_server_error() || status == axum::http::StatusCode::NOT_FOUND {
        return Err(problem);
    }
    let page = page(&problem).await?;
    Ok((status, page).into_response())
}
