//! Of which classes an area is: poor district, commune of a programme, especially difficult village. The lists are decided
//! by others and change; here they are recorded, with the document, from a day on. Nobody having recorded anything about a
//! district, commune or hamlet is not the same as its being of no class.

use crate::office::Office;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use vuon_policy::entitlement::Places;
use vuon_registry::room::{AnyConnection, Change, Query, append, hold, insert_all, maybe_day, sql, store, text};
use vuon_registry::scope::{Action, Place};
use vuon_registry::{RegistryError, Result, ledger};

/// The class of a unit of which it is recorded that it is of no other.
pub const NO_CLASS: &str = "none";

/// What is recorded about a unit.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewClasses {
    /// The unit, `list:code`, or a hamlet's id.
    pub area: String,
    /// Its classes; of none when empty.
    pub classes: Vec<String>,
    /// From this day on.
    #[schema(value_type = String, format = Date)]
    pub since: Date,
    /// The document that says so.
    pub document: String,
}

/// A class of a unit.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, utoipa::ToSchema)]
pub struct ClassRow {
    /// The class; `none` for none.
    pub class: String,
    /// From this day on.
    #[schema(value_type = String, format = Date)]
    pub since: Date,
    /// Up to the day before this one.
    #[schema(value_type = Option<String>, format = Date)]
    pub until: Option<Date>,
}

impl Office {
    /// Records of which classes a unit is from a day on; what was recorded before ends on that day.
    ///
    /// # Errors
    /// [`RegistryError::Invalid`] for a class that the pack does not have, or a day before what was recorded last.
    pub async fn set_classes(&self, new: &NewClasses) -> Result<()> {
        self.actor().may(Action::ManageAreas)?;
        for class in &new.classes {
            if !self.program.pack.area_classes.iter().any(|known| known.id.value == *class) {
                return Err(RegistryError::invalid("classes", format!("the pack has no class of areas {class}")));
            }
        }
        if new.document.trim().is_empty() {
            return Err(RegistryError::invalid("document", "name the document that decides the list"));
        }
        let mut tx = self.desk.store().write().await?;
        hold(&mut tx, ledger::REGISTER).await?;
        let there = "SELECT (SELECT COUNT(*) FROM area WHERE id = $1) + (SELECT COUNT(*) FROM hamlet WHERE id = $2)";
        if sql(there, [new.area.as_str().into(), new.area.as_str().into()]).count(&mut tx).await? == 0 {
            return Err(RegistryError::NotFound);
        }
        let last = sql("SELECT MAX(since) FROM area_class WHERE area = $1", [new.area.as_str().into()]);
        if last.one(&mut tx, |row| maybe_day(row, 0)).await?.is_some_and(|last| last >= new.since) {
            return Err(RegistryError::invalid("since", "something is recorded for this day or a later one"));
        }
        sql(
            "UPDATE area_class SET until = $2 WHERE area = $1 AND until IS NULL",
            [new.area.as_str().into(), new.since.into()],
        )
        .run(&mut tx)
        .await?;
        let none = [NO_CLASS.to_owned()];
        let classes = if new.classes.is_empty() { none.as_slice() } else { &new.classes };
        let rows = classes.iter().map(|class| [new.area.as_str().into(), class.into(), new.since.into()]);
        insert_all(&mut tx, "area_class (area, class, since)", rows.collect::<Vec<_>>()).await?;
        let content = store(&mut tx, new).await?;
        let change = Change { author: &self.actor().id, kind: "area_class", subject: &new.area, content: &content };
        append(&mut tx, ledger::REGISTER, self.desk.now(), &[change]).await?;
        tx.commit().await?;
        Ok(())
    }

    /// What is recorded about a unit or hamlet, the latest first. It is no secret.
    pub async fn classes_of(&self, area: &str) -> Result<Vec<ClassRow>> {
        let mut connection = self.desk.store().read().await?;
        let rows =
            sql("SELECT class, since, until FROM area_class WHERE area = $1 ORDER BY since DESC, class", [area.into()]);
        let read = |row: &vuon_registry::room::AnyRow| {
            Ok(ClassRow { class: text(row, 0)?, since: vuon_registry::room::day(row, 1)?, until: maybe_day(row, 2)? })
        };
        rows.all(&mut connection, read).await
    }

    /// What is recorded today of where a household lives.
    pub(crate) async fn places_of(&self, connection: &mut AnyConnection, place: &Place) -> Result<Places> {
        let hamlet = place.hamlet.as_deref();
        let of_hamlet = |query: Query| query.push("area = ").bind(hamlet.unwrap_or_default());
        Ok(self.recorded_in(connection, place, of_hamlet).await?.of(hamlet))
    }

    /// What is recorded today of a commune and all its hamlets.
    pub(crate) async fn places_in(&self, connection: &mut AnyConnection, commune: &str) -> Result<CommunePlaces> {
        let place = crate::groups::commune_place(connection, commune, None).await?;
        let of_hamlets =
            |query: Query| query.push("area IN (SELECT id FROM hamlet WHERE commune = ").bind(commune).push(")");
        self.recorded_in(connection, &place, of_hamlets).await
    }

    async fn recorded_in(
        &self,
        connection: &mut AnyConnection,
        place: &Place,
        hamlets: impl FnOnce(Query) -> Query,
    ) -> Result<CommunePlaces> {
        let today = self.desk.today();
        let query = Query::new("SELECT area, class FROM area_class WHERE since <= ").bind(today);
        let query = query.push(" AND (until IS NULL OR until > ").bind(today).push(") AND (area = ");
        let query = query.bind(&place.commune).push(" OR area = ").bind(place.district.as_deref().unwrap_or_default());
        let query = hamlets(query.push(" OR ")).push(")");
        let rows = query.all(connection, |row| Ok((text(row, 0)?, text(row, 1)?))).await?;
        Ok(CommunePlaces { district: place.district.clone(), commune: place.commune.clone(), rows })
    }
}

/// What is recorded of a commune, its district and its hamlets: area and class.
pub(crate) struct CommunePlaces {
    district: Option<String>,
    commune: String,
    rows: Vec<(String, String)>,
}

impl CommunePlaces {
    /// What is recorded of where a household of a hamlet, or of none, lives. In a list without districts the commune stands for
    /// the district: there is nobody else to record.
    pub fn of(&self, hamlet: Option<&str>) -> Places {
        let units = [
            ("district", Some(self.district.as_deref().unwrap_or(&self.commune))),
            ("commune", Some(self.commune.as_str())),
            ("village", hamlet),
        ];
        let is_recorded = |unit: &str| self.rows.iter().any(|(area, _)| area == unit);
        let recorded = units.iter().filter(|(_, unit)| unit.is_some_and(is_recorded));
        let here = |area: &str| units.iter().any(|(_, unit)| *unit == Some(area));
        let classes = self.rows.iter().filter(|(area, class)| here(area) && class != NO_CLASS);
        Places {
            recorded: recorded.map(|(level, _)| (*level).to_owned()).collect(),
            classes: classes.map(|(_, class)| class.clone()).collect(),
        }
    }
}
