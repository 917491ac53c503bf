//! Courses: planned, invited to, attended, and what came of them by area.

use super::answer::{Given, Made, made};
use super::extract::{All, At, Paged, Sent, WhichPage};
use crate::error::{Answer, Problem};
use crate::handbook::broken;
use crate::signed_in::Person;
use crate::state::App;
use axum::Json;
use axum::http::StatusCode;
use serde::Deserialize;
use std::collections::BTreeSet;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use vuon_publish::handbook::practice::Exercise;
use vuon_registry::courses::{AreaResults, Course, CourseRow, NewCourse};
use vuon_registry::page::Page;
use vuon_registry::scope::Action;

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(courses, add_course))
        .routes(routes!(course, change_course))
        .routes(routes!(call_off_course))
        .routes(routes!(course_results))
        .routes(routes!(invite))
        .routes(routes!(take_back_invitation))
        .routes(routes!(record_attendance))
}

/// The courses that the asker organises or is invited to, the latest made first.
#[utoipa::path(get, path = "/courses", params(WhichPage), responses((status = 200, body = Page<CourseRow>)))]
async fn courses(person: Person, Paged(All {}, page): Paged<All>) -> Given<Page<CourseRow>> {
    Ok(Json(person.desk.courses(&page).await?))
}

/// Plans a course of the asker's own unit.
#[utoipa::path(post, path = "/courses", request_body = NewCourse, responses((status = 201, body = Made)))]
async fn add_course(person: Person, Sent(new): Sent<NewCourse>) -> Answer {
    Ok(made("courses", person.desk.add_course(&new).await?))
}

/// A course: its sessions, and who is invited; of who is invited only, the asker.
#[utoipa::path(get, path = "/courses/{id}", responses((status = 200, body = Course)))]
async fn course(person: Person, At(id): At<String>) -> Given<Course> {
    Ok(Json(person.desk.course(&id).await?))
}

/// Puts another plan in the place of a course's, before it is held: title, materials, room, and the sessions to come. Those
/// that were held stand in it as they were, under their numbers.
#[utoipa::path(put, path = "/courses/{id}", request_body = NewCourse, responses((status = 204)))]
async fn change_course(person: Person, At(id): At<String>, Sent(new): Sent<NewCourse>) -> Result<StatusCode, Problem> {
    person.desk.change_course(&id, &new).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Why a course does not take place.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct CourseCalledOff {
    /// The reason, for those invited too.
    reason: String,
}

/// Says that a course, or what is left of it, does not take place.
#[utoipa::path(post, path = "/courses/{id}/calling-off", request_body = CourseCalledOff, responses((status = 204)))]
async fn call_off_course(
    person: Person,
    At(id): At<String>,
    Sent(given): Sent<CourseCalledOff>,
) -> Result<StatusCode, Problem> {
    person.desk.call_off_course(&id, &given.reason).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// The results of a course by area, for who organises it.
#[utoipa::path(get, path = "/courses/{id}/results", responses((status = 200, body = Vec<AreaResults>)))]
async fn course_results(person: Person, At(id): At<String>) -> Given<Vec<AreaResults>> {
    person.desk.actor().may(Action::ManageAccounts)?;
    let course = person.desk.course(&id).await?;
    if !course.organises {
        return Err(Problem::NotFound);
    }
    let program = person.desk.standard(&course.row.pack).await?;
    Ok(Json(course.results(Exercise::of(&program).map_err(broken)?.len())))
}

/// Accounts by their ids.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Accounts {
    /// They.
    accounts: BTreeSet<String>,
}

/// Invites accounts within reach. Who is invited already stays so.
#[utoipa::path(post, path = "/courses/{id}/invitations", request_body = Accounts, responses((status = 204)))]
async fn invite(person: Person, At(id): At<String>, Sent(given): Sent<Accounts>) -> Result<StatusCode, Problem> {
    person.desk.invite(&id, &given.accounts).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Takes an invitation back. Who was at a session stays invited.
#[utoipa::path(delete, path = "/courses/{id}/invitations/{account}", responses((status = 204)))]
async fn take_back_invitation(person: Person, At((id, account)): At<(String, String)>) -> Result<StatusCode, Problem> {
    person.desk.take_back_invitation(&id, &account).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Records who of those invited was at a session; recorded again, the later record holds.
#[utoipa::path(put, path = "/courses/{id}/sessions/{session}/attendance",
    params(("session" = i64, Path, description = "The session's number, from 1")),
    request_body = Accounts, responses((status = 204)))]
async fn record_attendance(
    person: Person,
    At((id, session)): At<(String, i64)>,
    Sent(given): Sent<Accounts>,
) -> Result<StatusCode, Problem> {
    person.desk.record_attendance(&id, session, &given.accounts).await?;
    Ok(StatusCode::NO_CONTENT)
}
