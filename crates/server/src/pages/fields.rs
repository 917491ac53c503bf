//! What people type into fields, and how what is recorded is written back into them: the same in every language, so that
//! a form sent as it came changes nothing.

use jiff::civil::Date;
use vuon_registry::RegistryError;

/// What was typed; nothing where it is blank.
pub fn some(text: &str) -> Option<String> {
    Some(text.trim().to_owned()).filter(|text| !text.is_empty())
}

/// A day as people here write it (`28/02/1980`) as it is recorded (`1980-02-28`); anything else as it is, for the
/// register to judge.
pub fn iso(typed: &str) -> String {
    let parts: Vec<&str> = typed.split(['/', '.']).map(str::trim).collect();
    match parts[..] {
        [day, month, year] if year.len() == 4 && day.len() <= 2 && month.len() <= 2 => {
            format!("{year}-{month:0>2}-{day:0>2}")
        }
        _ => typed.trim().to_owned(),
    }
}

/// A recorded day as people here write it, in whatever language; anything else, such as a year alone, as it is.
pub fn written(recorded: &str) -> String {
    let day: Result<Date, _> = recorded.parse();
    day.map_or_else(|_| recorded.to_owned(), |day| format!("{:02}/{:02}/{}", day.day(), day.month(), day.year()))
}

/// A day that was typed.
///
/// # Errors
/// [`RegistryError::Invalid`] when it is none.
pub fn day(field: &str, typed: &str) -> Result<Date, RegistryError> {
    iso(typed).parse().map_err(|_| RegistryError::invalid(field, "a day is needed, such as 28/02/2025"))
}

/// An amount in đồng as it was typed: `1500000`, `1.500.000`, `1 500 000 đồng`.
///
/// # Errors
/// [`RegistryError::Invalid`] when it is none. Dots stand between groups of three digits: `1.5` could be anything.
pub fn money(field: &str, typed: &str) -> Result<i64, RegistryError> {
    let wrong = || RegistryError::invalid(field, "an amount in đồng is needed, such as 1.500.000");
    let bare = typed.trim().trim_end_matches("đồng").trim_end_matches(['đ', '₫']).trim_end();
    let groups: Vec<&str> = bare.split(['.', ',', ' ', '\u{a0}', '\u{202f}']).collect();
    let digits = |group: &str| group.bytes().all(|byte| byte.is_ascii_digit());
    let even = groups.len() == 1 || ((1..=3).contains(&groups[0].len()) && groups[1..].iter().all(|g| g.len() == 3));
    if !even || !groups.iter().all(|group| digits(group)) {
        return Err(wrong());
    }
    groups.concat().parse().map_err(|_| wrong())
}

/// A whole number as it was typed.
///
/// # Errors
/// [`RegistryError::Invalid`] when it is none.
pub fn whole<T: std::str::FromStr>(field: &str, typed: &str) -> Result<T, RegistryError> {
    typed.trim().parse().map_err(|_| RegistryError::invalid(field, "a whole number is needed"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_is_written_as_it_is_read() {
        for recorded in ["1980-02-28", "1980", "2001-12-01"] {
            assert_eq!(iso(&written(recorded)), recorded);
        }
        assert_eq!(iso("1/2/1980"), "1980-02-01");
        assert_eq!(day("on", "28/02/2025").unwrap(), jiff::civil::date(2025, 2, 28));
        assert_eq!(day("on", "2025-02-28").unwrap(), jiff::civil::date(2025, 2, 28));
        assert!(day("on", "").is_err());
    }

    #[test]
    fn an_amount_is_read_as_people_write_it() {
        for typed in ["1500000", "1.500.000", "1 500 000", "1,500,000", " 1.500.000 đồng ", "1.500.000đ"] {
            assert_eq!(money("amount", typed).unwrap(), 1_500_000, "{typed}");
        }
        for typed in ["", "1.5", "1.50.000", "một triệu", "-5", "1..000"] {
            assert!(money("amount", typed).is_err(), "{typed}");
        }
        assert_eq!(whole::<i16>("year", " 2025 ").unwrap(), 2025);
    }
}
