//! One double-entry ledger for all money of the programme, in whole đồng.
//!
//! A [`Transfer`] takes an amount from one account and gives it to another, so that the sum over all accounts is always
//! nothing. Every account but those money comes from or goes to in the end holds zero or more: that alone keeps
//! allocated ≥ committed ≥ paid, since what is committed is taken from the budget and what is paid from what was
//! committed. What was done is never changed: a refund is a new transfer.
//!
//! ```text
//! Source ─allocate→ Budget (─pass on→ Budget, ─carry over→ next year's, ─hand back→ giver's) ─commit→ Commitment ─order→ InPayment ─confirm→ Paid
//!                     ↑───release──────┘  ↑────fail────┘            │
//!                     └──────────────────────────refund─────────────┘
//! Lent ─lend→ Obligation ─repay→ Returned (or GroupFund ─lend→ Obligation …)
//! Lent ─reclaim→ Obligation (what was paid stays paid: the claim is another thing)
//! GroupFund ─return→ Returned ─reuse→ Budget
//! Interest ─accrue→ Obligation       Obligation ─write off→ WrittenOff
//! Obligation ─repay in things→ Things ─lend→ Lent        Lent ─fund with things→ Things (of a group)
//! ```

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fmt;
use vuon_registry::RegistryError;

/// An account.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Account {
    /// Where capital comes from: a programme's year. Below zero by what was given out.
    Source(String),
    /// A unit's capital for a scheme and a year, not committed yet.
    Budget(String),
    /// What an agreement may still be paid.
    Commitment(String),
    /// A payment that the treasury or the bank was told to make.
    InPayment(String),
    /// What reached the beneficiary of an agreement.
    Paid(String),
    /// Where obligations come from. Below zero by what was lent.
    Lent(String),
    /// Where interest on obligations comes from. Below zero by what was charged.
    Interest(String),
    /// What a beneficiary still has to bring back.
    Obligation(String),
    /// What came back, for a budget.
    Returned(String),
    /// What came back to a group and waits for its next member.
    GroupFund(String),
    /// What will not come back.
    WrittenOff(String),
    /// Things that came back, for a budget, or that a group lends next, at their value: no money.
    Things(String),
}

impl Account {
    /// Whether it may stand below zero: money comes from there.
    pub fn is_origin(&self) -> bool {
        matches!(self, Self::Source(_) | Self::Lent(_) | Self::Interest(_))
    }

    /// The account of this name, as [`Display`](fmt::Display) writes it.
    pub fn parse(id: &str) -> Option<Self> {
        let (kind, owner) = id.split_once(':')?;
        let make = match kind {
            "source" => Self::Source,
            "budget" => Self::Budget,
            "commitment" => Self::Commitment,
            "in_payment" => Self::InPayment,
            "paid" => Self::Paid,
            "lent" => Self::Lent,
            "interest" => Self::Interest,
            "obligation" => Self::Obligation,
            "returned" => Self::Returned,
            "group_fund" => Self::GroupFund,
            "written_off" => Self::WrittenOff,
            "things" => Self::Things,
            _ => return None,
        };
        Some(make(owner.to_owned()))
    }

    /// What kind of account.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Source(_) => "source",
            Self::Budget(_) => "budget",
            Self::Commitment(_) => "commitment",
            Self::InPayment(_) => "in_payment",
            Self::Paid(_) => "paid",
            Self::Lent(_) => "lent",
            Self::Interest(_) => "interest",
            Self::Obligation(_) => "obligation",
            Self::Returned(_) => "returned",
            Self::GroupFund(_) => "group_fund",
            Self::WrittenOff(_) => "written_off",
            Self::Things(_) => "things",
        }
    }

    /// Whose account.
    pub fn owner(&self) -> &str {
        match self {
            Self::Source(id)
            | Self::Budget(id)
            | Self::Commitment(id)
            | Self::InPayment(id)
            | Self::Paid(id)
            | Self::Lent(id)
            | Self::Interest(id)
            | Self::Obligation(id)
            | Self::Returned(id)
            | Self::GroupFund(id)
            | Self::WrittenOff(id)
            | Self::Things(id) => id,
        }
    }
}

impl fmt::Display for Account {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.kind(), self.owner())
    }
}

/// What happens to money.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Event {
    /// Capital is given to a budget.
    Allocate,
    /// A unit gives capital on to a unit below.
    PassOn,
    /// Capital that was not spent goes back to its source.
    GiveBack,
    /// Capital that was not spent stays with its unit for the next year.
    CarryOver,
    /// Capital that was not spent goes back to the unit that gave it.
    HandBack,
    /// A budget is bound to an agreement.
    Commit,
    /// What an agreement does not need goes back to the budget.
    Release,
    /// The treasury or bank is told to pay.
    Order,
    /// It paid.
    Confirm,
    /// It could not pay.
    Fail,
    /// A beneficiary gives money back that was paid.
    Refund,
    /// A beneficiary owes what was lent.
    Lend,
    /// A beneficiary owes what was paid, since a part was not reached.
    Reclaim,
    /// Interest is charged.
    Accrue,
    /// A beneficiary brings back what is owed.
    Repay,
    /// What comes back goes to the group.
    RepayGroup,
    /// The group lends to its next member.
    LendFromGroup,
    /// What is owed will not come back.
    WriteOff,
    /// A group's first capital, once it has been paid.
    FundGroup,
    /// What a dissolved group had left comes back.
    ReturnFund,
    /// What came back is a unit's capital again.
    Reuse,
    /// A beneficiary brings back things.
    RepayThings,
    /// A group's first things, once they have been paid for.
    FundGroupThings,
    /// The group lends things to its next member.
    LendThings,
    /// Things that a dissolved group had left come back.
    ReturnThings,
}

impl Event {
    /// Every event.
    pub const ALL: [Event; 25] = [
        Self::Allocate,
        Self::PassOn,
        Self::GiveBack,
        Self::CarryOver,
        Self::HandBack,
        Self::Commit,
        Self::Release,
        Self::Order,
        Self::Confirm,
        Self::Fail,
        Self::Refund,
        Self::Lend,
        Self::Reclaim,
        Self::Accrue,
        Self::Repay,
        Self::RepayGroup,
        Self::LendFromGroup,
        Self::WriteOff,
        Self::FundGroup,
        Self::ReturnFund,
        Self::Reuse,
        Self::RepayThings,
        Self::FundGroupThings,
        Self::LendThings,
        Self::ReturnThings,
    ];

    /// The event of this name.
    pub fn parse(id: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|event| event.id() == id)
    }

    /// From which kind of account to which.
    pub fn between(self) -> (&'static str, &'static str) {
        match self {
            Self::Allocate => ("source", "budget"),
            Self::PassOn | Self::CarryOver | Self::HandBack => ("budget", "budget"),
            Self::GiveBack => ("budget", "source"),
            Self::Commit => ("budget", "commitment"),
            Self::Release => ("commitment", "budget"),
            Self::Order => ("commitment", "in_payment"),
            Self::Confirm => ("in_payment", "paid"),
            Self::Fail => ("in_payment", "commitment"),
            Self::Refund => ("paid", "budget"),
            Self::Lend | Self::Reclaim => ("lent", "obligation"),
            Self::Accrue => ("interest", "obligation"),
            Self::Repay => ("obligation", "returned"),
            Self::RepayGroup => ("obligation", "group_fund"),
            Self::LendFromGroup => ("group_fund", "lent"),
            Self::WriteOff => ("obligation", "written_off"),
            Self::FundGroup => ("lent", "group_fund"),
            Self::ReturnFund => ("group_fund", "returned"),
            Self::Reuse => ("returned", "budget"),
            Self::RepayThings => ("obligation", "things"),
            Self::FundGroupThings => ("lent", "things"),
            Self::LendThings => ("things", "lent"),
            Self::ReturnThings => ("things", "things"),
        }
    }

    /// Its name in tables.
    pub fn id(self) -> &'static str {
        match self {
            Self::Allocate => "allocate",
            Self::PassOn => "pass_on",
            Self::GiveBack => "give_back",
            Self::CarryOver => "carry_over",
            Self::HandBack => "hand_back",
            Self::Commit => "commit",
            Self::Release => "release",
            Self::Order => "order",
            Self::Confirm => "confirm",
            Self::Fail => "fail",
            Self::Refund => "refund",
            Self::Lend => "lend",
            Self::Reclaim => "reclaim",
            Self::Accrue => "accrue",
            Self::Repay => "repay",
            Self::RepayGroup => "repay_group",
            Self::LendFromGroup => "lend_from_group",
            Self::WriteOff => "write_off",
            Self::FundGroup => "fund_group",
            Self::ReturnFund => "return_fund",
            Self::Reuse => "reuse",
            Self::RepayThings => "repay_things",
            Self::FundGroupThings => "fund_group_things",
            Self::LendThings => "lend_things",
            Self::ReturnThings => "return_things",
        }
    }
}

/// An amount that goes from one account to another.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Transfer {
    /// What happens.
    pub event: Event,
    /// From where.
    pub from: Account,
    /// To where.
    pub to: Account,
    /// How much, in đồng; above zero.
    pub amount: i64,
    /// What makes it happen once only: the same key never transfers again.
    pub key: String,
}

/// Why money does not move.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum MoneyError {
    /// The amount is not above zero.
    #[error("an amount is above 0 đồng")]
    NotAbove,
    /// The event does not lead from the one account to the other.
    #[error("{event} does not lead from {from} to {to}")]
    NoSuchWay {
        /// The event.
        event: &'static str,
        /// From where.
        from: Account,
        /// To where.
        to: Account,
    },
    /// There is less on the account.
    #[error("{account} holds {balance} đồng, {needed} are needed")]
    NotEnough {
        /// The account.
        account: Account,
        /// What it holds.
        balance: i64,
        /// What would be taken.
        needed: i64,
    },
    /// This key has transferred something else.
    #[error("the key {0} has transferred something else")]
    OtherContent(String),
    /// A sum is too great.
    #[error("a sum is too great")]
    TooGreat,
}

/// The most that is entered as one amount, in đồng: more than a state spends in a year. Balances then stay far within 64 bits.
pub const MOST: i64 = 10_000_000_000_000_000;
/// The most that an account holds or owes, as the table has it.
pub(crate) const MOST_HELD: i64 = 4_000_000_000_000_000_000;

/// An amount that is entered.
///
/// # Errors
/// [`RegistryError::Invalid`] for one that is not above 0, or is no money of this world.
pub(crate) fn entered(field: &str, amount: i64) -> Result<i64, RegistryError> {
    match amount {
        ..=0 => Err(RegistryError::invalid(field, "above 0 đồng")),
        amount if amount > MOST => Err(RegistryError::invalid(field, format!("at most {MOST} đồng"))),
        amount => Ok(amount),
    }
}

impl Transfer {
    /// Whether it is a transfer that can be: the amount and the way.
    ///
    /// # Errors
    /// [`MoneyError`] when it is not.
    pub fn check(&self) -> Result<(), MoneyError> {
        if self.amount <= 0 {
            return Err(MoneyError::NotAbove);
        }
        if (self.from.kind(), self.to.kind()) != self.event.between() {
            let (from, to) = (self.from.clone(), self.to.clone());
            return Err(MoneyError::NoSuchWay { event: self.event.id(), from, to });
        }
        Ok(())
    }
}

/// What all accounts hold, in memory: the model that the database's book is held against.
#[derive(Clone, Default, Debug)]
pub struct Book {
    balances: BTreeMap<Account, i64>,
    done: BTreeMap<String, Transfer>,
}

impl Book {
    /// What an account holds, in đồng.
    pub fn balance(&self, account: &Account) -> i64 {
        self.balances.get(account).copied().unwrap_or(0)
    }

    /// Every account that was ever used.
    pub fn balances(&self) -> impl Iterator<Item = (&Account, i64)> {
        self.balances.iter().map(|(account, balance)| (account, *balance))
    }

    /// Makes transfers, all or none. One that was made before is not made again.
    ///
    /// # Errors
    /// [`MoneyError`]; then nothing has changed.
    pub fn transfer(&mut self, transfers: &[Transfer]) -> Result<(), MoneyError> {
        let mut after = self.clone();
        for transfer in transfers {
            after.one(transfer)?;
        }
        *self = after;
        Ok(())
    }

    fn one(&mut self, transfer: &Transfer) -> Result<(), MoneyError> {
        transfer.check()?;
        match self.done.get(&transfer.key) {
            Some(done) if done == transfer => return Ok(()),
            Some(_) => return Err(MoneyError::OtherContent(transfer.key.clone())),
            None => {}
        }
        let (from, to) = (self.balance(&transfer.from), self.balance(&transfer.to));
        if !transfer.from.is_origin() && from < transfer.amount {
            let account = transfer.from.clone();
            return Err(MoneyError::NotEnough { account, balance: from, needed: transfer.amount });
        }
        let (less, more) = (from.checked_sub(transfer.amount), to.checked_add(transfer.amount));
        self.balances.insert(transfer.from.clone(), less.ok_or(MoneyError::TooGreat)?);
        self.balances.insert(transfer.to.clone(), more.ok_or(MoneyError::TooGreat)?);
        self.done.insert(transfer.key.clone(), transfer.clone());
        Ok(())
    }
}
