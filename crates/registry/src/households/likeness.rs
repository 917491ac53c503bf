//! How alike two households are, by the people in them: a score from 0 to 100 that orders a queue and decides nothing.
//!
//! Only pairs in which a head is alike to somebody are looked at, and only people who share the given name or the year of
//! birth are compared, so the work grows with the commune and not with its square. The order of the words of a name does
//! not count, nor do its tone marks.

use std::collections::{HashMap, HashSet};

/// A person to be compared.
#[derive(Clone, Debug)]
pub(super) struct Someone {
    /// The place of the household in the list of households.
    pub household: usize,
    /// Its id.
    pub person: String,
    pub head: bool,
    /// Without tone marks.
    pub name_key: String,
    pub born: Option<String>,
    pub sex: Option<String>,
}

/// A household to be compared.
#[derive(Clone, Debug)]
pub(super) struct Home {
    pub hamlet: Option<String>,
}

/// Two households that may be one.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Alike {
    pub first: usize,
    pub second: usize,
    /// The person of each who are most alike.
    pub persons: [String; 2],
    pub score: i64,
    pub why: String,
}

/// Below this the queue would be mostly people who only share a frequent name.
pub(super) const LEAST: i64 = 75;
/// Names less alike than this are two names.
const LEAST_NAME: f64 = 0.8;
/// Given names less alike than this are two given names.
const LEAST_GIVEN: f64 = 0.76;

struct Compared<'a> {
    someone: &'a Someone,
    given: &'a str,
    sorted: String,
    year: Option<i32>,
}

impl<'a> Compared<'a> {
    fn of(someone: &'a Someone) -> Self {
        let mut words: Vec<&str> = someone.name_key.split(' ').collect();
        let given = words.last().copied().unwrap_or_default();
        words.sort_unstable();
        let year = someone.born.as_deref().and_then(|born| born.get(..4)).and_then(|year| year.parse().ok());
        Compared { someone, given, sorted: words.join(" "), year }
    }
}

/// The pairs that score at least [`LEAST`].
pub(super) fn alike(homes: &[Home], people: &[Someone]) -> Vec<Alike> {
    // Somebody who was erased has no name, and is alike to nobody.
    let compared: Vec<Compared<'_>> = people.iter().filter(|p| !p.name_key.is_empty()).map(Compared::of).collect();
    let mut by_given: HashMap<&str, Vec<usize>> = HashMap::new();
    let mut by_year: HashMap<i32, Vec<usize>> = HashMap::new();
    let mut known: Vec<HashSet<(&str, Option<i32>)>> = vec![HashSet::new(); homes.len()];
    for (i, person) in compared.iter().enumerate() {
        by_given.entry(person.given).or_default().push(i);
        if let Some(year) = person.year {
            by_year.entry(year).or_default().push(i);
        }
        known[person.someone.household].insert((&person.sorted, person.year));
    }
    let mut best: HashMap<(usize, usize), Alike> = HashMap::new();
    for (i, head) in compared.iter().enumerate().filter(|(_, person)| person.someone.head) {
        let near = by_given.get(head.given).into_iter().chain(head.year.and_then(|year| by_year.get(&year))).flatten();
        for &j in near {
            let other = &compared[j];
            if i == j || head.someone.household == other.someone.household {
                continue;
            }
            let Some((score, why)) = score(head, other) else { continue };
            let (a, b) = (head.someone.household, other.someone.household);
            let pair = (a.min(b), a.max(b));
            let (one, two) = if a < b { (head, other) } else { (other, head) };
            let persons = [one, two].map(|compared| compared.someone.person.clone());
            let (score, why) = with_homes(score, why, homes, &known, pair);
            let candidate = Alike { first: pair.0, second: pair.1, persons, score, why };
            if score >= LEAST && best.get(&pair).is_none_or(|known| known.score < score) {
                best.insert(pair, candidate);
            }
        }
    }
    let mut found: Vec<Alike> = best.into_values().collect();
    found.sort_by_key(|pair| (-pair.score, pair.first, pair.second));
    found
}

/// How alike two people are: at most 60 for the name, 30 for the birth.
fn score(one: &Compared<'_>, other: &Compared<'_>) -> Option<(i64, Vec<&'static str>)> {
    let same_words = one.sorted == other.sorted;
    let apart = one.year.zip(other.year).map(|(a, b)| (a - b).abs());
    // A year may be typed wrongly, but then the name must be the same.
    if !same_words && apart.is_some_and(|years| years > 2) {
        return None;
    }
    let likeness = if same_words {
        1.0
    } else {
        if one.given != other.given && strsim::normalized_damerau_levenshtein(one.given, other.given) < LEAST_GIVEN {
            return None;
        }
        strsim::normalized_damerau_levenshtein(&one.sorted, &other.sorted)
    };
    if likeness < LEAST_NAME {
        return None;
    }
    let mut why = vec![if same_words { "name" } else { "name_alike" }];
    // Whole numbers from here on; 0.8..=1.0 becomes 48..=60.
    let mut score = (likeness * 60.0) as i64;
    let birth = match (&one.someone.born, &other.someone.born, apart) {
        (Some(a), Some(b), _) if a == b && a.len() > 4 => 30,
        (_, _, Some(0)) => 25,
        (_, _, Some(1)) => 15,
        (_, _, Some(2)) => 10,
        (_, _, Some(_)) => 0,
        (_, _, None) => 8,
    };
    score += birth;
    if birth >= 25 {
        why.push("born");
    }
    if one.someone.sex.is_some() && other.someone.sex.is_some() && one.someone.sex != other.someone.sex {
        score -= 20;
    }
    Some((score, why))
}

/// Adds what else the households share: the hamlet, other members.
fn with_homes(
    score: i64,
    mut why: Vec<&'static str>,
    homes: &[Home],
    known: &[HashSet<(&str, Option<i32>)>],
    (first, second): (usize, usize),
) -> (i64, String) {
    let mut score = score;
    match (&homes[first].hamlet, &homes[second].hamlet) {
        (Some(a), Some(b)) if a == b => {
            score += 5;
            why.push("hamlet");
        }
        (None, _) | (_, None) => score += 2,
        _ => {}
    }
    let shared = known[first].intersection(&known[second]).count();
    // One of them is likely the pair itself.
    let others = shared.saturating_sub(1).min(2) as i64;
    if others > 0 {
        score += others * 5;
        why.push("members");
    }
    (score.clamp(0, 100), why.join(","))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn someone(household: usize, name: &str, born: &str) -> Someone {
        Someone {
            household,
            person: name.to_owned(),
            head: true,
            name_key: crate::text::key(name),
            born: Some(born.to_owned()).filter(|born| !born.is_empty()),
            sex: None,
        }
    }

    fn scores(people: &[Someone]) -> Vec<(i64, String)> {
        let homes = vec![Home { hamlet: Some("h".into()) }; people.len()];
        alike(&homes, people).into_iter().map(|pair| (pair.score, pair.why)).collect()
    }

    #[test]
    fn the_same_person_twice_is_found_whatever_the_marks_and_the_order() {
        let found = scores(&[someone(0, "Lò Văn Mẫu", "1980"), someone(1, "Mau Lo Van", "1980")]);
        assert_eq!(found, [(90, "name,born,hamlet".to_owned())]);
    }

    #[test]
    fn a_letter_typed_wrongly_is_found() {
        let found = scores(&[someone(0, "Quàng Thị Quỳnh", "1975-02-01"), someone(1, "Quang Thi Quyn", "1975-02-01")]);
        assert_eq!(found.len(), 1);
        assert!(found[0].0 >= 85, "{found:?}");
    }

    #[test]
    fn a_frequent_name_alone_is_not_enough() {
        assert_eq!(scores(&[someone(0, "Nguyễn Văn Hùng", "1960"), someone(1, "Nguyễn Văn Hùng", "1990")]), []);
        assert_eq!(scores(&[someone(0, "Nguyễn Văn Hùng", "1960"), someone(1, "Nguyễn Văn Dũng", "1960")]), []);
        assert_eq!(scores(&[someone(0, "Nguyễn Văn Hùng", ""), someone(1, "Nguyễn Văn Hùng", "")]), []);
    }

    #[test]
    fn somebody_erased_is_alike_to_nobody() {
        assert_eq!(scores(&[someone(0, "", "1960"), someone(1, "", "1960")]), []);
    }

    #[test]
    fn the_one_twin_is_found_among_three_thousand_households() {
        let families = ["Lò", "Quàng", "Cà", "Tòng", "Lường", "Vì"];
        let middle = ["Văn", "Thị", "Đức", "Minh"];
        let given = ["An", "Bình", "Chung", "Dương", "Hùng", "Lan", "Mai", "Nam", "Phương", "Quỳnh", "Sơn", "Tâm"];
        let mut people: Vec<Someone> = (0..12_000)
            .map(|i| Someone {
                head: i % 4 == 0,
                ..someone(
                    i / 4,
                    &format!("{} {} {}", families[i * 7 % 6], middle[i * 5 % 4], given[i * 11 % 12]),
                    &(1940 + i * 13 % 80).to_string(),
                )
            })
            .collect();
        people.push(someone(3_000, "Khoàng Bá Thìn", "1955-02-01"));
        people.push(someone(3_001, "Khoang Ba Thin", "1955-02-01"));
        let homes: Vec<Home> = (0..3_002).map(|i| Home { hamlet: Some((i / 2 % 20).to_string()) }).collect();
        let found = alike(&homes, &people);
        let twins: Vec<&Alike> = found.iter().filter(|pair| pair.second >= 3_000).collect();
        assert_eq!(twins.len(), 1);
        assert_eq!((twins[0].first, twins[0].second, twins[0].score), (3_000, 3_001, 95));
        assert_eq!(twins[0].persons, ["Khoàng Bá Thìn", "Khoang Ba Thin"]);
        assert!(found.windows(2).all(|pair| pair[0].score >= pair[1].score), "most alike first");
    }
}
