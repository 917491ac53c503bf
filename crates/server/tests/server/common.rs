//! A server on a small made-up commune, and a browser without scripts. All names are made up.

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::ConnectInfo;
use axum::http::{HeaderMap, Method, Request, StatusCode, header};
use jiff::civil::date;
use std::collections::BTreeMap;
use std::net::SocketAddr;
use totp_rs::{Builder, Secret};
use tower::ServiceExt;
use vuon_registry::Register;
use vuon_registry::clock::Clock;
use vuon_registry::households::{NewHousehold, NewMember};
use vuon_registry::scope::Role;
use vuon_server::{App, Config, app};

use crate::world::{self, World};
pub use crate::world::{COMMUNE, OTHER_COMMUNE, PASSWORD};

/// A server and its register.
pub struct Server {
    pub app: Router,
    pub register: Register,
    pub clock: Clock,
    pub hamlet: String,
    pub household: String,
    pub world: World,
}

impl Server {
    pub async fn new() -> Self {
        Self::with(|_| {}).await
    }

    /// With settings changed.
    pub async fn with(change: impl FnOnce(&mut Config)) -> Self {
        let world = World::chosen().await;
        let (register, clock) = (world.register.clone(), world.clock.clone());
        let operator = world.operator();
        operator.load_areas(world::LIST).await.unwrap();
        operator.set("area_list", world::LIST).await.unwrap();
        let hamlet = operator.add_hamlet(COMMUNE, "Bản Mẫu Một", date(2020, 1, 1)).await.unwrap().id;
        for (login, role, area) in [
            ("officer", Role::CommuneOfficer, Some(COMMUNE)),
            ("chair", Role::CommuneChair, Some(COMMUNE)),
            ("stranger", Role::CommuneOfficer, Some(OTHER_COMMUNE)),
            ("province", Role::Province, Some(world::PROVINCE)),
            ("auditor", Role::Auditor, None),
            ("ministry", Role::Ministry, None),
            ("admin", Role::Administrator, None),
        ] {
            world::add_account(&register, login, role, area, None).await;
        }
        let officer = register.sign_in("officer", PASSWORD).await.unwrap().signed_in.actor;
        let new = NewHousehold {
            commune: COMMUNE.into(),
            hamlet: Some(hamlet.clone()),
            code: Some("M-001".into()),
            from: date(2020, 1, 1),
            members: vec![
                member("Lò Văn Mẫu", "head"),
                member("Quàng Thị Mẫu", "spouse"),
                member("Lò Thị Con", "child"),
            ],
        };
        let household = register.desk(officer).add_household(&new).await.unwrap();
        let mut config = Config { sign_in_tries: 1000, ..Config::default() };
        change(&mut config);
        let app = app(App::new(config, register.clone()).await.unwrap());
        Server { app, register, clock, hamlet, household, world }
    }

    /// A browser that was never here.
    pub fn browser(&self) -> Browser<'_> {
        Browser { server: self, cookies: BTreeMap::new(), csrf: String::new(), from: [203, 0, 113, 5].into() }
    }

    /// A browser of somebody signed in.
    pub async fn as_(&self, login: &str) -> Browser<'_> {
        self.with_password(login, PASSWORD).await
    }

    /// The same, with another password.
    pub async fn with_password(&self, login: &str, password: &str) -> Browser<'_> {
        let mut browser = self.browser();
        browser.get("/sign-in").await;
        let answer = browser.post("/sign-in", &[("login", login), ("password", password)]).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.body);
        browser.get("/").await;
        browser
    }

    /// The same, with a second factor set up and given.
    pub async fn strongly_as(&self, login: &str) -> Browser<'_> {
        let mut browser = self.as_(login).await;
        let page = browser.get("/account/second-factor").await;
        let (secret, code) = code(&page.body, self, 0);
        let answer = browser.post("/account/second-factor", &[("secret", &secret), ("code", &code)]).await;
        assert_eq!(answer.location(), "/account?done=factor", "{}", answer.body);
        browser.get("/").await;
        browser
    }
}

/// The secret of a second factor that a page shows, and its code some seconds from now.
pub fn code(body: &str, server: &Server, later: u64) -> (String, String) {
    let (_, rest) = body.split_once(r#"name="secret" value=""#).unwrap();
    let secret = rest.split('"').next().unwrap().to_owned();
    let codes = Builder::new().with_secret(Secret::try_from_base32(&secret).unwrap()).build().unwrap();
    let seconds = u64::try_from(server.clock.now() / 1_000_000).unwrap() + later;
    (secret, codes.generate(seconds).to_string())
}

pub fn member(name: &str, relation: &str) -> NewMember {
    NewMember {
        name: name.into(),
        relation: relation.into(),
        sex: Some("male".into()),
        born: Some("1980-03-01".into()),
        ethnic: Some("thai".into()),
        identity: None,
    }
}

/// A browser without scripts: it keeps cookies and the secret of the last page's forms.
#[derive(Clone)]
pub struct Browser<'a> {
    pub server: &'a Server,
    pub cookies: BTreeMap<String, String>,
    pub csrf: String,
    pub from: std::net::IpAddr,
}

/// What a server answered.
pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: String,
}

impl Answer {
    /// The value of a header.
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    /// Where it sends the browser.
    pub fn location(&self) -> &str {
        self.header("location")
    }

    /// The page without the secrets of its forms, which look different each time.
    pub fn bare(&self) -> String {
        let parts = self.body.split(|c: char| !c.is_ascii_hexdigit());
        let masks: Vec<&str> = parts.filter(|part| part.len() >= 128).collect();
        masks.iter().fold(self.body.clone(), |body, mask| body.replace(mask, ""))
    }

    /// All cookies it sets, whole.
    pub fn set_cookies(&self) -> Vec<&str> {
        self.headers.get_all(header::SET_COOKIE).iter().map(|value| value.to_str().unwrap()).collect()
    }
}

impl Browser<'_> {
    pub async fn send(&mut self, mut request: Request<Body>) -> Answer {
        let cookies: Vec<String> = self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        if !cookies.is_empty() {
            request.headers_mut().insert(header::COOKIE, cookies.join("; ").parse().unwrap());
        }
        request.extensions_mut().insert(ConnectInfo(SocketAddr::new(self.from, 40_000)));
        let response = self.server.app.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let body = String::from_utf8_lossy(&to_bytes(body, usize::MAX).await.unwrap()).into_owned();
        let answer = Answer { status: parts.status, headers: parts.headers, body };
        for cookie in answer.set_cookies() {
            let (name, rest) = cookie.split_once('=').unwrap();
            let value = rest.split(';').next().unwrap();
            if value.is_empty() {
                self.cookies.remove(name);
            } else {
                self.cookies.insert(name.to_owned(), value.to_owned());
            }
        }
        if let Some((_, rest)) = answer.body.split_once(r#"name="csrf" value=""#) {
            self.csrf = rest.split('"').next().unwrap().to_owned();
        }
        answer
    }

    pub async fn get(&mut self, path: &str) -> Answer {
        self.send(Request::builder().uri(path).body(Body::empty()).unwrap()).await
    }

    /// Sends a form of the last page.
    pub async fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let csrf = self.csrf.clone();
        let fields: Vec<(&str, &str)> = [("csrf", csrf.as_str())].into_iter().chain(fields.iter().copied()).collect();
        self.post_bare(path, &fields).await
    }

    /// Sends just these fields.
    pub async fn post_bare(&mut self, path: &str, fields: &[(&str, &str)]) -> Answer {
        self.send(form(path, fields)).await
    }

    /// Sends a file, as the last page's form would.
    pub async fn upload(&mut self, path: &str, fields: &[(&str, &str)], file: (&str, &[u8])) -> Answer {
        let mut body = Vec::new();
        let csrf = self.csrf.clone();
        for (name, value) in [("csrf", csrf.as_str())].iter().chain(fields) {
            body.extend(
                format!("--edge\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n").bytes(),
            );
        }
        let (name, bytes) = file;
        let head = format!("Content-Disposition: form-data; name=\"file\"; filename=\"{name}\"");
        body.extend(format!("--edge\r\n{head}\r\nContent-Type: application/octet-stream\r\n\r\n").bytes());
        body.extend(bytes);
        body.extend(b"\r\n--edge--\r\n");
        let request = Request::builder().method(Method::POST).uri(path);
        let request = request.header(header::CONTENT_TYPE, "multipart/form-data; boundary=edge");
        self.send(request.body(Body::from(body)).unwrap()).await
    }
}

/// A form as a browser sends it.
pub fn form(path: &str, fields: &[(&str, &str)]) -> Request<Body> {
    let encode = vuon_server::view::encode;
    let body: Vec<String> = fields.iter().map(|(name, value)| format!("{}={}", encode(name), encode(value))).collect();
    Request::builder()
        .method(Method::POST)
        .uri(path)
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .body(Body::from(body.join("&")))
        .unwrap()
}
