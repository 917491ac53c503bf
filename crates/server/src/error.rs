//! What went wrong, as an answer: a page in the reader's language, or for machines whatever `api` makes of it.
//!
//! A handler gives a [`Problem`]; it travels with an empty answer until the router's own layer, which knows the reader,
//! writes it out. Nothing of the inside is ever told: it goes to the log, without anybody's data.

use crate::layout;
use crate::logs;
use crate::said;
use crate::signed_in::{self, Seen};
use crate::state::App;
use crate::view::{View, encode};
use axum::extract::{Request, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Redirect, Response};
use maud::html;
use std::error::Error;
use std::sync::Arc;
use vuon_registry::RegistryError;

/// Why a request was not done.
#[derive(Debug)]
pub enum Problem {
    /// The register says no.
    Register(RegistryError),
    /// Nobody is signed in.
    NotSignedIn,
    /// The second factor is missing.
    CodeNeeded,
    /// The form does not come from a page of ours, or from one that is too old.
    Csrf,
    /// There is no such page.
    NotFound,
    /// The address takes no such request.
    Method,
    /// The request is too large.
    TooLarge,
    /// The form cannot be read; the text is for developers.
    Form(String),
    /// What was sent can be read and is not what is taken here; the text is for developers.
    Data {
        /// The field, where it is told which.
        field: Option<String>,
        /// What is wrong with it.
        why: String,
    },
    /// The report that was asked for cannot be told.
    Report(vuon_publish::report::Words),
    /// What was sent is of a type that is not taken here.
    MediaType,
    /// A change must say which version it was made from.
    NoVersion,
    /// The change was not made from a version that there is.
    OtherVersion,
    /// The idempotency key came before with another request.
    KeyUsed,
    /// The request with this idempotency key has no answer yet.
    KeyUnderWay,
    /// Too many tries from this address.
    TooMany {
        /// After how many seconds there may be another.
        seconds: u64,
    },
    /// The other side (an OpenID provider) did not answer as it should.
    Provider,
    /// It took too long.
    Timeout,
    /// Something broke inside.
    Internal,
}

impl From<RegistryError> for Problem {
    fn from(error: RegistryError) -> Self {
        Problem::Register(error)
    }
}

/// A page, or why not.
pub type Page = Result<maud::Markup, Problem>;

/// Any answer, or why not.
pub type Answer = Result<Response, Problem>;

impl Problem {
    /// The status of the answer.
    pub fn status(&self) -> StatusCode {
        match self {
            Problem::Register(error) => match error {
                RegistryError::NotFound => StatusCode::NOT_FOUND,
                RegistryError::Forbidden { .. } | RegistryError::NeedsSecondFactor | RegistryError::PasswordDue => {
                    StatusCode::FORBIDDEN
                }
                RegistryError::SignIn | RegistryError::WrongCode => StatusCode::UNAUTHORIZED,
                RegistryError::Locked { .. } => StatusCode::TOO_MANY_REQUESTS,
                RegistryError::Stale { .. }
                | RegistryError::ChangedSince
                | RegistryError::Conflict
                | RegistryError::Exists { .. }
                | RegistryError::Illegal { .. }
                | RegistryError::NotOpen { .. } => StatusCode::CONFLICT,
                RegistryError::Invalid { .. }
                | RegistryError::Day { .. }
                | RegistryError::Area(_)
                | RegistryError::Calendar(_)
                | RegistryError::NoProcedure { .. }
                | RegistryError::Pack { .. } => StatusCode::UNPROCESSABLE_ENTITY,
                RegistryError::Down => StatusCode::SERVICE_UNAVAILABLE,
                _ => StatusCode::INTERNAL_SERVER_ERROR,
            },
            Problem::NotSignedIn | Problem::CodeNeeded => StatusCode::UNAUTHORIZED,
            Problem::Csrf => StatusCode::FORBIDDEN,
            Problem::NotFound => StatusCode::NOT_FOUND,
            Problem::Method => StatusCode::METHOD_NOT_ALLOWED,
            Problem::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Problem::Form(_) => StatusCode::BAD_REQUEST,
            Problem::Data { .. } | Problem::Report(_) | Problem::KeyUsed => StatusCode::UNPROCESSABLE_ENTITY,
            Problem::MediaType => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Problem::NoVersion => StatusCode::PRECONDITION_REQUIRED,
            Problem::OtherVersion => StatusCode::PRECONDITION_FAILED,
            Problem::KeyUnderWay => StatusCode::CONFLICT,
            Problem::TooMany { .. } => StatusCode::TOO_MANY_REQUESTS,
            Problem::Provider => StatusCode::BAD_GATEWAY,
            Problem::Timeout => StatusCode::GATEWAY_TIMEOUT,
            Problem::Internal => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    /// What a person is told.
    pub fn text(&self, view: &View) -> String {
        match self {
            Problem::Register(RegistryError::Down) => view.t("problem-down"),
            Problem::Register(_) if self.status().is_server_error() => view.t("problem-internal"),
            Problem::Register(error) => said::text(error, view.language),
            Problem::NotSignedIn => view.t("problem-not-signed-in"),
            Problem::CodeNeeded => view.t("problem-code-needed"),
            Problem::Csrf => view.t("problem-csrf"),
            Problem::NotFound => view.t("problem-not-found"),
            Problem::Method => view.t("problem-method"),
            Problem::TooLarge => view.t("problem-too-large"),
            Problem::Form(_) => view.t("problem-form"),
            Problem::Data { .. } => view.t("problem-data"),
            Problem::Report(words) => words.get(view.language).to_owned(),
            Problem::MediaType => view.t("problem-media-type"),
            Problem::NoVersion => view.t("problem-no-version"),
            Problem::OtherVersion => view.t("problem-other-version"),
            Problem::KeyUsed => view.t("problem-key-used"),
            Problem::KeyUnderWay => view.t("problem-key-under-way"),
            Problem::TooMany { seconds } => view.tr("problem-too-many", &[("seconds", seconds.to_string().into())]),
            Problem::Provider => view.t("problem-provider"),
            Problem::Timeout => view.t("problem-timeout"),
            Problem::Internal => view.t("problem-internal"),
        }
    }

    /// Tells the log what broke inside, once, and of which request.
    pub fn log(&self, request: Option<&str>) {
        if !self.status().is_server_error() {
            return;
        }
        match self {
            Problem::Register(error) => {
                let cause = error.source().map(ToString::to_string).unwrap_or_default();
                tracing::error!(%error, cause, id = request, "the register failed");
            }
            other => tracing::error!(problem = ?other, id = request, "a request failed"),
        }
    }
}

/// An empty answer that carries the problem to whoever writes it out.
impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let mut response = self.status().into_response();
        response.extensions_mut().insert(Arc::new(self));
        response
    }
}

/// The problem of an answer, if it carries one. An answer of axum's own extractors counts as an unreadable form.
pub fn problem_of(response: &Response) -> Option<Arc<Problem>> {
    if let Some(problem) = response.extensions().get::<Arc<Problem>>() {
        return Some(problem.clone());
    }
    let status = response.status();
    let typed =
        response.headers().get(header::CONTENT_TYPE).is_some_and(|kind| !kind.as_bytes().starts_with(b"text/plain"));
    let problem = match status {
        _ if typed || !(status.is_client_error() || status.is_server_error()) => return None,
        StatusCode::NOT_FOUND => Problem::NotFound,
        StatusCode::METHOD_NOT_ALLOWED => Problem::Method,
        StatusCode::PAYLOAD_TOO_LARGE => Problem::TooLarge,
        StatusCode::GATEWAY_TIMEOUT | StatusCode::REQUEST_TIMEOUT => Problem::Timeout,
        _ if status.is_server_error() => Problem::Internal,
        _ => Problem::Form(status.to_string()),
    };
    Some(Arc::new(problem))
}

/// The layer of the pages: writes problems out for the reader, as somebody unknown where that is the problem.
pub async fn explain(State(app): State<App>, request: Request, next: Next) -> Response {
    let guest = signed_in::guest(&app, &request);
    let id = logs::request_id(request.extensions());
    let response = next.run(request).await;
    let Some(problem) = problem_of(&response) else { return response };
    problem.log(id.as_deref());
    let view = response.extensions().get::<Seen>().map_or(guest, |seen| seen.view.clone());
    let mut written = page(&view, &problem);
    // With it goes the route's name, for the log.
    written.extensions_mut().extend(response.extensions().clone());
    written
}

/// A problem as a page.
fn page(view: &View, problem: &Problem) -> Response {
    let sign_in = match problem {
        Problem::NotSignedIn => Some(format!("/sign-in?next={}", encode(&view.back))),
        Problem::CodeNeeded => Some(format!("/sign-in/code?next={}", encode(&view.back))),
        Problem::Register(RegistryError::PasswordDue) => Some("/account".to_owned()),
        _ => None,
    };
    if let Some(address) = sign_in {
        if !view.part {
            return Redirect::to(&address).into_response();
        }
        // The page stays, with all that is typed in it.
        let part = html! {
            div.alert role="alert" {
                p { (view.t("problem-signed-out")) " " a href=(address) target="_blank" { (view.t("problem-sign-in")) } }
            }
        };
        return (problem.status(), part).into_response();
    }
    let status = problem.status();
    let text = problem.text(view);
    if view.part {
        return (status, layout::alert(&text)).into_response();
    }
    let title = match status {
        StatusCode::NOT_FOUND => view.t("problem-title-not-found"),
        StatusCode::FORBIDDEN => view.t("problem-title-forbidden"),
        StatusCode::CONFLICT => view.t("problem-title-conflict"),
        _ => view.t("problem-title"),
    };
    let body = html! {
        (layout::alert(&text))
        @if matches!(problem, Problem::Register(RegistryError::NeedsSecondFactor)) {
            p { a href="/account/second-factor" { (view.t("account-factor-set-up")) } }
        }
        p { a href=(view.home()) { (view.t("problem-home")) } }
    };
    let mut response = (status, layout::page(view, &title, body)).into_response();
    if let Problem::TooMany { seconds } = problem
        && let Ok(value) = HeaderValue::from_str(&seconds.to_string())
    {
        response.headers_mut().insert(header::RETRY_AFTER, value);
    }
    response
}
