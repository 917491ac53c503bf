//! The deprivation profile cube: who is deprived in what, counted.
//!
//! A *profile* is the set of indicators in which a household is deprived and the set of those not known. A [`Cube`] holds,
//! for each primary sampling unit, group and profile that occurs, how many rows have it and the sum of their weights.
//! Every cut-off, weighting and table by subgroup is computed from it without looking at a household again. It adds up:
//! the cubes of provinces, merged, are the nation's.
//!
//! What always holds: cells are sorted by (PSU, group, profile), each combination once; PSUs are sorted by (stratum,
//! label) and groups by the values of their keys, so that the same rows give the same cube; weights are sums taken in
//! the order of the rows.

use crate::design::{Design, LonelyPsu, Stratum};
use std::cmp::Ordering;

/// The deprived and the unknown indicators of a household: bit `j` stands for indicator `j`. No bit is in both.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Profile {
    /// Deprived.
    pub deprived: u32,
    /// Neither known to be deprived nor known not to be.
    pub unknown: u32,
}

/// A name as data files write it: a code is a number or a text. Numbers come before texts and in their own order.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Label {
    /// A whole number.
    Whole(i64),
    /// Anything else.
    Text(Box<str>),
    /// No value in the row.
    Missing,
}

impl std::fmt::Display for Label {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Label::Whole(number) => number.fmt(f),
            Label::Text(text) => text.fmt(f),
            Label::Missing => f.write_str("(missing)"),
        }
    }
}

/// A column by which subgroups are told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Key {
    /// Its name.
    pub name: String,
    /// The values that occur, rising.
    pub values: Vec<Label>,
}

/// How the rows were chosen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Sampling {
    /// Everybody is in the table: there is no sampling error.
    Register,
    /// A sample of primary sampling units in strata; see [`Cube::psus`] and [`Cube::strata`].
    Clusters,
    /// A sample of rows: each is a primary sampling unit of its own, numbered as it comes.
    Elements,
}

/// A primary sampling unit.
#[derive(Clone, Debug, PartialEq)]
pub struct Psu {
    /// The place of its stratum.
    pub stratum: u32,
    /// Its name; unique within the stratum.
    pub label: Label,
}

/// A stratum of the design.
#[derive(Clone, Debug, PartialEq)]
pub struct CubeStratum {
    /// Its name.
    pub label: Label,
    /// How many primary sampling units the population has in it; without it, they count as drawn with replacement.
    pub population: Option<f64>,
}

/// What is measured of an indicator beyond yes or no: sums of weight × gap and weight × gap² for each cell, where the
/// gap is the normalised shortfall (z − x)/z of those deprived, 0 to 1.
#[derive(Clone, Debug, PartialEq)]
pub struct GapSums {
    /// The place of the indicator.
    pub indicator: usize,
    /// Σ w·gap for each cell.
    pub gap: Vec<f64>,
    /// Σ w·gap² for each cell.
    pub gap_squared: Vec<f64>,
}

/// Counts and weights for each combination of primary sampling unit, group and profile.
#[derive(Clone, Debug, PartialEq)]
pub struct Cube {
    /// Names of the indicators, in the order of the bits.
    pub indicators: Vec<String>,
    /// What a weight is: a column, a product of columns, or the number of rows.
    pub weight: String,
    /// How the rows were chosen.
    pub sampling: Sampling,
    /// The strata, rising by label. A register has one.
    pub strata: Vec<CubeStratum>,
    /// The primary sampling units, rising by (stratum, label). A register has one.
    pub psus: Vec<Psu>,
    /// The columns that tell subgroups.
    pub keys: Vec<Key>,
    /// For each group, the place of its value of each key: `keys.len()` numbers a group, groups rising.
    pub groups: Vec<u32>,
    /// The profiles that occur, rising.
    pub profiles: Vec<Profile>,
    /// The cells, rising by (PSU, group, profile).
    pub cells: Cells,
    /// Sums of gaps of the indicators that have them.
    pub gaps: Vec<GapSums>,
}

/// The cells of a cube, a column each.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Cells {
    /// The place of the primary sampling unit.
    pub psu: Vec<u32>,
    /// The place of the group.
    pub group: Vec<u32>,
    /// The place of the profile.
    pub profile: Vec<u32>,
    /// How many rows.
    pub rows: Vec<u32>,
    /// The sum of their weights.
    pub weight: Vec<f64>,
}

impl Cells {
    /// How many cells.
    pub fn len(&self) -> usize {
        self.psu.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.psu.is_empty()
    }
}

/// Why cubes cannot be added.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MergeError {
    /// They measure different things.
    #[error("the cubes differ in {what}: {left} and {right}")]
    Differ {
        /// In what.
        what: &'static str,
        /// The first's.
        left: String,
        /// The second's.
        right: String,
    },
    /// A stratum has two population sizes.
    #[error("stratum {0} has different numbers of primary sampling units in the population")]
    Population(Label),
    /// More than 2³² rows of one unit, group and profile.
    #[error("more than 4,294,967,295 rows of one unit, group and profile")]
    Rows,
}

impl Cube {
    /// How many groups.
    pub fn group_count(&self) -> usize {
        if self.keys.is_empty() { 1 } else { self.groups.len() / self.keys.len() }
    }

    /// The values of a group's keys, as their places.
    pub fn group(&self, group: usize) -> &[u32] {
        &self.groups[group * self.keys.len()..(group + 1) * self.keys.len()]
    }

    /// The place of a key.
    pub fn key(&self, name: &str) -> Option<usize> {
        self.keys.iter().position(|key| key.name == name)
    }

    /// How many rows in all, known or not.
    pub fn rows(&self) -> u64 {
        self.cells.rows.iter().map(|n| u64::from(*n)).sum()
    }

    /// The survey design; none for a register.
    pub fn design(&self, lonely: LonelyPsu) -> Option<Design> {
        if self.sampling == Sampling::Register {
            return None;
        }
        let mut strata: Vec<Stratum> = Vec::with_capacity(self.strata.len());
        let mut first = 0;
        for (place, stratum) in self.strata.iter().enumerate() {
            let count = self.psus[first..].iter().take_while(|psu| psu.stratum as usize == place).count();
            strata.push(Stratum { label: stratum.label.clone(), psus: count, population: stratum.population });
            first += count;
        }
        Some(Design::new(strata, lonely).with_weighing(&self.weighing()))
    }

    /// For each primary sampling unit, whether somebody in it has a weight.
    pub(crate) fn weighing(&self) -> Vec<bool> {
        let mut weighing = vec![false; self.psus.len()];
        for (psu, weight) in self.cells.psu.iter().zip(&self.cells.weight) {
            weighing[*psu as usize] |= *weight > 0.0;
        }
        weighing
    }

    /// The subgroups told by some keys (by their places); the whole when there are none.
    pub fn grouping(&self, keys: &[usize]) -> Grouping {
        let values = |group: usize| -> Vec<u32> { keys.iter().map(|key| self.group(group)[*key]).collect() };
        let of: Vec<Vec<u32>> = (0..self.group_count()).map(values).collect();
        let mut domains = of.clone();
        domains.sort_unstable();
        domains.dedup();
        if keys.is_empty() {
            // The whole is there even if nobody is in it.
            domains = vec![Vec::new()];
        }
        let place = |values: &Vec<u32>| domains.binary_search(values).expect("collected above") as u32;
        Grouping { keys: keys.to_vec(), of_group: of.iter().map(place).collect(), domains }
    }

    /// The names of a domain's values.
    pub fn domain_labels(&self, grouping: &Grouping, domain: usize) -> Vec<&Label> {
        let values = grouping.keys.iter().zip(&grouping.domains[domain]);
        values.map(|(key, value)| &self.keys[*key].values[*value as usize]).collect()
    }

    /// Adds another cube of the same indicators, keys, weight and sampling: the cubes of provinces are the nation's.
    /// Where a combination is in both, this cube's weights come first in the sum. The sums of a register with whole
    /// weights do not depend on any order.
    ///
    /// # Errors
    /// [`MergeError`] says in what the two differ.
    pub fn merge(&self, other: &Cube) -> Result<Cube, MergeError> {
        let differ = |what, left: &dyn std::fmt::Debug, right: &dyn std::fmt::Debug| {
            Err(MergeError::Differ { what, left: format!("{left:?}"), right: format!("{right:?}") })
        };
        let names = |cube: &Cube| cube.keys.iter().map(|key| key.name.clone()).collect::<Vec<_>>();
        let gaps = |cube: &Cube| cube.gaps.iter().map(|gap| gap.indicator).collect::<Vec<_>>();
        if self.indicators != other.indicators {
            return differ("indicators", &self.indicators, &other.indicators);
        } else if self.weight != other.weight {
            return differ("weight", &self.weight, &other.weight);
        } else if self.sampling != other.sampling {
            return differ("sampling", &self.sampling, &other.sampling);
        } else if names(self) != names(other) {
            return differ("keys", &names(self), &names(other));
        } else if gaps(self) != gaps(other) {
            return differ("indicators with gaps", &gaps(self), &gaps(other));
        }
        let both = [self, other];
        let (strata, stratum_of) = union(both.map(|c| c.strata.iter().map(|s| s.label.clone()).collect()));
        let mut populations: Vec<Option<f64>> = vec![None; strata.len()];
        let mut seen = vec![false; strata.len()];
        for (cube, places) in both.iter().zip(&stratum_of) {
            for (stratum, place) in cube.strata.iter().zip(places) {
                let place = *place as usize;
                if seen[place] && populations[place] != stratum.population {
                    return Err(MergeError::Population(stratum.label.clone()));
                }
                (seen[place], populations[place]) = (true, stratum.population);
            }
        }
        // Elements have no name by which the same one could be in both.
        let shift = if self.sampling == Sampling::Elements { self.psus.len() as i64 } else { 0 };
        let psu_names = |i: usize| {
            let label = |label: &Label| match label {
                Label::Whole(number) if i == 1 => Label::Whole(number + shift),
                label => label.clone(),
            };
            let name = |psu: &Psu| (stratum_of[i][psu.stratum as usize], label(&psu.label));
            both[i].psus.iter().map(name).collect()
        };
        let (psus, psu_of) = union([psu_names(0), psu_names(1)]);
        let mut keys = Vec::new();
        let mut value_of = Vec::new();
        for key in 0..self.keys.len() {
            let (values, of) = union(both.map(|c| c.keys[key].values.clone()));
            keys.push(Key { name: self.keys[key].name.clone(), values });
            value_of.push(of);
        }
        let group_names = |i: usize| -> Vec<Vec<u32>> {
            let renamed = |group: usize| {
                let values = both[i].group(group).iter().enumerate();
                values.map(|(key, value)| value_of[key][i][*value as usize]).collect()
            };
            (0..both[i].group_count()).map(renamed).collect()
        };
        let (groups, group_of) = union([group_names(0), group_names(1)]);
        let (profiles, profile_of) = union(both.map(|c| c.profiles.clone()));

        let mut rows: Vec<MergedCell> = Vec::with_capacity(self.cells.len() + other.cells.len());
        for (i, cube) in both.iter().enumerate() {
            for cell in 0..cube.cells.len() {
                rows.push(MergedCell {
                    psu: psu_of[i][cube.cells.psu[cell] as usize],
                    group: group_of[i][cube.cells.group[cell] as usize],
                    profile: profile_of[i][cube.cells.profile[cell] as usize],
                    cube: i,
                    cell,
                });
            }
        }
        rows.sort_by(MergedCell::order);
        let mut merged = Cube {
            indicators: self.indicators.clone(),
            weight: self.weight.clone(),
            sampling: self.sampling.clone(),
            strata: strata
                .into_iter()
                .zip(populations)
                .map(|(label, population)| CubeStratum { label, population })
                .collect(),
            psus: psus.into_iter().map(|(stratum, label)| Psu { stratum, label }).collect(),
            keys,
            groups: groups.into_iter().flatten().collect(),
            profiles,
            cells: Cells::default(),
            gaps: gaps(self)
                .into_iter()
                .map(|indicator| GapSums { indicator, gap: Vec::new(), gap_squared: Vec::new() })
                .collect(),
        };
        for (i, row) in rows.iter().enumerate() {
            let from = both[row.cube];
            let same = i > 0 && MergedCell::order(&rows[i - 1], row) == Ordering::Equal;
            let cells = &mut merged.cells;
            if !same {
                cells.psu.push(row.psu);
                cells.group.push(row.group);
                cells.profile.push(row.profile);
                cells.rows.push(0);
                cells.weight.push(0.0);
                for sums in &mut merged.gaps {
                    sums.gap.push(0.0);
                    sums.gap_squared.push(0.0);
                }
            }
            let last = cells.len() - 1;
            cells.rows[last] = cells.rows[last].checked_add(from.cells.rows[row.cell]).ok_or(MergeError::Rows)?;
            cells.weight[last] += from.cells.weight[row.cell];
            for (sums, theirs) in merged.gaps.iter_mut().zip(&from.gaps) {
                sums.gap[last] += theirs.gap[row.cell];
                sums.gap_squared[last] += theirs.gap_squared[row.cell];
            }
        }
        Ok(merged)
    }
}

/// Subgroups told by one or more keys.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Grouping {
    /// The places of the keys; none for the whole.
    pub keys: Vec<usize>,
    /// The domain of each group of the cube.
    pub of_group: Vec<u32>,
    /// The place of the value of each key, for each domain, rising.
    pub domains: Vec<Vec<u32>>,
}

struct MergedCell {
    psu: u32,
    group: u32,
    profile: u32,
    cube: usize,
    cell: usize,
}

impl MergedCell {
    fn order(&self, other: &Self) -> Ordering {
        (self.psu, self.group, self.profile).cmp(&(other.psu, other.group, other.profile))
    }
}

/// The sorted union of two lists, and the place in it of each item of each.
fn union<T: Ord + Clone>(lists: [Vec<T>; 2]) -> (Vec<T>, [Vec<u32>; 2]) {
    let mut all: Vec<T> = lists.concat();
    all.sort_unstable();
    all.dedup();
    let places =
        |list: &Vec<T>| list.iter().map(|item| all.binary_search(item).expect("in the union") as u32).collect();
    let places = [places(&lists[0]), places(&lists[1])];
    (all, places)
}
