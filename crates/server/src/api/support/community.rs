//! The groups and projects of an area in one list.

use super::super::answer::Given;
use super::super::extract::{Paged, WhichPage};
use crate::office::Officer;
use crate::state::App;
use axum::Json;
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use vuon_programme::community::{CommunityFilter, CommunityKind, CommunityRow};
use vuon_registry::page::Page;

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(community))
}

/// Which groups and projects.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
struct OfArea {
    /// Of this province, district or commune (`list:code`); of all within reach when absent.
    area: Option<String>,
    /// Groups or projects alone.
    kind: Option<CommunityKind>,
    /// In this state; of a project, with this last step.
    state: Option<String>,
}

/// Groups and projects of an area, the oldest first.
#[utoipa::path(get, path = "/community", params(OfArea, WhichPage), responses((status = 200, body = Page<CommunityRow>)))]
async fn community(officer: Officer, Paged(which, page): Paged<OfArea>) -> Given<Page<CommunityRow>> {
    let OfArea { area, kind, state } = which;
    Ok(Json(officer.office.community(&CommunityFilter { area, kind, state }, &page).await?))
}
