//! `vuon simulate`: another standard for the same households: who enters, who leaves, who stays, and what it costs.
//!
//! Two ways lead to one [`findings::Simulation`], which [`report`] prints, [`files`] writes and [`picture`] draws:
//!
//! * [`tables`]: every household is assessed by both standards. It can change anything a pack says.
//! * [`cube`]: the cut-off, the weights and the indicators are changed on a saved profile cube, in milliseconds for a nation.

mod changed;
mod cost;
mod cube;
mod files;
mod findings;
mod fractions;
mod picture;
mod poor;
mod report;
mod tables;
mod tally;
mod words;

use crate::command::measure::told::told;
use crate::command::tables::Tables;
use crate::screen::say;
use anyhow::{Result, anyhow, bail};
use cost::Asked;
use findings::Simulation;
use std::path::PathBuf;
use std::process::ExitCode;
use vuon_measure::design::LonelyPsu;
use vuon_policy::calendar::Day;
use vuon_policy::exact::Exact;
use vuon_policy::model::Language;

/// What to compare with what.
#[derive(clap::Args)]
#[command(mut_arg("tables", |tables| tables.required(false).required_unless_present("cube")))]
pub struct Arguments {
    /// Id or folder of the policy pack: the standard before the change
    #[arg(long, required_unless_present = "cube", conflicts_with = "cube")]
    policy: Option<String>,
    #[command(flatten)]
    tables: Tables,
    /// The day of the review, YYYY-MM-DD; needed where ages count
    #[arg(long, value_parser = super::day, conflicts_with = "cube")]
    on: Option<Day>,
    /// The method of both packs; the first of each without this
    #[arg(long, conflicts_with = "cube")]
    method: Option<String>,
    /// Use packs that are marked incomplete
    #[arg(long)]
    accept_incomplete: bool,
    /// Id or folder of the pack after the change; the same pack without this
    #[arg(long, value_name = "PACK", conflicts_with = "cube")]
    against: Option<String>,
    /// A value of the pack after the change, as in --set lines.rural.poor=1800000; several times
    #[arg(long, value_name = "PATH=VALUE", value_parser = setting, conflicts_with = "cube")]
    set: Vec<(String, String)>,
    /// A saved profile cube instead of tables and packs
    #[arg(long, value_name = "FILE", conflicts_with = "tables")]
    cube: Option<PathBuf>,
    /// The cut-off after the change, as in 2/5 or 40%
    #[arg(long, value_name = "SHARE", value_parser = fractions::share)]
    k: Option<Exact>,
    /// Weights of indicators after the change; the others keep their proportions
    #[arg(long, value_name = "INDICATOR=SHARE", value_parser = fractions::named_share, value_delimiter = ',')]
    weight: Vec<(String, Exact)>,
    /// Indicators that do not count after the change
    #[arg(long, value_name = "INDICATOR", value_delimiter = ',', conflicts_with = "policy")]
    without: Vec<String>,
    /// The survey round of a cube; the last without this
    #[arg(long, value_name = "ROUND", conflicts_with = "policy")]
    round: Option<String>,
    /// Strata of a cube with one sampling unit: fail, adjust, average or certainty
    #[arg(long, default_value = "fail", value_parser = lonely, value_name = "RULE", conflicts_with = "policy")]
    lonely_psu: LonelyPsu,
    /// The cut-off of a cube before the change; 1/3 without this
    #[arg(long, value_name = "SHARE", value_parser = fractions::share, conflicts_with = "policy")]
    base_k: Option<Exact>,
    /// Weights of a cube's indicators before the change
    #[arg(long, value_name = "INDICATOR=SHARE", value_parser = fractions::named_share, value_delimiter = ',', conflicts_with = "policy")]
    base_weight: Vec<(String, Exact)>,
    /// Who counts as poor: statuses and groups of the packs; several times
    #[arg(long, value_name = "STATUS,…", conflicts_with = "cube")]
    status: Vec<String>,
    /// Tell all by these columns as well: choices, codes, other columns of the household table
    #[arg(long, value_delimiter = ',', value_name = "COLUMN")]
    by: Vec<String>,
    /// The cost of a scheme, or of so much for each of a status, as in poor=1500000/person; several times
    #[arg(long, value_name = "SCHEME=AMOUNT", value_parser = cost::asked, value_delimiter = ',', conflicts_with = "cube")]
    cost: Vec<Asked>,
    /// Write the result as .csv, .json or .svg (a picture); several times
    #[arg(long, value_delimiter = ',', value_name = "FILE")]
    out: Vec<PathBuf>,
    /// Write the households whose status changes: .parquet or .csv
    #[arg(long, value_name = "FILE", conflicts_with = "cube")]
    changed: Option<PathBuf>,
    /// Assess the good rows although some are bad
    #[arg(long)]
    keep_going: bool,
    /// How many bad rows to show
    #[arg(long, default_value_t = 10)]
    show_problems: usize,
    /// Where to write all bad rows
    #[arg(long, default_value = "vuon-problems.csv")]
    problems: PathBuf,
    /// How many threads; all cores without this
    #[arg(long)]
    threads: Option<usize>,
}

fn lonely(text: &str) -> Result<LonelyPsu, String> {
    LonelyPsu::named(text).ok_or_else(|| "write `fail`, `adjust`, `average` or `certainty`".into())
}

/// Reads `PATH=VALUE`.
fn setting(text: &str) -> Result<(String, String), String> {
    let (path, value) =
        text.split_once('=').ok_or_else(|| "write PATH=VALUE, as in lines.rural.poor=1800000".to_owned())?;
    Ok((path.trim().to_owned(), value.trim().to_owned()))
}

/// Runs the command.
pub fn run(arguments: Arguments, language: Language) -> Result<ExitCode> {
    if let Some(bad) = arguments.out.iter().find(|path| files::Form::of(path).is_none()) {
        let bad = bad.display();
        bail!(match language {
            Language::Vi => format!("{bad}: hãy ghi ra tệp .csv, .json hoặc .svg"),
            Language::En => format!("{bad}: write to a .csv, .json or .svg file"),
        });
    }
    if let Some(twice) = arguments.by.iter().enumerate().find(|(i, name)| arguments.by[..*i].contains(name)) {
        bail!("--by: `{}` {}", twice.1, say(language, "được nêu hai lần", "is named twice"));
    }
    let changed = arguments.against.is_some()
        || !arguments.set.is_empty()
        || arguments.k.is_some()
        || !arguments.weight.is_empty()
        || !arguments.without.is_empty();
    if !changed {
        return Err(anyhow!(say(
            language,
            "chưa có gì để so sánh: thêm --against GÓI, --set ĐƯỜNG-DẪN=GIÁ-TRỊ, --k hoặc --weight; với --cube: --k, --weight hoặc --without",
            "there is nothing to compare with: add --against PACK, --set PATH=VALUE, --k or --weight; with --cube: --k, --weight or --without"
        )));
    }
    if let Some(threads) = arguments.threads {
        rayon::ThreadPoolBuilder::new().num_threads(threads).build_global()?;
    }
    match &arguments.cube {
        Some(cube) => cube::run(&arguments, cube, language).map_err(|error| told(error, language)),
        None => tables::run(&arguments, language),
    }
}

/// Prints the result and writes the files.
fn tell(simulation: &Simulation, out: &[PathBuf], language: Language) -> Result<()> {
    report::print(simulation, language);
    for path in out {
        files::write(path, simulation, language)?;
        println!("{} {}", say(language, "Đã ghi:", "Written:"), path.display());
    }
    Ok(())
}
