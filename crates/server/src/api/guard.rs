//! A session in a cookie is sent by browsers without being asked: a change by it must carry the session's own secret in
//! `X-CSRF-Token` (`GET /api/v1/sessions` tells it). A program's bearer token needs nothing else.

use crate::csrf;
use crate::error::Problem;
use crate::signed_in::Seen;
use axum::extract::Request;
use axum::middleware::Next;
use axum::response::Response;

const HEADER: &str = "x-csrf-token";

/// The layer that turns away what a page elsewhere may have sent.
pub async fn guard(request: Request, next: Next) -> Result<Response, Problem> {
    let seen = request.extensions().get::<Seen>().ok_or(Problem::Internal)?;
    let by_cookie = seen.session.as_ref().is_some_and(|session| session.by_cookie);
    if by_cookie && !request.method().is_safe() {
        let token = request.headers().get(HEADER).and_then(|value| value.to_str().ok()).unwrap_or_default();
        csrf::check(seen, request.headers(), Some(token))?;
    }
    Ok(next.run(request).await)
}
