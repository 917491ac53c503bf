//! From income and deprivations to a status: the rules of each method, tried out.

use super::author::Author;
use super::book::{Block, Page};
use std::collections::HashMap;
use vuon_policy::assess::assess;
use vuon_policy::evaluate::{Answer, Household, Value};
use vuon_policy::ir::Op;
use vuon_policy::lattice::Interval;
use vuon_policy::model::MeasureValue;
use vuon_policy::program::CheckedBand;
use vuon_policy::words::number;

pub(super) fn pages(author: &Author<'_>) -> Vec<Page> {
    (0..author.program.methods.len()).map(|method| page(author, method)).collect()
}

fn page(author: &Author<'_>, method: usize) -> Page {
    let written = &author.program.pack.methods[method];
    let id = format!("classification.{}", written.id.value);
    let title = author.words.label(&format!("method-{}", written.id.value), &written.label);
    let drawing = if method == 0 { "page.classification" } else { "" };
    let mut page = author.page(&id, title, drawing);
    page.blocks.push(Block::Text { text: author.say("classification-text") });
    page.blocks.extend(table(author, method));
    for rule in &written.rules {
        let key = format!("rule {}.{}", written.id.value, rule.id.value);
        author.rest_on_expression(&mut page, &key, &rule.when.value);
        author.rest_on_source(&mut page, &key, &rule.source);
    }
    for card in &author.program.methods[method].scorecards {
        let card = &author.program.pack.scorecards[*card];
        if (0..card.columns.len()).any(|column| card.holes(column).next().is_some()) {
            let annex = author.words.label(&format!("annex-{}", card.id.value), &card.annex);
            page.blocks
                .push(Block::Warning { text: author.words.say_with("classification-holes", &[("annex", annex)]) });
        }
    }
    page
}

/// The status for every band and number of deprivations, as the engine gives it. None for a method that compares no band.
fn table(author: &Author<'_>, method: usize) -> Option<Block> {
    let program = author.program;
    let behind = program.dag.needed_by(program.methods[method].rules.iter().map(|rule| rule.when));
    let (measure, checked) = program
        .measures
        .iter()
        .enumerate()
        .find(|(_, m)| m.band.is_some() && behind.contains(&m.node))
        .and_then(|(place, m)| Some((place, m.band.as_ref()?)))?;
    let MeasureValue::Band(band) = &program.pack.measures[measure].value else { return None };
    let deprivations = program.deprivations.filter(|node| behind.contains(node));
    let most = deprivations.map_or(0, |_| program.pack.indicators.len());
    let status = |place: usize, count: usize| {
        let whole = |n: usize| Value::Int(Interval::exactly(n as i64));
        let mut given = HashMap::from([(program.measures[measure].node, whole(place))]);
        given.extend(deprivations.map(|node| (node, whole(count))));
        // The total of a card does not matter once its band is given; without it a card with holes would be refused.
        given.extend(program.methods[method].scorecards.iter().map(|card| (program.scorecards[*card].total, whole(0))));
        let household = Household::unanswered(program, 1);
        let outcome =
            assess(program, &program.plan(method), &household, Some(author.day), given).classification.outcome;
        author.status_label(program.outcome_id(outcome))
    };
    // Numbers of deprivations with the same results are one row.
    let mut rows: Vec<(usize, usize, Vec<String>)> = Vec::new();
    for count in 0..=most {
        let found: Vec<String> = (0..band.bands.len()).map(|place| status(place, count)).collect();
        match rows.last_mut() {
            Some((_, to, same)) if *same == found => *to = count,
            _ => rows.push((count, count, found)),
        }
    }
    let label = author
        .words
        .label(&format!("measure-{}", program.pack.measures[measure].id.value), &program.pack.measures[measure].label);
    let unit = author.words.label("unit", &band.unit_label);
    let mut head = vec![author.say("classification-deprivations")];
    head.extend((0..band.bands.len()).map(|place| bounds(author, checked, band, place)));
    let rows = rows.into_iter().map(|(from, to, statuses)| {
        let count = if deprivations.is_none() || from == to { from.to_string() } else { format!("{from}–{to}") };
        std::iter::once(count).chain(statuses).collect()
    });
    Some(Block::Table { name: format!("{} ({unit})", capital(&label)), head, rows: rows.collect() })
}

/// "≤ 1.500.000 (nông thôn); ≤ 2.000.000 (thành thị)".
fn bounds(author: &Author<'_>, checked: &CheckedBand, band: &vuon_policy::model::Band, place: usize) -> String {
    let program = author.program;
    let last = place + 1 == band.bands.len();
    let at = if last { place - 1 } else { place };
    let included = band.bands[at].cut.as_ref().is_some_and(|cut| cut.included);
    let sign = match (last, included) {
        (false, true) => "≤",
        (false, false) => "<",
        (true, true) => ">",
        (true, false) => "≥",
    };
    let (node, denominator) = checked.cuts[at];
    let told = |household: &Household| {
        let value = author.value(node, household, None).interval().known()?;
        Some(format!("{sign} {}", number(value, denominator, author.language)))
    };
    let nobody = Household::unanswered(program, 0);
    let Some((Op::IntVar(variable), list)) =
        checked.context.map(|(node, list)| (program.dag.node(node).op.clone(), list))
    else {
        return told(&nobody).unwrap_or_else(|| sign.to_owned());
    };
    let options = 0..program.pack.questionnaire.choices[list].options.len();
    let each: Vec<String> = options
        .filter_map(|option| {
            let mut household = nobody.clone();
            household.household[variable] = Answer::Int(option as i64);
            Some(format!("{} ({})", told(&household)?, author.option_label(list, option).to_lowercase()))
        })
        .collect();
    each.join("\n")
}

fn capital(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}
