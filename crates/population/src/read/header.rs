//! Checking the columns of a file before any row is read.

use super::ReadOptions;
use crate::cell::{composed, fold, shown};
use crate::layout::{Column, Holds, KnownColumn, Layout, TableKind};
use crate::table_problem::{TableProblem, TableProblems};
use crate::words::{Told, told};
use vuon_policy::model::Language;

/// For each column of the layout, its place in the file.
pub(super) fn check(
    file: &str,
    header: Vec<String>,
    layout: &Layout,
    kind: TableKind,
    options: &ReadOptions,
) -> Result<Vec<Option<usize>>, TableProblems> {
    let mut list = Vec::new();
    let mut problem = |message: Told, advice: Told| list.push(TableProblem::new(file, message, advice));
    let names: Vec<String> = header.iter().map(|name| composed(name.trim()).into_owned()).collect();
    let id = layout.id();
    let known = layout.known(kind);
    // Columns that resemble nothing are told together: a table of another questionnaire has many.
    let mut foreign: Vec<String> = Vec::new();
    for (place, name) in names.iter().enumerate().filter(|(_, name)| !name.is_empty()) {
        let is_known = known.iter().any(|c| *c.name == **name) || **name == **id;
        if names[..place].contains(name) {
            let name = shown(name);
            problem(
                told(format!("cột `{name}` có hai lần"), format!("the column `{name}` stands twice")),
                told("hãy bỏ hoặc đổi tên một trong hai cột", "remove or rename one of the two"),
            );
        } else if !is_known && !options.ignore.contains(name) {
            let advice = match options.ignore_others {
                true => misspelt(name, layout.columns(kind), &names),
                false => unknown_column(name, layout, kind),
            };
            match advice {
                Some(advice) => {
                    let name = shown(name);
                    let en = format!("there is no question `{name}`");
                    problem(told(format!("không có câu hỏi nào tên là `{name}`"), en), advice);
                }
                None if options.ignore_others => {}
                None => foreign.push(shown(name)),
            }
        }
    }
    if !foreign.is_empty() {
        let (what, list) = (if foreign.len() == 1 { "is no question" } else { "are no questions" }, foreign.join(","));
        let names = foreign.join("`, `");
        problem(
            told(format!("không có câu hỏi nào tên là `{names}`"), format!("there {what} `{names}`")),
            told(
                format!(
                    "hãy kiểm tra xem bảng có đúng phiếu hỏi của chính sách này không, hoặc bỏ qua các cột đó: --ignore-column {list}"
                ),
                format!(
                    "check that the table is of this policy's questionnaire, or pass over them: --ignore-column {list}"
                ),
            ),
        );
    }
    let columns = layout.columns(kind);
    let places: Vec<Option<usize>> =
        columns.iter().map(|column| names.iter().position(|name| **name == *column.name)).collect();
    if places[0].is_none() {
        let advice = match names.len() {
            1 => told(
                "hãy thêm cột này; dòng đầu có phải là tên cột, và các ô có được ngăn bằng `,`, `;` hoặc dấu tab không?",
                "add it; is the first row the header, and are its cells separated by `,`, `;` or a tab?",
            ),
            _ => told("hãy thêm cột này", "add it"),
        };
        let message = told(
            format!("thiếu cột `{id}` ghi mã hộ"),
            format!("the column `{id}` that identifies the household is missing"),
        );
        problem(message, advice);
    }
    let absent =
        || columns[1..].iter().zip(&places[1..]).filter(|(_, place)| place.is_none()).map(|(column, _)| column);
    let mut told_of: Vec<&str> = Vec::new();
    for column in absent().filter(|column| matches!(column.holds, Holds::Passengers(_))) {
        let name = &*column.name;
        // One that is wanted both as a number and as a label is told of once.
        if !told_of.contains(&name) {
            told_of.push(name);
            let vi = format!("thiếu cột `{}` cần mang theo", shown(name));
            let en = format!("the column `{}` that is to be carried along is missing", shown(name));
            problem(told(vi, en), instead(name, &names));
        }
    }
    let missing: Vec<&str> = absent()
        .filter(|column| column.needed && matches!(column.holds, Holds::Answers(_)))
        .map(|column| &*column.name)
        .collect();
    if !missing.is_empty() && !options.allow_missing {
        let missing = missing.join(", ");
        problem(
            told(
                format!("thiếu các cột cần cho việc đánh giá: {missing}"),
                format!("columns that the assessment needs are missing: {missing}"),
            ),
            told(
                "hãy thêm các cột này (`vuon data template` tạo bảng có đủ cột), hoặc coi như chưa biết ở mọi dòng: --allow-missing",
                "add them (`vuon data template` writes a table with all columns), or let them be unknown everywhere: --allow-missing",
            ),
        );
    }
    if list.is_empty() { Ok(places) } else { Err(TableProblems { list }) }
}

/// How far two names are apart for one to be taken for a slip of the hand.
fn slip(name: &str) -> usize {
    (name.chars().count() / 3).max(1)
}

/// A column as a person may have meant it.
fn plain(name: &str) -> String {
    fold(name).replace([' ', '-'], "_")
}

/// What the column that is missing may be.
fn instead(name: &str, names: &[String]) -> Told {
    let wanted = plain(name);
    let near = names
        .iter()
        .filter(|other| !other.is_empty())
        .map(|other| (strsim::osa_distance(&wanted, &plain(other)), other));
    match near.min() {
        Some((distance, other)) if distance <= slip(name) => {
            let other = shown(other);
            told(format!("có lẽ đó là cột `{other}`?"), format!("perhaps it is `{other}`?"))
        }
        _ => told(
            "hãy kiểm tra tên cột, hoặc thêm cột này vào bảng hộ",
            "check the name, or add the column to the household table",
        ),
    }
}

/// What to do about a column that looks like a wanted question which the file does not have.
fn misspelt(name: &str, columns: &[Column], names: &[String]) -> Option<Told> {
    let questions = columns.iter().filter(|column| matches!(column.holds, Holds::Answers(_)));
    let missing = questions.filter(|column| !names.iter().any(|name| **name == *column.name));
    let near = missing.map(|column| (strsim::osa_distance(&plain(name), &plain(&column.name)), &column.name)).min()?;
    (near.0 <= slip(name)).then(|| {
        told(
            format!("có lẽ cột này là `{}`; nếu không, hãy {}", near.1, ignored(name).vi),
            format!("perhaps it is `{}`; otherwise {}", near.1, ignored(name).en),
        )
    })
}

fn ignored(name: &str) -> Told {
    told(format!("bỏ qua cột này bằng --ignore-column {name}"), format!("pass over it with --ignore-column {name}"))
}

/// What to do about a column that is no question but resembles one, or is one of the other table.
fn unknown_column(name: &str, layout: &Layout, kind: TableKind) -> Option<Told> {
    let other = match kind {
        TableKind::Households => TableKind::Members,
        TableKind::Members => TableKind::Households,
    };
    let ignore = ignored(name);
    if layout.known(other).iter().any(|column| *column.name == *name) {
        let (vi, en) = (other.name(Language::Vi), other.name(Language::En));
        return Some(told(
            format!("đây là câu hỏi về {vi}; hãy chuyển cột sang bảng {vi}, hoặc {}", ignore.vi),
            format!("this is a question about the {en}; move it to that table, or {}", ignore.en),
        ));
    }
    let (folded, plain) = (fold(name), plain(name));
    let distance = |column: &KnownColumn| {
        if column.labels.contains(&folded) { 0 } else { strsim::osa_distance(&plain, &column.name) }
    };
    let near = layout.known(kind).iter().map(|column| (distance(column), column)).min_by_key(|(d, _)| *d);
    match near {
        Some((distance, column)) if distance <= slip(name) => {
            let name = &column.name;
            Some(told(
                format!("có lẽ cột này là `{name}`; nếu không, hãy {}", ignore.vi),
                format!("perhaps it is `{name}`; otherwise {}", ignore.en),
            ))
        }
        _ => None,
    }
}
