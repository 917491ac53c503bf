//! What differs of households that are here.

use super::Writing;
use super::people::{Person, people_of};
use super::records::RecordedMember;
use crate::Result;
use crate::households::is_own_code;
use crate::import::ImportAction;
use crate::import::compare::Entry;
use crate::import::present::PresentHousehold;
use crate::store::{Value, insert_all, insert_or};
use crate::text::{key, new_id};
use sqlx::AnyConnection;

/// What of a household is another than before.
#[derive(Default)]
pub(super) struct Differs {
    pub code: Option<String>,
    pub hamlet: Option<String>,
    pub members: Vec<RecordedMember>,
}

impl<'a> Writing<'a> {
    /// Writes what differs of households that are here.
    pub(super) async fn change(&mut self, tx: &mut AnyConnection) -> Result<()> {
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
}
