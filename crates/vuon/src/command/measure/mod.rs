//! `vuon measure`: how many are poor, how deeply, in what, where, how it changes, and how sure we are.

mod about;
mod answer;
mod by_pack;
pub mod data;
mod destitution;
mod facts;
mod income;
mod members;
mod names;
mod near;
mod not_income;
mod panel;
mod question;
mod summary;
pub mod told;

use super::law::Opened;
use crate::estimates::Tidy;
use crate::estimates::write::{Form, write};
use crate::screen;
use anyhow::{Context, Result, anyhow};
use facts::Facts;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use vuon_measure::change::Link;
use vuon_measure::interval::Interval;
use vuon_policy::model::Language;
use vuon_policy::words::grouped;
use vuon_population::read::expand;

/// What to measure, and of whom.
#[derive(clap::Args)]
pub struct Arguments {
    #[command(flatten)]
    law: by_pack::Options,
    #[command(flatten)]
    data: data::Options,
    #[command(flatten)]
    asked: question::Options,
    #[command(flatten)]
    destitution: destitution::Options,
    #[command(flatten)]
    income: income::Options,
    #[command(flatten)]
    comparison: Comparison,
    #[command(flatten)]
    precision: Precision,
    /// Where to write the table of estimates: .csv, .parquet or .json; only the summary is printed without it
    #[arg(long, value_name = "FILE", help_heading = "Result")]
    out: Option<PathBuf>,
    /// How many threads; all cores without this
    #[arg(long, help_heading = "Result")]
    threads: Option<usize>,
}

/// What is compared.
#[derive(clap::Args)]
#[command(next_help_heading = "Comparison")]
struct Comparison {
    /// Changes between the rounds, whose samples are `independent`, or `linked` by the same clusters or persons
    #[arg(long, value_parser = link, value_name = "LINK")]
    change: Option<Link>,
    /// What made the change of M0: incidence and intensity, each subgroup and its size
    #[arg(long, requires = "change")]
    decompose: bool,
    /// Does the order of subgroups depend on cut-off and weights? Rank correlations, pairs that hold in all, and for each
    /// pair whether one is the poorer at every cut-off
    #[arg(long, requires = "by")]
    robust: bool,
}

/// How sure the figures are.
#[derive(clap::Args)]
#[command(next_help_heading = "Precision")]
struct Precision {
    /// The level of confidence
    #[arg(long, default_value_t = 0.95, value_parser = level)]
    confidence: f64,
    /// Limits of shares: logit or plain
    #[arg(long, default_value = "logit", value_parser = interval, value_name = "SCALE")]
    interval: Interval,
    /// No standard errors
    #[arg(long)]
    no_errors: bool,
    /// Standard errors by replicates beside the linearised ones: jackknife or bootstrap
    #[arg(long, value_parser = ["jackknife", "bootstrap"], conflicts_with = "no_errors", value_name = "METHOD")]
    check: Option<String>,
    /// How many bootstrap replicates
    #[arg(long, default_value_t = 500, value_parser = clap::value_parser!(u32).range(2..=100_000), value_name = "N")]
    replicates: u32,
    /// What the bootstrap draws from: the same seed, the same draws
    #[arg(long, default_value_t = 1)]
    seed: u64,
}

fn link(text: &str) -> Result<Link, String> {
    match text {
        "independent" => Ok(Link::Independent),
        "linked" => Ok(Link::Linked),
        _ => Err("write `independent` for new samples, `linked` for the same clusters or a panel".into()),
    }
}

fn level(text: &str) -> Result<f64, String> {
    let read = question::share(text).map(|level| level.numerator() as f64 / level.denominator() as f64);
    read.filter(|level| (0.5..1.0).contains(level)).ok_or_else(|| "write a level such as 0.95 or 95%".into())
}

fn interval(text: &str) -> Result<Interval, String> {
    match text {
        "logit" => Ok(Interval::Logit),
        "plain" => Ok(Interval::Plain),
        _ => Err("write `logit` or `plain`".into()),
    }
}

/// An error in the user's language.
fn wrong(language: Language, vi: impl Into<String>, en: impl Into<String>) -> anyhow::Error {
    match language {
        Language::Vi => anyhow!(vi.into()),
        Language::En => anyhow!(en.into()),
    }
}

/// The form that the name of a file asks for.
fn form(path: &Path, language: Language) -> Result<Form> {
    Form::of(path).ok_or_else(|| {
        let shown = path.display();
        wrong(
            language,
            format!("{shown}: hãy đặt tên tệp đuôi .csv, .parquet hoặc .json"),
            format!("{shown}: end its name in .csv, .parquet or .json"),
        )
    })
}

fn unwritten(path: &Path, error: &std::io::Error, language: Language) -> anyhow::Error {
    let shown = path.display();
    wrong(language, format!("không ghi được {shown}: {error}"), format!("{shown} cannot be written: {error}"))
}

/// The names of all keys, each once.
fn keys(groupings: &[Vec<String>]) -> Vec<String> {
    let mut keys: Vec<String> = groupings.iter().flatten().cloned().collect();
    keys.sort_unstable();
    keys.dedup();
    keys
}

/// That the deprivations of a cube were judged by another pack than the one named.
fn other_pack(other: &str, language: Language) -> String {
    match language {
        Language::Vi => format!(
            "CHÚ Ý: khối được đếm theo gói `{other}`, không phải theo nội dung hiện nay của gói đã nêu; từ gói đã nêu chỉ lấy quyền số và ngưỡng."
        ),
        Language::En => format!(
            "TAKE CARE: the cube was counted by the pack `{other}`, not by the pack named as it is now; of that one, only weights and cut-offs are taken."
        ),
    }
}

/// Runs the command.
pub fn run(arguments: Arguments, language: Language) -> Result<ExitCode> {
    measure(arguments, language).map_err(|error| told::told(error, language))
}

fn measure(arguments: Arguments, language: Language) -> Result<ExitCode> {
    let Arguments { law, data, asked: options, destitution, income, comparison, precision, out, threads } = arguments;
    if let Some(threads) = threads {
        rayon::ThreadPoolBuilder::new()
            .num_threads(threads)
            .build_global()
            .context("the threads could not be started")?;
    }
    let out = out.map(|path| form(&path, language).map(|form| (path, form))).transpose()?;
    let by_pack = law;
    let law = by_pack.open(language)?;
    let pack = law.as_ref().map(|law| &law.program.pack);
    let groupings = options.groupings(language)?;
    let mut given = options.indicators(pack, language)?;
    let [files, members] = match &law {
        Some(law) if data.cubes.is_empty() => by_pack.files(law, &data, language)?,
        _ => [data.files()?, Vec::new()],
    };
    if let Some((path, _)) = &out {
        let read = [&files[..], &members, &expand(&data.cubes)?].concat();
        data::spare(&read, Some(path), language)?;
    }
    let of_income = options.measures.iter().find(|name| income::is_measure(name.trim()));
    if let (None, Some(name)) = (&income.income, of_income) {
        return Err(wrong(
            language,
            format!("{name} đo thu nhập: hãy thêm --income"),
            format!("{name} is a measure of income: add --income"),
        ));
    }
    let mut tidy = Tidy::default();
    let mut facts = Facts::new(&precision);
    let mut lonely_strata = 0;
    if let Some(law) = &law {
        facts.by(law, language);
    }
    if !given.is_empty() || !data.cubes.is_empty() {
        let mut households =
            data.read(&options, &given, &groupings, law.as_ref().map(|law| (law, &by_pack)), language)?;
        let mut asked = options.clone();
        if given.is_empty() {
            given = households.about.indicators();
            if asked.dimensions.is_empty() {
                asked.dimensions = households.about.dimensions();
            }
        }
        match (&law, households.about.law()) {
            (None, Some((law, head))) => {
                tidy.law = Some(law);
                facts.by_saved(head, language);
            }
            (Some(law), Some((of_cube, _))) => {
                if let Some(other) = households.about.other_pack(law) {
                    households.notes.push(other_pack(other, language));
                }
                tidy.law = Some(of_cube);
            }
            (_, None) => {}
        }
        let question = asked.question(&households.indicators, &given, pack, households.has_gaps, language)?;
        let asked = answer::Asked {
            question: &question,
            groupings: &groupings,
            comparison: &comparison,
            precision: &precision,
            lonely: data.lonely_psu,
            language,
        };
        let answer = asked.answer(&households.rounds)?;
        facts.of(&question, &households, &answer, language);
        tidy.blocks.extend(answer.blocks);
        lonely_strata = answer.lonely_strata;
        facts.notes.extend(answer.notes);
        let spec = || data.spec(&options, &given, &groupings, language);
        let (blocks, notes) = destitution.blocks(&data, spec()?, &asked)?;
        tidy.blocks.extend(blocks);
        facts.tell(notes);
        if let Some(columns) = destitution.columns() {
            facts.add("destitution", columns);
        }
        if let Some(household) = &data.panel {
            let (blocks, notes) = panel::blocks(household, &files, &spec()?, &households.rounds, &asked)?;
            tidy.blocks.extend(blocks);
            facts.notes.extend(notes);
        }
    } else if income.income.is_none() {
        return Err(wrong(
            language,
            "chưa rõ đo gì: hãy thêm --policy, --indicators, --cube hoặc --income",
            "there is nothing to measure: add --policy, --indicators, --cube or --income",
        ));
    }
    if income.income.is_some() {
        match given.is_empty() && data.cubes.is_empty() {
            true => not_income::refuse(&options, &data, &comparison, &precision, language)?,
            false => facts.notes.extend(not_income::note(&comparison, &precision, language)),
        }
    }
    if let Some(incomes) = income::read(&income, &options.measures, &groupings, (&data, &files), language)? {
        tidy.blocks.extend(incomes.blocks(&comparison, &precision, &mut facts, language)?);
    }
    facts.sampling(&data, lonely_strata, &precision, language);
    tidy.header = facts.header(&comparison, &precision);
    let names = law.as_ref().map_or_else(BTreeMap::new, |law| names::of(law, &tidy, language));
    summary::print(&summary::Shown { tidy: &tidy, facts: &facts, names: &names, language });
    if let Some(Opened { program, method, review_date }) = &law {
        let heading = crate::summary::Heading { program, method: *method, review_date: *review_date, language };
        crate::summary::unverified(&heading);
    }
    if let Some((path, form)) = &out {
        write(&tidy, path, *form).map_err(|error| unwritten(path, &error, language))?;
        let (rows, path) = (grouped(tidy.rows() as i64, language), path.display());
        println!(
            "{}",
            screen::wrapped(
                &match language {
                    Language::Vi => format!("Đã ghi {rows} dòng: {path}"),
                    Language::En => format!("{rows} rows written: {path}"),
                },
                screen::width(),
                2
            )
        );
    }
    Ok(ExitCode::SUCCESS)
}
