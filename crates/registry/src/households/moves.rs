//! Households that divide, move, and end.

use super::NextHead;
use super::add::next_own_code;
use super::duplicates::where_they_live;
use super::held::{Membership, check_not_in_review, insert_memberships, insert_residence, refresh};
use super::people::HEAD;
use crate::areas::place_of;
use crate::ledger::{self, Change};
use crate::requests::check_no_request_waits;
use crate::scope::{Action, Place};
use crate::store::{Query, sql, text};
use crate::text::new_id;
use crate::{Desk, RegistryError, Result};
use jiff::civil::Date;
use serde_json::json;
use std::collections::BTreeMap;

/// Why a household may end.
const CAUSES: [&str; 3] = ["moved_away", "died_out", "other"];

impl Desk {
    /// Some members become a household of their own; its id: the new head and all whose relation to them is told. The new
    /// household has no status until it is reviewed.
    ///
    /// # Errors
    /// [`RegistryError::Invalid`] when the head would leave or nobody would stay; [`RegistryError::Stale`];
    /// [`RegistryError::Day`].
    pub async fn split_household(&self, id: &str, version: i64, new_head: &NextHead, on: Date) -> Result<String> {
        let mut tx = self.store().write().await?;
        let held = self.hold_household(&mut tx, id, Action::EditPeople, Some(version)).await?;
        self.check_day(on, held.opened)?;
        check_not_in_review(&mut tx, id, "split of a household").await?;
        let program = self.register.standard(self.today());
        let head = new_head.person.as_str();
        let mut leaving: BTreeMap<&str, String> = BTreeMap::from([(head, HEAD.to_owned())]);
        for person in new_head.relations.keys().filter(|person| *person != head) {
            leaving.insert(person, new_head.relation_of(program.as_deref(), person)?);
        }
        for person in leaving.keys() {
            let member = held.member(person)?;
            self.check_day(on, member.since)?;
            if member.relation == HEAD {
                return Err(RegistryError::invalid(
                    "persons",
                    "the head stays: name a new head of the household first",
                ));
            }
        }
        new_head.check_age(&held, on)?;
        let at = self.now();
        let new = new_id();
        let code = next_own_code(&mut tx, &held.place.commune).await?;
        sql(
            "INSERT INTO household (id, code, province, district, commune, hamlet, head, name, name_key, persons, opened, \
             version) VALUES ($1, $2, $3, $4, $5, $6, NULL, '', '', 0, $7, 0)",
            [
                new.as_str().into(),
                code.as_str().into(),
                held.place.province.as_str().into(),
                held.place.district.clone().into(),
                held.place.commune.as_str().into(),
                held.place.hamlet.clone().into(),
                on.into(),
            ],
        )
        .run(&mut tx)
        .await?;
        insert_residence(&mut tx, [&new, &code], &held.place, "split", on, at).await?;
        for (person, relation) in &leaving {
            sql(
                "UPDATE person SET household = $2, relation = $3 WHERE id = $1",
                [(*person).into(), new.as_str().into(), relation.as_str().into()],
            )
            .run(&mut tx)
            .await?;
        }
        let memberships: Vec<Membership<'_>> = leaving
            .iter()
            .map(|(person, relation)| Membership {
                person,
                household: Some(&new),
                relation: Some(relation),
                cause: "split",
                from: on,
            })
            .collect();
        insert_memberships(&mut tx, at, &memberships).await?;
        refresh(&mut tx, id).await?;
        refresh(&mut tx, &new).await?;
        let content = json!({
            "from": id,
            "to": new,
            "code": code,
            "persons": leaving.keys().collect::<Vec<_>>(),
            "relations": leaving,
            "head": head,
            "on": on.to_string(),
        });
        let content = ledger::store(&mut tx, &content).await?;
        let changes = [id, &new].map(|subject| Change {
            author: &self.actor.id,
            kind: "household_split",
            subject,
            content: &content,
        });
        ledger::append(&mut tx, &held.place.commune, at, &changes).await?;
        tx.commit().await?;
        Ok(new)
    }

    /// It moves to another hamlet or commune; the new version. The asker must reach where it is; where it goes may be out
    /// of reach, since the officer of the commune it leaves records it. In another commune it keeps its code if that is
    /// free there.
    ///
    /// # Errors
    /// [`RegistryError::Illegal`] while its review is not decided and it leaves the commune; [`RegistryError::Stale`];
    /// [`RegistryError::Day`]; [`RegistryError::NotFound`] for a place that is not there.
    pub async fn move_household(&self, id: &str, version: i64, to: &Place, on: Date) -> Result<i64> {
        self.actor.may(Action::EditPeople)?;
        let mut tx = self.store().write().await?;
        let to = place_of(&mut tx, &to.commune, to.hamlet.as_deref()).await?;
        let from = self.place_of_household(&mut tx, id).await?;
        // Chains are held in the order of their ids, so that two moves across never wait for each other.
        let mut chains = [from.commune.as_str(), to.commune.as_str()];
        chains.sort_unstable();
        for chain in chains {
            ledger::hold(&mut tx, chain).await?;
        }
        let held = self.hold_household(&mut tx, id, Action::EditPeople, Some(version)).await?;
        if held.place == to {
            return Err(RegistryError::invalid("to", "the household is there already"));
        }
        let last = sql("SELECT MAX(valid_from) FROM residence WHERE household = $1 AND known_to IS NULL", [id.into()])
            .one(&mut tx, |row| crate::store::maybe_day(row, 0))
            .await?;
        self.check_day(on, last.unwrap_or(held.opened))?;
        let leaves = held.place.commune != to.commune;
        let mut code = held.code.clone();
        if leaves {
            check_not_in_review(&mut tx, id, "move to another commune").await?;
            let taken = sql(
                "SELECT id FROM household WHERE commune = $1 AND code = $2",
                [to.commune.as_str().into(), code.as_str().into()],
            )
            .first(&mut tx, |row| text(row, 0))
            .await?;
            if taken.is_some() {
                code = next_own_code(&mut tx, &to.commune).await?;
            }
            sql(
                "UPDATE person SET province = $2, commune = $3 WHERE household = $1",
                [id.into(), to.province.as_str().into(), to.commune.as_str().into()],
            )
            .run(&mut tx)
            .await?;
        }
        sql(
            "UPDATE household SET province = $2, district = $3, commune = $4, hamlet = $5, code = $6, \
             version = version + 1 WHERE id = $1",
            [
                id.into(),
                to.province.as_str().into(),
                to.district.clone().into(),
                to.commune.as_str().into(),
                to.hamlet.clone().into(),
                code.as_str().into(),
            ],
        )
        .run(&mut tx)
        .await?;
        let pairs =
            where_they_live().push(" WHERE state = 'open' AND (first = ").bind(id).push(" OR second = ").bind(id);
        pairs.push(")").run(&mut tx).await?;
        let at = self.now();
        insert_residence(&mut tx, [id, &code], &to, "moved", on, at).await?;
        let content = json!({ "from": held.place, "to": to, "code": code, "on": on.to_string() });
        let content = ledger::store(&mut tx, &content).await?;
        let author = self.actor.id.as_str();
        let kind = if leaves { "household_moved" } else { "household_moved_within" };
        let moved = Change { author, kind, subject: id, content: &content };
        ledger::append(&mut tx, &held.place.commune, at, &[moved]).await?;
        if leaves {
            let came = Change { author, kind: "household_came", subject: id, content: &content };
            ledger::append(&mut tx, &to.commune, at, &[came]).await?;
        }
        tx.commit().await?;
        Ok(version + 1)
    }

    /// It is no more: `moved_away` (out of the register), `died_out`, or `other`. Its members are in no household from that
    /// day on.
    ///
    /// # Errors
    /// [`RegistryError::Illegal`] while its review is not decided; [`RegistryError::Stale`]; [`RegistryError::Day`];
    /// [`RegistryError::Invalid`] for another cause.
    pub async fn close_household(&self, id: &str, version: i64, cause: &str, on: Date) -> Result<()> {
        let cause = CAUSES.into_iter().find(|known| *known == cause);
        let cause = cause.ok_or_else(|| RegistryError::invalid("cause", "moved_away, died_out or other"))?;
        let mut tx = self.store().write().await?;
        let held = self.hold_household(&mut tx, id, Action::EditPeople, Some(version)).await?;
        check_not_in_review(&mut tx, id, "closing of a household").await?;
        check_no_request_waits(&mut tx, id, "closing of a household").await?;
        self.check_day(on, held.opened)?;
        for member in &held.members {
            self.check_day(on, member.since)?;
        }
        let at = self.now();
        // Who moves away with the household can come back by the number; who died cannot.
        let each = match cause {
            "moved_away" => "moved_out",
            "died_out" => "died",
            _ => "closed",
        };
        let memberships: Vec<Membership<'_>> = held
            .members
            .iter()
            .map(|member| Membership { person: &member.person, household: None, relation: None, cause: each, from: on })
            .collect();
        insert_memberships(&mut tx, at, &memberships).await?;
        sql("UPDATE person SET household = NULL WHERE household = $1", [id.into()]).run(&mut tx).await?;
        Query::new("UPDATE household SET closed = ")
            .bind(on)
            .push(", version = version + 1 WHERE id = ")
            .bind(id)
            .run(&mut tx)
            .await?;
        sql("DELETE FROM duplicate WHERE state = 'open' AND (first = $1 OR second = $2)", [id.into(), id.into()])
            .run(&mut tx)
            .await?;
        let content = ledger::store(&mut tx, &json!({ "cause": cause, "on": on.to_string() })).await?;
        let change = Change { author: &self.actor.id, kind: "household_closed", subject: id, content: &content };
        ledger::append(&mut tx, &held.place.commune, at, &[change]).await?;
        tx.commit().await?;
        Ok(())
    }
}
