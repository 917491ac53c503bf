//! The command `vuon`: arguments, progress, output. What it does is done by the rooms below.

mod command;
mod screen;
mod summary;

use clap::{Parser, Subcommand};
use std::process::ExitCode;

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
    /// A reproducible synthetic population
    Synth(command::synth::Arguments),
    /// Administrative units in time
    #[command(subcommand)]
    Areas(command::areas::Command),
}

fn main() -> ExitCode {
    // A reader that goes away, as in `vuon policy show … | head`, ends the program without a word.
    sigpipe::reset();
    let Arguments { command, lang } = Arguments::parse();
    let language = lang.0;
    let result = match command {
        Command::Policy(command) => command::policy::run(command, language),
        Command::Assess(arguments) => command::assess::run(arguments, language),
        Command::Explain(arguments) => command::explain::run(arguments, language),
        Command::Data(command) => command::data::run(command, language),
        Command::Synth(arguments) => command::synth::run(arguments, language),
        Command::Areas(command) => command::areas::run(command, language),
    };
    match result {
        Ok(code) => code,
        Err(error) => {
            // An error that only passes its cause on is said once.
            let mut told: Vec<String> = error.chain().map(ToString::to_string).collect();
            told.dedup();
            eprintln!("{}: {}", screen::say(language, "lỗi", "error"), told.join(": "));
            ExitCode::from(2)
        }
    }
}
