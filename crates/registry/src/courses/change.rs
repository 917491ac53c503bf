//! What becomes of a course before it is held: another day or place, called off, an invitation taken back.
//!
//! What took place stays as it was: a session whose day is past or whose attendance was recorded is not changed, and who
//! was there stays invited. What was said before stands in the ledger, with what holds instead.

use super::{CourseRecord, NewCourse, NewSession, Session, sessions};
use crate::cases::complaints::words;
use crate::ledger::{self, Change};
use crate::store::{insert_all, maybe, sql};
use crate::{Desk, RegistryError, Result};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// The content of an entry of the kind `course_called_off`.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub(crate) struct CalledOffRecord {
    pub on: Date,
    pub reason: String,
}

impl Session {
    /// Whether it took place, or might have: its day is past, or it was recorded who was there.
    pub fn is_held(&self, today: Date) -> bool {
        self.recorded || self.held_on < today
    }

    fn is(&self, planned: Option<&NewSession>) -> bool {
        planned.is_some_and(|planned| planned.held_on == self.held_on && planned.place == self.place)
    }
}

fn held() -> RegistryError {
    RegistryError::Illegal { step: "a course", why: "the course was held".into() }
}

impl Desk {
    /// Puts another plan in the place of a course's: its title, materials, room, and the sessions to come. Those that were
    /// held stand in the new plan as they were, under their numbers.
    ///
    /// # Errors
    /// [`RegistryError::Illegal`] for a course that was held or called off; [`RegistryError::Invalid`] for a plan that
    /// changes what was held, moves a session into the past or has less room than people are invited.
    pub async fn change_course(&self, id: &str, new: &NewCourse) -> Result<()> {
        self.organiser()?;
        let course = new.tidy()?;
        let mut tx = self.store().write().await?;
        ledger::hold(&mut tx, ledger::REGISTER).await?;
        let row = self.not_called_off(&mut tx, id).await?;
        let today = self.today();
        let before = sessions(&mut tx, id).await?;
        let kept: BTreeSet<i64> = before.iter().filter(|own| own.is_held(today)).map(|own| own.number).collect();
        if kept.len() == before.len() {
            return Err(held());
        }
        if course.pack != row.pack {
            return Err(RegistryError::invalid("pack", "a course keeps the standard that it teaches"));
        }
        let planned = |number: i64| usize::try_from(number - 1).ok().and_then(|place| course.sessions.get(place));
        if before.iter().any(|own| kept.contains(&own.number) && !own.is(planned(own.number))) {
            return Err(RegistryError::invalid("sessions", "a session that was held stays as it was"));
        }
        let to_come = (1_i64..).zip(&course.sessions).filter(|(number, _)| !kept.contains(number));
        let to_come: Vec<(i64, &NewSession)> = to_come.collect();
        if to_come.iter().any(|(_, session)| session.held_on < today) {
            return Err(RegistryError::invalid("sessions", "a session to come is not on a day that is past"));
        }
        if course.capacity.is_some_and(|capacity| capacity < row.invited) {
            let invited = row.invited;
            return Err(RegistryError::invalid("capacity", format!("{invited} are invited already")));
        }
        sql(
            "DELETE FROM course_session WHERE course = $1 AND recorded = 0 AND held_on >= $2",
            [id.into(), today.into()],
        )
        .run(&mut tx)
        .await?;
        let rows = to_come.into_iter().map(|(number, session)| {
            [id.into(), number.into(), session.held_on.into(), session.place.as_str().into(), false.into()]
        });
        insert_all(&mut tx, "course_session (course, number, held_on, place, recorded)", rows).await?;
        let values = [
            id.into(),
            course.title.as_str().into(),
            course.materials.as_str().into(),
            course.begins().into(),
            course.capacity.into(),
        ];
        sql("UPDATE course SET title = $2, materials = $3, begins = $4, capacity = $5 WHERE id = $1", values)
            .run(&mut tx)
            .await?;
        let places = sql("SELECT province, district, commune FROM course WHERE id = $1", [id.into()]);
        let [province, district, commune] =
            places.one(&mut tx, |row| Ok([maybe(row, 0)?, maybe(row, 1)?, maybe(row, 2)?])).await?;
        let record = CourseRecord { course, province, district, commune };
        let content = ledger::store(&mut tx, &record).await?;
        let change = Change { author: &self.actor.id, kind: "course_changed", subject: id, content: &content };
        ledger::append(&mut tx, ledger::REGISTER, self.now(), &[change]).await?;
        tx.commit().await?;
        Ok(())
    }

    /// Says that a course, or what is left of it, does not take place, and why. It stays in the lists of those invited.
    ///
    /// # Errors
    /// [`RegistryError::Illegal`] for a course that was held or called off before; [`RegistryError::Invalid`] without a
    /// reason.
    pub async fn call_off_course(&self, id: &str, reason: &str) -> Result<()> {
        self.organiser()?;
        let record = CalledOffRecord { on: self.today(), reason: words("reason", reason)? };
        let mut tx = self.store().write().await?;
        ledger::hold(&mut tx, ledger::REGISTER).await?;
        self.not_called_off(&mut tx, id).await?;
        // A session whose day is past may not have taken place: only a record says that it did.
        if sessions(&mut tx, id).await?.iter().all(|session| session.recorded) {
            return Err(held());
        }
        let values = [id.into(), record.on.into(), record.reason.as_str().into()];
        sql("UPDATE course SET called_off_on = $2, called_off_why = $3 WHERE id = $1", values).run(&mut tx).await?;
        let content = ledger::store(&mut tx, &record).await?;
        let change = Change { author: &self.actor.id, kind: "course_called_off", subject: id, content: &content };
        ledger::append(&mut tx, ledger::REGISTER, self.now(), &[change]).await?;
        tx.commit().await?;
        Ok(())
    }

    /// Takes back an invitation to a course.
    ///
    /// # Errors
    /// [`RegistryError::NotFound`] for who is not invited; [`RegistryError::Illegal`] for who was at a session, or when the
    /// course was called off.
    pub async fn take_back_invitation(&self, course: &str, account: &str) -> Result<()> {
        self.organiser()?;
        let mut tx = self.store().write().await?;
        ledger::hold(&mut tx, ledger::REGISTER).await?;
        self.not_called_off(&mut tx, course).await?;
        let both = || [course.into(), account.into()];
        let present = sql("SELECT COUNT(*) FROM course_present WHERE course = $1 AND account = $2", both());
        if present.count(&mut tx).await? > 0 {
            let why = "who was at a session stays invited".into();
            return Err(RegistryError::Illegal { step: "taking an invitation back", why });
        }
        let seat = sql("DELETE FROM course_seat WHERE course = $1 AND account = $2", both());
        if seat.run(&mut tx).await? == 0 {
            return Err(RegistryError::NotFound);
        }
        let content = ledger::store(&mut tx, &BTreeSet::from([account])).await?;
        let change = Change { author: &self.actor.id, kind: "course_uninvited", subject: course, content: &content };
        ledger::append(&mut tx, ledger::REGISTER, self.now(), &[change]).await?;
        tx.commit().await?;
        Ok(())
    }
}
