//! What schemes of support ask about households: the status that was decided, and the answers that were signed last.
//!
//! In: a pack, a day, a commune or a household within the asker's reach. Out: for each household what the pack's evaluator
//! takes. A whole commune's are read by [`Desk::read_commune`], without names. Answers to questions that this pack does not have, or has otherwise, are left out: they are then not known.

mod commune;

pub use crate::forms::known::Who;
pub use commune::{CommuneRead, CommuneTaking, HouseholdRead, Taken};

use crate::cases::picture::{Of, Subject, Taking, has_list, histories, members, subjects};
use crate::cases::records::Answered;
use crate::cases::{CaseReason, CaseState};
use crate::forms::known::{Filling, PicturedMember};
use crate::forms::{Answers, Under, evaluated};
use crate::rounds::one::commune_place;
use crate::scope::{Action, Place};
use crate::spells::history::History;
use crate::store::{MANY, Query, among, text};
use crate::{Desk, RegistryError, Result, ledger};
use jiff::civil::Date;
use sqlx::AnyConnection;
use std::collections::HashMap;
use std::sync::Arc;
use vuon_policy::evaluate::Household;
use vuon_policy::program::Program;

/// What is known of a household for its support.
#[derive(Clone, Debug)]
pub struct KnownHousehold {
    /// Its id.
    pub id: String,
    /// Its code.
    pub code: String,
    /// The head's name.
    pub name: String,
    /// The same as lists are ordered by it.
    pub name_key: String,
    /// Where it is.
    pub place: Place,
    /// How many persons.
    pub persons: i64,
    /// Its members, in the order of `answers`.
    pub members: Vec<KnownMember>,
    /// Its past up to the day: the status then, and when it left the list.
    pub history: History,
    /// The place of its status in the pack; nothing was decided, or under a standard with other statuses, when absent.
    pub status: Option<usize>,
    /// The answers, as the pack's evaluator takes them.
    pub answers: Household,
}

/// A member.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct KnownMember {
    /// The person's id.
    pub person: String,
    /// The relation to the head.
    pub relation: String,
}

impl Desk {
    /// What is known of a household on a day.
    ///
    /// # Errors
    /// [`RegistryError::NotFound`] when it is out of reach, or ended.
    pub async fn known_household(&self, household: &str, program: &Program, on: Date) -> Result<KnownHousehold> {
        let mut connection = self.store().read().await?;
        let found = self.known_of(&mut connection, Of::Household(household), program, on).await?;
        found.into_iter().next().ok_or(RegistryError::NotFound)
    }

    /// What is known of every household of a commune that is not ended, by name; those of the asker's hamlet alone where the
    /// asker reaches no more.
    pub async fn known_households(&self, commune: &str, program: &Program, on: Date) -> Result<Vec<KnownHousehold>> {
        let mut connection = self.store().read().await?;
        self.known_of(&mut connection, Of::Commune(commune), program, on).await
    }

    /// As [`known_households`](Self::known_households), in a transaction that is at hand.
    pub async fn known_in(
        &self,
        connection: &mut AnyConnection,
        commune: &str,
        program: &Program,
        on: Date,
    ) -> Result<Vec<KnownHousehold>> {
        self.known_of(connection, Of::Commune(commune), program, on).await
    }

    /// Those of some households that are of a commune and not ended, in a transaction that is at hand.
    pub async fn known_some(
        &self,
        connection: &mut AnyConnection,
        commune: &str,
        households: &[String],
        program: &Program,
        on: Date,
    ) -> Result<Vec<KnownHousehold>> {
        self.actor.may(Action::ReadPeople)?;
        let mut known = Vec::with_capacity(households.len());
        for some in households.chunks(MANY) {
            let query =
                Query::new("SELECT h.id FROM household h WHERE h.commune = ").bind(commune).push(" AND h.id IN ");
            let here = among(query, some).all(connection, |row| text(row, 0)).await?;
            if !here.is_empty() {
                known.extend(self.known_of(connection, Of::Some(&here), program, on).await?);
            }
        }
        Ok(known)
    }

    /// A part of a commune's households that are not ended, by name: those after a name and id, at most so many. Nothing left
    /// when it is empty.
    pub async fn known_after(
        &self,
        connection: &mut AnyConnection,
        commune: &str,
        after: Option<&[String; 2]>,
        many: i64,
        program: &Program,
        on: Date,
    ) -> Result<Vec<KnownHousehold>> {
        let query = Query::new("SELECT h.id FROM household h WHERE h.closed IS NULL AND h.commune = ").bind(commune);
        let query = self.actor.reach.within(query, "h");
        let query = match after {
            None => query,
            Some([name, id]) => {
                let query = query.push(" AND (h.name_key > ").bind(name).push(" OR (h.name_key = ").bind(name);
                query.push(" AND h.id > ").bind(id).push("))")
            }
        };
        let ids =
            query.push(" ORDER BY h.name_key, h.id LIMIT ").bind(many).all(connection, |row| text(row, 0)).await?;
        if ids.is_empty() {
            self.actor.may(Action::ReadPeople)?;
            return Ok(Vec::new());
        }
        self.known_of(connection, Of::Some(&ids), program, on).await
    }

    /// As [`known_household`](Self::known_household), in a transaction that is at hand.
    pub async fn known_one_in(
        &self,
        connection: &mut AnyConnection,
        household: &str,
        program: &Program,
        on: Date,
    ) -> Result<KnownHousehold> {
        let found = self.known_of(connection, Of::Household(household), program, on).await?;
        found.into_iter().next().ok_or(RegistryError::NotFound)
    }

    /// Keeps a pack with those it extends, so that what was computed under it can be computed again.
    pub async fn keep_pack(&self, connection: &mut AnyConnection, program: &Program) -> Result<()> {
        self.register().keep_program(connection, program).await
    }

    /// A pack as it was when something was computed under it.
    ///
    /// # Errors
    /// [`RegistryError::Pack`] when it is neither here nor kept.
    pub async fn pack_as(&self, connection: &mut AnyConnection, id: &str, hash: &str) -> Result<Arc<Program>> {
        self.register().program_as(connection, id, hash).await
    }

    async fn known_of(
        &self,
        connection: &mut AnyConnection,
        of: Of<'_>,
        program: &Program,
        on: Date,
    ) -> Result<Vec<KnownHousehold>> {
        self.actor.may(Action::ReadPeople)?;
        let mut subjects = subjects(connection, of).await?;
        subjects.retain(|subject| self.actor.reach.covers(&subject.place));
        let Some(first) = subjects.first() else { return Ok(Vec::new()) };
        let first_place = first.place.clone();
        let commune = first_place.commune.clone();
        let (_, commune_kind, _) = commune_place(connection, &commune).await?;
        let has_list = has_list(connection, &commune, on).await?;
        let mut pasts = histories(connection, of, on).await?;
        let mut people = members(connection, of).await?;
        let mut answered = answered(connection, of).await?;
        let taking = Taking {
            program,
            round: "",
            reviewed_on: on,
            opened: on,
            commune_kind: &commune_kind,
            has_list,
            first: CaseState::Survey,
        };
        let filling = Filling::new(program, &first_place, &commune_kind, has_list, on);
        let known = subjects.into_iter().map(|subject| {
            let members = people.remove(&subject.household).unwrap_or_default();
            let past = pasts.remove(&subject.household).unwrap_or_default();
            let said = answered.remove(&subject.household);
            known(&taking, &filling, subject, members, past, said.as_ref())
        });
        Ok(known.collect())
    }
}

fn known(
    taking: &Taking<'_>,
    filling: &Filling<'_>,
    subject: Subject,
    members: Vec<PicturedMember>,
    history: History,
    said: Option<&Answers>,
) -> KnownHousehold {
    let member =
        |member: &PicturedMember| KnownMember { person: member.person.clone(), relation: member.relation.clone() };
    let persons = members.iter().map(member).collect();
    let program = taking.program;
    let status = history.status.as_deref();
    let status = status.and_then(|id| program.pack.statuses.iter().position(|status| status.id.value == id));
    let answers = match said {
        None => filling.of(&history, &members.iter().map(PicturedMember::who).collect::<Vec<_>>()),
        Some(said) => {
            let picture = taking.of(&subject, members, history.clone(), CaseReason::Listed, (None, None));
            evaluated(Under { program, method: 0, review_date: taking.opened }, &picture.known, said)
        }
    };
    KnownHousehold {
        id: subject.household,
        code: subject.code,
        name: subject.name,
        name_key: subject.name_key,
        place: subject.place,
        persons: subject.persons,
        members: persons,
        history,
        status,
        answers,
    }
}

/// The answers of each household that were signed last, of any round.
type Said = HashMap<String, Answers>;

async fn answered(connection: &mut AnyConnection, of: Of<'_>) -> Result<Said> {
    let query = Query::new(
        "SELECT c.household, a.answered FROM review_case c JOIN answers a ON a.review_case = c.id \
         AND a.version = c.answers JOIN household h ON h.id = c.household WHERE h.closed IS NULL AND",
    );
    let query = of.within(query).push(" ORDER BY c.household, a.at, c.id");
    let rows = query.all(connection, |row| Ok((text(row, 0)?, text(row, 1)?))).await?;
    let latest: HashMap<String, String> = rows.into_iter().collect();
    let hashes: Vec<String> = latest.values().cloned().collect();
    let mut contents: HashMap<String, Answered> = ledger::contents(connection, &hashes).await?;
    let found = latest.into_iter().filter_map(|(household, hash)| Some((household, contents.remove(&hash)?.answers)));
    Ok(found.collect())
}
