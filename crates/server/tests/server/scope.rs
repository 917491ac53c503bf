//! What lies out of reach does not exist, on any page.

use crate::common::{COMMUNE, Server};
use axum::http::StatusCode;

#[tokio::test]
async fn an_officer_of_another_commune_finds_nothing() {
    let server = Server::new().await;
    let mut officer = server.as_("officer").await;
    let mut stranger = server.as_("stranger").await;
    let household = format!("/households/{}", server.household);
    let page = officer.get(&household).await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(page.body.contains("Lò Văn Mẫu"));
    let member = page.body.split('"').find(|part| part.contains("/members/")).unwrap().to_owned();
    let nowhere = "/households/01990000-0000-7000-8000-000000000000";
    let missing = stranger.get(nowhere).await;
    let refused = stranger.get(&household).await;
    assert_eq!(refused.status, StatusCode::NOT_FOUND);
    assert_eq!(
        refused.bare().replace(&household, ""),
        missing.bare().replace(nowhere, ""),
        "the two cannot be told apart"
    );
    let pages = ["add-member", "head", "split", "move", "close"].map(|form| format!("{household}/{form}"));
    for path in pages.iter().chain([&member]) {
        assert_eq!(stranger.get(path).await.status, StatusCode::NOT_FOUND, "{path}");
    }
    for path in [format!("/households?commune={COMMUNE}"), format!("/lists?commune={COMMUNE}")] {
        assert!(!stranger.get(&path).await.body.contains("Lò Văn Mẫu"), "{path}");
    }
    stranger.get("/households").await;
    let found = stranger.post("/households/find", &[("text", "lo")]).await.location().to_owned();
    let found = stranger.get(&found).await;
    assert_eq!(found.status, StatusCode::OK);
    assert!(!found.body.contains("Lò Văn Mẫu"));
}

#[tokio::test]
async fn an_officer_of_another_commune_changes_nothing() {
    let server = Server::new().await;
    let mut officer = server.as_("officer").await;
    let household = format!("/households/{}", server.household);
    let page = officer.get(&household).await;
    let member = page.body.split('"').find(|part| part.contains("/members/")).unwrap().to_owned();
    let mut stranger = server.strongly_as("stranger").await;
    stranger.get("/account").await;
    let day = ("on", "2025-09-01");
    let version = ("version", "1");
    let tries = [
        (format!("{household}/close"), vec![version, day, ("cause", "moved_away")]),
        (format!("{member}/reveal"), vec![]),
        (format!("{member}/identity"), vec![version, ("number", "001080000001")]),
        (format!("{member}/erase"), vec![("reason", "none"), ("sure", "yes")]),
        (format!("{member}/left"), vec![version, day, ("kind", "died")]),
        (member.clone(), vec![version, day, ("name", "Tên Khác"), ("relation", "head")]),
    ];
    for (path, fields) in &tries {
        let answer = stranger.post(path, fields).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{path}");
        assert!(!answer.body.contains("Lò Văn Mẫu"), "{path}");
    }
    assert_eq!(officer.get(&household).await.bare(), page.bare(), "nothing changed");
}

/// Row "a national openIMIS deployment": an interface for agencies gave the personal data of a whole programme.
#[tokio::test]
async fn who_sees_no_people_sees_no_household() {
    let server = Server::new().await;
    let household = format!("/households/{}", server.household);
    for login in ["admin", "ministry"] {
        let mut browser = server.as_(login).await;
        for path in ["/households", &household, "/lists", "/duplicates", "/import"] {
            let answer = browser.get(path).await;
            assert!(answer.status.is_client_error(), "{login} {path}: {}", answer.status);
            assert!(!answer.body.contains("Lò Văn"), "{login} {path}");
        }
    }
}

#[tokio::test]
async fn the_navigation_offers_what_the_role_may() {
    let server = Server::new().await;
    let mut admin = server.as_("admin").await;
    let page = admin.get("/").await.body;
    assert!(page.contains(r#"href="/users""#) && !page.contains(r#"href="/households""#));
    let mut auditor = server.as_("auditor").await;
    let page = auditor.get("/").await.body;
    assert!(page.contains(r#"href="/ledger""#) && !page.contains(r#"href="/users""#));
}

#[tokio::test]
async fn what_a_verification_found_is_read_again_in_another_language_by_who_asked() {
    let server = Server::new().await;
    let mut auditor = server.as_("auditor").await;
    auditor.get("/ledger").await;
    let found = auditor.post("/ledger/verify", &[("chain", COMMUNE), ("root", "")]).await;
    let address = found.location().to_owned();
    let page = auditor.get(&address).await;
    assert!(page.body.contains("Mọi dòng đều khớp"), "{}", page.body);
    assert!(page.body.contains(&format!("{address}?lang=en")), "the switch keeps the page");
    let mut other = server.as_("officer").await;
    assert_eq!(other.get(&address).await.status, StatusCode::NOT_FOUND);
}
