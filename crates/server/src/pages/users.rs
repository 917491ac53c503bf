//! Accounts of others: who may sign in, as what, for which area. One of them: `user`.

use super::account_area::{self, Asking, Present, Step};
use crate::csrf::Checked;
use crate::error::{Answer, Page, Problem};
use crate::layout;
use crate::signed_in::Person;
use crate::state::App;
use axum::Router;
use axum::extract::Query;
use axum::response::{IntoResponse, Redirect};
use axum::routing::get;
use maud::{Markup, html};
use serde::Deserialize;
use vuon_registry::accounts::NewAccount;
use vuon_registry::page::PageRequest;
use vuon_registry::scope::{Action, Role};

/// `/users` and `/users/new`.
pub fn routes() -> Router<App> {
    Router::new().route("/users", get(users).post(add)).route("/users/new", get(new))
}

#[derive(Deserialize)]
struct After {
    after: Option<String>,
}

async fn users(person: Person, Query(after): Query<After>) -> Page {
    person.desk.actor().may(Action::ManageAccounts)?;
    let page = person.desk.accounts(&PageRequest { after: after.after, ..PageRequest::first() }).await?;
    let areas: Vec<&str> = page.rows.iter().filter_map(|account| account.area.as_deref()).collect();
    let names = person.desk.full_names(&areas).await?;
    let hamlets: Vec<String> = page.rows.iter().filter_map(|account| account.hamlet.clone()).collect();
    let hamlets = person.desk.hamlet_names(&hamlets).await?;
    let mut rows = Vec::new();
    for account in &page.rows {
        let area = match &account.area {
            Some(area) => names.get(area).cloned().unwrap_or_default(),
            None => person.t("account-everywhere"),
        };
        let hamlet = account.hamlet.as_ref().and_then(|hamlet| hamlets.get(hamlet));
        let area = hamlet.map_or(area.clone(), |hamlet| format!("{hamlet}, {area}"));
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
        (layout::paging(&person, "/users", "", &page))
    };
    Ok(layout::page(&person, &person.t("nav-users"), body))
}

/// What is chosen so far: a role, then where.
#[derive(Deserialize, Default)]
struct Chosen {
    role: Option<String>,
    #[serde(flatten)]
    area: account_area::Chosen,
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
    let kept = [("role", role.map_or("", Role::id))];
    let asking = Asking { path: "/users/new", kept: &kept };
    let present = Present { area: &given.area, hamlet: &given.hamlet };
    let body = html! {
        form.fields method="get" action="/users/new" {
            (layout::choice_field("role", &person.t("account-role"), &grantable, role.map_or("", Role::id), None))
            p.actions { button.second type="submit" { (person.t("next-step")) } }
        }
        @if let Some(role) = role {
            @match account_area::step(person, role, &chosen.area, &present, &asking).await? {
                Step::Before(before) => (before),
                Step::Fields(area) => {
                    h2 { (person.t("user-who")) }
                    @if let Some(problem) = problem { (layout::alert(&problem.text(person))) }
                    (layout::form(person, "/users", html! {
                        input type="hidden" name="role" value=(role.id());
                        (area)
                        (identity_fields(person, given))
                        (layout::send(&person.t("user-add")))
                    }))
                }
            }
        }
    };
    Ok(layout::page(person, &person.t("user-add"), body))
}

fn identity_fields(person: &Person, given: &Given) -> Markup {
    html! {
        (layout::text_field("name", &person.t("account-name"), &given.name, true))
        (layout::labelled("login", &person.t("account-login"), Some(&person.t("user-login-hint")), html! {
            input type="text" id="login" name="login" value=(given.login) required autocomplete="off" autocapitalize="none" spellcheck="false" maxlength="100" aria-describedby="login-hint";
        }))
        (layout::password_field("password", &person.t("user-first-password"), "new-password", Some(&person.t("password-hint"))))
    }
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
            let area = account_area::Chosen { province: some(&given.province), commune: some(&given.area), name: None };
            let chosen = Chosen { role: Some(given.role.clone()), area };
            super::again(error, async |problem| form(&person, &chosen, &given, Some(problem)).await).await
        }
    }
}
