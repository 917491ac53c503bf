//! The yearly review through its pages, as the people who do it: enumerator, officer, chair, auditor.

#![allow(clippy::unwrap_used)]

mod site;
#[path = "../../registry/tests/common/mod.rs"]
mod world;

use axum::http::StatusCode;
use jiff::civil::date;
use site::{Browser, COMMUNE, OTHER_COMMUNE, PACK, Seen, Site};
use vuon_registry::scope::Role;

/// Where somebody who decides is sent without a second factor.
const SECOND_FACTOR: &str = "/account/second-factor";

/// A commune with its people.
struct Commune {
    site: Site,
    officer: Browser,
    enumerator: Browser,
}

async fn commune() -> Commune {
    let site = Site::new().await;
    let officer = site.person("officer", Role::CommuneOfficer, Some(COMMUNE), None).await;
    let enumerator = site.person("enumerator", Role::Enumerator, Some(COMMUNE), None).await;
    site.person("chair", Role::CommuneChair, Some(COMMUNE), None).await;
    Commune { site, officer, enumerator }
}

impl Commune {
    /// Opens the annual round through its page.
    async fn open(&self) -> String {
        let page = self.officer.get("/rounds/new").await;
        page.says("Rà soát định kỳ hằng năm").says("Rà soát thường xuyên hằng năm");
        let fields = [("commune", COMMUNE), ("kind", "annual"), ("year", "2025"), ("pack", PACK), ("method", "income")];
        self.officer.post("/rounds", &fields).await.sent_to()
    }

    /// Puts a household on the list through its page: the case's address.
    async fn list(&self, round: &str, household: &str) -> String {
        let fields = [("household", household), ("reason", "requested"), ("requested_on", "2025-09-08")];
        self.officer.post(&format!("{round}/add"), &fields).await.sent_to()
    }

    /// Signs the form of a case for a poor household through its page.
    async fn sign(&self, browser: &Browser, case: &str, reason: &str, income: &str) -> Seen {
        let form = browser.get(&format!("{case}/form?reason={reason}")).await;
        sign(browser, case, &form, income).await
    }
}

/// Answers by which a household with little income is poor.
const POOR: [(&str, &str); 7] = [
    ("h.living_area", "12,5"),
    ("h.house_wall", "non_durable"),
    ("h.house_column", "non_durable"),
    ("h.house_roof", "non_durable"),
    ("h.water_source", "surface"),
    ("h.toilet", "none"),
    ("h.has_internet_use", "false"),
];

async fn sign(browser: &Browser, case: &str, form: &Seen, income: &str) -> Seen {
    let mut fields = vec![
        ("version", form.value("version")),
        ("submission", form.value("submission")),
        ("reason", form.value("reason")),
        ("p.0", form.value("p.0")),
        ("h.income", income),
        ("act", "sign"),
        ("sure", "yes"),
    ];
    fields.extend(POOR);
    browser.post(&format!("{case}/form"), &fields).await
}

#[tokio::test]
async fn a_round_goes_from_the_list_to_certificates() {
    let commune = commune().await;
    let (site, officer, enumerator) = (&commune.site, &commune.officer, &commune.enumerator);
    let household = site.household(0, &["Lò Văn Mẫu", "Cà Thị Mẫu"]).await;
    officer.get("/").await.says("Hiện không có việc nào");

    let round = commune.open().await;
    officer.get(&round).await.says("Rà soát định kỳ hằng năm 2025").says("Họp dân để thống nhất kết quả rà soát");
    let found = officer.post(&format!("{round}/add/find"), &[("text", "lo van")]).await;
    let found = officer.get(found.location.as_deref().unwrap()).await;
    assert!(found.address(&format!("{round}/add?household=")).ends_with(&household));
    officer.get(&format!("{round}/add?household={household}")).await.says("Hộ có giấy đề nghị");
    let case = commune.list(&round, &household).await;

    // The enumerator's work of today, and the form.
    enumerator.get("/").await.says("Tổ chức rà soát, phân loại hộ gia đình").says("ngày làm việc");
    let search = async |text| {
        let sent = enumerator.post(&format!("{round}/cases/find"), &[("state", "survey"), ("text", text)]).await;
        enumerator.get(sent.location.as_deref().unwrap()).await
    };
    search("lo").await.says("Lò Văn Mẫu").says("1 hộ");
    search("khong").await.does_not_say("Lò Văn Mẫu");
    let signed = commune.sign(enumerator, &case, "survey", "1.000.000").await;
    assert_eq!(signed.sent_to(), case);
    enumerator.get(&case).await.says("Hộ nghèo").says("Điều 3").says("chưa kiểm chứng").says("Lần");
    enumerator.get(&format!("{case}/compare")).await.says("1.000.000").says("Vật liệu không bền chắc");
    // What an enumerator may not do.
    for address in ["postings/new", "decision"] {
        let seen = enumerator.try_get(&format!("{round}/{address}")).await;
        assert_eq!(seen.status, StatusCode::FORBIDDEN, "{address}");
    }

    // What the pack names enumerators for: in this round, the list.
    enumerator.get(&round).await.says(&format!("{round}/add"));
    enumerator.get(&format!("{round}/add")).await.says("Tìm hộ: họ tên hoặc mã hộ");

    // A photo, and what is no photo.
    let png = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\x06\0\0\0";
    assert_eq!(enumerator.upload(&format!("{case}/documents"), "nhà.png", png).await.status, StatusCode::SEE_OTHER);
    assert_eq!(
        enumerator.upload(&format!("{case}/documents"), "x.png", b"<script>").await.status,
        StatusCode::UNPROCESSABLE_ENTITY
    );
    let page = officer.get(&case).await;
    page.says("nhà.png");
    let photo = officer.get(&page.address(&format!("{case}/documents/"))).await;
    assert_eq!(photo.policy, "default-src 'none'; sandbox", "nothing of what somebody sent is run");
    assert!(page.policy.contains("script-src 'self'"));

    // The village meeting.
    officer.get("/").await.says("Họp dân để thống nhất");
    let sheet = officer.get(&format!("{round}/meetings/new")).await;
    sheet.says("ít nhất 1/2 số người dự họp đồng ý").says("Lò Văn Mẫu");
    let vote = format!("agree.{}", case.trim_start_matches("/cases/"));
    let mut fields = vec![
        ("hamlet", sheet.value("hamlet")),
        ("held_on", "2025-09-08"),
        ("invited", "60"),
        ("present", "40"),
        ("chair", "Trưởng Bản Mẫu"),
        ("secretary", "Thư Ký Mẫu"),
        ("notes", "Bà con thống nhất."),
        (vote.as_str(), "41"),
    ];
    let refused = officer.post(&format!("{round}/meetings"), &fields).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    refused.says("Trưởng Bản Mẫu").says("value=\"41\"");
    fields.pop();
    fields.push((vote.as_str(), "ba mươi"));
    let unread = officer.post(&format!("{round}/meetings"), &fields).await;
    assert_eq!(unread.status, StatusCode::UNPROCESSABLE_ENTITY);
    unread.says("Số người đồng ý – Lò Văn Mẫu: cần một số nguyên").says("value=\"ba mươi\"");
    fields.pop();
    fields.push((vote.as_str(), "30"));
    // The pack names enumerators for this step: so one records it.
    let meeting = enumerator.post(&format!("{round}/meetings"), &fields).await.sent_to();
    officer
        .get(&meeting)
        .await
        .says("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM")
        .says("Độc lập – Tự do – Hạnh phúc")
        .says("30 trên 40")
        .says("ít nhất 1/2 số người dự họp đồng ý");

    // Posting: no more than may be public.
    officer.get(&format!("{round}/postings/new")).await.says("3 ngày làm việc");
    let posted = officer.post(&format!("{round}/postings"), &[("hamlet", ""), ("place", "Nhà văn hóa bản")]).await;
    let list = officer.get(&posted.sent_to()).await;
    list.says("Lò Văn Mẫu").says("Hộ nghèo").says("11/09/2025").says("còn 3 ngày làm việc").says("Khóa công khai");
    list.does_not_say("1.000.000").does_not_say("Cà Thị Mẫu").does_not_say("1980");

    // A complaint, its re-check and answer.
    let fields = [("kind", "wrongly_in"), ("text", "Nhà ấy có thu nhập khá."), ("received_on", "2025-09-08")];
    let complaint = officer.post(&format!("{case}/complaints/new"), &fields).await.sent_to();
    officer.get(&complaint).await.says("Nhà ấy có thu nhập khá.").says("3 ngày làm việc").says("Chưa phúc tra");
    officer.get("/complaints").await.says("Lò Văn Mẫu");
    officer.get("/").await.says("Khiếu nại chờ trả lời");
    let answer = async || {
        let seen = officer.get(&complaint).await;
        let text = "Đã phúc tra, kết quả giữ nguyên.";
        let fields = [("version", seen.value("version")), ("outcome", "confirmed"), ("text", text)];
        officer.post(&complaint, &fields).await
    };
    let early = answer().await;
    assert_eq!(early.status, StatusCode::CONFLICT, "an answer needs its re-check");
    early.says("Đã phúc tra, kết quả giữ nguyên.");
    assert_eq!(commune.sign(enumerator, &case, "recheck", "1.100.000").await.sent_to(), case);
    answer().await.sent_to();
    officer.get(&complaint).await.says("Giữ nguyên kết quả");
    let compared = officer.get(&format!("{case}/compare?one=1&other=2")).await;
    compared.says("Điểm và chỉ số").says("Thiếu hụt").says("1 câu khác nhau").says("1.000.000").says("1.100.000");

    // The decision needs the chair, and the chair the second factor.
    site.clock.stand(date(2025, 9, 12));
    let (weak, chair) = (site.again("chair").await, site.strong("chair").await);
    assert_eq!(weak.try_get(&format!("{round}/decision")).await.sent_to(), SECOND_FACTOR);
    chair.get("/").await.says("Quyết định công nhận");
    let ready = chair.get(&format!("{round}/decision")).await;
    ready.says("Hộ nghèo").says("Tổng cộng");
    let fields = |seen| [("number", "01/QĐ-UBND"), ("effective", ""), ("seen", seen)];
    let unseen = chair.post(&format!("{round}/decision"), &fields("something else")).await;
    assert_eq!(unseen.status, StatusCode::CONFLICT, "what is signed is what was seen");
    assert_eq!(weak.post(&format!("{round}/decision"), &fields("")).await.sent_to(), SECOND_FACTOR);
    let decision = chair.post(&format!("{round}/decision"), &fields(ready.value("seen"))).await.sent_to();
    chair.get(&decision).await.says("01/QĐ-UBND").says("Lò Văn Mẫu").says("Hộ nghèo").says("QUYẾT ĐỊNH");
    // Who signed is named to everybody who may see what was signed.
    for reader in [site.again("enumerator").await, site.again("officer").await] {
        reader.get(&round).await.says("Người Mẫu commune_chair");
        reader.get(&decision).await.says("Người Mẫu commune_chair");
        reader.get(&case).await.says("Người Mẫu commune_chair").says("Người Mẫu enumerator");
        reader.get(&format!("{case}/compare")).await.says("Người Mẫu enumerator");
    }
    let issued = chair.post(&format!("{round}/certificates"), &[]).await.sent_to();
    chair.get(&issued).await.says("GIẤY CHỨNG NHẬN").says("0001/2025").says("Cà Thị Mẫu");
    chair.get(&format!("{case}/certificate")).await.says("0001/2025");

    // Each paper as a file; and the certificate's code, which anybody checks without an account.
    let (own_round, own_case) = (round.trim_start_matches("/rounds/"), case.trim_start_matches("/cases/"));
    let papers = [
        format!("/papers/certificate/{own_case}"),
        format!("/papers/certificates/{own_round}"),
        format!("/papers/decision/{}", decision.trim_start_matches("/rounds/").replace("/decisions/", "/")),
        format!("/papers/posting/{}", posted.location.as_deref().unwrap().trim_start_matches("/postings/")),
        format!("/papers/minutes/{}", meeting.trim_start_matches("/meetings/")),
        format!("/papers/reasons/{own_case}"),
        format!("/papers/form/{own_round}"),
        format!("/papers/filled/{own_case}"),
    ];
    for paper in &papers {
        assert!(chair.get(paper).await.text.starts_with("%PDF-"), "{paper}");
    }
    let desk = site.operator();
    let code = desk.certificate_code(&desk.certificate(own_case).await.unwrap()).unwrap();
    let code = vuon_server::view::encode(&code);
    let mut nobody = chair.clone();
    nobody.token.clear();
    nobody.get(&format!("/verify?code={code}")).await.says("đang có giá trị").says("Lò Văn Mẫu");
    nobody.get(&format!("/verify?code={code}x")).await.says("không do sổ này ký").does_not_say("Lò Văn Mẫu");

    let officer = site.again("officer").await;
    officer.post(&format!("{round}/close"), &[]).await.sent_to();
    officer.get(&round).await.says("Đã kết thúc");

    // The auditor sees all of it and changes nothing.
    let auditor = site.person("auditor", Role::Auditor, None, None).await;
    for address in
        [&round, &case, &meeting, &complaint, &decision, &format!("{round}/cases"), &format!("{case}/compare")]
    {
        auditor.get(address).await;
    }
    auditor.get("/progress?year=2025").await.says("100,0 %");
    auditor.get("/").await;
    for address in [format!("{case}/form"), format!("{case}/withdraw"), format!("{case}/complaints/new")] {
        assert_eq!(auditor.try_get(&address).await.status, StatusCode::FORBIDDEN, "{address}");
    }
    // English has every word too.
    for address in [&round, &case, &meeting, &complaint, &decision] {
        let english = auditor.clone();
        let seen = english.get_in_english(address).await;
        seen.does_not_say("review-");
    }

    // A paper speaks the language of the papers, whoever prints it; the page around it the reader's.
    let certificate = format!("{case}/certificate");
    for (address, around) in [
        (posted.location.as_deref().unwrap(), "Public list"),
        (&meeting, "Minutes of the village meeting"),
        (&decision, "Decision 01/QĐ-UBND"),
        (&certificate, "Certificate"),
    ] {
        let seen = auditor.get_in_english(address).await;
        seen.says(around).says("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM").says("Hộ nghèo").says("class=\"paper");
        seen.does_not_say("Poor household").does_not_say("[unverified]").does_not_say("Commune chair");
    }
    auditor.get_in_english(&decision).await.says("chưa kiểm chứng");
    auditor.get_in_english(&complaint).await.says("[unverified]").says("Article 4, clause 4").does_not_say("Điều 4");

    // For another commune's people there is nothing here.
    let stranger = site.person("stranger", Role::CommuneOfficer, Some(OTHER_COMMUNE), None).await;
    let pages = [
        round.clone(),
        format!("{round}/cases"),
        format!("{round}/add"),
        format!("{round}/meetings/new"),
        format!("{round}/postings/new"),
        format!("{round}/certificates"),
        decision.clone(),
        meeting.clone(),
        posted.location.clone().unwrap(),
        complaint.clone(),
        case.clone(),
        format!("{case}/form"),
        format!("{case}/compare"),
        format!("{case}/withdraw"),
        format!("{case}/complaints/new"),
        format!("{case}/certificate"),
        page.address(&format!("{case}/documents/")),
        format!("/complaints?round={}", round.trim_start_matches("/rounds/")),
    ];
    for address in pages.into_iter().chain(papers) {
        assert_eq!(stranger.try_get(&address).await.status, StatusCode::NOT_FOUND, "{address}");
    }
    for (address, fields) in [
        (format!("{case}/draft"), vec![("h.income", "1")]),
        (format!("{case}/form"), vec![("act", "save"), ("h.income", "1")]),
        (format!("{round}/close"), vec![]),
        (format!("{round}/postings"), vec![("hamlet", ""), ("place", "x")]),
        (complaint, vec![("outcome", "confirmed"), ("text", "x")]),
        (format!("{case}/withdraw"), vec![("version", "1"), ("reason", "x")]),
    ] {
        assert_eq!(stranger.post(&address, &fields).await.status, StatusCode::NOT_FOUND, "{address}");
    }
    stranger.get("/rounds").await.does_not_say("2025</a>");
    stranger.get("/complaints?all=yes").await.does_not_say("Lò Văn Mẫu");

    // After a reform of the areas the certificate is as right as it was, in the name of the commune that gave it.
    site.operator().load_areas("vn-2026-04-30").await.unwrap();
    site.clock.stand(date(2026, 5, 4));
    site.operator().reform(world::LIST, "vn-2026-04-30", false).await.unwrap();
    nobody.get(&format!("/verify?code={code}")).await.says("đang có giá trị").says("Lò Văn Mẫu");
}

#[tokio::test]
async fn the_form_tells_at_once_what_the_answers_give() {
    let commune = commune().await;
    let household = commune.site.household(0, &["Lò Văn Mẫu", "Cà Thị Mẫu", "Lò Thị Con", "Lò Văn Út"]).await;
    let round = commune.open().await;
    let case = commune.list(&round, &household).await;
    let enumerator = &commune.enumerator;
    let form = enumerator.get(&format!("{case}/form")).await;
    form.says("Chưa xác định")
        .says("còn phải hỏi")
        .says("1. Lò Văn Mẫu")
        .says("Nước sinh hoạt và vệ sinh")
        .says("inputmode=\"numeric\"");
    // A child of that age has no employment to be asked for: the question is there, and hidden.
    form.says("id=\"q-m3-employment\" hidden");
    form.does_not_say("id=\"q-m0-employment\" hidden");
    // What the register knows is shown, not asked.
    form.does_not_say("name=\"m.0.birth_date\"").says("01/03/1980");

    let address = format!("{case}/draft");
    let head = [("seen", form.value("seen")), ("p.0", form.value("p.0")), ("h.income", "90.000.000")];
    let part = enumerator.post_part(&address, &head).await;
    assert_eq!(part.status, StatusCode::OK);
    part.says("Hộ có mức sống trên trung bình").says("Đã lưu nháp").says("id=\"seen\"").does_not_say("<html");
    // A form under way answers with no more than what changed; what somebody may be typing in is left alone.
    part.does_not_say("name=\"h.income\"");

    // A question that depends on an answer comes and goes with it.
    let with = |studying: &'static str, seen: &str| {
        vec![
            ("seen".to_owned(), seen.to_owned()),
            ("p.3".to_owned(), form.value("p.3").to_owned()),
            ("m.3.studying".to_owned(), studying.to_owned()),
        ]
    };
    let mut seen = form.value("seen").to_owned();
    for (studying, hidden) in [("false", true), ("true", false)] {
        let fields = with(studying, &seen);
        let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        let part = enumerator.post_part(&address, &fields).await;
        part.says("id=\"q-m3-school_level\"");
        assert_eq!(part.text.contains("id=\"q-m3-school_level\" hidden"), hidden, "{studying}");
        seen = part.value("seen").to_owned();
    }

    // What cannot be right is told and kept as it was typed, with and without scripts.
    let wrong = [("p.0", form.value("p.0")), ("h.income", "nhiều")];
    enumerator.post_part(&address, &wrong).await.says("1 câu trả lời chưa hợp lệ").says("#q-h-income");
    let fields = [("act", "save"), ("reason", "survey"), ("h.income", "nhiều")];
    assert_eq!(enumerator.post(&format!("{case}/form"), &fields).await.sent_to(), format!("{case}/form"));
    enumerator.get(&format!("{case}/form")).await.says("value=\"nhiều\"").says("aria-invalid=\"true\"");
    // A draft is its author's alone.
    commune.officer.get(&format!("{case}/form")).await.does_not_say("nhiều");
}

#[tokio::test]
async fn signing_needs_the_author_s_word_and_counts_once() {
    let commune = commune().await;
    let household = commune.site.household(0, &["Lò Văn Mẫu"]).await;
    let round = commune.open().await;
    let case = commune.list(&round, &household).await;
    let enumerator = &commune.enumerator;
    let form = enumerator.get(&format!("{case}/form")).await;
    let mut fields = vec![
        ("version", form.value("version")),
        ("submission", form.value("submission")),
        ("reason", "survey"),
        ("p.0", form.value("p.0")),
        ("h.income", "90000000"),
        ("act", "sign"),
    ];
    let address = format!("{case}/form");
    let unsure = enumerator.post(&address, &fields).await;
    assert_eq!(unsure.status, StatusCode::UNPROCESSABLE_ENTITY);
    unsure.says("trước khi ký").says("value=\"90.000.000\"");
    fields.push(("sure", "yes"));
    for _ in 0..2 {
        assert_eq!(enumerator.post(&address, &fields).await.sent_to(), case);
    }
    enumerator.get(&case).await.says("1 – Rà soát").does_not_say("2 – ");
    fields[4].1 = "1";
    let other = enumerator.post(&address, &fields).await;
    assert_eq!(other.status, StatusCode::CONFLICT, "the same sending with other content");
}

#[tokio::test]
async fn of_two_who_fill_in_one_form_the_second_is_told_and_loses_nothing() {
    let commune = commune().await;
    let household = commune.site.household(0, &["Lò Văn Mẫu"]).await;
    let round = commune.open().await;
    let case = commune.list(&round, &household).await;
    let (one, other) = (&commune.enumerator, &commune.officer);
    let seen_by_other = other.get(&format!("{case}/form")).await;
    assert_eq!(commune.sign(one, &case, "survey", "1.000.000").await.sent_to(), case);

    let late = sign(other, &case, &seen_by_other, "2.000.000").await;
    assert_eq!(late.status, StatusCode::CONFLICT);
    late.says("Có người khác vừa sửa nội dung này");
    late.says("value=\"2.000.000\"");
    // What differs stands beside what the other signed.
    late.says("Bản nháp của tôi").says("1.000.000");
    assert_ne!(late.value("version"), seen_by_other.value("version"));
    // The draft can be dropped for what was signed.
    other.post(&format!("{case}/draft/drop"), &[("reason", "correction")]).await.sent_to();
    let again = other.get(&format!("{case}/form")).await;
    again.says("value=\"1.000.000\"").does_not_say("Bản nháp của tôi");

    // A draft that somebody else's signature overtook says so, and is not signed as if it were new.
    let typed = [("version", again.value("version")), ("h.income", "3.000.000")];
    other.post(&format!("{case}/draft"), &typed).await.says("Đã lưu nháp");
    assert_eq!(commune.sign(one, &case, "correction", "4.000.000").await.sent_to(), case);
    let overtaken = other.get(&format!("{case}/form")).await;
    overtaken.says("Có người đã cập nhật hồ sơ này").says("4.000.000");
    assert_eq!(overtaken.value("version"), again.value("version"));
    assert_eq!(sign(other, &case, &overtaken, "3.000.000").await.status, StatusCode::CONFLICT);
}

#[tokio::test]
async fn somebody_erased_has_no_name_on_the_pages_of_the_review_and_the_history_is_one_list() {
    let commune = commune().await;
    let household = commune.site.household(0, &["Lò Văn Mẫu", "Cà Thị Xoá"]).await;
    let round = commune.open().await;
    let case = commune.list(&round, &household).await;
    let officer = &commune.officer;
    officer.get(&case).await.says("Cà Thị Xoá").does_not_say("(đã xóa theo yêu cầu)");
    let members = commune.site.operator().household(&household).await.unwrap().members;
    for (member, seen) in members.iter().zip(["Lò Văn Mẫu", "Cà Thị Xoá"]).rev() {
        officer.get(&case).await.says(seen);
        commune.site.operator().erase_person(&member.person, "request 5").await.unwrap();
        for address in [&case, &format!("{case}/form"), &format!("/households/{household}")] {
            officer.get(address).await.does_not_say(seen).says("(đã xóa theo yêu cầu)");
        }
    }
    officer.get(&format!("{round}/cases")).await.says("(đã xóa theo yêu cầu)</a>");
    officer.get_in_english(&case).await.says("(erased on request)");
    // What came of the review stands in the list of what happened, with members and home.
    let page = officer.get(&format!("/households/{household}")).await;
    page.says("Vào hộ: <strong>(đã xóa theo yêu cầu)</strong>").says("Nơi ở: Bản Mẫu Một,");
    page.says(&format!("<a href=\"{case}\">Rà soát định kỳ hằng năm 2025</a>"));
}

#[tokio::test]
async fn a_household_is_taken_off_the_list_for_a_reason() {
    let commune = commune().await;
    let household = commune.site.household(0, &["Lò Văn Mẫu"]).await;
    let round = commune.open().await;
    let case = commune.list(&round, &household).await;
    let twice = commune
        .officer
        .post(&format!("{round}/add"), &[("household", household.as_str()), ("reason", "proposed")])
        .await;
    assert_eq!(twice.status, StatusCode::CONFLICT);
    let page = commune.officer.get(&format!("{case}/withdraw")).await;
    let version = page.value("version").to_owned();
    let fields = [("version", version.as_str()), ("reason", "Hộ đã chuyển đi nơi khác.")];
    commune.officer.post(&format!("{case}/withdraw"), &fields).await.sent_to();
    commune.officer.get(&case).await.says("Đã rút khỏi danh sách");
    let again = commune.officer.post(&format!("{case}/withdraw"), &fields).await;
    assert_eq!(again.status, StatusCode::CONFLICT);
}

#[tokio::test]
async fn where_there_are_districts_they_give_their_opinion_first() {
    let place = "vn-2023-04-10:03160";
    let site = Site::at(date(2024, 9, 9), "vn-2023-04-10", place).await;
    let officer = site.person("officer", Role::CommuneOfficer, Some(place), None).await;
    let above = site.operator().place(place, None).await.unwrap().district.unwrap();
    site.person("district", Role::District, Some(&above), None).await;
    let fields = [("commune", place), ("kind", "annual"), ("year", "2024"), ("pack", PACK), ("method", "income")];
    let round = officer.post("/rounds", &fields).await.sent_to();
    let mut cases = Vec::new();
    for name in ["Lò Văn Một", "Lò Văn Hai"] {
        let household = site.household(0, &[name]).await;
        let fields = [("household", household.as_str()), ("reason", "requested"), ("requested_on", "2024-09-09")];
        let case = officer.post(&format!("{round}/add"), &fields).await.sent_to();
        let form = officer.get(&format!("{case}/form")).await;
        assert_eq!(sign(&officer, &case, &form, "1000000").await.sent_to(), case);
        cases.push(case);
    }
    let ids: Vec<&str> = cases.iter().map(|case| case.trim_start_matches("/cases/")).collect();
    let votes: Vec<String> = ids.iter().map(|id| format!("agree.{id}")).collect();
    let mut fields = vec![("hamlet", site.hamlets[0].as_str()), ("held_on", "2024-09-09"), ("invited", "60")];
    fields.extend([("present", "40"), ("chair", "Trưởng Bản Mẫu"), ("secretary", "Thư Ký Mẫu"), ("notes", "")]);
    fields.extend(votes.iter().map(|vote| (vote.as_str(), "40")));
    officer.post(&format!("{round}/meetings"), &fields).await.sent_to();
    officer.post(&format!("{round}/postings"), &[("hamlet", ""), ("place", "Nhà văn hóa")]).await.sent_to();

    site.clock.stand(date(2024, 9, 13));
    assert_eq!(site.again("district").await.try_get(&format!("{round}/appraisal")).await.sent_to(), SECOND_FACTOR);
    let district = site.strong("district").await;
    district.get("/").await.says("xin ý kiến của Chủ tịch UBND cấp huyện").says("19/09/2024");
    let shown = district.get(&format!("{round}/appraisal")).await;
    shown.says("Lò Văn Một").says("Lò Văn Hai");
    let seen = ("seen", shown.value("seen"));
    let unseen = district.post(&format!("{round}/appraisal"), &[("seen", "something else"), ("note", "")]).await;
    assert_eq!(unseen.status, StatusCode::CONFLICT, "what is agreed to is what was seen");
    let without = district.post(&format!("{round}/appraisal"), &[seen, ("back", ids[0]), ("note", "")]).await;
    assert_eq!(without.status, StatusCode::UNPROCESSABLE_ENTITY, "a case goes back for a reason");
    without.says("checked");
    district.post(&format!("{round}/appraisal"), &[seen, ("back", ids[0]), ("note", "Thiếu chữ ký")]).await.sent_to();
    district.get(&format!("{round}/cases?state=survey")).await.says("Lò Văn Một").does_not_say("Lò Văn Hai");
    district.get(&format!("{round}/cases?state=decision")).await.says("Lò Văn Hai").does_not_say("Lò Văn Một");
    district.get("/progress?year=2024").await.says("Tiến độ rà soát định kỳ hằng năm 2024");
}

#[tokio::test]
async fn a_form_of_eight_members_is_light() {
    let commune = commune().await;
    let names: Vec<String> = (1..=8).map(|place| format!("Lò Văn Mẫu {place}")).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let household = commune.site.household(0, &names).await;
    let round = commune.open().await;
    let case = commune.list(&round, &household).await;
    let form = commune.enumerator.get(&format!("{case}/form")).await;
    // Zipped it is a tenth of that.
    assert!(form.text.len() < 200_000, "{} bytes", form.text.len());
}

#[tokio::test]
async fn a_correction_changes_what_was_changed_and_nothing_else() {
    let commune = commune().await;
    let household = commune.site.household(0, &["Lò Văn Mẫu"]).await;
    let round = commune.open().await;
    let case = commune.list(&round, &household).await;
    let (officer, address) = (&commune.officer, format!("{case}/form"));
    let form = officer.get(&address).await;
    form.does_not_say("h.waste_collected");
    let fields = [
        ("version", form.value("version")),
        ("submission", form.value("submission")),
        ("reason", "survey"),
        ("p.0", form.value("p.0")),
        ("h.income", "1.000.000"),
        ("h.waste_collected", "true"),
        ("act", "sign"),
        ("sure", "yes"),
    ];
    let fields: Vec<_> = fields.into_iter().chain(POOR).collect();
    assert_eq!(officer.post(&address, &fields).await.sent_to(), case);
    officer.get(&format!("{address}?reason=correction")).await.does_not_say("class=\"others\"");

    assert_eq!(commune.sign(officer, &case, "correction", "1.200.000").await.sent_to(), case);
    officer.get(&format!("{case}/compare")).await.says("1 câu khác nhau");
}

#[tokio::test]
async fn the_same_answers_are_signed_again_only_by_who_says_so() {
    let commune = commune().await;
    let household = commune.site.household(0, &["Lò Văn Mẫu"]).await;
    let round = commune.open().await;
    let case = commune.list(&round, &household).await;
    let officer = &commune.officer;
    assert_eq!(commune.sign(officer, &case, "survey", "1.000.000").await.sent_to(), case);
    let form = officer.get(&format!("{case}/form?reason=correction")).await;
    form.does_not_say("name=\"same\"");
    let again = sign(officer, &case, &form, "1.000.000").await;
    assert_eq!(again.status, StatusCode::UNPROCESSABLE_ENTITY);
    again.says("không có câu trả lời nào thay đổi").says("name=\"same\"");
    officer.get(&case).await.does_not_say("2 – ");
    let fields = [
        ("version", again.value("version")),
        ("submission", again.value("submission")),
        ("reason", "correction"),
        ("p.0", again.value("p.0")),
        ("h.income", "1.000.000"),
        ("act", "sign"),
        ("sure", "yes"),
        ("same", "yes"),
    ];
    let fields: Vec<_> = fields.into_iter().chain(POOR).collect();
    assert_eq!(officer.post(&format!("{case}/form"), &fields).await.sent_to(), case);
    officer.get(&case).await.says("2 – ");
}
