//! How far support reaches in each unit of an area, for those who steer several: households on the list, households with
//! support, households that receive the same twice. Counts alone, no household.

use crate::figures::there;
use crate::groups::Group;
use crate::office::Office;
use crate::records::Kept;
use crate::reports::received_in;
use serde::Serialize;
use std::collections::{BTreeMap, HashSet};
use vuon_registry::room::{AnyConnection, AnyRow, Query, int, sql, text};
use vuon_registry::scope::Action;
use vuon_registry::{RegistryError, Result};

/// Support in a unit.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, utoipa::ToSchema)]
pub struct CoverageRow {
    /// The unit, `list:code`.
    pub unit: String,
    /// Its name.
    pub name: String,
    /// Households on the list of the poor or near-poor today.
    pub listed: i64,
    /// Households that receive now: under an agreement that is on its way or owed, or was fulfilled of this year's capital.
    pub supported: i64,
    /// Of them, those under two agreements of one project of the programme, or of schemes that exclude each other.
    pub twice: i64,
    /// Whether it is a unit of a list before: its hamlets have to be placed before what it has is told of a unit of today.
    pub waits: bool,
}

impl Office {
    /// How far support reaches in each unit right below an area (a list's name stands for the nation); none below a commune.
    /// What waits at a unit that was divided stands in a row of that unit.
    ///
    /// # Errors
    /// [`RegistryError::NotFound`] when the area is out of reach; [`RegistryError::Invalid`] for one of a list that is not in
    /// force: what was agreed there has moved; [`RegistryError::Inconsistent`] while it cannot be told in which of the units
    /// households are listed.
    pub async fn coverage(&self, area: &str) -> Result<Vec<CoverageRow>> {
        self.actor().may(Action::ReadFigures)?;
        let in_force = self.desk.area_list().await?;
        if area.split_once(':').map_or(area, |(list, _)| list) != in_force {
            return Err(RegistryError::invalid("area", format!("a unit of the list in force is needed, {in_force}")));
        }
        let level = self.level_of(area).await?;
        if level == "commune" {
            return Ok(Vec::new());
        }
        let today = self.desk.today();
        // Out of reach there are no flows. The first is the area itself.
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
        let now = |query: Query| {
            let query = query.push(" JOIN household h ON h.id = r.subject WHERE r.kind = 'agreement'");
            within(received_in(query, today.year()), &level, area)
        };
        let select = |what: &str| Query::new("SELECT r.").push(&column).push(what).push(" FROM record r");
        let supported = now(select(", CAST(COUNT(DISTINCT r.subject) AS BIGINT)"));
        let supported = supported.push(" GROUP BY r.").push(&column);
        let read = |row: &AnyRow| Ok((text(row, 0)?, int(row, 1)?));
        for (unit, count) in supported.all(&mut connection, read).await? {
            self.row_of(&mut connection, &mut rows, unit).await?.supported = count;
        }
        // Few households have two agreements: of these it is looked whether they give the same.
        let twice = now(select(", r.subject, r.scheme")).push(" AND r.subject IN (SELECT r.subject FROM record r ");
        let twice = received_in(twice.push("WHERE r.kind = 'agreement'"), today.year());
        let twice = twice.push(" GROUP BY r.subject HAVING COUNT(*) > 1) ORDER BY r.subject");
        let twice = twice.all(&mut connection, |row| Ok((text(row, 0)?, text(row, 1)?, text(row, 2)?))).await?;
        for of_one in twice.chunk_by(|a, b| a.1 == b.1) {
            let same = of_one
                .iter()
                .enumerate()
                .any(|(place, (.., a))| of_one[place + 1..].iter().any(|(.., b)| self.schemes_give_the_same(a, b)));
            if same {
                self.row_of(&mut connection, &mut rows, of_one[0].0.clone()).await?.twice += 1;
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
            there(query.bind(i64::from(year)), "o", (&level, unit))
        };
        let own = agreements("household").all(&mut connection, |row| text(row, 0)).await?;
        let groups = agreements("record").all(&mut connection, |row| text(row, 0)).await?;
        let groups: Vec<Kept<Group>> = self.load_anywhere(&mut connection, &groups).await?;
        let members = groups.into_iter().flat_map(|kept| kept.thing.members).map(|member| member.household);
        let agreed: HashSet<String> = own.into_iter().chain(members).collect();
        let listed = there(Query::new("SELECT h.id FROM household h WHERE h.closed IS NULL"), "h", (&level, unit));
        let listed = listed.push(
            " AND (SELECT s.list FROM spell s WHERE s.household = h.id AND s.known_to IS NULL AND s.valid_from <= ",
        );
        let listed = listed.bind(self.desk.today());
        let listed = listed.push(" ORDER BY s.valid_from DESC, s.known_from DESC, s.id DESC LIMIT 1) IS NOT NULL");
        let listed: Vec<String> = listed.all(&mut connection, |row| text(row, 0)).await?;
        let without = listed.iter().filter(|household| !agreed.contains(*household)).count();
        Ok((without as i64, listed.len() as i64))
    }

    /// The row of a unit; a new one for a unit of a list before, where something waits.
    async fn row_of<'r>(
        &self,
        connection: &mut AnyConnection,
        rows: &'r mut BTreeMap<String, CoverageRow>,
        unit: String,
    ) -> Result<&'r mut CoverageRow> {
        if !rows.contains_key(&unit) {
            let name = sql("SELECT kind || ' ' || name FROM area WHERE id = $1", [unit.as_str().into()]);
            let name = name.one(connection, |row| text(row, 0)).await?;
            let row = CoverageRow { unit: unit.clone(), name, waits: true, ..CoverageRow::default() };
            rows.insert(unit.clone(), row);
        }
        Ok(rows.entry(unit).or_default())
    }
}

/// Narrows a query of records (`r`) to an area, with what waits at communes of a list before that became part of it.
fn within(query: Query, level: &str, area: &str) -> Query {
    if !area.contains(':') {
        return query;
    }
    let query = query.push(" AND (r.").push(level).push(" = ").bind(area);
    let query =
        query.push(" OR r.commune IN (SELECT l.from_area FROM lineage l JOIN area a ON a.id = l.to_area WHERE a.");
    query.push(level).push(" = ").bind(area).push("))")
}
