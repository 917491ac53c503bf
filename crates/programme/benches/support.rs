//! How long support takes on a full register: the rankings of every scheme for a whole province, and ten thousand agreements
//! drawn up and approved at once. `bench/README.md` says how to make the registers.
//!
//! ```sh
//! cargo bench --bench support -- province DATABASE DATA_DIR vn-2026-04-30:31
//! cargo bench --bench support -- approve  DATABASE DATA_DIR vn-2026-04-30:10507
//! ```

#![allow(clippy::unwrap_used, reason = "a benchmark fails by panicking")]

use jiff::ToSpan;
use std::path::Path;
use std::time::Instant;
use vuon_policy::Library;
use vuon_programme::Office;
use vuon_programme::agreements::{NewAgreement, Recipient};
use vuon_programme::ranking::Quota;
use vuon_programme::ranks::Rows;
use vuon_registry::clock::Clock;
use vuon_registry::keys::Keys;
use vuon_registry::page::PageRequest;
use vuon_registry::scope::Actor;
use vuon_registry::{Register, Store};

const SCHEME: &str = "production_support";

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|argument| argument != "--bench").collect();
    let [what, database, data_dir, unit] = arguments.as_slice() else {
        // Without a register there is nothing to measure: `cargo test --benches` comes here too.
        eprintln!("province|approve DATABASE DATA_DIR UNIT");
        return;
    };
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        let store = Store::open(database, 4).await.unwrap();
        let keys = Keys::open_or_create(&Path::new(data_dir).join("register.key")).unwrap();
        let register = Register::open(store, keys, Clock::system(), Library::embedded()).await.unwrap();
        let desk = register.desk(Actor::operator());
        desk.set("support_pack", "example-province").await.unwrap();
        let (list, _) = unit.split_once(':').unwrap();
        if !desk.area_lists().await.unwrap().iter().any(|loaded| loaded == list) {
            // A new register: it is ready to be filled.
            desk.load_areas(list).await.unwrap();
            return;
        }
        let office = Office::of(desk).await.unwrap();
        match what.as_str() {
            "province" => province(&office, unit).await,
            _ => approve(&office, unit).await,
        }
    });
}

async fn province(office: &Office, province: &str) {
    let year = office.desk().today().year();
    let schemes = office.program().pack.schemes.iter();
    let wanted: Vec<(String, Quota)> = schemes.map(|scheme| (scheme.id.value.clone(), Quota::Places(10_000))).collect();
    let began = Instant::now();
    let ids = office.rank_schemes(province, year, &wanted).await.unwrap();
    let took = began.elapsed();
    println!("{} schemes of a province ranked: {took:.2?}; {}", ids.len(), peak());
    for id in ids {
        let ranking = office.ranking(&id).await.unwrap().thing;
        println!("{}: {} ranked, {} not known", ranking.scheme, ranking.ranked, ranking.unknown());
    }
    let began = Instant::now();
    let id = office.rank_area(province, SCHEME, year, Quota::Places(10_000)).await.unwrap();
    println!("one scheme alone: {:.2?}", began.elapsed());
    let began = Instant::now();
    let page = PageRequest { after: None, limit: PageRequest::MOST };
    office.ranked_rows(&id, Rows::Waiting, &page).await.unwrap();
    println!("the first page of those who wait: {:.2?}", began.elapsed());
}

/// The most memory that this process had.
fn peak() -> String {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    status.lines().find(|line| line.starts_with("VmHWM")).unwrap_or_default().to_owned()
}

async fn approve(office: &Office, commune: &str) {
    let today = office.desk().today();
    let year = today.year();
    let rows = office.entitled_in(commune).await.unwrap();
    let entitled = rows.iter().filter(|row| row.entitled.iter().any(|id| id == SCHEME)).take(10_000);
    let new: Vec<NewAgreement> = entitled
        .map(|row| NewAgreement {
            scheme: SCHEME.into(),
            recipient: Recipient::Household(row.household.clone()),
            year,
            purpose: "a made-up purpose for measuring".into(),
            amount: 1_000_000,
            things: None,
            own_share: 200_000,
            from: today,
            due: [10, 20, 30].map(|days: i64| today.saturating_add(days.days())).to_vec(),
            plan: None,
        })
        .collect();
    let began = Instant::now();
    let ids = office.draw_up_all(commune, &new).await.unwrap();
    println!("{} agreements drawn up in one transaction: {:.2?}", ids.len(), began.elapsed());
    let amount = 1_000_000 * ids.len() as i64;
    office.receive_capital(commune, SCHEME, year, amount, &format!("measured {:?}", began)).await.unwrap();
    let seen: Vec<(String, i64)> = ids.into_iter().map(|id| (id, 1)).collect();
    let began = Instant::now();
    office.approve(commune, &seen).await.unwrap();
    println!("{} approved in one transaction: {:.2?}", seen.len(), began.elapsed());
}
