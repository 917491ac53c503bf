//! How far support reaches in each unit of an area, for those who steer several: households on the list, households with
//! support, households that receive the same twice. Counts alone, no household.

use crate::groups::Group;
use crate::office::Office;
use crate::records::Kept;
use serde::Serialize;
use std::collections::{BTreeMap, HashSet};
use vuon_registry::Result;
use vuon_registry::room::{AnyRow, Query, int, text};
use vuon_registry::scope::Action;

/// Support in a unit.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, utoipa::ToSchema)]
pub struct CoverageRow {
    /// The unit, `list:code`.
    pub unit: String,
    /// Its name.
    pub name: String,
    /// Households on the list of the poor or near-poor today.
    pub listed: i64,
    /// Households with an agreement that was approved and not stopped.
    pub supported: i64,
    /// Households with two agreements of one project of the programme, or of schemes that exclude each other.
    pub twice: i64,
}

impl Office {
    /// How far support reaches in each unit right below an area (a list's name stands for the nation); none below a commune.
    ///
    /// # Errors
    /// [`vuon_registry::RegistryError::NotFound`] when the area is out of reach.
    pub async fn coverage(&self, area: &str) -> Result<Vec<CoverageRow>> {
        self.actor().may(Action::ReadFigures)?;
        if self.level_of(area).await? == "commune" {
            return Ok(Vec::new());
        }
        let today = self.desk.today();
        // The first is the area itself.
        let below = self.desk.flows(area, today, today).await?.into_iter().skip(1);
        let mut rows: BTreeMap<String, CoverageRow> = BTreeMap::new();
        for flow in below {
            let listed = flow.poor.households.closing + flow.near_poor.households.closing;
            let (unit, name) = (flow.area, flow.name);
            rows.insert(unit.clone(), CoverageRow { unit, name, listed, ..CoverageRow::default() });
        }
        let column = match rows.keys().next() {
            Some(unit) => self.level_of(unit).await?,
            None => return Ok(Vec::new()),
        };
        let mut connection = self.desk.store().read().await?;
        let open = |query: Query| {
            let query = query.push(
                " JOIN household h ON h.id = r.subject WHERE r.kind = 'agreement' \
                 AND r.state NOT IN ('draft', 'refused', 'stopped')",
            );
            self.actor().reach.within(query, "r")
        };
        let select = |what: &str| Query::new("SELECT r.").push(&column).push(what).push(" FROM record r");
        let supported = open(select(", CAST(COUNT(DISTINCT r.subject) AS BIGINT)"));
        let supported = supported.push(" GROUP BY r.").push(&column);
        let read = |row: &AnyRow| Ok((text(row, 0)?, int(row, 1)?));
        for (unit, count) in supported.all(&mut connection, read).await? {
            rows.entry(unit).and_modify(|row| row.supported = count);
        }
        // Few households have agreements of two schemes: of these it is looked whether the schemes give the same.
        let twice = open(select(", r.subject, r.scheme")).push(" AND r.subject IN (SELECT s.subject FROM record s ");
        let twice = twice.push(
            "WHERE s.kind = 'agreement' AND s.state NOT IN ('draft', 'refused', 'stopped') \
             GROUP BY s.subject HAVING COUNT(*) > 1) ORDER BY r.subject",
        );
        let twice = twice.all(&mut connection, |row| Ok((text(row, 0)?, text(row, 1)?, text(row, 2)?))).await?;
        for of_one in twice.chunk_by(|a, b| a.1 == b.1) {
            let same = of_one
                .iter()
                .enumerate()
                .any(|(place, (.., a))| of_one[place + 1..].iter().any(|(.., b)| self.schemes_give_the_same(a, b)));
            if same {
                rows.entry(of_one[0].0.clone()).and_modify(|row| row.twice += 1);
            }
        }
        Ok(rows.into_values().collect())
    }

    /// Households of a unit that are on a list today and have no agreement of a year of capital, neither themselves, wherever
    /// it was made, nor as members of a group; and how many are on a list.
    ///
    /// # Errors
    /// [`vuon_registry::RegistryError::NotFound`] for a unit out of reach.
    pub async fn without_agreement(&self, unit: &str, year: i16) -> Result<(i64, i64)> {
        self.actor().may(Action::ReadFigures)?;
        let mut connection = self.desk.store().read().await?;
        let level = self.level_within_reach(&mut connection, unit).await?;
        let agreements = |table: &'static str| {
            let query = Query::new("SELECT DISTINCT r.subject FROM record r JOIN ").push(table).push(
                " o ON o.id = r.subject WHERE r.kind = 'agreement' AND r.state NOT IN ('draft', 'refused') AND r.year = ",
            );
            query.bind(i64::from(year)).push(" AND o.").push(&level).push(" = ").bind(unit)
        };
        let own = agreements("household").all(&mut connection, |row| text(row, 0)).await?;
        let groups = agreements("record").all(&mut connection, |row| text(row, 0)).await?;
        let groups: Vec<Kept<Group>> = self.load_anywhere(&mut connection, &groups).await?;
        let members = groups.into_iter().flat_map(|kept| kept.thing.members).map(|member| member.household);
        let agreed: HashSet<String> = own.into_iter().chain(members).collect();
        let listed = Query::new("SELECT h.id FROM household h WHERE h.closed IS NULL AND h.").push(&level).push(" = ");
        let listed = listed.bind(unit).push(
            " AND (SELECT s.list FROM spell s WHERE s.household = h.id AND s.known_to IS NULL AND s.valid_from <= ",
        );
        let listed = listed.bind(self.desk.today());
        let listed = listed.push(" ORDER BY s.valid_from DESC, s.known_from DESC, s.id DESC LIMIT 1) IS NOT NULL");
        let listed: Vec<String> = listed.all(&mut connection, |row| text(row, 0)).await?;
        let without = listed.iter().filter(|household| !agreed.contains(*household)).count();
        Ok((without as i64, listed.len() as i64))
    }
}
