//! The only place where the register learns what time it is. A test gives its own time.

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

/// Gives the time in microseconds since 1970 (UTC), and the day in the programme's time zone.
#[derive(Clone, Debug)]
pub struct Clock {
    set: Option<Arc<AtomicI64>>,
    /// How far it goes ahead of the system's, in microseconds.
    ahead: i64,
}

/// Viet Nam is seven hours ahead of UTC, all year.
const ZONE: SignedDuration = SignedDuration::from_hours(7);

impl Clock {
    /// The system's.
    pub fn system() -> Self {
        Clock { set: None, ahead: 0 }
    }

    /// The system's, ahead by so many microseconds: a demonstration can stand in another season.
    pub fn ahead(ahead: i64) -> Self {
        Clock { set: None, ahead }
    }

    /// One that stands at noon of a day until it is moved.
    pub fn standing(day: Date) -> Self {
        let clock = Clock { set: Some(Arc::new(AtomicI64::new(0))), ahead: 0 };
        clock.stand(day);
        clock
    }

    /// Moves a standing clock to noon of a day. The system's clock cannot be moved, and is not.
    pub fn stand(&self, day: Date) {
        let Some(set) = &self.set else { return };
        let noon = day.at(12, 0, 0, 0).to_zoned_datetime(TimeZone::UTC).map(|z| z.timestamp().as_microsecond());
        if let Ok(noon) = noon {
            set.store(noon - ZONE.as_micros() as i64, Ordering::SeqCst);
        }
    }

    /// Moves a standing clock to a time, in microseconds. The system's clock cannot be moved, and is not.
    pub fn set(&self, at: i64) {
        if let Some(set) = &self.set {
            set.store(at, Ordering::SeqCst);
        }
    }

    /// Now. A standing clock moves on by a microsecond at each look, so that times tell what came first.
    pub fn now(&self) -> i64 {
        match &self.set {
            None => Timestamp::now().as_microsecond() + self.ahead,
            Some(set) => set.fetch_add(1, Ordering::SeqCst),
        }
    }

    /// Today, where the programme is.
    pub fn today(&self) -> Date {
        day_of(self.now())
    }
}

/// The day on which a time falls, where the programme is.
pub fn day_of(at: i64) -> Date {
    let local = Timestamp::from_microsecond(at).unwrap_or(Timestamp::UNIX_EPOCH);
    local.saturating_add(ZONE).map_or(Date::ZERO, |t| t.to_zoned_datetime(TimeZone::UTC).date())
}

/// The last microsecond of a day, where the programme is: what was known at its end.
pub fn end_of(day: Date) -> i64 {
    let next = day.tomorrow().unwrap_or(day).at(0, 0, 0, 0).to_zoned_datetime(TimeZone::UTC);
    next.map_or(i64::MAX, |next| next.timestamp().as_microsecond() - ZONE.as_micros() as i64 - 1)
}
