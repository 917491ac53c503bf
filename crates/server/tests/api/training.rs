//! Training and courses through the interface: as much as the pages show, and no more.

use crate::site::*;
use axum::http::Method;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use vuon_policy::Library;
use vuon_publish::handbook::practice::Exercise;
use vuon_registry::forms::known_variables;
use vuon_registry::scope::Role;

const MODULES: &str = "/training/vn-2022-2026/modules";
const ANSWERS: &str = "/training/vn-2022-2026/modules/house_and_water/answers";

/// The right answers to an exercise, but for what a register knows.
fn right() -> Value {
    let program = Library::embedded().load("vn-2022-2026").unwrap();
    let exercise = Exercise::of(&program).unwrap().into_iter().find(|own| own.id == "house_and_water").unwrap();
    let known: BTreeSet<String> = known_variables(&program).into_iter().collect();
    let asked = |answers: std::collections::BTreeMap<String, String>| -> Value {
        answers
            .into_iter()
            .filter(|(name, _)| !known.contains(name))
            .map(|(name, value)| (name, json!(value)))
            .collect()
    };
    let members = (1..)
        .zip(exercise.members)
        .map(|(place, own): (u32, _)| json!({ "person": place.to_string(), "answers": asked(own) }));
    json!({ "members": members.collect::<Vec<_>>(), "household": asked(exercise.household) })
}

#[tokio::test]
async fn a_form_is_compared_and_a_module_completed() {
    for_each_engine(async |site| {
        let officer = site.officer().await;
        let modules = officer.get(MODULES).await.is(200).body;
        assert_eq!((&modules[0]["id"], &modules[0]["standing"]), (&json!("house_and_water"), &json!("missing")));
        let practice = officer.get(&format!("{MODULES}/house_and_water")).await.is(200).body;
        assert!(practice["story"].as_array().unwrap().len() > 1 && !practice["form"]["fields"][0].is_null());
        for nowhere in
            [format!("{MODULES}/nothing"), "/training/nothing/modules".into(), "/training/nothing/missed".into()]
        {
            officer.get(&nowhere).await.gives_problem(404, "not-found");
        }

        let mut wrong = right();
        wrong["household"]["water_source"] = json!("tap");
        // Sent again under its key it is compared again: what was typed is not written down with the key.
        for _ in 0..2 {
            let key = [("idempotency-key", "made-up-1")];
            let told = officer.send(Method::POST, ANSWERS, &key, &wrong).await.is(200);
            assert_eq!(told.header("idempotency-replayed"), None);
            assert_eq!(told.body["completed"], Value::Null);
            let pages = told.body["differences"].as_array().unwrap().iter().map(|own| own["page"].as_str().unwrap());
            assert!(pages.collect::<Vec<_>>().contains(&"indicator.water"), "{}", told.body);
        }
        let open = officer.post(ANSWERS, &json!({ "household": {}, "members": [] })).await.is(200).body;
        assert_eq!((&open["completed"], &open["differences"]), (&Value::Null, &json!([])));
        assert!(open["left_open"].as_array().unwrap().iter().any(|own| own["members"] == json!(["Páo", "Mẩy"])));
        let done = officer.post(ANSWERS, &right()).await.is(200).body;
        assert_eq!((&done["completed"]["module"], &done["differences"]), (&json!("house_and_water"), &json!([])));
        let modules = officer.get(MODULES).await.is(200).body;
        assert_eq!(
            (&modules[0]["standing"], &modules[0]["done_on"]),
            (&json!("current"), &done["completed"]["done_on"])
        );
        assert_eq!(modules[1]["standing"], "missing");
        officer.post(ANSWERS, &json!({ "household": {}, "other": 1 })).await.gives_problem(422, "invalid");
        site.nobody().get(MODULES).await.gives_problem(401, "not-signed-in");

        let missed = officer.get("/training/vn-2022-2026/missed").await.is(200).body;
        assert!(missed.as_array().unwrap().iter().any(|own| own["page"] == "indicator.water" && own["times"] == 2));
        let enumerator = site.person("dieu-tra", Role::Enumerator, Some(COMMUNE)).await;
        enumerator.get("/training/vn-2022-2026/missed").await.gives_problem(403, "forbidden");
    })
    .await;
}

#[tokio::test]
async fn modules_are_required_by_who_keeps_the_settings() {
    for_each_engine(async |site| {
        let administrator = site.person("quan-tri", Role::Administrator, None).await;
        let officer = site.officer().await;
        let body = json!({ "modules": ["vn-2022-2026/house_and_water"] });
        officer.put("/training/required", &body).await.gives_problem(403, "forbidden");
        administrator
            .put("/training/required", &json!({ "modules": ["house_and_water"] }))
            .await
            .gives_problem(404, "not-found");
        administrator.put("/training/required", &body).await.is(204);
        assert_eq!(officer.get("/training/required").await.is(200).body, body);
        assert_eq!(officer.get(MODULES).await.is(200).body[0]["required"], true);
    })
    .await;
}

#[tokio::test]
async fn a_course_is_planned_once_and_seen_by_who_organises_it_and_who_is_invited() {
    for_each_engine(async |site| {
        let officer = site.officer().await;
        let stranger = site.person("xa-khac", Role::CommuneOfficer, Some(OTHER_COMMUNE)).await;
        let trainee = site.person("hoc-vien", Role::Enumerator, Some(COMMUNE)).await;
        let sessions = json!([{ "held_on": "2025-09-08", "place": "Nhà văn hóa" }, { "held_on": "2025-12-20", "place": "Trụ sở" }]);
        let new = json!({ "title": "Lớp rà soát viên", "pack": PACK, "materials": "Sổ tay", "sessions": sessions });
        trainee.post("/courses", &new).await.gives_problem(403, "forbidden");
        let mut empty = new.clone();
        empty["sessions"] = json!([]);
        officer.post("/courses", &empty).await.gives_problem(422, "invalid");
        let key = [("idempotency-key", "made-up-1")];
        let made = officer.send(Method::POST, "/courses", &key, &new).await.is(201);
        let again = officer.send(Method::POST, "/courses", &key, &new).await.is(201);
        assert_eq!(again.header("idempotency-replayed"), Some("true"));
        assert_eq!(officer.get("/courses").await.is(200).body["rows"].as_array().unwrap().len(), 1);
        let course = format!("/courses/{}", made.text("id"));
        assert_eq!(made.header("location"), Some(format!("/api/v1{course}").as_str()));
        for unseen in [&stranger, &trainee] {
            unseen.get(&course).await.gives_problem(404, "not-found");
            assert_eq!(unseen.get("/courses").await.is(200).body["rows"], json!([]));
        }

        let accounts = officer.get("/accounts").await.is(200).body["rows"].clone();
        let id = |login: &str| accounts.as_array().unwrap().iter().find(|own| own["login"] == login).unwrap()["id"].clone();
        let trainee_id = id("hoc-vien");
        let only = json!({ "accounts": [trainee_id] });
        let invitations = format!("{course}/invitations");
        stranger.post(&invitations, &only).await.gives_problem(404, "not-found");
        officer.post(&invitations, &json!({ "accounts": ["nobody"] })).await.gives_problem(404, "not-found");
        officer.post(&invitations, &only).await.is(204);
        let attendance = |number: &str| format!("{course}/sessions/{number}/attendance");
        officer.put(&attendance("1"), &only).await.is(204);
        officer.put(&attendance("2"), &only).await.gives_problem(422, "invalid");
        officer.put(&attendance("9"), &only).await.gives_problem(404, "not-found");
        officer.put(&attendance("first"), &only).await.gives_problem(404, "not-found");
        trainee.put(&attendance("1"), &only).await.gives_problem(403, "forbidden");

        let seen = officer.get(&course).await.is(200).body;
        assert_eq!(seen["seats"][0]["present"], json!([1]));
        assert_eq!(seen["sessions"][0]["recorded"], true);
        let results = officer.get(&format!("{course}/results")).await.is(200).body;
        assert_eq!(results, json!([{ "area": COMMUNE, "invited": 1, "was_there": 1, "completed": 0 }]));
        assert_eq!(trainee.get(&course).await.is(200).body["organises"], false);
        trainee.get(&format!("{course}/results")).await.gives_problem(403, "forbidden");
        stranger.get(&format!("{course}/results")).await.gives_problem(404, "not-found");

        let mut moved = new.clone();
        moved["sessions"][1]["held_on"] = json!("2025-12-22");
        moved["capacity"] = json!(1);
        stranger.put(&course, &moved).await.gives_problem(404, "not-found");
        trainee.put(&course, &moved).await.gives_problem(403, "forbidden");
        officer.put(&course, &moved).await.is(204);
        let seen = trainee.get(&course).await.is(200).body;
        assert_eq!((&seen["sessions"][1]["held_on"], &seen["row"]["capacity"]), (&json!("2025-12-22"), &json!(1)));
        moved["sessions"][0]["place"] = json!("Nơi khác");
        officer.put(&course, &moved).await.gives_problem(422, "invalid");
        let officer_id = id("can-bo");
        officer.post(&invitations, &json!({ "accounts": [officer_id] })).await.gives_problem(422, "invalid");
        let invitation = format!("{invitations}/{}", trainee_id.as_str().unwrap());
        officer.send(Method::DELETE, &invitation, &[], &Value::Null).await.gives_problem(409, "not-now");
        stranger.send(Method::DELETE, &invitation, &[], &Value::Null).await.gives_problem(404, "not-found");
        let calling_off = format!("{course}/calling-off");
        stranger.post(&calling_off, &json!({ "reason": "Bão" })).await.gives_problem(404, "not-found");
        officer.post(&calling_off, &json!({ "reason": "" })).await.gives_problem(422, "invalid");
        officer.post(&calling_off, &json!({ "reason": "Bão" })).await.is(204);
        officer.put(&course, &new).await.gives_problem(409, "not-now");
        assert_eq!(trainee.get(&course).await.is(200).body["row"]["called_off"]["reason"], "Bão");
    })
    .await;
}
