//! Frequent mistakes: all that stand on their pages, gathered, each with the way to its page.

use super::author::{Author, see};
use super::book::{Block, Page};
use super::questions::page_of;
use vuon_policy::process::StepKind;

pub(super) fn pages(author: &Author<'_>) -> Vec<Page> {
    let pack = &author.program.pack;
    let mut page = author.page("mistakes", author.say("mistakes-title"), "page.mistakes");
    let rounds = pack.process.iter().flat_map(|process| &process.rounds);
    let mut steps = Vec::new();
    for round in rounds {
        for kind in StepKind::ALL {
            let said = author.perhaps(&format!("step-{}-mistake", kind.id()));
            let here = round.steps.iter().any(|step| step.kind == kind);
            if let Some(text) = said.filter(|_| here && !steps.iter().any(|(known, _)| *known == kind)) {
                steps.push((kind, format!("{text} ({})", see(&format!("round.{}", round.id.value)))));
            }
        }
    }
    steps.sort_by_key(|(kind, _)| *kind);
    page.blocks.extend(author.list("mistakes-review", steps.into_iter().map(|(_, text)| text).collect()));
    let questionnaire = &pack.questionnaire;
    let household = author.asked.0.iter().map(|v| (false, *v, &questionnaire.household[*v]));
    let members = author.asked.1.iter().map(|v| (true, *v, &questionnaire.member[*v]));
    let asking = household.chain(members).filter_map(|(member, place, variable)| {
        let text = author.perhaps(&format!("mistake-{}", variable.id.value))?;
        Some(format!("{text} ({})", see(&page_of(author, member, place))))
    });
    page.blocks.extend(author.list("mistakes-asking", asking.collect()));
    let counting = pack.indicators.iter().filter_map(|indicator| {
        let id = &indicator.id.value;
        let text = author.perhaps(&format!("mistake-indicator-{id}"))?;
        Some(format!("{text} ({})", see(&format!("indicator.{id}"))))
    });
    page.blocks.extend(author.list("mistakes-counting", counting.collect()));
    if page.blocks.iter().all(|block| matches!(block, Block::Text { .. })) { Vec::new() } else { vec![page] }
}
