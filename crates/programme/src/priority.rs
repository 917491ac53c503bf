//! How much of the support reaches those who come first by the pack: poor households of an ethnic minority, women of poor
//! households, and the others its keys of priority name.
//!
//! An agreement keeps which open keys held when it was drawn up. What is sealed is kept nowhere: of it a province gets one
//! total, of a year that is over. Both numbers in it are rounded before anything is computed from them, so what is told changes
//! only when one of them passes a step; and it is not told where few have such a fact, nor where few have none.

use crate::agreements::{Agreement, Recipient};
use crate::groups::Group;
use crate::office::Office;
use crate::records::Kept;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use vuon_policy::entitlement::Entitlement;
use vuon_policy::program::Program;
use vuon_policy::support::{PriorityKey, SealedFact};
use vuon_registry::Result;
use vuon_registry::room::{AnyConnection, AnyRow, MANY, Query, among, text};
use vuon_registry::scope::Action;

/// The fewest households with a sealed fact, and without one, of which a total is told; and the step of its numbers.
pub const SEALED_STEP: i64 = 10;

/// Whom an agreement reaches.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Reached {
    /// How many households.
    pub households: i64,
    /// Of how many of them any open key of priority of the pack holds.
    pub any: i64,
    /// Of how many of them each holds, by its id.
    pub by_key: BTreeMap<String, i64>,
    /// Of how many of them no open key is known to hold, and of some it is not known.
    #[serde(default)]
    pub any_unknown: i64,
    /// Of how many of them it is not known whether each holds, by its id.
    #[serde(default)]
    pub unknown: BTreeMap<String, i64>,
}

/// What is known of a household's open keys of priority: their ids.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(crate) struct Keys {
    /// Those that hold.
    pub held: BTreeSet<String>,
    /// Those of which it is not known.
    pub unknown: BTreeSet<String>,
}

impl Reached {
    /// One household, of which these keys hold.
    pub(crate) fn one(keys: Keys) -> Self {
        let mut reached = Self::default();
        reached.add(keys);
        reached
    }

    /// One household more.
    pub(crate) fn add(&mut self, keys: Keys) {
        self.households += 1;
        self.any += i64::from(!keys.held.is_empty());
        self.any_unknown += i64::from(keys.held.is_empty() && !keys.unknown.is_empty());
        for key in keys.held {
            *self.by_key.entry(key).or_default() += 1;
        }
        for key in keys.unknown {
            *self.unknown.entry(key).or_default() += 1;
        }
    }

    /// The part of an agreement's amount that reaches so many of its households, in whole đồng.
    fn part(&self, amount: i64, households: i64) -> i64 {
        if households == self.households {
            return amount;
        }
        let part = i128::from(amount) * i128::from(households) / i128::from(self.households.max(1));
        i64::try_from(part).unwrap_or(amount)
    }
}

/// Households and money.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, utoipa::ToSchema)]
pub struct Share {
    /// Households, each with every agreement that reaches it.
    pub households: i64,
    /// What was agreed with them, in đồng; of what a group receives, the part of its members.
    pub agreed: i64,
    /// Households beside them of which it was not known, when the agreement was made, whether they belong to them.
    pub unknown: i64,
}

/// Support that reaches those who come first.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, utoipa::ToSchema)]
pub struct PriorityReach {
    /// All that agreements reach.
    pub all: Share,
    /// Those of whom any open key holds.
    pub any: Share,
    /// Those of whom each holds, by its id; every open key of the pack.
    pub by_key: BTreeMap<String, Share>,
    /// The total about sealed facts; nothing where it may not be told.
    pub sealed: Option<SealedTotal>,
}

/// What may be told about sealed facts.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, utoipa::ToSchema)]
pub struct SealedTotal {
    /// Households, rounded to the nearest step.
    pub households: i64,
    /// Of so many that agreements reach, rounded to the nearest step.
    pub of: i64,
    /// Their share in whole percent, of the rounded numbers.
    pub percent: i64,
}

impl SealedTotal {
    /// What may be told of so many households with a sealed fact among so many.
    pub fn told(found: i64, all: i64) -> Option<Self> {
        if found < SEALED_STEP || all - found < SEALED_STEP {
            return None;
        }
        let rounded = |count: i64| (count + SEALED_STEP / 2) / SEALED_STEP * SEALED_STEP;
        let (households, of) = (rounded(found), rounded(all));
        Some(SealedTotal { households, of, percent: 100 * households / of })
    }
}

/// What is known of the open keys of the pack for a household, by its entitlements.
pub(crate) fn keys_of(program: &Program, all: &[Entitlement]) -> Keys {
    let of = |wanted: i64| {
        let keys = all.iter().flat_map(move |entitlement| {
            let keys = &program.pack.schemes[entitlement.scheme].priority;
            keys.iter().zip(entitlement.order.iter().copied())
        });
        let found = keys.filter(move |(key, value)| matches!(key.key, PriorityKey::When(_)) && *value == Some(wanted));
        found.map(|(key, _)| key.id.value.clone()).collect::<BTreeSet<_>>()
    };
    // As `Entitlement::order` counts: 0 holds, 1 is not known.
    let (held, mut unknown) = (of(0), of(1));
    unknown.retain(|key| !held.contains(key));
    Keys { held, unknown }
}

impl PriorityReach {
    /// Of agreements, by the open keys.
    pub(crate) fn of<'a>(program: &Program, agreements: impl Iterator<Item = &'a Agreement>) -> Self {
        let keys = program.pack.schemes.iter().flat_map(|scheme| &scheme.priority);
        let open = keys.filter(|key| matches!(key.key, PriorityKey::When(_)));
        let mut reach = PriorityReach {
            by_key: open.map(|key| (key.id.value.clone(), Share::default())).collect(),
            ..Self::default()
        };
        for agreement in agreements {
            let reached = &agreement.reached;
            let add = |share: &mut Share, households: i64| {
                share.households += households;
                share.agreed += reached.part(agreement.amount, households);
            };
            add(&mut reach.all, reached.households);
            add(&mut reach.any, reached.any);
            reach.any.unknown += reached.any_unknown;
            for (key, households) in &reached.by_key {
                add(reach.by_key.entry(key.clone()).or_default(), *households);
            }
            for (key, households) in &reached.unknown {
                reach.by_key.entry(key.clone()).or_default().unknown += households;
            }
        }
        reach
    }
}

impl Office {
    /// The total about sealed facts of a province's agreements of a year that is over, for whoever allocates capital.
    pub(crate) async fn sealed_total(
        &self,
        connection: &mut AnyConnection,
        agreements: &[Kept<Agreement>],
    ) -> Result<Option<SealedTotal>> {
        if self.actor().may(Action::Allocate).is_err() {
            return Ok(None);
        }
        let keys = self.program.pack.schemes.iter().flat_map(|scheme| &scheme.priority);
        let facts: BTreeSet<SealedFact> = keys
            .filter_map(|key| if let PriorityKey::Sealed(facts) = &key.key { Some(facts) } else { None })
            .flatten()
            .copied()
            .collect();
        let mut households = BTreeSet::new();
        for Kept { thing, .. } in agreements {
            match &thing.recipient {
                Recipient::Group(group) => {
                    let groups: Vec<Kept<Group>> = self.load_anywhere(connection, std::slice::from_ref(group)).await?;
                    let members = groups.into_iter().flat_map(|kept| kept.thing.members);
                    households.extend(members.map(|member| member.household));
                }
                recipient => {
                    households.insert(recipient.subject().to_owned());
                }
            }
        }
        let households: Vec<String> = households.into_iter().collect();
        let found = self.sealed_households(connection, &households, &facts).await?;
        Ok(SealedTotal::told(found, i64::try_from(households.len()).unwrap_or(i64::MAX)))
    }

    /// In how many of some households any of some facts is known of somebody.
    async fn sealed_households(
        &self,
        connection: &mut AnyConnection,
        households: &[String],
        facts: &BTreeSet<SealedFact>,
    ) -> Result<i64> {
        let mut found = BTreeSet::new();
        for households in households.chunks(MANY) {
            let query = Query::new(
                "SELECT f.person, f.sealed, p.household FROM sealed_fact f JOIN person p ON p.id = f.person \
                 WHERE p.household IN ",
            );
            let read = |row: &AnyRow| Ok((text(row, 0)?, text(row, 1)?, text(row, 2)?));
            for (person, sealed, household) in among(query, households).all(connection, read).await? {
                if !self.opened(&person, &sealed)?.is_disjoint(facts) {
                    found.insert(household);
                }
            }
        }
        Ok(i64::try_from(found.len()).unwrap_or(i64::MAX))
    }
}
