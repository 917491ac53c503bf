//! What was planned, written: new households by the way all new households go, changes as sets of rows, one entry of the
//! ledger for each household that was brought in or changed, and one for the import.

use super::compare::{Entry, SpellChange, says_more};
use super::present::PresentHousehold;
use super::{ImportAction, ImportFile, Imported, Planned};
use crate::households::{
    HouseholdDraft, Identity, Membership, PersonDraft, Written, changes, checked_identity, insert_memberships,
    is_own_code,
};
use crate::ledger::{self, Change};
use crate::store::{Query, Value, insert_all, insert_or, int, sql};
use crate::text::{given_key, key, new_id};
use crate::{Desk, RegistryError, Result};
use serde::Serialize;
use sqlx::AnyConnection;
use std::collections::HashMap;
use std::collections::hash_map::Entry::Vacant;

/// What the ledger keeps of a household of a list: nothing of who its people are, which is told of each alone.
#[derive(Serialize)]
struct Recorded<'a> {
    import: &'a str,
    row: u32,
    standard: &'a str,
    status: &'a str,
    movement: Option<&'a str>,
    valid_from: String,
    /// The spell that began, if one did.
    spell: Option<String>,
    /// The spell that was wrongly known.
    ends: Option<&'a str>,
}

/// Writes a plan.
pub(super) async fn write(
    desk: &Desk,
    tx: &mut AnyConnection,
    file: &ImportFile<'_>,
    planned: &Planned,
) -> Result<Imported> {
    let first = sql("SELECT seq FROM chain WHERE id = $1", [file.commune.into()]).one(tx, |row| int(row, 0)).await? + 1;
    let now = desk.now();
    let hamlets = hamlets(tx, file, planned).await?;
    let mut writing = Writing {
        desk,
        file,
        planned,
        hamlets,
        now,
        import: new_id(),
        spells: Vec::new(),
        ended: Vec::new(),
        changed: Vec::new(),
        recorded: Vec::new(),
        done: Imported::default(),
    };
    writing.add(tx).await?;
    writing.change(tx).await?;
    writing.statuses(tx).await?;
    writing.finish(tx, first).await
}

/// The hamlets by their folded names, those added that the list brings.
async fn hamlets(tx: &mut AnyConnection, file: &ImportFile<'_>, planned: &Planned) -> Result<HashMap<String, String>> {
    let mut hamlets: HashMap<String, String> =
        planned.present.hamlets.iter().map(|(key, (id, _))| (key.clone(), id.clone())).collect();
    let mut new: Vec<[Value; 7]> = Vec::new();
    let entries = planned.compared.entries.iter().filter(|entry| entry.writes_people);
    for name in entries.filter_map(|entry| entry.listed.hamlet.as_deref()) {
        if let Vacant(place) = hamlets.entry(key(name)) {
            let (id, commune) = (new_id(), &planned.place);
            new.push([
                (&id).into(),
                (&commune.commune).into(),
                commune.district.clone().into(),
                (&commune.province).into(),
                name.into(),
                place.key().into(),
                file.valid_from.into(),
            ]);
            place.insert(id);
        }
    }
    insert_all(tx, "hamlet (id, commune, district, province, name, name_key, since)", new).await?;
    Ok(hamlets)
}

struct Writing<'a> {
    desk: &'a Desk,
    file: &'a ImportFile<'a>,
    planned: &'a Planned,
    hamlets: HashMap<String, String>,
    now: i64,
    import: String,
    spells: Vec<[Value; 8]>,
    /// Spells that are known to be wrong now.
    ended: Vec<String>,
    /// The households that were here before.
    changed: Vec<String>,
    /// Household and what is recorded of it.
    recorded: Vec<(String, Recorded<'a>)>,
    done: Imported,
}

impl<'a> Writing<'a> {
    fn entries(&self, action: ImportAction) -> Vec<&'a Entry> {
        let planned = self.planned;
        planned.compared.entries.iter().filter(|entry| entry.action() == action).collect()
    }

    fn hamlet(&self, entry: &Entry) -> Option<&String> {
        entry.listed.hamlet.as_deref().and_then(|hamlet| self.hamlets.get(&key(hamlet)))
    }

    /// Adds the households that are not here yet.
    async fn add(&mut self, tx: &mut AnyConnection) -> Result<()> {
        let entries = self.entries(ImportAction::Add);
        let today = self.desk.today();
        let mut drafts = Vec::with_capacity(entries.len());
        for entry in &entries {
            let members = entry.listed.members.iter().enumerate().map(|(place, member)| {
                Ok(PersonDraft {
                    name: member.name.clone(),
                    relation: member.relation.clone(),
                    sex: member.sex.map(str::to_owned),
                    born: member.born.clone(),
                    ethnic: member.ethnic.clone(),
                    identity: new_identity(entry, place)?,
                })
            });
            let members = members.collect::<Result<Vec<_>>>()?;
            let code = entry.listed.code.as_ref().map(|(code, _)| code.as_str());
            let hamlet = self.hamlet(entry).map(String::as_str);
            let mut draft = HouseholdDraft::checked(code, hamlet, self.file.valid_from, members, today)?;
            draft.status = Some((entry.listed.status.clone(), self.file.standard.to_owned()));
            drafts.push(draft);
        }
        let ids = self.desk.insert_households(tx, &self.planned.place, "import", &drafts).await?;
        for (entry, (household, persons)) in entries.into_iter().zip(ids) {
            self.done.added += 1;
            self.done.persons += persons.len() as u64;
            self.status(entry, household);
        }
        Ok(())
    }

    /// Writes what differs of households that are here.
    async fn change(&mut self, tx: &mut AnyConnection) -> Result<()> {
        let planned = self.planned;
        let mut households = Vec::new();
        let mut residences: Vec<[Value; 9]> = Vec::new();
        let mut people: Vec<Person<'a>> = Vec::new();
        let mut changed = Vec::new();
        for entry in self.entries(ImportAction::Change) {
            let Some(household) = entry.present.map(|place| &planned.present.households[place]) else { continue };
            let persons = people_of(entry, household)?;
            let hamlet = self.hamlet(entry).filter(|_| entry.writes_people).cloned();
            if let Some(hamlet) = hamlet.as_ref().filter(|new| household.hamlet.as_ref() != Some(new)) {
                let place = &planned.place;
                residences.push([
                    new_id().into(),
                    (&household.id).into(),
                    (&place.province).into(),
                    place.district.clone().into(),
                    (&place.commune).into(),
                    hamlet.into(),
                    "import".into(),
                    self.file.valid_from.into(),
                    self.now.into(),
                ]);
            }
            let given = entry.writes_people && is_own_code(&household.code);
            let code = entry.listed.code.as_ref().filter(|_| given).map_or(&household.code, |(code, _)| code);
            let head = persons.iter().find(|person| person.draft.relation == "head");
            let (head, name) = match head.filter(|_| entry.writes_people) {
                Some(head) => (Some(head.id.clone()), &head.draft.name),
                None => (household.head.clone(), &household.name),
            };
            let added = persons.iter().filter(|person| person.known.is_none()).count();
            let added = if entry.writes_people { added } else { 0 };
            self.done.persons += added as u64;
            households.push([
                (&household.id).into(),
                code.into(),
                (&planned.place.province).into(),
                (&planned.place.commune).into(),
                hamlet.or(household.hamlet.clone()).into(),
                head.into(),
                name.into(),
                key(name).into(),
                (household.persons + added as i64).into(),
                household.opened.into(),
                (household.version + 1).into(),
            ]);
            if entry.writes_people {
                people.extend(persons);
            }
            self.done.changed += 1;
            self.status(entry, household.id.clone());
            changed.push(household.id.clone());
        }
        self.changed = changed;
        let again = " ON CONFLICT (id) DO UPDATE SET code = excluded.code, hamlet = excluded.hamlet, \
                     head = excluded.head, name = excluded.name, name_key = excluded.name_key, \
                     persons = excluded.persons, version = excluded.version";
        let columns = "household (id, code, province, commune, hamlet, head, name, name_key, persons, opened, version)";
        insert_or(tx, columns, again, households).await?;
        let columns = "residence (id, household, province, district, commune, hamlet, cause, valid_from, known_from)";
        insert_all(tx, columns, residences).await?;
        self.people(tx, &people).await
    }

    /// Writes people who changed or came, with their entries.
    async fn people(&mut self, tx: &mut AnyConnection, people: &[Person<'a>]) -> Result<()> {
        let place = &self.planned.place;
        let people: Vec<&Person<'_>> = people.iter().filter(|person| person.changes).collect();
        let rows = people.iter().map(|person| -> [Value; 13] {
            let draft = &person.draft;
            [
                (&person.id).into(),
                person.household.into(),
                (&place.province).into(),
                (&place.commune).into(),
                person.order.into(),
                (&draft.relation).into(),
                (&draft.name).into(),
                key(&draft.name).into(),
                given_key(&draft.name).into(),
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
        let memberships: Vec<Membership<'_>> = people
            .iter()
            .filter(|person| person.known != Some(person.draft.relation.as_str()))
            .map(|person| Membership {
                person: &person.id,
                household: Some(person.household),
                relation: Some(&person.draft.relation),
                cause: "import",
                from: self.file.valid_from,
            })
            .collect();
        insert_memberships(tx, self.now, &memberships).await?;
        let author = &self.desk.actor().id;
        ledger::append(tx, self.file.commune, self.now, &changes(author, &said)).await?;
        Ok(())
    }

    /// Puts down what becomes of a household's status.
    fn status(&mut self, entry: &'a Entry, household: String) {
        let (listed, file) = (&entry.listed, self.file);
        let mut spell = None;
        if let SpellChange::Begins(wrong) = &entry.spell {
            let id = new_id();
            self.ended.extend(wrong.clone());
            self.spells.push([
                (&id).into(),
                (&household).into(),
                file.standard.into(),
                (&listed.status).into(),
                listed.movement.into(),
                Value::Text(None),
                file.valid_from.into(),
                self.now.into(),
            ]);
            spell = Some(id);
        }
        let ends = match &entry.spell {
            SpellChange::Begins(wrong) => wrong.as_deref(),
            SpellChange::None => None,
        };
        let recorded = Recorded {
            import: "",
            row: listed.row,
            standard: file.standard,
            status: &listed.status,
            movement: listed.movement,
            valid_from: file.valid_from.to_string(),
            spell,
            ends,
        };
        self.recorded.push((household, recorded));
    }

    /// Writes the spells, and into each household that was here the status of its latest one.
    async fn statuses(&mut self, tx: &mut AnyConnection) -> Result<()> {
        for part in self.ended.chunks(500) {
            let query = Query::new("UPDATE spell SET known_to = ").bind(self.now).push(" WHERE id IN ");
            among(query, part.iter()).run(tx).await?;
        }
        let columns = "spell (id, household, standard, status, movement, decision, valid_from, known_from)";
        insert_all(tx, columns, std::mem::take(&mut self.spells)).await?;
        let latest = " FROM spell s WHERE s.household = household.id AND s.known_to IS NULL AND s.valid_from <= ";
        let order = " ORDER BY s.valid_from DESC, s.known_from DESC, s.id DESC LIMIT 1)";
        let today = self.desk.today();
        for part in self.changed.chunks(500) {
            let query =
                Query::new("UPDATE household SET status = (SELECT s.status").push(latest).bind(today).push(order);
            let query = query.push(", standard = (SELECT s.standard").push(latest).bind(today).push(order);
            among(query.push(" WHERE id IN "), part.iter()).run(tx).await?;
        }
        Ok(())
    }

    /// Writes the entries and the import itself.
    async fn finish(self, tx: &mut AnyConnection, first: i64) -> Result<Imported> {
        let Writing { desk, file, planned, now, import, recorded, done, .. } = self;
        let (subjects, mut contents): (Vec<String>, Vec<Recorded<'_>>) = recorded.into_iter().unzip();
        contents.iter_mut().for_each(|content| content.import = &import);
        let contents = ledger::store_all(tx, &contents).await?;
        let summary = serde_json::json!({
            "file": planned.print, "standard": file.standard, "status": file.status,
            "valid_from": file.valid_from.to_string(), "rows": planned.plan.rows,
            "added": done.added, "changed": done.changed, "persons": done.persons,
        });
        let summary = ledger::store(tx, &summary).await?;
        let author = &desk.actor().id;
        let mut entries: Vec<Change<'_>> = subjects
            .iter()
            .zip(&contents)
            .map(|(subject, content)| Change { author, kind: "household_imported", subject, content })
            .collect();
        entries.push(Change { author, kind: "import", subject: &import, content: &summary });
        let last = ledger::append(tx, file.commune, now, &entries).await?;
        sql(
            "INSERT INTO import (id, commune, file, name, rows, at, first_seq, last_seq) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
            [
                (&import).into(),
                file.commune.into(),
                (&planned.print).into(),
                file.name.into(),
                i64::from(planned.plan.rows).into(),
                now.into(),
                first.into(),
                last.into(),
            ],
        )
        .run(tx)
        .await?;
        Ok(done)
    }
}

/// A person of a household that is here.
struct Person<'a> {
    id: String,
    household: &'a str,
    order: i64,
    /// The relation so far; nothing for who is new.
    known: Option<&'a str>,
    changes: bool,
    draft: PersonDraft,
}

/// The listed members of a household, as they will be.
fn people_of<'a>(entry: &'a Entry, household: &'a PresentHousehold) -> Result<Vec<Person<'a>>> {
    let mut order = household.members.iter().map(|member| member.order).max().unwrap_or(-1);
    let mut people = Vec::with_capacity(entry.listed.members.len());
    for (place, (listed, known)) in entry.listed.members.iter().zip(&entry.persons).enumerate() {
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

/// The identity number to be added to a member.
fn new_identity(entry: &Entry, member: usize) -> Result<Option<Identity>> {
    if !entry.identities.contains(&member) {
        return Ok(None);
    }
    let number = entry.listed.members[member].identity.as_deref();
    number.map(checked_identity).transpose().map_err(|_| RegistryError::invalid("identity", "12 digits, or 9"))
}

/// Adds a list of ids to a query.
fn among<'s>(query: Query, ids: impl Iterator<Item = &'s String>) -> Query {
    let query = ids
        .enumerate()
        .fold(query.push("("), |query, (place, id)| if place == 0 { query } else { query.push(", ") }.bind(id));
    query.push(")")
}
