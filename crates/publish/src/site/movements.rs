//! Movements between statuses, through the ledger: who left a list or came to it since the end of the year before.
//!
//! Households on a list at the end of a year stand in the results of that year, of which some are hidden. So each movement is
//! tied to the results of both years: of those on a list at the beginning, some became the other, some escaped, and the
//! rest is told to nobody; of those on it at the end, some came, and the rest was there.

use super::facts::{Place, YearFacts};
use super::release::Releasing;
use super::{MOVES, Movement, SiteError};
use crate::disclosure::{Cell, Population, Table};
use std::collections::BTreeMap;
use vuon_registry::flows::Flows;

/// The movements out of a list at the beginning and into it at the end, by their places in [`MOVES`].
const OUT_AND_IN: [(&str, [usize; 2], [usize; 3]); 2] = [("poor", [0, 1], [3, 4, 5]), ("near_poor", [3, 2], [0, 6, 7])];

/// Those under which a household of a unit below may have moved to another: the whole is more than its parts.
const AND_MOVED: [usize; 4] = [0, 1, 2, 3];

impl Releasing<'_> {
    pub(super) fn movements(&mut self, year: &YearFacts) -> Result<Option<Vec<Movement>>, SiteError> {
        let of_year = year.year;
        let Some(flows) = &year.movements else {
            self.withhold_contradiction(of_year);
            return Ok(None);
        };
        if flows.is_empty() || !self.facts.years.iter().any(|known| known.year == of_year - 1) {
            return Ok(Some(Vec::new()));
        }
        let results = |year: i16| self.results.get(&year).cloned();
        let (Some(before), Some(now)) = (results(of_year - 1), results(of_year)) else {
            self.withhold_movements(of_year);
            return Ok(None);
        };
        let made = self.publish(&format!("movements {of_year}"), &|population| {
            let mut tables = Vec::new();
            let mut ties = Vec::new();
            for flow in flows {
                let unit = Unit { population, id: &flow.area };
                for (name, count) in MOVES.iter().zip(moves(flow)) {
                    tables.push(unit.table(name, count)?);
                }
                let of = [&flow.poor.households, &flow.near_poor.households];
                for ((list, out, into), flow_of) in OUT_AND_IN.into_iter().zip(of) {
                    let sum = |places: &[usize]| places.iter().map(|place| moves(flow)[*place]).sum::<i64>();
                    for (end, whole, results, parts) in [
                        ("stayed", flow_of.opening, &before, &out[..]),
                        ("was_there", flow_of.closing, &now, &into[..]),
                    ] {
                        let rest = format!("{list}_{end}");
                        tables.push(unit.table(&rest, whole - sum(parts))?.untold());
                        let listed = Unit { population: results, id: &flow.area }.cell("status", list);
                        let names = parts.iter().map(|place| MOVES[*place]).chain([rest.as_str()]);
                        ties.push((listed, names.map(|name| unit.cell("move", name)).collect()));
                    }
                }
            }
            ties.extend(wholes(population, flows, &year.places));
            Ok((tables, ties))
        })?;
        let Some(made) = made else {
            self.withhold(&format!("Biến động năm {of_year}"), &format!("The movements of {of_year}"));
            return Ok(None);
        };
        let told = flows.iter().map(|flow| Movement {
            unit: flow.area.clone(),
            name: year
                .places
                .iter()
                .find(|place| place.id == flow.area)
                .map_or(String::new(), |place| place.name.clone()),
            households: MOVES.map(|name| made.count(&[("area", &flow.area), ("move", name)])),
        });
        Ok(Some(told.collect()))
    }
}

/// The counts of [`MOVES`].
fn moves(flow: &Flows) -> [i64; 8] {
    let (poor, near_poor) = (&flow.poor.households, &flow.near_poor.households);
    [
        poor.became_other,
        poor.escaped,
        near_poor.escaped,
        poor.from_other,
        poor.relapse,
        poor.newly_arising,
        near_poor.relapse,
        near_poor.newly_arising,
    ]
}

/// A unit of a population.
struct Unit<'a> {
    population: &'a Population,
    id: &'a str,
}

impl Unit<'_> {
    fn cell(&self, dimension: &str, code: &str) -> Cell {
        let at = [("area", self.id), (dimension, code)];
        let at: BTreeMap<String, String> = at.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect();
        Cell::new(self.population, &at)
    }

    /// A table of one cell.
    fn table(&self, name: &str, count: i64) -> Result<Table, SiteError> {
        let within = [("area", self.id), ("move", name)];
        Ok(Table::new("movements", self.population, &within, &[], [(Vec::new(), count)])?)
    }
}

/// Where every unit below is told, the area's movements are theirs, and those of households that moved between them.
fn wholes(population: &Population, flows: &[Flows], places: &[Place]) -> Vec<(Cell, Vec<Cell>)> {
    let Some((top, below)) = places.split_first() else { return Vec::new() };
    let told = |place: &Place| flows.iter().any(|flow| flow.area == place.id);
    let listed: Vec<&Place> = below.iter().filter(|place| told(place)).collect();
    let Some(whole) = flows.iter().find(|flow| flow.area == top.id).filter(|_| !listed.is_empty()) else {
        return Vec::new();
    };
    let sum = |place: usize| -> i64 {
        let parts = flows.iter().filter(|flow| flow.area != top.id);
        parts.map(|flow| moves(flow)[place]).sum()
    };
    let tie = |(place, name): (usize, &&str)| {
        let cell = |id: &str, name: &str| Unit { population, id }.cell("move", name);
        let parts = listed.iter().map(|unit| cell(&unit.id, name));
        let between = AND_MOVED.contains(&place) || moves(whole)[place] != sum(place);
        let between = between.then(|| cell(&top.id, &format!("{name}_between")));
        (cell(&top.id, name), parts.chain(between).collect())
    };
    MOVES.iter().enumerate().map(tie).collect()
}
