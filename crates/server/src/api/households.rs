//! Households and their members: found, read, added, changed.

use super::answer::{self, Given, Made, Version};
use super::areas::hamlet_within;
use super::extract::{Asked, At, IfMatch, Paged, Sent, WhichPage};
use super::once::Unkept;
use crate::error::Answer;
use crate::signed_in::Person;
use crate::state::App;
use axum::http::StatusCode;
use axum::response::IntoResponse;
use axum::{Extension, Json};
use jiff::civil::Date;
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use vuon_registry::households::{
    HouseholdFilter, HouseholdRow, HouseholdView, Member, MemberChange, NewHousehold, NextHead,
};
use vuon_registry::page::Page;

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(households, add_household))
        .routes(routes!(search_households))
        .routes(routes!(household))
        .routes(routes!(members))
        .routes(routes!(change_members))
        .routes(routes!(split_household))
        .routes(routes!(move_household))
        .routes(routes!(close_household))
}

#[derive(Deserialize, Default, IntoParams, ToSchema)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
struct WhichHouseholds {
    /// Of one province. Who reaches everything names a province, a commune or a hamlet.
    province: Option<String>,
    /// Of one commune.
    commune: Option<String>,
    /// Of one hamlet.
    hamlet: Option<String>,
    /// With a status.
    status: Option<String>,
    /// Those that ended, in a search by who was a member.
    #[serde(default)]
    #[param(required = false)]
    ended: bool,
}

impl WhichHouseholds {
    fn filter(self, text: Option<String>) -> HouseholdFilter {
        let WhichHouseholds { province, commune, hamlet, status, ended } = self;
        HouseholdFilter { province, commune, hamlet, status, ended, text }
    }
}

/// The households that match, by name.
#[utoipa::path(get, path = "/households", params(WhichHouseholds, WhichPage),
    responses((status = 200, body = Page<HouseholdRow>)))]
async fn households(person: Person, Paged(which, page): Paged<WhichHouseholds>) -> Given<Page<HouseholdRow>> {
    for unit in [&which.province, &which.commune].into_iter().flatten() {
        person.desk.area(unit).await?;
    }
    hamlet_within(&person, which.hamlet.as_ref()).await?;
    Ok(Json(person.desk.households(&which.filter(None), &page).await?))
}

/// A name to look for: in a body, since an address is written down by whoever carries it.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct HouseholdSearch {
    /// How a member's whole or given name begins, without tone marks; or the household's code.
    text: String,
    /// Which households; all within reach when absent.
    #[serde(default)]
    of: WhichHouseholds,
    /// Which page.
    #[serde(default)]
    page: WhichPage,
}

/// The households with a member of such a name, by name.
#[utoipa::path(post, path = "/household-searches", request_body = HouseholdSearch,
    responses((status = 200, body = Page<HouseholdRow>)))]
async fn search_households(person: Person, Sent(search): Sent<HouseholdSearch>) -> Answer {
    let page = search.page.request()?;
    let found = person.desk.households(&search.of.filter(Some(search.text)), &page).await?;
    Ok((Extension(Unkept), Json(found)).into_response())
}

/// Adds a household.
#[utoipa::path(post, path = "/households", request_body = NewHousehold, responses((status = 201, body = Made)))]
async fn add_household(person: Person, Sent(new): Sent<NewHousehold>) -> Answer {
    Ok(answer::made("households", person.desk.add_household(&new).await?))
}

/// A household.
#[utoipa::path(get, path = "/households/{id}", responses((status = 200, body = HouseholdView,
    headers(("ETag" = String, description = "Its version, for If-Match")))))]
async fn household(person: Person, At(id): At<String>) -> Answer {
    let household = person.desk.household(&id).await?;
    Ok(answer::versioned(household.row.version, household))
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
struct When {
    /// Who were members on this day; today when absent.
    on: Option<Date>,
    /// As it was known at this time, in microseconds since 1970; now when absent.
    known_at: Option<i64>,
}

/// The members on a day, as known at a time.
#[utoipa::path(get, path = "/households/{id}/members", params(When), responses((status = 200, body = Vec<Member>)))]
async fn members(person: Person, At(id): At<String>, Asked(when): Asked<When>) -> Given<Vec<Member>> {
    let on = when.on.unwrap_or_else(|| person.desk.today());
    Ok(Json(person.desk.members_as_of(&id, on, when.known_at).await?))
}

/// A change of who belongs to a household.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Change {
    /// From which day.
    on: Date,
    /// What.
    change: MemberChange,
}

/// Changes who belongs to a household.
#[utoipa::path(post, path = "/households/{id}/changes", params(IfMatch),
    request_body = Change, responses((status = 200, body = Version)))]
async fn change_members(person: Person, At(id): At<String>, at: IfMatch, Sent(given): Sent<Change>) -> Answer {
    Ok(answer::changed(person.desk.change_members(&id, at.0, &given.change, given.on).await?))
}

/// Members who become a household of their own.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Split {
    /// From which day.
    on: Date,
    /// The head, and who goes with them.
    new_head: NextHead,
}

/// Some members become a household of their own.
#[utoipa::path(post, path = "/households/{id}/split", params(IfMatch),
    request_body = Split, responses((status = 201, body = Made)))]
async fn split_household(person: Person, At(id): At<String>, at: IfMatch, Sent(given): Sent<Split>) -> Answer {
    let new = person.desk.split_household(&id, at.0, &given.new_head, given.on).await?;
    Ok(answer::made("households", new))
}

/// Where a household goes.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Move {
    /// From which day.
    on: Date,
    /// The commune.
    commune: String,
    /// The hamlet.
    hamlet: Option<String>,
}

/// It moves to another hamlet or commune.
#[utoipa::path(post, path = "/households/{id}/move", params(IfMatch),
    request_body = Move, responses((status = 200, body = Version)))]
async fn move_household(person: Person, At(id): At<String>, at: IfMatch, Sent(given): Sent<Move>) -> Answer {
    let to = person.desk.place_of_destination(&given.commune, given.hamlet.as_deref()).await?;
    Ok(answer::changed(person.desk.move_household(&id, at.0, &to, given.on).await?))
}

/// Why a household is no more.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Close {
    /// From which day.
    on: Date,
    /// Why.
    cause: String,
}

/// It is no more.
#[utoipa::path(post, path = "/households/{id}/close", params(IfMatch),
    request_body = Close, responses((status = 204)))]
async fn close_household(person: Person, At(id): At<String>, at: IfMatch, Sent(given): Sent<Close>) -> Answer {
    person.desk.close_household(&id, at.0, &given.cause, given.on).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}
