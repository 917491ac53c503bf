//! Rounds: the list, and the dashboard of one.

use super::super::communes;
use super::super::home::actors;
use super::names::{Names, bar};
use crate::csrf::{Checked, Nothing};
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
use vuon_policy::process::StepKind;
use vuon_publish::papers::has_form_a;
use vuon_registry::cases::CaseState;
use vuon_registry::page::PageRequest;
use vuon_registry::rounds::{RoundRow, RoundView};
use vuon_registry::scope::Action;

/// `/rounds`, `/rounds/{id}`; opening one is in `opening`.
pub fn routes() -> Router<App> {
    Router::new()
        .route("/rounds", get(list))
        .route("/rounds/{id}", get(dashboard))
        .route("/rounds/{id}/close", post(close))
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Asked {
    commune: Option<String>,
    year: Option<String>,
    after: Option<String>,
}

impl Asked {
    fn commune(&self) -> Option<&str> {
        self.commune.as_deref().filter(|commune| !commune.is_empty())
    }

    /// What of the address stays on the next page.
    fn query(&self) -> String {
        let commune = self.commune().map(|commune| format!("commune={}", encode(commune)));
        commune.into_iter().chain(self.year().map(|year| format!("year={year}"))).collect::<Vec<_>>().join("&")
    }

    fn year(&self) -> Option<i64> {
        self.year.as_deref().and_then(|year| year.trim().parse().ok())
    }
}

async fn list(person: Person, Query(asked): Query<Asked>) -> Page {
    let request = PageRequest { after: asked.after.clone(), ..PageRequest::first() };
    let page = person.desk.rounds(asked.commune(), asked.year(), &request).await?;
    let many = communes::own(&person).is_none();
    let year = asked.year().map(|year| year.to_string()).unwrap_or_default();
    let body = html! {
        p.actions {
            @if person.may(Action::RunReview) { a.button href="/rounds/new" { (person.t("review-open-round")) } }
            @if person.may(Action::ReadPeople) { a.button.second href="/requests" { (person.t("review-requests")) } }
        }
        form.filters method="get" action="/rounds" role="search" {
            @if let Some(commune) = asked.commune() { input type="hidden" name="commune" value=(commune); }
            (layout::labelled("year", &person.t("review-year"), None, html! {
                input type="text" id="year" name="year" value=(year) inputmode="numeric" maxlength="4";
            }))
            (layout::send(&person.t("review-filter")))
        }
        @if page.rows.is_empty() {
            p.empty { (person.t("review-no-rounds")) }
        } @else {
            (table(&person, &page.rows, many).await)
            (layout::paging(&person, "/rounds", &asked.query(), &page))
        }
    };
    Ok(layout::page(&person, &person.t("review-rounds"), body))
}

async fn table(person: &Person, rounds: &[RoundRow], many: bool) -> Markup {
    let mut headings =
        vec![person.t("review-round"), person.t("review-opened"), person.t("review-due"), person.t("review-state")];
    if many {
        headings.insert(1, person.t("commune"));
    }
    let mut rows = Vec::new();
    for row in rounds {
        let names = Names::of(person, row).await;
        let open = row.state == "open";
        let due = if open { names.due(person, Some(row.due)) } else { layout::plain(person.day(row.due)) };
        let mut cells = vec![
            html! { a href=(format!("/rounds/{}", row.id)) { (names.round(person, row)) } },
            layout::plain(person.day(row.opened)),
            due,
            layout::plain(person.of("review-round-state", &row.state)),
        ];
        if many {
            cells.insert(1, layout::plain(&row.commune_name));
        }
        rows.push(cells);
    }
    layout::list(&person.t("review-rounds"), &headings, rows)
}

async fn close(person: Person, Path(id): Path<String>, Checked(Nothing {}): Checked<Nothing>) -> Answer {
    match person.desk.close_round(&id).await {
        Ok(()) => Ok(Redirect::to(&format!("/rounds/{id}?done=review-closed")).into_response()),
        Err(error) => super::super::again(error, async |problem| show(&person, &id, Some(problem)).await).await,
    }
}

async fn dashboard(person: Person, Path(id): Path<String>) -> Page {
    show(&person, &id, None).await
}

async fn show(person: &Person, id: &str, problem: Option<&Problem>) -> Page {
    let round = person.desk.round(id).await?;
    let names = Names::of(person, &round.row).await;
    let open = round.row.state == "open";
    let due = if open { names.due(person, Some(round.row.due)) } else { layout::plain(person.day(round.row.due)) };
    let body = html! {
        @if let Some(problem) = problem { (layout::alert(&problem.text(person))) }
        (layout::facts(&[
            (person.t("commune"), layout::plain(super::official::issuer(person, &round.row).await)),
            (person.t("review-state"), layout::plain(person.of("review-round-state", &round.row.state))),
            (person.t("review-opened"), layout::plain(person.day(round.row.opened))),
            (person.t("review-due"), due),
            (person.t("review-pack"), pack(person, &names, &round.row)),
        ]))
        @if open { (offers(person, &names, &round)) }
        h2 { (person.t("review-steps")) }
        (steps(person, &names, &round))
        h2 { (person.t("review-by-hamlet")) }
        (hamlets(person, &names, &round))
        (meetings(person, &round))
        (postings(person, &names, &round))
        h2 { (person.t("review-complaints")) }
        p {
            a href=(format!("/complaints?round={id}")) {
                (person.tr("review-open-complaints", &[("count", round.open_complaints.into())]))
            }
        }
        (decisions(person, &round))
        @if open && person.may(Action::RunReview) {
            h2 { (person.t("review-close")) }
            (layout::form(person, &format!("/rounds/{id}/close"), html! {
                p.hint { (person.t("review-close-hint")) }
                p.actions { button.second type="submit" { (person.t("review-close")) } }
            }))
        }
    };
    Ok(layout::page(person, &names.round(person, &round.row), body))
}

fn pack(person: &Person, names: &Names, row: &RoundRow) -> Markup {
    html! {
        @if let Some(program) = &names.program {
            (program.pack.label.get(person.language)) br;
            @if program.hash != row.pack_hash { span.late { (person.t("review-other-pack")) } br; }
        }
        span.code { (row.pack) " " (row.pack_hash.get(..12).unwrap_or(&row.pack_hash)) }
    }
}

/// What the reader may do in the round, where something waits for it.
fn offers(person: &Person, names: &Names, round: &RoundView) -> Markup {
    let id = &round.row.id;
    let waits = |step: StepKind| round.steps.iter().any(|s| s.step == step.id() && s.waiting > 0);
    let acts = |step: StepKind| waits(step) && names.acts(person, step);
    html! {
        p.actions {
            a.button href=(format!("/rounds/{id}/cases")) { (person.t("review-case-list")) }
            a.button.second href=(format!("/papers/form/{id}")) { (person.t("paper-form")) }
            @if names.program.as_deref().is_some_and(has_form_a) {
                a.button.second href=(format!("/papers/form_a/{id}")) { (person.t("paper-form-a")) }
            }
            @if person.may(Action::ListCases) && names.acts(person, StepKind::List) {
                a.button.second href=(format!("/rounds/{id}/add")) { (person.t("review-add")) }
            }
            @if person.may(Action::HoldMeeting) && acts(StepKind::Meeting) {
                a.button.second href=(format!("/rounds/{id}/meetings/new")) { (person.t("review-meeting-new")) }
            }
            @if person.may(Action::RunReview) && waits(StepKind::Posting) {
                a.button.second href=(format!("/rounds/{id}/postings/new")) { (person.t("review-posting-new")) }
            }
            @if person.may(Action::Appraise) && waits(StepKind::Appraisal) {
                a.button.second href=(format!("/rounds/{id}/appraisal")) { (person.t("review-appraisal")) }
            }
            @if person.may(Action::Decide) && waits(StepKind::Decision) {
                a.button.second href=(format!("/rounds/{id}/decision")) { (person.t("review-decide")) }
            }
            @if person.may(Action::ReadFigures) {
                a.button.second href=(format!("/reports?area={}", encode(&round.row.place.commune))) { (person.t("nav-reports")) }
            }
            @if waits(StepKind::Certificate) && person.may(Action::Decide) {
                a.button.second href=(format!("/rounds/{id}/certificates")) { (person.t("review-certificates")) }
            }
        }
    }
}

fn steps(person: &Person, names: &Names, round: &RoundView) -> Markup {
    let headings = [
        person.t("review-step"),
        person.t("review-actors"),
        person.t("review-waiting"),
        person.t("review-passed"),
        person.t("review-source"),
    ];
    let rows = round.steps.iter().map(|step| {
        let source = StepKind::parse(&step.step).and_then(|kind| names.step_source(person, kind));
        let waiting = html! {
            @match CaseState::parse(&step.step) {
                Some(state) if step.waiting > 0 => {
                    a href=(format!("/rounds/{}/cases?state={}", round.row.id, state.id())) { (person.number(step.waiting)) }
                },
                _ => { (person.number(step.waiting)) },
            }
        };
        vec![
            layout::plain(person.pick(&step.label)),
            actors(person, &step.actors),
            waiting,
            bar(person, step.done, step.done + step.waiting, person.pick(&step.label)),
            html! { span.hint { (source.unwrap_or_else(|| step.source.join(", "))) } },
        ]
    });
    layout::list(&person.t("review-steps"), &headings, rows.collect())
}

/// Cases past the survey, and past the decision.
fn past(states: &[(String, i64)], last: CaseState) -> i64 {
    let past = states.iter().filter(|(state, _)| CaseState::parse(state).is_some_and(|state| state > last));
    past.filter(|(state, _)| state != CaseState::Withdrawn.id()).map(|(_, cases)| cases).sum()
}

fn hamlets(person: &Person, names: &Names, round: &RoundView) -> Markup {
    if round.hamlets.is_empty() {
        return html! { p.empty { (person.t("review-no-cases")) } };
    }
    let headings = [
        person.t("review-hamlet"),
        person.t("review-surveyed"),
        person.t("review-decided"),
        person.t("review-statuses"),
    ];
    let rows = round.hamlets.iter().map(|hamlet| {
        let withdrawn: i64 =
            hamlet.states.iter().filter(|(state, _)| state == CaseState::Withdrawn.id()).map(|(_, cases)| cases).sum();
        let (all, name) = (hamlet.cases - withdrawn, hamlet_name(person, &hamlet.name));
        let address = match &hamlet.hamlet {
            Some(id) => format!("/rounds/{}/cases?hamlet={}", round.row.id, encode(id)),
            None => format!("/rounds/{}/cases", round.row.id),
        };
        vec![
            html! { a href=(address) { (name) } },
            bar(person, past(&hamlet.states, CaseState::Survey), all, &person.t("review-surveyed")),
            bar(person, past(&hamlet.states, CaseState::Decision), all, &person.t("review-decided")),
            html! {
                @for (status, cases) in &hamlet.statuses {
                    span.count { (names.tag(person, Some(status))) " " (person.number(*cases)) } " "
                }
            },
        ]
    });
    layout::list(&person.t("review-by-hamlet"), &headings, rows.collect())
}

/// A hamlet's name, or that a household is in none.
pub fn hamlet_name(person: &Person, name: &str) -> String {
    if name.is_empty() { person.t("review-no-hamlet") } else { name.to_owned() }
}

fn meetings(person: &Person, round: &RoundView) -> Markup {
    let headings = [
        person.t("review-hamlet"),
        person.t("review-held-on"),
        person.t("review-present"),
        person.t("review-carried"),
        person.t("review-repeated"),
    ];
    let rows = round.meetings.iter().map(|meeting| {
        let present = [("present", meeting.present.into()), ("invited", meeting.invited.into())];
        vec![
            html! { a href=(format!("/meetings/{}", meeting.id)) { (hamlet_name(person, &meeting.hamlet_name)) } },
            layout::plain(person.day(meeting.held_on)),
            layout::plain(person.tr("review-present-of", &present)),
            layout::plain(person.number(meeting.carried)),
            layout::plain(person.number(meeting.repeated)),
        ]
    });
    html! {
        h2 { (person.t("review-meetings")) }
        @if round.meetings.is_empty() { p.empty { (person.t("review-no-meetings")) } } @else {
            (layout::list(&person.t("review-meetings"), &headings, rows.collect()))
        }
    }
}

fn postings(person: &Person, names: &Names, round: &RoundView) -> Markup {
    let headings = [
        person.t("review-posted-where"),
        person.t("review-posted-on"),
        person.t("review-posted-until"),
        person.t("review-households"),
    ];
    let rows = round.postings.iter().map(|posting| {
        let whole = || person.t("review-whole-commune");
        vec![
            html! {
                a href=(format!("/postings/{}", posting.id)) { (posting.hamlet_name.clone().unwrap_or_else(whole)) }
                " – " (posting.place)
            },
            layout::plain(person.day(posting.posted_on)),
            super::postings::counter(person, names, posting),
            layout::plain(person.number(posting.cases)),
        ]
    });
    html! {
        h2 { (person.t("review-postings")) }
        @if round.postings.is_empty() { p.empty { (person.t("review-no-postings")) } } @else {
            (layout::list(&person.t("review-postings"), &headings, rows.collect()))
        }
    }
}

fn decisions(person: &Person, round: &RoundView) -> Markup {
    let headings = [
        person.t("review-decision-number"),
        person.t("review-decided-on"),
        person.t("review-effective"),
        person.t("review-signed-by"),
        person.t("review-households"),
    ];
    let rows = round.decisions.iter().map(|decision| {
        vec![
            html! { a href=(format!("/rounds/{}/decisions/{}", round.row.id, decision.id)) { (decision.number) } },
            layout::plain(person.day(decision.decided_on)),
            layout::plain(person.day(decision.effective)),
            layout::plain(&decision.signed_by_name),
            layout::plain(person.number(decision.cases)),
        ]
    });
    html! {
        h2 { (person.t("review-decisions")) }
        @if round.decisions.is_empty() { p.empty { (person.t("review-no-decisions")) } } @else {
            (layout::list(&person.t("review-decisions"), &headings, rows.collect()))
        }
    }
}
