//! The steps of a round: meeting, posting, appraisal, decision, certificates.

use super::answer::{self, Count, Given, Made};
use super::extract::{At, Sent};
use crate::error::Answer;
use crate::signed_in::Person;
use crate::state::App;
use axum::Json;
use axum::http::StatusCode;
use axum::response::IntoResponse;
use serde::Deserialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use vuon_registry::rounds::{DecisionRow, MeetingView, NewDecision, NewMeeting, PostingView, Seen};

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(hold_meeting))
        .routes(routes!(meeting))
        .routes(routes!(post_list))
        .routes(routes!(posting))
        .routes(routes!(appraise))
        .routes(routes!(decide))
        .routes(routes!(issue_certificates))
}

/// Records a village meeting.
#[utoipa::path(post, path = "/rounds/{id}/meetings", request_body = NewMeeting, responses((status = 201, body = Made)))]
async fn hold_meeting(person: Person, At(id): At<String>, Sent(meeting): Sent<NewMeeting>) -> Answer {
    Ok(answer::made("meetings", person.desk.hold_meeting(&id, &meeting).await?))
}

/// A meeting and its minutes.
#[utoipa::path(get, path = "/meetings/{id}", responses((status = 200, body = MeetingView)))]
async fn meeting(person: Person, At(id): At<String>) -> Given<MeetingView> {
    Ok(Json(person.desk.meeting(&id).await?))
}

/// A list to post.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewPosting {
    /// Of one hamlet; of the whole commune when absent.
    hamlet: Option<String>,
    /// Where it hangs.
    place: String,
}

/// Posts the list of the cases that are ready for it, from today on.
#[utoipa::path(post, path = "/rounds/{id}/postings", request_body = NewPosting, responses((status = 201, body = Made)))]
async fn post_list(person: Person, At(id): At<String>, Sent(new): Sent<NewPosting>) -> Answer {
    Ok(answer::made("postings", person.desk.post_list(&id, new.hamlet.as_deref(), &new.place).await?))
}

/// A posted list.
#[utoipa::path(get, path = "/postings/{id}", responses((status = 200, body = PostingView)))]
async fn posting(person: Person, At(id): At<String>) -> Given<PostingView> {
    Ok(Json(person.desk.posting(&id).await?))
}

/// The opinion of the level above.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewAppraisal {
    /// The cases, as they were seen.
    cases: Vec<Seen>,
    /// Those of them that go back to the survey.
    #[serde(default)]
    send_back: Vec<String>,
    /// In words.
    note: String,
}

/// The level above agrees to cases of a round that were posted their time, or sends some back; how many it agreed to. 409
/// when one is not as it was seen.
#[utoipa::path(post, path = "/rounds/{id}/appraisals", request_body = NewAppraisal,
    responses((status = 200, body = Count)))]
async fn appraise(person: Person, At(id): At<String>, Sent(given): Sent<NewAppraisal>) -> Given<Count> {
    Ok(Json(Count { count: person.desk.appraise(&id, &given.cases, &given.send_back, &given.note).await? }))
}

/// The chair decides the cases that were seen: all of them, or nothing. 409 when one is not as it was seen.
#[utoipa::path(post, path = "/rounds/{id}/decisions", request_body = NewDecision,
    responses((status = 201, body = DecisionRow)))]
async fn decide(person: Person, At(id): At<String>, Sent(new): Sent<NewDecision>) -> Answer {
    let decision = person.desk.decide(&id, &new).await?;
    Ok((StatusCode::CREATED, Json(decision)).into_response())
}

/// Gives every poor and near-poor household decided in the round its certificate; how many.
#[utoipa::path(post, path = "/rounds/{id}/certificates", responses((status = 200, body = Count)))]
async fn issue_certificates(person: Person, At(id): At<String>) -> Given<Count> {
    Ok(Json(Count { count: person.desk.issue_certificates(&id).await? }))
}
