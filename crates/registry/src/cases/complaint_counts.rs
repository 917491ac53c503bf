//! How complaints of a year were answered: counts of an area, and no names.

use crate::areas::unit;
use crate::scope::{Action, Reach};
use crate::store::{Query, int};
use crate::{Desk, RegistryError, Result};
use jiff::civil::date;
use serde::Serialize;

/// Complaints that were received in a year, as they stood at its end. Each is in exactly one of the four.
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
        let answered = |query: Query| query.push("k.answered_on <= ").bind(last);
        let query = Query::new("SELECT COUNT(*), COUNT(CASE WHEN ");
        let query = answered(query).push(" THEN 1 END), COUNT(CASE WHEN ");
        let query = answered(query).push(" AND k.answered_on > k.due_on THEN 1 END), COUNT(CASE WHEN k.due_on <= ");
        let query = query.bind(last).push(" AND (k.answered_on IS NULL OR k.answered_on > ").bind(last);
        let query = query.push(") THEN 1 END) FROM complaint k WHERE k.received_on >= ").bind(first);
        let query = query.push(" AND k.received_on <= ").bind(last);
        let query = match &of {
            Some(unit) => query.push(" AND k.").push(&unit.level).push(" = ").bind(&unit.id),
            None => {
                let provinces = query.push(" AND k.province IN (SELECT id FROM area WHERE parent IS NULL AND list = ");
                provinces.bind(area).push(")")
            }
        };
        query
            .one(&mut tx, |row| {
                let (all, answered, late, overdue) = (int(row, 0)?, int(row, 1)?, int(row, 2)?, int(row, 3)?);
                Ok(ComplaintCounts { in_time: answered - late, late, overdue, waiting: all - answered - overdue })
            })
            .await
    }
}
