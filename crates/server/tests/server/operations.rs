//! Health, figures, and what the interface for machines says when it says no.

use crate::common::Server;
use axum::body::Body;
use axum::http::{Request, StatusCode, header};

#[tokio::test]
async fn it_says_that_it_lives_and_is_ready() {
    let server = Server::new().await;
    let mut browser = server.browser();
    assert_eq!(browser.get("/healthz").await.status, StatusCode::OK);
    assert_eq!(browser.get("/readyz").await.status, StatusCode::OK);
    server.register.store().close().await;
    assert_eq!(browser.get("/healthz").await.status, StatusCode::OK, "it lives without its database");
    assert_eq!(browser.get("/readyz").await.status, StatusCode::SERVICE_UNAVAILABLE);
    let broken = browser.get("/sign-in").await;
    assert_eq!(broken.status, StatusCode::OK, "a page that asks the database nothing still answers");
}

#[tokio::test]
async fn figures_are_for_this_machine_or_for_who_has_the_token() {
    let server = Server::new().await;
    let mut browser = server.browser();
    assert_eq!(browser.get("/metrics").await.status, StatusCode::NOT_FOUND);
    browser.from = [127, 0, 0, 1].into();
    assert_eq!(browser.get("/metrics").await.status, StatusCode::OK);
    let forwarded =
        Request::builder().uri("/metrics").header("x-forwarded-for", "203.0.113.1").body(Body::empty()).unwrap();
    assert_eq!(
        browser.send(forwarded).await.status,
        StatusCode::NOT_FOUND,
        "a proxy on this machine is not this machine"
    );

    let server = Server::with(|config| config.metrics_token = Some("a-token-long-enough".into())).await;
    let mut browser = server.browser();
    assert_eq!(browser.get("/metrics").await.status, StatusCode::NOT_FOUND);
    let ask = Request::builder().uri("/metrics").header(header::AUTHORIZATION, "Bearer a-token-long-enough");
    assert_eq!(browser.send(ask.body(Body::empty()).unwrap()).await.status, StatusCode::OK);
}

#[tokio::test]
async fn machines_get_their_problems_as_data() {
    let server = Server::new().await;
    let answer = server.browser().get("/api/v1/nowhere").await;
    assert_eq!(answer.status, StatusCode::NOT_FOUND);
    assert_eq!(answer.header("content-type"), "application/problem+json");
    assert!(answer.body.contains(r#""status":404"#));
}

#[tokio::test]
async fn the_first_administrator_is_the_only_one_made_so() {
    let server = Server::new().await;
    let refused = vuon_server::first_administrator(&server.register, "root", "Người Mẫu", "a long enough secret").await;
    assert!(refused.is_err());
}

#[tokio::test]
async fn a_database_that_is_gone_is_told_as_a_page_and_to_programs_as_a_problem() {
    let server = Server::new().await;
    let mut browser = server.as_("officer").await;
    server.register.store().close().await;
    let page = browser.get("/households").await;
    assert_eq!(page.status, StatusCode::SERVICE_UNAVAILABLE);
    assert!(page.body.contains("role=\"alert\""), "{}", page.body);
    assert!(page.body.contains("Cơ sở dữ liệu chưa trả lời"), "{}", page.body);
    let problem = browser.get("/api/v1/households").await;
    assert_eq!(problem.status, StatusCode::SERVICE_UNAVAILABLE);
    assert!(problem.body.contains("database-down") && problem.header("retry-after") == "5", "{}", problem.body);
    assert_eq!(problem.header("content-type"), "application/problem+json");
}
