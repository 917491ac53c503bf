//! Days, and what the law calls age: completed years and months at the review date.

use jiff::civil::Date;
use std::fmt;

/// A calendar day, counted from 1970-01-01 (day 0), as Arrow's `date32` counts.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Day(pub i32);

impl Day {
    /// The first day a pack or table may name.
    pub const FIRST: Day = Day(-25_567); // 1900-01-01
    /// The last day a pack or table may name.
    pub const LAST: Day = Day(47_846); // 2100-12-31

    /// The day of a civil date.
    pub fn from_date(date: Date) -> Self {
        let span = date.since(Date::constant(1970, 1, 1)).map(|span| span.get_days());
        Day(span.expect("the difference of two civil dates is always defined"))
    }

    /// The civil date of this day.
    pub fn date(self) -> Date {
        let span = jiff::Span::new().days(self.0);
        Date::constant(1970, 1, 1).checked_add(span).expect("a day between FIRST and LAST is a civil date")
    }

    /// Reads `YYYY-MM-DD` between [`Day::FIRST`] and [`Day::LAST`].
    pub fn parse(text: &str) -> Option<Self> {
        let well_formed = text.len() == 10
            && text.bytes().enumerate().all(|(i, b)| match i {
                4 | 7 => b == b'-',
                _ => b.is_ascii_digit(),
            });
        if !well_formed {
            return None;
        }
        Self::from_parts(text[..4].parse().ok()?, text[5..7].parse().ok()?, text[8..].parse().ok()?)
    }

    /// The day of a year, month and day of month, between [`Day::FIRST`] and [`Day::LAST`].
    pub fn from_parts(year: i16, month: i8, day: i8) -> Option<Self> {
        let day = Self::from_date(Date::new(year, month, day).ok()?);
        (Self::FIRST..=Self::LAST).contains(&day).then_some(day)
    }

    /// The day after.
    #[must_use]
    pub fn next(self) -> Self {
        Day(self.0 + 1)
    }
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.date())
    }
}

/// Completed years from `birth` to `on`; negative when `birth` is later.
/// One born on 29 February has a birthday on 1 March in other years.
pub fn completed_years(birth: Day, on: Day) -> i64 {
    let (b, o) = (birth.date(), on.date());
    let years = i64::from(o.year()) - i64::from(b.year());
    years - i64::from((o.month(), o.day()) < (b.month(), b.day()))
}

/// Months from `start` to `on`, a begun month counting as a whole one; 0 or less when `start` is not before `on`.
///
/// "Within 36 months of a day" is then exactly `months_begun(day, on) <= 36`: true up to the same day of the month three
/// years later, false from the next day on.
pub fn months_begun(start: Day, on: Day) -> i64 {
    let (s, o) = (start.date(), on.date());
    let months = (i64::from(o.year()) - i64::from(s.year())) * 12 + i64::from(o.month()) - i64::from(s.month());
    months + i64::from(o.day() > s.day())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Day {
        Day::parse(text).unwrap()
    }

    #[test]
    fn the_bounds_are_the_days_they_claim() {
        assert_eq!(Day::FIRST.to_string(), "1900-01-01");
        assert_eq!(Day::LAST.to_string(), "2100-12-31");
        assert_eq!(day("1970-01-01"), Day(0));
    }

    #[test]
    fn a_birthday_completes_the_year() {
        assert_eq!(completed_years(day("2010-11-30"), day("2025-11-29")), 14);
        assert_eq!(completed_years(day("2010-11-30"), day("2025-11-30")), 15);
        assert_eq!(completed_years(day("2012-02-29"), day("2025-02-28")), 12);
        assert_eq!(completed_years(day("2012-02-29"), day("2025-03-01")), 13);
    }

    #[test]
    fn thirty_six_months_end_on_the_same_day_of_the_month() {
        assert_eq!(months_begun(day("2022-11-30"), day("2025-11-29")), 36);
        assert_eq!(months_begun(day("2022-11-30"), day("2025-11-30")), 36);
        assert_eq!(months_begun(day("2022-11-30"), day("2025-12-01")), 37);
        assert_eq!(months_begun(day("2025-11-30"), day("2025-11-30")), 0);
        assert_eq!(months_begun(day("2025-12-01"), day("2025-11-30")), 0);
        assert_eq!(months_begun(day("2025-11-29"), day("2025-11-30")), 1);
    }

    #[test]
    fn only_real_days_are_read() {
        for bad in ["2025-02-29", "2025-13-01", "25-01-01", "2025/01/01", "1899-12-31", "2101-01-01"] {
            assert_eq!(Day::parse(bad), None, "{bad}");
        }
    }
}
