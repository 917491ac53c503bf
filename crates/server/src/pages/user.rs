//! One account of another: on or off, a new first password, a lost second factor, a tie to a provider, another area.

use super::account_area::{self, Asking, Chosen, Present, Step};
use crate::csrf::{Checked, Nothing};
use crate::error::{Answer, Page, Problem};
use crate::layout;
use crate::signed_in::Person;
use crate::state::App;
use axum::Router;
use axum::extract::{Path, Query};
use axum::response::{IntoResponse, Redirect};
use axum::routing::{get, post};
use maud::{Markup, html};
use serde::Deserialize;
use vuon_registry::RegistryError;
use vuon_registry::accounts::Account;
use vuon_registry::scope::Action;

/// `/users/{id}` and below.
pub fn routes() -> Router<App> {
    Router::new()
        .route("/users/{id}", get(user))
        .route("/users/{id}/active", post(switch))
        .route("/users/{id}/password", post(reset))
        .route("/users/{id}/second-factor", post(reset_second_factor))
        .route("/users/{id}/openid", post(untie))
        .route("/users/{id}/area", get(ask_area).post(move_account))
}

async fn user(person: Person, Path(id): Path<String>) -> Page {
    show(&person, &id, None).await
}

async fn show(person: &Person, id: &str, problem: Option<&Problem>) -> Page {
    person.desk.actor().may(Action::ManageAccounts)?;
    let account = person.desk.account(id).await?;
    let area = match &account.area {
        Some(area) => super::areas::full_name(person, area).await?,
        None => person.t("account-everywhere"),
    };
    let state = if account.active { person.t("user-active") } else { person.t("user-off") };
    let factor = if account.second_factor { person.t("account-factor-on") } else { person.t("account-factor-off") };
    let password =
        if account.must_change_password { person.t("user-password-due") } else { person.t("user-password-own") };
    let body = html! {
        (layout::facts(&[
            (person.t("account-login"), html! { code { (account.login) } }),
            (person.t("account-role"), layout::plain(person.of("role", account.role.id()))),
            (person.t("account-area"), layout::plain(area)),
            (person.t("user-state"), layout::plain(state)),
            (person.t("sign-in-password"), layout::plain(password)),
            (person.t("account-factor"), layout::plain(factor)),
        ]))
        @if let Some(problem) = problem { (layout::alert(&problem.text(person))) }
        // What would be refused is not offered.
        @if account.id != person.account.id && person.account.role.may_grant(account.role) {
            (changes(person, &account))
        }
    };
    Ok(layout::page(person, &account.name, body))
}

/// What may be changed of an account, each a form of its own.
fn changes(person: &Person, account: &Account) -> Markup {
    let to = |what: &str| format!("/users/{}/{what}", account.id);
    let button = |class: &str, words: String| html! { p.actions { button class=(class) type="submit" { (words) } } };
    html! {
        h2 { (person.t("user-state")) }
        p { (person.t("user-switch-explained")) }
        (layout::form(person, &to("active"), html! {
            (version(account))
            input type="hidden" name="active" value=(!account.active);
            @if account.active { (button("danger", person.t("user-switch-off"))) }
            @else { (button("", person.t("user-switch-on"))) }
        }))
        h2 { (person.t("user-reset")) }
        p { (person.t("user-reset-explained")) }
        (layout::form(person, &to("password"), html! {
            (layout::password_field("password", &person.t("user-first-password"), "new-password", Some(&person.t("password-hint"))))
            (layout::send(&person.t("user-reset")))
        }))
        @if account.second_factor {
            h2 { (person.t("user-factor-reset")) }
            p { (person.t("user-factor-reset-explained")) }
            (layout::form(person, &to("second-factor"), button("danger", person.t("user-factor-reset"))))
        }
        @if account.openid {
            h2 { (person.t("openid-untie")) }
            p { (person.t("user-untie-explained")) }
            (layout::form(person, &to("openid"), button("danger", person.t("openid-untie"))))
        }
        h2 { (person.t("user-move")) }
        p { a.button.second href=(to("area")) { (person.t("user-move")) } }
    }
}

/// The version that was seen.
fn version(account: &Account) -> Markup {
    html! { input type="hidden" name="version" value=(account.version); }
}

/// The page after a change, or again with what is in the way.
async fn after<T>(person: &Person, id: &str, done: Result<T, RegistryError>) -> Answer {
    match done {
        Ok(_) => Ok(Redirect::to(&format!("/users/{id}?done=saved")).into_response()),
        Err(error) => super::again(error, async |problem| show(person, id, Some(problem)).await).await,
    }
}

#[derive(Deserialize)]
struct Switch {
    version: i64,
    active: bool,
}

async fn switch(person: Person, Path(id): Path<String>, Checked(given): Checked<Switch>) -> Answer {
    after(&person, &id, person.desk.set_active(&id, given.active, Some(given.version)).await).await
}

#[derive(Deserialize)]
struct Password {
    password: String,
}

async fn reset(person: Person, Path(id): Path<String>, Checked(given): Checked<Password>) -> Answer {
    after(&person, &id, person.desk.reset_password(&id, &given.password).await).await
}

async fn reset_second_factor(person: Person, Path(id): Path<String>, Checked(Nothing {}): Checked<Nothing>) -> Answer {
    after(&person, &id, person.desk.reset_second_factor(&id).await).await
}

async fn untie(person: Person, Path(id): Path<String>, Checked(Nothing {}): Checked<Nothing>) -> Answer {
    after(&person, &id, person.desk.untie_openid(&id).await).await
}

async fn ask_area(person: Person, Path(id): Path<String>, Query(chosen): Query<Chosen>) -> Page {
    choose_area(&person, &id, &chosen, None).await
}

async fn choose_area(person: &Person, id: &str, chosen: &Chosen, problem: Option<&Problem>) -> Page {
    person.desk.actor().may(Action::ManageAccounts)?;
    let account = person.desk.account(id).await?;
    if !person.account.role.may_grant(account.role) {
        return Err(Problem::NotFound);
    }
    let path = format!("/users/{id}/area");
    let asking = Asking { path: &path, kept: &[] };
    let present = Present {
        area: account.area.as_deref().unwrap_or_default(),
        hamlet: account.hamlet.as_deref().unwrap_or_default(),
    };
    let body = html! {
        p { strong { (account.name) } ", " (person.of("role", account.role.id())) }
        p { (person.t("user-move-explained")) }
        @if let Some(problem) = problem { (layout::alert(&problem.text(person))) }
        @match account_area::step(person, account.role, chosen, &present, &asking).await? {
            Step::Fields(fields) => (layout::form(person, &path, html! { (version(&account)) (fields) (layout::send(&person.t("user-move"))) })),
            Step::Before(before) => (before),
        }
    };
    Ok(layout::page(person, &person.t("user-move"), body))
}

#[derive(Deserialize)]
struct Belongs {
    version: i64,
    #[serde(default)]
    province: String,
    #[serde(default)]
    area: String,
    #[serde(default)]
    hamlet: String,
}

async fn move_account(person: Person, Path(id): Path<String>, Checked(given): Checked<Belongs>) -> Answer {
    let some = |text: &'_ str| Some(text.to_owned()).filter(|text| !text.is_empty());
    let (area, hamlet) = (some(&given.area), some(&given.hamlet));
    match person.desk.move_account(&id, area.as_deref(), hamlet.as_deref(), Some(given.version)).await {
        Ok(account) => after(&person, &id, Ok(account)).await,
        Err(error) => {
            let chosen = Chosen { province: some(&given.province), commune: area, name: None };
            super::again(error, async |problem| choose_area(&person, &id, &chosen, Some(problem)).await).await
        }
    }
}
