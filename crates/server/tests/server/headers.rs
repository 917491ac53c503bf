//! What browsers are told, and what pages do not contain.

use crate::common::Server;
use axum::http::StatusCode;

#[tokio::test]
async fn every_answer_tells_browsers_what_not_to_do() {
    let server = Server::new().await;
    let mut browser = server.browser();
    for path in ["/sign-in", "/nowhere", "/healthz", "/api/v1/nowhere", "/households"] {
        let answer = browser.get(path).await;
        let policy = answer.header("content-security-policy");
        assert!(policy.starts_with("default-src 'none'; script-src 'self'; style-src 'self'"), "{path}: {policy}");
        for part in ["frame-ancestors 'none'", "base-uri 'none'", "form-action 'self'"] {
            assert!(policy.contains(part), "{path}: {part}");
        }
        assert!(!policy.contains("unsafe"));
        assert_eq!(answer.header("x-content-type-options"), "nosniff", "{path}");
        assert_eq!(answer.header("x-frame-options"), "DENY", "{path}");
        assert_eq!(answer.header("referrer-policy"), "same-origin", "{path}");
        assert_eq!(answer.header("cache-control"), "no-store", "{path}");
        assert!(!answer.header("x-request-id").is_empty(), "{path}");
    }
}

#[tokio::test]
async fn the_first_page_with_all_it_needs_is_light() {
    let server = Server::new().await;
    let mut browser = server.as_("officer").await;
    let page = browser.get("/").await;
    let mut bytes = page.body.len();
    let files: Vec<&str> = page.body.split('"').filter(|part| part.starts_with("/assets/")).collect();
    assert!(files.len() >= 3);
    for file in files {
        let answer = browser.get(file).await;
        assert_eq!(answer.status, StatusCode::OK);
        assert!(answer.header("cache-control").contains("immutable"));
        bytes += answer.body.len();
    }
    assert!(bytes < 150 * 1024, "{bytes} bytes");
    assert_eq!(browser.get("/assets/000000000000/vuon.css").await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn no_page_has_script_or_style_of_its_own() {
    let server = Server::new().await;
    let mut browser = server.as_("officer").await;
    let household = format!("/households/{}", server.household);
    let split = format!("{household}/split");
    for path in
        ["/", "/households", &household, &split, "/account/second-factor", "/flows", "/lists", "/import", "/ledger"]
    {
        let page = browser.get(path).await;
        assert_eq!(page.status, StatusCode::OK, "{path}: {}", page.body);
        assert!(!page.body.contains(" style="), "{path}");
        assert!(!page.body.contains("<style"), "{path}");
        assert!(!page.body.contains(" onclick"), "{path}");
        assert_eq!(page.body.matches("<script").count(), 1, "{path}");
        assert_eq!(page.body.matches("<h1").count(), 1, "{path}");
        assert_eq!(page.body.matches("<main").count(), 1, "{path}");
    }
}

/// Every control has a label: `for` of a label is the `id` of a control.
#[tokio::test]
async fn every_field_has_its_label_and_every_id_is_there_once() {
    let server = Server::new().await;
    let mut browser = server.as_("officer").await;
    let household = format!("/households/{}", server.household);
    let members = browser.get(&household).await.body;
    let member = members.split('"').find(|part| part.contains("/members/")).unwrap().to_owned();
    let forms = ["add-member", "head", "split", "move", "close"].map(|form| format!("{household}/{form}"));
    let pages = [
        "/sign-in",
        "/households",
        "/households/new",
        "/account",
        "/users/new?role=enumerator",
        "/import",
        "/lists",
        "/flows",
    ];
    for path in pages.into_iter().chain(forms.iter().map(String::as_str)).chain([member.as_str()]) {
        let page = browser.get(path).await.body;
        let attributes = |name: &str| -> Vec<String> {
            let opening = format!(" {name}=\"");
            page.split(&opening).skip(1).map(|rest| rest.split('"').next().unwrap().to_owned()).collect()
        };
        let mut ids = attributes("id");
        let labels = attributes("for");
        for label in &labels {
            assert!(ids.contains(label), "{path}: a label for {label}");
        }
        for tag in ["<input", "<select", "<textarea"] {
            for control in page.split(tag).skip(1).map(|rest| rest.split('>').next().unwrap()) {
                let id = control.split(" id=\"").nth(1).map(|rest| rest.split('"').next().unwrap());
                let hidden = control.contains("type=\"hidden\"");
                assert!(
                    hidden || id.is_some_and(|id| labels.iter().any(|label| label == id)),
                    "{path}: {tag}{control}"
                );
            }
        }
        let count = ids.len();
        ids.sort();
        ids.dedup();
        assert_eq!(ids.len(), count, "{path}: an id stands twice");
    }
}
