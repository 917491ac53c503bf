//! What every official paper has around its body; the template `paper.typ` sets it.

use serde::Serialize;
use vuon_policy::model::Language;
use vuon_policy::words::pick;

/// The face of a paper.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize)]
pub struct Paper {
    /// `vi` or `en`.
    pub language: &'static str,
    /// Who issues it, line by line.
    pub organ: Vec<String>,
    /// Its number.
    pub number: Option<String>,
    /// Place and day, in words.
    pub place_and_day: Option<String>,
    /// The title.
    pub title: String,
    /// A line under the title, such as the period.
    pub subtitle: Option<String>,
    /// Who gets it.
    pub recipients: Vec<String>,
    /// Who signs, from left to right.
    pub signers: Vec<Signer>,
    /// What the paper rests on, on the foot of each page.
    pub foot: Vec<String>,
    /// Whether the sheet lies on its long side.
    pub landscape: bool,
    /// What stands across each page, such as that the data are made up.
    pub mark: Option<String>,
}

/// Who signs.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize)]
pub struct Signer {
    /// Such as "TM. ỦY BAN NHÂN DÂN", "CHỦ TỊCH".
    pub role: Vec<String>,
    /// Such as "(Ký, đóng dấu)".
    pub note: Option<String>,
    /// The name, where it is known.
    pub name: Option<String>,
}

/// The people's committee of a unit, as it heads every paper, page and report that it issues: no body stands above it. The
/// unit is named with its kind, such as `Xã Pa Ham`.
pub fn committee(unit: &str, language: Language) -> Vec<String> {
    vec![pick(language, "ỦY BAN NHÂN DÂN", "PEOPLE'S COMMITTEE").to_owned(), unit.to_uppercase()]
}
