//! Worked households: the pack's cases, computed by the engine while the book is written, with the reason told.

use super::HandbookError;
use super::author::{Author, see};
use super::book::{Block, Page};
use super::practice;
use vuon_policy::cases::{Ready, prepare};
use vuon_policy::counterfactual::changes;
use vuon_policy::evaluate::{Answer, Household};
use vuon_policy::explain::{Explanation, explain};
use vuon_policy::model::{Case, Variable};
use vuon_policy::program::Program;

/// So many households of each status are shown.
const OF_EACH_STATUS: usize = 2;

/// So many ways to another status are told.
const CHANGES: usize = 3;

pub(super) fn pages(author: &Author<'_>) -> Result<Vec<Page>, HandbookError> {
    let mut pages = Vec::new();
    for (case, ready) in shown(author)? {
        let title = case.label.as_ref().map_or_else(
            || case.id.value.clone(),
            |label| author.words.label(&format!("case-{}", case.id.value), label),
        );
        let mut page = author.page(&format!("household.{}", case.id.value), title, "");
        page.blocks.extend(author.pictures("practice-seen", practice::seen(author, &ready.household)));
        page.blocks.extend(told(author, &ready.household));
        let reason = explain(author.program, &ready.plan, &ready.household, case.review_date, author.language);
        page.blocks.extend(result(author, &reason));
        let ways = changes(author.program, &ready.plan, &ready.household, case.review_date, author.language);
        let ways = ways.into_iter().take(CHANGES).map(|change| change.text).collect();
        page.blocks.extend(author.list("household-changes", ways));
        let lacks = reason.indicators.iter().filter(|indicator| indicator.deprived == Some(true));
        let lacks: Vec<&str> = lacks.map(|indicator| indicator.label.as_str()).collect();
        let told = format!("{}: {}", author.status_label(&reason.status), lacks.join(", "));
        page.rests_on.insert(format!("household {}", case.id.value), told);
        let rules = author.program.pack.methods[ready.plan.method].rules.iter();
        for rule in rules.filter(|rule| reason.rule.as_ref().is_some_and(|decided| decided.id == rule.id.value)) {
            page.margin.push(author.cite(&rule.source));
        }
        pages.push(page);
    }
    Ok(pages)
}

/// The households to show: of each status the first few that differ in what they lack; and one that is not yet decided.
fn shown<'a>(author: &Author<'a>) -> Result<Vec<(&'a Case, Ready)>, HandbookError> {
    let program: &'a Program = author.program;
    let mut found: Vec<(usize, Vec<String>, &Case, Ready)> = Vec::new();
    for case in program.pack.cases.iter().filter(|case| case.given.is_empty()) {
        let mistake = |mistake| HandbookError::Household { id: case.id.value.clone(), mistake };
        let ready = prepare(program, case).map_err(mistake)?;
        let reason = explain(program, &ready.plan, &ready.household, case.review_date, author.language);
        let place = program.pack.statuses.iter().position(|status| status.id.value == reason.status);
        let lacks = deprived(&reason);
        let (place, most) = match place {
            Some(place) => (place, OF_EACH_STATUS),
            None if reason.status == vuon_policy::program::UNDETERMINED => (program.pack.statuses.len(), 1),
            None => continue,
        };
        let same = found.iter().filter(|(known, ..)| *known == place);
        if same.clone().count() < most && !same.clone().any(|(_, known, ..)| *known == lacks) {
            found.push((place, lacks, case, ready));
        }
    }
    found.sort_by_key(|(place, ..)| *place);
    Ok(found.into_iter().map(|(_, _, case, ready)| (case, ready)).collect())
}

/// The answers, the household's and each member's.
pub(super) fn told(author: &Author<'_>, household: &Household) -> Vec<Block> {
    let questionnaire = &author.program.pack.questionnaire;
    let answers = |variables: &[Variable], answers: &[Answer], asked: &[usize]| -> Vec<(usize, String)> {
        let known = asked.iter().filter(|place| answers[**place] != Answer::Unknown);
        known.map(|place| (*place, author.answer(&variables[*place], answers[*place]))).collect()
    };
    let rows: Vec<Vec<String>> = answers(&questionnaire.household, &household.household, &author.asked.0)
        .into_iter()
        .map(|(place, answer)| vec![author.variable_label(&questionnaire.household[place]), answer])
        .collect();
    let mut blocks = Vec::new();
    let head = ["household-question", "household-answer"].map(|key| author.say(key)).to_vec();
    if !rows.is_empty() {
        blocks.push(Block::Table { name: author.say("household-answers"), head, rows });
    }
    // One row a question, one column a member: what nobody answered is left out.
    let rows: Vec<Vec<String>> = author
        .asked
        .1
        .iter()
        .filter(|place| household.members.iter().any(|member| member[**place] != Answer::Unknown))
        .map(|place| {
            let variable = &questionnaire.member[*place];
            let each = household.members.iter().map(|member| match member[*place] {
                Answer::Unknown => "–".to_owned(),
                answer => author.answer(variable, answer),
            });
            std::iter::once(author.variable_label(variable)).chain(each).collect()
        })
        .collect();
    if !rows.is_empty() {
        let numbers = (1..=household.members.len())
            .map(|n| author.words.say_with("household-member", &[("number", n.to_string())]));
        let head = std::iter::once(author.say("household-question")).chain(numbers).collect();
        blocks.push(Block::Table { name: author.say("household-members"), head, rows });
    }
    blocks
}

/// What the engine says.
pub(super) fn result(author: &Author<'_>, reason: &Explanation) -> Vec<Block> {
    let mut blocks = vec![Block::Result { text: reason.sentence.clone() }];
    let lacking = reason.indicators.iter().filter(|indicator| indicator.deprived == Some(true)).map(|indicator| {
        format!(
            "{} ({}): {}",
            indicator.label,
            see(&format!("indicator.{}", indicator.id)),
            indicator.answers.join("; ")
        )
    });
    blocks.extend(author.list("household-deprived", lacking.collect()));
    blocks
        .extend(author.list("household-ask", reason.questions.iter().map(|question| question.text.clone()).collect()));
    blocks.extend(author.list("household-groups", reason.flags.iter().map(|flag| flag.label.clone()).collect()));
    blocks
}

fn deprived(reason: &Explanation) -> Vec<String> {
    reason.indicators.iter().filter(|i| i.deprived == Some(true)).map(|i| i.id.clone()).collect()
}
