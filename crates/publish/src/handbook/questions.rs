//! Each question: who is asked, why, and how. Why is found in the pack's graph: what hangs on the answer.

use super::author::{Author, see};
use super::book::{Block, Page};
use crate::asked::ages;
use vuon_policy::ir::NodeId;
use vuon_policy::model::{Kind, Variable};
use vuon_policy::program::Program;

pub(super) fn pages(author: &Author<'_>) -> Vec<Page> {
    let questionnaire = &author.program.pack.questionnaire;
    let mut pages: Vec<Page> = Vec::new();
    let household = author.asked.0.iter().map(|v| (false, *v, &questionnaire.household[*v]));
    let members = author.asked.1.iter().map(|v| (true, *v, &questionnaire.member[*v]));
    for (member, place, variable) in household.chain(members) {
        if matches!(variable.kind, Kind::Id | Kind::Code { .. }) {
            continue;
        }
        let id = page_of(author, member, place);
        if !pages.iter().any(|page| page.id == id) {
            let mut page = author.page(&id, title(author, &id), &format!("page.{id}"));
            page.blocks.extend(author.perhaps(&id.replace('.', "-")).map(|text| Block::Text { text }));
            pages.push(page);
        }
        let page = pages.iter_mut().find(|page| page.id == id).expect("it was made");
        let key = format!("question {}", variable.id.value);
        let text = variable.question.as_ref().unwrap_or(&variable.label);
        page.rests_on.insert(key.clone(), text.get(author.language).to_owned());
        if let Some(when) = &variable.asked_when {
            author.rest_on_expression(page, &format!("{key} · asked when"), &when.value);
        }
        page.blocks.push(one(author, member, place, variable));
    }
    // What decides comes first, as the dimensions stand; then income, then what only groups and schemes need.
    let order = |page: &Page| {
        let dimensions = &author.program.pack.dimensions;
        dimensions
            .iter()
            .position(|d| page.id == format!("questions.{}", d.id.value))
            .map_or(usize::from(page.id != "questions.classification") * 100, |n| n + 1)
    };
    pages.sort_by_key(order);
    pages
}

/// The page of a question: the dimension of the first indicator that hangs on it, classification, or the rest.
pub(super) fn page_of(author: &Author<'_>, member: bool, place: usize) -> String {
    let first = author.indicators_of(member, place).into_iter().next();
    let several = author.indicators_of(member, place).len() > 2;
    match first {
        Some(indicator) if !several => {
            format!("questions.{}", author.program.pack.indicators[indicator].dimension.value)
        }
        _ if several || classifies(author.program, member, place) => "questions.classification".to_owned(),
        _ => "questions.more".to_owned(),
    }
}

fn title(author: &Author<'_>, id: &str) -> String {
    let dimension = author.program.pack.dimensions.iter().find(|d| id == format!("questions.{}", d.id.value));
    dimension.map_or_else(
        || author.say(&format!("{}-title", id.replace('.', "-"))),
        |d| author.words.label(&format!("dimension-{}", d.id.value), &d.label),
    )
}

fn one(author: &Author<'_>, member: bool, place: usize, variable: &Variable) -> Block {
    let id = &variable.id.value;
    let text = variable.question.as_ref().unwrap_or(&variable.label);
    let mut blocks = Vec::new();
    let asked = if member { author.program.asked_member[place] } else { None };
    if let Some((from, to)) = asked.and_then(|node| ages(author.program, author.day, node)) {
        blocks.push(author.named("question-who", ages_told(author, from, to)));
    }
    let pictures = pictures(author, variable);
    let illustrated = !pictures.is_empty();
    if illustrated {
        blocks.push(Block::Pictures { name: author.say("question-answers"), pictures });
    } else if let Kind::Choice(list) = variable.kind {
        let options = 0..author.program.pack.questionnaire.choices[list].options.len();
        let options: Vec<String> = options.map(|option| author.option_label(list, option)).collect();
        blocks.push(author.named("question-answers", options.join("; ")));
    }
    blocks.push(author.named("question-why", why(author, member, place)));
    blocks.push(author.named("question-how", author.told(&format!("ask-{id}"))));
    blocks.extend(author.mistake(&format!("mistake-{id}")));
    let question = author.words.label(&format!("question-{id}"), text);
    let shown = if illustrated { None } else { author.shown(&format!("question.{id}")) };
    Block::Item { title: question, line: author.variable_label(variable), shown, blocks }
}

/// The options of a question that are drawn, if most of them are.
fn pictures(author: &Author<'_>, variable: &Variable) -> Vec<super::book::Picture> {
    let Kind::Choice(list) = variable.kind else { return Vec::new() };
    let choices = &author.program.pack.questionnaire.choices[list];
    let drawn = |option: &str| format!("option.{}.{option}", choices.id.value);
    if choices.options.iter().filter(|option| author.shown(&drawn(&option.id.value)).is_some()).count() < 2 {
        return Vec::new();
    }
    let options = choices.options.iter().enumerate();
    options
        .map(|(place, option)| author.picture(&drawn(&option.id.value), author.option_label(list, place), None))
        .collect()
}

/// What the answer feeds.
fn why(author: &Author<'_>, member: bool, place: usize) -> String {
    let program = author.program;
    let mut reasons = Vec::new();
    let indicators: Vec<String> = author
        .indicators_of(member, place)
        .into_iter()
        .map(|i| {
            format!(
                "{} ({})",
                author.indicator_label(i),
                see(&format!("indicator.{}", program.pack.indicators[i].id.value))
            )
        })
        .collect();
    if !indicators.is_empty() {
        reasons.push(author.words.say_with("why-indicators", &[("indicators", indicators.join("; "))]));
    }
    for (card, checked) in program.pack.scorecards.iter().zip(&program.scorecards) {
        if hangs(program, [checked.total, checked.column], member, place) {
            let card = author.words.label(&format!("scorecard-{}", card.id.value), &card.label);
            reasons.push(author.words.say_with("why-score", &[("card", card)]));
        }
    }
    if indicators.is_empty() && classifies(program, member, place) {
        reasons.push(author.words.say_with("why-classification", &[("page", see(&classification(program)))]));
    }
    let flags = program.flags().zip(&program.flag_nodes);
    let flags: Vec<String> = flags
        .filter(|(_, node)| indicators.is_empty() && hangs(program, [**node], member, place))
        .map(|(flag, _)| author.words.label(&format!("flag-{}", flag.id.value), &flag.label))
        .collect();
    if !flags.is_empty() && flags.len() <= FEW {
        reasons.push(author.words.say_with("why-groups", &[("groups", flags.join("; "))]));
    } else if !flags.is_empty() {
        reasons.push(author.say("why-many-groups"));
    }
    let schemes = program.pack.schemes.iter().zip(&program.schemes);
    let schemes: Vec<String> = schemes
        .filter(|(_, checked)| hangs(program, [checked.eligible].into_iter().chain(checked.member), member, place))
        .map(|(scheme, _)| see(&format!("scheme.{}", scheme.id.value)))
        .collect();
    if !schemes.is_empty() {
        reasons.push(author.words.say_with("why-schemes", &[("schemes", schemes.join(", "))]));
    }
    if reasons.is_empty() { author.say("why-condition") } else { reasons.join(" ") }
}

/// So many groups are named; more are only counted upon.
const FEW: usize = 3;

/// The page of the default method.
fn classification(program: &Program) -> String {
    program.pack.methods.first().map_or_else(String::new, |method| format!("classification.{}", method.id.value))
}

fn hangs(program: &Program, nodes: impl IntoIterator<Item = NodeId>, member: bool, place: usize) -> bool {
    let (household, members) = program.variables_behind(nodes);
    if member { members.contains(&place) } else { household.contains(&place) }
}

/// Whether the default method's rules hang on the answer otherwise than through an indicator.
fn classifies(program: &Program, member: bool, place: usize) -> bool {
    let Some(method) = program.methods.first() else { return false };
    hangs(program, method.rules.iter().map(|rule| rule.when), member, place)
}

fn ages_told(author: &Author<'_>, from: i16, to: Option<i16>) -> String {
    let from_text = ("from", from.to_string());
    match to {
        None => author.words.say_with("ages-from", &[from_text]),
        Some(to) if from == 0 => author.words.say_with("ages-under", &[("to", (to + 1).to_string())]),
        Some(to) => author.words.say_with("ages-between", &[from_text, ("to", to.to_string())]),
    }
}
