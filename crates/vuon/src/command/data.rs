use anyhow::Result;
use std::process::ExitCode;
use vuon_policy::model::Language;
#[derive(clap::Subcommand)]
pub enum Command {A}
pub fn run(_: Command, _: Language) -> Result<ExitCode> { Ok(ExitCode::SUCCESS) }
