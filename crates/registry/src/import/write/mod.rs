//! What was planned, written: new households by the way all new households go, changes as sets of rows, one entry of the
//! ledger for each household of the list and each that it takes off, and one for the import.

mod households;
mod people;
mod records;
mod statuses;

use self::households::Differs;
use self::records::Recorded;
use super::compare::Entry;
use super::{ImportAction, ImportFile, Imported, Planned};
use crate::areas::Hamlet;
use crate::households::{HouseholdDraft, Identity, PersonDraft, changes, checked_identity};
use crate::ledger::{self, Change};
use crate::spells::history::{OFF_LIST, OTHER_DECREASE};
use crate::store::{Value, insert_all, int, sql};
use crate::text::{key, new_id};
use crate::{Desk, RegistryError, Result};
use sqlx::AnyConnection;
use std::collections::HashMap;
use std::collections::hash_map::Entry::Vacant;
use std::sync::Arc;
use vuon_policy::program::Program;

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

/// The identity number to be added to a member.
fn new_identity(entry: &Entry, member: usize) -> Result<Option<Identity>> {
    if !entry.identities.contains(&member) {
        return Ok(None);
    }
    let number = entry.listed.members[member].identity.as_deref();
    number.map(checked_identity).transpose().map_err(|_| RegistryError::invalid("identity", "12 digits, or 9"))
}
