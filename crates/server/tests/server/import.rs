//! Bringing a list in: looked through first, confirmed afterwards, by the same person.

use crate::common::{COMMUNE, Server};
use axum::http::StatusCode;

const FIELDS: [(&str, &str); 4] =
    [("commune", COMMUNE), ("standard", "vn-2022-2026"), ("status", "poor"), ("valid_from", "2024-12-31")];

#[tokio::test]
async fn an_upload_is_checked_and_bounded() {
    let server = Server::new().await;
    let mut browser = server.as_("officer").await;
    browser.get("/import").await;
    let large = vec![b'x'; 7 * 1024 * 1024];
    let refused = browser.upload("/import", &FIELDS, ("list.csv", &large)).await;
    assert_eq!(refused.status, StatusCode::PAYLOAD_TOO_LARGE);
    browser.csrf = "guessed".into();
    let refused = browser.upload("/import", &FIELDS, ("list.csv", b"a,b")).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn a_file_that_is_no_list_changes_nothing() {
    let server = Server::new().await;
    let mut browser = server.as_("officer").await;
    browser.get("/import").await;
    let answer = browser.upload("/import", &FIELDS, ("list.csv", b"not,a,list\n1,2,3\n")).await;
    assert!(answer.status == StatusCode::OK || answer.status.is_client_error(), "{}: {}", answer.status, answer.body);
    assert!(!answer.body.contains(r#"action="/import/run""#), "nothing to confirm");
    let gone = browser.post("/import/run", &[("list", "0123456789")]).await;
    assert_eq!(gone.status, StatusCode::UNPROCESSABLE_ENTITY);
}
