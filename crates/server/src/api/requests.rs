//! Requests of households to be reviewed, which wait for a round.

use super::answer::{Given, Made, made};
use super::extract::{At, Paged, Sent, WhichPage};
use crate::error::Answer;
use crate::signed_in::Person;
use crate::state::App;
use axum::Json;
use axum::http::StatusCode;
use axum::response::IntoResponse;
use jiff::civil::Date;
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use vuon_registry::page::Page;
use vuon_registry::requests::ReviewRequest;

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(review_requests, request_review)).routes(routes!(withdraw_review_request))
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
struct WhichRequests {
    /// Of one commune.
    commune: Option<String>,
}

/// A request that came.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewReviewRequest {
    /// The household.
    household: String,
    /// The day it came; today when absent.
    #[schema(value_type = Option<String>, format = Date)]
    received_on: Option<Date>,
}

/// Why a request ends without a review.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct WithdrawnRequest {
    /// Why.
    reason: String,
}

/// The requests within reach that wait for a round, the oldest first.
#[utoipa::path(get, path = "/review-requests", params(WhichRequests, WhichPage),
    responses((status = 200, body = Page<ReviewRequest>)))]
async fn review_requests(person: Person, Paged(which, page): Paged<WhichRequests>) -> Given<Page<ReviewRequest>> {
    Ok(Json(person.desk.review_requests(which.commune.as_deref(), &page).await?))
}

/// Records that a household asked to be reviewed. The next round of the kind that takes requests makes a case of it.
#[utoipa::path(post, path = "/review-requests", request_body = NewReviewRequest,
    responses((status = 201, body = Made)))]
async fn request_review(person: Person, Sent(new): Sent<NewReviewRequest>) -> Answer {
    let received_on = new.received_on.unwrap_or(person.desk.today());
    Ok(made("review-requests", person.desk.request_review(&new.household, received_on).await?))
}

/// Ends a request that waits, without a review.
#[utoipa::path(post, path = "/review-requests/{id}/withdrawal", request_body = WithdrawnRequest,
    responses((status = 204)))]
async fn withdraw_review_request(person: Person, At(id): At<String>, Sent(given): Sent<WithdrawnRequest>) -> Answer {
    person.desk.withdraw_review_request(&id, &given.reason).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}
