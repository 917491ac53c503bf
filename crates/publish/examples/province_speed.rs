//! How long all reports of a province take, and one certificate: `province_speed [HOUSEHOLDS]`, so many listed households in
//! each of 150 communes (200 when absent), each with four members and a signed form.
//!
//! One household goes through a round as people take it through; the others are its copies, written past the register. The
//! register is SQLite, in a temporary folder.

#![allow(clippy::unwrap_used, dead_code, missing_docs)]

#[path = "../../registry/tests/common/mod.rs"]
mod common;
#[path = "../../registry/tests/review/steps.rs"]
mod steps;

use common::World;
use jiff::civil::date;
use std::time::{Duration, Instant};
use steps::{Picture, decided};
use vuon_policy::model::Language;
use vuon_publish::document::Templates;
use vuon_publish::papers::collect::Printing;
use vuon_publish::report::{Asked, Residents, collect_every, xlsx};
use vuon_publish::{briefing, papers, report};

const PROVINCE: &str = "vn-2025-07-01:38";
const COMMUNES: usize = 150;

#[tokio::main]
async fn main() {
    let households: usize = std::env::args().nth(1).map_or(200, |count| count.parse().expect("a number"));
    let world = World::sqlite().await;
    let village = world.village().await;
    let (round, case, household) = decided(&world, &village, Picture::Poor).await;
    let began = Instant::now();
    copy(&world, &case, &household, households).await;
    world.clock.stand(date(2026, 1, 5));
    println!("{} households written in {:.1?}", COMMUNES * households, began.elapsed());

    let desk = world.operator();
    let communes = desk.areas_below(Some(PROVINCE)).await.unwrap();
    let lines = communes.iter().map(|commune| format!("{},4000,16000,3000,12000\n", code(&commune.id)));
    let table = format!("unit,households,persons,minority_households,minority_persons\n{}", lines.collect::<String>());
    let (templates, language) = (Templates::default(), Language::Vi);
    let asked = Asked {
        report: String::new(),
        area: PROVINCE.to_owned(),
        from: Some(date(2024, 12, 31)),
        to: date(2025, 12, 31),
        residents: Some(Residents::read("residents.csv", table.as_bytes()).unwrap()),
    };
    let began = Instant::now();
    let reports = collect_every(&desk, &asked).await;
    let collected = began.elapsed();
    let (mut count, mut written, mut set) = (0, Duration::ZERO, Duration::ZERO);
    for (form, made) in reports.into_iter().filter(|(form, _)| form.id != "causes") {
        let made = made.unwrap_or_else(|error| panic!("{}: {error}", form.id));
        let began = Instant::now();
        xlsx(&made, language).unwrap();
        written += began.elapsed();
        let began = Instant::now();
        report::pdf(&made, &templates, language).unwrap();
        set += began.elapsed();
        count += 1;
    }
    let all = collected + written + set;
    println!("{count} reports: {all:.1?}; collected {collected:.1?}, XLSX {written:.1?}, PDF {set:.1?}");

    let began = Instant::now();
    let asked = briefing::Asked { area: PROVINCE.to_owned(), on: date(2025, 12, 31), language };
    let made = briefing::collect(&desk, &asked).await.unwrap();
    briefing::pdf(&made, &templates, None).unwrap();
    println!("briefing: {:.2?}", began.elapsed());

    village.chair.issue_certificates(&round).await.unwrap();
    let printing = Printing { desk: &village.officer, language, public_url: Some("https://giamngheo.example.vn") };
    let mut times = Vec::new();
    for _ in 0..30 {
        let began = Instant::now();
        let (sheets, pictures) = printing.certificate(&case).await.unwrap();
        papers::pdf("Giấy", &sheets, &pictures, &templates).unwrap();
        times.push(began.elapsed());
    }
    times.sort_unstable();
    println!("certificate: median of 30 {:.1?}, worst {:.1?}", times[15], times[29]);
}

fn code(area: &str) -> &str {
    area.split_once(':').map_or(area, |(_, code)| code)
}

/// Copies of a decided household into each commune of the province.
async fn copy(world: &World, case: &str, household: &str, households: usize) {
    let numbers = format!("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {households})");
    // A household is named by its commune and number.
    let communes = format!(
        "(SELECT id, province, district FROM area WHERE level = 'commune' AND province = '{PROVINCE}' ORDER BY id LIMIT {COMMUNES}) a, n"
    );
    let own = "a.id || '/' || n.i";
    let sql = [
        format!(
            "INSERT INTO household (id, code, province, district, commune, hamlet, head, name, name_key, persons, status, \
             standard, opened, closed, version) {numbers} SELECT {own}, 'K' || n.i, a.province, a.district, a.id, NULL, NULL, \
             h.name, h.name_key, 4, h.status, h.standard, h.opened, NULL, 1 FROM household h, {communes} \
             WHERE h.id = '{household}'"
        ),
        format!(
            "INSERT INTO residence {numbers} SELECT {own}, {own}, 'K' || n.i, a.province, a.district, a.id, NULL, 'added', \
             '2020-01-01', 1, NULL FROM {communes}"
        ),
        format!(
            "INSERT INTO person (id, household, province, commune, place, relation, name, name_key, given_key, sex, born, ethnic, \
             erased) {numbers}, m(p) AS (VALUES (0), (1), (2), (3)) SELECT {own} || '/' || m.p, {own}, a.province, a.id, m.p, \
             CASE m.p WHEN 0 THEN 'head' WHEN 1 THEN 'spouse' ELSE 'child' END, 'Lò Văn Mẫu', 'lo van mau', 'mau lo van', \
             'male', CASE WHEN m.p < 2 THEN '1980-03-01' ELSE '2015-03-01' END, 'thai', 0 FROM {communes}, m"
        ),
        format!(
            "INSERT INTO membership SELECT p.id, p.id, p.household, p.relation, 'added', '2020-01-01', 1, NULL FROM person p \
             WHERE p.province = '{PROVINCE}'"
        ),
        format!(
            "INSERT INTO review_case {numbers} SELECT {own}, c.round, {own}, a.province, a.district, a.id, NULL, c.name, \
             c.name_key, 4, c.state, c.reason, c.before, c.status, c.movement, c.answers, c.counts, c.repeats, NULL, NULL, \
             c.decision, c.decided, c.snapshot, c.opened, c.due, c.version FROM review_case c, {communes} WHERE c.id = '{case}'"
        ),
        format!(
            "INSERT INTO answers SELECT c.id, w.version, w.author, w.at, w.reason, w.answered, w.assessed, w.status, w.movement, \
             NULL, NULL, w.case_version FROM answers w, review_case c WHERE w.review_case = '{case}' AND c.province = '{PROVINCE}'"
        ),
        // Every third is near-poor.
        format!(
            "INSERT INTO spell (id, household, standard, status, list, movement, decision, review_case, valid_from, known_from, \
             known_to) SELECT h.id, h.id, s.standard, x.list, x.list, s.movement, s.decision, h.id, s.valid_from, s.known_from, \
             NULL FROM spell s, household h, (SELECT 'poor' AS list UNION ALL SELECT 'near_poor') x \
             WHERE s.household = '{household}' AND s.known_to IS NULL AND s.list = 'poor' AND h.province = '{PROVINCE}' \
             AND (CAST(substr(h.code, 2) AS INTEGER) % 3 = 0) = (x.list = 'near_poor')"
        ),
        format!(
            "INSERT INTO content SELECT 'copy/' || h.id, t.salt, replace(t.body, s.id, h.id), NULL FROM entry e \
             JOIN content t ON t.hash = e.content, spell s, household h WHERE e.kind = 'decided' AND e.subject = '{case}' \
             AND s.household = '{household}' AND s.known_to IS NULL AND s.list = 'poor' AND h.province = '{PROVINCE}'"
        ),
        format!(
            "INSERT INTO entry SELECT e.chain, 1000000 + row_number() OVER (), e.at, e.author, e.kind, h.id, 'copy/' || h.id, \
             e.before, e.hash FROM entry e, household h WHERE e.kind = 'decided' AND e.subject = '{case}' \
             AND h.province = '{PROVINCE}'"
        ),
        "ANALYZE".to_owned(),
    ];
    for sql in sql {
        world.tamper(&sql).await;
    }
}
