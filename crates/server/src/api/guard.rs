//! A session in a cookie is sent by browsers without being asked: a change by it must carry the session's own secret in
//! `X-CSRF-Token` (`GET /api/v1/sessions` tells it). A program's bearer token needs nothing else.

use crate::csrf;
use crate::error::Problem;
use crate::signed_in::Seen;
use axum::extract::Request;
use axum::http::HeaderMap;
use axum::middleware::Next;
use axum::response::Response;

const HEADER: &str = "x-csrf-token";

/// The layer that turns away what a page elsewhere may have sent.
pub async fn guard(request: Request, next: Next) -> Result<Response, Problem> {
    let seen = request.extensions().get::<Seen>().ok_or(Problem::Internal)?;
    if !request.method().is_safe() {
        check(seen, request.headers())?;
    }
    Ok(next.run(request).await)
}

/// Whether a request by cookie carries its proof; also for what only reads and yet is written down, such as an export.
///
/// # Errors
/// [`Problem::Csrf`].
pub fn check(seen: &Seen, headers: &HeaderMap) -> Result<(), Problem> {
    if !seen.session.as_ref().is_some_and(|session| session.by_cookie) {
        return Ok(());
    }
    let token = headers.get(HEADER).and_then(|value| value.to_str().ok()).unwrap_or_default();
    csrf::check(seen, headers, Some(token))
}
