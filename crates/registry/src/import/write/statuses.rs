//! What becomes of the statuses of households.

use super::Writing;
use super::households::Differs;
use super::records::Recorded;
use crate::Result;
use crate::import::compare::{Entry, SpellChange};
use crate::spells::status::refresh;
use crate::store::{MANY, Query, Value, among, insert_all};
use crate::text::new_id;
use sqlx::AnyConnection;
use vuon_policy::model::List;

impl<'a> Writing<'a> {
    /// Puts down what becomes of a household's status, and what else differs.
    pub(super) fn status(&mut self, entry: &'a Entry, household: String, differs: Differs) {
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
    pub(super) fn begin(
        &mut self,
        household: &str,
        status: &str,
        movement: Option<&str>,
        wrong: Option<&String>,
    ) -> String {
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

    pub(super) fn recorded(&self, row: Option<u32>, status: &'a str, movement: Option<&'a str>) -> Recorded<'a> {
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
    pub(super) async fn statuses(&mut self, tx: &mut AnyConnection) -> Result<()> {
        for part in self.ended.chunks(MANY) {
            let query = Query::new("UPDATE spell SET known_to = ").bind(self.now).push(" WHERE id IN ");
            among(query, part).run(tx).await?;
        }
        let columns = "spell (id, household, standard, status, list, movement, decision, valid_from, known_from)";
        insert_all(tx, columns, std::mem::take(&mut self.spells)).await?;
        refresh(tx, &self.changed, self.desk.today()).await
    }
}
