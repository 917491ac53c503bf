//! The name of a count: the same count has the same name in every table it stands in.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fmt;

/// What is counted, on which day: `households 2025-12-31`. Whoever counts the same day again after corrections has
/// another edition, and the difference between the two editions is looked at as well.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Population {
    /// What is counted, and the day.
    pub name: String,
    /// The first counting is 1.
    pub edition: u32,
}

impl Population {
    /// The first counting of a population.
    pub fn new(name: impl Into<String>) -> Self {
        Population { name: name.into(), edition: 1 }
    }
}

/// A count by its population and its coordinates, such as `households 2025-12-31#1 area=demo:01 status=poor`. A
/// coordinate that stands for everything is left out, so the total of a finer table is the cell of a coarser one.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Cell(String);

impl Cell {
    /// The cell at these coordinates.
    pub fn new(population: &Population, at: &BTreeMap<String, String>) -> Self {
        let mut name = format!("{}#{}", population.name, population.edition);
        for (dimension, code) in at {
            name.push_str(&format!(" {dimension}={code}"));
        }
        Cell(name)
    }

    /// The cell at the same coordinates of another population.
    pub(super) fn in_population(&self, population: &Population) -> Self {
        let at = self.0.split_once('#').and_then(|(_, rest)| rest.split_once(' ')).map(|(_, at)| format!(" {at}"));
        Cell(format!("{}#{}{}", population.name, population.edition, at.unwrap_or_default()))
    }

    /// Its name without the edition: the same in all editions.
    pub(super) fn in_any_edition(&self) -> String {
        let (population, rest) = self.0.split_once('#').unwrap_or((&self.0, ""));
        let at = rest.split_once(' ').map_or("", |(_, at)| at);
        format!("{population} {at}")
    }
}

impl fmt::Display for Cell {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
