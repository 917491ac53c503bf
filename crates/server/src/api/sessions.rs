//! Signing in: a name and a password, and the second factor where an account has one, give a token for a while.

use super::answer::Given;
use super::extract::Sent;
use super::once::Unkept;
use crate::error::{Answer, Problem};
use crate::operations::{self, Peer};
use crate::signed_in::{self, Seen, Session};
use crate::state::App;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::IntoResponse;
use axum::{Extension, Json};
use axum_extra::extract::CookieJar;
use serde::{Deserialize, Serialize};
use std::time::Instant;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use vuon_registry::RegistryError;
use vuon_registry::accounts::{Account, SignedIn};

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(sign_in, session, sign_out)).routes(routes!(give_second_factor))
}

/// Who signs in.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Credentials {
    /// The account's name.
    login: String,
    /// Its password.
    #[schema(format = Password)]
    password: String,
}

/// A code of the second factor.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Code {
    /// The six digits that the device shows.
    code: String,
}

/// A session.
#[derive(Serialize, ToSchema)]
struct SessionState {
    /// For `Authorization: Bearer …`; told once.
    #[serde(skip_serializing_if = "Option::is_none")]
    token: Option<String>,
    /// For `X-CSRF-Token`, where the session is in a cookie.
    csrf: String,
    /// Whether the second factor is still missing: until then the session opens nothing.
    code_needed: bool,
    /// Whether the second factor was given: what decides needs it.
    strong: bool,
    /// Whose it is.
    account: Account,
}

impl SessionState {
    fn of(signed_in: SignedIn, token: Option<String>) -> Self {
        let strong = signed_in.actor.strong;
        let code_needed = signed_in.account.second_factor && !strong;
        SessionState { token, csrf: signed_in.csrf, code_needed, strong, account: signed_in.account }
    }
}

fn limited(app: &App, peer: &Peer) -> Result<(), Problem> {
    app.sign_in_limit().take(peer.client, Instant::now()).map_err(|seconds| {
        operations::count_sign_in("limited");
        Problem::TooMany { seconds }
    })
}

fn mine(seen: &Seen) -> Result<&Session, Problem> {
    seen.session.as_deref().ok_or(Problem::NotSignedIn)
}

/// Signs in.
#[utoipa::path(post, path = "/sessions", security(()), request_body = Credentials,
    responses((status = 201, body = SessionState)))]
async fn sign_in(State(app): State<App>, peer: Peer, Sent(given): Sent<Credentials>) -> Answer {
    limited(&app, &peer)?;
    let session = app.register().sign_in(&given.login, &given.password).await;
    match &session {
        Ok(_) => operations::count_sign_in("good"),
        Err(RegistryError::SignIn | RegistryError::Locked { .. }) => operations::count_sign_in("refused"),
        Err(_) => {}
    }
    let session = session?;
    let state = SessionState::of(session.signed_in, Some(session.token));
    Ok((StatusCode::CREATED, Extension(Unkept), Json(state)).into_response())
}

/// Gives the second factor of the session, which goes on under another token.
#[utoipa::path(post, path = "/sessions/factor", request_body = Code, responses((status = 200, body = SessionState)))]
async fn give_second_factor(State(app): State<App>, peer: Peer, seen: Seen, Sent(given): Sent<Code>) -> Answer {
    let session = mine(&seen)?;
    limited(&app, &peer)?;
    let strong = app.register().give_second_factor(&session.token, given.code.trim()).await?;
    let state = SessionState::of(strong.signed_in, Some(strong.token.clone()));
    let cookie = session.by_cookie.then(|| signed_in::cookie(&app, strong.token));
    let jar = cookie.into_iter().fold(CookieJar::new(), CookieJar::add);
    Ok((jar, Extension(Unkept), Json(state)).into_response())
}

/// The session.
#[utoipa::path(get, path = "/sessions", responses((status = 200, body = SessionState)))]
async fn session(seen: Seen) -> Given<SessionState> {
    Ok(Json(SessionState::of(mine(&seen)?.signed_in.clone(), None)))
}

/// Ends the session.
#[utoipa::path(delete, path = "/sessions", responses((status = 204)))]
async fn sign_out(State(app): State<App>, seen: Seen) -> Result<StatusCode, Problem> {
    app.register().sign_out(&mine(&seen)?.token).await?;
    Ok(StatusCode::NO_CONTENT)
}
