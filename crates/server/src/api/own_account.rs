//! One's own account: password and second factor.

use super::answer::Given;
use super::extract::Sent;
use super::once::Unkept;
use crate::error::{Answer, Problem};
use crate::signed_in::{Owner, Person};
use crate::state::App;
use axum::http::StatusCode;
use axum::response::IntoResponse;
use axum::{Extension, Json};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use vuon_registry::accounts::Account;

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(own_account))
        .routes(routes!(change_password))
        .routes(routes!(new_second_factor, confirm_second_factor))
        .routes(routes!(untie_own_openid))
}

/// One's own account.
#[utoipa::path(get, path = "/account", responses((status = 200, body = Account)))]
async fn own_account(Owner(person): Owner) -> Given<Account> {
    Ok(Json(person.account))
}

/// A change of one's own password.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Passwords {
    /// The one before.
    #[schema(format = Password)]
    old: String,
    /// The new one, at least twelve characters.
    #[schema(format = Password)]
    new: String,
}

/// Changes one's own password. All sessions of the account end, this one too.
#[utoipa::path(put, path = "/account/password", request_body = Passwords, responses((status = 204)))]
async fn change_password(Owner(person): Owner, Sent(given): Sent<Passwords>) -> Result<StatusCode, Problem> {
    person.desk.change_password(&given.old, &given.new).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// A second factor to be set up; told once.
#[derive(Serialize, ToSchema)]
struct NewFactor {
    /// What the person types where no picture can be read.
    secret: String,
    /// What the picture (QR code) says.
    url: String,
}

/// Begins to set up one's own second factor; confirming it with a code ends it.
#[utoipa::path(post, path = "/account/second-factor", responses((status = 200, body = NewFactor)))]
async fn new_second_factor(person: Person) -> Answer {
    let new = person.desk.new_second_factor().await?;
    Ok((Extension(Unkept), Json(NewFactor { secret: new.secret, url: new.url })).into_response())
}

/// Proof that the secret arrived on the device.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Confirmation {
    /// The secret that was told.
    secret: String,
    /// The six digits that the device shows.
    code: String,
}

/// Sets up the second factor, when the code proves that its secret arrived.
#[utoipa::path(put, path = "/account/second-factor", request_body = Confirmation, responses((status = 204)))]
async fn confirm_second_factor(person: Person, Sent(given): Sent<Confirmation>) -> Result<StatusCode, Problem> {
    person.desk.confirm_second_factor(&given.secret, given.code.trim()).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Unties one's own account from the person known to an OpenID provider; its sessions end, this one too. Tying it needs
/// a browser: the page of one's own account.
#[utoipa::path(delete, path = "/account/openid", responses((status = 204)))]
async fn untie_own_openid(person: Person) -> Result<StatusCode, Problem> {
    person.desk.untie_openid(&person.account.id).await?;
    Ok(StatusCode::NO_CONTENT)
}
