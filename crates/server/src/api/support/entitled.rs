//! Who is entitled to what, what lapses, who receives nothing or twice; and the classes of areas that decide it.

use super::super::answer::Given;
use super::super::extract::{Asked, At, Paged, Sent, WhichPage};
use crate::error::Problem;
use crate::office::Officer;
use crate::state::App;
use axum::Json;
use axum::http::StatusCode;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use vuon_programme::classes::{ClassRow, NewClasses};
use vuon_programme::entitled::{EntitledRow, EntitledTo, HouseholdStanding};
use vuon_programme::reports::Twice;
use vuon_registry::RegistryError;
use vuon_registry::page::Page;

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(household_support))
        .routes(routes!(entitled))
        .routes(routes!(lapsing))
        .routes(routes!(gaps_and_overlaps))
        .routes(routes!(area_classes, set_area_classes))
}

/// Every scheme with a household: entitled, not, or not known yet, and why.
#[utoipa::path(get, path = "/households/{id}/support", responses((status = 200, body = HouseholdStanding)))]
async fn household_support(officer: Officer, At(id): At<String>) -> Given<HouseholdStanding> {
    Ok(Json(officer.office.household_standing(&id, officer.language).await?))
}

/// Which households.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
struct To {
    /// Entitled, or perhaps entitled, to this scheme.
    scheme: Option<String>,
    /// Entitled to something while they receive nothing.
    #[serde(default)]
    without: bool,
}

/// The households of a commune that are entitled to something, may be, or receive something; by name.
#[utoipa::path(get, path = "/areas/{id}/entitled", params(To, WhichPage),
    responses((status = 200, body = Page<EntitledRow>)))]
async fn entitled(officer: Officer, At(id): At<String>, Paged(to, page): Paged<To>) -> Given<Page<EntitledRow>> {
    let to = EntitledTo { scheme: to.scheme, without: to.without };
    Ok(Json(officer.office.entitled_page(&id, &to, &page).await?))
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
struct Within {
    /// Within so many months from today, 1 to 120.
    #[param(minimum = 1, maximum = 120)]
    months: i64,
}

/// The households of a commune whose window after leaving the list ends soon, the first to end first.
#[utoipa::path(get, path = "/areas/{id}/lapsing", params(Within), responses((status = 200, body = Vec<EntitledRow>)))]
async fn lapsing(officer: Officer, At(id): At<String>, Asked(within): Asked<Within>) -> Given<Vec<EntitledRow>> {
    if !(1..=120).contains(&within.months) {
        return Err(RegistryError::invalid("months", "1 to 120").into());
    }
    Ok(Json(officer.office.lapsing_in(&id, within.months).await?))
}

/// Who of a commune receives nothing though entitled, or twice; schemes that nobody uses.
#[derive(Serialize, ToSchema)]
struct Gaps {
    /// How many households are entitled to something and receive nothing now; `/areas/{id}/entitled?without=true` lists them.
    nothing: usize,
    /// Households that receive now under two agreements of one project of the programme, or of schemes that exclude each other.
    twice: Vec<Twice>,
    /// Schemes to which somebody is entitled and under which nobody here receives now: id, how many are entitled.
    unused: Vec<(String, i64)>,
}

/// Who of a commune receives nothing though entitled, who receives twice, which schemes nobody uses.
#[utoipa::path(get, path = "/areas/{id}/support-gaps", responses((status = 200, body = Gaps)))]
async fn gaps_and_overlaps(officer: Officer, At(id): At<String>) -> Given<Gaps> {
    let found = officer.office.gaps_and_overlaps(&id).await?;
    Ok(Json(Gaps { nothing: found.nothing.len(), twice: found.twice, unused: found.unused }))
}

/// The classes that are recorded of a unit or hamlet, the latest first.
#[utoipa::path(get, path = "/areas/{id}/classes", responses((status = 200, body = Vec<ClassRow>)))]
async fn area_classes(officer: Officer, At(id): At<String>) -> Given<Vec<ClassRow>> {
    Ok(Json(officer.office.classes_of(&id).await?))
}

/// The classes of a unit from a day on.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ClassesSince {
    /// Its classes; of none when empty.
    classes: Vec<String>,
    /// From this day on.
    since: Date,
    /// The document that says so.
    document: String,
}

/// Records of which classes a unit or hamlet is from a day on.
#[utoipa::path(post, path = "/areas/{id}/classes", request_body = ClassesSince, responses((status = 204)))]
async fn set_area_classes(
    officer: Officer,
    At(id): At<String>,
    Sent(given): Sent<ClassesSince>,
) -> Result<StatusCode, Problem> {
    let ClassesSince { classes, since, document } = given;
    officer.office.set_classes(&NewClasses { area: id, classes, since, document }).await?;
    Ok(StatusCode::NO_CONTENT)
}
