//! Courses: those that the reader organises or is invited to; where trainees go wrong most.

use crate::csrf::Checked;
use crate::error::{Answer, Page, Problem};
use crate::handbook::book;
use crate::layout;
use crate::signed_in::Person;
use crate::state::App;
use crate::training::packs;
use axum::Router;
use axum::extract::{Query, State};
use axum::response::{IntoResponse, Redirect};
use axum::routing::get;
use maud::{Markup, html};
use serde::Deserialize;
use vuon_registry::RegistryError;
use vuon_registry::courses::{CourseRow, NewCourse, NewSession};
use vuon_registry::page::PageRequest;
use vuon_registry::scope::Action;

/// `/training/courses`.
pub fn routes() -> Router<App> {
    Router::new().route("/training/courses", get(list).post(add)).route("/training/courses/new", get(new))
}

/// The sessions that the form of a new course has room for.
const SESSIONS: usize = 5;

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
        (layout::next_link(&person, "/training/courses", "", page.next.as_deref()))
        @if organises { (missed(&app, &person).await?) }
    };
    Ok(layout::page(&person, &person.t("courses"), body))
}

/// Courses in a list.
fn table(person: &Person, courses: &[CourseRow]) -> Markup {
    let rows = courses.iter().map(|course| {
        vec![
            html! { a href=(format!("/training/courses/{}", course.id)) { (course.title) } },
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

/// What was typed into the form of a new course.
#[derive(Default)]
struct Given {
    title: String,
    pack: String,
    materials: String,
    days: Vec<String>,
    places: Vec<String>,
}

impl Given {
    fn read(fields: Vec<(String, String)>) -> Self {
        let mut given = Given::default();
        for (name, value) in fields {
            match name.as_str() {
                "title" => given.title = value,
                "pack" => given.pack = value,
                "materials" => given.materials = value,
                _ if name.starts_with("day-") => given.days.push(value),
                _ if name.starts_with("place-") => given.places.push(value),
                _ => {}
            }
        }
        given
    }

    /// Rows without a day are left out.
    fn course(&self) -> Result<NewCourse, RegistryError> {
        let mut sessions = Vec::new();
        for (day, place) in self.days.iter().zip(&self.places).filter(|(day, _)| !day.trim().is_empty()) {
            let held_on = day.trim().parse();
            let held_on =
                held_on.map_err(|_| RegistryError::invalid("sessions", "a day is needed, such as 28/02/2025"))?;
            sessions.push(NewSession { held_on, place: place.clone() });
        }
        let (title, pack, materials) = (self.title.clone(), self.pack.clone(), self.materials.clone());
        Ok(NewCourse { title, pack, materials, sessions })
    }
}

async fn new(person: Person) -> Page {
    form(&person, &Given::default(), None).await
}

async fn form(person: &Person, given: &Given, problem: Option<&Problem>) -> Page {
    person.desk.actor().may(Action::ManageAccounts)?;
    let packs = packs(person)?;
    let options: Vec<(String, String)> = packs
        .iter()
        .map(|(program, _)| (program.pack.id.value.clone(), program.pack.label.get(person.language).to_owned()))
        .collect();
    let chosen = if given.pack.is_empty() { options.first().map_or("", |(id, _)| id) } else { &given.pack };
    let typed = |all: &[String], place: usize| all.get(place).cloned().unwrap_or_default();
    let body = html! {
        @if let Some(problem) = problem { (layout::alert(&problem.text(person))) }
        p { a href="/training/courses" { (person.t("courses")) } }
        (layout::form(person, "/training/courses", html! {
            (layout::text_field("title", &person.t("course-title"), &given.title, true))
            (layout::choice_field("pack", &person.t("course-pack"), &options, chosen, None))
            (layout::long_field("materials", &person.t("course-materials"), &given.materials, false))
            @for place in 0..SESSIONS {
                @let number = [("number", person.number(place as i64 + 1).into())];
                fieldset {
                    legend { (person.tr("course-session", &number)) }
                    (layout::day_field(&format!("day-{place}"), &person.t("course-day"), &typed(&given.days, place), place == 0))
                    (layout::text_field(&format!("place-{place}"), &person.t("course-place"), &typed(&given.places, place), place == 0))
                }
            }
            (layout::send(&person.t("course-add")))
        }))
    };
    Ok(layout::page(person, &person.t("course-add"), body))
}

async fn add(person: Person, Checked(fields): Checked<Vec<(String, String)>>) -> Answer {
    let given = Given::read(fields);
    let added = match given.course() {
        Ok(course) => person.desk.add_course(&course).await,
        Err(error) => Err(error),
    };
    match added {
        Ok(id) => Ok(Redirect::to(&format!("/training/courses/{id}?done=saved")).into_response()),
        Err(error) => super::super::again(error, async |problem| form(&person, &given, Some(problem)).await).await,
    }
}
