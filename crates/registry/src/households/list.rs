//! Lists of households, by pages that cost the same wherever they are.
//!
//! Without a text the list goes by the head's name. With one it goes by what matched: the whole name of a member, or the
//! given name (which stands last), or the household's code. Each household comes once, at its first match. Every page is
//! read along an index from where the page before ended.

use super::{HouseholdFilter, HouseholdRow};
use crate::areas::unit;
use crate::page::{Page, PageRequest};
use crate::scope::{Action, Place, Reach};
use crate::spells::status::on_day;
use crate::store::{Query, int, maybe, sql, text};
use crate::text::{after_prefix, key};
use crate::{Desk, RegistryError, Result};
use jiff::civil::Date;
use sqlx::AnyConnection;
use sqlx::any::AnyRow;

/// Adds the columns of a household and its hamlet (by their aliases), as [`household_row`] reads them: with the status of a
/// day.
pub(super) fn household_columns(query: Query, [home, hamlet]: [&str; 2], day: Date) -> Query {
    let plain = |query: Query, columns: &[&str]| {
        columns.iter().fold(query, |query, column| query.push(home).push(".").push(column).push(", "))
    };
    let query = plain(query, &["id", "code", "name", "persons"]);
    let query = on_day(query, "status", home, day).push(" AS status, ");
    let query = on_day(query, "standard", home, day).push(" AS standard, ");
    plain(query, &["commune", "hamlet"]).push(hamlet).push(".name AS hamlet_name, ").push(home).push(".version")
}

/// How many columns [`household_columns`] adds.
pub(super) const WIDTH: usize = 10;

/// A household, from a column on.
pub(crate) fn household_row(row: &AnyRow, from: usize) -> Result<HouseholdRow> {
    Ok(HouseholdRow {
        id: text(row, from)?,
        code: text(row, from + 1)?,
        name: text(row, from + 2)?,
        persons: int(row, from + 3)?,
        status: maybe(row, from + 4)?,
        standard: maybe(row, from + 5)?,
        commune: text(row, from + 6)?,
        hamlet: maybe(row, from + 7)?,
        hamlet_name: maybe(row, from + 8)?,
        version: int(row, from + 9)?,
    })
}

/// A row with the key it stands at, and the id that tells equal keys apart.
type Keyed = (HouseholdRow, String, String);

fn keyed(row: &AnyRow) -> Result<Keyed> {
    Ok((household_row(row, 0)?, text(row, WIDTH)?, text(row, WIDTH + 1)?))
}

impl Desk {
    /// The households that match, by name.
    ///
    /// # Errors
    /// [`RegistryError::Invalid`] when the asker reaches everything and names neither a province nor anything in it.
    pub async fn households(&self, filter: &HouseholdFilter, page: &PageRequest) -> Result<Page<HouseholdRow>> {
        self.actor.may(Action::ReadPeople)?;
        let after = page.key::<2>()?;
        let none = Page { rows: Vec::new(), next: None };
        let mut connection = self.store().read().await?;
        let Some(part) = self.narrowed(&mut connection, filter).await? else {
            return Ok(none);
        };
        let Some(part) = in_province(&mut connection, part, filter.province.as_deref()).await? else {
            return Ok(none);
        };
        let typed = filter.text.as_deref().map(str::trim).filter(|text| !text.is_empty());
        // Names and codes are looked for along a province's, a district's too.
        let province = match (&part, typed) {
            (Reach::District(district), Some(_)) => Some(unit(&mut connection, district).await?.province),
            _ => None,
        };
        let status = filter.status.as_deref().filter(|status| !status.is_empty());
        let (ended, day) = (filter.ended, self.today());
        let asked = Asked { part: &part, province, status, ended, day, after, reads: page.reads() };
        let query = match typed {
            None => asked.by_head(),
            Some(code) if code.chars().any(|c| c.is_ascii_digit()) => asked.by_code(code),
            // Signs that are in no name.
            Some(name) if key(name).is_empty() => return Ok(none),
            Some(name) if ended => asked.ended_by_member(&key(name)),
            Some(name) => asked.by_member(&key(name)),
        };
        let rows = query.all(&mut connection, keyed).await?;
        let page = Page::of(rows, page, |(_, key, id)| [key.clone(), id.clone()]);
        Ok(Page { rows: page.rows.into_iter().map(|(row, ..)| row).collect(), next: page.next })
    }

    /// The part of the asker's reach that a filter asks for: what is checked here need not be asked of each row, which
    /// leaves one index to go along. Nothing when it is out of reach.
    async fn narrowed(&self, connection: &mut AnyConnection, filter: &HouseholdFilter) -> Result<Option<Reach>> {
        let reach = &self.actor.reach;
        if let Some(hamlet) = &filter.hamlet {
            let place =
                sql("SELECT province, district, commune, id FROM hamlet WHERE id = $1", [hamlet.as_str().into()])
                    .first(connection, |row| {
                        let hamlet = maybe(row, 3)?;
                        Ok(Place { province: text(row, 0)?, district: maybe(row, 1)?, commune: text(row, 2)?, hamlet })
                    })
                    .await?;
            let place = place.filter(|place| {
                reach.covers(place) && filter.commune.as_ref().is_none_or(|commune| *commune == place.commune)
            });
            return Ok(place.map(|place| Reach::Hamlet { hamlet: hamlet.clone(), commune: place.commune }));
        }
        let Some(commune) = &filter.commune else {
            return match reach {
                // There is no index over all provinces at once.
                Reach::Everything if filter.province.is_none() => {
                    Err(RegistryError::invalid("commune", "say of which commune or province"))
                }
                Reach::Nothing => Ok(None),
                reach => Ok(Some(reach.clone())),
            };
        };
        if let Reach::Hamlet { commune: own, .. } = reach {
            return Ok(Some(reach.clone()).filter(|_| own == commune));
        }
        match unit(connection, commune).await {
            Ok(unit) if reach.covers_unit(&unit) => Ok(Some(Reach::Commune(commune.clone()))),
            Ok(_) | Err(RegistryError::NotFound) => Ok(None),
            Err(error) => Err(error),
        }
    }
}

/// What of a part lies in a province; nothing when none does.
async fn in_province(connection: &mut AnyConnection, part: Reach, province: Option<&str>) -> Result<Option<Reach>> {
    let Some(province) = province else { return Ok(Some(part)) };
    match part.unit() {
        None => Ok(Some(Reach::Province(province.to_owned()))),
        Some(id) => Ok((unit(connection, id).await?.province == province).then_some(part)),
    }
}

/// A page that was asked for.
struct Asked<'a> {
    part: &'a Reach,
    province: Option<String>,
    status: Option<&'a str>,
    /// Whether those that ended are asked for.
    ended: bool,
    /// The day whose statuses count.
    day: Date,
    after: Option<[String; 2]>,
    reads: i64,
}

impl Asked<'_> {
    fn with_status(&self, query: Query) -> Query {
        match self.status {
            Some(status) => on_day(query.push(" AND "), "status", "h", self.day).push(" = ").bind(status),
            None => query,
        }
    }

    /// Those that are, or those that ended.
    fn standing(&self, query: Query) -> Query {
        query.push(if self.ended { "h.closed IS NOT NULL" } else { "h.closed IS NULL" })
    }

    /// Those that ended, by the head's name, to which somebody of that name belonged: they have no members any more.
    fn ended_by_member(&self, typed: &str) -> Query {
        let end = after_prefix(typed);
        self.along_heads(Query::new(""), |query| {
            let query = self.with_status(query).push(
                " AND EXISTS (SELECT 1 FROM membership m JOIN person p ON p.id = m.person WHERE m.household = h.id AND (1 = 0",
            );
            let query = ["p.name_key", "p.given_key"].into_iter().fold(query, |query, column| {
                let query = query.push(" OR (").push(column).push(" >= ").bind(typed);
                query.push(" AND ").push(column).push(" < ").bind(end.as_str()).push(")")
            });
            query.push("))")
        })
    }

    fn by_head(&self) -> Query {
        let Some(status) = self.status else {
            return self.along_heads(Query::new(""), |query| query);
        };
        // One walk along those whose status is written in the row, one along the few whose status changes by itself.
        let query = self.along_heads(Query::new("SELECT * FROM (SELECT * FROM ("), |query| {
            query.push(" AND h.changes_on IS NULL AND h.status = ").bind(status)
        });
        let query = self.along_heads(query.push(") a UNION ALL SELECT * FROM ("), |query| {
            self.with_status(query.push(" AND h.changes_on IS NOT NULL"))
        });
        query.push(") b) c ORDER BY name_key, id LIMIT ").bind(self.reads)
    }

    fn along_heads(&self, query: Query, narrow: impl Fn(Query) -> Query) -> Query {
        let query = household_columns(query.push("SELECT "), ["h", "t"], self.day)
            .push(", h.name_key, h.id AS place FROM household h LEFT JOIN hamlet t ON t.id = h.hamlet WHERE ");
        let query = self.standing(query);
        let mut query = narrow(self.part.within(query, "h"));
        if let Some([key, id]) = &self.after {
            query = query.push(" AND (h.name_key, h.id) > (").bind(key).push(", ").bind(id).push(")");
        }
        query.push(" ORDER BY h.name_key, h.id LIMIT ").bind(self.reads)
    }

    fn by_code(&self, typed: &str) -> Query {
        // The codes that the register gives are found in small letters too.
        let typed = if typed.starts_with("v-") { typed.to_uppercase() } else { typed.to_owned() };
        let mut query = household_columns(Query::new("SELECT "), ["h", "t"], self.day)
            .push(", h.code, h.id FROM household h LEFT JOIN hamlet t ON t.id = h.hamlet WHERE ");
        query = self.standing(query).push(" AND h.code < ").bind(after_prefix(&typed));
        query = match &self.after {
            Some([code, id]) => query.push(" AND (h.code, h.id) > (").bind(code).push(", ").bind(id).push(")"),
            None => query.push(" AND h.code >= ").bind(typed),
        };
        query = match (self.part, &self.province) {
            (Reach::Hamlet { commune, .. }, _) => query.push(" AND h.commune = ").bind(commune),
            (_, Some(province)) => query.push(" AND h.province = ").bind(province),
            _ => query,
        };
        self.with_status(self.part.within(query, "h")).push(" ORDER BY h.code, h.id LIMIT ").bind(self.reads)
    }

    /// Two walks, one along whole names and one along given names, merged. A match counts if no member of the household
    /// has one before it.
    fn by_member(&self, typed: &str) -> Query {
        let query = self.along_members(Query::new("SELECT * FROM (SELECT * FROM ("), "p.name_key", typed);
        let query = self.in_order(query, "p.name_key");
        // A name of one word is found along whole names.
        let query = self.along_members(query.push(") a UNION ALL SELECT * FROM ("), "p.given_key", typed);
        let query = self.in_order(query.push(" AND p.name_key <> p.given_key"), "p.given_key");
        query.push(") b) c ORDER BY found, person LIMIT ").bind(self.reads)
    }

    fn in_order(&self, query: Query, column: &str) -> Query {
        query.push(" ORDER BY ").push(column).push(", p.id LIMIT ").bind(self.reads)
    }

    fn along_members(&self, query: Query, column: &str, typed: &str) -> Query {
        let end = after_prefix(typed);
        // CROSS JOIN: along the persons, not along all households of the part.
        let mut query = household_columns(query.push("SELECT "), ["h", "t"], self.day)
            .push(", ")
            .push(column)
            .push(
                " AS found, p.id AS person FROM person p CROSS JOIN household h LEFT JOIN hamlet t ON t.id = h.hamlet \
                 WHERE h.id = p.household AND h.closed IS NULL AND ",
            )
            .push(column)
            .push(" < ")
            .bind(end.as_str());
        query = match &self.after {
            Some([key, id]) => {
                query.push(" AND (").push(column).push(", p.id) > (").bind(key).push(", ").bind(id).push(")")
            }
            None => query.push(" AND ").push(column).push(" >= ").bind(typed),
        };
        query = match self.part {
            Reach::Everything => query,
            Reach::Province(area) => query.push(" AND p.province = ").bind(area),
            Reach::District(area) => {
                query.push(" AND p.province = ").bind(self.province.clone()).push(" AND h.district = ").bind(area)
            }
            Reach::Commune(area) => query.push(" AND p.commune = ").bind(area),
            Reach::Hamlet { hamlet, commune } => {
                query.push(" AND p.commune = ").bind(commune).push(" AND h.hamlet = ").bind(hamlet)
            }
            Reach::Nothing => query.push(" AND 1 = 0"),
        };
        query = self
            .with_status(query)
            .push(" AND NOT EXISTS (SELECT 1 FROM person q WHERE q.household = p.household AND (1 = 0");
        for other in ["q.name_key", "q.given_key"] {
            query = query.push(" OR (").push(other).push(" >= ").bind(typed);
            query = query.push(" AND ").push(other).push(" < ").bind(end.as_str());
            query = query.push(" AND (").push(other).push(", q.id) < (").push(column).push(", p.id))");
        }
        query.push("))")
    }
}
