//! Every report as the register fills it, in both languages, against what it said before: `snapshots/*.txt`.
//!
//! ```text
//! VUON_RENEW=1 cargo test --workspace --test reports collected
//! ```
//!
//! writes them anew, to be read before they are kept.

use crate::common::for_each_engine;
use crate::steps::{Picture, decided, imported};
use crate::workbooks::book;
use jiff::civil::date;
use std::fmt::Write;
use std::path::Path;
use vuon_policy::model::Language;
use vuon_publish::report::{Asked, Report, ReportError, Residents, collect, layout};

const RESIDENTS: &str = "unit,households,persons,minority_households,minority_persons\n\
    Bản Mẫu Một,40,170,35,150\nBản Mẫu Hai,60,250,60,250\n";

#[tokio::test]
async fn every_report_says_in_both_languages_what_it_said() {
    for_each_engine(async |world| {
        let village = world.village().await;
        decided(world, &village, Picture::Poor).await;
        let near_poor = village.household(1, &["Vàng A Giả", "Vàng Thị Giả", "Vàng A Bé"]).await;
        imported(world, &near_poor, "near_poor", date(2025, 9, 1)).await;
        world.clock.stand(date(2026, 1, 5));
        let mut reports = Vec::new();
        for form in layout::forms() {
            let asked = Asked {
                report: form.id.clone(),
                area: village.commune.clone(),
                from: Some(date(2024, 12, 31)),
                to: date(2025, 12, 31),
                residents: Some(Residents::read("residents.csv", RESIDENTS.as_bytes()).unwrap()),
            };
            reports.push((form.id.as_str(), collect(&village.officer, &asked).await));
        }
        for (language, name) in [(Language::Vi, "vi"), (Language::En, "en")] {
            compare(&format!("reports.{name}.txt"), &told(&reports, language));
        }
    })
    .await;
}

fn told(reports: &[(&str, Result<Report, ReportError>)], language: Language) -> String {
    let mut text = String::new();
    for (id, report) in reports {
        writeln!(text, "== {id}").unwrap();
        match report {
            Ok(report) => {
                // A pack's hash, and how many of its values were checked, change without any report changing.
                let mut report = report.clone();
                report.basis.packs.iter_mut().for_each(|pack| *pack = pack.split(' ').next().unwrap().to_owned());
                report.basis.unverified.clear();
                book(&report, language).lines().iter().for_each(|line| writeln!(text, "{line}").unwrap());
            }
            Err(error) => writeln!(text, "! {}", error.text(language)).unwrap(),
        }
        text.push('\n');
    }
    text
}

fn compare(name: &str, told: &str) {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/reports/snapshots").join(name);
    if std::env::var_os("VUON_RENEW").is_some() {
        std::fs::write(&file, told).unwrap();
    }
    let kept = std::fs::read_to_string(&file).unwrap();
    for (line, (is, was)) in told.lines().zip(kept.lines()).enumerate() {
        assert_eq!(is, was, "{name}, line {}", line + 1);
    }
    assert_eq!(told.lines().count(), kept.lines().count(), "{name}");
}
