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

#[tokio::test]
async fn a_list_is_looked_through_then_confirmed_by_who_brought_it() {
    let server = Server::new().await;
    let list = "Thời gian rà soát;Chủ hộ;Mã hộ;Có dân tộc tại chỗ;Giới tính chủ hộ;Số nhân khẩu;\
                Kết quả phiếu rà soát nhanh;Điểm B1;Điểm B2;Kết quả rà soát;Người rà soát\n\
                12/2024;Vàng Văn Nhập;03160001;Có;Nam;4;;100;30;Hộ nghèo;Cán bộ Mẫu\n";
    let mut browser = server.as_("officer").await;
    browser.get("/import").await;
    let report = browser.upload("/import", &FIELDS, ("danh-sach.csv", list.as_bytes())).await;
    assert_eq!(report.status, StatusCode::OK, "{}", report.body);
    assert!(report.body.contains("Vàng Văn Nhập"));
    let waiting = report.body.split("name=\"list\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    assert!(!browser.get("/households").await.body.contains("Vàng Văn Nhập"), "nothing is brought in yet");

    let mut stranger = server.as_("stranger").await;
    stranger.get("/import").await;
    let refused = stranger.post("/import/run", &[("list", &waiting)]).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "a waiting list is its uploader's alone");

    let done = browser.post("/import/run", &[("list", &waiting)]).await;
    assert_eq!(done.status, StatusCode::OK, "{}", done.body);
    assert!(browser.get("/households").await.body.contains("Vàng Văn Nhập"));
    assert!(browser.get("/lists?on=2025-01-31").await.body.contains("Vàng Văn Nhập"));
    let again = browser.post("/import/run", &[("list", &waiting)]).await;
    assert_eq!(again.status, StatusCode::UNPROCESSABLE_ENTITY, "it waits no longer");
}
