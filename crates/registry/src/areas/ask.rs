//! Questions about units.

use super::{AreaRow, LineageRow, place_of, seen, unit};
use crate::scope::{Place, Reach};
use crate::store::{Query, day, int, maybe, sql, text};
use crate::text::{after_prefix, key};
use crate::{Desk, RegistryError, Result};
use jiff::civil::Date;
use sqlx::any::AnyRow;
use std::collections::{BTreeMap, BTreeSet};

const COLUMNS: &str = "SELECT u.id, u.list, u.code, u.level, u.kind, u.name, u.parent FROM area u WHERE 1 = 1";

/// The words for kinds of communes, as a key begins with them: `xã Mường Nhé` is found as Mường Nhé.
const KINDS: [&str; 4] = ["xa ", "phuong ", "thi tran ", "dac khu "];

/// The most communes that a search gives.
const MOST: i64 = 50;

fn row(row: &AnyRow) -> Result<AreaRow> {
    Ok(AreaRow {
        id: text(row, 0)?,
        list: text(row, 1)?,
        code: text(row, 2)?,
        level: text(row, 3)?,
        kind: text(row, 4)?,
        name: text(row, 5)?,
        parent: maybe(row, 6)?,
    })
}

/// Ends a query of `area u` with the condition that the unit's name begins so, without tone marks and with the word for
/// its kind or not; the first of them in the order of names.
pub(super) fn named(query: Query, name: &str) -> Query {
    let typed = key(name);
    let bare = KINDS.iter().find_map(|kind| typed.strip_prefix(kind));
    let mut query = query.push(" AND (1 = 0");
    for prefix in [Some(typed.as_str()), bare].into_iter().flatten() {
        query = query.push(" OR (u.name_key >= ").bind(prefix);
        query = query.push(" AND u.name_key < ").bind(after_prefix(prefix)).push(")");
    }
    query.push(") ORDER BY u.name_key, u.id LIMIT ").bind(MOST)
}

impl Desk {
    /// The lists there are, oldest first.
    pub async fn area_lists(&self) -> Result<Vec<String>> {
        let mut connection = self.store().read().await?;
        sql("SELECT id FROM area_list ORDER BY since, id", []).all(&mut connection, |row| text(row, 0)).await
    }

    /// The list in force: the setting `area_list`. The first list that was loaded, until it is changed.
    ///
    /// # Errors
    /// [`RegistryError::Invalid`] before any list is loaded.
    pub async fn area_list(&self) -> Result<String> {
        let list = self.register.setting("area_list").await?;
        list.ok_or_else(|| RegistryError::invalid("area_list", "no list of areas is loaded yet"))
    }

    /// The list whose units households were in on a day: of those up to the one in force, the last that had begun; the
    /// oldest for a day before all of them.
    ///
    /// # Errors
    /// [`RegistryError::Invalid`] before any list is loaded.
    pub async fn area_list_on(&self, on: Date) -> Result<String> {
        let in_force = self.area_list().await?;
        let mut connection = self.store().read().await?;
        let lists = sql("SELECT id, since FROM area_list ORDER BY since, id", []);
        let lists = lists.all(&mut connection, |row| Ok((text(row, 0)?, text(row, 1)?))).await?;
        let until = lists.iter().position(|(id, _)| *id == in_force).map_or(lists.len(), |place| place + 1);
        let (lists, on) = (&lists[..until], on.to_string());
        let begun = lists.iter().rfind(|(_, since)| *since <= on).or(lists.first());
        Ok(begun.map_or(in_force, |(id, _)| id.clone()))
    }

    /// A unit within reach (units above one's own are within reach: their names are no secret).
    pub async fn area(&self, id: &str) -> Result<AreaRow> {
        let mut connection = self.store().read().await?;
        let query = Query::new(COLUMNS).push(" AND u.id = ").bind(id);
        seen(&self.actor.reach, query).one(&mut connection, row).await
    }

    /// The topmost units of a list, within reach.
    pub async fn areas_of(&self, list: &str) -> Result<Vec<AreaRow>> {
        let query = Query::new(COLUMNS).push(" AND u.level = 'province' AND u.list = ").bind(list);
        let mut connection = self.store().read().await?;
        seen(&self.actor.reach, query).push(" ORDER BY u.code").all(&mut connection, row).await
    }

    /// Units within reach with those above them, such as `Xã A, Huyện B, Tỉnh C`, in one question; those out of reach are
    /// left out.
    pub async fn full_names(&self, ids: &[&str]) -> Result<BTreeMap<String, String>> {
        let ids: BTreeSet<&str> = ids.iter().copied().collect();
        let mut names = BTreeMap::new();
        if ids.is_empty() {
            return Ok(names);
        }
        let mut query = Query::new(
            "SELECT u.id, u.kind || ' ' || u.name, p.kind || ' ' || p.name, g.kind || ' ' || g.name FROM area u \
             LEFT JOIN area p ON p.id = u.parent LEFT JOIN area g ON g.id = p.parent WHERE u.id IN (",
        );
        for (place, id) in ids.iter().enumerate() {
            query = if place == 0 { query } else { query.push(", ") }.bind(*id);
        }
        let mut connection = self.store().read().await?;
        let rows = seen(&self.actor.reach, query.push(")"))
            .all(&mut connection, |row| {
                let above: [Option<String>; 2] = [maybe(row, 2)?, maybe(row, 3)?];
                let whole = std::iter::once(text(row, 1)?).chain(above.into_iter().flatten());
                Ok((text(row, 0)?, whole.collect::<Vec<_>>().join(", ")))
            })
            .await?;
        names.extend(rows);
        Ok(names)
    }

    /// The units below one, within reach; without a parent, the topmost of the list in force.
    pub async fn areas_below(&self, parent: Option<&str>) -> Result<Vec<AreaRow>> {
        let Some(parent) = parent else { return self.areas_of(&self.area_list().await?).await };
        let query = Query::new(COLUMNS).push(" AND u.parent = ").bind(parent);
        let mut connection = self.store().read().await?;
        seen(&self.actor.reach, query).push(" ORDER BY u.code").all(&mut connection, row).await
    }

    /// The communes within reach of the list in force whose name begins so, without tone marks; at most 50.
    pub async fn find_communes(&self, name: &str) -> Result<Vec<AreaRow>> {
        let list = self.area_list().await?;
        let query = Query::new(COLUMNS).push(" AND u.level = 'commune' AND u.list = ").bind(list);
        let query = named(seen(&self.actor.reach, query), name);
        let mut connection = self.store().read().await?;
        query.all(&mut connection, row).await
    }

    /// What became of a unit, and what it came from.
    ///
    /// # Errors
    /// [`RegistryError::NotFound`] for a unit out of reach.
    pub async fn lineage(&self, id: &str) -> Result<Vec<LineageRow>> {
        self.area(id).await?;
        let mut connection = self.store().read().await?;
        sql(
            "SELECT from_area, to_area, split, on_day FROM lineage WHERE from_area = $1 OR to_area = $2 \
             ORDER BY on_day, from_area, to_area",
            [id.into(), id.into()],
        )
        .all(&mut connection, |row| {
            Ok(LineageRow { from: text(row, 0)?, to: text(row, 1)?, split: int(row, 2)? != 0, on_day: day(row, 3)? })
        })
        .await
    }

    /// Where a commune, and perhaps a hamlet of it, lies.
    ///
    /// # Errors
    /// [`RegistryError::NotFound`] when it is out of reach; an enumerator of one hamlet reaches the commune's name, and of
    /// its hamlets the own one.
    pub async fn place(&self, commune: &str, hamlet: Option<&str>) -> Result<Place> {
        let mut connection = self.store().read().await?;
        let place = place_of(&mut connection, commune, hamlet).await?;
        let reached = match &self.actor.reach {
            Reach::Hamlet { hamlet: own, commune } => {
                place.commune == *commune && place.hamlet.as_ref().is_none_or(|hamlet| hamlet == own)
            }
            reach => reach.covers_unit(&unit(&mut connection, commune).await?),
        };
        if reached { Ok(place) } else { Err(RegistryError::NotFound) }
    }
}
