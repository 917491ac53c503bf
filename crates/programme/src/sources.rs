//! Where a unit's money comes from, side by side: the programme's projects with the capital of their schemes, and what other
//! programmes give there. The latter is recorded with its document and told; no money moves here for it.

use crate::budgets::BudgetRow;
use crate::money::entered;
use crate::office::Office;
use crate::records::{At, Columns, Filter, Kept, Thing, Written, select};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use vuon_policy::model::Language;
use vuon_registry::room::hold;
use vuon_registry::scope::Action;
use vuon_registry::{RegistryError, Result};

/// Capital of another programme in a unit, as it is recorded.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewSource {
    /// The unit, `list:code`.
    pub unit: String,
    /// The programme, as its document calls it.
    pub programme: String,
    /// The year.
    pub year: i16,
    /// How much, in đồng.
    pub amount: i64,
    /// The decision that gives it.
    pub document: String,
}

/// Capital of another programme.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, utoipa::ToSchema)]
pub struct OtherSource {
    /// What it is.
    #[serde(flatten)]
    pub source: NewSource,
    /// Where it is recorded.
    pub at: At,
    /// Since when.
    #[schema(value_type = String, format = Date)]
    pub recorded: Date,
}

impl Thing for OtherSource {
    const KIND: &'static str = "other_source";

    fn columns(&self) -> Columns {
        let NewSource { unit, programme, year, document, .. } = &self.source;
        Columns {
            key: Some(format!("{unit}/{year}/{programme}/{document}")),
            at: self.at.clone(),
            subject: Some(unit.clone()),
            year: Some(i64::from(*year)),
            state: "recorded".to_owned(),
            ..Columns::default()
        }
    }
}

/// A source of a unit's money in a year.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, utoipa::ToSchema)]
pub struct SourceRow {
    /// The project of the programme; nothing for schemes that belong to none, and for other programmes.
    pub project: Option<String>,
    /// Its name, and that of what it is part of before it; of another programme as its document calls it.
    pub name: Vec<String>,
    /// Whether it is another programme.
    pub other: bool,
    /// What the unit was given for it, in đồng.
    pub allocated: i64,
    /// Of it, what was paid; of another programme nobody here knows.
    pub paid: Option<i64>,
    /// The decision that gives it; of schemes their budgets tell.
    pub document: Option<String>,
}

impl Office {
    /// Records capital that another programme gives in a unit; its id. Recording the same document again corrects it, and the
    /// ledger keeps both.
    ///
    /// # Errors
    /// [`RegistryError::Invalid`] for a sum below 0 (with 0 it is taken back), or a year that cannot be meant.
    pub async fn record_source(&self, new: &NewSource) -> Result<String> {
        self.actor().may(Action::Allocate)?;
        if new.amount < 0 {
            return Err(RegistryError::invalid("amount", "0 đồng or more"));
        }
        if new.amount > 0 {
            entered("amount", new.amount)?;
        }
        let next = self.desk.today().year() + 1;
        if !(2000..=next).contains(&new.year) {
            return Err(RegistryError::invalid("year", format!("a year from 2000 to {next}")));
        }
        let programme = crate::groups::named("programme", &new.programme)?;
        let document = crate::groups::named("document", &new.document)?;
        let mut tx = self.desk.store().write().await?;
        let at = self.allocator_at(&mut tx, Some(&new.unit)).await?;
        hold(&mut tx, at.chain()).await?;
        let source = NewSource { programme, document, ..new.clone() };
        let recorded = self.desk.today();
        let recorded = OtherSource { source, at, recorded };
        let same = select(OtherSource::KIND).push(" AND r.key = ").bind(recorded.columns().key);
        let same: Vec<Kept<OtherSource>> = self.read_things(&mut tx, same).await?;
        let written = match same.into_iter().next() {
            None if recorded.source.amount == 0 => {
                return Err(RegistryError::invalid("amount", "nothing was recorded that could be taken back"));
            }
            None => Written::new("recorded", recorded),
            Some(kept) => kept.next("corrected", recorded),
        };
        let id = self.write_one(&mut tx, written).await?;
        tx.commit().await?;
        Ok(id)
    }

    /// Where the money of a unit comes from in a year: by project of the programme in the order of the pack, schemes of no
    /// project, then other programmes.
    ///
    /// # Errors
    /// [`RegistryError::NotFound`] for a unit out of reach.
    pub async fn sources(&self, unit: &str, year: i16, language: Language) -> Result<Vec<SourceRow>> {
        self.level_within_reach(&mut *self.desk.store().read().await?, unit).await?;
        let budgets = self.budgets(unit).await?;
        let own = budgets.iter().filter(|row| row.budget.unit == unit && row.budget.year == year);
        let mut by_project: BTreeMap<Option<String>, (i64, i64)> = BTreeMap::new();
        for row in own {
            let scheme = self.program.pack.schemes.iter().find(|scheme| scheme.id.value == row.budget.scheme);
            let project = scheme.and_then(|scheme| scheme.project.as_ref()).map(|id| id.value.clone());
            let (allocated, paid) = by_project.entry(project).or_default();
            *allocated += given(row);
            *paid += row.paid;
        }
        let row = |project: Option<&str>, name, (allocated, paid)| SourceRow {
            project: project.map(str::to_owned),
            name,
            other: false,
            allocated,
            paid: Some(paid),
            document: None,
        };
        let projects = self.program.pack.projects.iter().filter_map(|project| {
            let id = project.id.value.as_str();
            let sums = by_project.get(&Some(id.to_owned()))?;
            Some(row(Some(id), self.project_names(id, language), *sums))
        });
        let mut rows: Vec<SourceRow> = projects.collect();
        rows.extend(by_project.get(&None).map(|sums| row(None, Vec::new(), *sums)));
        let of_unit = Filter { subject: Some(unit.to_owned()), ..Filter::default() };
        let mut connection = self.desk.store().read().await?;
        // Their unit is within reach; they may be recorded in the chain of one above it.
        let others: Vec<Kept<OtherSource>> = self.find_anywhere(&mut connection, &of_unit).await?;
        let others =
            others.into_iter().map(|kept| kept.thing.source).filter(|source| source.year == year && source.amount > 0);
        rows.extend(others.map(|source| SourceRow {
            project: None,
            name: vec![source.programme],
            other: true,
            allocated: source.amount,
            paid: None,
            document: Some(source.document),
        }));
        Ok(rows)
    }

    /// The name of a project, with what it is part of before it.
    fn project_names(&self, id: &str, language: Language) -> Vec<String> {
        let (mut names, mut next) = (Vec::new(), Some(id));
        while let Some(project) = next.and_then(|id| self.program.pack.projects.iter().find(|own| own.id.value == id)) {
            names.push(project.label.get(language).to_owned());
            next = project.part_of.as_ref().map(|above| above.value.as_str());
        }
        names.reverse();
        names
    }
}

/// What a unit was given, and neither gave on nor left unused.
fn given(row: &BudgetRow) -> i64 {
    row.allocated - row.passed_on - row.unspent
}
