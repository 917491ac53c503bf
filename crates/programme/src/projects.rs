//! Projects of a year by commune and scheme: how many were approved and closed, with what money. No titles, no names.

use crate::office::Office;
use crate::proposals::{Proposal, StepTaken};
use crate::records::{Kept, Thing, select};
use std::collections::BTreeMap;
use vuon_registry::Result;
use vuon_registry::scope::Action;

/// Projects of a commune and scheme.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct ProjectsHere {
    /// The commune; empty where a project has none.
    pub commune: String,
    /// The scheme: the kind of project.
    pub scheme: String,
    /// Approved in the year.
    pub approved: i64,
    /// What the programme gives to these by their plans, in đồng.
    pub budget: i64,
    /// Closed in the year.
    pub closed: i64,
    /// What was spent on these, in đồng.
    pub spent: i64,
}

impl Office {
    /// The projects of a year; the area is `list:code`, or a list's name for all its provinces. A project stands where its
    /// village stands today.
    ///
    /// # Errors
    /// As [`paid_by_scheme`](Self::paid_by_scheme).
    pub async fn projects_of(&self, area: &str, year: i16) -> Result<Vec<ProjectsHere>> {
        self.actor().may(Action::ReadFigures)?;
        let mut connection = self.desk.store().read().await?;
        let query = select(Proposal::KIND).push(" AND r.state IN ('approved', 'closed')");
        let query = self.whole_area(&mut connection, query, area).await?.push(" ORDER BY r.id");
        let mut found: BTreeMap<(String, String), ProjectsHere> = BTreeMap::new();
        for Kept { thing, .. } in self.read_things::<Proposal>(&mut connection, query).await? {
            let budget = thing.planned().map_or(0, |(budget, _)| budget);
            let commune = thing.at.commune.clone().unwrap_or_default();
            for taken in &thing.taken {
                let (approved, closed, spent) = match taken {
                    StepTaken::Approved { on, .. } if on.year() == year => (1, 0, 0),
                    StepTaken::Closed { on, results } if on.year() == year => (0, 1, results.spent),
                    _ => continue,
                };
                let here = found.entry((commune.clone(), thing.scheme.clone())).or_insert_with(|| ProjectsHere {
                    commune: commune.clone(),
                    scheme: thing.scheme.clone(),
                    ..ProjectsHere::default()
                });
                here.approved += approved;
                here.budget += approved * budget;
                here.closed += closed;
                here.spent += spent;
            }
        }
        Ok(found.into_values().collect())
    }
}
