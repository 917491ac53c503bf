//! Everything computed again: the chains, the contents, every assessment, every decision.

use crate::ledger::{Entry, Root};
use crate::page::{Page, PageRequest};
use crate::{Desk, Result};
use jiff::civil::Date;
use serde::Serialize;

/// What was computed again, and what differs.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize)]
pub struct AuditReport {
    /// Chains.
    pub chains: i64,
    /// Entries.
    pub entries: i64,
    /// Contents whose hash was computed.
    pub contents: i64,
    /// Contents erased on lawful request: their hash stands, they cannot be computed again.
    pub erased: i64,
    /// Assessments computed again from recorded answers and pack.
    pub assessments: i64,
    /// Assessments under a pack that is not here any more with the same content.
    pub other_pack: i64,
    /// Decisions compared with the answers and spells.
    pub decisions: i64,
    /// What differs, in the order of the chains; the first of a chain is where to look.
    pub differences: Vec<Difference>,
}

/// Something that is not as it was recorded.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Difference {
    /// The chain.
    pub chain: String,
    /// The place of the entry.
    pub seq: i64,
    /// What the entry is about.
    pub subject: String,
    /// What differs.
    pub what: String,
}

/// A signed root of a chain.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct SignedRoot {
    /// The end of the chain.
    pub root: Root,
    /// The day.
    pub day: Date,
    /// What is signed.
    pub statement: String,
    /// The signature.
    pub signature: String,
    /// The key that checks it.
    pub public_key: String,
}

impl Desk {
    /// Computes everything within reach again; of one chain where given. Needs a role that reads the ledger.
    pub async fn verify(&self, chain: Option<&str>) -> Result<AuditReport> {
        todo!()
    }

    /// The entries of a chain within reach, latest first.
    pub async fn entries(&self, chain: &str, page: &PageRequest) -> Result<Page<Entry>> {
        todo!()
    }

    /// The content of an entry, for who may read what it is about; nothing if it was erased.
    pub async fn entry_content(&self, chain: &str, seq: i64) -> Result<Option<serde_json::Value>> {
        todo!()
    }

    /// The chains within reach and their ends.
    pub async fn chains(&self) -> Result<Vec<Root>> {
        todo!()
    }

    /// The signed end of a commune's chain today.
    pub async fn signed_root(&self, chain: &str) -> Result<SignedRoot> {
        todo!()
    }
}
