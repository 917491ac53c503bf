//! The answers that decisions rest on.

use crate::cases::records::{Answered, DecidedRecord};
use crate::store::{MANY, Query, among, day, int, text};
use crate::{RegistryError, Result, ledger};
use jiff::civil::Date;
use sqlx::AnyConnection;
use std::collections::HashMap;

/// The answers of a case, and what they were assessed under.
pub(super) struct Signed {
    pub pack: String,
    pub pack_hash: String,
    pub method: String,
    pub reviewed_on: Date,
    pub answered: Answered,
}

/// By spell, the answers that the decision which began it rests on; `spells` are (spell, case).
pub(super) async fn answers_of(
    connection: &mut AnyConnection,
    spells: &[(String, String)],
) -> Result<HashMap<String, Signed>> {
    let mut found = HashMap::new();
    for some in spells.chunks(MANY) {
        let cases: Vec<String> = some.iter().map(|(_, case)| case.clone()).collect();
        let versions = versions(connection, &cases).await?;
        let query = Query::new(
            "SELECT a.review_case, a.version, a.answered, o.pack, o.pack_hash, o.method, o.reviewed_on FROM answers a \
             JOIN review_case c ON c.id = a.review_case JOIN round o ON o.id = c.round WHERE a.review_case IN ",
        );
        let rows = among(query, &cases).all(connection, |row| {
            let under = (text(row, 3)?, text(row, 4)?, text(row, 5)?, day(row, 6)?);
            Ok(((text(row, 0)?, int(row, 1)?), (text(row, 2)?, under)))
        });
        let rows: HashMap<(String, i64), _> = rows.await?.into_iter().collect();
        let wanted: Vec<_> = some
            .iter()
            .filter_map(|(spell, case)| Some((spell, rows.get(&(case.clone(), *versions.get(spell)?))?)))
            .collect();
        let hashes: Vec<String> = wanted.iter().map(|(_, (hash, _))| hash.clone()).collect();
        let contents: HashMap<String, Answered> = ledger::contents(connection, &hashes).await?;
        for (spell, (hash, (pack, pack_hash, method, reviewed_on))) in wanted {
            let gone = || RegistryError::Damaged { what: "answers that a decision rests on cannot be read".into() };
            let answered = contents.get(hash).cloned().ok_or_else(gone)?;
            let (pack, pack_hash, method) = (pack.clone(), pack_hash.clone(), method.clone());
            let signed = Signed { pack, pack_hash, method, reviewed_on: *reviewed_on, answered };
            found.insert(spell.clone(), signed);
        }
    }
    Ok(found)
}

/// By spell, the version of the answers that was decided on.
async fn versions(connection: &mut AnyConnection, cases: &[String]) -> Result<HashMap<String, i64>> {
    let query = Query::new(
        "SELECT t.body FROM entry e JOIN content t ON t.hash = e.content WHERE e.kind = 'decided' AND e.subject IN ",
    );
    let bodies = among(query, cases).all(connection, |row| text(row, 0)).await?;
    let damaged = |_| RegistryError::Damaged { what: "the record of a decision cannot be read".into() };
    let records = bodies.iter().map(|body| serde_json::from_str::<DecidedRecord>(body).map_err(damaged));
    let records = records.collect::<Result<Vec<_>>>()?;
    Ok(records.into_iter().filter_map(|record| Some((record.spell?, record.answers))).collect())
}
