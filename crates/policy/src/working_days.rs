//! Which days are worked, and when a limit in days ends.
//!
//! In: the [`Holidays`] of a pack, dated year by year as the authorities announce them. Out: the last day of a
//! [`Limit`]. A year without data is refused ([`UnknownYear`]): a deadline is never guessed.

use crate::calendar::Day;
use crate::model::{Label, Language, Source};
use crate::process::{Counting, Limit};
use jiff::civil::Weekday;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

/// The days of rest a pack knows.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Holidays {
    /// The days of rest of every week.
    pub weekly_rest: WeeklyRest,
    /// What becomes of a limit whose last day is a day of rest.
    pub last_day_off: LastDayOff,
    /// The years that are known, in order.
    pub years: Vec<HolidayYear>,
}

impl Holidays {
    /// Adds the years that are missing here and that others know: days of rest are facts, announced year by year. A year
    /// that is here stays as it is.
    pub fn complete(&mut self, others: &Holidays) {
        let missing = |year: &&HolidayYear| self.years.iter().all(|known| known.year != year.year);
        let found: Vec<HolidayYear> = others.years.iter().filter(missing).cloned().collect();
        self.years.extend(found);
        self.years.sort_by_key(|year| year.year);
    }

    /// Every source of the days of rest.
    pub fn sources(&self) -> impl Iterator<Item = &Source> {
        [&self.weekly_rest.source, &self.last_day_off.source].into_iter().chain(self.years.iter().flat_map(|year| {
            let days = year.rest.iter().chain(&year.worked).filter_map(|days| days.source.as_ref());
            std::iter::once(&year.source).chain(days)
        }))
    }
}

/// The days of rest of every week.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct WeeklyRest {
    /// The days.
    pub days: Vec<Weekday>,
    /// Where they come from.
    pub source: Source,
}

/// What becomes of a limit in calendar days whose last day is a day of rest.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct LastDayOff {
    /// Whether it ends on the next working day instead.
    pub moves: bool,
    /// Where the rule comes from.
    pub source: Source,
}

/// The days of rest of one year.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct HolidayYear {
    /// The year.
    pub year: i16,
    /// Days of rest beside those of the week.
    pub rest: Vec<DaySpan>,
    /// Days of rest of the week that are worked, in exchange for another.
    pub worked: Vec<DaySpan>,
    /// Where they come from, unless a day has a source of its own.
    pub source: Source,
}

/// A day, or days that follow each other.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct DaySpan {
    /// The first.
    pub from: Day,
    /// The last.
    pub to: Day,
    /// What they are.
    pub label: Label,
    /// Where they come from, when not the year's source.
    pub source: Option<Source>,
}

impl DaySpan {
    /// Each of the days.
    pub fn each(&self) -> impl Iterator<Item = Day> {
        (self.from.0..=self.to.0).map(Day)
    }
}

/// A year whose days of rest are not known.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct UnknownYear {
    /// The year.
    pub year: i16,
}

impl UnknownYear {
    /// What is missing, and what to do.
    pub fn told(self, language: Language) -> String {
        let year = self.year;
        match language {
            Language::Vi => format!(
                "chưa có ngày nghỉ lễ của năm {year}, nên không tính được thời hạn; thêm năm {year} vào holidays.yaml"
            ),
            Language::En => format!(
                "the public holidays of {year} are not known, so the deadline cannot be told; add {year} to holidays.yaml"
            ),
        }
    }
}

impl fmt::Display for UnknownYear {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.told(Language::En))
    }
}

impl std::error::Error for UnknownYear {}

/// Days of rest, ready to be asked.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct WorkingCalendar {
    weekly: Vec<Weekday>,
    moves: bool,
    /// By year: the days of rest beside those of the week, and the days of rest of the week that are worked.
    years: BTreeMap<i16, (BTreeSet<Day>, BTreeSet<Day>)>,
}

impl WorkingCalendar {
    /// The calendar of a pack's days of rest.
    pub fn new(holidays: &Holidays) -> Self {
        let days = |list: &[DaySpan]| list.iter().flat_map(DaySpan::each).collect();
        let years = holidays.years.iter().map(|year| (year.year, (days(&year.rest), days(&year.worked)))).collect();
        Self { weekly: holidays.weekly_rest.days.clone(), moves: holidays.last_day_off.moves, years }
    }

    /// Whether a day is worked.
    ///
    /// # Errors
    /// When the days of rest of its year are not known, even for a Sunday.
    pub fn is_working(&self, day: Day) -> Result<bool, UnknownYear> {
        let date = day.date();
        let (rest, worked) = self.years.get(&date.year()).ok_or(UnknownYear { year: date.year() })?;
        Ok(worked.contains(&day) || !(rest.contains(&day) || self.weekly.contains(&date.weekday())))
    }

    /// The day itself when it is worked, else the next that is.
    ///
    /// # Errors
    /// When a year on the way is not known.
    pub fn first_working_from(&self, day: Day) -> Result<Day, UnknownYear> {
        let mut day = day;
        while !self.is_working(day)? {
            day = day.next();
        }
        Ok(day)
    }

    /// The last day of a limit that runs from `start`. The day of `start` itself (of the receipt) is not counted; a limit
    /// in calendar days that would end on a day of rest ends on the next working day, where the law says so.
    ///
    /// # Errors
    /// When a year on the way is not known; of calendar days, only the end counts.
    pub fn add(&self, start: Day, limit: Limit) -> Result<Day, UnknownYear> {
        match limit.counting {
            Counting::Working => {
                let mut day = start;
                for _ in 0..limit.days {
                    day = self.first_working_from(day.next())?;
                }
                Ok(day)
            }
            Counting::Calendar => {
                let end = i64::from(start.0) + i64::from(limit.days);
                let after_all = Day::LAST.next();
                let end = i32::try_from(end).map_or(after_all, |end| Day(end).min(after_all));
                if self.moves { self.first_working_from(end) } else { Ok(end) }
            }
        }
    }
}
