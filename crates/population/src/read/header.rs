//! Checking the columns of a file before any row is read.

use super::ReadOptions;
use crate::cell::{composed, fold, shown};
use crate::layout::{KnownColumn, Layout, TableKind};
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
            match unknown_column(name, layout, kind) {
                Some(advice) => {
                    let name = shown(name);
                    let en = format!("there is no question `{name}`");
                    problem(told(format!("không có câu hỏi nào tên là `{name}`"), en), advice);
                }
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
    let missing: Vec<&str> = columns[1..]
        .iter()
        .zip(&places[1..])
        .filter(|(column, place)| column.needed && place.is_none())
        .map(|(column, _)| &*column.name)
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

/// What to do about a column that is no question but resembles one, or is one of the other table.
fn unknown_column(name: &str, layout: &Layout, kind: TableKind) -> Option<Told> {
    let other = match kind {
        TableKind::Households => TableKind::Members,
        TableKind::Members => TableKind::Households,
    };
    let ignore = told(
        format!("bỏ qua cột này bằng --ignore-column {name}"),
        format!("pass over it with --ignore-column {name}"),
    );
    if layout.known(other).iter().any(|column| *column.name == *name) {
        let (vi, en) = (other.name(Language::Vi), other.name(Language::En));
        return Some(told(
            format!("đây là câu hỏi về {vi}; hãy chuyển cột sang bảng {vi}, hoặc {}", ignore.vi),
            format!("this is a question about the {en}; move it to that table, or {}", ignore.en),
        ));
    }
    let folded = fold(name);
    let plain = folded.replace([' ', '-'], "_");
    let distance = |column: &KnownColumn| {
        if column.labels.contains(&folded) { 0 } else { strsim::osa_distance(&plain, &column.name) }
    };
    let near = layout.known(kind).iter().map(|column| (distance(column), column)).min_by_key(|(d, _)| *d);
    match near {
        Some((distance, column)) if distance <= (name.chars().count() / 3).max(1) => {
            let name = &column.name;
            Some(told(
                format!("có lẽ cột này là `{name}`; nếu không, hãy {}", ignore.vi),
                format!("perhaps it is `{name}`; otherwise {}", ignore.en),
            ))
        }
        _ => None,
    }
}
