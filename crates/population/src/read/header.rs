//! Checking the columns of a file before any row is read.

use super::ReadOptions;
use crate::cell::{composed, fold, shown};
use crate::layout::{KnownColumn, Layout, TableKind};
use crate::table_problem::{TableProblem, TableProblems};

/// For each column of the layout, its place in the file.
pub(super) fn check(
    file: &str,
    header: Vec<String>,
    layout: &Layout,
    kind: TableKind,
    options: &ReadOptions,
) -> Result<Vec<Option<usize>>, TableProblems> {
    let mut list = Vec::new();
    let mut problem = |message: String, advice: String| list.push(TableProblem::new(file, message, advice));
    let names: Vec<String> = header.iter().map(|name| composed(name.trim()).into_owned()).collect();
    let id = layout.id();
    let known = layout.known(kind);
    // Columns that resemble nothing are told together: a table of another questionnaire has many.
    let mut foreign: Vec<String> = Vec::new();
    for (place, name) in names.iter().enumerate().filter(|(_, name)| !name.is_empty()) {
        let is_known = known.iter().any(|c| *c.name == **name) || **name == **id;
        if names[..place].contains(name) {
            problem(format!("the column `{}` stands twice", shown(name)), "remove or rename one of the two".into());
        } else if !is_known && !options.ignore.contains(name) {
            match unknown_column(name, layout, kind) {
                Some(advice) => problem(format!("there is no question `{}`", shown(name)), advice),
                None => foreign.push(shown(name)),
            }
        }
    }
    if !foreign.is_empty() {
        let (what, list) = (if foreign.len() == 1 { "is no question" } else { "are no questions" }, foreign.join(","));
        problem(
            format!("there {what} `{}`", foreign.join("`, `")),
            format!(
                "check that the table is of this policy's questionnaire, or pass over them: --ignore-column {list}"
            ),
        );
    }
    let columns = layout.columns(kind);
    let places: Vec<Option<usize>> =
        columns.iter().map(|column| names.iter().position(|name| **name == *column.name)).collect();
    if places[0].is_none() {
        let delimiters = "is the first row the header, and are its cells separated by `,`, `;` or a tab?";
        let advice = if names.len() == 1 { format!("add it; {delimiters}") } else { "add it".to_owned() };
        problem(format!("the column `{id}` that identifies the household is missing"), advice);
    }
    let missing: Vec<&str> = columns[1..]
        .iter()
        .zip(&places[1..])
        .filter(|(column, place)| column.needed && place.is_none())
        .map(|(column, _)| &*column.name)
        .collect();
    if !missing.is_empty() && !options.allow_missing {
        problem(
            format!("columns that the assessment needs are missing: {}", missing.join(", ")),
            "add them (`vuon data template` writes a table with all columns), or let them be unknown everywhere: --allow-missing"
                .into(),
        );
    }
    if list.is_empty() { Ok(places) } else { Err(TableProblems { list }) }
}

/// What to do about a column that is no question but resembles one, or is one of the other table.
fn unknown_column(name: &str, layout: &Layout, kind: TableKind) -> Option<String> {
    let other = match kind {
        TableKind::Households => TableKind::Members,
        TableKind::Members => TableKind::Households,
    };
    let ignore = format!("pass over it with --ignore-column {name}");
    if layout.known(other).iter().any(|column| *column.name == *name) {
        return Some(format!("this is a question about the {}; move it to that table, or {ignore}", other.name()));
    }
    let folded = fold(name);
    let plain = folded.replace([' ', '-'], "_");
    let distance = |column: &KnownColumn| {
        if column.labels.contains(&folded) { 0 } else { strsim::osa_distance(&plain, &column.name) }
    };
    let near = layout.known(kind).iter().map(|column| (distance(column), column)).min_by_key(|(d, _)| *d);
    match near {
        Some((distance, column)) if distance <= (name.chars().count() / 3).max(1) => {
            Some(format!("perhaps it is `{}`; otherwise {ignore}", column.name))
        }
        _ => None,
    }
}
