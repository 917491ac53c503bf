//! Lists taken out as CSV, row by row, whatever their length.

use super::extract::Asked;
use super::guard;
use super::lists::statuses;
use crate::error::Answer;
use crate::signed_in::{Person, Seen};
use crate::state::App;
use axum::body::Body;
use axum::http::HeaderMap;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::IntoResponse;
use jiff::civil::Date;
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use vuon_registry::spells::AsOf;

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(export_list))
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
}

/// The list as of a day, one row a member, as CSV; never cut short. The export is an entry of the ledger, so a session
/// in a cookie must carry its `X-CSRF-Token` here too.
#[utoipa::path(get, path = "/lists.csv", params(WhichList),
    responses((status = 200, body = String, content_type = "text/csv")))]
async fn export_list(person: Person, seen: Seen, headers: HeaderMap, Asked(which): Asked<WhichList>) -> Answer {
    guard::check(&seen, &headers)?;
    let of = AsOf {
        commune: which.commune,
        on: which.on.unwrap_or_else(|| person.desk.today()),
        known_at: which.known_at,
        standard: which.standard,
        statuses: statuses(which.statuses.as_deref()),
    };
    let rows = person.desk.export_list(&of).await?;
    let headers =
        [(CONTENT_TYPE, "text/csv; charset=utf-8"), (CONTENT_DISPOSITION, "attachment; filename=\"list.csv\"")];
    Ok((headers, Body::from_stream(rows)).into_response())
}
