//! The book of money in the register: transfers are rows that are never changed, balances are kept beside them.
//!
//! In: transfers that belong to one change of one chain. They are made in the change's transaction, all or none; an entry of
//! the ledger says each of them. The database itself lets no account but an origin fall below nothing, and no key transfer
//! twice; what is checked here first is checked to say it in words.

use crate::money::{Account, MOST_HELD, MoneyError, Transfer};
use crate::office::Office;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use vuon_registry::room::{
    AnyConnection, Change, MANY, Query, Value, among, append, insert_all, insert_new, int, store_all, text,
};
use vuon_registry::{RegistryError, Result};

/// What an entry of the ledger says of money.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub(crate) struct Moved {
    /// The day it counts for.
    pub on: Date,
    /// What was transferred.
    pub transfers: Vec<Transfer>,
}

/// The kind of entries about money.
pub(crate) const MONEY: &str = "money";

/// A transfer as it was made.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct MadeTransfer {
    /// What was transferred.
    #[serde(flatten)]
    pub transfer: Transfer,
    /// The day it counts for.
    pub on: Date,
    /// The thing it belongs to.
    pub record: String,
}

fn refused(problem: &MoneyError) -> RegistryError {
    RegistryError::Illegal { step: "moving money", why: problem.to_string() }
}

impl Office {
    /// Makes transfers for things of a chain that is held: (thing, its transfers).
    ///
    /// # Errors
    /// [`RegistryError::Illegal`] when an account would fall below nothing; [`RegistryError::Exists`] when a key was used.
    pub(crate) async fn transfer(
        &self,
        tx: &mut AnyConnection,
        chain: &str,
        on: Date,
        made: Vec<(String, Vec<Transfer>)>,
    ) -> Result<()> {
        let made: Vec<(String, Vec<Transfer>)> = made.into_iter().filter(|(_, all)| !all.is_empty()).collect();
        let all = || made.iter().flat_map(|(_, transfers)| transfers);
        let change = net(all())?;
        hold_enough(tx, &change).await?;
        let accounts = change.keys();
        let accounts = accounts.map(|a| [a.to_string().into(), a.kind().into(), a.owner().into(), 0_i64.into()]);
        insert_new(tx, "money_account (id, kind, owner, balance)", accounts.collect::<Vec<[Value; 4]>>()).await?;
        let steps: Vec<(&Account, i64)> = change.iter().filter(|(_, by)| **by != 0).map(|(a, by)| (a, *by)).collect();
        for steps in steps.chunks(TERMS) {
            step(tx, steps).await?;
        }
        let at = self.desk.now();
        let rows = made.iter().flat_map(|(record, transfers)| transfers.iter().map(move |t| (record, t)));
        let rows = rows.map(|(record, t)| -> [Value; 9] {
            [
                t.key.as_str().into(),
                chain.into(),
                t.event.id().into(),
                t.from.to_string().into(),
                t.to.to_string().into(),
                t.amount.into(),
                on.into(),
                record.as_str().into(),
                at.into(),
            ]
        });
        let columns = "money_transfer (key, chain, event, from_account, to_account, amount, on_day, record, at)";
        insert_all(tx, columns, rows.collect::<Vec<_>>()).await.map_err(twice)?;
        let moved: Vec<Moved> = made.iter().map(|(_, transfers)| Moved { on, transfers: transfers.clone() }).collect();
        let hashes = store_all(tx, &moved).await?;
        let author = &self.desk.actor().id;
        let changes: Vec<Change<'_>> = made
            .iter()
            .zip(&hashes)
            .map(|((record, _), content)| Change { author, kind: MONEY, subject: record, content })
            .collect();
        append(tx, chain, at, &changes).await?;
        Ok(())
    }

    /// What accounts hold, in đồng; nothing for one that was never used.
    pub(crate) async fn balances(&self, tx: &mut AnyConnection, accounts: &[Account]) -> Result<Vec<i64>> {
        let ids: Vec<String> = accounts.iter().map(Account::to_string).collect();
        let held = held(tx, &ids).await?;
        Ok(ids.iter().map(|id| held.get(id).copied().unwrap_or(0)).collect())
    }

    /// The transfers that belong to a thing, in their order.
    pub(crate) async fn transfers_of(&self, tx: &mut AnyConnection, record: &str) -> Result<Vec<MadeTransfer>> {
        let query = Query::new(
            "SELECT key, event, from_account, to_account, amount, on_day, record FROM money_transfer WHERE record = ",
        );
        let query =
            query.bind(record).push(" OR record IN (SELECT id FROM record WHERE kind = 'payment' AND subject = ");
        query.bind(record).push(") ORDER BY at, key").all(tx, made_transfer).await
    }
}

pub(crate) fn made_transfer(row: &vuon_registry::room::AnyRow) -> Result<MadeTransfer> {
    let damaged = || RegistryError::Damaged { what: "a transfer of money".into() };
    let account = |text: String| Account::parse(&text).ok_or_else(damaged);
    Ok(MadeTransfer {
        transfer: Transfer {
            key: text(row, 0)?,
            event: crate::money::Event::parse(&text(row, 1)?).ok_or_else(damaged)?,
            from: account(text(row, 2)?)?,
            to: account(text(row, 3)?)?,
            amount: int(row, 4)?,
        },
        on: vuon_registry::room::day(row, 5)?,
        record: text(row, 6)?,
    })
}

/// By how much each account changes.
fn net<'a>(transfers: impl Iterator<Item = &'a Transfer>) -> Result<BTreeMap<Account, i64>> {
    let mut change: BTreeMap<Account, i64> = BTreeMap::new();
    for transfer in transfers {
        transfer.check().map_err(|problem| refused(&problem))?;
        for (account, by) in [(&transfer.from, -transfer.amount), (&transfer.to, transfer.amount)] {
            let sum = change.entry(account.clone()).or_default();
            *sum = sum.checked_add(by).ok_or_else(|| refused(&MoneyError::TooGreat))?;
        }
    }
    Ok(change)
}

async fn held(tx: &mut AnyConnection, ids: &[String]) -> Result<BTreeMap<String, i64>> {
    let mut found = BTreeMap::new();
    for ids in ids.chunks(MANY) {
        let query = among(Query::new("SELECT id, balance FROM money_account WHERE id IN "), ids);
        found.extend(query.all(tx, |row| Ok((text(row, 0)?, int(row, 1)?))).await?);
    }
    Ok(found)
}

async fn hold_enough(tx: &mut AnyConnection, change: &BTreeMap<Account, i64>) -> Result<()> {
    let ids: Vec<String> = change.keys().map(ToString::to_string).collect();
    let held = held(tx, &ids).await?;
    for ((account, by), id) in change.iter().zip(&ids) {
        let balance = held.get(id).copied().unwrap_or(0);
        if *by < 0 && !account.is_origin() && balance < -by {
            return Err(refused(&MoneyError::NotEnough { account: account.clone(), balance, needed: -by }));
        }
        if balance.checked_add(*by).is_none_or(|sum| !(-MOST_HELD..=MOST_HELD).contains(&sum)) {
            return Err(refused(&MoneyError::TooGreat));
        }
    }
    Ok(())
}

/// How many balances one statement changes: SQLite joins no more than 500 parts of a query.
const TERMS: usize = 400;

/// Changes balances in one statement.
async fn step(tx: &mut AnyConnection, steps: &[(&Account, i64)]) -> Result<()> {
    let mut query = Query::new("UPDATE money_account SET balance = balance + by_account.change FROM (");
    for (place, (account, by)) in steps.iter().enumerate() {
        query = query.push(if place == 0 { "SELECT " } else { " UNION ALL SELECT " });
        query = query.push("CAST(").bind(account.to_string()).push(" AS TEXT)");
        query = query.push(if place == 0 { " AS account, " } else { ", " });
        query = query.push("CAST(").bind(*by).push(" AS BIGINT)").push(if place == 0 { " AS change" } else { "" });
    }
    let touched = query.push(") AS by_account WHERE money_account.id = by_account.account").run(tx).await?;
    if usize::try_from(touched) != Ok(steps.len()) {
        return Err(RegistryError::Damaged { what: "an account of money is missing".into() });
    }
    Ok(())
}

/// The key of a transfer was used before.
fn twice(problem: RegistryError) -> RegistryError {
    match &problem {
        RegistryError::Database(error) if error.as_database_error().is_some_and(|told| told.is_unique_violation()) => {
            RegistryError::Exists { what: "this transfer of money".into() }
        }
        _ => problem,
    }
}
