//! The first page: what waits for whoever looks, what they wait for, and the complaints that are due.

use super::review::names::{Names, due};
use crate::error::{Page, Problem};
use crate::layout;
use crate::signed_in::Person;
use crate::state::App;
use axum::Router;
use axum::routing::get;
use maud::{Markup, html};
use vuon_registry::page::PageRequest;
use vuon_registry::rounds::Task;
use vuon_registry::scope::Action;

/// The most tasks of a kind that the page shows: a province has hundreds.
const MOST: usize = 50;

/// `/`.
pub fn routes() -> Router<App> {
    Router::new().route("/", get(home))
}

async fn home(person: Person) -> Page {
    let body = html! {
        @if person.may(Action::ReadPeople) {
            (work(&person).await?)
        } @else {
            p { (person.t("review-work-none-for-role")) }
        }
        @if person.may(Action::ReadFigures) && !person.may(Action::RunReview) {
            p.actions { a.button.second href="/progress" { (person.t("review-progress")) } }
        }
    };
    Ok(layout::page(&person, &person.t("nav-home"), body))
}

async fn work(person: &Person) -> Result<Markup, Problem> {
    let work = person.desk.work().await?;
    let complaints = person.desk.complaints(None, true, &PageRequest { after: None, limit: 20 }).await?;
    // The most urgent come first.
    let mine = tasks(person, &person.t("review-work-mine"), &work.tasks, true).await;
    let others = tasks(person, &person.t("review-work-others"), &work.others, false).await;
    // Days are counted by the holidays of whichever pack is at work here.
    let names = match work.tasks.iter().chain(&work.others).next() {
        Some(task) => Some(Names::of(person, &task.round).await),
        None => None,
    };
    let left = |day| names.as_ref().and_then(|names| names.days_left(day));
    Ok(html! {
        h2 { (person.t("review-work-mine")) }
        @if work.tasks.is_empty() {
            p.empty { (person.t("review-work-nothing")) }
        } @else {
            (mine)
        }
        @if !complaints.rows.is_empty() {
            h2 { (person.t("review-complaints-open")) }
            (layout::list(&person.t("review-complaints-open"),
                &[person.t("review-household"), person.t("review-complaint-kind"), person.t("review-due")],
                complaints.rows.iter().map(|complaint| vec![
                    html! { a href=(format!("/cases/{}/complaints/{}", complaint.case, complaint.id)) { (person.named(&complaint.name)) } },
                    layout::plain(person.of("review-complaint", complaint.kind.id())),
                    match complaint.due_on {
                        Some(day) => due(person, day, person.desk.today(), left(day)),
                        None => html! { span.muted { (person.t("review-no-limit")) } },
                    },
                ]).collect()))
            @if complaints.next.is_some() {
                p.actions { a.button.second href="/complaints" { (person.t("review-complaints-all")) } }
            }
        }
        @if !work.others.is_empty() {
            h2 { (person.t("review-work-others")) }
            (others)
        }
        p.actions { a.button.second href="/rounds" { (person.t("review-rounds")) } }
    })
}

async fn tasks(person: &Person, caption: &str, tasks: &[Task], mine: bool) -> Markup {
    let mut headings =
        vec![person.t("review-step"), person.t("review-round"), person.t("review-cases"), person.t("review-due")];
    if !mine {
        headings.push(person.t("review-actors"));
    }
    let mut rows = Vec::with_capacity(tasks.len());
    for task in tasks.iter().take(MOST) {
        let names = Names::of(person, &task.round).await;
        let round = format!("{} – {}", names.round(person, &task.round), task.round.commune_name);
        let mut cells = vec![
            html! {
                @if mine { a href=(address(task)) { (person.pick(&task.label)) } } @else { (person.pick(&task.label)) }
            },
            html! { a href=(format!("/rounds/{}", task.round.id)) { (round) } },
            html! { span.num { (person.number(task.cases)) } },
            due(person, task.due, person.desk.today(), task.days_left),
        ];
        if !mine {
            cells.push(actors(person, &task.actors));
        }
        rows.push(cells);
    }
    html! {
        (layout::list(caption, &headings, rows))
        @if tasks.len() > MOST {
            p.hint { (person.tr("review-work-more", &[
                ("shown", person.number(MOST as i64).into()), ("all", person.number(tasks.len() as i64).into()),
            ])) }
        }
    }
}

/// Who acts.
pub fn actors(person: &Person, actors: &[String]) -> Markup {
    let names: Vec<String> = actors.iter().map(|actor| person.of("role", actor)).collect();
    layout::plain(names.join(", "))
}

/// Where a step is done.
fn address(task: &Task) -> String {
    let round = &task.round.id;
    match task.step.as_str() {
        "list" => format!("/rounds/{round}/add"),
        "survey" => format!("/rounds/{round}/cases?state=survey"),
        "meeting" => format!("/rounds/{round}/meetings/new"),
        "posting" => format!("/rounds/{round}/postings/new"),
        "appraisal" => format!("/rounds/{round}/appraisal"),
        "decision" => format!("/rounds/{round}/decision"),
        "certificate" => format!("/rounds/{round}/certificates"),
        _ => format!("/rounds/{round}"),
    }
}
