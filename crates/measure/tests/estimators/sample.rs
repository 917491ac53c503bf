//! Random samples: rows in strata and sampling units, with keys, answers that may be unknown, weights and gaps; and a
//! random question to them.

use proptest::collection::{btree_set, vec};
use proptest::prelude::*;
use std::collections::BTreeSet;
use vuon_measure::alkire_foster::{Dimension, Measure, Specification};
use vuon_measure::cube::{Cube, Label, Profile, Sampling};
use vuon_measure::rows::{Header, Row};
use vuon_measure::weighting::{Cutoff, Weighting};
use vuon_policy::exact::Exact;

#[derive(Clone, Debug)]
pub struct Sample {
    pub indicators: usize,
    pub rows: Vec<Row>,
    /// Weights of the indicators, a list for each weighting.
    pub units: Vec<Vec<u32>>,
    /// Cut-offs as fractions, rising.
    pub cutoffs: Vec<(i64, i64)>,
}

/// The keys of every sample: of the first three values occur, of the second two and a missing one.
pub const KEYS: [&str; 2] = ["province", "area"];

/// The whole, the subgroups of either key and those of both.
pub fn groupings() -> Vec<Vec<usize>> {
    vec![vec![], vec![0], vec![1], vec![0, 1]]
}

impl Sample {
    pub fn header(&self, sampling: Sampling) -> Header {
        Header { gaps: self.gaps(), ..crate::common::header(self.indicators, sampling, &KEYS) }
    }

    /// The indicators with gaps: the first and the last.
    fn gaps(&self) -> Vec<usize> {
        if self.indicators == 1 { vec![0] } else { vec![0, self.indicators - 1] }
    }

    pub fn cube(&self) -> Cube {
        self.cube_of(&self.rows)
    }

    pub fn cube_of(&self, rows: &[Row]) -> Cube {
        Cube::of_rows(self.header(Sampling::Clusters), rows)
    }

    /// The same rows as a register.
    pub fn register(&self) -> Cube {
        let in_register =
            |row: &Row| Row { stratum: Label::Missing, psu: Label::Missing, population: None, ..row.clone() };
        Cube::of_rows(self.header(Sampling::Register), &self.rows.iter().map(in_register).collect::<Vec<_>>())
    }

    pub fn weighting(&self, place: usize) -> Weighting {
        crate::common::whole_numbers(&self.units[place])
    }

    pub fn cutoff(&self, place: usize) -> Cutoff {
        let (a, b) = self.cutoffs[place];
        Cutoff::new(Exact::new(a, b).unwrap()).unwrap()
    }

    /// Every measure of both weightings at all cut-offs, of indicators and of two dimensions.
    pub fn specification(&self) -> Specification {
        let half = self.indicators.div_ceil(2);
        let dimension =
            |name: &str, of: std::ops::Range<usize>| Dimension { name: name.into(), indicators: of.collect() };
        Specification {
            weightings: (0..self.units.len()).map(|place| self.weighting(place)).collect(),
            cutoffs: (0..self.cutoffs.len()).map(|place| self.cutoff(place)).collect(),
            dimensions: vec![dimension("first", 0..half), dimension("second", half..self.indicators)],
            measures: Measure::ALL.to_vec(),
        }
    }

    /// The rows at even and at odd places, as two rounds of a survey with units in common.
    pub fn rounds(&self) -> [Vec<Row>; 2] {
        [0, 1].map(|round| self.rows.iter().skip(round).step_by(2).cloned().collect())
    }

    /// Gives each stratum that many sampling units more in the population than the sample has; none: of very many.
    fn with_populations(mut self, more: &[Option<u8>]) -> Self {
        let units: BTreeSet<(Label, Label)> = self.rows.iter().map(|r| (r.stratum.clone(), r.psu.clone())).collect();
        for row in &mut self.rows {
            let Label::Whole(stratum) = row.stratum else { unreachable!("strata are numbers") };
            let drawn = units.iter().filter(|unit| unit.0 == row.stratum).count() as f64;
            row.population = more[stratum as usize].map(|more| drawn + f64::from(more));
        }
        self
    }
}

/// How large a sample may be.
#[derive(Clone, Copy)]
pub struct Size {
    pub rows: usize,
    pub strata: i64,
    /// In each stratum.
    pub psus: i64,
}

pub const SMALL: Size = Size { rows: 40, strata: 4, psus: 4 };

/// Strata of so many units that they are looked at in several blocks.
pub const WIDE: Size = Size { rows: 600, strata: 3, psus: 160 };

/// Weights are whole numbers, some 0: their sums are exact.
pub fn with_whole_weights(size: Size) -> impl Strategy<Value = Sample> {
    sample(size, (0_u32..10).prop_map(f64::from).boxed())
}

/// Weights as surveys have them.
pub fn with_real_weights(size: Size) -> impl Strategy<Value = Sample> {
    sample(size, (0.01_f64..100.0).boxed())
}

fn sample(size: Size, weight: BoxedStrategy<f64>) -> impl Strategy<Value = Sample> {
    (1_usize..=6).prop_flat_map(move |indicators| {
        let units = vec(0_u32..6, indicators).prop_filter("some weight", |units| units.iter().any(|unit| *unit > 0));
        let rows = vec(row(indicators, size, weight.clone()), 1..=size.rows);
        let more = vec(proptest::option::of(0_u8..5), size.strata as usize);
        (rows, vec(units, 2), cutoffs(), more).prop_map(move |(rows, units, cutoffs, more)| {
            Sample { indicators, rows, units, cutoffs }.with_populations(&more)
        })
    })
}

fn cutoffs() -> impl Strategy<Value = Vec<(i64, i64)>> {
    let fraction = (1_i64..=12).prop_flat_map(|b| (1..=b, Just(b)));
    btree_set(fraction, 1..4).prop_map(|fractions| {
        let mut cutoffs: Vec<(i64, i64)> = fractions.into_iter().collect();
        cutoffs.sort_by_key(|(a, b)| Exact::new(*a, *b));
        cutoffs.dedup_by_key(|(a, b)| Exact::new(*a, *b));
        cutoffs
    })
}

fn row(indicators: usize, size: Size, weight: BoxedStrategy<f64>) -> impl Strategy<Value = Row> {
    let keys = (0_i64..3, prop_oneof![Just(Some("rural")), Just(Some("urban")), Just(None)]);
    let bits = 0_u32..1 << indicators;
    // One household in eight did not answer everything; half of the others have few deprivations.
    let profile = (bits.clone(), bits, 0_u32..8).prop_map(|(some, others, kind)| match kind {
        0 => Profile { deprived: some & !others, unknown: others },
        1..4 => Profile { deprived: some & others, unknown: 0 },
        _ => Profile { deprived: some, unknown: 0 },
    });
    // Eighths have exact squares.
    let gaps = vec((0_u8..=8).prop_map(|eighths| f64::from(eighths) / 8.0), indicators.min(2));
    let place = (0..size.strata, 0..size.psus);
    (place, keys, profile, weight, gaps).prop_map(|((stratum, psu), (province, area), profile, weight, gaps)| Row {
        stratum: Label::Whole(stratum),
        population: None,
        psu: Label::Whole(psu),
        keys: vec![Label::Whole(province), area.map_or(Label::Missing, |area| Label::Text(area.into()))],
        profile,
        weight,
        gaps,
    })
}
