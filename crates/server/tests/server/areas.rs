//! The area tree.

use crate::common::{COMMUNE, Server};
use axum::http::StatusCode;

#[tokio::test]
async fn the_tree_leads_down_to_hamlets() {
    let server = Server::new().await;
    let mut browser = server.as_("officer").await;
    let top = browser.get("/areas").await;
    assert_eq!(top.status, StatusCode::OK, "{}", top.body);
    assert!(top.body.contains("vn-2025-07-01:11"));
    assert!(top.body.contains("từ 01/07/2025"), "the days of the list");
    let commune = browser.get(&format!("/areas/{COMMUNE}")).await;
    assert!(commune.body.contains("Bản Mẫu Một"));
    let added =
        browser.post(&format!("/areas/{COMMUNE}/hamlets"), &[("name", "Bản Mẫu Ba"), ("since", "2025-01-01")]).await;
    assert_eq!(added.status, StatusCode::SEE_OTHER, "{}", added.body);
    assert!(browser.get(added.location()).await.body.contains("Bản Mẫu Ba"));
}
