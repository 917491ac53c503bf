//! The cube of one round while it is built, and how it is put in order at the end.

use super::builder::{Head, Names};
use super::gathered::Gathered;
use super::ids::{Ids, Labels, Mixer, pair};
use super::saved::SavedCells;
use super::series::Round;
use super::spec::Plan;
use super::tally::{TalliedCell, Tally};
use crate::table_problem::{TableProblem, TableProblems};
use crate::words::told;
use std::cmp::Ordering;
use std::collections::HashMap;
use std::hash::BuildHasherDefault;
use std::ops::Range;
use vuon_measure::cube::{Cells, Cube, CubeStratum, GapSums, Key, Label, Profile, Psu, Sampling};

/// The cube of a round, in the order in which its parts first occur. Names are their numbers in [`Labels`].
#[derive(Debug)]
pub(super) struct RoundBuilder {
    /// Without one, there is no column of rounds, or no row.
    label: Option<u32>,
    year: Option<f64>,
    other_year: Option<f64>,
    stratum_of: Ids,
    strata: Vec<BuiltStratum>,
    psu_of: Ids,
    /// The stratum and the label of each unit; elements have no labels.
    psus: Vec<(u32, u32)>,
    /// The stratum and the unit that each label was last the name of: nearly always the only one.
    last_unit: Vec<(u32, u32)>,
    /// A group is found key by key: what the keys so far have led to, and the next label.
    group_of: Vec<Ids>,
    /// The labels of each group, one after the other.
    groups: Vec<u32>,
    profiles: ProfileIds,
    place_of: Ids,
    /// The units and groups that occur together.
    places: Vec<(u32, u32)>,
    /// The group and the place in which each unit was last: nearly always the only one.
    last_place: Vec<(u32, u32)>,
    cells: Gathered,
}

#[derive(Debug)]
struct BuiltStratum {
    label: u32,
    correction: Option<f64>,
    other_correction: Option<f64>,
}

/// Numbers profiles as they first occur.
#[derive(Debug)]
struct ProfileIds {
    list: Vec<Profile>,
    /// By the bit set of the deprived, where nothing is unknown and there are not too many indicators.
    known: Vec<u32>,
    others: HashMap<Profile, u32, BuildHasherDefault<Mixer>>,
}

const NONE: u32 = u32::MAX;

impl ProfileIds {
    fn new(indicators: usize) -> Self {
        let known = vec![NONE; if indicators <= 16 { 1 << indicators } else { 0 }];
        Self { list: Vec::new(), known, others: HashMap::default() }
    }

    fn id(&mut self, profile: Profile) -> u32 {
        let next = self.list.len() as u32;
        let id = match self.known.get_mut(profile.deprived as usize) {
            Some(id) if profile.unknown == 0 => id,
            _ => self.others.entry(profile).or_insert(NONE),
        };
        if *id == NONE {
            *id = next;
            self.list.push(profile);
        }
        *id
    }
}

impl RoundBuilder {
    /// A cube of nothing yet.
    pub fn new(label: Option<u32>, head: &Head) -> Self {
        let mut round = Self {
            label,
            year: None,
            other_year: None,
            stratum_of: Ids::default(),
            strata: Vec::new(),
            psu_of: Ids::default(),
            psus: Vec::new(),
            last_unit: Vec::new(),
            group_of: head.keys.iter().map(|_| Ids::default()).collect(),
            groups: Vec::new(),
            profiles: ProfileIds::new(head.indicators.len()),
            place_of: Ids::default(),
            places: Vec::new(),
            last_place: Vec::new(),
            cells: Gathered::new(head.gaps.len()),
        };
        if head.sampling == Sampling::Register {
            // There is one, even if there are no rows.
            let stratum = round.stratum(0, None);
            let _ = round.psu(stratum, 0);
        }
        round
    }

    /// Adds some kinds of runs of a batch, all of this round.
    pub fn add(&mut self, kinds: Range<usize>, names: &Names, tally: &Tally, exact: bool) {
        let strata = self.strata(kinds.clone(), names);
        let groups = self.groups(kinds.clone(), names);
        if tally.each_row {
            for ((kind, stratum), group) in kinds.zip(strata).zip(groups) {
                tally.cells_of(kind).for_each(|cell| self.push_element(stratum, group, cell));
            }
            return;
        }
        let places = self.places(kinds.clone(), names, &strata, &groups);
        for (kind, (place, new)) in kinds.zip(places) {
            if new || exact {
                self.push_all(place, tally.cells_of(kind));
            } else {
                // What was added before stands at the beginning of a sum, so the rows follow one by one.
                let mut gaps = Vec::new();
                for row in tally.runs.of(kind).flatten() {
                    let cell = tally.rows.cell(row, &mut gaps);
                    self.push_all(place, [(&cell, &gaps[..])].into_iter());
                }
            }
        }
        self.cells.compact_when_due(self.profiles.list.len());
    }

    /// Adds some runs of saved cells, all of this round.
    pub fn add_saved(&mut self, kinds: Range<usize>, names: &Names, saved: &SavedCells) {
        let strata = self.strata(kinds.clone(), names);
        let groups = self.groups(kinds.clone(), names);
        let places = self.places(kinds.clone(), names, &strata, &groups);
        let ids: Vec<u32> = saved.profiles.iter().map(|profile| self.profiles.id(*profile)).collect();
        for (kind, (place, _)) in kinds.zip(places) {
            for cells in saved.runs.of(kind) {
                let gaps = saved.gaps.iter().map(|sums| sums.each_ref().map(|sums| &sums.values()[cells.clone()]));
                let (rows, weights) = (&saved.rows.values()[cells.clone()], &saved.weights.values()[cells.clone()]);
                self.cells.push_columns(place, &ids[cells.clone()], rows, weights, gaps);
            }
        }
    }

    // Names are looked up one column after the other: many look-ups of one kind, in a row, do not wait for each other.

    fn strata(&mut self, kinds: Range<usize>, names: &Names) -> Vec<u32> {
        names.years[kinds.clone()].iter().for_each(|year| self.set_year(*year));
        let labels = names.strata[kinds.clone()].iter().zip(&names.corrections[kinds]);
        labels.map(|(label, correction)| self.stratum(*label, *correction)).collect()
    }

    fn places(&mut self, kinds: Range<usize>, names: &Names, strata: &[u32], groups: &[u32]) -> Vec<(u32, bool)> {
        let labels = strata.iter().zip(&names.psus[kinds]);
        let psus: Vec<u32> = labels.map(|(stratum, label)| self.psu(*stratum, *label)).collect();
        psus.iter().zip(groups).map(|(psu, group)| self.place(*psu, *group)).collect()
    }

    fn set_year(&mut self, year: Option<f64>) {
        match (self.year, year) {
            (None, year) => self.year = year,
            (Some(known), Some(year)) if known != year => self.other_year = Some(year),
            _ => {}
        }
    }

    /// The number of a stratum.
    fn stratum(&mut self, label: u32, correction: Option<f64>) -> u32 {
        let (stratum, new) = self.stratum_of.id(label.into());
        if new {
            self.strata.push(BuiltStratum { label, correction, other_correction: None });
        }
        let known = &mut self.strata[stratum as usize];
        if known.correction != correction {
            known.other_correction = correction;
        }
        stratum
    }

    /// The number of a primary sampling unit of a stratum.
    fn psu(&mut self, stratum: u32, label: u32) -> u32 {
        if let Some((known, psu)) = self.last_unit.get(label as usize)
            && *known == stratum
        {
            return *psu;
        }
        let (psu, new) = self.psu_of.id(pair(stratum, label));
        if new {
            self.psus.push((stratum, label));
        }
        remember(&mut self.last_unit, label, (stratum, psu));
        psu
    }

    /// The numbers of groups, by the labels of their keys.
    fn groups(&mut self, kinds: Range<usize>, names: &Names) -> Vec<u32> {
        let Some((last, before)) = self.group_of.split_last_mut() else { return vec![0; kinds.len()] };
        let group = |kind: usize| {
            let mut labels = names.keys.iter().map(|key| key[kind]);
            let found = before.iter_mut().zip(&mut labels).fold(0, |group, (ids, label)| ids.id(pair(group, label)).0);
            let label = labels.next().unwrap_or_default();
            let (group, new) = last.id(pair(found, label));
            if new {
                self.groups.extend(names.keys.iter().map(|key| key[kind]));
            }
            group
        };
        kinds.map(group).collect()
    }

    /// The number of a place, and whether it is new.
    fn place(&mut self, psu: u32, group: u32) -> (u32, bool) {
        if let Some((known, place)) = self.last_place.get(psu as usize)
            && *known == group
        {
            return (*place, false);
        }
        let (place, new) = self.place_of.id(pair(psu, group));
        if new {
            self.places.push((psu, group));
        }
        remember(&mut self.last_place, psu, (group, place));
        (place, new)
    }

    /// Makes room for so many cells.
    pub fn reserve(&mut self, cells: usize) {
        self.cells.reserve(cells);
    }

    /// A row that is a primary sampling unit.
    fn push_element(&mut self, stratum: u32, group: u32, cell: (&TalliedCell, &[[f64; 2]])) {
        let psu = self.psus.len() as u32;
        self.psus.push((stratum, psu));
        self.places.push((psu, group));
        self.push_all(psu, [cell].into_iter());
    }

    /// Cells of a place, with their gaps. What the place has of the same profiles comes before them in the sums.
    fn push_all<'c>(&mut self, place: u32, cells: impl Iterator<Item = (&'c TalliedCell, &'c [[f64; 2]])>) {
        let profiles = &mut self.profiles;
        self.cells.push_all(place, cells.map(|(cell, gaps)| (profiles.id(cell.profile), cell.rows, cell.weight, gaps)));
    }

    /// Everything in its order.
    pub fn finish(self, head: &Head, plan: &Plan, labels: &[Labels]) -> Result<Round, TableProblems> {
        let name = |place: Option<usize>, id: u32| place.map_or(&Label::Missing, |place| labels[place].get(id));
        let round = self.label.map_or(Label::Missing, |label| name(plan.round, label).clone());
        let populations = self.populations(&round, |id| name(plan.strata, id).clone())?;

        let (stratum_order, stratum_rank) =
            ranked(self.strata.len(), |a, b| name(plan.strata, self.strata[a].label).cmp(name(plan.strata, self.strata[b].label)));
        let strata = stratum_order.iter().map(|stratum| {
            let stratum = *stratum as usize;
            let label = name(plan.strata, self.strata[stratum].label).clone();
            CubeStratum { label, population: populations[stratum] }
        });
        // Saved elements have names.
        let elements = head.sampling == Sampling::Elements && plan.psu.is_none();
        let (psu_order, psu_rank) = ranked(self.psus.len(), |a, b| {
            let ((a_stratum, a), (b_stratum, b)) = (self.psus[a], self.psus[b]);
            let strata = stratum_rank[a_stratum as usize].cmp(&stratum_rank[b_stratum as usize]);
            strata.then_with(|| if elements { a.cmp(&b) } else { name(plan.psu, a).cmp(name(plan.psu, b)) })
        });
        let psus = psu_order.iter().map(|psu| {
            let (stratum, label) = self.psus[*psu as usize];
            let label = if elements { Label::Whole(i64::from(label) + 1) } else { name(plan.psu, label).clone() };
            Psu { stratum: stratum_rank[stratum as usize], label }
        });

        let mut keys = Vec::with_capacity(head.keys.len());
        // The labels of groups become places among the values of their key.
        let mut groups = self.groups.clone();
        for (key, key_name) in head.keys.iter().enumerate() {
            let labels = &labels[plan.keys[key]];
            let mut values: Vec<u32> = groups.iter().skip(key).step_by(head.keys.len()).copied().collect();
            values.sort_unstable();
            values.dedup();
            values.sort_unstable_by(|a, b| labels.get(*a).cmp(labels.get(*b)));
            let mut rank = vec![NONE; labels.len()];
            (0..).zip(&values).for_each(|(place, value)| rank[*value as usize] = place);
            groups.iter_mut().skip(key).step_by(head.keys.len()).for_each(|value| *value = rank[*value as usize]);
            let values = values.into_iter().map(|value| labels.get(value).clone()).collect();
            keys.push(Key { name: key_name.clone(), values });
        }
        let group_values = |group: usize| &groups[group * keys.len()..(group + 1) * keys.len()];
        let group_count = groups.len().checked_div(keys.len()).unwrap_or(1);
        let (group_order, group_rank) = ranked(group_count, |a, b| group_values(a).cmp(group_values(b)));
        let groups = group_order.iter().flat_map(|group| group_values(*group as usize)).copied().collect();

        let known = &self.profiles.list;
        let (profile_order, profile_rank) = ranked(known.len(), |a, b| known[a].cmp(&known[b]));
        let profiles = profile_order.iter().map(|profile| known[*profile as usize]).collect();

        let (strata, psus) = (strata.collect(), psus.collect());
        let year = self.year;
        let key = |(psu, group): &(u32, u32)| pair(psu_rank[*psu as usize], group_rank[*group as usize]);
        let (place_order, place_rank) = ranked(self.places.len(), |a, b| key(&self.places[a]).cmp(&key(&self.places[b])));
        let (counts, sums) = self.cells.finish(&place_rank, &profile_rank);
        let of_places = |number: &dyn Fn(&(u32, u32)) -> u32| -> Vec<u32> {
            let mut column = Vec::with_capacity(sums.rows.len());
            for (place, count) in place_order.iter().zip(&counts) {
                column.resize(column.len() + *count as usize, number(&self.places[*place as usize]));
            }
            column
        };
        let cells = Cells {
            psu: of_places(&|(psu, _)| psu_rank[*psu as usize]),
            group: of_places(&|(_, group)| group_rank[*group as usize]),
            profile: sums.profiles,
            rows: sums.rows,
            weight: sums.weights,
        };
        let gaps = sums.gaps;
        let gaps = head.gaps.iter().zip(gaps);
        let cube = Cube {
            indicators: head.indicators.clone(),
            weight: head.weight.clone(),
            sampling: head.sampling.clone(),
            strata,
            psus,
            keys,
            groups,
            profiles,
            cells,
            gaps: gaps.map(|(indicator, [gap, gap_squared])| GapSums { indicator: *indicator, gap, gap_squared }).collect(),
        };
        Ok(Round { label: round, year, cube })
    }

    /// The number of primary sampling units that the population has in each stratum.
    fn populations(&self, round: &Label, name: impl Fn(u32) -> Label) -> Result<Vec<Option<f64>>, TableProblems> {
        let mut problems = TableProblems::default();
        let mut problem = |message, advice| problems.list.push(TableProblem { file: None, message, advice });
        if let (Some(year), Some(other)) = (self.year, self.other_year) {
            problem(
                told(
                    format!("kỳ điều tra {round} có hai năm: {year} và {other}"),
                    format!("round {round} has two years: {year} and {other}"),
                ),
                told(
                    "hãy ghi một năm cho mỗi kỳ, ví dụ 2018.5 khi điều tra kéo dài từ 2018 sang 2019",
                    "write one year for each round, such as 2018.5 for a survey that went on from 2018 into 2019",
                ),
            );
        }
        let stratum = |stratum: &BuiltStratum| match name(stratum.label) {
            Label::Missing => told("mẫu", "the sample"),
            label => told(format!("tầng {label}"), format!("stratum {label}")),
        };
        for known in &self.strata {
            if let (Some(one), Some(other)) = (known.correction, known.other_correction) {
                let stratum = stratum(known);
                problem(
                    told(
                        format!("{} có hai hệ số hiệu chỉnh tổng thể hữu hạn: {one} và {other}", stratum.vi),
                        format!("{} has two finite population corrections: {one} and {other}", stratum.en),
                    ),
                    told("hãy ghi một số cho cả tầng", "write one number for the whole stratum"),
                );
            }
        }
        let corrected = |test: fn(f64) -> bool| self.strata.iter().find(|s| s.correction.is_some_and(test));
        let counts = corrected(|correction| correction > 1.0).is_some();
        if counts && let Some(share) = corrected(|correction| correction < 1.0) {
            let stratum = stratum(share);
            problem(
                told(
                    format!("{} có hệ số hiệu chỉnh là một tỷ lệ, các tầng khác là số đơn vị", stratum.vi),
                    format!("{} has a share as population correction, others have numbers of units", stratum.en),
                ),
                told(
                    "hãy ghi số đơn vị cho mọi tầng, hoặc tỷ lệ cho mọi tầng",
                    "write numbers of units for all strata, or shares for all",
                ),
            );
        }
        if !problems.list.is_empty() {
            return Err(problems);
        }
        let mut drawn = vec![0_u32; self.strata.len()];
        self.psus.iter().for_each(|(stratum, _)| drawn[*stratum as usize] += 1);
        let population = |(stratum, drawn): (&BuiltStratum, u32)| {
            stratum.correction.map(|correction| if counts { correction } else { f64::from(drawn) / correction })
        };
        Ok(self.strata.iter().zip(drawn).map(population).collect())
    }
}

/// Notes a pair beside a number.
fn remember(notes: &mut Vec<(u32, u32)>, number: u32, note: (u32, u32)) {
    let number = number as usize;
    if number >= notes.len() {
        notes.resize(number + 1, (NONE, NONE));
    }
    notes[number] = note;
}

/// The numbers below a count in the order of what they stand for, and the place of each in that order.
fn ranked(count: usize, compare: impl Fn(usize, usize) -> Ordering) -> (Vec<u32>, Vec<u32>) {
    let mut order: Vec<u32> = (0..count as u32).collect();
    order.sort_by(|a, b| compare(*a as usize, *b as usize));
    let mut rank = vec![0; count];
    (0..).zip(&order).for_each(|(place, number)| rank[*number as usize] = place);
    (order, rank)
}
