//! The words of the handbook in one language, and which of them are missing.
//!
//! In: a Fluent file. What the book asks for and the file does not have is told in Vietnamese, and remembered: that is the
//! list a translator works from.

use fluent_templates::fluent_bundle::{FluentArgs, FluentBundle, FluentResource, FluentValue};
use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use vuon_policy::model::{Label, Language};

/// The languages in the binary.
const EMBEDDED: [(&str, &str); 2] =
    [("vi", include_str!("../../handbook/vi.ftl")), ("en", include_str!("../../handbook/en.ftl"))];

/// Why there are no words.
#[derive(Debug, thiserror::Error)]
pub enum WordsError {
    /// The language is not in the binary.
    #[error("there is no handbook in `{0}`: give its file of words")]
    NotEmbedded(String),
    /// The file is not right.
    #[error("the words of `{language}`: {}", .mistakes.join("; "))]
    Mistakes {
        /// The language.
        language: String,
        /// What is wrong.
        mistakes: Vec<String>,
    },
}

/// The words of a language.
pub struct Words {
    code: String,
    /// The names of its texts.
    keys: BTreeSet<String>,
    bundle: FluentBundle<FluentResource>,
    /// Vietnamese, for what is missing.
    under: Option<FluentBundle<FluentResource>>,
    missing: RefCell<BTreeSet<String>>,
}

impl Words {
    /// Those in the binary.
    ///
    /// # Errors
    /// [`WordsError`].
    pub fn embedded(code: &str) -> Result<Self, WordsError> {
        let text = EMBEDDED.iter().find(|(known, _)| *known == code).map(|(_, text)| *text);
        Self::read(code, text.ok_or_else(|| WordsError::NotEmbedded(code.to_owned()))?)
    }

    /// Those of a further language, from its file.
    ///
    /// # Errors
    /// [`WordsError::Mistakes`].
    pub fn read(code: &str, text: &str) -> Result<Self, WordsError> {
        let under = if code == "vi" { None } else { Some(bundle("vi", EMBEDDED[0].1)?) };
        let name = |line: &str| Some(line.split_once('=')?.0.trim_end().to_owned());
        let keys =
            text.lines().filter(|line| line.starts_with(|c: char| c.is_ascii_lowercase())).filter_map(name).collect();
        Ok(Self { code: code.to_owned(), keys, bundle: bundle(code, text)?, under, missing: RefCell::default() })
    }

    /// The names of its texts.
    pub fn keys(&self) -> &BTreeSet<String> {
        &self.keys
    }

    /// The code of the language.
    pub fn code(&self) -> &str {
        &self.code
    }

    /// The language in which the engine tells its reasons: it speaks Vietnamese and English.
    pub fn language(&self) -> Language {
        if self.code == "en" { Language::En } else { Language::Vi }
    }

    /// A text that must be there.
    pub fn say(&self, key: &str) -> String {
        self.say_with(key, &[])
    }

    /// A text that must be there, with values.
    pub fn say_with(&self, key: &str, values: &[(&str, String)]) -> String {
        if let Some(text) = tell(&self.bundle, key, values) {
            return text;
        }
        self.missing.borrow_mut().insert(key.to_owned());
        self.under.as_ref().and_then(|under| tell(under, key, values)).unwrap_or_else(|| format!("[{key}]"))
    }

    /// A text that need not be there. Where Vietnamese has it, the language should have it too.
    pub fn perhaps(&self, key: &str, values: &[(&str, String)]) -> Option<String> {
        let known = tell(&self.bundle, key, values);
        let under = || self.under.as_ref().and_then(|under| tell(under, key, values));
        known.or_else(|| {
            let text = under()?;
            self.missing.borrow_mut().insert(key.to_owned());
            Some(text)
        })
    }

    /// A label of the pack. A further language may give it as `pack-…`.
    pub fn label(&self, key: &str, label: &Label) -> String {
        self.of(&format!("pack-{key}"), &label.0)
    }

    /// A text that stands with its thing in some languages, and for others in their file.
    pub fn of(&self, key: &str, texts: &BTreeMap<String, String>) -> String {
        let key = key.replace('.', "-");
        if let Some(text) = texts.get(&self.code) {
            return text.clone();
        }
        if let Some(text) = tell(&self.bundle, &key, &[]) {
            return text;
        }
        self.missing.borrow_mut().insert(key);
        texts.get("vi").or_else(|| texts.values().next()).cloned().unwrap_or_default()
    }

    /// What was asked for and is not in the language, so far.
    pub fn missing(&self) -> Vec<String> {
        self.missing.borrow().iter().cloned().collect()
    }
}

fn bundle(code: &str, text: &str) -> Result<FluentBundle<FluentResource>, WordsError> {
    let mistakes = |mistakes| WordsError::Mistakes { language: code.to_owned(), mistakes };
    let resource = FluentResource::try_new(text.to_owned())
        .map_err(|(_, errors)| mistakes(errors.iter().map(ToString::to_string).collect()))?;
    let language = code.parse().map_err(|_| mistakes(vec![format!("`{code}` is no code of a language")]))?;
    let mut bundle = FluentBundle::new(vec![language]);
    bundle.set_use_isolating(false);
    bundle.add_resource(resource).map_err(|errors| mistakes(errors.iter().map(ToString::to_string).collect()))?;
    Ok(bundle)
}

fn tell(bundle: &FluentBundle<FluentResource>, key: &str, values: &[(&str, String)]) -> Option<String> {
    let pattern = bundle.get_message(key)?.value()?;
    let mut arguments = FluentArgs::new();
    for (name, value) in values {
        arguments.set(*name, FluentValue::from(value.as_str()));
    }
    let mut errors = Vec::new();
    let text = bundle.format_pattern(pattern, Some(&arguments), &mut errors).into_owned();
    // A value that the text asks for and nobody has is a text that is not there.
    errors.is_empty().then_some(text)
}
