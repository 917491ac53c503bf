//! Lists of households, by pages that cost the same wherever they are.
//!
//! Without a text the list goes by the head's name. With one it goes by what matched: the name of a member (see
//! [`super::search`]) or the household's code. Every page is read along an index from where the page before ended.

use super::search::Typed;
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
pub(super) type Keyed = (HouseholdRow, String, String);

pub(super) fn keyed(row: &AnyRow) -> Result<Keyed> {
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
        let rows = match typed {
            None => asked.by_head().all(&mut connection, keyed).await?,
            Some(code) if code.chars().any(|c| c.is_ascii_digit()) => {
                asked.by_code(code).all(&mut connection, keyed).await?
            }
            // Signs that are in no name.
            Some(name) if key(name).is_empty() => return Ok(none),
            Some(name) if ended => asked.ended_by_member(&Typed::read(name)).all(&mut connection, keyed).await?,
            Some(name) => asked.by_member(&mut connection, &Typed::read(name)).await?,
        };
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
pub(super) struct Asked<'a> {
    pub part: &'a Reach,
    pub province: Option<String>,
    status: Option<&'a str>,
    /// Whether those that ended are asked for.
    ended: bool,
    /// The day whose statuses count.
    pub day: Date,
    pub after: Option<[String; 2]>,
    pub reads: i64,
}

impl Asked<'_> {
    pub(super) fn with_status(&self, query: Query) -> Query {
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
    fn ended_by_member(&self, typed: &Typed) -> Query {
        let end = after_prefix(&typed.key);
        self.along_heads(Query::new(""), |query| {
            let query = self.with_status(query).push(
                " AND EXISTS (SELECT 1 FROM membership m JOIN person p ON p.id = m.person WHERE m.household = h.id",
            );
            let query = typed.with_marks(query, "p", false).push(" AND (1 = 0");
            let query = ["p.name_key", "p.given_key"].into_iter().fold(query, |query, column| {
                let query = query.push(" OR (").push(column).push(" >= ").bind(&typed.key);
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
}
