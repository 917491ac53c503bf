//! What a simulation finds, whichever way it was computed: who moves from which status to which, how many are poor and how
//! deeply, in which group, and at what cost. Before is the standard as it is, after the other one.
//!
//! What always holds: every household is in exactly one cell of the matrix, so that its rows add up to the statuses before
//! and its columns to those after; the undetermined are a status of their own; for each way of counting the poor, those who
//! stay, enter, leave, never were or are not known add up to all.

use vuon_measure::decomposition::IncidenceAndIntensity;

/// How many.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Count {
    /// Households, or rows of the data.
    pub rows: u64,
    /// Persons, or the sum of weights: see [`Units`].
    pub weight: f64,
}

impl Count {
    /// The number in a unit.
    pub fn of(self, unit: Unit) -> f64 {
        match unit {
            Unit::Rows => self.rows as f64,
            Unit::Weight => self.weight,
        }
    }
}

impl std::ops::Add for Count {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self { rows: self.rows + other.rows, weight: self.weight + other.weight }
    }
}

impl std::iter::Sum for Count {
    fn sum<I: Iterator<Item = Self>>(counts: I) -> Self {
        counts.fold(Self::default(), std::ops::Add::add)
    }
}

/// Which of the two numbers of a [`Count`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// Households, or rows of the data.
    Rows,
    /// Persons, or the sum of weights.
    Weight,
}

/// What is counted, by its name in files and by what people call it.
#[derive(Clone, Debug)]
pub struct Units {
    /// What a row is.
    pub rows: UnitName,
    /// What the weights add up to; none where there are none.
    pub weight: Option<UnitName>,
}

/// A unit by its name in files and by what people call it.
#[derive(Clone, Debug)]
pub struct UnitName {
    /// In files.
    pub id: String,
    /// In the user's language.
    pub label: String,
}

impl Units {
    /// The name of a unit.
    pub fn name(&self, unit: Unit) -> &UnitName {
        match (unit, &self.weight) {
            (Unit::Weight, Some(name)) => name,
            _ => &self.rows,
        }
    }

    /// The units that there are.
    pub fn each(&self) -> impl Iterator<Item = (Unit, &UnitName)> {
        let weight = self.weight.as_ref().map(|name| (Unit::Weight, name));
        std::iter::once((Unit::Rows, &self.rows)).chain(weight)
    }

    /// Persons where they are known, else households: the unit of shares.
    pub fn main(&self) -> (Unit, &UnitName) {
        self.weight.as_ref().map_or((Unit::Rows, &self.rows), |name| (Unit::Weight, name))
    }
}

/// One of the two standards.
#[derive(Clone, Debug)]
pub struct Side {
    /// The id of the pack, or the name of the cube's file with what was chosen.
    pub id: String,
    /// Its name for people.
    pub label: String,
    /// The content of the pack, as a hash.
    pub hash: Option<String>,
    /// Whether it is a supposition and no pack.
    pub what_if: bool,
    /// What must be said beside whatever it gives.
    pub caveats: Vec<String>,
    /// What it rests on that was not read in an official text: names under each document.
    pub unverified: Vec<(String, Vec<String>)>,
    /// What it may give, from worst to best, and then that it cannot tell.
    pub statuses: Vec<Status>,
    /// The indicators, with their weights as shares of the whole.
    pub indicators: Vec<Indicator>,
}

/// A status.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Status {
    /// Its id.
    pub id: String,
    /// Its name for people.
    pub label: String,
}

/// An indicator.
#[derive(Clone, Debug)]
pub struct Indicator {
    /// Its id.
    pub id: String,
    /// Its name for people.
    pub label: String,
    /// Its weight, a fraction of the whole.
    pub weight: String,
}

/// A way to tell who is poor: statuses and groups taken together.
#[derive(Clone, Debug)]
pub struct Poor {
    /// Their ids, joined by `+`.
    pub id: String,
    /// Their names for people.
    pub label: String,
}

/// Figures of everybody or of a group.
#[derive(Clone, Debug)]
pub struct Domain {
    /// How many have each status before (outer) and after (inner).
    pub matrix: Vec<Vec<Count>>,
    /// For each way to tell the poor, in the order of [`Simulation::poor`].
    pub poor: Vec<PoorFigures>,
}

impl Domain {
    /// Everybody in it.
    pub fn total(&self) -> Count {
        self.matrix.iter().flatten().copied().sum()
    }

    /// How many have each status on a side.
    pub fn statuses(&self, side: usize) -> Vec<Count> {
        let columns = self.matrix.first().map_or(0, Vec::len);
        match side {
            0 => self.matrix.iter().map(|row| row.iter().copied().sum()).collect(),
            _ => (0..columns).map(|column| self.matrix.iter().map(|row| row[column]).sum()).collect(),
        }
    }
}

/// How the poor of a domain change.
#[derive(Clone, Debug)]
pub struct PoorFigures {
    /// Who stays, enters and leaves.
    pub flow: Flow,
    /// M₀, H and A, in one or more units; empty without indicators.
    pub poverty: Vec<Poverty>,
}

/// Who is poor before, after, both or neither.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Flow {
    /// Poor before and after.
    pub stays: Count,
    /// Poor after alone.
    pub enters: Count,
    /// Poor before alone.
    pub leaves: Count,
    /// Poor neither before nor after.
    pub never: Count,
    /// Not known before or not known after.
    pub unknown: Count,
    /// All who are poor before, whether or not they are known after.
    pub before: Count,
    /// All who are poor after, whether or not they were known before.
    pub after: Count,
    /// The standard errors of the four as shares of those who are known, in a sample.
    pub errors: Option<[Option<f64>; 4]>,
}

impl Flow {
    /// Those known before and after.
    pub fn known(&self) -> Count {
        self.stays + self.enters + self.leaves + self.never
    }

    /// Its parts by their names in files.
    pub fn parts(&self) -> [(&'static str, Count); 5] {
        [
            ("stays", self.stays),
            ("enters", self.enters),
            ("leaves", self.leaves),
            ("never", self.never),
            ("unknown", self.unknown),
        ]
    }
}

/// A figure and, in a sample, its standard error.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Estimate {
    /// The figure.
    pub value: f64,
    /// Its standard error.
    pub error: Option<f64>,
}

/// How poor those are who are told poor: M₀ = H·A, of people of whom everything is known before and after.
#[derive(Clone, Debug)]
pub struct Poverty {
    /// Households or persons.
    pub unit: Unit,
    /// How many of them there are in this unit.
    pub known: f64,
    /// The share of everybody who is left out, as some answer is not known.
    pub left_out: f64,
    /// Before and after.
    pub levels: [Level; 2],
    /// The changes of M₀, H and A.
    pub change: [Option<Estimate>; 3],
    /// What more or fewer poor made of the change of M₀, and what deeper or lesser poverty did; none where the two
    /// standards do not have the same indicators.
    pub parts: Option<IncidenceAndIntensity>,
}

/// M₀ and what it is made of.
#[derive(Clone, Debug, Default)]
pub struct Level {
    /// M₀, H and A; none where they are shares of nobody.
    pub m0: Option<Estimate>,
    /// The share of the poor.
    pub h: Option<Estimate>,
    /// The mean score of the poor.
    pub a: Option<Estimate>,
    /// wⱼ·hⱼ for each indicator of the side: what it adds to M₀.
    pub contributions: Vec<Option<Estimate>>,
}

/// The figures of each value of a column.
#[derive(Clone, Debug)]
pub struct Grouped {
    /// The name of the column.
    pub column: String,
    /// What people call it.
    pub label: String,
    /// The groups.
    pub groups: Vec<Group>,
}

/// A group.
#[derive(Clone, Debug)]
pub struct Group {
    /// The value of the column; empty where it is not known.
    pub value: String,
    /// What people call it.
    pub label: String,
    /// Its figures.
    pub domain: Domain,
}

/// A subgroup or event before and after; none on a side that does not have it.
#[derive(Clone, Debug)]
pub struct Flag {
    /// Its id.
    pub id: String,
    /// Its name for people.
    pub label: String,
    /// For whom it holds.
    pub sides: [Option<Held>; 2],
}

/// For how many something holds.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Held {
    /// For whom it does.
    pub yes: Count,
    /// For whom it is not known.
    pub unknown: Count,
}

/// What a scheme costs where everybody entitled gets its ceiling.
#[derive(Clone, Debug)]
pub struct Cost {
    /// The id of the scheme, status or group.
    pub id: String,
    /// Its name for people.
    pub label: String,
    /// The ceiling before and after, in whole units of the money; none where it is not known.
    pub ceiling: [Option<u64>; 2],
    /// The unit as files write it: `VND/month`.
    pub unit: String,
    /// The unit as people say it.
    pub unit_label: String,
    /// Whether each person gets it, or the household.
    pub per_person: bool,
    /// The entitled before and after; none on a side that does not have the scheme.
    pub sides: [Option<Entitled>; 2],
}

/// The entitled, counted as the ceiling counts: persons or households.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Entitled {
    /// How many are.
    pub yes: u64,
    /// How many may be: it is not known.
    pub unknown: u64,
}

impl Cost {
    /// What the entitled cost on a side.
    pub fn sum(&self, side: usize) -> Option<i128> {
        Some(i128::from(self.ceiling[side]?) * i128::from(self.sides[side]?.yes))
    }

    /// What those may cost of whom it is not known.
    pub fn open(&self, side: usize) -> Option<i128> {
        Some(i128::from(self.ceiling[side]?) * i128::from(self.sides[side]?.unknown))
    }

    /// How much more it costs after.
    pub fn difference(&self) -> Option<i128> {
        Some(self.sum(1)? - self.sum(0)?)
    }
}

/// All that a simulation finds.
#[derive(Clone, Debug)]
pub struct Simulation {
    /// Before and after.
    pub sides: [Side; 2],
    /// What is counted.
    pub units: Units,
    /// The ways to tell who is poor.
    pub poor: Vec<Poor>,
    /// Everybody.
    pub whole: Domain,
    /// By columns.
    pub groups: Vec<Grouped>,
    /// Subgroups and events.
    pub flags: Vec<Flag>,
    /// What schemes cost.
    pub costs: Vec<Cost>,
    /// Whether both sides have the same indicators, so that their M₀ can be compared.
    pub same_indicators: bool,
    /// The day of the review, or what else stands in the heading.
    pub facts: Vec<String>,
    /// What must be known to read the figures.
    pub notes: Vec<String>,
}

impl Simulation {
    /// Whether any side is a supposition.
    pub fn is_what_if(&self) -> bool {
        self.sides.iter().any(|side| side.what_if)
    }

    /// Whether anything rests on what was not read in an official text.
    pub fn rests_on_unverified(&self) -> bool {
        self.sides.iter().any(|side| !side.unverified.is_empty())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cost_is_a_whole_number_however_large() {
        let cost = Cost {
            id: "poor".into(),
            label: String::new(),
            ceiling: [Some(9_000_000_000_000_000); 2],
            unit: "VND".into(),
            unit_label: "đồng".into(),
            per_person: false,
            sides: [Some(Entitled { yes: 27_000_000, unknown: 1 }), Some(Entitled { yes: 26_999_999, unknown: 0 })],
        };
        assert_eq!(cost.sum(0), Some(243_000_000_000_000_000_000_000));
        assert_eq!(cost.difference(), Some(-9_000_000_000_000_000));
        assert_eq!(cost.open(0), Some(9_000_000_000_000_000));
    }
}
