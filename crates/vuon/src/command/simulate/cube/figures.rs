//! The figures of a what-if on a cube, for everybody and for each group.
//!
//! Who stays, enters and leaves are the indicators of a recoded cube; M₀ and its parts are Alkire–Foster estimates of the
//! cube itself. The standard error of a change of M₀ comes from a third cube: the censored deprivations by both standards
//! side by side, once with those of the first alone and once with those of the second, as two linked rounds of one sample.

use super::super::findings::{Count, Domain, Estimate, Flow, Level, PoorFigures, Poverty, Unit, Units};
use super::super::tally::{changes as plain_changes, parts};
use super::Standard;
use anyhow::Result;
use vuon_measure::alkire_foster::{Component, Errors, Line, Measure, Specification, Table, estimate};
use vuon_measure::change::{ChangeTable, Kind, Link, Round, changes};
use vuon_measure::cube::{Cube, Grouping, Label, Profile};
use vuon_measure::recode::{WHAT_IF, what_if};
use vuon_measure::weighting::{Cutoff, MOST_INDICATORS, Weighting};
use vuon_policy::exact::Exact;

/// A cube made ready for one what-if.
pub struct Figures<'c> {
    cube: &'c Cube,
    /// Who stays, enters, leaves, never was poor.
    flows: Cube,
    specification: Specification,
    /// The places of the cut-offs of both standards.
    cutoffs: [usize; 2],
    errors: Errors,
    standards: [&'c Standard; 2],
    /// Both standards as two rounds; in a sample alone.
    censored: Option<Censored>,
}

/// The censored deprivations of each standard, as linked rounds.
struct Censored {
    rounds: [Round; 2],
    specification: Specification,
}

impl<'c> Figures<'c> {
    /// Makes a cube ready.
    pub fn new(cube: &'c Cube, standards: [&'c Standard; 2], errors: Errors) -> Result<Self> {
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
        let censored = match errors {
            Errors::None => None,
            Errors::Linearised(_) => Censored::new(cube, standards)?,
        };
        Ok(Self { cube, flows, specification, cutoffs, errors, standards, censored })
    }

    /// The figures of everybody.
    pub fn whole(&self, units: &Units) -> Result<Domain> {
        let grouping = self.cube.grouping(&[]);
        Ok(self.by(&grouping, units)?.into_iter().next().unwrap_or_else(|| super::domain(PoorFigures {
            flow: Flow::default(),
            poverty: Vec::new(),
        })))
    }

    /// The figures of each domain of a grouping.
    pub fn by(&self, grouping: &Grouping, units: &Units) -> Result<Vec<Domain>> {
        let mut flows = self.flows(grouping);
        self.errors_of_flows(grouping, &mut flows)?;
        let groupings = [grouping.keys.clone()];
        let estimates = estimate(self.cube, &self.specification, &groupings, self.errors)?;
        let Some(levels) = estimates.tables.first() else { return Ok(Vec::new()) };
        let changed = self.censored.as_ref().map(|censored| censored.changes(&groupings, self.errors)).transpose()?;
        let domain = |(place, flow): (usize, Flow)| {
            let mut poverty = self.poverty(levels, place, units.main().0);
            if let Some(changed) = &changed {
                changed.put_errors(place, &mut poverty);
            }
            super::domain(PoorFigures { flow, poverty: vec![poverty] })
        };
        Ok(flows.into_iter().enumerate().map(domain).collect())
    }

    /// How many stay, enter, leave, never were poor or are not known.
    fn flows(&self, grouping: &Grouping) -> Vec<Flow> {
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
        for flow in &mut flows {
            (flow.before, flow.after) = (flow.stays + flow.leaves, flow.stays + flow.enters);
        }
        flows
    }

    /// In a sample: the standard errors of the shares of those who stay, enter, leave and never were poor.
    fn errors_of_flows(&self, grouping: &Grouping, flows: &mut [Flow]) -> Result<()> {
        if self.errors == Errors::None {
            return Ok(());
        }
        let alike = [Exact::whole(1); WHAT_IF.len()];
        let specification = Specification {
            weightings: vec![Weighting::new("", &alike)?],
            cutoffs: vec![Cutoff::new(Exact::whole(1))?],
            dimensions: Vec::new(),
            measures: vec![Measure::Uncensored],
        };
        let estimates = estimate(&self.flows, &specification, &[grouping.keys.clone()], self.errors)?;
        for table in &estimates.tables {
            for (domain, flow) in flows.iter_mut().enumerate() {
                flow.errors = Some([0, 1, 2, 3].map(|part| table.standard_error(domain, part)));
            }
        }
        Ok(())
    }

    fn poverty(&self, table: &Table, domain: usize, unit: Unit) -> Poverty {
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
            let indicators = 0..self.standards[side].weighting.indicators();
            Level {
                m0: of(Measure::AdjustedHeadcount, None),
                h: of(Measure::Headcount, None),
                a: of(Measure::Intensity, None),
                contributions: indicators.map(|j| of(Measure::Contribution, Some(Component::Indicator(j)))).collect(),
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
        let names: Vec<String> =
            ["before", "after"].iter().flat_map(|side| cube.indicators.iter().map(move |name| format!("{side} {name}"))).collect();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let censored = |side: usize| {
            let Standard { weighting, k } = standards[side];
            cube.recode(&names, |profile| match profile.unknown {
                0 if weighting.score(profile.deprived) >= weighting.threshold(*k) => {
                    Profile { deprived: profile.deprived << (side * indicators), unknown: 0 }
                }
                0 => Profile::default(),
                _ => Profile { deprived: 0, unknown: 1 },
            })
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
