//! A server on a small made-up commune, and people who look at it: each with a session, without a browser.

#![allow(dead_code, unused_imports, clippy::unwrap_used)]

use crate::world::{self, PASSWORD, World};
use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{Request, StatusCode, header};
use jiff::civil::{Date, date};
use tower::ServiceExt;
use vuon_registry::accounts::NewSession;
use vuon_registry::households::{NewHousehold, NewMember};
use vuon_registry::scope::Role;
use vuon_registry::{Desk, Register};
use vuon_server::{App, Config};

pub use crate::world::{COMMUNE, OTHER_COMMUNE, PACK};

const ISSUER: &str = "https://identity.example";

/// The server.
pub struct Site {
    /// Its register.
    pub register: Register,
    /// Its clock, to be moved.
    pub clock: vuon_registry::clock::Clock,
    /// The application.
    pub app: Router,
    /// The commune.
    pub commune: String,
    /// Its hamlets.
    pub hamlets: Vec<String>,
    world: World,
}

impl Site {
    /// A new one, with two hamlets.
    pub async fn new() -> Self {
        Self::at(world::TODAY, world::LIST, COMMUNE).await
    }

    /// One of another time, where another list of areas was in force.
    pub async fn at(today: Date, list: &str, commune: &str) -> Self {
        let world = World::chosen().await;
        world.clock.stand(today);
        let operator = world.operator();
        operator.load_areas(list).await.unwrap();
        operator.set("area_list", list).await.unwrap();
        let mut hamlets = Vec::new();
        for name in ["Bản Mẫu Một", "Bản Mẫu Hai"] {
            hamlets.push(operator.add_hamlet(commune, name, date(2020, 1, 1)).await.unwrap().id);
        }
        let (register, clock) = (world.register.clone(), world.clock.clone());
        let config = Config { demo: true, ..Config::default() };
        let app = vuon_server::app(App::new(config, register.clone()).await.unwrap());
        Site { register, clock, app, commune: commune.to_owned(), hamlets, world }
    }

    /// Whoever has the machine.
    pub fn operator(&self) -> Desk {
        self.world.operator()
    }

    /// A new account, signed in by password. Its owner has tied it to a provider, and has no second factor here.
    pub async fn person(&self, login: &str, role: Role, area: Option<&str>, hamlet: Option<&str>) -> Browser {
        let account = world::add_account(&self.register, login, role, area, hamlet).await;
        let session = self.register.sign_in(login, PASSWORD).await.unwrap();
        let token = if role.needs_second_factor() { self.world.made_strong(session).await } else { session.token };
        self.register.tie_openid(&token, ISSUER, login).await.unwrap();
        if role.needs_second_factor() {
            self.operator().reset_second_factor(&account.id).await.unwrap();
        }
        self.again(login).await
    }

    /// Signs in once more: sessions end when the clock is moved.
    pub async fn again(&self, login: &str) -> Browser {
        self.browser(self.register.sign_in(login, PASSWORD).await.unwrap())
    }

    /// Signs in with a second factor, as a provider vouches for it.
    pub async fn strong(&self, login: &str) -> Browser {
        self.browser(self.register.sign_in_openid(ISSUER, login, true).await.unwrap())
    }

    fn browser(&self, session: NewSession) -> Browser {
        Browser { app: self.app.clone(), token: session.token, csrf: session.signed_in.csrf }
    }

    /// A household of the commune: its id. The first name is the head's, then a spouse and children.
    pub async fn household(&self, hamlet: usize, names: &[&str]) -> String {
        let members = names.iter().enumerate().map(|(place, name)| NewMember {
            name: (*name).to_owned(),
            relation: ["head", "spouse", "child"][place.min(2)].to_owned(),
            sex: Some(["male", "female"][place % 2].to_owned()),
            born: Some(["1980-03-01", "1983-05-02", "2010-09-05", "2014-02-03"][place.min(3)].to_owned()),
            ethnic: Some("thai".to_owned()),
            identity: None,
        });
        let new = NewHousehold {
            commune: self.commune.clone(),
            hamlet: Some(self.hamlets[hamlet].clone()),
            code: None,
            from: date(2020, 1, 1),
            members: members.collect(),
        };
        self.operator().add_household(&new).await.unwrap()
    }
}

/// Somebody's browser.
#[derive(Clone)]
pub struct Browser {
    app: Router,
    /// The session's token.
    pub token: String,
    csrf: String,
}

/// An answer.
#[derive(Debug)]
pub struct Seen {
    /// The status.
    pub status: StatusCode,
    /// Where it sends to.
    pub location: Option<String>,
    /// What the browser may run of it.
    pub policy: String,
    /// What it says.
    pub text: String,
}

impl Seen {
    /// The value of a field.
    pub fn value(&self, name: &str) -> &str {
        let (_, rest) =
            self.text.split_once(&format!("name=\"{name}\" value=\"")).unwrap_or_else(|| panic!("no {name}"));
        rest.split_once('"').unwrap().0
    }

    /// The rest of the first address that begins so, up to where the attribute ends.
    pub fn address(&self, begin: &str) -> String {
        let (_, rest) = self.text.split_once(&format!("href=\"{begin}")).unwrap_or_else(|| panic!("no {begin}"));
        format!("{begin}{}", rest.split_once('"').unwrap().0)
    }

    /// Where it sends to, without its query.
    pub fn sent_to(&self) -> String {
        assert_eq!(self.status, StatusCode::SEE_OTHER, "{}", self.text);
        self.location.as_deref().unwrap().split(['?', '#']).next().unwrap().to_owned()
    }

    /// Where it sends the browser, with what the address asks.
    pub fn sent_to_all(&self) -> String {
        assert_eq!(self.status, StatusCode::SEE_OTHER, "{}", self.text);
        self.location.clone().unwrap()
    }

    /// The beginning of what is inside of the frame.
    fn main(&self) -> String {
        let main = self.text.split_once("<h1>").map_or(self.text.as_str(), |(_, main)| main);
        main.chars().take(6000).collect()
    }

    /// Fails unless the page says this.
    #[track_caller]
    pub fn says(&self, words: &str) -> &Self {
        assert!(self.text.contains(words), "{words:?} is not in:\n{}", self.main());
        self
    }

    /// Fails if the page says this.
    #[track_caller]
    pub fn does_not_say(&self, words: &str) -> &Self {
        assert!(!self.text.contains(words), "{words:?} is in:\n{}", self.main());
        self
    }
}

impl Browser {
    async fn ask(&self, request: axum::http::request::Builder, body: Body) -> Seen {
        self.ask_in("vi", request, body).await
    }

    /// Looks at a page in English.
    pub async fn get_in_english(&self, address: &str) -> Seen {
        self.ask_in("en", Request::get(address), Body::empty()).await
    }

    async fn ask_in(&self, language: &str, request: axum::http::request::Builder, body: Body) -> Seen {
        let request = request.header(header::COOKIE, format!("vuon-session={}; vuon-lang={language}", self.token));
        let response = self.app.clone().oneshot(request.body(body).unwrap()).await.unwrap();
        let (status, headers) = (response.status(), response.headers().clone());
        let location = headers.get(header::LOCATION).map(|value| value.to_str().unwrap().to_owned());
        let policy = headers.get(header::CONTENT_SECURITY_POLICY).map(|value| value.to_str().unwrap().to_owned());
        let bytes = to_bytes(response.into_body(), 10_000_000).await.unwrap();
        Seen {
            status,
            location,
            policy: policy.unwrap_or_default(),
            text: String::from_utf8_lossy(&bytes).into_owned(),
        }
    }

    /// Looks at an address, whatever comes.
    pub async fn try_get(&self, address: &str) -> Seen {
        self.ask(Request::get(address), Body::empty()).await
    }

    /// Looks at a page that is there.
    pub async fn get(&self, address: &str) -> Seen {
        let seen = self.try_get(address).await;
        assert_eq!(seen.status, StatusCode::OK, "{address}: {}", seen.text);
        seen
    }

    /// Sends a form.
    pub async fn post(&self, address: &str, fields: &[(&str, &str)]) -> Seen {
        self.ask(Request::post(address).header(header::CONTENT_TYPE, FORM), self.form(fields)).await
    }

    /// Sends a form as htmx does.
    pub async fn post_part(&self, address: &str, fields: &[(&str, &str)]) -> Seen {
        let request = Request::post(address).header(header::CONTENT_TYPE, FORM).header("hx-request", "true");
        self.ask(request, self.form(fields)).await
    }

    /// Sends a file.
    pub async fn upload(&self, address: &str, name: &str, bytes: &[u8]) -> Seen {
        let mut body = format!(
            "--x\r\nContent-Disposition: form-data; name=\"csrf\"\r\n\r\n{}\r\n--x\r\nContent-Disposition: form-data; \
             name=\"file\"; filename=\"{name}\"\r\nContent-Type: application/octet-stream\r\n\r\n",
            self.csrf
        )
        .into_bytes();
        body.extend_from_slice(bytes);
        body.extend_from_slice(b"\r\n--x--\r\n");
        let request = Request::post(address).header(header::CONTENT_TYPE, "multipart/form-data; boundary=x");
        self.ask(request, Body::from(body)).await
    }

    fn form(&self, fields: &[(&str, &str)]) -> Body {
        let csrf = ("csrf", self.csrf.as_str());
        let pairs = [csrf].into_iter().chain(fields.iter().copied());
        let encode = vuon_server::view::encode;
        Body::from(
            pairs.map(|(name, value)| format!("{}={}", encode(name), encode(value))).collect::<Vec<_>>().join("&"),
        )
    }
}

const FORM: &str = "application/x-www-form-urlencoded";
