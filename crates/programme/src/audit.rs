//! Everything about support computed again: the rows from the ledger, the balances from the transfers, the
//! allocations from their files, the rankings from their sheets.

use crate::agreements::Agreement;
use crate::book::{MONEY, Moved, made_transfer};
use crate::budgets::{Allocation, Grant};
use crate::groups::{Group, Loan};
use crate::money::{Account, MoneyError, Transfer};
use crate::office::Office;
use crate::payments::{Payment, PaymentFile};
use crate::proposals::Proposal;
use crate::ranks::AreaRanking;
use crate::records::{Columns, Entered, Thing};
use crate::reform::Handover;
use crate::sources::OtherSource;
use crate::targets::ReportedFigure;
use crate::unspent::Turnover;
use serde::Serialize;
use std::collections::{BTreeMap, HashMap, HashSet};
use vuon_registry::audit::Difference;
use vuon_registry::room::{AnyConnection, AnyRow, Query, contents, int, maybe, maybe_int, text};
use vuon_registry::scope::{Action, Reach};
use vuon_registry::{Desk, RegistryError, Result};

/// What was computed again.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, utoipa::ToSchema)]
pub struct MoneyAudit {
    /// Things of the programme.
    pub records: i64,
    /// Transfers of money.
    pub transfers: i64,
    /// Accounts.
    pub accounts: i64,
    /// Allocations computed again.
    pub allocations: i64,
    /// Rankings computed again.
    pub rankings: i64,
    /// What differs.
    pub differences: Vec<Difference>,
}

struct Row {
    id: String,
    kind: String,
    chain: String,
    version: i64,
    content: String,
    told: Told,
}

/// A row's other columns, as the audit compares them.
#[derive(PartialEq, Eq, Debug)]
struct Told {
    key: Option<String>,
    subject: Option<String>,
    household: Option<String>,
    scheme: Option<String>,
    year: Option<i64>,
    state: String,
    due: Option<String>,
    /// Province, district, commune and hamlet.
    at: [Option<String>; 4],
}

impl From<Columns> for Told {
    fn from(columns: Columns) -> Self {
        Told {
            key: columns.key,
            subject: columns.subject,
            household: columns.household,
            scheme: columns.scheme,
            year: columns.year,
            state: columns.state,
            due: columns.due.map(|day| day.to_string()),
            at: [columns.at.province, columns.at.district, columns.at.commune, columns.at.hamlet],
        }
    }
}

/// An entry of the ledger about the programme.
struct Said {
    chain: String,
    seq: i64,
    kind: String,
    subject: String,
    content: String,
}

const KINDS: [&str; 13] = [
    Agreement::KIND,
    Allocation::KIND,
    AreaRanking::KIND,
    Grant::KIND,
    Group::KIND,
    Handover::KIND,
    Loan::KIND,
    OtherSource::KIND,
    Payment::KIND,
    PaymentFile::KIND,
    Proposal::KIND,
    ReportedFigure::KIND,
    Turnover::KIND,
];

/// Holds every row about support against the ledger, and computes money and allocations again; of whatever packs.
///
/// # Errors
/// What the database says; who may not see the whole ledger may not ask.
pub async fn verify(desk: &Desk) -> Result<MoneyAudit> {
    desk.actor().may(Action::ReadLedger)?;
    if desk.actor().reach != Reach::Everything {
        return Err(RegistryError::NotFound);
    }
    let mut tx = desk.store().snapshot().await?;
    let said = entries(&mut tx).await?;
    let mut audit = MoneyAudit::default();
    records(desk, &mut tx, &said, &mut audit).await?;
    money(&mut tx, &said, &mut audit).await?;
    Ok(audit)
}

impl Office {
    /// As [`verify`].
    ///
    /// # Errors
    /// As [`verify`].
    pub async fn verify(&self) -> Result<MoneyAudit> {
        verify(&self.desk).await
    }
}

async fn entries(tx: &mut AnyConnection) -> Result<Vec<Said>> {
    let mut query = Query::new("SELECT chain, seq, kind, subject, content FROM entry WHERE kind IN ('money'");
    for kind in KINDS {
        query = query.push(", '").push(kind).push("'");
    }
    let read = |row: &AnyRow| {
        Ok(Said {
            chain: text(row, 0)?,
            seq: int(row, 1)?,
            kind: text(row, 2)?,
            subject: text(row, 3)?,
            content: text(row, 4)?,
        })
    };
    query.push(") ORDER BY chain, seq").all(tx, read).await
}

/// Each row is what the latest entry about it says, and has as many versions as entries.
async fn records(desk: &Desk, tx: &mut AnyConnection, said: &[Said], audit: &mut MoneyAudit) -> Result<()> {
    let mut latest: HashMap<&str, (&Said, i64)> = HashMap::new();
    for entry in said.iter().filter(|entry| entry.kind != MONEY) {
        let of = latest.entry(&entry.subject).or_insert((entry, 0));
        *of = (entry, of.1 + 1);
    }
    let rows = Query::new(
        "SELECT id, kind, chain, version, content, key, subject, scheme, year, state, due, province, \
         district, commune, hamlet, household FROM record ORDER BY id",
    );
    let rows = rows.all(tx, |row| {
        Ok(Row {
            id: text(row, 0)?,
            kind: text(row, 1)?,
            chain: text(row, 2)?,
            version: int(row, 3)?,
            content: text(row, 4)?,
            told: Told {
                key: maybe(row, 5)?,
                subject: maybe(row, 6)?,
                scheme: maybe(row, 7)?,
                year: maybe_int(row, 8)?,
                state: text(row, 9)?,
                due: maybe(row, 10)?,
                household: maybe(row, 15)?,
                at: [maybe(row, 11)?, maybe(row, 12)?, maybe(row, 13)?, maybe(row, 14)?],
            },
        })
    });
    let rows = rows.await?;
    audit.records = i64::try_from(rows.len()).unwrap_or(i64::MAX);
    let hashes: Vec<String> = rows.iter().map(|row| row.content.clone()).collect();
    let contents = contents::<serde_json::Value>(tx, &hashes).await?;
    let mut there: HashSet<&str> = HashSet::new();
    for row in &rows {
        there.insert(&row.id);
        let Some((entry, versions)) = latest.get(row.id.as_str()) else {
            audit.differs((&row.chain, 0), &row.id, "the row has no entry in the ledger");
            continue;
        };
        let spot = (entry.chain.as_str(), entry.seq);
        if entry.content != row.content || entry.kind != row.kind || *versions != row.version {
            audit.differs(spot, &row.id, "the row is not what the latest entry about it says");
            continue;
        }
        let computed =
            contents.get(&row.content).and_then(|content| columns(&row.kind, content.clone())).map(Told::from);
        match computed {
            None => audit.differs(spot, &row.id, "its content cannot be read"),
            Some(computed) if computed != row.told => {
                audit.differs(spot, &row.id, "what it is listed by is not what its content says");
            }
            Some(_) => {}
        }
        if row.kind == AreaRanking::KIND {
            audit.rankings += 1;
            if let Some(content) = contents.get(&row.content) {
                let told = crate::ranks::computed_again(desk, tx, content).await?;
                told.iter().for_each(|told| audit.differs(spot, &row.id, told));
            }
        }
        if row.kind == Allocation::KIND {
            audit.allocations += 1;
            if let Some(content) = contents.get(&row.content) {
                computed_again(content, spot, &row.id, audit);
            }
        }
    }
    for (subject, (entry, _)) in latest {
        if !there.contains(subject) {
            audit.differs((&entry.chain, entry.seq), subject, "its row is gone");
        }
    }
    Ok(())
}

fn computed_again(content: &serde_json::Value, spot: (&str, i64), id: &str, audit: &mut MoneyAudit) {
    let entered = serde_json::from_value::<Entered<Allocation>>(content.clone());
    let Ok(Entered { thing, .. }) = entered else { return };
    match crate::published::verify(&thing.published) {
        Ok(differences) => differences.iter().for_each(|told| audit.differs(spot, id, told)),
        Err(problem) => audit.differs(spot, id, &problem.to_string()),
    }
}

/// What a content says that its row is listed by.
fn columns(kind: &str, content: serde_json::Value) -> Option<Columns> {
    fn of<T: Thing>(content: serde_json::Value) -> Option<Columns> {
        Some(serde_json::from_value::<Entered<T>>(content).ok()?.thing.columns())
    }
    match kind {
        Agreement::KIND => of::<Agreement>(content),
        Allocation::KIND => of::<Allocation>(content),
        AreaRanking::KIND => of::<AreaRanking>(content),
        Grant::KIND => of::<Grant>(content),
        Group::KIND => of::<Group>(content),
        Handover::KIND => of::<Handover>(content),
        Loan::KIND => of::<Loan>(content),
        OtherSource::KIND => of::<OtherSource>(content),
        Payment::KIND => of::<Payment>(content),
        PaymentFile::KIND => of::<PaymentFile>(content),
        Proposal::KIND => of::<Proposal>(content),
        ReportedFigure::KIND => of::<ReportedFigure>(content),
        Turnover::KIND => of::<Turnover>(content),
        _ => None,
    }
}

/// The transfers are those of the entries, and the balances are what they give.
async fn money(tx: &mut AnyConnection, said: &[Said], audit: &mut MoneyAudit) -> Result<()> {
    let entries: Vec<&Said> = said.iter().filter(|entry| entry.kind == MONEY).collect();
    let hashes: Vec<String> = entries.iter().map(|entry| entry.content.clone()).collect();
    let contents = contents::<Moved>(tx, &hashes).await?;
    let rows = Query::new(
        "SELECT key, event, from_account, to_account, amount, on_day, record FROM money_transfer ORDER BY key",
    );
    let rows = rows.all(tx, made_transfer).await?;
    audit.transfers = i64::try_from(rows.len()).unwrap_or(i64::MAX);
    let mut rows: BTreeMap<String, _> = rows.into_iter().map(|made| (made.transfer.key.clone(), made)).collect();
    let mut sums: BTreeMap<Account, i64> = BTreeMap::new();
    for entry in entries {
        let spot = (entry.chain.as_str(), entry.seq);
        let Some(moved) = contents.get(&entry.content) else {
            audit.differs(spot, &entry.subject, "what it says of money is gone");
            continue;
        };
        for transfer in &moved.transfers {
            if let Err(problem) = add(&mut sums, transfer) {
                audit.differs(spot, &entry.subject, &problem.to_string());
            }
            match rows.remove(&transfer.key) {
                Some(row) if row.transfer == *transfer && row.on == moved.on && row.record == entry.subject => {}
                Some(_) => audit.differs(spot, &entry.subject, "a transfer is not as the entry says it"),
                None => audit.differs(spot, &entry.subject, "a transfer that the entry says is gone"),
            }
        }
    }
    for (key, row) in rows {
        audit.differs(("", 0), &row.record, &format!("the transfer {key} has no entry in the ledger"));
    }
    // The database lets origins alone stand below nothing, by their kind: that is held to the account's name.
    let misnamed = Query::new("SELECT id FROM money_account WHERE id <> kind || ':' || owner ORDER BY id");
    for name in misnamed.all(tx, |row| text(row, 0)).await? {
        audit.differs(("", 0), &name, "its kind or owner is not what its name says");
    }
    let held = Query::new("SELECT id, balance FROM money_account ORDER BY id");
    let held = held.all(tx, |row| Ok((text(row, 0)?, int(row, 1)?))).await?;
    audit.accounts = i64::try_from(held.len()).unwrap_or(i64::MAX);
    let mut held: BTreeMap<String, i64> = held.into_iter().collect();
    for (account, sum) in sums {
        let name = account.to_string();
        let balance = held.remove(&name).unwrap_or(0);
        if balance != sum {
            audit.differs(("", 0), &name, &format!("it holds {balance} đồng, its transfers give {sum}"));
        }
        if sum < 0 && !account.is_origin() {
            audit.differs(("", 0), &name, "its transfers give less than nothing");
        }
    }
    for (name, balance) in held.into_iter().filter(|(_, balance)| *balance != 0) {
        audit.differs(("", 0), &name, &format!("it holds {balance} đồng without a transfer"));
    }
    Ok(())
}

fn add(sums: &mut BTreeMap<Account, i64>, transfer: &Transfer) -> std::result::Result<(), MoneyError> {
    transfer.check()?;
    for (account, by) in [(&transfer.from, -transfer.amount), (&transfer.to, transfer.amount)] {
        let sum = sums.entry(account.clone()).or_default();
        *sum = sum.checked_add(by).ok_or(MoneyError::TooGreat)?;
    }
    Ok(())
}

impl MoneyAudit {
    fn differs(&mut self, (chain, seq): (&str, i64), subject: &str, what: &str) {
        let (chain, subject, what) = (chain.to_owned(), subject.to_owned(), what.to_owned());
        self.differences.push(Difference { chain, seq, subject, what });
    }
}
