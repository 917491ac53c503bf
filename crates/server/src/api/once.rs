//! A `POST` with an `Idempotency-Key` is carried out once, however often it is sent.
//!
//! The key is taken in the database before anything is done (see the register's `requests`), so two that come at once,
//! even to two servers, cannot both go on: the later one is told that the first is under way. The work runs in a task of
//! its own: a sender who hangs up, the usual reason for sending again, does not stop it half-way or lose its answer.
//!
//! What was done is answered again, for two days. What was refused changed nothing and gives its key back. After an error
//! inside nobody knows, so the key stays taken. Answers that must not be written down ([`Unkept`]) give their key back.

use crate::error::Problem;
use crate::logs;
use crate::signed_in::Seen;
use crate::state::App;
use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{Request, State};
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE, ETAG, IF_MATCH, LOCATION};
use axum::http::request::Parts;
use axum::http::{HeaderName, HeaderValue, Method, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use vuon_registry::RegistryError;
use vuon_registry::accounts::Asked;

/// The header that carries the key.
pub const HEADER: &str = "Idempotency-Key";
const REPLAYED: HeaderName = HeaderName::from_static("idempotency-replayed");

/// The headers that belong to an answer.
const KEPT: [HeaderName; 3] = [CONTENT_TYPE, LOCATION, ETAG];

/// Marks an answer that must not be written down: it holds a secret.
#[derive(Clone, Copy)]
pub struct Unkept;

/// An answer as it is kept.
#[derive(Serialize, Deserialize)]
struct Kept {
    headers: Vec<(String, String)>,
    body: String,
}

/// Whose request, under which key, and what it says.
struct Keyed {
    account: String,
    key: String,
    print: String,
    /// The request's id, for the log.
    request: Option<String>,
}

/// The layer that carries keyed requests out once.
pub async fn once(State(app): State<App>, request: Request, next: Next) -> Result<Response, Problem> {
    let Some(key) = request.headers().get(HEADER).filter(|_| request.method() == Method::POST) else {
        return Ok(next.run(request).await);
    };
    let key = usable(key)?;
    let seen = request.extensions().get::<Seen>().ok_or(Problem::Internal)?;
    // Nobody in particular has nothing to repeat: signing in is done anew each time.
    let Some(session) = seen.session.clone().filter(|session| session.is_whole()) else {
        return Ok(next.run(request).await);
    };
    let (parts, body) = request.into_parts();
    let body = to_bytes(body, app.config().max_upload).await.map_err(|_| Problem::TooLarge)?;
    let keyed = Keyed {
        account: session.signed_in.account.id.clone(),
        key,
        print: app.register().request_print(&makes_up(&parts, &body)),
        request: logs::request_id(&parts.extensions),
    };
    let request = Request::from_parts(parts, Body::from(body));
    let work = tokio::spawn(carry_out(app, keyed, request, next));
    work.await.map_err(|_| Problem::Internal)?
}

/// All of it from the taking of the key on: a key that was taken is answered or given back, whoever hangs up when.
async fn carry_out(app: App, keyed: Keyed, request: Request, next: Next) -> Result<Response, Problem> {
    match app.register().take_key(&keyed.account, &keyed.key, &keyed.print).await {
        Ok(Asked::New) => {}
        Ok(Asked::UnderWay) => return Err(Problem::KeyUnderWay),
        Ok(Asked::Answered(status, body)) => return replay(status, &body),
        Err(RegistryError::Conflict) => return Err(Problem::KeyUsed),
        Err(error) => return Err(error.into()),
    }
    let response = next.run(request).await;
    settle(&app, &keyed, response).await
}

/// A key is up to 128 visible signs of ASCII.
fn usable(key: &HeaderValue) -> Result<String, Problem> {
    let text = key.to_str().ok().filter(|text| (1..=128).contains(&text.len()));
    let text = text.filter(|text| text.bytes().all(|byte| byte.is_ascii_graphic()));
    text.map(str::to_owned).ok_or_else(|| Problem::Form("Idempotency-Key: 1 to 128 visible signs of ASCII".into()))
}

/// All that makes a request this one.
fn makes_up<'a>(parts: &'a Parts, body: &'a Bytes) -> [&'a [u8]; 6] {
    let header = |name: HeaderName| parts.headers.get(name).map(|value| value.as_bytes()).unwrap_or_default();
    let target = parts.uri.path_and_query().map_or("", |target| target.as_str());
    let method = parts.method.as_str().as_bytes();
    [method, target.as_bytes(), header(CONTENT_TYPE), header(CONTENT_DISPOSITION), header(IF_MATCH), body]
}

/// Keeps the answer, or gives the key back.
async fn settle(app: &App, keyed: &Keyed, response: Response) -> Result<Response, Problem> {
    let status = response.status();
    if status.is_server_error() {
        return Ok(response);
    }
    if !status.is_success() || response.extensions().get::<Unkept>().is_some() {
        app.register().give_key_back(&keyed.account, &keyed.key).await?;
        return Ok(response);
    }
    let (parts, body) = response.into_parts();
    let body = to_bytes(body, usize::MAX).await.map_err(|_| Problem::Internal)?;
    let headers = KEPT.iter().filter_map(|name| {
        let value = parts.headers.get(name)?.to_str().ok()?;
        Some((name.to_string(), value.to_owned()))
    });
    let kept = Kept { headers: headers.collect(), body: String::from_utf8_lossy(&body).into_owned() };
    let kept = serde_json::to_string(&kept).map_err(|_| Problem::Internal)?;
    let done = app.register().keep_answer(&keyed.account, &keyed.key, &keyed.print, status.as_u16(), &kept).await;
    if let Err(error) = done {
        // It was done; only a later sending will not be answered.
        Problem::from(error).log(keyed.request.as_deref());
    }
    Ok(Response::from_parts(parts, Body::from(body)))
}

/// Answers as before.
fn replay(status: u16, kept: &str) -> Result<Response, Problem> {
    let kept: Kept = serde_json::from_str(kept).map_err(|_| Problem::Internal)?;
    let status = StatusCode::from_u16(status).map_err(|_| Problem::Internal)?;
    let mut response = (status, kept.body).into_response();
    let headers = response.headers_mut();
    headers.remove(CONTENT_TYPE);
    for (name, value) in kept.headers {
        if let (Ok(name), Ok(value)) = (HeaderName::try_from(name), HeaderValue::try_from(value)) {
            headers.insert(name, value);
        }
    }
    headers.insert(REPLAYED, HeaderValue::from_static("true"));
    Ok(response)
}
