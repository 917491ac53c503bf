//! `vuon policy`: check, test, show, compare packs.

use super::scorecard;
use crate::screen::{self, say, wrapped};
use anyhow::{Result, bail};
use clap::Subcommand;
use std::collections::BTreeSet;
use std::process::ExitCode;
use vuon_policy::model::{Language, Source};
use vuon_policy::problem::SourceFile;
use vuon_policy::program::Program;
use vuon_policy::{Library, LoadError, cases, diff, explain, words};

/// What to do with packs.
#[derive(Subcommand)]
pub enum Command {
    /// The packs in the program
    List,
    /// Report every problem of a pack, with file, line and what to do
    Check {
        /// Ids or folders of packs; all packs in the program when none is given
        packs: Vec<String>,
    },
    /// Run the worked cases of packs
    Test {
        /// Ids or folders of packs; all packs in the program when none is given
        packs: Vec<String>,
    },
    /// What a pack says
    Show {
        /// Id or folder of a pack
        pack: String,
        /// For every item: the pack, file and line it comes from
        #[arg(long)]
        origin: bool,
    },
    /// What changes between two packs, in words
    Diff {
        /// Id or folder of the earlier pack
        before: String,
        /// Id or folder of the later pack
        after: String,
    },
    /// Scorecards: take a table out, fill its holes from the official annex, bring it back
    #[command(subcommand)]
    Scorecard(scorecard::Command),
}

/// Runs the command.
pub fn run(command: Command, language: Language) -> Result<ExitCode> {
    match command {
        Command::List => list(language),
        Command::Check { packs } => check(&or_all(packs)),
        Command::Test { packs } => test(&or_all(packs)),
        Command::Show { pack, origin: true } => origins(&pack),
        Command::Show { pack, origin: false } => show(&pack, language),
        Command::Diff { before, after } => difference(&before, &after, language),
        Command::Scorecard(command) => scorecard::run(command),
    }
}

fn or_all(packs: Vec<String>) -> Vec<String> {
    if packs.is_empty() { Library::embedded_ids().into_iter().map(str::to_owned).collect() } else { packs }
}

fn list(language: Language) -> Result<ExitCode> {
    for id in Library::embedded_ids() {
        let program = super::load(id)?;
        println!(
            "{}",
            wrapped(&format!("{} {}", screen::padded(id, 18), program.pack.label.get(language)), screen::width(), 19)
        );
    }
    Ok(ExitCode::SUCCESS)
}

fn check(packs: &[String]) -> Result<ExitCode> {
    let mut bad = 0;
    for id in packs {
        match Library::embedded().load_with_files(id) {
            Ok((program, files)) => {
                let pack = &program.pack;
                let counts = [
                    (pack.parameters.len(), "values"),
                    (pack.indicators.len(), "indicators"),
                    (pack.methods.iter().map(|m| m.rules.len()).sum(), "rules"),
                    (pack.schemes.len(), "schemes"),
                    (pack.cases.len(), "cases"),
                ];
                let told: Vec<String> =
                    counts.iter().filter(|(n, _)| *n > 0).map(|(n, what)| format!("{n} {what}")).collect();
                println!("{} ok  {}", screen::padded(id, 18), told.join(", "));
                for note in holes(&program, &files) {
                    println!("{}", wrapped(&format!("{}note: {note}", " ".repeat(19)), screen::width(), 25));
                }
            }
            Err(LoadError::Problems(problems)) => {
                bad += 1;
                print!("{}", problems.render(screen::width(), screen::colour()));
                println!("{} {}", screen::padded(id, 18), super::problems(problems.list.len()));
            }
            Err(other) => {
                bad += 1;
                println!("{} {other}", screen::padded(id, 18));
            }
        }
    }
    Ok(if bad == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Scorecards that cannot be used in some column: where the first hole is, and what fills it.
fn holes(program: &Program, files: &[SourceFile]) -> Vec<String> {
    let mut notes = Vec::new();
    for card in &program.pack.scorecards {
        let all: Vec<_> = (0..card.columns.len()).map(|column| card.holes(column).collect::<Vec<_>>()).collect();
        let Some((_, row)) = all.iter().flatten().next() else { continue };
        let items: BTreeSet<&str> = all.iter().flatten().map(|(item, _)| item.id.value.as_str()).collect();
        let columns = all.iter().filter(|holes| !holes.is_empty()).count();
        notes.push(format!(
            "scorecard `{}` has holes in {columns} of {} columns (first at {}; items {}): a household of such a column is \
             refused until they are filled from {}",
            card.id.value,
            card.columns.len(),
            vuon_policy::problem::place_name(files, row.id.place),
            items.into_iter().collect::<Vec<_>>().join(", "),
            card.annex.get(Language::En)
        ));
    }
    notes
}

fn test(packs: &[String]) -> Result<ExitCode> {
    let mut broken = 0;
    for id in packs {
        let program = super::load(id)?;
        let results = cases::run(&program);
        let failed: Vec<_> = results.iter().filter(|r| !r.differences.is_empty()).collect();
        for result in &failed {
            println!("{id} · {}", result.id);
            for difference in &result.differences {
                println!("    {}", difference.what);
                println!("      the case says: {}", difference.expected);
                println!("      the pack says: {}", difference.found);
            }
        }
        broken += failed.len();
        println!("{} {} cases hold, {} broken", screen::padded(id, 18), results.len() - failed.len(), failed.len());
    }
    Ok(if broken == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn origins(id: &str) -> Result<ExitCode> {
    let origins = Library::embedded().origins(id).map_err(|error| super::report(id, error))?;
    for origin in origins {
        let place = format!("{}/{}:{}", origin.pack, origin.file, origin.line);
        println!("{} {} = {}", screen::padded(&place, 44), origin.item, origin.text);
    }
    Ok(ExitCode::SUCCESS)
}

fn show(id: &str, language: Language) -> Result<ExitCode> {
    let program = super::load(id)?;
    let pack = &program.pack;
    let heading = |vi: &str, en: &str| println!("\n{}", say(language, vi, en).to_uppercase());
    let line = |text: String| println!("{}", wrapped(&format!("  {text}"), screen::width(), 6));
    println!("{}", wrapped(&format!("{} — {}", pack.id.value, pack.label.get(language)), screen::width(), 2));
    println!("SHA-256 {}", program.hash);
    super::caveats(&program, language).into_iter().for_each(line);
    heading("Hiệu lực", "In force");
    for period in &pack.in_force {
        let by = pack.documents.iter().find(|d| d.id.value == period.by.value);
        let to = period.to.map_or("…".to_owned(), |to| to.to_string());
        line(format!("{} – {to}  {}", period.from, by.map_or("", |d| d.label.get(language))));
    }
    let source = |s: &Source| explain::cite(&program, s, language);
    if !pack.parameters.is_empty() {
        heading("Mức và ngưỡng", "Values");
        for p in &pack.parameters {
            let value = words::number(p.value.numerator(), p.value.denominator(), language);
            let unit = if p.unit.is_none() { String::new() } else { format!(" {}", words::unit(&p.unit, language)) };
            line(format!("{}: {value}{unit} — {}", p.label.get(language), source(&p.source)));
        }
    }
    if !pack.indicators.is_empty() {
        heading("Chỉ số thiếu hụt", "Indicators");
        for i in &pack.indicators {
            let dimension = pack.dimensions.iter().find(|d| d.id.value == i.dimension.value);
            let dimension = dimension.map_or("", |d| d.label.get(language));
            line(format!("{} ({dimension}, {}) — {}", i.label.get(language), i.weight.0, source(&i.source)));
        }
    }
    for card in &pack.scorecards {
        heading("Bảng điểm", "Scorecard");
        line(format!("{} — {}", card.label.get(language), card.annex.get(language)));
        for (place, column) in card.columns.iter().enumerate() {
            let holes = card.holes(place).count();
            let state = match holes {
                0 => say(language, "đầy đủ", "complete").to_owned(),
                n => format!("{n} {}", say(language, "ô trống", "holes")),
            };
            line(format!("{} {}: {state}", column.value, card.column_labels[place].get(language)));
        }
    }
    for method in &pack.methods {
        heading("Quy tắc", "Rules");
        line(format!("{}: {}", method.id.value, method.label.get(language)));
        for rule in &method.rules {
            let status = pack.statuses.iter().find(|s| s.id.value == rule.status.value);
            let when = rule.when.value.split_whitespace().collect::<Vec<_>>().join(" ");
            line(format!("{} ← {when} — {}", status.map_or("", |s| s.label.get(language)), source(&rule.source)));
        }
    }
    if !pack.schemes.is_empty() {
        heading("Chính sách hỗ trợ", "Schemes");
        for scheme in &pack.schemes {
            line(format!("{} — {}", scheme.label.get(language), source(&scheme.source)));
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn difference(before: &str, after: &str, language: Language) -> Result<ExitCode> {
    let (a, b): (std::sync::Arc<Program>, _) = (super::load(before)?, super::load(after)?);
    if a.hash == b.hash {
        bail!("`{before}` and `{after}` are the same pack");
    }
    let mut topic = "";
    for change in diff::diff(&a, &b, language) {
        if change.topic != topic {
            topic = change.topic;
            println!("\n{}", topic.to_uppercase());
        }
        println!("{}", wrapped(&format!("  {}", change.text), screen::width(), 6));
    }
    Ok(ExitCode::SUCCESS)
}
