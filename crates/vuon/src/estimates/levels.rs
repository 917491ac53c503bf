//! Blocks of multidimensional measures at one time.

use super::tidy::{Block, NATION, People, Precision, What, Whom};
use arrow::array::Float64Array;
use vuon_measure::alkire_foster::{Component, Line, Measure, Specification, Table};
use vuon_measure::cube::{Cube, Grouping};
use vuon_measure::interval::Limits;
use vuon_measure::replicate::ReplicateTable;

/// The round of some figures, as the table names it, and what was counted in it.
#[derive(Clone, Copy)]
pub struct Of<'r> {
    /// Its name; empty where there is one round only.
    pub round: &'r str,
    /// Its cube.
    pub cube: &'r Cube,
}

/// The figures of a table of estimates. With `limits`, standard errors and confidence limits stand beside them; with
/// `check`, standard errors by replicates.
pub fn block(
    of: Of,
    table: &Table,
    specification: &Specification,
    limits: Option<&Limits>,
    check: Option<&ReplicateTable>,
) -> Block {
    let cells = || {
        let lines = 0..table.lines.len();
        (0..table.counts.len()).flat_map(move |domain| lines.clone().map(move |line| (domain, line)))
    };
    let precision = limits.map(|limits| {
        let drawn = cells().map(|(domain, line)| {
            let (value, error) = (table.value(domain, line)?, table.standard_error(domain, line)?);
            limits_of(limits, table.lines[line].measure, value, error, table.counts[domain].rows)
        });
        let (lower, upper): (Vec<Option<f64>>, Vec<Option<f64>>) = drawn.map(Option::unzip).unzip();
        let error = cells().map(|(domain, line)| table.standard_error(domain, line));
        Precision { error: error.collect(), lower: lower.into(), upper: upper.into() }
    });
    let whom = (0..table.counts.len()).map(|domain| {
        let counts = &table.counts[domain];
        let people = People {
            rows: counts.rows,
            population: counts.weight,
            // Everybody is all of the population, also where sums in another order differ in the last digit.
            population_share: if table.grouping.keys.is_empty() { 1.0 } else { table.population_share[domain] },
            excluded_share: counts.excluded_share(),
        };
        Whom { label: label(of.cube, &table.grouping, domain), people: Some(people) }
    });
    Block {
        round: of.round.to_owned(),
        to_round: String::new(),
        by: by(of.cube, &table.grouping),
        whom: whom.collect(),
        what: table.lines.iter().map(|line| what(line, specification, &of.cube.indicators)).collect(),
        estimate: cells().map(|(domain, line)| table.value(domain, line)).collect(),
        precision,
        p_value: None,
        check: check
            .map(|check| cells().map(|(domain, line)| check.standard_error(domain, line)).collect::<Float64Array>()),
    }
}

/// What a line is, in the words of the table.
pub fn what(line: &Line, specification: &Specification, indicators: &[String]) -> What {
    let (component, part) = match line.component {
        None => ("", String::new()),
        Some(Component::Indicator(place)) => ("indicator", indicators[place].clone()),
        Some(Component::Dimension(place)) => ("dimension", specification.dimensions[place].name.clone()),
    };
    What {
        change: "",
        measure: line.measure.name(),
        component,
        part,
        weighting: line.weighting.map_or(String::new(), |place| specification.weightings[place].name().to_owned()),
        k: line.cutoff.map(|place| What::cutoff(specification.cutoffs[place])),
        until: line.until.map(|place| specification.cutoffs[place].to_string()),
        versus: String::new(),
    }
}

/// The keys of a grouping.
pub fn by(cube: &Cube, grouping: &Grouping) -> String {
    match grouping.keys.as_slice() {
        [] => NATION.to_owned(),
        keys => keys.iter().map(|key| cube.keys[*key].name.as_str()).collect::<Vec<_>>().join("+"),
    }
}

/// The name of a domain.
pub fn label(cube: &Cube, grouping: &Grouping, domain: usize) -> String {
    match grouping.keys.as_slice() {
        [] => NATION.to_owned(),
        _ => cube.domain_labels(grouping, domain).iter().map(ToString::to_string).collect::<Vec<_>>().join("+"),
    }
}

/// Confidence limits. Where nobody or everybody has something, those of Clopper and Pearson; none where there are none.
fn limits_of(limits: &Limits, measure: Measure, value: f64, error: f64, rows: u64) -> Option<(f64, f64)> {
    match measure {
        // A variance lies between 0 and 1/4, and is no share of anything.
        Measure::Inequality => Some(limits.plain(value, error)),
        measure if measure.counts_people() && (value <= 0.0 || value >= 1.0) => limits.none_or_all(value, rows),
        _ => limits.share(value, error),
    }
}
