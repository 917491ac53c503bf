//! Who belonged where, and which household lived where, in the past too: rows compared with what entries told of them.
//!
//! Two ways. Each row that an entry of this chain told is there as told. And each row of the commune's people and households
//! was told: here, or, of who came from elsewhere, by an entry of that time in another chain, which is compared with that
//! chain.

use super::chain::{Spot, Stored, Walk};
use crate::ledger::Entry;
use crate::scope::Place;
use crate::store::{MANY, Query, among, day, int, maybe, maybe_int, sql, text, yes};
use crate::{Desk, Result};
use jiff::civil::Date;
use serde::Deserialize;
use sqlx::AnyConnection;
use std::collections::{BTreeMap, HashMap, HashSet};

/// A membership as an entry told it.
#[derive(Clone, Debug)]
struct Belongs {
    person: String,
    household: Option<String>,
    relation: Option<String>,
    from: Date,
    /// Whether a row must be there: who is told to be what they were already has none of their own.
    must: bool,
}

/// A residence as an entry told it; nothing for what it does not say.
#[derive(Clone, Debug)]
struct Lives {
    household: String,
    commune: String,
    code: Option<String>,
    hamlet: Option<Option<String>>,
    from: Option<Date>,
}

/// What the entries of a chain told, each with its place, by whom it is about and when it was told.
#[derive(Clone, Debug, Default)]
pub(super) struct Told {
    belongs: HashMap<(String, i64), Vec<(Spot, Belongs)>>,
    lives: HashMap<(String, i64), Vec<(Spot, Lives)>>,
    /// When households ended, from which day on: their members are in none.
    ended: HashSet<(i64, Date)>,
    /// The memberships that merges and imports named, by id.
    named: HashMap<String, (Spot, i64)>,
    /// The memberships that corrections and undone merges ended, by id, and when.
    ends: HashMap<String, (Spot, i64)>,
}

#[derive(Deserialize)]
struct Member {
    person: String,
    relation: String,
    #[serde(default)]
    membership: Option<String>,
}

#[derive(Deserialize)]
struct Added {
    code: String,
    hamlet: Option<String>,
    from: Date,
    members: Vec<Member>,
}

#[derive(Deserialize)]
struct Changed {
    change: String,
    person: String,
    #[serde(default)]
    relation: Option<String>,
    #[serde(default)]
    new_head: Option<String>,
    #[serde(default)]
    relations: BTreeMap<String, String>,
    on: Date,
    /// The day from which a corrected membership holds; nothing where the correction left it as it was.
    #[serde(default)]
    from: Option<Date>,
    #[serde(default)]
    ends: Vec<String>,
}

#[derive(Deserialize)]
struct Split {
    to: String,
    code: String,
    relations: BTreeMap<String, String>,
    on: Date,
}

#[derive(Deserialize)]
struct Moved {
    to: Place,
    code: String,
    on: Date,
}

#[derive(Deserialize)]
struct Closed {
    on: Date,
}

#[derive(Deserialize)]
struct Merged {
    memberships: Vec<MergedMembership>,
}

#[derive(Deserialize)]
struct MergedMembership {
    id: String,
    person: String,
    household: Option<String>,
    relation: Option<String>,
    from: Date,
}

#[derive(Deserialize)]
struct Undone {
    ends: Vec<String>,
}

#[derive(Deserialize)]
struct Imported {
    valid_from: Date,
    #[serde(default)]
    code: Option<String>,
    #[serde(default)]
    hamlet: Option<String>,
    #[serde(default)]
    members: Vec<Member>,
}

#[derive(Deserialize)]
struct Reformed {
    to: String,
    households: Vec<String>,
}

impl Told {
    fn belongs(&mut self, spot: &Spot, at: i64, belongs: Belongs) {
        self.belongs.entry((belongs.person.clone(), at)).or_default().push((spot.clone(), belongs));
    }

    fn ends(&mut self, spot: &Spot, at: i64, memberships: Vec<String>) {
        self.ends.extend(memberships.into_iter().map(|id| (id, (spot.clone(), at))));
    }

    fn lives(&mut self, spot: &Spot, at: i64, lives: Lives) {
        self.lives.entry((lives.household.clone(), at)).or_default().push((spot.clone(), lives));
    }

    /// Takes in what an entry says of households; nothing when it cannot be read.
    pub fn take(&mut self, spot: Spot, entry: &Entry, content: &Stored) -> Option<()> {
        let (at, subject) = (entry.at, entry.subject.as_str());
        let member = |person: &str, household: &str, relation: &str, from: Date| Belongs {
            person: person.to_owned(),
            household: Some(household.to_owned()),
            relation: Some(relation.to_owned()),
            from,
            must: true,
        };
        match entry.kind.as_str() {
            "household" => {
                let Added { code, hamlet, from, members } = content.read()?;
                for Member { person, relation, .. } in members {
                    self.belongs(&spot, at, member(&person, subject, &relation, from));
                }
                let (household, commune) = (subject.to_owned(), entry.chain.clone());
                let home = Lives { household, commune, code: Some(code), hamlet: Some(hamlet), from: Some(from) };
                self.lives(&spot, at, home);
            }
            "members" => {
                let said: Changed = content.read()?;
                match said.change.as_str() {
                    "born" | "moved_in" => {
                        let relation = said.relation.as_deref()?;
                        self.belongs(&spot, at, member(&said.person, subject, relation, said.on));
                    }
                    "died" | "moved_out" => {
                        let person = said.person.clone();
                        let gone = Belongs { person, household: None, relation: None, from: said.on, must: true };
                        self.belongs(&spot, at, gone);
                    }
                    "corrected" => {
                        if let Some(from) = said.from {
                            self.belongs(&spot, at, member(&said.person, subject, said.relation.as_deref()?, from));
                        }
                        self.ends(&spot, at, said.ends);
                    }
                    _ => {}
                }
                let head =
                    if said.change == "new_head" { Some(said.person.as_str()) } else { said.new_head.as_deref() };
                if let Some(head) = head {
                    self.belongs(&spot, at, member(head, subject, crate::households::HEAD, said.on));
                }
                for (person, relation) in said.relations.iter().filter(|(person, _)| Some(person.as_str()) != head) {
                    let stays = member(person, subject, relation, said.on);
                    self.belongs(&spot, at, Belongs { must: false, ..stays });
                }
            }
            "household_split" => {
                let Split { to, code, relations, on } = content.read()?;
                for (person, relation) in &relations {
                    self.belongs(&spot, at, member(person, &to, relation, on));
                }
                let commune = entry.chain.clone();
                let home = Lives { household: to, commune, code: Some(code), hamlet: None, from: Some(on) };
                self.lives(&spot, at, home);
            }
            "household_moved" | "household_moved_within" | "household_came" => {
                let Moved { to, code, on } = content.read()?;
                let (household, commune) = (subject.to_owned(), to.commune);
                let home = Lives { household, commune, code: Some(code), hamlet: Some(to.hamlet), from: Some(on) };
                self.lives(&spot, at, home);
            }
            "household_closed" => {
                self.ended.insert((at, content.read::<Closed>()?.on));
            }
            "household_merged" => {
                for MergedMembership { id, person, household, relation, from } in content.read::<Merged>()?.memberships
                {
                    self.belongs(&spot, at, Belongs { person, household, relation, from, must: true });
                    self.named.insert(id, (spot.clone(), at));
                }
            }
            "merge_undone" => self.ends(&spot, at, content.read::<Undone>()?.ends),
            "household_imported" => {
                let Imported { valid_from, code, hamlet, members } = content.read()?;
                for Member { person, relation, membership } in members {
                    self.belongs(&spot, at, member(&person, subject, &relation, valid_from));
                    self.named.extend(membership.map(|id| (id, (spot.clone(), at))));
                }
                if code.is_some() || hamlet.is_some() {
                    let (household, commune) = (subject.to_owned(), entry.chain.clone());
                    let home = Lives { household, commune, code, hamlet: hamlet.map(Some), from: Some(valid_from) };
                    self.lives(&spot, at, home);
                }
            }
            "reform_out" => {
                let Reformed { to, households } = content.read()?;
                for household in households {
                    let home = Lives { household, commune: to.clone(), code: None, hamlet: None, from: None };
                    self.lives(&spot, at, home);
                }
            }
            _ => {}
        }
        Some(())
    }
}

/// A row of a table of facts.
struct Row<T> {
    id: String,
    fact: T,
    known_from: i64,
    known_to: Option<i64>,
    /// Whether another chain tells of it at the time it was known from, and until which it was.
    elsewhere: [bool; 2],
}

const MEMBERSHIPS: &str = "SELECT m.id, m.person, m.household, m.relation, m.valid_from, m.known_from, m.known_to";
const RESIDENCES: &str =
    "SELECT m.id, m.household, m.commune, m.code, m.hamlet, m.valid_from, m.known_from, m.known_to";

/// Adds whether an entry of another chain is about one of some subjects at the times of row `m`.
fn elsewhere(query: Query, chain: &str, subjects: &str) -> Query {
    ["known_from", "known_to"].into_iter().fold(query, |query, time| {
        let query = query.push(", CASE WHEN EXISTS (SELECT 1 FROM entry e WHERE e.at = m.").push(time);
        let query = query.push(" AND e.subject IN ").push(subjects).push(" AND e.chain <> ").bind(chain);
        query.push(") THEN 1 ELSE 0 END")
    })
}

impl Desk {
    /// Compares memberships and residences with what was told of them.
    pub(super) async fn compare_lives(
        &self,
        connection: &mut AnyConnection,
        told: &Told,
        end: i64,
        walk: &mut Walk<'_>,
    ) -> Result<()> {
        let end = walk.spot(end);
        let chain = walk.chain.clone();

        let subjects = "(SELECT x.household FROM membership x WHERE x.person = m.person)";
        let query = elsewhere(Query::new(MEMBERSHIPS), &chain, subjects);
        let query = query.push(" FROM membership m JOIN person p ON p.id = m.person WHERE p.commune = ").bind(&*chain);
        let rows = query.all(connection, |row| membership(row, Some(7))).await?;
        for Row { id, fact, known_from, known_to, elsewhere } in &rows {
            let here = told.named.get(id).is_some_and(|(_, at)| at == known_from)
                || told.belongs.get(&(fact.person.clone(), *known_from)).is_some_and(|all| is_told(all, fact))
                || (fact.household.is_none() && told.ended.contains(&(*known_from, fact.from)));
            if !here && !elsewhere[0] {
                walk.differs(&end, &fact.person, format!("no entry tells of the membership {id}"));
            }
            let ended =
                known_to.is_none_or(|at| told.ends.get(id).is_some_and(|(_, ended)| *ended == at) || elsewhere[1]);
            if !ended {
                walk.differs(&end, &fact.person, format!("no entry ended the membership {id}"));
            }
        }
        let people: HashSet<&String> = told.belongs.keys().map(|(person, _)| person).collect();
        let mut found: HashMap<(String, i64), Vec<Belongs>> = HashMap::new();
        for some in people.into_iter().collect::<Vec<_>>().chunks(MANY) {
            let query =
                among(Query::new(MEMBERSHIPS).push(" FROM membership m WHERE m.person IN "), some.iter().copied());
            for row in query.all(connection, |row| membership(row, None)).await? {
                found.entry((row.fact.person.clone(), row.known_from)).or_default().push(row.fact);
            }
        }
        for (key, all) in &told.belongs {
            let rows = found.get(key).map(Vec::as_slice).unwrap_or_default();
            for (spot, belongs) in all.iter().filter(|(_, belongs)| belongs.must) {
                if !rows.iter().any(|row| same_membership(belongs, row)) {
                    walk.differs(spot, &key.0, "the membership is not as it was recorded");
                }
            }
        }
        let ids: HashSet<&String> = told.named.keys().chain(told.ends.keys()).collect();
        let mut known: HashMap<String, (i64, Option<i64>)> = HashMap::new();
        for some in ids.into_iter().collect::<Vec<_>>().chunks(MANY) {
            let query = Query::new(MEMBERSHIPS).push(" FROM membership m WHERE m.id IN ");
            let rows = among(query, some.iter().copied()).all(connection, |row| membership(row, None)).await?;
            known.extend(rows.into_iter().map(|row| (row.id, (row.known_from, row.known_to))));
        }
        for (id, (spot, at)) in &told.named {
            if known.get(id).is_none_or(|(from, _)| from != at) {
                walk.differs(spot, id, "the membership is not as it was recorded");
            }
        }
        for (id, (spot, at)) in &told.ends {
            if known.get(id).is_none_or(|(_, to)| *to != Some(*at)) {
                walk.differs(spot, id, "the membership was not ended as it was recorded");
            }
        }
        self.compare_residences(connection, told, &end, walk).await
    }

    async fn compare_residences(
        &self,
        connection: &mut AnyConnection,
        told: &Told,
        end: &Spot,
        walk: &mut Walk<'_>,
    ) -> Result<()> {
        let chain = walk.chain.clone();
        // What a reform moved, the chain it moved from tells under the name of where it went.
        let query = elsewhere(Query::new(RESIDENCES), &chain, "(m.household, m.commune)");
        let query = query.push(" FROM residence m JOIN household h ON h.id = m.household WHERE h.commune = ");
        let rows = query.bind(&*chain).all(connection, |row| residence(row, Some(8))).await?;
        for Row { id, fact, known_from, known_to, elsewhere } in &rows {
            let all = told.lives.get(&(fact.household.clone(), *known_from));
            if !all.is_some_and(|all| all.iter().any(|(_, lives)| same_residence(lives, fact))) && !elsewhere[0] {
                walk.differs(end, &fact.household, format!("no entry tells of the residence {id}"));
            }
            if known_to.is_some() {
                walk.differs(end, &fact.household, format!("no entry ended the residence {id}"));
            }
        }
        let households: HashSet<&String> = told.lives.keys().map(|(household, _)| household).collect();
        let mut found: HashMap<(String, i64), Vec<Lives>> = HashMap::new();
        for some in households.into_iter().collect::<Vec<_>>().chunks(MANY) {
            let query = Query::new(RESIDENCES).push(" FROM residence m WHERE m.household IN ");
            for row in among(query, some.iter().copied()).all(connection, |row| residence(row, None)).await? {
                found.entry((row.fact.household.clone(), row.known_from)).or_default().push(row.fact);
            }
        }
        for (key, all) in &told.lives {
            let rows = found.get(key).map(Vec::as_slice).unwrap_or_default();
            for (spot, lives) in all.iter().filter(|(_, lives)| !rows.iter().any(|row| same_residence(lives, row))) {
                // A reform names households that had ended too, and these live nowhere any more.
                let reformed = lives.from.is_none();
                let ended = reformed && is_closed(connection, &key.0).await?;
                if !ended {
                    walk.differs(spot, &key.0, "the residence is not as it was recorded");
                }
            }
        }
        Ok(())
    }
}

async fn is_closed(connection: &mut AnyConnection, household: &str) -> Result<bool> {
    let closed = sql("SELECT closed FROM household WHERE id = $1", [household.into()]);
    Ok(closed.first(connection, |row| maybe(row, 0)).await?.flatten().is_some())
}

fn is_told(all: &[(Spot, Belongs)], row: &Belongs) -> bool {
    all.iter().any(|(_, belongs)| same_membership(belongs, row))
}

fn same_membership(told: &Belongs, row: &Belongs) -> bool {
    told.household == row.household && told.relation == row.relation && told.from == row.from
}

fn same_residence(told: &Lives, row: &Lives) -> bool {
    let said = |told: bool, same: bool| !told || same;
    told.commune == row.commune
        && said(told.code.is_some(), told.code == row.code)
        && said(told.hamlet.is_some(), told.hamlet == row.hamlet)
        && said(told.from.is_some(), told.from == row.from)
}

fn membership(row: &sqlx::any::AnyRow, told: Option<usize>) -> Result<Row<Belongs>> {
    let fact = Belongs {
        person: text(row, 1)?,
        household: maybe(row, 2)?,
        relation: maybe(row, 3)?,
        from: day(row, 4)?,
        must: true,
    };
    let elsewhere = told
        .map_or(Ok([false; 2]), |column| Ok::<_, crate::RegistryError>([yes(row, column)?, yes(row, column + 1)?]))?;
    Ok(Row { id: text(row, 0)?, fact, known_from: int(row, 5)?, known_to: maybe_int(row, 6)?, elsewhere })
}

fn residence(row: &sqlx::any::AnyRow, told: Option<usize>) -> Result<Row<Lives>> {
    let fact = Lives {
        household: text(row, 1)?,
        commune: text(row, 2)?,
        code: Some(text(row, 3)?),
        hamlet: Some(maybe(row, 4)?),
        from: Some(day(row, 5)?),
    };
    let elsewhere = told
        .map_or(Ok([false; 2]), |column| Ok::<_, crate::RegistryError>([yes(row, column)?, yes(row, column + 1)?]))?;
    Ok(Row { id: text(row, 0)?, fact, known_from: int(row, 6)?, known_to: maybe_int(row, 7)?, elsewhere })
}
