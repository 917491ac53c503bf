//! What was planned, written: new households by the way all new households go, changes as sets of rows, one entry of the
//! ledger for each household of the list and each that it takes off, and one for the import.

use super::compare::{Entry, SpellChange, says_more};
use super::present::PresentHousehold;
use super::{ImportAction, ImportFile, Imported, Planned};
use crate::areas::Hamlet;
use crate::households::{
    HouseholdDraft, Identity, Membership, PersonDraft, Written, changes, checked_identity, insert_memberships,
    is_own_code,
};
use crate::ledger::{self, Change};
use crate::spells::history::{OFF_LIST, OTHER_DECREASE};
use crate::spells::status::refresh;
use crate::store::{MANY, Query, Value, among, insert_all, insert_or, int, sql};
use crate::text::{given_key, key, new_id};
use crate::{Desk, RegistryError, Result};
use serde::Serialize;
use sqlx::AnyConnection;
use std::collections::HashMap;
use std::collections::hash_map::Entry::Vacant;
use std::sync::Arc;
use vuon_policy::model::List;
use vuon_policy::program::Program;

/// What the ledger keeps of a household of a list: nothing of who its people are, which is told of each alone. What a new
/// household is, its own entry tells.
#[derive(Serialize)]
struct Recorded<'a> {
    import: &'a str,
    /// Its first row; a household that a complete list takes off has none.
    row: Option<u32>,
    standard: &'a str,
    status: &'a str,
    movement: Option<&'a str>,
    valid_from: String,
    /// The spell that began, if one did.
    spell: Option<String>,
    /// The spell that was wrongly known.
    ends: Option<&'a str>,
    /// The code it has now, if that is another.
    #[serde(skip_serializing_if = "Option::is_none")]
    code: Option<String>,
    /// The hamlet it is in now, if that is another.
    #[serde(skip_serializing_if = "Option::is_none")]
    hamlet: Option<String>,
    /// Who came, or is something else to the head now.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    members: Vec<RecordedMember>,
}

#[derive(Serialize)]
struct RecordedMember {
    person: String,
    relation: String,
    membership: String,
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
    let hamlets = hamlets(desk, tx, file, planned, now).await?;
    let mut writing = Writing {
        desk,
        program: desk.register().program(file.standard)?,
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
    writing.confirm();
    writing.take_off();
    writing.statuses(tx).await?;
    writing.finish(tx, first).await
}

/// The hamlets by their folded names, those added that the list brings.
async fn hamlets(
    desk: &Desk,
    tx: &mut AnyConnection,
    file: &ImportFile<'_>,
    planned: &Planned,
    now: i64,
) -> Result<HashMap<String, String>> {
    let mut hamlets: HashMap<String, String> =
        planned.present.hamlets.iter().map(|(key, (id, _))| (key.clone(), id.clone())).collect();
    let mut new: Vec<Hamlet> = Vec::new();
    let entries = planned.compared.entries.iter().filter(|entry| entry.writes_people);
    for name in entries.filter_map(|entry| entry.listed.hamlet.as_deref()) {
        if let Vacant(place) = hamlets.entry(key(name)) {
            let commune = file.commune.to_owned();
            let made = Hamlet { id: new_id(), commune, name: name.to_owned(), since: file.valid_from, until: None };
            place.insert(made.id.clone());
            new.push(made);
        }
    }
    let place = &planned.place;
    let rows = new.iter().map(|hamlet| -> [Value; 7] {
        [
            (&hamlet.id).into(),
            (&place.commune).into(),
            place.district.clone().into(),
            (&place.province).into(),
            (&hamlet.name).into(),
            key(&hamlet.name).into(),
            hamlet.since.into(),
        ]
    });
    insert_all(tx, "hamlet (id, commune, district, province, name, name_key, since)", rows).await?;
    let contents = ledger::store_all(tx, &new).await?;
    let said: Vec<(String, &'static str, String)> =
        new.into_iter().zip(contents).map(|(hamlet, content)| (hamlet.id, "hamlet", content)).collect();
    ledger::append(tx, file.commune, now, &changes(&desk.actor().id, &said)).await?;
    Ok(hamlets)
}

struct Writing<'a> {
    desk: &'a Desk,
    program: Arc<Program>,
    file: &'a ImportFile<'a>,
    planned: &'a Planned,
    hamlets: HashMap<String, String>,
    now: i64,
    import: String,
    spells: Vec<[Value; 9]>,
    /// Spells that are known to be wrong now.
    ended: Vec<String>,
    /// The households that were here before and have another spell, or other people.
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
            self.status(entry, household, Differs::default());
        }
        Ok(())
    }

    /// Writes what differs of households that are here.
    async fn change(&mut self, tx: &mut AnyConnection) -> Result<()> {
        let planned = self.planned;
        let mut households = Vec::new();
        let mut residences: Vec<[Value; 10]> = Vec::new();
        let mut people: Vec<Person<'a>> = Vec::new();
        let mut changed: Vec<(&Entry, &PresentHousehold, Differs)> = Vec::new();
        for entry in self.entries(ImportAction::Change) {
            let Some(household) = entry.present.map(|place| &planned.present.households[place]) else { continue };
            let persons = people_of(entry, household)?;
            let hamlet = self.hamlet(entry).filter(|_| entry.writes_people).cloned();
            let hamlet = hamlet.or(household.hamlet.clone());
            let given = entry.writes_people && is_own_code(&household.code);
            let code = entry.listed.code.as_ref().filter(|_| given).map_or(&household.code, |(code, _)| code);
            let differs = Differs {
                code: (*code != household.code).then(|| code.clone()),
                hamlet: hamlet.clone().filter(|_| hamlet != household.hamlet),
                members: Vec::new(),
            };
            if differs.code.is_some() || differs.hamlet.is_some() {
                let place = &planned.place;
                residences.push([
                    new_id().into(),
                    (&household.id).into(),
                    code.into(),
                    (&place.province).into(),
                    place.district.clone().into(),
                    (&place.commune).into(),
                    hamlet.clone().into(),
                    "import".into(),
                    self.file.valid_from.into(),
                    self.now.into(),
                ]);
            }
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
                hamlet.into(),
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
            changed.push((entry, household, differs));
        }
        let again = " ON CONFLICT (id) DO UPDATE SET code = excluded.code, hamlet = excluded.hamlet, \
                     head = excluded.head, name = excluded.name, name_key = excluded.name_key, \
                     persons = excluded.persons, version = excluded.version";
        let columns = "household (id, code, province, commune, hamlet, head, name, name_key, persons, opened, version)";
        insert_or(tx, columns, again, households).await?;
        let columns =
            "residence (id, household, code, province, district, commune, hamlet, cause, valid_from, known_from)";
        insert_all(tx, columns, residences).await?;
        let mut members = self.people(tx, &people).await?;
        for (entry, household, mut differs) in changed {
            differs.members = members.remove(household.id.as_str()).unwrap_or_default();
            self.status(entry, household.id.clone(), differs);
            self.changed.push(household.id.clone());
        }
        Ok(())
    }

    /// Households that are on the list just as they are here.
    fn confirm(&mut self) {
        let planned = self.planned;
        for entry in self.entries(ImportAction::Same) {
            if let Some(place) = entry.present {
                let household = planned.present.households[place].id.clone();
                self.changed.push(household.clone());
                self.status(entry, household, Differs::default());
            }
        }
    }

    /// Households that a complete list takes off.
    fn take_off(&mut self) {
        let planned = self.planned;
        for absent in &planned.compared.absent {
            let household = planned.present.households[absent.place].id.clone();
            self.done.taken_off += 1;
            self.changed.push(household.clone());
            let spell = self.begin(&household, OFF_LIST, Some(OTHER_DECREASE), absent.ends.as_ref());
            let recorded = self.recorded(None, OFF_LIST, Some(OTHER_DECREASE));
            let ends = absent.ends.as_deref();
            self.recorded.push((household, Recorded { spell: Some(spell), ends, ..recorded }));
        }
    }

    /// Writes people who changed or came, with their entries; by household, who came or is something else to the head.
    async fn people(
        &mut self,
        tx: &mut AnyConnection,
        people: &[Person<'a>],
    ) -> Result<HashMap<&'a str, Vec<RecordedMember>>> {
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

    /// Puts down what becomes of a household's status, and what else differs.
    fn status(&mut self, entry: &'a Entry, household: String, differs: Differs) {
        let listed = &entry.listed;
        let (spell, ends) = match &entry.spell {
            SpellChange::None => (None, None),
            SpellChange::Confirmed => (Some(self.begin(&household, &listed.status, listed.movement, None)), None),
            SpellChange::Begins(wrong) => {
                let spell = self.begin(&household, &listed.status, listed.movement, wrong.as_ref());
                (Some(spell), wrong.as_deref())
            }
        };
        let Differs { code, hamlet, members } = differs;
        let recorded = self.recorded(Some(listed.row), &listed.status, listed.movement);
        self.recorded.push((household, Recorded { spell, ends, code, hamlet, members, ..recorded }));
    }

    /// Puts down a spell that begins on the list's day, and the one that was wrongly known; the new one's id.
    fn begin(&mut self, household: &str, status: &str, movement: Option<&str>, wrong: Option<&String>) -> String {
        let id = new_id();
        self.ended.extend(wrong.cloned());
        self.spells.push([
            (&id).into(),
            household.into(),
            self.file.standard.into(),
            status.into(),
            self.program.list_of(status).map(List::id).into(),
            movement.into(),
            Value::Text(None),
            self.file.valid_from.into(),
            self.now.into(),
        ]);
        id
    }

    fn recorded(&self, row: Option<u32>, status: &'a str, movement: Option<&'a str>) -> Recorded<'a> {
        Recorded {
            import: "",
            row,
            standard: self.file.standard,
            status,
            movement,
            valid_from: self.file.valid_from.to_string(),
            spell: None,
            ends: None,
            code: None,
            hamlet: None,
            members: Vec::new(),
        }
    }

    /// Writes the spells, and into each household that was here the status of its latest one.
    async fn statuses(&mut self, tx: &mut AnyConnection) -> Result<()> {
        for part in self.ended.chunks(MANY) {
            let query = Query::new("UPDATE spell SET known_to = ").bind(self.now).push(" WHERE id IN ");
            among(query, part).run(tx).await?;
        }
        let columns = "spell (id, household, standard, status, list, movement, decision, valid_from, known_from)";
        insert_all(tx, columns, std::mem::take(&mut self.spells)).await?;
        refresh(tx, &self.changed, self.desk.today()).await
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
            "added": done.added, "changed": done.changed, "persons": done.persons, "complete": file.complete,
            "taken_off": done.taken_off,
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
            "INSERT INTO import (id, commune, file, name, valid_from, rows, at, first_seq, last_seq) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
            [
                (&import).into(),
                file.commune.into(),
                (&planned.print).into(),
                file.name.into(),
                file.valid_from.into(),
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

/// What of a household is another than before.
#[derive(Default)]
struct Differs {
    code: Option<String>,
    hamlet: Option<String>,
    members: Vec<RecordedMember>,
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

/// The identity number to be added to a member.
fn new_identity(entry: &Entry, member: usize) -> Result<Option<Identity>> {
    if !entry.identities.contains(&member) {
        return Ok(None);
    }
    let number = entry.listed.members[member].identity.as_deref();
    number.map(checked_identity).transpose().map_err(|_| RegistryError::invalid("identity", "12 digits, or 9"))
}
