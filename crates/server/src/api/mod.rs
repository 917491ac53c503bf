//! The interface for machines, under `/api/v1`.
//!
//! Handlers take the same [`Person`](crate::signed_in::Person) and give the same [`Problem`] as pages do; the layer
//! [`explain`] writes problems out as RFC 9457 says.

use crate::error::{self, Problem};
use crate::signed_in::Seen;
use crate::state::App;
use axum::extract::Request;
use axum::http::HeaderValue;
use axum::http::header::CONTENT_TYPE;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use axum::{Json, Router};
use serde_json::json;

/// Everything under `/api/v1`.
pub fn routes() -> Router<App> {
    Router::new().fallback(|| async { Problem::NotFound })
}

/// The layer of the interface: writes problems out for machines.
pub async fn explain(request: Request, next: Next) -> Response {
    let seen = request.extensions().get::<Seen>().cloned();
    let response = next.run(request).await;
    let Some(problem) = error::problem_of(&response) else { return response };
    problem.log();
    let status = problem.status();
    let detail = seen.map(|seen| problem.text(&seen.view));
    let body = json!({
        "type": "about:blank",
        "title": status.canonical_reason(),
        "status": status.as_u16(),
        "detail": detail,
    });
    let mut response = (status, Json(body)).into_response();
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
    response
}
