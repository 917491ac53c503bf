//! What a ranking orders by: the entitled of an area, each with the values of the scheme's keys. Communes are read and looked
//! at several at a time; of one that is done with, only ids and values stay in memory.

use super::OF_A_GROUP;
use super::look::{Looked, Looking, Measured, keys};
use crate::agreements::{Agreement, Recipient};
use crate::entitled::facts;
use crate::groups::{Group, there};
use crate::office::Office;
use crate::records::{At, Kept, Thing, select};
use crate::sealed::SealedFacts;
use futures::future::BoxFuture;
use futures::stream::{self, StreamExt, TryStreamExt};
use jiff::ToSpan;
use jiff::civil::Date;
use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;
use vuon_policy::entitlement::Entitlements;
use vuon_policy::support::{Beneficiary, PriorityKey, Scheme};
use vuon_registry::room::{AnyConnection, Query, Stored, among, text};
use vuon_registry::{RegistryError, Result};

/// How many communes are in hand at a time: while one is read, others are looked at.
const AT_ONCE: usize = 3;

/// The candidates of one scheme.
#[derive(Default)]
pub(super) struct Found {
    pub entitled: Vec<Measured>,
    /// The communes with somebody of whom it is not known: how many, and the content that lists them.
    pub not_known: Vec<(Arc<str>, usize, String)>,
}

/// The candidates of several schemes, and the contents that list those of whom it is not known.
pub(super) struct Area {
    pub found: Vec<Found>,
    pub lists: Vec<Stored>,
}

/// Who is not to have a scheme in a year, by the place of the scheme: by [`Recipient::key`].
pub(super) type Holders = HashMap<usize, BTreeSet<String>>;

impl Office {
    /// The candidates of an area for some schemes and a year, by the schemes' places in the pack: one look at each household for
    /// all of them.
    pub(super) async fn measured(&self, at: &At, wanted: &[usize], year: i16) -> Result<Area> {
        let of_groups = |place: &usize| self.scheme_at(*place).beneficiary == Beneficiary::Group;
        let mut connection = self.desk.store().read().await?;
        let holders = self.holders(&mut connection, at, wanted, year).await?;
        let sealed = self.sealed_for_keys(&mut connection, at, wanted).await?;
        let mut area = Area { found: wanted.iter().map(|_| Found::default()).collect(), lists: Vec::new() };
        for (found, place) in area.found.iter_mut().zip(wanted).filter(|(_, place)| of_groups(place)) {
            self.measured_groups(&mut connection, at, *place, (&holders, &sealed), found).await?;
        }
        let communes = match wanted.iter().all(of_groups) {
            true => Vec::new(),
            false => self.communes_of(&mut connection, at).await?,
        };
        // Whoever waits for a connection holds none.
        drop(connection);
        let looking = Arc::new(Looking {
            program: self.program.clone(),
            on: self.desk.today(),
            wanted: wanted.to_vec(),
            holders,
            sealed,
        });
        let looks: Vec<BoxFuture<'_, Result<Looked>>> =
            communes.into_iter().map(|commune| self.looked_at(commune, looking.clone())).collect();
        let mut looked = stream::iter(looks).buffered(AT_ONCE);
        while let Some(there) = looked.try_next().await? {
            for (found, own) in area.found.iter_mut().zip(there.found) {
                found.entitled.extend(own.entitled);
                if let Some((count, list)) = own.not_known {
                    found.not_known.push((there.commune.clone(), count, there.lists[list].hash.clone()));
                }
            }
            area.lists.extend(there.lists);
        }
        Ok(area)
    }

    /// Reads a commune and looks at its households, beside those that answer others meanwhile.
    fn looked_at(&self, commune: String, looking: Arc<Looking>) -> BoxFuture<'_, Result<Looked>> {
        Box::pin(async move {
            // Households, members and spells are of one moment, whatever is written meanwhile.
            let mut snapshot = self.desk.store().snapshot().await?;
            let read = self.desk.read_commune(&mut snapshot, &commune, looking.on).await?;
            let places = self.places_in(&mut snapshot, &commune).await?;
            snapshot.rollback().await?;
            let looked = tokio::task::spawn_blocking(move || looking.at(&read, &places));
            looked.await.map_err(|_| RegistryError::Damaged { what: "the ranking broke off".into() })?
        })
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
        (holders, sealed): (&Holders, &SealedFacts),
        found: &mut Found,
    ) -> Result<()> {
        let scheme = self.scheme_at(place);
        let query = select(Group::KIND).push(" AND r.state = 'certified' AND r.scheme = ").bind(&scheme.id.value);
        let query = self.actor().reach.within(in_area(query, at), "r").push(" ORDER BY r.id");
        let groups: Vec<Kept<Group>> = self.read_things(connection, query).await?;
        let entitlements = Entitlements::only(&self.program, vec![place]);
        for group in groups {
            let recipient = Recipient::Group(group.id.clone());
            if holders.get(&place).is_some_and(|own| own.contains(&group.id)) {
                continue;
            }
            let commune: Arc<str> = group.thing.at.chain().into();
            match self.holds_rule(connection, &group.thing).await {
                Ok(_) => {}
                Err(RegistryError::Illegal { .. }) => continue,
                Err(error) => return Err(error),
            }
            let mut of_members = Vec::with_capacity(group.thing.members.len());
            for household in there(connection, &group.thing).await? {
                let today = self.desk.today();
                let known = self.desk.known_one_in(connection, &household, &self.program, today).await?;
                let places = self.places_of(connection, &known.place).await?;
                let own = entitlements.of(&facts(&known, today, Some(&places)));
                let people = known.members.iter().map(|member| member.person.as_str());
                of_members.push(keys(scheme, own[0].order.iter().copied(), people, sealed));
            }
            let keys = of_group(scheme, &of_members);
            found.entitled.push(Measured { recipient, commune, keys });
        }
        Ok(())
    }

    async fn sealed_for_keys(&self, connection: &mut AnyConnection, at: &At, wanted: &[usize]) -> Result<SealedFacts> {
        let any = wanted.iter().any(|place| !super::sealed_keys(self.scheme_at(*place)).is_empty());
        if any { self.sealed_in(connection, at).await } else { Ok(SealedFacts::new()) }
    }

    /// Who of an area has an agreement of one of the schemes that is open or of the year, or had one not so long ago that another
    /// may be made before the year is over. Whoever had it longer ago is ranked like everybody else.
    async fn holders(&self, connection: &mut AnyConnection, at: &At, wanted: &[usize], year: i16) -> Result<Holders> {
        let counts = |query: Query| {
            let query =
                query.push(" AND (r.state IN ('draft', 'running', 'owing') OR (r.state = 'fulfilled' AND r.year = ");
            query.bind(i64::from(year)).push("))")
        };
        let of = |beneficiary: fn(Beneficiary) -> bool| -> Vec<String> {
            let schemes = wanted.iter().map(|place| self.scheme_at(*place));
            schemes.filter(|scheme| beneficiary(scheme.beneficiary)).map(|scheme| scheme.id.value.clone()).collect()
        };
        let mut found = Holders::new();
        let mut add = |scheme: &str, key: String| -> Result<()> {
            found.entry(self.scheme_place(scheme)?).or_default().insert(key);
            Ok(())
        };
        // A household or group is the subject of its agreement's row; a member is told in the agreement alone.
        let whole = of(|beneficiary| beneficiary != Beneficiary::Member);
        if !whole.is_empty() {
            let query = Query::new(
                "SELECT r.scheme, r.subject FROM record r WHERE r.kind = 'agreement' \
                 AND r.subject IS NOT NULL AND r.scheme IN ",
            );
            let query = counts(in_area(among(query, &whole), at));
            for (scheme, subject) in query.all(connection, |row| Ok((text(row, 0)?, text(row, 1)?))).await? {
                add(&scheme, subject)?;
            }
        }
        let of_members = of(|beneficiary| beneficiary == Beneficiary::Member);
        if !of_members.is_empty() {
            let query = among(select(Agreement::KIND).push(" AND r.scheme IN "), &of_members);
            let agreements: Vec<Kept<Agreement>> = self.read_things(connection, counts(in_area(query, at))).await?;
            for Kept { thing, .. } in agreements {
                add(&thing.scheme, thing.recipient.key())?;
            }
        }
        for place in wanted {
            found.entry(*place).or_default().extend(self.not_again(connection, at, *place, year).await?);
        }
        Ok(found)
    }

    /// Who of an area was paid under a scheme that may not be given again before a year is over.
    async fn not_again(&self, connection: &mut AnyConnection, at: &At, place: usize, year: i16) -> Result<Vec<String>> {
        let scheme = self.scheme_at(place);
        let Some(months) = scheme.again_after_months else { return Ok(Vec::new()) };
        let query = select(Agreement::KIND).push(" AND r.state IN ('fulfilled', 'stopped') AND r.scheme = ");
        // An agreement begins in the year of its capital or the one after, and its day is not in the row.
        let query = query.bind(&scheme.id.value).push(" AND r.year >= ").bind(i64::from(year) - months / 12 - 2);
        let query = query.push(
            " AND EXISTS (SELECT 1 FROM money_account p WHERE p.kind = 'paid' AND p.owner = r.id AND p.balance > 0)",
        );
        let had: Vec<Kept<Agreement>> = self.read_things(connection, in_area(query, at)).await?;
        let is_too_late = |from: Date| from.saturating_add(months.months()).year() > year;
        let had = had.into_iter().filter(|kept| is_too_late(kept.thing.from));
        Ok(had.map(|kept| kept.thing.recipient.key()).collect())
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
pub(crate) fn in_area(query: Query, at: &At) -> Query {
    match (&at.commune, &at.district) {
        (Some(commune), _) => query.push(" AND r.commune = ").bind(commune),
        (None, Some(district)) => query.push(" AND r.district = ").bind(district),
        (None, None) => query.push(" AND r.province = ").bind(at.province.clone()),
    }
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
