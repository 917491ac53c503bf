//! Rounds of review: opened, read, closed. Their steps are in `steps`.

use super::answer::{self, Given, Made};
use super::extract::{At, Paged, Sent, WhichPage};
use crate::error::{Answer, Problem};
use crate::signed_in::Person;
use crate::state::App;
use axum::Json;
use axum::http::StatusCode;
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use vuon_registry::page::Page;
use vuon_registry::rounds::{NewRound, RoundRow, RoundView, Task, Whose};

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(rounds, open_round))
        .routes(routes!(round))
        .routes(routes!(close_round))
        .routes(routes!(work))
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
struct WhichRounds {
    /// Of one commune.
    commune: Option<String>,
    /// Of one year.
    year: Option<i64>,
}

/// The rounds within reach, latest first.
#[utoipa::path(get, path = "/rounds", params(WhichRounds, WhichPage), responses((status = 200, body = Page<RoundRow>)))]
async fn rounds(person: Person, Paged(which, page): Paged<WhichRounds>) -> Given<Page<RoundRow>> {
    if let Some(commune) = &which.commune {
        person.desk.area(commune).await?;
    }
    Ok(Json(person.desk.rounds(which.commune.as_deref(), which.year, &page).await?))
}

/// Opens a round.
#[utoipa::path(post, path = "/rounds", request_body = NewRound, responses((status = 201, body = Made)))]
async fn open_round(person: Person, Sent(new): Sent<NewRound>) -> Answer {
    Ok(answer::made("rounds", person.desk.open_round(&new).await?))
}

/// A round and how far it is.
#[utoipa::path(get, path = "/rounds/{id}", responses((status = 200, body = RoundView)))]
async fn round(person: Person, At(id): At<String>) -> Given<RoundView> {
    Ok(Json(person.desk.round(&id).await?))
}

/// Closes a round in which every case is decided.
#[utoipa::path(post, path = "/rounds/{id}/close", responses((status = 204)))]
async fn close_round(person: Person, At(id): At<String>) -> Result<StatusCode, Problem> {
    person.desk.close_round(&id).await?;
    Ok(StatusCode::NO_CONTENT)
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
struct WhichWork {
    /// What waits for the asker (also when absent), or for others.
    #[serde(default)]
    #[param(inline)]
    whose: Whose,
}

/// What waits for the asker, or for others, the most urgent first.
#[utoipa::path(get, path = "/work", params(WhichWork, WhichPage), responses((status = 200, body = Page<Task>)))]
async fn work(person: Person, Paged(which, page): Paged<WhichWork>) -> Given<Page<Task>> {
    Ok(Json(person.desk.work_of(which.whose, &page).await?))
}
