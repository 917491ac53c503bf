//! A ranking computed again, from what it was computed from: the values of the keys in its sheets, the pack's keys, the seed
//! that its area, scheme and year give, the quota. What was known of a household on that day is not asked back.

use super::look::{Listed, People};
use super::sheet::{PLACES, Sheet, opened};
use super::{AreaRanking, drawn_with, sealed_keys, seed};
use crate::agreements::Recipient;
use crate::ranking::{Candidate, rank};
use crate::records::Entered;
use std::collections::HashMap;
use vuon_policy::support::{Beneficiary, Scheme};
use vuon_registry::room::{AnyConnection, Query, among, content_hash, text};
use vuon_registry::{Desk, Result};

/// What differs first in a ranking, as its entry says it; nothing when the order, the draw and the line are computed alike.
pub(crate) async fn computed_again(
    desk: &Desk,
    connection: &mut AnyConnection,
    content: &serde_json::Value,
) -> Result<Option<String>> {
    let Ok(Entered { thing: ranking, .. }) = serde_json::from_value::<Entered<AreaRanking>>(content.clone()) else {
        return Ok(Some("its content cannot be read".into()));
    };
    let Ok(program) = desk.pack_as(connection, &ranking.pack, &ranking.pack_hash).await else {
        return Ok(Some("the pack it was computed under is gone".into()));
    };
    let Some(scheme) = program.pack.schemes.iter().find(|scheme| scheme.id.value == ranking.scheme) else {
        return Ok(Some("its pack has no such scheme".into()));
    };
    if let Some(told) = rules(&ranking, scheme) {
        return Ok(Some(told));
    }
    let lists: Vec<String> = ranking.not_known.iter().map(|there| there.list.clone()).collect();
    let lists = match whole::<Listed>(connection, &lists).await? {
        Ok(lists) => lists,
        Err(told) => return Ok(Some(told)),
    };
    for (list, there) in lists.iter().zip(&ranking.not_known) {
        let people = match whole::<People<String>>(connection, std::slice::from_ref(&list.people)).await? {
            Ok(people) => people,
            Err(told) => return Ok(Some(told)),
        };
        let found = people.first().and_then(|people| list.recipients(people));
        if list.count() != there.count || found.is_none() {
            return Ok(Some("those of whom it was not known are not as many as it says".into()));
        }
    }
    let sheets = match whole::<Sheet>(connection, &ranking.sheets).await? {
        Ok(sheets) => sheets,
        Err(told) => return Ok(Some(told)),
    };
    Ok(order(desk, &ranking, scheme, &sheets))
}

/// The keys, the seed and the cost are the pack's and the area's.
fn rules(ranking: &AreaRanking, scheme: &Scheme) -> Option<String> {
    let keys = scheme.priority.iter().map(|key| key.id.value.as_str());
    if !keys.eq(ranking.keys.iter().map(String::as_str)) {
        return Some("its keys are not those of its pack".into());
    }
    if ranking.seed != seed(&ranking.at, &ranking.scheme, ranking.year) {
        return Some("the seed is not that of its area, scheme and year".into());
    }
    None
}

/// The order of the rows, the draw, the quota and the line.
fn order(desk: &Desk, ranking: &AreaRanking, scheme: &Scheme, sheets: &[Sheet]) -> Option<String> {
    let sealed = sealed_keys(scheme);
    let mut candidates = Vec::with_capacity(ranking.ranked);
    let mut who: HashMap<&str, &Recipient> = HashMap::with_capacity(ranking.ranked);
    for (number, sheet) in sheets.iter().enumerate() {
        let Ok(keys) = opened(desk, &ranking.seed, number, sheet, &sealed) else {
            return Some(format!("the keys of the places from {} on cannot be read", number * PLACES + 1));
        };
        for (row, keys) in sheet.rows.iter().zip(keys) {
            let fits = match row.recipient {
                Recipient::Household(_) => scheme.beneficiary == Beneficiary::Household,
                Recipient::Member { .. } => scheme.beneficiary == Beneficiary::Member,
                Recipient::Group(_) => scheme.beneficiary == Beneficiary::Group,
            };
            let id = row.recipient.id();
            if !fits || keys.len() != scheme.priority.len() || who.insert(id, &row.recipient).is_some() {
                return Some(format!("{id} does not stand in it as its scheme wants, or stands in it twice"));
            }
            candidates.push(Candidate { id: id.to_owned(), keys, cost: ranking.cost });
        }
    }
    let computed = rank(candidates, &drawn_with(desk, &ranking.seed, &sealed), ranking.quota);
    let rows = sheets.iter().flat_map(|sheet| &sheet.rows);
    for (row, computed) in rows.zip(&computed.ranked) {
        let (place, id) = (computed.place, row.recipient.id());
        if computed.id != id {
            return Some(format!("place {place} is {}'s by the recorded keys, not {id}'s", computed.id));
        }
        if (sealed.is_empty() && computed.draw.is_some()) != row.drawn {
            return Some(format!("whether the draw decided at place {place} is not as recorded"));
        }
    }
    let within = computed.ranked.iter().filter(|ranked| ranked.within).count();
    if (computed.ranked.len(), within) != (ranking.ranked, ranking.within) {
        return Some(format!("the recorded keys and quota give {within} of {} within", computed.ranked.len()));
    }
    let line = super::make::line(&computed, scheme, |id| who.get(id).map(|recipient| (*recipient).clone()));
    (line != ranking.line).then(|| "what decided at the line is not as recorded".to_owned())
}

/// Contents that are there and are what their hashes say, in their order; or what is wrong.
async fn whole<T: serde::de::DeserializeOwned>(
    connection: &mut AnyConnection,
    hashes: &[String],
) -> Result<std::result::Result<Vec<T>, String>> {
    let mut found = Vec::with_capacity(hashes.len());
    for hash in hashes {
        let query = among(Query::new("SELECT salt, body FROM content WHERE body IS NOT NULL AND hash IN "), [hash]);
        let stored = query.first(connection, |row| Ok((text(row, 0)?, text(row, 1)?))).await?;
        let read = stored.filter(|(salt, body)| content_hash(salt, body) == *hash);
        match read.and_then(|(_, body)| serde_json::from_str(&body).ok()) {
            Some(content) => found.push(content),
            None => return Ok(Err("a sheet of it is gone, or is not what was recorded".into())),
        }
    }
    Ok(Ok(found))
}
