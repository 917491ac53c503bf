//! From which households a household came: what they had before it divided, or before they became one, counts for it too.

use super::merge::Merged;
use crate::store::{sql, text};
use crate::{Desk, RegistryError, Result, ledger};
use jiff::civil::Date;
use serde::Deserialize;
use sqlx::AnyConnection;
use std::collections::{HashMap, HashSet};

/// A household that another one comes from, or the household itself.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Kin {
    /// The household.
    pub household: String,
    /// The last day on which what it had counts: when the other left it. Everything counts when absent.
    pub until: Option<Date>,
}

/// Where a household comes from.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Lineage {
    /// The household itself first, then those it comes from.
    pub kin: Vec<Kin>,
    /// Of merged households: the record of a person who is the same as another, and that other.
    same: HashMap<String, String>,
}

impl Lineage {
    /// Whether two records are of one person.
    pub fn is_same(&self, one: &str, other: &str) -> bool {
        self.lasting(one) == self.lasting(other)
    }

    fn lasting<'p>(&'p self, person: &'p str) -> &'p str {
        // A chain of merges has no circle; the number of steps is bounded all the same.
        let mut steps = self.same.len();
        let mut person = person;
        while let Some(lasting) = self.same.get(person).filter(|_| steps > 0) {
            person = lasting;
            steps -= 1;
        }
        person
    }
}

/// What the ledger keeps of a division.
#[derive(Deserialize)]
struct Split {
    from: String,
    to: String,
    on: String,
}

impl Desk {
    /// Where a household comes from, by the ledger, whoever reaches it: for a rule that a division does not undo.
    pub async fn lineage_in(&self, connection: &mut AnyConnection, household: &str) -> Result<Lineage> {
        let mut lineage = Lineage::default();
        let mut seen: HashSet<String> = HashSet::from([household.to_owned()]);
        lineage.kin.push(Kin { household: household.to_owned(), until: None });
        let mut next = 0;
        while let Some(Kin { household, until }) = lineage.kin.get(next).cloned() {
            next += 1;
            let mut found = splits(connection, &household).await?;
            for merged in merges(connection, &household).await? {
                found.push((merged.second.clone(), day(&merged.on)?, true));
                let same = merged.same.into_iter().map(|same| (same.person, same.as_person));
                lineage.same.extend(same);
            }
            for (other, on, whole) in found {
                // What joined after somebody left is not theirs.
                if (whole && until.is_some_and(|until| on > until)) || !seen.insert(other.clone()) {
                    continue;
                }
                let left = (!whole).then_some(on);
                let until = [left, until].into_iter().flatten().min();
                lineage.kin.push(Kin { household: other, until });
            }
        }
        Ok(lineage)
    }
}

/// The household that one was divided from: its id, the day, and that it went on.
async fn splits(connection: &mut AnyConnection, household: &str) -> Result<Vec<(String, Date, bool)>> {
    let hashes = contents_of(connection, household, "household_split").await?;
    let splits: HashMap<String, Split> = ledger::contents(connection, &hashes).await?;
    let own = splits.into_values().filter(|split| split.to == household);
    own.map(|split| Ok((split.from, day(&split.on)?, false))).collect()
}

/// The merges in which a household stayed, and which were not undone.
async fn merges(connection: &mut AnyConnection, household: &str) -> Result<Vec<Merged>> {
    #[derive(Deserialize)]
    struct Undone {
        undoes: String,
    }
    let undone = contents_of(connection, household, "merge_undone").await?;
    let undone: HashMap<String, Undone> = ledger::contents(connection, &undone).await?;
    let undone: HashSet<String> = undone.into_values().map(|undone| undone.undoes).collect();
    let mut hashes = contents_of(connection, household, "household_merged").await?;
    hashes.retain(|hash| !undone.contains(hash));
    let merges: HashMap<String, Merged> = ledger::contents(connection, &hashes).await?;
    Ok(merges.into_values().filter(|merged| merged.first == household).collect())
}

async fn contents_of(connection: &mut AnyConnection, subject: &str, kind: &'static str) -> Result<Vec<String>> {
    let query =
        sql("SELECT content FROM entry WHERE subject = $1 AND kind = $2 ORDER BY at", [subject.into(), kind.into()]);
    query.all(connection, |row| text(row, 0)).await
}

fn day(text: &str) -> Result<Date> {
    text.parse().map_err(|_| RegistryError::Damaged { what: "a day cannot be read".into() })
}
