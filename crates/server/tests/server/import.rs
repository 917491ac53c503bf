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
    let report = browser.get(answer.location()).await;
    assert_eq!(report.status, StatusCode::OK, "{}", report.body);
    assert!(!report.body.contains("/run\""), "nothing to confirm");
    let run = browser.post(&format!("{}/run", answer.location()), &[]).await;
    assert_eq!(run.location(), answer.location(), "{}", run.body);
    assert!(!browser.get(answer.location()).await.body.contains("Đã nhập"));
    let gone = browser.post("/import/0123456789/run", &[]).await;
    assert!(gone.body.contains("tải lên lại"), "{}", gone.body);
}

#[tokio::test]
async fn a_list_is_looked_through_then_confirmed_by_who_brought_it() {
    let server = Server::new().await;
    let list = "Thời gian rà soát;Chủ hộ;Mã hộ;Có dân tộc tại chỗ;Giới tính chủ hộ;Số nhân khẩu;\
                Kết quả phiếu rà soát nhanh;Điểm B1;Điểm B2;Kết quả rà soát;Người rà soát\n\
                12/2024;Vàng Văn Nhập;03160001;Có;Nam;4;;100;30;Hộ nghèo;Cán bộ Mẫu\n";
    let mut browser = server.as_("officer").await;
    browser.get("/import").await;
    let sent = browser.upload("/import", &FIELDS, ("danh-sach.csv", list.as_bytes())).await;
    let waiting = sent.location().to_owned();
    let report = browser.get(&waiting).await;
    assert_eq!(report.status, StatusCode::OK, "{}", report.body);
    assert!(report.body.contains("Vàng Văn Nhập"));
    let run = format!("{waiting}/run");
    assert!(report.body.contains(&format!("action=\"{run}\"")));
    // The address can be read again, in another language too.
    assert!(report.body.contains(&format!("{waiting}?lang=en")));
    browser.get(&format!("{waiting}?lang=en")).await;
    assert!(browser.get(&waiting).await.body.contains("Confirm"));
    browser.get("/?lang=vi").await;
    assert!(!browser.get("/households").await.body.contains("Vàng Văn Nhập"), "nothing is brought in yet");

    let mut stranger = server.as_("stranger").await;
    stranger.get("/import").await;
    let refused = stranger.post(&run, &[]).await;
    assert!(refused.body.contains("tải lên lại"), "a waiting list is its uploader's alone: {}", refused.body);
    assert!(!stranger.get(&waiting).await.body.contains("Vàng Văn Nhập"));

    let done = browser.post(&run, &[]).await;
    assert_eq!(done.location(), waiting, "{}", done.body);
    assert!(browser.get(&waiting).await.body.contains("Đã nhập danh sách"));
    assert!(browser.get("/households").await.body.contains("Vàng Văn Nhập"));
    assert!(browser.get("/lists?on=2025-01-31").await.body.contains("Vàng Văn Nhập"));
    let again = browser.post(&run, &[]).await;
    assert_eq!(again.location(), waiting, "sent twice, it was done once");
}
