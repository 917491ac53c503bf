//! Households as both standards see them, counted.
//!
//! A batch of a [`Compared`] is counted into cells: one for each group, each pair of outcomes and each answer to whether the
//! household is poor. A cell holds whole numbers only: households, persons, sums of scores in units of the weights' common
//! denominator. Sums of whole numbers do not depend on any order, and every figure is made of them at the end.

use super::cost::By;
use super::findings::{
    Count, Domain, Entitled, Estimate, Flag, Flow, Group, Grouped, Held, Level, Poor, PoorFigures, Poverty, Unit, Units,
};
use super::poor::Criterion;
use arrow::array::{Array, AsArray, BooleanArray, RecordBatch};
use arrow::datatypes::{Float64Type, Int8Type, Int32Type};
use std::collections::{BTreeMap, HashMap};
use vuon_measure::decomposition::{self, incidence_and_intensity};
use vuon_measure::weighting::Weighting;
use vuon_policy::program::Program;
use vuon_population::beside::PERSONS;
use vuon_population::compare::Compared;

/// What is to be counted of one standard, by its columns.
#[derive(Clone, Debug)]
pub struct SideColumns {
    /// The status by the pack: the local one where there are two.
    pub status: &'static str,
    /// How many statuses the pack has; then follow undetermined and refused.
    pub statuses: usize,
    /// The indicators.
    pub indicators: Vec<String>,
    /// Their weights; none where there are no indicators.
    pub weighting: Option<Weighting>,
    /// For each way to tell the poor.
    pub poor: Vec<Criterion>,
    /// The ids of subgroups and events.
    pub flags: Vec<String>,
    /// For each cost.
    pub entitled: Vec<Option<By>>,
}

impl SideColumns {
    /// Of a program.
    pub fn of(
        program: &Program,
        weighting: Option<Weighting>,
        poor: Vec<Criterion>,
        entitled: Vec<Option<By>>,
    ) -> Self {
        Self {
            status: if program.national.is_some() { "status_local" } else { "status_national" },
            statuses: program.pack.statuses.len(),
            indicators: program.pack.indicators.iter().map(|i| format!("deprived_{}", i.id.value)).collect(),
            weighting,
            poor,
            flags: program.flags().map(|flag| flag.id.value.clone()).collect(),
            entitled,
        }
    }

    /// Statuses, undetermined and refused.
    pub fn outcomes(&self) -> usize {
        self.statuses + 2
    }
}

/// What is to be counted.
#[derive(Clone, Debug)]
pub struct Plan {
    /// By each standard.
    pub sides: [SideColumns; 2],
    /// The columns of groups.
    pub by: Vec<String>,
    /// Whether persons are counted.
    pub persons: bool,
    /// The places of costs that count persons.
    pub cost_per_person: Vec<bool>,
}

/// Counts so far.
pub struct Tally<'p> {
    plan: &'p Plan,
    /// The values of each column of groups, by their names.
    values: Vec<Names>,
    /// Groups by the places of their values.
    groups: HashMap<Vec<u32>, u32>,
    cells: HashMap<(u32, Key), Cell>,
    flags: [Vec<Held>; 2],
    entitled: [Vec<Entitled>; 2],
    /// Households whose number of persons is not known.
    pub size_unknown: u64,
}

/// The outcomes before and after, and whether the household is poor by each way to tell, before and after.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
struct Key {
    outcomes: [u8; 2],
    /// Two bits for each way to tell.
    poor: [u16; 2],
}

impl Key {
    fn poor(self, side: usize, way: usize) -> Option<bool> {
        match self.poor[side] >> (2 * way) & 3 {
            NO => Some(false),
            YES => Some(true),
            _ => None,
        }
    }
}

const NO: u16 = 0;
const YES: u16 = 1;
const UNKNOWN: u16 = 2;

/// Households of one group and key.
#[derive(Clone, Debug, Default)]
struct Cell {
    /// Households and persons.
    all: [u64; 2],
    /// Of them, those whose indicators are all known by both standards.
    complete: [u64; 2],
    /// The sum of their scores by each standard, in households and persons.
    score: [[u64; 2]; 2],
    /// How many of them are deprived in each indicator of each standard, in households and persons.
    deprived: [Vec<[u64; 2]>; 2],
}

/// Texts and their places.
#[derive(Default)]
struct Names {
    names: Vec<String>,
    places: HashMap<String, u32>,
}

impl Names {
    fn place(&mut self, name: &str) -> u32 {
        if let Some(place) = self.places.get(name) {
            return *place;
        }
        let place = self.names.len() as u32;
        self.names.push(name.to_owned());
        self.places.insert(name.to_owned(), place);
        place
    }
}

/// The columns of one standard in one batch.
struct Side<'b> {
    outcomes: &'b [i8],
    /// The bits of [`Key::poor`] that each outcome gives.
    poor_of: Vec<u16>,
    /// Flags that make somebody poor, by the way to tell.
    poor_flags: Vec<(usize, &'b BooleanArray)>,
    indicators: Vec<&'b BooleanArray>,
}

impl<'b> Side<'b> {
    fn new(columns: &SideColumns, batch: &'b RecordBatch) -> Option<Self> {
        let status = batch.column_by_name(columns.status)?.as_dictionary_opt::<Int8Type>()?;
        let yes_no = |name: &str| batch.column_by_name(name).and_then(|column| column.as_boolean_opt());
        let mut poor_flags = Vec::new();
        for (way, criterion) in columns.poor.iter().enumerate() {
            for flag in &criterion.flags {
                poor_flags.push((way, yes_no(&format!("is_{}", columns.flags[*flag]))?));
            }
        }
        let poor_of = |outcome: usize| {
            let answer = |criterion: &Criterion| match outcome < columns.statuses {
                _ if criterion.statuses.is_empty() => NO,
                true => u16::from(criterion.statuses.contains(&outcome)),
                false => UNKNOWN,
            };
            columns.poor.iter().enumerate().fold(0, |bits, (way, criterion)| bits | answer(criterion) << (2 * way))
        };
        Some(Self {
            outcomes: status.keys().values(),
            poor_of: (0..columns.outcomes()).map(poor_of).collect(),
            poor_flags,
            indicators: columns.indicators.iter().map(|name| yes_no(name)).collect::<Option<_>>()?,
        })
    }

    /// Whether the household is poor by each way: a status or flag that surely holds decides, else what is unknown.
    fn poor(&self, row: usize) -> u16 {
        let mut poor = self.poor_of[self.outcomes[row] as usize];
        for (way, flag) in &self.poor_flags {
            let known = poor >> (2 * way) & 3;
            let answer = match (known, flag.is_valid(row).then(|| flag.value(row))) {
                (YES, _) | (_, Some(true)) => YES,
                (UNKNOWN, _) | (_, None) => UNKNOWN,
                _ => NO,
            };
            poor = poor & !(3 << (2 * way)) | answer << (2 * way);
        }
        poor
    }

    /// The indicators as bits; none where any is not known.
    fn profile(&self, row: usize) -> Option<u32> {
        let mut profile = 0;
        for (place, indicator) in self.indicators.iter().enumerate() {
            if indicator.is_null(row) {
                return None;
            }
            profile |= u32::from(indicator.value(row)) << place;
        }
        Some(profile)
    }
}

impl<'p> Tally<'p> {
    /// Nothing yet.
    pub fn new(plan: &'p Plan) -> Self {
        let flags = [0, 1].map(|side: usize| vec![Held::default(); plan.sides[side].flags.len()]);
        let entitled = [0, 1].map(|side: usize| vec![Entitled::default(); plan.sides[side].entitled.len()]);
        Self {
            plan,
            values: plan.by.iter().map(|_| Names::default()).collect(),
            groups: HashMap::new(),
            cells: HashMap::new(),
            flags,
            entitled,
            size_unknown: 0,
        }
    }

    /// Counts a batch; none where it does not have the columns of the plan.
    pub fn add(&mut self, compared: &Compared) -> Option<()> {
        let plan = self.plan;
        let [before, after] = &compared.assessed;
        let sides = [Side::new(&plan.sides[0], before)?, Side::new(&plan.sides[1], after)?];
        let rows = before.num_rows();
        let persons = self.persons(&compared.beside, rows)?;
        let groups = self.groups(&compared.beside, rows)?;
        let weightings = [0, 1].map(|side: usize| plan.sides[side].weighting.as_ref());
        for row in 0..rows {
            let key = Key {
                outcomes: [0, 1].map(|side: usize| sides[side].outcomes[row] as u8),
                poor: [0, 1].map(|side: usize| sides[side].poor(row)),
            };
            let counts = [1, persons[row]];
            let cell = self.cells.entry((groups[row], key)).or_default();
            add(&mut cell.all, counts);
            let (Some(first), Some(second)) = (sides[0].profile(row), sides[1].profile(row)) else { continue };
            add(&mut cell.complete, counts);
            for (side, profile) in [first, second].into_iter().enumerate() {
                let Some(weighting) = weightings[side] else { continue };
                let score = u64::from(weighting.score(profile));
                add(&mut cell.score[side], counts.map(|count| count * score));
                let deprived = &mut cell.deprived[side];
                deprived.resize(weighting.indicators(), [0; 2]);
                let mut bits = profile;
                while bits != 0 {
                    add(&mut deprived[bits.trailing_zeros() as usize], counts);
                    bits &= bits - 1;
                }
            }
        }
        for (side, batch) in compared.assessed.iter().enumerate() {
            self.add_flags(side, batch, &persons)?;
            self.add_entitled(side, &sides[side], batch, &persons)?;
        }
        Some(())
    }

    /// The number of persons of each household; 0 where it is not known.
    fn persons(&mut self, beside: &RecordBatch, rows: usize) -> Option<Vec<u64>> {
        if !self.plan.persons {
            return Some(vec![0; rows]);
        }
        let persons = beside.column_by_name(PERSONS)?.as_primitive_opt::<Float64Type>()?;
        self.size_unknown += persons.null_count() as u64;
        Some(persons.iter().map(|persons| persons.unwrap_or(0.0) as u64).collect())
    }

    /// The group of each household.
    fn groups(&mut self, beside: &RecordBatch, rows: usize) -> Option<Vec<u32>> {
        let mut columns: Vec<GroupColumn> = Vec::new();
        for (name, values) in self.plan.by.iter().zip(&mut self.values) {
            let column = beside.column_by_name(name)?.as_dictionary_opt::<Int32Type>()?;
            let names = column.values().as_string_opt::<i32>()?;
            let places = names.iter().map(|name| values.place(name.unwrap_or_default())).collect();
            columns.push((places, values.place(""), column.keys().values(), column.keys()));
        }
        let mut last: Option<(Vec<u32>, u32)> = None;
        let group = |row: usize| {
            let of = |(places, missing, keys, nulls): &(Vec<u32>, u32, &[i32], &dyn Array)| match nulls.is_null(row) {
                true => *missing,
                false => places[keys[row] as usize],
            };
            let values = || columns.iter().map(of);
            // Tables come area by area: most rows repeat the one before.
            if let Some((same, group)) = &last
                && values().eq(same.iter().copied())
            {
                return *group;
            }
            let values: Vec<u32> = values().collect();
            let next = self.groups.len() as u32;
            let group = *self.groups.entry(values.clone()).or_insert(next);
            last = Some((values, group));
            group
        };
        Some((0..rows).map(group).collect())
    }

    fn add_flags(&mut self, side: usize, batch: &RecordBatch, persons: &[u64]) -> Option<()> {
        for (flag, held) in self.plan.sides[side].flags.iter().zip(&mut self.flags[side]) {
            let column: &BooleanArray = batch.column_by_name(&format!("is_{flag}"))?.as_boolean_opt()?;
            for (value, persons) in column.iter().zip(persons) {
                let count = match value {
                    Some(true) => &mut held.yes,
                    None => &mut held.unknown,
                    Some(false) => continue,
                };
                count.rows += 1;
                count.weight += *persons as f64;
            }
        }
        Some(())
    }

    fn add_entitled(&mut self, side: usize, read: &Side, batch: &RecordBatch, persons: &[u64]) -> Option<()> {
        let plan = &self.plan.sides[side];
        for (cost, (by, entitled)) in plan.entitled.iter().zip(&mut self.entitled[side]).enumerate() {
            let count = |row: usize| if self.plan.cost_per_person[cost] { persons[row] } else { 1 };
            match by {
                None => {}
                Some(By::Status(status)) => {
                    for (row, outcome) in read.outcomes.iter().enumerate() {
                        let known = (*outcome as usize) < plan.statuses;
                        entitled.add(known.then_some(*outcome as usize == *status), count(row));
                    }
                }
                Some(By::Column(name)) => {
                    let column: &BooleanArray = batch.column_by_name(name)?.as_boolean_opt()?;
                    column.iter().enumerate().for_each(|(row, value)| entitled.add(value, count(row)));
                }
            }
        }
        Some(())
    }
}

fn add(sums: &mut [u64; 2], counts: [u64; 2]) {
    sums[0] += counts[0];
    sums[1] += counts[1];
}

/// What the counts come to.
pub struct Counted {
    /// Everybody.
    pub whole: Domain,
    /// By columns.
    pub groups: Vec<Grouped>,
    /// Subgroups and events.
    pub flags: Vec<Flag>,
    /// The entitled of each cost, before and after.
    pub entitled: Vec<[Option<Entitled>; 2]>,
}

/// For a value of a column, its place in the order of the column and its name.
pub type ValueName<'l> = Box<dyn Fn(&str) -> (usize, String) + 'l>;

/// A column of groups: the labels' places of its values, how many it has, the row's places in it, and its values.
type GroupColumn<'a> = (Vec<u32>, u32, &'a [i32], &'a dyn Array);

/// What things are called.
pub struct Labels<'l> {
    /// The units.
    pub units: &'l Units,
    /// The ways to tell the poor.
    pub poor: &'l [Poor],
    /// For each column of groups its name, and for each of its values its place in the order of the column and its name.
    pub by: Vec<(String, ValueName<'l>)>,
    /// Flags that are told: ids with names.
    pub flags: Vec<(String, String)>,
    /// Whether both standards have the same indicators.
    pub same_indicators: bool,
}

impl Tally<'_> {
    /// All figures.
    pub fn finish(self, labels: &Labels) -> Counted {
        let mut groups = vec![Vec::new(); self.groups.len()];
        self.groups.iter().for_each(|(values, place)| groups[*place as usize].clone_from(values));
        let cells = |keep: &dyn Fn(u32) -> bool| -> BTreeMap<Key, Cell> {
            let mut sums: BTreeMap<Key, Cell> = BTreeMap::new();
            for ((_, key), cell) in self.cells.iter().filter(|((group, _), _)| keep(*group)) {
                sums.entry(*key).or_default().merge(cell);
            }
            sums
        };
        let whole = self.domain(&cells(&|_| true), labels);
        let by = |(column, (label, value_name)): (usize, &(String, ValueName))| {
            let mut of_value: BTreeMap<u32, BTreeMap<Key, Cell>> = BTreeMap::new();
            for ((group, key), cell) in &self.cells {
                let value = groups[*group as usize][column];
                of_value.entry(value).or_default().entry(*key).or_default().merge(cell);
            }
            let group = |(value, cells): (&u32, &BTreeMap<Key, Cell>)| {
                let value = self.values[column].names[*value as usize].clone();
                let (place, label) = value_name(&value);
                (place, Group { label, value, domain: self.domain(cells, labels) })
            };
            let mut told: Vec<(usize, Group)> = of_value.iter().map(group).collect();
            told.sort_by(|(a, x), (b, y)| (a, &x.value).cmp(&(b, &y.value)));
            Grouped {
                column: self.plan.by[column].clone(),
                label: label.clone(),
                groups: told.into_iter().map(|(_, group)| group).collect(),
            }
        };
        let flag = |(id, label): &(String, String)| {
            let sides = [0, 1].map(|side: usize| {
                let place = self.plan.sides[side].flags.iter().position(|flag| flag == id);
                place.map(|place| self.flags[side][place])
            });
            Flag { id: id.clone(), label: label.clone(), sides }
        };
        let entitled = |cost: usize| {
            [0, 1].map(|side: usize| self.plan.sides[side].entitled[cost].as_ref().map(|_| self.entitled[side][cost]))
        };
        Counted {
            groups: labels.by.iter().enumerate().map(by).collect(),
            flags: labels.flags.iter().map(flag).collect(),
            entitled: (0..self.plan.cost_per_person.len()).map(entitled).collect(),
            whole,
        }
    }

    fn domain(&self, cells: &BTreeMap<Key, Cell>, labels: &Labels) -> Domain {
        let [rows, columns] = [0, 1].map(|side: usize| self.plan.sides[side].outcomes());
        let mut matrix = vec![vec![Count::default(); columns]; rows];
        for (key, cell) in cells {
            let count = &mut matrix[usize::from(key.outcomes[0])][usize::from(key.outcomes[1])];
            *count = *count + cell.count();
        }
        let poor = (0..labels.poor.len()).map(|way| PoorFigures {
            flow: flow(cells, way),
            poverty: labels.units.each().filter_map(|(unit, _)| self.poverty(cells, way, unit, labels)).collect(),
        });
        Domain { matrix, poor: poor.collect() }
    }

    /// M₀ and its parts in one unit.
    fn poverty(&self, cells: &BTreeMap<Key, Cell>, way: usize, unit: Unit, labels: &Labels) -> Option<Poverty> {
        let [before, after] = [0, 1].map(|side: usize| self.plan.sides[side].weighting.as_ref());
        let weightings = [before?, after?];
        let (counted, unit) = (unit, usize::from(unit == Unit::Weight));
        let all: u64 = cells.values().map(|cell| cell.all[unit]).sum();
        // Those whose status too is known on both sides.
        let known: Vec<(&Key, &Cell)> =
            cells.iter().filter(|(key, _)| [0, 1].iter().all(|side| key.poor(*side, way).is_some())).collect();
        let people: u64 = known.iter().map(|(_, cell)| cell.complete[unit]).sum();
        let level = |side: usize| {
            let poor: Vec<&Cell> =
                known.iter().filter(|(key, _)| key.poor(side, way) == Some(true)).map(|(_, cell)| *cell).collect();
            let weighting = weightings[side];
            let count: u64 = poor.iter().map(|cell| cell.complete[unit]).sum();
            let score: u64 = poor.iter().map(|cell| cell.score[side][unit]).sum();
            let denominator = f64::from(weighting.denominator());
            let part = |of: f64, whole: f64| (whole > 0.0).then(|| Estimate { value: of / whole, error: None });
            let contribution = |indicator: usize| {
                let deprived = |cell: &&Cell| cell.deprived[side].get(indicator).map_or(0, |counts| counts[unit]);
                let deprived: u64 = poor.iter().map(deprived).sum();
                part(deprived as f64 * f64::from(weighting.units(indicator)), denominator * people as f64)
            };
            Level {
                m0: part(score as f64, denominator * people as f64),
                h: part(count as f64, people as f64),
                a: part(score as f64, denominator * count as f64),
                contributions: (0..weighting.indicators()).map(contribution).collect(),
            }
        };
        let levels = [level(0), level(1)];
        Some(Poverty {
            unit: counted,
            known: people as f64,
            left_out: if all > 0 { (all - people) as f64 / all as f64 } else { 0.0 },
            change: changes(&levels),
            parts: labels.same_indicators.then(|| parts(&levels)).flatten(),
            levels,
        })
    }
}

/// The changes of M₀, H and A.
pub fn changes(levels: &[Level; 2]) -> [Option<Estimate>; 3] {
    let [before, after] = levels;
    let change =
        |from: Option<Estimate>, to: Option<Estimate>| Some(Estimate { value: to?.value - from?.value, error: None });
    [change(before.m0, after.m0), change(before.h, after.h), change(before.a, after.a)]
}

/// What incidence and intensity made of the change of M₀.
pub fn parts(levels: &[Level; 2]) -> Option<decomposition::IncidenceAndIntensity> {
    let poverty = |level: &Level| {
        let headcount = level.h?.value;
        Some(decomposition::Poverty { headcount, intensity: level.a.map(|a| a.value) })
    };
    Some(incidence_and_intensity(poverty(&levels[0])?, poverty(&levels[1])?))
}

fn flow(cells: &BTreeMap<Key, Cell>, way: usize) -> Flow {
    let mut flow = Flow::default();
    for (key, cell) in cells {
        let part = match (key.poor(0, way), key.poor(1, way)) {
            (Some(true), Some(true)) => &mut flow.stays,
            (Some(false), Some(true)) => &mut flow.enters,
            (Some(true), Some(false)) => &mut flow.leaves,
            (Some(false), Some(false)) => &mut flow.never,
            _ => &mut flow.unknown,
        };
        *part = *part + cell.count();
        for (side, poor) in [&mut flow.before, &mut flow.after].into_iter().enumerate() {
            if key.poor(side, way) == Some(true) {
                *poor = *poor + cell.count();
            }
        }
    }
    flow
}

impl Cell {
    fn count(&self) -> Count {
        Count { rows: self.all[0], weight: self.all[1] as f64 }
    }

    fn merge(&mut self, other: &Cell) {
        add(&mut self.all, other.all);
        add(&mut self.complete, other.complete);
        for side in 0..2 {
            add(&mut self.score[side], other.score[side]);
            let (own, theirs) = (&mut self.deprived[side], &other.deprived[side]);
            own.resize(own.len().max(theirs.len()), [0; 2]);
            own.iter_mut().zip(theirs).for_each(|(own, theirs)| add(own, *theirs));
        }
    }
}
