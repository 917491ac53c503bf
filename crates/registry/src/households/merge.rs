//! Judging a pair: they are two, or they are one. A merge can be undone: it only adds memberships, and undoing ends the
//! knowledge of just these.

use super::DuplicateVerdict;
use super::duplicates::pair_version;
use super::held::{Held, Membership, check_not_in_review, insert_memberships, refresh};
use super::people::{HEAD, OTHER};
use crate::ledger::{self, Change};
use crate::requests::check_no_request_waits;
use crate::scope::Action;
use crate::store::{Query, maybe, sql, text};
use crate::{Desk, RegistryError, Result};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use sqlx::AnyConnection;

/// What a merge did: enough to undo it, and no name.
#[derive(Serialize, Deserialize)]
pub(super) struct Merged {
    pair: String,
    pub first: String,
    pub second: String,
    pub on: String,
    memberships: Vec<MergedMembership>,
    /// Who joined the first household, with what they were in the second.
    joined: Vec<Joined>,
    /// Who is the same as somebody in the first household: the record of the second one, and of the first.
    pub same: Vec<Same>,
}

/// A membership that a merge added.
#[derive(Serialize, Deserialize)]
struct MergedMembership {
    id: String,
    person: String,
    household: Option<String>,
    relation: Option<String>,
    from: Date,
}

#[derive(Serialize, Deserialize)]
struct Joined {
    person: String,
    place: i64,
    relation: String,
}

#[derive(Serialize, Deserialize)]
pub(super) struct Same {
    pub person: String,
    pub as_person: String,
    relation: String,
    /// The kinds of numbers that went over.
    numbers: Vec<String>,
}

struct Pair {
    first: String,
    second: String,
    commune: String,
    state: String,
    merged: Option<String>,
}

impl Desk {
    /// A pair both of whose households are within reach.
    async fn pair(&self, connection: &mut AnyConnection, id: &str) -> Result<Pair> {
        let query = Query::new(
            "SELECT d.first, d.second, d.commune, d.state, d.merged FROM duplicate d \
             JOIN household h ON h.id = d.first JOIN household g ON g.id = d.second WHERE d.id = ",
        )
        .bind(id);
        self.actor
            .reach
            .within(self.actor.reach.within(query, "h"), "g")
            .one(connection, |row| {
                Ok(Pair {
                    first: text(row, 0)?,
                    second: text(row, 1)?,
                    commune: text(row, 2)?,
                    state: text(row, 3)?,
                    merged: maybe(row, 4)?,
                })
            })
            .await
    }

    /// Judges a pair as it was `seen`, where that is told.
    ///
    /// # Errors
    /// [`RegistryError::Stale`] when one of the two is not as it was seen; [`RegistryError::Illegal`] when it was judged already, or the review of the household that would end is not decided.
    pub async fn judge_duplicate(&self, id: &str, verdict: DuplicateVerdict, seen: Option<i64>) -> Result<()> {
        let action = match verdict {
            DuplicateVerdict::Different => Action::CompareRecords,
            DuplicateVerdict::Merge | DuplicateVerdict::MergeIntoSecond => Action::Merge,
        };
        self.actor.may(action)?;
        let mut tx = self.store().write().await?;
        let before = self.pair(&mut tx, id).await?;
        ledger::hold(&mut tx, &before.commune).await?;
        let pair = self.pair(&mut tx, id).await?;
        if pair.state != "open" {
            return Err(RegistryError::Illegal { step: "judging of a pair", why: "it was judged already".into() });
        }
        let first = self.hold_household(&mut tx, &pair.first, action, None).await?;
        let second = self.hold_household(&mut tx, &pair.second, action, None).await?;
        let current = pair_version(first.version, second.version);
        if seen.is_some_and(|seen| seen != current) {
            return Err(RegistryError::Stale { current });
        }
        let at = self.now();
        let author = self.actor.id.as_str();
        match verdict {
            DuplicateVerdict::Different => {
                sql("UPDATE duplicate SET state = 'different' WHERE id = $1", [id.into()]).run(&mut tx).await?;
                let content = serde_json::json!({ "pair": id, "first": pair.first, "second": pair.second });
                let content = ledger::store(&mut tx, &content).await?;
                let changes = [&pair.first, &pair.second].map(|subject| Change {
                    author,
                    kind: "duplicate_different",
                    subject,
                    content: &content,
                });
                ledger::append(&mut tx, &pair.commune, at, &changes).await?;
            }
            DuplicateVerdict::Merge | DuplicateVerdict::MergeIntoSecond => {
                let [stays, ends] = if verdict == DuplicateVerdict::Merge { [first, second] } else { [second, first] };
                if stays.place.commune != ends.place.commune {
                    let why = "the two are recorded in two communes; move one of them first".into();
                    return Err(RegistryError::Illegal { step: "merge", why });
                }
                check_not_in_review(&mut tx, &ends.id, "merge").await?;
                check_no_request_waits(&mut tx, &ends.id, "merge").await?;
                let merged = self.merge(&mut tx, id, &stays, &ends, at).await?;
                let content = ledger::store(&mut tx, &merged).await?;
                sql(
                    "UPDATE duplicate SET state = 'merged', merged = $2 WHERE id = $1",
                    [id.into(), content.as_str().into()],
                )
                .run(&mut tx)
                .await?;
                if verdict == DuplicateVerdict::MergeIntoSecond {
                    turn(&mut tx, id).await?;
                }
                // Other pairs of the household that is no more are answered by this one.
                sql(
                    "DELETE FROM duplicate WHERE state = 'open' AND (first = $1 OR second = $2)",
                    [ends.id.as_str().into(), ends.id.as_str().into()],
                )
                .run(&mut tx)
                .await?;
                let changes = [&pair.first, &pair.second].map(|subject| Change {
                    author,
                    kind: "household_merged",
                    subject,
                    content: &content,
                });
                ledger::append(&mut tx, &pair.commune, at, &changes).await?;
            }
        }
        tx.commit().await?;
        Ok(())
    }

    async fn merge(
        &self,
        connection: &mut AnyConnection,
        pair: &str,
        first: &Held,
        second: &Held,
        at: i64,
    ) -> Result<Merged> {
        let on = self.today();
        let mut same = same_people(connection, &first.id, &second.id).await?;
        let mut joined = Vec::new();
        let mut memberships = Vec::new();
        let mut place = first.next_place();
        for member in &second.members {
            let relation = if member.relation == HEAD { OTHER } else { &member.relation };
            let is_same = same.iter().any(|same| same.person == member.person);
            let household = (!is_same).then_some(first.id.as_str());
            memberships.push(Membership {
                person: &member.person,
                household,
                relation: household.map(|_| relation),
                cause: "merged",
                from: member.since.max(on),
            });
            sql(
                "UPDATE person SET household = $2, relation = $3, place = $4 WHERE id = $1",
                [
                    member.person.as_str().into(),
                    household.into(),
                    relation.into(),
                    if is_same { member.place } else { place }.into(),
                ],
            )
            .run(connection)
            .await?;
            if !is_same {
                joined.push(Joined {
                    person: member.person.clone(),
                    place: member.place,
                    relation: member.relation.clone(),
                });
                place += 1;
            }
        }
        let ids = insert_memberships(connection, at, &memberships).await?;
        let memberships = ids.into_iter().zip(memberships).map(|(id, added)| MergedMembership {
            id,
            person: added.person.to_owned(),
            household: added.household.map(str::to_owned),
            relation: added.relation.map(str::to_owned),
            from: added.from,
        });
        let memberships = memberships.collect();
        for same in &mut same {
            same.numbers = move_numbers(connection, &same.person, &same.as_person, None).await?;
        }
        close(connection, &second.id, on).await?;
        refresh(connection, &first.id).await?;
        Ok(Merged {
            pair: pair.to_owned(),
            first: first.id.clone(),
            second: second.id.clone(),
            on: on.to_string(),
            memberships,
            joined,
            same,
        })
    }

    /// Undoes a merge: everybody is back in the household and relation of before, the second household is open, and the
    /// pair is in the queue again.
    ///
    /// # Errors
    /// [`RegistryError::Illegal`] when somebody who was merged has changed since.
    pub async fn undo_merge(&self, id: &str) -> Result<()> {
        self.actor.may(Action::Merge)?;
        let mut tx = self.store().write().await?;
        let seen = self.pair(&mut tx, id).await?;
        ledger::hold(&mut tx, &seen.commune).await?;
        let pair = self.pair(&mut tx, id).await?;
        let impossible = |why: &str| RegistryError::Illegal { step: "undoing of a merge", why: why.to_owned() };
        let hash = pair.merged.filter(|_| pair.state == "merged").ok_or_else(|| impossible("nothing was merged"))?;
        let merged: Merged = ledger::content(&mut tx, &hash).await?.ok_or(RegistryError::NotFound)?;
        let first = self.hold_household(&mut tx, &pair.first, Action::Merge, None).await?;
        let second = self.read_household(&mut tx, &pair.second).await?;
        self.actor.may_at(Action::Merge, &second.place)?;
        if second.place.commune != first.place.commune {
            return Err(impossible("the household moved to another commune since"));
        }
        let at = self.now();
        // A row the merge added and nobody ended, and nothing known later of the same person.
        let ends: Vec<&str> = merged.memberships.iter().map(|membership| membership.id.as_str()).collect();
        for membership in &ends {
            let ended = sql(
                "UPDATE membership SET known_to = $2 WHERE id = $1 AND known_to IS NULL AND NOT EXISTS \
                 (SELECT 1 FROM membership n WHERE n.person = membership.person AND n.known_to IS NULL \
                 AND n.known_from > membership.known_from)",
                [(*membership).into(), at.into()],
            )
            .run(&mut tx)
            .await?;
            if ended == 0 {
                return Err(impossible("somebody who was merged has changed since; correct it by hand"));
            }
        }
        for same in &merged.same {
            back(&mut tx, &same.person, &merged.second, &same.relation, None).await?;
            move_numbers(&mut tx, &same.as_person, &same.person, Some(&same.numbers)).await?;
        }
        for joined in &merged.joined {
            back(&mut tx, &joined.person, &merged.second, &joined.relation, Some(joined.place)).await?;
        }
        sql("UPDATE household SET closed = NULL WHERE id = $1", [merged.second.as_str().into()]).run(&mut tx).await?;
        refresh(&mut tx, &merged.first).await?;
        refresh(&mut tx, &merged.second).await?;
        sql("UPDATE duplicate SET state = 'open', merged = NULL WHERE id = $1", [id.into()]).run(&mut tx).await?;
        // In the queue the older record stands first.
        if merged.first > merged.second {
            turn(&mut tx, id).await?;
        }
        let content = serde_json::json!({
            "pair": id, "first": merged.first, "second": merged.second, "undoes": hash, "ends": ends,
        });
        let content = ledger::store(&mut tx, &content).await?;
        let changes = [&merged.first, &merged.second].map(|subject| Change {
            author: &self.actor.id,
            kind: "merge_undone",
            subject,
            content: &content,
        });
        ledger::append(&mut tx, &pair.commune, at, &changes).await?;
        tx.commit().await?;
        Ok(())
    }
}

/// Turns a pair round: after a merge the one that stayed is the first.
async fn turn(connection: &mut AnyConnection, pair: &str) -> Result<()> {
    sql(
        "UPDATE duplicate SET first = second, second = first, first_person = second_person, \
         second_person = first_person WHERE id = $1",
        [pair.into()],
    )
    .run(connection)
    .await?;
    Ok(())
}

/// Whom both households have: the same name and year of birth. Whose year is not known is not sure to be the same, and is
/// kept apart; where it fits several, nobody is.
async fn same_people(connection: &mut AnyConnection, first: &str, second: &str) -> Result<Vec<Same>> {
    let found = sql(
        "SELECT q.id, p.id, q.relation FROM person q JOIN person p ON p.household = $1 AND p.name_key = q.name_key \
         WHERE q.household = $2 AND q.erased = 0 AND p.erased = 0 \
         AND SUBSTR(q.born, 1, 4) = SUBSTR(p.born, 1, 4) ORDER BY q.place, q.id",
        [first.into(), second.into()],
    )
    .all(connection, |row| {
        Ok(Same { person: text(row, 0)?, as_person: text(row, 1)?, relation: text(row, 2)?, numbers: Vec::new() })
    })
    .await?;
    let once = |person: &str, of: fn(&Same) -> &str| found.iter().filter(|same| of(same) == person).count() == 1;
    let sure: Vec<bool> = found
        .iter()
        .map(|same| once(&same.person, |same| &same.person) && once(&same.as_person, |same| &same.as_person))
        .collect();
    Ok(found.into_iter().zip(sure).filter_map(|(same, sure)| sure.then_some(same)).collect())
}

/// Gives the numbers of one record to another that has none of the kind; of some kinds only, if told. Their kinds.
async fn move_numbers(
    connection: &mut AnyConnection,
    from: &str,
    to: &str,
    only: Option<&[String]>,
) -> Result<Vec<String>> {
    let kinds = sql(
        "SELECT kind FROM identity WHERE person = $1 AND kind NOT IN (SELECT i.kind FROM identity i WHERE i.person = $2) \
         ORDER BY kind",
        [from.into(), to.into()],
    )
    .all(connection, |row| text(row, 0))
    .await?;
    let kinds: Vec<String> = kinds.into_iter().filter(|kind| only.is_none_or(|only| only.contains(kind))).collect();
    for kind in &kinds {
        sql("UPDATE identity SET person = $3 WHERE person = $1 AND kind = $2", [from.into(), kind.into(), to.into()])
            .run(connection)
            .await?;
    }
    Ok(kinds)
}

/// Puts somebody back into the household of before.
async fn back(
    connection: &mut AnyConnection,
    person: &str,
    household: &str,
    relation: &str,
    place: Option<i64>,
) -> Result<()> {
    sql(
        "UPDATE person SET household = $2, relation = $3, place = COALESCE($4, place) WHERE id = $1",
        [person.into(), household.into(), relation.into(), place.into()],
    )
    .run(connection)
    .await?;
    Ok(())
}

async fn close(connection: &mut AnyConnection, household: &str, on: Date) -> Result<()> {
    sql(
        "UPDATE household SET closed = $2, persons = 0, version = version + 1 WHERE id = $1",
        [household.into(), on.into()],
    )
    .run(connection)
    .await?;
    Ok(())
}
