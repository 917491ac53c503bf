//! Projects of communities, and the catalogue of what they showed.

use super::super::answer::{Given, Made, made, versioned};
use super::super::extract::{At, IfMatch, Paged, Sent, WhichPage};
use super::Which;
use crate::error::{Answer, Problem};
use crate::office::Officer;
use crate::state::App;
use axum::Json;
use axum::http::StatusCode;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use vuon_programme::proposals::{ModelRow, NewProposal, Proposal, StepTaken};
use vuon_programme::records::Kept;
use vuon_registry::page::Page;

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(projects, call_for_project))
        .routes(routes!(project))
        .routes(routes!(take_project_step))
        .routes(routes!(models))
}

/// Projects within reach, the oldest first.
#[utoipa::path(get, path = "/projects", params(Which, WhichPage), responses((status = 200, body = Page<Kept<Proposal>>)))]
async fn projects(officer: Officer, Paged(which, page): Paged<Which>) -> Given<Page<Kept<Proposal>>> {
    Ok(Json(officer.office.list(&which.into(), &page).await?))
}

/// Calls for a project in a village.
#[utoipa::path(post, path = "/projects", request_body = NewProposal, responses((status = 201, body = Made)))]
async fn call_for_project(officer: Officer, Sent(new): Sent<NewProposal>) -> Answer {
    Ok(made("projects", officer.office.call_for_project(&new).await?))
}

/// A project.
#[utoipa::path(get, path = "/projects/{id}", responses((status = 200, body = Kept<Proposal>,
    headers(("ETag" = String, description = "Its version, for If-Match")))))]
async fn project(officer: Officer, At(id): At<String>) -> Answer {
    let project = officer.office.one::<Proposal>(&id).await?;
    Ok(versioned(project.version, project))
}

/// Records the next step of a project.
#[utoipa::path(post, path = "/projects/{id}/steps", params(IfMatch), request_body = StepTaken,
    responses((status = 204)))]
async fn take_project_step(
    officer: Officer,
    At(id): At<String>,
    at: IfMatch,
    Sent(taken): Sent<StepTaken>,
) -> Result<StatusCode, Problem> {
    officer.office.take_step(&id, at.0, &taken).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// What closed projects have shown, by model of livelihood.
#[utoipa::path(get, path = "/models", responses((status = 200, body = Vec<ModelRow>)))]
async fn models(officer: Officer) -> Given<Vec<ModelRow>> {
    Ok(Json(officer.office.models().await?))
}
