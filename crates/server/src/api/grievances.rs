//! What the public filed without an account.

use super::answer::{Given, Made, made};
use super::extract::{Asked, At, Sent, page};
use crate::error::Answer;
use crate::signed_in::Person;
use crate::state::App;
use axum::Json;
use axum::http::StatusCode;
use axum::response::IntoResponse;
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use vuon_registry::grievances::{GrievanceRow, GrievanceView};
use vuon_registry::page::Page;

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(grievances))
        .routes(routes!(grievance))
        .routes(routes!(take_up_grievance))
        .routes(routes!(answer_grievance))
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
struct WhichGrievances {
    /// Only those that wait for the officer.
    #[serde(default)]
    waiting: bool,
    /// `next` of the page before.
    after: Option<String>,
    /// How many, 1 to 200.
    #[param(minimum = 1, maximum = 200)]
    limit: Option<u32>,
}

/// Grievances within reach, those filed first before others.
#[utoipa::path(get, path = "/grievances", params(WhichGrievances), responses((status = 200, body = Page<GrievanceRow>)))]
async fn grievances(person: Person, Asked(which): Asked<WhichGrievances>) -> Given<Page<GrievanceRow>> {
    let page = page(which.after, which.limit)?;
    Ok(Json(person.desk.grievances(which.waiting, &page).await?))
}

/// A grievance with its words; the way to answer for who answers alone.
#[utoipa::path(get, path = "/grievances/{id}", responses((status = 200, body = GrievanceView)))]
async fn grievance(person: Person, At(id): At<String>) -> Given<GrievanceView> {
    Ok(Json(person.desk.grievance(&id).await?))
}

/// The case that a grievance is about.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewTakingUp {
    /// The case, of the grievance's commune.
    case: String,
}

/// Takes a grievance up as a complaint about a case, its deadline counted from the day it was filed; the complaint.
#[utoipa::path(post, path = "/grievances/{id}/complaint", request_body = NewTakingUp,
    responses((status = 201, body = Made)))]
async fn take_up_grievance(person: Person, At(id): At<String>, Sent(new): Sent<NewTakingUp>) -> Answer {
    Ok(made("complaints", person.desk.take_up_grievance(&id, &new.case).await?))
}

/// An answer to whoever follows a grievance by its code.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewGrievanceAnswer {
    /// Its words. They name nobody: whoever has the code reads them.
    text: String,
}

/// Answers a grievance, once: why it is not taken up, or what became of its complaint.
#[utoipa::path(post, path = "/grievances/{id}/answer", request_body = NewGrievanceAnswer, responses((status = 204)))]
async fn answer_grievance(person: Person, At(id): At<String>, Sent(given): Sent<NewGrievanceAnswer>) -> Answer {
    person.desk.answer_grievance(&id, &given.text).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}
