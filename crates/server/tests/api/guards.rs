//! Sessions: a token opens what its owner may see until it is given back; a cookie changes nothing without its proof.

use crate::site::*;
use axum::body::Body;
use axum::http::Method;
use serde_json::json;

#[tokio::test]
async fn a_session_ends_when_its_owner_ends_it() {
    let site = Site::new().await;
    let officer = site.officer().await;
    let session = officer.get("/sessions").await.is(200);
    assert_eq!(session.body["account"]["login"], "can-bo");
    assert!(session.body.get("token").is_none());
    officer.ask(Method::DELETE, "/sessions", &[], Body::empty()).await.is(204);
    officer.get("/sessions").await.gives_problem(401, "not-signed-in");
}

#[tokio::test]
async fn a_session_in_a_cookie_changes_nothing_without_its_secret() {
    let site = Site::new().await;
    let officer = site.officer().await;
    let csrf = officer.get("/sessions").await.is(200).text("csrf").to_owned();
    let cookie = format!("vuon-session={}", officer.token.clone().unwrap());
    let browser = site.nobody();
    let read = browser.ask(Method::GET, "/work", &[("cookie", &cookie)], Body::empty()).await;
    read.is(200);
    let body = household(&site, "Lò Văn Mẫu");
    let send = async |more: &[(&str, &str)]| {
        let headers = [&[("cookie", cookie.as_str())], more].concat();
        browser.send(Method::POST, "/households", &headers, &body).await
    };
    send(&[]).await.gives_problem(403, "csrf");
    send(&[("x-csrf-token", "made-up")]).await.gives_problem(403, "csrf");
    send(&[("x-csrf-token", &csrf), ("sec-fetch-site", "cross-site")]).await.gives_problem(403, "csrf");
    send(&[("x-csrf-token", &csrf)]).await.is(201);
}

#[tokio::test]
async fn documents_go_in_and_come_out_as_they_are() {
    let site = Site::new().await;
    let officer = site.officer().await;
    let household = officer.post("/households", &household(&site, "Lò Văn Mẫu")).await.is(201).text("id").to_owned();
    let new = json!({ "commune": COMMUNE, "kind": "annual", "year": 2025, "pack": PACK });
    let round = officer.post("/rounds", &new).await.is(201).text("id").to_owned();
    let asked = json!({ "round": round, "household": household, "reason": "requested", "requested_on": TODAY });
    let case = officer.post("/cases", &asked).await.is(201).text("id").to_owned();
    let mut picture = vec![0xff, 0xd8, 0xff, 0xe0, 0, 16, b'J', b'F', b'I', b'F', 0];
    // Larger than other requests may be.
    picture.resize(400_000, 7);
    let path = format!("/cases/{case}/documents");
    let attach =
        async |bytes: Vec<u8>| officer.ask(Method::POST, &format!("{path}?name=nha.jpg"), &[], Body::from(bytes)).await;
    let row = attach(picture.clone()).await.is(201);
    assert_eq!((row.text("mime"), row.text("name")), ("image/jpeg", "nha.jpg"));
    let back = officer.get(&format!("{path}/{}", row.text("hash"))).await.is(200);
    assert_eq!(back.header("content-type"), Some("image/jpeg"));
    assert_eq!(back.header("content-length").map_or(400_000, |length| length.parse().unwrap()), 400_000);
    attach(b"<script>".to_vec()).await.gives_problem(422, "invalid");
    attach(vec![0xff; 7_000_000]).await.gives_problem(413, "too-large");
    officer.get(&format!("{path}/made-up")).await.gives_problem(404, "not-found");
}
