//! One file for each thing a user can do.

pub mod allocate;
pub mod areas;
pub mod assess;
pub mod audit;
pub mod backup;
pub mod cube;
pub mod data;
pub mod explain;
pub mod handbook;
mod law;
pub mod measure;
pub mod policy;
pub mod publish;
mod reading;
pub mod register;
pub mod report;
pub mod scorecard;
pub mod serve;
pub mod simulate;
pub mod synth;
mod tables;
pub mod target;

use crate::screen::say;
use anyhow::{Result, anyhow};
use std::sync::Arc;
use vuon_policy::calendar::Day;
use vuon_policy::model::{Label, Language};
use vuon_policy::program::Program;
use vuon_policy::{Library, LoadError};

/// Loads a pack by id or path. Problems are printed as `policy check` prints them.
pub fn load(id_or_path: &str) -> Result<Arc<Program>> {
    Library::embedded().load(id_or_path).map_err(|error| report(id_or_path, error))
}

/// A load error for the screen.
pub fn report(id_or_path: &str, error: LoadError) -> anyhow::Error {
    match error {
        LoadError::Problems(problems) => {
            eprint!("{}", problems.render(crate::screen::width(), crate::screen::colour()));
            anyhow!("the pack `{id_or_path}` has {}; nothing was done", self::problems(problems.list.len()))
        }
        other => anyhow!(other),
    }
}

/// What is said beside whatever a pack gives: that it is an example, that it is not complete.
pub fn caveats(program: &Program, language: Language) -> Vec<String> {
    let example = || say(language, "VÍ DỤ, KHÔNG PHẢI VĂN BẢN PHÁP LUẬT", "AN EXAMPLE, NOT LAW").to_owned();
    let incomplete =
        |reason: &Label| format!("{} {}", say(language, "Chưa đầy đủ:", "Incomplete:"), reason.get(language));
    program.pack.example.then(example).into_iter().chain(program.pack.incomplete.as_ref().map(incomplete)).collect()
}

/// Reads a day from the command line.
pub fn day(text: &str) -> Result<Day, String> {
    Day::parse(text).ok_or_else(|| "write the date as YYYY-MM-DD, between 1900 and 2100".to_owned())
}

/// "1 problem", "2 problems".
pub fn problems(count: usize) -> String {
    if count == 1 { "1 problem".into() } else { format!("{count} problems") }
}
