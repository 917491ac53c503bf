//! Signing in and out: name and password, then the second factor where the account has one.

use crate::csrf::{self, Checked, Nothing};
use crate::error::{Answer, Problem};
use crate::layout;
use crate::operations::{self, Peer};
use crate::signed_in::{self, Seen};
use crate::state::App;
use crate::view::{View, encode, inside};
use axum::Router;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use axum_extra::extract::CookieJar;
use maud::html;
use serde::Deserialize;
use std::time::Instant;
use vuon_registry::RegistryError;

/// `/sign-in`, `/sign-in/code`, `/sign-out`.
pub fn routes() -> Router<App> {
    Router::new()
        .route("/sign-in", get(ask).post(sign_in))
        .route("/sign-in/code", get(ask_code).post(give_code))
        .route("/sign-out", post(sign_out))
}

/// Where to go afterwards.
#[derive(Deserialize)]
pub struct Next {
    #[serde(default)]
    next: Option<String>,
}

impl Next {
    fn path(&self) -> &str {
        self.next.as_deref().map_or("/", inside)
    }
}

async fn ask(State(app): State<App>, seen: Seen, Query(next): Query<Next>) -> Response {
    match &seen.session {
        Some(session) if session.is_whole() => Redirect::to(next.path()).into_response(),
        _ => form(&app, seen.view, next.path(), "", None),
    }
}

/// The page, with a fresh secret for its form where the guest has none.
fn form(app: &App, mut view: View, next: &str, login: &str, problem: Option<&Problem>) -> Response {
    // A session that waits for its code has its own secret; the form works with either.
    let jar = csrf::for_guest(app, &mut view);
    let body = html! {
        div.narrow {
            @if let Some(problem) = problem { (layout::alert(&problem.text(&view))) }
            (layout::form(&view, "/sign-in", html! {
                input type="hidden" name="next" value=(next);
                (layout::labelled("login", &view.t("sign-in-login"), None, html! {
                    input type="text" id="login" name="login" value=(login) required autocomplete="username" autocapitalize="none" spellcheck="false" maxlength="100";
                }))
                (layout::password_field("password", &view.t("sign-in-password"), "current-password", None))
                (layout::send(&view.t("sign-in")))
            }))
            @if let Some(name) = app.provider().name() {
                p { a.button.second href=(format!("/sign-in/openid?next={}", encode(next))) {
                    (view.tr("sign-in-openid", &[("name", name.into())]))
                } }
            }
        }
    };
    let status = problem.map_or(StatusCode::OK, Problem::status);
    (status, jar, layout::page(&view, &view.t("sign-in"), body)).into_response()
}

#[derive(Deserialize)]
struct Credentials {
    login: String,
    password: String,
    #[serde(default)]
    next: String,
}

async fn sign_in(State(app): State<App>, peer: Peer, seen: Seen, Checked(given): Checked<Credentials>) -> Answer {
    let next = inside(&given.next);
    if let Err(seconds) = app.sign_in_limit().take(peer.client, Instant::now()) {
        operations::count_sign_in("limited");
        return Ok(form(&app, seen.view, next, &given.login, Some(&Problem::TooMany { seconds })));
    }
    match app.register().sign_in(&given.login, &given.password).await {
        Ok(session) => {
            operations::count_sign_in("good");
            let account = &session.signed_in.account;
            let half = account.second_factor && !session.signed_in.actor.strong;
            let to = if half { format!("/sign-in/code?next={}", encode(next)) } else { next.to_owned() };
            let jar = CookieJar::new().add(signed_in::cookie(&app, session.token));
            Ok((jar, Redirect::to(&to)).into_response())
        }
        Err(error @ (RegistryError::SignIn | RegistryError::Locked { .. })) => {
            operations::count_sign_in("refused");
            Ok(form(&app, seen.view, next, &given.login, Some(&error.into())))
        }
        Err(error) => Err(error.into()),
    }
}

async fn ask_code(seen: Seen, Query(next): Query<Next>) -> Answer {
    let session = seen.session.as_ref().ok_or(Problem::NotSignedIn)?;
    if session.is_whole() {
        return Ok(Redirect::to(next.path()).into_response());
    }
    Ok(code_form(&seen.view, next.path(), None))
}

fn code_form(view: &View, next: &str, problem: Option<&Problem>) -> Response {
    let body = html! {
        div.narrow {
            @if let Some(problem) = problem { (layout::alert(&problem.text(view))) }
            p { (view.t("code-explained")) }
            (layout::form(view, "/sign-in/code", html! {
                input type="hidden" name="next" value=(next);
                (layout::labelled("code", &view.t("code"), None, html! {
                    input type="text" id="code" name="code" required inputmode="numeric" autocomplete="one-time-code" maxlength="12";
                }))
                (layout::send(&view.t("code-send")))
            }))
            form method="post" action="/sign-out" {
                (layout::csrf_field(view))
                p.actions { button.second type="submit" { (view.t("sign-out")) } }
            }
        }
    };
    let status = problem.map_or(StatusCode::OK, Problem::status);
    (status, layout::page(view, &view.t("code-title"), body)).into_response()
}

#[derive(Deserialize)]
struct Code {
    code: String,
    #[serde(default)]
    next: String,
}

async fn give_code(State(app): State<App>, peer: Peer, seen: Seen, Checked(given): Checked<Code>) -> Answer {
    let session = seen.session.as_ref().ok_or(Problem::NotSignedIn)?;
    if let Err(seconds) = app.sign_in_limit().take(peer.client, Instant::now()) {
        return Ok(code_form(&seen.view, inside(&given.next), Some(&Problem::TooMany { seconds })));
    }
    match app.register().give_second_factor(&session.token, given.code.trim()).await {
        Ok(session) => {
            let jar = CookieJar::new().add(signed_in::cookie(&app, session.token));
            Ok((jar, Redirect::to(inside(&given.next))).into_response())
        }
        Err(error @ (RegistryError::WrongCode | RegistryError::Locked { .. } | RegistryError::Invalid { .. })) => {
            Ok(code_form(&seen.view, inside(&given.next), Some(&error.into())))
        }
        Err(error) => Err(error.into()),
    }
}

async fn sign_out(State(app): State<App>, seen: Seen, Checked(Nothing {}): Checked<Nothing>) -> Answer {
    if let Some(session) = &seen.session {
        app.register().sign_out(&session.token).await?;
    }
    let jar = CookieJar::new().add(signed_in::no_cookie(&app));
    Ok((jar, Redirect::to("/sign-in?done=signed-out")).into_response())
}
