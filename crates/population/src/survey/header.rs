//! Finding the wanted columns in a file by their names.

use super::column::SurveyColumn;
use crate::cell::{composed, fold, shown};
use crate::table_problem::{TableProblem, TableProblems};
use crate::words::{Told, told};

/// How many columns of a file are named when one is missing and none resembles it.
const NAMED: usize = 20;

/// The names as they are compared: without blanks around them, Vietnamese letters composed.
pub(super) fn clean(names: &[String]) -> Vec<String> {
    names.iter().map(|name| composed(name.trim()).into_owned()).collect()
}

/// The place in the file of each wanted column.
pub(super) fn places(file: &str, names: &[String], columns: &[SurveyColumn]) -> Result<Vec<usize>, TableProblems> {
    let mut problems = TableProblems::default();
    let mut problem = |message: Told, advice: Told| problems.list.push(TableProblem::new(file, message, advice));
    let mut places = Vec::new();
    // Columns that resemble nothing are told together.
    let mut foreign: Vec<String> = Vec::new();
    for (wanted, column) in columns.iter().enumerate() {
        let name = composed(column.name.trim());
        // A column wanted twice is told of once.
        let again = columns[..wanted].iter().any(|earlier| composed(earlier.name.trim()) == name);
        let mut found = (0..names.len()).filter(|place| *names[*place] == *name);
        let shown = shown(&name);
        match (found.next(), found.next()) {
            (Some(place), None) => places.push(place),
            _ if again => {}
            (Some(_), Some(_)) => problem(
                told(format!("cột `{shown}` có hai lần"), format!("the column `{shown}` stands twice")),
                told("hãy bỏ hoặc đổi tên một trong hai cột", "remove or rename one of the two"),
            ),
            (None, _) => match near(&name, names) {
                Some(other) => problem(
                    told(format!("không có cột `{shown}`"), format!("there is no column `{shown}`")),
                    told(format!("có lẽ đó là cột `{other}`?"), format!("perhaps it is `{other}`?")),
                ),
                None => foreign.push(shown),
            },
        }
    }
    if !foreign.is_empty() {
        let (foreign, what) =
            (foreign.join("`, `"), if foreign.len() == 1 { "is no column" } else { "are no columns" });
        problem(
            told(format!("không có cột `{foreign}`"), format!("there {what} `{foreign}`")),
            told(
                format!("hãy kiểm tra tên cột; tệp có các cột: {}", listed(names)),
                format!("check the names; the columns of the file are: {}", listed(names)),
            ),
        );
    }
    if problems.list.is_empty() { Ok(places) } else { Err(problems) }
}

/// The column that a missing one may be.
fn near(name: &str, names: &[String]) -> Option<String> {
    let folded = fold(name);
    let distance = |other: &str| if fold(other) == folded { 0 } else { strsim::osa_distance(name, other) };
    let near = names.iter().filter(|other| !other.is_empty()).map(|other| (distance(other), other)).min()?;
    (near.0 <= (name.chars().count() / 3).max(1)).then(|| shown(near.1))
}

/// The first names of a file.
fn listed(names: &[String]) -> String {
    let mut list: Vec<String> = names.iter().take(NAMED).map(|name| shown(name)).collect();
    if names.len() > NAMED {
        list.push("…".to_owned());
    }
    list.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told_of(names: &[&str], wanted: &[&str]) -> Vec<(String, String)> {
        let names: Vec<String> = names.iter().map(|name| name.to_string()).collect();
        let wanted: Vec<SurveyColumn> = wanted.iter().map(|name| SurveyColumn::flag(*name)).collect();
        let problems = places("a.csv", &names, &wanted).err().unwrap_or_default();
        problems.list.iter().map(|p| (p.message.en.to_string(), p.advice.en.to_string())).collect()
    }

    #[test]
    fn columns_are_found_by_name_in_any_order_and_as_often_as_wanted() {
        let names = ["b".to_owned(), "a".to_owned()];
        let wanted = [SurveyColumn::flag("a"), SurveyColumn::number("b"), SurveyColumn::label("a")];
        assert_eq!(places("a.csv", &names, &wanted), Ok(vec![1, 0, 1]));
    }

    #[test]
    fn a_missing_column_is_told_of_with_the_one_it_resembles() {
        let told = told_of(&["d_nutr", "Weight"], &["d_nutri", "weight"]);
        assert_eq!(told[0], ("there is no column `d_nutri`".into(), "perhaps it is `d_nutr`?".into()));
        assert_eq!(told[1].1, "perhaps it is `Weight`?");
    }

    #[test]
    fn columns_that_resemble_nothing_are_told_together() {
        let told = told_of(&["a", "b"], &["income", "weight", "income"]);
        let (message, advice) =
            ("there are no columns `income`, `weight`", "check the names; the columns of the file are: a, b");
        assert_eq!(told, [(message.to_owned(), advice.to_owned())]);
        assert_eq!(told_of(&["a"], &["income"])[0].0, "there is no column `income`");
    }

    #[test]
    fn a_column_that_stands_twice_is_refused_only_when_wanted() {
        assert!(told_of(&["a", "b", "b"], &["a"]).is_empty());
        assert_eq!(told_of(&["a", "b", "b"], &["b"])[0].0, "the column `b` stands twice");
    }
}
