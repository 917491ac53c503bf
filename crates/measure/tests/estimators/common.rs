//! What all tests need: short ways to write weights, cut-offs and registers, and to find a line of a table.

use vuon_measure::alkire_foster::{Component, Errors, Line, Measure, Specification, Table, estimate};
use vuon_measure::cube::{Cube, Label, Profile, Sampling};
use vuon_measure::rows::{Header, Row};
use vuon_measure::weighting::{Cutoff, Weighting};
use vuon_policy::exact::Exact;

pub fn cutoff(k: &str) -> Cutoff {
    Cutoff::new(Exact::parse(k).unwrap()).unwrap()
}

/// Weights as fractions of the whole, or whole numbers.
pub fn weighting(weights: &[&str]) -> Weighting {
    let weights: Vec<Exact> = weights.iter().map(|weight| Exact::parse(weight).unwrap()).collect();
    Weighting::new(format!("{weights:?}"), &weights).unwrap()
}

pub fn whole_numbers(units: &[u32]) -> Weighting {
    let weights: Vec<Exact> = units.iter().map(|unit| Exact::whole(i64::from(*unit))).collect();
    Weighting::new("whole numbers", &weights).unwrap()
}

pub fn specification(weightings: &[Weighting], cutoffs: &[Cutoff], measures: &[Measure]) -> Specification {
    Specification {
        weightings: weightings.to_vec(),
        cutoffs: cutoffs.to_vec(),
        dimensions: Vec::new(),
        measures: measures.to_vec(),
    }
}

/// All measures but those of gaps.
pub fn without_gaps() -> Vec<Measure> {
    let gap = |measure: &Measure| matches!(measure, Measure::AdjustedGap | Measure::AdjustedSquaredGap);
    Measure::ALL.into_iter().filter(|measure| !gap(measure)).collect()
}

/// The place of a line of the first weighting and a cut-off (for a band, the one from which).
pub fn line(table: &Table, measure: Measure, component: Option<Component>, cutoff: usize) -> usize {
    let wanted = |line: &Line| {
        let spec = line.weighting.is_none_or(|w| w == 0) && line.cutoff.is_none_or(|k| k == cutoff);
        line.measure == measure && line.component == component && spec
    };
    table.lines.iter().position(wanted).unwrap_or_else(|| panic!("no line of {measure:?} {component:?}"))
}

/// The value of a measure in a domain at a cut-off.
pub fn value(table: &Table, domain: usize, measure: Measure, cutoff: usize) -> Option<f64> {
    table.value(domain, line(table, measure, None, cutoff))
}

/// The same of an indicator.
pub fn of_indicator(table: &Table, domain: usize, measure: Measure, indicator: usize, cutoff: usize) -> Option<f64> {
    table.value(domain, line(table, measure, Some(Component::Indicator(indicator)), cutoff))
}

/// A row of a register; each character says of an indicator: `1` deprived, `0` not, `?` unknown.
pub fn row(answers: &str, weight: f64) -> Row {
    let bits = |wanted: char| answers.chars().enumerate().filter(|(_, c)| *c == wanted).map(|(j, _)| 1 << j).sum();
    Row {
        stratum: Label::Missing,
        population: None,
        psu: Label::Missing,
        keys: Vec::new(),
        profile: Profile { deprived: bits('1'), unknown: bits('?') },
        weight,
        gaps: Vec::new(),
    }
}

pub fn header(indicators: usize, sampling: Sampling, keys: &[&str]) -> Header {
    Header {
        indicators: (0..indicators).map(|j| format!("d{j}")).collect(),
        weight: "weight".into(),
        sampling,
        keys: keys.iter().map(|key| (*key).to_owned()).collect(),
        gaps: Vec::new(),
    }
}

/// A register of rows without keys.
pub fn register(indicators: usize, rows: &[Row]) -> Cube {
    Cube::of_rows(header(indicators, Sampling::Register, &[]), rows)
}

/// The estimates for the whole, without precision.
pub fn whole(cube: &Cube, specification: &Specification) -> Table {
    estimate(cube, specification, &[vec![]], Errors::None).unwrap().tables.remove(0)
}

/// How far two figures are apart, relative to the second; absolutely where that is 0.
pub fn apart(found: f64, expected: f64) -> f64 {
    let difference = (found - expected).abs();
    if expected == 0.0 { difference } else { difference / expected.abs() }
}

#[track_caller]
pub fn near(found: Option<f64>, expected: f64) {
    let found = found.expect("a figure");
    assert!((found - expected).abs() <= 1e-12 * expected.abs().max(1.0), "{found} is not {expected}");
}
