//! Courses, who is invited and who was there, compared with the entries about them.

use super::chain::Walk;
use super::expected::{Course, Expected};
use crate::courses::{CourseRecord, NewCourse, NewSession};
use crate::store::{Query, day, grouped, int, maybe, text, yes};
use crate::{Desk, Result};
use jiff::civil::Date;
use sqlx::AnyConnection;
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// A course as its rows have it.
struct Rows {
    record: CourseRecord,
    begins: Date,
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
            let begins = said.what.course.sessions.iter().map(|session| session.held_on).min();
            if rows.record != said.what || Some(rows.begins) != begins {
                walk.differs(&said.spot, id, "the course is not as it was planned");
            }
        }
    }
    let mut told: BTreeSet<&String> = BTreeSet::new();
    for said in &course.invited {
        if !said.what.is_subset(&rows.seats) {
            walk.differs(&said.spot, id, "an invitation to the course is missing");
        }
        told.extend(&said.what);
    }
    if rows.seats.iter().any(|seat| !told.contains(seat)) {
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
    let query = Query::new("SELECT id, province, district, commune, pack, title, materials, begins FROM course");
    let rows = query.all(connection, |row| {
        let course =
            NewCourse { title: text(row, 5)?, pack: text(row, 4)?, materials: text(row, 6)?, sessions: Vec::new() };
        let record =
            CourseRecord { course, province: maybe(row, 1)?, district: maybe(row, 2)?, commune: maybe(row, 3)? };
        Ok((text(row, 0)?, record, day(row, 7)?))
    });
    let mut courses = BTreeMap::new();
    for (id, mut record, begins) in rows.await? {
        let mut attended = BTreeMap::new();
        for (number, session, recorded) in sessions.remove(&id).unwrap_or_default() {
            record.course.sessions.push(session);
            attended.insert(number, (recorded, at.remove(&(id.clone(), number)).unwrap_or_default()));
        }
        let seats = seats.remove(&id).unwrap_or_default().into_iter().collect();
        courses.insert(id, Rows { record, begins, seats, attended });
    }
    Ok(courses)
}
