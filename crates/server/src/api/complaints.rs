//! Complaints and their answers.

use super::answer::{self, Given, Made, Version, made};
use super::extract::{Asked, At, IfMatch, Sent, page};
use crate::error::Answer;
use crate::signed_in::Person;
use crate::state::App;
use axum::Json;
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use vuon_registry::cases::{ComplaintAnswer, ComplaintRow, NewComplaint};
use vuon_registry::page::Page;

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(complaints)).routes(routes!(complain)).routes(routes!(answer_complaint))
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
struct WhichComplaints {
    /// Of one round.
    round: Option<String>,
    /// Only those that are not answered.
    #[serde(default)]
    open: bool,
    /// `next` of the page before.
    after: Option<String>,
    /// How many, 1 to 200.
    #[param(minimum = 1, maximum = 200)]
    limit: Option<u32>,
}

/// Complaints within reach, the most urgent first.
#[utoipa::path(get, path = "/complaints", params(WhichComplaints), responses((status = 200, body = Page<ComplaintRow>)))]
async fn complaints(person: Person, Asked(which): Asked<WhichComplaints>) -> Given<Page<ComplaintRow>> {
    let page = page(which.after, which.limit)?;
    if let Some(round) = &which.round {
        person.desk.round(round).await?;
    }
    Ok(Json(person.desk.complaints(which.round.as_deref(), which.open, &page).await?))
}

/// Records a complaint about a case.
#[utoipa::path(post, path = "/cases/{id}/complaints", request_body = NewComplaint,
    responses((status = 201, body = Made)))]
async fn complain(person: Person, At(id): At<String>, Sent(new): Sent<NewComplaint>) -> Answer {
    Ok(made("complaints", person.desk.complain(&id, &new).await?))
}

/// Answers a complaint, once. `If-Match` is the version of its case.
#[utoipa::path(post, path = "/complaints/{id}/answer", params(IfMatch),
    request_body = ComplaintAnswer, responses((status = 200, body = Version)))]
async fn answer_complaint(
    person: Person,
    At(id): At<String>,
    at: IfMatch,
    Sent(given): Sent<ComplaintAnswer>,
) -> Answer {
    Ok(answer::changed(person.desk.answer_complaint(&id, &given, Some(at.0)).await?))
}
