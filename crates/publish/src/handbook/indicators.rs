//! Each indicator: the rule in words, the answers that are a deprivation (as the engine finds them), the questions behind.

use super::author::{Author, see};
use super::book::{Block, Page};
use super::questions::page_of;
use vuon_policy::evaluate::{Answer, Household};
use vuon_policy::ir::NodeId;
use vuon_policy::model::Kind;
use vuon_policy::program::Program;
use vuon_policy::words::quantity;

pub(super) fn pages(author: &Author<'_>) -> Vec<Page> {
    (0..author.program.pack.indicators.len()).map(|place| page(author, place)).collect()
}

fn page(author: &Author<'_>, place: usize) -> Page {
    let program = author.program;
    let indicator = &program.pack.indicators[place];
    let id = &indicator.id.value;
    let mut page = author.page(&format!("indicator.{id}"), author.indicator_label(place), &format!("indicator.{id}"));
    let same = |other: &Program| {
        let other = other.pack.indicators.iter().find(|known| known.id.value == *id);
        other.is_some_and(|known| known.deprived_when.value == indicator.deprived_when.value)
    };
    page.blocks.push(Block::Result { text: author.told_of_pack(&format!("rule-{id}"), same) });
    let dimension = program.pack.dimensions.iter().find(|d| d.id.value == indicator.dimension.value);
    let dimension =
        dimension.map_or_else(String::new, |d| author.words.label(&format!("dimension-{}", d.id.value), &d.label));
    page.blocks.push(author.named("indicator-dimension", dimension));
    page.blocks.push(author.named("indicator-weight", indicator.weight.0.to_string()));
    let values: Vec<String> = author
        .parameters_in(&indicator.deprived_when.value)
        .into_iter()
        .map(|place| {
            let parameter = &program.pack.parameters[place];
            let label = author.words.label(&format!("parameter-{}", parameter.id.value), &parameter.label);
            format!("{label}: {}", quantity(parameter.value, &parameter.unit, author.language))
        })
        .collect();
    page.blocks.extend(author.list("indicator-values", values));
    page.blocks.extend(answers(author, program.indicators[place]));
    page.blocks.extend(author.list("indicator-questions", questions(author, program.indicators[place])));
    page.blocks.extend(author.mistake(&format!("mistake-indicator-{id}")));
    if !indicator.source.verified {
        page.blocks.push(Block::Warning { text: author.say("indicator-unverified") });
    }
    let key = format!("indicator {id}");
    page.rests_on.insert(format!("{key} · weight"), indicator.weight.0.to_string());
    author.rest_on_expression(&mut page, &format!("{key} · deprived when"), &indicator.deprived_when.value);
    author.rest_on_source(&mut page, &key, &indicator.source);
    page
}

/// The answers to the household's questions, sorted by what they decide alone: the engine tries each.
fn answers(author: &Author<'_>, node: NodeId) -> Vec<Block> {
    let program = author.program;
    let (household, members) = program.variables_behind([node]);
    if !members.is_empty() {
        return Vec::new();
    }
    let decided = |variable: usize, answer: Answer| {
        let mut told = Household::unanswered(program, 0);
        told.household[variable] = answer;
        author.value(node, &told, None).tri().known()
    };
    let mut blocks = Vec::new();
    let mut enough = Vec::new();
    for variable in household {
        let asked = &program.pack.questionnaire.household[variable];
        match asked.kind {
            Kind::Choice(list) => {
                let choices = &program.pack.questionnaire.choices[list];
                let pictures: Vec<_> = choices
                    .options
                    .iter()
                    .enumerate()
                    .filter_map(|(place, option)| {
                        let deprived = decided(variable, Answer::Int(place as i64))?;
                        let thing = format!("option.{}.{}", choices.id.value, option.id.value);
                        Some(author.picture(&thing, author.option_label(list, place), Some(deprived)))
                    })
                    .collect();
                blocks.extend(author.pictures("indicator-answers", pictures));
            }
            Kind::Bool if decided(variable, Answer::Bool(true)) == Some(false) => {
                let thing = format!("question.{}", asked.id.value);
                enough.push(author.picture(&thing, author.variable_label(asked), Some(false)));
            }
            _ => {}
        }
    }
    blocks.extend(author.pictures("indicator-enough", enough));
    blocks
}

fn questions(author: &Author<'_>, node: NodeId) -> Vec<String> {
    let questionnaire = &author.program.pack.questionnaire;
    let (household, members) = author.program.variables_behind([node]);
    let household = household.into_iter().map(|v| (false, v, &questionnaire.household[v]));
    let members = members.into_iter().map(|v| (true, v, &questionnaire.member[v]));
    household
        .chain(members)
        .map(|(member, place, variable)| {
            format!("{} ({})", author.variable_label(variable), see(&page_of(author, member, place)))
        })
        .collect()
}
