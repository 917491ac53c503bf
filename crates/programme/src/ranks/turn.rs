//! Whose turn it is: agreements are approved in the order of the approved ranking of their scheme and year, whether it is their
//! commune's, their district's or their province's.

use super::{AreaRanking, above, in_area};
use crate::agreements::Agreement;
use crate::office::Office;
use crate::records::{At, Kept, Thing, select};
use std::collections::{BTreeSet, HashSet};
use vuon_registry::Result;
use vuon_registry::room::{AnyConnection, MANY, among};

/// Whom an approved ranking serves: its first so many.
struct Served {
    keys: HashSet<String>,
    last: usize,
}

impl Office {
    /// The first of some drafts whose turn it is not. Where a ranking of the scheme and year was approved, its order is the order
    /// of service: those within the quota, and of those who wait as many as have given their place up.
    pub(crate) async fn out_of_turn<'d>(
        &self,
        tx: &mut AnyConnection,
        drafts: &'d [Kept<Agreement>],
    ) -> Result<Option<&'d Kept<Agreement>>> {
        let Some(at) = drafts.first().map(|kept| &kept.thing.at) else { return Ok(None) };
        let mut not_served: BTreeSet<usize> = BTreeSet::new();
        let rankings = self.approved_above(tx, at).await?;
        for Kept { thing: ranking, .. } in &rankings {
            let is_of = |draft: &Agreement| draft.scheme == ranking.scheme && draft.budget.year == ranking.year;
            let own: Vec<(usize, &Kept<Agreement>)> =
                drafts.iter().enumerate().filter(|(_, kept)| is_of(&kept.thing)).collect();
            if own.is_empty() {
                continue;
            }
            let Served { keys: served, .. } = self.served(tx, ranking).await?;
            let waiting = own.iter().filter(|(_, kept)| !served.contains(&kept.thing.recipient.key()));
            not_served.extend(waiting.map(|(place, _)| *place));
        }
        Ok(not_served.first().map(|place| &drafts[*place]))
    }

    /// The approved ranking of a scheme and year by which it is not somebody's turn, and how many of its first it serves.
    pub(crate) async fn ranking_before(
        &self,
        tx: &mut AnyConnection,
        at: &At,
        scheme: (&str, i16),
        key: &str,
    ) -> Result<Option<(String, i64)>> {
        let (scheme, year) = scheme;
        for kept in self.approved_above(tx, at).await? {
            if kept.thing.scheme != scheme || kept.thing.year != year {
                continue;
            }
            let served = self.served(tx, &kept.thing).await?;
            if !served.keys.contains(key) {
                return Ok(Some((kept.id, i64::try_from(served.last).unwrap_or(i64::MAX))));
            }
        }
        Ok(None)
    }

    /// The approved rankings of a place's commune, district and province.
    async fn approved_above(&self, tx: &mut AnyConnection, at: &At) -> Result<Vec<Kept<AreaRanking>>> {
        let query =
            select(AreaRanking::KIND).push(" AND r.state = 'approved' AND (r.commune = ").bind(at.commune.clone());
        let query = above(query.push(" OR "), at).push(")");
        self.read_things(tx, query).await
    }

    /// Whom an approved ranking serves.
    async fn served(&self, tx: &mut AnyConnection, ranking: &AreaRanking) -> Result<Served> {
        let given_up = self.given_up(tx, ranking).await?;
        let mut keys: HashSet<String> = HashSet::new();
        // Everybody who gives a place up makes room for the next, who may have given up as well.
        let (mut last, mut place) = (ranking.within, 0);
        for number in 0..ranking.sheets.len() {
            for row in self.read_sheets(tx, ranking, number, 1).await?.into_iter().flat_map(|sheet| sheet.rows) {
                place += 1;
                let key = row.recipient.key();
                if place <= last && given_up.contains(&key) {
                    last += 1;
                }
                if place <= last {
                    keys.insert(key);
                }
            }
            if place > last {
                break;
            }
        }
        Ok(Served { keys, last })
    }

    /// Who of a ranking's area had an agreement of its scheme and year, and has none any more.
    async fn given_up(&self, tx: &mut AnyConnection, ranking: &AreaRanking) -> Result<BTreeSet<String>> {
        let of_ranking = || {
            let query = select(Agreement::KIND).push(" AND r.scheme = ").bind(&ranking.scheme);
            in_area(query.push(" AND r.year = ").bind(i64::from(ranking.year)), &ranking.at)
        };
        let over = of_ranking().push(" AND r.state IN ('refused', 'stopped', 'reclaimed')");
        let ended: Vec<Kept<Agreement>> = self.read_things(tx, over).await?;
        let mut subjects: Vec<String> = ended.iter().map(|kept| kept.thing.recipient.subject().to_owned()).collect();
        subjects.sort_unstable();
        subjects.dedup();
        let mut given_up: BTreeSet<String> = ended.iter().map(|kept| kept.thing.recipient.key()).collect();
        for subjects in subjects.chunks(MANY) {
            let query = among(
                of_ranking().push(" AND r.state NOT IN ('refused', 'stopped', 'reclaimed') AND r.subject IN "),
                subjects,
            );
            for kept in self.read_things::<Agreement>(tx, query).await? {
                given_up.remove(&kept.thing.recipient.key());
            }
        }
        Ok(given_up)
    }
}
