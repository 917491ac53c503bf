//! Courses of the training: their sessions and materials, who is invited, who was there, what they completed.
//!
//! A course belongs to the unit of whoever organises it, and is seen by who organises there and by who is invited. People
//! are invited from the accounts within the organiser's reach. Attendance is recorded for a session as a whole; recorded
//! again, the later record holds. Until it is held a course is changed or called off, and an invitation taken back
//! ([`change`]). What trainees get wrong is counted without names.

mod change;

pub(crate) use change::CalledOffRecord;

use crate::ledger::{self, Change};
use crate::page::{Page, PageRequest};
use crate::scope::{Action, Reach};
use crate::store::{Query, day, grouped, insert_all, insert_new, int, maybe, maybe_day, maybe_int, sql, text, yes};
use crate::text::{name, new_id};
use crate::{Desk, RegistryError, Result};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use sqlx::AnyConnection;
use std::collections::{BTreeMap, BTreeSet};

/// The most sessions that a course has.
const MOST_SESSIONS: usize = 20;
/// The most people for whom a course has room.
const MOST_ROOM: i64 = 10_000;

/// A session as it is planned.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewSession {
    /// The day.
    #[schema(value_type = String, format = Date)]
    pub held_on: Date,
    /// Where.
    pub place: String,
}

/// A course as it is planned.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewCourse {
    /// Its title.
    pub title: String,
    /// The pack that it teaches.
    pub pack: String,
    /// What to bring and read.
    pub materials: String,
    /// Its sessions.
    pub sessions: Vec<NewSession>,
    /// For how many there is room; nothing where nobody counts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub capacity: Option<i64>,
}

/// A session.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, utoipa::ToSchema)]
pub struct Session {
    /// Its number, from 1.
    pub number: i64,
    /// The day.
    #[schema(value_type = String, format = Date)]
    pub held_on: Date,
    /// Where.
    pub place: String,
    /// Whether it was recorded who was there.
    pub recorded: bool,
}

/// A course in a list.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, utoipa::ToSchema)]
pub struct CourseRow {
    /// Its id.
    pub id: String,
    /// Its title.
    pub title: String,
    /// The pack that it teaches.
    pub pack: String,
    /// What to bring and read.
    pub materials: String,
    /// Its first day.
    #[schema(value_type = String, format = Date)]
    pub begins: Date,
    /// How many are invited.
    pub invited: i64,
    /// For how many there is room.
    pub capacity: Option<i64>,
    /// Why it does not take place, and since when that is said.
    pub called_off: Option<CalledOff>,
}

/// That a course does not take place.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, utoipa::ToSchema)]
pub struct CalledOff {
    /// The day on which it was called off.
    #[schema(value_type = String, format = Date)]
    pub on: Date,
    /// Why.
    pub reason: String,
}

/// Somebody who is invited.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, utoipa::ToSchema)]
pub struct Seat {
    /// The account.
    pub account: String,
    /// The name.
    pub name: String,
    /// The account's area.
    pub area: Option<String>,
    /// The sessions they were at.
    pub present: BTreeSet<i64>,
    /// The modules they completed under the pack as it is.
    pub completed: BTreeSet<String>,
}

/// A course.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, utoipa::ToSchema)]
pub struct Course {
    /// What the list says.
    pub row: CourseRow,
    /// Its sessions.
    pub sessions: Vec<Session>,
    /// Who is invited, by name; of who is invited only, the asker.
    pub seats: Vec<Seat>,
    /// Whether the asker organises it.
    pub organises: bool,
}

/// How those invited from an area stand.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, utoipa::ToSchema)]
pub struct AreaResults {
    /// The area of their accounts; none: all of the register.
    pub area: Option<String>,
    /// How many are invited.
    pub invited: i64,
    /// How many were at a session at least.
    pub was_there: i64,
    /// How many completed every module under the pack as it is.
    pub completed: i64,
}

impl NewCourse {
    /// Its first day.
    pub(crate) fn begins(&self) -> Option<Date> {
        self.sessions.iter().map(|session| session.held_on).min()
    }

    /// As it is kept: words without blanks around them, a session at least.
    fn tidy(&self) -> Result<Self> {
        if self.sessions.is_empty() {
            return Err(RegistryError::invalid("sessions", "a course has a session at least"));
        }
        if self.sessions.len() > MOST_SESSIONS {
            return Err(RegistryError::invalid("sessions", "a course has at most 20 sessions"));
        }
        if self.materials.chars().count() > 4_000 {
            return Err(RegistryError::invalid("materials", "at most 4,000 letters"));
        }
        if self.capacity.is_some_and(|capacity| !(1..=MOST_ROOM).contains(&capacity)) {
            return Err(RegistryError::invalid("capacity", "there is room for 1 to 10,000"));
        }
        let sessions = self
            .sessions
            .iter()
            .map(|session| Ok(NewSession { held_on: session.held_on, place: name("place", &session.place)? }));
        Ok(NewCourse {
            title: name("title", &self.title)?,
            pack: self.pack.clone(),
            materials: self.materials.trim().to_owned(),
            sessions: sessions.collect::<Result<_>>()?,
            capacity: self.capacity,
        })
    }
}

impl Course {
    /// The results by area, when the pack has so many modules; of a pack without any, nobody completed all.
    pub fn results(&self, modules: usize) -> Vec<AreaResults> {
        let mut areas: BTreeMap<&Option<String>, [i64; 3]> = BTreeMap::new();
        for seat in &self.seats {
            let [invited, was_there, completed] = areas.entry(&seat.area).or_default();
            *invited += 1;
            *was_there += i64::from(!seat.present.is_empty());
            *completed += i64::from(modules > 0 && seat.completed.len() >= modules);
        }
        let told = areas.into_iter().map(|(area, [invited, was_there, completed])| AreaResults {
            area: area.clone(),
            invited,
            was_there,
            completed,
        });
        told.collect()
    }
}

/// A place where trainees' forms differ from the right ones: a page of the handbook.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, utoipa::ToSchema)]
pub struct Missed {
    /// The module.
    pub module: String,
    /// The id of the page.
    pub page: String,
    /// How many forms.
    pub times: i64,
}

/// The content of an entry of the kind `course`: the course as it was planned, and the unit it belongs to.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub(crate) struct CourseRecord {
    #[serde(flatten)]
    pub course: NewCourse,
    pub province: Option<String>,
    pub district: Option<String>,
    pub commune: Option<String>,
}

/// The content of an entry of the kind `course_attended`: all who were at a session, as it was recorded last.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub(crate) struct AttendedRecord {
    pub number: i64,
    pub present: BTreeSet<String>,
}

const COURSE: &str = "SELECT c.id, c.title, c.pack, c.materials, c.begins, \
                      (SELECT COUNT(*) FROM course_seat s WHERE s.course = c.id), c.capacity, c.called_off_on, \
                      c.called_off_why FROM course c WHERE ";

fn course_row(row: &sqlx::any::AnyRow) -> Result<CourseRow> {
    Ok(CourseRow {
        id: text(row, 0)?,
        title: text(row, 1)?,
        pack: text(row, 2)?,
        materials: text(row, 3)?,
        begins: day(row, 4)?,
        invited: int(row, 5)?,
        capacity: maybe_int(row, 6)?,
        called_off: match maybe_day(row, 7)? {
            Some(on) => Some(CalledOff { on, reason: text(row, 8)? }),
            None => None,
        },
    })
}

/// The sessions of a course, in order.
async fn sessions(connection: &mut AnyConnection, course: &str) -> Result<Vec<Session>> {
    let query = "SELECT number, held_on, place, recorded FROM course_session WHERE course = $1 ORDER BY number";
    let read = |row: &sqlx::any::AnyRow| {
        Ok(Session { number: int(row, 0)?, held_on: day(row, 1)?, place: text(row, 2)?, recorded: yes(row, 3)? })
    };
    sql(query, [course.into()]).all(connection, read).await
}

impl Desk {
    /// The courses that the asker organises or is invited to, the latest made first.
    pub async fn courses(&self, page: &PageRequest) -> Result<Page<CourseRow>> {
        let query = Query::new(COURSE)
            .push("(c.id IN (SELECT s.course FROM course_seat s WHERE s.account = ")
            .bind(&self.actor.id)
            .push(")");
        let query = match self.organiser() {
            Ok(()) => self.actor.reach.within(query.push(" OR (1 = 1"), "c").push("))"),
            Err(_) => query.push(")"),
        };
        let query = match page.key::<1>()? {
            Some([after]) => query.push(" AND c.id < ").bind(after),
            None => query,
        };
        let query = query.push(" ORDER BY c.id DESC LIMIT ").bind(page.reads());
        let rows = query.all(&mut *self.store().read().await?, course_row).await?;
        Ok(Page::of(rows, page, |row| [row.id.clone()]))
    }

    /// A course.
    ///
    /// # Errors
    /// [`RegistryError::NotFound`] for who neither organises it nor is invited.
    pub async fn course(&self, id: &str) -> Result<Course> {
        let mut connection = self.store().read().await?;
        let organised = match self.organiser() {
            Ok(()) => self.organised(&mut connection, id).await?,
            Err(_) => None,
        };
        let organises = organised.is_some();
        let row = match organised {
            Some(row) => row,
            None => {
                let query = Query::new(COURSE).push("c.id = ").bind(id);
                let query = query.push(" AND c.id IN (SELECT s.course FROM course_seat s WHERE s.account = ");
                query.bind(&self.actor.id).push(")").one(&mut connection, course_row).await?
            }
        };
        let sessions = sessions(&mut connection, id).await?;
        let seats = self.seats(&mut connection, &row, (!organises).then_some(self.actor.id.as_str())).await?;
        Ok(Course { row, sessions, seats, organises })
    }

    async fn organised(&self, connection: &mut AnyConnection, id: &str) -> Result<Option<CourseRow>> {
        let query = self.actor.reach.within(Query::new(COURSE).push("c.id = ").bind(id), "c");
        query.first(connection, course_row).await
    }

    async fn seats(&self, connection: &mut AnyConnection, course: &CourseRow, only: Option<&str>) -> Result<Vec<Seat>> {
        let query = Query::new(
            "SELECT a.id, a.name, a.area FROM course_seat s JOIN account a ON a.id = s.account WHERE s.course = ",
        );
        let query = query.bind(&course.id);
        let query = match only {
            Some(account) => query.push(" AND s.account = ").bind(account),
            None => query,
        };
        let rows = query.push(" ORDER BY a.name, a.id").all(connection, |row| {
            let (account, name, area) = (text(row, 0)?, text(row, 1)?, maybe(row, 2)?);
            Ok(Seat { account, name, area, present: BTreeSet::new(), completed: BTreeSet::new() })
        });
        let mut seats = rows.await?;
        let present = sql("SELECT account, number FROM course_present WHERE course = $1", [(&course.id).into()]);
        let mut present = grouped(present.all(connection, |row| Ok((text(row, 0)?, int(row, 1)?))).await?);
        let hash = self.register.program(&course.pack)?.hash.clone();
        let done = "SELECT t.account, t.module FROM training t JOIN course_seat s ON s.account = t.account \
                    WHERE s.course = $1 AND t.pack_hash = $2";
        let done = sql(done, [(&course.id).into(), hash.into()]);
        let mut done = grouped(done.all(connection, |row| Ok((text(row, 0)?, text(row, 1)?))).await?);
        for seat in &mut seats {
            seat.present = present.remove(&seat.account).unwrap_or_default().into_iter().collect();
            seat.completed = done.remove(&seat.account).unwrap_or_default().into_iter().collect();
        }
        Ok(seats)
    }

    /// Courses are organised by who answers for accounts.
    fn organiser(&self) -> Result<()> {
        self.actor.may(Action::ManageAccounts)
    }

    /// Plans a course of the asker's own unit; its id.
    ///
    /// # Errors
    /// [`RegistryError::Invalid`] for a course without sessions or words.
    pub async fn add_course(&self, new: &NewCourse) -> Result<String> {
        self.organiser()?;
        if self.actor.reach == Reach::Nothing {
            return Err(RegistryError::NotFound);
        }
        self.register.program(&new.pack)?;
        let course = new.tidy()?;
        let (province, district, commune) = self.own_places(&mut *self.store().read().await?).await?;
        let record = CourseRecord { course, province, district, commune };
        let CourseRecord { course, .. } = &record;
        let id = new_id();
        let mut tx = self.store().write().await?;
        ledger::hold(&mut tx, ledger::REGISTER).await?;
        let content = ledger::store(&mut tx, &record).await?;
        let row = [
            id.as_str().into(),
            record.province.clone().into(),
            record.district.clone().into(),
            record.commune.clone().into(),
            course.pack.as_str().into(),
            course.title.as_str().into(),
            course.materials.as_str().into(),
            course.begins().into(),
            course.capacity.into(),
        ];
        let columns = "course (id, province, district, commune, pack, title, materials, begins, capacity)";
        insert_all(&mut tx, columns, [row]).await?;
        let sessions = (1_i64..).zip(&course.sessions).map(|(number, session)| {
            [id.as_str().into(), number.into(), session.held_on.into(), session.place.as_str().into(), false.into()]
        });
        insert_all(&mut tx, "course_session (course, number, held_on, place, recorded)", sessions).await?;
        let change = Change { author: &self.actor.id, kind: "course", subject: &id, content: &content };
        ledger::append(&mut tx, ledger::REGISTER, self.now(), &[change]).await?;
        tx.commit().await?;
        Ok(id)
    }

    /// The province, district and commune of the asker's own unit.
    async fn own_places(
        &self,
        connection: &mut AnyConnection,
    ) -> Result<(Option<String>, Option<String>, Option<String>)> {
        let Some(unit) = self.actor.reach.unit() else { return Ok((None, None, None)) };
        let unit = crate::areas::unit(connection, unit).await?;
        let commune = matches!(self.actor.reach, Reach::Commune(_) | Reach::Hamlet { .. }).then_some(unit.id);
        Ok((Some(unit.province), unit.district, commune))
    }

    /// A course that the asker organises and that was not called off, within a transaction that holds the register's chain.
    async fn not_called_off(&self, connection: &mut AnyConnection, id: &str) -> Result<CourseRow> {
        let course = self.organised(connection, id).await?.ok_or(RegistryError::NotFound)?;
        match course.called_off {
            None => Ok(course),
            Some(_) => Err(RegistryError::Illegal { step: "a course", why: "the course was called off".into() }),
        }
    }

    /// Invites accounts within reach. Who is invited already stays so.
    ///
    /// # Errors
    /// [`RegistryError::NotFound`] for an account out of reach or switched off, [`RegistryError::Illegal`] when the course
    /// was called off, [`RegistryError::Invalid`] for more than there is room for.
    pub async fn invite(&self, course: &str, accounts: &BTreeSet<String>) -> Result<()> {
        self.organiser()?;
        for id in accounts {
            if !self.account(id).await?.active {
                return Err(RegistryError::NotFound);
            }
        }
        let mut tx = self.store().write().await?;
        ledger::hold(&mut tx, ledger::REGISTER).await?;
        let row = self.not_called_off(&mut tx, course).await?;
        let rows: Vec<_> = accounts.iter().map(|id| [course.into(), id.as_str().into()]).collect();
        let added = insert_new(&mut tx, "course_seat (course, account)", rows).await?;
        if let Some(capacity) = row.capacity
            && row.invited.saturating_add_unsigned(added) > capacity
        {
            return Err(RegistryError::invalid("capacity", format!("there is room for {capacity} alone")));
        }
        let content = ledger::store(&mut tx, accounts).await?;
        let change = Change { author: &self.actor.id, kind: "course_invited", subject: course, content: &content };
        ledger::append(&mut tx, ledger::REGISTER, self.now(), &[change]).await?;
        tx.commit().await?;
        Ok(())
    }

    /// Records who of those invited was at a session.
    ///
    /// # Errors
    /// [`RegistryError::Invalid`] for a day that has not come, [`RegistryError::NotFound`] for who is not invited,
    /// [`RegistryError::Illegal`] when the course was called off.
    pub async fn record_attendance(&self, course: &str, number: i64, present: &BTreeSet<String>) -> Result<()> {
        self.organiser()?;
        let mut tx = self.store().write().await?;
        ledger::hold(&mut tx, ledger::REGISTER).await?;
        self.not_called_off(&mut tx, course).await?;
        let held =
            sql("SELECT held_on FROM course_session WHERE course = $1 AND number = $2", [course.into(), number.into()]);
        if held.one(&mut tx, |row| day(row, 0)).await? > self.today() {
            return Err(RegistryError::invalid("sessions", "this day has not come yet"));
        }
        let invited = sql("SELECT account FROM course_seat WHERE course = $1", [course.into()]);
        let invited: BTreeSet<String> = invited.all(&mut tx, |row| text(row, 0)).await?.into_iter().collect();
        if !present.is_subset(&invited) {
            return Err(RegistryError::NotFound);
        }
        sql("DELETE FROM course_present WHERE course = $1 AND number = $2", [course.into(), number.into()])
            .run(&mut tx)
            .await?;
        let rows: Vec<_> = present.iter().map(|id| [course.into(), number.into(), id.as_str().into()]).collect();
        insert_all(&mut tx, "course_present (course, number, account)", rows).await?;
        let recorded = "UPDATE course_session SET recorded = 1 WHERE course = $1 AND number = $2";
        sql(recorded, [course.into(), number.into()]).run(&mut tx).await?;
        let content = ledger::store(&mut tx, &AttendedRecord { number, present: present.clone() }).await?;
        let change = Change { author: &self.actor.id, kind: "course_attended", subject: course, content: &content };
        ledger::append(&mut tx, ledger::REGISTER, self.now(), &[change]).await?;
        tx.commit().await?;
        Ok(())
    }

    /// Counts that a form differed from the right one on pages of the handbook. Whose form it was is not kept.
    pub async fn count_missed(&self, pack: &str, module: &str, pages: &BTreeSet<String>) -> Result<()> {
        let mut tx = self.store().write().await?;
        for page in pages {
            sql(
                "INSERT INTO training_missed (pack, module, page, times) VALUES ($1, $2, $3, 1) \
                 ON CONFLICT (pack, module, page) DO UPDATE SET times = training_missed.times + 1",
                [pack.into(), module.into(), page.into()],
            )
            .run(&mut tx)
            .await?;
        }
        tx.commit().await?;
        Ok(())
    }

    /// Where trainees' forms differ most, for who organises courses.
    pub async fn missed_most(&self, pack: &str) -> Result<Vec<Missed>> {
        self.organiser()?;
        let query = "SELECT module, page, times FROM training_missed WHERE pack = $1 ORDER BY times DESC, module, page LIMIT 20";
        let query = sql(query, [pack.into()]);
        query
            .all(&mut *self.store().read().await?, |row| {
                Ok(Missed { module: text(row, 0)?, page: text(row, 1)?, times: int(row, 2)? })
            })
            .await
    }
}
