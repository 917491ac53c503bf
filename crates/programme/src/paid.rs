//! What each scheme paid in a year, and to how many, by commune: counts and sums, and no names.

use crate::office::Office;
use jiff::civil::date;
use serde::Serialize;
use vuon_registry::room::{AnyConnection, AnyRow, Query, int, maybe, sql, text};
use vuon_registry::scope::{Action, Reach};
use vuon_registry::{RegistryError, Result};

/// What a scheme paid in a commune.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct SchemePaid {
    /// The commune of the agreements; empty where an agreement has none.
    pub commune: String,
    /// The scheme.
    pub scheme: String,
    /// Households, persons or groups that something was paid to.
    pub recipients: i64,
    /// What the treasury or bank confirmed, in đồng.
    pub paid: i64,
}

impl Office {
    /// What each scheme paid from the first to the last day of a year; the area is `list:code`, or a list's name for all its
    /// provinces. The day is that of the confirmation's entry, so a year that is over does not change.
    ///
    /// # Errors
    /// [`RegistryError::NotFound`] when the area does not lie in the asker's part whole.
    pub async fn paid_by_scheme(&self, area: &str, year: i16) -> Result<Vec<SchemePaid>> {
        self.actor().may(Action::ReadFigures)?;
        let mut connection = self.desk.store().read().await?;
        let query = Query::new(
            "SELECT COALESCE(r.commune, ''), r.scheme, COUNT(DISTINCT r.subject), CAST(SUM(t.amount) AS BIGINT) \
             FROM money_transfer t JOIN money_account p ON p.id = t.to_account AND p.kind = 'paid' \
             JOIN record r ON r.id = p.owner AND r.kind = 'agreement' WHERE t.event = 'confirm' AND t.on_day >= ",
        );
        let query = query.bind(date(year, 1, 1)).push(" AND t.on_day <= ").bind(date(year, 12, 31));
        let query = self.whole_area(&mut connection, query, area).await?;
        let read = |row: &AnyRow| {
            Ok(SchemePaid {
                commune: text(row, 0)?,
                scheme: text(row, 1)?,
                recipients: int(row, 2)?,
                paid: int(row, 3)?,
            })
        };
        query.push(" GROUP BY 1, r.scheme ORDER BY 1, r.scheme").all(&mut connection, read).await
    }

    /// Narrows a query of records `r` to an area that lies in the asker's part whole: `list:code`, or a list's name.
    ///
    /// # Errors
    /// [`RegistryError::NotFound`] when it does not.
    pub(crate) async fn whole_area(&self, connection: &mut AnyConnection, query: Query, area: &str) -> Result<Query> {
        if !area.contains(':') {
            if self.actor().reach != Reach::Everything {
                return Err(RegistryError::NotFound);
            }
            let provinces = query.push(" AND r.province IN (SELECT id FROM area WHERE parent IS NULL AND list = ");
            return Ok(provinces.bind(area).push(")"));
        }
        let found = sql("SELECT level, province, district FROM area WHERE id = $1", [area.into()]);
        let read = |row: &AnyRow| Ok((text(row, 0)?, text(row, 1)?, maybe(row, 2)?));
        let (level, province, district) = found.one(connection, read).await?;
        let reached = match &self.actor().reach {
            Reach::Everything => true,
            Reach::Province(own) => *own == province,
            Reach::District(own) => district.as_ref() == Some(own),
            reach => reach.unit() == Some(area),
        };
        if !reached {
            return Err(RegistryError::NotFound);
        }
        Ok(query.push(" AND r.").push(&level).push(" = ").bind(area))
    }
}
