//! What a person is told, in both languages of the program, written side by side where the fault is found.

use std::fmt;
use std::sync::Arc;
use vuon_policy::model::Language;

/// A sentence in Vietnamese and in English. Many rows can share one.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Told {
    /// Tiếng Việt.
    pub vi: Arc<str>,
    /// English.
    pub en: Arc<str>,
}

impl Told {
    /// The sentence in a language.
    pub fn get(&self, language: Language) -> &str {
        match language {
            Language::Vi => &self.vi,
            Language::En => &self.en,
        }
    }
}

/// English, for logs and tests.
impl fmt::Display for Told {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.en)
    }
}

/// A sentence in both languages.
pub(crate) fn told(vi: impl Into<Arc<str>>, en: impl Into<Arc<str>>) -> Told {
    Told { vi: vi.into(), en: en.into() }
}

/// The same sentence for both languages, where only names, numbers or another program's words are said.
pub(crate) fn same(text: impl Into<Arc<str>>) -> Told {
    let text = text.into();
    Told { vi: text.clone(), en: text }
}
