//! What handlers give: the shapes that many of them share.

use crate::error::Problem;
use axum::Json;
use axum::http::header::{ETAG, LOCATION};
use axum::http::{HeaderName, StatusCode};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use utoipa::ToSchema;

/// Something as JSON, or why not.
pub type Given<T> = Result<Json<T>, Problem>;

/// Something that was made.
#[derive(Serialize, ToSchema)]
pub struct Made {
    /// Its id.
    pub id: String,
}

/// The version after a change.
#[derive(Serialize, ToSchema)]
pub struct Version {
    /// It, for the next `If-Match`.
    pub version: i64,
}

/// How many.
#[derive(Serialize, ToSchema)]
pub struct Count {
    /// How many.
    pub count: i64,
}

/// Something was made: its id, and where it is under `/api/v1`.
pub fn made(under: &str, id: String) -> Response {
    let location = format!("/api/v1/{under}/{id}");
    (StatusCode::CREATED, [(LOCATION, location)], Json(Made { id })).into_response()
}

/// The header that says which version an answer shows.
pub fn etag(version: i64) -> [(HeaderName, String); 1] {
    [(ETAG, format!("\"{version}\""))]
}

/// An answer with its version.
pub fn versioned<T: Serialize>(version: i64, answer: T) -> Response {
    (etag(version), Json(answer)).into_response()
}

/// The version after a change.
pub fn changed(version: i64) -> Response {
    versioned(version, Version { version })
}
