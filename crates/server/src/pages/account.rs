//! One's own account: who one is here, the password, the second factor.

use crate::csrf::Checked;
use crate::error::{Answer, Page, Problem};
use crate::layout;
use crate::signed_in::{self, Owner, Person};
use crate::state::App;
use axum::Router;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect};
use axum::routing::{get, post};
use axum_extra::extract::CookieJar;
use maud::{Markup, html};
use qrcode::QrCode;
use qrcode::render::svg;
use serde::Deserialize;
use vuon_registry::RegistryError;

/// `/account`, its password and second factor.
pub fn routes() -> Router<App> {
    Router::new()
        .route("/account", get(account))
        .route("/account/password", post(change_password))
        .route("/account/second-factor", get(new_second_factor).post(confirm_second_factor))
}

async fn account(State(app): State<App>, Owner(person): Owner) -> Page {
    show(&app, &person, None).await
}

async fn show(app: &App, person: &Person, problem: Option<&Problem>) -> Page {
    let account = &person.account;
    if account.must_change_password {
        let due = Problem::from(RegistryError::PasswordDue);
        return Ok(layout::page(person, &person.t("account"), new_password(person, problem.or(Some(&due)))));
    }
    let area = match &account.area {
        Some(area) => crate::pages::areas::full_name(person, area).await?,
        None => person.t("account-everywhere"),
    };
    let factor = if account.second_factor { person.t("account-factor-on") } else { person.t("account-factor-off") };
    let body = html! {
        (layout::facts(&[
            (person.t("account-name"), layout::plain(&account.name)),
            (person.t("account-login"), html! { code { (account.login) } }),
            (person.t("account-role"), layout::plain(person.of("role", account.role.id()))),
            (person.t("account-area"), layout::plain(area)),
            (person.t("account-factor"), layout::plain(factor)),
        ]))
        p { a.button.second href="/account/second-factor" { (person.t("account-factor-set-up")) } }
        @if let Some(provider) = app.provider().name() { (openid(person, provider)) }
        (new_password(person, problem))
    };
    Ok(layout::page(person, &person.t("account"), body))
}

/// Whether the account is tied to oneself at the provider, and the button for the other.
fn openid(person: &Person, provider: String) -> Markup {
    let name = || [("name", provider.clone().into())];
    html! {
        h2 { (person.t("openid-tie")) }
        @if person.account.openid {
            p { (person.tr("openid-tied", &name())) }
            (layout::form(person, "/account/openid/untie", html! {
                p.actions { button.second type="submit" { (person.t("openid-untie")) } }
            }))
        } @else {
            p { (person.tr("openid-not-tied", &name())) }
            (layout::form(person, "/account/openid", layout::send(&person.t("openid-tie"))))
        }
    }
}

fn new_password(person: &Person, problem: Option<&Problem>) -> Markup {
    html! {
        h2 { (person.t("account-change-password")) }
        @if let Some(problem) = problem { (layout::alert(&problem.text(person))) }
        (layout::form(person, "/account/password", html! {
            (layout::password_field("old", &person.t("account-old-password"), "current-password", None))
            (layout::password_field("new", &person.t("account-new-password"), "new-password", Some(&person.t("password-hint"))))
            (layout::password_field("again", &person.t("account-new-password-again"), "new-password", None))
            (layout::send(&person.t("account-change-password")))
        }))
    }
}

#[derive(Deserialize)]
struct Passwords {
    old: String,
    new: String,
    again: String,
}

async fn change_password(State(app): State<App>, Owner(person): Owner, Checked(given): Checked<Passwords>) -> Answer {
    let changed = if given.new == given.again {
        person.desk.change_password(&given.old, &given.new).await
    } else {
        Err(RegistryError::invalid(person.t("account-new-password-again"), person.t("account-not-the-same")))
    };
    match changed {
        // All sessions have ended, this one too.
        Ok(()) => Ok(Redirect::to("/sign-in?done=password").into_response()),
        Err(error) => super::again(error, async |problem| show(&app, &person, Some(problem)).await).await,
    }
}

async fn new_second_factor(person: Person) -> Page {
    let new = person.desk.new_second_factor().await?;
    Ok(second_factor(&person, &new.secret, Some(&new.url), None))
}

/// The page. The picture is there only while it is new; after a wrong code the secret in the form is the same one.
fn second_factor(person: &Person, secret: &str, url: Option<&str>, problem: Option<&Problem>) -> Markup {
    let body = html! {
        @if let Some(problem) = problem { (layout::alert(&problem.text(person))) }
        p { (person.t("factor-explained")) }
        @if let Some(picture) = url.and_then(picture) {
            div.qr role="img" aria-label=(person.t("factor-picture")) { (picture) }
        }
        p { (person.t("factor-by-hand")) " " code { (grouped(secret)) } }
        (layout::form(person, "/account/second-factor", html! {
            input type="hidden" name="secret" value=(secret);
            (layout::labelled("code", &person.t("code"), None, html! {
                input type="text" id="code" name="code" required inputmode="numeric" autocomplete="one-time-code" maxlength="12";
            }))
            (layout::send(&person.t("factor-confirm")))
        }))
    };
    layout::page(person, &person.t("factor"), body)
}

/// The secret in groups of four, as one types it.
fn grouped(secret: &str) -> String {
    let signs: Vec<char> = secret.chars().collect();
    signs.chunks(4).map(|group| group.iter().collect::<String>()).collect::<Vec<_>>().join(" ")
}

/// The picture as a drawing within the page.
fn picture(url: &str) -> Option<Markup> {
    let code = QrCode::new(url).ok()?;
    let svg = code.render::<svg::Color<'_>>().min_dimensions(224, 224).build();
    let start = svg.find("<svg")?;
    Some(layout::drawn(svg[start..].to_owned()))
}

#[derive(Deserialize)]
struct Confirmation {
    secret: String,
    code: String,
}

async fn confirm_second_factor(
    State(app): State<App>,
    person: Person,
    Checked(given): Checked<Confirmation>,
) -> Answer {
    let code = given.code.trim();
    match person.desk.confirm_second_factor(&given.secret, code).await {
        Ok(()) => {
            let done = Redirect::to("/account?done=factor");
            // The same code is good once more, for this session. If it is not, the next page asks for another.
            match app.register().give_second_factor(&person.session.token, code).await {
                Ok(session) => Ok((CookieJar::new().add(signed_in::cookie(&app, session.token)), done).into_response()),
                Err(error) => {
                    tracing::debug!(%error, "the code was not taken for the session");
                    Ok(done.into_response())
                }
            }
        }
        Err(error) => {
            super::again(error, async |problem| Ok(second_factor(&person, &given.secret, None, Some(problem)))).await
        }
    }
}
