//! One course: its sessions and materials, who is invited, who was there, and how the communes stand.

use crate::csrf::Checked;
use crate::error::{Answer, Page, Problem};
use crate::handbook::broken;
use crate::layout;
use crate::signed_in::Person;
use crate::state::App;
use axum::Router;
use axum::extract::Path;
use axum::response::{IntoResponse, Redirect};
use axum::routing::{get, post};
use maud::{Markup, html};
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};
use vuon_publish::handbook::practice::Exercise;
use vuon_registry::courses::{Course, Seat, Session};
use vuon_registry::page::PageRequest;

/// `/training/courses/{id}` and below.
pub fn routes() -> Router<App> {
    Router::new()
        .route("/training/courses/{id}", get(course))
        .route("/training/courses/{id}/invite", post(invite))
        .route("/training/courses/{id}/take-back", post(take_back))
        .route("/training/courses/{id}/call-off", post(call_off))
        .route("/training/courses/{id}/sessions/{number}", post(attendance))
}

async fn course(person: Person, Path(id): Path<String>) -> Page {
    let course = person.desk.course(&id).await?;
    let program = person.desk.standard(&course.row.pack).await?;
    let modules = Exercise::of(&program).map_err(broken)?.len();
    let areas: Vec<&str> = course.seats.iter().filter_map(|seat| seat.area.as_deref()).collect();
    let areas = person.desk.full_names(&areas).await?;
    let seats: Vec<(&Seat, String)> =
        course.seats.iter().map(|seat| (seat, area_name(&person, &areas, seat.area.as_ref()))).collect();
    let called_off = course.row.called_off.as_ref();
    let body = html! {
        @if let Some(told) = called_off {
            div.warning role="status" {
                p { strong { (person.tr("course-called-off-on", &[("day", person.day(told.on).into())])) } }
                p.typed { (told.reason) }
            }
        }
        p { a href="/training/courses" { (person.t("courses")) } " – " (program.pack.label.get(person.language)) }
        @if !course.row.materials.is_empty() {
            h2 { (person.t("course-materials")) }
            p.typed { (course.row.materials) }
        }
        p.actions {
            a.button.second href=(format!("/handbook/{}", course.row.pack)) { (person.t("training-handbook")) }
            a.button.second href=(format!("/handbook/{}/booklet", course.row.pack)) { (person.t("training-booklet")) }
            @if course.organises && is_open(&person, &course) {
                a.button.second href=(format!("/training/courses/{}/change", course.row.id)) { (person.t("course-change")) }
            }
        }
        h2 { (person.t("course-sessions")) }
        (sessions(&person, &course))
        h2 { (person.t("course-invited")) }
        @if let Some(capacity) = course.row.capacity {
            p { (person.tr("course-room", &[("invited", person.number(course.row.invited).into()), ("capacity", person.number(capacity).into())])) }
        }
        @if seats.is_empty() { p.empty { (person.t("course-nobody")) } } @else { (people(&person, &course, &seats, modules)) }
        @if course.organises {
            @if !seats.is_empty() {
                h2 { (person.t("course-results")) }
                (results(&person, &course, &areas, modules))
            }
            @if called_off.is_none() {
                @for session in course.sessions.iter().filter(|session| session.held_on <= person.desk.today()) {
                    (presence(&person, &course, session))
                }
                (invitation(&person, &course).await?)
                (calling_off(&person, &course))
            }
        }
    };
    Ok(layout::page(&person, &course.row.title, body))
}

fn sessions(person: &Person, course: &Course) -> Markup {
    let rows = course.sessions.iter().map(|session| {
        let present = course.seats.iter().filter(|seat| seat.present.contains(&session.number)).count();
        vec![
            layout::plain(person.number(session.number)),
            layout::plain(person.day(session.held_on)),
            layout::plain(&session.place),
            match (session.recorded, course.organises) {
                (false, _) => html! { span.muted { (person.t("course-not-recorded")) } },
                (true, true) => html! { span.num { (person.number(present as i64)) } },
                (true, false) => layout::plain(if present > 0 { person.t("yes") } else { person.t("no") }),
            },
        ]
    });
    let headings =
        [person.t("course-number"), person.t("course-day"), person.t("course-place"), person.t("course-present")];
    layout::list(&person.t("course-sessions"), &headings, rows.collect())
}

fn people(person: &Person, course: &Course, seats: &[(&Seat, String)], modules: usize) -> Markup {
    let held = course.sessions.iter().filter(|session| session.recorded).count();
    let organises = course.organises && course.row.called_off.is_none();
    let rows = seats.iter().map(|(seat, area)| {
        let mut row = vec![
            layout::plain(&seat.name),
            layout::plain(area),
            layout::plain(of(person, seat.present.len(), held)),
            layout::plain(of(person, seat.completed.len(), modules)),
        ];
        row.extend(organises.then(|| taking_back(person, course, seat)));
        row
    });
    let mut headings = vec![
        person.t("account-name"),
        person.t("account-area"),
        person.t("course-present"),
        person.t("course-completed"),
    ];
    headings.extend(organises.then(|| person.t("course-take-back")));
    layout::list(&person.t("course-invited"), &headings, rows.collect())
}

/// The button that takes an invitation back; who was there stays invited.
fn taking_back(person: &Person, course: &Course, seat: &Seat) -> Markup {
    html! {
        @if seat.present.is_empty() {
            form.inline method="post" action=(format!("/training/courses/{}/take-back", course.row.id)) {
                (layout::csrf_field(person))
                input type="hidden" name="account" value=(seat.account);
                button.second type="submit" aria-label=(person.tr("course-take-back-of", &[("name", seat.name.clone().into())])) {
                    (person.t("course-take-back"))
                }
            }
        }
    }
}

/// Whether something of a course can still be changed.
fn is_open(person: &Person, course: &Course) -> bool {
    let today = person.desk.today();
    course.row.called_off.is_none() && course.sessions.iter().any(|session| !session.is_held(today))
}

/// The form that calls a course off, while a session of it may not have taken place.
fn calling_off(person: &Person, course: &Course) -> Markup {
    html! {
        @if course.sessions.iter().any(|session| !session.recorded) {
            details {
                summary { (person.t("course-call-off")) }
                div.inside {
                    p { (person.t("course-call-off-hint")) }
                    (layout::form(person, &format!("/training/courses/{}/call-off", course.row.id), html! {
                        (layout::long_field("reason", &person.t("course-reason"), "", true))
                        p.actions { button.danger type="submit" { (person.t("course-call-off")) } }
                    }))
                }
            }
        }
    }
}

fn of(person: &Person, part: usize, whole: usize) -> String {
    format!("{}/{}", person.number(part as i64), person.number(whole as i64))
}

/// By area: how many are invited, were there at least once, completed every module.
fn results(person: &Person, course: &Course, areas: &BTreeMap<String, String>, modules: usize) -> Markup {
    let rows = course.results(modules).into_iter().map(|own| {
        let counts = [own.invited, own.was_there, own.completed];
        let numbers = counts.map(|count| html! { span.num { (person.number(count)) } });
        std::iter::once(layout::plain(area_name(person, areas, own.area.as_ref()))).chain(numbers).collect()
    });
    let headings = [
        person.t("account-area"),
        person.t("course-invited"),
        person.t("course-was-there"),
        person.t("course-completed-all"),
    ];
    layout::list(&person.t("course-results"), &headings, rows.collect())
}

fn area_name(person: &Person, areas: &BTreeMap<String, String>, area: Option<&String>) -> String {
    match area {
        Some(area) => areas.get(area).cloned().unwrap_or_default(),
        None => person.t("account-everywhere"),
    }
}

/// Who was at a session, to be recorded.
fn presence(person: &Person, course: &Course, session: &Session) -> Markup {
    let number = session.number;
    let address = format!("/training/courses/{}/sessions/{number}", course.row.id);
    let values = [("number", person.number(number).into())];
    html! {
        @if !course.seats.is_empty() {
            h2 { (person.tr("course-record", &values)) }
            (layout::form(person, &address, html! {
                (boxes(&format!("present-{number}"), course.seats.iter().map(|seat| {
                    (seat.account.as_str(), seat.name.clone(), seat.present.contains(&number))
                })))
                (layout::send(&person.tr("course-record", &values)))
            }))
        }
    }
}

/// Accounts to be chosen.
fn boxes<'a>(begin: &str, accounts: impl Iterator<Item = (&'a str, String, bool)>) -> Markup {
    html! {
        @for (place, (account, name, chosen)) in accounts.enumerate() {
            @let id = format!("{begin}-{place}");
            div.field.check {
                input type="checkbox" id=(id) name="account" value=(account) checked[chosen];
                label for=(id) { (name) }
            }
        }
    }
}

/// The accounts that may still be invited.
async fn invitation(person: &Person, course: &Course) -> Result<Markup, Problem> {
    let invited: BTreeSet<&str> = course.seats.iter().map(|seat| seat.account.as_str()).collect();
    let mut request = PageRequest { after: None, limit: PageRequest::MOST };
    let mut others = Vec::new();
    loop {
        let page = person.desk.accounts(&request).await?;
        others.extend(page.rows.into_iter().filter(|own| own.active && !invited.contains(own.id.as_str())));
        request.after = page.next;
        if request.after.is_none() || others.len() >= MOST_SHOWN {
            break;
        }
    }
    let told = |own: &vuon_registry::accounts::Account| format!("{} – {}", own.name, person.of("role", own.role.id()));
    Ok(html! {
        h2 { (person.t("course-invite")) }
        @if others.is_empty() { p.empty { (person.t("course-all-invited")) } } @else {
            (layout::form(person, &format!("/training/courses/{}/invite", course.row.id), html! {
                (boxes("invite", others.iter().map(|own| (own.id.as_str(), told(own), false))))
                (layout::send(&person.t("course-invite")))
            }))
        }
    })
}

/// So many accounts are shown to be invited; once some are, others follow.
const MOST_SHOWN: usize = 400;

fn chosen(fields: Vec<(String, String)>) -> BTreeSet<String> {
    fields.into_iter().filter(|(name, _)| name == "account").map(|(_, id)| id).collect()
}

async fn invite(person: Person, Path(id): Path<String>, Checked(fields): Checked<Vec<(String, String)>>) -> Answer {
    person.desk.invite(&id, &chosen(fields)).await?;
    Ok(Redirect::to(&format!("/training/courses/{id}?done=saved")).into_response())
}

/// The seat whose invitation is taken back.
#[derive(Deserialize)]
struct TakenBack {
    account: String,
}

async fn take_back(person: Person, Path(id): Path<String>, Checked(seat): Checked<TakenBack>) -> Answer {
    person.desk.take_back_invitation(&id, &seat.account).await?;
    Ok(Redirect::to(&format!("/training/courses/{id}?done=saved")).into_response())
}

/// Why a course does not take place.
#[derive(Deserialize)]
struct Why {
    reason: String,
}

async fn call_off(person: Person, Path(id): Path<String>, Checked(why): Checked<Why>) -> Answer {
    person.desk.call_off_course(&id, &why.reason).await?;
    Ok(Redirect::to(&format!("/training/courses/{id}")).into_response())
}

async fn attendance(
    person: Person,
    Path((id, number)): Path<(String, i64)>,
    Checked(fields): Checked<Vec<(String, String)>>,
) -> Answer {
    person.desk.record_attendance(&id, number, &chosen(fields)).await?;
    Ok(Redirect::to(&format!("/training/courses/{id}?done=saved")).into_response())
}
