//! `vuon synth`: a reproducible synthetic population over the real administrative units.

use crate::screen::{self, padded, right, say};
use anyhow::Result;
use indicatif::{ProgressBar, ProgressStyle};
use std::path::PathBuf;
use std::process::ExitCode;
use vuon_policy::calendar::Day;
use vuon_policy::model::Language;
use vuon_policy::words::grouped;
use vuon_population::synth::{self, Format, Region, Status, SynthOptions, SynthReport};

/// What to make.
#[derive(clap::Args)]
pub struct Arguments {
    /// How many households
    #[arg(long)]
    households: u64,
    /// Another seed gives another population
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Codes of provinces, districts or communes in the list of the day; the whole country without this
    #[arg(long, value_delimiter = ',', value_name = "CODE")]
    areas: Vec<String>,
    /// The day of the review, YYYY-MM-DD
    #[arg(long, value_parser = super::day)]
    on: Day,
    /// The folder to write households and members to
    #[arg(long)]
    out: PathBuf,
    /// parquet or csv
    #[arg(long, default_value = "parquet", value_parser = format)]
    format: Format,
    /// Share of answers left blank
    #[arg(long, default_value_t = 0.0, value_parser = rate)]
    unknown: f64,
    /// Share of households with something wrong in their rows
    #[arg(long, default_value_t = 0.0, value_parser = rate)]
    dirty: f64,
}

fn format(text: &str) -> Result<Format, String> {
    match text {
        "parquet" => Ok(Format::Parquet),
        "csv" => Ok(Format::Csv),
        _ => Err("write `parquet` or `csv`".into()),
    }
}

fn rate(text: &str) -> Result<f64, String> {
    text.parse().ok().filter(|r| (0.0..=1.0).contains(r)).ok_or_else(|| "write a share from 0 to 1, as in 0.02".into())
}

/// Runs the command.
pub fn run(arguments: Arguments, language: Language) -> Result<ExitCode> {
    let options = SynthOptions {
        areas: arguments.areas,
        format: arguments.format,
        unknown_rate: arguments.unknown,
        dirty_rate: arguments.dirty,
        ..SynthOptions::new(arguments.households, arguments.seed, arguments.on)
    };
    let bar = ProgressBar::new(options.households);
    if let Ok(style) = ProgressStyle::with_template("{bar:30} {percent:>3} %  {pos} ({per_sec})  {eta}") {
        bar.set_style(style);
    }
    let report = synth::generate(&options, &arguments.out, &|done| bar.set_position(done))?;
    bar.finish_and_clear();
    print(&report, language);
    Ok(ExitCode::SUCCESS)
}

fn print(report: &SynthReport, language: Language) {
    println!("{}", say(language, "DÂN SỐ GIẢ LẬP: không có người thật nào", "SYNTHETIC POPULATION: no real persons"));
    println!(
        "{} {} · {} {}\n",
        grouped(report.households as i64, language),
        say(language, "hộ", "households"),
        grouped(report.members as i64, language),
        say(language, "người", "persons")
    );
    println!(
        "{}{}{}",
        padded(say(language, "Tỷ lệ đã rút theo vùng (%)", "Drawn rates by region (%)"), 34),
        right(say(language, "nghèo", "poor"), 10),
        right(say(language, "cận nghèo", "near-poor"), 12)
    );
    let rate = |status, region| {
        let text = format!("{:.2}", 100.0 * report.share(status, region));
        if language == Language::Vi { text.replace('.', ",") } else { text }
    };
    let drawn: std::collections::BTreeSet<Region> = report.drawn.keys().map(|(region, _)| *region).collect();
    for region in drawn.into_iter().map(Some).chain([None]) {
        let name = region.map_or(say(language, "Tất cả", "All").to_owned(), |r| region_name(r, language));
        println!(
            "{}{}{}",
            padded(&name, 34),
            right(&rate(Status::Poor, region), 10),
            right(&rate(Status::NearPoor, region), 12)
        );
    }
    for (kind, count) in &report.dirt {
        println!("{}", screen::wrapped(&format!("{count} × {kind:?}"), screen::width(), 2));
    }
    for file in &report.files {
        println!("{}", file.display());
    }
}

/// The region as the questionnaire calls it.
fn region_name(region: Region, language: Language) -> String {
    let label = super::load("vn-questions").ok().and_then(|program| {
        let lists = &program.pack.questionnaire.choices;
        let list = lists.iter().find(|list| list.id.value == "region")?;
        Some(list.options[list.position(region.id())?].label.get(language).to_owned())
    });
    label.unwrap_or_else(|| region.id().to_owned())
}
