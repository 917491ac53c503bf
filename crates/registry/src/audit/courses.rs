//! Courses, who is invited and who was there, compared with the entries about them.

use super::chain::{Spot, Walk};
use super::expected::{Course, Expected};
use crate::courses::{CalledOffRecord, CourseRecord, NewCourse, NewSession};
use crate::store::{Query, day, grouped, int, maybe, maybe_day, maybe_int, text, yes};
use crate::{Desk, Result};
use jiff::civil::Date;
use sqlx::AnyConnection;
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// A course as its rows have it.
struct Rows {
    record: CourseRecord,
    begins: Date,
    called_off: Option<CalledOffRecord>,
    seats: BTreeSet<String>,
    /// Whether it was recorded who was at a session, and who was, by its number.
    attended: BTreeMap<i64, (bool, BTreeSet<String>)>,
}

impl Desk {
    /// Compares courses with what was told of them, both ways: who organises one answers for who learnt what.
    pub(super) async fn compare_courses(
        &self,
        connection: &mut AnyConnection,
        expected: &Expected,
        walk: &mut Walk<'_>,
    ) -> Result<()> {
        let courses = courses(connection).await?;
        for (id, course) in &expected.courses {
            match courses.get(id) {
                Some(rows) => compare(id, rows, course, walk),
                // That no entry plans it was told where its rows stand.
                None => {
                    if let Some(planned) = &course.planned {
                        walk.differs(&planned.spot, id, "the course is missing");
                    }
                }
            }
        }
        let end = walk.spot(0);
        for id in courses.keys().filter(|id| !expected.courses.contains_key(*id)) {
            walk.differs(&end, id, "the course has no entry");
        }
        Ok(())
    }
}

fn compare(id: &str, rows: &Rows, course: &Course, walk: &mut Walk<'_>) {
    let end = walk.spot(0);
    match &course.planned {
        None => walk.differs(&end, id, "the course has no entry"),
        Some(said) => {
            if rows.record != said.what || Some(rows.begins) != said.what.course.begins() {
                walk.differs(&said.spot, id, "the course is not as it was planned");
            }
        }
    }
    match &course.called_off {
        Some(said) if rows.called_off.as_ref() != Some(&said.what) => {
            walk.differs(&said.spot, id, "that the course was called off is not as it was said");
        }
        None if rows.called_off.is_some() => walk.differs(&end, id, "that the course was called off has no entry"),
        _ => {}
    }
    // An entry that invites several is named once.
    let missing = course.invited.iter().filter(|(account, _)| !rows.seats.contains(*account));
    let missing: BTreeMap<i64, &Spot> = missing.map(|(_, spot)| (spot.seq, spot)).collect();
    for spot in missing.values() {
        walk.differs(spot, id, "an invitation to the course is missing");
    }
    if rows.seats.iter().any(|seat| !course.invited.contains_key(seat)) {
        walk.differs(&end, id, "an invitation to the course has no entry");
    }
    for (number, (recorded, present)) in &rows.attended {
        match course.attended.get(number) {
            Some(said) if *recorded && said.what.present == *present => {}
            Some(said) => {
                walk.differs(&said.spot, id, format!("who was at session {number} is not as it was recorded"));
            }
            None if *recorded || !present.is_empty() => {
                walk.differs(&end, id, format!("who was at session {number} has no entry"));
            }
            None => {}
        }
    }
    for (number, said) in course.attended.iter().filter(|(number, _)| !rows.attended.contains_key(number)) {
        walk.differs(&said.spot, id, format!("who was at session {number} is not as it was recorded"));
    }
}

async fn courses(connection: &mut AnyConnection) -> Result<BTreeMap<String, Rows>> {
    let query =
        Query::new("SELECT course, number, held_on, place, recorded FROM course_session ORDER BY course, number");
    let sessions = query.all(connection, |row| {
        let session = NewSession { held_on: day(row, 2)?, place: text(row, 3)? };
        Ok((text(row, 0)?, (int(row, 1)?, session, yes(row, 4)?)))
    });
    let mut sessions = grouped(sessions.await?);
    let seats = Query::new("SELECT course, account FROM course_seat");
    let mut seats = grouped(seats.all(connection, |row| Ok((text(row, 0)?, text(row, 1)?))).await?);
    let present = Query::new("SELECT course, number, account FROM course_present");
    let present = present.all(connection, |row| Ok((text(row, 0)?, int(row, 1)?, text(row, 2)?))).await?;
    let mut at: HashMap<(String, i64), BTreeSet<String>> = HashMap::new();
    for (course, number, account) in present {
        at.entry((course, number)).or_default().insert(account);
    }
    let query = Query::new(
        "SELECT id, province, district, commune, pack, title, materials, begins, capacity, called_off_on, called_off_why \
         FROM course",
    );
    let rows = query.all(connection, |row| {
        let course = NewCourse {
            title: text(row, 5)?,
            pack: text(row, 4)?,
            materials: text(row, 6)?,
            sessions: Vec::new(),
            capacity: maybe_int(row, 8)?,
        };
        let called_off = match maybe_day(row, 9)? {
            Some(on) => Some(CalledOffRecord { on, reason: maybe(row, 10)?.unwrap_or_default() }),
            None => None,
        };
        let record =
            CourseRecord { course, province: maybe(row, 1)?, district: maybe(row, 2)?, commune: maybe(row, 3)? };
        Ok((text(row, 0)?, record, day(row, 7)?, called_off))
    });
    let mut courses = BTreeMap::new();
    for (id, mut record, begins, called_off) in rows.await? {
        let mut attended = BTreeMap::new();
        for (number, session, recorded) in sessions.remove(&id).unwrap_or_default() {
            record.course.sessions.push(session);
            attended.insert(number, (recorded, at.remove(&(id.clone(), number)).unwrap_or_default()));
        }
        let seats = seats.remove(&id).unwrap_or_default().into_iter().collect();
        courses.insert(id, Rows { record, begins, called_off, seats, attended });
    }
    Ok(courses)
}
