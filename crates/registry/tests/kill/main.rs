//! Whoever pulls the plug: a decision and an import are there as a whole or not at all, and the ledger verifies.
//!
//! Another process of this same program does the work. First it comes to its end, in a register of its own, to see
//! how long that takes; then it is killed (SIGKILL) at random moments of that time until a kill came into the work and
//! left nothing of it, and at last it is let come to its end.

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
use common::{COMMUNE, PACK, PASSWORD, Village, World, for_each_engine};
use jiff::civil::date;
use rand::RngExt;
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::SeedableRng;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};
use steps::{Picture, all_cases, meet, open, sign};
use vuon_policy::Library;
use vuon_registry::accounts::PasswordCost;
use vuon_registry::cases::{AnswersReason, CaseFilter};
use vuon_registry::clock::Clock;
use vuon_registry::import::ImportFile;
use vuon_registry::keys::Keys;
use vuon_registry::rounds::NewDecision;
use vuon_registry::{Desk, Register, Store};

/// What the other process is told in its environment: the address of the database, who works, what is to be done.
const TOLD: [&str; 4] = ["VUON_KILL_URL", "VUON_KILL_LOGIN", "VUON_KILL_JOB", "VUON_KILL_WHAT"];

/// How often the other process is killed at a random moment of its work.
const KILLS: usize = 12;

/// Where the random moments come from: another each time, and printed, so that a failure can be had again with
/// `VUON_KILL_SEED`.
fn seed() -> u64 {
    match std::env::var("VUON_KILL_SEED") {
        Ok(seed) => seed.parse().unwrap(),
        Err(_) => u64::from(SystemTime::now().duration_since(UNIX_EPOCH).unwrap().subsec_nanos()),
    }
}

/// Starts the other process on a job, waits until it begins, and kills it after some time unless it ends before. How long
/// it worked, and whether it came to its end.
fn killed_after(world: &World, desk: &Desk, job: &str, what: &str, patience: Duration) -> (Duration, bool) {
    let program = std::env::current_exe().unwrap();
    let told = [world.url.as_str(), &login_of(desk), job, what];
    let mut child = Command::new(program)
        .args(["--exact", "the_other_process", "--nocapture"])
        .envs(TOLD.into_iter().zip(told))
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines().map_while(Result::ok);
    assert!(lines.any(|line| line.contains("begins")), "the other process did not come to its work");
    let before = Instant::now();
    // It tells when it is done before it winds up, which takes longer than the work.
    let (told, done) = std::sync::mpsc::channel();
    let listener = std::thread::spawn(move || {
        if lines.any(|line| line.contains("is done")) {
            let _ = told.send(());
        }
    });
    let ended = done.recv_timeout(patience).is_ok();
    let worked = before.elapsed();
    child.kill().unwrap();
    child.wait().unwrap();
    listener.join().unwrap();
    (worked, ended)
}

/// How long the other process works when nobody kills it.
fn undisturbed(world: &World, desk: &Desk, job: &str, what: &str) -> Duration {
    let (took, ended) = killed_after(world, desk, job, what, Duration::from_secs(60));
    assert!(ended, "the job never came to its end");
    took
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
            let cases = desk.ready_to_decide(&what).await.unwrap();
            let decision = NewDecision { number: "01/QĐ-UBND".into(), effective: None, cases };
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
    println!("is done");
}

fn list(bytes: &[u8]) -> ImportFile<'_> {
    let valid_from = date(2024, 12, 31);
    ImportFile {
        name: "list.xlsx",
        bytes,
        commune: COMMUNE,
        standard: PACK,
        status: "poor",
        valid_from,
        complete: false,
    }
}

/// Kills the job at random moments, then lets it come to its end. `whole` gives how much is there, in one look; only
/// nothing and `all` are right. How long it takes undisturbed is told by `took`, another world's run of the same.
async fn until_done(world: &World, desks: (&Desk, &Desk), job: (&str, &str), whole: &str, all: i64, took: Duration) {
    let ((desk, auditor), (job, what)) = (desks, job);
    let nothing = world.number(whole).await;
    let seed = seed();
    println!("{:?}: {job} is killed at moments of VUON_KILL_SEED={seed}", world.engine());
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    let mut moments: Vec<Duration> = (0..KILLS).map(|_| took.mul_f64(random.random_range(0.0..1.0))).collect();
    // The soonest first: one that comes when all is done ends the tries.
    moments.sort_unstable();
    let mut within = 0;
    for (kill, patience) in moments.into_iter().enumerate() {
        let (_, ended) = killed_after(world, desk, job, what, patience);
        let there = world.number(whole).await;
        let which = format!("kill {kill} of seed {seed}, after {patience:?}");
        assert!(there == nothing || there == all, "{which}: {there}, not {nothing} or {all}");
        let report = auditor.verify(None).await.unwrap();
        assert_eq!(report.differences, [], "{which}");
        if there == all {
            break;
        }
        assert!(!ended, "it said that it was done, and nothing is there");
        within += 1;
    }
    println!("{:?}: {job} takes {took:?}; {within} kills came into the work", world.engine());
    assert!(within > 0, "no kill came into the work");
    if world.number(whole).await == nothing {
        assert!(killed_after(world, desk, job, what, Duration::from_secs(60)).1, "the job never came to its end");
    }
    assert_eq!(world.number(whole).await, all);
    assert_eq!(auditor.verify(None).await.unwrap().differences, []);
}

/// A list of poor households with two members each, all of the first hamlet.
fn book(households: u32) -> Vec<u8> {
    let mut book = DetailedList::new().heading("Bản Mẫu Một");
    for number in 1..=households {
        let name = format!("Lò Văn {number}");
        let head = ["1", &name, "1975", "", "Thái", "Chủ hộ", "", "", "x"];
        book = book.household(number, &[head, ["2", "Quàng Thị Giả", "", "1978", "Thái", "Vợ", "", "", ""]]);
    }
    book.bytes()
}

/// A round of which every case is ready to be decided: they were poor, and are so no more.
async fn ready(world: &World, cases: u32) -> (Village, String) {
    let village = world.village().await;
    village.officer.import_at_once(&list(&book(cases))).await.unwrap().1.unwrap();
    let round = open(&village.officer, &village.commune, "annual", 2025).await;
    let filter = CaseFilter { round: Some(round.clone()), ..CaseFilter::default() };
    for case in all_cases(&village.officer, &filter).await {
        sign(&village.enumerator, &case.id, Picture::Well, AnswersReason::Survey).await;
    }
    meet(&village, &round, 0, 40).await;
    village.officer.post_list(&round, None, "Nhà văn hóa bản").await.unwrap();
    world.clock.stand(date(2025, 9, 12));
    (village, round)
}

#[tokio::test]
async fn a_decision_that_is_killed_is_taken_as_a_whole_or_not_at_all() {
    for_each_engine(async |world| {
        const CASES: u32 = 500;
        let twin = world.twin().await;
        let (village, round) = ready(&twin, CASES).await;
        let took = undisturbed(&twin, &village.chair, "decide", &round);
        twin.end().await;
        let (village, round) = ready(world, CASES).await;
        let whole = "SELECT (SELECT COUNT(*) FROM review_case WHERE decision IS NOT NULL) \
                     + (SELECT COUNT(*) FROM spell WHERE decision IS NOT NULL) \
                     + (SELECT COUNT(*) FROM household WHERE status <> 'poor') \
                     + (SELECT COUNT(*) FROM entry WHERE kind = 'decided')";
        let desks = (&village.chair, &village.auditor);
        until_done(world, desks, ("decide", &round), whole, 4 * i64::from(CASES), took).await;
    })
    .await;
}

#[tokio::test]
async fn an_import_that_is_killed_is_there_as_a_whole_or_not_at_all() {
    for_each_engine(async |world| {
        const HOUSEHOLDS: u32 = 1_000;
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("list.xlsx");
        std::fs::write(&path, book(HOUSEHOLDS)).unwrap();
        let what = path.to_str().unwrap();
        let twin = world.twin().await;
        let took = undisturbed(&twin, &twin.village().await.officer, "import", what);
        twin.end().await;
        let village = world.village().await;
        let whole = "SELECT (SELECT COUNT(*) FROM household) + (SELECT COUNT(*) FROM person) + (SELECT COUNT(*) FROM spell) \
                     + (SELECT COUNT(*) FROM import)";
        let all = i64::from(HOUSEHOLDS) * 4 + 1;
        until_done(world, (&village.officer, &village.auditor), ("import", what), whole, all, took).await;
    })
    .await;
}
