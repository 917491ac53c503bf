//! Accounts of others: who may sign in, as what, for which area.

use super::communes;
use crate::csrf::Checked;
use crate::error::{Answer, Page, Problem};
use crate::layout;
use crate::signed_in::Person;
use crate::state::App;
use axum::Router;
use axum::extract::{Path, Query};
use axum::response::{IntoResponse, Redirect};
use axum::routing::{get, post};
use maud::html;
use serde::Deserialize;
use vuon_registry::accounts::NewAccount;
use vuon_registry::page::PageRequest;
use vuon_registry::scope::{Action, Role};

/// `/users` and below.
pub fn routes() -> Router<App> {
    Router::new()
        .route("/users", get(users).post(add))
        .route("/users/new", get(new))
        .route("/users/{id}", get(user))
        .route("/users/{id}/active", post(switch))
        .route("/users/{id}/password", post(reset))
        .route("/users/{id}/openid", post(link))
}

#[derive(Deserialize)]
struct After {
    after: Option<String>,
}

async fn users(person: Person, Query(after): Query<After>) -> Page {
    person.desk.actor().may(Action::ManageAccounts)?;
    let page = person.desk.accounts(&PageRequest { after: after.after, ..PageRequest::first() }).await?;
    let mut rows = Vec::new();
    for account in &page.rows {
        let area = match &account.area {
            Some(area) => super::areas::name(&person.desk.area(area).await?),
            None => person.t("account-everywhere"),
        };
        rows.push(vec![
            html! { a href=(format!("/users/{}", account.id)) { (account.name) } },
            html! { code { (account.login) } },
            layout::plain(person.of("role", account.role.id())),
            layout::plain(area),
            layout::plain(if account.active { person.t("user-active") } else { person.t("user-off") }),
            layout::plain(if account.second_factor { person.t("yes") } else { person.t("no") }),
        ]);
    }
    let headings = [
        person.t("account-name"),
        person.t("account-login"),
        person.t("account-role"),
        person.t("account-area"),
        person.t("user-state"),
        person.t("account-factor"),
    ];
    let body = html! {
        p.actions { a.button href="/users/new" { (person.t("user-add")) } }
        (layout::list(&person.t("nav-users"), &headings, rows))
        (layout::next_link(&person, "/users", "", page.next.as_deref()))
    };
    Ok(layout::page(&person, &person.t("nav-users"), body))
}

/// What is chosen so far: a role, then where.
#[derive(Deserialize, Default)]
struct Chosen {
    role: Option<String>,
    province: Option<String>,
    name: Option<String>,
    commune: Option<String>,
}

async fn new(person: Person, Query(chosen): Query<Chosen>) -> Page {
    person.desk.actor().may(Action::ManageAccounts)?;
    form(&person, &chosen, &Given::default(), None).await
}

/// The page, step by step: the role decides which area is asked for.
async fn form(person: &Person, chosen: &Chosen, given: &Given, problem: Option<&Problem>) -> Page {
    let grantable: Vec<(String, String)> = Role::ALL
        .into_iter()
        .filter(|role| person.account.role.may_grant(*role))
        .map(|role| (role.id().to_owned(), person.of("role", role.id())))
        .collect();
    let role = chosen.role.as_deref().and_then(Role::parse).filter(|role| person.account.role.may_grant(*role));
    let in_commune = matches!(role, Some(Role::Enumerator | Role::CommuneOfficer | Role::CommuneChair));
    let commune = if in_commune { communes::commune(person, chosen.commune.as_deref()).await? } else { None };
    let hamlets = match (&commune, role) {
        (Some(commune), Some(Role::Enumerator)) => person.desk.hamlets(&commune.id).await?,
        _ => Vec::new(),
    };
    let found = if in_commune && commune.is_none() {
        communes::found(person, chosen.name.as_deref()).await?
    } else {
        Vec::new()
    };
    let mut units = Vec::new();
    if matches!(role, Some(Role::Province | Role::District)) {
        let provinces = person.desk.areas_below(None).await?;
        if role == Some(Role::Province) {
            units = provinces;
        } else if let Some(province) = chosen.province.as_deref().filter(|id| !id.is_empty()) {
            units = person.desk.areas_below(Some(province)).await?;
            units.retain(|unit| unit.level == "district");
        } else {
            let options: Vec<_> = provinces.iter().map(|row| (row.id.clone(), super::areas::name(row))).collect();
            let body = html! {
                form.fields method="get" action="/users/new" {
                    input type="hidden" name="role" value=(Role::District.id());
                    (layout::choice_field("province", &person.of("level", "province"), &options, "", None))
                    (layout::send(&person.t("next-step")))
                }
            };
            return Ok(layout::page(person, &person.t("user-add"), body));
        }
    }
    let units: Vec<(String, String)> = units.iter().map(|row| (row.id.clone(), super::areas::name(row))).collect();
    let ready = role.is_some() && (!in_commune || commune.is_some());
    let body = html! {
        form.fields method="get" action="/users/new" {
            (layout::choice_field("role", &person.t("account-role"), &grantable, role.map_or("", Role::id), None))
            @if in_commune && commune.is_none() {
                (layout::text_field("name", &person.t("commune-name"), chosen.name.as_deref().unwrap_or_default(), true))
            }
            p.actions { button.second type="submit" { (person.t("next-step")) } }
        }
        @if in_commune && commune.is_none() && chosen.name.is_some() {
            @if found.is_empty() { p.empty { (person.t("commune-none")) } }
            ul.plainlist {
                @for (id, name) in &found {
                    li { a href=(format!("/users/new?role={}&commune={id}", role.map_or("", Role::id))) { (name) } }
                }
            }
        }
        @if ready {
            h2 { (person.t("user-who")) }
            @if let Some(problem) = problem { (layout::alert(&problem.text(person))) }
            (layout::form(person, "/users", html! {
                input type="hidden" name="role" value=(role.map_or("", Role::id));
                @if let Some(commune) = &commune {
                    input type="hidden" name="area" value=(commune.id);
                    p { (person.t("account-area")) ": " strong { (super::areas::name(commune)) } }
                } @else if !units.is_empty() {
                    @if let Some(province) = &chosen.province { input type="hidden" name="province" value=(province); }
                    (layout::choice_field("area", &person.t("account-area"), &units, &given.area, None))
                }
                @if role == Some(Role::Enumerator) && !hamlets.is_empty() {
                    (layout::choice_field("hamlet", &person.t("household-hamlet"), &communes::hamlet_options(&hamlets), &given.hamlet, Some(&person.t("user-all-hamlets"))))
                }
                (layout::text_field("name", &person.t("account-name"), &given.name, true))
                (layout::labelled("login", &person.t("account-login"), Some(&person.t("user-login-hint")), html! {
                    input type="text" id="login" name="login" value=(given.login) required autocomplete="off" autocapitalize="none" spellcheck="false" maxlength="100" aria-describedby="login-hint";
                }))
                (layout::password_field("password", &person.t("user-first-password"), "new-password", Some(&person.t("password-hint"))))
                (layout::send(&person.t("user-add")))
            }))
        }
    };
    Ok(layout::page(person, &person.t("user-add"), body))
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Given {
    role: String,
    province: String,
    area: String,
    hamlet: String,
    name: String,
    login: String,
    password: String,
}

async fn add(person: Person, Checked(given): Checked<Given>) -> Answer {
    let role = Role::parse(&given.role).ok_or_else(|| Problem::Form("role".into()))?;
    let some = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
    let new = NewAccount {
        login: given.login.trim().to_owned(),
        name: given.name.clone(),
        role,
        area: some(&given.area),
        hamlet: some(&given.hamlet),
        password: given.password.clone(),
    };
    match person.desk.add_account(&new).await {
        Ok(account) => Ok(Redirect::to(&format!("/users/{}?done=user", account.id)).into_response()),
        Err(error) => {
            let chosen = Chosen {
                role: Some(given.role.clone()),
                province: some(&given.province),
                commune: some(&given.area),
                name: None,
            };
            super::again(error, async |problem| form(&person, &chosen, &given, Some(problem)).await).await
        }
    }
}

async fn user(person: Person, Path(id): Path<String>) -> Page {
    show(&person, &id, &Link::default(), None).await
}

async fn show(person: &Person, id: &str, linked: &Link, problem: Option<&Problem>) -> Page {
    person.desk.actor().may(Action::ManageAccounts)?;
    let account = person.desk.account(id).await?;
    let area = match &account.area {
        Some(area) => super::areas::full_name(person, area).await?,
        None => person.t("account-everywhere"),
    };
    let state = if account.active { person.t("user-active") } else { person.t("user-off") };
    let factor = if account.second_factor { person.t("account-factor-on") } else { person.t("account-factor-off") };
    let body = html! {
        (layout::facts(&[
            (person.t("account-login"), html! { code { (account.login) } }),
            (person.t("account-role"), layout::plain(person.of("role", account.role.id()))),
            (person.t("account-area"), layout::plain(area)),
            (person.t("user-state"), layout::plain(state)),
            (person.t("account-factor"), layout::plain(factor)),
        ]))
        @if let Some(problem) = problem { (layout::alert(&problem.text(person))) }
        @if account.id != person.account.id {
            h2 { (person.t("user-state")) }
            p { (person.t("user-switch-explained")) }
            (layout::form(person, &format!("/users/{id}/active"), html! {
                input type="hidden" name="active" value=(!account.active);
                p.actions {
                    @if account.active { button.danger type="submit" { (person.t("user-switch-off")) } }
                    @else { button type="submit" { (person.t("user-switch-on")) } }
                }
            }))
            h2 { (person.t("user-reset")) }
            p { (person.t("user-reset-explained")) }
            (layout::form(person, &format!("/users/{id}/password"), html! {
                (layout::password_field("password", &person.t("user-first-password"), "new-password", Some(&person.t("password-hint"))))
                (layout::send(&person.t("user-reset")))
            }))
            h2 { (person.t("user-openid")) }
            (layout::form(person, &format!("/users/{id}/openid"), html! {
                (layout::text_field("issuer", &person.t("user-issuer"), &linked.issuer, true))
                (layout::text_field("subject", &person.t("user-subject"), &linked.subject, true))
                (layout::send(&person.t("user-openid")))
            }))
        }
    };
    Ok(layout::page(person, &account.name, body))
}

#[derive(Deserialize)]
struct Switch {
    active: bool,
}

async fn switch(person: Person, Path(id): Path<String>, Checked(given): Checked<Switch>) -> Answer {
    match person.desk.set_active(&id, given.active).await {
        Ok(()) => Ok(Redirect::to(&format!("/users/{id}?done=saved")).into_response()),
        Err(error) => {
            super::again(error, async |problem| show(&person, &id, &Link::default(), Some(problem)).await).await
        }
    }
}

#[derive(Deserialize)]
struct Password {
    password: String,
}

async fn reset(person: Person, Path(id): Path<String>, Checked(given): Checked<Password>) -> Answer {
    match person.desk.reset_password(&id, &given.password).await {
        Ok(()) => Ok(Redirect::to(&format!("/users/{id}?done=saved")).into_response()),
        Err(error) => {
            super::again(error, async |problem| show(&person, &id, &Link::default(), Some(problem)).await).await
        }
    }
}

#[derive(Deserialize, Default)]
struct Link {
    issuer: String,
    subject: String,
}

async fn link(person: Person, Path(id): Path<String>, Checked(given): Checked<Link>) -> Answer {
    match person.desk.link_openid(&id, given.issuer.trim(), given.subject.trim()).await {
        Ok(()) => Ok(Redirect::to(&format!("/users/{id}?done=saved")).into_response()),
        Err(error) => super::again(error, async |problem| show(&person, &id, &given, Some(problem)).await).await,
    }
}
