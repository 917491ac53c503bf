//! The first page: what waits for whoever looks, what they wait for, and the complaints that are due.

use super::review::names::{Names, due};
use crate::error::{Page, Problem};
use crate::layout;
use crate::signed_in::Person;
use crate::state::App;
use axum::Router;
use axum::extract::Query;
use axum::routing::get;
use maud::{Markup, html};
use serde::Deserialize;
use vuon_registry::page::PageRequest;
use vuon_registry::rounds::{Task, Whose};
use vuon_registry::scope::Action;

/// The most tasks of a kind that the first page shows: a province has hundreds.
const MOST: u32 = 50;

/// `/`, `/work`.
pub fn routes() -> Router<App> {
    Router::new().route("/", get(home)).route("/work", get(all))
}

#[derive(Deserialize)]
struct Asked {
    #[serde(default)]
    whose: Whose,
    after: Option<String>,
}

/// All that waits for somebody, page by page.
async fn all(person: Person, Query(asked): Query<Asked>) -> Page {
    let page = person.desk.work_of(asked.whose, &PageRequest { after: asked.after, ..PageRequest::first() }).await?;
    let mine = asked.whose == Whose::Mine;
    let (title, query) = if mine { ("review-work-mine", "whose=mine") } else { ("review-work-others", "whose=others") };
    let title = person.t(title);
    let body = html! {
        @if page.rows.is_empty() { p.empty { (person.t("review-work-nothing")) } } @else {
            (tasks(&person, &title, &page.rows, mine).await)
        }
        (layout::paging(&person, "/work", query, &page))
    };
    Ok(layout::page(&person, &title, body))
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
    let work = person.desk.work(MOST).await?;
    let complaints = person.desk.complaints(None, true, &PageRequest { after: None, limit: 20 }).await?;
    // The most urgent come first.
    let mine = tasks(person, &person.t("review-work-mine"), &work.mine.rows, true).await;
    let others = tasks(person, &person.t("review-work-others"), &work.others.rows, false).await;
    // Days are counted by the holidays of whichever pack is at work here.
    let names = match work.mine.rows.iter().chain(&work.others.rows).next() {
        Some(task) => Some(Names::of(person, &task.round).await),
        None => None,
    };
    let left = |day| names.as_ref().and_then(|names| names.days_left(day));
    let support = super::support::desk::mine(person).await?;
    Ok(html! {
        // Who has nothing but support to do sees that alone.
        @if !work.mine.rows.is_empty() || support.is_none() { h2 { (person.t("review-work-mine")) } }
        @if !work.mine.rows.is_empty() {
            (mine)
            (more(person, "mine", work.mine.next.is_some()))
        } @else if support.is_none() {
            p.empty { (person.t("review-work-nothing")) }
        }
        @if let Some(support) = &support { (support) }
        (super::review::grievances::waiting(person).await?)
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
        @if !work.others.rows.is_empty() {
            h2 { (person.t("review-work-others")) }
            (others)
            (more(person, "others", work.others.next.is_some()))
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
    for task in tasks {
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
    layout::list(caption, &headings, rows)
}

/// The way to the rest.
fn more(person: &Person, whose: &str, there_is: bool) -> Markup {
    html! {
        @if there_is {
            p.actions { a.button.second href=(format!("/work?whose={whose}")) { (person.t("review-work-all")) } }
        }
    }
}

/// Who acts; nobody where time alone is waited for.
pub fn actors(person: &Person, actors: &[String]) -> Markup {
    if actors.is_empty() {
        return html! { span.muted { "–" } };
    }
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
