//! The pages: one file for each area of them. A new file adds its `routes()` below and its line in `navigation`.

mod home;

use crate::error::Problem;
use crate::logs;
use crate::state::App;
use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware::from_fn;
use axum::routing::MethodRouter;

/// All pages.
pub fn routes() -> Router<App> {
    Router::new()
        .merge(home::routes())
        .route_layer(from_fn(logs::name))
        .fallback(|| async { Problem::NotFound })
        .method_not_allowed_fallback(|| async { Problem::Method })
}

/// A route that takes uploads: the larger limit holds for it alone.
pub fn uploads(app: &App, route: MethodRouter<App>) -> MethodRouter<App> {
    route.layer(DefaultBodyLimit::max(app.config().max_upload))
}
