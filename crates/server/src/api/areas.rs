//! Areas in time, and hamlets.

use super::answer::Given;
use super::extract::{Asked, At, Sent};
use crate::error::{Answer, Problem};
use crate::signed_in::Person;
use crate::state::App;
use axum::Json;
use axum::extract::DefaultBodyLimit;
use axum::http::StatusCode;
use axum::response::IntoResponse;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::{OpenApiRouter, UtoipaMethodRouterExt};
use utoipa_axum::routes;
use vuon_registry::areas::{AreaRow, Destination, Hamlet, LineageRow, NewArea};
use vuon_registry::scope::Place;

pub fn routes(app: &App) -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(area_lists))
        .routes(routes!(load_areas).layer(DefaultBodyLimit::max(app.config().max_upload)))
        .routes(routes!(areas))
        .routes(routes!(area))
        .routes(routes!(lineage))
        .routes(routes!(place))
        .routes(routes!(hamlets, add_hamlet))
        .routes(routes!(destinations))
}

/// The lists of areas.
#[derive(Serialize, ToSchema)]
struct AreaLists {
    /// All that there are, oldest first.
    lists: Vec<String>,
    /// The one in force.
    current: String,
}

/// The lists of areas that there are.
#[utoipa::path(get, path = "/area-lists", responses((status = 200, body = AreaLists)))]
async fn area_lists(person: Person) -> Given<AreaLists> {
    Ok(Json(AreaLists { lists: person.desk.area_lists().await?, current: person.desk.area_list().await? }))
}

/// A list to load.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewAreaList {
    /// The units of a country's own list; absent: the list of this name that the program carries.
    units: Option<Vec<NewArea>>,
    /// Whether it is to be the list in force.
    #[serde(default)]
    in_force: bool,
}

/// What was loaded.
#[derive(Serialize, ToSchema)]
struct LoadedList {
    /// How many units are in the list.
    units: u64,
}

/// Loads a list of areas, all of it or nothing; at most 6 MiB. Sent again it changes nothing; with other units it is
/// refused (409). A list that the program carries comes with what became of its units.
#[utoipa::path(put, path = "/area-lists/{list}", request_body = NewAreaList,
    responses((status = 200, body = LoadedList)))]
async fn load_areas(person: Person, At(list): At<String>, Sent(new): Sent<NewAreaList>) -> Given<LoadedList> {
    let units = match &new.units {
        Some(units) => person.desk.load_own_areas(&list, units).await?,
        None => person.desk.load_areas(&list).await?,
    };
    if new.in_force && person.desk.register().setting("area_list").await?.as_deref() != Some(&list) {
        person.desk.set("area_list", &list).await?;
    }
    Ok(Json(LoadedList { units }))
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
struct WhichAreas {
    /// The unit above (`list:code`); the topmost units when absent.
    parent: Option<String>,
    /// Communes whose name begins so, without tone marks; not together with `parent`.
    name: Option<String>,
}

/// The units below one, or communes by their name.
#[utoipa::path(get, path = "/areas", params(WhichAreas), responses((status = 200, body = Vec<AreaRow>)))]
async fn areas(person: Person, Asked(which): Asked<WhichAreas>) -> Given<Vec<AreaRow>> {
    let rows = match (which.parent, which.name) {
        (Some(_), Some(_)) => {
            return Err(Problem::Data { field: Some("name".into()), why: "either parent or name".into() });
        }
        (None, Some(name)) => person.desk.find_communes(&name).await?,
        (parent, None) => {
            if let Some(parent) = &parent {
                person.desk.area(parent).await?;
            }
            person.desk.areas_below(parent.as_deref()).await?
        }
    };
    Ok(Json(rows))
}

/// A unit.
#[utoipa::path(get, path = "/areas/{id}", responses((status = 200, body = AreaRow)))]
async fn area(person: Person, At(id): At<String>) -> Given<AreaRow> {
    Ok(Json(person.desk.area(&id).await?))
}

/// What became of a unit, and what it came from.
#[utoipa::path(get, path = "/areas/{id}/lineage", responses((status = 200, body = Vec<LineageRow>)))]
async fn lineage(person: Person, At(id): At<String>) -> Given<Vec<LineageRow>> {
    Ok(Json(person.desk.lineage(&id).await?))
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
struct WhichHamlet {
    /// A hamlet of the commune.
    hamlet: Option<String>,
}

/// Where a commune, and perhaps a hamlet of it, lies.
#[utoipa::path(get, path = "/areas/{id}/place", params(WhichHamlet), responses((status = 200, body = Place)))]
async fn place(person: Person, At(id): At<String>, Asked(which): Asked<WhichHamlet>) -> Given<Place> {
    Ok(Json(person.desk.place(&id, which.hamlet.as_deref()).await?))
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
struct WhichDestinations {
    /// How their names begin, without tone marks.
    name: String,
}

/// The communes that a household may move to, within the asker's part or not.
#[utoipa::path(get, path = "/destinations", params(WhichDestinations),
    responses((status = 200, body = Vec<Destination>)))]
async fn destinations(person: Person, Asked(which): Asked<WhichDestinations>) -> Given<Vec<Destination>> {
    Ok(Json(person.desk.find_destinations(&which.name).await?))
}

/// The hamlets of a commune.
#[utoipa::path(get, path = "/areas/{id}/hamlets", responses((status = 200, body = Vec<Hamlet>)))]
async fn hamlets(person: Person, At(id): At<String>) -> Given<Vec<Hamlet>> {
    person.desk.area(&id).await?;
    Ok(Json(person.desk.hamlets(&id).await?))
}

/// A new hamlet.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewHamlet {
    /// Its name.
    name: String,
    /// From when it is known.
    since: Date,
}

/// Adds a hamlet to a commune.
#[utoipa::path(post, path = "/areas/{id}/hamlets", request_body = NewHamlet, responses((status = 201, body = Hamlet)))]
async fn add_hamlet(person: Person, At(id): At<String>, Sent(new): Sent<NewHamlet>) -> Answer {
    let hamlet = person.desk.add_hamlet(&id, &new.name, new.since).await?;
    Ok((StatusCode::CREATED, Json(hamlet)).into_response())
}

/// Makes sure that a hamlet which is named is within reach.
pub(super) async fn hamlet_within(person: &Person, hamlet: Option<&String>) -> Result<(), Problem> {
    let Some(hamlet) = hamlet else { return Ok(()) };
    let known = person.desk.hamlet_names(std::slice::from_ref(hamlet)).await?;
    if known.is_empty() { Err(Problem::NotFound) } else { Ok(()) }
}
