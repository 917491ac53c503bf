//! The groups and projects of an area in one list, whatever its level: what communities have on the way.

use crate::groups::Group;
use crate::office::Office;
use crate::proposals::Proposal;
use crate::records::{Entered, Placed, Thing};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use vuon_registry::page::{Page, PageRequest};
use vuon_registry::room::{AnyConnection, Query, contents, sql, text};
use vuon_registry::scope::Action;
use vuon_registry::{RegistryError, Result};

/// A group, or a project.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum CommunityKind {
    /// A group of households.
    Group,
    /// A project that a community proposed.
    Project,
}

impl CommunityKind {
    /// Both.
    pub const ALL: [CommunityKind; 2] = [Self::Group, Self::Project];

    /// Its name in answers.
    pub fn id(self) -> &'static str {
        match self {
            Self::Group => "group",
            Self::Project => "project",
        }
    }

    /// Its name in tables.
    fn record(self) -> &'static str {
        match self {
            Self::Group => Group::KIND,
            Self::Project => Proposal::KIND,
        }
    }
}

/// Which groups and projects.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct CommunityFilter {
    /// Of a province, district or commune; of everything within reach when absent.
    pub area: Option<String>,
    /// Groups or projects alone.
    pub kind: Option<CommunityKind>,
    /// In a state: of groups as of projects.
    pub state: Option<String>,
}

/// A group or project as it is listed.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, utoipa::ToSchema)]
pub struct CommunityRow {
    /// Its id.
    pub id: String,
    /// Which of the two.
    pub kind: CommunityKind,
    /// What it is called.
    pub name: String,
    /// The scheme it is for.
    pub scheme: String,
    /// The commune.
    pub commune: String,
    /// Where it stands: of a project the last step taken.
    pub state: String,
    /// Households: the members of a group; of a project those of the village for which it was called.
    pub households: i64,
}

impl Office {
    /// A page of the groups and projects of an area within reach, the oldest first.
    ///
    /// # Errors
    /// [`RegistryError::NotFound`] for an area that is not there.
    pub async fn community(&self, filter: &CommunityFilter, page: &PageRequest) -> Result<Page<CommunityRow>> {
        self.actor().may(Action::ReadPeople)?;
        let mut connection = self.desk.store().read().await?;
        let query = Query::new("SELECT r.id, r.kind, r.content FROM record r WHERE r.kind IN (");
        let kinds = filter.kind.map_or(CommunityKind::ALL.to_vec(), |kind| vec![kind]);
        let mut query = kinds
            .iter()
            .enumerate()
            .fold(query, |query, (place, kind)| query.push(if place == 0 { "" } else { ", " }).bind(kind.record()));
        query = self.actor().reach.within(query.push(")"), "r");
        if let Some(area) = &filter.area {
            let level = sql("SELECT level FROM area WHERE id = $1", [area.into()]);
            let level = level.one(&mut connection, |row| text(row, 0)).await?;
            query = query.push(" AND r.").push(&level).push(" = ").bind(area);
        }
        if let Some(state) = &filter.state {
            query = query.push(" AND r.state = ").bind(state);
        }
        if let Some([after]) = page.key::<1>()? {
            query = query.push(" AND r.id > ").bind(after);
        }
        let query = query.push(" ORDER BY r.id LIMIT ").bind(page.reads());
        let rows = query.all(&mut connection, |row| Ok((text(row, 0)?, text(row, 1)?, text(row, 2)?))).await?;
        let of_kind = |kind: CommunityKind| {
            rows.iter().filter(|(_, own, _)| own == kind.record()).map(|(_, _, content)| content.clone()).collect()
        };
        let groups = things::<Group>(&mut connection, of_kind(CommunityKind::Group)).await?;
        let projects = things::<Proposal>(&mut connection, of_kind(CommunityKind::Project)).await?;
        let found = rows.iter().map(|(id, _, content)| {
            let group = groups.get(content).map(|group| of_group(id, group));
            let row = group.or_else(|| projects.get(content).map(|project| of_project(id, project)));
            row.ok_or_else(|| RegistryError::Damaged { what: format!("the record {id} has no content") })
        });
        Ok(Page::of(found.collect::<Result<Vec<_>>>()?, page, |row| [row.id.clone()]))
    }
}

async fn things<T: Thing + DeserializeOwned>(
    connection: &mut AnyConnection,
    hashes: Vec<String>,
) -> Result<HashMap<String, T>> {
    let found = contents::<Entered<T>>(connection, &hashes).await?;
    Ok(found.into_iter().map(|(hash, entered)| (hash, entered.thing)).collect())
}

fn of_group(id: &str, group: &Group) -> CommunityRow {
    CommunityRow {
        id: id.to_owned(),
        kind: CommunityKind::Group,
        name: group.name.clone(),
        scheme: group.scheme.clone(),
        commune: group.at().commune.clone().unwrap_or_default(),
        state: group.state.id().to_owned(),
        households: i64::try_from(group.members.len()).unwrap_or(i64::MAX),
    }
}

fn of_project(id: &str, project: &Proposal) -> CommunityRow {
    CommunityRow {
        id: id.to_owned(),
        kind: CommunityKind::Project,
        name: project.title.clone(),
        scheme: project.scheme.clone(),
        commune: project.at().commune.clone().unwrap_or_default(),
        state: project.step().id().to_owned(),
        households: project.households,
    }
}
