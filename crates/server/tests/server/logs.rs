//! A log is safe to show to anybody.

use crate::common::{PASSWORD, Server};
use std::io::Write;
use std::sync::{Arc, Mutex};
use std::thread::ThreadId;
use tracing_subscriber::fmt::MakeWriter;

/// What is written by one thread: that of the test, in which its server answers too.
#[derive(Clone)]
struct Lines {
    thread: ThreadId,
    written: Arc<Mutex<Vec<u8>>>,
}

impl Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        if std::thread::current().id() == self.thread {
            self.written.lock().unwrap().extend(bytes);
        }
        Ok(bytes.len())
    }
    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Lines {
    type Writer = Lines;
    fn make_writer(&'a self) -> Lines {
        self.clone()
    }
}

#[tokio::test]
async fn no_secret_no_name_and_no_query_is_written() {
    let lines = Lines { thread: std::thread::current().id(), written: Arc::default() };
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(tracing::Level::TRACE)
        .with_ansi(false)
        .with_writer(lines.clone())
        .finish();
    // For the whole process: whether anybody listens is remembered for all threads, and one of another test that has no
    // listener of its own would say no.
    tracing::subscriber::set_global_default(subscriber).unwrap();
    let server = Server::new().await;
    let mut browser = server.as_("officer").await;
    let token = browser.cookies.get("vuon-session").unwrap().clone();
    browser.post("/households/find", &[("text", "Quàng")]).await;
    browser.get("/cases/none/compare").await;
    browser.get(&format!("/households/{}", server.household)).await;
    let page = browser.get(&format!("/households/{}", server.household)).await;
    let member = page.body.split('"').find(|part| part.contains("/members/")).unwrap().to_owned();
    browser.post(&format!("{member}/identity"), &[("version", "1"), ("number", "001080000001")]).await;
    browser.post("/sign-in", &[("login", "officer"), ("password", "a wrong password here")]).await;
    // What anybody types on the pages that need no account.
    let household =
        [("pack", "vn-2022-2026"), ("members", "1"), ("p.0", "1"), ("h.income", "1.234.567"), ("h.toilet", "none")];
    browser.post("/public/check", &household).await;
    browser.post("/public/complaint/follow", &[("code", "QQQQ-RRRR-SSSS-TTTT")]).await;
    let complaint = [
        ("commune", crate::common::COMMUNE),
        ("submission", "0d4c1f7e-aaaa-4bbb-8ccc-1234567890ab"),
        ("kind", "wrongly_out"),
        ("household", "Ông Khiếu"),
        ("text", "Oan ức"),
        ("contact", "0900111222"),
    ];
    let receipt = browser.post("/public/complaint", &complaint).await;
    let (_, code) = receipt.body.split_once("<code class=\"receipt\">").unwrap();
    let code = code.split('<').next().unwrap();
    let written = String::from_utf8(lines.written.lock().unwrap().clone()).unwrap();
    assert!(written.contains("/households/{id}"), "the route's pattern is there: {written}");
    assert!(written.contains("status=200"));
    let lost = written.lines().find(|line| line.contains("status=404")).unwrap();
    assert!(lost.contains("route=\"/cases/{id}/compare\""), "a problem keeps its route: {lost}");
    for secret in [
        PASSWORD,
        "a wrong password here",
        &token,
        &browser.csrf,
        "Qu",
        "Mẫu",
        "001080000001",
        "text=",
        "1.234.567",
        "1234567",
        "h.toilet",
        "QQQQ",
        "Khiếu",
        "Oan",
        "0900111222",
        "0d4c1f7e",
        code,
        &server.household,
    ] {
        assert!(!written.contains(secret), "{secret} is in the log:\n{written}");
    }
}
