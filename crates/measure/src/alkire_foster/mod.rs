//! Alkire–Foster measures of multidimensional poverty from the profile cube, with their precision.
//!
//! [`estimate`] takes a [`Cube`], a [`Specification`] and the groupings wanted, and gives one [`Table`] for each grouping:
//! every line for every domain, all weightings and cut-offs at once. Standard errors come from linearisation (see
//! [`crate::design`]): each estimate is a smooth function of totals, whose gradient turns the totals of a primary
//! sampling unit into one number. A register has no sampling error, and none is given.
//!
//! What always holds: people with an unknown indicator do not enter (complete cases), are counted as left out, and
//! leave their sampling unit in the design; sums are taken in a fixed order, whatever the threads do.

mod formula;
mod line;
mod precision;
mod totals;

pub use line::{Component, Dimension, Line, Measure, Specification};
pub use totals::Counts;

use crate::cube::{Cube, Grouping};
use crate::design::{Design, DesignError, LonelyPsu};
use crate::replicate::UnitTotals;
use formula::Formula;
pub(crate) use precision::Precision;
use rayon::prelude::*;
use std::sync::Arc;
use totals::{Profiles, Scratch, Sorted};

/// The estimates of every domain of a grouping.
#[derive(Clone, Debug)]
pub struct Table {
    /// The domains.
    pub grouping: Grouping,
    /// What is estimated, in order.
    pub lines: Arc<[Line]>,
    /// Who is in each domain.
    pub counts: Vec<Counts>,
    /// The share of the population that lives in each domain.
    pub population_share: Vec<f64>,
    /// For each domain, the value of each line; none where it is a share of nothing.
    values: Vec<Option<f64>>,
    /// The same for standard errors; empty for a register.
    errors: Vec<Option<f64>>,
}

impl Table {
    /// The value of a line for a domain; none where it is a share of nothing, such as the intensity without poor.
    pub fn value(&self, domain: usize, line: usize) -> Option<f64> {
        self.values[domain * self.lines.len() + line]
    }

    /// Its standard error; none for a register, and where there is no value.
    pub fn standard_error(&self, domain: usize, line: usize) -> Option<f64> {
        self.errors.get(domain * self.lines.len() + line).copied().flatten()
    }
}

/// All tables of a cube.
#[derive(Clone, Debug)]
pub struct Estimates {
    /// One for each grouping, in the order asked.
    pub tables: Vec<Table>,
    /// The design; none for a register, or where no standard errors were wanted.
    pub design: Option<Design>,
}

/// Why there are no estimates.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum EstimateError {
    /// The design gives no standard errors.
    #[error(transparent)]
    Design(#[from] DesignError),
    /// A weighting of other indicators.
    #[error("weighting `{name}` has {weights} weights, but the cube has {indicators} indicators")]
    Indicators {
        /// The weighting.
        name: String,
        /// Its weights.
        weights: usize,
        /// The indicators of the cube.
        indicators: usize,
    },
    /// Cut-offs out of order, or twice the same.
    #[error("the cut-offs do not rise")]
    Cutoffs,
    /// M₁ or M₂ without any gap.
    #[error("{0} needs an indicator with a measured gap")]
    NoGap(&'static str),
}

/// Which precision is wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Errors {
    /// No standard errors.
    None,
    /// Standard errors by the design, with a rule for lonely units.
    Linearised(LonelyPsu),
}

/// Estimates every line of the specification for every domain of each grouping (each told by the places of its keys).
///
/// # Errors
/// As [`EstimateError`] says.
pub fn estimate(
    cube: &Cube,
    specification: &Specification,
    groupings: &[Vec<usize>],
    errors: Errors,
) -> Result<Estimates, EstimateError> {
    let prepared = Prepared::new(cube, specification, errors)?;
    let precision = prepared.precision();
    let tables = groupings.iter().map(|keys| prepared.table(keys, precision.as_ref())).collect();
    Ok(Estimates { tables, design: prepared.design })
}

/// The value of a line for a domain with its linearised value for each sampling unit; none where it has no value.
pub(crate) type Influence = Option<(f64, Vec<f64>)>;

/// A cube made ready for one specification.
pub(crate) struct Prepared<'c> {
    pub cube: &'c Cube,
    pub design: Option<Design>,
    pub lines: Arc<[Line]>,
    profiles: Profiles,
    formulas: Vec<Formula>,
    /// The totals over everybody who enters.
    whole: Vec<f64>,
}

impl<'c> Prepared<'c> {
    pub fn new(cube: &'c Cube, specification: &Specification, errors: Errors) -> Result<Self, EstimateError> {
        check(cube, specification)?;
        let design = match errors {
            Errors::None => None,
            Errors::Linearised(lonely) => cube.design(lonely),
        };
        if let Some(design) = &design {
            design.check()?;
        }
        let profiles = Profiles::new(cube, specification);
        let lines: Arc<[Line]> = specification.lines(cube.indicators.len()).into();
        let formula = |line: &Line| Formula::of(line, specification, profiles.layout);
        let formulas: Vec<Formula> = lines.iter().map(formula).collect();
        let everyone: Vec<u32> = (0..cube.cells.len() as u32).collect();
        let mut whole = vec![0.0; profiles.layout.len()];
        profiles.totals(cube, &everyone, &mut profiles.scratch(cube), &mut whole);
        Ok(Self { cube, design, lines, profiles, formulas, whole })
    }

    pub fn precision(&self) -> Option<Precision<'_>> {
        let design = self.design.as_ref()?;
        Some(Precision::new(self.cube, design, &self.profiles, &self.formulas, &self.whole))
    }

    pub fn table(&self, keys: &[usize], precision: Option<&Precision>) -> Table {
        let grouping = self.cube.grouping(keys);
        let sorted = Sorted::new(self.cube, &grouping);
        let domain = |scratch: &mut Scratch, domain: usize| {
            let cells = sorted.of(domain);
            let mut totals = vec![0.0; self.profiles.layout.len()];
            let counts = self.profiles.totals(self.cube, cells, scratch, &mut totals);
            let errors = precision.map_or(Vec::new(), |precision| precision.errors(cells, &totals));
            (counts, self.values(&totals, &self.whole), errors)
        };
        let domains = 0..grouping.domains.len();
        let found: Vec<_> = domains.into_par_iter().map_init(|| self.profiles.scratch(self.cube), domain).collect();
        let share = |counts: &Counts| if counts.weight > 0.0 { counts.weight / self.whole[0] } else { 0.0 };
        let mut table = Table {
            lines: self.lines.clone(),
            counts: found.iter().map(|(counts, ..)| *counts).collect(),
            population_share: found.iter().map(|(counts, ..)| share(counts)).collect(),
            values: Vec::with_capacity(found.len() * self.lines.len()),
            errors: Vec::new(),
            grouping,
        };
        for (_, values, errors) in found {
            table.values.extend(values);
            table.errors.extend(errors);
        }
        table
    }

    /// The totals of each sampling unit over everybody who enters.
    pub fn unit_totals(&self, cells: Option<&[u32]>) -> UnitTotals {
        let everyone: Vec<u32>;
        let cells = match cells {
            Some(cells) => cells,
            None => {
                everyone = (0..self.cube.cells.len() as u32).collect();
                &everyone
            }
        };
        let psu = |cell: &u32| self.cube.cells.psu[*cell as usize];
        let mut scratch = self.profiles.scratch(self.cube);
        let mut of = |cells: &[u32]| {
            let mut totals = vec![0.0; self.profiles.layout.len()];
            self.profiles.totals(self.cube, cells, &mut scratch, &mut totals);
            totals
        };
        let sum = of(cells);
        let units = cells.chunk_by(|a, b| psu(a) == psu(b)).map(|cells| (psu(&cells[0]) as usize, of(cells))).collect();
        UnitTotals { units, sum }
    }

    /// The same for each domain.
    pub fn unit_totals_of(&self, grouping: &Grouping) -> Vec<UnitTotals> {
        let sorted = Sorted::new(self.cube, grouping);
        (0..grouping.domains.len()).map(|domain| self.unit_totals(Some(sorted.of(domain)))).collect()
    }

    /// The value of each line for totals of a domain and of everybody.
    pub fn values(&self, totals: &[f64], whole: &[f64]) -> Vec<Option<f64>> {
        self.formulas.iter().map(|formula| formula.value(totals, whole)).collect()
    }

    /// Domain by domain: the value of each line, and its linearised value for each sampling unit.
    pub fn influences(&self, grouping: &Grouping, precision: &Precision) -> Vec<Vec<Influence>> {
        let sorted = Sorted::new(self.cube, grouping);
        let domain = |scratch: &mut Scratch, domain: usize| {
            let cells = sorted.of(domain);
            let mut totals = vec![0.0; self.profiles.layout.len()];
            self.profiles.totals(self.cube, cells, scratch, &mut totals);
            let influences = precision.influences(cells, &totals);
            self.values(&totals, &self.whole).into_iter().zip(influences).map(|(v, z)| v.zip(z)).collect()
        };
        let domains = 0..grouping.domains.len();
        domains.into_par_iter().map_init(|| self.profiles.scratch(self.cube), domain).collect()
    }
}

fn check(cube: &Cube, specification: &Specification) -> Result<(), EstimateError> {
    let indicators = cube.indicators.len();
    if let Some(other) = specification.weightings.iter().find(|w| w.indicators() != indicators) {
        let (name, weights) = (other.name().to_owned(), other.indicators());
        return Err(EstimateError::Indicators { name, weights, indicators });
    }
    if specification.cutoffs.windows(2).any(|pair| pair[0] >= pair[1]) {
        return Err(EstimateError::Cutoffs);
    }
    let gap = |measure: &&Measure| matches!(measure, Measure::AdjustedGap | Measure::AdjustedSquaredGap);
    match specification.measures.iter().find(gap) {
        Some(measure) if cube.gaps.is_empty() => Err(EstimateError::NoGap(measure.name())),
        _ => Ok(()),
    }
}
