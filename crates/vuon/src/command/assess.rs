//! `vuon assess`: tables of households in, statuses with their grounds out.

use super::law::{Law, Opened, force_note};
use super::reading::{self, Progress};
use super::tables::Tables;
use crate::screen;
use crate::summary;
use anyhow::{Context, Result};
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::{Duration, Instant};
use vuon_policy::calendar::Day;
use vuon_policy::explain::cite;
use vuon_policy::model::{Kind, Language};
use vuon_policy::program::Program;
use vuon_policy::words::grouped;
use vuon_population::pipeline::{self, Job, Report};
use vuon_population::row_problem::RowProblems;

/// What to assess, and how.
#[derive(clap::Args)]
pub struct Arguments {
    #[command(flatten)]
    law: Law,
    #[command(flatten)]
    tables: Tables,
    /// Where to write the result: .parquet or .csv; only the summary is printed without it
    #[arg(long)]
    out: Option<PathBuf>,
    /// Count by these variables as well: choices and place codes
    #[arg(long, value_delimiter = ',', value_name = "VARIABLE")]
    by: Option<Vec<String>>,
    /// Tell as well who is entitled to which scheme of support
    #[arg(long)]
    schemes: bool,
    /// Assess the good rows although some are bad
    #[arg(long)]
    keep_going: bool,
    /// How many bad rows to show
    #[arg(long, default_value_t = 10)]
    show_problems: usize,
    /// Where to write all bad rows
    #[arg(long)]
    problems: Option<PathBuf>,
    /// How many threads; all cores without this
    #[arg(long)]
    threads: Option<usize>,
}

/// Runs the command.
pub fn run(arguments: Arguments, language: Language) -> Result<ExitCode> {
    let Opened { program, method, review_date } = arguments.law.open(language)?;
    super::law::complete_scorecards(&program, method, language)?;
    if let Some(threads) = arguments.threads {
        rayon::ThreadPoolBuilder::new()
            .num_threads(threads)
            .build_global()
            .context("the threads could not be started")?;
    }
    let job = Job {
        method,
        review_date,
        by: arguments.by.clone().unwrap_or_else(|| usual_groups(&program)),
        keep_going: arguments.keep_going,
        schemes: arguments.schemes,
        output: arguments.out.clone(),
        metadata: metadata(&program, method, review_date),
        ..arguments.tables.job(program.pack.questionnaire.has_roster())?
    };
    let problem_file = arguments.problems.clone().unwrap_or_else(|| beside(arguments.out.as_ref()));
    reading::spare_the_tables(&job, job.output.iter().chain([&problem_file]))?;
    let stop = reading::stopped()?;
    let mut problems = RowProblems::with_file(arguments.show_problems, &problem_file, language);
    let mut observer = Progress::new(language);
    let started = Instant::now();
    let result = pipeline::run(&program, &job, &mut problems, &mut observer, stop);
    observer.finish();
    let report = result?;
    let problem_file = problems.finish()?;

    let on = summary::Heading { program: &program, method, review_date, language };
    let counted = problems.count() == 0 || arguments.keep_going;
    if counted {
        summary::print(&on, &report.summary);
        summary::unverified(&on);
    }
    notes(&report, &job, &on, started.elapsed());
    if problems.count() > 0 {
        reading::print_problems(
            &problems,
            &report.merged,
            report.dropped,
            problem_file,
            arguments.keep_going,
            language,
        );
        return Ok(ExitCode::FAILURE);
    }
    let refused = report.summary.statuses.iter().any(|counts| counts.last().is_some_and(|c| c.households > 0));
    Ok(if refused { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

/// The choices that the pack names beside its bands, such as urban or rural.
fn usual_groups(program: &Program) -> Vec<String> {
    use vuon_policy::model::MeasureValue;
    let q = &program.pack.questionnaire;
    let contexts = program.pack.measures.iter().filter_map(|m| match &m.value {
        MeasureValue::Band(band) => band.context.as_ref().map(|c| c.value.clone()),
        MeasureValue::Expression(..) => None,
    });
    let mut groups: Vec<String> = contexts
        .filter(|id| q.household.iter().any(|v| v.id.value == *id && matches!(v.kind, Kind::Choice(_))))
        .collect();
    groups.dedup();
    groups.truncate(1);
    groups
}

fn beside(out: Option<&PathBuf>) -> PathBuf {
    out.map_or_else(|| PathBuf::from("vuon-problems.csv"), |out| out.with_extension("problems.csv"))
}

fn metadata(program: &Program, method: usize, review_date: Option<Day>) -> Vec<(String, String)> {
    let pack = &program.pack;
    let unverified: Vec<String> = program
        .unverified_for(method)
        .into_iter()
        .map(|(label, source)| format!("{}: {}", label.get(Language::En), cite(program, source, Language::En)))
        .collect();
    let pair = |key: &str, value: String| (format!("vuon.{key}"), value);
    vec![
        pair("version", env!("CARGO_PKG_VERSION").into()),
        pair("pack", pack.id.value.clone()),
        pair("pack_hash", program.hash.clone()),
        pair("method", pack.methods[method].id.value.clone()),
        pair("review_date", review_date.map_or(String::new(), |d| d.to_string())),
        pair("example", pack.example.to_string()),
        pair("incomplete", pack.incomplete.as_ref().map_or(String::new(), |l| l.get(Language::En).to_owned())),
        pair("unverified", unverified.join("\n")),
    ]
}

fn notes(report: &Report, job: &Job, on: &summary::Heading, took: Duration) {
    let language = on.language;
    let line = |text: String| println!("{}", screen::wrapped(&text, screen::width(), 2));
    reading::notes(report.sorted, &report.repairs, &report.absent, language).into_iter().for_each(line);
    if report.summary.size_unknown > 0 {
        line(match language {
            Language::Vi => format!("{} hộ không rõ số người: không tính vào số người.", report.summary.size_unknown),
            Language::En => format!(
                "{} households do not say how many persons they have and add none.",
                report.summary.size_unknown
            ),
        });
    }
    if let Some(note) = force_note(on.program, job.review_date, language) {
        line(note);
    }
    let rate = report.merged.households as f64 / took.as_secs_f64().max(1e-9);
    let (households, rate) = (grouped(report.merged.households as i64, language), grouped(rate as i64, language));
    let seconds = format!("{:.1}", took.as_secs_f64());
    eprintln!(
        "{}",
        match language {
            Language::Vi => format!("{households} hộ trong {} giây ({rate} hộ/giây)", seconds.replace('.', ",")),
            Language::En => format!("{households} households in {seconds} s ({rate} per second)"),
        }
    );
    if let (Some(rows), Some(out)) = (report.written, &job.output) {
        let rows = grouped(rows as i64, language);
        line(match language {
            Language::Vi => format!("Đã ghi {rows} dòng: {}", out.display()),
            Language::En => format!("{rows} rows written: {}", out.display()),
        });
    }
}
