//! The list of a commune as of a day, by what was known at a time: one query over who lived where, with which status.

use super::{AsOf, ListedHousehold};
use crate::page::{Page, PageRequest};
use crate::scope::Action;
use crate::store::{Query, day, int, maybe, text};
use crate::{Desk, Result};

/// Adds that a row of a table in time was true on a day and known at a time.
fn held(query: Query, alias: &str, of: &AsOf, known_at: i64) -> Query {
    let query = query.push(alias).push(".valid_from <= ").bind(of.on);
    let query = query.push(" AND ").push(alias).push(".known_from <= ").bind(known_at);
    query
        .push(" AND (")
        .push(alias)
        .push(".known_to IS NULL OR ")
        .push(alias)
        .push(".known_to > ")
        .bind(known_at)
        .push(")")
}

/// Adds that no later row of the same household was true and known too.
fn latest(query: Query, table: &str, [alias, other]: [&str; 2], of: &AsOf, known_at: i64) -> Query {
    let query = query.push(" AND NOT EXISTS (SELECT 1 FROM ").push(table).push(" ").push(other).push(" WHERE ");
    let query = query.push(other).push(".household = ").push(alias).push(".household AND ");
    let query = held(query, other, of, known_at).push(" AND (");
    let later = "{o}.valid_from > {a}.valid_from OR ({o}.valid_from = {a}.valid_from AND ({o}.known_from > {a}.known_from \
                 OR ({o}.known_from = {a}.known_from AND {o}.id > {a}.id)))";
    query.push(&later.replace("{o}", other).replace("{a}", alias)).push("))")
}

impl Desk {
    /// The list as of a day, as known at a time, by the head's name.
    pub async fn list_as_of(&self, of: &AsOf, page: &PageRequest) -> Result<Page<ListedHousehold>> {
        self.actor.may(Action::ReadPeople)?;
        let known_at = of.known_at.unwrap_or_else(|| self.now());
        let mut connection = self.store().read().await?;
        let query = Query::new(
            "SELECT h.id, h.code, h.name, m.name, s.status, s.standard, s.valid_from, h.name_key, \
             (SELECT COUNT(*) FROM membership b WHERE b.household = h.id AND ",
        );
        // Who was a member: whose latest membership, true and known then, is of this household.
        let query = held(query, "b", of, known_at)
            .push(" AND NOT EXISTS (SELECT 1 FROM membership d WHERE d.person = b.person AND ");
        let query = held(query, "d", of, known_at).push(
            " AND (d.valid_from > b.valid_from OR (d.valid_from = b.valid_from AND (d.known_from > b.known_from OR \
             (d.known_from = b.known_from AND d.id > b.id)))))) \
             FROM residence r JOIN household h ON h.id = r.household JOIN spell s ON s.household = h.id \
             LEFT JOIN hamlet m ON m.id = r.hamlet WHERE r.commune = ",
        );
        let query = held(query.bind(&of.commune).push(" AND "), "r", of, known_at);
        let query = latest(query, "residence", ["r", "q"], of, known_at);
        let query = held(query.push(" AND "), "s", of, known_at);
        let mut query = latest(query, "spell", ["s", "t"], of, known_at);
        query = query.push(" AND (h.closed IS NULL OR h.closed > ").bind(of.on).push(")");
        if let Some(standard) = &of.standard {
            query = query.push(" AND s.standard = ").bind(standard);
        }
        if !of.statuses.is_empty() {
            query = crate::cases::standing::among(query.push(" AND s.status IN "), &of.statuses);
        }
        // Whoever reaches where the household lived then, or where it is now.
        query = self.actor.reach.within(query.push(" AND ((1 = 1"), "r");
        query = self.actor.reach.within(query.push(") OR (1 = 1"), "h").push("))");
        if let Some([name, id]) = page.key::<2>()? {
            query = query.push(" AND (h.name_key > ").bind(&name).push(" OR (h.name_key = ").bind(&name);
            query = query.push(" AND h.id > ").bind(id).push("))");
        }
        let query = query.push(" ORDER BY h.name_key, h.id LIMIT ").bind(page.reads());
        let rows = query
            .all(&mut connection, |row| {
                let listed = ListedHousehold {
                    household: text(row, 0)?,
                    code: text(row, 1)?,
                    name: text(row, 2)?,
                    hamlet: maybe(row, 3)?,
                    status: text(row, 4)?,
                    standard: text(row, 5)?,
                    since: day(row, 6)?,
                    persons: int(row, 8)?,
                };
                Ok((listed, text(row, 7)?))
            })
            .await?;
        let page = Page::of(rows, page, |(listed, name)| [name.clone(), listed.household.clone()]);
        Ok(Page { rows: page.rows.into_iter().map(|(listed, _)| listed).collect(), next: page.next })
    }
}
