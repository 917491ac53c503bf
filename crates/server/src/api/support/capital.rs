//! Capital: budgets, and allocations by a published formula.

use super::super::answer::{Given, Made, made, versioned};
use super::super::extract::{Asked, At, IfMatch, Sent};
use crate::error::{Answer, Problem};
use crate::office::Officer;
use crate::state::App;
use axum::Json;
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use vuon_programme::agreements::Budget;
use vuon_programme::budgets::{Allocation, BudgetRow, NewAllocation};
use vuon_programme::published::Published;
use vuon_programme::records::Kept;
use vuon_programme::sources::{NewSource, SourceRow};

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(budgets))
        .routes(routes!(receive_capital))
        .routes(routes!(record_source))
        .routes(routes!(sources))
        .routes(routes!(carry_over))
        .routes(routes!(reuse))
        .routes(routes!(what_if))
        .routes(routes!(allocations, draft_allocation))
        .routes(routes!(allocation))
        .routes(routes!(decide_allocation))
        .routes(routes!(allocation_file))
}

/// What a unit, and each unit directly below it, has by scheme and year.
#[utoipa::path(get, path = "/areas/{id}/budgets", responses((status = 200, body = Vec<BudgetRow>)))]
async fn budgets(officer: Officer, At(id): At<String>) -> Given<Vec<BudgetRow>> {
    Ok(Json(officer.office.budgets(&id).await?))
}

/// Capital from outside of the register.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Received {
    /// The unit that receives it.
    unit: String,
    /// The scheme it is for.
    scheme: String,
    /// The year.
    year: i16,
    /// How much, in đồng.
    amount: i64,
    /// The decision that gives it.
    document: String,
}

/// Records capital that a unit was given by a decision from outside.
#[utoipa::path(post, path = "/grants", request_body = Received, responses((status = 201, body = Made)))]
async fn receive_capital(officer: Officer, Sent(new): Sent<Received>) -> Answer {
    let Received { unit, scheme, year, amount, document } = &new;
    Ok(made("grants", officer.office.receive_capital(unit, scheme, *year, *amount, document).await?))
}

/// Records capital that another programme gives in a unit, so that its sources stand side by side; no money moves for it.
#[utoipa::path(post, path = "/other-sources", request_body = NewSource, responses((status = 201, body = Made)))]
async fn record_source(officer: Officer, Sent(new): Sent<NewSource>) -> Answer {
    Ok(made("other-sources", officer.office.record_source(&new).await?))
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
struct SourcesOf {
    /// The year of the capital.
    year: i16,
}

/// Where the money of a unit comes from in a year: by project of the programme, then other programmes.
#[utoipa::path(get, path = "/areas/{id}/sources", params(SourcesOf), responses((status = 200, body = Vec<SourceRow>)))]
async fn sources(officer: Officer, At(id): At<String>, Asked(of): Asked<SourcesOf>) -> Given<Vec<SourceRow>> {
    Ok(Json(officer.office.sources(&id, of.year, officer.language).await?))
}

/// How much was moved.
#[derive(Serialize, ToSchema)]
struct Amount {
    /// In đồng.
    amount: i64,
}

/// What a unit has not bound of a year's capital stays with it for the next year, or goes back to who gave it, as the
/// decided allocation says that gave it.
#[utoipa::path(post, path = "/budgets/carry-over", request_body = Budget, responses((status = 200, body = Amount)))]
async fn carry_over(officer: Officer, Sent(budget): Sent<Budget>) -> Given<Amount> {
    Ok(Json(Amount { amount: officer.office.carry_over(&budget).await? }))
}

/// What came back for a year's capital is the unit's capital of this year again.
#[utoipa::path(post, path = "/budgets/reuse", request_body = Budget, responses((status = 200, body = Amount)))]
async fn reuse(officer: Officer, Sent(budget): Sent<Budget>) -> Given<Amount> {
    Ok(Json(Amount { amount: officer.office.reuse(&budget).await? }))
}

/// A computation, as it is published: `vuon allocate verify` computes it again.
#[derive(Serialize, ToSchema)]
#[schema(value_type = Object)]
struct File(Published);

/// Computes an allocation and keeps nothing. Here other coefficients than the pack's may be tried.
#[utoipa::path(post, path = "/allocations/what-if", request_body = NewAllocation,
    responses((status = 200, body = File)))]
async fn what_if(officer: Officer, Sent(new): Sent<NewAllocation>) -> Given<File> {
    Ok(Json(File(officer.office.what_if(&new).await?)))
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
struct OfYear {
    /// Of this year; of all when absent.
    year: Option<i16>,
}

/// Allocations.
#[derive(Serialize, ToSchema)]
struct Allocations {
    /// They, the oldest first.
    rows: Vec<Kept<Allocation>>,
}

/// The allocations of every unit: decided ones, for whoever may allocate drafts too.
#[utoipa::path(get, path = "/allocations", params(OfYear), responses((status = 200, body = Allocations)))]
async fn allocations(officer: Officer, Asked(of): Asked<OfYear>) -> Given<Allocations> {
    Ok(Json(Allocations { rows: officer.office.allocations(of.year).await? }))
}

/// Keeps an allocation as a draft, in place of an earlier draft of the same unit, scheme and year.
#[utoipa::path(post, path = "/allocations", request_body = NewAllocation, responses((status = 201, body = Made)))]
async fn draft_allocation(officer: Officer, Sent(new): Sent<NewAllocation>) -> Answer {
    Ok(made("allocations", officer.office.draft_allocation(&new).await?))
}

/// An allocation.
#[utoipa::path(get, path = "/allocations/{id}", responses((status = 200, body = Kept<Allocation>,
    headers(("ETag" = String, description = "Its version, for If-Match")))))]
async fn allocation(officer: Officer, At(id): At<String>) -> Answer {
    let allocation = officer.office.allocation(&id).await?;
    Ok(versioned(allocation.version, allocation))
}

/// Decides an allocation: it is computed again, and the money goes to the units' budgets.
#[utoipa::path(post, path = "/allocations/{id}/decide", params(IfMatch), responses((status = 204)))]
async fn decide_allocation(officer: Officer, At(id): At<String>, at: IfMatch) -> Result<StatusCode, Problem> {
    officer.office.decide_allocation(&id, at.0).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// The file of an allocation, for `vuon allocate verify`.
#[utoipa::path(get, path = "/allocations/{id}/file", responses((status = 200, body = File)))]
async fn allocation_file(officer: Officer, At(id): At<String>) -> Given<File> {
    Ok(Json(File(officer.office.allocation(&id).await?.thing.published)))
}
