//! A change that is sent again is not done again, and a change of what somebody else changed meanwhile is not done at all.

use crate::site::*;
use axum::body::Body;
use axum::http::Method;
use serde_json::{Value, json};
use std::time::Duration;

const KEY: (&str, &str) = ("idempotency-key", "made-up-1");

async fn add(caller: &Caller, household: &Value) -> Reply {
    caller.send(Method::POST, "/households", &[KEY], household).await
}

async fn households(caller: &Caller) -> usize {
    caller.get("/households").await.is(200).body["rows"].as_array().unwrap().len()
}

#[tokio::test]
async fn a_request_with_the_same_key_is_answered_again_and_done_once() {
    for_each_engine(async |site| {
        let officer = site.officer().await;
        let first = add(&officer, &household(site, "Lò Văn Mẫu")).await.is(201);
        assert_eq!(first.header("idempotency-replayed"), None);
        let again = add(&officer, &household(site, "Lò Văn Mẫu")).await.is(201);
        assert_eq!(again.header("idempotency-replayed"), Some("true"));
        assert_eq!(again.body, first.body);
        for name in ["location", "content-type"] {
            assert_eq!(again.header(name), first.header(name));
        }
        assert_eq!(households(&officer).await, 1);
        add(&officer, &household(site, "Lò Văn Khác")).await.gives_problem(422, "key-used");
        let other = officer.send(Method::POST, "/rounds", &[KEY], &json!({})).await;
        other.gives_problem(422, "key-used");
        assert_eq!(households(&officer).await, 1);
    })
    .await;
}

#[tokio::test]
async fn a_key_is_one_persons() {
    for_each_engine(async |site| {
        let officer = site.officer().await;
        add(&officer, &household(site, "Lò Văn Mẫu")).await.is(201);
        let other = site.person("can-bo-2", vuon_registry::scope::Role::CommuneOfficer, Some(COMMUNE)).await;
        let made = add(&other, &household(site, "Lò Văn Mẫu")).await.is(201);
        assert_eq!(made.header("idempotency-replayed"), None);
    })
    .await;
}

#[tokio::test]
async fn of_many_at_once_one_is_done() {
    for_each_engine(async |site| {
        let officer = site.officer().await;
        let household = household(site, "Lò Văn Mẫu");
        let all = futures::future::join_all((0..8).map(|_| add(&officer, &household))).await;
        let mut ids = Vec::new();
        for reply in all {
            match reply.status.as_u16() {
                201 => ids.push(reply.text("id").to_owned()),
                _ => {
                    let told = reply.gives_problem(409, "under-way");
                    assert_eq!(told.header("retry-after"), Some("1"));
                }
            }
        }
        assert!(!ids.is_empty());
        ids.dedup();
        assert_eq!((ids.len(), households(&officer).await), (1, 1));
    })
    .await;
}

#[tokio::test]
async fn a_sender_who_hangs_up_finds_the_answer_later() {
    for_each_engine(async |site| {
        let officer = site.officer().await;
        let household = household(site, "Lò Văn Mẫu");
        let _ = tokio::time::timeout(Duration::from_millis(3), add(&officer, &household)).await;
        loop {
            let reply = add(&officer, &household).await;
            if reply.status.as_u16() == 201 {
                break;
            }
            reply.gives_problem(409, "under-way");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        assert_eq!(households(&officer).await, 1);
    })
    .await;
}

#[tokio::test]
async fn what_was_refused_gives_its_key_back() {
    for_each_engine(async |site| {
        let officer = site.officer().await;
        add(&officer, &json!({ "commune": COMMUNE })).await.gives_problem(422, "invalid");
        add(&officer, &household(site, "Lò Văn Mẫu")).await.is(201);
    })
    .await;
}

#[tokio::test]
async fn a_secret_is_not_kept_with_an_answer() {
    for_each_engine(async |site| {
        let officer = site.officer().await;
        let secret = async || officer.send(Method::POST, "/account/second-factor", &[KEY], &json!({})).await.is(200);
        let (one, other) = (secret().await, secret().await);
        assert_eq!(other.header("idempotency-replayed"), None);
        assert_ne!(one.text("secret"), other.text("secret"));
    })
    .await;
}

#[tokio::test]
async fn a_key_has_a_form() {
    for_each_engine(async |site| {
        let officer = site.officer().await;
        for key in ["", "two words", &"x".repeat(129)] {
            let headers = [("idempotency-key", key)];
            let reply = officer.send(Method::POST, "/households", &headers, &household(site, "Lò Văn Mẫu")).await;
            reply.gives_problem(400, "unreadable");
        }
    })
    .await;
}

#[tokio::test]
async fn a_household_is_changed_only_from_the_version_that_is_there() {
    for_each_engine(async |site| {
        let officer = site.officer().await;
        let id = officer.post("/households", &household(site, "Lò Văn Mẫu")).await.is(201).text("id").to_owned();
        let read = officer.ask(Method::GET, &format!("/households/{id}"), &[], Body::empty()).await.is(200);
        let etag = read.header("etag").unwrap().to_owned();
        let born = json!({
            "on": "2025-09-01",
            "change": { "kind": "born", "member": { "name": "Lò Thị Mới", "relation": "child", "sex": "female" } },
        });
        let change = async |etag: &str| {
            officer.send(Method::POST, &format!("/households/{id}/changes"), &[("if-match", etag)], &born).await
        };
        for unusable in ["*", "7", "W/\"1\"", "\"1\", \"2\"", "\"\"", "\"99999999999999999999\""] {
            change(unusable).await.gives_problem(412, "stale");
        }
        let changed = change(&etag).await.is(200);
        assert_ne!(changed.header("etag"), Some(etag.as_str()));
        change(&etag).await.gives_problem(412, "stale");
        let close = json!({ "on": "2025-09-02", "cause": "moved_away" });
        officer.post(&format!("/households/{id}/close"), &close).await.gives_problem(428, "version-needed");
    })
    .await;
}

#[tokio::test]
async fn of_a_request_with_a_password_nothing_is_kept() {
    for_each_engine(async |site| {
        let officer = site.officer().await;
        let new = json!({ "login": "dieu-tra", "name": "Người Mẫu", "role": "enumerator", "area": COMMUNE,
            "password": PASSWORD });
        officer.send(Method::POST, "/accounts", &[KEY], &new).await.is(201);
        let again = officer.send(Method::POST, "/accounts", &[KEY], &new).await.gives_problem(409, "exists");
        assert_eq!(again.header("idempotency-replayed"), None);
    })
    .await;
}
