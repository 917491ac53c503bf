//! The official reports of an area: workbook, paper or plain figures.

use super::extract::{Asked, At, body};
use super::guard;
use crate::error::{Answer, Problem};
use crate::labels;
use crate::reports::{Format, briefing, detailed, file};
use crate::signed_in::{Person, Seen};
use crate::state::App;
use axum::extract::{DefaultBodyLimit, Request, State};
use axum::http::HeaderMap;
use jiff::civil::Date;
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_axum::router::{OpenApiRouter, UtoipaMethodRouterExt};
use utoipa_axum::routes;
use vuon_publish::briefing;
use vuon_publish::report::list::Wanted;
use vuon_publish::report::{self, Residents, year_before};

pub fn routes(app: &App) -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(report))
        .routes(routes!(area_briefing))
        .routes(routes!(detailed_list))
        .routes(routes!(report_with_residents).layer(DefaultBodyLimit::max(app.config().max_upload)))
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
struct Which {
    /// From the end of this day, where the report tells a movement; the end of the year before when absent.
    from: Option<Date>,
    /// To, or at, the end of this day; today when absent.
    to: Option<Date>,
    /// What it is made into; a workbook when absent.
    #[serde(default)]
    #[param(inline, required = false)]
    format: Format,
}

impl Which {
    fn asked(self, person: &Person, area: String, report: String) -> report::Asked {
        let to = self.to.unwrap_or_else(|| person.desk.today());
        let from = Some(self.from.unwrap_or_else(|| year_before(to)));
        report::Asked { report, area, from, to, residents: None }
    }
}

/// A report of an area, in the language of `Accept-Language`. One that does not add up, or tells what the register does not
/// know, is refused and says which rows.
#[utoipa::path(get, path = "/areas/{id}/reports/{report}", params(Which),
    responses((status = 200, content(
        (Vec<u8> = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
        (Vec<u8> = "application/pdf"),
        (serde_json::Value = "application/json"),
    ))))]
async fn report(
    State(app): State<App>,
    person: Person,
    At((id, report)): At<(String, String)>,
    Asked(which): Asked<Which>,
) -> Answer {
    let format = which.format;
    let asked = which.asked(&person, id, report);
    file(&app, &person.desk, &asked, format, person.language).await
}

/// A report that tells rates among all residents: they come as the body, CSV with the columns
/// `unit,households,persons[,minority_households,minority_persons]`, units by code or, below a commune, by name.
#[utoipa::path(post, path = "/areas/{id}/reports/{report}", params(Which),
    request_body(content = String, content_type = "text/csv"),
    responses((status = 200, content(
        (Vec<u8> = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
        (Vec<u8> = "application/pdf"),
        (serde_json::Value = "application/json"),
    ))))]
async fn report_with_residents(
    State(app): State<App>,
    person: Person,
    At((id, report)): At<(String, String)>,
    Asked(which): Asked<Which>,
    request: Request,
) -> Answer {
    let bytes = body(request, &app).await?;
    let residents = Residents::read("residents.csv", &bytes)
        .map_err(|error| Problem::Data { field: None, why: error.to_string() })?;
    let format = which.format;
    let asked = report::Asked { residents: Some(residents), ..which.asked(&person, id, report) };
    file(&app, &person.desk, &asked, format, person.language).await
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
struct WhichDay {
    /// The day; today when absent.
    on: Option<Date>,
}

/// The briefing of two pages for the steering committee of an area, in the language of `Accept-Language`.
#[utoipa::path(get, path = "/areas/{id}/briefing", params(WhichDay),
    responses((status = 200, body = Vec<u8>, content_type = "application/pdf")))]
async fn area_briefing(
    State(app): State<App>,
    person: Person,
    At(area): At<String>,
    Asked(which): Asked<WhichDay>,
) -> Answer {
    let on = which.on.unwrap_or_else(|| person.desk.today());
    briefing(&app, &person.desk, &briefing::Asked { area, on, language: person.language }).await
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
struct WhichDetailed {
    /// The day; today when absent.
    on: Option<Date>,
    /// Of these statuses only, with commas between; of all that a list has when absent.
    statuses: Option<String>,
    /// Of this hamlet only, by its name.
    hamlet: Option<String>,
    /// `xlsx` or `pdf`; a workbook when absent.
    #[serde(default)]
    #[param(inline, required = false)]
    format: Format,
}

/// The detailed list of a commune, one row a member, in the language of `Accept-Language`. It is an entry of the ledger, so a
/// session in a cookie must carry its `X-CSRF-Token` here too.
#[utoipa::path(get, path = "/areas/{id}/detailed-list", params(WhichDetailed),
    responses((status = 200, content(
        (Vec<u8> = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
        (Vec<u8> = "application/pdf"),
    ))))]
async fn detailed_list(
    State(app): State<App>,
    person: Person,
    seen: Seen,
    headers: HeaderMap,
    At(area): At<String>,
    Asked(which): Asked<WhichDetailed>,
) -> Answer {
    guard::check(&seen, &headers)?;
    let on = which.on.unwrap_or_else(|| person.desk.today());
    let statuses = match which.statuses {
        Some(some) if !some.is_empty() => some.split(',').map(str::to_owned).collect(),
        _ => labels::listed_on(&person, on).await?.into_iter().map(|(id, _)| id).collect(),
    };
    let wanted = Wanted { area, on, statuses, hamlet: which.hamlet };
    detailed(&app, &person.desk, &wanted, which.format, person.language).await
}
