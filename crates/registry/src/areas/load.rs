//! Lists of units brought in whole: those the program carries, and a country's own.

use super::NewArea;
use super::print::{lineage_print, units_print};
use crate::ledger::{self, Change};
use crate::scope::{Action, Reach};
use crate::store::{Value, insert_all, int, sql, text};
use crate::text::{key, name};
use crate::{Desk, RegistryError, Result};
use sqlx::AnyConnection;
use std::collections::{BTreeMap, HashMap, HashSet};
use vuon_areas::{Area, AreaList, Areas, Level};

/// How many wrong rows a message names.
const MOST_NAMED: usize = 20;

/// A row of the table `area`.
#[derive(PartialEq, Eq, PartialOrd, Ord, Debug)]
struct Row {
    code: String,
    level: &'static str,
    kind: String,
    name: String,
    parent: Option<String>,
    province: String,
    district: Option<String>,
}

impl Desk {
    /// Loads a list of units that the program carries, and its lineage from and to the lists already there. Loading it
    /// again changes nothing. How many units there are now in the list.
    ///
    /// Between two snapshots of the official lists a unit is taken to have lived on if code and name both did; a unit
    /// that vanished between them has no lineage.
    pub async fn load_areas(&self, list: &str) -> Result<u64> {
        let areas = Areas::embedded();
        let embedded = areas.list(list)?;
        self.may_load()?;
        let mut tx = self.store().write().await?;
        ledger::hold(&mut tx, ledger::REGISTER).await?;
        if let Some(units) = loaded(&mut tx, list).await? {
            return Ok(units);
        }
        let rows = embedded_rows(areas, embedded)?;
        insert(&mut tx, list, &embedded.from.to_string(), &rows).await?;
        let mut traced = Vec::new();
        for other in areas.lists() {
            if other.id != list && loaded(&mut tx, &other.id).await?.is_some() {
                let (old, new) = if other.from < embedded.from { (other, embedded) } else { (embedded, other) };
                insert_lineage(&mut tx, areas, old, new).await?;
                traced.push(other.id.as_str());
            }
        }
        self.tell_list(&mut tx, list, rows.len(), &traced).await?;
        tx.commit().await?;
        Ok(rows.len() as u64)
    }

    /// Loads a country's own list. All rows or none: a repeated code, an unknown parent, or a level out of order is an
    /// error that names the row (from 1). Loading the same rows again changes nothing.
    ///
    /// # Errors
    /// [`RegistryError::Invalid`]; [`RegistryError::Exists`] when the list is there with other units.
    pub async fn load_own_areas(&self, list: &str, rows: &[NewArea]) -> Result<u64> {
        self.may_load()?;
        check_list_name(list)?;
        let rows = checked_rows(rows)?;
        let mut tx = self.store().write().await?;
        ledger::hold(&mut tx, ledger::REGISTER).await?;
        if let Some(units) = loaded(&mut tx, list).await? {
            let known = sql("SELECT code, level, kind, name, parent FROM area WHERE list = $1", [list.into()])
                .all(&mut tx, |row| {
                    let parent = crate::store::maybe(row, 4)?;
                    Ok((text(row, 0)?, text(row, 1)?, text(row, 2)?, text(row, 3)?, parent))
                })
                .await?;
            let new: HashSet<_> = rows
                .iter()
                .map(|row| {
                    let parent = row.parent.as_ref().map(|code| format!("{list}:{code}"));
                    (row.code.clone(), row.level.to_owned(), row.kind.clone(), row.name.clone(), parent)
                })
                .collect();
            let same = known.len() == new.len() && known.iter().all(|row| new.contains(row));
            return if same {
                Ok(units)
            } else {
                Err(RegistryError::Exists { what: format!("the list {list}, with other units,") })
            };
        }
        insert(&mut tx, list, &self.today().to_string(), &rows).await?;
        self.tell_list(&mut tx, list, rows.len(), &[]).await?;
        tx.commit().await?;
        Ok(rows.len() as u64)
    }

    /// Lists belong to the whole register: who keeps the areas of a part does not load them.
    fn may_load(&self) -> Result<()> {
        self.actor.may(Action::ManageAreas)?;
        let all = self.actor.reach == Reach::Everything;
        if all { Ok(()) } else { Err(RegistryError::Forbidden { action: Action::ManageAreas.words() }) }
    }

    /// The entry of a list that is loaded: how many units it has, and a print of them and of their lineage.
    async fn tell_list(&self, connection: &mut AnyConnection, list: &str, units: usize, traced: &[&str]) -> Result<()> {
        let mut lineage = BTreeMap::new();
        for other in traced {
            lineage.insert(*other, lineage_print(connection, [list, other]).await?.0);
        }
        let print = units_print(connection, list).await?;
        let content = serde_json::json!({ "list": list, "units": units, "print": print, "lineage": lineage });
        let content = ledger::store(connection, &content).await?;
        let change = Change { author: &self.actor.id, kind: "area_list", subject: list, content: &content };
        ledger::append(connection, ledger::REGISTER, self.now(), &[change]).await.map(|_| ())
    }
}

async fn insert(connection: &mut AnyConnection, list: &str, since: &str, rows: &[Row]) -> Result<()> {
    let units = rows.len() as i64;
    sql("INSERT INTO area_list (id, since, units) VALUES ($1, $2, $3)", [list.into(), since.into(), units.into()])
        .run(connection)
        .await?;
    let id = |code: &str| format!("{list}:{code}");
    let values = rows.iter().map(|row| -> [Value; 10] {
        [
            id(&row.code).into(),
            list.into(),
            row.code.as_str().into(),
            row.level.into(),
            row.kind.as_str().into(),
            row.name.as_str().into(),
            key(&row.name).into(),
            row.parent.as_deref().map(id).into(),
            id(&row.province).into(),
            row.district.as_deref().map(id).into(),
        ]
    });
    let columns = "area (id, list, code, level, kind, name, name_key, parent, province, district)";
    insert_all(connection, columns, values).await?;
    sql("INSERT INTO setting (name, value) VALUES ('area_list', $1) ON CONFLICT (name) DO NOTHING", [list.into()])
        .run(connection)
        .await?;
    Ok(())
}

/// How many units of a list there are, if it was loaded.
async fn loaded(connection: &mut AnyConnection, list: &str) -> Result<Option<u64>> {
    let units = sql("SELECT units FROM area_list WHERE id = $1", [list.into()]).first(connection, |row| int(row, 0));
    Ok(units.await?.map(|units| units.unsigned_abs()))
}

fn embedded_rows(areas: &Areas, list: &AreaList) -> Result<Vec<Row>> {
    let levels = list.levels.iter().flat_map(|level| areas.of_level(list, *level));
    levels
        .map(|area| {
            let path = areas.path(list, area.code)?;
            let at = |level| path.iter().find(|a| a.level == level).map(|a| a.code.to_string());
            Ok(Row {
                code: area.code.to_string(),
                level: area.level.id(),
                kind: area.kind.label().to_owned(),
                name: area.name.clone(),
                parent: area.parent.map(|code| code.to_string()),
                province: at(Level::Province).ok_or_else(|| damaged(area))?,
                district: at(Level::District),
            })
        })
        .collect()
}

fn damaged(area: &Area) -> RegistryError {
    RegistryError::Damaged { what: format!("the unit {} has no province", area.code) }
}

async fn insert_lineage(connection: &mut AnyConnection, areas: &Areas, old: &AreaList, new: &AreaList) -> Result<()> {
    let day = new.from.to_string();
    let units = old.levels.iter().flat_map(|level| areas.of_level(old, *level));
    let mut rows: Vec<[Value; 4]> = Vec::new();
    for unit in units {
        // No map: nothing is known of what became of it, and nothing is made up.
        for trace in areas.trace(unit.code, old, new).unwrap_or_default() {
            let (from, to) = (format!("{}:{}", old.id, unit.code), format!("{}:{}", new.id, trace.to.code));
            rows.push([from.into(), to.into(), trace.split.into(), day.as_str().into()]);
        }
    }
    insert_all(connection, "lineage (from_area, to_area, split, on_day)", rows).await
}

fn check_list_name(list: &str) -> Result<()> {
    let wrong = |message| Err(RegistryError::invalid("list", message));
    if list.is_empty() || !list.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-') {
        return wrong("a list is named with small letters without marks, digits and hyphens");
    }
    if Areas::embedded().list(list).is_ok() {
        return wrong("this is a list that the program carries: give the own list another name");
    }
    Ok(())
}

/// The rows with the units above them, or all that is wrong with them.
fn checked_rows(rows: &[NewArea]) -> Result<Vec<Row>> {
    let mut wrong: Vec<String> = Vec::new();
    let mut places: HashMap<&str, usize> = HashMap::new();
    for (i, row) in rows.iter().enumerate() {
        if row.code.is_empty() || row.code.contains(|c: char| c.is_whitespace() || c == ':') {
            wrong.push(format!("row {}: a code has no blanks and no colons", i + 1));
        } else if let Some(first) = places.insert(&row.code, i) {
            wrong.push(format!("row {}: the code {} is that of row {} too", i + 1, row.code, first + 1));
        }
        if name("name", &row.name).is_err() {
            wrong.push(format!("row {}: the name is missing, or longer than 200 letters", i + 1));
        }
    }
    for (i, row) in rows.iter().enumerate() {
        let parent = row.parent.as_deref().map(|code| (code, places.get(code).map(|&place| &rows[place])));
        match (row.level, parent) {
            (Level::Province, Some((code, _))) => {
                wrong.push(format!("row {}: a province has no unit above it, but {code} is given", i + 1));
            }
            (Level::Province, None) => {}
            (level, None) => wrong.push(format!("row {}: a {level} needs the code of the unit above it", i + 1)),
            (_, Some((code, None))) => {
                wrong.push(format!("row {}: the unit above, {code}, is in no row of this list", i + 1));
            }
            (level, Some((code, Some(parent)))) if parent.level >= level => {
                wrong.push(format!("row {}: a {level} cannot lie in {code}, a {}", i + 1, parent.level));
            }
            _ => {}
        }
    }
    if rows.is_empty() {
        wrong.push("there are no rows".into());
    }
    if !wrong.is_empty() {
        let more = wrong.len().saturating_sub(MOST_NAMED);
        wrong.truncate(MOST_NAMED);
        let more = if more > 0 { format!("; and {more} more") } else { String::new() };
        return Err(RegistryError::invalid("areas", wrong.join("; ") + &more));
    }
    let up = |row: &NewArea| row.parent.as_deref().and_then(|code| places.get(code)).map(|&place| &rows[place]);
    rows.iter()
        .map(|row| {
            // Levels rise strictly, so this ends.
            let line: Vec<&NewArea> = std::iter::successors(Some(row), |row| up(row)).collect();
            let at = |level| line.iter().find(|unit| unit.level == level).map(|unit| unit.code.clone());
            Ok(Row {
                code: row.code.clone(),
                level: row.level.id(),
                kind: row.kind.trim().to_owned(),
                name: name("name", &row.name)?,
                parent: row.parent.clone(),
                province: at(Level::Province)
                    .ok_or_else(|| RegistryError::invalid("areas", format!("{} lies in no province", row.code)))?,
                district: at(Level::District),
            })
        })
        .collect()
}
