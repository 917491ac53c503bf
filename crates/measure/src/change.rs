//! Change between two rounds, absolute and relative, with significance.
//!
//! Whether the rounds are independent samples or share sampling units (a panel, or the same clusters visited again) is
//! something the user states; it is never concluded from the ids. For linked rounds the two linearised values of each
//! unit stand side by side in the design of both rounds together: a unit that is in one round only has 0 in the other.
//! Alkire et al. (2015), *Multidimensional Poverty Measurement and Analysis*, chapter 9.

use crate::alkire_foster::{Errors, EstimateError, Influence, Line, Prepared, Specification};
use crate::cube::{Cube, Grouping, Label, Sampling};
use crate::design::{Design, LonelyPsu, Stratum};
use std::collections::BTreeMap;
use std::sync::Arc;

/// One visit of a survey, or one year of a register.
#[derive(Clone, Debug, PartialEq)]
pub struct Round {
    /// Its name.
    pub label: Label,
    /// When, in years; 2018.5 is the middle of 2018. Without it there is no annual change.
    pub year: Option<f64>,
    /// Who is deprived in what.
    pub cube: Cube,
}

/// How two samples stand to each other.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Link {
    /// Drawn independently: the covariance is 0.
    #[default]
    Independent,
    /// Sampling units of the same stratum and name are the same units.
    Linked,
}

/// How a change is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// x₁ − x₀.
    Absolute,
    /// x₁/x₀ − 1.
    Relative,
    /// (x₁ − x₀)/years.
    AbsoluteAnnual,
    /// (x₁/x₀)^(1/years) − 1.
    RelativeAnnual,
}

impl Kind {
    /// All, in the order of tables.
    pub const ALL: [Kind; 4] = [Kind::Absolute, Kind::Relative, Kind::AbsoluteAnnual, Kind::RelativeAnnual];

    /// Its name in tables.
    pub fn name(self) -> &'static str {
        match self {
            Kind::Absolute => "abs",
            Kind::Relative => "rel",
            Kind::AbsoluteAnnual => "abs_ann",
            Kind::RelativeAnnual => "rel_ann",
        }
    }

    /// The change from `from` to `to` in some years; none where it is a ratio to nothing or needs the years.
    pub fn of(self, from: f64, to: f64, years: Option<f64>) -> Option<f64> {
        match self {
            Kind::Absolute => Some(to - from),
            Kind::Relative => (from != 0.0).then(|| to / from - 1.0),
            Kind::AbsoluteAnnual => years.map(|years| (to - from) / years),
            Kind::RelativeAnnual => {
                let ratio = (from > 0.0 && to >= 0.0).then(|| to / from)?;
                years.map(|years| ratio.powf(1.0 / years) - 1.0)
            }
        }
    }

    /// How the change moves with `from` and with `to`.
    pub fn gradient(self, from: f64, to: f64, years: Option<f64>) -> Option<[f64; 2]> {
        match self {
            Kind::Absolute => Some([-1.0, 1.0]),
            Kind::Relative => (from != 0.0).then(|| [-to / (from * from), 1.0 / from]),
            Kind::AbsoluteAnnual => years.map(|years| [-1.0 / years, 1.0 / years]),
            Kind::RelativeAnnual => {
                let years = years.filter(|_| from > 0.0 && to > 0.0)?;
                let ratio = (to / from).powf(1.0 / years);
                Some([-ratio / (years * from), ratio / (years * to)])
            }
        }
    }
}

/// A change with its precision.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Change {
    /// How much.
    pub value: f64,
    /// Its standard error; none for registers.
    pub standard_error: Option<f64>,
}

/// The changes of every domain that both rounds have, for one grouping.
#[derive(Clone, Debug)]
pub struct ChangeTable {
    /// The domains of the earlier and of the later round.
    pub groupings: [Grouping; 2],
    /// The domain of each, for those that both have.
    pub domains: Vec<[usize; 2]>,
    /// What changed.
    pub lines: Arc<[Line]>,
    changes: Vec<[Option<Change>; 4]>,
}

impl ChangeTable {
    /// The change of a line for a place in [`ChangeTable::domains`].
    pub fn change(&self, domain: usize, line: usize, kind: Kind) -> Option<Change> {
        self.changes[domain * self.lines.len() + line][kind as usize]
    }
}

/// The changes between two rounds.
#[derive(Clone, Debug)]
pub struct Changes {
    /// One for each grouping, in the order asked.
    pub tables: Vec<ChangeTable>,
    /// Degrees of freedom: of both designs, or of the design of both together; none for registers.
    pub degrees_of_freedom: Option<usize>,
}

/// Why there are no changes.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum ChangeError {
    /// An estimate of one of the rounds.
    #[error(transparent)]
    Estimate(#[from] EstimateError),
    /// The later round is not later.
    #[error("the second round ({to}) is not later than the first ({from})")]
    Years {
        /// The first.
        from: f64,
        /// The second.
        to: f64,
    },
    /// Linked rounds of which nothing says which units are the same.
    #[error("linked rounds need the column of primary sampling units: nothing else says which of them are the same")]
    Elements,
    /// A key that one round does not have.
    #[error("the rounds are not told by the same keys: {0}")]
    Keys(String),
    /// A stratum that has two population sizes, in linked rounds.
    #[error("stratum {0} has another number of primary sampling units in the population in the other round")]
    Population(Label),
}

/// The change of every line of the specification from one round to another, for every domain of each grouping (told by
/// the places of its keys, which both cubes must have in common).
///
/// # Errors
/// As [`ChangeError`] says.
pub fn changes(
    rounds: [&Round; 2],
    specification: &Specification,
    groupings: &[Vec<usize>],
    errors: Errors,
    link: Link,
) -> Result<Changes, ChangeError> {
    let years = match rounds.map(|round| round.year) {
        [Some(from), Some(to)] if to <= from => return Err(ChangeError::Years { from, to }),
        [Some(from), Some(to)] => Some(to - from),
        _ => None,
    };
    let names = rounds.map(|round| round.cube.keys.iter().map(|key| key.name.as_str()).collect::<Vec<_>>().join(", "));
    if names[0] != names[1] {
        return Err(ChangeError::Keys(names.join("; ")));
    }
    if link == Link::Linked && rounds.iter().any(|round| round.cube.sampling == Sampling::Elements) {
        return Err(ChangeError::Elements);
    }
    // A unit alone in its stratum in each of two linked rounds need not be alone in both together.
    let of_side = match (link, errors) {
        (Link::Linked, Errors::Linearised(_)) => Errors::Linearised(LonelyPsu::Certainty),
        _ => errors,
    };
    let sides = [
        Prepared::new(&rounds[0].cube, specification, of_side)?,
        Prepared::new(&rounds[1].cube, specification, of_side)?,
    ];
    let pooled = match (link, errors) {
        (Link::Linked, Errors::Linearised(lonely)) if sides.iter().all(|side| side.design.is_some()) => {
            let pooled = Pooled::new(rounds.map(|round| &round.cube), lonely)?;
            pooled.design.check().map_err(EstimateError::from)?;
            Some(pooled)
        }
        _ => None,
    };
    let degrees_of_freedom = match (&pooled, &sides[0].design, &sides[1].design) {
        (Some(pooled), ..) => Some(pooled.design.degrees_of_freedom()),
        (None, Some(from), Some(to)) => Some(from.degrees_of_freedom() + to.degrees_of_freedom()),
        _ => None,
    };
    let tables = groupings.iter().map(|keys| table(&sides, keys, years, pooled.as_ref())).collect();
    Ok(Changes { tables, degrees_of_freedom })
}

/// A value, and the variance it has alone or, for linked rounds, its linearised values in the design of both.
struct Side {
    value: f64,
    precision: SidePrecision,
}

enum SidePrecision {
    None,
    Variance(f64),
    Influence(Vec<f64>),
}

fn table(sides: &[Prepared; 2], keys: &[usize], years: Option<f64>, pooled: Option<&Pooled>) -> ChangeTable {
    let groupings = [0, 1].map(|side: usize| sides[side].cube.grouping(keys));
    let labels = |side: usize, domain: usize| -> Vec<Label> {
        sides[side].cube.domain_labels(&groupings[side], domain).into_iter().cloned().collect()
    };
    let later: BTreeMap<Vec<Label>, usize> =
        (0..groupings[1].domains.len()).map(|domain| (labels(1, domain), domain)).collect();
    let earlier = 0..groupings[0].domains.len();
    let domains: Vec<[usize; 2]> =
        earlier.filter_map(|domain| Some([domain, *later.get(&labels(0, domain))?])).collect();

    let of_side = [0, 1].map(|side: usize| side_values(&sides[side], keys, &groupings[side], side, pooled));
    let mut changes = Vec::with_capacity(domains.len() * sides[0].lines.len());
    for [from, to] in &domains {
        for (from, to) in of_side[0][*from].iter().zip(&of_side[1][*to]) {
            changes.push(Kind::ALL.map(|kind| {
                let (from, to) = (from.as_ref()?, to.as_ref()?);
                let value = kind.of(from.value, to.value, years)?;
                let gradient = kind.gradient(from.value, to.value, years);
                let standard_error = gradient.and_then(|gradient| standard_error(from, to, gradient, pooled));
                Some(Change { value, standard_error })
            }));
        }
    }
    ChangeTable { groupings, domains, lines: sides[0].lines.clone(), changes }
}

fn side_values(
    side: &Prepared,
    keys: &[usize],
    grouping: &Grouping,
    place: usize,
    pooled: Option<&Pooled>,
) -> Vec<Vec<Option<Side>>> {
    let precision = side.precision();
    if let (Some(pooled), Some(precision)) = (pooled, &precision) {
        let domains = side.influences(grouping, precision).into_iter();
        let spread = |z: Vec<f64>| SidePrecision::Influence(pooled.spread(place, &z));
        let one = |line: Influence| line.map(|(value, z)| Side { value, precision: spread(z) });
        return domains.map(|lines| lines.into_iter().map(one).collect()).collect();
    }
    let table = side.table(keys, precision.as_ref());
    let one = |domain: usize, line: usize| {
        let variance = |se: f64| SidePrecision::Variance(se * se);
        let precision = table.standard_error(domain, line).map_or(SidePrecision::None, variance);
        table.value(domain, line).map(|value| Side { value, precision })
    };
    let lines = |domain: usize| (0..table.lines.len()).map(|line| one(domain, line)).collect();
    (0..grouping.domains.len()).map(lines).collect()
}

fn standard_error(from: &Side, to: &Side, gradient: [f64; 2], pooled: Option<&Pooled>) -> Option<f64> {
    match (&from.precision, &to.precision) {
        (SidePrecision::Variance(from), SidePrecision::Variance(to)) => {
            Some((gradient[0] * gradient[0] * from + gradient[1] * gradient[1] * to).sqrt())
        }
        (SidePrecision::Influence(from), SidePrecision::Influence(to)) => {
            let z: Vec<f64> = from.iter().zip(to).map(|(from, to)| gradient[0] * from + gradient[1] * to).collect();
            pooled.map(|pooled| pooled.design.variance(&z).sqrt()).filter(|se| se.is_finite())
        }
        _ => None,
    }
}

/// The design of two rounds together.
struct Pooled {
    design: Design,
    /// The place in it of each unit of each round.
    places: [Vec<usize>; 2],
}

impl Pooled {
    fn new(cubes: [&Cube; 2], lonely: LonelyPsu) -> Result<Self, ChangeError> {
        let mut units: BTreeMap<(&Label, &Label), usize> = BTreeMap::new();
        let mut populations: BTreeMap<&Label, Option<f64>> = BTreeMap::new();
        for cube in cubes {
            for stratum in &cube.strata {
                let known = populations.entry(&stratum.label).or_insert(stratum.population);
                if *known != stratum.population {
                    return Err(ChangeError::Population(stratum.label.clone()));
                }
            }
            for psu in &cube.psus {
                units.insert((&cube.strata[psu.stratum as usize].label, &psu.label), 0);
            }
        }
        let mut strata: Vec<Stratum> = Vec::with_capacity(populations.len());
        for (place, ((label, _), unit)) in units.iter_mut().enumerate() {
            *unit = place;
            match strata.last_mut() {
                Some(last) if last.label == **label => last.psus += 1,
                _ => strata.push(Stratum { label: (*label).clone(), psus: 1, population: populations[*label] }),
            }
        }
        let place = |cube: &Cube| -> Vec<usize> {
            let unit = |psu: &crate::cube::Psu| units[&(&cube.strata[psu.stratum as usize].label, &psu.label)];
            cube.psus.iter().map(unit).collect()
        };
        let places = [place(cubes[0]), place(cubes[1])];
        let mut weighs = vec![false; units.len()];
        for (cube, places) in cubes.into_iter().zip(&places) {
            places.iter().zip(cube.weighing()).for_each(|(place, weighing)| weighs[*place] |= weighing);
        }
        let design = Design::new(strata, lonely).with_weighing(&weighs);
        Ok(Self { places, design })
    }

    /// The values of a round's units in the design of both; 0 for units it does not have.
    fn spread(&self, side: usize, z: &[f64]) -> Vec<f64> {
        let mut spread = vec![0.0; self.design.psus()];
        self.places[side].iter().zip(z).for_each(|(place, z)| spread[*place] = *z);
        spread
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn half_in_two_years() {
        let years = Some(2.0);
        let of = |kind: Kind| kind.of(0.4, 0.1, years).unwrap();
        assert!((of(Kind::Absolute) + 0.3).abs() < 1e-15 && (of(Kind::Relative) + 0.75).abs() < 1e-15);
        assert!((of(Kind::AbsoluteAnnual) + 0.15).abs() < 1e-15 && (of(Kind::RelativeAnnual) + 0.5).abs() < 1e-15);
        assert_eq!(Kind::Relative.of(0.0, 0.1, years), None);
        assert_eq!(Kind::AbsoluteAnnual.of(0.4, 0.1, None), None);
    }

    #[test]
    fn gradients_are_those_of_small_steps() {
        for kind in Kind::ALL {
            let (from, to, years, step) = (0.31, 0.17, Some(4.5), 1e-6);
            let gradient = kind.gradient(from, to, years).unwrap();
            let of = |from, to| kind.of(from, to, years).unwrap();
            let by_from = (of(from + step, to) - of(from - step, to)) / (2.0 * step);
            let by_to = (of(from, to + step) - of(from, to - step)) / (2.0 * step);
            assert!((gradient[0] - by_from).abs() < 1e-8 && (gradient[1] - by_to).abs() < 1e-8, "{kind:?}");
        }
    }
}
