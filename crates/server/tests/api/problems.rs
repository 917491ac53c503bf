//! Whatever is sent, the answer is a problem that a program can tell apart and a person can read.

use crate::site::*;
use axum::body::Body;
use axum::http::Method;
use serde_json::json;
use vuon_registry::scope::Role;

const JSON: (&str, &str) = ("content-type", "application/json");

#[tokio::test]
async fn who_did_not_sign_in_is_told_so() {
    for_each_engine(async |site| {
        let nobody = site.nobody();
        nobody.get("/households").await.gives_problem(401, "not-signed-in");
        nobody.get("/sessions").await.gives_problem(401, "not-signed-in");
        let forged = Caller { token: Some("made-up".into()), ..nobody.clone() };
        forged.get("/households").await.gives_problem(401, "not-signed-in");
        let wrong = json!({ "login": "nobody", "password": "whatever this is" });
        nobody.post("/sessions", &wrong).await.gives_problem(401, "sign-in");
    })
    .await;
}

#[tokio::test]
async fn an_address_that_is_not_there_is_a_problem_like_any_other() {
    for_each_engine(async |site| {
        let officer = site.officer().await;
        for path in ["", "/", "/nothing", "/households/", "/households/x/y/z", "/households/%00", "/households/%ff"] {
            officer.get(path).await.gives_problem(404, "not-found");
        }
        let told = officer.ask(Method::PATCH, "/households", &[], Body::empty()).await.gives_problem(405, "method");
        assert!(told.header("allow").unwrap().contains("POST"));
    })
    .await;
}

#[tokio::test]
async fn what_cannot_be_read_is_the_senders_problem() {
    for_each_engine(async |site| {
        let officer = site.officer().await;
        let post = async |headers: &[(&str, &str)], body: &str| {
            officer.ask(Method::POST, "/households", headers, Body::from(body.to_owned())).await
        };
        post(&[], "{}").await.gives_problem(415, "media-type");
        post(&[("content-type", "text/plain")], "{}").await.gives_problem(415, "media-type");
        for broken in ["", "{", "{\"commune\": }", "\u{feff}{}", &"[".repeat(2_000)] {
            post(&[JSON], broken).await.gives_problem(400, "unreadable");
        }
        let bytes = officer.ask(Method::POST, "/households", &[JSON], Body::from(vec![b'"', 0xff, b'"'])).await;
        bytes.gives_problem(400, "unreadable");
        post(&[JSON], &format!("\"{}\"", "x".repeat(1_100_000))).await.gives_problem(413, "too-large");
        post(&[JSON], "[]").await.gives_problem(422, "invalid");
        post(&[JSON], "null").await.gives_problem(422, "invalid");
    })
    .await;
}

#[tokio::test]
async fn what_is_not_asked_for_is_not_passed_over() {
    for_each_engine(async |site| {
        let officer = site.officer().await;
        let mut with_more = household(site, "Lò Văn Mẫu");
        with_more["members"][0]["nickname"] = json!("Mẫu");
        let told = officer.post("/households", &with_more).await.gives_problem(422, "invalid");
        assert!(told.text("detail").contains("nickname"), "{}", told.body);
        let change = json!({ "on": "2025-09-01", "change": { "kind": "died", "person": "x", "why": "y" } });
        let told = officer.send(Method::POST, "/households/x/changes", &[("if-match", "\"1\"")], &change).await;
        told.gives_problem(422, "invalid");
        let mut with_nul = household(site, "Lò\0Văn");
        let told = officer.post("/households", &with_nul).await.gives_problem(422, "invalid");
        assert_eq!(told.text("field"), "members/0/name");
        with_nul["members"][0]["name"] = json!("x".repeat(5_000));
        officer.post("/households", &with_nul).await.gives_problem(422, "invalid");
        for query in [
            "?limit=0",
            "?limit=201",
            "?limit=x",
            "?colour=red",
            "?after=made-up",
            "?hamlet=%00",
            "?text=lo",
            "?limit=1&limit=2",
        ] {
            let reply = officer.get(&format!("/households{query}")).await;
            assert!([400, 422].contains(&reply.status.as_u16()), "{query}: {}", reply.body);
            assert_eq!(reply.header("content-type"), Some("application/problem+json"));
        }
        // What cannot be read, is missing or is not known is named by its field.
        let flows = |query: &str| format!("/areas/{COMMUNE}/flows{query}");
        for (address, field) in [
            ("/cases?state=somewhere".to_owned(), "state"),
            (flows("?from=yesterday&to=2025-12-31"), "from"),
            (flows("?from=2024-12-31&to=31.12.2025"), "to"),
            (flows("?from=2024-12-31"), "to"),
            ("/households?limit=x".to_owned(), "limit"),
            ("/households?colour=red".to_owned(), "colour"),
        ] {
            let told = officer.get(&address).await.gives_problem(422, "invalid");
            assert_eq!(told.text("field"), field, "{address}: {}", told.body);
        }
        // Nor is a day or a year that nobody can mean answered with zeros.
        for (address, kind, field) in [
            (format!("/lists?commune={COMMUNE}&on=2030-01-01"), "day", "on"),
            (flows("?from=2024-12-31&to=2027-01-01"), "day", "to"),
            (format!("/areas/{COMMUNE}/progress?year=99999"), "invalid", "year"),
        ] {
            let told = officer.get(&address).await.gives_problem(422, kind);
            assert_eq!(told.text("field"), field, "{address}: {}", told.body);
        }
    })
    .await;
}

#[tokio::test]
async fn a_problem_speaks_the_language_that_is_asked_for() {
    for_each_engine(async |site| {
        let nobody = site.nobody();
        let told = async |language: &str| {
            let reply = nobody.ask(Method::GET, "/work", &[("accept-language", language)], Body::empty()).await;
            let reply = reply.gives_problem(401, "not-signed-in");
            (reply.text("detail").to_owned(), reply.header("content-language").unwrap().to_owned())
        };
        assert_eq!(told("en-GB,en;q=0.9").await, ("You are not signed in.".into(), "en".into()));
        assert_eq!(told("vi").await.1, "vi");
        assert_eq!(told("fr").await, told("vi").await);
    })
    .await;
}

#[tokio::test]
async fn tries_to_sign_in_are_counted() {
    for_each_engine(async |site| {
        let config = vuon_server::Config { sign_in_tries: 2, ..vuon_server::Config::default() };
        let app = vuon_server::app(vuon_server::App::new(config, site.register.clone()).await.unwrap());
        let nobody = Caller { app, token: None };
        let wrong = json!({ "login": "nobody", "password": "whatever this is" });
        for _ in 0..2 {
            nobody.post("/sessions", &wrong).await.gives_problem(401, "sign-in");
        }
        let told = nobody.post("/sessions", &wrong).await.gives_problem(429, "too-many");
        assert!(told.header("retry-after").unwrap().parse::<u64>().unwrap() >= 1);
    })
    .await;
}

#[tokio::test]
async fn rounds_and_chains_come_by_pages() {
    for_each_engine(async |site| {
        let officer = site.officer().await;
        let operator = site.operator();
        for commune in [COMMUNE, OTHER_COMMUNE] {
            let new = json!({ "commune": commune, "kind": "annual", "year": 2025, "pack": PACK });
            operator.open_round(&serde_json::from_value(new).unwrap()).await.unwrap();
        }
        let auditor = site.person("kiem-toan", Role::Auditor, None).await;
        for (list, all) in [("/rounds", 2), ("/chains", 3)] {
            let mut found = Vec::new();
            let mut after = String::new();
            loop {
                let page = auditor.get(&format!("{list}?limit=1{after}")).await.is(200);
                found.push(page.body["rows"][0].clone());
                let Some(next) = page.body["next"].as_str() else { break };
                after = format!("&after={next}");
            }
            found.dedup();
            assert_eq!(found.len(), all, "{list}: {found:?}");
        }
        assert_eq!(officer.get("/rounds").await.is(200).body["rows"].as_array().unwrap().len(), 1);
    })
    .await;
}

#[tokio::test]
async fn a_day_that_cannot_be_names_its_field() {
    for_each_engine(async |site| {
        let officer = site.officer().await;
        let mut new = household(site, "Lò Văn Mẫu");
        for (day, kind) in [("2025-13-01", "invalid"), ("yesterday", "invalid"), ("2999-01-01", "day")] {
            new["from"] = json!(day);
            let told = officer.post("/households", &new).await.gives_problem(422, kind);
            assert_eq!(told.text("field"), "from", "{day}: {}", told.body);
        }
    })
    .await;
}

#[tokio::test]
async fn a_list_of_what_is_out_of_reach_is_not_there_and_a_search_finds_nothing() {
    for_each_engine(async |site| {
        let officer = site.officer().await;
        let far = site.operator().add_hamlet(OTHER_COMMUNE, "Bản Xa", jiff::civil::date(2020, 1, 1)).await.unwrap().id;
        let nowhere = "vn-2025-07-01:99999";
        for commune in [OTHER_COMMUNE, nowhere] {
            for path in [
                format!("/households?commune={commune}"),
                format!("/households?province={nowhere}"),
                format!("/rounds?commune={commune}"),
                format!("/duplicates?commune={commune}"),
                format!("/lists?commune={commune}"),
                format!("/lists.csv?commune={commune}"),
                format!("/areas?parent={commune}"),
                format!("/areas/{commune}/hamlets"),
            ] {
                officer.get(&path).await.gives_problem(404, "not-found");
            }
        }
        for path in [
            format!("/households?hamlet={far}"),
            format!("/cases?hamlet={far}"),
            "/cases?round=none".into(),
            "/case-counts?round=none".into(),
            "/complaints?round=none".into(),
        ] {
            officer.get(&path).await.gives_problem(404, "not-found");
        }
        let search = json!({ "text": "lo", "of": { "commune": OTHER_COMMUNE } });
        let found = officer.post("/household-searches", &search).await;
        assert_eq!((found.status.as_u16(), &found.body["rows"]), (200, &json!([])));
        for path in [format!("/households?commune={COMMUNE}"), format!("/rounds?commune={COMMUNE}")] {
            assert_eq!(officer.get(&path).await.status.as_u16(), 200, "{path}");
        }
    })
    .await;
}
