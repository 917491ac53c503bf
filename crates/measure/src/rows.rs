//! A cube from rows in memory, one by one: simple, for small data and for checking faster ways.

use crate::cube::{Cells, Cube, CubeStratum, GapSums, Key, Label, Profile, Psu, Sampling};
use std::collections::BTreeMap;

/// One household or person.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// Its stratum.
    pub stratum: Label,
    /// How many primary sampling units the population has in the stratum.
    pub population: Option<f64>,
    /// Its primary sampling unit within the stratum.
    pub psu: Label,
    /// Its value of each key.
    pub keys: Vec<Label>,
    /// Deprived and unknown.
    pub profile: Profile,
    /// Its weight.
    pub weight: f64,
    /// Its normalised gap in each indicator that has one; of no account where it is not deprived.
    pub gaps: Vec<f64>,
}

/// What the rows are about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Header {
    /// Names of the indicators.
    pub indicators: Vec<String>,
    /// What the weight is.
    pub weight: String,
    /// How the rows were chosen.
    pub sampling: Sampling,
    /// Names of the keys.
    pub keys: Vec<String>,
    /// The places of the indicators with gaps.
    pub gaps: Vec<usize>,
}

#[derive(Default)]
struct Sums {
    rows: u32,
    weight: f64,
    gaps: Vec<[f64; 2]>,
}

impl Cube {
    /// The cube of some rows. For [`Sampling::Register`] all rows should name one stratum and unit.
    pub fn of_rows(header: Header, rows: &[Row]) -> Cube {
        let sorted = |mut labels: Vec<Label>| {
            labels.sort_unstable();
            labels.dedup();
            labels
        };
        let values = |key: usize| sorted(rows.iter().map(|row| row.keys[key].clone()).collect());
        let keys: Vec<Key> =
            header.keys.iter().enumerate().map(|(key, name)| Key { name: name.clone(), values: values(key) }).collect();
        let mut populations: BTreeMap<&Label, Option<f64>> = BTreeMap::new();
        let mut sums: BTreeMap<(&Label, &Label, &[Label], Profile), Sums> = BTreeMap::new();
        for row in rows {
            populations.insert(&row.stratum, row.population);
            let sum = sums.entry((&row.stratum, &row.psu, &row.keys, row.profile)).or_default();
            sum.rows += 1;
            sum.weight += row.weight;
            sum.gaps.resize(header.gaps.len(), [0.0; 2]);
            for ((sums, gap), indicator) in sum.gaps.iter_mut().zip(&row.gaps).zip(&header.gaps) {
                if row.profile.deprived >> indicator & 1 == 1 {
                    *sums = [sums[0] + row.weight * gap, sums[1] + row.weight * gap * gap];
                }
            }
        }
        let place = |key: usize, label: &Label| keys[key].values.binary_search(label).expect("collected above") as u32;
        let mut groups: Vec<Vec<u32>> = Vec::new();
        let group_of = |labels: &[Label]| labels.iter().enumerate().map(|(k, l)| place(k, l)).collect::<Vec<u32>>();
        sums.keys().for_each(|(.., labels, _)| groups.push(group_of(labels)));
        groups.sort_unstable();
        groups.dedup();
        let mut profiles: Vec<Profile> = sums.keys().map(|(.., profile)| *profile).collect();
        profiles.sort_unstable();
        profiles.dedup();

        let strata: Vec<&Label> = populations.keys().copied().collect();
        let mut psus: Vec<Psu> = Vec::new();
        let mut cells = Cells::default();
        let empty = |indicator: &usize| GapSums { indicator: *indicator, gap: Vec::new(), gap_squared: Vec::new() };
        let mut gaps: Vec<GapSums> = header.gaps.iter().map(empty).collect();
        for ((stratum, psu, labels, profile), sum) in &sums {
            let stratum = strata.binary_search(stratum).expect("collected above") as u32;
            let psu = Psu { stratum, label: (*psu).clone() };
            if psus.last() != Some(&psu) {
                psus.push(psu);
            }
            cells.psu.push(psus.len() as u32 - 1);
            cells.group.push(groups.binary_search(&group_of(labels)).expect("collected above") as u32);
            cells.profile.push(profiles.binary_search(profile).expect("collected above") as u32);
            cells.rows.push(sum.rows);
            cells.weight.push(sum.weight);
            for (gaps, [gap, squared]) in gaps.iter_mut().zip(&sum.gaps) {
                gaps.gap.push(*gap);
                gaps.gap_squared.push(*squared);
            }
        }
        let strata = populations.iter();
        Cube {
            indicators: header.indicators,
            weight: header.weight,
            sampling: header.sampling,
            strata: strata
                .map(|(label, population)| CubeStratum { label: (*label).clone(), population: *population })
                .collect(),
            psus,
            keys,
            groups: groups.into_iter().flatten().collect(),
            profiles,
            cells,
            gaps,
        }
    }
}
