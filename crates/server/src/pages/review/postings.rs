//! Posting: putting a list up, the list to print, and how long it has yet to hang.
//!
//! A posted list says no more than may be public: the head's name, the hamlet, how many members, the status.

use super::names::Names;
use super::official;
use crate::csrf::Checked;
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
use vuon_policy::process::StepKind;
use vuon_registry::cases::CaseState;
use vuon_registry::rounds::{PostingRow, PostingView, RoundView};
use vuon_registry::scope::Action;

/// `/rounds/{id}/postings`, `/postings/{id}`.
pub fn routes() -> Router<App> {
    Router::new()
        .route("/rounds/{id}/postings/new", get(new))
        .route("/rounds/{id}/postings", post(put_up))
        .route("/postings/{id}", get(posting))
}

/// Until when a list hangs, and how many working days that is yet.
pub fn counter(person: &Person, names: &Names, posting: &PostingRow) -> Markup {
    let Some(ends) = posting.ends_on else {
        return html! { span.muted { (person.t("review-posted-unknown")) } };
    };
    let today = person.desk.today();
    let words = match names.days_left(ends) {
        _ if ends < today => person.t("review-posted-over"),
        _ if ends == today => person.t("review-posted-last-day"),
        Some(left) => person.tr("review-days-left", &[("days", left.into())]),
        None => person.t("review-days-unknown"),
    };
    html! { (person.day(ends)) " " span.muted { "(" (words) ")" } }
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Given {
    hamlet: String,
    place: String,
}

async fn new(person: Person, Path(id): Path<String>, Query(asked): Query<Given>) -> Page {
    putting_up(&person, &id, &asked, None).await
}

async fn putting_up(person: &Person, id: &str, given: &Given, problem: Option<&Problem>) -> Page {
    person.desk.actor().may(Action::RunReview)?;
    let round = person.desk.round(id).await?;
    let names = Names::of(person, &round.row).await;
    let ready = ready(person, &round);
    let waits = round.steps.iter().any(|step| step.step == StepKind::Posting.id() && step.waiting > 0);
    let body = html! {
        @if let Some(problem) = problem { (layout::alert(&problem.text(person))) }
        p { a href=(format!("/rounds/{id}")) { (names.round(person, &round.row)) " – " (round.row.commune_name) } }
        p { (names.step_label(person, StepKind::Posting)) }
        @match names.step(StepKind::Posting).and_then(|step| step.stands_for) {
            Some(limit) => { p { (person.t("review-hangs-for")) ": " strong { (limit.told(person.language)) } } },
            None => { p { (person.t("review-posted-unknown")) } },
        }
        (names.step_note(person, StepKind::Posting))
        @if !waits { p.empty { (person.t("review-nothing-to-post")) } } @else {
            (layout::form(person, &format!("/rounds/{id}/postings"), html! {
                (layout::choice_field("hamlet", &person.t("review-posted-of"), &ready, &given.hamlet, Some(&person.t("review-whole-commune"))))
                (layout::text_field("place", &person.t("review-posted-where"), &given.place, true))
                p.hint { (person.t("review-posting-hint")) }
                (layout::send(&person.t("review-posting-new")))
            }))
        }
    };
    Ok(layout::page(person, &person.t("review-posting-new"), body))
}

/// The hamlets with cases that are ready, with how many.
fn ready(person: &Person, round: &RoundView) -> Vec<(String, String)> {
    let hamlets = round.hamlets.iter().filter_map(|hamlet| {
        let own = hamlet.states.iter().filter(|(state, _)| state == CaseState::Posting.id());
        let cases: i64 = own.map(|(_, cases)| cases).sum();
        let words = person.tr("review-cases-count", &[("count", cases.into())]);
        // Households of no hamlet hang on the list of the whole commune.
        let id = hamlet.hamlet.clone()?;
        (cases > 0).then(|| (id, format!("{} – {words}", hamlet.name)))
    });
    hamlets.collect()
}

async fn put_up(person: Person, Path(id): Path<String>, Checked(given): Checked<Given>) -> Answer {
    let hamlet = Some(given.hamlet.as_str()).filter(|hamlet| !hamlet.is_empty());
    match person.desk.post_list(&id, hamlet, &given.place).await {
        Ok(posting) => Ok(Redirect::to(&format!("/postings/{posting}?done=review-posted")).into_response()),
        Err(error) => {
            super::super::again(error, async |problem| putting_up(&person, &id, &given, Some(problem)).await).await
        }
    }
}

async fn posting(person: Person, Path(id): Path<String>) -> Page {
    let view = person.desk.posting(&id).await?;
    let issuer = official::issuer(&person, &view.round).await;
    let names = Names::of(&person, &view.round).await;
    let reader = &person.reading_papers();
    let body = html! {
        p.noprint {
            a href=(format!("/rounds/{}", view.round.id)) { (names.round(&person, &view.round)) } " – "
            (person.t("review-posted-until")) ": " (counter(&person, &names, &view.row))
        }
        (official::file(&person, &format!("/papers/posting/{id}")))
        (official::print_hint(&person))
        (official::paper(reader, "", html! {
            (official::head(reader, &issuer, &view.round, None, view.row.posted_on))
            h2.paper-title { (reader.t("review-posted-list")) br; (names.round(reader, &view.round)) }
            @if let Some(hamlet) = &view.row.hamlet_name { p.centred { (hamlet) } }
            (lines(reader, &names, &view))
            (small_print(reader, &names, &view))
        }))
    };
    Ok(layout::page(&person, &person.t("review-posted-list"), body))
}

fn lines(person: &Person, names: &Names, view: &PostingView) -> Markup {
    html! {
        div.scroll tabindex="0" role="region" aria-label=(person.t("review-posted-list")) {
            table.grid {
                thead { tr {
                    th scope="col" { (person.t("review-number")) }
                    th scope="col" { (person.t("review-head")) }
                    th scope="col" { (person.t("review-hamlet")) }
                    th.num scope="col" { (person.t("review-persons")) }
                    th scope="col" { (person.t("review-proposed")) }
                } }
                tbody {
                    @for (place, line) in view.lines.iter().enumerate() {
                        tr {
                            td.num { (person.number(place as i64 + 1)) }
                            th scope="row" { (person.named(&line.name)) }
                            td { (line.hamlet.as_deref().unwrap_or_default()) }
                            td.num { (person.number(line.persons)) }
                            td { (names.status(person, &line.status)) }
                        }
                    }
                }
            }
        }
    }
}

/// From when to when, how one complains, and what proves that the list was not changed.
fn small_print(person: &Person, names: &Names, view: &PostingView) -> Markup {
    let row = &view.row;
    let until = row.ends_on.map_or_else(|| person.t("review-posted-unknown"), |day| person.day(day));
    let complaint = names.program.as_deref().and_then(|program| program.pack.process.as_ref()?.complaint.as_ref());
    html! {
        p {
            (person.tr("review-posted-from-to", &[("from", person.day(row.posted_on).into()), ("until", until.into()), ("place", row.place.clone().into())]))
        }
        p {
            (person.t("review-how-to-complain"))
            @if let Some(limit) = complaint.and_then(|rule| rule.recheck_within) {
                " " (person.tr("review-recheck-within", &[("limit", limit.told(person.language).into())]))
            }
        }
        div.small-print {
            p { (person.t("review-root-hint")) }
            dl {
                dt { (person.t("review-root")) } dd.code { (view.root.statement(row.posted_on)) }
                dt { (person.t("review-signature")) } dd.code { (view.signature) }
                dt { (person.t("review-public-key")) } dd.code { (view.public_key) }
            }
        }
    }
}
