//! The figures of a what-if on a cube, for everybody and for each group.
//!
//! A register is added up in one pass. Of a sample, who stays, enters and leaves are the indicators of a recoded cube; M₀
//! and its parts are Alkire–Foster estimates of the cube itself. The standard error of a change of M₀ comes from a third
//! cube: the censored deprivations by both standards side by side, once with those of the first alone and once with those
//! of the second, as two linked rounds of one sample.

use super::super::findings::{Count, Domain, Estimate, Flow, Level, PoorFigures, Poverty, Unit, Units};
use super::super::tally::{changes as plain_changes, parts};
use super::Standard;
use anyhow::Result;
use vuon_measure::alkire_foster::{Component, Errors, Line, Measure, Specification, Table, estimate};
use vuon_measure::change::{ChangeTable, Kind, Link, Round, changes};
use vuon_measure::cube::{Cube, Grouping, Label, Profile, Sampling};
use vuon_measure::design::LonelyPsu;
use vuon_measure::recode::{WHAT_IF, WhatIfTotals, what_if, what_if_totals};
use vuon_measure::weighting::{Cutoff, MOST_INDICATORS, Weighting};
use vuon_policy::exact::Exact;

/// A cube made ready for one what-if.
pub struct Figures<'c> {
    cube: &'c Cube,
    standards: [&'c Standard; 2],
    way: Way,
}

/// How the figures come about.
enum Way {
    /// Everybody is in the data: what both standards make of each group of the cube.
    Totals(Vec<WhatIfTotals>),
    /// The data are a sample: figures are estimates, with standard errors.
    Sample(Box<Sample>),
}

/// A sample made ready.
struct Sample {
    /// Who stays, enters, leaves, never was poor.
    flows: Cube,
    specification: Specification,
    /// The places of the cut-offs of both standards.
    cutoffs: [usize; 2],
    errors: Errors,
    /// Both standards as two rounds.
    censored: Option<Censored>,
}

/// The censored deprivations of each standard, as linked rounds.
struct Censored {
    rounds: [Round; 2],
    specification: Specification,
}

impl<'c> Figures<'c> {
    /// Makes a cube ready.
    pub fn new(cube: &'c Cube, standards: [&'c Standard; 2], lonely: LonelyPsu) -> Result<Self> {
        let [first, second] = standards.map(|standard| (&standard.weighting, standard.k));
        let way = match cube.sampling {
            Sampling::Register => Way::Totals(what_if_totals(cube, first, second)),
            Sampling::Clusters | Sampling::Elements => {
                Way::Sample(Box::new(Sample::new(cube, standards, Errors::Linearised(lonely))?))
            }
        };
        Ok(Self { cube, standards, way })
    }

    /// The figures of everybody.
    pub fn whole(&self, units: &Units) -> Result<Domain> {
        let grouping = self.cube.grouping(&[]);
        let nobody = || super::domain(PoorFigures { flow: Flow::default(), poverty: Vec::new() });
        Ok(self.by(&grouping, units)?.into_iter().next().unwrap_or_else(nobody))
    }

    /// The figures of each domain of a grouping.
    pub fn by(&self, grouping: &Grouping, units: &Units) -> Result<Vec<Domain>> {
        let unit = units.main().0;
        let figures = match &self.way {
            Way::Totals(groups) => {
                let mut domains = vec![WhatIfTotals::default(); grouping.domains.len()];
                groups.iter().zip(&grouping.of_group).for_each(|(of, domain)| domains[*domain as usize].add(of));
                domains.iter().map(|totals| self.of_totals(totals, unit)).collect()
            }
            Way::Sample(sample) => sample.by(self.cube, grouping, unit)?,
        };
        Ok(figures.into_iter().map(super::domain).collect())
    }

    fn of_totals(&self, totals: &WhatIfTotals, unit: Unit) -> PoorFigures {
        let part = |part: usize| Count { rows: totals.rows[part], weight: totals.weight[part] };
        let flow = Flow {
            stays: part(0),
            enters: part(1),
            leaves: part(2),
            never: part(3),
            unknown: part(4),
            before: part(0) + part(2),
            after: part(0) + part(1),
            errors: None,
        };
        let all = totals.known();
        let share = |of: f64, whole: f64| (whole > 0.0).then(|| Estimate { value: of / whole, error: None });
        let level = |side: usize| {
            let weighting = &self.standards[side].weighting;
            let by = f64::from(weighting.denominator());
            let units = |j: usize| f64::from(weighting.units(j)) * totals.censored(side, j);
            let score: f64 = (0..weighting.indicators()).map(units).sum();
            Level {
                m0: share(score, by * all),
                h: share(totals.poor(side), all),
                a: share(score, by * totals.poor(side)),
                contributions: (0..weighting.indicators()).map(|j| share(units(j), by * all)).collect(),
            }
        };
        let levels = [level(0), level(1)];
        let everybody = all + totals.weight[4];
        let poverty = Poverty {
            unit,
            known: all,
            left_out: if everybody > 0.0 { totals.weight[4] / everybody } else { 0.0 },
            change: plain_changes(&levels),
            parts: parts(&levels),
            levels,
        };
        PoorFigures { flow, poverty: vec![poverty] }
    }
}

impl Sample {
    fn new(cube: &Cube, standards: [&Standard; 2], errors: Errors) -> Result<Self> {
        let [first, second] = standards;
        let flows = what_if(cube, (&first.weighting, first.k), (&second.weighting, second.k));
        let mut ks: Vec<Cutoff> = vec![first.k, second.k];
        ks.sort();
        ks.dedup();
        let cutoffs = standards.map(|standard| ks.iter().position(|k| *k == standard.k).unwrap_or(0));
        let specification = Specification {
            weightings: standards.iter().map(|standard| standard.weighting.clone()).collect(),
            cutoffs: ks,
            dimensions: Vec::new(),
            measures: vec![Measure::AdjustedHeadcount, Measure::Headcount, Measure::Intensity, Measure::Contribution],
        };
        Ok(Self { flows, specification, cutoffs, errors, censored: Censored::new(cube, standards)? })
    }

    fn by(&self, cube: &Cube, grouping: &Grouping, unit: Unit) -> Result<Vec<PoorFigures>> {
        let groupings = [grouping.keys.clone()];
        let flows = self.flows(grouping, &groupings)?;
        let estimates = estimate(cube, &self.specification, &groupings, self.errors)?;
        let Some(levels) = estimates.tables.first() else { return Ok(Vec::new()) };
        let changed = self.censored.as_ref().map(|censored| censored.changes(&groupings, self.errors)).transpose()?;
        let figures = |(domain, flow): (usize, Flow)| {
            let mut poverty = self.poverty(levels, domain, unit);
            if let Some(changed) = &changed {
                changed.put_errors(domain, &mut poverty);
            }
            PoorFigures { flow, poverty: vec![poverty] }
        };
        Ok(flows.into_iter().enumerate().map(figures).collect())
    }

    /// How many stay, enter, leave, never were poor or are not known, with the standard errors of the shares.
    fn flows(&self, grouping: &Grouping, groupings: &[Vec<usize>]) -> Result<Vec<Flow>> {
        let mut flows = vec![Flow::default(); grouping.domains.len()];
        let cells = &self.flows.cells;
        for cell in 0..cells.len() {
            let flow = &mut flows[grouping.of_group[cells.group[cell] as usize] as usize];
            let part = match self.flows.profiles[cells.profile[cell] as usize] {
                Profile { unknown: 1.., .. } => &mut flow.unknown,
                Profile { deprived, .. } => match deprived.trailing_zeros() {
                    0 => &mut flow.stays,
                    1 => &mut flow.enters,
                    2 => &mut flow.leaves,
                    _ => &mut flow.never,
                },
            };
            *part = *part + Count { rows: cells.rows[cell].into(), weight: cells.weight[cell] };
        }
        let alike = [Exact::whole(1); WHAT_IF.len()];
        let specification = Specification {
            weightings: vec![Weighting::new("", &alike)?],
            cutoffs: vec![Cutoff::new(Exact::whole(1))?],
            dimensions: Vec::new(),
            measures: vec![Measure::Uncensored],
        };
        let estimates = estimate(&self.flows, &specification, groupings, self.errors)?;
        for (domain, flow) in flows.iter_mut().enumerate() {
            (flow.before, flow.after) = (flow.stays + flow.leaves, flow.stays + flow.enters);
            let table = estimates.tables.first();
            flow.errors = table.map(|table| [0, 1, 2, 3].map(|part| table.standard_error(domain, part)));
        }
        Ok(flows)
    }

    fn poverty(&self, table: &Table, domain: usize, unit: Unit) -> Poverty {
        let indicators = self.specification.weightings[0].indicators();
        let level = |side: usize| {
            let of = |measure: Measure, component: Option<Component>| {
                let wanted = |line: &Line| {
                    line.measure == measure
                        && line.component == component
                        && line.weighting == Some(side)
                        && line.cutoff == Some(self.cutoffs[side])
                };
                let line = table.lines.iter().position(wanted)?;
                let value = table.value(domain, line)?;
                Some(Estimate { value, error: table.standard_error(domain, line) })
            };
            Level {
                m0: of(Measure::AdjustedHeadcount, None),
                h: of(Measure::Headcount, None),
                a: of(Measure::Intensity, None),
                contributions: (0..indicators)
                    .map(|j| of(Measure::Contribution, Some(Component::Indicator(j))))
                    .collect(),
            }
        };
        let levels = [level(0), level(1)];
        let counts = &table.counts[domain];
        Poverty {
            unit,
            known: counts.weight,
            left_out: counts.excluded_share(),
            change: plain_changes(&levels),
            parts: parts(&levels),
            levels,
        }
    }
}

impl Censored {
    /// None where twice the indicators are too many for a cube.
    fn new(cube: &Cube, standards: [&Standard; 2]) -> Result<Option<Self>> {
        let indicators = cube.indicators.len();
        if 2 * indicators > MOST_INDICATORS {
            return Ok(None);
        }
        let names: Vec<String> = ["before", "after"]
            .iter()
            .flat_map(|side| cube.indicators.iter().map(move |name| format!("{side} {name}")))
            .collect();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let censored = |side: usize| {
            let Standard { weighting, k } = standards[side];
            let recoded = cube.recode(&names, |profile| match profile.unknown {
                0 if weighting.score(profile.deprived) >= weighting.threshold(*k) => {
                    Profile { deprived: profile.deprived << (side * indicators), unknown: 0 }
                }
                0 => Profile::default(),
                _ => Profile { deprived: 0, unknown: 1 },
            });
            // In a sample of rows each is a unit, and here the same one in both rounds.
            Cube { sampling: Sampling::Clusters, ..recoded }
        };
        let round = |side: usize| Round { label: Label::Whole(side as i64), year: None, cube: censored(side) };
        // Each half has half of the weight, so that scores are half of what they are.
        let share = |standard: &Standard, indicator: usize| {
            Exact::new(standard.weighting.units(indicator).into(), standard.weighting.denominator().into())
        };
        let weights: Option<Vec<Exact>> =
            standards.iter().flat_map(|standard| (0..indicators).map(move |j| share(standard, j))).collect();
        let Some(weights) = weights else { return Ok(None) };
        let Ok(weighting) = Weighting::proportional("", &weights) else { return Ok(None) };
        // Whoever has any score is poor: the others have been censored. The least attainable score is above 0.
        let Some(least) = weighting.attainable().into_iter().next() else { return Ok(None) };
        let specification = Specification {
            weightings: vec![weighting],
            cutoffs: vec![least],
            dimensions: Vec::new(),
            measures: vec![Measure::AdjustedHeadcount, Measure::Headcount, Measure::Intensity],
        };
        Ok(Some(Self { rounds: [round(0), round(1)], specification }))
    }

    fn changes(&self, groupings: &[Vec<usize>], errors: Errors) -> Result<Changed> {
        let [before, after] = &self.rounds;
        let changes = changes([before, after], &self.specification, groupings, errors, Link::Linked)?;
        Ok(Changed(changes.tables))
    }
}

/// The changes of M₀, H and A with their standard errors.
struct Changed(Vec<ChangeTable>);

impl Changed {
    fn put_errors(&self, domain: usize, poverty: &mut Poverty) {
        let Some(table) = self.0.first() else { return };
        let Some(place) = table.domains.iter().position(|both| both[0] == domain) else { return };
        // Scores are half of what they are; headcounts are not.
        for ((line, scale), change) in [2.0, 1.0, 2.0].into_iter().enumerate().zip(&mut poverty.change) {
            let error = table.change(place, line, Kind::Absolute).and_then(|change| change.standard_error);
            if let Some(change) = change {
                change.error = error.map(|error| scale * error);
            }
        }
    }
}
