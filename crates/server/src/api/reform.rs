//! After a reform: hamlets of divided communes that wait for a place.

use super::answer::{Count, Given};
use super::extract::{Asked, Sent};
use crate::signed_in::Person;
use crate::state::App;
use axum::Json;
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use vuon_registry::reform::ReformHamlet;

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(waiting_hamlets, place_hamlet))
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
struct List {
    /// The list they are to be placed in; the one in force when absent.
    list: Option<String>,
}

/// The hamlets that wait, within reach.
#[utoipa::path(get, path = "/areas/waiting", params(List), responses((status = 200, body = Vec<ReformHamlet>)))]
async fn waiting_hamlets(person: Person, Asked(which): Asked<List>) -> Given<Vec<ReformHamlet>> {
    let list = match which.list {
        Some(list) => list,
        None => person.desk.area_list().await?,
    };
    Ok(Json(person.desk.reform_worklist(&list).await?))
}

/// Where a hamlet belongs now.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Placing {
    /// The commune before (`list:code`).
    from: String,
    /// The hamlet; none: the commune's households without one.
    hamlet: Option<String>,
    /// The commune it belongs to, one of the hamlet's `choices`.
    to: String,
}

/// Places a hamlet; how many households moved with it. Their support moves too.
#[utoipa::path(post, path = "/areas/waiting", request_body = Placing, responses((status = 200, body = Count)))]
async fn place_hamlet(person: Person, Sent(given): Sent<Placing>) -> Given<Count> {
    let (count, _) =
        vuon_programme::reform::place_hamlet(&person.desk, &given.from, given.hamlet.as_deref(), &given.to).await?;
    Ok(Json(Count { count }))
}
