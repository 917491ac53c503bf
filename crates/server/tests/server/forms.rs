//! A form counts only if a page of ours made it.

use crate::common::{COMMUNE, Server, form};
use axum::http::{HeaderValue, StatusCode, header};

#[tokio::test]
async fn a_form_without_the_pages_secret_changes_nothing() {
    let server = Server::new().await;
    let mut browser = server.as_("officer").await;
    let path = format!("/areas/{COMMUNE}/hamlets");
    let fields = [("name", "Bản Không Có"), ("since", "2025-01-01")];
    for csrf in [None, Some(""), Some("guessed"), Some("0".repeat(43).as_str())] {
        let with: Vec<_> = csrf.iter().map(|csrf| ("csrf", *csrf)).chain(fields).collect();
        assert_eq!(browser.post_bare(&path, &with).await.status, StatusCode::FORBIDDEN, "{csrf:?}");
    }
    assert!(!browser.get(&format!("/areas/{COMMUNE}")).await.body.contains("Bản Không Có"));
}

#[tokio::test]
async fn anothers_secret_is_no_secret() {
    let server = Server::new().await;
    let other = server.as_("stranger").await;
    let mut browser = server.as_("officer").await;
    browser.csrf = other.csrf.clone();
    let answer = browser.post("/sign-out", &[]).await;
    assert_eq!(answer.status, StatusCode::FORBIDDEN);
    assert_eq!(browser.get("/").await.status, StatusCode::OK);
}

#[tokio::test]
async fn what_says_that_it_comes_from_elsewhere_is_refused() {
    let server = Server::new().await;
    let mut browser = server.as_("officer").await;
    let csrf = browser.csrf.clone();
    for (name, value) in
        [("sec-fetch-site", "cross-site"), ("sec-fetch-site", "same-site"), ("origin", "https://elsewhere.example")]
    {
        let mut request = form("/sign-out", &[("csrf", &csrf)]);
        request.headers_mut().insert(header::HOST, HeaderValue::from_static("vuon.example"));
        request.headers_mut().insert(name, value.parse().unwrap());
        assert_eq!(browser.send(request).await.status, StatusCode::FORBIDDEN, "{name}: {value}");
    }
    let mut request = form("/sign-out", &[("csrf", &csrf)]);
    request.headers_mut().insert(header::HOST, HeaderValue::from_static("vuon.example"));
    request.headers_mut().insert(header::ORIGIN, HeaderValue::from_static("https://vuon.example"));
    assert_eq!(browser.send(request).await.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn a_guest_cannot_be_signed_in_by_another_site() {
    let server = Server::new().await;
    let mut browser = server.browser();
    let fields = [("csrf", "0123456789abcdef0123456789abcdef"), ("login", "officer"), ("password", "x")];
    assert_eq!(browser.post_bare("/sign-in", &fields).await.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn a_form_that_is_too_large_is_refused() {
    let server = Server::new().await;
    let mut browser = server.as_("officer").await;
    let large = "x".repeat(1_100 * 1024);
    let answer = browser.post(&format!("/areas/{COMMUNE}/hamlets"), &[("name", &large), ("since", "2025-01-01")]).await;
    assert_eq!(answer.status, StatusCode::PAYLOAD_TOO_LARGE);
}

#[tokio::test]
async fn an_unreadable_form_is_told_without_details() {
    let server = Server::new().await;
    let mut browser = server.as_("officer").await;
    let answer = browser.post(&format!("/areas/{COMMUNE}/hamlets"), &[("name", "Bản"), ("since", "no day")]).await;
    assert_eq!(answer.status, StatusCode::BAD_REQUEST);
    assert!(answer.body.contains("Không đọc được biểu mẫu"), "{}", answer.body);
    assert!(!answer.body.contains("since"));
}
