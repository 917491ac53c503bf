//! Complaints: received, listed by urgency, and each as a thread: what was said, the re-check, the answer, the decision.

use super::names::Names;
use crate::csrf::Checked;
use crate::error::{Answer, Page, Problem};
use crate::layout;
use crate::signed_in::Person;
use crate::state::App;
use crate::view::{View, encode};
use axum::Router;
use axum::extract::{Path, Query};
use axum::response::{IntoResponse, Redirect};
use axum::routing::get;
use maud::{Markup, html};
use serde::Deserialize;
use vuon_policy::explain::cite;
use vuon_registry::cases::{
    AnswersReason, CaseView, ComplaintAnswer, ComplaintKind, ComplaintOutcome, ComplaintRow, NewComplaint,
};
use vuon_registry::page::PageRequest;
use vuon_registry::scope::Action;

/// `/complaints`, `/cases/{id}/complaints`.
pub fn routes() -> Router<App> {
    Router::new()
        .route("/complaints", get(list))
        .route("/cases/{id}/complaints/new", get(new).post(record))
        .route("/cases/{id}/complaints/{complaint}", get(thread).post(answer))
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Asked {
    round: String,
    all: String,
    after: Option<String>,
}

/// Where a complaint stands: answered how, or by when it must be.
pub fn standing(person: &Person, names: &Names, complaint: &ComplaintRow) -> Markup {
    match (complaint.outcome, complaint.answered_on) {
        (Some(outcome), Some(day)) => html! {
            span.tag.good { (person.of("review-outcome", outcome.id())) } " " (person.day(day))
        },
        _ => html! { (person.t("review-due")) ": " (names.due(person, complaint.due_on)) },
    }
}

async fn list(person: Person, Query(asked): Query<Asked>) -> Page {
    let round = Some(asked.round.as_str()).filter(|round| !round.is_empty());
    let open = asked.all != "yes";
    let request = PageRequest { after: asked.after.clone(), ..PageRequest::first() };
    let page = person.desk.complaints(round, open, &request).await?;
    // Days are counted by the holidays of the latest round's pack: those of one register are of one country.
    let latest = match round {
        Some(round) => Some(person.desk.round(round).await?.row),
        None => person.desk.rounds(None, None, &PageRequest { after: None, limit: 1 }).await?.rows.into_iter().next(),
    };
    let names = match &latest {
        Some(row) => Some(Names::of(&person, row).await),
        None => None,
    };
    let mut query = Vec::new();
    if let Some(round) = round {
        query.push(format!("round={}", encode(round)));
    }
    let other = query.iter().cloned().chain(open.then(|| "all=yes".to_owned())).collect::<Vec<_>>().join("&");
    if !open {
        query.push("all=yes".into());
    }
    let filed = super::grievances::waiting(&person).await?;
    let body = html! {
        @if round.is_none() { (filed) }
        @if let (Some(names), Some(row), Some(_)) = (&names, &latest, round) {
            p { a href=(format!("/rounds/{}", row.id)) { (names.round(&person, row)) " – " (row.commune_name) } }
        }
        p.actions {
            a.button.second href=(format!("/complaints?{other}")) {
                @if open { (person.t("review-complaints-also-answered")) } @else { (person.t("review-complaints-only-open")) }
            }
        }
        @if page.rows.is_empty() { p.empty { (person.t("review-no-complaints")) } } @else {
            (layout::list(&person.t("review-complaints"),
                &[person.t("review-household"), person.t("review-complaint-kind"), person.t("review-received"), person.t("review-state")],
                page.rows.iter().map(|row| vec![
                    html! { a href=(format!("/cases/{}/complaints/{}", row.case, row.id)) { (person.named(&row.name)) } },
                    layout::plain(person.of("review-complaint", row.kind.id())),
                    layout::plain(person.day(row.received_on)),
                    match &names {
                        Some(names) => standing(&person, names, row),
                        None => html! {},
                    },
                ]).collect()))
        }
        (layout::paging(&person, "/complaints", &query.join("&"), &page))
    };
    Ok(layout::page(&person, &person.t("review-complaints"), body))
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Received {
    kind: String,
    text: String,
    received_on: String,
}

async fn new(person: Person, Path(id): Path<String>) -> Page {
    receiving(&person, &id, &Received::default(), None).await
}

async fn receiving(person: &Person, id: &str, given: &Received, problem: Option<&Problem>) -> Page {
    person.desk.actor().may(Action::Complain)?;
    let view = person.desk.case(id, person.language).await?;
    let names = Names::of(person, &view.round).await;
    let today = person.desk.today().to_string();
    let received = if given.received_on.is_empty() { today.as_str() } else { given.received_on.as_str() };
    let body = html! {
        @if let Some(problem) = problem { (layout::alert(&problem.text(person))) }
        p { a href=(format!("/cases/{id}")) { (person.named(&view.row.name)) } " – " (names.tag(person, view.row.status.as_deref())) }
        (rule(person, &names))
        (layout::form(person, &format!("/cases/{id}/complaints/new"), html! {
            (kinds(person, &given.kind))
            (layout::long_field("text", &person.t("review-complaint-text"), &given.text, true))
            (layout::labelled("received_on", &person.t("review-received"), None, html! {
                input type="date" id="received_on" name="received_on" value=(received) required min=(view.round.opened.to_string()) max=(today);
            }))
            (layout::send(&person.t("review-complain")))
        }))
    };
    Ok(layout::page(person, &person.t("review-complain"), body))
}

/// What the pack says follows a complaint.
fn rule(person: &Person, names: &Names) -> Markup {
    let program = names.program.as_deref();
    let rule = program.and_then(|program| Some((program, program.pack.process.as_ref()?.complaint.as_ref()?)));
    html! {
        @if let Some((program, rule)) = rule {
            p {
                (rule.label.get(person.language))
                @if let Some(limit) = rule.recheck_within { ": " strong { (limit.told(person.language)) } }
            }
            p.hint { (cite(program, &rule.source, person.language)) }
        }
    }
}

async fn record(person: Person, Path(id): Path<String>, Checked(given): Checked<Received>) -> Answer {
    let kind = ComplaintKind::parse(&given.kind).ok_or_else(|| Problem::Form("kind".into()))?;
    let day = given.received_on.trim();
    let received_on =
        if day.is_empty() { None } else { Some(day.parse().map_err(|_| Problem::Form("received_on".into()))?) };
    let complaint = NewComplaint { kind, text: given.text.clone(), received_on };
    match person.desk.complain(&id, &complaint).await {
        Ok(complaint) => {
            let address = format!("/cases/{id}/complaints/{complaint}?done=review-complained");
            Ok(Redirect::to(&address).into_response())
        }
        Err(error) => {
            super::super::again(error, async |problem| receiving(&person, &id, &given, Some(problem)).await).await
        }
    }
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Answered {
    version: i64,
    outcome: String,
    text: String,
}

async fn thread(person: Person, Path((id, complaint)): Path<(String, String)>) -> Page {
    show(&person, &id, &complaint, &Answered::default(), None).await
}

async fn show(person: &Person, id: &str, complaint: &str, given: &Answered, problem: Option<&Problem>) -> Page {
    let view = person.desk.case(id, person.language).await?;
    let names = Names::of(person, &view.round).await;
    let found = view.complaints.iter().find(|own| own.id == complaint).ok_or(Problem::NotFound)?;
    let recheck = view.versions.iter().find(|version| match found.answers {
        Some(answers) => version.version == answers,
        None => version.reason == AnswersReason::Recheck && found.answered_on.is_none(),
    });
    let body = html! {
        @if let Some(problem) = problem { (layout::alert(&problem.text(person))) }
        p { a href=(format!("/cases/{id}")) { (person.named(&view.row.name)) } " – " (names.round(person, &view.round)) }
        (layout::facts(&[
            (person.t("review-complaint-kind"), layout::plain(person.of("review-complaint", found.kind.id()))),
            (person.t("review-received"), layout::plain(person.day(found.received_on))),
            (person.t("review-state"), standing(person, &names, found)),
        ]))
        (rule(person, &names))
        ol.timeline {
            li {
                h2 { (person.t("review-complaint-text")) }
                @match &found.text {
                    Some(text) => { p.typed { (text) } },
                    None => { p.empty { (person.t("review-complaint-not-told")) } },
                }
            }
            li {
                h2 { (person.t("review-recheck")) }
                (recheck_of(person, &names, &view, found, recheck))
            }
            li {
                h2 { (person.t("review-answer")) }
                @match (&found.answer, found.outcome) {
                    (Some(text), Some(outcome)) => {
                        p { strong { (person.of("review-outcome", outcome.id())) } }
                        p.typed { (text) }
                    },
                    _ if person.may(Action::Complain) => { (answering(person, &view, found, given)) },
                    _ => { p.empty { (person.t("review-not-answered-yet")) } },
                }
            }
            @if let Some(number) = &found.decision {
                li { h2 { (person.t("review-decision")) } p { (number) } }
            }
        }
    };
    Ok(layout::page(person, &person.t("review-complaint"), body))
}

/// The kinds of complaint to choose from.
pub fn kinds(view: &View, chosen: &str) -> Markup {
    html! {
        fieldset {
            legend { (view.t("review-complaint-kind")) }
            @for kind in ComplaintKind::ALL {
                @let field = format!("kind-{}", kind.id());
                div.field.check {
                    input type="radio" id=(field) name="kind" value=(kind.id()) required checked[chosen == kind.id()];
                    label for=(field) { (view.of("review-complaint", kind.id())) }
                }
            }
        }
    }
}

fn recheck_of(
    person: &Person,
    names: &Names,
    view: &CaseView,
    complaint: &ComplaintRow,
    recheck: Option<&vuon_registry::cases::AnswersVersion>,
) -> Markup {
    let id = &view.row.id;
    html! {
        @match recheck {
            Some(version) => {
                p {
                    (names.tag(person, Some(&version.status))) " " (person.moment(version.at)) " "
                    a href=(format!("/cases/{id}/compare?other={}&one={}", version.version, (version.version - 1).max(1))) {
                        (person.t("review-compare"))
                    }
                }
            },
            None => { p.empty { (person.t("review-not-rechecked")) } },
        }
        @if complaint.answered_on.is_none() && person.may(Action::Answer) {
            p.actions { a.button.second href=(format!("/cases/{id}/form?reason=recheck")) { (person.t("review-recheck")) } }
        }
    }
}

fn answering(person: &Person, view: &CaseView, complaint: &ComplaintRow, given: &Answered) -> Markup {
    layout::form(
        person,
        &format!("/cases/{}/complaints/{}", view.row.id, complaint.id),
        html! {
            input type="hidden" name="version" value=(view.row.version);
            p.hint { (person.t("review-answer-hint")) }
            fieldset {
                legend { (person.t("review-result")) }
                @for outcome in ComplaintOutcome::ALL {
                    @let field = format!("outcome-{}", outcome.id());
                    div.field.check {
                        input type="radio" id=(field) name="outcome" value=(outcome.id()) required checked[given.outcome == outcome.id()];
                        label for=(field) { (person.of("review-outcome", outcome.id())) }
                    }
                }
            }
            (layout::long_field("text", &person.t("review-answer-text"), &given.text, true))
            (layout::send(&person.t("review-answer-send")))
        },
    )
}

async fn answer(
    person: Person,
    Path((id, complaint)): Path<(String, String)>,
    Checked(given): Checked<Answered>,
) -> Answer {
    let outcome = ComplaintOutcome::parse(&given.outcome).ok_or_else(|| Problem::Form("outcome".into()))?;
    // The case comes first, so that a complaint is only answered under its own.
    let view = person.desk.case(&id, person.language).await?;
    if !view.complaints.iter().any(|own| own.id == complaint) {
        return Err(Problem::NotFound);
    }
    let told = ComplaintAnswer { outcome, text: given.text.clone() };
    match person.desk.answer_complaint(&complaint, &told, Some(given.version)).await {
        Ok(_) => {
            let address = format!("/cases/{id}/complaints/{complaint}?done=review-answered");
            Ok(Redirect::to(&address).into_response())
        }
        Err(error) => {
            let page = async |problem: &Problem| show(&person, &id, &complaint, &given, Some(problem)).await;
            super::super::again(error, page).await
        }
    }
}
