//! Support by scheme and place, through the ledger: what schemes paid, to how many; projects approved and closed, with
//! their money. An amount and the count of those who share it are hidden together. Schemes are not added up: where each has
//! its rate, a total of counts and one of amounts would be two equations for two hidden schemes, and solve them.

use super::facts::{Place, YearFacts};
use super::release::{Made, Releasing};
use super::{Project, Scheme, SiteError};
use crate::disclosure::{Dimension, Population, Table};
use crate::report::Words;
use std::collections::BTreeSet;
use vuon_programme::paid::SchemePaid;
use vuon_programme::projects::ProjectsHere;

/// A count with the amount that is shared, of a place and scheme.
type Row<'a> = (&'a str, &'a str, i64, i64);

impl Releasing<'_> {
    pub(super) fn schemes<'a>(&mut self, year: &'a YearFacts) -> Result<Option<Vec<Scheme>>, SiteError> {
        let Some(rows) = &year.paid else { return Ok(None) };
        let row = |row: &'a SchemePaid| (row.commune.as_str(), row.scheme.as_str(), row.recipients, row.paid);
        let rows: Vec<Row<'a>> = rows.iter().map(row).collect();
        let amounts = format!("paid {}", year.year);
        let Some(made) = self.shared(&format!("recipients {}", year.year), &amounts, &year.places, &rows)? else {
            self.withhold(&format!("Chi trả năm {}", year.year), &format!("The payments of {}", year.year));
            return Ok(None);
        };
        let told = places_told(&year.places, &rows).into_iter().map(|(place, scheme)| {
            let at = [("area", place.id.as_str()), ("scheme", scheme)];
            Scheme {
                unit: place.id.clone(),
                name: place.name.clone(),
                id: scheme.to_owned(),
                label: self.label(scheme),
                recipients: made.as_ref().and_then(|made| made.count(&at)),
                paid: made.as_ref().and_then(|made| made.amount(&amounts, &at)),
            }
        });
        Ok(Some(told.collect()))
    }

    pub(super) fn projects<'a>(&mut self, year: &'a YearFacts) -> Result<Option<Vec<Project>>, SiteError> {
        let Some(rows) = &year.projects else { return Ok(None) };
        let at = |row: &'a ProjectsHere| (row.commune.as_str(), row.scheme.as_str());
        let approved = rows.iter().map(|row| (at(row).0, at(row).1, row.approved, row.budget));
        let closed = rows.iter().map(|row| (at(row).0, at(row).1, row.closed, row.spent));
        let (approved, closed): (Vec<Row<'a>>, Vec<Row<'a>>) = (approved.collect(), closed.collect());
        let names = ["projects approved", "budget approved", "projects closed", "spent closed"];
        let [approved_name, budget_name, closed_name, spent_name] = names.map(|name| format!("{name} {}", year.year));
        let approved_made = self.shared(&approved_name, &budget_name, &year.places, &approved)?;
        let closed_made = self.shared(&closed_name, &spent_name, &year.places, &closed)?;
        if approved_made.is_none() || closed_made.is_none() {
            self.withhold(&format!("Dự án năm {}", year.year), &format!("The projects of {}", year.year));
        }
        let (approved_made, closed_made) = (approved_made.flatten(), closed_made.flatten());
        if approved_made.is_none() && closed_made.is_none() && !rows.is_empty() {
            return Ok(None);
        }
        let told = places_told(&year.places, &approved).into_iter().map(|(place, scheme)| {
            let at = [("area", place.id.as_str()), ("scheme", scheme)];
            let count = |made: &Option<Made>| made.as_ref().and_then(|made| made.count(&at));
            let amount = |made: &Option<Made>, name: &str| made.as_ref().and_then(|made| made.amount(name, &at));
            Project {
                unit: place.id.clone(),
                name: place.name.clone(),
                id: scheme.to_owned(),
                label: self.label(scheme),
                approved: count(&approved_made),
                budget: amount(&approved_made, &budget_name),
                closed: count(&closed_made),
                spent: amount(&closed_made, &spent_name),
            }
        });
        Ok(Some(told.collect()))
    }

    fn label(&self, scheme: &str) -> Words {
        self.facts.schemes.get(scheme).cloned().unwrap_or(Words::new(scheme, scheme))
    }

    /// Publishes counts by place and scheme together with the amounts that are shared. Inside, nothing where there is
    /// nothing to publish; outside, nothing where it is withheld.
    fn shared(
        &mut self,
        name: &str,
        amounts_name: &str,
        places: &[Place],
        rows: &[Row<'_>],
    ) -> Result<Option<Option<Made>>, SiteError> {
        let Some(top) = places.first().filter(|_| !rows.is_empty()) else { return Ok(Some(None)) };
        // Rows of the whole area are not parted among its units.
        let parted = rows.iter().any(|row| row.0 != top.id);
        let schemes: BTreeSet<&str> = rows.iter().map(|row| row.1).collect();
        let made = self.publish(name, &|population| {
            let below =
                places.iter().skip(1).filter(|_| parted).map(|at| (at.id.clone(), Some(top.id.clone()), at.level));
            let areas = [Dimension::areas(std::iter::once((top.id.clone(), None, top.level)).chain(below))?];
            let shared = Population { edition: population.edition, ..Population::new(amounts_name) };
            let mut tables = Vec::new();
            for scheme in &schemes {
                let within = [("scheme", *scheme)];
                let of = || rows.iter().filter(|row| row.1 == *scheme);
                let counts = of().map(|row| (vec![row.0.to_owned()], row.2));
                let amounts = of().map(|row| (vec![row.0.to_owned()], row.3));
                tables.push(Table::new(name, population, &within, &areas, counts)?);
                tables.push(Table::new(amounts_name, &shared, &within, &areas, amounts)?.amounts(population));
            }
            Ok((tables, Vec::new()))
        })?;
        Ok(made.map(Some))
    }
}

/// What is told: each scheme of the whole area, and of each unit in which it is known.
fn places_told<'a>(places: &'a [Place], rows: &[Row<'a>]) -> Vec<(&'a Place, &'a str)> {
    let schemes: BTreeSet<&str> = rows.iter().map(|row| row.1).collect();
    let Some((top, below)) = places.split_first() else { return Vec::new() };
    let of_units = below.iter().flat_map(|place| {
        schemes
            .iter()
            .filter(|scheme| rows.iter().any(|row| row.0 == place.id && row.1 == **scheme))
            .map(move |s| (place, *s))
    });
    schemes.iter().map(|scheme| (top, *scheme)).chain(of_units).collect()
}
