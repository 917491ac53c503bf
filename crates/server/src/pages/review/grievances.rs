//! What the public filed without an account: a list, and each with what an officer does with it: take it up as a complaint
//! about a case, or answer why not; and, once that complaint is answered, words for whoever follows by code.

use super::super::{fields, finding};
use super::names::{self, Names};
use crate::csrf::Checked;
use crate::error::{Answer, Page, Problem};
use crate::layout;
use crate::signed_in::Person;
use crate::state::App;
use axum::Router;
use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use maud::{Markup, html};
use serde::Deserialize;
use std::collections::BTreeMap;
use vuon_policy::program::Program;
use vuon_registry::RegistryError;
use vuon_registry::cases::CaseFilter;
use vuon_registry::grievances::{GrievanceRow, GrievanceState, GrievanceView};
use vuon_registry::page::PageRequest;
use vuon_registry::procedure::limits;
use vuon_registry::scope::Action;

/// `/complaints/public`.
pub fn routes() -> Router<App> {
    Router::new()
        .route("/complaints/public", get(list))
        .route("/complaints/public/{id}", get(one))
        .route("/complaints/public/{id}/find", post(find))
        .route("/complaints/public/{id}/take-up", post(take_up))
        .route("/complaints/public/{id}/answer", post(answer))
}

/// The way to those that wait, with their number; nothing where none does.
///
/// # Errors
/// [`Problem`], as the register says.
pub async fn waiting(person: &Person) -> Result<Markup, Problem> {
    if !person.may(Action::ReadGrievances) {
        return Ok(html! {});
    }
    let count = person.desk.grievances_waiting().await?;
    Ok(html! {
        @if count > 0 {
            p.actions {
                a.button.second href="/complaints/public" { (person.tr("grievances-waiting", &[("count", count.into())])) }
            }
        }
    })
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Asked {
    all: String,
    after: Option<String>,
}

async fn list(person: Person, Query(asked): Query<Asked>) -> Page {
    let waiting = asked.all != "yes";
    let request = PageRequest { after: asked.after, ..PageRequest::first() };
    let page = person.desk.grievances(waiting, &request).await?;
    let standard = person.desk.register().standard(person.desk.today());
    let rows = page.rows.iter().map(|row| {
        vec![
            html! { a href=(format!("/complaints/public/{}", row.id)) { (person.of("review-complaint", row.kind.id())) } },
            layout::plain(&row.commune_name),
            layout::plain(person.day(row.received_on)),
            standing(&person, standard.as_deref(), row),
        ]
    });
    let headings =
        [person.t("review-complaint-kind"), person.t("commune"), person.t("review-received"), person.t("review-state")];
    let other = if waiting {
        ("/complaints/public?all=yes", person.t("grievances-all"))
    } else {
        ("/complaints/public", person.t("grievances-only-waiting"))
    };
    let body = html! {
        p { (person.t("grievances-explained")) }
        p.actions {
            a.button.second href=(other.0) { (other.1) }
            a.button.second href="/complaints" { (person.t("review-complaints")) }
        }
        @if page.rows.is_empty() { p.empty { (person.t("grievances-none")) } } @else {
            (layout::list(&person.t("grievances"), &headings, rows.collect()))
        }
        (layout::paging(&person, "/complaints/public", if waiting { "" } else { "all=yes" }, &page))
    };
    Ok(layout::page(&person, &person.t("grievances"), body))
}

/// Where a grievance stands: what it waits for and by when, or since when it waits for nothing.
fn standing(person: &Person, standard: Option<&Program>, row: &GrievanceRow) -> Markup {
    let today = person.desk.today();
    let left = |day| limits::days_left(&limits::calendar(standard?).ok()?, today, day).ok();
    html! {
        @match (row.state, row.answered_on, row.checked_on) {
            (GrievanceState::Answered, Some(day), _) => { span.tag.good { (person.t("grievance-answered")) } " " (person.day(day)) },
            (GrievanceState::TakenUp, _, Some(day)) => {
                span.tag.near_poor { (person.t("grievance-tell")) } " " (person.tr("grievance-checked", &[("day", person.day(day).into())]))
            },
            (GrievanceState::TakenUp, ..) => { span.tag { (person.t("grievance-taken-up")) } },
            _ => {
                span.tag.near_poor { (person.t("grievance-waiting")) } " "
                @match row.due_on {
                    Some(day) => { (person.t("review-due")) ": " (names::due(person, day, today, left(day))) },
                    None => { span.muted { (person.t("public-due-none")) } },
                }
            },
        }
    }
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Finding {
    /// The number of a search by name.
    find: String,
}

async fn one(State(app): State<App>, person: Person, Path(id): Path<String>, Query(asked): Query<Finding>) -> Page {
    let text = finding::text(&app, &person, &asked.find);
    show(&person, &id, &text, "", None).await
}

async fn find(
    State(app): State<App>,
    person: Person,
    Path(id): Path<String>,
    Checked(search): Checked<finding::Search>,
) -> Response {
    finding::answer(&app, &person, &format!("/complaints/public/{id}"), &[], &search)
}

async fn show(person: &Person, id: &str, text: &str, answer: &str, problem: Option<&Problem>) -> Page {
    let GrievanceView { row, text: words, household, contact, answer: told } = person.desk.grievance(id).await?;
    let standard = person.desk.register().standard(person.desk.today());
    let mut facts = vec![
        (person.t("review-complaint-kind"), layout::plain(person.of("review-complaint", row.kind.id()))),
        (person.t("commune"), layout::plain(&row.commune_name)),
        (person.t("review-received"), layout::plain(person.day(row.received_on))),
        (person.t("review-state"), standing(person, standard.as_deref(), &row)),
    ];
    if let Some(contact) = contact {
        facts.push((person.t("grievance-contact"), layout::plain(contact)));
    }
    let acts = person.may(Action::Complain);
    let waits = row.state == GrievanceState::Waiting;
    let body = html! {
        @if let Some(problem) = problem { (layout::alert(&problem.text(person))) }
        p { a href="/complaints/public" { "← " (person.t("grievances")) } }
        (layout::facts(&facts))
        h2 { (person.t("grievance-household")) }
        p.typed { (household) }
        h2 { (person.t("review-complaint-text")) }
        p.typed { (words) }
        @if let (Some(case), Some(complaint)) = (&row.case, &row.complaint) {
            p { a href=(format!("/cases/{case}/complaints/{complaint}")) { (person.t("grievance-complaint")) } }
        }
        @if waits && acts {
            h2 { (person.t("grievance-take-up")) }
            p { (person.t("grievance-take-up-hint")) }
            (cases(person, id, text).await?)
        }
        @match told {
            Some(told) => { h2 { (person.t("grievance-answer")) } p.typed { (told) } },
            None if acts && (waits || row.checked_on.is_some()) => {
                h2 { @if waits { (person.t("grievance-refuse")) } @else { (person.t("grievance-tell")) } }
                p.hint { @if waits { (person.t("grievance-refuse-hint")) } @else { (person.t("grievance-tell-hint")) } }
                (layout::form(person, &format!("/complaints/public/{id}/answer"), html! {
                    (layout::long_field("answer", &person.t("grievance-answer"), answer, true))
                    (layout::send(&person.t("grievance-answer-send")))
                }))
            },
            None => {},
        }
    };
    Ok(layout::page(person, &person.t("grievance"), body))
}

/// The search for the case that a grievance is about, and what it found.
async fn cases(person: &Person, id: &str, text: &str) -> Result<Markup, Problem> {
    let address = format!("/complaints/public/{id}");
    let filter = CaseFilter { text: fields::some(text), ..CaseFilter::default() };
    let request = PageRequest { after: None, limit: 20 };
    let found = if text.is_empty() { None } else { Some(person.desk.cases(&filter, &request).await?.rows) };
    let mut rounds = BTreeMap::new();
    for row in found.iter().flatten() {
        if !rounds.contains_key(&row.round) {
            let round = person.desk.round(&row.round).await?.row;
            rounds.insert(row.round.clone(), Names::of(person, &round).await.round(person, &round));
        }
    }
    let rows = found.iter().flatten().map(|row| {
        let name = person.named(&row.name);
        vec![
            names::case_link(person, row),
            layout::plain(rounds.get(&row.round).map_or("", String::as_str)),
            layout::plain(row.hamlet_name.as_deref().unwrap_or("–")),
            html! {
                form.inline method="post" action=(format!("{address}/take-up")) {
                    (layout::csrf_field(person))
                    input type="hidden" name="case" value=(row.id);
                    button.second type="submit" aria-label=(person.tr("grievance-take-up-of", &[("name", name.into())])) {
                        (person.t("grievance-take-up-here"))
                    }
                }
            },
        ]
    });
    let headings = [
        person.t("review-household"),
        person.t("review-round"),
        person.t("review-hamlet"),
        person.t("grievance-take-up"),
    ];
    Ok(html! {
        form.filters method="post" action=(format!("{address}/find")) role="search" {
            (layout::csrf_field(person))
            (layout::labelled("text", &person.t("review-search-name"), None, html! {
                input type="search" id="text" name="text" value=(text) maxlength="100" required;
            }))
            (layout::send(&person.t("review-filter")))
        }
        @if found.as_ref().is_some_and(Vec::is_empty) { p.empty { (person.t("grievance-no-case")) } }
        @if found.as_ref().is_some_and(|found| !found.is_empty()) {
            (layout::list(&person.t("review-case-list"), &headings, rows.collect()))
        }
    })
}

#[derive(Deserialize)]
struct TakenUp {
    case: String,
}

async fn take_up(person: Person, Path(id): Path<String>, Checked(given): Checked<TakenUp>) -> Answer {
    match person.desk.take_up_grievance(&id, &given.case).await {
        Ok(complaint) => {
            let address = format!("/cases/{}/complaints/{complaint}?done=grievance-taken", given.case);
            Ok(Redirect::to(&address).into_response())
        }
        Err(error) => again(&person, &id, "", error).await,
    }
}

#[derive(Deserialize)]
struct Answered {
    answer: String,
}

async fn answer(person: Person, Path(id): Path<String>, Checked(given): Checked<Answered>) -> Answer {
    match person.desk.answer_grievance(&id, &given.answer).await {
        Ok(()) => Ok(Redirect::to("/complaints/public?done=grievance-answered").into_response()),
        Err(error) => again(&person, &id, &given.answer, error).await,
    }
}

async fn again(person: &Person, id: &str, answer: &str, error: RegistryError) -> Answer {
    super::super::again(error, async |problem| show(person, id, "", answer, Some(problem)).await).await
}
