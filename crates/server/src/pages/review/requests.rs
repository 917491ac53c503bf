//! Requests of households to be reviewed: recorded on the day they come, listed until a round takes them in.

use super::super::fields;
use crate::csrf::Checked;
use crate::error::{Answer, Page, Problem};
use crate::layout;
use crate::signed_in::Person;
use crate::state::App;
use crate::view::encode;
use axum::Router;
use axum::extract::{Path, Query};
use axum::response::{IntoResponse, Redirect};
use axum::routing::{get, post};
use maud::{Markup, html};
use serde::Deserialize;
use vuon_registry::page::PageRequest;
use vuon_registry::requests::ReviewRequest;
use vuon_registry::scope::Action;

/// `/requests`, `/households/{id}/request`.
pub fn routes() -> Router<App> {
    Router::new()
        .route("/requests", get(list))
        .route("/requests/{id}/withdraw", post(withdraw))
        .route("/households/{id}/request", get(ask).post(record))
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Asked {
    commune: String,
    after: Option<String>,
}

async fn list(person: Person, Query(asked): Query<Asked>) -> Page {
    show(&person, &asked, None).await
}

async fn show(person: &Person, asked: &Asked, problem: Option<&Problem>) -> Page {
    let commune = Some(asked.commune.as_str()).filter(|commune| !commune.is_empty());
    let request = PageRequest { after: asked.after.clone(), ..PageRequest::first() };
    let page = person.desk.review_requests(commune, &request).await?;
    let ends = person.may(Action::RunReview);
    let mut headings = vec![
        person.t("review-household"),
        person.t("review-code"),
        person.t("review-hamlet"),
        person.t("review-requested-on"),
        person.t("review-request-begins"),
        person.t("review-due"),
    ];
    if ends {
        headings.push(person.t("review-request-withdraw"));
    }
    let rows = page.rows.iter().map(|row| {
        let mut cells = vec![
            html! { a href=(format!("/households/{}", row.household)) { (person.named(&row.name)) } },
            html! { span.code { (row.code) } },
            layout::plain(row.hamlet_name.as_deref().unwrap_or("–")),
            layout::plain(person.day(row.received_on)),
            layout::plain(person.day(row.begins)),
            layout::plain(row.due.map_or_else(|| person.t("review-no-limit"), |due| person.day(due))),
        ];
        if ends {
            cells.push(withdrawing(person, row));
        }
        cells
    });
    let rows = rows.collect();
    let query = commune.map_or_else(String::new, |commune| format!("commune={}", encode(commune)));
    let body = html! {
        @if let Some(problem) = problem { (layout::alert(&problem.text(person))) }
        p { (person.t("review-requests-explained")) }
        @if page.rows.is_empty() { p.empty { (person.t("review-requests-none")) } } @else {
            (layout::list(&person.t("review-requests"), &headings, rows))
        }
        (layout::paging(person, "/requests", &query, &page))
    };
    Ok(layout::page(person, &person.t("review-requests"), body))
}

fn withdrawing(person: &Person, row: &ReviewRequest) -> Markup {
    let field = format!("reason-{}", row.id);
    html! {
        details {
            summary { (person.t("review-request-withdraw")) }
            (layout::form(person, &format!("/requests/{}/withdraw", row.id), html! {
                p {
                    label for=(field) { (person.t("review-request-withdraw-reason")) }
                    input type="text" id=(field) name="reason" required maxlength="200";
                }
                p.actions { button.danger type="submit" { (person.t("review-request-withdraw")) } }
            }))
        }
    }
}

#[derive(Deserialize)]
struct Withdrawn {
    reason: String,
}

async fn withdraw(person: Person, Path(id): Path<String>, Checked(given): Checked<Withdrawn>) -> Answer {
    match person.desk.withdraw_review_request(&id, &given.reason).await {
        Ok(()) => Ok(Redirect::to("/requests?done=review-request-withdrawn").into_response()),
        Err(error) => {
            let page = async |problem: &Problem| show(&person, &Asked::default(), Some(problem)).await;
            super::super::again(error, page).await
        }
    }
}

async fn ask(person: Person, Path(id): Path<String>) -> Page {
    asking(&person, &id, "", None).await
}

async fn asking(person: &Person, id: &str, received_on: &str, problem: Option<&Problem>) -> Page {
    person.desk.actor().may(Action::ListCases)?;
    let view = person.desk.household(id).await?;
    let today = person.desk.today().to_string();
    let received_on = if received_on.is_empty() { today.as_str() } else { received_on };
    let body = html! {
        @if let Some(problem) = problem { (layout::alert(&problem.text(person))) }
        p { a href=(format!("/households/{id}")) { (person.named(&view.row.name)) } " " span.code { (view.row.code) } }
        p { (person.t("review-requests-explained")) }
        (layout::form(person, &format!("/households/{id}/request"), html! {
            (layout::day_field("requested_on", &person.t("review-requested-on"), received_on, true))
            (layout::send(&person.t("review-request-record")))
        }))
    };
    Ok(layout::page(person, &person.t("review-request-record"), body))
}

#[derive(Deserialize)]
struct Received {
    requested_on: String,
}

async fn record(person: Person, Path(id): Path<String>, Checked(given): Checked<Received>) -> Answer {
    let recorded = async {
        let day = fields::day("requested_on", &given.requested_on)?;
        person.desk.request_review(&id, day).await
    };
    match recorded.await {
        Ok(_) => Ok(Redirect::to("/requests?done=review-request-recorded").into_response()),
        Err(error) => {
            let page = async |problem: &Problem| asking(&person, &id, &given.requested_on, Some(problem)).await;
            super::super::again(error, page).await
        }
    }
}
