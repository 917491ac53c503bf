//! Figures of an area: how far its units are with a review, and the movements between two days.

use super::answer::Given;
use super::extract::{Asked, At};
use crate::periods;
use crate::signed_in::Person;
use crate::state::App;
use axum::Json;
use jiff::civil::Date;
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use vuon_registry::flows::Flows;
use vuon_registry::rounds::Progress;

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(progress)).routes(routes!(flows))
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
struct Year {
    /// The year of the annual round.
    year: i64,
}

/// How far the units below an area are with a year's annual round.
#[utoipa::path(get, path = "/areas/{id}/progress", params(Year), responses((status = 200, body = Progress)))]
async fn progress(person: Person, At(id): At<String>, Asked(when): Asked<Year>) -> Given<Progress> {
    let year = periods::year("year", when.year, person.desk.today())?;
    Ok(Json(person.desk.progress(&id, year).await?))
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
struct Between {
    /// From the end of this day.
    from: Date,
    /// To the end of this day.
    to: Date,
}

/// The movement between two days, for a unit and each unit directly below it, of any list of areas.
#[utoipa::path(get, path = "/areas/{id}/flows", params(Between), responses((status = 200, body = Vec<Flows>)))]
async fn flows(person: Person, At(id): At<String>, Asked(between): Asked<Between>) -> Given<Vec<Flows>> {
    let today = person.desk.today();
    let (from, to) = (periods::day("from", between.from, today)?, periods::day("to", between.to, today)?);
    Ok(Json(person.desk.flows(&id, from, to).await?))
}
