//! Sessions: a token opens what its owner may see until it is given back; a cookie changes nothing without its proof.

use crate::site::*;
use axum::body::Body;
use axum::http::Method;
use jiff::civil::date;
use serde_json::json;
use vuon_registry::cases::ComplaintKind;
use vuon_registry::grievances::NewGrievance;
use vuon_registry::scope::{Actor, Role};

#[tokio::test]
async fn a_session_ends_when_its_owner_ends_it() {
    for_each_engine(async |site| {
        let officer = site.officer().await;
        let session = officer.get("/sessions").await.is(200);
        assert_eq!(session.body["account"]["login"], "can-bo");
        assert!(session.body.get("token").is_none());
        officer.ask(Method::DELETE, "/sessions", &[], Body::empty()).await.is(204);
        officer.get("/sessions").await.gives_problem(401, "not-signed-in");
    })
    .await;
}

#[tokio::test]
async fn a_session_in_a_cookie_changes_nothing_without_its_secret() {
    for_each_engine(async |site| {
        let officer = site.officer().await;
        let csrf = officer.get("/sessions").await.is(200).text("csrf").to_owned();
        let cookie = format!("vuon-session={}", officer.token.clone().unwrap());
        let browser = site.nobody();
        let read = browser.ask(Method::GET, "/work", &[("cookie", &cookie)], Body::empty()).await;
        read.is(200);
        let body = household(site, "Lò Văn Mẫu");
        let send = async |more: &[(&str, &str)]| {
            let headers = [&[("cookie", cookie.as_str())], more].concat();
            browser.send(Method::POST, "/households", &headers, &body).await
        };
        send(&[]).await.gives_problem(403, "csrf");
        send(&[("x-csrf-token", "made-up")]).await.gives_problem(403, "csrf");
        send(&[("x-csrf-token", &csrf), ("sec-fetch-site", "cross-site")]).await.gives_problem(403, "csrf");
        send(&[("x-csrf-token", &csrf)]).await.is(201);
        // An export only reads, but it is written down who took it.
        let export = async |more: &[(&str, &str)]| {
            let headers = [&[("cookie", cookie.as_str())], more].concat();
            browser.ask(Method::GET, &format!("/lists.csv?commune={COMMUNE}"), &headers, Body::empty()).await
        };
        export(&[]).await.gives_problem(403, "csrf");
        export(&[("x-csrf-token", &csrf)]).await.is(200);
    })
    .await;
}

#[tokio::test]
async fn documents_go_in_and_come_out_as_they_are() {
    for_each_engine(async |site| {
        let officer = site.officer().await;
        let household = officer.post("/households", &household(site, "Lò Văn Mẫu")).await.is(201).text("id").to_owned();
        let new = json!({ "commune": COMMUNE, "kind": "annual", "year": 2025, "pack": PACK });
        let round = officer.post("/rounds", &new).await.is(201).text("id").to_owned();
        let asked = json!({ "round": round, "household": household, "reason": "requested", "requested_on": TODAY });
        let case = officer.post("/cases", &asked).await.is(201).text("id").to_owned();
        let mut picture = vec![0xff, 0xd8, 0xff, 0xe0, 0, 16, b'J', b'F', b'I', b'F', 0];
        // Larger than other requests may be.
        picture.resize(400_000, 7);
        let path = format!("/cases/{case}/documents");
        let attach = async |bytes: Vec<u8>| {
            let name = ("content-disposition", "attachment; filename*=UTF-8''nh%C3%A0.jpg");
            officer.ask(Method::POST, &path, &[name], Body::from(bytes)).await
        };
        let row = attach(picture.clone()).await.is(201);
        assert_eq!((row.text("mime"), row.text("name")), ("image/jpeg", "nhà.jpg"));
        let back = officer.get(&format!("{path}/{}", row.text("hash"))).await.is(200);
        assert_eq!(back.header("content-type"), Some("image/jpeg"));
        assert_eq!(back.header("content-length").map_or(400_000, |length| length.parse().unwrap()), 400_000);
        let unnamed = officer.ask(Method::POST, &path, &[], Body::from(picture)).await;
        assert_eq!(unnamed.gives_problem(422, "invalid").text("field"), "name");
        attach(b"<script>".to_vec()).await.gives_problem(422, "invalid");
        attach(vec![0xff; 7_000_000]).await.gives_problem(413, "too-large");
        officer.get(&format!("{path}/made-up")).await.gives_problem(404, "not-found");
    })
    .await;
}

#[tokio::test]
async fn a_first_password_opens_nothing_but_its_own_change() {
    for_each_engine(async |site| {
        let officer = site.officer().await;
        let enumerator = json!({ "login": "dieu-tra", "name": "Người Mẫu", "role": "enumerator", "area": COMMUNE,
            "password": PASSWORD });
        officer.post("/accounts", &enumerator).await.is(201);
        let new = site.sign_in("dieu-tra").await;
        new.get("/households").await.gives_problem(403, "password-due");
        assert_eq!(new.get("/account").await.is(200).body["must_change_password"], true);
        let own = "a sentence of my own";
        new.put("/account/password", &json!({ "old": PASSWORD, "new": own })).await.is(204);
        site.sign_in_with("dieu-tra", own).await.get("/households").await.is(200);
    })
    .await;
}

#[tokio::test]
async fn who_manages_an_account_takes_its_second_factor_off_and_moves_it() {
    for_each_engine(async |site| {
        let officer = site.officer().await;
        let enumerator = site.person("dieu-tra", Role::Enumerator, Some(COMMUNE)).await;
        let id = enumerator.get("/account").await.text("id").to_owned();
        let etag = officer.get(&format!("/accounts/{id}")).await.is(200).header("etag").unwrap().to_owned();
        let moved = json!({ "area": COMMUNE, "hamlet": site.hamlets[1] });
        let path = format!("/accounts/{id}/area");
        let account = officer.send(Method::PUT, &path, &[("if-match", &etag)], &moved).await.is(200);
        assert_eq!(account.body["hamlet"], site.hamlets[1]);
        enumerator.get("/account").await.is(401);
        let gone = officer.send(Method::DELETE, &format!("/accounts/{id}/second-factor"), &[], &json!({})).await;
        gone.is(204);
        officer.send(Method::DELETE, &format!("/accounts/{id}/openid"), &[], &json!({})).await.is(204);
    })
    .await;
}

#[tokio::test]
async fn what_waits_after_a_reform_is_placed_by_programs_too() {
    for_each_engine(async |site| {
        let (operator, old) = (site.operator(), "vn-2025-03-01:00019");
        operator.load_areas("vn-2025-03-01").await.unwrap();
        operator.add_hamlet(old, "Tổ Mẫu", date(2020, 1, 1)).await.unwrap();
        let officer = site.person("can-bo-cu", Role::CommuneOfficer, Some(old)).await;
        let household = json!({ "commune": old, "from": "2020-01-01", "members": [
            { "name": "Nguyễn Văn Mẫu", "relation": "head", "sex": "male", "born": "1980", "ethnic": "kinh" }] });
        officer.post("/households", &household).await.is(201);
        operator.reform("vn-2025-03-01", "vn-2025-07-01", false).await.unwrap();
        let waiting = officer.get("/areas/waiting").await.is(200);
        let to = &waiting.body[0]["choices"][0]["id"];
        let placed = officer.post("/areas/waiting", &json!({ "from": old, "to": to })).await.is(200);
        assert_eq!(placed.body["count"], 1);
        assert_eq!(officer.get("/areas/waiting").await.is(200).body, json!([]));
    })
    .await;
}

/// Row "openspp-modules #652": an area file with 43,796 rows did not import; a list goes in whole, by one request.
#[tokio::test]
async fn a_list_of_areas_is_loaded_whole_by_whoever_keeps_the_register() {
    for_each_engine(async |site| {
        let admin = site.person("quan-tri", Role::Administrator, None).await;
        let carried = admin.put("/area-lists/vn-2025-03-01", &json!({})).await.is(200);
        assert_eq!(carried.body["units"], 10_794);
        assert_eq!(admin.put("/area-lists/vn-2025-03-01", &json!({})).await.is(200).body, carried.body);
        let mut units = vec![json!({ "code": "01", "level": "province", "kind": "Tỉnh", "name": "Mẫu" })];
        units.extend((0..20_000).map(|number| {
            json!({ "code": format!("{number:05}"), "level": "commune", "kind": "Xã", "name": format!("Mẫu {number}"), "parent_code": "01" })
        }));
        // Larger than other requests may be.
        let own = json!({ "units": units });
        assert!(own.to_string().len() > 1024 * 1024);
        for _ in 0..2 {
            assert_eq!(admin.put("/area-lists/mau-2025", &own).await.is(200).body["units"], 20_001);
        }
        let lists = admin.get("/area-lists").await.is(200).body;
        assert!(lists["lists"].as_array().unwrap().contains(&json!("mau-2025")));
        assert_eq!(lists["current"], "vn-2025-07-01");
        admin.put("/area-lists/mau-2025", &json!({ "units": units[..1] })).await.gives_problem(409, "exists");
        let wrong = json!({ "units": [{ "code": "1", "level": "village", "kind": "", "name": "x" }] });
        admin.put("/area-lists/mau-3", &wrong).await.gives_problem(422, "invalid");
        admin.put("/area-lists/mau-2025", &json!({ "in_force": true })).await.gives_problem(422, "area");
        let again = json!({ "units": own["units"], "in_force": true });
        admin.put("/area-lists/mau-2025", &again).await.is(200);
        assert_eq!(admin.get("/area-lists").await.is(200).body["current"], "mau-2025");
        let province = site.person("tinh", Role::CommuneOfficer, Some(COMMUNE)).await;
        province.put("/area-lists/vn-2021-11", &json!({})).await.gives_problem(403, "forbidden");
    })
    .await;
}

#[tokio::test]
async fn what_the_public_filed_is_read_and_answered_by_programs_too() {
    for_each_engine(async |site| {
        let officer = site.officer().await;
        let filed = NewGrievance {
            commune: COMMUNE.into(),
            kind: ComplaintKind::WrongData,
            text: "Ghi sai năm sinh.".into(),
            household: "Nhà tôi".into(),
            contact: "0900 000 000".into(),
        };
        let public = site.register.desk(Actor::public());
        let receipt = public.file_grievance(&filed, "a sending of this test").await.unwrap();
        let list = officer.get("/grievances?waiting=true").await.is(200);
        let path = format!("/grievances/{}", list.body["rows"][0]["id"].as_str().unwrap());
        assert_eq!(officer.get(&path).await.is(200).text("contact"), "0900 000 000");
        let other = site.person("xa-ben", Role::CommuneOfficer, Some(OTHER_COMMUNE)).await;
        other.get(&path).await.gives_problem(404, "not-found");
        let case = json!({ "case": "made-up" });
        officer.post(&format!("{path}/complaint"), &case).await.gives_problem(404, "not-found");
        let answer = json!({ "text": "Xã chưa mở kỳ rà soát." });
        officer.post(&format!("{path}/answer"), &answer).await.is(204);
        officer.post(&format!("{path}/answer"), &answer).await.gives_problem(409, "not-now");
        let followed = public.follow_grievance(&receipt.code).await.unwrap();
        assert_eq!(followed.answer.as_deref(), Some("Xã chưa mở kỳ rà soát."));
    })
    .await;
}
