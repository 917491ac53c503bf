//! Reading one cell of text of a data file, as statistics programs write them.
//!
//! A number has a point for its decimals and no separators of thousands. What cannot be read is a problem, never a guess.

use crate::cell::{CellProblem, composed, not_a_number};
use crate::words::told;
use std::borrow::Cow;

/// The text without the blanks and invisible marks around it.
pub(super) fn trimmed(text: &str) -> &str {
    text.trim_matches(|c: char| c.is_whitespace() || matches!(c, '\u{feff}' | '\u{200b}'))
}

/// Whether a cell of a CSV file says that the value is missing: blank, `NA` (R), `NaN` (Python), `.` and `.a` to `.z`
/// (Stata).
pub(super) fn is_missing(text: &str) -> bool {
    match text.as_bytes() {
        [] | b"NA" | b"NaN" | b"nan" | b"." => true,
        [b'.', letter] => letter.is_ascii_lowercase(),
        _ => false,
    }
}

/// A yes or no; none where it is missing.
pub(super) fn flag(text: &str) -> Result<Option<bool>, CellProblem> {
    let text = trimmed(text);
    match text {
        "0" => Ok(Some(false)),
        "1" => Ok(Some(true)),
        _ if is_missing(text) => Ok(None),
        _ if text.eq_ignore_ascii_case("false") => Ok(Some(false)),
        _ if text.eq_ignore_ascii_case("true") => Ok(Some(true)),
        _ => match decimal(text) {
            Some(0.0) => Ok(Some(false)),
            Some(1.0) => Ok(Some(true)),
            _ => Err(no_flag()),
        },
    }
}

/// A number; none where it is missing.
pub(super) fn number(text: &str) -> Result<Option<f64>, CellProblem> {
    let text = trimmed(text);
    if is_missing(text) {
        return Ok(None);
    }
    match decimal(text) {
        Some(value) if value.is_finite() => Ok(Some(value)),
        Some(_) => Err(infinite()),
        None if matches!(text.trim_start_matches(['+', '-']).to_ascii_lowercase().as_str(), "inf" | "infinity") => {
            Err(infinite())
        }
        None => Err(no_number()),
    }
}

/// What is written with digits; `inf` and `nan` are not.
fn decimal(text: &str) -> Option<f64> {
    let digits = text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'.' | b'+' | b'-' | b'e' | b'E'));
    if digits { text.parse().ok() } else { None }
}

/// A label in its composed form; none where it is missing. The words for missing are those of CSV: a text of a Parquet
/// or Stata file is missing only when it is blank, as these have nulls of their own.
pub(super) fn label(text: &str, words: bool) -> Option<Cow<'_, str>> {
    let text = trimmed(text);
    if text.is_empty() || (words && is_missing(text)) { None } else { Some(composed(text)) }
}

/// Neither 0 nor 1.
pub(super) fn no_flag() -> CellProblem {
    CellProblem {
        message: told("không phải là 0 hoặc 1", "this is neither 0 nor 1"),
        advice: told(
            "hãy ghi 1 nếu có, 0 nếu không; để trống khi chưa biết (các mã như 9 hoặc 99 cũng phải bỏ trống)",
            "write 1 for yes, 0 for no; leave it empty when it is not known (codes such as 9 or 99 are to be emptied too)",
        ),
    }
}

/// Not a number.
pub(super) fn no_number() -> CellProblem {
    CellProblem {
        message: not_a_number(),
        advice: told(
            "hãy viết bằng chữ số, dấu thập phân là dấu chấm, không ngăn hàng nghìn; để trống khi chưa biết",
            "write digits with a point for the decimals and nothing between thousands; leave it empty when it is not known",
        ),
    }
}

/// Infinite, or too large for a number.
pub(super) fn infinite() -> CellProblem {
    CellProblem {
        message: told("số vô hạn hoặc quá lớn", "this number is infinite or too large"),
        advice: told(
            "hãy xem lại phép chia cho 0; để trống khi chưa biết",
            "look for a division by 0; leave it empty when it is not known",
        ),
    }
}

/// A label that is a number with decimals or beyond the whole numbers of 64 bits.
pub(super) fn no_label() -> CellProblem {
    CellProblem {
        message: told("mã này không phải là số nguyên", "this label is not a whole number"),
        advice: told("hãy ghi mã là chữ (text) hoặc số nguyên", "write labels as text or as whole numbers"),
    }
}

/// Text in another encoding.
pub(super) fn no_utf8() -> CellProblem {
    CellProblem {
        message: told("chữ trong ô không theo UTF-8", "the text is not in UTF-8"),
        advice: told(
            "hãy lưu bảng dưới dạng “CSV UTF-8” trong phần mềm bảng tính",
            "save the table as “CSV UTF-8” in the spreadsheet program",
        ),
    }
}

/// A value that a label can have.
pub(super) fn whole(value: f64) -> Option<i64> {
    // Up to 2^53 every whole number has its own binary fraction.
    (value.fract() == 0.0 && value.abs() <= 9_007_199_254_740_992.0).then_some(value as i64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_flag_is_0_or_1_however_it_is_written() {
        for yes in ["1", " 1 ", "true", "TRUE", "1.0", "1."] {
            assert_eq!(flag(yes), Ok(Some(true)), "{yes}");
        }
        for no in ["0", "False", "0.0", "-0"] {
            assert_eq!(flag(no), Ok(Some(false)), "{no}");
        }
        for bad in ["2", "yes", "9", "0.5", "-1", "inf", "01x"] {
            assert_eq!(flag(bad), Err(no_flag()), "{bad}");
        }
    }

    #[test]
    fn missing_values_are_those_of_r_python_and_stata() {
        for missing in ["", "  ", "NA", "NaN", "nan", ".", ".a", ".z", "\u{feff}"] {
            assert_eq!(flag(missing), Ok(None), "{missing}");
            assert_eq!(number(missing), Ok(None), "{missing}");
            assert_eq!(label(missing, true), None, "{missing}");
        }
        assert_eq!(number(".A"), Err(no_number()));
        assert_eq!(label("NA", false).as_deref(), Some("NA"));
    }

    #[test]
    fn a_number_has_a_point_and_an_end() {
        assert_eq!(number("1.5"), Ok(Some(1.5)));
        assert_eq!(number("-2e3"), Ok(Some(-2000.0)));
        assert_eq!(number("1,5"), Err(no_number()));
        assert_eq!(number("1.500.000"), Err(no_number()));
        assert_eq!(number("12 kg"), Err(no_number()));
        for endless in ["1e999", "inf", "-Inf", "Infinity"] {
            assert_eq!(number(endless), Err(infinite()), "{endless}");
        }
    }

    #[test]
    fn a_label_keeps_its_leading_zeros_and_loses_the_blanks_around_it() {
        assert_eq!(label(" 007 ", true).as_deref(), Some("007"));
        assert_eq!(label("Hà Nội".nfd_for_tests().as_str(), true).as_deref(), Some("Hà Nội"));
    }

    trait Loose {
        fn nfd_for_tests(&self) -> String;
    }

    impl Loose for str {
        fn nfd_for_tests(&self) -> String {
            unicode_normalization::UnicodeNormalization::nfd(self).collect()
        }
    }

    #[test]
    fn a_number_is_a_label_when_it_is_whole() {
        assert_eq!((whole(3.0), whole(-2.0), whole(2.5)), (Some(3), Some(-2), None));
        assert_eq!((whole(1e300), whole(f64::NAN), whole(f64::INFINITY)), (None, None, None));
    }
}
