//! The documents, and what of the book was not read in an official text.

use super::author::Author;
use super::book::{Block, Page};

pub(super) fn pages(author: &Author<'_>) -> Vec<Page> {
    let pack = &author.program.pack;
    let mut documents = author.page("documents", author.say("documents-title"), "step.decision");
    let rows = pack.documents.iter().map(|document| {
        let issued = document.issued.map_or_else(String::new, |day| author.date(day));
        vec![author.document_label(&document.id.value), issued]
    });
    let head = ["documents-name", "documents-issued"].map(|key| author.say(key)).to_vec();
    documents.blocks.push(Block::Table { name: String::new(), head, rows: rows.collect() });
    for document in &pack.documents {
        documents
            .rests_on
            .insert(format!("document {}", document.id.value), document.label.get(author.language).to_owned());
    }
    let mut pages = vec![documents];
    if !author.program.methods.is_empty() {
        let mut page = author.page("unverified", author.say("unverified-title"), "step.appraisal");
        page.blocks.push(Block::Text { text: author.say("unverified-text") });
        for (document, labels) in author.program.unverified_by_document(0, author.language) {
            page.blocks.push(Block::List { name: document, items: labels });
        }
        if page.blocks.len() > 1 {
            pages.push(page);
        }
    }
    pages
}
