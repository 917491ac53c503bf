//! When limits end: over weekends, over Tết, at the edge of the years that are known.

use jiff::civil::date;
use vuon_policy::Library;
use vuon_policy::process::{Counting, Limit};
use vuon_registry::RegistryError;
use vuon_registry::procedure::Procedure;
use vuon_registry::procedure::limits::{calendar, case_due, complaint_due, days_left, posting_ends, round_due};

fn working(days: u32) -> Option<Limit> {
    Some(Limit { days, counting: Counting::Working })
}

#[test]
fn three_working_days_of_posting_step_over_the_weekend() {
    let program = Library::embedded().load("vn-2022-2026").unwrap();
    let ends = |day| posting_ends(&program, working(3), day).unwrap();
    assert_eq!(ends(date(2025, 9, 8)), Some(date(2025, 9, 11)));
    assert_eq!(ends(date(2025, 9, 11)), Some(date(2025, 9, 16)));
    assert_eq!(ends(date(2025, 9, 13)), Some(date(2025, 9, 17)), "posted on a Saturday");
    assert_eq!(posting_ends(&program, None, date(2025, 9, 8)).unwrap(), None);
}

#[test]
fn a_complaint_before_tet_is_checked_after_it() {
    let program = Library::embedded().load("vn-2022-2026").unwrap();
    // Friday 24 January 2025; Tết is off from Monday the 27th to Friday the 31st.
    assert_eq!(complaint_due(&program, date(2025, 1, 24)).unwrap(), Some(date(2025, 2, 5)));
    let before = Library::embedded().load("vn-2016-2020").unwrap();
    assert_eq!(complaint_due(&before, date(2019, 1, 24)).unwrap(), None, "the circular's limit is not known");
}

#[test]
fn a_deadline_in_a_year_without_holidays_is_refused_by_the_name_of_the_year() {
    let program = Library::embedded().load("vn-2022-2026").unwrap();
    match complaint_due(&program, date(2026, 12, 30)) {
        Err(RegistryError::Calendar(unknown)) => assert_eq!(unknown.year, 2027),
        other => panic!("{other:?}"),
    }
    let procedure = Procedure::of(&program, "in_year", date(2026, 12, 20)).unwrap();
    let due = round_due(&program, procedure.kind, 2026, date(2026, 12, 20));
    assert!(matches!(due, Err(RegistryError::Calendar(unknown)) if unknown.year == 2027));
}

#[test]
fn fifteen_calendar_days_that_end_on_a_sunday_end_on_monday() {
    let program = Library::embedded().load("vn-2022-2026").unwrap();
    let kind = Procedure::of(&program, "in_year", date(2025, 11, 15)).unwrap().kind;
    assert_eq!(round_due(&program, kind, 2025, date(2025, 11, 15)).unwrap(), date(2025, 12, 1));
    assert!(round_due(&program, kind, 2025, date(2025, 11, 14)).is_err());
    assert!(round_due(&program, kind, 2024, date(2025, 11, 15)).is_err());
}

#[test]
fn seven_working_days_from_a_request_step_over_tet() {
    let program = Library::embedded().load("vn-2016-2020").unwrap();
    let kind = Procedure::of(&program, "in_year", date(2019, 1, 28)).unwrap().kind;
    assert_eq!(case_due(&program, kind, Some(date(2019, 1, 28))).unwrap(), Some(date(2019, 2, 13)));
    assert!(matches!(case_due(&program, kind, None), Err(RegistryError::Invalid { .. })));
}

#[test]
fn working_days_left_count_down_and_below_zero() {
    let program = Library::embedded().load("vn-2022-2026").unwrap();
    let calendar = calendar(&program).unwrap();
    let left = |today, due| days_left(&calendar, today, due);
    assert_eq!(left(date(2025, 9, 8), date(2025, 9, 11)), Ok(3));
    assert_eq!(left(date(2025, 9, 11), date(2025, 9, 11)), Ok(0));
    assert_eq!(left(date(2025, 9, 15), date(2025, 9, 11)), Ok(-2), "Friday and Monday are late");
    assert!(left(date(2026, 12, 31), date(2027, 1, 5)).is_err());
}

#[test]
fn the_annual_window_holds_both_its_days() {
    let program = Library::embedded().load("vn-2022-2026").unwrap();
    let kind = Procedure::of(&program, "annual", date(2025, 9, 1)).unwrap().kind;
    for day in [date(2025, 9, 1), date(2025, 12, 14)] {
        assert_eq!(round_due(&program, kind, 2025, day).unwrap(), date(2025, 12, 14));
    }
    for day in [date(2025, 8, 31), date(2025, 12, 15)] {
        assert!(matches!(round_due(&program, kind, 2025, day), Err(RegistryError::NotOpen { .. })));
    }
}
