//! Documents and photos of a case: the bytes as they are, in both directions.

use super::extract::{At, FileName, body};
use crate::error::Answer;
use crate::signed_in::Person;
use crate::state::App;
use axum::Json;
use axum::extract::{DefaultBodyLimit, Request, State};
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::IntoResponse;
use utoipa::ToSchema;
use utoipa_axum::router::{OpenApiRouter, UtoipaMethodRouterExt};
use utoipa_axum::routes;
use vuon_registry::cases::DocumentRow;

pub fn routes(app: &App) -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(attach).layer(DefaultBodyLimit::max(app.config().max_upload)))
        .routes(routes!(document))
}

/// The bytes of a file.
#[derive(ToSchema)]
#[schema(value_type = String, format = Binary)]
pub struct Bytes(#[expect(dead_code, reason = "describes a body; never made")] Vec<u8>);

/// Attaches a document or photo: JPEG, PNG or PDF, told by its first bytes; at most 5 MiB.
#[utoipa::path(post, path = "/cases/{id}/documents", params(FileName),
    request_body(content = Bytes, content_type = "application/octet-stream"),
    responses((status = 201, body = DocumentRow)))]
async fn attach(
    State(app): State<App>,
    person: Person,
    At(id): At<String>,
    FileName(name): FileName,
    request: Request,
) -> Answer {
    let bytes = body(request, &app).await?;
    let document = person.desk.attach(&id, &name, &bytes).await?;
    Ok((StatusCode::CREATED, Json(document)).into_response())
}

/// A document.
#[utoipa::path(get, path = "/cases/{id}/documents/{hash}", responses((status = 200, content(
    (Bytes = "image/jpeg"), (Bytes = "image/png"), (Bytes = "application/pdf")))))]
async fn document(person: Person, At((id, hash)): At<(String, String)>) -> Answer {
    let (row, bytes) = person.desk.document(&id, &hash).await?;
    let mut headers = HeaderMap::new();
    if let Ok(kind) = HeaderValue::try_from(row.mime) {
        headers.insert(CONTENT_TYPE, kind);
    }
    headers.insert(CONTENT_DISPOSITION, HeaderValue::from_static("attachment"));
    Ok((headers, bytes).into_response())
}
