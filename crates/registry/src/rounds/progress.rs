//! How far an area is with a year's annual reviews: counts by the units below it, and no names.

use super::AreaProgress;
use crate::areas::{Unit, unit};
use crate::scope::{Action, Reach};
use crate::store::{Query, int, maybe, text};
use crate::{Desk, RegistryError, Result};
use sqlx::AnyConnection;
use std::collections::BTreeMap;
use vuon_policy::process::Opening;

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

impl Desk {
    /// How far the units below an area are with a year's annual round; the area is `list:code`, or a list's name for all
    /// its provinces.
    pub async fn progress(&self, area: &str, year: i64) -> Result<Vec<AreaProgress>> {
        self.actor.may(Action::ReadFigures)?;
        let mut tx = self.store().snapshot().await?;
        let unit = if area.contains(':') { Some(unit(&mut tx, area).await?) } else { None };
        let reached = match &unit {
            Some(unit) => self.actor.reach.covers_unit(unit),
            None => self.actor.reach == Reach::Everything,
        };
        let units = below(&mut tx, unit.as_ref(), area).await?;
        if !reached || (unit.is_none() && units.is_empty()) {
            return Err(RegistryError::NotFound);
        }
        let column = match &unit {
            None => "c.province",
            Some(unit) if unit.level == "commune" => "c.hamlet",
            Some(unit) if unit.level == "province" && has_districts(&mut tx, unit).await? => "c.district",
            Some(_) => "c.commune",
        };
        let annual = self.annual(&mut tx, year).await?;
        let mut counted: BTreeMap<String, AreaProgress> = BTreeMap::new();
        for (pack, kind) in annual {
            let query = Query::new("SELECT ").push(column).push(
                ", COUNT(DISTINCT r.id), COUNT(c.id), COUNT(CASE WHEN c.answers > 0 THEN 1 END), \
                 COUNT(c.decision), \
                 COUNT(CASE WHEN c.decided = 'poor' THEN 1 END), \
                 COUNT(CASE WHEN c.decided = 'near_poor' THEN 1 END) \
                 FROM round r JOIN review_case c ON c.round = r.id AND c.state <> 'withdrawn' WHERE r.year = ",
            );
            let query = query.bind(year).push(" AND r.kind = ").bind(kind).push(" AND r.pack = ").bind(pack);
            let query = match &unit {
                None => query,
                Some(unit) => match unit.level.as_str() {
                    "province" => query.push(" AND r.province = ").bind(&unit.id),
                    "district" => query.push(" AND r.district = ").bind(&unit.id),
                    _ => query.push(" AND r.commune = ").bind(&unit.id),
                },
            };
            let rows = query.push(" GROUP BY ").push(column).all(&mut tx, |row| {
                Ok((
                    maybe(row, 0)?,
                    [int(row, 1)?, int(row, 2)?, int(row, 3)?, int(row, 4)?, int(row, 5)?, int(row, 6)?],
                ))
            });
            for (area, [rounds, cases, surveyed, decided, poor, near_poor]) in rows.await? {
                let Some(area) = area else { continue };
                let row = counted.entry(area.clone()).or_insert_with(|| AreaProgress {
                    area,
                    name: String::new(),
                    rounds: 0,
                    cases: 0,
                    surveyed: 0,
                    decided: 0,
                    poor: 0,
                    near_poor: 0,
                });
                row.rounds += rounds;
                row.cases += cases;
                row.surveyed += surveyed;
                row.decided += decided;
                row.poor += poor;
                row.near_poor += near_poor;
            }
        }
        let rows = units.into_iter().map(|(area, name)| match counted.remove(&area) {
            Some(row) => AreaProgress { name, ..row },
            None => AreaProgress { area, name, rounds: 0, cases: 0, surveyed: 0, decided: 0, poor: 0, near_poor: 0 },
        });
        Ok(rows.collect())
    }

    /// The packs and kinds of a year's rounds that have a window of their own every year.
    async fn annual(&self, connection: &mut AnyConnection, year: i64) -> Result<Vec<(String, String)>> {
        let query = Query::new("SELECT DISTINCT pack, kind FROM round WHERE year = ").bind(year);
        let pairs = query.all(connection, |row| Ok((text(row, 0)?, text(row, 1)?))).await?;
        let mut annual = Vec::new();
        for (pack, kind) in pairs {
            let program = self.register.program(&pack)?;
            let found = program.pack.process.as_ref().and_then(|process| process.round(&kind));
            if found.is_some_and(|found| matches!(found.opens, Opening::Yearly { .. })) {
                annual.push((pack, kind));
            }
        }
        Ok(annual)
    }
}

async fn has_districts(connection: &mut AnyConnection, unit: &Unit) -> Result<bool> {
    let query = Query::new("SELECT COUNT(*) FROM area WHERE level = 'district' AND parent = ").bind(&unit.id);
    Ok(query.count(connection).await? > 0)
}
