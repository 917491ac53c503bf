//! What anybody may know of posted lists: that one hangs, where and until when. Never who is on it, nor how many.

use crate::areas::place_of;
use crate::procedure::limits::{calendar, days_left};
use crate::store::{Query, day, maybe, maybe_day, text};
use crate::{Desk, Result};
use jiff::civil::Date;
use serde::Serialize;

/// A list that hangs.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct HangingList {
    /// The name of the hamlet it is of; none: of the whole commune.
    pub hamlet: Option<String>,
    /// The commune that posted it, where it is one that this commune came from.
    pub before: Option<String>,
    /// From when.
    pub posted_on: Date,
    /// Its last day; nothing where the pack does not know for how long it hangs.
    pub ends_on: Option<Date>,
    /// How many working days that is from today; nothing where the holidays are not known.
    pub days_left: Option<i64>,
    /// Where it hangs.
    pub place: String,
}

/// The lists of a commune, as anybody may know them.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct HangingLists {
    /// Those that hang today, the first to end first.
    pub now: Vec<HangingList>,
    /// The last day of the last list that hung before.
    pub ended_on: Option<Date>,
}

impl Desk {
    /// Which lists hang in a commune today, or in one that it came from: a reform takes no list down. Anybody may ask: they
    /// hang in public.
    ///
    /// # Errors
    /// [`NotFound`](crate::RegistryError::NotFound) when there is no such commune.
    pub async fn hanging_lists(&self, commune: &str) -> Result<HangingLists> {
        let mut connection = self.store().read().await?;
        place_of(&mut connection, commune, None).await?;
        let today = self.today();
        let query = Query::new(
            "SELECT m.name, p.posted_on, p.ends_on, p.place, r.pack, r.pack_hash, \
             CASE WHEN r.commune <> w.to_area THEN u.kind || ' ' || u.name END FROM posting p JOIN round r ON r.id = p.round \
             JOIN (",
        );
        let query = whose(query, commune).push(
            ") w ON w.from_area = r.commune JOIN area u ON u.id = r.commune LEFT JOIN hamlet m ON m.id = p.hamlet \
             WHERE (p.ends_on >= ",
        );
        let query = query.bind(today);
        let query = query.push(" OR (p.ends_on IS NULL AND r.state = 'open')) ORDER BY COALESCE(p.ends_on, '~'), p.id");
        let rows = query.all(&mut connection, |row| {
            let list = HangingList {
                hamlet: maybe(row, 0)?,
                before: maybe(row, 6)?,
                posted_on: day(row, 1)?,
                ends_on: maybe_day(row, 2)?,
                days_left: None,
                place: text(row, 3)?,
            };
            Ok((list, text(row, 4)?, text(row, 5)?))
        });
        let mut now = Vec::new();
        for (list, pack, hash) in rows.await? {
            let program = self.register.program_as(&mut connection, &pack, &hash).await.ok();
            let calendar = program.and_then(|program| calendar(&program).ok());
            let left = calendar.zip(list.ends_on).and_then(|(calendar, ends)| days_left(&calendar, today, ends).ok());
            now.push(HangingList { days_left: left, ..list });
        }
        let ended = Query::new("SELECT MAX(p.ends_on) FROM posting p JOIN round r ON r.id = p.round JOIN (");
        let ended = whose(ended, commune).push(") w ON w.from_area = r.commune WHERE p.ends_on < ").bind(today);
        let ended = ended.first(&mut connection, |row| maybe_day(row, 0)).await?;
        Ok(HangingLists { now, ended_on: ended.flatten() })
    }
}

/// A commune, and those it came from in a reform, with it.
fn whose(query: Query, commune: &str) -> Query {
    let query = query.push("SELECT a.id AS from_area, a.id AS to_area FROM area a WHERE a.id = ").bind(commune);
    query.push(" UNION SELECT l.from_area, l.to_area FROM lineage l WHERE l.to_area = ").bind(commune)
}
