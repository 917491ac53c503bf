//! What waits after a reform: hamlets of communes that were split, for somebody who knows the place to say where they are.

use super::shift::{Part, Shift};
use super::{ReformHamlet, Successor};
use crate::areas::{place_of, unit};
use crate::ledger;
use crate::scope::Action;
use crate::store::{Query, day, int, maybe, sql, text};
use crate::{Desk, RegistryError, Result};
use sqlx::AnyConnection;
use sqlx::any::AnyRow;
use std::collections::BTreeMap;

impl Desk {
    /// Who keeps the areas, or the officer of the commune.
    fn may_place(&self) -> Result<()> {
        self.actor.may(Action::ManageAreas).or_else(|_| self.actor.may(Action::EditPeople))
    }

    /// What waits, within reach, for a place in a list.
    pub async fn reform_worklist(&self, list: &str) -> Result<Vec<ReformHamlet>> {
        self.may_place()?;
        let mut snapshot = self.store().snapshot().await?;
        let query = Query::new(
            "SELECT r.from_area, h.hamlet, t.name, COUNT(*) FROM reform_case r JOIN household h ON h.id = r.household \
             AND h.commune = r.from_area LEFT JOIN hamlet t ON t.id = h.hamlet WHERE r.to_area IS NULL AND r.list = ",
        );
        let mut waiting = self
            .actor
            .reach
            .within(query.bind(list), "h")
            .push(" GROUP BY r.from_area, h.hamlet, t.name")
            .all(&mut snapshot, |row| {
                Ok(ReformHamlet {
                    from: text(row, 0)?,
                    hamlet: maybe(row, 1)?,
                    name: maybe(row, 2)?.unwrap_or_default(),
                    households: int(row, 3)?,
                    choices: Vec::new(),
                })
            })
            .await?;
        let mut choices: BTreeMap<String, Vec<Successor>> = BTreeMap::new();
        let links = sql(
            "SELECT l.from_area, l.to_area, u.kind || ' ' || u.name FROM lineage l JOIN area u ON u.id = l.to_area WHERE u.list = $1 \
             AND l.from_area IN (SELECT r.from_area FROM reform_case r WHERE r.list = $2 AND r.to_area IS NULL) \
             ORDER BY l.from_area, l.to_area",
            [list.into(), list.into()],
        );
        let successor = |row: &AnyRow| Ok((text(row, 0)?, Successor { id: text(row, 1)?, name: text(row, 2)? }));
        for (from, to) in links.all(&mut snapshot, successor).await? {
            choices.entry(from).or_default().push(to);
        }
        for hamlet in &mut waiting {
            hamlet.choices = choices.get(&hamlet.from).cloned().unwrap_or_default();
        }
        waiting.sort_by(|a, b| (&a.from, &a.name, &a.hamlet).cmp(&(&b.from, &b.name, &b.hamlet)));
        Ok(waiting)
    }

    /// Says where a hamlet (or the households of a commune without one) belongs now; how many households moved.
    ///
    /// # Errors
    /// [`RegistryError::Invalid`] when the commune did not become that one; [`RegistryError::Illegal`] while a household
    /// of the hamlet is in a review that is not decided, or has a complaint that is not answered: its round stays with the
    /// old commune, whose chair alone can end it.
    pub async fn place_hamlet(&self, from: &str, hamlet: Option<&str>, to: &str) -> Result<i64> {
        let mut tx = self.store().write().await?;
        let moved = self.place_hamlet_in(&mut tx, from, hamlet, to).await?;
        tx.commit().await?;
        Ok(moved)
    }

    /// As [`place_hamlet`](Self::place_hamlet), in a transaction in which more follows.
    pub async fn place_hamlet_in(
        &self,
        tx: &mut AnyConnection,
        from: &str,
        hamlet: Option<&str>,
        to: &str,
    ) -> Result<i64> {
        self.may_place()?;
        let place = place_of(tx, from, hamlet).await?;
        if !self.actor.reach.covers(&place) {
            return Err(RegistryError::NotFound);
        }
        let on_day = sql("SELECT on_day FROM lineage WHERE from_area = $1 AND to_area = $2", [from.into(), to.into()])
            .first(tx, |row| day(row, 0))
            .await?
            .ok_or_else(|| RegistryError::invalid("to", "the old commune did not become this one"))?;
        let (old, new) = (unit(tx, from).await?, unit(tx, to).await?);
        let mut chains = [from, to];
        chains.sort_unstable();
        for chain in chains {
            ledger::hold(tx, chain).await?;
        }
        nothing_open(tx, from, hamlet).await?;
        let part = hamlet.map_or(Part::NoHamlet, Part::Hamlet);
        let shift = Shift { from: &old, to: &new, part, on_day, at: self.now() };
        let done = self.shift(tx, &shift).await?;
        sql(
            "UPDATE reform_case SET to_area = $1 WHERE from_area = $2 AND list = $3 AND to_area IS NULL AND household IN \
             (SELECT id FROM household WHERE commune = $4)",
            [to.into(), from.into(), new.list.as_str().into(), to.into()],
        )
        .run(tx)
        .await?;
        Ok(done.households)
    }
}

/// Makes sure that no household of a hamlet waits for a step of the old commune: its case would go, its round would not.
async fn nothing_open(tx: &mut AnyConnection, commune: &str, hamlet: Option<&str>) -> Result<()> {
    let query = Query::new(
        "SELECT COUNT(*) FROM review_case c JOIN household h ON h.id = c.household WHERE (c.state IN \
         ('survey', 'meeting', 'posting', 'posted', 'appraisal', 'decision') OR EXISTS (SELECT 1 FROM complaint k \
         WHERE k.review_case = c.id AND k.state = 'open')) AND h.commune = ",
    )
    .bind(commune);
    let query = match hamlet {
        Some(hamlet) => query.push(" AND h.hamlet = ").bind(hamlet),
        None => query.push(" AND h.hamlet IS NULL"),
    };
    match query.count(tx).await? {
        0 => Ok(()),
        open => Err(RegistryError::Illegal {
            step: "placing of a hamlet",
            why: format!(
                "{open} of its cases are not decided or have an open complaint: the old commune ends them first"
            ),
        }),
    }
}
