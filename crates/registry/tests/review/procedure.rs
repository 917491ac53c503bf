//! Which step follows which: every state with every event, under procedures of different times.

use jiff::civil::{Date, date};
use vuon_policy::Library;
use vuon_registry::RegistryError;
use vuon_registry::cases::CaseState::{self, *};
use vuon_registry::procedure::{Event, Procedure};
use vuon_registry::scope::Role;

const EVENTS: [Event; 17] = [
    Event::Surveyed,
    Event::Corrected { changed: false },
    Event::Corrected { changed: true },
    Event::Agreed,
    Event::NotAgreed,
    Event::Posted,
    Event::Appraised,
    Event::SentBack,
    Event::Decided { certified: true },
    Event::Decided { certified: false },
    Event::Certified,
    Event::Rechecked { changed: false, decided: false },
    Event::Rechecked { changed: true, decided: false },
    Event::Rechecked { changed: false, decided: true },
    Event::Rechecked { changed: true, decided: true },
    Event::Withdrawn,
    Event::Relisted,
];

/// Everything that is allowed, and nothing else: a state, an event, what follows.
fn only(pack: &str, kind: &str, day: Date, order: &[CaseState], allowed: &[(CaseState, Event, CaseState)]) {
    let program = Library::embedded().load(pack).unwrap();
    let procedure = Procedure::of(&program, kind, day).unwrap();
    assert_eq!(procedure.order(), order, "{pack} {kind}");
    for state in CaseState::ALL {
        for event in EVENTS {
            let wanted = allowed.iter().find(|(from, by, _)| from == state && *by == event).map(|(.., to)| *to);
            match (procedure.next(*state, event), wanted) {
                (Ok(next), Some(wanted)) => assert_eq!(next, wanted, "{pack} {kind}: {state:?} {event:?}"),
                (Err(RegistryError::Illegal { .. }), None) => {}
                (result, wanted) => panic!("{pack} {kind}: {state:?} {event:?} gives {result:?}, not {wanted:?}"),
            }
        }
    }
}

const KEPT: Event = Event::Corrected { changed: false };
const CHANGED: Event = Event::Corrected { changed: true };
const CONFIRMED: Event = Event::Rechecked { changed: false, decided: false };
const OTHERWISE: Event = Event::Rechecked { changed: true, decided: false };
const CONFIRMED_AFTER: Event = Event::Rechecked { changed: false, decided: true };
const OTHERWISE_AFTER: Event = Event::Rechecked { changed: true, decided: true };
const POOR: Event = Event::Decided { certified: true };
const NOT_POOR: Event = Event::Decided { certified: false };

#[test]
fn the_annual_review_of_2025_knows_these_steps_and_no_others() {
    let order = [Survey, Meeting, Posting, Posted, Decision, Certificate, Done];
    only(
        "vn-2022-2026",
        "annual",
        date(2025, 9, 8),
        &order,
        &[
            (Survey, Event::Surveyed, Meeting),
            (Survey, Event::Withdrawn, Withdrawn),
            (Meeting, Event::Agreed, Posting),
            (Meeting, Event::NotAgreed, Survey),
            (Meeting, KEPT, Meeting),
            (Meeting, CHANGED, Meeting),
            (Meeting, CONFIRMED, Meeting),
            (Meeting, OTHERWISE, Meeting),
            (Meeting, Event::Withdrawn, Withdrawn),
            (Posting, Event::Posted, Posted),
            (Posting, KEPT, Posting),
            (Posting, CHANGED, Meeting),
            (Posting, CONFIRMED, Posting),
            (Posting, OTHERWISE, Posting),
            (Posting, CONFIRMED_AFTER, Posting),
            (Posting, OTHERWISE_AFTER, Posting),
            (Posting, Event::Withdrawn, Withdrawn),
            (Posted, KEPT, Posted),
            (Posted, CHANGED, Meeting),
            (Posted, CONFIRMED, Posted),
            (Posted, OTHERWISE, Posting),
            (Posted, CONFIRMED_AFTER, Posted),
            (Posted, OTHERWISE_AFTER, Posting),
            (Posted, Event::Withdrawn, Withdrawn),
            (Decision, POOR, Certificate),
            (Decision, NOT_POOR, Done),
            (Decision, KEPT, Decision),
            (Decision, CHANGED, Meeting),
            (Decision, CONFIRMED, Decision),
            (Decision, OTHERWISE, Posting),
            (Decision, CONFIRMED_AFTER, Decision),
            (Decision, OTHERWISE_AFTER, Posting),
            (Decision, Event::Withdrawn, Withdrawn),
            (Certificate, Event::Certified, Done),
            (Certificate, CONFIRMED_AFTER, Certificate),
            (Certificate, OTHERWISE_AFTER, Posting),
            (Done, CONFIRMED_AFTER, Done),
            (Done, OTHERWISE_AFTER, Posting),
            (Withdrawn, Event::Relisted, Survey),
        ],
    );
}

#[test]
fn until_june_2025_the_district_stands_between_posting_and_decision() {
    let program = Library::embedded().load("vn-2022-2026").unwrap();
    let last = Procedure::of(&program, "annual", date(2025, 6, 30)).unwrap();
    assert_eq!(last.order(), [Survey, Meeting, Posting, Posted, Appraisal, Decision, Certificate, Done]);
    assert_eq!(last.standing(Posted, true), Appraisal);
    assert_eq!(last.next(Appraisal, Event::Appraised).unwrap(), Decision);
    assert_eq!(last.next(Appraisal, Event::SentBack).unwrap(), Survey);
    let after = Procedure::of(&program, "annual", date(2025, 7, 1)).unwrap();
    assert_eq!(after.standing(Posted, true), Decision);
    assert_eq!(after.standing(Appraisal, false), Decision, "a case that waited for the district waits no longer");
    assert_eq!(after.standing(Posted, false), Posted);
}

#[test]
fn a_request_under_circular_14_is_posted_after_its_decision() {
    let order = [Survey, Decision, Posting, Done];
    only(
        "vn-2016-2020",
        "in_year",
        date(2019, 1, 28),
        &order,
        &[
            (Survey, Event::Surveyed, Decision),
            (Survey, Event::Withdrawn, Withdrawn),
            (Decision, POOR, Posting),
            (Decision, NOT_POOR, Posting),
            (Decision, KEPT, Decision),
            (Decision, CHANGED, Decision),
            (Decision, CONFIRMED, Decision),
            (Decision, OTHERWISE, Decision),
            (Decision, CONFIRMED_AFTER, Decision),
            (Decision, OTHERWISE_AFTER, Decision),
            (Decision, Event::Withdrawn, Withdrawn),
            (Posting, Event::Posted, Done),
            (Posting, CONFIRMED_AFTER, Posting),
            (Posting, OTHERWISE_AFTER, Decision),
            (Done, CONFIRMED_AFTER, Done),
            (Done, OTHERWISE_AFTER, Decision),
            (Withdrawn, Event::Relisted, Survey),
        ],
    );
}

#[test]
fn who_acts_in_a_step_the_pack_says() {
    let program = Library::embedded().load("vn-2022-2026").unwrap();
    let procedure = Procedure::of(&program, "annual", date(2024, 9, 9)).unwrap();
    use vuon_policy::process::StepKind;
    assert!(procedure.acts(StepKind::Survey, Role::Enumerator));
    assert!(!procedure.acts(StepKind::Decision, Role::CommuneOfficer));
    assert!(procedure.acts(StepKind::Appraisal, Role::District));
    assert!(!procedure.acts(StepKind::Appraisal, Role::Province));
    assert!(matches!(Procedure::of(&program, "census", date(2024, 9, 9)), Err(RegistryError::NoProcedure { .. })));
}
