//! Passengers: columns of the household table that no question asks for and that travel with the households, unread by
//! the policy. A survey's file has its sampling weight, its strata and clusters, its year and regions beside the answers.
//!
//! They are written by statistics programs, not by officials: a number has a point for its decimals and nothing between
//! thousands; what is missing is blank, `NA` (R), `NaN` (Python), `.` or `.a` to `.z` (Stata). A cell that is none of these
//! is a problem of its row, as any other.

use crate::cell::{CellProblem, composed, not_a_number};
use crate::words::told;
use std::borrow::Cow;
use std::sync::Arc;

/// How a passenger is to be understood.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum PassengerKind {
    /// A quantity: a sampling weight. `Float64` in a household batch.
    Number,
    /// The name or code of something: a stratum, a region. `Utf8` in a household batch.
    Label,
}

/// A column that travels along.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Passenger {
    /// Its name in the table.
    pub name: Arc<str>,
    /// How it is to be understood.
    pub kind: PassengerKind,
}

impl Passenger {
    /// A column wanted as numbers.
    pub fn number(name: &str) -> Self {
        Self { name: composed(name.trim()).into(), kind: PassengerKind::Number }
    }

    /// A column wanted as labels.
    pub fn label(name: &str) -> Self {
        Self { name: composed(name.trim()).into(), kind: PassengerKind::Label }
    }

    /// The name of its column in a household batch, which no variable of a questionnaire can have.
    pub fn field(&self) -> String {
        match self.kind {
            PassengerKind::Number => format!("number:{}", self.name),
            PassengerKind::Label => format!("label:{}", self.name),
        }
    }
}

/// Whether a text says that the value is missing.
pub(crate) fn is_missing(text: &str) -> bool {
    match text.as_bytes() {
        [] | b"NA" | b"NaN" | b"nan" | b"." => true,
        [b'.', letter] => letter.is_ascii_lowercase(),
        _ => false,
    }
}

/// Reads a number from a trimmed text that is not missing.
pub(crate) fn number(text: &str) -> Result<f64, CellProblem> {
    let digits = text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'.' | b'+' | b'-' | b'e' | b'E'));
    let endless = ["inf", "infinity"].contains(&text.trim_start_matches(['+', '-']).to_ascii_lowercase().as_str());
    match text.parse() {
        Ok(value) if digits => finite(value),
        _ if endless => Err(infinite()),
        _ => Err(CellProblem {
            message: not_a_number(),
            advice: told(
                "hãy viết bằng chữ số, dấu thập phân là dấu chấm, không ngăn hàng nghìn; để trống khi chưa biết",
                "write digits with a point for the decimals and nothing between thousands; blank when it is not known",
            ),
        }),
    }
}

/// A number that has an end.
pub(crate) fn finite(value: f64) -> Result<f64, CellProblem> {
    if value.is_finite() { Ok(value) } else { Err(infinite()) }
}

fn infinite() -> CellProblem {
    CellProblem {
        message: told("số vô hạn hoặc quá lớn", "the number is infinite or too large"),
        advice: told(
            "hãy xem lại phép chia cho 0; để trống khi chưa biết",
            "look for a division by 0; blank when it is not known",
        ),
    }
}

/// The label that a whole number stands for.
pub(crate) fn whole_label(value: f64) -> Result<String, CellProblem> {
    // Up to 2^53 every whole number has its own binary fraction.
    if value.fract() == 0.0 && value.abs() <= 9_007_199_254_740_992.0 {
        return Ok((value as i64).to_string());
    }
    Err(CellProblem {
        message: told("mã này không phải là số nguyên", "this label is not a whole number"),
        advice: told("hãy lưu mã là chữ (text) hoặc số nguyên", "store labels as text or as whole numbers"),
    })
}

/// A label as it is written, its Vietnamese letters composed.
pub(crate) fn label(text: &str) -> Cow<'_, str> {
    composed(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_has_a_point_and_an_end() {
        for (text, value) in
            [("1.234", 1.234), ("-2e3", -2000.0), ("1E+05", 1e5), ("0.1", 0.1), ("7", 7.0), ("+.5", 0.5)]
        {
            assert_eq!(number(text), Ok(value), "{text}");
        }
        for text in ["1,5", "1.500.000", "1 000", "12 kg", "e", "--1"] {
            assert!(number(text).unwrap_err().advice.en.contains("point"), "{text}");
        }
        for endless in ["1e999", "inf", "-Inf", "Infinity"] {
            assert!(number(endless).unwrap_err().message.en.contains("infinite"), "{endless}");
        }
    }

    #[test]
    fn missing_is_written_as_statistics_programs_write_it() {
        for missing in ["", "NA", "NaN", "nan", ".", ".a", ".z"] {
            assert!(is_missing(missing), "{missing}");
        }
        for text in ["0", "N/A", ".A", "-", "null", "NAN"] {
            assert!(!is_missing(text), "{text}");
        }
    }

    #[test]
    fn a_binary_fraction_is_a_label_when_it_is_whole() {
        assert_eq!((whole_label(12.0), whole_label(-0.0)), (Ok("12".into()), Ok("0".into())));
        assert!(whole_label(1.5).is_err() && whole_label(1e300).is_err());
    }

    #[test]
    fn no_question_has_the_field_of_a_passenger() {
        assert_eq!(Passenger::number(" members ").field(), "number:members");
        assert_ne!(Passenger::number("w").field(), Passenger::label("w").field());
    }
}
