//! Identity numbers, and what is known of a person: never in an address, which is written into logs on its way.

use super::answer::{self, Given, Version};
use super::extract::{At, IfMatch, Sent};
use super::once::Unkept;
use crate::error::{Answer, Problem};
use crate::signed_in::Person;
use crate::state::App;
use axum::http::StatusCode;
use axum::response::IntoResponse;
use axum::{Extension, Json};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(set_identity))
        .routes(routes!(reveal_identity))
        .routes(routes!(find_identity))
        .routes(routes!(erase_person))
}

/// A person's identity number.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Number {
    /// Twelve digits; nine of an old card.
    #[schema(pattern = "^([0-9]{9}|[0-9]{12})$")]
    number: String,
}

/// A person's identity number, opened.
#[derive(Serialize, ToSchema)]
struct Opened {
    /// It; nothing if it is not known.
    number: Option<String>,
}

/// Whose it is.
#[derive(Serialize, ToSchema)]
struct Found {
    /// The household, within reach, of whoever has this number.
    household: Option<String>,
}

/// Why.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Reason {
    /// In words, for the ledger.
    reason: String,
}

/// Records a person's identity number, in the place of the one of before. `If-Match` is the version of the household.
#[utoipa::path(put, path = "/persons/{id}/identity", params(IfMatch),
    request_body = Number, responses((status = 200, body = Version)))]
async fn set_identity(person: Person, At(id): At<String>, at: IfMatch, Sent(given): Sent<Number>) -> Answer {
    Ok(answer::changed(person.desk.set_identity(&id, &given.number, Some(at.0)).await?))
}

/// Opens a person's identity number; the ledger tells who looked.
#[utoipa::path(post, path = "/persons/{id}/identity/reveal", responses((status = 200, body = Opened)))]
async fn reveal_identity(person: Person, At(id): At<String>) -> Answer {
    let number = person.desk.reveal_identity(&id).await?;
    Ok((Extension(Unkept), Json(Opened { number })).into_response())
}

/// Finds the household of whoever has a number.
#[utoipa::path(post, path = "/identity-searches", request_body = Number, responses((status = 200, body = Found)))]
async fn find_identity(person: Person, Sent(given): Sent<Number>) -> Given<Found> {
    Ok(Json(Found { household: person.desk.find_identity(&given.number).await? }))
}

/// Erases what is known of a person, on lawful request. The chain still verifies.
#[utoipa::path(post, path = "/persons/{id}/erase", request_body = Reason, responses((status = 204)))]
async fn erase_person(person: Person, At(id): At<String>, Sent(given): Sent<Reason>) -> Result<StatusCode, Problem> {
    person.desk.erase_person(&id, &given.reason).await?;
    Ok(StatusCode::NO_CONTENT)
}
