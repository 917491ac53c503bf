//! One story of support: who is entitled, the ranking, an agreement, its evidence and payment, a group whose fund lends,
//! and what comes back. And who may not have a part in it.

use crate::round::strengthened;
use crate::site::{COMMUNE, Caller, OTHER_COMMUNE, PACK, Reply, Site, TODAY, for_each_engine, household};
use crate::world::PROVINCE;
use axum::body::Body;
use axum::http::Method;
use serde_json::{Value, json};
use vuon_registry::scope::Role;

const LAST_DAY: &str = "2025-12-31";

/// Six poor households, as last year's list has them.
const LIST: &str = "Thời gian rà soát;Chủ hộ;Mã hộ;Có dân tộc tại chỗ;Giới tính chủ hộ;Số nhân khẩu;\
    Kết quả phiếu rà soát nhanh;Điểm B1;Điểm B2;Kết quả rà soát;Người rà soát\n\
    12/2024;Lò Văn Một;03160001;Có;Nam;4;;100;30;Hộ nghèo;Cán bộ Mẫu\n\
    12/2024;Lò Văn Hai;03160002;Có;Nam;4;;100;30;Hộ nghèo;Cán bộ Mẫu\n\
    12/2024;Lò Văn Ba;03160003;Có;Nam;4;;100;30;Hộ nghèo;Cán bộ Mẫu\n\
    12/2024;Lò Văn Bốn;03160004;Có;Nam;4;;100;30;Hộ nghèo;Cán bộ Mẫu\n\
    12/2024;Lò Văn Năm;03160005;Có;Nam;4;;100;30;Hộ nghèo;Cán bộ Mẫu\n\
    12/2024;Lò Văn Sáu;03160006;Có;Nam;4;;100;30;Hộ nghèo;Cán bộ Mẫu\n";

/// The people of the story.
struct People {
    officer: Caller,
    chair: Caller,
    province: Caller,
    auditor: Caller,
    stranger: Caller,
}

impl People {
    async fn of(site: &Site) -> Self {
        // Schemes whose amounts are known: an example, since the national pack's were not found.
        site.operator().set("support_pack", "example-province").await.unwrap();
        let chair = site.person("chu-tich", Role::CommuneChair, Some(COMMUNE)).await;
        let province = site.person("tinh", Role::Province, Some(PROVINCE)).await;
        People {
            officer: site.officer().await,
            chair: strengthened(site, chair).await,
            province: strengthened(site, province).await,
            auditor: site.person("kiem-toan", Role::Auditor, None).await,
            stranger: site.person("xa-khac", Role::CommuneOfficer, Some(OTHER_COMMUNE)).await,
        }
    }
}

/// Brings the list in; the households by code.
async fn listed(officer: &Caller) -> Vec<String> {
    let about = format!("commune={COMMUNE}&standard={PACK}&status=poor&valid_from=2024-12-31");
    let octets =
        [("content-type", "application/octet-stream"), ("content-disposition", "attachment; filename=list.csv")];
    let sent = |path: String| officer.ask(Method::POST, path.leak(), &octets, Body::from(LIST));
    let plan = sent(format!("/imports/plan?{about}")).await.is(200);
    let plan = plan.text("plan").to_owned();
    sent(format!("/imports?{about}&plan={plan}")).await.is(200);
    let rows = officer.get(&format!("/areas/{COMMUNE}/entitled?limit=200")).await.is(200).body["rows"].clone();
    let mut rows: Vec<(String, String)> = rows
        .as_array()
        .unwrap()
        .iter()
        .map(|row| (row["code"].as_str().unwrap().to_owned(), row["household"].as_str().unwrap().to_owned()))
        .collect();
    rows.sort();
    rows.into_iter().map(|(_, household)| household).collect()
}

fn version(reply: &Reply) -> String {
    reply.header("etag").unwrap().to_owned()
}

/// A change of a thing from the version that it has now.
async fn change(who: &Caller, thing: &str, step: &str, body: &Value) -> Reply {
    let etag = version(&who.get(thing).await.is(200));
    who.send(Method::POST, &format!("{thing}{step}"), &[("if-match", &etag)], body).await
}

async fn capital(people: &People, scheme: &str, amount: i64) {
    let grant = json!({ "unit": COMMUNE, "scheme": scheme, "year": 2025, "amount": amount, "document": "01/QĐ" });
    people.officer.post("/grants", &grant).await.gives_problem(403, "forbidden");
    people.province.post("/grants", &grant).await.is(201);
}

fn seen(agreement: &str, reply: &Reply) -> Value {
    json!({ "commune": COMMUNE, "agreements": [{ "agreement": agreement, "version": reply.body["version"] }] })
}

/// Approves an agreement, shows that its first part was reached, and has it paid.
async fn paid(people: &People, agreement: &str, part: &str, amount: i64) {
    let path = format!("/agreements/{agreement}");
    let draft = people.chair.get(&path).await.is(200);
    let approved = seen(agreement, &draft);
    people.officer.post("/agreements/approve", &approved).await.gives_problem(403, "forbidden");
    let key = format!("approve-{agreement}");
    for replayed in [None, Some("true")] {
        let reply = people
            .chair
            .send(Method::POST, "/agreements/approve", &[("idempotency-key", &key)], &approved)
            .await
            .is(200);
        assert_eq!((&reply.body["count"], reply.header("idempotency-replayed")), (&json!(1), replayed));
    }
    people.chair.post("/agreements/approve", &approved).await.gives_problem(409, "changed-since");

    let evidence = json!({ "kind": "signature", "on": TODAY, "reference": "Tủ hồ sơ số 1" });
    let step = format!("/parts/{part}/evidence");
    let wrong = json!({ "kind": "photo", "on": TODAY, "reference": "Ảnh 1" });
    change(&people.officer, &path, &step, &wrong).await.gives_problem(422, "invalid");
    change(&people.officer, &path, &step, &evidence).await.is(204);

    let reached = people.chair.get(&path).await.is(200);
    let order = seen(agreement, &reached);
    people.officer.post("/payments", &order).await.gives_problem(403, "forbidden");
    let ordered = people.chair.post("/payments", &order).await.is(201);
    let payment = ordered.body["ids"][0].as_str().unwrap().to_owned();
    let file = people.officer.post("/payment-files", &json!({ "commune": COMMUNE })).await.is(201);
    let file = format!("/payment-files/{}", file.text("id"));
    let rows = people.officer.get(&format!("{file}/rows.csv")).await.is(200);
    assert_eq!(rows.header("content-type"), Some("text/csv; charset=utf-8"));
    assert!(rows.body.as_str().unwrap().contains(&format!("{payment},{amount},")), "{}", rows.body);

    // An answer with another amount moves nothing; the right one pays, and again it changes nothing.
    let odd = json!([{ "payment": payment, "paid": true, "amount": 1, "on": TODAY }]);
    let report = people.officer.post(&format!("{file}/answer"), &odd).await.is(200);
    assert_eq!((&report.body["paid"], report.body["differences"].as_array().unwrap().len()), (&json!(0), 1));
    let answer = format!("payment,paid,amount,on,note\n{payment},1,{amount},{TODAY},\n");
    for (paid, known) in [(1, 0), (0, 1)] {
        let csv = [("content-type", "text/csv")];
        let path = format!("{file}/answer.csv");
        let report = people.officer.ask(Method::POST, &path, &csv, Body::from(answer.clone())).await.is(200);
        assert_eq!((&report.body["paid"], &report.body["known"]), (&json!(paid), &json!(known)));
    }
    let after = people.officer.get(&path).await.is(200);
    assert_eq!(after.body["parts"][0]["state"], "paid");
}

#[tokio::test]
async fn support_goes_from_the_entitled_to_what_is_paid() {
    for_each_engine(async |site| {
        let people = People::of(site).await;
        let households = listed(&people.officer).await;
        assert_eq!(households.len(), 6);
        let first = &households[0];
        let support = people.officer.get(&format!("/households/{first}/support")).await.is(200);
        let schemes = support.body["schemes"].as_array().unwrap();
        let own = schemes.iter().find(|scheme| scheme["scheme"] == "production_support").unwrap();
        assert_eq!((&own["entitled"], &own["verified"]), (&json!("yes"), &json!(false)));
        people.stranger.get(&format!("/households/{first}/support")).await.gives_problem(404, "not-found");

        // The ranking: two places, and the chair alone approves it. What decided is not told: the scheme has a sealed key.
        let new = json!({ "area": COMMUNE, "scheme": "production_support", "year": 2025, "places": 2 });
        people.auditor.post("/rankings", &new).await.gives_problem(403, "forbidden");
        people.stranger.post("/rankings", &new).await.gives_problem(404, "not-found");
        let ranking = people.officer.post("/rankings", &new).await.is(201).text("id").to_owned();
        let ranking = format!("/rankings/{ranking}");
        let ranked = people.officer.get(&ranking).await.is(200);
        assert_eq!((&ranked.body["ranked"], &ranked.body["within"]), (&json!(6), &json!(2)));
        let rows = people.officer.get(&format!("{ranking}/rows?within=true")).await.is(200);
        assert_eq!(rows.body["rows"].as_array().unwrap().len(), 2);
        assert_eq!(ranked.body["line"]["decided_by"], "order");
        people.stranger.get(&ranking).await.gives_problem(404, "not-found");
        people.officer.post(&format!("{ranking}/approve"), &json!({})).await.gives_problem(428, "version-needed");
        change(&people.officer, &ranking, "/approve", &json!({})).await.gives_problem(403, "forbidden");
        change(&people.chair, &ranking, "/approve", &json!({})).await.is(204);

        // An agreement within the rules of the scheme.
        capital(&people, "production_support", 50_000_000).await;
        let household = &rows.body["rows"][0]["recipient"]["id"];
        let agreement = |amount: i64, own_share: i64| {
            json!({
                "scheme": "production_support",
                "recipient": { "kind": "household", "id": household },
                "year": 2025, "purpose": "Nuôi bò", "amount": amount, "own_share": own_share,
                "from": TODAY, "due": [TODAY, "2025-11-30", LAST_DAY],
            })
        };
        let refused = people.officer.post("/agreements", &agreement(20_000_000, 3_000_000)).await;
        refused.gives_problem(422, "invalid");
        people.officer.post("/agreements", &agreement(9_000_000, 0)).await.gives_problem(422, "invalid");
        people.chair.post("/agreements", &agreement(9_000_000, 1_000_000)).await.gives_problem(403, "forbidden");
        let made = people.officer.post("/agreements", &agreement(9_000_000, 1_000_000)).await.is(201);
        let id = made.text("id").to_owned();
        people.officer.post("/agreements", &agreement(9_000_000, 1_000_000)).await.is(409);
        people.stranger.get(&format!("/agreements/{id}")).await.gives_problem(404, "not-found");
        paid(&people, &id, "signed", 4_500_000).await;

        // What the commune has, what comes next, and everybody's figures.
        let budgets = people.auditor.get(&format!("/areas/{COMMUNE}/budgets")).await.is(200);
        let own = &budgets.body[0];
        assert_eq!(
            (&own["allocated"], &own["committed"], &own["paid"]),
            (&json!(50_000_000), &json!(9_000_000), &json!(4_500_000))
        );
        let steps = people.officer.get(&format!("/areas/{COMMUNE}/next-steps?until={LAST_DAY}")).await.is(200);
        assert_eq!((&steps.body[0]["record"], &steps.body[0]["what"]), (&json!(id), &json!("visit")));
        let gaps = people.officer.get(&format!("/areas/{COMMUNE}/support-gaps")).await.is(200);
        assert_eq!(gaps.body["nothing"], 5);
        // They are listed by pages.
        let list = format!("/areas/{COMMUNE}/entitled?without=true&limit=3");
        let first = people.officer.get(&list).await.is(200);
        assert_eq!(first.body["rows"].as_array().unwrap().len(), 3);
        let second = people.officer.get(&format!("{list}&after={}", first.text("next"))).await.is(200);
        assert_eq!((second.body["rows"].as_array().unwrap().len(), &second.body["next"]), (2, &json!(null)));
        let statement = people.officer.get(&format!("/agreements/{id}/statement")).await.is(200);
        assert!(statement.body[0].as_str().unwrap().contains("9.000.000 đồng"));
        let household = household.as_str().unwrap();
        for paper in [format!("/agreements/{id}/paper"), format!("/beneficiaries/{household}/statement")] {
            let file = people.officer.get(&paper).await.is(200);
            assert_eq!(file.header("content-type"), Some("application/pdf"), "{paper}");
            people.stranger.get(&paper).await.gives_problem(404, "not-found");
        }
        people.officer.get(&format!("/agreements/{id}/receipts/1")).await.gives_problem(404, "not-found");
        let figures = people.auditor.get(&format!("/areas/{COMMUNE}/support-figures?year=2025")).await.is(200);
        assert_eq!((&figures.body["agreed"], &figures.body["enabling"]), (&json!(9_000_000), &json!(9_000_000)));
        let money = people.auditor.get(&format!("/agreements/{id}/money")).await.is(200);
        let mut events: Vec<&str> =
            money.body.as_array().unwrap().iter().map(|made| made["event"].as_str().unwrap()).collect();
        // All of it happened at the same time here.
        events.sort_unstable();
        assert_eq!(events, ["commit", "confirm", "order"]);
        let audit = people.auditor.get("/audit/money").await.is(200);
        assert_eq!(audit.body["differences"], json!([]), "{}", audit.body);
        people.officer.get("/audit/money").await.gives_problem(404, "not-found");
    })
    .await;
}

/// A group of five, certified; its path.
async fn certified(people: &People, households: &[String]) -> String {
    let new = json!({
        "commune": COMMUNE, "hamlet": null, "scheme": "production_group", "name": "Nhóm nuôi bò",
        "led_by": "village", "leader": "Bản Mẫu Một",
    });
    let group = people.officer.post("/groups", &new).await.is(201).text("id").to_owned();
    let path = format!("/groups/{group}");
    for household in &households[..5] {
        let view = people.officer.get(&format!("/households/{household}")).await.is(200);
        let member = json!({ "household": household, "person": view.body["members"][0]["person"] });
        change(&people.officer, &path, "/members", &member).await.is(204);
    }
    change(&people.officer, &path, "/certify", &json!({})).await.gives_problem(403, "forbidden");
    change(&people.chair, &path, "/certify", &json!({})).await.is(204);
    path
}

/// Takes a project of the group through its steps to the chair's approval; its path.
async fn approved(people: &People, site: &Site, group: &str) -> String {
    let new = json!({
        "commune": COMMUNE, "hamlet": site.hamlets[0], "scheme": "production_group", "title": "Bò sinh sản",
        "model": "Nuôi bò", "group": group,
    });
    let project = people.officer.post("/projects", &new).await.is(201).text("id").to_owned();
    let project = format!("/projects/{project}");
    let approved = json!({ "step": "approved", "on": TODAY, "number": "02/QĐ-UBND" });
    change(&people.chair, &project, "/steps", &approved).await.gives_problem(409, "not-now");
    let meeting = |present: i64| json!({ "step": "met", "on": TODAY, "present": present, "agreed": present });
    let steps = [
        json!({ "step": "disseminated", "on": TODAY, "how": "Loa thôn" }),
        meeting(5),
        json!({
            "step": "planned", "on": TODAY, "plan": "Mua bò cái", "budget": 200_000_000, "own_share": 50_000_000,
            "from": TODAY, "until": "2027-12-31",
        }),
        json!({ "step": "appraised", "on": TODAY, "opinion": "Phù hợp" }),
    ];
    for step in steps {
        if step["step"] == "met" {
            change(&people.officer, &project, "/steps", &meeting(3)).await.gives_problem(409, "not-now");
        }
        change(&people.officer, &project, "/steps", &step).await.is(204);
    }
    change(&people.officer, &project, "/steps", &approved).await.gives_problem(403, "forbidden");
    change(&people.chair, &project, "/steps", &approved).await.is(204);
    project
}

#[tokio::test]
async fn a_groups_fund_lends_and_is_brought_back() {
    for_each_engine(async |site| {
        let people = People::of(site).await;
        let households = listed(&people.officer).await;
        for household in &households {
            let to = json!({ "on": TODAY, "commune": COMMUNE, "hamlet": site.hamlets[0] });
            change(&people.officer, &format!("/households/{household}"), "/move", &to).await.is(200);
        }
        let group = certified(&people, &households).await;
        let id = group.rsplit('/').next().unwrap();
        let agreement = json!({
            "scheme": "production_group", "recipient": { "kind": "group", "id": id }, "year": 2025,
            "purpose": "Bò sinh sản", "amount": 150_000_000, "own_share": 50_000_000, "from": TODAY, "due": [LAST_DAY],
        });
        people.officer.post("/agreements", &agreement).await.gives_problem(409, "not-now");
        let project = approved(&people, site, id).await;
        people.stranger.get(&project).await.gives_problem(404, "not-found");
        assert_eq!(people.auditor.get(&project).await.is(200).body["taken"].as_array().unwrap().len(), 5);

        capital(&people, "production_group", 150_000_000).await;
        let made = people.officer.post("/agreements", &agreement).await.is(201).text("id").to_owned();
        paid(&people, &made, "whole", 150_000_000).await;
        let fund = people.officer.get(&format!("{group}/fund")).await.is(200);
        assert_eq!(fund.body["holds"], 150_000_000);
        let next = fund.body["next"]["household"].clone();
        let plan = json!({ "regular": { "grace_months": 1, "instalments": 2, "every_months": 6 } });
        let loan = |household: &Value| json!({ "household": household, "amount": 20_000_000, "plan": plan });
        let other = households.iter().map(|household| json!(household)).find(|household| *household != next).unwrap();
        change(&people.chair, &group, "/loans", &loan(&other)).await.gives_problem(409, "not-now");
        change(&people.officer, &group, "/loans", &loan(&next)).await.gives_problem(403, "forbidden");
        let lent = change(&people.chair, &group, "/loans", &loan(&next)).await.is(201).text("id").to_owned();
        let lent = format!("/loans/{lent}");

        let back = |amount: i64, receipt: &str| json!({ "on": TODAY, "amount": amount, "receipt": receipt });
        change(&people.officer, &lent, "/repayments", &back(30_000_000, "1")).await.gives_problem(422, "invalid");
        let standing = change(&people.officer, &lent, "/repayments", &back(5_000_000, "1")).await.is(200);
        assert_eq!((&standing.body["principal"], &standing.body["late"]), (&json!(15_000_000), &json!(0)));
        let receipt = people.officer.get(&format!("{lent}/receipts/1")).await.is(200);
        assert_eq!(receipt.header("content-type"), Some("application/pdf"));
        people.stranger.get(&format!("{lent}/receipts/1")).await.gives_problem(404, "not-found");
        let why = json!({ "why": "Thiên tai" });
        change(&people.officer, &lent, "/write-off", &why).await.gives_problem(403, "forbidden");
        change(&people.chair, &lent, "/write-off", &why).await.is(204);
        assert_eq!(people.officer.get(&lent).await.is(200).body["over"], true);
        let fund = people.officer.get(&format!("{group}/fund")).await.is(200);
        assert_eq!(fund.body["holds"], 135_000_000);
        let audit = people.auditor.get("/audit/money").await.is(200);
        assert_eq!(audit.body["differences"], json!([]), "{}", audit.body);
    })
    .await;
}

#[tokio::test]
async fn calves_are_lent_and_come_back_in_their_season() {
    for_each_engine(async |site| {
        let people = People::of(site).await;
        let household = &listed(&people.officer).await[0];
        capital(&people, "preferential_credit_poor", 24_000_000).await;
        let lent = |value_each: i64| {
            json!({
                "scheme": "preferential_credit_poor", "recipient": { "kind": "household", "id": household },
                "year": 2025, "purpose": "Nuôi bò", "amount": 24_000_000, "own_share": 0,
                "things": { "what": "bê cái", "unit": "con", "count": 2, "value_each": value_each },
                "from": TODAY, "due": [LAST_DAY],
                "plan": { "seasonal": [
                    { "due": "2026-10-15", "amount": 1 }, { "due": "2027-10-15", "amount": 1 },
                ] },
            })
        };
        people.officer.post("/agreements", &lent(1)).await.gives_problem(422, "invalid");
        let made = people.officer.post("/agreements", &lent(12_000_000)).await.is(201).text("id").to_owned();
        paid(&people, &made, "whole", 24_000_000).await;
        let agreement = format!("/agreements/{made}");
        let back = |count: i64| json!({ "on": TODAY, "amount": count, "receipt": "BN 1" });
        change(&people.officer, &agreement, "/repayments", &back(3)).await.gives_problem(422, "invalid");
        let standing = change(&people.officer, &agreement, "/repayments", &back(1)).await.is(200).body;
        assert_eq!((&standing["principal"], &standing["owed"]), (&json!(1), &json!(12_000_000)));
        let statement = people.officer.get(&format!("{agreement}/statement")).await.is(200);
        assert!(statement.body[0].as_str().unwrap().contains("2 con bê cái"), "{}", statement.body);
        let audit = people.auditor.get("/audit/money").await.is(200);
        assert_eq!(audit.body["differences"], json!([]), "{}", audit.body);
    })
    .await;
}

#[tokio::test]
async fn what_is_sealed_is_opened_by_the_chair_alone_and_stands_in_no_list() {
    for_each_engine(async |site| {
        let people = People::of(site).await;
        let households = listed(&people.officer).await;
        let view = people.officer.get(&format!("/households/{}", households[3])).await.is(200);
        let path = format!("/persons/{}/sealed-facts", view.body["members"][0]["person"].as_str().unwrap());
        people.stranger.post(&path, &json!({ "fact": "hiv", "holds": true })).await.gives_problem(404, "not-found");
        people.officer.post(&path, &json!({ "fact": "poor", "holds": true })).await.gives_problem(422, "invalid");
        people.officer.post(&path, &json!({ "fact": "hiv", "holds": true })).await.is(204);
        let open = format!("{path}/open");
        people.officer.post(&open, &json!({ "why": "Xét ưu tiên" })).await.gives_problem(403, "forbidden");
        people.auditor.post(&open, &json!({ "why": "Kiểm toán" })).await.gives_problem(403, "forbidden");
        people.chair.post(&open, &json!({ "why": " " })).await.gives_problem(422, "invalid");
        people.chair.get(&open).await.is(405);
        let opened = people.chair.post(&open, &json!({ "why": "Xét ưu tiên" })).await.is(200);
        assert_eq!((&opened.body["facts"], opened.header("cache-control")), (&json!(["hiv"]), Some("no-store")));

        let new = json!({ "area": COMMUNE, "scheme": "production_support", "year": 2025, "places": 1 });
        let ranking = people.officer.post("/rankings", &new).await.is(201).text("id").to_owned();
        let ranked = people.officer.get(&format!("/rankings/{ranking}")).await.is(200);
        let rows = people.officer.get(&format!("/rankings/{ranking}/rows?limit=1")).await.is(200);
        assert_eq!(rows.body["rows"][0]["recipient"]["id"], households[3], "the sealed fact puts it first");
        assert!(!rows.body.to_string().contains("hiv"));
        assert_eq!(ranked.body["line"]["decided_by"], "order", "and is not named");
        assert!(!ranked.body.to_string().contains("hiv"));
    })
    .await;
}

#[tokio::test]
async fn capital_is_tried_drafted_decided_and_published() {
    for_each_engine(async |site| {
        let people = People::of(site).await;
        listed(&people.officer).await;
        let below = people.province.get(&format!("/areas?parent={PROVINCE}")).await.is(200);
        // Communes that have households and no list yet: their figures are entered.
        for row in below.body.as_array().unwrap() {
            let mut new = household(site, "Lò Văn Mẫu");
            new["commune"] = row["id"].clone();
            new["hamlet"] = Value::Null;
            site.operator().add_household(&serde_json::from_value(new).unwrap()).await.unwrap();
        }
        let figures: serde_json::Map<String, Value> = below.body
            .as_array()
            .unwrap()
            .iter()
            .map(|row| {
                let mut own = json!({ "border_commune": "0", "transfers": "0.8" });
                own["poor_rate"] = "10".into();
                if row["id"] != COMMUNE {
                    own["poor_households"] = "10".into();
                    own["near_poor_households"] = "1".into();
                }
                (row["id"].as_str().unwrap().to_owned(), own)
            })
            .collect();
        let new = json!({
            "unit": PROVINCE, "scheme": "production_support", "year": 2025, "formula": "to_communes",
            "amount": 1_000_000_000, "figures_of": TODAY, "figures": figures,
        });
        people.officer.post("/allocations/what-if", &new).await.gives_problem(403, "forbidden");
        let tried = people.province.post("/allocations/what-if", &new).await.is(200);
        assert_eq!(tried.body["formula"]["example"], true);
        let sum: i64 =
            tried.body["result"]["lines"].as_array().unwrap().iter().map(|line| line["amount"].as_i64().unwrap()).sum();
        assert_eq!(Some(sum), tried.body["result"]["pool"].as_i64());
        let mut other = new.clone();
        other["coefficients"] = json!({ "poor_households": "100" });
        people.province.post("/allocations/what-if", &other).await.is(200);
        people.province.post("/allocations", &other).await.is(409);

        let grant = json!({
            "unit": PROVINCE, "scheme": "production_support", "year": 2025, "amount": 2_000_000_000_i64, "document": "01/QĐ",
        });
        people.province.post("/grants", &grant).await.is(201);
        let id = people.province.post("/allocations", &new).await.is(201).text("id").to_owned();
        let path = format!("/allocations/{id}");
        people.officer.get(&path).await.gives_problem(404, "not-found");
        change(&people.province, &path, "/decide", &json!({})).await.is(204);
        let file = people.officer.get(&format!("{path}/file")).await.is(200);
        let published: vuon_programme::published::Published = serde_json::from_value(file.body).unwrap();
        assert_eq!(vuon_programme::published::verify(&published).unwrap(), Vec::<String>::new());
        let all = people.auditor.get("/allocations?year=2025").await.is(200);
        assert_eq!(all.body["rows"].as_array().unwrap().len(), 1);
    })
    .await;
}

#[tokio::test]
async fn the_pack_of_support_is_chosen_by_who_keeps_the_areas_and_everybody_may_know_it() {
    for_each_engine(async |site| {
        let people = People::of(site).await;
        let example = json!({ "chosen": "example-province", "pack": "example-province", "over": null });
        assert_eq!(people.officer.get("/support-pack").await.is(200).body, example);
        people.province.put("/support-pack", &json!({ "pack": null })).await.gives_problem(403, "forbidden");
        let administrator = site.person("quan-tri", Role::Administrator, None).await;
        let administrator = strengthened(site, administrator).await;
        administrator.put("/support-pack", &json!({ "pack": "vn-2027-2030" })).await.gives_problem(422, "pack");
        let national = json!({ "chosen": null, "pack": "vn-2022-2026", "over": null });
        assert_eq!(administrator.put("/support-pack", &json!({ "pack": null })).await.is(200).body, national);
        administrator.put("/support-pack", &json!({ "pack": "example-province" })).await.is(200);

        let budget = json!({ "unit": COMMUNE, "scheme": "production_support", "year": 2024 });
        people.officer.post("/budgets/carry-over", &budget).await.gives_problem(403, "forbidden");
        people.province.post("/budgets/carry-over", &budget).await.is(409);
    })
    .await;
}
