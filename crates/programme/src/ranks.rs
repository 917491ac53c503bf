//! The order in which the entitled of a commune are served: declared keys, then the published draw; quota and waiting list.
//!
//! In: the households of a commune, a scheme, a quota. Out: a ranking that is kept as it was computed. What sealed facts
//! decided stands in the order alone: their key is in no list, no count and no explanation.

use crate::entitled::unpayable;
use crate::office::Office;
use crate::ranking::{Candidate, Quota, rank};
use crate::records::{At, Columns, Filter, Kept, Thing, Written};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use vuon_policy::entitlement::Entitlement;
use vuon_policy::lattice::Tri;
use vuon_policy::support::{Beneficiary, PriorityKey, Scheme};
use vuon_registry::room::{AnyConnection, hold};
use vuon_registry::scope::Action;
use vuon_registry::support::KnownHousehold;
use vuon_registry::{RegistryError, Result};

/// A household with its place.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, utoipa::ToSchema)]
pub struct RankedHousehold {
    /// The household.
    pub household: String,
    /// The place, from 1.
    pub place: usize,
    /// The values of the open keys; nothing where the key is a sealed one.
    pub keys: Vec<Option<i64>>,
    /// The number of the draw, where it decided between neighbours.
    pub draw: Option<String>,
    /// Whether it is within the quota; otherwise it waits.
    pub within: bool,
}

/// What decided at the line.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, utoipa::ToSchema)]
pub struct AtTheLine {
    /// The last within the quota.
    pub last_in: String,
    /// The first who waits.
    pub first_out: String,
    /// What decided between them: the id of the key, `order` where it may not be named, `draw` where the draw did.
    pub decided_by: String,
}

/// A ranking of a commune.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, utoipa::ToSchema)]
pub struct AreaRanking {
    /// The scheme.
    pub scheme: String,
    /// The hash of its pack.
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
    /// The published seed of the draw: SHA-256 over it and the household's id orders whom no key tells apart.
    pub seed: String,
    /// The ids of the keys, in their order.
    pub keys: Vec<String>,
    /// Everybody entitled, in order.
    pub ranked: Vec<RankedHousehold>,
    /// Households of which it is not known yet whether they are entitled: they are not ranked, and not forgotten.
    pub not_known: Vec<String>,
    /// What decided at the line.
    pub line: Option<AtTheLine>,
    /// When the chair approved it, and who.
    #[schema(value_type = Option<(String, String)>)]
    pub approved: Option<(Date, String)>,
}

impl Thing for AreaRanking {
    const KIND: &'static str = "ranking";

    fn columns(&self) -> Columns {
        let commune = self.at.commune.as_deref().unwrap_or_default();
        Columns {
            key: Some(format!("{commune}/{}/{}", self.scheme, self.year)),
            at: self.at.clone(),
            scheme: Some(self.scheme.clone()),
            year: Some(self.year.into()),
            state: if self.approved.is_some() { "approved" } else { "draft" }.to_owned(),
            ..Columns::default()
        }
    }
}

impl Office {
    /// Ranks the entitled households of a commune for a scheme, but for those that have an agreement of it; its id. A draft is
    /// computed anew in its place.
    ///
    /// The seed is the commune's, scheme's and year's names: nobody chooses it, and everybody can tell it beforehand.
    ///
    /// # Errors
    /// [`RegistryError::Invalid`] for a scheme that is not for households, or a quota of money where the amount is not known; [`RegistryError::Exists`] once one was approved.
    pub async fn rank_commune(&self, commune: &str, scheme: &str, year: i16, quota: Quota) -> Result<String> {
        let place = self.scheme_place(scheme)?;
        let rules = self.program.pack.schemes[place].clone();
        if rules.beneficiary != Beneficiary::Household {
            return Err(RegistryError::invalid("scheme", "a ranking is of households: this scheme is for others"));
        }
        let mut tx = self.desk.store().write().await?;
        let at = crate::groups::commune_place(&mut tx, commune, None).await?;
        self.actor().may_at(Action::PrepareSupport, &at)?;
        hold(&mut tx, commune).await?;
        let (ranked, not_known) = self.candidates(&mut tx, commune, place, &rules, quota).await?;
        let seed = format!("{commune}/{scheme}/{year}");
        let ranking = rank(ranked, &seed, quota);
        let sealed: BTreeSet<usize> = sealed_keys(&rules);
        let open = |keys: Vec<i64>| {
            let keys = keys.into_iter().enumerate();
            keys.map(|(place, value)| (!sealed.contains(&place)).then_some(value)).collect()
        };
        let keys: Vec<String> = rules.priority.iter().map(|key| key.id.value.clone()).collect();
        let line = ranking.line.map(|line| AtTheLine {
            last_in: line.last_in,
            first_out: line.first_out,
            decided_by: match line.key {
                None => "draw".to_owned(),
                Some(key) if sealed.contains(&key) => "order".to_owned(),
                Some(key) => keys.get(key).cloned().unwrap_or_default(),
            },
        });
        let area = AreaRanking {
            scheme: scheme.to_owned(),
            pack_hash: self.program.hash.clone(),
            at: At::from(&at),
            year,
            on: self.desk.today(),
            quota,
            seed,
            ranked: ranking
                .ranked
                .into_iter()
                .map(|ranked| RankedHousehold {
                    household: ranked.id,
                    place: ranked.place,
                    keys: open(ranked.keys),
                    draw: ranked.draw,
                    within: ranked.within,
                })
                .collect(),
            keys,
            not_known,
            line,
            approved: None,
        };
        let filter = Filter { commune: Some(commune.to_owned()), scheme: Some(scheme.to_owned()), ..Filter::default() };
        let same: Vec<Kept<AreaRanking>> = self.find(&mut tx, &filter).await?;
        let written = match same.into_iter().find(|kept| kept.thing.year == year) {
            None => Written::new("ranked", area),
            Some(kept) if kept.thing.approved.is_none() => kept.next("ranked", area),
            Some(_) => return Err(RegistryError::Exists { what: "an approved ranking".into() }),
        };
        let id = self.write_one(&mut tx, written).await?;
        tx.commit().await?;
        Ok(id)
    }

    /// The chair approves a ranking: its order is the order of service.
    pub async fn approve_ranking(&self, id: &str, version: i64) -> Result<()> {
        self.actor().may(Action::DecideSupport)?;
        let (mut tx, kept) = self.change_thing::<AreaRanking>(id, version).await?;
        if kept.thing.approved.is_some() {
            let why = "it is approved".into();
            return Err(RegistryError::Illegal { step: "approving a ranking", why });
        }
        let approved = Some((self.desk.today(), self.actor().id.clone()));
        self.write_one(&mut tx, kept.next("approved", AreaRanking { approved, ..kept.thing.clone() })).await?;
        tx.commit().await?;
        Ok(())
    }

    /// The entitled, with the values of the scheme's keys and what serving each costs at most; and those not known.
    async fn candidates(
        &self,
        tx: &mut AnyConnection,
        commune: &str,
        place: usize,
        scheme: &Scheme,
        quota: Quota,
    ) -> Result<(Vec<Candidate>, Vec<String>)> {
        let cost = match (unpayable(scheme), scheme.most()) {
            (None, Some((most, _))) => most.numerator() / most.denominator(),
            _ if matches!(quota, Quota::Money(_)) => {
                let message = "what serving a household costs was not found in the law's text: give a number of places";
                return Err(RegistryError::invalid("quota", message));
            }
            _ => 0,
        };
        let served = self.receivers(tx, commune).await?;
        let has_it = |household: &str| served.get(household).is_some_and(|schemes| schemes.contains(&scheme.id.value));
        let judged = self.judged(tx, commune).await?;
        let mut entitled: Vec<(KnownHousehold, Entitlement)> = Vec::new();
        let mut not_known = Vec::new();
        for (known, mut all) in judged {
            let own = all.swap_remove(place);
            match own.entitled {
                _ if has_it(&known.id) => {}
                Tri::True => entitled.push((known, own)),
                Tri::Unknown => not_known.push(known.id),
                Tri::False => {}
            }
        }
        let people: Vec<String> =
            entitled.iter().flat_map(|(known, _)| known.members.iter().map(|member| member.person.clone())).collect();
        let mut sealed = Vec::new();
        for key in &scheme.priority {
            sealed.push(match &key.key {
                PriorityKey::Sealed(facts) => Some(self.any_sealed(tx, &people, facts).await?),
                _ => None,
            });
        }
        let candidates = entitled.into_iter().map(|(known, own)| {
            let keys = own.order.iter().zip(&sealed).map(|(value, sealed)| match sealed {
                Some(found) => {
                    let any = known.members.iter().any(|member| found.get(&member.person).copied().unwrap_or(false));
                    if any { 0 } else { 2 }
                }
                // A number that cannot be told stands last.
                None => value.unwrap_or(i64::MAX),
            });
            Candidate { id: known.id.clone(), keys: keys.collect(), cost }
        });
        Ok((candidates.collect(), not_known))
    }
}

fn sealed_keys(scheme: &Scheme) -> BTreeSet<usize> {
    let keys = scheme.priority.iter().enumerate();
    keys.filter(|(_, key)| matches!(key.key, PriorityKey::Sealed(_))).map(|(place, _)| place).collect()
}
