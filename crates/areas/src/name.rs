//! Names as people type them, folded so that equal names become equal text.
//!
//! Vietnamese names come in two Unicode normal forms, with the tone mark on
//! either vowel of a diphthong (Hòa, Hoà), with *y* or *i* for the same sound
//! only by local custom (kept apart here), with or without the kind of the unit,
//! and often with no marks at all.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// The combining grave, acute, tilde, hook above and dot below: the five tones.
const TONES: [char; 5] = ['\u{300}', '\u{301}', '\u{303}', '\u{309}', '\u{323}'];

/// Lower case, each word's tone mark moved to the word's end, apostrophes
/// dropped, every other run of signs one space, numbers without leading zeros.
pub(crate) fn with_marks(name: &str) -> String {
    fold(name, true)
}

/// As [`with_marks`], but without any mark: `hoa binh`.
pub fn without_marks(name: &str) -> String {
    fold(name, false)
}

/// Spells out the kind a name starts with: `tp hue` is `thanh pho hue`.
///
/// Takes and gives text without marks; `None` if there is nothing to spell out.
pub(crate) fn kind_spelt_out(plain: &str) -> Option<String> {
    let (first, rest) = plain.split_once(' ')?;
    let kind = match first {
        "tp" => "thanh pho",
        "tx" => "thi xa",
        "tt" => "thi tran",
        "q" => "quan",
        "h" => "huyen",
        "p" => "phuong",
        "x" => "xa",
        _ => return None,
    };
    Some(format!("{kind} {rest}"))
}

fn fold(name: &str, keep_marks: bool) -> String {
    let mut folded = String::with_capacity(name.len());
    let mut word = String::new();
    let mut tone = None;
    for c in name.nfd().flat_map(char::to_lowercase).chain([' ']) {
        match c {
            '\'' | '\u{2019}' | '\u{2018}' | '\u{2bc}' | '`' => {}
            'đ' if !keep_marks => word.push('d'),
            c if TONES.contains(&c) => tone = keep_marks.then_some(c),
            c if c.is_alphanumeric() => word.push(c),
            c if is_combining_mark(c) => word.extend(keep_marks.then_some(c)),
            _ => end_word(&mut folded, &mut word, tone.take()),
        }
    }
    folded
}

fn end_word(folded: &mut String, word: &mut String, tone: Option<char>) {
    if word.is_empty() {
        return;
    }
    if !folded.is_empty() {
        folded.push(' ');
    }
    let is_number = word.bytes().all(|b| b.is_ascii_digit());
    let text = if is_number { word.trim_start_matches('0') } else { word.as_str() };
    folded.push_str(if text.is_empty() { "0" } else { text });
    folded.extend(tone);
    word.clear();
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_name_in_many_spellings_folds_to_one_text() {
        let hoa = with_marks("Hòa Bình");
        for spelling in ["Hoà Bình", "HÒA BÌNH", "Ho\u{300}a Bi\u{300}nh", " hòa-bình "] {
            assert_eq!(with_marks(spelling), hoa, "{spelling}");
        }
        assert_ne!(with_marks("Hoa Bình"), hoa);
        assert_eq!(without_marks("Hoà Bình"), "hoa binh");
    }

    #[test]
    fn letters_with_marks_are_not_tones() {
        assert_eq!(without_marks("Đắk Lắk"), "dak lak");
        assert_ne!(with_marks("Đăk"), with_marks("Đak"));
        assert_ne!(with_marks("Mường"), with_marks("Muông"));
    }

    #[test]
    fn signs_and_zeros_do_not_count() {
        assert_eq!(with_marks("Bà Rịa – Vũng Tàu"), with_marks("Bà Rịa-Vũng Tàu"));
        assert_eq!(with_marks("Ia H’Drai"), with_marks("Ia H'Drai"));
        assert_eq!(with_marks("Phường 01"), with_marks("Phường 1"));
    }

    #[test]
    fn short_kinds_are_spelt_out() {
        assert_eq!(kind_spelt_out("tp hue").as_deref(), Some("thanh pho hue"));
        assert_eq!(kind_spelt_out("hue"), None);
    }
}
