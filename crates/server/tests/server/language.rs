//! Vietnamese first, English by a switch that is remembered.

use crate::common::{COMMUNE, Server};
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

/// What a reader sees of a page.
fn visible(body: &str) -> String {
    let main = body.split_once("<body").map_or(body, |(_, body)| body);
    let mut text = String::new();
    for part in main.split('<') {
        let (tag, words) = part.split_once('>').unwrap_or(("", part));
        // Labels that are read out are words too; the other language's name, codes and what was written are not.
        let unread = ["code", "pre", "a class=\"language\""].iter().any(|name| tag.starts_with(name));
        if !unread && !tag.contains("class=\"code\"") {
            text.push_str(words);
        }
        for label in tag.split("aria-label=\"").skip(1) {
            text.push_str(label.split('"').next().unwrap());
        }
        text.push(' ');
    }
    text.replace("(Synthetic data.)", "")
}

/// Small words that stand in nearly every English sentence and in no Vietnamese one.
const ENGLISH: [&str; 26] = [
    "the", "is", "are", "was", "were", "of", "and", "or", "not", "this", "that", "with", "for", "from", "it", "be",
    "been", "its", "which", "who", "what", "you", "your", "there", "somebody", "missing",
];

fn english(body: &str) -> Vec<String> {
    let text = visible(body).to_lowercase();
    let words = text.split(|c: char| !c.is_alphanumeric());
    words.filter(|word| ENGLISH.contains(word)).map(str::to_owned).collect()
}

#[test]
fn english_is_told_from_vietnamese() {
    assert_eq!(english("<body><p>The round is closed.</p>"), ["the", "is"]);
    assert!(english("<body><p class=\"is\">Kỳ rà soát đã đóng. To nho ban do la of-f</p>").contains(&"of".to_owned()));
    assert!(english("<body><p>Kỳ rà soát đã đóng; hộ ở xã khác.</p>").is_empty());
}

#[tokio::test]
async fn no_english_stands_in_a_vietnamese_page() {
    let server = Server::new().await;
    let household = format!("/households/{}", server.household);
    let mut browser = server.as_("officer").await;
    let page = browser.get(&household).await.body;
    let member = page.split('"').find(|part| part.contains("/members/")).unwrap().to_owned();
    let mut pages: Vec<String> = [
        "/",
        "/account",
        "/account/second-factor",
        "/households",
        "/households/new",
        "/lists",
        "/flows",
        "/import",
        "/duplicates",
        "/areas",
        "/ledger",
        "/users",
        "/users/new",
        "/users/new?role=enumerator",
        "/rounds",
        "/rounds/new",
        "/complaints",
        "/progress",
        "/nowhere",
        &household,
        &member,
    ]
    .map(str::to_owned)
    .into();
    pages.extend(["add-member", "head", "split", "move", "close"].map(|form| format!("{household}/{form}")));
    pages.push(format!("/ledger/{COMMUNE}"));
    pages.push(format!("/ledger/{COMMUNE}/1"));
    pages.push(format!("/ledger/{COMMUNE}/root"));
    for path in &pages {
        let body = browser.get(path).await.body;
        assert_eq!(english(&body), [] as [&str; 0], "{path}: {}", visible(&body));
    }
    // What is refused is refused in Vietnamese.
    let (late, version) = (("on", "2099-01-01"), ("version", "1"));
    let tries: Vec<(String, Vec<(&str, &str)>)> = vec![
        (format!("{household}/close"), vec![version, late, ("cause", "moved_away")]),
        (format!("{household}/close"), vec![version, ("on", "never"), ("cause", "moved_away")]),
        (format!("{household}/close"), vec![("version", "99"), ("on", "2025-09-01"), ("cause", "moved_away")]),
        (format!("{household}/split"), vec![version, late, ("head", "x")]),
        (format!("{household}/head"), vec![version, late, ("person", "x")]),
        (
            format!("{household}/move"),
            vec![version, ("on", "2025-09-01"), ("commune", COMMUNE), ("hamlet", &server.hamlet)],
        ),
        (format!("{household}/add-member"), vec![version, late, ("kind", "born"), ("name", "")]),
        (member.clone(), vec![version, late, ("relation", "head"), ("name", "X"), ("born", "31/02/1980")]),
        (format!("{member}/left"), vec![version, late, ("kind", "")]),
        (format!("{member}/identity"), vec![version, ("number", "12")]),
        ("/households/new".into(), vec![("commune", COMMUNE), ("from", "2025-01-01"), ("name", ""), ("code", "V-9 9")]),
        (
            "/users".into(),
            vec![("role", "enumerator"), ("area", COMMUNE), ("name", "X"), ("login", "x"), ("password", "y")],
        ),
        (
            "/rounds".into(),
            vec![
                ("commune", COMMUNE),
                ("kind", "annual"),
                ("year", "2030"),
                ("pack", "vn-2022-2026"),
                ("method", "income"),
            ],
        ),
        (
            "/rounds".into(),
            vec![
                ("commune", COMMUNE),
                ("kind", "annual"),
                ("year", "x"),
                ("pack", "vn-2022-2026"),
                ("method", "income"),
            ],
        ),
    ];
    browser.get(&household).await;
    for (path, fields) in &tries {
        let refused = browser.post(path, fields).await;
        assert!(refused.status.is_client_error(), "{path}: {}", refused.status);
        assert_eq!(english(&refused.body), [] as [&str; 0], "{path}: {}", visible(&refused.body));
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
