//! The command `vuon`: arguments, progress, output. What it does is done by the rooms below.

mod command;
mod command_line;
mod demo;
mod estimates;
mod screen;
mod summary;

use clap::{Parser, Subcommand};
use command::register::NoUnit;
use std::process::ExitCode;
use vuon_areas::AreaError;
use vuon_policy::model::Language;
use vuon_population::pipeline::RunError;
use vuon_population::synth::SynthError;
use vuon_population::table_problem::{TableProblem, TableProblems};
use vuon_publish::chart::ShapesError;
use vuon_publish::disclosure::LedgerError;
use vuon_publish::report::{ReportError, ResidentsError};
use vuon_publish::site::SiteError;
use vuon_registry::RegistryError;

// Tables are read and written in many small pieces; this allocator keeps them cheap.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Vươn: the open system for running a poverty-reduction programme.
///
/// The law is written once, as a policy pack; every part reads it.
#[derive(Parser)]
#[command(name = "vuon", version, max_term_width = 100)]
struct Arguments {
    #[command(subcommand)]
    command: Command,

    /// Language of what is printed: vi or en
    #[arg(long, global = true, env = "VUON_LANG", default_value = "vi")]
    lang: screen::Lang,
}

#[derive(Subcommand)]
enum Command {
    /// Policy packs: check, test, show, compare
    #[command(subcommand)]
    Policy(command::policy::Command),
    /// Assess tables of households by a policy pack
    Assess(command::assess::Arguments),
    /// Why one household has its status
    Explain(command::explain::Arguments),
    /// Empty tables and the data dictionary of a policy pack
    #[command(subcommand)]
    Data(command::data::Command),
    /// Poverty measured: levels, subgroups, changes, with their precision
    Measure(Box<command::measure::Arguments>),
    /// Profile cubes: what is in them, adding them up
    #[command(subcommand)]
    Cube(command::cube::Command),
    /// A reproducible synthetic population
    Synth(command::synth::Arguments),
    /// Another standard for the same households: who enters, who leaves, what it costs
    Simulate(Box<command::simulate::Arguments>),
    /// How well a rule finds the poor; scorecards from surveys
    #[command(subcommand)]
    Target(command::target::Command),
    /// The web application of a register
    Serve(command::serve::Arguments),
    /// A register: make it, fill it, ask it
    #[command(subcommand)]
    Register(Box<command::register::Command>),
    /// The ledger: compute everything again, sign and check
    #[command(subcommand)]
    Audit(command::audit::Command),
    /// A copy of a register, taken while it serves
    Backup(command::backup::BackupArguments),
    /// Put a copy in the place of a register
    Restore(command::backup::RestoreArguments),
    /// The handbook of a pack for officers: write it, compare it, what a language lacks
    #[command(subcommand)]
    Handbook(command::handbook::Command),
    /// The official reports, as workbook or paper
    Report(Box<command::report::Arguments>),
    /// The public's window: a site of plain files that exposes nobody
    Publish(Box<command::publish::Arguments>),
    /// Capital shared by a published formula: run, compute again, compare
    #[command(subcommand)]
    Allocate(command::allocate::Command),
    /// Administrative units in time
    #[command(subcommand)]
    Areas(command::areas::Command),
}

fn main() -> ExitCode {
    // A reader that goes away, as in `vuon policy show … | head`, ends the program without a word.
    sigpipe::reset();
    let Arguments { command, lang } = Arguments::try_parse().unwrap_or_else(|error| command_line::refuse(&error));
    let language = lang.0;
    let result = match command {
        Command::Policy(command) => command::policy::run(command, language),
        Command::Assess(arguments) => command::assess::run(arguments, language),
        Command::Explain(arguments) => command::explain::run(arguments, language),
        Command::Data(command) => command::data::run(command, language),
        Command::Measure(arguments) => command::measure::run(*arguments, language),
        Command::Cube(command) => command::cube::run(command, language),
        Command::Synth(arguments) => command::synth::run(arguments, language),
        Command::Simulate(arguments) => command::simulate::run(*arguments, language),
        Command::Target(command) => command::target::run(command, language),
        Command::Serve(arguments) => command::serve::run(arguments, language),
        Command::Register(command) => command::register::run(*command, language),
        Command::Audit(command) => command::audit::run(command, language),
        Command::Backup(arguments) => command::backup::backup(arguments, language),
        Command::Restore(arguments) => command::backup::restore(arguments, language),
        Command::Handbook(command) => command::handbook::run(command, language),
        Command::Report(arguments) => command::report::run(*arguments, language),
        Command::Publish(arguments) => command::publish::run(*arguments, language),
        Command::Allocate(command) => command::allocate::run(command, language),
        Command::Areas(command) => command::areas::run(command, language),
    };
    match result {
        Ok(code) => code,
        Err(error) => {
            eprintln!("{}: {}", screen::say(language, "lỗi", "error"), told(&error, language));
            ExitCode::from(2)
        }
    }
}

/// What the register says: its sentences are English, their Vietnamese stands with the server's words.
fn registry_told(error: &RegistryError, language: Language) -> String {
    match language {
        Language::Vi => vuon_server::said::text(error, language),
        Language::En => error.to_string(),
    }
}

/// Why there is no report; what the register refused, as the register says it.
fn report_told(error: &ReportError, language: Language) -> String {
    match error {
        ReportError::Registry(error) => registry_told(error, language),
        error => error.text(language),
    }
}

/// The error and its causes in the user's language, as far as they are ours; each is said once.
fn told(error: &anyhow::Error, language: Language) -> String {
    let mut told: Vec<String> = Vec::new();
    for cause in error.chain() {
        let text = if let Some(error) = cause.downcast_ref::<RunError>() {
            error.tell(language)
        } else if let Some(problems) = cause.downcast_ref::<TableProblems>() {
            problems.tell(language)
        } else if let Some(problem) = cause.downcast_ref::<TableProblem>() {
            problem.tell(language)
        } else if let Some(error) = cause.downcast_ref::<SynthError>() {
            error.tell(language)
        } else if let Some(error) = cause.downcast_ref::<NoUnit>() {
            error.tell(language)
        } else if let Some(error) = cause.downcast_ref::<RegistryError>() {
            registry_told(error, language)
        } else if let Some(error) = cause.downcast_ref::<ReportError>() {
            report_told(error, language)
        } else if let Some(error) = cause.downcast_ref::<SiteError>() {
            match error {
                SiteError::Report(error) => report_told(error, language),
                error => error.text(language),
            }
        } else if let Some(error) = cause.downcast_ref::<LedgerError>() {
            error.text(language)
        } else if let Some(error) = cause.downcast_ref::<ResidentsError>() {
            error.text(language)
        } else if let Some(error) = cause.downcast_ref::<ShapesError>() {
            error.text(language)
        } else if let (Some(error), Language::Vi) = (cause.downcast_ref::<AreaError>(), language) {
            error.vietnamese()
        } else if let (Some(error), Language::Vi) = (cause.downcast_ref::<std::io::Error>(), language) {
            screen::of_a_file(error)
        } else {
            cause.to_string()
        };
        if told.last() != Some(&text) {
            told.push(text);
        }
    }
    told.join(": ")
}
