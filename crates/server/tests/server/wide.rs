//! Who reaches more than a commune finds a household without knowing where it lives.

use crate::site::{Browser, Seen, Site};
use jiff::civil::date;
use vuon_registry::households::{NewHousehold, NewMember};
use vuon_registry::scope::{Place, Role};

const LIST: &str = "vn-2023-04-10";
/// Of one district; of another district of the same province; of another province.
const COMMUNES: [&str; 3] = ["vn-2023-04-10:03160", "vn-2023-04-10:03166", "vn-2023-04-10:00019"];
const HEADS: [&str; 3] = ["Lò Văn Gần", "Lò Văn Giữa", "Lò Văn Xa"];

async fn site() -> (Site, Place) {
    let site = Site::at(date(2024, 9, 9), LIST, COMMUNES[0]).await;
    for (commune, head) in COMMUNES.into_iter().zip(HEADS) {
        add(&site, commune, head).await;
    }
    let place = site.operator().place(COMMUNES[0], None).await.unwrap();
    (site, place)
}

async fn add(site: &Site, commune: &str, head: &str) {
    let head = NewMember {
        name: head.into(),
        relation: "head".into(),
        sex: None,
        born: Some("1980".into()),
        ethnic: None,
        identity: None,
    };
    let new =
        NewHousehold { commune: commune.into(), hamlet: None, code: None, from: date(2020, 1, 1), members: vec![head] };
    site.operator().add_household(&new).await.unwrap();
}

async fn search(browser: &Browser, fields: &[(&str, &str)]) -> Seen {
    let sent = browser.post("/households/find", fields).await;
    let address = sent.location.unwrap();
    assert!(!address.contains("lo"), "no name stands in an address: {address}");
    browser.get(&address).await
}

/// Fails unless the list names just these of [`HEADS`].
#[track_caller]
fn names(seen: &Seen, expected: &[&str]) {
    for head in HEADS {
        assert_eq!(seen.text.contains(head), expected.contains(&head), "{head} in {}", seen.text);
    }
}

#[tokio::test]
async fn a_province_and_a_district_list_and_search_all_of_their_area() {
    let (site, place) = site().await;
    let district = site.person("district", Role::District, place.district.as_deref(), None).await;
    let province = site.person("province", Role::Province, Some(&place.province), None).await;
    for (browser, expected) in [(district, &HEADS[..1]), (province, &HEADS[..2])] {
        let page = browser.get("/households").await;
        page.says("Chọn xã, phường cần xem.").says("Hoặc tìm hộ trong toàn địa bàn").does_not_say("id=\"province\"");
        names(&page, expected);
        names(&search(&browser, &[("text", "lo van")]).await, expected);
        names(&search(&browser, &[("text", "xa")]).await, &[]);
        names(&search(&browser, &[("text", "lo"), ("province", "vn-2023-04-10:01")]).await, &[]);
    }
}

#[tokio::test]
async fn a_national_auditor_chooses_a_province_first() {
    let (site, place) = site().await;
    let auditor = site.person("auditor", Role::Auditor, None, None).await;
    let page = auditor.get("/households").await;
    page.says("Chọn tỉnh, thành phố để xem các hộ.").says("id=\"province\"");
    names(&page, &[]);
    names(&search(&auditor, &[("text", "lo van")]).await, &[]);
    names(&search(&auditor, &[("text", "lo van"), ("province", &place.province)]).await, &HEADS[..2]);
    names(&search(&auditor, &[("text", ""), ("province", "vn-2023-04-10:01")]).await, &HEADS[2..]);
    names(&search(&auditor, &[("text", "lo van"), ("commune", COMMUNES[2])]).await, &HEADS[2..]);
}

#[tokio::test]
async fn pages_of_an_area_follow_one_another() {
    let (site, place) = site().await;
    for number in 0..50 {
        add(&site, COMMUNES[number % 2], "Lường Văn Đông").await;
    }
    let province = site.person("province", Role::Province, Some(&place.province), None).await;
    let first = search(&province, &[("text", "l")]).await;
    first.says("Hộ 1–50; còn nữa ở trang sau");
    let next = first.text.split_once("rel=\"next\" href=\"").unwrap().1.split_once('"').unwrap().0;
    let rest = province.get(&next.replace("&amp;", "&")).await;
    rest.says("Hộ 51–52; đây là trang cuối").says("Tỉnh Điện Biên");
}
