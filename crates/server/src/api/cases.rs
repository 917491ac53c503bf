//! Cases: listed, withdrawn, and their forms filled in and signed.

use super::accept::Spoken;
use super::answer::{self, Count, Given, Made};
use super::extract::{Asked, At, IfMatch, Sent, page};
use crate::error::{Answer, Problem};
use crate::signed_in::Person;
use crate::state::App;
use axum::Json;
use axum::http::StatusCode;
use jiff::civil::Date;
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use vuon_registry::cases::{AnswersReason, CaseFilter, CaseForm, CaseReason, CaseRow, CaseState, CaseView, Saved};
use vuon_registry::forms::{Answers, Form};
use vuon_registry::page::Page;

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(cases, list_case))
        .routes(routes!(count_cases))
        .routes(routes!(case))
        .routes(routes!(withdraw_case))
        .routes(routes!(form))
        .routes(routes!(save_draft, drop_draft))
        .routes(routes!(sign_answers))
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
struct WhichCases {
    /// Of one round.
    round: Option<String>,
    /// Of one hamlet.
    hamlet: Option<String>,
    /// In a state.
    state: Option<CaseState>,
    /// With a status so far; `undetermined` too.
    status: Option<String>,
    /// Whose head's name begins so, without tone marks.
    text: Option<String>,
    /// Whose latest decision is this one.
    decision: Option<String>,
    /// `next` of the page before.
    after: Option<String>,
    /// How many, 1 to 200.
    #[param(minimum = 1, maximum = 200)]
    limit: Option<u32>,
}

/// The cases that match, by name.
#[utoipa::path(get, path = "/cases", params(WhichCases), responses((status = 200, body = Page<CaseRow>)))]
async fn cases(person: Person, Asked(which): Asked<WhichCases>) -> Given<Page<CaseRow>> {
    let page = page(which.after, which.limit)?;
    let WhichCases { round, hamlet, state, status, text, decision, .. } = which;
    Ok(Json(person.desk.cases(&CaseFilter { round, hamlet, state, status, text, decision }, &page).await?))
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
struct CountedCases {
    /// Of one round.
    round: Option<String>,
    /// Of one hamlet.
    hamlet: Option<String>,
    /// In a state.
    state: Option<CaseState>,
    /// With a status so far; `undetermined` too.
    status: Option<String>,
    /// Whose head's name begins so, without tone marks.
    text: Option<String>,
    /// Whose latest decision is this one.
    decision: Option<String>,
}

/// How many cases match.
#[utoipa::path(get, path = "/case-counts", params(CountedCases), responses((status = 200, body = Count)))]
async fn count_cases(person: Person, Asked(which): Asked<CountedCases>) -> Given<Count> {
    let CountedCases { round, hamlet, state, status, text, decision } = which;
    let filter = CaseFilter { round, hamlet, state, status, text, decision };
    Ok(Json(Count { count: person.desk.count_cases(&filter).await? }))
}

/// A household to review.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewCase {
    /// In which round.
    round: String,
    /// Which household.
    household: String,
    /// Why.
    reason: CaseReason,
    /// When its request came, for rounds that count from it.
    requested_on: Option<Date>,
}

/// Adds a household to a round's list.
#[utoipa::path(post, path = "/cases", request_body = NewCase, responses((status = 201, body = Made)))]
async fn list_case(person: Person, Sent(new): Sent<NewCase>) -> Answer {
    let id = person.desk.list_case(&new.round, &new.household, new.reason, new.requested_on).await?;
    Ok(answer::made("cases", id))
}

/// A case.
#[utoipa::path(get, path = "/cases/{id}", responses((status = 200, body = CaseView,
    headers(("ETag" = String, description = "Its version, for If-Match")))))]
async fn case(person: Person, Spoken(language): Spoken, At(id): At<String>) -> Answer {
    let case = person.desk.case(&id, language).await?;
    Ok(answer::versioned(case.row.version, case))
}

/// Why a case is taken off.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Withdrawal {
    /// In words, for the ledger.
    reason: String,
}

/// Takes a case off a round's list before it is decided.
#[utoipa::path(post, path = "/cases/{id}/withdraw", params(IfMatch),
    request_body = Withdrawal, responses((status = 204)))]
async fn withdraw_case(
    person: Person,
    At(id): At<String>,
    at: IfMatch,
    Sent(given): Sent<Withdrawal>,
) -> Result<StatusCode, Problem> {
    person.desk.withdraw_case(&id, at.0, &given.reason).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// The form of a case as it stands: one's draft, else the latest answers.
#[utoipa::path(get, path = "/cases/{id}/form", responses((status = 200, body = CaseForm,
    headers(("ETag" = String, description = "The case's version, for If-Match")))))]
async fn form(person: Person, Spoken(language): Spoken, At(id): At<String>) -> Answer {
    let form = person.desk.form(&id, language).await?;
    Ok(answer::versioned(form.case.version, form))
}

/// Keeps one's draft and tells what it gives; answers that cannot be right are told, and kept as typed. The version in
/// `If-Match` is kept with it: if the case moves on, the form tells that the draft was typed for an older one.
#[utoipa::path(put, path = "/cases/{id}/draft", params(IfMatch), request_body = Answers, responses((status = 200, body = Form)))]
async fn save_draft(
    person: Person,
    Spoken(language): Spoken,
    At(id): At<String>,
    at: IfMatch,
    Sent(answers): Sent<Answers>,
) -> Given<Form> {
    Ok(Json(person.desk.save_draft(&id, at.0, &answers, language).await?))
}

/// Throws one's draft away.
#[utoipa::path(delete, path = "/cases/{id}/draft", responses((status = 204)))]
async fn drop_draft(person: Person, At(id): At<String>) -> Result<StatusCode, Problem> {
    person.desk.drop_draft(&id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Answers to sign.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewAnswers {
    /// The answers.
    answers: Answers,
    /// Why the household was asked.
    reason: AnswersReason,
    /// The sender's id for this sending: sent again it changes nothing and gives the same.
    #[schema(min_length = 1)]
    submission: String,
}

/// Signs answers: a new version, for good, with its assessment.
#[utoipa::path(post, path = "/cases/{id}/answers", params(IfMatch),
    request_body = NewAnswers, responses((status = 201, body = Saved)))]
async fn sign_answers(person: Person, At(id): At<String>, at: IfMatch, Sent(new): Sent<NewAnswers>) -> Answer {
    let saved = person.desk.sign_answers(&id, at.0, &new.answers, new.reason, &new.submission).await?;
    let mut response = answer::versioned(saved.version, saved);
    *response.status_mut() = StatusCode::CREATED;
    Ok(response)
}
