//! The days and years that pages and the interface are asked for: one that nobody can mean is refused in words, and not
//! answered with zeros.

use jiff::civil::Date;
use vuon_registry::RegistryError;

/// The register has no list that is older.
const FIRST_YEAR: i16 = 1990;

/// A day that lists and movements can be told of. Days to come are among them until the end of the next year:
/// until then what is decided today may take effect.
///
/// # Errors
/// [`RegistryError::Day`].
pub fn day(field: &'static str, day: Date, today: Date) -> Result<Date, RegistryError> {
    let why = match day.year() {
        year if year > today.year() + 1 => "nothing is decided yet for a day after the next year",
        year if year < FIRST_YEAR => "no list is as old as that",
        _ => return Ok(day),
    };
    Err(RegistryError::Day { field, day, why })
}

/// A year that figures can be told of; the next one is planned for already.
///
/// # Errors
/// [`RegistryError::Invalid`].
pub fn year(field: &'static str, year: i64, today: Date) -> Result<i64, RegistryError> {
    let last = today.year() + 1;
    if (i64::from(FIRST_YEAR)..=i64::from(last)).contains(&year) {
        return Ok(year);
    }
    Err(RegistryError::invalid(field, format!("a year from {FIRST_YEAR} to {last} is needed")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn what_nobody_can_mean_is_refused() {
        let today = date(2026, 3, 2);
        for meant in [date(2027, 12, 31), date(2025, 1, 1), date(1990, 1, 1)] {
            assert_eq!(day("on", meant, today).unwrap(), meant);
        }
        for other in [date(2028, 1, 1), date(2030, 1, 1), date(1989, 12, 31)] {
            assert!(day("on", other, today).is_err(), "{other}");
        }
        assert_eq!(year("year", 2027, today).unwrap(), 2027);
        for other in [2028, 99_999, 1800, -1] {
            assert!(year("year", other, today).is_err(), "{other}");
        }
    }
}
