//! A person erased on lawful request: the row is emptied, the contents that tell who it was are gone, the chain stands.

use super::ERASED_WITH_A_PERSON;
use super::held::refresh;
use super::people::{HEAD, PersonContent};
use crate::cases::records::Picture;
use crate::ledger::{self, Change};
use crate::scope::{Action, Place};
use crate::store::{MANY, Query, among, int, maybe, sql, text};
use crate::text::{key, name};
use crate::{Desk, RegistryError, Result};
use serde_json::json;
use sqlx::AnyConnection;
use std::collections::BTreeSet;

impl Desk {
    /// Erases what is known of a person, on lawful request: name, birth, sex, ethnic group, number, the contents of entries
    /// about the person alone, and drafts of forms that answer for the person. The chain still verifies. `reason` names the
    /// request, not the person.
    ///
    /// What a signed case says stays, since it is computed again by whoever audits: `docs/register.md` tells what that is.
    ///
    /// # Errors
    /// [`RegistryError::NotFound`] when the household the person is in, or was in last, is out of reach;
    /// [`RegistryError::NeedsSecondFactor`]: what is erased cannot be brought back.
    pub async fn erase_person(&self, person: &str, reason: &str) -> Result<()> {
        self.actor.may(Action::EditPeople)?;
        if !self.actor.strong {
            return Err(RegistryError::NeedsSecondFactor);
        }
        let reason = name("reason", reason)?;
        let mut tx = self.store().write().await?;
        let seen = self.to_erase(&mut tx, person).await?;
        ledger::hold(&mut tx, &seen.place.commune).await?;
        let ToErase { place, household, name_key, version } = self.to_erase(&mut tx, person).await?;
        if place.commune != seen.place.commune {
            // The household moved while its chain was waited for.
            return Err(RegistryError::Stale { current: version });
        }
        self.actor.may_at(Action::EditPeople, &place)?;
        let at = self.now();
        let mut names = former_names(&mut tx, person).await?;
        names.insert(name_key);
        sql(
            "UPDATE person SET name = '', name_key = '', given_key = '', sex = NULL, born = NULL, ethnic = NULL, \
             erased = 1 WHERE id = $1 AND erased = 0",
            [person.into()],
        )
        .run(&mut tx)
        .await?;
        sql("DELETE FROM identity WHERE person = $1", [person.into()]).run(&mut tx).await?;
        // The salt goes too: without it nobody can find the content by trying names.
        let [known, number] = ERASED_WITH_A_PERSON;
        sql(
            "UPDATE content SET body = NULL, salt = NULL, erased_at = $2 WHERE erased_at IS NULL AND hash IN \
             (SELECT e.content FROM entry e WHERE e.subject = $1 AND e.kind IN ($3, $4))",
            [person.into(), at.into(), known.into(), number.into()],
        )
        .run(&mut tx)
        .await?;
        self.unname(&mut tx, person, &names).await?;
        // A form names each member by id. Who typed it does so again: a draft is nobody's statement yet.
        sql(
            "DELETE FROM draft WHERE body LIKE '%' || $1 || '%' AND review_case IN (SELECT c.id FROM review_case c \
             JOIN membership m ON m.household = c.household WHERE m.person = $2)",
            [person.into(), person.into()],
        )
        .run(&mut tx)
        .await?;
        if let Some(household) = &household {
            refresh(&mut tx, household).await?;
        }
        let content = ledger::store(&mut tx, &json!({ "reason": reason })).await?;
        let change = Change { author: &self.actor.id, kind: "person_erased", subject: person, content: &content };
        ledger::append(&mut tx, &place.commune, at, &[change]).await?;
        tx.commit().await?;
        Ok(())
    }

    /// Empties the copies of the name in lists: of cases that were listed under it, and of the households whose head it is.
    /// Who was the head then is told by id: a namesake's household keeps its name.
    async fn unname(&self, connection: &mut AnyConnection, person: &str, names: &BTreeSet<String>) -> Result<()> {
        let cases = sql(
            "SELECT c.id, c.snapshot FROM review_case c WHERE c.household IN (SELECT m.household FROM membership m \
             WHERE m.person = $1)",
            [person.into()],
        );
        let cases = cases.all(connection, |row| Ok((text(row, 0)?, text(row, 1)?))).await?;
        let hashes: Vec<String> = cases.iter().map(|(_, picture)| picture.clone()).collect();
        let pictures = ledger::contents::<Picture>(connection, &hashes).await?;
        let headed = |picture: &String| {
            let members = pictures.get(picture).map(|picture| picture.members.as_slice()).unwrap_or_default();
            members.iter().any(|member| member.person == person && member.relation == HEAD)
        };
        let cases: Vec<String> = cases.into_iter().filter(|(_, picture)| headed(picture)).map(|(id, _)| id).collect();
        for some in cases.chunks(MANY) {
            let query = Query::new("UPDATE review_case SET name = '', name_key = '' WHERE id IN ");
            among(query, some).run(connection).await?;
        }
        // A household that nobody heads any more keeps the name it had.
        let query = Query::new("UPDATE household SET name = '', name_key = '' WHERE head = ").bind(person);
        let query = query.push(" OR (head IS NULL AND id IN (SELECT m.household FROM membership m WHERE m.person = ");
        among(query.bind(person).push(") AND name_key IN "), names).push(")").run(connection).await?;
        Ok(())
    }

    async fn to_erase(&self, connection: &mut AnyConnection, person: &str) -> Result<ToErase> {
        let query = Query::new(
            "SELECT h.version, h.province, h.district, h.commune, h.hamlet, p.household, p.name_key FROM person p \
             JOIN household h ON h.id = COALESCE(p.household, (SELECT m.household FROM membership m \
             WHERE m.person = p.id AND m.household IS NOT NULL AND m.known_to IS NULL \
             ORDER BY m.valid_from DESC, m.known_from DESC LIMIT 1)) WHERE p.erased = 0 AND p.id = ",
        );
        self.actor
            .reach
            .within(query.bind(person), "h")
            .one(connection, |row| {
                let place = Place {
                    province: text(row, 1)?,
                    district: maybe(row, 2)?,
                    commune: text(row, 3)?,
                    hamlet: maybe(row, 4)?,
                };
                Ok(ToErase { place, household: maybe(row, 5)?, name_key: text(row, 6)?, version: int(row, 0)? })
            })
            .await
    }
}

/// The names somebody had before they were put right, as lists sort them: a case keeps the name it was listed under.
async fn former_names(connection: &mut AnyConnection, person: &str) -> Result<BTreeSet<String>> {
    let [known, _] = ERASED_WITH_A_PERSON;
    let hashes = sql("SELECT content FROM entry WHERE subject = $1 AND kind = $2", [person.into(), known.into()])
        .all(connection, |row| text(row, 0))
        .await?;
    let contents = ledger::contents::<PersonContent>(connection, &hashes).await?;
    Ok(contents.into_values().map(|content| key(&content.name)).collect())
}

/// What is known of somebody who is to be erased.
struct ToErase {
    /// Where the household is that the person is in, or was in last.
    place: Place,
    /// The household the person is in.
    household: Option<String>,
    name_key: String,
    /// Of the household.
    version: i64,
}
