//! Rankings: who is served first.

use super::super::answer::{Given, Made, made, versioned};
use super::super::extract::{At, IfMatch, Paged, Sent, WhichPage};
use super::Which;
use crate::error::{Answer, Problem};
use crate::office::Officer;
use crate::state::App;
use axum::Json;
use axum::http::StatusCode;
use serde::Deserialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use vuon_programme::ranking::Quota;
use vuon_programme::ranks::AreaRanking;
use vuon_programme::records::Kept;
use vuon_registry::RegistryError;
use vuon_registry::page::Page;

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(rankings, rank_commune))
        .routes(routes!(ranking))
        .routes(routes!(approve_ranking))
}

/// Rankings within reach, the oldest first.
#[utoipa::path(get, path = "/rankings", params(Which, WhichPage), responses((status = 200, body = Page<Kept<AreaRanking>>)))]
async fn rankings(officer: Officer, Paged(which, page): Paged<Which>) -> Given<Page<Kept<AreaRanking>>> {
    Ok(Json(officer.office.list(&which.into(), &page).await?))
}

/// What is ranked. The quota is a number of places, or an amount of money.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewRanking {
    /// The commune.
    commune: String,
    /// The scheme.
    scheme: String,
    /// The year.
    year: i16,
    /// How many can be served.
    places: Option<u32>,
    /// How much there is, in đồng.
    money: Option<i64>,
}

/// Ranks the entitled households of a commune for a scheme. A draft is computed anew in its place.
#[utoipa::path(post, path = "/rankings", request_body = NewRanking, responses((status = 201, body = Made)))]
async fn rank_commune(officer: Officer, Sent(new): Sent<NewRanking>) -> Answer {
    let quota = match (new.places, new.money) {
        (Some(places), None) => Quota::Places(places as usize),
        (None, Some(money)) if money >= 0 => Quota::Money(money),
        _ => return Err(RegistryError::invalid("quota", "places or money, one of them").into()),
    };
    Ok(made("rankings", officer.office.rank_commune(&new.commune, &new.scheme, new.year, quota).await?))
}

/// A ranking.
#[utoipa::path(get, path = "/rankings/{id}", responses((status = 200, body = Kept<AreaRanking>,
    headers(("ETag" = String, description = "Its version, for If-Match")))))]
async fn ranking(officer: Officer, At(id): At<String>) -> Answer {
    let ranking = officer.office.one::<AreaRanking>(&id).await?;
    Ok(versioned(ranking.version, ranking))
}

/// The chair approves a ranking: its order is the order of service.
#[utoipa::path(post, path = "/rankings/{id}/approve", params(IfMatch), responses((status = 204)))]
async fn approve_ranking(officer: Officer, At(id): At<String>, at: IfMatch) -> Result<StatusCode, Problem> {
    officer.office.approve_ranking(&id, at.0).await?;
    Ok(StatusCode::NO_CONTENT)
}
