//! Days and years that nobody can mean are refused in the reader's language; pages of a list say which rows they show.

use crate::common::{COMMUNE, Server};
use axum::http::StatusCode;

#[tokio::test]
async fn a_day_or_year_that_nobody_can_mean_is_refused_in_words() {
    let server = Server::new().await;
    let mut officer = server.as_("officer").await;
    let (late, old) = ("Chưa có quyết định nào cho ngày sau năm tới", "Không có danh sách nào cũ như vậy");
    for (path, words) in [
        ("/lists?on=2030-01-01", late.to_lowercase()),
        ("/lists?known=2030-01-01", late.to_lowercase()),
        ("/flows?to=2027-01-01", late.to_lowercase()),
        ("/flows?from=1800-01-01", old.to_lowercase()),
        ("/progress?year=99999", "cần một năm từ 1990 đến 2026".to_owned()),
        ("/progress?year=nay", "cần một số nguyên".to_owned()),
        ("/support/figures?year=1800", "cần một năm từ 1990 đến 2026".to_owned()),
    ] {
        let page = officer.get(path).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{path}");
        assert!(page.body.to_lowercase().contains(&words), "{path}: {}", page.body);
    }
    officer.get("/?lang=en").await;
    let page = officer.get("/flows?to=2027-01-01").await.body;
    assert!(page.contains("othing is decided yet for a day after the next year"), "{page}");
    assert!(page.contains("name=\"to\""), "another day can be chosen");
    // What is decided takes effect by the end of the next year.
    for path in ["/lists?on=2026-12-31", "/flows?to=2025-12-31", "/progress?year=2026", "/support/figures?year=2026"] {
        assert_eq!(officer.get(path).await.status, StatusCode::OK, "{path}");
    }
}

#[tokio::test]
async fn a_later_page_of_a_list_says_which_rows_it_shows_and_leads_back() {
    let server = Server::new().await;
    let mut officer = server.as_("officer").await;
    let first = officer.get(&format!("/ledger/{COMMUNE}")).await.body;
    assert!(!first.contains("Về trang đầu"), "a list of one page has no way back: {first}");
    let later = officer.get(&format!("/ledger/{COMMUNE}?row=51")).await.body;
    assert!(later.contains("Dòng 51–") && later.contains("Về trang đầu"), "{later}");
    let made_up = officer.get(&format!("/ledger/{COMMUNE}?row=-7")).await.body;
    assert!(!made_up.contains("Về trang đầu"), "{made_up}");
}
