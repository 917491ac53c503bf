//! The order in which the entitled of an area are served: declared keys, then the published draw; quota and waiting list.
//!
//! In: the households of a commune, district or province, a scheme, a quota. Out: a ranking that is kept as it was computed,
//! with what it was computed from: the values of the keys lie in sheets of a thousand places, contents of the ledger of their
//! own, so that [`audit`](crate::audit) computes the order again. What sealed facts decided stands in the order alone: their key
//! is in no list, no count and no explanation, and lies sealed in the sheets.

mod again;
mod look;
mod make;
mod measure;
mod seen;
mod sheet;
mod turn;

pub(crate) use again::computed_again;
pub(crate) use measure::in_area;
pub use seen::Rows;

use crate::agreements::Recipient;
use crate::ranking::Quota;
use crate::records::{At, Columns, Thing};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use vuon_policy::support::{PriorityKey, Scheme};
use vuon_registry::Desk;
use vuon_registry::room::Query;

/// A key of a group is so many parts, less those of its members for whom it holds: lower comes first.
pub const OF_A_GROUP: i64 = 10_000;

/// Somebody with a place.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, utoipa::ToSchema)]
pub struct RankedRow {
    /// The place, from 1.
    pub place: usize,
    /// The household, the member of a household, or the group.
    pub recipient: Recipient,
    /// The commune it was in.
    pub commune: String,
    /// The values of the open keys; nothing where the key is a sealed one.
    pub keys: Vec<Option<i64>>,
    /// The number of the draw, where it decided between neighbours; nothing where a key of the scheme is a sealed one.
    pub draw: Option<String>,
    /// Whether it is within the quota; otherwise it waits.
    pub within: bool,
}

/// What decided at the line.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, utoipa::ToSchema)]
pub struct AtTheLine {
    /// The last within the quota.
    pub last_in: Recipient,
    /// The first who waits.
    pub first_out: Recipient,
    /// What decided between them: the id of the key, `draw` where the draw did; `order`, whatever it was, where a key of the
    /// scheme is a sealed one.
    pub decided_by: String,
}

/// Those of a commune of whom it is not known whether they are entitled: they are not ranked, and not forgotten.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, utoipa::ToSchema)]
pub struct NotKnown {
    /// The commune.
    pub commune: String,
    /// How many.
    pub count: usize,
    /// The content that lists them.
    pub list: String,
}

/// A ranking of a commune, district or province.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, utoipa::ToSchema)]
pub struct AreaRanking {
    /// The scheme.
    pub scheme: String,
    /// The pack whose scheme it is.
    pub pack: String,
    /// The hash of that pack.
    pub pack_hash: String,
    /// Where.
    pub at: At,
    /// The year.
    pub year: i16,
    /// The day whose register was looked at.
    #[schema(value_type = String, format = Date)]
    pub on: Date,
    /// How many can be served.
    #[schema(value_type = Object)]
    pub quota: Quota,
    /// What serving one costs at most, in đồng; 0 where that is not known.
    pub cost: i64,
    /// The published seed of the draw: SHA-256 over it and the id of the household, person or group orders whom no key tells
    /// apart. Where a key of the scheme is a sealed one, the draw is made with a secret of the register made of it.
    pub seed: String,
    /// The ids of the keys, in their order.
    pub keys: Vec<String>,
    /// How many are entitled, and so have a place.
    pub ranked: usize,
    /// How many of them are within the quota.
    pub within: usize,
    /// The contents that list them with their keys, a thousand places each.
    pub sheets: Vec<String>,
    /// Those of whom it is not known yet.
    pub not_known: Vec<NotKnown>,
    /// What decided at the line.
    pub line: Option<AtTheLine>,
    /// When it was approved, and by whom.
    #[schema(value_type = Option<(String, String)>)]
    pub approved: Option<(Date, String)>,
}

impl AreaRanking {
    /// Of how many it is not known whether they are entitled.
    pub fn unknown(&self) -> usize {
        self.not_known.iter().map(|there| there.count).sum()
    }
}

impl Thing for AreaRanking {
    const KIND: &'static str = "ranking";

    fn columns(&self) -> Columns {
        Columns {
            key: Some(self.seed.clone()),
            at: self.at.clone(),
            scheme: Some(self.scheme.clone()),
            year: Some(self.year.into()),
            state: if self.approved.is_some() { "approved" } else { "draft" }.to_owned(),
            ..Columns::default()
        }
    }
}

/// The seed of an area's draw for a scheme and year: nobody chooses it, and everybody can tell it beforehand.
fn seed(at: &At, scheme: &str, year: i16) -> String {
    format!("{}/{scheme}/{year}", at.chain())
}

/// The places of the keys whose values are shown to nobody: those that look at sealed facts, and every key after the first of
/// them, beside which one could see that something else had decided.
fn sealed_keys(scheme: &Scheme) -> Vec<usize> {
    let first = scheme.priority.iter().position(|key| matches!(key.key, PriorityKey::Sealed(_)));
    first.map_or_else(Vec::new, |first| (first..scheme.priority.len()).collect())
}

/// What the draw is made with. Of a scheme without sealed keys it is the published seed, and anybody can repeat it. Where a key
/// looks at sealed facts it is a secret of the register: whoever could repeat that draw would see who stands before their number,
/// and so of whom something is sealed. The audit repeats it with the register's key.
fn drawn_with(desk: &Desk, seed: &str, sealed: &[usize]) -> String {
    if sealed.is_empty() { seed.to_owned() } else { desk.print("draw", seed) }
}

/// The rankings (`r`) of the areas above a place, and of the place itself where it is one of these.
fn above(query: Query, at: &At) -> Query {
    let query = query.push("(r.commune IS NULL AND r.province = ").bind(at.province.clone());
    query.push(" AND (r.district IS NULL OR r.district = ").bind(at.district.clone()).push("))")
}
