//! A person erased on lawful request: the row is emptied, the contents that tell who it was are gone, the chain stands.

use super::ERASED_WITH_A_PERSON;
use super::held::refresh;
use crate::ledger::{self, Change};
use crate::scope::{Action, Place};
use crate::store::{Query, maybe, sql, text};
use crate::text::name;
use crate::{Desk, Result};
use serde_json::json;

impl Desk {
    /// Erases what is known of a person, on lawful request: name, birth, number, and the contents of entries about the
    /// person alone. The chain still verifies. `reason` names the request, not the person.
    ///
    /// # Errors
    /// [`RegistryError::NotFound`](crate::RegistryError::NotFound) when the household the person is in, or was in last, is out of reach.
    pub async fn erase_person(&self, person: &str, reason: &str) -> Result<()> {
        self.actor.may(Action::EditPeople)?;
        let reason = name("reason", reason)?;
        let mut tx = self.store().write().await?;
        let query = Query::new(
            "SELECT h.id, h.province, h.district, h.commune, h.hamlet, p.household, p.name_key FROM person p \
             JOIN household h ON h.id = COALESCE(p.household, (SELECT m.household FROM membership m \
             WHERE m.person = p.id AND m.household IS NOT NULL AND m.known_to IS NULL \
             ORDER BY m.valid_from DESC, m.known_from DESC LIMIT 1)) WHERE p.erased = 0 AND p.id = ",
        );
        let (place, household, name_key) = self
            .actor
            .reach
            .within(query.bind(person), "h")
            .one(&mut tx, |row| {
                let place = Place {
                    province: text(row, 1)?,
                    district: maybe(row, 2)?,
                    commune: text(row, 3)?,
                    hamlet: maybe(row, 4)?,
                };
                Ok((place, maybe(row, 5)?, text(row, 6)?))
            })
            .await?;
        ledger::hold(&mut tx, &place.commune).await?;
        self.actor.may_at(Action::EditPeople, &place)?;
        let at = self.now();
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
            Query::new("UPDATE ")
                .push(table)
                .push(" SET name = '', name_key = '' WHERE ")
                .push(column)
                .push(" IN (SELECT m.household FROM membership m WHERE m.person = ")
                .bind(person)
                .push(") AND name_key = ")
                .bind(name_key.as_str())
                .run(&mut tx)
                .await?;
        }
        if let Some(household) = &household {
            refresh(&mut tx, household).await?;
        }
        let content = ledger::store(&mut tx, &json!({ "reason": reason })).await?;
        let change = Change { author: &self.actor.id, kind: "person_erased", subject: person, content: &content };
        ledger::append(&mut tx, &place.commune, at, &[change]).await?;
        tx.commit().await?;
        Ok(())
    }
}
