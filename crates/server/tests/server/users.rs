//! Accounts of others.

use crate::common::{COMMUNE, OTHER_COMMUNE, PASSWORD, Server};
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
    for page in ["/", "/households", "/account/second-factor"] {
        assert_eq!(new.get(page).await.location(), "/account", "{page} is for the owner's own password");
    }
    let page = new.get("/account").await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(!page.body.contains("/account/second-factor\""));
    let own = "a sentence of my own";
    let changed = new.post("/account/password", &[("old", PASSWORD), ("new", own), ("again", own)]).await;
    assert_eq!(changed.location(), "/sign-in?done=password", "{}", changed.body);
    let mut new = server.with_password("moi", own).await;
    assert_eq!(new.get("/households").await.status, StatusCode::OK);
    let seen = version(&admin.get(&user).await.body);
    admin.post(&format!("{user}/active"), &[("version", &*seen), ("active", "false")]).await;
    assert_eq!(new.get("/households").await.status, StatusCode::SEE_OTHER, "the session has ended");
    let stale = admin.post(&format!("{user}/active"), &[("version", &*seen), ("active", "true")]).await;
    assert_eq!(stale.status, StatusCode::CONFLICT, "it was changed since");
    let seen = version(&admin.get(&user).await.body);
    admin.post(&format!("{user}/active"), &[("version", &*seen), ("active", "true")]).await;
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
    let users = officer.get("/users").await.body;
    assert!(users.contains("Bản Mẫu Một, "), "the hamlet is named: {users}");
}

#[tokio::test]
async fn a_lost_second_factor_is_taken_off_and_an_account_moved_by_who_manages_it() {
    let server = Server::new().await;
    let mut chair = server.strongly_as("chair").await;
    let mut province = server.strongly_as("province").await;
    let users = province.get("/users").await.body;
    let (before, _) = users.split_once("<code>chair</code>").unwrap();
    let user = format!("/users/{}", before.rsplit_once("href=\"/users/").unwrap().1.split('"').next().unwrap());
    assert!(province.get(&user).await.body.contains(&format!("{user}/second-factor")));
    let done = province.post(&format!("{user}/second-factor"), &[]).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.body);
    assert_eq!(chair.get("/households").await.status, StatusCode::SEE_OTHER, "the sessions end");
    assert!(!province.get(&user).await.body.contains(&format!("{user}/second-factor")));

    let search = province.get(&format!("{user}/area?name=Na")).await;
    assert_eq!(search.status, StatusCode::OK);
    let ask = province.get(&format!("{user}/area?commune={OTHER_COMMUNE}")).await;
    assert!(ask.body.contains(&format!("value=\"{OTHER_COMMUNE}\"")), "{}", ask.body);
    let seen = version(&ask.body);
    let to = [("version", &*seen), ("area", OTHER_COMMUNE)];
    let moved = province.post(&format!("{user}/area"), &to).await;
    assert_eq!(moved.status, StatusCode::SEE_OTHER, "{}", moved.body);
    let mut chair = server.as_("chair").await;
    assert_eq!(chair.get(&format!("/households/{}", server.household)).await.status, StatusCode::NOT_FOUND);
    let outside = province.post(&format!("{user}/area"), &[("version", &*seen), ("area", "vn-2025-07-01:00004")]).await;
    assert!(outside.status.is_client_error(), "another province is out of reach");
    for kind in ["second_factor_reset", "account_moved"] {
        let count = format!("SELECT COUNT(*) FROM entry WHERE chain = 'register' AND kind = '{kind}'");
        assert_eq!(server.world.number(&count).await, 1, "{kind}");
    }
}

fn version(body: &str) -> String {
    body.split("name=\"version\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned()
}

#[tokio::test]
async fn no_form_is_shown_that_would_be_refused() {
    let server = Server::new().await;
    let mut officer = server.as_("officer").await;
    let users = officer.get("/users").await.body;
    let page_of = |login: &str| {
        let row = users.split("<tr").find(|row| row.contains(&format!("<code>{login}</code>"))).unwrap();
        row.split("href=\"").nth(1).unwrap().split('"').next().unwrap().to_owned()
    };
    let chair = page_of("chair");
    let page = officer.get(&chair).await;
    assert_eq!(page.status, StatusCode::OK);
    for form in ["active", "password", "area"] {
        assert!(!page.body.contains(&format!("{chair}/{form}\"")), "{form}");
    }
    assert_eq!(officer.get(&format!("{chair}/area")).await.status, StatusCode::NOT_FOUND);
    let mut province = server.strongly_as("province").await;
    assert!(province.get(&chair).await.body.contains(&format!("{chair}/active\"")));
}
