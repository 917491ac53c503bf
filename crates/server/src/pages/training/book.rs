//! The handbook itself: a page of its own, which a phone can keep, and a booklet to print.

use crate::error::{Answer, Problem};
use crate::handbook::book;
use crate::signed_in::Person;
use crate::state::App;
use crate::training::pack as pack_of;
use axum::Router;
use axum::extract::{Path, State};
use axum::http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_SECURITY_POLICY, CONTENT_TYPE};
use axum::response::IntoResponse;
use axum::routing::get;
use data_encoding::BASE64;
use sha2::{Digest, Sha256};
use vuon_publish::handbook::{self, Drawings};

/// `/handbook/…`.
pub fn routes() -> Router<App> {
    Router::new()
        .route("/handbook/{pack}", get(page))
        .route("/handbook/{pack}/booklet", get(booklet))
        .route("/handbook/drawings/{drawing}", get(drawing))
}

async fn page(State(app): State<App>, person: Person, Path(pack): Path<String>) -> Answer {
    let program = pack_of(&person, &pack)?;
    let html = handbook::html(&*book(&app, &program, person.language).await?);
    // The file has its style inside, so that it can be kept: that style runs, and nothing else.
    let style = BASE64.encode(&Sha256::digest(handbook::STYLE));
    let policy = format!("default-src 'none'; style-src 'sha256-{style}'; frame-ancestors 'none'; base-uri 'none'");
    let headers = [(CONTENT_TYPE, "text/html; charset=utf-8".to_owned()), (CONTENT_SECURITY_POLICY, policy)];
    Ok((headers, html).into_response())
}

async fn booklet(State(app): State<App>, person: Person, Path(pack): Path<String>) -> Answer {
    let program = pack_of(&person, &pack)?;
    let book = book(&app, &program, person.language).await?;
    let name = format!("inline; filename=\"handbook-{}-{}.pdf\"", book.pack, book.language);
    let templates = app.templates().clone();
    let set = tokio::task::spawn_blocking(move || handbook::pdf(&book, &templates)).await;
    let bytes = set.map_err(|_| Problem::Internal)?.map_err(|error| {
        tracing::error!(%error, "the handbook could not be set");
        Problem::Internal
    })?;
    Ok(([(CONTENT_TYPE, "application/pdf".to_owned()), (CONTENT_DISPOSITION, name)], bytes).into_response())
}

/// A drawing; the same for everybody.
async fn drawing(Path(id): Path<String>) -> Answer {
    let drawing = Drawings::embedded().get(&id).ok_or(Problem::NotFound)?;
    let headers = [(CONTENT_TYPE, "image/svg+xml"), (CACHE_CONTROL, "public, max-age=86400")];
    Ok((headers, drawing.svg()).into_response())
}
