//! Lists taken out as CSV, row by row, whatever their length.

use super::extract::Asked;
use super::guard;
use super::lists::{WhichList, as_of};
use crate::error::Answer;
use crate::signed_in::{Person, Seen};
use crate::state::App;
use axum::body::Body;
use axum::http::HeaderMap;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::IntoResponse;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(export_list))
}

/// The list as of a day, one row a member, as CSV; never cut short. The export is an entry of the ledger, so a session
/// in a cookie must carry its `X-CSRF-Token` here too.
#[utoipa::path(get, path = "/lists.csv", params(WhichList),
    responses((status = 200, body = String, content_type = "text/csv")))]
async fn export_list(person: Person, seen: Seen, headers: HeaderMap, Asked(which): Asked<WhichList>) -> Answer {
    guard::check(&seen, &headers)?;
    person.desk.area(&which.commune).await?;
    let of = as_of(which, person.desk.today())?;
    let rows = person.desk.export_list(&of).await?;
    let headers =
        [(CONTENT_TYPE, "text/csv; charset=utf-8"), (CONTENT_DISPOSITION, "attachment; filename=\"list.csv\"")];
    Ok((headers, Body::from_stream(rows)).into_response())
}
