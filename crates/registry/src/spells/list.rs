//! The list of a commune as of a day, by what was known at a time: one query over who lived where, with which status. A
//! page and an export of one list are rows of this query.

use super::{AsOf, ListedHousehold};
use crate::as_of::{Fact, Moment};
use crate::households::members_at;
use crate::page::{Page, PageRequest};
use crate::scope::{Action, Reach};
use crate::store::{Query, among, day, int, maybe, text};
use crate::{Desk, RegistryError, Result};
use jiff::civil::Date;
use sqlx::AnyConnection;
use vuon_policy::model::List;

/// A household of a list, as it was.
pub(crate) struct Listed {
    pub household: String,
    pub code: String,
    pub hamlet: Option<String>,
    pub status: String,
    pub standard: String,
    pub since: Date,
    /// The number of the decision.
    pub decision: Option<String>,
    /// Which movement the status was.
    pub movement: Option<String>,
    /// The spell, and the case that began it.
    pub spell: (String, Option<String>),
    /// What the list goes by: who headed it then, as the name is folded today.
    pub name_key: String,
}

/// Of which a list has its rows: a household that lived in the commune, had somebody in it and was of one of the statuses.
/// A household decided since under another standard is still on the list of the one that is asked for.
fn listed(columns: &'static str, of: &AsOf, reach: &Reach) -> Query {
    let at = Moment { on: of.on, known_at: of.known_at };
    let query = Query::new("SELECT ").push(columns).push(
        " FROM residence r JOIN household h ON h.id = r.household JOIN spell s ON s.household = r.household \
         LEFT JOIN hamlet t ON t.id = r.hamlet LEFT JOIN decision d ON d.id = s.decision LEFT JOIN person p ON p.id = \
         (SELECT m.person FROM membership m WHERE m.household = r.household AND m.relation = 'head' AND ",
    );
    let query = at.held(query, Fact::Membership, "m").push(" LIMIT 1) WHERE r.commune = ").bind(&of.commune);
    let query = at.held(query.push(" AND "), Fact::Residence, "r");
    let mut query = at.held_among(query.push(" AND "), Fact::Spell, "s", |query, alias| match &of.standard {
        Some(standard) => query.push(" AND ").push(alias).push(".standard = ").bind(standard),
        None => query,
    });
    if !of.statuses.is_empty() {
        query = among(query.push(" AND s.status IN "), &of.statuses);
    }
    query = query.push(" AND EXISTS (SELECT 1 FROM membership m WHERE m.household = r.household AND ");
    query = at.held(query, Fact::Membership, "m").push(")");
    // Whoever reaches where the household lived then, or where it is now.
    query = reach.within(query.push(" AND ((1 = 1"), "r");
    reach.within(query.push(") OR (1 = 1"), "h").push("))")
}

/// A household of a list with what its status rests on.
pub(crate) struct ListedSpell {
    pub household: String,
    pub hamlet: Option<String>,
    pub spell: String,
    pub standard: String,
    pub list: List,
    pub case: Option<String>,
}

/// The households of a commune that are poor or near-poor, whoever asks.
pub(crate) async fn listed_spells(connection: &mut AnyConnection, of: &AsOf) -> Result<Vec<ListedSpell>> {
    let columns = "r.household, r.hamlet, s.id, s.standard, s.list, s.review_case";
    let query = listed(columns, of, &Reach::Everything).push(" AND s.list IS NOT NULL ORDER BY r.household");
    let rows = query.all(connection, |row| {
        Ok(ListedSpell {
            household: text(row, 0)?,
            hamlet: maybe(row, 1)?,
            spell: text(row, 2)?,
            standard: text(row, 3)?,
            list: parsed(&text(row, 4)?)?,
            case: maybe(row, 5)?,
        })
    });
    rows.await
}

/// How many households of a commune are of a list, by hamlet, by the standard they were judged by, and by whether a decision
/// of the register did it.
pub(crate) struct ListedCount {
    pub hamlet: Option<String>,
    pub standard: String,
    pub list: List,
    pub decided: bool,
    pub households: i64,
}

/// The same as [`listed_spells`], counted.
pub(crate) async fn listed_counts(connection: &mut AnyConnection, of: &AsOf) -> Result<Vec<ListedCount>> {
    let columns = "r.hamlet, s.standard, s.list, CAST(CASE WHEN s.review_case IS NULL THEN 0 ELSE 1 END AS BIGINT) AS decided, \
                   COUNT(*)";
    let query = listed(columns, of, &Reach::Everything)
        .push(" AND s.list IS NOT NULL GROUP BY r.hamlet, s.standard, s.list, decided");
    let rows = query.all(connection, |row| {
        Ok(ListedCount {
            hamlet: maybe(row, 0)?,
            standard: text(row, 1)?,
            list: parsed(&text(row, 2)?)?,
            decided: int(row, 3)? > 0,
            households: int(row, 4)?,
        })
    });
    rows.await
}

fn parsed(list: &str) -> Result<List> {
    let unknown = || RegistryError::Damaged { what: "a list that is neither of the poor nor of the near-poor".into() };
    List::parse(list).ok_or_else(unknown)
}

/// The households of a list, in its order.
pub(crate) async fn listed_ids(connection: &mut AnyConnection, of: &AsOf, reach: &Reach) -> Result<Vec<String>> {
    let query = listed("r.household", of, reach).push(" ORDER BY COALESCE(p.name_key, ''), r.household");
    query.all(connection, |row| text(row, 0)).await
}

/// Some rows of a list, in its order; `narrow` says which.
pub(crate) async fn listed_rows(
    connection: &mut AnyConnection,
    of: &AsOf,
    reach: &Reach,
    narrow: impl FnOnce(Query) -> Query,
    most: i64,
) -> Result<Vec<Listed>> {
    let columns = "r.household, r.code, t.name, s.status, s.standard, s.valid_from, d.number, COALESCE(p.name_key, ''), \
                   s.movement, s.id, s.review_case";
    narrow(listed(columns, of, reach))
        .push(" ORDER BY COALESCE(p.name_key, ''), r.household LIMIT ")
        .bind(most)
        .all(connection, |row| {
            Ok(Listed {
                household: text(row, 0)?,
                code: text(row, 1)?,
                hamlet: maybe(row, 2)?,
                status: text(row, 3)?,
                standard: text(row, 4)?,
                since: day(row, 5)?,
                decision: maybe(row, 6)?,
                name_key: text(row, 7)?,
                movement: maybe(row, 8)?,
                spell: (text(row, 9)?, maybe(row, 10)?),
            })
        })
        .await
}

impl Desk {
    /// The list as of a day, as known at a time, by the name of who was the head then. Names, codes and members are those of
    /// the day too.
    pub async fn list_as_of(&self, of: &AsOf, page: &PageRequest) -> Result<Page<ListedHousehold>> {
        self.actor.may(Action::ReadPeople)?;
        let after = page.key::<2>()?;
        let mut snapshot = self.store().snapshot().await?;
        let narrow = |query: Query| match &after {
            Some([name, id]) => {
                query.push(" AND (COALESCE(p.name_key, ''), r.household) > (").bind(name).push(", ").bind(id).push(")")
            }
            None => query,
        };
        let rows = listed_rows(&mut snapshot, of, &self.actor.reach, narrow, page.reads()).await?;
        let page = Page::of(rows, page, |row| [row.name_key.clone(), row.household.clone()]);
        let ids: Vec<String> = page.rows.iter().map(|row| row.household.clone()).collect();
        let mut members = members_at(&mut snapshot, &ids, Moment { on: of.on, known_at: of.known_at }).await?;
        let rows = page.rows.into_iter().map(|row| {
            let members = members.remove(&row.household).unwrap_or_default();
            ListedHousehold {
                name: members.first().map(|head| head.name.clone()).unwrap_or_default(),
                persons: members.len() as i64,
                household: row.household,
                code: row.code,
                hamlet: row.hamlet,
                status: row.status,
                standard: row.standard,
                since: row.since,
            }
        });
        Ok(Page { rows: rows.collect(), next: page.next })
    }
}
