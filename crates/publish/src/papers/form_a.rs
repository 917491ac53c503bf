//! Form A, the quick identification: the items of the pack's scorecard of that name, each with yes and no.
//!
//! A pack whose items were not read anywhere has no such scorecard, and the paper is refused: a guess would keep
//! households from being surveyed.

use super::{Block, Choice, Sheet};
use crate::document::Paper;
use crate::report::Words;
use std::collections::BTreeSet;
use vuon_policy::calendar::Day;
use vuon_policy::evaluate::{Evaluation, Household};
use vuon_policy::explain::cite;
use vuon_policy::model::{Language, Scorecard};
use vuon_policy::program::{CheckedScorecard, Program};
use vuon_policy::words::pick;

/// The scorecard that is form A.
const FORM_A: &str = "form_a";

/// The scorecard, or why there is none.
fn card(program: &Program) -> Result<(&Scorecard, &CheckedScorecard), Words> {
    let mut cards = program.pack.scorecards.iter().zip(&program.scorecards);
    cards.find(|(card, _)| card.id.value == FORM_A).ok_or_else(|| {
        let pack = &program.pack.id.value;
        Words::new(
            format!("bộ chính sách {pack} không có các mục của Phiếu A: chưa đọc được văn bản chính thức, không in phiếu phỏng đoán"),
            format!("the pack {pack} does not have the items of form A: no official text of them was read, and a guess is not printed"),
        )
    })
}

/// Whether a pack has form A.
pub fn has_form_a(program: &Program) -> bool {
    card(program).is_ok()
}

/// The form; blank, or with what the answers of a household say of each item.
///
/// # Errors
/// Why the pack has no form A.
pub fn form_a(
    program: &Program,
    filled: Option<(&Household, Day)>,
    paper: Paper,
    language: Language,
) -> Result<Sheet, Words> {
    let (card, checked) = card(program)?;
    let points = filled.map(|(household, day)| {
        let mut evaluation = Evaluation::new(&program.dag, household.members.len(), Some(day), Default::default());
        evaluation.compute(&program.dag.needed_by(checked.items.iter().copied()), household, None);
        checked.items.iter().map(|item| evaluation.value(*item).interval()).collect::<Vec<_>>()
    });
    let mut blocks = vec![Block::text(card.label.get(language))];
    for (place, item) in card.items.iter().enumerate() {
        // An item counts as soon as it has any point, and does not when it can have none.
        let holds = points.as_ref().and_then(|points| match points[place] {
            points if points.lo > 0 => Some(true),
            points if points.hi <= 0 => Some(false),
            _ => None,
        });
        let choice = |vi, en, is| Choice { text: pick(language, vi, en).to_owned(), chosen: holds == Some(is) };
        blocks.push(Block::Question {
            number: (place + 1).to_string(),
            text: item.label.get(language).to_owned(),
            when: None,
            options: vec![choice("Có", "Yes", true), choice("Không", "No", false)],
            answer: None,
            unit: String::new(),
        });
    }
    blocks.push(Block::text(pick(
        language,
        "Phiếu này chỉ để biết; không hộ nào bị bỏ qua vì kết quả của phiếu: mọi hộ trong danh sách đều được rà soát bằng phiếu B.",
        "This form only tells; no household is passed over by it: every household on the list is surveyed with form B.",
    )));
    let sources: BTreeSet<String> = card.items.iter().map(|item| cite(program, &item.source, language)).collect();
    let sources = sources.into_iter().collect::<Vec<_>>().join("; ");
    blocks.push(Block::text(format!("{}: {sources}.", pick(language, "Nguồn", "Source"))));
    Ok(Sheet { paper, blocks })
}
