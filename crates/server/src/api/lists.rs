//! Lists as of a day, as known at a time.

use super::answer::Given;
use super::extract::{Asked, page};
use crate::signed_in::Person;
use crate::state::App;
use axum::Json;
use jiff::civil::Date;
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use vuon_registry::page::Page;
use vuon_registry::spells::{AsOf, ListedHousehold};

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(list_as_of))
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
struct WhichList {
    /// Of this commune.
    commune: String,
    /// True on this day; today when absent.
    on: Option<Date>,
    /// As known at this time, in microseconds since 1970; now when absent.
    known_at: Option<i64>,
    /// Of one standard (pack) only.
    standard: Option<String>,
    /// Of these statuses only, with commas between; all when absent.
    statuses: Option<String>,
    /// `next` of the page before.
    after: Option<String>,
    /// How many, 1 to 200.
    #[param(minimum = 1, maximum = 200)]
    limit: Option<u32>,
}

/// Statuses with commas between.
pub fn statuses(text: Option<&str>) -> Vec<String> {
    text.into_iter().flat_map(|text| text.split(',')).filter(|part| !part.is_empty()).map(str::to_owned).collect()
}

/// Who had which status on a day, by what was known at a time.
#[utoipa::path(get, path = "/lists", params(WhichList), responses((status = 200, body = Page<ListedHousehold>)))]
async fn list_as_of(person: Person, Asked(which): Asked<WhichList>) -> Given<Page<ListedHousehold>> {
    let page = page(which.after, which.limit)?;
    let of = AsOf {
        commune: which.commune,
        on: which.on.unwrap_or_else(|| person.desk.today()),
        known_at: which.known_at,
        standard: which.standard,
        statuses: statuses(which.statuses.as_deref()),
    };
    Ok(Json(person.desk.list_as_of(&of, &page).await?))
}
