//! The embedded tables of `data/synth`.
//!
//! A table that cannot be read is a fault of the build and not of the user, so reading panics with the
//! file; the tests of this module read them all.

use super::choice::{Ethnicity, Region};
use super::deprivation::{self, INDICATORS};
use std::collections::HashMap;
use vuon_areas::AreaCode;

/// Persons by province of the 63, in 2019.
pub(super) fn population() -> HashMap<AreaCode, f64> {
    let text = include_str!("../../../../data/synth/population-2019.csv");
    let rows = rows("population-2019.csv", text);
    rows.iter().map(|row| (province(&row[0]), number(&row[2]))).collect()
}

/// Shares of ethnic groups by province of the 63, in the order of [`Ethnicity`]; they sum to 1.
pub(super) fn ethnic_groups() -> HashMap<AreaCode, [f64; Ethnicity::COUNT]> {
    let text = include_str!("../../../../data/synth/ethnic-groups.csv");
    let rows = rows("ethnic-groups.csv", text);
    let shares = |row: &csv::StringRecord| std::array::from_fn(|i| number(&row[i + 1]) / 100.0);
    rows.iter().map(|row| (province(&row[0]), shares(row))).collect()
}

/// The published shares of poor and near-poor households of 2022, by region.
pub(super) fn rates() -> HashMap<Region, (f64, f64)> {
    let text = include_str!("../../../../data/synth/rates-2022.csv");
    let rows = rows("rates-2022.csv", text);
    let region = |id: &str| Region::from_id(id).unwrap_or_else(|| panic!("embedded region {id}"));
    let share = |text: &str| number(text) / 100.0;
    rows.iter().map(|row| (region(&row[0]), (share(&row[1]), share(&row[2])))).collect()
}

/// How many poor households are deprived in each indicator, of the published sample.
pub(super) fn deprivations() -> [u32; deprivation::COUNT] {
    let text = include_str!("../../../../data/synth/deprivations-2024.csv");
    let header = text.lines().next().unwrap_or_default();
    assert_eq!(header.split(',').skip(2).collect::<Vec<_>>(), INDICATORS, "deprivations-2024.csv");
    let rows = rows("deprivations-2024.csv", text);
    std::array::from_fn(|i| rows.iter().map(|row| number(&row[i + 2]) as u32).sum())
}

fn rows(file: &str, text: &str) -> Vec<csv::StringRecord> {
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let rows: Result<Vec<_>, _> = reader.records().collect();
    rows.unwrap_or_else(|error| panic!("embedded {file}: {error}"))
}

fn province(text: &str) -> AreaCode {
    text.parse().unwrap_or_else(|error| panic!("embedded province: {error}"))
}

fn number(text: &str) -> f64 {
    text.parse().unwrap_or_else(|error| panic!("embedded number {text}: {error}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tables_are_complete() {
        assert_eq!(population().len(), 63);
        assert_eq!(population().values().sum::<f64>(), 96_299_872.0);
        assert_eq!(rates().len(), Region::ALL.len());
        for (province, shares) in ethnic_groups() {
            assert!(population().contains_key(&province));
            assert!((shares.iter().sum::<f64>() - 1.0).abs() < 1e-9, "{province}");
        }
        // The sums printed in the forms: 716 + 3897 + 848 + 496.
        assert_eq!(deprivations().iter().sum::<u32>(), 5957);
    }
}
