//! From one list of areas to the next: households, accounts and open rounds move with their commune; where a commune was
//! split, they wait in a worklist for somebody to say where, hamlet by hamlet.
//!
//! Each old commune moves by a handful of statements, whatever its size. What was decided under the old units stays as it
//! was: decisions, certificates and entries keep the commune that made them, and its chain stands. Where two communes
//! become one, a household code or hamlet name that is taken there gets the old commune's code or name beside it; rounds
//! of the same kind and year get another number.

mod shift;
mod worklist;

use crate::areas::Unit;
use crate::ledger::{self, Change};
use crate::scope::{Action, Reach};
use crate::store::{Query, day, int, maybe, sql, text};
use crate::{Desk, RegistryError, Result};
use futures::future::BoxFuture;
use jiff::civil::Date;
use serde::Serialize;
use shift::{Part, Shift};
use sqlx::AnyConnection;
use std::collections::{BTreeMap, BTreeSet};

/// What a reform moved, before and after. Households that were closed count too: their records move with the others.
/// `households_before = moved + waiting + without_successor`, or the reform is not carried out.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, utoipa::ToSchema)]
pub struct ReformReport {
    /// Households before.
    pub households_before: i64,
    /// Households moved.
    pub moved: i64,
    /// Households that wait in the worklist.
    pub waiting: i64,
    /// Households whose unit has no successor in the lineage, by unit: nothing was done with them.
    pub without_successor: Vec<(String, i64)>,
    /// Accounts moved.
    pub accounts: i64,
    /// By old and new unit: households.
    pub moves: Vec<(String, String, i64)>,
}

/// A hamlet that waits.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, utoipa::ToSchema)]
pub struct ReformHamlet {
    /// The old commune.
    pub from: String,
    /// The hamlet; none: households without one.
    pub hamlet: Option<String>,
    /// Its name.
    pub name: String,
    /// Households.
    pub households: i64,
    /// The communes it may belong to now.
    pub choices: Vec<Successor>,
}

/// A commune that a divided one became in part.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, utoipa::ToSchema)]
pub struct Successor {
    /// `list:code`.
    pub id: String,
    /// Its name with its kind.
    pub name: String,
}

/// What follows a reform in its transaction: what rooms above keep of the same places.
pub trait Follows: Sync {
    /// A province was moved.
    fn province<'c>(&'c self, tx: &'c mut AnyConnection, province: &'c str) -> BoxFuture<'c, Result<()>>;
}

/// Nothing follows.
impl Follows for () {
    fn province<'c>(&'c self, _: &'c mut AnyConnection, _: &'c str) -> BoxFuture<'c, Result<()>> {
        Box::pin(async { Ok(()) })
    }
}

/// What became of a unit: its successors, on which day.
#[derive(Default)]
struct Fate {
    successors: Vec<Unit>,
    split: bool,
    on_day: Option<Date>,
}

impl Fate {
    /// The one unit that a unit became whole.
    fn whole(&self) -> Option<(&Unit, Date)> {
        match (self.successors.as_slice(), self.on_day) {
            ([one], Some(day)) if !self.split => Some((one, day)),
            _ => None,
        }
    }
}

fn not_loaded(list: &str) -> String {
    format!("the list {list} is not loaded: load it with `vuon register areas load {list}`")
}

impl Desk {
    /// Moves everything that can be moved, in one transaction for each province; run again it goes on with the rest.
    /// `dry` tells what would be done. The list in force is `to` from then on.
    ///
    /// # Errors
    /// [`RegistryError::Invalid`] for a list that is not loaded, and for one to begin from that is not in force: a register
    /// never goes back to an older list by mistake. [`RegistryError::Inconsistent`] when the households after
    /// are not those before.
    pub async fn reform(&self, from: &str, to: &str, dry: bool) -> Result<ReformReport> {
        self.reform_with(from, to, dry, &()).await
    }

    /// As [`reform`](Self::reform); what follows a province is in its transaction.
    pub async fn reform_with(&self, from: &str, to: &str, dry: bool, follows: &dyn Follows) -> Result<ReformReport> {
        self.actor.may(Action::ManageAreas)?;
        if self.actor.reach != Reach::Everything {
            return Err(RegistryError::Forbidden { action: Action::ManageAreas.words() });
        }
        if from == to {
            return Err(RegistryError::invalid("to", "the two lists are the same"));
        }
        let provinces = {
            let mut connection = self.store().read().await?;
            for (field, list) in [("from", from), ("to", to)] {
                sql("SELECT id FROM area_list WHERE id = $1", [list.into()])
                    .first(&mut connection, |row| text(row, 0))
                    .await?
                    .ok_or_else(|| RegistryError::invalid(field, not_loaded(list)))?;
            }
            sql("SELECT id FROM area WHERE list = $1 AND level = 'province' ORDER BY id", [from.into()])
                .all(&mut connection, |row| text(row, 0))
                .await?
        };
        let in_force = self.area_list().await?;
        // Run again it goes on with the rest.
        if in_force != from && in_force != to {
            let why = format!("the list in force is {in_force}: a reform begins from it");
            return Err(RegistryError::invalid("from", why));
        }
        let mut report = ReformReport::default();
        for province in &provinces {
            {
                // Most provinces of most registers hold nothing: they take no writer's place.
                let mut connection = self.store().read().await?;
                if affected(&mut connection, province).await?.is_empty() {
                    continue;
                }
            }
            let mut tx = self.store().write().await?;
            self.reform_province(&mut tx, province, from, to, &mut report).await?;
            follows.province(&mut tx, province).await?;
            if dry { tx.rollback().await? } else { tx.commit().await? }
        }
        if !dry && self.area_list().await? != to {
            self.set("area_list", to).await?;
        }
        Ok(report)
    }

    async fn reform_province(
        &self,
        tx: &mut AnyConnection,
        province: &str,
        from: &str,
        to: &str,
        report: &mut ReformReport,
    ) -> Result<()> {
        ledger::hold(tx, ledger::REGISTER).await?;
        let fates = fates(tx, province, from, to).await?;
        let affected = affected(tx, province).await?;
        let nothing = Fate::default();
        let fate = |unit: &str| fates.get(unit).unwrap_or(&nothing);
        let mut chains: BTreeSet<&str> = affected.keys().map(String::as_str).filter(|unit| *unit != province).collect();
        chains.extend(affected.keys().filter_map(|unit| fate(unit).whole()).map(|(to, _)| to.id.as_str()));
        for chain in chains {
            ledger::hold(tx, chain).await?;
        }
        // Counted again: what was added while the chains were waited for is here now.
        let affected = self::affected(tx, province).await?;
        let before: i64 = affected.values().map(|(_, households)| households).sum();
        let (mut moved, mut left) = (0, 0);
        let mut accounts = Vec::new();
        for (id, (level, households)) in &affected {
            let fate = fate(id);
            match (level.as_str(), fate.whole()) {
                ("commune", Some((new, on_day))) => {
                    let old = crate::areas::unit(tx, id).await?;
                    let shift = Shift { from: &old, to: new, part: Part::All, on_day, at: self.now() };
                    let done = self.shift(tx, &shift).await?;
                    moved += done.households;
                    if done.households > 0 {
                        report.moves.push((id.clone(), new.id.clone(), done.households));
                    }
                    accounts.extend(done.accounts);
                }
                ("commune", None) if fate.successors.is_empty() => {
                    left += households;
                    if *households > 0 {
                        report.without_successor.push((id.clone(), *households));
                    }
                }
                ("commune", None) => {
                    left += households;
                    report.waiting += households;
                    self.wait(tx, id, to).await?;
                }
                (_, Some((new, _))) => accounts.extend(shift::move_accounts(tx, id, &new.id, Part::All).await?),
                (_, None) => {}
            }
        }
        let after: i64 = self::affected(tx, province).await?.values().map(|(_, households)| households).sum();
        if before != moved + left || after != left {
            return Err(RegistryError::Inconsistent {
                what: format!("the households of {province}, before and after"),
            });
        }
        report.households_before += before;
        report.moved += moved;
        report.accounts += accounts.len() as i64;
        if !accounts.is_empty() {
            let content = serde_json::json!({ "from": from, "to": to, "province": province, "accounts": accounts });
            let content = ledger::store(tx, &content).await?;
            let change =
                Change { author: &self.actor.id, kind: "reform_accounts", subject: province, content: &content };
            ledger::append(tx, ledger::REGISTER, self.now(), &[change]).await?;
        }
        Ok(())
    }

    /// Puts the households of a split commune on the worklist, those that are not yet.
    async fn wait(&self, tx: &mut AnyConnection, commune: &str, list: &str) -> Result<()> {
        let added = sql(
            "INSERT INTO reform_case (household, from_area, list) SELECT h.id, h.commune, $1 FROM household h \
             WHERE h.commune = $2 AND NOT EXISTS (SELECT 1 FROM reform_case r WHERE r.household = h.id AND r.list = $3)",
            [list.into(), commune.into(), list.into()],
        )
        .run(tx)
        .await?;
        if added > 0 {
            let content = ledger::store(tx, &serde_json::json!({ "list": list, "households": added })).await?;
            let change = Change { author: &self.actor.id, kind: "reform_waiting", subject: commune, content: &content };
            ledger::append(tx, commune, self.now(), &[change]).await?;
        }
        Ok(())
    }
}

/// What became of the units of a province.
async fn fates(tx: &mut AnyConnection, province: &str, from: &str, to: &str) -> Result<BTreeMap<String, Fate>> {
    let rows = sql(
        "SELECT l.from_area, l.split, l.on_day, u.id, u.list, u.code, u.level, u.name, u.name_key, u.province, u.district \
         FROM area f JOIN lineage l ON l.from_area = f.id JOIN area u ON u.id = l.to_area \
         WHERE f.list = $1 AND f.province = $2 AND u.list = $3 ORDER BY l.from_area, u.id",
        [from.into(), province.into(), to.into()],
    )
    .all(tx, |row| {
        let unit = Unit {
            id: text(row, 3)?,
            list: text(row, 4)?,
            code: text(row, 5)?,
            level: text(row, 6)?,
            name: text(row, 7)?,
            name_key: text(row, 8)?,
            province: text(row, 9)?,
            district: maybe(row, 10)?,
        };
        Ok((text(row, 0)?, int(row, 1)? != 0, day(row, 2)?, unit))
    })
    .await?;
    let mut fates: BTreeMap<String, Fate> = BTreeMap::new();
    for (unit, split, on_day, successor) in rows {
        let fate = fates.entry(unit).or_default();
        fate.successors.push(successor);
        fate.split |= split;
        fate.on_day = Some(on_day);
    }
    Ok(fates)
}

/// The units of a province in which there is anything to move: level, households.
async fn affected(tx: &mut AnyConnection, province: &str) -> Result<BTreeMap<String, (String, i64)>> {
    let mut found: BTreeMap<String, (String, i64)> = sql(
        "SELECT u.id, u.level FROM account a JOIN area u ON u.id = a.area WHERE u.province = $1 \
         UNION SELECT commune, 'commune' FROM hamlet WHERE province = $2 \
         UNION SELECT commune, 'commune' FROM round WHERE province = $3",
        [province.into(), province.into(), province.into()],
    )
    .all(tx, |row| Ok((text(row, 0)?, (text(row, 1)?, 0))))
    .await?
    .into_iter()
    .collect();
    let households = Query::new("SELECT commune, COUNT(*) FROM household WHERE province = ")
        .bind(province)
        .push(" GROUP BY commune")
        .all(tx, |row| Ok((text(row, 0)?, int(row, 1)?)))
        .await?;
    for (commune, households) in households {
        found.insert(commune, ("commune".into(), households));
    }
    Ok(found)
}
