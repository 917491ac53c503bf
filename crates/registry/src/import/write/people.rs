//! The people of households that are here: who changed, and who came.

use super::records::RecordedMember;
use super::{Writing, new_identity};
use crate::households::{Membership, PersonDraft, Written, changes, insert_memberships};
use crate::import::compare::{Entry, says_more};
use crate::import::present::PresentHousehold;
use crate::store::{Value, insert_or};
use crate::text::{given_key, key, new_id};
use crate::{Result, ledger};
use sqlx::AnyConnection;
use std::collections::HashMap;

/// A person of a household that is here.
pub(super) struct Person<'a> {
    pub id: String,
    pub household: &'a str,
    pub order: i64,
    /// The relation so far; nothing for who is new.
    pub known: Option<&'a str>,
    pub changes: bool,
    pub draft: PersonDraft,
}

/// The listed members of a household, as they will be.
pub(super) fn people_of<'a>(entry: &'a Entry, household: &'a PresentHousehold) -> Result<Vec<Person<'a>>> {
    let mut order = household.members.iter().map(|member| member.order).max().unwrap_or(-1);
    let mut people = Vec::with_capacity(entry.listed.members.len());
    let listed = entry.listed.members.iter().zip(&entry.persons).enumerate();
    for (place, (listed, known)) in listed.filter(|(_, (listed, _))| !listed.erased) {
        let known = known.and_then(|place| household.members.get(place));
        let born = listed.born.as_deref().filter(|b| says_more(b, known.and_then(|k| k.born.as_deref())));
        let draft = PersonDraft {
            name: known.map_or(&listed.name, |known| &known.name).clone(),
            relation: listed.relation.clone(),
            sex: listed.sex.or(known.and_then(|known| known.sex.as_deref())).map(str::to_owned),
            born: born.or(known.and_then(|known| known.born.as_deref())).map(str::to_owned),
            ethnic: listed.ethnic.clone().or(known.and_then(|known| known.ethnic.clone())),
            identity: new_identity(entry, place)?,
        };
        let changes = known.is_none_or(|known| {
            draft.identity.is_some()
                || draft.relation != known.relation
                || draft.sex != known.sex
                || draft.born != known.born
                || draft.ethnic != known.ethnic
        });
        if known.is_none() {
            order += 1;
        }
        people.push(Person {
            id: known.map_or_else(new_id, |known| known.id.clone()),
            household: &household.id,
            order: known.map_or(order, |known| known.order),
            known: known.map(|known| known.relation.as_str()),
            changes,
            draft,
        });
    }
    Ok(people)
}

impl<'a> Writing<'a> {
    /// Writes people who changed or came, with their entries; by household, who came or is something else to the head.
    pub(super) async fn people(
        &mut self,
        tx: &mut AnyConnection,
        people: &[Person<'a>],
    ) -> Result<HashMap<&'a str, Vec<RecordedMember>>> {
        let place = &self.planned.place;
        let people: Vec<&Person<'_>> = people.iter().filter(|person| person.changes).collect();
        let rows = people.iter().map(|person| -> [Value; 13] {
            let draft = &person.draft;
            let name_key = key(&draft.name);
            [
                (&person.id).into(),
                person.household.into(),
                (&place.province).into(),
                (&place.commune).into(),
                person.order.into(),
                (&draft.relation).into(),
                (&draft.name).into(),
                name_key.as_str().into(),
                given_key(&name_key).into(),
                draft.sex.clone().into(),
                draft.born.clone().into(),
                draft.ethnic.clone().into(),
                false.into(),
            ]
        });
        let again = " ON CONFLICT (id) DO UPDATE SET relation = excluded.relation, sex = excluded.sex, \
                     born = excluded.born, ethnic = excluded.ethnic";
        let columns = "person (id, household, province, commune, place, relation, name, name_key, given_key, sex, born, \
                       ethnic, erased)";
        insert_or(tx, columns, again, rows.collect::<Vec<_>>()).await?;
        let written: Vec<Written<'_>> = people
            .iter()
            .map(|person| Written {
                person: &person.id,
                household: person.household,
                province: &place.province,
                commune: &place.commune,
                place: person.order,
                draft: &person.draft,
            })
            .collect();
        let said = self.desk.describe_people(tx, &written).await?;
        let joined: Vec<&Person<'a>> =
            people.iter().copied().filter(|person| person.known != Some(person.draft.relation.as_str())).collect();
        let memberships: Vec<Membership<'_>> = joined
            .iter()
            .map(|person| Membership {
                person: &person.id,
                household: Some(person.household),
                relation: Some(&person.draft.relation),
                cause: "import",
                from: self.file.valid_from,
            })
            .collect();
        let memberships = insert_memberships(tx, self.now, &memberships).await?;
        let author = &self.desk.actor().id;
        ledger::append(tx, self.file.commune, self.now, &changes(author, &said)).await?;
        let mut members: HashMap<&str, Vec<RecordedMember>> = HashMap::new();
        for (person, membership) in joined.into_iter().zip(memberships) {
            let relation = person.draft.relation.clone();
            let member = RecordedMember { person: person.id.clone(), relation, membership };
            members.entry(person.household).or_default().push(member);
        }
        Ok(members)
    }
}
