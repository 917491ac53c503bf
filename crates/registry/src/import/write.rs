//! What was planned, written: sets of rows, one entry of the ledger for each household that is added or changed, and one
//! for the import.

use super::compare::{Entry, SpellChange, says_more};
use super::present::{PresentHousehold, PresentSpell};
use super::{ImportAction, ImportFile, Imported, Planned};
use crate::ledger::{self, Change};
use crate::people_rows::{self as rows, HouseholdRow, PersonRow};
use crate::scope::Place;
use crate::store::{Query, Value, insert_all, sql};
use crate::text::{key, new_id};
use crate::{Desk, Result};
use serde::Serialize;
use sqlx::AnyConnection;
use std::collections::HashMap;

/// The kind of entry about a household that came, or was changed, with a list.
pub(super) const HOUSEHOLD_ENTRY: &str = "household_imported";

/// What the ledger keeps of a household that was brought in.
#[derive(Serialize)]
struct Recorded<'a> {
    import: &'a str,
    row: u32,
    code: &'a str,
    hamlet: Option<&'a str>,
    standard: &'a str,
    status: &'a str,
    movement: Option<&'a str>,
    valid_from: String,
    members: Vec<RecordedMember<'a>>,
    differences: Vec<&'a str>,
}

#[derive(Serialize)]
struct RecordedMember<'a> {
    person: &'a str,
    name: &'a str,
    relation: &'a str,
    sex: Option<&'a str>,
    born: Option<&'a str>,
    ethnic: Option<&'a str>,
}

/// Rows that are put together for all households, and then written.
#[derive(Default)]
struct Batch {
    households: Vec<[Value; 14]>,
    persons: Vec<[Value; 13]>,
    memberships: Vec<[Value; 7]>,
    residences: Vec<[Value; 9]>,
    spells: Vec<[Value; 8]>,
    identities: Vec<[Value; 4]>,
    /// Spells that are known to be wrong now.
    ended: Vec<String>,
    subjects: Vec<String>,
    contents: Vec<String>,
}

/// Writes a plan.
pub(super) async fn write(
    desk: &Desk,
    tx: &mut AnyConnection,
    file: &ImportFile<'_>,
    planned: &Planned,
) -> Result<Imported> {
    let now = desk.now();
    let import = new_id();
    let hamlets = hamlets(tx, file, planned).await?;
    let mut writing = Writing {
        desk,
        file,
        place: &planned.place,
        hamlets,
        now,
        import: &import,
        code: next_code(&planned.present.households),
        batch: Batch::default(),
        done: Imported::default(),
    };
    for entry in &planned.compared.entries {
        match (entry.action(), entry.present) {
            (ImportAction::Add, _) => writing.add(entry),
            (ImportAction::Change, Some(place)) => writing.change(entry, &planned.present.households[place]),
            _ => {}
        }
    }
    let Writing { batch, done, .. } = writing;
    batch.write(tx, now).await?;
    let summary = serde_json::json!({
        "file": planned.print, "standard": file.standard, "status": file.status,
        "valid_from": file.valid_from.to_string(), "rows": planned.plan.rows,
        "added": done.added, "changed": done.changed, "persons": done.persons,
    });
    let Batch { subjects, contents, .. } = batch;
    let contents = rows::store_contents(tx, contents).await?;
    let summary = ledger::store(tx, &summary).await?;
    let author = &desk.actor.id;
    let mut changes: Vec<Change<'_>> = subjects
        .iter()
        .zip(&contents)
        .map(|(subject, content)| Change { author, kind: HOUSEHOLD_ENTRY, subject, content })
        .collect();
    changes.push(Change { author, kind: "import", subject: &import, content: &summary });
    ledger::append(tx, file.commune, now, &changes).await?;
    sql(
        "INSERT INTO import (id, commune, file, name, rows, at) VALUES ($1, $2, $3, $4, $5, $6)",
        [
            (&import).into(),
            file.commune.into(),
            (&planned.print).into(),
            file.name.into(),
            i64::from(planned.plan.rows).into(),
            now.into(),
        ],
    )
    .run(tx)
    .await?;
    Ok(done)
}

/// The hamlets by their folded names, those added that the list brings.
async fn hamlets(
    tx: &mut AnyConnection,
    file: &ImportFile<'_>,
    planned: &Planned,
) -> Result<HashMap<String, String>> {
    let mut hamlets: HashMap<String, String> =
        planned.present.hamlets.iter().map(|(key, (id, _))| (key.clone(), id.clone())).collect();
    let mut new: Vec<[Value; 7]> = Vec::new();
    let entries = planned.compared.entries.iter().filter(|entry| entry.writes_people);
    for name in entries.filter_map(|entry| entry.listed.hamlet.as_deref()) {
        let folded = key(name);
        if !hamlets.contains_key(&folded) {
            let id = new_id();
            let place = &planned.place;
            new.push([
                (&id).into(),
                (&place.commune).into(),
                place.district.clone().into(),
                (&place.province).into(),
                name.into(),
                (&folded).into(),
                file.valid_from.into(),
            ]);
            hamlets.insert(folded, id);
        }
    }
    insert_all(tx, "hamlet (id, commune, district, province, name, name_key, since)", new).await?;
    Ok(hamlets)
}

/// The number after the last that the register gave.
fn next_code(households: &[PresentHousehold]) -> u64 {
    let given = households.iter().filter_map(|h| rows::given_number(&h.code));
    given.max().map_or(1, |last| last + 1)
}

struct Writing<'a> {
    desk: &'a Desk,
    file: &'a ImportFile<'a>,
    place: &'a Place,
    hamlets: HashMap<String, String>,
    now: i64,
    import: &'a str,
    /// The next number of a code that the register gives.
    code: u64,
    batch: Batch,
    done: Imported,
}

impl Writing<'_> {
    fn add(&mut self, entry: &Entry) {
        let (listed, file, at) = (&entry.listed, self.file, (self.file.valid_from, self.now));
        let id = new_id();
        let code = match &listed.code {
            Some((code, _)) => code.clone(),
            None => {
                self.code += 1;
                rows::given_code(self.code - 1)
            }
        };
        let hamlet = listed.hamlet.as_deref().and_then(|hamlet| self.hamlets.get(&key(hamlet))).cloned();
        let persons: Vec<String> = listed.members.iter().map(|_| new_id()).collect();
        self.batch.households.push(
            HouseholdRow {
                id: &id,
                code: &code,
                place: self.place,
                hamlet: hamlet.as_deref(),
                head: (&persons[0], &listed.head().name),
                persons: persons.len() as i64,
                status: Some((&listed.status, file.standard)),
                opened: file.valid_from,
                version: 1,
            }
            .values(),
        );
        for (order, (member, person)) in listed.members.iter().zip(&persons).enumerate() {
            self.batch.persons.push(
                PersonRow {
                    id: person,
                    household: &id,
                    place: self.place,
                    order: order as i64,
                    relation: &member.relation,
                    name: &member.name,
                    sex: member.sex,
                    born: member.born.as_deref(),
                    ethnic: member.ethnic.as_deref(),
                }
                .values(),
            );
            self.batch.memberships.push(rows::membership(person, &id, &member.relation, "import", at));
        }
        self.batch.residences.push(rows::residence(&id, self.place, hamlet.as_deref(), "import", at));
        let status = (listed.status.as_str(), file.standard);
        self.batch.spells.push(rows::spell(&id, status, listed.movement, at));
        self.identities(entry, &persons);
        self.record(entry, id, &code, &persons);
        self.done.added += 1;
        self.done.persons += persons.len() as u64;
    }

    fn change(&mut self, entry: &Entry, household: &PresentHousehold) {
        let (listed, file, at) = (&entry.listed, self.file, (self.file.valid_from, self.now));
        let mut hamlet = household.hamlet.clone();
        let mut head = (household.head.clone().unwrap_or_default(), household.name.clone());
        let mut count = household.persons;
        let mut persons = Vec::with_capacity(listed.members.len());
        let mut order = household.members.iter().map(|member| member.order).max().unwrap_or(-1);
        for (member, known) in listed.members.iter().zip(&entry.persons) {
            let known = known.and_then(|place| household.members.get(place));
            let id = known.map_or_else(new_id, |known| known.id.clone());
            if entry.writes_people {
                let born = member.born.as_deref().filter(|b| says_more(b, known.and_then(|k| k.born.as_deref())));
                let place = known.map_or_else(
                    || {
                        order += 1;
                        order
                    },
                    |known| known.order,
                );
                self.batch.persons.push(
                    PersonRow {
                        id: &id,
                        household: &household.id,
                        place: self.place,
                        order: place,
                        relation: &member.relation,
                        name: known.map_or(&member.name, |known| &known.name),
                        sex: member.sex.or(known.and_then(|known| known.sex.as_deref())),
                        born: born.or(known.and_then(|known| known.born.as_deref())),
                        ethnic: member.ethnic.as_deref().or(known.and_then(|known| known.ethnic.as_deref())),
                    }
                    .values(),
                );
                if known.is_none_or(|known| known.relation != member.relation) {
                    let row = rows::membership(&id, &household.id, &member.relation, "import", at);
                    self.batch.memberships.push(row);
                }
                if known.is_none() {
                    count += 1;
                    self.done.persons += 1;
                }
                if member.relation == "head" {
                    head = (id.clone(), known.map_or(&member.name, |known| &known.name).clone());
                }
            }
            persons.push(id);
        }
        if let Some(new) = listed.hamlet.as_deref().and_then(|h| self.hamlets.get(&key(h))).filter(|_| entry.writes_people)
            && hamlet.as_ref() != Some(new)
        {
            hamlet = Some(new.clone());
            self.batch.residences.push(rows::residence(&household.id, self.place, Some(new), "import", at));
        }
        let mut spells = household.spells.clone();
        if let SpellChange::Begins(wrong) = &entry.spell {
            spells.retain(|spell| Some(&spell.id) != wrong.as_ref());
            self.batch.ended.extend(wrong.clone());
            let status = (listed.status.as_str(), file.standard);
            self.batch.spells.push(rows::spell(&household.id, status, listed.movement, at));
            spells.push(PresentSpell {
                id: String::new(),
                standard: file.standard.to_owned(),
                status: listed.status.clone(),
                decided: false,
                valid_from: file.valid_from,
            });
        }
        let given = entry.writes_people && rows::given_number(&household.code).is_some();
        let code = listed.code.as_ref().filter(|_| given).map_or(&household.code, |(code, _)| code);
        let today = self.desk.today();
        let latest = spells.iter().filter(|spell| spell.valid_from <= today).max_by_key(|spell| spell.valid_from);
        self.batch.households.push(
            HouseholdRow {
                id: &household.id,
                code,
                place: self.place,
                hamlet: hamlet.as_deref(),
                head: (&head.0, &head.1),
                persons: count,
                status: latest.map(|spell| (spell.status.as_str(), spell.standard.as_str())),
                opened: household.opened,
                version: household.version + 1,
            }
            .values(),
        );
        self.identities(entry, &persons);
        self.record(entry, household.id.clone(), code, &persons);
        self.done.changed += 1;
    }

    fn identities(&mut self, entry: &Entry, persons: &[String]) {
        for (member, kind, print) in &entry.identities {
            let person = &persons[*member];
            if let Some(number) = &entry.listed.members[*member].identity {
                let sealed = self.desk.keys().seal(person, number);
                self.batch.identities.push([(*kind).into(), print.into(), person.into(), sealed.into()]);
            }
        }
    }

    fn record(&mut self, entry: &Entry, household: String, code: &str, persons: &[String]) {
        let listed = &entry.listed;
        let members = listed.members.iter().zip(persons).map(|(member, person)| RecordedMember {
            person,
            name: &member.name,
            relation: &member.relation,
            sex: member.sex,
            born: member.born.as_deref(),
            ethnic: member.ethnic.as_deref(),
        });
        let recorded = Recorded {
            import: self.import,
            row: listed.row,
            code,
            hamlet: listed.hamlet.as_deref(),
            standard: self.file.standard,
            status: &listed.status,
            movement: listed.movement,
            valid_from: self.file.valid_from.to_string(),
            members: members.collect(),
            differences: entry.differences.iter().map(|told| told[1].as_str()).collect(),
        };
        // A struct of texts is always JSON.
        self.batch.contents.push(serde_json::to_string(&recorded).unwrap_or_default());
        self.batch.subjects.push(household);
    }
}

impl Batch {
    async fn write(&self, tx: &mut AnyConnection, now: i64) -> Result<()> {
        rows::put_all(tx, rows::HOUSEHOLD, rows::HOUSEHOLD_AGAIN, &self.households).await?;
        rows::put_all(tx, rows::PERSON, rows::PERSON_AGAIN, &self.persons).await?;
        rows::put_all(tx, rows::MEMBERSHIP, "", &self.memberships).await?;
        rows::put_all(tx, rows::RESIDENCE, "", &self.residences).await?;
        rows::put_all(tx, rows::SPELL, "", &self.spells).await?;
        rows::put_all(tx, "identity (kind, print, person, sealed)", "", &self.identities).await?;
        for part in self.ended.chunks(500) {
            let query = Query::new("UPDATE spell SET known_to = ").bind(now).push(" WHERE id IN (");
            let query = part.iter().enumerate().fold(query, |query, (place, id)| {
                if place == 0 { query } else { query.push(", ") }.bind(id)
            });
            query.push(")").run(tx).await?;
        }
        Ok(())
    }
}
