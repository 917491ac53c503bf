//! Where a household may move to, and whom anybody may complain to: any commune of the list in force.
//!
//! Names of communes are public facts. The officer whom a household leaves must be able to say where it goes, and whoever
//! complains, to whom; nobody is told by this what is in a commune out of reach, not even its hamlets.

use super::ask::named;
use super::place_of;
use crate::scope::{Action, Place};
use crate::store::{Query, maybe, text};
use crate::{Desk, Result};
use serde::Serialize;
use sqlx::any::AnyRow;

/// A commune, wherever it lies.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, utoipa::ToSchema)]
pub struct Destination {
    /// `list:code`.
    pub id: String,
    /// Its name with those above it: `Xã A, Huyện B, Tỉnh C`.
    pub name: String,
}

const COLUMNS: &str = "SELECT u.id, u.kind, u.name, d.kind, d.name, p.kind, p.name FROM area u \
    LEFT JOIN area d ON d.id = u.district LEFT JOIN area p ON p.id = u.province WHERE u.level = 'commune'";

fn destination(row: &AnyRow) -> Result<Destination> {
    let mut names = vec![format!("{} {}", text(row, 1)?, text(row, 2)?)];
    for above in [3, 5] {
        if let (Some(kind), Some(name)) = (maybe(row, above)?, maybe(row, above + 1)?) {
            names.push(format!("{kind} {name}"));
        }
    }
    Ok(Destination { id: text(row, 0)?, name: names.join(", ") })
}

impl Desk {
    fn may_name_communes(&self) -> Result<()> {
        self.actor.may(Action::EditPeople).or_else(|_| self.actor.may(Action::FileGrievance))
    }

    /// The communes of the list in force whose name begins so, without tone marks, within reach or not; at most 50.
    pub async fn find_destinations(&self, name: &str) -> Result<Vec<Destination>> {
        self.may_name_communes()?;
        let list = self.area_list().await?;
        let query = named(Query::new(COLUMNS).push(" AND u.list = ").bind(list), name);
        let mut connection = self.store().read().await?;
        query.all(&mut connection, destination).await
    }

    /// A commune of the list in force, within reach or not.
    ///
    /// # Errors
    /// [`RegistryError::NotFound`] when there is no such commune.
    pub async fn destination(&self, commune: &str) -> Result<Destination> {
        self.may_name_communes()?;
        let list = self.area_list().await?;
        let query = Query::new(COLUMNS).push(" AND u.list = ").bind(list).push(" AND u.id = ").bind(commune);
        let mut connection = self.store().read().await?;
        query.one(&mut connection, destination).await
    }

    /// The place of a destination, with a hamlet where it is one of the asker's own part: elsewhere the household arrives
    /// without one, and the officer of that commune says which it is.
    ///
    /// # Errors
    /// [`RegistryError::NotFound`] when there is no such commune or hamlet.
    pub async fn place_of_destination(&self, commune: &str, hamlet: Option<&str>) -> Result<Place> {
        if hamlet.is_some() {
            return self.place(commune, hamlet).await;
        }
        let commune = self.destination(commune).await?;
        let mut connection = self.store().read().await?;
        place_of(&mut connection, &commune.id, None).await
    }
}
