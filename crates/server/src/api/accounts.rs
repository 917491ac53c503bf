//! Other people's accounts, as far as one may manage them.

use super::answer::Given;
use super::extract::{Asked, At, Sent, page};
use crate::error::{Answer, Problem};
use crate::signed_in::Person;
use crate::state::App;
use axum::Json;
use axum::http::StatusCode;
use axum::http::header::LOCATION;
use axum::response::IntoResponse;
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use vuon_registry::accounts::{Account, NewAccount};
use vuon_registry::page::Page;

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(accounts, add_account))
        .routes(routes!(account))
        .routes(routes!(set_active))
        .routes(routes!(reset_password))
        .routes(routes!(link_openid))
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
struct WhichPage {
    /// `next` of the page before.
    after: Option<String>,
    /// How many, 1 to 200.
    #[param(minimum = 1, maximum = 200)]
    limit: Option<u32>,
}

/// The accounts within reach.
#[utoipa::path(get, path = "/accounts", params(WhichPage), responses((status = 200, body = Page<Account>)))]
async fn accounts(person: Person, Asked(which): Asked<WhichPage>) -> Given<Page<Account>> {
    Ok(Json(person.desk.accounts(&page(which.after, which.limit)?).await?))
}

/// Makes an account.
#[utoipa::path(post, path = "/accounts", request_body = NewAccount, responses((status = 201, body = Account)))]
async fn add_account(person: Person, Sent(new): Sent<NewAccount>) -> Answer {
    let account = person.desk.add_account(&new).await?;
    let location = format!("/api/v1/accounts/{}", account.id);
    Ok((StatusCode::CREATED, [(LOCATION, location)], Json(account)).into_response())
}

/// An account.
#[utoipa::path(get, path = "/accounts/{id}", responses((status = 200, body = Account)))]
async fn account(person: Person, At(id): At<String>) -> Given<Account> {
    Ok(Json(person.desk.account(&id).await?))
}

/// Whether an account may sign in.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Switch {
    /// Whether it may.
    active: bool,
}

/// Switches an account on or off; its sessions end.
#[utoipa::path(put, path = "/accounts/{id}/active", request_body = Switch, responses((status = 204)))]
async fn set_active(person: Person, At(id): At<String>, Sent(given): Sent<Switch>) -> Result<StatusCode, Problem> {
    person.desk.set_active(&id, given.active).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// A new first password.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct FirstPassword {
    /// At least twelve characters.
    #[schema(format = Password)]
    password: String,
}

/// Gives another person's account a new first password; its sessions end.
#[utoipa::path(put, path = "/accounts/{id}/password", request_body = FirstPassword, responses((status = 204)))]
async fn reset_password(
    person: Person,
    At(id): At<String>,
    Sent(given): Sent<FirstPassword>,
) -> Result<StatusCode, Problem> {
    person.desk.reset_password(&id, &given.password).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Somebody known to an OpenID provider.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct OpenId {
    /// The provider.
    issuer: String,
    /// What the provider calls the person.
    subject: String,
}

/// Ties an account to a person known to an OpenID provider.
#[utoipa::path(put, path = "/accounts/{id}/openid", request_body = OpenId, responses((status = 204)))]
async fn link_openid(person: Person, At(id): At<String>, Sent(given): Sent<OpenId>) -> Result<StatusCode, Problem> {
    person.desk.link_openid(&id, &given.issuer, &given.subject).await?;
    Ok(StatusCode::NO_CONTENT)
}
