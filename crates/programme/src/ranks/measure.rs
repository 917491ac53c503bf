//! What a ranking orders by: the entitled of an area, each with the values of the scheme's keys, commune by commune. Of a commune
//! that is done with, only ids and values stay in memory.

use super::OF_A_GROUP;
use crate::agreements::{Agreement, Recipient};
use crate::entitled::facts;
use crate::groups::Group;
use crate::office::Office;
use crate::records::{At, Kept, Thing, select};
use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::Arc;
use vuon_policy::entitlement::{Entitlement, Entitlements};
use vuon_policy::lattice::Tri;
use vuon_policy::support::{Beneficiary, PriorityKey, Scheme, SealedFact};
use vuon_registry::room::{AnyConnection, Query, among, text};
use vuon_registry::support::KnownHousehold;
use vuon_registry::{RegistryError, Result};

/// Somebody entitled.
pub(super) struct Measured {
    pub recipient: Recipient,
    pub commune: Arc<str>,
    pub keys: Vec<i64>,
}

/// The candidates of one scheme.
#[derive(Default)]
pub(super) struct Found {
    pub entitled: Vec<Measured>,
    /// Those of whom it is not known, by commune.
    pub not_known: Vec<(Arc<str>, Vec<Recipient>)>,
}

/// The sealed facts of a commune, by person.
type Sealed = HashMap<String, BTreeSet<SealedFact>>;

impl Office {
    /// The candidates of an area for some schemes, by their places in the pack: one look at each household for all of them.
    pub(super) async fn measured(&self, at: &At, wanted: &[usize]) -> Result<Vec<Found>> {
        let mut connection = self.desk.store().read().await?;
        let holders = self.holders(&mut connection, at, wanted).await?;
        let communes = self.communes_of(&mut connection, at).await?;
        let of_groups = |place: &&usize| self.scheme_at(**place).beneficiary == Beneficiary::Group;
        let entitlements =
            Entitlements::only(&self.program, wanted.iter().filter(|place| !of_groups(place)).copied().collect());
        let mut found: Vec<Found> = wanted.iter().map(|_| Found::default()).collect();
        for commune in communes {
            let commune: Arc<str> = commune.into();
            let sealed = self.sealed_for_keys(&mut connection, &commune, wanted).await?;
            let judged = self.judged_for(&mut connection, &commune, &entitlements).await?;
            for (found, place) in found.iter_mut().zip(wanted).filter(|(_, place)| !of_groups(place)) {
                let scheme = self.scheme_at(*place);
                let mut not_known = Vec::new();
                for (known, all) in &judged {
                    let Some(own) = all.iter().find(|own| own.scheme == *place) else { continue };
                    for (recipient, entitled, people) in candidates(known, own, scheme) {
                        if entitled == Tri::False || holders.contains(&holder(scheme, &recipient)) {
                            continue;
                        }
                        if entitled == Tri::Unknown {
                            not_known.push(recipient);
                            continue;
                        }
                        let keys = keys(scheme, own, &people, &sealed);
                        found.entitled.push(Measured { recipient, commune: commune.clone(), keys });
                    }
                }
                if !not_known.is_empty() {
                    found.not_known.push((commune.clone(), not_known));
                }
            }
        }
        for (found, place) in found.iter_mut().zip(wanted).filter(|(_, place)| of_groups(place)) {
            self.measured_groups(&mut connection, at, *place, &holders, found).await?;
        }
        Ok(found)
    }

    fn scheme_at(&self, place: usize) -> &Scheme {
        &self.program.pack.schemes[place]
    }

    /// The certified groups that are what their scheme's rule wants. A key that holds for a household counts by the share of
    /// the member households for which it holds; a number by their mean.
    async fn measured_groups(
        &self,
        connection: &mut AnyConnection,
        at: &At,
        place: usize,
        holders: &HashSet<(String, String)>,
        found: &mut Found,
    ) -> Result<()> {
        let scheme = self.scheme_at(place);
        let query = select(Group::KIND).push(" AND r.state = 'certified' AND r.scheme = ").bind(&scheme.id.value);
        let query = self.actor().reach.within(in_area(query, at), "r").push(" ORDER BY r.id");
        let groups: Vec<Kept<Group>> = self.read_things(connection, query).await?;
        let entitlements = Entitlements::only(&self.program, vec![place]);
        for group in groups {
            let recipient = Recipient::Group(group.id.clone());
            if holders.contains(&holder(scheme, &recipient)) {
                continue;
            }
            let commune: Arc<str> = group.thing.at.chain().into();
            match self.holds_rule(connection, &group.thing).await {
                Ok(_) => {}
                Err(RegistryError::Illegal { .. }) => continue,
                Err(error) => return Err(error),
            }
            let sealed = self.sealed_for_keys(connection, &commune, &[place]).await?;
            let mut of_members = Vec::with_capacity(group.thing.members.len());
            for member in &group.thing.members {
                let today = self.desk.today();
                let known = self.desk.known_one_in(connection, &member.household, &self.program, today).await?;
                let places = self.places_of(connection, &known.place).await?;
                let own = entitlements.of(&facts(&known, today, Some(&places)));
                of_members.push(keys(scheme, &own[0], &all_of(&known), &sealed));
            }
            let keys = of_group(scheme, &of_members);
            found.entitled.push(Measured { recipient, commune, keys });
        }
        Ok(())
    }

    async fn sealed_for_keys(&self, connection: &mut AnyConnection, commune: &str, wanted: &[usize]) -> Result<Sealed> {
        let any = wanted.iter().any(|place| !super::sealed_keys(self.scheme_at(*place)).is_empty());
        if any { self.sealed_in(connection, commune).await } else { Ok(Sealed::new()) }
    }

    /// Who of an area has an agreement of one of the schemes: scheme and recipient.
    async fn holders(
        &self,
        connection: &mut AnyConnection,
        at: &At,
        wanted: &[usize],
    ) -> Result<HashSet<(String, String)>> {
        let counts = |query: Query| query.push(" AND r.state NOT IN ('refused', 'stopped')");
        let of = |beneficiary: fn(Beneficiary) -> bool| -> Vec<String> {
            let schemes = wanted.iter().map(|place| self.scheme_at(*place));
            schemes.filter(|scheme| beneficiary(scheme.beneficiary)).map(|scheme| scheme.id.value.clone()).collect()
        };
        let mut found = HashSet::new();
        // A household or group is the subject of its agreement's row; a member is told in the agreement alone.
        let whole = of(|beneficiary| beneficiary != Beneficiary::Member);
        if !whole.is_empty() {
            let query = Query::new(
                "SELECT r.scheme, r.subject FROM record r WHERE r.kind = 'agreement' \
                                    AND r.subject IS NOT NULL AND r.scheme IN ",
            );
            let query = counts(in_area(among(query, &whole), at));
            found.extend(query.all(connection, |row| Ok((text(row, 0)?, text(row, 1)?))).await?);
        }
        let of_members = of(|beneficiary| beneficiary == Beneficiary::Member);
        if !of_members.is_empty() {
            let query = among(select(Agreement::KIND).push(" AND r.scheme IN "), &of_members);
            let agreements: Vec<Kept<Agreement>> = self.read_things(connection, counts(in_area(query, at))).await?;
            found.extend(agreements.into_iter().map(|kept| (kept.thing.scheme, kept.thing.recipient.key())));
        }
        Ok(found)
    }

    /// The communes of an area.
    pub(super) async fn communes_of(&self, connection: &mut AnyConnection, at: &At) -> Result<Vec<String>> {
        if let Some(commune) = &at.commune {
            return Ok(vec![commune.clone()]);
        }
        let query = Query::new("SELECT r.id FROM area r WHERE r.level = 'commune'");
        let query = match &at.district {
            Some(district) => query.push(" AND r.district = ").bind(district),
            None => query.push(" AND r.province = ").bind(at.province.clone()),
        };
        query.push(" ORDER BY r.id").all(connection, |row| text(row, 0)).await
    }
}

/// Narrows a query of records (`r`) to an area.
pub(super) fn in_area(query: Query, at: &At) -> Query {
    match (&at.commune, &at.district) {
        (Some(commune), _) => query.push(" AND r.commune = ").bind(commune),
        (None, Some(district)) => query.push(" AND r.district = ").bind(district),
        (None, None) => query.push(" AND r.province = ").bind(at.province.clone()),
    }
}

fn holder(scheme: &Scheme, recipient: &Recipient) -> (String, String) {
    (scheme.id.value.clone(), recipient.key())
}

fn all_of(known: &KnownHousehold) -> Vec<&str> {
    known.members.iter().map(|member| member.person.as_str()).collect()
}

/// Whom of a household a scheme could serve, whether they are entitled, and whose sealed facts count for them.
fn candidates<'k>(
    known: &'k KnownHousehold,
    own: &Entitlement,
    scheme: &Scheme,
) -> Vec<(Recipient, Tri, Vec<&'k str>)> {
    if scheme.beneficiary != Beneficiary::Member {
        return match own.entitled {
            Tri::False => Vec::new(),
            entitled => vec![(Recipient::Household(known.id.clone()), entitled, all_of(known))],
        };
    }
    let members = known.members.iter().zip(&own.members).filter(|(_, entitled)| **entitled != Tri::False);
    let candidate = members.map(|(member, entitled)| {
        let recipient = Recipient::Member { household: known.id.clone(), person: member.person.clone() };
        (recipient, *entitled, vec![member.person.as_str()])
    });
    candidate.collect()
}

/// The values of a scheme's keys.
fn keys(scheme: &Scheme, own: &Entitlement, people: &[&str], sealed: &Sealed) -> Vec<i64> {
    let values = scheme.priority.iter().zip(&own.order).map(|(key, value)| match &key.key {
        PriorityKey::Sealed(facts) => {
            let any =
                people.iter().filter_map(|person| sealed.get(*person)).any(|own| facts.iter().any(|f| own.contains(f)));
            if any { 0 } else { 2 }
        }
        // A number that cannot be told stands last.
        _ => value.unwrap_or(i64::MAX),
    });
    values.collect()
}

/// The values of a group's keys, from those of its members: lower comes first.
fn of_group(scheme: &Scheme, members: &[Vec<i64>]) -> Vec<i64> {
    let many = i64::try_from(members.len()).unwrap_or(i64::MAX).max(1);
    let keys = scheme.priority.iter().enumerate().map(|(place, key)| {
        let values = members.iter().map(|own| own[place]);
        match key.key {
            PriorityKey::When(_) | PriorityKey::Sealed(_) => {
                let holds = i64::try_from(values.filter(|value| *value == 0).count()).unwrap_or(0);
                OF_A_GROUP - holds * OF_A_GROUP / many
            }
            PriorityKey::Most(_) | PriorityKey::Least(_) => {
                let known: Option<i128> = values.map(|v| (v != i64::MAX).then_some(i128::from(v))).sum();
                let mean = known.map(|sum| sum.div_euclid(i128::from(many)));
                mean.and_then(|mean| i64::try_from(mean).ok()).unwrap_or(i64::MAX)
            }
        }
    });
    keys.collect()
}
