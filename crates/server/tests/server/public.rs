//! The pages that need no account: each is open to anybody, keeps nothing, and tells of no household.

use crate::common::{Answer, Browser, COMMUNE, Server};
use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use std::path::Path;

/// A small site as `vuon publish` writes it, and beside it what nobody may read.
fn publish(folder: &Path) {
    let site = folder.join("public");
    for (file, text) in [
        ("index.html", "<h1>Giảm nghèo</h1>"),
        ("vi/index.html", "<h1>Kết quả</h1>"),
        ("en/index.html", "<h1>Results</h1>"),
        ("style.css", "h1 { margin: 0 }"),
        ("data/results.csv", "year\n2025\n"),
        ("data/results.parquet", "PAR1"),
        ("data/catalog.jsonld", "{}"),
    ] {
        std::fs::create_dir_all(site.join(file).parent().unwrap()).unwrap();
        std::fs::write(site.join(file), text).unwrap();
    }
    std::fs::write(folder.join("register.key"), "not for anybody").unwrap();
    std::fs::write(folder.join("secret.html"), "not for anybody").unwrap();
    #[cfg(unix)]
    std::os::unix::fs::symlink(folder.join("secret.html"), site.join("link.html")).unwrap();
}

async fn published() -> (tempfile::TempDir, Server) {
    let folder = tempfile::tempdir().unwrap();
    publish(folder.path());
    let data_dir = folder.path().to_owned();
    let server = Server::with(|config| config.data_dir = data_dir).await;
    (folder, server)
}

#[tokio::test]
async fn until_something_is_published_a_page_says_so_in_both_languages() {
    let folder = tempfile::tempdir().unwrap();
    let data_dir = folder.path().to_owned();
    let server = Server::with(|config| config.data_dir = data_dir).await;
    let mut browser = server.browser();
    let page = browser.get("/public/figures").await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(page.body.contains("chưa công bố số liệu nào"), "{}", page.body);
    browser.get("/public/figures?lang=en").await;
    assert!(browser.get("/public/figures").await.body.contains("Nothing has been published yet"));
    assert_eq!(browser.get("/public/figures/vi/index.html").await.status, StatusCode::NOT_FOUND);
    let home = browser.get("/public").await;
    for address in [
        "/public/figures",
        "/public/check",
        "/public/lists",
        "/public/complaint",
        "/public/complaint/follow",
        "/verify",
    ] {
        assert!(home.body.contains(&format!("href=\"{address}\"")), "{address}");
        assert_eq!(browser.get(address).await.status, StatusCode::OK, "{address}");
    }
    let sign_in = browser.get("/sign-in").await;
    for address in ["/public", "/public/check", "/public/lists", "/public/complaint", "/verify"] {
        assert!(sign_in.body.contains(&format!("href=\"{address}\"")), "{address} at the foot");
    }
}

#[tokio::test]
async fn what_was_published_is_handed_out_and_nothing_beside_it() {
    let (_folder, server) = published().await;
    let mut browser = server.browser();
    assert_eq!(browser.get("/public/figures").await.location(), "/public/figures/vi/index.html");
    for (path, kind, text) in [
        ("index.html", "text/html; charset=utf-8", "Giảm nghèo"),
        ("vi/index.html", "text/html; charset=utf-8", "Kết quả"),
        ("style.css", "text/css; charset=utf-8", "margin"),
        ("data/results.csv", "text/csv; charset=utf-8", "2025"),
        ("data/results.parquet", "application/vnd.apache.parquet", "PAR1"),
        ("data/catalog.jsonld", "application/ld+json", "{}"),
    ] {
        let file = browser.get(&format!("/public/figures/{path}")).await;
        assert_eq!((file.status, file.header("content-type")), (StatusCode::OK, kind), "{path}");
        assert!(file.body.contains(text), "{path}");
        assert!(file.header("content-security-policy").starts_with("default-src 'none'"), "{path}");
        assert_eq!(file.header("x-content-type-options"), "nosniff", "{path}");
        assert_eq!(file.header("cache-control"), "public, max-age=300", "{path}");
        assert!(file.set_cookies().is_empty(), "{path}");
        let known = Request::get(format!("/public/figures/{path}")).header(header::IF_NONE_MATCH, file.header("etag"));
        let same = browser.send(known.body(Body::empty()).unwrap()).await;
        assert_eq!((same.status, same.body.as_str()), (StatusCode::NOT_MODIFIED, ""), "{path}");
    }
    for path in [
        "../register.key",
        "..%2fregister.key",
        "%2e%2e/register.key",
        "vi/../../register.key",
        "vi/%2e%2e/%2e%2e/register.key",
        "..%2fsecret.html",
        "vi/..%2f..%2fsecret.html",
        "%2fetc%2fpasswd",
        "//etc/passwd",
        "link.html",
        ".html",
        "none.html",
        "vi",
        "data/",
    ] {
        let answer = browser.get(&format!("/public/figures/{path}")).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{path}");
        assert!(!answer.body.contains("not for anybody"), "{path}");
    }
}

/// Answers by which a household with little income is poor.
const POOR: [(&str, &str); 8] = [
    ("h.income", "1.000.000"),
    ("h.living_area", "12,5"),
    ("h.house_wall", "non_durable"),
    ("h.house_column", "non_durable"),
    ("h.house_roof", "non_durable"),
    ("h.water_source", "surface"),
    ("h.toilet", "none"),
    ("h.has_internet_use", "false"),
];

const SHEET: [(&str, &str); 5] =
    [("pack", "vn-2022-2026"), ("area", "rural"), ("members", "2"), ("p.0", "1"), ("p.1", "2")];

/// Sends the form without any cookie, as a browser that takes none.
async fn judged(server: &Server, answers: &[(&str, &str)]) -> Answer {
    server.browser().post_bare("/public/check", &[&SHEET, answers].concat()).await
}

#[tokio::test]
async fn anybody_judges_an_own_household_and_nothing_of_it_is_kept() {
    let server = Server::new().await;
    let mut browser = server.browser();
    let start = browser.get("/public/check").await.body;
    assert!(start.contains("name=\"members\"") && start.contains("value=\"rural\""), "{start}");
    let begun = [("begins", "yes"), ("pack", "vn-2022-2026"), ("area", "rural"), ("members", "2")];
    let sheet = browser.post_bare("/public/check", &begun).await.body;
    for question in ["name=\"h.income\"", "name=\"m.0.education\"", "name=\"m.1.education\"", "name=\"p.1\""] {
        assert!(sheet.contains(question), "{question}");
    }
    assert!(start.contains("method=\"post\""), "no answer stands in an address");
    assert!(!sheet.contains("name=\"h.area_type\""), "what was said is not asked again");

    let (rows, entries) = (dump(&server).await, server.world.number("SELECT COUNT(*) FROM entry").await);
    let poor = judged(&server, &POOR).await;
    assert_eq!((poor.status, poor.header("cache-control")), (StatusCode::OK, "no-store"));
    assert!(poor.set_cookies().is_empty());
    for words in ["Hộ của bạn sẽ được xếp là: Hộ nghèo", "Đây không phải là quyết định", "Điều 3", "chưa kiểm chứng"]
    {
        assert!(poor.body.contains(words), "{words}");
    }
    assert!(poor.body.contains("value=\"1.000.000\""), "what was typed stands in the form again");
    let missing = judged(&server, &POOR[..1]).await.body;
    assert!(missing.contains("Chưa thể kết luận") && missing.contains("href=\"#q-h-toilet\""), "{missing}");
    let well = judged(&server, &[("h.income", "90.000.000")]).await.body;
    assert!(well.contains("Hộ của bạn sẽ được xếp là") && !well.contains("xếp là: Hộ nghèo"), "{well}");
    let wrong = judged(&server, &[("h.income", "nhiều"), ("m.7.education", "x"), ("x", "y")]).await.body;
    assert!(wrong.contains("không đọc được"), "{wrong}");
    assert_eq!((dump(&server).await, server.world.number("SELECT COUNT(*) FROM entry").await), (rows, entries));
    // More than anybody's answers is not read.
    let long = "x".repeat(70_000);
    assert_eq!(judged(&server, &[("h.income", &long)]).await.status, StatusCode::PAYLOAD_TOO_LARGE);
    for [pack, area, members] in [
        ["none", "rural", "2"],
        ["vn-2022-2026", "rural", "0"],
        ["vn-2022-2026", "rural", "21"],
        ["vn-2022-2026", "", "2"],
        ["vn-2022-2026", "of_another_standard", "2"],
    ] {
        let begun = [("begins", "yes"), ("pack", pack), ("area", area), ("members", members)];
        let page = browser.post_bare("/public/check", &begun).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{begun:?}");
        assert!(page.body.contains("Hãy chọn khu vực") && page.body.contains("name=\"members\" required"), "{begun:?}");
        assert!(page.body.contains(&format!("value=\"{members}\"")), "{begun:?}: what was said stands there again");
    }
    let address = browser.get("/public/check?pack=vn-2022-2026&area=rural&members=2").await.body;
    assert!(!address.contains("h.income"), "no answer is taken from an address");
}

#[tokio::test]
async fn a_change_of_language_keeps_what_was_typed_and_nothing_of_it_is_stored() {
    let server = Server::new().await;
    let rows = dump(&server).await;
    let mut browser = server.browser();
    let switch = [("switched", "yes")];
    let address = "/public/check?lang=en";
    let begun = [("begins", "yes"), ("pack", "vn-2022-2026"), ("area", "rural"), ("members", "3")];
    let start = browser.post_bare(address, &[&begun[..], &switch].concat()).await;
    assert!(start.body.contains("<html lang=\"en\">") && start.body.contains("value=\"3\""), "{}", start.body);
    assert!(start.set_cookies().iter().any(|cookie| cookie.starts_with("vuon-lang=en")), "the choice is kept");
    // Before it was judged it is not judged; after that it is told again, and numbers are written as the language does.
    let unjudged = [&SHEET[..], &POOR, &switch, &[("unjudged", "yes")]].concat();
    let sheet = browser.post_bare(address, &unjudged).await.body;
    assert!(sheet.contains("value=\"1,000,000\"") && !sheet.contains("id=\"result\""), "{sheet}");
    let told = browser.post_bare(address, &[&SHEET[..], &POOR, &switch].concat()).await.body;
    assert!(told.contains("value=\"1,000,000\"") && told.contains("id=\"result\""), "{told}");
    assert!(told.contains("for=\"switch-language\"") && !told.contains("class=\"language\" href"), "{told}");
    assert_eq!(dump(&server).await, rows);

    let (_, typed) = complain(&server, &[("switched", "yes"), ("kind", "")]).await;
    assert_eq!(typed.status, StatusCode::OK);
    assert!(typed.body.contains("Ông Khiếu, bản Mẫu") && !typed.body.contains("role=\"alert\""), "{}", typed.body);
    assert_eq!(dump(&server).await, rows, "nothing was filed");
    let (mut browser, receipt) = complain(&server, &[]).await;
    let code = code(&receipt);
    let again = browser.post("/public/complaint/receipt?lang=en", &[("commune", COMMUNE), ("code", &code)]).await;
    assert!(again.body.contains("<html lang=\"en\">") && again.body.contains(&code), "{}", again.body);
    let unknown = [("commune", COMMUNE), ("code", "AAAA-AAAA-AAAA-AAAA")];
    let unknown = browser.post("/public/complaint/receipt", &unknown).await;
    assert_eq!(unknown.status, StatusCode::NOT_FOUND, "no receipt is made up");
    let follow = [("code", code.as_str()), ("switched", "yes")];
    let followed = browser.post_bare("/public/complaint/follow?lang=vi", &follow).await.body;
    assert!(followed.contains("Cán bộ chưa thụ lý") && followed.contains(&format!("value=\"{code}\"")), "{followed}");
}

/// How many rows each table has.
async fn dump(server: &Server) -> Vec<i64> {
    let mut counts = Vec::new();
    for table in ["content", "draft", "answers", "request", "grievance", "training_missed", "setting"] {
        counts.push(server.world.number(&format!("SELECT COUNT(*) FROM {table}")).await);
    }
    counts
}

async fn complain<'a>(server: &'a Server, more: &[(&str, &str)]) -> (Browser<'a>, Answer) {
    let mut browser = server.browser();
    let page = browser.get(&format!("/public/complaint?commune={COMMUNE}")).await;
    let (_, rest) = page.body.split_once("name=\"submission\" value=\"").unwrap();
    let submission = rest.split('"').next().unwrap().to_owned();
    let fields = [
        ("commune", COMMUNE),
        ("submission", &submission),
        ("kind", "wrongly_out"),
        ("household", "Ông Khiếu, bản Mẫu"),
        ("text", "Nhà tôi khó khăn."),
        ("contact", ""),
    ];
    let kept = fields.into_iter().filter(|(name, _)| !more.iter().any(|(other, _)| other == name));
    let fields: Vec<_> = kept.chain(more.iter().copied()).collect();
    let answer = browser.post("/public/complaint", &fields).await;
    (browser, answer)
}

fn code(receipt: &Answer) -> String {
    let (_, rest) = receipt.body.split_once("<code class=\"receipt\">").unwrap_or_else(|| panic!("{}", receipt.body));
    rest.split('<').next().unwrap().to_owned()
}

#[tokio::test]
async fn a_complaint_without_an_account_goes_to_the_officer_and_is_followed_by_its_code() {
    let server = Server::new().await;
    let (mut browser, receipt) = complain(&server, &[("contact", "0900 000 000")]).await;
    assert_eq!((receipt.status, receipt.header("cache-control")), (StatusCode::OK, "no-store"));
    let code = code(&receipt);
    assert_eq!(code.len(), 19, "{code}");
    let follow = async |browser: &mut Browser<'_>| {
        browser.post_bare("/public/complaint/follow", &[("code", &code.to_lowercase())]).await
    };
    let told = follow(&mut browser).await.body;
    assert!(told.contains("Cán bộ chưa thụ lý") && !told.contains("Khiếu, bản Mẫu"), "{told}");
    let unknown = browser.post_bare("/public/complaint/follow", &[("code", "AAAA-AAAA-AAAA-AAAA")]).await;
    assert_eq!(unknown.status, StatusCode::NOT_FOUND);

    let mut officer = server.as_("officer").await;
    assert!(officer.get("/").await.body.contains("1 khiếu nại của người dân đang chờ"));
    let list = officer.get("/complaints/public").await.body;
    let address = list.split('"').find(|part| part.starts_with("/complaints/public/")).unwrap().to_owned();
    let page = officer.get(&address).await.body;
    for words in ["Ông Khiếu, bản Mẫu", "Nhà tôi khó khăn.", "0900 000 000"] {
        assert!(page.contains(words), "{words}");
    }
    let mut stranger = server.as_("stranger").await;
    assert_eq!(stranger.get(&address).await.status, StatusCode::NOT_FOUND);
    let mut chair = server.as_("chair").await;
    let page = chair.get(&address).await.body;
    assert!(page.contains("Nhà tôi khó khăn.") && !page.contains("0900 000 000") && !page.contains("name=\"answer\""));

    officer.get(&address).await;
    let none = officer.post(&format!("{address}/find"), &[("text", "khong ai")]).await.location().to_owned();
    assert!(officer.get(&none).await.body.contains("Không có hồ sơ nào"));
    let done = officer.post(&format!("{address}/answer"), &[("answer", "Xã chưa mở kỳ rà soát.")]).await;
    assert_eq!(done.location(), "/complaints/public?done=grievance-answered");
    let told = follow(&mut browser).await.body;
    assert!(told.contains("Đã trả lời ngày") && told.contains("Xã chưa mở kỳ rà soát."), "{told}");
    assert!(officer.get("/ledger/vn-2025-07-01:03160").await.body.contains("Khiếu nại của người dân"));
}

#[tokio::test]
async fn what_is_no_complaint_is_refused_with_what_was_typed_still_there() {
    let server = Server::new().await;
    for (more, words) in [
        (vec![("website", "http://spam.example")], "phải để trống"),
        (vec![("text", " ")], "Chưa có nội dung"),
        (vec![("kind", "")], "Nội dung khiếu nại"),
    ] {
        let (_, answer) = complain(&server, &more).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{words}");
        assert!(answer.body.to_lowercase().contains(&words.to_lowercase()), "{words}: {}", answer.body);
        assert!(answer.body.contains("Ông Khiếu, bản Mẫu"), "{words}");
    }
    // A page of somebody else's cannot file in the name of whoever looks at it.
    let fields = [("commune", COMMUNE), ("kind", "wrongly_out"), ("household", "x"), ("text", "x")];
    let forged = server.browser().post_bare("/public/complaint", &fields).await;
    assert_eq!(forged.status, StatusCode::FORBIDDEN);
    assert_eq!(server.world.number("SELECT COUNT(*) FROM grievance").await, 0);
}

#[tokio::test]
async fn an_address_asks_and_complains_so_often_and_no_more() {
    let server = Server::with(|config| config.public_per_minute = 30).await;
    let mut statuses = Vec::new();
    for _ in 0..12 {
        let (_, answer) = complain(&server, &[]).await;
        statuses.push(answer.status);
        if answer.status == StatusCode::TOO_MANY_REQUESTS {
            assert!(answer.body.contains("Nhà tôi khó khăn."), "nothing typed is lost");
        }
    }
    assert_eq!(statuses[9], StatusCode::OK);
    assert_eq!(statuses[11], StatusCode::TOO_MANY_REQUESTS);
    let mut browser = server.browser();
    let mut asked = 0;
    while browser.get("/public/lists").await.status == StatusCode::OK {
        asked += 1;
        assert!(asked < 100, "there is a limit");
    }
    assert_eq!(browser.get("/verify").await.status, StatusCode::TOO_MANY_REQUESTS, "it reads the register");
    assert_eq!(browser.get("/public").await.status, StatusCode::OK, "what asks nothing stays open");
    browser.from = [203, 0, 113, 6].into();
    assert_eq!(browser.get("/public/lists").await.status, StatusCode::OK, "others go on");
}

#[tokio::test]
async fn anybody_sees_whether_a_commune_has_a_list_posted() {
    let server = Server::new().await;
    let mut browser = server.browser();
    let found = browser.get("/public/lists?name=muong").await.body;
    assert!(found.contains("/public/lists?commune=vn-2025-07-01:"), "{found}");
    let none = browser.get("/public/lists?name=zzz").await.body;
    assert!(none.contains("Không có xã, phường nào"), "{none}");
    let page = browser.get(&format!("/public/lists?commune={COMMUNE}")).await.body;
    for words in ["không có danh sách nào đang niêm yết", "Ủy ban nhân dân xã", "3 ngày làm việc", "24/2021"]
    {
        assert!(page.contains(words), "{words}: {page}");
    }
    assert!(!page.contains("Mẫu"), "no name");
    for nowhere in ["vn-2025-07-01:99999", "vn-2025-07-01:11", "x"] {
        let page = browser.get(&format!("/public/lists?commune={nowhere}")).await;
        assert_eq!(page.status, StatusCode::NOT_FOUND, "{nowhere}");
    }
}
