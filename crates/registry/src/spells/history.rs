//! What a household was before: from its spells to what a review asks of the past.
//!
//! In: spells, oldest first. Out: the status before, whether and until when the household was on a list, and which
//! movement a new status is. Pure.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use vuon_policy::calendar::{Day, months_begun};
use vuon_policy::model::List;
use vuon_policy::program::Program;
use vuon_policy::unit::Unit;

/// The status of a household that a complete list took off: it is on no list, and what it is instead nobody said.
pub const OFF_LIST: &str = "off_list";
/// The movement of such a household.
pub const OTHER_DECREASE: &str = "other_decrease";

/// A household's past on a day.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct History {
    /// Its status on that day, if it has one.
    pub status: Option<String>,
    /// The list it is on.
    pub list: Option<List>,
    /// Whether it was ever on a list, as far as the register goes back.
    pub ever_listed: bool,
    /// The day it left the list, if it left it and is not on it.
    pub removed_on: Option<Date>,
}

impl History {
    /// The past on a day, from spells in the order of their days: (from which day, status, list).
    pub fn on<'a>(day: Date, spells: impl IntoIterator<Item = (Date, &'a str, Option<List>)>) -> Self {
        let mut past = History::default();
        for (from, status, list) in spells.into_iter().filter(|(from, ..)| *from <= day) {
            match (past.is_listed(), list.is_some()) {
                (_, true) => past.removed_on = None,
                (true, false) => past.removed_on = Some(from),
                (false, false) => {}
            }
            past.ever_listed |= list.is_some();
            past.status = Some(status.to_owned());
            past.list = list;
        }
        past
    }

    /// Whether it is on a list.
    pub fn is_listed(&self) -> bool {
        self.list.is_some()
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

/// A status, and the list that communes keep of it.
pub type Standing<'a> = (&'a str, Option<List>);

/// The movement that a new status is.
pub fn movement(before: Option<Standing<'_>>, ever_listed: bool, after: Standing<'_>) -> &'static str {
    let list_before = before.and_then(|(_, list)| list);
    match (list_before, after.1) {
        (Some(List::Poor), Some(List::NearPoor)) => "became_near_poor",
        (Some(List::NearPoor), Some(List::Poor)) => "became_poor",
        (Some(_), Some(_)) => "stays",
        (Some(List::Poor), None) => "escaped_poor",
        (Some(List::NearPoor), None) => "escaped_near_poor",
        (None, None) if before.is_some_and(|(status, _)| status == after.0) => "stays",
        (None, None) => "not_listed",
        (None, Some(_)) if ever_listed => "relapse",
        (None, Some(_)) => "newly_arising",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn the_past_is_the_past_of_its_day() {
        let spells = [
            (date(2020, 1, 1), "poor", Some(List::Poor)),
            (date(2022, 1, 1), "average", None),
            (date(2023, 1, 1), "above_average", None),
            (date(2024, 1, 1), "near_poor", Some(List::NearPoor)),
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
        let past = History { ever_listed: true, removed_on: Some(date(2022, 1, 1)), ..History::default() };
        assert!(past.left_within(36, date(2025, 1, 1)));
        assert!(!past.left_within(36, date(2025, 1, 2)));
    }

    #[test]
    fn every_change_of_status_is_one_movement() {
        let (poor, near, average) =
            (("food_poor", Some(List::Poor)), ("nearly", Some(List::NearPoor)), ("average", None));
        assert_eq!(movement(Some(poor), true, near), "became_near_poor");
        assert_eq!(movement(Some(near), true, poor), "became_poor");
        assert_eq!(movement(Some(poor), true, average), "escaped_poor");
        assert_eq!(movement(Some(near), true, ("above_average", None)), "escaped_near_poor");
        assert_eq!(movement(Some(average), true, poor), "relapse");
        assert_eq!(movement(None, false, near), "newly_arising");
        assert_eq!(movement(Some(average), false, poor), "newly_arising");
        assert_eq!(movement(Some(poor), true, ("poor", Some(List::Poor))), "stays", "another word, the same list");
        assert_eq!(movement(Some(average), true, average), "stays");
        assert_eq!(movement(None, false, average), "not_listed");
    }
}
