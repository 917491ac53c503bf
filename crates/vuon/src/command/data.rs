//! `vuon data`: empty tables and the dictionary of their columns.

use anyhow::Result;
use clap::Subcommand;
use std::path::PathBuf;
use std::process::ExitCode;
use vuon_policy::model::Language;
use vuon_population::template::Template;

/// What to write.
#[derive(Subcommand)]
pub enum Command {
    /// Empty CSV tables, a data dictionary, and a workbook with drop-downs
    Template {
        /// Id or folder of the policy pack
        #[arg(long)]
        policy: String,
        /// The folder to write to
        #[arg(long, default_value = "template")]
        out: PathBuf,
    },
}

/// Runs the command.
pub fn run(command: Command, language: Language) -> Result<ExitCode> {
    let Command::Template { policy, out } = command;
    let program = super::load(&policy)?;
    let plans: Vec<_> = (0..program.methods.len()).map(|method| program.plan(method)).collect();
    let used = |of: fn(&vuon_policy::program::Plan) -> &Vec<usize>| {
        let mut all: Vec<usize> = plans.iter().flat_map(|plan| of(plan).iter().copied()).collect();
        all.sort_unstable();
        all.dedup();
        all
    };
    let (household, member) = (used(|p| &p.household), used(|p| &p.member));
    let pack = &program.pack;
    let template = Template {
        questionnaire: &pack.questionnaire,
        title: &pack.label,
        household: &household,
        member: &member,
        language,
    };
    for path in template.write(&out)? {
        println!("{}", path.display());
    }
    Ok(ExitCode::SUCCESS)
}
