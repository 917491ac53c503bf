//! Households on two days: where they were in the units of a list, on which list, with how many persons.

use super::count::{Household, List, Seen};
use super::lookup::Communes;
use crate::spells::history::OFF_LIST;
use crate::store::{MANY, Query, among, day, grouped, int, maybe, maybe_day, text, yes};
use crate::{RegistryError, Result};
use jiff::civil::Date;
use sqlx::AnyConnection;
use sqlx::any::AnyRow;
use std::collections::{HashMap, HashSet};

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

/// The spell of a household on a day.
#[derive(Clone, Copy)]
struct Spell {
    list: Option<List>,
    taken_off: bool,
}

/// The households that were on a list at some time until the last day, and lived in one of the communes. The database
/// counts those that stayed in one place with the same people, or came and stayed so; of the others each comes alone.
pub(super) async fn households(
    connection: &mut AnyConnection,
    communes: &Communes,
    from: Date,
    to: Date,
) -> Result<Vec<Household<Place>>> {
    let groups = groups(connection, communes, from, to).await?;
    let ids = |wanted: fn(&Group) -> bool| {
        let alone = groups.iter().filter(|group| !group.alone.is_empty());
        alone.filter(move |group| wanted(group)).map(|group| group.alone.clone()).collect::<Vec<_>>()
    };
    let mut residences = residences(connection, &ids(|group| group.moved)).await?;
    let counts = counted(connection, &ids(|group| group.other_people), [from, to]).await?;
    let (mut households, mut untold) = (Vec::with_capacity(groups.len()), 0);
    for Group { alone, commune, hamlet, spells, before, split, count, persons, opened, closed, .. } in groups {
        let stayed = || vec![Residence { commune, hamlet, reform: false, split, from: opened }];
        let stays = residences.remove(&alone).unwrap_or_else(stayed);
        let persons = counts.get(&alone).copied().unwrap_or([persons, persons]);
        let mut seen = |on: Date, spell: Spell, persons: i64| -> Seen<Place> {
            let there = opened <= on && closed.is_none_or(|closed| closed > on);
            let place = if there { place_on(&stays, communes, on) } else { Told::Nowhere };
            if matches!(place, Told::Untold) && spell.list.is_some() {
                untold += count;
            }
            let place = match place {
                Told::At(place) => Some(place),
                Told::Untold | Told::Nowhere => None,
            };
            // Who is not there is on no list.
            Seen {
                list: spell.list.filter(|_| there),
                taken_off: spell.taken_off,
                place,
                persons: if there { persons } else { 0 },
            }
        };
        let [first, last] = spells;
        let (first, last) = (seen(from, first, persons[0]), seen(to, last, persons[1]));
        let split = opened > from && stays.first().is_some_and(|stay| stay.split);
        households.push(Household { count, before, split, from: first, to: last });
    }
    if untold > 0 {
        let what = format!("of {untold} households it cannot be told in which unit of {} they live", communes.list);
        return Err(RegistryError::Inconsistent { what });
    }
    Ok(households)
}

// ---- one household --------------------------------------------------------------------------------------------------

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

/// One household that is looked at alone, or all those of a place with which the same happened.
struct Group {
    /// The one; empty for several.
    alone: String,
    commune: String,
    hamlet: Option<String>,
    /// On the first day and on the last.
    spells: [Spell; 2],
    /// Whether it had been on a list before it came to the one it is on: as the register knows, or as was told when it was
    /// decided.
    before: bool,
    count: i64,
    persons: i64,
    /// Since when, and until when; of several, of one of them: on each of the two days all are there, or none.
    opened: Date,
    closed: Option<Date>,
    /// Whether it may have lived elsewhere.
    moved: bool,
    /// Whether it began as a part of another.
    split: bool,
    /// Whether somebody came or went since the first day, if it was there, else since the last.
    other_people: bool,
}

/// How many memberships since the first day are few: they are looked for first, and not the people of each household.
const FEW: i64 = 20_000;

/// The communes of the area, those that they were or became, and who lived there: whether they moved since the first day,
/// and how often they did at all. A reform moves nobody.
fn lived(query: Query, communes: &Communes, from: Date) -> Query {
    let query = communes.own_ids(query.push("WITH own AS (")).push(
        "), every AS (SELECT id FROM own UNION SELECT l.to_area FROM lineage l JOIN own o ON o.id = l.from_area \
         UNION SELECT l.from_area FROM lineage l JOIN own o ON o.id = l.to_area), \
         lived AS (SELECT x.household, MIN(x.valid_from) AS since, \
         SUM(CASE WHEN x.cause = 'reform' THEN 0 ELSE 1 END) AS homes, \
         MAX(CASE WHEN x.cause = 'split' THEN 1 ELSE 0 END) AS split, \
         MAX(CASE WHEN x.cause <> 'reform' AND x.valid_from > ",
    );
    let query =
        query.bind(from).push(" THEN 1 ELSE 0 END) AS moved, MAX(CASE WHEN x.cause = 'reform' AND x.valid_from > ");
    query.bind(from).push(
        " THEN COALESCE(x.hamlet, '') END) AS hamlet FROM residence x \
         WHERE x.known_to IS NULL AND x.commune IN (SELECT id FROM every) GROUP BY x.household), ",
    )
}

/// Adds the spells of who lived there and was on a list by the last day, one row a household. Spells are numbered from the
/// latest back: the first is that of the last day, `f` that of the first day, `gap` the latest one on no list. The run of
/// spells on lists that goes on to the last day began after the gap.
fn listed(query: Query, from: Date, to: Date) -> Query {
    let query = query
        .push(
            "told AS (SELECT s.household, s.list, s.status, s.movement, s.valid_from, ROW_NUMBER() OVER (PARTITION BY \
             s.household ORDER BY s.valid_from DESC, s.known_from DESC, s.id DESC) AS n, \
             COUNT(*) OVER (PARTITION BY s.household) AS total \
             FROM lived v JOIN spell s ON s.household = v.household WHERE s.known_to IS NULL AND s.valid_from <= ",
        )
        .bind(to)
        .push(
            " AND EXISTS (SELECT 1 FROM spell l WHERE l.household = v.household AND l.known_to IS NULL \
             AND l.list IS NOT NULL AND l.valid_from <= ",
        )
        .bind(to)
        .push(
            ")), numbered AS (SELECT t.*, MIN(CASE WHEN t.list IS NULL THEN t.n END) OVER (PARTITION BY t.household) AS gap, \
             MIN(CASE WHEN t.valid_from <= ",
        )
        .bind(from)
        .push(" THEN t.n END) OVER (PARTITION BY t.household) AS f FROM told t), listed AS (SELECT household");
    let off = |query: Query, n: &str, name: &str| {
        let query = query.push(", MAX(CASE WHEN n = ").push(n).push(" THEN list END) AS ").push(name);
        let query = query.push("_list, MAX(CASE WHEN n = ").push(n).push(" AND status = ").bind(OFF_LIST);
        query.push(" THEN 1 ELSE 0 END) AS ").push(name).push("_off")
    };
    off(off(query, "f", "first"), "1", "last").push(
        ", MAX(CASE WHEN list IS NULL THEN 0 WHEN n > gap THEN 1 \
         WHEN n = COALESCE(gap - 1, total) AND movement <> 'newly_arising' THEN 1 ELSE 0 END) AS before \
         FROM numbered GROUP BY household), ",
    )
}

/// Adds when the people of those households changed last, since the first day.
fn people(query: Query, few: bool, from: Date) -> Query {
    // SQLite takes the tables of a cross join in their order.
    let tables = if few {
        "membership a CROSS JOIN membership b CROSS JOIN listed e WHERE b.person = a.person AND e.household = b.household"
    } else {
        "listed e CROSS JOIN membership b CROSS JOIN membership a WHERE b.household = e.household AND a.person = b.person"
    };
    let query = query.push("people AS (SELECT b.household, MAX(a.valid_from) AS latest FROM ").push(tables);
    query.push(" AND a.known_to IS NULL AND a.valid_from > ").bind(from).push(" GROUP BY b.household) ")
}

async fn groups(connection: &mut AnyConnection, communes: &Communes, from: Date, to: Date) -> Result<Vec<Group>> {
    let changes =
        Query::new("SELECT COUNT(*) FROM (SELECT 1 FROM membership m WHERE m.known_to IS NULL AND m.valid_from > ");
    let changes = changes.bind(from).push(" LIMIT ").bind(FEW).push(") few").count(connection).await?;
    let query = lived(Query::new(""), communes, from);
    let query = people(listed(query, from, to), changes < FEW, from);
    let alone = |query: Query| {
        let query = query.push("CASE WHEN g.closed IS NULL AND g.moved = 0 AND g.other_people = 0 ");
        query.push("THEN '' ELSE g.id END")
    };
    let query = alone(query.push("SELECT ")).push(
        ", g.commune, g.hamlet, g.first_list, g.last_list, g.first_off, g.last_off, g.before, g.split, g.moved, \
         g.other_people, COUNT(*), CAST(SUM(g.persons) AS BIGINT), MIN(g.opened), MIN(g.closed) FROM ( \
         SELECT h.id, h.commune, h.hamlet, h.persons, h.opened, h.closed, e.first_list, e.last_list, \
         CAST(e.first_off AS BIGINT) AS first_off, CAST(e.last_off AS BIGINT) AS last_off, \
         CAST(e.before AS BIGINT) AS before, CAST(v.split AS BIGINT) AS split, \
         CASE WHEN h.opened <= ",
    );
    // Who is here now, and did not move here or from here since, is where they were on both days; so is who began here
    // since and never moved.
    let query = query
        .bind(from)
        .push(" THEN 0 WHEN h.opened <= ")
        .bind(to)
        .push(" THEN 1 ELSE 2 END AS began, CAST(CASE WHEN o.id IS NOT NULL AND COALESCE(v.hamlet, h.hamlet, '') = COALESCE(h.hamlet, '') AND (CASE WHEN h.opened <= ")
        .bind(from)
        .push(
            " THEN v.moved = 0 ELSE v.homes = 1 AND v.since = h.opened END) THEN 0 ELSE 1 END AS BIGINT) AS moved, \
             CAST(CASE WHEN p.latest > (CASE WHEN h.opened <= ",
        )
        .bind(from)
        .push(" THEN ")
        .bind(from)
        .push(" ELSE ")
        .bind(to)
        .push(
            " END) THEN 1 ELSE 0 END AS BIGINT) AS other_people \
             FROM listed e JOIN lived v ON v.household = e.household JOIN household h ON h.id = e.household \
             LEFT JOIN own o ON o.id = h.commune LEFT JOIN people p ON p.household = h.id) g \
             GROUP BY 1, g.commune, g.hamlet, g.first_list, g.last_list, g.first_off, g.last_off, g.before, g.split, \
             g.moved, g.other_people, g.began",
        );
    let rows = query.all(connection, |row| {
        let list = |column| Ok::<_, RegistryError>(maybe(row, column)?.as_deref().and_then(List::parse));
        Ok(Group {
            alone: text(row, 0)?,
            commune: text(row, 1)?,
            hamlet: maybe(row, 2)?,
            spells: [
                Spell { list: list(3)?, taken_off: yes(row, 5)? },
                Spell { list: list(4)?, taken_off: yes(row, 6)? },
            ],
            before: yes(row, 7)?,
            split: yes(row, 8)?,
            moved: yes(row, 9)?,
            other_people: yes(row, 10)?,
            count: int(row, 11)?,
            persons: int(row, 12)?,
            opened: day(row, 13)?,
            closed: maybe_day(row, 14)?,
        })
    });
    rows.await
}

/// Where some households lived, oldest first.
async fn residences(connection: &mut AnyConnection, ids: &[String]) -> Result<HashMap<String, Vec<Residence>>> {
    let mut rows = Vec::new();
    for ids in ids.chunks(MANY) {
        let query = Query::new(
            "SELECT household, commune, hamlet, cause, valid_from FROM residence WHERE known_to IS NULL AND household IN ",
        );
        let query = among(query, ids).push(" ORDER BY household, valid_from, known_from, id");
        rows.extend(query.all(connection, |row| Ok((text(row, 0)?, residence(row)?))).await?);
    }
    Ok(grouped(rows))
}

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
