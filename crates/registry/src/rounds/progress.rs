//! How far an area is with a year's annual reviews: counts by the units below it, and no names.

use super::{AreaProgress, Progress};
use crate::areas::{Unit, unit};
use crate::cases::CaseState;
use crate::scope::{Action, Reach};
use crate::store::{Query, among, int, maybe, sql, text};
use crate::{Desk, RegistryError, Result};
use sqlx::AnyConnection;
use std::collections::BTreeMap;
use std::sync::Arc;
use vuon_policy::model::List;
use vuon_policy::process::Opening;
use vuon_policy::program::Program;

/// The units directly below one (of a whole list, its topmost): id and name, by code.
async fn below(connection: &mut AnyConnection, unit: Option<&Unit>, list: &str) -> Result<Vec<(String, String)>> {
    let query = match unit {
        None => Query::new("SELECT id, name FROM area WHERE parent IS NULL AND list = ").bind(list),
        Some(unit) if unit.level == "commune" => {
            Query::new("SELECT id, name FROM hamlet WHERE commune = ").bind(&unit.id)
        }
        Some(unit) => Query::new("SELECT id, name FROM area WHERE parent = ").bind(&unit.id),
    };
    query.push(" ORDER BY id").all(connection, |row| Ok((text(row, 0)?, text(row, 1)?))).await
}

/// The counts of a year's annual rounds.
struct Counting<'a> {
    year: i64,
    unit: Option<&'a Unit>,
    annual: &'a [(Arc<Program>, String)],
}

impl Counting<'_> {
    /// The counts by a column of the round (`r`) or its cases (`c`); of the whole area without one.
    async fn by(&self, tx: &mut AnyConnection, column: Option<&str>) -> Result<BTreeMap<String, AreaProgress>> {
        let mut counted: BTreeMap<String, AreaProgress> = BTreeMap::new();
        for (program, kind) in self.annual {
            let mut query = Query::new("SELECT ")
                .push(column.unwrap_or("NULL"))
                .push(", COUNT(DISTINCT r.id), COUNT(c.id), COUNT(CASE WHEN c.state <> ");
            query = query.bind(CaseState::Survey.id()).push(" THEN 1 END), COUNT(c.decision)");
            for list in List::ALL {
                let statuses = program.statuses_of(list).into_iter().map(str::to_owned).collect::<Vec<_>>();
                query = query.push(", COUNT(CASE WHEN c.decided IN ");
                query = if statuses.is_empty() { query.push("('')") } else { among(query, &statuses) };
                query = query.push(" THEN 1 END)");
            }
            let query = query.push(
                " FROM round r LEFT JOIN review_case c ON c.round = r.id AND c.state <> 'withdrawn' WHERE r.year = ",
            );
            let query = query.bind(self.year).push(" AND r.kind = ").bind(kind);
            let query = query.push(" AND r.pack = ").bind(&program.pack.id.value);
            let query = query.push(" AND r.pack_hash = ").bind(&program.hash);
            let query = match self.unit {
                None => query,
                Some(unit) => match unit.level.as_str() {
                    "province" => query.push(" AND r.province = ").bind(&unit.id),
                    "district" => query.push(" AND r.district = ").bind(&unit.id),
                    _ => query.push(" AND r.commune = ").bind(&unit.id),
                },
            };
            let query = column.into_iter().fold(query, |query, column| query.push(" GROUP BY ").push(column));
            let rows = query.all(tx, |row| {
                Ok(AreaProgress {
                    area: maybe(row, 0)?.unwrap_or_default(),
                    name: String::new(),
                    rounds: int(row, 1)?,
                    cases: int(row, 2)?,
                    surveyed: int(row, 3)?,
                    decided: int(row, 4)?,
                    poor: int(row, 5)?,
                    near_poor: int(row, 6)?,
                })
            });
            for row in rows.await? {
                let sum = counted.entry(row.area.clone()).or_default();
                sum.rounds += row.rounds;
                sum.cases += row.cases;
                sum.surveyed += row.surveyed;
                sum.decided += row.decided;
                sum.poor += row.poor;
                sum.near_poor += row.near_poor;
            }
        }
        Ok(counted)
    }
}

impl Desk {
    /// How far an area and the units below it are with a year's annual round; the area is `list:code`, or a list's name
    /// for all its provinces.
    pub async fn progress(&self, area: &str, year: i64) -> Result<Progress> {
        self.actor.may(Action::ReadFigures)?;
        let mut tx = self.store().snapshot().await?;
        let unit = if area.contains(':') { Some(unit(&mut tx, area).await?) } else { None };
        let reached = match &unit {
            Some(unit) => self.actor.reach.covers_unit(unit),
            None => self.actor.reach == Reach::Everything,
        };
        let mut units = below(&mut tx, unit.as_ref(), area).await?;
        if !reached || (unit.is_none() && units.is_empty()) {
            return Err(RegistryError::NotFound);
        }
        let of_commune = unit.as_ref().is_some_and(|unit| unit.level == "commune");
        let column = match &unit {
            None => "r.province",
            Some(_) if of_commune => "c.hamlet",
            Some(unit) if unit.level == "province" && has_districts(&mut tx, unit).await? => "r.district",
            Some(_) => "r.commune",
        };
        let annual = self.annual(&mut tx, year).await?;
        let counting = Counting { year, unit: unit.as_ref(), annual: &annual };
        let total = counting.by(&mut tx, None).await?.remove("").unwrap_or_default();
        let mut counted = counting.by(&mut tx, Some(column)).await?;
        // What is in no unit; of a commune's rounds without cases nothing is in any hamlet.
        let none = counted.remove("").filter(|none| none.cases > 0 || !of_commune);
        // A hamlet may be another commune's by now.
        let elsewhere: Vec<&String> = counted.keys().filter(|id| !units.iter().any(|(unit, _)| unit == *id)).collect();
        for id in elsewhere {
            let name = sql("SELECT name FROM hamlet WHERE id = $1", [id.into()]).first(&mut tx, |row| text(row, 0));
            let name = name.await?.unwrap_or_default();
            units.push((id.clone(), name));
        }
        let rows = units.into_iter().map(|(area, name)| {
            let row = counted.remove(&area).unwrap_or_default();
            AreaProgress { area, name, ..row }
        });
        let units = rows.chain(none).collect();
        let name = unit.map_or_else(|| area.to_owned(), |unit| unit.name);
        Ok(Progress { total: AreaProgress { area: area.to_owned(), name, ..total }, units })
    }

    /// The packs (as they were then) and kinds of a year's rounds that have a window of their own every year.
    async fn annual(&self, connection: &mut AnyConnection, year: i64) -> Result<Vec<(Arc<Program>, String)>> {
        let query = Query::new("SELECT DISTINCT pack, pack_hash, kind FROM round WHERE year = ").bind(year);
        let found = query.all(connection, |row| Ok((text(row, 0)?, text(row, 1)?, text(row, 2)?))).await?;
        let mut annual = Vec::new();
        for (pack, hash, kind) in found {
            let program = self.register.program_as(connection, &pack, &hash).await?;
            let found = program.pack.process.as_ref().and_then(|process| process.round(&kind));
            if found.is_some_and(|found| matches!(found.opens, Opening::Yearly { .. })) {
                annual.push((program, kind));
            }
        }
        Ok(annual)
    }
}

async fn has_districts(connection: &mut AnyConnection, unit: &Unit) -> Result<bool> {
    let query = Query::new("SELECT COUNT(*) FROM area WHERE level = 'district' AND parent = ").bind(&unit.id);
    Ok(query.count(connection).await? > 0)
}
