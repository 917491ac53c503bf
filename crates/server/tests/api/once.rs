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

/// Somebody else may have done it between reading and writing: each write that could hide that says what it was made from.
#[tokio::test]
async fn a_number_and_an_account_are_changed_only_from_the_version_that_was_read() {
    for_each_engine(async |site| {
        let officer = site.officer().await;
        let id = officer.post("/households", &household(site, "Lò Văn Mẫu")).await.is(201).text("id").to_owned();
        let read = officer.get(&format!("/households/{id}")).await.is(200);
        let etag = read.header("etag").unwrap().to_owned();
        let path = format!("/persons/{}/identity", read.body["members"][0]["person"].as_str().unwrap());
        let put = async |etag: &str, number: &str| {
            officer.send(Method::PUT, &path, &[("if-match", etag)], &json!({ "number": number })).await
        };
        officer.put(&path, &json!({ "number": "001080000001" })).await.gives_problem(428, "version-needed");
        let next = put(&etag, "001080000001").await.is(200).header("etag").unwrap().to_owned();
        put(&etag, "001080000002").await.gives_problem(412, "stale");
        put(&next, "001080000002").await.is(200);
        let shown = officer.post(&format!("{path}/reveal"), &json!({})).await.is(200);
        assert_eq!(shown.text("number"), "001080000002");

        site.person("dieu-tra", vuon_registry::scope::Role::Enumerator, Some(COMMUNE)).await;
        let accounts = officer.get("/accounts").await.is(200);
        let row = accounts.body["rows"].as_array().unwrap().iter().find(|row| row["login"] == "dieu-tra").unwrap();
        let (etag, path) =
            (format!("\"{}\"", row["version"]), format!("/accounts/{}/active", row["id"].as_str().unwrap()));
        let switch = async |etag: &str, active: bool| {
            officer.send(Method::PUT, &path, &[("if-match", etag)], &json!({ "active": active })).await
        };
        officer.put(&path, &json!({ "active": false })).await.gives_problem(428, "version-needed");
        let off = switch(&etag, false).await.is(200);
        assert_eq!(off.body["active"], false);
        switch(&etag, true).await.gives_problem(412, "stale");
        switch(off.header("etag").unwrap(), true).await.is(200);
    })
    .await;
}

#[tokio::test]
async fn a_pair_is_judged_only_as_it_was_read() {
    for_each_engine(async |site| {
        let officer = site.officer().await;
        for _ in 0..2 {
            officer.post("/households", &household(site, "Lò Văn Mẫu")).await.is(201);
        }
        officer.post("/duplicates/searches", &json!({ "commune": COMMUNE })).await.is(200);
        let pair =
            async || officer.get(&format!("/duplicates?commune={COMMUNE}")).await.is(200).body["rows"][0].clone();
        let seen = pair().await;
        let path = format!("/duplicates/{}/verdict", seen["id"].as_str().unwrap());
        let judge = async |version: &Value| {
            let etag = format!("\"{version}\"");
            officer.send(Method::POST, &path, &[("if-match", &etag)], &json!({ "verdict": "merge" })).await
        };
        officer.post(&path, &json!({ "verdict": "merge" })).await.gives_problem(428, "version-needed");
        // One of the two is changed by somebody else.
        let second = &seen["second"];
        let born = json!({ "on": "2025-09-01", "change": { "kind": "born",
            "member": { "name": "Lò Thị Mới", "relation": "child", "sex": "female" } } });
        let changes = format!("/households/{}/changes", second["id"].as_str().unwrap());
        let etag = format!("\"{}\"", second["version"]);
        officer.send(Method::POST, &changes, &[("if-match", &etag)], &born).await.is(200);
        judge(&seen["version"]).await.gives_problem(412, "stale");
        judge(&pair().await["version"]).await.is(204);
    })
    .await;
}

#[tokio::test]
async fn a_complaint_is_answered_only_about_the_case_that_was_read() {
    for_each_engine(async |site| {
        let officer = site.officer().await;
        let home = officer.post("/households", &household(site, "Lò Văn Mẫu")).await.is(201).text("id").to_owned();
        let new = json!({ "commune": COMMUNE, "kind": "annual", "year": 2025, "pack": PACK });
        let round = officer.post("/rounds", &new).await.is(201).text("id").to_owned();
        let asked = json!({ "round": round, "household": home, "reason": "requested", "requested_on": TODAY });
        let case = officer.post("/cases", &asked).await.is(201).text("id").to_owned();
        let said = json!({ "kind": "wrong_data", "text": "Ghi sai." });
        let complaint = officer.post(&format!("/cases/{case}/complaints"), &said).await.is(201).text("id").to_owned();
        let etag = async || officer.get(&format!("/cases/{case}")).await.is(200).header("etag").unwrap().to_owned();
        let path = format!("/complaints/{complaint}/answer");
        let answer = json!({ "outcome": "not_enough_evidence", "text": "Chưa đủ căn cứ." });
        let told = async |etag: &str| officer.send(Method::POST, &path, &[("if-match", etag)], &answer).await;
        officer.post(&path, &answer).await.gives_problem(428, "version-needed");
        let seen = etag().await;
        // Neither the survey nor the re-check finds anything: they are signed with no answers.
        for reason in ["survey", "recheck"] {
            let signed = json!({ "answers": {}, "reason": reason, "submission": reason });
            let path = format!("/cases/{case}/answers");
            officer.send(Method::POST, &path, &[("if-match", &etag().await)], &signed).await.is(201);
        }
        told(&seen).await.gives_problem(412, "stale");
        told(&etag().await).await.is(200);
    })
    .await;
}
