//! Households that may be one: looked for, judged by a person, and the merge undone.

use super::answer::{Count, Given};
use super::extract::{Asked, At, IfMatch, Sent, page};
use crate::error::Problem;
use crate::signed_in::Person;
use crate::state::App;
use axum::Json;
use axum::http::StatusCode;
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use vuon_registry::households::{DuplicateRow, DuplicateVerdict};
use vuon_registry::page::Page;

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(duplicates))
        .routes(routes!(find_duplicates))
        .routes(routes!(judge_duplicate))
        .routes(routes!(undo_merge))
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
struct WhichPairs {
    /// Of this commune, or of a province: then also pairs over two of its communes.
    commune: String,
    /// `next` of the page before.
    after: Option<String>,
    /// How many, 1 to 200.
    #[param(minimum = 1, maximum = 200)]
    limit: Option<u32>,
}

/// The pairs of a commune, or of a province, that nobody has judged, most alike first.
#[utoipa::path(get, path = "/duplicates", params(WhichPairs), responses((status = 200, body = Page<DuplicateRow>)))]
async fn duplicates(person: Person, Asked(which): Asked<WhichPairs>) -> Given<Page<DuplicateRow>> {
    let page = page(which.after, which.limit)?;
    person.desk.area(&which.commune).await?;
    Ok(Json(person.desk.duplicates(&which.commune, &page).await?))
}

/// Where to look.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Commune {
    /// The commune, whose own are compared; or the province, whose heads in different communes are.
    commune: String,
}

/// Looks for pairs; how many new ones were found.
#[utoipa::path(post, path = "/duplicates/searches", request_body = Commune, responses((status = 200, body = Count)))]
async fn find_duplicates(person: Person, Sent(given): Sent<Commune>) -> Given<Count> {
    let found = person.desk.find_duplicates(&given.commune).await?;
    Ok(Json(Count { count: i64::try_from(found).unwrap_or(i64::MAX) }))
}

/// What is to become of a pair.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Verdict {
    /// Two, or one.
    verdict: DuplicateVerdict,
}

/// Judges a pair, once. `If-Match` is its version, in quotes, as its row tells it.
#[utoipa::path(post, path = "/duplicates/{id}/verdict", params(IfMatch),
    request_body = Verdict, responses((status = 204)))]
async fn judge_duplicate(
    person: Person,
    At(id): At<String>,
    at: IfMatch,
    Sent(given): Sent<Verdict>,
) -> Result<StatusCode, Problem> {
    person.desk.judge_duplicate(&id, given.verdict, Some(at.0)).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Undoes a merge; refused if anybody who was merged has changed since.
#[utoipa::path(post, path = "/duplicates/{id}/undo", responses((status = 204)))]
async fn undo_merge(person: Person, At(id): At<String>) -> Result<StatusCode, Problem> {
    person.desk.undo_merge(&id).await?;
    Ok(StatusCode::NO_CONTENT)
}
