//! Courses: those that the reader organises or is invited to; where trainees go wrong most.

use super::course_form;
use crate::error::{Page, Problem};
use crate::handbook::book;
use crate::layout;
use crate::signed_in::Person;
use crate::state::App;
use crate::training::packs;
use axum::Router;
use axum::extract::{Query, State};
use axum::routing::get;
use maud::{Markup, html};
use serde::Deserialize;
use vuon_registry::courses::CourseRow;
use vuon_registry::page::PageRequest;
use vuon_registry::scope::Action;

/// `/training/courses`.
pub fn routes() -> Router<App> {
    Router::new().route("/training/courses", get(list).post(course_form::add))
}

#[derive(Deserialize)]
struct After {
    after: Option<String>,
}

async fn list(State(app): State<App>, person: Person, Query(after): Query<After>) -> Page {
    let page = person.desk.courses(&PageRequest { after: after.after, ..PageRequest::first() }).await?;
    let organises = person.may(Action::ManageAccounts);
    let body = html! {
        p { a href="/training" { (person.t("nav-training")) } }
        @if organises { p.actions { a.button href="/training/courses/new" { (person.t("course-add")) } } }
        @if page.rows.is_empty() { p.empty { (person.t("course-none")) } } @else { (table(&person, &page.rows)) }
        (layout::paging(&person, "/training/courses", "", &page))
        @if organises { (missed(&app, &person).await?) }
    };
    Ok(layout::page(&person, &person.t("courses"), body))
}

/// Courses in a list.
fn table(person: &Person, courses: &[CourseRow]) -> Markup {
    let rows = courses.iter().map(|course| {
        vec![
            html! {
                a href=(format!("/training/courses/{}", course.id)) { (course.title) }
                @if course.called_off.is_some() { " " span.tag.poor { (person.t("course-called-off")) } }
            },
            layout::plain(person.day(course.begins)),
            html! { span.num { (person.number(course.invited)) } },
        ]
    });
    let headings = [person.t("course"), person.t("course-begins"), person.t("course-invited")];
    layout::list(&person.t("courses"), &headings, rows.collect())
}

/// The pages of the handbook on which trainees' forms differ most.
async fn missed(app: &App, person: &Person) -> Result<Markup, Problem> {
    let mut tables = Vec::new();
    for (program, _) in packs(person)? {
        let pack = &program.pack.id.value;
        let missed = person.desk.missed_most(pack).await?;
        if missed.is_empty() {
            continue;
        }
        let book = book(app, &program, person.language).await?;
        let title = |page: &str| book.page(page).map_or_else(|| page.to_owned(), |page| page.title.clone());
        let module =
            |id: &str| book.page(&format!("practice.{id}")).map_or_else(|| id.to_owned(), |page| page.title.clone());
        let rows = missed.iter().map(|own| {
            vec![
                html! { a href=(format!("/handbook/{pack}#{}", own.page)) { (title(&own.page)) } },
                layout::plain(module(&own.module)),
                html! { span.num { (person.number(own.times)) } },
            ]
        });
        let headings = [person.t("course-page"), person.t("training-module"), person.t("course-times")];
        tables.push(layout::list(program.pack.label.get(person.language), &headings, rows.collect()));
    }
    Ok(html! {
        h2 { (person.t("course-missed")) }
        p { (person.t("course-missed-explained")) }
        @if tables.is_empty() { p.empty { (person.t("course-missed-nothing")) } }
        @for table in &tables { (table) }
    })
}
