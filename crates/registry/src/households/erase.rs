//! A person erased on lawful request: the row is emptied, the contents that tell who it was are gone, the chain stands.

use super::ERASED_WITH_A_PERSON;
use super::held::refresh;
use super::people::PersonContent;
use crate::ledger::{self, Change};
use crate::scope::{Action, Place};
use crate::store::{Query, among, int, maybe, sql, text};
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
        // Copies of the name in lists: of cases, and of the households whose head it was.
        for table in ["review_case", "household"] {
            let column = if table == "household" { "id" } else { "household" };
            let query = Query::new("UPDATE ")
                .push(table)
                .push(" SET name = '', name_key = '' WHERE ")
                .push(column)
                .push(" IN (SELECT m.household FROM membership m WHERE m.person = ")
                .bind(person)
                .push(") AND name_key IN ");
            among(query, &names).run(&mut tx).await?;
        }
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
