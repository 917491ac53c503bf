//! The area tree.

use crate::common::{COMMUNE, Server, member};
use crate::world;
use axum::http::StatusCode;
use jiff::civil::date;
use vuon_registry::households::NewHousehold;
use vuon_registry::scope::Role;

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

#[tokio::test]
async fn a_hamlet_of_a_divided_commune_is_placed_by_who_knows_it() {
    let server = Server::new().await;
    let operator = server.world.operator();
    operator.load_areas("vn-2025-03-01").await.unwrap();
    let old = "vn-2025-03-01:00019";
    let hamlet = operator.add_hamlet(old, "Tổ Mẫu", date(2020, 1, 1)).await.unwrap().id;
    let household = NewHousehold {
        commune: old.into(),
        hamlet: Some(hamlet.clone()),
        code: None,
        from: date(2020, 1, 1),
        members: vec![member("Nguyễn Văn Mẫu", "head")],
    };
    operator.add_household(&household).await.unwrap();
    operator.reform("vn-2025-03-01", "vn-2025-07-01", false).await.unwrap();
    world::add_account(&server.register, "old.officer", Role::CommuneOfficer, Some(old), None).await;
    let mut officer = server.as_("old.officer").await;
    assert!(officer.get("/areas").await.body.contains("/areas/waiting"));
    let page = officer.get("/areas/waiting").await;
    assert!(page.body.contains("Tổ Mẫu") && page.body.contains("vn-2025-07-01:00070"), "{}", page.body);
    let wrong = [("from", old), ("hamlet", &hamlet), ("to", COMMUNE)];
    assert_eq!(officer.post("/areas/waiting", &wrong).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    let right = [("from", old), ("hamlet", &hamlet), ("to", "vn-2025-07-01:00070")];
    assert_eq!(officer.post("/areas/waiting", &right).await.location(), "/areas/waiting?done=placed");
    assert!(!officer.get("/areas/waiting").await.body.contains("Tổ Mẫu"));
    let mut auditor = server.as_("auditor").await;
    assert_eq!(auditor.get("/areas/waiting").await.status, StatusCode::FORBIDDEN);
}
