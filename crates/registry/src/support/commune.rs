//! A whole commune's households at once, for rankings: what the evaluator takes of each, and no names.
//!
//! A province has a million persons, and a row of the database costs more than what stands in it. So the database lays the
//! households, members and spells of a commune end to end, and they are taken apart here, where they lie. In: a commune
//! within the asker's reach. Out: its households in the order of their ids.

use super::{Said, answered};
use crate::cases::picture::{Of, has_list};
use crate::forms::known::{Facts, Filling, Who, known};
use crate::forms::{Under, evaluated};
use crate::rounds::one::commune_place;
use crate::scope::{Action, Place};
use crate::spells::history::History;
use crate::store::{Query, maybe};
use crate::{Desk, RegistryError, Result};
use jiff::civil::Date;
use sqlx::AnyConnection;
use vuon_policy::evaluate::Household;
use vuon_policy::model::List;
use vuon_policy::program::Program;

/// Between two fields, and between two rows: characters that no id, code or day has.
const FIELD: char = '\u{1f}';
const ROW: char = '\u{1e}';

/// What the register holds of a commune's households that are not ended, as it was read on a day.
pub struct CommuneRead {
    place: Place,
    kind: String,
    has_list: bool,
    on: Date,
    households: String,
    members: String,
    spells: String,
    said: Said,
}

/// A household of it.
pub struct HouseholdRead<'c> {
    /// Its id.
    pub id: &'c str,
    /// The hamlet it lives in.
    pub hamlet: Option<&'c str>,
    /// Its members, in their order.
    pub members: Vec<Who<'c>>,
    code: &'c str,
    spells: Vec<(Date, &'c str, Option<List>)>,
}

/// What the evaluator takes of a household.
pub struct Taken {
    /// The place of its status in the pack; nothing was decided, or under a standard with other statuses, when absent.
    pub status: Option<usize>,
    /// The answers.
    pub answers: Household,
}

/// Lays the rows of a query end to end: its fields, then the order of the rows, then what follows.
fn end_to_end(fields: &[&str], order: &str, from: &'static str) -> Query {
    let fields: Vec<String> = fields.iter().map(|field| format!("COALESCE({field}, '')")).collect();
    let row = fields.join(&format!(" || '{FIELD}' || "));
    Query::new("SELECT string_agg(").push(&format!("{row}, '{ROW}' ORDER BY {order}) FROM {from}"))
}

/// The text in which rows lie end to end; empty where there are none.
async fn whole(connection: &mut AnyConnection, query: Query) -> Result<String> {
    Ok(query.one(connection, |row| maybe(row, 0)).await?.unwrap_or_default())
}

impl Desk {
    /// Reads a commune's households that are not ended, those within reach, for a day.
    ///
    /// # Errors
    /// [`RegistryError::NotFound`] for a commune that is not there.
    pub async fn read_commune(&self, connection: &mut AnyConnection, commune: &str, on: Date) -> Result<CommuneRead> {
        self.actor.may(Action::ReadPeople)?;
        let (place, kind, _) = commune_place(connection, commune).await?;
        let here =
            |query: Query| self.actor.reach.within(query.push(" h.closed IS NULL AND h.commune = ").bind(commune), "h");
        let households = here(end_to_end(&["h.id", "h.hamlet", "h.code"], "h.id", "household h WHERE"));
        let members = here(end_to_end(
            &["p.household", "p.id", "p.relation", "p.sex", "p.born", "p.ethnic"],
            "p.household, p.place, p.id",
            "household h JOIN person p ON p.household = h.id WHERE",
        ));
        // A household whose row has no status, now or to come, has no spells: most need not be looked for.
        let spells = here(end_to_end(
            &["s.household", "s.valid_from", "s.status", "s.list"],
            "s.household, s.valid_from, s.known_from, s.id",
            "household h JOIN spell s ON s.household = h.id WHERE s.known_to IS NULL AND \
             (h.status IS NOT NULL OR h.changes_on IS NOT NULL) AND",
        ));
        let households = whole(connection, households).await?;
        let members = whole(connection, members).await?;
        let spells = whole(connection, spells).await?;
        let has_list = has_list(connection, commune, on).await?;
        let said = answered(connection, Of::Commune(commune)).await?;
        Ok(CommuneRead { place, kind, has_list, on, households, members, spells, said })
    }
}

impl CommuneRead {
    /// The commune.
    pub fn commune(&self) -> &str {
        &self.place.commune
    }

    /// Its households, in the order of their ids.
    ///
    /// # Errors
    /// [`RegistryError::Damaged`] for a row that cannot be read.
    pub fn households(&self) -> Result<Vec<HouseholdRead<'_>>> {
        let mut members = rows::<6>(&self.members).peekable();
        let mut spells = rows::<4>(&self.spells).peekable();
        let mut found = Vec::new();
        for row in rows::<3>(&self.households) {
            let [id, hamlet, code] = row?;
            let mut household =
                HouseholdRead { id, hamlet: given(hamlet), members: Vec::new(), code, spells: Vec::new() };
            while let Some(row) = members.next_if(|row| is_of(row, id)) {
                let [_, person, relation, sex, born, ethnic] = row?;
                let (sex, born, ethnic) = (given(sex), given(born), given(ethnic));
                household.members.push(Who { person, relation, sex, born, ethnic });
            }
            while let Some(row) = spells.next_if(|row| is_of(row, id)) {
                let [_, from, status, list] = row?;
                let from = from.parse().map_err(|_| damaged())?;
                household.spells.push((from, status, given(list).and_then(List::parse)));
            }
            found.push(household);
        }
        // What is left over belongs to none of them: what was read does not fit together.
        match (members.next(), spells.next()) {
            (None, None) => Ok(found),
            _ => Err(damaged()),
        }
    }

    /// What the evaluator takes of its households.
    pub fn taking<'c>(&'c self, program: &'c Program) -> CommuneTaking<'c> {
        let filling = Filling::new(program, &self.place, &self.kind, self.has_list, self.on);
        CommuneTaking { read: self, program, filling }
    }
}

/// Takes of each household of a commune what the evaluator takes.
pub struct CommuneTaking<'c> {
    read: &'c CommuneRead,
    program: &'c Program,
    filling: Filling<'c>,
}

impl CommuneTaking<'_> {
    /// What it takes of one.
    pub fn of(&self, household: &HouseholdRead<'_>) -> Taken {
        let read = self.read;
        let history = History::on(read.on, household.spells.iter().copied());
        let status = history.status.as_deref();
        let status = status.and_then(|id| self.program.pack.statuses.iter().position(|own| own.id.value == id));
        let answers = match read.said.get(household.id) {
            None => self.filling.of(&history, &household.members),
            Some(said) => {
                let facts = Facts {
                    code: household.code,
                    place: &read.place,
                    commune_kind: &read.kind,
                    history: &history,
                    has_list: read.has_list,
                    day: read.on,
                    members: &household.members,
                };
                let under = Under { program: self.program, method: 0, review_date: read.on };
                evaluated(under, &known(self.program, &facts), said)
            }
        };
        Taken { status, answers }
    }
}

/// The rows of a text in which they lie end to end.
fn rows<const N: usize>(text: &str) -> impl Iterator<Item = Result<[&str; N]>> {
    let rows = (!text.is_empty()).then(|| text.split(ROW));
    rows.into_iter().flatten().map(|row| {
        let mut fields = row.split(FIELD);
        let mut taken = [""; N];
        for field in &mut taken {
            *field = fields.next().ok_or_else(damaged)?;
        }
        // The first field is an id: no row is without one.
        if fields.next().is_some() || taken[0].is_empty() { Err(damaged()) } else { Ok(taken) }
    })
}

fn is_of<const N: usize>(row: &Result<[&str; N]>, id: &str) -> bool {
    row.as_ref().map_or(true, |row| row[0] == id)
}

fn given(field: &str) -> Option<&str> {
    (!field.is_empty()).then_some(field)
}

fn damaged() -> RegistryError {
    RegistryError::Damaged { what: "the households of a commune do not fit together".into() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_taken_apart_where_they_lie() {
        let text = format!("a{FIELD}{FIELD}1{ROW}b{FIELD}x{FIELD}");
        let found: Vec<[&str; 3]> = rows(&text).map(Result::unwrap).collect();
        assert_eq!(found, [["a", "", "1"], ["b", "x", ""]]);
        assert_eq!(rows::<3>("").count(), 0);
        assert!(rows::<2>(&text).next().unwrap().is_err(), "a field too many");
        assert!(rows::<4>(&text).next().unwrap().is_err(), "a field too few");
    }
}
