//! Which communes of other lists a unit's communes were or became, and so where a household was in the units of any list.

use crate::areas::Unit;
use crate::scope::Reach;
use crate::store::{MANY, Query, among, text};
use crate::{RegistryError, Result};
use sqlx::AnyConnection;
use std::collections::{BTreeSet, HashMap, HashSet};

/// The communes of an area, and those of other lists that they were or became.
pub(super) struct Communes {
    /// The list in whose units is counted.
    pub list: String,
    /// The area; nothing for all of the list.
    unit: Option<Unit>,
    /// The communes of the area in that list, and the unit directly below the area that each lies in.
    pub own: HashMap<String, String>,
    /// For a commune of another list: the communes of this list it may be, inside of the area or not.
    pub others: HashMap<String, BTreeSet<String>>,
}

impl Communes {
    /// Adds the question for the communes of the area in the list: their ids.
    pub fn own_ids(&self, query: Query) -> Query {
        of_area(query.push("SELECT a.id FROM area a WHERE "), self.unit.as_ref(), &self.list)
    }
}

/// Pairs of the lineage that begin (or end) at some communes: theirs, the other's.
async fn pairs(
    connection: &mut AnyConnection,
    communes: &[String],
    [theirs, other]: [&str; 2],
) -> Result<Vec<(String, String)>> {
    let mut pairs = Vec::new();
    for communes in communes.chunks(MANY) {
        let query = Query::new("SELECT l.").push(theirs).push(", l.").push(other).push(" FROM lineage l WHERE l.");
        let query = among(query.push(theirs).push(" IN "), communes);
        pairs.extend(query.all(connection, |row| Ok((text(row, 0)?, text(row, 1)?))).await?);
    }
    Ok(pairs)
}

/// Adds the condition on `a` that it is a commune of a unit of a list, or of all of the list.
fn of_area(query: Query, unit: Option<&Unit>, list: &str) -> Query {
    let query = query.push("a.level = 'commune' AND a.");
    match unit {
        None => query.push("list = ").bind(list),
        Some(unit) => match unit.level.as_str() {
            "province" => query.push("province = ").bind(&unit.id),
            "district" => query.push("district = ").bind(&unit.id),
            _ => query.push("id = ").bind(&unit.id),
        },
    }
}

fn list_of(area: &str) -> &str {
    area.split_once(':').map_or(area, |(list, _)| list)
}

/// The communes of an area: a unit of a list, or all of a list.
pub(super) async fn communes(
    connection: &mut AnyConnection,
    unit: Option<&Unit>,
    list: &str,
    below: &HashSet<String>,
) -> Result<Communes> {
    let query = of_area(Query::new("SELECT a.id, a.district, a.province FROM area a WHERE "), unit, list);
    let rows = query.all(connection, |row| Ok((text(row, 0)?, crate::store::maybe(row, 1)?, text(row, 2)?)));
    let mut own = HashMap::new();
    for (commune, district, province) in rows.await? {
        let child = [Some(&commune), district.as_ref(), Some(&province)].into_iter().flatten();
        let child = child.into_iter().find(|id| below.contains(*id)).cloned().unwrap_or_default();
        own.insert(commune, child);
    }
    let ids: Vec<String> = own.keys().cloned().collect();
    let mut near: HashSet<String> = HashSet::new();
    near.extend(pairs(connection, &ids, ["from_area", "to_area"]).await?.into_iter().map(|(_, other)| other));
    near.extend(pairs(connection, &ids, ["to_area", "from_area"]).await?.into_iter().map(|(_, other)| other));
    let near: Vec<String> = near.into_iter().collect();
    let mut others: HashMap<String, BTreeSet<String>> = HashMap::new();
    for direction in [["from_area", "to_area"], ["to_area", "from_area"]] {
        for (other, commune) in pairs(connection, &near, direction).await? {
            if list_of(&commune) == list {
                others.entry(other).or_default().insert(commune);
            }
        }
    }
    Ok(Communes { list: list.to_owned(), unit: unit.cloned(), own, others })
}

/// Makes sure that somebody may be told of an area: it lies in their part whole, or, of another list, all that it was or
/// became does.
pub(super) async fn reach(
    connection: &mut AnyConnection,
    reach: &Reach,
    unit: Option<&Unit>,
    communes: &Communes,
) -> Result<()> {
    let own = match reach {
        Reach::Everything => return Ok(()),
        _ if unit.is_some_and(|unit| reach.covers_unit(unit)) => return Ok(()),
        Reach::Province(area) | Reach::District(area) | Reach::Commune(area) => list_of(area).to_owned(),
        Reach::Hamlet { .. } | Reach::Nothing => return Err(RegistryError::NotFound),
    };
    let mine: Vec<String> = communes.others.keys().filter(|id| list_of(id) == own).cloned().collect();
    let mut covered = 0;
    for mine in mine.chunks(MANY) {
        let query = among(Query::new("SELECT COUNT(*) FROM area u WHERE u.id IN "), mine);
        let query = match reach {
            Reach::Province(area) => query.push(" AND u.province = ").bind(area),
            Reach::District(area) => query.push(" AND u.district = ").bind(area),
            Reach::Commune(area) => query.push(" AND u.id = ").bind(area),
            _ => query.push(" AND 1 = 0"),
        };
        covered += query.count(connection).await?;
    }
    if covered > 0 && i64::try_from(mine.len()) == Ok(covered) { Ok(()) } else { Err(RegistryError::NotFound) }
}
