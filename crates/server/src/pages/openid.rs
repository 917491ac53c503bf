//! Signing in by a provider, and tying one's account to oneself there: out to it, and back.

use crate::csrf::{Checked, Nothing};
use crate::error::{Answer, Problem};
use crate::layout;
use crate::openid::{BACK, OpenIdError, Vouched};
use crate::operations::Peer;
use crate::signed_in::{self, Person, Seen};
use crate::state::App;
use crate::view::{View, inside};
use axum::Router;
use axum::extract::{Query, State};
use axum::response::{IntoResponse, Redirect};
use axum::routing::{get, post};
use axum_extra::extract::CookieJar;
use axum_extra::extract::cookie::{Cookie, SameSite};
use maud::html;
use serde::Deserialize;
use std::time::Instant;
use vuon_registry::RegistryError;

/// `/sign-in/openid` and back; `/account/openid`.
pub fn routes() -> Router<App> {
    Router::new()
        .route("/sign-in/openid", get(out))
        .route(BACK, get(back))
        .route("/account/openid", post(begin_tying))
        .route("/account/openid/untie", post(untie))
}

/// It must come back with a request from another site, so it cannot be `Strict`; it is good for ten minutes.
fn cookie(app: &App, value: String) -> Cookie<'static> {
    let name = if app.config().secure_cookies() { "__Host-vuon-openid" } else { "vuon-openid" };
    let mut cookie = Cookie::new(name, value);
    cookie.set_path("/");
    cookie.set_http_only(true);
    cookie.set_same_site(SameSite::Lax);
    cookie.set_secure(app.config().secure_cookies());
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
    let (address, remembered) = app.provider().start(inside(&next.next), None).await.map_err(|error| told(&error))?;
    Ok((CookieJar::new().add(cookie(&app, remembered)), Redirect::to(&address)).into_response())
}

#[derive(Deserialize)]
struct Given {
    #[serde(default)]
    state: String,
    #[serde(default)]
    code: String,
}

async fn back(State(app): State<App>, seen: Seen, jar: CookieJar, Query(given): Query<Given>) -> Answer {
    let name = cookie(&app, String::new()).name().to_owned();
    let remembered = jar.get(&name).map(|cookie| cookie.value().to_owned()).unwrap_or_default();
    // Without a code the person said no at the provider, or the provider did.
    if given.code.is_empty() {
        return Ok(Redirect::to("/sign-in").into_response());
    }
    let vouched = app.provider().finish(&remembered, &given.state, given.code).await.map_err(|error| told(&error))?;
    let mut gone = cookie(&app, String::new());
    gone.make_removal();
    let jar = CookieJar::new().add(gone);
    let answer = match &vouched.tie {
        Some(account) => tie(&app, &seen, account, &vouched).await?,
        None => sign_in(&app, &seen.view, &vouched).await?,
    };
    Ok((jar, answer).into_response())
}

async fn sign_in(app: &App, view: &View, vouched: &Vouched) -> Answer {
    match app.register().sign_in_openid(&vouched.issuer, &vouched.subject, vouched.strong).await {
        Ok(session) => {
            let jar = CookieJar::new().add(signed_in::cookie(app, session.token));
            Ok((jar, Redirect::to(inside(&vouched.next))).into_response())
        }
        Err(RegistryError::SignIn | RegistryError::NotFound) => {
            let body = html! {
                (layout::alert(&view.t("openid-unknown")))
                p { (view.t("openid-tell")) }
                p { a href="/sign-in?next=/account" { (view.t("sign-in")) } }
            };
            let page = layout::page(view, &view.t("sign-in"), body);
            Ok((axum::http::StatusCode::FORBIDDEN, page).into_response())
        }
        Err(error) => Err(error.into()),
    }
}

/// The way out begins with a link, not with the form itself: browsers do not let a form lead to another site here.
async fn begin_tying(State(app): State<App>, person: Person, Checked(Nothing {}): Checked<Nothing>) -> Answer {
    let account = app.register().may_tie_openid(&person.session.token).await?;
    let (address, remembered) =
        app.provider().start("/account?done=tied", Some(account.id)).await.map_err(|error| told(&error))?;
    let name = app.provider().name().unwrap_or_default();
    let body = html! {
        p { (person.tr("openid-go-explained", &[("name", name.clone().into())])) }
        p.actions {
            a.button href=(address) { (person.tr("openid-go", &[("name", name.into())])) }
            a.button.second href="/account" { (person.t("openid-stay")) }
        }
    };
    let page = layout::page(&person, &person.t("openid-tie"), body);
    Ok((CookieJar::new().add(cookie(&app, remembered)), page).into_response())
}

/// Only the session's own account is tied, whichever began it.
async fn tie(app: &App, seen: &Seen, account: &str, vouched: &Vouched) -> Answer {
    let session = seen.session.as_ref().filter(|session| session.signed_in.account.id == account);
    let session = session.ok_or(Problem::NotSignedIn)?;
    app.register().tie_openid(&session.token, &vouched.issuer, &vouched.subject).await?;
    Ok(Redirect::to(inside(&vouched.next)).into_response())
}

async fn untie(person: Person, Checked(Nothing {}): Checked<Nothing>) -> Answer {
    person.desk.untie_openid(&person.account.id).await?;
    // All sessions have ended, this one too.
    Ok(Redirect::to("/sign-in?done=untied").into_response())
}
