//! What went wrong, for machines, as RFC 9457 says: whatever it was, and wherever it was noticed.
//!
//! In: an answer that carries a [`Problem`], or a bare status of a router, a layer or an extractor. Out: a body of the
//! type `application/problem+json` whose `type` a program can tell apart and whose `detail` a person can read.

use super::accept::spoken;
use crate::error::{Problem, problem_of};
use crate::logs;
use crate::signed_in;
use crate::state::App;
use crate::view::View;
use axum::Json;
use axum::extract::{Request, State};
use axum::http::header::{ALLOW, CONTENT_LANGUAGE, CONTENT_TYPE, RETRY_AFTER};
use axum::http::{HeaderValue, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use utoipa::ToSchema;
use vuon_registry::RegistryError;

/// Why a request was not done (RFC 9457).
#[derive(Serialize, ToSchema)]
#[schema(as = Problem)]
pub struct Body {
    /// What kind of problem: `urn:vuon:problem:…`.
    #[serde(rename = "type")]
    kind: String,
    /// The status in words.
    title: String,
    /// The status.
    status: u16,
    /// What a person is told, in the language of `Accept-Language`.
    detail: String,
    /// The field that is wrong, where there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    field: Option<String>,
}

/// The layer that writes problems out.
pub async fn explain(State(app): State<App>, request: Request, next: Next) -> Response {
    let language = spoken(request.headers(), &app);
    let guest = signed_in::guest(&app, &request);
    let id = logs::request_id(request.extensions());
    let response = next.run(request).await;
    let Some(problem) = problem_of(&response) else { return response };
    problem.log(id.as_deref());
    let view = View { language, ..guest };
    let (status, kind) = (status(&problem), kind(&problem));
    let body = Body {
        kind: format!("urn:vuon:problem:{kind}"),
        title: status.canonical_reason().unwrap_or_default().to_owned(),
        status: status.as_u16(),
        detail: detail(&problem, &view),
        field: field(&problem),
    };
    let mut written = (status, Json(body)).into_response();
    // With it goes the route's name, for the log.
    written.extensions_mut().extend(response.extensions().clone());
    let headers = written.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
    headers.insert(CONTENT_LANGUAGE, HeaderValue::from_static(crate::language::code(language)));
    if let Some(methods) = response.headers().get(ALLOW) {
        headers.insert(ALLOW, methods.clone());
    }
    if let Some(seconds) = wait(&problem) {
        headers.insert(RETRY_AFTER, seconds.into());
    }
    written
}

/// The status: as for pages, but a change from an old version fails its `If-Match`.
fn status(problem: &Problem) -> StatusCode {
    match problem {
        Problem::Register(RegistryError::Stale { .. }) => StatusCode::PRECONDITION_FAILED,
        other => other.status(),
    }
}

/// The last part of the `type`.
fn kind(problem: &Problem) -> &'static str {
    match problem {
        Problem::Register(error) => match error {
            RegistryError::NotFound => "not-found",
            RegistryError::Forbidden { .. } => "forbidden",
            RegistryError::NeedsSecondFactor => "second-factor-needed",
            RegistryError::PasswordDue => "password-due",
            RegistryError::SignIn => "sign-in",
            RegistryError::WrongCode => "wrong-code",
            RegistryError::Locked { .. } => "locked",
            RegistryError::Stale { .. } => "stale",
            RegistryError::ChangedSince => "changed-since",
            RegistryError::Conflict => "conflict",
            RegistryError::Exists { .. } => "exists",
            RegistryError::Illegal { .. } | RegistryError::NotOpen { .. } => "not-now",
            RegistryError::Invalid { .. } => "invalid",
            RegistryError::Day { .. } | RegistryError::Calendar(_) => "day",
            RegistryError::Area(_) => "area",
            RegistryError::NoProcedure { .. } | RegistryError::Pack { .. } => "pack",
            RegistryError::Down => "database-down",
            _ => "internal",
        },
        Problem::NotSignedIn => "not-signed-in",
        Problem::CodeNeeded => "code-needed",
        Problem::Csrf => "csrf",
        Problem::NotFound => "not-found",
        Problem::Method => "method",
        Problem::TooLarge => "too-large",
        Problem::Form(_) => "unreadable",
        Problem::Data { .. } => "invalid",
        Problem::Report(_) => "report",
        Problem::MediaType => "media-type",
        Problem::NoVersion => "version-needed",
        Problem::OtherVersion => "stale",
        Problem::KeyUsed => "key-used",
        Problem::KeyUnderWay => "under-way",
        Problem::TooMany { .. } => "too-many",
        Problem::Provider => "provider",
        Problem::Timeout => "timeout",
        Problem::Internal => "internal",
    }
}

/// What a person is told; of what cannot be read, with the words for developers. These come from what was sent.
fn detail(problem: &Problem, view: &View) -> String {
    match problem {
        Problem::Form(why) => format!("{} ({why})", view.t("problem-unreadable")),
        Problem::Data { why, .. } => format!("{} ({why})", view.t("problem-data")),
        other => other.text(view),
    }
}

fn field(problem: &Problem) -> Option<String> {
    match problem {
        Problem::Register(RegistryError::Invalid { field, .. }) => Some(field.clone()),
        Problem::Register(RegistryError::Day { field, .. }) => Some((*field).to_owned()),
        Problem::Data { field, .. } => field.clone(),
        _ => None,
    }
}

/// After how many seconds it is worth asking again.
fn wait(problem: &Problem) -> Option<u64> {
    match problem {
        Problem::TooMany { seconds } => Some(*seconds),
        Problem::Register(RegistryError::Locked { minutes }) => u64::try_from(*minutes).ok().map(|m| m * 60),
        Problem::KeyUnderWay => Some(1),
        Problem::Register(RegistryError::Down) => Some(5),
        _ => None,
    }
}
