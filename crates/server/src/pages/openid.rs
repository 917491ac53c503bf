//! Signing in by a provider: out to it, and back.

use crate::error::{Answer, Problem};
use crate::layout;
use crate::openid::{BACK, OpenIdError};
use crate::operations::Peer;
use crate::signed_in;
use crate::state::App;
use crate::view::{View, inside};
use axum::Router;
use axum::extract::{Query, State};
use axum::response::{IntoResponse, Redirect};
use axum::routing::get;
use axum_extra::extract::CookieJar;
use axum_extra::extract::cookie::{Cookie, SameSite};
use maud::html;
use serde::Deserialize;
use std::time::Instant;
use vuon_registry::RegistryError;

/// `/sign-in/openid` and back.
pub fn routes() -> Router<App> {
    Router::new().route("/sign-in/openid", get(out)).route(BACK, get(back))
}

/// It must come back with a request from another site, so it cannot be `Strict`; it is good for ten minutes.
fn cookie(app: &App, value: String) -> Cookie<'static> {
    let name = if app.config().secure_cookies { "__Host-vuon-openid" } else { "vuon-openid" };
    let mut cookie = Cookie::new(name, value);
    cookie.set_path("/");
    cookie.set_http_only(true);
    cookie.set_same_site(SameSite::Lax);
    cookie.set_secure(app.config().secure_cookies);
    cookie
}

fn told(error: &OpenIdError) -> Problem {
    if matches!(error, OpenIdError::None) {
        return Problem::NotFound;
    }
    tracing::warn!(%error, "sign-in by the provider failed");
    if matches!(error, OpenIdError::Foreign) { Problem::Csrf } else { Problem::Provider }
}

#[derive(Deserialize)]
struct Next {
    #[serde(default)]
    next: String,
}

async fn out(State(app): State<App>, peer: Peer, Query(next): Query<Next>) -> Answer {
    app.sign_in_limit().take(peer.client, Instant::now()).map_err(|seconds| Problem::TooMany { seconds })?;
    let (address, remembered) = app.provider().start(inside(&next.next)).await.map_err(|error| told(&error))?;
    Ok((CookieJar::new().add(cookie(&app, remembered)), Redirect::to(&address)).into_response())
}

#[derive(Deserialize)]
struct Given {
    #[serde(default)]
    state: String,
    #[serde(default)]
    code: String,
}

async fn back(State(app): State<App>, view: View, jar: CookieJar, Query(given): Query<Given>) -> Answer {
    let name = cookie(&app, String::new()).name().to_owned();
    let remembered = jar.get(&name).map(|cookie| cookie.value().to_owned()).unwrap_or_default();
    // Without a code the person said no at the provider, or the provider did.
    if given.code.is_empty() {
        return Ok(Redirect::to("/sign-in").into_response());
    }
    let vouched = app.provider().finish(&remembered, &given.state, given.code).await.map_err(|error| told(&error))?;
    let mut gone = cookie(&app, String::new());
    gone.make_removal();
    match app.register().sign_in_openid(&vouched.issuer, &vouched.subject, vouched.strong).await {
        Ok(session) => {
            let jar = CookieJar::new().add(gone).add(signed_in::cookie(&app, session.token));
            Ok((jar, Redirect::to(inside(&vouched.next))).into_response())
        }
        Err(RegistryError::SignIn | RegistryError::NotFound) => {
            let body = html! {
                (layout::alert(&view.t("openid-unknown")))
                p { (view.t("openid-tell")) }
                p.code { (vouched.issuer) br; (vouched.subject) }
                p { a href="/sign-in" { (view.t("sign-in")) } }
            };
            let page = layout::page(&view, &view.t("sign-in"), body);
            Ok((axum::http::StatusCode::FORBIDDEN, CookieJar::new().add(gone), page).into_response())
        }
        Err(error) => Err(error.into()),
    }
}
