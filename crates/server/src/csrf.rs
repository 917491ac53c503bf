//! A form counts only if it was made by a page of ours: it must carry what only our pages know.
//!
//! For somebody signed in that is the session's own secret; for the sign-in page a random value that is also in a cookie
//! which other sites cannot set. [`Checked`] and [`Upload`] are the only ways in which pages read a form, so no form goes
//! unchecked. A request that says itself that it comes from another site is refused before that.

use crate::error::Problem;
use crate::signed_in::Seen;
use crate::state::App;
use crate::view::View;
use axum::body::{Body, Bytes};
use axum::extract::{FromRequest, FromRequestParts, Multipart, Request};
use axum::http::request::Parts;
use axum::http::{HeaderMap, header};
use axum_extra::extract::cookie::{Cookie, SameSite};
use axum_extra::extract::{CookieJar, Form};
use data_encoding::HEXLOWER;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use sha2::{Digest, Sha256};

/// The name of the field.
pub const FIELD: &str = "csrf";

/// The header that may carry it instead, for requests of htmx.
pub const HEADER: &str = "x-csrf";

/// Whether two secrets are the same, in a time that does not tell how far they agree.
pub fn same(one: &str, other: &str) -> bool {
    one.len() == other.len()
        && !one.is_empty()
        && one.bytes().zip(other.bytes()).fold(0, |differs, (a, b)| differs | (a ^ b)) == 0
}

fn cookie_name(app: &App) -> &'static str {
    if app.config().secure_cookies() { "__Host-vuon-form" } else { "vuon-form" }
}

/// The value a guest's forms must carry.
pub fn guest(jar: &CookieJar, app: &App) -> Option<String> {
    jar.get(cookie_name(app)).map(|cookie| cookie.value().to_owned()).filter(|value| value.len() >= 32)
}

/// A new value for a guest, as a cookie.
fn new_guest(app: &App) -> Cookie<'static> {
    let mut cookie = Cookie::new(cookie_name(app), uuid::Uuid::new_v4().simple().to_string());
    cookie.set_path("/");
    cookie.set_http_only(true);
    cookie.set_same_site(SameSite::Strict);
    cookie.set_secure(app.config().secure_cookies());
    cookie
}

/// Gives a guest's page what its form must carry; the cookie that goes with it, for who has none yet.
pub fn for_guest(app: &App, view: &mut View) -> CookieJar {
    if !view.csrf.is_empty() {
        return CookieJar::new();
    }
    let cookie = new_guest(app);
    view.csrf = masked(cookie.value());
    CookieJar::new().add(cookie)
}

/// What a browser says of where a request comes from. Older browsers say nothing; then the secret alone decides.
fn is_from_elsewhere(headers: &HeaderMap) -> bool {
    let text = |name| headers.get(name).and_then(|value| value.to_str().ok());
    if let Some(site) = text("sec-fetch-site") {
        return site != "same-origin" && site != "none";
    }
    match (text(header::ORIGIN.as_str()), text(header::HOST.as_str())) {
        (Some(origin), Some(host)) => origin.split_once("://").is_none_or(|(_, from)| from != host),
        _ => false,
    }
}

/// A secret as a page carries it: another text each time, so that the lengths of compressed pages tell nothing of it.
pub fn masked(secret: &str) -> String {
    if secret.is_empty() {
        return String::new();
    }
    let seed = uuid::Uuid::new_v4();
    let pads = (0..).flat_map(|block: u64| Sha256::digest([seed.as_bytes().as_slice(), &block.to_be_bytes()].concat()));
    let pad: Vec<u8> = pads.take(secret.len()).collect();
    let covered: Vec<u8> = secret.bytes().zip(&pad).map(|(letter, cover)| letter ^ cover).collect();
    format!("{}{}", HEXLOWER.encode(&pad), HEXLOWER.encode(&covered))
}

/// The secret of a masked one; what is not masked, as it is.
fn unmasked(text: &str) -> String {
    let halves =
        HEXLOWER.decode(text.as_bytes()).ok().filter(|bytes| bytes.len() >= 64 && bytes.len().is_multiple_of(2));
    let secret = halves.and_then(|bytes| {
        let (pad, covered) = bytes.split_at(bytes.len() / 2);
        String::from_utf8(pad.iter().zip(covered).map(|(cover, letter)| cover ^ letter).collect()).ok()
    });
    secret.unwrap_or_else(|| text.to_owned())
}

/// Whether a request carries the secret of its session or page.
///
/// # Errors
/// [`Problem::Csrf`].
pub fn check(seen: &Seen, headers: &HeaderMap, field: Option<&str>) -> Result<(), Problem> {
    let header = headers.get(HEADER).and_then(|value| value.to_str().ok());
    let given = field.or(header).unwrap_or_default();
    if is_from_elsewhere(headers) || !same(&unmasked(given), &seen.secret) { Err(Problem::Csrf) } else { Ok(()) }
}

/// A form of one of our pages. Fields of the same name come as a list; `Vec<(String, String)>` takes any fields.
pub struct Checked<T>(pub T);

/// A form with nothing but a button.
#[derive(Debug, Deserialize)]
pub struct Nothing {}

#[derive(Deserialize)]
struct Secret {
    csrf: Option<String>,
}

/// Reads a body as a form.
async fn read<T: DeserializeOwned>(parts: &Parts, body: &Bytes) -> Result<T, Problem> {
    let mut request = Request::new(Body::from(body.clone()));
    *request.method_mut() = parts.method.clone();
    *request.headers_mut() = parts.headers.clone();
    let form = Form::<T>::from_request(request, &()).await;
    form.map(|Form(form)| form).map_err(|rejection| Problem::Form(rejection.to_string()))
}

impl<T: DeserializeOwned> FromRequest<App> for Checked<T> {
    type Rejection = Problem;
    async fn from_request(request: Request, app: &App) -> Result<Self, Problem> {
        let (mut parts, body) = request.into_parts();
        let seen = Seen::from_request_parts(&mut parts, app).await?;
        let request = Request::from_parts(parts.clone(), body);
        let body = Bytes::from_request(request, app).await.map_err(|_| Problem::TooLarge)?;
        let secret: Secret = read(&parts, &body).await?;
        check(&seen, &parts.headers, secret.csrf.as_deref())?;
        read(&parts, &body).await.map(Checked)
    }
}

/// A form with files, checked as [`Checked`] is. Its page must set the larger limit (`pages::uploads`), and the secret
/// must be its first field.
#[derive(Debug, Default)]
pub struct Upload {
    /// Fields: name and text.
    pub fields: Vec<(String, String)>,
    /// Files: the field's name, the file's name, its bytes.
    pub files: Vec<(String, String, Bytes)>,
}

impl Upload {
    /// The text of a field; empty if it is not there.
    pub fn field(&self, name: &str) -> &str {
        self.fields.iter().find(|(field, _)| field == name).map_or("", |(_, text)| text)
    }
}

impl FromRequest<App> for Upload {
    type Rejection = Problem;
    async fn from_request(request: Request, app: &App) -> Result<Self, Problem> {
        let (mut parts, body) = request.into_parts();
        let seen = Seen::from_request_parts(&mut parts, app).await?;
        let headers = parts.headers.clone();
        let request = Request::from_parts(parts, body);
        let wrong = |text: String| Problem::Form(text);
        let mut form = Multipart::from_request(request, app).await.map_err(|e| wrong(e.body_text()))?;
        let mut upload = Upload::default();
        let mut checked = false;
        while let Some(field) = form.next_field().await.map_err(too_large)? {
            let name = field.name().unwrap_or_default().to_owned();
            let file = field.file_name().map(str::to_owned);
            let bytes = field.bytes().await.map_err(too_large)?;
            if let Some(file) = file {
                if !checked {
                    return Err(Problem::Csrf);
                }
                upload.files.push((name, file, bytes));
                continue;
            }
            let text = String::from_utf8(bytes.into()).map_err(|_| wrong(format!("{name}: not UTF-8")))?;
            if !checked {
                check(&seen, &headers, (name == FIELD).then_some(text.as_str()))?;
                checked = true;
            }
            upload.fields.push((name, text));
        }
        if checked { Ok(upload) } else { Err(Problem::Csrf) }
    }
}

fn too_large(error: axum::extract::multipart::MultipartError) -> Problem {
    if error.status() == axum::http::StatusCode::PAYLOAD_TOO_LARGE {
        Problem::TooLarge
    } else {
        Problem::Form(error.body_text())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_masked_secret_looks_different_each_time_and_is_the_same() {
        let secret = "0123456789abcdefghijABCDEFGHIJ-_0123456789a";
        let (one, other) = (masked(secret), masked(secret));
        assert_ne!(one, other);
        assert!(same(&unmasked(&one), secret) && same(&unmasked(&other), secret));
        assert!(same(&unmasked(secret), secret), "programs may send it as it is");
        assert!(!same(&unmasked(&one.replace(char::is_numeric, "a")), secret));
        assert!(!same("", ""), "no secret is never the right one");
    }
}
