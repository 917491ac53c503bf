//! Making a ranking, and approving it.

use super::measure::Found;
use super::{AreaRanking, AtTheLine, NotKnown, above, drawn_with, sealed_keys, seed};
use crate::agreements::Recipient;
use crate::entitled::unpayable;
use crate::office::Office;
use crate::ranking::{Candidate, Quota, Ranking, rank};
use crate::records::{At, Filter, Kept, Thing, Written, narrowed, select};
use futures::future::BoxFuture;
use futures::stream::{self, StreamExt, TryStreamExt};
use std::collections::HashMap;
use std::sync::Arc;
use vuon_policy::support::Scheme;
use vuon_registry::room::{AnyConnection, Query, Stored, hold, maybe, sql, store_stored, text};
use vuon_registry::scope::{Action, Reach};
use vuon_registry::{RegistryError, Result};

/// How many schemes are put in order at a time, while the one before is stored.
const AT_ONCE: usize = 2;

/// A ranking, and its sheets as they are stored.
struct Ordered {
    ranking: AreaRanking,
    sheets: Vec<Stored>,
}

impl Office {
    /// Ranks the entitled of a commune, district or province for a scheme, but for those that have an agreement of it that is open
    /// or of the year, or may not have it again before the year is over; its id.
    /// The scheme says who stands in it: households, members of households, or certified groups. A draft is computed anew in
    /// its place.
    ///
    /// # Errors
    /// [`RegistryError::Invalid`] for a quota of money where the amount is not known; [`RegistryError::Exists`] once one was
    /// approved for the area, one above it or one within it.
    pub async fn rank_area(&self, area: &str, scheme: &str, year: i16, quota: Quota) -> Result<String> {
        let ids = self.rank_schemes(area, year, &[(scheme.to_owned(), quota)]).await?;
        ids.into_iter().next().ok_or(RegistryError::NotFound)
    }

    /// As [`rank_area`](Self::rank_area), for several schemes with one look at each household; all or none.
    pub async fn rank_schemes(&self, area: &str, year: i16, wanted: &[(String, Quota)]) -> Result<Vec<String>> {
        self.begins_new()?;
        let mut places = Vec::with_capacity(wanted.len());
        let mut costs = Vec::with_capacity(wanted.len());
        for (scheme, quota) in wanted {
            places.push(self.scheme_place(scheme)?);
            costs.push(cost(self.scheme(scheme)?, *quota)?);
        }
        let at = self.area_at(&mut *self.desk.store().read().await?, area).await?;
        self.actor().may(if at.commune.is_some() { Action::PrepareSupport } else { Action::RankArea })?;
        if !self.covers(&at) {
            return Err(RegistryError::NotFound);
        }
        let area = self.measured(&at, &places, year).await?;
        let orders: Vec<BoxFuture<'_, Result<Ordered>>> = wanted
            .iter()
            .zip(costs)
            .zip(area.found)
            .map(|(((scheme, quota), cost), found)| self.put_in_order(&at, (scheme, year), (*quota, cost), found))
            .collect();
        let mut orders = stream::iter(orders).buffered(AT_ONCE);
        let mut tx = self.desk.store().write().await?;
        hold(&mut tx, at.chain()).await?;
        self.desk.keep_pack(&mut tx, &self.program).await?;
        store_stored(&mut tx, area.lists).await?;
        let mut ids = Vec::with_capacity(wanted.len());
        for (scheme, _) in wanted {
            self.no_other_order(&mut tx, &at, scheme, year).await?;
            let Ordered { ranking, sheets } = orders.try_next().await?.ok_or(RegistryError::NotFound)?;
            store_stored(&mut tx, sheets).await?;
            let draft = Filter { scheme: Some(scheme.clone()), ..Filter::default() };
            let same = narrowed(select(AreaRanking::KIND), &draft).push(" AND r.key = ").bind(&ranking.seed);
            let same: Vec<Kept<AreaRanking>> = self.read_things(&mut tx, same).await?;
            let written = match same.into_iter().next() {
                None => Written::new("ranked", ranking),
                Some(kept) if kept.thing.approved.is_none() => kept.next("ranked", ranking),
                Some(_) => return Err(RegistryError::Exists { what: "an approved ranking".into() }),
            };
            ids.push(self.write_one(&mut tx, written).await?);
        }
        tx.commit().await?;
        Ok(ids)
    }

    /// A ranking is approved, by the chair of its commune, or by the province: its order is the order of service.
    ///
    /// # Errors
    /// [`RegistryError::Exists`] when one was approved for an area above or within.
    pub async fn approve_ranking(&self, id: &str, version: i64) -> Result<()> {
        let seen: Kept<AreaRanking> = self.load(&mut *self.desk.store().read().await?, id).await?;
        let of_commune = seen.thing.at.commune.is_some();
        self.actor().may(if of_commune { Action::DecideSupport } else { Action::DecideRanking })?;
        self.begins_new()?;
        let (mut tx, kept) = self.change_thing::<AreaRanking>(id, version).await?;
        if kept.thing.approved.is_some() {
            let why = "it is approved".into();
            return Err(RegistryError::Illegal { step: "approving a ranking", why });
        }
        if kept.thing.ranked == 0 {
            let why = "nobody stands in it yet".into();
            return Err(RegistryError::Illegal { step: "approving a ranking", why });
        }
        // Rankings of areas within each other are approved one after the other, all in the hold of their province.
        if let Some(province) = &kept.thing.at.province {
            hold(&mut tx, province).await?;
        }
        self.no_other_order(&mut tx, &kept.thing.at, &kept.thing.scheme, kept.thing.year).await?;
        let approved = Some((self.desk.today(), self.actor().id.clone()));
        self.write_one(&mut tx, kept.next("approved", AreaRanking { approved, ..kept.thing.clone() })).await?;
        tx.commit().await?;
        Ok(())
    }

    /// Of one scheme and year there is one order of service everywhere: none was approved for an area above or within.
    async fn no_other_order(&self, tx: &mut AnyConnection, at: &At, scheme: &str, year: i16) -> Result<()> {
        let query = Query::new(
            "SELECT COUNT(*) FROM record r WHERE r.kind = 'ranking' AND r.state = 'approved' AND r.scheme = ",
        );
        let query = query.bind(scheme).push(" AND r.year = ").bind(i64::from(year));
        let query = query.push(" AND r.key <> ").bind(seed(at, scheme, year)).push(" AND (");
        let query = super::in_area(above(query, at).push(" OR (1 = 1"), at).push("))");
        if query.count(tx).await? > 0 {
            return Err(RegistryError::Exists {
                what: "an approved ranking of an area above or within this one".into(),
            });
        }
        Ok(())
    }

    /// The ranking of candidates, beside those that answer others meanwhile.
    fn put_in_order(
        &self,
        at: &At,
        (scheme, year): (&str, i16),
        (quota, cost): (Quota, i64),
        found: Found,
    ) -> BoxFuture<'_, Result<Ordered>> {
        let (at, scheme) = (at.clone(), scheme.to_owned());
        Box::pin(async move {
            let office = self.clone();
            let order = tokio::task::spawn_blocking(move || office.order(at, (&scheme, year), (quota, cost), found));
            order.await.map_err(|_| RegistryError::Damaged { what: "the ranking broke off".into() })?
        })
    }

    fn order(&self, at: At, (scheme, year): (&str, i16), (quota, cost): (Quota, i64), found: Found) -> Result<Ordered> {
        let rules = self.scheme(scheme)?;
        let seed = seed(&at, scheme, year);
        let mut who: HashMap<String, (Recipient, Arc<str>)> = HashMap::with_capacity(found.entitled.len());
        let mut candidates = Vec::with_capacity(found.entitled.len());
        for measured in found.entitled {
            let id = measured.recipient.id().to_owned();
            candidates.push(Candidate { id: id.clone(), keys: measured.keys, cost });
            who.insert(id, (measured.recipient, measured.commune));
        }
        let sealed = sealed_keys(rules);
        let ranking = rank(candidates, &drawn_with(&self.desk, &seed, &sealed), quota);
        let line = line(&ranking, rules, |id| who.get(id).map(|(recipient, _)| recipient.clone()));
        let sheets: Result<Vec<Stored>> = self.sheets(&ranking, &seed, who, &sealed).iter().map(Stored::of).collect();
        let sheets = sheets?;
        let not_known = found.not_known.into_iter().map(|(commune, count, list)| NotKnown {
            commune: commune.as_ref().to_owned(),
            count,
            list,
        });
        let ranking = AreaRanking {
            scheme: scheme.to_owned(),
            pack: self.program.pack.id.value.clone(),
            pack_hash: self.program.hash.clone(),
            at,
            year,
            on: self.desk.today(),
            quota,
            cost,
            seed,
            keys: rules.priority.iter().map(|key| key.id.value.clone()).collect(),
            ranked: ranking.ranked.len(),
            within: ranking.ranked.iter().filter(|ranked| ranked.within).count(),
            sheets: sheets.iter().map(|sheet| sheet.hash.clone()).collect(),
            not_known: not_known.collect(),
            line,
            approved: None,
        };
        Ok(Ordered { ranking, sheets })
    }

    /// Where a commune, district or province is.
    async fn area_at(&self, connection: &mut AnyConnection, area: &str) -> Result<At> {
        let found = sql("SELECT level, province, district FROM area WHERE id = $1", [area.into()]);
        let read = |row: &vuon_registry::room::AnyRow| Ok((text(row, 0)?, text(row, 1)?, maybe(row, 2)?));
        let (level, province, district) = found.one(connection, read).await?;
        let commune = (level == "commune").then(|| area.to_owned());
        let district = if level == "district" { Some(area.to_owned()) } else { district };
        Ok(At { province: Some(province), district, commune, hamlet: None })
    }

    /// Whether an area lies in the actor's reach, whole.
    pub(super) fn covers(&self, at: &At) -> bool {
        match &self.actor().reach {
            Reach::Everything => true,
            Reach::Province(own) => at.province.as_ref() == Some(own),
            Reach::District(own) => at.district.as_ref() == Some(own),
            Reach::Commune(own) => at.commune.as_ref() == Some(own),
            Reach::Hamlet { .. } | Reach::Nothing => false,
        }
    }
}

/// What serving one costs at most, in đồng; 0 where that is not known and the quota does not ask it.
fn cost(scheme: &Scheme, quota: Quota) -> Result<i64> {
    match (unpayable(scheme), scheme.most()) {
        (None, Some((most, _))) => Ok(most.numerator() / most.denominator()),
        _ if matches!(quota, Quota::Money(_)) => {
            let message = "what serving a household costs was not found in the law's text: give a number of places";
            Err(RegistryError::invalid("quota", message))
        }
        _ => Ok(0),
    }
}

/// What decided at the line. Of a scheme with a sealed key nothing is said: neither that it decided nor that it did not.
pub(super) fn line(ranking: &Ranking, scheme: &Scheme, who: impl Fn(&str) -> Option<Recipient>) -> Option<AtTheLine> {
    let line = ranking.line.as_ref()?;
    let decided_by = match line.key {
        _ if !sealed_keys(scheme).is_empty() => "order",
        None => "draw",
        Some(key) => scheme.priority.get(key).map_or("order", |key| key.id.value.as_str()),
    };
    Some(AtTheLine {
        last_in: who(&line.last_in)?,
        first_out: who(&line.first_out)?,
        decided_by: decided_by.to_owned(),
    })
}
