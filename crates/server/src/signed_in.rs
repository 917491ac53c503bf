//! Who asks. One look-up of the session a request; pages and the interface for machines take it from there.
//!
//! The token is in the browser's cookie, or in `Authorization: Bearer …` for programs. Somebody whose account has a
//! second factor is nobody until it was given: [`Person`] turns them away to the page that asks for it. Somebody whose
//! password was set by another gets as far as [`Owner`], the pages of their own account.

use crate::csrf;
use crate::error::Problem;
use crate::language;
use crate::state::App;
use crate::view::{View, Who};
use axum::extract::{FromRequestParts, Request, State};
use axum::http::header::{AUTHORIZATION, HOST, REFERER};
use axum::http::request::Parts;
use axum::http::{HeaderMap, Uri};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use axum_extra::extract::CookieJar;
use axum_extra::extract::cookie::{Cookie, SameSite};
use std::ops::Deref;
use std::sync::Arc;
use vuon_registry::accounts::{Account, SignedIn};
use vuon_registry::{Desk, RegistryError};

/// A request's session and view, kept with the request.
#[derive(Clone)]
pub struct Seen {
    /// How the page is looked at.
    pub view: View,
    /// The session, if there is one.
    pub session: Option<Arc<Session>>,
    /// What forms must carry; the view has it masked.
    pub(crate) secret: String,
}

/// A session and how it came.
pub struct Session {
    /// The browser's or program's token.
    pub token: String,
    /// Whether it came in a cookie, which browsers send without being asked: then forms must carry their own proof.
    pub by_cookie: bool,
    /// Whose it is.
    pub signed_in: SignedIn,
}

/// Somebody signed in, at their desk. Reads as the [`View`] too.
#[derive(Clone)]
pub struct Person {
    /// How the page is looked at.
    pub view: View,
    /// The person's desk: every question goes through it.
    pub desk: Desk,
    /// The account.
    pub account: Account,
    /// The session.
    pub session: Arc<Session>,
}

/// Somebody signed in to an account whose password may still be another's choice: for what puts that right, and nothing
/// else.
pub struct Owner(pub Person);

impl Person {
    /// The unit that the person's reach is, or lies in.
    pub fn own_unit(&self) -> Option<String> {
        self.desk.actor().reach.unit().map(str::to_owned)
    }

    /// The same person reading an official paper, which speaks its own language whoever prints it.
    pub fn reading_papers(&self) -> Person {
        Person {
            view: View { language: self.view.papers, ..self.view.clone() },
            desk: self.desk.clone(),
            account: self.account.clone(),
            session: Arc::clone(&self.session),
        }
    }
}

impl Deref for Person {
    type Target = View;
    fn deref(&self) -> &View {
        &self.view
    }
}

/// The name of the session's cookie. The prefix makes browsers refuse it from elsewhere, and needs HTTPS.
pub fn cookie_name(app: &App) -> &'static str {
    if app.config().secure_cookies() { "__Host-vuon-session" } else { "vuon-session" }
}

/// The cookie that keeps a session: for this server alone, out of reach of scripts, gone with the browser.
pub fn cookie(app: &App, token: String) -> Cookie<'static> {
    let mut cookie = Cookie::new(cookie_name(app), token);
    cookie.set_path("/");
    cookie.set_http_only(true);
    cookie.set_same_site(SameSite::Lax);
    cookie.set_secure(app.config().secure_cookies());
    cookie
}

/// The cookie that ends it.
pub fn no_cookie(app: &App) -> Cookie<'static> {
    let mut cookie = cookie(app, String::new());
    cookie.make_removal();
    cookie
}

fn bearer(headers: &HeaderMap) -> Option<String> {
    let value = headers.get(AUTHORIZATION)?.to_str().ok()?;
    value.strip_prefix("Bearer ").map(|token| token.trim().to_owned())
}

impl Seen {
    async fn of(app: &App, headers: &HeaderMap, guest: View) -> Result<Self, RegistryError> {
        let jar = CookieJar::from_headers(headers);
        let (token, by_cookie) = match bearer(headers) {
            Some(token) => (Some(token), false),
            None => (jar.get(cookie_name(app)).map(|cookie| cookie.value().to_owned()), true),
        };
        let mut session = None;
        if let Some(token) = token.filter(|token| !token.is_empty()) {
            let found = app.register().session(&token).await?;
            session = found.map(|signed_in| Arc::new(Session { token, by_cookie, signed_in }));
        }
        let secret = match &session {
            Some(session) => session.signed_in.csrf.clone(),
            None => csrf::guest(&jar, app).unwrap_or_default(),
        };
        let view = View {
            csrf: csrf::masked(&secret),
            who: session.as_ref().filter(|session| session.is_whole()).map(|session| Who {
                name: session.signed_in.account.name.clone(),
                role: session.signed_in.account.role,
                strong: session.signed_in.actor.strong,
                second_factor: session.signed_in.account.second_factor,
            }),
            ..guest
        };
        Ok(Seen { view, session, secret })
    }
}

/// How a page is looked at by somebody of whom nothing is known yet.
pub fn guest(app: &App, request: &Request) -> View {
    let headers = request.headers();
    let path = within(request.uri());
    let back = if request.method().is_safe() { path.clone() } else { page_of_form(headers) };
    View {
        language: language::chosen(&CookieJar::from_headers(headers), app),
        papers: language::parse(&app.config().papers_language).unwrap_or_default(),
        path,
        back,
        // When somebody goes back, htmx asks for the whole page again.
        part: headers.contains_key("hx-request")
            && !headers.contains_key("hx-boosted")
            && !headers.contains_key("hx-history-restore-request"),
        demo: app.demo(),
        csrf: String::new(),
        keeps: false,
        who: None,
    }
}

fn within(uri: &Uri) -> String {
    uri.path_and_query().map_or_else(|| uri.path().to_owned(), |both| both.as_str().to_owned())
}

/// The page of ours that a form was sent from, as the browser says; the first page if it does not.
fn page_of_form(headers: &HeaderMap) -> String {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    let from = text("hx-current-url").or(text(REFERER.as_str())).and_then(|from| from.parse::<Uri>().ok());
    let ours = |from: &Uri| from.authority().map(|authority| authority.as_str()) == text(HOST.as_str());
    from.filter(ours).map_or_else(|| "/".to_owned(), |from| within(&from))
}

impl Session {
    /// Whether nothing is missing: the account has no second factor, or it was given.
    pub fn is_whole(&self) -> bool {
        !self.signed_in.account.second_factor || self.signed_in.actor.strong
    }
}

/// Looks the session up and keeps it with the request, and with the answer for whoever writes problems out.
pub async fn look(State(app): State<App>, mut request: Request, next: Next) -> Response {
    let guest = guest(&app, &request);
    match Seen::of(&app, request.headers(), guest).await {
        Ok(seen) => {
            request.extensions_mut().insert(seen.clone());
            let mut response = next.run(request).await;
            response.extensions_mut().insert(seen);
            response
        }
        Err(error) => Problem::from(error).into_response(),
    }
}

impl FromRequestParts<App> for Seen {
    type Rejection = Problem;
    async fn from_request_parts(parts: &mut Parts, _: &App) -> Result<Self, Problem> {
        parts.extensions.get::<Seen>().cloned().ok_or(Problem::Internal)
    }
}

impl FromRequestParts<App> for View {
    type Rejection = Problem;
    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        Ok(Seen::from_request_parts(parts, app).await?.view)
    }
}

impl FromRequestParts<App> for Owner {
    type Rejection = Problem;
    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        let seen = Seen::from_request_parts(parts, app).await?;
        let session = seen.session.ok_or(Problem::NotSignedIn)?;
        if !session.is_whole() {
            return Err(Problem::CodeNeeded);
        }
        let desk = app.register().desk(session.signed_in.actor.clone());
        Ok(Owner(Person { view: seen.view, desk, account: session.signed_in.account.clone(), session }))
    }
}

impl FromRequestParts<App> for Person {
    type Rejection = Problem;
    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        let Owner(person) = Owner::from_request_parts(parts, app).await?;
        if person.account.must_change_password {
            return Err(RegistryError::PasswordDue.into());
        }
        Ok(person)
    }
}
