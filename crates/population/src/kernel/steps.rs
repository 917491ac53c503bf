//! Completed years and begun months to the review date, for millions of days.
//!
//! Both fall as the day grows, so each is a flight of steps: the last day on which at least `k` are counted, for every
//! `k`. An estimate by the mean length of a year or month is at most two steps off.

use jiff::civil::Date;
use vuon_policy::calendar::Day;

/// A flight of steps.
#[derive(Clone, Debug)]
pub(super) struct Steps {
    review: i64,
    /// 2³² divided by the mean days of a step.
    per_day: i64,
    /// The number of steps of the first of `last`.
    first: i64,
    /// For each number of steps, the last day on which at least so many are counted: falling.
    last: Vec<i64>,
}

impl Steps {
    /// Completed years ([`vuon_policy::calendar::completed_years`]).
    pub fn years(review: Day) -> Self {
        Self::by_months(review, 12, 203)
    }

    /// Begun months ([`vuon_policy::calendar::months_begun`]).
    pub fn months(review: Day) -> Self {
        Self::flight(review, 1, 203 * 12, last_with_begun)
    }

    fn by_months(review: Day, months: i64, most: i64) -> Self {
        Self::flight(review, months, most, move |date, steps| months_before(date, steps * months))
    }

    fn flight(review: Day, months: i64, most: i64, last_with: impl Fn(Date, i64) -> Date) -> Self {
        let last = |steps: i64| i64::from(Day::from_date(last_with(review.date(), steps)).0);
        // 400 years of the Gregorian calendar have 146 097 days and 4 800 months.
        let per_day = (4800 << 32) / (146_097 * months);
        Self { review: review.0.into(), per_day, first: -most, last: (-most..=most).map(last).collect() }
    }

    /// How many are counted from `day`, between [`Day::FIRST`] and [`Day::LAST`], to the review date.
    pub fn counted(&self, day: i64) -> i64 {
        let estimate = ((self.review - day) * self.per_day) >> 32;
        let mut place = (estimate - self.first) as usize;
        while day > self.last[place] {
            place -= 1;
        }
        while day <= self.last[place + 1] {
            place += 1;
        }
        place as i64 + self.first
    }
}

/// The last day from which at least `months` have begun by `date`: the day before its day of the month, one month
/// fewer before it; the last of that month where it is shorter.
fn last_with_begun(date: Date, months: i64) -> Date {
    let month = i64::from(date.year()) * 12 + i64::from(date.month()) - 1 - (months - 1);
    let first = Date::constant(month.div_euclid(12) as i16, month.rem_euclid(12) as i8 + 1, 1);
    match date.day() - 1 {
        0 => first.yesterday().expect("the calendar goes back further"),
        day => first.with().day(day).build().unwrap_or_else(|_| first.last_of_month()),
    }
}

/// The same day of the month, or the last one where the month is shorter.
fn months_before(date: Date, months: i64) -> Date {
    let month = i64::from(date.year()) * 12 + i64::from(date.month()) - 1 - months;
    let (year, month) = (month.div_euclid(12) as i16, month.rem_euclid(12) as i8 + 1);
    let first = Date::constant(year, month, 1);
    first.with().day(date.day()).build().unwrap_or_else(|_| first.last_of_month())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::*;
    use vuon_policy::calendar::{completed_years, months_begun};

    #[test]
    fn steps_equal_the_calendar_on_every_day() {
        for review in [
            "1900-01-01",
            "1970-01-01",
            "2016-02-29",
            "2000-02-29",
            "2025-02-28",
            "2025-03-01",
            "2025-12-31",
            "2100-12-31",
        ] {
            let review = Day::parse(review).unwrap();
            let (years, months) = (Steps::years(review), Steps::months(review));
            for day in Day::FIRST.0..=Day::LAST.0 {
                let (years, months) = (years.counted(day.into()), months.counted(day.into()));
                assert_eq!(years, completed_years(Day(day), review), "years from {} to {review}", Day(day));
                assert_eq!(months, months_begun(Day(day), review), "months from {} to {review}", Day(day));
            }
        }
    }
}
