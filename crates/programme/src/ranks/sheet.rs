//! The sheets of a ranking: who stands where, and the values of the keys. The sealed ones lie sealed.

use super::{AreaRanking, RankedRow};
use crate::agreements::Recipient;
use crate::office::Office;
use crate::ranking::{Ranking, draw};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use std::sync::Arc;
use vuon_registry::room::{AnyConnection, contents};
use vuon_registry::{RegistryError, Result};

/// How many places a sheet has.
pub(super) const PLACES: usize = 1_000;

/// Some places of a ranking, one after the other.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Sheet {
    pub rows: Vec<Row>,
    /// The values of the sealed keys of each row, sealed; nothing where the scheme has none.
    pub sealed: Option<String>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Row {
    pub recipient: Recipient,
    pub commune: String,
    /// The values of the open keys; nothing where the key is a sealed one.
    pub keys: Vec<Option<i64>>,
    /// Whether the draw decided between it and a neighbour.
    pub drawn: bool,
}

/// Where a sheet's sealed keys open.
fn sealed_for(seed: &str, sheet: usize) -> String {
    format!("ranking/{seed}/{sheet}")
}

/// Values that all have the same length: what is sealed tells nothing by it.
fn written(values: &[Vec<i64>]) -> String {
    let row = |row: &Vec<i64>| row.iter().map(|value| format!("{value:05}")).collect::<Vec<_>>().join(",");
    values.iter().map(row).collect::<Vec<_>>().join(";")
}

impl Office {
    /// The sheets of an order; `who` are all who stand in it, with their communes. Whether the draw decided about somebody is
    /// not kept where a key is sealed: those of whom it did not would be told apart.
    pub(super) fn sheets(
        &self,
        ranking: &Ranking,
        seed: &str,
        mut who: HashMap<String, (Recipient, Arc<str>)>,
        sealed: &[usize],
    ) -> Vec<Sheet> {
        let sheets = ranking.ranked.chunks(PLACES).enumerate().map(|(number, ranked)| {
            let values: Vec<Vec<i64>> =
                ranked.iter().map(|ranked| sealed.iter().map(|key| ranked.keys[*key]).collect()).collect();
            let rows = ranked.iter().filter_map(|ranked| {
                let (recipient, commune) = who.remove(&ranked.id)?;
                let keys = ranked.keys.iter().enumerate();
                let keys = keys.map(|(place, value)| (!sealed.contains(&place)).then_some(*value)).collect();
                Some(Row {
                    recipient,
                    commune: commune.as_ref().to_owned(),
                    keys,
                    drawn: sealed.is_empty() && ranked.draw.is_some(),
                })
            });
            let rows = rows.collect();
            let place = sealed_for(seed, number);
            Sheet { rows, sealed: (!sealed.is_empty()).then(|| self.desk.seal(&place, &written(&values))) }
        });
        sheets.collect()
    }

    /// Some sheets of a ranking, from one on.
    pub(super) async fn read_sheets(
        &self,
        connection: &mut AnyConnection,
        ranking: &AreaRanking,
        from: usize,
        many: usize,
    ) -> Result<Vec<Sheet>> {
        let hashes: Vec<String> = ranking.sheets.iter().skip(from).take(many).cloned().collect();
        let mut found = contents::<Sheet>(connection, &hashes).await?;
        let gone = || RegistryError::Damaged { what: "a sheet of a ranking is gone".into() };
        hashes.iter().map(|hash| found.remove(hash).ok_or_else(gone)).collect()
    }
}

/// All keys of a sheet's rows, with the sealed ones opened; for computing the order again.
///
/// # Errors
/// [`RegistryError::Damaged`] when they do not open, or are not as many as the rows.
pub(super) fn opened(
    desk: &vuon_registry::Desk,
    seed: &str,
    number: usize,
    sheet: &Sheet,
    sealed: &[usize],
) -> Result<Vec<Vec<i64>>> {
    let damaged = || RegistryError::Damaged { what: "the sealed keys of a ranking".into() };
    let text = match &sheet.sealed {
        Some(text) => desk.unseal(&sealed_for(seed, number), text)?,
        None => String::new(),
    };
    let mut lines = text.split(';');
    let rows = sheet.rows.iter().map(|row| {
        let line = if sealed.is_empty() { "" } else { lines.next().ok_or_else(damaged)? };
        let mut values = line.split(',');
        let keys = row.keys.iter().enumerate().map(|(place, open)| match (open, sealed.contains(&place)) {
            (Some(value), false) => Ok(*value),
            (None, true) => values.next().and_then(|value| value.parse().ok()).ok_or_else(damaged),
            _ => Err(damaged()),
        });
        keys.collect()
    });
    rows.collect()
}

impl Row {
    /// As it is shown at its place.
    pub fn shown(&self, place: usize, ranking: &AreaRanking) -> RankedRow {
        let number = || data_encoding::HEXLOWER.encode(&draw(&ranking.seed, self.recipient.id()));
        RankedRow {
            place,
            recipient: self.recipient.clone(),
            commune: self.commune.clone(),
            keys: self.keys.clone(),
            draw: self.drawn.then(number),
            within: place <= ranking.within,
        }
    }
}
