//! Cases: listed, withdrawn, and their forms filled in and signed.

use super::accept::Spoken;
use super::answer::{self, Count, Given, Made};
use super::areas::hamlet_within;
use super::extract::{Asked, At, IfMatch, Paged, Sent, WhichPage};
use super::once::Unkept;
use crate::error::{Answer, Problem};
use crate::signed_in::Person;
use crate::state::App;
use axum::http::StatusCode;
use axum::response::IntoResponse;
use axum::{Extension, Json};
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
        .routes(routes!(search_cases))
        .routes(routes!(case))
        .routes(routes!(withdraw_case))
        .routes(routes!(form))
        .routes(routes!(save_draft, drop_draft))
        .routes(routes!(sign_answers))
}

#[derive(Deserialize, Default, IntoParams, ToSchema)]
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
    /// Whose latest decision is this one.
    decision: Option<String>,
}

impl WhichCases {
    /// What is named and out of reach is not there, in a list as anywhere; a search finds nothing of it.
    async fn within(&self, person: &Person) -> Result<(), Problem> {
        if let Some(round) = &self.round {
            person.desk.round(round).await?;
        }
        hamlet_within(person, self.hamlet.as_ref()).await
    }

    fn filter(self, text: Option<String>) -> CaseFilter {
        let WhichCases { round, hamlet, state, status, decision } = self;
        CaseFilter { round, hamlet, state, status, text, decision }
    }
}

/// The cases that match, by name.
#[utoipa::path(get, path = "/cases", params(WhichCases, WhichPage),
    responses((status = 200, body = Page<CaseRow>)))]
async fn cases(person: Person, Paged(which, page): Paged<WhichCases>) -> Given<Page<CaseRow>> {
    which.within(&person).await?;
    Ok(Json(person.desk.cases(&which.filter(None), &page).await?))
}

/// How many cases match.
#[utoipa::path(get, path = "/case-counts", params(WhichCases), responses((status = 200, body = Count)))]
async fn count_cases(person: Person, Asked(which): Asked<WhichCases>) -> Given<Count> {
    which.within(&person).await?;
    Ok(Json(Count { count: person.desk.count_cases(&which.filter(None)).await? }))
}

/// A name to look for: in a body, since an address is written down by whoever carries it.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct CaseSearch {
    /// How the head's name begins, without tone marks.
    text: String,
    /// Which cases; all when absent.
    #[serde(default)]
    of: WhichCases,
    /// Which page.
    #[serde(default)]
    page: WhichPage,
}

/// The cases whose head's name begins so, by name.
#[utoipa::path(post, path = "/case-searches", request_body = CaseSearch,
    responses((status = 200, body = Page<CaseRow>)))]
async fn search_cases(person: Person, Sent(search): Sent<CaseSearch>) -> Answer {
    let page = search.page.request()?;
    let found = person.desk.cases(&search.of.filter(Some(search.text)), &page).await?;
    Ok((Extension(Unkept), Json(found)).into_response())
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
