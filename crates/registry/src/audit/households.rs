//! Statuses compared with the decisions and imports they come from; households and people with what is told of them.

use super::chain::{Spot, Stored, Walk};
use super::expected::{Expected, ImportedRecord, Said};
use crate::as_of::{Fact, Moment};
use crate::households::PersonContent;
use crate::spells::status::on_day;
use crate::store::{Query, day, int, maybe, maybe_int, sql, text};
use crate::{Desk, Result};
use jiff::civil::Date;
use sqlx::AnyConnection;

/// The spells of a commune's households that began when no entry says so.
const BEGUN_BY_NOTHING: &str = "SELECT s.id, s.household FROM spell s JOIN household h ON h.id = s.household \
     WHERE NOT EXISTS (SELECT 1 FROM entry e WHERE e.subject = COALESCE(s.review_case, s.household) AND e.at = s.known_from \
     AND e.kind = CASE WHEN s.review_case IS NULL THEN 'household_imported' ELSE 'decided' END) AND h.commune = ";

/// Those that are known to have ended when no entry says so.
const ENDED_BY_NOTHING: &str = "SELECT s.id, s.household FROM spell s JOIN household h ON h.id = s.household \
     WHERE s.known_to IS NOT NULL AND NOT EXISTS (SELECT 1 FROM entry e WHERE e.subject = s.household \
     AND e.at = s.known_to AND e.kind = 'household_imported') AND NOT EXISTS (SELECT 1 FROM review_case c \
     JOIN entry e ON e.subject = c.id WHERE c.household = s.household AND e.at = s.known_to AND e.kind = 'decided') \
     AND h.commune = ";

/// Households whose head, number of members or name is not that of their people.
const NOT_ITS_PEOPLE: &str = "SELECT h.id FROM household h LEFT JOIN person p ON p.id = h.head WHERE h.closed IS NULL AND \
     (h.persons <> (SELECT COUNT(*) FROM person q WHERE q.household = h.id) OR h.name <> COALESCE(p.name, '')) \
     AND h.commune = ";

/// People of a commune, each with the last that an entry says of who it is, in whichever chain.
const PEOPLE: &str = "SELECT p.id, p.name, p.sex, p.born, p.ethnic, p.erased, e.chain, e.seq, t.salt, t.body, t.hash \
     FROM person p LEFT JOIN entry e ON e.subject = p.id AND e.kind = 'person' AND NOT EXISTS (SELECT 1 FROM entry f \
     WHERE f.subject = p.id AND f.kind = 'person' AND (f.at > e.at OR (f.at = e.at AND f.seq > e.seq))) \
     LEFT JOIN content t ON t.hash = e.content WHERE p.commune = ";

/// The households of a commune whose row does not hold what their spells say on a day.
pub(crate) async fn not_of_spells(connection: &mut AnyConnection, commune: &str, day: Date) -> Result<Vec<String>> {
    let mut query = Query::new("SELECT h.id FROM household h WHERE h.commune = ").bind(commune).push(" AND (1 = 0");
    for column in ["status", "standard"] {
        query = on_day(query.push(" OR COALESCE("), column, "h", day).push(", '') <> COALESCE(");
        query = Moment::now(day).value(query, Fact::Spell, column, "h.id").push(", '')");
    }
    // A row is read up to the day on which it says that the next spell begins.
    let query = query
        .push(" OR EXISTS (SELECT 1 FROM spell s WHERE s.household = h.id AND s.known_to IS NULL AND s.valid_from > ")
        .bind(day)
        .push(" AND (h.changes_on IS NULL OR s.valid_from < h.changes_on)))");
    query.all(connection, |row| text(row, 0)).await
}

/// The households of a commune whose head, number of members or name is not that of their people.
pub(crate) async fn not_of_people(connection: &mut AnyConnection, commune: &str) -> Result<Vec<String>> {
    Query::new(NOT_ITS_PEOPLE).bind(commune).all(connection, |row| text(row, 0)).await
}

impl Desk {
    /// Compares what households have as their status with their spells, and spells with what began and ended them.
    pub(super) async fn compare_statuses(
        &self,
        connection: &mut AnyConnection,
        expected: &Expected,
        end: i64,
        walk: &mut Walk<'_>,
    ) -> Result<()> {
        let end = walk.spot(end);
        let wrong = not_of_spells(connection, &walk.chain, self.today()).await?;
        for household in wrong {
            let spot = expected.cases.values().find_map(|case| case.decided_about(&household)).unwrap_or(&end);
            walk.differs(spot, &household, "the household's status is not that of its spells");
        }
        for (query, what) in [
            (BEGUN_BY_NOTHING, "comes from no decision and no import"),
            (ENDED_BY_NOTHING, "was ended by no decision and no import"),
        ] {
            let spells = Query::new(query).bind(&*walk.chain);
            for (spell, household) in spells.all(connection, |row| Ok((text(row, 0)?, text(row, 1)?))).await? {
                walk.differs(&end, &household, format!("the spell {spell} {what}"));
            }
        }
        for (household, said) in expected.imported.iter().filter(|(_, said)| expected.is_own(&said.spot)) {
            compare_imported(connection, household, said, walk).await?;
        }
        Ok(())
    }

    /// Compares households with their people, and people with the last that was recorded of them.
    pub(super) async fn compare_households(
        &self,
        connection: &mut AnyConnection,
        end: i64,
        walk: &mut Walk<'_>,
    ) -> Result<()> {
        let end = walk.spot(end);
        for household in not_of_people(connection, &walk.chain).await? {
            walk.differs(&end, &household, "the household's head or number of members is not that of its people");
        }
        let people = Query::new(PEOPLE).bind(&*walk.chain).all(connection, |row| {
            let person = PersonContent {
                name: text(row, 1)?,
                sex: maybe(row, 2)?,
                born: maybe(row, 3)?,
                ethnic: maybe(row, 4)?,
            };
            let spot = maybe(row, 6)?.zip(maybe_int(row, 7)?);
            let content = Stored { salt: maybe(row, 8)?, body: maybe(row, 9)?, erased: int(row, 5)? != 0 };
            Ok((text(row, 0)?, person, spot, content, maybe(row, 10)?))
        });
        for (id, person, spot, content, hash) in people.await? {
            let spot = spot.map(|(chain, seq)| Spot { chain: chain.into(), seq });
            let spot = spot.as_ref().unwrap_or(&end);
            if content.erased && walk.erased_people.contains_key(&id) {
                continue;
            }
            let told = content.read::<PersonContent>().filter(|_| hash.is_some_and(|hash| content.is(&hash)));
            if told != Some(person) {
                walk.differs(spot, &id, "the person is not as it was recorded last");
            }
        }
        Ok(())
    }
}

async fn compare_imported(
    connection: &mut AnyConnection,
    household: &str,
    said: &Said<ImportedRecord>,
    walk: &mut Walk<'_>,
) -> Result<()> {
    let record = &said.what;
    if let Some(spell) = &record.spell {
        let row = sql(
            "SELECT household, standard, status, movement, valid_from, known_from, review_case FROM spell WHERE id = $1",
            [spell.as_str().into()],
        );
        let same = row.first(connection, |row| {
            Ok(text(row, 0)? == household
                && text(row, 1)? == record.standard
                && text(row, 2)? == record.status
                && maybe(row, 3)? == record.movement
                && day(row, 4)? == record.valid_from
                && int(row, 5)? == said.at
                && maybe(row, 6)?.is_none())
        });
        if same.await? != Some(true) {
            walk.differs(&said.spot, household, "the status is not as it was imported");
        }
    }
    if let Some(ended) = &record.ends {
        let row = sql("SELECT known_to FROM spell WHERE id = $1", [ended.as_str().into()]);
        if row.first(connection, |row| maybe_int(row, 0)).await?.flatten() != Some(said.at) {
            walk.differs(&said.spot, household, "the status that the import corrected is not ended");
        }
    }
    Ok(())
}
