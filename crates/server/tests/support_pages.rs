//! Support through its pages, as the people who do it: officer, chair, province, ministry, auditor.

#![allow(clippy::unwrap_used)]

mod site;
#[path = "../../registry/tests/common/mod.rs"]
mod world;

use axum::http::StatusCode;
use site::{Browser, COMMUNE, OTHER_COMMUNE, PACK, Seen, Site};
use vuon_registry::households::NewHousehold;
use vuon_registry::import::ImportFile;
use vuon_registry::scope::Role;

const LIST: &str = "Thời gian rà soát;Chủ hộ;Mã hộ;Có dân tộc tại chỗ;Giới tính chủ hộ;Số nhân khẩu;\
    Kết quả phiếu rà soát nhanh;Điểm B1;Điểm B2;Kết quả rà soát;Người rà soát\n\
    12/2024;Lò Văn Một;03160001;Có;Nam;4;;100;30;Hộ nghèo;Cán bộ Mẫu\n\
    12/2024;Lò Văn Hai;03160002;Có;Nam;4;;100;30;Hộ nghèo;Cán bộ Mẫu\n\
    12/2024;Lò Văn Ba;03160003;Có;Nam;4;;100;30;Hộ nghèo;Cán bộ Mẫu\n";

struct People {
    site: Site,
    officer: Browser,
    chair: Browser,
    province: Browser,
    ministry: Browser,
    auditor: Browser,
    households: Vec<String>,
}

/// A commune of three poor households, under the example of a province: the national pack's amounts were not found.
async fn people() -> People {
    let site = Site::new().await;
    let operator = site.operator();
    operator.set("support_pack", "example-province").await.unwrap();
    let officer = site.person("officer", Role::CommuneOfficer, Some(COMMUNE), None).await;
    for (login, role, area) in [
        ("chair", Role::CommuneChair, Some(COMMUNE)),
        ("province", Role::Province, Some(world::PROVINCE)),
        ("ministry", Role::Ministry, None),
    ] {
        site.person(login, role, area, None).await;
    }
    let auditor = site.person("auditor", Role::Auditor, None, None).await;
    let file = ImportFile {
        name: "list.csv",
        bytes: LIST.as_bytes(),
        commune: COMMUNE,
        standard: PACK,
        status: "poor",
        valid_from: jiff::civil::date(2024, 12, 31),
        complete: false,
    };
    let mut desk = site.register.sign_in("officer", world::PASSWORD).await.unwrap().signed_in.actor;
    desk.strong = true;
    let desk = site.register.desk(desk);
    let plan = desk.plan_import(&file).await.unwrap();
    desk.run_import(&file, &plan.plan).await.unwrap();
    let office = vuon_programme::Office::of(desk).await.unwrap();
    let mut rows = office.entitled_in(COMMUNE).await.unwrap();
    rows.sort_by(|a, b| a.code.cmp(&b.code));
    let households = rows.into_iter().map(|row| row.household).collect();
    let (chair, province) = (site.strong("chair").await, site.strong("province").await);
    let ministry = site.strong("ministry").await;
    People { site, officer, chair, province, ministry, auditor, households }
}

impl People {
    /// Capital of 2025 that the province gave to its commune by the example's formula: how much the commune got.
    async fn decided_allocation(&self) -> i64 {
        let mut actor = self.site.register.sign_in("province", world::PASSWORD).await.unwrap().signed_in.actor;
        actor.strong = true;
        let office = vuon_programme::Office::of(self.site.register.desk(actor)).await.unwrap();
        // The ceiling of the formula wants more than one unit; the others keep no list here, so that all of theirs is typed.
        let typed =
            |all: &[(&str, &str)]| all.iter().map(|(id, value)| ((*id).to_owned(), (*value).to_owned())).collect();
        let own = [("border_commune", "0"), ("transfers", "0.8"), ("poor_rate", "10")];
        let others = [OTHER_COMMUNE, "vn-2025-07-01:03151"];
        let of_others = [&own[..], &[("poor_households", "20"), ("near_poor_households", "10")]].concat();
        let figures = others.map(|id| (id.to_owned(), typed(&of_others))).into_iter();
        let figures = figures.chain([(COMMUNE.to_owned(), typed(&own))]).collect();
        let new = vuon_programme::budgets::NewAllocation {
            unit: Some(world::PROVINCE.into()),
            scheme: "production_support".into(),
            year: 2025,
            formula: "to_communes".into(),
            amount: 1_000_000_000,
            figures_of: self.site.clock.today(),
            units: others.into_iter().chain([COMMUNE]).map(str::to_owned).collect(),
            figures,
            coefficients: std::collections::BTreeMap::new(),
        };
        office.receive_capital(world::PROVINCE, "production_support", 2025, 1_000_000_000, "QĐ mẫu").await.unwrap();
        let id = office.draft_allocation(&new).await.unwrap();
        office.decide_allocation(&id, 1).await.unwrap();
        let lines = office.allocation(&id).await.unwrap().thing.published.result.lines;
        lines.iter().find(|line| line.unit == COMMUNE).unwrap().amount
    }
}

/// The fields of a form that a page carries beside those that people fill in.
fn seen(page: &Seen) -> String {
    page.value("seen").to_owned()
}

#[tokio::test]
async fn every_page_is_there_for_each_role_in_both_languages() {
    let people = people().await;
    let of_commune = ["entitled", "lapsing", "rankings", "agreements", "approval", "groups", "projects", "payments"];
    let of_commune = of_commune.map(|page| format!("/support/{page}?commune={COMMUNE}"));
    let of_all = ["", "/models", "/figures", "/capital", "/coverage"].map(|page| format!("/support{page}"));
    let of_area = ["".to_owned(), format!("?unit={COMMUNE}&kind=group&state=forming")];
    let of_area = of_area.map(|asked| format!("/support/community{asked}"));
    let household = format!("/households/{}", people.households[0]);
    for (browser, reads_people) in [
        (&people.officer, true),
        (&people.chair, true),
        (&people.auditor, true),
        (&people.province, true),
        (&people.ministry, false),
    ] {
        for path in &of_all {
            browser.get(path).await.says("<html lang=\"vi\"").says("Hỗ trợ");
            let english = browser.get_in_english(path).await;
            english.says("<html lang=\"en\"").says("Support").does_not_say("support-");
        }
        for path in of_commune.iter().chain(&of_area).chain([&household]) {
            if reads_people {
                browser.get(path).await.says("<html lang=\"vi\"");
                browser.get_in_english(path).await.says("<html lang=\"en\"");
            } else {
                let refused = browser.try_get(path).await;
                assert_eq!(refused.status, StatusCode::FORBIDDEN, "{path}");
            }
        }
    }
    let stranger = people.site.person("stranger", Role::CommuneOfficer, Some(OTHER_COMMUNE), None).await;
    stranger.get(&of_commune[0]).await.does_not_say("Lò Văn Một");
    let enumerator = people.site.person("enumerator", Role::Enumerator, Some(COMMUNE), None).await;
    assert_eq!(enumerator.try_get("/support").await.status, StatusCode::FORBIDDEN);
    enumerator.get("/").await.does_not_say("href=\"/support\"");
    // Of a hamlet: what is of the whole commune is said not to be theirs, and never that there is none.
    let hamlet = Some(people.site.hamlets[0].as_str());
    let of_hamlet = people.site.person("hamlet", Role::Enumerator, Some(COMMUNE), hamlet).await;
    let refused = of_hamlet.try_get("/support/rankings").await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
    refused.says("Vai trò của anh/chị không được làm việc này.").does_not_say("Chưa có bảng xếp thứ tự nào");
    let groups = of_hamlet.get("/support/groups").await;
    groups
        .says("Nhóm của cả xã do cán bộ xã theo dõi")
        .does_not_say("Xã chưa có nhóm hộ nào")
        .does_not_say("href=\"/support\"");
    let community = of_hamlet.get("/support/community").await;
    community.says("của cả xã do cán bộ xã theo dõi").does_not_say("Không có tổ nhóm hay dự án nào như vậy.");
}

/// A poverty rate is told of all households that somebody enters, and never of those in the register.
#[tokio::test]
async fn a_rate_needs_all_households() {
    let people = people().await;
    people.ministry.get("/support/figures").await.says("Hãy nhập ở trên").does_not_say("Đúng lộ trình");
    let page = people.ministry.get("/support/figures?unit=&year=&households_2024=&households_2025=50").await;
    page.says("Tổng số hộ cuối năm 2025").does_not_say("Hãy nhập ở trên").says("năm có số liệu chưa kết thúc");
    let few = people.ministry.try_get("/support/figures?households_2025=0").await;
    assert_eq!(few.status, StatusCode::UNPROCESSABLE_ENTITY);
}

#[tokio::test]
async fn an_agreement_goes_from_the_ranking_to_its_payment() {
    let people = people().await;
    let People { officer, chair, province, .. } = &people;
    let page = officer.get(&format!("/households/{}", people.households[0])).await;
    page.says("Hộ có thể được hưởng gì").says("Ví dụ").says("[chưa kiểm chứng]").says("tối đa 15.000.000 đồng");

    // Two places: who is in, who waits, and why.
    let fields =
        [("area", COMMUNE), ("scheme", "production_support"), ("year", "2025"), ("kind", "places"), ("quota", "hai")];
    let refused = officer.post("/support/rankings", &fields).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    refused.says("Chỉ tiêu: cần một số nguyên.").says("value=\"hai\"");
    let fields = [&fields[..4], &[("quota", "2")]].concat();
    let ranking = officer.post("/support/rankings", &fields).await.sent_to();
    let page = officer.get(&ranking).await;
    page.says("thứ tự ưu tiên theo quy định").says("Danh sách chờ").says("Bốc thăm kín");
    page.does_not_say("được niêm phong").does_not_say("Lập thỏa thuận cho");
    let version = chair.get(&ranking).await.value("version").to_owned();
    chair.post(&format!("{ranking}/approve"), &[("version", &version)]).await.sent_to();

    // Agreements for both, at once; amounts as people write them.
    let address = officer.get(&ranking).await.address("/support/agreements/new?ranking=");
    officer.get(&address).await.says("Lập cho 2 người hưởng");
    let id = ranking.rsplit('/').next().unwrap();
    let typed = |amount: &'static str| {
        [
            ("ranking", id),
            ("year", "2025"),
            ("purpose", "Nuôi bò"),
            ("amount", amount),
            ("own_share", "1 000 000"),
            ("from", "2025-09-08"),
            ("due-0", "2025-09-30"),
            ("due-1", "2025-11-30"),
            ("due-2", "2025-12-31"),
        ]
    };
    let refused = officer.post("/support/agreements/new", &typed("1.5")).await;
    refused.says("Số tiền: cần số tiền bằng đồng, chẳng hạn 1.500.000.").says("Nuôi bò");
    let refused = officer.post("/support/agreements/new", &typed("20.000.000")).await;
    refused.says("chính sách hỗ trợ nhiều nhất 15.000.000 đồng");
    officer.post("/support/agreements/new", &typed("9.000.000")).await.sent_to();

    // Who has an open agreement is not offered another, nor is who waits: two of the three are served, by the draw.
    let household = officer.get(&format!("/households/{}", people.households[0])).await;
    let served = household.text.contains("Hộ đang có thỏa thuận chưa kết thúc theo chính sách này.");
    let offered = household.text.contains("new?scheme=production_support");
    let waits = household.text.contains("Chưa đến lượt hộ này");
    assert_eq!((served, offered), (!waits, false), "served or waiting");

    // The chair approves what was seen; there has to be capital.
    let approval = format!("/support/approval?commune={COMMUNE}");
    officer.get(&approval).await.does_not_say("type=\"checkbox\"");
    let page = chair.get(&approval).await;
    page.says("2 dự thảo, tổng cộng 18.000.000 đồng").says("08/09/2025 – 31/12/2025").says("Phần đầu: 30/09/2025");
    page.does_not_say("quá hạn ngay");
    let drafts: Vec<String> = page
        .text
        .split("name=\"seen\" value=\"")
        .skip(1)
        .map(|rest| rest.split('"').next().unwrap().to_owned())
        .collect();
    let chosen: Vec<(&str, &str)> =
        [("commune", COMMUNE)].into_iter().chain(drafts.iter().map(|draft| ("seen", draft.as_str()))).collect();
    let refused = chair.post("/support/approval", &chosen).await;
    assert_eq!(refused.status, StatusCode::CONFLICT);
    refused.says("cần 18.000.000 đồng");
    let capital = [
        ("unit", COMMUNE),
        ("scheme", "production_support"),
        ("year", "2025"),
        ("amount", "50.000.000"),
        ("document", "01/QĐ-UBND"),
    ];
    province.post("/support/capital/received", &capital).await.sent_to();
    chair.post("/support/approval", &chosen).await.sent_to();
    chair.get(&approval).await.says("Không có dự thảo nào chờ duyệt.");
    let budgets = officer.get("/support/capital").await;
    budgets.says("50.000.000 đồng").says("18.000.000 đồng").says("32.000.000 đồng");

    // Evidence, order, file, answer.
    let one = officer.get(&format!("/support/agreements?commune={COMMUNE}")).await.address("/support/agreements/0");
    let version = officer.get(&one).await.value("version").to_owned();
    let evidence =
        [("version", version.as_str()), ("kind", "signature"), ("on", "2025-09-08"), ("reference", "Tủ số 1")];
    officer.post(&format!("{one}/parts/signed/evidence"), &evidence).await.sent_to();
    let again = officer.post(&format!("{one}/parts/signed/evidence"), &evidence).await;
    again.says("Có người khác vừa sửa nội dung này");
    let version = officer.get(&one).await.value("version").to_owned();
    let early = [("version", version.as_str()), ("kind", "photo"), ("on", "2025-01-01"), ("reference", "Ảnh số 7")];
    let refused = officer.post(&format!("{one}/parts/stock_bought/evidence"), &early).await;
    refused.says("một ngày từ ngày đầu của thỏa thuận đến hôm nay").says("value=\"Ảnh số 7\"");
    officer.get("/support").await.says("Thỏa thuận có phần đã đạt chờ lệnh chi: 1");
    let payments = format!("/support/payments?commune={COMMUNE}");
    let page = chair.get(&payments).await;
    let chosen = [("commune", COMMUNE), ("seen", &seen(&page))];
    chair.post("/support/payments/order", &chosen).await.sent_to();
    let file = officer.post("/support/payments/files", &[("commune", COMMUNE)]).await.sent_to();
    let rows = officer.get(&format!("{file}/rows.csv")).await;
    let payment = rows.text.lines().nth(1).unwrap().split(',').next().unwrap().to_owned();
    let wrong = officer.upload(&format!("{file}/answer"), "answer.csv", b"a,b\n1,2\n").await;
    wrong.says("mỗi dòng của tệp gồm");
    let odd = format!("payment,paid,amount,on,note\n{payment},1,7,2025-09-08,\n");
    let differs = officer.upload(&format!("{file}/answer"), "answer.csv", odd.as_bytes()).await.sent_to_all();
    let page = officer.get(&differs).await;
    page.says("đã gửi 4.500.000 đồng, trả lời 7 đồng").says("Trả lời có dòng không khớp").does_not_say("Đã lưu.");
    let right = format!("payment,paid,amount,on,note\n{payment},1,4500000,2025-09-08,\n");
    let taken = officer.upload(&format!("{file}/answer"), "answer.csv", right.as_bytes()).await.sent_to_all();
    let page = officer.get(&taken).await;
    page.says("1 khoản đã chi")
        .says("trả lời sau đã khớp với tệp")
        .does_not_say("đã gửi 4.500.000 đồng, trả lời 7 đồng");
    page.says("4.500.000 đồng").says("Đã chi");
    officer.get(&one).await.says("Cam kết vốn cho thỏa thuận").says("Đã chi");
    officer.get(&format!("{one}/statement")).await.says("Gia đình được hỗ trợ 9.000.000 đồng");
    let entitled = people.auditor.get(&format!("/support/entitled?commune={COMMUNE}&scheme=production_support")).await;
    entitled.says("1 hộ thuộc đối tượng nhưng chưa có thỏa thuận hay khoản vay nào.");
    people.auditor.get("/support/figures?year=2025").await;
    let verified = people.auditor.post("/ledger/verify", &[]).await.sent_to();
    let verified = people.auditor.get(&verified).await;
    verified.says("Lần chuyển tiền").does_not_say("role=\"alert\"");
}

#[tokio::test]
async fn a_draft_says_whose_turn_it_is_not_and_what_would_be_late_at_once() {
    let people = people().await;
    let (officer, chair) = (&people.officer, &people.chair);
    let new = "/support/agreements/new";
    let of = |household: &str| format!("{new}?scheme=production_support&household={household}");
    // The ceiling stands beside the field, and not in it.
    let page = officer.get(&of(&people.households[0])).await;
    page.says("nhiều nhất 15.000.000 đồng").does_not_say("value=\"15.000.000\"");
    let typed = |household: &'static str| {
        [
            ("scheme", "production_support"),
            ("household", household),
            ("year", "2025"),
            ("purpose", "Nuôi bò"),
            ("amount", "9.000.000"),
            ("own_share", "1.000.000"),
            ("from", "2025-09-08"),
            ("due-0", "2025-09-30"),
            ("due-1", "2025-11-30"),
            ("due-2", "2025-12-31"),
        ]
    };
    let households: Vec<&'static str> =
        people.households.iter().map(|id| -> &'static str { id.clone().leak() }).collect();
    for household in &households[..2] {
        officer.post(new, &typed(household)).await.sent_to();
    }
    let offered = officer.get(&format!("/households/{}", households[0])).await;
    offered
        .says("Hộ đang có thỏa thuận chưa kết thúc theo chính sách này.")
        .does_not_say("new?scheme=production_support");
    // The third alone is ranked, and approved: nobody else's turn comes.
    let fields =
        [("area", COMMUNE), ("scheme", "production_support"), ("year", "2025"), ("kind", "places"), ("quota", "1")];
    let ranking = officer.post("/support/rankings", &fields).await.sent_to();
    let version = chair.get(&ranking).await.value("version").to_owned();
    chair.post(&format!("{ranking}/approve"), &[("version", &version)]).await.sent_to();
    let approval = format!("/support/approval?commune={COMMUNE}");
    let drafts = chair.get(&approval).await;
    let chosen = [("commune", COMMUNE), ("seen", &seen(&drafts))];
    let refused = chair.post("/support/approval", &chosen).await;
    refused.says("chưa đến lượt hộ này").says("Mở dự thảo này");
    assert!(refused.text.contains("bước này: 0316000"), "the household is named by its code");

    people.site.clock.stand(jiff::civil::date(2025, 10, 1));
    let chair = people.site.strong("chair").await;
    chair.get(&approval).await.says("2 dự thảo có phần đã quá hạn: duyệt hôm nay thì quá hạn ngay");
}

#[tokio::test]
async fn whose_time_ends_soon_is_told_on_the_first_page() {
    let people = people().await;
    people.officer.get("/").await.does_not_say("/support/lapsing");
    let mut desk = people.site.register.sign_in("officer", world::PASSWORD).await.unwrap().signed_in.actor;
    desk.strong = true;
    let desk = people.site.register.desk(desk);
    for (year, told, status) in [(2021, "Hộ nghèo", "poor"), (2022, "Hộ có mức sống trung bình", "average")]
    {
        let list = LIST.lines().next().unwrap();
        let list = format!("{list}\n12/{year};Lò Văn Bốn;03160004;Có;Nam;4;;100;30;{told};Cán bộ Mẫu\n");
        let file = ImportFile {
            name: &format!("list-{year}.csv"),
            bytes: list.as_bytes(),
            commune: COMMUNE,
            standard: PACK,
            status,
            valid_from: jiff::civil::date(year, 12, 1),
            complete: false,
        };
        let plan = desk.plan_import(&file).await.unwrap();
        desk.run_import(&file, &plan.plan).await.unwrap();
    }
    let told = "Hộ mới thoát nghèo hết thời hạn trong 3 tháng tới: 1";
    people.officer.get("/").await.says(told).says("/support/lapsing");
    people.officer.get("/support").await.says(told);
    people.officer.get(&format!("/support/lapsing?commune={COMMUNE}")).await.says("Lò Văn Bốn").says("01/12/2025");
}

/// What is agreed in kind is typed as people say it, and comes back on days of the season.
#[tokio::test]
async fn calves_are_agreed_with_the_days_on_which_they_come_back() {
    let people = people().await;
    let (officer, chair) = (&people.officer, &people.chair);
    let household = people.households[0].as_str();
    let new = "/support/agreements/new";
    let address = format!("{new}?scheme=preferential_credit_poor&household={household}");
    officer.get(&address).await.says("Giao và hoàn trả bằng hiện vật").says("Theo ngày của mùa vụ");
    officer.get_in_english(&address).await.says("Given and brought back in things").does_not_say("support-");
    let typed = |value_each: &'static str, season: &'static str| {
        [
            ("scheme", "preferential_credit_poor"),
            ("household", household),
            ("year", "2025"),
            ("purpose", "Nuôi bò"),
            ("amount", "24.000.000"),
            ("what", "bê cái"),
            ("count", "2"),
            ("unit", "con"),
            ("value_each", value_each),
            ("own_share", "0"),
            ("from", "2025-09-08"),
            ("due-0", "2025-09-30"),
            ("plan", "seasonal"),
            ("season", season),
        ]
    };
    let season = "15/10/2026 1\r\n15/10/2027 1";
    let refused = officer.post(new, &typed("11.000.000", season)).await;
    refused.says("hiện vật trị giá 22.000.000 đồng").says("value=\"bê cái\"").says("15/10/2027 1");
    let refused = officer.post(new, &typed("12.000.000", "sau vụ mùa")).await;
    refused.says("mỗi dòng một ngày và số phải trả");
    officer.post(new, &typed("12.000.000", season)).await.sent_to();

    let capital = [
        ("unit", COMMUNE),
        ("scheme", "preferential_credit_poor"),
        ("year", "2025"),
        ("amount", "24.000.000"),
        ("document", "01/QĐ-UBND"),
    ];
    people.province.post("/support/capital/received", &capital).await.sent_to();
    let approval = chair.get(&format!("/support/approval?commune={COMMUNE}")).await;
    chair.post("/support/approval", &[("commune", COMMUNE), ("seen", &seen(&approval))]).await.sent_to();
    let one = officer.get(&format!("/support/agreements?commune={COMMUNE}")).await.address("/support/agreements/0");
    let statement = officer.get(&format!("{one}/statement")).await;
    statement
        .says("Gia đình được hỗ trợ 2 con bê cái, trị giá 24.000.000 đồng")
        .says("Trả lại trước hết ngày 15/10/2026: 1 con bê cái.")
        .says("Trả lại trước hết ngày 15/10/2027: 1 con bê cái.");
}

#[tokio::test]
async fn capital_is_tried_in_the_open() {
    let people = people().await;
    let province = &people.province;
    assert_eq!(people.officer.try_get("/support/capital/new").await.status, StatusCode::FORBIDDEN);
    // The national formula has no coefficients: they are named in words.
    province.get("/support/capital/new").await.says("[Ví dụ]");
    let page = province.get("/support/capital/new?formula=to_communes").await;
    page.says("Hệ số tính thử").says("Ví dụ – phân bổ vốn của tỉnh cho các xã");
    let units = people.site.operator().areas_below(Some(world::PROVINCE)).await.unwrap();
    let mut fields: Vec<(String, String)> = vec![
        ("formula".into(), "to_communes".into()),
        ("scheme".into(), "production_support".into()),
        ("year".into(), "2025".into()),
        ("amount".into(), "1.000.000.000".into()),
        ("figures_of".into(), "2025-09-08".into()),
    ];
    let pairs = |fields: &[(String, String)]| -> Vec<(&'static str, &'static str)> {
        let leak = |text: &String| -> &'static str { text.clone().leak() };
        fields.iter().map(|(name, value)| (leak(name), leak(value))).collect()
    };
    let refused = province.post("/support/capital/what-if", &pairs(&fields)).await;
    assert_eq!(refused.status, StatusCode::CONFLICT);
    refused.says("thiếu số liệu hoặc số liệu không đọc được").says("): Xã biên giới").does_not_say("): border_commune");
    for unit in &units {
        // Communes that have households and no list yet: their figures are typed.
        let new = NewHousehold {
            commune: unit.id.clone(),
            hamlet: None,
            code: None,
            from: jiff::civil::date(2020, 1, 1),
            members: world::members(&["Lò Văn Mẫu"]),
        };
        people.site.operator().add_household(&new).await.unwrap();
        let own = unit.id == COMMUNE;
        for figure in ["poor_rate", "poor_households", "near_poor_households"].iter().take(if own { 1 } else { 3 }) {
            fields.push((format!("figure/{}/{figure}", unit.id), "1".into()));
        }
        fields.push((format!("figure/{}/border_commune", unit.id), "0".into()));
        fields.push((format!("figure/{}/transfers", unit.id), "0,8".into()));
    }
    let tried = province.post("/support/capital/what-if", &pairs(&fields)).await;
    tried
        .says("Kết quả tính thử")
        .says("Lưu dự thảo")
        .says("Vốn tính trên mỗi hộ nghèo")
        .says("Xem các số này thành bảng");
    let id = province.post("/support/capital/draft", &pairs(&fields)).await.sent_to();
    fields.push(("coefficient/poor_households".into(), "100".into()));
    let tried = province.post("/support/capital/what-if", &pairs(&fields)).await;
    tried.says("tăng").says("giảm").does_not_say("Lưu dự thảo");
    // What an address can hold stands in it: the result stays in the other language.
    let others = units.iter().map(|unit| unit.id.as_str()).filter(|unit| *unit != COMMUNE);
    let few: Vec<&str> = others.take(3).chain([COMMUNE]).collect();
    fields.retain(|(name, _)| !name.starts_with("figure/") || few.iter().any(|unit| name.contains(unit)));
    fields.extend(few.iter().map(|unit| ("units".to_owned(), (*unit).to_owned())));
    let address = province.post("/support/capital/what-if", &pairs(&fields)).await.sent_to_all();
    assert!(address.contains("coefficient%2Fpoor_households=100"), "{address}");
    province.get(&address).await.says("Kết quả tính thử").says("Theo hệ số của quy định").does_not_say("Lưu dự thảo");
    let page = province.get(&id).await;
    page.says("vuon allocate verify").says("Ví dụ");
    let refused = province.post(&format!("{id}/decide"), &[("version", page.value("version"))]).await;
    refused.says("vốn ").says("còn 0 đồng");
    let file = province.get(&format!("{id}/file")).await;
    let published: vuon_programme::published::Published = serde_json::from_str(&file.text).unwrap();
    assert_eq!(vuon_programme::published::verify(&published).unwrap(), Vec::<String>::new());
}

#[tokio::test]
async fn a_sealed_fact_is_opened_by_the_chair_and_shown_once() {
    let people = people().await;
    let household = format!("/households/{}", people.households[0]);
    let address = people.officer.get(&household).await.address(&format!("{household}/members/"));
    let address = format!("{}/sealed", address.trim_end_matches("/sealed"));
    people.officer.get(&address).await.does_not_say("Mở thông tin niêm phong");
    people.officer.post(&address, &[("fact", "hiv"), ("holds", "yes")]).await.sent_to();
    people.officer.get(&address).await.does_not_say("<li>Sống chung với HIV");
    let open = format!("{address}/open");
    let refused = people.officer.post(&open, &[("why", "Xét ưu tiên")]).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
    let weak = people.site.again("chair").await.post(&open, &[("why", "Xét ưu tiên")]).await;
    assert_eq!(weak.status, StatusCode::FORBIDDEN);
    people.chair.post(&open, &[("why", "Xét ưu tiên")]).await.says("<li>Sống chung với HIV</li>");
    people.chair.get(&address).await.does_not_say("<li>Sống chung với HIV");
    assert_eq!(people.auditor.try_get(&address).await.status, StatusCode::FORBIDDEN);
    people.auditor.get(&household).await.does_not_say("HIV");
}

#[tokio::test]
async fn classes_of_areas_are_recorded_by_who_keeps_areas() {
    let people = people().await;
    let address = format!("/areas/{COMMUNE}/classes");
    people.officer.get(&address).await.says("Chưa ghi nhận gì").does_not_say("type=\"checkbox\"");
    let refused = people.officer.post(&address, &[("since", "2025-01-01"), ("document", "QĐ 1")]).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
    people.site.person("administrator", Role::Administrator, None, None).await;
    let administrator = people.site.strong("administrator").await;
    let refused = administrator.post(&address, &[("since", "2025-01-01"), ("document", " ")]).await;
    refused.says("hãy ghi văn bản quyết định danh sách");
    administrator.post(&address, &[("since", "2025-01-01"), ("document", "QĐ 1")]).await.sent_to();
    people.officer.get(&address).await.says("Không thuộc loại nào");
    let hamlet = format!("{address}?hamlet={}", people.site.hamlets[0]);
    administrator.get(&hamlet).await.says("Bản Mẫu Một");
    assert_eq!(people.officer.try_get(&format!("{address}?hamlet=0")).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn the_pack_of_support_is_chosen_on_the_page_of_areas_by_who_keeps_them() {
    let people = people().await;
    people.officer.get("/areas").await.does_not_say("Gói chính sách hỗ trợ");
    let refused = people.officer.post("/support/pack", &[("pack", "vn-2022-2026")]).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
    people.site.person("administrator", Role::Administrator, None, None).await;
    let administrator = people.site.strong("administrator").await;
    let page = administrator.get("/areas").await;
    page.says("Gói chính sách hỗ trợ").says("value=\"example-province\" selected");
    administrator.get_in_english("/areas").await.says("Pack of support");
    let wrong = administrator.post("/support/pack", &[("pack", "vn-2027-2030")]).await;
    wrong.says("vn-2027-2030").says("Gói chính sách hỗ trợ");
    assert!(!wrong.status.is_success());
    administrator.post("/support/pack", &[("pack", "")]).await.sent_to();
    administrator.get("/areas").await.says("Chuẩn nghèo đa chiều 2022–2026");
}

#[tokio::test]
async fn when_the_time_of_the_pack_is_over_the_pages_of_support_say_so_and_the_audit_has_the_money() {
    let people = people().await;
    people.site.clock.stand(jiff::civil::date(2027, 1, 4));
    let officer = people.site.again("officer").await;
    for page in
        ["", "/entitled", "/rankings", "/agreements", "/groups", "/projects", "/payments", "/figures", "/capital"]
    {
        officer.get(&format!("/support{page}")).await.says("đã hết hiệu lực ngày 31/12/2026");
    }
    officer.get_in_english("/support").await.says("ended on 31 Dec 2026");
    let auditor = people.site.again("auditor").await;
    let verified = auditor.post("/ledger/verify", &[("root", "")]).await.sent_to();
    auditor.get(&verified).await.says("Lần chuyển tiền");
}

#[tokio::test]
async fn capital_that_was_not_used_goes_on_by_a_button_when_the_year_is_over() {
    let people = people().await;
    let decided = people.decided_allocation().await;
    people.site.clock.stand(jiff::civil::date(2026, 1, 5));
    let province = people.site.strong("province").await;
    let page = province.get("/support/capital").await;
    page.says("Chuyển nguồn sang năm 2026");
    let auditor = people.site.again("auditor").await;
    auditor.get(&format!("/support/capital?unit={}", world::PROVINCE)).await.does_not_say("Chuyển nguồn sang năm");
    let budget = [("unit", COMMUNE), ("scheme", "production_support"), ("year", "2025")];
    province.post("/support/capital/carry-over", &budget).await.sent_to();
    let office = vuon_programme::Office::of(people.site.operator()).await.unwrap();
    let rows = office.budgets(COMMUNE).await.unwrap();
    let next = rows.iter().find(|row| row.budget.year == 2026).unwrap();
    assert_eq!((next.free, next.allocated), (decided, decided));
    let again = province.post("/support/capital/carry-over", &budget).await;
    again.says("không còn");
    assert_eq!(again.status, StatusCode::CONFLICT);
}

#[tokio::test]
async fn a_group_forms_and_is_refused_in_words_until_it_may_be_certified() {
    let people = people().await;
    let new = [
        ("commune", COMMUNE),
        ("scheme", "production_group"),
        ("name", "Nhóm nuôi bò"),
        ("led_by", "village"),
        ("leader", "Bản Mẫu Một"),
    ];
    let group = people.officer.post("/support/groups", &new).await.sent_to();
    let page = people.officer.get(&group).await;
    page.says("ít nhất 5 thành viên");
    let listed = people.province.get("/support/community?kind=group").await;
    listed.says("Nhóm nuôi bò").says(&group);
    people.province.get("/support/community?kind=project").await.does_not_say("Nhóm nuôi bò");
    let version = page.value("version").to_owned();
    let wrong = people.officer.post(&format!("{group}/join"), &[("version", &version), ("code", "999")]).await;
    wrong.says("không có hộ nào của xã có mã này");
    people.officer.post(&format!("{group}/join"), &[("version", &version), ("code", "03160001")]).await.sent_to();
    let page = people.chair.get(&group).await;
    page.says("Lò Văn Một");
    let version = page.value("version").to_owned();
    let refused = people.chair.post(&format!("{group}/certify"), &[("version", &version)]).await;
    refused.says("nhóm có 1 thành viên; quy định cần ít nhất 5");

    let new = [
        ("commune", COMMUNE),
        ("hamlet", people.site.hamlets[0].as_str()),
        ("scheme", "production_group"),
        ("title", "Bò sinh sản"),
        ("model", "Nuôi bò"),
    ];
    let project = people.officer.post("/support/projects", &new).await.sent_to();
    let page = people.officer.get(&project).await;
    page.says("Bước tiếp theo: Phổ biến").says("aria-current=\"step\"");
    let version = page.value("version").to_owned();
    let step = [("version", version.as_str()), ("step", "disseminated"), ("on", "2025-09-08"), ("text", "Loa thôn")];
    people.officer.post(&format!("{project}/step"), &step).await.sent_to();
    people.officer.get(&project).await.says("Loa thôn").says("Bước tiếp theo: Họp thôn");
}
