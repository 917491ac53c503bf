//! Standard errors by taking samples of the sample: an independent check of the linearised ones.
//!
//! Estimates are functions of totals, and totals of a replicate are those of the sample with other weights for the
//! sampling units; so a replicate costs a sum and no look at the data. Wolter (2007), *Introduction to Variance
//! Estimation*.

use crate::alkire_foster::{Errors, EstimateError, Line, Prepared, Specification};
use crate::cube::{Cube, Grouping};
use crate::design::{Design, LonelyPsu};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use std::ops::Range;
use std::sync::Arc;

/// How replicates are made.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Method {
    /// Each sampling unit left out in turn, the others of its stratum weighing n/(n − 1): JKn of R's `survey`. Variance
    /// Σ (n_h − 1)/n_h (θ_r − θ)², around the estimate (`mse = TRUE` there) or around the mean of the replicates.
    Jackknife {
        /// Around the mean of all replicates rather than around the estimate.
        around_mean: bool,
    },
    /// n_h − 1 units drawn with replacement from the n_h of each stratum (Rao & Wu 1988; `subbootstrap` of `survey`),
    /// variance around the mean of the replicates.
    Bootstrap {
        /// How many.
        replicates: u32,
        /// What the draws come from: the same seed, the same replicates.
        seed: u64,
    },
}

/// Standard errors of every domain of a grouping.
#[derive(Clone, Debug)]
pub struct ReplicateTable {
    /// The domains.
    pub grouping: Grouping,
    /// What is estimated.
    pub lines: Arc<[Line]>,
    /// How many replicates there were.
    pub replicates: usize,
    errors: Vec<Option<f64>>,
}

impl ReplicateTable {
    /// The standard error of a line for a domain; none with fewer than two replicates, and where some replicate has no
    /// value, such as the intensity when all the poor are in the unit left out.
    pub fn standard_error(&self, domain: usize, line: usize) -> Option<f64> {
        self.errors[domain * self.lines.len() + line]
    }
}

/// A replicate, and how much its squared deviation counts.
struct Replicate {
    weights: Weights,
    scale: f64,
}

/// The units whose weight is not that of the sample.
enum Weights {
    /// A stratum without one of its units.
    Without { stratum: Range<usize>, left_out: usize },
    /// Factors of units, rising by unit.
    Drawn(Vec<(usize, f64)>),
}

impl Replicate {
    /// What the weight of a unit is multiplied with; none where it stays.
    fn factor(&self, unit: usize) -> Option<f64> {
        match &self.weights {
            Weights::Without { stratum, left_out } => {
                let n = stratum.len() as f64;
                stratum.contains(&unit).then(|| if unit == *left_out { 0.0 } else { n / (n - 1.0) })
            }
            Weights::Drawn(factors) => {
                let place = factors.binary_search_by_key(&unit, |(unit, _)| *unit).ok()?;
                Some(factors[place].1)
            }
        }
    }
}

/// The standard errors of the domains told by `keys`. A stratum with one unit adds nothing; finite populations are not
/// regarded. None for a register.
///
/// # Errors
/// As [`EstimateError`] says.
pub fn replicate(
    cube: &Cube,
    specification: &Specification,
    keys: &[usize],
    method: Method,
) -> Result<Option<ReplicateTable>, EstimateError> {
    let prepared = Prepared::new(cube, specification, Errors::Linearised(LonelyPsu::Certainty))?;
    let Some(design) = &prepared.design else { return Ok(None) };
    let replicates = replicates(design, method);
    let grouping = cube.grouping(keys);
    let everybody = prepared.unit_totals(None);
    let mut errors = Vec::new();
    for totals in prepared.unit_totals_of(&grouping) {
        errors.extend(standard_errors(&prepared, &replicates, method, &totals, &everybody));
    }
    Ok(Some(ReplicateTable { grouping, lines: prepared.lines.clone(), replicates: replicates.len(), errors }))
}

fn replicates(design: &Design, method: Method) -> Vec<Replicate> {
    let mut first = 0;
    let strata: Vec<Range<usize>> = design
        .strata()
        .iter()
        .map(|stratum| {
            let units = first..first + stratum.psus;
            first = units.end;
            units
        })
        .filter(|units| units.len() > 1)
        .collect();
    match method {
        Method::Jackknife { .. } => {
            let without = |stratum: &Range<usize>, left_out: usize| {
                let n = stratum.len() as f64;
                Replicate { weights: Weights::Without { stratum: stratum.clone(), left_out }, scale: (n - 1.0) / n }
            };
            strata.iter().flat_map(|units| units.clone().map(move |unit| without(units, unit))).collect()
        }
        Method::Bootstrap { replicates, seed } => {
            let mut random = ChaCha8Rng::seed_from_u64(seed);
            let mut draw = || {
                let mut factors = Vec::new();
                for units in &strata {
                    let n = units.len();
                    let mut drawn = vec![0_u32; n];
                    (1..n).for_each(|_| drawn[random.random_range(0..n)] += 1);
                    let weight = n as f64 / (n as f64 - 1.0);
                    factors.extend(units.clone().zip(drawn).map(|(unit, times)| (unit, weight * f64::from(times))));
                }
                Replicate { weights: Weights::Drawn(factors), scale: 1.0 / (f64::from(replicates) - 1.0) }
            };
            (0..replicates).map(|_| draw()).collect()
        }
    }
}

fn standard_errors(
    prepared: &Prepared,
    replicates: &[Replicate],
    method: Method,
    domain: &UnitTotals,
    everybody: &UnitTotals,
) -> Vec<Option<f64>> {
    let estimate = prepared.values(&domain.sum, &everybody.sum);
    let [domain, everybody] = [domain, everybody].map(|totals| ByStratum::new(prepared, totals));
    let of = |replicate: &Replicate| prepared.values(&domain.replicated(replicate), &everybody.replicated(replicate));
    let values: Vec<Vec<Option<f64>>> = replicates.iter().map(of).collect();
    let around_mean = !matches!(method, Method::Jackknife { around_mean: false });
    let error = |line: usize| {
        let theta: Option<Vec<f64>> = values.iter().map(|replicate| replicate[line]).collect();
        let theta = theta.filter(|theta| theta.len() > 1)?;
        let mean = theta.iter().sum::<f64>() / theta.len() as f64;
        let centre = if around_mean { mean } else { estimate[line]? };
        let squares = theta.iter().zip(replicates).map(|(theta, r)| r.scale * (theta - centre) * (theta - centre));
        Some(squares.sum::<f64>().sqrt())
    };
    (0..estimate.len()).map(error).collect()
}

/// The totals of each sampling unit that has somebody in a domain, rising by unit.
pub(crate) struct UnitTotals {
    pub units: Vec<Unit>,
    pub sum: Vec<f64>,
}

/// A sampling unit and its totals.
type Unit = (usize, Vec<f64>);

/// The same, stratum by stratum: a replicate touches all units of a stratum or none.
struct ByStratum<'t> {
    /// The units of each stratum, and their sum.
    strata: Vec<(&'t [Unit], Vec<f64>)>,
    totals: usize,
}

impl<'t> ByStratum<'t> {
    fn new(prepared: &Prepared, totals: &'t UnitTotals) -> Self {
        let stratum = |unit: &Unit| prepared.cube.psus[unit.0].stratum;
        let len = totals.sum.len();
        let sum = |units: &[Unit]| {
            let mut sum = vec![0.0; len];
            units.iter().for_each(|(_, unit)| add(&mut sum, unit, 1.0));
            sum
        };
        let strata = totals.units.chunk_by(|a, b| stratum(a) == stratum(b)).map(|units| (units, sum(units)));
        Self { strata: strata.collect(), totals: len }
    }

    /// Added up anew and not corrected: where nobody is left there must be nothing, and not what rounding leaves of a
    /// difference.
    fn replicated(&self, replicate: &Replicate) -> Vec<f64> {
        let mut totals = vec![0.0; self.totals];
        for (units, sum) in &self.strata {
            if replicate.factor(units[0].0).is_none() {
                add(&mut totals, sum, 1.0);
                continue;
            }
            for (unit, of_unit) in *units {
                add(&mut totals, of_unit, replicate.factor(*unit).unwrap_or(1.0));
            }
        }
        totals
    }
}

fn add(totals: &mut [f64], more: &[f64], factor: f64) {
    totals.iter_mut().zip(more).for_each(|(total, more)| *total += factor * more);
}
