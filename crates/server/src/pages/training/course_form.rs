//! The form of a course, new or changed before it is held. A mistake costs nothing that was typed.

use crate::csrf::Checked;
use crate::error::{Answer, Page, Problem};
use crate::layout;
use crate::pages::fields;
use crate::signed_in::Person;
use crate::state::App;
use crate::training::packs;
use axum::Router;
use axum::extract::Path;
use axum::response::{IntoResponse, Redirect};
use axum::routing::get;
use maud::{Markup, html};
use vuon_registry::RegistryError;
use vuon_registry::courses::{Course, NewCourse, NewSession};
use vuon_registry::scope::Action;

/// `/training/courses/new` and `/training/courses/{id}/change`.
pub fn routes() -> Router<App> {
    Router::new()
        .route("/training/courses/new", get(new))
        .route("/training/courses/{id}/change", get(changed).post(change))
}

/// The sessions that the form has room for, and at least one more than there are.
const SESSIONS: usize = 5;

/// What was typed into the form.
#[derive(Default)]
struct Given {
    title: String,
    pack: String,
    materials: String,
    capacity: String,
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
                "capacity" => given.capacity = value,
                _ if name.starts_with("day-") => given.days.push(value),
                _ if name.starts_with("place-") => given.places.push(value),
                _ => {}
            }
        }
        given
    }

    /// A course as it is planned now.
    fn of(course: &Course) -> Self {
        Given {
            title: course.row.title.clone(),
            pack: course.row.pack.clone(),
            materials: course.row.materials.clone(),
            capacity: course.row.capacity.map(|capacity| capacity.to_string()).unwrap_or_default(),
            days: course.sessions.iter().map(|session| session.held_on.to_string()).collect(),
            places: course.sessions.iter().map(|session| session.place.clone()).collect(),
        }
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
        let capacity = fields::some(&self.capacity);
        let capacity = capacity.map(|typed| fields::whole("capacity", &typed)).transpose()?;
        let (title, pack, materials) = (self.title.clone(), self.pack.clone(), self.materials.clone());
        Ok(NewCourse { title, pack, materials, sessions, capacity })
    }

    /// The fields that new and changed courses share. Of a course that is changed, the first so many sessions were held.
    fn fields(&self, person: &Person, is_held: impl Fn(usize) -> bool) -> Markup {
        let typed = |all: &[String], place: usize| all.get(place).cloned().unwrap_or_default();
        html! {
            (layout::long_field("materials", &person.t("course-materials"), &self.materials, false))
            (layout::labelled("capacity", &person.t("course-capacity"), Some(&person.t("course-capacity-hint")), html! {
                input type="number" id="capacity" name="capacity" min="1" max="10000" inputmode="numeric" value=(self.capacity)
                    aria-describedby="capacity-hint";
            }))
            @for place in 0..SESSIONS.max(self.days.len() + 1) {
                @let number = [("number", person.number(place as i64 + 1).into())];
                @let (day, at) = (typed(&self.days, place), typed(&self.places, place));
                fieldset {
                    legend { (person.tr("course-session", &number)) }
                    @if is_held(place) {
                        p { (fields::written(&day)) " – " (at) " " span.muted { (person.t("course-held")) } }
                        input type="hidden" name=(format!("day-{place}")) value=(day);
                        input type="hidden" name=(format!("place-{place}")) value=(at);
                    } @else {
                        (layout::day_field(&format!("day-{place}"), &person.t("course-day"), &day, place == 0))
                        (layout::text_field(&format!("place-{place}"), &person.t("course-place"), &at, place == 0))
                    }
                }
            }
        }
    }
}

async fn new(person: Person) -> Page {
    new_form(&person, &Given::default(), None).await
}

async fn new_form(person: &Person, given: &Given, problem: Option<&Problem>) -> Page {
    person.desk.actor().may(Action::ManageAccounts)?;
    let packs = packs(person)?;
    let options: Vec<(String, String)> = packs
        .iter()
        .map(|(program, _)| (program.pack.id.value.clone(), program.pack.label.get(person.language).to_owned()))
        .collect();
    let chosen = if given.pack.is_empty() { options.first().map_or("", |(id, _)| id) } else { &given.pack };
    let body = html! {
        @if let Some(problem) = problem { (layout::alert(&problem.text(person))) }
        p { a href="/training/courses" { (person.t("courses")) } }
        (layout::form(person, "/training/courses", html! {
            (layout::text_field("title", &person.t("course-title"), &given.title, true))
            (layout::choice_field("pack", &person.t("course-pack"), &options, chosen, None))
            (given.fields(person, |_| false))
            (layout::send(&person.t("course-add")))
        }))
    };
    Ok(layout::page(person, &person.t("course-add"), body))
}

pub async fn add(person: Person, Checked(fields): Checked<Vec<(String, String)>>) -> Answer {
    let given = Given::read(fields);
    let added = match given.course() {
        Ok(course) => person.desk.add_course(&course).await,
        Err(error) => Err(error),
    };
    match added {
        Ok(id) => Ok(Redirect::to(&format!("/training/courses/{id}?done=saved")).into_response()),
        Err(error) => crate::pages::again(error, async |problem| new_form(&person, &given, Some(problem)).await).await,
    }
}

async fn changed(person: Person, Path(id): Path<String>) -> Page {
    let course = person.desk.course(&id).await?;
    change_form(&person, &course, &Given::of(&course), None)
}

fn change_form(person: &Person, course: &Course, given: &Given, problem: Option<&Problem>) -> Page {
    if !course.organises {
        return Err(Problem::NotFound);
    }
    let address = format!("/training/courses/{}", course.row.id);
    let today = person.desk.today();
    let is_held = |place: usize| course.sessions.get(place).is_some_and(|session| session.is_held(today));
    let body = html! {
        @if let Some(problem) = problem { (layout::alert(&problem.text(person))) }
        p { a href=(address) { (course.row.title) } }
        p.hint { (person.t("course-change-hint")) }
        (layout::form(person, &format!("{address}/change"), html! {
            (layout::text_field("title", &person.t("course-title"), &given.title, true))
            input type="hidden" name="pack" value=(given.pack);
            (given.fields(person, is_held))
            (layout::send(&person.t("save")))
        }))
    };
    Ok(layout::page(person, &person.t("course-change"), body))
}

async fn change(person: Person, Path(id): Path<String>, Checked(fields): Checked<Vec<(String, String)>>) -> Answer {
    let given = Given::read(fields);
    let changed = match given.course() {
        Ok(course) => person.desk.change_course(&id, &course).await,
        Err(error) => Err(error),
    };
    match changed {
        Ok(()) => Ok(Redirect::to(&format!("/training/courses/{id}?done=saved")).into_response()),
        Err(error) => {
            let page = async |problem: &Problem| {
                let course = person.desk.course(&id).await?;
                change_form(&person, &course, &given, Some(problem))
            };
            crate::pages::again(error, page).await
        }
    }
}
