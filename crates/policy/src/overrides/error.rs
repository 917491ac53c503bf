//! What can be wrong with values that are set from outside, told in both languages.

use crate::exact::Exact;
use crate::model::Language;
use crate::unit::Unit;
use std::fmt;

/// A value that cannot be set.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct OverrideError {
    /// The path, as it was given; several, where only together they are wrong.
    pub path: String,
    /// What is wrong with it.
    pub mistake: Mistake,
}

/// What is wrong.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Mistake {
    /// The pack has nothing by this path.
    Unknown {
        /// The paths it may mean, nearest first.
        near: Vec<String>,
        /// All paths.
        known: Vec<String>,
    },
    /// It is set twice.
    Twice,
    /// The value is not a number.
    NotANumber(String),
    /// The value is in another unit.
    Unit {
        /// The unit of the pack.
        wanted: Unit,
        /// The unit given.
        found: String,
    },
    /// A weight that is not above 0.
    NotPositive(Exact),
    /// All the weights of a dimension, or of the pack, are set and do not sum to its weight.
    Sum {
        /// What they must sum to.
        total: Exact,
        /// What they sum to.
        found: Exact,
    },
    /// The weights that are set leave nothing for the others.
    NothingLeft {
        /// What all must sum to.
        total: Exact,
        /// What those that are set sum to.
        found: Exact,
        /// How many others there are.
        others: usize,
    },
    /// The fractions leave 64 bits.
    TooFine,
}

/// How many paths are listed when none is near.
const LISTED: usize = 12;

impl OverrideError {
    /// The path, what is wrong and what to do.
    pub fn tell(&self, language: Language) -> String {
        let path = &self.path;
        match (&self.mistake, language) {
            (Mistake::Unknown { near, known }, _) => self.unknown(near, known, language),
            (Mistake::Twice, Language::Vi) => format!("`{path}` được đặt hai lần; hãy bỏ một lần"),
            (Mistake::Twice, Language::En) => format!("`{path}` is set twice; leave out one of the two"),
            (Mistake::NotANumber(value), Language::Vi) => {
                format!("`{path}`: `{value}` không phải là số; hãy viết như 1800000, 8.5 hoặc 1/18")
            }
            (Mistake::NotANumber(value), Language::En) => {
                format!("`{path}`: `{value}` is not a number; write it as in 1800000, 8.5 or 1/18")
            }
            (Mistake::Unit { wanted, found }, Language::Vi) if wanted.is_none() => {
                format!("`{path}` là số không có đơn vị, không phải tính bằng `{found}`")
            }
            (Mistake::Unit { wanted, found }, Language::Vi) => {
                format!("`{path}` tính bằng {wanted}, không phải `{found}`; hãy bỏ đơn vị hoặc viết đúng đơn vị này")
            }
            (Mistake::Unit { wanted, found }, Language::En) if wanted.is_none() => {
                format!("`{path}` is a pure number, not one in `{found}`")
            }
            (Mistake::Unit { wanted, found }, Language::En) => {
                format!("`{path}` is in {wanted}, not in `{found}`; leave the unit out or write this one")
            }
            (Mistake::NotPositive(weight), Language::Vi) => format!("`{path}`: trọng số {weight} phải lớn hơn 0"),
            (Mistake::NotPositive(weight), Language::En) => format!("`{path}`: the weight {weight} is not above 0"),
            (Mistake::Sum { total, found }, Language::Vi) => {
                format!("`{path}`: tổng các trọng số là {found}, phải bằng {total}")
            }
            (Mistake::Sum { total, found }, Language::En) => {
                format!("`{path}`: the weights sum to {found}, and must sum to {total}")
            }
            (Mistake::NothingLeft { total, found, others }, Language::Vi) => {
                format!("`{path}`: đã đặt {found} trong {total}, không còn gì cho {others} chỉ số khác")
            }
            (Mistake::NothingLeft { total, found, others }, Language::En) => {
                format!("`{path}`: {found} of {total} is set, which leaves nothing for {others} other indicators")
            }
            (Mistake::TooFine, Language::Vi) => {
                format!("`{path}`: phân số quá nhỏ để tính chính xác; hãy viết gọn hơn")
            }
            (Mistake::TooFine, Language::En) => {
                format!("`{path}`: the fractions are too fine to be exact; write simpler ones")
            }
        }
    }

    fn unknown(&self, near: &[String], known: &[String], language: Language) -> String {
        let path = &self.path;
        let list = |names: &[String], or: &str| match names {
            [] => String::new(),
            [one] => format!("`{one}`"),
            [most @ .., last] => format!("`{}`{or}`{last}`", most.join("`, `")),
        };
        if !near.is_empty() {
            return match language {
                Language::Vi => format!("không có `{path}`; có phải ý là {}?", list(near, " hoặc ")),
                Language::En => format!("there is no `{path}`; did you mean {}?", list(near, " or ")),
            };
        }
        let more = if known.len() > LISTED { ", …" } else { "" };
        let known = known.iter().take(LISTED).map(String::as_str).collect::<Vec<_>>().join(", ");
        match language {
            Language::Vi => format!("không có `{path}`; có thể đặt: {known}{more}"),
            Language::En => format!("there is no `{path}`; there are: {known}{more}"),
        }
    }
}

/// Everything wrong with the values that were set.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct OverrideErrors {
    /// One for each, in the order in which they were given.
    pub list: Vec<OverrideError>,
}

impl OverrideErrors {
    /// All of them, a line each.
    pub fn tell(&self, language: Language) -> String {
        self.list.iter().map(|error| error.tell(language)).collect::<Vec<_>>().join("\n")
    }
}

/// English, for logs and tests.
impl fmt::Display for OverrideErrors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.tell(Language::En))
    }
}

impl std::error::Error for OverrideErrors {}
