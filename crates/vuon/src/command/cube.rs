//! `vuon cube`: profile cubes on disk, looked into and added up.

use super::measure::data::{load, spare};
use crate::screen::{self, decimal, say};
use anyhow::Result;
use clap::Subcommand;
use std::path::PathBuf;
use std::process::ExitCode;
use vuon_measure::cube::Sampling;
use vuon_policy::model::Language;
use vuon_policy::words::grouped;
use vuon_population::cube::{Round, Saved, save};
use vuon_population::read::expand;

/// What to do with cubes.
#[derive(Subcommand)]
pub enum Command {
    /// What is in saved cubes: rounds, indicators, subgroups, design
    Show {
        /// Files or patterns; several are added up
        #[arg(required = true)]
        cubes: Vec<String>,
    },
    /// Add cubes up: those of the provinces are the nation's
    Merge {
        /// Files or patterns
        #[arg(required = true)]
        cubes: Vec<String>,
        /// Where to save the sum
        #[arg(long, value_name = "FILE")]
        out: PathBuf,
    },
}

/// Runs the command.
pub fn run(command: Command, language: Language) -> Result<ExitCode> {
    match command {
        Command::Show { cubes } => show(&load(&expand(&cubes)?, language)?, language),
        Command::Merge { cubes, out } => {
            let files = expand(&cubes)?;
            spare(&files, Some(&out), language)?;
            let Saved { series, about } = load(&files, language)?;
            save(&series, &about, &out)?;
            let (count, rows) = (files.len(), series.rounds.iter().map(|round| round.cube.rows()).sum::<u64>());
            let (rows, out) = (grouped(rows as i64, language), out.display());
            println!(
                "{}",
                screen::wrapped(
                    &match language {
                        Language::Vi => format!("Đã cộng {count} khối, {rows} dòng: {out}"),
                        Language::En => format!("{count} cubes added up, {rows} rows: {out}"),
                    },
                    screen::width(),
                    2
                )
            );
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn show(saved: &Saved, language: Language) {
    let line = |text: String| println!("{}", screen::wrapped(&text, screen::width(), 2));
    for round in &saved.series.rounds {
        show_round(round, saved.series.rounds.len() > 1, language);
    }
    for (key, text) in &saved.about {
        line(format!("{key}: {text}"));
    }
}

fn show_round(round: &Round, named: bool, language: Language) {
    let line = |text: String| println!("{}", screen::wrapped(&text, screen::width(), 2));
    let count = |n: usize| grouped(n as i64, language);
    let cube = &round.cube;
    if named {
        let year = round.year.map_or(String::new(), |year| format!(" ({year})"));
        println!("\n{} {}{year}", say(language, "KỲ", "ROUND"), round.label);
    }
    let weight: f64 = cube.cells.weight.iter().sum();
    let (rows, cells) = (grouped(cube.rows() as i64, language), count(cube.cells.len()));
    let (profiles, weight) = (count(cube.profiles.len()), decimal(weight, 1, language));
    line(match language {
        Language::Vi => {
            format!("{rows} dòng trong {cells} ô, {profiles} kiểu thiếu hụt; tổng quyền số ({}) {weight}", cube.weight)
        }
        Language::En => format!(
            "{rows} rows in {cells} cells, {profiles} profiles; the weights ({}) add up to {weight}",
            cube.weight
        ),
    });
    let (psus, strata) = (count(cube.psus.len()), count(cube.strata.len()));
    line(match (&cube.sampling, language) {
        (Sampling::Register, Language::Vi) => "Toàn bộ dân số: không có sai số chọn mẫu".to_owned(),
        (Sampling::Register, Language::En) => "Everybody: no sampling error".to_owned(),
        (Sampling::Clusters, Language::Vi) => format!("Mẫu gồm {psus} đơn vị chọn mẫu cấp một, {strata} tầng"),
        (Sampling::Clusters, Language::En) => format!("A sample of {psus} primary sampling units, {strata} strata"),
        (Sampling::Elements, Language::Vi) => format!("Mẫu gồm {psus} dòng, mỗi dòng một đơn vị, {strata} tầng"),
        (Sampling::Elements, Language::En) => format!("A sample of {psus} rows, each a unit, {strata} strata"),
    });
    line(format!("{}: {}", say(language, "Chỉ số", "Indicators"), cube.indicators.join(", ")));
    let gaps: Vec<&str> = cube.gaps.iter().map(|gap| cube.indicators[gap.indicator].as_str()).collect();
    if !gaps.is_empty() {
        line(format!("{}: {}", say(language, "Có mức thiếu hụt đo được", "With a measured gap"), gaps.join(", ")));
    }
    let key = |key: &vuon_measure::cube::Key| {
        let first: Vec<String> = key.values.iter().take(6).map(ToString::to_string).collect();
        let more = if key.values.len() > first.len() { ", …" } else { "" };
        format!("{} ({}: {}{more})", key.name, count(key.values.len()), first.join(", "))
    };
    let keys: Vec<String> = cube.keys.iter().map(key).collect();
    if !keys.is_empty() {
        line(format!("{}: {}", say(language, "Phân nhóm theo", "Subgroups by"), keys.join("; ")));
    }
}
