//! Households of one province that may be one, though they are recorded in two communes.
//!
//! Only heads are compared, and only those with the same name (without marks) and year of birth: the database finds them by
//! grouping, so nothing grows with the square of the province. Where many share both, that tells nothing, and nobody is
//! compared. Names are frequent: the day of birth must be the same, or another member besides.

use super::duplicates::Pair;
use super::people::HEAD;
use crate::Result;
use crate::store::{MANY, Query, among, maybe, text};
use sqlx::AnyConnection;
use std::collections::{HashMap, HashSet};

/// More heads of one name and year than these are people with a frequent name.
const MOST_ALIKE: i64 = 20;

/// A head, with what the household is known by besides.
pub(super) struct Head {
    household: String,
    commune: String,
    person: String,
    name_key: String,
    born: String,
    sex: Option<String>,
    /// Name and year of birth of each other member whose year is known.
    others: HashSet<(String, String)>,
}

impl Head {
    fn year(&self) -> &str {
        year(&self.born)
    }
}

fn year(born: &str) -> &str {
    born.get(..4).unwrap_or(born)
}

/// The heads of a province who share name and year of birth with one of another commune, in the order of name and year.
pub(super) async fn heads(connection: &mut AnyConnection, province: &str) -> Result<Vec<Head>> {
    let grouped = Query::new(
        "SELECT p.household, p.commune, p.id, p.name_key, p.born, p.sex FROM person p JOIN (SELECT name_key, \
         SUBSTR(born, 1, 4) AS year FROM person WHERE relation = ",
    )
    .bind(HEAD)
    .push(" AND household IS NOT NULL AND born IS NOT NULL AND name_key <> '' AND province = ")
    .bind(province)
    .push(" GROUP BY name_key, SUBSTR(born, 1, 4) HAVING MIN(commune) <> MAX(commune) AND COUNT(*) <= ")
    .bind(MOST_ALIKE)
    .push(") g ON g.name_key = p.name_key AND g.year = SUBSTR(p.born, 1, 4) WHERE p.household IS NOT NULL AND p.relation = ")
    .bind(HEAD)
    .push(" AND p.province = ")
    .bind(province)
    .push(" ORDER BY p.name_key, g.year, p.household");
    let heads = grouped.all(connection, |row| {
        Ok(Head {
            household: text(row, 0)?,
            commune: text(row, 1)?,
            person: text(row, 2)?,
            name_key: text(row, 3)?,
            born: text(row, 4)?,
            sex: maybe(row, 5)?,
            others: HashSet::new(),
        })
    });
    let mut heads = heads.await?;
    let places: HashMap<String, usize> =
        heads.iter().enumerate().map(|(place, head)| (head.household.clone(), place)).collect();
    let households: Vec<&String> = places.keys().collect();
    for some in households.chunks(MANY) {
        let query = Query::new(
            "SELECT household, name_key, SUBSTR(born, 1, 4) FROM person WHERE born IS NOT NULL AND name_key <> '' \
             AND relation <> ",
        );
        let query = among(query.bind(HEAD).push(" AND household IN "), some.iter().copied());
        for (household, name_key, year) in
            query.all(connection, |row| Ok((text(row, 0)?, text(row, 1)?, text(row, 2)?))).await?
        {
            heads[places[&household]].others.insert((name_key, year));
        }
    }
    Ok(heads)
}

/// The pairs among heads in the order of name and year.
pub(super) fn alike_across(heads: &[Head]) -> Vec<Pair> {
    let mut found = Vec::new();
    for group in heads.chunk_by(|a, b| a.name_key == b.name_key && a.year() == b.year()) {
        for (place, one) in group.iter().enumerate() {
            let others = group[place + 1..].iter().filter(|other| other.commune != one.commune);
            found.extend(others.filter_map(|other| pair(one, other)));
        }
    }
    found
}

fn pair(one: &Head, other: &Head) -> Option<Pair> {
    if one.sex.is_some() && other.sex.is_some() && one.sex != other.sex {
        return None;
    }
    let same_day = one.born.len() > 4 && one.born == other.born;
    let days_differ = one.born.len() > 4 && other.born.len() > 4 && !same_day;
    let members = one.others.intersection(&other.others).count().min(2) as i64;
    if days_differ || (!same_day && members == 0) {
        return None;
    }
    let why = if members > 0 { "name,born,members" } else { "name,born" };
    Some(Pair {
        households: [&one.household, &other.household].map(String::clone),
        persons: [&one.person, &other.person].map(|person| Some(person.clone())),
        score: if same_day { 90 } else { 85 } + members * 5,
        why: why.into(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn head(household: &str, born: &str, others: &[&str]) -> Head {
        Head {
            household: household.into(),
            commune: household.into(),
            person: household.into(),
            name_key: "lo van mau".into(),
            born: born.into(),
            sex: None,
            others: others.iter().map(|name| ((*name).to_owned(), "2010".to_owned())).collect(),
        }
    }

    fn scores(heads: &[Head]) -> Vec<i64> {
        alike_across(heads).iter().map(|pair| pair.score).collect()
    }

    #[test]
    fn a_name_and_a_year_alone_are_two_people() {
        assert!(scores(&[head("a", "1980", &[]), head("b", "1980-02-01", &["x"])]).is_empty());
        assert!(scores(&[head("a", "1980-02-02", &["x"]), head("b", "1980-02-01", &["x"])]).is_empty());
    }

    #[test]
    fn the_day_or_another_member_makes_a_pair_of_two_communes() {
        assert_eq!(scores(&[head("a", "1980-02-01", &[]), head("b", "1980-02-01", &[])]), [90]);
        assert_eq!(scores(&[head("a", "1980", &["x"]), head("b", "1980", &["x", "y"])]), [90]);
        let here = Head { commune: "a".into(), ..head("b", "1980-02-01", &[]) };
        assert!(scores(&[head("a", "1980-02-01", &[]), here]).is_empty(), "a commune's own are looked for in it");
    }
}
