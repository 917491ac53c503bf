//! Training through its pages: a form is compared and forgotten, a completed module is kept, a pack that changes makes it
//! out of date, and a setting makes it a condition of deciding.

#![allow(clippy::unwrap_used)]

mod site;
#[path = "../../registry/tests/common/mod.rs"]
mod world;

use axum::http::StatusCode;
use site::{COMMUNE, OTHER_COMMUNE, Site};
use vuon_policy::Library;
use vuon_publish::handbook::practice::Exercise;
use vuon_registry::room::sql;
use vuon_registry::scope::Role;

const PACK: &str = "vn-2022-2026";
const MODULE: &str = "house_and_water";
/// The same as a condition of deciding names it.
const REQUIRED: &str = "vn-2022-2026/house_and_water";

/// The right answers to an exercise, as the fields of its form.
fn right(module: &str) -> Vec<(String, String)> {
    let program = Library::embedded().load(PACK).unwrap();
    let exercise = Exercise::of(&program).unwrap().into_iter().find(|exercise| exercise.id == module).unwrap();
    let mut fields = vec![("lang".to_owned(), "vi".to_owned())];
    let known = vuon_registry::forms::known_variables(&program);
    let asked = |name: &String| !known.contains(name);
    fields.extend(
        exercise
            .household
            .iter()
            .filter(|(name, _)| asked(name))
            .map(|(name, value)| (format!("h.{name}"), value.clone())),
    );
    for (place, own) in exercise.members.iter().enumerate() {
        fields.push((format!("p.{place}"), (place + 1).to_string()));
        fields.extend(
            own.iter()
                .filter(|(name, _)| asked(name))
                .map(|(name, value)| (format!("m.{place}.{name}"), value.clone())),
        );
    }
    fields
}

fn borrowed(fields: &[(String, String)]) -> Vec<(&str, &str)> {
    fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect()
}

#[tokio::test]
async fn every_page_is_there_in_both_languages() {
    let site = Site::new().await;
    let administrator = site.person("admin", Role::Administrator, None, None).await;
    let enumerator = site.person("enumerator", Role::Enumerator, Some(COMMUNE), None).await;
    for browser in [&administrator, &enumerator] {
        for path in ["/training".to_owned(), format!("/training/{PACK}/{MODULE}"), format!("/handbook/{PACK}")] {
            browser.get(&path).await.says("<html lang=\"vi\"").does_not_say("training-");
            browser.get_in_english(&path).await.says("<html lang=\"en\"").does_not_say("training-");
        }
    }
    administrator.get("/training").await.says("name=\"module\"");
    enumerator.get("/training").await.does_not_say("name=\"module\"");
    let refused = enumerator.post("/training/required", &[("module", REQUIRED)]).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
    for nowhere in
        [format!("/training/{PACK}/nothing"), "/training/nothing/at-all".to_owned(), "/handbook/nothing".to_owned()]
    {
        assert_eq!(enumerator.try_get(&nowhere).await.status, StatusCode::NOT_FOUND, "{nowhere}");
    }
    let drawing = enumerator.get("/handbook/drawings/water-tap").await;
    drawing.says("<svg");
    assert_eq!(enumerator.try_get("/handbook/drawings/none").await.status, StatusCode::NOT_FOUND);
    let booklet = enumerator.get(&format!("/handbook/{PACK}/booklet")).await;
    assert!(booklet.text.starts_with("%PDF-"));
    // The handbook's own style runs, and no script.
    let handbook = enumerator.get(&format!("/handbook/{PACK}")).await;
    assert!(
        handbook.policy.contains("style-src 'sha256-") && !handbook.policy.contains("script-src"),
        "{}",
        handbook.policy
    );
}

#[tokio::test]
async fn a_form_is_compared_and_what_differs_is_explained() {
    let site = Site::new().await;
    let trainee = site.person("trainee", Role::Enumerator, Some(COMMUNE), None).await;
    let other = site.person("other", Role::Enumerator, Some(COMMUNE), None).await;
    let address = format!("/training/{PACK}/{MODULE}");
    trainee.get(&address).await.says("/handbook/drawings/").says("Bà Mẩy");

    let mut wrong = right(MODULE);
    wrong.iter_mut().find(|(name, _)| name == "h.water_source").unwrap().1 = "tap".to_owned();
    let told = trainee.post(&address, &borrowed(&wrong)).await;
    assert_eq!(told.status, StatusCode::OK);
    told.says("id=\"differences\"").says(&format!("/handbook/{PACK}#indicator.water")).says("07/2021");
    told.says("chỗ khác đáp án").does_not_say("chưa trả lời");
    // What was left open is one line, and no difference.
    let open = trainee.post(&address, &[("lang", "vi"), ("h.water_source", "tap")]).await;
    open.says("<summary>Còn ")
        .says("câu chưa trả lời")
        .says("làm kết quả khác đi")
        .does_not_say("<td role=\"cell\" data-label=\"Anh, chị ghi\">chưa trả lời");
    // What was typed stands in the form again; a new form is empty.
    told.says("value=\"tap\" selected");
    trainee.get(&address).await.does_not_say("value=\"tap\" selected").does_not_say("id=\"differences\"");
    assert_eq!(trainee.try_get(&format!("{address}/certificate")).await.status, StatusCode::NOT_FOUND);

    let done = trainee.post(&address, &borrowed(&right(MODULE))).await;
    assert_eq!(done.sent_to(), format!("{address}/certificate"));
    trainee.get(&format!("{address}/certificate")).await.says("GIẤY CHỨNG NHẬN").says("Người Mẫu enumerator");
    trainee.get("/training").await.says(&format!("{address}/certificate"));
    // Another's certificate is nobody else's.
    assert_eq!(other.try_get(&format!("{address}/certificate")).await.status, StatusCode::NOT_FOUND);
    other.get("/training").await.does_not_say(&format!("{address}/certificate"));

    // Done again it counts once; no household, case or round came of it; the ledger agrees.
    trainee.post(&address, &borrowed(&right(MODULE))).await.sent_to();
    let mut connection = site.register.store().read().await.unwrap();
    for (count, query) in [
        (1, "SELECT COUNT(*) FROM training"),
        (1, "SELECT COUNT(*) FROM entry WHERE kind = 'training'"),
        (0, "SELECT COUNT(*) FROM review_case"),
        (0, "SELECT COUNT(*) FROM household"),
        (0, "SELECT COUNT(*) FROM draft"),
    ] {
        assert_eq!(sql(query, []).count(&mut connection).await.unwrap(), count, "{query}");
    }
    drop(connection);
    let auditor = site.operator();
    assert_eq!(auditor.verify(None).await.unwrap().differences, []);
}

#[tokio::test]
async fn whoever_decides_is_told_what_they_have_not_learnt() {
    let site = Site::new().await;
    let administrator = site.person("admin", Role::Administrator, None, None).await;
    let officer = site.person("officer", Role::CommuneOfficer, Some(COMMUNE), None).await;
    site.person("chair", Role::CommuneChair, Some(COMMUNE), None).await;
    let chair = site.strong("chair").await;
    let fields = [("commune", COMMUNE), ("kind", "annual"), ("year", "2025"), ("pack", PACK), ("method", "")];
    let round = officer.post("/rounds", &fields).await.sent_to();
    let decision = format!("{round}/decision");

    chair.get(&decision).await.says("chưa hoàn thành").says("Nhà, nước, nhà tiêu").does_not_say("bài bắt buộc");
    let kept = administrator.post("/training/required", &[("module", REQUIRED)]).await;
    assert_eq!(kept.sent_to(), "/training");
    chair.get(&decision).await.says("bài bắt buộc");
    chair.get("/training").await.says("bắt buộc");
    chair.post(&format!("/training/{PACK}/{MODULE}"), &borrowed(&right(MODULE))).await.sent_to();
    chair.get(&decision).await.does_not_say("Nhà, nước, nhà tiêu").does_not_say("bài bắt buộc");
    // The pack changed since: here by taking the record back to another content of it.
    let mut connection = site.register.store().write().await.unwrap();
    sql("UPDATE training SET pack_hash = 'earlier'", []).run(&mut connection).await.unwrap();
    connection.commit().await.unwrap();
    chair.get(&decision).await.says("Chuẩn đã thay đổi").says("bài bắt buộc");
    chair.get("/training").await.says("hãy làm lại");
    let unknown = administrator.post("/training/required", &[("module", "nothing")]).await;
    assert_eq!(unknown.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_course_goes_from_its_plan_to_its_results() {
    let site = Site::new().await;
    let province = site.person("province", Role::Province, Some(world::PROVINCE), None).await;
    let trainee = site.person("trainee", Role::Enumerator, Some(COMMUNE), None).await;
    let absent = site.person("absent", Role::Enumerator, Some(OTHER_COMMUNE), None).await;
    let stranger = site.person("stranger", Role::CommuneOfficer, Some(OTHER_COMMUNE), None).await;

    let fields = |day| {
        vec![
            ("title", "Lớp rà soát viên"),
            ("pack", PACK),
            ("materials", "Sổ tay, bút chì"),
            ("day-0", day),
            ("place-0", "Nhà văn hóa"),
            ("day-1", "2025-09-20"),
            ("place-1", "Trụ sở"),
            ("day-2", ""),
            ("place-2", ""),
        ]
    };
    assert_eq!(trainee.post("/training/courses", &fields("2025-09-08")).await.status, StatusCode::FORBIDDEN);
    let empty = province.post("/training/courses", &[("title", "Lớp"), ("pack", PACK), ("materials", "")]).await;
    assert_eq!(empty.status, StatusCode::UNPROCESSABLE_ENTITY);
    empty.says("lớp phải có ít nhất một buổi").says("value=\"Lớp\"");
    // A day that cannot be read costs nothing else that was typed.
    let mistyped = province.post("/training/courses", &fields("8/9/25")).await;
    assert_eq!(mistyped.status, StatusCode::UNPROCESSABLE_ENTITY);
    mistyped.says("cần một ngày").says("value=\"Trụ sở\"").says("Sổ tay, bút chì");
    let course = province.post("/training/courses", &fields("2025-09-08")).await.sent_to();
    province.get("/training/courses").await.says("Lớp rà soát viên");

    // Who is not invited sees nothing of it, nor does an officer of a commune organise the province's.
    for browser in [&trainee, &stranger] {
        assert_eq!(browser.try_get(&course).await.status, StatusCode::NOT_FOUND);
        browser.get("/training/courses").await.does_not_say("Lớp rà soát viên");
    }
    province.get(&course).await.says("Người Mẫu enumerator");
    let account = |login: &'static str| {
        let operator = site.operator();
        async move {
            let all = operator.accounts(&vuon_registry::page::PageRequest::first()).await.unwrap().rows;
            all.into_iter().find(|own| own.login == login).unwrap().id
        }
    };
    let (trainee_id, absent_id, stranger_id) =
        (account("trainee").await, account("absent").await, account("stranger").await);
    let invited = [("account", trainee_id.as_str()), ("account", absent_id.as_str())];
    province.post(&format!("{course}/invite"), &invited).await.sent_to();
    let refused = stranger.post(&format!("{course}/invite"), &[("account", stranger_id.as_str())]).await;
    assert_eq!(refused.status, StatusCode::NOT_FOUND);

    // Attendance: of who is invited, on a day that has come.
    let present = [("account", trainee_id.as_str())];
    province.post(&format!("{course}/sessions/1"), &present).await.sent_to();
    for (session, who, status) in [
        ("2", &trainee_id, StatusCode::UNPROCESSABLE_ENTITY),
        ("1", &stranger_id, StatusCode::NOT_FOUND),
        ("9", &trainee_id, StatusCode::NOT_FOUND),
    ] {
        let refused = province.post(&format!("{course}/sessions/{session}"), &[("account", who.as_str())]).await;
        assert_eq!(refused.status, status, "{session}");
    }
    let refused = trainee.post(&format!("{course}/sessions/1"), &present).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);

    // A form that differs is counted without its author; a right one completes the module.
    let mut wrong = right(MODULE);
    wrong.iter_mut().find(|(name, _)| name == "h.water_source").unwrap().1 = "tap".to_owned();
    let address = format!("/training/{PACK}/{MODULE}");
    for fields in [&wrong, &wrong, &right(MODULE)] {
        trainee.post(&address, &borrowed(fields)).await;
    }
    let told = province.get(&course).await;
    told.says("Kết quả theo địa bàn").says("1/1").says("0/1").says("1/3").says("Sổ tay, bút chì");
    province.get("/training/courses").await.says("#indicator.water").says(">2<");
    let own = trainee.get(&course).await;
    own.says("Nhà văn hóa").says("1/3").does_not_say("Kết quả theo địa bàn").does_not_say("0/1");
    trainee.get("/training/courses").await.says("Lớp rà soát viên").does_not_say("#indicator.water");
    absent.get_in_english(&course).await.says("Sessions").does_not_say("course-");

    // What was held stands in the form as it was; the rest moves. Who came not is taken off, and who came is not.
    let change = format!("{course}/change");
    province.get(&change).await.says("buổi đã qua").says("value=\"2025-09-20\"").does_not_say("course-");
    assert_eq!(absent.try_get(&change).await.status, StatusCode::NOT_FOUND);
    let moved = |first, second| {
        let mut fields = fields(first);
        fields[5].1 = second;
        fields.push(("capacity", "30"));
        fields
    };
    let refused = province.post(&change, &moved("2025-09-07", "2025-09-25")).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    refused.says("buổi đã qua thì không sửa được").says("value=\"2025-09-25\"");
    province.post(&change, &moved("2025-09-08", "2025-09-25")).await.sent_to();
    trainee.get(&course).await.says("25/09/2025").does_not_say("20/09/2025").does_not_say("Rút lời mời");
    let take_back = format!("{course}/take-back");
    province.post(&take_back, &[("account", absent_id.as_str())]).await.sent_to();
    assert_eq!(absent.try_get(&course).await.status, StatusCode::NOT_FOUND);
    let refused = province.post(&take_back, &present).await;
    assert_eq!(refused.status, StatusCode::CONFLICT);
    refused.says("người đã dự một buổi thì không rút lời mời được");

    let call_off = format!("{course}/call-off");
    assert_eq!(trainee.post(&call_off, &[("reason", "x")]).await.status, StatusCode::FORBIDDEN);
    let silent = province.post(&call_off, &[("reason", "")]).await;
    assert_eq!(silent.status, StatusCode::UNPROCESSABLE_ENTITY);
    province.post(&call_off, &[("reason", "Bão lũ, đường tắc")]).await.sent_to();
    trainee.get(&course).await.says("Lớp đã hủy ngày 08/09/2025").says("Bão lũ, đường tắc");
    trainee.get("/training/courses").await.says("đã hủy");
    let called_off = province.get_in_english(&course).await;
    called_off.says("called off on").does_not_say("course-").does_not_say("/invite").does_not_say("/change");
    assert_eq!(site.operator().verify(None).await.unwrap().differences, []);
}
