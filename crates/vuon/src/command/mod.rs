//! One file for each thing a user can do.

pub mod areas;
pub mod assess;
pub mod data;
pub mod explain;
pub mod policy;
pub mod scorecard;
pub mod synth;
mod tables;

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
            anyhow!("the pack `{id_or_path}` has {} problem(s); nothing was done", problems.list.len())
        }
        other => anyhow!(other),
    }
}

/// The method a user named, or the pack's first.
pub fn method(program: &Program, id: Option<&str>) -> Result<usize> {
    program.method(id).ok_or_else(|| {
        let known: Vec<&str> = program.pack.methods.iter().map(|m| m.id.value.as_str()).collect();
        match id {
            Some(id) => {
                anyhow!("the pack `{}` has no method `{id}`; it has: {}", program.pack.id.value, known.join(", "))
            }
            None => anyhow!("the pack `{}` cannot classify: it is a library for other packs", program.pack.id.value),
        }
    })
}

/// A pack that is not complete is used only when the user says so.
pub fn accept_incomplete(program: &Program, accepted: bool, language: Language) -> Result<()> {
    match &program.pack.incomplete {
        Some(reason) if !accepted => Err(anyhow!(
            "the pack `{}` is not complete: {}\nadd --accept-incomplete to use it all the same",
            program.pack.id.value,
            reason.get(language)
        )),
        _ => Ok(()),
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

/// The review date a plan needs.
pub fn review_date(program: &Program, method: usize, given: Option<Day>) -> Result<Option<Day>> {
    if program.plan(method).needs_review_date && given.is_none() {
        return Err(anyhow!(
            "the rules of `{}` count ages or months: say when the households are reviewed, as in --on 2025-11-30",
            program.pack.id.value
        ));
    }
    Ok(given)
}

/// Whether the pack was law on the review day; said, not refused: old data are re-assessed under new law and back.
pub fn force_note(program: &Program, on: Option<Day>, language: Language) -> Option<String> {
    let on = on?;
    (!program.in_force_on(on)).then(|| match language {
        Language::Vi => format!("chú ý: ngày {on} nằm ngoài thời gian hiệu lực của `{}`", program.pack.id.value),
        Language::En => format!("note: `{}` is not in force on {on}", program.pack.id.value),
    })
}

/// Refuses a method whose scorecard has no complete column: no household could be scored.
pub fn complete_scorecards(program: &Program, method: usize, language: Language) -> Result<()> {
    for place in &program.methods[method].scorecards {
        let card = &program.pack.scorecards[*place];
        if program.scorecards[*place].complete.iter().any(|complete| *complete) {
            continue;
        }
        let holes: std::collections::BTreeSet<&str> =
            (0..card.columns.len()).flat_map(|c| card.holes(c)).map(|(item, _)| item.label.get(language)).collect();
        let holes = holes.into_iter().collect::<Vec<_>>().join("; ");
        let (label, annex, id) = (card.label.get(language), card.annex.get(language), &program.pack.id.value);
        return Err(match language {
            Language::Vi => anyhow!(
                "không thể chấm điểm: {label} chưa đầy đủ ở mọi cột ({holes}).\nCần {annex}.\nXuất bảng bằng `vuon policy scorecard export --policy {id} --card {} bang.xlsx`, điền theo phụ lục, rồi dùng `vuon policy scorecard import`",
                card.id.value
            ),
            Language::En => anyhow!(
                "nothing can be scored: {label} is not complete in any column ({holes}).\nNeeded: {annex}.\nTake the table out with `vuon policy scorecard export --policy {id} --card {} table.xlsx`, fill it from the annex, and bring it back with `vuon policy scorecard import`",
                card.id.value
            ),
        });
    }
    Ok(())
}
