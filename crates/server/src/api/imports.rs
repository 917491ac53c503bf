//! Last year's lists: looked through first, brought in as planned afterwards. The body is the file itself; its name's ending tells a
//! workbook from CSV.

use super::answer::Given;
use super::documents::Bytes;
use super::extract::{Asked, FileName, body};
use crate::signed_in::Person;
use crate::state::App;
use axum::Json;
use axum::extract::{DefaultBodyLimit, Request, State};
use jiff::civil::Date;
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_axum::router::{OpenApiRouter, UtoipaMethodRouterExt};
use utoipa_axum::routes;
use vuon_registry::import::{ImportFile, ImportPlan, Imported};

pub fn routes(app: &App) -> OpenApiRouter<App> {
    let limit = DefaultBodyLimit::max(app.config().max_upload);
    OpenApiRouter::new().routes(routes!(plan_import).layer(limit)).routes(routes!(run_import).layer(limit))
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
struct About {
    /// The commune it is about.
    commune: String,
    /// The standard (pack) whose statuses it lists.
    standard: String,
    /// The status of its households, where no column tells.
    status: String,
    /// From which day the statuses hold.
    valid_from: Date,
    /// Whether it is the complete list: who was listed before and is not on it is taken off.
    #[serde(default)]
    complete: bool,
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
struct Planned {
    /// The commune it is about.
    commune: String,
    /// The standard (pack) whose statuses it lists.
    standard: String,
    /// The status of its households, where no column tells.
    status: String,
    /// From which day the statuses hold.
    valid_from: Date,
    /// Whether it is the complete list: who was listed before and is not on it is taken off.
    #[serde(default)]
    complete: bool,
    /// `plan` of the plan: makes sure that just this is done.
    plan: String,
}

fn file<'a>(about: &'a About, name: &'a str, bytes: &'a [u8]) -> ImportFile<'a> {
    ImportFile {
        name,
        bytes,
        commune: &about.commune,
        standard: &about.standard,
        status: &about.status,
        valid_from: about.valid_from,
        complete: about.complete,
    }
}

/// Looks a file through: what it would do, and what is in the way.
#[utoipa::path(post, path = "/imports/plan", params(About, FileName),
    request_body(content = Bytes, content_type = "application/octet-stream"),
    responses((status = 200, body = ImportPlan)))]
async fn plan_import(
    State(app): State<App>,
    person: Person,
    Asked(about): Asked<About>,
    FileName(name): FileName,
    request: Request,
) -> Given<ImportPlan> {
    let bytes = body(request, &app).await?;
    Ok(Json(person.desk.plan_import(&file(&about, &name, &bytes)).await?))
}

/// Brings a file in, as planned: all or nothing.
#[utoipa::path(post, path = "/imports", params(Planned, FileName),
    request_body(content = Bytes, content_type = "application/octet-stream"),
    responses((status = 200, body = Imported)))]
async fn run_import(
    State(app): State<App>,
    person: Person,
    Asked(planned): Asked<Planned>,
    FileName(name): FileName,
    request: Request,
) -> Given<Imported> {
    let bytes = body(request, &app).await?;
    let Planned { commune, standard, status, valid_from, complete, plan } = planned;
    let about = About { commune, standard, status, valid_from, complete };
    Ok(Json(person.desk.run_import(&file(&about, &name, &bytes), &plan).await?))
}
