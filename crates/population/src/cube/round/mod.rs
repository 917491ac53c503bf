//! The cube of one round while it is built: names have become numbers, and nothing is in order yet.

mod finish;

use super::builder::{Head, Names};
use super::gathered::Gathered;
use super::ids::{Ids, Mixer, pair};
use super::saved::SavedCells;
use super::tally::{TalliedCell, Tally};
use std::collections::HashMap;
use std::hash::BuildHasherDefault;
use std::ops::Range;
use vuon_measure::cube::{Profile, Sampling};

/// The cube of a round, in the order in which its parts first occur. Names are their numbers in
/// [`super::ids::Labels`].
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
    /// Numbers of profiles, while cells are added.
    ids: Vec<u32>,
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
            ids: Vec::new(),
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
        for (kind, (place, _)) in kinds.zip(places) {
            for cells in saved.runs.of(kind) {
                self.ids.clear();
                self.ids.extend(saved.profiles[cells.clone()].iter().map(|profile| self.profiles.id(*profile)));
                let gaps = saved.gaps.iter().map(|sums| sums.each_ref().map(|sums| &sums.values()[cells.clone()]));
                let (rows, weights) = (&saved.rows.values()[cells.clone()], &saved.weights.values()[cells.clone()]);
                self.cells.push_columns(place, &self.ids, rows, weights, gaps);
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
}

/// Notes a pair beside a number.
fn remember(notes: &mut Vec<(u32, u32)>, number: u32, note: (u32, u32)) {
    let number = number as usize;
    if number >= notes.len() {
        notes.resize(number + 1, (NONE, NONE));
    }
    notes[number] = note;
}
