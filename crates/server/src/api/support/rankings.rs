//! Rankings: who is served first.

use super::super::answer::{Given, Made, made, versioned};
use super::super::extract::{All, At, IfMatch, Paged, Sent, WhichPage};
use super::{MadeAll, Which};
use crate::error::{Answer, Problem};
use crate::office::Officer;
use crate::state::App;
use axum::Json;
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use vuon_programme::agreements::Recipient;
use vuon_programme::ranking::Quota;
use vuon_programme::ranks::{AreaRanking, RankedRow, Rows};
use vuon_programme::records::Kept;
use vuon_registry::RegistryError;
use vuon_registry::page::Page;

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(rankings, rank))
        .routes(routes!(rank_schemes))
        .routes(routes!(ranking))
        .routes(routes!(ranked_rows))
        .routes(routes!(not_ranked))
        .routes(routes!(approve_ranking))
}

/// Rankings within reach and of the areas above, the oldest first; of a commune, with those of the areas above it.
#[utoipa::path(get, path = "/rankings", params(Which, WhichPage), responses((status = 200, body = Page<Kept<AreaRanking>>)))]
async fn rankings(officer: Officer, Paged(which, page): Paged<Which>) -> Given<Page<Kept<AreaRanking>>> {
    Ok(Json(officer.office.rankings(&which.into(), &page).await?))
}

/// What is ranked. The quota is a number of places, or an amount of money.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewRanking {
    /// The commune, district or province.
    area: String,
    /// The scheme.
    scheme: String,
    /// The year.
    year: i16,
    /// How many can be served.
    places: Option<u32>,
    /// How much there is, in đồng.
    money: Option<i64>,
}

fn quota(places: Option<u32>, money: Option<i64>) -> Result<Quota, RegistryError> {
    match (places, money) {
        (Some(places), None) => Ok(Quota::Places(places as usize)),
        (None, Some(money)) if money >= 0 => Ok(Quota::Money(money)),
        _ => Err(RegistryError::invalid("quota", "places or money, one of them")),
    }
}

/// Ranks the entitled of an area for a scheme: households, members of households or certified groups, as the scheme says. A
/// draft is computed anew in its place.
#[utoipa::path(post, path = "/rankings", request_body = NewRanking, responses((status = 201, body = Made)))]
async fn rank(officer: Officer, Sent(new): Sent<NewRanking>) -> Answer {
    let quota = quota(new.places, new.money)?;
    Ok(made("rankings", officer.office.rank_area(&new.area, &new.scheme, new.year, quota).await?))
}

/// Several schemes of an area.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewRankings {
    /// The commune, district or province.
    area: String,
    /// The year.
    year: i16,
    /// The schemes.
    schemes: Vec<QuotaOfScheme>,
}

/// A scheme with its quota: a number of places, or an amount of money.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct QuotaOfScheme {
    /// The scheme.
    scheme: String,
    /// How many can be served.
    places: Option<u32>,
    /// How much there is, in đồng.
    money: Option<i64>,
}

/// Ranks the entitled of an area for several schemes with one look at its households; all or none.
#[utoipa::path(post, path = "/rankings/all", request_body = NewRankings, responses((status = 201, body = MadeAll)))]
async fn rank_schemes(officer: Officer, Sent(new): Sent<NewRankings>) -> Result<(StatusCode, Json<MadeAll>), Problem> {
    let wanted = new.schemes.into_iter().map(|own| Ok((own.scheme, quota(own.places, own.money)?)));
    let wanted = wanted.collect::<Result<Vec<_>, RegistryError>>()?;
    let ids = officer.office.rank_schemes(&new.area, new.year, &wanted).await?;
    Ok((StatusCode::CREATED, Json(MadeAll { ids })))
}

/// A ranking: what it is of, how many stand in it, and what decided at the line. Who stands in it is `/rankings/{id}/rows`.
#[utoipa::path(get, path = "/rankings/{id}", responses((status = 200, body = Kept<AreaRanking>,
    headers(("ETag" = String, description = "Its version, for If-Match")))))]
async fn ranking(officer: Officer, At(id): At<String>) -> Answer {
    let ranking = officer.office.ranking(&id).await?;
    Ok(versioned(ranking.version, ranking))
}

/// Which rows of a ranking.
#[derive(Deserialize, Default, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
struct WhichRows {
    /// Whether within the quota; all when absent.
    within: Option<bool>,
}

/// The rows of a ranking by their places: those of the communes within reach.
#[utoipa::path(get, path = "/rankings/{id}/rows", params(WhichRows, WhichPage),
    responses((status = 200, body = Page<RankedRow>)))]
async fn ranked_rows(
    officer: Officer,
    At(id): At<String>,
    Paged(which, page): Paged<WhichRows>,
) -> Given<Page<RankedRow>> {
    let rows = match which.within {
        None => Rows::All,
        Some(true) => Rows::Within,
        Some(false) => Rows::Waiting,
    };
    Ok(Json(officer.office.ranked_rows(&id, rows, &page).await?))
}

/// Somebody of whom it is not known whether they are entitled.
#[derive(Serialize, ToSchema)]
struct NotRanked {
    /// The commune.
    commune: String,
    /// The household, member or group.
    recipient: Recipient,
}

/// Those of whom it is not known whether they are entitled: not ranked, and not forgotten.
#[utoipa::path(get, path = "/rankings/{id}/not-known", params(WhichPage),
    responses((status = 200, body = Page<NotRanked>)))]
async fn not_ranked(officer: Officer, At(id): At<String>, Paged(_, page): Paged<All>) -> Given<Page<NotRanked>> {
    let found = officer.office.not_ranked(&id, &page).await?;
    let rows = found.rows.into_iter().map(|(commune, recipient)| NotRanked { commune, recipient });
    Ok(Json(Page { rows: rows.collect(), next: found.next }))
}

/// A ranking is approved, by the chair of its commune or by the province: its order is the order of service.
#[utoipa::path(post, path = "/rankings/{id}/approve", params(IfMatch), responses((status = 204)))]
async fn approve_ranking(officer: Officer, At(id): At<String>, at: IfMatch) -> Result<StatusCode, Problem> {
    officer.office.approve_ranking(&id, at.0).await?;
    Ok(StatusCode::NO_CONTENT)
}
