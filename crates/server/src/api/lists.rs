//! Lists as of a day, as known at a time.

use super::answer::Given;
use super::extract::{Paged, WhichPage};
use crate::periods;
use crate::signed_in::Person;
use crate::state::App;
use axum::Json;
use jiff::civil::Date;
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use vuon_registry::RegistryError;
use vuon_registry::page::Page;
use vuon_registry::spells::{AsOf, ListedHousehold};

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(list_as_of))
}

/// Which list: all that the page of one and the whole of one in a file are asked by.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct WhichList {
    /// Of this commune.
    pub commune: String,
    /// True on this day; today when absent.
    on: Option<Date>,
    /// As known at this time, in microseconds since 1970; now when absent.
    known_at: Option<i64>,
    /// Of one standard (pack) only.
    standard: Option<String>,
    /// Of these statuses only, with commas between; all when absent.
    statuses: Option<String>,
}

/// The question to the register.
///
/// # Errors
/// [`RegistryError::Day`] for a day that nobody can mean.
pub fn as_of(which: WhichList, today: Date) -> Result<AsOf, RegistryError> {
    let statuses = which.statuses.as_deref().unwrap_or_default().split(',').filter(|part| !part.is_empty());
    Ok(AsOf {
        statuses: statuses.map(str::to_owned).collect(),
        commune: which.commune,
        on: periods::day("on", which.on.unwrap_or(today), today)?,
        known_at: which.known_at,
        standard: which.standard,
    })
}

/// Who had which status on a day, by what was known at a time.
#[utoipa::path(get, path = "/lists", params(WhichList, WhichPage),
    responses((status = 200, body = Page<ListedHousehold>)))]
async fn list_as_of(person: Person, Paged(which, page): Paged<WhichList>) -> Given<Page<ListedHousehold>> {
    person.desk.area(&which.commune).await?;
    Ok(Json(person.desk.list_as_of(&as_of(which, person.desk.today())?, &page).await?))
}
