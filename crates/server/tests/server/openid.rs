//! Sign-in by a provider, against a small one made for this test.

use crate::common::{Browser, PASSWORD, Server};
use axum::extract::{Form, State};
use axum::http::StatusCode;
use axum::routing::{get, post};
use axum::{Json, Router};
use data_encoding::BASE64URL_NOPAD;
use hmac::{Hmac, KeyInit, Mac};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use vuon_server::config::Oidc;

const SECRET: &str = "a secret shared with the provider";

/// What the provider was asked at its own page, and what it says of whom.
#[derive(Clone, Default)]
struct Fake {
    issuer: Arc<Mutex<String>>,
    asked: Arc<Mutex<HashMap<String, String>>>,
    claims: Arc<Mutex<Value>>,
}

fn signed(claims: &Value) -> String {
    let part = |value: &Value| BASE64URL_NOPAD.encode(value.to_string().as_bytes());
    let text = format!("{}.{}", part(&json!({"alg": "HS256", "typ": "JWT"})), part(claims));
    let mut mac = Hmac::<Sha256>::new_from_slice(SECRET.as_bytes()).unwrap();
    mac.update(text.as_bytes());
    format!("{text}.{}", BASE64URL_NOPAD.encode(&mac.finalize().into_bytes()))
}

async fn describe(State(fake): State<Fake>) -> Json<Value> {
    let issuer = fake.issuer.lock().unwrap().clone();
    Json(json!({
        "issuer": issuer,
        "authorization_endpoint": format!("{issuer}/authorize"),
        "token_endpoint": format!("{issuer}/token"),
        "jwks_uri": format!("{issuer}/keys"),
        "response_types_supported": ["code"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["HS256"],
    }))
}

async fn token(State(fake): State<Fake>, Form(form): Form<HashMap<String, String>>) -> (StatusCode, Json<Value>) {
    let asked = fake.asked.lock().unwrap().clone();
    let challenge = BASE64URL_NOPAD.encode(&Sha256::digest(form["code_verifier"].as_bytes()));
    if form["code"] != "a-code" || challenge != asked["code_challenge"] {
        return (StatusCode::BAD_REQUEST, Json(json!({"error": "invalid_grant"})));
    }
    let claims = fake.claims.lock().unwrap().clone();
    (StatusCode::OK, Json(json!({"access_token": "t", "token_type": "Bearer", "id_token": signed(&claims)})))
}

async fn provider() -> Fake {
    let fake = Fake::default();
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    *fake.issuer.lock().unwrap() = format!("http://{}", listener.local_addr().unwrap());
    let routes = Router::new()
        .route("/.well-known/openid-configuration", get(describe))
        .route("/keys", get(|| async { Json(json!({"keys": []})) }))
        .route("/token", post(token))
        .with_state(fake.clone());
    tokio::spawn(async move { axum::serve(listener, routes).await });
    fake
}

async fn server(fake: &Fake) -> Server {
    let issuer = fake.issuer.lock().unwrap().clone();
    Server::with(|config| {
        config.public_url = Some("https://vuon.example".into());
        config.oidc = Some(Oidc {
            issuer,
            client_id: "vuon".into(),
            client_secret: SECRET.into(),
            name: Some("Cổng của Bộ".into()),
            strong: vec!["otp".into()],
        });
    })
    .await
}

fn percent_decoded(text: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        if byte == b'%' {
            let hex = [rest.next().unwrap(), rest.next().unwrap()];
            bytes.push(u8::from_str_radix(std::str::from_utf8(&hex).unwrap(), 16).unwrap());
        } else {
            bytes.push(byte);
        }
    }
    String::from_utf8(bytes).unwrap()
}

/// Goes out to the provider to sign in; the address to come back to.
async fn go(browser: &mut Browser<'_>, fake: &Fake, subject: &str, change: impl FnOnce(&mut Value)) -> String {
    let out = browser.get("/sign-in/openid?next=%2Fareas").await;
    assert_eq!(out.status, StatusCode::SEE_OTHER, "{}", out.body);
    asked_at(fake, out.location(), subject, change)
}

/// Somebody is at this address of the provider, and is who they say; the address to come back to.
fn asked_at(fake: &Fake, address: &str, subject: &str, change: impl FnOnce(&mut Value)) -> String {
    let (_, query) = address.split_once('?').unwrap();
    let asked: HashMap<String, String> =
        query.split('&').filter_map(|part| part.split_once('=')).map(|(k, v)| (k.into(), percent_decoded(v))).collect();
    assert_eq!(asked["redirect_uri"], "https://vuon.example/sign-in/openid/back");
    assert_eq!(asked["code_challenge_method"], "S256");
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_secs();
    let issuer = fake.issuer.lock().unwrap().clone();
    let mut claims = json!({"iss": issuer, "sub": subject, "aud": ["vuon"], "iat": now, "exp": now + 300,
        "nonce": asked["nonce"], "amr": ["pwd", "otp"]});
    change(&mut claims);
    *fake.claims.lock().unwrap() = claims;
    let back = format!("/sign-in/openid/back?code=a-code&state={}", asked["state"]);
    *fake.asked.lock().unwrap() = asked;
    back
}

/// The owner has tied the account.
async fn tie(server: &Server, fake: &Fake, login: &str, subject: &str) {
    let session = server.register.sign_in(login, PASSWORD).await.unwrap();
    let token = server.world.made_strong(session).await;
    let issuer = fake.issuer.lock().unwrap().clone();
    server.register.tie_openid(&token, &issuer, subject).await.unwrap();
}

/// The owner asks for it on the own page; the address at the provider.
async fn ask_to_tie(browser: &mut Browser<'_>, fake: &Fake) -> String {
    browser.get("/account").await;
    let page = browser.post("/account/openid", &[]).await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.body);
    let begin = format!("href=\"{}/authorize", fake.issuer.lock().unwrap());
    let (_, rest) = page.body.split_once(&begin).unwrap();
    format!("/authorize{}", rest.split('"').next().unwrap().replace("&amp;", "&"))
}

#[tokio::test]
async fn only_the_owner_ties_an_account_and_only_by_going_to_the_provider() {
    let fake = provider().await;
    let server = server(&fake).await;
    let mut weak = server.as_("chair").await;
    let refused = weak.post("/account/openid", &[]).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN, "the chair's second factor is missing");

    let mut chair = server.strongly_as("chair").await;
    let address = ask_to_tie(&mut chair, &fake).await;
    let back = asked_at(&fake, &address, "person-1", |_| {});
    let mut other = server.as_("officer").await;
    other.cookies.insert("__Host-vuon-openid".into(), chair.cookies["__Host-vuon-openid"].clone());
    let answer = other.get(&back).await;
    assert_ne!(answer.location(), "/account?done=tied", "nobody else's account is tied by it");
    let answer = chair.get(&back).await;
    assert_eq!(answer.location(), "/account?done=tied", "{}", answer.body);
    assert!(chair.get("/account").await.body.contains("/account/openid/untie"));

    let mut browser = server.browser();
    let back = go(&mut browser, &fake, "person-1", |_| {}).await;
    assert_eq!(browser.get(&back).await.location(), "/areas");
    let mut admin = server.strongly_as("admin").await;
    let users = admin.get("/users").await.body;
    let (before, _) = users.split_once("<code>chair</code>").unwrap();
    let user = before.rsplit_once("href=\"/users/").unwrap().1.split('"').next().unwrap().to_owned();
    let untied = admin.post(&format!("/users/{user}/openid"), &[]).await;
    assert_eq!(untied.status, StatusCode::SEE_OTHER, "{}", untied.body);
    assert_eq!(browser.get("/areas").await.status, StatusCode::SEE_OTHER, "its sessions end");
    let back = go(&mut browser, &fake, "person-1", |_| {}).await;
    assert_eq!(browser.get(&back).await.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn somebody_known_to_the_provider_signs_in() {
    let fake = provider().await;
    let server = server(&fake).await;
    tie(&server, &fake, "chair", "person-1").await;
    let mut browser = server.browser();
    assert!(browser.get("/sign-in").await.body.contains("Cổng của Bộ"));
    let back = go(&mut browser, &fake, "person-1", |_| {}).await;
    let answer = browser.get(&back).await;
    assert_eq!(answer.location(), "/areas", "{}", answer.body);
    assert_eq!(browser.get("/areas").await.status, StatusCode::OK);
    let token = browser.cookies.get("__Host-vuon-session").unwrap();
    let session = server.register.session(token).await.unwrap().unwrap();
    assert!(session.actor.strong, "the provider said that a second factor was used");
}

#[tokio::test]
async fn somebody_unknown_here_is_told_to_tie_their_account_themselves() {
    let fake = provider().await;
    let server = server(&fake).await;
    let mut browser = server.browser();
    let back = go(&mut browser, &fake, "person-2", |_| {}).await;
    let answer = browser.get(&back).await;
    assert_eq!(answer.status, StatusCode::FORBIDDEN);
    assert!(answer.body.contains("/sign-in?next=/account"));
    assert!(!browser.cookies.contains_key("__Host-vuon-session"));
}

#[tokio::test]
async fn an_answer_that_belongs_to_no_sign_in_here_is_refused() {
    let fake = provider().await;
    let server = server(&fake).await;
    tie(&server, &fake, "chair", "person-1").await;
    let mut browser = server.browser();
    let back = go(&mut browser, &fake, "person-1", |_| {}).await;
    let mut other = server.browser();
    assert_eq!(other.get(&back).await.status, StatusCode::FORBIDDEN, "another browser");
    let forged = format!("{}x", &back[..back.len() - 1]);
    assert_eq!(browser.get(&forged).await.status, StatusCode::FORBIDDEN, "another state");
    let back = go(&mut browser, &fake, "person-1", |claims| claims["nonce"] = json!("another")).await;
    assert_eq!(browser.get(&back).await.status, StatusCode::BAD_GATEWAY, "another nonce");
    let back = go(&mut browser, &fake, "person-1", |claims| claims["aud"] = json!(["somebody-else"])).await;
    assert_eq!(browser.get(&back).await.status, StatusCode::BAD_GATEWAY, "for somebody else");
    let back = go(&mut browser, &fake, "person-1", |claims| claims["exp"] = json!(1_000_000)).await;
    assert_eq!(browser.get(&back).await.status, StatusCode::BAD_GATEWAY, "long over");
    assert!(!browser.cookies.contains_key("__Host-vuon-session"));
}
