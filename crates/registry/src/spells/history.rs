//! What a household was before: from its spells to what a review asks of the past.
//!
//! In: spells, oldest first. Out: the status before, whether and until when the household was on a list, and which
//! movement a new status is. Pure.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use vuon_policy::calendar::{Day, months_begun};
use vuon_policy::program::Program;
use vuon_policy::unit::Unit;

/// The statuses of the lists that communes keep.
pub const LISTED: [&str; 2] = ["poor", "near_poor"];

/// Whether a status is one of the lists'.
pub fn is_listed(status: &str) -> bool {
    LISTED.contains(&status)
}

/// A household's past on a day.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct History {
    /// Its status on that day, if it has one.
    pub status: Option<String>,
    /// Whether it was ever on a list, as far as the register goes back.
    pub ever_listed: bool,
    /// The day it left the list, if it left it and is not on it.
    pub removed_on: Option<Date>,
}

impl History {
    /// The past on a day, from spells in the order of their days: (from which day, status).
    pub fn on<'a>(day: Date, spells: impl IntoIterator<Item = (Date, &'a str)>) -> Self {
        let mut past = History::default();
        for (from, status) in spells.into_iter().filter(|(from, _)| *from <= day) {
            match (past.is_listed(), is_listed(status)) {
                (_, true) => past.removed_on = None,
                (true, false) => past.removed_on = Some(from),
                (false, false) => {}
            }
            past.ever_listed |= is_listed(status);
            past.status = Some(status.to_owned());
        }
        past
    }

    /// Whether it is on a list.
    pub fn is_listed(&self) -> bool {
        self.status.as_deref().is_some_and(is_listed)
    }

    /// Whether it left the list at most so many months before a day, to the day.
    pub fn left_within(&self, months: i64, day: Date) -> bool {
        self.removed_on.is_some_and(|removed| months_begun(Day::from_date(removed), Day::from_date(day)) <= months)
    }
}

/// For how many months after leaving the list a household counts as newly escaped, where the pack says so.
pub fn newly_escaped_months(program: &Program) -> Option<i64> {
    let found = program.pack.parameters.iter().find(|p| p.id.value == "limits.newly_escaped_months")?;
    let whole = found.value.denominator() == 1 && found.unit == Unit::base("month");
    whole.then(|| found.value.numerator())
}

/// The movement that a new status is.
pub fn movement(before: Option<&str>, ever_listed: bool, status: &str) -> &'static str {
    match (before, status) {
        (Some("poor"), "near_poor") => "became_near_poor",
        (Some("near_poor"), "poor") => "became_poor",
        (Some(before), status) if before == status => "stays",
        (Some("poor"), _) => "escaped_poor",
        (Some("near_poor"), _) => "escaped_near_poor",
        (_, status) if !is_listed(status) => "not_listed",
        _ if ever_listed => "relapse",
        _ => "newly_arising",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn the_past_is_the_past_of_its_day() {
        let spells = [
            (date(2020, 1, 1), "poor"),
            (date(2022, 1, 1), "average"),
            (date(2023, 1, 1), "above_average"),
            (date(2024, 1, 1), "near_poor"),
        ];
        let on = |day| History::on(day, spells);
        assert_eq!(on(date(2019, 12, 31)), History::default());
        assert!(on(date(2020, 1, 1)).is_listed());
        let escaped = on(date(2023, 6, 1));
        assert_eq!((escaped.is_listed(), escaped.ever_listed), (false, true));
        assert_eq!(escaped.removed_on, Some(date(2022, 1, 1)));
        assert_eq!(on(date(2024, 1, 1)).removed_on, None);
    }

    #[test]
    fn thirty_six_months_end_on_the_same_day() {
        let past = History { status: None, ever_listed: true, removed_on: Some(date(2022, 1, 1)) };
        assert!(past.left_within(36, date(2025, 1, 1)));
        assert!(!past.left_within(36, date(2025, 1, 2)));
    }

    #[test]
    fn every_change_of_status_is_one_movement() {
        assert_eq!(movement(Some("poor"), true, "near_poor"), "became_near_poor");
        assert_eq!(movement(Some("near_poor"), true, "poor"), "became_poor");
        assert_eq!(movement(Some("poor"), true, "average"), "escaped_poor");
        assert_eq!(movement(Some("near_poor"), true, "above_average"), "escaped_near_poor");
        assert_eq!(movement(Some("average"), true, "poor"), "relapse");
        assert_eq!(movement(None, false, "near_poor"), "newly_arising");
        assert_eq!(movement(Some("average"), false, "poor"), "newly_arising");
        assert_eq!(movement(Some("poor"), true, "poor"), "stays");
        assert_eq!(movement(None, false, "average"), "not_listed");
    }
}
