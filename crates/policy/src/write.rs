//! Scorecards back into YAML: for a local copy whose holes have been filled from the official annex.

use crate::model::{Label, Scorecard, Source, Take};
use std::fmt::Write;

/// The text of a `scorecards.yaml` that holds these scorecards.
pub fn scorecards(cards: &[Scorecard]) -> String {
    let mut out = String::from("scorecards:\n");
    for card in cards {
        // Writing into a string cannot fail.
        let _ = write_card(&mut out, card);
    }
    out
}

fn write_card(out: &mut String, card: &Scorecard) -> std::fmt::Result {
    let columns: Vec<&str> = card.columns.iter().map(|c| c.value.as_str()).collect();
    let labels: Vec<String> = card.column_labels.iter().map(label).collect();
    writeln!(out, "  - id: {}", card.id.value)?;
    writeln!(out, "    label: {}", label(&card.label))?;
    writeln!(out, "    columns: [{}]", columns.join(", "))?;
    writeln!(out, "    column_labels: [{}]", labels.join(", "))?;
    writeln!(out, "    column: {}", quoted(&card.column.value))?;
    writeln!(out, "    annex: {}", label(&card.annex))?;
    writeln!(out, "    items:")?;
    for item in &card.items {
        let take = if item.take == Take::First { "first" } else { "all" };
        writeln!(out, "      - id: {}", item.id.value)?;
        writeln!(out, "        label: {}", label(&item.label))?;
        writeln!(out, "        take: {take}")?;
        if let Some(unless) = &item.unless {
            writeln!(out, "        unless: {}", quoted(&unless.value))?;
        }
        writeln!(out, "        source: {}", source(&item.source))?;
        writeln!(out, "        rows:")?;
        for row in &item.rows {
            let points: Vec<String> = row.points.iter().map(|p| p.map_or("null".into(), |p| p.to_string())).collect();
            writeln!(out, "          - id: {}", row.id.value)?;
            writeln!(out, "            label: {}", label(&row.label))?;
            writeln!(out, "            when: {}", row.when.as_ref().map_or("null".into(), |when| quoted(&when.value)))?;
            writeln!(out, "            points: [{}]", points.join(", "))?;
            if let Some(own) = &row.source {
                writeln!(out, "            source: {}", source(own))?;
            }
        }
    }
    Ok(())
}

fn label(label: &Label) -> String {
    let texts: Vec<String> = label.0.iter().map(|(language, text)| format!("{language}: {}", quoted(text))).collect();
    format!("{{{}}}", texts.join(", "))
}

fn source(source: &Source) -> String {
    let mut text = format!("{{document: {}", source.document.value);
    if let Some(article) = &source.article {
        text += &format!(", article: {}", quoted(article));
    }
    text += &format!(", verified: {}", source.verified);
    if let Some(note) = &source.note {
        text += &format!(", note: {}", quoted(note));
    }
    text + "}"
}

/// A double-quoted YAML text; its escapes are those of JSON.
fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}
