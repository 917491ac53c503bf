//! Other people's accounts, as far as one may manage them.

use super::answer::{self, Given};
use super::extract::{All, At, IfMatch, Paged, Sent, WhichPage};
use super::once::Unkept;
use crate::error::{Answer, Problem};
use crate::signed_in::Person;
use crate::state::App;
use axum::http::StatusCode;
use axum::http::header::LOCATION;
use axum::response::IntoResponse;
use axum::{Extension, Json};
use serde::Deserialize;
use utoipa::ToSchema;
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
        .routes(routes!(reset_second_factor))
        .routes(routes!(move_account))
        .routes(routes!(untie_openid))
}

/// The accounts within reach.
#[utoipa::path(get, path = "/accounts", params(WhichPage), responses((status = 200, body = Page<Account>)))]
async fn accounts(person: Person, Paged(All {}, page): Paged<All>) -> Given<Page<Account>> {
    Ok(Json(person.desk.accounts(&page).await?))
}

/// Makes an account.
#[utoipa::path(post, path = "/accounts", request_body = NewAccount, responses((status = 201, body = Account)))]
async fn add_account(person: Person, Sent(new): Sent<NewAccount>) -> Answer {
    let account = person.desk.add_account(&new).await?;
    let location = format!("/api/v1/accounts/{}", account.id);
    // What was sent holds a password: nothing of it is kept.
    Ok((StatusCode::CREATED, [(LOCATION, location)], Extension(Unkept), Json(account)).into_response())
}

/// An account.
#[utoipa::path(get, path = "/accounts/{id}", responses((status = 200, body = Account,
    headers(("ETag" = String, description = "Its version, for If-Match")))))]
async fn account(person: Person, At(id): At<String>) -> Answer {
    let account = person.desk.account(&id).await?;
    Ok(answer::versioned(account.version, account))
}

/// Whether an account may sign in.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Switch {
    /// Whether it may.
    active: bool,
}

/// Switches an account on or off; its sessions end.
#[utoipa::path(put, path = "/accounts/{id}/active", params(IfMatch),
    request_body = Switch, responses((status = 200, body = Account)))]
async fn set_active(person: Person, At(id): At<String>, at: IfMatch, Sent(given): Sent<Switch>) -> Answer {
    let account = person.desk.set_active(&id, given.active, Some(at.0)).await?;
    Ok(answer::versioned(account.version, account))
}

/// A new first password.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct FirstPassword {
    /// At least twelve characters.
    #[schema(format = Password)]
    password: String,
}

/// Gives another person's account a new first password; its sessions end. Until the owner has set another
/// (`PUT /account/password`), everything else answers 403, `password-due`.
#[utoipa::path(put, path = "/accounts/{id}/password", request_body = FirstPassword, responses((status = 204)))]
async fn reset_password(
    person: Person,
    At(id): At<String>,
    Sent(given): Sent<FirstPassword>,
) -> Result<StatusCode, Problem> {
    person.desk.reset_password(&id, &given.password).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Takes the second factor off another person's account, whose device is lost; its sessions end.
#[utoipa::path(delete, path = "/accounts/{id}/second-factor", responses((status = 204)))]
async fn reset_second_factor(person: Person, At(id): At<String>) -> Result<StatusCode, Problem> {
    person.desk.reset_second_factor(&id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Where an account belongs.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Belongs {
    /// The area (`list:code`), of the level of the account's role; none: all of the register.
    area: Option<String>,
    /// The hamlet, for an enumerator of one.
    hamlet: Option<String>,
}

/// Gives an account another area or hamlet, such as after a reform; its sessions end.
#[utoipa::path(put, path = "/accounts/{id}/area", params(IfMatch),
    request_body = Belongs, responses((status = 200, body = Account)))]
async fn move_account(person: Person, At(id): At<String>, at: IfMatch, Sent(given): Sent<Belongs>) -> Answer {
    let (area, hamlet) = (given.area.as_deref(), given.hamlet.as_deref());
    let account = person.desk.move_account(&id, area, hamlet, Some(at.0)).await?;
    Ok(answer::versioned(account.version, account))
}

/// Unties an account from the person known to an OpenID provider; its sessions end. Only its owner ties it again.
#[utoipa::path(delete, path = "/accounts/{id}/openid", responses((status = 204)))]
async fn untie_openid(person: Person, At(id): At<String>) -> Result<StatusCode, Problem> {
    person.desk.untie_openid(&id).await?;
    Ok(StatusCode::NO_CONTENT)
}
