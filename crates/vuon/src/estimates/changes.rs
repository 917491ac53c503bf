//! Blocks of changes between two rounds, and of what made them.

use super::levels::{by, label, what};
use super::tidy::{Block, Precision, What, Whom};
use arrow::array::Float64Array;
use std::collections::BTreeMap;
use vuon_measure::alkire_foster::{Line, Measure, Specification, Table};
use vuon_measure::change::{ChangeTable, Kind};
use vuon_measure::cube::Cube;
use vuon_measure::decomposition::{Poverty, Subgroup, incidence_and_intensity, subgroup_effect};
use vuon_measure::interval::{Limits, p_value};

/// The rounds that are compared, as the table names them.
#[derive(Clone, Copy)]
pub struct Between<'r> {
    /// Their names.
    pub rounds: [&'r str; 2],
    /// Their cubes.
    pub cubes: [&'r Cube; 2],
    /// Whether the years between them are known, so that there are annual changes.
    pub years: bool,
}

impl Between<'_> {
    /// The ways in which these rounds' changes are told.
    pub fn kinds(&self) -> impl Iterator<Item = Kind> + Clone {
        let years = self.years;
        Kind::ALL.into_iter().filter(move |kind| years || matches!(kind, Kind::Absolute | Kind::Relative))
    }
}

/// The changes of a grouping. `degrees_of_freedom` are those of the limits; none for registers.
pub fn block(
    between: Between,
    table: &ChangeTable,
    specification: &Specification,
    limits: Option<&Limits>,
    degrees_of_freedom: Option<usize>,
) -> Block {
    let cube = between.cubes[0];
    let kinds: Vec<Kind> = between.kinds().collect();
    let line = |line: &Line| {
        let what = what(line, specification, &cube.indicators);
        let told = |kind: &Kind| What { change: kind.name(), ..what.clone() };
        kinds.iter().map(told).collect::<Vec<_>>()
    };
    let cells = || {
        let (lines, kinds) = (table.lines.len(), &kinds);
        let of = move |domain: usize| (0..lines).flat_map(move |l| kinds.iter().map(move |kind| (domain, l, *kind)));
        (0..table.domains.len()).flat_map(of)
    };
    let change = |(domain, line, kind)| table.change(domain, line, kind);
    let precision = limits.map(|limits| {
        let drawn = |cell| change(cell).and_then(|c| Some(limits.plain(c.value, c.standard_error?)));
        let (lower, upper): (Vec<Option<f64>>, Vec<Option<f64>>) = cells().map(drawn).map(Option::unzip).unzip();
        let error = cells().map(|cell| change(cell).and_then(|c| c.standard_error));
        Precision { error: error.collect(), lower: lower.into(), upper: upper.into() }
    });
    let significance = degrees_of_freedom.map(|df| {
        let p = |cell| change(cell).and_then(|c| p_value(c.value / c.standard_error.filter(|se| *se > 0.0)?, df));
        cells().map(p).collect::<Float64Array>()
    });
    let grouping = &table.groupings[0];
    Block {
        round: between.rounds[0].to_owned(),
        to_round: between.rounds[1].to_owned(),
        by: by(cube, grouping),
        whom: table
            .domains
            .iter()
            .map(|[from, _]| Whom { label: label(cube, grouping, *from), people: None })
            .collect(),
        what: table.lines.iter().flat_map(line).collect(),
        estimate: cells().map(|cell| change(cell).map(|c| c.value)).collect(),
        precision,
        p_value: significance,
        check: None,
    }
}

/// The measures that a decomposition is made of.
pub const PARTS: [Measure; 3] = [Measure::AdjustedHeadcount, Measure::Headcount, Measure::Intensity];

/// What made the change of M₀: for everybody and each subgroup, incidence and intensity; for each subgroup, what it adds
/// to the change of the whole by its own poverty and by its share of the population. The tables are of the measures
/// [`PARTS`].
pub fn decomposition(between: Between, tables: [&Table; 2], specification: &Specification) -> Block {
    let subgroups = [0, 1].map(|side: usize| domains(between.cubes[side], tables[side]));
    let grouping = &tables[0].grouping;
    let nation = grouping.keys.is_empty();
    let mut labels: Vec<&String> = subgroups.iter().flat_map(BTreeMap::keys).collect();
    labels.sort_unstable();
    labels.dedup();
    // In the order of the rounds' own subgroups, new ones last.
    labels.sort_by_key(|label| subgroups.each_ref().map(|of| of.get(*label).copied().unwrap_or(usize::MAX)));
    let parts = if nation { ["M0_incidence", "M0_intensity"].as_slice() } else { EFFECTS.as_slice() };
    let specifications = || tables[0].lines.chunks(PARTS.len());
    let mut estimate: Vec<Option<f64>> = Vec::new();
    for label in &labels {
        let domain = [0, 1].map(|side: usize| subgroups[side].get(*label).copied());
        for (place, _) in specifications().enumerate() {
            let value = |side: usize, part: usize| tables[side].value(domain[side]?, place * PARTS.len() + part);
            let poverty = |side: usize| Some(Poverty { headcount: value(side, 1)?, intensity: value(side, 2) });
            let own = poverty(0).zip(poverty(1)).map(|(from, to)| incidence_and_intensity(from, to));
            estimate.extend([own.map(|own| own.incidence), own.map(|own| own.intensity)]);
            if !nation {
                let share = |side: usize| domain[side].map_or(0.0, |domain| tables[side].population_share[domain]);
                let group = |side: usize| Subgroup { share: share(side), adjusted_headcount: value(side, 0) };
                let effect = subgroup_effect(group(0), group(1));
                estimate.extend([Some(effect.within), Some(effect.demographic)]);
            }
        }
    }
    let of = |lines: &[Line]| {
        let what = what(&lines[0], specification, &between.cubes[0].indicators);
        parts.iter().map(move |part| What { change: "abs", measure: part, ..what.clone() }).collect::<Vec<_>>()
    };
    Block {
        round: between.rounds[0].to_owned(),
        to_round: between.rounds[1].to_owned(),
        by: by(between.cubes[0], grouping),
        whom: labels.iter().map(|label| Whom { label: (*label).clone(), people: None }).collect(),
        what: specifications().flat_map(of).collect(),
        estimate: estimate.into(),
        precision: None,
        p_value: None,
        check: None,
    }
}

const EFFECTS: [&str; 4] = ["M0_incidence", "M0_intensity", "M0_within", "M0_demographic"];

/// The domains of a table by their names.
fn domains(cube: &Cube, table: &Table) -> BTreeMap<String, usize> {
    let name = |domain: usize| (label(cube, &table.grouping, domain), domain);
    (0..table.counts.len()).map(name).collect()
}
