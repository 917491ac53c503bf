//! A household's life, through the forms.

use crate::common::{COMMUNE, Server};
use axum::http::StatusCode;

#[tokio::test]
async fn a_household_is_found_by_name_without_tone_marks() {
    let server = Server::new().await;
    let mut browser = server.as_("officer").await;
    for (text, found) in [("lo van", true), ("quang", true), ("M-001", true), ("nguyen", false)] {
        let page = browser.get(&format!("/households?text={}", vuon_server::view::encode(text))).await;
        assert_eq!(page.body.contains("Lò Văn Mẫu"), found, "{text}");
    }
    let part = axum::http::Request::builder().uri("/households?text=lo").header("hx-request", "true");
    let part = browser.send(part.body(axum::body::Body::empty()).unwrap()).await;
    assert!(part.body.contains("Lò Văn Mẫu") && !part.body.contains("<html"), "htmx gets the list alone");
}

#[tokio::test]
async fn a_household_is_added_grows_splits_and_ends() {
    let server = Server::new().await;
    let mut browser = server.as_("officer").await;
    let ask = browser.get("/households/new").await;
    assert_eq!(ask.status, StatusCode::OK, "{}", ask.body);
    let head = [("name", "Cà Văn Thử"), ("sex", "male"), ("born", "28/02/1980"), ("ethnic", "thai"), ("identity", "")];
    let fields: Vec<_> = [("commune", COMMUNE), ("hamlet", &server.hamlet), ("code", ""), ("from", "2025-01-01")]
        .into_iter()
        .chain(head)
        .collect();
    let added = browser.post("/households/new", &fields).await;
    assert_eq!(added.status, StatusCode::SEE_OTHER, "{}", added.body);
    let household = added.location().split('?').next().unwrap().to_owned();
    let page = browser.get(&household).await;
    assert!(page.body.contains("28/02/1980"), "{}", page.body);

    for (name, relation, kind) in [("Lường Thị Thử", "spouse", "moved_in"), ("Cà Thị Bé", "child", "born")] {
        let version = version(&browser.get(&format!("{household}/add-member")).await.body);
        let fields = [
            ("version", version.as_str()),
            ("on", "2025-02-01"),
            ("kind", kind),
            ("name", name),
            ("relation", relation),
            ("sex", "female"),
            ("born", "2000"),
            ("ethnic", "thai"),
            ("identity", ""),
        ];
        let done = browser.post(&format!("{household}/add-member"), &fields).await;
        assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.body);
    }
    let page = browser.get(&household).await;
    assert!(page.body.contains("Cà Thị Bé"));

    let stale = [("version", "1"), ("on", "2025-03-01"), ("cause", "moved_away")];
    assert_eq!(browser.post(&format!("{household}/close"), &stale).await.status, StatusCode::CONFLICT);

    let ask = browser.get(&format!("{household}/split")).await.body;
    let child = ask.split("name=\"persons\" value=\"").nth(2).unwrap().split('"').next().unwrap().to_owned();
    let version_now = version(&ask);
    let fields = [("version", version_now.as_str()), ("on", "2025-03-01"), ("persons", &child), ("head", &child)];
    let split = browser.post(&format!("{household}/split"), &fields).await;
    assert_eq!(split.status, StatusCode::SEE_OTHER, "{}", split.body);
    assert!(browser.get(split.location()).await.body.contains("Cà Thị Bé"));

    let ask = browser.get(&format!("{household}/close")).await.body;
    let version_now = version(&ask);
    let fields = [("version", version_now.as_str()), ("on", "2025-04-01"), ("cause", "moved_away")];
    let closed = browser.post(&format!("{household}/close"), &fields).await;
    assert_eq!(closed.status, StatusCode::SEE_OTHER, "{}", closed.body);
    assert!(browser.get(&household).await.body.contains("01/04/2025"));
}

fn version(body: &str) -> String {
    body.split("name=\"version\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned()
}

#[tokio::test]
async fn an_identity_number_is_shown_only_on_demand_and_the_ledger_tells() {
    let server = Server::new().await;
    let mut browser = server.as_("officer").await;
    let household = format!("/households/{}", server.household);
    let page = browser.get(&household).await;
    let member = page.body.split('"').find(|part| part.contains("/members/")).unwrap().to_owned();
    let set = browser.post(&format!("{member}/identity"), &[("number", "001080000001")]).await;
    assert_eq!(set.status, StatusCode::SEE_OTHER, "{}", set.body);
    for path in [&household, &member] {
        assert!(!browser.get(path).await.body.contains("001080000001"), "{path}");
    }
    let shown = browser.post(&format!("{member}/reveal"), &[]).await;
    assert!(shown.body.contains("001080000001"));
    let chain = browser.get(&format!("/ledger/{COMMUNE}")).await.body;
    assert!(chain.contains("Xem số định danh"), "{chain}");
    let mut auditor = server.as_("auditor").await;
    let refused = auditor.post(&format!("{member}/reveal"), &[]).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn what_was_recorded_wrong_is_corrected() {
    let server = Server::new().await;
    let mut browser = server.as_("officer").await;
    let household = format!("/households/{}", server.household);
    let page = browser.get(&household).await;
    let member = page.body.split('"').find(|part| part.contains("/members/")).unwrap().to_owned();
    let ask = browser.get(&member).await.body;
    let version_now = version(&ask);
    let fields = [
        ("version", version_now.as_str()),
        ("on", "2025-09-01"),
        ("relation", "head"),
        ("name", "Lò Văn Sửa"),
        ("sex", "male"),
        ("born", "1981"),
        ("ethnic", "thai"),
    ];
    let done = browser.post(&member, &fields).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.body);
    assert!(browser.get(&household).await.body.contains("Lò Văn Sửa"));
}

#[tokio::test]
async fn lists_and_movements_are_shown_for_a_day() {
    let server = Server::new().await;
    let mut browser = server.as_("officer").await;
    let list = browser.get("/lists?on=2025-06-30&known=2025-09-08&status=any").await;
    assert_eq!(list.status, StatusCode::OK, "{}", list.body);
    assert!(list.body.contains("30/06/2025"));
    let flows = browser.get("/flows?from=2024-12-31&to=2025-09-08").await;
    assert_eq!(flows.status, StatusCode::OK, "{}", flows.body);
    let export = browser.post("/lists/export", &[("commune", COMMUNE), ("on", "2025-09-08"), ("status", "any")]).await;
    assert_eq!(export.status, StatusCode::OK, "{}", export.body);
    assert!(export.header("content-disposition").contains("attachment"));
    assert!(export.header("content-type").starts_with("text/csv"));
}
