//! Of how many it is not known whether they belong in a column: told under the table, and never a silent "no".

use super::Words;
use super::layout::Column;
use vuon_registry::figures::{Count, ListFigures, UnitFigures};

/// What is counted.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Of {
    Households,
    Persons,
    Children,
}

/// What is not known, and of how many.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Unasked<'a> {
    list: &'a str,
    what: &'a str,
    of: Of,
    count: i64,
}

/// A note for the columns that the same is not known of.
pub(super) fn notes(columns: &[Column], unit: &UnitFigures) -> Vec<Words> {
    let mut told: Vec<(Unasked<'_>, Vec<&Column>)> = Vec::new();
    for column in columns {
        let Some(unasked) = unasked(&column.key, unit).filter(|unasked| unasked.count > 0) else { continue };
        // A table that has a column for those not recorded tells of them there.
        let apart = format!("{}.ethnic_unknown.", unasked.list);
        if unasked.what == "ethnic" && columns.iter().any(|column| column.key.starts_with(&apart)) {
            continue;
        }
        match told.iter_mut().find(|(other, _)| *other == unasked) {
            Some((_, columns)) => columns.push(column),
            None => told.push((unasked, vec![column])),
        }
    }
    told.into_iter().map(|(unasked, columns)| note(unasked, &columns)).collect()
}

fn note(Unasked { of, count, .. }: Unasked<'_>, columns: &[&Column]) -> Words {
    let numbers: Vec<&str> = columns.iter().map(|column| column.no.as_str()).collect();
    let labels = |words: fn(&Words) -> &String| -> String {
        let own = columns.iter().filter_map(|column| column.heading.last());
        own.map(|label| words(label).as_str()).collect::<Vec<_>>().join("; ")
    };
    let (numbers, vi, en) = (numbers.join(", "), labels(|words| &words.vi), labels(|words| &words.en));
    let column = if columns.len() == 1 { "Column" } else { "Columns" };
    let (who_vi, who_en) = match (of, count) {
        (Of::Households, 1) => ("hộ", "household"),
        (Of::Households, _) => ("hộ", "households"),
        (Of::Persons, 1) => ("người", "person"),
        (Of::Persons, _) => ("người", "persons"),
        (Of::Children, 1) => ("trẻ em", "child"),
        (Of::Children, _) => ("trẻ em", "children"),
    };
    Words::new(
        format!("Cột {numbers} ({vi}): {count} {who_vi} chưa hỏi hoặc chưa rõ, không tính vào cột."),
        format!("{column} {numbers} ({en}): not asked or not known of {count} {who_en}, who are not counted in it."),
    )
}

/// What is not known of a column; nothing for one that tells what the register itself knows of everybody.
fn unasked<'a>(key: &'a str, unit: &UnitFigures) -> Option<Unasked<'a>> {
    let (list, rest) = key.split_once('.')?;
    let figures = match list {
        "poor" => &unit.poor,
        "near_poor" => &unit.near_poor,
        _ => return None,
    };
    let told = |what: &'a str, of: Of, count: i64| Some(Unasked { list, what, of, count });
    let of_heads = |what: &'a str, count: Count, part: &str| match part {
        "persons" => told(what, Of::Persons, count.persons),
        _ => told(what, Of::Households, count.households),
    };
    match rest.split_once('.') {
        Some(("indicator", id)) => told(id, Of::Households, figures.deprived.get(id)?.unknown),
        Some(("child", id)) => told(id, Of::Children, figures.children.deprived.get(id)?.unknown),
        Some(("kinh" | "minority", part)) => of_heads("ethnic", unrecorded(figures), part),
        Some(("ethnic", _)) => of_heads("ethnic", unrecorded(figures), "households"),
        Some(("female_head", part)) => of_heads("sex", figures.sex_unknown, part),
        Some(_) => None,
        None => told(rest, Of::Households, figures.groups.get(&format!("poor_{rest}"))?.unknown),
    }
}

/// Those of whose head no ethnic group is recorded.
fn unrecorded(figures: &ListFigures) -> Count {
    figures.ethnic.get("").copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::layout;
    use vuon_registry::figures::Holds;

    fn unit() -> UnitFigures {
        let mut unit = UnitFigures::default();
        unit.poor.total = Count { households: 5, persons: 20 };
        unit.poor.sex_unknown = Count { households: 1, persons: 3 };
        unit.poor.ethnic.insert(String::new(), Count { households: 2, persons: 7 });
        unit.poor.groups.insert("poor_merit".into(), Holds { yes: 1, unknown: 4 });
        unit
    }

    fn told(report: &str) -> Vec<String> {
        let columns = layout::columns(report, &|_| Vec::new());
        notes(&columns, &unit()).into_iter().map(|words| words.en).collect()
    }

    #[test]
    fn who_was_not_asked_is_told_with_the_column() {
        assert_eq!(
            told("target-groups"),
            [
                "Column 2 (Of an ethnic minority): not asked or not known of 2 households, who are not counted in it.",
                "Column 4 (With a person of revolutionary merit): not asked or not known of 4 households, who are not counted in it.",
                "Column 5 (Headed by a woman): not asked or not known of 1 household, who are not counted in it.",
            ]
        );
        let summary = told("summary-poor");
        assert!(
            summary[0].starts_with("Columns 10, 11 (Kinh; Ethnic minorities): not asked or not known of 2 households")
        );
        assert!(
            summary.iter().any(|note| note.starts_with("Columns 17, 18") && note.contains("7 persons")),
            "{summary:?}"
        );
    }

    #[test]
    fn a_table_with_a_column_for_those_not_recorded_does_not_tell_them_twice() {
        assert!(told("ethnic-groups").is_empty(), "{:?}", told("ethnic-groups"));
    }
}
