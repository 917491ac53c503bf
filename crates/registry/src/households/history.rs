//! What happened to a household, as one list in one order of time: who came and went, where it lived, which status it
//! had, and what the ledger tells of it and of its reviews.
//!
//! A fact stands at the day from which it holds, with the entry that was written with it; an entry that wrote no fact
//! stands at its own day. Facts that are known to be wrong are not told.

use super::TimelineEntry;
use super::people::HEAD;
use super::view::{Written, timeline};
use crate::clock::day_of;
use crate::scope::Action;
use crate::store::{day, int, maybe, sql, text};
use crate::{Desk, Result};
use jiff::civil::Date;
use serde::Serialize;
use sqlx::AnyConnection;
use std::collections::{HashMap, HashSet};

/// Something that happened to a household.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct HistoryEvent {
    /// The day from which it is so; of what only the ledger tells, its day.
    pub on: Date,
    /// When it was recorded, in microseconds.
    pub at: i64,
    /// What is so since; nothing where only the entry tells what was done.
    pub fact: Option<HistoryFact>,
    /// The case it belongs to, if it does.
    pub case: Option<String>,
    /// The entry of the ledger that was written with it.
    pub entry: Option<TimelineEntry>,
}

/// What is so of a household since a day. The name of somebody erased is empty.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum HistoryFact {
    /// Somebody came.
    Came {
        /// Who.
        name: String,
        /// What they are to the head.
        relation: String,
        /// Why.
        cause: String,
    },
    /// Somebody left.
    Left {
        /// Who.
        name: String,
        /// Why.
        cause: String,
    },
    /// Somebody became the head.
    Head {
        /// Who.
        name: String,
    },
    /// Somebody is something else to the head.
    Relation {
        /// Who.
        name: String,
        /// What.
        relation: String,
        /// Why.
        cause: String,
    },
    /// It lives somewhere.
    Lives {
        /// The commune.
        commune: String,
        /// The hamlet's name.
        hamlet_name: Option<String>,
        /// Its code there.
        code: String,
        /// Why.
        cause: String,
    },
    /// It has a status.
    Status {
        /// Which.
        status: String,
        /// Of which standard.
        standard: String,
        /// How it came by it.
        movement: Option<String>,
        /// The number of the decision; nothing for a list that was brought in.
        decision: Option<String>,
    },
}

/// A fact, from which day on, and when it was recorded.
type Fact = (Date, i64, HistoryFact);

impl Desk {
    /// What happened to a household, latest first.
    pub async fn household_history(&self, id: &str) -> Result<Vec<HistoryEvent>> {
        self.actor.may(Action::ReadPeople)?;
        let mut snapshot = self.store().snapshot().await?;
        self.place_of_household(&mut snapshot, id).await?;
        let mut facts = members(&mut snapshot, id).await?;
        facts.extend(homes(&mut snapshot, id).await?);
        facts.extend(statuses(&mut snapshot, id).await?);
        let entries = timeline(&mut snapshot, id).await?;
        Ok(in_order(id, facts, entries))
    }
}

/// Puts facts and entries together. All that one change wrote has its time.
fn in_order(household: &str, facts: Vec<Fact>, entries: Vec<Written>) -> Vec<HistoryEvent> {
    let told: HashSet<i64> = facts.iter().map(|(_, at, _)| *at).collect();
    let case = |written: &Written| Some(written.subject.clone()).filter(|subject| subject != household);
    let mut written: HashMap<i64, &Written> = HashMap::new();
    for entry in entries.iter().rev() {
        written.entry(entry.entry.at).or_insert(entry);
    }
    let facts = facts.into_iter().map(|(on, at, fact)| HistoryEvent {
        on,
        at,
        fact: Some(fact),
        case: written.get(&at).and_then(|entry| case(entry)),
        entry: written.get(&at).map(|written| written.entry.clone()),
    });
    let rest = entries.iter().filter(|written| !told.contains(&written.entry.at)).map(|written| HistoryEvent {
        on: day_of(written.entry.at),
        at: written.entry.at,
        fact: None,
        case: case(written),
        entry: Some(written.entry.clone()),
    });
    let mut events: Vec<HistoryEvent> = facts.chain(rest).collect();
    events.sort_by_key(|event| std::cmp::Reverse((event.on, event.at)));
    events
}

/// Who came, went, or is something else to the head. Where somebody went is not told: it may be out of reach.
async fn members(connection: &mut AnyConnection, household: &str) -> Result<Vec<Fact>> {
    let rows = sql(
        "SELECT m.person, m.household, m.relation, m.cause, m.valid_from, m.known_from, p.name FROM membership m \
         JOIN person p ON p.id = m.person WHERE m.known_to IS NULL AND m.person IN \
         (SELECT n.person FROM membership n WHERE n.household = $1 AND n.known_to IS NULL) \
         ORDER BY m.person, m.valid_from, m.known_from, m.id",
        [household.into()],
    );
    let rows = rows.all(connection, |row| {
        let who = (text(row, 0)?, maybe(row, 1)?.as_deref() == Some(household), maybe(row, 2)?.unwrap_or_default());
        Ok((who, text(row, 3)?, day(row, 4)?, int(row, 5)?, text(row, 6)?))
    });
    let mut facts = Vec::new();
    for one in rows.await?.chunk_by(|a, b| a.0.0 == b.0.0) {
        let mut before: Option<&str> = None;
        for ((_, here, relation), cause, on, at, name) in one {
            let (name, cause) = (name.clone(), cause.clone());
            let fact = match (before, here) {
                (None, true) => Some(HistoryFact::Came { name, relation: relation.clone(), cause }),
                (Some(_), false) => Some(HistoryFact::Left { name, cause }),
                (Some(known), true) if known != relation => {
                    let head = relation == HEAD;
                    Some(if head {
                        HistoryFact::Head { name }
                    } else {
                        HistoryFact::Relation { name, relation: relation.clone(), cause }
                    })
                }
                _ => None,
            };
            before = here.then_some(relation.as_str());
            facts.extend(fact.map(|fact| (*on, *at, fact)));
        }
    }
    Ok(facts)
}

/// Where it lived.
async fn homes(connection: &mut AnyConnection, household: &str) -> Result<Vec<Fact>> {
    let rows = sql(
        "SELECT r.commune, t.name, r.code, r.cause, r.valid_from, r.known_from FROM residence r \
         LEFT JOIN hamlet t ON t.id = r.hamlet WHERE r.household = $1 AND r.known_to IS NULL",
        [household.into()],
    );
    rows.all(connection, |row| {
        let (commune, hamlet_name, code, cause) = (text(row, 0)?, maybe(row, 1)?, text(row, 2)?, text(row, 3)?);
        Ok((day(row, 4)?, int(row, 5)?, HistoryFact::Lives { commune, hamlet_name, code, cause }))
    })
    .await
}

/// Which status it had.
async fn statuses(connection: &mut AnyConnection, household: &str) -> Result<Vec<Fact>> {
    let rows = sql(
        "SELECT s.status, s.standard, s.movement, d.number, s.valid_from, s.known_from FROM spell s \
         LEFT JOIN decision d ON d.id = s.decision WHERE s.household = $1 AND s.known_to IS NULL",
        [household.into()],
    );
    rows.all(connection, |row| {
        let (status, standard, movement, decision) = (text(row, 0)?, text(row, 1)?, maybe(row, 2)?, maybe(row, 3)?);
        Ok((day(row, 4)?, int(row, 5)?, HistoryFact::Status { status, standard, movement, decision }))
    })
    .await
}
