//! The code of a unit: digits whose zeros count.

use std::fmt;
use std::str::FromStr;

use crate::{AreaError, Level};

const MOST_DIGITS: usize = 8;

/// The official code of an area, 1 to 8 digits with their leading zeros.
///
/// A code names a unit only together with the [`AreaList`](crate::AreaList)
/// that was in force when it was written. Codes of one width sort as numbers.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AreaCode {
    /// ASCII digits, then zero bytes.
    bytes: [u8; MOST_DIGITS],
}

impl AreaCode {
    /// The code as it is written, with its leading zeros.
    pub fn as_str(&self) -> &str {
        let end = self.bytes.iter().position(|&b| b == 0).unwrap_or(MOST_DIGITS);
        std::str::from_utf8(&self.bytes[..end]).expect("only made of ASCII digits")
    }

    /// Gives back the zeros that a spreadsheet took: `"4"` at the level of
    /// communes is `00004`.
    ///
    /// Blanks around it, a leading apostrophe (a cell forced to text) and a
    /// trailing `.0` (a cell taken for a number) are dropped. `None` if what
    /// remains is not digits, or more digits than the level has. Whether a list
    /// knows the code is another question: ask [`Areas::area`](crate::Areas::area).
    pub fn repair(text: &str, level: Level) -> Option<AreaCode> {
        let text = text.trim();
        let text = text.strip_prefix('\'').unwrap_or(text);
        let text = text.strip_suffix(".0").unwrap_or(text);
        let width = level.code_width();
        if text.is_empty() || text.len() > width {
            return None;
        }
        format!("{text:0>width$}").parse().ok()
    }
}

impl FromStr for AreaCode {
    type Err = AreaError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let digits = text.as_bytes();
        if digits.is_empty() || digits.len() > MOST_DIGITS || !digits.iter().all(u8::is_ascii_digit) {
            return Err(AreaError::NotACode { text: text.to_owned() });
        }
        let mut bytes = [0; MOST_DIGITS];
        bytes[..digits.len()].copy_from_slice(digits);
        Ok(AreaCode { bytes })
    }
}

impl fmt::Display for AreaCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl fmt::Debug for AreaCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "AreaCode({})", self.as_str())
    }
}
