//! The whole round through the interface: an enumerator, an officer, a chair and an auditor, each with what they may do.

use crate::site::*;
use crate::world::code;
use axum::body::Body;
use axum::http::Method;
use jiff::civil::date;
use serde_json::{Value, json};
use vuon_registry::scope::Role;

/// Answers of a household with little income and many deprivations.
fn answers(case: &Value) -> Value {
    let members = case["members"].as_array().unwrap().iter();
    let members: Vec<Value> = members.map(|member| json!({ "person": member["person"], "answers": {} })).collect();
    json!({
        "household": {
            "income": "1000000", "living_area": "12.5", "house_wall": "non_durable", "house_column": "non_durable",
            "house_roof": "non_durable", "water_source": "surface", "toilet": "none", "has_internet_use": "false",
        },
        "members": members,
    })
}

/// Sets up a second factor and gives it to the session, which goes on under another token.
pub async fn strengthened(site: &Site, caller: Caller) -> Caller {
    let new = caller.post("/account/second-factor", &json!({})).await.is(200);
    let secret = new.text("secret");
    let code = code(&site.clock, secret);
    caller.put("/account/second-factor", &json!({ "secret": secret, "code": code })).await.is(204);
    caller.get("/work").await.gives_problem(401, "code-needed");
    caller.post("/sessions/factor", &json!({ "code": "abc" })).await.gives_problem(401, "wrong-code");
    let session = caller.post("/sessions/factor", &json!({ "code": code })).await.is(200);
    assert_eq!((&session.body["strong"], &session.body["code_needed"]), (&json!(true), &json!(false)));
    caller.get("/account").await.gives_problem(401, "not-signed-in");
    Caller { token: Some(session.text("token").to_owned()), ..caller }
}

#[tokio::test]
async fn a_round_goes_from_the_list_to_the_certificate() {
    for_each_engine(async |site| {
        let officer = site.officer().await;
        let enumerator = site.person("dieu-tra", Role::Enumerator, Some(COMMUNE)).await;
        site.person("chu-tich", Role::CommuneChair, Some(COMMUNE)).await;
        let auditor = site.person("kiem-toan", Role::Auditor, None).await;
        let stranger = site.person("xa-khac", Role::CommuneOfficer, Some(OTHER_COMMUNE)).await;

        // The officer lists a household that asks.
        let made = officer.post("/households", &household(site, "Lò Văn Mẫu")).await.is(201);
        let household = made.text("id").to_owned();
        assert_eq!(made.header("location"), Some(format!("/api/v1/households/{household}").as_str()));
        let found = officer.post("/household-searches", &json!({ "text": "lo van" })).await.is(200);
        assert_eq!(found.body["rows"][0]["id"], household);
        let new = json!({ "commune": COMMUNE, "kind": "annual", "year": 2025, "pack": PACK });
        enumerator.post("/rounds", &new).await.gives_problem(403, "forbidden");
        let round = officer.post("/rounds", &new).await.is(201).text("id").to_owned();
        let asked = json!({ "round": round, "household": household, "reason": "requested", "requested_on": TODAY });
        let case = officer.post("/cases", &asked).await.is(201).text("id").to_owned();

        // What is not in a person's area does not exist for that person.
        for path in [format!("/households/{household}"), format!("/rounds/{round}"), format!("/cases/{case}")] {
            stranger.get(&path).await.gives_problem(404, "not-found");
        }
        stranger.post("/cases", &asked).await.gives_problem(404, "not-found");
        assert_eq!(stranger.get("/households").await.is(200).body["rows"], json!([]));
        assert_eq!(stranger.get("/case-counts").await.is(200).body["count"], 0);

        // The enumerator fills in the form: a draft first, then for good.
        let listed = enumerator.get(&format!("/cases?round={round}&state=survey")).await.is(200);
        assert_eq!(listed.body["rows"][0]["id"], case);
        let named = async |text: &str| {
            let search = json!({ "text": text, "of": { "round": round }, "page": { "limit": 1 } });
            enumerator.post("/case-searches", &search).await.is(200).body["rows"].as_array().unwrap().len()
        };
        assert_eq!((named("lo van").await, named("khong").await), (1, 0));
        let work = enumerator.get("/work?limit=1").await.is(200);
        assert_eq!((&work.body["rows"][0]["step"], &work.body["rows"][0]["cases"]), (&json!("survey"), &json!(1)));
        assert_eq!(officer.get("/work?whose=others").await.is(200).body["next"], Value::Null);
        let view = enumerator.get(&format!("/cases/{case}")).await.is(200);
        let etag = view.header("etag").unwrap().to_owned();
        assert_eq!(etag, format!("\"{}\"", view.body["row"]["version"]));
        let form = enumerator.get(&format!("/cases/{case}/form")).await.is(200);
        assert_eq!(form.header("etag"), Some(etag.as_str()));
        assert!(!form.body["form"]["fields"].as_array().unwrap().is_empty());
        let answers = answers(&view.body);
        let path = format!("/cases/{case}/draft");
        enumerator.put(&path, &answers).await.gives_problem(428, "version-needed");
        let draft = enumerator.send(Method::PUT, &path, &[("if-match", &etag)], &answers).await.is(200);
        assert_eq!(draft.body["explanation"]["status"], "poor");
        let form = enumerator.get(&format!("/cases/{case}/form")).await.is(200);
        assert_eq!(form.body["draft_of"], view.body["row"]["version"]);
        let signed = json!({ "answers": answers, "reason": "survey", "submission": "made-up-1" });
        let path = format!("/cases/{case}/answers");
        enumerator.post(&path, &signed).await.gives_problem(428, "version-needed");
        enumerator.send(Method::POST, &path, &[("if-match", "\"77\"")], &signed).await.gives_problem(412, "stale");
        let saved = enumerator.send(Method::POST, &path, &[("if-match", &etag)], &signed).await.is(201);
        assert_eq!(saved.body["status"], "poor");
        assert_eq!(saved.header("etag"), Some(format!("\"{}\"", saved.body["version"]).as_str()));

        // The officer holds the meeting and posts the list.
        let meeting = json!({
            "hamlet": site.hamlets[0], "held_on": TODAY, "invited": 60, "present": 40, "chair": "Trưởng bản mẫu",
            "secretary": "Thư ký mẫu", "notes": "", "votes": [{ "case": case, "agree": 30 }],
        });
        let held = officer.post(&format!("/rounds/{round}/meetings"), &meeting).await.is(201).text("id").to_owned();
        assert_eq!(officer.get(&format!("/meetings/{held}")).await.is(200).body["results"][0]["carried"], true);
        let posting = json!({ "place": "Nhà văn hóa bản" });
        let posted = officer.post(&format!("/rounds/{round}/postings"), &posting).await.is(201).text("id").to_owned();
        assert_eq!(officer.get(&format!("/postings/{posted}")).await.is(200).body["lines"][0]["status"], "poor");

        // The chair decides, once the list has hung its time, with the second factor.
        site.clock.stand(date(2025, 9, 12));
        let chair = site.sign_in("chu-tich").await;
        let version = chair.get(&format!("/cases/{case}")).await.is(200).body["row"]["version"].as_i64().unwrap();
        let decision = json!({ "number": "01/QĐ-UBND", "cases": [{ "case": case, "version": version }] });
        let path = format!("/rounds/{round}/decisions");
        chair.post(&path, &decision).await.gives_problem(403, "second-factor-needed");
        let chair = strengthened(site, chair).await;
        let older = json!({ "number": "01/QĐ-UBND", "cases": [{ "case": case, "version": version - 1 }] });
        chair.post(&path, &older).await.gives_problem(409, "changed-since");
        let decided = chair.post(&path, &decision).await.is(201);
        assert_eq!((decided.text("number"), &decided.body["cases"]), ("01/QĐ-UBND", &json!(1)));
        let given = chair.post(&format!("/rounds/{round}/certificates"), &json!({})).await.is(200);
        assert_eq!(given.body["count"], 1);
        let officer = site.sign_in("can-bo").await;
        officer.post(&format!("/rounds/{round}/close"), &json!({})).await.is(204);

        // The auditor sees all of it and changes nothing.
        drop(auditor);
        let auditor = site.sign_in("kiem-toan").await;
        let view = auditor.get(&format!("/cases/{case}")).await.is(200);
        assert_eq!(view.body["row"]["state"], "done");
        let entries = auditor.get(&format!("/chains/{COMMUNE}/entries?limit=3")).await.is(200);
        assert_eq!(entries.body["rows"].as_array().unwrap().len(), 3);
        let next = entries.text("next");
        let more = auditor.get(&format!("/chains/{COMMUNE}/entries?limit=3&after={next}")).await.is(200);
        let seq = |reply: &Reply, row: usize| reply.body["rows"][row]["seq"].as_i64().unwrap();
        assert_eq!(seq(&more, 0), seq(&entries, 2) - 1);
        auditor.get(&format!("/chains/{COMMUNE}/entries/{}", seq(&entries, 0))).await.is(200);
        auditor.get(&format!("/chains/{COMMUNE}/entries/abc")).await.gives_problem(404, "not-found");
        auditor.get(&format!("/chains/{COMMUNE}/root")).await.is(200);
        let report = auditor.get("/audit").await.is(200);
        assert_eq!(report.body["differences"], json!([]), "{}", report.body);
        assert!(report.body["assessments"].as_i64().unwrap() > 0);
        auditor.post(&format!("/rounds/{round}/close"), &json!({})).await.gives_problem(403, "forbidden");
        let list = format!("commune={COMMUNE}&on=2025-12-31&statuses=poor");
        assert_eq!(auditor.get(&format!("/lists?{list}")).await.is(200).body["rows"][0]["household"], household);
        let csv = auditor.ask(Method::GET, &format!("/lists.csv?{list}"), &[], Body::empty()).await.is(200);
        assert_eq!(csv.header("content-type"), Some("text/csv; charset=utf-8"));
        assert!(csv.body.as_str().unwrap().contains("Lò Văn Mẫu"));
        let flows = auditor.get(&format!("/areas/{COMMUNE}/flows?from=2025-01-01&to=2025-12-31")).await.is(200);
        assert_eq!(flows.body[0]["poor"]["households"]["closing"], 1);
    })
    .await;
}
