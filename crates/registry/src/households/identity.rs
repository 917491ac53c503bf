//! Identity numbers: sealed, found by a keyed print, unique by the database; who opens one is in the ledger.

use super::people::{Identity, changes, checked_identity, sealed_for};
use crate::ledger::{self, Change};
use crate::scope::Action;
use crate::store::{Query, sql, text};
use crate::{Desk, RegistryError, Result};
use serde_json::json;
use sqlx::AnyConnection;

impl Desk {
    /// The household of a person who is in one within reach.
    async fn household_of(&self, connection: &mut AnyConnection, person: &str) -> Result<String> {
        let query = Query::new("SELECT h.id FROM person p JOIN household h ON h.id = p.household WHERE p.id = ");
        self.actor.reach.within(query.bind(person), "h").one(connection, |row| text(row, 0)).await
    }

    /// The person who has a number, whoever it is and wherever.
    pub(super) async fn owner_of(&self, connection: &mut AnyConnection, identity: &Identity) -> Result<Option<String>> {
        let print = self.keys().print(identity.kind, &identity.number);
        sql("SELECT person FROM identity WHERE kind = $1 AND print = $2", [identity.kind.into(), print.into()])
            .first(connection, |row| text(row, 0))
            .await
    }

    /// Puts a number in the place of the one of the same kind that a person has, if any.
    pub(super) async fn replace_identity(
        &self,
        connection: &mut AnyConnection,
        person: &str,
        identity: &Identity,
    ) -> Result<Vec<(String, &'static str, String)>> {
        sql("DELETE FROM identity WHERE person = $1 AND kind = $2", [person.into(), identity.kind.into()])
            .run(connection)
            .await?;
        self.insert_identities(connection, &[(person, identity)]).await
    }

    /// Records a person's identity number, the household being as it was `seen` where that is told; its new version. The
    /// database lets no number be two people's.
    ///
    /// # Errors
    /// [`RegistryError::Exists`], without telling whose it is: the two households are noted as a pair for whoever reaches
    /// both; [`RegistryError::Stale`].
    pub async fn set_identity(&self, person: &str, number: &str, seen: Option<i64>) -> Result<i64> {
        self.actor.may(Action::EditPeople)?;
        let identity = checked_identity(number)?;
        let mut tx = self.store().write().await?;
        let household = self.household_of(&mut tx, person).await?;
        let held = self.hold_household(&mut tx, &household, Action::EditPeople, seen).await?;
        if held.member(person)?.erased {
            let why = "what was known of this person was erased".into();
            return Err(RegistryError::Illegal { step: "recording a number", why });
        }
        if let Some(owner) = self.owner_of(&mut tx, &identity).await?.filter(|owner| owner != person) {
            let refused = self.refuse_number(&mut tx, &held, Some(person), &owner).await?;
            tx.commit().await?;
            return Err(refused);
        }
        let said = self.replace_identity(&mut tx, person, &identity).await?;
        sql("UPDATE household SET version = version + 1 WHERE id = $1", [household.as_str().into()])
            .run(&mut tx)
            .await?;
        let at = self.now();
        ledger::append(&mut tx, &held.place.commune, at, &changes(&self.actor.id, &said)).await?;
        tx.commit().await?;
        Ok(held.version + 1)
    }

    /// Opens a person's identity number (of 12 digits, else that of an old card); the ledger tells who looked.
    pub async fn reveal_identity(&self, person: &str) -> Result<Option<String>> {
        self.actor.may(Action::ReadIdentity)?;
        let mut tx = self.store().write().await?;
        let household = self.household_of(&mut tx, person).await?;
        let place = self.place_of_household(&mut tx, &household).await?;
        ledger::hold(&mut tx, &place.commune).await?;
        self.actor.may_at(Action::ReadIdentity, &place)?;
        let found = sql(
            "SELECT kind, print, sealed FROM identity WHERE person = $1 ORDER BY kind DESC LIMIT 1",
            [person.into()],
        )
        .first(&mut tx, |row| Ok((text(row, 0)?, text(row, 1)?, text(row, 2)?)))
        .await?;
        let Some((kind, print, sealed)) = found else { return Ok(None) };
        let number = self.keys().open(&sealed_for(&kind, &print), &sealed)?;
        let content = ledger::store(&mut tx, &json!({ "kind": kind })).await?;
        let change = Change { author: &self.actor.id, kind: "identity_seen", subject: person, content: &content };
        ledger::append(&mut tx, &place.commune, self.now(), &[change]).await?;
        tx.commit().await?;
        Ok(Some(number.to_string()))
    }

    /// The household, within reach, of whoever has this number.
    pub async fn find_identity(&self, number: &str) -> Result<Option<String>> {
        self.actor.may(Action::ReadPeople)?;
        let identity = checked_identity(number)?;
        let print = self.keys().print(identity.kind, &identity.number);
        let query = Query::new(
            "SELECT h.id FROM identity i JOIN person p ON p.id = i.person JOIN household h ON h.id = p.household \
             WHERE i.kind = ",
        );
        let query = query.bind(identity.kind).push(" AND i.print = ").bind(print);
        let mut connection = self.store().read().await?;
        self.actor.reach.within(query, "h").first(&mut connection, |row| text(row, 0)).await
    }
}
