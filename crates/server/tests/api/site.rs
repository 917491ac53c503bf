//! A server on a small made-up commune, and programs that sign in and ask it.

use crate::world::{self, World};
use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Method, Request, StatusCode};
use jiff::civil::date;
use serde_json::{Value, json};
use tower::ServiceExt;
use vuon_registry::scope::Role;
use vuon_registry::{Desk, Register};
use vuon_server::{App, Config};

pub use crate::world::{COMMUNE, OTHER_COMMUNE, PACK, PASSWORD, TODAY};

/// The server.
pub struct Site {
    pub register: Register,
    pub clock: vuon_registry::clock::Clock,
    pub app: Router,
    pub hamlets: Vec<String>,
}

/// Runs a test on each engine.
pub async fn for_each_engine(test: impl AsyncFn(&Site)) {
    world::for_each_engine(async |world| test(&Site::of(world).await).await).await;
}

impl Site {
    /// On a new register.
    pub async fn of(world: &World) -> Self {
        let operator = world.operator();
        operator.load_areas(world::LIST).await.unwrap();
        operator.set("area_list", world::LIST).await.unwrap();
        let mut hamlets = Vec::new();
        for name in ["Bản Mẫu Một", "Bản Mẫu Hai"] {
            hamlets.push(operator.add_hamlet(COMMUNE, name, date(2020, 1, 1)).await.unwrap().id);
        }
        let config = Config { demo: true, sign_in_tries: 1_000, ..Config::default() };
        let app = vuon_server::app(App::new(config, world.register.clone()).await.unwrap());
        Site { register: world.register.clone(), clock: world.clock.clone(), app, hamlets }
    }

    pub fn operator(&self) -> Desk {
        self.register.desk(vuon_registry::scope::Actor::operator())
    }

    /// A new account, signed in.
    pub async fn person(&self, login: &str, role: Role, area: Option<&str>) -> Caller {
        world::add_account(&self.register, login, role, area, None).await;
        self.sign_in(login).await
    }

    /// Signs in by password.
    pub async fn sign_in(&self, login: &str) -> Caller {
        self.sign_in_with(login, PASSWORD).await
    }

    /// Signs in by another password.
    pub async fn sign_in_with(&self, login: &str, password: &str) -> Caller {
        let nobody = self.nobody();
        let reply = nobody.post("/sessions", &json!({ "login": login, "password": password })).await;
        assert_eq!(reply.status, StatusCode::CREATED, "{}", reply.body);
        Caller { token: Some(reply.text("token").to_owned()), ..nobody }
    }

    /// Somebody who did not sign in.
    pub fn nobody(&self) -> Caller {
        Caller { app: self.app.clone(), token: None }
    }

    pub async fn officer(&self) -> Caller {
        self.person("can-bo", Role::CommuneOfficer, Some(COMMUNE)).await
    }
}

/// A household of two adults, as it is sent.
pub fn household(site: &Site, name: &str) -> Value {
    json!({
        "commune": COMMUNE,
        "hamlet": site.hamlets[0],
        "from": "2020-01-01",
        "members": [
            { "name": name, "relation": "head", "sex": "male", "born": "1980-03-01", "ethnic": "thai" },
            { "name": "Cà Thị Mẫu", "relation": "spouse", "sex": "female", "born": "1983", "ethnic": "thai" },
        ],
    })
}

/// A program that asks.
#[derive(Clone)]
pub struct Caller {
    pub app: Router,
    pub token: Option<String>,
}

/// What it was answered.
#[derive(Debug)]
pub struct Reply {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: Value,
}

impl Reply {
    #[track_caller]
    pub fn text(&self, field: &str) -> &str {
        self.body[field].as_str().unwrap_or_else(|| panic!("no {field} in {}", self.body))
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(|value| value.to_str().unwrap())
    }

    /// Fails unless it has this status; the rest of what it says.
    #[track_caller]
    pub fn is(self, status: u16) -> Self {
        assert_eq!(self.status.as_u16(), status, "{}", self.body);
        self
    }

    /// Fails unless it is this problem, as RFC 9457 writes it.
    #[track_caller]
    pub fn gives_problem(self, status: u16, kind: &str) -> Self {
        let reply = self.is(status);
        assert_eq!(reply.header("content-type"), Some("application/problem+json"));
        assert_eq!(reply.body["type"], format!("urn:vuon:problem:{kind}"));
        assert_eq!(reply.body["status"], status);
        assert!(!reply.text("title").is_empty() && !reply.text("detail").is_empty());
        reply
    }
}

impl Caller {
    /// Asks. What is not JSON comes as a text.
    pub async fn ask(&self, method: Method, path: &str, headers: &[(&str, &str)], body: Body) -> Reply {
        let mut request = Request::builder().method(method).uri(format!("/api/v1{path}"));
        if let Some(token) = &self.token {
            request = request.header("authorization", format!("Bearer {token}"));
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let response = self.app.clone().oneshot(request.body(body).unwrap()).await.unwrap();
        let (status, headers) = (response.status(), response.headers().clone());
        let bytes = to_bytes(response.into_body(), 20_000_000).await.unwrap();
        let text = || Value::String(String::from_utf8_lossy(&bytes).into_owned());
        let body =
            if bytes.is_empty() { Value::Null } else { serde_json::from_slice(&bytes).unwrap_or_else(|_| text()) };
        Reply { status, headers, body }
    }

    pub async fn get(&self, path: &str) -> Reply {
        self.ask(Method::GET, path, &[], Body::empty()).await
    }

    pub async fn send(&self, method: Method, path: &str, headers: &[(&str, &str)], body: &Value) -> Reply {
        let headers = [&[("content-type", "application/json")], headers].concat();
        self.ask(method, path, &headers, Body::from(body.to_string())).await
    }

    pub async fn post(&self, path: &str, body: &Value) -> Reply {
        self.send(Method::POST, path, &[], body).await
    }

    pub async fn put(&self, path: &str, body: &Value) -> Reply {
        self.send(Method::PUT, path, &[], body).await
    }
}
