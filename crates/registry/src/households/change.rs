//! Who belongs to a household: births, deaths, comings, goings, another head, corrections.

use super::held::{Held, Membership, insert_memberships, refresh};
use super::people::{HEAD, Identity, PersonDraft, Written, changes, checked_identity, taken};
use super::{MemberChange, NewMember, NextHead};
use crate::ledger;
use crate::scope::Action;
use crate::store::{Query, among, maybe, sql, text};
use crate::text::{given_key, key, new_id};
use crate::{Desk, RegistryError, Result};
use jiff::ToSpan;
use jiff::civil::Date;
use serde_json::json;
use sqlx::AnyConnection;

/// What entries of a change say: subject, kind, content.
type Said = Vec<(String, &'static str, String)>;

/// A transaction in which a household is in hand.
struct Step<'a> {
    connection: &'a mut AnyConnection,
    held: Held,
    on: Date,
    at: i64,
}

impl Desk {
    /// Changes who belongs to it, from a day on; the new version.
    ///
    /// # Errors
    /// [`RegistryError::Stale`] when `version` is not the present one; [`RegistryError::Day`] for a day before what was
    /// recorded last; [`RegistryError::Invalid`]; [`RegistryError::Exists`] for an identity number that is recorded already.
    pub async fn change_members(&self, id: &str, version: i64, change: &MemberChange, on: Date) -> Result<i64> {
        let mut tx = self.store().write().await?;
        let held = self.hold_household(&mut tx, id, Action::EditPeople, Some(version)).await?;
        self.check_day(on, held.opened)?;
        if let Some((person, owner)) = self.taken_number(&mut tx, &held, change, on).await? {
            let refused = self.refuse_number(&mut tx, &held, person, &owner).await?;
            tx.commit().await?;
            return Err(refused);
        }
        let at = self.now();
        let mut step = Step { connection: &mut tx, held, on, at };
        let (content, mut said) = match change {
            MemberChange::Born { member } => self.comes(&mut step, member, "born").await?,
            MemberChange::MovedIn { member } => self.comes(&mut step, member, "moved_in").await?,
            MemberChange::Died { person, new_head } => self.goes(&mut step, person, new_head.as_ref(), "died").await?,
            MemberChange::MovedOut { person, new_head } => {
                self.goes(&mut step, person, new_head.as_ref(), "moved_out").await?
            }
            MemberChange::NewHead { new_head } => self.another_head(&mut step, new_head).await?,
            MemberChange::Corrected { person, member } => self.corrected(&mut step, person, member).await?,
        };
        let commune = step.held.place.commune.clone();
        refresh(&mut tx, id).await?;
        let content = ledger::store(&mut tx, &content).await?;
        said.insert(0, (id.to_owned(), "members", content));
        ledger::append(&mut tx, &commune, at, &changes(&self.actor.id, &said)).await?;
        tx.commit().await?;
        Ok(version + 1)
    }

    /// Whether a change gives a number that somebody else has to a member, or to who comes: to whom, and whose it is.
    async fn taken_number<'c>(
        &self,
        connection: &mut AnyConnection,
        held: &Held,
        change: &'c MemberChange,
        on: Date,
    ) -> Result<Option<(Option<&'c str>, String)>> {
        let (person, member) = match change {
            MemberChange::Corrected { person, member } => (Some(person.as_str()), member),
            MemberChange::Born { member } | MemberChange::MovedIn { member } => (None, member),
            _ => return Ok(None),
        };
        let Some(number) = member.identity.as_deref().filter(|number| !number.trim().is_empty()) else {
            return Ok(None);
        };
        if let Some(person) = person {
            held.member(person)?;
        }
        let identity = checked_identity(number)?;
        let Some(owner) = self.owner_of(connection, &identity).await?.filter(|owner| Some(owner.as_str()) != person)
        else {
            return Ok(None);
        };
        let back = matches!(change, MemberChange::MovedIn { .. })
            && self.gone_before(connection, &identity, &member.name, on).await?.is_some();
        Ok((!back).then_some((person, owner)))
    }

    async fn comes(
        &self,
        step: &mut Step<'_>,
        member: &NewMember,
        cause: &'static str,
    ) -> Result<(serde_json::Value, Said)> {
        let draft = self.checked_member(member)?;
        if draft.relation == HEAD {
            return Err(RegistryError::invalid(
                "relation",
                "the household has a head: record who comes, then the new head",
            ));
        }
        let old = draft.born.as_deref().is_some_and(|born| is_older_than_a_year(born, step.on));
        if cause == "born" && old {
            return Err(RegistryError::invalid(
                "born",
                "a newborn was born within the year before this day; somebody older came to live here",
            ));
        }
        let known = match (&draft.identity, cause) {
            (Some(identity), "moved_in") => self.gone_before(step.connection, identity, &draft.name, step.on).await?,
            _ => None,
        };
        let home = step.held.clone();
        let person = known.clone().unwrap_or_else(new_id);
        let written = [Written {
            person: &person,
            household: &home.id,
            province: &home.place.province,
            commune: &home.place.commune,
            place: home.next_place(),
            draft: &draft,
        }];
        let said = if known.is_some() {
            self.rejoin(step, &written[0]).await?
        } else {
            self.insert_people(step.connection, &written).await?
        };
        let membership = Membership {
            person: &person,
            household: Some(&home.id),
            relation: Some(&draft.relation),
            cause,
            from: step.on,
        };
        insert_memberships(step.connection, step.at, &[membership]).await?;
        let content = json!({
            "change": cause,
            "person": person,
            "relation": draft.relation,
            "on": step.on.to_string(),
        });
        Ok((content, said))
    }

    /// Somebody who moved out of another household of the register, and is told by number and name to be who comes now.
    async fn gone_before(
        &self,
        connection: &mut AnyConnection,
        identity: &Identity,
        name: &str,
        on: Date,
    ) -> Result<Option<String>> {
        let print = self.keys().print(identity.kind, &identity.number);
        let found = sql(
            "SELECT p.id, p.household, p.name_key, m.cause, m.valid_from FROM identity i JOIN person p ON p.id = i.person \
             JOIN membership m ON m.person = p.id WHERE i.kind = $1 AND i.print = $2 AND m.known_to IS NULL \
             ORDER BY m.valid_from DESC, m.known_from DESC, m.id DESC LIMIT 1",
            [identity.kind.into(), print.into()],
        )
        .first(connection, |row| {
            Ok((text(row, 0)?, maybe(row, 1)?, text(row, 2)?, text(row, 3)?, crate::store::day(row, 4)?))
        })
        .await?;
        let Some((person, household, name_key, cause, since)) = found else { return Ok(None) };
        let same = household.is_none() && cause == "moved_out" && name_key == key(name) && since <= on;
        Ok(same.then_some(person))
    }

    /// Writes a person who was here before into another household.
    async fn rejoin(&self, step: &mut Step<'_>, written: &Written<'_>) -> Result<Said> {
        let free = sql(
            "UPDATE person SET household = $2, province = $3, commune = $4, place = $5 WHERE id = $1 AND household IS NULL",
            [
                written.person.into(),
                written.household.into(),
                written.province.into(),
                written.commune.into(),
                written.place.into(),
            ],
        )
        .run(step.connection)
        .await?;
        if free == 0 {
            return Err(taken());
        }
        let draft = PersonDraft { identity: None, ..written.draft.clone() };
        write_person(step.connection, written.person, &draft).await?;
        self.describe_people(step.connection, &[Written { draft: &draft, ..*written }]).await
    }

    async fn goes(
        &self,
        step: &mut Step<'_>,
        person: &str,
        new_head: Option<&NextHead>,
        cause: &'static str,
    ) -> Result<(serde_json::Value, Said)> {
        let member = step.held.member(person)?.clone();
        self.check_day(step.on, member.since)?;
        let was_head = member.relation == HEAD;
        if step.held.members.len() == 1 {
            return Err(RegistryError::invalid("person", "nobody would be left: close the household instead"));
        }
        match new_head {
            None if was_head => return Err(RegistryError::invalid("new_head", "say who is the head now")),
            Some(_) if !was_head => return Err(RegistryError::invalid("new_head", "the head stays: leave this empty")),
            Some(new) if new.person == person => return Err(RegistryError::invalid("new_head", "somebody who stays")),
            _ => {}
        }
        sql("UPDATE person SET household = NULL WHERE id = $1", [person.into()]).run(step.connection).await?;
        let leaves = Membership { person, household: None, relation: None, cause, from: step.on };
        insert_memberships(step.connection, step.at, &[leaves]).await?;
        if let Some(new) = new_head {
            self.install(step, new, Some(person)).await?;
        }
        let mut content = json!({ "change": cause, "person": person, "on": step.on.to_string() });
        if let Some(new) = new_head {
            content["new_head"] = json!(new.person);
            content["relations"] = json!(new.relations);
        }
        Ok((content, Vec::new()))
    }

    async fn another_head(&self, step: &mut Step<'_>, new_head: &NextHead) -> Result<(serde_json::Value, Said)> {
        let former = step.held.head.clone().ok_or(RegistryError::NotFound)?;
        if new_head.person == former {
            return Err(RegistryError::invalid("person", "this person is the head"));
        }
        self.install(step, new_head, None).await?;
        let content = json!({
            "change": "new_head",
            "person": new_head.person,
            "former": former,
            "relations": new_head.relations,
            "on": step.on.to_string(),
        });
        Ok((content, Vec::new()))
    }

    /// Makes a member the head, and writes what everybody who stays is to them. `gone` has left.
    async fn install(&self, step: &mut Step<'_>, new_head: &NextHead, gone: Option<&str>) -> Result<()> {
        if new_head.person.is_empty() {
            return Err(RegistryError::invalid("new_head", "say who is the head now"));
        }
        new_head.check_age(&step.held, step.on)?;
        let program = self.register.standard(self.today());
        let staying: Vec<_> = step.held.members.iter().filter(|member| Some(member.person.as_str()) != gone).collect();
        let mut changes = Vec::with_capacity(staying.len());
        for member in staying {
            let head = member.person == new_head.person;
            let relation =
                if head { HEAD.to_owned() } else { new_head.relation_of(program.as_deref(), &member.person)? };
            if relation != member.relation {
                self.check_day(step.on, member.since)?;
                changes.push((member.person.clone(), relation));
            }
        }
        // The head last: at no time are there two.
        changes.sort_by_key(|(_, relation)| relation == HEAD);
        for (person, relation) in changes {
            relate(step, &person, &relation, "new_head").await?;
        }
        Ok(())
    }

    async fn corrected(
        &self,
        step: &mut Step<'_>,
        person: &str,
        member: &NewMember,
    ) -> Result<(serde_json::Value, Said)> {
        let draft = self.checked_member(member)?;
        let known = step.held.member(person)?.clone();
        if known.erased {
            return Err(RegistryError::Illegal {
                step: "correction",
                why: "what was known of this person was erased".into(),
            });
        }
        if (known.relation == HEAD) != (draft.relation == HEAD) {
            return Err(RegistryError::invalid("relation", "who is the head is changed by naming a new head"));
        }
        write_person(step.connection, person, &draft).await?;
        let mut ends = Vec::new();
        if known.relation != draft.relation {
            // What was recorded is known no more; the same membership, right, is known from now on.
            ends = sql(
                "SELECT id FROM membership WHERE person = $1 AND known_to IS NULL AND valid_from = $2 ORDER BY id",
                [person.into(), known.since.into()],
            )
            .all(step.connection, |row| text(row, 0))
            .await?;
            let query = Query::new("UPDATE membership SET known_to = ").bind(step.at).push(" WHERE id IN ");
            among(query, &ends).run(step.connection).await?;
            let right = Membership {
                person,
                household: Some(&step.held.id),
                relation: Some(&draft.relation),
                cause: "corrected",
                from: known.since,
            };
            insert_memberships(step.connection, step.at, &[right]).await?;
        }
        let mut said = Vec::new();
        if let Some(identity) = &draft.identity {
            said = self.replace_identity(step.connection, person, identity).await?;
        }
        let described = PersonDraft { identity: None, ..draft };
        let written = Written {
            person,
            household: &step.held.id,
            province: &step.held.place.province,
            commune: &step.held.place.commune,
            place: known.place,
            draft: &described,
        };
        said.extend(self.describe_people(step.connection, &[written]).await?);
        let mut content = json!({
            "change": "corrected",
            "person": person,
            "relation": described.relation,
            "on": step.on.to_string(),
        });
        if !ends.is_empty() {
            content["from"] = json!(known.since);
            content["ends"] = json!(ends);
        }
        Ok((content, said))
    }
}

/// Whether somebody was born more than a year before a day; of a year alone, whether every day of it is.
fn is_older_than_a_year(born: &str, on: Date) -> bool {
    match born.parse::<Date>() {
        Ok(day) => day.checked_add(1.year()).is_ok_and(|birthday| birthday < on),
        Err(_) => born.parse::<i16>().is_ok_and(|year| year + 1 < on.year()),
    }
}

/// Gives a member another relation from a day on.
async fn relate(step: &mut Step<'_>, person: &str, relation: &str, cause: &str) -> Result<()> {
    step.held.member(person)?;
    sql("UPDATE person SET relation = $2 WHERE id = $1", [person.into(), relation.into()]).run(step.connection).await?;
    let membership =
        Membership { person, household: Some(&step.held.id), relation: Some(relation), cause, from: step.on };
    insert_memberships(step.connection, step.at, &[membership]).await?;
    Ok(())
}

/// Writes over what the row of a person says; what it said stays in the ledger.
async fn write_person(connection: &mut AnyConnection, person: &str, draft: &PersonDraft) -> Result<()> {
    let name_key = key(&draft.name);
    sql(
        "UPDATE person SET relation = $2, name = $3, name_key = $4, given_key = $5, sex = $6, born = $7, ethnic = $8 \
         WHERE id = $1",
        [
            person.into(),
            draft.relation.as_str().into(),
            draft.name.as_str().into(),
            name_key.as_str().into(),
            given_key(&name_key).into(),
            draft.sex.clone().into(),
            draft.born.clone().into(),
            draft.ethnic.clone().into(),
        ],
    )
    .run(connection)
    .await?;
    Ok(())
}
