//! The queue of pairs that may be one household. Finding adds to it; only a person takes from it.

use super::likeness::{Alike, Home, Someone, alike};
use super::list::{WIDTH, household_columns, household_row};
use super::{ComparedPerson, DuplicateRow, HouseholdRow};
use crate::areas::unit;
use crate::ledger::{self, Change};
use crate::page::{Page, PageRequest};
use crate::scope::{Action, Place};
use crate::store::{Query, Value, insert_all, int, maybe, sql, text};
use crate::text::new_id;
use crate::{Desk, RegistryError, Result};
use serde_json::json;
use sqlx::AnyConnection;
use sqlx::any::AnyRow;
use std::collections::{HashMap, HashSet};

impl Desk {
    /// Looks for pairs of a commune that may be one household; how many new ones were found. Pairs that were judged are
    /// not found again. Numbers are sealed and unique, so they are never why.
    pub async fn find_duplicates(&self, commune: &str) -> Result<u64> {
        self.actor.may(Action::Merge)?;
        let (place, households, homes, people) = {
            let mut snapshot = self.store().snapshot().await?;
            let unit = unit(&mut snapshot, commune).await?;
            let place = Place { province: unit.province, district: unit.district, commune: unit.id, hamlet: None };
            self.actor.may_at(Action::Merge, &place)?;
            let (households, homes, people) = everybody(&mut snapshot, commune).await?;
            (place, households, homes, people)
        };
        // Outside of any transaction, and of the threads that answer others.
        let pairs = tokio::task::spawn_blocking(move || alike(&homes, &people))
            .await
            .map_err(|_| RegistryError::Damaged { what: "the search for duplicates stopped".into() })?;

        let mut tx = self.store().write().await?;
        ledger::hold(&mut tx, commune).await?;
        // Also pairs that were judged where both lived before.
        let known: HashSet<[String; 2]> = sql(
            "SELECT d.first, d.second FROM household h JOIN duplicate d ON d.first = h.id WHERE h.commune = $1",
            [commune.into()],
        )
        .all(&mut tx, |row| Ok([text(row, 0)?, text(row, 1)?]))
        .await?
        .into_iter()
        .collect();
        // Meanwhile a household may have been closed, or moved away.
        let here: HashSet<String> =
            sql("SELECT id FROM household WHERE commune = $1 AND closed IS NULL", [commune.into()])
                .all(&mut tx, |row| text(row, 0))
                .await?
                .into_iter()
                .collect();
        let mut found: Vec<(String, [String; 2], Alike)> = Vec::new();
        for mut pair in pairs {
            // The older record first: it is the one that stays.
            let mut of = [pair.first, pair.second].map(|place| households[place].clone());
            if of[0] > of[1] {
                of.reverse();
                pair.persons.reverse();
            }
            if of.iter().all(|household| here.contains(household)) && !known.contains(&of) {
                found.push((new_id(), of, pair));
            }
        }
        if found.is_empty() {
            return Ok(0);
        }
        let rows = found.iter().map(|(id, of, pair)| -> [Value; 10] {
            [
                id.into(),
                commune.into(),
                place.province.as_str().into(),
                (&of[0]).into(),
                (&of[1]).into(),
                (&pair.persons[0]).into(),
                (&pair.persons[1]).into(),
                pair.score.into(),
                (&pair.why).into(),
                "open".into(),
            ]
        });
        let columns =
            "duplicate (id, commune, province, first, second, first_person, second_person, score, why, state)";
        insert_all(&mut tx, columns, rows).await?;
        let pairs: Vec<_> = found.iter().map(|(_, [first, second], pair)| json!([first, second, pair.score])).collect();
        let content = ledger::store(&mut tx, &json!({ "pairs": pairs })).await?;
        let change = Change { author: &self.actor.id, kind: "duplicates", subject: commune, content: &content };
        ledger::append(&mut tx, commune, self.now(), &[change]).await?;
        tx.commit().await?;
        Ok(found.len() as u64)
    }

    /// The pairs of a commune that nobody has judged, most alike first.
    pub async fn duplicates(&self, commune: &str, page: &PageRequest) -> Result<Page<DuplicateRow>> {
        self.pairs(commune, "open", page).await
    }

    /// The pairs of a commune that were merged and can be taken apart again, most alike first.
    pub async fn merged_pairs(&self, commune: &str, page: &PageRequest) -> Result<Page<DuplicateRow>> {
        self.pairs(commune, "merged", page).await
    }

    async fn pairs(&self, commune: &str, state: &str, page: &PageRequest) -> Result<Page<DuplicateRow>> {
        self.actor.may(Action::ReadPeople)?;
        let day = self.today();
        let query = household_columns(Query::new("SELECT "), ["h", "t"], day).push(", ");
        let query = household_columns(query, ["g", "s"], day)
            .push(
                ", d.id, d.score, d.why, p.id, p.name, p.born, q.id, q.name, q.born FROM duplicate d \
                 JOIN household h ON h.id = d.first JOIN household g ON g.id = d.second \
                 JOIN person p ON p.id = d.first_person JOIN person q ON q.id = d.second_person LEFT JOIN hamlet t ON t.id = h.hamlet \
                 LEFT JOIN hamlet s ON s.id = g.hamlet WHERE d.state = ",
            )
            .bind(state)
            .push(" AND d.commune = ")
            .bind(commune);
        // Both: whoever reaches one of two hamlets learns nothing of a household in the other.
        let mut query = self.actor.reach.within(self.actor.reach.within(query, "h"), "g");
        if let Some([score, id]) = page.key::<2>()? {
            let score: i64 = score
                .parse()
                .map_err(|_| RegistryError::invalid("after", "take it from the page before, unchanged"))?;
            query = query.push(" AND (d.score < ").bind(score).push(" OR (d.score = ").bind(score);
            query = query.push(" AND d.id > ").bind(id).push("))");
        }
        let mut connection = self.store().read().await?;
        let rows = query
            .push(" ORDER BY d.score DESC, d.id LIMIT ")
            .bind(page.reads())
            .all(&mut connection, |row| {
                let (first, second): (HouseholdRow, HouseholdRow) =
                    (household_row(row, 0)?, household_row(row, WIDTH)?);
                Ok(DuplicateRow {
                    version: pair_version(first.version, second.version),
                    id: text(row, 2 * WIDTH)?,
                    first,
                    second,
                    compared: [compared(row, 2 * WIDTH + 3)?, compared(row, 2 * WIDTH + 6)?],
                    score: int(row, 2 * WIDTH + 1)?,
                    why: text(row, 2 * WIDTH + 2)?,
                })
            })
            .await?;
        Ok(Page::of(rows, page, |row| [row.score.to_string(), row.id.clone()]))
    }
}

/// Versions only ever grow, so their sum is another as soon as one of them is.
pub(super) const fn pair_version(first: i64, second: i64) -> i64 {
    first + second
}

/// A person that a pair was found by, from a column on.
fn compared(row: &AnyRow, from: usize) -> Result<ComparedPerson> {
    Ok(ComparedPerson { person: text(row, from)?, name: text(row, from + 1)?, born: maybe(row, from + 2)? })
}

/// The open households of a commune and all their members.
async fn everybody(connection: &mut AnyConnection, commune: &str) -> Result<(Vec<String>, Vec<Home>, Vec<Someone>)> {
    let rows = sql("SELECT id, hamlet FROM household WHERE commune = $1 AND closed IS NULL", [commune.into()])
        .all(connection, |row| Ok((text(row, 0)?, maybe(row, 1)?)))
        .await?;
    let (households, homes): (Vec<String>, Vec<Home>) =
        rows.into_iter().map(|(id, hamlet)| (id, Home { hamlet })).unzip();
    let places: HashMap<&str, usize> = households.iter().enumerate().map(|(i, id)| (id.as_str(), i)).collect();
    let people = sql(
        "SELECT household, relation, name_key, born, sex, id FROM person WHERE commune = $1 AND household IS NOT NULL \
         ORDER BY id",
        [commune.into()],
    )
    .all(connection, |row| {
        let someone = Someone {
            household: 0,
            person: text(row, 5)?,
            head: text(row, 1)? == super::people::HEAD,
            name_key: text(row, 2)?,
            born: maybe(row, 3)?,
            sex: maybe(row, 4)?,
        };
        Ok((text(row, 0)?, someone))
    })
    .await?;
    let people = people
        .into_iter()
        .filter_map(|(household, someone)| Some(Someone { household: *places.get(household.as_str())?, ..someone }))
        .collect();
    Ok((households, homes, people))
}
