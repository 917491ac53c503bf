//! How complaints of a year were answered: counts of an area, and no names.

use crate::areas::unit;
use crate::scope::{Action, Reach};
use crate::store::{Query, day, int, maybe, maybe_day};
use crate::{Desk, RegistryError, Result};
use jiff::civil::{Date, date};
use serde::Serialize;

/// Complaints that were received in a year, as they stood at its end. Each is in exactly one of the four. What the public
/// filed counts whether or not it was taken up as a complaint about a case, and once.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize)]
pub struct ComplaintCounts {
    /// Answered by the day each was due, or where the pack names no limit.
    pub in_time: i64,
    /// Answered later.
    pub late: i64,
    /// Not answered, and the day was over.
    pub overdue: i64,
    /// Not answered, and not due yet.
    pub waiting: i64,
}

impl Desk {
    /// How the complaints of a year were answered by its last day; the area is `list:code`, or a list's name for all its
    /// provinces.
    ///
    /// # Errors
    /// [`RegistryError::NotFound`] when the area does not lie in the asker's part whole.
    pub async fn complaint_counts(&self, area: &str, year: i16) -> Result<ComplaintCounts> {
        self.actor.may(Action::ReadFigures)?;
        let (first, last) = (date(year, 1, 1), date(year, 12, 31));
        let mut tx = self.store().snapshot().await?;
        let of = match area.contains(':') {
            true => Some(unit(&mut tx, area).await?),
            false => None,
        };
        let reached = match &of {
            Some(unit) => self.actor.reach.covers_unit(unit),
            None => self.actor.reach == Reach::Everything,
        };
        if !reached {
            return Err(RegistryError::NotFound);
        }
        let mut counts = ComplaintCounts::default();
        // By day rather than one by one: a country has many complaints, and a year few days.
        const TABLES: [&str; 2] = [
            ", r.pack, r.pack_hash FROM complaint k JOIN review_case c ON c.id = k.review_case JOIN round r ON r.id = c.round \
             WHERE 1 = 1",
            ", NULL, NULL FROM grievance k WHERE k.complaint IS NULL",
        ];
        for table in TABLES {
            let query = Query::new("SELECT k.received_on, k.due_on, k.answered_on, COUNT(*)").push(table);
            let query = query.push(" AND k.received_on >= ").bind(first).push(" AND k.received_on <= ").bind(last);
            let query = match &of {
                Some(unit) => query.push(" AND k.").push(&unit.level).push(" = ").bind(&unit.id),
                None => {
                    let within = query.push(" AND k.province IN (SELECT id FROM area WHERE parent IS NULL AND list = ");
                    within.bind(area).push(")")
                }
            };
            let pack = if table == TABLES[0] { ", r.pack, r.pack_hash" } else { "" };
            let query = query.push(" GROUP BY k.received_on, k.due_on, k.answered_on").push(pack);
            let days = query.all(&mut tx, |row| {
                let pack = maybe(row, 4)?.zip(maybe(row, 5)?);
                Ok((day(row, 0)?, maybe_day(row, 1)?, maybe_day(row, 2)?, int(row, 3)?, pack))
            });
            for (received, due, answered, count, pack) in days.await? {
                let due = match (due, pack) {
                    (None, Some(pack)) => self.complaint_due(&mut tx, &pack, received).await?,
                    (None, None) => self.grievance_due(received)?,
                    (due, _) => due,
                };
                *counts.of(due, answered, last) += count;
            }
        }
        Ok(counts)
    }
}

impl ComplaintCounts {
    /// Where a complaint counts at the end of a year.
    fn of(&mut self, due: Option<Date>, answered: Option<Date>, last: Date) -> &mut i64 {
        match (answered.filter(|day| *day <= last), due) {
            (Some(answered), Some(due)) if answered > due => &mut self.late,
            (Some(_), _) => &mut self.in_time,
            (None, Some(due)) if due <= last => &mut self.overdue,
            (None, _) => &mut self.waiting,
        }
    }
}
