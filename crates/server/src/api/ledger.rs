//! The ledger: chains, entries, contents; everything computed again; the signed end of a chain.

use super::answer::Given;
use super::extract::{All, Asked, At, Paged, WhichPage};
use crate::signed_in::Person;
use crate::state::App;
use axum::Json;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use vuon_registry::audit::{AuditReport, SignedRoot};
use vuon_registry::ledger::{Entry, Root};
use vuon_registry::page::Page;

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(chains))
        .routes(routes!(entries))
        .routes(routes!(entry_content))
        .routes(routes!(signed_root))
        .routes(routes!(verify))
}

/// The chains within reach and their ends.
#[utoipa::path(get, path = "/chains", params(WhichPage), responses((status = 200, body = Page<Root>)))]
async fn chains(person: Person, Paged(All {}, page): Paged<All>) -> Given<Page<Root>> {
    Ok(Json(person.desk.chains(&page).await?))
}

/// The entries of a chain, latest first.
#[utoipa::path(get, path = "/chains/{chain}/entries", params(WhichPage), responses((status = 200, body = Page<Entry>)))]
async fn entries(person: Person, At(chain): At<String>, Paged(All {}, page): Paged<All>) -> Given<Page<Entry>> {
    Ok(Json(person.desk.entries(&chain, &page).await?))
}

/// The content of an entry.
#[derive(Serialize, ToSchema)]
struct Content {
    /// It; nothing if it was erased on lawful request.
    #[schema(value_type = Option<Object>)]
    content: Option<Value>,
}

/// The content of an entry, for who may read what it is about.
#[utoipa::path(get, path = "/chains/{chain}/entries/{seq}", params(("seq" = i64, Path, description = "Its place")),
    responses((status = 200, body = Content)))]
async fn entry_content(person: Person, At((chain, seq)): At<(String, i64)>) -> Given<Content> {
    Ok(Json(Content { content: person.desk.entry_content(&chain, seq).await? }))
}

/// The signed end of a commune's chain today.
#[utoipa::path(get, path = "/chains/{chain}/root", responses((status = 200, body = SignedRoot)))]
async fn signed_root(person: Person, At(chain): At<String>) -> Given<SignedRoot> {
    Ok(Json(person.desk.signed_root(&chain).await?))
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
struct WhichChain {
    /// Of one chain; of all within reach when absent.
    chain: Option<String>,
    /// A root that was printed: its statement. That its entry is not there any more is a difference too.
    root: Option<String>,
}

/// Computes everything within reach again, and names what differs.
#[utoipa::path(get, path = "/audit", params(WhichChain), responses((status = 200, body = AuditReport)))]
async fn verify(person: Person, Asked(which): Asked<WhichChain>) -> Given<AuditReport> {
    let mut report = person.desk.verify(which.chain.as_deref()).await?;
    if let Some(root) = &which.root {
        report.differences.extend(person.desk.verify_root(root).await?);
    }
    Ok(Json(report))
}
