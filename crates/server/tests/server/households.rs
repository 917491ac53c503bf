//! A household's life, through the forms.

use crate::common::{Browser, COMMUNE, OTHER_COMMUNE, Server};
use axum::http::StatusCode;

#[tokio::test]
async fn a_household_is_found_by_name_without_tone_marks() {
    let server = Server::new().await;
    let mut browser = server.as_("officer").await;
    browser.get("/households").await;
    let mut address = String::new();
    for (text, found) in [("nguyen", false), ("lo van", true), ("quang", true), ("M-001", true)] {
        let sent = browser.post("/households/find", &[("commune", COMMUNE), ("text", text)]).await;
        assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.body);
        address = sent.location().to_owned();
        assert!(!address.contains(text), "no name stands in an address: {address}");
        let page = browser.get(&address).await;
        assert_eq!(page.body.contains("Lò Văn Mẫu"), found, "{text}");
    }
    let other = server.as_("chair").await.get(&address).await;
    assert!(!other.body.contains("M-001\""), "what somebody looked for is not shown to others");
    let part = axum::http::Request::builder().uri(&address).header("hx-request", "true");
    let part = browser.send(part.body(axum::body::Body::empty()).unwrap()).await;
    assert!(part.body.contains("Lò Văn Mẫu") && !part.body.contains("<html"), "htmx gets the list alone");
}

#[tokio::test]
async fn a_household_is_added_grows_splits_and_ends() {
    let server = Server::new().await;
    let mut browser = server.as_("officer").await;
    let ask = browser.get("/households/new").await;
    assert_eq!(ask.status, StatusCode::OK, "{}", ask.body);
    let head = [("name", "Cà Văn Thử"), ("sex", "male"), ("born", "28/02/1980"), ("ethnic", "thai"), ("identity", "")];
    let fields: Vec<_> = [("commune", COMMUNE), ("hamlet", &server.hamlet), ("code", ""), ("from", "2025-01-01")]
        .into_iter()
        .chain(head)
        .collect();
    let added = browser.post("/households/new", &fields).await;
    assert_eq!(added.status, StatusCode::SEE_OTHER, "{}", added.body);
    let household = added.location().split('?').next().unwrap().to_owned();
    let page = browser.get(&household).await;
    assert!(page.body.contains("28/02/1980"), "{}", page.body);

    for (name, relation, kind) in [("Lường Thị Thử", "spouse", "moved_in"), ("Cà Thị Bé", "child", "born")] {
        let version = version(&browser.get(&format!("{household}/add-member")).await.body);
        let born = if kind == "born" { "01/02/2025" } else { "2000" };
        let fields = [
            ("version", version.as_str()),
            ("on", "2025-02-01"),
            ("kind", kind),
            ("name", name),
            ("relation", relation),
            ("sex", "female"),
            ("born", born),
            ("ethnic", "thai"),
            ("identity", ""),
        ];
        let done = browser.post(&format!("{household}/add-member"), &fields).await;
        assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.body);
    }
    let page = browser.get(&household).await;
    assert!(page.body.contains("Cà Thị Bé"));

    let stale = [("version", "1"), ("on", "2025-03-01"), ("cause", "moved_away")];
    assert_eq!(browser.post(&format!("{household}/close"), &stale).await.status, StatusCode::CONFLICT);

    let ask = browser.get(&format!("{household}/split")).await.body;
    let child = ask.split("name=\"persons\" value=\"").nth(2).unwrap().split('"').next().unwrap().to_owned();
    let version_now = version(&ask);
    let mut fields =
        vec![("version", version_now.as_str()), ("on", "2025-03-01"), ("persons", &child), ("head", &child)];
    let young = browser.post(&format!("{household}/split"), &fields).await;
    assert_eq!(young.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(young.body.contains("chưa đủ 15 tuổi"), "{}", young.body);
    fields.push(("confirmed", "yes"));
    let split = browser.post(&format!("{household}/split"), &fields).await;
    assert_eq!(split.status, StatusCode::SEE_OTHER, "{}", split.body);
    let new = browser.get(split.location()).await.body;
    assert!(new.contains("Cà Thị Bé") && new.contains("Đã tách hộ"), "{new}");
    assert!(new.contains(&format!("href=\"{household}\"")), "both are at hand: {new}");

    let ask = browser.get(&format!("{household}/close")).await.body;
    let version_now = version(&ask);
    let fields = [("version", version_now.as_str()), ("on", "2025-04-01"), ("cause", "moved_away")];
    let closed = browser.post(&format!("{household}/close"), &fields).await;
    assert_eq!(closed.status, StatusCode::SEE_OTHER, "{}", closed.body);
    assert!(browser.get(&household).await.body.contains("01/04/2025"));
}

fn version(body: &str) -> String {
    body.split("name=\"version\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned()
}

#[tokio::test]
async fn an_identity_number_is_shown_only_on_demand_and_the_ledger_tells() {
    let server = Server::new().await;
    let mut browser = server.as_("officer").await;
    let household = format!("/households/{}", server.household);
    let page = browser.get(&household).await;
    let member = page.body.split('"').find(|part| part.contains("/members/")).unwrap().to_owned();
    let seen = version(&browser.get(&member).await.body);
    let number = [("version", &*seen), ("number", "001080000001")];
    let set = browser.post(&format!("{member}/identity"), &number).await;
    assert_eq!(set.status, StatusCode::SEE_OTHER, "{}", set.body);
    for path in [&household, &member] {
        assert!(!browser.get(path).await.body.contains("001080000001"), "{path}");
    }
    let shown = browser.post(&format!("{member}/reveal"), &[]).await;
    assert!(shown.body.contains("001080000001"));
    let chain = browser.get(&format!("/ledger/{COMMUNE}")).await.body;
    assert!(chain.contains("Xem số định danh"), "{chain}");
    // Who it is about is named to whoever may see them, and the id is not what is read.
    let id = member.rsplit('/').next().unwrap();
    assert!(chain.contains(&format!("title=\"{id}\"")) && !chain.contains(&format!(">{id}<")), "{chain}");
    let mut auditor = server.as_("auditor").await;
    let refused = auditor.post(&format!("{member}/reveal"), &[]).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn what_was_recorded_wrong_is_corrected() {
    let server = Server::new().await;
    let mut browser = server.as_("officer").await;
    let household = format!("/households/{}", server.household);
    let page = browser.get(&household).await;
    let member = page.body.split('"').find(|part| part.contains("/members/")).unwrap().to_owned();
    let ask = browser.get(&member).await.body;
    let version_now = version(&ask);
    let fields = [
        ("version", version_now.as_str()),
        ("on", "2025-09-01"),
        ("relation", "head"),
        ("name", "Lò Văn Sửa"),
        ("sex", "male"),
        ("born", "1981"),
        ("ethnic", "thai"),
    ];
    let done = browser.post(&member, &fields).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.body);
    assert!(browser.get(&household).await.body.contains("Lò Văn Sửa"));
}

#[tokio::test]
async fn lists_and_movements_are_shown_for_a_day() {
    let server = Server::new().await;
    let mut browser = server.as_("officer").await;
    let list = browser.get("/lists?on=2025-06-30&known=2025-09-08&status=any").await;
    assert_eq!(list.status, StatusCode::OK, "{}", list.body);
    assert!(list.body.contains("30/06/2025"));
    let flows = browser.get("/flows?from=2024-12-31&to=2025-09-08").await;
    assert_eq!(flows.status, StatusCode::OK, "{}", flows.body);
    let reports = browser.get("/reports").await.body;
    assert!(reports.contains("/reports/movement-poor?"), "{reports}");
    assert!(!reports.contains("/reports/causes?") && reports.contains("Hãy lập biểu này ngoài sổ."), "{reports}");
    assert!(reports.contains("action=\"/reports/detailed-list\""), "{reports}");
    let of = [("area", COMMUNE), ("on", "2025-09-08"), ("status", ""), ("format", "xlsx")];
    let detailed = browser.post("/reports/detailed-list", &of).await;
    assert_eq!(detailed.status, StatusCode::OK, "{}", detailed.body);
    assert!(detailed.header("content-disposition").contains("detailed-list.xlsx"));
    let export = browser.post("/lists/export", &[("commune", COMMUNE), ("on", "2025-09-08"), ("status", "any")]).await;
    assert_eq!(export.status, StatusCode::OK, "{}", export.body);
    assert!(export.header("content-disposition").contains("attachment"));
    assert!(export.header("content-type").starts_with("text/csv"));
}

/// The address of the page of a household's member, and the page.
async fn member_page(browser: &mut Browser<'_>, household: &str, place: usize) -> (String, String) {
    let page = browser.get(household).await.body;
    let address = page.split('"').filter(|part| part.contains("/members/")).nth(place).unwrap().to_owned();
    let body = browser.get(&address).await.body;
    (address, body)
}

/// What a form on a page would send as it stands: the first form whose action ends so.
fn as_it_stands(page: &str, action: &str) -> Vec<(String, String)> {
    let form = page.split("<form").find(|form| form.contains(&format!("action=\"{action}\""))).unwrap();
    let form = form.split("</form>").next().unwrap();
    let attribute = |tag: &str, name: &str| {
        tag.split_once(&format!(" {name}=\"")).map(|(_, rest)| rest.split('"').next().unwrap().to_owned())
    };
    let mut fields = Vec::new();
    for tag in form.split('<').filter(|tag| tag.starts_with("input") || tag.starts_with("select")) {
        let Some(name) = attribute(tag, "name").filter(|name| name != "csrf") else { continue };
        let value = if tag.starts_with("input") {
            attribute(tag, "value").unwrap_or_default()
        } else {
            let own = form.split_once(tag).unwrap().1.split("</select>").next().unwrap();
            let chosen = own.split("<option").find(|option| option.contains(" selected"));
            chosen.map(|option| attribute(option, "value").unwrap()).unwrap_or_default()
        };
        fields.push((name, value));
    }
    fields
}

#[tokio::test]
async fn a_correction_sent_as_it_came_changes_nothing_in_either_language() {
    let server = Server::new().await;
    let mut browser = server.as_("officer").await;
    let household = format!("/households/{}", server.household);
    for language in ["vi", "en"] {
        browser.get(&format!("{household}?lang={language}")).await;
        let before = browser.get(&household).await.body;
        let (address, body) = member_page(&mut browser, &household, 0).await;
        let fields = as_it_stands(&body, &address);
        assert!(fields.contains(&("born".into(), "01/03/1980".into())), "{language}: {fields:?}");
        let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        let done = browser.post(&address, &fields).await;
        assert_eq!(done.status, StatusCode::SEE_OTHER, "{language}: {}", done.body);
        let members = |page: &str| {
            page.split("household-members")
                .next()
                .unwrap()
                .split("<table")
                .nth(1)
                .unwrap()
                .split("</table>")
                .next()
                .unwrap()
                .to_owned()
        };
        assert_eq!(members(&browser.get(&household).await.body), members(&before), "{language}");
    }
}

#[tokio::test]
async fn nothing_is_chosen_that_nobody_chose() {
    let server = Server::new().await;
    let mut browser = server.as_("officer").await;
    let household = format!("/households/{}", server.household);
    let (_, member) = member_page(&mut browser, &household, 0).await;
    let pages = [
        (member, vec!["kind", "new_head"]),
        (browser.get(&format!("{household}/head")).await.body, vec!["person"]),
        (browser.get(&format!("{household}/split")).await.body, vec!["head"]),
        (browser.get(&format!("{household}/close")).await.body, vec!["cause"]),
        (browser.get(&format!("{household}/add-member")).await.body, vec!["kind", "relation"]),
        (browser.get("/import").await.body, vec!["status"]),
        (browser.get("/rounds/new").await.body, vec!["method"]),
        (browser.get("/users/new").await.body, vec!["role"]),
    ];
    for (page, choices) in &pages {
        for name in choices {
            let (_, choice) = page.split_once(&format!("name=\"{name}\"")).unwrap_or_else(|| panic!("{name}: {page}"));
            let (tag, rest) = choice.split_once('>').unwrap();
            assert!(tag.contains("required"), "{name} must be chosen");
            assert!(rest.starts_with("<option value=\"\" selected>"), "{name}: {}", &rest[..80]);
        }
    }
    let radio = browser.get("/rounds/new").await.body;
    assert!(radio.contains("type=\"radio\"") && !radio.contains(" checked"), "the kind of a round is chosen, too");
}

#[tokio::test]
async fn a_household_moves_to_a_commune_out_of_reach() {
    let server = Server::new().await;
    let mut browser = server.as_("officer").await;
    let household = format!("/households/{}", server.household);
    let address = format!("{household}/move");
    let other = server.register.desk(vuon_registry::scope::Actor::operator()).area(OTHER_COMMUNE).await.unwrap();
    let found = browser.get(&format!("{address}?name={}", vuon_server::view::encode(&other.name))).await.body;
    let to = format!("{address}?commune={OTHER_COMMUNE}");
    assert!(found.contains(&to), "the commune is found by name though it is another's: {found}");
    let ask = browser.get(&to).await;
    assert_eq!(ask.status, StatusCode::OK, "{}", ask.body);
    assert!(ask.body.contains(&other.name) && ask.body.contains("Tỉnh"), "with its province");
    let version_now = version(&ask.body);
    let fields = [("version", version_now.as_str()), ("on", "2025-09-01"), ("commune", OTHER_COMMUNE), ("hamlet", "")];
    let moved = browser.post(&address, &fields).await;
    assert_eq!(moved.location(), "/households?done=moved", "{}", moved.body);
    assert_eq!(browser.get(&household).await.status, StatusCode::NOT_FOUND, "it is no more among one's own");
    let there = server.as_("stranger").await.get(&household).await;
    assert!(there.body.contains("Lò Văn Mẫu"), "its new officer has it");
    // Nobody learns what is in a commune by moving a household there: a hamlet of another's is none.
    let mut stranger = server.as_("stranger").await;
    let ask = stranger.get(&address).await;
    let fields =
        [("version", &*version(&ask.body)), ("on", "2025-09-02"), ("commune", COMMUNE), ("hamlet", &server.hamlet)];
    assert_eq!(stranger.post(&address, &fields).await.status, StatusCode::NOT_FOUND);
}

/// What is sent: names and values.
type Fields<'a> = Vec<(&'a str, &'a str)>;

#[tokio::test]
async fn a_refused_form_comes_back_as_it_was_typed() {
    let server = Server::new().await;
    let mut browser = server.as_("officer").await;
    let household = format!("/households/{}", server.household);
    let (member, body) = member_page(&mut browser, &household, 1).await;
    let version_now = version(&body);
    let v = ("version", version_now.as_str());
    let tomorrow = ("on", "2025-09-30");
    let person = member.rsplit('/').next().unwrap().to_owned();
    let relation = format!("{person}:child");
    let tries: [(String, Fields<'_>, Vec<String>); 7] = [
        (
            member.clone(),
            vec![v, tomorrow, ("relation", "child"), ("name", "Tên Đã Gõ"), ("born", "31/02/1990")],
            vec![
                "value=\"Tên Đã Gõ\"".into(),
                "value=\"31/02/1990\"".into(),
                "<option value=\"child\" selected".into(),
            ],
        ),
        (
            format!("{member}/left"),
            vec![v, tomorrow, ("kind", "moved_out")],
            vec!["<option value=\"moved_out\" selected".into(), "value=\"2025-09-30\"".into()],
        ),
        (format!("{member}/identity"), vec![v, ("number", "12345")], vec!["value=\"12345\"".into()]),
        (
            format!("{household}/head"),
            vec![v, tomorrow, ("person", &person), ("relations", &relation)],
            vec![format!("<option value=\"{person}\" selected"), "value=\"2025-09-30\"".into()],
        ),
        (
            format!("{household}/split"),
            vec![v, tomorrow, ("persons", &person), ("head", &person)],
            vec![format!("value=\"{person}\" checked"), format!("<option value=\"{person}\" selected")],
        ),
        (
            format!("{household}/move"),
            vec![v, tomorrow, ("commune", COMMUNE), ("hamlet", "")],
            vec!["value=\"2025-09-30\"".into()],
        ),
        (
            format!("{household}/close"),
            vec![v, tomorrow, ("cause", "died_out")],
            vec!["<option value=\"died_out\" selected".into(), "value=\"2025-09-30\"".into()],
        ),
    ];
    for (path, fields, kept) in &tries {
        let refused = browser.post(path, fields).await;
        assert!(refused.status.is_client_error(), "{path}: {}", refused.status);
        assert!(refused.body.contains("role=\"alert\""), "{path}: it is said why");
        for kept in kept {
            assert!(refused.body.contains(kept), "{path}: {kept} is not in {}", refused.body);
        }
    }
}

/// A small picture of what the register finds: two households of one head.
#[tokio::test]
async fn pairs_are_judged_in_their_commune_and_a_merge_can_be_undone() {
    let server = Server::new().await;
    let mut browser = server.as_("officer").await;
    browser.get("/households/new").await;
    let fields = [
        ("commune", COMMUNE),
        ("hamlet", &server.hamlet),
        ("from", "2025-01-01"),
        ("name", "Lò Văn Mẫu"),
        ("sex", "male"),
        ("born", "01/03/1980"),
        ("ethnic", "thai"),
    ];
    browser.post("/households/new", &fields).await;
    let queue = format!("/duplicates?commune={}", vuon_server::view::encode(COMMUNE));
    browser.get("/duplicates").await;
    let found = browser.post("/duplicates/find", &[("commune", COMMUNE)]).await;
    assert_eq!(found.location(), format!("{queue}&done=searched"));
    let page = browser.get(&queue).await.body;
    assert!(page.contains("Quàng Thị Mẫu"), "members are shown beside: {page}");
    let judge = page.split("action=\"").map(|rest| rest.split('"').next().unwrap());
    let judge = judge.filter(|action| action.starts_with("/duplicates/")).find(|action| *action != "/duplicates/find");
    let judge = judge.unwrap().to_owned();
    let pair = page.split("section").nth(1).unwrap();
    assert_eq!(pair.matches("<strong>Lò Văn Mẫu</strong> (01/03/1980)").count(), 2, "who was compared: {pair}");
    assert!(pair.contains("value=\"merge_into_second\""), "either may stay: {pair}");
    let seen = version(&page);
    let merge = [("commune", COMMUNE), ("version", &*seen), ("verdict", "merge")];
    let merged = browser.post(&judge, &merge).await;
    assert_eq!(merged.location(), format!("{queue}&done=merged"), "{}", merged.body);
    let page = browser.get(merged.location()).await.body;
    let undo = format!("{judge}/undo");
    assert!(page.contains(&undo), "merged pairs are listed with the way back: {page}");
    let commune = vuon_server::view::encode(COMMUNE);
    let ended = browser.get(&format!("/households?commune={commune}&ended=yes")).await.body;
    let gone = ended.split("href=\"").find(|part| part.starts_with("/households/0")).expect("an ended household");
    let gone = gone.split('"').next().unwrap().to_owned();
    let page = browser.get(&gone).await.body;
    assert!(page.contains("Hộ đã được gộp vào hộ") && page.contains(&format!("/households/{}", server.household)));
    for form in ["add-member", "head", "split", "move", "close"] {
        assert!(!page.contains(&format!("{gone}/{form}")), "{form} is offered: {page}");
        let page = browser.get(&format!("{gone}/{form}")).await.body;
        assert!(page.contains("Hộ đã kết thúc") && !page.contains("name=\"version\""), "{form}: {page}");
    }
    let undone = browser.post(&undo, &[("commune", COMMUNE)]).await;
    assert_eq!(undone.location(), format!("{queue}&done=undone"), "{}", undone.body);
    assert!(!browser.get(&queue).await.body.contains(&undo));
    let again = browser.post(&undo, &[("commune", COMMUNE)]).await;
    assert_eq!(again.status, StatusCode::CONFLICT);
    assert!(again.body.contains("chưa có gì được gộp"), "in Vietnamese, on the page: {}", again.body);
}

#[tokio::test]
async fn erasing_takes_the_second_factor_and_a_word_and_leaves_a_mark_where_the_name_was() {
    let server = Server::new().await;
    let household = format!("/households/{}", server.household);
    let mut weak = server.as_("officer").await;
    let (member, _) = member_page(&mut weak, &household, 1).await;
    let sure = [("reason", "đơn số 12"), ("sure", "yes")];
    assert_eq!(weak.post(&format!("{member}/erase"), &sure).await.status, StatusCode::FORBIDDEN);
    let mut officer = server.strongly_as("officer").await;
    let unsure = officer.post(&format!("{member}/erase"), &sure[..1]).await;
    assert_eq!(unsure.status, StatusCode::UNPROCESSABLE_ENTITY, "one click is not enough");
    assert!(!officer.get(&household).await.body.contains("đã xóa theo yêu cầu"));
    assert_eq!(officer.post(&format!("{member}/erase"), &sure).await.status, StatusCode::SEE_OTHER);
    for page in ["", "/split", "/head"] {
        let body = officer.get(&format!("{household}{page}")).await.body;
        assert!(body.contains("(đã xóa theo yêu cầu)"), "{page}: {body}");
    }
}

#[tokio::test]
async fn after_the_head_died_the_page_says_who_is_the_head_now() {
    let server = Server::new().await;
    let mut browser = server.as_("officer").await;
    let household = format!("/households/{}", server.household);
    let (head, body) = member_page(&mut browser, &household, 0).await;
    let page = browser.get(&household).await.body;
    let members = page.split('"').filter(|part| part.contains("/members/"));
    let others: Vec<&str> = members.skip(1).map(|address| address.rsplit('/').next().unwrap()).collect();
    let seen = version(&body);
    let relations: Vec<String> = others[1..].iter().map(|person| format!("{person}:child")).collect();
    let mut fields = vec![("version", &*seen), ("on", "2025-09-01"), ("kind", "died"), ("new_head", others[0])];
    fields.extend(relations.iter().map(|relation| ("relations", relation.as_str())));
    let done = browser.post(&format!("{head}/left"), &fields).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.body);
    assert!(browser.get(done.location()).await.body.contains("Chủ hộ hiện nay"));
}
