//! Looking at rankings: those of one's own area, and of the areas above it, of which everybody sees the own rows alone.

use super::look::{Listed, People};
use super::sheet::PLACES;
use super::{AreaRanking, RankedRow, above};
use crate::agreements::{Agreement, Recipient};
use crate::office::Office;
use crate::records::{At, Filter, Kept, Thing, narrowed, select};
use std::collections::BTreeSet;
use vuon_registry::page::{Page, PageRequest};
use vuon_registry::room::{AnyConnection, Query, content, maybe, sql, text};
use vuon_registry::scope::{Action, Reach};
use vuon_registry::{RegistryError, Result};

/// Which rows of a ranking.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Rows {
    /// Everybody with a place.
    #[default]
    All,
    /// Those within the quota.
    Within,
    /// Those who wait.
    Waiting,
}

impl Rows {
    fn has(self, row: &RankedRow) -> bool {
        match self {
            Rows::All => true,
            Rows::Within => row.within,
            Rows::Waiting => !row.within,
        }
    }
}

/// The communes whose rows somebody sees.
enum Seen {
    All,
    Of(BTreeSet<String>),
}

impl Seen {
    fn has(&self, commune: &str) -> bool {
        match self {
            Seen::All => true,
            Seen::Of(communes) => communes.contains(commune),
        }
    }
}

impl Office {
    /// A page of rankings, the oldest first: those within reach, and those of the areas above. Of a commune, where one is
    /// told, with those of the areas above it.
    ///
    /// # Errors
    /// [`RegistryError::Forbidden`] for who reaches a hamlet only: no ranking is of less than a commune.
    pub async fn rankings(&self, filter: &Filter, page: &PageRequest) -> Result<Page<Kept<AreaRanking>>> {
        self.actor().may(Action::ReadPeople)?;
        if matches!(self.actor().reach, Reach::Hamlet { .. }) {
            return Err(RegistryError::Forbidden { action: "see rankings, which are of communes" });
        }
        let mut connection = self.desk.store().read().await?;
        let everywhere = Filter { commune: None, ..filter.clone() };
        let query = narrowed(select(AreaRanking::KIND), &everywhere);
        let mut query = self.rankings_seen(&mut connection, query).await?;
        if let Some(commune) = &filter.commune {
            let at = unit_at(&mut connection, commune).await?;
            query = above(query.push(" AND (r.commune = ").bind(commune).push(" OR "), &at).push(")");
        }
        if let Some([after]) = page.key::<1>()? {
            query = query.push(" AND r.id > ").bind(after);
        }
        let query = query.push(" ORDER BY r.id LIMIT ").bind(page.reads());
        let rows = self.read_things(&mut connection, query).await?;
        Ok(Page::of(rows, page, |kept| [kept.id.clone()]))
    }

    /// A ranking within reach, or of an area above.
    ///
    /// # Errors
    /// [`RegistryError::NotFound`].
    pub async fn ranking(&self, id: &str) -> Result<Kept<AreaRanking>> {
        self.actor().may(Action::ReadPeople)?;
        self.load_ranking(&mut *self.desk.store().read().await?, id).await
    }

    /// A page of a ranking's rows, by their places: those of the communes within reach.
    pub async fn ranked_rows(&self, id: &str, rows: Rows, page: &PageRequest) -> Result<Page<RankedRow>> {
        self.actor().may(Action::ReadPeople)?;
        let mut connection = self.desk.store().read().await?;
        let ranking = self.load_ranking(&mut connection, id).await?.thing;
        let seen = self.seen_of(&mut connection, &ranking.at).await?;
        let wrong = || RegistryError::invalid("after", "take it from the page before, unchanged");
        let after = match page.key::<1>()? {
            Some([after]) => after.parse::<usize>().map_err(|_| wrong())?,
            None if rows == Rows::Waiting => ranking.within,
            None => 0,
        };
        let wanted = usize::try_from(page.reads()).unwrap_or(usize::MAX);
        let mut found = Vec::new();
        for number in after / PLACES..ranking.sheets.len() {
            let sheets = self.read_sheets(&mut connection, &ranking, number, 1).await?;
            let own = sheets.iter().flat_map(|sheet| &sheet.rows).enumerate();
            let shown = own.map(|(place, row)| row.shown(number * PLACES + place + 1, &ranking));
            found.extend(shown.filter(|row| row.place > after && rows.has(row) && seen.has(&row.commune)));
            if found.len() >= wanted || (rows == Rows::Within && (number + 1) * PLACES >= ranking.within) {
                break;
            }
        }
        found.truncate(wanted);
        Ok(Page::of(found, page, |row| [row.place.to_string()]))
    }

    /// Those of a commune within a ranking's quota who have no open agreement of its scheme.
    pub async fn not_served(&self, id: &str, commune: &str) -> Result<Vec<Recipient>> {
        self.actor().may(Action::ReadPeople)?;
        let mut connection = self.desk.store().read().await?;
        let ranking = self.load_ranking(&mut connection, id).await?.thing;
        let seen = self.seen_of(&mut connection, &ranking.at).await?;
        if !seen.has(commune) {
            return Err(RegistryError::NotFound);
        }
        let filter =
            Filter { commune: Some(commune.to_owned()), scheme: Some(ranking.scheme.clone()), ..Filter::default() };
        let agreements: Vec<Kept<Agreement>> = self.find(&mut connection, &filter).await?;
        let open = agreements.into_iter().filter(|kept| kept.thing.state.is_open());
        let served: BTreeSet<String> = open.map(|kept| kept.thing.recipient.key()).collect();
        let sheets = self.read_sheets(&mut connection, &ranking, 0, ranking.within.div_ceil(PLACES)).await?;
        let within = sheets.into_iter().flat_map(|sheet| sheet.rows).take(ranking.within);
        let own = within.filter(|row| row.commune == commune && !served.contains(&row.recipient.key()));
        Ok(own.map(|row| row.recipient).collect())
    }

    /// A page of those of whom it is not known whether they are entitled, of the communes within reach.
    pub async fn not_ranked(&self, id: &str, page: &PageRequest) -> Result<Page<(String, Recipient)>> {
        self.actor().may(Action::ReadPeople)?;
        let mut connection = self.desk.store().read().await?;
        let ranking = self.load_ranking(&mut connection, id).await?.thing;
        let seen = self.seen_of(&mut connection, &ranking.at).await?;
        let after = page.key::<2>()?;
        let wanted = usize::try_from(page.reads()).unwrap_or(usize::MAX);
        let mut found: Vec<(String, Recipient)> = Vec::new();
        for there in ranking.not_known.iter().filter(|there| seen.has(&there.commune)) {
            if found.len() >= wanted || after.as_ref().is_some_and(|[commune, _]| there.commune < *commune) {
                continue;
            }
            let mut list = self.listed(&mut connection, &there.list).await?;
            list.sort_unstable_by(|a, b| a.id().cmp(b.id()));
            let later = |recipient: &Recipient| {
                after.as_ref().is_none_or(|[commune, id]| there.commune > *commune || recipient.id() > id.as_str())
            };
            let rest = list.into_iter().filter(later).map(|recipient| (there.commune.clone(), recipient));
            found.extend(rest.take(wanted - found.len()));
        }
        Ok(Page::of(found, page, |(commune, recipient)| [commune.clone(), recipient.id().to_owned()]))
    }

    /// Those of a list; nobody when it was erased.
    async fn listed(&self, connection: &mut AnyConnection, hash: &str) -> Result<Vec<Recipient>> {
        let Some(list) = content::<Listed>(connection, hash).await? else { return Ok(Vec::new()) };
        let Some(people) = content::<People<String>>(connection, &list.people).await? else { return Ok(Vec::new()) };
        let damaged = || RegistryError::Damaged { what: "a list of those of whom it is not known".into() };
        list.recipients(&people).ok_or_else(damaged)
    }

    async fn load_ranking(&self, connection: &mut AnyConnection, id: &str) -> Result<Kept<AreaRanking>> {
        let query = select(AreaRanking::KIND).push(" AND r.id = ").bind(id);
        let query = self.rankings_seen(connection, query).await?;
        self.read_things(connection, query).await?.into_iter().next().ok_or(RegistryError::NotFound)
    }

    /// Narrows a query of rankings (`r`) to those within reach, and those of the areas above.
    async fn rankings_seen(&self, connection: &mut AnyConnection, query: Query) -> Result<Query> {
        let reach = &self.actor().reach;
        let query = reach.within(query.push(" AND ((1 = 1"), "r").push(")");
        let own = match reach {
            Reach::District(unit) | Reach::Commune(unit) => Some(unit_at(connection, unit).await?),
            _ => None,
        };
        let query = match own {
            Some(at) => above(query.push(" OR "), &at),
            None => query,
        };
        Ok(query.push(")"))
    }

    /// Of which communes somebody sees the rows of a ranking of an area.
    async fn seen_of(&self, connection: &mut AnyConnection, at: &At) -> Result<Seen> {
        if self.covers(at) {
            return Ok(Seen::All);
        }
        let own = match &self.actor().reach {
            Reach::Commune(commune) => vec![commune.clone()],
            Reach::District(district) => {
                let district = At { district: Some(district.clone()), ..At::default() };
                self.communes_of(connection, &district).await?
            }
            _ => Vec::new(),
        };
        Ok(Seen::Of(own.into_iter().collect()))
    }
}

/// The province and the district that a unit lies in.
async fn unit_at(connection: &mut AnyConnection, unit: &str) -> Result<At> {
    let found = sql("SELECT province, district FROM area WHERE id = $1", [unit.into()]);
    found
        .one(connection, |row| Ok(At { province: Some(text(row, 0)?), district: maybe(row, 1)?, ..At::default() }))
        .await
}
