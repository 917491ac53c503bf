//! Which pack's schemes count.

use super::super::answer::Given;
use super::super::extract::Sent;
use crate::signed_in::Person;
use crate::state::App;
use axum::Json;
use serde::Deserialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use vuon_programme::support_pack::{SupportPack, choose, chosen};

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(support_pack, choose_support_pack))
}

/// A choice.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Choice {
    /// The pack; the national one of the day when null.
    pack: Option<String>,
}

/// The pack whose schemes count, and whether its time is over: then what was agreed goes on, and nothing new begins.
#[utoipa::path(get, path = "/support-pack", responses((status = 200, body = SupportPack)))]
async fn support_pack(person: Person) -> Given<SupportPack> {
    Ok(Json(chosen(person.desk.register(), person.desk.today()).await?))
}

/// Chooses the pack whose schemes count. It must be here, and have schemes.
#[utoipa::path(put, path = "/support-pack", request_body = Choice, responses((status = 200, body = SupportPack)))]
async fn choose_support_pack(person: Person, Sent(choice): Sent<Choice>) -> Given<SupportPack> {
    choose(&person.desk, choice.pack.as_deref()).await?;
    Ok(Json(chosen(person.desk.register(), person.desk.today()).await?))
}
