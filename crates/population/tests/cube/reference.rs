//! The cube of a table by the plainest way: every row is looked up in a map.

use super::table::{Row, Table};
use std::collections::{BTreeMap, BTreeSet};
use vuon_measure::cube::{Cells, Cube, CubeStratum, GapSums, Key, Label, Profile, Psu, Sampling};
use vuon_population::cube::{Round, Series};

type CellKey = (Label, Label, Vec<Label>, Profile);

#[derive(Default)]
struct Sums {
    rows: u32,
    weight: f64,
    gaps: Vec<[f64; 2]>,
}

/// The series that a table has.
pub fn series(table: &Table) -> Series {
    let mut rounds: BTreeMap<Label, Vec<&Row>> = BTreeMap::new();
    for row in &table.rows {
        let round = table.spec.round.as_ref().map_or(Label::Missing, |_| row.round.clone());
        rounds.entry(round).or_default().push(row);
    }
    if rounds.is_empty() {
        rounds.insert(Label::Missing, Vec::new());
    }
    let year = |rows: &[&Row]| table.spec.year.as_ref().filter(|_| !rows.is_empty()).map(|_| 2018.5);
    let round = |(label, rows): (Label, Vec<&Row>)| Round { label, year: year(&rows), cube: cube(table, &rows) };
    Series { rounds: rounds.into_iter().map(round).collect() }
}

fn cube(table: &Table, rows: &[&Row]) -> Cube {
    let spec = &table.spec;
    let sampling = spec.sampling();
    let gaps: BTreeMap<usize, usize> =
        spec.gaps.iter().map(|(name, column)| (name[1..].parse().unwrap(), column[3..].parse().unwrap())).collect();
    let mut cells: BTreeMap<CellKey, Sums> = BTreeMap::new();
    let mut corrections: BTreeMap<Label, f64> = BTreeMap::new();
    let mut units: BTreeSet<(Label, Label)> = BTreeSet::new();
    if sampling == Sampling::Register {
        units.insert((Label::Missing, Label::Missing));
    }
    for (number, row) in (1..).zip(rows) {
        let stratum = spec.strata.as_ref().map_or(Label::Missing, |_| row.stratum.clone());
        let psu = match sampling {
            Sampling::Register => Label::Missing,
            Sampling::Clusters => row.psu.clone(),
            Sampling::Elements => Label::Whole(number),
        };
        if spec.fpc.is_some() {
            corrections.insert(stratum.clone(), row.fpc);
        }
        units.insert((stratum.clone(), psu.clone()));
        let bits = |of: &dyn Fn(Option<bool>) -> bool| {
            (0..).zip(&row.flags).fold(0, |bits, (j, flag)| bits | u32::from(of(*flag)) << j)
        };
        let profile = Profile { deprived: bits(&|flag| flag == Some(true)), unknown: bits(&|flag| flag.is_none()) };
        let keys = row.keys[..spec.keys.len()].to_vec();
        let weight = match (&spec.weight, &spec.size) {
            (None, None) => 1.0,
            (Some(_), None) => row.weight,
            (None, Some(_)) => row.size,
            (Some(_), Some(_)) => row.weight * row.size,
        };
        let sums = cells.entry((stratum, psu, keys, profile)).or_default();
        sums.rows += 1;
        sums.weight += weight;
        sums.gaps.resize(gaps.len(), [0.0; 2]);
        for (sums, (indicator, column)) in sums.gaps.iter_mut().zip(&gaps) {
            let gap = if row.flags[*indicator] == Some(true) { row.gaps[*column] } else { 0.0 };
            sums[0] += weight * gap;
            sums[1] += weight * gap * gap;
        }
    }
    let set = |labels: BTreeSet<Label>| -> Vec<Label> { labels.into_iter().collect() };
    let strata = set(units.iter().map(|(stratum, _)| stratum.clone()).collect());
    let place = |list: &[Label], label: &Label| list.binary_search(label).unwrap() as u32;
    let keys: Vec<Key> = (0..spec.keys.len())
        .map(|key| Key {
            name: spec.keys[key].clone(),
            values: set(cells.keys().map(|cell| cell.2[key].clone()).collect()),
        })
        .collect();
    let group =
        |labels: &[Label]| -> Vec<u32> { keys.iter().zip(labels).map(|(key, l)| place(&key.values, l)).collect() };
    let groups: BTreeSet<Vec<u32>> = cells.keys().map(|cell| group(&cell.2)).collect();
    let groups: Vec<Vec<u32>> = groups.into_iter().collect();
    let psus: Vec<(Label, Label)> = units.into_iter().collect();
    let profiles: BTreeSet<Profile> = cells.keys().map(|cell| cell.3).collect();
    let profiles: Vec<Profile> = profiles.into_iter().collect();
    let column = |of: &dyn Fn(&CellKey) -> u32| cells.keys().map(of).collect();
    Cube {
        indicators: spec.indicators.clone(),
        weight: spec.weight_name(),
        strata: strata
            .iter()
            .map(|label| CubeStratum { label: label.clone(), population: corrections.get(label).copied() })
            .collect(),
        psus: psus
            .iter()
            .map(|(stratum, label)| Psu { stratum: place(&strata, stratum), label: label.clone() })
            .collect(),
        cells: Cells {
            psu: column(&|(stratum, psu, ..)| psus.binary_search(&(stratum.clone(), psu.clone())).unwrap() as u32),
            group: column(&|cell| groups.binary_search(&group(&cell.2)).unwrap() as u32),
            profile: column(&|cell| profiles.binary_search(&cell.3).unwrap() as u32),
            rows: cells.values().map(|sums| sums.rows).collect(),
            weight: cells.values().map(|sums| sums.weight).collect(),
        },
        gaps: gaps
            .keys()
            .enumerate()
            .map(|(place, indicator)| GapSums {
                indicator: *indicator,
                gap: cells.values().map(|sums| sums.gaps[place][0]).collect(),
                gap_squared: cells.values().map(|sums| sums.gaps[place][1]).collect(),
            })
            .collect(),
        groups: groups.concat(),
        sampling,
        keys,
        profiles,
    }
}
