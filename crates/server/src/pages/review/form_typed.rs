//! What somebody typed into a form, and how numbers are typed: with the thousands apart, with a comma or a point.
//!
//! A field is `h.<variable>` or `m.<place>.<variable>`, and `p.<place>` tells who the member is. What cannot be read as a
//! number is left as it was typed: the register says what is wrong with it.

use crate::language::{self, Language};
use std::collections::BTreeMap;
use vuon_registry::forms::{Answers, MemberAnswers};

/// The field that tells in which language a form's page was made.
pub const LANGUAGE: &str = "lang";

/// A form as it was sent.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Typed {
    /// The answers.
    pub answers: Answers,
    /// How each question stood on the page it came from.
    pub seen: String,
    /// The version of the case that was seen.
    pub version: i64,
    /// This sending's own id.
    pub submission: String,
    /// Why the household was asked.
    pub reason: String,
    /// What is to be done: `save` or `sign`.
    pub act: String,
    /// Whether the author says that everything was asked and written down rightly.
    pub sure: bool,
    /// Whether the author says that the same answers are to be signed again.
    pub same: bool,
}

impl Typed {
    /// Reads the fields of a form. Its numbers were typed in the language that its page was made in, which it tells itself:
    /// the reader may have changed theirs since, in another window.
    pub fn read(fields: Vec<(String, String)>, reader: Language) -> Self {
        let of_page = fields.iter().find(|(name, _)| name == LANGUAGE);
        let language = of_page.and_then(|(_, code)| language::parse(code)).unwrap_or(reader);
        let mut typed = Typed::default();
        let mut persons: BTreeMap<usize, MemberAnswers> = BTreeMap::new();
        for (name, value) in fields {
            match name.as_str() {
                "seen" => typed.seen = value,
                "version" => typed.version = value.parse().unwrap_or_default(),
                "submission" => typed.submission = value,
                "reason" => typed.reason = value,
                "act" => typed.act = value,
                "sure" => typed.sure = value == "yes",
                "same" => typed.same = value == "yes",
                _ => typed.answer(&name, &value, &mut persons, language),
            }
        }
        typed.answers.members = persons.into_values().filter(|member| !member.person.is_empty()).collect();
        typed
    }

    fn answer(&mut self, name: &str, value: &str, persons: &mut BTreeMap<usize, MemberAnswers>, language: Language) {
        let value = value.trim();
        let mut parts = name.splitn(3, '.');
        let (whose, second, third) = (parts.next(), parts.next(), parts.next());
        let answer = || number(language, value).unwrap_or_else(|| value.to_owned());
        match (whose, second, third) {
            (Some("h"), Some(variable), None) if !value.is_empty() => {
                self.answers.household.insert(variable.to_owned(), answer());
            }
            (Some("p"), Some(place), None) => {
                if let Some(place) = place_of(place) {
                    persons.entry(place).or_default().person = value.to_owned();
                }
            }
            (Some("m"), Some(place), Some(variable)) if !value.is_empty() => {
                if let Some(place) = place_of(place) {
                    persons.entry(place).or_default().answers.insert(variable.to_owned(), answer());
                }
            }
            _ => {}
        }
    }
}

/// More members than anybody has are not read.
fn place_of(text: &str) -> Option<usize> {
    text.parse().ok().filter(|place| *place < 1000)
}

/// The signs that set thousands and the fraction apart.
fn signs(language: Language) -> (char, char) {
    match language {
        Language::Vi => ('.', ','),
        Language::En => (',', '.'),
    }
}

/// A number as people type it, as packs write it: `1.500.000` → `1500000`, `45,5` → `45.5`. Nothing if it is none.
pub fn number(language: Language, typed: &str) -> Option<String> {
    let typed: String = typed.chars().filter(|sign| !sign.is_whitespace()).collect();
    let (minus, digits) = typed.strip_prefix('-').map_or(("", typed.as_str()), |rest| ("-", rest));
    let (group, point) = signs(language);
    let plain = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let (whole, fraction) = match digits.split_once(point) {
        Some((whole, fraction)) => (whole, Some(fraction)),
        None => (digits, None),
    };
    let parts: Vec<&str> = whole.split(group).collect();
    let grouped = parts.len() == 1 || (parts[0].len() <= 3 && parts[1..].iter().all(|part| part.len() == 3));
    if grouped && parts.iter().all(|part| plain(part)) && fraction.is_none_or(plain) {
        let fraction = fraction.map(|fraction| format!(".{fraction}")).unwrap_or_default();
        return Some(format!("{minus}{}{fraction}", parts.concat()));
    }
    // Thousands set apart by the other sign, where it can be nothing else: `1,200,000` among Vietnamese points.
    let parts: Vec<&str> = digits.split(point).collect();
    if parts.len() > 2
        && parts[0].len() <= 3
        && parts.iter().all(|part| plain(part))
        && parts[1..].iter().all(|part| part.len() == 3)
    {
        return Some(format!("{minus}{}", parts.concat()));
    }
    // The other sign for the fraction, where it can be nothing else: `45.5` among Vietnamese commas.
    let (whole, fraction) = digits.split_once(group)?;
    (plain(whole) && plain(fraction)).then(|| format!("{minus}{whole}.{fraction}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use vuon_policy::words::written as shown;

    #[test]
    fn numbers_are_read_as_people_type_them() {
        let vi = |typed| number(Language::Vi, typed);
        assert_eq!(vi("4.500.000").as_deref(), Some("4500000"));
        assert_eq!(vi("4 500 000").as_deref(), Some("4500000"));
        assert_eq!(vi("45,5").as_deref(), Some("45.5"));
        assert_eq!(vi("45.5").as_deref(), Some("45.5"));
        assert_eq!(vi("1.500,5").as_deref(), Some("1500.5"));
        assert_eq!(vi("-5").as_deref(), Some("-5"));
        assert_eq!(vi("1,200,000").as_deref(), Some("1200000"));
        assert_eq!(number(Language::En, "1.200.000").as_deref(), Some("1200000"));
        // One sign alone sets a fraction apart: whether so fine a number is wanted, the register says.
        assert_eq!(vi("1,200").as_deref(), Some("1.200"));
        for none in
            ["1,200.000,5", "1,200,00", "", "abc", "1,2,3", "1.50.000", "12a", "2000-01-31", "urban", ",", "1.", "-"]
        {
            assert_eq!(vi(none), None, "{none}");
        }
        assert_eq!(number(Language::En, "4,500,000.5").as_deref(), Some("4500000.5"));
        assert_eq!(number(Language::En, "45,5").as_deref(), Some("45.5"));
    }

    #[test]
    fn numbers_are_read_in_the_language_of_the_page_they_were_typed_on() {
        let fields =
            |page: &str| vec![("h.income".to_owned(), "1.500".to_owned()), (LANGUAGE.to_owned(), page.to_owned())];
        let read = |page| Typed::read(fields(page), Language::En).answers.household["income"].clone();
        assert_eq!(read("vi"), "1500", "the reader changed to English in another window");
        assert_eq!(read("en"), "1.500");
        assert_eq!(read("xx"), "1.500", "a page that does not say is taken to be in the reader's language");
    }

    #[test]
    fn what_is_shown_is_read_back_the_same() {
        for language in [Language::Vi, Language::En] {
            for written in ["0", "7", "1500", "1234567", "45.5", "0.125", "1234.5", "-12", "1.234"] {
                let shown = shown(written, language);
                assert_eq!(number(language, &shown).as_deref(), Some(written), "{shown}");
            }
            assert_eq!(shown("4.5.x", language), "4.5.x");
        }
    }

    #[test]
    fn fields_become_answers_of_who_they_are_about() {
        let field = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        let fields = vec![
            field("h.income", "4.500.000"),
            field("h.has_tv", ""),
            field("p.0", "person-a"),
            field("m.0.insured", "true"),
            field("p.1", "person-b"),
            field("version", "3"),
            field("sure", "yes"),
        ];
        let typed = Typed::read(fields, Language::Vi);
        assert_eq!(typed.answers.household["income"], "4500000");
        assert!(!typed.answers.household.contains_key("has_tv"));
        assert_eq!(typed.answers.members.len(), 2);
        assert_eq!(typed.answers.members[0].answers["insured"], "true");
        assert!(typed.answers.members[1].answers.is_empty());
        assert_eq!((typed.version, typed.sure), (3, true));
    }
}
