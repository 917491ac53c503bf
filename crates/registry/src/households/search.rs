//! Households found by the name of a member, best first: a typed name that is a whole word at an end of the name (where the
//! family's and the given name stand), then one that such a word begins with, then one that stands anywhere in it.
//!
//! Tone marks count where somebody typed them. Each household comes once, at its best match. The first two are read along
//! indices of names, whatever their number. Looking inside of names reads all names of a part, so it is done in one commune
//! or hamlet only, once the others have come. A page begins with the class and key at which the one before ended.

use super::list::{Asked, Keyed, household_columns, keyed};
use crate::scope::Reach;
use crate::store::Query;
use crate::text::{after_prefix, key};
use crate::{RegistryError, Result};
use sqlx::AnyConnection;
use unicode_normalization::UnicodeNormalization;

/// A name as it was typed.
pub(super) struct Typed {
    /// Without tone marks, in small letters.
    pub key: String,
    /// The words that were typed with marks, each in the ways in which names are written.
    marked: Vec<Vec<String>>,
}

/// Where a tone mark may stand on two vowels: both are in use, and mean the same.
const PLACES: [[&str; 2]; 15] = [
    ["òa", "oà"],
    ["óa", "oá"],
    ["ỏa", "oả"],
    ["õa", "oã"],
    ["ọa", "oạ"],
    ["òe", "oè"],
    ["óe", "oé"],
    ["ỏe", "oẻ"],
    ["õe", "oẽ"],
    ["ọe", "oẹ"],
    ["ùy", "uỳ"],
    ["úy", "uý"],
    ["ủy", "uỷ"],
    ["ũy", "uỹ"],
    ["ụy", "uỵ"],
];

impl Typed {
    pub fn read(text: &str) -> Self {
        let text: String = text.nfc().flat_map(char::to_lowercase).collect();
        let marked = text.split_whitespace().filter(|word| key(word) != **word).map(written).collect();
        Typed { key: key(&text), marked }
    }

    /// Adds that the words typed with marks stand so in the name: as whole words, or at the beginning of words.
    pub fn with_marks(&self, query: Query, person: &str, whole: bool) -> Query {
        let (before, after) = (" ", if whole { " " } else { "" });
        self.marked.iter().fold(query, |query, ways| {
            let query = ways.iter().fold(query.push(" AND (1 = 0"), |query, way| {
                let query = query.push(" OR REPLACE(' ' || ").push(person).push(".name || ' ', ");
                let query = query.bind(format!("{before}{way}{after}")).push(", '') <> ' ' || ");
                query.push(person).push(".name || ' '")
            });
            query.push(")")
        })
    }
}

/// A word in small letters, capital letters and as a name, with its tone mark in either place.
fn written(word: &str) -> Vec<String> {
    let mut words = vec![word.to_owned()];
    for [one, other] in PLACES {
        if word.contains(one) {
            words.push(word.replace(one, other));
        } else if word.contains(other) {
            words.push(word.replace(other, one));
        }
    }
    let as_name = |word: &String| {
        let mut letters = word.chars();
        letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
    };
    words.iter().flat_map(|word| [word.clone(), as_name(word), word.to_uppercase()]).collect()
}

/// How good a match is, the best first.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Class {
    Whole,
    Begins,
    Inside,
}

impl Class {
    const ALL: [(Class, char); 3] = [(Class::Whole, '1'), (Class::Begins, '2'), (Class::Inside, '3')];

    /// The keys that begin and end those that match.
    fn range(self, typed: &str) -> [String; 2] {
        // Of the signs of a key only the blank is before `!`.
        let whole = format!("{typed}!");
        match self {
            Class::Whole => [typed.to_owned(), whole],
            Class::Begins => [whole, after_prefix(typed)],
            Class::Inside => [String::new(), String::new()],
        }
    }
}

impl Asked<'_> {
    /// The next matches, best first.
    ///
    /// # Errors
    /// [`RegistryError::Invalid`] for a page that is of another list.
    pub(super) async fn by_member(&self, connection: &mut AnyConnection, typed: &Typed) -> Result<Vec<Keyed>> {
        let after = match &self.after {
            None => None,
            Some([key, id]) => {
                let at = Class::ALL.into_iter().find_map(|(class, sign)| Some((class, key.strip_prefix(sign)?)));
                let wrong = || RegistryError::invalid("after", "take it from the page before, unchanged");
                Some((at.ok_or_else(wrong)?, id.as_str()))
            }
        };
        let mut found: Vec<Keyed> = Vec::new();
        for (class, sign) in Class::ALL {
            let left = self.reads - found.len() as i64;
            let of_class = match after {
                Some(((at, _), _)) if class < at => continue,
                Some(((at, key), id)) if class == at => Some([key, id]),
                _ => None,
            };
            if left <= 0 {
                break;
            }
            let query = match class {
                Class::Inside if !self.is_small() => break,
                Class::Inside => self.inside(typed, of_class, left),
                class => self.at_the_ends(class, typed, of_class, left),
            };
            let rows = query.all(connection, keyed).await?;
            found.extend(rows.into_iter().map(|(row, key, id)| (row, format!("{sign}{key}"), id)));
        }
        Ok(found)
    }

    fn is_small(&self) -> bool {
        matches!(self.part, Reach::Commune(_) | Reach::Hamlet { .. })
    }

    /// Two walks, one along whole names and one along given names, merged.
    fn at_the_ends(&self, class: Class, typed: &Typed, after: Option<[&str; 2]>, limit: i64) -> Query {
        let walk = |query: Query, column: &str| {
            let query = self.along_members(query, column);
            let [begin, end] = class.range(&typed.key);
            let query = query.push(column).push(" < ").bind(end);
            let query = match after {
                Some([key, id]) => {
                    query.push(" AND (").push(column).push(", p.id) > (").bind(key).push(", ").bind(id).push(")")
                }
                None => query.push(" AND ").push(column).push(" >= ").bind(begin),
            };
            let query = typed.with_marks(self.in_part(query), "p", class == Class::Whole);
            let query = self.nobody_before(query, class, typed, column);
            // A name of one word is found along whole names.
            let query = if column == "p.given_key" { query.push(" AND p.name_key <> p.given_key") } else { query };
            query.push(" ORDER BY ").push(column).push(", p.id LIMIT ").bind(limit)
        };
        let query = walk(Query::new("SELECT * FROM (SELECT * FROM ("), "p.name_key");
        let query = walk(query.push(") a UNION ALL SELECT * FROM ("), "p.given_key");
        query.push(") b) c ORDER BY found, person LIMIT ").bind(limit)
    }

    /// Those in whose name it stands elsewhere: as a whole word, at the beginning of a word, or within one.
    fn inside(&self, typed: &Typed, after: Option<[&str; 2]>, limit: i64) -> Query {
        let rank = |query: Query, person: &str| {
            let has = |query: Query, part: String| {
                let query = query.push("REPLACE(' ' || ").push(person).push(".name_key || ' ', ").bind(part);
                query.push(", '') <> ' ' || ").push(person).push(".name_key || ' '")
            };
            let query = has(query.push("CASE WHEN "), format!(" {} ", typed.key));
            let query = has(query.push(" THEN '1' WHEN "), format!(" {}", typed.key));
            query.push(" THEN '2' ELSE '3' END || ").push(person).push(".name_key")
        };
        let contains = |query: Query, person: &str| {
            let query = query.push("REPLACE(").push(person).push(".name_key, ").bind(&typed.key);
            typed.with_marks(query.push(", '') <> ").push(person).push(".name_key"), person, false)
        };
        let query = Query::new("SELECT * FROM (");
        let query = rank(household_columns(query.push("SELECT "), ["h", "t"], self.day).push(", "), "p").push(
            " AS found, p.id AS person FROM person p CROSS JOIN household h LEFT JOIN hamlet t ON t.id = h.hamlet \
             WHERE h.id = p.household AND h.closed IS NULL AND ",
        );
        let query = self.with_status(self.in_part(contains(query, "p")));
        let query = query.push(" AND NOT EXISTS (SELECT 1 FROM person q WHERE q.household = p.household AND (1 = 0");
        let query = self.at_an_end(query, Class::Whole, typed);
        let query = self.at_an_end(query, Class::Begins, typed);
        let query = rank(contains(query.push(" OR ("), "q").push(" AND ("), "q").push(", q.id) < (");
        let query = rank(query, "p").push(", p.id)))))").push(" c");
        let query = match after {
            Some([key, id]) => query.push(" WHERE (found, person) > (").bind(key).push(", ").bind(id).push(")"),
            None => query,
        };
        query.push(" ORDER BY found, person LIMIT ").bind(limit)
    }

    /// Begins a walk along the persons of open households.
    fn along_members(&self, query: Query, column: &str) -> Query {
        // CROSS JOIN: along the persons, not along all households of the part.
        household_columns(query.push("SELECT "), ["h", "t"], self.day).push(", ").push(column).push(
            " AS found, p.id AS person FROM person p CROSS JOIN household h LEFT JOIN hamlet t ON t.id = h.hamlet \
             WHERE h.id = p.household AND h.closed IS NULL AND ",
        )
    }

    fn in_part(&self, query: Query) -> Query {
        match self.part {
            Reach::Everything => query,
            Reach::Province(area) => query.push(" AND p.province = ").bind(area),
            Reach::District(area) => {
                query.push(" AND p.province = ").bind(self.province.clone()).push(" AND h.district = ").bind(area)
            }
            Reach::Commune(area) => query.push(" AND p.commune = ").bind(area),
            Reach::Hamlet { hamlet, commune } => {
                query.push(" AND p.commune = ").bind(commune).push(" AND h.hamlet = ").bind(hamlet)
            }
            Reach::Nothing => query.push(" AND 1 = 0"),
        }
    }

    /// Adds that no member of the household is a better match, or one as good with a key before.
    fn nobody_before(&self, query: Query, class: Class, typed: &Typed, column: &str) -> Query {
        let query = self
            .with_status(query)
            .push(" AND NOT EXISTS (SELECT 1 FROM person q WHERE q.household = p.household AND (1 = 0");
        let query = if class == Class::Begins { self.at_an_end(query, Class::Whole, typed) } else { query };
        let [begin, end] = class.range(&typed.key);
        let query = ["q.name_key", "q.given_key"].into_iter().fold(query, |query, other| {
            let query = query.push(" OR (").push(other).push(" >= ").bind(begin.as_str());
            let query = query.push(" AND ").push(other).push(" < ").bind(end.as_str());
            let query = typed.with_marks(query, "q", class == Class::Whole);
            query.push(" AND (").push(other).push(", q.id) < (").push(column).push(", p.id))")
        });
        query.push("))")
    }

    /// Adds, as another possibility, that person `q` matches at an end of the name.
    fn at_an_end(&self, query: Query, class: Class, typed: &Typed) -> Query {
        let [begin, end] = class.range(&typed.key);
        ["q.name_key", "q.given_key"].into_iter().fold(query, |query, column| {
            let query = query.push(" OR (").push(column).push(" >= ").bind(begin.as_str());
            let query = query.push(" AND ").push(column).push(" < ").bind(end.as_str());
            typed.with_marks(query, "q", class == Class::Whole).push(")")
        })
    }
}
