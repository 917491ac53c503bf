//! A print of a list of areas, and of what became of its units: the ledger tells it when a list is loaded.

use crate::Result;
use crate::store::{Query, int, maybe, sql, text};
use data_encoding::HEXLOWER;
use sha2::{Digest, Sha256};
use sqlx::AnyConnection;

/// Over rows of texts, each text preceded by its length.
fn print(rows: &[Vec<String>]) -> String {
    let mut hash = Sha256::new();
    for part in rows.iter().flatten() {
        hash.update((part.len() as u64).to_be_bytes());
        hash.update(part);
    }
    HEXLOWER.encode(&hash.finalize())
}

/// The print of a list: since when it is, and its units in the order of their codes.
pub(crate) async fn units_print(connection: &mut AnyConnection, list: &str) -> Result<String> {
    let mut rows = sql("SELECT id, since, units FROM area_list WHERE id = $1", [list.into()])
        .all(connection, |row| Ok(vec![text(row, 0)?, text(row, 1)?, int(row, 2)?.to_string()]))
        .await?;
    let units = sql(
        "SELECT id, code, level, kind, name, name_key, province, parent, district FROM area WHERE list = $1 ORDER BY id",
        [list.into()],
    );
    let units = units.all(connection, |row| {
        let mut unit = (0..7).map(|column| text(row, column)).collect::<Result<Vec<String>>>()?;
        unit.extend([maybe(row, 7)?, maybe(row, 8)?].map(Option::unwrap_or_default));
        Ok(unit)
    });
    rows.extend(units.await?);
    Ok(print(&rows))
}

/// The print of the lineage between two lists, in whichever direction, and how many rows it has.
pub(crate) async fn lineage_print(connection: &mut AnyConnection, lists: [&str; 2]) -> Result<(String, i64)> {
    let mut all = Vec::new();
    let mut lists = lists;
    lists.sort_unstable();
    for [from, to] in [lists, [lists[1], lists[0]]] {
        let mut query = Query::new("SELECT from_area, to_area, split, on_day FROM lineage WHERE 1 = 1");
        // A code of a list begins with its name and a colon; the sign after the colon ends them.
        for (column, list) in [("from_area", from), ("to_area", to)] {
            query = query.push(" AND ").push(column).push(" >= ").bind(format!("{list}:"));
            query = query.push(" AND ").push(column).push(" < ").bind(format!("{list};"));
        }
        let rows = query
            .push(" ORDER BY from_area, to_area")
            .all(connection, |row| Ok(vec![text(row, 0)?, text(row, 1)?, int(row, 2)?.to_string(), text(row, 3)?]));
        all.extend(rows.await?);
    }
    Ok((print(&all), all.len() as i64))
}
