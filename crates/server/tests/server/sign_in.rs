//! Signing in: what is told, what is not, and when no more tries are taken.

use crate::common::{PASSWORD, Server, code, form};
use axum::http::StatusCode;

#[tokio::test]
async fn whoever_is_not_signed_in_is_sent_to_sign_in_and_back() {
    let server = Server::new().await;
    let mut browser = server.browser();
    let answer = browser.get("/households?status=poor").await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER);
    assert_eq!(answer.location(), "/sign-in?next=%2Fhouseholds%3Fstatus%3Dpoor");
    browser.get(answer.location()).await;
    let fields = [("login", "officer"), ("password", PASSWORD), ("next", "/households?status=poor")];
    let answer = browser.post("/sign-in", &fields).await;
    assert_eq!(answer.location(), "/households?status=poor");
    assert_eq!(browser.get("/households?status=poor").await.status, StatusCode::OK);
}

#[tokio::test]
async fn nobody_is_sent_to_another_site() {
    let server = Server::new().await;
    for next in ["https://elsewhere.example", "//elsewhere.example", "/\\elsewhere.example", "javascript:alert(1)"] {
        let mut browser = server.browser();
        browser.get("/sign-in").await;
        let fields = [("login", "officer"), ("password", PASSWORD), ("next", next)];
        assert_eq!(browser.post("/sign-in", &fields).await.location(), "/", "{next}");
    }
}

#[tokio::test]
async fn a_wrong_name_and_a_wrong_password_are_told_alike() {
    let server = Server::new().await;
    let mut told = Vec::new();
    for (login, password) in [("officer", "not the right sentence"), ("nobody", PASSWORD)] {
        let mut browser = server.browser();
        browser.get("/sign-in").await;
        let answer = browser.post("/sign-in", &[("login", login), ("password", password)]).await;
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
        assert!(!answer.body.contains(password));
        told.push(answer.bare().replace(login, ""));
    }
    assert_eq!(told[0], told[1]);
}

#[tokio::test]
async fn many_failures_lock_the_account_for_a_time() {
    let server = Server::new().await;
    let mut browser = server.browser();
    browser.get("/sign-in").await;
    let mut last = StatusCode::OK;
    for _ in 0..30 {
        last = browser.post("/sign-in", &[("login", "officer"), ("password", "not the right sentence")]).await.status;
        if last == StatusCode::TOO_MANY_REQUESTS {
            break;
        }
    }
    assert_eq!(last, StatusCode::TOO_MANY_REQUESTS);
    let answer = browser.post("/sign-in", &[("login", "officer"), ("password", PASSWORD)]).await;
    assert_eq!(answer.status, StatusCode::TOO_MANY_REQUESTS, "the right password does not open a locked account");
    let other = browser.post("/sign-in", &[("login", "auditor"), ("password", PASSWORD)]).await;
    assert_eq!(other.status, StatusCode::SEE_OTHER, "other accounts are not locked");
}

#[tokio::test]
async fn an_address_has_only_so_many_tries() {
    let server = Server::with(|config| {
        config.sign_in_tries = 3;
        config.sign_in_per_minute = 1;
    })
    .await;
    let mut browser = server.browser();
    browser.get("/sign-in").await;
    for n in 0..3 {
        let login = format!("nobody{n}");
        let answer = browser.post("/sign-in", &[("login", &login), ("password", "x")]).await;
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
    }
    let answer = browser.post("/sign-in", &[("login", "officer"), ("password", PASSWORD)]).await;
    assert_eq!(answer.status, StatusCode::TOO_MANY_REQUESTS);
    browser.from = [203, 0, 113, 9].into();
    let answer = browser.post("/sign-in", &[("login", "officer"), ("password", PASSWORD)]).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "another address is not held up");
}

#[tokio::test]
async fn the_session_is_out_of_reach_of_scripts_and_ends_with_signing_out() {
    let server = Server::with(|config| config.secure_cookies = Some(true)).await;
    let mut browser = server.browser();
    browser.get("/sign-in").await;
    let answer = browser.post("/sign-in", &[("login", "officer"), ("password", PASSWORD)]).await;
    let cookie = answer.set_cookies().join("\n");
    for part in ["__Host-vuon-session=", "HttpOnly", "SameSite=Lax", "Secure", "Path=/"] {
        assert!(cookie.contains(part), "{part}: {cookie}");
    }
    let kept = browser.cookies.clone();
    browser.get("/").await;
    let answer = browser.post("/sign-out", &[]).await;
    assert_eq!(answer.location(), "/sign-in?done=signed-out");
    browser.cookies = kept;
    assert_eq!(browser.get("/").await.status, StatusCode::SEE_OTHER, "an old cookie opens nothing");
}

#[tokio::test]
async fn the_second_factor_is_set_up_and_from_then_on_asked_for() {
    let server = Server::new().await;
    let mut browser = server.as_("chair").await;
    assert!(browser.get("/").await.body.contains("/account/second-factor"), "the chair is told to set it up");
    let page = browser.get("/account/second-factor").await;
    assert!(page.body.contains("<svg"));
    let (secret, right) = code(&page.body, &server, 0);
    let wrong = browser.post("/account/second-factor", &[("secret", &secret), ("code", "000000")]).await;
    assert!(wrong.status.is_client_error());
    assert!(wrong.body.contains(&secret), "the same secret is tried again");
    let done = browser.post("/account/second-factor", &[("secret", &secret), ("code", &right)]).await;
    assert_eq!(done.location(), "/account?done=factor");
    assert_eq!(browser.get("/account").await.status, StatusCode::OK, "this session has given it");

    let mut other = server.browser();
    other.get("/sign-in").await;
    let answer = other.post("/sign-in", &[("login", "chair"), ("password", PASSWORD), ("next", "/households")]).await;
    assert_eq!(answer.location(), "/sign-in/code?next=%2Fhouseholds");
    let turned_away = other.get("/households").await;
    assert_eq!(turned_away.location(), "/sign-in/code?next=%2Fhouseholds", "the password alone opens nothing");
    other.get("/sign-in/code?next=%2Fhouseholds").await;
    let refused = other.post("/sign-in/code", &[("code", &right), ("next", "/households")]).await;
    assert!(refused.status.is_client_error(), "a code is good once");
    let (_, next) = code(&page.body, &server, 30);
    let given = other.post("/sign-in/code", &[("code", &next), ("next", "/households")]).await;
    assert_eq!(given.location(), "/households");
    assert_eq!(other.get("/households").await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_changed_password_ends_every_session() {
    let server = Server::new().await;
    let mut browser = server.as_("officer").await;
    browser.get("/account").await;
    let new = "another long sentence";
    let fields = [("old", PASSWORD), ("new", new), ("again", "something else entirely")];
    let refused = browser.post("/account/password", &fields).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(!refused.body.contains(new));
    let wrong = browser.post("/account/password", &[("old", "wrong"), ("new", new), ("again", new)]).await;
    assert_eq!(wrong.status, StatusCode::UNAUTHORIZED);
    let done = browser.post("/account/password", &[("old", PASSWORD), ("new", new), ("again", new)]).await;
    assert_eq!(done.location(), "/sign-in?done=password");
    assert_eq!(browser.get("/").await.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn a_form_sent_after_the_session_ended_comes_back_to_its_page_or_stays_as_it_is() {
    let server = Server::new().await;
    let mut browser = server.as_("officer").await;
    let edit = format!("/households/{}", server.household);
    browser.get(&edit).await;
    server.clock.set(server.clock.now() + 2 * 3_600_000_000);
    let send = |headers: &[(&'static str, &str)]| {
        let mut request = form("/areas/vn-2025-07-01:03160/hamlets", &[("csrf", browser.csrf.as_str())]);
        for (name, value) in headers {
            request.headers_mut().insert(*name, value.parse().unwrap());
        }
        request
    };
    let page = format!("http://vuon.example{edit}");
    let (sent, foreign, part) = (
        send(&[("host", "vuon.example"), ("referer", &page)]),
        send(&[("host", "vuon.example"), ("referer", "https://elsewhere.example/x")]),
        send(&[("host", "vuon.example"), ("hx-current-url", &page), ("hx-request", "true")]),
    );
    let answer = browser.send(sent).await;
    assert_eq!(answer.location(), format!("/sign-in?next={}", edit.replace('/', "%2F")));
    assert_eq!(browser.send(foreign).await.location(), "/sign-in?next=%2F");
    let answer = browser.send(part).await;
    assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
    assert!(answer.body.contains("role=\"alert\"") && answer.body.contains("/sign-in?next=%2Fhouseholds"));
    assert_eq!(answer.header("hx-redirect"), "", "the page and what is typed in it stay");

    // Signed in again in another tab, the page that stayed open counts.
    let typed = browser.csrf.clone();
    browser.get("/sign-in").await;
    browser.post("/sign-in", &[("login", "officer"), ("password", PASSWORD)]).await;
    let fields = [("csrf", typed.as_str()), ("name", "Bản Mẫu Chín"), ("since", "2025-01-01")];
    let saved = browser.post_bare("/areas/vn-2025-07-01:03160/hamlets", &fields).await;
    assert_eq!(saved.status, StatusCode::SEE_OTHER, "{}", saved.body);
}
