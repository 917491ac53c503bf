//! What is asked on the command line and says nothing of incomes: refused where only incomes are measured, so that nobody
//! takes a figure for what it is not; where indicators are measured too, it is theirs, and that is said.

use super::{Comparison, Precision, data, question, wrong};
use crate::screen::say;
use anyhow::Result;
use vuon_policy::model::Language;

/// The options of precision and comparison that were given.
fn figures(comparison: &Comparison, precision: &Precision) -> Vec<&'static str> {
    let given = [
        ("--check", precision.check.is_some()),
        ("--decompose", comparison.decompose),
        ("--robust", comparison.robust),
    ];
    given.into_iter().filter(|(_, given)| *given).map(|(name, _)| name).collect()
}

/// Refuses what only indicators have, where there are none.
pub fn refuse(
    asked: &question::Options,
    data: &data::Options,
    comparison: &Comparison,
    precision: &Precision,
    language: Language,
) -> Result<()> {
    let given = [
        ("--k", !asked.cutoffs.is_empty()),
        ("--dimension", !asked.dimensions.is_empty()),
        ("--weighting", !asked.weightings.is_empty()),
        ("--gap", !asked.gaps.is_empty()),
        ("--panel", data.panel.is_some()),
        ("--save-cube", data.save_cube.is_some()),
    ];
    let more = given.into_iter().filter(|(_, given)| *given).map(|(name, _)| name);
    let options: Vec<&str> = figures(comparison, precision).into_iter().chain(more).collect();
    if options.is_empty() {
        return Ok(());
    }
    let options = options.join(", ");
    Err(wrong(
        language,
        format!("{options}: không dùng được khi chỉ đo thu nhập; hãy bỏ đi, hoặc thêm --indicators hay --policy"),
        format!("{options}: not for incomes alone; leave it out, or add --indicators or --policy"),
    ))
}

/// That options are of the indicators alone.
pub fn note(comparison: &Comparison, precision: &Precision, language: Language) -> Option<String> {
    let options = figures(comparison, precision);
    let told =
        say(language, "chỉ áp dụng cho các chỉ số, không cho thu nhập", "of the indicators only, not of incomes");
    (!options.is_empty()).then(|| format!("{}: {told}.", options.join(", ")))
}
