//! A text in both languages.

use serde::Serialize;
use vuon_policy::model::{Label, Language};

/// The same in Vietnamese and English.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize)]
pub struct Words {
    /// In Vietnamese.
    pub vi: String,
    /// In English.
    pub en: String,
}

impl Words {
    /// From both.
    pub fn new(vi: impl Into<String>, en: impl Into<String>) -> Self {
        Words { vi: vi.into(), en: en.into() }
    }

    /// A pack's label.
    pub fn of(label: &Label) -> Self {
        Words::new(label.get(Language::Vi), label.get(Language::En))
    }

    /// In a language.
    pub fn get(&self, language: Language) -> &str {
        match language {
            Language::Vi => &self.vi,
            Language::En => &self.en,
        }
    }
}
