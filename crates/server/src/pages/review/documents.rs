//! Documents and photos of a case: sent, and shown as what they are and nothing else.

use crate::csrf::Upload;
use crate::error::Answer;
use crate::signed_in::Person;
use crate::state::App;
use axum::Router;
use axum::body::Body;
use axum::extract::Path;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_SECURITY_POLICY, CONTENT_TYPE};
use axum::http::{HeaderValue, Response};
use axum::response::{IntoResponse, Redirect};
use axum::routing::{get, post};
use maud::{Markup, html};
use vuon_registry::RegistryError;
use vuon_registry::cases::{CaseState, CaseView};
use vuon_registry::scope::Action;

/// `/cases/{id}/documents`.
pub fn routes(app: &App) -> Router<App> {
    Router::new()
        .route("/cases/{id}/documents", super::super::uploads(app, post(attach)))
        .route("/cases/{id}/documents/{hash}", get(document))
}

/// The documents of a case, and where one sends more.
pub fn section(person: &Person, view: &CaseView) -> Markup {
    let id = &view.row.id;
    html! {
        h2 id="documents" { (person.t("review-documents")) }
        @if view.documents.is_empty() { p.empty { (person.t("review-no-documents")) } } @else {
            ul.plainlist {
                @for document in &view.documents {
                    li {
                        a href=(format!("/cases/{id}/documents/{}", document.hash)) { (document.name) }
                        " " span.muted { (person.of("review-mime", kind(&document.mime))) ", " (person.number((document.bytes + 1023) / 1024)) " kB" }
                    }
                }
            }
        }
        @if person.may(Action::Answer) && view.row.state != CaseState::Withdrawn {
            form.fields method="post" action=(format!("/cases/{id}/documents")) enctype="multipart/form-data" {
                (crate::layout::csrf_field(person))
                (crate::layout::labelled("file", &person.t("review-document-add"), Some(&person.t("review-document-hint")), html! {
                    input type="file" id="file" name="file" required accept="image/jpeg,image/png,application/pdf" aria-describedby="file-hint";
                }))
                p.actions { button.second type="submit" { (person.t("review-document-send")) } }
            }
        }
    }
}

fn kind(mime: &str) -> &str {
    match mime {
        "image/jpeg" | "image/png" => "photo",
        "application/pdf" => "pdf",
        _ => "file",
    }
}

async fn attach(person: Person, Path(id): Path<String>, upload: Upload) -> Answer {
    let file = upload.files.iter().find(|(field, _, bytes)| field == "file" && !bytes.is_empty());
    let attached = match file {
        Some((_, name, bytes)) => person.desk.attach(&id, name, bytes).await,
        None => Err(RegistryError::invalid("file", "choose a file")),
    };
    match attached {
        Ok(_) => Ok(Redirect::to(&format!("/cases/{id}?done=review-attached#documents")).into_response()),
        Err(error) => {
            super::super::again(error, async |problem| super::case::show(&person, &id, Some(problem)).await).await
        }
    }
}

async fn document(person: Person, Path((id, hash)): Path<(String, String)>) -> Answer {
    let (row, bytes) = person.desk.document(&id, &hash).await?;
    // Only these are shown by the browser; anything else is kept as a file.
    let (mime, shown) = match row.mime.as_str() {
        "image/jpeg" => ("image/jpeg", "inline"),
        "image/png" => ("image/png", "inline"),
        "application/pdf" => ("application/pdf", "attachment"),
        _ => ("application/octet-stream", "attachment"),
    };
    let name = crate::view::encode(&row.name);
    let mut response = Response::new(Body::from(bytes));
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(mime));
    headers.insert(CONTENT_SECURITY_POLICY, HeaderValue::from_static("default-src 'none'; sandbox"));
    if let Ok(value) = HeaderValue::from_str(&format!("{shown}; filename*=UTF-8''{name}")) {
        headers.insert(CONTENT_DISPOSITION, value);
    }
    Ok(response)
}
