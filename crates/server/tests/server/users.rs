//! Accounts of others.

use crate::common::{COMMUNE, PASSWORD, Server};
use axum::http::StatusCode;

#[tokio::test]
async fn an_administrator_makes_switches_off_and_resets_an_account() {
    let server = Server::new().await;
    let mut weak = server.as_("admin").await;
    weak.get("/users/new").await;
    let fields =
        [("role", "commune_officer"), ("area", COMMUNE), ("name", "X"), ("login", "xyz"), ("password", PASSWORD)];
    let refused = weak.post("/users", &fields).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
    assert!(refused.body.contains("/account/second-factor"), "it is told what is missing");
    let mut admin = server.strongly_as("admin").await;
    let ask = admin.get(&format!("/users/new?role=commune_officer&commune={COMMUNE}")).await;
    assert_eq!(ask.status, StatusCode::OK, "{}", ask.body);
    let fields = [
        ("role", "commune_officer"),
        ("area", COMMUNE),
        ("name", "Người Mẫu Mới"),
        ("login", "moi"),
        ("password", "short"),
    ];
    let refused = admin.post("/users", &fields).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.body.contains("Người Mẫu Mới"), "what was typed is still there");
    let fields = [fields[0], fields[1], fields[2], fields[3], ("password", PASSWORD)];
    let added = admin.post("/users", &fields).await;
    assert_eq!(added.status, StatusCode::SEE_OTHER, "{}", added.body);
    let user = added.location().split('?').next().unwrap().to_owned();
    assert!(admin.get(&user).await.body.contains("moi"));
    let mut new = server.as_("moi").await;
    assert_eq!(new.get("/households").await.status, StatusCode::OK);
    admin.post(&format!("{user}/active"), &[("active", "false")]).await;
    assert_eq!(new.get("/households").await.status, StatusCode::SEE_OTHER, "the session has ended");
    admin.post(&format!("{user}/active"), &[("active", "true")]).await;
    let reset = admin.post(&format!("{user}/password"), &[("password", "a third long sentence")]).await;
    assert_eq!(reset.status, StatusCode::SEE_OTHER);
    assert!(admin.get("/users").await.body.contains("Người Mẫu Mới"));
}

#[tokio::test]
async fn an_officer_makes_enumerators_of_the_own_commune_and_no_chair() {
    let server = Server::new().await;
    let mut officer = server.as_("officer").await;
    let ask = officer.get("/users/new").await;
    assert!(ask.body.contains(r#"value="enumerator""#) && !ask.body.contains(r#"value="commune_chair""#));
    let fields =
        [("role", "commune_chair"), ("area", COMMUNE), ("name", "X"), ("login", "xyz"), ("password", PASSWORD)];
    assert!(officer.post("/users", &fields).await.status.is_client_error());
    let hamlet = server.hamlet.as_str();
    let fields = [
        ("role", "enumerator"),
        ("area", COMMUNE),
        ("hamlet", hamlet),
        ("name", "Điều Tra Mẫu"),
        ("login", "dt1"),
        ("password", PASSWORD),
    ];
    assert_eq!(officer.post("/users", &fields).await.status, StatusCode::SEE_OTHER);
}
