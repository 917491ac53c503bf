//! Numbers, dates and small sentences in Vietnamese and English.

use crate::model::Language;
use jiff::civil::Date;

/// Picks the text of a language.
pub fn pick<'t>(language: Language, vi: &'t str, en: &'t str) -> &'t str {
    match language {
        Language::Vi => vi,
        Language::En => en,
    }
}

/// A whole number with its thousands set apart: `1.500.000` or `1,500,000`.
pub fn grouped(number: i64, language: Language) -> String {
    let digits = number.unsigned_abs().to_string();
    let mut text = String::new();
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            text.push(match language {
                Language::Vi => '.',
                Language::En => ',',
            });
        }
        text.push(digit);
    }
    if number < 0 { format!("-{text}") } else { text }
}

/// A day, as papers write it: `28/02/2026` or `28 February 2026`.
pub fn day(day: Date, language: Language) -> String {
    match language {
        Language::Vi => day.strftime("%d/%m/%Y").to_string(),
        Language::En => day.strftime("%-d %B %Y").to_string(),
    }
}

/// A day where room is scarce, as on a screen: `28/02/2026` or `28 Feb 2026`.
pub fn short_day(day: Date, language: Language) -> String {
    match language {
        Language::Vi => self::day(day, language),
        Language::En => day.strftime("%-d %b %Y").to_string(),
    }
}

/// The count of `1 / denominator`, written as people write it: `45,5`, `45.5`, `7/18`.
pub fn number(count: i64, denominator: i64, language: Language) -> String {
    let decimals = (1..=6).find(|d| 10_i64.pow(*d) == denominator);
    match (denominator, decimals) {
        (1, _) => grouped(count, language),
        (_, Some(decimals)) => {
            let rest = (count.unsigned_abs() % denominator.unsigned_abs()).to_string();
            let rest = format!("{rest:0>width$}", width = decimals as usize);
            let rest = rest.trim_end_matches('0');
            let sign = if count < 0 && count / denominator == 0 { "-" } else { "" };
            let whole = format!("{sign}{}", grouped(count / denominator, language));
            if rest.is_empty() { whole } else { format!("{whole}{}{rest}", pick(language, ",", ".")) }
        }
        _ => crate::exact::Exact::new(count, denominator)
            .map_or_else(|| format!("{count}/{denominator}"), |n| n.to_string()),
    }
}

/// A number as packs write it (`1234.50`), as people read it: `1.234,50`. Anything else stays as it is.
pub fn written(number: &str, language: Language) -> String {
    let (minus, digits) = number.strip_prefix('-').map_or(("", number), |rest| ("-", rest));
    let (whole, fraction) = match digits.split_once('.') {
        Some((whole, fraction)) => (whole, Some(fraction)),
        None => (digits, None),
    };
    let plain = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let whole = match whole.parse() {
        Ok(count) if plain(whole) && fraction.is_none_or(plain) => grouped(count, language),
        _ => return number.to_owned(),
    };
    let fraction = fraction.map(|fraction| format!("{}{fraction}", pick(language, ",", ".")));
    format!("{minus}{whole}{}", fraction.unwrap_or_default())
}

/// A unit as people say it: `đồng/người/tháng`.
pub fn unit(unit: &crate::unit::Unit, language: Language) -> String {
    const VIETNAMESE: [(&str, &str); 12] = [
        ("percentage_point", "điểm phần trăm"),
        ("percent", "phần trăm"),
        ("household", "hộ"),
        ("commune", "xã"),
        ("VND", "đồng"),
        ("person", "người"),
        ("month", "tháng"),
        ("year", "năm"),
        ("point", "điểm"),
        ("m2", "m²"),
        ("kWh", "kWh"),
        ("minute", "phút"),
    ];
    let text = unit.to_string();
    match language {
        Language::En => text.replace("m2", "m²").replace('_', " "),
        Language::Vi => VIETNAMESE.iter().fold(text, |text, (en, vi)| text.replace(en, vi)),
    }
}

/// A number with its unit: `15.000.000 đồng`.
pub fn quantity(value: crate::exact::Exact, unit: &crate::unit::Unit, language: Language) -> String {
    let number = number(value.numerator(), value.denominator(), language);
    let is_one = value == crate::exact::Exact::whole(1);
    if unit.is_none() { number } else { format!("{number} {}", units(is_one, unit, language)) }
}

/// A unit after a number: English tells one from many.
pub fn units(is_one: bool, unit: &crate::unit::Unit, language: Language) -> String {
    const COUNTED: [&str; 7] = ["household", "commune", "person", "month", "year", "point", "minute"];
    let one = self::unit(unit, language);
    let (first, rest) = one.split_once('/').map_or((one.as_str(), None), |(first, rest)| (first, Some(rest)));
    if language == Language::Vi || is_one || !COUNTED.contains(&first) {
        return one;
    }
    rest.map_or_else(|| format!("{first}s"), |rest| format!("{first}s/{rest}"))
}

/// The first letter in lower case, for a label within a sentence.
pub(crate) fn lower_first(text: &str) -> String {
    let mut chars = text.chars();
    let second_is_upper = text.chars().nth(1).is_some_and(char::is_uppercase);
    match chars.next() {
        Some(first) if !second_is_upper => first.to_lowercase().chain(chars).collect(),
        _ => text.to_owned(),
    }
}

/// `a, b và c`.
pub(crate) fn listed(items: &[String], language: Language, last: (&str, &str)) -> String {
    match items {
        [] => String::new(),
        [one] => one.clone(),
        [most @ .., end] => format!("{} {} {end}", most.join(", "), pick(language, last.0, last.1)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::exact::Exact;

    #[test]
    fn numbers_read_as_each_language_writes_them() {
        assert_eq!(grouped(1_300_000, Language::Vi), "1.300.000");
        assert_eq!(grouped(-1_300_000, Language::En), "-1,300,000");
        assert_eq!(number(455, 10, Language::Vi), "45,5");
        assert_eq!(number(-5, 10, Language::En), "-0.5");
        assert_eq!(number(450, 10, Language::En), "45");
        assert_eq!(number(6, 18, Language::Vi), "1/3");
        let told = |count, unit: &str| {
            quantity(Exact::whole(count), &crate::unit::Unit::parse(unit).expect("a unit"), Language::En)
        };
        assert_eq!([told(1, "month"), told(36, "month")], ["1 month", "36 months"]);
        assert_eq!(told(2, "VND/person/month"), "2 VND/person/month");
        assert_eq!(written("1234.50", Language::Vi), "1.234,50");
        assert_eq!(written("-40.0", Language::En), "-40.0");
        assert_eq!(written("12/2020", Language::Vi), "12/2020");
    }
}
