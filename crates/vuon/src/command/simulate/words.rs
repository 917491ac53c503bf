//! Numbers as people read them.

use crate::screen::{decimal, say};
use vuon_policy::model::Language;

/// A count: whole where it is whole or large, else with one decimal.
pub fn number(value: f64, language: Language) -> String {
    let whole = value.fract() == 0.0 || value.abs() >= 1e5;
    decimal(value, if whole { 0 } else { 1 }, language)
}

/// A difference, with its sign.
pub fn signed(value: f64, language: Language) -> String {
    plus(value > 0.0, number(value, language))
}

/// A share in per cent with one decimal, without the sign; a dash where it is a share of nobody. Few are not none.
pub fn share(part: f64, of: f64, language: Language) -> String {
    if of == 0.0 {
        return "–".into();
    }
    let percent = 100.0 * part / of;
    let few = percent > 0.0 && percent < 0.05;
    if few { format!("<{}", decimal(0.1, 1, language)) } else { decimal(percent, 1, language) }
}

/// A difference with so many decimals, with its sign.
pub fn signed_decimal(value: f64, decimals: usize, language: Language) -> String {
    plus(value > 0.0, decimal(value, decimals, language))
}

/// Nothing is told as “+0.0”.
fn plus(positive: bool, text: String) -> String {
    if positive && text.bytes().any(|b| (b'1'..=b'9').contains(&b)) { format!("+{text}") } else { text }
}

/// A whole number of any size, its thousands set apart.
pub fn money(value: i128, language: Language) -> String {
    let digits = value.unsigned_abs().to_string();
    let mut text = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text += say(language, ".", ",");
        }
        text.push(digit);
    }
    if value < 0 { format!("−{text}") } else { text }
}

/// The same with its sign.
pub fn signed_money(value: i128, language: Language) -> String {
    let text = money(value, language);
    if value > 0 { format!("+{text}") } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_read_as_each_language_writes_them() {
        assert_eq!(number(1_234_567.0, Language::Vi), "1.234.567");
        assert_eq!((number(12.34, Language::Vi), number(-0.26, Language::En)), ("12,3".into(), "−0.3".into()));
        assert_eq!((signed(3.0, Language::En), signed(0.0, Language::En)), ("+3".into(), "0".into()));
        assert_eq!((share(1.0, 8.0, Language::Vi), share(1.0, 0.0, Language::En)), ("12,5".into(), "–".into()));
        assert_eq!(share(1.0, 9000.0, Language::Vi), "<0,1");
        assert_eq!(signed_decimal(0.00001, 3, Language::En), "0.000");
        assert_eq!(money(-1_000_000_000_000_000_000_000, Language::Vi), "−1.000.000.000.000.000.000.000");
        assert_eq!((signed_money(1_000, Language::En), signed_money(0, Language::En)), ("+1,000".into(), "0".into()));
    }
}
