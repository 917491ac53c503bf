//! By which law: the pack, its method and the day of the review, as commands take them.

use anyhow::{Result, anyhow};
use std::sync::Arc;
use vuon_policy::calendar::Day;
use vuon_policy::model::Language;
use vuon_policy::program::Program;

/// The law on the command line.
#[derive(clap::Args)]
pub struct Law {
    /// Id or folder of the policy pack
    #[arg(long)]
    pub(super) policy: String,
    /// The day of the review, YYYY-MM-DD; needed where ages count
    #[arg(long, value_parser = super::day)]
    pub(super) on: Option<Day>,
    /// The method of the pack; its first without this
    #[arg(long)]
    pub(super) method: Option<String>,
    /// Use a pack that is marked incomplete
    #[arg(long)]
    pub(super) accept_incomplete: bool,
}

/// The law, found and fit for use.
pub struct Opened {
    /// The pack.
    pub program: Arc<Program>,
    /// The place of its method.
    pub method: usize,
    /// The day of the review.
    pub review_date: Option<Day>,
}

impl Law {
    /// Loads the pack and makes sure that it can be used as asked.
    pub fn open(&self, language: Language) -> Result<Opened> {
        let program = super::load(&self.policy)?;
        accept_incomplete(&program, self.accept_incomplete, language)?;
        let method = method(&program, self.method.as_deref())?;
        let review_date = review_date(&program, method, self.on, language)?;
        Ok(Opened { program, method, review_date })
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
        Some(reason) if !accepted => {
            let (id, reason) = (&program.pack.id.value, reason.get(language));
            Err(match language {
                Language::Vi => anyhow!("gói `{id}` chưa đầy đủ: {reason}\nthêm --accept-incomplete nếu vẫn muốn dùng"),
                Language::En => {
                    anyhow!("the pack `{id}` is not complete: {reason}\nadd --accept-incomplete to use it all the same")
                }
            })
        }
        _ => Ok(()),
    }
}

/// The review date a plan needs.
pub fn review_date(program: &Program, method: usize, given: Option<Day>, language: Language) -> Result<Option<Day>> {
    if program.plan(method).needs_review_date && given.is_none() {
        let id = &program.pack.id.value;
        return Err(match language {
            Language::Vi => anyhow!(
                "quy tắc của `{id}` tính theo tuổi hoặc tháng: hãy cho biết ngày rà soát, ví dụ --on 2025-11-30"
            ),
            Language::En => anyhow!(
                "the rules of `{id}` count ages or months: say when the households are reviewed, as in --on 2025-11-30"
            ),
        });
    }
    Ok(given)
}

/// Whether the pack is law for this review; said, not refused: old data are re-assessed under new law and back. A review
/// late in a year counts for the policies of the next, so the law in force on the next 1 January will do as well.
pub fn force_note(program: &Program, on: Option<Day>, language: Language) -> Option<String> {
    let on = on?;
    let next_year = Day::from_parts(on.date().year() + 1, 1, 1);
    let in_force = program.in_force_on(on) || next_year.is_some_and(|day| program.in_force_on(day));
    (!in_force).then(|| match language {
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
