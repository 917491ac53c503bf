//! After a reform of areas: what support the old communes had follows their households and hamlets, and their free capital goes
//! to the unit they became.
//!
//! In: a register whose households were moved to another list of areas. Out: agreements, groups, loans, payments and projects
//! at their new place, each with an entry in the new place's chain; a transfer for each budget. Rankings and allocations stay
//! what they were: decisions of a unit that was. It is one transaction with the move of the households, so that nothing is ever
//! done by half. Done again it changes nothing more.

use crate::agreements::{Agreement, Budget};
use crate::groups::{Group, Loan};
use crate::money::{Account, Event, Transfer};
use crate::office::Office;
use crate::payments::{Payment, PaymentFile};
use crate::proposals::Proposal;
use crate::records::{At, Columns, Kept, Thing, Written};
use futures::future::BoxFuture;
use serde::{Deserialize, Serialize};
use std::collections::HashSet;
use std::sync::Mutex;
use vuon_registry::reform::{Follows, ReformReport};
use vuon_registry::room::{AnyConnection, AnyRow, Query, hold, int, maybe, sql, text};
use vuon_registry::scope::Action;
use vuon_registry::{Desk, RegistryError, Result};

/// What followed a reform.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize)]
pub struct Followed {
    /// Things that moved to their new place.
    pub things: i64,
    /// Things of old units of which it cannot be told where they belong: their hamlets have to be placed first.
    pub waiting: i64,
    /// Budgets whose free capital went to the unit that came after.
    pub budgets: i64,
    /// How much that was, in đồng.
    pub amount: i64,
}

/// The free capital of a unit that is no more, in the hands of the one that came after.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Handover {
    /// Whose it was.
    pub from: Budget,
    /// Whose it is.
    pub to: Budget,
    /// Where.
    pub at: At,
    /// How much, in đồng.
    pub amount: i64,
}

impl Thing for Handover {
    const KIND: &'static str = "handover";

    fn columns(&self) -> Columns {
        Columns {
            at: self.at.clone(),
            subject: Some(self.from.unit.clone()),
            scheme: Some(self.to.scheme.clone()),
            year: Some(self.to.year.into()),
            state: "done".to_owned(),
            ..Columns::default()
        }
    }
}

/// Carries a reform of areas out and lets support follow it, each province in one transaction; see [`Desk::reform_with`].
///
/// # Errors
/// As [`Desk::reform`]; [`RegistryError::Pack`] when there is support and its pack is gone.
pub async fn reform(desk: &Desk, from: &str, to: &str, dry: bool) -> Result<(ReformReport, Followed)> {
    desk.actor().may(Action::ManageAreas)?;
    let Some(office) = office_of_support(desk).await? else {
        return Ok((desk.reform(from, to, dry).await?, Followed::default()));
    };
    let following = Following { office, list: to.to_owned(), followed: Mutex::default() };
    let report = desk.reform_with(from, to, dry, &following).await?;
    if !dry {
        following.rest().await?;
    }
    Ok((report, following.followed.into_inner().unwrap_or_default()))
}

/// Says where a hamlet belongs now and lets its support follow, in one transaction; see [`Desk::place_hamlet`]. How many
/// households moved.
///
/// # Errors
/// As [`Desk::place_hamlet`]; [`RegistryError::Pack`] when there is support and its pack is gone.
pub async fn place_hamlet(desk: &Desk, from: &str, hamlet: Option<&str>, to: &str) -> Result<(i64, Followed)> {
    let office = office_of_support(desk).await?;
    let list = desk.area_list().await?;
    let mut followed = Followed::default();
    let mut tx = desk.store().write().await?;
    let households = desk.place_hamlet_in(&mut tx, from, hamlet, to).await?;
    if let Some(office) = office {
        office.all_moved(&mut tx, &list, None, &mut followed).await?;
    }
    tx.commit().await?;
    Ok((households, followed))
}

/// The office under which support follows; nothing while there is no support.
async fn office_of_support(desk: &Desk) -> Result<Option<Office>> {
    let any = sql("SELECT COUNT(*) FROM (SELECT id FROM record LIMIT 1) found", []);
    let any = any.count(&mut *desk.store().read().await?).await? > 0;
    Ok(if any { Some(Office::of(desk.clone()).await?) } else { None })
}

/// Support, following a reform to a list of areas.
struct Following {
    office: Office,
    list: String,
    followed: Mutex<Followed>,
}

impl Follows for Following {
    fn province<'c>(&'c self, tx: &'c mut AnyConnection, province: &'c str) -> BoxFuture<'c, Result<()>> {
        Box::pin(self.follow(tx, Some(province)))
    }
}

impl Following {
    async fn follow(&self, tx: &mut AnyConnection, province: Option<&str>) -> Result<()> {
        let mut followed = Followed::default();
        self.office.all_moved(tx, &self.list, province, &mut followed).await?;
        self.office.handed_over(tx, &self.list, province, &mut followed).await?;
        if let Ok(mut all) = self.followed.lock() {
            all.things += followed.things;
            all.budgets += followed.budgets;
            all.amount += followed.amount;
            all.waiting += followed.waiting;
        }
        Ok(())
    }

    /// What is left: of units in which the register has nothing to move. What waits is counted here, once.
    async fn rest(&self) -> Result<()> {
        if let Ok(mut all) = self.followed.lock() {
            all.waiting = 0;
        }
        let mut tx = self.office.desk.store().write().await?;
        hold(&mut tx, vuon_registry::ledger::REGISTER).await?;
        self.follow(&mut tx, None).await?;
        tx.commit().await?;
        Ok(())
    }
}

impl Office {
    async fn all_moved(
        &self,
        tx: &mut AnyConnection,
        list: &str,
        province: Option<&str>,
        followed: &mut Followed,
    ) -> Result<()> {
        self.moved::<Agreement>(tx, list, province, followed).await?;
        self.moved::<Group>(tx, list, province, followed).await?;
        self.moved::<Loan>(tx, list, province, followed).await?;
        self.moved::<Payment>(tx, list, province, followed).await?;
        self.moved::<PaymentFile>(tx, list, province, followed).await?;
        self.moved::<Proposal>(tx, list, province, followed).await
    }

    /// Moves the things of a kind that stand at units of other lists: of a province, or wherever they are.
    async fn moved<T: Thing>(
        &self,
        tx: &mut AnyConnection,
        list: &str,
        province: Option<&str>,
        followed: &mut Followed,
    ) -> Result<()> {
        let old = Query::new("SELECT r.id FROM record r JOIN area a ON a.id = r.commune WHERE r.kind = ").bind(T::KIND);
        let old = old.push(" AND a.list <> ").bind(list);
        let old = match province {
            Some(province) => old.push(" AND a.province = ").bind(province),
            None => old,
        };
        let ids = old.push(" ORDER BY r.id").all(tx, |row| text(row, 0)).await?;
        let things: Vec<Kept<T>> = self.load_all(tx, &ids).await?;
        let mut placed: Vec<Written<T>> = Vec::with_capacity(things.len());
        for kept in things {
            match new_place(tx, kept.thing.at(), kept.thing.columns().subject.as_deref(), list).await? {
                None => followed.waiting += 1,
                Some(at) => {
                    let mut thing = kept.thing.clone();
                    *thing.at_mut() = at;
                    placed.push(kept.next("moved", thing));
                }
            }
        }
        followed.things += i64::try_from(placed.len()).unwrap_or(i64::MAX);
        placed.sort_by(|a, b| a.thing.at().chain().cmp(b.thing.at().chain()));
        while let Some(first) = placed.first() {
            let chain = first.thing.at().chain().to_owned();
            let rest = placed.split_off(placed.partition_point(|written| written.thing.at().chain() == chain));
            hold(tx, &chain).await?;
            self.write(tx, &chain, std::mem::replace(&mut placed, rest)).await?;
        }
        Ok(())
    }

    /// Gives the free capital of old units, of a province or wherever they are, to the one unit that each became.
    async fn handed_over(
        &self,
        tx: &mut AnyConnection,
        list: &str,
        province: Option<&str>,
        followed: &mut Followed,
    ) -> Result<()> {
        let units = match province {
            Some(province) => {
                let units = sql("SELECT id FROM area WHERE province = $1", [province.into()]);
                Some(units.all(tx, |row| text(row, 0)).await?.into_iter().collect::<HashSet<String>>())
            }
            None => None,
        };
        let free =
            sql("SELECT owner, balance FROM money_account WHERE kind = 'budget' AND balance > 0 ORDER BY owner", []);
        for (owner, amount) in free.all(tx, |row| Ok((text(row, 0)?, int(row, 1)?))).await? {
            let from = Budget::of_owner(&owner).ok_or_else(|| RegistryError::Damaged { what: "a budget".into() })?;
            let is_elsewhere = units.as_ref().is_some_and(|units| !units.contains(&from.unit));
            if is_elsewhere || from.unit.starts_with(&format!("{list}:")) {
                continue;
            }
            let Some(at) = successor(tx, &from.unit, list).await? else {
                followed.waiting += 1;
                continue;
            };
            let unit = at.chain().to_owned();
            hold(tx, &unit).await?;
            let to = Budget { unit: unit.clone(), ..from.clone() };
            let transfer = |id: &str| Transfer {
                event: Event::PassOn,
                from: Account::Budget(owner.clone()),
                to: to.account(),
                amount,
                key: format!("handover/{id}"),
            };
            let handover = Handover { from: from.clone(), to: to.clone(), at, amount };
            let id = self.write_one(tx, Written::new("handed_over", handover)).await?;
            let made = vec![transfer(&id)];
            self.transfer(tx, &unit, self.desk.today(), vec![(id, made)]).await?;
            followed.budgets += 1;
            followed.amount += amount;
        }
        Ok(())
    }
}

/// Where a thing belongs now: where its hamlet is, else its household, else what its commune became as a whole.
async fn new_place(tx: &mut AnyConnection, at: &At, subject: Option<&str>, list: &str) -> Result<Option<At>> {
    let place = |row: &AnyRow| {
        Ok(At {
            province: Some(text(row, 0)?),
            district: maybe(row, 1)?,
            commune: Some(text(row, 2)?),
            hamlet: maybe(row, 3)?,
        })
    };
    let of_list = |at: &At| at.commune.as_deref().is_some_and(|commune| commune.starts_with(&format!("{list}:")));
    let hamlet = "SELECT province, district, commune, id FROM hamlet WHERE id = $1";
    let household = "SELECT province, district, commune, hamlet FROM household WHERE id = $1";
    for (query, id) in [(hamlet, at.hamlet.as_deref()), (household, subject)] {
        let Some(id) = id else { continue };
        let found = sql(query, [id.into()]).first(tx, place).await?;
        if let Some(found) = found.filter(of_list) {
            return Ok(Some(found));
        }
    }
    match &at.commune {
        Some(commune) => successor(tx, commune, list).await,
        None => Ok(None),
    }
}

/// The one unit of a list that another became, whole.
pub(crate) async fn successor(tx: &mut AnyConnection, unit: &str, list: &str) -> Result<Option<At>> {
    let query = sql(
        "SELECT a.id, a.level, a.province, a.district FROM lineage l JOIN area a ON a.id = l.to_area \
         WHERE l.from_area = $1 AND l.split = 0 AND a.list = $2",
        [unit.into(), list.into()],
    );
    let read = |row: &AnyRow| {
        let (id, level) = (text(row, 0)?, text(row, 1)?);
        let commune = (level == "commune").then_some(id);
        Ok(At { province: Some(text(row, 2)?), district: maybe(row, 3)?, commune, hamlet: None })
    };
    let mut found = query.all(tx, read).await?;
    Ok(if found.len() == 1 { found.pop() } else { None })
}
