//! The formulas printed under the headings: `4=3/1*100`, `9=1-2-3-4+5+6+7+8`. They are computed, checked, and written into
//! the workbook from this one reading.

use serde::Serialize;
use std::fmt;

/// A formula over the columns of a row, by their numbers.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub enum Formula {
    /// `a/b*100`.
    Rate {
        /// The part.
        part: String,
        /// The whole.
        whole: String,
    },
    /// `*/b*100`: the column's own count as a rate; the count itself is not printed.
    Share {
        /// The whole.
        whole: String,
    },
    /// A sum with signs: true adds.
    Sum(Vec<(bool, String)>),
    /// `sum(n)`: all columns that the starred column n became.
    All(String),
}

impl Formula {
    /// Reads a formula of the layouts; none where there is none.
    pub fn parse(text: &str) -> Option<Self> {
        if text.is_empty() {
            return None;
        }
        if let Some(first) = text.strip_prefix("sum(").and_then(|rest| rest.strip_suffix(')')) {
            return Some(Formula::All(first.to_owned()));
        }
        if let Some((part, whole)) = text.strip_suffix("*100").and_then(|rest| rest.split_once('/')) {
            let whole = whole.to_owned();
            return Some(match part {
                "*" => Formula::Share { whole },
                part => Formula::Rate { part: part.to_owned(), whole },
            });
        }
        let signed = text.replace('-', "+-");
        let terms = signed.split('+').filter(|term| !term.is_empty());
        Some(Formula::Sum(
            terms.map(|term| (!term.starts_with('-'), term.trim_start_matches('-').to_owned())).collect(),
        ))
    }

    /// Whether it gives a rate in per cent.
    pub fn is_rate(&self) -> bool {
        matches!(self, Formula::Rate { .. } | Formula::Share { .. })
    }

    /// Puts the columns that a starred one became in its place. They stand under numbers with the same stem.
    pub(super) fn expand(&mut self, numbers: &[String]) {
        let Formula::All(first) = self else { return };
        let stem = first.rsplit_once('.').map_or("", |(stem, _)| stem);
        let of_group = |no: &&String| match stem {
            "" => no.bytes().all(|byte| byte.is_ascii_digit()),
            stem => no.rsplit_once('.').is_some_and(|(own, _)| own == stem),
        };
        *self = Formula::Sum(numbers.iter().filter(of_group).map(|no| (true, no.clone())).collect());
    }
}

impl fmt::Display for Formula {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Formula::Rate { part, whole } => write!(f, "{part}/{whole}*100"),
            Formula::Share { whole } => write!(f, "*/{whole}*100"),
            Formula::All(first) => write!(f, "sum({first})"),
            // A long plain sum is told by its ends.
            Formula::Sum(terms) if terms.len() > 3 && terms.iter().all(|(adds, _)| *adds) => {
                write!(f, "{}+…+{}", terms[0].1, terms[terms.len() - 1].1)
            }
            Formula::Sum(terms) => {
                for (place, (adds, no)) in terms.iter().enumerate() {
                    let sign = if !adds {
                        "-"
                    } else if place > 0 {
                        "+"
                    } else {
                        ""
                    };
                    write!(f, "{sign}{no}")?;
                }
                Ok(())
            }
        }
    }
}
