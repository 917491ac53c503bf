//! Looking at the households of a commune as they were read: who is entitled to which scheme, and what a ranking orders by. It
//! knows no database.

use super::measure::Holders;
use crate::agreements::Recipient;
use crate::classes::CommunePlaces;
use crate::sealed::SealedFacts;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use std::sync::Arc;
use vuon_policy::calendar::Day;
use vuon_policy::entitlement::{Entitlements, Look};
use vuon_policy::lattice::Tri;
use vuon_policy::program::Program;
use vuon_policy::support::{Beneficiary, PriorityKey, Scheme};
use vuon_registry::Result;
use vuon_registry::room::Stored;
use vuon_registry::support::{CommuneRead, HouseholdRead};

/// Somebody entitled.
pub(super) struct Measured {
    pub recipient: Recipient,
    pub commune: Arc<str>,
    pub keys: Vec<i64>,
}

/// What is looked for, the same in every commune.
pub(super) struct Looking {
    pub program: Arc<Program>,
    pub on: Date,
    /// The schemes, by their places in the pack.
    pub wanted: Vec<usize>,
    pub holders: Holders,
    pub sealed: SealedFacts,
}

/// What was found in a commune.
pub(super) struct Looked {
    pub commune: Arc<str>,
    /// For each of the schemes.
    pub found: Vec<FoundHere>,
    /// Lists of those of whom it is not known: schemes with the same rule have the same list. Last, whom they are taken from.
    pub lists: Vec<Stored>,
}

/// The candidates of one scheme in a commune.
#[derive(Default)]
pub(super) struct FoundHere {
    pub entitled: Vec<Measured>,
    /// Of how many it is not known, and the place of their list.
    pub not_known: Option<(usize, usize)>,
}

/// Those of a commune of whom it is not known whether they are entitled, as a content keeps them: most schemes have nearly the
/// same, so whom they are taken from is a content of its own, once for all of them.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Listed {
    /// The content with the [`People`].
    pub people: String,
    /// The places of the households, each with the places of those of its members whom it is about; the household itself where
    /// there are none.
    pub places: Vec<(usize, Vec<usize>)>,
}

/// Households of a commune, each with its members.
pub(super) type People<T> = Vec<(T, Vec<T>)>;

impl Listed {
    /// How many they are.
    pub fn count(&self) -> usize {
        self.places.iter().map(|(_, members)| members.len().max(1)).sum()
    }

    /// They one by one; nothing when they are not among these people.
    pub fn recipients(&self, people: &People<String>) -> Option<Vec<Recipient>> {
        let mut found = Vec::with_capacity(self.places.len());
        for (place, members) in &self.places {
            let (household, persons) = people.get(*place)?;
            if members.is_empty() {
                found.push(Recipient::Household(household.clone()));
            }
            for member in members {
                let person = persons.get(*member)?.clone();
                found.push(Recipient::Member { household: household.clone(), person });
            }
        }
        Some(found)
    }
}

/// A household of a commune by its place, and a member by the place in it.
type Place = (usize, Option<usize>);

impl Looking {
    /// Looks at a commune.
    pub fn at(&self, read: &CommuneRead, places: &CommunePlaces) -> Result<Looked> {
        let commune: Arc<str> = read.commune().into();
        let of_households: Vec<(usize, usize)> = self
            .wanted
            .iter()
            .copied()
            .enumerate()
            .filter(|(_, place)| self.scheme(*place).beneficiary != Beneficiary::Group)
            .collect();
        let entitlements = Entitlements::only(&self.program, of_households.iter().map(|(_, place)| *place).collect());
        let mut look = entitlements.look(Day::from_date(self.on));
        let taking = read.taking(&self.program);
        let households = read.households()?;
        let mut in_places: HashMap<Option<&str>, Vec<Tri>> = HashMap::new();
        let mut found: Vec<FoundHere> = self.wanted.iter().map(|_| FoundHere::default()).collect();
        let mut not_known: Vec<Vec<Place>> = vec![Vec::new(); self.wanted.len()];
        for (number, household) in households.iter().enumerate() {
            let taken = taking.of(household);
            look.at(&taken.answers, taken.status);
            let in_place = in_places
                .entry(household.hamlet)
                .or_insert_with(|| entitlements.in_places(Some(&places.of(household.hamlet))));
            for (slot, place) in &of_households {
                let base = look.household(*place).and(in_place[*place]);
                if base == Tri::False {
                    continue;
                }
                let mut add = |member: Option<usize>, entitled: Tri| {
                    if entitled == Tri::False || self.holds(*place, household, member) {
                        return;
                    }
                    match entitled {
                        Tri::True => {
                            found[*slot].entitled.push(self.measured(&look, *place, household, member, &commune))
                        }
                        _ => not_known[*slot].push((number, member)),
                    }
                };
                match self.scheme(*place).beneficiary {
                    Beneficiary::Member => (0..taken.answers.members.len())
                        .for_each(|member| add(Some(member), base.and(look.member(*place, member)))),
                    _ => add(None, base),
                }
            }
        }
        let mut lists = Vec::new();
        if not_known.iter().any(|own| !own.is_empty()) {
            let people = Stored::of(&people(&households))?;
            let mut known_lists: HashMap<&[Place], usize> = HashMap::new();
            for (found, own) in found.iter_mut().zip(&not_known).filter(|(_, own)| !own.is_empty()) {
                let list = match known_lists.get(own.as_slice()) {
                    Some(list) => *list,
                    None => {
                        lists.push(Stored::of(&Listed { people: people.hash.clone(), places: grouped(own) })?);
                        known_lists.insert(own, lists.len() - 1);
                        lists.len() - 1
                    }
                };
                found.not_known = Some((own.len(), list));
            }
            lists.push(people);
        }
        Ok(Looked { commune, found, lists })
    }

    fn scheme(&self, place: usize) -> &Scheme {
        &self.program.pack.schemes[place]
    }

    /// Whether somebody has an agreement of a scheme.
    fn holds(&self, place: usize, household: &HouseholdRead<'_>, member: Option<usize>) -> bool {
        self.holders.get(&place).is_some_and(|own| own.contains(&recipient(household, member).key()))
    }

    fn measured(
        &self,
        look: &Look<'_>,
        place: usize,
        household: &HouseholdRead<'_>,
        member: Option<usize>,
        commune: &Arc<str>,
    ) -> Measured {
        // The sealed facts of a member count for the member, those of anybody for the household.
        let people = household.members.iter().enumerate().filter(|(number, _)| member.is_none_or(|own| own == *number));
        let people = people.map(|(_, who)| who.person);
        let keys = keys(self.scheme(place), look.order(place), people, &self.sealed);
        Measured { recipient: recipient(household, member), commune: commune.clone(), keys }
    }
}

fn recipient(household: &HouseholdRead<'_>, member: Option<usize>) -> Recipient {
    match member {
        None => Recipient::Household(household.id.to_owned()),
        Some(member) => Recipient::Member {
            household: household.id.to_owned(),
            person: household.members[member].person.to_owned(),
        },
    }
}

fn people<'c>(households: &[HouseholdRead<'c>]) -> People<&'c str> {
    let of = |household: &HouseholdRead<'c>| (household.id, household.members.iter().map(|who| who.person).collect());
    households.iter().map(of).collect()
}

fn grouped(places: &[Place]) -> Vec<(usize, Vec<usize>)> {
    let of_one = |own: &[Place]| (own[0].0, own.iter().filter_map(|(_, member)| *member).collect());
    places.chunk_by(|a, b| a.0 == b.0).map(of_one).collect()
}

/// The values of a scheme's keys for a household or member; `order` are those of the open ones.
pub(super) fn keys<'a>(
    scheme: &Scheme,
    order: impl Iterator<Item = Option<i64>>,
    people: impl Iterator<Item = &'a str> + Clone,
    sealed: &SealedFacts,
) -> Vec<i64> {
    let values = scheme.priority.iter().zip(order).map(|(key, value)| match &key.key {
        PriorityKey::Sealed(facts) => {
            let mut known = people.clone().filter_map(|person| sealed.get(person));
            if known.any(|own| facts.iter().any(|fact| own.contains(fact))) { 0 } else { 2 }
        }
        // A number that cannot be told stands last.
        _ => value.unwrap_or(i64::MAX),
    });
    values.collect()
}
