//! Dates of birth for completed years at the review date, as the law counts them.

use super::chance::Chance;
use jiff::civil::Date;
use vuon_policy::calendar::Day;

/// The greatest age there is.
const OLDEST: usize = 110;

/// For each age the last day on which one of that age can be born.
#[derive(Clone, Debug)]
pub(super) struct Birthdays(Vec<i32>);

impl Birthdays {
    /// Counted back from a review date.
    pub fn until(review: Day) -> Birthdays {
        let date = review.date();
        let last = |years: i16| {
            // Where there is no 29 February, one born the day before is of that age already.
            let born = Date::new(date.year() - years, date.month(), date.day());
            let born = born.or_else(|_| Date::new(date.year() - years, date.month(), 28));
            Day::from_date(born.unwrap_or(date)).0
        };
        Birthdays((0..=OLDEST as i16 + 1).map(last).collect())
    }

    /// A day on which one of this age was born.
    pub fn draw(&self, age: u8, chance: &mut Chance) -> i32 {
        let age = usize::from(age).min(OLDEST);
        chance.between(i64::from(self.0[age + 1]) + 1, self.0[age].into()) as i32
    }
}

#[cfg(test)]
mod tests {
    use super::super::chance::Purpose;
    use super::*;
    use vuon_policy::calendar::completed_years;

    #[test]
    fn who_is_born_on_a_drawn_day_has_the_age() {
        for review in ["2022-11-30", "2024-02-29", "2025-02-28", "2025-03-01"] {
            let review = Day::parse(review).unwrap();
            let birthdays = Birthdays::until(review);
            let mut chance = Chance::new(1, Purpose::Households, 0);
            for age in 0..=96 {
                let (first, last) = (birthdays.0[age + 1] + 1, birthdays.0[age]);
                assert_eq!(completed_years(Day(first), review), age as i64, "{review}");
                assert_eq!(completed_years(Day(last), review), age as i64, "{review}");
                let drawn = birthdays.draw(age as u8, &mut chance);
                assert!((first..=last).contains(&drawn));
            }
        }
    }
}
