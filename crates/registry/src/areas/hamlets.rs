//! Hamlets: below the communes, without official codes.

use super::Hamlet;
use crate::ledger::{self, Change};
use crate::scope::{Action, Reach};
use crate::store::{MANY, Query, among, day, maybe_day, sql, text};
use crate::text::{key, name, new_id};
use crate::{Desk, RegistryError, Result};
use jiff::civil::Date;
use std::collections::HashMap;

/// Hamlets in the order people count them: Thôn 2 before Thôn 10.
fn counted(name: &str) -> String {
    let padded =
        |word: &str| if word.bytes().all(|b| b.is_ascii_digit()) { format!("{word:0>6}") } else { word.into() };
    key(name).split(' ').map(padded).collect::<Vec<String>>().join(" ")
}

impl Desk {
    /// The hamlets of a commune, within reach, those that ended too.
    pub async fn hamlets(&self, commune: &str) -> Result<Vec<Hamlet>> {
        let query = Query::new("SELECT t.id, t.commune, t.name, t.since, t.until FROM hamlet t WHERE t.commune = ");
        let query = query.bind(commune);
        let query = match &self.actor.reach {
            Reach::Hamlet { hamlet, .. } => query.push(" AND t.id = ").bind(hamlet),
            reach => reach.within(query, "t"),
        };
        let mut connection = self.store().read().await?;
        let mut hamlets = query
            .all(&mut connection, |row| {
                Ok(Hamlet {
                    id: text(row, 0)?,
                    commune: text(row, 1)?,
                    name: text(row, 2)?,
                    since: day(row, 3)?,
                    until: maybe_day(row, 4)?,
                })
            })
            .await?;
        hamlets.sort_by_cached_key(|hamlet| (counted(&hamlet.name), hamlet.id.clone()));
        Ok(hamlets)
    }

    /// The names of some hamlets within reach, by id.
    pub async fn hamlet_names(&self, ids: &[String]) -> Result<HashMap<String, String>> {
        let mut names = HashMap::new();
        let mut connection = self.store().read().await?;
        for some in ids.chunks(MANY) {
            let query = among(Query::new("SELECT t.id, t.name FROM hamlet t WHERE t.id IN "), some);
            let query = match &self.actor.reach {
                Reach::Hamlet { hamlet, .. } => query.push(" AND t.id = ").bind(hamlet),
                reach => reach.within(query, "t"),
            };
            names.extend(query.all(&mut connection, |row| Ok((text(row, 0)?, text(row, 1)?))).await?);
        }
        Ok(names)
    }

    /// Adds a hamlet to a commune: its officer does, or whoever keeps the areas.
    ///
    /// # Errors
    /// [`RegistryError::Exists`] when the commune has one of this name.
    pub async fn add_hamlet(&self, commune: &str, hamlet: &str, since: Date) -> Result<Hamlet> {
        if self.actor.may(Action::ManageAreas).is_err() {
            self.actor.may(Action::EditPeople)?;
        }
        let made =
            Hamlet { id: new_id(), commune: commune.to_owned(), name: name("name", hamlet)?, since, until: None };
        let mut tx = self.store().write().await?;
        let place = self.hold_place(&mut tx, commune, None).await?;
        let added = sql(
            "INSERT INTO hamlet (id, commune, district, province, name, name_key, since) \
             VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (commune, name_key) DO NOTHING",
            [
                made.id.as_str().into(),
                commune.into(),
                place.district.into(),
                place.province.into(),
                made.name.as_str().into(),
                key(&made.name).into(),
                since.into(),
            ],
        )
        .run(&mut tx)
        .await?;
        if added == 0 {
            return Err(RegistryError::Exists { what: format!("the hamlet {}", made.name) });
        }
        let content = ledger::store(&mut tx, &made).await?;
        let change = Change { author: &self.actor.id, kind: "hamlet", subject: &made.id, content: &content };
        ledger::append(&mut tx, commune, self.now(), &[change]).await?;
        tx.commit().await?;
        Ok(made)
    }
}
