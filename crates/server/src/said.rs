//! What the register says no with, in Vietnamese. The register says it in English; its sentences stand in
//! `words/said.tsv` beside their translation. A sentence that holds something of its own, such as a number, is not there
//! and stays as it is.

use crate::language::{self, Language};
use std::collections::HashMap;
use std::sync::LazyLock;
use vuon_registry::RegistryError;

static SAID: LazyLock<HashMap<&'static str, &'static str>> =
    LazyLock::new(|| include_str!("words/said.tsv").lines().filter_map(|line| line.split_once('\t')).collect());

fn translated(language: Language, sentence: &str) -> &str {
    match language {
        Language::Vi => SAID.get(sentence).copied().unwrap_or(sentence),
        Language::En => sentence,
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
    let said = |sentence| translated(language, sentence);
    match error {
        RegistryError::Invalid { field, message } => {
            let name = language::try_words(language, &format!("field-{field}"), &[]).unwrap_or_else(|| field.clone());
            sentence(&format!("{name}: {}", said(message)))
        }
        RegistryError::Day { day, why } => sentence(&format!("{}: {}", language::day(language, *day), said(why))),
        RegistryError::Illegal { step, why } if language == Language::Vi => {
            let why = RegistryError::Illegal { step, why: said(why).to_owned() };
            sentence(&why.text(language))
        }
        RegistryError::Exists { what } if language == Language::Vi => {
            RegistryError::Exists { what: said(what).to_owned() }.text(language)
        }
        other => sentence(&other.text(language)),
    }
}
