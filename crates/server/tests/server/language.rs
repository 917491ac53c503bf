//! Vietnamese first, English by a switch that is remembered.

use crate::common::Server;
use axum::http::StatusCode;

#[tokio::test]
async fn pages_speak_vietnamese_until_somebody_switches() {
    let server = Server::new().await;
    let mut browser = server.browser();
    let page = browser.get("/sign-in").await.body;
    assert!(page.contains(r#"<html lang="vi">"#) && page.contains("Mật khẩu"));
    let switched = browser.get("/sign-in?next=%2Fflows&lang=en").await;
    assert_eq!(switched.status, StatusCode::SEE_OTHER);
    assert_eq!(switched.location(), "/sign-in?next=%2Fflows");
    let page = browser.get("/sign-in").await.body;
    assert!(page.contains(r#"<html lang="en">"#) && page.contains("Password"));
    browser.get("/sign-in?lang=vi").await;
    assert!(browser.get("/sign-in").await.body.contains(r#"<html lang="vi">"#));
}

#[tokio::test]
async fn every_page_speaks_both_languages() {
    let server = Server::new().await;
    let household = format!("/households/{}", server.household);
    let pages = [
        "/",
        "/account",
        "/households",
        &household,
        "/lists",
        "/flows",
        "/import",
        "/duplicates",
        "/areas",
        "/ledger",
        "/users",
    ];
    let mut browser = server.as_("officer").await;
    for lang in ["vi", "en"] {
        browser.get(&format!("/?lang={lang}")).await;
        for path in pages {
            let page = browser.get(path).await;
            assert_eq!(page.status, StatusCode::OK, "{path}: {}", page.body);
            assert!(page.body.contains(&format!(r#"<html lang="{lang}">"#)), "{path}");
            let other = if lang == "vi" { "Sign out" } else { "Đăng xuất" };
            assert!(!page.body.contains(other), "{path}");
        }
    }
}

#[tokio::test]
async fn problems_speak_the_readers_language() {
    let server = Server::new().await;
    let mut browser = server.as_("officer").await;
    assert!(browser.get("/nowhere").await.body.contains("Không có trang này"));
    browser.get("/?lang=en").await;
    let answer = browser.get("/nowhere").await;
    assert_eq!(answer.status, StatusCode::NOT_FOUND);
    assert!(answer.body.contains("There is no such page"));
}

#[tokio::test]
async fn a_demonstration_says_so_on_every_page() {
    let server = Server::with(|config| config.demo = true).await;
    let mut browser = server.browser();
    for path in ["/sign-in", "/nowhere"] {
        assert!(browser.get(path).await.body.contains("Dữ liệu giả lập"), "{path}");
    }
    let plain = Server::new().await;
    assert!(!plain.browser().get("/sign-in").await.body.contains("giả lập"));
}
