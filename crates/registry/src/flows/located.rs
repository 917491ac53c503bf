//! Households on two days: where they were in the units of a list, on which list, with how many persons.

use super::count::{Household, List, Seen};
use super::lookup::Communes;
use crate::spells::history::OFF_LIST;
use crate::store::{MANY, Query, among, day, grouped, int, maybe, maybe_day, text};
use crate::{RegistryError, Result};
use jiff::civil::Date;
use sqlx::AnyConnection;
use std::collections::{BTreeMap, HashMap, HashSet};

/// How many communes are read at once.
const BATCH: usize = 25;

/// Where a household is: the unit directly below the area, and its hamlet; nothing for a place outside of the area.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Place {
    Within { child: String, hamlet: Option<String> },
    Outside,
}

struct Residence {
    commune: String,
    hamlet: Option<String>,
    reform: bool,
    split: bool,
    from: Date,
}

struct Spell {
    status: String,
    list: Option<List>,
    movement: Option<String>,
    from: Date,
}

/// The households that were on a list at some time until the last day, and lived in one of the communes.
pub(super) async fn households(
    connection: &mut AnyConnection,
    communes: &Communes,
    from: Date,
    to: Date,
) -> Result<Vec<Household<Place>>> {
    let (mut households, mut untold) = (Vec::new(), 0);
    let mut counted: HashSet<String> = HashSet::new();
    for some in communes.all().chunks(BATCH) {
        let listed = Listed { communes: some, to };
        let mut residences = residences(connection, &listed).await?;
        let mut spells = spells(connection, &listed).await?;
        let lives = lives(connection, &listed).await?;
        let persons = persons(connection, &listed, &lives, [from, to]).await?;
        for (id, Life { opened, closed, .. }) in lives {
            // One that moved between communes comes with each of them.
            if !counted.insert(id.clone()) {
                continue;
            }
            let stays = residences.remove(&id).unwrap_or_default();
            let spells = spells.remove(&id).unwrap_or_default();
            let mut seen = |on: Date, which: usize| -> Seen<Place> {
                let list = list_on(&spells, on);
                let there = opened.is_none_or(|opened| opened <= on) && closed.is_none_or(|closed| closed > on);
                let place = if there { place_on(&stays, communes, on) } else { Told::Nowhere };
                if matches!(place, Told::Untold) && list.is_some() {
                    untold += 1;
                }
                let place = match place {
                    Told::At(place) => Some(place),
                    Told::Untold | Told::Nowhere => None,
                };
                let persons = persons.get(&id).map_or(0, |persons| persons[which]);
                // Who is not there is on no list.
                Seen {
                    list: list.filter(|_| there),
                    taken_off: taken_off_on(&spells, on),
                    place,
                    persons: if there { persons } else { 0 },
                }
            };
            let (first, last) = (seen(from, 0), seen(to, 1));
            households.push(Household {
                before: had_been_listed(&spells, to),
                split: opened.is_some_and(|opened| opened > from) && stays.first().is_some_and(|stay| stay.split),
                from: first,
                to: last,
            });
        }
    }
    if untold > 0 {
        let what = format!("of {untold} households it cannot be told in which unit of {} they live", communes.list);
        return Err(RegistryError::Inconsistent { what });
    }
    Ok(households)
}

// ---- one household --------------------------------------------------------------------------------------------------

fn spell_on(spells: &[Spell], on: Date) -> Option<&Spell> {
    spells.iter().rfind(|spell| spell.from <= on)
}

fn list_on(spells: &[Spell], on: Date) -> Option<List> {
    spell_on(spells, on).and_then(|spell| spell.list)
}

fn taken_off_on(spells: &[Spell], on: Date) -> bool {
    spell_on(spells, on).is_some_and(|spell| spell.status == OFF_LIST)
}

/// Whether the household was on a list before it came to the one it is on: as the register knows, or as was told when it
/// was decided.
fn had_been_listed(spells: &[Spell], on: Date) -> bool {
    let until = spells.partition_point(|spell| spell.from <= on);
    let first = spells[..until].iter().rposition(|spell| spell.list.is_none()).map_or(0, |place| place + 1);
    let told = |spell: &Spell| spell.movement.as_deref().is_some_and(|m| m != "newly_arising");
    spells[..first].iter().any(|spell| spell.list.is_some()) || spells[first..until].first().is_some_and(told)
}

enum Told {
    At(Place),
    /// Its unit was divided or joined, and which part it was in is not known.
    Untold,
    Nowhere,
}

fn place_on(stays: &[Residence], communes: &Communes, on: Date) -> Told {
    let Some(place) = stays.iter().rposition(|stay| stay.from <= on) else { return Told::Nowhere };
    let hamlet = stays[place].hamlet.clone();
    let within = |commune: &str| match communes.own.get(commune) {
        Some(child) => Place::Within { child: child.clone(), hamlet: hamlet.clone() },
        None => Place::Outside,
    };
    // A reform moves no household: before and after it, it is at the same place.
    let first = (1..=place).rev().take_while(|i| stays[*i].reform).last().map_or(place, |i| i - 1);
    let last = (place + 1..stays.len()).take_while(|i| stays[*i].reform).last().unwrap_or(place);
    let of_list = |stay: &&Residence| stay.commune.split_once(':').is_some_and(|(list, _)| list == communes.list);
    if let Some(stay) = stays[first..=last].iter().find(of_list) {
        return Told::At(within(&stay.commune));
    }
    let Some(possible) = communes.others.get(&stays[place].commune) else { return Told::At(Place::Outside) };
    let mut places = possible.iter().map(|commune| within(commune));
    match places.next() {
        None => Told::At(Place::Outside),
        Some(first) if places.all(|other| other == first) => Told::At(first),
        Some(_) => Told::Untold,
    }
}

// ---- reading --------------------------------------------------------------------------------------------------------

/// The households that were on a list at some time until a day, and lived in one of some communes.
struct Listed<'a> {
    communes: &'a [String],
    to: Date,
}

impl Listed<'_> {
    /// Adds them as `(SELECT …)`.
    fn within(&self, query: Query) -> Query {
        let query = query.push(
            "(SELECT x.household FROM residence x WHERE x.known_to IS NULL AND EXISTS (SELECT 1 FROM spell l \
             WHERE l.household = x.household AND l.known_to IS NULL AND l.list IS NOT NULL AND l.valid_from <= ",
        );
        among(query.bind(self.to).push(") AND x.commune IN "), self.communes).push(")")
    }
}

async fn residences(connection: &mut AnyConnection, ids: &Listed<'_>) -> Result<HashMap<String, Vec<Residence>>> {
    let query = Query::new(
        "SELECT household, commune, hamlet, cause, valid_from FROM residence WHERE known_to IS NULL AND household IN ",
    );
    let query = ids.within(query).push(" ORDER BY household, valid_from, known_from, id");
    let rows = query.all(connection, |row| {
        let cause = text(row, 3)?;
        let residence = Residence {
            commune: text(row, 1)?,
            hamlet: maybe(row, 2)?,
            reform: cause == "reform",
            split: cause == "split",
            from: day(row, 4)?,
        };
        Ok((text(row, 0)?, residence))
    });
    Ok(grouped(rows.await?))
}

async fn spells(connection: &mut AnyConnection, ids: &Listed<'_>) -> Result<HashMap<String, Vec<Spell>>> {
    let query = Query::new(
        "SELECT household, status, list, movement, valid_from FROM spell WHERE known_to IS NULL AND household IN ",
    );
    let query = ids.within(query).push(" ORDER BY household, valid_from, known_from, id");
    let rows = query.all(connection, |row| {
        let list = maybe(row, 2)?.as_deref().and_then(List::parse);
        let spell = Spell { status: text(row, 1)?, list, movement: maybe(row, 3)?, from: day(row, 4)? };
        Ok((text(row, 0)?, spell))
    });
    Ok(grouped(rows.await?))
}

#[derive(Clone, Copy, Default)]
struct Life {
    opened: Option<Date>,
    closed: Option<Date>,
    persons: i64,
}

async fn lives(connection: &mut AnyConnection, ids: &Listed<'_>) -> Result<BTreeMap<String, Life>> {
    let query = ids.within(Query::new("SELECT id, opened, closed, persons FROM household WHERE id IN "));
    let rows = query.all(connection, |row| {
        Ok((text(row, 0)?, Life { opened: maybe_day(row, 1)?, closed: maybe_day(row, 2)?, persons: int(row, 3)? }))
    });
    Ok(rows.await?.into_iter().collect())
}

/// How many persons belonged to each household on each of two days. Where nobody came or went since the first, that is how
/// many belong to it now.
async fn persons(
    connection: &mut AnyConnection,
    ids: &Listed<'_>,
    lives: &BTreeMap<String, Life>,
    days: [Date; 2],
) -> Result<HashMap<String, [i64; 2]>> {
    let query = Query::new(
        "SELECT DISTINCT b.household FROM membership m JOIN membership b ON b.person = m.person \
         WHERE m.known_to IS NULL AND m.valid_from > ",
    );
    let query = ids.within(query.bind(days[0]).push(" AND b.household IN "));
    let changed = query.all(connection, |row| text(row, 0)).await?;
    let mut counts: HashMap<String, [i64; 2]> =
        lives.iter().map(|(id, life)| (id.clone(), [life.persons, life.persons])).collect();
    for changed in changed.chunks(MANY) {
        counts.extend(counted(connection, changed, days).await?);
    }
    Ok(counts)
}

/// As [`persons`], person by person.
async fn counted(connection: &mut AnyConnection, ids: &[String], days: [Date; 2]) -> Result<HashMap<String, [i64; 2]>> {
    let query = Query::new(
        "SELECT m.person, m.household, m.valid_from FROM membership m WHERE m.known_to IS NULL AND m.person IN \
         (SELECT b.person FROM membership b WHERE b.household IN ",
    );
    let query = among(query, ids).push(") ORDER BY m.person, m.valid_from, m.known_from, m.id");
    let rows = query.all(connection, |row| Ok((text(row, 0)?, maybe(row, 1)?, day(row, 2)?))).await?;
    let mut counts: HashMap<String, [i64; 2]> = ids.iter().map(|id| (id.clone(), [0, 0])).collect();
    for memberships in rows.chunk_by(|a, b| a.0 == b.0) {
        for (which, on) in days.into_iter().enumerate() {
            let household = memberships.iter().rfind(|(_, _, from)| *from <= on).and_then(|(_, h, _)| h.as_ref());
            // Of a household that is not asked about here, others count.
            if let Some(count) = household.and_then(|household| counts.get_mut(household)) {
                count[which] += 1;
            }
        }
    }
    Ok(counts)
}
