//! What the register says, in Vietnamese. The register speaks English; its sentences stand in `words/said.tsv` beside their
//! translation. Where a sentence holds something of its own, such as a number, both have `{}` in its place, in the same
//! order; what stood there is translated too if it is a sentence of the register itself.

use crate::language::{self, Language};
use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::LazyLock;
use vuon_registry::RegistryError;

/// Sentences with `{}` in them.
struct Pattern {
    /// What stands around what is filled in, in order.
    pieces: Vec<&'static str>,
    told: &'static str,
}

impl Pattern {
    /// What fills the pattern so that it is this sentence.
    fn fillings<'a>(&self, sentence: &'a str) -> Option<Vec<&'a str>> {
        let (first, others) = self.pieces.split_first()?;
        let mut rest = sentence.strip_prefix(first)?;
        let mut fillings = Vec::with_capacity(others.len());
        for (place, piece) in others.iter().enumerate() {
            let last = place + 1 == others.len();
            let end = if last { rest.strip_suffix(piece)?.len() } else { rest.find(piece)? };
            if end == 0 {
                return None;
            }
            fillings.push(&rest[..end]);
            rest = &rest[end + piece.len()..];
        }
        Some(fillings)
    }
}

struct Said {
    whole: HashMap<&'static str, &'static str>,
    /// Those with most words of their own first.
    patterns: Vec<Pattern>,
}

static SAID: LazyLock<Said> = LazyLock::new(|| {
    let lines = include_str!("words/said.tsv").lines().filter_map(|line| line.split_once('\t'));
    let (patterns, whole): (Vec<_>, Vec<_>) = lines.partition(|(sentence, _)| sentence.contains("{}"));
    let mut patterns: Vec<Pattern> =
        patterns.into_iter().map(|(sentence, told)| Pattern { pieces: sentence.split("{}").collect(), told }).collect();
    patterns.sort_by_key(|pattern| std::cmp::Reverse(pattern.pieces.iter().map(|piece| piece.len()).sum::<usize>()));
    Said { whole: whole.into_iter().collect(), patterns }
});

fn vietnamese(sentence: &str) -> Cow<'_, str> {
    if let Some(told) = SAID.whole.get(sentence) {
        return Cow::Borrowed(told);
    }
    for pattern in &SAID.patterns {
        let Some(fillings) = pattern.fillings(sentence) else { continue };
        let mut told = String::new();
        let mut fillings = fillings.into_iter();
        for (place, piece) in pattern.told.split("{}").enumerate() {
            if place > 0 {
                let filling = fillings.next().unwrap_or_default();
                match filling.parse() {
                    // Money is written as pages write it.
                    Ok(amount) if piece.starts_with(" đồng") => {
                        told.push_str(&language::number(Language::Vi, amount))
                    }
                    _ => told.push_str(&vietnamese(filling)),
                }
            }
            told.push_str(piece);
        }
        return Cow::Owned(told);
    }
    // Several at once.
    if sentence.contains("; ") {
        return Cow::Owned(sentence.split("; ").map(vietnamese).collect::<Vec<_>>().join("; "));
    }
    Cow::Borrowed(sentence)
}

/// A sentence of the register in a language: of an error, or of an audit's difference.
pub fn told(sentence: &str, language: Language) -> Cow<'_, str> {
    match language {
        Language::Vi => vietnamese(sentence),
        Language::En => Cow::Borrowed(sentence),
    }
}

/// A sentence begins with a capital and ends with a full stop.
fn sentence(text: &str) -> String {
    let mut letters = text.chars();
    let first = letters.next().map(|first| first.to_uppercase().to_string()).unwrap_or_default();
    let stop = if text.ends_with(['.', '!', '?']) { "" } else { "." };
    format!("{first}{}{stop}", letters.as_str())
}

/// An error of the register, for a person.
pub fn text(error: &RegistryError, language: Language) -> String {
    let said = |sentence: &str| told(sentence, language).into_owned();
    let text = match error {
        RegistryError::Invalid { field, message } => {
            let name = language::try_words(language, &format!("field-{field}"), &[]).unwrap_or_else(|| field.clone());
            format!("{name}: {}", said(message))
        }
        RegistryError::Day { day, why, .. } => format!("{}: {}", language::day(language, *day), said(why)),
        RegistryError::Illegal { step, why } => RegistryError::Illegal { step, why: said(why) }.text(language),
        RegistryError::Exists { what } => RegistryError::Exists { what: said(what) }.text(language),
        RegistryError::NoProcedure { what } => RegistryError::NoProcedure { what: said(what) }.text(language),
        RegistryError::Inconsistent { what } => RegistryError::Inconsistent { what: said(what) }.text(language),
        RegistryError::Pack { pack, why } => RegistryError::Pack { pack: pack.clone(), why: said(why) }.text(language),
        other => other.text(language),
    };
    sentence(&text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sentence_with_something_of_its_own_is_told_with_it() {
        assert_eq!(vietnamese("12 complaints are not answered"), "còn 12 khiếu nại chưa được trả lời");
        assert_eq!(vietnamese("the case waits for its survey"), "hồ sơ đang chờ rà soát", "what fills it is told too");
        assert_eq!(vietnamese("row 3: the code A is that of row 2 too"), "dòng 3: mã A trùng với dòng 2");
        assert_eq!(vietnamese("no more than 1500000 đồng are owed"), "chỉ còn nợ 1.500.000 đồng");
        assert_eq!(vietnamese("the assessment is missing"), "thiếu kết quả chấm điểm");
    }

    #[test]
    fn what_is_not_known_stays_as_it_is() {
        assert_eq!(vietnamese("something else"), "something else");
        assert_eq!(told("it is closed", Language::En), "it is closed");
    }
}
