//! Households on two days: where they were in the units of a list, on which list, with how many persons.

use super::count::{Household, List, Seen};
use super::lookup::Communes;
use crate::spells::history::OFF_LIST;
use crate::store::{MANY, Query, among, day, grouped, int, maybe, maybe_day, text, yes};
use crate::{RegistryError, Result};
use jiff::civil::Date;
use sqlx::AnyConnection;
use sqlx::any::AnyRow;
use std::collections::{BTreeMap, HashMap, HashSet};

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

/// The households that were on a list at some time until the last day, and lived in one of the communes. Those with which
/// nothing happened in between that the tables could show come as one with the others of their commune, hamlet and list.
pub(super) async fn households(
    connection: &mut AnyConnection,
    communes: &Communes,
    from: Date,
    to: Date,
) -> Result<Vec<Household<Place>>> {
    let (mut households, mut untold) = (Vec::new(), 0);
    let mut changing: BTreeMap<String, Group> = BTreeMap::new();
    for group in grouped_by_place(connection, communes, from, to).await? {
        if !group.changing.is_empty() {
            changing.insert(group.changing.clone(), group);
            continue;
        }
        let place = communes.own.get(&group.commune);
        let place = place.map(|child| Place::Within { child: child.clone(), hamlet: group.hamlet.clone() });
        let place = Some(place.unwrap_or(Place::Outside));
        let seen = Seen { list: group.list, taken_off: false, place, persons: group.persons };
        households.push(Household { from: seen.clone(), to: seen, count: group.count, before: true, split: false });
    }
    let mut spells = of_each(connection, changing.keys(), SPELLS, spell).await?;
    let moved = changing.iter().filter(|(_, group)| group.moved).map(|(id, _)| id);
    let mut residences = of_each(connection, moved, RESIDENCES, residence).await?;
    let others = changing.iter().filter(|(_, group)| group.other_people).map(|(id, _)| id.clone());
    let counts = counted(connection, &others.collect::<Vec<_>>(), [from, to]).await?;
    for (id, Group { commune, hamlet, opened, closed, persons, count, .. }) in changing {
        // One that began on a list more than once comes as often.
        let now = persons / count;
        let stayed = || vec![Residence { commune, hamlet, reform: false, split: false, from: opened }];
        let stays = residences.remove(&id).unwrap_or_else(stayed);
        let spells = spells.remove(&id).unwrap_or_default();
        let persons = counts.get(&id).copied().unwrap_or([now, now]);
        let mut seen = |on: Date, persons: i64| -> Seen<Place> {
            let list = list_on(&spells, on);
            let there = opened <= on && closed.is_none_or(|closed| closed > on);
            let place = if there { place_on(&stays, communes, on) } else { Told::Nowhere };
            if matches!(place, Told::Untold) && list.is_some() {
                untold += 1;
            }
            let place = match place {
                Told::At(place) => Some(place),
                Told::Untold | Told::Nowhere => None,
            };
            // Who is not there is on no list.
            Seen {
                list: list.filter(|_| there),
                taken_off: taken_off_on(&spells, on),
                place,
                persons: if there { persons } else { 0 },
            }
        };
        let (first, last) = (seen(from, persons[0]), seen(to, persons[1]));
        households.push(Household {
            count: 1,
            before: had_been_listed(&spells, to),
            split: opened > from && stays.first().is_some_and(|stay| stay.split),
            from: first,
            to: last,
        });
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

/// One household that is looked at alone, or all those of a place that stay on a list.
struct Group {
    /// The one; empty for those that stay.
    changing: String,
    commune: String,
    hamlet: Option<String>,
    list: Option<List>,
    count: i64,
    persons: i64,
    /// Of the one: since when, and until when.
    opened: Date,
    closed: Option<Date>,
    /// Whether it may have lived elsewhere.
    moved: bool,
    /// Whether somebody came or went since the first day.
    other_people: bool,
}

/// The households that were on a list at some time until the last day and lived in one of the communes. A household stays
/// if it is on one list from the first day to the last, in one place of the list of areas that is asked for, with the same
/// people: it is counted where it lives. Each other one comes alone, and maybe more than once.
async fn grouped_by_place(
    connection: &mut AnyConnection,
    communes: &Communes,
    from: Date,
    to: Date,
) -> Result<Vec<Group>> {
    // A code of the list begins with its name and a colon; the sign after the colon ends them.
    let of_list = [format!("{}:", communes.list), format!("{};", communes.list)];
    let [first, end] = &of_list;
    let here = |query: Query| {
        let query = query.push("m.household IS NULL AND h.commune >= ").bind(first).push(" AND h.commune < ").bind(end);
        query.push(" AND h.opened <= ").bind(from)
    };
    let query = here(Query::new("SELECT CASE WHEN ")).push(" AND s.valid_from <= ").bind(from);
    let query = query
        .push(
            " AND h.closed IS NULL AND p.household IS NULL AND NOT EXISTS (SELECT 1 FROM spell o \
             WHERE o.household = s.household AND o.known_to IS NULL AND (o.valid_from, o.known_from, o.id) > \
             (s.valid_from, s.known_from, s.id) AND o.valid_from <= ",
        )
        .bind(to)
        .push(" AND (o.list IS NULL OR o.list <> s.list OR o.valid_from <= ")
        .bind(from)
        .push(
            ")) THEN '' ELSE h.id END, h.commune, h.hamlet, s.list, COUNT(*), CAST(SUM(h.persons) AS BIGINT), \
             MIN(h.opened), MIN(h.closed), CAST(MAX(CASE WHEN p.household IS NULL THEN 0 ELSE 1 END) AS BIGINT), CAST(MAX(CASE WHEN ",
        );
    let query = here(query)
        .push(
            " THEN 0 ELSE 1 END) AS BIGINT) \
             FROM spell s JOIN household h ON h.id = s.household \
             LEFT JOIN (SELECT DISTINCT household FROM residence WHERE known_to IS NULL AND valid_from > ",
        )
        .bind(from)
        // The order of the two is told: the few who changed are found first.
        .push(
            ") m ON m.household = h.id LEFT JOIN (SELECT DISTINCT b.household FROM membership a CROSS JOIN membership b \
             WHERE b.person = a.person AND a.known_to IS NULL AND a.valid_from > ",
        )
        .bind(from)
        // The last spell on a list that began by the first day, or if there is none, those that began since.
        .push(
            ") p ON p.household = h.id WHERE s.known_to IS NULL AND s.list IS NOT NULL AND s.valid_from <= ",
        )
        .bind(to)
        .push(
            " AND NOT EXISTS (SELECT 1 FROM spell l WHERE l.household = s.household AND l.known_to IS NULL \
             AND l.list IS NOT NULL AND l.valid_from <= ",
        )
        .bind(from)
        .push(" AND (s.valid_from > ")
        .bind(from)
        .push(
            " OR (l.valid_from, l.known_from, l.id) > (s.valid_from, s.known_from, s.id))) AND s.household IN \
             (SELECT x.household FROM residence x WHERE x.known_to IS NULL AND x.commune IN ",
        );
    let query = among(query, &communes.all()).push(") GROUP BY 1, 2, 3, 4");
    let rows = query.all(connection, |row| {
        Ok(Group {
            changing: text(row, 0)?,
            commune: text(row, 1)?,
            hamlet: maybe(row, 2)?,
            list: maybe(row, 3)?.as_deref().and_then(List::parse),
            count: int(row, 4)?,
            persons: int(row, 5)?,
            opened: day(row, 6)?,
            closed: maybe_day(row, 7)?,
            other_people: yes(row, 8)?,
            moved: yes(row, 9)?,
        })
    });
    rows.await
}

const RESIDENCES: &str =
    "SELECT household, commune, hamlet, cause, valid_from FROM residence WHERE known_to IS NULL AND household IN ";

fn residence(row: &AnyRow) -> Result<Residence> {
    let cause = text(row, 3)?;
    Ok(Residence {
        commune: text(row, 1)?,
        hamlet: maybe(row, 2)?,
        reform: cause == "reform",
        split: cause == "split",
        from: day(row, 4)?,
    })
}

const SPELLS: &str =
    "SELECT household, status, list, movement, valid_from FROM spell WHERE known_to IS NULL AND household IN ";

fn spell(row: &AnyRow) -> Result<Spell> {
    let list = maybe(row, 2)?.as_deref().and_then(List::parse);
    Ok(Spell { status: text(row, 1)?, list, movement: maybe(row, 3)?, from: day(row, 4)? })
}

/// What is known of some households, oldest first.
async fn of_each<'a, T>(
    connection: &mut AnyConnection,
    ids: impl Iterator<Item = &'a String>,
    what: &'static str,
    read: impl Fn(&AnyRow) -> Result<T>,
) -> Result<HashMap<String, Vec<T>>> {
    let ids: Vec<&String> = ids.collect();
    let mut rows = Vec::new();
    for ids in ids.chunks(MANY) {
        let query = among(Query::new(what), ids.iter().copied());
        let query = query.push(" ORDER BY household, valid_from, known_from, id");
        rows.extend(query.all(connection, |row| Ok((text(row, 0)?, read(row)?))).await?);
    }
    Ok(grouped(rows))
}

/// How many persons belonged to each household on each of two days.
async fn counted(connection: &mut AnyConnection, ids: &[String], days: [Date; 2]) -> Result<HashMap<String, [i64; 2]>> {
    let mut counts: HashMap<String, [i64; 2]> = ids.iter().map(|id| (id.clone(), [0, 0])).collect();
    for some in ids.chunks(MANY) {
        let query = Query::new(
            "SELECT m.person, m.household, m.valid_from FROM membership m WHERE m.known_to IS NULL AND m.person IN \
             (SELECT b.person FROM membership b WHERE b.household IN ",
        );
        let query = among(query, some).push(") ORDER BY m.person, m.valid_from, m.known_from, m.id");
        let rows = query.all(connection, |row| Ok((text(row, 0)?, maybe(row, 1)?, day(row, 2)?))).await?;
        let some: HashSet<&String> = some.iter().collect();
        for memberships in rows.chunk_by(|a, b| a.0 == b.0) {
            for (which, on) in days.into_iter().enumerate() {
                let household = memberships.iter().rfind(|(_, _, from)| *from <= on).and_then(|(_, h, _)| h.as_ref());
                // Of a household that is not asked about here, others count.
                let household = household.filter(|household| some.contains(household));
                if let Some(count) = household.and_then(|household| counts.get_mut(household)) {
                    count[which] += 1;
                }
            }
        }
    }
    Ok(counts)
}
