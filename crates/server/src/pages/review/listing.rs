//! Putting a household on a round's list, and taking one off.

use super::super::{fields, finding};
use super::names::Names;
use crate::csrf::Checked;
use crate::error::{Answer, Page, Problem};
use crate::layout;
use crate::signed_in::Person;
use crate::state::App;
use crate::view::encode;
use axum::Router;
use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use maud::{Markup, html};
use serde::Deserialize;
use vuon_policy::process::StepKind;
use vuon_registry::RegistryError;
use vuon_registry::cases::CaseReason;
use vuon_registry::households::HouseholdFilter;
use vuon_registry::page::PageRequest;
use vuon_registry::scope::Action;

/// `/rounds/{id}/add`, `/cases/{id}/withdraw`.
pub fn routes() -> Router<App> {
    Router::new()
        .route("/rounds/{id}/add", get(choose).post(add))
        .route("/rounds/{id}/add/find", post(find))
        .route("/cases/{id}/withdraw", get(ask).post(withdraw))
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Asked {
    /// The number of a search by name.
    find: String,
    household: Option<String>,
    after: Option<String>,
    /// What was said before it was refused.
    reason: String,
    requested_on: Option<String>,
}

async fn choose(State(app): State<App>, person: Person, Path(id): Path<String>, Query(asked): Query<Asked>) -> Page {
    let text = finding::text(&app, &person, &asked.find);
    adding(&person, &id, &asked, &text, None).await
}

async fn find(
    State(app): State<App>,
    person: Person,
    Path(id): Path<String>,
    Checked(search): Checked<finding::Search>,
) -> Response {
    finding::answer(&app, &person, &format!("/rounds/{id}/add"), &[], &search)
}

async fn adding(person: &Person, id: &str, asked: &Asked, text: &str, problem: Option<&Problem>) -> Page {
    person.desk.actor().may(Action::ListCases)?;
    let round = person.desk.round(id).await?.row;
    let names = Names::of(person, &round).await;
    let chosen = asked.household.as_deref().filter(|household| !household.is_empty());
    let body = html! {
        @if let Some(problem) = problem { (layout::alert(&problem.text(person))) }
        p { a href=(format!("/rounds/{id}")) { (names.round(person, &round)) " – " (round.commune_name) } }
        (names.step_note(person, StepKind::List))
        @match chosen {
            Some(household) => { (reason(person, id, household, asked).await?) },
            None => { (search(person, id, &round.place.commune, asked, text).await?) },
        }
    };
    Ok(layout::page(person, &person.t("review-add"), body))
}

async fn search(person: &Person, id: &str, commune: &str, asked: &Asked, text: &str) -> Result<Markup, Problem> {
    let filter = HouseholdFilter {
        commune: Some(commune.to_owned()),
        text: (!text.is_empty()).then(|| text.to_owned()),
        ..HouseholdFilter::default()
    };
    let address = format!("/rounds/{id}/add");
    let request = PageRequest { after: asked.after.clone(), limit: 20 };
    let found = if text.is_empty() { None } else { Some(person.desk.households(&filter, &request).await?) };
    Ok(html! {
        form.filters method="post" action=(format!("{address}/find")) role="search" {
            (layout::csrf_field(person))
            (layout::labelled("text", &person.t("review-find-household"), None, html! {
                input type="search" id="text" name="text" value=(text) maxlength="100" required;
            }))
            (layout::send(&person.t("review-filter")))
        }
        @if let Some(page) = &found {
            @if page.rows.is_empty() { p.empty { (person.t("review-no-household")) } } @else {
                (layout::list(&person.t("review-households"),
                    &[person.t("review-household"), person.t("review-code"), person.t("review-hamlet"), person.t("review-persons")],
                    page.rows.iter().map(|row| vec![
                        html! { a href=(format!("{address}?household={}", encode(&row.id))) { (person.named(&row.name)) } },
                        html! { span.code { (row.code) } },
                        layout::plain(row.hamlet_name.as_deref().unwrap_or("–")),
                        layout::plain(person.number(row.persons)),
                    ]).collect()))
            }
            (layout::paging(person, &address, &finding::query(&[("find", &asked.find)]), page))
        }
    })
}

/// Why a household is put on the list.
async fn reason(person: &Person, id: &str, household: &str, asked: &Asked) -> Result<Markup, Problem> {
    let view = person.desk.household(household).await?;
    let reasons = [CaseReason::Requested, CaseReason::Proposed];
    let today = person.desk.today().to_string();
    Ok(html! {
        p { strong { (person.named(&view.row.name)) } " – " (view.row.hamlet_name.as_deref().unwrap_or_default()) " " span.code { (view.row.code) } }
        (layout::form(person, &format!("/rounds/{id}/add"), html! {
            input type="hidden" name="household" value=(household);
            fieldset {
                legend { (person.t("review-reason")) }
                @for reason in reasons {
                    @let field = format!("reason-{}", reason.id());
                    div.field.check {
                        input type="radio" id=(field) name="reason" value=(reason.id()) required checked[asked.reason == reason.id()];
                        label for=(field) { (person.of("review-reason", reason.id())) }
                    }
                }
            }
            (layout::labelled("requested_on", &person.t("review-requested-on"), Some(&person.t("review-requested-on-hint")), html! {
                input type="date" id="requested_on" name="requested_on" value=(asked.requested_on.as_ref().unwrap_or(&today)) max=(today) aria-describedby="requested_on-hint";
            }))
            (layout::send(&person.t("review-add")))
        }))
    })
}

#[derive(Deserialize)]
struct Added {
    household: String,
    #[serde(default)]
    reason: String,
    #[serde(default)]
    requested_on: String,
}

async fn add(person: Person, Path(id): Path<String>, Checked(given): Checked<Added>) -> Answer {
    let listed = async {
        let reason = CaseReason::parse(&given.reason);
        let reason = reason.ok_or_else(|| RegistryError::invalid("reason", "choose one of those shown"))?;
        let day = fields::some(&given.requested_on).filter(|_| reason == CaseReason::Requested);
        let day = day.map(|day| fields::day("requested_on", &day)).transpose()?;
        person.desk.list_case(&id, &given.household, reason, day).await
    };
    match listed.await {
        Ok(case) => Ok(Redirect::to(&format!("/cases/{case}?done=review-added")).into_response()),
        Err(error) => {
            let asked = Asked {
                household: Some(given.household),
                reason: given.reason,
                requested_on: Some(given.requested_on),
                ..Asked::default()
            };
            super::super::again(error, async |problem| adding(&person, &id, &asked, "", Some(problem)).await).await
        }
    }
}

async fn ask(person: Person, Path(id): Path<String>) -> Page {
    withdrawing(&person, &id, "", None).await
}

async fn withdrawing(person: &Person, id: &str, reason: &str, problem: Option<&Problem>) -> Page {
    person.desk.actor().may(Action::RunReview)?;
    let view = person.desk.case(id, person.language).await?;
    let body = html! {
        @if let Some(problem) = problem { (layout::alert(&problem.text(person))) }
        p { a href=(format!("/cases/{id}")) { (person.named(&view.row.name)) } }
        p { (person.t("review-withdraw-hint")) }
        (layout::form(person, &format!("/cases/{id}/withdraw"), html! {
            input type="hidden" name="version" value=(view.row.version);
            (layout::long_field("reason", &person.t("review-withdraw-reason"), reason, true))
            p.actions {
                button.danger type="submit" { (person.t("review-withdraw")) }
                a.button.second href=(format!("/cases/{id}")) { (person.t("review-not")) }
            }
        }))
    };
    Ok(layout::page(person, &person.t("review-withdraw"), body))
}

#[derive(Deserialize)]
struct Withdrawn {
    version: i64,
    reason: String,
}

async fn withdraw(person: Person, Path(id): Path<String>, Checked(given): Checked<Withdrawn>) -> Answer {
    match person.desk.withdraw_case(&id, given.version, &given.reason).await {
        Ok(()) => Ok(Redirect::to(&format!("/cases/{id}?done=review-withdrawn")).into_response()),
        Err(error) => {
            let page = async |problem: &Problem| withdrawing(&person, &id, &given.reason, Some(problem)).await;
            super::super::again(error, page).await
        }
    }
}
