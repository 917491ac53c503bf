//! What poverty is under the pack: statuses, dimensions, lines, and the table from income and deprivations to a status.

use super::author::{Author, see};
use super::book::{Block, Page};
use super::classification;
use vuon_policy::words::quantity;

pub(super) fn pages(author: &Author<'_>) -> Vec<Page> {
    let mut pages = vec![what(author)];
    pages.extend(classification::pages(author));
    pages.extend(lines(author));
    pages
}

fn what(author: &Author<'_>) -> Page {
    let pack = &author.program.pack;
    let mut page = author.page("poverty", author.say("poverty-title"), "page.poverty");
    page.blocks.push(Block::Text { text: author.told("poverty-text") });
    let statuses = pack.statuses.iter().map(|status| author.status_label(&status.id.value)).collect();
    page.blocks.extend(author.list("poverty-statuses", statuses));
    for status in &pack.statuses {
        page.rests_on.insert(format!("status {}", status.id.value), status.label.get(author.language).to_owned());
    }
    if !pack.indicators.is_empty() {
        page.blocks.push(Block::Text { text: author.say("poverty-dimensions-text") });
        let rows = pack.dimensions.iter().map(|dimension| {
            let own = pack.indicators.iter().enumerate().filter(|(_, i)| i.dimension.value == dimension.id.value);
            let own: Vec<String> = own
                .map(|(place, i)| {
                    format!("{} ({})", author.indicator_label(place), see(&format!("indicator.{}", i.id.value)))
                })
                .collect();
            vec![author.words.label(&format!("dimension-{}", dimension.id.value), &dimension.label), own.join("; ")]
        });
        page.blocks.push(Block::Table {
            name: String::new(),
            head: vec![author.say("poverty-dimension"), author.say("poverty-indicators")],
            rows: rows.collect(),
        });
        for indicator in &pack.indicators {
            page.rests_on.insert(format!("indicator {}", indicator.id.value), indicator.weight.0.to_string());
        }
    }
    for period in &pack.in_force {
        let to = period.to.map_or("…".to_owned(), |to| to.to_string());
        page.rests_on.insert(format!("in force from {}", period.from), format!("{to} {}", period.by.value));
        let text = author.document_label(&period.by.value);
        page.margin.push(super::book::Citation { text, verified: true });
    }
    page
}

/// Every value of the pack, with its article.
fn lines(author: &Author<'_>) -> Option<Page> {
    let parameters = &author.program.pack.parameters;
    let mut page = author.page("lines", author.say("lines-title"), "question.income");
    page.blocks.push(Block::Text { text: author.say("lines-text") });
    let mut rows = Vec::new();
    for (place, parameter) in parameters.iter().enumerate() {
        author.rest_on_parameter(&mut page, place);
        author.rest_on_source(&mut page, &parameter.id.value, &parameter.source);
        let mark = author.say(if parameter.source.verified { "word-yes" } else { "word-no" });
        rows.push(vec![
            author.words.label(&format!("parameter-{}", parameter.id.value), &parameter.label),
            quantity(parameter.value, &parameter.unit, author.language),
            mark,
        ]);
    }
    let head = ["lines-name", "lines-value", "lines-read"].map(|key| author.say(key)).to_vec();
    page.blocks.push(Block::Table { name: String::new(), head, rows });
    (!parameters.is_empty()).then_some(page)
}
