//! When the limits of a procedure end: windows, deadlines, postings. A year without known holidays is an error that
//! names it; a limit that the pack does not know has no end. Nobody is turned away because such a year is not known:
//! see [`known`].

use crate::{RegistryError, Result};
use jiff::ToSpan;
use jiff::civil::Date;
use vuon_policy::calendar::Day;
use vuon_policy::model::Language;
use vuon_policy::process::{CountedFrom, Limit, Opening, RoundKind};
use vuon_policy::program::Program;
use vuon_policy::working_days::{UnknownYear, WorkingCalendar};

/// The working days of a pack.
pub fn calendar(program: &Program) -> Result<WorkingCalendar> {
    let holidays = program.pack.holidays.as_ref();
    holidays.map(WorkingCalendar::new).ok_or_else(|| RegistryError::NoProcedure { what: "the days of rest".into() })
}

/// The last day of a limit that runs from a day; the day itself is not counted.
///
/// # Errors
/// [`RegistryError::Calendar`], which names the year whose holidays are not known.
pub fn ends(program: &Program, start: Date, limit: Limit) -> Result<Date> {
    Ok(calendar(program)?.add(Day::from_date(start), limit)?.date())
}

/// An end, as far as it is known: one that reaches into a year whose holidays were not announced is told when they are.
pub fn known(end: Result<Option<Date>>) -> Result<Option<Date>> {
    match end {
        Err(RegistryError::Calendar(_)) => Ok(None),
        end => end,
    }
}

/// By when a round must be done that opens on a day: the end of its window, or of the days it has. Where days count from
/// a household's request, each case has its own end, and the round that of a request of this day.
///
/// # Errors
/// [`RegistryError::NotOpen`] when such a round cannot open on that day for that year; [`RegistryError::Calendar`];
/// [`RegistryError::NoProcedure`] when the pack tells no end.
pub fn round_due(program: &Program, kind: &RoundKind, year: i64, day: Date) -> Result<Date> {
    let closed = || RegistryError::NotOpen { opens: [Language::Vi, Language::En].map(|one| kind.opens.told(one)) };
    let this_year = i64::from(day.year()) == year;
    match kind.opens {
        Opening::Yearly { .. } => {
            let window = i16::try_from(year).ok().and_then(|year| kind.window_of_year(year));
            let (from, to) = window.map(|(from, to)| (from.date(), to.date())).ok_or_else(closed)?;
            if day < from || to < day {
                return Err(closed());
            }
            match kind.decided_within {
                Some((limit, CountedFrom::Start)) => Ok(ends(program, day, limit)?.min(to)),
                _ => Ok(to),
            }
        }
        Opening::Monthly { day: first } if this_year && day.day() >= i8::try_from(first).unwrap_or(i8::MAX) => {
            within(program, kind, day)
        }
        Opening::OnRequest if this_year => within(program, kind, day),
        Opening::Monthly { .. } | Opening::OnRequest => Err(closed()),
    }
}

fn within(program: &Program, kind: &RoundKind, day: Date) -> Result<Date> {
    let missing = || RegistryError::NoProcedure { what: format!("within how many days {} is decided", kind.id.value) };
    let (limit, _) = kind.decided_within.ok_or_else(missing)?;
    ends(program, day, limit)
}

/// By when a case must be decided, where days count from the request of its household, as far as that is known.
///
/// # Errors
/// [`RegistryError::Invalid`] without the day of the request.
pub fn case_due(program: &Program, kind: &RoundKind, requested_on: Option<Date>) -> Result<Option<Date>> {
    match kind.decided_within {
        Some((limit, CountedFrom::Request)) => {
            let missing = "the days of this review count from the household's request: say when it came";
            let requested = requested_on.ok_or_else(|| RegistryError::invalid("requested_on", missing))?;
            known(ends(program, requested, limit).map(Some))
        }
        _ => Ok(None),
    }
}

/// The first day on which a round can open that takes in a request of a day, and by when the request is decided then, as
/// far as that is known.
///
/// # Errors
/// [`RegistryError::NoProcedure`] when the pack tells no end.
pub fn request_days(program: &Program, kind: &RoundKind, requested_on: Date) -> Result<(Date, Option<Date>)> {
    let missing = || RegistryError::NoProcedure { what: format!("within how many days {} is decided", kind.id.value) };
    let (limit, from) = kind.decided_within.ok_or_else(missing)?;
    let begins = match kind.opens {
        Opening::Monthly { day } => {
            let first = requested_on.first_of_month().saturating_add((i64::from(day) - 1).days());
            first.max(requested_on)
        }
        Opening::Yearly { .. } | Opening::OnRequest => requested_on,
    };
    let start = if from == CountedFrom::Request { requested_on } else { begins };
    Ok((begins, known(ends(program, start, limit).map(Some))?))
}

/// The last day a list posted on a day stands; nothing where the pack does not know for how long.
pub fn posting_ends(program: &Program, limit: Option<Limit>, posted_on: Date) -> Result<Option<Date>> {
    limit.map(|limit| ends(program, posted_on, limit)).transpose()
}

/// By when a complaint received on a day must be checked; nothing where the pack does not know within how long.
pub fn complaint_due(program: &Program, received_on: Date) -> Result<Option<Date>> {
    let rule = program.pack.process.as_ref().and_then(|process| process.complaint.as_ref());
    rule.and_then(|rule| rule.recheck_within).map(|limit| ends(program, received_on, limit)).transpose()
}

/// Working days from a day to a due day: those after today up to the due day; below zero, those since it passed.
///
/// # Errors
/// [`UnknownYear`].
pub fn days_left(calendar: &WorkingCalendar, today: Date, due: Date) -> std::result::Result<i64, UnknownYear> {
    let (first, last, sign) = if due >= today { (today, due, 1) } else { (due, today, -1) };
    let mut day = Day::from_date(first);
    let mut left = 0;
    while day < Day::from_date(last) {
        day = day.next();
        left += sign * i64::from(calendar.is_working(day)?);
    }
    Ok(left)
}
