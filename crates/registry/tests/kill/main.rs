//! Whoever pulls the plug: a decision and an import are there as a whole or not at all, and the ledger verifies.
//!
//! Another process of this same program does the work and is killed (SIGKILL) sooner and later after it began; it is
//! tried again until it comes to its end.

#![allow(clippy::unwrap_used)]

// Both serve other tests too.
#[allow(dead_code)]
#[path = "../import/book.rs"]
mod book;
#[path = "../common/mod.rs"]
mod common;
#[allow(dead_code)]
#[path = "../review/steps.rs"]
mod steps;

use book::DetailedList;
use common::{COMMUNE, PACK, PASSWORD, World, for_each_engine};
use jiff::civil::date;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;
use steps::{Picture, ask, meet, open, sign};
use vuon_policy::Library;
use vuon_registry::accounts::PasswordCost;
use vuon_registry::cases::AnswersReason;
use vuon_registry::clock::Clock;
use vuon_registry::import::ImportFile;
use vuon_registry::keys::Keys;
use vuon_registry::rounds::NewDecision;
use vuon_registry::{Desk, Register, Store};

/// What the other process is told in its environment: the address of the database, who works, what is to be done.
const TOLD: [&str; 4] = ["VUON_KILL_URL", "VUON_KILL_LOGIN", "VUON_KILL_JOB", "VUON_KILL_WHAT"];

/// How long the other process works before it is killed, in microseconds; the last time it may end.
const PATIENCE: [u64; 12] = [0, 300, 1_000, 2_500, 5_000, 9_000, 15_000, 25_000, 45_000, 90_000, 180_000, 60_000_000];

/// Starts the other process on a job, waits until it begins, and kills it after some time unless it ends before.
fn killed_after(world: &World, desk: &Desk, job: &str, what: &str, patience: Duration) {
    let program = std::env::current_exe().unwrap();
    let told = [world.url.as_str(), &login_of(desk), job, what];
    let mut child = Command::new(program)
        .args(["--exact", "the_other_process", "--nocapture"])
        .envs(TOLD.into_iter().zip(told))
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let begun = lines.map_while(Result::ok).any(|line| line.contains("begins"));
    assert!(begun, "the other process did not come to its work");
    let before = std::time::Instant::now();
    while before.elapsed() < patience && child.try_wait().unwrap().is_none() {
        std::thread::sleep(Duration::from_micros(100).min(patience));
    }
    child.kill().unwrap();
    child.wait().unwrap();
}

fn login_of(desk: &Desk) -> String {
    format!("{}.{}", desk.actor().role.id(), COMMUNE.replace(':', "-"))
}

/// Not a promise: the process that is killed. Without a job in its environment there is nothing to do.
#[tokio::test]
async fn the_other_process() {
    let [Ok(url), Ok(login), Ok(job), Ok(what)] = TOLD.map(std::env::var) else { return };
    let store = Store::open(&url, 2).await.unwrap();
    let clock = Clock::standing(date(2025, 9, 12));
    let cost = PasswordCost::LOWEST_FOR_TESTS;
    let keys = Keys::from_secret(&[7; 32]);
    let register = Register::open_with_cost(store, keys, clock, Library::embedded(), cost).await.unwrap();
    let mut actor = register.sign_in(&login, PASSWORD).await.unwrap().signed_in.actor;
    actor.strong = true;
    let desk = register.desk(actor);
    match job.as_str() {
        "decide" => {
            let decision = NewDecision { number: "01/QĐ-UBND".into(), effective: None, cases: Vec::new() };
            println!("begins");
            desk.decide(&what, &decision).await.unwrap();
        }
        _ => {
            let bytes = std::fs::read(Path::new(&what)).unwrap();
            let file = list(&bytes);
            let plan = desk.plan_import(&file).await.unwrap();
            println!("begins");
            desk.run_import(&file, &plan.plan).await.unwrap();
        }
    }
}

fn list(bytes: &[u8]) -> ImportFile<'_> {
    let valid_from = date(2024, 12, 31);
    ImportFile { name: "list.xlsx", bytes, commune: COMMUNE, standard: PACK, status: "poor", valid_from }
}

/// Kills the job sooner and later until it is done. `whole` gives how much is there, in one look; only nothing and
/// `all` are right.
async fn until_done(world: &World, desk: &Desk, auditor: &Desk, job: &str, what: &str, whole: &str, all: i64) {
    let nothing = world.number(whole).await;
    for patience in PATIENCE {
        killed_after(world, desk, job, what, Duration::from_micros(patience));
        let there = world.number(whole).await;
        assert!(there == nothing || there == all, "after {patience} µs: {there}, neither {nothing} nor {all}");
        let report = auditor.verify(None).await.unwrap();
        assert_eq!(report.differences, [], "after {patience} µs");
        if there == all {
            return;
        }
    }
    panic!("the job never came to its end");
}

#[tokio::test]
async fn a_decision_that_is_killed_is_taken_as_a_whole_or_not_at_all() {
    for_each_engine(async |world| {
        const CASES: i64 = 60;
        let village = world.village().await;
        let round = open(&village.officer, &village.commune, "annual", 2025).await;
        for _ in 0..CASES {
            let household = village.household(0, &["Lò Văn Mẫu", "Cà Thị Mẫu"]).await;
            let case = ask(&village, &round, &household).await;
            sign(&village.enumerator, &case, Picture::Poor, AnswersReason::Survey).await;
        }
        meet(&village, &round, 0, 40).await;
        village.officer.post_list(&round, None, "Nhà văn hóa bản").await.unwrap();
        world.clock.stand(date(2025, 9, 12));
        let whole = "SELECT (SELECT COUNT(*) FROM review_case WHERE decision IS NOT NULL) + (SELECT COUNT(*) FROM spell) \
                     + (SELECT COUNT(*) FROM household WHERE status = 'poor') \
                     + (SELECT COUNT(*) FROM entry WHERE kind = 'decided')";
        until_done(world, &village.chair, &village.auditor, "decide", &round, whole, 4 * CASES).await;
    })
    .await;
}

#[tokio::test]
async fn an_import_that_is_killed_is_there_as_a_whole_or_not_at_all() {
    for_each_engine(async |world| {
        const HOUSEHOLDS: u32 = 60;
        let village = world.village().await;
        let mut book = DetailedList::new().heading("Bản Mẫu Một");
        for number in 1..=HOUSEHOLDS {
            let name = format!("Lò Văn {number}");
            let head = ["1", &name, "1975", "", "Thái", "Chủ hộ", "", "", "x"];
            book = book.household(number, &[head, ["2", "Quàng Thị Giả", "", "1978", "Thái", "Vợ", "", "", ""]]);
        }
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("list.xlsx");
        std::fs::write(&path, book.bytes()).unwrap();
        let whole = "SELECT (SELECT COUNT(*) FROM household) + (SELECT COUNT(*) FROM person) + (SELECT COUNT(*) FROM spell) \
                     + (SELECT COUNT(*) FROM import)";
        let what = path.to_str().unwrap();
        let all = i64::from(HOUSEHOLDS) * 4 + 1;
        until_done(world, &village.officer, &village.auditor, "import", what, whole, all).await;
    })
    .await;
}
