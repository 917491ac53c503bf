//! `vuon areas`: what a code means on a day, and what became of a unit.

use crate::screen::say;
use anyhow::{Context, Result, bail};
use clap::Subcommand;
use jiff::civil::Date;
use std::process::ExitCode;
use vuon_areas::{Area, AreaCode, AreaList, Areas};
use vuon_policy::model::Language;

/// What to look up.
#[derive(Subcommand)]
pub enum Command {
    /// The lists of units, their dates and sizes
    Lists,
    /// A unit by its code or name on a day
    Show {
        /// A code, or a name with or without tone marks
        code_or_name: String,
        /// The day, YYYY-MM-DD
        #[arg(long)]
        on: Date,
    },
    /// What became of a unit, or what it was made of, by another day
    Trace {
        /// A code
        code: String,
        /// The day on which the code means the unit, YYYY-MM-DD
        #[arg(long)]
        on: Date,
        /// The day whose units are asked for
        #[arg(long, default_value = "2025-07-01")]
        to: Date,
    },
}

/// Runs the command.
pub fn run(command: Command, language: Language) -> Result<ExitCode> {
    let areas = Areas::embedded();
    match command {
        Command::Lists => lists(areas),
        Command::Show { code_or_name, on } => show(areas, &code_or_name, areas.list_on(on)?, language)?,
        Command::Trace { code, on, to } => trace(areas, &code, (areas.list_on(on)?, areas.list_on(to)?), language)?,
    }
    Ok(ExitCode::SUCCESS)
}

fn lists(areas: &Areas) {
    for list in areas.lists() {
        let sizes: Vec<String> =
            list.levels.iter().map(|level| areas.of_level(list, *level).count().to_string()).collect();
        let to = list.to.map_or("…".to_owned(), |to| to.to_string());
        println!("{:<14} {} – {:<10}  {}", list.id, list.from, to, sizes.join(" / "));
    }
}

fn show(areas: &Areas, code_or_name: &str, list: &AreaList, language: Language) -> Result<()> {
    let found: Vec<&Area> = match code_or_name.parse::<AreaCode>() {
        Ok(code) => vec![areas.require(list, code)?],
        Err(_) => areas.find(list, code_or_name),
    };
    if found.is_empty() {
        bail!("no unit called `{code_or_name}` in the list {}", list.id);
    }
    for area in found {
        println!("{}  {}  [{}]", area.code, areas.full_path(list, area.code)?, list.id);
        let below: Vec<&Area> = areas.children(list, area.code).collect();
        if !below.is_empty() {
            println!("      {} {}", below.len(), say(language, "đơn vị trực thuộc", "units below it"));
        }
    }
    Ok(())
}

fn trace(areas: &Areas, code: &str, (from, to): (&AreaList, &AreaList), language: Language) -> Result<()> {
    let code: AreaCode = code.parse().with_context(|| format!("`{code}` is not a code"))?;
    println!("{}  {}  [{}]", code, areas.full_path(from, code)?, from.id);
    for step in areas.trace(code, from, to)? {
        let mut notes = Vec::new();
        if step.split {
            notes.push(say(
                language,
                "một phần; hộ phải được xếp theo thôn hoặc do cán bộ quyết định",
                "a part; households need their hamlet or an officer's decision",
            ));
        }
        if step.assumed {
            notes.push(say(
                language,
                "giữa hai danh sách có sẵn, đơn vị cùng mã, cùng tên được coi là không đổi",
                "between two known lists a unit of the same code and name is taken to be unchanged",
            ));
        }
        let notes = if notes.is_empty() { String::new() } else { format!("  ({})", notes.join("; ")) };
        println!("  → {}  {}  [{}]{notes}", step.to.code, areas.full_path(to, step.to.code)?, to.id);
    }
    Ok(())
}
